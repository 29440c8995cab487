/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "arena.h"
#include "base.h"
#include "xap.h"

/*
 * A small random corpus is put into two databases and every query is also answered by brute force
 * over the same words: sets, totals and facets must be equal.
 */
#define RECORDS 300
#define WORDS 40 /* of a record */
#define VOCABULARY 25
#define CLASSES 6
#define MANY 5000 /* more than are looked at between two looks at the clock */
#define ALL_CLASSES ((UINT64_C(1) << CLASSES) - 1)

struct paper {
	int word[WORDS];
	int access_class, level, year, type;
	bool gone;
};

struct fixture {
	char *dir, open[4200], closed[4200];
	struct paper paper[RECORDS + 1]; /* by record id */
	struct xap_reader *reader, *other;
	struct arena *arena;
	unsigned seed;
};

static const char *const types[] = { "", "QĐ", "CV", "TB" };

static unsigned
dice(struct fixture *f, unsigned n)
{
	f->seed = f->seed * 1103515245u + 12345u;
	return (f->seed >> 16) % n;
}

static struct span
word_name(int w)
{
	static char names[VOCABULARY][8];

	snprintf(names[w], sizeof names[w], "w%d", w);
	return span_of(names[w]);
}

static void
put_paper(struct xap_writer *w, int64_t id, const struct paper *p)
{
	struct xap_row row = { .access_class = (uint32_t)p->access_class,
		.level = (uint8_t)p->level,
		.date = p->year ? (uint32_t)p->year * 10000 + 101 : 0,
		.number = (uint32_t)id % 7,
		.pages = 4,
		.dossier = (uint32_t)id % 5,
		.label[XAP_TYPE] = span_of(types[p->type]),
		.label[XAP_LANGUAGE] = span_of(id % 2 ? "vi" : "en") };
	struct err err = ERR_INIT;
	char ballast[64];
	uint32_t i;

	xap_begin(w);
	/* Else the tables are single blocks, which Xapian keeps in memory. */
	for (i = 0; i < 100; i++) {
		snprintf(ballast, sizeof ballast, "ballast%d-%lld", (int)i, (long long)id);
		xap_add_term(w, "", span_of(ballast), 0);
	}
	for (i = 0; i < WORDS; i++)
		xap_add_posting(w, "B", word_name(p->word[i]), i / 10 * XAP_SLICE + i % 10, 1);
	xap_set_row(w, &row);
	xap_set_data(w, SPAN("data"));
	assert_ok(xap_put(w, id, &err), &err);
}

static void
fill(struct fixture *f)
{
	struct xap_writer *low, *high;
	struct err err = ERR_INIT;
	int64_t id;
	int i;

	assert_ok(xap_writer_open(&low, f->open, XAP_CREATE, &err), &err);
	assert_ok(xap_writer_open(&high, f->closed, XAP_CREATE, &err), &err);
	for (id = 1; id <= RECORDS; id++) {
		struct paper *p = &f->paper[id];

		for (i = 0; i < WORDS; i++) /* low numbers are frequent */
			p->word[i] = (int)(dice(f, VOCABULARY) * dice(f, VOCABULARY) / VOCABULARY);
		p->access_class = (int)dice(f, CLASSES);
		p->level = (int)dice(f, 4);
		p->year = dice(f, 5) ? 2010 + (int)dice(f, 10) : 0;
		p->type = (int)dice(f, 4);
		put_paper(p->level < LEVEL_CLOSED_INDEX ? low : high, id, p);
	}
	assert_ok(xap_commit(low, &err), &err);
	assert_ok(xap_commit(high, &err), &err);
	xap_writer_close(low);
	xap_writer_close(high);
}

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	struct err err = ERR_INIT;
	struct xap_shard shards[2] = { { f->open, LEVEL_PUBLIC },
		{ f->closed, LEVEL_CLOSED_INDEX } };

	f->dir = temp_dir_make();
	f->seed = 7;
	snprintf(f->open, sizeof f->open, "%s/open", f->dir);
	snprintf(f->closed, sizeof f->closed, "%s/closed", f->dir);
	f->arena = arena_new();
	fill(f);
	assert_ok(xap_reader_open(&f->reader, shards, 2, &err), &err);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	xap_reader_close(f->reader);
	xap_reader_close(f->other);
	arena_free(f->arena);
	temp_dir_remove(f->dir);
	free(f);
	return 0;
}

static struct access
reader_of(const uint64_t *bits, int clearance)
{
	struct access a = { 0 };
	int p;

	a.principal = 1;
	a.clearance = clearance;
	a.words = 1;
	for (p = 0; p < PERM_COUNT; p++)
		a.bits[p] = bits;
	return a;
}

static const struct xap_node *
node(struct fixture *f, enum xap_op op, size_t count, const struct xap_node *const *child)
{
	struct xap_node *n = arena_alloc(f->arena, sizeof *n);
	const struct xap_node **copy = arena_array(f->arena, count + 1, sizeof *copy);
	size_t i;

	for (i = 0; i < count; i++)
		copy[i] = child[i];
	n->op = op;
	n->count = count;
	n->child = copy;
	n->factor = 1;
	n->window = 3;
	return n;
}

static const struct xap_node *
word_node(struct fixture *f, int w)
{
	struct xap_node *n = arena_alloc(f->arena, sizeof *n);

	n->op = XAP_TERM;
	n->text = span_of(arena_printf(f->arena, "Bw%d", w));
	return n;
}

/* ------------------------------------------------------------------ the oracle */

static bool
has_word(const struct paper *p, const struct xap_node *n)
{
	int i;

	for (i = 0; i < WORDS; i++)
		if (p->word[i] == atoi(n->text.p + 2))
			return true;
	return false;
}

static bool
has_phrase(const struct paper *p, const struct xap_node *n)
{
	size_t i, k;

	for (i = 0; i + n->count <= WORDS; i++) {
		for (k = 0; k < n->count; k++)
			if (p->word[i + k] != atoi(n->child[k]->text.p + 2) ||
			    (i + k) / 10 != i / 10)
				break;
		if (k == n->count)
			return true;
	}
	return false;
}

static bool
matches(const struct paper *p, const struct xap_node *n)
{
	size_t i, hits = 0;

	if (n->op == XAP_TERM)
		return has_word(p, n);
	if (n->op == XAP_PHRASE)
		return has_phrase(p, n);
	for (i = 0; i < n->count; i++)
		hits += matches(p, n->child[i]);
	switch (n->op) {
	case XAP_ALL:
		return true;
	case XAP_AND:
	case XAP_FILTER:
		return hits == n->count;
	case XAP_OR:
	case XAP_SYNONYM:
		return hits > 0;
	case XAP_NOT:
		return matches(p, n->child[0]) && hits == 1;
	case XAP_MAYBE:
	case XAP_SCALE:
		return matches(p, n->child[0]);
	default:
		return false;
	}
}

static bool
may_read(const struct paper *p, const struct access *a)
{
	return !p->gone && access_can(a, PERM_READ, p->access_class) && p->level <= a->clearance;
}

static const struct xap_node *
random_tree(struct fixture *f, int depth)
{
	static const enum xap_op ops[] = { XAP_AND, XAP_OR, XAP_NOT, XAP_MAYBE, XAP_FILTER,
		XAP_SCALE, XAP_PHRASE };
	const struct xap_node *child[3];
	enum xap_op op = ops[dice(f, 7)];
	size_t i, n = op == XAP_SCALE ? 1 : 2 + dice(f, 2);

	if (depth == 0)
		return word_node(f, (int)dice(f, VOCABULARY));
	for (i = 0; i < n; i++)
		child[i] = op == XAP_PHRASE ? word_node(f, (int)dice(f, 6))
					    : random_tree(f, (int)dice(f, (unsigned)depth));
	return node(f, op, n, child);
}

/* Runs the request and compares hits, total and facets with what brute force says. */
static void
compare(struct fixture *f, const struct access *a, struct xap_request *q, bool (*want)(void *, int),
    void *payload)
{
	size_t total, i, expected = 0, in_types = 0, in_years = 0, dated = 0, typed = 0, n;
	const struct xap_facet *facets;
	struct err err = ERR_INIT;
	struct xap_hits *hits;
	struct xap_hit hit;
	bool exact, seen[RECORDS + 1] = { false };
	int id;

	q->limit = RECORDS;
	q->facets = (1u << XAP_FACETS) - 1;
	assert_ok(xap_search(f->reader, a, q, &hits, &err), &err);
	total = xap_hits_total(hits, &exact);
	assert_true(exact);
	for (i = 0; i < xap_hits_count(hits); i++) {
		xap_hits_at(hits, i, &hit);
		assert_in_range(hit.record, 1, RECORDS);
		assert_false(seen[hit.record]);
		seen[hit.record] = true;
		assert_int_equal(hit.row.access_class, f->paper[hit.record].access_class);
		assert_true(
		    span_equal_str(hit.row.label[XAP_TYPE], types[f->paper[hit.record].type]));
		assert_true(span_equal_str(hit.data, "data"));
	}
	for (id = 1; id <= RECORDS; id++) {
		bool is = may_read(&f->paper[id], a) && want(payload, id);

		assert_int_equal(seen[id], is);
		expected += is;
		dated += is && f->paper[id].year;
		typed += is && f->paper[id].type;
	}
	assert_int_equal(total, expected);
	n = xap_hits_facet(hits, XAP_BY_TYPE, &facets);
	for (i = 0; i < n; i++)
		in_types += facets[i].count;
	n = xap_hits_facet(hits, XAP_BY_YEAR, &facets);
	for (i = 0; i < n; i++)
		in_years += facets[i].count;
	assert_int_equal(in_types, typed);
	assert_int_equal(in_years, dated);
	xap_hits_free(hits);
}

struct tree_case {
	struct fixture *f;
	const struct xap_node *tree;
};

static bool
tree_wants(void *payload, int id)
{
	struct tree_case *c = payload;

	return matches(&c->f->paper[id], c->tree);
}

static void
any_query_finds_and_counts_what_brute_force_finds(void **state)
{
	struct fixture *f = *state;
	uint64_t bits;
	int i;

	for (i = 0; i < 400; i++) {
		struct tree_case c = { f, random_tree(f, 3) };
		struct xap_request q = {
			.filter = c.tree, .rank = i % 2 ? c.tree : NULL, .k1 = 1.2, .b = .75
		};
		struct access a = reader_of(&bits, (int)dice(f, 4));

		bits = dice(f, 1u << CLASSES);
		compare(f, &a, &q, tree_wants, &c);
		arena_reset(f->arena);
	}
}

struct least_case {
	struct fixture *f;
	const struct xap_node *words[5];
	const struct xap_node *filter;
	size_t count;
	unsigned least, units[5];
};

static bool
least_wants(void *payload, int id)
{
	struct least_case *c = payload;
	unsigned units = 0;
	size_t i;

	for (i = 0; i < c->count; i++)
		if (matches(&c->f->paper[id], c->words[i]))
			units += c->units[i];
	return units >= c->least && matches(&c->f->paper[id], c->filter);
}

static void
at_least_so_many_words_are_required_and_counted(void **state)
{
	struct fixture *f = *state;
	uint64_t bits = ALL_CLASSES;
	struct access a = reader_of(&bits, 3);
	int i, k;

	for (i = 0; i < 300; i++) {
		struct least_case c = { .f = f, .count = 2 + dice(f, 4) };
		struct xap_request q = { .k1 = 1.2, .b = .75 };

		for (k = 0; k < (int)c.count; k++) {
			/* The rare words: different ones, so that units add up. */
			c.words[k] = word_node(f, VOCABULARY - 12 + 2 * k + (int)dice(f, 2));
			c.units[k] = dice(f, 4) ? 1 : 3;
		}
		c.least = 1 + dice(f, (unsigned)c.count);
		c.filter = dice(f, 2) ? node(f, XAP_ALL, 0, NULL) : word_node(f, 1);
		q.words = c.words;
		q.units = c.units;
		q.word_count = c.count;
		q.least = c.least;
		q.filter = c.filter;
		q.rank = node(f, XAP_OR, c.count, c.words);
		compare(f, &a, &q, least_wants, &c);
		arena_reset(f->arena);
	}
}

static bool
all_want(void *payload, int id)
{
	(void)payload;
	(void)id;
	return true;
}

static void
a_class_outside_the_bitmap_is_nowhere(void **state)
{
	struct fixture *f = *state;
	uint64_t bits;
	int class;

	for (class = 0; class < CLASSES; class ++) {
		struct xap_request q = { 0 };
		struct access a = reader_of(&bits, 3);

		bits = ALL_CLASSES & ~(UINT64_C(1) << class);
		compare(f, &a, &q, all_want, NULL);
	}
}

static void
an_access_without_classes_finds_nothing(void **state)
{
	struct fixture *f = *state;
	struct xap_request q = { .limit = 10, .facets = true };
	struct access nobody = { .clearance = 3 };
	const struct xap_facet *facets;
	struct err err = ERR_INIT;
	struct xap_hits *hits;
	uint64_t none = 0;
	bool exact;
	int i;

	for (i = 0; i < 2; i++) {
		struct access a = i ? reader_of(&none, 3) : nobody;

		assert_ok(xap_search(f->reader, &a, &q, &hits, &err), &err);
		assert_int_equal(xap_hits_count(hits), 0);
		assert_int_equal(xap_hits_total(hits, &exact), 0);
		assert_int_equal(xap_hits_facet(hits, XAP_BY_TYPE, &facets), 0);
		assert_int_equal(xap_hits_facet(hits, XAP_BY_YEAR, &facets), 0);
		xap_hits_free(hits);
	}
}

static void
without_clearance_the_closed_index_is_not_even_opened_for_the_search(void **state)
{
	struct fixture *f = *state;
	uint64_t bits = ALL_CLASSES;
	struct access low = reader_of(&bits, 1), high = reader_of(&bits, 3);
	struct xap_request q = { .limit = 1 };
	char command[4400];
	struct err err = ERR_INIT;
	struct xap_hits *hits;

	compare(f, &low, &q, all_want, NULL);
	q.limit = 1;
	/* Cut its tables: whoever looks into them fails. */
	snprintf(command, sizeof command, "truncate -s 0 '%s'/*.glass", f->closed);
	assert_int_equal(system(command), 0);
	assert_ok(xap_search(f->reader, &low, &q, &hits, &err), &err);
	assert_int_equal(xap_hits_count(hits), 1);
	xap_hits_free(hits);
	assert_int_not_equal(xap_search(f->reader, &high, &q, &hits, &err), ST_OK);
	assert_null(hits);
}

static void
hidden_records_and_other_dates_are_left_out_of_everything(void **state)
{
	struct fixture *f = *state;
	uint64_t bits = ALL_CLASSES;
	struct access a = reader_of(&bits, 3);
	struct xap_request q = { 0 };
	const int64_t hidden[] = { 3, 17, 200, 299 };
	size_t i;

	for (i = 0; i < 4; i++)
		f->paper[hidden[i]].gone = true;
	q.hidden = hidden;
	q.hidden_count = 4;
	compare(f, &a, &q, all_want, NULL);
	for (i = 1; i <= RECORDS; i++)
		f->paper[i].gone |= f->paper[i].year < 2012 || f->paper[i].year > 2014;
	q.date_from = 20120000;
	q.date_to = 20149999;
	compare(f, &a, &q, all_want, NULL);
}

static void
a_window_of_hits_is_a_part_of_the_whole_list(void **state)
{
	static const enum xap_sort sorts[] = { XAP_BY_RELEVANCE, XAP_NEWEST_FIRST,
		XAP_OLDEST_FIRST };
	struct fixture *f = *state;
	uint64_t bits = ALL_CLASSES;
	struct access a = reader_of(&bits, 3);
	const struct xap_node *w[2] = { word_node(f, 20), word_node(f, 3) };
	struct err err = ERR_INIT;
	struct xap_hits *all, *some;
	struct xap_hit x, y;
	size_t s, i, from;

	for (s = 0; s < 3; s++) {
		struct xap_request q = { .filter = w[1],
			.rank = node(f, XAP_OR, 2, w),
			.k1 = 1,
			.b = .5,
			.sort = sorts[s],
			.limit = RECORDS };

		assert_ok(xap_search(f->reader, &a, &q, &all, &err), &err);
		q.limit = 7;
		for (from = 0; from < xap_hits_count(all) + 7; from += 7) {
			q.offset = from;
			assert_ok(xap_search(f->reader, &a, &q, &some, &err), &err);
			for (i = 0; i < xap_hits_count(some); i++) {
				xap_hits_at(all, from + i, &x);
				xap_hits_at(some, i, &y);
				assert_int_equal(x.record, y.record);
			}
			xap_hits_free(some);
		}
		for (i = 1; i < xap_hits_count(all) && s > 0; i++) {
			xap_hits_at(all, i - 1, &x);
			xap_hits_at(all, i, &y);
			if (y.row.date == 0)
				continue;
			assert_int_not_equal(x.row.date, 0);
			assert_true(s == 1 ? x.row.date >= y.row.date : x.row.date <= y.row.date);
		}
		xap_hits_free(all);
	}
}

static void
list_ids(struct fixture *f, const struct access *a, struct xap_request *q, int64_t *ids, size_t *n)
{
	struct err err = ERR_INIT;
	struct xap_hits *hits;
	struct xap_hit hit;
	size_t i;

	assert_ok(xap_search(f->reader, a, q, &hits, &err), &err);
	*n = xap_hits_count(hits);
	for (i = 0; i < *n; i++) {
		xap_hits_at(hits, i, &hit);
		ids[i] = hit.record;
	}
	xap_hits_free(hits);
}

static void
pages_behind_the_last_hit_are_the_whole_list_in_every_order(void **state)
{
	struct fixture *f = *state;
	uint64_t bits = 0x2d;
	struct access a = reader_of(&bits, 3);
	const struct xap_node *pair[2] = { word_node(f, 0), word_node(f, 1) };
	const struct xap_node *both[3] = { pair[0], pair[1], node(f, XAP_PHRASE, 2, pair) };
	struct xap_request q = { .filter = word_node(f, 0), .k1 = 1.2, .b = .5 };
	int64_t whole[RECORDS], part[7];
	struct err err = ERR_INIT;
	struct xap_hits *hits;
	size_t total, n, i, seen;
	int sort;

	for (sort = 0; sort <= 4; sort++) {
		q.sort = (enum xap_sort)(sort % 4);
		q.rank = sort < 4 ? node(f, XAP_OR, 3, both) : NULL;
		q.limit = RECORDS;
		q.after = 0;
		list_ids(f, &a, &q, whole, &total);
		assert_true(total > 50);
		q.limit = 7;
		for (seen = 0; seen < total; seen += n) {
			list_ids(f, &a, &q, part, &n);
			assert_int_equal(n, total - seen < 7 ? total - seen : 7);
			for (i = 0; i < n; i++)
				assert_int_equal(part[i], whole[seen + i]);
			q.after = part[n - 1];
		}
		list_ids(f, &a, &q, part, &n);
		assert_int_equal(n, 0);
	}
	q.after = 4711;
	assert_status(xap_search(f->reader, &a, &q, &hits, &err), ST_CONFLICT, &err);
}

static void
numbers_order_records_and_those_without_come_last(void **state)
{
	struct fixture *f = *state;
	uint64_t bits = ALL_CLASSES;
	struct access a = reader_of(&bits, 3);
	struct xap_request q = { .sort = XAP_BY_NUMBER, .limit = RECORDS };
	int64_t ids[RECORDS];
	size_t n, i;

	list_ids(f, &a, &q, ids, &n);
	assert_int_equal(n, RECORDS);
	for (i = 1; i < n; i++) {
		int64_t x = ids[i - 1] % 7, y = ids[i] % 7;

		assert_true(y == 0 || (x != 0 && x <= y));
		assert_true(x != y || ids[i - 1] > ids[i]);
	}
}

static bool
near_wants(void *payload, int id)
{
	struct tree_case *c = payload;
	const struct paper *p = &c->f->paper[id];
	int i, k, first = atoi(c->tree->child[0]->text.p + 2);
	int second = atoi(c->tree->child[1]->text.p + 2);

	for (i = 0; i < WORDS; i++)
		for (k = 0; k < WORDS; k++)
			if (i != k && p->word[i] == first && p->word[k] == second &&
			    i / 10 == k / 10 && abs(i - k) < (int)c->tree->window)
				return true;
	return false;
}

static void
near_is_what_brute_force_says(void **state)
{
	struct fixture *f = *state;
	uint64_t bits = ALL_CLASSES;
	struct access a = reader_of(&bits, 3);
	int i;

	for (i = 0; i < 100; i++) {
		const struct xap_node *pair[2] = { word_node(f, (int)dice(f, 12)),
			word_node(f, (int)dice(f, 12)) };
		struct xap_node near = *node(f, XAP_NEAR, 2, pair);
		struct tree_case c = { f, &near };
		struct xap_request q = { .filter = &near, .rank = &near, .k1 = 1, .b = .5 };

		near.window = 2 + dice(f, 5);
		compare(f, &a, &q, near_wants, &c);
	}
}

static bool
column_wants(void *payload, int id)
{
	struct tree_case *c = payload;
	const struct paper *p = &c->f->paper[id];

	switch (c->tree->op) {
	case XAP_LEVELS:
		return p->level >= (int)c->tree->from && p->level <= (int)c->tree->to;
	case XAP_DATES:
		return p->year >= (int)c->tree->from / 10000 && p->year <= (int)c->tree->to / 10000;
	case XAP_LABELLED:
		return span_equal_str(c->tree->text, types[p->type]) && p->type != 0;
	default:
		return c->tree->from <= 4;
	}
}

static void
columns_are_conditions(void **state)
{
	static const struct xap_node nodes[] = {
		{ .op = XAP_LEVELS, .from = 1, .to = 2 },
		{ .op = XAP_DATES, .from = 20120000, .to = 20159999 },
		{ .op = XAP_LABELLED, .label = XAP_TYPE, .text = { "CV", 2 } },
		{ .op = XAP_LABELLED, .label = XAP_TYPE, .text = { "none", 4 } },
		{ .op = XAP_LONG, .from = 4 },
		{ .op = XAP_LONG, .from = 5 },
	};
	struct fixture *f = *state;
	uint64_t bits = 0x1b;
	struct access a = reader_of(&bits, 3);
	size_t i;

	for (i = 0; i < sizeof nodes / sizeof nodes[0]; i++) {
		struct tree_case c = { f, &nodes[i] };
		struct xap_request q = { .filter = &nodes[i] };

		compare(f, &a, &q, column_wants, &c);
	}
}

/* Records are in dossier id % 5; groups of the dossiers, and two records that are in others beside. */
static const uint16_t group_of_dossier[] = { 0, 1, 0, 2 };
static const struct xap_member members[] = { { 2, 1 }, { 2, 2 }, { 3, 2 }, { 6, 1 }, { 7, 3 } };
static const struct xap_groups groups = { group_of_dossier, 4, members, 5, 3 };

static bool
in_group(int id, unsigned group)
{
	size_t i;

	for (i = 0; i < groups.member_count; i++)
		if ((int)members[i].record == id && members[i].group == group)
			return true;
	return id % 5 < 4 && group_of_dossier[id % 5] == group;
}

static bool
group_wants(void *payload, int id)
{
	(void)payload;
	return in_group(id, 1) || in_group(id, 2) || in_group(id, 3);
}

static void
groups_from_outside_filter_and_count_under_the_access(void **state)
{
	static const struct xap_node grouped = { .op = XAP_GROUPED, .groups = &groups };
	struct fixture *f = *state;
	uint64_t bits = 0x15;
	struct access a = reader_of(&bits, 2);
	struct xap_request q = { .filter = &grouped, .divisions = &groups, .division_count = 1 };
	size_t want[4] = { 0 };
	struct err err = ERR_INIT;
	struct xap_hits *hits;
	unsigned g;
	int id;

	compare(f, &a, &q, group_wants, NULL);
	q.filter = NULL;
	for (id = 1; id <= RECORDS; id++)
		for (g = 1; g < 4; g++)
			want[g] += may_read(&f->paper[id], &a) && in_group(id, g);
	assert_true(want[1] > 0 && want[2] > 0);
	assert_ok(xap_search(f->reader, &a, &q, &hits, &err), &err);
	for (g = 1; g < 4; g++)
		assert_int_equal(xap_hits_groups(hits, 0)[g], want[g]);
	xap_hits_free(hits);
}

static void
every_facet_counts_what_is_admitted(void **state)
{
	struct fixture *f = *state;
	uint64_t bits = 0x15;
	struct access a = reader_of(&bits, 2);
	struct xap_request q = { .facets = (1u << XAP_FACETS) - 1 };
	size_t want[XAP_FACETS] = { 0 }, kind, i, n, sum;
	const struct xap_facet *facet;
	struct err err = ERR_INIT;
	struct xap_hits *hits;
	int id;

	for (id = 1; id <= RECORDS; id++) {
		if (!may_read(&f->paper[id], &a))
			continue;
		want[XAP_BY_TYPE] += f->paper[id].type != 0;
		want[XAP_BY_LANGUAGE]++;
		want[XAP_BY_LEVEL]++;
		want[XAP_BY_DOSSIER] += id % 5 != 0;
		want[XAP_BY_YEAR] += f->paper[id].year != 0;
		want[XAP_BY_MONTH] += f->paper[id].year != 0;
	}
	assert_ok(xap_search(f->reader, &a, &q, &hits, &err), &err);
	for (kind = 0; kind < XAP_FACETS; kind++) {
		n = xap_hits_facet(hits, (enum xap_facet_kind)kind, &facet);
		for (i = 0, sum = 0; i < n; i++) {
			sum += facet[i].count;
			assert_true(facet[i].count > 0);
			if (kind == XAP_BY_LEVEL)
				assert_true((int)facet[i].number <= a.clearance);
			if (kind == XAP_BY_MONTH)
				assert_int_equal(facet[i].number % 100, 1);
		}
		assert_int_equal(sum, want[kind]);
	}
	xap_hits_free(hits);
}

static void
slices_of_a_hit_are_those_that_hold_its_words(void **state)
{
	struct fixture *f = *state;
	uint64_t bits = ALL_CLASSES, want;
	struct access a = reader_of(&bits, 3);
	struct xap_place places[2] = { { .word = word_name(2), .group = 0 },
		{ .word = word_name(5), .any_tone = true, .group = 1 } };
	struct xap_request q = { .filter = word_node(f, 2), .limit = 50 };
	struct xap_slice out[8];
	struct err err = ERR_INIT;
	struct xap_hits *hits;
	struct xap_hit hit;
	size_t i, k, n, s;

	assert_ok(xap_search(f->reader, &a, &q, &hits, &err), &err);
	assert_true(xap_hits_count(hits) > 10);
	for (i = 0; i < xap_hits_count(hits); i++) {
		xap_hits_at(hits, i, &hit);
		assert_ok(xap_hits_slices(hits, i, "B", places, 2, out, 8, &n, &err), &err);
		for (s = 0, k = 0; s < 4; s++) {
			size_t w, count = 0;

			for (want = 0, w = s * 10; w < s * 10 + 10; w++) {
				want |= f->paper[hit.record].word[w] == 2 ? 1u : 0;
				want |= f->paper[hit.record].word[w] == 5 ? 2u : 0;
				count += f->paper[hit.record].word[w] == 2 ||
				    f->paper[hit.record].word[w] == 5;
			}
			if (want == 0)
				continue;
			assert_true(k < n);
			assert_int_equal(out[k].slice, s);
			assert_int_equal(out[k].groups, want);
			assert_int_equal(out[k].count, count);
			k++;
		}
		assert_int_equal(k, n);
	}
	xap_hits_free(hits);
}

static void
what_is_not_committed_is_not_there_and_cancel_forgets_it(void **state)
{
	struct fixture *f = *state;
	uint64_t bits = ALL_CLASSES;
	struct access a = reader_of(&bits, 3);
	struct xap_request q = { 0 };
	owned(strbuf_free) struct strbuf value = STRBUF_INIT;
	struct xap_writer *w, *second;
	struct err err = ERR_INIT;
	bool changed;

	assert_ok(xap_writer_open(&w, f->open, 0, &err), &err);
	assert_status(xap_writer_open(&second, f->open, 0, &err), ST_BUSY, &err);
	assert_null(second);
	assert_ok(xap_delete(w, 1, &err), &err);
	assert_ok(xap_delete(w, 999, &err), &err);
	assert_ok(xap_set_metadata(w, "mark", SPAN("42"), &err), &err);
	assert_ok(xap_cancel(w, &err), &err);
	assert_ok(xap_writer_metadata(w, "mark", &value, &err), &err);
	assert_int_equal(value.len, 0);
	assert_ok(xap_refresh(f->reader, &changed, &err), &err);
	compare(f, &a, &q, all_want, NULL);

	f->paper[2].level = 0;
	put_paper(w, 2, &f->paper[2]);
	assert_ok(xap_set_metadata(w, "mark", SPAN("43"), &err), &err);
	xap_writer_close(w); /* without a commit */
	assert_ok(xap_metadata(f->reader, 0, "mark", &value, &err), &err);
	assert_int_equal(value.len, 0);
}

static void
a_reader_that_was_overtaken_says_stale_and_goes_on_after_a_refresh(void **state)
{
	struct fixture *f = *state;
	uint64_t bits = ALL_CLASSES;
	struct access a = reader_of(&bits, 3);
	struct tree_case c = { f, word_node(f, 3) };
	struct xap_request q = { .filter = c.tree, .rank = c.tree, .k1 = 1, .b = .5, .limit = 5 };
	struct xap_writer *w;
	struct err err = ERR_INIT;
	struct xap_hits *hits;
	bool changed;
	int64_t id;
	int round;

	assert_ok(xap_writer_open(&w, f->open, 0, &err), &err);
	for (round = 0; round < 20; round++) {
		for (id = 1; id <= RECORDS; id++)
			if (f->paper[id].level < LEVEL_CLOSED_INDEX) {
				f->paper[id].word[0] = (int)dice(f, VOCABULARY);
				put_paper(w, id, &f->paper[id]);
			}
		assert_ok(xap_commit(w, &err), &err);
	}
	assert_status(xap_search(f->reader, &a, &q, &hits, &err), ST_STALE, &err);
	assert_null(hits);
	xap_writer_close(w);
	assert_ok(xap_refresh(f->reader, &changed, &err), &err);
	assert_true(changed);
	compare(f, &a, &q, tree_wants, &c);
	assert_ok(xap_refresh(f->reader, &changed, &err), &err);
	assert_false(changed);
}

static void
a_record_in_both_databases_is_found_once(void **state)
{
	struct fixture *f = *state;
	uint64_t bits = ALL_CLASSES;
	struct access a = reader_of(&bits, 3);
	struct tree_case c = { f, node(f, XAP_ALL, 0, NULL) };
	struct xap_request q = { .rank = c.tree, .k1 = 1, .b = .5 };
	struct xap_writer *w;
	struct err err = ERR_INIT;
	bool changed;
	int64_t id;

	for (id = 1; f->paper[id].level >= LEVEL_CLOSED_INDEX; id++)
		;
	f->paper[id].level = 3;
	assert_ok(xap_writer_open(&w, f->closed, 0, &err), &err);
	put_paper(w, id, &f->paper[id]);
	assert_ok(xap_commit(w, &err), &err);
	xap_writer_close(w);
	assert_ok(xap_refresh(f->reader, &changed, &err), &err);
	compare(f, &a, &q, tree_wants, &c);
}

static void
a_replaced_directory_is_noticed(void **state)
{
	struct fixture *f = *state;
	const char *from[1] = { f->open };
	char dense[4300], old[4300];
	uint64_t bits = ALL_CLASSES;
	struct access a = reader_of(&bits, 3);
	owned(strbuf_free) struct strbuf report = STRBUF_INIT;
	struct xap_request q = { 0 };
	struct err err = ERR_INIT;
	size_t problems;
	bool changed;

	snprintf(dense, sizeof dense, "%s/dense", f->dir);
	snprintf(old, sizeof old, "%s/old", f->dir);
	assert_ok(xap_compact(from, 1, dense, &err), &err);
	assert_ok(xap_check(dense, &report, &problems, &err), &err);
	assert_int_equal(problems, 0);
	assert_int_equal(rename(f->open, old), 0);
	assert_int_equal(rename(dense, f->open), 0);
	assert_ok(xap_refresh(f->reader, &changed, &err), &err);
	assert_true(changed);
	compare(f, &a, &q, all_want, NULL);
}

static void
records_of_a_shard_can_be_listed_with_their_rows(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t ids[7], from = 1, id;
	struct xap_row row;
	size_t n, i, seen = 0, want = 0;
	uint64_t count;

	do {
		assert_ok(xap_records(f->reader, 1, from, ids, 7, &n, &err), &err);
		for (i = 0; i < n; i++, seen++) {
			assert_true(ids[i] >= from);
			assert_ok(xap_record_row(f->reader, 1, ids[i], &row, &err), &err);
			assert_int_equal(row.level, f->paper[ids[i]].level);
			assert_int_equal(row.access_class, f->paper[ids[i]].access_class);
			from = ids[i] + 1;
		}
	} while (n == 7);
	for (id = 1; id <= RECORDS; id++)
		want += f->paper[id].level >= LEVEL_CLOSED_INDEX;
	assert_int_equal(seen, want);
	assert_status(xap_record_row(f->reader, 1, 9999, &row, &err), ST_NOT_FOUND, &err);
	assert_ok(xap_count(f->reader, &count, &err), &err);
	assert_int_equal(count, RECORDS);
}

static void
limits_and_bad_calls_are_statuses(void **state)
{
	struct fixture *f = *state;
	uint64_t bits = ALL_CLASSES;
	struct access a = reader_of(&bits, 3);
	const struct xap_node *n = word_node(f, 1);
	struct xap_shard none = { "/nonexistent/index", 0 };
	struct xap_reader *r;
	struct xap_writer *w;
	struct xap_hits *hits;
	struct err err = ERR_INIT;
	struct xap_row row = { 0 };
	char long_label[XAP_LABEL_MAX + 1];
	int i;

	for (i = 0; i <= XAP_DEPTH_MAX; i++)
		n = node(f, XAP_SCALE, 1, &n);
	assert_status(xap_search(f->reader, &a, &(struct xap_request){ .filter = n }, &hits, &err),
	    ST_LIMIT, &err);
	assert_status(xap_reader_open(&r, &none, 1, &err), ST_NOT_FOUND, &err);
	assert_null(r);
	assert_status(xap_writer_open(&w, f->dir, 0, &err), ST_NOT_FOUND, &err);
	assert_ok(xap_writer_open(&w, f->open, 0, &err), &err);
	xap_begin(w);
	assert_status(xap_put(w, 0, &err), ST_INVALID, &err);
	assert_status(xap_put(w, (int64_t)XAP_ID_MAX + 1, &err), ST_INVALID, &err);
	memset(long_label, 'x', sizeof long_label);
	row.label[XAP_ISSUER] = span_make(long_label, XAP_LABEL_MAX + 1);
	xap_set_row(w, &row);
	assert_status(xap_put(w, 5, &err), ST_INVALID, &err);
	xap_writer_close(w);
	assert_status(xap_search(f->reader, &a,
			  &(struct xap_request){ .filter = word_node(f, 0),
			      .rank = word_node(f, 0),
			      .limit = 1,
			      .deadline_us = 1 },
			  &hits, &err),
	    ST_OK, &err); /* too small to look at the clock */
	xap_hits_free(hits);
}

/* The terms that were added become this record, for all to see; ends the writer. */
static void
end_record(struct fixture *f, struct xap_writer *w, int64_t id)
{
	struct xap_row row = { 0 };
	struct err err = ERR_INIT;
	bool changed;

	xap_set_row(w, &row);
	assert_ok(xap_put(w, id, &err), &err);
	assert_ok(xap_commit(w, &err), &err);
	xap_writer_close(w);
	assert_ok(xap_refresh(f->reader, &changed, &err), &err);
}

/* A record of many places or terms, so that a walk over them looks at the clock. */
static void
put_many(struct fixture *f, const char *path, int64_t id, const char *layer, const char *word,
    bool terms)
{
	struct err err = ERR_INIT;
	struct xap_writer *w;
	uint32_t i;

	assert_ok(xap_writer_open(&w, path, 0, &err), &err);
	xap_begin(w);
	for (i = 0; i < MANY; i++)
		xap_add_posting(w, layer,
		    span_of(terms ? arena_printf(f->arena, "%s%u", word, i) : word), i, 1);
	end_record(f, w, id);
}

static void
put_often(struct fixture *f, int64_t id, int word, unsigned wdf)
{
	struct err err = ERR_INIT;
	struct xap_writer *w;

	assert_ok(xap_writer_open(&w, f->open, 0, &err), &err);
	xap_begin(w);
	xap_add_term(w, "B", word_name(word), wdf);
	end_record(f, w, id);
}

static void
expect_one(struct fixture *f, const struct xap_request *q, bool want_exact)
{
	uint64_t bits = ALL_CLASSES;
	struct access a = reader_of(&bits, 3);
	struct err err = ERR_INIT;
	struct xap_hits *hits;
	bool exact;

	assert_ok(xap_search(f->reader, &a, q, &hits, &err), &err);
	assert_int_equal(xap_hits_total(hits, &exact), 1);
	assert_int_equal(xap_hits_count(hits), 1);
	assert_int_equal(exact, want_exact);
	xap_hits_free(hits);
}

static size_t
no_sizes(struct span data, struct xap_slice_size *out, size_t max)
{
	(void)data;
	(void)out;
	(void)max;
	return 0;
}

static struct xap_slices
second_stage_of(const struct xap_word *word, unsigned depth,
    size_t (*sizes)(struct span, struct xap_slice_size *, size_t))
{
	return (struct xap_slices){ .toned = "B",
		.folded = "F",
		.bigram = "P",
		.words = word,
		.word_count = 1,
		.depth = depth,
		.sizes = sizes,
		.k1 = 1.2 };
}

static void
what_was_found_before_the_deadline_is_answered(void **state)
{
	struct fixture *f = *state;
	const struct xap_node once = { .op = XAP_TERM, .text = SPAN("Bonce") },
			      twice = { .op = XAP_SPELLINGS, .text = SPAN("Btwice") };
	const struct xap_word word = { SPAN("once"), SPAN("once"), false, false };
	const struct xap_slices slices = second_stage_of(&word, 10, no_sizes);
	struct xap_request ranked = {
		.filter = &once, .rank = &once, .k1 = 1.2, .slices = &slices, .limit = 5
	};
	struct xap_request both = { .filter = &twice, .limit = 5 };

	put_many(f, f->open, 1000, "B", "once", false);
	ranked.deadline_us = 1; /* passes in the second stage */
	expect_one(f, &ranked, false);
	ranked.deadline_us = 0;
	expect_one(f, &ranked, true);

	put_many(f, f->open, 1001, "B", "twice", false);
	put_many(f, f->closed, 1002, "B", "twice", true);
	both.deadline_us = 1; /* passes when words are looked up in the second database */
	expect_one(f, &both, false);
	both.deadline_us = 0;
	expect_one(f, &both, true);
}

static void
a_walk_over_words_ends_at_the_deadline_and_leaves_what_was_found(void **state)
{
	struct fixture *f = *state;
	const struct xap_node like[2] = {
		{ .op = XAP_FUZZY, .text = SPAN("Fmany1"), .window = 10, .distance = 1 },
		{ .op = XAP_FUZZY, .text = SPAN("Bmany1"), .window = 10, .distance = 1 }
	};
	const struct xap_node once = { .op = XAP_TERM, .text = SPAN("Bonce") };
	int i;

	put_many(f, f->open, 1000, "B", "once", false);
	put_many(f, f->closed, 1001, "F", "many", true);
	put_many(f, f->closed, 1002, "B", "many", true);
	for (i = 0; i < 2; i++) {
		const struct xap_node *either[2] = { &once, &like[i] };
		struct xap_request q = { .filter = node(f, XAP_OR, 2, either), .limit = 1 };
		uint64_t bits = ALL_CLASSES;
		struct access a = reader_of(&bits, 3);
		struct err err = ERR_INIT;
		struct xap_hits *hits;
		bool exact;

		q.deadline_us = 1; /* passes among the words of the second database */
		expect_one(f, &q, false);
		q.deadline_us = 0;
		assert_ok(xap_search(f->reader, &a, &q, &hits, &err), &err);
		assert_int_equal(xap_hits_total(hits, &exact), 2);
		assert_true(exact);
		xap_hits_free(hits);
	}
}

static struct xap_request *overtaken;

static size_t
sizes_until_the_deadline(struct span data, struct xap_slice_size *out, size_t max)
{
	overtaken->deadline_us = 1;
	return no_sizes(data, out, max);
}

static void
a_page_behind_a_record_is_what_was_ranked_when_the_deadline_comes_in_between(void **state)
{
	struct fixture *f = *state;
	const struct xap_node **any = arena_array(f->arena, MANY + 1, sizeof *any);
	const struct xap_word word = { SPAN("w0"), SPAN("w0"), false, false };
	const struct xap_slices slices = second_stage_of(&word, 1, sizes_until_the_deadline);
	struct xap_request q = { .rank = word_node(f, 0), .k1 = 1.2, .limit = 3 };
	uint64_t bits = ALL_CLASSES;
	struct access a = reader_of(&bits, 3);
	struct xap_hit whole, hit;
	struct xap_hits *all, *hits;
	struct err err = ERR_INIT;
	size_t i;
	bool exact;

	put_many(f, f->open, 1000, "B", "many", true);
	any[0] = word_node(f, 0);
	for (i = 0; i < MANY; i++) { /* lists enough to look at the clock in every search */
		struct xap_node *n = arena_alloc(f->arena, sizeof *n);

		n->op = XAP_TERM;
		n->text = span_of(arena_printf(f->arena, "Bmany%zu", i));
		any[i + 1] = n;
	}
	q.filter = node(f, XAP_OR, MANY + 1, any);
	assert_ok(xap_search(f->reader, &a, &q, &all, &err), &err);
	xap_hits_at(all, 1, &hit);
	q.after = hit.record;
	q.slices = &slices;
	overtaken = &q;
	assert_ok(xap_search(f->reader, &a, &q, &hits, &err), &err);
	assert_int_equal(xap_hits_total(hits, &exact), xap_hits_total(all, &exact));
	(void)xap_hits_total(hits, &exact);
	assert_false(exact);
	assert_true(xap_hits_count(hits) > 0);
	xap_hits_at(all, 2, &whole);
	xap_hits_at(hits, 0, &hit);
	assert_int_equal(hit.record, whole.record);
	xap_hits_free(hits);
	xap_hits_free(all);
}

static void
put_at(struct fixture *f, int64_t id, const char *word, uint32_t position)
{
	struct err err = ERR_INIT;
	struct xap_writer *w;

	assert_ok(xap_writer_open(&w, f->open, 0, &err), &err);
	xap_begin(w);
	xap_add_posting(w, "B", span_of(word), position, 1);
	end_record(f, w, id);
}

/* Both ways to a page: the word that the second stage looked up, and a form of it. */
static void
expect_slice(struct fixture *f, const struct xap_request *q, uint32_t want)
{
	const struct xap_place places[2] = { { .word = SPAN("moving"), .any_tone = true },
		{ .word = SPAN("mov"), .any_tone = true, .form = XAP_BEGINS } };
	uint64_t bits = ALL_CLASSES;
	struct access a = reader_of(&bits, 3);
	struct err err = ERR_INIT;
	struct xap_slice slice;
	struct xap_hits *hits;
	size_t count, i;

	assert_ok(xap_search(f->reader, &a, q, &hits, &err), &err);
	assert_int_equal(xap_hits_count(hits), 1);
	for (i = 0; i < 2; i++) {
		assert_ok(
		    xap_hits_slices(hits, 0, "B", &places[i], 1, &slice, 1, &count, &err), &err);
		assert_int_equal(count, 1);
		assert_int_equal(slice.slice, want);
		assert_int_equal(slice.count, 1);
	}
	xap_hits_free(hits);
}

static void
what_was_read_of_the_index_is_read_anew_when_it_changes(void **state)
{
	struct fixture *f = *state;
	const struct xap_node moving = { .op = XAP_PREFIX, .text = SPAN("Bmov"), .window = 10 },
			      next = { .op = XAP_TERM, .text = SPAN("Bnext") };
	const struct xap_node *pair[2] = { &moving, &next };
	const struct xap_word word = { SPAN("moving"), SPAN("moving"), false, false };
	const struct xap_slices slices = second_stage_of(&word, 10, no_sizes);
	struct xap_request q = {
		.filter = &moving, .rank = &moving, .k1 = 1.2, .slices = &slices, .limit = 5
	};
	struct xap_request both = { .filter = node(f, XAP_OR, 2, pair), .limit = 5 };
	const struct xap_shard low = { f->open, LEVEL_PUBLIC };
	uint64_t bits = ALL_CLASSES;
	struct access a = reader_of(&bits, 3);
	struct err err = ERR_INIT;
	struct xap_hits *hits;
	uint32_t slice;

	for (slice = 1; slice <= 3; slice++) {
		put_at(f, 1000, "moving", slice * XAP_SLICE + slice);
		expect_slice(f, &q, slice);
		expect_slice(f, &q, slice);
		xap_reader_closep(&f->other); /* somebody who stays at this state */
		assert_ok(xap_reader_open(&f->other, &low, 1, &err), &err);
		assert_ok(xap_search(f->other, &a, &q, &hits, &err), &err);
		xap_hits_free(hits);
	}
	expect_one(f, &both, true);
	put_at(f, 1000, "next", 0);
	expect_one(f, &both, true);
	put_at(f, 1001, "moved", 0);
	both.filter = &moving; /* another form, in another record */
	expect_one(f, &both, true);
}

/* Long lists stay as a byte for each record, unless a count does not fit. */
static void
what_stays_of_a_list_ranks_as_what_was_read(void **state)
{
	struct fixture *f = *state;
	uint64_t bits = ALL_CLASSES;
	struct access a = reader_of(&bits, 3);
	int64_t read[RECORDS + 1], kept[RECORDS + 1];
	const struct xap_node *pair[2];
	size_t n, m;
	int round, w;

	for (round = 0; round < 2; round++) {
		for (w = 0; w < 8; w++) {
			struct xap_request q = { .k1 = 1000, .b = .5, .limit = RECORDS + 1 };

			pair[0] = word_node(f, w);
			pair[1] = word_node(f, (w + 1) % 8);
			q.rank = node(f, XAP_OR, 2, pair);
			q.filter = w % 2 ? q.rank : pair[0];
			list_ids(f, &a, &q, read, &n);
			list_ids(f, &a, &q, kept, &m);
			assert_int_equal(n, m);
			assert_in_range(n, RECORDS / 4, RECORDS + 1);
			assert_memory_equal(read, kept, n * sizeof read[0]);
			if (round == 1 && w == 4)
				assert_int_equal(kept[0], RECORDS + 1);
		}
		put_often(f, RECORDS + 1, 4, 300);
	}
}

static void
an_overlong_term_is_found_again_and_is_not_another_one(void **state)
{
	struct fixture *f = *state;
	uint64_t bits = ALL_CLASSES;
	struct access a = reader_of(&bits, 3);
	char term[400];
	struct xap_node n = { .op = XAP_TERM };
	struct xap_request q = { .filter = &n, .limit = 5 };
	struct xap_writer *w;
	struct xap_hits *hits;
	struct err err = ERR_INIT;
	bool exact;

	memset(term, 'x', sizeof term);
	assert_ok(xap_writer_open(&w, f->open, 0, &err), &err);
	xap_begin(w);
	xap_add_term(w, "", span_make(term, sizeof term), 0);
	end_record(f, w, 1000);
	n.text = span_make(term, sizeof term);
	assert_ok(xap_search(f->reader, &a, &q, &hits, &err), &err);
	assert_int_equal(xap_hits_total(hits, &exact), 1);
	xap_hits_free(hits);
	n.text.n--;
	assert_ok(xap_search(f->reader, &a, &q, &hits, &err), &err);
	assert_int_equal(xap_hits_total(hits, &exact), 0);
	xap_hits_free(hits);
}

/* Total of a RARELY of "Fscarce" and "Fsearce", and whether it stood for more than the first. */
static size_t
count_rarely(
    struct fixture *f, uint64_t classes, unsigned window, enum xap_others others, bool *widened)
{
	const struct xap_node first = { .op = XAP_TERM, .text = SPAN("Fscarce") };
	const struct xap_node other = { .op = XAP_TERM, .text = SPAN("Fsearce") };
	const struct xap_node *either[2] = { &first, &other };
	struct xap_node *rarely = (struct xap_node *)(uintptr_t)node(f, XAP_RARELY, 2, either);
	const struct xap_node *words[1] = { rarely };
	struct xap_request q = { .words = words, .word_count = 1, .least = 1, .others = others };
	struct access a = reader_of(&classes, 3);
	struct err err = ERR_INIT;
	struct xap_hits *hits;
	size_t total;
	bool exact;

	rarely->window = window;
	assert_ok(xap_search(f->reader, &a, &q, &hits, &err), &err);
	total = xap_hits_total(hits, &exact);
	*widened = xap_hits_widened(hits);
	xap_hits_free(hits);
	return total;
}

static void
a_rare_term_stands_for_its_others_by_what_may_be_read(void **state)
{
	static const struct {
		unsigned window;
		enum xap_others others;
		size_t total;
		bool held, widened; /* held: the first term stands in a record */
	} cases[] = {
		{ 2, XAP_OTHERS_OF_HELD, 2, true, true },
		{ 1, XAP_OTHERS_OF_HELD, 1, true, false }, /* one record is not fewer than one */
		{ 2, XAP_OTHERS_NEVER, 1, true, false },
		{ 2, XAP_OTHERS_OF_HELD, 0, false, false },
		{ 2, XAP_OTHERS_ALWAYS, 1, false, true },
	};
	struct fixture *f = *state;
	bool widened;
	size_t i;

	put_many(f, f->open, 1001, "F", "searce", false);
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		if (cases[i].held)
			put_many(f, f->closed, 1000, "F", "scarce", false);
		else
			put_many(f, f->closed, 1000, "F", "nothing", false);
		assert_int_equal(
		    count_rarely(f, ALL_CLASSES, cases[i].window, cases[i].others, &widened),
		    cases[i].total);
		assert_int_equal(widened, cases[i].widened);
	}
	put_many(f, f->open, 1002, "F", "searce", false); /* more than hold the first */
	put_many(f, f->closed, 1000, "F", "scarce", false);
	assert_int_equal(count_rarely(f, ALL_CLASSES, 5, XAP_OTHERS_OF_HELD, &widened), 1);
	assert_int_equal(count_rarely(f, 0, 5, XAP_OTHERS_ALWAYS, &widened), 0);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		test(any_query_finds_and_counts_what_brute_force_finds),
		test(a_rare_term_stands_for_its_others_by_what_may_be_read),
		test(at_least_so_many_words_are_required_and_counted),
		test(a_class_outside_the_bitmap_is_nowhere),
		test(an_access_without_classes_finds_nothing),
		test(without_clearance_the_closed_index_is_not_even_opened_for_the_search),
		test(hidden_records_and_other_dates_are_left_out_of_everything),
		test(a_window_of_hits_is_a_part_of_the_whole_list),
		test(pages_behind_the_last_hit_are_the_whole_list_in_every_order),
		test(numbers_order_records_and_those_without_come_last),
		test(near_is_what_brute_force_says),
		test(columns_are_conditions),
		test(groups_from_outside_filter_and_count_under_the_access),
		test(every_facet_counts_what_is_admitted),
		test(slices_of_a_hit_are_those_that_hold_its_words),
		test(what_is_not_committed_is_not_there_and_cancel_forgets_it),
		test(a_reader_that_was_overtaken_says_stale_and_goes_on_after_a_refresh),
		test(a_record_in_both_databases_is_found_once),
		test(a_replaced_directory_is_noticed),
		test(records_of_a_shard_can_be_listed_with_their_rows),
		test(limits_and_bad_calls_are_statuses),
		test(what_was_found_before_the_deadline_is_answered),
		test(a_walk_over_words_ends_at_the_deadline_and_leaves_what_was_found),
		test(a_page_behind_a_record_is_what_was_ranked_when_the_deadline_comes_in_between),
		test(what_was_read_of_the_index_is_read_anew_when_it_changes),
		test(what_stays_of_a_list_ranks_as_what_was_read),
		test(an_overlong_term_is_found_again_and_is_not_another_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
