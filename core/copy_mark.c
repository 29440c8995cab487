/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "copy_mark.h"

#include "base.h"
#include "db.h"
#include "principal.h"
#include "procedure.h"

/* "26/11/2026 20:26", in Viet Nam. */
static const char *
moment(int64_t us, struct arena *arena)
{
	char text[28];

	time_text(us + INT64_C(7) * 3600 * 1000000, text);
	return arena_printf(
	    arena, "%.2s/%.2s/%.4s %.5s +07:00", text + 8, text + 5, text, text + 11);
}

/* records.md 4, 57; NĐ30 PL VI III.6.k */
enum status
copy_mark_make(struct catalog *catalog, const struct record *record, int64_t principal,
    struct arena *arena, struct copy_mark *mark, struct err *err)
{
	struct principal who = { .name = "system" };
	const char *archive = NULL, *shown;
	enum status st = revision_is_obsolete(catalog, record->id, &mark->obsolete, err);

	if (st == ST_OK && principal)
		st = principal_by_id(catalog, principal, arena, &who, err);
	if (st == ST_OK)
		st = catalog_setting(catalog, "archive.name", arena, &archive, err);
	if (st != ST_OK)
		return st;
	shown = who.display && *who.display ? arena_printf(arena, "%s (%s)", who.display, who.name)
					    : who.name;
	mark->who = who.name;
	mark->at_us = now_us();
	mark->line = arena_printf(arena, "Bản không kiểm soát - %s - %s - %s", shown,
	    moment(mark->at_us, arena), archive ? archive : "Tàng Thư");
	return ST_OK;
}

const char *
copy_mark_name(const struct copy_mark *mark, const char *name, struct arena *arena)
{
	return mark->obsolete ? arena_printf(arena, "%s - %s", PROCEDURE_MARK, name) : name;
}
