/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "../../server/disposition.h"

static void
expect(const char *name, const char *header)
{
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;

	disposition_attachment(span_of(name), &out);
	assert_string_equal(out.buf, header);
}

static void
a_name_is_given_in_ascii_and_in_utf8(void **state)
{
	(void)state;
	expect("a b.pdf", "attachment; filename=\"a b.pdf\"; filename*=UTF-8''a%20b.pdf");
	expect("đơn.pdf", "attachment; filename=\"__n.pdf\"; filename*=UTF-8''%C4%91%C6%A1n.pdf");
}

static void
no_name_can_end_the_header_or_its_string(void **state)
{
	(void)state;
	expect(
	    "a\"; x=\"b", "attachment; filename=\"a_; x=_b\"; filename*=UTF-8''a%22%3B%20x%3D%22b");
	expect("a\r\nSet-Cookie: x",
	    "attachment; filename=\"a__Set-Cookie: x\"; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20x");
	expect("a\\b%41/c", "attachment; filename=\"a_b_41_c\"; filename*=UTF-8''a%5Cb%2541%2Fc");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_given_in_ascii_and_in_utf8),
		cmocka_unit_test(no_name_can_end_the_header_or_its_string),
	};

	return cmocka_run_group_tests_name("disposition", tests, NULL, NULL);
}
