/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit.h"
#include "base.h"
#include "retention_parts.h"
#include "text.h"

/* Schedules of an office as a table: all of it or nothing, with a report by line. */

struct import {
	struct catalog *catalog;
	const struct actor *actor;
	struct arena *arena;
	struct table table;
	struct table_report *report;
	struct row_list made;
};

struct columns {
	int code, title, years, trigger, event, count_from, action, authority, from, to;
};

static void
find_columns(const struct table *t, struct columns *c)
{
	*c = (struct columns){
		.code = table_column(t, "code", "mã"),
		.title = table_column(t, "title", "tên"),
		.years = table_column(t, "years", "thời hạn"),
		.trigger = table_column(t, "trigger", "mốc tính"),
		.event = table_column(t, "event", "sự kiện"),
		.count_from = table_column(t, "count_from", "tính từ"),
		.action = table_column(t, "action", "xử lý"),
		.authority = table_column(t, "authority", "căn cứ"),
		.from = table_column(t, "valid_from", "hiệu lực từ"),
		.to = table_column(t, "valid_to", "hiệu lực đến"),
	};
}

/* "10", "10 năm", "permanent", "vĩnh viễn"; 0 is none of these. */
static int
parse_years(const char *text)
{
	owned(strbuf_free) struct strbuf folded = STRBUF_INIT;
	struct span s;
	uint64_t n;

	text_fold(span_of(text ? text : ""), false, &folded);
	s = span_trim(strbuf_span(&folded));
	if (span_equal_str(s, "permanent") || span_equal_str(s, "vinh vien") ||
	    span_equal_str(s, "vv"))
		return -1;
	if (span_ends(s, SPAN(" nam")))
		s = span_trim(span_make(s.p, s.n - 4));
	return span_u64(s, &n) && n <= 1000 ? (int)n : 0;
}

static const char *
or_else(const char *text, const char *fallback)
{
	return text ? text : fallback;
}

static bool
read_version(struct import *im, const struct columns *c, size_t row, struct rule_version *v)
{
	const struct table *t = &im->table;
	const char *trigger = or_else(table_cell(t, row, c->trigger), "closed");
	const char *from = or_else(table_cell(t, row, c->count_from), "year_end");
	size_t line = t->row[row].line, before = im->report->count;
	struct err err = ERR_INIT;

	*v = (struct rule_version){
		.code = table_cell(t, row, c->code),
		.title = table_cell(t, row, c->title),
		.authority = table_cell(t, row, c->authority),
		.years = parse_years(table_cell(t, row, c->years)),
		.trigger = (enum retention_trigger)retention_trigger_parse(span_of(trigger)),
		.event = table_cell(t, row, c->event),
		.from_year_end = strcmp(from, "year_end") == 0,
		.action = table_cell(t, row, c->action),
		.valid_from = table_cell(t, row, c->from),
		.valid_to = table_cell(t, row, c->to),
	};
	if (retention_trigger_parse(span_of(trigger)) < 0)
		table_fault_add(im->report, line, "trigger",
		    "%.40s: one of closed, superseded, event, created", trigger);
	if (!v->from_year_end && strcmp(from, "date") != 0)
		table_fault_add(im->report, line, "count_from", "%.40s: date or year_end", from);
	if (im->report->count == before && retention_check_version(v, &err) != ST_OK)
		table_fault_add(im->report, line, NULL, "%s", err.msg);
	return im->report->count == before;
}

static bool
same(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

struct known {
	const struct rule_version *wanted;
	bool found, equal;
};

static enum status
step_known(struct db_row *row, void *payload, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct known *k = payload;
	const struct rule_version *w = k->wanted;
	struct rule_version v;

	(void)err;
	rule_version_from_row(row, arena, &v);
	k->found = true;
	k->equal = same(v.title, w->title) && same(v.authority, w->authority) &&
	    v.years == w->years && v.trigger == w->trigger && same(v.event, w->event) &&
	    v.from_year_end == w->from_year_end && same(v.action, w->action) &&
	    (!w->valid_to || same(v.valid_to, w->valid_to));
	return ST_OK;
}

static enum status
put_row(struct import *im, size_t line, const struct rule_version *v, struct err *err)
{
	struct known known = { .wanted = v };
	struct err why = ERR_INIT;
	enum status st = db_query(im->catalog->db,
	    "SELECT " VERSION_COLUMNS " FROM rule_version v WHERE v.code=$1 AND v.valid_from=$2",
	    DB_ARGS(db_text(v->code), db_text(v->valid_from)), step_known, &known, err);

	if (st != ST_OK || (known.found && known.equal))
		return st;
	st = retention_put_version(im->catalog, im->actor, v, &why);
	if (st == ST_EXISTS || st == ST_INVALID || st == ST_HELD) {
		table_fault_add(im->report, line, "valid_from", "%s", why.msg);
		return ST_OK;
	}
	if (st != ST_OK)
		return fail(err, st, "%s", why.msg);
	*(struct rule_version *)row_list_add(&im->made, sizeof(*v)) = *v;
	return ST_OK;
}

static enum status
put_rows(struct import *im, struct err *err)
{
	struct columns c;
	enum status st = ST_OK;

	find_columns(&im->table, &c);
	if (c.code < 0 || c.title < 0 || c.years < 0 || c.action < 0 || c.authority < 0 ||
	    c.from < 0)
		return fail(err, ST_INVALID,
		    "columns code, title, years, action, authority, valid_from are wanted");
	im->report->rows = im->table.row_count;
	for (size_t i = 0; st == ST_OK && i < im->table.row_count; i++) {
		struct rule_version v;

		if (read_version(im, &c, i, &v))
			st = put_row(im, im->table.row[i].line, &v, err);
	}
	if (st == ST_OK && im->report->count > 0)
		st = fail(err, ST_INVALID, "%zu faults; nothing was imported", im->report->count);
	return st;
}

static enum status
refresh(struct import *im, struct err *err)
{
	const struct rule_version *v = im->made.rows;
	enum status st = ST_OK;

	for (size_t i = 0; st == ST_OK && i < im->made.count; i++)
		st = retention_refresh_rule(im->catalog, v[i].code, err);
	return st;
}

enum status
retention_import(struct catalog *catalog, const struct actor *actor, const struct access *access,
    struct span text, bool dry, struct table_report *report, const struct rule_version **versions,
    size_t *count, struct err *err)
{
	struct import im = { .catalog = catalog,
		.actor = actor,
		.arena = report->arena,
		.report = report,
		.made = { .arena = report->arena } };
	enum status st;

	*count = 0;
	if ((st = retention_check_plan(access, err)) != ST_OK ||
	    (st = table_parse(text, report->arena, &im.table, err)) != ST_OK ||
	    (st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	st = put_rows(&im, err);
	if (st == ST_OK && !dry)
		st = refresh(&im, err);
	if (st == ST_OK && dry)
		db_rollback(catalog->db);
	else
		st = catalog_end(catalog, st, err);
	if (st == ST_OK) {
		*versions = im.made.rows;
		*count = im.made.count;
	}
	return st;
}

void
table_report_json(struct json_out *j, const struct table_report *r)
{
	size_t told = r->count < TABLE_FAULTS_MAX ? r->count : TABLE_FAULTS_MAX;

	json_key_int(j, "rows", (int64_t)r->rows);
	json_key_int(j, "fault_count", (int64_t)r->count);
	json_key(j, "faults");
	json_array(j);
	for (size_t i = 0; i < told; i++) {
		json_object(j);
		json_key_int(j, "line", (int64_t)r->fault[i].line);
		json_key_str(j, "column", r->fault[i].column);
		json_key_str(j, "text", r->fault[i].text);
		json_end_object(j);
	}
	json_end_array(j);
}
