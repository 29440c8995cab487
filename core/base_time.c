/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <time.h>

#include "base.h"

static int64_t
clock_us(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t
now_us(void)
{
	return clock_us(CLOCK_REALTIME);
}

int64_t
monotonic_us(void)
{
	return clock_us(CLOCK_MONOTONIC);
}

void
time_text(int64_t us, char out[28])
{
	/* The years that the format holds: 0000 to 9999. */
	const int64_t first = INT64_C(-62167219200), last = INT64_C(253402300799);
	int64_t s = us / 1000000, part = us % 1000000;
	struct tm tm;

	if (part < 0) {
		s--;
		part += 1000000;
	}
	time_t t = (time_t)(s < first ? first : s > last ? last : s);

	gmtime_r(&t, &tm);
	/* The masks tell the compiler what the clamp above already guarantees. */
	snprintf(out, 28, "%04u-%02u-%02uT%02u:%02u:%02u.%06uZ",
	    (unsigned)(tm.tm_year + 1900) % 10000, (unsigned)(tm.tm_mon + 1) % 100,
	    (unsigned)tm.tm_mday % 100, (unsigned)tm.tm_hour % 100, (unsigned)tm.tm_min % 100,
	    (unsigned)tm.tm_sec % 100, (unsigned)part % 1000000);
}

void
day_text(int64_t us, char out[11])
{
	char text[28];

	time_text(us + INT64_C(7) * 3600 * 1000000, text);
	memcpy(out, text, 10);
	out[10] = '\0';
}

bool
day_parse(const char *text, int64_t *us)
{
	struct tm tm = { 0 };

	if (!date_valid(span_of(text), false) || !strptime(text, "%Y-%m-%d", &tm))
		return false;
	*us = (int64_t)timegm(&tm) * 1000000;
	return true;
}

void
day_add(const char *day, int64_t days, char out[11])
{
	int64_t us = 0;

	(void)day_parse(day, &us);
	day_text(us + days * 86400 * 1000000, out);
}

static bool
number_at(struct span s, size_t at, size_t n, unsigned *out)
{
	uint64_t v;

	if (s.n < at + n || !span_u64(span_make(s.p + at, n), &v))
		return false;
	*out = (unsigned)v;
	return true;
}

static unsigned
days_in(unsigned year, unsigned month)
{
	static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

bool
date_valid(struct span s, bool partial)
{
	unsigned year, month, day;

	if (!number_at(s, 0, 4, &year) || year < 1000)
		return false;
	if (s.n == 4)
		return partial;
	if (s.p[4] != '-' || !number_at(s, 5, 2, &month) || month < 1 || month > 12)
		return false;
	if (s.n == 7)
		return partial;
	if (s.n != 10 || s.p[7] != '-' || !number_at(s, 8, 2, &day))
		return false;
	return day >= 1 && day <= days_in(year, month);
}
