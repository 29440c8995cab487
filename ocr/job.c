/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base.h"
#include "reader.h"
#include "sandbox.h"

/* ---- last words ---- */

/*
 * operator new of the decoders' C++ calls this when memory runs out (libstdc++'s
 * std::set_new_handler).  Some of them would swallow the exception and give an empty page, so the
 * child says why and ends; the frame was written beforehand because nothing can be allocated now.
 */
void (*cxx_set_new_handler(void (*)(void)))(void) __asm__("_ZSt15set_new_handlerPFvvE");

static struct strbuf memory_frame = STRBUF_INIT;
static int last_words_fd = -1;

static void
out_of_memory(void)
{
	(void)!write(last_words_fd, memory_frame.buf, memory_frame.len);
	_exit(0);
}

static void
prepare_last_words(int out)
{
	owned(strbuf_free) struct strbuf payload = STRBUF_INIT;
	struct ocr_failure f = { 0, OCR_REASON_MEMORY, SPAN("out of address space") };

	ocr_failure_write(&f, &payload);
	ocr_frame_write(OCR_FAILED, strbuf_span(&payload), &memory_frame);
	last_words_fd = out;
	(void)cxx_set_new_handler(out_of_memory);
}

/* ---- answers ---- */

/* The indexer is gone when it does not take an answer: nobody is left to tell. */
static void
answer(const struct job *job, uint16_t type, const struct strbuf *payload)
{
	if (ocr_frame_send(job->out, type, strbuf_span(payload), NULL, 0, NULL) != ST_OK)
		_exit(0);
}

static _Noreturn void
finish(const struct job *job, uint16_t type, const struct strbuf *payload)
{
	answer(job, type, payload);
	_exit(0);
}

static void
answer_failure(const struct job *job, uint16_t type, uint32_t number, enum ocr_reason reason,
    const struct err *err)
{
	owned(strbuf_free) struct strbuf payload = STRBUF_INIT;
	struct ocr_failure f = { number, reason, SPAN("") };

	/* A source that forgot to say why: its status tells enough. */
	if (f.reason == OCR_REASON_NONE)
		f.reason =
		    err->status == ST_TOO_LARGE ? OCR_REASON_TOO_MANY_PIXELS : OCR_REASON_DAMAGED;
	f.message = span_of(err->msg);
	ocr_failure_write(&f, &payload);
	answer(job, type, &payload);
}

static _Noreturn void
finish_failed(const struct job *job, enum ocr_reason reason, const struct err *err)
{
	answer_failure(job, OCR_FAILED, 0, reason, err);
	_exit(0);
}

static void
answer_document(const struct job *job)
{
	owned(strbuf_free) struct strbuf payload = STRBUF_INIT;

	ocr_document_write(&job->what, &payload);
	answer(job, OCR_DOCUMENT, &payload);
}

static void
answer_begin(const struct job *job, uint32_t number)
{
	owned(strbuf_free) struct strbuf payload = STRBUF_INIT;

	ocr_begin_write(number, &payload);
	answer(job, OCR_PAGE_BEGIN, &payload);
}

static _Noreturn void
finish_continue(const struct job *job, uint32_t number)
{
	owned(strbuf_free) struct strbuf payload = STRBUF_INIT;
	struct ocr_continue c = { number, OCR_PROFILE_FONTS };

	ocr_continue_write(&c, &payload);
	finish(job, OCR_CONTINUE, &payload);
}

/* ---- pages ---- */

static uint64_t
cpu_us(void)
{
	struct rusage used;

	(void)getrusage(RUSAGE_SELF, &used);
	return (uint64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000 +
	    (uint64_t)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

static void
page_free(struct page *p)
{
	pixDestroy(&p->pix);
	pixDestroy(&p->look);
	words_free(p->words);
	strbuf_free(&p->provenance);
	strbuf_free(&p->image);
	arena_free(p->arena);
}

/* Everything about one page, into a payload. */
static enum status
page_finish(const struct job *job, struct page *p, uint64_t cpu, struct strbuf *payload,
    enum ocr_reason *reason, struct err *err)
{
	owned(strbuf_free) struct strbuf table = STRBUF_INIT;
	struct ocr_page result;

	words_write(p->words, &table);
	memset(&result, 0, sizeof(result));
	result.number = p->number;
	result.source = p->source;
	result.width = p->words->width;
	result.height = p->words->height;
	result.dpi = p->words->dpi;
	result.rotation = p->words->rotation;
	result.skew = p->words->skew;
	result.confidence = words_confidence(p->words);
	result.warnings = p->warnings;
	result.image_width = p->image_width;
	result.image_height = p->image_height;
	result.cpu_us = cpu;
	result.dark_edge = p->dark_edge;
	result.image_hash = span_of(p->image_hash);
	result.language = span_of(p->language);
	result.provenance = strbuf_span(&p->provenance);
	result.image_mime = span_of(p->image_mime);
	result.words = strbuf_span(&table);
	result.image = strbuf_span(&p->image);
	result.mark_count = p->mark_count;
	memcpy(result.mark, p->mark, p->mark_count * sizeof(*p->mark));
	if (table.len + p->image.len + OCR_WIRE_SMALL > job->request.limits.output) {
		*reason = OCR_REASON_TOO_MUCH_OUTPUT;
		return fail(
		    err, ST_TOO_LARGE, "page result of %zu bytes", table.len + p->image.len);
	}
	ocr_page_write(&result, payload);
	return ST_OK;
}

/* ST_BUSY: the page needs the fonts. */
static enum status
page_read(struct job *job, const struct source *source, struct page *p, struct strbuf *payload,
    enum ocr_reason *reason, struct err *err)
{
	uint64_t before = cpu_us();
	enum status st;

	p->source = OCR_SOURCE_IMAGE;
	if ((st = source->page(job, source->state, p, reason, err)) != ST_OK)
		return st;
	if (p->words == NULL && (st = page_recognise(job, p, reason, err)) != ST_OK)
		return st;
	page_look(job, p);
	page_measure(p);
	page_display(p);
	strbuf_addf(
	    &p->provenance, "%s%s", p->provenance.len > 0 ? "; " : "", job->reader->versions);
	return page_finish(job, p, cpu_us() - before, payload, reason, err);
}

static void
read_page(struct job *job, const struct source *source, uint32_t number)
{
	owned(strbuf_free) struct strbuf payload = STRBUF_INIT;
	owned(page_free) struct page p = {
		.number = number, .provenance = STRBUF_INIT, .image = STRBUF_INIT
	};
	enum ocr_reason reason = OCR_REASON_NONE;
	struct err err = ERR_INIT;
	enum status st;

	sandbox_allow_cpu(job->request.limits.cpu);
	job->page_deadline_us = monotonic_us() + (int64_t)job->request.limits.wall * 900000;
	answer_begin(job, number);
	st = page_read(job, source, &p, &payload, &reason, &err);
	if (st == ST_BUSY && job->request.profile == OCR_PROFILE_BARE)
		finish_continue(job, number);
	if (st == ST_OK)
		answer(job, OCR_PAGE, &payload);
	else
		answer_failure(job, OCR_PAGE_FAILED, number, reason, &err);
}

static _Noreturn void
read_pages(struct job *job, const struct source *source)
{
	owned(strbuf_free) struct strbuf nothing = STRBUF_INIT;
	uint32_t number, last = job->request.last;

	if (last > source->pages)
		last = source->pages;
	for (number = job->request.first; number <= last; number++)
		read_page(job, source, number);
	finish(job, OCR_DONE, &nothing);
}

/* ---- the document ---- */

/* Maps it; only its size is looked at before the lock-down. */
static enum status
map_document(struct job *job, int fd, enum ocr_reason *reason, struct err *err)
{
	struct stat st;
	void *p;

	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		*reason = OCR_REASON_READER;
		return fail(err, ST_INVALID, "document is not a regular file");
	}
	if (st.st_size == 0) {
		*reason = OCR_REASON_EMPTY;
		return fail(err, ST_REFUSED, "empty file");
	}
	if ((uint64_t)st.st_size > job->request.limits.document) {
		*reason = OCR_REASON_TOO_LARGE;
		return fail(err, ST_TOO_LARGE, "file of %jd bytes", (intmax_t)st.st_size);
	}
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED) {
		*reason = OCR_REASON_READER;
		return fail_sys(err, "map document");
	}
	job->bytes = span_make(p, (size_t)st.st_size);
	return ST_OK;
}

/* Processor time over the life of the child: every page of the range may use its own. */
static uint64_t
life_cpu(const struct ocr_request *r)
{
	uint64_t pages = (uint64_t)r->last - r->first + 1;

	if (pages > r->limits.pages)
		pages = r->limits.pages;
	return (pages + 1) * r->limits.cpu + 1;
}

static _Noreturn void
read_document(struct job *job)
{
	enum ocr_reason reason = OCR_REASON_NONE;
	struct err err = ERR_INIT;
	struct source source = { 0, NULL, NULL, NULL };
	enum status st;

	classify(job);
	if (job->format->open == NULL) {
		answer_document(job);
		(void)fail(
		    &err, ST_UNSUPPORTED, "format %.*s is not read", SPAN_ARG(job->what.mime));
		finish_failed(
		    job, job->what.encrypted ? OCR_REASON_ENCRYPTED : job->format->refusal, &err);
	}
	st = job->format->open(job, &source, &reason, &err);
	if (st == ST_BUSY && job->request.profile == OCR_PROFILE_BARE)
		finish_continue(job, job->request.first);
	if (st != ST_OK) {
		answer_document(job);
		finish_failed(job, reason != OCR_REASON_NONE ? reason : OCR_REASON_DAMAGED, &err);
	}
	job->what.readable = true;
	job->what.pages = source.pages;
	answer_document(job);
	if (source.pages > job->request.limits.pages) {
		(void)fail(&err, ST_TOO_LARGE, "%u pages", source.pages);
		finish_failed(job, OCR_REASON_TOO_MANY_PAGES, &err);
	}
	read_pages(job, &source);
}

_Noreturn void
job_run(const struct reader *reader, const struct ocr_request *request, int document, int out)
{
	struct job job = { .reader = reader, .request = *request, .out = out };
	enum ocr_reason reason = OCR_REASON_NONE;
	struct sandbox_state state;
	struct err err = ERR_INIT;

	if (map_document(&job, document, &reason, &err) != ST_OK) {
		job.what.mime = reason == OCR_REASON_EMPTY ? SPAN("inode/x-empty") : SPAN("");
		answer_document(&job);
		finish_failed(&job, reason, &err);
	}
	(void)close(document);
	prepare_last_words(out);
	sandbox_enter((enum ocr_profile)request->profile, request->limits.memory + job.bytes.n,
	    life_cpu(request), &state);
	if (request->require_sandbox && (state.layers & SANDBOX_REQUIRED) != SANDBOX_REQUIRED) {
		(void)fail(&err, ST_UNSUPPORTED, "the sandbox does not stand");
		finish_failed(&job, OCR_REASON_READER, &err);
	}
	sandbox_allow_cpu(request->limits.cpu);
	read_document(&job);
}
