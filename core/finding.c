/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "evidence_parts.h"
#include "internal_audit.h"

#define TEXT_MAX 20000
#define CLAUSE_MAX 200
#define LIST_MAX 500

static enum status
check_text(const char *text, size_t max, const char *what, struct err *err)
{
	if (!text || !*text || strlen(text) > max || !utf8_valid(span_of(text)))
		return fail(err, ST_INVALID, "%s: 1 to %zu bytes of UTF-8", what, max);
	return ST_OK;
}

/* --- a new one --- */

static enum status
check_new(const struct finding_new *n, struct err *err)
{
	static const char *const grades[] = { "major", "minor", "observation", "opportunity" };
	size_t grade = 0;
	enum status st;

	while (grade < 4 && (!n->grade || strcmp(n->grade, grades[grade]) != 0))
		grade++;
	if (grade == 4)
		return fail(err, ST_INVALID, "grade: major, minor, observation or opportunity");
	if ((st = check_text(n->clause, CLAUSE_MAX, "clause", err)) != ST_OK ||
	    (st = check_text(n->statement, TEXT_MAX, "statement", err)) != ST_OK)
		return st;
	if (n->due && !date_valid(span_of(n->due), false))
		return fail(err, ST_INVALID, "due: a day, YYYY-MM-DD");
	/* 10.2: a nonconformity is somebody's to correct by some day. */
	if (grade < 2 && !n->owner)
		return fail(err, ST_INVALID, "owner: a nonconformity has one");
	if (grade < 2 && !n->due)
		return fail(err, ST_INVALID, "due: a nonconformity has a day");
	return ST_OK;
}

static enum status
find_links(struct catalog *catalog, int64_t audit, const struct finding_new *n, int64_t *evidence,
    int64_t *owner, struct err *err)
{
	enum status st = ST_OK;

	*evidence = *owner = 0;
	if (n->evidence)
		st = db_lookup_int(catalog->db,
		    "SELECT id FROM evidence_set WHERE uid=$1 AND audit=$2",
		    DB_ARGS(db_text(n->evidence), db_int(audit)), evidence, err);
	if (st == ST_OK && n->evidence && !*evidence)
		st = fail(err, ST_INVALID, "evidence: no set of this audit");
	if (st == ST_OK && n->owner)
		st = db_lookup_int(catalog->db,
		    "SELECT id FROM principal WHERE name=$1 AND kind='user'"
		    " AND disabled_at IS NULL",
		    DB_ARGS(db_text(n->owner)), owner, err);
	if (st == ST_OK && n->owner && !*owner)
		st = fail(err, ST_INVALID, "owner: there is no account %s", n->owner);
	return st;
}

static enum status
create(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t audit, const struct finding_new *n, int64_t *id, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct internal_audit a = { 0 };
	char uid[UID_LEN + 1];
	int64_t evidence, owner;
	enum status st = internal_audit_load(catalog, access, audit, arena, &a, err);

	if (st == ST_OK && strcmp(a.state, "open") != 0)
		st = fail(err, ST_CONFLICT, "audit %s is closed", a.uid);
	if (st != ST_OK || (st = find_links(catalog, audit, n, &evidence, &owner, err)) != ST_OK)
		return st;
	uid_make(uid);
	st = db_query_int(catalog->db,
	    "INSERT INTO finding(uid, audit, clause, grade, statement, evidence, owner, due, created,"
	    " created_by) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
	    DB_ARGS(db_text(uid), db_int(audit), db_text(n->clause), db_text(n->grade),
		db_text(n->statement), db_ref(evidence), db_ref(owner), db_text(n->due),
		db_int(now_us()), db_ref(actor->principal)),
	    id, err);
	return st == ST_OK
	    ? audit_log_act(catalog, actor, "finding.create", "finding", uid, NULL, err)
	    : st;
}

enum status
finding_create(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t audit, const struct finding_new *n, int64_t *id, struct err *err)
{
	enum status st = check_new(n, err);

	if (st != ST_OK || (st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	return catalog_end(catalog, create(catalog, actor, access, audit, n, id, err), err);
}

/* --- reading --- */

#define COLUMNS \
	"SELECT f.id, f.uid, a.uid, f.clause, f.grade, f.statement, s.uid, o.name, f.due," \
	" f.correction, c.name, v.name, f.verify_note, f.created, f.corrected, f.verified," \
	" f.version, f.due IS NOT NULL AND f.due<$1 AND f.verified IS NULL" \
	" FROM finding f JOIN audit a ON a.id=f.audit LEFT JOIN evidence_set s ON s.id=f.evidence" \
	" LEFT JOIN principal o ON o.id=f.owner LEFT JOIN principal c ON c.id=f.corrected_by" \
	" LEFT JOIN principal v ON v.id=f.verified_by WHERE ($2=1 OR f.owner=$3)"

struct findings {
	struct arena *arena;
	struct finding *row;
	size_t count;
};

static enum status
take_finding(struct db_row *from, void *payload, struct err *err)
{
	struct findings *all = payload;
	struct finding *f = &all->row[all->count++];
	const char **texts[] = { &f->uid, &f->audit_uid, &f->clause, &f->grade, &f->statement,
		&f->evidence_uid, &f->owner, &f->due, &f->correction, &f->corrected_by,
		&f->verified_by, &f->verify_note };

	(void)err;
	f->id = db_column_int(from, 0);
	for (int i = 0; i < 12; i++)
		*texts[i] = db_column_text(from, 1 + i, all->arena);
	f->created_us = db_column_int(from, 13);
	f->corrected_us = db_column_int(from, 14);
	f->verified_us = db_column_int(from, 15);
	f->version = db_column_int(from, 16);
	f->overdue = db_column_int(from, 17) != 0;
	return ST_OK;
}

enum status
finding_list(struct catalog *catalog, const struct access *access, int64_t audit, bool overdue,
    int64_t after, size_t limit, struct arena *arena, const struct finding **out, size_t *count,
    struct err *err)
{
	struct findings all = { .arena = arena };
	char day[11];
	enum status st;

	if (limit < 1 || limit > LIST_MAX)
		return fail(err, ST_INVALID, "1 to %d findings at once", LIST_MAX);
	day_text(now_us(), day);
	all.row = arena_array(arena, limit, sizeof(*all.row));
	st = db_query(catalog->db,
	    COLUMNS " AND f.id>$4 AND ($5=0 OR f.audit=$5)"
		    " AND ($6=0 OR (f.verified IS NULL AND f.due<$1)) ORDER BY f.id LIMIT $7",
	    DB_ARGS(db_text(day), db_int(access_has(access, CAP_AUDIT)), db_int(access->principal),
		db_int(after), db_int(audit), db_int(overdue), db_int((int64_t)limit)),
	    take_finding, &all, err);
	*out = all.row;
	*count = all.count;
	return st;
}

static enum status
load(struct catalog *catalog, const struct access *access, const char *uid, int64_t id,
    struct arena *arena, struct finding *out, struct err *err)
{
	struct findings all = { arena, out, 0 };
	char day[11];
	enum status st;

	day_text(now_us(), day);
	st = db_query(catalog->db, COLUMNS " AND (f.uid=$4 OR f.id=$5)",
	    DB_ARGS(db_text(day), db_int(access_has(access, CAP_AUDIT)), db_int(access->principal),
		db_text(uid), db_int(id)),
	    take_finding, &all, err);
	return st == ST_OK && all.count == 0 ? fail(err, ST_NOT_FOUND, "no such finding") : st;
}

enum status
finding_find(struct catalog *catalog, const struct access *access, const char *uid,
    struct arena *arena, struct finding *out, struct err *err)
{
	return load(catalog, access, uid, 0, arena, out, err);
}

/* --- correction and verification --- */

static enum status
correct(struct catalog *catalog, const struct actor *actor, const struct access *access, int64_t id,
    const char *correction, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct finding f = { 0 };
	enum status st = load(catalog, access, NULL, id, arena, &f, err);

	if (st == ST_OK && f.verified_us)
		st = fail(err, ST_CONFLICT, "finding %s is verified", f.uid);
	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE finding SET correction=$1, corrected=$2, corrected_by=$3,"
		    " version=version+1 WHERE id=$4",
		    DB_ARGS(db_text(correction), db_int(now_us()), db_ref(actor->principal),
			db_int(id)),
		    NULL, err);
	return st == ST_OK
	    ? audit_log_act(catalog, actor, "finding.correct", "finding", f.uid, NULL, err)
	    : st;
}

enum status
finding_correct(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t id, const char *correction, struct err *err)
{
	enum status st = check_text(correction, TEXT_MAX, "correction", err);

	if (st != ST_OK || (st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	return catalog_end(catalog, correct(catalog, actor, access, id, correction, err), err);
}

/* What one did, the same cannot approve (issue 5, 2; ISO 9001:2015 9.2.2 c). */
static enum status
check_other(struct catalog *catalog, const struct actor *actor, int64_t id, struct err *err)
{
	int64_t own;
	enum status st = db_query_int(catalog->db,
	    "SELECT owner IS $1 OR corrected_by IS $1 FROM finding WHERE id=$2",
	    DB_ARGS(db_int(actor->principal), db_int(id)), &own, err);

	return st == ST_OK && own
	    ? fail(err, ST_DENIED, "who owns or corrected a finding does not verify it")
	    : st;
}

static enum status
verify(struct catalog *catalog, const struct actor *actor, const struct access *access, int64_t id,
    const char *note, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct finding f = { 0 };
	enum status st = load(catalog, access, NULL, id, arena, &f, err);

	if (st == ST_OK && f.verified_us)
		st = fail(err, ST_CONFLICT, "finding %s is verified already", f.uid);
	if (st == ST_OK && !f.corrected_us)
		st = fail(err, ST_PRECONDITION, "finding %s is not corrected yet", f.uid);
	if (st != ST_OK || (st = check_other(catalog, actor, id, err)) != ST_OK)
		return st;
	st = db_exec(catalog->db,
	    "UPDATE finding SET verified=$1, verified_by=$2, verify_note=$3, version=version+1"
	    " WHERE id=$4",
	    DB_ARGS(db_int(now_us()), db_ref(actor->principal), db_text(note), db_int(id)), NULL,
	    err);
	return st == ST_OK
	    ? audit_log_act(catalog, actor, "finding.verify", "finding", f.uid, NULL, err)
	    : st;
}

enum status
finding_verify(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t id, const char *note, struct err *err)
{
	enum status st = audits_allowed(access, err);

	if (st == ST_OK && note && *note)
		st = check_text(note, TEXT_MAX, "note", err);
	if (st != ST_OK || (st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	return catalog_end(catalog, verify(catalog, actor, access, id, note, err), err);
}
