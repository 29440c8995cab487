/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "words.h"

static void
add(struct words *ws, const char *text, enum word_break start, int32_t x, int32_t y)
{
	struct word w = {
		.start = (uint8_t)start, .confidence = 90, .x = x, .y = y, .w = 40, .h = 12
	};
	struct err err = ERR_INIT;

	assert_ok(words_add(ws, span_of(text), &w, &err), &err);
}

static struct words *
sample(void)
{
	struct words *ws = words_new();

	ws->width = 1654;
	ws->height = 2339;
	ws->dpi = 200;
	ws->rotation = 90;
	ws->skew = -63;
	add(ws, "CỘNG", WORD_NEW_BLOCK, 900, 100);
	add(ws, "HÒA", WORD_SAME_LINE, 960, 101);
	add(ws, "Độc", WORD_NEW_LINE, 940, 130);
	add(ws, "QUYẾT", WORD_NEW_BLOCK, -3, 300);
	add(ws, "ĐỊNH", WORD_SAME_LINE, 760, 300);
	return ws;
}

static void
text_joins_words_lines_and_blocks(void **state)
{
	struct words *ws = sample();

	(void)state;
	assert_string_equal(ws->text.buf, "CỘNG HÒA\nĐộc\n\nQUYẾT ĐỊNH");
	assert_int_equal(ws->word[2].line, 1);
	assert_int_equal(ws->word[2].block, 0);
	assert_int_equal(ws->word[4].line, 2);
	assert_int_equal(ws->word[4].block, 1);
	assert_true(span_equal_str(words_text(ws, 4), "ĐỊNH"));
	words_free(ws);
}

static void
what_is_written_is_read_again(void **state)
{
	struct strbuf bytes = STRBUF_INIT, again = STRBUF_INIT;
	struct words *ws = sample(), *read = NULL;
	struct err err = ERR_INIT;
	size_t i;

	(void)state;
	words_write(ws, &bytes);
	assert_ok(words_read(&read, strbuf_span(&bytes), &err), &err);
	assert_int_equal(read->width, 1654);
	assert_int_equal(read->height, 2339);
	assert_int_equal(read->dpi, 200);
	assert_int_equal(read->rotation, 90);
	assert_int_equal(read->skew, -63);
	assert_int_equal(read->count, ws->count);
	assert_string_equal(read->text.buf, ws->text.buf);
	for (i = 0; i < ws->count; i++) {
		assert_int_equal(read->word[i].x, ws->word[i].x);
		assert_int_equal(read->word[i].y, ws->word[i].y);
		assert_int_equal(read->word[i].w, ws->word[i].w);
		assert_int_equal(read->word[i].confidence, ws->word[i].confidence);
		assert_int_equal(read->word[i].offset, ws->word[i].offset);
		assert_int_equal(read->word[i].line, ws->word[i].line);
	}
	words_write(read, &again);
	assert_true(span_equal(strbuf_span(&bytes), strbuf_span(&again)));
	words_free(ws);
	words_free(read);
	strbuf_free(&bytes);
	strbuf_free(&again);
}

static void
an_empty_page_has_an_empty_table(void **state)
{
	struct words *ws = words_new(), *read = NULL;
	struct strbuf bytes = STRBUF_INIT;
	struct err err = ERR_INIT;
	size_t first, count;

	(void)state;
	words_write(ws, &bytes);
	assert_ok(words_read(&read, strbuf_span(&bytes), &err), &err);
	assert_int_equal(read->count, 0);
	assert_string_equal(read->text.buf, "");
	assert_int_equal(words_confidence(read), 0);
	words_range(read, 0, 100, &first, &count);
	assert_int_equal(count, 0);
	words_free(ws);
	words_free(read);
	strbuf_free(&bytes);
}

static void
unclean_text_becomes_clean_words(void **state)
{
	struct words *ws = words_new();
	char longest[3 * WORDS_WORD_MAX];

	(void)state;
	add(ws, "hai  từ\t\n", WORD_NEW_BLOCK, 0, 0);
	add(ws, " \x01\x7f\xc2\xa0 ", WORD_NEW_LINE, 0, 0);
	add(ws,
	    "a\xff\xfe"
	    "b",
	    WORD_NEW_LINE, 0, 0);
	assert_string_equal(ws->text.buf,
	    "hai từ\na\xef\xbf\xbd\xef\xbf\xbd"
	    "b");
	assert_int_equal(ws->count, 3);
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	add(ws, longest, WORD_NEW_LINE, 0, 0);
	assert_true(ws->count > 4);
	assert_true(ws->word[ws->count - 1].length <= WORDS_WORD_MAX);
	words_free(ws);
}

static void
a_range_of_text_leads_to_its_words(void **state)
{
	struct words *ws = sample();
	size_t first, count, at = (size_t)(strstr(ws->text.buf, "Độc") - ws->text.buf);

	(void)state;
	words_range(ws, at, at + 1, &first, &count);
	assert_int_equal(first, 2);
	assert_int_equal(count, 1);
	words_range(ws, 0, ws->text.len, &first, &count);
	assert_int_equal(first, 0);
	assert_int_equal(count, 5);
	/* From the middle of HÒA into QUYẾT. */
	words_range(ws, at - 2, at + strlen("Độc") + 3, &first, &count);
	assert_int_equal(first, 1);
	assert_int_equal(count, 3);
	/* The blank line alone. */
	words_range(ws, at + strlen("Độc"), at + strlen("Độc") + 2, &first, &count);
	assert_int_equal(count, 0);
	words_range(ws, at, at, &first, &count);
	assert_int_equal(count, 0);
	words_range(ws, ws->text.len, ws->text.len + 9, &first, &count);
	assert_int_equal(count, 0);
	words_free(ws);
}

static void
damaged_bytes_are_refused_wherever_they_are_cut(void **state)
{
	struct words *ws = sample(), *read = ws;
	struct strbuf bytes = STRBUF_INIT;
	struct err err = ERR_INIT;
	size_t n;

	(void)state;
	words_write(ws, &bytes);
	for (n = 0; n < bytes.len; n++) {
		assert_int_not_equal(words_read(&read, span_make(bytes.buf, n), &err), ST_OK);
		assert_null(read);
	}
	strbuf_add_char(&bytes, 'x');
	bytes.buf[3] = 3;
	assert_status(words_read(&read, strbuf_span(&bytes), &err), ST_UNSUPPORTED, &err);
	words_free(ws);
	strbuf_free(&bytes);
}

/* A plain table: geometry of zeros, one word. */
static struct strbuf
plain(const char *body, size_t n)
{
	struct strbuf b = STRBUF_INIT;

	strbuf_add(&b, "TTW\1\0", 5);
	strbuf_add_char(&b, (char)n);
	strbuf_add(&b, body, n);
	return b;
}

static void
impossible_values_are_refused(void **state)
{
	/* Geometry 0 0 0 0 0, count, break, confidence, x, y, w, h, length, text. */
	static const struct {
		const char *body;
		size_t n;
		enum status want;
	} cases[] = {
		{ "\0\0\0\0\0\1\2\144\0\0\0\0\1a", 14, ST_OK },
		{ "\0\0\0\0\0\1\0\144\0\0\0\0\1a", 14, ST_CORRUPT },	/* first is no block */
		{ "\0\0\0\0\0\1\3\144\0\0\0\0\1a", 14, ST_CORRUPT },	/* break 3 */
		{ "\0\0\0\0\0\1\2\145\0\0\0\0\1a", 14, ST_CORRUPT },	/* confidence 101 */
		{ "\0\0\0\0\0\1\2\144\0\0\0\0\1 ", 14, ST_CORRUPT },	/* a space */
		{ "\0\0\0\0\0\1\2\144\0\0\0\0\1\xff", 14, ST_CORRUPT }, /* no UTF-8 */
		{ "\0\0\0\0\0\1\2\144\0\0\0\0\2a", 14, ST_CORRUPT },	/* text too short */
		{ "\0\0\0\0\0\1\2\144\0\0\0\0\1ab", 15, ST_CORRUPT },	/* trailing byte */
		{ "\0\0\0\4\0\0", 6, ST_CORRUPT },			/* rotation 360 */
		{ "\0\0\0\0\0\377\377\37", 8, ST_CORRUPT },		/* 524287 words */
	};
	struct err err = ERR_INIT;
	struct words *ws;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct strbuf b = plain(cases[i].body, cases[i].n);

		assert_int_equal(words_read(&ws, strbuf_span(&b), &err), cases[i].want);
		words_free(ws);
		strbuf_free(&b);
	}
}

static void
flags_are_kept_and_unknown_ones_dropped(void **state)
{
	struct words *ws = words_new(), *read = NULL;
	struct word w = { .start = WORD_NEW_BLOCK,
		.confidence = 91,
		.flags = WORD_WEAK_YELLOW | WORD_DISPUTED | 0x80 };
	struct strbuf bytes = STRBUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_ok(words_add(ws, SPAN("thẻ"), &w, &err), &err);
	w.flags = 0;
	assert_ok(words_add(ws, SPAN("lệ"), &w, &err), &err);
	words_write(ws, &bytes);
	assert_ok(words_read(&read, strbuf_span(&bytes), &err), &err);
	assert_int_equal(read->word[0].flags, WORD_WEAK_YELLOW | WORD_DISPUTED);
	assert_true(word_weak(&read->word[0]));
	assert_false(word_weak(&read->word[1]));
	words_free(ws);
	words_free(read);
	strbuf_free(&bytes);
}

static void
a_flag_that_nobody_knows_is_damage(void **state)
{
	static const char body[] = "\0\0\0\0\0\1\2\144\x08\0\0\0\0\1a";
	struct strbuf b = plain(body, sizeof(body) - 1);
	struct err err = ERR_INIT;
	struct words *ws;

	(void)state;
	b.buf[3] = 2;
	assert_status(words_read(&ws, strbuf_span(&b), &err), ST_CORRUPT, &err);
	b.buf[6 + 8] = WORD_DISPUTED | WORD_WEAK_RED;
	assert_ok(words_read(&ws, strbuf_span(&b), &err), &err);
	words_free(ws);
	strbuf_free(&b);
}

/* Tables of archives from before: the confidence alone tells what is weak. */
static void
a_table_of_version_1_is_still_read(void **state)
{
	static const struct {
		char confidence;
		uint8_t want;
	} cases[] = { { 0, WORD_WEAK_RED }, { 69, WORD_WEAK_RED }, { 70, WORD_WEAK_YELLOW },
		{ 84, WORD_WEAK_YELLOW }, { 85, 0 }, { 100, 0 } };
	struct err err = ERR_INIT;
	struct words *ws;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct strbuf b = plain("\0\0\0\0\0\1\2\144\0\0\0\0\1a", 14);

		b.buf[6 + 7] = cases[i].confidence;
		assert_ok(words_read(&ws, strbuf_span(&b), &err), &err);
		assert_int_equal(ws->word[0].flags, cases[i].want);
		words_free(ws);
		strbuf_free(&b);
	}
}

static void
a_small_table_cannot_claim_much_memory(void **state)
{
	struct err err = ERR_INIT;
	struct words *ws;

	(void)state;
	assert_status(words_read(&ws, SPAN("TTW\1\1\377\377\377\7xx"), &err), ST_CORRUPT, &err);
	assert_status(
	    words_read(&ws, SPAN("TTW\1\1\377\377\377\377\7xx"), &err), ST_TOO_LARGE, &err);
}

static void
confidence_is_weighted_by_length(void **state)
{
	struct words *ws = words_new();
	struct word w = { .start = WORD_NEW_BLOCK, .confidence = 100 };
	struct err err = ERR_INIT;

	(void)state;
	assert_ok(words_add(ws, SPAN("dàinhất"), &w, &err), &err); /* 10 bytes */
	w.confidence = 0;
	assert_ok(words_add(ws, SPAN("12"), &w, &err), &err);
	assert_int_equal(words_confidence(ws), 83);
	words_free(ws);
}

static void
a_page_full_of_words_says_so(void **state)
{
	struct words *ws = words_new();
	struct word w = { .start = WORD_SAME_LINE };
	struct strbuf bytes = STRBUF_INIT;
	struct err err = ERR_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < WORDS_MAX; i++)
		assert_ok(words_add(ws, SPAN("a"), &w, &err), &err);
	assert_status(words_add(ws, SPAN("a"), &w, &err), ST_LIMIT, &err);
	words_write(ws, &bytes);
	words_freep(&ws);
	assert_ok(words_read(&ws, strbuf_span(&bytes), &err), &err);
	assert_int_equal(ws->count, WORDS_MAX);
	words_free(ws);
	strbuf_free(&bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_joins_words_lines_and_blocks),
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(an_empty_page_has_an_empty_table),
		cmocka_unit_test(unclean_text_becomes_clean_words),
		cmocka_unit_test(a_range_of_text_leads_to_its_words),
		cmocka_unit_test(damaged_bytes_are_refused_wherever_they_are_cut),
		cmocka_unit_test(impossible_values_are_refused),
		cmocka_unit_test(flags_are_kept_and_unknown_ones_dropped),
		cmocka_unit_test(a_flag_that_nobody_knows_is_damage),
		cmocka_unit_test(a_table_of_version_1_is_still_read),
		cmocka_unit_test(a_small_table_cannot_claim_much_memory),
		cmocka_unit_test(confidence_is_weighted_by_length),
		cmocka_unit_test(a_page_full_of_words_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
