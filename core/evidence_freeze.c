/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Freezing a set of evidence.  Everything that its package will hold is fixed then: what is small in the
 * catalogue, originals by their names in the store; so the package is the same however often it is taken.
 */
#include <stdlib.h>
#include <string.h>

#include "copy_mark.h"
#include "evidence_files.h"
#include "evidence_parts.h"
#include "hold.h"
#include "json_out.h"
#include "merkle.h"
#include "procedure.h"
#include "record_parts.h"
#include "trail.h"

#define PAGES_AT_ONCE 500

void
evidence_files_free(struct evidence_files *f)
{
	if (!f)
		return;
	package_files_free(&f->list);
	arena_free(f->arena);
	free(f);
}

void
evidence_files_freep(struct evidence_files **f)
{
	evidence_files_free(*f);
	*f = NULL;
}

/* --- a file --- */

/* A file of ours: its bytes are kept in the catalogue. */
enum status
evidence_add(struct evidence_files *f, const char *path, struct span bytes, struct err *err)
{
	return package_add(&f->list, path, bytes, EVIDENCE_CONTENT_MAX, err);
}

/* --- a record --- */

struct reading {
	struct catalog *catalog;
	const struct evidence_sources *from;
	struct evidence_files *files;
	const struct record *record;
	size_t ordinal;
	bool obsolete; /* a revision that is not in force any more */
};

/* records.md 4: arrived bytes are not changed, so their name says what they are. */
static const char *
mark_of(const struct reading *r)
{
	return r->obsolete ? "." COPY_MARK_ASCII : "";
}

static const char *
path_of(const struct reading *r, const char *name)
{
	return arena_printf(r->files->arena, "data/records/%04zu/%s", r->ordinal, name);
}

/* Pages of a file that others share: their images, and never the file. */
static enum status
add_page_images(struct reading *r, const struct component *c, struct err *err)
{
	for (int64_t no = 1; no <= c->pages; no++) {
		owned(strbuf_free) struct strbuf image = STRBUF_INIT;
		enum status st =
		    derived_read(r->from->derived, c->derived, c->derived_before + (uint32_t)no,
			DERIVED_IMAGE, (size_t)EVIDENCE_CONTENT_MAX, &image, err);

		if (st == ST_NOT_FOUND)
			continue;
		if (st == ST_OK)
			st = evidence_add(r->files,
			    path_of(r,
				arena_printf(r->files->arena, "pages/%02d-%05lld%s.%s", c->ordinal,
				    (long long)no, mark_of(r),
				    image.len && image.buf[0] == '\x89' ? "png" : "jpg")),
			    strbuf_span(&image), err);
		if (st != ST_OK)
			return st;
	}
	return ST_OK;
}

static enum status
add_component(struct reading *r, const struct component *c, struct err *err)
{
	enum status st;

	if (c->first_page > 0)
		return add_page_images(r, c, err);
	st = package_add_blob(&r->files->list, r->from->store,
	    path_of(r,
		arena_printf(r->files->arena, "original/%02d%s.%s", c->ordinal, mark_of(r),
		    package_ending(c->mime))),
	    c->sha256, (uint64_t)c->size, err);
	return st == ST_OK ? ST_OK : err_context(err, "original of %s", c->uid);
}

static enum status
add_text(struct reading *r, struct err *err)
{
	const struct text_source source = {
		.catalog = r->catalog, .store = r->from->store, .derived = r->from->derived
	};
	owned(arena_freep) struct arena *arena = arena_new();
	owned(strbuf_free) struct strbuf text = STRBUF_INIT;

	for (int64_t page = 1; page <= r->record->pages; page++) {
		owned(page_text_end) struct page_text one = { 0 };
		enum status st = page_text_of_record(
		    &source, r->record->id, page, PAGE_TEXT_NEWEST, arena, &one, err);

		arena_reset(arena);
		if (st == ST_NOT_FOUND)
			continue;
		if (st != ST_OK)
			return err_context(err, "text of %s", r->record->uid);
		strbuf_addf(&text, "--- %lld ---\n", (long long)page);
		strbuf_add_span(&text, strbuf_span(&one.words->text));
		strbuf_add_char(&text, '\n');
		if (text.len > EVIDENCE_CONTENT_MAX)
			break;
	}
	return text.len ? evidence_add(r->files, path_of(r, "text.txt"), strbuf_span(&text), err)
			: ST_OK;
}

static void
component_json(struct json_out *json, const struct component *c)
{
	json_object(json);
	json_key_str(json, "uid", c->uid);
	json_key_int(json, "ordinal", c->ordinal);
	json_key_str(json, "role", c->role);
	json_key_str(json, "name", c->name);
	json_key_str(json, "mime", c->mime);
	json_key_str(json, "sha256", c->sha256);
	json_key_int(json, "size", c->size);
	json_key_int(json, "first_page", c->first_page);
	json_key_int(json, "last_page", c->last_page);
	json_key_int(json, "pages", c->pages);
	json_end_object(json);
}

static enum status
add_metadata(struct reading *r, const struct component *c, size_t count, struct err *err)
{
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;
	const struct record *record = r->record;
	struct json_out json;

	json_start(&json, &out);
	json_object(&json);
	json_key_str(&json, "uid", record->uid);
	json_key_str(&json, "state", record->state);
	json_key_int(&json, "version", record->version);
	json_key_int(&json, "level", record->effective_level);
	json_key_str(&json, "use_mode", record->use_mode);
	json_key_time(&json, "registered", record->created_us);
	json_key_str(&json, "dossier", record->home_file_code);
	json_key_str(&json, "dossier_title", record->home_title);
	json_key_int(&json, "pages", record->pages);
	for (int i = 0; i < FIELD_COUNT; i++)
		json_key_str(&json, record_field_name((enum record_field)i), record->field[i]);
	json_key(&json, "components");
	json_array(&json);
	for (size_t i = 0; i < count; i++)
		component_json(&json, &c[i]);
	json_end_array(&json);
	json_end_object(&json);
	strbuf_add_char(&out, '\n');
	return evidence_add(r->files, path_of(r, "metadata.json"), strbuf_span(&out), err);
}

static enum status
add_record(struct reading *r, struct err *err)
{
	const struct component *c;
	size_t count;
	enum status st =
	    record_components(r->catalog, r->record->id, r->files->arena, &c, &count, err);

	if (st == ST_OK)
		st = revision_is_obsolete(r->catalog, r->record->id, &r->obsolete, err);
	for (size_t i = 0; st == ST_OK && i < count; i++)
		st = add_component(r, &c[i], err);
	if (st == ST_OK)
		st = add_metadata(r, c, count, err);
	return st == ST_OK ? add_text(r, err) : st;
}

enum status
evidence_prepare(struct catalog *catalog, const struct access *access,
    const struct evidence_sources *from, const struct evidence *set, struct evidence_files **out,
    struct err *err)
{
	struct evidence_files *f owned(evidence_files_freep) = xcalloc(1, sizeof(*f));
	const struct evidence_item *item;
	size_t count;
	enum status st;

	*out = NULL;
	f->arena = f->list.arena = arena_new();
	f->set = set;
	if (set->manifest_sha256)
		return fail(err, ST_CONFLICT, "the set is frozen already");
	if ((st = evidence_items(catalog, access, set->id, f->arena, &item, &count, err)) != ST_OK)
		return st;
	f->record = arena_array(f->arena, count + 1, sizeof(*f->record));
	f->record_count = count;
	for (size_t i = 0; i < count; i++) {
		struct reading r = { catalog, from, f, &f->record[i], i + 1, false };

		st = record_load(catalog, access, item[i].record, f->arena, &f->record[i], err);
		if (st == ST_OK && !record_can(access, PERM_DOWNLOAD, &f->record[i]))
			st = fail(err, ST_DENIED, "record %s may be read, not downloaded",
			    f->record[i].uid);
		if (st != ST_OK || (st = add_record(&r, err)) != ST_OK)
			return st;
	}
	*out = f;
	f = NULL;
	return ST_OK;
}

/* --- what is the log's --- */

static enum status
add_entry(struct catalog *catalog, const struct checkpoint *at, int64_t seq, struct strbuf *out,
    struct err *err)
{
	owned(strbuf_free) struct strbuf bytes = STRBUF_INIT;
	struct proof proof;
	enum status st = audit_canonical(catalog, (uint64_t)seq, &bytes, err);

	if (st != ST_OK ||
	    (st = audit_inclusion(catalog, at->size, (uint64_t)seq, &proof, err)) != ST_OK)
		return st;
	strbuf_addf(out, "%lld ", (long long)seq);
	base64_encode(bytes.buf, bytes.len, out);
	for (size_t i = 0; i < proof.count; i++) {
		strbuf_add_char(out, ' ');
		base64_encode(proof.hash[i], SHA256_LEN, out);
	}
	strbuf_add_char(out, '\n');
	return ST_OK;
}

static enum status
add_entries_of(struct catalog *catalog, const struct checkpoint *at, const char *kind,
    const char *uid, struct strbuf *out, struct err *err)
{
	struct event_filter filter = { .kind = kind, .object = uid, .limit = PAGES_AT_ONCE };
	const struct event_row *row;
	size_t count;

	do {
		owned(arena_freep) struct arena *arena = arena_new();
		enum status st = audit_find(catalog, &filter, arena, &row, &count, err);

		for (size_t i = 0; st == ST_OK && i < count; i++) {
			filter.from = row[i].seq + 1;
			if ((uint64_t)row[i].seq < at->size)
				st = add_entry(catalog, at, row[i].seq, out, err);
			if (out->len > EVIDENCE_CONTENT_MAX)
				return fail(err, ST_TOO_LARGE, "too many entries of the log");
		}
		if (st != ST_OK)
			return st;
	} while (count == filter.limit);
	return ST_OK;
}

static enum status
add_log(
    struct catalog *catalog, struct evidence_files *f, const struct checkpoint *at, struct err *err)
{
	owned(strbuf_free) struct strbuf entries = STRBUF_INIT, keys = STRBUF_INIT;
	const char *const *key;
	size_t count;
	enum status st = add_entries_of(catalog, at, "evidence", f->set->uid, &entries, err);

	for (size_t i = 0; st == ST_OK && i < f->record_count; i++)
		st = add_entries_of(catalog, at, "record", f->record[i].uid, &entries, err);
	if (st != ST_OK || (st = log_keys(catalog, f->arena, &key, &count, err)) != ST_OK)
		return st;
	for (size_t i = 0; i < count; i++)
		strbuf_addf(&keys, "%s\n", key[i]);
	if ((st = evidence_add(f, "data/log/entries.txt", strbuf_span(&entries), err)) != ST_OK ||
	    (st = evidence_add(f, "data/log/checkpoint.txt", span_of(at->note), err)) != ST_OK)
		return st;
	return evidence_add(f, "data/log/keys.txt", strbuf_span(&keys), err);
}

/* --- freezing --- */

static enum status
check_unchanged(struct catalog *catalog, const struct access *access,
    const struct evidence_files *f, struct err *err)
{
	enum status st = ST_OK;

	for (size_t i = 0; st == ST_OK && i < f->record_count; i++) {
		struct record now;

		st = record_load(catalog, access, f->record[i].id, f->arena, &now, err);
		if (st == ST_OK && now.version != f->record[i].version)
			st = fail(
			    err, ST_CONFLICT, "record %s changed meanwhile: freeze again", now.uid);
	}
	return st;
}

static enum status
put_hold(struct catalog *catalog, const struct actor *actor, const struct access *access,
    const struct evidence_files *f, int64_t *hold, struct err *err)
{
	struct hold_object *object = arena_array(f->arena, f->record_count, sizeof(*object));
	const struct hold_new n = { .purpose = HOLD_AUDIT,
		.name = arena_printf(f->arena, "evidence %s", f->set->uid),
		.reason = f->set->clause ? f->set->clause : "evidence of an audit",
		.authority = f->set->audit_uid ? f->set->audit_uid : "internal audit" };
	enum status st = hold_open(catalog, actor, access, &n, hold, err);

	for (size_t i = 0; i < f->record_count; i++)
		object[i].record = f->record[i].id;
	return st == ST_OK ? hold_add(catalog, actor, access, *hold, object, f->record_count, err)
			   : st;
}

static enum status
store_files(struct catalog *catalog, const struct evidence_files *f, struct err *err)
{
	enum status st = ST_OK;

	for (size_t i = 0; st == ST_OK && i < f->list.count; i++) {
		const struct package_file *file = &f->list.file[i];

		st = db_exec(catalog->db,
		    "INSERT INTO evidence_file(evidence, path, sha256, size, crc32, content)"
		    " VALUES($1, $2, $3, $4, $5, $6)",
		    DB_ARGS(db_int(f->set->id), db_text(file->path), db_text(file->sha256),
			db_int((int64_t)file->size), db_int(file->crc),
			file->kept
			    ? db_blob(file->content.p ? file->content.p : "", file->content.n)
			    : db_text(NULL)),
		    NULL, err);
	}
	return st;
}

static enum status
log_freeze(struct catalog *catalog, const struct actor *actor, const struct evidence_files *f,
    int64_t *seq, struct err *err)
{
	owned(strbuf_free) struct strbuf detail = STRBUF_INIT;
	unsigned char root[SHA256_LEN];
	struct json_out json;
	uint64_t size = 0;
	enum status st;

	json_start(&json, &detail);
	json_object(&json);
	json_key_int(&json, "records", (int64_t)f->record_count);
	json_key_str(&json, "population_sha256", f->set->population_sha256);
	json_end_object(&json);
	st = audit_log_act(
	    catalog, actor, "evidence.freeze", "evidence", f->set->uid, detail.buf, err);
	if (st == ST_OK)
		st = audit_root(catalog, &size, root, err);
	*seq = (int64_t)size - 1;
	return st;
}

/* What the package's own manifest hashes to stands in the log too, after the checkpoint it holds. */
static enum status
fix(struct catalog *catalog, const struct actor *actor, const struct evidence_files *f,
    const struct evidence *set, int64_t hold, const char *manifest, struct err *err)
{
	enum status st = db_exec(catalog->db,
	    "UPDATE evidence_set SET frozen=$1, frozen_by=$2, hold=$3, log_entry=$4, log_size=$5,"
	    " manifest_sha256=$6 WHERE id=$7",
	    DB_ARGS(db_int(set->frozen_us), db_ref(actor->principal), db_int(hold),
		db_int(set->log_entry), db_int(set->log_size), db_text(manifest), db_int(set->id)),
	    NULL, err);

	if (st != ST_OK)
		return st;
	return audit_log_act(catalog, actor, "evidence.fix", "evidence", set->uid,
	    arena_printf(f->arena, "{\"manifest_sha256\":\"%s\"}", manifest), err);
}

static enum status
freeze(struct catalog *catalog, const struct conf *conf, const struct actor *actor,
    const struct access *access, struct evidence_files *f, struct err *err)
{
	struct evidence set = *f->set;
	char manifest[SHA256_HEX + 1];
	struct checkpoint point;
	int64_t hold, frozen;
	bool made;
	enum status st = db_lookup_int(catalog->db, "SELECT frozen FROM evidence_set WHERE id=$1",
	    DB_ARGS(db_int(set.id)), &frozen, err);

	if (st == ST_OK && frozen)
		st = fail(err, ST_CONFLICT, "the set is frozen already");
	if (st != ST_OK || (st = check_unchanged(catalog, access, f, err)) != ST_OK ||
	    (st = put_hold(catalog, actor, access, f, &hold, err)) != ST_OK ||
	    (st = log_freeze(catalog, actor, f, &set.log_entry, err)) != ST_OK ||
	    (st = checkpoint_make(catalog, conf, f->arena, &point, &made, err)) != ST_OK ||
	    (st = add_log(catalog, f, &point, err)) != ST_OK)
		return st;
	set.frozen_us = now_us();
	set.log_size = (int64_t)point.size;
	if ((st = evidence_cover(catalog, f, &set, err)) != ST_OK)
		return st;
	if ((st = evidence_tags(f, &set, manifest, err)) != ST_OK ||
	    (st = store_files(catalog, f, err)) != ST_OK)
		return st;
	return fix(catalog, actor, f, &set, hold, manifest, err);
}

enum status
evidence_freeze(struct catalog *catalog, const struct conf *conf, const struct actor *actor,
    const struct access *access, const struct evidence *set, struct evidence_files *f,
    struct err *err)
{
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	f->set = set;
	return catalog_end(catalog, freeze(catalog, conf, actor, access, f, err), err);
}
