/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export.h"

#include <locale.h>
#include <openssl/evp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base.h"
#include "package.h"
#include "pdf.h"
#include "rendition.h"
#include "sandbox.h"

/* ---- answers ---- */

static void
send_frame(const struct export *e, uint16_t type, struct span payload)
{
	/* Whoever asked is gone: nobody is left to tell. */
	if (ocr_frame_send(e->out, type, payload, NULL, 0, NULL) != ST_OK)
		_exit(0);
}

static _Noreturn void
finish_failed(struct export *e, enum ocr_reason reason, const struct err *err)
{
	owned(strbuf_free) struct strbuf payload = STRBUF_INIT;
	struct ocr_failure f = { 0, reason, span_of(err->msg) };

	if (reason == OCR_REASON_NONE)
		f.reason =
		    err->status == ST_TOO_LARGE ? OCR_REASON_TOO_MUCH_OUTPUT : OCR_REASON_DAMAGED;
	ocr_failure_write(&f, &payload);
	send_frame(e, OCR_FAILED, strbuf_span(&payload));
	_exit(0);
}

static void
flush(struct export *e)
{
	if (e->pending.len > 0)
		send_frame(e, OCR_EXPORT_DATA, strbuf_span(&e->pending));
	strbuf_reset(&e->pending);
}

void
export_put(struct export *e, const void *bytes, size_t n)
{
	const char *p = bytes;
	struct err err = ERR_INIT;

	e->sent += n;
	if (e->sent > e->what.limits.output) {
		(void)fail(&err, ST_TOO_LARGE, "result over the limit");
		finish_failed(e, OCR_REASON_TOO_MUCH_OUTPUT, &err);
	}
	while (n > 0) {
		size_t room = OCR_EXPORT_CHUNK - e->pending.len, take = n < room ? n : room;

		strbuf_add(&e->pending, p, take);
		p += take;
		n -= take;
		if (e->pending.len == OCR_EXPORT_CHUNK)
			flush(e);
	}
}

/* ---- the request ---- */

static enum status
map(int fd, uint64_t limit, struct span *out, struct err *err)
{
	struct stat st;
	void *p;

	if (fstat(fd, &st) == -1 || st.st_size <= 0 || (uint64_t)st.st_size > limit)
		return fail(err, ST_TOO_LARGE, "descriptor of %jd bytes", (intmax_t)st.st_size);
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return fail_sys(err, "map");
	*out = span_make(p, (size_t)st.st_size);
	return ST_OK;
}

static enum status
read_plan(struct export *e, struct err *err)
{
	struct ocr_export_page page;
	struct span rest = e->plan;
	size_t room = 0;
	enum status st;

	while ((st = ocr_export_plan_next(&rest, &page, err)) == ST_OK) {
		if (e->page_count == e->what.limits.pages)
			return fail(err, ST_TOO_LARGE, "over %u pages", e->what.limits.pages);
		if (e->page_count == room) {
			room = room ? 2 * room : 64;
			e->page = xrealloc(e->page, room * sizeof(*e->page));
		}
		e->page[e->page_count++] = page;
	}
	if (st != ST_NOT_FOUND)
		return st;
	return e->page_count ? ST_OK : fail(err, ST_CORRUPT, "export of no pages");
}

enum status
export_words(const struct export *e, size_t i, struct words **words, struct err *err)
{
	enum status st = ST_OK;

	*words = NULL;
	if (e->page[i].words.n)
		st = words_read(words, e->page[i].words, err);
	if (*words != NULL)
		words_turn(*words, (360 - e->page[i].turn) % 360);
	return st;
}

static bool
is_pdf(const struct export *e)
{
	return span_equal_str(e->what.mime, "application/pdf");
}

static bool
has_words(const struct export *e)
{
	for (size_t i = 0; i < e->page_count; i++)
		if (e->page[i].words.n)
			return true;
	return false;
}

static enum status
as_it_is(struct export *e)
{
	export_put(e, e->job.bytes.p, e->job.bytes.n);
	return ST_OK;
}

/*
 * What was born digital needs nothing but its marks, and what is signed is never written anew
 * (records.md 24), but for the banner of what is not in force any more (records.md 4): that copy says
 * so, and has no valid signature.
 */
static enum status
goes_as_it_is(struct export *e, bool *as_is, enum ocr_reason *reason, struct err *err)
{
	struct pdf_structure *s = NULL;
	struct pdf_facts facts = { 0 };
	enum status st;

	*as_is = e->what.whole && is_pdf(e) && !has_words(e) && !export_is_marked(e);
	if (*as_is || !e->what.whole || !is_pdf(e) || e->what.banner.n > 0)
		return ST_OK;
	st = pdf_structure_open(&s, e->job.bytes, &facts, reason, err);
	pdf_structure_close(s);
	*as_is = st == ST_OK && facts.is_signed;
	return st;
}

static enum status
cut(struct export *e, enum ocr_reason *reason, struct err *err)
{
	return is_pdf(e) ? export_cut(e, reason, err) : export_archive(e, false, reason, err);
}

/* Searchable, or for an archive. */
static enum status
make_over(struct export *e, enum ocr_reason *reason, struct err *err)
{
	bool as_is = false;
	enum status st;

	if ((st = goes_as_it_is(e, &as_is, reason, err)) != ST_OK)
		return st;
	if (as_is)
		return as_it_is(e);
	if (is_pdf(e) && !has_words(e))
		return e->what.whole ? export_searchable(e, reason, err)
				     : export_cut(e, reason, err);
	return e->what.kind == OCR_EXPORT_SEARCHABLE && is_pdf(e)
	    ? export_searchable(e, reason, err)
	    : export_archive(e, true, reason, err);
}

static enum status (*const makers[OCR_EXPORT_KIND_COUNT])(
    struct export *, enum ocr_reason *, struct err *) = {
	[OCR_EXPORT_CUT] = cut,
	[OCR_EXPORT_SEARCHABLE] = make_over,
	[OCR_EXPORT_ARCHIVE] = make_over,
	[OCR_EXPORT_SIGNATURES] = export_signatures,
	[OCR_EXPORT_LOOK] = export_package_look,
	[OCR_EXPORT_TAKE] = export_package_take,
	[OCR_EXPORT_IMAGE] = export_image,
	[OCR_EXPORT_BOOK] = export_book,
	[OCR_EXPORT_SHEET] = export_sheet,
};

static void
lock_down(struct export *e)
{
	struct sandbox_state state;
	struct err err = ERR_INIT;

	sandbox_enter((enum ocr_profile)e->what.profile,
	    e->what.limits.memory + e->job.bytes.n + e->plan.n, e->what.limits.cpu, &state);
	if (e->what.require_sandbox && (state.layers & SANDBOX_REQUIRED) != SANDBOX_REQUIRED) {
		(void)fail(&err, ST_UNSUPPORTED, "the sandbox does not stand");
		finish_failed(e, OCR_REASON_READER, &err);
	}
}

static _Noreturn void
serve(struct export *e)
{
	owned(strbuf_free) struct strbuf payload = STRBUF_INIT;
	struct ocr_continue next = { 1, OCR_PROFILE_FONTS };
	enum ocr_reason reason = OCR_REASON_NONE;
	struct err err = ERR_INIT;
	enum status st;

	lock_down(e);
	e->job.request.limits = e->what.limits;
	e->job.request.profile = e->what.profile;
	if (ocr_export_has_elements(e->what.kind) || (st = read_plan(e, &err)) == ST_OK)
		st = makers[e->what.kind](e, &reason, &err);
	if (st == ST_BUSY && e->what.profile == OCR_PROFILE_BARE && e->sent == 0) {
		ocr_continue_write(&next, &payload);
		send_frame(e, OCR_CONTINUE, strbuf_span(&payload));
		_exit(0);
	}
	if (st != ST_OK)
		finish_failed(e, reason, &err);
	flush(e);
	send_frame(e, OCR_DONE, span_make(NULL, 0));
	_exit(0);
}

/* OpenSSL looks for its configuration and its algorithms when first used: here, not inside. */
static void
warm_digests(void)
{
	static const char *const names[] = { "SHA1", "SHA256", "SHA384", "SHA512" };
	unsigned char digest[EVP_MAX_MD_SIZE];

	(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_ADD_ALL_DIGESTS |
		OPENSSL_INIT_ADD_ALL_CIPHERS | OPENSSL_INIT_LOAD_CRYPTO_STRINGS,
	    NULL);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		(void)EVP_Q_digest(NULL, names[i], NULL, "", 0, digest, NULL);
}

int
export_main(void)
{
	static struct export e = { .out = OCR_WIRE_FD, .pending = STRBUF_INIT };
	static struct strbuf buf = STRBUF_INIT;
	struct err err = ERR_INIT;
	struct ocr_frame frame;
	int fds[2];
	enum status st;

	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)signal(SIGPIPE, SIG_IGN);
	setMsgSeverity(L_SEVERITY_NONE);
	st = ocr_frame_receive(OCR_WIRE_FD, OCR_WIRE_SMALL, &buf, &frame, fds, 2, &err);
	if (st == ST_OK && (frame.type != OCR_EXPORT || fds[0] == -1 || fds[1] == -1))
		st = fail(&err, ST_CORRUPT, "not an export request");
	if (st != ST_OK || ocr_export_read(&e.what, frame.payload, &err) != ST_OK)
		return status_info(ST_CORRUPT)->exit;
	if (map(fds[0], e.what.limits.document, &e.job.bytes, &err) != ST_OK ||
	    map(fds[1], OCR_EXPORT_PLAN_MAX, &e.plan, &err) != ST_OK)
		finish_failed(&e, OCR_REASON_TOO_LARGE, &err);
	fd_closep(&fds[0]);
	fd_closep(&fds[1]);
	if (e.what.profile == OCR_PROFILE_FONTS)
		pdf_render_warm();
	warm_digests();
	/* Names in a package are UTF-8; without a locale libarchive would refuse them. */
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	xmlInitParser();
	serve(&e);
}
