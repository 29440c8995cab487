/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "search_parts.h"

/*
 * A range of days as years, months at its ends and days at their ends: at most some 450 terms for
 * four centuries.  A record whose date is only a year is in the range when all of that year is.
 */
struct range {
	struct arena *arena;
	const struct xap_node *term[YEAR_MAX - YEAR_MIN + 1 + 2 * (12 + 31)];
	size_t count;
	uint32_t from, to; /* yyyymmdd, inclusive; 00 and 99 as ends */
};

static void
add(struct range *r, const char *prefix, uint32_t value)
{
	char digits[12];

	snprintf(digits, sizeof digits, "%u", value);
	r->term[r->count++] = query_term(r->arena, prefix, span_of(digits));
}

static void
add_month(struct range *r, uint32_t month)
{
	uint32_t day;

	if (month * 100 + 1 >= r->from && month * 100 + 31 <= r->to) {
		add(r, TERM_MONTH, month);
		return;
	}
	for (day = month * 100 + 1; day <= month * 100 + 31; day++)
		if (day >= r->from && day <= r->to)
			add(r, TERM_DAY, day);
}

/* An end on the last real day of its month or year takes all of it. */
static uint32_t
last_to_99(uint32_t day)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	uint32_t y = day / 10000, m = day / 100 % 100;
	uint32_t last = m >= 1 && m <= 12 ? days[m - 1] : 0;

	if (m == 2 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0))
		last = 29;
	return last != 0 && day % 100 == last ? y * 10000 + m * 100 + 99 : day;
}

const struct xap_node *
query_plan_dates(struct arena *a, uint32_t from, uint32_t to)
{
	struct range r = { .arena = a, .from = from, .to = last_to_99(to) };
	uint32_t y, m;

	for (y = from / 10000; y <= to / 10000; y++) {
		if (y * 10000 + 101 >= r.from && y * 10000 + 1231 <= r.to) {
			add(&r, TERM_YEAR, y);
			continue;
		}
		for (m = y * 100 + 1; m <= y * 100 + 12; m++)
			if (m * 100 + 99 >= r.from && m * 100 <= r.to)
				add_month(&r, m);
	}
	return query_node(a, XAP_OR, r.term, r.count);
}
