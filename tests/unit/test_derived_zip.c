/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "base.h"
#include "derived.h"

#include "../../core/derived_zip.h"

static int
write_pack(uint32_t pages, bool big)
{
	struct err err = ERR_INIT;
	struct zip_writer w;
	FILE *content = tmpfile(), *pack = tmpfile();

	assert_non_null(content);
	assert_non_null(pack);
	fputs("0123456789", content);
	fflush(content);
	zip_writer_init(&w, fileno(pack), big);
	for (uint32_t page = 0; page < pages; page++)
		assert_ok(
		    zip_add(&w, page, DERIVED_WORDS, fileno(content), page % 5, page % 6, &err),
		    &err);
	assert_ok(zip_end(&w, &err), &err);
	zip_writer_free(&w);
	int fd = dup(fileno(pack));

	fclose(content);
	fclose(pack);
	return fd;
}

static void
check_pack(int fd, uint32_t pages)
{
	struct err err = ERR_INIT;
	struct zip_directory dir;
	struct zip_entry e;
	uint64_t offset;
	char bytes[8];

	assert_ok(zip_verify(fd, &err), &err);
	assert_ok(zip_open(fd, &dir, &err), &err);
	assert_int_equal(dir.count, pages);
	for (uint32_t page = 0; page < pages; page++) {
		assert_ok(zip_find(fd, &dir, page, DERIVED_WORDS, &e, &err), &err);
		assert_int_equal(e.length, page % 6);
		assert_ok(zip_locate(fd, &dir, &e, &offset, &err), &err);
		assert_ok(pread_all(fd, bytes, page % 6, offset, &err), &err);
		assert_memory_equal(bytes, "0123456789" + page % 5, page % 6);
	}
	assert_status(zip_find(fd, &dir, pages, DERIVED_WORDS, &e, &err), ST_NOT_FOUND, &err);
	assert_status(zip_find(fd, &dir, 0, DERIVED_IMAGE, &e, &err), ST_NOT_FOUND, &err);
}

static void
every_page_is_found_whatever_their_number(void **state)
{
	static const uint32_t counts[] = { 0, 1, 2, 3, 7, 100 };

	(void)state;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		int fd = write_pack(counts[i], false);

		check_pack(fd, counts[i]);
		close(fd);
	}
}

static void
the_long_form_reads_like_the_short_one(void **state)
{
	(void)state;
	for (uint32_t pages = 0; pages < 20; pages++) {
		int fd = write_pack(pages, true);

		check_pack(fd, pages);
		close(fd);
	}
}

static void
other_tools_open_the_long_form(void **state)
{
	char command[200];

	(void)state;
	if (system("command -v python3 >/dev/null 2>&1") != 0)
		SKIP("python3, whose zipfile reads the pack, is not installed");
	int fd = write_pack(9, true);

	snprintf(command, sizeof(command),
	    "python3 -c \"import zipfile; z=zipfile.ZipFile(open('/dev/fd/%d','rb')); "
	    "assert z.testzip() is None and len(z.namelist())==9\"",
	    fd);
	assert_int_equal(system(command), 0);
	close(fd);
}

static void
a_short_pack_does_not_take_too_many_entries(void **state)
{
	struct err err = ERR_INIT;
	struct zip_writer w;
	FILE *pack = tmpfile();

	(void)state;
	assert_non_null(pack);
	zip_writer_init(&w, fileno(pack), false);
	w.count = 0xffff;
	assert_status(zip_end(&w, &err), ST_INTERNAL, &err);
	w.count = 0;
	w.at = UINT64_C(0xfffffff0);
	assert_status(zip_add(&w, 0, DERIVED_WORDS, fileno(pack), 0, 1, &err), ST_INTERNAL, &err);
	zip_writer_free(&w);
	fclose(pack);
}

static void
only_our_names_are_names(void **state)
{
	enum derived_kind kind;
	uint32_t page;
	char name[DERIVED_ZIP_NAME + 1];
	static const char *const bad[] = { "", "000001.word", "000001.wordss", "00001.words",
		"x00001.words", "000001.WORDS", "999999.words", "-00001.words", "000001.words.tmp",
		NULL };

	(void)state;
	for (size_t i = 0; bad[i]; i++)
		assert_false(zip_name_parse(span_of(bad[i]), &page, &kind));
	zip_name(DERIVED_PAGES_MAX, DERIVED_IMAGE, name);
	assert_string_equal(name, "262143.image");
	assert_true(zip_name_parse(span_of(name), &page, &kind));
	assert_int_equal(page, DERIVED_PAGES_MAX);
	assert_int_equal(kind, DERIVED_IMAGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_page_is_found_whatever_their_number),
		cmocka_unit_test(the_long_form_reads_like_the_short_one),
		cmocka_unit_test(other_tools_open_the_long_form),
		cmocka_unit_test(a_short_pack_does_not_take_too_many_entries),
		cmocka_unit_test(only_our_names_are_names),
	};

	return cmocka_run_group_tests_name("derived_zip", tests, NULL, NULL);
}
