/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "../../ocr/container.h"

#define SEEDS "tests/fuzz/corpus/container/"

static size_t
seed(const char *name, char *buf, size_t size)
{
	char path[200];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), SEEDS "%s", name);
	f = fopen(path, "rb");
	assert_non_null(f);
	n = fread(buf, 1, size, f);
	fclose(f);
	return n;
}

static void
office_files_are_told_from_plain_archives(void **state)
{
	struct container_look look;
	char buf[8192];
	size_t n;

	(void)state;
	n = seed("docx", buf, sizeof(buf));
	assert_true(container_zip(span_make(buf, n), &look));
	assert_string_equal(
	    look.mime, "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
	assert_true(look.active);
	assert_false(look.encrypted);
	n = seed("odt", buf, sizeof(buf)); /* with bytes before the archive */
	assert_true(container_zip(span_make(buf, n), &look));
	assert_string_equal(look.mime, "application/vnd.oasis.opendocument.text");
	assert_true(look.encrypted);
	n = seed("doc", buf, sizeof(buf));
	assert_true(container_ole(span_make(buf, n), &look));
	assert_string_equal(look.mime, "application/msword");
	assert_true(look.active);
}

static void
anything_cut_off_is_survived(void **state)
{
	static const char *const names[] = { "docx", "odt", "doc" };
	struct container_look look;
	char buf[8192];
	size_t i, n, cut;

	(void)state;
	for (i = 0; i < 3; i++) {
		n = seed(names[i], buf, sizeof(buf));
		for (cut = 0; cut < n; cut++) {
			char *exact = malloc(cut + 1);

			memcpy(exact, buf, cut);
			(void)container_zip(span_make(exact, cut), &look);
			(void)container_ole(span_make(exact, cut), &look);
			free(exact);
		}
	}
}

static void
a_directory_that_runs_in_circles_ends(void **state)
{
	struct container_look look;
	char buf[8192];
	size_t n;

	(void)state;
	n = seed("doc", buf, sizeof(buf));
	memcpy(buf + 512 + 4, "\1\0\0\0", 4); /* sector 1 follows itself */
	assert_true(container_ole(span_make(buf, n), &look));
	assert_true(look.entries <= 4100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(office_files_are_told_from_plain_archives),
		cmocka_unit_test(anything_cut_off_is_survived),
		cmocka_unit_test(a_directory_that_runs_in_circles_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
