/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base.h"

#include "../../ocr/reader.h"

/*
 * tests/codes DPI FILE...: the bar codes of images as the reader looks for them, outside the sandbox, and
 * what that costs: a line "FILE milliseconds" and one "FILE kind text" for each code.  DPI 0: as the file
 * says.  For B052-barcodes.
 */

static double
cpu_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static bool
look(const char *path, uint32_t dpi)
{
	struct picture picture = { .wide = 0 };
	struct page p = { .number = 1 };
	enum ocr_reason reason;
	size_t n = 0;
	l_uint8 *bytes = l_binaryRead(path, &n);
	uint32_t i;
	double before;

	if (bytes == NULL ||
	    image_decode(span_make((char *)bytes, n), 200000000, &picture, &reason, NULL) !=
		ST_OK) {
		lept_free(bytes);
		return false;
	}
	p.pix = picture.pix;
	p.look = picture.look;
	p.dpi = dpi > 0 ? dpi : image_dpi(p.pix, (uint32_t)pixGetXRes(p.pix));
	(void)page_split(&p);
	before = cpu_ms();
	barcode_find(&p);
	(void)printf("%s\t%.1f\n", path, cpu_ms() - before);
	for (i = 0; i < p.mark_count; i++)
		(void)printf("%s\t%s\t%.*s\n", path, ocr_mark_name(p.mark[i].kind),
		    SPAN_ARG(p.mark[i].text));
	arena_free(p.arena);
	pixDestroy(&p.pix);
	pixDestroy(&p.look);
	lept_free(bytes);
	return true;
}

int
main(int argc, char **argv)
{
	int i, exit_status = 0;

	setMsgSeverity(L_SEVERITY_NONE);
	(void)mallopt(M_MMAP_THRESHOLD, 16 << 20); /* as zygote.c does */
	(void)mallopt(M_TRIM_THRESHOLD, 1 << 30);
	for (i = 2; i < argc; i++)
		if (!look(argv[i], (uint32_t)strtoul(argv[1], NULL, 10))) {
			(void)fprintf(stderr, "%s cannot be decoded\n", argv[i]);
			exit_status = 1;
		}
	return exit_status;
}
