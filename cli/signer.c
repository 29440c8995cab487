/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"
#include "known_signer.h"

static void
print_row(const struct known_signer *s)
{
	printf("%-6lld %-28s %s", (long long)s->id, s->name, s->post);
	if (*s->from || *s->to)
		printf("%s%s .. %s", *s->post ? "  " : "", s->from, s->to);
	printf("\n");
}

static enum status
print_list(struct cli *cli, const struct known_signer *row, size_t count, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	struct json_out json;

	json_start(&json, &out);
	json_array(&json);
	for (size_t i = 0; i < count; i++) {
		json_object(&json);
		json_key_int(&json, "id", row[i].id);
		json_key_str(&json, "name", row[i].name);
		json_key_str(&json, "post", row[i].post);
		json_key_str(&json, "from", row[i].from);
		json_key_str(&json, "to", row[i].to);
		json_end_object(&json);
		if (!cli->json)
			print_row(&row[i]);
	}
	json_end_array(&json);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static enum status
list(struct cli *cli, int argc, char **argv, struct err *err)
{
	const struct known_signer *row;
	size_t count;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 0, "tangthu signer list", err)) ||
	    (st = known_signer_list(cli->catalog, cli->arena, &row, &count, err)))
		return st;
	return print_list(cli, row, count, err);
}

static enum status
add(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct known_signer s = { 0 };
	int64_t id;
	enum status st;

	(void)cli_option(&argc, argv, "--post", &s.post);
	(void)cli_option(&argc, argv, "--from", &s.from);
	(void)cli_option(&argc, argv, "--to", &s.to);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1,
		 "tangthu signer add NAME [--post POST] [--from DAY] [--to DAY]", err)) ||
	    (st = cli_require(cli, CAP_PLAN, "change the list of signers", err)))
		return st;
	s.name = argv[1];
	if ((st = known_signer_add(cli->catalog, &cli->actor, &s, &id, err)))
		return st;
	printf("%lld\n", (long long)id);
	return ST_OK;
}

static enum status
drop(struct cli *cli, int argc, char **argv, struct err *err)
{
	return cli_remove_row(cli, argc, argv, "tangthu signer remove ID",
	    "change the list of signers", known_signer_remove, err);
}

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	static const struct cli_sub subs[] = { { "list", list }, { "add", add },
		{ "remove", drop } };

	return cli_dispatch(cli, subs, sizeof(subs) / sizeof(subs[0]), argc, argv, err);
}

const struct cli_verb cli_signer = {
	.name = "signer",
	.synopsis = "list|add|remove ...",
	.summary = "The list of those who sign, which badly read signatures are compared with",
	.help = "  list              number, name, post, first and last day\n"
		"  add NAME          a signer: --post POST, --from and --to YYYY-MM-DD\n"
		"  remove ID         takes one out\n",
	.need = CLI_ACTOR,
	.run = run,
};
