/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "cli.h"
#include "plan.h"

static void
print_node(struct cli *cli, struct json_out *json, const struct node *n)
{
	if (cli->json) {
		json_object(json);
		json_key_int(json, "id", n->id);
		json_key_str(json, "uid", n->uid);
		json_key_opt(json, "parent", n->parent_uid);
		json_key_str(json, "kind", node_kind_name(n->kind));
		json_key_str(json, "code", n->code);
		json_key_str(json, "title", n->title);
		json_key_opt(json, "rule", n->rule);
		json_key_int(json, "level", n->effective_level);
		json_key_opt(json, "file_code", n->file_code);
		json_key_opt(json, "state", n->state);
		if (n->kind == NODE_DOSSIER)
			json_key_int(json, "records", n->records);
		json_end_object(json);
		return;
	}
	printf("%6lld  %-8s %-24s ", (long long)n->id, node_kind_name(n->kind),
	    n->file_code ? n->file_code : n->code);
	cli_print_text(stdout, n->title);
	if (n->kind == NODE_DOSSIER)
		printf("  (%lld)", (long long)n->records);
	putchar('\n');
}

static enum status
print_one(struct cli *cli, int64_t id, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	struct json_out json;
	struct node n;
	enum status st;

	if ((st = node_load(cli->catalog, cli->access, id, cli->arena, &n, err)))
		return st;
	json_start(&json, &out);
	print_node(cli, &json, &n);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static enum status
dossier_create(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *parent = NULL, *kind = "dossier", *level = "0", *year = "0";
	struct node_new n = { 0 };
	struct node under;
	int64_t number, id;
	enum status st;

	(void)cli_option(&argc, argv, "--parent", &parent);
	(void)cli_option(&argc, argv, "--kind", &kind);
	(void)cli_option(&argc, argv, "--rule", &n.rule);
	(void)cli_option(&argc, argv, "--level", &level);
	(void)cli_option(&argc, argv, "--year", &year);
	(void)cli_option(&argc, argv, "--file-code", &n.file_code);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(
		 argc, 2, 2, "tangthu dossier create CODE TITLE --parent NODE", err)) ||
	    (st = cli_require(cli, CAP_PLAN, "make dossiers", err)) ||
	    (st = cli_number(level, "level", LEVEL_PUBLIC, LEVEL_CONFIDENTIAL, &number, err)))
		return st;
	n.level = (int)number;
	if ((st = cli_number(year, "year", 0, 9999, &number, err)))
		return st;
	n.year = (int)number;
	if (node_kind_parse(span_of(kind)) < 0)
		return fail(err, ST_INVALID, "kind %s: one of fonds, series, class, dossier", kind);
	n.kind = (enum node_kind)node_kind_parse(span_of(kind));
	if (parent &&
	    node_find(cli->catalog, cli->access, parent, cli->arena, &under, err) != ST_OK)
		return err_context(err, "parent %s", parent);
	n.parent = parent ? under.id : 0;
	n.code = argv[1];
	n.title = argv[2];
	if ((st = node_create(cli->catalog, &cli->actor, cli->access, &n, &id, err)))
		return st;
	/* Its access class may be new, too. */
	access_freep(&cli->access);
	if ((st = access_load(&cli->access, cli->catalog, cli->actor.principal, err)))
		return st;
	return print_one(cli, id, err);
}

static enum status
dossier_list(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct node_filter filter = { .parent = -1, .kind = NODE_DOSSIER, .limit = 500 };
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	const char *parent = NULL;
	const struct node *list;
	struct json_out json;
	struct node under;
	size_t count;
	enum status st;

	if (cli_flag(&argc, argv, "--all"))
		filter.kind = -1;
	(void)cli_option(&argc, argv, "--parent", &parent);
	(void)cli_option(&argc, argv, "--words", &filter.words);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 0, "tangthu dossier list", err)))
		return st;
	if (parent) {
		if (node_find(cli->catalog, cli->access, parent, cli->arena, &under, err) != ST_OK)
			return err_context(err, "parent %s", parent);
		filter.parent = under.id;
		filter.kind = -1;
	}
	json_start(&json, &out);
	json_array(&json);
	do {
		if ((st = node_list(
			 cli->catalog, cli->access, &filter, cli->arena, &list, &count, err)))
			return st;
		for (size_t i = 0; i < count; i++)
			print_node(cli, &json, &list[i]);
		if (count)
			filter.after = list[count - 1].id;
	} while (count == filter.limit);
	json_end_array(&json);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static enum status
dossier_show(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct node n;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu dossier show NODE", err)))
		return st;
	if (node_find(cli->catalog, cli->access, argv[1], cli->arena, &n, err) != ST_OK)
		return err_context(err, "%s", argv[1]);
	return print_one(cli, n.id, err);
}

static enum status
dossier_move(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct node node, to;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 2, 2, "tangthu dossier move NODE PARENT", err)) ||
	    (st = node_find(cli->catalog, cli->access, argv[1], cli->arena, &node, err)) ||
	    (st = node_find(cli->catalog, cli->access, argv[2], cli->arena, &to, err)))
		return st;
	return node_move(cli->catalog, &cli->actor, cli->access, node.id, 0, to.id, err);
}

static const struct cli_sub subs[] = {
	{ "create", dossier_create },
	{ "list", dossier_list },
	{ "show", dossier_show },
	{ "move", dossier_move },
};

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	return cli_dispatch(cli, subs, sizeof(subs) / sizeof(*subs), argc, argv, err);
}

const struct cli_verb cli_dossier = {
	.name = "dossier",
	.synopsis = "create|list|show|move ...",
	.summary = "Makes and lists dossiers and the nodes of the file plan above them",
	.help =
	    "  create CODE TITLE --parent NODE [--kind series|class|dossier] [--rule CODE]\n"
	    "         [--level 0-3] [--year YYYY] [--file-code TEXT]\n"
	    "  list [--parent NODE] [--words WORDS] [--all]\n"
	    "  show NODE\n"
	    "  move NODE PARENT                 with all below it; rights and retention follow\n"
	    "NODE is a uid, a row id or a dossier's file code.\n",
	.need = CLI_ACTOR,
	.run = run,
};
