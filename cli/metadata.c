/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metadata.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *
last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* "15/QĐ-SDL": the first stroke parts number and symbol; "30/2020/NĐ-CP" keeps its year left. */
static void
set_notation(struct metadata_row *row, struct span value, struct arena *arena)
{
	const char *cut = memchr(value.p, '/', value.n);
	size_t left;

	if (cut && (size_t)(cut - value.p) + 5 < value.n && cut[5] == '/' &&
	    strspn(cut + 1, "0123456789") == 4)
		cut += 5;
	left = cut ? (size_t)(cut - value.p) : value.n;
	row->field[FIELD_NUMBER] = arena_dup_span(arena, span_make(value.p, left));
	if (cut)
		row->field[FIELD_SYMBOL] =
		    arena_dup_span(arena, span_make(cut + 1, value.n - left - 1));
}

static enum status
set_level(struct metadata_row *row, struct span value, struct err *err)
{
	uint64_t n;

	if (!span_u64(value, &n) || n > LEVEL_CONFIDENTIAL)
		return fail(err, ST_INVALID, "level is a number from 0 to 3");
	row->level = (int)n;
	return ST_OK;
}

static enum status
set_type(struct metadata_row *row, struct span value, struct err *err)
{
	const struct record_type *type = record_type_find(value);

	if (!type)
		return fail(err, ST_INVALID, "unknown document type");
	row->field[FIELD_TYPE] = type->code;
	return ST_OK;
}

/* False: no such column.  An empty value says nothing. */
static bool
set_value(struct metadata_row *row, struct span column, struct span value, struct arena *arena,
    enum status *st, struct err *err)
{
	int f;

	*st = ST_OK;
	if (span_equal_str(column, "date"))
		column = SPAN("issued");
	f = record_field_parse(column);
	if (f < 0 && !span_equal_str(column, "file") && !span_equal_str(column, "dossier") &&
	    !span_equal_str(column, "level") && !span_equal_str(column, "notation"))
		return false;
	value = span_trim(value);
	if (value.n == 0)
		return true;
	if (span_equal_str(column, "file"))
		row->file = arena_dup_span(arena, value);
	else if (span_equal_str(column, "dossier"))
		row->dossier = arena_dup_span(arena, value);
	else if (span_equal_str(column, "level"))
		*st = set_level(row, value, err);
	else if (f == FIELD_TYPE)
		*st = set_type(row, value, err);
	else if (f < 0 || (f == FIELD_NUMBER && memchr(value.p, '/', value.n)))
		set_notation(row, value, arena);
	else
		row->field[f] = arena_dup_span(arena, value);
	return true;
}

static enum status
load_tsv(
    const char *path, struct span text, struct arena *arena, struct metadata *m, struct err *err)
{
	struct span head = span_cut(&text, '\n'), rest;
	size_t lines = 2, line = 1;
	enum status st;

	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n';
	m->rows = arena_array(arena, lines, sizeof(*m->rows));
	if (span_ends(head, SPAN("\r")))
		head.n--;
	for (rest = head; rest.p;) {
		struct metadata_row probe = { .level = -1 };
		struct span column = span_trim(span_cut(&rest, '\t'));

		if (!set_value(&probe, column, SPAN(""), arena, &st, err))
			fprintf(stderr, "%s: column %.*s is no field of a record; left out\n", path,
			    SPAN_ARG(column));
	}
	while (text.p) {
		struct span row = span_cut(&text, '\n'), columns = head;
		struct metadata_row *to = &m->rows[m->count];

		line++;
		if (span_trim(row).n == 0)
			continue;
		*to = (struct metadata_row){ .level = -1 };
		while (columns.p && row.p) {
			struct span column = span_trim(span_cut(&columns, '\t'));

			(void)set_value(to, column, span_cut(&row, '\t'), arena, &st, err);
			if (st)
				return err_context(err, "%s line %zu", path, line);
		}
		if (!to->file)
			return fail(err, ST_INVALID, "%s line %zu: no file name", path, line);
		m->count++;
	}
	return ST_OK;
}

static enum status
object_row(json_t *object, struct arena *arena, struct metadata_row *row, struct err *err)
{
	const char *key;
	json_t *value;
	enum status st;

	*row = (struct metadata_row){ .level = -1 };
	json_object_foreach(object, key, value)
	{
		char number[24];
		const char *text = json_string_value(value);

		if (json_is_integer(value)) {
			(void)snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT,
			    json_integer_value(value));
			text = number;
		}
		if (!text)
			return fail(err, ST_INVALID, "%s is not a string", key);
		if (!set_value(row, span_of(key), span_of(text), arena, &st, err))
			fprintf(stderr, "member %s is no field of a record; left out\n", key);
		if (st)
			return err_context(err, "%s", key);
	}
	return row->file ? ST_OK : fail(err, ST_INVALID, "no member \"file\"");
}

static enum status
load_json(
    const char *path, struct span text, struct arena *arena, struct metadata *m, struct err *err)
{
	json_error_t where;
	json_t *list owned(json_decrefp) =
	    json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &where);

	if (!list)
		return fail(err, ST_INVALID, "%s line %d: %s", path, where.line, where.text);
	if (!json_is_array(list))
		return fail(err, ST_INVALID, "%s: an array of objects is wanted", path);
	m->rows = arena_array(arena, json_array_size(list) + 1, sizeof(*m->rows));
	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *object = json_array_get(list, i);

		if (!json_is_object(object))
			return fail(err, ST_INVALID, "%s: element %zu is no object", path, i);
		if (object_row(object, arena, &m->rows[i], err) != ST_OK)
			return err_context(err, "%s: element %zu", path, i);
		m->count++;
	}
	return ST_OK;
}

enum status
metadata_load(const char *path, struct arena *arena, struct metadata *m, struct err *err)
{
	struct strbuf text owned(strbuf_free) = STRBUF_INIT;
	enum status st;

	*m = (struct metadata){ 0 };
	if ((st = strbuf_read_file(&text, path, METADATA_MAX, err)))
		return st;
	if (!utf8_valid(strbuf_span(&text)))
		return fail(err, ST_INVALID, "%s is not UTF-8 text", path);
	if (span_ends(span_of(path), SPAN(".json")))
		return load_json(path, strbuf_span(&text), arena, m, err);
	return load_tsv(path, strbuf_span(&text), arena, m, err);
}

struct metadata_row *
metadata_lookup(struct metadata *m, const char *path)
{
	for (size_t i = 0; i < m->count; i++)
		if (strcmp(m->rows[i].file, path) == 0)
			return &m->rows[i];
	for (size_t i = 0; i < m->count; i++)
		if (strcmp(last_part(m->rows[i].file), last_part(path)) == 0)
			return &m->rows[i];
	return NULL;
}
