/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "document.h"

const struct kind kinds[] = {
	{ "decision", "QUYẾT ĐỊNH", "QĐ", "QĐ", "{subject_decision}", "vi", 5, compose_decision },
	{ "letter", "CÔNG VĂN", "CV", NULL, "{subject_letter}", "vi", 6, compose_letter },
	{ "plan", "KẾ HOẠCH", "KH", "KH", "{subject_plan}", "vi", 3, compose_plan },
	{ "proposal", "TỜ TRÌNH", "TTr", "TTr", "{subject_proposal}", "vi", 2, compose_proposal },
	{ "notice", "THÔNG BÁO", "TB", "TB", "{subject_notice}", "vi", 3, compose_notice },
	{ "invitation", "GIẤY MỜI", "GM", "GM", "{subject_invitation}", "vi", 2,
	    compose_invitation },
	{ "report", "BÁO CÁO", "BC", "BC", "{subject_report}", "vi", 3, compose_report },
	{ "minutes", "BIÊN BẢN", "BB", "BB", "{subject_minutes}", "vi", 2, compose_minutes },
	{ "process", "QUY TRÌNH", NULL, "QT", "{subject_process}", "vi", 2, compose_process },
	{ "receipt", "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", NULL, "TNHS", "{subject_receipt}",
	    "vi", 2, compose_receipt },
	{ "register", "DANH SÁCH", NULL, "DS", "{subject_register}", "vi", 1, compose_register },
	{ "en-letter", "LETTER", NULL, "LT", "{en_subject_letter}", "en", 1,
	    compose_english_letter },
	{ "en-report", "REPORT", NULL, "RP", "{en_subject_report}", "en", 1,
	    compose_english_report },
	{ "bilingual", "CÔNG VĂN", "CV", NULL, "{subject_letter}", "vi+en", 1, compose_bilingual },
	/* Never drawn by lot: too thin for anything but tests. */
	{ "short", "THÔNG BÁO", "TB", "TB", "{subject_short}", "vi", 0, compose_short },
	{ "separator", "TỜ PHÂN CÁCH", NULL, "PC", "{subject_short}", "vi", 0, compose_separator },
	{ "numbers", "TỜ ĐẦU", NULL, "TD", "{subject_short}", "vi", 0, compose_numbers },
};
const size_t kinds_count = sizeof(kinds) / sizeof(*kinds);

const struct kind *
kind_find(const char *name)
{
	size_t i;

	for (i = 0; i < kinds_count; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

const struct kind *
kind_pick(struct rng *rng)
{
	int total = 0, draw;
	size_t i;

	for (i = 0; i < kinds_count; i++)
		total += kinds[i].weight;
	draw = rng_between(rng, 0, total - 1);
	for (i = 0; draw >= kinds[i].weight; i++)
		draw -= kinds[i].weight;
	return &kinds[i];
}
