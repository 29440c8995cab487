/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Access classes: which class a node or record has, and who may read a class (D1).  Both are
 * derived from node, record, dossier_item and acl by the queries below, whole trees in one statement.
 */
#include <inttypes.h>

#include "access_parts.h"
#include "catalog_parts.h"
#include "db.h"

/* --- which class an object has ----------------------------------------------------------------- */

/* SQL in macros is laid out as SQL. */
/* clang-format off */
#define NODE_IS_ORIGIN(n) \
	"(" n ".inherit_acl=0 OR EXISTS(SELECT 1 FROM acl g WHERE g.node=" n ".id))"
#define RECORD_IS_ORIGIN(r) \
	"(" r ".inherit_acl=0 OR EXISTS(SELECT 1 FROM acl g WHERE g.record=" r ".id))"
#define HIGHER(a, b) \
	"CASE WHEN " a ">" b " THEN " a " ELSE " b " END"

/* From the nodes that satisfy seed down, each with what its class should be made of. */
#define WALK(seed) \
	"walk(id, origin, level, mode) AS (" \
	" SELECT n.id, CASE WHEN " NODE_IS_ORIGIN("n") " THEN n.id ELSE k.node END, " \
	HIGHER("n.level", "coalesce(p.effective_level, 0)") ", n.use_mode" \
	" FROM node n LEFT JOIN node p ON p.id=n.parent" \
	" LEFT JOIN access_class k ON k.id=p.access_class WHERE " seed \
	" UNION ALL" \
	" SELECT n.id, CASE WHEN " NODE_IS_ORIGIN("n") " THEN n.id ELSE w.origin END, " \
	HIGHER("n.level", "w.level") ", n.use_mode FROM walk w JOIN node n ON n.parent=w.id)"

/*
 * Objects with the parts of the class they should have, and with the class they have.  CROSS JOIN is
 * a plain join with its condition in WHERE; SQLite also keeps its order, and so never walks through
 * the whole archive for one dossier.
 */
#define TARGET \
	"target(id, node, record, level, mode, class_now, level_now) AS ("
#define NODES_BELOW(seed) \
	"WITH RECURSIVE " WALK(seed) ", " TARGET \
	"SELECT w.id, w.origin, CAST(NULL AS BIGINT), w.level, w.mode, n.access_class," \
	" n.effective_level FROM walk w CROSS JOIN node n WHERE n.id=w.id) "
#define RECORDS_BELOW(seed) \
	"WITH RECURSIVE " WALK(seed) ", " TARGET \
	"SELECT r.id, CASE WHEN " RECORD_IS_ORIGIN("r") " THEN NULL ELSE w.origin END," \
	" CASE WHEN " RECORD_IS_ORIGIN("r") " THEN r.id END, " \
	HIGHER("r.level", "w.level") ", r.use_mode, r.access_class, r.effective_level" \
	" FROM walk w CROSS JOIN dossier_item i CROSS JOIN record r" \
	" WHERE i.dossier=w.id AND i.home=1 AND r.id=i.record) "
#define ONE_RECORD \
	"WITH " TARGET \
	"SELECT r.id, CASE WHEN " RECORD_IS_ORIGIN("r") " THEN NULL ELSE k.node END," \
	" CASE WHEN " RECORD_IS_ORIGIN("r") " THEN r.id END, " \
	HIGHER("r.level", "n.effective_level") ", r.use_mode, r.access_class, r.effective_level" \
	" FROM record r JOIN dossier_item i ON i.record=r.id AND i.home=1" \
	" JOIN node n ON n.id=i.dossier JOIN access_class k ON k.id=n.access_class" \
	" WHERE r.id=$1) "

/*
 * Written like the unique index of access_class, which it uses: with coalesce on both sides, since
 * SQLite compares a bare column by its affinity and then leaves the index alone.
 */
#define CLASS_OF(k, t) \
	"coalesce(" k ".node, 0)=coalesce(" t ".node, 0)" \
	" AND coalesce(" k ".record, 0)=coalesce(" t ".record, 0)" \
	" AND " k ".level=" t ".level AND " k ".use_mode=" t ".mode"
#define RIGHT_ALREADY \
	"SELECT t.id FROM target t CROSS JOIN access_class k WHERE " CLASS_OF("k", "t") \
	" AND t.class_now=k.id AND t.level_now=t.level"

#define MAKE_CLASSES \
	"INSERT INTO access_class(node, record, level, use_mode)" \
	" SELECT DISTINCT t.node, t.record, t.level, t.mode FROM target t" \
	" WHERE NOT EXISTS(SELECT 1 FROM access_class k WHERE " CLASS_OF("k", "t") ")"
#define MOVE_NODES \
	"UPDATE node SET access_class=m.class, effective_level=m.level" \
	" FROM (SELECT t.id, k.id AS class, t.level FROM target t CROSS JOIN access_class k" \
	"  WHERE " CLASS_OF("k", "t") " AND (t.class_now<>k.id OR t.level_now<>t.level)) m" \
	" WHERE node.id=m.id"
/* Each gets an index_seq of its own, so that the outbox can be taken in parts of any size. */
#define MOVE_RECORDS \
	"UPDATE record SET" \
	" old_access_class=coalesce(record.old_access_class, record.access_class)," \
	" access_class=m.class, effective_level=m.level, index_seq=$2+m.ordinal" \
	" FROM (SELECT t.id, k.id AS class, t.level," \
	"  row_number() OVER (ORDER BY t.id) AS ordinal" \
	"  FROM target t CROSS JOIN access_class k WHERE " CLASS_OF("k", "t") \
	"  AND (t.class_now<>k.id OR t.level_now<>t.level)) m" \
	" WHERE record.id=m.id"

/* --- who may read a class ---------------------------------------------------------------------- */

/*
 * For every class of scope(class): its live grants, from the origin up to and including the first
 * break of inheritance.
 */
#define READERS(scope) \
	"WITH RECURSIVE " scope ", chain(class, node) AS (" \
	" SELECT k.id, k.node FROM scope s JOIN access_class k ON k.id=s.class" \
	" WHERE k.node IS NOT NULL" \
	" UNION ALL SELECT k.id, i.dossier FROM scope s JOIN access_class k ON k.id=s.class" \
	" JOIN record r ON r.id=k.record AND r.inherit_acl=1" \
	" JOIN dossier_item i ON i.record=r.id AND i.home=1" \
	" UNION ALL SELECT c.class, n.parent FROM chain c JOIN node n ON n.id=c.node" \
	" WHERE n.inherit_acl=1 AND n.parent IS NOT NULL)," \
	"due(class, who, acl, perms, until) AS (" \
	" SELECT c.class, a.who, a.id, a.perms, a.until FROM chain c JOIN acl a ON a.node=c.node" \
	" WHERE a.ended IS NULL" \
	" UNION ALL SELECT k.id, a.who, a.id, a.perms, a.until FROM scope s" \
	" JOIN access_class k ON k.id=s.class JOIN acl a ON a.record=k.record" \
	" WHERE a.ended IS NULL) "
#define ALL_CLASSES "scope(class) AS (SELECT id FROM access_class)"
#define CLASSES_BELOW_NODE \
	"below(id) AS (SELECT CAST($1 AS BIGINT)" \
	" UNION ALL SELECT n.id FROM below b JOIN node n ON n.parent=b.id)," \
	"scope(class) AS (" \
	" SELECT k.id FROM below b CROSS JOIN access_class k WHERE coalesce(k.node, 0)=coalesce(b.id, 0)" \
	" UNION ALL SELECT k.id FROM below b CROSS JOIN dossier_item i CROSS JOIN access_class k" \
	" WHERE i.dossier=b.id AND i.home=1" \
	" AND coalesce(k.node, 0)=0 AND coalesce(k.record, 0)=coalesce(i.record, 0))"
#define CLASSES_OF_RECORD \
	"scope(class) AS (SELECT k.id FROM access_class k" \
	" WHERE coalesce(k.node, 0)=0" \
	" AND coalesce(k.record, 0)=coalesce(CAST($1 AS BIGINT), 0))"
#define CLASSES_AFTER "scope(class) AS (SELECT id FROM access_class WHERE id>$1)"
#define FORGET_READERS \
	"DELETE FROM class_reader WHERE class IN (SELECT class FROM scope)" \
	" AND (class, who, acl) NOT IN (SELECT class, who, acl FROM due)"
#define ADD_READERS \
	"INSERT INTO class_reader(class, who, acl, perms, until)" \
	" SELECT class, who, acl, perms, until FROM due WHERE true ON CONFLICT DO NOTHING"
/* clang-format on */

static enum status
sync_readers(
    struct catalog *catalog, const char *forget, const char *add, int64_t id, struct err *err)
{
	enum status st = db_exec(catalog->db, forget, DB_ARGS(db_int(id)), NULL, err);

	if (st == ST_OK)
		st = db_exec(catalog->db, add, DB_ARGS(db_int(id)), NULL, err);
	return st;
}

/* --- one new object ---------------------------------------------------------------------------- */

static enum status
make_class(struct catalog *catalog, int64_t origin, int level, const char *use_mode, int64_t *id,
    struct err *err)
{
	enum status st = db_query_int(catalog->db,
	    "INSERT INTO access_class(node, level, use_mode) VALUES($1, $2, $3) RETURNING id",
	    DB_ARGS(db_ref(origin), db_int(level), db_text(use_mode)), id, err);

	if (st == ST_OK && origin)
		st = db_exec(catalog->db,
		    READERS("scope(class) AS (SELECT CAST($1 AS BIGINT))") ADD_READERS,
		    DB_ARGS(db_int(*id)), NULL, err);
	return st == ST_OK ? access_bump(catalog, err) : st;
}

static enum status
find_class(struct catalog *catalog, int64_t origin, int level, const char *use_mode, int64_t *id,
    struct err *err)
{
	enum status st = db_lookup_int(catalog->db,
	    "SELECT id FROM access_class WHERE coalesce(node, 0)=$1 AND coalesce(record, 0)=0"
	    " AND level=$2 AND use_mode=$3",
	    DB_ARGS(db_int(origin), db_int(level), db_text(use_mode)), id, err);

	if (st == ST_OK && *id == 0)
		st = make_class(catalog, origin, level, use_mode, id, err);
	return st;
}

struct parent {
	int64_t origin;
	int level;
	bool found;
};

static enum status
take_parent(struct db_row *row, void *payload, struct err *err)
{
	struct parent *parent = payload;

	(void)err;
	parent->origin = db_column_int(row, 0);
	parent->level = (int)db_column_int(row, 1);
	parent->found = true;
	return ST_OK;
}

enum status
access_place_node(struct catalog *catalog, int64_t parent_id, int level, const char *use_mode,
    struct access_place *place, struct err *err)
{
	struct parent parent = { 0, LEVEL_PUBLIC, parent_id == 0 };
	enum status st = ST_OK;

	if (parent_id)
		st = db_query(catalog->db,
		    "SELECT k.node, n.effective_level FROM node n"
		    " JOIN access_class k ON k.id=n.access_class WHERE n.id=$1",
		    DB_ARGS(db_int(parent_id)), take_parent, &parent, err);
	if (st == ST_OK && !parent.found)
		st = fail(err, ST_NOT_FOUND, "node %" PRId64, parent_id);
	if (st != ST_OK)
		return st;
	place->effective_level = level > parent.level ? level : parent.level;
	return find_class(
	    catalog, parent.origin, place->effective_level, use_mode, &place->access_class, err);
}

enum status
access_place_record(struct catalog *catalog, int64_t dossier, int level, const char *use_mode,
    struct access_place *place, struct err *err)
{
	if (!dossier)
		return fail(err, ST_NOT_FOUND, "a record has a home dossier");
	return access_place_node(catalog, dossier, level, use_mode, place, err);
}

/* --- after a change ---------------------------------------------------------------------------- */

enum status
access_bump(struct catalog *catalog, struct err *err)
{
	int64_t version;

	return catalog_count_up(catalog, "access_version", &version, err);
}

static enum status
move_records(struct catalog *catalog, const char *sql, int64_t id, struct err *err)
{
	int64_t last, moved;
	enum status st = db_query_int(
	    catalog->db, "SELECT value FROM counter WHERE name='index_seq'", DB_NONE, &last, err);

	if (st == ST_OK)
		st = db_exec(catalog->db, sql, DB_ARGS(db_int(id), db_int(last)), &moved, err);
	if (st == ST_OK && moved > 0)
		st =
		    db_exec(catalog->db, "UPDATE counter SET value=value+$1 WHERE name='index_seq'",
			DB_ARGS(db_int(moved)), NULL, err);
	return st;
}

static enum status
make_classes(struct catalog *catalog, const char *sql, int64_t id, struct err *err)
{
	int64_t last, made = 0;
	enum status st = db_query_int(
	    catalog->db, "SELECT coalesce(max(id), 0) FROM access_class", DB_NONE, &last, err);

	if (st == ST_OK)
		st = db_exec(catalog->db, sql, DB_ARGS(db_int(id)), &made, err);
	if (st != ST_OK || made == 0)
		return st;
	return db_exec(
	    catalog->db, READERS(CLASSES_AFTER) ADD_READERS, DB_ARGS(db_int(last)), NULL, err);
}

/* Exactly one of node and record is not 0. */
static enum status
refresh_readers(struct catalog *catalog, int64_t node, int64_t record, struct err *err)
{
	if (node)
		return sync_readers(catalog, READERS(CLASSES_BELOW_NODE) FORGET_READERS,
		    READERS(CLASSES_BELOW_NODE) ADD_READERS, node, err);
	return sync_readers(catalog, READERS(CLASSES_OF_RECORD) FORGET_READERS,
	    READERS(CLASSES_OF_RECORD) ADD_READERS, record, err);
}

enum status
access_refresh_readers(struct catalog *catalog, int64_t node, int64_t record, struct err *err)
{
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	st = refresh_readers(catalog, node, record, err);
	if (st == ST_OK)
		st = access_bump(catalog, err);
	return catalog_end(catalog, st, err);
}

static enum status
refresh_node(struct catalog *catalog, int64_t node, struct err *err)
{
	enum status st = make_classes(catalog, NODES_BELOW("n.id=$1") MAKE_CLASSES, node, err);

	if (st == ST_OK)
		st = db_exec(catalog->db, NODES_BELOW("n.id=$1") MOVE_NODES, DB_ARGS(db_int(node)),
		    NULL, err);
	if (st == ST_OK)
		st = make_classes(catalog, RECORDS_BELOW("n.id=$1") MAKE_CLASSES, node, err);
	if (st == ST_OK)
		st = move_records(catalog, RECORDS_BELOW("n.id=$1") MOVE_RECORDS, node, err);
	if (st == ST_OK)
		st = refresh_readers(catalog, node, 0, err);
	return st == ST_OK ? access_bump(catalog, err) : st;
}

enum status
access_refresh_node(struct catalog *catalog, int64_t node, struct err *err)
{
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	return catalog_end(catalog, refresh_node(catalog, node, err), err);
}

static enum status
refresh_record(struct catalog *catalog, int64_t record, struct err *err)
{
	enum status st = make_classes(catalog, ONE_RECORD MAKE_CLASSES, record, err);

	if (st == ST_OK)
		st = move_records(catalog, ONE_RECORD MOVE_RECORDS, record, err);
	if (st == ST_OK)
		st = refresh_readers(catalog, 0, record, err);
	return st == ST_OK ? access_bump(catalog, err) : st;
}

enum status
access_refresh_record(struct catalog *catalog, int64_t record, struct err *err)
{
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	return catalog_end(catalog, refresh_record(catalog, record, err), err);
}

/* --- verify ------------------------------------------------------------------------------------ */

struct finding {
	struct catalog_faults *faults;
	const char *kind, *what;
};

static enum status
tell(struct db_row *row, void *payload, struct err *err)
{
	struct finding *f = payload;

	(void)err;
	catalog_fault_found(
	    f->faults, f->kind, "%s %" PRId64 " %s", f->kind, db_column_int(row, 0), f->what);
	return ST_OK;
}

enum status
access_verify(struct catalog *catalog, struct catalog_faults *faults, struct err *err)
{
	/* Objects whose class is not there at all fall out of the join and are told as well. */
	/* clang-format off */
	static const struct {
		const char *kind, *what, *sql;
	} checks[] = {
		{ "node", "does not have the access class its rights and level give",
		    NODES_BELOW("n.parent IS NULL")
		    "SELECT id FROM node WHERE id NOT IN (" RIGHT_ALREADY ")" },
		{ "record", "does not have the access class its rights, home and level give",
		    RECORDS_BELOW("n.parent IS NULL")
		    "SELECT id FROM record WHERE void=0 AND id NOT IN (" RIGHT_ALREADY ")" },
		{ "record", "is void but not out of everybody's reach",
		    "SELECT r.id FROM record r JOIN access_class k ON k.id=r.access_class"
		    " WHERE r.void=1 AND (r.inherit_acl<>0 OR coalesce(k.record, 0)<>r.id)" },
		{ "access class", "lets somebody read whom no grant names",
		    READERS(ALL_CLASSES) "SELECT DISTINCT class FROM ("
		    "SELECT class, who, acl, perms, coalesce(until, 0) FROM class_reader"
		    " EXCEPT SELECT class, who, acl, perms, coalesce(until, 0) FROM due) x" },
		{ "access class", "leaves out somebody whom a grant names",
		    READERS(ALL_CLASSES) "SELECT DISTINCT class FROM ("
		    "SELECT class, who, acl, perms, coalesce(until, 0) FROM due"
		    " EXCEPT SELECT class, who, acl, perms, coalesce(until, 0) FROM class_reader) x" },
	};
	/* clang-format on */
	enum status st = ST_OK;
	size_t i;

	for (i = 0; st == ST_OK && i < sizeof(checks) / sizeof(checks[0]); i++) {
		struct finding f = { faults, checks[i].kind, checks[i].what };

		st = db_query(catalog->db, checks[i].sql, DB_NONE, tell, &f, err);
	}
	return st;
}
