/* SPDX-License-Identifier: GPL-3.0-or-later */
/* time-limit: 240 */
/*
 * records.md 3, 33-38, 40-47: ten thousand operations at random, by fixed seeds, against a small model
 * in memory.  Whatever is tried in whatever order: no two revisions in force, nothing destroyed under
 * a hold or without approval, every due date as the model counts it, no tombstone lost.
 */
#include "record_fixture.h"

#include "../../core/dossier_facts.h"
#include "declare.h"
#include "derived.h"
#include "disposal.h"
#include "dossier.h"
#include "hold.h"
#include "procedure.h"
#include "retention.h"
#include "store.h"

#define DOSSIERS 24
#define HOLDS 6
#define OPERATIONS 10000
#define SEEDS 2

enum life { OPEN, CLOSED, REVIEW, ARCHIVED, DESTROYED };

struct one {
	int64_t node;
	enum life life;
	int class; /* where it lies */
	char closed[11];
	int rule; /* own, or -1 = the class's */
	bool held[HOLDS];
	int64_t batch; /* live, or 0 */
};

struct world {
	struct archive *a;
	struct store *store;
	struct derived *derived;
	struct actor lan, mai;
	int64_t minutes, doc, free_record;
	struct one d[DOSSIERS];
	int64_t hold[HOLDS];
	bool class_held[HOLDS];
	int years[4];	     /* of the rules "r0".."r3" */
	unsigned version[4]; /* days from 2000-01-01 of their newest version */
	int64_t class[2];    /* a hold may lie on the first */
	int class_rule[2];
	int64_t approved_batch;
	int destroyed;
	unsigned seed;
	int done[16], refused;
};

#define C(w) (w)->a->f->catalog
#define E(w) (&(w)->a->f->err)
#define LAN(w) C(w), &(w)->lan, (w)->a->all
#define MAI(w) C(w), &(w)->mai, (w)->a->all

static unsigned
pick(struct world *w, unsigned n)
{
	w->seed = w->seed * 1664525u + 1013904223u;
	return (w->seed >> 8) % n;
}

static const char *
rule_code(struct world *w, int rule)
{
	return arena_printf(w->a->f->arena, "r%d", rule);
}

static bool
held(const struct world *w, const struct one *d)
{
	for (int i = 0; i < HOLDS; i++)
		if (d->held[i] || (d->class == 0 && w->class_held[i]))
			return true;
	return false;
}

static int
governing(const struct world *w, const struct one *d)
{
	return d->rule >= 0 ? d->rule : w->class_rule[d->class];
}

/* An operation may be done exactly when the model says so. */
static bool
agree(struct world *w, enum status st, bool allowed, int what)
{
	if ((st == ST_OK) != allowed)
		fail_msg("operation %d gave %d, the model says %s: %s (seed %u)", what, (int)st,
		    allowed ? "yes" : "no", E(w)->msg, w->seed);
	w->done[what] += st == ST_OK;
	w->refused += st != ST_OK;
	return st == ST_OK;
}

/* --- operations -------------------------------------------------------------------------------- */

static void
do_close(struct world *w, struct one *d)
{
	char day[11];
	unsigned year = 1990 + pick(w, 35);

	snprintf(day, sizeof(day), "%04u-%02u-%02u", year, pick(w, 12) + 1, pick(w, 28) + 1);
	if (agree(w, dossier_close(LAN(w), d->node, day, false, E(w)),
		d->life == OPEN && !held(w, d), 0)) {
		d->life = CLOSED;
		memcpy(d->closed, day, sizeof(day));
	}
}

static void
do_reopen(struct world *w, struct one *d)
{
	if (agree(w, dossier_reopen(LAN(w), d->node, "bổ sung", E(w)),
		d->life == CLOSED && !held(w, d), 1))
		d->life = OPEN;
}

static void
do_hold(struct world *w, struct one *d)
{
	unsigned i = pick(w, HOLDS);
	bool whole = pick(w, 12) == 0;
	const struct hold_object o = { whole ? w->a->class_node : d->node, 0 };

	if (agree(w, hold_add(LAN(w), w->hold[i], &o, 1, E(w)), true, 2)) {
		if (whole)
			w->class_held[i] = true;
		else
			d->held[i] = true;
	}
}

static void
do_release(struct world *w)
{
	const struct hold_new again = { HOLD_LEGAL, "n", "r", "a" };
	unsigned i = pick(w, HOLDS);

	agree(w, hold_release(LAN(w), w->hold[i], "xong", E(w)), true, 3);
	w->class_held[i] = false;
	for (int k = 0; k < DOSSIERS; k++)
		w->d[k].held[i] = false;
	assert_ok(hold_open(LAN(w), &again, &w->hold[i], E(w)), E(w));
}

static void
do_rule(struct world *w)
{
	int r = (int)pick(w, 4), years = 1 + (int)pick(w, 30);
	char day[11];
	struct rule_version v = { .code = rule_code(w, r),
		.title = "t",
		.authority = "a",
		.years = years,
		.from_year_end = r % 2 == 0,
		.action = "destroy",
		.valid_from = day };

	/* every version begins a day after the one before, all of them in the past */
	w->version[r]++;
	snprintf(day, sizeof(day), "20%02u-%02u-%02u", w->version[r] / 336 % 26,
	    w->version[r] / 28 % 12 + 1, w->version[r] % 28 + 1);
	if (agree(w, rule_version_add(LAN(w), &v, E(w)), true, 4))
		w->years[r] = years;
}

static void
do_class_rule(struct world *w)
{
	int r = (int)pick(w, 4), class = (int)pick(w, 2);
	bool free = true;

	for (int i = 0; i < HOLDS; i++)
		free = free && (class == 1 || !w->class_held[i]);
	if (agree(w, node_update(LAN(w), w->class[class], 0, NULL, rule_code(w, r), -1, E(w)), free,
		5))
		w->class_rule[class] = r;
}

/* records.md 47: what is held stays where it is; what moves is governed from where it lies then. */
static void
do_move(struct world *w, struct one *d)
{
	int64_t indexed = fixture_int(w->a->f, "SELECT max(index_seq) FROM record");

	if (agree(w, node_move(LAN(w), d->node, 0, w->class[1 - d->class], E(w)),
		d->life == OPEN && !held(w, d), 14))
		d->class = 1 - d->class;
	/* search.md D9 */
	assert_int_equal(fixture_int(w->a->f, "SELECT max(index_seq) FROM record"), indexed);
	assert_status(node_move(LAN(w), w->class[0], 0, w -> class[0], E(w)), ST_INVALID, E(w));
}

static void
do_override(struct world *w, struct one *d)
{
	int r = (int)pick(w, 4), now = governing(w, d);
	bool may = d->life != DESTROYED && !held(w, d) && r != now;
	int64_t id = 0;

	if (!agree(w, override_ask(LAN(w), d->node, rule_code(w, r), "vì", &id, E(w)), may, 6))
		return;
	if (w->years[r] < w->years[now]) {
		assert_status(override_decide(LAN(w), id, true, "ừ", E(w)), ST_DENIED, E(w));
		assert_ok(override_decide(MAI(w), id, true, "ừ", E(w)), E(w));
	}
	d->rule = r;
}

static void
do_tick(struct world *w)
{
	char due[11], today[11];
	size_t reviewed, wanted = 0;

	day_text(now_us(), today);
	for (int i = 0; i < DOSSIERS; i++) {
		struct one *d = &w->d[i];
		int r = governing(w, d);

		if ((d->life != CLOSED && d->life != ARCHIVED) || held(w, d))
			continue;
		retention_due_day(d->closed, w->years[r], r % 2 == 0, due);
		if (strcmp(due, today) > 0)
			continue;
		d->life = REVIEW;
		wanted++;
	}
	assert_ok(retention_tick(C(w), &w->lan, 1000, &reviewed, E(w)), E(w));
	assert_int_equal(reviewed, wanted);
	w->done[7]++;
}

static void
do_propose(struct world *w, struct one *d)
{
	int64_t id = 0;
	bool may = d->life == REVIEW && !held(w, d) && !d->batch;

	if (agree(
		w, disposal_propose(LAN(w), "destroy", "x", NULL, &d->node, 1, &id, E(w)), may, 8))
		d->batch = id;
}

static void
do_end(struct world *w, struct one *d)
{
	if (d->batch && agree(w, disposal_end(LAN(w), d->batch, "thôi", E(w)), true, 9))
		d->batch = 0;
}

/* Approved by another, begun, perhaps held meanwhile, and stepped to its end. */
static void
do_execute(struct world *w, struct one *d)
{
	bool keep = pick(w, 4) == 0, more = true;

	if (!d->batch)
		return;
	assert_status(disposal_start(LAN(w), d->batch, now_us(), 300, E(w)), ST_CONFLICT, E(w));
	assert_ok(
	    disposal_judge(LAN(w), d->batch, d->node, keep ? "keep" : "approve", "vì", NULL, E(w)),
	    E(w));
	assert_status(
	    disposal_approve(LAN(w), d->batch, w->minutes, w->minutes, E(w)), ST_DENIED, E(w));
	assert_ok(disposal_approve(MAI(w), d->batch, w->minutes, w->minutes, E(w)), E(w));
	assert_ok(disposal_start(MAI(w), d->batch, now_us(), 300, E(w)), E(w));
	if (pick(w, 3) == 0)
		do_hold(w, d);
	while (more)
		assert_ok(
		    disposal_step(C(w), w->store, w->derived, 1 + pick(w, 3), &more, E(w)), E(w));
	d->batch = 0;
	if (held(w, d))
		w->done[10]++;
	else if (keep)
		d->life = ARCHIVED;
	else {
		d->life = DESTROYED;
		w->destroyed++;
	}
	w->done[11]++;
}

static void
do_revision(struct world *w)
{
	const char *field[FIELD_COUNT] = { [FIELD_TYPE] = "QĐ", [FIELD_SUBJECT] = "x" };
	int64_t record = archive_record(w->a, w->a->other), id = 0;
	char day[11];

	assert_ok(record_update(LAN(w), record, 0, field, E(w)), E(w));
	assert_ok(record_declare(LAN(w), record, E(w)), E(w));
	assert_ok(revision_add(LAN(w), w->doc, record, "x", &id, E(w)), E(w));
	assert_ok(revision_step(LAN(w), id, "submit", NULL, E(w)), E(w));
	assert_status(revision_step(LAN(w), id, "approve", NULL, E(w)), ST_DENIED, E(w));
	assert_ok(revision_step(MAI(w), id, "approve", NULL, E(w)), E(w));
	snprintf(
	    day, sizeof(day), "20%02u-%02u-%02u", pick(w, 26), pick(w, 12) + 1, pick(w, 28) + 1);
	if (revision_enforce(MAI(w), id, day, w->minutes, "x", E(w)) != ST_OK)
		assert_ok(revision_step(MAI(w), id, "withdraw", "x", E(w)), E(w));
	w->done[12]++;
}

/* What must hold without an approval, straight at the tables. */
static void
do_force(struct world *w, struct one *d)
{
	static const char *const sql[] = {
		"UPDATE dossier SET state='destroyed' WHERE node=$1 AND state<>'destroyed' RETURNING 1",
		"INSERT INTO destruction(kind, uid, disposal, at, tombstone) SELECT 'dossier', uid, uid, 1, '{}'"
		" FROM node WHERE id=$1",
		"DELETE FROM hold_item WHERE node=$1 RETURNING 1",
		"DELETE FROM destruction WHERE uid=(SELECT uid FROM node WHERE id=$1) RETURNING 1",
	};
	int64_t changed = 0;
	enum status st =
	    db_exec(C(w)->db, sql[pick(w, 4)], DB_ARGS(db_int(d->node)), &changed, E(w));

	assert_true(st == ST_HELD || (st == ST_OK && changed == 0));
	w->done[13]++;
}

/* --- what must always hold --------------------------------------------------------------------- */

static void
check(struct world *w)
{
	static const char *const states[] = { "open", "closed", "under_review", "archived",
		"destroyed" };
	const struct dossier_facts *facts;
	char want[11];

	assert_ok(dossier_facts(C(w), &facts, E(w)), E(w));
	for (int i = 0; i < DOSSIERS; i++) {
		const struct one *d = &w->d[i];
		int r = governing(w, d);
		struct due due;

		assert_ok(retention_of(C(w), w->a->all, d->node, w->a->f->arena, &due, E(w)), E(w));
		assert_string_equal(due.state, states[d->life]);
		assert_int_equal(due.held, held(w, d));
		assert_int_equal(facts->of[d->node].access_class != 0, d->life != DESTROYED);
		if (d->life == DESTROYED)
			continue; /* its rule of then stands in the tombstone */
		/* what a search filters by (search.md D9) */
		assert_int_equal(facts->of[d->node].held, held(w, d));
		assert_string_equal(
		    facts->rules[facts->of[d->node].rule - 1].code, rule_code(w, r));
		assert_string_equal(due.rule, rule_code(w, r));
		retention_due_day(
		    d->life == OPEN ? NULL : d->closed, w->years[r], r % 2 == 0, want);
		assert_string_equal(due.due_on ? due.due_on : "", want);
		assert_int_equal(facts->of[d->node].due, dossier_facts_day(span_of(want)));
	}
	assert_int_equal(
	    fixture_int(w->a->f, "SELECT count(*) FROM destruction WHERE kind='dossier'"),
	    w->destroyed);
	assert_int_equal(
	    fixture_int(w->a->f, "SELECT count(*) FROM destruction WHERE kind='record'"),
	    fixture_int(w->a->f, "SELECT count(*) FROM record WHERE state='destroyed'"));
	assert_int_equal(
	    fixture_int(w->a->f,
		"SELECT count(*) FROM dossier d JOIN node n ON n.id=d.node WHERE"
		" d.state='destroyed' AND NOT EXISTS(SELECT 1 FROM destruction x JOIN"
		" disposal b ON b.uid=x.disposal WHERE x.uid=n.uid AND b.approved IS NOT"
		" NULL AND b.approved_by<>b.proposed_by)"),
	    0);
	assert_int_equal(fixture_int(w->a->f,
			     "SELECT count(*) FROM ctl_rev a JOIN ctl_rev b ON a.doc=b.doc AND"
			     " a.id<b.id WHERE a.state IN('effective','obsolete') AND b.state"
			     " IN('effective','obsolete') AND (a.effective_to IS NULL OR"
			     " a.effective_to>b.effective_from) AND (b.effective_to IS NULL OR"
			     " b.effective_to>a.effective_from)"),
	    0);
}

static void
operate(struct world *w)
{
	struct one *d = &w->d[pick(w, DOSSIERS)];
	unsigned what = pick(w, 100);

	if (what < 16)
		do_close(w, d);
	else if (what < 24)
		do_reopen(w, d);
	else if (what < 32)
		do_hold(w, d);
	else if (what < 42)
		do_release(w);
	else if (what < 46)
		do_rule(w);
	else if (what < 48)
		do_class_rule(w);
	else if (what < 56)
		do_override(w, d);
	else if (what < 66)
		do_tick(w);
	else if (what < 82)
		do_propose(w, d);
	else if (what < 85)
		do_end(w, d);
	else if (what < 90)
		do_execute(w, d);
	else if (what < 92)
		do_revision(w);
	else if (what < 95)
		do_move(w, d);
	else
		do_force(w, d);
}

/* --- the world --------------------------------------------------------------------------------- */

static int64_t
paper(struct world *w, int64_t dossier)
{
	const char *field[FIELD_COUNT] = { [FIELD_TYPE] = "QĐ", [FIELD_SUBJECT] = "x" };
	const struct job_result result = { .reading = READING_READ };
	struct arrival arrival = archive_arrival(w->a, dossier);
	struct store_blob blob;
	const char *text = arena_printf(w->a->f->arena, "văn bản %d", w->a->arrivals);
	int64_t id;

	assert_ok(store_put_bytes(w->store, span_of(text), &blob, E(w)), E(w));
	arrival.sha256 = blob.sha256;
	arrival.size = (int64_t)blob.size;
	id = archive_register(w->a, &arrival);
	archive_read(w->a, 1, &result);
	assert_ok(record_update(LAN(w), id, 0, field, E(w)), E(w));
	assert_ok(record_declare(LAN(w), id, E(w)), E(w));
	return id;
}

static void
create_world(struct world *w)
{
	const struct hold_new hold = { HOLD_LEGAL, "n", "r", "a" };
	const struct procedure_new procedure = { .code = "QT", .title = "t", .kind = "procedure" };

	assert_ok(store_open(&w->store, w->a->f->conf, E(w)), E(w));
	assert_ok(derived_open(&w->derived, w->a->f->conf, E(w)), E(w));
	w->lan =
	    (struct actor){ fixture_principal(w->a->f, PRINCIPAL_USER, "lan", 1), 0, 0, "test" };
	w->mai =
	    (struct actor){ fixture_principal(w->a->f, PRINCIPAL_USER, "mai", 1), 0, 0, "test" };
	for (int r = 0; r < 4; r++)
		do_rule(w);
	for (int r = 0; r < 4; r++) { /* each has its first version */
		while (!w->years[r])
			do_rule(w);
	}
	w->class[0] = w->a->class_node;
	w->class[1] = archive_node(w->a, w->a->fonds, NODE_CLASS, "02", 0);
	archive_refresh(w->a);
	for (int i = 0; i < 2; i++) {
		w->class_rule[i] = i;
		assert_ok(
		    node_update(LAN(w), w->class[i], 0, NULL, rule_code(w, i), -1, E(w)), E(w));
	}
	do_class_rule(w);
	/* the minutes and the revisions lie outside, where nothing is disposed of */
	w->a->other = archive_node(w->a, w->a->fonds, NODE_DOSSIER, "OUT", 0);
	archive_refresh(w->a);
	w->minutes = paper(w, w->a->other);
	for (int i = 0; i < DOSSIERS; i++) {
		w->d[i] = (struct one){ .rule = -1 };
		w->d[i].node = archive_node(w->a, w->a->class_node, NODE_DOSSIER,
		    arena_printf(w->a->f->arena, "m%d", i), 0);
		archive_refresh(w->a);
		for (unsigned k = pick(w, 3); k > 0; k--)
			paper(w, w->d[i].node);
	}
	for (int i = 0; i < HOLDS; i++)
		assert_ok(hold_open(LAN(w), &hold, &w->hold[i], E(w)), E(w));
	assert_ok(procedure_create(LAN(w), &procedure, &w->doc, E(w)), E(w));
}

static void
run_seed(struct archive *a, unsigned seed)
{
	struct world w = { .a = a, .seed = seed };
	uint64_t faults = 0;

	create_world(&w);
	for (int i = 0; i < OPERATIONS / SEEDS; i++) {
		operate(&w);
		if (i % 25 == 0)
			check(&w);
	}
	check(&w);
	assert_ok(catalog_verify(C(&w), NULL, NULL, &faults, E(&w)), E(&w));
	assert_int_equal(faults, 0);
	/* the walk went everywhere */
	for (int i = 0; i <= 14; i++)
		if (!w.done[i])
			fail_msg("seed %u never did operation %d", seed, i);
	print_message("# seed %u: %d destroyed, %d executions, %d refused\n", seed, w.destroyed,
	    w.done[11], w.refused);
	store_close(w.store);
	derived_close(w.derived);
}

static void
one_world(void **state)
{
	run_seed(*state, 20260102);
}

static void
another_world(void **state)
{
	run_seed(*state, 7);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, archive_set_up, archive_tear_down)
	const struct CMUnitTest tests[] = { TEST(one_world), TEST(another_world) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
