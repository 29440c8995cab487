/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "layout.h"
#include "order.h"
#include "text.h"

#define FOOT_PART 0.25 /* of the page: a foot begins below */
#define FOOT_GAP 1.2   /* median words of open space between its columns */
#define SIGN_ROWS 4    /* the office stands so near to "Nơi nhận" */

/* Where each word goes: parts in the order of reading. */
enum part {
	PART_TOP, /* above the header */
	PART_LEFT,
	PART_RIGHT,
	PART_BODY,
	PART_FOOT_LEFT,
	PART_FOOT_RIGHT,
	PART_BELOW,
	PART_COUNT
};

struct order {
	const struct words *words;
	const struct layout *layout;
	uint8_t *part; /* of each word */
	bool *placed;  /* the part's lines are taken from the layout */
	int foot_top, foot_bottom, gutter;
	struct words *out;
	bool begun; /* a part has begun: its first word opens a block */
};

static bool
is_recipients(const struct layout_line *line)
{
	const char *s = line->folded + strspn(line->folded, " .:-\"'");

	return !strncmp(s, "Noi nhan", 8) || !strncmp(s, "NOI NHAN", 8);
}

static int
right_edge(const struct layout_line *line)
{
	return line->box[0] + line->box[2];
}

static int
bottom_edge(const struct layout_line *line)
{
	return line->box[1] + line->box[3];
}

/*
 * The foot: "Nơi nhận" at the left and beside it, at most a few rows away, capitals at the right.
 * Its columns are parted by the open space between what stands at both sides.
 */
static void
find_foot(struct order *o)
{
	const struct layout *l = o->layout;
	const struct layout_line *recipients = NULL, *office = NULL;
	int left = 0, right = l->width;
	size_t i;

	for (i = 0; i < l->count && !recipients; i++)
		if (l->line[i].zone == LAYOUT_BODY && is_recipients(&l->line[i]) &&
		    layout_height(l, &l->line[i]) > FOOT_PART && l->line[i].box[0] < l->width / 2)
			recipients = &l->line[i];
	if (!recipients)
		return;
	for (i = 0; i < l->count && !office; i++)
		if (l->line[i].zone == LAYOUT_BODY && l->line[i].box[0] > right_edge(recipients) &&
		    l->line[i].row + SIGN_ROWS >= recipients->row &&
		    l->line[i].row <= recipients->row + SIGN_ROWS &&
		    layout_capitals(&l->line[i], 4))
			office = &l->line[i];
	if (!office)
		return;
	o->foot_top = office->box[1] < recipients->box[1] ? office->box[1] : recipients->box[1];
	o->foot_bottom = l->height;
	for (i = 0; i < l->count; i++) {
		const struct layout_line *line = &l->line[i];

		if (line->zone != LAYOUT_BODY || bottom_edge(line) <= o->foot_top)
			continue;
		if (line->box[0] + line->box[2] / 2 < office->box[0] &&
		    right_edge(line) < office->box[0] + office->box[2] / 2) {
			if (right_edge(line) > left)
				left = right_edge(line);
		} else if (line->box[0] < right) {
			right = line->box[0];
		}
	}
	/* A line that runs through both ends it: what follows is no foot. */
	if (right - left < FOOT_GAP * l->word_height) {
		left = right_edge(recipients);
		right = office->box[0];
	}
	o->gutter = (left + right) / 2;
	for (i = 0; i < l->count; i++) {
		const struct layout_line *line = &l->line[i];

		if (line->zone == LAYOUT_BODY && line->box[1] > o->foot_top &&
		    line->box[1] > recipients->box[1] && line->box[1] > office->box[1] &&
		    line->box[0] < o->gutter - l->word_height &&
		    right_edge(line) > o->gutter + l->word_height && line->box[1] < o->foot_bottom)
			o->foot_bottom = line->box[1];
	}
}

static enum part
foot_part(const struct order *o, const int box[4])
{
	int middle = box[1] + box[3] / 2;

	if (!o->gutter || middle < o->foot_top)
		return PART_BODY;
	if (middle >= o->foot_bottom)
		return PART_BELOW;
	return box[0] + box[2] / 2 < o->gutter ? PART_FOOT_LEFT : PART_FOOT_RIGHT;
}

/* Rows above the first of the header. */
static unsigned
header_row(const struct layout *l)
{
	unsigned first = UINT32_MAX;
	size_t i;

	for (i = 0; i < l->count; i++)
		if (l->line[i].zone != LAYOUT_BODY && l->line[i].row < first)
			first = l->line[i].row;
	return first;
}

static void
part_words(struct order *o)
{
	const struct layout *l = o->layout;
	unsigned first = l->header ? header_row(l) : 0;
	size_t i, k;

	memset(o->part, PART_BODY, o->words->count);
	for (i = 0; i < o->words->count; i++) {
		const struct word *w = &o->words->word[i];
		const int box[4] = { w->x, w->y, (int)w->w, (int)w->h };

		if (w->w && w->h)
			o->part[i] = (uint8_t)foot_part(o, box);
	}
	for (i = 0; i < l->count; i++) {
		const struct layout_line *line = &l->line[i];
		enum part part = line->zone == LAYOUT_LEFT ? PART_LEFT
		    : line->zone == LAYOUT_RIGHT	   ? PART_RIGHT
		    : l->header && line->row < first	   ? PART_TOP
							   : PART_BODY;

		for (k = 0; part != PART_BODY && k < line->count; k++)
			o->part[line->word[k].index] = (uint8_t)part;
	}
}

static void
emit(struct order *o, uint32_t index, uint8_t start)
{
	struct word w = o->words->word[index];
	struct err err = ERR_INIT;

	w.start = o->begun ? start : WORD_NEW_BLOCK;
	o->begun = true;
	/* It fitted into the table that it comes from. */
	if (words_add(o->out, words_text(o->words, index), &w, &err) != ST_OK)
		return;
}

/* Line by line of the layout: the reader may have run both columns into one line. */
static void
emit_lines(struct order *o, enum part part)
{
	const struct layout *l = o->layout;
	size_t i, k;

	o->begun = false;
	for (i = 0; i < l->count; i++) {
		bool first = true;

		for (k = 0; k < l->line[i].count; k++) {
			uint32_t index = l->line[i].word[k].index;

			if (o->part[index] != part || o->placed[index])
				continue;
			emit(o, index, first ? WORD_NEW_LINE : WORD_SAME_LINE);
			o->placed[index] = true;
			first = false;
		}
	}
}

/* What the layout left out (rules, specks) and the body, in the reader's order and blocks. */
static void
emit_rest(struct order *o, enum part part)
{
	uint8_t start = WORD_NEW_BLOCK;
	size_t i;

	o->begun = false;
	for (i = 0; i < o->words->count; i++) {
		const struct word *w = &o->words->word[i];

		start = w->start > start ? w->start : start;
		if (o->placed[i] || o->part[i] != part)
			continue;
		emit(o, (uint32_t)i, start);
		start = WORD_SAME_LINE;
	}
}

struct words *
order_words(const struct words *words)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct order o = { .words = words, .layout = layout_make(words, arena) };
	int part;

	o.out = words_new();
	o.out->width = words->width;
	o.out->height = words->height;
	o.out->dpi = words->dpi;
	o.out->rotation = words->rotation;
	o.out->skew = words->skew;
	if (!words->count)
		return o.out;
	o.part = arena_array(arena, words->count, sizeof *o.part);
	o.placed = arena_array(arena, words->count, sizeof *o.placed);
	if (o.layout->word_height) {
		find_foot(&o);
		part_words(&o);
	} else {
		memset(o.part, PART_BODY, words->count);
	}
	for (part = 0; part < PART_COUNT; part++) {
		if (part != PART_BODY)
			emit_lines(&o, part);
		emit_rest(&o, part);
	}
	return o.out;
}
