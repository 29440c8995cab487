/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export.h"

#include <stdlib.h>
#include <string.h>

#include "pdf_content.h"

/*
 * Pages out of a file, for people who may not see its other pages.  libqpdf copies whatever can be
 * reached from a page, and pages of one file share dictionaries: resources that list the images of
 * all pages, form fields whose widgets lie on others, threads, thumbnails, structure.  So a page
 * keeps only what is on these lists, and of its resources only what its own content names.
 */
#define DEPTH_MAX 8 /* of forms in forms */
#define NAMES_MAX 20000
#define ANNOTATIONS_MAX 1000

static const char *const page_keys[] = { "/Type", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox",
	"/ArtBox", "/Rotate", "/Contents", "/Resources", "/Annots", "/UserUnit", "/Group" };
static const char *const annotation_keys[] = { "/Type", "/Subtype", "/Rect", "/F", "/AP", "/AS" };
static const char *const form_keys[] = { "/Type", "/Subtype", "/BBox", "/Matrix", "/Resources",
	"/Group", "/FormType", "/Length", "/Filter", "/DecodeParms", "/PatternType", "/PaintType",
	"/TilingType", "/XStep", "/YStep" };
static const char *const image_keys[] = { "/Type", "/Subtype", "/Width", "/Height", "/ColorSpace",
	"/BitsPerComponent", "/Intent", "/ImageMask", "/Mask", "/Decode", "/Interpolate", "/SMask",
	"/SMaskInData", "/Length", "/Filter", "/DecodeParms", "/Matte" };
/* Resource categories; /Properties hangs together with all of a document and only groups. */
static const char *const categories[] = { "/XObject", "/Font", "/ExtGState", "/ColorSpace",
	"/Pattern", "/Shading" };
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

struct names {
	char **name; /* with the slash */
	size_t count, room;
};

static void
names_free(struct names *n)
{
	for (size_t i = 0; i < n->count; i++)
		free(n->name[i]);
	free(n->name);
	memset(n, 0, sizeof(*n));
}

static bool
has_name(const struct names *n, const char *name)
{
	for (size_t i = 0; i < n->count; i++)
		if (strcmp(n->name[i], name) == 0)
			return true;
	return false;
}

static bool
add_name(struct names *n, const char *name, size_t length)
{
	char *copy = span_dup(span_make(name, length));

	if (n->count == NAMES_MAX || has_name(n, copy)) {
		free(copy);
		return n->count < NAMES_MAX;
	}
	if (n->count == n->room) {
		n->room = n->room ? 2 * n->room : 32;
		n->name = xrealloc(n->name, n->room * sizeof(*n->name));
	}
	n->name[n->count++] = copy;
	return true;
}

static bool
in_list(const char *const *list, size_t count, const char *key)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i], key) == 0)
			return true;
	return false;
}

static void
keys_of(qpdf_data q, qpdf_oh dict, struct names *keys)
{
	qpdf_oh_begin_dict_key_iter(q, dict);
	while (qpdf_oh_dict_more_keys(q)) {
		const char *key = qpdf_oh_dict_next_key(q);

		(void)add_name(keys, key, strlen(key));
	}
}

/* Everything else goes. */
static void
keep_keys(qpdf_data q, qpdf_oh dict, const char *const *list, size_t count)
{
	owned(names_free) struct names keys = { 0 };

	keys_of(q, dict, &keys);
	for (size_t i = 0; i < keys.count; i++)
		if (!in_list(list, count, keys.name[i]))
			qpdf_oh_remove_key(q, dict, keys.name[i]);
}

/* ---- what content names ---- */

/* Of images and forms: exactly what Do paints. */
struct painted {
	struct names *names;
	bool odd;
};

static void
on_paint(void *payload, struct span name, const struct pdf_matrix *m)
{
	struct painted *p = payload;
	char key[256] = "/";

	(void)m;
	if (name.n + 2 > sizeof(key) || memchr(name.p, '#', name.n) != NULL) {
		p->odd = true;
		return;
	}
	memcpy(key + 1, name.p, name.n);
	if (!add_name(p->names, key, name.n + 1))
		p->odd = true;
}

static bool
ends_name(char c)
{
	return c == '\0' || strchr(" \t\r\n\f()<>[]{}/%", c) != NULL;
}

/* Of fonts and the like: every name that stands in it, in strings too; more is kept then, not less. */
static bool
all_names(struct span content, struct names *names)
{
	for (size_t i = 0; i < content.n; i++) {
		size_t n = 1;

		if (content.p[i] != '/')
			continue;
		while (i + n < content.n && !ends_name(content.p[i + n]))
			n++;
		if (n > 200 || memchr(content.p + i, '#', n) != NULL)
			continue;
		if (!add_name(names, content.p + i, n))
			return false;
		i += n - 1;
	}
	return true;
}

struct used {
	struct names painted, all;
	bool odd;
};

static void
used_free(struct used *u)
{
	names_free(&u->painted);
	names_free(&u->all);
}

static void
look(struct span content, struct used *used)
{
	struct pdf_matrix one = PDF_MATRIX_ONE;
	struct pdf_painted marks = { 0, 0, false };
	struct painted p = { &used->painted, false };

	pdf_content_walk(content, &one, &marks, on_paint, &p);
	used->odd = used->odd || p.odd || !all_names(content, &used->all);
}

/* ---- resources ---- */

static enum status clean_stream(
    qpdf_data q, qpdf_oh stream, struct used *outer, int depth, struct err *err);

static enum status
clean_image(qpdf_data q, qpdf_oh dict, int depth, struct err *err)
{
	static const char *const masks[] = { "/SMask", "/Mask" };
	enum status st = ST_OK;

	keep_keys(q, dict, image_keys, COUNT(image_keys));
	for (size_t i = 0; st == ST_OK && i < COUNT(masks); i++) {
		qpdf_oh mask = qpdf_oh_get_key(q, dict, masks[i]);

		if (qpdf_oh_is_stream(q, mask) && depth < DEPTH_MAX)
			st = clean_image(q, qpdf_oh_get_dict(q, mask), depth + 1, err);
	}
	return st;
}

/* Streams hang below XObjects, patterns and the soft masks of graphics states. */
static enum status
clean_resource(qpdf_data q, const char *category, qpdf_oh object, struct used *outer, int depth,
    struct err *err)
{
	qpdf_oh dict, mask;

	if (strcmp(category, "/ExtGState") == 0 && qpdf_oh_is_dictionary(q, object)) {
		mask = qpdf_oh_get_key(q, object, "/SMask");
		mask = qpdf_oh_get_key_if_dict(q, mask, "/G");
		return qpdf_oh_is_stream(q, mask) ? clean_stream(q, mask, outer, depth + 1, err)
						  : ST_OK;
	}
	if (!qpdf_oh_is_stream(q, object) ||
	    (strcmp(category, "/XObject") != 0 && strcmp(category, "/Pattern") != 0))
		return ST_OK;
	dict = qpdf_oh_get_dict(q, object);
	if (qpdf_oh_is_name_and_equals(q, qpdf_oh_get_key(q, dict, "/Subtype"), "/Image"))
		return clean_image(q, dict, 0, err);
	return clean_stream(q, object, outer, depth + 1, err);
}

/*
 * A dictionary of its own for the owner: entries that are used, cleaned.  The old one may be shared
 * with other pages.
 */
static enum status
clean_category(qpdf_data q, qpdf_oh from, qpdf_oh to, const char *category, struct used *used,
    int depth, struct err *err)
{
	const struct names *wanted =
	    strcmp(category, "/XObject") == 0 ? &used->painted : &used->all;
	qpdf_oh old = qpdf_oh_get_key(q, from, category), fresh;
	enum status st = ST_OK;

	if (!qpdf_oh_is_dictionary(q, old))
		return ST_OK;
	fresh = qpdf_oh_new_dictionary(q);
	for (size_t i = 0; st == ST_OK && i < wanted->count; i++) {
		qpdf_oh object;

		if (!qpdf_oh_has_key(q, old, wanted->name[i]))
			continue;
		object = qpdf_oh_get_key(q, old, wanted->name[i]);
		st = clean_resource(q, category, object, used, depth, err);
		qpdf_oh_replace_key(q, fresh, wanted->name[i], object);
	}
	qpdf_oh_replace_key(q, to, category, fresh);
	return st;
}

static enum status
clean_resources(qpdf_data q, qpdf_oh owner, struct used *used, int depth, struct err *err)
{
	qpdf_oh old = qpdf_oh_get_key(q, owner, "/Resources"), fresh;
	enum status st = ST_OK;

	if (!qpdf_oh_is_dictionary(q, old))
		return ST_OK;
	fresh = qpdf_oh_new_dictionary(q);
	for (size_t i = 0; st == ST_OK && i < COUNT(categories); i++)
		st = clean_category(q, old, fresh, categories[i], used, depth, err);
	qpdf_oh_replace_key(q, owner, "/Resources", fresh);
	return st;
}

/* A form, pattern or appearance: one without resources uses those of what it stands on. */
static enum status
clean_stream(qpdf_data q, qpdf_oh stream, struct used *outer, int depth, struct err *err)
{
	owned(used_free) struct used used = { .odd = false };
	qpdf_oh dict = qpdf_oh_get_dict(q, stream);
	unsigned char *data = NULL;
	enum status st = ST_OK;
	size_t n = 0;

	if (depth > DEPTH_MAX)
		return fail(err, ST_UNSUPPORTED, "forms in forms");
	if (qpdf_oh_get_stream_data(q, stream, qpdf_dl_generalized, NULL, &data, &n) !=
		QPDF_SUCCESS ||
	    data == NULL)
		st = fail(err, ST_UNSUPPORTED, "a form cannot be read");
	else
		look(span_make((const char *)data, n), &used);
	free(data);
	if (st == ST_OK && used.odd)
		st = fail(err, ST_UNSUPPORTED, "a form with odd names");
	if (st != ST_OK)
		return st;
	keep_keys(q, dict, form_keys, COUNT(form_keys));
	if (!qpdf_oh_is_dictionary(q, qpdf_oh_get_key(q, dict, "/Resources"))) {
		for (size_t i = 0; i < used.painted.count; i++)
			(void)add_name(
			    &outer->painted, used.painted.name[i], strlen(used.painted.name[i]));
		for (size_t i = 0; i < used.all.count; i++)
			(void)add_name(&outer->all, used.all.name[i], strlen(used.all.name[i]));
		return ST_OK;
	}
	return clean_resources(q, dict, &used, depth, err);
}

/* ---- annotations ---- */

/* An appearance is a stream, or a dictionary of streams by state. */
static enum status
clean_appearance(qpdf_data q, qpdf_oh annotation, struct used *used, struct err *err)
{
	qpdf_oh ap = qpdf_oh_get_key(q, annotation, "/AP"), normal, fresh;
	owned(names_free) struct names states = { 0 };
	enum status st = ST_OK;

	if (!qpdf_oh_is_dictionary(q, ap)) {
		qpdf_oh_remove_key(q, annotation, "/AP");
		return ST_OK;
	}
	normal = qpdf_oh_get_key(q, ap, "/N");
	fresh = qpdf_oh_new_dictionary(q);
	if (qpdf_oh_is_stream(q, normal)) {
		st = clean_stream(q, normal, used, 1, err);
		qpdf_oh_replace_key(q, fresh, "/N", normal);
	} else if (qpdf_oh_is_dictionary(q, normal)) {
		qpdf_oh own = qpdf_oh_new_dictionary(q);

		keys_of(q, normal, &states);
		for (size_t i = 0; st == ST_OK && i < states.count; i++) {
			qpdf_oh one = qpdf_oh_get_key(q, normal, states.name[i]);

			if (!qpdf_oh_is_stream(q, one))
				continue;
			st = clean_stream(q, one, used, 1, err);
			qpdf_oh_replace_key(q, own, states.name[i], one);
		}
		qpdf_oh_replace_key(q, fresh, "/N", own);
	}
	qpdf_oh_replace_key(q, annotation, "/AP", fresh);
	return st;
}

static enum status
clean_annotations(qpdf_data q, qpdf_oh page, struct used *used, struct err *err)
{
	qpdf_oh old = qpdf_oh_get_key(q, page, "/Annots"), fresh = qpdf_oh_new_array(q);
	int n = qpdf_oh_is_array(q, old) ? qpdf_oh_get_array_n_items(q, old) : 0;
	enum status st = ST_OK;

	if (n > ANNOTATIONS_MAX)
		return fail(err, ST_UNSUPPORTED, "%d annotations", n);
	for (int i = 0; st == ST_OK && i < n; i++) {
		qpdf_oh one = qpdf_oh_get_array_item(q, old, i);

		if (!qpdf_oh_is_dictionary(q, one) ||
		    qpdf_oh_is_name_and_equals(
			q, qpdf_oh_get_key(q, one, "/Subtype"), "/FileAttachment") ||
		    !qpdf_oh_has_key(q, one, "/AP"))
			continue;
		keep_keys(q, one, annotation_keys, COUNT(annotation_keys));
		/* A field's widget without its field is a picture. */
		qpdf_oh_replace_key(q, one, "/Subtype", qpdf_oh_new_name(q, "/Stamp"));
		st = clean_appearance(q, one, used, err);
		qpdf_oh_append_item(q, fresh, one);
	}
	qpdf_oh_remove_key(q, page, "/Annots");
	if (st == ST_OK && qpdf_oh_get_array_n_items(q, fresh) > 0)
		qpdf_oh_replace_key(q, page, "/Annots", fresh);
	return st;
}

/* ---- pages ---- */

static enum status
clean_page(qpdf_data q, qpdf_oh page, struct err *err)
{
	owned(used_free) struct used used = { .odd = false };
	unsigned char *data = NULL;
	size_t n = 0;
	enum status st = ST_OK;

	if (qpdf_oh_get_page_content_data(q, page, &data, &n) != QPDF_SUCCESS)
		st = fail(err, ST_UNSUPPORTED, "the content of a page cannot be read");
	else
		look(span_make(data != NULL ? (const char *)data : "", n), &used);
	free(data);
	if (st == ST_OK && used.odd)
		st = fail(err, ST_UNSUPPORTED, "a page with odd names");
	if (st != ST_OK)
		return st;
	keep_keys(q, page, page_keys, COUNT(page_keys));
	if ((st = clean_annotations(q, page, &used, err)) != ST_OK)
		return st;
	return clean_resources(q, page, &used, 0, err);
}

static void
turn_page(qpdf_data q, qpdf_oh page, unsigned turn)
{
	qpdf_oh old = qpdf_oh_get_key(q, page, "/Rotate");
	long long before = qpdf_oh_is_integer(q, old) ? qpdf_oh_get_int_value(q, old) : 0;

	if (turn != 0)
		qpdf_oh_replace_key(
		    q, page, "/Rotate", qpdf_oh_new_integer(q, (before + turn) % 360));
}

enum status
export_cut_pages(
    struct export *e, qpdf_data source, qpdf_data *cut, enum ocr_reason *reason, struct err *err)
{
	int pages = qpdf_get_num_pages(source);
	qpdf_data q;
	enum status st = ST_OK;

	*cut = NULL;
	if (qpdf_push_inherited_attributes_to_page(source) & QPDF_ERRORS)
		return fail(err, ST_CORRUPT, "the pages cannot be listed");
	q = qpdf_init();
	qpdf_silence_errors(q);
	qpdf_set_suppress_warnings(q, QPDF_TRUE);
	if (qpdf_empty_pdf(q) & QPDF_ERRORS)
		st = fail(err, ST_REFUSED, "no new document");
	for (size_t i = 0; st == ST_OK && i < e->page_count; i++) {
		qpdf_oh page;

		if (pages < 1 || e->page[i].number > (uint32_t)pages) {
			st =
			    fail(err, ST_CORRUPT, "the document has no page %u", e->page[i].number);
			break;
		}
		page = qpdf_get_page_n(source, e->page[i].number - 1);
		if ((st = clean_page(source, page, err)) != ST_OK)
			break;
		turn_page(source, page, e->page[i].turn);
		if (qpdf_add_page(q, source, page, QPDF_FALSE) & QPDF_ERRORS)
			st = fail(err, ST_CORRUPT, "page %u cannot be copied", e->page[i].number);
	}
	if (st != ST_OK) {
		qpdf_cleanup(&q);
		*reason = OCR_REASON_DAMAGED;
		return st;
	}
	*cut = q;
	return ST_OK;
}

enum status
export_open(struct export *e, qpdf_data *out, enum ocr_reason *reason, struct err *err)
{
	qpdf_data q = qpdf_init();

	*out = NULL;
	qpdf_silence_errors(q);
	qpdf_set_suppress_warnings(q, QPDF_TRUE);
	if (qpdf_read_memory(q, "document", e->job.bytes.p, e->job.bytes.n, NULL) & QPDF_ERRORS) {
		bool locked = qpdf_has_error(q) &&
		    qpdf_get_error_code(q, qpdf_get_error(q)) == qpdf_e_password;

		qpdf_cleanup(&q);
		*reason = locked ? OCR_REASON_ENCRYPTED : OCR_REASON_DAMAGED;
		return fail(err, locked ? ST_REFUSED : ST_CORRUPT, "the PDF cannot be opened");
	}
	*out = q;
	return ST_OK;
}

enum status
export_write(struct export *e, qpdf_data q, enum ocr_reason *reason, struct err *err)
{
	if (qpdf_init_write_memory(q) & QPDF_ERRORS) {
		*reason = OCR_REASON_DAMAGED;
		return fail(err, ST_CORRUPT, "the PDF cannot be written");
	}
	qpdf_set_deterministic_ID(q, QPDF_TRUE);
	qpdf_set_preserve_encryption(q, QPDF_FALSE);
	qpdf_set_object_stream_mode(q, qpdf_o_generate);
	if ((qpdf_write(q) & QPDF_ERRORS) || qpdf_get_buffer_length(q) == 0) {
		*reason = OCR_REASON_DAMAGED;
		return fail(err, ST_CORRUPT, "the PDF cannot be written");
	}
	export_put(e, qpdf_get_buffer(q), qpdf_get_buffer_length(q));
	return ST_OK;
}

enum status
export_cut(struct export *e, enum ocr_reason *reason, struct err *err)
{
	qpdf_data source, cut = NULL;
	enum status st = export_open(e, &source, reason, err);

	if (st != ST_OK)
		return st;
	st = export_cut_pages(e, source, &cut, reason, err);
	if (st == ST_OK && export_is_marked(e))
		st = export_mark_pages(e, cut, err);
	if (st == ST_OK)
		st = export_write(e, cut, reason, err);
	if (cut != NULL)
		qpdf_cleanup(&cut);
	qpdf_cleanup(&source);
	return st;
}
