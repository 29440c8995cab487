/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handover.h"

#include <assert.h>

#include "access_filter.h"
#include "catalog_parts.h"
#include "db.h"
#include "record_parts.h"

/* Minutes of handing over (records.md 18, 32). */
#define LIMIT_MAX 500

/* $1: what is asked for; $2: the caller when only what is his own is seen, else 0. */
#define COLUMNS \
	"SELECT h.id, h.uid, coalesce(g.display, g.name), coalesce(t.display, t.name)," \
	" coalesce(m.display, m.name), h.reason, h.day, h.dossiers, h.records, h.files, h.pages" \
	" FROM handover h JOIN principal g ON g.id=h.giver JOIN principal t ON t.id=h.taker" \
	" LEFT JOIN principal m ON m.id=h.made_by WHERE ($2=0 OR h.giver=$2 OR h.taker=$2) AND "

static struct db_value
only_own(const struct access *access)
{
	return db_int(access_has(access, CAP_PLAN) ? 0 : access->principal);
}

static enum status
step_handover(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct arena *a = list->arena;
	struct handover *h = row_list_add(list, sizeof(*h));

	(void)err;
	*h = (struct handover){ .id = db_column_int(row, 0),
		.uid = db_column_text(row, 1, a),
		.giver = db_column_text(row, 2, a),
		.taker = db_column_text(row, 3, a),
		.by = db_column_text(row, 4, a),
		.reason = db_column_text(row, 5, a),
		.day = db_column_text(row, 6, a),
		.totals = { .dossiers = db_column_int(row, 7),
		    .records = db_column_int(row, 8),
		    .files = db_column_int(row, 9),
		    .pages = db_column_int(row, 10) } };
	return ST_OK;
}

enum status
handover_find(struct catalog *catalog, const struct access *access, const char *uid,
    struct arena *arena, struct handover *out, struct err *err)
{
	struct row_list list = { .arena = arena };
	enum status st;

	assert(access);
	st = db_query(catalog->db, COLUMNS "h.uid=$1", DB_ARGS(db_text(uid), only_own(access)),
	    step_handover, &list, err);
	if (st == ST_OK && list.count == 0)
		st = fail(err, ST_NOT_FOUND, "handover %s", uid);
	if (st == ST_OK)
		*out = *(const struct handover *)list.rows;
	return st;
}

enum status
handover_list(struct catalog *catalog, const struct access *access, int64_t after, size_t limit,
    struct arena *arena, const struct handover **out, size_t *count, struct err *err)
{
	struct row_list list = { .arena = arena };
	enum status st;

	assert(access);
	if (limit < 1 || limit > LIMIT_MAX)
		return fail(err, ST_INVALID, "a page has 1 to %d rows", LIMIT_MAX);
	st = db_query(catalog->db, COLUMNS "h.id<$1 ORDER BY h.id DESC LIMIT $3",
	    DB_ARGS(db_int(after ? after : INT64_MAX), only_own(access), db_int((int64_t)limit)),
	    step_handover, &list, err);
	*out = list.rows;
	*count = list.count;
	return st;
}

static enum status
step_item(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct handover_item *i = row_list_add(list, sizeof(*i));

	(void)err;
	*i = (struct handover_item){ .ordinal = (int)db_column_int(row, 0),
		.uid = db_column_text(row, 1, list->arena),
		.file_code = db_column_text(row, 2, list->arena),
		.title = db_column_text(row, 3, list->arena),
		.records = db_column_int(row, 4),
		.files = db_column_int(row, 5),
		.pages = db_column_int(row, 6) };
	return ST_OK;
}

enum status
handover_items(struct catalog *catalog, const struct access *access, int64_t id,
    struct arena *arena, const struct handover_item **out, size_t *count, struct err *err)
{
	struct row_list list = { .arena = arena };
	struct db_value args[ACCESS_FILTER_ARGS + 1];
	enum status st;

	assert(access);
	access_filter_args(access, arena, args);
	args[ACCESS_FILTER_ARGS] = db_int(id);
	st = db_query(catalog->db,
	    "SELECT i.ordinal, n.uid, d.file_code, n.title, i.records, i.files, i.pages"
	    " FROM handover_item i JOIN node n ON n.id=i.dossier JOIN dossier d ON d.node=n.id"
	    " WHERE " ACCESS_SEES("n") " AND i.handover=$4 ORDER BY i.ordinal",
	    args, ACCESS_FILTER_ARGS + 1, step_item, &list, err);
	*out = list.rows;
	*count = list.count;
	return st;
}

static const char *
number(struct arena *arena, int64_t n)
{
	return arena_printf(arena, "%lld", (long long)n);
}

static void
add_rows(struct arena *arena, struct element *sheet, const struct handover_item *item, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct element *row = sheet_row(arena, sheet);

		sheet_cell(arena, row, number(arena, item[i].ordinal));
		sheet_cell(arena, row, item[i].file_code);
		sheet_cell(arena, row, item[i].title);
		sheet_cell(arena, row, number(arena, item[i].records));
		sheet_cell(arena, row, number(arena, item[i].files));
		sheet_cell(arena, row, number(arena, item[i].pages));
	}
}

struct element *
handover_sheet(
    struct arena *arena, const struct handover *h, const struct handover_item *item, size_t count)
{
	static const struct {
		const char *heading;
		int width;
	} columns[] = { { "STT", 8 }, { "Mã hồ sơ", 20 }, { "Tiêu đề hồ sơ", 40 },
		{ "Số văn bản", 11 }, { "Số tệp", 10 }, { "Số trang", 11 } };
	struct element *sheet = sheet_new(arena, "BIÊN BẢN BÀN GIAO HỒ SƠ, TÀI LIỆU");

	sheet_line(arena, sheet, arena_printf(arena, "Ngày bàn giao: %s", h->day));
	sheet_line(arena, sheet, arena_printf(arena, "Bên giao: %s", h->giver));
	sheet_line(arena, sheet, arena_printf(arena, "Bên nhận: %s", h->taker));
	sheet_line(arena, sheet, arena_printf(arena, "Lý do: %s", h->reason));
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		sheet_column(arena, sheet, columns[i].heading, columns[i].width);
	add_rows(arena, sheet, item, count);
	sheet_foot(arena, sheet,
	    arena_printf(arena, "Tổng cộng: %lld hồ sơ, %lld văn bản, %lld tệp, %lld trang.",
		(long long)h->totals.dossiers, (long long)h->totals.records,
		(long long)h->totals.files, (long long)h->totals.pages));
	if ((int64_t)count < h->totals.dossiers)
		sheet_foot(arena, sheet,
		    arena_printf(arena, "%lld hồ sơ không ghi ở đây theo quyền của người in.",
			(long long)h->totals.dossiers - (long long)count));
	sheet_sign(arena, sheet, "BÊN GIAO");
	sheet_sign(arena, sheet, "BÊN NHẬN");
	sheet_sign(arena, sheet, "NGƯỜI LẬP BIÊN BẢN");
	return sheet;
}

void
handover_json(struct json_out *j, const struct handover *h)
{
	json_object(j);
	json_key_str(j, "uid", h->uid);
	json_key_str(j, "day", h->day);
	json_key_str(j, "from", h->giver);
	json_key_str(j, "to", h->taker);
	json_key_str(j, "by", h->by);
	json_key_str(j, "reason", h->reason);
	json_key_int(j, "dossiers", h->totals.dossiers);
	json_key_int(j, "records", h->totals.records);
	json_key_int(j, "files", h->totals.files);
	json_key_int(j, "pages", h->totals.pages);
	json_end_object(j);
}
