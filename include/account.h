/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ACCOUNT_H
#define ACCOUNT_H
#include "arena.h"
#include "catalog.h"
#include "conf.h"
#include "span.h"
#include "totp.h"

/*
 * What a person has beside a password: a second factor (TOTP) with recovery codes, and API tokens for
 * scripts and scanners.  Secrets are shown once; seeds are kept sealed, codes and tokens as SHA-256 of
 * at least 80 random bits.
 */
#define SEAL_KEY_LEN	32
struct seal {
	unsigned char	 key[SEAL_KEY_LEN];
};

#define RECOVERY_CODES	10	/* given at once; a new set ends the old one */
#define RECOVERY_TEXT	19	/* "ABCD-EFGH-IJKL-MNOP": 80 bits in base32 */

struct factor {			/* of one principal */
	bool		 confirmed;	/* asked for at sign-in */
	bool		 pending;	/* begun and not confirmed */
	int64_t		 confirmed_us;
	int64_t		 recovery_left;
};

/* What a token may be used for; its owner's rights at the time of use limit it further. */
enum token_scope {
	TOKEN_READ = 1u << 0,	/* GET and HEAD */
	TOKEN_ADD = 1u << 1,	/* uploads */
	TOKEN_EDIT = 1u << 2	/* every other change but those of accounts and rights */
};
#define TOKEN_ALL	(TOKEN_READ | TOKEN_ADD | TOKEN_EDIT)
#define TOKEN_PREFIX	"tt_"	/* what a scanner for leaked secrets looks for */
#define TOKEN_LEN	46	/* with the prefix, without the NUL */
#define TOKEN_DAYS_MAX	366
#define TOKENS_MAX	20	/* live ones of one principal */

struct token {
	int64_t		 id;
	const char	*uid, *name;
	int64_t		 principal;
	unsigned	 scope;
	int64_t		 created_us, expires_us, used_us;	/* used 0 = never */
};

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The key that seals second factors: conf->dir/seal.key, 32 bytes, mode 0400, made when it is not
 * there.  It is no part of a backup: a copy of the archive alone gives nobody's second factor away,
 * and after a restore without it people sign in with recovery codes.
 * ST_CORRUPT: the file is no key.  ST_IO, ST_FULL.
 */
MUST_CHECK enum status
		 seal_load(struct seal *, const struct conf *, struct err *);

MUST_CHECK enum status
		 factor_load(struct catalog *, int64_t principal, struct factor *, struct err *);
/*
 * A new seed, kept as pending; seed is for the caller to show and wipe.  The confirmed one, if there
 * is one, goes on until factor_confirm.  ST_INVALID: no person.
 */
MUST_CHECK enum status
		 factor_begin(struct catalog *, const struct actor *, int64_t principal,
		    const struct seal *, unsigned char seed[TOTP_SEED_LEN], struct err *);
/*
 * A code of the pending seed makes it the second factor and gives new recovery codes, which are for
 * the caller to show once.  Sessions but the actor's own end.
 * ST_NOT_FOUND: nothing is pending.  ST_INVALID: not its code.
 */
MUST_CHECK enum status
		 factor_confirm(struct catalog *, const struct actor *, int64_t principal,
		    const struct seal *, struct span code,
		    char codes[RECOVERY_CODES][RECOVERY_TEXT + 1], struct err *);
/* A new set of recovery codes.  ST_NOT_FOUND: no second factor. */
MUST_CHECK enum status
		 factor_renew_codes(struct catalog *, const struct actor *, int64_t principal,
		    char codes[RECOVERY_CODES][RECOVERY_TEXT + 1], struct err *);
/* Lost telephone: gone with its codes; all sessions end.  ST_NOT_FOUND: there was none. */
MUST_CHECK enum status
		 factor_remove(struct catalog *, const struct actor *, int64_t principal,
		    struct err *);
/*
 * Is it a code of the confirmed factor, or an unused recovery code?  It is spent then.  *recovery
 * tells which.  ST_UNAUTHENTICATED: neither.  ST_NOT_FOUND: no confirmed factor.
 */
MUST_CHECK enum status
		 factor_spend(struct catalog *, int64_t principal, const struct seal *,
		    struct span code, bool *recovery, struct err *);

/*
 * A token for a person or a service; text receives TOKEN_LEN characters and a NUL, shown once.
 * ST_INVALID: name (1-100 bytes of UTF-8), scope, days (1..TOKEN_DAYS_MAX), or a group or role.
 * ST_LIMIT: TOKENS_MAX live ones.
 */
MUST_CHECK enum status
		 token_create(struct catalog *, const struct actor *, int64_t principal,
		    const char *name, unsigned scope, int64_t days, char text[TOKEN_LEN + 1],
		    char uid[37], struct err *);
/* Live tokens of a principal, newest first. */
MUST_CHECK enum status
		 token_list(struct catalog *, int64_t principal, struct arena *,
		    const struct token **, size_t *count, struct err *);
/* ST_NOT_FOUND: the principal has no live token of this uid. */
MUST_CHECK enum status
		 token_end(struct catalog *, const struct actor *, int64_t principal,
		    const char *uid, struct err *);
/*
 * The live token of a text.  ST_UNAUTHENTICATED: unknown, expired, ended, its owner disabled, or
 * not of the form of a token (the catalogue is not asked then).
 */
MUST_CHECK enum status
		 token_load(struct catalog *, struct span text, struct arena *, struct token *,
		    struct err *);
/* Notes that it is in use (call when used_us is older than a minute). */
MUST_CHECK enum status
		 token_touch(struct catalog *, int64_t id, struct err *);
/* "Bearer tt_...": the token's text, borrowed; empty when the header is something else. */
struct span	 token_of_header(struct span authorization);
/* "read,add,edit" <-> bits.  ST_INVALID. */
MUST_CHECK enum status
		 token_scope_parse(struct span, unsigned *scope, struct err *);
void		 token_scope_text(unsigned scope, struct strbuf *);

#ifdef __cplusplus
}
#endif
#endif
