/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ROUTE_H
#define SERVER_ROUTE_H
#include <stddef.h>
#include <stdio.h>

#include "err.h"
#include "server.h"
#include "target.h"

/*
 * The interface as a table: one row a route, one array of rows a file (routes_*.c), all of them
 * listed in route.c.  tangthu-server --routes prints it and a test compares it with openapi.yaml.
 */
enum route_flag {
	ROUTE_OPEN = 1u << 0,	 /* no session needed */
	ROUTE_ENROL = 1u << 1,	 /* also while the caller still owes a second factor */
	ROUTE_SESSION = 1u << 2, /* for people at a session, not for API tokens */
	ROUTE_FRESH = 1u << 3 /* and who they are was proved a short while ago ([session] fresh) */
};

struct route {
	unsigned method;     /* one EVHTTP_REQ_ bit */
	const char *pattern; /* "/api/v1/records/{uid}" */
	const char *id;	     /* operationId of openapi.yaml */
	enum status (*run)(struct request *, struct err *);
	enum pool_kind pool;
	unsigned flags;
	unsigned capability; /* enum capability that the caller must hold, 0 = none */
};

#define ROUTE_LIST(name) \
	extern const struct route name[]; \
	extern const size_t name##_count
#define ROUTE_COUNT(name) const size_t name##_count = sizeof(name) / sizeof((name)[0])

ROUTE_LIST(routes_health);
ROUTE_LIST(routes_session);
ROUTE_LIST(routes_account);
ROUTE_LIST(routes_token);
ROUTE_LIST(routes_search);
ROUTE_LIST(routes_batch);
ROUTE_LIST(routes_signer);
ROUTE_LIST(routes_synonym);
ROUTE_LIST(routes_saved);
ROUTE_LIST(routes_record);
ROUTE_LIST(routes_page);
ROUTE_LIST(routes_rendition);
ROUTE_LIST(routes_correction);
ROUTE_LIST(routes_stack);
ROUTE_LIST(routes_export);
ROUTE_LIST(routes_original);
ROUTE_LIST(routes_upload);
ROUTE_LIST(routes_node);
ROUTE_LIST(routes_job);
ROUTE_LIST(routes_user);
ROUTE_LIST(routes_grant);
ROUTE_LIST(routes_log);
ROUTE_LIST(routes_evidence);
ROUTE_LIST(routes_audit);
ROUTE_LIST(routes_hold);
ROUTE_LIST(routes_vital);
ROUTE_LIST(routes_retention);
ROUTE_LIST(routes_package);
ROUTE_LIST(routes_declare);
ROUTE_LIST(routes_dossier);
ROUTE_LIST(routes_disposal);
ROUTE_LIST(routes_procedure);
ROUTE_LIST(routes_plan);
ROUTE_LIST(routes_agency);
ROUTE_LIST(routes_handover);

/*
 * The route of a request; values receives what stands for {}.
 * ST_NOT_FOUND: no such path.  ST_UNSUPPORTED: the path has other methods; *allowed are their bits.
 */
MUST_CHECK enum status route_find(unsigned method, const struct target *, const struct route **,
    const char **values, unsigned *allowed, struct err *);
/* Number of routes and of a route within them, for counters. */
size_t route_count(void);
const struct route *route_at(size_t i);
size_t route_index(const struct route *);
/* "GET", or "?" */
const char *route_method(unsigned method);
/* One line a route: method, pattern, operationId, tab-separated. */
void route_print(FILE *);

#endif
