/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "quality.h"

static struct conf *conf;

/* As the standards want it. */
static struct page
good(void)
{
	const struct page p = { .no = 1,
		.state = PAGE_READ,
		.dpi = 300,
		.skew = 0.3,
		.confidence = 92,
		.source = "ocr",
		.image_mime = "image/jpeg" };

	return p;
}

static void
a_good_page_has_no_issue(void **state)
{
	struct page p = good();

	(void)state;
	assert_int_equal(quality_of(&p, conf), 0);
	p.dpi = 200;
	assert_int_equal(quality_of(&p, conf), 0);
}

static void
each_fault_is_told(void **state)
{
	struct page p = good();

	(void)state;
	p.dpi = 199;
	assert_int_equal(quality_of(&p, conf), QUALITY_LOW_DPI);
	p = good();
	p.image_mime = "image/png";
	assert_int_equal(quality_of(&p, conf), QUALITY_NOT_COLOUR);
	p = good();
	p.skew = -2.0;
	assert_int_equal(quality_of(&p, conf), QUALITY_SKEWED);
	p.skew = 1.99;
	assert_int_equal(quality_of(&p, conf), 0);
	p = good();
	p.confidence = 69.9;
	assert_int_equal(quality_of(&p, conf), QUALITY_LOW_CONFIDENCE);
	p = good();
	p.state = PAGE_BLANK;
	p.confidence = 0;
	assert_int_equal(quality_of(&p, conf), QUALITY_BLANK);
	p.state = PAGE_GIVEN_UP;
	assert_int_equal(quality_of(&p, conf), QUALITY_UNREAD);
	p.dpi = 100;
	p.state = PAGE_READ;
	p.image_mime = "image/png";
	assert_int_equal(
	    quality_of(&p, conf), QUALITY_LOW_DPI | QUALITY_NOT_COLOUR | QUALITY_LOW_CONFIDENCE);
}

static void
what_was_never_paper_or_is_not_read_yet_has_none(void **state)
{
	struct page p = good();

	(void)state;
	p.dpi = 72;
	p.source = "text";
	p.confidence = -1;
	assert_int_equal(quality_of(&p, conf), 0);
	p = good();
	p.dpi = 72;
	p.state = PAGE_WAITING;
	assert_int_equal(quality_of(&p, conf), 0);
}

static void
each_rule_can_be_switched_off(void **state)
{
	struct page p = good();

	(void)state;
	p.dpi = 100;
	p.image_mime = "image/png";
	p.skew = 6;
	p.confidence = 10;
	conf->scan_min_dpi = 0;
	assert_false(quality_of(&p, conf) & QUALITY_LOW_DPI);
	conf->scan_colour = false;
	assert_false(quality_of(&p, conf) & QUALITY_NOT_COLOUR);
	conf->scan_max_skew = 0;
	assert_int_equal(quality_of(&p, conf), QUALITY_LOW_CONFIDENCE);
	conf->scan_min_confidence = 0;
	assert_int_equal(quality_of(&p, conf), 0);
	p.state = PAGE_BLANK;
	conf->scan_report_blank = false;
	assert_int_equal(quality_of(&p, conf), 0);
}

static void
every_issue_has_a_name(void **state)
{
	unsigned i;

	(void)state;
	for (i = 0; i < QUALITY_COUNT; i++)
		assert_string_not_equal(quality_name(i), "?");
	assert_string_equal(quality_name(QUALITY_COUNT), "?");
}

static int
set_up(void **state)
{
	(void)state;
	conf = conf_new(".");
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	conf_freep(&conf);
	return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_good_page_has_no_issue),
		TEST(each_fault_is_told),
		TEST(what_was_never_paper_or_is_not_read_yet_has_none),
		TEST(each_rule_can_be_switched_off),
		TEST(every_issue_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
