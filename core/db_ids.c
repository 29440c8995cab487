/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base.h"
#include "db.h"

/* A page of hits, and the most that there may be. */
#define FEW 16
#define SLOTS_FEW "$1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16"
#define SLOTS_MORE \
	",$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31,$32,$33,$34,$35,$36" \
	",$37,$38,$39,$40,$41,$42,$43,$44,$45,$46,$47,$48,$49,$50,$51,$52,$53,$54,$55,$56" \
	",$57,$58,$59,$60,$61,$62,$63,$64"

enum status
db_query_ids(struct db *db, const char *select, const char *order, const int64_t *ids, size_t count,
    db_step step, void *payload, struct err *err)
{
	owned(strbuf_free) struct strbuf sql = STRBUF_INIT;
	size_t slots = count <= FEW ? FEW : DB_IDS_MAX;
	struct db_value args[DB_IDS_MAX];

	for (size_t i = 0; i < slots; i++)
		args[i] = db_int(ids[i < count ? i : 0]);
	strbuf_add_str(&sql, select);
	strbuf_add_str(
	    &sql, slots == FEW ? " IN (" SLOTS_FEW ")" : " IN (" SLOTS_FEW SLOTS_MORE ")");
	strbuf_add_str(&sql, order);
	return db_query(db, sql.buf, args, slots, step, payload, err);
}
