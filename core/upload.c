/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>

#include "base.h"
#include "catalog_parts.h"
#include "db.h"
#include "upload.h"

#define UNFINISHED_MAX 100
#define NAME_MAX_BYTES 4096

static enum status
check_new(const struct upload *u, struct err *err)
{
	if (!u->uid || !uid_valid(span_of(u->uid)))
		return fail(err, ST_INVALID, "upload: the uid is no UUID");
	if (!u->name || !*u->name || strlen(u->name) > NAME_MAX_BYTES)
		return fail(
		    err, ST_INVALID, "upload: a file name has 1 to %d bytes", NAME_MAX_BYTES);
	if (u->length < 0)
		return fail(err, ST_INVALID, "upload: negative length");
	return ST_OK;
}

static enum status
create(struct catalog *catalog, const struct upload *u, struct err *err)
{
	int64_t unfinished, now = now_us();
	/* Told long enough what it became. */
	enum status st = db_exec(catalog->db,
	    "DELETE FROM upload WHERE principal=$1 AND record IS NOT NULL AND expires<=$2",
	    DB_ARGS(db_int(u->principal), db_int(now)), NULL, err);

	if (st != ST_OK)
		return st;
	st = db_query_int(catalog->db,
	    "SELECT count(*) FROM upload WHERE principal=$1 AND record IS NULL AND expires>$2",
	    DB_ARGS(db_int(u->principal), db_int(now)), &unfinished, err);

	if (st != ST_OK)
		return st;
	if (unfinished >= UNFINISHED_MAX)
		return fail(err, ST_LIMIT, "%d uploads are unfinished: finish or end one first",
		    UNFINISHED_MAX);
	return db_exec(catalog->db,
	    "INSERT INTO upload(uid, principal, dossier, name, fields, length, created, expires)"
	    " VALUES($1, $2, $3, $4, $5, $6, $7, $8)",
	    DB_ARGS(db_text(u->uid), db_int(u->principal), db_ref(u->dossier),
		db_blob(u->name, strlen(u->name)), db_text(u->fields), db_int(u->length),
		db_int(now), db_int(u->expires_us)),
	    NULL, err);
}

enum status
upload_create(
    struct catalog *catalog, const struct actor *actor, const struct upload *u, struct err *err)
{
	enum status st = check_new(u, err);

	if (st == ST_OK && u->principal != actor->principal)
		st = fail(err, ST_INVALID, "upload: it belongs to who begins it");
	if (st == ST_OK)
		st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	return catalog_end(catalog, create(catalog, u, err), err);
}

#define UPLOAD_COLUMNS \
	"id, uid, principal, dossier, name, fields, length, received, expires, record"

struct upload_rows {
	struct arena *arena;
	struct upload *row;
	size_t count;
};

static enum status
take_upload(struct db_row *row, void *payload, struct err *err)
{
	struct upload_rows *rows = payload;
	struct upload *u = &rows->row[rows->count++];

	(void)err;
	u->id = db_column_int(row, 0);
	u->uid = db_column_text(row, 1, rows->arena);
	u->principal = db_column_int(row, 2);
	u->dossier = db_column_int(row, 3);
	u->name = db_column_text(row, 4, rows->arena);
	u->fields = db_column_text(row, 5, rows->arena);
	u->length = db_column_int(row, 6);
	u->offset = db_column_int(row, 7);
	u->expires_us = db_column_int(row, 8);
	u->record = db_column_int(row, 9);
	return ST_OK;
}

enum status
upload_load(struct catalog *catalog, int64_t principal, const char *uid, struct arena *arena,
    struct upload *out, struct err *err)
{
	struct upload found;
	struct upload_rows rows = { arena, &found, 0 };
	enum status st = db_query(catalog->db,
	    "SELECT " UPLOAD_COLUMNS " FROM upload WHERE uid=$1 AND principal=$2",
	    DB_ARGS(db_text(uid), db_int(principal)), take_upload, &rows, err);

	if (st != ST_OK)
		return st;
	if (rows.count == 0)
		return fail(err, ST_NOT_FOUND, "no such upload");
	*out = found;
	return ST_OK;
}

/* One row must change, or the outcome given says why none did. */
static enum status
change_one(struct catalog *catalog, const char *sql, const struct db_value *values, size_t count,
    enum status otherwise, const char *why, struct err *err)
{
	int64_t changed;
	enum status st = db_exec(catalog->db, sql, values, count, &changed, err);

	if (st == ST_OK && changed != 1)
		return fail(err, otherwise, "upload %" PRId64 " %s", values[0].i, why);
	return st;
}

enum status
upload_advance(struct catalog *catalog, int64_t id, int64_t from, int64_t to, int64_t expires_us,
    struct err *err)
{
	if (to < from)
		return fail(err, ST_INVALID, "upload %" PRId64 ": the offset never goes back", id);
	return change_one(catalog,
	    "UPDATE upload SET received=$3, expires=$4"
	    " WHERE id=$1 AND received=$2 AND record IS NULL",
	    DB_ARGS(db_int(id), db_int(from), db_int(to), db_int(expires_us)), ST_CONFLICT,
	    "is not at that offset", err);
}

enum status
upload_finished(struct catalog *catalog, int64_t id, int64_t record, struct err *err)
{
	return change_one(catalog,
	    "UPDATE upload SET record=$2 WHERE id=$1 AND record IS NULL AND received=length",
	    DB_ARGS(db_int(id), db_int(record)), ST_CONFLICT,
	    "is not whole, or was finished before", err);
}

enum status
upload_delete(struct catalog *catalog, int64_t id, struct err *err)
{
	return change_one(catalog, "DELETE FROM upload WHERE id=$1", DB_ARGS(db_int(id)),
	    ST_NOT_FOUND, "is not there", err);
}

enum status
upload_expired(struct catalog *catalog, int64_t before_us, size_t limit, struct arena *arena,
    const struct upload **out, size_t *count, struct err *err)
{
	struct upload_rows rows = { arena, NULL, 0 };
	enum status st;

	if (limit < 1 || limit > 1000)
		return fail(err, ST_INVALID, "1 to 1000 uploads at once");
	rows.row = arena_array(arena, limit, sizeof(*rows.row));
	st = db_query(catalog->db,
	    "SELECT " UPLOAD_COLUMNS " FROM upload WHERE record IS NULL AND expires<=$1"
	    " ORDER BY expires LIMIT $2",
	    DB_ARGS(db_int(before_us), db_int((int64_t)limit)), take_upload, &rows, err);
	if (st != ST_OK)
		return st;
	*out = rows.row;
	*count = rows.count;
	return ST_OK;
}
