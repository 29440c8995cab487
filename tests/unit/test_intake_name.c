/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "../../indexer/intake.h"

static void
documents_are_taken_whatever_their_name(void **state)
{
	static const char *const names[] = { "a.pdf", "Công văn số 15.tif", "x", "a.b.c", "README",
		"tmp", "part.pdf", "line\nbreak.pdf", "~.pdf", "#1.pdf", "\xff\xfe.pdf" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (intake_name_kind(names[i]) != INTAKE_TAKE)
			fail_msg("%s is skipped", names[i]);
}

static void
hidden_and_unfinished_names_are_skipped(void **state)
{
	static const char *const names[] = { "", ".", "..", ".hidden.pdf", "~$bao cao.docx",
		"a.pdf~", "#a.pdf#", "a.tmp", "A.TMP", "a.pdf.part", "a.crdownload", "a.filepart",
		"Thumbs.db", "desktop.ini", ".a.pdf.swp" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (intake_name_kind(names[i]) != INTAKE_SKIP)
			fail_msg("%s is taken", names[i]);
}

static void
the_key_tells_every_arrival_apart(void **state)
{
	struct stat st = { .st_dev = 2049, .st_ino = 77, .st_ctim = { 1700000000, 5 } };
	struct strbuf a = STRBUF_INIT, b = STRBUF_INIT;

	(void)state;
	intake_key(&st, "abc", &a);
	intake_key(&st, "abc", &b);
	assert_string_equal(a.buf, b.buf);
	strbuf_reset(&b);
	st.st_ctim.tv_nsec = 6; /* the inode was used again */
	intake_key(&st, "abc", &b);
	assert_string_not_equal(a.buf, b.buf);
	strbuf_reset(&b);
	st.st_ctim.tv_nsec = 5; /* within one tick of the clock, other bytes */
	intake_key(&st, "abd", &b);
	assert_string_not_equal(a.buf, b.buf);
	strbuf_free(&a);
	strbuf_free(&b);
}

static void
only_a_folder_of_the_first_level_names_a_dossier(void **state)
{
	(void)state;
	assert_true(span_equal_str(intake_first_folder("HS-01/a.pdf"), "HS-01"));
	assert_true(span_equal_str(intake_first_folder("HS-01/sub/a.pdf"), "HS-01"));
	assert_true(span_equal_str(intake_first_folder("a.pdf"), ""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(documents_are_taken_whatever_their_name),
		cmocka_unit_test(hidden_and_unfinished_names_are_skipped),
		cmocka_unit_test(the_key_tells_every_arrival_apart),
		cmocka_unit_test(only_a_folder_of_the_first_level_names_a_dossier),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
