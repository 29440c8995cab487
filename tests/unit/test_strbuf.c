/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "strbuf.h"

static void
assert_sane(const struct strbuf *b)
{
	assert_non_null(b->buf);
	assert_int_equal(b->buf[b->len], '\0');
	assert_true(b->alloc == 0 ? b->len == 0 && b->buf == strbuf_empty : b->len < b->alloc);
}

static void
an_empty_buffer_is_an_empty_string(void **state)
{
	struct strbuf b = STRBUF_INIT;

	(void)state;
	assert_sane(&b);
	strbuf_add(&b, NULL, 0);
	strbuf_add_str(&b, "");
	strbuf_reset(&b);
	assert_sane(&b);
	assert_string_equal(b.buf, "");
	strbuf_free(&b);
	strbuf_free(&b);
	assert_sane(&b);
}

static void
it_grows_byte_by_byte_and_keeps_its_invariants(void **state)
{
	struct strbuf b = STRBUF_INIT;

	(void)state;
	for (int i = 0; i < 5000; i++) {
		strbuf_add_char(&b, (char)('a' + i % 26));
		assert_sane(&b);
	}
	assert_int_equal(b.len, 5000);
	for (size_t i = 0; i < b.len; i++)
		assert_int_equal(b.buf[i], 'a' + (int)(i % 26));
	strbuf_truncate(&b, 9999);
	assert_int_equal(b.len, 5000);
	strbuf_truncate(&b, 3);
	assert_string_equal(b.buf, "abc");
	size_t room = b.alloc;

	strbuf_reset(&b);
	assert_int_equal(b.alloc, room);
	assert_sane(&b);
	strbuf_free(&b);
}

static void
formatting_appends_whatever_the_length(void **state)
{
	struct strbuf b = STRBUF_INIT;
	char long_text[3000];

	(void)state;
	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	strbuf_addf(&b, "%d-", 42);
	strbuf_addf(&b, "%s", "");
	strbuf_addf(&b, "%s", long_text);
	assert_sane(&b);
	assert_int_equal(b.len, 3 + 2999);
	assert_memory_equal(b.buf, "42-x", 4);
	strbuf_free(&b);
}

static void
code_points_become_utf8(void **state)
{
	struct strbuf b = STRBUF_INIT;

	(void)state;
	strbuf_add_rune(&b, 'A');
	strbuf_add_rune(&b, 0x111);
	strbuf_add_rune(&b, 0x1ead);
	strbuf_add_rune(&b, 0x1f4c4);
	assert_string_equal(b.buf, "Ađậ\xf0\x9f\x93\x84");
	strbuf_reset(&b);
	strbuf_add_rune(&b, 0xd800);
	strbuf_add_rune(&b, 0x110000);
	assert_string_equal(b.buf, "\xef\xbf\xbd\xef\xbf\xbd");
	strbuf_reset(&b);
	strbuf_add_rune(&b, 0);
	assert_int_equal(b.len, 1);
	strbuf_free(&b);
}

static void
a_detached_string_is_the_callers(void **state)
{
	struct strbuf b = STRBUF_INIT;
	size_t n = 9;
	char *s = strbuf_detach(&b, &n);

	(void)state;
	assert_string_equal(s, "");
	assert_int_equal(n, 0);
	free(s);
	strbuf_add_str(&b, "văn thư");
	s = strbuf_detach(&b, NULL);
	assert_string_equal(s, "văn thư");
	assert_sane(&b);
	free(s);
}

static void
a_file_is_read_whole_or_not_at_all(void **state)
{
	struct strbuf b = STRBUF_INIT;
	struct err err = ERR_INIT;
	char *dir = temp_dir_make(), path[4200];

	(void)state;
	snprintf(path, sizeof(path), "%s/file", dir);
	strbuf_add_str(&b, "before");
	assert_status(strbuf_read_file(&b, path, 10, &err), ST_NOT_FOUND, &err);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	for (int i = 0; i < 200000; i++)
		fputc('0' + i % 10, f);
	fclose(f);
	assert_status(strbuf_read_file(&b, path, 199999, &err), ST_TOO_LARGE, &err);
	assert_string_equal(b.buf, "before");
	assert_ok(strbuf_read_file(&b, path, 200000, &err), &err);
	assert_int_equal(b.len, 200006);
	assert_memory_equal(b.buf + 6, "0123456789", 10);
	assert_sane(&b);
	strbuf_reset(&b);
	assert_status(strbuf_read_file(&b, dir, 10, &err), ST_IO, &err);
	assert_int_equal(b.len, 0);
	strbuf_free(&b);
	temp_dir_remove(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_buffer_is_an_empty_string),
		cmocka_unit_test(it_grows_byte_by_byte_and_keeps_its_invariants),
		cmocka_unit_test(formatting_appends_whatever_the_length),
		cmocka_unit_test(code_points_become_utf8),
		cmocka_unit_test(a_detached_string_is_the_callers),
		cmocka_unit_test(a_file_is_read_whole_or_not_at_all),
	};

	return cmocka_run_group_tests_name("strbuf", tests, NULL, NULL);
}
