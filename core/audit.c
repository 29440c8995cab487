/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The event log: canonical entries, appended and listed.  audit_verify.c recomputes it. */
#include <string.h>

#include "audit.h"
#include "audit_parts.h"
#include "catalog_parts.h"
#include "db.h"
#include "merkle.h"

#define ABSENT UINT32_C(0xffffffff)

const char *const audit_class_names[EVENT_CLASS_COUNT] = {
	[EVENT_ACCESS] = "access",
	[EVENT_CHANGE] = "change",
	[EVENT_SECURITY] = "security",
	[EVENT_PRESERVATION] = "preservation",
	[EVENT_DISPOSITION] = "disposition",
	[EVENT_ADMIN] = "admin",
};

/* --- canonical bytes --------------------------------------------------------------------------- */

static void
add_big_endian(struct strbuf *out, uint64_t v, int bytes)
{
	while (bytes-- > 0)
		strbuf_add_char(out, (char)(unsigned char)(v >> (8 * bytes)));
}

static void
add_text(struct strbuf *out, const char *s)
{
	size_t n = s ? strlen(s) : 0;

	add_big_endian(out, s ? n : ABSENT, 4);
	strbuf_add(out, s, n);
}

void
audit_canonical_start(const struct event_row *row, size_t private_count, struct strbuf *out)
{
	strbuf_add_char(out, 1);
	add_big_endian(out, (uint64_t)row->seq, 8);
	add_big_endian(out, (uint64_t)row->ts_us, 8);
	add_text(out, row->event_class);
	add_text(out, row->action);
	add_text(out, row->actor);
	add_text(out, row->on_behalf);
	add_text(out, row->kind);
	add_text(out, row->object);
	add_big_endian(out, (uint64_t)row->page, 8);
	add_text(out, row->outcome);
	add_text(out, row->detail);
	add_big_endian(out, private_count, 4);
}

void
audit_canonical_private(
    const char *name, const unsigned char commitment[SHA256_LEN], struct strbuf *out)
{
	add_text(out, name);
	strbuf_add(out, commitment, SHA256_LEN);
}

void
audit_commit(const unsigned char salt[AUDIT_SALT_LEN], struct span value,
    unsigned char commitment[SHA256_LEN])
{
	owned(strbuf_free) struct strbuf both = STRBUF_INIT;

	strbuf_add(&both, salt, AUDIT_SALT_LEN);
	strbuf_add_span(&both, value);
	merkle_sha256(strbuf_span(&both), commitment);
}

/* --- appending --------------------------------------------------------------------------------- */

struct commitment {
	const char *name;
	struct span value;
	unsigned char salt[AUDIT_SALT_LEN];
	unsigned char hash[SHA256_LEN];
};

struct tree_row {
	struct merkle *tree;
	bool whole;
	int64_t last_us; /* time of the newest entry */
};

static enum status
take_tree(struct db_row *db_row, void *payload, struct err *err)
{
	struct tree_row *row = payload;

	(void)err;
	row->whole = merkle_restore(
	    row->tree, (uint64_t)db_column_int(db_row, 0), db_column_bytes(db_row, 1));
	row->last_us = db_column_int(db_row, 2);
	return ST_OK;
}

static enum status
load_tree(struct catalog *catalog, struct tree_row *row, struct err *err)
{
	enum status st =
	    db_query(catalog->db, "SELECT size, frontier, last_ts FROM log_tree WHERE one=1",
		DB_NONE, take_tree, row, err);

	if (st == ST_OK && !row->whole)
		return fail(err, ST_CORRUPT, "event log: the kept tree is missing or torn");
	return st;
}

enum status
audit_tree_load(struct catalog *catalog, struct merkle *tree, struct err *err)
{
	struct tree_row row = { .tree = tree };

	return load_tree(catalog, &row, err);
}

static enum status
tree_store(struct catalog *catalog, const struct merkle *tree, int64_t last_us, struct err *err)
{
	struct span frontier = merkle_frontier(tree);

	return db_exec(catalog->db,
	    "UPDATE log_tree SET size=$1, frontier=$2, last_ts=$3 WHERE one=1",
	    DB_ARGS(db_int((int64_t)tree->size), db_blob(frontier.p, frontier.n), db_int(last_us)),
	    NULL, err);
}

/* 0 is the system: no uid. */
static enum status
uid_of(struct catalog *catalog, int64_t principal, struct arena *arena, const char **uid,
    struct err *err)
{
	enum status st;

	*uid = NULL;
	if (!principal)
		return ST_OK;
	st = db_query_text(catalog->db, "SELECT uid FROM principal WHERE id=$1",
	    DB_ARGS(db_int(principal)), arena, uid, err);
	if (st == ST_OK && !*uid)
		return fail(err, ST_INVALID, "event log: principal %lld is not known",
		    (long long)principal);
	return st;
}

static size_t
commit_private(const struct actor *actor, const struct event *event, struct commitment *out)
{
	size_t count = 0, i;

	if (actor->source) {
		out[count].name = "source";
		out[count++].value = span_of(actor->source);
	}
	for (i = 0; i < event->priv_count && count < AUDIT_PRIVATE_MAX; i++) {
		out[count].name = event->priv[i].name;
		out[count++].value = event->priv[i].value;
	}
	for (i = 0; i < count; i++) {
		random_bytes(out[i].salt, AUDIT_SALT_LEN);
		audit_commit(out[i].salt, out[i].value, out[i].hash);
	}
	return count;
}

static enum status
insert_event(struct catalog *catalog, const struct event_row *row, int64_t actor, size_t privates,
    struct err *err)
{
	return db_exec(catalog->db,
	    "INSERT INTO event(seq, ts, class, action, actor, actor_uid, on_behalf_uid, kind, object,"
	    " page, outcome, detail, private_count, leaf)"
	    " VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
	    DB_ARGS(db_int(row->seq), db_int(row->ts_us), db_text(row->event_class),
		db_text(row->action), db_ref(actor), db_text(row->actor), db_text(row->on_behalf),
		db_text(row->kind), db_text(row->object), db_int(row->page), db_text(row->outcome),
		db_text(row->detail), db_int((int64_t)privates), db_blob(row->leaf, SHA256_LEN)),
	    NULL, err);
}

static enum status
insert_private(
    struct catalog *catalog, int64_t seq, size_t no, const struct commitment *c, struct err *err)
{
	return db_exec(catalog->db,
	    "INSERT INTO event_private(seq, no, name, commitment, salt, value)"
	    " VALUES($1, $2, $3, $4, $5, $6)",
	    DB_ARGS(db_int(seq), db_int((int64_t)no), db_text(c->name),
		db_blob(c->hash, SHA256_LEN), db_blob(c->salt, AUDIT_SALT_LEN),
		db_blob(c->value.p, c->value.n)),
	    NULL, err);
}

static void
make_leaf(struct event_row *row, const struct commitment *c, size_t count)
{
	owned(strbuf_free) struct strbuf canonical = STRBUF_INIT;
	size_t i;

	audit_canonical_start(row, count, &canonical);
	for (i = 0; i < count; i++)
		audit_canonical_private(c[i].name, c[i].hash, &canonical);
	merkle_leaf(strbuf_span(&canonical), row->leaf);
}

static enum status
put_row(struct catalog *catalog, struct merkle *tree, const struct actor *actor,
    struct event_row *row, const struct commitment *privates, size_t count, struct err *err)
{
	enum status st;
	size_t i;

	row->seq = (int64_t)tree->size;
	make_leaf(row, privates, count);
	merkle_push(tree, row->leaf);
	st = insert_event(catalog, row, actor->principal, count, err);
	for (i = 0; st == ST_OK && i < count; i++)
		st = insert_private(catalog, row->seq, i, &privates[i], err);
	return st == ST_OK ? tree_store(catalog, tree, row->ts_us, err) : st;
}

/* An order of entries that contradicts their times needs its reason in the log. */
static enum status
note_clock(struct catalog *catalog, struct merkle *tree, int64_t last_us, int64_t now,
    struct arena *arena, struct err *err)
{
	static const struct actor system = { 0 };
	struct event_row row = { .ts_us = now,
		.event_class = audit_class_names[EVENT_PRESERVATION],
		.action = "clock.jump",
		.outcome = "ok" };

	if (now >= last_us - AUDIT_CLOCK_US)
		return ST_OK;
	row.detail = arena_printf(arena, "{\"back_us\":%lld}", (long long)(last_us - now));
	return put_row(catalog, tree, &system, &row, NULL, 0, err);
}

static enum status
append_row(struct catalog *catalog, const struct actor *actor, struct event_row *row,
    const struct commitment *privates, size_t count, struct arena *arena, struct err *err)
{
	struct merkle tree = { 0 };
	struct tree_row kept = { .tree = &tree };
	enum status st = load_tree(catalog, &kept, err);

	if (st == ST_OK)
		st = note_clock(catalog, &tree, kept.last_us, row->ts_us, arena, err);
	return st == ST_OK ? put_row(catalog, &tree, actor, row, privates, count, err) : st;
}

static enum status
append(struct catalog *catalog, const struct actor *actor, const struct event *event,
    struct arena *arena, struct err *err)
{
	struct commitment privates[AUDIT_PRIVATE_MAX];
	struct event_row row = {
		.ts_us = now_us(),
		.page = event->page,
		.event_class = audit_class_names[event->event_class],
		.action = event->action,
		.kind = event->kind,
		.object = event->object,
		.outcome = event->outcome,
		.detail = event->detail,
	};
	enum status st = uid_of(catalog, actor->principal, arena, &row.actor, err);

	if (st == ST_OK)
		st = uid_of(catalog, actor->on_behalf, arena, &row.on_behalf, err);
	if (st != ST_OK)
		return st;
	return append_row(
	    catalog, actor, &row, privates, commit_private(actor, event, privates), arena, err);
}

enum status
audit_append(
    struct catalog *catalog, const struct actor *actor, const struct event *event, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	return catalog_end(catalog, append(catalog, actor, event, arena, err), err);
}

enum status
audit_append_act(struct catalog *catalog, const struct actor *actor, enum event_class event_class,
    const char *action, const char *kind, const char *uid, const char *detail, const char *reason,
    struct err *err)
{
	const struct event_private why = { "reason", span_of(reason) };
	const struct event event = { .event_class = event_class,
		.action = action,
		.kind = kind,
		.object = uid,
		.outcome = "ok",
		.detail = detail,
		.priv = &why,
		.priv_count = reason ? 1 : 0 };

	return audit_append(catalog, actor, &event, err);
}

/* --- access entries ---------------------------------------------------------------------------- */

/* What leaves the house is logged each time. */
static bool
always_logged(const char *action)
{
	static const char *const endings[] = { ".download", ".print", ".export" };
	size_t i;

	for (i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (span_ends(span_of(action), span_of(endings[i])))
			return true;
	return false;
}

/* Callers without a session (command line) are told apart by principal: a negative key. */
static int64_t
seen_key(const struct actor *actor)
{
	return actor->session ? actor->session : -actor->principal;
}

enum status
audit_access_due(struct catalog *catalog, const struct actor *actor, const char *action,
    const char *record_uid, int64_t page, bool *due, struct err *err)
{
	int64_t at;
	enum status st;

	*due = true;
	if (always_logged(action))
		return ST_OK;
	st = db_lookup_int(catalog->db,
	    "SELECT at FROM access_seen WHERE session=$1 AND action=$2 AND record=$3 AND page=$4",
	    DB_ARGS(db_int(seen_key(actor)), db_text(action), db_text(record_uid), db_int(page)),
	    &at, err);
	/* A clock set back must not silence the log. */
	*due = at > now_us() || at <= now_us() - AUDIT_SEEN_US;
	return st;
}

static enum status
note_seen(struct catalog *catalog, const struct actor *actor, const char *action,
    const char *record_uid, int64_t page, struct err *err)
{
	int64_t now = now_us();
	enum status st = db_exec(catalog->db, "DELETE FROM access_seen WHERE at<=$1",
	    DB_ARGS(db_int(now - AUDIT_SEEN_US)), NULL, err);

	if (st != ST_OK)
		return st;
	return db_exec(catalog->db,
	    "INSERT INTO access_seen(session, action, record, page, at) VALUES($1, $2, $3, $4, $5)"
	    " ON CONFLICT(session, action, record, page) DO UPDATE SET at=excluded.at",
	    DB_ARGS(db_int(seen_key(actor)), db_text(action), db_text(record_uid), db_int(page),
		db_int(now)),
	    NULL, err);
}

/* What "log.read" and "evidence.export" are about is named by their first word; all else by a record. */
static const char *
access_kind(const char *action)
{
	static const char *const kinds[] = { "log", "evidence" };
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (span_starts(span_of(action), span_of(kinds[i])))
			return kinds[i];
	return "record";
}

static enum status
append_access(struct catalog *catalog, const struct actor *actor, const char *action,
    const char *record_uid, int64_t page, struct err *err)
{
	struct event event = { .event_class = EVENT_ACCESS,
		.action = action,
		.kind = access_kind(action),
		.object = record_uid,
		.page = page,
		.outcome = "ok" };
	bool due;
	enum status st = audit_access_due(catalog, actor, action, record_uid, page, &due, err);

	if (st != ST_OK || !due)
		return st;
	st = audit_append(catalog, actor, &event, err);
	if (st == ST_OK && !always_logged(action))
		st = note_seen(catalog, actor, action, record_uid, page, err);
	return st;
}

enum status
audit_append_access(struct catalog *catalog, const struct actor *actor, const char *action,
    const char *record_uid, int64_t page, struct err *err)
{
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	return catalog_end(
	    catalog, append_access(catalog, actor, action, record_uid, page, err), err);
}

/* --- reading ----------------------------------------------------------------------------------- */

enum status
audit_take_row(struct db_row *from, void *payload, struct err *err)
{
	struct audit_rows *rows = payload;
	struct event_row *row = &rows->row[rows->count++];
	struct span leaf = db_column_bytes(from, 11);

	row->seq = db_column_int(from, 0);
	row->ts_us = db_column_int(from, 1);
	row->event_class = db_column_text(from, 2, rows->arena);
	row->action = db_column_text(from, 3, rows->arena);
	row->actor = db_column_text(from, 4, rows->arena);
	row->on_behalf = db_column_text(from, 5, rows->arena);
	row->kind = db_column_text(from, 6, rows->arena);
	row->object = db_column_text(from, 7, rows->arena);
	row->page = db_column_int(from, 8);
	row->outcome = db_column_text(from, 9, rows->arena);
	row->detail = db_column_text(from, 10, rows->arena);
	if (leaf.n != SHA256_LEN)
		return fail(err, ST_CORRUPT, "event %lld: the leaf is torn", (long long)row->seq);
	memcpy(row->leaf, leaf.p, SHA256_LEN);
	return ST_OK;
}

enum status
audit_rows_load(struct catalog *catalog, int64_t from, size_t limit, struct arena *arena,
    struct audit_rows *rows, struct err *err)
{
	rows->arena = arena;
	rows->row = arena_array(arena, limit ? limit : 1, sizeof(*rows->row));
	rows->count = 0;
	return db_query(catalog->db,
	    "SELECT seq, ts, class, action, actor_uid, on_behalf_uid, kind, object, page, outcome,"
	    " detail, leaf FROM event WHERE seq>=$1 ORDER BY seq LIMIT $2",
	    DB_ARGS(db_int(from), db_int((int64_t)limit)), audit_take_row, rows, err);
}

enum status
audit_list(struct catalog *catalog, int64_t from, size_t limit, struct arena *arena,
    const struct event_row **out, size_t *count, struct err *err)
{
	struct audit_rows rows;
	enum status st;

	if (limit < 1 || limit > AUDIT_LIST_MAX)
		return fail(err, ST_INVALID, "1 to %d events at once", AUDIT_LIST_MAX);
	st = audit_rows_load(catalog, from, limit, arena, &rows, err);
	if (st != ST_OK)
		return st;
	*out = rows.row;
	*count = rows.count;
	return ST_OK;
}

enum status
audit_root(struct catalog *catalog, uint64_t *size, unsigned char root[SHA256_LEN], struct err *err)
{
	struct merkle tree = { 0 };
	enum status st = audit_tree_load(catalog, &tree, err);

	if (st != ST_OK)
		return st;
	*size = tree.size;
	merkle_root(&tree, root);
	return ST_OK;
}
