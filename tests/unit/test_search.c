/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <sys/stat.h>

#include "arena.h"
#include "search.h"
#include "xap.h"

struct fixture {
	char *dir;
	struct search_index *index;
	struct search_reader *reader;
	struct search_result *result;
	struct err err;
};

static const uint64_t class_1_to_8[1] = { 0x1fe };

static struct access
reader_of(const uint64_t *bits, int clearance)
{
	struct access a = { .principal = 1, .clearance = clearance, .words = 1 };
	int p;

	for (p = 0; p < PERM_COUNT; p++)
		a.bits[p] = bits;
	return a;
}

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	f->dir = temp_dir_make();
	assert_ok(search_index_open(&f->index, f->dir, false, &f->err), &f->err);
	assert_ok(search_reader_open(&f->reader, f->dir, &f->err), &f->err);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	search_result_free(f->result);
	search_reader_close(f->reader);
	search_index_close(f->index);
	temp_dir_remove(f->dir);
	free(f);
	return 0;
}

/* A record of one to three pages in class 1, public; fields by name below. */
static struct search_document
record_of(int64_t id, struct search_page *pages, size_t count)
{
	static char uids[16][8];
	struct search_document d = { .record = id,
		.access_class = 1,
		.state = "declared",
		.pages = pages,
		.page_count = count };

	snprintf(uids[id % 16], sizeof uids[0], "u%d", (int)id);
	d.uid = uids[id % 16];
	return d;
}

static void
put(struct fixture *f, const struct search_document *d)
{
	assert_ok(search_index_put(f->index, d, NULL, NULL, &f->err), &f->err);
}

static void
put_text(struct fixture *f, int64_t id, const char *text)
{
	struct search_page page = { span_of(text), NULL };
	struct search_document d = record_of(id, &page, 1);

	put(f, &d);
}

static void
commit(struct fixture *f, int64_t mark)
{
	assert_ok(search_index_commit(f->index, mark, &f->err), &f->err);
}

static enum status
run(struct fixture *f, const char *text, const struct access *a, const struct search_request *r)
{
	struct search_query *q owned(search_query_freep) = search_query_new(span_of(text));

	search_result_freep(&f->result);
	return search_run(f->reader, q, a, r, &f->result, &f->err);
}

static void
expect_as(struct fixture *f, bool strict, const char *text, const char *want)
{
	struct access a = reader_of(class_1_to_8, LEVEL_CONFIDENTIAL);
	struct search_request r = { .limit = 20, .facets = SEARCH_FACETS_ALL, .strict = strict };
	struct strbuf got owned(strbuf_free) = STRBUF_INIT;
	size_t i;

	assert_ok(run(f, text, &a, &r), &f->err);
	for (i = 0; i < f->result->count; i++)
		strbuf_addf(&got, "%s%d", i ? " " : "", (int)f->result->hits[i].record);
	if (strcmp(got.buf, want) != 0)
		fail_msg("%s found %s, not %s", text, got.buf, want);
	assert_int_equal(f->result->total, f->result->count);
	assert_true(f->result->total_exact);
}

/* Record ids in order of rank, "3 1 2". */
static void
expect(struct fixture *f, const char *text, const char *want)
{
	expect_as(f, false, text, want);
}

static void
expect_strictly(struct fixture *f, const char *text, const char *want)
{
	expect_as(f, true, text, want);
}

static void
words_without_marks_find_words_with_any(void **state)
{
	struct fixture *f = *state;

	put_text(f, 1, "Sở Du lịch Hải Phòng ban hành kế hoạch");
	put_text(f, 2, "Phòng Giáo dục và Đào tạo");
	commit(f, 1);
	expect(f, "so du lich", "1");
	expect(f, "SỞ DU LỊCH", "1");
	expect(f, "dao tao", "2");
	expect(f, "phong -hai", "2");
	expect(f, "hải phòng giáo", "2 1"); /* none has all three: relaxed */
	assert_true(f->result->relaxed);
	assert_int_equal(f->result->complete, 0);
	expect(f, "hai phong", "1");
	assert_false(f->result->relaxed);
	assert_int_equal(f->result->complete, 1);
	assert_int_equal(f->result->words, 2);
	assert_int_equal(f->result->least, 2);
}

static void
the_tone_that_was_typed_comes_first(void **state)
{
	struct fixture *f = *state;

	put_text(f, 1, "da và nhiều chữ khác ở đây");
	put_text(f, 2, "đá và nhiều chữ khác ở đây");
	put_text(f, 3, "đa và nhiều chữ khác ở đây");
	commit(f, 1);
	expect(f, "đá", "2 1 3");
	expect(f, "đa", "3 1 2");
}

static void
a_long_question_finds_what_holds_a_fifth_of_its_words(void **state)
{
	struct fixture *f = *state;

	put_text(f, 1, "thủ tục cấp thẻ hướng dẫn viên");
	put_text(f, 2, "hướng dẫn kê khai");
	put_text(f, 3, "thẻ nhà báo");
	commit(f, 1);
	expect(f, "xin hỏi muốn làm thẻ hướng dẫn thì cần gì", "1 2");
}

static void
phrases_hold_inside_a_page_with_and_without_marks(void **state)
{
	struct fixture *f = *state;
	struct search_page apart[2] = { { SPAN("trang này hết ở sở du"), NULL },
		{ SPAN("lịch công tác tuần"), NULL } };
	struct search_document d = record_of(3, apart, 2);

	put_text(f, 1, "Sở Du lịch thành phố");
	put_text(f, 2, "lịch của du khách và sở");
	put(f, &d);
	put_text(f, 4, "The Department of Public Health shall keep the records of the office.");
	commit(f, 1);
	expect(f, "\"sở du lịch\"", "1");
	expect(f, "\"so du lich\"", "1");
	expect(f, "\"du lịch thành phố\"", "1");
	expect_strictly(f, "\"lich du\"", "");
	expect(f, "\"public health\"", "4");
	expect_strictly(f, "\"health public\"", "");
	expect(f, "sở du lịch -\"sở du lịch\"", "3 2");
}

static void
a_phrase_reaches_over_a_comma_but_not_into_another_text(void **state)
{
	struct fixture *f = *state;
	struct search_page page = { SPAN("Hà Nội, Hải Phòng; số 5"), NULL };
	struct search_document d = record_of(1, &page, 1);

	d.field[FIELD_SUBJECT].value = SPAN("tổng kết năm");
	d.field[FIELD_ISSUER].value = SPAN("Sở Du lịch");
	put(f, &d);
	put_text(f, 2, "The office, and the public health; of the records that are in it.");
	put_text(f, 3, "Nội và Hải Phòng và Hà");
	commit(f, 1);
	expect(f, "\"nội hải\"", "1");
	expect(f, "\"noi hai phong so\"", "1");
	expect(f, "\"hà nội, hải phòng\"", "1");
	expect_strictly(f, "\"năm sở\"", "");
	expect_strictly(f, "\"nam so\"", "");
	expect(f, "\"office and the\"", "2");
	expect(f, "\"health of\"", "2");
	expect_strictly(f, "\"office the\"", "");
}

/* Excluded or between AND and OR a phrase is what it says. */
static void
a_phrase_that_no_record_has_with_the_words_is_searched_as_words(void **state)
{
	struct fixture *f = *state;

	put_text(f, 1, "Trọng tài thương mại là phương thức giải quyết tranh chấp");
	put_text(f, 2, "Sở Du lịch giải quyết hồ sơ");
	commit(f, 1);
	expect(f, "\"trọng tại thương mại\" là phương thức", "1");
	assert_false(f->result->relaxed); /* every word is there */
	assert_int_equal(f->result->problem_count, 1);
	assert_int_equal(f->result->problems[0].code, SEARCH_LOOSE_QUOTE);
	assert_int_equal(f->result->problems[0].at, 1);
	assert_int_equal(f->result->problems[0].length, strlen("trọng tại thương mại"));
	expect(f, "\"sở du lịch\" giải phương", "2");
	assert_int_equal(f->result->problem_count, 0);
	expect(f, "\"trọng tại thương mại\"", "1");
	assert_int_equal(f->result->problems[0].code, SEARCH_LOOSE_QUOTE);
	expect_strictly(f, "\"trọng tại thương mại\"", "");
	expect_strictly(f, "\"trọng tại thương mại\" là phương thức", "");
	expect(f, "\"giải trọng\" \"sở tài\"", "1 2");
	assert_int_equal(f->result->problem_count, 2);
	expect(f, "\"chưa hề có\"", "");
	expect(f, "\"tranq\"", ""); /* as a word it may have been misread, not in quotes */
	assert_int_equal(f->result->problem_count, 0);
	expect(f, "\"trọng tại thương mại\" AND phương", "");
	expect(f, "\"trọng tại thương mại\" OR \"không có\"", "");
	expect(f, "phương -\"trọng tài thương mại\"", "");
	assert_true(strlen(search_problem_text(SEARCH_LOOSE_QUOTE, "vi")) > 10);
	assert_string_not_equal(search_problem_text(SEARCH_LOOSE_QUOTE, "vi"),
	    search_problem_text(SEARCH_LOOSE_QUOTE, "en"));
}

static void
what_is_left_out_with_marks_is_left_out_in_these_marks(void **state)
{
	struct fixture *f = *state;

	put_text(f, 1, "nhà đầu tư");
	put_text(f, 2, "hạt đậu xanh");
	put_text(f, 3, "đầu và đậu");
	commit(f, 1);
	expect(f, "đầu -đậu", "1");
	expect(f, "NOT (đậu OR xanh)", "1");
	expect(f, "nhà OR NOT đậu", "1");
	expect(f, "xanh -đầu", "2");
	expect(f, "xanh -dau", "");
	expect(f, "nhà NOT (NOT vàng đậu)", "1");
	expect(f, "hạt NOT (xanh NOT đầu)", "");
}

static void
put_number(struct fixture *f, int64_t id, uint32_t class, const char *number, const char *symbol)
{
	struct search_page page = { SPAN("Số: về việc thực hiện"), NULL };
	struct search_document d = record_of(id, &page, 1);

	d.access_class = class;
	d.field[FIELD_NUMBER].value = span_of(number);
	d.field[FIELD_SYMBOL].value = span_of(symbol);
	d.field[FIELD_SYMBOL].suggested = true;
	put(f, &d);
}

static void
expect_problem(struct fixture *f, enum search_problem_code code, const char *text, const char *want)
{
	expect(f, text, want);
	assert_int_equal(f->result->problem_count, 1);
	assert_int_equal(f->result->problems[0].code, code);
}

static void
expect_unread(struct fixture *f, const char *text, const char *want)
{
	expect_problem(f, SEARCH_UNREAD_NUMBER, text, want);
}

static void
expect_read(struct fixture *f, const char *text, const char *want)
{
	expect(f, text, want);
	assert_int_equal(f->result->problem_count, 0);
}

static void
a_number_that_no_record_has_finds_those_with_its_symbol_and_no_number(void **state)
{
	struct fixture *f = *state;

	put_number(f, 1, 1, "", "CT-UBND"); /* written by hand: not read */
	put_number(f, 2, 1, "94", "CT-UBND");
	put_number(f, 3, 1, "", "QĐ-UBND");
	put_number(f, 4, 1, "", "2020/NĐ-CP");
	put_number(f, 5, 1, "12bis", "TB-UBND");
	put_text(f, 6, "08 và UBND");
	put_text(f, 7, "căn cứ 77/CT-UBND");
	commit(f, 1);
	expect_unread(f, "08/CT-UBND", "1");
	assert_int_equal(f->result->problems[0].at, 0);
	assert_int_equal(f->result->problems[0].length, strlen("08/CT-UBND"));
	expect_unread(f, "thực hiện 08/CT-UBND", "1");
	expect_unread(f, "30/2020/NĐ-CP", "4");
	assert_false(f->result->relaxed);
	expect_unread(f, "77/CT-UBND", "7 1"); /* which says so, first */
	expect_read(f, "94/CT-UBND", "2");
	expect_read(f, "08/TB-UBND", "5 6");
	expect_read(f, "08/CT-UBND AND thực", "");
	assert_string_not_equal(search_problem_text(SEARCH_UNREAD_NUMBER, "vi"),
	    search_problem_text(SEARCH_UNREAD_NUMBER, "en"));
}

static void
a_number_in_its_field_that_no_record_has_finds_those_with_its_symbol_and_no_number(void **state)
{
	struct fixture *f = *state;

	put_number(f, 1, 1, "", "CT-UBND");
	put_number(f, 2, 1, "94", "CT-UBND");
	put_number(f, 3, 1, "", "QĐ-UBND");
	commit(f, 1);
	expect_unread(f, "Số: 08/CT-UBND", "1");
	assert_int_equal(f->result->problems[0].length, strlen("08/CT-UBND"));
	expect_unread(f, "Số: 08/CT-UBND Về việc thực hiện", "1");
	expect_read(f, "số:94/CT-UBND", "2");
	expect_read(f, "số:08/CT-UBND AND thực", "");
	expect_read(f, "thực -số:08/CT-UBND", "1 3 2");
	expect_strictly(f, "số:08/CT-UBND", "");
	expect_strictly(f, "08/QĐ-UBND", "3"); /* for its words */
	assert_int_equal(f->result->problem_count, 0);
}

static void
put_date(struct fixture *f, int64_t id, const char *date)
{
	struct search_page page = { SPAN("điều tra"), NULL };
	struct search_document d = record_of(id, &page, 1);

	d.field[FIELD_ISSUED].value = span_of(date);
	put(f, &d);
}

static void
expect_unread_date(struct fixture *f, const char *text, const char *want)
{
	expect_problem(f, SEARCH_UNREAD_DATE, text, want);
	assert_false(f->result->relaxed);
}

static void
a_date_that_no_record_has_finds_those_of_its_month_whose_day_was_not_read(void **state)
{
	struct fixture *f = *state;

	put_date(f, 1, "2017-10");
	put_date(f, 2, "2017-09");
	put_date(f, 3, "2017");
	put_date(f, 4, "2018-01-04");
	put_date(f, 5, "");
	commit(f, 1);
	expect_unread_date(f, "ngày:17/10/2017", "3 1");
	assert_int_equal(f->result->problems[0].at, strlen("ngày:"));
	expect_unread_date(f, "từ:20/09/2017 đến:02/10/2017 điều tra", "1 2 3");
	expect_unread_date(f, "tháng:8/2017", "3");
	expect_read(f, "ngày:04/01/2018", "4");
	expect_read(f, "tháng:10/2017", "1");
	expect_read(f, "năm:2017", "3 2 1");
	expect_read(f, "ngày:17/10/2019", "");
	expect_read(f, "năm:2019", "");
	expect_read(f, "ngày:17/10/2017 AND tra", "");
	expect_read(f, "tra -ngày:17/10/2017", "1 2 3 4 5");
	expect_strictly(f, "ngày:17/10/2017", "");
	assert_string_not_equal(search_problem_text(SEARCH_UNREAD_DATE, "vi"),
	    search_problem_text(SEARCH_UNREAD_DATE, "en"));
}

static void
only_that_is_not_held_to_which_finds_nothing(void **state)
{
	struct fixture *f = *state;
	struct search_page page = { SPAN("sở du lịch"), NULL };
	struct search_document d = record_of(1, &page, 1);

	d.field[FIELD_NUMBER].value = SPAN("15");
	d.field[FIELD_SYMBOL].value = SPAN("QĐ-SDL");
	d.field[FIELD_ISSUED].value = SPAN("2017-10");
	put(f, &d);
	page.text = SPAN("lịch của du khách và sở");
	d = record_of(2, &page, 1);
	d.field[FIELD_SYMBOL].value = SPAN("QĐ-SDL");
	d.field[FIELD_ISSUED].value = SPAN("2017-10");
	put(f, &d);
	commit(f, 1);
	expect_unread_date(f, "số:15/QĐ-SDL ngày:18/10/2017", "1");
	expect_unread_date(f, "\"sở du lịch\" ngày:18/10/2017", "1");
	expect(f, "\"lịch sở\" ngày:18/10/2017", "1 2");
	assert_int_equal(f->result->problem_count, 2);
	expect(f, "\"lịch sở\" số:16/QĐ-SDL ngày:18/10/2017", "2");
	assert_int_equal(f->result->problem_count, 3);
	expect_read(f, "(\"lịch sở\" AND khách)", "");
	expect_read(f, "(ngày:18/10/2017 AND khách)", "");
}

static void
an_unread_number_counts_no_more_than_the_words_that_are_asked_for_with_it(void **state)
{
	struct fixture *f = *state;
	struct search_page page = { SPAN("dự toán ngân sách"), NULL };
	struct search_document d = record_of(2, &page, 1);

	put_number(f, 1, 1, "", "QC-UBND");
	d.field[FIELD_NUMBER].value = SPAN("05");
	d.field[FIELD_SYMBOL].value = SPAN("QC-UBND");
	put(f, &d);
	commit(f, 1);
	expect(f, "ngân sách 08/QC-UBND", "2 1");
	expect(f, "dự (thực OR 08/QC-UBND)", "");
}

static void
whether_a_number_was_read_is_asked_of_what_the_reader_may_see_and_the_query_leaves(void **state)
{
	struct fixture *f = *state;

	put_number(f, 1, 1, "", "CT-UBND");
	put_number(f, 2, 9, "08", "CT-UBND"); /* of a class that is not read */
	put_number(f, 3, 9, "", "QĐ-UBND");
	commit(f, 1);
	expect_unread(f, "08/CT-UBND", "1");
	expect_unread(f, "số:08/CT-UBND", "1");
	expect_read(f, "08/QĐ-UBND", "1"); /* for one of its words */
	put_number(f, 4, 1, "08", "CT-UBND");
	commit(f, 2);
	expect_read(f, "08/CT-UBND", "4");
	expect_read(f, "08/CT-UBND state:draft", "");
	expect_unread(f, "08/CT-UBND -số:08", "1");
}

static void
a_rare_word_is_found_where_it_was_misread_below_where_it_was_not(void **state)
{
	struct fixture *f = *state;
	char text[64];
	int i;

	put_text(f, 1, "Kế hoạch trùng tu b0ng lai");
	put_text(f, 2, "Kế hoạch trùng tu bong lai");
	put_text(f, 3, "Thăm cornmune cũ");
	put_text(f, 4, "Kế hoạch khác");
	for (i = 0; i < 40; i++) { /* a word of its own, not a misreading */
		snprintf(text, sizeof text, "Tờ trình %d hàng l0ng", i);
		put_text(f, 10 + i, text);
	}
	commit(f, 1);
	expect(f, "bong lai", "2 1");
	assert_int_equal(f->result->hits[1].best_page, 1);
	expect(f, "bồng lai", "2 1");
	expect(f, "commune", "3");
	assert_int_equal(f->result->hits[0].best_page, 1);
	expect(f, "bong AND lai", "2");
	expect(f, "\"bong lai\"", "2");
	put_text(f, 5, "hàng long");
	commit(f, 2);
	expect(f, "long", "5");
}

/* Whether the caller may read a record with the word decides, not whether there is one. */
static void
a_word_that_nobody_wrote_is_searched_as_words_a_letter_away(void **state)
{
	static const uint64_t class_1[1] = { 2 };
	struct access mine = reader_of(class_1, LEVEL_CONFIDENTIAL);
	struct search_request r = { .limit = 20 };
	struct fixture *f = *state;
	struct search_page page = { SPAN("quyyet"), NULL };
	struct search_document d = record_of(3, &page, 1);

	put_text(f, 1, "Quyết định thành lập");
	put_text(f, 2, "Báo cáo thành tích");
	commit(f, 1);
	expect(f, "quyyet dinh", "1");
	expect(f, "quyyet thanh tich", "2"); /* two of three are found as they are */
	expect(f, "quyyet", "1");
	assert_int_equal(f->result->hits[0].best_page, 1);
	expect(f, "bao AND quyyet", "");
	expect(f, "qet", ""); /* too short to tell */
	d.access_class = 2;
	put(f, &d);
	commit(f, 2);
	assert_ok(run(f, "quyyet", &mine, &r), &f->err);
	assert_int_equal(f->result->count, 1);
	assert_int_equal(f->result->hits[0].record, 1);
	expect(f, "quyyet", "3");
}

static void
what_a_word_was_misread_as_is_marked_only_where_it_is_not_there_itself(void **state)
{
	static const struct {
		const char *query, *text, *marked;
		enum search_match match;
	} cases[] = {
		{ "bồng lai", "đi b0ng lai", "b0ng lai", SEARCH_AS_TYPED },
		{ "bồng", "đi b0ng", "b0ng", SEARCH_NEARLY },
		{ "bồng", "bong b0ng", "bong", SEARCH_LOOSELY },
		{ "bồng", "bồng b0ng", "bồng", SEARCH_AS_TYPED },
		{ "quyyet", "Quyết định", "Quyết", SEARCH_NEARLY },
		{ "quyyet dinh", "Quyết định", "định", SEARCH_AS_TYPED },
		{ "quyyet OR xyz", "Quyết định", "", SEARCH_NOT_THERE },
		{ "\"bồng lai\"", "b0ng lai", "lai", SEARCH_AS_TYPED },
	};
	size_t i, k, n;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct search_query *q owned(search_query_freep) =
		    search_query_new(span_of(cases[i].query));
		struct strbuf got owned(strbuf_free) = STRBUF_INIT;
		struct search_mark *marks owned(freep) = NULL;

		n = search_marks(q, span_of(cases[i].text), &marks);
		for (k = 0; k < n; k++)
			strbuf_addf(&got, "%s%.*s", k ? " " : "",
			    (int)(marks[k].end - marks[k].start), cases[i].text + marks[k].start);
		assert_string_equal(got.buf, cases[i].marked);
		assert_int_equal(search_match_text(q, span_of(cases[i].text)), cases[i].match);
	}
}

/* The list of terms of a record, or the posting lists: they show the same pages in the same order. */
static void
few_words_and_many_find_the_same_page(void **state)
{
	struct fixture *f = *state;
	struct search_page pages[3] = { { SPAN("một hai ba bốn năm sáu bảy tám chín mười"), NULL },
		{ SPAN("kế hoạch đổ đầy đỗ đăng hđnd thành phố ệ ý nghĩa"), NULL },
		{ SPAN("phụ lục"), NULL } };
	struct search_document d = record_of(1, pages, 3);
	static const char *const words[] = { "do", "đổ", "hoach", "ke", "hdnd", "HĐND", "e", "y",
		"nghia", "Đăng", "dang", "pho" };
	struct strbuf all owned(strbuf_free) = STRBUF_INIT;
	size_t i;

	put(f, &d);
	put_text(f, 2, "đầy đủ nghĩa vụ");
	commit(f, 1);
	for (i = 0; i < sizeof words / sizeof words[0]; i++) {
		expect(f, words[i], strcmp(words[i], "nghia") == 0 ? "2 1" : "1");
		strbuf_addf(&all, "%s%s", i ? " " : "", words[i]);
		for (size_t k = 0; k < f->result->count; k++)
			if (f->result->hits[k].record == 1)
				assert_int_equal(f->result->hits[k].best_page, 2);
	}
	expect(f, all.buf, "1");
	assert_int_equal(f->result->hits[0].best_page, 2);
	assert_int_equal(f->result->hits[0].page_count, 1);
	assert_int_equal(f->result->hits[0].pages[0].words, 9);
}

/* A record that holds count words that begin with x. */
static void
put_words(struct fixture *f, int64_t id, unsigned from, unsigned count)
{
	struct strbuf text owned(strbuf_free) = STRBUF_INIT;
	unsigned i;

	for (i = from; i < from + count; i++)
		strbuf_addf(&text, "x%c%c%c%c ", 'a' + i / 17576 % 26, 'a' + i / 676 % 26,
		    'a' + i / 26 % 26, 'a' + i % 26);
	put_text(f, id, text.buf);
}

static void
expect_notes(struct fixture *f, const char *text, const char *want)
{
	struct access a = reader_of(class_1_to_8, LEVEL_CONFIDENTIAL);
	struct search_request r = { .limit = 20 };
	struct strbuf got owned(strbuf_free) = STRBUF_INIT;
	size_t i;

	assert_ok(run(f, text, &a, &r), &f->err);
	for (i = 0; i < f->result->problem_count; i++)
		strbuf_addf(&got, "%s%d@%zu+%zu", i ? " " : "", (int)f->result->problems[i].code,
		    f->result->problems[i].at, f->result->problems[i].length);
	assert_string_equal(got.buf, want);
}

static void
more_forms_than_are_searched_are_told(void **state)
{
	struct fixture *f = *state;
	struct strbuf text owned(strbuf_free) = STRBUF_INIT, want owned(strbuf_free) = STRBUF_INIT;
	char letter;

	put_words(f, 1, 0, 10000);
	for (letter = 'a'; letter <= 'z'; letter++)
		strbuf_addf(&text, "word%c %cword ", letter, letter);
	strbuf_truncate(&text, text.len - strlen("wordz zword "));
	put_text(f, 2, text.buf);
	commit(f, 1);
	expect_notes(f, "xa* word~", "");
	put_words(f, 3, 10000, 1);
	commit(f, 2);
	strbuf_addf(&want, "%d@0+3", SEARCH_MANY_FORMS);
	expect_notes(f, "xa* word~", want.buf);
	put_text(f, 4, "wordz");
	commit(f, 3);
	strbuf_addf(&want, " %d@10+3 %d@4+5", SEARCH_MANY_FORMS, SEARCH_MANY_FORMS);
	expect_notes(f, "xa* word~ xa*", want.buf);
	assert_string_equal(search_problem_text(SEARCH_MANY_FORMS, "vi"),
	    "Quá nhiều từ khớp với * hoặc ~ này; chỉ tìm những từ hay gặp nhất "
	    "(10.000 từ với *, 50 từ với ~).");
}

/* Fifty forms in what others may read: neither told of nor in the way of the one that may be found. */
static void
forms_that_may_not_be_read_take_no_place(void **state)
{
	struct fixture *f = *state;
	struct strbuf text owned(strbuf_free) = STRBUF_INIT;
	struct search_document d;
	struct search_page page;
	char letter;

	for (letter = 'a'; letter <= 'z'; letter++)
		strbuf_addf(&text, "word%c %cword ", letter, letter);
	page = (struct search_page){ strbuf_span(&text), NULL };
	for (int64_t id = 1; id <= 2; id++) {
		d = record_of(id, &page, 1);
		d.access_class = 9;
		put(f, &d);
	}
	put_text(f, 3, "wordz");
	commit(f, 1);
	expect_notes(f, "word~", "");
	assert_int_equal(f->result->total, 1);
}

/* What may not be read does not even count among the words that are looked at. */
static void
words_beyond_those_that_are_looked_at_are_told(void **state)
{
	struct fixture *f = *state;
	struct arena *arena owned(arena_freep) = arena_new();
	struct access a = reader_of(class_1_to_8, LEVEL_CONFIDENTIAL);
	struct search_suggest ask = { .text = SPAN("xa") };
	struct search_suggestions said;
	struct search_page page = { SPAN("xaz xaaaa"), NULL };
	struct search_document d = record_of(2, &page, 1);

	put_words(f, 1, 0, SEARCH_SUGGEST_WORDS);
	d.access_class = 9;
	put(f, &d);
	commit(f, 1);
	assert_ok(search_suggest(f->reader, &a, &ask, arena, &said, &f->err), &f->err);
	assert_true(said.whole);
	d.access_class = 1;
	put(f, &d);
	commit(f, 2);
	assert_ok(search_suggest(f->reader, &a, &ask, arena, &said, &f->err), &f->err);
	assert_false(said.whole);
}

static void
prefixes_and_words_like_it_are_found_whatever_their_marks(void **state)
{
	struct fixture *f = *state;

	put_text(f, 1, "Hải Phòng");
	put_text(f, 2, "phong trào");
	put_text(f, 3, "pháo hoa");
	put_text(f, 4, "quyết định");
	put_text(f, 5, "quyềt đinh");
	put_text(f, 6, "quyen tiền");
	commit(f, 1);
	expect(f, "phò*", "1 2");
	expect(f, "ph* -phong", "3");
	expect(f, "ph* hoa", "3");
	expect(f, "zz*", "");
	expect(f, "quyet~", "4 5 6");
	expect(f, "quyet~ dinh", "4 5");
	expect(f, "qyuet~", "4 5");
	expect(f, "phap~", "3");
	assert_int_equal(f->result->hits[0].page_count, 1);
	assert_int_equal(f->result->hits[0].pages[0].words, 1);
}

static void
near_holds_inside_its_distance_in_any_order_and_not_over_pages(void **state)
{
	struct fixture *f = *state;
	struct search_page apart[2] = { { SPAN("hết trang ở Hải"), NULL },
		{ SPAN("Phòng đầu trang"), NULL } };
	struct search_document d = record_of(3, apart, 2);

	put_text(f, 1, "Hải một hai ba Phòng");
	put_text(f, 2, "Phòng một Hải");
	put(f, &d);
	commit(f, 1);
	expect(f, "hải NEAR/4 phòng", "2 1");
	expect(f, "hải NEAR/3 phòng", "2");
	expect(f, "hai NEAR/2 phong", "1 2"); /* "ba Phòng": hai is a word of its own, too */
	expect(f, "hải NEAR/1 phòng", "");
	expect(f, "hải NEAR/99 phòng", "2 1");
	expect(f, "hải NEAR/9 phòng một", "2 1");
}

static void
signer_state_and_order_decide_what_is_found(void **state)
{
	struct fixture *f = *state;
	struct search_page page = { SPAN("du lịch"), NULL };
	struct search_document d = record_of(1, &page, 1);

	d.field[FIELD_SIGNER].value = SPAN("Lê Văn An");
	d.field[FIELD_ISSUED].value = SPAN("2020-01-01");
	put(f, &d);
	d = record_of(2, &page, 1);
	d.state = "draft";
	d.field[FIELD_SIGNER].value = SPAN("Trần Bình");
	d.field[FIELD_ISSUED].value = SPAN("2021-01-01");
	put(f, &d);
	commit(f, 1);
	expect(f, "người ký:an", "1");
	expect(f, "signer:\"tran binh\"", "2");
	expect(f, "state:draft", "2");
	expect(f, "du lịch -trạng thái:nháp", "1");
	expect(f, "du lịch sort:newest", "2 1");
	expect(f, "du lịch sort:oldest", "1 2");
	expect(f, "sort:oldest", "1 2");
}

static void
a_page_range_is_where_the_words_must_stand(void **state)
{
	struct fixture *f = *state;
	struct search_page one[3] = { { SPAN("mở đầu du lịch"), NULL }, { SPAN("Hải Phòng"), NULL },
		{ SPAN("du lịch"), NULL } };
	struct search_page two[2] = { { SPAN("Hải Phòng"), NULL }, { SPAN("du lịch"), NULL } };
	struct search_document d = record_of(1, one, 3);

	put(f, &d);
	d = record_of(2, two, 2);
	put(f, &d);
	commit(f, 1);
	expect(f, "hải phòng trang:2", "1");
	assert_int_equal(f->result->hits[0].best_page, 2);
	expect(f, "du lich page:2..3", "1 2");
	assert_int_equal(f->result->hits[0].page_count, 1);
	assert_int_equal(f->result->hits[0].pages[0].page, 3);
	expect(f, "du lịch page:1", "1");
	expect(f, "du lịch page:4..", "");
	expect(f, "page:3", "1");
	expect(f, "page:..2", "2 1");
}

static void
subjects_and_levels_are_fields(void **state)
{
	struct fixture *f = *state;
	struct search_page page = { SPAN("du lịch"), NULL };
	struct search_document d = record_of(1, &page, 1);

	d.field[FIELD_SUBJECT].value = SPAN("Kế hoạch bến tàu");
	put(f, &d);
	d = record_of(2, &page, 1);
	d.level = LEVEL_RESTRICTED;
	put(f, &d);
	commit(f, 1);
	expect(f, "trích yếu:\"ben tau\"", "1");
	expect(f, "subject:du", "");
	expect(f, "mức:hạn chế", "2");
	expect(f, "level:public", "1");
	expect(f, "du lịch -level:0", "2");
}

static void
choices_and_the_last_hit_narrow_the_list(void **state)
{
	struct fixture *f = *state;
	struct access a = reader_of(class_1_to_8, LEVEL_CONFIDENTIAL);
	struct search_request r = { .limit = 1 };
	struct search_page page = { SPAN("du lịch"), NULL };
	struct search_document d = record_of(1, &page, 1);

	d.field[FIELD_ISSUER].value = SPAN("Sở Du lịch");
	d.field[FIELD_ISSUED].value = SPAN("2020-05-17");
	put(f, &d);
	d = record_of(2, &page, 1);
	d.field[FIELD_ISSUED].value = SPAN("2020-06-01");
	put(f, &d);
	commit(f, 1);
	r.issuer = "Sở Du lịch";
	assert_ok(run(f, "du lịch", &a, &r), &f->err);
	assert_int_equal(f->result->total, 1);
	r.issuer = NULL;
	r.year = 2020;
	r.month = 6;
	assert_ok(run(f, "du lịch", &a, &r), &f->err);
	assert_int_equal(f->result->total, 1);
	assert_int_equal(f->result->hits[0].record, 2);
	r.year = 0;
	assert_status(run(f, "du lịch", &a, &r), ST_INVALID, &f->err);
	r.month = 0;
	r.sort = SEARCH_OLDEST;
	r.after = 1;
	assert_ok(run(f, "du lịch", &a, &r), &f->err);
	assert_int_equal(f->result->hits[0].record, 2);
	assert_int_equal(f->result->total, 2);
	r.after = 2;
	r.record = 1;
	assert_ok(run(f, "du lịch", &a, &r), &f->err);
	assert_int_equal(f->result->total, 1);
	assert_int_equal(f->result->count, 0);
}

static void
hits_know_the_pages_their_words_stand_on(void **state)
{
	struct fixture *f = *state;
	struct search_page pages[4] = { { SPAN("mở đầu về du lịch"), NULL }, { SPAN(""), NULL },
		{ SPAN("Hải Phòng và du lịch Hải Phòng"), NULL }, { SPAN("hết"), NULL } };
	struct search_document d = record_of(1, pages, 4);
	const struct search_hit *hit;

	d.field[FIELD_SUBJECT].value = SPAN("kế hoạch năm");
	put(f, &d);
	commit(f, 1);
	expect(f, "du lịch hải phòng", "1");
	hit = &f->result->hits[0];
	assert_int_equal(hit->page_count, 2);
	assert_int_equal(hit->pages[0].page, 1);
	assert_int_equal(hit->pages[0].words, 2);
	assert_int_equal(hit->pages[1].page, 3);
	assert_int_equal(hit->pages[1].words, 4);
	assert_int_equal(hit->best_page, 3);
	assert_false(hit->in_fields);
	expect(f, "hai phong", "1");
	assert_int_equal(f->result->hits[0].best_page, 3);
	expect(f, "kế hoạch", "1");
	hit = &f->result->hits[0];
	assert_true(hit->in_fields);
	assert_int_equal(hit->best_page, 0);
	assert_int_equal(hit->page_count, 0);
}

static void
a_page_of_many_slices_is_still_one_page(void **state)
{
	struct fixture *f = *state;
	struct strbuf text owned(strbuf_free) = STRBUF_INIT;
	struct search_slice *slices;
	size_t count, i;

	for (i = 0; i < 2 * SEARCH_SLICE_WORDS + 500; i++)
		strbuf_addf(&text, "w%zu ", i % 100);
	strbuf_add_str(&text, "cuối");
	{
		struct search_page pages[3] = { { SPAN("đầu"), NULL }, { strbuf_span(&text), NULL },
			{ SPAN("sau"), NULL } };
		struct search_document d = record_of(1, pages, 3);

		assert_ok(search_index_put(f->index, &d, &slices, &count, &f->err), &f->err);
	}
	assert_int_equal(count, 6);
	assert_int_equal(slices[0].page, 0);
	assert_int_equal(slices[2].page, 2);
	assert_int_equal(slices[2].first_word, 0);
	assert_int_equal(slices[4].page, 2);
	assert_int_equal(slices[4].first_word, 2 * SEARCH_SLICE_WORDS);
	assert_int_equal(slices[5].page, 3);
	free(slices);
	commit(f, 1);
	expect(f, "đầu", "1");
	assert_int_equal(f->result->hits[0].best_page, 1);
	expect(f, "cuối", "1");
	assert_int_equal(f->result->hits[0].best_page, 2);
	expect(f, "sau", "1");
	assert_int_equal(f->result->hits[0].best_page, 3);
	expect(f, "w7", "1");
	assert_int_equal(f->result->hits[0].page_count, 1);
}

static void
a_number_finds_its_record_first_however_it_is_spelt(void **state)
{
	static const char *const spellings[] = { "15/QĐ-SDL", "015 / QĐ - SDL", "15/qd-sdl",
		"Số: 15/QĐ-SDL" };
	struct fixture *f = *state;
	struct search_page cites = { SPAN("Căn cứ Quyết định số 15/QĐ-SDL, 15/QĐ-SDL, 15/QĐ-SDL"),
		NULL };
	struct search_page own = { SPAN("trang đọc kém"), NULL };
	struct search_document a = record_of(1, &cites, 1), b = record_of(2, &own, 1);
	size_t i;

	b.field[FIELD_NUMBER].value = SPAN("015");
	b.field[FIELD_SYMBOL].value = SPAN("QĐ-SDL");
	put(f, &a);
	put(f, &b);
	commit(f, 1);
	for (i = 0; i < 3; i++)
		expect(f, spellings[i], "2 1");
	expect(f, spellings[3], "2");
	expect(f, "số:15", "2");
	expect(f, "số:QĐ-SDL", "2");
	expect(f, "ký hiệu:/qđ-sdl", "2");
	expect(f, "số:16/QĐ-SDL", "");
}

static void
suggestions_are_found_below_accepted_values_and_are_marked(void **state)
{
	struct fixture *f = *state;
	struct search_page page = { SPAN("trang"), NULL };
	struct search_document a = record_of(1, &page, 1), b = record_of(2, &page, 1);

	a.field[FIELD_SUBJECT] = (struct search_field){ SPAN("đón khách quốc tế"), true };
	a.field[FIELD_TYPE] = (struct search_field){ SPAN("CV"), true };
	b.field[FIELD_SUBJECT] = (struct search_field){ SPAN("đón khách quốc tế"), false };
	put(f, &a);
	put(f, &b);
	commit(f, 1);
	expect(f, "đón khách", "2 1");
	assert_int_equal(f->result->hits[0].suggested, 0);
	assert_int_equal(f->result->hits[1].suggested, 1u << FIELD_SUBJECT | 1u << FIELD_TYPE);
	expect(f, "loại:CV", "1");
}

static enum status
two_dossiers(
    void *payload, struct span name, int64_t *ids, size_t max, size_t *count, struct err *err)
{
	(void)payload;
	(void)err;
	assert_true(max >= 2);
	*count = 0;
	if (span_equal_str(name, "HS-1")) {
		ids[(*count)++] = 71;
		ids[(*count)++] = 72;
	}
	return ST_OK;
}

static void
put_with_fields(struct fixture *f, int64_t id, const char *type, const char *date,
    const char *issuer, int64_t dossier, const char *text)
{
	struct search_page page = { span_of(text), NULL };
	struct search_document d = record_of(id, &page, 1);

	d.field[FIELD_TYPE].value = span_of(type);
	d.field[FIELD_ISSUED].value = span_of(date);
	d.field[FIELD_ISSUER].value = span_of(issuer);
	d.dossiers = &dossier;
	d.dossier_count = 1;
	put(f, &d);
}

static void
put_five(struct fixture *f)
{
	put_with_fields(f, 1, "QĐ", "2019-12-31", "Sở Du lịch", 71, "khách sạn một");
	put_with_fields(f, 2, "HĐ", "2020-01-01", "UBND tỉnh", 72, "khách sạn hai");
	put_with_fields(f, 3, "HD", "2020-05-17", "Sở Y tế", 73, "khách sạn ba");
	put_with_fields(f, 4, "QĐ", "2020-05", "Sở Du lịch", 73, "khách sạn bốn");
	put_with_fields(f, 5, "QĐ", "", "", 73,
	    "The hotel khách sạn of the city and the records that are in this office");
	commit(f, 1);
}

static void
expect_set(struct fixture *f, const char *text, const char *want)
{
	struct access a = reader_of(class_1_to_8, LEVEL_CONFIDENTIAL);
	struct search_request r = { .limit = 20, .resolve = two_dossiers };
	char got[16] = "", digit[2] = "";
	int id;
	size_t i;

	assert_ok(run(f, text, &a, &r), &f->err);
	for (id = 1; id < 10; id++)
		for (i = 0; i < f->result->count; i++)
			if (f->result->hits[i].record == id) {
				digit[0] = (char)('0' + id);
				strcat(got, digit);
			}
	if (strcmp(got, want) != 0)
		fail_msg("%s found %s, not %s", text, got, want);
}

static void
fields_narrow_a_search_down(void **state)
{
	struct fixture *f = *state;

	put_five(f);
	expect_set(f, "khách sạn", "12345");
	expect_set(f, "khách sạn loại:QĐ", "145");
	expect_set(f, "loại:HĐ", "2");
	expect_set(f, "loại:HĐ loại:\"hướng dẫn\"", "23");
	expect_set(f, "loại:HĐ AND loại:\"hướng dẫn\"", "");
	expect_set(f, "(loại:HĐ AND loại:\"hướng dẫn\")", "");
	expect_set(f, "không OR loại:HĐ loại:\"hướng dẫn\"", "23");
	expect_set(f, "loại:HĐ loại:\"hướng dẫn\" -loại:HĐ", "3");
	expect_set(f, "loại:\"hướng dẫn\"", "3");
	expect_set(f, "năm:2020", "234");
	expect_set(f, "ngày:5/2020", "34");
	expect_set(f, "ngày:17/05/2020", "3");
	expect_set(f, "từ:2020-01-01 đến:2020-05-16", "2");
	expect_set(f, "từ:2020-01-01 đến:2020-05-31", "234");
	expect_set(f, "năm:..2019", "1");
	expect_set(f, "-năm:2020", "15");
	expect_set(f, "cơ quan:\"so du lich\"", "14");
	expect_set(f, "cơ quan:sở", "134");
	expect_set(f, "hồ sơ:HS-1", "12");
	expect_set(f, "hồ sơ:HS-9", "");
	expect_set(f, "ngôn ngữ:en", "5");
	expect_set(f, "loại:QĐ OR năm:2020", "12345");
	expect_set(f, "(một OR hai) AND loại:QĐ", "1");
	expect_set(f, "", "12345");
}

static void
facets_and_choices_count_what_is_found(void **state)
{
	struct fixture *f = *state;
	struct access a = reader_of(class_1_to_8, LEVEL_CONFIDENTIAL);
	struct search_request r = { .limit = 1, .facets = SEARCH_FACETS_ALL };

	put_five(f);
	assert_ok(run(f, "khách sạn", &a, &r), &f->err);
	assert_int_equal(f->result->total, 5);
	assert_int_equal(f->result->count, 1);
	assert_int_equal(f->result->facets[SEARCH_TYPES].count, 3);
	assert_string_equal(f->result->facets[SEARCH_TYPES].list[0].text, "QĐ");
	assert_int_equal(f->result->facets[SEARCH_TYPES].list[0].count, 3);
	assert_int_equal(f->result->facets[SEARCH_YEARS].count, 2);
	assert_int_equal(f->result->facets[SEARCH_YEARS].list[0].number, 2020);
	assert_int_equal(f->result->facets[SEARCH_YEARS].list[0].count, 3);
	r.type = "QĐ";
	assert_ok(run(f, "khách sạn", &a, &r), &f->err);
	assert_int_equal(f->result->total, 3);
	r.year = 2020;
	assert_ok(run(f, "khách sạn", &a, &r), &f->err);
	assert_int_equal(f->result->total, 1);
	r = (struct search_request){ .limit = 9, .dossier = 73, .sort = SEARCH_OLDEST };
	assert_ok(run(f, "khách", &a, &r), &f->err);
	assert_int_equal(f->result->count, 3);
	assert_int_equal(f->result->hits[0].record, 4);
	assert_int_equal(f->result->hits[1].record, 3);
	assert_int_equal(f->result->hits[2].record, 5); /* undated last */
	r.sort = SEARCH_NEWEST;
	assert_ok(run(f, "khách", &a, &r), &f->err);
	assert_int_equal(f->result->hits[0].record, 3);
	assert_int_equal(f->result->hits[2].record, 5);
}

static void
what_may_not_be_read_is_in_no_hit_total_or_facet(void **state)
{
	static const uint64_t only_2[1] = { 4 }, none[1] = { 0 };
	struct fixture *f = *state;
	struct search_page page = { SPAN("bí mật khách sạn"), NULL };
	struct search_request r = { .limit = 10, .facets = SEARCH_FACETS_ALL };
	struct access a = reader_of(only_2, LEVEL_CONFIDENTIAL);
	struct search_document d;
	int64_t id;

	for (id = 1; id <= 6; id++) {
		d = record_of(id, &page, 1);
		d.access_class = id % 2 + 1;
		d.level = id <= 2 ? LEVEL_PUBLIC : LEVEL_RESTRICTED;
		d.field[FIELD_TYPE].value = id % 2 ? SPAN("QĐ") : SPAN("CV");
		d.field[FIELD_ISSUED].value = id % 2 ? SPAN("2020") : SPAN("2021");
		put(f, &d);
	}
	commit(f, 1);
	assert_ok(run(f, "khách sạn", &a, &r), &f->err);
	assert_int_equal(f->result->total, 3);
	assert_int_equal(f->result->facets[SEARCH_TYPES].count, 1);
	assert_string_equal(f->result->facets[SEARCH_TYPES].list[0].text, "QĐ");
	assert_int_equal(f->result->facets[SEARCH_YEARS].count, 1);
	a.clearance = LEVEL_INTERNAL;
	assert_ok(run(f, "khách sạn", &a, &r), &f->err);
	assert_int_equal(f->result->total, 1);
	assert_int_equal(f->result->hits[0].record, 1);
	a.bits[PERM_READ] = none;
	assert_ok(run(f, "", &a, &r), &f->err);
	assert_int_equal(
	    f->result->total + f->result->count + f->result->facets[SEARCH_TYPES].count, 0);
}

static void
a_record_that_changes_its_level_changes_the_database(void **state)
{
	struct fixture *f = *state;
	struct search_page page = { SPAN("khách sạn"), NULL };
	struct search_document d = record_of(1, &page, 1);
	struct access low = reader_of(class_1_to_8, LEVEL_INTERNAL);
	struct search_request r = { .limit = 10 };
	struct search_entry entry;
	size_t count;
	int round;

	for (round = 0; round < 4; round++) {
		d.level = round % 2 ? LEVEL_RESTRICTED : LEVEL_INTERNAL;
		put(f, &d);
		commit(f, round);
		expect(f, "khách sạn", "1");
		assert_ok(run(f, "khách sạn", &low, &r), &f->err);
		assert_int_equal(f->result->total, round % 2 ? 0 : 1);
		assert_ok(
		    search_reader_entries(f->reader, round % 2, 1, &entry, 1, &count, &f->err),
		    &f->err);
		assert_int_equal(count, 1);
		assert_int_equal(entry.level, d.level);
		assert_ok(
		    search_reader_entries(f->reader, !(round % 2), 1, &entry, 1, &count, &f->err),
		    &f->err);
		assert_int_equal(count, 0);
	}
	assert_ok(search_index_delete(f->index, 1, &f->err), &f->err);
	commit(f, 9);
	expect(f, "khách sạn", "");
}

static void
the_mark_is_what_was_committed(void **state)
{
	struct fixture *f = *state;
	int64_t mark;

	assert_int_equal(search_index_mark(f->index), 0);
	put_text(f, 1, "một");
	assert_int_equal(search_index_pending(f->index), 1);
	commit(f, 41);
	assert_int_equal(search_index_pending(f->index), 0);
	put_text(f, 2, "hai");
	search_index_close(f->index); /* not committed */
	assert_ok(search_index_open(&f->index, f->dir, false, &f->err), &f->err);
	assert_int_equal(search_index_mark(f->index), 41);
	assert_ok(search_reader_mark(f->reader, &mark, &f->err), &f->err);
	assert_int_equal(mark, 41);
	expect(f, "hai", "");
	expect(f, "một", "1");
}

static void
when_only_one_database_was_committed_the_lower_mark_counts(void **state)
{
	struct fixture *f = *state;
	char path[4200];
	struct xap_writer *w;
	int64_t mark;

	commit(f, 7);
	search_index_close(f->index);
	f->index = NULL;
	snprintf(path, sizeof path, "%s/open", f->dir);
	assert_ok(xap_writer_open(&w, path, 0, &f->err), &f->err);
	assert_ok(xap_set_metadata(w, "mark", SPAN("9"), &f->err), &f->err);
	assert_ok(xap_commit(w, &f->err), &f->err);
	xap_writer_close(w);
	assert_ok(search_index_open(&f->index, f->dir, false, &f->err), &f->err);
	assert_int_equal(search_index_mark(f->index), 7);
	assert_ok(search_reader_mark(f->reader, &mark, &f->err), &f->err);
	assert_int_equal(mark, 7);
}

static void
one_index_has_one_writer(void **state)
{
	struct fixture *f = *state;
	struct search_index *second;

	assert_status(search_index_open(&second, f->dir, false, &f->err), ST_BUSY, &f->err);
	assert_null(second);
}

static void
another_layout_asks_for_a_reindex(void **state)
{
	struct fixture *f = *state;
	char path[4200];
	struct xap_writer *w;
	struct search_reader *r;

	search_index_close(f->index);
	f->index = NULL;
	snprintf(path, sizeof path, "%s/closed", f->dir);
	assert_ok(xap_writer_open(&w, path, 0, &f->err), &f->err);
	assert_ok(xap_set_metadata(w, "layout", SPAN("999"), &f->err), &f->err);
	assert_ok(xap_commit(w, &f->err), &f->err);
	xap_writer_close(w);
	assert_status(search_reader_open(&r, f->dir, &f->err), ST_UNSUPPORTED, &f->err);
	assert_non_null(strstr(f->err.msg, "reindex"));
	assert_status(
	    search_index_open(&f->index, f->dir, false, &f->err), ST_UNSUPPORTED, &f->err);
	assert_null(f->index);
}

static void
a_reader_follows_a_writer_that_never_rests(void **state)
{
	struct fixture *f = *state;
	struct strbuf text owned(strbuf_free) = STRBUF_INIT;
	int round, i;

	for (i = 0; i < 400; i++)
		strbuf_addf(&text, "chữ%d ", i);
	strbuf_add_str(&text, "chung");
	for (round = 1; round <= 30; round++) {
		for (i = 1; i <= 12; i++)
			put_text(f, i, text.buf);
		commit(f, round);
		if (round % 5 == 0) {
			struct access a = reader_of(class_1_to_8, LEVEL_PUBLIC);
			struct search_request r = { .limit = 20 };

			assert_ok(run(f, "chung", &a, &r), &f->err);
			assert_int_equal(f->result->total, 12);
		}
	}
}

static void
a_fresh_index_of_two_parts_takes_the_place_of_the_live_one(void **state)
{
	struct fixture *f = *state;
	struct strbuf report owned(strbuf_free) = STRBUF_INIT;
	char one[4200], two[4200];
	const char *const fresh[] = { one, two };
	struct search_page page = { SPAN("mới tinh"), NULL };
	size_t problems;
	uint64_t count;

	put_text(f, 1, "cũ rồi");
	commit(f, 3);
	expect(f, "cũ", "1");
	search_index_close(f->index);
	snprintf(one, sizeof one, "%s/fresh.0", f->dir);
	snprintf(two, sizeof two, "%s/fresh.1", f->dir);
	for (size_t i = 0; i < 2; i++) {
		struct search_document d = record_of(5 + (int64_t)i, &page, 1);
		struct search_index *x;

		assert_int_equal(mkdir(fresh[i], 0700), 0);
		assert_ok(search_index_open(&x, fresh[i], true, &f->err), &f->err);
		assert_ok(search_index_put(x, &d, NULL, NULL, &f->err), &f->err);
		assert_ok(search_index_commit(x, 8, &f->err), &f->err);
		search_index_close(x);
	}
	assert_ok(search_index_swap(fresh, 2, f->dir, &f->err), &f->err);
	assert_int_not_equal(access(one, F_OK), 0);
	assert_int_not_equal(access(two, F_OK), 0);
	expect(f, "cũ", "");
	expect(f, "mới", "5 6");
	assert_ok(search_reader_count(f->reader, &count, &f->err), &f->err);
	assert_int_equal(count, 2);
	assert_ok(search_index_open(&f->index, f->dir, false, &f->err), &f->err);
	assert_int_equal(search_index_mark(f->index), 8);
	assert_ok(search_index_check(f->dir, &report, &problems, &f->err), &f->err);
	assert_int_equal(problems, 0);
}

static void
records_that_are_hidden_for_a_moment_are_not_there(void **state)
{
	struct fixture *f = *state;
	static const int64_t hidden[] = { 2, 4 };
	struct access a = reader_of(class_1_to_8, LEVEL_CONFIDENTIAL);
	struct search_request r = {
		.limit = 10, .facets = SEARCH_FACETS_ALL, .hidden = hidden, .hidden_count = 2
	};

	put_five(f);
	assert_ok(run(f, "khách sạn", &a, &r), &f->err);
	assert_int_equal(f->result->total, 3);
	assert_int_equal(f->result->facets[SEARCH_TYPES].count, 2);
}

static void
impossible_requests_and_records_are_refused(void **state)
{
	struct fixture *f = *state;
	struct access a = reader_of(class_1_to_8, LEVEL_PUBLIC);
	struct search_document d = record_of(1, NULL, 0);
	struct search_reader *r;

	assert_status(run(f, "a", &a, &(struct search_request){ .limit = SEARCH_LIMIT_MAX + 1 }),
	    ST_INVALID, &f->err);
	assert_null(f->result);
	assert_status(run(f, "a", &a,
			  &(struct search_request){ .limit = 1, .offset = SEARCH_OFFSET_MAX + 1 }),
	    ST_INVALID, &f->err);
	assert_status(
	    run(f, "a", &a, &(struct search_request){ .division_count = XAP_DIVISIONS_MAX + 1 }),
	    ST_INVALID, &f->err);
	d.level = 4;
	assert_status(search_index_put(f->index, &d, NULL, NULL, &f->err), ST_INVALID, &f->err);
	d.level = 0;
	d.record = 0;
	assert_status(search_index_put(f->index, &d, NULL, NULL, &f->err), ST_INVALID, &f->err);
	d.record = 1;
	d.access_class = -1;
	assert_status(search_index_put(f->index, &d, NULL, NULL, &f->err), ST_INVALID, &f->err);
	assert_status(search_reader_open(&r, "/nonexistent", &f->err), ST_NOT_FOUND, &f->err);
}

static void
the_longest_phrase_without_marks_still_fits_a_query(void **state)
{
	struct fixture *f = *state;
	struct strbuf text owned(strbuf_free) = STRBUF_INIT, query owned(strbuf_free) = STRBUF_INIT;
	int i;

	for (i = 0; i < SEARCH_WORDS_MAX; i++) {
		strbuf_add_str(&text, i % 2 ? "đường " : "Dương ");
		strbuf_add_str(&query, "duong ");
	}
	put_text(f, 1, text.buf);
	commit(f, 1);
	strbuf_reset(&text);
	strbuf_addf(&text, "\"%s\"", query.buf);
	expect(f, text.buf, "1");
}

static void
ask_also(struct fixture *f, const char *text, const char *term, const char *also, const char *want)
{
	struct search_query *q owned(search_query_freep) = search_query_new(span_of(text));
	struct access a = reader_of(class_1_to_8, LEVEL_CONFIDENTIAL);
	struct search_request r = { .limit = 20 };
	struct strbuf got owned(strbuf_free) = STRBUF_INIT;
	size_t i;

	search_query_also(q, span_of(term), span_of(also));
	search_query_also(q, span_of(also), span_of(term));
	search_result_freep(&f->result);
	assert_ok(search_run(f->reader, q, &a, &r, &f->result, &f->err), &f->err);
	for (i = 0; i < f->result->count; i++)
		strbuf_addf(&got, "%s%d", i ? " " : "", (int)f->result->hits[i].record);
	assert_string_equal(got.buf ? got.buf : "", want);
}

static void
an_abbreviation_finds_its_long_form_and_the_other_way(void **state)
{
	struct search_synonym row[SEARCH_SYNONYMS_MAX];
	struct search_mark *marks;
	struct fixture *f = *state;
	struct search_query *q;

	put_text(f, 1, "ủy ban nhân dân tỉnh họp");
	put_text(f, 2, "UBND tỉnh họp");
	put_text(f, 3, "ủy viên ban thường vụ và nhân dân tỉnh");
	put_text(f, 4, "tỉnh ủy ban hành nghị quyết, nhân đó dân biết");
	commit(f, 1);
	ask_also(f, "ubnd", "UBND", "ủy ban nhân dân", "1 2");
	ask_also(f, "ubnd tỉnh họp", "UBND", "ủy ban nhân dân", "1 2");
	ask_also(f, "ubnd AND tinh", "UBND", "ủy ban nhân dân", "1 2");
	ask_also(f, "ubnd OR khong", "UBND", "ủy ban nhân dân", "1 2");
	ask_also(f, "ủy ban nhân dân", "UBND", "ủy ban nhân dân", "1 2 3 4");
	/* Six words: no longer must every one be there. */
	ask_also(f, "ubnd họp cùng với các phường", "UBND", "ủy ban nhân dân", "1 2");
	ask_also(f, "ubnd", "HĐND", "hội đồng nhân dân", "2");
	assert_int_equal(
	    search_query_synonyms((q = search_query_new(SPAN("15/ubnd-nc"))), row, 4), 0);
	search_query_also(q, SPAN("ubnd"), SPAN("ủy ban nhân dân"));
	assert_int_equal(search_query_synonyms(q, row, 4), 0);
	search_query_free(q);
	q = search_query_new(SPAN("ubnd và UBND"));
	search_query_also(q, SPAN("UBND"), SPAN("ủy ban nhân dân"));
	assert_int_equal(search_query_synonyms(q, row, 4), 1);
	assert_true(span_equal_str(row[0].also, "ủy ban nhân dân"));
	assert_int_equal(search_marks(q, SPAN("của ủy ban nhân dân tỉnh, nhân dịp"), &marks), 4);
	assert_int_equal(marks[0].start, strlen("của "));
	free(marks);
	assert_int_equal(search_match_text(q, SPAN("ủy ban nhân dân")), SEARCH_LOOSELY);
	search_query_free(q);
}

static void
an_abbreviation_is_looked_for_before_what_it_may_have_been_mistyped_for(void **state)
{
	struct fixture *f = *state;
	struct search_page pages[3] = { { SPAN("Bộ Y tế, số 9/BYT, bảo hiểm của Bộ Y tế"), NULL },
		{ SPAN("bảo hiểm y tế"), NULL }, { SPAN("thẻ BHYT"), NULL } };
	struct search_document d = record_of(1, pages, 2), whole = record_of(2, pages, 3);
	struct search_mark *marks;
	struct search_query *q;

	put(f, &d);
	put(f, &whole);
	commit(f, 1);
	ask_also(f, "bhyt", "BHYT", "bảo hiểm y tế", "2 1");
	assert_int_equal(f->result->hits[0].best_page, 3); /* the word itself */
	assert_int_equal(f->result->hits[0].page_count, 1);
	assert_int_equal(f->result->hits[1].best_page, 2);
	q = search_query_new(SPAN("bhyt"));
	search_query_also(q, SPAN("BHYT"), SPAN("bảo hiểm y tế"));
	assert_int_equal(search_marks(q, SPAN("bảo hiểm y tế theo BYT"), &marks), 4);
	free(marks);
	assert_int_equal(search_marks(q, SPAN("theo BYT"), &marks), 1);
	free(marks);
	search_query_free(q);
	q = search_query_new(SPAN("lê anh"));
	assert_int_equal(search_marks(q, SPAN("Bộ Y tế, anh"), &marks), 1); /* two letters */
	free(marks);
	search_query_free(q);
}

static void
digits_behind_so_are_a_number_before_they_stand_in_a_text(void **state)
{
	struct fixture *f = *state;

	put_text(f, 1, "Căn cứ công văn số 2 của Bộ Y tế");
	put_number(f, 2, 1, "02", "SYT-GAVI");
	put_number(f, 3, 1, "03", "SYT-GAVI");
	put_text(f, 4, "phụ lục số 3");
	commit(f, 1);
	expect(f, "số 02", "2 1");
	expect(f, "so 3", "3 4");
	expect(f, "hồ sơ 3", "4 3"); /* of a file */
}

static void
an_issuer_is_found_by_its_place(void **state)
{
	struct fixture *f = *state;
	struct search_page page = { SPAN("họp"), NULL };
	struct search_document d = record_of(1, &page, 1);

	d.field[FIELD_ISSUER].value = SPAN("Sở Y tế");
	d.place = SPAN("Kiên Giang");
	put(f, &d);
	commit(f, 1);
	expect(f, "cơ quan:\"Sở Y tế Kiên Giang\"", "1");
	expect(f, "cơ quan:\"Sở Y tế Hà Nam\"", "");
	expect(f, "người ký:\"Kiên Giang\"", "");
}

static void
an_abbreviation_in_a_field_finds_its_long_form_there(void **state)
{
	struct fixture *f = *state;
	struct search_page page = { SPAN("họp"), NULL };
	struct search_document d = record_of(1, &page, 1);

	d.field[FIELD_ISSUER].value = SPAN("Ủy ban nhân dân tỉnh Quảng Ngãi");
	d.field[FIELD_SUBJECT].value = SPAN("cải cách TTHC");
	put(f, &d);
	put_text(f, 2, "Ủy ban nhân dân về TTHC");
	commit(f, 1);
	ask_also(f, "cơ quan:UBND", "UBND", "ủy ban nhân dân", "1");
	ask_also(f, "cơ quan:\"UBND tỉnh Quảng Ngãi\"", "UBND", "ủy ban nhân dân", "1");
	ask_also(f, "cơ quan:\"UBND tỉnh Hà Nam\"", "UBND", "ủy ban nhân dân", "");
	ask_also(f, "trích yếu:\"thủ tục hành chính\"", "TTHC", "thủ tục hành chính", "1");
	put_text(f, 3, "ủy ban nhân dân, ủy ban nhân dân, có họp");
	d.record = 4;
	d.uid = "u4";
	put(f, &d);
	commit(f, 2);
	ask_also(f, "cơ quan:UBND họp", "UBND", "ủy ban nhân dân", "1 4"); /* its name only */
	assert_int_equal(f->result->hits[0].best_page, 1);
	ask_also(f, "họp -cơ quan:UBND", "UBND", "ủy ban nhân dân", "1 4 3"); /* as typed */
}

/* What class 1 may read; everything else is not to be known. */
static void
suggest(struct fixture *f, const char *text, const char *want_corrected, const char *want)
{
	static const uint64_t class_1[1] = { 2 };
	struct arena *arena owned(arena_freep) = arena_new();
	struct access a = reader_of(class_1, LEVEL_INTERNAL);
	struct search_suggest ask = { .text = span_of(text) };
	struct strbuf got owned(strbuf_free) = STRBUF_INIT;
	struct search_suggestions s;
	size_t i;

	assert_ok(search_suggest(f->reader, &a, &ask, arena, &s, &f->err), &f->err);
	for (i = 0; i < s.completion_count; i++)
		strbuf_addf(&got, "%s%s", i ? " " : "", s.completion[i]);
	assert_string_equal(s.corrected ? s.corrected : "", want_corrected);
	assert_string_equal(got.buf ? got.buf : "", want);
}

static void
suggestions_know_only_what_the_caller_may_read(void **state)
{
	struct fixture *f = *state;
	struct search_page page = { SPAN("quyết định quyết đinh quyêt dịng quyến quyển tuyệt mật"),
		NULL };
	struct search_document d;
	int round;
	int64_t id;

	for (id = 1; id <= 4; id++)
		put_text(f, id, "Quyết định về du lịch và quyền lợi");
	put_text(f, 5, "riêng tư"); /* in one record only: nobody's word */
	/* The second round has records that class 1 may not read, beside and above. */
	for (round = 0; round < 2; round++) {
		commit(f, round + 1);
		suggest(f, "quyeet dinh", "quyet dinh", "");
		suggest(f, "Qyết định, DU lihc", "quyet định, DU lich", "");
		suggest(f, "quyet dihn", "quyet dinh", "");
		/* Neither names of fields nor operators are words. */
		suggest(f, "dihn:có AND so:3 OR quyeet", "dinh:có AND so:3 OR quyet", "");
		suggest(f, "ngôn ngữ:vi AND quyeet", "ngôn ngữ:vi AND quyet", "");
		suggest(f, "quyết định", "", "");
		suggest(f, "quye", "quyen", "quyen quyet");
		suggest(f, "quyet di", "", "dinh");
		suggest(f, "rien", "", "");
		suggest(f, "tuye", "", "");
		suggest(f, "", "", "");
		for (id = 6; id <= 10; id++) {
			d = record_of(id, &page, 1);
			d.access_class = id % 2 ? 2 : 1;
			d.level = id % 2 ? LEVEL_PUBLIC : LEVEL_RESTRICTED;
			put(f, &d);
		}
	}
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* All words on one page beat the same words all over the record; the page is the one that is shown. */
static void
the_record_with_the_best_page_comes_first(void **state)
{
	struct fixture *f = *state;
	struct search_page apart[4] = { { SPAN("thuyền trưởng kiểm tra tàu du lịch ở bến"), NULL },
		{ SPAN("giấy phép của hướng dẫn viên và thuyền viên"), NULL },
		{ SPAN("bến tàu, bến xe, bến phà và các bến khác trong tỉnh"), NULL },
		{ SPAN("kiểm tra bến, kiểm tra phép, kiểm tra tàu, kiểm tra xe"), NULL } };
	struct search_page together[3] = { { SPAN("trang bìa của báo cáo năm"), NULL },
		{ SPAN("sở kiểm tra giấy phép bến tàu trước mùa du lịch hè"), NULL },
		{ SPAN("nơi nhận và chữ ký của người lập báo cáo"), NULL } };
	struct access a = reader_of(class_1_to_8, LEVEL_CONFIDENTIAL);
	struct search_request r = { .limit = 5 };
	struct search_document d = record_of(1, apart, 4);

	put(f, &d);
	d = record_of(2, together, 3);
	put(f, &d);
	commit(f, 1);
	assert_int_equal(run(f, "kiểm tra giấy phép bến tàu", &a, &r), ST_OK);
	assert_int_equal(f->result->count, 2);
	assert_int_equal(f->result->hits[0].record, 2);
	assert_int_equal(f->result->hits[0].best_page, 2);
	assert_int_equal(run(f, "kiem tra giay phep ben tau", &a, &r), ST_OK);
	assert_int_equal(f->result->hits[0].record, 2);
	assert_int_equal(f->result->hits[0].best_page, 2);
	r.offset = 1; /* the window does not change the order */
	assert_int_equal(run(f, "kiểm tra giấy phép bến tàu", &a, &r), ST_OK);
	assert_int_equal(f->result->count, 1);
	assert_int_equal(f->result->hits[0].record, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		test(words_without_marks_find_words_with_any),
		test(the_tone_that_was_typed_comes_first),
		test(a_long_question_finds_what_holds_a_fifth_of_its_words),
		test(phrases_hold_inside_a_page_with_and_without_marks),
		test(a_phrase_reaches_over_a_comma_but_not_into_another_text),
		test(a_phrase_that_no_record_has_with_the_words_is_searched_as_words),
		test(what_is_left_out_with_marks_is_left_out_in_these_marks),
		test(a_number_that_no_record_has_finds_those_with_its_symbol_and_no_number),
		test(
		    a_number_in_its_field_that_no_record_has_finds_those_with_its_symbol_and_no_number),
		test(a_date_that_no_record_has_finds_those_of_its_month_whose_day_was_not_read),
		test(only_that_is_not_held_to_which_finds_nothing),
		test(an_unread_number_counts_no_more_than_the_words_that_are_asked_for_with_it),
		test(
		    whether_a_number_was_read_is_asked_of_what_the_reader_may_see_and_the_query_leaves),
		test(a_rare_word_is_found_where_it_was_misread_below_where_it_was_not),
		test(a_word_that_nobody_wrote_is_searched_as_words_a_letter_away),
		test(what_a_word_was_misread_as_is_marked_only_where_it_is_not_there_itself),
		test(few_words_and_many_find_the_same_page),
		test(more_forms_than_are_searched_are_told),
		test(forms_that_may_not_be_read_take_no_place),
		test(words_beyond_those_that_are_looked_at_are_told),
		test(prefixes_and_words_like_it_are_found_whatever_their_marks),
		test(near_holds_inside_its_distance_in_any_order_and_not_over_pages),
		test(signer_state_and_order_decide_what_is_found),
		test(a_page_range_is_where_the_words_must_stand),
		test(subjects_and_levels_are_fields),
		test(choices_and_the_last_hit_narrow_the_list),
		test(hits_know_the_pages_their_words_stand_on),
		test(a_page_of_many_slices_is_still_one_page),
		test(a_number_finds_its_record_first_however_it_is_spelt),
		test(suggestions_are_found_below_accepted_values_and_are_marked),
		test(fields_narrow_a_search_down),
		test(facets_and_choices_count_what_is_found),
		test(what_may_not_be_read_is_in_no_hit_total_or_facet),
		test(a_record_that_changes_its_level_changes_the_database),
		test(the_mark_is_what_was_committed),
		test(when_only_one_database_was_committed_the_lower_mark_counts),
		test(one_index_has_one_writer),
		test(another_layout_asks_for_a_reindex),
		test(a_reader_follows_a_writer_that_never_rests),
		test(a_fresh_index_of_two_parts_takes_the_place_of_the_live_one),
		test(records_that_are_hidden_for_a_moment_are_not_there),
		test(impossible_requests_and_records_are_refused),
		test(the_longest_phrase_without_marks_still_fits_a_query),
		test(the_record_with_the_best_page_comes_first),
		test(an_abbreviation_finds_its_long_form_and_the_other_way),
		test(an_abbreviation_is_looked_for_before_what_it_may_have_been_mistyped_for),
		test(digits_behind_so_are_a_number_before_they_stand_in_a_text),
		test(an_issuer_is_found_by_its_place),
		test(an_abbreviation_in_a_field_finds_its_long_form_there),
		test(suggestions_know_only_what_the_caller_may_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
