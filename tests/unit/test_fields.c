/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "page_builder.h"

#include "../../indexer/fields.h"

#define NOW_US INT64_C(1780000000000000) /* 2026-05 */

static struct arena *arena;
static const struct suggestion *list;
static size_t count;

static const struct reading_finding *found;
static size_t found_count;
static const char *const *signers;
static size_t signer_count;
static const struct known_signer *listed;
static size_t listed_count;
static struct page_mark marks[4];
static size_t mark_count;

static void
suggest(const char *name)
{
	struct fields_source source = { .name = name,
		.now_us = NOW_US,
		.listed = listed,
		.listed_count = listed_count,
		.signers = signers,
		.signer_count = signer_count };
	struct fields_page one = { .no = 1, .mark = marks, .mark_count = mark_count };
	struct fields *f;

	arena_free(arena);
	arena = arena_new();
	f = fields_new(&source, arena);
	one.layout = layout_make(page, arena);
	one.text = strbuf_span(&page->text);
	fields_page(f, &one);
	fields_end(f, &list, &count, &found, &found_count);
	fields_free(f);
}

/* The values of a kind, each followed by a bar. */
static const char *
findings(enum reading_kind kind)
{
	struct strbuf b = STRBUF_INIT;
	const char *all;
	size_t i;

	for (i = 0; i < found_count; i++)
		if (found[i].kind == kind)
			strbuf_addf(&b, "%s|", found[i].value);
	all = arena_dup(arena, b.len ? b.buf : "");
	strbuf_free(&b);
	return all;
}

static const struct suggestion *
find(enum record_field field)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (list[i].field == field)
			return &list[i];
	return NULL;
}

static const char *
value(enum record_field field)
{
	const struct suggestion *s = find(field);

	return s ? s->value : "";
}

/* An administrative document; number, date and the lines below the header as told. */
static void
document(const char *number, unsigned number_sure, const char *date, unsigned date_sure)
{
	page_begin(true);
	line_centred(LEFT_MIDDLE, 150, "UBND THÀNH PHỐ HẢI PHÒNG", 93);
	line_centred(RIGHT_MIDDLE, 150, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 94);
	line_centred(LEFT_MIDDLE, 190, "SỞ DU LỊCH", 95);
	line_centred(RIGHT_MIDDLE, 190, "Độc lập - Tự do - Hạnh phúc", 95);
	line_centred(LEFT_MIDDLE, 250, number, number_sure);
	line_centred(RIGHT_MIDDLE, 250, date, date_sure);
}

static void
decision(const char *number, unsigned number_sure, const char *date, unsigned date_sure)
{
	document(number, number_sure, date, date_sure);
	line_centred(PAGE_WIDTH / 2, 420, "QUYẾT ĐỊNH", 96);
	line_centred(PAGE_WIDTH / 2, 460, "Về việc phê duyệt kế hoạch phát triển du lịch", 94);
	line_centred(PAGE_WIDTH / 2, 495, "cộng đồng giai đoạn 2024 - 2026", 94);
	line_centred(PAGE_WIDTH / 2, 580, "GIÁM ĐỐC SỞ DU LỊCH", 95);
	line_at(260, 640, "Căn cứ Luật Du lịch ngày 19 tháng 6 năm 2017;", 95);
	line_at(260, 680, "Theo đề nghị của Trưởng phòng Quản lý du lịch và các đơn vị.", 95);
	line_centred(PAGE_WIDTH / 2, 740, "QUYẾT ĐỊNH:", 95);
}

static void
a_clean_decision_gives_all_its_fields(void **state)
{
	(void)state;
	decision("Số: 15/QĐ-SDL", 96, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
	line_at(260, 1900, "Nơi nhận:", 90);
	line_centred(1200, 1900, "KT. GIÁM ĐỐC", 95);
	line_centred(1200, 1940, "PHÓ GIÁM ĐỐC", 95);
	line_centred(1200, 2150, "Nguyễn Thị Hương", 94);
	suggest("scan0001.pdf");
	assert_string_equal(value(FIELD_NUMBER), "15");
	assert_string_equal(value(FIELD_SYMBOL), "QĐ-SDL");
	assert_string_equal(value(FIELD_ISSUED), "2024-01-05");
	assert_string_equal(value(FIELD_TYPE), "QĐ");
	assert_string_equal(value(FIELD_SUBJECT),
	    "Về việc phê duyệt kế hoạch phát triển du lịch "
	    "cộng đồng giai đoạn 2024 - 2026");
	assert_string_equal(value(FIELD_ISSUER), "SỞ DU LỊCH");
	assert_string_equal(value(FIELD_SIGNER), "Nguyễn Thị Hương");
	assert_string_equal(value(FIELD_LANGUAGE), "vi");
	assert_string_equal(value(FIELD_URGENCY), "");
	assert_true(find(FIELD_SYMBOL)->confidence > 0.9);
	assert_int_equal(find(FIELD_SYMBOL)->page, 1);
	assert_true(find(FIELD_SYMBOL)->box[2] > 0);
	assert_string_equal(find(FIELD_NUMBER)->method, "header-text");
}

static void
what_is_suggested_lies_where_it_was_read(void **state)
{
	const struct suggestion *s;

	(void)state;
	decision("Số: 15/QĐ-SDL", 96, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
	suggest(NULL);
	s = find(FIELD_ISSUED);
	assert_non_null(s);
	assert_true(s->box[0] > PAGE_WIDTH / 2 && s->box[1] + s->box[3] == 250);
}

static void
a_damaged_number_is_left_out_and_its_symbol_kept(void **state)
{
	static const char *const lines[] = { "Số: J9A/QĐ-SDL", "Só: ,+ 2/QĐ-SDL", "sế: /QĐ-SDL",
		"Số:      / QĐ - SDL", "S6: 1 5 7/QĐ-SDL", "Số:…/QĐ-SDL" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof lines / sizeof *lines; i++) {
		decision(lines[i], 92, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
		suggest(NULL);
		if (strcmp(value(FIELD_SYMBOL), "QĐ-SDL") || find(FIELD_NUMBER))
			fail_msg("%s gave %s and %s", lines[i], value(FIELD_NUMBER),
			    value(FIELD_SYMBOL));
	}
}

static void
an_unsure_number_is_to_be_confirmed(void **state)
{
	(void)state;
	decision("Số: 15 /QĐ-SDL", 80, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
	suggest(NULL);
	assert_string_equal(value(FIELD_NUMBER), "15");
	assert_string_equal(find(FIELD_NUMBER)->method, "header-unsure");
	assert_true(find(FIELD_NUMBER)->confidence < 0.8);
	assert_string_equal(value(FIELD_SYMBOL), "QĐ-SDL");
}

static void
symbols_of_every_kind_are_read(void **state)
{
	static const struct {
		const char *line, *number, *symbol;
	} cases[] = { { "Số: 15/QD-SDL", "15", "QĐ-SDL" }, { "Số: 22/TTR-UBND", "22", "TTr-UBND" },
		{ "Số: 1987/SYT-NVY", "1987", "SYT-NVY" },
		{ "Số: 574/UBND-KTTH", "574", "UBND-KTTH" },
		{ "Số: 30/2020/NĐ-CP", "30", "2020/NĐ-CP" },
		{ "Luật số: 33/2024/QH15", "33", "2024/QH15" }, { "Số 12-QĐ/TU", "12", "QĐ/TU" },
		{ "Số: 15a/QĐ-SDL", "15a", "QĐ-SDL" }, { "Số:02/2019/TT-BNV", "02", "2019/TT-BNV" },
		{ "số 8/KH-UBND", "8", "KH-UBND" }, { "Số: 7/BC-STC&KH", "7", "BC-STC&KH" },
		{ "50: 15/QĐ-SDL", "15", "QĐ-SDL" } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		document(cases[i].line, 97, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
		suggest(NULL);
		if (strcmp(value(FIELD_NUMBER), cases[i].number) ||
		    strcmp(value(FIELD_SYMBOL), cases[i].symbol))
			fail_msg("%s gave number %s and symbol %s", cases[i].line,
			    value(FIELD_NUMBER), value(FIELD_SYMBOL));
	}
}

static void
what_only_looks_like_a_number_gives_none(void **state)
{
	(void)state;
	page_begin(true);
	line_at(200, 300, "Một số 3/4 hộ dân trong xã đã nhận hỗ trợ", 95);
	line_at(200, 340, "tỷ lệ 01/01/2020 và 5/10", 95);
	suggest(NULL);
	assert_null(find(FIELD_NUMBER));
	assert_null(find(FIELD_SYMBOL));
}

static void
the_file_name_tells_a_number_that_was_written_by_hand(void **state)
{
	static const struct {
		const char *line, *name, *number;
	} cases[] = { { "Số: J9A/QĐ-SYT", "kg-3162_qd_syt.pdf", "3162" },
		{ "Số: /QĐ-SYT", "4393_QD_SYT.pdf", "4393" },
		{ "Số: 2?/SYT-NVY", "1987_syt_nvy.pdf", "1987" },
		{ "Số: zB/TTr-UBND", "qn-22_TTR.signed_20250510_124908.pdf", "22" },
		{ "Số: a3/BC-UBND", "qn-23BC.signed_20250510_124908.pdf", "23" },
		{ "Số: a3/CT-UBND", "qn-2770__08-CT-UBND_..signed_20250220.pdf", "08" },
		{ "Số: ~/QĐ-UBND", "qn-51_QD_UB.signed_20250219_231940.pdf", "51" },
		{ "Số: 5J4/UBND-KTTH", "qn-574_UB.signed_20250510_124908.pdf", "574" },
		{ "Số: !/GM-SYT", "upload_02_gm_syt", "02" },
		/* these tell nothing, or something else */
		{ "Số: 5J2/TB-UBND", "qn-vht507.signed_20250510_124909.pdf", "" },
		{ "Số: z/QĐ-UBND", "23BC.pdf", "" }, { "Số: z/QĐ-UBND", "scan_2024_01.pdf", "" },
		{ "Số: z/QĐ-UBND", "123456_QD_UBND.pdf", "" } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		document(cases[i].line, 70, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
		suggest(cases[i].name);
		if (strcmp(value(FIELD_NUMBER), cases[i].number))
			fail_msg(
			    "%s of %s gave %s", cases[i].line, cases[i].name, value(FIELD_NUMBER));
		if (find(FIELD_NUMBER))
			assert_string_equal(find(FIELD_NUMBER)->method, "file-name");
	}
}

static void
print_on_the_page_beats_the_file_name(void **state)
{
	(void)state;
	decision("Số: 15/QĐ-SDL", 97, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
	suggest("51_QD_SDL.pdf");
	assert_string_equal(value(FIELD_NUMBER), "15");
	decision("Số: 15/QĐ-SDL", 88, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
	suggest("15_QD_SDL.pdf");
	assert_string_equal(value(FIELD_NUMBER), "15");
	assert_true(find(FIELD_NUMBER)->confidence >= 0.95);
}

static void
a_day_written_by_hand_leaves_the_month(void **state)
{
	(void)state;
	document("Số: 15/QĐ-SDL", 96, "Hải Phòng, ngày", 96);
	page_words("40", 1300, 250, 75, false);
	page_words("tháng 10 năm 2017", 1345, 250, 95, false);
	suggest(NULL);
	assert_string_equal(value(FIELD_ISSUED), "2017-10");
	assert_true(find(FIELD_ISSUED)->confidence < 0.9);
}

static void
a_tall_day_is_handwriting_however_sure(void **state)
{
	struct word tall = { .x = 1300, .y = 210, .w = 30, .h = 45, .confidence = 96 };
	struct err err = ERR_INIT;

	(void)state;
	document("Số: 15/QĐ-SDL", 96, "Hải Phòng, ngày", 96);
	assert_ok(words_add(page, SPAN("10"), &tall, &err), &err);
	page_words("tháng 10 năm 2017", 1345, 250, 95, false);
	suggest(NULL);
	assert_string_equal(value(FIELD_ISSUED), "2017-10");
}

static void
an_impossible_date_is_left_out(void **state)
{
	static const struct {
		const char *line, *date;
	} cases[] = { { "Hải Phòng, ngày 30 tháng 02 năm 2024", "2024-02" },
		{ "Hải Phòng, ngày 05 tháng 61 năm 2024", "2024" },
		{ "Hải Phòng, ngày 05 tháng 01 năm 2618", "" },
		{ "Hải Phòng, ngày 05 tháng 01 năm 1912", "" },
		{ "Hải Phòng, ngày 97 tháng 01 năm 2024", "2024-01" },
		{ "Hải Phòng, ngày tháng 01 năm 2024", "2024-01" },
		{ "Hải Phòng, ngày05tháng 1 năm2024", "2024-01" },
		{ "Hải Phòng, ngày 00 tháng 00 năm 2024", "2024" },
		{ "Hải Phòng, ngày 31 tháng 12 năm 2026", "2026" } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		document("Số: 15/QĐ-SDL", 96, cases[i].line, 97);
		suggest(NULL);
		if (strcmp(value(FIELD_ISSUED), cases[i].date))
			fail_msg("%s gave %s", cases[i].line, value(FIELD_ISSUED));
	}
}

static void
a_cited_date_is_not_the_issue_date(void **state)
{
	(void)state;
	page_begin(true);
	line_at(200, 300, "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020", 96);
	suggest(NULL);
	assert_null(find(FIELD_ISSUED));
}

static void
a_letter_is_told_by_its_subject_line(void **state)
{
	(void)state;
	document("Số: 1747/SDL-QLDL", 96, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
	line_centred(LEFT_MIDDLE, 295, "V/v hướng dẫn hồ sơ cấp", 93);
	line_centred(LEFT_MIDDLE, 330, "thẻ hướng dẫn viên", 93);
	line_centred(PAGE_WIDTH / 2, 450, "Kính gửi: Các doanh nghiệp lữ hành", 95);
	line_at(260, 520, "Thực hiện Luật Du lịch, Sở Du lịch hướng dẫn như sau:", 95);
	suggest(NULL);
	assert_string_equal(value(FIELD_TYPE), "CV");
	assert_string_equal(value(FIELD_SUBJECT), "hướng dẫn hồ sơ cấp thẻ hướng dẫn viên");
	assert_string_equal(value(FIELD_SYMBOL), "SDL-QLDL");
}

static void
types_are_read_with_a_letter_missing(void **state)
{
	static const struct {
		const char *line, *type;
	} cases[] = { { "QUYẾT ĐỊNH", "QĐ" }, { "QUYỂT ĐỊNH", "QĐ" }, { "QUYẾT ĐNH", "QĐ" },
		{ "THÔNG BÁO", "TB" }, { "TỜ TRÌNH", "TTr" }, { "KẾ HOẠCH", "KH" },
		{ "GIẤY MỜI", "GM" }, { "BÁO CÁO", "BC" }, { "CHỈ THỊ", "CT" },
		{ "Quyết định", "" }, { "KHÁC", "" }, { "NGHỊ QUYẾT", "NQ" }, { "THÔNG TƯ", "TT" },
		{ "QUYẾT TOÁN", "" } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		page_begin(true);
		line_centred(PAGE_WIDTH / 2, 420, cases[i].line, 96);
		line_at(260, 520, "Căn cứ quy định hiện hành về việc này.", 95);
		suggest(NULL);
		if (strcmp(value(FIELD_TYPE), cases[i].type))
			fail_msg("%s gave %s", cases[i].line, value(FIELD_TYPE));
	}
}

static void
a_type_that_contradicts_the_symbol_is_doubted(void **state)
{
	(void)state;
	document("Số: 15/BC-SDL", 96, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
	line_centred(PAGE_WIDTH / 2, 420, "QUYẾT ĐỊNH", 96);
	suggest(NULL);
	assert_string_equal(value(FIELD_TYPE), "QĐ");
	assert_true(find(FIELD_TYPE)->confidence < 0.7);
}

static void
a_body_of_two_lines_is_one_issuer(void **state)
{
	(void)state;
	page_begin(true);
	line_centred(LEFT_MIDDLE, 150, "ỦY BAN NHÂN DÂN", 93);
	line_centred(RIGHT_MIDDLE, 150, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 94);
	line_centred(LEFT_MIDDLE, 190, "TỈNH QUẢNG NGÃI", 95);
	line_centred(RIGHT_MIDDLE, 190, "Độc lập - Tự do - Hạnh phúc", 95);
	line_centred(LEFT_MIDDLE, 250, "Số: 51/QĐ-UBND", 96);
	line_centred(RIGHT_MIDDLE, 250, "Quảng Ngãi, ngày 17 tháng 01 năm 2025", 96);
	suggest(NULL);
	assert_string_equal(value(FIELD_ISSUER), "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI");
}

/* Header of two columns: the left one's lines, the last of them the number. */
static void
left_column(const char *const *lines, size_t n)
{
	size_t i;

	page_begin(true);
	for (i = 0; i < n; i++) {
		line_centred(LEFT_MIDDLE, 150 + 40 * (int)i, lines[i], 95);
		if (i == 0)
			line_centred(RIGHT_MIDDLE, 150, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 94);
		if (i == 1)
			line_centred(RIGHT_MIDDLE, 190, "Độc lập - Tự do - Hạnh phúc", 95);
	}
	line_centred(RIGHT_MIDDLE, 250, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
}

static void
a_broken_name_is_no_second_body(void **state)
{
	static const struct {
		const char *line[5], *issuer, *superior;
	} cases[] = {
		{ { "KHO BẠC NHÀ NƯỚC", "KHO BẠC NHÀ NƯỚC HẢI", "PHÒNG", "Số: 9/KBHP-KSC" },
		    "KHO BẠC NHÀ NƯỚC HẢI PHÒNG", "KHO BẠC NHÀ NƯỚC|" },
		{ { "UBND TỈNH THÁI BÌNH", "SỞ TÀI NGUYÊN VÀ MÔI", "TRƯỜNG", "Số: 9/STNMT-VP" },
		    "SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG", "UBND TỈNH THÁI BÌNH|" },
		{ { "TỈNH THÁI BÌNH", "VĂN PHÒNG ĐOÀN ĐBQH VÀ", "HỘI ĐỒNG NHÂN DÂN",
		      "Số: 9/VP-TH" },
		    "VĂN PHÒNG ĐOÀN ĐBQH VÀ HỘI ĐỒNG NHÂN DÂN", "TỈNH THÁI BÌNH|" },
		{ { "THÀNH ĐOÀN HẢI", "PHÒNG", "BCH ĐOÀN KHỐI", "Số: 33-KH/ĐTN" }, "BCH ĐOÀN KHỐI",
		    "THÀNH ĐOÀN HẢI PHÒNG|" },
		{ { "BỘ NỘI VỤ", "VỤ TỔ CHỨC - BIÊN CHẾ", "Số: 77/TCBC-HC" },
		    "VỤ TỔ CHỨC - BIÊN CHẾ", "BỘ NỘI VỤ|" },
		{ { "CHÍNH PHỦ", "Số: 45/2020/NĐ-CP" }, "CHÍNH PHỦ", "" },
		{ { "TỈNH ỦY BẮC GIANG", "VĂN PHÒNG", "*", "Số 1023-CV/VPTU" }, "VĂN PHÒNG",
		    "TỈNH ỦY BẮC GIANG|" },
	};
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		for (n = 0; cases[i].line[n];)
			n++;
		left_column(cases[i].line, n);
		suggest(NULL);
		assert_string_equal(value(FIELD_ISSUER), cases[i].issuer);
		assert_string_equal(findings(FOUND_SUPERIOR), cases[i].superior);
	}
}

static void
a_number_whose_stroke_was_not_read_is_to_be_confirmed(void **state)
{
	(void)state;
	decision("Số: 72QĐ-SDL", 96, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
	suggest(NULL);
	assert_string_equal(value(FIELD_SYMBOL), "QĐ-SDL");
	assert_string_equal(value(FIELD_NUMBER), "72");
	assert_string_equal(find(FIELD_NUMBER)->method, "header-unsure");
	assert_true(find(FIELD_NUMBER)->confidence < 0.8);
	/* letters behind a number that name no type are no symbol */
	document("Số: 12B Lê Lợi", 96, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
	suggest(NULL);
	assert_null(find(FIELD_SYMBOL));
}

static void
a_contract_is_no_guideline(void **state)
{
	(void)state;
	document("Số: 18/HĐ-CX", 96, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
	suggest(NULL);
	assert_string_equal(value(FIELD_SYMBOL), "HĐ-CX");
	assert_string_equal(value(FIELD_TYPE), "HĐ");
	document("Số: 18/HD-CX", 96, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
	line_centred(PAGE_WIDTH / 2, 420, "HỢP ĐỒNG", 96);
	suggest(NULL);
	assert_string_equal(value(FIELD_SYMBOL), "HĐ-CX");
	document("Số: 18/HD-CX", 96, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
	line_centred(PAGE_WIDTH / 2, 420, "HƯỚNG DẪN", 96);
	suggest(NULL);
	assert_string_equal(value(FIELD_SYMBOL), "HD-CX");
}

static void
a_paragraph_below_the_type_is_no_subject(void **state)
{
	(void)state;
	document("Số: 21/GGT-SDL", 96, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
	line_centred(PAGE_WIDTH / 2, 420, "GIẤY GIỚI THIỆU", 96);
	line_at(300, 470,
	    "Văn phòng Sở Du lịch trân trọng giới thiệu ông Trần Đức Long là công chức", 95);
	line_at(220, 505,
	    "của Phòng Quản lý lữ hành được cử đến Kho bạc Nhà nước quận Hồng Bàng để", 95);
	line_at(220, 540, "liên hệ công tác.", 95);
	suggest(NULL);
	assert_null(find(FIELD_SUBJECT));
}

static void
an_annex_without_number_and_date_has_its_subject(void **state)
{
	(void)state;
	page_begin(true);
	line_centred(LEFT_MIDDLE, 150, "ỦY BAN NHÂN DÂN", 93);
	line_centred(RIGHT_MIDDLE, 150, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 94);
	line_centred(LEFT_MIDDLE, 190, "TỈNH THÁI BÌNH", 95);
	line_centred(RIGHT_MIDDLE, 190, "Độc lập - Tự do - Hạnh phúc", 95);
	line_centred(PAGE_WIDTH / 2, 300, "QUY CHẾ", 95);
	line_centred(PAGE_WIDTH / 2, 340, "Phối hợp quản lý hoạt động thông tin cơ sở", 95);
	line_centred(PAGE_WIDTH / 2, 375, "(Kèm theo Quyết định số 12/2023/QĐ-UBND", 95);
	line_centred(PAGE_WIDTH / 2, 410, "của Ủy ban nhân dân tỉnh)", 95);
	suggest(NULL);
	assert_string_equal(value(FIELD_TYPE), "QC");
	assert_string_equal(value(FIELD_SUBJECT), "Phối hợp quản lý hoạt động thông tin cơ sở");
	assert_string_equal(value(FIELD_ISSUER), "ỦY BAN NHÂN DÂN TỈNH THÁI BÌNH");
}

static void
of_two_who_sign_side_by_side_the_right_one_presides(void **state)
{
	static const char *const posts[] = { "CHỦ TRÌ", "CHỦ TỌA", "ĐẠI DIỆN BÊN B", "TỔ TRƯỞNG" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof posts / sizeof *posts; i++) {
		document("Số: 03/BB-SDL", 96, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
		line_centred(PAGE_WIDTH / 2, 420, "BIÊN BẢN", 96);
		line_centred(450, 1900, "THƯ KÝ", 95);
		line_centred(1200, 1900, posts[i], 95);
		line_centred(450, 2100, "Lê Thị Diệu Linh", 95);
		line_centred(1200, 2100, "Vũ Huy Thưởng", 95);
		suggest(NULL);
		assert_string_equal(value(FIELD_SIGNER), "Vũ Huy Thưởng");
		assert_string_equal(value(FIELD_SIGNER_POST), posts[i]);
	}
}

static void
offices_of_ministries_and_of_the_party_are_whole(void **state)
{
	static const struct {
		const char *first, *second, *post;
	} cases[] = { { "BỘ TRƯỞNG", NULL, "BỘ TRƯỞNG" },
		{ "KT. BỘ TRƯỞNG", "THỨ TRƯỞNG", "KT. BỘ TRƯỞNG THỨ TRƯỞNG" },
		{ "T/M ĐẢNG ỦY", "BÍ THƯ", "T/M ĐẢNG ỦY BÍ THƯ" },
		{ "K/T CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG",
		    "K/T CHÁNH VĂN PHÒNG PHÓ CHÁNH VĂN PHÒNG" } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		document("Số: 03/QĐ-SDL", 96, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
		line_at(260, 1900, "Nơi nhận:", 90);
		line_centred(1200, 1900, cases[i].first, 97);
		if (cases[i].second)
			line_centred(1200, 1940, cases[i].second, 97);
		line_centred(1200, 2150, "Nguyễn Thị Hương", 94);
		suggest(NULL);
		assert_string_equal(value(FIELD_SIGNER_POST), cases[i].post);
		assert_true(find(FIELD_SIGNER_POST)->confidence > 0.9);
	}
}

static void
specks_beside_title_and_lists_are_no_part_of_them(void **state)
{
	(void)state;
	document("Số: 15/TB-SDL", 96, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
	line_centred(PAGE_WIDTH / 2, 420, "THÔNG BÁO", 96);
	page_words(":", 1360, 420, 20, false);
	line_centred(PAGE_WIDTH / 2, 460, "Về việc tiếp nhận hồ sơ du lịch", 95);
	line_at(500, 560, "Kính gửi:", 95);
	page_words(":", 700, 560, 20, false);
	line_at(560, 600, "- Công an huyện An Lão;", 95);
	line_at(560, 635, "„ - Công ty Cổ phần Đầu tư Ngọc", 95);
	line_at(575, 670, "Trai.", 95);
	line_at(260, 740, "Sở Du lịch thông báo như sau:", 95);
	line_at(240, 1900, "Nơi nhận:", 95);
	line_at(240, 1930, "~ Như trên;", 95);
	line_at(240, 1960, "- Công ty TNHH Thương mại Tân", 95);
	line_at(250, 1990, "Cảng;", 95);
	line_at(240, 2020, "- Lãnh đạo Sở; c\\", 95);
	line_at(240, 2050, "- Lưu: VT, TT.", 95);
	line_at(240, 2080, "- Điện thoại: 0225", 95);
	suggest(NULL);
	assert_string_equal(value(FIELD_SUBJECT), "Về việc tiếp nhận hồ sơ du lịch");
	assert_string_equal(
	    findings(FOUND_ADDRESSEE), "Công an huyện An Lão|Công ty Cổ phần Đầu tư Ngọc Trai|");
	assert_string_equal(findings(FOUND_RECIPIENT),
	    "Như trên|Công ty TNHH Thương mại Tân Cảng|Lãnh đạo Sở|Lưu: VT, TT|");
}

static void
a_misread_motto_still_begins_the_right_column(void **state)
{
	(void)state;
	page_begin(true);
	line_centred(LEFT_MIDDLE, 150, "UBND TỈNH THÁI BÌNH", 93);
	words_same_line(RIGHT_MIDDLE, 150, "GỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM");
	line_centred(LEFT_MIDDLE, 190, "SỞ DU LỊCH", 95);
	words_same_line(RIGHT_MIDDLE, 190, "Độc ]ập -- Tự do");
	line_centred(LEFT_MIDDLE, 250, "Số: 9/SDL-VP", 96);
	words_same_line(RIGHT_MIDDLE, 250, "Thái Bình, ngày 05 tháng 01 năm 2024");
	suggest(NULL);
	assert_string_equal(value(FIELD_ISSUER), "SỞ DU LỊCH");
	assert_string_equal(findings(FOUND_SUPERIOR), "UBND TỈNH THÁI BÌNH|");
	assert_string_equal(findings(FOUND_PLACE), "Thái Bình|");
}

static void
a_doubtful_office_is_mended_and_a_clear_one_stays(void **state)
{
	static const struct {
		const char *first, *second, *post;
		unsigned sure;
	} cases[] = { { "KT. GLIÀM ĐỌC", "PHÓ GIÁM ĐỐC", "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC", 40 },
		{ "KT. GIẢM ĐÓC", "PHÓ GIÁM ĐỐC", "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC", 92 },
		{ "TM. TỔ CÔNG TÁC", "TỔ TRƯỞNG", "TM. TỔ CÔNG TÁC TỔ TRƯỞNG", 60 },
		{ "TM. ĐỘI KIỂM TRA", "ĐỘI TRƯỞNG", "TM. ĐỘI KIỂM TRA ĐỘI TRƯỞNG", 95 } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		document("Số: 03/QĐ-SDL", 96, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
		line_at(260, 1900, "Nơi nhận:", 90);
		line_centred(1200, 1900, cases[i].first, cases[i].sure);
		line_centred(1200, 1940, cases[i].second, cases[i].sure);
		line_centred(1200, 2150, "Nguyễn Thị Hương", 94);
		suggest(NULL);
		assert_string_equal(value(FIELD_SIGNER_POST), cases[i].post);
		assert_true(cases[i].sure > 90 || find(FIELD_SIGNER_POST)->confidence < 0.8);
	}
}

static void
a_letter_in_english_tells_its_number_date_and_subject(void **state)
{
	static const struct {
		const char *date, *issued;
	} cases[] = { { "Hai Phong, 18 July 2023", "2023-07-18" },
		{ "Hai Phong, July 8th, 2023", "2023-07-08" },
		{ "Hai Phong, 31 February 2023", "" }, { "Hai Phong, 18 July 2043", "" },
		{ "July 18, 2023", "2023-07-18" },
		{ "It was built on 18 July 2013 by the province", "" },
		{ "Following the meeting in Hanoi, 18 July 2013", "" } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		page_begin(true);
		line_at(260, 150, "HAI PHONG CITY PEOPLE'S COMMITTEE", 95);
		line_at(260, 190, "DEPARTMENT OF TOURISM", 95);
		line_at(260, 260, "Ref. No.: 312/LT-SDL", 95);
		line_at(260, 300, cases[i].date, 95);
		line_at(260, 360, "To: Lighthouse Education Centre", 95);
		line_at(260, 400, "Subject: Reply to your proposal on waste", 95);
		line_at(260, 435, "reduction on public beaches", 95);
		line_at(260, 470, "Dear Sir or Madam,", 95);
		line_at(260, 510, "No. 5/2020 and the decision of 2 May 2019 were received.", 95);
		suggest(NULL);
		assert_string_equal(value(FIELD_NUMBER), "312");
		assert_string_equal(value(FIELD_SYMBOL), "LT-SDL");
		assert_string_equal(value(FIELD_ISSUED), cases[i].issued);
		assert_string_equal(value(FIELD_SUBJECT),
		    "Reply to your proposal on waste reduction on public beaches");
	}
}

static void
urgency_marks_stand_alone_in_capitals(void **state)
{
	static const struct {
		const char *line, *urgency;
	} cases[] = { { "KHẨN", "KHẨN" }, { "THƯỢNG KHẨN", "THƯỢNG KHẨN" },
		{ "HỎA TỐC", "HỎA TỐC" }, { "HOẢ TÔC", "HỎA TỐC" },
		{ "HỎA TỐC HẸN GIỜ", "HỎA TỐC" }, { "khẩn", "" }, { "KHẨN TRƯƠNG", "" },
		{ "Thượng khẩn", "" } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		document("Số: 15/QĐ-SDL", 96, "Hải Phòng, ngày 05 tháng 01 năm 2024", 97);
		line_centred(LEFT_MIDDLE, 300, cases[i].line, 90);
		suggest(NULL);
		if (strcmp(value(FIELD_URGENCY), cases[i].urgency))
			fail_msg("%s gave %s", cases[i].line, value(FIELD_URGENCY));
	}
}

static void
a_name_without_an_office_or_badly_read_is_no_signer(void **state)
{
	(void)state;
	page_begin(true);
	line_centred(1200, 2150, "Nguyễn Thị Hương", 94);
	suggest(NULL);
	assert_null(find(FIELD_SIGNER));
	page_begin(true);
	line_centred(1200, 1900, "GIÁM ĐỐC", 95);
	line_centred(1200, 2150, "Nguyên Thi Huong", 50);
	suggest(NULL);
	assert_null(find(FIELD_SIGNER));
	page_begin(true);
	line_centred(1200, 1900, "GIÁM ĐỐC", 95);
	line_centred(1200, 2150, "BS CKII. Trần Văn Bình", 92);
	suggest(NULL);
	assert_string_equal(value(FIELD_SIGNER), "Trần Văn Bình");
}

static void
text_without_boxes_gives_the_same_fields(void **state)
{
	(void)state;
	page_begin(false);
	line_of_text("UBND THÀNH PHỐ HẢI PHÒNG CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM");
	line_of_text("SỞ DU LỊCH Độc lập - Tự do - Hạnh phúc");
	line_of_text("Số: 15/QĐ-SDL Hải Phòng, ngày 05 tháng 01 năm 2024");
	line_of_text("QUYẾT ĐỊNH");
	line_of_text("Về việc phê duyệt kế hoạch phát triển du lịch cộng đồng");
	paragraph("Sở Du lịch thông báo việc phát triển du lịch cộng đồng trên địa bàn.");
	suggest(NULL);
	assert_string_equal(value(FIELD_NUMBER), "15");
	assert_string_equal(value(FIELD_SYMBOL), "QĐ-SDL");
	assert_string_equal(value(FIELD_ISSUED), "2024-01-05");
	assert_string_equal(value(FIELD_TYPE), "QĐ");
	assert_string_equal(value(FIELD_ISSUER), "SỞ DU LỊCH");
	assert_string_equal(
	    value(FIELD_SUBJECT), "Về việc phê duyệt kế hoạch phát triển du lịch cộng đồng");
	assert_int_equal(find(FIELD_SYMBOL)->box[2], 0);
}

/* A signed decision; the name as told. */
static void
signed_by(const char *name, unsigned sure)
{
	decision("Số: 15/QĐ-SDL", 96, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
	line_at(260, 1900, "Nơi nhận:", 90);
	line_at(260, 1935, "- Như Điều 3;", 91);
	line_at(260, 1970, "- Sở Tài chính;", 92);
	line_at(260, 2005, "- Lưu: VT, QLDL.", 92);
	line_centred(1200, 1900, "KT. GIÁM ĐỐC", 95);
	line_centred(1200, 1940, "PHÓ GIÁM ĐỐC", 95);
	line_centred(1200, 2150, name, sure);
}

static void
a_badly_read_signer_is_found_among_the_known(void **state)
{
	static const char *const known[] = { "Lê Văn Bình", "Nguyễn Thị Hương", "Trần Quốc Toản" };

	(void)state;
	signers = known;
	signer_count = 3;
	signed_by("Nguyên Th1 Hưong", 55);
	suggest(NULL);
	assert_string_equal(value(FIELD_SIGNER), "Nguyễn Thị Hương");
	assert_string_equal(find(FIELD_SIGNER)->method, "known-signer");
	signed_by("Vo Minh Chau Anh", 55);
	suggest(NULL);
	assert_string_not_equal(value(FIELD_SIGNER), "Lê Văn Bình");
	/* A sure reading is not overruled by a name with other letters, and put in doubt by marks. */
	signed_by("Nguyễn Thị Phương", 97);
	suggest(NULL);
	assert_string_equal(value(FIELD_SIGNER), "Nguyễn Thị Phương");
	signed_by("Nguyễn Thị Hường", 97);
	suggest(NULL);
	assert_true(find(FIELD_SIGNER)->confidence < 0.9);
	signed_by("Nguyễn Thị Hương", 70);
	suggest(NULL);
	assert_true(find(FIELD_SIGNER)->confidence > 0.9);
}

static void
two_known_signers_as_near_as_each_other_tell_nothing(void **state)
{
	static const char *const known[] = { "Nguyễn Thị Hương", "Nguyễn Thị Hường" };

	(void)state;
	signers = known;
	signer_count = 2;
	signed_by("Nguyen Th Huong", 50);
	suggest(NULL);
	if (find(FIELD_SIGNER))
		assert_string_not_equal(find(FIELD_SIGNER)->method, "known-signer");
}

static void
a_second_reading_of_the_block_helps(void **state)
{
	static const char *const known[] = { "Nguyễn Thị Hương" };

	(void)state;
	signers = known;
	signer_count = 1;
	signed_by("~~ |", 20);
	suggest(NULL);
	assert_string_equal(value(FIELD_SIGNER), "");
	marks[0] = (struct page_mark){
		.no = 1, .kind = PAGE_MARK_SIGNATURE, .text = "Nguyển Thị Hưcng", .confidence = 0.5
	};
	mark_count = 1;
	suggest(NULL);
	assert_string_equal(value(FIELD_SIGNER), "Nguyễn Thị Hương");
}

static void
looked(size_t i, const char *text, double sure)
{
	marks[i] = (struct page_mark){ .no = 1,
		.kind = PAGE_MARK_SIGNATURE,
		.text = text,
		.box = { 900, 2100, 500, 40 },
		.confidence = sure };
	mark_count = i + 1;
}

/* The seal hides office and name: only the second look has them. */
static void
sealed(void)
{
	decision("Số: 15/QĐ-SDL", 96, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
	line_at(260, 1900, "Nơi nhận:", 90);
	line_at(260, 1935, "- Như Điều 3;", 91);
	mark_count = 0;
}

static void
a_listed_signer_counts_in_office_alone_and_brings_the_post(void **state)
{
	static const struct known_signer known[] = {
		{ 1, "Trần Thị Hoàng Anh", "GIÁM ĐỐC", "2010-01-01", "2019-12-31" },
		{ 2, "Lê Hoàng Anh", "PHÓ GIÁM ĐỐC", "2019-06-01", "" },
	};

	(void)state;
	listed = known;
	listed_count = 2;
	sealed();
	looked(0, "*>= Hoàng Anh ?", 0.7);
	suggest(NULL);
	assert_string_equal(value(FIELD_SIGNER), "Lê Hoàng Anh");
	assert_string_equal(find(FIELD_SIGNER)->method, "signer-list");
	assert_true(find(FIELD_SIGNER)->confidence < 0.9);
	assert_int_equal(find(FIELD_SIGNER)->box[0], 900);
	assert_string_equal(value(FIELD_SIGNER_POST), "PHÓ GIÁM ĐỐC");
	/* Out of office since: the name of 2024 is another one. */
	sealed();
	looked(0, "Trần Thị Hoàng Anh", 0.79);
	suggest(NULL);
	assert_string_not_equal(find(FIELD_SIGNER)->method, "signer-list");
}

static void
a_listed_signer_nearly_as_near_as_another_is_none(void **state)
{
	static const struct known_signer known[] = { { 1, "Lê Hoàng Anh", "", "", "" },
		{ 2, "Hồ Hoàng Anh", "", "", "" } };

	(void)state;
	listed = known;
	listed_count = 2;
	sealed();
	looked(0, "Ýê Hoàng Anh", 0.7);
	suggest(NULL);
	assert_null(find(FIELD_SIGNER));
	/* What is read well is mended by one letter, not by two. */
	sealed();
	looked(0, "Lê Hoàng Nam", 0.9);
	suggest(NULL);
	assert_string_not_equal(value(FIELD_SIGNER), "Lê Hoàng Anh");
	looked(0, "Lê Hoàng Anb", 0.9);
	suggest(NULL);
	assert_string_equal(value(FIELD_SIGNER), "Lê Hoàng Anh");
}

static void
no_more_is_compared_than_a_block_has(void **state)
{
	static const struct known_signer known[] = { { 1, "Nguyễn Thị Hương", "", "", "" } };
	char words[3 * 260 + 1];
	size_t i;

	(void)state;
	listed = known;
	listed_count = 1;
	for (i = 0; i < 260; i++)
		memcpy(words + 3 * i, "ab ", 4);
	/* 256 beginnings of a name in all the lines of the second look. */
	sealed();
	looked(0, words, 0.7);
	looked(1, "_ Nguyển Thị Hưcng 1", 0.7);
	suggest(NULL);
	assert_true(!find(FIELD_SIGNER) || strcmp(find(FIELD_SIGNER)->method, "signer-list") != 0);
	looked(0, words + 3 * 60, 0.7);
	looked(1, "_ Nguyển Thị Hưcng 1", 0.7);
	suggest(NULL);
	assert_string_equal(find(FIELD_SIGNER)->method, "signer-list");
	/* 24 lines below the office, from the bottom up. */
	for (i = 22; i < 27; i++) {
		size_t k;

		decision("Số: 15/QĐ-SDL", 96, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
		mark_count = 0;
		line_at(260, 1450, "Nơi nhận:", 90);
		line_centred(1200, 1450, "GIÁM ĐỐC", 95);
		line_centred(1200, 1480, "Nguyển Thị Hưcng", 50);
		for (k = 0; k < i; k++)
			line_centred(1200, 1510 + 30 * (int)k, "~~ |", 20);
		suggest(NULL);
		assert_string_equal(value(FIELD_SIGNER), i < 24 ? "Nguyễn Thị Hương" : "");
	}
}

static void
a_second_look_is_never_beyond_doubt_and_half_a_name_is_none(void **state)
{
	(void)state;
	sealed();
	looked(0, "#ñó GIÁM BÓC", 0.9);
	looked(1, "_ Hà Văn Phúc.", 0.96);
	suggest(NULL);
	assert_string_equal(value(FIELD_SIGNER), "Hà Văn Phúc");
	assert_string_equal(find(FIELD_SIGNER)->method, "signature-look");
	assert_true(find(FIELD_SIGNER)->confidence < 0.8);
	looked(2, "Hà Văn Phúc", 0.9);
	suggest(NULL);
	assert_true(find(FIELD_SIGNER)->confidence > 0.8);
	assert_true(find(FIELD_SIGNER)->confidence < 0.9);
	looked(0, "Văn Phúc", 0.96);
	suggest(NULL);
	assert_null(find(FIELD_SIGNER));
	looked(0, "Nguyễn Trúc Glang", 0.96);
	suggest(NULL);
	assert_null(find(FIELD_SIGNER));
}

static void
a_name_beside_the_recipients_needs_no_office(void **state)
{
	(void)state;
	decision("Số: 15/QĐ-SDL", 96, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
	line_at(260, 1900, "Nơi nhận: săn GIÁM ĐÓC", 90);
	line_at(260, 1935, "- Như Điều 3;", 91);
	line_centred(1200, 2150, "Lê Hoàng Anh", 96);
	suggest(NULL);
	assert_string_equal(value(FIELD_SIGNER), "Lê Hoàng Anh");
	assert_true(find(FIELD_SIGNER)->confidence < 0.9);
}

static void
a_post_is_completed_and_freed_of_scratches(void **state)
{
	(void)state;
	decision("Số: 15/QĐ-SDL", 96, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
	line_at(260, 1900, "Nơi nhận:", 90);
	line_centred(1200, 1900, "KT. GIÁM ĐỐC", 95);
	line_centred(1200, 2150, "Đỉnh Thị Hương", 94);
	suggest(NULL);
	assert_string_equal(value(FIELD_SIGNER_POST), "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC");
	assert_true(find(FIELD_SIGNER_POST)->confidence < 0.9);
	assert_string_equal(value(FIELD_SIGNER), "Đinh Thị Hương");
	assert_true(find(FIELD_SIGNER)->confidence < 0.9);
	decision("Số: 15/QĐ-SDL", 96, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
	line_at(260, 1900, "Nơi nhận:", 90);
	line_centred(1200, 1900, "TM. ỦY BAN NHÂN DÂN", 95);
	line_centred(1200, 1930, "KT. CHỦ TỊCH", 95);
	line_centred(1200, 1950, "2", 40);
	line_centred(1200, 1970, "Ù PHÓ CHỦ TỊCH", 95);
	line_centred(1200, 2150, "Lê Thị Thanh Liên", 94);
	suggest(NULL);
	assert_string_equal(
	    value(FIELD_SIGNER_POST), "TM. ỦY BAN NHÂN DÂN KT. CHỦ TỊCH PHÓ CHỦ TỊCH");
	/* Only the second look has it. */
	sealed();
	looked(0, "KT. GIÁM ĐỐC", 0.9);
	looked(1, "PHÓ GIÁM ĐỐC", 0.9);
	marks[1].box[1] += 40;
	looked(2, "Lê Thị Thanh Liên", 0.9);
	suggest(NULL);
	assert_string_equal(value(FIELD_SIGNER_POST), "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC");
	assert_true(find(FIELD_SIGNER_POST)->confidence < 0.9);
}

/* A letter of the bodies told, one line each. */
static void
letter_of(const char *first, const char *second, const char *third, const char *symbol)
{
	page_begin(true);
	line_centred(LEFT_MIDDLE, 150, first, 93);
	line_centred(RIGHT_MIDDLE, 150, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 94);
	line_centred(LEFT_MIDDLE, 190, second, 93);
	line_centred(RIGHT_MIDDLE, 190, "Độc lập - Tự do - Hạnh phúc", 95);
	line_centred(LEFT_MIDDLE, 230, third, 93);
	line_centred(LEFT_MIDDLE, 270, symbol, 93);
	line_centred(RIGHT_MIDDLE, 270, "Hải Phòng, ngày 05 tháng 01 năm 2024", 95);
	line_centred(PAGE_WIDTH / 2, 420, "Kính gửi: Sở Tài chính", 95);
}

static void
names_of_bodies_are_freed_of_what_the_reader_ran_together(void **state)
{
	static const struct {
		const char *line[4], *issuer, *superior;
	} cases[] = {
		{ { "SỞ DU LỊCH HẢI PHÒNG", "BANQUẢNLÝ _", "KHU DU LỊCH CÁT BÀ",
		      "Số: 9/BQLCB-QLLH" },
		    "BAN QUẢN LÝ KHU DU LỊCH CÁT BÀ", "SỞ DU LỊCH HẢI PHÒNG|" },
		{ { "UBND TỈNH QUÁẢNG NINH", "SỞ VĂN HÓA, THỂ THAO", "VÀ DU LỊCH",
		      "Số: 35/SVHTTDL-QLLH" },
		    "SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH", "UBND TỈNH QUÁNG NINH|" },
		{ { "THÀNH PHỐ HẢI PHÒNG", "ỦY BAN NHÂN DÂN", "QUẬN ĐỒ SƠN", "Số: 9/UBND-VP" },
		    "ỦY BAN NHÂN DÂN QUẬN ĐỒ SƠN", "THÀNH PHỐ HẢI PHÒNG|" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *const *line = cases[i].line;

		letter_of(line[0], line[1], line[2], line[3]);
		suggest(NULL);
		assert_string_equal(value(FIELD_ISSUER), cases[i].issuer);
		assert_string_equal(findings(FOUND_SUPERIOR), cases[i].superior);
		/* The initials of the issuer speak for the symbol. */
		assert_string_equal(value(FIELD_SYMBOL), strchr(line[3], '/') + 1);
	}
	/* The rule under the name, read as a word. */
	letter_of("UBND TỈNH HẢI DƯƠNG", "SỞ DU LỊCH", "", "Số: 9/SDL-VP");
	line_centred(LEFT_MIDDLE, 230, "GHEEETEĐNHEELJ", 40);
	suggest(NULL);
	assert_string_equal(value(FIELD_ISSUER), "SỞ DU LỊCH");
}

static void
a_doubtful_number_or_day_is_offered_and_never_sure(void **state)
{
	(void)state;
	decision("Số: 15/QĐ-SDL", 30, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
	suggest(NULL);
	assert_string_equal(value(FIELD_NUMBER), "15");
	assert_true(find(FIELD_NUMBER)->confidence < 0.6);
	/* Title and symbol name the same type. */
	assert_string_equal(value(FIELD_SYMBOL), "QĐ-SDL");
	decision("Số: 15/QĐ-SDL", 10, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
	suggest(NULL);
	assert_string_equal(value(FIELD_NUMBER), "");
	document("Số: 15/QĐ-SDL", 96, "Hải Phòng, ngày", 96);
	page_words("05", 1300, 250, 86, false);
	page_words("tháng 10' năm 2017", 1345, 250, 97, false);
	suggest(NULL);
	assert_string_equal(value(FIELD_ISSUED), "2017-10-05");
	assert_true(find(FIELD_ISSUED)->confidence < 0.9);
}

static void
a_subject_goes_on_with_words_that_only_begin_like_a_text(void **state)
{
	(void)state;
	document("Số: 15/TB-SDL", 96, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
	line_centred(PAGE_WIDTH / 2, 420, "THÔNG BÁO", 96);
	line_centred(PAGE_WIDTH / 2, 460, "Về việc mua sắm xuồng cứu hộ của Phòng.", 94);
	line_centred(PAGE_WIDTH / 2, 495, "Quản lý lữ hành", 94);
	line_at(260, 640, "Qua khảo sát, Sở Du lịch thông báo như sau:", 95);
	suggest(NULL);
	assert_string_equal(
	    value(FIELD_SUBJECT), "Về việc mua sắm xuồng cứu hộ của Phòng. Quản lý lữ hành");
	document("Số: 15/TB-SDL", 96, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
	line_centred(PAGE_WIDTH / 2, 420, "THÔNG BÁO", 96);
	line_centred(PAGE_WIDTH / 2, 460, "Về việc mua sắm xuồng cứu.", 84);
	line_centred(PAGE_WIDTH / 2, 495, "hộ phục vụ du khách", 99);
	suggest(NULL);
	assert_string_equal(value(FIELD_SUBJECT), "Về việc mua sắm xuồng cứu hộ phục vụ du khách");
	assert_true(find(FIELD_SUBJECT)->confidence < 0.9);
}

static void
the_signers_post_and_the_recipients_are_told(void **state)
{
	(void)state;
	signed_by("Nguyễn Thị Hương", 94);
	suggest(NULL);
	assert_string_equal(value(FIELD_SIGNER_POST), "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC");
	assert_string_equal(findings(FOUND_RECIPIENT), "Như Điều 3|Sở Tài chính|Lưu: VT, QLDL|");
	assert_string_equal(findings(FOUND_PLACE), "Hải Phòng|");
	assert_string_equal(findings(FOUND_SUPERIOR), "UBND THÀNH PHỐ HẢI PHÒNG|");
}

static void
cited_documents_are_listed_and_fractions_are_not(void **state)
{
	(void)state;
	decision("Số: 15/QĐ-SDL", 96, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
	line_at(260, 800, "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05/3/2020 của Chính phủ;", 95);
	line_at(
	    260, 840, "Căn cứ Thông tư số 02/2019/TT-BNV, Nghị quyết số 19-NQ/TW, 5/10 hộ;", 95);
	line_at(260, 880, "Theo Công văn số 1747/UBND-NC và Luật số 33/2024/QH15 đạt 3/4.", 95);
	suggest(NULL);
	assert_string_equal(findings(FOUND_CITATION),
	    "30/2020/NĐ-CP|02/2019/TT-BNV|19-NQ/TW|33/2024/QH15|1747/UBND-NC|");
}

static void
codes_of_cases_come_from_text_and_bar_codes(void **state)
{
	(void)state;
	decision("Số: 15/QĐ-SDL", 96, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
	line_at(
	    260, 800, "Mã hồ sơ: 000.00.15.H24-240105-0001, thủ tục 1.004605.000.00.00.H24.", 95);
	marks[0] = (struct page_mark){ .no = 1,
		.kind = PAGE_MARK_QR,
		.text = "000.00.16.H24-240106-0002",
		.box = { 1400, 20, 100, 100 } };
	marks[1] = (struct page_mark){ .no = 1, .kind = PAGE_MARK_CODE39, .text = "HS-2024-00007" };
	marks[2] = (struct page_mark){
		.no = 1, .kind = PAGE_MARK_QR, .text = "000.00.16.H24-249906-0002"
	};
	mark_count = 3;
	suggest(NULL);
	assert_string_equal(findings(FOUND_CODE),
	    "000.00.16.H24-240106-0002|HS-2024-00007|000.00.16.H24-249906-0002|");
	assert_non_null(strstr(findings(FOUND_CASE), "000.00.15.H24-240105-0001|"));
	assert_non_null(strstr(findings(FOUND_CASE), "000.00.16.H24-240106-0002|"));
	assert_null(strstr(findings(FOUND_CASE), "249906"));
	assert_string_equal(findings(FOUND_PROCEDURE), "1.004605.000.00.00.H24|");
}

static void
a_stamp_of_urgency_is_told_with_its_place(void **state)
{
	(void)state;
	decision("Số: 15/QĐ-SDL", 96, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
	marks[0] = (struct page_mark){
		.no = 1, .kind = PAGE_MARK_STAMP, .text = "DỰ THẢO", .confidence = 0.9
	};
	marks[1] = (struct page_mark){ .no = 1,
		.kind = PAGE_MARK_STAMP,
		.text = "HỎA TÔC",
		.box = { 250, 538, 276, 98 },
		.confidence = 0.89 };
	mark_count = 2;
	suggest(NULL);
	assert_string_equal(value(FIELD_URGENCY), "HỎA TỐC");
	assert_string_equal(find(FIELD_URGENCY)->method, "stamp");
	assert_int_equal(find(FIELD_URGENCY)->box[2], 276);
	mark_count = 1;
	suggest(NULL);
	assert_null(find(FIELD_URGENCY));
}

static void
a_letter_too_many_in_the_symbol_is_repaired_by_the_title(void **state)
{
	(void)state;
	decision("Số: 15/QĐĐ-SDL", 90, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
	suggest(NULL);
	assert_string_equal(value(FIELD_SYMBOL), "QĐ-SDL");
}

static void
the_subject_of_a_letter_may_reach_over_the_gutter(void **state)
{
	(void)state;
	document("Số: 1747/SDL-QLDL", 96, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
	line_centred(LEFT_MIDDLE, 295, "V/v đôn đốc đặt tên và gắn biển", 93);
	line_centred(LEFT_MIDDLE + 20, 330, "chỉ dẫn đến khu du lịch Bến Nghiêng tại", 93);
	line_centred(LEFT_MIDDLE, 365, "thị trấn Trường Thọ", 93);
	line_centred(PAGE_WIDTH / 2, 450, "Kính gửi: Các doanh nghiệp lữ hành", 95);
	suggest(NULL);
	assert_string_equal(value(FIELD_SUBJECT),
	    "đôn đốc đặt tên và gắn biển chỉ dẫn đến khu du lịch Bến Nghiêng tại thị trấn Trường Thọ");
	assert_string_equal(findings(FOUND_ADDRESSEE), "Các doanh nghiệp lữ hành|");
}

static void
words_of_a_subject_stand_apart(void **state)
{
	(void)state;
	document("Số: 1747/SDL-QLDL", 96, "Hải Phòng, ngày 05 tháng 01 năm 2024", 96);
	line_centred(LEFT_MIDDLE, 295, "V/v cấp giấy.phép ,mởrộng, chế.độ cho", 93);
	line_centred(LEFT_MIDDLE, 330, "karaoke trên haiphong.gov.vn, Đắk Lắk v.v", 93);
	suggest(NULL);
	assert_string_equal(value(FIELD_SUBJECT),
	    "cấp giấy phép ,mở rộng, chế độ cho karaoke trên haiphong.gov.vn, Đắk Lắk v.v");
}

static void
a_page_of_nothing_gives_nothing(void **state)
{
	(void)state;
	page_begin(true);
	suggest(NULL);
	assert_int_equal(count, 0);
	page_begin(false);
	suggest("x.pdf");
	assert_int_equal(count, 0);
}

/* A page of one row, of one column, of words on top of each other: nothing to find, nothing to fear. */
static void
hostile_pages_take_no_longer(void **state)
{
	struct word w = { .w = 10, .h = 10, .confidence = 99 };
	struct err err = ERR_INIT;
	int i, kind;

	(void)state;
	for (kind = 0; kind < 3; kind++) {
		page_begin(true);
		for (i = 0; i < 60000; i++) {
			w.x = kind == 0 ? i : 0;
			w.y = kind == 1 ? i : 0;
			w.start = (uint8_t)(i % 2 ? WORD_SAME_LINE : WORD_NEW_LINE);
			assert_ok(
			    words_add(page, i % 2 ? SPAN("CỘNG") : SPAN("Số:/A"), &w, &err), &err);
		}
		suggest("x");
		assert_true(count < 10);
	}
}

/* Forty letters that fall into syllables in a million ways, two hundred times in the name of the body. */
static void
letters_of_many_syllables_take_no_longer(void **state)
{
	const struct span word = SPAN("OANGOANGOANGOANGOANGOANGOANGOANGOANGOANG");
	struct word w = { .x = 150, .y = 150, .w = 2, .h = 24, .confidence = 95 };
	struct err err = ERR_INIT;
	int i;

	(void)state;
	page_begin(true);
	w.start = WORD_NEW_BLOCK;
	for (i = 0; i < 200; i++, w.x += 3, w.start = WORD_SAME_LINE)
		assert_ok(words_add(page, word, &w, &err), &err);
	line_centred(LEFT_MIDDLE, 250, "Số: 15/QĐ-SDL", 95);
	suggest("x");
	assert_int_equal(strncmp(value(FIELD_ISSUER), "OA NGOA NGOA ", 13), 0);
}

static int
drop_page(void **state)
{
	(void)state;
	words_freep(&page);
	arena_freep(&arena);
	signer_count = listed_count = mark_count = 0;
	return 0;
}

#define TEST(f) cmocka_unit_test_teardown(f, drop_page)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_clean_decision_gives_all_its_fields),
		TEST(what_is_suggested_lies_where_it_was_read),
		TEST(a_damaged_number_is_left_out_and_its_symbol_kept),
		TEST(an_unsure_number_is_to_be_confirmed),
		TEST(symbols_of_every_kind_are_read),
		TEST(what_only_looks_like_a_number_gives_none),
		TEST(the_file_name_tells_a_number_that_was_written_by_hand),
		TEST(print_on_the_page_beats_the_file_name),
		TEST(a_day_written_by_hand_leaves_the_month),
		TEST(a_tall_day_is_handwriting_however_sure),
		TEST(an_impossible_date_is_left_out),
		TEST(a_cited_date_is_not_the_issue_date),
		TEST(a_letter_is_told_by_its_subject_line),
		TEST(types_are_read_with_a_letter_missing),
		TEST(a_type_that_contradicts_the_symbol_is_doubted),
		TEST(a_body_of_two_lines_is_one_issuer),
		TEST(a_broken_name_is_no_second_body),
		TEST(a_number_whose_stroke_was_not_read_is_to_be_confirmed),
		TEST(a_contract_is_no_guideline),
		TEST(a_paragraph_below_the_type_is_no_subject),
		TEST(an_annex_without_number_and_date_has_its_subject),
		TEST(of_two_who_sign_side_by_side_the_right_one_presides),
		TEST(offices_of_ministries_and_of_the_party_are_whole),
		TEST(specks_beside_title_and_lists_are_no_part_of_them),
		TEST(a_misread_motto_still_begins_the_right_column),
		TEST(a_doubtful_office_is_mended_and_a_clear_one_stays),
		TEST(a_letter_in_english_tells_its_number_date_and_subject),
		TEST(urgency_marks_stand_alone_in_capitals),
		TEST(a_name_without_an_office_or_badly_read_is_no_signer),
		TEST(text_without_boxes_gives_the_same_fields),
		TEST(a_badly_read_signer_is_found_among_the_known),
		TEST(two_known_signers_as_near_as_each_other_tell_nothing),
		TEST(a_second_reading_of_the_block_helps),
		TEST(a_listed_signer_counts_in_office_alone_and_brings_the_post),
		TEST(a_listed_signer_nearly_as_near_as_another_is_none),
		TEST(no_more_is_compared_than_a_block_has),
		TEST(a_second_look_is_never_beyond_doubt_and_half_a_name_is_none),
		TEST(a_name_beside_the_recipients_needs_no_office),
		TEST(a_post_is_completed_and_freed_of_scratches),
		TEST(names_of_bodies_are_freed_of_what_the_reader_ran_together),
		TEST(a_doubtful_number_or_day_is_offered_and_never_sure),
		TEST(a_subject_goes_on_with_words_that_only_begin_like_a_text),
		TEST(the_signers_post_and_the_recipients_are_told),
		TEST(cited_documents_are_listed_and_fractions_are_not),
		TEST(codes_of_cases_come_from_text_and_bar_codes),
		TEST(a_stamp_of_urgency_is_told_with_its_place),
		TEST(a_letter_too_many_in_the_symbol_is_repaired_by_the_title),
		TEST(the_subject_of_a_letter_may_reach_over_the_gutter),
		TEST(words_of_a_subject_stand_apart),
		TEST(a_page_of_nothing_gives_nothing),
		TEST(hostile_pages_take_no_longer),
		TEST(letters_of_many_syllables_take_no_longer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
