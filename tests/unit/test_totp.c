/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "totp.h"

/* The seed of RFC 4226 appendix D and RFC 6238 appendix B. */
static const unsigned char seed[TOTP_SEED_LEN + 1] = "12345678901234567890";

static void
counters_give_the_codes_of_rfc_4226(void **state)
{
	static const char *const codes[] = { "755224", "287082", "359152", "969429", "338314",
		"254676", "287922", "162583", "399871", "520489" };
	char code[TOTP_DIGITS + 1];

	(void)state;
	for (uint64_t i = 0; i < 10; i++) {
		totp_code(seed, i, code);
		assert_string_equal(code, codes[i]);
	}
}

/* RFC 6238 appendix B has eight digits; ours are the last six of them. */
static const struct {
	int64_t time;
	const char *code;
} vectors[] = {
	{ 59, "287082" },
	{ 1111111109, "081804" },
	{ 1111111111, "050471" },
	{ 1234567890, "005924" },
	{ 2000000000, "279037" },
	{ 20000000000, "353130" },
};

static void
times_give_the_codes_of_rfc_6238(void **state)
{
	char code[TOTP_DIGITS + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		uint64_t step = (uint64_t)(vectors[i].time / TOTP_SECONDS);

		totp_code(seed, step, code);
		assert_string_equal(code, vectors[i].code);
		if (step > TOTP_WINDOW)
			assert_int_equal(
			    totp_check(seed, span_of(vectors[i].code), vectors[i].time, 0), step);
	}
}

static void
a_code_counts_one_step_early_or_late_and_no_more(void **state)
{
	const int64_t time = 1234567890;
	const uint64_t step = 1234567890 / TOTP_SECONDS;
	char code[TOTP_DIGITS + 1];

	(void)state;
	for (int64_t off = -3; off <= 3; off++) {
		uint64_t of = (uint64_t)((int64_t)step + off);

		totp_code(seed, of, code);
		assert_int_equal(
		    totp_check(seed, span_of(code), time, 0), off < -1 || off > 1 ? 0 : of);
	}
}

static void
a_code_is_good_once(void **state)
{
	const int64_t time = 1111111111;
	const uint64_t step = 1111111111 / TOTP_SECONDS;
	char code[TOTP_DIGITS + 1];

	(void)state;
	assert_int_equal(totp_check(seed, SPAN("050471"), time, step - 1), step);
	assert_int_equal(totp_check(seed, SPAN("050471"), time, step), 0);
	/* Nor an older one after it. */
	totp_code(seed, step - 1, code);
	assert_int_equal(totp_check(seed, span_of(code), time, step), 0);
}

static void
only_six_digits_are_a_code(void **state)
{
	static const char *const wrong[] = { "", "05047", "0504711", "05047a", "-50471", "050471\n",
		"0x0471", "٠٥٠٤٧١", "0 5 0 4 7 1 1", "             " };

	(void)state;
	assert_int_not_equal(totp_check(seed, SPAN("050 471"), 1111111111, 0), 0);
	assert_int_not_equal(totp_check(seed, SPAN(" 050471 "), 1111111111, 0), 0);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(totp_check(seed, span_of(wrong[i]), 1111111111, 0), 0);
	assert_int_equal(totp_check(seed, span_make(NULL, 0), 1111111111, 0), 0);
	/* A clock at the beginning of time or before it. */
	assert_int_equal(totp_check(seed, SPAN("755224"), 0, 0), 0);
	assert_int_equal(totp_check(seed, SPAN("755224"), INT64_MIN, 0), 0);
}

static void
base32_is_that_of_rfc_4648(void **state)
{
	static const struct {
		const char *plain, *coded;
	} pairs[] = {
		{ "", "" },
		{ "f", "MY" },
		{ "fo", "MZXQ" },
		{ "foo", "MZXW6" },
		{ "foob", "MZXW6YQ" },
		{ "fooba", "MZXW6YTB" },
		{ "foobar", "MZXW6YTBOI" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		owned(strbuf_free) struct strbuf out = STRBUF_INIT;

		base32_encode(pairs[i].plain, strlen(pairs[i].plain), &out);
		strbuf_add_str(&out, "");
		assert_string_equal(out.len ? out.buf : "", pairs[i].coded);
	}
}

static void
the_uri_is_escaped(void **state)
{
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;

	(void)state;
	totp_uri(seed, "Sở Du lịch", "a&b=c", &out);
	assert_string_equal(out.buf,
	    "otpauth://totp/S%E1%BB%9F%20Du%20l%E1%BB%8Bch:a%26b%3Dc"
	    "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=S%E1%BB%9F%20Du%20l%E1%BB%8Bch");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counters_give_the_codes_of_rfc_4226),
		cmocka_unit_test(times_give_the_codes_of_rfc_6238),
		cmocka_unit_test(a_code_counts_one_step_early_or_late_and_no_more),
		cmocka_unit_test(a_code_is_good_once),
		cmocka_unit_test(only_six_digits_are_a_code),
		cmocka_unit_test(base32_is_that_of_rfc_4648),
		cmocka_unit_test(the_uri_is_escaped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
