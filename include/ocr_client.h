/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef OCR_CLIENT_H
#define OCR_CLIENT_H
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "conf.h"
#include "err.h"
#include "ocr_wire.h"

/*
 * The indexer's side of one reader process: starts the zygote, asks for page ranges, collects the
 * answers, kills what overruns, starts it again.  Nothing here blocks but the fork; one
 * single-threaded loop drives any number of readers:
 *
 *	poll(ocr_client_fd(c), POLLIN) until the earliest ocr_client_deadline_us()
 *	ocr_client_receive() until the event is OCR_EVENT_NONE
 *
 * The process is started with the first request, with nothing in its environment but
 * OMP_THREAD_LIMIT=1 (libgomp reads it when it is loaded), LANG, LC_ALL and TZ, and recycled after
 * [ocr] recycle requests.  The process dies with the thread that started it (PR_SET_PDEATHSIG).
 * The caller ignores neither SIGCHLD nor reaps pids it does not know.
 */
struct ocr_client;

enum ocr_event_kind {
	OCR_EVENT_NONE,		/* nothing whole has arrived: poll again */
	OCR_EVENT_READY,	/* the process is up; only between ocr_client_start and a request */
	OCR_EVENT_DOCUMENT,	/* document: once a request, first */
	OCR_EVENT_BEGIN,	/* number: this page is being read now; may come twice for a page */
	OCR_EVENT_PAGE,		/* page: a result */
	OCR_EVENT_PAGE_FAILED,	/* failure: this page failed, the reader goes on */
	OCR_EVENT_DONE,		/* every page of the range was answered; idle */
	OCR_EVENT_FAILED	/* failure: no further page of the range will come; idle */
};

/*
 * After OCR_EVENT_FAILED: failure.number is the page that was being read (ask again from the next
 * one to step over it), or 0 when the document as a whole is refused.  reason
 * OCR_REASON_READER is never the document's fault: wait and ask again.
 */
struct ocr_event {
	enum ocr_event_kind	 kind;
	uint32_t		 number;
	struct ocr_document	 document;
	struct ocr_page		 page;
	struct ocr_failure	 failure;
};

#ifdef __cplusplus
extern "C" {
#endif

/*
 * program: path of tangthu-ocr; conf: the [ocr] section is used (copied).  Starts nothing yet.
 * The caller closes it.
 */
struct ocr_client *
		 ocr_client_new(const char *program, const struct conf *);
/* Kills the process and its child, waits for it. */
void		 ocr_client_close(struct ocr_client *);
/* The tangthu-ocr beside the running program, or "tangthu-ocr" of PATH when there is none; owned. */
char		*ocr_client_program(void);

/*
 * Starts the process now (else the first request does), so that the model is loaded when work comes.
 * ST_NOT_FOUND: no such program.  ST_IO.
 */
MUST_CHECK enum status
		 ocr_client_start(struct ocr_client *, struct err *);
/*
 * Asks for pages first..last (OCR_LAST_PAGE: to the end) of the document.  fd stays the caller's
 * and may be closed at once; name is a hint for classification.
 * ST_BUSY: a request is running.  ST_IO, ST_NOT_FOUND: the process cannot be started.
 */
MUST_CHECK enum status
		 ocr_client_request(struct ocr_client *, int fd, struct span name, uint32_t first,
		     uint32_t last, struct err *);
/* No request is running (a process that is still starting is idle). */
bool		 ocr_client_idle(const struct ocr_client *);
/* What to poll for POLLIN now, or -1 when nothing can come.  Changes from call to call. */
int		 ocr_client_fd(const struct ocr_client *);
/* monotonic_us() at which ocr_client_receive must be called even if nothing arrives; or INT64_MAX. */
int64_t		 ocr_client_deadline_us(const struct ocr_client *);
/*
 * One step; never blocks.  The event's spans are borrowed until the next call.  Every end is
 * an event, so the status only says that the call was wrong.
 * ST_OK; ST_INVALID: no request is running and nothing is starting.
 */
MUST_CHECK enum status
		 ocr_client_receive(struct ocr_client *, struct ocr_event *, struct err *);
/* Ends a running request at once by killing the process; idle afterwards, no event. */
void		 ocr_client_cancel(struct ocr_client *);

/* Of the running zygote, or 0. */
pid_t		 ocr_client_pid(const struct ocr_client *);
/* From its OCR_READY: "" before; versions of engines, and "seccomp rlimits landlock-7 ...". */
const char	*ocr_client_versions(const struct ocr_client *);
const char	*ocr_client_sandbox(const struct ocr_client *);
/* Peak resident bytes and CPU of all children so far, for the operator. */
uint64_t	 ocr_client_peak_rss(const struct ocr_client *);
uint64_t	 ocr_client_cpu_us(const struct ocr_client *);

#ifdef __cplusplus
}
#endif
#endif
