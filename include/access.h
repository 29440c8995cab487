/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ACCESS_H
#define ACCESS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

/*
 * What one principal may do, resolved once per request (architecture D1, D2).
 *
 * An access class is (the nearest node or record that carries its own grants, effective level, use
 * mode); every node and every record carries the small id of its class.  Use mode 03 (closed) takes
 * download and print out of every grant that has no manage in it; 01 and 02 leave grants as they are.  Rights are a bitmap of
 * classes per permission, already limited by the principal's clearance.  Nothing is the default:
 * a class outside the bitmap does not exist for its caller.
 */
enum permission {
	PERM_LIST = 0,		/* stands in catalogue lists; never a hit, snippet or count */
	PERM_READ,		/* search hits, text, pages, images */
	PERM_DOWNLOAD,		/* original bytes */
	PERM_PRINT,
	PERM_EDIT,		/* metadata, suggestions, corrections */
	PERM_ADD,		/* new records and dossiers below a node */
	PERM_MANAGE,		/* grants, levels */
	PERM_DISPOSE,
	PERM_COUNT
};
#define PERM_BIT(p)	(1u << (p))
#define PERM_ALL	((1u << PERM_COUNT) - 1)

/* What a role lets its members do that is not about an object. */
enum capability {
	CAP_ACCOUNTS = 1u << 0,	/* users, groups, memberships, clearance */
	CAP_GRANTS = 1u << 1,	/* rights on nodes without reading them */
	CAP_SYSTEM = 1u << 2,	/* status, metrics, verify, backup, reindex */
	CAP_INGEST = 1u << 3,	/* uploads, intake queue, job lists (of what may be listed) */
	CAP_PLAN = 1u << 4,	/* nodes and dossiers (where PERM_ADD holds) */
	CAP_AUDIT = 1u << 5	/* the event log */
};

/* The four sensitivity levels. */
enum level { LEVEL_PUBLIC = 0, LEVEL_INTERNAL = 1, LEVEL_RESTRICTED = 2, LEVEL_CONFIDENTIAL = 3 };
#define LEVEL_CLOSED_INDEX	LEVEL_RESTRICTED	/* from here on: the closed index (D2) */

struct access {
	int64_t		 principal;	/* row id; 0 is nobody */
	unsigned	 caps;		/* enum capability */
	int		 clearance;	/* enum level */
	uint64_t	 version;	/* grows with every change of rights */
	int64_t		 until_us;	/* a dated right begins or ends then; INT64_MAX: none */
	size_t		 words;		/* length of each bitmap in 64-bit words */
	const uint64_t	*bits[PERM_COUNT];
};

static inline bool
access_can(const struct access *a, enum permission p, int64_t access_class)
{
	uint64_t word;

	if (access_class < 0)
		return false;
	word = (uint64_t)access_class / 64;
	return word < a->words && (a->bits[p][word] >> ((uint64_t)access_class % 64) & 1);
}

static inline bool
access_has(const struct access *a, enum capability c)
{
	return (a->caps & (unsigned)c) != 0;
}

#ifdef __cplusplus
extern "C" {
#endif

struct catalog;

/*
 * Everything the principal may do now: own grants, those of its groups and roles (members by
 * date), ended rows left out, limited by clearance.  A disabled principal gets nothing.  The
 * caller owns *access and ends it with access_free.
 * ST_NOT_FOUND: no such principal.  ST_IO, ST_BUSY.
 */
MUST_CHECK enum status
		 access_load(struct access **, struct catalog *, int64_t principal, struct err *);
/* Every class, every permission, no capability: for the indexer and for verify; never for a user. */
MUST_CHECK enum status
		 access_load_system(struct access **, struct catalog *, struct err *);
/*
 * ST_OK with *current saying whether nothing changed since the access was loaded: no grant, class,
 * membership or clearance, and no dated one of the principal's began or ended meanwhile.
 */
MUST_CHECK enum status
		 access_is_current(const struct access *, struct catalog *, bool *current,
		    struct err *);
void		 access_free(struct access *);
void		 access_freep(struct access **);

#ifdef __cplusplus
}
#endif
#endif
