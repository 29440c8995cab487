/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>

#include "audit.h"
#include "base.h"
#include "catalog_parts.h"
#include "declare.h"
#include "hold.h"
#include "job_parts.h"
#include "record_keep.h"

/*
 * Other bytes for a declared record (records.md 10).  They arrive as a draft like everything else,
 * with their digest and their reading; then the two change documents: the record keeps its identity,
 * number and metadata and shows the new ones, the draft becomes the old version, recalled, beside it
 * in the same dossier.  No component, rendition or page is written: what was declared stays readable
 * bit for bit.
 */
struct replacement {
	struct catalog *catalog;
	const struct actor *actor;
	struct arena *arena;
	struct record old, by;
	const char *reason;
};

static enum status
ask(const struct replacement *r, const char *sql, int64_t *found, struct err *err)
{
	return db_query_int(
	    r->catalog->db, sql, DB_ARGS(db_int(r->old.id), db_int(r->by.id)), found, err);
}

static enum status
check_states(const struct replacement *r, struct err *err)
{
	if (r->old.id == r->by.id)
		return fail(err, ST_INVALID, "by: a record is not replaced by itself");
	if (strcmp(r->old.state, "declared") != 0)
		return fail(err, ST_CONFLICT, "record %s is %s", r->old.uid, r->old.state);
	if (strcmp(r->by.state, "draft") != 0)
		return fail(err, ST_CONFLICT, "record %s is %s, no draft", r->by.uid, r->by.state);
	if (r->old.quarantine || r->by.quarantine)
		return fail(err, ST_HELD, "record %s is in quarantine",
		    r->old.quarantine ? r->old.uid : r->by.uid);
	if (r->old.access_class != r->by.access_class || r->old.level != r->by.level ||
	    strcmp(r->old.home_uid, r->by.home_uid) != 0)
		return fail(err, ST_CONFLICT,
		    "record %s is not in the same dossier with the same level and rights",
		    r->by.uid);
	return ST_OK;
}

static enum status
check_contents(const struct replacement *r, struct err *err)
{
	int64_t parts = 0, revisions = 0, busy = 0;
	enum status st = ask(r,
	    "SELECT count(*) FROM component c JOIN rendition o ON o.component=c.id"
	    " WHERE c.record IN ($1, $2) AND (o.first_page>0 OR c.derived IS NOT NULL)",
	    &parts, err);

	if (st == ST_OK)
		st = ask(
		    r, "SELECT count(*) FROM ctl_rev WHERE record IN ($1, $2)", &revisions, err);
	if (st == ST_OK)
		st = ask(r,
		    "SELECT count(*) FROM record WHERE id IN ($1, $2)"
		    " AND reading IN('waiting','reading')",
		    &busy, err);
	if (st != ST_OK)
		return st;
	if (parts)
		return fail(err, ST_CONFLICT, "a part of a stack is put right where it is parted");
	if (revisions)
		return fail(err, ST_CONFLICT,
		    "record %s is a revision of a procedure: make the next one", r->old.uid);
	return busy ? fail(err, ST_CONFLICT, "one of the two is still being read; try again then")
		    : ST_OK;
}

static enum status
check_holds(const struct replacement *r, struct err *err)
{
	enum status st = hold_check(r->catalog, (struct hold_object){ .record = r->old.id }, err);

	return st == ST_OK ? hold_check(r->catalog, (struct hold_object){ .record = r->by.id }, err)
			   : st;
}

/* What hangs on a document goes with it; the ordinals of both are free for a moment. */
static const char *const swap_sql[] = {
	"UPDATE component SET record=$2, ordinal=-ordinal WHERE record=$1",
	"UPDATE component SET record=$1 WHERE record=$2 AND ordinal>0",
	"UPDATE component SET ordinal=-ordinal WHERE record=$2 AND $1=$1",
	"UPDATE suggestion SET record=(SELECT record FROM component WHERE id=suggestion.component)"
	" WHERE record IN ($1, $2) AND component IS NOT NULL",
	"UPDATE reading_finding SET record=(SELECT record FROM component"
	" WHERE id=reading_finding.component) WHERE record IN ($1, $2)",
	"UPDATE suggestion SET state='rejected' WHERE state='new' AND record IN ($1, $2)",
	"DELETE FROM record_detail WHERE record=$2 AND $1=$1",
	"INSERT INTO record_detail(record, name, value)"
	" SELECT $2, name, value FROM record_detail WHERE record=$1",
	"UPDATE record SET (type_code, number, symbol, issued, issuer, subject, language, signer,"
	" signer_post, urgency, direction, number_key)=(SELECT type_code, number, symbol, issued, issuer,"
	" subject, language, signer, signer_post, urgency, direction, number_key FROM record WHERE id=$1),"
	" duplicate_of=NULL, state='declared' WHERE id=$2",
};

static enum status
swap(const struct replacement *r, struct err *err)
{
	enum status st = ST_OK;

	for (size_t i = 0; st == ST_OK && i < sizeof(swap_sql) / sizeof(swap_sql[0]); i++)
		st = db_exec(r->catalog->db, swap_sql[i],
		    DB_ARGS(db_int(r->old.id), db_int(r->by.id)), NULL, err);
	if (st == ST_OK)
		st = db_exec(r->catalog->db,
		    "UPDATE record SET state='recalled', declared=$2, recalled=$2, recalled_by=$3,"
		    " recall_reason=$4 WHERE id=$1",
		    DB_ARGS(db_int(r->by.id), db_int(now_us()), db_ref(r->actor->principal),
			db_text(r->reason)),
		    NULL, err);
	for (int i = 0; st == ST_OK && i < 2; i++) {
		int64_t id = i ? r->by.id : r->old.id;

		st = job_settle_record(r->catalog, id, err);
		if (st == ST_OK)
			st = record_touch(r->catalog, id, true, err);
	}
	return st;
}

static enum status
note_one(const struct replacement *r, const struct record *of, const char *detail, struct err *err)
{
	return audit_append_act(r->catalog, r->actor, EVENT_CHANGE, "record.replace", "record",
	    of->uid, detail, r->reason, err);
}

static enum status
note(const struct replacement *r, struct err *err)
{
	enum status st = note_one(
	    r, &r->old, arena_printf(r->arena, "{\"old_version\":\"%s\"}", r->by.uid), err);

	return st == ST_OK
	    ? note_one(r, &r->by, arena_printf(r->arena, "{\"of\":\"%s\"}", r->old.uid), err)
	    : st;
}

static enum status
replace(struct replacement *r, const struct access *access, int64_t id, int64_t version, int64_t by,
    struct err *err)
{
	enum status st =
	    record_load_for(r->catalog, access, PERM_MANAGE, id, r->arena, &r->old, err);

	if (st == ST_OK)
		st = record_load_for(r->catalog, access, PERM_EDIT, by, r->arena, &r->by, err);
	if (st == ST_OK && version && version != r->old.version)
		st = fail(err, ST_PRECONDITION, "record %s changed meanwhile", r->old.uid);
	if (st != ST_OK || (st = check_states(r, err)) != ST_OK ||
	    (st = check_holds(r, err)) != ST_OK || (st = check_contents(r, err)) != ST_OK ||
	    (st = record_keep_version(r->catalog, r->actor, &r->old, r->reason, err)) != ST_OK ||
	    (st = relation_add(r->catalog, r->actor, access, id, "replaces", r->by.uid, err)) !=
		ST_OK ||
	    (st = swap(r, err)) != ST_OK)
		return st;
	return note(r, err);
}

enum status
record_replace(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t record, int64_t version, int64_t by, const char *reason, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct replacement r = {
		.catalog = catalog, .actor = actor, .arena = arena, .reason = reason
	};
	enum status st = catalog_check_text("reason", reason, 2000, err);

	assert(access);
	if (st != ST_OK || (st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	return catalog_end(catalog, replace(&r, access, record, version, by, err), err);
}
