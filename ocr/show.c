/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "show.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base.h"
#include "json_out.h"
#include "log.h"
#include "ocr_client.h"
#include "words.h"

static void
print(const struct strbuf *b)
{
	(void)fwrite(b->buf, 1, b->len, stdout);
	(void)putchar('\n');
	(void)fflush(stdout);
}

static void
json_warnings(struct json_out *j, uint32_t warnings)
{
	unsigned i;

	json_key(j, "warnings");
	json_array(j);
	for (i = 0; i < OCR_WARNING_COUNT; i++)
		if (warnings >> i & 1)
			json_str(j, ocr_warning_name(i));
	json_end_array(j);
}

static void
json_key_span(struct json_out *j, const char *key, struct span s)
{
	json_key(j, key);
	json_span(j, s);
}

static void
json_document(struct json_out *j, const struct ocr_event *e)
{
	const struct ocr_document *d = &e->document;

	json_key_str(j, "event", "document");
	json_key_str(j, "family", ocr_family_name(d->family));
	json_key_span(j, "mime", d->mime);
	json_key_span(j, "label", d->label);
	json_key_span(j, "charset", d->charset);
	json_key_bool(j, "readable", d->readable);
	json_key_bool(j, "encrypted", d->encrypted);
	json_key_int(j, "pages", d->pages);
	json_warnings(j, d->warnings);
}

static void
json_words(struct json_out *j, const struct words *ws)
{
	size_t i;

	json_key_span(j, "text", strbuf_span(&ws->text));
	json_key(j, "words");
	json_array(j);
	for (i = 0; i < ws->count; i++) {
		json_array(j);
		json_span(j, words_text(ws, i));
		json_int(j, ws->word[i].x);
		json_int(j, ws->word[i].y);
		json_int(j, ws->word[i].w);
		json_int(j, ws->word[i].h);
		json_int(j, ws->word[i].confidence);
		json_int(j, ws->word[i].line);
		json_int(j, ws->word[i].block);
		json_int(j, ws->word[i].flags);
		json_end_array(j);
	}
	json_end_array(j);
}

static void
json_marks(struct json_out *j, const struct ocr_page *p)
{
	uint32_t i;

	json_key(j, "marks");
	json_array(j);
	for (i = 0; i < p->mark_count; i++) {
		const struct ocr_mark *m = &p->mark[i];

		json_object(j);
		json_key_str(j, "kind", ocr_mark_name(m->kind));
		json_key_span(j, "text", m->text);
		json_key_int(j, "x", m->x);
		json_key_int(j, "y", m->y);
		json_key_int(j, "w", m->w);
		json_key_int(j, "h", m->h);
		json_key_int(j, "confidence", m->confidence);
		json_end_object(j);
	}
	json_end_array(j);
}

static void
json_page(struct json_out *j, const struct ocr_page *p, const struct words *ws)
{
	json_key_str(j, "event", "page");
	json_key_int(j, "page", p->number);
	json_key_str(j, "source", ocr_source_name(p->source));
	json_key_int(j, "width", p->width);
	json_key_int(j, "height", p->height);
	json_key_int(j, "dpi", p->dpi);
	json_key_int(j, "rotation", p->rotation);
	json_key_int(j, "skew", p->skew);
	json_key_int(j, "confidence", p->confidence);
	json_key_span(j, "language", p->language);
	json_key_span(j, "provenance", p->provenance);
	json_key_span(j, "image_mime", p->image_mime);
	json_key_int(j, "image_width", p->image_width);
	json_key_int(j, "image_height", p->image_height);
	json_key_int(j, "image_bytes", (int64_t)p->image.n);
	json_key_int(j, "words_bytes", (int64_t)p->words.n);
	json_key_int(j, "cpu_us", (int64_t)p->cpu_us);
	json_key_int(j, "dark_edge", p->dark_edge);
	json_key_span(j, "image_hash", p->image_hash);
	json_warnings(j, p->warnings);
	json_marks(j, p);
	json_words(j, ws);
}

static void
json_failure(struct json_out *j, const struct ocr_event *e)
{
	const struct ocr_reason_info *why = ocr_reason_info(e->failure.reason);

	json_key_str(j, "event", e->kind == OCR_EVENT_FAILED ? "failed" : "page-failed");
	json_key_int(j, "page", e->failure.number);
	json_key_str(j, "reason", why->name);
	json_key_str(j, "status", status_info(why->status)->name);
	json_key_str(j, "text_vi", why->text_vi);
	json_key_span(j, "message", e->failure.message);
}

static void
show_json(const struct ocr_event *e, const struct words *ws)
{
	owned(strbuf_free) struct strbuf line = STRBUF_INIT;
	struct json_out j;

	if (e->kind == OCR_EVENT_BEGIN)
		return;
	json_start(&j, &line);
	json_object(&j);
	if (e->kind == OCR_EVENT_DOCUMENT)
		json_document(&j, e);
	else if (e->kind == OCR_EVENT_PAGE)
		json_page(&j, &e->page, ws);
	else if (e->kind == OCR_EVENT_DONE)
		json_key_str(&j, "event", "done");
	else
		json_failure(&j, e);
	json_end_object(&j);
	print(&line);
}

/* Pages apart by form feeds, as pdftotext and tesseract do it; reasons on stderr. */
static void
show_text(const struct ocr_event *e, const struct words *ws)
{
	if (e->kind == OCR_EVENT_PAGE) {
		print(&ws->text);
		(void)putchar('\f');
	}
	if (e->kind == OCR_EVENT_PAGE_FAILED || e->kind == OCR_EVENT_FAILED)
		log_warn("page %u: %s (%.*s)", e->failure.number,
		    ocr_reason_info(e->failure.reason)->text_en, SPAN_ARG(e->failure.message));
}

static enum status
keep_image(const struct show *show, const struct ocr_page *p, struct err *err)
{
	char path[PATH_MAX];

	if (show->images == NULL || p->image.n == 0)
		return ST_OK;
	(void)snprintf(path, sizeof(path), "%s/page-%u.%s", show->images, p->number,
	    span_equal_str(p->image_mime, "image/png") ? "png" : "jpg");
	return file_replace(path, p->image, 0644, err);
}

/* Waits for events and shows them; *done when the document is through. */
static enum status
step(const struct show *show, struct ocr_client *c, int *exit_status, bool *done, struct err *err)
{
	owned(words_freep) struct words *ws = NULL;
	struct pollfd p = { ocr_client_fd(c), POLLIN, 0 };
	int64_t left = (ocr_client_deadline_us(c) - monotonic_us()) / 1000 + 1;
	struct ocr_event e;
	enum status st;

	if (poll(&p, 1, left < 0 ? 0 : (int)(left < 60000 ? left : 60000)) == -1 && errno != EINTR)
		return fail_sys(err, "poll reader");
	do {
		if ((st = ocr_client_receive(c, &e, err)) != ST_OK)
			return st;
		words_freep(&ws);
		if (e.kind == OCR_EVENT_NONE)
			return ST_OK;
		if (e.kind == OCR_EVENT_PAGE &&
		    ((st = words_read(&ws, e.page.words, err)) != ST_OK ||
			(st = keep_image(show, &e.page, err)) != ST_OK))
			return st;
		if (e.kind == OCR_EVENT_PAGE_FAILED || e.kind == OCR_EVENT_FAILED)
			*exit_status = status_info(ocr_reason_info(e.failure.reason)->status)->exit;
		(show->json ? show_json : show_text)(&e, ws);
	} while (!ocr_client_idle(c));
	*done = true;
	return ST_OK;
}

int
show_file(const struct show *show)
{
	owned(conf_freep) struct conf *conf = NULL;
	struct ocr_client *client;
	struct err err = ERR_INIT;
	const char *name = strrchr(show->file, '/');
	enum status st;
	bool done = false;
	int fd, exit_status = 0;

	log_open("tangthu-ocr", LOG_LEVEL_INFO);
	if (show->config == NULL)
		conf = conf_new(".");
	else if (conf_load(&conf, show->config, &err) != ST_OK) {
		log_failure(&err, "configuration");
		return status_info(err.status)->exit;
	}
	if ((fd = open(show->file, O_RDONLY | O_CLOEXEC)) == -1) {
		log_error("%s: %s", show->file, strerror(errno));
		return status_info(ST_NOT_FOUND)->exit;
	}
	client = ocr_client_new("/proc/self/exe", conf);
	st = ocr_client_request(client, fd, span_of(name != NULL ? name + 1 : show->file),
	    show->first, show->last, &err);
	while (st == ST_OK && !done)
		st = step(show, client, &exit_status, &done, &err);
	ocr_client_close(client);
	(void)close(fd);
	if (st != ST_OK) {
		log_failure(&err, "%s", show->file);
		return status_info(st)->exit;
	}
	return exit_status;
}
