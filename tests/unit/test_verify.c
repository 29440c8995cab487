/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tangthu-verify's own parts against the vectors of RFC 6962, and against ZIP files of the archive's writer. */
#include "unit.h"

#include "../../cli/verify/verify.h"
#include "../../cli/verify/zip.h"
#include "../../core/zip_out.h"

static const char *const leaves[] = { "", "00", "10", "2021", "3031", "40414243",
	"5051525354555657", "606162636465666768696a6b6c6d6e6f" };
static const char *const roots[] = {
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
#define A "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
#define B "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
#define C "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
#define D "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
#define E "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"

static struct path
path_of(const char *const *hash)
{
	struct path path = { 0 };

	while (path.count < 3 && hash[path.count]) {
		assert_true(parse_hex(bytes_of(hash[path.count]), path.hash[path.count], HASH_LEN));
		path.count++;
	}
	return path;
}

static void
leaf_of(size_t i, unsigned char leaf[HASH_LEN])
{
	unsigned char raw[16];
	size_t n = strlen(leaves[i]) / 2;

	assert_true(parse_hex(bytes_of(leaves[i]), raw, n));
	hash_leaf((struct bytes){ raw, n }, leaf);
}

static void
root_of(size_t size, unsigned char root[HASH_LEN])
{
	assert_true(parse_hex(bytes_of(roots[size]), root, HASH_LEN));
}

static void
growing_trees_have_the_published_roots(void **state)
{
	unsigned char leaf[HASH_LEN], root[HASH_LEN], want[HASH_LEN];
	struct tree tree = { 0 };

	(void)state;
	for (size_t i = 0; i <= 8; i++) {
		tree_root(&tree, root);
		root_of(i, want);
		assert_memory_equal(root, want, HASH_LEN);
		if (i == 8)
			break;
		leaf_of(i, leaf);
		tree_add(&tree, leaf);
	}
}

static void
published_inclusion_proofs_hold_and_changed_ones_do_not(void **state)
{
	static const struct {
		uint64_t at, size;
		const char *hash[3];
	} vectors[] = {
		{ 0, 1, { NULL } }, { 0, 8, { A, B, C } },
		{ 5, 8,
		    { D, E, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" } },
		{ 2, 3, { "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125" } },
		{ 1, 5,
		    { "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", B, D } }
	};

	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct path path = path_of(vectors[i].hash);
		unsigned char leaf[HASH_LEN], root[HASH_LEN], want[HASH_LEN];

		leaf_of((size_t)vectors[i].at, leaf);
		root_of((size_t)vectors[i].size, want);
		assert_true(path_root(vectors[i].size, vectors[i].at, leaf, &path, root));
		assert_memory_equal(root, want, HASH_LEN);
		if (path.count == 0)
			continue;
		path.hash[0][0] ^= 1;
		assert_true(path_root(vectors[i].size, vectors[i].at, leaf, &path, root));
		assert_memory_not_equal(root, want, HASH_LEN);
		path.count--;
		assert_false(path_root(vectors[i].size, vectors[i].at, leaf, &path, root));
	}
}

static void
published_consistency_proofs_hold_and_changed_ones_do_not(void **state)
{
	static const struct {
		uint64_t old, size;
		const char *hash[3];
	} vectors[] = { { 1, 1, { NULL } }, { 1, 8, { A, B, C } },
		{ 6, 8,
		    { "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a", E,
			"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" } },
		{ 2, 5, { B, D } } };

	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct path path = path_of(vectors[i].hash);
		unsigned char old[HASH_LEN], root[HASH_LEN];

		root_of((size_t)vectors[i].old, old);
		root_of((size_t)vectors[i].size, root);
		assert_true(path_extends(vectors[i].old, old, vectors[i].size, root, &path));
		old[0] ^= 1;
		assert_false(path_extends(vectors[i].old, old, vectors[i].size, root, &path));
		old[0] ^= 1;
		if (path.count == 0)
			continue;
		path.hash[path.count - 1][5] ^= 1;
		assert_false(path_extends(vectors[i].old, old, vectors[i].size, root, &path));
		path.count--;
		assert_false(path_extends(vectors[i].old, old, vectors[i].size, root, &path));
	}
}

static void
base64_has_one_spelling(void **state)
{
	static const char *const bad[] = { "A", "AA", "AAA", "AA=A",
		"AB==", "AAB=", "A===", "AAAA=", "AA-_", "AAA\n" };
	struct buffer raw;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(parse_base64(bytes_of(bad[i]), &raw));
	assert_true(parse_base64(bytes_of("/+8="), &raw));
	assert_int_equal(raw.n, 2);
	assert_memory_equal(raw.p, "\xff\xef", 2);
	buffer_free(&raw);
}

/* --- ZIP --- */

/* Entries of these sizes as holes of a sparse file, as the archive would write them. */
static FILE *
write_zip(const uint64_t *size, size_t count)
{
	struct zip_entry entry[4];
	FILE *out = tmpfile();
	uint64_t at = 0;
	owned(strbuf_free) struct strbuf bytes = STRBUF_INIT;

	assert_non_null(out);
	for (size_t i = 0; i < count; i++) {
		static const char *const names[] = { "e/a", "e/b", "e/c", "e/d" };

		entry[i] = (struct zip_entry){ names[i], 0x12345678u, size[i], at };
		strbuf_reset(&bytes);
		zip_local(&entry[i], &bytes);
		assert_int_equal(fseeko(out, (off_t)at, SEEK_SET), 0);
		assert_int_equal(fwrite(bytes.buf, 1, bytes.len, out), bytes.len);
		at += bytes.len + size[i];
	}
	strbuf_reset(&bytes);
	zip_directory(entry, count, at, &bytes);
	assert_int_equal(fseeko(out, (off_t)at, SEEK_SET), 0);
	assert_int_equal(fwrite(bytes.buf, 1, bytes.len, out), bytes.len);
	assert_int_equal(fflush(out), 0);
	return out;
}

static void
zip_files_beyond_four_gibibytes_are_read_as_they_were_written(void **state)
{
	static const uint64_t sizes[][4] = { { 0, 5, 0, 1 }, { UINT64_C(0xfffffffe), 3, 4, 5 },
		{ UINT64_C(0xffffffff), 3, 4, 5 }, { 7, UINT64_C(5) << 30, 9, 10 },
		{ UINT64_C(5) << 30, UINT64_C(5) << 30, 1, 2 } };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		FILE *in = write_zip(sizes[i], 4);
		struct fault f = { "" };
		struct zip zip;
		uint64_t at;

		if (!zip_read(in, &zip, &f))
			fail_msg("sizes %zu: %s", i, f.text);
		assert_int_equal(zip.count, 4);
		for (size_t k = 0; k < 4; k++)
			assert_int_equal(zip.file[k].size, sizes[i][k]);
		/* No byte of the last header is free. */
		at = zip.file[3].at - 33;
		zip_free(&zip);
		for (uint64_t k = 0; k < 33; k++) {
			unsigned char was, bad;

			assert_int_equal(fseeko(in, (off_t)(at + k), SEEK_SET), 0);
			assert_int_equal(fread(&was, 1, 1, in), 1);
			bad = was ^ 0x10;
			assert_int_equal(fseeko(in, (off_t)(at + k), SEEK_SET), 0);
			assert_int_equal(fwrite(&bad, 1, 1, in), 1);
			assert_int_equal(fflush(in), 0);
			assert_false(zip_read(in, &zip, &f));
			assert_int_equal(fseeko(in, (off_t)(at + k), SEEK_SET), 0);
			assert_int_equal(fwrite(&was, 1, 1, in), 1);
			assert_int_equal(fflush(in), 0);
		}
		fclose(in);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(growing_trees_have_the_published_roots),
		cmocka_unit_test(published_inclusion_proofs_hold_and_changed_ones_do_not),
		cmocka_unit_test(published_consistency_proofs_hold_and_changed_ones_do_not),
		cmocka_unit_test(base64_has_one_spelling),
		cmocka_unit_test(zip_files_beyond_four_gibibytes_are_read_as_they_were_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
