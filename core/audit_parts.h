/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef AUDIT_PARTS_H
#define AUDIT_PARTS_H
#include "audit.h"
#include "trail.h"

/* What audit.c (writes) and audit_verify.c (recomputes) share.  Private to core. */
#define AUDIT_SALT_LEN 16
#define AUDIT_PRIVATE_MAX 16		       /* private fields of one entry */
#define AUDIT_CLOCK_US INT64_C(1000000)	       /* what NTP may take back unsaid */
#define AUDIT_SEEN_US (INT64_C(600) * 1000000) /* D3: one entry in ten minutes */

struct audit_rows {
	struct arena *arena;
	struct event_row *row;
	size_t count;
};

/* Indexed by enum event_class. */
extern const char *const audit_class_names[EVENT_CLASS_COUNT];

/* Everything of an entry up to the number of its private fields; then each of them. */
void audit_canonical_start(const struct event_row *, size_t private_count, struct strbuf *);
void audit_canonical_private(
    const char *name, const unsigned char commitment[SHA256_LEN], struct strbuf *);
/* SHA-256(salt || value) */
void audit_commit(const unsigned char salt[AUDIT_SALT_LEN], struct span value,
    unsigned char commitment[SHA256_LEN]);
MUST_CHECK enum status audit_tree_load(struct catalog *, struct merkle *, struct err *);
MUST_CHECK enum status audit_rows_load(struct catalog *, int64_t from, size_t limit, struct arena *,
    struct audit_rows *, struct err *);
/*
 * A db_step that adds to struct audit_rows: seq, ts, class, action, actor_uid, on_behalf_uid, kind,
 * object, page, outcome, detail, leaf.
 */
struct db_row;
MUST_CHECK enum status audit_take_row(struct db_row *, void *rows, struct err *);
/* A merkle_node over the log; payload is the catalogue.  ST_CORRUPT: entries are missing. */
MUST_CHECK enum status audit_node(
    void *payload, unsigned level, uint64_t at, unsigned char hash[SHA256_LEN], struct err *);
/* Keeps the roots of all complete subtrees of 256^n leaves below size; in the caller's transaction. */
MUST_CHECK enum status audit_fill_nodes(struct catalog *, uint64_t size, struct err *);
/* Base64, a line each. */
void proof_lines(const struct proof *, struct strbuf *);

#endif
