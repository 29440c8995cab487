/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cookie.h"

struct span
cookie_find(struct span header, struct span name)
{
	struct span found = { NULL, 0 };
	int count = 0;

	while (header.p) {
		struct span value = span_trim(span_cut(&header, ';'));
		struct span key = span_cut(&value, '=');

		if (value.p && span_equal(span_trim(key), name)) {
			found = span_trim(value);
			count++;
		}
	}
	return count == 1 ? found : (struct span){ NULL, 0 };
}
