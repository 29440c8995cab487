/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PRINCIPAL_H
#define PRINCIPAL_H
#include "access.h"
#include "catalog.h"

/*
 * People, groups, roles; passwords, sessions, throttling; grants.  Roles are principals named
 * "administrator", "archivist", "staff" and "auditor"; belonging to one is an ordinary membership.
 * The caller checks capabilities; the functions here check what must hold whoever calls.
 */
enum principal_kind { PRINCIPAL_USER, PRINCIPAL_GROUP, PRINCIPAL_ROLE, PRINCIPAL_SERVICE };

struct principal {
	int64_t			 id;
	const char		*uid;
	enum principal_kind	 kind;
	const char		*name;		/* sign-in name, lower case ASCII letters, digits . _ - */
	const char		*display;
	int			 clearance;
	int64_t			 disabled_us;	/* 0 = active */
	const char		*os_user;	/* bound OS user (D15) or NULL */
	const char		*language;	/* "vi", "en" or NULL */
};

struct session {
	int64_t		 id;
	int64_t		 principal;
	const char	*csrf;			/* token the custom header must carry */
	int64_t		 created_us, seen_us;
	int64_t		 verified_us;		/* when password (and code) were last proved */
	int		 factor;		/* 1 = password, 2 = and a second factor */
	const char	*address;		/* it was begun from, or NULL */
	const char	*name;			/* what it is called in lists: 16 hex digits */
};

struct grant {
	int64_t		 id;
	int64_t		 node, record;		/* exactly one is not 0 */
	int64_t		 principal;
	const char	*principal_name, *object_title, *object_uid;
	unsigned	 permissions;		/* PERM_BIT()s */
	int64_t		 since_us, until_us, ended_us;	/* 0 = none */
	const char	*audit;			/* uid of the audit it is for, or NULL */
};

#ifdef __cplusplus
extern "C" {
#endif

/* ST_EXISTS: the name is taken.  ST_INVALID: name, clearance. */
MUST_CHECK enum status
		 principal_create(struct catalog *, const struct actor *, enum principal_kind,
		    const char *name, const char *display, int clearance, int64_t *id,
		    struct err *);
/* By name, row id or bound OS user.  ST_NOT_FOUND. */
MUST_CHECK enum status
		 principal_by_name(struct catalog *, const char *name, struct arena *,
		    struct principal *, struct err *);
MUST_CHECK enum status
		 principal_by_id(struct catalog *, int64_t id, struct arena *, struct principal *,
		    struct err *);
MUST_CHECK enum status
		 principal_by_os_user(struct catalog *, const char *os_user, struct arena *,
		    struct principal *, struct err *);
MUST_CHECK enum status
		 principal_list(struct catalog *, struct arena *, const struct principal **,
		    size_t *count, struct err *);
/* Names of the groups and roles it belongs to now. */
MUST_CHECK enum status
		 principal_groups(struct catalog *, int64_t id, struct arena *,
		    const char *const **, size_t *count, struct err *);
/*
 * ST_EXISTS / ST_NOT_FOUND when already (not) a member; ST_INVALID: cycle, or not a group or role.
 * ST_DENIED: an administrator puts himself in.
 */
MUST_CHECK enum status
		 principal_join(struct catalog *, const struct actor *, int64_t group, int64_t who,
		    struct err *);
/* The same until a moment (0 = for good).  ST_INVALID: it has passed. */
MUST_CHECK enum status
		 principal_join_until(struct catalog *, const struct actor *, int64_t group,
		    int64_t who, int64_t until_us, struct err *);
/* ST_HELD: the last active administrator stays one. */
MUST_CHECK enum status
		 principal_leave(struct catalog *, const struct actor *, int64_t group, int64_t who,
		    struct err *);
/* Belongs to the role now, by whatever groups; nobody (0) belongs to none. */
MUST_CHECK enum status
		 principal_in_role(struct catalog *, int64_t id, const char *role, bool *in,
		    struct err *);
/* Is the group, or belongs to it now. */
MUST_CHECK enum status
		 principal_within(struct catalog *, int64_t id, int64_t group, bool *within,
		    struct err *);
/* ST_DENIED: an administrator his own. */
MUST_CHECK enum status
		 principal_set_clearance(struct catalog *, const struct actor *, int64_t id, int,
		    struct err *);
/*
 * Disabling ends every session of the principal in the same transaction.  ST_HELD: the last active
 * administrator.  ST_INVALID: a role.
 */
MUST_CHECK enum status
		 principal_set_disabled(struct catalog *, const struct actor *, int64_t id, bool,
		    struct err *);
MUST_CHECK enum status
		 principal_set_language(struct catalog *, const struct actor *, int64_t id,
		    const char *language, struct err *);
/* NULL unbinds.  ST_EXISTS: bound to another. */
MUST_CHECK enum status
		 principal_bind(struct catalog *, const struct actor *, int64_t id,
		    const char *os_user, struct err *);

/* What whoever guesses at a password knows (ASVS 5.0 6.1.2); each may be NULL. */
struct password_about {
	const char	*name;		/* for sign-in */
	const char	*display;
	const char	*office;	/* the archive's name */
};
/*
 * ASVS 5.0 6.2: 12 to 256 bytes, none that is guessed early (the dictionaries, keyboard walks, dates
 * and repeats of libzxcvbn and a list of what it misses), not common Vietnamese words or what is known
 * about the account with a little around it.  ST_INVALID says why.
 */
MUST_CHECK enum status
		 password_check_rules(struct span password, const struct password_about *,
		    struct err *);
/* The same with the archive's name of the catalogue; of the principal only the names count. */
MUST_CHECK enum status
		 password_check(struct catalog *, const struct principal *, struct span password,
		    struct err *);
/*
 * The same against the operator's file of common ones ([session] passwords; NULL or "" = none), one
 * a line, without regard to case.  ST_INVALID: it is one.  ST_IO: the file cannot be read.
 */
MUST_CHECK enum status
		 password_check_list(const char *path, struct span password, struct err *err);
/* Argon2id (t=3, 64 MiB) into the catalogue; ends the principal's sessions. */
MUST_CHECK enum status
		 password_set(struct catalog *, const struct actor *, int64_t id,
		    struct span password, struct err *);
/*
 * Signs in: throttle, password, new session, log entry.  Costs about 0.1 s and 64 MiB whether the
 * name exists or not; run at most two at once, never on an event loop.  token receives 43
 * characters (base64url of 256 random bits) and a NUL; only its SHA-256 is kept.
 * ST_UNAUTHENTICATED: wrong name or password, or disabled (one answer).  ST_LIMIT: too many tries;
 * *retry_s says when to come back.
 * The costly part (password_verify) is apart, so that a server can run it outside the writer.
 */
struct login {
	int64_t		 principal;	/* 0: unknown name */
	bool		 matches;	/* filled by login_verify */
	bool		 rehash;
	int		 per_minute;
	char		 hash[128];	/* the stored hash, or a dummy */
	bool		 external;	/* no password of ours: the caller proves it and sets matches */
	const char	*code;		/* set after login_begin: second factor as typed, or NULL */
	const struct seal *seal;	/* NULL: accounts with a second factor cannot sign in */
	bool		 wants_code;	/* by login_finish: the password is right, the code is missing */
};
/* Step 1, on any read handle: throttle and hash.  ST_LIMIT with *retry_s. */
MUST_CHECK enum status
		 login_begin(struct catalog *, const char *name, const char *address, int per_minute,
		    struct login *, int *retry_s, struct err *);
/* Notes in the log that login_begin said ST_LIMIT (once a minute per name and address). */
MUST_CHECK enum status
		 login_throttled(struct catalog *, const struct actor *, const char *name,
		    const char *address, struct err *);
/* Step 2, no catalogue: the Argon2id work. */
void		 login_verify(struct login *, struct span password);
/*
 * Step 3, on a write handle: session or failure, throttle rows, log entry, rehash when due.  An
 * account with a second factor gets ST_UNAUTHENTICATED with wants_code while there is no code (that
 * is no failed try), and a wrong or spent code is a failed try.
 * A directory or an OpenID Connect callback that knows who it is takes the place of step 2: it sets
 * matches for an account that is external.
 */
MUST_CHECK enum status
		 login_finish(struct catalog *, const struct actor *, const char *name,
		    const char *address, struct login *, struct span password, char token[44],
		    struct arena *, struct session *, struct err *);
/*
 * Instead of step 3: who sits at a live session proves once more who it is (dangerous acts); session 0:
 * at the command line, where there is none.
 */
MUST_CHECK enum status
		 login_again(struct catalog *, const struct actor *, const char *name,
		    const char *address, struct login *, int64_t session, struct err *);

/* The live session of a token; idle and absolute limits in seconds.  ST_UNAUTHENTICATED. */
MUST_CHECK enum status
		 session_load(struct catalog *, struct span token, int64_t idle_s, int64_t absolute_s,
		    struct arena *, struct session *, struct err *);
/* Notes that it is in use (call when seen_us is older than a minute). */
MUST_CHECK enum status
		 session_touch(struct catalog *, int64_t id, struct err *);
/* ST_NOT_FOUND: no such live session. */
MUST_CHECK enum status
		 session_end(struct catalog *, const struct actor *, int64_t id, struct err *);
/* One of a principal's, by its name in session_list.  ST_NOT_FOUND. */
MUST_CHECK enum status
		 session_end_named(struct catalog *, const struct actor *, int64_t principal,
		    const char *name, struct err *);
/* All of a principal's, but the one with the id except (0 = none). */
MUST_CHECK enum status
		 session_revoke(struct catalog *, const struct actor *, int64_t principal,
		    int64_t except, struct err *);
/* Live sessions of one principal, newest first (csrf is NULL here). */
MUST_CHECK enum status
		 session_list(struct catalog *, int64_t principal, int64_t idle_s,
		    int64_t absolute_s, struct arena *, const struct session **, size_t *count,
		    struct err *);

/*
 * Grants on a node or a record (the other id is 0).  The first own grant of an object makes it an
 * origin of rights: its class changes and its records are indexed again; later ones change
 * class_reader only.  ST_NOT_FOUND.  ST_INVALID: no permission bits, principal unknown; an auditor is
 * given more than list, read, download and print, or without an end within 400 days.  ST_DENIED: an
 * administrator gives himself rights.  ST_HELD: a second person confirms these (grant_change.h).
 */
MUST_CHECK enum status
		 grant_add(struct catalog *, const struct actor *, int64_t node, int64_t record,
		    int64_t principal, unsigned permissions, int64_t until_us, int64_t *id,
		    struct err *);
/* Rows are ended, never updated. */
MUST_CHECK enum status
		 grant_end(struct catalog *, const struct actor *, int64_t id, struct err *);
/* Grants of one object, or all when both are 0, ended ones when wanted. */
MUST_CHECK enum status
		 grant_list(struct catalog *, int64_t node, int64_t record, bool ended,
		    struct arena *, const struct grant **, size_t *count, struct err *);
/* Breaks or restores inheritance from the parent (node) or the home dossier (record). */
MUST_CHECK enum status
		 grant_set_inherit(struct catalog *, const struct actor *, int64_t node,
		    int64_t record, bool inherit, struct err *);
/* "list,read,download" <-> bits.  ST_INVALID names the unknown word. */
MUST_CHECK enum status
		 permission_parse(struct span, unsigned *bits, struct err *);
void		 permission_text(unsigned bits, struct strbuf *);

#ifdef __cplusplus
}
#endif
#endif
