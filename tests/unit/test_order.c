/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "page_builder.h"

#include "../../indexer/order.h"

static struct words *ordered;

static const char *
text(void)
{
	words_freep(&ordered);
	ordered = order_words(page);
	return ordered->text.buf;
}

/* As a reader gives it that runs both columns into one line. */
static void
interleaved_header(void)
{
	page_begin(true);
	line_centred(LEFT_MIDDLE, 150, "UBND THÀNH PHỐ HẢI PHÒNG", 93);
	words_same_line(RIGHT_MIDDLE, 150, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM");
	line_centred(LEFT_MIDDLE, 190, "SỞ DU LỊCH", 95);
	words_same_line(RIGHT_MIDDLE, 190, "Độc lập - Tự do - Hạnh phúc");
	line_centred(LEFT_MIDDLE, 250, "Số: 15/SDL-QL", 95);
	words_same_line(RIGHT_MIDDLE, 250, "Hải Phòng, ngày 05 tháng 01 năm 2024");
	line_centred(LEFT_MIDDLE, 295, "V/v hướng dẫn hồ sơ cấp", 93);
	line_centred(LEFT_MIDDLE, 330, "thẻ hướng dẫn viên", 93);
	line_centred(PAGE_WIDTH / 2, 450, "Kính gửi: Các doanh nghiệp lữ hành", 95);
	line_at(260, 520, "Sở Du lịch hướng dẫn như sau.", 95);
}

static void
the_header_is_read_column_by_column(void **state)
{
	(void)state;
	interleaved_header();
	assert_string_equal(text(),
	    "UBND THÀNH PHỐ HẢI PHÒNG\nSỞ DU LỊCH\nSố: 15/SDL-QL\nV/v hướng dẫn hồ sơ cấp\n"
	    "thẻ hướng dẫn viên\n\n"
	    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"
	    "Hải Phòng, ngày 05 tháng 01 năm 2024\n\n"
	    "Kính gửi: Các doanh nghiệp lữ hành\nSở Du lịch hướng dẫn như sau.");
}

static void
of_the_foot_the_recipients_come_before_the_signature(void **state)
{
	const char *all;

	(void)state;
	interleaved_header();
	line_at(260, 1900, "Nơi nhận:", 90);
	words_same_line(1200, 1900, "KT. GIÁM ĐỐC");
	line_at(260, 1940, "- Như trên;", 90);
	words_same_line(1200, 1940, "PHÓ GIÁM ĐỐC");
	line_at(260, 1980, "- Lưu: VT.", 90);
	line_centred(1200, 2150, "Nguyễn Thị Hương", 94);
	all = text();
	assert_non_null(strstr(all,
	    "\n\nNơi nhận:\n- Như trên;\n- Lưu: VT.\n\nKT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC\nNguyễn Thị Hương"));
}

static void
a_line_below_the_foot_stays_below(void **state)
{
	const char *all;

	(void)state;
	interleaved_header();
	line_at(260, 1900, "Nơi nhận:", 90);
	words_same_line(1200, 1900, "GIÁM ĐỐC");
	line_at(260, 1940, "- Lưu: VT.", 90);
	line_centred(1200, 2050, "Nguyễn Thị Hương", 94);
	line_at(200, 2250,
	    "Ghi chú: mọi ý kiến gửi về Phòng Quản lý lữ hành để được giải đáp theo quy định của sở",
	    94);
	all = text();
	assert_non_null(strstr(all, "Nguyễn Thị Hương\n\nGhi chú: mọi ý kiến"));
}

static void
nothing_is_lost_and_nothing_altered(void **state)
{
	size_t i, k, same;

	(void)state;
	interleaved_header();
	page_words("|", 800, 200, 20, false);
	page_words("_____", 300, 205, 10, true);
	(void)text();
	assert_int_equal(ordered->count, page->count);
	assert_int_equal(ordered->width, page->width);
	for (i = 0; i < page->count; i++) {
		for (k = same = 0; k < ordered->count; k++)
			same += ordered->word[k].x == page->word[i].x &&
			    ordered->word[k].y == page->word[i].y &&
			    ordered->word[k].confidence == page->word[i].confidence &&
			    span_equal(words_text(ordered, k), words_text(page, i));
		assert_true(same >= 1);
	}
}

static void
a_page_without_boxes_header_and_foot_stays_as_it_is(void **state)
{
	(void)state;
	page_begin(false);
	line_of_text("một hai ba");
	paragraph("bốn năm sáu");
	assert_string_equal(text(), page->text.buf);
	words_freep(&page);
	page_begin(true);
	line_at(260, 520, "Trang thứ hai của văn bản.", 95);
	line_at(260, 560, "Không có tiêu đề nào.", 95);
	assert_string_equal(text(), page->text.buf);
	words_freep(&page);
	page_begin(true);
	assert_string_equal(text(), "");
}

static int
drop_page(void **state)
{
	(void)state;
	words_freep(&page);
	words_freep(&ordered);
	return 0;
}

#define TEST(f) cmocka_unit_test_teardown(f, drop_page)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_header_is_read_column_by_column),
		TEST(of_the_foot_the_recipients_come_before_the_signature),
		TEST(a_line_below_the_foot_stays_below),
		TEST(nothing_is_lost_and_nothing_altered),
		TEST(a_page_without_boxes_header_and_foot_stays_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
