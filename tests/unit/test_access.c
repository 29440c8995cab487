/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "access_model.h"

#include "../../core/catalog_parts.h"
#include "access.h"

#define READ PERM_BIT(PERM_READ)
#define LIST PERM_BIT(PERM_LIST)
#define EDIT PERM_BIT(PERM_EDIT)
#define SECOND INT64_C(1000000)

static struct access *
load(struct fixture *f, int64_t who)
{
	struct access *access;

	assert_ok(access_load(&access, f->catalog, who, &f->err), &f->err);
	return access;
}

static int64_t
column(struct fixture *f, const char *table, const char *name, int64_t id)
{
	char sql[128];
	int64_t value = -1;

	snprintf(sql, sizeof(sql), "SELECT coalesce(%s, 0) FROM %s WHERE id=$1", name, table);
	assert_ok(db_query_int(f->catalog->db, sql, DB_ARGS(db_int(id)), &value, &f->err), &f->err);
	return value;
}

/* What the person may do to a record now, as record.c asks: old and new class must both admit. */
static unsigned
may_record(struct fixture *f, int64_t who, int64_t record)
{
	owned(access_freep) struct access *access = load(f, who);
	int64_t class = column(f, "record", "access_class", record);
	int64_t old = column(f, "record", "old_access_class", record);
	unsigned bits = 0;
	int p;

	for (p = 0; p < PERM_COUNT; p++)
		if (access_can(access, (enum permission)p, class) &&
		    (old == 0 || access_can(access, (enum permission)p, old)))
			bits |= PERM_BIT(p);
	return bits;
}

static unsigned
may_node(struct fixture *f, int64_t who, int64_t node)
{
	owned(access_freep) struct access *access = load(f, who);
	int64_t class = column(f, "node", "access_class", node);
	unsigned bits = 0;
	int p;

	for (p = 0; p < PERM_COUNT; p++)
		if (access_can(access, (enum permission)p, class))
			bits |= PERM_BIT(p);
	return bits;
}

static void
count_fault(void *payload, const char *kind, const char *text)
{
	(void)payload;
	print_message("# %s: %s\n", kind, text);
}

static void
assert_consistent(struct fixture *f)
{
	struct catalog_faults faults = { count_fault, NULL, 0 };

	assert_ok(access_verify(f->catalog, &faults, &f->err), &f->err);
	assert_int_equal(faults.count, 0);
}

/* --- the default is nothing -------------------------------------------------------------------- */

static void
without_a_grant_nothing_exists(void **state)
{
	struct fixture *f = *state;
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 3);
	int64_t fonds = fixture_node(f, 0, "fonds", 0);
	int64_t record = fixture_record(f, fixture_node(f, fonds, "dossier", 0), 0);

	assert_int_equal(may_record(f, lan, record), 0);
	assert_int_equal(may_node(f, lan, fonds), 0);
	assert_consistent(f);
}

static void
an_unknown_principal_is_not_found(void **state)
{
	struct fixture *f = *state;
	struct access *access = NULL;

	assert_status(access_load(&access, f->catalog, 0, &f->err), ST_NOT_FOUND, &f->err);
	assert_status(access_load(&access, f->catalog, 99, &f->err), ST_NOT_FOUND, &f->err);
	assert_null(access);
}

static void
a_class_beyond_the_bitmap_does_not_exist(void **state)
{
	struct fixture *f = *state;
	owned(access_freep) struct access *access = NULL;

	assert_ok(access_load_system(&access, f->catalog, &f->err), &f->err);
	assert_true(access_can(access, PERM_READ, 0));
	assert_false(access_can(access, PERM_READ, -1));
	assert_false(access_can(access, PERM_READ, INT64_MAX));
	assert_false(access_can(access, PERM_READ, (int64_t)access->words * 64));
}

/* --- roles and capabilities -------------------------------------------------------------------- */

static void
a_role_gives_its_capabilities_and_nothing_more(void **state)
{
	static const struct {
		const char *role;
		unsigned caps;
	} roles[] = {
		{ "administrator", CAP_ACCOUNTS | CAP_GRANTS | CAP_SYSTEM },
		{ "archivist", CAP_INGEST | CAP_PLAN },
		{ "staff", 0 },
		{ "auditor", CAP_AUDIT },
	};
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < 4; i++) {
		char name[32];
		int64_t role = fixture_principal(f, PRINCIPAL_ROLE, roles[i].role, 0), who;
		struct access *access;

		snprintf(name, sizeof(name), "some.%s", roles[i].role);
		who = fixture_principal(f, PRINCIPAL_USER, name, 3);
		access = load(f, who);
		assert_int_equal(access->caps, 0);
		access_free(access);
		assert_ok(principal_join(f->catalog, &f->system, role, who, &f->err), &f->err);
		access = load(f, who);
		assert_int_equal(access->caps, roles[i].caps);
		access_free(access);
	}
}

static void
a_group_named_like_a_role_is_none(void **state)
{
	struct fixture *f = *state;
	int64_t group = fixture_principal(f, PRINCIPAL_GROUP, "auditor", 0);
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 3);
	owned(access_freep) struct access *access = NULL;

	assert_ok(principal_join(f->catalog, &f->system, group, lan, &f->err), &f->err);
	assert_ok(access_load(&access, f->catalog, lan, &f->err), &f->err);
	assert_int_equal(access->caps, 0);
}

static void
the_administrators_role_cannot_be_given_papers_to_read(void **state)
{
	struct fixture *f = *state;
	int64_t role = fixture_principal(f, PRINCIPAL_ROLE, "administrator", 0), id;
	int64_t fonds = fixture_node(f, 0, "fonds", 0);

	assert_status(grant_add(f->catalog, &f->system, fonds, 0, role, READ, 0, &id, &f->err),
	    ST_INVALID, &f->err);
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM acl"), 0);
}

/* --- groups ------------------------------------------------------------------------------------ */

static void
rights_pass_through_groups_of_groups(void **state)
{
	struct fixture *f = *state;
	int64_t outer = fixture_principal(f, PRINCIPAL_GROUP, "outer", 0);
	int64_t inner = fixture_principal(f, PRINCIPAL_GROUP, "inner", 0);
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);
	int64_t fonds = fixture_node(f, 0, "fonds", 0);

	fixture_grant(f, fonds, 0, outer, READ);
	assert_ok(principal_join(f->catalog, &f->system, outer, inner, &f->err), &f->err);
	assert_int_equal(may_node(f, lan, fonds), 0);
	assert_ok(principal_join(f->catalog, &f->system, inner, lan, &f->err), &f->err);
	assert_int_equal(may_node(f, lan, fonds), READ);
	assert_ok(principal_set_disabled(f->catalog, &f->system, inner, true, &f->err), &f->err);
	assert_int_equal(may_node(f, lan, fonds), 0);
	assert_ok(principal_set_disabled(f->catalog, &f->system, inner, false, &f->err), &f->err);
	assert_ok(principal_leave(f->catalog, &f->system, outer, inner, &f->err), &f->err);
	assert_int_equal(may_node(f, lan, fonds), 0);
}

static void
a_dated_membership_ends_by_itself(void **state)
{
	struct fixture *f = *state;
	int64_t group = fixture_principal(f, PRINCIPAL_GROUP, "project", 0);
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);
	int64_t fonds = fixture_node(f, 0, "fonds", 0), until = now_us() + 3600 * SECOND;
	owned(access_freep) struct access *access = NULL;
	bool current;

	fixture_grant(f, fonds, 0, group, READ);
	assert_ok(
	    principal_join_until(f->catalog, &f->system, group, lan, until, &f->err), &f->err);
	assert_int_equal(may_node(f, lan, fonds), READ);
	access = load(f, lan);
	assert_int_equal(access->until_us, until);
	assert_ok(access_is_current(access, f->catalog, &current, &f->err), &f->err);
	assert_true(current);
	/* As it will be in an hour. */
	access->until_us = now_us() - 1;
	assert_ok(access_is_current(access, f->catalog, &current, &f->err), &f->err);
	assert_false(current);
	fixture_sql(f, "UPDATE member SET until=until-3601000000");
	assert_int_equal(may_node(f, lan, fonds), 0);
	/* And may begin again. */
	assert_ok(principal_join(f->catalog, &f->system, group, lan, &f->err), &f->err);
	assert_int_equal(may_node(f, lan, fonds), READ);
}

static void
a_dated_grant_ends_by_itself(void **state)
{
	struct fixture *f = *state;
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1), id;
	int64_t fonds = fixture_node(f, 0, "fonds", 0), until = now_us() + 3600 * SECOND;
	struct access *access;

	assert_ok(
	    grant_add(f->catalog, &f->system, fonds, 0, lan, READ, until, &id, &f->err), &f->err);
	access = load(f, lan);
	assert_int_equal(access->until_us, until);
	access_free(access);
	assert_int_equal(may_node(f, lan, fonds), READ);
	fixture_sql(f, "UPDATE class_reader SET until=until-3601000000");
	assert_int_equal(may_node(f, lan, fonds), 0);
}

/* --- clearance --------------------------------------------------------------------------------- */

/* records.md 52 */
static void
clearance_limits_every_permission(void **state)
{
	struct fixture *f = *state;
	int64_t fonds = fixture_node(f, 0, "fonds", 0);
	int64_t dossier = fixture_node(f, fonds, "dossier", 0);
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);
	int64_t record[4];
	int level, clearance;

	fixture_grant(f, fonds, 0, lan, PERM_ALL);
	for (level = 0; level < 4; level++)
		record[level] = fixture_record(f, dossier, level);
	for (clearance = 0; clearance < 4; clearance++) {
		assert_ok(principal_set_clearance(f->catalog, &f->system, lan, clearance, &f->err),
		    &f->err);
		for (level = 0; level < 4; level++)
			assert_int_equal(
			    may_record(f, lan, record[level]), level <= clearance ? PERM_ALL : 0);
	}
}

static void
the_highest_level_on_the_way_counts(void **state)
{
	struct fixture *f = *state;
	int64_t fonds = fixture_node(f, 0, "fonds", 0);
	int64_t class = fixture_node(f, fonds, "class", 2);
	int64_t dossier = fixture_node(f, class, "dossier", 1);
	int64_t record = fixture_record(f, dossier, 0);
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);

	fixture_grant(f, fonds, 0, lan, READ);
	index_all(f);
	assert_int_equal(column(f, "record", "effective_level", record), 2);
	assert_int_equal(may_record(f, lan, record), 0);
	assert_int_equal(may_node(f, lan, fonds), READ);
	assert_ok(principal_set_clearance(f->catalog, &f->system, lan, 2, &f->err), &f->err);
	assert_int_equal(may_record(f, lan, record), READ);
	assert_consistent(f);
}

static void
a_disabled_principal_gets_nothing(void **state)
{
	struct fixture *f = *state;
	int64_t role = fixture_principal(f, PRINCIPAL_ROLE, "auditor", 0);
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 3);
	int64_t fonds = fixture_node(f, 0, "fonds", 0);
	struct access *access;

	fixture_grant(f, fonds, 0, lan, PERM_ALL);
	assert_ok(principal_join(f->catalog, &f->system, role, lan, &f->err), &f->err);
	assert_ok(principal_set_disabled(f->catalog, &f->system, lan, true, &f->err), &f->err);
	assert_int_equal(may_node(f, lan, fonds), 0);
	access = load(f, lan);
	assert_int_equal(access->caps, 0);
	assert_int_equal(access->clearance, 0);
	access_free(access);
	assert_ok(principal_set_disabled(f->catalog, &f->system, lan, false, &f->err), &f->err);
	assert_int_equal(may_node(f, lan, fonds), PERM_ALL);
}

/* --- origins and the index --------------------------------------------------------------------- */

static void
only_the_first_grant_of_an_object_touches_the_index(void **state)
{
	struct fixture *f = *state;
	int64_t fonds = fixture_node(f, 0, "fonds", 0);
	int64_t dossier = fixture_node(f, fonds, "dossier", 0);
	int64_t other = fixture_node(f, fonds, "dossier", 0);
	int64_t a = fixture_record(f, dossier, 0), b = fixture_record(f, dossier, 0);
	int64_t c = fixture_record(f, other, 0), before, second;
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);

	fixture_grant(f, dossier, 0, lan, READ);
	/* Each has a number of its own, so that the outbox can be cut anywhere. */
	assert_int_not_equal(column(f, "record", "index_seq", a), 0);
	assert_int_not_equal(
	    column(f, "record", "index_seq", a), column(f, "record", "index_seq", b));
	assert_int_equal(column(f, "record", "index_seq", c), 0);
	before = fixture_int(f, "SELECT value FROM counter WHERE name='index_seq'");
	assert_int_equal(before, 2);
	second = fixture_grant(f, dossier, 0, lan, EDIT);
	assert_ok(grant_end(f->catalog, &f->system, second, &f->err), &f->err);
	assert_int_equal(
	    fixture_int(f, "SELECT value FROM counter WHERE name='index_seq'"), before);
	index_all(f);
	assert_int_equal(may_record(f, lan, a), READ);
	assert_int_equal(may_record(f, lan, c), 0);
	assert_consistent(f);
}

static void
ending_the_last_grant_takes_the_right_at_once(void **state)
{
	struct fixture *f = *state;
	int64_t fonds = fixture_node(f, 0, "fonds", 0);
	int64_t record = fixture_record(f, fixture_node(f, fonds, "dossier", 0), 0);
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);
	int64_t grant = fixture_grant(f, 0, record, lan, READ);

	index_all(f);
	assert_int_equal(may_record(f, lan, record), READ);
	assert_ok(grant_end(f->catalog, &f->system, grant, &f->err), &f->err);
	assert_int_equal(may_record(f, lan, record), 0);
	assert_status(grant_end(f->catalog, &f->system, grant, &f->err), ST_NOT_FOUND, &f->err);
	assert_consistent(f);
}

static void
until_it_is_indexed_again_both_classes_must_admit(void **state)
{
	struct fixture *f = *state;
	int64_t fonds = fixture_node(f, 0, "fonds", 0);
	int64_t open = fixture_node(f, fonds, "dossier", 0);
	int64_t shut = fixture_node(f, fonds, "dossier", 0);
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);
	int64_t hoa = fixture_principal(f, PRINCIPAL_USER, "hoa", 1);
	int64_t record;

	fixture_grant(f, open, 0, lan, READ);
	fixture_grant(f, shut, 0, hoa, READ);
	record = fixture_record(f, open, 0);
	assert_int_equal(may_record(f, lan, record), READ);
	assert_ok(db_exec(f->catalog->db, "UPDATE dossier_item SET dossier=$1",
		      DB_ARGS(db_int(shut)), NULL, &f->err),
	    &f->err);
	assert_ok(access_refresh_record(f->catalog, record, &f->err), &f->err);
	assert_int_equal(may_record(f, lan, record), 0);
	assert_int_equal(may_record(f, hoa, record), 0);
	index_all(f);
	assert_int_equal(may_record(f, lan, record), 0);
	assert_int_equal(may_record(f, hoa, record), READ);
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM record_history"), 1);
	assert_consistent(f);
}

static void
two_moves_before_the_index_catches_up_keep_the_eldest_class(void **state)
{
	struct fixture *f = *state;
	int64_t fonds = fixture_node(f, 0, "fonds", 0);
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 3);
	int64_t record, first;

	fixture_grant(f, fonds, 0, lan, READ);
	record = fixture_record(f, fixture_node(f, fonds, "dossier", 0), 0);
	first = column(f, "record", "access_class", record);
	fixture_sql(f, "UPDATE record SET level=1");
	assert_ok(access_refresh_record(f->catalog, record, &f->err), &f->err);
	fixture_sql(f, "UPDATE record SET level=2");
	assert_ok(access_refresh_record(f->catalog, record, &f->err), &f->err);
	assert_int_equal(column(f, "record", "old_access_class", record), first);
	assert_int_equal(column(f, "record", "index_seq", record), 2);
	/* Nothing changed: nothing to index. */
	assert_ok(access_refresh_record(f->catalog, record, &f->err), &f->err);
	assert_int_equal(column(f, "record", "index_seq", record), 2);
}

/* records.md 50 */
static void
a_broken_inheritance_shuts_out_who_reads_above(void **state)
{
	struct fixture *f = *state;
	int64_t fonds = fixture_node(f, 0, "fonds", 0);
	int64_t class = fixture_node(f, fonds, "class", 0);
	int64_t dossier = fixture_node(f, class, "dossier", 0);
	int64_t record = fixture_record(f, dossier, 0);
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);
	int64_t hoa = fixture_principal(f, PRINCIPAL_USER, "hoa", 1);

	fixture_grant(f, fonds, 0, lan, READ);
	fixture_grant(f, dossier, 0, hoa, LIST);
	index_all(f);
	assert_int_equal(may_record(f, lan, record), READ);
	assert_ok(grant_set_inherit(f->catalog, &f->system, class, 0, false, &f->err), &f->err);
	assert_int_equal(may_record(f, lan, record), 0);
	assert_int_equal(may_record(f, hoa, record), LIST);
	assert_int_equal(may_node(f, lan, fonds), READ);
	/* A grant above the break changes nothing below it. */
	fixture_grant(f, fonds, 0, hoa, EDIT);
	assert_int_equal(may_record(f, hoa, record), LIST);
	assert_consistent(f);
	assert_ok(grant_set_inherit(f->catalog, &f->system, class, 0, true, &f->err), &f->err);
	assert_int_equal(may_record(f, lan, record), READ);
	assert_int_equal(may_record(f, hoa, record), LIST | EDIT);
	assert_consistent(f);
}

static void
a_record_may_break_with_its_dossier(void **state)
{
	struct fixture *f = *state;
	int64_t fonds = fixture_node(f, 0, "fonds", 0);
	int64_t dossier = fixture_node(f, fonds, "dossier", 0);
	int64_t a = fixture_record(f, dossier, 0), b = fixture_record(f, dossier, 0);
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);

	fixture_grant(f, fonds, 0, lan, READ);
	assert_ok(grant_set_inherit(f->catalog, &f->system, 0, a, false, &f->err), &f->err);
	index_all(f);
	assert_int_equal(may_record(f, lan, a), 0);
	assert_int_equal(may_record(f, lan, b), READ);
	fixture_grant(f, 0, a, lan, LIST);
	assert_int_equal(may_record(f, lan, a), LIST);
	assert_ok(grant_set_inherit(f->catalog, &f->system, 0, a, true, &f->err), &f->err);
	assert_int_equal(may_record(f, lan, a), LIST | READ);
	assert_consistent(f);
}

static void
a_record_takes_the_rights_of_its_home_alone(void **state)
{
	struct fixture *f = *state;
	int64_t fonds = fixture_node(f, 0, "fonds", 0);
	int64_t home = fixture_node(f, fonds, "dossier", 0);
	int64_t other = fixture_node(f, fonds, "dossier", 0);
	int64_t record = fixture_record(f, home, 0);
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);

	fixture_put_in(f, other, record, 0);
	fixture_grant(f, other, 0, lan, PERM_ALL);
	index_all(f);
	assert_int_equal(may_node(f, lan, other), PERM_ALL);
	assert_int_equal(may_record(f, lan, record), 0);
	assert_consistent(f);
}

/* --- staying current --------------------------------------------------------------------------- */

static void
every_change_of_rights_outdates_a_loaded_access(void **state)
{
	struct fixture *f = *state;
	int64_t group = fixture_principal(f, PRINCIPAL_GROUP, "group", 0);
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);
	int64_t fonds = fixture_node(f, 0, "fonds", 0);
	int64_t dossier = fixture_node(f, fonds, "dossier", 0), grant = 0;
	int step;

	for (step = 0; step < 9; step++) {
		owned(access_freep) struct access *access = load(f, lan);
		enum status st = ST_OK;
		bool current;

		if (step == 0)
			grant = fixture_grant(f, fonds, 0, group, READ);
		else if (step == 1)
			st = principal_join(f->catalog, &f->system, group, lan, &f->err);
		else if (step == 2)
			st = principal_set_clearance(f->catalog, &f->system, lan, 2, &f->err);
		else if (step == 3)
			st = grant_set_inherit(f->catalog, &f->system, dossier, 0, false, &f->err);
		else if (step == 4)
			st = grant_end(f->catalog, &f->system, grant, &f->err);
		else if (step == 5)
			st = principal_leave(f->catalog, &f->system, group, lan, &f->err);
		else if (step == 6)
			st = principal_set_disabled(f->catalog, &f->system, lan, true, &f->err);
		else if (step == 7)
			(void)fixture_record(f, dossier, 3); /* a class that was not there */
		else
			fixture_sql(f, "UPDATE setting SET value=value"); /* nothing of rights */
		assert_ok(st, &f->err);
		assert_ok(access_is_current(access, f->catalog, &current, &f->err), &f->err);
		assert_int_equal(current, step == 8);
	}
}

/* --- against a model --------------------------------------------------------------------------- */

static void
compare(struct fixture *f, const struct model *m, int step)
{
	int user, i;

	for (user = 0; user < USERS; user++) {
		for (i = 0; i < NODES; i++)
			if (may_node(f, m->who[user], m->node[i]) != model_node(m, user, i, 0))
				fail_msg("step %d: user %d, node %d", step, user, i);
		for (i = 0; i < RECORDS; i++)
			if (may_record(f, m->who[user], m->record[i]) != model_record(m, user, i))
				fail_msg("step %d: user %d, record %d", step, user, i);
	}
}

static void
random_changes_give_what_the_model_gives(void **state)
{
	static void (*const changes[])(struct fixture *, struct model *) = {
		change_grant,
		change_grant,
		change_inheritance,
		change_place,
		change_person,
	};
	struct fixture *f = *state;
	struct model m = { .seed = 1 };
	int step, allowed = 0, i;

	build(f, &m);
	for (step = 0; step < 300; step++) {
		changes[pick(&m, 5)](f, &m);
		index_all(f);
		if (step % 3)
			continue;
		compare(f, &m, step);
		assert_consistent(f);
		for (i = 0; i < RECORDS; i++)
			allowed += model_record(&m, i % USERS, i) != 0;
	}
	/* The walk must have met both answers. */
	assert_in_range(allowed, 100, 100 * RECORDS - 100);
}

static void
other_seeds_give_what_the_model_gives(void **state)
{
	static const uint64_t seeds[] = { 2, 3, 20261124 };
	size_t s;

	for (s = 0; s < sizeof(seeds) / sizeof(seeds[0]); s++) {
		struct model m = { .seed = seeds[s] };
		struct fixture *f = *state;
		int step;

		if (s > 0) {
			assert_int_equal(fixture_tear_down(state), 0);
			assert_int_equal(fixture_set_up(state), 0);
			f = *state;
		}
		build(f, &m);
		for (step = 0; step < 60; step++) {
			(pick(&m, 2)	      ? change_grant
				: pick(&m, 2) ? change_place
					      : change_person)(f, &m);
			index_all(f);
		}
		compare(f, &m, step);
		assert_consistent(f);
	}
}

/* --- verify ------------------------------------------------------------------------------------ */

static void
a_right_put_in_by_hand_is_found(void **state)
{
	static const char *const forgeries[] = {
		"UPDATE class_reader SET perms=255",
		"UPDATE class_reader SET until=1",
		"DELETE FROM class_reader",
		"INSERT INTO class_reader SELECT class, (SELECT id FROM principal WHERE name='hoa'),"
		" acl, perms, until FROM class_reader",
		"UPDATE record SET access_class=(SELECT min(id) FROM access_class WHERE"
		" id<>record.access_class)",
		"UPDATE record SET effective_level=3",
		"UPDATE record SET level=3",
		"UPDATE node SET access_class=(SELECT min(id) FROM access_class WHERE"
		" id<>node.access_class) WHERE kind='dossier'",
		"UPDATE node SET effective_level=0 WHERE kind='class'",
		"UPDATE node SET inherit_acl=0 WHERE kind='class'",
		"DELETE FROM dossier_item",
	};
	struct fixture *f = *state;
	int64_t fonds = fixture_node(f, 0, "fonds", 0);
	int64_t class = fixture_node(f, fonds, "class", 1);
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);
	size_t i;

	(void)fixture_principal(f, PRINCIPAL_USER, "hoa", 1);
	(void)fixture_record(f, fixture_node(f, class, "dossier", 0), 0);
	fixture_grant(f, fonds, 0, lan, READ);
	assert_consistent(f);
	for (i = 0; i < sizeof(forgeries) / sizeof(forgeries[0]); i++) {
		struct catalog_faults faults = { NULL, NULL, 0 };

		assert_ok(db_begin(f->catalog->db, &f->err), &f->err);
		fixture_sql(f, forgeries[i]);
		assert_ok(access_verify(f->catalog, &faults, &f->err), &f->err);
		if (faults.count == 0)
			fail_msg("not found: %s", forgeries[i]);
		db_rollback(f->catalog->db);
	}
	assert_consistent(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(without_a_grant_nothing_exists),
		FIXTURE_TEST(an_unknown_principal_is_not_found),
		FIXTURE_TEST(a_class_beyond_the_bitmap_does_not_exist),
		FIXTURE_TEST(a_role_gives_its_capabilities_and_nothing_more),
		FIXTURE_TEST(a_group_named_like_a_role_is_none),
		FIXTURE_TEST(the_administrators_role_cannot_be_given_papers_to_read),
		FIXTURE_TEST(rights_pass_through_groups_of_groups),
		FIXTURE_TEST(a_dated_membership_ends_by_itself),
		FIXTURE_TEST(a_dated_grant_ends_by_itself),
		FIXTURE_TEST(clearance_limits_every_permission),
		FIXTURE_TEST(the_highest_level_on_the_way_counts),
		FIXTURE_TEST(a_disabled_principal_gets_nothing),
		FIXTURE_TEST(only_the_first_grant_of_an_object_touches_the_index),
		FIXTURE_TEST(ending_the_last_grant_takes_the_right_at_once),
		FIXTURE_TEST(until_it_is_indexed_again_both_classes_must_admit),
		FIXTURE_TEST(two_moves_before_the_index_catches_up_keep_the_eldest_class),
		FIXTURE_TEST(a_broken_inheritance_shuts_out_who_reads_above),
		FIXTURE_TEST(a_record_may_break_with_its_dossier),
		FIXTURE_TEST(a_record_takes_the_rights_of_its_home_alone),
		FIXTURE_TEST(every_change_of_rights_outdates_a_loaded_access),
		FIXTURE_TEST(random_changes_give_what_the_model_gives),
		FIXTURE_TEST(other_seeds_give_what_the_model_gives),
		FIXTURE_TEST(a_right_put_in_by_hand_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
