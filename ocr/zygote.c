/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <cairo.h>
#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <poppler.h>
#include <qpdf/qpdf-c.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base.h"

#include "pdf.h"
#include "reader.h"
#include "sandbox.h"

/* Before the first document: everything that needs files is opened here, in trusted state. */

static enum status
load_engine(struct engine *e, const char *tessdata, const char *languages, struct err *err)
{
	e->languages = languages;
	e->handle = TessBaseAPICreate();
	if (e->handle == NULL ||
	    TessBaseAPIInit2(e->handle, tessdata, languages, OEM_LSTM_ONLY) != 0)
		return fail(err, ST_NOT_FOUND, "tesseract model %s in %s", languages, tessdata);
	TessBaseAPISetPageSegMode(e->handle, PSM_AUTO);
	/* Sauvola: ocr.md section 3.  Layout from it, the network sees the grey itself. */
	if (!TessBaseAPISetVariable(e->handle, "thresholding_method", "2"))
		return fail(err, ST_UNSUPPORTED, "tesseract without thresholding_method");
	/* Typewriter pitch is nothing to this engine, and looking for it costs 6 % of the time. */
	(void)TessBaseAPISetVariable(e->handle, "textord_all_prop", "1");
	/* Nothing of one document may colour the next one. */
	(void)TessBaseAPISetVariable(e->handle, "classify_enable_learning", "0");
	return ST_OK;
}

/* The second model only flags words: without it there are fewer flags, and the provenance shows none. */
static bool
installed(const char *tessdata, const char *model)
{
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/%s.traineddata", tessdata, model);
	return model[0] != '\0' && access(path, R_OK) == 0;
}

static enum status
load_magic(struct reader *r, struct err *err)
{
	/* Nothing that looks into compressed files: that would be a process. */
	r->magic = magic_open(MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_ELF | MAGIC_MIME_TYPE);
	if (r->magic == NULL || magic_load(r->magic, NULL) != 0)
		return fail(err, ST_NOT_FOUND, "libmagic database: %s",
		    r->magic != NULL ? magic_error(r->magic) : "no memory");
	return ST_OK;
}

static void
note_versions(struct reader *r)
{
	char *lept = getLeptonicaVersion();
	char *images = getImagelibVersions();
	char *p;

	(void)snprintf(r->versions, sizeof(r->versions),
	    "tangthu-ocr %s; tesseract %s; %s; poppler %s; qpdf %s; cairo %s; libmagic %d; %s",
	    TANGTHU_VERSION, TessVersion(), lept, poppler_get_version(), qpdf_get_qpdf_version(),
	    cairo_version_string(), magic_version(), images != NULL ? images : "");
	for (p = r->versions; *p != '\0'; p++)
		if ((unsigned char)*p < ' ')
			*p = ' ';
	lept_free(lept);
	lept_free(images);
}

static enum status
load(struct reader *r, const char *tessdata, const char *languages, const char *fallback,
    const char *second, struct err *err)
{
	const char *omp = getenv("OMP_THREAD_LIMIT");
	enum status st;

	/* libgomp read it when it was loaded; more threads would die by seccomp (trust.md). */
	if (omp == NULL || strcmp(omp, "1") != 0)
		return fail(err, ST_INVALID, "OMP_THREAD_LIMIT=1 must be set before exec");
	setMsgSeverity(L_SEVERITY_NONE);
	/*
	 * Buffers of a page come and go: handing each back to the kernel costs a tenth of the time.  A
	 * whole page in colour lives shortly and would leave a hole as large as itself.
	 */
	(void)mallopt(M_MMAP_THRESHOLD, 16 << 20);
	(void)mallopt(M_TRIM_THRESHOLD, 1 << 30);
	if ((st = load_engine(&r->first, tessdata, languages, err)) != ST_OK)
		return st;
	if (fallback[0] != '\0' && strcmp(fallback, languages) != 0 &&
	    (st = load_engine(&r->fallback, tessdata, fallback, err)) != ST_OK)
		return st;
	if (installed(tessdata, second) &&
	    (st = load_engine(&r->second, tessdata, second, err)) != ST_OK)
		return st;
	if ((st = load_magic(r, err)) != ST_OK)
		return st;
	pdf_render_warm();
	note_versions(r);
	return ST_OK;
}

/* What the kernel here gives a child, tried in one. */
static struct sandbox_state
probe_sandbox(void)
{
	struct sandbox_state state = { 0, 0 };
	int pair[2];
	pid_t pid;

	if (pipe(pair) == -1)
		return state;
	if ((pid = fork()) == 0) {
		sandbox_enter(OCR_PROFILE_BARE, 1ull << 30, 60, &state);
		_exit(write(pair[1], &state, sizeof(state)) != (ssize_t)sizeof(state));
	}
	(void)close(pair[1]);
	if (read(pair[0], &state, sizeof(state)) != (ssize_t)sizeof(state))
		memset(&state, 0, sizeof(state));
	(void)close(pair[0]);
	while (pid > 0 && waitpid(pid, NULL, 0) == -1 && errno == EINTR)
		;
	return state;
}

static void
refuse_to_start(const char *why)
{
	owned(strbuf_free) struct strbuf payload = STRBUF_INIT;
	struct ocr_failure f = { 0, OCR_REASON_READER, span_of(why) };

	ocr_failure_write(&f, &payload);
	(void)!ocr_frame_send(OCR_WIRE_FD, OCR_FAILED, strbuf_span(&payload), NULL, 0, NULL);
}

static enum status
greet(const struct reader *r, const struct sandbox_state *state, struct err *err)
{
	owned(strbuf_free) struct strbuf payload = STRBUF_INIT;
	struct ocr_ready ready = { state->layers, state->landlock, span_of(r->versions) };

	ocr_ready_write(&ready, &payload);
	return ocr_frame_send(OCR_WIRE_FD, OCR_READY, strbuf_span(&payload), NULL, 0, err);
}

/* Waits for the child and tells how it ended. */
static enum status
bury(pid_t pid, struct err *err)
{
	owned(strbuf_free) struct strbuf payload = STRBUF_INIT;
	struct ocr_ended ended;
	struct rusage used;
	int status = 0;

	memset(&used, 0, sizeof(used));
	while (wait4(pid, &status, 0, &used) == -1 && errno == EINTR)
		;
	ended.wait_status = status;
	ended.cpu_us = (uint64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000 +
	    (uint64_t)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
	ended.rss = (uint64_t)used.ru_maxrss * 1024;
	ocr_ended_write(&ended, &payload);
	return ocr_frame_send(OCR_WIRE_FD, OCR_ENDED, strbuf_span(&payload), NULL, 0, err);
}

/* One request: a child of its own reads it. */
static enum status
serve(const struct reader *r, struct err *err)
{
	owned(strbuf_free) struct strbuf buf = STRBUF_INIT;
	struct ocr_request request;
	struct ocr_frame frame;
	int fds[2];
	enum status st;
	pid_t pid = -1;

	st = ocr_frame_receive(OCR_WIRE_FD, OCR_WIRE_SMALL, &buf, &frame, fds, 2, err);
	if (st == ST_OK && (frame.type != OCR_REQUEST || fds[0] == -1 || fds[1] == -1))
		st = fail(err, ST_CORRUPT, "reader protocol: not a request");
	if (st == ST_OK)
		st = ocr_request_read(&request, frame.payload, err);
	if (st == ST_OK && (pid = fork()) == -1)
		st = fail_sys(err, "fork a child");
	if (pid == 0) {
		(void)close(OCR_WIRE_FD);
		job_run(r, &request, fds[0], fds[1]);
	}
	fd_closep(&fds[0]);
	fd_closep(&fds[1]);
	return st == ST_OK ? bury(pid, err) : st;
}

int
zygote_run(const char *tessdata, const char *languages, const char *fallback, const char *second,
    bool require_sandbox)
{
	static struct reader reader; /* lives as long as the process */
	struct reader *r = &reader;
	struct sandbox_state state;
	struct err err = ERR_INIT;
	enum status st;

	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)signal(SIGPIPE, SIG_IGN);
	if ((st = load(r, tessdata, languages, fallback, second, &err)) != ST_OK) {
		refuse_to_start(err.msg);
		return status_info(st)->exit;
	}
	state = probe_sandbox();
	if (require_sandbox && (state.layers & SANDBOX_REQUIRED) != SANDBOX_REQUIRED) {
		refuse_to_start(
		    "the kernel gives no seccomp and limits; [ocr] require_sandbox = no "
		    "would read documents without them");
		return status_info(ST_UNSUPPORTED)->exit;
	}
	if ((st = greet(r, &state, &err)) != ST_OK)
		return status_info(st)->exit;
	while ((st = serve(r, &err)) == ST_OK)
		;
	return st == ST_NOT_FOUND ? 0 : status_info(st)->exit;
}
