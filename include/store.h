/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef STORE_H
#define STORE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base.h"
#include "conf.h"
#include "err.h"
#include "span.h"

/*
 * Original bytes and human corrections, named by their SHA-256.  Content is never changed in
 * place, is on stable storage before a put returns its name, and is the same for every caller who
 * puts the same bytes.  The back end is chosen by [store] backend; no caller knows which it is.
 *
 * A struct store may be used by several threads at once; a struct store_put by one at a time.
 * Several processes may open the same store.
 *
 * Stopped store: when the system reports that written bytes may not have reached the disk (a
 * failed fsync), the call is not repeated, because the kernel may have dropped the bytes and say
 * "done" the second time.  The store stops taking content, in this process and in every other one,
 * also after a restart, until store_resume; reading goes on.  Every writing call then gives ST_IO
 * with the reason, and store_writable tells it beforehand.
 */
struct store;
struct store_put;

struct store_blob {
	char		 sha256[SHA256_HEX + 1];	/* lower-case hex: the name */
	uint64_t	 size;				/* bytes */
	bool		 existed;			/* the same content was there, and is whole */
	bool		 restored;			/* damaged content was replaced by these bytes */
};

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Opens the store of the data directory (made when absent: tmp and the 256 first-level folders).
 * *out is NULL on failure; store_close frees.
 * ST_INVALID: unknown back end.  ST_IO, ST_FULL: the directory cannot be made or read.
 */
MUST_CHECK enum status
		 store_open(struct store **out, const struct conf *, struct err *);
void		 store_close(struct store *);
void		 store_closep(struct store **);		/* for owned() */

/*
 * May size more bytes arrive now?  Ask before work is accepted (size 0: anything at all).
 * ST_IO: the store is stopped (see above).  ST_FULL: less than [store] reserve would stay free.
 */
MUST_CHECK enum status
		 store_writable(struct store *, uint64_t size, struct err *);

/*
 * Streaming put: begin, write any number of times, then commit or abort; both free the put and
 * set *put NULL.  Bytes are hashed while they are written to a new file of the store's tmp folder.
 * A put that is never committed (crash) leaves a file there, nothing else.
 * store_put_begin: ST_FULL (reserve), ST_IO (stopped, or the system refused).
 * store_put_write: ST_FULL, ST_IO; ST_TOO_LARGE over limit bytes in all.  After a failure only
 * abort is allowed.
 * store_put_commit: the blob is durable under its name when this returns ST_OK.  Content that was
 * there is read and compared before it is trusted; a damaged file of that name is replaced by the
 * good bytes at hand (blob->restored) and never kept.  ST_FULL, ST_IO: nothing is named; a failed
 * fsync stops the store.
 */
MUST_CHECK enum status
		 store_put_begin(struct store *, uint64_t limit, struct store_put **out,
		    struct err *);
MUST_CHECK enum status
		 store_put_write(struct store_put *, const void *, size_t, struct err *);
MUST_CHECK enum status
		 store_put_commit(struct store_put **, struct store_blob *, struct err *);
void		 store_put_abort(struct store_put **);	/* NULL is fine; also for owned() */

/* The whole of a small content at once. */
MUST_CHECK enum status
		 store_put_bytes(struct store *, struct span, struct store_blob *, struct err *);
/* The whole of an open file from its first byte on (CLI, intake).  ST_TOO_LARGE over limit. */
MUST_CHECK enum status
		 store_put_fd(struct store *, int fd, uint64_t limit, struct store_blob *,
		    struct err *);

/*
 * Uploads in parts (tus): a named file of the store's tmp folder that grows over days.  name is
 * the upload's uid.  store_part_append writes at offset (which must be the durable length: bytes
 * beyond it, left by a cut-off request, are dropped; so it may not lie beyond it) and returns after fsync.
 * ST_NOT_FOUND: no such part.  ST_CONFLICT: the file is shorter than offset.  ST_EXISTS (create).
 * ST_FULL, ST_IO.
 * store_part_finish hashes the whole file again, compares with want_sha256 (hex, may be NULL) and
 * makes it a blob as commit does.  The part stays (as a second name of the blob's file, so no
 * space is taken twice) until store_part_remove, which belongs after the catalogue's commit: a
 * finish that was cut off before it may be called again.  A finished part takes no more bytes
 * (ST_CONFLICT).  ST_CORRUPT: its length is not size or its digest is not the wanted one.
 * Any of them: ST_INVALID, name is no uid; ST_BUSY, another call works on the part.
 */
MUST_CHECK enum status
		 store_part_create(struct store *, const char *name, struct err *);
MUST_CHECK enum status
		 store_part_append(struct store *, const char *name, uint64_t offset, const void *,
		    size_t, struct err *);
MUST_CHECK enum status
		 store_part_finish(struct store *, const char *name, uint64_t size,
		    const char *want_sha256, struct store_blob *, struct err *);
/* Absent is fine. */
MUST_CHECK enum status
		 store_part_remove(struct store *, const char *name, struct err *);

/*
 * Opens a blob for reading: *fd is the caller's (close-on-exec, at offset 0), *size its length.
 * The bytes are not hashed: that is store_verify.
 * ST_NOT_FOUND, ST_INVALID (not a SHA-256 in lower-case hex), ST_CORRUPT (not a plain file), ST_IO.
 */
MUST_CHECK enum status
		 store_read(struct store *, const char *sha256, int *fd, uint64_t *size,
		    struct err *);
/*
 * Reads the whole blob and compares length (UINT64_MAX: any) and digest.  ST_OK: whole.
 * ST_NOT_FOUND.
 * ST_CORRUPT: it differs; the message says how.  ST_IO.
 */
MUST_CHECK enum status
		 store_verify(struct store *, const char *sha256, uint64_t size, struct err *);

/*
 * Lists blobs in the order of their names, those after `after` ("" from the beginning): fills at
 * most max entries (sha256 and size), *n tells how many; fewer than max means the end.
 * *strays (may be NULL) counts the files met on the way that have no business there.
 */
struct store_entry {
	char		 sha256[SHA256_HEX + 1];
	uint64_t	 size;
};
MUST_CHECK enum status
		 store_list(struct store *, const char *after, struct store_entry *, size_t max,
		    size_t *n, uint64_t *strays, struct err *);

/*
 * Destroys content.  For executed disposal only (design/records.md): the caller has checked holds,
 * no rendition names the blob any more, and the log entry is durable.  ST_NOT_FOUND, ST_IO.
 */
MUST_CHECK enum status
		 store_destroy_disposed(struct store *, const char *sha256, struct err *);

/*
 * Removes files of tmp that nothing has written to for age seconds: what crashed puts left, and
 * the parts for whose names keep says false (keep NULL: all parts stay).  ST_IO.
 */
MUST_CHECK enum status
		 store_sweep(struct store *, int64_t age, bool (*keep)(const char *name, void *),
		    void *payload, uint64_t *removed, struct err *);

/* Why the store is stopped: malloc'd text for the operator, or NULL when it is not. */
char		*store_stopped(struct store *);
/* The operator has had the disk checked and `tangthu verify` was clean: take content again. */
MUST_CHECK enum status
		 store_resume(struct store *, struct err *);

#ifdef __cplusplus
}
#endif
#endif
