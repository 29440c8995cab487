/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "synonym.h"

#include "audit.h"
#include "catalog_parts.h"
#include "db.h"
#include "json_out.h"
#include "record_parts.h"
#include "text.h"

static enum status
step_synonym(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct synonym *s = row_list_add(list, sizeof(*s));

	(void)err;
	s->id = db_column_int(row, 0);
	s->term = db_column_text(row, 1, list->arena);
	s->also = db_column_text(row, 2, list->arena);
	return ST_OK;
}

enum status
synonym_list(struct catalog *catalog, struct arena *arena, const struct synonym **rows,
    size_t *count, struct err *err)
{
	struct row_list list = { .arena = arena };
	enum status st =
	    db_query(catalog->db, "SELECT id, term, also FROM synonym ORDER BY key, also_key, id",
		DB_NONE, step_synonym, &list, err);

	*rows = list.rows;
	*count = list.count;
	return st;
}

/* Pairs of names that an agency had (agency.h), both ways. */
static enum status
names_list(struct catalog *catalog, struct arena *arena, const struct synonym **rows, size_t *count,
    struct err *err)
{
	struct row_list list = { .arena = arena };
	enum status st = db_query(catalog->db,
	    "SELECT 0, a.name, b.name FROM agency_name a JOIN agency_name b ON b.agency=a.agency"
	    " AND b.key<>a.key ORDER BY a.agency, a.valid_from, b.valid_from LIMIT $1",
	    DB_ARGS(db_int(SYNONYM_MAX)), step_synonym, &list, err);

	*rows = list.rows;
	*count = list.count;
	return st;
}

/* The key of one side, when it is fit to be one. */
static enum status
make_key(const char *what, const char *text, struct strbuf *key, struct err *err)
{
	enum status st = catalog_check_text(what, text, SYNONYM_TEXT_MAX, err);
	struct span rest;
	size_t words = 0;

	if (st != ST_OK)
		return st;
	text_key(span_of(text), key);
	for (rest = strbuf_span(key); rest.n > 0; words++)
		(void)span_cut(&rest, ' ');
	if (words == 0 || words > SYNONYM_WORDS_MAX)
		return fail(
		    err, ST_INVALID, "%s: 1 to %d words, not %zu", what, SYNONYM_WORDS_MAX, words);
	return ST_OK;
}

static enum status
log_change(struct catalog *catalog, const struct actor *actor, const char *action, const char *term,
    const char *also, struct err *err)
{
	owned(strbuf_free) struct strbuf detail = STRBUF_INIT;
	struct event event = { .event_class = EVENT_ADMIN, .action = action, .outcome = "ok" };
	struct json_out json;

	json_start(&json, &detail);
	json_object(&json);
	json_key_str(&json, "term", term);
	json_key_str(&json, "also", also);
	json_end_object(&json);
	event.detail = detail.buf;
	return audit_append(catalog, actor, &event, err);
}

static enum status
add(struct catalog *catalog, const struct actor *actor, const char *term, struct span key,
    const char *also, struct span also_key, int64_t *id, struct err *err)
{
	struct db_value name = { DB_TEXT, 0, 0, key }, meaning = { DB_TEXT, 0, 0, also_key };
	int64_t count;
	enum status st =
	    db_query_int(catalog->db, "SELECT count(*) FROM synonym", DB_NONE, &count, err);

	if (st == ST_OK && count >= SYNONYM_MAX)
		return fail(err, ST_LIMIT, "there are %d synonyms already", SYNONYM_MAX);
	if (st == ST_OK)
		st = db_query_int(catalog->db,
		    "INSERT INTO synonym(term, key, also, also_key) VALUES($1, $2, $3, $4)"
		    " RETURNING id",
		    DB_ARGS(db_text(term), name, db_text(also), meaning), id, err);
	return st == ST_OK ? log_change(catalog, actor, "synonym.add", term, also, err) : st;
}

enum status
synonym_add(struct catalog *catalog, const struct actor *actor, const char *term, const char *also,
    int64_t *id, struct err *err)
{
	owned(strbuf_free) struct strbuf key = STRBUF_INIT, also_key = STRBUF_INIT;
	enum status st;

	if ((st = make_key("term", term, &key, err)) != ST_OK ||
	    (st = make_key("also", also, &also_key, err)) != ST_OK)
		return st;
	if (span_equal(strbuf_span(&key), strbuf_span(&also_key)))
		return fail(err, ST_INVALID, "\"%s\" and \"%s\" are the same words", term, also);
	if ((st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	st = add(catalog, actor, term, strbuf_span(&key), also, strbuf_span(&also_key), id, err);
	if (st == ST_EXISTS)
		(void)fail(err, st, "\"%s\" for \"%s\" is in the list", also, term);
	return catalog_end(catalog, st, err);
}

static enum status
take_out(struct catalog *catalog, const struct actor *actor, int64_t id, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct row_list list = { .arena = arena };
	const struct synonym *row;
	enum status st =
	    db_query(catalog->db, "DELETE FROM synonym WHERE id=$1 RETURNING id, term, also",
		DB_ARGS(db_int(id)), step_synonym, &list, err);

	if (st != ST_OK)
		return st;
	if (list.count == 0)
		return fail(err, ST_NOT_FOUND, "no synonym %lld", (long long)id);
	row = list.rows;
	return log_change(catalog, actor, "synonym.remove", row->term, row->also, err);
}

enum status
synonym_remove(struct catalog *catalog, const struct actor *actor, int64_t id, struct err *err)
{
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	return catalog_end(catalog, take_out(catalog, actor, id, err), err);
}

enum status
synonym_expand(struct catalog *catalog, struct search_query *query, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	const struct synonym *rows;
	enum status st;
	size_t i, count;

	if (search_query_empty(query))
		return ST_OK;
	if ((st = synonym_list(catalog, arena, &rows, &count, err)) != ST_OK)
		return st;
	for (i = 0; i < count; i++) {
		search_query_also(query, span_of(rows[i].term), span_of(rows[i].also));
		search_query_also(query, span_of(rows[i].also), span_of(rows[i].term));
	}
	/* What an agency was called means what else it was called. */
	if ((st = names_list(catalog, arena, &rows, &count, err)) != ST_OK)
		return st;
	for (i = 0; i < count; i++)
		search_query_also(query, span_of(rows[i].term), span_of(rows[i].also));
	return ST_OK;
}
