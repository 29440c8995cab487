/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hash tree of RFC 6962: leaves H(0x00 || bytes), nodes H(0x01 || left || right). */
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "verify.h"

static void
digest(int prefix, struct bytes a, struct bytes b, unsigned char out[HASH_LEN])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char first = (unsigned char)prefix;

	if (!ctx || !EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) ||
	    (prefix >= 0 && !EVP_DigestUpdate(ctx, &first, 1)) ||
	    !EVP_DigestUpdate(ctx, a.p, a.n) || !EVP_DigestUpdate(ctx, b.p, b.n) ||
	    !EVP_DigestFinal_ex(ctx, out, NULL))
		abort();
	EVP_MD_CTX_free(ctx);
}

void
hash_bytes(struct bytes b, unsigned char out[HASH_LEN])
{
	digest(-1, b, (struct bytes){ b.p, 0 }, out);
}

void
hash_leaf(struct bytes b, unsigned char out[HASH_LEN])
{
	digest(0, b, (struct bytes){ b.p, 0 }, out);
}

static void
join(const unsigned char *left, const unsigned char *right, unsigned char *out)
{
	digest(1, (struct bytes){ left, HASH_LEN }, (struct bytes){ right, HASH_LEN }, out);
}

static unsigned
roots(uint64_t size)
{
	return (unsigned)__builtin_popcountll(size);
}

void
tree_add(struct tree *t, const unsigned char leaf[HASH_LEN])
{
	unsigned at = roots(t->size);

	memcpy(t->node[at], leaf, HASH_LEN);
	for (uint64_t s = t->size; s & 1; s >>= 1, at--)
		join(t->node[at - 1], t->node[at], t->node[at - 1]);
	t->size++;
}

void
tree_root(const struct tree *t, unsigned char out[HASH_LEN])
{
	unsigned at = roots(t->size);

	if (at == 0) {
		hash_bytes(bytes_of(""), out);
		return;
	}
	memcpy(out, t->node[--at], HASH_LEN);
	while (at > 0)
		join(t->node[--at], out, out);
}

/*
 * The audit path by the definition of RFC 6962 2.1.1, from the root down: at each split the leaf is
 * on one side and the next hash of the path is the other; what the path must be long is known then.
 */
bool
path_root(uint64_t size, uint64_t at, const unsigned char leaf[HASH_LEN], const struct path *path,
    unsigned char root[HASH_LEN])
{
	bool right[64];
	uint64_t from = 0, to = size;
	size_t depth = 0;

	if (at >= size)
		return false;
	while (to - from > 1) {
		uint64_t half = 1;

		while (half * 2 < to - from)
			half *= 2;
		right[depth] = at - from >= half;
		if (right[depth++])
			from += half;
		else
			to = from + half;
	}
	if (path->count != depth)
		return false;
	memcpy(root, leaf, HASH_LEN);
	for (size_t i = 0; i < depth; i++) {
		if (right[depth - 1 - i])
			join(path->hash[i], root, root);
		else
			join(root, path->hash[i], root);
	}
	return true;
}

/* SUBPROOF of RFC 6962 2.1.2, walked down to find the shape and up to fold both roots. */
bool
path_extends(uint64_t old, const unsigned char old_root[HASH_LEN], uint64_t size,
    const unsigned char root[HASH_LEN], const struct path *path)
{
	unsigned char was[HASH_LEN], is[HASH_LEN];
	uint64_t from = 0, to = size;
	size_t depth = 0, i = 0;
	bool right[64];

	if (old > size || (old == size && memcmp(old_root, root, HASH_LEN) != 0))
		return false;
	if (old == 0 || old == size)
		return path->count == 0;
	while (to != old) {
		uint64_t half = 1;

		while (half * 2 < to - from)
			half *= 2;
		right[depth] = old > from + half;
		if (right[depth++])
			from += half;
		else
			to = from + half;
	}
	if (path->count != depth + (from > 0))
		return false;
	memcpy(was, from > 0 ? path->hash[i++] : old_root, HASH_LEN);
	memcpy(is, was, HASH_LEN);
	while (depth-- > 0) {
		const unsigned char *next = path->hash[i++];

		if (right[depth]) {
			join(next, was, was);
			join(next, is, is);
		} else {
			join(is, next, is);
		}
	}
	return memcmp(was, old_root, HASH_LEN) == 0 && memcmp(is, root, HASH_LEN) == 0;
}
