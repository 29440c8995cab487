/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "audit.h"
#include "page_of.h"
#include "rendition.h"

/* Texts of pages in the formats of libraries, made now. */

static void
write_text(const struct rendition_source *source, const struct rendition_page *pages, size_t count,
    struct strbuf *out)
{
	(void)source;
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			strbuf_add_char(out, '\f');
		strbuf_add_span(out, strbuf_span(&pages[i].words->text));
		strbuf_add_char(out, '\n');
	}
}

static const struct {
	const char *name;
	void (*write)(const struct rendition_source *, const struct rendition_page *, size_t,
	    struct strbuf *);
} formats[] = {
	{ "alto", rendition_alto },
	{ "hocr", rendition_hocr },
	{ "text", write_text },
};
#define FORMATS (sizeof(formats) / sizeof(formats[0]))

/* Pages of one export while it is made. */
struct export
{
	struct cli *cli;
	struct page_of of;
	int64_t first, last, version;
	struct page_text *text;
	struct rendition_page *page;
	size_t count;
};

static enum status
add_page(struct export *e, int64_t number, struct err *err)
{
	struct cli *cli = e->cli;
	struct page_text *text = &e->text[e->count];
	struct component component;
	struct page row;
	enum status st;
	int no;

	if ((st = record_locate_page(
		 cli->catalog, e->of.record.id, number, cli->arena, &component, &no, err)) ||
	    (st = record_page(cli->catalog, component.id, no, cli->arena, &row, err)))
		return st;
	st = page_text_load(&e->of.from, &component, no, e->version, cli->arena, text, err);
	if (st == ST_NOT_FOUND && e->version <= 0)
		text->words = words_new();
	else if (st != ST_OK)
		return err_context(err, "page %lld", (long long)number);
	e->page[e->count++] = (struct rendition_page){ .number = number,
		.words = text->words,
		.language = row.language,
		.provenance = row.source,
		.corrected = text->version > 0 };
	return ST_OK;
}

static enum status
write_out(const char *path, const struct strbuf *out, struct err *err)
{
	int fd owned(fd_closep) = -1;

	if (!path || strcmp(path, "-") == 0)
		return write_all(STDOUT_FILENO, out->buf, out->len, err);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		return fail_sys(err, "create %s", path);
	return write_all(fd, out->buf, out->len, err);
}

static enum status
make(struct export *e, size_t format, const char *path, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	struct rendition_source source = { .uid = e->of.record.uid };
	size_t room = (size_t)(e->last - e->first + 1);
	const struct component *list;
	size_t count;
	enum status st;

	st = record_components(e->cli->catalog, e->of.record.id, e->cli->arena, &list, &count, err);
	if (st != ST_OK)
		return st;
	source.name = count ? list[0].name : NULL;
	e->text = arena_array(e->cli->arena, room, sizeof(*e->text));
	e->page = arena_array(e->cli->arena, room, sizeof(*e->page));
	for (int64_t n = e->first; st == ST_OK && n <= e->last; n++)
		st = add_page(e, n, err);
	if (st == ST_OK)
		st = audit_append_access(
		    e->cli->catalog, &e->cli->actor, "record.export", e->of.record.uid, 0, err);
	if (st != ST_OK)
		return st;
	formats[format].write(&source, e->page, e->count, &out);
	return write_out(path, &out, err);
}

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *format = NULL, *pages = NULL, *path = NULL, *which = NULL;
	struct export e = { .cli = cli, .version = PAGE_TEXT_NEWEST };
	size_t f = 0;
	enum status st;

	(void)cli_option(&argc, argv, "--format", &format);
	(void)cli_option(&argc, argv, "--pages", &pages);
	(void)cli_option(&argc, argv, "--version", &which);
	(void)cli_option(&argc, argv, "--output", &path);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu export RECORD --format FORMAT", err)) ||
	    (which && (st = cli_number(which, "--version", 0, INT32_MAX, &e.version, err))))
		return st;
	while (f < FORMATS && (!format || strcmp(format, formats[f].name) != 0))
		f++;
	if (f == FORMATS)
		return fail(err, ST_INVALID, "--format: give alto, hocr or text");
	st = page_of_open(cli, argv[1], PERM_READ, &e.of, err);
	if (st == ST_OK)
		st = page_of_range(pages, e.of.record.pages, &e.first, &e.last, err);
	if (st == ST_OK)
		st = make(&e, f, path, err);
	for (size_t i = 0; i < e.count; i++)
		page_text_end(&e.text[i]);
	page_of_end(&e.of);
	return st;
}

const struct cli_verb cli_export = {
	.name = "export",
	.synopsis = "RECORD --format alto|hocr|text [--pages A-B] [--version V] [--output FILE]",
	.summary = "Writes a record's pages in another format",
	.help = "  --format FORMAT  alto (ALTO 4.2), hocr (hOCR 1.2) or text (pages apart by form\n"
		"                   feeds), made from the word table with the newest corrections\n"
		"  --pages A-B      only these pages; A or A- too\n"
		"  --version V      with correction V of each page; 0 is what was read\n"
		"  --output FILE    a new file; standard output otherwise\n",
	.need = CLI_ACTOR,
	.run = run,
};
