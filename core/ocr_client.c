/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ocr_client.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arena.h"
#include "base.h"

#define START_WALL 60 /* seconds until a zygote must have greeted */
#define END_WALL 10   /* seconds between a child's last word and its burial */
#define READ_CHUNK (256u << 10)
#define SECOND_US 1000000

enum state {
	OFF,	  /* no process, no request */
	STARTING, /* a process that has not greeted yet, no request */
	IDLE,
	RUNNING, /* a child may write to the result socket */
	ENDING	 /* the result socket is closed; OCR_ENDED is awaited */
};

struct ocr_client {
	char *program, *tessdata, *languages, *fallback, *second;
	struct ocr_limits limits;
	uint32_t fallback_percent;
	int64_t recycle;
	bool require_sandbox;

	enum state state;
	pid_t pid;
	int control, result;
	int64_t requests; /* of this process */
	int64_t deadline;
	struct ocr_frames from_control, from_result;
	char versions[OCR_TEXT_MAX + 1], sandbox[128];
	uint64_t peak_rss, cpu_us;

	/* The request. */
	int document;
	struct strbuf name;
	uint32_t last, profile, page;
	uint32_t next;		    /* first page that has no answer yet */
	bool described;		    /* OCR_DOCUMENT was passed on */
	bool begun;		    /* page is being read */
	uint16_t final;		    /* the frame that ended the answer, or 0 */
	struct ocr_failure failure; /* of OCR_FAILED or ours */
	char message[OCR_TEXT_MAX + 1];
};

struct ocr_client *
ocr_client_new(const char *program, const struct conf *conf)
{
	struct ocr_client *c = xcalloc(1, sizeof(*c));

	c->program = xstrdup(program);
	c->tessdata = xstrdup(conf->ocr_tessdata);
	c->languages = xstrdup(conf->ocr_languages);
	c->fallback = xstrdup(conf->ocr_fallback);
	c->second = xstrdup(conf->ocr_second);
	c->fallback_percent = (uint32_t)conf->ocr_fallback_percent;
	c->recycle = conf->ocr_recycle;
	c->require_sandbox = conf->ocr_require_sandbox;
	c->limits.memory = (uint64_t)conf->ocr_memory;
	c->limits.cpu = (uint32_t)conf->ocr_cpu;
	c->limits.wall = (uint32_t)conf->ocr_wall;
	c->limits.pixels = (uint64_t)conf->ocr_pixels;
	c->limits.pages = (uint32_t)conf->ocr_pages;
	c->limits.output = (uint64_t)conf->ocr_output;
	c->limits.document = (uint64_t)conf->ocr_document;
	c->control = c->result = c->document = -1;
	strbuf_init(&c->name);
	strbuf_init(&c->from_control.in);
	strbuf_init(&c->from_result.in);
	c->from_control.limit = OCR_WIRE_SMALL;
	c->from_result.limit = (size_t)c->limits.output + OCR_WIRE_SMALL;
	return c;
}

static void
drop_request(struct ocr_client *c)
{
	fd_closep(&c->result);
	fd_closep(&c->document);
	ocr_frames_free(&c->from_result);
}

/* Kills and buries the zygote; its child dies with it (PR_SET_PDEATHSIG). */
static void
stop(struct ocr_client *c, int *wait_status)
{
	int status = 0;

	if (c->pid > 0) {
		(void)kill(c->pid, SIGKILL);
		while (waitpid(c->pid, &status, 0) == -1 && errno == EINTR)
			;
	}
	c->pid = 0;
	fd_closep(&c->control);
	ocr_frames_free(&c->from_control);
	c->state = OFF;
	if (wait_status != NULL)
		*wait_status = status;
}

void
ocr_client_close(struct ocr_client *c)
{
	if (c == NULL)
		return;
	stop(c, NULL);
	drop_request(c);
	strbuf_free(&c->name);
	free(c->program);
	free(c->tessdata);
	free(c->languages);
	free(c->fallback);
	free(c->second);
	free(c);
}

char *
ocr_client_program(void)
{
	static const char name[] = "tangthu-ocr";
	char path[PATH_MAX + sizeof(name)];
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX);
	char *slash;

	if (n > 0) {
		path[n] = '\0';
		if ((slash = strrchr(path, '/')) != NULL) {
			memcpy(slash + 1, name, sizeof(name));
			if (access(path, X_OK) == 0)
				return xstrdup(path);
		}
	}
	return xstrdup(name);
}

/* ---- the process ---- */

/* In the new process: nothing of ours but the control socket goes through exec. */
static _Noreturn void
become_zygote(const struct ocr_client *c, int control)
{
	char *const environment[] = { (char[]){ "OMP_THREAD_LIMIT=1" }, (char[]){ "LANG=C.UTF-8" },
		(char[]){ "LC_ALL=C.UTF-8" }, (char[]){ "TZ=UTC0" },
		(char[]){ "HOME=/nonexistent" }, NULL };
	char require[] = "--require-sandbox";
	char *const arguments[] = { c->program, (char[]){ "--zygote" }, (char[]){ "--tessdata" },
		c->tessdata, (char[]){ "--languages" }, c->languages, (char[]){ "--fallback" },
		c->fallback, (char[]){ "--second" }, c->second, c->require_sandbox ? require : NULL,
		NULL };
	sigset_t none;
	int null, i;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)setpgid(0, 0); /* Ctrl-C is for the indexer, which lets readers finish */
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	for (i = 1; i < NSIG; i++)
		(void)signal(i, SIG_DFL);
	null = open("/dev/null", O_RDWR);
	for (i = 0; i < 3; i++)
		(void)dup2(null, i);
	(void)dup2(control, OCR_WIRE_FD);
	(void)close_range(OCR_WIRE_FD + 1, ~0u, 0);
	(void)execvpe(c->program, arguments, environment);
	_exit(127);
}

enum status
ocr_client_start(struct ocr_client *c, struct err *err)
{
	int pair[2];

	if (c->state != OFF)
		return ST_OK;
	if (strchr(c->program, '/') != NULL && access(c->program, X_OK) != 0)
		return fail(err, ST_NOT_FOUND, "reader program %s", c->program);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		return fail_sys(err, "reader control socket");
	/* dup2 onto itself would keep close-on-exec: the zygote's end must not sit on 3. */
	if (pair[1] == OCR_WIRE_FD) {
		pair[1] = fcntl(OCR_WIRE_FD, F_DUPFD_CLOEXEC, OCR_WIRE_FD + 1);
		(void)close(OCR_WIRE_FD);
	}
	if ((c->pid = fork()) == -1) {
		c->pid = 0;
		fd_closep(&pair[0]);
		fd_closep(&pair[1]);
		return fail_sys(err, "fork reader");
	}
	if (c->pid == 0)
		become_zygote(c, pair[1]);
	fd_closep(&pair[1]);
	c->control = pair[0];
	c->requests = 0;
	c->state = STARTING;
	c->deadline = monotonic_us() + (int64_t)START_WALL * SECOND_US;
	return ST_OK;
}

/* Asks the zygote for a child that reads pages c->next..c->last with c->profile. */
static enum status
ask(struct ocr_client *c, struct err *err)
{
	owned(strbuf_free) struct strbuf payload = STRBUF_INIT;
	struct ocr_request request = { c->profile, c->next, c->last, c->fallback_percent,
		c->require_sandbox, c->limits, strbuf_span(&c->name) };
	int pair[2], fds[2];
	enum status st;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		return fail_sys(err, "reader result socket");
	ocr_request_write(&request, &payload);
	fds[0] = c->document;
	fds[1] = pair[1];
	st = ocr_frame_send(c->control, OCR_REQUEST, strbuf_span(&payload), fds, 2, err);
	fd_closep(&pair[1]);
	if (st != ST_OK) {
		fd_closep(&pair[0]);
		return st;
	}
	c->result = pair[0];
	c->begun = false;
	c->final = 0;
	c->requests++;
	c->state = RUNNING;
	c->deadline = monotonic_us() + ((int64_t)c->limits.wall + START_WALL) * SECOND_US;
	return ST_OK;
}

enum status
ocr_client_request(
    struct ocr_client *c, int fd, struct span name, uint32_t first, uint32_t last, struct err *err)
{
	enum status st;

	if (c->state == RUNNING || c->state == ENDING)
		return fail(err, ST_BUSY, "reader %d has a request", (int)c->pid);
	if (first == 0 || last < first)
		return fail(err, ST_INVALID, "reader: pages %u to %u", first, last);
	if (c->state == IDLE && c->requests >= c->recycle)
		stop(c, NULL);
	if ((c->document = fcntl(fd, F_DUPFD_CLOEXEC, 0)) == -1)
		return fail_sys(err, "reader document");
	strbuf_reset(&c->name);
	strbuf_add(&c->name, name.p, name.n < OCR_NAME_MAX ? name.n : OCR_NAME_MAX);
	c->next = first;
	c->last = last;
	c->profile = OCR_PROFILE_BARE;
	c->described = false;
	if ((st = ocr_client_start(c, err)) == ST_OK && (st = ask(c, err)) != ST_OK) {
		/* It died while idle: one fresh process, then give up. */
		stop(c, NULL);
		if ((st = ocr_client_start(c, err)) == ST_OK)
			st = ask(c, err);
	}
	if (st != ST_OK) {
		stop(c, NULL);
		drop_request(c);
	}
	return st;
}

/* ---- answers ---- */

static void
blame(struct ocr_client *c, uint32_t number, uint32_t reason, const char *message)
{
	size_t n = strlen(message);

	if (n > OCR_TEXT_MAX)
		n = OCR_TEXT_MAX;
	memcpy(c->message, message, n);
	c->message[n] = '\0';
	c->final = OCR_FAILED;
	c->failure.number = number;
	c->failure.reason = reason;
	c->failure.message = span_make(c->message, n);
}

/* The request is over with c->failure; the process too when it cannot be trusted any more. */
static void
end_failed(struct ocr_client *c, struct ocr_event *e, bool kill_it)
{
	if (kill_it)
		stop(c, NULL);
	else
		c->state = IDLE;
	drop_request(c);
	e->kind = OCR_EVENT_FAILED;
	e->failure = c->failure;
	e->number = c->failure.number;
}

static void
break_off(struct ocr_client *c, struct ocr_event *e, uint32_t reason, const char *message)
{
	blame(c, c->begun ? c->page : 0, reason, message);
	end_failed(c, e, true);
}

/* Takes a payload, sets e->kind when there is something to pass on.  ST_CORRUPT. */
typedef enum status (*answer_fn)(
    struct ocr_client *, struct span, struct ocr_event *, struct err *);

static enum status
accept_document(struct ocr_client *c, struct span payload, struct ocr_event *e, struct err *err)
{
	enum status st;

	if ((st = ocr_document_read(&e->document, payload, err)) != ST_OK)
		return st;
	if (c->begun)
		return fail(err, ST_CORRUPT, "classification inside a page");
	/* A continued request describes the document again: once is enough. */
	e->kind = c->described ? OCR_EVENT_NONE : OCR_EVENT_DOCUMENT;
	c->described = true;
	return ST_OK;
}

static enum status
accept_begin(struct ocr_client *c, struct span payload, struct ocr_event *e, struct err *err)
{
	enum status st;

	if ((st = ocr_begin_read(&e->number, payload, err)) != ST_OK)
		return st;
	if (!c->described || c->begun || e->number < c->next || e->number > c->last)
		return fail(err, ST_CORRUPT, "page %u begins out of turn", e->number);
	c->begun = true;
	c->page = e->number;
	e->kind = OCR_EVENT_BEGIN;
	return ST_OK;
}

static enum status
answered(struct ocr_client *c, uint32_t number, struct ocr_event *e, struct err *err)
{
	if (!c->begun || number != c->page)
		return fail(err, ST_CORRUPT, "page %u answered out of turn", number);
	c->begun = false;
	c->next = number + 1;
	e->number = number;
	return ST_OK;
}

static enum status
accept_page(struct ocr_client *c, struct span payload, struct ocr_event *e, struct err *err)
{
	enum status st;

	if ((st = ocr_page_read(&e->page, payload, err)) != ST_OK)
		return st;
	e->kind = OCR_EVENT_PAGE;
	return answered(c, e->page.number, e, err);
}

static enum status
accept_page_failed(struct ocr_client *c, struct span payload, struct ocr_event *e, struct err *err)
{
	enum status st;

	if ((st = ocr_failure_read(&e->failure, payload, err)) != ST_OK)
		return st;
	e->kind = OCR_EVENT_PAGE_FAILED;
	return answered(c, e->failure.number, e, err);
}

static enum status
accept_continue(struct ocr_client *c, struct span payload, struct ocr_event *e, struct err *err)
{
	struct ocr_continue next;
	enum status st;

	(void)e;
	if ((st = ocr_continue_read(&next, payload, err)) != ST_OK)
		return st;
	/* It may have begun the page and found that it needs more. */
	if (next.number < c->next || next.number > c->last || next.profile <= c->profile)
		return fail(err, ST_CORRUPT, "continuation leads nowhere");
	c->final = OCR_CONTINUE;
	c->next = next.number;
	c->profile = next.profile;
	return ST_OK;
}

static enum status
accept_done(struct ocr_client *c, struct span payload, struct ocr_event *e, struct err *err)
{
	(void)e;
	if (payload.n > 0 || c->begun || !c->described)
		return fail(err, ST_CORRUPT, "done out of turn");
	c->final = OCR_DONE;
	return ST_OK;
}

static enum status
accept_failed(struct ocr_client *c, struct span payload, struct ocr_event *e, struct err *err)
{
	owned(freep) char *message = NULL;
	enum status st;

	if ((st = ocr_failure_read(&e->failure, payload, err)) != ST_OK)
		return st;
	/* Our own idea of the page, not the child's. */
	message = span_dup(e->failure.message);
	blame(c, c->begun ? c->page : 0, e->failure.reason, message);
	return ST_OK;
}

/* What a child may send; the rest is out of turn. */
static const answer_fn answers[OCR_FRAME_END] = {
	[OCR_DOCUMENT] = accept_document,
	[OCR_PAGE_BEGIN] = accept_begin,
	[OCR_PAGE] = accept_page,
	[OCR_PAGE_FAILED] = accept_page_failed,
	[OCR_CONTINUE] = accept_continue,
	[OCR_DONE] = accept_done,
	[OCR_FAILED] = accept_failed,
};

/*
 * Reads what there is.  ST_OK: something; ST_BUSY: nothing now; ST_NOT_FOUND: closed.
 */
static enum status
pull(int fd, struct ocr_frames *f)
{
	ssize_t n;

	/* What was eaten goes first, so that the buffer holds one frame and a chunk at most. */
	if (f->eaten > 0) {
		memmove(f->in.buf, f->in.buf + f->eaten, f->in.len - f->eaten);
		strbuf_truncate(&f->in, f->in.len - f->eaten);
		f->eaten = 0;
	}
	strbuf_grow(&f->in, READ_CHUNK);
	do
		n = recv(fd, f->in.buf + f->in.len, READ_CHUNK, MSG_DONTWAIT);
	while (n == -1 && errno == EINTR);
	if (n == -1 && errno == EAGAIN)
		return ST_BUSY;
	if (n <= 0)
		return ST_NOT_FOUND;
	f->in.len += (size_t)n;
	f->in.buf[f->in.len] = '\0';
	return ST_OK;
}

/* Frames of the result socket until one is an event, none is whole, or the child is gone. */
static void
step_running(struct ocr_client *c, struct ocr_event *e)
{
	struct err err = ERR_INIT;
	struct ocr_frame frame;
	enum status st;

	while (e->kind == OCR_EVENT_NONE) {
		st = ocr_frames_next(&c->from_result, &frame, &err);
		if (st == ST_OK && (c->final != 0 || answers[frame.type] == NULL))
			st = fail(&err, ST_CORRUPT, "frame %u out of turn", frame.type);
		if (st == ST_OK)
			st = answers[frame.type](c, frame.payload, e, &err);
		if (st == ST_OK) {
			c->deadline = monotonic_us() + (int64_t)c->limits.wall * SECOND_US;
			continue;
		}
		if (st != ST_NOT_FOUND) {
			break_off(c, e, OCR_REASON_PROTOCOL, err.msg);
			return;
		}
		if ((st = pull(c->result, &c->from_result)) == ST_OK)
			continue;
		if (st == ST_BUSY) {
			if (monotonic_us() >= c->deadline)
				break_off(c, e, OCR_REASON_WALL, "killed at the deadline");
			return;
		}
		fd_closep(&c->result);
		c->state = ENDING;
		c->deadline = monotonic_us() + (int64_t)END_WALL * SECOND_US;
		return;
	}
}

static void
greet(struct ocr_client *c, const struct ocr_ready *r)
{
	memcpy(c->versions, r->versions.p, r->versions.n);
	c->versions[r->versions.n] = '\0';
	(void)snprintf(c->sandbox, sizeof(c->sandbox), "%s%s%s",
	    r->sandbox & OCR_SANDBOX_SECCOMP ? "seccomp " : "",
	    r->sandbox & OCR_SANDBOX_RLIMITS ? "rlimits " : "",
	    r->sandbox & OCR_SANDBOX_NO_NEW_PRIVS ? "no-new-privs " : "");
	if (r->sandbox & OCR_SANDBOX_LANDLOCK)
		(void)snprintf(c->sandbox + strlen(c->sandbox),
		    sizeof(c->sandbox) - strlen(c->sandbox), "landlock-%u ", r->landlock);
	if (c->sandbox[0] != '\0')
		c->sandbox[strlen(c->sandbox) - 1] = '\0';
}

static uint32_t
reason_of_death(const struct ocr_client *c, const struct ocr_ended *ended)
{
	if (WIFEXITED(ended->wait_status))
		return WEXITSTATUS(ended->wait_status) == 0 ? OCR_REASON_PROTOCOL
							    : OCR_REASON_CRASH;
	switch (WTERMSIG(ended->wait_status)) {
	case SIGXCPU:
		return OCR_REASON_CPU;
	case SIGSYS:
		return OCR_REASON_FORBIDDEN;
	case SIGKILL: /* by RLIMIT_CPU's hard limit, or by the kernel when memory runs out */
		return ended->cpu_us >= (uint64_t)c->limits.cpu * SECOND_US ? OCR_REASON_CPU
									    : OCR_REASON_MEMORY;
	default:
		return OCR_REASON_CRASH;
	}
}

/* The child is buried: what becomes of the request. */
static void
conclude(struct ocr_client *c, const struct ocr_ended *ended, struct ocr_event *e)
{
	struct err err = ERR_INIT;
	char message[80];

	if (ended->rss > c->peak_rss)
		c->peak_rss = ended->rss;
	c->cpu_us += ended->cpu_us;
	if (c->final == OCR_CONTINUE) {
		ocr_frames_free(&c->from_result);
		if (ask(c, &err) != ST_OK)
			break_off(c, e, OCR_REASON_READER, err.msg);
		return;
	}
	if (c->final == OCR_DONE) {
		c->state = IDLE;
		drop_request(c);
		e->kind = OCR_EVENT_DONE;
		return;
	}
	if (c->final == 0) {
		(void)snprintf(message, sizeof(message), "reader ended by %s %d",
		    WIFSIGNALED(ended->wait_status) ? "signal" : "exit",
		    WIFSIGNALED(ended->wait_status) ? WTERMSIG(ended->wait_status)
						    : WEXITSTATUS(ended->wait_status));
		blame(c, c->begun ? c->page : 0, reason_of_death(c, ended), message);
	}
	end_failed(c, e, false);
}

/* The zygote itself is gone or talks nonsense: never the document's fault. */
static void
lose_zygote(struct ocr_client *c, struct ocr_event *e, const char *why)
{
	char message[OCR_TEXT_MAX];
	int status;

	(void)snprintf(message, sizeof(message), "%s", why);
	stop(c, &status);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		(void)snprintf(message, sizeof(message), "cannot execute %s", c->program);
	blame(c, c->begun ? c->page : 0, OCR_REASON_READER, message);
	end_failed(c, e, true);
}

/* A zygote that refuses to start says why. */
static void
step_refused(struct ocr_client *c, struct span payload, struct ocr_event *e)
{
	owned(freep) char *why = NULL;
	struct ocr_failure f;

	if (ocr_failure_read(&f, payload, NULL) == ST_OK)
		why = span_dup(f.message);
	lose_zygote(c, e, why != NULL ? why : "reader protocol: bad refusal");
}

/* Frames of the control socket: the greeting, then the end of each child. */
static void
step_control(struct ocr_client *c, struct ocr_event *e)
{
	struct err err = ERR_INIT;
	struct ocr_ended ended;
	struct ocr_ready ready;
	struct ocr_frame frame;
	enum status st;

	for (;;) {
		st = ocr_frames_next(&c->from_control, &frame, &err);
		if (st == ST_NOT_FOUND) {
			if ((st = pull(c->control, &c->from_control)) == ST_OK)
				continue;
			if (st == ST_NOT_FOUND)
				lose_zygote(c, e, "reader process died");
			else if (monotonic_us() >= c->deadline)
				lose_zygote(c, e, "reader process does not answer");
			return;
		}
		if (st == ST_OK && frame.type == OCR_FAILED) {
			step_refused(c, frame.payload, e);
			return;
		}
		if (st == ST_OK && frame.type == OCR_READY &&
		    (st = ocr_ready_read(&ready, frame.payload, &err)) == ST_OK) {
			greet(c, &ready);
			if (c->state != STARTING)
				continue;
			c->state = IDLE;
			e->kind = OCR_EVENT_READY;
			return;
		}
		if (st == ST_OK && frame.type == OCR_ENDED && c->state == ENDING &&
		    (st = ocr_ended_read(&ended, frame.payload, &err)) == ST_OK) {
			conclude(c, &ended, e);
			return;
		}
		lose_zygote(c, e, st == ST_OK ? "reader process talks out of turn" : err.msg);
		return;
	}
}

enum status
ocr_client_receive(struct ocr_client *c, struct ocr_event *e, struct err *err)
{
	memset(e, 0, sizeof(*e));
	if (c->state == OFF || c->state == IDLE)
		return fail(err, ST_INVALID, "reader is idle");
	if (c->state == RUNNING)
		step_running(c, e);
	if (c->state == ENDING || c->state == STARTING)
		step_control(c, e);
	return ST_OK;
}

void
ocr_client_cancel(struct ocr_client *c)
{
	if (ocr_client_idle(c))
		return;
	stop(c, NULL);
	drop_request(c);
}

/* ---- what the loop asks ---- */

bool
ocr_client_idle(const struct ocr_client *c)
{
	return c->state == OFF || c->state == STARTING || c->state == IDLE;
}

int
ocr_client_fd(const struct ocr_client *c)
{
	if (c->state == RUNNING)
		return c->result;
	return c->state == STARTING || c->state == ENDING ? c->control : -1;
}

int64_t
ocr_client_deadline_us(const struct ocr_client *c)
{
	return ocr_client_fd(c) == -1 ? INT64_MAX : c->deadline;
}

pid_t
ocr_client_pid(const struct ocr_client *c)
{
	return c->pid;
}

const char *
ocr_client_versions(const struct ocr_client *c)
{
	return c->versions;
}

const char *
ocr_client_sandbox(const struct ocr_client *c)
{
	return c->sandbox;
}

uint64_t
ocr_client_peak_rss(const struct ocr_client *c)
{
	return c->peak_rss;
}

uint64_t
ocr_client_cpu_us(const struct ocr_client *c)
{
	return c->cpu_us;
}
