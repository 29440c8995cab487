/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_REQUEST_H
#define SERVER_REQUEST_H
#include <event2/http.h>
#include <jansson.h>
#include <stdarg.h>

#include "access.h"
#include "json_out.h"
#include "principal.h"
#include "problem.h"
#include "rights.h"
#include "route.h"
#include "server.h"
#include "target.h"

/*
 * One request from its parsed head to its answer.  Everything it points to lives in its arena or is
 * owned by it; threads other than its loop never touch ev.
 */
#define REQUEST_MAGIC 0x54545251u
#define REQUEST_ID_LEN 16 /* hexadecimal digits */
#define NOTES_MAX 4
#define ANSWER_HEADERS_MAX 16

struct header {
	const char *name, *value;
};

/* What goes back.  Body: either the strbuf or length bytes of fd from offset on. */
struct answer {
	int status;
	const char *type; /* of the body, NULL = none */
	struct strbuf body;
	int fd; /* -1, or owned until it is sent */
	uint64_t offset, length;
	struct stream *stream; /* NULL, or owned until it is sent: then the whole body */
	bool close;	       /* no further request on this connection */
	bool cacheable;	       /* else Cache-Control: no-store */
	size_t header_count;
	struct header header[ANSWER_HEADERS_MAX];
};

/* An access that the log must know before the answer leaves (D3). */
struct access_note {
	const char *action, *record_uid;
	int64_t page;
};

struct request {
	unsigned magic;
	struct server *server;
	struct loop *loop;
	struct evhttp_request *ev; /* loop thread only; NULL once the client is gone */
	struct request *next;	   /* in a queue */
	struct arena *arena;
	char id[REQUEST_ID_LEN + 1]; /* told to the client and in the log */
	int64_t started_us;	     /* monotonic */

	enum evhttp_cmd_type method; /* HEAD of a GET route counts as GET here */
	bool head;
	bool proxied;	     /* somebody says to forward for another */
	const char *address; /* of the peer */
	struct target target;
	const char *value[TARGET_SEGMENTS_MAX]; /* of {} in the route's pattern */
	const struct route *route;
	size_t header_count;
	const struct header *header;
	struct evbuffer *body; /* owned */

	bool signed_in;
	unsigned scope; /* of the API token it came with; 0 = a session */
	struct session session;
	struct principal who;
	struct actor actor;
	struct shared_access *rights; /* owned reference; NULL before sign-in */
	const struct access *access;  /* rights->access */
	const char *language;	      /* "vi" or "en" */

	struct worker *worker;	 /* pool phase only */
	struct catalog *catalog; /* of the thread that runs it: read, then write handle */
	enum status (*write)(struct request *, struct err *);
	void *data;			 /* the handler's, for its write step */
	void (*after)(struct request *); /* on the writer, once its change is durable, or NULL */
	void (*end)(struct request *);	 /* when it is freed, or NULL */
	const char *upload;		 /* that it writes to (upload_use.h), or NULL */
	size_t note_count;
	struct access_note note[NOTES_MAX];

	enum problem problem; /* more exact than the status, or PROBLEM_NONE */
	const char *field;    /* that the problem is about, or NULL */
	int retry_s;	      /* Retry-After, 0 = none */
	struct answer answer;
};

/* Makes the request of an evhttp one; the caller's loop owns it.  Never NULL. */
struct request *request_new(struct server *, struct loop *, struct evhttp_request *);
void request_free(struct request *);
/* A number of its own for an answer. */
void request_make_id(char id[REQUEST_ID_LEN + 1]);

/* Value of a request header (ASCII case does not matter), or an empty span with p NULL. */
struct span request_header(const struct request *, const char *name);
/* All bytes of the body, made contiguous; borrowed. */
struct span request_body(struct request *);

/*
 * Parameters of the query string.  Absent gives the default.  ST_INVALID names the parameter:
 * not a number, outside min..max, not one of the words, not a uid, not a day.
 */
MUST_CHECK enum status request_number(struct request *, const char *name, int64_t fallback,
    int64_t min, int64_t max, int64_t *, struct err *);
/* words: "newest|oldest"; *choice is the index, or fallback. */
MUST_CHECK enum status request_choice(
    struct request *, const char *name, const char *words, int fallback, int *choice, struct err *);
/* YYYY-MM-DD; *day NULL when absent. */
MUST_CHECK enum status request_day(
    struct request *, const char *name, const char **day, struct err *);
/* *uid NULL when absent. */
MUST_CHECK enum status request_uid(
    struct request *, const char *name, const char **uid, struct err *);
/* A {} segment that must be a uid or a number from 1 on; anything else is ST_NOT_FOUND. */
MUST_CHECK enum status request_path_uid(struct request *, size_t i, const char **uid, struct err *);
MUST_CHECK enum status request_path_number(
    struct request *, size_t i, int64_t max, int64_t *, struct err *);

/*
 * The JSON object of the body with no members but those named ("name|password"); the caller
 * decrefs.  ST_UNSUPPORTED: not application/json.  ST_INVALID: not JSON, not an object, an unknown
 * member (named).  ST_TOO_LARGE: over JSON_MAX.
 */
MUST_CHECK enum status request_json(struct request *, const char *members, json_t **, struct err *);
void json_freep(json_t **); /* for owned() */
/* Members: absent leaves *value as it is.  ST_INVALID: wrong type, NUL inside, over max bytes. */
MUST_CHECK enum status request_json_text(struct request *, const json_t *, const char *name,
    size_t max, const char **value, struct err *);
/* The same for what must be there and not be empty: ST_INVALID else. */
MUST_CHECK enum status request_json_given(struct request *, const json_t *, const char *name,
    size_t max, const char **value, struct err *);
/* A day YYYY-MM-DD that must be there: ST_INVALID else. */
MUST_CHECK enum status request_json_day(
    struct request *, const json_t *, const char *name, const char **value, struct err *);
/* As request_json_text, for what must be wiped after use (sodium_memzero): absent is "". */
MUST_CHECK enum status request_json_secret(
    struct request *, const json_t *, const char *name, size_t max, char **value, struct err *);
MUST_CHECK enum status request_json_number(struct request *, const json_t *, const char *name,
    int64_t min, int64_t max, int64_t *value, struct err *);
MUST_CHECK enum status request_json_bool(
    struct request *, const json_t *, const char *name, bool *value, struct err *);

/* Fails with the field named; the message is for the operator. */
MUST_CHECK enum status request_invalid(struct request *, const char *field, struct err *);
/* Fails with a problem that the status alone does not tell. */
MUST_CHECK enum status request_problem(struct request *, enum problem, enum status, struct err *);

/* In a write step: the rights as they are now, after what was changed in it. */
MUST_CHECK enum status request_renew_rights(struct request *, struct err *);

/* The access is logged, durably, before the answer leaves. */
void request_note(struct request *, const char *action, const char *record_uid, int64_t page);
/* After the handler the request goes to the writer, where fn runs in a transaction. */
void request_write(struct request *, enum status (*fn)(struct request *, struct err *), void *data);

/* Answers.  Header values are copied. */
void answer_status(struct request *, int status);
void answer_header(struct request *, const char *name, const char *fmt, ...) PRINTF(3, 4);
/* Starts a JSON body with status. */
void answer_json(struct request *, int status, struct json_out *);
/*
 * Puts the ETag; true when If-None-Match names it: the answer is 304 then and complete.
 */
bool answer_etag(struct request *, const char *etag);
/* Throws the answer away and states the problem instead. */
void answer_problem(struct request *, enum status);

#endif
