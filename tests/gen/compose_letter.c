/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Công văn: no type name; V/v under the number, Kính gửi, body. */
#include "compose.h"

void
compose_letter(struct document *d)
{
	static const char *const urgent[] = { "HỎA TỐC", "THƯỢNG KHẨN", "KHẨN" };

	if (rng_below(&d->scope.rng, 6) == 0)
		d->urgency = urgent[rng_below(&d->scope.rng, 3)];
	add_addressees(d);
	add_block(d, BLOCK_NATION);
	add_block(d, BLOCK_ADDRESSEES);
	add_text(d, STYLE_BODY, "{opening}");
	add_several(d, STYLE_BODY, "{fact}", some(d, 1, 3));
	add_several(d, STYLE_ITEM, "- {measure}", some(d, 1, 3));
	add_text(d, STYLE_BODY, "{request_do}");
	add_text(d, STYLE_BODY, "{contact}/.");
	add_recipients(d, "- Như trên;");
	add_block(d, BLOCK_FOOT);
}
