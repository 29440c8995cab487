/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents drawn by lot; what the command line names is not drawn. */
#include <stdio.h>

#include "set.h"

#define COUNT_DEFAULT 10

static int
turn_pick(struct rng *rng)
{
	static const int turns[] = { 90, 180, 270 };

	return rng_below(rng, 12) == 0 ? turns[rng_below(rng, 3)] : 0;
}

enum status
set_mixed(const struct wish *w, PangoContext *context, struct err *err)
{
	long i, count = w->count < 0 ? COUNT_DEFAULT : w->count;
	enum status st;
	char name[64];

	st = truth_begin(w->truth, err);
	for (i = 0; i < count && st == ST_OK; i++) {
		struct rng rng = rng_make(w->seed, 1000 + (uint64_t)i);
		struct order o = { .name = name };

		/* Every draw is made, wanted or not, so that one wish does not move the others. */
		o.draft.kind = kind_pick(&rng);
		o.state = state_pick(&rng);
		o.format = format_pick(&rng);
		o.turn = turn_pick(&rng);
		o.blank = rng_below(&rng, 15) == 0;
		o.draft.appetite = 1 + rng_below(&rng, 10) / 4;
		o.draft.seed = rng_next(&rng);
		o.draft.matter = w->matter;
		o.draft.secrecy = w->secrecy;
		o.draft.urgency = w->urgency;
		o.draft.kind = w->kind != NULL ? w->kind : o.draft.kind;
		o.state = w->state != NULL ? w->state : o.state;
		o.format = w->format != NULL ? w->format : o.format;
		o.turn = w->turn >= 0 ? w->turn : o.turn;
		o.draft.appetite = w->appetite >= 0 ? (size_t)w->appetite : o.draft.appetite;
		o.dpi = w->dpi > 0 ? w->dpi : o.state->dpi;
		snprintf(name, sizeof(name), "%05ld-%s-%s", i + 1, o.draft.kind->name,
		    o.format->scanned ? o.state->name : "digital");
		st = order_make(&o, context, w->folder, w->truth, err);
	}
	return st;
}
