/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef MERKLE_H
#define MERKLE_H
#include "audit.h"

/* The frontier as the catalogue keeps it: 32 bytes for each set bit of size, largest tree first. */
struct span merkle_frontier(const struct merkle *); /* borrows from the tree */
void merkle_sha256(struct span, unsigned char hash[SHA256_LEN]);
/* The parent of two nodes; out may be either of them. */
void merkle_join(const unsigned char left[SHA256_LEN], const unsigned char right[SHA256_LEN],
    unsigned char out[SHA256_LEN]);
/* False when the length does not fit the size. */
bool merkle_restore(struct merkle *, uint64_t size, struct span frontier);

#endif
