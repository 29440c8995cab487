/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <stdio.h>

#include "audit.h"
#include "base.h"
#include "catalog_parts.h"
#include "dossier.h"
#include "retention_parts.h"
#include "table.h"

/* What is in a dossier, what should be, what happened to it (records.md 17, 18, 31). */
#define WANTED_MAX 200

static enum status
step_line(struct db_row *row, void *payload, struct err *err)
{
	owned(strbuf_free) struct strbuf notation = STRBUF_INIT;
	struct row_list *list = payload;
	struct arena *arena = list->arena;
	struct dossier_line *l = row_list_add(list, sizeof(*l));
	const char *code = db_column_text(row, 5, arena);
	const struct record_type *type = code ? record_type_find(span_of(code)) : NULL;
	int64_t pages = db_column_int(row, 9);

	(void)err;
	record_notation(db_column_text(row, 2, arena), db_column_text(row, 3, arena), &notation);
	*l = (struct dossier_line){ .ordinal = (int)db_column_int(row, 0),
		.uid = db_column_text(row, 1, arena),
		.notation = notation.len ? arena_dup_span(arena, strbuf_span(&notation)) : NULL,
		.issued = db_column_text(row, 4, arena),
		.type = type ? type->name_vi : code,
		.subject = db_column_text(row, 6, arena),
		.issuer = db_column_text(row, 7, arena),
		.state = db_column_text(row, 8, arena),
		.note = db_column_text(row, 11, arena),
		.page_to = db_column_int(row, 10) };
	l->page_from = pages > 0 ? l->page_to - pages + 1 : 0;
	l->page_to = pages > 0 ? l->page_to : 0;
	return ST_OK;
}

/* Pages are numbered over the whole dossier, so that hidden records do not shift what others see. */
static const char contents_sql[] =
    "SELECT i.ordinal, r.uid, r.number, r.symbol, r.issued, r.type_code, r.subject, r.issuer,"
    " r.state, r.pages, i.upto, i.note FROM (SELECT j.ordinal, j.record, j.note,"
    " sum(s.pages) OVER (ORDER BY j.ordinal) AS upto FROM dossier_item j JOIN record s"
    " ON s.id=j.record WHERE j.dossier=$4) i JOIN record r ON r.id=i.record"
    " WHERE " ACCESS_SEES_RECORD("r") " ORDER BY i.ordinal";

enum status
dossier_contents(struct catalog *catalog, const struct access *access, int64_t id,
    struct arena *arena, const struct dossier_line **lines, size_t *count, struct err *err)
{
	struct row_list list = { .arena = arena };
	struct db_value args[ACCESS_FILTER_ARGS + 1];
	struct node node;
	enum status st = node_load(catalog, access, id, arena, &node, err);

	assert(access);
	if (st == ST_OK && node.kind != NODE_DOSSIER)
		return fail(err, ST_NOT_FOUND, "node %s is no dossier", node.uid);
	access_filter_args(access, arena, args);
	args[3] = db_int(id);
	if (st == ST_OK)
		st = db_query(catalog->db, contents_sql, args, 4, step_line, &list, err);
	*lines = list.rows;
	*count = list.count;
	return st;
}

/* --- printed ----------------------------------------------------------------------------------- */

static const char *
pages_text(const struct dossier_line *l, char out[48])
{
	if (l->page_from == l->page_to)
		snprintf(out, 48, "%lld", (long long)l->page_from);
	else
		snprintf(out, 48, "%lld-%lld", (long long)l->page_from, (long long)l->page_to);
	return l->page_from ? out : "";
}

void
dossier_contents_csv(const struct dossier_line *l, size_t count, struct strbuf *out)
{
	char pages[48];

	strbuf_add_str(out, "STT,Số ký hiệu,Ngày,Loại,Trích yếu,Tác giả,Trang,Ghi chú\r\n");
	for (size_t i = 0; i < count; i++) {
		strbuf_addf(out, "%d,", l[i].ordinal);
		csv_cell(out, l[i].notation, ',');
		csv_cell(out, l[i].issued, ',');
		csv_cell(out, l[i].type, ',');
		csv_cell(out, l[i].subject, ',');
		csv_cell(out, l[i].issuer, ',');
		csv_cell(out, pages_text(&l[i], pages), ',');
		csv_cell(out, l[i].note, '\r');
		strbuf_add_char(out, '\n');
	}
}

struct element *
dossier_contents_sheet(
    struct arena *arena, const struct node *node, const struct dossier_line *l, size_t count)
{
	static const struct {
		const char *heading;
		int width;
	} columns[] = { { "STT", 8 }, { "Số, ký hiệu", 15 }, { "Ngày tháng", 13 },
		{ "Tên loại và trích yếu", 31 }, { "Tác giả", 14 }, { "Tờ/Trang", 11 },
		{ "Ghi chú", 10 } };
	struct element *sheet = sheet_new(arena, "MỤC LỤC VĂN BẢN, TÀI LIỆU");
	char pages[48];

	sheet_line(arena, sheet, arena_printf(arena, "Hồ sơ: %s", node->title));
	sheet_line(arena, sheet,
	    arena_printf(arena, "Mã hồ sơ: %s", node->file_code ? node->file_code : ""));
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		sheet_column(arena, sheet, columns[i].heading, columns[i].width);
	for (size_t i = 0; i < count; i++) {
		struct element *row = sheet_row(arena, sheet);

		sheet_cell(arena, row, arena_printf(arena, "%d", l[i].ordinal));
		sheet_cell(arena, row, l[i].notation);
		sheet_cell(arena, row, l[i].issued);
		sheet_cell(arena, row,
		    arena_printf(arena, "%s %s", l[i].type ? l[i].type : "",
			l[i].subject ? l[i].subject : ""));
		sheet_cell(arena, row, l[i].issuer);
		sheet_cell(arena, row, pages_text(&l[i], pages));
		sheet_cell(arena, row, l[i].note);
	}
	return sheet;
}

void
dossier_contents_html(
    const struct node *node, const struct dossier_line *l, size_t count, struct strbuf *out)
{
	owned(arena_freep) struct arena *arena = arena_new();

	sheet_html(dossier_contents_sheet(arena, node, l, count), out);
}

/* --- components -------------------------------------------------------------------------------- */

static enum status
put_wanted(struct catalog *catalog, const struct actor *actor, const struct node *node,
    const struct dossier_wanted *w, size_t count, struct arena *arena, struct err *err)
{
	const struct event event = { .event_class = EVENT_CHANGE,
		.action = "node.components",
		.kind = "node",
		.object = node->uid,
		.outcome = "ok",
		.detail = arena_printf(arena, "{\"count\":%zu}", count) };
	enum status st = db_exec(catalog->db, "DELETE FROM dossier_wanted WHERE node=$1",
	    DB_ARGS(db_int(node->id)), NULL, err);

	for (size_t i = 0; st == ST_OK && i < count; i++)
		st = db_exec(catalog->db,
		    "INSERT INTO dossier_wanted(node, ordinal, title, type_code, required)"
		    " VALUES($1, $2, $3, $4, $5)",
		    DB_ARGS(db_int(node->id), db_int((int64_t)i + 1), db_text(w[i].title),
			db_text(w[i].type_code), db_int(w[i].required)),
		    NULL, err);
	return st == ST_OK ? audit_append(catalog, actor, &event, err) : st;
}

enum status
dossier_wanted_put(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t id, const struct dossier_wanted *w, size_t count, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct node node;
	enum status st = retention_check_plan(access, err);

	if (st == ST_OK && count > WANTED_MAX)
		st = fail(err, ST_INVALID, "at most %d components", WANTED_MAX);
	for (size_t i = 0; st == ST_OK && i < count; i++) {
		st = catalog_check_text("title", w[i].title, 500, err);
		if (st == ST_OK && w[i].type_code && !record_type_find(span_of(w[i].type_code)))
			st = fail(err, ST_INVALID, "type: unknown");
	}
	if (st == ST_OK)
		st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	st = node_load(catalog, access, id, arena, &node, err);
	if (st == ST_OK && !access_can(access, PERM_MANAGE, node.access_class))
		st = fail(err, ST_DENIED, "node %s: not the caller's to manage", node.uid);
	if (st == ST_OK)
		st = put_wanted(catalog, actor, &node, w, count, arena, err);
	return catalog_end(catalog, st, err);
}

static enum status
step_wanted(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct dossier_wanted *w = row_list_add(list, sizeof(*w));

	(void)err;
	*w = (struct dossier_wanted){ .ordinal = (int)db_column_int(row, 0),
		.title = db_column_text(row, 1, list->arena),
		.type_code = db_column_text(row, 2, list->arena),
		.required = db_column_int(row, 3) != 0,
		.found = db_column_int(row, 4) };
	return ST_OK;
}

enum status
dossier_wanted_list(struct catalog *catalog, const struct access *access, int64_t id,
    struct arena *arena, const struct dossier_wanted **wanted, size_t *count, struct err *err)
{
	struct row_list list = { .arena = arena };
	struct db_value args[ACCESS_FILTER_ARGS + 1];
	struct node node;
	enum status st = node_load(catalog, access, id, arena, &node, err);

	assert(access);
	access_filter_args(access, arena, args);
	args[3] = db_int(id);
	if (st == ST_OK)
		st = db_query(catalog->db,
		    "WITH RECURSIVE up(id, parent, depth) AS (SELECT id, parent, 0 FROM node"
		    " WHERE id=$4 UNION ALL SELECT n.id, n.parent, u.depth+1 FROM node n"
		    " JOIN up u ON n.id=u.parent)"
		    " SELECT w.ordinal, w.title, w.type_code, w.required, (SELECT count(*)"
		    " FROM dossier_item i JOIN record r ON r.id=i.record WHERE i.dossier=$4"
		    " AND (w.type_code IS NULL OR r.type_code=w.type_code)"
		    " AND " ACCESS_SEES_RECORD(
			"r") ") FROM dossier_wanted w WHERE w.node="
			     "(SELECT u.id FROM up u WHERE EXISTS(SELECT 1 FROM dossier_wanted x"
			     " WHERE x.node=u.id) ORDER BY u.depth LIMIT 1) ORDER BY w.ordinal",
		    args, 4, step_wanted, &list, err);
	*wanted = list.rows;
	*count = list.count;
	return st;
}

/* --- acts and deadlines ------------------------------------------------------------------------ */

static enum status
step_act(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct dossier_act *a = row_list_add(list, sizeof(*a));

	(void)err;
	*a = (struct dossier_act){ .act = db_column_text(row, 0, list->arena),
		.day = db_column_text(row, 1, list->arena),
		.reason = db_column_text(row, 2, list->arena),
		.made_us = db_column_int(row, 3),
		.by = db_column_text(row, 4, list->arena) };
	return ST_OK;
}

enum status
dossier_acts(struct catalog *catalog, const struct access *access, int64_t id, struct arena *arena,
    const struct dossier_act **acts, size_t *count, struct err *err)
{
	struct row_list list = { .arena = arena };
	struct node node;
	enum status st = node_load(catalog, access, id, arena, &node, err);

	assert(access);
	if (st == ST_OK)
		st = db_query(catalog->db,
		    "SELECT a.act, a.day, a.reason, a.made, p.name FROM dossier_act a"
		    " LEFT JOIN principal p ON p.id=a.made_by WHERE a.dossier=$1 ORDER BY a.id",
		    DB_ARGS(db_int(id)), step_act, &list, err);
	*acts = list.rows;
	*count = list.count;
	return st;
}

static enum status
step_due(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct dossier_due *d = row_list_add(list, sizeof(*d));

	(void)err;
	*d = (struct dossier_due){ .id = db_column_int(row, 0),
		.uid = db_column_text(row, 1, list->arena),
		.file_code = db_column_text(row, 2, list->arena),
		.title = db_column_text(row, 3, list->arena),
		.maintainer = db_column_text(row, 4, list->arena),
		.closed = db_column_text(row, 5, list->arena),
		.submit_due = db_column_text(row, 6, list->arena),
		.authority = db_column_text(row, 7, list->arena) };
	return ST_OK;
}

enum status
dossier_submissions(struct catalog *catalog, const struct access *access, const char *until,
    size_t limit, struct arena *arena, const struct dossier_due **due, size_t *count,
    struct err *err)
{
	struct row_list list = { .arena = arena };
	struct db_value args[ACCESS_FILTER_ARGS + 2];
	enum status st;

	assert(access);
	if (limit < 1 || limit > 500 || !date_valid(span_of(until), false))
		return fail(err, ST_INVALID, "until a day YYYY-MM-DD, 1 to 500 rows");
	access_filter_args(access, arena, args);
	args[3] = db_text(until);
	args[4] = db_int((int64_t)limit);
	st = db_query(catalog->db,
	    "SELECT d.node, n.uid, d.file_code, n.title, p.name, d.closed, d.submit_due,"
	    " d.submit_rule FROM dossier d JOIN node n ON n.id=d.node"
	    " LEFT JOIN principal p ON p.id=d.maintainer WHERE d.state='closed'"
	    " AND d.submit_due<=$4 AND d.submit_due IS NOT NULL AND " ACCESS_SEES(
		"n") " ORDER BY d.submit_due, d.node LIMIT $5",
	    args, 5, step_due, &list, err);
	*due = list.rows;
	*count = list.count;
	return st;
}
