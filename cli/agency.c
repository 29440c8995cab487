/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agency.h"

#include "cli.h"

#define PAGE 500

static void
print_one(struct cli *cli, struct json_out *json, const struct agency *a)
{
	if (cli->json) {
		agency_json(json, a);
		return;
	}
	printf("%s  %-6s %-8s ", a->uid, a->kind, a->then && a->then->code ? a->then->code : "-");
	cli_print_text(stdout, a->then ? a->then->name : "(no name on this day)");
	putchar('\n');
	for (size_t i = 0; a->count > 1 && i < a->count; i++) {
		printf("    %s - %-10s  ", a->names[i].valid_from,
		    a->names[i].valid_to ? a->names[i].valid_to : "");
		cli_print_text(stdout, a->names[i].name);
		putchar('\n');
	}
}

static enum status
list(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	const char *wanted = NULL, *day = NULL;
	const struct agency *row;
	struct json_out json;
	int64_t after = 0;
	size_t count;
	enum status st;

	(void)cli_option(&argc, argv, "--find", &wanted);
	(void)cli_option(&argc, argv, "--on", &day);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 0, "tangthu agency list [--find NAME] [--on DAY]", err)))
		return st;
	json_start(&json, &out);
	json_array(&json);
	do {
		if ((st = agency_list(
			 cli->catalog, wanted, day, after, PAGE, cli->arena, &row, &count, err)))
			return st;
		for (size_t i = 0; i < count; i++) {
			print_one(cli, &json, &row[i]);
			after = row[i].id;
		}
	} while (count == PAGE);
	json_end_array(&json);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static void
take_name(int *argc, char **argv, struct agency_new *n)
{
	(void)cli_option(argc, argv, "--code", &n->code);
	(void)cli_option(argc, argv, "--from", &n->from);
	(void)cli_option(argc, argv, "--authority", &n->authority);
}

static enum status
create(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct agency_new n = { .kind = "agency" };
	const char *uid;
	enum status st;

	take_name(&argc, argv, &n);
	(void)cli_option(&argc, argv, "--parent", &n.parent);
	if (cli_flag(&argc, argv, "--unit"))
		n.kind = "unit";
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(
		 argc, 1, 1, "tangthu agency create NAME --from DAY --authority TEXT", err)))
		return st;
	n.name = argv[1];
	if ((st = agency_create(cli->catalog, &cli->actor, cli->access, &n, cli->arena, &uid, err)))
		return st;
	printf("%s\n", uid);
	return ST_OK;
}

static enum status
rename_one(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct agency_new n = { 0 };
	enum status st;

	take_name(&argc, argv, &n);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(
		 argc, 2, 2, "tangthu agency rename AGENCY NAME --from DAY --authority TEXT", err)))
		return st;
	n.name = argv[2];
	return agency_rename(cli->catalog, &cli->actor, cli->access, argv[1], &n, err);
}

static enum status
end(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *successor = NULL;
	struct agency_new n = { 0 };
	enum status st;

	take_name(&argc, argv, &n);
	(void)cli_option(&argc, argv, "--successor", &successor);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(
		 argc, 1, 1, "tangthu agency end AGENCY --from DAY --authority TEXT", err)))
		return st;
	return agency_end(
	    cli->catalog, &cli->actor, cli->access, argv[1], n.from, successor, n.authority, err);
}

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	static const struct cli_sub subs[] = { { "list", list }, { "create", create },
		{ "rename", rename_one }, { "end", end } };

	return cli_dispatch(cli, subs, sizeof(subs) / sizeof(subs[0]), argc, argv, err);
}

const struct cli_verb cli_agency = {
	.name = "agency",
	.synopsis = "list|create|rename|end ...",
	.summary = "Agencies and units, and what they were called on which days",
	.help =
	    "  list [--find NAME] [--on DAY]     by any of their names, as they were called then\n"
	    "  create NAME --from DAY --authority TEXT [--code CODE] [--unit] [--parent AGENCY]\n"
	    "  rename AGENCY NAME --from DAY --authority TEXT [--code CODE]\n"
	    "  end AGENCY --from DAY --authority TEXT [--successor AGENCY]\n",
	.need = CLI_ACTOR,
	.run = run,
};
