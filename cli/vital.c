/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vital.h"

#include "cli.h"
#include "plan.h"

#define PAGE 500

static enum status
set_flag(struct cli *cli, int argc, char **argv, bool vital, struct err *err)
{
	struct node node;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu vital mark|unmark NODE", err)) ||
	    (st = node_find(cli->catalog, cli->access, argv[1], cli->arena, &node, err)))
		return st;
	return vital_flag(cli->catalog, &cli->actor, cli->access, node.id, vital, err);
}

static enum status
vital_mark(struct cli *cli, int argc, char **argv, struct err *err)
{
	return set_flag(cli, argc, argv, true, err);
}

static enum status
vital_unmark(struct cli *cli, int argc, char **argv, struct err *err)
{
	return set_flag(cli, argc, argv, false, err);
}

static void
print_record(struct cli *cli, struct json_out *json, const struct vital_record *v)
{
	if (cli->json) {
		vital_json(json, v);
		return;
	}
	printf("%s  %-8s  %lld of %lld files  ", v->uid, vital_status(v), (long long)v->whole,
	    (long long)v->files);
	cli_print_text(stdout, v->subject);
	putchar('\n');
}

static enum status
vital_report(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	struct vital_filter f = { .lacking = !cli_flag(&argc, argv, "--all"), .limit = PAGE };
	const struct vital_record *list;
	struct json_out json;
	size_t count;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 0, "tangthu vital list [--all]", err)))
		return st;
	json_start(&json, &out);
	json_array(&json);
	do {
		if ((st = vital_list(
			 cli->catalog, cli->access, &f, cli->arena, &list, &count, err)))
			return st;
		for (size_t i = 0; i < count; i++)
			print_record(cli, &json, &list[i]);
		f.after = count ? list[count - 1].id : f.after;
	} while (count == PAGE);
	json_end_array(&json);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static enum status
vital_look(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct store *copy owned(store_closep) = NULL;
	struct conf *conf owned(conf_freep) = NULL;
	const char *place = NULL;
	struct vital_counts n;
	enum status st;

	(void)cli_option(&argc, argv, "--place", &place);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu vital verify DIR --place NAME", err)) ||
	    (st = cli_require(cli, CAP_SYSTEM, "look into a copy", err)))
		return st;
	conf = conf_new(argv[1]);
	if ((st = store_open(&copy, conf, err)) ||
	    (st = vital_verify(cli->catalog, &cli->actor, copy, place ? place : "", &n, err)))
		return st;
	printf("%llu whole, %llu missing, %llu damaged\n", (unsigned long long)n.whole,
	    (unsigned long long)n.missing, (unsigned long long)n.damaged);
	return n.missing || n.damaged
	    ? fail(err, ST_CORRUPT, "the copy in %s is not whole: make another backup", argv[1])
	    : ST_OK;
}

static const struct cli_sub subs[] = {
	{ "mark", vital_mark },
	{ "unmark", vital_unmark },
	{ "list", vital_report },
	{ "verify", vital_look },
};

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	return cli_dispatch(cli, subs, sizeof(subs) / sizeof(*subs), argc, argv, err);
}

const struct cli_verb cli_vital = {
	.name = "vital",
	.synopsis = "mark|unmark|list|verify ...",
	.summary = "Vital records and their copies away from here",
	.help =
	    "  mark NODE, unmark NODE           with all that lies below\n"
	    "  list [--all]                     those without a whole copy of late, or all\n"
	    "  verify DIR --place NAME          looks for their originals in a backup that is\n"
	    "                                   kept elsewhere, and notes what is whole there\n",
	.need = CLI_ACTOR,
	.run = run,
};
