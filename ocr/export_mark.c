/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export.h"

#include <math.h>
#include <stdlib.h>

#include "rune.h"

/*
 * Letters are polylines on a grid, a hexadecimal digit a coordinate: "0646 2620" goes from (0, 6) to
 * (4, 6) and from (2, 6) to (2, 0).  Capitals are 6 high and stand on 0.
 */
#define CAP 6.0
#define GAP 2.0		/* between letters */
#define BLANK 3.0	/* advance of what has no strokes */
#define STACK 2		/* a second mark over a letter */
#define SLANT 0.6	/* of a banner's length to the page's diagonal */
#define LINE_HEIGHT 5.5 /* points of the line's capitals */
#define MARGIN 14.0	/* points from the foot */
#define THIN 0.4	/* strokes of the banner, in grid steps: what it lies over stays legible */
#define THICK 0.7	/* of the line */
#define HALO 3.0	/* white under the line's strokes, in their widths */

struct glyph {
	utf8proc_int32_t rune;
	const char *strokes;
};

static const struct glyph glyphs[] = {
	{ 'A', "002640 1232" },
	{ 'B', "00063645443303 3342413000" },
	{ 'C', "4536160501103041" },
	{ 'D', "00062644422000" },
	{ 0x110, "10163644423010 0323" },
	{ 'E', "46060040 0333" },
	{ 'F', "460600 0333" },
	{ 'G', "453616050110304143 2343" },
	{ 'H', "0006 4046 0343" },
	{ 'I', "0006" },
	{ 'J', "3631201001" },
	{ 'K', "0006 4602 1340" },
	{ 'L', "060040" },
	{ 'M', "0006234640" },
	{ 'N', "00064046" },
	{ 'O', "160501103041453616" },
	{ 'P', "00063645443303" },
	{ 'Q', "160501103041453616 2240" },
	{ 'R', "00063645443303 2340" },
	{ 'S', "453616050413334241301001" },
	{ 'T', "0646 2620" },
	{ 'U', "060110304146" },
	{ 'V', "062046" },
	{ 'W', "0610233046" },
	{ 'X', "0046 0640" },
	{ 'Y', "062346 2320" },
	{ 'Z', "06460040" },
	{ '0', "160501103041453616" },
	{ '1', "052620 1030" },
	{ '2', "051636454400 0040" },
	{ '3', "05163645443313 334241301001" },
	{ '4', "30360242" },
	{ '5', "460603334241301001" },
	{ '6', "453616050110304142331302" },
	{ '7', "064610" },
	{ '8', "13334241301001021304051636454433" },
	{ '9', "011030414536160504133344" },
	{ '.', "0001111000" },
	{ ',', "1100" },
	{ ':', "0001111000 0304141303" },
	{ '-', "0333" },
	{ 0xb7, "0303 0313" },
	{ '_', "0040" },
	{ '/', "0046" },
	{ '+', "0343 2125" },
	{ '(', "16050110" },
	{ ')', "06151100" },
	{ '\'', "0605" },
	{ '@', "3432222434 324245361605011040" },
};

/* Over, or under, the middle of a letter (x = 2); combining characters of Unicode. */
static const struct glyph marks[] = {
	{ 0x300, "1827" },
	{ 0x301, "2738" },
	{ 0x302, "172837" },
	{ 0x303, "07182738" },
	{ 0x306, "18173738" },
	{ 0x309, "18293827" },
	{ 0x31b, "455657" },
	{ 0x323, "1112222111" },
};
#define HORN 0x31b
#define DOT_BELOW 0x323
#define BELOW (-3)

static const char *
strokes_of(const struct glyph *list, size_t count, utf8proc_int32_t rune)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].rune == rune)
			return list[i].strokes;
	return NULL;
}

static double
digit(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

static double
width_of(const char *strokes)
{
	double most = 0;

	for (const char *p = strokes; *p; p += *p == ' ' ? 1 : 2)
		if (*p != ' ' && digit(*p) > most)
			most = digit(*p);
	return most;
}

/* Where a text stands: its origin, what a step of the grid is and which way it runs. */
struct pen {
	double x, y, unit, cosine, sine;
	void (*draw)(void *, double, double, double, double);
	void *payload;
};

static void
draw_strokes(const struct pen *pen, const char *strokes, double dx, double dy)
{
	double was[2] = { 0, 0 };
	bool down = false;

	for (const char *p = strokes; *p; p++) {
		double gx, gy, x, y;

		if (*p == ' ') {
			down = false;
			continue;
		}
		gx = (digit(p[0]) + dx) * pen->unit;
		gy = (digit(p[1]) + dy) * pen->unit;
		x = pen->x + gx * pen->cosine - gy * pen->sine;
		y = pen->y + gx * pen->sine + gy * pen->cosine;
		if (down)
			pen->draw(pen->payload, was[0], was[1], x, y);
		was[0] = x;
		was[1] = y;
		down = true;
		p++;
	}
}

/* Over and under a letter that begins at dx and is so wide. */
static void
draw_marks(
    const struct pen *pen, const utf8proc_int32_t *rune, size_t count, double dx, double width)
{
	int above = 0;

	for (size_t i = 0; i < count; i++) {
		const char *s = strokes_of(marks, sizeof(marks) / sizeof(marks[0]), rune[i]);
		bool plain = rune[i] == HORN || rune[i] == DOT_BELOW;

		if (!s)
			continue;
		draw_strokes(pen, s, dx + width / 2 - 2,
		    rune[i] == DOT_BELOW ? BELOW
			: plain		 ? 0
					 : above);
		above += plain ? 0 : STACK;
	}
}

/* The length of a text on the grid; draws it when there is a pen. */
static double
walk(struct span text, const struct pen *pen)
{
	utf8proc_int32_t rune, parts[8];
	double at = 0;

	while (rune_next(&text, &rune)) {
		utf8proc_ssize_t n;
		const char *s = NULL;
		int boundary = 0;

		n = utf8proc_decompose_char(
		    utf8proc_toupper(rune), parts, 8, UTF8PROC_DECOMPOSE, &boundary);
		if (n > 0 && n <= 8)
			s = strokes_of(glyphs, sizeof(glyphs) / sizeof(glyphs[0]), parts[0]);
		if (s && pen) {
			draw_strokes(pen, s, at, 0);
			draw_marks(pen, parts + 1, (size_t)n - 1, at, width_of(s));
		}
		at += (s ? width_of(s) : BLANK - GAP) + GAP;
	}
	return at > GAP ? at - GAP : at;
}

/* --- where the marks stand on a page that is shown so wide and high ----------------------------- */

struct mark {
	struct span text;
	double x, y, unit, angle, stroke, halo;
	double red, green, blue;
};

/* From corner to corner, its middle in the middle. */
static struct mark
banner_of(struct span text, double width, double height)
{
	double length = walk(text, NULL), angle = atan2(height, width);
	double unit = SLANT * hypot(width, height) / (length > 1 ? length : 1);
	double along = -length * unit / 2, up = -CAP * unit / 2;

	return (struct mark){ text, width / 2 + along * cos(angle) - up * sin(angle),
		height / 2 + along * sin(angle) + up * cos(angle), unit, angle, unit * THIN, 0, 0.8,
		0.1, 0.1 };
}

static struct mark
line_of(struct span text, double width, double scale)
{
	double length = walk(text, NULL), room = width - 2 * MARGIN * scale;
	double unit = LINE_HEIGHT * scale / CAP;

	if (length * unit > room)
		unit = room / length;
	return (struct mark){ text, (width - length * unit) / 2, MARGIN * scale, unit, 0,
		unit * THICK, unit * THICK * HALO, 0.2, 0.2, 0.2 };
}

static void
draw_mark(const struct mark *m, void (*draw)(void *, double, double, double, double), void *payload)
{
	const struct pen pen = { m->x, m->y, m->unit, cos(m->angle), sin(m->angle), draw, payload };

	(void)walk(m->text, &pen);
}

bool
export_is_marked(const struct export *e)
{
	return e->what.banner.n > 0 || e->what.line.n > 0;
}

/* --- in a PDF ---------------------------------------------------------------------------------- */

static void
add_segment(void *payload, double x1, double y1, double x2, double y2)
{
	strbuf_addf(payload, "%.2f %.2f m %.2f %.2f l\n", x1, y1, x2, y2);
}

static void
add_mark(const struct mark *m, struct strbuf *out)
{
	if (m->halo > 0) {
		strbuf_addf(out, "1 1 1 RG %.3f w\n", m->halo);
		draw_mark(m, add_segment, out);
		strbuf_add_str(out, "S\n");
	}
	strbuf_addf(out, "%.2f %.2f %.2f RG %.3f w\n", m->red, m->green, m->blue, m->stroke);
	draw_mark(m, add_segment, out);
	strbuf_add_str(out, "S\n");
}

void
export_mark_page(
    const struct export *e, const struct export_box *box, unsigned turn, struct strbuf *out)
{
	double width, height;
	struct mark m;

	strbuf_add_str(out, "q\n");
	export_place(box, turn, &width, &height, out);
	strbuf_add_str(out, "1 J 1 j [] 0 d\n");
	if (e->what.banner.n > 0) {
		m = banner_of(e->what.banner, width, height);
		add_mark(&m, out);
		export_text_line(e->what.banner, MARGIN, height - 2 * MARGIN, LINE_HEIGHT,
		    LINE_HEIGHT * (double)e->what.banner.n / 2, out);
	}
	if (e->what.line.n > 0) {
		m = line_of(e->what.line, width, 1);
		add_mark(&m, out);
		export_text_line(
		    e->what.line, m.x, m.y, m.unit * CAP, walk(e->what.line, NULL) * m.unit, out);
	}
	strbuf_add_str(out, "Q\n");
}

/* --- in an image ------------------------------------------------------------------------------- */

struct canvas {
	PIX *pix;
	int stroke;
	unsigned char red, green, blue;
};

static void
paint_segment(void *payload, double x1, double y1, double x2, double y2)
{
	const struct canvas *c = payload;
	int top = pixGetHeight(c->pix) - 1;

	(void)pixRenderLineArb(c->pix, (int)lround(x1), top - (int)lround(y1), (int)lround(x2),
	    top - (int)lround(y2), c->stroke, c->red, c->green, c->blue);
}

static void
paint_mark(PIX *pix, const struct mark *m)
{
	struct canvas halo = { pix, (int)lround(fmax(3, m->halo)), 255, 255, 255 };
	struct canvas ink = { pix, (int)lround(fmax(1, m->stroke)),
		(unsigned char)lround(255 * m->red), (unsigned char)lround(255 * m->green),
		(unsigned char)lround(255 * m->blue) };

	if (m->halo > 0)
		draw_mark(m, paint_segment, &halo);
	draw_mark(m, paint_segment, &ink);
}

static enum status
put_image(struct export *e, PIX *pix, bool jpeg, struct err *err)
{
	l_uint8 *bytes = NULL;
	size_t n = 0;
	int wrong =
	    jpeg ? pixWriteMemJpeg(&bytes, &n, pix, 85, 0) : pixWriteMem(&bytes, &n, pix, IFF_PNG);

	if (wrong || bytes == NULL)
		return fail(err, ST_REFUSED, "the image cannot be packed");
	export_put(e, bytes, n);
	lept_free(bytes);
	return ST_OK;
}

enum status
export_image(struct export *e, enum ocr_reason *reason, struct err *err)
{
	int format = 0, width = 0, height = 0;
	const l_uint8 *bytes = (const l_uint8 *)e->job.bytes.p;
	PIX *found, *pix = NULL;
	struct mark m;
	enum status st;

	*reason = OCR_REASON_DAMAGED;
	if (pixReadHeaderMem(bytes, e->job.bytes.n, &format, &width, &height, NULL, NULL, NULL) ||
	    (format != IFF_JFIF_JPEG && format != IFF_PNG))
		return fail(err, ST_CORRUPT, "no JPEG or PNG");
	if ((uint64_t)width * (uint64_t)height > e->what.limits.pixels)
		return fail(err, ST_TOO_LARGE, "%d x %d pixels", width, height);
	if ((found = pixReadMem(bytes, e->job.bytes.n)) == NULL ||
	    (pix = pixConvertTo32(found)) == NULL)
		st = fail(err, ST_CORRUPT, "the image cannot be read");
	else {
		m = banner_of(e->what.banner, width, height);
		if (e->what.banner.n > 0)
			paint_mark(pix, &m);
		m = line_of(e->what.line, width, width / 595.0);
		if (e->what.line.n > 0)
			paint_mark(pix, &m);
		st = put_image(e, pix, format == IFF_JFIF_JPEG, err);
	}
	pixDestroy(&found);
	pixDestroy(&pix);
	return st;
}
