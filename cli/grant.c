/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <time.h>

#include "base.h"
#include "cli.h"
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
	struct tm tm = { 0 };

	*us = 0;
	if (!text)
		return ST_OK;
	if (!date_valid(span_of(text), false) || !strptime(text, "%Y-%m-%d", &tm))
		return fail(err, ST_INVALID, "--until %s is not a day YYYY-MM-DD", text);
	*us = (int64_t)timegm(&tm) * 1000000;
	return ST_OK;
}

static enum status
grant_create(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *until = NULL;
	int64_t node, record, until_us, id;
	struct principal who;
	unsigned bits;
	enum status st;

	(void)cli_option(&argc, argv, "--until", &until);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 3, 3, "tangthu grant add OBJECT NAME PERMISSIONS", err)) ||
	    (st = until_of(until, &until_us, err)) ||
	    (st = permission_parse(span_of(argv[3]), &bits, err)) ||
	    (st = cli_principal(cli, argv[2], &who, err)) ||
	    (st = find_object(cli, argv[1], &node, &record, err)) ||
	    (st = grant_add(
		 cli->catalog, &cli->actor, node, record, who.id, bits, until_us, &id, err)))
		return st;
	printf("grant %lld\n", (long long)id);
	return ST_OK;
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
	return grant_end(cli->catalog, &cli->actor, id, err);
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
grant_inherit(struct cli *cli, int argc, char **argv, struct err *err)
{
	int64_t node, record;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 2, 2, "tangthu grant inherit OBJECT yes|no", err)))
		return st;
	if (strcmp(argv[2], "yes") != 0 && strcmp(argv[2], "no") != 0)
		return fail(err, ST_INVALID, "inherit takes yes or no, not %s", argv[2]);
	if ((st = find_object(cli, argv[1], &node, &record, err)))
		return st;
	return grant_set_inherit(
	    cli->catalog, &cli->actor, node, record, strcmp(argv[2], "yes") == 0, err);
}

static const struct cli_sub subs[] = {
	{ "add", grant_create },
	{ "end", grant_finish },
	{ "list", grant_show },
	{ "inherit", grant_inherit },
};

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	return cli_dispatch(cli, subs, sizeof(subs) / sizeof(*subs), argc, argv, err);
}

const struct cli_verb cli_grant = {
	.name = "grant",
	.synopsis = "add|end|list|inherit ...",
	.summary = "Manages rights on nodes, dossiers and records",
	.help =
	    "  add OBJECT NAME PERMISSIONS [--until YYYY-MM-DD]\n"
	    "                      PERMISSIONS: list,read,download,print,edit,add,manage,dispose\n"
	    "  end ID              rights are ended, never deleted\n"
	    "  list [OBJECT] [--ended]\n"
	    "  inherit OBJECT yes|no   takes the rights of its parent, or breaks them off\n"
	    "OBJECT is a uid, a row id or a dossier's file code.\n",
	.need = CLI_ACTOR,
	.run = run,
};
