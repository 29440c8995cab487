/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Proofs over the hash tree: RFC 6962 2.1.1 and 2.1.2 made, RFC 9162 2.1.3.2 and 2.1.4.2 checked. */
#include <assert.h>
#include <string.h>

#include "merkle.h"
#include "trail.h"

#define DEPTH 64

struct range {
	uint64_t from, to;
};

/* The largest power of two below n; n is at least 2. */
static uint64_t
split(uint64_t n)
{
	return UINT64_C(1) << (63 - __builtin_clzll(n - 1));
}

/* The root of a range that begins where the tree splits: its complete subtrees, folded from the right. */
static enum status
range_root(struct range r, merkle_node node, void *payload, unsigned char root[SHA256_LEN],
    struct err *err)
{
	struct merkle parts = { 0 };
	uint64_t from = r.from;

	while (from < r.to) {
		unsigned level = 63u - (unsigned)__builtin_clzll(r.to - from), i = 0;
		enum status st;

		i = (unsigned)__builtin_popcountll(parts.size);
		st = node(payload, level, from >> level, parts.node[i], err);
		if (st != ST_OK)
			return st;
		parts.size |= UINT64_C(1) << level;
		from += UINT64_C(1) << level;
	}
	merkle_root(&parts, root);
	return ST_OK;
}

static enum status
add_ranges(struct proof *proof, const struct range *range, size_t count, merkle_node node,
    void *payload, struct err *err)
{
	enum status st = ST_OK;

	/* Siblings were found from the root down; proofs go up. */
	while (st == ST_OK && count-- > 0) {
		assert(proof->count < PROOF_HASHES_MAX);
		st = range_root(range[count], node, payload, proof->hash[proof->count++], err);
	}
	return st;
}

enum status
merkle_inclusion(uint64_t size, uint64_t leaf, merkle_node node, void *payload, struct proof *proof,
    struct err *err)
{
	struct range sibling[DEPTH];
	uint64_t from = 0, to = size;
	size_t count = 0;

	proof->count = 0;
	if (leaf >= size)
		return fail(err, ST_INVALID, "the tree of %llu has no leaf %llu",
		    (unsigned long long)size, (unsigned long long)leaf);
	while (to - from > 1) {
		uint64_t middle = from + split(to - from);

		if (leaf < middle) {
			sibling[count++] = (struct range){ middle, to };
			to = middle;
		} else {
			sibling[count++] = (struct range){ from, middle };
			from = middle;
		}
	}
	return add_ranges(proof, sibling, count, node, payload, err);
}

enum status
merkle_consistency(uint64_t size, uint64_t old, merkle_node node, void *payload,
    struct proof *proof, struct err *err)
{
	struct range sibling[DEPTH];
	uint64_t from = 0, to = size;
	size_t count = 0;
	enum status st;

	proof->count = 0;
	if (old > size)
		return fail(err, ST_INVALID, "a tree of %llu extends none of %llu",
		    (unsigned long long)size, (unsigned long long)old);
	if (old == 0 || old == size)
		return ST_OK;
	while (to != old) {
		uint64_t middle = from + split(to - from);

		if (old <= middle) {
			sibling[count++] = (struct range){ middle, to };
			to = middle;
		} else {
			sibling[count++] = (struct range){ from, middle };
			from = middle;
		}
	}
	/* A whole left tree is the old root itself, which the checker has. */
	if (from > 0) {
		st = range_root(
		    (struct range){ from, to }, node, payload, proof->hash[proof->count++], err);
		if (st != ST_OK)
			return st;
	}
	return add_ranges(proof, sibling, count, node, payload, err);
}

bool
merkle_inclusion_holds(uint64_t size, uint64_t leaf, const unsigned char leaf_hash[SHA256_LEN],
    const struct proof *proof, const unsigned char root[SHA256_LEN])
{
	unsigned char hash[SHA256_LEN];
	uint64_t at = leaf, last = size - 1;
	size_t i;

	if (leaf >= size)
		return false;
	memcpy(hash, leaf_hash, SHA256_LEN);
	for (i = 0; i < proof->count; i++) {
		if (last == 0)
			return false;
		if ((at & 1) || at == last) {
			merkle_join(proof->hash[i], hash, hash);
			while (!(at & 1) && at != 0) {
				at >>= 1;
				last >>= 1;
			}
		} else {
			merkle_join(hash, proof->hash[i], hash);
		}
		at >>= 1;
		last >>= 1;
	}
	return last == 0 && memcmp(hash, root, SHA256_LEN) == 0;
}

static bool
consistency_walk(uint64_t old, uint64_t size, const struct proof *proof, size_t i,
    unsigned char was[SHA256_LEN], unsigned char is[SHA256_LEN])
{
	uint64_t at = old - 1, last = size - 1;

	while (at & 1) {
		at >>= 1;
		last >>= 1;
	}
	for (; i < proof->count; i++) {
		if (last == 0)
			return false;
		if ((at & 1) || at == last) {
			merkle_join(proof->hash[i], was, was);
			merkle_join(proof->hash[i], is, is);
			while (!(at & 1) && at != 0) {
				at >>= 1;
				last >>= 1;
			}
		} else {
			merkle_join(is, proof->hash[i], is);
		}
		at >>= 1;
		last >>= 1;
	}
	return last == 0;
}

bool
merkle_consistency_holds(uint64_t old, const unsigned char old_root[SHA256_LEN], uint64_t size,
    const unsigned char root[SHA256_LEN], const struct proof *proof)
{
	unsigned char was[SHA256_LEN], is[SHA256_LEN];
	bool power = (old & (old - 1)) == 0;

	if (old > size)
		return false;
	if (old == 0)
		return proof->count == 0;
	if (old == size)
		return proof->count == 0 && memcmp(old_root, root, SHA256_LEN) == 0;
	if (!power && proof->count == 0)
		return false;
	memcpy(was, power ? old_root : proof->hash[0], SHA256_LEN);
	memcpy(is, was, SHA256_LEN);
	return consistency_walk(old, size, proof, power ? 0 : 1, was, is) &&
	    memcmp(was, old_root, SHA256_LEN) == 0 && memcmp(is, root, SHA256_LEN) == 0;
}
