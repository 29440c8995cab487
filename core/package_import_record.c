/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "access_parts.h"
#include "base.h"
#include "declare.h"
#include "json_out.h"
#include "package_import.h"

/* Records of a package: fields, details, files, versions, relations. */
#define VERSION_MAX (INT64_C(1) << 40)

struct importing_record {
	struct importing_dossier *d;
	const struct element *e;
	int64_t id, ordinal;
	const char *uid;
};

/* --- files ------------------------------------------------------------------------------------- */

static bool
is_kind(const struct element *rendition, const char *kind)
{
	const char *is = element_get(rendition, "kind");

	return is && strcmp(is, kind) == 0;
}

static const struct element *
original_of(const struct element *component)
{
	for (const struct element *r = element_child(component, "rendition"); r;
	     r = element_after(r, "rendition"))
		if (is_kind(r, "original"))
			return r;
	return NULL;
}

/* What made it; one that was cut out of a larger file says so. */
static const char *
tool_of(struct arena *arena, const struct element *rendition)
{
	const char *cut = element_get(rendition, "cut_of");

	return cut ? arena_printf(arena, "pages %s of %s", element_get(rendition, "cut"), cut)
		   : element_get(rendition, "tool");
}

static int64_t
created_of(const struct element *rendition)
{
	int64_t created;

	return import_time(element_get(rendition, "created"), &created) ? created : now_us();
}

static enum status
put_blob(struct importing_record *r, const struct element *rendition, struct err *err)
{
	int64_t size = element_number(rendition, "size", -1), kept = 0;
	const char *sha256 = element_get(rendition, "sha256");
	enum status st = db_query_int(r->d->im->catalog->db,
	    "INSERT INTO blob(sha256, size, stored) VALUES($1, $2, $3)"
	    " ON CONFLICT(sha256) DO UPDATE SET gone=NULL RETURNING size",
	    DB_ARGS(db_text(sha256), db_int(size), db_int(now_us())), &kept, err);

	if (st == ST_OK && kept != size)
		return fail(err, ST_CORRUPT, "blob %s: %lld bytes are known, %lld came", sha256,
		    (long long)kept, (long long)size);
	return st;
}

/* *id is the new rendition. */
static enum status
put_rendition(struct importing_record *r, int64_t component, const struct element *rendition,
    int64_t derived_from, int64_t *id, struct err *err)
{
	struct importing *im = r->d->im;
	enum status st = put_blob(r, rendition, err);

	return st == ST_OK
	    ? db_query_int(im->catalog->db,
		  "INSERT INTO rendition(component, kind, version, blob, first_page, last_page,"
		  " derived_from, tool, created, created_by) VALUES($1, $2, $3, $4, $5, $6, $7, $8,"
		  " $9, $10) RETURNING id",
		  DB_ARGS(db_int(component), db_text(element_get(rendition, "kind")),
		      db_int(element_number(rendition, "version", 1)),
		      db_text(element_get(rendition, "sha256")),
		      db_int(element_number(rendition, "first_page", 0)),
		      db_int(element_number(rendition, "last_page", 0)), db_ref(derived_from),
		      db_text(tool_of(im->arena, rendition)), db_int(created_of(rendition)),
		      db_ref(im->actor->principal)),
		  id, err)
	    : st;
}

/* A person's text of a page (D5): it belongs to the page as it was read there. */
static enum status
put_correction(struct importing_record *r, int64_t component, const struct element *rendition,
    int64_t id, struct err *err)
{
	int64_t page = element_number(rendition, "page", 0);

	return db_exec(r->d->im->catalog->db,
	    "INSERT INTO correction(derived, no, version, rendition)"
	    " SELECT coalesce(derived, uid), derived_before+$2, $3, $4 FROM component WHERE id=$1",
	    DB_ARGS(db_int(component), db_int(page),
		db_int(element_number(rendition, "version", 1)), db_int(id)),
	    NULL, err);
}

/* Renditions other than the first original; text renditions of pages are numbered on. */
static enum status
put_others(struct importing_record *r, int64_t component, const struct element *c, int64_t original,
    struct err *err)
{
	const struct element *first = original_of(c);
	enum status st = ST_OK;

	for (const struct element *x = element_child(c, "rendition"); st == ST_OK && x;
	     x = element_after(x, "rendition")) {
		bool text = is_kind(x, "text");
		struct element numbered = *x;
		int64_t id = 0, next = 0;

		if (x == first)
			continue;
		if (text) {
			st = db_query_int(r->d->im->catalog->db,
			    "SELECT coalesce(max(version), 0)+1 FROM rendition WHERE component=$1"
			    " AND kind='text'",
			    DB_ARGS(db_int(component)), &next, err);
			numbered.attributes = NULL;
			numbered.last_attribute = NULL;
			for (const struct element_attribute *a = x->attributes; a; a = a->next)
				element_set(r->d->im->arena, &numbered, a->name, a->value);
			element_set_int(r->d->im->arena, &numbered, "version", next);
		}
		if (st == ST_OK)
			st = put_rendition(r, component, text ? &numbered : x, original, &id, err);
		if (st == ST_OK && text)
			st = put_correction(r, component, x, id, err);
		r->d->made->files++;
	}
	return st;
}

/* 0 = all pages of the file. */
static bool
check_ranges(struct importing_record *r, const struct element *c)
{
	for (const struct element *x = element_child(c, "rendition"); x;
	     x = element_after(x, "rendition")) {
		int64_t first = element_number(x, "first_page", 0);
		int64_t last = element_number(x, "last_page", 0);

		if (first >= 0 && last >= 0 && last <= INT32_MAX && (last == 0 || last >= first) &&
		    first <= INT32_MAX)
			continue;
		import_fault(r->d->im, x, "pages %lld to %lld of a file: no such range",
		    (long long)first, (long long)last);
		return false;
	}
	return true;
}

static bool
check_component(struct importing_record *r, const struct element *c)
{
	static const char *const roles[] = { "main", "annex", "attachment", "signature" };
	const char *role = element_get(c, "role"), *uid = element_get(c, "uid");
	bool known = !role;

	for (size_t i = 0; role && i < sizeof(roles) / sizeof(roles[0]); i++)
		known = known || strcmp(role, roles[i]) == 0;
	if (!known)
		import_fault(r->d->im, c, "role %s of a component: unknown", role);
	else if (uid && !uid_valid(span_of(uid)))
		import_fault(r->d->im, c, "uid of a component: is none");
	else if (!original_of(c))
		import_fault(r->d->im, c, "a component without its original");
	else
		return check_ranges(r, c);
	return false;
}

/* *id: its row; the first one was made with its record. */
static enum status
put_component(struct importing_record *r, const struct element *c, int64_t ordinal, int64_t *id,
    int64_t *original, struct err *err)
{
	owned(strbuf_free) struct strbuf name = STRBUF_INIT;
	struct importing *im = r->d->im;
	const char *role = element_get(c, "role"), *told = element_value(c, "name");
	const char *uid = element_get(c, "uid");
	char fresh[UID_LEN + 1];
	enum status st;

	uid_make(fresh);
	name_clean(span_of(told ? told : ""), 255, &name);
	st = db_query_int(im->catalog->db,
	    "INSERT INTO component(uid, record, ordinal, role, name) VALUES($1, $2, $3, $4, $5)"
	    " RETURNING id",
	    DB_ARGS(db_text(uid ? uid : fresh), db_int(r->id), db_int(ordinal),
		db_text(role ? role : "attachment"), db_text(name.buf)),
	    id, err);
	if (st == ST_OK)
		st = put_rendition(r, *id, original_of(c), 0, original, err);
	return st == ST_OK
	    ? db_exec(im->catalog->db,
		  "INSERT INTO job(component, due, created, updated) VALUES($1, $2, $2, $2)",
		  DB_ARGS(db_int(*id), db_int(now_us())), NULL, err)
	    : st;
}

/* The one that came with the record takes over what it was called. */
static enum status
name_first(struct importing_record *r, const struct element *c, int64_t *id, int64_t *original,
    struct err *err)
{
	const struct element *o = original_of(c);
	const char *uid = element_get(c, "uid"), *role = element_get(c, "role");
	struct importing *im = r->d->im;
	enum status st = db_query_int(im->catalog->db,
	    "UPDATE component SET uid=coalesce($2, uid), role=$3 WHERE record=$1 AND ordinal=1"
	    " RETURNING id",
	    DB_ARGS(db_int(r->id), db_text(uid), db_text(role ? role : "main")), id, err);

	return st == ST_OK
	    ? db_query_int(im->catalog->db,
		  "UPDATE rendition SET first_page=$2, last_page=$3, tool=$4, created=$5"
		  " WHERE component=$1 RETURNING id",
		  DB_ARGS(db_int(*id), db_int(element_number(o, "first_page", 0)),
		      db_int(element_number(o, "last_page", 0)), db_text(tool_of(im->arena, o)),
		      db_int(created_of(o))),
		  original, err)
	    : st;
}

static enum status
put_files(struct importing_record *r, struct err *err)
{
	int64_t ordinal = 0;
	enum status st = ST_OK;

	for (const struct element *c = element_child(r->e, "component"); st == ST_OK && c;
	     c = element_after(c, "component")) {
		int64_t id = 0, original = 0;

		ordinal++;
		st = ordinal == 1 ? name_first(r, c, &id, &original, err)
				  : put_component(r, c, ordinal, &id, &original, err);
		if (st == ST_OK)
			st = put_others(r, id, c, original, err);
		r->d->made->files++;
		r->d->made->bytes += element_number(original_of(c), "size", 0);
	}
	return st;
}

/* --- metadata ---------------------------------------------------------------------------------- */

static enum status
put_details(struct importing_record *r, struct err *err)
{
	struct importing *im = r->d->im;
	struct row_list list = { .arena = im->arena };

	for (const struct element *x = element_child(r->e, "detail"); x;
	     x = element_after(x, "detail")) {
		struct record_detail *d;
		const char *name = element_get(x, "name");

		if (!name || !x->text)
			continue;
		d = row_list_add(&list, sizeof(*d));
		*d = (struct record_detail){ name, x->text };
	}
	if (list.count == 0)
		return ST_OK;
	return record_details_put(
	    im->catalog, im->actor, im->access, r->id, list.rows, list.count, NULL, err);
}

/* A map of texts, as record_keep_version writes it; anything else is not taken. */
static bool
write_texts(struct json_out *json, const char *key, json_t *texts)
{
	const char *name;
	json_t *value;

	json_key(json, key);
	json_object(json);
	json_object_foreach(texts, name, value)
	{
		if (!json_is_string(value))
			return false;
		json_key_str(json, name, json_string_value(value));
	}
	json_end_object(json);
	return json_is_object(texts);
}

/* What comes is JSON of another archive: it is read, and written anew; NULL when it is something else. */
static const char *
version_content(struct importing_record *r, const struct element *v)
{
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;
	const char *told = element_value(v, "content");
	json_t *content = told ? json_loads(told, JSON_REJECT_DUPLICATES, NULL) : NULL;
	struct json_out json;
	bool good;

	if (!told)
		return ""; /* emptied by a disposal */
	json_start(&json, &out);
	json_object(&json);
	good = write_texts(&json, "fields", json_object_get(content, "fields")) &&
	    write_texts(&json, "details", json_object_get(content, "details"));
	if (good)
		json_end_object(&json);
	json_decref(content);
	return good ? arena_dup_span(r->d->im->arena, strbuf_span(&out)) : NULL;
}

static enum status
put_versions(struct importing_record *r, struct err *err)
{
	struct importing *im = r->d->im;
	enum status st = ST_OK;

	for (const struct element *v = element_child(r->e, "version"); st == ST_OK && v;
	     v = element_after(v, "version")) {
		const char *content = version_content(r, v), *reason = element_value(v, "reason");
		int64_t number = element_number(v, "version", 0), made;

		if (!content || !reason || number < 1 || number > VERSION_MAX ||
		    !import_time(element_get(v, "made"), &made)) {
			import_fault(im, v, "a version without number, day, reason or content");
			continue;
		}
		st = db_exec(im->catalog->db,
		    "INSERT INTO record_version(record, version, content, reason, made, made_by)"
		    " VALUES($1, $2, $3, $4, $5, $6)",
		    DB_ARGS(db_int(r->id), db_int(number), db_text(content), db_text(reason),
			db_int(made), db_ref(im->actor->principal)),
		    NULL, err);
	}
	return st;
}

/* Versions go on where they stood, behind all that are kept; the days are those of the first archive. */
static enum status
put_state(struct importing_record *r, struct err *err)
{
	struct importing *im = r->d->im;
	const char *state = element_get(r->e, "state"), *why = element_value(r->e, "recall_reason");
	int64_t version = element_number(r->e, "version", 0), declared, recalled;
	enum status st = ST_OK;

	if (state && strcmp(state, "draft") != 0)
		st = record_declare(im->catalog, im->actor, im->access, r->id, err);
	if (st == ST_OK && state && strcmp(state, "recalled") == 0)
		st = record_recall(
		    im->catalog, im->actor, im->access, r->id, why ? why : "recalled", err);
	(void)import_time(element_get(r->e, "declared"), &declared);
	(void)import_time(element_get(r->e, "recalled"), &recalled);
	return st == ST_OK
	    ? db_exec(im->catalog->db,
		  "UPDATE record SET declared=coalesce($2, declared),"
		  " recalled=coalesce($3, recalled), version=max(version, $4, coalesce((SELECT"
		  " max(v.version) FROM record_version v WHERE v.record=$1), 0)+1) WHERE id=$1",
		  DB_ARGS(db_int(r->id), db_ref(declared), db_ref(recalled),
		      db_int(version > VERSION_MAX ? 0 : version)),
		  NULL, err)
	    : st;
}

static enum status
put_use_mode(struct importing_record *r, struct err *err)
{
	const char *mode = element_get(r->e, "use_mode");
	struct importing *im = r->d->im;
	enum status st;

	if (!mode)
		return ST_OK;
	if (!import_use_mode(mode))
		return fail(err, ST_INVALID, "use mode %s: one of 01, 02, 03", mode);
	st = db_exec(im->catalog->db, "UPDATE record SET use_mode=$2 WHERE id=$1 AND use_mode<>$2",
	    DB_ARGS(db_int(r->id), db_text(mode)), NULL, err);
	return st == ST_OK ? access_refresh_record(im->catalog, r->id, err) : st;
}

static enum status
put_place(struct importing_record *r, struct err *err)
{
	const char *from = element_get(r->e, "sheet_from"), *to = element_get(r->e, "sheet_to");
	int64_t first = element_number(r->e, "sheet_from", 0);

	return db_exec(r->d->im->catalog->db,
	    "UPDATE dossier_item SET ordinal=$3, sheet_from=$4, sheet_to=$5, note=$6"
	    " WHERE dossier=$1 AND record=$2",
	    DB_ARGS(db_int(r->d->id), db_int(r->id), db_int(r->ordinal),
		from ? db_int(first) : db_text(NULL),
		to ? db_int(element_number(r->e, "sheet_to", 0)) : db_text(NULL),
		db_text(element_value(r->e, "item_note"))),
	    NULL, err);
}

/* --- the record -------------------------------------------------------------------------------- */

static enum status
register_record(struct importing_record *r, struct err *err)
{
	struct importing *im = r->d->im;
	const struct element *first = element_child(r->e, "component");
	const struct element *original = original_of(first);
	const char *name = element_value(first, "name");
	struct arrival a = { .sha256 = element_get(original, "sha256"),
		.size = element_number(original, "size", -1),
		.name = name ? name : "",
		.uid = r->uid,
		.origin = "package",
		.dossier = r->d->id,
		.level = (int)element_number(r->e, "level", 0),
		.store = im->store };
	bool again;
	enum status st;

	for (int i = 0; i < FIELD_COUNT; i++)
		a.field[i] = element_value(r->e, record_field_name((enum record_field)i));
	st = record_register(im->catalog, im->actor, im->access, &a, &r->id, &again, err);
	return st == ST_OK ? import_renew(im, err) : st;
}

static enum status
fill_record(struct importing_record *r, struct err *err)
{
	enum status st = register_record(r, err);

	if (st == ST_OK)
		st = put_use_mode(r, err);
	if (st == ST_OK)
		st = put_place(r, err);
	if (st == ST_OK)
		st = put_files(r, err);
	if (st == ST_OK)
		st = put_details(r, err);
	if (st == ST_OK)
		st = put_versions(r, err);
	if (st == ST_OK)
		st = put_state(r, err);
	return st == ST_OK ? import_events(r->d->im, r->e, "record", r->uid, err) : st;
}

static enum status
make_record(struct importing_record *r, struct err *err)
{
	const struct element *c = element_child(r->e, "component");
	struct importing *im = r->d->im;
	size_t before = im->faults.count;
	enum status st;

	if (!c)
		import_fault(im, r->e, "a record without a file");
	for (; c; c = element_after(c, "component"))
		(void)check_component(r, c);
	if (im->faults.count != before)
		return ST_OK;
	if ((st = db_begin(im->catalog->db, err)) != ST_OK)
		return st;
	st = catalog_end(im->catalog, fill_record(r, err), err);
	return import_verdict(im, r->e, st, err);
}

/* The same record, here already or from an earlier dossier of the package: a guest, without bytes. */
static enum status
file_again(struct importing_record *r, struct err *err)
{
	struct importing *im = r->d->im;
	const struct element *original = original_of(element_child(r->e, "component"));
	const struct component *c;
	struct record record;
	size_t count;
	enum status st = record_find(im->catalog, im->access, r->uid, im->arena, &record, err);

	if (st == ST_OK)
		st = record_components(im->catalog, record.id, im->arena, &c, &count, err);
	if (st == ST_OK && original &&
	    (count == 0 || strcmp(c[0].sha256, element_get(original, "sha256")) != 0))
		st = fail(err, ST_EXISTS, "record %s is here with another original", r->uid);
	if (st == ST_OK)
		st = record_file(im->catalog, im->actor, im->access, record.id, r->d->id, err);
	if (st == ST_OK) {
		r->id = record.id;
		st = put_place(r, err);
	}
	if (st == ST_NOT_FOUND)
		st = fail(err, ST_EXISTS, "record %s: this uid is in use here", r->uid);
	if (st == ST_OK && original)
		import_note(
		    im, r->e, "record %s is here already: only filed in the dossier", r->uid);
	return import_verdict(im, r->e, st, err);
}

static enum status
import_record(struct importing_record *r, struct err *err)
{
	struct importing *im = r->d->im;
	const char *home = element_get(r->e, "home");
	int64_t here = 0;
	enum status st;

	if (!import_uid(im, r->e, &r->uid))
		return ST_OK;
	st = db_lookup_int(im->catalog->db, "SELECT id FROM record WHERE uid=$1",
	    DB_ARGS(db_text(r->uid)), &here, err);
	if (st != ST_OK)
		return st;
	if (here || element_get(r->e, "elsewhere")) {
		*(struct importing_record *)row_list_add(&r->d->guests, sizeof(*r)) = *r;
		return ST_OK;
	}
	r->d->made->records++;
	if (home && strcmp(home, "0") == 0)
		import_note(im, r->e,
		    "record %s was a guest from another dossier; here it is at home", r->uid);
	return make_record(r, err);
}

enum status
import_guests(struct importing_dossier *d, struct err *err)
{
	struct importing_record *r = d->guests.rows;
	enum status st = ST_OK;

	for (size_t i = 0; st == ST_OK && i < d->guests.count; i++) {
		st = file_again(&r[i], err);
		d->made->records++;
	}
	return st;
}

static int
by_ordinal(const void *a, const void *b)
{
	const struct importing_record *x = a, *y = b;

	return x->ordinal < y->ordinal ? -1 : x->ordinal > y->ordinal;
}

enum status
import_records(struct importing_dossier *d, struct err *err)
{
	struct row_list list = { .arena = d->im->arena };
	struct importing_record *r;
	enum status st = ST_OK;
	int64_t next = 1;

	d->guests.arena = d->im->arena;
	for (const struct element *e = element_child(d->e, "record"); e;
	     e = element_after(e, "record")) {
		r = row_list_add(&list, sizeof(*r));
		*r = (struct importing_record){ .d = d, .e = e };
		r->ordinal = element_number(e, "ordinal", next);
		next = r->ordinal + 1;
		if (r->ordinal < 1 || r->ordinal > INT32_MAX)
			import_fault(d->im, e, "ordinal of a record: 1 and more");
	}
	if (list.count > PACKAGE_RECORDS_MAX) {
		import_fault(d->im, d->e, "more than %d records", PACKAGE_RECORDS_MAX);
		return ST_OK;
	}
	r = list.rows;
	if (list.count)
		qsort(r, list.count, sizeof(*r), by_ordinal);
	for (size_t i = 0; st == ST_OK && i < list.count; i++) {
		if (i > 0 && r[i].ordinal == r[i - 1].ordinal)
			import_fault(d->im, r[i].e, "two records with the ordinal %lld",
			    (long long)r[i].ordinal);
		else
			st = import_record(&r[i], err);
	}
	return st;
}

/* --- relations --------------------------------------------------------------------------------- */

static enum status
relate(struct importing *im, int64_t record, const struct element *x, struct err *err)
{
	const char *kind = element_get(x, "kind"), *other = element_get(x, "other");
	const char *text = element_get(x, "text");
	enum status st = ST_NOT_FOUND;

	if (!kind) {
		import_fault(im, x, "a relation without kind");
		return ST_OK;
	}
	if (other)
		st = relation_add(im->catalog, im->actor, im->access, record, kind, other, err);
	if (st == ST_NOT_FOUND && text)
		st = relation_add(im->catalog, im->actor, im->access, record, kind, text, err);
	if (st == ST_EXISTS)
		return ST_OK;
	if (st == ST_NOT_FOUND || (st == ST_INVALID && other && text)) {
		import_note(im, x, "a relation (%s) to a record that is not here: %s", kind,
		    text	? text
			: other ? other
				: "not told");
		return ST_OK;
	}
	return import_verdict(im, x, st, err);
}

static enum status
relate_record(struct importing *im, const struct element *e, struct err *err)
{
	const char *uid = element_get(e, "uid");
	struct record record;
	enum status st = ST_OK;

	if (!uid || !element_child(e, "relation") || element_get(e, "elsewhere"))
		return ST_OK;
	st = record_find(im->catalog, im->access, uid, im->arena, &record, err);
	for (const struct element *x = element_child(e, "relation"); st == ST_OK && x;
	     x = element_after(x, "relation"))
		st = relate(im, record.id, x, err);
	return st;
}

enum status
import_relations(struct importing *im, struct err *err)
{
	enum status st = ST_OK;

	for (const struct element *d = element_child(im->found, "dossier"); st == ST_OK && d;
	     d = element_after(d, "dossier")) {
		im->where = element_get(d, "where");
		for (const struct element *r = element_child(d, "record"); st == ST_OK && r;
		     r = element_after(r, "record"))
			st = relate_record(im, r, err);
	}
	return st;
}
