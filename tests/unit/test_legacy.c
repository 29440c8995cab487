/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "legacy.h"

/* Invented text with all tones and letters, some forty marked words. */
static const char text[] =
    "Cộng hòa xã hội chủ nghĩa Việt Nam, Độc lập - Tự do - Hạnh phúc. Căn cứ "
    "quyết định số 15 về việc tổ chức lễ hội truyền thống, xét đề nghị của trưởng "
    "phòng, ủy ban nhân dân yêu cầu các đơn vị khẩn trương thực hiện kế hoạch, "
    "báo cáo kết quả trước ngày mười tháng chín; những vướng mắc gửi về sở để "
    "được giải đáp kịp thời, bảo đảm tiết kiệm và hiệu quả.";

static void
encode(const char *charset, struct strbuf *out)
{
	char command[200], buffer[4096];
	FILE *in, *pipe;
	size_t n;
	char name[] = "/tmp/tangthu-legacy-XXXXXX";
	int fd = mkstemp(name);

	assert_int_not_equal(fd, -1);
	in = fdopen(fd, "w");
	fputs(text, in);
	fclose(in);
	snprintf(command, sizeof(command), "iconv -f UTF-8 -t %s//TRANSLIT %s", charset, name);
	pipe = popen(command, "r");
	n = fread(buffer, 1, sizeof(buffer), pipe);
	assert_int_equal(pclose(pipe), 0);
	strbuf_add(out, buffer, n);
	remove(name);
}

static void
syllables_are_told_from_other_words(void **state)
{
	static const char *const legal[] = { "nghiêng", "QUYẾT", "thủy", "thuỷ", "hoà", "giếng",
		"gì", "yêu", "ương", "khuỷu", "quốc", "Đắk", "xoong", "trường", "đ\xc3\xa1", "uyển",
		"người", "a", "ý" };
	static const char *const illegal[] = { "phẩin", "the\xcc\x81\xcc\x80", "street", "Việtt",
		"hàc", "naïve", "façade", "ngiêng1", "ßa", "", "nghỉêngà", "jà" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(legal) / sizeof(legal[0]); i++)
		if (!legacy_syllable_legal(span_of(legal[i])))
			fail_msg("%s is a syllable", legal[i]);
	for (i = 0; i < sizeof(illegal) / sizeof(illegal[0]); i++)
		if (legacy_syllable_legal(span_of(illegal[i])))
			fail_msg("%s is no syllable", illegal[i]);
}

static void
each_old_encoding_is_found_and_undone(void **state)
{
	static const struct {
		const char *charset;
		enum legacy_encoding encoding;
	} cases[] = { { "TCVN5712-1", LEGACY_TCVN3 }, { "VISCII", LEGACY_VISCII },
		{ "CP1258", LEGACY_CP1258 }, { "UTF-16LE", LEGACY_UTF16LE },
		{ "UTF-16BE", LEGACY_UTF16BE }, { "UTF-8", LEGACY_UTF8 } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct strbuf bytes = STRBUF_INIT, out = STRBUF_INIT;
		struct legacy_verdict v;

		encode(cases[i].charset, &bytes);
		legacy_detect(strbuf_span(&bytes), &v);
		if (v.encoding != cases[i].encoding)
			fail_msg("%s was taken for %s", cases[i].charset, legacy_name(v.encoding));
		legacy_decode(v.encoding, strbuf_span(&bytes), &out);
		assert_string_equal(out.buf, text);
		strbuf_free(&bytes);
		strbuf_free(&out);
	}
}

static void
vni_is_read_pair_by_pair(void **state)
{
	struct strbuf out = STRBUF_INIT;

	(void)state;
	legacy_repair(
	    LEGACY_VNI, SPAN("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam, ÑOÄC LAÄP, ñöôøng"), &out);
	assert_string_equal(out.buf, "Cộng hòa xã hội chủ nghĩa Việt Nam, ĐỘC LẬP, đường");
	strbuf_free(&out);
}

static void
a_hyphen_that_makes_a_syllable_is_the_letter_of_byte_ad(void **state)
{
	static const struct {
		const char *seen, *meant;
	} words[] = { { "tr-ởng", "trưởng" }, { "l-u", "lưu" }, { "Th-", "Thư" }, { "-u", "ưu" },
		{ "đ-ợc;", "được;" }, { "(ng-ời)", "(người)" }, { "-", "-" },
		{ "Tây-Nam", "Tây-Nam" }, { "QĐ-SDL", "QĐ-SDL" }, { "5-10", "5-10" },
		{ "-Như", "-Như" }, { "kh-", "khư" }, { "h-ớng-dẫn", "hướng-dẫn" } };
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		strbuf_reset(&out);
		legacy_mend_hyphens(span_of(words[i].seen), &out);
		assert_string_equal(out.buf, words[i].meant);
	}
}

static void
text_seen_through_the_wrong_table_is_repaired(void **state)
{
	struct strbuf tcvn = STRBUF_INIT, seen = STRBUF_INIT, out = STRBUF_INIT;
	struct legacy_verdict v;

	(void)state;
	encode("TCVN5712-1", &tcvn);
	legacy_decode(LEGACY_CP1252, strbuf_span(&tcvn), &seen);
	legacy_detect_mojibake(strbuf_span(&seen), &v);
	assert_int_equal(v.encoding, LEGACY_TCVN3);
	assert_true(v.as_is < 60 && v.legal >= 95);
	legacy_repair(v.encoding, strbuf_span(&seen), &out);
	assert_string_equal(out.buf, text);
	strbuf_free(&tcvn);
	strbuf_free(&seen);
	strbuf_free(&out);
}

static void
other_languages_stay_as_they_are(void **state)
{
	static const char *const others[] = {
		"Le conseil a décidé à l'unanimité que la réunion générale sera reportée à une date "
		"ultérieure; les élèves intéressés présenteront leur dossier complété dès que "
		"possible à la préfecture, où l'on répondra à leurs différentes requêtes.",
		"Die Prüfung der Anträge läuft über das zuständige Büro; für später eingereichte "
		"Schriftstücke können höhere Gebühren anfallen, außerdem müssen Gäste über fünfzig "
		"Jahre ärztliche Atteste vorführen und größere Ausflüge anmelden.",
		"Nothing is marked here, and nothing should be.", "", "naïve café"
	};
	struct legacy_verdict v;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		legacy_detect_mojibake(span_of(others[i]), &v);
		assert_int_equal(v.encoding, LEGACY_UTF8);
		legacy_detect(span_of(others[i]), &v);
		assert_int_equal(v.encoding, LEGACY_UTF8);
	}
}

static void
western_bytes_are_windows_1252(void **state)
{
	struct strbuf out = STRBUF_INIT;
	struct legacy_verdict v;

	(void)state;
	legacy_detect(SPAN("caf\xe9 na\xefve r\xe9sum\xe9 \x93quoted\x94"), &v);
	assert_int_equal(v.encoding, LEGACY_CP1252);
	legacy_decode(v.encoding, SPAN("caf\xe9 \x93q\x94"), &out);
	assert_string_equal(out.buf, "café “q”");
	strbuf_free(&out);
}

static void
marks_go_and_decomposed_text_is_composed(void **state)
{
	struct strbuf out = STRBUF_INIT;
	struct legacy_verdict v;

	(void)state;
	legacy_detect(SPAN("\xef\xbb\xbf"
			   "So\xcc\x82\xcc\x81"),
	    &v);
	assert_int_equal(v.encoding, LEGACY_UTF8);
	legacy_decode(v.encoding,
	    SPAN("\xef\xbb\xbf"
		 "So\xcc\x82\xcc\x81"),
	    &out);
	assert_string_equal(out.buf, "Số");
	strbuf_reset(&out);
	legacy_detect(SPAN("\xff\xfeS\0\xd1\x1e"), &v);
	legacy_decode(v.encoding, SPAN("\xff\xfeS\0\xd1\x1e"), &out);
	assert_string_equal(out.buf, "Số");
	strbuf_free(&out);
}

static void
broken_input_gives_replacement_characters(void **state)
{
	struct strbuf out = STRBUF_INIT;

	(void)state;
	legacy_decode(LEGACY_UTF8, SPAN("a\xc3"), &out);
	assert_string_equal(out.buf, "a\xef\xbf\xbd");
	strbuf_reset(&out);
	legacy_decode(LEGACY_UTF16LE,
	    SPAN("a\0\0\xd8"
		 "b\0c"),
	    &out);
	assert_string_equal(out.buf,
	    "a\xef\xbf\xbd"
	    "b\xef\xbf\xbd");
	strbuf_reset(&out);
	legacy_decode(LEGACY_CP1258, SPAN("\x8a"), &out);
	assert_string_equal(out.buf, "\xef\xbf\xbd");
	strbuf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(syllables_are_told_from_other_words),
		cmocka_unit_test(each_old_encoding_is_found_and_undone),
		cmocka_unit_test(vni_is_read_pair_by_pair),
		cmocka_unit_test(a_hyphen_that_makes_a_syllable_is_the_letter_of_byte_ad),
		cmocka_unit_test(text_seen_through_the_wrong_table_is_repaired),
		cmocka_unit_test(other_languages_stay_as_they_are),
		cmocka_unit_test(western_bytes_are_windows_1252),
		cmocka_unit_test(marks_go_and_decomposed_text_is_composed),
		cmocka_unit_test(broken_input_gives_replacement_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
