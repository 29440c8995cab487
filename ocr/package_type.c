/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "package_type.h"

#include <string.h>

#include "record.h"

const char *
package_type_code(const char *text)
{
	const struct record_type *all, *named;
	size_t count;

	all = record_types(&count);
	for (size_t i = 0; i < count; i++)
		if (strcmp(all[i].exchange, text) == 0)
			return all[i].code;
	named = record_type_find(span_of(text));
	return named ? named->code : NULL;
}

const char *
package_type_exchange(const char *code)
{
	const struct record_type *type = record_type_find(span_of(code));

	return type ? type->exchange : NULL;
}
