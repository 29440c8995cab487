/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <event2/http.h>
#include <string.h>

#include "route.h"

static const struct {
	const struct route *row;
	const size_t *count;
} lists[] = {
	{ routes_health, &routes_health_count },
	{ routes_session, &routes_session_count },
	{ routes_account, &routes_account_count },
	{ routes_token, &routes_token_count },
	{ routes_search, &routes_search_count },
	{ routes_batch, &routes_batch_count },
	{ routes_signer, &routes_signer_count },
	{ routes_synonym, &routes_synonym_count },
	{ routes_saved, &routes_saved_count },
	{ routes_record, &routes_record_count },
	{ routes_page, &routes_page_count },
	{ routes_rendition, &routes_rendition_count },
	{ routes_correction, &routes_correction_count },
	{ routes_stack, &routes_stack_count },
	{ routes_export, &routes_export_count },
	{ routes_original, &routes_original_count },
	{ routes_upload, &routes_upload_count },
	{ routes_node, &routes_node_count },
	{ routes_job, &routes_job_count },
	{ routes_user, &routes_user_count },
	{ routes_grant, &routes_grant_count },
	{ routes_log, &routes_log_count },
	{ routes_evidence, &routes_evidence_count },
	{ routes_audit, &routes_audit_count },
	{ routes_hold, &routes_hold_count },
	{ routes_vital, &routes_vital_count },
	{ routes_retention, &routes_retention_count },
	{ routes_declare, &routes_declare_count },
	{ routes_dossier, &routes_dossier_count },
	{ routes_disposal, &routes_disposal_count },
	{ routes_procedure, &routes_procedure_count },
	{ routes_plan, &routes_plan_count },
	{ routes_agency, &routes_agency_count },
	{ routes_handover, &routes_handover_count },
	{ routes_package, &routes_package_count },
};

#define LISTS (sizeof(lists) / sizeof(lists[0]))

static const struct {
	unsigned bit;
	const char *name;
} methods[] = {
	{ EVHTTP_REQ_GET, "GET" },
	{ EVHTTP_REQ_HEAD, "HEAD" },
	{ EVHTTP_REQ_POST, "POST" },
	{ EVHTTP_REQ_PATCH, "PATCH" },
	{ EVHTTP_REQ_DELETE, "DELETE" },
	{ EVHTTP_REQ_OPTIONS, "OPTIONS" },
};

size_t
route_count(void)
{
	size_t n = 0;

	for (size_t i = 0; i < LISTS; i++)
		n += *lists[i].count;
	return n;
}

const struct route *
route_at(size_t at)
{
	for (size_t i = 0; i < LISTS; i++) {
		if (at < *lists[i].count)
			return &lists[i].row[at];
		at -= *lists[i].count;
	}
	return NULL;
}

size_t
route_index(const struct route *route)
{
	size_t base = 0;

	for (size_t i = 0; i < LISTS; i++) {
		if (route >= lists[i].row && route < lists[i].row + *lists[i].count)
			return base + (size_t)(route - lists[i].row);
		base += *lists[i].count;
	}
	return base;
}

enum status
route_find(unsigned method, const struct target *target, const struct route **found,
    const char **values, unsigned *allowed, struct err *err)
{
	const struct route *route;

	*allowed = 0;
	for (size_t i = 0; (route = route_at(i)); i++) {
		unsigned takes = route->method;

		if (!target_match(target, route->pattern, values))
			continue;
		if (takes == EVHTTP_REQ_GET)
			takes |= EVHTTP_REQ_HEAD;
		*allowed |= takes;
		if (takes & method) {
			*found = route;
			return ST_OK;
		}
	}
	return *allowed ? fail(err, ST_UNSUPPORTED, "method") : fail(err, ST_NOT_FOUND, "path");
}

const char *
route_method(unsigned method)
{
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (methods[i].bit == method)
			return methods[i].name;
	return "?";
}

void
route_print(FILE *out)
{
	const struct route *route;

	for (size_t i = 0; (route = route_at(i)); i++)
		fprintf(
		    out, "%s\t%s\t%s\n", route_method(route->method), route->pattern, route->id);
}
