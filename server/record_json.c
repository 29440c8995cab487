/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include "agency.h"
#include "base.h"
#include "declare.h"
#include "grant_change.h"
#include "hold.h"
#include "procedure.h"
#include "record_json.h"

static void
digest(struct span s, unsigned char out[SHA256_LEN])
{
	if (EVP_Digest(s.p ? s.p : "", s.n, out, NULL, EVP_sha256(), NULL) != 1)
		abort();
}

static void
write_fields(struct json_out *j, const struct record *record)
{
	json_key(j, "fields");
	json_object(j);
	for (int f = 0; f < FIELD_COUNT; f++)
		json_key_str(j, record_field_name((enum record_field)f), record->field[f]);
	json_end_object(j);
}

static void
write_names(struct request *rq, struct json_out *j, const struct record *record)
{
	owned(strbuf_free) struct strbuf notation = STRBUF_INIT;
	const char *code = record->field[FIELD_TYPE];
	const struct record_type *type = code ? record_type_find(span_of(code)) : NULL;

	record_notation(record->field[FIELD_NUMBER], record->field[FIELD_SYMBOL], &notation);
	json_key_str(j, "notation", notation.len ? notation.buf : NULL);
	json_key_str(j, "type_name",
	    !type				  ? code
		: strcmp(rq->language, "en") == 0 ? type->name_en
						  : type->name_vi);
}

static void
write_dossier(struct json_out *j, const struct record *record)
{
	json_key(j, "dossier");
	if (!record->home_uid) {
		json_null(j);
		return;
	}
	json_object(j);
	json_key_str(j, "uid", record->home_uid);
	json_key_str(j, "file_code", record->home_file_code);
	json_key_str(j, "title", record->home_title);
	json_end_object(j);
}

void
record_json_head(struct request *rq, struct json_out *j, const struct record *record)
{
	json_key_str(j, "uid", record->uid);
	write_fields(j, record);
	write_names(rq, j, record);
	json_key_str(j, "state", record->state);
	json_key_int(j, "level", record->effective_level);
	json_key_str(j, "reading", record_reading_name(record->reading));
	json_key_str(j, "reading_reason", record->reading_reason);
	json_key_bool(j, "quarantine", record->quarantine);
	json_key_int(j, "pages", record->pages);
	json_key_time(j, "created", record->created_us);
	write_dossier(j, record);
}

void
record_json_rights(struct request *rq, struct json_out *j, int64_t access_class, int64_t old_class)
{
	owned(strbuf_free) struct strbuf names = STRBUF_INIT;
	unsigned bits = 0;
	struct span rest;

	for (int p = 0; p < PERM_COUNT; p++)
		if (access_can(rq->access, (enum permission)p, access_class) &&
		    (!old_class || access_can(rq->access, (enum permission)p, old_class)))
			bits |= PERM_BIT(p);
	permission_text(bits, &names);
	rest = strbuf_span(&names);
	json_key(j, "rights");
	json_array(j);
	while (rest.n > 0)
		json_span(j, span_cut(&rest, ','));
	json_end_array(j);
}

static enum status
write_components(
    struct request *rq, struct json_out *j, const struct record *record, struct err *err)
{
	const struct component *row;
	size_t count;
	enum status st = record_components(rq->catalog, record->id, rq->arena, &row, &count, err);

	if (st != ST_OK)
		return st;
	json_key(j, "components");
	json_array(j);
	for (size_t i = 0; i < count; i++) {
		json_object(j);
		json_key_int(j, "ordinal", row[i].ordinal);
		json_key_str(j, "role", row[i].role);
		json_key_str(j, "name", row[i].name);
		json_key_str(j, "sha256", row[i].sha256);
		json_key_int(j, "size", row[i].size);
		json_key_str(j, "mime", row[i].mime);
		json_key_str(j, "format", row[i].format);
		json_key_int(j, "pages", row[i].pages);
		json_key_int(j, "first_page", row[i].first_page);
		json_key_int(j, "last_page", row[i].last_page);
		json_end_object(j);
	}
	json_end_array(j);
	return ST_OK;
}

void
suggestion_name(const struct suggestion *s, char out[17])
{
	owned(strbuf_free) struct strbuf all = STRBUF_INIT;
	unsigned char hash[SHA256_LEN];

	strbuf_addf(&all, "%d|%d|%d %d %d %d|%s|", s->field, s->page, s->box[0], s->box[1],
	    s->box[2], s->box[3], s->method);
	strbuf_add_str(&all, s->value);
	digest(strbuf_span(&all), hash);
	hex_encode(hash, 8, out);
}

static void
write_box(struct json_out *j, const int box[4])
{
	if (box[2] <= 0) {
		json_null(j);
		return;
	}
	json_array(j);
	for (int i = 0; i < 4; i++)
		json_int(j, box[i]);
	json_end_array(j);
}

static void
write_suggestion(struct json_out *j, const struct suggestion *s)
{
	char name[17];

	suggestion_name(s, name);
	json_object(j);
	json_key_str(j, "id", name);
	json_key_str(j, "field", record_field_name(s->field));
	json_key_str(j, "value", s->value);
	json_key(j, "page");
	if (s->page > 0)
		json_int(j, s->page);
	else
		json_null(j);
	json_key(j, "box");
	write_box(j, s->box);
	json_key(j, "confidence");
	json_number(j, s->confidence);
	json_key_str(j, "method", s->method);
	json_key_str(j, "state", s->state);
	json_end_object(j);
}

static enum status
write_suggestions(
    struct request *rq, struct json_out *j, const struct record *record, struct err *err)
{
	const struct suggestion *row;
	size_t count;
	enum status st = suggestion_list(rq->catalog, record->id, rq->arena, &row, &count, err);

	if (st != ST_OK)
		return st;
	json_key(j, "suggestions");
	json_array(j);
	for (size_t i = 0; i < count; i++)
		write_suggestion(j, &row[i]);
	json_end_array(j);
	return ST_OK;
}

static enum status
write_findings(struct request *rq, struct json_out *j, const struct record *record, struct err *err)
{
	const struct reading_finding *row;
	size_t count;
	enum status st = reading_findings(rq->catalog, record->id, rq->arena, &row, &count, err);

	if (st != ST_OK)
		return st;
	json_key(j, "findings");
	json_array(j);
	for (size_t i = 0; i < count; i++) {
		json_object(j);
		json_key_str(j, "kind", reading_finding_name(row[i].kind));
		json_key_str(j, "value", row[i].value);
		json_key(j, "page");
		if (row[i].page > 0)
			json_int(j, row[i].page);
		else
			json_null(j);
		json_key(j, "box");
		write_box(j, row[i].box);
		json_key(j, "confidence");
		json_number(j, row[i].confidence);
		json_key_str(j, "method", row[i].method);
		json_end_object(j);
	}
	json_end_array(j);
	return ST_OK;
}

static enum status
write_duplicate(
    struct request *rq, struct json_out *j, const struct record *record, struct err *err)
{
	struct record first;
	enum status st = ST_NOT_FOUND;

	if (record->duplicate_of)
		st = record_load(
		    rq->catalog, rq->access, record->duplicate_of, rq->arena, &first, err);
	if (st != ST_OK && st != ST_NOT_FOUND)
		return st;
	json_key_str(j, "duplicate_of", st == ST_OK ? first.uid : NULL);
	return ST_OK;
}

/* Whom the issuer as written meant on its day, and what that agency is called now. */
static enum status
write_issuer(struct request *rq, struct json_out *j, const struct record *record, struct err *err)
{
	const char *issuer = record->field[FIELD_ISSUER];
	const struct agency_name *last;
	struct agency a;
	bool found = false;
	enum status st = issuer ? agency_named(rq->catalog, issuer, record->field[FIELD_ISSUED],
				      rq->arena, &a, &found, err)
				: ST_OK;

	json_key(j, "issuer_agency");
	if (st != ST_OK || !found) {
		json_null(j);
		return st;
	}
	last = &a.names[a.count - 1];
	json_object(j);
	json_key_str(j, "uid", a.uid);
	json_key_str(j, "then", a.then ? a.then->name : NULL);
	json_key_str(j, "now", last->valid_to ? NULL : last->name);
	json_key_str(j, "successor", a.successor_uid);
	json_end_object(j);
	return ST_OK;
}

/* records.md 14: what may be the same is told wherever the record is looked at, and never refused. */
static enum status
write_twins(struct request *rq, struct json_out *j, const struct record *record, struct err *err)
{
	const struct record_twin *row;
	size_t count;
	enum status st =
	    record_twins(rq->catalog, rq->access, record->id, 5, rq->arena, &row, &count, err);

	if (st != ST_OK)
		return st;
	json_key(j, "twins");
	json_array(j);
	for (size_t i = 0; i < count; i++) {
		json_object(j);
		json_key_str(j, "uid", row[i].uid);
		json_key_str(j, "because", row[i].because);
		json_end_object(j);
	}
	json_end_array(j);
	return ST_OK;
}

static enum status
write_record(struct request *rq, struct json_out *j, const struct record *record, struct err *err)
{
	bool held = false, is_rev = false;
	int64_t pending = 0;
	struct revision rev;
	enum status st =
	    hold_is_on(rq->catalog, (struct hold_object){ .record = record->id }, &held, err);

	if (st == ST_OK) /* records.md 53 */
		st = grant_wish_pending(rq->catalog, 0, record->id, &pending, err);
	if (st == ST_OK)
		st =
		    revision_of(rq->catalog, rq->access, record->id, rq->arena, &rev, &is_rev, err);
	if (st != ST_OK)
		return st;
	json_object(j);
	record_json_head(rq, j, record);
	json_key_bool(j, "held", held);
	if (record_can(rq->access, PERM_MANAGE, record))
		json_key_int(j, "rights_pending", pending);
	/* records.md 4: shown with it, whatever shows the record */
	json_key(j, "revision");
	if (is_rev)
		revision_json(j, &rev);
	else
		json_null(j);
	st = write_issuer(rq, j, record, err);
	if (st != ST_OK)
		return st;
	record_json_rights(rq, j, record->access_class, record->old_access_class);
	json_key_str(j, "use_mode", record->use_mode);
	json_key_int(j, "own_level", record->level);
	if (record_can(rq->access, PERM_READ, record)) {
		st = write_duplicate(rq, j, record, err);
		if (st == ST_OK)
			st = write_twins(rq, j, record, err);
		if (st == ST_OK)
			st = write_components(rq, j, record, err);
		if (st == ST_OK)
			st = write_suggestions(rq, j, record, err);
		if (st == ST_OK)
			st = write_findings(rq, j, record, err);
	}
	json_end_object(j);
	return st;
}

/* "<version>.<content>": the answer also depends on language and rights, which move no version. */
enum status
record_json_answer(struct request *rq, const struct record *record, struct err *err)
{
	unsigned char hash[SHA256_LEN];
	char hex[17];
	struct json_out j;
	enum status st;

	answer_json(rq, 200, &j);
	if ((st = write_record(rq, &j, record, err)) != ST_OK)
		return st;
	digest(strbuf_span(&rq->answer.body), hash);
	hex_encode(hash, 8, hex);
	answer_etag(rq, arena_printf(rq->arena, "\"%lld.%s\"", (long long)record->version, hex));
	return ST_OK;
}

enum status
record_json_version(struct request *rq, int64_t *version, struct err *err)
{
	struct span tag = span_trim(request_header(rq, "If-Match"));
	struct span number;

	*version = 0;
	if (tag.n == 0)
		return request_problem(rq, PROBLEM_MATCH_REQUIRED, ST_PRECONDITION, err);
	if (span_equal(tag, SPAN("*")))
		return ST_OK;
	if (tag.n < 3 || tag.p[0] != '"' || tag.p[tag.n - 1] != '"')
		return fail(err, ST_PRECONDITION, "If-Match: no tag of ours");
	number = span_make(tag.p + 1, tag.n - 2);
	if (!span_i64(span_cut(&number, '.'), version) || *version <= 0)
		return fail(err, ST_PRECONDITION, "If-Match: no tag of ours");
	return ST_OK;
}

enum status
record_fields_check(struct request *rq, const char *const field[FIELD_COUNT], struct err *err)
{
	for (int f = 0; f < FIELD_COUNT; f++) {
		const char *one[FIELD_COUNT] = { NULL }, *clean[FIELD_COUNT];

		one[f] = field[f];
		if (record_fields_clean(one, rq->arena, clean, err) != ST_OK) {
			rq->field = record_field_name((enum record_field)f);
			return ST_INVALID;
		}
	}
	return ST_OK;
}

enum status
record_json_fields(
    struct request *rq, json_t *object, const char *field[FIELD_COUNT], struct err *err)
{
	const char *key;
	json_t *value;

	if (!json_is_object(object))
		return request_invalid(rq, "fields", err);
	json_object_foreach(object, key, value)
	{
		int f = record_field_parse(span_of(key));
		const char *name = f >= 0 ? record_field_name((enum record_field)f) : NULL;
		enum status st;

		if (!name)
			return request_invalid(rq, arena_dup(rq->arena, key), err);
		field[f] = "";
		if (json_is_null(value))
			continue;
		if ((st = request_json_text(rq, object, name, 4000, &field[f], err)) != ST_OK)
			return st;
	}
	return record_fields_check(rq, field, err);
}
