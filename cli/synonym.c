/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "synonym.h"

#include "cli.h"

static enum status
print_list(struct cli *cli, const struct synonym *row, size_t count, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	struct json_out json;

	json_start(&json, &out);
	json_array(&json);
	for (size_t i = 0; i < count; i++) {
		json_object(&json);
		json_key_int(&json, "id", row[i].id);
		json_key_str(&json, "term", row[i].term);
		json_key_str(&json, "also", row[i].also);
		json_end_object(&json);
		if (!cli->json)
			printf("%-6lld %-16s %s\n", (long long)row[i].id, row[i].term, row[i].also);
	}
	json_end_array(&json);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static enum status
list(struct cli *cli, int argc, char **argv, struct err *err)
{
	const struct synonym *row;
	size_t count;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 0, "tangthu synonym list", err)) ||
	    (st = synonym_list(cli->catalog, cli->arena, &row, &count, err)))
		return st;
	return print_list(cli, row, count, err);
}

static enum status
add(struct cli *cli, int argc, char **argv, struct err *err)
{
	int64_t id;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 2, 2, "tangthu synonym add TERM ALSO", err)) ||
	    (st = cli_require(cli, CAP_PLAN, "change the list of synonyms", err)) ||
	    (st = synonym_add(cli->catalog, &cli->actor, argv[1], argv[2], &id, err)))
		return st;
	printf("%lld\n", (long long)id);
	return ST_OK;
}

static enum status
drop(struct cli *cli, int argc, char **argv, struct err *err)
{
	return cli_remove_row(cli, argc, argv, "tangthu synonym remove ID",
	    "change the list of synonyms", synonym_remove, err);
}

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	static const struct cli_sub subs[] = { { "list", list }, { "add", add },
		{ "remove", drop } };

	return cli_dispatch(cli, subs, sizeof(subs) / sizeof(subs[0]), argc, argv, err);
}

const struct cli_verb cli_synonym = {
	.name = "synonym",
	.synopsis = "list|add|remove ...",
	.summary = "The list of what is searched for besides what was typed",
	.help = "  list              number, term, what is searched for as well\n"
		"  add TERM ALSO     both ways: who types the one finds the other\n"
		"  remove ID         takes a pair out\n",
	.need = CLI_ACTOR,
	.run = run,
};
