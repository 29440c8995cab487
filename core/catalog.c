/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "audit.h"
#include "base.h"
#include "catalog.h"
#include "catalog_parts.h"
#include "db.h"
#include "json_out.h"
#include "dossier_facts.h"

enum status
catalog_create(const struct conf *conf, struct err *err)
{
	struct db *db;
	enum status st = db_open(&db, conf, DB_CREATE, err);

	if (st == ST_OK)
		db_close(db);
	return st;
}

enum status
catalog_open(struct catalog **out, const struct conf *conf, enum catalog_mode mode, struct err *err)
{
	struct db *db;
	enum status st;

	*out = NULL;
	st = db_open(&db, conf, mode == CATALOG_READ ? DB_READ : DB_WRITE, err);
	if (st != ST_OK)
		return st;
	*out = xcalloc(1, sizeof(**out));
	(*out)->db = db;
	return ST_OK;
}

void
catalog_close(struct catalog *catalog)
{
	if (!catalog)
		return;
	dossier_facts_free(catalog->facts);
	db_close(catalog->db);
	free(catalog);
}

void
catalog_closep(struct catalog **catalog)
{
	catalog_close(*catalog);
	*catalog = NULL;
}

enum status
catalog_begin(struct catalog *catalog, struct err *err)
{
	return db_begin(catalog->db, err);
}

enum status
catalog_begin_read(struct catalog *catalog, struct err *err)
{
	return db_begin_read(catalog->db, err);
}

enum status
catalog_resume_read(struct catalog *catalog, enum status st, struct err *err)
{
	struct err again = ERR_INIT;

	if (db_begin_read(catalog->db, &again) == ST_OK || st != ST_OK)
		return st;
	*err = again;
	return again.status;
}

enum status
catalog_commit(struct catalog *catalog, struct err *err)
{
	return db_commit(catalog->db, err);
}

void
catalog_rollback(struct catalog *catalog)
{
	db_rollback(catalog->db);
}

enum status
catalog_end(struct catalog *catalog, enum status st, struct err *err)
{
	if (st == ST_OK)
		return db_commit(catalog->db, err);
	db_rollback(catalog->db);
	return st;
}

uint64_t
catalog_statements(const struct catalog *catalog)
{
	return db_statements(catalog->db);
}

uint64_t
catalog_walked(const struct catalog *catalog)
{
	return db_walked(catalog->db);
}

enum status
catalog_backup(struct catalog *catalog, const char *path, struct err *err)
{
	return db_backup(catalog->db, path, err);
}

enum status
catalog_setting(struct catalog *catalog, const char *key, struct arena *arena, const char **value,
    struct err *err)
{
	return db_query_text(catalog->db, "SELECT value FROM setting WHERE key=$1",
	    DB_ARGS(db_text(key)), arena, value, err);
}

static enum status
log_setting(struct catalog *catalog, const struct actor *actor, const char *key, const char *value,
    struct err *err)
{
	owned(strbuf_free) struct strbuf detail = STRBUF_INIT;
	struct event event = {
		.event_class = EVENT_ADMIN, .action = "setting.put", .kind = "setting"
	};
	struct json_out json;

	json_start(&json, &detail);
	json_object(&json);
	json_key_str(&json, "key", key);
	json_key_str(&json, "value", value);
	json_end_object(&json);
	event.outcome = "ok";
	event.detail = detail.buf;
	return audit_append(catalog, actor, &event, err);
}

enum status
catalog_setting_put(struct catalog *catalog, const struct actor *actor, const char *key,
    const char *value, struct err *err)
{
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	st = db_exec(catalog->db,
	    "INSERT INTO setting(key, value) VALUES($1, $2)"
	    " ON CONFLICT(key) DO UPDATE SET value=excluded.value",
	    DB_ARGS(db_text(key), db_text(value)), NULL, err);
	if (st == ST_OK && strncmp(key, "run.", 4) != 0)
		st = log_setting(catalog, actor, key, value, err);
	return catalog_end(catalog, st, err);
}

/* Draws the next number of a counter: the lock of the transaction makes it unique. */
enum status
catalog_count_up(struct catalog *catalog, const char *counter, int64_t *value, struct err *err)
{
	return db_query_int(catalog->db,
	    "UPDATE counter SET value=value+1 WHERE name=$1 RETURNING value",
	    DB_ARGS(db_text(counter)), value, err);
}

enum status
catalog_check_text(const char *what, const char *text, size_t max, struct err *err)
{
	struct span s = span_of(text);

	if (span_trim(s).n == 0 || s.n > max || !utf8_valid(s))
		return fail(err, ST_INVALID, "%s: 1 to %zu bytes of text are wanted", what, max);
	return ST_OK;
}
