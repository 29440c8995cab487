/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "audit.h"
#include "base.h"
#include "declare.h"
#include "record_keep.h"

/* D17; records.md 15: numbers are drawn in the transaction that uses them and never given twice. */
#define REASON_MAX 2000

static bool
is_book(const char *book)
{
	return strcmp(book, "in") == 0 || strcmp(book, "out") == 0;
}

static enum status
next_number(struct catalog *catalog, const char *book, int year, int64_t *number, struct err *err)
{
	return db_query_int(catalog->db,
	    "INSERT INTO number_book(book, year, next) VALUES($1, $2, 2)"
	    " ON CONFLICT(book, year) DO UPDATE SET next=number_book.next+1 RETURNING next-1",
	    DB_ARGS(db_text(book), db_int(year)), number, err);
}

/* What the number means for the record. */
static enum status
give(struct catalog *catalog, const struct actor *actor, const struct access *access,
    const char *book, const struct record *record, int64_t number, const char *day, struct err *err)
{
	const char *field[FIELD_COUNT] = { NULL };
	char text[24];
	enum status st;

	snprintf(text, sizeof(text), "%lld", (long long)number);
	if (strcmp(book, "out") == 0) {
		field[FIELD_NUMBER] = text;
		return record_update(catalog, actor, access, record->id, 0, field, err);
	}
	st = record_detail_set(catalog, record->id, "arrival_number", text, err);
	if (st == ST_OK)
		st = record_detail_set(catalog, record->id, "arrival_date", day, err);
	return st == ST_OK ? record_touch(catalog, record->id, true, err) : st;
}

static enum status
check_record(
    struct catalog *catalog, const char *book, const struct record *record, struct err *err)
{
	int64_t has = 0;
	enum status st = db_lookup_int(catalog->db,
	    "SELECT number FROM book_number WHERE record=$1 AND book=$2 AND voided IS NULL",
	    DB_ARGS(db_int(record->id), db_text(book)), &has, err);

	if (st == ST_OK && has)
		return fail(
		    err, ST_EXISTS, "record %s has number %lld", record->uid, (long long)has);
	if (st == ST_OK && strcmp(record->state, "draft") != 0)
		return fail(err, ST_HELD, "record %s is %s", record->uid, record->state);
	if (st == ST_OK && strcmp(book, "out") == 0 && record->field[FIELD_NUMBER])
		return fail(err, ST_CONFLICT, "record %s has the number %.40s already", record->uid,
		    record->field[FIELD_NUMBER]);
	return st;
}

static enum status
draw(struct catalog *catalog, const struct actor *actor, const struct access *access,
    const char *book, int64_t id, int64_t *number, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct record record;
	char day[11];
	int year;
	enum status st = record_load_for(catalog, access, PERM_EDIT, id, arena, &record, err);

	if (st == ST_OK)
		st = check_record(catalog, book, &record, err);
	if (st != ST_OK)
		return st;
	day_text(now_us(), day);
	year = (int)strtol(day, NULL, 10);
	st = next_number(catalog, book, year, number, err);
	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "INSERT INTO book_number(book, year, number, record, drawn, drawn_by)"
		    " VALUES($1, $2, $3, $4, $5, $6)",
		    DB_ARGS(db_text(book), db_int(year), db_int(*number), db_int(id),
			db_int(now_us()), db_ref(actor->principal)),
		    NULL, err);
	if (st == ST_OK)
		st = give(catalog, actor, access, book, &record, *number, day, err);
	return st == ST_OK
	    ? record_log(catalog, actor, "number.draw", record.uid,
		  arena_printf(arena, "{\"book\":\"%s\",\"year\":%d,\"number\":%lld}", book, year,
		      (long long)*number),
		  err)
	    : st;
}

static enum status
check_task(const struct access *access, const char *book, struct err *err)
{
	if (!is_book(book))
		return fail(err, ST_INVALID, "book %.40s: in or out", book);
	if (access->principal && !access_has(access, CAP_INGEST))
		return fail(err, ST_DENIED, "numbers are for those who register");
	return ST_OK;
}

enum status
book_draw(struct catalog *catalog, const struct actor *actor, const struct access *access,
    const char *book, int64_t record, int64_t *number, struct err *err)
{
	int64_t drawn = 0;
	enum status st = check_task(access, book, err);

	if (st == ST_OK)
		st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	st = catalog_end(catalog, draw(catalog, actor, access, book, record, &drawn, err), err);
	if (st == ST_OK)
		*number = drawn;
	return st;
}

/* --- void -------------------------------------------------------------------------------------- */

static enum status
take_back(struct catalog *catalog, const char *book, int year, int64_t number, int64_t *record,
    struct err *err)
{
	int64_t voided = 0;
	enum status st = db_query_int(catalog->db,
	    "SELECT record FROM book_number WHERE book=$1 AND year=$2 AND number=$3",
	    DB_ARGS(db_text(book), db_int(year), db_int(number)), record, err);

	if (st == ST_NOT_FOUND)
		return fail(err, ST_NOT_FOUND, "book %s %d has no number %lld", book, year,
		    (long long)number);
	if (st == ST_OK)
		st = db_lookup_int(catalog->db,
		    "SELECT voided FROM book_number WHERE book=$1 AND year=$2 AND number=$3",
		    DB_ARGS(db_text(book), db_int(year), db_int(number)), &voided, err);
	if (st == ST_OK && voided)
		return fail(err, ST_CONFLICT, "number %lld is void already", (long long)number);
	return st;
}

static enum status
cancel(struct catalog *catalog, const struct actor *actor, const struct access *access,
    const char *book, int year, int64_t number, const char *reason, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	const struct event_private why = { "reason", span_of(reason) };
	struct event event = { .event_class = EVENT_CHANGE,
		.action = "number.void",
		.kind = "record",
		.outcome = "ok",
		.priv = &why,
		.priv_count = 1 };
	struct record r;
	int64_t id = 0;
	enum status st = take_back(catalog, book, year, number, &id, err);

	/* a record that is hidden looks like a number that was never drawn */
	if (st == ST_OK)
		st = record_load_for(catalog, access, PERM_EDIT, id, arena, &r, err);
	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE book_number SET voided=$4, voided_by=$5, void_reason=$6"
		    " WHERE book=$1 AND year=$2 AND number=$3",
		    DB_ARGS(db_text(book), db_int(year), db_int(number), db_int(now_us()),
			db_ref(actor->principal), db_text(reason)),
		    NULL, err);
	if (st != ST_OK)
		return st;
	event.object = r.uid;
	event.detail = arena_printf(
	    arena, "{\"book\":\"%s\",\"year\":%d,\"number\":%lld}", book, year, (long long)number);
	return audit_append(catalog, actor, &event, err);
}

enum status
book_void(struct catalog *catalog, const struct actor *actor, const struct access *access,
    const char *book, int year, int64_t number, const char *reason, struct err *err)
{
	enum status st = check_task(access, book, err);

	if (st == ST_OK)
		st = catalog_check_text("reason", reason, REASON_MAX, err);
	if (st == ST_OK)
		st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	return catalog_end(
	    catalog, cancel(catalog, actor, access, book, year, number, reason, err), err);
}

/* --- the register ------------------------------------------------------------------------------ */

static enum status
step_entry(struct db_row *row, void *payload, struct err *err)
{
	owned(strbuf_free) struct strbuf notation = STRBUF_INIT;
	struct row_list *list = payload;
	struct arena *arena = list->arena;
	struct book_entry *e = row_list_add(list, sizeof(*e));

	(void)err;
	*e = (struct book_entry){ .number = db_column_int(row, 0),
		.drawn_us = db_column_int(row, 1),
		.voided_us = db_column_int(row, 2),
		.void_reason = db_column_text(row, 3, arena) };
	if (!db_column_int(row, 10))
		return ST_OK;
	e->uid = db_column_text(row, 4, arena);
	record_notation(db_column_text(row, 5, arena), db_column_text(row, 6, arena), &notation);
	e->notation = notation.len ? arena_dup_span(arena, strbuf_span(&notation)) : NULL;
	e->issued = db_column_text(row, 7, arena);
	e->issuer = db_column_text(row, 8, arena);
	e->subject = db_column_text(row, 9, arena);
	return ST_OK;
}

enum status
book_list(struct catalog *catalog, const struct access *access, const char *book, int year,
    int64_t after, size_t limit, struct arena *arena, const struct book_entry **entries,
    size_t *count, struct err *err)
{
	struct row_list list = { .arena = arena };
	struct db_value args[ACCESS_FILTER_ARGS + 4];
	enum status st = check_task(access, book, err);

	if (st == ST_OK && (limit < 1 || limit > 500))
		return fail(err, ST_INVALID, "a page has 1 to 500 rows");
	if (st != ST_OK)
		return st;
	access_filter_args(access, arena, args);
	args[3] = db_text(book);
	args[4] = db_int(year);
	args[5] = db_int(after);
	args[6] = db_int((int64_t)limit);
	st = db_query(catalog->db,
	    "SELECT b.number, b.drawn, b.voided, b.void_reason, r.uid, r.number, r.symbol,"
	    " r.issued, r.issuer, r.subject, " ACCESS_SEES_RECORD(
		"r") " FROM book_number b"
		     " JOIN record r ON r.id=b.record WHERE b.book=$4 AND b.year=$5 AND b.number>$6"
		     " ORDER BY b.number LIMIT $7",
	    args, 7, step_entry, &list, err);
	*entries = list.rows;
	*count = list.count;
	return st;
}

void
book_entry_json(struct json_out *j, const struct book_entry *e)
{
	json_object(j);
	json_key_int(j, "number", e->number);
	json_key_time(j, "drawn", e->drawn_us);
	json_key_str(j, "record", e->uid);
	json_key_str(j, "notation", e->notation);
	json_key_str(j, "issued", e->issued);
	json_key_str(j, "issuer", e->issuer);
	json_key_str(j, "subject", e->subject);
	json_key_time(j, "voided", e->voided_us);
	json_key_str(j, "void_reason", e->void_reason);
	json_end_object(j);
}
