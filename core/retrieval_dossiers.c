/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "access_filter.h"
#include "db.h"
#include "retrieval_parts.h"

/* More are asked for than are shown, as some may be hidden from a list of dossiers. */
#define SLOTS (2 * RETRIEVAL_DOSSIERS_MAX)
_Static_assert(SLOTS <= DB_IDS_MAX, "one statement");

struct names {
	const struct access *access;
	struct arena *arena;
	const struct search_facet *facet; /* the first SLOTS */
	struct retrieval_dossier *found;  /* by slot; uid NULL: not to be seen */
	size_t count;
};

static enum status
step(struct db_row *row, void *payload, struct err *err)
{
	struct names *n = payload;
	int64_t id = db_column_int(row, 0);
	size_t i;

	(void)err;
	if (!access_sees(n->access, db_column_int(row, 4)))
		return ST_OK;
	for (i = 0; i < n->count && n->facet[i].number != id; i++)
		;
	if (i == n->count)
		return ST_OK;
	n->found[i].uid = db_column_text(row, 1, n->arena);
	n->found[i].file_code = db_column_text(row, 2, n->arena);
	n->found[i].title = db_column_text(row, 3, n->arena);
	n->found[i].count = n->facet[i].count;
	return ST_OK;
}

enum status
retrieval_name_dossiers(struct catalog *catalog, const struct access *access,
    const struct search_facets *facet, struct arena *arena, const struct retrieval_dossier **out,
    size_t *count, struct err *err)
{
	struct names names = { access, arena, facet->list, NULL,
		facet->count < SLOTS ? facet->count : SLOTS };
	int64_t ids[SLOTS];
	enum status st;
	size_t i;

	*count = 0;
	if (facet->count == 0)
		return ST_OK;
	names.found = arena_array(arena, SLOTS, sizeof(*names.found));
	for (i = 0; i < names.count; i++)
		ids[i] = facet->list[i].number;
	st = db_query_ids(catalog->db,
	    "SELECT n.id, n.uid, d.file_code, n.title, n.access_class FROM node n"
	    " JOIN dossier d ON d.node=n.id WHERE n.id",
	    "", ids, names.count, step, &names, err);
	if (st != ST_OK)
		return st;
	for (i = 0; i < names.count && *count < RETRIEVAL_DOSSIERS_MAX; i++)
		if (names.found[i].uid)
			names.found[(*count)++] = names.found[i];
	*out = names.found;
	return ST_OK;
}
