/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <qpdf/qpdf-c.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "pdf.h"
#include "pdf_content.h"
#include "pdf_image.h"
#include "reader.h"

#define FORM_DEPTH 3   /* nested forms looked into (reader.md section 1) */
#define FORMS_MAX 64   /* of a page: a fan-out of forms is a bomb */
#define PARENTS_MAX 50 /* levels of the page tree for inherited entries */
#define ANNOTATIONS_MAX 1000
#define PAGE_POINTS 612.0 /* width of a page that does not say */

struct pdf_structure {
	qpdf_data q;
	struct span bytes;
	/* Of the page last asked for. */
	double box[4]; /* left, bottom, right, top of the visible part */
	int rotate;
	qpdf_oh image;
	struct pdf_matrix matrix; /* the largest image's */
	struct pdf_page_facts *facts;
	unsigned forms;
};

/* ---- objects ---- */

static qpdf_oh
inherited(qpdf_data q, qpdf_oh page, const char *key)
{
	qpdf_oh node = page;
	int level;

	for (level = 0; level < PARENTS_MAX && qpdf_oh_is_dictionary(q, node); level++) {
		if (qpdf_oh_has_key(q, node, key))
			return qpdf_oh_get_key(q, node, key);
		node = qpdf_oh_get_key(q, node, "/Parent");
	}
	return qpdf_oh_new_null(q);
}

/* A rectangle in any order of corners; false when it is none or empty. */
static bool
rectangle(qpdf_data q, qpdf_oh array, double box[4])
{
	double v[4];
	int i;

	if (!qpdf_oh_is_array(q, array) || qpdf_oh_get_array_n_items(q, array) != 4)
		return false;
	for (i = 0; i < 4; i++)
		v[i] = qpdf_oh_get_numeric_value(q, qpdf_oh_get_array_item(q, array, i));
	box[0] = fmin(v[0], v[2]);
	box[1] = fmin(v[1], v[3]);
	box[2] = fmax(v[0], v[2]);
	box[3] = fmax(v[1], v[3]);
	return box[2] - box[0] > 1 && box[3] - box[1] > 1;
}

static void
visible_box(qpdf_data q, qpdf_oh page, double box[4])
{
	double crop[4];

	if (!rectangle(q, inherited(q, page, "/MediaBox"), box)) {
		box[0] = box[1] = 0;
		box[2] = PAGE_POINTS;
		box[3] = PAGE_POINTS * 11 / 8.5;
	}
	if (!rectangle(q, inherited(q, page, "/CropBox"), crop))
		return;
	crop[0] = fmax(crop[0], box[0]);
	crop[1] = fmax(crop[1], box[1]);
	crop[2] = fmin(crop[2], box[2]);
	crop[3] = fmin(crop[3], box[3]);
	if (crop[2] - crop[0] > 1 && crop[3] - crop[1] > 1)
		memcpy(box, crop, sizeof(crop));
}

/* Takes pending warnings; libqpdf's failures are soft and must be asked for (reader.md law a). */
static bool
complained(qpdf_data q)
{
	bool any = false;

	while (qpdf_more_warnings(q)) {
		(void)qpdf_next_warning(q);
		any = true;
	}
	if (qpdf_has_error(q)) {
		(void)qpdf_get_error(q);
		any = true;
	}
	return any;
}

/* ---- the document ---- */

static enum status
why_not(qpdf_data q, enum ocr_reason *reason, struct err *err)
{
	qpdf_error e = qpdf_has_error(q) ? qpdf_get_error(q) : NULL;

	if (e != NULL && qpdf_get_error_code(q, e) == qpdf_e_password) {
		*reason = OCR_REASON_ENCRYPTED;
		return fail(err, ST_REFUSED, "PDF needs a password");
	}
	*reason = OCR_REASON_DAMAGED;
	return fail(err, ST_CORRUPT, "PDF structure is damaged");
}

/* Scripts, launch actions, embedded files: told, never run. */
static bool
looks_active(qpdf_data q)
{
	qpdf_oh root = qpdf_get_root(q);
	qpdf_oh names = qpdf_oh_get_key_if_dict(q, root, "/Names");
	qpdf_oh action = qpdf_oh_get_key_if_dict(q, root, "/OpenAction");

	return qpdf_oh_has_key(q, root, "/AA") ||
	    (qpdf_oh_is_dictionary(q, names) &&
		(qpdf_oh_has_key(q, names, "/JavaScript") ||
		    qpdf_oh_has_key(q, names, "/EmbeddedFiles"))) ||
	    (qpdf_oh_is_dictionary(q, action) &&
		(qpdf_oh_is_name_and_equals(q, qpdf_oh_get_key(q, action, "/S"), "/JavaScript") ||
		    qpdf_oh_is_name_and_equals(q, qpdf_oh_get_key(q, action, "/S"), "/Launch")));
}

static bool
looks_signed(qpdf_data q)
{
	qpdf_oh form = qpdf_oh_get_key_if_dict(q, qpdf_get_root(q), "/AcroForm");
	qpdf_oh flags = qpdf_oh_get_key_if_dict(q, form, "/SigFlags");

	/* ISO 32000-1 12.7.2: bit 1, SignaturesExist. */
	return qpdf_oh_is_integer(q, flags) && (qpdf_oh_get_int_value(q, flags) & 1) != 0;
}

enum status
pdf_structure_open(struct pdf_structure **out, struct span bytes, struct pdf_facts *facts,
    enum ocr_reason *reason, struct err *err)
{
	struct pdf_structure *s = xcalloc(1, sizeof(*s));
	enum status st = ST_OK;
	int pages;

	*out = NULL;
	s->q = qpdf_init();
	s->bytes = bytes;
	qpdf_silence_errors(s->q);
	qpdf_set_suppress_warnings(s->q, QPDF_TRUE);
	if ((qpdf_read_memory(s->q, "document", bytes.p, bytes.n, NULL) & QPDF_ERRORS) != 0) {
		st = why_not(s->q, reason, err);
		pdf_structure_close(s);
		return st;
	}
	pages = qpdf_get_num_pages(s->q);
	if (pages <= 0) {
		*reason = qpdf_has_error(s->q) ? OCR_REASON_DAMAGED : OCR_REASON_NO_PAGES;
		pdf_structure_close(s);
		return fail(err, ST_REFUSED, "PDF without pages");
	}
	facts->pages = (uint32_t)pages;
	facts->encrypted = qpdf_is_encrypted(s->q) != 0;
	facts->active = looks_active(s->q);
	facts->is_signed = looks_signed(s->q);
	facts->damaged = complained(s->q);
	*out = s;
	return ST_OK;
}

void
pdf_structure_close(struct pdf_structure *s)
{
	if (s == NULL)
		return;
	qpdf_cleanup(&s->q);
	free(s);
}

/* ---- what a page paints ---- */

/* Share of the visible box that the unit square under m covers. */
static double
coverage(const struct pdf_structure *s, const struct pdf_matrix *m)
{
	double left = fmin(fmin(0, m->a), fmin(m->c, m->a + m->c)) + m->e;
	double right = fmax(fmax(0, m->a), fmax(m->c, m->a + m->c)) + m->e;
	double bottom = fmin(fmin(0, m->b), fmin(m->d, m->b + m->d)) + m->f;
	double top = fmax(fmax(0, m->b), fmax(m->d, m->b + m->d)) + m->f;
	double w = fmin(right, s->box[2]) - fmax(left, s->box[0]);
	double h = fmin(top, s->box[3]) - fmax(bottom, s->box[1]);

	if (!(w > 0) || !(h > 0))
		return 0;
	return w * h / ((s->box[2] - s->box[0]) * (s->box[3] - s->box[1]));
}

struct level {
	struct pdf_structure *s;
	qpdf_oh xobjects;
	struct pdf_painted *painted;
	int depth;
};

static void walk_stream(struct pdf_structure *, struct span, qpdf_oh resources,
    const struct pdf_matrix *, struct pdf_painted *, int depth);

static void
paint_image(struct pdf_structure *s, qpdf_oh image, const struct pdf_matrix *m)
{
	double share = coverage(s, m), points = sqrt(m->a * m->a + m->b * m->b);
	qpdf_oh width = qpdf_oh_get_key(s->q, qpdf_oh_get_dict(s->q, image), "/Width");
	double pixels =
	    qpdf_oh_is_integer(s->q, width) ? (double)qpdf_oh_get_int_value(s->q, width) : 0;

	s->facts->images++;
	if (share >= s->facts->covered) {
		s->facts->covered = share;
		s->image = image;
		s->matrix = *m;
		s->facts->image_dpi = points > 1 ? pixels * 72 / points : 0;
	}
}

static void
paint_form(struct level *l, qpdf_oh form, const struct pdf_matrix *m)
{
	qpdf_data q = l->s->q;
	qpdf_oh dict = qpdf_oh_get_dict(q, form), array = qpdf_oh_get_key(q, dict, "/Matrix");
	struct pdf_matrix own = PDF_MATRIX_ONE, both;
	unsigned char *data = NULL;
	double v[6];
	size_t n = 0;
	int i;

	if (l->depth >= FORM_DEPTH || ++l->s->forms > FORMS_MAX) {
		l->painted->marks = true;
		return;
	}
	if (qpdf_oh_is_array(q, array) && qpdf_oh_get_array_n_items(q, array) == 6) {
		for (i = 0; i < 6; i++)
			v[i] = qpdf_oh_get_numeric_value(q, qpdf_oh_get_array_item(q, array, i));
		own = (struct pdf_matrix){ v[0], v[1], v[2], v[3], v[4], v[5] };
	}
	both = pdf_matrix_multiply(&own, m);
	if (qpdf_oh_get_stream_data(q, form, qpdf_dl_generalized, NULL, &data, &n) !=
		QPDF_SUCCESS ||
	    data == NULL)
		l->painted->marks = true;
	else
		walk_stream(l->s, span_make((char *)data, n),
		    qpdf_oh_get_key(q, dict, "/Resources"), &both, l->painted, l->depth + 1);
	free(data);
}

static void
paint(void *payload, struct span name, const struct pdf_matrix *m)
{
	struct level *l = payload;
	qpdf_data q = l->s->q;
	char key[130] = "/";
	qpdf_oh object, subtype;

	/* An escaped name (#20) is rare: the page is rendered then. */
	if (name.n + 2 > sizeof(key) || memchr(name.p, '#', name.n) != NULL) {
		l->painted->marks = true;
		return;
	}
	memcpy(key + 1, name.p, name.n);
	object = qpdf_oh_get_key_if_dict(q, l->xobjects, key);
	if (!qpdf_oh_is_stream(q, object))
		return; /* paints nothing */
	subtype = qpdf_oh_get_key(q, qpdf_oh_get_dict(q, object), "/Subtype");
	if (qpdf_oh_is_name_and_equals(q, subtype, "/Image"))
		paint_image(l->s, object, m);
	else if (qpdf_oh_is_name_and_equals(q, subtype, "/Form"))
		paint_form(l, object, m);
}

static void
walk_stream(struct pdf_structure *s, struct span content, qpdf_oh resources,
    const struct pdf_matrix *m, struct pdf_painted *painted, int depth)
{
	struct level l = { s, qpdf_oh_get_key_if_dict(s->q, resources, "/XObject"), painted,
		depth };

	pdf_content_walk(content, m, painted, paint, &l);
}

/* Any annotation that shows something: a signature's widget, a stamp. */
static bool
has_annotations(qpdf_data q, qpdf_oh page)
{
	qpdf_oh list = qpdf_oh_get_key_if_dict(q, page, "/Annots");
	int i, n = qpdf_oh_is_array(q, list) ? qpdf_oh_get_array_n_items(q, list) : 0;

	for (i = 0; i < n && i < ANNOTATIONS_MAX; i++) {
		qpdf_oh one = qpdf_oh_get_array_item(q, list, i);

		if (qpdf_oh_is_dictionary(q, one) && qpdf_oh_has_key(q, one, "/AP"))
			return true;
	}
	return n > ANNOTATIONS_MAX;
}

static int
rotation(qpdf_data q, qpdf_oh page)
{
	qpdf_oh value = inherited(q, page, "/Rotate");
	long long degrees = qpdf_oh_is_integer(q, value) ? qpdf_oh_get_int_value(q, value) : 0;

	return (int)(((degrees % 360) + 360) % 360) / 90 * 90;
}

enum status
pdf_structure_page(
    struct pdf_structure *s, uint32_t n, struct pdf_page_facts *facts, struct err *err)
{
	struct pdf_matrix one = PDF_MATRIX_ONE;
	struct pdf_painted painted = { 0, 0, false };
	unsigned char *data = NULL;
	size_t length = 0;
	qpdf_oh page;

	memset(facts, 0, sizeof(*facts));
	qpdf_oh_release_all(s->q);
	page = qpdf_get_page_n(s->q, n - 1);
	if (qpdf_has_error(s->q) || !qpdf_oh_is_dictionary(s->q, page)) {
		(void)complained(s->q);
		return fail(err, ST_CORRUPT, "PDF page %u is no page", n);
	}
	s->facts = facts;
	s->forms = 0;
	visible_box(s->q, page, s->box);
	s->rotate = rotation(s->q, page);
	facts->annotations = has_annotations(s->q, page);
	facts->width = s->rotate % 180 == 0 ? s->box[2] - s->box[0] : s->box[3] - s->box[1];
	facts->height = s->rotate % 180 == 0 ? s->box[3] - s->box[1] : s->box[2] - s->box[0];
	if (qpdf_oh_get_page_content_data(s->q, page, &data, &length) != QPDF_SUCCESS ||
	    complained(s->q))
		painted.marks = true; /* poppler may still draw it */
	walk_stream(s, span_make((char *)data, length), inherited(s->q, page, "/Resources"), &one,
	    &painted, 0);
	free(data);
	facts->text = painted.text;
	facts->hidden_text = painted.hidden_text;
	facts->marks = painted.marks || complained(s->q);
	return ST_OK;
}

/* ---- the image itself ---- */

/* Quarter turns clockwise from the stored image to the displayed page; -1: slanted or mirrored. */
static int
quarter_turns(const struct pdf_structure *s)
{
	const struct pdf_matrix *m = &s->matrix;
	double straight = fmin(fabs(m->a), fabs(m->d)), crossed = fmin(fabs(m->b), fabs(m->c));
	int turns;

	if (fmax(fabs(m->b), fabs(m->c)) < 0.005 * straight)
		turns = m->a > 0 && m->d > 0 ? 0 : m->a < 0 && m->d < 0 ? 2 : -1;
	else if (fmax(fabs(m->a), fabs(m->d)) < 0.005 * crossed)
		turns = m->b < 0 && m->c > 0 ? 1 : m->b > 0 && m->c < 0 ? 3 : -1;
	else
		turns = -1;
	return turns == -1 ? -1 : (turns + s->rotate / 90) % 4;
}

static void
picture_drop(struct picture *p)
{
	pixDestroy(&p->pix);
	pixDestroy(&p->look);
}

enum status
pdf_structure_image(struct pdf_structure *s, uint64_t pixels, struct picture *p, uint32_t *dpi,
    enum ocr_reason *reason, struct err *err)
{
	double wide = hypot(s->matrix.a, s->matrix.b), high = hypot(s->matrix.c, s->matrix.d);
	double page = (s->box[2] - s->box[0]) * (s->box[3] - s->box[1]);
	int turns = quarter_turns(s);
	double across, down;
	enum status st;

	if (turns == -1)
		return fail(err, ST_UNSUPPORTED, "image is slanted or mirrored");
	if (wide * high > 1.06 * page)
		return fail(err, ST_UNSUPPORTED, "image reaches over the page");
	p->wide = wide / 72;
	if ((st = pdf_image_decode(s->q, s->image, pixels, p, reason, err)) != ST_OK)
		return st;
	across = pixGetWidth(p->pix) * 72 / wide;
	down = pixGetHeight(p->pix) * 72 / high;
	if (fabs(across - down) > 0.1 * across) {
		picture_drop(p);
		return fail(err, ST_UNSUPPORTED, "image has oblong pixels");
	}
	*dpi = (uint32_t)(across + 0.5);
	if (!image_turn(&p->pix, turns) || (p->look != NULL && !image_turn(&p->look, turns))) {
		picture_drop(p);
		*reason = OCR_REASON_MEMORY;
		return fail(err, ST_REFUSED, "no memory to turn the image");
	}
	return ST_OK;
}

/* The name of the only filter, or an array of just that one. */
static bool
only_filter(qpdf_data q, qpdf_oh dict, const char *name)
{
	qpdf_oh filter = qpdf_oh_get_key(q, dict, "/Filter");

	if (qpdf_oh_is_array(q, filter) && qpdf_oh_get_array_n_items(q, filter) == 1)
		filter = qpdf_oh_get_array_item(q, filter, 0);
	return qpdf_oh_is_name_and_equals(q, filter, name);
}

static bool
is_plain_jpeg(qpdf_data q, qpdf_oh dict)
{
	static const char *const odd[] = { "/Decode", "/Mask", "/SMask", "/ImageMask",
		"/DecodeParms" };
	qpdf_oh space = qpdf_oh_get_key(q, dict, "/ColorSpace");
	qpdf_oh bits = qpdf_oh_get_key(q, dict, "/BitsPerComponent");

	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		if (qpdf_oh_has_key(q, dict, odd[i]))
			return false;
	return only_filter(q, dict, "/DCTDecode") && qpdf_oh_is_integer(q, bits) &&
	    qpdf_oh_get_int_value(q, bits) == 8 &&
	    (qpdf_oh_is_name_and_equals(q, space, "/DeviceGray") ||
		qpdf_oh_is_name_and_equals(q, space, "/DeviceRGB"));
}

enum status
pdf_structure_jpeg(
    struct pdf_structure *s, unsigned char **data, size_t *n, int *turns, struct err *err)
{
	*data = NULL;
	*turns = quarter_turns(s);
	if (*turns == -1 || !qpdf_oh_is_stream(s->q, s->image) ||
	    !is_plain_jpeg(s->q, qpdf_oh_get_dict(s->q, s->image)))
		return fail(err, ST_UNSUPPORTED, "not a plain JPEG");
	if (qpdf_oh_get_stream_data(s->q, s->image, qpdf_dl_none, NULL, data, n) != QPDF_SUCCESS ||
	    *data == NULL || complained(s->q)) {
		free(*data);
		*data = NULL;
		return fail(err, ST_UNSUPPORTED, "the JPEG cannot be taken out");
	}
	return ST_OK;
}
