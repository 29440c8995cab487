/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "page_mark.h"
#include "record_parts.h"

#define TEXT_MAX 1024

static const char *const names[PAGE_MARK_COUNT] = { "qr", "code128", "code39", "stamp", "seal",
	"signature", "separator" };

const char *
page_mark_name(enum page_mark_kind kind)
{
	return (unsigned)kind < PAGE_MARK_COUNT ? names[kind] : NULL;
}

static enum status
step_mark(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct span name = db_column_bytes(row, 1);
	struct page_mark *m;
	int kind = 0;

	(void)err;
	while (kind < PAGE_MARK_COUNT && !span_equal_str(name, names[kind]))
		kind++;
	if (kind == PAGE_MARK_COUNT)
		return ST_OK;
	m = row_list_add(list, sizeof(*m));
	m->no = (int)db_column_int(row, 0);
	m->kind = (enum page_mark_kind)kind;
	m->text = db_column_text(row, 2, list->arena);
	for (int i = 0; i < 4; i++)
		m->box[i] = (int)db_column_int(row, 3 + i);
	m->confidence = db_column_real(row, 7);
	return ST_OK;
}

#define MARK_SELECT "SELECT no, kind, value, x, y, w, h, confidence FROM page_mark"

enum status
page_marks(struct catalog *catalog, int64_t component, int from, int to, struct arena *arena,
    const struct page_mark **marks, size_t *count, struct err *err)
{
	struct row_list list = { .arena = arena };
	enum status st = db_query(catalog->db,
	    MARK_SELECT " WHERE component=$1 AND no BETWEEN $2 AND $3 ORDER BY no, ordinal",
	    DB_ARGS(db_int(component), db_int(from), db_int(to)), step_mark, &list, err);

	if (st != ST_OK)
		return st;
	*marks = list.rows;
	*count = list.count;
	return ST_OK;
}

enum status
page_separators(struct catalog *catalog, int64_t component, struct arena *arena,
    const struct page_mark **marks, size_t *count, struct err *err)
{
	struct row_list list = { .arena = arena };
	enum status st = db_query(catalog->db,
	    MARK_SELECT " WHERE component=$1 AND kind='separator' ORDER BY no, ordinal",
	    DB_ARGS(db_int(component)), step_mark, &list, err);

	if (st != ST_OK)
		return st;
	*marks = list.rows;
	*count = list.count;
	return ST_OK;
}

static enum status
insert_mark(struct catalog *catalog, int64_t component, int no, size_t ordinal,
    const struct page_mark *m, struct arena *arena, struct err *err)
{
	double sure = m->confidence > 0 ? m->confidence < 1 ? m->confidence : 1 : 0;

	if (!page_mark_name(m->kind))
		return fail(err, ST_INVALID, "page %d: a mark of an unknown kind", no);
	return db_exec(catalog->db,
	    "INSERT INTO page_mark(component, no, ordinal, kind, value, x, y, w, h, confidence)"
	    " VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
	    DB_ARGS(db_int(component), db_int(no), db_int((int64_t)ordinal),
		db_text(names[m->kind]),
		db_text(record_line(m->text ? m->text : "", TEXT_MAX, arena)), db_int(m->box[0]),
		db_int(m->box[1]), db_int(m->box[2]), db_int(m->box[3]), db_real(sure)),
	    NULL, err);
}

enum status
page_marks_replace(struct catalog *catalog, int64_t component, const struct page *page,
    struct arena *arena, struct err *err)
{
	enum status st;

	if (page->mark_count > PAGE_MARKS_MAX)
		return fail(err, ST_INVALID, "page %d: %zu marks", page->no, page->mark_count);
	st = db_exec(catalog->db, "DELETE FROM page_mark WHERE component=$1 AND no=$2",
	    DB_ARGS(db_int(component), db_int(page->no)), NULL, err);
	for (size_t i = 0; st == ST_OK && i < page->mark_count; i++)
		st = insert_mark(catalog, component, page->no, i, &page->mark[i], arena, err);
	return st;
}
