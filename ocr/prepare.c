/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "prepare.h"

#include <math.h>

#include "scale.h"

#define DPI_HIGH 350 /* more gains nothing (ocr.md section 3: scan400) */
#define DPI_USED 300
#define DPI_READ 200 /* what the network sees: it scales lines to 36 pixels anyway */
#define DPI_MUCH 220
#define DPI_SMALL 110 /* text of ~70 dpi scans is doubled (reader.md section 5) */
#define DPI_ANALYSIS 150
#define SPECK 3	     /* pixels; components smaller in both directions go */
#define PAPER 160    /* grey level of ink against paper after normalisation */
#define SKEW_MIN 0.5 /* degrees; below, turning blurs more than it helps */
#define SKEW_SURE 3.0

void
prepare_resolution(struct page *p)
{
	double scale = (double)DPI_USED / p->dpi;
	PIX *deep, *smaller;

	if (p->dpi <= DPI_HIGH)
		return;
	/* Bits become grey first: averaging keeps thin strokes that sampling would cut. */
	deep = image_deep(p->pix);
	smaller = deep != NULL ? scale_reduce(deep, scale) : NULL;
	pixDestroy(&deep);
	if (smaller == NULL)
		return;
	pixDestroy(&p->pix);
	p->pix = smaller;
	p->dpi = DPI_USED;
}

static PIX *
smooth_bits(PIX *pix)
{
	PIX *clean =
	    pixSelectBySize(pix, SPECK, SPECK, 8, L_SELECT_IF_EITHER, L_SELECT_IF_GTE, NULL);
	PIX *soft = clean != NULL ? scale_soften(clean) : NULL;

	pixDestroy(&clean);
	return soft;
}

PIX *
prepare_grey(PIX *pix, const char **how)
{
	if (pixGetDepth(pix) == 1) {
		*how = "despeckle+soften";
		return smooth_bits(pix);
	}
	*how = "grey";
	return pixClone(pix);
}

PIX *
prepare_analysis(PIX *grey, uint32_t dpi, struct shade *shade)
{
	PIX *small = scale_reduce(grey, (double)DPI_ANALYSIS / dpi);
	PIX *even = small != NULL ? pixBackgroundNormSimple(small, NULL, NULL) : NULL;
	PIX *bits = pixThresholdToBinary(even != NULL ? even : small, PAPER);

	if (shade != NULL)
		prepare_measure(small, even, shade);
	pixDestroy(&small);
	pixDestroy(&even);
	return bits;
}

BOX *
prepare_within_margins(PIX *pix)
{
	l_int32 w = pixGetWidth(pix), h = pixGetHeight(pix);

	return boxCreate(w / 20, h / 20, w - w / 10, h - h / 10);
}

int
prepare_textlike(PIX *analysis)
{
	PIX *half = pixReduceRankBinary2(analysis, 1, NULL);
	l_int32 i, bw, bh, n = 0;
	BOX *middle;
	PIX *inner;
	BOXA *boxes;

	if (half == NULL || pixGetWidth(half) < 40 || pixGetHeight(half) < 40) {
		pixDestroy(&half);
		return 1; /* too small to judge: let recognition say */
	}
	middle = prepare_within_margins(half);
	inner = pixClipRectangle(half, middle, NULL);
	boxes = inner != NULL ? pixConnComp(inner, NULL, 8) : NULL;
	for (i = 0; i < boxaGetCount(boxes); i++)
		if (boxaGetBoxGeometry(boxes, i, NULL, NULL, &bw, &bh) == 0 && bh >= 4 &&
		    bh <= 40 && bw <= 8 * bh)
			n++;
	boxDestroy(&middle);
	boxaDestroy(&boxes);
	pixDestroy(&inner);
	pixDestroy(&half);
	return n;
}

int
prepare_orientation(PIX *analysis, bool *sure)
{
	static const int turns[] = { [L_TEXT_ORIENT_UNKNOWN] = 0,
		[L_TEXT_ORIENT_UP] = 0,
		[L_TEXT_ORIENT_LEFT] = 1,
		[L_TEXT_ORIENT_DOWN] = 2,
		[L_TEXT_ORIENT_RIGHT] = 3 };
	l_float32 up, left;
	l_int32 orient;

	*sure = false;
	if (pixOrientDetect(analysis, &up, &left, 0, 0) != 0 ||
	    makeOrientDecision(up, left, 0, 0, &orient, 0) != 0)
		return 0;
	*sure = orient != L_TEXT_ORIENT_UNKNOWN;
	return turns[orient];
}

double
prepare_skew(PIX *analysis)
{
	l_float32 angle, confidence;

	if (pixFindSkewSweepAndSearch(analysis, &angle, &confidence, 2, 1, 7.0f, 1.0f, 0.05f) != 0)
		return 0;
	return confidence > SKEW_SURE && fabsf(angle) >= (float)SKEW_MIN ? (double)angle : 0;
}

bool
prepare_finish(PIX *grey, uint32_t dpi, double degrees, struct prepared *p)
{
	PIX *next;

	p->skew = degrees * M_PI / 180;
	p->scale = dpi < DPI_SMALL ? 2 : dpi > DPI_MUCH ? (double)DPI_READ / dpi : 1;
	p->dpi = (uint32_t)lround(dpi * p->scale);
	p->pix = degrees != 0
	    ? pixRotate(grey, (l_float32)p->skew, L_ROTATE_AREA_MAP, L_BRING_IN_WHITE, 0, 0)
	    : pixClone(grey);
	if (p->pix != NULL && p->scale != 1) {
		next = scale_reduce(p->pix, p->scale);
		pixDestroy(&p->pix);
		p->pix = next;
	}
	return p->pix != NULL;
}
