/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Separator sheets and labelled first pages, every symbology through every state: what a batch scan
 * is split by and what a dossier's label says.
 */
#include <stdio.h>

#include "set.h"

#define COUNT_DEFAULT 42 /* each symbology in each state, as sheet and as label */

enum status
set_codes(const struct wish *w, PangoContext *context, struct err *err)
{
	long i, count = w->count < 0 ? COUNT_DEFAULT : w->count;
	enum status st = truth_begin(w->truth, err);

	for (i = 0; i < count && st == ST_OK; i++) {
		struct rng rng = rng_make(w->seed, 5000 + (uint64_t)i);
		bool sheet = i % 2 == 0;
		char name[64], text[64];
		struct order o = { .name = name, .format = format_find("pdf") };
		struct code code = { (enum code_kind)(CODE_QR + i / 2 % 3), text };

		o.state = w->state != NULL ? w->state : state_common((size_t)(i / 6));
		o.format = w->format != NULL ? w->format : o.format;
		o.turn = w->turn >= 0 ? w->turn : 0;
		o.dpi = w->dpi > 0 ? w->dpi : o.state->dpi;
		o.draft.kind = kind_find(sheet ? "separator" : "short");
		o.draft.seed = rng_next(&rng);
		o.draft.code = code;
		if (sheet)
			snprintf(
			    text, sizeof(text), "TANGTHU-TACH %04d", rng_between(&rng, 1, 9999));
		else if (code.kind == CODE_39)
			snprintf(text, sizeof(text), "HS-2024-%05d", rng_between(&rng, 1, 99999));
		else
			snprintf(text, sizeof(text), "000.00.%02d.H24-24%02d%02d-%04d",
			    rng_between(&rng, 1, 40), rng_between(&rng, 1, 12),
			    rng_between(&rng, 1, 28), rng_between(&rng, 1, 9999));
		snprintf(name, sizeof(name), "%05ld-%s-%s-%s", i + 1, sheet ? "sheet" : "label",
		    code_name(code.kind), o.state->name);
		st = order_make(&o, context, w->folder, w->truth, err);
	}
	return st;
}
