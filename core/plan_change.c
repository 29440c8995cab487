/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>

#include "access_parts.h"
#include "audit.h"
#include "base.h"
#include "hold.h"
#include "json_out.h"
#include "plan_parts.h"
#include "record_parts.h"
#include "retention_parts.h"
#include "text.h"

#define CODE_MAX 64
#define TITLE_MAX 1000
#define FILE_CODE_MAX 200

bool
node_kind_fits(enum node_kind parent, enum node_kind kind)
{
	return kind != NODE_FONDS && parent != NODE_DOSSIER &&
	    (kind > parent || (kind == parent && kind == NODE_CLASS));
}

struct creation {
	struct catalog *catalog;
	const struct actor *actor;
	const struct access *access;
	const struct node_new *new;
	struct arena *arena;
	struct node parent;
	const char *use_mode;
	const char *file_code;
	char uid[UID_LEN + 1];
	int year;
	int64_t id;
};

static enum status
check_text(const char *what, const char *text, size_t max, struct err *err)
{
	struct span s = span_of(text);

	if (span_trim(s).n == 0 || s.n > max)
		return fail(err, ST_INVALID, "%s: 1 to %zu bytes are wanted", what, max);
	if (!utf8_valid(s))
		return fail(err, ST_INVALID, "%s: not UTF-8 text", what);
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return fail(
			    err, ST_INVALID, "%s: control characters are not allowed", what);
	return ST_OK;
}

static enum status
check_new(const struct node_new *new, struct err *err)
{
	enum status st;

	if (!node_kind_name(new->kind))
		return fail(err, ST_INVALID, "kind: unknown");
	if ((st = check_text("code", new->code, CODE_MAX, err)) != ST_OK ||
	    (st = check_text("title", new->title, TITLE_MAX, err)) != ST_OK)
		return st;
	if (new->file_code &&
	    (st = check_text("file_code", new->file_code, FILE_CODE_MAX, err)) != ST_OK)
		return st;
	if (new->level < LEVEL_PUBLIC || new->level > LEVEL_CONFIDENTIAL)
		return fail(err, ST_INVALID, "level is 0 to 3");
	if (new->uid && !uid_valid(span_of(new->uid)))
		return fail(err, ST_INVALID, "uid: is none");
	if (new->year && (new->year < 1900 || new->year > 9999))
		return fail(err, ST_INVALID, "year is 1900 to 9999");
	if ((new->kind == NODE_FONDS) != (new->parent == 0))
		return fail(
		    err, ST_INVALID, "parent: a fonds has none, everything else lies in one");
	return ST_OK;
}

/* Planning is a task of its own; the system's access (principal 0) founds archives. */
static enum status
check_task(const struct creation *c, struct err *err)
{
	unsigned wanted = c->new->parent ? CAP_PLAN : CAP_PLAN | CAP_SYSTEM;

	if (c->new->level > c->access->clearance)
		return fail(err, ST_DENIED, "level %d is above your clearance", c->new->level);
	if (c->access->principal && !(c->access->caps & wanted))
		return fail(err, ST_DENIED, "making nodes and dossiers is for those who plan");
	return ST_OK;
}

static enum status
check_parent(struct creation *c, struct err *err)
{
	enum status st;

	if (!c->new->parent)
		return check_task(c, err);
	st = node_load(c->catalog, c->access, c->new->parent, c->arena, &c->parent, err);
	if (st != ST_OK)
		return st;
	if (!access_can(c->access, PERM_ADD, c->parent.access_class))
		return fail(err, ST_DENIED, "node %s: no right to add below it", c->parent.uid);
	if ((st = check_task(c, err)) != ST_OK)
		return st;
	if (!node_kind_fits(c->parent.kind, c->new->kind))
		return fail(err, ST_INVALID, "kind: a %s cannot lie in a %s",
		    node_kind_name(c->new->kind), node_kind_name(c->parent.kind));
	return ST_OK;
}

static enum status
check_rule(struct catalog *catalog, const char *rule, struct err *err)
{
	int64_t known;
	enum status st;

	if (!rule || !*rule)
		return ST_OK;
	st = db_query_int(catalog->db, "SELECT count(*) FROM rule WHERE code=$1",
	    DB_ARGS(db_text(rule)), &known, err);
	if (st == ST_OK && !known)
		return fail(err, ST_INVALID, "rule %.64s: unknown", rule);
	return st;
}

/*
 * records.md 33: every dossier has exactly one governing rule, its own or that of the nearest node
 * above it; where none is, no dossier can be.
 */
static enum status
check_governed(struct creation *c, struct err *err)
{
	int64_t rules = 0;
	enum status st;

	if (c->new->kind != NODE_DOSSIER || (c->new->rule && * c->new->rule))
		return ST_OK;
	st = db_query_int(c->catalog->db,
	    "WITH RECURSIVE up(id, parent, rule) AS (SELECT id, parent, rule FROM node WHERE id=$1"
	    " UNION ALL SELECT n.id, n.parent, n.rule FROM node n JOIN up u ON n.id=u.parent)"
	    " SELECT count(rule) FROM up",
	    DB_ARGS(db_int(c->new->parent)), &rules, err);
	if (st == ST_OK && rules == 0)
		return fail(err, ST_INVALID,
		    "rule: a dossier needs a retention rule, its own or one of a node above it");
	return st;
}

/* code, title and file code, folded: what node_list looks for words in. */
static const char *
folded_words(const char *code, const char *title, const char *file_code, struct arena *arena)
{
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;

	text_fold(span_of(arena_printf(arena, "%s %s %s", code, title, file_code ? file_code : "")),
	    false, &out);
	return arena_dup_span(arena, strbuf_span(&out));
}

static int
this_year(void)
{
	char text[28];

	time_text(now_us(), text);
	return (text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 +
	    (text[3] - '0');
}

static enum status
put_node(struct creation *c, struct err *err)
{
	const struct node_new *new = c->new;
	struct access_place place;
	enum status st =
	    access_place_node(c->catalog, new->parent, new->level, c->use_mode, &place, err);

	if (st != ST_OK)
		return st;
	if (new->uid)
		memcpy(c->uid, new->uid, UID_LEN + 1);
	else
		uid_make(c->uid);
	st = db_query_int(c->catalog->db,
	    "INSERT INTO node(uid, parent, kind, code, title, folded, rule, level, use_mode,"
	    " effective_level, access_class, created)"
	    " VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id",
	    DB_ARGS(db_text(c->uid), db_ref(new->parent), db_text(node_kind_name(new->kind)),
		db_text(new->code), db_text(new->title),
		db_text(folded_words(new->code, new->title, c->file_code, c->arena)),
		db_text(new->rule &&*new->rule ? new->rule : NULL), db_int(new->level),
		db_text(c->use_mode), db_int(place.effective_level), db_int(place.access_class),
		db_int(now_us())),
	    &c->id, err);
	return st == ST_EXISTS ? fail(err, ST_EXISTS, "code %s%s is taken here", new->code,
				     new->uid ? ", or the uid," : "")
			       : st;
}

static enum status
put_dossier(struct creation *c, struct err *err)
{
	char day[11];
	enum status st;

	if (c->new->kind != NODE_DOSSIER)
		return ST_OK;
	day_text(now_us(), day);
	st = db_exec(c->catalog->db,
	    "INSERT INTO dossier(node, file_code, year, maintainer, started)"
	    " VALUES($1, $2, $3, $4, $5)",
	    DB_ARGS(db_int(c->id), db_text(c->file_code), db_int(c->year),
		db_ref(c->actor->principal), db_text(day)),
	    NULL, err);
	if (st == ST_EXISTS)
		return fail(err, ST_EXISTS, "file code %s is taken", c->file_code);
	return st == ST_OK ? retention_refresh_node(c->catalog, c->id, err) : st;
}

static enum status
log_node(struct catalog *catalog, const struct actor *actor, const char *action, const char *uid,
    const char *detail, struct err *err)
{
	return audit_append_act(
	    catalog, actor, EVENT_CHANGE, action, "node", uid, detail, NULL, err);
}

static enum status
log_creation(struct creation *c, struct err *err)
{
	owned(strbuf_free) struct strbuf detail = STRBUF_INIT;
	struct json_out json;

	json_start(&json, &detail);
	json_object(&json);
	json_key_str(&json, "kind", node_kind_name(c->new->kind));
	json_key_str(&json, "code", c->new->code);
	json_key_opt(&json, "parent", c->parent.uid);
	json_key_opt(&json, "rule", c->new->rule);
	json_key_int(&json, "level", c->new->level);
	json_end_object(&json);
	return log_node(c->catalog, c->actor, "node.create", c->uid, detail.buf, err);
}

static enum status
create(struct creation *c, struct err *err)
{
	enum status st;

	if ((st = check_parent(c, err)) != ST_OK ||
	    (st = check_rule(c->catalog, c->new->rule, err)) != ST_OK ||
	    (st = check_governed(c, err)) != ST_OK)
		return st;
	c->use_mode = c->new->use_mode ? c->new->use_mode : "02";
	c->year = c->new->year ? c->new->year : this_year();
	if (c->new->kind == NODE_DOSSIER)
		c->file_code = c->new->file_code
		    ? c->new->file_code
		    : arena_printf(c->arena, "%s.%d.%s", c->parent.code, c->year, c->new->code);
	if ((st = put_node(c, err)) != ST_OK || (st = put_dossier(c, err)) != ST_OK)
		return st;
	return log_creation(c, err);
}

enum status
node_create(struct catalog *catalog, const struct actor *actor, const struct access *access,
    const struct node_new *new, int64_t *id, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct creation c = {
		.catalog = catalog, .actor = actor, .access = access, .new = new, .arena = arena
	};
	enum status st;

	assert(access);
	if ((st = check_new(new, err)) != ST_OK || (st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	st = catalog_end(catalog, create(&c, err), err);
	if (st == ST_OK)
		*id = c.id;
	return st;
}

/* --- changes ----------------------------------------------------------------------------------- */

struct node_change {
	struct catalog *catalog;
	const struct actor *actor;
	const struct access *access;
	struct arena *arena;
	int64_t version;
	const char *title, *rule;
	int level;
	struct node node;
};

static enum status
check_change(struct node_change *c, struct err *err)
{
	enum status st;

	if (!access_can(c->access, PERM_EDIT, c->node.access_class))
		return fail(err, ST_DENIED, "node %s: no right to change it", c->node.uid);
	if (c->level >= 0 && c->level != c->node.level &&
	    !access_can(c->access, PERM_MANAGE, c->node.access_class))
		return fail(err, ST_DENIED, "node %s: no right to change its level", c->node.uid);
	if (c->level > LEVEL_CONFIDENTIAL)
		return fail(err, ST_INVALID, "level is 0 to 3");
	if (c->level > c->access->clearance)
		return fail(err, ST_DENIED, "level %d is above your clearance", c->level);
	if (c->node.state && strcmp(c->node.state, "open") != 0)
		return fail(err, ST_HELD, "dossier %s is %s; only an open one can be changed",
		    c->node.uid, c->node.state);
	if (c->version && c->version != c->node.version)
		return fail(
		    err, ST_CONFLICT, "node %s changed meanwhile; read it again", c->node.uid);
	if (c->title && (st = check_text("title", c->title, TITLE_MAX, err)) != ST_OK)
		return st;
	if (c->rule && c->node.kind == NODE_DOSSIER)
		return fail(err, ST_INVALID, "rule: a dossier's own needs a reason (override_ask)");
	/* records.md 47 */
	st = hold_check(c->catalog, (struct hold_object){ .node = c->node.id }, err);
	return st == ST_OK ? check_rule(c->catalog, c->rule, err) : st;
}

/* A title may name a person: what it was and is stands in private fields. */
static enum status
log_change(struct node_change *c, struct err *err)
{
	owned(strbuf_free) struct strbuf detail = STRBUF_INIT;
	const struct event_private titles[] = { { "title.old", span_of(c->node.title) },
		{ "title.new", span_of(c->title) } };
	struct event event = { .event_class = EVENT_CHANGE,
		.action = "node.update",
		.kind = "node",
		.object = c->node.uid,
		.outcome = "ok",
		.priv = titles,
		.priv_count = c->title ? 2 : 0 };
	struct json_out json;

	json_start(&json, &detail);
	json_object(&json);
	json_key_bool(&json, "title", c->title != NULL);
	json_key_opt(&json, "rule", c->rule);
	if (c->level >= 0)
		json_key_int(&json, "level", c->level);
	json_end_object(&json);
	event.detail = detail.buf;
	return audit_append(c->catalog, c->actor, &event, err);
}

enum status
node_count_bare(struct catalog *catalog, int64_t node, int64_t *bare, struct err *err)
{
	return db_query_int(catalog->db,
	    "WITH RECURSIVE up(id, parent, rule) AS (SELECT id, parent, rule FROM node WHERE id=$1"
	    " UNION ALL SELECT n.id, n.parent, n.rule FROM node n JOIN up u ON n.id=u.parent),"
	    " bare(id, kind) AS (SELECT id, kind FROM node WHERE id=$1"
	    " AND NOT EXISTS(SELECT 1 FROM up WHERE rule IS NOT NULL)"
	    " UNION ALL SELECT n.id, n.kind FROM node n JOIN bare b ON n.parent=b.id"
	    " WHERE n.rule IS NULL) SELECT count(*) FROM bare WHERE kind='dossier'",
	    DB_ARGS(db_int(node)), bare, err);
}

/* A rule that was taken away must not leave a dossier below without one. */
static enum status
check_still_governed(struct node_change *c, struct err *err)
{
	int64_t bare = 0;
	enum status st;

	if (!c->rule || *c->rule)
		return ST_OK;
	st = node_count_bare(c->catalog, c->node.id, &bare, err);
	if (st == ST_OK && bare)
		return fail(err, ST_INVALID,
		    "rule: %lld dossiers would be left without a retention rule", (long long)bare);
	return st;
}

static const char *
new_rule(const struct node_change *c)
{
	if (!c->rule)
		return c->node.rule;
	return *c->rule ? c->rule : NULL;
}

static enum status
update(struct node_change *c, struct err *err)
{
	const char *title = c->title ? c->title : c->node.title;
	int level = c->level >= 0 ? c->level : c->node.level;
	enum status st = check_change(c, err);

	if (st != ST_OK)
		return st;
	st = db_exec(c->catalog->db,
	    "UPDATE node SET title=$2, folded=$3, rule=$4, level=$5, version=version+1 WHERE id=$1",
	    DB_ARGS(db_int(c->node.id), db_text(title),
		db_text(folded_words(c->node.code, title, c->node.file_code, c->arena)),
		db_text(new_rule(c)), db_int(level)),
	    NULL, err);
	if (st == ST_OK)
		st = check_still_governed(c, err);
	if (st == ST_OK && c->rule)
		st = retention_refresh_node(c->catalog, c->node.id, err);
	if (st == ST_OK && level != c->node.level)
		st = access_refresh_node(c->catalog, c->node.id, err);
	return st == ST_OK ? log_change(c, err) : st;
}

enum status
node_update(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t id, int64_t version, const char *title, const char *rule, int level, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct node_change c = { .catalog = catalog,
		.actor = actor,
		.access = access,
		.arena = arena,
		.version = version,
		.title = title,
		.rule = rule,
		.level = level };
	enum status st;

	assert(access);
	if ((st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	st = node_load(catalog, access, id, arena, &c.node, err);
	if (st == ST_OK)
		st = update(&c, err);
	return catalog_end(catalog, st, err);
}
