/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <math.h>

#include "../../ocr/pdf_content.h"

struct seen {
	unsigned times;
	char name[32];
	struct pdf_matrix matrix;
};

static void
note(void *payload, struct span name, const struct pdf_matrix *m)
{
	struct seen *s = payload;

	s->times++;
	snprintf(s->name, sizeof(s->name), "%.*s", SPAN_ARG(name));
	s->matrix = *m;
}

static struct pdf_painted
walk(const char *content, struct seen *seen)
{
	struct pdf_painted painted = { 0, 0, false };
	struct pdf_matrix one = PDF_MATRIX_ONE;

	memset(seen, 0, sizeof(*seen));
	pdf_content_walk(span_of(content), &one, &painted, note, seen);
	return painted;
}

static void
a_scan_is_one_image_with_its_matrix(void **state)
{
	struct seen s;
	struct pdf_painted p = walk("q\n595.2 0 0 841.92 0 0 cm\n/Im0 Do\nQ\n", &s);

	(void)state;
	assert_int_equal(p.text + p.hidden_text, 0);
	assert_false(p.marks);
	assert_int_equal(s.times, 1);
	assert_string_equal(s.name, "Im0");
	assert_true(fabs(s.matrix.a - 595.2) < 1e-9 && fabs(s.matrix.d - 841.92) < 1e-9);
}

static void
matrices_multiply_and_are_restored(void **state)
{
	struct seen s;

	(void)state;
	(void)walk("q 2 0 0 2 10 20 cm q 0 1 -1 0 5 0 cm /A Do Q /B Do Q", &s);
	assert_int_equal(s.times, 2);
	assert_string_equal(s.name, "B");
	assert_true(s.matrix.a == 2 && s.matrix.e == 10 && s.matrix.f == 20);
	(void)walk("2 0 0 2 10 20 cm 0 1 -1 0 5 0 cm /A Do", &s);
	assert_true(s.matrix.b == 2 && s.matrix.c == -2 && s.matrix.e == 20 && s.matrix.f == 20);
}

static void
hidden_text_is_told_from_visible(void **state)
{
	struct seen s;
	struct pdf_painted p =
	    walk("BT 3 Tr (a) Tj [(b) -3 (c)] TJ 0 Tr (d) ' ET q 3 Tr Q (e) Tj", &s);

	(void)state;
	assert_int_equal(p.hidden_text, 2);
	assert_int_equal(p.text, 2);
}

static void
operators_inside_strings_and_comments_do_nothing(void **state)
{
	struct seen s;
	struct pdf_painted p = walk("% 0 0 1 1 re f\n(f \\) (S) Tj /X Do) pop <2066> pop "
				    "<</Do 1 /f [1 2]>> gs /Pattern cs",
	    &s);

	(void)state;
	assert_int_equal(p.text, 0);
	assert_false(p.marks);
	assert_int_equal(s.times, 0);
}

static void
paths_shadings_and_inline_images_are_marks(void **state)
{
	static const char *const contents[] = { "0 0 9 9 re f", "0 0 m 9 9 l S", "/Sh0 sh",
		"BI /W 1 /H 1 /BPC 1 ID \x01 EI", "1 0 0 cm" };
	struct seen s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(contents) / sizeof(contents[0]); i++)
		assert_true(walk(contents[i], &s).marks);
	/* A clip alone paints nothing. */
	assert_false(walk("0 0 9 9 re W n", &s).marks);
}

static void
unbalanced_and_endless_content_ends(void **state)
{
	char deep[400];
	struct seen s;

	(void)state;
	(void)walk("Q Q Q /A Do (never closed", &s);
	assert_int_equal(s.times, 1);
	memset(deep, 'q', sizeof(deep));
	for (size_t i = 1; i < sizeof(deep); i += 2)
		deep[i] = ' ';
	deep[sizeof(deep) - 1] = '\0';
	assert_true(walk(deep, &s).marks);
	(void)walk("<", &s);
	(void)walk("/", &s);
	(void)walk("", &s);
	assert_int_equal(s.times, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_scan_is_one_image_with_its_matrix),
		cmocka_unit_test(matrices_multiply_and_are_restored),
		cmocka_unit_test(hidden_text_is_told_from_visible),
		cmocka_unit_test(operators_inside_strings_and_comments_do_nothing),
		cmocka_unit_test(paths_shadings_and_inline_images_are_marks),
		cmocka_unit_test(unbalanced_and_endless_content_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
