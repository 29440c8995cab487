/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes one document: compose, typeset, scan, write, tell the truth. */
#include <stdio.h>
#include <stdlib.h>

#include "output.h"

enum status
file_write(const char *path, const void *data, size_t n, struct err *err)
{
	FILE *f = fopen(path, "wb");

	if (f == NULL)
		return fail_sys(err, "create %s", path);
	if (fwrite(data, 1, n, f) != n) {
		(void)fclose(f);
		return fail_sys(err, "write %s", path);
	}
	if (fclose(f) != 0)
		return fail_sys(err, "write %s", path);
	return ST_OK;
}

static void
scan_all(const struct order *o, const struct sheets *sheets, PangoContext *context, PIX **pix)
{
	size_t i;

	for (i = 0; i < sheets->n; i++) {
		/* A leaf's back is the next page; the last leaf borrows the page before it. */
		const struct sheet *back = &sheets->sheet[i + 1 < sheets->n ? i + 1 : i - (i > 0)];

		pix[i] = page_scan(o->state, &sheets->sheet[i], back, context, o->dpi, o->turn,
		    o->draft.seed + 131 * i);
	}
}

/* One page of a one-page format, under a name of its own when there are several. */
static enum status
part_make(const struct order *o, const struct document *d, const struct sheets *sheets, PIX **pix,
    size_t i, PangoContext *context, const char *folder, const char *truth, struct err *err)
{
	owned(strbuf_free) struct strbuf name = STRBUF_INIT, file = STRBUF_INIT, path = STRBUF_INIT;
	enum status st;

	strbuf_add_str(&name, o->name);
	if (sheets->n > 1)
		strbuf_addf(&name, "-p%zu", i + 1);
	strbuf_addf(&file, "%s.%s", name.buf, o->format->extension);
	strbuf_addf(&path, "%s/%s", folder, file.buf);
	if ((st = o->format->write(o->format, o, d, sheets, pix + i, context, path.buf, err)) !=
	    ST_OK)
		return st;
	return truth_write(
	    o, d, sheets, i, 1, sheets->n > 1 ? i + 1 : 0, file.buf, truth, name.buf, err);
}

static enum status
whole_make(const struct order *o, const struct document *d, const struct sheets *sheets, PIX **pix,
    PangoContext *context, const char *folder, const char *truth, struct err *err)
{
	owned(strbuf_free) struct strbuf file = STRBUF_INIT, path = STRBUF_INIT;
	enum status st;

	strbuf_addf(&file, "%s.%s", o->name, o->format->extension);
	strbuf_addf(&path, "%s/%s", folder, file.buf);
	if ((st = o->format->write(o->format, o, d, sheets, pix, context, path.buf, err)) != ST_OK)
		return st;
	return truth_write(o, d, sheets, 0, sheets->n, 0, file.buf, truth, o->name, err);
}

enum status
order_make(const struct order *o, PangoContext *context, const char *folder, const char *truth,
    struct err *err)
{
	struct document *d = document_new(&o->draft);
	enum status st = ST_OK;
	struct sheets sheets;
	PIX **pix = NULL;
	size_t i;

	if (o->blank)
		add_block(d, BLOCK_BLANK);
	sheets_typeset(&sheets, context, d);
	if (o->format->scanned) {
		pix = xcalloc(sheets.n, sizeof(PIX *));
		scan_all(o, &sheets, context, pix);
	}
	if (o->format->single)
		for (i = 0; i < sheets.n && st == ST_OK; i++)
			st = part_make(o, d, &sheets, pix, i, context, folder, truth, err);
	else
		st = whole_make(o, d, &sheets, pix, context, folder, truth, err);
	for (i = 0; pix != NULL && i < sheets.n; i++)
		pixDestroy(&pix[i]);
	free(pix);
	sheets_free(&sheets);
	document_free(d);
	return st;
}
