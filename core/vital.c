/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vital.h"

#include <assert.h>

#include "access_filter.h"
#include "audit.h"
#include "base.h"
#include "catalog_parts.h"
#include "db.h"
#include "hold.h"
#include "plan.h"
#include "record_parts.h"

#define LIMIT_MAX 500
#define PLACE_MAX 200
#define BATCH 500

/* Dossiers at or below a flagged node, and the originals of the live records in them. */
#define VITAL \
	"WITH RECURSIVE v(id) AS (SELECT id FROM node WHERE vital=1" \
	" UNION SELECT n.id FROM node n JOIN v ON n.parent=v.id) "
#define ORIGINALS \
	" FROM record r JOIN component c ON c.record=r.id" \
	" JOIN rendition o ON o.component=c.id AND o.kind='original'" \
	" LEFT JOIN (SELECT blob, max(verified) AS at FROM offsite_blob GROUP BY blob) b" \
	" ON b.blob=o.blob" \
	" WHERE r.id IN (SELECT i.record FROM dossier_item i JOIN v ON v.id=i.dossier)" \
	" AND r.state<>'destroyed'"

/* --- the flag ---------------------------------------------------------------------------------- */

static enum status
flag(struct catalog *catalog, const struct actor *actor, const struct node *node, bool vital,
    struct err *err)
{
	int64_t changed = 0;
	enum status st = hold_check(catalog, (struct hold_object){ .node = node->id }, err);

	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE node SET vital=$2, version=version+1 WHERE id=$1 AND vital<>$2",
		    DB_ARGS(db_int(node->id), db_int(vital)), &changed, err);
	if (st != ST_OK || changed == 0)
		return st;
	return audit_append_act(catalog, actor, EVENT_CHANGE, "node.vital", "node", node->uid,
	    vital ? "{\"vital\":true}" : "{\"vital\":false}", NULL, err);
}

enum status
vital_flag(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t id, bool vital, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct node node;
	enum status st = node_load(catalog, access, id, arena, &node, err);

	if (st == ST_OK && !access_can(access, PERM_MANAGE, node.access_class))
		st = fail(err, ST_DENIED, "node %s: no right to flag it", node.uid);
	if (st != ST_OK || (st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	return catalog_end(catalog, flag(catalog, actor, &node, vital, err), err);
}

enum status
vital_is(struct catalog *catalog, int64_t node, bool *vital, struct err *err)
{
	int64_t found = 0;
	enum status st = db_query_int(catalog->db,
	    "WITH RECURSIVE up(id, parent, vital) AS (SELECT id, parent, vital FROM node WHERE id=$1"
	    " UNION ALL SELECT n.id, n.parent, n.vital FROM node n JOIN up u ON n.id=u.parent)"
	    " SELECT coalesce(max(vital), 0) FROM up",
	    DB_ARGS(db_int(node)), &found, err);

	*vital = found != 0;
	return st;
}

/* --- the report -------------------------------------------------------------------------------- */

static enum status
step_record(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct vital_record *v = row_list_add(list, sizeof(*v));

	(void)err;
	*v = (struct vital_record){
		.id = db_column_int(row, 0),
		.uid = db_column_text(row, 1, list->arena),
		.subject = db_column_text(row, 2, list->arena),
		.file_code = db_column_text(row, 3, list->arena),
		.files = db_column_int(row, 4),
		.whole = db_column_int(row, 5),
		.verified_us = db_column_int(row, 6),
	};
	return ST_OK;
}

/* A look before this moment is too old. */
static enum status
oldest_look(struct catalog *catalog, struct arena *arena, int64_t *since, struct err *err)
{
	const char *text = NULL;
	int64_t days = VITAL_DAYS_DEFAULT;
	enum status st = catalog_setting(catalog, "vital.days", arena, &text, err);

	if (st == ST_OK && text && (!span_i64(span_of(text), &days) || days < 1))
		days = VITAL_DAYS_DEFAULT;
	*since = now_us() - days * 86400 * 1000000;
	return st;
}

enum status
vital_list(struct catalog *catalog, const struct access *access, const struct vital_filter *f,
    struct arena *arena, const struct vital_record **out, size_t *count, struct err *err)
{
	struct row_list list = { .arena = arena };
	struct db_value args[ACCESS_FILTER_ARGS + 4];
	int64_t since;
	enum status st;

	assert(access);
	if (f->limit < 1 || f->limit > LIMIT_MAX)
		return fail(err, ST_INVALID, "a page has 1 to %d rows", LIMIT_MAX);
	if ((st = oldest_look(catalog, arena, &since, err)) != ST_OK)
		return st;
	access_filter_args(access, arena, args);
	args[3] = db_int(since);
	args[4] = db_int(f->lacking);
	args[5] = db_int(f->after);
	args[6] = db_int((int64_t)f->limit);
	st = db_query(catalog->db,
	    VITAL "SELECT r.id, r.uid, r.subject, (SELECT d.file_code FROM dossier_item i"
		  " JOIN dossier d ON d.node=i.dossier JOIN node n ON n.id=d.node"
		  " WHERE i.record=r.id AND i.home=1 AND " ACCESS_SEES(
		      "n") "),"
			   " count(*), count(CASE WHEN b.at>=$4 THEN 1 END),"
			   " CASE WHEN count(b.at)=count(*) THEN min(b.at) ELSE 0 END" ORIGINALS
			   " AND r.id>$6 AND " ACCESS_SEES_RECORD(
			       "r") " GROUP BY r.id"
				    " HAVING $5=0 OR count(CASE WHEN b.at>=$4 THEN 1 END)<count(*)"
				    " ORDER BY r.id LIMIT $7",
	    args, 7, step_record, &list, err);
	*out = list.rows;
	*count = list.count;
	return st;
}

const char *
vital_status(const struct vital_record *v)
{
	if (v->whole == v->files)
		return "verified";
	if (v->whole > 0)
		return "partial";
	return v->verified_us ? "stale" : "none";
}

void
vital_json(struct json_out *j, const struct vital_record *v)
{
	json_object(j);
	json_key_str(j, "uid", v->uid);
	json_key_str(j, "subject", v->subject);
	json_key_str(j, "file_code", v->file_code);
	json_key_int(j, "files", v->files);
	json_key_int(j, "whole", v->whole);
	json_key_str(j, "status", vital_status(v));
	if (v->verified_us)
		json_key_time(j, "verified", v->verified_us);
	else
		json_key_str(j, "verified", NULL);
	json_end_object(j);
}

/* --- looking into a copy ----------------------------------------------------------------------- */

struct looked {
	const char *sha256;
	int64_t size;
	bool whole;
};

static enum status
step_blob(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct looked *b = row_list_add(list, sizeof(*b));

	(void)err;
	b->sha256 = db_column_text(row, 0, list->arena);
	b->size = db_column_int(row, 1);
	return ST_OK;
}

static enum status
list_blobs(struct catalog *catalog, const char *after, struct row_list *list, struct err *err)
{
	return db_query(catalog->db,
	    VITAL "SELECT DISTINCT o.blob, (SELECT size FROM blob WHERE sha256=o.blob)" ORIGINALS
		  " AND o.blob>$1 ORDER BY o.blob LIMIT $2",
	    DB_ARGS(db_text(after), db_int(BATCH)), step_blob, list, err);
}

/* Outside of a transaction: it may be on the other end of a slow line. */
static enum status
look(struct store *copy, struct looked *list, size_t count, struct vital_counts *n, struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		enum status st = store_verify(copy, list[i].sha256, (uint64_t)list[i].size, err);

		list[i].whole = st == ST_OK;
		if (st == ST_OK)
			n->whole++;
		else if (st == ST_NOT_FOUND)
			n->missing++;
		else if (st == ST_CORRUPT)
			n->damaged++;
		else
			return st;
	}
	return ST_OK;
}

static enum status
note(struct catalog *catalog, const char *place, const struct looked *list, size_t count,
    struct err *err)
{
	int64_t id = 0;
	enum status st = db_query_int(catalog->db,
	    "INSERT INTO offsite_place(name) VALUES($1)"
	    " ON CONFLICT(name) DO UPDATE SET name=excluded.name RETURNING id",
	    DB_ARGS(db_text(place)), &id, err);

	for (size_t i = 0; st == ST_OK && i < count; i++)
		st = list[i].whole
		    ? db_exec(catalog->db,
			  "INSERT INTO offsite_blob(blob, place, verified) VALUES($1, $2, $3)"
			  " ON CONFLICT(blob, place) DO UPDATE SET verified=excluded.verified",
			  DB_ARGS(db_text(list[i].sha256), db_int(id), db_int(now_us())), NULL, err)
		    : db_exec(catalog->db, "DELETE FROM offsite_blob WHERE blob=$1 AND place=$2",
			  DB_ARGS(db_text(list[i].sha256), db_int(id)), NULL, err);
	return st;
}

static enum status
finish(struct catalog *catalog, const struct actor *actor, const char *place,
    const struct vital_counts *n, struct arena *arena, struct err *err)
{
	const struct event_private priv = { "place", span_of(place) };
	const struct event event = { .event_class = EVENT_PRESERVATION,
		.action = "vital.verify",
		.outcome = n->missing || n->damaged ? "failed" : "ok",
		.detail = arena_printf(arena, "{\"whole\":%llu,\"missing\":%llu,\"damaged\":%llu}",
		    (unsigned long long)n->whole, (unsigned long long)n->missing,
		    (unsigned long long)n->damaged),
		.priv = &priv,
		.priv_count = 1 };

	return audit_append(catalog, actor, &event, err);
}

enum status
vital_verify(struct catalog *catalog, const struct actor *actor, struct store *copy,
    const char *place, struct vital_counts *n, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	const char *after = "";
	struct row_list list;
	enum status st = catalog_check_text("place", place, PLACE_MAX, err);

	*n = (struct vital_counts){ 0 };
	do {
		list = (struct row_list){ .arena = arena };
		if (st != ST_OK || (st = list_blobs(catalog, after, &list, err)) != ST_OK ||
		    (st = look(copy, list.rows, list.count, n, err)) != ST_OK ||
		    (st = db_begin(catalog->db, err)) != ST_OK)
			return st;
		st = note(catalog, place, list.rows, list.count, err);
		if (st == ST_OK && list.count < BATCH)
			st = finish(catalog, actor, place, n, arena, err);
		st = catalog_end(catalog, st, err);
		if (list.count)
			after = ((const struct looked *)list.rows)[list.count - 1].sha256;
	} while (st == ST_OK && list.count == BATCH);
	return st;
}
