/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "cli.h"
#include "plan.h"
#include "procedure.h"
#include "retention.h"

#define PAGE 500

static void
print_due(struct cli *cli, struct json_out *json, const struct due *d)
{
	if (cli->json) {
		due_json(json, d);
		return;
	}
	printf("%-10s %-9s %-8s %-12s %-24s ", d->due_on ? d->due_on : "-", due_state(d),
	    d->action ? d->action : "-", d->rule, d->file_code);
	cli_print_text(stdout, d->title);
	putchar('\n');
}

static enum status
retention_due_list(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	struct due_filter filter = { .limit = PAGE };
	const char *under = NULL;
	const struct due *list;
	struct json_out json;
	struct node node;
	size_t count;
	enum status st;

	(void)cli_option(&argc, argv, "--until", &filter.until);
	(void)cli_option(&argc, argv, "--action", &filter.action);
	(void)cli_option(&argc, argv, "--rule", &filter.rule);
	(void)cli_option(&argc, argv, "--state", &filter.state);
	(void)cli_option(&argc, argv, "--under", &under);
	filter.waiting = cli_flag(&argc, argv, "--waiting");
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 0, "tangthu retention due [options]", err)))
		return st;
	if (under && node_find(cli->catalog, cli->access, under, cli->arena, &node, err))
		return err_context(err, "%s", under);
	filter.under = under ? node.id : 0;
	json_start(&json, &out);
	json_array(&json);
	do {
		if ((st = retention_list(
			 cli->catalog, cli->access, &filter, cli->arena, &list, &count, err)))
			return st;
		for (size_t i = 0; i < count; i++)
			print_due(cli, &json, &list[i]);
		filter.after_due = count ? list[count - 1].due_on : NULL;
		filter.after = count ? list[count - 1].dossier : 0;
	} while (count == PAGE);
	json_end_array(&json);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static enum status
print_one(struct cli *cli, int64_t id, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	struct json_out json;
	struct due due;
	enum status st = retention_of(cli->catalog, cli->access, id, cli->arena, &due, err);

	if (st != ST_OK)
		return st;
	json_start(&json, &out);
	print_due(cli, &json, &due);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static enum status
retention_show(struct cli *cli, int argc, char **argv, struct err *err)
{
	int64_t id;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu retention show DOSSIER", err)) ||
	    (st = cli_find_dossier(cli, argv[1], &id, err)))
		return st;
	return print_one(cli, id, err);
}

static enum status
retention_set(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *reason = NULL, *rule = "";
	int64_t dossier, id;
	enum status st;

	(void)cli_option(&argc, argv, "--reason", &reason);
	(void)cli_option(&argc, argv, "--rule", &rule);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1,
		 "tangthu retention override DOSSIER [--rule CODE] --reason TEXT", err)) ||
	    (st = cli_find_dossier(cli, argv[1], &dossier, err)) ||
	    (st = override_ask(
		 cli->catalog, &cli->actor, cli->access, dossier, rule, reason, &id, err)))
		return st;
	return print_one(cli, dossier, err);
}

static void
print_override(struct cli *cli, struct json_out *json, const struct override *o)
{
	if (cli->json) {
		override_json(json, o);
		return;
	}
	printf("%s  %-9s %-12s %-24s %s ", o->uid, o->state, o->rule ? o->rule : "(class)",
	    o->file_code, o->asked_by ? o->asked_by : "-");
	cli_print_text(stdout, o->reason);
	putchar('\n');
}

static enum status
retention_pending(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	const char *state = "pending";
	const struct override *list;
	struct json_out json;
	int64_t after = 0;
	size_t count;
	enum status st;

	(void)cli_option(&argc, argv, "--state", &state);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 0, "tangthu retention overrides [--state STATE]", err)))
		return st;
	json_start(&json, &out);
	json_array(&json);
	do {
		if ((st = override_list(cli->catalog, cli->access, 0, state, after, PAGE,
			 cli->arena, &list, &count, err)))
			return st;
		for (size_t i = 0; i < count; i++)
			print_override(cli, &json, &list[i]);
		after = count ? list[count - 1].id : after;
	} while (count == PAGE);
	json_end_array(&json);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static enum status
retention_decide(struct cli *cli, int argc, char **argv, struct err *err)
{
	bool approve = cli_flag(&argc, argv, "--approve");
	bool refuse = cli_flag(&argc, argv, "--refuse");
	const char *reason = NULL;
	struct override o;
	enum status st;

	(void)cli_option(&argc, argv, "--reason", &reason);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1,
		 "tangthu retention decide OVERRIDE --approve|--refuse --reason TEXT", err)))
		return st;
	if (approve == refuse)
		return fail(err, ST_INVALID, "either --approve or --refuse");
	if (override_find(cli->catalog, cli->access, argv[1], cli->arena, &o, err))
		return err_context(err, "override %s", argv[1]);
	if ((st = override_decide(
		 cli->catalog, &cli->actor, cli->access, o.id, approve, reason, err)))
		return st;
	return print_one(cli, o.dossier, err);
}

static enum status
retention_note(struct cli *cli, int argc, char **argv, struct err *err)
{
	int64_t dossier;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 2, 3, "tangthu retention fact DOSSIER NAME [DAY]", err)) ||
	    (st = cli_find_dossier(cli, argv[1], &dossier, err)) ||
	    (st = retention_fact(cli->catalog, &cli->actor, cli->access, dossier, argv[2],
		 argc == 4 ? argv[3] : NULL, err)))
		return st;
	return print_one(cli, dossier, err);
}

static enum status
retention_run(struct cli *cli, int argc, char **argv, struct err *err)
{
	const struct actor system = { .source = cli->actor.source };
	size_t count, all = 0;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 0, "tangthu retention tick", err)) ||
	    (st = cli_require(cli, CAP_PLAN, "run the calendar", err)))
		return st;
	do {
		if ((st = retention_tick(cli->catalog, &system, PAGE, &count, err)))
			return st;
		all += count;
	} while (count == PAGE);
	if ((st = revision_tick(cli->catalog, &system, &count, err)))
		return st;
	printf("%zu revisions are in force from today\n", count);
	printf("%zu dossiers are due and under review now\n", all);
	return ST_OK;
}

static const struct cli_sub subs[] = {
	{ "due", retention_due_list },
	{ "show", retention_show },
	{ "override", retention_set },
	{ "overrides", retention_pending },
	{ "decide", retention_decide },
	{ "fact", retention_note },
	{ "tick", retention_run },
};

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	return cli_dispatch(cli, subs, sizeof(subs) / sizeof(*subs), argc, argv, err);
}

const struct cli_verb cli_retention = {
	.name = "retention",
	.synopsis = "due|show|override|overrides|decide|fact|tick ...",
	.summary = "Due dates of dossiers, exceptions from rules, facts that start a clock",
	.help =
	    "  due [--until DAY] [--action ACTION] [--rule CODE] [--state STATE] [--under NODE]\n"
	    "      [--waiting]                      what is due, or waits for its event\n"
	    "  show DOSSIER\n"
	    "  override DOSSIER [--rule CODE] --reason TEXT   another rule, or the class's again;\n"
	    "                                       a shorter one waits for a second person\n"
	    "  overrides [--state pending|in_force|refused|replaced]\n"
	    "  decide OVERRIDE --approve|--refuse --reason TEXT\n"
	    "  fact DOSSIER NAME [DAY]              the day of an event; without DAY takes it back\n"
	    "  tick                                 what the calendar brings; the server does it too\n",
	.need = CLI_ACTOR,
	.run = run,
};
