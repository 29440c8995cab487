/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "saved_search.h"

#include <string.h>

#include "audit.h"
#include "catalog_parts.h"
#include "db.h"
#include "record_parts.h"
#include "search.h"
#include "text.h"

#define CHOICE_COLUMNS \
	"type, issuer, state, language, year, month, level, dossier, retention, due, held, procedure," \
	" sort, obsolete"
#define COLUMNS "uid, name, query, changed, " CHOICE_COLUMNS
#define CHOICES_AT 4

const char *
saved_choice_name(enum saved_choice c)
{
	static const char *const name[SAVED_CHOICES] = { "type", "issuer", "state", "language",
		"year", "month", "level", "dossier", "retention", "due", "held", "procedure",
		"sort", "obsolete" };

	return name[c];
}

/* --- reading ----------------------------------------------------------------------------------- */

static enum status
step_saved(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct saved_search *s = row_list_add(list, sizeof(*s));

	(void)err;
	s->uid = db_column_text(row, 0, list->arena);
	s->name = db_column_text(row, 1, list->arena);
	s->query = db_column_text(row, 2, list->arena);
	s->changed_us = db_column_int(row, 3);
	for (int c = 0; c < SAVED_CHOICES; c++)
		s->choice[c] = db_column_text(row, CHOICES_AT + c, list->arena);
	return ST_OK;
}

enum status
saved_search_list(struct catalog *catalog, int64_t principal, struct arena *arena,
    const struct saved_search **rows, size_t *count, struct err *err)
{
	struct row_list list = { .arena = arena };
	enum status st = db_query(catalog->db,
	    "SELECT " COLUMNS " FROM saved_search WHERE principal=$1 ORDER BY key",
	    DB_ARGS(db_int(principal)), step_saved, &list, err);

	*rows = list.rows;
	*count = list.count;
	return st;
}

enum status
saved_search_find(struct catalog *catalog, int64_t principal, const char *what, struct arena *arena,
    struct saved_search *found, struct err *err)
{
	owned(strbuf_free) struct strbuf key = STRBUF_INIT;
	struct row_list list = { .arena = arena };
	enum status st;

	text_key(span_of(what), &key);
	st = db_query(catalog->db,
	    "SELECT " COLUMNS " FROM saved_search WHERE principal=$1 AND (uid=$2 OR key=$3)"
	    " ORDER BY uid=$2 DESC LIMIT 1",
	    DB_ARGS(db_int(principal), db_text(what), db_text(key.len ? key.buf : "")), step_saved,
	    &list, err);
	if (st == ST_OK && list.count == 0)
		st = fail(err, ST_NOT_FOUND, "no saved search %s", what);
	if (st == ST_OK)
		*found = *(const struct saved_search *)list.rows;
	return st;
}

/* --- changing ---------------------------------------------------------------------------------- */

static enum status
check(const struct saved_search *s, struct strbuf *key, struct err *err)
{
	enum status st = catalog_check_text("name", s->name, SAVED_NAME_MAX, err);

	if (st != ST_OK)
		return st;
	text_key(span_of(s->name), key);
	if (key->len == 0)
		return fail(
		    err, ST_INVALID, "name: without a letter or digit it cannot be found again");
	if (!utf8_valid(span_of(s->query)) || strlen(s->query) > SEARCH_QUERY_MAX)
		return fail(err, ST_INVALID, "query: at most %d bytes of UTF-8", SEARCH_QUERY_MAX);
	for (int c = 0; st == ST_OK && c < SAVED_CHOICES; c++)
		if (s->choice[c])
			st = catalog_check_text(saved_choice_name((enum saved_choice)c),
			    s->choice[c], SAVED_VALUE_MAX, err);
	return st;
}

/* Name and query may speak of people: private fields. */
static enum status
note(struct catalog *catalog, const struct actor *actor, const char *action,
    const struct saved_search *s, struct err *err)
{
	const struct event_private priv[] = { { "name", span_of(s->name) },
		{ "query", span_of(s->query) } };
	const struct event event = { .event_class = EVENT_CHANGE,
		.action = action,
		.kind = "saved_search",
		.object = s->uid,
		.outcome = "ok",
		.priv = priv,
		.priv_count = 2 };

	return audit_append(catalog, actor, &event, err);
}

/* Insert or update: the same values. */
static enum status
put(struct catalog *catalog, const struct actor *actor, const char *sql,
    const struct saved_search *s, struct span key, int64_t *changed, struct err *err)
{
	const struct db_value key_value = { DB_TEXT, 0, 0, key };
	struct db_value v[6 + SAVED_CHOICES] = { db_int(actor->principal), db_text(s->uid),
		db_text(s->name), key_value, db_text(s->query), db_int(now_us()) };
	enum status st;

	for (int c = 0; c < SAVED_CHOICES; c++)
		v[6 + c] = db_text(s->choice[c]);
	st = db_exec(catalog->db, sql, v, sizeof(v) / sizeof(v[0]), changed, err);
	if (st == ST_EXISTS)
		(void)fail(err, st, "there is a saved search \"%s\" already", s->name);
	return st;
}

static enum status
add(struct catalog *catalog, const struct actor *actor, const struct saved_search *s,
    struct span key, struct err *err)
{
	int64_t count;
	enum status st =
	    db_query_int(catalog->db, "SELECT count(*) FROM saved_search WHERE principal=$1",
		DB_ARGS(db_int(actor->principal)), &count, err);

	if (st == ST_OK && count >= SAVED_SEARCHES_MAX)
		return fail(err, ST_LIMIT, "%d saved searches are enough; remove one first",
		    SAVED_SEARCHES_MAX);
	if (st == ST_OK)
		st = put(catalog, actor,
		    "INSERT INTO saved_search(principal, uid, name, key, query, changed,"
		    " " CHOICE_COLUMNS ") VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,"
		    " $13, $14, $15, $16, $17, $18, $19, $20)",
		    s, key, NULL, err);
	return st == ST_OK ? note(catalog, actor, "search.save", s, err) : st;
}

enum status
saved_search_add(struct catalog *catalog, const struct actor *actor,
    const struct saved_search *what, char uid[UID_LEN + 1], struct err *err)
{
	owned(strbuf_free) struct strbuf key = STRBUF_INIT;
	struct saved_search s = *what;
	enum status st = check(what, &key, err);

	if (st != ST_OK || (st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	uid_make(uid);
	s.uid = uid;
	return catalog_end(catalog, add(catalog, actor, &s, strbuf_span(&key), err), err);
}

static enum status
change(struct catalog *catalog, const struct actor *actor, const struct saved_search *s,
    struct span key, struct err *err)
{
	int64_t changed = 0;
	enum status st = put(catalog, actor,
	    "UPDATE saved_search SET name=$3, key=$4, query=$5, changed=$6,"
	    " type=$7, issuer=$8, state=$9, language=$10, year=$11, month=$12, level=$13,"
	    " dossier=$14, retention=$15, due=$16, held=$17, procedure=$18, sort=$19,"
	    " obsolete=$20 WHERE principal=$1 AND uid=$2",
	    s, key, &changed, err);

	if (st == ST_OK && changed == 0)
		return fail(err, ST_NOT_FOUND, "no saved search %s", s->uid);
	return st == ST_OK ? note(catalog, actor, "search.change", s, err) : st;
}

enum status
saved_search_change(struct catalog *catalog, const struct actor *actor,
    const struct saved_search *what, struct err *err)
{
	owned(strbuf_free) struct strbuf key = STRBUF_INIT;
	enum status st = check(what, &key, err);

	if (st != ST_OK || (st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	return catalog_end(catalog, change(catalog, actor, what, strbuf_span(&key), err), err);
}

static enum status
take_out(struct catalog *catalog, const struct actor *actor, const char *uid, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct row_list list = { .arena = arena };
	enum status st = db_query(catalog->db,
	    "DELETE FROM saved_search WHERE principal=$1 AND uid=$2 RETURNING " COLUMNS,
	    DB_ARGS(db_int(actor->principal), db_text(uid)), step_saved, &list, err);

	if (st == ST_OK && list.count == 0)
		return fail(err, ST_NOT_FOUND, "no saved search %s", uid);
	return st == ST_OK ? note(catalog, actor, "search.forget", list.rows, err) : st;
}

enum status
saved_search_remove(
    struct catalog *catalog, const struct actor *actor, const char *uid, struct err *err)
{
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	return catalog_end(catalog, take_out(catalog, actor, uid, err), err);
}
