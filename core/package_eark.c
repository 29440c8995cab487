/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "package_parts.h"

enum status
package_eark(struct packing *p, struct package *out, struct err *err)
{
	(void)p;
	(void)out;
	return fail(err, ST_UNSUPPORTED, "this format");
}
