/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>

#include "base.h"
#include "path_find.h"
#include "procedure.h"

/* Controlled documents and one-stop cases over HTTP (records.md 1-9, 29, 30). */
struct wish {
	int64_t id, other, who, number, months, days;
	struct procedure_new new;
	const char *step, *reason, *from, *to, *where, *due, *code, *procedure, *applicant;
};

/* --- documents --- */

static enum status
answer_procedure(struct request *rq, const char *name, int status, struct err *err)
{
	const struct revision *rev;
	const struct procedure *dependant;
	struct procedure p;
	struct json_out j;
	size_t count, dependants;
	enum status st = procedure_find(rq->catalog, name, rq->arena, &p, err);

	if (st == ST_OK)
		st = revision_list(rq->catalog, rq->access, p.id, rq->arena, &rev, &count, err);
	if (st == ST_OK)
		st = procedure_dependants(
		    rq->catalog, p.id, rq->arena, &dependant, &dependants, err);
	if (st != ST_OK)
		return st;
	answer_json(rq, status, &j);
	json_object(&j);
	json_key(&j, "procedure");
	procedure_json(&j, &p);
	json_key(&j, "revisions");
	json_array(&j);
	for (size_t i = 0; i < count; i++)
		revision_json(&j, &rev[i]);
	json_end_array(&j);
	json_key(&j, "dependants");
	json_array(&j);
	for (size_t i = 0; i < dependants; i++)
		procedure_json(&j, &dependant[i]);
	json_end_array(&j);
	json_end_object(&j);
	return ST_OK;
}

static enum status
answer_id(struct request *rq, int64_t id, int status, struct err *err)
{
	return answer_procedure(rq, arena_printf(rq->arena, "%lld", (long long)id), status, err);
}

static enum status
list(struct request *rq, struct err *err)
{
	const char *due, *after;
	const struct procedure *row;
	struct procedure last = { 0 };
	struct json_out j;
	int64_t limit;
	size_t count;
	enum status st = request_number(rq, "limit", 50, 1, 500, &limit, err);

	if (st != ST_OK || (st = request_uid(rq, "after", &after, err)) != ST_OK ||
	    (st = request_day(rq, "review_due", &due, err)) != ST_OK)
		return st;
	if (after && (st = procedure_find(rq->catalog, after, rq->arena, &last, err)) != ST_OK)
		return st == ST_NOT_FOUND ? request_invalid(rq, "after", err) : st;
	st = procedure_list(rq->catalog, due, last.id, (size_t)limit, rq->arena, &row, &count, err);
	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "procedures");
	json_array(&j);
	for (size_t i = 0; i < count; i++)
		procedure_json(&j, &row[i]);
	json_end_array(&j);
	json_key_str(&j, "next", count == (size_t)limit ? row[count - 1].uid : NULL);
	json_end_object(&j);
	return ST_OK;
}

static enum status
view(struct request *rq, struct err *err)
{
	const char *uid;
	enum status st = request_path_uid(rq, 0, &uid, err);

	return st == ST_OK ? answer_procedure(rq, uid, 200, err) : st;
}

static enum status
create_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	int64_t id;
	enum status st = procedure_create(rq->catalog, &rq->actor, rq->access, &w->new, &id, err);

	return st == ST_OK ? answer_id(rq, id, 201, err) : st;
}

static enum status
create(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	struct procedure_new *n = &w->new;
	enum status st = request_json(rq,
	    "code|title|kind|tthc_code|owner|public|review_months|days|valid_from|valid_to", &body,
	    err);

	n->kind = "procedure";
	if (st != ST_OK ||
	    (st = request_json_given(rq, body, "code", 64, &n->code, err)) != ST_OK ||
	    (st = request_json_given(rq, body, "title", 1000, &n->title, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "kind", 16, &n->kind, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "tthc_code", 64, &n->tthc_code, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "owner", 64, &n->owner, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "valid_from", 10, &n->valid_from, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "valid_to", 10, &n->valid_to, err)) != ST_OK ||
	    (st = request_json_bool(rq, body, "public", &n->public_page, err)) != ST_OK ||
	    (st = request_json_number(rq, body, "review_months", 1, 120, &w->months, err)) !=
		ST_OK ||
	    (st = request_json_number(rq, body, "days", 1, 3650, &w->days, err)) != ST_OK)
		return st;
	n->review_months = (int)w->months;
	n->days = (int)w->days;
	request_write(rq, create_write, w);
	return ST_OK;
}

static enum status
find_procedure(struct request *rq, struct procedure *p, struct err *err)
{
	const char *uid;
	enum status st = request_path_uid(rq, 0, &uid, err);

	return st == ST_OK ? procedure_find(rq->catalog, uid, rq->arena, p, err) : st;
}

static enum status
reviewed_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	enum status st = procedure_reviewed(rq->catalog, &rq->actor, rq->access, w->id, err);

	return st == ST_OK ? answer_id(rq, w->id, 200, err) : st;
}

static enum status
reviewed(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	struct procedure p;
	enum status st = find_procedure(rq, &p, err);

	if (st != ST_OK)
		return st;
	w->id = p.id;
	request_write(rq, reviewed_write, w);
	return ST_OK;
}

static enum status
depend_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	enum status st =
	    procedure_depend(rq->catalog, &rq->actor, rq->access, w->id, w->other, err);

	return st == ST_OK ? answer_id(rq, w->id, 200, err) : st;
}

static enum status
depend(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	struct procedure p, source;
	enum status st = find_procedure(rq, &p, err);

	if (st != ST_OK || (st = request_json(rq, "source", &body, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "source", 64, &w->code, err)) != ST_OK)
		return st;
	if (!w->code || procedure_find(rq->catalog, w->code, rq->arena, &source, err) != ST_OK)
		return request_invalid(rq, "source", err);
	w->id = p.id;
	w->other = source.id;
	request_write(rq, depend_write, w);
	return ST_OK;
}

/* records.md 3: exactly one or none on a day. */
static enum status
at(struct request *rq, struct err *err)
{
	const char *code = target_parameter(&rq->target, "code");
	const char *day = target_parameter(&rq->target, "at");
	struct revision v;
	struct json_out j;
	enum status st;

	if (!code)
		return request_invalid(rq, "code", err);
	if (!day || !date_valid(span_of(day), false))
		return request_invalid(rq, "at", err);
	st = revision_at(rq->catalog, rq->access, code, day, rq->arena, &v, err);
	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	revision_json(&j, &v);
	return ST_OK;
}

/* --- revisions --- */

static enum status
answer_revision(struct request *rq, int64_t id, int status, struct err *err)
{
	struct revision v;
	struct json_out j;
	enum status st = revision_find(rq->catalog, rq->access,
	    arena_printf(rq->arena, "%lld", (long long)id), rq->arena, &v, err);

	if (st != ST_OK)
		return st;
	answer_json(rq, status, &j);
	revision_json(&j, &v);
	return ST_OK;
}

static enum status
find_revision(struct request *rq, struct revision *v, struct err *err)
{
	const char *uid;
	enum status st = request_path_uid(rq, 0, &uid, err);

	return st == ST_OK ? revision_find(rq->catalog, rq->access, uid, rq->arena, v, err) : st;
}

static enum status
revise_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	int64_t id;
	enum status st =
	    revision_add(rq->catalog, &rq->actor, rq->access, w->id, w->other, w->reason, &id, err);

	return st == ST_OK ? answer_revision(rq, id, 201, err) : st;
}

static enum status
revise(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	struct procedure p;
	enum status st = find_procedure(rq, &p, err);

	if (st != ST_OK || (st = request_json(rq, "record|change_note", &body, err)) != ST_OK ||
	    (st = body_find_record(rq, body, "record", &w->other, err)) != ST_OK ||
	    (st = request_json_given(rq, body, "change_note", 4000, &w->reason, err)) != ST_OK)
		return st;
	w->id = p.id;
	request_write(rq, revise_write, w);
	return ST_OK;
}

static enum status
step_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	enum status st =
	    revision_step(rq->catalog, &rq->actor, rq->access, w->id, w->step, w->reason, err);

	return st == ST_OK ? answer_revision(rq, w->id, 200, err) : st;
}

static enum status
step(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	struct revision v;
	enum status st = find_revision(rq, &v, err);

	if (st != ST_OK || (st = request_json(rq, "step|reason", &body, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "step", 16, &w->step, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "reason", 2000, &w->reason, err)) != ST_OK)
		return st;
	if (!w->step)
		return request_invalid(rq, "step", err);
	w->id = v.id;
	request_write(rq, step_write, w);
	return ST_OK;
}

static enum status
enforce_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	enum status st = revision_enforce(
	    rq->catalog, &rq->actor, rq->access, w->id, w->from, w->other, w->where, err);

	return st == ST_OK ? answer_revision(rq, w->id, 200, err) : st;
}

static enum status
enforce(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	struct revision v;
	enum status st = find_revision(rq, &v, err);

	if (st != ST_OK ||
	    (st = request_json(rq, "effective_from|decision|published_where", &body, err)) !=
		ST_OK ||
	    (st = request_json_day(rq, body, "effective_from", &w->from, err)) != ST_OK ||
	    (st = request_json_given(rq, body, "published_where", 2000, &w->where, err)) != ST_OK ||
	    (st = body_find_record(rq, body, "decision", &w->other, err)) != ST_OK)
		return st;
	w->id = v.id;
	request_write(rq, enforce_write, w);
	return ST_OK;
}

/* --- readers --- */

static enum status
answer_readers(struct request *rq, int64_t id, struct err *err)
{
	const struct reader *row;
	struct json_out j;
	size_t count;
	enum status st = reader_list(rq->catalog, id, rq->arena, &row, &count, err);

	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "readers");
	json_array(&j);
	for (size_t i = 0; i < count; i++) {
		json_object(&j);
		json_key_str(&j, "name", row[i].name);
		json_key_str(&j, "display", row[i].display);
		json_key_str(&j, "due", row[i].due);
		json_key_time(&j, "confirmed", row[i].confirmed_us);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
	return ST_OK;
}

static enum status
readers(struct request *rq, struct err *err)
{
	struct revision v;
	enum status st = find_revision(rq, &v, err);

	return st == ST_OK ? answer_readers(rq, v.id, err) : st;
}

static enum status
ask_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	enum status st =
	    reader_ask(rq->catalog, &rq->actor, rq->access, w->id, w->who, w->due, err);

	return st == ST_OK ? answer_readers(rq, w->id, err) : st;
}

static enum status
ask(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	const char *name = NULL;
	struct principal who;
	struct revision v;
	enum status st = find_revision(rq, &v, err);

	if (st != ST_OK || (st = request_json(rq, "who|due", &body, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "who", 64, &name, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "due", 10, &w->due, err)) != ST_OK)
		return st;
	if (w->due && !date_valid(span_of(w->due), false))
		return request_invalid(rq, "due", err);
	if (!name || principal_by_name(rq->catalog, name, rq->arena, &who, err) != ST_OK)
		return request_invalid(rq, "who", err);
	w->id = v.id;
	w->who = who.id;
	request_write(rq, ask_write, w);
	return ST_OK;
}

static enum status
confirm_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	enum status st = reader_confirm(rq->catalog, &rq->actor, w->id, err);

	if (st == ST_OK)
		answer_status(rq, 204);
	return st;
}

static enum status
confirm(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	struct revision v;
	enum status st = find_revision(rq, &v, err);

	if (st != ST_OK)
		return st;
	w->id = v.id;
	request_write(rq, confirm_write, w);
	return ST_OK;
}

/* --- the public page, for anybody --- */

static enum status
public_page(struct request *rq, struct err *err)
{
	const struct revision *row;
	const char *office = NULL;
	struct json_out j;
	char day[11];
	size_t count;
	int form;
	enum status st = request_choice(rq, "format", "json|html", 0, &form, err);

	if (st == ST_OK)
		st = procedure_public(rq->catalog, rq->arena, &row, &count, err);
	if (st == ST_OK)
		st = catalog_setting(rq->catalog, "archive.name", rq->arena, &office, err);
	if (st != ST_OK)
		return st;
	day_text(now_us(), day);
	answer_json(rq, 200, &j);
	if (form == 1) {
		rq->answer.type = "text/html; charset=utf-8";
		procedure_public_html(row, count, office, day, &rq->answer.body);
		return ST_OK;
	}
	json_object(&j);
	json_key_str(&j, "office", office);
	json_key_str(&j, "day", day);
	json_key(&j, "procedures");
	json_array(&j);
	/* what nobody need know without a session is left out: people, records, reasons */
	for (size_t i = 0; i < count; i++) {
		json_object(&j);
		json_key_str(&j, "code", row[i].code);
		json_key_str(&j, "title", row[i].title);
		json_key_int(&j, "rev", row[i].rev);
		json_key_bool(&j, "in_force", strcmp(row[i].state, "effective") == 0);
		json_key_str(&j, "effective_from", row[i].effective_from);
		json_key_str(&j, "effective_to", row[i].effective_to);
		json_key_str(&j, "decision", row[i].decision);
		json_key_str(&j, "published", row[i].published);
		json_key_str(&j, "published_where", row[i].published_where);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
	return ST_OK;
}

/* --- cases --- */

static enum status
cases(struct request *rq, struct err *err)
{
	const char *wanted = target_parameter(&rq->target, "q"), *after;
	const struct one_stop *row;
	struct node last = { 0 };
	struct json_out j;
	int64_t limit;
	size_t count;
	enum status st = request_number(rq, "limit", 50, 1, 500, &limit, err);

	if (st != ST_OK || (st = request_uid(rq, "after", &after, err)) != ST_OK)
		return st;
	if (wanted && strlen(wanted) > 200)
		return request_invalid(rq, "q", err);
	if (after &&
	    (st = node_find(rq->catalog, rq->access, after, rq->arena, &last, err)) != ST_OK)
		return st == ST_NOT_FOUND ? request_invalid(rq, "after", err) : st;
	st = one_stop_list(
	    rq->catalog, rq->access, wanted, last.id, (size_t)limit, rq->arena, &row, &count, err);
	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "cases");
	json_array(&j);
	for (size_t i = 0; i < count; i++)
		one_stop_json(&j, &row[i]);
	json_end_array(&j);
	json_key_str(&j, "next", count == (size_t)limit ? row[count - 1].uid : NULL);
	json_end_object(&j);
	return ST_OK;
}

static enum status
figures(struct request *rq, struct err *err)
{
	const char *from = target_parameter(&rq->target, "from");
	const char *to = target_parameter(&rq->target, "to");
	const struct one_stop_figures *row;
	struct json_out j;
	size_t count;
	enum status st;

	if (!from || !date_valid(span_of(from), false))
		return request_invalid(rq, "from", err);
	if (!to || !date_valid(span_of(to), false))
		return request_invalid(rq, "to", err);
	st = one_stop_count(rq->catalog, rq->access, from, to, rq->arena, &row, &count, err);
	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "figures");
	json_array(&j);
	for (size_t i = 0; i < count; i++) {
		json_object(&j);
		json_key_str(&j, "procedure", row[i].procedure);
		json_key_str(&j, "unit", row[i].unit);
		json_key_str(&j, "month", row[i].month);
		json_key_int(&j, "received", row[i].received);
		json_key_int(&j, "on_time", row[i].on_time);
		json_key_int(&j, "late", row[i].late);
		json_key_int(&j, "open", row[i].open);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
	return ST_OK;
}

static enum status
done(struct request *rq, enum status st)
{
	if (st == ST_OK)
		answer_status(rq, 204);
	return st;
}

static enum status
open_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;

	return done(rq,
	    one_stop_open(rq->catalog, &rq->actor, rq->access, w->id, w->code, w->procedure,
		w->applicant, w->who, w->from, w->due, err));
}

static enum status
open_case(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	const char *unit = NULL;
	struct principal who;
	struct node node;
	enum status st = path_find_node(rq, &node, err);

	if (st != ST_OK ||
	    (st = request_json(rq, "code|procedure|applicant|unit|received|due", &body, err)) !=
		ST_OK ||
	    (st = request_json_given(rq, body, "code", 100, &w->code, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "procedure", 64, &w->procedure, err)) != ST_OK ||
	    (st = request_json_given(rq, body, "applicant", 500, &w->applicant, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "unit", 64, &unit, err)) != ST_OK ||
	    (st = request_json_day(rq, body, "received", &w->from, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "due", 10, &w->due, err)) != ST_OK)
		return st;
	if (!w->procedure)
		return request_invalid(rq, "procedure", err);
	if (unit && principal_by_name(rq->catalog, unit, rq->arena, &who, err) != ST_OK)
		return request_invalid(rq, "unit", err);
	w->who = unit ? who.id : 0;
	w->id = node.id;
	request_write(rq, open_write, w);
	return ST_OK;
}

static enum status
extend_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;

	return done(
	    rq, one_stop_extend(rq->catalog, &rq->actor, rq->access, w->id, w->to, w->reason, err));
}

static enum status
extend(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	struct node node;
	enum status st = path_find_node(rq, &node, err);

	if (st != ST_OK || (st = request_json(rq, "to|reason", &body, err)) != ST_OK ||
	    (st = request_json_day(rq, body, "to", &w->to, err)) != ST_OK ||
	    (st = request_json_given(rq, body, "reason", 2000, &w->reason, err)) != ST_OK)
		return st;
	w->id = node.id;
	request_write(rq, extend_write, w);
	return ST_OK;
}

static enum status
result_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;

	return done(rq,
	    one_stop_result(rq->catalog, &rq->actor, rq->access, w->id, w->other, w->from, err));
}

static enum status
result(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	struct node node;
	enum status st = path_find_node(rq, &node, err);

	if (st != ST_OK || (st = request_json(rq, "record|date", &body, err)) != ST_OK ||
	    (st = body_find_record(rq, body, "record", &w->other, err)) != ST_OK ||
	    (st = request_json_day(rq, body, "date", &w->from, err)) != ST_OK)
		return st;
	w->id = node.id;
	request_write(rq, result_write, w);
	return ST_OK;
}

static enum status
answer_forms(struct request *rq, int64_t dossier, struct err *err)
{
	const struct one_stop_form *form;
	struct json_out j;
	enum status st = one_stop_forms(rq->catalog, rq->access, dossier, rq->arena, &form, err);

	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "forms");
	one_stop_forms_json(&j, form);
	json_end_object(&j);
	return ST_OK;
}

static enum status
forms(struct request *rq, struct err *err)
{
	struct node node;
	enum status st = path_find_node(rq, &node, err);

	return st == ST_OK ? answer_forms(rq, node.id, err) : st;
}

static enum status
form_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	enum status st = one_stop_form_put(
	    rq->catalog, &rq->actor, rq->access, w->id, w->other, (int)w->who, err);

	return st == ST_OK ? answer_forms(rq, w->id, err) : st;
}

static enum status
form_put(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	struct node node;
	enum status st = path_find_node(rq, &node, err);

	w->who = -1;
	if (st != ST_OK || (st = request_json(rq, "record|form", &body, err)) != ST_OK ||
	    (st = body_find_record(rq, body, "record", &w->other, err)) != ST_OK ||
	    (st = request_json_number(rq, body, "form", 0, ONE_STOP_FORMS, &w->who, err)) != ST_OK)
		return st;
	if (w->who < 0)
		return request_invalid(rq, "form", err);
	w->id = node.id;
	request_write(rq, form_write, w);
	return ST_OK;
}

#define ALL "/api/v1/procedures"
#define ONE ALL "/{uid}"
#define REVISION "/api/v1/revisions/{uid}"
#define NODE "/api/v1/nodes/{uid}"

const struct route routes_procedure[] = {
	{ EVHTTP_REQ_GET, "/api/v1/public/procedures", "procedurePublic", public_page, POOL_WORK,
	    ROUTE_OPEN, 0 },
	{ EVHTTP_REQ_GET, "/api/v1/procedure", "procedureAt", at, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_GET, ALL, "procedureList", list, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, ALL, "procedureCreate", create, POOL_WORK, 0, CAP_PLAN },
	{ EVHTTP_REQ_GET, ONE, "procedureRead", view, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, ONE "/reviewed", "procedureReviewed", reviewed, POOL_WORK, 0, CAP_PLAN },
	{ EVHTTP_REQ_POST, ONE "/sources", "procedureDepend", depend, POOL_WORK, 0, CAP_PLAN },
	{ EVHTTP_REQ_POST, ONE "/revisions", "revisionAdd", revise, POOL_WORK, 0, CAP_PLAN },
	{ EVHTTP_REQ_POST, REVISION "/step", "revisionStep", step, POOL_WORK, 0, CAP_PLAN },
	{ EVHTTP_REQ_POST, REVISION "/enforce", "revisionEnforce", enforce, POOL_WORK, 0,
	    CAP_PLAN },
	{ EVHTTP_REQ_GET, REVISION "/readers", "readerList", readers, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, REVISION "/readers", "readerAsk", ask, POOL_WORK, 0, CAP_PLAN },
	{ EVHTTP_REQ_POST, REVISION "/confirm", "readerConfirm", confirm, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_GET, "/api/v1/cases", "caseList", cases, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_GET, "/api/v1/cases/figures", "caseFigures", figures, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, NODE "/case", "caseOpen", open_case, POOL_WORK, 0, CAP_PLAN },
	{ EVHTTP_REQ_POST, NODE "/case/extend", "caseExtend", extend, POOL_WORK, 0, CAP_PLAN },
	{ EVHTTP_REQ_GET, NODE "/case/forms", "caseForms", forms, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, NODE "/case/forms", "caseForm", form_put, POOL_WORK, 0, CAP_PLAN },
	{ EVHTTP_REQ_POST, NODE "/case/result", "caseResult", result, POOL_WORK, 0, CAP_PLAN },
};
ROUTE_COUNT(routes_procedure);
