/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "search.h"

static void
check(const char *text, const char *want)
{
	struct strbuf got owned(strbuf_free) = STRBUF_INIT;
	struct search_query *q owned(search_query_freep) = search_query_new(span_of(text));
	const struct search_problem *problems;

	search_query_describe(q, &got);
	if (strcmp(got.buf, want) != 0)
		fail_msg("%s is %s, not %s", text, got.buf, want);
	if (search_query_problems(q, &problems) != 0)
		fail_msg("%s has problem %d", text, (int)problems[0].code);
}

/* One problem, at these bytes; the query is searched as want says. */
static void
check_problem(
    const char *text, const char *want, enum search_problem_code code, size_t at, size_t length)
{
	struct strbuf got owned(strbuf_free) = STRBUF_INIT;
	struct search_query *q owned(search_query_freep) = search_query_new(span_of(text));
	const struct search_problem *problems;

	search_query_describe(q, &got);
	if (strcmp(got.buf, want) != 0)
		fail_msg("%s is %s, not %s", text, got.buf, want);
	if (search_query_problems(q, &problems) != 1 || problems[0].code != code ||
	    problems[0].at != at || problems[0].length != length)
		fail_msg("%s: problem %d at %zu, %zu bytes", text, (int)problems[0].code,
		    problems[0].at, problems[0].length);
	assert_true(strlen(search_problem_text(code, "vi")) > 10);
	assert_true(strlen(search_problem_text(code, "en")) > 10);
	assert_string_not_equal(search_problem_text(code, "vi"), search_problem_text(code, "en"));
}

static void
plain_words_are_one_part_that_need_not_all_be_there(void **state)
{
	(void)state;
	check("du lịch Hải Phòng", "(WORDS~ du lich~5 hai~3 phong~2)");
	check("  du   lịch ", "(WORDS~ du lich~5)");
	check("", "");
	check(" !!! ", "");
	check("a--b", "(WORDS~ a b)");
	check("- x", "(WORDS~ x)");
}

static void
clauses_part_words_for_bigrams(void **state)
{
	(void)state;
	check("hải, phòng. du lịch", "(WORDS~ hai~3 / phong~2 / du lich~5)");
	check("hải \"x\" phòng", "(AND (WORDS~ hai~3 / phong~2) (PHRASE x))");
}

static void
quotes_of_every_kind_make_phrases(void **state)
{
	(void)state;
	check("\"sở du lịch\"", "(PHRASE sơ~3 du lich~5)");
	check("“sở du lịch” «x y»", "(AND (PHRASE sơ~3 du lich~5) (PHRASE x y))");
	check("\"\" x", "(WORDS~ x)");
	check("-\"a b\" c", "(AND (NOT (AND (PHRASE a b))) (WORDS~ c))");
}

static void
operators_bind_as_everywhere_and_make_words_strict(void **state)
{
	(void)state;
	check("a AND b", "(WORDS a / b)");
	check("a b OR c d", "(OR (WORDS a b) (WORDS c d))");
	check("(a OR b) AND (c OR d)", "(AND (OR (WORDS a) (WORDS b)) (OR (WORDS c) (WORDS d)))");
	check("a -b", "(AND (WORDS~ a) (NOT (AND (WORDS b))))");
	check("a NOT b", "(AND (WORDS~ a) (NOT (AND (WORDS b))))");
	check("a NOT (b OR c)", "(AND (WORDS~ a) (NOT (AND (OR (WORDS b) (WORDS c)))))");
	check("a NOT NOT b", "(AND (WORDS~ a) (NOT (AND (WORDS b))))");
	check("a OR NOT b", "(OR (WORDS a) (AND (NOT (AND (WORDS b)))))");
	check("and or not And", "(WORDS~ and or not and)");
	check("qđ-sdl", "(WORDS~ qđ sdl)");
	check("((a))", "(WORDS~ a)");
	check("()", "");
}

static void
fields_have_names_in_two_languages_with_and_without_marks(void **state)
{
	static const char *const names[] = {
		"cơ quan:", "Cơ Quan :", "co quan:", "CO QUAN:", "issuer:", "cơ quan ban hành:"
	};
	struct strbuf text owned(strbuf_free) = STRBUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		strbuf_reset(&text);
		strbuf_addf(&text, "%sSDL", names[i]);
		check(text.buf, "(ISSUER sdl)");
	}
	check("số:15/QĐ-SDL", "(NUMBER 15/QD-SDL)");
	check("number:015/qđ-sdl", "(NUMBER 15/QD-SDL)");
	check("Số: 015 / QĐ - SDL kế hoạch", "(AND (NUMBER 15/QD-SDL) (WORDS~ kê~1 hoach~5))");
	check("số:015", "(PART 15)");
	check("số:/QĐ-SDL", "(PART QD-SDL)");
	check("ký hiệu:qđ-sdl", "(PART QD-SDL)");
	check("cơ quan:\"Sở Du lịch\" x", "(AND (ISSUER sơ~3 du lich~5) (WORDS~ x))");
	check("hồ sơ:HS-2020/15", "(DOSSIER HS-2020/15)");
	check("dossier:\"một hai\"", "(DOSSIER một hai)");
	check("ngôn ngữ:tiếng Anh", "(LANGUAGE en)");
	check("lang:VI x", "(AND (LANGUAGE vi) (WORDS~ x))");
	check("-năm:2020 a", "(AND (NOT (AND (DATE 20200000 20209999))) (WORDS~ a))");
	check("http://x", "(WORDS~ http / x)");
	/* A name is letters: with a sign in it, it is words. */
	check("hồ-sơ:HS-2020", "(DOSSIER HS-2020)");
	check("số_:15", "(WORDS~ sô~1 / 15)");
	check("số* @:15", "(WORDS~ sô~1* / 15)");
}

static void
a_type_is_named_by_code_or_by_its_words(void **state)
{
	(void)state;
	check("loại:QĐ", "(TYPE QĐ)");
	check("loai:qd", "(TYPE QĐ)");
	check("loại:quyết định năm:2020", "(AND (TYPE QĐ) (DATE 20200000 20209999))");
	check("loại:quyết định về x", "(AND (TYPE QĐ) (WORDS~ vê~2 x))");
	check("type:\"Quyet dinh\"", "(TYPE QĐ)");
	check("type:decision", "(TYPE QĐ)");
	check("loại:HĐ", "(TYPE HĐ)");
	check("loại:HD", "(TYPE HD)");
}

static void
dates_are_days_months_years_and_ranges(void **state)
{
	(void)state;
	check("năm:2020", "(DATE 20200000 20209999)");
	check("ngày:15/03/2020", "(DATE 20200315 20200315)");
	check("ngày:2020-03-15", "(DATE 20200315 20200315)");
	check("date:5.3.2020", "(DATE 20200305 20200305)");
	check("ngày:3/2020", "(DATE 20200300 20200399)");
	check("năm:2019..2021", "(DATE 20190000 20219999)");
	check("năm:2019..", "(DATE 20190000 21999999)");
	check("year:..2021", "(DATE 18000000 20219999)");
	check("từ:2019 đến:06/2020", "(DATE 20190000 20200699)");
	check("from:01/02/2019 to:28/02/2019", "(DATE 20190201 20190228)");
}

static void
a_number_among_words_is_looked_for_beside_them(void **state)
{
	(void)state;
	check("15/QĐ-SDL", "(WORDS~ 15 qđ sdl) +15/QD-SDL");
	check("công văn 015 / QĐ - SDL về", "(WORDS~ công văn 015 qđ sdl vê~2) +15/QD-SDL");
	check("-15/QĐ-SDL a", "(AND (NOT (AND (WORDS 15 qđ sdl))) (WORDS~ a))");
	check("24/7", "(WORDS~ 24 7)");
}

static void
a_broken_query_is_searched_all_the_same_and_says_where_it_broke(void **state)
{
	(void)state;
	check_problem("hải AND", "(WORDS~ hai~3)", SEARCH_NO_OPERAND, 6, 3);
	check_problem("AND hải", "(WORDS~ hai~3)", SEARCH_NO_OPERAND, 0, 3);
	check_problem("hải OR", "(WORDS~ hai~3)", SEARCH_NO_OPERAND, 6, 2);
	check_problem("OR", "", SEARCH_NO_OPERAND, 0, 2);
	check_problem("a NOT", "(WORDS~ a)", SEARCH_NO_OPERAND, 2, 3);
	check_problem("\"sở du", "(WORDS~ sơ~3 du)", SEARCH_OPEN_QUOTE, 0, 1);
	check_problem("(hải phòng", "(WORDS~ hai~3 phong~2)", SEARCH_OPEN_GROUP, 0, 1);
	check_problem("hải) x", "(WORDS~ hai~3 / x)", SEARCH_CLOSE_GROUP, 5, 1);
	check_problem("-a", "(AND (NOT (AND (WORDS a))))", SEARCH_ONLY_NOT, 0, 2);
	check_problem("ngày:31/02/2020", "(WORDS~ 31 02 2020)", SEARCH_BAD_DATE, 6, 10);
	check_problem("năm:abc", "(WORDS~ abc)", SEARCH_BAD_DATE, 5, 3);
	check_problem("năm:2021..2019", "(WORDS~ 2021 / 2019)", SEARCH_BAD_DATE, 5, 10);
	check_problem("năm:1500", "(WORDS~ 1500)", SEARCH_BAD_DATE, 5, 4);
	check_problem("số:abc+", "(WORDS~ abc)", SEARCH_BAD_NUMBER, 5, 4);
	check_problem("loại:xyz", "(WORDS~ xyz)", SEARCH_BAD_VALUE, 7, 3);
	check_problem("lang:klingon", "(WORDS~ klingon)", SEARCH_BAD_VALUE, 5, 7);
	check_problem("a số:", "(WORDS~ a)", SEARCH_BAD_VALUE, 6, 1);
	check_problem("cơ quan:\"\" x", "(WORDS~ x)", SEARCH_BAD_VALUE, 9, 2);
}

static void
limits_cut_a_query_and_say_so(void **state)
{
	struct strbuf text owned(strbuf_free) = STRBUF_INIT, got owned(strbuf_free) = STRBUF_INIT;
	struct search_query *q;
	const struct search_problem *problems;
	int i;

	(void)state;
	for (i = 0; i < 3000; i++)
		strbuf_add_str(&text, "đ");
	q = search_query_new(strbuf_span(&text));
	assert_int_equal(search_query_problems(q, &problems), 1);
	assert_int_equal(problems[0].code, SEARCH_TOO_LONG);
	assert_int_equal(problems[0].at, SEARCH_QUERY_MAX);
	search_query_free(q);

	strbuf_reset(&text);
	for (i = 0; i < SEARCH_WORDS_MAX + 10; i++)
		strbuf_addf(&text, "w%d ", i);
	q = search_query_new(strbuf_span(&text));
	assert_true(search_query_problems(q, &problems) >= 1);
	assert_int_equal(problems[0].code, SEARCH_TOO_MANY_WORDS);
	search_query_free(q);

	strbuf_reset(&text);
	for (i = 0; i < 2000; i++)
		strbuf_add_str(&text, i % 2 ? "((" : "-(");
	q = search_query_new(strbuf_span(&text));
	assert_int_equal(search_query_problems(q, &problems), SEARCH_PROBLEMS_MAX);
	assert_int_equal(problems[0].code, SEARCH_TOO_DEEP);
	search_query_describe(q, &got);
	search_query_free(q);
}

static void
a_star_means_words_that_begin_so_and_a_tilde_words_like_it(void **state)
{
	(void)state;
	check("phò*", "(WORDS~ pho~2*)");
	check("du lic* hải", "(WORDS~ du lic* hai~3)");
	check("quyet~", "(WORDS~ quyet~~1)");
	check("nghiemthu~", "(WORDS~ nghiemthu~~2)");
	check("nghiem~2 x", "(WORDS~ nghiem~~2 x)");
	check("a-hai*, b", "(WORDS~ a hai* / b)");
	check("hai* hai", "(WORDS~ hai* hai)");
	check("x -hai*", "(AND (WORDS~ x) (NOT (AND (WORDS hai*))))");
	check("hai*x", "(WORDS~ hai x)");
	check("* ~ *", "");
	check_problem("\"hai* x\"", "(PHRASE hai x)", SEARCH_FORM_PLACE, 4, 1);
	check_problem("hai~ NEAR x", "(NEAR/10 (PHRASE hai) (PHRASE x))", SEARCH_FORM_PLACE, 3, 1);
}

static void
near_joins_words_and_quotes_and_nothing_else(void **state)
{
	(void)state;
	check("a NEAR/3 b", "(NEAR/3 (PHRASE a) (PHRASE b))");
	check("a NEAR b", "(NEAR/10 (PHRASE a) (PHRASE b))");
	check("\"sở du lịch\" NEAR/5 hải x",
	    "(AND (NEAR/5 (PHRASE sơ~3 du lich~5) (PHRASE hai~3)) (WORDS~ x))");
	check("a NEAR/2 b NEAR/7 c", "(NEAR/7 (PHRASE a) (PHRASE b) (PHRASE c))");
	check("x -a NEAR/2 b", "(AND (WORDS~ x) (NOT (AND (NEAR/2 (PHRASE a) (PHRASE b)))))");
	check("near/3 a", "(WORDS~ near 3 a)");
	check("a NEARBY b", "(WORDS~ a nearby b)");
	check_problem("a NEAR/3", "(WORDS~ a)", SEARCH_NO_OPERAND, 2, 6);
	check_problem("NEAR b", "(WORDS~ b)", SEARCH_NO_OPERAND, 0, 4);
	check_problem("(a) NEAR/2 b", "(WORDS~ a / b)", SEARCH_NO_OPERAND, 4, 6);
	check_problem("a NEAR/2 (b)", "(WORDS~ a / b)", SEARCH_NO_OPERAND, 2, 6);
	check_problem("a NEAR/0 b", "(NEAR/10 (PHRASE a) (PHRASE b))", SEARCH_BAD_DISTANCE, 2, 6);
	check_problem("a NEAR/100 b", "(NEAR/10 (PHRASE a) (PHRASE b))", SEARCH_BAD_DISTANCE, 2, 8);
}

/* Each field in both languages: without a value and with an empty one. */
static void
every_field_without_a_value_says_so_and_costs_nothing_else(void **state)
{
	static const char *const names[] = { "số", "ký hiệu", "loại", "ngày", "năm", "từ", "đến",
		"cơ quan", "người ký", "trích yếu", "hồ sơ", "trạng thái", "mức", "trang",
		"ngôn ngữ", "thời hạn", "đến hạn", "đang giữ", "quy trình", "người nộp", "sắp xếp",
		"number", "type", "date", "year", "from", "to", "issuer", "signer", "subject",
		"dossier", "state", "level", "page", "language", "retention", "due", "held",
		"procedure", "applicant", "sort" };
	static const char *const values[] = { "", " ", "\"\"", "\"  \"" };
	const struct search_problem *problems;
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		for (k = 0; k < sizeof values / sizeof values[0]; k++) {
			struct strbuf text owned(strbuf_free) = STRBUF_INIT;
			struct strbuf got owned(strbuf_free) = STRBUF_INIT;
			struct search_query *q owned(search_query_freep) = NULL;

			strbuf_addf(&text, "hải %s:%s", names[i], values[k]);
			q = search_query_new(strbuf_span(&text));
			search_query_describe(q, &got);
			if (strncmp(got.buf, "(WORDS~ hai~3", strlen("(WORDS~ hai~3")) != 0)
				fail_msg("%s is %s", text.buf, got.buf);
			if (search_query_problems(q, &problems) != 1 ||
			    problems[0].at < strlen("hải ") ||
			    problems[0].at + problems[0].length > text.len)
				fail_msg("%s has no problem in its field", text.buf);
			assert_true(problems[0].code == SEARCH_BAD_VALUE ||
			    problems[0].code == SEARCH_BAD_DATE ||
			    problems[0].code == SEARCH_BAD_NUMBER);
		}
}

static void
too_few_letters_are_no_form(void **state)
{
	(void)state;
	check_problem("x h*", "(WORDS~ x h)", SEARCH_SHORT_FORM, 2, 2);
	check_problem("hai~2 y", "(WORDS~ hai y)", SEARCH_SHORT_FORM, 0, 5);
}

static void
signer_state_and_order_are_fields(void **state)
{
	(void)state;
	check("người ký:\"Lê An\"", "(SIGNER lê an)");
	check("signer:An x", "(AND (SIGNER an) (WORDS~ x))");
	check("trạng thái:nháp", "(STATE draft)");
	check("state:declared", "(STATE declared)");
	check("x sắp xếp:mới nhất", "@1 (WORDS~ x)");
	check("sort:oldest", "@2 ");
	check("sắp xếp:số x", "@3 (WORDS~ x)");
	check("trang:3", "(PAGE 3 3)");
	check("x page:3..5", "(AND (WORDS~ x) (PAGE 3 5))");
	check("page:..5", "(PAGE 1 5)");
	check("độ mật:nội bộ", "(LEVEL 1)");
	check("level:3", "(LEVEL 3)");
	check("trích yếu:\"bến tàu\"", "(SUBJECT bên~1 tau~2)");
	check_problem("page:0", "(WORDS~ 0)", SEARCH_BAD_VALUE, 5, 1);
	check_problem("page:5..3", "(WORDS~ 5 / 3)", SEARCH_BAD_VALUE, 5, 4);
	check_problem("level:4", "(WORDS~ 4)", SEARCH_BAD_VALUE, 6, 1);
	check("sort:newest sort:relevance x", "@0 (WORDS~ x)");
	check_problem("state:lost", "(WORDS~ lost)", SEARCH_BAD_VALUE, 6, 4);
	check_problem("x sort:sideways", "(WORDS~ x / sideways)", SEARCH_BAD_VALUE, 7, 8);
}

static void
words_alone_in_brackets_are_words_like_the_others(void **state)
{
	(void)state;
	check("x (a OR b) (c d)", "(AND (WORDS~ x / c d) (OR (WORDS a) (WORDS b)))");
	check("how (made by hand) is it", "(WORDS~ how / made by hand / is it)");
	check("a AND (b c)", "(WORDS a / b c)");
	check("a -(b c)", "(AND (WORDS~ a) (NOT (AND (WORDS b c))))");
	check("a OR (b c)", "(OR (WORDS a) (WORDS b c))");
	check_problem("a AND ()", "(WORDS~ a)", SEARCH_NO_OPERAND, 2, 3);
	check_problem("năm:2020 năm:2021 x", "(AND (DATE 20200000 20209999) (WORDS~ 2021 x))",
	    SEARCH_BAD_DATE, 15, 4);
	check_problem("từ:2021 đến:2019", "(AND (DATE 20210000 21999999) (WORDS~ 2019))",
	    SEARCH_BAD_DATE, 17, 4);
}

/* Written and read again, and once more: the same query. */
static void
check_written(const char *text, const char *want)
{
	struct search_query *q = search_query_new(span_of(text)), *again;
	struct strbuf meant owned(strbuf_free) = STRBUF_INIT, read owned(strbuf_free) = STRBUF_INIT,
			    written owned(strbuf_free) = STRBUF_INIT;
	int i;

	search_query_describe(q, &meant);
	for (i = 0; i < 2; i++) {
		strbuf_reset(&written);
		search_query_write(q, &written);
		if (i == 0 && want != NULL && strcmp(written.buf, want) != 0)
			fail_msg("%s is written %s", text, written.buf);
		again = search_query_new(strbuf_span(&written));
		strbuf_reset(&read);
		search_query_describe(again, &read);
		if (strcmp(meant.buf, read.buf) != 0)
			fail_msg("%s is %s, but %s is %s", text, meant.buf, written.buf, read.buf);
		search_query_free(q);
		q = again;
	}
	search_query_free(q);
}

static void
what_was_understood_is_written_in_the_language_and_read_as_the_same(void **state)
{
	(void)state;
	check_written("du lịch  Hải-Phòng", "du lịch  Hải-Phòng");
	check_written("a AND b", "a AND b");
	check_written("AND a OR", "a");
	check_written("(a b) OR NOT \"c d\"", "a b OR NOT \"c d\"");
	check_written("từ:2019 đến:6/2020 x", "date:2019..2020-06 x");
	check_written("số: 015 / QĐ - SDL kế hoạch", "number:\"015 / QĐ - SDL\" kế hoạch");
	check_written("-mức) độ:x", "NOT mức, độ, x"); /* not "mức độ:" */
	check_written("loại:quyết định về", "type:\"quyết định\" về");
	check_written("công văn 015 / QĐ - SDL về", "công văn 015 / QĐ - SDL về");
	check_written("phò* NEAR nghiem~2 x", "\"phò\" NEAR/10 \"nghiem\" x");
	check_written("--15/QĐ-SDL", "15 QĐ SDL");
	check_written("00* / QĐ - SDL", "00 _ / QĐ - SDL");
	check_written("\"hai* x~2\"", "\"hai_ x_2\"");
	check_written("phò* nghiem~2 sort:newest", "phò* nghiem~2 sort:newest");
	check_written("!OR x", "or x");
	check_written("\"OR\" -.OR", "\"OR\", NOT or");
	check_written("thời hạn:10 \"năm\"", "retention:\"10\" \"năm\"");
	check_written("(loại:QĐ AND loại:TB)", "type:\"QĐ\" AND type:\"TB\"");
	check_written("loại:QĐ loại:TB", "type:\"QĐ\" type:\"TB\"");
	check_written("x OR (loại:QĐ y loại:TB)", NULL);
	check_written("số:/2020/NĐ-CP", "number:\"/2020/NĐ-CP\"");
	check_written("thời hạn:62; năm", "retention:\"62\" năm");
	check_written("", "");
}

/* "NEAR" without what was left out before it: its words stay, the number that it made does not. */
static void
a_number_that_would_be_another_query_is_written_as_words(void **state)
{
	struct strbuf written owned(strbuf_free) = STRBUF_INIT;
	struct search_query *q owned(search_query_freep) = search_query_new(SPAN("từ:1/ NEAR N"));

	(void)state;
	search_query_write(q, &written);
	assert_string_equal(written.buf, "1 near N");
}

/* Of "[15 / QĐ - SDL]" the number is behind the bracket: it begins with "/". */
static void
a_number_is_not_written_as_another_one(void **state)
{
	struct strbuf written owned(strbuf_free) = STRBUF_INIT,
			      meant owned(strbuf_free) = STRBUF_INIT,
			      read owned(strbuf_free) = STRBUF_INIT;
	struct search_query *q owned(search_query_freep) =
	    search_query_new(SPAN("[15 / QĐ - SDL] /QĐ-SDL"));
	struct search_query *again owned(search_query_freep) = NULL;

	(void)state;
	search_query_write(q, &written);
	again = search_query_new(strbuf_span(&written));
	search_query_describe(q, &meant);
	search_query_describe(again, &read);
	assert_non_null(strstr(meant.buf, "+/QD-SDL"));
	assert_null(strstr(read.buf, "+15/"));
}

static void
a_number_whose_words_are_left_out_is_left_out(void **state)
{
	struct strbuf text owned(strbuf_free) = STRBUF_INIT,
			   described owned(strbuf_free) = STRBUF_INIT;
	struct search_query *q owned(search_query_freep) = NULL;
	int i;

	(void)state;
	strbuf_add_str(&text, "15/QĐ-SDL");
	for (i = 3; i < SEARCH_WORDS_MAX; i++)
		strbuf_addf(&text, " w%d", i);
	strbuf_add_str(&text, " 08/CT-UBND");
	q = search_query_new(strbuf_span(&text));
	search_query_describe(q, &described);
	assert_non_null(strstr(described.buf, "+15/QD-SDL"));
	assert_null(strstr(described.buf, "CT-UBND"));
}

/* Ten thousand queries out of the pieces of the language, always the same ones. */
static void
queries_out_of_any_pieces_survive_being_written(void **state)
{
	static const char *const pieces[] = { "a", "b", "hải", "phòng", "qđ-sdl", "AND", "OR",
		"NOT", "NEAR/3", "-", "(", ")", "\"", "phò*", "nghiem~", "15/QĐ-SDL", "số:15",
		"năm:2020", "từ:2019", "đến:2021", "loại:quyết định", "cơ quan:\"Sở Y\"",
		"người ký:An", "hồ sơ:X.1", "state:draft", "sort:oldest", ",", ".", "/", "~2",
		"số:", "lang:vi", "thời hạn:10 năm", "due:2031", "held:yes", "procedure:QT-1",
		"applicant:An" };
	struct strbuf text owned(strbuf_free) = STRBUF_INIT;
	uint32_t random = 1;
	int i, k;

	(void)state;
	for (i = 0; i < 10000; i++) {
		strbuf_reset(&text);
		for (k = 0; k < 12; k++) {
			random = random * 1664525 + 1013904223;
			strbuf_add_str(
			    &text, pieces[(random >> 16) % (sizeof pieces / sizeof *pieces)]);
			strbuf_add_str(&text, random >> 30 ? " " : "");
		}
		check_written(text.buf, NULL);
	}
}

/* search.md D9 */
static void
retention_due_days_and_holds_are_asked_of_the_catalogue(void **state)
{
	(void)state;
	check("thời hạn:B.10", "(RETENTION B.10)");
	check("retention:10", "(RETENTION 10 10)");
	check("thoi han:10 năm x", "(AND (RETENTION 10) (WORDS~ x))");
	check("thời hạn bảo quản:\"20 years\"", "(RETENTION 20)");
	check("retention:vĩnh viễn x", "(AND (RETENTION 4294967295) (WORDS~ x))");
	check("đến hạn:2031", "(DUE 20310000 20319999)");
	check("due:..6/2031", "(DUE 18000000 20310699)");
	check("đến hạn:quá hạn", "(DUE overdue)");
	check("due:waiting", "(DUE waiting)");
	check("đến:2031", "(DATE 18000000 20319999)");
	check("đang giữ:có", "(HELD yes)");
	check("-held:no a", "(AND (NOT (AND (HELD no))) (WORDS~ a))");
	check("đang giữ:\"Thanh tra 2024\"", "(HELD Thanh tra 2024)");
	check("quy trình:QT-05 a", "(AND (PROCEDURE QT-05) (WORDS~ a))");
	check("thủ tục:1.004605", "(PROCEDURE 1.004605)");
	check("người nộp:\"Trần Văn Bình\"", "(APPLICANT Trần Văn Bình)");
	check_problem("applicant:\"\" a", "(WORDS~ a)", SEARCH_BAD_VALUE, 10, 2);
	check_problem("thời hạn: (a)", "(WORDS~ a)", SEARCH_BAD_VALUE, 12, 1);
	check_problem("retention:\"1000 năm\"", "(PHRASE 1000 năm)", SEARCH_BAD_VALUE, 10, 11);
	check_problem("due:31/02/2031", "(WORDS~ 31 02 2031)", SEARCH_BAD_DATE, 4, 10);
	check_problem("held:\"\" a", "(WORDS~ a)", SEARCH_BAD_VALUE, 5, 2);
	check_written("thời hạn:10 năm đến hạn:..2031 -đang giữ:có",
	    "retention:\"10 năm\" due:\"..2031\" NOT held:\"có\"");
}

static size_t
problems_of(const char *field, size_t bytes)
{
	struct strbuf text owned(strbuf_free) = STRBUF_INIT;
	struct search_query *q;
	const struct search_problem *problems;
	size_t count;

	strbuf_addf(&text, "%s:\"", field);
	while (bytes-- > 0)
		strbuf_add_char(&text, 'x');
	strbuf_add_char(&text, '"');
	q = search_query_new(strbuf_span(&text));
	count = search_query_problems(q, &problems);
	assert_true(count == 0 || problems[0].code == SEARCH_BAD_VALUE);
	search_query_free(q);
	return count;
}

static void
values_that_are_looked_up_have_a_length(void **state)
{
	static const struct {
		const char *field;
		size_t max;
	} fields[] = { { "dossier", 200 }, { "retention", 64 }, { "held", 500 },
		{ "procedure", 64 }, { "applicant", 500 } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		assert_int_equal(problems_of(fields[i].field, fields[i].max), 0);
		assert_int_equal(problems_of(fields[i].field, fields[i].max + 1), 1);
	}
}

/* As deep as groups may be, with what excludes and what does not at every level. */
static void
the_deepest_queries_survive_being_written(void **state)
{
	static const char *const levels[] = { "NOT (a OR ", "-(a ", "(b AND NOT (", "NOT (NOT (",
		"(a b) (", "x AND -(\"c\" OR " };
	static const char *const cores[] = { "-x y", "NOT hải-phòng", "x", "NOT số:15 OR y",
		"-(a NEAR/2 b)", "năm:2020 -x", "-a -b" };
	struct strbuf text owned(strbuf_free) = STRBUF_INIT;
	size_t level, core, depth;

	(void)state;
	for (level = 0; level < sizeof levels / sizeof levels[0]; level++)
		for (core = 0; core < sizeof cores / sizeof cores[0]; core++)
			for (depth = 1; depth <= SEARCH_DEPTH_MAX + 2; depth++) {
				strbuf_reset(&text);
				for (size_t i = 0; i < depth; i++)
					strbuf_add_str(&text, levels[level]);
				strbuf_add_str(&text, cores[core]);
				check_written(text.buf, NULL);
				for (size_t i = 0; i < 2 * depth; i++)
					strbuf_add_char(&text, ')');
				check_written(text.buf, NULL);
			}
}

static void
only_an_empty_query_is_empty(void **state)
{
	static const char *const empty[] = { "", "  ", "()", "\"\"", "AND", "!?" };
	static const char *const full[] = { "a", "-a", "năm:2020", "số:1" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(empty) / sizeof(empty[0]); i++) {
		struct search_query *q owned(search_query_freep) =
		    search_query_new(span_of(empty[i]));

		assert_true(search_query_empty(q));
	}
	for (i = 0; i < sizeof(full) / sizeof(full[0]); i++) {
		struct search_query *q owned(search_query_freep) =
		    search_query_new(span_of(full[i]));

		assert_false(search_query_empty(q));
	}
}

/* --- highlighting --- */

/* The page with its marks as [ ]. */
static void
check_marks(const char *query, const char *page, const char *want)
{
	struct strbuf got owned(strbuf_free) = STRBUF_INIT;
	struct search_query *q owned(search_query_freep) = search_query_new(span_of(query));
	struct search_mark *marks;
	size_t i, n, at = 0;

	n = search_marks(q, span_of(page), &marks);
	for (i = 0; i < n; i++) {
		assert_true(marks[i].start >= at && marks[i].start < marks[i].end);
		strbuf_add(&got, page + at, marks[i].start - at);
		strbuf_add_char(&got, '[');
		strbuf_add(&got, page + marks[i].start, marks[i].end - marks[i].start);
		strbuf_add_char(&got, ']');
		at = marks[i].end;
	}
	strbuf_add_str(&got, page + at);
	free(marks);
	if (strcmp(got.buf, want) != 0)
		fail_msg("%s marks %s", query, got.buf);
}

static void
marks_stand_on_every_form_of_a_word(void **state)
{
	(void)state;
	check_marks("hai phong", "HẢI PHÒNG, hải phòng và Hai Phong",
	    "[HẢI] [PHÒNG], [hải] [phòng] và [Hai] [Phong]");
	check_marks("hòa", "hoà Hòa HÒA hoa", "[hoà] [Hòa] [HÒA] hoa");
	check_marks("đá", "da dá đa", "[da] [dá] [đa]");
	check_marks("kỹ", "kĩ thuật", "[kĩ] thuật");
	check_marks("a -b", "a b", "[a] b");
	check_marks("năm:2020", "2020", "2020");
	check_marks("", "a b", "a b");
	check_marks("phò*", "Hải Phòng, phong, pha", "Hải [Phòng], [phong], pha");
	check_marks("quyet~", "Quyết định quyét quyen quy", "[Quyết] định [quyét] [quyen] quy");
	check_marks("người ký:An", "An", "An");
	check_marks("\"sở du\" NEAR phòng", "sở du, phòng", "[sở] [du], [phòng]");
}

static void
a_phrase_marks_where_it_stands_whole_or_else_its_words(void **state)
{
	(void)state;
	check_marks("\"sở du lịch\"", "sở du lịch và du lịch", "[sở] [du] [lịch] và du lịch");
	check_marks("\"so du lich\"", "Sở Du lịch, so", "[Sở] [Du] [lịch], so");
	check_marks("\"sở y tế\"", "sở khác, y tế", "[sở] khác, [y] [tế]");
}

static void
a_number_marks_every_spelling_of_itself(void **state)
{
	(void)state;
	check_marks(
	    "15/QĐ-SDL", "Số: 015 / QĐ - SDL; 15 người", "Số: [015] / [QĐ] - [SDL]; 15 người");
	check_marks("số:15/QĐ-SDL", "Số 15/QĐ-SDL", "Số [15]/[QĐ]-[SDL]");
	check_marks("15/QĐ-SDL", "15 người", "[15] người");
}

static void
check_snippet(const char *query, const char *page, size_t chars, const char *want)
{
	struct strbuf text owned(strbuf_free) = STRBUF_INIT, got owned(strbuf_free) = STRBUF_INIT;
	struct search_query *q owned(search_query_freep) = search_query_new(span_of(query));
	struct search_mark *marks;
	enum search_match match;
	size_t i, n, at = 0;

	strbuf_add_str(&text, "before");
	n = search_snippet(q, span_of(page), chars, &text, &marks, &match);
	assert_int_equal(match, search_match_text(q, span_of(page)));
	for (i = 0; i < n; i++) {
		strbuf_add(&got, text.buf + 6 + at, marks[i].start - at);
		strbuf_addf(&got, "[%.*s]", (int)(marks[i].end - marks[i].start),
		    text.buf + 6 + marks[i].start);
		at = marks[i].end;
	}
	strbuf_add_str(&got, text.buf + 6 + at);
	free(marks);
	if (strcmp(got.buf, want) != 0)
		fail_msg("%s: %s", query, got.buf);
}

static void
a_snippet_shows_the_densest_place_with_its_marks(void **state)
{
	static const char page[] =
	    "Mở đầu có hải và không gì khác. Rất nhiều chữ ở giữa trang này.\n\n"
	    "Thành phố   Hải\nPhòng là nơi du lịch. Cuối trang còn chữ nữa.";

	(void)state;
	check_snippet("hải phòng", page, 30, "… phố [Hải] [Phòng] là nơi du lịch. …");
	check_snippet("hải phòng du lịch", page, 300,
	    "Mở đầu có [hải] và không gì khác. Rất nhiều chữ ở giữa trang này. Thành phố [Hải] "
	    "[Phòng] là nơi [du] [lịch]. Cuối trang còn chữ nữa.");
	check_snippet("zebra", page, 20, "Mở đầu có hải và …");
	check_snippet("", page, 20, "Mở đầu có hải và …");
	check_snippet("x", "", 20, "");
	check_snippet("chữ nữa", page, 12, "… còn [chữ] [nữa].");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_words_are_one_part_that_need_not_all_be_there),
		cmocka_unit_test(clauses_part_words_for_bigrams),
		cmocka_unit_test(quotes_of_every_kind_make_phrases),
		cmocka_unit_test(operators_bind_as_everywhere_and_make_words_strict),
		cmocka_unit_test(fields_have_names_in_two_languages_with_and_without_marks),
		cmocka_unit_test(a_type_is_named_by_code_or_by_its_words),
		cmocka_unit_test(dates_are_days_months_years_and_ranges),
		cmocka_unit_test(a_number_among_words_is_looked_for_beside_them),
		cmocka_unit_test(a_broken_query_is_searched_all_the_same_and_says_where_it_broke),
		cmocka_unit_test(limits_cut_a_query_and_say_so),
		cmocka_unit_test(a_star_means_words_that_begin_so_and_a_tilde_words_like_it),
		cmocka_unit_test(near_joins_words_and_quotes_and_nothing_else),
		cmocka_unit_test(every_field_without_a_value_says_so_and_costs_nothing_else),
		cmocka_unit_test(too_few_letters_are_no_form),
		cmocka_unit_test(signer_state_and_order_are_fields),
		cmocka_unit_test(words_alone_in_brackets_are_words_like_the_others),
		cmocka_unit_test(
		    what_was_understood_is_written_in_the_language_and_read_as_the_same),
		cmocka_unit_test(a_number_that_would_be_another_query_is_written_as_words),
		cmocka_unit_test(a_number_is_not_written_as_another_one),
		cmocka_unit_test(a_number_whose_words_are_left_out_is_left_out),
		cmocka_unit_test(queries_out_of_any_pieces_survive_being_written),
		cmocka_unit_test(retention_due_days_and_holds_are_asked_of_the_catalogue),
		cmocka_unit_test(values_that_are_looked_up_have_a_length),
		cmocka_unit_test(the_deepest_queries_survive_being_written),
		cmocka_unit_test(only_an_empty_query_is_empty),
		cmocka_unit_test(marks_stand_on_every_form_of_a_word),
		cmocka_unit_test(a_phrase_marks_where_it_stands_whole_or_else_its_words),
		cmocka_unit_test(a_number_marks_every_spelling_of_itself),
		cmocka_unit_test(a_snippet_shows_the_densest_place_with_its_marks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
