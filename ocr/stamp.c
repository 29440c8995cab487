/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>

#include "base.h"
#include "reader.h"
#include "scale.h"

/*
 * Stamps: words in a frame of their own near the head (HỎA TỐC, THƯỢNG KHẨN,
 * KHẨN, MẬT, TỐI MẬT, TUYỆT MẬT: NĐ 30/2020 PL I III), and round seals.  On
 * colour pages they are looked for in the red that the text pass throws away,
 * framed or not; on grey and bi-level ones frames among the dark components
 * (plain recognition of the page loses a framed word altogether: reader.md
 * section 4). What a word means is the indexer's to say; here it is read.
 */
#define DPI 200	       /* of the search for dark frames; the red one takes page->look */
#define HEAD_PART 0.55 /* of the page: stamps of this kind stand above */
#define RED_MORE 45    /* levels that red stands over green and blue */
#define READ_WELL 70
#define CANDIDATES 6   /* read on one page */
#define TILT 0.06      /* radians that a stamp may stand askew */
#define SIDE_PART 0.70 /* of a frame's side that must be there */
#define FRAME_GAP 5    /* pixels at 200 dpi that a frame may be broken */
#define TEXT_DARK 150
#define BORDER 20

struct stamps {
	struct job *job;
	struct page *page;
	double scale; /* working pixels per pixel of the page */
	double dpi;   /* of the working image */
	PIX *grey;    /* 8 bit: ink dark on white, what the letters are read from */
	PIX *bits;    /* 1 bit of it */
	bool red;
	int read;
};

/* Millimetres, as pixels of the working image. */
static int
mm(const struct stamps *s, double n)
{
	return (int)(n * s->dpi / 25.4);
}

/* Red over the other channels, twice, as dark on white. */
static PIX *
red_layer(PIX *rgb)
{
	l_int32 w = pixGetWidth(rgb), h = pixGetHeight(rgb), x, y;
	PIX *out = pixCreate(w, h, 8);

	if (out == NULL)
		return NULL;
	for (y = 0; y < h; y++) {
		const l_uint32 *from = pixGetData(rgb) + (size_t)y * (size_t)pixGetWpl(rgb);
		l_uint32 *to = pixGetData(out) + (size_t)y * (size_t)pixGetWpl(out);

		for (x = 0; x < w; x++) {
			l_int32 r = (l_int32)(from[x] >> L_RED_SHIFT) & 0xff;
			l_int32 g = (l_int32)(from[x] >> L_GREEN_SHIFT) & 0xff;
			l_int32 b = (l_int32)(from[x] >> L_BLUE_SHIFT) & 0xff;
			l_int32 more = r - (g > b ? g : b);

			more = more < 0 ? 0 : more > 127 ? 127 : more;
			SET_DATA_BYTE(to, x, 255 - 2 * more);
		}
	}
	return out;
}

/* The head of the page at DPI. */
static PIX *
dark_layer(const struct page *p, double scale)
{
	BOX *head =
	    boxCreate(0, 0, pixGetWidth(p->pix), (l_int32)(pixGetHeight(p->pix) * HEAD_PART));
	PIX *part = pixClipRectangle(p->pix, head, NULL), *deep = NULL, *out = NULL;

	if (part != NULL)
		deep = image_deep(part);
	if (deep != NULL)
		out = scale < 1 ? scale_reduce(deep, scale) : pixClone(deep);
	boxDestroy(&head);
	pixDestroy(&part);
	pixDestroy(&deep);
	return out;
}

static bool
open_stamps(struct stamps *s)
{
	const struct page *p = s->page;

	s->scale = s->red  ? (double)pixGetWidth(p->look) / pixGetWidth(p->pix)
	    : p->dpi > DPI ? (double)DPI / p->dpi
			   : 1;
	s->dpi = p->dpi * s->scale;
	s->grey = s->red ? red_layer(p->look) : dark_layer(p, s->scale);
	if (s->grey != NULL)
		s->bits = pixThresholdToBinary(s->grey, s->red ? 256 - 2 * RED_MORE : TEXT_DARK);
	return s->bits != NULL;
}

/* Share of a side's length at which ink lies within t pixels of the box's edge.
 */
static double
side_ink(PIX *bits, const l_int32 box[4], int side, int t)
{
	l_int32 along = side < 2 ? box[2] : box[3], i, k, n = 0;
	l_uint32 v;

	for (i = 0; i < along; i++)
		for (k = 0; k < t; k++) {
			l_int32 x = side < 2 ? box[0] + i
			    : side == 2	     ? box[0] + k
					     : box[0] + box[2] - 1 - k;
			l_int32 y = side >= 2 ? box[1] + i
			    : side == 0	      ? box[1] + k
					      : box[1] + box[3] - 1 - k;

			if (pixGetPixel(bits, x, y, &v) == 0 && v) {
				n++;
				break;
			}
		}
	return along > 0 ? (double)n / along : 0;
}

/* A stamp stands askew: the tolerance grows with the side. */
static bool
is_frame(const struct stamps *s, const l_int32 box[4])
{
	int side, t, most = box[3] / 4;

	if (box[3] < mm(s, 6))
		return false;
	for (side = 0; side < 4; side++) {
		t = mm(s, 1.2) + (int)(TILT * (side < 2 ? box[2] : box[3]));
		if (side_ink(s->bits, box, side, t < most ? t : most) < SIDE_PART)
			return false;
	}
	return true;
}

/* Pixels from the upper edge to the first ink, at x. */
static int
first_ink(PIX *bits, l_int32 x)
{
	l_int32 y, h = pixGetHeight(bits);
	l_uint32 v;

	for (y = 0; y < h; y++)
		if (pixGetPixel(bits, x, y, &v) == 0 && v)
			break;
	return y;
}

/* Radians that set the frame straight, by the middle half of its upper side. */
static double
frame_tilt(PIX *bits)
{
	l_int32 w = pixGetWidth(bits);
	int left = first_ink(bits, w / 4), right = first_ink(bits, w * 3 / 4);
	double tilt = atan2(left - right, w / 2.0);

	return fabs(tilt) <= 1.5 * TILT ? tilt : 0;
}

/* Parts that reach over most of it are the frame, not letters. */
static void
drop_frame(PIX *grey, PIX *bits)
{
	l_int32 w = pixGetWidth(bits), h = pixGetHeight(bits), i, box[4];
	PIXA *parts = NULL;
	BOXA *boxes = pixConnComp(bits, &parts, 8);

	for (i = 0; i < boxaGetCount(boxes); i++) {
		PIX *part;

		if (boxaGetBoxGeometry(boxes, i, &box[0], &box[1], &box[2], &box[3]) != 0 ||
		    (box[2] < 0.5 * w && box[3] < 0.75 * h) ||
		    (part = pixaGetPix(parts, i, L_CLONE)) == NULL)
			continue;
		{
			PIX *wide = pixAddBorder(part, 3, 0);

			if (wide != NULL) {
				pixDilateBrick(wide, wide, 5, 5);
				pixPaintThroughMask(grey, wide, box[0] - 3, box[1] - 3, 255);
			}
			pixDestroy(&wide);
		}
		pixDestroy(&part);
	}
	boxaDestroy(&boxes);
	pixaDestroy(&parts);
}

/* What is left of lines that are broken. */
static void
drop_lines(const struct stamps *s, PIX *grey, PIX *bits)
{
	PIX *lines = pixOpenBrick(NULL, bits, mm(s, 9), 1);
	PIX *columns = pixOpenBrick(NULL, bits, 1, (l_int32)(0.75 * pixGetHeight(bits)));

	if (lines != NULL && columns != NULL) {
		pixOr(lines, lines, columns);
		pixDilateBrick(lines, lines, 5, 5);
		pixSetMasked(grey, lines, 255);
	}
	pixDestroy(&lines);
	pixDestroy(&columns);
}

/* Pale ink becomes dark. */
static void
stretch(PIX *grey)
{
	l_int32 least = 0;

	if (pixGetExtremeValue(grey, 1, L_SELECT_MIN, NULL, NULL, NULL, &least) == 0 &&
	    least > 20 && least < 200)
		pixGammaTRC(grey, grey, 1.0f, least + 10, 255);
}

/* The letters alone, upright. */
static PIX *
inside(const struct stamps *s, const l_int32 box[4], bool framed)
{
	BOX *b = boxCreate(box[0], box[1], box[2], box[3]);
	PIX *grey = pixClipRectangle(s->grey, b, NULL), *bits = pixClipRectangle(s->bits, b, NULL);
	PIX *straight = NULL, *straight_bits = NULL, *bordered = NULL;
	double tilt;

	boxDestroy(&b);
	if (grey != NULL && bits != NULL) {
		tilt = framed ? frame_tilt(bits) : 0;
		straight =
		    pixRotate(grey, (l_float32)tilt, L_ROTATE_AREA_MAP, L_BRING_IN_WHITE, 0, 0);
		straight_bits =
		    pixRotate(bits, (l_float32)tilt, L_ROTATE_SAMPLING, L_BRING_IN_WHITE, 0, 0);
	}
	if (straight != NULL && straight_bits != NULL) {
		if (framed) {
			drop_frame(straight, straight_bits);
			drop_lines(s, straight, straight_bits);
		}
		stretch(straight);
		bordered = pixAddBorder(straight, BORDER, 255);
	}
	pixDestroy(&grey);
	pixDestroy(&bits);
	pixDestroy(&straight);
	pixDestroy(&straight_bits);
	return bordered;
}

/* One reading of a stamp becomes a mark; its confidence, 0 when there was nothing. */
static int
read_once(struct stamps *s, PIX *pix, TessPageSegMode mode, const l_int32 box[4])
{
	TessBaseAPI *handle = s->job->reader->first.handle;
	int confidence = 0;
	char *text;
	BOX *b;

	TessBaseAPISetPageSegMode(handle, mode);
	TessBaseAPISetImage2(handle, pix);
	TessBaseAPISetSourceResolution(handle, (int)lround(s->dpi));
	text = TessBaseAPIGetUTF8Text(handle);
	if (text != NULL && *text != '\0') {
		confidence = TessBaseAPIMeanTextConf(handle);
		b = boxCreate((l_int32)(box[0] / s->scale), (l_int32)(box[1] / s->scale),
		    (l_int32)(box[2] / s->scale), (l_int32)(box[3] / s->scale));
		page_mark(s->page, OCR_MARK_STAMP, b, (unsigned)confidence, span_of(text));
		boxDestroy(&b);
	}
	TessDeleteText(text);
	TessBaseAPIClear(handle);
	TessBaseAPISetPageSegMode(handle, PSM_AUTO);
	return confidence;
}

/* A doubtful one is read again, larger and as one line; both readings are told. */
static void
read_stamp(struct stamps *s, const l_int32 box[4], bool framed)
{
	PIX *pix, *large;

	if (s->read == CANDIDATES || monotonic_us() > s->job->page_deadline_us ||
	    (pix = inside(s, box, framed)) == NULL)
		return;
	s->read++;
	if (read_once(s, pix, PSM_SINGLE_BLOCK, box) < READ_WELL) {
		large = pixScale(pix, 1.5f, 1.5f);
		if (large != NULL)
			(void)read_once(s, large, PSM_SINGLE_LINE, box);
		pixDestroy(&large);
	}
	pixDestroy(&pix);
}

/* A ring: as high as wide, its edge touched all around, thin inside. */
static bool
is_seal(const struct stamps *s, const l_int32 box[4])
{
	int side, touched = 0, k;
	l_uint32 v;

	if (box[2] < mm(s, 24) || box[2] > mm(s, 48) || abs(box[2] - box[3]) > box[2] / 8)
		return false;
	/* The four middles of the sides are on the ring, the four corners are not. */
	for (side = 0; side < 4; side++)
		for (k = 0; k < mm(s, 3); k++) {
			l_int32 cx = box[0] + box[2] / 2, cy = box[1] + box[3] / 2;
			l_int32 x = side == 0 ? box[0] + k
			    : side == 1	      ? box[0] + box[2] - 1 - k
					      : cx;
			l_int32 y = side == 2 ? box[1] + k
			    : side == 3	      ? box[1] + box[3] - 1 - k
					      : cy;

			if (pixGetPixel(s->bits, x, y, &v) == 0 && v) {
				touched++;
				break;
			}
		}
	for (side = 0; side < 4; side++)
		for (k = 0; k < box[2] / 12; k++) {
			l_int32 x = side & 1 ? box[0] + box[2] - 1 - k : box[0] + k;
			l_int32 y = side & 2 ? box[1] + box[3] - 1 - k : box[1] + k;

			if (pixGetPixel(s->bits, x, y, &v) == 0 && v)
				return false;
		}
	return touched == 4;
}

/* Read already: the same stamp in the red layer, or the words within a frame
 * that was read. */
static bool
is_read(const struct stamps *s, const l_int32 box[4])
{
	double x = (box[0] + box[2] / 2.0) / s->scale, y = (box[1] + box[3] / 2.0) / s->scale;
	uint32_t i;

	for (i = 0; i < s->page->mark_count; i++) {
		const struct ocr_mark *m = &s->page->mark[i];

		if (m->kind == OCR_MARK_STAMP && x >= m->x && x < m->x + (double)m->w &&
		    y >= m->y && y < m->y + (double)m->h)
			return true;
	}
	return false;
}

/* Of the size of a stamped word or two, and not as square as a seal or a
 * picture. */
static bool
is_word_size(const struct stamps *s, const l_int32 box[4])
{
	return box[3] >= mm(s, 4) && box[3] <= mm(s, 20) && box[2] >= mm(s, 10) &&
	    box[2] <= mm(s, 90) && box[2] > box[3] * 4 / 3;
}

static void
look_at(struct stamps *s, const l_int32 box[4], l_int32 head)
{
	bool framed;

	if (s->red && is_seal(s, box)) {
		BOX *b = boxCreate((l_int32)(box[0] / s->scale), (l_int32)(box[1] / s->scale),
		    (l_int32)(box[2] / s->scale), (l_int32)(box[3] / s->scale));

		page_mark(s->page, OCR_MARK_SEAL, b, 80, span_of(""));
		boxDestroy(&b);
		return;
	}
	if (box[1] + box[3] > head || !is_word_size(s, box) || is_read(s, box))
		return;
	framed = is_frame(s, box);
	if (framed || s->red)
		read_stamp(s, box, framed);
}

static void
look(struct stamps *s)
{
	/* Red letters without a frame are brought together; a dark frame only mended.
   */
	int across = s->red ? mm(s, 3.5) : FRAME_GAP, down = s->red ? mm(s, 1.5) : FRAME_GAP;
	PIX *joined = pixCloseSafeBrick(NULL, s->bits, across, down);
	BOXA *boxes = joined != NULL ? pixConnComp(joined, NULL, 8) : NULL;
	l_int32 head = (l_int32)(pixGetHeight(s->page->pix) * HEAD_PART * s->scale), i, box[4];

	for (i = 0; i < boxaGetCount(boxes); i++)
		if (boxaGetBoxGeometry(boxes, i, &box[0], &box[1], &box[2], &box[3]) == 0)
			look_at(s, box, head);
	boxaDestroy(&boxes);
	pixDestroy(&joined);
}

/* Nearly nothing red: a grey page filed as colour. */
static bool
has_red(const struct stamps *s)
{
	l_int32 n = 0;

	return pixCountPixels(s->bits, &n, NULL) == 0 && n > mm(s, 1) * mm(s, 2);
}

void
stamp_find(struct job *job, struct page *p)
{
	struct stamps s = { .job = job, .page = p };
	int pass;

	/* Red first; then dark frames, which a copy in grey or a blue stamp leaves.
   */
	for (pass = 0; pass < 2; pass++) {
		s.red = pass == 0;
		if (s.red && (p->look == NULL || pixGetDepth(p->look) != 32))
			continue;
		if (open_stamps(&s) && (!s.red || has_red(&s)))
			look(&s);
		pixDestroy(&s.grey);
		pixDestroy(&s.bits);
	}
}
