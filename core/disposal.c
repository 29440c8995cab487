/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>

#include "audit.h"
#include "base.h"
#include "catalog_parts.h"
#include "disposal_parts.h"
#include "hold.h"
#include "plan.h"
#include "retention.h"
#include "retention_parts.h"

/* Disposal up to its execution: proposal, verdicts, approval (records.md 40, 41). */
#define TEXT_MAX 1000
#define REASON_MAX 2000
#define LIMIT_MAX 500

enum status
disposal_note(struct catalog *catalog, const struct actor *actor, const char *action,
    const char *uid, const char *detail, const char *reason, struct err *err)
{
	return audit_append_act(
	    catalog, actor, EVENT_DISPOSITION, action, "disposal", uid, detail, reason, err);
}

/* --- reading ----------------------------------------------------------------------------------- */

/* $1..$3 the access filter; a batch with a dossier that the caller may not dispose of is not there. */
#define DISPOSAL_SELECT \
	"SELECT b.id, b.uid, b.action, b.title, b.state, b.receiver, b.proposed, b.approved," \
	" b.started, b.finished, p.name, q.name, x.name, m.uid, e.uid, b.receipt, b.end_reason," \
	" b.certificate, b.certificate_hash," \
	" (SELECT count(*) FROM disposal_item i WHERE i.disposal=b.id)," \
	" (SELECT count(*) FROM disposal_item i WHERE i.disposal=b.id AND i.verdict<>'pending')," \
	" (SELECT count(*) FROM disposal_item i WHERE i.disposal=b.id AND i.outcome IS NOT NULL)" \
	" FROM disposal b JOIN principal p ON p.id=b.proposed_by" \
	" LEFT JOIN principal q ON q.id=b.approved_by LEFT JOIN principal x ON x.id=b.executed_by" \
	" LEFT JOIN record m ON m.id=b.minutes LEFT JOIN record e ON e.id=b.decision" \
	" WHERE NOT EXISTS(SELECT 1 FROM disposal_item i JOIN node n ON n.id=i.dossier" \
	" WHERE i.disposal=b.id AND substr($1, CAST(n.access_class AS INTEGER) + 1, 1)<>$2)"

static enum status
step_disposal(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct arena *a = list->arena;
	struct disposal *d = row_list_add(list, sizeof(*d));

	(void)err;
	*d = (struct disposal){
		.id = db_column_int(row, 0),
		.uid = db_column_text(row, 1, a),
		.action = db_column_text(row, 2, a),
		.title = db_column_text(row, 3, a),
		.state = db_column_text(row, 4, a),
		.receiver = db_column_text(row, 5, a),
		.proposed_us = db_column_int(row, 6),
		.approved_us = db_column_int(row, 7),
		.started_us = db_column_int(row, 8),
		.finished_us = db_column_int(row, 9),
		.proposed_by = db_column_text(row, 10, a),
		.approved_by = db_column_text(row, 11, a),
		.executed_by = db_column_text(row, 12, a),
		.minutes = db_column_text(row, 13, a),
		.decision = db_column_text(row, 14, a),
		.receipt = db_column_text(row, 15, a),
		.end_reason = db_column_text(row, 16, a),
		.certificate = db_column_text(row, 17, a),
		.certificate_hash = db_column_text(row, 18, a),
		.dossiers = db_column_int(row, 19),
		.judged = db_column_int(row, 20),
		.done = db_column_int(row, 21),
	};
	return ST_OK;
}

/* Byte n says whether the caller may dispose of what is of class n. */
static void
dispose_args(const struct access *access, struct arena *arena, struct db_value args[2])
{
	static const char yes = 1;
	size_t count = access->words * 64;
	char *classes = arena_alloc(arena, count + 1);

	for (size_t i = 0; i < count; i++)
		classes[i] = access_can(access, PERM_DISPOSE, (int64_t)i);
	args[0] = db_blob(classes, count);
	args[1] = db_blob(&yes, 1);
}

static enum status
load_where(struct catalog *catalog, const struct access *access, const char *sql,
    struct db_value key, struct arena *arena, struct disposal *d, struct err *err)
{
	struct row_list list = { .arena = arena };
	struct db_value args[3];
	enum status st;

	dispose_args(access, arena, args);
	args[2] = key;
	st = db_query(catalog->db, sql, args, 3, step_disposal, &list, err);
	if (st != ST_OK)
		return st;
	if (list.count == 0)
		return fail(err, ST_NOT_FOUND, "no such disposal");
	*d = *(const struct disposal *)list.rows;
	return ST_OK;
}

static enum status
load(struct catalog *catalog, const struct access *access, int64_t id, struct arena *arena,
    struct disposal *d, struct err *err)
{
	return load_where(
	    catalog, access, DISPOSAL_SELECT " AND b.id=$3", db_int(id), arena, d, err);
}

enum status
disposal_find(struct catalog *catalog, const struct access *access, const char *name,
    struct arena *arena, struct disposal *d, struct err *err)
{
	int64_t id;

	assert(access);
	if (uid_valid(span_of(name)))
		return load_where(
		    catalog, access, DISPOSAL_SELECT " AND b.uid=$3", db_text(name), arena, d, err);
	if (!span_i64(span_of(name), &id))
		return fail(err, ST_NOT_FOUND, "no such disposal");
	return load(catalog, access, id, arena, d, err);
}

enum status
disposal_list(struct catalog *catalog, const struct access *access, const char *state,
    int64_t after, size_t limit, struct arena *arena, const struct disposal **out, size_t *count,
    struct err *err)
{
	struct row_list list = { .arena = arena };
	struct db_value args[5];
	enum status st;

	assert(access);
	if (limit < 1 || limit > LIMIT_MAX)
		return fail(err, ST_INVALID, "a page has 1 to %d rows", LIMIT_MAX);
	dispose_args(access, arena, args);
	args[2] = db_text(state);
	args[3] = db_int(after);
	args[4] = db_int((int64_t)limit);
	st = db_query(catalog->db,
	    DISPOSAL_SELECT " AND ($3 IS NULL OR b.state=$3) AND b.id>$4 ORDER BY b.id LIMIT $5",
	    args, 5, step_disposal, &list, err);
	*out = list.rows;
	*count = list.count;
	return st;
}

static enum status
step_item(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct arena *a = list->arena;
	struct disposal_item *i = row_list_add(list, sizeof(*i));

	(void)err;
	*i = (struct disposal_item){
		.dossier = db_column_int(row, 0),
		.uid = db_column_text(row, 1, a),
		.file_code = db_column_text(row, 2, a),
		.title = db_column_text(row, 3, a),
		.verdict = db_column_text(row, 4, a),
		.reason = db_column_text(row, 5, a),
		.rule = db_column_text(row, 6, a),
		.outcome = db_column_text(row, 7, a),
		.manifest = db_column_text(row, 8, a),
		.records = db_column_int(row, 9),
		.files = db_column_int(row, 10),
		.bytes = db_column_int(row, 11),
	};
	return ST_OK;
}

enum status
disposal_items(struct catalog *catalog, const struct access *access, int64_t id, int64_t after,
    size_t limit, struct arena *arena, const struct disposal_item **out, size_t *count,
    struct err *err)
{
	struct row_list list = { .arena = arena };
	struct disposal_item *items;
	struct disposal d;
	enum status st;

	assert(access);
	if (limit < 1 || limit > LIMIT_MAX)
		return fail(err, ST_INVALID, "a page has 1 to %d rows", LIMIT_MAX);
	if ((st = load(catalog, access, id, arena, &d, err)) != ST_OK)
		return st;
	st = db_query(catalog->db,
	    "SELECT i.dossier, n.uid, d.file_code, n.title, i.verdict, i.reason, i.rule, i.outcome,"
	    " i.manifest, i.records, i.files, i.bytes FROM disposal_item i"
	    " JOIN node n ON n.id=i.dossier JOIN dossier d ON d.node=i.dossier"
	    " WHERE i.disposal=$1 AND i.dossier>$2 ORDER BY i.dossier LIMIT $3",
	    DB_ARGS(db_int(id), db_int(after), db_int((int64_t)limit)), step_item, &list, err);
	items = list.rows;
	for (size_t i = 0; st == ST_OK && i < list.count; i++) {
		enum status held = hold_check_below(catalog, items[i].dossier, NULL);

		items[i].held = held == ST_HELD;
		st = held == ST_HELD ? ST_OK : held;
	}
	*out = list.rows;
	*count = list.count;
	return st;
}

/* --- proposing --------------------------------------------------------------------------------- */

static enum status
check_dossier(struct catalog *catalog, const struct access *access, const char *action, int64_t id,
    struct arena *arena, struct err *err)
{
	struct node node;
	struct due due;
	enum status st = node_load_dossier(catalog, access, PERM_DISPOSE, id, arena, &node, err);

	if (st == ST_OK && strcmp(node.state, "under_review") != 0)
		return fail(
		    err, ST_CONFLICT, "dossier %s is %s, not under review", node.uid, node.state);
	if (st == ST_OK)
		st = hold_check_below(catalog, id, err);
	if (st == ST_OK)
		st = retention_of(catalog, access, id, arena, &due, err);
	if (st != ST_OK)
		return st;
	/* records.md 36; a review may end in either */
	if (!due.action || (strcmp(due.action, action) != 0 && strcmp(due.action, "review") != 0) ||
	    (strcmp(action, "destroy") == 0 && due.years < 0))
		return fail(err, ST_CONFLICT, "dossier %s: its rule %s says %s", node.uid,
		    due.rule ? due.rule : "-", due.action ? due.action : "nothing today");
	return ST_OK;
}

struct proposal {
	const char *action, *title, *receiver;
	const int64_t *dossiers;
	size_t count;
};

static enum status
propose(struct catalog *catalog, const struct actor *actor, const struct access *access,
    const struct proposal *p, int64_t *id, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	char uid[UID_LEN + 1];
	enum status st;

	uid_make(uid);
	st = db_query_int(catalog->db,
	    "INSERT INTO disposal(uid, action, title, receiver, state, proposed, proposed_by)"
	    " VALUES($1, $2, $3, $4, 'proposed', $5, $6) RETURNING id",
	    DB_ARGS(db_text(uid), db_text(p->action), db_text(p->title), db_text(p->receiver),
		db_int(now_us()), db_int(actor->principal)),
	    id, err);
	for (size_t i = 0; st == ST_OK && i < p->count; i++) {
		arena_reset(arena);
		st = check_dossier(catalog, access, p->action, p->dossiers[i], arena, err);
		if (st == ST_OK)
			st = db_exec(catalog->db,
			    "INSERT INTO disposal_item(disposal, dossier) VALUES($1, $2)",
			    DB_ARGS(db_int(*id), db_int(p->dossiers[i])), NULL, err);
		if (st == ST_EXISTS)
			return fail(err, ST_EXISTS, "dossier %lld is in a batch already",
			    (long long)p->dossiers[i]);
	}
	return st == ST_OK
	    ? disposal_note(catalog, actor, "disposal.propose", uid,
		  arena_printf(arena, "{\"action\":\"%s\",\"dossiers\":%zu}", p->action, p->count),
		  NULL, err)
	    : st;
}

enum status
disposal_propose(struct catalog *catalog, const struct actor *actor, const struct access *access,
    const char *action, const char *title, const char *receiver, const int64_t *dossiers,
    size_t count, int64_t *id, struct err *err)
{
	const struct proposal p = { action, title, receiver, dossiers, count };
	int64_t made = 0;
	enum status st = catalog_check_text("title", title, TEXT_MAX, err);

	assert(access);
	if (st == ST_OK && strcmp(action, "destroy") != 0 && strcmp(action, "transfer") != 0)
		st = fail(err, ST_INVALID, "action: destroy or transfer");
	if (st == ST_OK && strcmp(action, "transfer") == 0)
		st = catalog_check_text("receiver", receiver, TEXT_MAX, err);
	if (st == ST_OK && (count < 1 || count > DISPOSAL_MAX))
		st = fail(err, ST_INVALID, "dossiers: 1 to %d", DISPOSAL_MAX);
	if (st == ST_OK && !actor->principal)
		st = fail(err, ST_DENIED, "a disposal is proposed by a person");
	if (st == ST_OK)
		st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	st = catalog_end(catalog, propose(catalog, actor, access, &p, &made, err), err);
	if (st == ST_OK)
		*id = made;
	return st;
}

/* --- judging ----------------------------------------------------------------------------------- */

/* An extension is a rule that keeps it longer: what the override would do is asked of it now. */
static enum status
check_longer(struct catalog *catalog, int64_t dossier, const char *rule, struct err *err)
{
	char day[11];
	int64_t longer = 0;
	enum status st;

	day_text(now_us(), day);
	st = db_lookup_int(catalog->db,
	    "SELECT 1 FROM rule_version v, dossier d LEFT JOIN rule_version w ON w.id=d.rule_version"
	    " WHERE d.node=$1 AND v.code=$2 AND " VERSION_ON(
		"$3") " AND (v.years IS NULL OR (w.years IS NOT NULL AND v.years>w.years))",
	    DB_ARGS(db_int(dossier), db_text(rule), db_text(day)), &longer, err);
	if (st == ST_OK && !longer)
		return fail(err, ST_INVALID, "rule %.64s does not keep the dossier longer", rule);
	return st;
}

static enum status
judge(struct catalog *catalog, const struct actor *actor, const struct access *access, int64_t id,
    int64_t dossier, const char *verdict, const char *reason, const char *rule, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct disposal d;
	int64_t changed = 0;
	enum status st = load(catalog, access, id, arena, &d, err);

	if (st == ST_OK && strcmp(d.state, "proposed") != 0)
		return fail(err, ST_CONFLICT, "disposal %s is %s", d.uid, d.state);
	if (st == ST_OK && rule)
		st = check_longer(catalog, dossier, rule, err);
	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE disposal_item SET verdict=$3, reason=$4, rule=$5"
		    " WHERE disposal=$1 AND dossier=$2",
		    DB_ARGS(db_int(id), db_int(dossier), db_text(verdict), db_text(reason),
			db_text(rule)),
		    &changed, err);
	if (st == ST_OK && !changed)
		return fail(err, ST_NOT_FOUND, "disposal %s has no such dossier", d.uid);
	return st == ST_OK ? disposal_note(catalog, actor, "disposal.judge", d.uid,
				 arena_printf(arena, "{\"dossier\":%lld,\"verdict\":\"%s\"}",
				     (long long)dossier, verdict),
				 reason, err)
			   : st;
}

enum status
disposal_judge(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t id, int64_t dossier, const char *verdict, const char *reason, const char *rule,
    struct err *err)
{
	bool approve = strcmp(verdict, "approve") == 0, extend = strcmp(verdict, "extend") == 0;
	enum status st = ST_OK;

	assert(access);
	if (!approve && !extend && strcmp(verdict, "keep") != 0)
		return fail(err, ST_INVALID, "verdict: approve, keep or extend");
	if (!approve)
		st = catalog_check_text("reason", reason, REASON_MAX, err);
	if (st == ST_OK && extend != (rule != NULL))
		st = fail(err, ST_INVALID, "rule: for an extension, and for nothing else");
	if (st == ST_OK)
		st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	return catalog_end(
	    catalog, judge(catalog, actor, access, id, dossier, verdict, reason, rule, err), err);
}

/* --- approving, ending, starting --------------------------------------------------------------- */

static enum status
check_paper(struct catalog *catalog, const struct access *access, const char *what, int64_t id,
    struct arena *arena, struct err *err)
{
	struct record record;
	enum status st = record_load(catalog, access, id, arena, &record, err);

	if (st == ST_NOT_FOUND || (st == ST_OK && strcmp(record.state, "declared") != 0))
		return fail(err, ST_INVALID, "%s: a declared record", what);
	return st;
}

static enum status
approve(struct catalog *catalog, const struct actor *actor, const struct access *access, int64_t id,
    int64_t minutes, int64_t decision, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct disposal d;
	int64_t proposer = 0;
	enum status st = load(catalog, access, id, arena, &d, err);

	if (st == ST_OK && strcmp(d.state, "proposed") != 0)
		return fail(err, ST_CONFLICT, "disposal %s is %s", d.uid, d.state);
	if (st == ST_OK && d.judged < d.dossiers)
		return fail(err, ST_CONFLICT, "disposal %s: %lld dossiers without a verdict", d.uid,
		    (long long)(d.dossiers - d.judged));
	if (st == ST_OK)
		st = db_lookup_int(catalog->db, "SELECT proposed_by FROM disposal WHERE id=$1",
		    DB_ARGS(db_int(id)), &proposer, err);
	/* records.md 41: four eyes */
	if (st == ST_OK && (!actor->principal || actor->principal == proposer))
		return fail(err, ST_DENIED, "disposal %s is approved by another person", d.uid);
	if (st == ST_OK)
		st = check_paper(catalog, access, "minutes", minutes, arena, err);
	if (st == ST_OK)
		st = check_paper(catalog, access, "decision", decision, arena, err);
	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE disposal SET state='approved', approved=$2, approved_by=$3, minutes=$4,"
		    " decision=$5 WHERE id=$1",
		    DB_ARGS(db_int(id), db_int(now_us()), db_int(actor->principal), db_int(minutes),
			db_int(decision)),
		    NULL, err);
	return st == ST_OK
	    ? disposal_note(catalog, actor, "disposal.approve", d.uid, NULL, NULL, err)
	    : st;
}

enum status
disposal_approve(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t id, int64_t minutes, int64_t decision, struct err *err)
{
	enum status st = db_begin(catalog->db, err);

	assert(access);
	if (st != ST_OK)
		return st;
	return catalog_end(
	    catalog, approve(catalog, actor, access, id, minutes, decision, err), err);
}

static enum status
end(struct catalog *catalog, const struct actor *actor, const struct access *access, int64_t id,
    const char *reason, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct disposal d;
	bool proposed;
	enum status st = load(catalog, access, id, arena, &d, err);

	if (st != ST_OK)
		return st;
	proposed = strcmp(d.state, "proposed") == 0;
	if (!proposed && strcmp(d.state, "approved") != 0)
		return fail(err, ST_CONFLICT, "disposal %s is %s", d.uid, d.state);
	st = db_exec(catalog->db, "UPDATE disposal SET state=$2, end_reason=$3 WHERE id=$1",
	    DB_ARGS(db_int(id), db_text(proposed ? "refused" : "cancelled"), db_text(reason)), NULL,
	    err);
	if (st == ST_OK)
		st = db_exec(catalog->db, "UPDATE disposal_item SET live=0 WHERE disposal=$1",
		    DB_ARGS(db_int(id)), NULL, err);
	return st == ST_OK ? disposal_note(catalog, actor, "disposal.end", d.uid, NULL, reason, err)
			   : st;
}

enum status
disposal_end(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t id, const char *reason, struct err *err)
{
	enum status st = catalog_check_text("reason", reason, REASON_MAX, err);

	assert(access);
	if (st == ST_OK)
		st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	return catalog_end(catalog, end(catalog, actor, access, id, reason, err), err);
}

static enum status
start(struct catalog *catalog, const struct actor *actor, const struct access *access, int64_t id,
    struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct disposal d;
	enum status st = load(catalog, access, id, arena, &d, err);

	if (st == ST_OK && strcmp(d.state, "approved") != 0)
		return fail(err, ST_CONFLICT, "disposal %s is %s", d.uid, d.state);
	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE disposal SET state='executing', started=$2, executed_by=$3 WHERE id=$1",
		    DB_ARGS(db_int(id), db_int(now_us()), db_int(actor->principal)), NULL, err);
	return st == ST_OK ? disposal_note(catalog, actor, "disposal.start", d.uid, NULL, NULL, err)
			   : st;
}

enum status
disposal_start(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t id, int64_t proved_us, int64_t fresh_s, struct err *err)
{
	int64_t age = now_us() - proved_us;
	enum status st;

	assert(access);
	if (!actor->principal || age < 0 || age > fresh_s * 1000000)
		return fail(err, ST_DENIED,
		    "an execution wants a proof of who you are that is younger than %lld s",
		    (long long)fresh_s);
	if ((st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	return catalog_end(catalog, start(catalog, actor, access, id, err), err);
}

/* --- answers ----------------------------------------------------------------------------------- */

void
disposal_json(struct json_out *j, const struct disposal *d)
{
	json_object(j);
	json_key_str(j, "uid", d->uid);
	json_key_str(j, "action", d->action);
	json_key_str(j, "title", d->title);
	json_key_str(j, "state", d->state);
	json_key_str(j, "receiver", d->receiver);
	json_key_time(j, "proposed", d->proposed_us);
	json_key_str(j, "proposed_by", d->proposed_by);
	json_key_str(j, "minutes", d->minutes);
	json_key_str(j, "decision", d->decision);
	json_key_time(j, "approved", d->approved_us);
	json_key_str(j, "approved_by", d->approved_by);
	json_key_time(j, "started", d->started_us);
	json_key_str(j, "executed_by", d->executed_by);
	json_key_time(j, "finished", d->finished_us);
	json_key_str(j, "receipt", d->receipt);
	json_key_str(j, "end_reason", d->end_reason);
	json_key_int(j, "dossiers", d->dossiers);
	json_key_int(j, "judged", d->judged);
	json_key_int(j, "done", d->done);
	json_key(j, "certificate");
	if (d->certificate)
		json_raw(j, span_of(d->certificate));
	else
		json_null(j);
	json_key_str(j, "certificate_sha256", d->certificate_hash);
	json_end_object(j);
}

void
disposal_item_json(struct json_out *j, const struct disposal_item *i)
{
	json_object(j);
	json_key_str(j, "dossier", i->uid);
	json_key_str(j, "file_code", i->file_code);
	json_key_str(j, "title", i->title);
	json_key_str(j, "verdict", i->verdict);
	json_key_str(j, "reason", i->reason);
	json_key_str(j, "rule", i->rule);
	json_key_bool(j, "held", i->held);
	json_key_str(j, "outcome", i->outcome);
	json_key_int(j, "records", i->records);
	json_key_int(j, "files", i->files);
	json_key_int(j, "bytes", i->bytes);
	json_key_str(j, "manifest", i->manifest);
	json_end_object(j);
}
