/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>

#include "base.h"
#include "plan.h"
#include "principal.h"
#include "record_parts.h"
#include "text.h"

/* Reading the file plan; what changes it stands in plan_change.c. */

#define LIMIT_MAX 500
#define WORDS_MAX_IN 8
#define CODE_BYTES 512 /* of a name that is looked up */

/* The count is under the same filter as a list of the records would be. */
#define NODE_COLUMNS \
	"n.id, n.uid, n.parent, p.uid, p.access_class, n.kind, n.code, n.title, n.rule, n.level," \
	" n.effective_level, n.use_mode, n.inherit_acl, n.access_class, n.version, d.file_code," \
	" d.year, d.state, CASE WHEN d.node IS NULL THEN 0 ELSE (SELECT count(*)" \
	" FROM dossier_item i JOIN record r ON r.id=i.record WHERE i.dossier=n.id" \
	" AND " ACCESS_SEES_RECORD("r") ") END"
#define NODE_TABLES " node n LEFT JOIN node p ON p.id=n.parent LEFT JOIN dossier d ON d.node=n.id"

static const char *const kinds[] = { "fonds", "series", "class", "dossier" };
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

const char *
node_kind_name(enum node_kind kind)
{
	return (unsigned)kind < KINDS ? kinds[kind] : NULL;
}

int
node_kind_parse(struct span name)
{
	for (size_t i = 0; i < KINDS; i++)
		if (span_equal_str(name, kinds[i]))
			return (int)i;
	return -1;
}

struct node_rows {
	struct row_list list;
	const struct access *access;
};

static enum status
step_node(struct db_row *row, void *payload, struct err *err)
{
	struct node_rows *rows = payload;
	struct arena *arena = rows->list.arena;
	struct node *n = row_list_add(&rows->list, sizeof(*n));

	(void)err;
	*n = (struct node){
		.id = db_column_int(row, 0),
		.uid = db_column_text(row, 1, arena),
		.kind = (enum node_kind)node_kind_parse(db_column_bytes(row, 5)),
		.code = db_column_text(row, 6, arena),
		.title = db_column_text(row, 7, arena),
		.rule = db_column_text(row, 8, arena),
		.level = (int)db_column_int(row, 9),
		.effective_level = (int)db_column_int(row, 10),
		.use_mode = db_column_text(row, 11, arena),
		.inherit = db_column_int(row, 12) != 0,
		.access_class = db_column_int(row, 13),
		.version = db_column_int(row, 14),
		.file_code = db_column_text(row, 15, arena),
		.year = (int)db_column_int(row, 16),
		.state = db_column_text(row, 17, arena),
		.records = db_column_int(row, 18),
	};
	/* A node with rights of its own may lie in a hidden one. */
	if (access_sees(rows->access, db_column_int(row, 4))) {
		n->parent = db_column_int(row, 2);
		n->parent_uid = db_column_text(row, 3, arena);
	}
	return ST_OK;
}

static enum status
load_where(struct catalog *catalog, const struct access *access, const char *sql,
    struct db_value key, const char *name, struct arena *arena, struct node *node, struct err *err)
{
	struct node_rows rows = { { .arena = arena }, access };
	struct db_value args[ACCESS_FILTER_ARGS + 1];
	enum status st;

	access_filter_args(access, arena, args);
	args[ACCESS_FILTER_ARGS] = key;
	st = db_query(catalog->db, sql, args, ACCESS_FILTER_ARGS + 1, step_node, &rows, err);
	if (st != ST_OK)
		return st;
	if (rows.list.count == 0)
		return fail(err, ST_NOT_FOUND, "node %.64s: not found", name);
	*node = *(const struct node *)rows.list.rows;
	return ST_OK;
}

#define SELECT_NODE(where) \
	"SELECT " NODE_COLUMNS " FROM" NODE_TABLES " WHERE " where " AND " ACCESS_SEES("n")

enum status
node_load(struct catalog *catalog, const struct access *access, int64_t id, struct arena *arena,
    struct node *node, struct err *err)
{
	assert(access);
	return load_where(catalog, access, SELECT_NODE("n.id=$4"), db_int(id),
	    arena_printf(arena, "%lld", (long long)id), arena, node, err);
}

enum status
node_load_dossier(struct catalog *catalog, const struct access *access, enum permission permission,
    int64_t id, struct arena *arena, struct node *node, struct err *err)
{
	owned(strbuf_free) struct strbuf name = STRBUF_INIT;
	enum status st = node_load(catalog, access, id, arena, node, err);

	if (st == ST_OK && node->kind != NODE_DOSSIER)
		return fail(err, ST_NOT_FOUND, "node %s is no dossier", node->uid);
	if (st != ST_OK || access_can(access, permission, node->access_class))
		return st;
	permission_text(PERM_BIT(permission), &name);
	return fail(err, ST_DENIED, "dossier %s: the right \"%s\" is missing", node->uid, name.buf);
}

enum status
node_find(struct catalog *catalog, const struct access *access, const char *name,
    struct arena *arena, struct node *node, struct err *err)
{
	struct span text = span_of(name);
	int64_t id;
	enum status st;

	assert(access);
	if (text.n == 0 || text.n > CODE_BYTES)
		return fail(err, ST_NOT_FOUND, "node: no such name");
	if (uid_valid(text))
		return load_where(catalog, access, SELECT_NODE("n.uid=$4"), db_text(name), name,
		    arena, node, err);
	st = load_where(
	    catalog, access, SELECT_NODE("d.file_code=$4"), db_text(name), name, arena, node, err);
	if (st == ST_NOT_FOUND && span_i64(text, &id))
		return node_load(catalog, access, id, arena, node, err);
	return st;
}

/* '%' and '_' of the caller mean themselves. */
static const char *
like_pattern(struct span word, struct arena *arena)
{
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;

	strbuf_add_char(&out, '%');
	for (size_t i = 0; i < word.n; i++) {
		if (strchr("%_!", word.p[i]))
			strbuf_add_char(&out, '!');
		strbuf_add_char(&out, word.p[i]);
	}
	strbuf_add_char(&out, '%');
	return arena_dup_span(arena, strbuf_span(&out));
}

struct node_query {
	struct strbuf sql;
	struct db_value args[ACCESS_FILTER_ARGS + 4 + WORDS_MAX_IN];
	size_t count;
};

static void
add_argument(struct node_query *q, const char *condition, struct db_value value)
{
	q->args[q->count++] = value;
	strbuf_addf(&q->sql, " AND %s$%zu", condition, q->count);
}

/* Every folded word stands somewhere in code, title or file code. */
static void
add_words(struct node_query *q, const char *words, struct arena *arena)
{
	owned(strbuf_free) struct strbuf folded = STRBUF_INIT;
	struct span rest, word;
	int n = 0;

	text_fold(span_of(words), false, &folded);
	for (rest = strbuf_span(&folded); rest.p && n < WORDS_MAX_IN;) {
		word = span_trim(span_cut(&rest, ' '));
		if (word.n == 0)
			continue;
		add_argument(q, "n.folded LIKE ", db_text(like_pattern(word, arena)));
		strbuf_add_str(&q->sql, " ESCAPE '!'");
		n++;
	}
}

static void
build_list(const struct node_filter *filter, struct arena *arena, struct node_query *q)
{
	strbuf_add_str(&q->sql, SELECT_NODE("n.id>$4"));
	q->args[q->count++] = db_int(filter->after);
	if (filter->parent == 0)
		strbuf_add_str(&q->sql, " AND n.parent IS NULL");
	else if (filter->parent > 0)
		add_argument(q, "n.parent=", db_int(filter->parent));
	if (filter->kind >= 0)
		add_argument(q, "n.kind=", db_text(kinds[filter->kind]));
	if (filter->words)
		add_words(q, filter->words, arena);
	q->args[q->count++] = db_int((int64_t)filter->limit);
	strbuf_addf(&q->sql, " ORDER BY n.id LIMIT $%zu", q->count);
}

/* What lies below a node that the caller may not list is no list. */
static enum status
check_filter(struct catalog *catalog, const struct access *access, const struct node_filter *filter,
    struct err *err)
{
	int64_t access_class = 0;
	enum status st = ST_OK;

	if (filter->limit < 1 || filter->limit > LIMIT_MAX)
		return fail(err, ST_INVALID, "a page has 1 to %d rows", LIMIT_MAX);
	if (filter->kind >= (int)KINDS)
		return fail(err, ST_INVALID, "kind %d is unknown", filter->kind);
	if (filter->parent > 0)
		st = db_lookup_int(catalog->db, "SELECT access_class FROM node WHERE id=$1",
		    DB_ARGS(db_int(filter->parent)), &access_class, err);
	if (st == ST_OK && filter->parent > 0 &&
	    (!access_class || !access_sees(access, access_class)))
		return fail(err, ST_NOT_FOUND, "node %lld: not found", (long long)filter->parent);
	return st;
}

enum status
node_list(struct catalog *catalog, const struct access *access, const struct node_filter *filter,
    struct arena *arena, const struct node **nodes, size_t *count, struct err *err)
{
	struct node_query q = { .sql = STRBUF_INIT, .count = ACCESS_FILTER_ARGS };
	struct node_rows rows = { { .arena = arena }, access };
	enum status st;

	assert(access);
	st = check_filter(catalog, access, filter, err);
	if (st != ST_OK)
		return st;
	access_filter_args(access, arena, q.args);
	build_list(filter, arena, &q);
	st = db_query(catalog->db, q.sql.buf, q.args, q.count, step_node, &rows, err);
	strbuf_free(&q.sql);
	if (st != ST_OK)
		return st;
	*nodes = rows.list.rows;
	*count = rows.list.count;
	return ST_OK;
}

enum status
dossier_inbox(struct catalog *catalog, int64_t *id, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	const char *value;
	int64_t inbox;
	enum status st = catalog_setting(catalog, "inbox", arena, &value, err);

	if (st != ST_OK)
		return st;
	if (!value || !span_i64(span_of(value), &inbox))
		return fail(err, ST_NOT_FOUND, "the archive has no inbox dossier; name a dossier");
	*id = inbox;
	return ST_OK;
}
