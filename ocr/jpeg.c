/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

#include "reader.h"
#include "scale.h"
#include "vector.h"

/*
 * A colour JPEG line by line into its red channel and the reduced picture (page_split()): the 35 MB of
 * a page at 300 dpi never lie in memory, and nothing is copied twice.  The pixels are those that
 * leptonica would have given, by the same library with the same settings.
 */

struct decoder {
	struct jpeg_decompress_struct c;
	struct jpeg_error_mgr errors;
	jmp_buf failed;
	struct picture *into;
	struct reduction *look;
	l_uint32 *line; /* of pixels as leptonica has them */
	bool created;
};

static void
give_up(j_common_ptr c)
{
	struct decoder *d = c->client_data;

	longjmp(d->failed, 1);
}

static void
say_nothing(j_common_ptr c)
{
	(void)c;
}

/* Damage that it would read on behind: as in leptonica the page is refused, see read_lines(). */
static void
count_warning(j_common_ptr c, int level)
{
	c->err->num_warnings += level < 0;
}

/* The high byte of every word, four to a word. */
VECTORS static void
take_red(const l_uint32 *restrict from, l_int32 n, l_uint32 *restrict to)
{
	l_int32 i;

	for (i = 0; i < n; i++)
		to[i] = (from[4 * i] & 0xff000000) | (from[4 * i + 1] >> 8 & 0x00ff0000) |
		    (from[4 * i + 2] >> 16 & 0x0000ff00) | from[4 * i + 3] >> 24;
}

static uint32_t
told_dpi(const struct jpeg_decompress_struct *c)
{
	return c->density_unit == 1 ? c->X_density
	    : c->density_unit == 2  ? (uint32_t)(c->X_density * 2.54 + 0.5)
				    : 0;
}

/* Both pictures and the line, which has three pixels more than the page for take_red(). */
static bool
make_room(struct decoder *d)
{
	l_int32 w = (l_int32)d->c.output_width, h = (l_int32)d->c.output_height;
	struct picture *p = d->into;
	uint32_t dpi;

	p->pix = pixCreate(w, h, 8);
	d->line = calloc((size_t)w + 3, sizeof(*d->line));
	if (p->pix == NULL || d->line == NULL)
		return false;
	pixSetResolution(p->pix, (l_int32)told_dpi(&d->c), (l_int32)told_dpi(&d->c));
	dpi = p->wide > 0 ? (uint32_t)(w / p->wide + 0.5) : image_dpi(p->pix, told_dpi(&d->c));
	d->look = reduction_new(w, h, 32, page_look_scale(w, h, dpi > 0 ? dpi : 1));
	return d->look != NULL;
}

static bool
read_lines(struct decoder *d)
{
	JSAMPROW row = (JSAMPROW)d->line;
	PIX *red = d->into->pix;

	while (d->c.output_scanline < d->c.output_height) {
		l_uint32 *to =
		    pixGetData(red) + (size_t)d->c.output_scanline * (size_t)pixGetWpl(red);

		if (jpeg_read_scanlines(&d->c, &row, 1) != 1 || d->errors.num_warnings > 0)
			return false;
		take_red(d->line, pixGetWpl(red), to);
		reduction_row(d->look, d->line);
	}
	pixSetPadBits(red, 0);
	return true;
}

/* Colour in the two codings that files have; what it refuses leptonica decodes. */
static bool
decode(struct decoder *d, struct span bytes)
{
	if (setjmp(d->failed) != 0)
		return false;
	jpeg_create_decompress(&d->c);
	d->created = true;
	jpeg_mem_src(&d->c, (const unsigned char *)bytes.p, bytes.n);
	(void)jpeg_read_header(&d->c, TRUE);
	if (d->c.num_components != 3 ||
	    (d->c.jpeg_color_space != JCS_YCbCr && d->c.jpeg_color_space != JCS_RGB))
		return false;
	/* A word of leptonica: red in the high byte, whatever the machine. */
	d->c.out_color_space =
	    L_RED_SHIFT == 24 && BYTE_ORDER == LITTLE_ENDIAN ? JCS_EXT_XBGR : JCS_EXT_RGBX;
	(void)jpeg_start_decompress(&d->c);
	if (!make_room(d) || !read_lines(d))
		return false;
	(void)jpeg_finish_decompress(&d->c);
	d->into->look = reduction_end(&d->look);
	return d->into->look != NULL;
}

bool
jpeg_split(struct span bytes, struct picture *p)
{
	struct decoder d = { .into = p };
	bool done;

	d.c.err = jpeg_std_error(&d.errors);
	d.errors.error_exit = give_up;
	d.errors.output_message = say_nothing;
	d.errors.emit_message = count_warning;
	d.c.client_data = &d;
	done = decode(&d, bytes);
	if (d.created)
		jpeg_destroy_decompress(&d.c);
	free(d.line);
	reduction_free(d.look);
	if (!done)
		pixDestroy(&p->pix);
	return done;
}
