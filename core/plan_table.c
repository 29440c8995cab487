/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base.h"
#include "catalog_parts.h"
#include "db.h"
#include "plan_table.h"

/* Import and export of the file plan (the first item; records.md 27). */
enum column { ID, PARENT, KIND, CODE, TITLE, RULE, LEVEL, USE_MODE, FILE_CODE, YEAR, COLUMNS };
static const char *const names[COLUMNS] = { "id", "parent", "kind", "code", "title", "rule",
	"level", "use_mode", "file_code", "year" };

struct plan_import {
	struct catalog *catalog;
	const struct actor *actor;
	struct access *access; /* loaded again when a row makes a class */
	struct arena *arena;
	struct table table;
	struct table_report *report;
	int column[COLUMNS];
	int64_t *node;	/* by row: made or found, 0 = not yet */
	size_t *sorted; /* rows by id, for the search of parents */
	size_t made;
};

static const char *
cell(const struct plan_import *im, size_t row, enum column c)
{
	return table_cell(&im->table, row, im->column[c]);
}

/* qsort(3) has no payload. */
static _Thread_local const struct plan_import *sorting_here;

static int
by_id(const void *a, const void *b)
{
	const char *x = cell(sorting_here, *(const size_t *)a, ID);
	const char *y = cell(sorting_here, *(const size_t *)b, ID);

	return strcmp(x ? x : "", y ? y : "");
}

/* Row of an id, or -1. */
static ptrdiff_t
row_of(const struct plan_import *im, const char *id)
{
	size_t from = 0, to = im->table.row_count;

	while (from < to) {
		size_t mid = (from + to) / 2;
		const char *there = cell(im, im->sorted[mid], ID);
		int order = strcmp(there ? there : "", id);

		if (order == 0)
			return (ptrdiff_t)im->sorted[mid];
		if (order < 0)
			from = mid + 1;
		else
			to = mid;
	}
	return -1;
}

/* --- one row ----------------------------------------------------------------------------------- */

static void
fault(struct plan_import *im, size_t row, const char *column, const char *text)
{
	table_fault_add(im->report, im->table.row[row].line, column, "%s", text);
}

static bool
number(struct plan_import *im, size_t row, enum column c, int64_t max, int *out)
{
	const char *text = cell(im, row, c);
	int64_t n = 0;

	if (text && (!span_i64(span_of(text), &n) || n < 0 || n > max)) {
		fault(im, row, names[c], "no number in range");
		return false;
	}
	*out = (int)n;
	return true;
}

/* A new class is not in the access that was loaded before it was made. */
static enum status
reload(struct plan_import *im, struct err *err)
{
	int64_t principal = im->access->principal;

	access_freep(&im->access);
	return principal ? access_load(&im->access, im->catalog, principal, err)
			 : access_load_system(&im->access, im->catalog, err);
}

static enum status
create_node(struct plan_import *im, const struct node_new *n, int64_t *id, struct err *err)
{
	enum status st = node_create(im->catalog, im->actor, im->access, n, id, err);

	if (st != ST_NOT_FOUND)
		return st;
	st = reload(im, err);
	return st == ST_OK ? node_create(im->catalog, im->actor, im->access, n, id, err) : st;
}

static enum status
make_row(struct plan_import *im, size_t row, int64_t parent, struct err *err)
{
	const char *kind = cell(im, row, KIND);
	struct node_new n = { .parent = parent,
		.code = cell(im, row, CODE),
		.title = cell(im, row, TITLE),
		.rule = cell(im, row, RULE),
		.use_mode = cell(im, row, USE_MODE),
		.file_code = cell(im, row, FILE_CODE) };
	struct err why = ERR_INIT;
	enum status st;

	im->node[row] = -1;
	if (!kind || node_kind_parse(span_of(kind)) < 0) {
		fault(im, row, "kind", "one of fonds, series, class, dossier");
		return ST_OK;
	}
	n.kind = (enum node_kind)node_kind_parse(span_of(kind));
	if (!number(im, row, LEVEL, 3, &n.level) || !number(im, row, YEAR, 9999, &n.year))
		return ST_OK;
	st = create_node(im, &n, &im->node[row], &why);
	im->made += st == ST_OK;
	if (st == ST_OK)
		return ST_OK;
	im->node[row] = -1;
	if (st == ST_BUSY || st == ST_FULL || st == ST_IO || st == ST_CORRUPT || st == ST_INTERNAL)
		return fail(err, st, "%s", why.msg);
	fault(im, row, NULL, why.msg);
	return ST_OK;
}

/* The node that a parent names outside the table, 0 when there is none. */
static int64_t
outside(struct plan_import *im, const char *name)
{
	struct node node;

	return node_find(im->catalog, im->access, name, im->arena, &node, NULL) == ST_OK ? node.id
											 : 0;
}

/* Makes a row whose parent is there; *moved tells that it did something. */
static enum status
try_row(struct plan_import *im, size_t row, bool *moved, struct err *err)
{
	const char *id = cell(im, row, ID), *parent = cell(im, row, PARENT);
	ptrdiff_t above = parent ? row_of(im, parent) : -1;
	int64_t under = 0;

	if (im->node[row])
		return ST_OK;
	if (id && uid_valid(span_of(id)) && (under = outside(im, id)) != 0) {
		im->node[row] = under; /* it is there already */
		*moved = true;
		return ST_OK;
	}
	if (above >= 0 && !im->node[above])
		return ST_OK; /* waits for it */
	*moved = true;
	if (above >= 0)
		under = im->node[above];
	else if (parent && (under = outside(im, parent)) == 0) {
		fault(im, row, "parent", "an orphan: no row and no node of this name");
		im->node[row] = -1;
		return ST_OK;
	}
	if (under < 0) { /* what is wrong above was told there */
		im->node[row] = -1;
		return ST_OK;
	}
	return make_row(im, row, under, err);
}

/* --- the table --------------------------------------------------------------------------------- */

static void
check_ids(struct plan_import *im)
{
	for (size_t i = 0; i < im->table.row_count; i++)
		im->sorted[i] = i;
	sorting_here = im;
	qsort(im->sorted, im->table.row_count, sizeof(*im->sorted), by_id);
	sorting_here = NULL;
	for (size_t i = 1; i < im->table.row_count; i++) {
		const char *a = cell(im, im->sorted[i - 1], ID), *b = cell(im, im->sorted[i], ID);

		if (a && b && strcmp(a, b) == 0)
			fault(im, im->sorted[i], "id", "stands there twice");
	}
}

static enum status
make_rows(struct plan_import *im, struct err *err)
{
	enum status st = ST_OK;
	bool moved = true;

	check_ids(im);
	while (st == ST_OK && moved) {
		moved = false;
		for (size_t i = 0; st == ST_OK && i < im->table.row_count; i++)
			st = try_row(im, i, &moved, err);
	}
	for (size_t i = 0; st == ST_OK && i < im->table.row_count; i++)
		if (!im->node[i])
			fault(im, i, "parent", "a cycle: no row of it has a parent outside");
	im->report->rows = im->table.row_count;
	if (st == ST_OK && im->report->count > 0)
		st = fail(err, ST_INVALID, "%zu faults; nothing was imported", im->report->count);
	return st;
}

static enum status
prepare(struct plan_import *im, struct span text, struct err *err)
{
	enum status st = table_parse(text, im->arena, &im->table, err);

	if (st != ST_OK)
		return st;
	for (int i = 0; i < COLUMNS; i++)
		im->column[i] = table_column(&im->table, names[i], NULL);
	if (im->column[KIND] < 0 || im->column[CODE] < 0 || im->column[TITLE] < 0 ||
	    im->column[PARENT] < 0)
		return fail(err, ST_INVALID, "columns parent, kind, code, title are wanted");
	im->node = arena_array(im->arena, im->table.row_count + 1, sizeof(*im->node));
	im->sorted = arena_array(im->arena, im->table.row_count + 1, sizeof(*im->sorted));
	return ST_OK;
}

enum status
plan_import(struct catalog *catalog, const struct actor *actor, const struct access *access,
    struct span text, bool dry, struct table_report *report, size_t *made, struct err *err)
{
	struct plan_import im = {
		.catalog = catalog, .actor = actor, .arena = report->arena, .report = report
	};
	enum status st;

	assert(access);
	*made = 0;
	if (access->principal && !access_has(access, CAP_PLAN))
		return fail(err, ST_DENIED, "the file plan is for those who plan");
	if ((st = prepare(&im, text, err)) != ST_OK || (st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	st = access->principal ? access_load(&im.access, catalog, access->principal, err)
			       : access_load_system(&im.access, catalog, err);
	if (st == ST_OK)
		st = make_rows(&im, err);
	access_free(im.access);
	if (st == ST_OK && dry)
		db_rollback(catalog->db);
	else
		st = catalog_end(catalog, st, err);
	if (st == ST_OK)
		*made = im.made;
	return st;
}

/* --- export ------------------------------------------------------------------------------------ */

static void
add_node(const struct node *n, struct strbuf *out)
{
	char level[16], year[16] = "";

	snprintf(level, sizeof(level), "%d", n->level);
	if (n->year)
		snprintf(year, sizeof(year), "%d", n->year);
	csv_cell(out, n->uid, ',');
	csv_cell(out, n->parent_uid, ',');
	csv_cell(out, node_kind_name(n->kind), ',');
	csv_cell(out, n->code, ',');
	csv_cell(out, n->title, ',');
	csv_cell(out, n->rule, ',');
	csv_cell(out, level, ',');
	csv_cell(out, n->use_mode, ',');
	csv_cell(out, n->file_code, ',');
	csv_cell(out, year, '\r');
	strbuf_add_char(out, '\n');
}

static enum status
export_below(struct catalog *catalog, const struct access *access, int64_t node, struct strbuf *out,
    int depth, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct node_filter filter = { .parent = node, .kind = -1, .limit = 500 };
	const struct node *list;
	size_t count;
	enum status st;

	if (depth > 100)
		return fail(err, ST_CORRUPT, "the file plan is over 100 levels deep");
	do {
		st = node_list(catalog, access, &filter, arena, &list, &count, err);
		for (size_t i = 0; st == ST_OK && i < count; i++) {
			add_node(&list[i], out);
			if (list[i].kind != NODE_DOSSIER)
				st = export_below(catalog, access, list[i].id, out, depth + 1, err);
			filter.after = list[i].id;
		}
	} while (st == ST_OK && count == filter.limit);
	return st;
}

enum status
plan_export(struct catalog *catalog, const struct access *access, int64_t node, struct strbuf *out,
    struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct node top;
	enum status st = ST_OK;

	assert(access);
	for (int i = 0; i < COLUMNS; i++)
		strbuf_addf(out, "%s%s", names[i], i + 1 < COLUMNS ? "," : "\r\n");
	if (node) {
		st = node_load(catalog, access, node, arena, &top, err);
		if (st == ST_OK)
			add_node(&top, out);
	}
	return st == ST_OK ? export_below(catalog, access, node, out, 0, err) : st;
}
