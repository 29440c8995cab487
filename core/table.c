/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base.h"
#include "table.h"

struct reader {
	struct arena *arena;
	struct table *table;
	struct span text;
	size_t at, line;
	char separator;
	size_t room;
};

int
table_column(const struct table *t, const char *name, const char *other)
{
	for (size_t i = 0; i < t->column_count; i++)
		if (strcmp(t->column[i], name) == 0 || (other && strcmp(t->column[i], other) == 0))
			return (int)i;
	return -1;
}

const char *
table_cell(const struct table *t, size_t row, int column)
{
	return column < 0 ? NULL : t->row[row].cell[column];
}

static struct table_row *
add_row(struct reader *r, size_t line)
{
	struct table *t = r->table;
	struct table_row *row;

	if (t->row_count == r->room) {
		size_t room = r->room ? r->room * 2 : 64;

		row = arena_array(r->arena, room, sizeof(*row));
		if (t->row_count)
			memcpy(row, t->row, t->row_count * sizeof(*row));
		t->row = row;
		r->room = room;
	}
	row = &t->row[t->row_count++];
	row->line = line;
	row->cell = arena_array(r->arena, t->column_count + 1, sizeof(*row->cell));
	return row;
}

static const char *
lower(struct span s, struct arena *arena)
{
	char *out = arena_dup_span(arena, s);

	for (char *p = out; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	return out;
}

static enum status
add_column(struct reader *r, struct span name, struct err *err)
{
	struct table *t = r->table;
	const char *key = lower(span_trim(name), r->arena);

	if (t->column_count == TABLE_COLUMNS_MAX)
		return fail(err, ST_TOO_LARGE, "over %d columns", TABLE_COLUMNS_MAX);
	if (!*key)
		return fail(err, ST_INVALID, "line 1: a column without a name");
	if (table_column(t, key, NULL) >= 0)
		return fail(err, ST_INVALID, "line 1: column %.40s twice", key);
	t->column[t->column_count++] = key;
	return ST_OK;
}

/* --- CSV --------------------------------------------------------------------------------------- */

/* The sign that the head uses, outside quotes; one column alone needs none. */
static char
find_separator(struct span text)
{
	size_t count[3] = { 0 }, best = 0;
	static const char signs[] = ",;\t";
	bool quoted = false;

	for (size_t i = 0; i < text.n && (quoted || (text.p[i] != '\n' && text.p[i] != '\r'));
	     i++) {
		const char *sign = text.p[i] ? strchr(signs, text.p[i]) : NULL;

		quoted ^= text.p[i] == '"';
		if (sign && !quoted)
			count[sign - signs]++;
	}
	for (size_t i = 1; i < 3; i++)
		if (count[i] > count[best])
			best = i;
	return signs[best];
}

static enum status
read_quoted(struct reader *r, struct strbuf *cell, struct err *err)
{
	size_t start = r->line;

	for (r->at++; r->at < r->text.n; r->at++) {
		char c = r->text.p[r->at];

		if (c == '"' && (r->at + 1 >= r->text.n || r->text.p[r->at + 1] != '"')) {
			r->at++;
			return ST_OK;
		}
		if (c == '"')
			r->at++;
		r->line += c == '\n';
		if (cell->len >= TABLE_CELL_MAX)
			return fail(err, ST_TOO_LARGE, "line %zu: a cell over %d bytes", start,
			    TABLE_CELL_MAX);
		strbuf_add_char(cell, c);
	}
	return fail(err, ST_INVALID, "line %zu: a quote that never ends", start);
}

static bool
at_end(const struct reader *r)
{
	char c = r->at < r->text.n ? r->text.p[r->at] : '\n';

	return c == r->separator || c == '\n' || c == '\r';
}

static enum status
read_cell(struct reader *r, struct strbuf *cell, struct err *err)
{
	enum status st;

	strbuf_reset(cell);
	if (r->at < r->text.n && r->text.p[r->at] == '"') {
		if ((st = read_quoted(r, cell, err)) != ST_OK)
			return st;
		return at_end(r) ? ST_OK
				 : fail(err, ST_INVALID, "line %zu: text behind a quote", r->line);
	}
	for (; !at_end(r); r->at++) {
		if (r->text.p[r->at] == '"')
			return fail(err, ST_INVALID, "line %zu: a quote inside a cell", r->line);
		if (cell->len >= TABLE_CELL_MAX)
			return fail(err, ST_TOO_LARGE, "line %zu: a cell over %d bytes", r->line,
			    TABLE_CELL_MAX);
		strbuf_add_char(cell, r->text.p[r->at]);
	}
	return ST_OK;
}

/* Behind a cell: true when the row goes on. */
static bool
next_cell(struct reader *r)
{
	if (r->at < r->text.n && r->text.p[r->at] == r->separator) {
		r->at++;
		return true;
	}
	if (r->at < r->text.n && r->text.p[r->at] == '\r')
		r->at++;
	if (r->at < r->text.n && r->text.p[r->at] == '\n')
		r->at++;
	r->line++;
	return false;
}

static enum status
read_head(struct reader *r, struct err *err)
{
	owned(strbuf_free) struct strbuf cell = STRBUF_INIT;
	enum status st;

	do {
		if ((st = read_cell(r, &cell, err)) != ST_OK ||
		    (st = add_column(r, strbuf_span(&cell), err)) != ST_OK)
			return st;
	} while (next_cell(r));
	return ST_OK;
}

static enum status
read_row(struct reader *r, struct err *err)
{
	owned(strbuf_free) struct strbuf cell = STRBUF_INIT;
	size_t line = r->line, n = 0;
	struct table_row *row = NULL;
	bool more;
	enum status st;

	do {
		if ((st = read_cell(r, &cell, err)) != ST_OK)
			return st;
		more = next_cell(r);
		if (!row && !more && span_trim(strbuf_span(&cell)).n == 0)
			return ST_OK; /* an empty line */
		if (!row)
			row = add_row(r, line);
		if (n == r->table->column_count)
			return fail(err, ST_INVALID, "line %zu: more cells than columns", line);
		if (span_trim(strbuf_span(&cell)).n > 0)
			row->cell[n] = arena_dup_span(r->arena, span_trim(strbuf_span(&cell)));
		n++;
	} while (more);
	return ST_OK;
}

static enum status
check_text(struct span *text, struct err *err)
{
	if (text->n > TABLE_BYTES_MAX)
		return fail(err, ST_TOO_LARGE, "a table over %zu bytes", TABLE_BYTES_MAX);
	if (span_starts(*text, SPAN("\xef\xbb\xbf")))
		*text = span_make(text->p + 3, text->n - 3);
	if (!utf8_valid(*text))
		return fail(err, ST_INVALID, "the table is not UTF-8 text");
	return ST_OK;
}

enum status
table_parse_csv(struct span text, struct arena *arena, struct table *table, struct err *err)
{
	struct reader r = { .arena = arena, .table = table, .line = 1 };
	enum status st = check_text(&text, err);

	if (st != ST_OK)
		return st;
	*table = (struct table){ .column = arena_array(arena, TABLE_COLUMNS_MAX, sizeof(char *)) };
	r.text = text;
	r.separator = find_separator(text);
	if (span_trim(text).n == 0)
		return fail(err, ST_INVALID, "the table is empty");
	st = read_head(&r, err);
	while (st == ST_OK && r.at < r.text.n) {
		if (table->row_count == TABLE_ROWS_MAX)
			return fail(err, ST_TOO_LARGE, "over %d rows", TABLE_ROWS_MAX);
		st = read_row(&r, err);
	}
	return st;
}

/* --- JSON -------------------------------------------------------------------------------------- */

static enum status
json_cell(struct reader *r, json_t *value, size_t line, const char **cell, struct err *err)
{
	if (json_is_null(value))
		return ST_OK;
	if (json_is_integer(value))
		*cell = arena_printf(r->arena, "%lld", (long long)json_integer_value(value));
	else if (json_is_boolean(value))
		*cell = json_is_true(value) ? "true" : "false";
	else if (json_is_string(value) && json_string_length(value) <= TABLE_CELL_MAX)
		*cell = arena_dup_span(r->arena,
		    span_trim(span_make(json_string_value(value), json_string_length(value))));
	else
		return fail(
		    err, ST_INVALID, "element %zu: a value that is no short text or number", line);
	if (*cell && !**cell)
		*cell = NULL;
	return ST_OK;
}

static enum status
json_columns(struct reader *r, json_t *array, struct err *err)
{
	const char *key;
	json_t *object, *value;
	size_t i;
	enum status st;

	json_array_foreach(array, i, object)
	{
		if (!json_is_object(object))
			return fail(err, ST_INVALID, "element %zu is no object", i + 1);
		json_object_foreach(object, key, value)
		{
			(void)value;
			if (table_column(
				r->table, lower(span_trim(span_of(key)), r->arena), NULL) >= 0)
				continue;
			if ((st = add_column(r, span_of(key), err)) != ST_OK)
				return st;
		}
	}
	return ST_OK;
}

static enum status
json_rows(struct reader *r, json_t *array, struct err *err)
{
	const char *key;
	json_t *object, *value;
	size_t i;

	json_array_foreach(array, i, object)
	{
		struct table_row *row = add_row(r, i + 1);

		json_object_foreach(object, key, value)
		{
			int c =
			    table_column(r->table, lower(span_trim(span_of(key)), r->arena), NULL);
			enum status st = json_cell(r, value, i + 1, &row->cell[c], err);

			if (st != ST_OK)
				return st;
		}
	}
	return ST_OK;
}

enum status
table_parse_json(struct span text, struct arena *arena, struct table *table, struct err *err)
{
	struct reader r = { .arena = arena, .table = table };
	json_error_t where;
	json_t *array;
	enum status st = check_text(&text, err);

	if (st != ST_OK)
		return st;
	*table = (struct table){ .column = arena_array(arena, TABLE_COLUMNS_MAX, sizeof(char *)) };
	array = json_loadb(text.p ? text.p : "", text.n, JSON_REJECT_DUPLICATES, &where);
	if (!array)
		return fail(err, ST_INVALID, "JSON: line %d column %d", where.line, where.column);
	if (!json_is_array(array))
		st = fail(err, ST_INVALID, "JSON: an array of objects is wanted");
	else if (json_array_size(array) > TABLE_ROWS_MAX)
		st = fail(err, ST_TOO_LARGE, "over %d rows", TABLE_ROWS_MAX);
	if (st == ST_OK)
		st = json_columns(&r, array, err);
	if (st == ST_OK)
		st = json_rows(&r, array, err);
	json_decref(array);
	return st;
}

enum status
table_parse(struct span text, struct arena *arena, struct table *table, struct err *err)
{
	struct span rest = text;

	if (span_starts(rest, SPAN("\xef\xbb\xbf")))
		rest = span_make(rest.p + 3, rest.n - 3);
	rest = span_trim(rest);
	return rest.n > 0 && rest.p[0] == '[' ? table_parse_json(text, arena, table, err)
					      : table_parse_csv(text, arena, table, err);
}

/* --- reports and output ------------------------------------------------------------------------ */

void
table_fault_add(struct table_report *report, size_t line, const char *column, const char *text, ...)
{
	owned(strbuf_free) struct strbuf said = STRBUF_INIT;
	va_list args;

	va_start(args, text);
	strbuf_vaddf(&said, text, args);
	va_end(args);
	if (report->count < TABLE_FAULTS_MAX)
		report->fault[report->count] =
		    (struct table_fault){ line, arena_dup(report->arena, column),
			    arena_dup_span(report->arena, strbuf_span(&said)) };
	report->count++;
}

/* CWE-1236: a cell that an office program would take for a formula. */
static bool
is_formula(const char *s)
{
	char *end;

	if (!*s || !strchr("=+-@\t", *s))
		return false;
	(void)strtod(s, &end);
	return end == s || *end;
}

void
csv_cell(struct strbuf *out, const char *s, char after)
{
	bool quote;

	s = s ? s : "";
	quote = strpbrk(s, ",;\"\r\n\t") != NULL || *s == ' ' || is_formula(s);
	if (quote)
		strbuf_add_char(out, '"');
	if (is_formula(s))
		strbuf_add_char(out, '\'');
	for (; *s; s++) {
		if (*s == '"')
			strbuf_add_char(out, '"');
		strbuf_add_char(out, *s);
	}
	if (quote)
		strbuf_add_char(out, '"');
	strbuf_add_char(out, after);
}
