/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>
#include <string.h>

#include "internal_audit.h"
#include "record_json.h"
#include "request.h"

static const char *const texts[AUDIT_TEXT_COUNT] = { "title", "programme", "criteria", "scope",
	"plan", "report" };

static void
write_words(struct json_out *j, const char *key, const char *const *word, size_t count)
{
	json_key(j, key);
	json_array(j);
	for (size_t i = 0; i < count; i++)
		json_str(j, word[i]);
	json_end_array(j);
}

static void
write_audit(struct json_out *j, const struct internal_audit *a)
{
	json_object(j);
	json_key_str(j, "uid", a->uid);
	json_key_int(j, "year", a->year);
	json_key_str(j, "state", a->state);
	for (int i = 0; i < AUDIT_TEXT_COUNT; i++)
		json_key_str(j, texts[i], a->text[i]);
	write_words(j, "procedures", a->procedures, a->procedure_count);
	write_words(j, "auditors", a->auditors, a->auditor_count);
	json_key_int(j, "findings", a->findings);
	json_key_int(j, "open_findings", a->open_findings);
	json_key_time(j, "created", a->created_us);
	json_key_str(j, "created_by", a->created_by);
	json_key_time(j, "closed", a->closed_us);
	json_key_str(j, "closed_by", a->closed_by);
	json_key_int(j, "version", a->version);
	json_end_object(j);
}

static enum status
find(struct request *rq, struct internal_audit *a, struct err *err)
{
	const char *uid;
	enum status st = request_path_uid(rq, 0, &uid, err);

	return st == ST_OK ? internal_audit_find(rq->catalog, rq->access, uid, rq->arena, a, err)
			   : st;
}

static enum status
answer_audit(struct request *rq, int64_t id, int status, struct err *err)
{
	struct internal_audit a = { 0 };
	struct json_out j;
	enum status st = internal_audit_load(rq->catalog, rq->access, id, rq->arena, &a, err);

	if (st != ST_OK)
		return st;
	answer_header(rq, "ETag", "\"%lld\"", (long long)a.version);
	answer_json(rq, status, &j);
	write_audit(&j, &a);
	return ST_OK;
}

static enum status
list(struct request *rq, struct err *err)
{
	const struct internal_audit *row;
	struct internal_audit last = { 0 };
	const char *after;
	int64_t year, limit;
	struct json_out j;
	size_t count;
	enum status st = request_number(rq, "year", 0, 1900, 9999, &year, err);

	if (st != ST_OK || (st = request_number(rq, "limit", 50, 1, 500, &limit, err)) != ST_OK ||
	    (st = request_uid(rq, "after", &after, err)) != ST_OK)
		return st;
	if (after &&
	    internal_audit_find(rq->catalog, rq->access, after, rq->arena, &last, err) != ST_OK)
		return request_invalid(rq, "after", err);
	st = internal_audit_list(rq->catalog, rq->access, (int)year, last.id, (size_t)limit,
	    rq->arena, &row, &count, err);
	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "audits");
	json_array(&j);
	for (size_t i = 0; i < count; i++)
		write_audit(&j, &row[i]);
	json_end_array(&j);
	json_key_str(&j, "next", count == (size_t)limit ? row[count - 1].uid : NULL);
	json_end_object(&j);
	return ST_OK;
}

static enum status
view(struct request *rq, struct err *err)
{
	struct internal_audit a = { 0 };
	enum status st = find(rq, &a, err);

	return st == ST_OK ? answer_audit(rq, a.id, 200, err) : st;
}

/* --- changing --- */

struct change {
	int64_t id, year, version;
	struct internal_audit_change c;
};

static enum status
read_words(struct request *rq, const json_t *body, const char *name, size_t max,
    const char *const **words, int *count, struct err *err)
{
	const json_t *list = json_object_get(body, name), *one;
	const char **out;
	size_t i;

	*count = -1;
	if (!list)
		return ST_OK;
	if (!json_is_array(list) || json_array_size(list) > max)
		return request_invalid(rq, name, err);
	out = arena_array(rq->arena, json_array_size(list) + 1, sizeof(*out));
	json_array_foreach(list, i, one)
	{
		const char *word = json_string_value(one);

		if (!word || strlen(word) != json_string_length(one))
			return request_invalid(rq, name, err);
		out[i] = arena_dup(rq->arena, word);
	}
	*words = out;
	*count = (int)json_array_size(list);
	return ST_OK;
}

static enum status
read_change(struct request *rq, const char *members, struct change *c, struct err *err)
{
	owned(json_freep) json_t *body = NULL;
	enum status st = request_json(rq, members, &body, err);

	for (int i = 0; st == ST_OK && i < AUDIT_TEXT_COUNT; i++)
		st = request_json_text(rq, body, texts[i], AUDIT_TEXT_MAX, &c->c.text[i], err);
	if (st == ST_OK)
		st = request_json_number(rq, body, "year", 1900, 9999, &c->year, err);
	if (st == ST_OK)
		st = read_words(rq, body, "procedures", AUDIT_PROCEDURES_MAX, &c->c.procedures,
		    &c->c.procedure_count, err);
	return st == ST_OK ? read_words(rq, body, "auditors", AUDIT_AUDITORS_MAX, &c->c.auditors,
				 &c->c.auditor_count, err)
			   : st;
}

#define TEXTS "title|programme|criteria|scope|plan|report|procedures|auditors"

static enum status
create_write(struct request *rq, struct err *err)
{
	struct change *c = rq->data;
	enum status st = internal_audit_create(
	    rq->catalog, &rq->actor, rq->access, (int)c->year, &c->c, &c->id, err);

	return st == ST_OK ? answer_audit(rq, c->id, 201, err) : st;
}

static enum status
create(struct request *rq, struct err *err)
{
	struct change *c = arena_alloc(rq->arena, sizeof(*c));
	enum status st = read_change(rq, "year|" TEXTS, c, err);

	if (st != ST_OK)
		return st;
	if (!c->year || !c->c.text[AUDIT_TITLE])
		return request_invalid(rq, c->year ? "title" : "year", err);
	request_write(rq, create_write, c);
	return ST_OK;
}

static enum status
update_write(struct request *rq, struct err *err)
{
	struct change *c = rq->data;
	enum status st = internal_audit_update(
	    rq->catalog, &rq->actor, rq->access, c->id, c->version, &c->c, err);

	return st == ST_OK ? answer_audit(rq, c->id, 200, err) : st;
}

static enum status
update(struct request *rq, struct err *err)
{
	struct change *c = arena_alloc(rq->arena, sizeof(*c));
	struct internal_audit a = { 0 };
	enum status st = find(rq, &a, err);

	if (st != ST_OK || (st = record_json_version(rq, &c->version, err)) != ST_OK ||
	    (st = read_change(rq, TEXTS, c, err)) != ST_OK)
		return st;
	c->id = a.id;
	request_write(rq, update_write, c);
	return ST_OK;
}

static enum status
close_write(struct request *rq, struct err *err)
{
	const struct change *c = rq->data;
	enum status st = internal_audit_close(rq->catalog, &rq->actor, rq->access, c->id, err);

	return st == ST_OK ? answer_audit(rq, c->id, 200, err) : st;
}

static enum status
close_one(struct request *rq, struct err *err)
{
	struct change *c = arena_alloc(rq->arena, sizeof(*c));
	struct internal_audit a = { 0 };
	enum status st = find(rq, &a, err);

	if (st != ST_OK)
		return st;
	c->id = a.id;
	request_write(rq, close_write, c);
	return ST_OK;
}

static enum status
year(struct request *rq, struct err *err)
{
	const struct audited_procedure *row;
	struct json_out j;
	int64_t number;
	size_t count;
	enum status st = request_path_number(rq, 0, 9999, &number, err);

	if (st != ST_OK ||
	    (st = internal_audit_year(
		 rq->catalog, rq->access, (int)number, rq->arena, &row, &count, err)) != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "procedures");
	json_array(&j);
	for (size_t i = 0; i < count; i++) {
		json_object(&j);
		json_key_str(&j, "procedure", row[i].code);
		json_key_int(&j, "audits", row[i].audits);
		json_key_int(&j, "last_year", row[i].last_year);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
	return ST_OK;
}

/* --- findings --- */

static void
write_finding(struct json_out *j, const struct finding *f)
{
	json_object(j);
	json_key_str(j, "uid", f->uid);
	json_key_str(j, "audit", f->audit_uid);
	json_key_str(j, "clause", f->clause);
	json_key_str(j, "grade", f->grade);
	json_key_str(j, "statement", f->statement);
	json_key_str(j, "evidence", f->evidence_uid);
	json_key_str(j, "owner", f->owner);
	json_key_str(j, "due", f->due);
	json_key_bool(j, "overdue", f->overdue);
	json_key_str(j, "correction", f->correction);
	json_key_time(j, "corrected", f->corrected_us);
	json_key_str(j, "corrected_by", f->corrected_by);
	json_key_time(j, "verified", f->verified_us);
	json_key_str(j, "verified_by", f->verified_by);
	json_key_str(j, "verify_note", f->verify_note);
	json_end_object(j);
}

static enum status
findings(struct request *rq, struct err *err)
{
	const struct finding *row;
	struct internal_audit a = { 0 };
	struct finding last = { 0 };
	const char *after, *audit;
	struct json_out j;
	int64_t limit;
	size_t count;
	int overdue;
	enum status st = request_choice(rq, "overdue", "0|1", 0, &overdue, err);

	if (st != ST_OK || (st = request_number(rq, "limit", 50, 1, 500, &limit, err)) != ST_OK ||
	    (st = request_uid(rq, "audit", &audit, err)) != ST_OK ||
	    (st = request_uid(rq, "after", &after, err)) != ST_OK)
		return st;
	if (audit && (st = internal_audit_find(rq->catalog, rq->access, audit, rq->arena, &a, err)))
		return st;
	if (after && finding_find(rq->catalog, rq->access, after, rq->arena, &last, err) != ST_OK)
		return request_invalid(rq, "after", err);
	st = finding_list(rq->catalog, rq->access, a.id, overdue == 1, last.id, (size_t)limit,
	    rq->arena, &row, &count, err);
	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "findings");
	json_array(&j);
	for (size_t i = 0; i < count; i++)
		write_finding(&j, &row[i]);
	json_end_array(&j);
	json_key_str(&j, "next", count == (size_t)limit ? row[count - 1].uid : NULL);
	json_end_object(&j);
	return ST_OK;
}

struct finding_act {
	int64_t audit, id;
	struct finding_new n;
	const char *uid, *text;
};

static enum status
answer_finding(struct request *rq, int64_t id, int status, struct err *err)
{
	const struct finding *row;
	struct json_out j;
	size_t count;
	enum status st = finding_list(
	    rq->catalog, rq->access, 0, false, id - 1, 1, rq->arena, &row, &count, err);

	if (st != ST_OK)
		return st;
	if (count == 0 || row->id != id)
		return fail(err, ST_NOT_FOUND, "finding");
	answer_json(rq, status, &j);
	write_finding(&j, row);
	return ST_OK;
}

static enum status
finding_write(struct request *rq, struct err *err)
{
	struct finding_act *act = rq->data;
	enum status st =
	    finding_create(rq->catalog, &rq->actor, rq->access, act->audit, &act->n, &act->id, err);

	return st == ST_OK ? answer_finding(rq, act->id, 201, err) : st;
}

static enum status
finding_new(struct request *rq, struct err *err)
{
	struct finding_act *act = arena_alloc(rq->arena, sizeof(*act));
	owned(json_freep) json_t *body = NULL;
	struct internal_audit a = { 0 };
	enum status st = find(rq, &a, err);

	if (st != ST_OK ||
	    (st = request_json(rq, "clause|grade|statement|evidence|owner|due", &body, err)) !=
		ST_OK ||
	    (st = request_json_text(rq, body, "clause", 200, &act->n.clause, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "grade", 20, &act->n.grade, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "statement", 20000, &act->n.statement, err)) !=
		ST_OK ||
	    (st = request_json_text(rq, body, "evidence", UID_LEN, &act->n.evidence, err)) !=
		ST_OK ||
	    (st = request_json_text(rq, body, "owner", 64, &act->n.owner, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "due", 10, &act->n.due, err)) != ST_OK)
		return st;
	act->audit = a.id;
	request_write(rq, finding_write, act);
	return ST_OK;
}

static enum status
correct_write(struct request *rq, struct err *err)
{
	const struct finding_act *act = rq->data;
	enum status st =
	    finding_correct(rq->catalog, &rq->actor, rq->access, act->id, act->text, err);

	return st == ST_OK ? answer_finding(rq, act->id, 200, err) : st;
}

static enum status
verify_write(struct request *rq, struct err *err)
{
	const struct finding_act *act = rq->data;
	enum status st =
	    finding_verify(rq->catalog, &rq->actor, rq->access, act->id, act->text, err);

	return st == ST_OK ? answer_finding(rq, act->id, 200, err) : st;
}

static enum status
act_on_finding(struct request *rq, const char *member,
    enum status (*write)(struct request *, struct err *), struct err *err)
{
	struct finding_act *act = arena_alloc(rq->arena, sizeof(*act));
	owned(json_freep) json_t *body = NULL;
	struct finding f = { 0 };
	const char *uid;
	enum status st = request_path_uid(rq, 0, &uid, err);

	if (st != ST_OK ||
	    (st = finding_find(rq->catalog, rq->access, uid, rq->arena, &f, err)) != ST_OK ||
	    (st = request_json(rq, member, &body, err)) != ST_OK ||
	    (st = request_json_text(rq, body, member, 20000, &act->text, err)) != ST_OK)
		return st;
	act->id = f.id;
	request_write(rq, write, act);
	return ST_OK;
}

static enum status
finding_correction(struct request *rq, struct err *err)
{
	return act_on_finding(rq, "correction", correct_write, err);
}

static enum status
finding_verification(struct request *rq, struct err *err)
{
	return act_on_finding(rq, "note", verify_write, err);
}

#define AUDIT "/api/v1/audits"
#define FINDING "/api/v1/findings"

/* Owners see and correct their own findings: no capability is asked for there. */
const struct route routes_audit[] = {
	{ EVHTTP_REQ_GET, AUDIT, "auditList", list, POOL_WORK, 0, CAP_AUDIT },
	{ EVHTTP_REQ_POST, AUDIT, "auditCreate", create, POOL_WORK, 0, CAP_AUDIT },
	{ EVHTTP_REQ_GET, AUDIT "/{uid}", "auditRead", view, POOL_WORK, 0, CAP_AUDIT },
	{ EVHTTP_REQ_PATCH, AUDIT "/{uid}", "auditUpdate", update, POOL_WORK, 0, CAP_AUDIT },
	{ EVHTTP_REQ_POST, AUDIT "/{uid}/close", "auditClose", close_one, POOL_WORK, 0, CAP_AUDIT },
	{ EVHTTP_REQ_POST, AUDIT "/{uid}/findings", "findingCreate", finding_new, POOL_WORK, 0,
	    CAP_AUDIT },
	{ EVHTTP_REQ_GET, "/api/v1/audit-years/{year}", "auditYear", year, POOL_WORK, 0,
	    CAP_AUDIT },
	{ EVHTTP_REQ_GET, FINDING, "findingList", findings, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, FINDING "/{uid}/correction", "findingCorrect", finding_correction,
	    POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, FINDING "/{uid}/verification", "findingVerify", finding_verification,
	    POOL_WORK, 0, CAP_AUDIT },
};
ROUTE_COUNT(routes_audit);
