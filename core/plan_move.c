/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>

#include "access_parts.h"
#include "audit.h"
#include "base.h"
#include "catalog_parts.h"
#include "db.h"
#include "grant_change.h"
#include "hold.h"
#include "plan_parts.h"
#include "retention_parts.h"

/*
 * A node goes to another place in the file plan with all that lies below it.  Identifiers stay (uid,
 * code, file codes), rights and retention are asked anew; where the rights of a record come out the
 * same, which is the rule, its index entry stays as well (search.md D9).
 */
struct move {
	struct catalog *catalog;
	const struct actor *actor;
	const struct access *access;
	struct arena *arena;
	int64_t version;
	struct node node, to;
};

static enum status
check_rights(const struct move *m, struct err *err)
{
	if (m->access->principal && !access_has(m->access, CAP_PLAN))
		return fail(err, ST_DENIED, "moving nodes is for those who plan");
	if (!access_can(m->access, PERM_MANAGE, m->node.access_class))
		return fail(err, ST_DENIED, "node %s: no right to move it", m->node.uid);
	if (!access_can(m->access, PERM_ADD, m->to.access_class))
		return fail(err, ST_DENIED, "node %s: no right to add below it", m->to.uid);
	return ST_OK;
}

/* It, and everything above where it goes, are other nodes. */
static enum status
check_cycle(const struct move *m, struct err *err)
{
	int64_t found = 0;
	enum status st = db_query_int(m->catalog->db,
	    "WITH RECURSIVE up(id, parent) AS (SELECT id, parent FROM node WHERE id=$1"
	    " UNION ALL SELECT n.id, n.parent FROM node n JOIN up u ON n.id=u.parent)"
	    " SELECT count(*) FROM up WHERE id=$2",
	    DB_ARGS(db_int(m->to.id), db_int(m->node.id)), &found, err);

	if (st == ST_OK && found)
		return fail(err, ST_INVALID,
		    "parent: node %s lies at or below the one that is moved", m->to.uid);
	return st;
}

static enum status
check_place(const struct move *m, struct err *err)
{
	if (!m->node.parent)
		return fail(err, ST_INVALID, "parent: a fonds lies in nothing");
	if (!node_kind_fits(m->to.kind, m->node.kind))
		return fail(err, ST_INVALID, "parent: a %s cannot lie in a %s",
		    node_kind_name(m->node.kind), node_kind_name(m->to.kind));
	if (m->node.state && strcmp(m->node.state, "open") != 0)
		return fail(err, ST_HELD, "dossier %s is %s; only an open one can be moved",
		    m->node.uid, m->node.state);
	if (m->version && m->version != m->node.version)
		return fail(
		    err, ST_CONFLICT, "node %s changed meanwhile; read it again", m->node.uid);
	return check_cycle(m, err);
}

/* records.md 53: rights that wait for a second person elsewhere must not change by a move. */
static enum status
check_confirmation(const struct move *m, struct err *err)
{
	bool here = false, there = false;
	enum status st = grant_needs_confirmation(m->catalog, m->node.id, 0, &here, err);

	if (st == ST_OK)
		st = grant_needs_confirmation(m->catalog, m->to.id, 0, &there, err);
	if (st == ST_OK && (here || there))
		return fail(err, ST_DENIED,
		    "node %s: changes of rights wait for a second person there, so nothing is moved in"
		    " or out",
		    here ? m->node.uid : m->to.uid);
	return st;
}

static enum status
note(const struct move *m, struct err *err)
{
	return audit_append_act(m->catalog, m->actor, EVENT_CHANGE, "node.move", "node",
	    m->node.uid,
	    arena_printf(
		m->arena, "{\"from\":\"%s\",\"to\":\"%s\"}", m->node.parent_uid, m->to.uid),
	    NULL, err);
}

static enum status
place(const struct move *m, struct err *err)
{
	int64_t bare = 0;
	enum status st =
	    db_exec(m->catalog->db, "UPDATE node SET parent=$2, version=version+1 WHERE id=$1",
		DB_ARGS(db_int(m->node.id), db_int(m->to.id)), NULL, err);

	if (st == ST_EXISTS)
		return fail(err, ST_EXISTS, "code %s is taken in node %s", m->node.code, m->to.uid);
	if (st == ST_OK) /* records.md 33 */
		st = node_count_bare(m->catalog, m->node.id, &bare, err);
	if (st == ST_OK && bare)
		return fail(err, ST_INVALID,
		    "parent: %lld dossiers would be left without a retention rule there",
		    (long long)bare);
	if (st == ST_OK)
		st = retention_refresh_node(m->catalog, m->node.id, err);
	if (st == ST_OK)
		st = access_refresh_node(m->catalog, m->node.id, err);
	return st == ST_OK ? note(m, err) : st;
}

static enum status
move(struct move *m, int64_t id, int64_t parent, struct err *err)
{
	enum status st = node_load(m->catalog, m->access, id, m->arena, &m->node, err);

	if (st == ST_OK)
		st = node_load(m->catalog, m->access, parent, m->arena, &m->to, err);
	if (st != ST_OK || (st = check_rights(m, err)) != ST_OK ||
	    (st = check_place(m, err)) != ST_OK)
		return st;
	if (m->node.parent == m->to.id)
		return ST_OK;
	/* records.md 47 */
	if ((st = hold_check(m->catalog, (struct hold_object){ .node = id }, err)) != ST_OK ||
	    (st = hold_check_below(m->catalog, id, err)) != ST_OK ||
	    (st = check_confirmation(m, err)) != ST_OK)
		return st;
	return place(m, err);
}

enum status
node_move(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t id, int64_t version, int64_t parent, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct move m = { .catalog = catalog,
		.actor = actor,
		.access = access,
		.arena = arena,
		.version = version };
	enum status st;

	assert(access);
	if ((st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	return catalog_end(catalog, move(&m, id, parent, err), err);
}
