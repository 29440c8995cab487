/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VERIFY_H
#define VERIFY_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * tangthu-verify: checks what an archive gave away, without the archive.  It shares no code with the
 * writer but libcrypto (architecture D20), so that a mistake of the writer is not repeated here.
 * Functions give false and say in the fault what does not hold.
 */
#define HASH_LEN 32
#define KEY_LEN 32
#define SIGNATURE_LEN 64
#define NAME_MAX_LEN 200
#define KEYS_MAX 64
#define HASHES_MAX 126
#define LINE_MAX_LEN ((size_t)8 << 20)
#define NOTE_MAX_LEN ((size_t)64 << 10)

struct fault {
	char text[512];
};
/* Gives false. */
bool fault(struct fault *, const char *, ...) __attribute__((format(printf, 2, 3)));

/* --- text.c: bytes --- */
struct bytes { /* borrowed */
	const unsigned char *p;
	size_t n;
};
/* malloc'd, a NUL after it; the caller frees it. */
struct buffer {
	unsigned char *p;
	size_t n;
};
void buffer_free(struct buffer *);
/* n bytes that need not end in a NUL, as a string; the caller's. */
char *text_copy(const unsigned char *, size_t n);
struct bytes bytes_of(const char *);
bool bytes_are(struct bytes, const char *);
bool bytes_start(struct bytes, const char *);
/* What stands before the next newline; *rest follows it.  False: no newline is left. */
bool cut_line(struct bytes *rest, struct bytes *line);
/* What stands before the next space, or all. */
struct bytes cut_word(struct bytes *line);
/* Decimal, no sign, no leading zero, below 2^63. */
bool parse_number(struct bytes, uint64_t *);
bool parse_hex(struct bytes, unsigned char *out, size_t n);
/* Standard alphabet with padding, canonical; out->p is malloc'd. */
bool parse_base64(struct bytes, struct buffer *out);
bool parse_hash(struct bytes, unsigned char out[HASH_LEN]);
bool valid_utf8(struct bytes);
/* At most limit bytes. */
bool read_file(const char *path, size_t limit, struct buffer *, struct fault *);
/* Control characters as '?'. */
void print_plain(FILE *, struct bytes);

/* --- tree.c: RFC 6962 --- */
struct tree { /* one root per set bit of size, largest first */
	uint64_t size;
	unsigned char node[64][HASH_LEN];
};
struct path {
	size_t count;
	unsigned char hash[HASHES_MAX][HASH_LEN];
};
void hash_bytes(struct bytes, unsigned char out[HASH_LEN]);
void hash_leaf(struct bytes, unsigned char out[HASH_LEN]);
void tree_add(struct tree *, const unsigned char leaf[HASH_LEN]);
void tree_root(const struct tree *, unsigned char out[HASH_LEN]);
/* The root that the path gives from the leaf; false: it has another length than such a path. */
bool path_root(uint64_t size, uint64_t at, const unsigned char leaf[HASH_LEN], const struct path *,
    unsigned char root[HASH_LEN]);
bool path_extends(uint64_t old, const unsigned char old_root[HASH_LEN], uint64_t size,
    const unsigned char root[HASH_LEN], const struct path *);

/* --- signed.c: notes and checkpoints --- */
struct key {
	char name[NAME_MAX_LEN + 1];
	unsigned char id[4];
	unsigned char public[KEY_LEN];
};
struct keys {
	size_t count;
	struct key key[KEYS_MAX];
};
struct point { /* a checkpoint */
	uint64_t size;
	unsigned char root[HASH_LEN];
	char origin[NAME_MAX_LEN + 1];
	char time[64]; /* as it says itself, or "" */
};
bool key_parse(struct bytes, struct key *, struct fault *);
/* One key a line. */
bool keys_add(struct keys *, struct bytes, struct fault *);
/* Signed by one of the keys; what any of them signed falsely is refused. */
bool point_read(struct bytes note, const struct keys *, struct point *, struct fault *);

/* --- entry.c: canonical bytes of a log entry --- */
struct entry { /* borrows from the bytes; p NULL: absent */
	uint64_t seq;
	int64_t ts_us, page;
	struct bytes event_class, action, actor, on_behalf, kind, object, outcome, detail;
	uint32_t privates;
};
bool entry_parse(struct bytes, struct entry *, struct fault *);
/* One line for people. */
void entry_print(FILE *, const struct entry *);

/* --- log.c, proof.c, package.c: what main.c runs --- */
/*
 * Lines "SEQ BASE64" from a stream; the whole log from entry 0.  Every point's size must be reached
 * with its root; the largest one covers the last entry unless tail is allowed.
 */
struct log_report {
	uint64_t entries, beyond;
};
bool log_check(
    FILE *, const struct point *, size_t count, bool tail, struct log_report *, struct fault *);
/* c2sp.org/tlog-proof@v1; *bytes is the entry (malloc'd). */
bool inclusion_check(
    struct bytes text, const struct keys *, struct point *, struct buffer *bytes, struct fault *);
/* c2sp.org/tlog-witness request against the older checkpoint. */
bool consistency_check(struct bytes text, const struct keys *, const struct point *old,
    struct point *, struct fault *);

#endif
