/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BASE_H
#define BASE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "span.h"
#include "strbuf.h"

/* Small things every program needs: time, uids, hex, dates, careful input and output. */

#define UID_LEN		36	/* RFC 9562 text form without the NUL */
#define SHA256_LEN	32
#define SHA256_HEX	64

#ifdef __cplusplus
extern "C" {
#endif

/* Microseconds since 1970, UTC. */
int64_t		 now_us(void);
/* Microseconds of a clock that never goes back. */
int64_t		 monotonic_us(void);
/* "2026-11-24T03:50:00.123456Z" (RFC 3339); out holds 28 bytes. */
void		 time_text(int64_t us, char out[28]);
/* The day in Viet Nam (UTC+07:00 all year), "2026-11-24"; out holds 11 bytes. */
void		 day_text(int64_t us, char out[11]);
/* Where a day "2026-11-24" begins in UTC, microseconds; false when it is none. */
bool		 day_parse(const char *text, int64_t *us);
/* The day so many days behind (or before) a day that is valid; out holds 11 bytes. */
void		 day_add(const char *day, int64_t days, char out[11]);
/* A real calendar day "YYYY-MM-DD", 1000..9999; partial allows "YYYY" and "YYYY-MM". */
bool		 date_valid(struct span, bool partial);
/* A new random UUID (version 4) from getrandom(2); out holds UID_LEN + 1. */
void		 uid_make(char out[UID_LEN + 1]);
bool		 uid_valid(struct span);
/* Lower-case hex; out holds 2 * n + 1. */
void		 hex_encode(const void *, size_t n, char *out);
/* Exactly 2 * n hex digits of either case, or false. */
bool		 hex_decode(struct span, void *out, size_t n);
/* Base64 with padding (RFC 4648 section 4) and its URL form without (section 5). */
void		 base64_encode(const void *, size_t n, struct strbuf *);
void		 base64url_encode(const void *, size_t n, struct strbuf *);
bool		 base64_decode(struct span, struct strbuf *);
/* Bytes from the kernel's generator; aborts when there are none. */
void		 random_bytes(void *, size_t);
/* Length and content compared in a time that depends on the length only. */
bool		 secret_equal(struct span, struct span);

/* Well-formed UTF-8 without U+0000. */
bool		 utf8_valid(struct span);
size_t		 utf8_count(struct span);	/* characters of valid UTF-8 */
/*
 * A name for people from an untrusted one (file names, labels): NFC, invalid bytes become U+FFFD,
 * control and bidi-override characters are dropped, directories are cut off, at most max bytes at
 * a character's end, never empty ("không-tên"), never "." or "..".
 */
void		 name_clean(struct span, size_t max, struct strbuf *out);

/* Whole reads and writes that go on after EINTR and short counts.  ST_IO, ST_FULL. */
MUST_CHECK enum status
		 write_all(int fd, const void *, size_t, struct err *);
/* ST_CORRUPT when the file ends early. */
MUST_CHECK enum status
		 pread_all(int fd, void *, size_t, uint64_t offset, struct err *);
/* mkdir -p below an existing directory, each new level's parent synced. */
MUST_CHECK enum status
		 mkdir_synced(const char *path, struct err *);
/*
 * Removes a file or a folder with all that is in it; links are removed, not followed, and other file systems
 * mounted below are left.  What is not there (any more) is no failure.
 */
MUST_CHECK enum status
		 tree_remove(const char *path, struct err *);
/* fsync(2) of a directory. */
MUST_CHECK enum status
		 sync_dir(const char *path, struct err *);
/* Writes path.tmp, fsync, rename, fsync of the directory: the old or the new content, never half. */
MUST_CHECK enum status
		 file_replace(const char *path, struct span content, int mode, struct err *);
/* For owned(): closes when >= 0 and sets -1. */
void		 fd_closep(int *);
/* Hands an owned descriptor over: gives it and sets -1. */
int		 fd_take(int *);

#ifdef __cplusplus
}
#endif
#endif
