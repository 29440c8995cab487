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
	p.dark_edge = 24;
	assert_int_equal(quality_of(&p, conf), 0);
	p.dark_edge = 25;
	assert_int_equal(quality_of(&p, conf), QUALITY_DARK_EDGE);
	conf->scan_max_dark_edge = 0;
	assert_int_equal(quality_of(&p, conf), 0);
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

#define PAGES 8
static struct page page[PAGES];
static struct quality quality[PAGES];

/* Pages with these printed numbers (0 = none), all different. */
static void
pages(const int printed[PAGES])
{
	static const char *const hash[PAGES] = {
		"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f",
		"f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0",
		"3333333333333333333333333333333333333333333333333333333333333333",
		"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc",
		"5555555555555555555555555555555555555555555555555555555555555555",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff",
		"ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00",
	};
	size_t i;

	for (i = 0; i < PAGES; i++) {
		page[i] = good();
		page[i].no = (int)i + 1;
		page[i].printed_no = printed[i];
		page[i].image_hash = hash[i];
		page[i].text_hash = (int64_t)(UINT64_C(0x9e3779b97f4a7c15) * (i + 1));
	}
}

/* What quality_pages says of each page, its bits one digit: M missing, O order, D doubled, - nothing. */
static const char *
told(void)
{
	static char out[PAGES + 1];
	size_t i;

	quality_pages(page, PAGES, 0, PAGES, conf, quality);
	for (i = 0; i < PAGES; i++)
		out[i] = quality[i].issues & QUALITY_DOUBLED ? 'D'
		    : quality[i].issues & QUALITY_MISSING    ? 'M'
		    : quality[i].issues & QUALITY_ORDER	     ? 'O'
							     : '-';
	return out;
}

static void
printed_numbers_that_jump_or_go_back_are_told(void **state)
{
	static const struct {
		int printed[PAGES];
		const char *told;
		int missing;
	} cases[] = {
		{ { 0, 2, 3, 4, 5, 6, 7, 8 }, "--------", 0 },
		{ { 1, 2, 3, 4, 0, 6, 7, 8 }, "--------", 0 },
		{ { 0, 2, 3, 5, 6, 7, 8, 9 }, "---M----", 1 },
		{ { 0, 4, 5, 6, 7, 8, 9, 10 }, "-M------", 2 },
		/* some numbers were not read */
		{ { 0, 2, 0, 0, 8, 9, 10, 0 }, "----M---", 3 },
		/* misread: both neighbours agree */
		{ { 0, 2, 8, 4, 5, 6, 7, 8 }, "--------", 0 },
		{ { 0, 2, 3, 4, 444, 6, 7, 8 }, "--------", 0 },
		/* an annex begins anew */
		{ { 0, 2, 3, 1, 2, 3, 4, 5 }, "--------", 0 },
		{ { 0, 2, 3, 0, 2, 3, 4, 5 }, "--------", 0 },
		{ { 0, 2, 3, 4, 5, 4, 5, 6 }, "-----O--", 0 },
		/* an excerpt */
		{ { 15, 16, 17, 18, 19, 20, 21, 22 }, "--------", 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		pages(cases[i].printed);
		assert_string_equal(told(), cases[i].told);
		if (cases[i].missing)
			assert_int_equal(
			    quality[strcspn(cases[i].told, "M")].missing, cases[i].missing);
	}
	/* Blank backs are counted by one printer and not by the other. */
	pages((const int[PAGES]){ 1, 0, 3, 0, 5, 0, 7, 0 });
	page[1].state = page[3].state = page[5].state = page[7].state = PAGE_BLANK;
	assert_string_equal(told(), "--------");
	pages((const int[PAGES]){ 1, 0, 2, 0, 3, 0, 4, 0 });
	page[1].state = page[3].state = page[5].state = page[7].state = PAGE_BLANK;
	assert_string_equal(told(), "--------");
	conf->scan_report_numbers = false;
	pages((const int[PAGES]){ 0, 2, 3, 5, 6, 7, 8, 9 });
	assert_string_equal(told(), "--------");
}

static void
the_same_sheet_twice_is_told_with_the_first_one(void **state)
{
	static const int none[PAGES] = { 0 };

	(void)state;
	pages(none);
	assert_string_equal(told(), "--------");
	page[5].image_hash = page[2].image_hash;
	page[5].text_hash = page[2].text_hash ^ 0x11001;
	assert_string_equal(told(), "-----D--");
	assert_int_equal(quality[5].same_as, 3);
	/* The same form, filled in otherwise. */
	page[5].text_hash = ~page[2].text_hash;
	assert_string_equal(told(), "--------");
	/* The same words on another form. */
	page[5].text_hash = page[2].text_hash;
	page[5].image_hash = page[3].image_hash;
	assert_string_equal(told(), "--------");
	/* Drawings without words: only the very picture. */
	page[5].image_hash = page[2].image_hash;
	page[5].text_hash = page[2].text_hash = 0;
	assert_string_equal(told(), "-----D--");
	page[5].image_hash = page[2].image_hash =
	    "0000000000000000000000000000000000000000000000000000000000000001";
	assert_string_equal(told(), "--------");
	page[5].state = page[2].state = PAGE_BLANK;
	page[5].image_hash = page[2].image_hash = page[0].image_hash;
	assert_string_equal(told(), "--------");
	pages(none);
	page[5].image_hash = page[2].image_hash;
	page[5].text_hash = page[2].text_hash;
	conf->scan_report_doubled = false;
	assert_string_equal(told(), "--------");
}

static void
a_range_is_told_as_among_all_pages(void **state)
{
	static const unsigned bits[PAGES] = { [3] = QUALITY_MISSING, [4] = QUALITY_DOUBLED };
	size_t i;

	(void)state;
	pages((const int[PAGES]){ 0, 2, 3, 5, 6, 7, 8, 9 });
	page[5].image_hash = page[2].image_hash;
	page[5].text_hash = page[2].text_hash;
	page[4].image_hash = page[1].image_hash;
	page[4].text_hash = page[1].text_hash;
	memset(quality, 0, sizeof(quality));
	quality_pages(page, PAGES, 3, 5, conf, quality);
	for (i = 0; i < PAGES; i++)
		assert_int_equal(quality[i].issues, bits[i]);
	assert_int_equal(quality[3].missing, 1);
	assert_int_equal(quality[4].same_as, 2);
	quality_pages(page, PAGES, 5, 6, conf, quality);
	assert_int_equal(quality[5].same_as, 3);
}

static void
words_read_a_little_otherwise_have_nearly_the_same_hash(void **state)
{
	static const char one[] =
	    "Căn cứ Luật Du lịch ngày 19 tháng 6 năm 2017; Căn cứ Nghị định số 168/2017/NĐ-CP của "
	    "Chính phủ quy định chi tiết một số điều của Luật Du lịch; Theo đề nghị của Trưởng phòng "
	    "Quản lý cơ sở lưu trú về việc công nhận hạng khách sạn trên địa bàn thành phố";
	static const char again[] =
	    "Căn cứ Luật Du lịch ngày 19 tháng 6 năm 2017: Căn cử Nghị định số 168/2017/NĐ-CP của "
	    "Chính phú quy định chỉ tiết một số điều của Luật Du lịch; Theo đề nghi của Trưởng phòng "
	    "Quản lý cơ số lưu trú vê việc công nhận hạng khách sạn trên dja bàn thành phố";
	static const char other[] =
	    "Nơi nhận: Như Điều 3; Sở Tài chính; Ủy ban nhân dân quận Dương Kinh; Lưu: VT, TTr. Giám "
	    "đốc Sở giao Phòng Kế hoạch - Tài chính chủ trì, phối hợp với Thanh tra Sở lập danh sách "
	    "dịch vụ chèo thuyền kayak cần hỗ trợ trong quý này";
	int64_t a = quality_text_hash(span_of(one));

	(void)state;
	assert_true(__builtin_popcountll((uint64_t)(a ^ quality_text_hash(span_of(again)))) <= 8);
	assert_true(__builtin_popcountll((uint64_t)(a ^ quality_text_hash(span_of(other)))) > 16);
	assert_int_equal(quality_text_hash(SPAN("Nơi nhận: Như Điều 3")), 0);
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
		TEST(printed_numbers_that_jump_or_go_back_are_told),
		TEST(the_same_sheet_twice_is_told_with_the_first_one),
		TEST(a_range_is_told_as_among_all_pages),
		TEST(words_read_a_little_otherwise_have_nearly_the_same_hash),
		TEST(each_rule_can_be_switched_off),
		TEST(every_issue_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
