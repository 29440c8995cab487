/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "totp.h"

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

#include "base.h"

#define SHA1_LEN 20

void
totp_code(const unsigned char seed[TOTP_SEED_LEN], uint64_t step, char out[TOTP_DIGITS + 1])
{
	unsigned char counter[8], mac[SHA1_LEN];
	unsigned int length = sizeof(mac);
	uint32_t number;
	size_t at;

	for (size_t i = 0; i < sizeof(counter); i++)
		counter[i] = (unsigned char)(step >> (56 - 8 * i));
	if (!HMAC(EVP_sha1(), seed, TOTP_SEED_LEN, counter, sizeof(counter), mac, &length))
		memset(mac, 0, sizeof(mac));
	/* RFC 4226 5.3: dynamic truncation. */
	at = mac[SHA1_LEN - 1] & 0x0f;
	number = (uint32_t)(mac[at] & 0x7f) << 24 | (uint32_t)mac[at + 1] << 16 |
	    (uint32_t)mac[at + 2] << 8 | mac[at + 3];
	snprintf(out, TOTP_DIGITS + 1, "%06u", number % 1000000);
}

/* "123 456" is how applications show it. */
static bool
digits_of(struct span code, char out[TOTP_DIGITS + 1])
{
	size_t n = 0;

	if (code.n > (size_t)TOTP_DIGITS * 2)
		return false;
	for (size_t i = 0; i < code.n; i++) {
		if (code.p[i] == ' ')
			continue;
		if (code.p[i] < '0' || code.p[i] > '9' || n == TOTP_DIGITS)
			return false;
		out[n++] = code.p[i];
	}
	out[n] = '\0';
	return n == TOTP_DIGITS;
}

uint64_t
totp_check(
    const unsigned char seed[TOTP_SEED_LEN], struct span code, int64_t now_s, uint64_t last_step)
{
	char given[TOTP_DIGITS + 1], good[TOTP_DIGITS + 1];
	int64_t now = now_s / TOTP_SECONDS;
	uint64_t found = 0;

	if (now <= TOTP_WINDOW || !digits_of(code, given))
		return 0;
	for (int64_t step = now - TOTP_WINDOW; step <= now + TOTP_WINDOW; step++) {
		totp_code(seed, (uint64_t)step, good);
		if (secret_equal(span_make(given, TOTP_DIGITS), span_make(good, TOTP_DIGITS)) &&
		    (uint64_t)step > last_step && !found)
			found = (uint64_t)step;
	}
	explicit_bzero(good, sizeof(good));
	return found;
}

void
base32_encode(const void *bytes, size_t n, struct strbuf *out)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	const unsigned char *p = bytes;
	unsigned bits = 0, held = 0;

	for (size_t i = 0; i < n; i++) {
		held = held << 8 | p[i];
		for (bits += 8; bits >= 5; bits -= 5)
			strbuf_add_char(out, alphabet[held >> (bits - 5) & 31]);
		held &= (1u << bits) - 1;
	}
	if (bits > 0)
		strbuf_add_char(out, alphabet[held << (5 - bits) & 31]);
}

static void
add_escaped(const char *text, struct strbuf *out)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || (c && strchr("-._~", c));

		strbuf_addf(out, plain ? "%c" : "%%%02X", c);
	}
}

void
totp_uri(const unsigned char seed[TOTP_SEED_LEN], const char *issuer, const char *name,
    struct strbuf *out)
{
	strbuf_add_str(out, "otpauth://totp/");
	add_escaped(issuer, out);
	strbuf_add_str(out, ":");
	add_escaped(name, out);
	strbuf_add_str(out, "?secret=");
	base32_encode(seed, TOTP_SEED_LEN, out);
	strbuf_add_str(out, "&issuer=");
	add_escaped(issuer, out);
}
