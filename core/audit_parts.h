/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef AUDIT_PARTS_H
#define AUDIT_PARTS_H
#include "audit.h"

/* What audit.c (writes) and audit_verify.c (recomputes) share.  Private to core. */
#define AUDIT_SALT_LEN 16
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

#endif
