/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TOTP_H
#define TOTP_H
#include <stdbool.h>
#include <stdint.h>

#include "span.h"
#include "strbuf.h"

/*
 * One-time passwords (RFC 4226, RFC 6238): HMAC-SHA-1, 30 seconds, 6 digits, which is what every
 * authenticator application takes.  Pure: time and seed are given, nothing is kept.
 */
#define TOTP_SEED_LEN	20	/* bytes, as RFC 4226 section 4 recommends */
#define TOTP_SEED_TEXT	32	/* the same in base32 */
#define TOTP_DIGITS	6
#define TOTP_SECONDS	30
#define TOTP_WINDOW	1	/* steps before and after the present one that count (clocks differ) */

#ifdef __cplusplus
extern "C" {
#endif

/* The code of a step (seconds since 1970 / TOTP_SECONDS); out holds TOTP_DIGITS + 1. */
void		 totp_code(const unsigned char seed[TOTP_SEED_LEN], uint64_t step,
		    char out[TOTP_DIGITS + 1]);
/*
 * The step whose code this is, within TOTP_WINDOW of now and after last_step (a code is good once:
 * RFC 6238 section 5.2), or 0.  Anything but TOTP_DIGITS ASCII digits, with spaces among them
 * allowed, is no code.  Takes the same time whatever the digits are.
 */
uint64_t	 totp_check(const unsigned char seed[TOTP_SEED_LEN], struct span code, int64_t now_s,
		    uint64_t last_step);
/* Base32 of RFC 4648 section 6 without padding. */
void		 base32_encode(const void *, size_t n, struct strbuf *);
/*
 * What the QR code says (the Key URI format of authenticator applications):
 * otpauth://totp/ISSUER:NAME?secret=...&issuer=ISSUER, percent-encoded.
 */
void		 totp_uri(const unsigned char seed[TOTP_SEED_LEN], const char *issuer,
		    const char *name, struct strbuf *);

#ifdef __cplusplus
}
#endif
#endif
