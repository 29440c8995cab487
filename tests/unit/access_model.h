/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ACCESS_MODEL_H
#define ACCESS_MODEL_H
#include "catalog_fixture.h"

/*
 * The model knows D1 only: walk up from the object; collect live grants until inheritance breaks;
 * join the person's groups; compare the highest level with the clearance.
 */
#define NODES 12
#define RECORDS 12
#define PEOPLE 8 /* 0..4 users, 5..7 groups */
#define USERS 5
#define GRANTS_MAX 256

struct model {
	uint64_t seed;
	int64_t node[NODES], record[RECORDS], who[PEOPLE];
	int parent[NODES], node_level[NODES], home[RECORDS], record_level[RECORDS];
	bool node_inherits[NODES], record_inherits[RECORDS], dossier[NODES];
	bool member[PEOPLE][PEOPLE]; /* member[group][who] */
	bool disabled[PEOPLE];
	int clearance[PEOPLE];
	struct {
		int node, record, who; /* node or record -1 */
		unsigned bits;
		int64_t id;
		bool ended;
	} grant[GRANTS_MAX];
	int grants;
};

static inline int
pick(struct model *m, int n)
{
	m->seed = m->seed * 6364136223846793005u + 1442695040888963407u;
	return (int)((m->seed >> 33) % (uint64_t)n);
}

static inline bool
belongs(const struct model *m, int who, int to, int depth)
{
	int g;

	if (who == to)
		return true;
	for (g = USERS; depth < PEOPLE && g < PEOPLE; g++)
		if (m->member[g][who] && !m->disabled[g] && belongs(m, g, to, depth + 1))
			return true;
	return false;
}

static inline unsigned
granted(const struct model *m, int user, int node, int record)
{
	unsigned bits = 0;
	int i;

	for (i = 0; i < m->grants; i++)
		if (!m->grant[i].ended && m->grant[i].node == node &&
		    m->grant[i].record == record && belongs(m, user, m->grant[i].who, 0))
			bits |= m->grant[i].bits;
	return bits;
}

static inline unsigned
model_node(const struct model *m, int user, int node, int level)
{
	unsigned bits = 0;
	bool inherits = true;

	for (; node >= 0; node = m->parent[node]) {
		if (m->node_level[node] > level)
			level = m->node_level[node];
		if (inherits)
			bits |= granted(m, user, node, -1);
		inherits = inherits && m->node_inherits[node];
	}
	return m->disabled[user] || level > m->clearance[user] ? 0 : bits;
}

static inline unsigned
model_record(const struct model *m, int user, int record)
{
	unsigned own = granted(m, user, -1, record), above;
	int level = m->record_level[record], n;

	for (n = m->home[record]; n >= 0; n = m->parent[n])
		if (m->node_level[n] > level)
			level = m->node_level[n];
	if (m->disabled[user] || level > m->clearance[user])
		return 0;
	above = m->record_inherits[record] ? model_node(m, user, m->home[record], 0) : 0;
	return own | above;
}

static inline void
build(struct fixture *f, struct model *m)
{
	char name[16];
	int i;

	for (i = 0; i < PEOPLE; i++) {
		snprintf(name, sizeof(name), "p%d", i);
		m->clearance[i] = pick(m, 4);
		m->who[i] = fixture_principal(
		    f, i < USERS ? PRINCIPAL_USER : PRINCIPAL_GROUP, name, m->clearance[i]);
	}
	for (i = 0; i < NODES; i++) {
		m->parent[i] = i == 0 ? -1 : i < 6 ? pick(m, i) : pick(m, 6);
		m->dossier[i] = i >= 6;
		m->node_level[i] = pick(m, 5) == 0 ? pick(m, 4) : 0;
		m->node_inherits[i] = true;
		m->node[i] = fixture_node(f, i == 0 ? 0 : m->node[m->parent[i]],
		    i == 0	? "fonds"
			: i < 6 ? "class"
				: "dossier",
		    m->node_level[i]);
	}
	for (i = 0; i < RECORDS; i++) {
		m->home[i] = 6 + pick(m, NODES - 6);
		m->record_level[i] = pick(m, 4) == 0 ? pick(m, 4) : 0;
		m->record_inherits[i] = true;
		m->record[i] = fixture_record(f, m->node[m->home[i]], m->record_level[i]);
	}
}

static inline void
change_grant(struct fixture *f, struct model *m)
{
	int i = m->grants, old = m->grants ? pick(m, m->grants) : 0;

	if (i == GRANTS_MAX || (m->grants > 4 && pick(m, 3) == 0)) {
		if (m->grant[old].ended)
			return;
		m->grant[old].ended = true;
		assert_ok(grant_end(f->catalog, &f->system, m->grant[old].id, &f->err), &f->err);
		return;
	}
	m->grant[i].node = pick(m, 3) ? pick(m, NODES) : -1;
	m->grant[i].record = m->grant[i].node < 0 ? pick(m, RECORDS) : -1;
	m->grant[i].who = pick(m, PEOPLE);
	m->grant[i].bits = 1u + (unsigned)pick(m, PERM_ALL);
	m->grant[i].id = fixture_grant(f, m->grant[i].node < 0 ? 0 : m->node[m->grant[i].node],
	    m->grant[i].node < 0 ? m->record[m->grant[i].record] : 0, m->who[m->grant[i].who],
	    m->grant[i].bits);
	m->grants++;
}

static inline void
change_inheritance(struct fixture *f, struct model *m)
{
	int i = pick(m, NODES), r = pick(m, RECORDS);

	if (pick(m, 2)) {
		m->node_inherits[i] = !m->node_inherits[i];
		assert_ok(grant_set_inherit(
			      f->catalog, &f->system, m->node[i], 0, m->node_inherits[i], &f->err),
		    &f->err);
	} else {
		m->record_inherits[r] = !m->record_inherits[r];
		assert_ok(grant_set_inherit(f->catalog, &f->system, 0, m->record[r],
			      m->record_inherits[r], &f->err),
		    &f->err);
	}
}

static inline void
set_int(struct fixture *f, const char *sql, int64_t id, int64_t value)
{
	assert_ok(db_exec(f->catalog->db, sql, DB_ARGS(db_int(id), db_int(value)), NULL, &f->err),
	    &f->err);
}

static inline void
change_place(struct fixture *f, struct model *m)
{
	int i = pick(m, NODES), r = pick(m, RECORDS), kind = pick(m, 4);

	if (kind == 0) {
		m->node_level[i] = pick(m, 4);
		set_int(f, "UPDATE node SET level=$2 WHERE id=$1", m->node[i], m->node_level[i]);
		assert_ok(access_refresh_node(f->catalog, m->node[i], &f->err), &f->err);
	} else if (kind == 1 && m->dossier[i]) {
		m->parent[i] = pick(m, 6);
		set_int(
		    f, "UPDATE node SET parent=$2 WHERE id=$1", m->node[i], m->node[m->parent[i]]);
		assert_ok(access_refresh_node(f->catalog, m->node[i], &f->err), &f->err);
	} else if (kind == 2) {
		m->record_level[r] = pick(m, 4);
		set_int(
		    f, "UPDATE record SET level=$2 WHERE id=$1", m->record[r], m->record_level[r]);
		assert_ok(access_refresh_record(f->catalog, m->record[r], &f->err), &f->err);
	} else {
		m->home[r] = 6 + pick(m, NODES - 6);
		set_int(f,
		    "UPDATE dossier_item SET dossier=$2, ordinal="
		    "(SELECT coalesce(max(ordinal), 0)+1 FROM dossier_item) WHERE record=$1",
		    m->record[r], m->node[m->home[r]]);
		assert_ok(access_refresh_record(f->catalog, m->record[r], &f->err), &f->err);
	}
}

static inline void
change_person(struct fixture *f, struct model *m)
{
	int who = pick(m, PEOPLE), group = USERS + pick(m, PEOPLE - USERS);

	switch (pick(m, 3)) {
	case 0:
		if (m->member[group][who]) {
			m->member[group][who] = false;
			assert_ok(principal_leave(
				      f->catalog, &f->system, m->who[group], m->who[who], &f->err),
			    &f->err);
		} else if (principal_join(f->catalog, &f->system, m->who[group], m->who[who],
			       &f->err) == ST_OK) {
			m->member[group][who] = true;
		}
		break;
	case 1:
		m->clearance[who] = pick(m, 4);
		assert_ok(principal_set_clearance(
			      f->catalog, &f->system, m->who[who], m->clearance[who], &f->err),
		    &f->err);
		break;
	default:
		m->disabled[who] = pick(m, 4) == 0;
		assert_ok(principal_set_disabled(
			      f->catalog, &f->system, m->who[who], m->disabled[who], &f->err),
		    &f->err);
	}
}

/* The indexer has caught up. */
static inline void
index_all(struct fixture *f)
{
	fixture_sql(f, "UPDATE record SET old_access_class=NULL");
}

#endif
