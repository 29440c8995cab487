/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <utf8proc.h>

#include "unit.h"

#include "text.h"

static char toned[4096], folded[4096], bigrams[8192];

/* The three layers of a text, words separated by spaces. */
static void
analyse(struct span text)
{
	char pair[TEXT_BIGRAM_MAX + 1];
	struct text_scan scan;
	struct text_word w, before = { 0 };
	size_t t = 0, f = 0, b = 0;

	toned[0] = folded[0] = bigrams[0] = '\0';
	text_scan_init(&scan, text);
	while (text_next(&scan, &w)) {
		assert_true(w.start < w.end && w.end <= text.n);
		assert_true(w.toned_len <= TEXT_WORD_MAX && w.folded_len <= TEXT_WORD_MAX);
		assert_int_equal(strlen(w.toned), w.toned_len);
		assert_int_equal(strlen(w.folded), w.folded_len);
		t += (size_t)snprintf(toned + t, sizeof toned - t, "%s%s", t ? " " : "", w.toned);
		f +=
		    (size_t)snprintf(folded + f, sizeof folded - f, "%s%s", f ? " " : "", w.folded);
		assert_true(t < sizeof toned && f < sizeof folded);
		if (!w.clause) {
			text_bigram(span_make(before.folded, before.folded_len),
			    span_make(w.folded, w.folded_len), pair);
			b += (size_t)snprintf(
			    bigrams + b, sizeof bigrams - b, "%s%s", b ? " " : "", pair);
		}
		before = w;
	}
}

static void
check(const char *text, const char *want_toned, const char *want_folded, const char *want_bigrams)
{
	analyse(span_of(text));
	assert_string_equal(toned, want_toned);
	assert_string_equal(folded, want_folded);
	if (want_bigrams != NULL)
		assert_string_equal(bigrams, want_bigrams);
}

/* The same text with every mark on its own (NFD). */
static char *
decomposed(const char *text)
{
	return (char *)utf8proc_NFD((const utf8proc_uint8_t *)text);
}

static const char *const samples[] = {
	"Sở Du lịch Hải Phòng; Hoà Bình, Thuỷ Nguyên. Quý III/2020 người ngừơi NGƯỜI ư ơ đ Đ",
	"Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư",
	"naïve café Müller Straße ŁÓDŹ Ångström İstanbul ﬁle ½ m² № 5 Ⅳ １２３ ＡＢＣ",
	"ế ề ể ễ ệ ố ồ ổ ỗ ộ ớ ờ ở ỡ ợ ấ ầ ẩ ẫ ậ ắ ằ ẳ ẵ ặ ứ ừ ử ữ ự ý ỳ ỷ ỹ ỵ Ế Ề Ể Ễ Ệ Ứ Ừ Ử Ữ Ự Ý Ỳ Ỷ Ỹ Ỵ",
	"越南 tỉnh にほん 한국어 привет Ёлка йод ελληνικά",
	"a\xcc\x81\xcc\x82 \xcc\x81 e\xcc\x82\xcc\x81 o\xcc\x9b\xcc\x80 o\xcc\x80\xcc\x9b",
	"soft\xc2\xadhyphen zero\xe2\x80\x8bwidth \xef\xbb\xbf"
	"bom non\xc2\xa0"
	"break \xe2\x80\x93 dash",
	"bad \xff\xfe bytes \xe1\xba end \xf0\x9f\x98\x80 \xed\xa0\x80",
	"",
};
#define SAMPLES (sizeof samples / sizeof samples[0])

static void
worked_examples_of_the_design_come_out_as_written(void **state)
{
	(void)state;
	check("Sở Du lịch Hải Phòng", "sơ~3 du lich~5 hai~3 phong~2", "so du lich hai phong",
	    "so_du du_lich lich_hai hai_phong");
	check("kỹ thuật", "ki~4 thuât~5", "ki thuat", "ki_thuat");
	check("kĩ thuật", "ki~4 thuât~5", "ki thuat", "ki_thuat");
	check("Quý", "qui~1", "qui", "");
	check("quí", "qui~1", "qui", "");
	check("thúy", "thuy~1", "thuy", "");
	check("y tế", "y tê~1", "y te", "y_te");
	check("đá da", "đa~1 da", "da da", "da_da");
	check("ngừơi", "ngươi~2", "nguoi", "");
	check("người", "ngươi~2", "nguoi", "");
	check("so du lich", "so du lich", "so du lich", "so_du du_lich");
	check("đá", "đa~1", "da", "");
}

static void
tone_placement_and_case_make_no_difference(void **state)
{
	static const char *const forms[] = { "Hoà Bình", "Hòa Bình", "HÒA BÌNH", "hoà bình" };
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++)
		check(forms[i], "hoa~2 binh~2", "hoa binh", "hoa_binh");
	check("Thuỷ Nguyên", "thuy~3 nguyên", "thuy nguyen", "thuy_nguyen");
	check("Thủy Nguyên", "thuy~3 nguyên", "thuy nguyen", "thuy_nguyen");
	check("khoẻ khỏe", "khoe~3 khoe~3", "khoe khoe", NULL);
}

static void
i_and_y_are_one_only_where_both_are_written(void **state)
{
	(void)state;
	check("kỹ quỳnh tỷ quýt quých", "ki~4 quinh~2 ti~3 quit~1 quich~1",
	    "ki quinh ti quit quich", NULL);
	check("thúy ủy khuỷu quyền y", "thuy~1 uy~3 khuyu~3 quyên~2 y", "thuy uy khuyu quyen y",
	    NULL);
	check("hy sinh Mỹ lý sỹ vỹ", "hi sinh mi~4 li~1 si~4 vi~4", "hi sinh mi li si vi", NULL);
	check("by cy quay", "by cy quay", "by cy quay", NULL);
}

static void
composed_and_decomposed_text_give_the_same_terms(void **state)
{
	char was_toned[sizeof toned], was_folded[sizeof folded];
	size_t i;
	char *nfd;

	(void)state;
	for (i = 0; i < SAMPLES; i++) {
		if ((nfd = decomposed(samples[i])) == NULL)
			continue; /* not UTF-8 */
		analyse(span_of(samples[i]));
		memcpy(was_toned, toned, sizeof toned);
		memcpy(was_folded, folded, sizeof folded);
		analyse(span_of(nfd));
		assert_string_equal(toned, was_toned);
		assert_string_equal(folded, was_folded);
		free(nfd);
	}
	check("e\xcc\x82\xcc\x81 \xc3\xa9\xcc\x82 \xe1\xba\xbf e\xcc\x81\xcc\x82",
	    "ê~1 ê~1 ê~1 ê~1", "e e e e", NULL);
}

static void
normalising_twice_changes_nothing(void **state)
{
	owned(strbuf_free) struct strbuf once = STRBUF_INIT, twice = STRBUF_INIT;
	char was_toned[sizeof toned];
	size_t i;

	(void)state;
	for (i = 0; i < SAMPLES; i++) {
		strbuf_reset(&once);
		strbuf_reset(&twice);
		text_normalise(span_of(samples[i]), &once);
		text_normalise(strbuf_span(&once), &twice);
		assert_string_equal(once.buf, twice.buf);
		analyse(span_of(samples[i]));
		memcpy(was_toned, toned, sizeof toned);
		analyse(strbuf_span(&once));
		assert_string_equal(toned, was_toned);
	}
}

static void
folding_twice_changes_nothing(void **state)
{
	owned(strbuf_free) struct strbuf once = STRBUF_INIT, twice = STRBUF_INIT;
	size_t i;
	int keep;

	(void)state;
	for (i = 0; i < 2 * SAMPLES; i++) {
		keep = (int)(i % 2);
		strbuf_reset(&once);
		strbuf_reset(&twice);
		text_fold(span_of(samples[i / 2]), keep, &once);
		text_fold(strbuf_span(&once), keep, &twice);
		assert_string_equal(once.buf, twice.buf);
	}
}

static void
folded_text_keeps_punctuation_and_case_when_asked(void **state)
{
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;

	(void)state;
	text_fold(span_of("Số: 15/QĐ-SDL, Ðà Nẵng – kỹ thuật"), true, &out);
	assert_string_equal(out.buf, "So: 15/QD-SDL, Da Nang - ky thuat");
	strbuf_reset(&out);
	text_fold(span_of("Số: 15/QĐ-SDL\xc2\xa0ﬁ²"), false, &out);
	assert_string_equal(out.buf, "so: 15/qd-sdl fi2");
}

static void
a_key_is_the_same_for_every_spelling_of_a_name(void **state)
{
	owned(strbuf_free) struct strbuf a = STRBUF_INIT, b = STRBUF_INIT;

	(void)state;
	text_key(span_of("  Sở   Du lịch, Mỹ Đức "), &a);
	text_key(span_of("SO DU LICH - MĨ ĐỨC"), &b);
	assert_string_equal(a.buf, "so du lich mi duc");
	assert_string_equal(b.buf, a.buf);
}

static void
invisible_characters_do_not_split_words(void **state)
{
	(void)state;
	check("Hải\xe2\x80\x8b Phòng", "hai~3 phong~2", "hai phong", "hai_phong");
	check("ph\xc2\xadòng", "phong~2", "phong", NULL);
	check("pho\xe2\x80\x8d\xcc\x80ng", "phong~2", "phong", NULL);
	check("\xef\xbb\xbf"
	      "đá",
	    "đa~1", "da", NULL);
	check("Ðà Nẵng \xc6\x89"
	      "ức",
	    "đa~2 năng~4 đưc~1", "da nang duc", NULL);
}

static void
words_know_where_they_stand_in_the_source(void **state)
{
	static const char text[] = "Sở\xc2\xa0 Du-lịch\xcc\x81";
	struct text_scan scan;
	struct text_word w;

	(void)state;
	text_scan_init(&scan, span_of(text));
	assert_true(text_next(&scan, &w));
	assert_int_equal(w.start, 0);
	assert_int_equal(w.end, 4);
	assert_int_equal(w.number, 0);
	assert_true(w.marked && w.clause && !w.digits);
	assert_true(text_next(&scan, &w));
	assert_memory_equal(text + w.start, "Du", 2);
	assert_true(!w.marked && !w.clause);
	assert_true(text_next(&scan, &w));
	assert_int_equal(w.number, 2);
	assert_int_equal(w.end, sizeof text - 1);
	assert_false(text_next(&scan, &w));
	assert_false(text_next(&scan, &w));
}

static void
bigrams_stay_inside_their_clause(void **state)
{
	(void)state;
	check("hải phòng, quảng ninh. Điều 5; (a) b", "hai~3 phong~2 quang~3 ninh điêu~2 5 a b",
	    "hai phong quang ninh dieu 5 a b", "hai_phong quang_ninh dieu_5");
	check("quảng\nninh", "quang~3 ninh", "quang ninh", "quang_ninh");
	check("quảng\n \nninh", "quang~3 ninh", "quang ninh", "");
	check("1.004605 10:30, 7", "1 004605 10 30 7", "1 4605 10 30 7", "1_4605 4605_10 10_30");
	check("0\u200d,\u200b5 ２，５", "0 5 2 5", "0 5 2 5", "0_5 5_2 2_5");
	check("QĐ-SDL/2020", "qđ sdl 2020", "qd sdl 2020", "qd_sdl sdl_2020");
}

static void
leading_zeros_of_numbers_go_on_the_folded_layer_only(void **state)
{
	(void)state;
	check("015 000 0 05a H24", "015 000 0 05a h24", "15 0 0 05a h24", NULL);
}

static void
an_overlong_word_is_cut_and_stays_itself(void **state)
{
	char a[3 * TEXT_WORD_MAX], b[3 * TEXT_WORD_MAX], first[TEXT_WORD_MAX + 1];
	struct text_scan scan;
	struct text_word w;

	(void)state;
	memset(a, 'x', sizeof a);
	memset(b, 'x', sizeof b);
	b[sizeof b - 1] = 'y';
	text_scan_init(&scan, span_make(a, sizeof a));
	assert_true(text_next(&scan, &w));
	assert_int_equal(w.end, sizeof a);
	assert_int_equal(w.folded_len, TEXT_WORD_MAX);
	memcpy(first, w.folded, sizeof first);
	text_scan_init(&scan, span_make(b, sizeof b));
	assert_true(text_next(&scan, &w));
	assert_string_not_equal(first, w.folded);
	assert_int_equal(text_untone(span_make(w.toned, w.toned_len), first), 0);
}

/* A letter of many marks ends the room early: what stood in the buffer before must not matter. */
static void
a_word_cut_before_a_long_letter_is_the_same_whatever_was_read_before(void **state)
{
	char text[4 * TEXT_WORD_MAX];
	struct text_word one, two;
	struct text_scan scan;
	size_t i, n = 75;

	(void)state;
	memset(text, 'x', n);
	text[n++] = 'o';
	for (i = 0; i < 20; i++) {
		memcpy(text + n, "\xcc\xbf", 2);
		n += 2;
	}
	memset(&one, 0, sizeof one);
	memset(&two, 0xbf, sizeof two);
	text_scan_init(&scan, span_make(text, n));
	assert_true(text_next(&scan, &one));
	text_scan_init(&scan, span_make(text, n));
	assert_true(text_next(&scan, &two));
	assert_non_null(strchr(one.toned, '#'));
	assert_string_equal(one.toned, two.toned);
	assert_string_equal(one.folded, two.folded);
}

/* NFC makes one letter of them, and no more marks of it are looked at than of the two. */
static void
korean_letters_and_their_syllable_give_the_same_terms(void **state)
{
	owned(strbuf_free) struct strbuf text = STRBUF_INIT, composed = STRBUF_INIT;
	struct text_word one, two;
	struct text_scan scan;
	int i;

	(void)state;
	strbuf_add_str(&text, "\u1100\u1171");
	for (i = 0; i < 30; i++)
		strbuf_add_str(&text, i % 3 ? "\u0301" : "\u0302");
	text_normalise(strbuf_span(&text), &composed);
	assert_true(composed.len < text.len);
	text_scan_init(&scan, strbuf_span(&text));
	assert_true(text_next(&scan, &one));
	assert_int_equal(one.end, text.len);
	text_scan_init(&scan, strbuf_span(&composed));
	assert_true(text_next(&scan, &two));
	assert_string_equal(one.toned, two.toned);
	assert_string_equal(one.folded, two.folded);
}

static void
untoning_a_toned_word_gives_its_folded_word(void **state)
{
	char out[TEXT_WORD_MAX + 1];
	struct text_scan scan;
	struct text_word w;
	size_t i;

	(void)state;
	for (i = 0; i < SAMPLES; i++) {
		text_scan_init(&scan, span_of(samples[i]));
		while (text_next(&scan, &w)) {
			text_untone(span_make(w.toned, w.toned_len), out);
			assert_string_equal(out, w.folded);
		}
	}
}

static void
han_characters_are_words_of_their_own(void **state)
{
	(void)state;
	check("越南 tỉnh", "越 南 tinh~3", "越 南 tinh", "越_南 南_tinh");
}

static void
check_number(
    const char *text, const char *key, const char *number, const char *year, const char *symbol)
{
	struct text_number n;

	if (!text_number_parse(span_of(text), &n))
		fail_msg("no number: %s", text);
	assert_string_equal(n.key, key);
	assert_string_equal(n.number, number);
	assert_string_equal(n.year, year);
	assert_string_equal(n.symbol, symbol);
}

static void
every_spelling_of_a_number_has_one_key(void **state)
{
	(void)state;
	check_number("15/QĐ-SDL", "15/QD-SDL", "15", "", "QD-SDL");
	check_number("015 / QĐ - SDL", "15/QD-SDL", "15", "", "QD-SDL");
	check_number("15/qđ-sdl", "15/QD-SDL", "15", "", "QD-SDL");
	check_number(" Số:  015/QĐ-SDL. ", "15/QD-SDL", "15", "", "QD-SDL");
	check_number("Số: 30/2020/NĐ-CP", "30/2020/ND-CP", "30", "2020", "ND-CP");
	check_number("Luật số: 33/2024/QH15" + 7, "33/2024/QH15", "33", "2024", "QH15");
	check_number("02/SYT-GAVI", "2/SYT-GAVI", "2", "", "SYT-GAVI");
	check_number("12-QĐ/TU", "12/QD-TU", "12", "", "QD-TU");
	check_number("Số 12 - QĐ / TU", "12/QD-TU", "12", "", "QD-TU");
	check_number("1747/UBND-NC&TH", "1747/UBND-NC-TH", "1747", "", "UBND-NC-TH");
	check_number("15a/BC-STC", "15A/BC-STC", "15A", "", "BC-STC");
	check_number("Số:      /SDL-VP", "/SDL-VP", "", "", "SDL-VP");
	check_number("000/QĐ-X", "0/QD-X", "0", "", "QD-X");
}

static void
what_is_no_number_has_no_key(void **state)
{
	static const char *const wrong[] = { "", "15", "01/01/2020", "5/10", "15/", "QĐ-SDL", "/",
		"123456/QĐ-SDL", "15/QĐ-SDL và", "km/h", "12-QĐ", "covid-19", "Số", "Bộ 15/QĐ-SDL",
		"15/QĐ-SDL/QĐ-SDL/QĐ-SDL/QĐ-SDL/QĐ" };
	struct text_number n;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		if (text_number_parse(span_of(wrong[i]), &n))
			fail_msg("%s became %s", wrong[i], n.key);
}

static void
numbers_are_found_inside_a_text(void **state)
{
	static const char text[] = "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05/03/2020, Công văn "
				   "015 / QĐ - SDL của Sở, 24/7, 19-NQ/TW.";
	static const char *const keys[] = { "30/2020/ND-CP", "15/QD-SDL", "19/NQ-TW" };
	struct text_number n;
	size_t from = 0, i;

	(void)state;
	for (i = 0; i < 3; i++) {
		assert_true(text_number_find(span_of(text), from, &n));
		assert_string_equal(n.key, keys[i]);
		assert_true(n.start >= from && n.end > n.start);
		from = n.end;
	}
	assert_false(text_number_find(span_of(text), from, &n));
	assert_true(text_number_find(span_of("15/QĐ - Sở Du lịch"), 0, &n));
	assert_string_equal(n.key, "15/QD");
}

static void
languages_are_told_apart(void **state)
{
	(void)state;
	assert_string_equal(text_language(span_of(samples[1])), "vi");
	assert_string_equal(
	    text_language(span_of("Can cu Nghi dinh cua Chinh phu ve cong tac van thu, "
				  "theo quy dinh nay")),
	    "vi");
	assert_string_equal(
	    text_language(span_of("The records of the department shall be kept for ten "
				  "years by the archivist in this office")),
	    "en");
	assert_null(text_language(span_of("Sở Du lịch")));
	assert_null(
	    text_language(span_of("les enfants étaient très fatigués après une longue journée")));
}

static void
marks_are_counted_as_a_share_of_letters(void **state)
{
	size_t letters;

	(void)state;
	assert_true(text_marked_share(span_of(samples[1]), &letters) > .25);
	assert_true(letters > 40);
	assert_true(text_marked_share(span_of("plain English"), NULL) == 0);
	assert_true(text_marked_share(span_of(""), &letters) == 0);
	assert_int_equal(letters, 0);
}

static void
misreadings_are_one_shape_away_either_way(void **state)
{
	char out[TEXT_MISREADINGS_MAX][TEXT_WORD_MAX + 1];
	static const struct {
		const char *a, *b;
		bool misread;
	} cases[] = { { "bong", "b0ng", true }, { "commune", "cornmune", true }, { "1", "l", true },
		{ "oo", "o0", true }, { "hai", "bai", true }, { "hai", "hai", false },
		{ "hai", "ha", false }, { "hai", "hao", false }, { "bong", "80ng", false },
		{ "", "", false }, { "rn", "m", true } };
	size_t i, k, n;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct span a = span_of(cases[i].a), b = span_of(cases[i].b);
		bool listed = false;

		assert_int_equal(text_is_misread(a, b), cases[i].misread);
		assert_int_equal(text_is_misread(b, a), cases[i].misread);
		n = text_misreadings(a, out, TEXT_MISREADINGS_MAX);
		for (k = 0; k < n; k++)
			listed |= span_equal_str(b, out[k]);
		assert_int_equal(listed, cases[i].misread);
	}
	assert_int_equal(text_misreadings(SPAN("bbbbb"), out, 3), 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(worked_examples_of_the_design_come_out_as_written),
		cmocka_unit_test(tone_placement_and_case_make_no_difference),
		cmocka_unit_test(i_and_y_are_one_only_where_both_are_written),
		cmocka_unit_test(composed_and_decomposed_text_give_the_same_terms),
		cmocka_unit_test(normalising_twice_changes_nothing),
		cmocka_unit_test(folding_twice_changes_nothing),
		cmocka_unit_test(folded_text_keeps_punctuation_and_case_when_asked),
		cmocka_unit_test(a_key_is_the_same_for_every_spelling_of_a_name),
		cmocka_unit_test(invisible_characters_do_not_split_words),
		cmocka_unit_test(words_know_where_they_stand_in_the_source),
		cmocka_unit_test(bigrams_stay_inside_their_clause),
		cmocka_unit_test(leading_zeros_of_numbers_go_on_the_folded_layer_only),
		cmocka_unit_test(an_overlong_word_is_cut_and_stays_itself),
		cmocka_unit_test(
		    a_word_cut_before_a_long_letter_is_the_same_whatever_was_read_before),
		cmocka_unit_test(korean_letters_and_their_syllable_give_the_same_terms),
		cmocka_unit_test(untoning_a_toned_word_gives_its_folded_word),
		cmocka_unit_test(han_characters_are_words_of_their_own),
		cmocka_unit_test(every_spelling_of_a_number_has_one_key),
		cmocka_unit_test(what_is_no_number_has_no_key),
		cmocka_unit_test(numbers_are_found_inside_a_text),
		cmocka_unit_test(languages_are_told_apart),
		cmocka_unit_test(marks_are_counted_as_a_share_of_letters),
		cmocka_unit_test(misreadings_are_one_shape_away_either_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
