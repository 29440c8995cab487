/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base.h"
#include "copy_mark.h"
#include "export_job.h"
#include "package_parts.h"
#include "procedure.h"
#include "record_parts.h"

/* Where the files of a dossier lie in a package, and which of their pages go along (D6). */

struct placing {
	struct packing *p;
	struct element *dossier, *record, *component, *rendition;
	const char *originals, *others;
	const char *folder; /* of the rendition */
	const char *mark;   /* in the names of the record's files */
};

enum status
package_put(struct packing *p, const char *path, struct span bytes, struct err *err)
{
	return package_add(&p->files, path, bytes, PACKAGE_CONTENT_MAX, err);
}

/* "H49.12.2024.7.003.pdf", "….003.2.preservation.1.pdf", "….003.text.2.p4.bin" */
static const char *
name_of(const struct placing *at, const char *ending)
{
	struct arena *arena = at->p->arena;
	const char *kind = element_get(at->rendition, "kind");
	int64_t component = element_number(at->component, "ordinal", 1);
	int64_t page = element_number(at->rendition, "page", 0);
	int64_t version = element_number(at->rendition, "version", 1);
	const char *part = component > 1 ? arena_printf(arena, ".%lld", (long long)component) : "";
	const char *form = strcmp(kind, "original") != 0 || version > 1
	    ? arena_printf(arena, ".%s.%lld", kind, (long long)version)
	    : "";

	return arena_printf(arena, "%s%s.%03lld%s%s%s%s.%s", at->folder,
	    package_safe(element_value(at->dossier, "file_code"), arena),
	    (long long)element_number(at->record, "ordinal", 0), part, form,
	    page ? arena_printf(arena, ".p%lld", (long long)page) : "", at->mark, ending);
}

/* Of a file that nobody has read yet: what it was called. */
static const char *
ending_of(const struct placing *at)
{
	const char *mime = element_get(at->rendition, "mime");
	const char *name = element_value(at->component, "name");
	const char *dot = name ? strrchr(name, '.') : NULL;
	size_t n = dot ? strspn(dot + 1, "abcdefghijklmnopqrstuvwxyz0123456789") : 0;

	if (strcmp(element_get(at->rendition, "kind"), "text") == 0)
		return "words";
	return !mime && n > 0 && n <= 5 && dot[n + 1] == '\0' ? dot + 1 : package_ending(mime);
}

/* --- a part of a file -------------------------------------------------------------------------- */

struct sharing {
	struct packing *p;
	bool outside;
};

static enum status
step_sharing(struct db_row *row, void *payload, struct err *err)
{
	struct sharing *s = payload;
	const struct element *r = package_record(s->p, db_column_text(row, 0, s->p->arena));

	(void)err;
	s->outside = s->outside || !element_child(r, "component");
	return ST_OK;
}

/*
 * Records that have pages of this file and stay behind; of those that are destroyed or void nobody may see
 * any, and the file keeps them while another record needs it.
 */
static enum status
shares_outside(struct packing *p, const char *sha256, bool *outside, struct err *err)
{
	struct sharing s = { p, false };
	enum status st = db_query(p->from->catalog->db,
	    "SELECT DISTINCT r.uid FROM rendition o JOIN component c ON c.id=o.component"
	    " JOIN record r ON r.id=c.record WHERE o.blob=$1 AND o.kind='original'",
	    DB_ARGS(db_text(sha256)), step_sharing, &s, err);

	*outside = s.outside;
	return st;
}

static enum status
cut(struct placing *at, struct strbuf *out, struct err *err)
{
	owned(export_job_end) struct export_job job = { .document = -1, .plan = -1 };
	const struct package_source *from = at->p->from;
	const struct text_source text = { .catalog = from->catalog, .store = from->store };
	struct record record;
	enum status st = record_find(from->catalog, at->p->access, element_get(at->record, "uid"),
	    at->p->arena, &record, err);

	if (st == ST_OK)
		st = export_job_make(&text, &record,
		    (int)element_number(at->component, "ordinal", 1), OCR_EXPORT_CUT, at->p->arena,
		    &job, err);
	if (st == ST_OK)
		st = ocr_export_stream(from->program, from->conf, &job.what, job.document, job.plan,
		    package_collect, out, err);
	return st;
}

/* What goes along is no more the file that arrived: the description says of which it is a part. */
static enum status
place_cut(struct placing *at, struct err *err)
{
	owned(strbuf_free) struct strbuf bytes = STRBUF_INIT;
	struct arena *arena = at->p->arena;
	struct element *r = at->rendition;
	const char *path = name_of(at, "pdf");
	enum status st = cut(at, &bytes, err);

	if (st == ST_OK)
		st = package_put(at->p, path, strbuf_span(&bytes), err);
	if (st != ST_OK)
		return err_context(err, "pages of record %s", element_get(at->record, "uid"));
	element_set(arena, r, "cut_of", element_get(r, "sha256"));
	element_set(arena, r, "cut",
	    arena_printf(
		arena, "%s-%s", element_get(r, "first_page"), element_get(r, "last_page")));
	element_set(arena, r, "first_page", NULL);
	element_set(arena, r, "last_page", NULL);
	element_set(arena, r, "sha256", at->p->files.file[at->p->files.count - 1].sha256);
	element_set_int(arena, r, "size", (int64_t)bytes.len);
	element_set(arena, r, "mime", "application/pdf");
	element_set(arena, r, "path", path);
	return ST_OK;
}

/* The same file for the next record that shows pages of it. */
static const char *
placed_already(const struct placing *at, const char *sha256)
{
	const struct package_files *f = &at->p->files;

	for (size_t i = 0; i < f->count; i++)
		if (strcmp(f->file[i].sha256, sha256) == 0 &&
		    span_starts(span_of(f->file[i].path), span_of(at->folder)))
			return f->file[i].path;
	return NULL;
}

/* --- all of them ------------------------------------------------------------------------------- */

static enum status
place(struct placing *at, struct err *err)
{
	struct element *r = at->rendition;
	const char *sha256 = element_get(r, "sha256"), *path = NULL;
	bool part = element_get(r, "first_page") != NULL, outside = false;
	enum status st;

	at->folder = strcmp(element_get(r, "kind"), "original") == 0 ? at->originals : at->others;
	if (!at->folder)
		return ST_OK;
	st = part ? shares_outside(at->p, sha256, &outside, err) : ST_OK;

	if (st != ST_OK || outside)
		return st == ST_OK ? place_cut(at, err) : st;
	if (part)
		path = placed_already(at, sha256);
	if (!path) {
		path = name_of(at, ending_of(at));
		st = package_add_blob(&at->p->files, at->p->from->store, path, sha256,
		    (uint64_t)element_number(r, "size", 0), err);
	}
	if (st != ST_OK)
		return err_context(err, "a file of record %s", element_get(at->record, "uid"));
	element_set(at->p->arena, r, "path", path);
	return ST_OK;
}

/*
 * records.md 4: arrived bytes are not changed, so the name of a revision that is not in force any more
 * says what it is; for what goes to an archive TT 05/2025 says how a file is called, and nothing else.
 */
static enum status
choose_mark(struct placing *at, struct err *err)
{
	enum package_format format = at->p->request->format;
	struct db *db = at->p->from->catalog->db;
	bool obsolete = false;
	int64_t id = 0;
	enum status st;

	at->mark = "";
	if (format == PACKAGE_SIP || format == PACKAGE_AIP)
		return ST_OK;
	st = db_query_int(db, "SELECT id FROM record WHERE uid=$1",
	    DB_ARGS(db_text(element_get(at->record, "uid"))), &id, err);
	if (st == ST_OK)
		st = revision_is_obsolete(at->p->from->catalog, id, &obsolete, err);
	if (obsolete)
		at->mark = "." COPY_MARK_ASCII;
	return st;
}

enum status
package_place(struct packing *p, struct element *dossier, const char *folder, const char *others,
    struct err *err)
{
	struct placing at = { .p = p, .dossier = dossier, .originals = folder, .others = others };
	enum status st = ST_OK;

	for (at.record = element_child(dossier, "record"); st == ST_OK && at.record;
	     at.record = element_after(at.record, "record")) {
		st = choose_mark(&at, err);
		for (at.component = element_child(at.record, "component");
		     st == ST_OK && at.component;
		     at.component = element_after(at.component, "component"))
			for (at.rendition = element_child(at.component, "rendition");
			     st == ST_OK && at.rendition;
			     at.rendition = element_after(at.rendition, "rendition"))
				st = place(&at, err);
	}
	return st;
}
