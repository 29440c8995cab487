/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hash tree against the published vectors of RFC 6962 (certificate-transparency's own tests). */
#include "unit.h"

#include "../../core/merkle.h"
#include "base.h"

static const struct {
	const char *hex;
} leaves[] = {
	{ "" },
	{ "00" },
	{ "10" },
	{ "2021" },
	{ "3031" },
	{ "40414243" },
	{ "5051525354555657" },
	{ "606162636465666768696a6b6c6d6e6f" },
};

#define LEAVES (sizeof(leaves) / sizeof(leaves[0]))

/* roots[n]: of the first n leaves. */
static const char *const roots[LEAVES + 1] = {
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
	"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
	"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
	"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
	"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
	"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
	"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
	"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

static void
leaf_of(size_t i, unsigned char leaf[SHA256_LEN])
{
	char bytes[16];
	size_t n = strlen(leaves[i].hex) / 2;

	assert_true(hex_decode(span_of(leaves[i].hex), bytes, n));
	merkle_leaf(span_make(bytes, n), leaf);
}

static void
assert_root(const struct merkle *tree, const char *want)
{
	unsigned char root[SHA256_LEN];
	char text[SHA256_HEX + 1];

	merkle_root(tree, root);
	hex_encode(root, sizeof(root), text);
	assert_string_equal(text, want);
}

static void
roots_of_growing_trees_are_those_of_rfc_6962(void **state)
{
	struct merkle tree = { 0 };
	unsigned char leaf[SHA256_LEN];
	size_t i;

	(void)state;
	assert_root(&tree, roots[0]);
	for (i = 0; i < LEAVES; i++) {
		leaf_of(i, leaf);
		merkle_push(&tree, leaf);
		assert_int_equal(tree.size, i + 1);
		assert_root(&tree, roots[i + 1]);
	}
}

/* MTH of RFC 6962 2.1 as it is written there: split at the largest power of two below n. */
static void
mth(const unsigned char (*leaf)[SHA256_LEN], size_t n, unsigned char out[SHA256_LEN])
{
	char both[1 + 2 * SHA256_LEN] = { 0x01 };
	size_t k = 1;

	if (n == 1) {
		memcpy(out, leaf[0], SHA256_LEN);
		return;
	}
	while (k * 2 < n)
		k *= 2;
	mth(leaf, k, (unsigned char *)both + 1);
	mth(leaf + k, n - k, (unsigned char *)both + 1 + SHA256_LEN);
	merkle_sha256(span_make(both, sizeof(both)), out);
}

static void
the_frontier_gives_what_the_recursive_definition_gives(void **state)
{
	static unsigned char leaf[300][SHA256_LEN];
	unsigned char want[SHA256_LEN], root[SHA256_LEN];
	struct merkle tree = { 0 };
	size_t n;

	(void)state;
	for (n = 0; n < 300; n++) {
		merkle_leaf(span_make((const char *)&n, sizeof(n)), leaf[n]);
		merkle_push(&tree, leaf[n]);
		mth((const unsigned char(*)[SHA256_LEN])leaf, n + 1, want);
		merkle_root(&tree, root);
		assert_memory_equal(root, want, SHA256_LEN);
	}
}

static void
a_kept_frontier_grows_on_as_if_never_put_away(void **state)
{
	struct merkle whole = { 0 };
	unsigned char leaf[SHA256_LEN], a[SHA256_LEN], b[SHA256_LEN];
	size_t i;

	(void)state;
	for (i = 0; i < 100; i++) {
		struct merkle again;

		merkle_leaf(span_make((const char *)&i, sizeof(i)), leaf);
		assert_true(merkle_restore(&again, whole.size, merkle_frontier(&whole)));
		merkle_push(&whole, leaf);
		merkle_push(&again, leaf);
		merkle_root(&whole, a);
		merkle_root(&again, b);
		assert_memory_equal(a, b, SHA256_LEN);
	}
}

static void
a_torn_frontier_is_not_restored(void **state)
{
	struct merkle tree = { 0 }, again;
	unsigned char leaf[SHA256_LEN] = { 0 };
	struct span frontier;
	int i;

	(void)state;
	for (i = 0; i < 7; i++)
		merkle_push(&tree, leaf);
	frontier = merkle_frontier(&tree);
	assert_int_equal(frontier.n, 3 * SHA256_LEN);
	assert_true(merkle_restore(&again, 7, frontier));
	assert_false(merkle_restore(&again, 8, frontier));
	assert_false(merkle_restore(&again, 7, span_make(frontier.p, frontier.n - 1)));
	assert_false(merkle_restore(&again, 7, SPAN("")));
	assert_true(merkle_restore(&again, 0, SPAN("")));
}

static void
a_leaf_is_never_a_node(void **state)
{
	unsigned char two[2][SHA256_LEN], leaf[SHA256_LEN], node[SHA256_LEN];
	struct merkle tree = { 0 };

	(void)state;
	leaf_of(1, two[0]);
	leaf_of(2, two[1]);
	merkle_push(&tree, two[0]);
	merkle_push(&tree, two[1]);
	merkle_root(&tree, node);
	merkle_leaf(span_make((const char *)two, sizeof(two)), leaf);
	assert_memory_not_equal(leaf, node, SHA256_LEN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roots_of_growing_trees_are_those_of_rfc_6962),
		cmocka_unit_test(the_frontier_gives_what_the_recursive_definition_gives),
		cmocka_unit_test(a_kept_frontier_grows_on_as_if_never_put_away),
		cmocka_unit_test(a_torn_frontier_is_not_restored),
		cmocka_unit_test(a_leaf_is_never_a_node),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
