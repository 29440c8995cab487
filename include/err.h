/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ERR_H
#define ERR_H
#include <errno.h>

/*
 * One vocabulary of outcomes for every module.  The numeric values are stable: they index the
 * table of names, HTTP statuses and exit codes in core/err.c and travel between processes.
 */
enum status {
	ST_OK = 0,
	ST_NOT_FOUND,		/* absent, or hidden from the caller: the two look alike */
	ST_EXISTS,		/* the same thing is already there */
	ST_INVALID,		/* the caller's input is wrong */
	ST_UNAUTHENTICATED,	/* nobody is signed in */
	ST_DENIED,		/* the caller may see the object but not do this to it */
	ST_CONFLICT,		/* the object changed since it was read */
	ST_HELD,		/* retention or a hold forbids it */
	ST_PRECONDITION,	/* If-Match failed */
	ST_TOO_LARGE,		/* over a size limit */
	ST_LIMIT,		/* a configured rate or quota was reached */
	ST_REFUSED,		/* content refused: encrypted, bomb, secret mark */
	ST_FULL,		/* no space kept for it */
	ST_BUSY,		/* a lock is held elsewhere; try again later */
	ST_STALE,		/* the index moved on: reopen and run again */
	ST_TIMEOUT,		/* a deadline passed */
	ST_UNSUPPORTED,		/* a kind of content or request we do not take */
	ST_CORRUPT,		/* stored bytes do not match their digest or structure */
	ST_IO,			/* the system refused; see err->sys */
	ST_INTERNAL,		/* a bug of ours */
	ST_COUNT
};

/*
 * Filled on failure, untouched on success.  Lives on the caller's stack and travels by value, so
 * it may cross threads and processes.  msg is for operators, in English, and never holds document
 * text, secrets or personal data.  A NULL struct err * is allowed everywhere.
 */
struct err {
	enum status	 status;
	int		 sys;		/* errno, or 0 */
	const char	*file;
	int		 line;
	char		 msg[240];	/* "open catalogue: /x: Permission denied" */
};

struct status_info {
	const char	*name;		/* "not-found": stable, used in JSON and in logs */
	int		 http;		/* RFC 9110 section 15 */
	int		 exit;		/* sysexits.h where one fits */
	int		 retry;		/* the same call may succeed later */
};

#define ERR_INIT	{ ST_OK, 0, 0, 0, { 0 } }
#define MUST_CHECK	__attribute__((warn_unused_result))
#define PRINTF(f, a)	__attribute__((format(printf, f, a)))
/* Runs fn(&variable) when the variable leaves its scope. */
#define owned(fn)	__attribute__((cleanup(fn)))

#ifdef __cplusplus
extern "C" {
#endif

/* Fills err (when not NULL) and returns status, so a failing function ends in "return fail(...)". */
enum status	 err_set(struct err *, enum status, int, const char *, int, const char *, ...)
		    PRINTF(6, 7);
/* Puts "context: " before the message; returns err->status (ST_INTERNAL when err is NULL). */
enum status	 err_context(struct err *, const char *, ...) PRINTF(2, 3);
/* Borrowed row of the status table; an unknown value gives the row of ST_INTERNAL. */
const struct status_info *
		 status_info(enum status);

#ifndef __clang_analyzer__
#define fail(e, st, ...)	err_set(e, st, 0, __FILE__, __LINE__, __VA_ARGS__)
/* errno becomes err->sys; ": strerror" is appended; ENOSPC and EDQUOT become ST_FULL. */
#define fail_sys(e, ...)	err_set(e, ST_IO, errno, __FILE__, __LINE__, __VA_ARGS__)
#else
/* Tells the analyser, which does not see into err_set, that a failure is not ST_OK. */
#define fail(e, st, ...)	((void)err_set(e, st, 0, "", 0, __VA_ARGS__), (st))
#define fail_sys(e, ...)	((void)err_set(e, ST_IO, errno, "", 0, __VA_ARGS__), ST_IO)
#endif

#ifdef __cplusplus
}
#endif
#endif
