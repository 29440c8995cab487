/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hash tree of RFC 6962 section 2.1, kept as its frontier. */
#include <assert.h>
#include <openssl/evp.h>
#include <string.h>

#include "audit.h"
#include "merkle.h"

static void
digest(unsigned char prefix, struct span a, struct span b, unsigned char out[SHA256_LEN])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int ok = ctx && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) &&
	    EVP_DigestUpdate(ctx, &prefix, 1) && EVP_DigestUpdate(ctx, a.p, a.n) &&
	    EVP_DigestUpdate(ctx, b.p, b.n) && EVP_DigestFinal_ex(ctx, out, NULL);

	/* SHA-256 fails only where memory or the library is broken. */
	assert(ok);
	EVP_MD_CTX_free(ctx);
}

void
merkle_sha256(struct span bytes, unsigned char hash[SHA256_LEN])
{
	int ok = EVP_Digest(bytes.n ? bytes.p : "", bytes.n, hash, NULL, EVP_sha256(), NULL);

	assert(ok);
}

static struct span
node_span(const unsigned char *node)
{
	return span_make((const char *)node, SHA256_LEN);
}

void
merkle_join(const unsigned char left[SHA256_LEN], const unsigned char right[SHA256_LEN],
    unsigned char out[SHA256_LEN])
{
	digest(0x01, node_span(left), node_span(right), out);
}

static unsigned
ones(uint64_t size)
{
	return (unsigned)__builtin_popcountll(size);
}

void
merkle_leaf(struct span canonical, unsigned char leaf[SHA256_LEN])
{
	digest(0x00, canonical, SPAN(""), leaf);
}

void
merkle_push(struct merkle *tree, const unsigned char leaf[SHA256_LEN])
{
	unsigned last = ones(tree->size);
	uint64_t carry;

	memcpy(tree->node[last], leaf, SHA256_LEN);
	for (carry = tree->size; carry & 1; carry >>= 1, last--)
		digest(0x01, node_span(tree->node[last - 1]), node_span(tree->node[last]),
		    tree->node[last - 1]);
	tree->size++;
}

void
merkle_root(const struct merkle *tree, unsigned char root[SHA256_LEN])
{
	unsigned i = ones(tree->size);

	if (i == 0) {
		/* "The hash of an empty list is the hash of an empty string." */
		merkle_sha256(SPAN(""), root);
		return;
	}
	memcpy(root, tree->node[--i], SHA256_LEN);
	while (i > 0)
		digest(0x01, node_span(tree->node[--i]), node_span(root), root);
}

struct span
merkle_frontier(const struct merkle *tree)
{
	return span_make((const char *)tree->node, (size_t)ones(tree->size) * SHA256_LEN);
}

bool
merkle_restore(struct merkle *tree, uint64_t size, struct span frontier)
{
	if (frontier.n != (size_t)ones(size) * SHA256_LEN)
		return false;
	memset(tree, 0, sizeof(*tree));
	tree->size = size;
	if (frontier.n)
		memcpy(tree->node, frontier.p, frontier.n);
	return true;
}
