/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>

#include "audit.h"
#include "base.h"
#include "catalog_parts.h"
#include "dossier.h"
#include "dossier_parts.h"
#include "hold.h"
#include "retention_parts.h"

/* Closing, opening again, submitting, handing over (records.md 28, 31, 32). */
#define REASON_MAX 2000
#define PASS_MAX 1000

static enum status
set_state(struct catalog *catalog, int64_t id, const char *state, struct err *err)
{
	enum status st = db_exec(catalog->db, "UPDATE dossier SET state=$2 WHERE node=$1",
	    DB_ARGS(db_int(id), db_text(state)), NULL, err);

	return st == ST_OK ? db_exec(catalog->db, "UPDATE node SET version=version+1 WHERE id=$1",
				 DB_ARGS(db_int(id)), NULL, err)
			   : st;
}

static enum status
note(struct catalog *catalog, const struct actor *actor, const struct node *node, const char *act,
    const char *day, const char *reason, const char *detail, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	const struct event_private why = { "reason", span_of(reason) };
	const struct event event = { .event_class = EVENT_CHANGE,
		.action = arena_printf(arena, "dossier.%s", act),
		.kind = "node",
		.object = node->uid,
		.outcome = "ok",
		.detail = detail,
		.priv = &why,
		.priv_count = reason ? 1 : 0 };
	char today[11];
	enum status st;

	day_text(now_us(), today);
	st = db_exec(catalog->db,
	    "INSERT INTO dossier_act(dossier, act, day, reason, made, made_by, detail)"
	    " VALUES($1, $2, $3, $4, $5, $6, $7)",
	    DB_ARGS(db_int(node->id), db_text(act), db_text(day ? day : today), db_text(reason),
		db_int(now_us()), db_ref(actor->principal), db_text(detail)),
	    NULL, err);
	return st == ST_OK ? audit_append(catalog, actor, &event, err) : st;
}

/* --- closing ----------------------------------------------------------------------------------- */

/* It may lie before the dossier was made here: papers from before the system have their own days. */
static enum status
check_day(const char *day, struct err *err)
{
	char today[11];

	day_text(now_us(), today);
	if (!date_valid(span_of(day), false) || strcmp(day, today) > 0)
		return fail(err, ST_INVALID, "date: a day YYYY-MM-DD that has come");
	return ST_OK;
}

static enum status
check_contents(struct catalog *catalog, const struct node *node, struct err *err)
{
	int64_t open = 0;
	enum status st = db_query_int(catalog->db,
	    "SELECT count(*) FROM dossier_item i JOIN record r ON r.id=i.record WHERE i.dossier=$1"
	    " AND i.home=1 AND (r.state='draft' OR r.reading IN('waiting','reading')"
	    " OR r.quarantine=1)",
	    DB_ARGS(db_int(node->id)), &open, err);

	if (st == ST_OK && open)
		return fail(err, ST_HELD,
		    "dossier %s: %lld records are drafts, being read or in quarantine", node->uid,
		    (long long)open);
	return st;
}

static enum status
check_complete(struct catalog *catalog, const struct access *access, const struct node *node,
    struct arena *arena, struct err *err)
{
	const struct dossier_wanted *w;
	size_t count;
	enum status st = dossier_wanted_list(catalog, access, node->id, arena, &w, &count, err);

	for (size_t i = 0; st == ST_OK && i < count; i++)
		if (w[i].required && !w[i].found)
			return fail(err, ST_CONFLICT, "dossier %s lacks component %d", node->uid,
			    w[i].ordinal);
	return st;
}

static enum status
close_now(struct catalog *catalog, const struct actor *actor, const struct node *node,
    const char *day, int64_t pages, struct arena *arena, struct err *err)
{
	const char *due, *authority;
	enum status st = dossier_deadline_day(catalog, node->id, day, arena, &due, &authority, err);

	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE dossier SET closed=$2, closed_by=$3, submit_due=$4, submit_rule=$5,"
		    " page_total=coalesce(nullif($6, -1), (SELECT coalesce(sum(r.pages), 0) FROM"
		    " dossier_item i JOIN record r ON r.id=i.record WHERE i.dossier=$1))"
		    " WHERE node=$1",
		    DB_ARGS(db_int(node->id), db_text(day), db_ref(actor->principal), db_text(due),
			db_text(due ? authority : NULL), db_int(pages)),
		    NULL, err);
	if (st == ST_OK)
		st = set_state(catalog, node->id, "closed", err);
	if (st == ST_OK)
		st = retention_refresh_dossier(catalog, node->id, err);
	return st == ST_OK ? note(catalog, actor, node, "close", day, NULL,
				 arena_printf(arena, "{\"day\":\"%s\"}", day), err)
			   : st;
}

static enum status
close_inside(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t id, const char *day, bool incomplete, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct node node;
	enum status st = node_load_dossier(catalog, access, PERM_EDIT, id, arena, &node, err);

	if (st == ST_OK && strcmp(node.state, "open") != 0)
		return fail(err, ST_CONFLICT, "dossier %s is %s", node.uid, node.state);
	if (st == ST_OK)
		st = hold_check(catalog, (struct hold_object){ .node = id }, err);
	if (st == ST_OK)
		st = check_day(day, err);
	if (st == ST_OK)
		st = check_contents(catalog, &node, err);
	if (st == ST_OK && !incomplete)
		st = check_complete(catalog, access, &node, arena, err);
	return st == ST_OK ? close_now(catalog, actor, &node, day, -1, arena, err) : st;
}

enum status
dossier_close(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t id, const char *day, bool incomplete, struct err *err)
{
	char today[11];
	enum status st = db_begin(catalog->db, err);

	assert(access);
	if (st != ST_OK)
		return st;
	day_text(now_us(), today);
	return catalog_end(catalog,
	    close_inside(catalog, actor, access, id, day ? day : today, incomplete, err), err);
}

/* Its pages were counted where it was closed; here its records have yet to be read. */
enum status
dossier_close_told(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t id, const char *day, int64_t pages, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct node node;
	enum status st = node_load_dossier(catalog, access, PERM_EDIT, id, arena, &node, err);

	if (st == ST_OK)
		st = check_day(day, err);
	return st == ST_OK ? close_now(catalog, actor, &node, day, pages, arena, err) : st;
}

static enum status
reopen(struct catalog *catalog, const struct actor *actor, const struct access *access, int64_t id,
    const char *reason, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct node node;
	enum status st = node_load_dossier(catalog, access, PERM_MANAGE, id, arena, &node, err);

	if (st == ST_OK && strcmp(node.state, "closed") != 0)
		return fail(err, ST_CONFLICT, "dossier %s is %s", node.uid, node.state);
	if (st == ST_OK)
		st = hold_check_below(catalog, id, err);
	/* the act first: the guard on the state asks for its reason */
	if (st == ST_OK)
		st = note(catalog, actor, &node, "reopen", NULL, reason, NULL, err);
	if (st == ST_OK)
		st = set_state(catalog, id, "open", err);
	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE dossier SET closed=NULL, closed_by=NULL, page_total=NULL,"
		    " submit_due=NULL, submit_rule=NULL WHERE node=$1",
		    DB_ARGS(db_int(id)), NULL, err);
	return st == ST_OK ? retention_refresh_dossier(catalog, id, err) : st;
}

enum status
dossier_reopen(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t id, const char *reason, struct err *err)
{
	enum status st = catalog_check_text("reason", reason, REASON_MAX, err);

	assert(access);
	if (st == ST_OK)
		st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	return catalog_end(catalog, reopen(catalog, actor, access, id, reason, err), err);
}

/* --- submitting -------------------------------------------------------------------------------- */

static const struct {
	const char *act, *from, *to;
	enum permission permission;
} steps[] = {
	[DOSSIER_SUBMIT] = { "submit", "closed", "submitted", PERM_EDIT },
	[DOSSIER_ACCEPT] = { "accept", "submitted", "archived", PERM_MANAGE },
	[DOSSIER_RETURN] = { "return", "submitted", "closed", PERM_MANAGE },
};

static enum status
step_totals(struct db_row *row, void *payload, struct err *err)
{
	struct dossier_totals *t = payload;

	(void)err;
	t->dossiers++;
	t->records += db_column_int(row, 0);
	t->files += db_column_int(row, 1);
	t->pages += db_column_int(row, 2);
	return ST_OK;
}

static enum status
add_totals(struct catalog *catalog, int64_t id, struct dossier_totals *totals, struct err *err)
{
	return db_query(catalog->db,
	    "SELECT count(*), coalesce(sum((SELECT count(*) FROM component c WHERE c.record=r.id)),"
	    " 0), coalesce(sum(r.pages), 0) FROM dossier_item i JOIN record r ON r.id=i.record"
	    " WHERE i.dossier=$1",
	    DB_ARGS(db_int(id)), step_totals, totals, err);
}

static enum status
pass_one(struct catalog *catalog, const struct actor *actor, const struct access *access,
    enum dossier_step step, int64_t id, const char *reason, struct dossier_totals *totals,
    struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct node node;
	enum status st =
	    node_load_dossier(catalog, access, steps[step].permission, id, arena, &node, err);

	if (st == ST_OK && strcmp(node.state, steps[step].from) != 0)
		return fail(err, ST_CONFLICT, "dossier %s is %s", node.uid, node.state);
	if (st == ST_OK)
		st = set_state(catalog, id, steps[step].to, err);
	if (st == ST_OK)
		st = add_totals(catalog, id, totals, err);
	return st == ST_OK ? note(catalog, actor, &node, steps[step].act, NULL, reason, NULL, err)
			   : st;
}

enum status
dossier_pass(struct catalog *catalog, const struct actor *actor, const struct access *access,
    enum dossier_step step, const int64_t *ids, size_t count, const char *reason,
    struct dossier_totals *totals, struct err *err)
{
	enum status st = ST_OK;

	assert(access);
	*totals = (struct dossier_totals){ 0 };
	if (count < 1 || count > PASS_MAX)
		return fail(err, ST_INVALID, "1 to %d dossiers", PASS_MAX);
	if (step == DOSSIER_RETURN)
		st = catalog_check_text("reason", reason, REASON_MAX, err);
	if (st == ST_OK)
		st = retention_check_plan(access, err);
	if (st == ST_OK)
		st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	for (size_t i = 0; st == ST_OK && i < count; i++)
		st = pass_one(catalog, actor, access, step, ids[i], reason, totals, err);
	return catalog_end(catalog, st, err);
}

/* --- handing over ------------------------------------------------------------------------------ */

static enum status
step_node(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct node *n = row_list_add(list, sizeof(*n));

	(void)err;
	n->id = db_column_int(row, 0);
	n->uid = db_column_text(row, 1, list->arena);
	return ST_OK;
}

/* One dossier changes hands; *part is what it held that day. */
static enum status
hand_over_one(struct catalog *catalog, const struct actor *actor, const struct node *n, int64_t to,
    const char *reason, const char *detail, struct dossier_totals *part, struct err *err)
{
	enum status st = db_exec(catalog->db, "UPDATE dossier SET maintainer=$2 WHERE node=$1",
	    DB_ARGS(db_int(n->id), db_int(to)), NULL, err);

	*part = (struct dossier_totals){ 0 };
	if (st == ST_OK)
		st = add_totals(catalog, n->id, part, err);
	return st == ST_OK ? note(catalog, actor, n, "handover", NULL, reason, detail, err) : st;
}

/* The minutes: kept as it was. */
static enum status
keep_minutes(struct catalog *catalog, const struct actor *actor, int64_t from, int64_t to,
    const char *reason, const struct node *n, const struct dossier_totals *part, size_t count,
    struct dossier_totals *totals, struct err *err)
{
	char today[11];
	int64_t id = 0;
	enum status st;

	for (size_t i = 0; i < count; i++) {
		totals->dossiers += part[i].dossiers;
		totals->records += part[i].records;
		totals->files += part[i].files;
		totals->pages += part[i].pages;
	}
	uid_make(totals->handover);
	day_text(now_us(), today);
	st = db_query_int(catalog->db,
	    "INSERT INTO handover(uid, giver, taker, reason, day, dossiers, records, files, pages,"
	    " made, made_by) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id",
	    DB_ARGS(db_text(totals->handover), db_int(from), db_int(to), db_text(reason),
		db_text(today), db_int(totals->dossiers), db_int(totals->records),
		db_int(totals->files), db_int(totals->pages), db_int(now_us()),
		db_ref(actor->principal)),
	    &id, err);
	for (size_t i = 0; st == ST_OK && i < count; i++)
		st = db_exec(catalog->db,
		    "INSERT INTO handover_item(handover, ordinal, dossier, records, files, pages)"
		    " VALUES($1, $2, $3, $4, $5, $6)",
		    DB_ARGS(db_int(id), db_int((int64_t)i + 1), db_int(n[i].id),
			db_int(part[i].records), db_int(part[i].files), db_int(part[i].pages)),
		    NULL, err);
	return st;
}

/* Custody is not content: what is held changes hands too, or nobody would be left to answer for it. */
static enum status
hand_over(struct catalog *catalog, const struct actor *actor, int64_t from, int64_t to,
    const char *reason, struct dossier_totals *totals, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct row_list list = { .arena = arena };
	struct dossier_totals *part;
	const struct node *n;
	const char *detail;
	enum status st = db_query(catalog->db,
	    "SELECT n.id, n.uid FROM dossier d JOIN node n ON n.id=d.node WHERE d.maintainer=$1"
	    " AND " RETENTION_LIVE " ORDER BY n.id",
	    DB_ARGS(db_int(from)), step_node, &list, err);

	if (st != ST_OK || list.count == 0)
		return st;
	detail = arena_printf(arena, "{\"from\":%lld,\"to\":%lld}", (long long)from, (long long)to);
	part = arena_array(arena, list.count, sizeof(*part));
	n = list.rows;
	for (size_t i = 0; st == ST_OK && i < list.count; i++)
		st = hand_over_one(catalog, actor, &n[i], to, reason, detail, &part[i], err);
	return st == ST_OK
	    ? keep_minutes(catalog, actor, from, to, reason, n, part, list.count, totals, err)
	    : st;
}

enum status
dossier_handover(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t from, int64_t to, const char *reason, struct dossier_totals *totals, struct err *err)
{
	enum status st = catalog_check_text("reason", reason, REASON_MAX, err);

	assert(access);
	*totals = (struct dossier_totals){ 0 };
	if (st == ST_OK && from == to)
		st = fail(err, ST_INVALID, "to: another person");
	if (st == ST_OK)
		st = retention_check_plan(access, err);
	if (st == ST_OK)
		st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	return catalog_end(catalog, hand_over(catalog, actor, from, to, reason, totals, err), err);
}
