/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "field_parts.h"

/*
 * "Hải Phòng, ngày 05 tháng 01 năm 2024".  Month and year are printed or clear; the day is mostly
 * written by hand and looks like plain digits when it is misread: it counts only when the reader is
 * sure and the digits are no taller than print (measured: printed digits stand 0.73-0.96 of the
 * median word).  Otherwise the month is told alone.
 */
#define HEADER_PART 0.40
#define FIRST_YEAR 1945
#define DAY_SURE 0.93
#define DAY_HEIGHT 0.95 /* of the median word */
#define DAY_YEAR 1.1	/* or of the year beside it, which is always printed */
#define DAY_DOUBT 0.80	/* digits read so well count when they stand as high as the year */
#define DAY_LEAST 0.92	/* of its height */
#define DAY_OFFER 0.85	/* what such a date is worth at most */
#define MONTH_SURE 0.70
#define YEAR_SURE 0.90
#define PARTIAL 0.85 /* what a date without its day is worth */

struct date_parts {
	struct layout_piece all, day, month, year;
	bool has_day;
};

static int
piece_number(struct layout_piece p)
{
	struct span s = layout_piece_text(p);
	char digits[8];

	if (!s.n || s.n >= sizeof digits)
		return -1;
	memcpy(digits, s.p, s.n);
	digits[s.n] = '\0';
	return (int)strtol(digits, NULL, 10);
}

/* The words that it touches hold nothing else: their height is that of the digits. */
static bool
stands_alone(struct layout_piece p)
{
	size_t i;

	for (i = 0; i < p.line->count; i++) {
		const struct layout_word *w = &p.line->word[i];

		if (w->end > p.start && w->start < p.end && (w->start < p.start || w->end > p.end))
			return false;
	}
	return true;
}

static bool
day_is_print(const struct layout *l, struct layout_piece day, struct layout_piece year, double sure)
{
	int height = layout_piece_height(day);

	if (sure >= 1) /* given by a text layer, not recognised */
		return true;
	if (sure < DAY_SURE)
		return false;
	if (!l->word_height || height <= DAY_HEIGHT * l->word_height)
		return true;
	return stands_alone(day) && stands_alone(year) &&
	    height <= DAY_YEAR * layout_piece_height(year);
}

/* Print in all likelihood: offered, never filled in. */
static bool
day_is_likely(
    const struct layout *l, struct layout_piece day, struct layout_piece year, double sure)
{
	int height = layout_piece_height(day), other = layout_piece_height(year);

	return sure >= DAY_DOUBT && l->word_height && stands_alone(day) && stands_alone(year) &&
	    height >= DAY_LEAST * other && height <= DAY_YEAR * other;
}

/* Not before the archive's country, not after today (a day's grace for time zones). */
static bool
date_plausible(const struct fields *f, const char *date)
{
	char today[28];

	if (!date_valid(span_of(date), true) || strtol(date, NULL, 10) < FIRST_YEAR)
		return false;
	time_text(f->source->now_us + (int64_t)24 * 3600 * 1000000, today);
	return strncmp(date, today, strlen(date)) <= 0;
}

/* With its day, when that is one that a printer set. */
static bool
take_whole(
    struct fields *f, const struct date_parts *p, int year, int month, int day, double month_sure)
{
	int box[4];
	double sure = layout_piece_box(p->day, box), worth = sure < month_sure ? sure : month_sure;
	char date[32];

	if (!day_is_print(f->first, p->day, p->year, sure)) {
		if (!day_is_likely(f->first, p->day, p->year, sure))
			return false;
		worth = worth < DAY_OFFER ? worth : DAY_OFFER;
	}
	snprintf(date, sizeof date, "%04d-%02d-%02d", year, month, day);
	if (!date_plausible(f, date))
		return false;
	field_add(f, FIELD_ISSUED, arena_dup(f->arena, date), &p->all, 1, worth, "header-text");
	return true;
}

static bool
take(struct fields *f, const struct date_parts *p)
{
	int year = piece_number(p->year), month = piece_number(p->month), box[4];
	int day = p->has_day ? piece_number(p->day) : -1;
	double sure;
	char date[32];

	if (year < 0 || month < 0)
		return false;
	sure = layout_piece_box(p->month, box);
	if (layout_piece_box(p->year, box) < sure)
		sure = layout_piece_box(p->year, box);
	if (sure < MONTH_SURE)
		return false;
	if (day > 0 && take_whole(f, p, year, month, day, sure))
		return true;
	snprintf(date, sizeof date, "%04d-%02d", year, month);
	if (!date_plausible(f, date))
		return false;
	field_add(
	    f, FIELD_ISSUED, arena_dup(f->arena, date), &p->all, 1, sure * PARTIAL, "header-text");
	return true;
}

static bool
look(struct fields *f, const struct layout_line *line)
{
	regmatch_t m[PATTERN_GROUPS];
	struct date_parts p;

	if (field_match(f, PATTERN_DATE, line->folded, m)) {
		p.has_day = true;
		p.day = layout_piece(line, m[1]);
		p.month = layout_piece(line, m[2]);
		p.year = layout_piece(line, m[3]);
	} else if (field_match(f, PATTERN_MONTH, line->folded, m)) {
		p.has_day = false;
		p.day = layout_piece(line, m[0]);
		p.month = layout_piece(line, m[1]);
		p.year = layout_piece(line, m[2]);
	} else {
		return false;
	}
	p.all = layout_piece(line, m[0]);
	return take(f, &p);
}

/* "18 July 2023", "July 18, 2023": a line of its own on a page in English. */
static bool
look_english(struct fields *f, const struct layout_line *line)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	regmatch_t m[PATTERN_GROUPS], part[3];
	struct layout_piece all, day;
	bool day_first = field_match(f, PATTERN_DAY_MONTH, line->folded, m);
	char name[4] = "", date[32];
	double sure;
	int box[4];

	if (!day_first && !field_match(f, PATTERN_MONTH_DAY, line->folded, m))
		return false;
	part[0] = m[day_first ? 5 : 6];
	part[1] = m[day_first ? 7 : 5];
	part[2] = m[8];
	memcpy(name, line->folded + part[1].rm_so, 3);
	all = layout_piece(line, m[0]);
	day = layout_piece(line, part[0]);
	snprintf(date, sizeof date, "%04d-%02d-%02d", piece_number(layout_piece(line, part[2])),
	    (int)(strstr(months, name) - months) / 3 + 1, piece_number(day));
	sure = layout_piece_box(all, box);
	if (sure < MONTH_SURE || !date_plausible(f, date))
		return false;
	if (!day_is_print(f->first, day, layout_piece(line, part[2]), sure) && sure > DAY_OFFER)
		sure = DAY_OFFER;
	field_add(f, FIELD_ISSUED, arena_dup(f->arena, date), &all, 1, sure, "header-text");
	return true;
}

/* Day and month are lost: the year alone, where the date must stand. */
static bool
look_for_year(struct fields *f, const struct layout_line *line)
{
	regmatch_t m[PATTERN_GROUPS];
	struct layout_piece year;
	double sure;
	char *text;
	int box[4];

	if (!field_match(f, PATTERN_YEAR, line->folded, m))
		return false;
	year = layout_piece(line, m[2]);
	sure = layout_piece_box(year, box);
	text = arena_dup_span(f->arena, layout_piece_text(year));
	if (sure < YEAR_SURE || !date_plausible(f, text))
		return false;
	field_add(f, FIELD_ISSUED, text, &year, 1, sure * PARTIAL * PARTIAL, "header-text");
	return true;
}

/* "Hải Phòng, ngày ...": printed even where the day is not.  Each word begins with a capital. */
static void
find_place(struct fields *f)
{
	const struct layout *l = f->first;
	regmatch_t m[PATTERN_GROUPS];
	int box[4];
	size_t i;

	for (i = 0; i < l->count; i++) {
		const struct layout_line *line = &l->line[i];
		struct layout_piece place;

		if (line->zone == LAYOUT_LEFT || layout_height(l, line) > HEADER_PART ||
		    (l->header && line->zone != LAYOUT_RIGHT) ||
		    !field_match(f, PATTERN_PLACE, line->folded, m))
			continue;
		place = layout_piece(line, m[1]);
		field_find(f, FOUND_PLACE,
		    arena_dup_span(f->arena, field_trim(layout_piece_text(place))), &place, 1,
		    layout_piece_box(place, box), "header-text");
		return;
	}
}

void
field_date(struct fields *f)
{
	const struct layout *l = f->first;
	int pass;
	size_t i;

	find_place(f);
	/*
	 * Beside the number.  Only a page without columns has it elsewhere near the top: a date
	 * there is a cited one as a rule.
	 */
	for (pass = 0; pass < 3; pass++)
		for (i = 0; i < l->count; i++) {
			const struct layout_line *line = &l->line[i];
			bool right = line->zone == LAYOUT_RIGHT;

			if (right != (pass < 2) || layout_height(l, line) > HEADER_PART)
				continue;
			if (pass == 2 &&
			    (l->header || strstr(line->folded, "Can cu") ||
				strchr(line->folded, '/')))
				continue;
			if (pass == 2 && look_english(f, line))
				return;
			if (pass == 1 ? look_for_year(f, line) : look(f, line))
				return;
		}
}
