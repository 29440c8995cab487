/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "totp.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const unsigned char seed[TOTP_SEED_LEN + 1] = "12345678901234567890";

static void
check(bool held)
{
	if (!held)
		abort();
}

/*
 * The first byte is the clock in steps (few of them, so that codes are guessed), the next the last
 * step that was spent, the rest what was typed.  What is taken is the code of a step near the clock,
 * after the last one, with nothing but spaces around its digits.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char code[TOTP_DIGITS + 1], digits[TOTP_DIGITS + 1] = "";
	uint64_t last, step, now;
	size_t n = 0;

	if (size < 2)
		return 0;
	now = (uint64_t)data[0] * TOTP_SECONDS;
	last = data[1];
	step = totp_check(seed, span_make((const char *)data + 2, size - 2), (int64_t)now, last);
	if (!step)
		return 0;
	check(step > last && step + TOTP_WINDOW >= data[0] &&
	    step <= (uint64_t)data[0] + TOTP_WINDOW);
	for (size_t i = 2; i < size; i++) {
		check(data[i] == ' ' || (data[i] >= '0' && data[i] <= '9'));
		if (data[i] != ' ') {
			check(n < TOTP_DIGITS);
			digits[n++] = (char)data[i];
		}
	}
	totp_code(seed, step, code);
	check(strcmp(code, digits) == 0);
	return 0;
}
