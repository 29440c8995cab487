/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "page_builder.h"

#include "../../indexer/gate.h"

static enum gate_mark
look(void)
{
	struct arena *arena = arena_new();
	enum gate_mark m = gate_look(layout_make(page, arena));

	arena_free(arena);
	return m;
}

static void
header(void)
{
	page_begin(true);
	line_centred(LEFT_MIDDLE, 150, "UBND THÀNH PHỐ HẢI PHÒNG", 93);
	line_centred(RIGHT_MIDDLE, 150, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 94);
	line_centred(LEFT_MIDDLE, 190, "SỞ DU LỊCH", 95);
	line_centred(RIGHT_MIDDLE, 190, "Độc lập - Tự do - Hạnh phúc", 95);
	line_centred(LEFT_MIDDLE, 240, "Số: 15/QĐ-SDL", 90);
	line_centred(RIGHT_MIDDLE, 240, "Hải Phòng, ngày 05 tháng 01 năm 2024", 92);
}

static void
body(void)
{
	int y;

	line_centred(PAGE_WIDTH / 2, 420, "QUYẾT ĐỊNH", 96);
	for (y = 520; y < 1800; y += 40)
		line_at(200, y,
		    "Căn cứ Luật Tổ chức chính quyền địa phương và quy định có liên quan", 95);
}

/* One line of text, alone, that far down a page with a header. */
static enum gate_mark
with_line(const char *text, int middle, int bottom)
{
	header();
	line_centred(middle, bottom, text, 80);
	body();
	return look();
}

static void
a_page_without_a_mark_passes(void **state)
{
	(void)state;
	header();
	body();
	assert_int_equal(look(), GATE_NONE);
	page_begin(true);
	assert_int_equal(look(), GATE_NONE);
}

static void
each_mark_below_the_number_is_seen(void **state)
{
	(void)state;
	assert_int_equal(with_line("MẬT", LEFT_MIDDLE, 300), GATE_MAT);
	assert_int_equal(with_line("TỐI MẬT", LEFT_MIDDLE, 300), GATE_TOI_MAT);
	assert_int_equal(with_line("TUYỆT MẬT", LEFT_MIDDLE, 300), GATE_TUYET_MAT);
	assert_int_equal(with_line("TUYỆT MẬT", RIGHT_MIDDLE, 300), GATE_TUYET_MAT);
	assert_int_equal(with_line("TUYỆT MẬT", PAGE_WIDTH / 2, 80), GATE_TUYET_MAT);
}

static void
a_frame_and_spaces_around_the_letters_do_not_hide_it(void **state)
{
	(void)state;
	assert_int_equal(with_line("| MẬT |", LEFT_MIDDLE, 300), GATE_MAT);
	assert_int_equal(with_line("[TỐI MẬT]", LEFT_MIDDLE, 300), GATE_TOI_MAT);
	assert_int_equal(with_line("T Ố I M Ậ T", LEFT_MIDDLE, 300), GATE_TOI_MAT);
	assert_int_equal(with_line("\"TUYỆT MẬT.", LEFT_MIDDLE, 300), GATE_TUYET_MAT);
}

static void
the_gravest_mark_of_a_page_counts(void **state)
{
	(void)state;
	header();
	line_centred(LEFT_MIDDLE, 300, "MẬT", 80);
	line_centred(RIGHT_MIDDLE, 300, "TUYỆT MẬT", 80);
	body();
	assert_int_equal(look(), GATE_TUYET_MAT);
}

static void
running_text_is_no_mark(void **state)
{
	static const char *const texts[] = { "bảo mật", "Bảo mật thông tin", "MẬT ONG",
		"mật ong rừng U Minh", "Mật", "mật", "BẢO MẬT", "BÍ MẬT NHÀ NƯỚC",
		"CỤC MẬT MÃ DÂN SỰ", "Luật Bảo vệ bí mật nhà nước", "tuyệt mật", "Tối mật",
		"MẶT BẰNG", "MẶT HÀNG", "MÁY", "BẢNG MẬT ĐỘ DÂN SỐ", "MẬT ĐỘ",
		"tài liệu mật, tối mật, tuyệt mật", "MAI" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof texts / sizeof *texts; i++) {
		if (with_line(texts[i], PAGE_WIDTH / 2, 620) != GATE_NONE)
			fail_msg("\"%s\" in the text was taken for a mark", texts[i]);
		if (i < 12 && with_line(texts[i], LEFT_MIDDLE, 300) != GATE_NONE)
			fail_msg("\"%s\" in the header was taken for a mark", texts[i]);
	}
}

static void
one_letter_misread_in_the_header_is_forgiven(void **state)
{
	static const struct {
		const char *text;
		enum gate_mark mark;
	} cases[] = { { "MẶT", GATE_MAT }, { "MÂT", GATE_MAT }, { "MAT", GATE_MAT },
		{ "MẬI", GATE_MAT }, { "NẬT", GATE_MAT }, { "MẬ7", GATE_MAT },
		{ "TÔI MẬT", GATE_TOI_MAT }, { "TỐI MẬI", GATE_TOI_MAT },
		{ "TỐIMẬT", GATE_TOI_MAT }, { "TỐI MÂT", GATE_TOI_MAT },
		{ "T0I MẬT", GATE_TOI_MAT }, { "TUYỆT MẠT", GATE_TUYET_MAT },
		{ "TUYẾT MẬT", GATE_TUYET_MAT }, { "TUYỆF MẬT", GATE_TUYET_MAT },
		{ "TUYỆT MẬ", GATE_TUYET_MAT }, { "TUYỆT  MẬT l", GATE_TUYET_MAT } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		if (with_line(cases[i].text, LEFT_MIDDLE, 300) != cases[i].mark)
			fail_msg("\"%s\" under the number was let through", cases[i].text);
}

static void
two_letters_misread_are_not(void **state)
{
	(void)state;
	assert_int_equal(with_line("NAI", LEFT_MIDDLE, 300), GATE_NONE);
	assert_int_equal(with_line("TỔ MÁI", LEFT_MIDDLE, 300), GATE_NONE);
}

static void
a_mark_run_together_with_its_neighbour_is_seen(void **state)
{
	(void)state;
	assert_int_equal(with_line("TỐI MẬT Số: 15", LEFT_MIDDLE, 280), GATE_TOI_MAT);
	assert_int_equal(with_line("MẬT V/v kiểm tra", LEFT_MIDDLE, 300), GATE_MAT);
	assert_int_equal(
	    with_line("Hải Phòng, ngày 06 tháng 01 năm 2024 MẬT", RIGHT_MIDDLE, 300), GATE_MAT);
	assert_int_equal(with_line("MẬT MÃ", LEFT_MIDDLE, 300), GATE_NONE);
	assert_int_equal(with_line("V/v BẢO MẬT", LEFT_MIDDLE, 300), GATE_NONE);
}

static void
a_mark_at_the_head_of_a_later_page_is_seen(void **state)
{
	(void)state;
	page_begin(true);
	line_centred(PAGE_WIDTH / 2, 90, "TỐI MẬT", 85);
	body();
	assert_int_equal(look(), GATE_TOI_MAT);
}

static void
the_lower_half_is_not_looked_at(void **state)
{
	(void)state;
	assert_int_equal(with_line("MẬT", PAGE_WIDTH / 2, 2000), GATE_NONE);
	assert_int_equal(with_line("MẬT", PAGE_WIDTH / 2, 1020), GATE_MAT);
	assert_int_equal(with_line("MẶT", PAGE_WIDTH / 2, 1020), GATE_NONE);
}

static void
a_stated_level_counts(void **state)
{
	(void)state;
	assert_int_equal(with_line("Độ mật: Tối mật", LEFT_MIDDLE, 300), GATE_TOI_MAT);
	assert_int_equal(with_line("Độ mật: Thường", LEFT_MIDDLE, 300), GATE_NONE);
}

static void
text_without_boxes_is_looked_at_too(void **state)
{
	int i;

	(void)state;
	page_begin(false);
	line_of_text("UBND THÀNH PHỐ HẢI PHÒNG CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM");
	line_of_text("MẬT");
	for (i = 0; i < 60; i++)
		line_of_text("nội dung được bảo mật theo quy định");
	assert_int_equal(look(), GATE_MAT);
	page_begin(false);
	for (i = 0; i < 40; i++)
		line_of_text("nội dung được bảo mật theo quy định");
	line_of_text("MẬT");
	assert_int_equal(look(), GATE_NONE);
}

static void
a_stamp_says_what_its_letters_say(void **state)
{
	static const struct {
		const char *text;
		enum gate_mark mark;
	} cases[] = { { "MẬT", GATE_MAT }, { "MẮT", GATE_MAT }, { "Ÿ MẬT ˆ", GATE_NONE },
		{ "MẬT .", GATE_MAT }, { "MẮẤT", GATE_MAT }, { "TÔI MẬT -", GATE_TOI_MAT },
		{ "_ TỐIMATY ~", GATE_TOI_MAT }, { "TUYẾỆT MẬT", GATE_TUYET_MAT },
		{ "f†UYÉT MÁT", GATE_TUYET_MAT }, { "HỎA TỐC", GATE_NONE }, { "KHẨN", GATE_NONE },
		{ "DỰ THẢO", GATE_NONE }, { "ĐẾN", GATE_NONE }, { "MẪU", GATE_NONE },
		{ "SAO Y", GATE_NONE }, { "", GATE_NONE },
		{ "MẬT MÃ DÂN SỰ VIỆT NAM", GATE_NONE } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		if (gate_stamp(cases[i].text) != cases[i].mark)
			fail_msg("\"%s\" was taken for %s", cases[i].text,
			    gate_mark_name(gate_stamp(cases[i].text)));
}

static int
drop_page(void **state)
{
	(void)state;
	words_freep(&page);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stamp_says_what_its_letters_say),
		cmocka_unit_test_teardown(a_page_without_a_mark_passes, drop_page),
		cmocka_unit_test_teardown(each_mark_below_the_number_is_seen, drop_page),
		cmocka_unit_test_teardown(
		    a_frame_and_spaces_around_the_letters_do_not_hide_it, drop_page),
		cmocka_unit_test_teardown(the_gravest_mark_of_a_page_counts, drop_page),
		cmocka_unit_test_teardown(running_text_is_no_mark, drop_page),
		cmocka_unit_test_teardown(one_letter_misread_in_the_header_is_forgiven, drop_page),
		cmocka_unit_test_teardown(two_letters_misread_are_not, drop_page),
		cmocka_unit_test_teardown(
		    a_mark_run_together_with_its_neighbour_is_seen, drop_page),
		cmocka_unit_test_teardown(a_mark_at_the_head_of_a_later_page_is_seen, drop_page),
		cmocka_unit_test_teardown(the_lower_half_is_not_looked_at, drop_page),
		cmocka_unit_test_teardown(a_stated_level_counts, drop_page),
		cmocka_unit_test_teardown(text_without_boxes_is_looked_at_too, drop_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
