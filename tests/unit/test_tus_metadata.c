/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "../../server/tus_metadata.h"
#include "strbuf.h"

static struct tus_metadata meta;

static enum status
parse(struct arena *arena, const char *text)
{
	return tus_metadata_parse(span_of(text), arena, &meta, NULL);
}

static void
keys_and_values_are_found(void **state)
{
	owned(arena_freep) struct arena *arena = arena_new();

	(void)state;
	assert_int_equal(parse(arena, "filename cXV54bq/dC5wZGY=,is_draft, dossier  YWJj"), ST_OK);
	assert_int_equal(meta.count, 3);
	assert_true(span_equal_str(*tus_metadata_find(&meta, "filename"), "quyết.pdf"));
	assert_int_equal(tus_metadata_find(&meta, "is_draft")->n, 0);
	assert_true(span_equal_str(*tus_metadata_find(&meta, "dossier"), "abc"));
	assert_null(tus_metadata_find(&meta, "other"));
}

static void
a_value_is_bytes_and_ends_in_nul_for_c(void **state)
{
	owned(arena_freep) struct arena *arena = arena_new();

	(void)state;
	assert_int_equal(parse(arena, "filename YQBi"), ST_OK);
	assert_int_equal(meta.pair[0].value.n, 3);
	assert_memory_equal(meta.pair[0].value.p, "a\0b", 4);
}

static void
broken_metadata_is_refused(void **state)
{
	static const char *const bad[] = { "", ",", "a YQ==,", "a YQ==,a YQ==", "a Y",
		"a Y?==", "a YQ==YQ==", "\x01 YQ==", "é YQ==" };
	owned(arena_freep) struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (parse(arena, bad[i]) != ST_INVALID)
			fail_msg("\"%s\" was taken", bad[i]);
}

static void
too_many_keys_are_refused(void **state)
{
	owned(arena_freep) struct arena *arena = arena_new();
	owned(strbuf_free) struct strbuf many = STRBUF_INIT;

	(void)state;
	for (int i = 0; i < TUS_KEYS_MAX; i++)
		strbuf_addf(&many, "%sk%d YQ==", i ? "," : "", i);
	assert_int_equal(parse(arena, many.buf), ST_OK);
	assert_int_equal(meta.count, TUS_KEYS_MAX);
	strbuf_add_str(&many, ",more YQ==");
	assert_int_equal(parse(arena, many.buf), ST_INVALID);
}

static void
a_checksum_is_sha256_of_32_bytes(void **state)
{
	unsigned char digest[32];

	(void)state;
	assert_int_equal(
	    tus_checksum_parse(
		SPAN("sha256 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="), digest, NULL),
	    ST_OK);
	assert_int_equal(digest[0], 0xe3);
	assert_int_equal(digest[31], 0x55);
	assert_int_equal(
	    tus_checksum_parse(SPAN("md5 1B2M2Y8AsgTpgAmY7PhCfg=="), digest, NULL), ST_INVALID);
	assert_int_equal(tus_checksum_parse(SPAN("sha256 YQ=="), digest, NULL), ST_INVALID);
	assert_int_equal(tus_checksum_parse(SPAN("sha256"), digest, NULL), ST_INVALID);
	assert_int_equal(tus_checksum_parse(SPAN(""), digest, NULL), ST_INVALID);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_and_values_are_found),
		cmocka_unit_test(a_value_is_bytes_and_ends_in_nul_for_c),
		cmocka_unit_test(broken_metadata_is_refused),
		cmocka_unit_test(too_many_keys_are_refused),
		cmocka_unit_test(a_checksum_is_sha256_of_32_bytes),
	};

	return cmocka_run_group_tests_name("tus_metadata", tests, NULL, NULL);
}
