/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "audit.h"
#include "export_job.h"
#include "ocr_client.h"
#include "page_of.h"
#include "rendition.h"

/* A record in other formats, made now: texts here, what needs the file parsed by tangthu-ocr. */

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

/* --- by tangthu-ocr ---------------------------------------------------------------------------- */

static enum status
write_export(struct export *e, struct export_job *job, const char *path, struct err *err)
{
	char *program owned(freep) = ocr_client_program();
	int fd owned(fd_closep) = -1;
	enum status st;

	if (!path || strcmp(path, "-") == 0)
		return ocr_export_run(program, e->cli->conf, &job->what, job->document, job->plan,
		    STDOUT_FILENO, err);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		return fail_sys(err, "create %s", path);
	st = ocr_export_run(program, e->cli->conf, &job->what, job->document, job->plan, fd, err);
	if (st != ST_OK)
		(void)unlink(path);
	return st;
}

static enum status
make_file(struct export *e, int kind, int64_t component, const char *path, struct err *err)
{
	struct export_job job owned(export_job_end) = { .document = -1, .plan = -1 };
	struct cli *cli = e->cli;
	struct copy_mark mark;
	enum status st;

	if (kind != OCR_EXPORT_SIGNATURES && !record_can(cli->access, PERM_DOWNLOAD, &e->of.record))
		return fail(err, ST_DENIED, "downloading %s is not yours", e->of.record.uid);
	st = export_job_make(&e->of.from, &e->of.record, (int)component, (enum ocr_export_kind)kind,
	    cli->arena, &job, err);
	if (st == ST_OK && kind == OCR_EXPORT_SIGNATURES && !job.what.whole)
		st = fail(err, ST_UNSUPPORTED, "signatures are of whole files");
	if (st == ST_OK)
		st = copy_mark_make(
		    cli->catalog, &e->of.record, cli->access->principal, cli->arena, &mark, err);
	if (st == ST_OK && kind != OCR_EXPORT_SIGNATURES)
		export_job_mark(&job, &mark);
	if (st == ST_OK)
		st = audit_append_access(cli->catalog, &cli->actor,
		    kind == OCR_EXPORT_CUT		? "record.download"
			: kind == OCR_EXPORT_SIGNATURES ? "record.view"
							: "record.export",
		    e->of.record.uid, 0, err);
	return st ? st : write_export(e, &job, path, err);
}

/* --- the verb ---------------------------------------------------------------------------------- */

static enum status
run_text(struct export *e, size_t format, const char *pages, const char *path, struct err *err)
{
	enum status st = page_of_range(pages, e->of.record.pages, &e->first, &e->last, err);

	if (st == ST_OK)
		st = make(e, format, path, err);
	for (size_t i = 0; i < e->count; i++)
		page_text_end(&e->text[i]);
	return st;
}

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *format = NULL, *pages = NULL, *path = NULL, *which = NULL, *part = NULL;
	struct export e = { .cli = cli, .version = PAGE_TEXT_NEWEST };
	int64_t component = 0;
	size_t f = 0;
	int kind;
	enum status st;

	(void)cli_option(&argc, argv, "--format", &format);
	(void)cli_option(&argc, argv, "--pages", &pages);
	(void)cli_option(&argc, argv, "--version", &which);
	(void)cli_option(&argc, argv, "--component", &part);
	(void)cli_option(&argc, argv, "--output", &path);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu export RECORD --format FORMAT", err)) ||
	    (which && (st = cli_number(which, "--version", 0, INT32_MAX, &e.version, err))) ||
	    (part && (st = cli_number(part, "--component", 1, INT32_MAX, &component, err))))
		return st;
	while (f < FORMATS && (!format || strcmp(format, formats[f].name) != 0))
		f++;
	kind = format ? export_kind_parse(span_of(format)) : -1;
	if (f == FORMATS && kind < 0)
		return fail(err, ST_INVALID,
		    "--format: give alto, hocr, text, cut, searchable, pdfa or signatures");
	if (f == FORMATS && (pages || which))
		return fail(err, ST_INVALID, "--pages and --version are for alto, hocr and text");
	st = page_of_open(cli, argv[1], PERM_READ, &e.of, err);
	if (st == ST_OK)
		st = f < FORMATS ? run_text(&e, f, pages, path, err)
				 : make_file(&e, kind, component, path, err);
	page_of_end(&e.of);
	return st;
}

const struct cli_verb cli_export = {
	.name = "export",
	.synopsis =
	    "RECORD --format FORMAT [--pages A-B] [--version V] [--component N] [--output FILE]",
	.summary = "Writes a record's pages in another format",
	.help =
	    "  --format FORMAT  alto (ALTO 4.2), hocr (hOCR 1.2) or text (pages apart by form\n"
	    "                   feeds), made from the word table with the newest corrections;\n"
	    "                   searchable (PDF, the text unseen over the untouched pages), pdfa\n"
	    "                   (PDF/A-2b of scans), cut (PDF of a part of a file), signatures\n"
	    "                   (JSON: what is signed, and is it intact)\n"
	    "  --pages A-B      only these pages; A or A- too\n"
	    "  --version V      with correction V of each page; 0 is what was read\n"
	    "  --component N    only this one; needed when a record comes from several files\n"
	    "  --output FILE    a new file; standard output otherwise\n",
	.need = CLI_ACTOR,
	.run = run,
};
