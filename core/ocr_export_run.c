/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ocr_export.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arena.h"
#include "base.h"

#define SECOND_US INT64_C(1000000)

/* In the new process, from a fork of a threaded one: nothing but system calls until exec. */
static _Noreturn void
become_export(const char *program, int control)
{
	char *const environment[] = { (char[]){ "OMP_THREAD_LIMIT=1" }, (char[]){ "LANG=C.UTF-8" },
		(char[]){ "LC_ALL=C.UTF-8" }, (char[]){ "TZ=UTC0" },
		(char[]){ "HOME=/nonexistent" }, NULL };
	char *const arguments[] = { (char[]){ "tangthu-ocr" }, (char[]){ "--export" }, NULL };
	sigset_t none;
	int null;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)setpgid(0, 0);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)signal(SIGPIPE, SIG_DFL);
	null = open("/dev/null", O_RDWR);
	for (int i = 0; i < 3; i++)
		(void)dup2(null, i);
	(void)dup2(control, OCR_WIRE_FD);
	(void)close_range(OCR_WIRE_FD + 1, ~0u, 0);
	(void)execve(program, arguments, environment);
	_exit(127);
}

/* One process while it runs. */
struct run {
	pid_t pid;
	int socket;
	int64_t deadline;
};

static enum status
start(const char *program, struct run *run, struct err *err)
{
	int pair[2];

	if (access(program, X_OK) != 0)
		return fail(err, ST_NOT_FOUND, "reader program %s", program);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		return fail_sys(err, "export socket");
	/* dup2 onto itself would keep close-on-exec: the child's end must not sit on 3. */
	if (pair[1] == OCR_WIRE_FD) {
		pair[1] = fcntl(OCR_WIRE_FD, F_DUPFD_CLOEXEC, OCR_WIRE_FD + 1);
		(void)close(OCR_WIRE_FD);
	}
	if ((run->pid = fork()) == 0)
		become_export(program, pair[1]);
	(void)close(pair[1]);
	run->socket = pair[0];
	if (run->pid == -1) {
		fd_closep(&run->socket);
		return fail_sys(err, "fork an export");
	}
	return ST_OK;
}

static void
stop(struct run *run, int *wait_status)
{
	*wait_status = 0;
	(void)kill(run->pid, SIGKILL);
	while (waitpid(run->pid, wait_status, 0) == -1 && errno == EINTR)
		;
	fd_closep(&run->socket);
}

/* How long the next read may block. */
static enum status
arm(const struct run *run, struct err *err)
{
	int64_t left = run->deadline - monotonic_us();
	struct timeval t = { left / SECOND_US, (suseconds_t)(left % SECOND_US) };

	if (left <= 0)
		return fail(err, ST_TIMEOUT, "the export took too long");
	if (setsockopt(run->socket, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t)) == -1)
		return fail_sys(err, "export deadline");
	return ST_OK;
}

/* What the document did to the process, or it to itself. */
static enum status
died(struct run *run, struct err *err)
{
	int status = 0;

	while (waitpid(run->pid, &status, 0) == -1 && errno == EINTR)
		;
	run->pid = 0;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
		return fail(err, ST_TOO_LARGE, "the export used too much processor time");
	return fail(err, ST_CORRUPT, "the export ended by %s %d",
	    WIFSIGNALED(status) ? "signal" : "status",
	    WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

static enum status
failed(struct span payload, struct err *err)
{
	const struct ocr_reason_info *info;
	struct ocr_failure failure;
	enum status st = ocr_failure_read(&failure, payload, err);

	if (st != ST_OK)
		return st;
	info = ocr_reason_info(failure.reason);
	return fail(err, info->status, "%s: %.*s", info->name, SPAN_ARG(failure.message));
}

struct sink {
	ocr_export_sink take;
	void *payload;
	uint64_t total, limit;
};

static enum status
take_frame(
    struct sink *sink, const struct ocr_frame *frame, bool *done, bool *again, struct err *err)
{
	switch (frame->type) {
	case OCR_EXPORT_DATA:
		sink->total += frame->payload.n;
		if (sink->total > sink->limit)
			return fail(err, ST_TOO_LARGE, "the export is over %llu bytes",
			    (unsigned long long)sink->limit);
		return sink->take(sink->payload, frame->payload, err);
	case OCR_DONE:
		*done = true;
		return ST_OK;
	case OCR_CONTINUE:
		*done = *again = true;
		return sink->total == 0
		    ? ST_OK
		    : fail(err, ST_CORRUPT, "the export begins again in its middle");
	case OCR_FAILED:
		return failed(frame->payload, err);
	default:
		return fail(err, ST_CORRUPT, "export frame %u out of turn", frame->type);
	}
}

static enum status
take_result(struct run *run, struct sink *sink, bool *again, struct err *err)
{
	owned(strbuf_free) struct strbuf buf = STRBUF_INIT;
	struct ocr_frame frame;
	bool done = false;
	enum status st = ST_OK;

	while (st == ST_OK && !done) {
		if ((st = arm(run, err)) != ST_OK)
			return st;
		st = ocr_frame_receive(run->socket, OCR_WIRE_SMALL, &buf, &frame, NULL, 0, err);
		if (st == ST_NOT_FOUND)
			return died(run, err);
		if (st == ST_IO)
			return monotonic_us() >= run->deadline
			    ? fail(err, ST_TIMEOUT, "the export took too long")
			    : st;
		if (st == ST_OK)
			st = take_frame(sink, &frame, &done, again, err);
	}
	return st;
}

static enum status
run_once(const char *program, const struct ocr_export *e, const int fds[2], int64_t deadline,
    struct sink *sink, bool *again, struct err *err)
{
	owned(strbuf_free) struct strbuf payload = STRBUF_INIT;
	struct run run = { .deadline = deadline };
	int ended;
	enum status st = start(program, &run, err);

	*again = false;
	if (st != ST_OK)
		return st;
	ocr_export_write(e, &payload);
	st = ocr_frame_send(run.socket, OCR_EXPORT, strbuf_span(&payload), fds, 2, err);
	if (st == ST_OK)
		st = take_result(&run, sink, again, err);
	if (run.pid > 0)
		stop(&run, &ended);
	else
		fd_closep(&run.socket);
	return st;
}

static void
fill_limits(struct ocr_export *e, const struct conf *conf)
{
	bool package = ocr_export_is_package(e->kind);

	e->limits = (struct ocr_limits){ .memory = (uint64_t)conf->ocr_memory,
		.cpu = (uint32_t)conf->export_wall,
		.wall = (uint32_t)conf->export_wall,
		.pixels = (uint64_t)conf->ocr_pixels,
		.pages = (uint32_t)conf->ocr_pages,
		.output = (uint64_t)(package ? conf->server_upload_max : conf->export_output),
		.document = (uint64_t)(package ? conf->server_upload_max : conf->ocr_document) };
	e->require_sandbox = conf->ocr_require_sandbox;
	/* Pages with text or vectors are drawn: what kind they are is not known beforehand. */
	e->profile = e->kind == OCR_EXPORT_BOOK || e->kind == OCR_EXPORT_SHEET ||
		(e->kind == OCR_EXPORT_ARCHIVE && span_equal_str(e->mime, "application/pdf"))
	    ? OCR_PROFILE_FONTS
	    : OCR_PROFILE_BARE;
}

enum status
ocr_export_stream(const char *program, const struct conf *conf, struct ocr_export *e, int document,
    int plan, ocr_export_sink take, void *payload, struct err *err)
{
	int64_t deadline = monotonic_us() + conf->export_wall * SECOND_US;
	struct sink sink = { .take = take, .payload = payload };
	const int fds[2] = { document, plan };
	bool again;
	enum status st;

	fill_limits(e, conf);
	sink.limit = e->limits.output;
	st = run_once(program, e, fds, deadline, &sink, &again, err);
	if (st != ST_OK || !again)
		return st;
	e->profile = OCR_PROFILE_FONTS;
	st = run_once(program, e, fds, deadline, &sink, &again, err);
	return st == ST_OK && again ? fail(err, ST_CORRUPT, "the export leads nowhere") : st;
}

static enum status
write_out(void *payload, struct span bytes, struct err *err)
{
	return write_all(*(const int *)payload, bytes.p, bytes.n, err);
}

enum status
ocr_export_run(const char *program, const struct conf *conf, struct ocr_export *e, int document,
    int plan, int out, struct err *err)
{
	return ocr_export_stream(program, conf, e, document, plan, write_out, &out, err);
}
