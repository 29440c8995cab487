/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "unit.h"

#include "../../ocr/reader.h"
#include "../../ocr/scale.h"

/* A page with shades and a red stamp, as a JPEG. */
static struct span
jpeg(l_int32 w, l_int32 h, l_int32 depth, l_int32 progressive, l_uint8 **data)
{
	PIX *pix = pixCreate(w, h, depth);
	size_t n = 0;
	l_int32 x, y;

	for (y = 0; y < h; y++)
		for (x = 0; x < w; x++)
			(void)pixSetPixel(pix, x, y,
			    depth == 8 ? (l_uint32)(x * 3 % 256)
				: x > w / 2 && y > h / 2
				? 0xe0202000
				: (l_uint32)(x * 7 % 256) << 24 | (l_uint32)(y % 256) << 8);
	pixSetResolution(pix, 300, 300);
	assert_int_equal(pixWriteMemJpeg(data, &n, pix, 80, progressive), 0);
	pixDestroy(&pix);
	return span_make((char *)*data, n);
}

static void
assert_equal(PIX *a, PIX *b)
{
	l_int32 same = 0;

	(void)pixEqual(a, b, &same);
	assert_true(same);
}

static void
a_colour_jpeg_gives_the_pixels_that_leptonica_gives(void **state)
{
	static const struct {
		l_int32 w, h, progressive;
		double wide;
	} pages[] = { { 2480, 3508, 0, 8.27 }, { 1241, 877, 1, 0 }, { 33, 17, 0, 0.11 },
		{ 2503, 2100, 0, 4 } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		struct picture p = { .wide = pages[i].wide };
		l_uint8 *data = NULL;
		struct span s = jpeg(pages[i].w, pages[i].h, 32, pages[i].progressive, &data);
		PIX *whole = pixReadMem((const l_uint8 *)s.p, s.n), *red, *look;
		uint32_t dpi =
		    p.wide > 0 ? (uint32_t)(pages[i].w / p.wide + 0.5) : image_dpi(whole, 300);

		assert_true(jpeg_split(s, &p));
		red = pixGetRGBComponent(whole, COLOR_RED);
		look = scale_reduce(whole, page_look_scale(pages[i].w, pages[i].h, dpi));
		assert_equal(p.pix, red);
		assert_equal(p.look, look);
		assert_int_equal(pixGetXRes(p.pix), 300);
		pixDestroy(&whole);
		pixDestroy(&red);
		pixDestroy(&look);
		pixDestroy(&p.pix);
		pixDestroy(&p.look);
		lept_free(data);
	}
}

static void
damaged_and_grey_ones_are_left_to_leptonica(void **state)
{
	struct picture p = { .wide = 0 };
	l_uint8 *data = NULL, *grey = NULL;
	struct span s = jpeg(400, 300, 32, 0, &data), g = jpeg(400, 300, 8, 0, &grey);

	(void)state;
	assert_false(jpeg_split(span_make(s.p, s.n / 2), &p));
	assert_null(p.pix);
	assert_null(p.look);
	assert_false(jpeg_split(span_make(s.p, 30), &p));
	assert_false(jpeg_split(span_make(s.p + 1, s.n - 1), &p));
	assert_false(jpeg_split(g, &p));
	memset(data + s.n / 2, 0xff, 40);
	assert_false(jpeg_split(s, &p));
	assert_null(p.pix);
	lept_free(data);
	lept_free(grey);
}

static void
who_wants_all_colours_gets_them(void **state)
{
	struct picture p = { .whole = true };
	enum ocr_reason reason = OCR_REASON_NONE;
	l_uint8 *data = NULL;
	struct span s = jpeg(400, 300, 32, 0, &data);

	(void)state;
	assert_int_equal(image_decode(s, 1000000, &p, &reason, NULL), ST_OK);
	assert_int_equal(pixGetDepth(p.pix), 32);
	assert_null(p.look);
	pixDestroy(&p.pix);
	p.whole = false;
	assert_int_equal(image_decode(s, 1000000, &p, &reason, NULL), ST_OK);
	assert_int_equal(pixGetDepth(p.pix), 8);
	assert_int_equal(pixGetDepth(p.look), 32);
	pixDestroy(&p.pix);
	pixDestroy(&p.look);
	assert_int_equal(image_decode(s, 400 * 300 - 1, &p, &reason, NULL), ST_TOO_LARGE);
	lept_free(data);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_colour_jpeg_gives_the_pixels_that_leptonica_gives),
		cmocka_unit_test(damaged_and_grey_ones_are_left_to_leptonica),
		cmocka_unit_test(who_wants_all_colours_gets_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
