/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include "audit.h"
#include "base.h"
#include "catalog_parts.h"
#include "disposal_parts.h"
#include "hold.h"
#include "retention_parts.h"

/*
 * Execution in steps, each a transaction (records.md 42, 44, 49): what was done is known by its
 * outcome, what has yet to leave the disk by its row of rubbish, so that a crash at any instant costs
 * nothing but the step that was under way.
 */
struct run {
	struct catalog *catalog;
	struct store *store;
	struct derived *derived;
	struct arena *arena;
	/* the batch */
	int64_t id, started;
	const char *uid;
	bool destroys;
	struct actor actor;
};

static enum status
step_batch(struct db_row *row, void *payload, struct err *err)
{
	struct run *r = payload;

	(void)err;
	r->id = db_column_int(row, 0);
	r->uid = db_column_text(row, 1, r->arena);
	r->destroys = span_equal_str(db_column_bytes(row, 2), "destroy");
	r->started = db_column_int(row, 3);
	r->actor.principal = db_column_int(row, 4);
	r->actor.source = "disposal";
	return ST_OK;
}

static enum status
find_batch(struct run *r, struct err *err)
{
	r->id = 0;
	return db_query(r->catalog->db,
	    "SELECT id, uid, action, started, executed_by FROM disposal WHERE state='executing'"
	    " ORDER BY id LIMIT 1",
	    DB_NONE, step_batch, r, err);
}

/* --- one dossier ------------------------------------------------------------------------------- */

struct item {
	struct arena *arena;
	int64_t dossier;
	const char *verdict, *reason, *rule;
};

static enum status
step_item(struct db_row *row, void *payload, struct err *err)
{
	struct item *i = payload;

	(void)err;
	i->dossier = db_column_int(row, 0);
	i->verdict = db_column_text(row, 1, i->arena);
	i->reason = db_column_text(row, 2, i->arena);
	i->rule = db_column_text(row, 3, i->arena);
	return ST_OK;
}

static enum status
next_item(struct run *r, struct item *item, struct err *err)
{
	item->dossier = 0;
	return db_query(r->catalog->db,
	    "SELECT dossier, verdict, reason, rule FROM disposal_item WHERE disposal=$1"
	    " AND outcome IS NULL ORDER BY dossier LIMIT 1",
	    DB_ARGS(db_int(r->id)), step_item, item, err);
}

static enum status
spare(struct run *r, const struct item *item, const char **outcome, struct err *err)
{
	owned(access_freep) struct access *system = NULL;
	bool extend = strcmp(item->verdict, "extend") == 0;
	int64_t override;
	enum status st = db_exec(r->catalog->db,
	    "UPDATE dossier SET state='archived' WHERE node=$1 AND state='under_review'",
	    DB_ARGS(db_int(item->dossier)), NULL, err);

	*outcome = extend ? "extended" : "kept";
	if (st != ST_OK || !extend)
		return st;
	st = access_load_system(&system, r->catalog, err);
	if (st == ST_OK)
		st = override_ask(r->catalog, &r->actor, system, item->dossier, item->rule,
		    item->reason, &override, err);
	/* the rule may have come to govern it by itself */
	return st == ST_CONFLICT ? ST_OK : st;
}

/* A hold that was set meanwhile wins, in the same transaction (records.md 47). */
static enum status
settle(struct run *r, const struct item *item, const char **outcome, struct disposal_manifest *m,
    struct err *err)
{
	struct err why = ERR_INIT;
	enum status st;

	*m = (struct disposal_manifest){ 0 };
	st = hold_check_below(r->catalog, item->dossier, &why);
	if (st == ST_HELD) {
		*outcome = "held";
		return ST_OK;
	}
	if (st != ST_OK)
		return fail(err, st, "%s", why.msg);
	if (strcmp(item->verdict, "approve") != 0)
		return spare(r, item, outcome, err);
	*outcome = r->destroys ? "destroyed" : "transferred";
	st = disposal_manifest_of(r->catalog, item->dossier, m, err);
	if (st == ST_OK && r->destroys)
		st = disposal_destroy_dossier(
		    r->catalog, &r->actor, item->dossier, r->uid, r->started, false, m, err);
	return st;
}

static enum status
do_item(struct run *r, const struct item *item, struct err *err)
{
	struct disposal_manifest m = { 0 };
	const char *outcome = NULL;
	enum status st = settle(r, item, &outcome, &m, err);

	if (st != ST_OK)
		return st;
	/* of a transfer the receiver has yet to speak: the dossier stays in the batch */
	return db_exec(r->catalog->db,
	    "UPDATE disposal_item SET outcome=$3, records=$4, files=$5, bytes=$6, manifest=$7,"
	    " live=CASE WHEN $3='transferred' THEN 1 ELSE 0 END WHERE disposal=$1 AND dossier=$2",
	    DB_ARGS(db_int(r->id), db_int(item->dossier), db_text(outcome), db_int(m.records),
		db_int(m.files), db_int(m.bytes), db_text(*m.hash ? m.hash : NULL)),
	    NULL, err);
}

static enum status
one_item(struct run *r, bool *found, struct err *err)
{
	struct item item = { .arena = r->arena };
	enum status st = db_begin(r->catalog->db, err);

	if (st != ST_OK)
		return st;
	if ((st = find_batch(r, err)) == ST_OK && r->id)
		st = next_item(r, &item, err);
	*found = st == ST_OK && item.dossier;
	if (*found)
		st = do_item(r, &item, err);
	return catalog_end(r->catalog, st, err);
}

/* --- files ------------------------------------------------------------------------------------- */

struct rubbish {
	struct arena *arena;
	int64_t id;
	const char *kind, *name;
};

static enum status
step_rubbish(struct db_row *row, void *payload, struct err *err)
{
	struct rubbish *x = payload;

	(void)err;
	x->id = db_column_int(row, 0);
	x->kind = db_column_text(row, 1, x->arena);
	x->name = db_column_text(row, 2, x->arena);
	return ST_OK;
}

/*
 * Inside the write transaction: who registers the same bytes again waits for it, and finds either
 * the file kept or the row of the blob gone.
 */
static enum status
clear(struct run *r, const struct rubbish *x, struct err *err)
{
	int64_t needed = 0;
	enum status st;

	if (strcmp(x->kind, "derived") == 0) {
		st = derived_drop(r->derived, x->name, err);
		return st == ST_NOT_FOUND ? ST_OK : st;
	}
	st = db_lookup_int(r->catalog->db, "SELECT 1 FROM blob WHERE sha256=$1 AND gone IS NULL",
	    DB_ARGS(db_text(x->name)), &needed, err);
	if (st != ST_OK || needed)
		return st;
	st = store_destroy_disposed(r->store, x->name, err);
	return st == ST_NOT_FOUND ? ST_OK : st;
}

static enum status
one_file(struct run *r, bool *found, struct err *err)
{
	struct rubbish x = { .arena = r->arena };
	enum status st = db_begin(r->catalog->db, err);

	if (st != ST_OK)
		return st;
	st = db_query(r->catalog->db, "SELECT id, kind, name FROM rubbish ORDER BY id LIMIT 1",
	    DB_NONE, step_rubbish, &x, err);
	*found = st == ST_OK && x.id;
	if (*found)
		st = clear(r, &x, err);
	if (*found && st == ST_OK)
		st = db_exec(r->catalog->db, "DELETE FROM rubbish WHERE id=$1",
		    DB_ARGS(db_int(x.id)), NULL, err);
	return catalog_end(r->catalog, st, err);
}

/* --- the certificate --------------------------------------------------------------------------- */

static enum status
step_certified(struct db_row *row, void *payload, struct err *err)
{
	static const char *const keys[] = { "dossier", "file_code", "title", "rule", "verdict",
		"reason", "outcome", "manifest" };
	struct json_out *j = payload;

	(void)err;
	json_object(j);
	for (int i = 0; i < 8; i++) {
		if (db_column_null(row, i))
			continue;
		json_key(j, keys[i]);
		json_span(j, db_column_bytes(row, i));
	}
	json_key_int(j, "records", db_column_int(row, 8));
	json_key_int(j, "files", db_column_int(row, 9));
	json_key_int(j, "bytes", db_column_int(row, 10));
	json_end_object(j);
	return ST_OK;
}

static enum status
step_head(struct db_row *row, void *payload, struct err *err)
{
	static const char *const keys[] = { "disposal", "action", "title", "receiver",
		"proposed_by", "approved_by", "executed_by", "minutes", "decision" };
	struct json_out *j = payload;

	(void)err;
	for (int i = 0; i < 9; i++) {
		if (db_column_null(row, i))
			continue;
		json_key(j, keys[i]);
		json_span(j, db_column_bytes(row, i));
	}
	json_key_time(j, "proposed", db_column_int(row, 9));
	json_key_time(j, "approved", db_column_int(row, 10));
	json_key_time(j, "executed", db_column_int(row, 11));
	return ST_OK;
}

/* Nothing in it depends on how often the execution was cut off. */
static enum status
write_certificate(struct catalog *catalog, int64_t id, struct strbuf *out, struct err *err)
{
	struct json_out json;
	enum status st;

	json_start(&json, out);
	json_object(&json);
	st = db_query(catalog->db,
	    "SELECT b.uid, b.action, b.title, b.receiver, p.name, q.name, x.name, m.uid, e.uid,"
	    " b.proposed, b.approved, b.started FROM disposal b JOIN principal p ON"
	    " p.id=b.proposed_by JOIN principal q ON q.id=b.approved_by JOIN principal x ON"
	    " x.id=b.executed_by JOIN record m ON m.id=b.minutes JOIN record e ON e.id=b.decision"
	    " WHERE b.id=$1",
	    DB_ARGS(db_int(id)), step_head, &json, err);
	json_key(&json, "dossiers");
	json_array(&json);
	if (st == ST_OK)
		st = db_query(catalog->db,
		    "SELECT n.uid, d.file_code, n.title, d.governing, i.verdict, i.reason, i.outcome,"
		    " i.manifest, i.records, i.files, i.bytes FROM disposal_item i JOIN node n"
		    " ON n.id=i.dossier JOIN dossier d ON d.node=i.dossier WHERE i.disposal=$1"
		    " ORDER BY n.uid",
		    DB_ARGS(db_int(id)), step_certified, &json, err);
	json_end_array(&json);
	json_end_object(&json);
	return st;
}

static enum status
certify(struct catalog *catalog, const struct actor *actor, int64_t id, const char *uid,
    const char *receipt, struct err *err)
{
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;
	unsigned char digest[SHA256_LEN];
	char hash[SHA256_HEX + 1];
	enum status st = write_certificate(catalog, id, &out, err);

	if (st != ST_OK)
		return st;
	if (EVP_Digest(out.buf, out.len, digest, NULL, EVP_sha256(), NULL) != 1)
		abort();
	hex_encode(digest, sizeof(digest), hash);
	st = db_exec(catalog->db,
	    "UPDATE disposal SET state='done', finished=$2, certificate=$3, certificate_hash=$4,"
	    " receipt=$5 WHERE id=$1",
	    DB_ARGS(
		db_int(id), db_int(now_us()), db_text(out.buf), db_text(hash), db_text(receipt)),
	    NULL, err);
	if (st != ST_OK)
		return st;
	strbuf_reset(&out);
	strbuf_addf(&out, "{\"certificate\":\"%s\"}", hash);
	return disposal_note(catalog, actor, "disposal.done", uid, out.buf, NULL, err);
}

/* All of its dossiers and all rubbish are done. */
static enum status
finish(struct run *r, bool *found, struct err *err)
{
	enum status st = db_begin(r->catalog->db, err);

	if (st != ST_OK)
		return st;
	st = find_batch(r, err);
	*found = st == ST_OK && r->id;
	if (*found && r->destroys)
		st = certify(r->catalog, &r->actor, r->id, r->uid, NULL, err);
	else if (*found)
		st = db_exec(r->catalog->db, "UPDATE disposal SET state='waiting' WHERE id=$1",
		    DB_ARGS(db_int(r->id)), NULL, err);
	return catalog_end(r->catalog, st, err);
}

enum status
disposal_step(struct catalog *catalog, struct store *store, struct derived *derived, size_t limit,
    bool *more, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct run r = { .catalog = catalog, .store = store, .derived = derived, .arena = arena };
	enum status st = ST_OK;

	*more = true;
	for (size_t i = 0; st == ST_OK && *more && i < limit; i++) {
		arena_reset(arena);
		st = one_item(&r, more, err);
		if (st == ST_OK && !*more)
			st = one_file(&r, more, err);
		if (st == ST_OK && !*more)
			st = finish(&r, more, err);
	}
	return st;
}

/* --- the receiver of a transfer ---------------------------------------------------------------- */

static enum status
hand_out(struct catalog *catalog, int64_t id, bool accepted, struct err *err)
{
	enum status st = ST_OK;

	if (accepted)
		st = db_exec(catalog->db,
		    "UPDATE dossier SET state='transferred' WHERE node IN (SELECT dossier"
		    " FROM disposal_item WHERE disposal=$1 AND outcome='transferred')",
		    DB_ARGS(db_int(id)), NULL, err);
	else
		st = db_exec(catalog->db,
		    "UPDATE disposal_item SET outcome='returned' WHERE disposal=$1"
		    " AND outcome='transferred'",
		    DB_ARGS(db_int(id)), NULL, err);
	return st == ST_OK
	    ? db_exec(catalog->db, "UPDATE disposal_item SET live=0 WHERE disposal=$1",
		  DB_ARGS(db_int(id)), NULL, err)
	    : st;
}

static enum status
receive(struct catalog *catalog, const struct actor *actor, const struct access *access, int64_t id,
    bool accepted, const char *receipt, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct disposal d;
	enum status st = disposal_find(
	    catalog, access, arena_printf(arena, "%lld", (long long)id), arena, &d, err);

	if (st == ST_OK && strcmp(d.state, "waiting") != 0)
		return fail(err, ST_CONFLICT, "disposal %s is %s", d.uid, d.state);
	if (st == ST_OK)
		st = hand_out(catalog, id, accepted, err);
	if (st == ST_OK && accepted)
		return certify(catalog, actor, id, d.uid, receipt, err);
	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE disposal SET state='refused', end_reason=$2 WHERE id=$1",
		    DB_ARGS(db_int(id), db_text(receipt)), NULL, err);
	return st == ST_OK
	    ? disposal_note(catalog, actor, "disposal.returned", d.uid, NULL, receipt, err)
	    : st;
}

enum status
disposal_receipt(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t id, bool accepted, const char *receipt, struct err *err)
{
	enum status st = catalog_check_text("receipt", receipt, 2000, err);

	assert(access);
	if (st == ST_OK)
		st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	return catalog_end(
	    catalog, receive(catalog, actor, access, id, accepted, receipt, err), err);
}
