/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "set.h"

const struct set sets[] = {
	{ "mixed", "any number of documents of all kinds, states and formats (default)",
	    set_mixed },
	{ "demo", "24 documents an office could have, each about something to search for",
	    set_demo },
	{ "test", "10 small ones, quick to read: scan, bi-level, TIFF, turned, secret, digital",
	    set_test },
	{ "bench", "16 pages in 9 documents, scanned at 300 dpi", set_bench },
	{ "codes", "separator sheets and labels: QR, Code 128, Code 39 through every state",
	    set_codes },
	{ "hostile", "small bad files; hostile.tsv and hostile-names.hex tell which", set_hostile },
};
const size_t sets_count = sizeof(sets) / sizeof(*sets);
