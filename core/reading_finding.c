/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record_parts.h"

#define VALUE_MAX 1000
#define FINDINGS_MAX 1000 /* of one component */
#define SIGNERS_MAX 2000

static const char *const names[FOUND_COUNT] = { "place", "superior", "addressee", "recipient",
	"citation", "case", "procedure", "code", "number" };

const char *
reading_finding_name(enum reading_kind kind)
{
	return (unsigned)kind < FOUND_COUNT ? names[kind] : NULL;
}

static enum status
step_finding(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct span name = db_column_bytes(row, 0);
	struct reading_finding *f;
	int kind = 0;

	(void)err;
	while (kind < FOUND_COUNT && !span_equal_str(name, names[kind]))
		kind++;
	if (kind == FOUND_COUNT)
		return ST_OK;
	f = row_list_add(list, sizeof(*f));
	f->kind = (enum reading_kind)kind;
	f->value = db_column_text(row, 1, list->arena);
	f->page = (int)db_column_int(row, 2);
	for (int i = 0; i < 4; i++)
		f->box[i] = (int)db_column_int(row, 3 + i);
	f->confidence = db_column_real(row, 7);
	f->method = db_column_text(row, 8, list->arena);
	return ST_OK;
}

enum status
reading_findings(struct catalog *catalog, int64_t record, struct arena *arena,
    const struct reading_finding **findings, size_t *count, struct err *err)
{
	struct row_list list = { .arena = arena };
	enum status st = db_query(catalog->db,
	    "SELECT kind, value, page, x, y, w, h, confidence, method FROM reading_finding"
	    " WHERE component IN(SELECT id FROM component WHERE record=$1) ORDER BY kind, id",
	    DB_ARGS(db_int(record)), step_finding, &list, err);

	if (st != ST_OK)
		return st;
	*findings = list.rows;
	*count = list.count;
	return ST_OK;
}

enum status
reading_finding_first(struct catalog *catalog, int64_t record, enum reading_kind kind,
    struct arena *arena, const char **value, struct err *err)
{
	return db_query_text(catalog->db,
	    "SELECT f.value FROM component c JOIN reading_finding f ON f.component=c.id"
	    " WHERE c.record=$1 AND f.kind=$2 ORDER BY c.ordinal, f.id LIMIT 1",
	    DB_ARGS(db_int(record), db_text(names[kind])), arena, value, err);
}

static enum status
insert_one(struct catalog *catalog, int64_t record, int64_t component,
    const struct reading_finding *f, struct arena *arena, struct err *err)
{
	const char *value = record_line(f->value ? f->value : "", VALUE_MAX, arena);
	double sure = f->confidence > 0 ? f->confidence < 1 ? f->confidence : 1 : 0;

	if (!*value)
		return ST_OK;
	return db_exec(catalog->db,
	    "INSERT INTO reading_finding(record, component, kind, value, page, x, y, w, h, confidence,"
	    " method) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
	    DB_ARGS(db_int(record), db_int(component), db_text(names[f->kind]), db_text(value),
		db_ref(f->page), db_int(f->box[0]), db_int(f->box[1]), db_int(f->box[2]),
		db_int(f->box[3]), db_real(sure), db_text(f->method ? f->method : "unknown")),
	    NULL, err);
}

enum status
reading_findings_replace(struct catalog *catalog, int64_t record, int64_t component,
    const struct reading_finding *findings, size_t count, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	enum status st;

	if (count > FINDINGS_MAX)
		return fail(err, ST_TOO_LARGE, "%zu findings in one document", count);
	st = db_exec(catalog->db, "DELETE FROM reading_finding WHERE component=$1",
	    DB_ARGS(db_int(component)), NULL, err);
	for (size_t i = 0; st == ST_OK && i < count; i++) {
		if ((unsigned)findings[i].kind >= FOUND_COUNT)
			return fail(err, ST_INVALID, "finding of an unknown kind");
		st = insert_one(catalog, record, component, &findings[i], arena, err);
	}
	return st;
}

static enum status
step_name(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	const char **name = row_list_add(list, sizeof(*name));

	(void)err;
	*name = db_column_text(row, 0, list->arena);
	return ST_OK;
}

/* From name to name by the index: as many steps as there are names, however many records. */
enum status
record_signers(struct catalog *catalog, size_t limit, struct arena *arena,
    const char *const **signers, size_t *count, struct err *err)
{
	struct row_list list = { .arena = arena };
	enum status st;

	if (limit < 1 || limit > SIGNERS_MAX)
		return fail(err, ST_INVALID, "1 to %d signers at once", SIGNERS_MAX);
	st = db_query(catalog->db,
	    "WITH RECURSIVE name(s) AS (SELECT min(signer) FROM record WHERE signer IS NOT NULL"
	    " UNION ALL SELECT (SELECT min(signer) FROM record WHERE signer>name.s) FROM name"
	    " WHERE name.s IS NOT NULL)"
	    " SELECT s FROM name WHERE s IS NOT NULL AND EXISTS(SELECT 1 FROM record r"
	    " WHERE r.signer=name.s AND r.effective_level<=1 AND r.quarantine<>1"
	    " AND r.state<>'destroyed') LIMIT $1",
	    DB_ARGS(db_int((int64_t)limit)), step_name, &list, err);
	if (st != ST_OK)
		return st;
	*signers = list.rows;
	*count = list.count;
	return ST_OK;
}
