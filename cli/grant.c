/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base.h"
#include "cli.h"
#include "grant_change.h"
#include "plan.h"
#include "record.h"

/*
 * Rights are managed by who may manage the object (PERM_MANAGE) or by CAP_GRANTS, which sees the
 * plan's nodes without reading a record: the object is then looked up with the system's eyes.
 */
static enum status
find_object(struct cli *cli, const char *name, int64_t *node, int64_t *record, struct err *err)
{
	struct access *system owned(access_freep) = NULL;
	const struct access *eyes = cli->access;
	struct record r;
	struct node n;
	enum status st;

	*node = *record = 0;
	if (access_has(cli->access, CAP_GRANTS)) {
		if ((st = access_load_system(&system, cli->catalog, err)))
			return st;
		eyes = system;
	}
	st = node_find(cli->catalog, eyes, name, cli->arena, &n, err);
	if (st == ST_OK && eyes == cli->access && !access_can(eyes, PERM_MANAGE, n.access_class))
		return fail(err, ST_DENIED, "%s: managing its rights is not yours", name);
	if (st != ST_NOT_FOUND) {
		*node = n.id;
		return st;
	}
	if (record_find(cli->catalog, eyes, name, cli->arena, &r, err) != ST_OK)
		return err_context(err, "neither a node, a dossier nor a record");
	if (eyes == cli->access && !record_can(eyes, PERM_MANAGE, &r))
		return fail(err, ST_DENIED, "%s: managing its rights is not yours", name);
	*record = r.id;
	return ST_OK;
}

static enum status
until_of(const char *text, int64_t *us, struct err *err)
{
	*us = 0;
	if (text && !day_parse(text, us))
		return fail(err, ST_INVALID, "--until %s is not a day YYYY-MM-DD", text);
	return ST_OK;
}

static enum status
make_change(struct cli *cli, const struct grant_change *c, struct err *err)
{
	char wish[UID_LEN + 1];
	int64_t id;
	enum status st = grant_change(cli->catalog, &cli->actor, c, &id, wish, err);

	if (st == ST_OK && *wish)
		printf("waits for a second person: tangthu grant approve %s\n", wish);
	else if (st == ST_OK && id)
		printf("grant %lld\n", (long long)id);
	return st;
}

static enum status
grant_create(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct grant_change c = { .kind = CHANGE_ADD };
	const char *until = NULL;
	struct principal who;
	enum status st;

	(void)cli_option(&argc, argv, "--until", &until);
	(void)cli_option(&argc, argv, "--audit", &c.audit);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 3, 3, "tangthu grant add OBJECT NAME PERMISSIONS", err)) ||
	    (st = until_of(until, &c.until_us, err)) ||
	    (st = permission_parse(span_of(argv[3]), &c.permissions, err)) ||
	    (st = cli_principal(cli, argv[2], &who, err)) ||
	    (st = find_object(cli, argv[1], &c.node, &c.record, err)))
		return st;
	c.principal = who.id;
	return make_change(cli, &c, err);
}

static const struct grant *
find_grant(const struct grant *list, size_t count, int64_t id)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].id == id)
			return &list[i];
	return NULL;
}

static enum status
grant_finish(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct grant_change c = { .kind = CHANGE_END };
	const struct grant *list, *g;
	int64_t id, node, record;
	size_t count;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu grant end ID", err)) ||
	    (st = cli_number(argv[1], "grant", 1, INT64_MAX, &id, err)) ||
	    (st = grant_list(cli->catalog, 0, 0, false, cli->arena, &list, &count, err)))
		return st;
	if ((g = find_grant(list, count, id)) == NULL ||
	    find_object(cli, g->object_uid, &node, &record, NULL) != ST_OK)
		return fail(err, ST_NOT_FOUND, "no live grant %lld", (long long)id);
	c.grant = id;
	return make_change(cli, &c, err);
}

static void
print_grant(struct cli *cli, struct json_out *json, const struct grant *g)
{
	struct strbuf bits owned(strbuf_free) = STRBUF_INIT;

	permission_text(g->permissions, &bits);
	if (cli->json) {
		json_object(json);
		json_key_int(json, "id", g->id);
		json_key_str(json, "kind", g->node ? "node" : "record");
		json_key_str(json, "object", g->object_uid);
		json_key_str(json, "who", g->principal_name);
		json_key_str(json, "permissions", bits.buf);
		json_key_time(json, "since", g->since_us);
		json_key_time(json, "until", g->until_us);
		json_key_time(json, "ended", g->ended_us);
		json_end_object(json);
		return;
	}
	printf(
	    "%6lld  %-16s %-40s %s ", (long long)g->id, g->principal_name, bits.buf, g->object_uid);
	cli_print_text(stdout, g->object_title);
	puts(g->ended_us ? "  (ended)" : "");
}

static enum status
grant_show(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	bool ended = cli_flag(&argc, argv, "--ended");
	int64_t node = 0, record = 0;
	const struct grant *list;
	struct json_out json;
	size_t count;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 1, "tangthu grant list [OBJECT]", err)))
		return st;
	if (argc == 1 && (st = cli_require(cli, CAP_GRANTS, "list all grants", err)))
		return st;
	if (argc == 2 && (st = find_object(cli, argv[1], &node, &record, err)))
		return st;
	if ((st = grant_list(cli->catalog, node, record, ended, cli->arena, &list, &count, err)))
		return st;
	json_start(&json, &out);
	json_array(&json);
	for (size_t i = 0; i < count; i++)
		print_grant(cli, &json, &list[i]);
	json_end_array(&json);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static enum status
grant_flag(struct cli *cli, int argc, char **argv, enum grant_change_kind kind, struct err *err)
{
	struct grant_change c = { .kind = kind };
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 2, 2, "tangthu grant inherit|confirm OBJECT yes|no", err)))
		return st;
	c.flag = strcmp(argv[2], "yes") == 0;
	if (!c.flag && strcmp(argv[2], "no") != 0)
		return fail(err, ST_INVALID, "%s takes yes or no, not %s", argv[0], argv[2]);
	if ((st = find_object(cli, argv[1], &c.node, &c.record, err)))
		return st;
	return make_change(cli, &c, err);
}

static enum status
grant_inherit(struct cli *cli, int argc, char **argv, struct err *err)
{
	return grant_flag(cli, argc, argv, CHANGE_INHERIT, err);
}

static enum status
grant_confirm(struct cli *cli, int argc, char **argv, struct err *err)
{
	return grant_flag(cli, argc, argv, CHANGE_CONFIRM, err);
}

/* --- what waits for a second person --- */

static bool
concerns(struct cli *cli, const struct grant_wish *w)
{
	int64_t node, record;

	return w->proposed_by == cli->actor.principal ||
	    find_object(cli, w->object_uid, &node, &record, NULL) == ST_OK;
}

static void
print_wish(struct cli *cli, struct json_out *json, const struct grant_wish *w)
{
	static const char *const kinds[CHANGE_KINDS] = { "add", "end", "inherit", "confirm" };
	struct strbuf bits owned(strbuf_free) = STRBUF_INIT;
	const char *value = w->change.flag ? "yes" : "no";

	permission_text(w->change.permissions, &bits);
	if (cli->json) {
		json_object(json);
		json_key_str(json, "id", w->uid);
		json_key_str(json, "kind", kinds[w->change.kind]);
		json_key_str(json, "object", w->object_uid);
		json_key_opt(json, "who", w->principal_name);
		json_key_str(json, "permissions", bits.buf ? bits.buf : "");
		json_key_str(json, "value", value);
		json_key_str(json, "proposed_by", w->proposer);
		json_key_opt(json, "decided_by", w->decider);
		json_key_bool(json, "approved", w->approved);
		json_end_object(json);
		return;
	}
	printf("%s  %-7s %s  %s %s  by %s", w->uid, kinds[w->change.kind], w->object_uid,
	    w->principal_name ? w->principal_name : value, bits.buf ? bits.buf : "", w->proposer);
	if (w->decided_us)
		printf("  %s by %s", w->approved ? "approved" : "rejected", w->decider);
	putchar('\n');
}

static enum status
grant_waiting(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	bool all = cli_flag(&argc, argv, "--all");
	const struct grant_wish *list;
	struct json_out json;
	size_t count;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 0, "tangthu grant waiting [--all]", err)) ||
	    (st = grant_wish_list(cli->catalog, all, cli->arena, &list, &count, err)))
		return st;
	json_start(&json, &out);
	json_array(&json);
	for (size_t i = 0; i < count; i++)
		if (concerns(cli, &list[i]))
			print_wish(cli, &json, &list[i]);
	json_end_array(&json);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static enum status
decide(struct cli *cli, int argc, char **argv, bool approve, struct err *err)
{
	struct grant_wish wish;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu grant approve|reject ID", err)) ||
	    (st = grant_wish_load(cli->catalog, argv[1], cli->arena, &wish, err)))
		return st;
	if (!concerns(cli, &wish))
		return fail(err, ST_NOT_FOUND, "no such change of rights waits");
	return grant_wish_decide(cli->catalog, &cli->actor, argv[1], approve, err);
}

static enum status
grant_approve(struct cli *cli, int argc, char **argv, struct err *err)
{
	return decide(cli, argc, argv, true, err);
}

static enum status
grant_reject(struct cli *cli, int argc, char **argv, struct err *err)
{
	return decide(cli, argc, argv, false, err);
}

static const struct cli_sub subs[] = {
	{ "add", grant_create },
	{ "end", grant_finish },
	{ "list", grant_show },
	{ "inherit", grant_inherit },
	{ "confirm", grant_confirm },
	{ "waiting", grant_waiting },
	{ "approve", grant_approve },
	{ "reject", grant_reject },
};

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	return cli_dispatch(cli, subs, sizeof(subs) / sizeof(*subs), argc, argv, err);
}

const struct cli_verb cli_grant = {
	.name = "grant",
	.synopsis = "add|end|list|inherit|confirm|waiting|approve|reject ...",
	.summary = "Manages rights on nodes, dossiers and records",
	.help =
	    "  add OBJECT NAME PERMISSIONS [--until YYYY-MM-DD] [--audit UID]\n"
	    "                      PERMISSIONS: list,read,download,print,edit,add,manage,dispose\n"
	    "  end ID              rights are ended, never deleted\n"
	    "  list [OBJECT] [--ended]\n"
	    "  inherit OBJECT yes|no   takes the rights of its parent, or breaks them off\n"
	    "  confirm NODE yes|no     changes of rights at and below it wait for a second person\n"
	    "  waiting [--all]         what waits; with --all what was decided, too\n"
	    "  approve ID, reject ID   the second person's word\n"
	    "OBJECT is a uid, a row id or a dossier's file code.\n",
	.need = CLI_ACTOR,
	.run = run,
};
