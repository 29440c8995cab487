/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small bad files: each must end as read, partial, refused or failed, kept byte for byte. */
#include <stdio.h>
#include <unistd.h>

#include "hostile.h"

#define TRUNCATED_MAX (64 * 1048576)

static enum status
make_empty(struct hostile *h, const char *path, struct err *err)
{
	(void)h;
	return file_write(path, "", 0, err);
}

/* A good file of one format, cut off in the middle. */
static enum status
make_truncated(struct hostile *h, const char *path, const char *format, struct err *err)
{
	owned(strbuf_free) struct strbuf whole = STRBUF_INIT, name = STRBUF_INIT, at = STRBUF_INIT;
	struct order o = { .name = "whole", .state = state_find("scan"), .dpi = 100 };
	enum status st;

	o.draft.kind = kind_find("short");
	o.draft.seed = h->wish->seed;
	o.format = format_find(format);
	strbuf_addf(&name, "%s/.gen", h->wish->folder);
	if (g_mkdir_with_parents(name.buf, 0777) != 0)
		return fail_sys(err, "create folder %s", name.buf);
	if ((st = order_make(&o, h->context, name.buf, name.buf, err)) != ST_OK)
		return st;
	strbuf_addf(&at, "%s/whole.%s", name.buf, o.format->extension);
	if ((st = strbuf_read_file(&whole, at.buf, TRUNCATED_MAX, err)) != ST_OK)
		return st;
	(void)unlink(at.buf);
	strbuf_reset(&at);
	strbuf_addf(&at, "%s/metadata.tsv", name.buf);
	(void)unlink(at.buf);
	strbuf_reset(&at);
	strbuf_addf(&at, "%s/whole.json", name.buf);
	(void)unlink(at.buf);
	strbuf_truncate(&at, at.len - 4);
	strbuf_add_str(&at, "txt");
	(void)unlink(at.buf);
	(void)rmdir(name.buf);
	return file_write(path, whole.buf, whole.len / 2, err);
}

static enum status
make_truncated_pdf(struct hostile *h, const char *path, struct err *err)
{
	return make_truncated(h, path, "pdf", err);
}

static enum status
make_truncated_jpeg(struct hostile *h, const char *path, struct err *err)
{
	return make_truncated(h, path, "jpeg", err);
}

static enum status
make_truncated_tiff(struct hostile *h, const char *path, struct err *err)
{
	return make_truncated(h, path, "tiff", err);
}

static enum status
make_text_as_pdf(struct hostile *h, const char *path, struct err *err)
{
	static const char text[] =
	    "Đây là văn bản thường mang tên tệp PDF.\nHọp giao ban sáng thứ hai.\n";

	(void)h;
	return file_write(path, text, sizeof(text) - 1, err);
}

static enum status
make_noise(struct hostile *h, const char *path, struct err *err)
{
	struct rng rng = rng_make(h->wish->seed, 99);
	unsigned char data[4096];
	size_t i;

	for (i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)rng_next(&rng);
	return file_write(path, data, sizeof(data), err);
}

/* Not a fault of the content: the name is the attack. */
#define LONG_NAME \
	"Báo cáo tổng kết công tác quản lý nhà nước về du lịch và việc sắp xếp, chỉnh lý, nộp lưu " \
	"hồ sơ tài liệu của các đơn vị trực thuộc trong giai đoạn mười năm vừa qua, kèm theo"

static const struct {
	const char *name, *what, *outcome;
	hostile_maker *make;
} rows[] = {
	{ "empty.pdf", "no bytes", "not-read", make_empty },
	{ "truncated.pdf", "scan cut in the middle", "any", make_truncated_pdf },
	{ "truncated.jpg", "JPEG cut in the middle", "any", make_truncated_jpeg },
	{ "truncated.tif", "TIFF without its directory", "not-read", make_truncated_tiff },
	{ "encrypted.pdf", "password needed", "not-read", make_encrypted },
	{ "text.pdf", "plain text with the name of a PDF", "any", make_text_as_pdf },
	{ "zip-bomb.pdf", "ZIP of 1 GiB of zeros with the name of a PDF", "not-read",
	    make_zip_bomb },
	{ "flate-bomb.pdf", "page content unfolds to 1 GiB", "any", make_flate_bomb },
	{ "huge-page.pdf", "MediaBox of 10^9 points", "any", make_huge_page },
	{ "page-cycle.pdf", "page tree that contains itself", "not-read", make_page_cycle },
	{ "page-count.pdf", "Count 2000000000, one page", "any", make_page_count },
	{ "page-bomb.pdf", "100,000 pages in 1 kB", "any", make_page_bomb },
	{ "giant.png", "60,000 x 60,000 pixels said, none given", "not-read", make_giant_png },
	{ "noise.bin", "4 kB of chance", "not-read", make_noise },
	{ "..\\..\\escape.txt", "name that climbs where backslashes part", "any",
	    make_text_as_pdf },
	{ "control\n\t\x1b[31m.txt", "control characters in the name", "any", make_text_as_pdf },
	{ "%2e%2e%2fescape.txt", "name that climbs when decoded", "any", make_text_as_pdf },
	{ "-rf.txt", "name like an option", "any", make_text_as_pdf },
	{ LONG_NAME ".txt", "long Vietnamese name", "any", make_text_as_pdf },
};

/* Names that no folder can hold but an upload can carry. */
static enum status
names_write(const struct wish *w, struct err *err)
{
	static const char *const name[] = { "../../../../etc/passwd.pdf", "..", ".", "",
		"a/../../b.pdf", "C:\\Windows\\win.ini", "line\nbreak\r\n.pdf",
		"tab\tescape\x1b]0;x\a.pdf", "\xe2\x80\xaegpj.pdf", "nul\xff\xfe.pdf",
		LONG_NAME " " LONG_NAME ".pdf" };
	owned(strbuf_free) struct strbuf out = STRBUF_INIT, path = STRBUF_INIT;
	size_t i, j;

	/* One a line, its bytes in hex: JSON could not carry all of them. */
	for (i = 0; i < sizeof(name) / sizeof(*name); i++) {
		for (j = 0; name[i][j] != 0; j++)
			strbuf_addf(&out, "%02x", (unsigned char)name[i][j]);
		strbuf_add_char(&out, '\n');
	}
	strbuf_addf(&path, "%s/hostile-names.hex", w->truth);
	return file_write(path.buf, out.buf, out.len, err);
}

static void
row_tell(struct hostile *h, size_t i)
{
	const char *p;

	for (p = rows[i].name; *p != 0; p++)
		strbuf_addf(&h->list, (unsigned char)*p < 32 || *p == '\\' ? "\\x%02x" : "%c",
		    (unsigned char)*p);
	strbuf_addf(&h->list, "\t%s\t%s\n", rows[i].outcome, rows[i].what);
}

enum status
set_hostile(const struct wish *w, PangoContext *context, struct err *err)
{
	struct hostile h = { .wish = w, .context = context };
	owned(strbuf_free) struct strbuf path = STRBUF_INIT;
	enum status st = ST_OK;
	size_t i;

	strbuf_init(&h.list);
	strbuf_add_str(&h.list, "file\toutcome\twhat\n");
	for (i = 0; i < sizeof(rows) / sizeof(*rows) && st == ST_OK; i++) {
		strbuf_reset(&path);
		strbuf_addf(&path, "%s/%s", w->folder, rows[i].name);
		st = rows[i].make(&h, path.buf, err);
		row_tell(&h, i);
	}
	strbuf_reset(&path);
	strbuf_addf(&path, "%s/hostile.tsv", w->truth);
	if (st == ST_OK)
		st = file_write(path.buf, h.list.buf, h.list.len, err);
	strbuf_free(&h.list);
	return st == ST_OK ? names_write(w, err) : st;
}
