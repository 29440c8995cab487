/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PRINCIPAL_PARTS_H
#define PRINCIPAL_PARTS_H
#include "principal.h"

/* What the modules of principal.h share.  Private to core. */

/* A security event about a principal; detail is JSON without personal data, or NULL. */
MUST_CHECK enum status principal_note(struct catalog *, const struct actor *, const char *action,
    int64_t id, const char *detail, struct err *);
/* Inside a transaction whose event says why. */
MUST_CHECK enum status session_end_all(struct catalog *, int64_t principal, struct err *);
MUST_CHECK enum status session_end_others(
    struct catalog *, int64_t principal, int64_t except, struct err *);

/* A new session of the principal: token receives 43 characters and a NUL. */
MUST_CHECK enum status session_create(struct catalog *, int64_t principal, char token[44],
    struct arena *, struct session *, struct err *);

/* Argon2id of principal.h's strength; the hash begins with "$argon2id$". */
#define PASSWORD_HASH_MAX 128
MUST_CHECK enum status password_hash(
    struct span password, char hash[PASSWORD_HASH_MAX], struct err *);
/*
 * Whether fewer than 10^8 guesses find it, the known words among the first of them (password_guess.c).
 */
bool password_is_guessed(struct span password, const char *const *known, size_t count);
/* What an unknown name is tried against: of the same cost, of a password nobody knows. */
extern const char password_dummy[];
#define PASSWORD_OPS 3
#define PASSWORD_MEMORY (64u * 1024 * 1024)

/* Throttling of sign-ins by name and by address (login_throttle.c). */
struct throttle {
	const char *name, *address;
	int per_minute; /* failures of one name that cost no waiting */
};
/* Seconds to wait, 0 = go on. */
MUST_CHECK enum status throttle_wait(
    struct catalog *, const struct throttle *, int64_t now, int *wait_s, struct err *);
MUST_CHECK enum status throttle_failed(
    struct catalog *, const struct throttle *, int64_t now, struct err *);
/* The name's failures are forgotten; the address keeps its own. */
MUST_CHECK enum status throttle_succeeded(struct catalog *, const struct throttle *, struct err *);

#endif
