/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "../../ocr/signature.h"

static const char *
text(const char *s, const char *name)
{
	const char *mime = signature_text(span_of(s), span_of(name));

	return mime != NULL ? mime : "-";
}

static void
text_is_told_by_what_stands_in_it(void **state)
{
	(void)state;
	assert_string_equal(text("<p>a<br><div>b</div></p>", "x"), "text/html");
	assert_string_equal(text("a < b and <p> alone", "x"), "-");
	assert_string_equal(
	    text("<?xml version='1.0'?>\n<!-- <html> -->\n<svg:svg/>", "x"), "image/svg+xml");
	assert_string_equal(
	    text("\xef\xbb\xbf<?xml?><feed xmlns='x'>", "x"), "application/atom+xml");
	assert_string_equal(text("<?xml?><other/>", "x"), "-");
	assert_string_equal(text("/* c */ // d\ndigraph g { a -> b }", "x"), "text/vnd.graphviz");
	assert_string_equal(text("graph of sales", "x"), "-");
	assert_string_equal(text("% note\nx = 1;", "a.m"), "text/x-matlab");
	assert_string_equal(text("% note\n\\section{a}", "a.tex"), "-");
	assert_string_equal(text("", ""), "-");
}

static void
names_are_held_to_what_they_promise(void **state)
{
	(void)state;
	assert_true(signature_name_agrees(SPAN("công văn.PDF"), "application/pdf"));
	assert_false(signature_name_agrees(SPAN("công văn.pdf"), "application/zip"));
	assert_true(signature_name_agrees(SPAN("a.htm"), "application/xhtml+xml"));
	assert_true(signature_name_agrees(SPAN("a.txt"), "text/x-diff"));
	assert_false(signature_name_agrees(SPAN("a.jpg"), "image/png"));
	assert_true(signature_name_agrees(SPAN("no ending"), "image/png"));
	assert_true(signature_name_agrees(SPAN(".pdf"), "image/png"));
	assert_true(signature_name_agrees(SPAN("a.unknown"), "image/png"));
}

static void
libmagics_names_become_ours(void **state)
{
	(void)state;
	assert_string_equal(signature_canonical("text/xml", ""), "application/xml");
	assert_string_equal(
	    signature_canonical("application/octet-stream", "Certificate, Version=3"),
	    "application/x-x509-cert");
	assert_string_equal(
	    signature_canonical("application/octet-stream", "data"), "application/octet-stream");
	assert_string_equal(signature_canonical("image/png", ""), "image/png");
}

static void
short_bytes_have_no_signature(void **state)
{
	static const char zeros[200];
	size_t n;

	(void)state;
	for (n = 0; n < sizeof(zeros); n++)
		assert_null(signature_lookup(span_make(zeros, n)));
	assert_string_equal(signature_lookup(SPAN("(DWF V06.00)")), "model/vnd.dwf");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_told_by_what_stands_in_it),
		cmocka_unit_test(names_are_held_to_what_they_promise),
		cmocka_unit_test(libmagics_names_become_ours),
		cmocka_unit_test(short_bytes_have_no_signature),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
