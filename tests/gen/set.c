/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "set.h"

const struct set sets[] = {
	{ "mixed", "any number of documents of all kinds, states and formats (default)",
	    set_mixed },
};
const size_t sets_count = sizeof(sets) / sizeof(*sets);
