/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sets of evidence: drawn or picked, listed, drawn again. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "evidence_parts.h"
#include "json_out.h"
#include "merkle.h"
#include "plan.h"

#define BATCH 500
#define TEXT_MAX 2000
#define SEED_MAX 200

struct candidate {
	int64_t id;
	char uid[UID_LEN + 1];
	unsigned char rank[SHA256_LEN];
};

struct population {
	struct candidate *row;
	size_t count, room;
};

enum status
audits_allowed(const struct access *access, struct err *err)
{
	return access_has(access, CAP_AUDIT) ? ST_OK
					     : fail(err, ST_NOT_FOUND, "no capability for audits");
}

enum status
audit_log_act(struct catalog *catalog, const struct actor *actor, const char *action,
    const char *kind, const char *uid, const char *detail, struct err *err)
{
	return audit_append_act(catalog, actor, EVENT_ADMIN, action, kind, uid, detail, NULL, err);
}

/* --- population and draw --- */

static bool
matches(const struct evidence_query *q, const struct record *r, const struct access *access)
{
	const char *issued = r->field[FIELD_ISSUED], *type = r->field[FIELD_TYPE];

	if (r->quarantine || !record_can(access, PERM_READ, r))
		return false;
	if (q->type && (!type || strcmp(type, q->type) != 0))
		return false;
	if (q->file_code &&
	    (!r->home_file_code || !span_starts(span_of(r->home_file_code), span_of(q->file_code))))
		return false;
	/* A date known to the month only lies in the period when all of it does. */
	if (q->from && (!issued || strncmp(issued, q->from, strlen(issued)) < 0))
		return false;
	return !q->to || (issued && strcmp(issued, q->to) <= 0);
}

static enum status
add(struct population *p, int64_t id, const char *uid, struct err *err)
{
	if (p->count == EVIDENCE_POPULATION_MAX)
		return fail(err, ST_LIMIT, "more than %d records: narrow the population",
		    EVIDENCE_POPULATION_MAX);
	if (p->count == p->room) {
		p->room = p->room ? p->room * 2 : BATCH;
		p->row = xrealloc(p->row, p->room * sizeof(*p->row));
	}
	p->row[p->count].id = id;
	memcpy(p->row[p->count++].uid, uid, UID_LEN + 1);
	return ST_OK;
}

/* What the index found is only asked for: the catalogue says what is there and who may read it. */
static enum status
collect_found(struct catalog *catalog, const struct access *access, const struct evidence_query *q,
    const struct evidence_found *found, int64_t dossier, struct population *p, struct err *err)
{
	enum status st = ST_OK;

	for (size_t i = 0; st == ST_OK && i < found->count; i++) {
		owned(arena_freep) struct arena *arena = arena_new();
		struct record r;
		int64_t in = 1;

		st = record_load(catalog, access, found->record[i], arena, &r, err);
		if (st == ST_NOT_FOUND) {
			st = ST_OK;
			continue;
		}
		if (st == ST_OK && dossier)
			st = db_query_int(catalog->db,
			    "SELECT count(*) FROM dossier_item WHERE dossier=$1 AND record=$2",
			    DB_ARGS(db_int(dossier), db_int(r.id)), &in, err);
		if (st == ST_OK && in && matches(q, &r, access))
			st = add(p, r.id, r.uid, err);
	}
	return st;
}

static enum status
collect(struct catalog *catalog, const struct access *access, const struct evidence_query *q,
    const struct evidence_found *found, struct population *p, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct record_filter filter = { .reading = -1, .quarantine = 0, .limit = BATCH };
	const struct record *row;
	struct node node;
	size_t count;
	enum status st = ST_OK;

	if (q->dossier) {
		st = node_find(catalog, access, q->dossier, arena, &node, err);
		filter.dossier = st == ST_OK ? node.id : 0;
	}
	if (st == ST_OK && q->words)
		return collect_found(catalog, access, q, found, filter.dossier, p, err);
	do {
		arena_reset(arena);
		count = 0;
		if (st == ST_OK)
			st = record_list(catalog, access, &filter, arena, &row, &count, err);
		for (size_t i = 0; st == ST_OK && i < count; i++) {
			filter.after = row[i].id;
			if (matches(q, &row[i], access))
				st = add(p, row[i].id, row[i].uid, err);
		}
	} while (st == ST_OK && count == BATCH);
	return st;
}

static int
by_uid(const void *a, const void *b)
{
	return strcmp(((const struct candidate *)a)->uid, ((const struct candidate *)b)->uid);
}

static int
by_rank(const void *a, const void *b)
{
	return memcmp(
	    ((const struct candidate *)a)->rank, ((const struct candidate *)b)->rank, SHA256_LEN);
}

/* SHA-256 of the sorted uids, a line each. */
static void
digest(struct population *p, char out[SHA256_HEX + 1])
{
	owned(strbuf_free) struct strbuf text = STRBUF_INIT;
	unsigned char hash[SHA256_LEN];

	if (p->count)
		qsort(p->row, p->count, sizeof(*p->row), by_uid);
	for (size_t i = 0; i < p->count; i++)
		strbuf_addf(&text, "%s\n", p->row[i].uid);
	merkle_sha256(strbuf_span(&text), hash);
	hex_encode(hash, sizeof(hash), out);
}

static void
draw(struct population *p, const char *seed)
{
	for (size_t i = 0; i < p->count; i++) {
		owned(strbuf_free) struct strbuf text = STRBUF_INIT;

		strbuf_addf(&text, "%s\n%s", seed, p->row[i].uid);
		merkle_sha256(strbuf_span(&text), p->row[i].rank);
	}
	if (p->count)
		qsort(p->row, p->count, sizeof(*p->row), by_rank);
}

static enum status
pick(struct catalog *catalog, const struct access *access, const struct evidence_new *n,
    struct population *p, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	enum status st = ST_OK;

	for (size_t i = 0; st == ST_OK && i < n->record_count; i++) {
		struct record r;

		st = record_find(catalog, access, n->records[i], arena, &r, err);
		if (st == ST_OK && (r.quarantine || !record_can(access, PERM_READ, &r)))
			st = fail(err, ST_NOT_FOUND, "record %s", n->records[i]);
		if (st == ST_OK)
			st = add(p, r.id, r.uid, err);
	}
	return st;
}

/* --- a new set --- */

static enum status
check_text(const char *text, size_t max, const char *what, struct err *err)
{
	if (text && (strlen(text) > max || !utf8_valid(span_of(text))))
		return fail(err, ST_INVALID, "%s: at most %zu bytes of UTF-8", what, max);
	return ST_OK;
}

static enum status
check_new(const struct evidence_new *n, struct err *err)
{
	const struct evidence_query *q = &n->query;
	enum status st;

	if ((st = check_text(n->clause, TEXT_MAX, "clause", err)) != ST_OK ||
	    (st = check_text(n->question, TEXT_MAX, "question", err)) != ST_OK ||
	    (st = check_text(n->query.words, SEARCH_QUERY_MAX, "words", err)) != ST_OK ||
	    (st = check_text(n->seed, SEED_MAX, "seed", err)) != ST_OK)
		return st;
	if (n->record_count > EVIDENCE_RECORDS_MAX)
		return fail(err, ST_INVALID, "records: at most %d", EVIDENCE_RECORDS_MAX);
	if (n->record_count > 0)
		return ST_OK;
	if (!n->seed || !*n->seed)
		return fail(err, ST_INVALID, "seed: a sample needs one");
	if (n->sample < 1 || n->sample > EVIDENCE_RECORDS_MAX)
		return fail(err, ST_INVALID, "sample: 1 to %d records", EVIDENCE_RECORDS_MAX);
	if ((q->from && !date_valid(span_of(q->from), false)) ||
	    (q->to && !date_valid(span_of(q->to), false)))
		return fail(err, ST_INVALID, "from and to are days, YYYY-MM-DD");
	return ST_OK;
}

static void
query_text(const struct evidence_query *q, struct strbuf *out)
{
	struct json_out json;

	json_start(&json, out);
	json_object(&json);
	json_key_opt(&json, "dossier", q->dossier);
	json_key_opt(&json, "file_code", q->file_code);
	json_key_opt(&json, "type", q->type);
	json_key_opt(&json, "words", q->words);
	json_key_opt(&json, "from", q->from);
	json_key_opt(&json, "to", q->to);
	json_end_object(&json);
}

static enum status
open_audit(struct catalog *catalog, const char *uid, int64_t *id, struct err *err)
{
	int64_t closed;
	enum status st;

	*id = 0;
	if (!uid)
		return ST_OK;
	st = db_query_int(
	    catalog->db, "SELECT id FROM audit WHERE uid=$1", DB_ARGS(db_text(uid)), id, err);
	if (st == ST_OK)
		st = db_query_int(catalog->db, "SELECT state='closed' FROM audit WHERE id=$1",
		    DB_ARGS(db_int(*id)), &closed, err);
	if (st == ST_OK && closed)
		st = fail(err, ST_CONFLICT, "audit %s is closed", uid);
	return st;
}

static enum status
insert(struct catalog *catalog, const struct actor *actor, const struct evidence_new *n,
    struct population *p, size_t sample, int64_t *id, struct err *err)
{
	owned(strbuf_free) struct strbuf query = STRBUF_INIT;
	char uid[UID_LEN + 1], hash[SHA256_HEX + 1], detail[64];
	int64_t audit;
	enum status st = open_audit(catalog, n->audit, &audit, err);

	if (st != ST_OK)
		return st;
	digest(p, hash);
	if (!n->record_count) {
		query_text(&n->query, &query);
		draw(p, n->seed);
	}
	uid_make(uid);
	st = db_query_int(catalog->db,
	    "INSERT INTO evidence_set(uid, audit, clause, question, query, population,"
	    " population_sha256, seed, sample, created, created_by)"
	    " VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id",
	    DB_ARGS(db_text(uid), db_ref(audit), db_text(n->clause), db_text(n->question),
		db_text(n->record_count ? NULL : query.buf), db_int((int64_t)p->count),
		db_text(hash), db_text(n->record_count ? NULL : n->seed), db_int((int64_t)sample),
		db_int(now_us()), db_ref(actor->principal)),
	    id, err);
	for (size_t i = 0; st == ST_OK && i < sample; i++)
		st = db_exec(catalog->db,
		    "INSERT INTO evidence_item(evidence, ordinal, record) VALUES($1, $2, $3)",
		    DB_ARGS(db_int(*id), db_int((int64_t)i + 1), db_int(p->row[i].id)), NULL, err);
	if (st == ST_EXISTS)
		st = fail(err, ST_INVALID, "records: one is named twice");
	if (st != ST_OK)
		return st;
	snprintf(detail, sizeof(detail), "{\"population\":%zu,\"sample\":%zu}", p->count, sample);
	return audit_log_act(catalog, actor, "evidence.create", "evidence", uid, detail, err);
}

static enum status
create(struct catalog *catalog, const struct actor *actor, const struct access *access,
    const struct evidence_new *n, struct population *p, int64_t *id, struct err *err)
{
	size_t sample = n->record_count;
	enum status st = n->record_count ? pick(catalog, access, n, p, err)
					 : collect(catalog, access, &n->query, &n->found, p, err);

	if (st != ST_OK)
		return st;
	if (p->count == 0)
		return fail(err, ST_NOT_FOUND, "no record is of this population");
	if (!sample)
		sample = n->sample < p->count ? n->sample : p->count;
	return insert(catalog, actor, n, p, sample, id, err);
}

enum status
evidence_create(struct catalog *catalog, const struct actor *actor, const struct access *access,
    const struct evidence_new *n, int64_t *id, struct err *err)
{
	struct population p = { 0 };
	enum status st = audits_allowed(access, err);

	if (st != ST_OK || (st = check_new(n, err)) != ST_OK ||
	    (st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	st = catalog_end(catalog, create(catalog, actor, access, n, &p, id, err), err);
	free(p.row);
	return st;
}

/* --- reading --- */

#define COLUMNS \
	"SELECT s.id, s.uid, a.uid, s.clause, s.question, s.query, s.population, s.population_sha256," \
	" s.seed, s.sample, s.created, c.name, s.frozen, f.name, s.log_entry, s.log_size," \
	" s.manifest_sha256, h.uid FROM evidence_set s LEFT JOIN audit a ON a.id=s.audit" \
	" LEFT JOIN principal c ON c.id=s.created_by LEFT JOIN principal f ON f.id=s.frozen_by" \
	" LEFT JOIN hold h ON h.id=s.hold "

struct sets {
	struct arena *arena;
	struct evidence *row;
	size_t count;
};

static const char *
member(const json_t *query, const char *name, struct arena *arena)
{
	return arena_dup(arena, json_string_value(json_object_get(query, name)));
}

static void
read_query(const char *text, struct arena *arena, struct evidence_query *q)
{
	json_t *query = text ? json_loads(text, 0, NULL) : NULL;

	q->dossier = member(query, "dossier", arena);
	q->file_code = member(query, "file_code", arena);
	q->type = member(query, "type", arena);
	q->words = member(query, "words", arena);
	q->from = member(query, "from", arena);
	q->to = member(query, "to", arena);
	json_decref(query);
}

static enum status
take_set(struct db_row *from, void *payload, struct err *err)
{
	struct sets *sets = payload;
	struct evidence *e = &sets->row[sets->count++];
	struct arena *arena = sets->arena;

	(void)err;
	e->id = db_column_int(from, 0);
	e->uid = db_column_text(from, 1, arena);
	e->audit_uid = db_column_text(from, 2, arena);
	e->clause = db_column_text(from, 3, arena);
	e->question = db_column_text(from, 4, arena);
	e->query_json = db_column_text(from, 5, arena);
	read_query(e->query_json, arena, &e->query);
	e->population = db_column_int(from, 6);
	e->population_sha256 = db_column_text(from, 7, arena);
	e->seed = db_column_text(from, 8, arena);
	e->sample = db_column_int(from, 9);
	e->created_us = db_column_int(from, 10);
	e->created_by = db_column_text(from, 11, arena);
	e->frozen_us = db_column_int(from, 12);
	e->frozen_by = db_column_text(from, 13, arena);
	e->log_entry = db_column_int(from, 14);
	e->log_size = db_column_int(from, 15);
	e->manifest_sha256 = db_column_text(from, 16, arena);
	e->hold_uid = db_column_text(from, 17, arena);
	return ST_OK;
}

static enum status
load_one(struct catalog *catalog, const struct access *access, const char *sql, struct db_value key,
    struct arena *arena, struct evidence *out, struct err *err)
{
	struct sets sets = { arena, out, 0 };
	enum status st = audits_allowed(access, err);

	if (st == ST_OK)
		st = db_query(catalog->db, sql, &key, 1, take_set, &sets, err);
	if (st == ST_OK && sets.count == 0)
		st = fail(err, ST_NOT_FOUND, "no such set of evidence");
	return st;
}

enum status
evidence_find(struct catalog *catalog, const struct access *access, const char *uid,
    struct arena *arena, struct evidence *out, struct err *err)
{
	return load_one(catalog, access, COLUMNS "WHERE s.uid=$1", db_text(uid), arena, out, err);
}

enum status
evidence_load(struct catalog *catalog, const struct access *access, int64_t id, struct arena *arena,
    struct evidence *out, struct err *err)
{
	return load_one(catalog, access, COLUMNS "WHERE s.id=$1", db_int(id), arena, out, err);
}

enum status
evidence_list(struct catalog *catalog, const struct access *access, int64_t audit, int64_t after,
    size_t limit, struct arena *arena, const struct evidence **out, size_t *count, struct err *err)
{
	struct sets sets = { .arena = arena };
	enum status st = audits_allowed(access, err);

	if (st != ST_OK)
		return st;
	if (limit < 1 || limit > BATCH)
		return fail(err, ST_INVALID, "1 to %d sets at once", BATCH);
	sets.row = arena_array(arena, limit, sizeof(*sets.row));
	st = db_query(catalog->db,
	    COLUMNS "WHERE s.id<$1 AND ($2=0 OR s.audit=$2) ORDER BY s.id DESC LIMIT $3",
	    DB_ARGS(db_int(after ? after : INT64_MAX), db_int(audit), db_int((int64_t)limit)),
	    take_set, &sets, err);
	*out = sets.row;
	*count = sets.count;
	return st;
}

struct items {
	struct arena *arena;
	struct evidence_item *row;
	size_t count;
};

static enum status
take_item(struct db_row *from, void *payload, struct err *err)
{
	struct items *items = payload;
	struct evidence_item *item = &items->row[items->count];

	if (items->count++ == EVIDENCE_RECORDS_MAX)
		return fail(err, ST_CORRUPT, "a set of more than %d records", EVIDENCE_RECORDS_MAX);
	item->ordinal = db_column_int(from, 0);
	item->record = db_column_int(from, 1);
	return ST_OK;
}

enum status
evidence_items(struct catalog *catalog, const struct access *access, int64_t set,
    struct arena *arena, const struct evidence_item **out, size_t *count, struct err *err)
{
	struct items items = { .arena = arena };
	enum status st = audits_allowed(access, err);

	items.row = arena_array(arena, EVIDENCE_RECORDS_MAX, sizeof(*items.row));
	if (st == ST_OK)
		st = db_query(catalog->db,
		    "SELECT ordinal, record FROM evidence_item WHERE evidence=$1 ORDER BY ordinal",
		    DB_ARGS(db_int(set)), take_item, &items, err);
	for (size_t i = 0; st == ST_OK && i < items.count; i++) {
		struct record r;

		st = record_load(catalog, access, items.row[i].record, arena, &r, err);
		if (st == ST_NOT_FOUND) {
			st = ST_OK;
			continue;
		}
		items.row[i].uid = r.uid;
		items.row[i].subject = r.field[FIELD_SUBJECT];
	}
	*out = items.row;
	*count = items.count;
	return st;
}

/* --- again --- */

static enum status
compare(struct catalog *catalog, const struct evidence *set, const struct population *p,
    struct evidence_again *again, struct err *err)
{
	size_t want = (size_t)set->sample;
	enum status st = ST_OK;

	again->same_sample = p->count >= want;
	for (size_t i = 0; st == ST_OK && again->same_sample && i < want; i++) {
		int64_t record;

		st = db_lookup_int(catalog->db,
		    "SELECT record FROM evidence_item WHERE evidence=$1 AND ordinal=$2",
		    DB_ARGS(db_int(set->id), db_int((int64_t)i + 1)), &record, err);
		again->same_sample = record == p->row[i].id;
	}
	return st;
}

enum status
evidence_again(struct catalog *catalog, const struct access *access, const struct evidence *set,
    const struct evidence_found *found, struct evidence_again *again, struct err *err)
{
	struct population p = { 0 };
	char hash[SHA256_HEX + 1];
	enum status st;

	if (!set->query_json)
		return fail(err, ST_INVALID, "the set was picked by hand");
	st = collect(catalog, access, &set->query, found, &p, err);
	if (st == ST_OK) {
		digest(&p, hash);
		draw(&p, set->seed);
		again->population = (int64_t)p.count;
		again->same_population = strcmp(hash, set->population_sha256) == 0;
		st = compare(catalog, set, &p, again, err);
	}
	free(p.row);
	return st;
}
