/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "known_signer.h"

#include <string.h>

#include "audit.h"
#include "base.h"
#include "catalog_parts.h"
#include "db.h"
#include "json_out.h"
#include "record_parts.h"

static enum status
step_signer(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct known_signer *s = row_list_add(list, sizeof(*s));

	(void)err;
	s->id = db_column_int(row, 0);
	s->name = db_column_text(row, 1, list->arena);
	s->post = db_column_text(row, 2, list->arena);
	s->from = db_column_text(row, 3, list->arena);
	s->to = db_column_text(row, 4, list->arena);
	return ST_OK;
}

enum status
known_signer_list(struct catalog *catalog, struct arena *arena, const struct known_signer **rows,
    size_t *count, struct err *err)
{
	struct row_list list = { .arena = arena };
	enum status st = db_query(catalog->db,
	    "SELECT id, name, post, valid_from, valid_to FROM known_signer"
	    " ORDER BY name, valid_from, post, id",
	    DB_NONE, step_signer, &list, err);

	*rows = list.rows;
	*count = list.count;
	return st;
}

static enum status
check_day(const char *what, const char *day, struct err *err)
{
	if (*day && !date_valid(span_of(day), false))
		return fail(err, ST_INVALID, "%s: \"%s\" is no day (YYYY-MM-DD)", what, day);
	return ST_OK;
}

static enum status
check(const struct known_signer *s, struct err *err)
{
	enum status st = catalog_check_text("name", s->name, KNOWN_SIGNER_TEXT_MAX, err);

	if (st != ST_OK)
		return st;
	if (!strchr(s->name, ' '))
		return fail(
		    err, ST_INVALID, "name: \"%s\" is one word; give the full name", s->name);
	if (*s->post &&
	    (st = catalog_check_text("post", s->post, KNOWN_SIGNER_TEXT_MAX, err)) != ST_OK)
		return st;
	if ((st = check_day("from", s->from, err)) != ST_OK ||
	    (st = check_day("to", s->to, err)) != ST_OK)
		return st;
	if (*s->to && strcmp(s->to, s->from) < 0)
		return fail(err, ST_INVALID, "to: %s lies before %s", s->to, s->from);
	return ST_OK;
}

static enum status
log_change(struct catalog *catalog, const struct actor *actor, const char *action,
    const struct known_signer *s, struct err *err)
{
	owned(strbuf_free) struct strbuf detail = STRBUF_INIT;
	const struct event_private name = { "name", span_of(s->name) };
	struct event event = { .event_class = EVENT_ADMIN,
		.action = action,
		.outcome = "ok",
		.priv = &name,
		.priv_count = 1 };
	struct json_out json;

	json_start(&json, &detail);
	json_object(&json);
	json_key_str(&json, "post", s->post);
	json_key_str(&json, "from", s->from);
	json_key_str(&json, "to", s->to);
	json_end_object(&json);
	event.detail = detail.buf;
	return audit_append(catalog, actor, &event, err);
}

static enum status
add(struct catalog *catalog, const struct actor *actor, const struct known_signer *s, int64_t *id,
    struct err *err)
{
	int64_t count;
	enum status st =
	    db_query_int(catalog->db, "SELECT count(*) FROM known_signer", DB_NONE, &count, err);

	if (st == ST_OK && count >= KNOWN_SIGNERS_MAX)
		return fail(err, ST_LIMIT, "there are %d signers already", KNOWN_SIGNERS_MAX);
	if (st == ST_OK)
		st = db_query_int(catalog->db,
		    "INSERT INTO known_signer(name, post, valid_from, valid_to)"
		    " VALUES($1, $2, $3, $4) RETURNING id",
		    DB_ARGS(db_text(s->name), db_text(s->post), db_text(s->from), db_text(s->to)),
		    id, err);
	return st == ST_OK ? log_change(catalog, actor, "signer.add", s, err) : st;
}

enum status
known_signer_add(struct catalog *catalog, const struct actor *actor,
    const struct known_signer *signer, int64_t *id, struct err *err)
{
	struct known_signer s = { 0, signer->name ? signer->name : "",
		signer->post ? signer->post : "", signer->from ? signer->from : "",
		signer->to ? signer->to : "" };
	enum status st = check(&s, err);

	if (st != ST_OK || (st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	st = add(catalog, actor, &s, id, err);
	if (st == ST_EXISTS)
		(void)fail(err, st, "%s (%s) from \"%s\" is in the list", s.name, s.post, s.from);
	return catalog_end(catalog, st, err);
}

static enum status
take_out(struct catalog *catalog, const struct actor *actor, int64_t id, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct row_list list = { .arena = arena };
	enum status st = db_query(catalog->db,
	    "DELETE FROM known_signer WHERE id=$1 RETURNING id, name, post, valid_from, valid_to",
	    DB_ARGS(db_int(id)), step_signer, &list, err);

	if (st != ST_OK)
		return st;
	if (list.count == 0)
		return fail(err, ST_NOT_FOUND, "no signer %lld in the list", (long long)id);
	return log_change(catalog, actor, "signer.remove", list.rows, err);
}

enum status
known_signer_remove(struct catalog *catalog, const struct actor *actor, int64_t id, struct err *err)
{
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	return catalog_end(catalog, take_out(catalog, actor, id, err), err);
}
