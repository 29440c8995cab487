/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "package.h"

#include <assert.h>
#include <string.h>

#include "access_filter.h"
#include "audit.h"
#include "base.h"
#include "json_out.h"
#include "package_parts.h"
#include "record_parts.h"

/* Which dossiers go into a package, and who may take them away. */

static const char *const formats[PACKAGE_FORMAT_COUNT] = { "bagit", "sip", "aip", "dip" };

const char *
package_format_name(enum package_format format)
{
	return (unsigned)format < PACKAGE_FORMAT_COUNT ? formats[format] : NULL;
}

int
package_format_parse(struct span name)
{
	for (int i = 0; i < PACKAGE_FORMAT_COUNT; i++)
		if (span_equal_str(name, formats[i]))
			return i;
	return -1;
}

static enum status
step_id(struct db_row *row, void *payload, struct err *err)
{
	int64_t *id = row_list_add(payload, sizeof(*id));

	(void)err;
	*id = db_column_int(row, 0);
	return ST_OK;
}

/*
 * The dossiers at or below a node that the caller may list, by file code; what is gone has nothing to
 * give.  One more than a package holds is enough to tell that there are too many.
 */
static enum status
dossiers_below(struct catalog *catalog, const struct access *access, int64_t node,
    struct row_list *ids, struct err *err)
{
	struct db_value args[ACCESS_FILTER_ARGS + 2];

	access_filter_args(access, ids->arena, args);
	args[ACCESS_FILTER_ARGS] = db_int(node);
	args[ACCESS_FILTER_ARGS + 1] = db_int(PACKAGE_DOSSIERS_MAX + 1);
	return db_query(catalog->db,
	    "WITH RECURSIVE below(id) AS (SELECT $4 UNION ALL SELECT n.id FROM node n"
	    " JOIN below b ON n.parent=b.id) SELECT d.node FROM below b JOIN dossier d"
	    " ON d.node=b.id JOIN node n ON n.id=d.node"
	    " WHERE d.state NOT IN('destroyed','transferred') AND " ACCESS_SEES(
		"n") " ORDER BY d.file_code LIMIT $5",
	    args, ACCESS_FILTER_ARGS + 2, step_id, ids, err);
}

static bool
is_taken(const struct node *nodes, size_t count, int64_t id)
{
	for (size_t i = 0; i < count; i++)
		if (nodes[i].id == id)
			return true;
	return false;
}

static enum status
take(struct catalog *catalog, const struct access *access, int64_t id, struct arena *arena,
    struct row_list *nodes, struct err *err)
{
	if (is_taken(nodes->rows, nodes->count, id))
		return ST_OK;
	if (nodes->count == PACKAGE_DOSSIERS_MAX)
		return fail(err, ST_TOO_LARGE, "more than %d dossiers: take fewer at once",
		    PACKAGE_DOSSIERS_MAX);
	return node_load(catalog, access, id, arena, row_list_add(nodes, sizeof(struct node)), err);
}

/* Those of the request that the caller may list, each once. */
static enum status
gather(struct catalog *catalog, const struct access *access, const struct package_request *request,
    struct arena *arena, struct node **out, size_t *count, struct err *err)
{
	struct row_list nodes = { .arena = arena };
	struct node node;
	enum status st = request->count ? ST_OK : fail(err, ST_INVALID, "dossiers: none is named");

	for (size_t i = 0; st == ST_OK && i < request->count; i++) {
		struct row_list ids = { .arena = arena };

		st = node_load(catalog, access, request->nodes[i], arena, &node, err);
		if (st == ST_OK)
			st = dossiers_below(catalog, access, node.id, &ids, err);
		for (size_t k = 0; st == ST_OK && k < ids.count; k++)
			st = take(
			    catalog, access, ((const int64_t *)ids.rows)[k], arena, &nodes, err);
	}
	if (st == ST_OK && nodes.count == 0)
		st = fail(err, ST_NOT_FOUND, "no dossier lies there");
	*out = nodes.rows;
	*count = nodes.count;
	return st;
}

static enum status
describe_all(struct packing *p, const struct node *nodes, size_t count, struct err *err)
{
	/* the log names people, rights and records that a reader may know nothing of */
	bool keeps = access_has(p->access, CAP_PLAN) || access_has(p->access, CAP_AUDIT);
	bool events =
	    keeps && (p->request->format == PACKAGE_BAGIT || p->request->format == PACKAGE_AIP);
	enum status st = ST_OK;

	p->dossier = arena_array(p->arena, count, sizeof(struct element *));
	for (size_t i = 0; st == ST_OK && i < count; i++) {
		struct element *d;

		if (!access_can(p->access, PERM_DOWNLOAD, nodes[i].access_class))
			return fail(
			    err, ST_DENIED, "dossier %s may be seen, not taken away", nodes[i].uid);
		st = package_describe(p, &nodes[i], events, &d, err);
		p->dossier[i] = d;
		p->count += st == ST_OK;
	}
	return st;
}

/* All that is said of them is of one moment. */
static enum status
describe(struct packing *p, struct err *err)
{
	struct catalog *catalog = p->from->catalog;
	struct node *nodes;
	size_t count;
	enum status st = catalog_begin_read(catalog, err);

	if (st != ST_OK)
		return st;
	st = gather(catalog, p->access, p->request, p->arena, &nodes, &count, err);
	if (st == ST_OK)
		st = describe_all(p, nodes, count, err);
	catalog_rollback(catalog);
	return st;
}

enum status
package_build(const struct package_source *from, const struct access *access,
    const struct package_request *request, struct arena *arena, struct package *out,
    struct err *err)
{
	struct packing p = { .from = from,
		.access = access,
		.request = request,
		.arena = arena,
		.files = { .arena = arena },
		.now = package_time(now_us(), arena) };
	enum status st;

	assert(access);
	memset(out, 0, sizeof(*out));
	st = describe(&p, err);
	if (st == ST_OK)
		st = request->format == PACKAGE_BAGIT ? package_bag(&p, out, err)
						      : package_eark(&p, out, err);
	package_files_free(&p.files);
	return st;
}

enum status
package_note(struct catalog *catalog, const struct actor *actor, const struct access *access,
    const struct package_request *request, const char *format, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	const char *detail = arena_printf(arena, "{\"format\":\"%s\"}", format);
	struct node *nodes;
	size_t count;
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	st = gather(catalog, access, request, arena, &nodes, &count, err);
	for (size_t i = 0; st == ST_OK && i < count; i++)
		st = audit_append_act(catalog, actor, EVENT_ACCESS, "dossier.export", "node",
		    nodes[i].uid, detail, NULL, err);
	return catalog_end(catalog, st, err);
}
