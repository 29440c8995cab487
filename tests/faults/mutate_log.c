/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Harms the exported log of a real archive in every way that a skilled hand has and asks tangthu-verify's
 * own functions: each harm must be found, whatever place it strikes.
 *
 *	mutate_log ENTRIES CHECKPOINT KEY-FILE TIMES SEED
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../../cli/verify/verify.h"

struct text {
	char *p;
	size_t n;
};

struct log {
	struct text all;
	size_t count, *start; /* count + 1 offsets of lines */
};

static uint64_t state;

/* xorshift64*: the same harms for the same seed, everywhere. */
static size_t
draw(size_t below)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (size_t)((state * UINT64_C(2685821657736338717)) >> 33) % below;
}

static struct text
copy(struct text from, size_t extra)
{
	struct text to = { malloc(from.n + extra + 1), from.n };

	if (!to.p)
		abort();
	memcpy(to.p, from.p, from.n);
	return to;
}

static void
put(struct text *t, const char *p, size_t n)
{
	memcpy(t->p + t->n, p, n);
	t->n += n;
}

static struct text
line(const struct log *l, size_t i)
{
	return (struct text){ l->all.p + l->start[i], l->start[i + 1] - l->start[i] };
}

/* Lines in a new order, each with the number of its place: what hides that one was moved. */
static struct text
renumbered(const struct log *l, const size_t *order, size_t count)
{
	struct text out = { malloc(l->all.n * 2 + 64 * (count + 1)), 0 };

	if (!out.p)
		abort();
	for (size_t i = 0; i < count; i++) {
		struct text from = line(l, order[i]);
		const char *space = memchr(from.p, ' ', from.n);
		char number[24];

		put(&out, number, (size_t)snprintf(number, sizeof(number), "%zu", i));
		put(&out, space, from.n - (size_t)(space - from.p));
	}
	return out;
}

static struct text
alter_byte(const struct log *l)
{
	struct text t = copy(l->all, 0);
	size_t at = draw(t.n);

	t.p[at] = (char)(t.p[at] ^ (char)(1 + draw(255)));
	return t;
}

/* Inside the entry: the line stays well-formed Base64. */
static struct text
alter_entry(const struct log *l)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct text t = copy(l->all, 0);
	size_t i = draw(l->count), from = l->start[i], to = l->start[i + 1] - 1, at;

	while (t.p[from++] != ' ')
		;
	do
		at = from + draw(to - from);
	while (t.p[at] == '=');
	for (char was = t.p[at]; t.p[at] == was;)
		t.p[at] = digits[draw(64)];
	return t;
}

static size_t *
all_lines(const struct log *l)
{
	size_t *order = calloc(l->count + 1, sizeof(*order));

	if (!order)
		abort();
	for (size_t i = 0; i < l->count; i++)
		order[i] = i;
	return order;
}

static struct text
drop(const struct log *l)
{
	size_t *order = all_lines(l), at = draw(l->count);
	struct text t;

	memmove(order + at, order + at + 1, (l->count - at - 1) * sizeof(*order));
	t = renumbered(l, order, l->count - 1);
	free(order);
	return t;
}

static struct text
insert(const struct log *l)
{
	size_t *order = all_lines(l), at = draw(l->count + 1), what = draw(l->count);
	struct text t;

	memmove(order + at + 1, order + at, (l->count - at) * sizeof(*order));
	order[at] = what;
	t = renumbered(l, order, l->count + 1);
	free(order);
	return t;
}

static struct text
reorder(const struct log *l)
{
	size_t *order = all_lines(l), a = draw(l->count), b = draw(l->count), was;
	struct text t;

	if (a == b)
		b = (b + 1) % l->count;
	was = order[a];
	order[a] = order[b];
	order[b] = was;
	t = renumbered(l, order, l->count);
	free(order);
	return t;
}

static struct text
truncate_bytes(const struct log *l)
{
	struct text t = copy(l->all, 0);

	t.n = draw(t.n);
	return t;
}

static struct text
truncate_lines(const struct log *l)
{
	struct text t = copy(l->all, 0);

	t.n = l->start[draw(l->count)];
	return t;
}

static struct text
drop_line_as_it_is(const struct log *l)
{
	struct text t = copy(l->all, 0);
	size_t at = draw(l->count);

	memmove(t.p + l->start[at], t.p + l->start[at + 1], t.n - l->start[at + 1]);
	t.n -= l->start[at + 1] - l->start[at];
	return t;
}

static const struct {
	const char *name;
	struct text (*make)(const struct log *);
} harms[] = {
	{ "a byte altered", alter_byte },
	{ "an entry altered", alter_entry },
	{ "an entry dropped, renumbered", drop },
	{ "an entry inserted, renumbered", insert },
	{ "two entries exchanged, renumbered", reorder },
	{ "cut at a byte", truncate_bytes },
	{ "cut at an entry", truncate_lines },
	{ "a line dropped", drop_line_as_it_is },
};
#define HARMS (sizeof(harms) / sizeof(harms[0]))

static bool
holds(struct text t, const struct point *point, struct fault *f)
{
	struct log_report report;
	FILE *in = fmemopen(t.p, t.n ? t.n : 1, "r");
	bool whole;

	if (!in)
		abort();
	if (t.n == 0)
		(void)getc(in);
	whole = log_check(in, point, 1, false, &report, f);
	fclose(in);
	return whole;
}

static bool
load(char **argv, struct log *l, struct point *point, struct fault *f)
{
	struct keys *keys = calloc(1, sizeof(*keys));
	struct buffer entries, note, key;
	bool whole = keys && read_file(argv[1], (size_t)1 << 30, &entries, f) &&
	    read_file(argv[2], NOTE_MAX_LEN, &note, f) &&
	    read_file(argv[3], NOTE_MAX_LEN, &key, f) &&
	    keys_add(keys, (struct bytes){ key.p, key.n }, f) &&
	    point_read((struct bytes){ note.p, note.n }, keys, point, f);

	free(keys);
	if (!whole)
		return false;
	l->all = (struct text){ (char *)entries.p, entries.n };
	l->start = calloc(entries.n + 2, sizeof(*l->start));
	if (!l->start)
		abort();
	for (size_t i = 0; i < entries.n; i++)
		if (entries.p[i] == '\n')
			l->start[++l->count] = i + 1;
	buffer_free(&note);
	buffer_free(&key);
	return l->count > 1 || fault(f, "too short a log");
}

int
main(int argc, char **argv)
{
	size_t made[HARMS] = { 0 }, times, missed = 0;
	struct log l = { 0 };
	struct point point;
	struct fault f;

	if (argc != 6)
		return 64;
	times = strtoul(argv[4], NULL, 10);
	state = strtoull(argv[5], NULL, 10) * 2 + 1;
	if (!load(argv, &l, &point, &f) || !holds(l.all, &point, &f)) {
		fprintf(stderr, "mutate_log: unharmed: %s\n", f.text);
		return 66;
	}
	for (size_t i = 0; i < times; i++) {
		size_t which = draw(HARMS);
		struct text t = harms[which].make(&l);

		/* A harm that changed nothing is none (two equal lines cannot be: they bear numbers). */
		if (t.n == l.all.n && memcmp(t.p, l.all.p, t.n) == 0) {
			fprintf(
			    stderr, "mutate_log: %zu: %s made no change\n", i, harms[which].name);
			missed++;
		} else if (holds(t, &point, &f)) {
			fprintf(stderr, "mutate_log: %zu: %s, not found\n", i, harms[which].name);
			missed++;
		}
		made[which]++;
		free(t.p);
	}
	for (size_t i = 0; i < HARMS; i++)
		printf("%zu %s\n", made[i], harms[i].name);
	printf("%zu harms to %zu entries, %zu not found\n", times, l.count, missed);
	free(l.all.p);
	free(l.start);
	return missed ? 1 : 0;
}
