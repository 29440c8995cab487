/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base.h"
#include "cli.h"
#include "dossier.h"
#include "handover.h"
#include "ocr_client.h"
#include "sheet.h"

/* What happens to dossiers; making and listing them is in cli/dossier.c. */

static void
print_totals(const struct dossier_totals *t)
{
	printf("%lld dossiers, %lld records, %lld files, %lld pages\n", (long long)t->dossiers,
	    (long long)t->records, (long long)t->files, (long long)t->pages);
}

static enum status
custody_close(struct cli *cli, int argc, char **argv, struct err *err)
{
	bool incomplete = cli_flag(&argc, argv, "--incomplete");
	const char *day = NULL;
	int64_t id;
	enum status st;

	(void)cli_option(&argc, argv, "--date", &day);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu custody close DOSSIER [--date DAY]", err)) ||
	    (st = cli_find_dossier(cli, argv[1], &id, err)))
		return st;
	return dossier_close(cli->catalog, &cli->actor, cli->access, id, day, incomplete, err);
}

static enum status
custody_reopen(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *reason = NULL;
	int64_t id;
	enum status st;

	(void)cli_option(&argc, argv, "--reason", &reason);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu custody reopen DOSSIER --reason TEXT", err)) ||
	    (st = cli_find_dossier(cli, argv[1], &id, err)))
		return st;
	return dossier_reopen(cli->catalog, &cli->actor, cli->access, id, reason, err);
}

static enum status
custody_contents(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	bool html = cli_flag(&argc, argv, "--html"), pdf = cli_flag(&argc, argv, "--pdf");
	char *program owned(freep) = ocr_client_program();
	const struct dossier_line *lines;
	struct node node;
	int64_t id;
	size_t count;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(
		 argc, 1, 1, "tangthu custody contents DOSSIER [--html|--pdf]", err)) ||
	    (st = cli_find_dossier(cli, argv[1], &id, err)) ||
	    (st = node_load(cli->catalog, cli->access, id, cli->arena, &node, err)) ||
	    (st = dossier_contents(cli->catalog, cli->access, id, cli->arena, &lines, &count, err)))
		return st;
	if (pdf)
		return sheet_pdf(program, cli->conf,
		    dossier_contents_sheet(cli->arena, &node, lines, count), now_us(),
		    STDOUT_FILENO, err);
	if (html)
		dossier_contents_html(&node, lines, count, &out);
	else
		dossier_contents_csv(lines, count, &out);
	return fwrite(out.buf, 1, out.len, stdout) == out.len ? ST_OK
							      : fail_sys(err, "standard output");
}

static enum status
pass(struct cli *cli, int argc, char **argv, enum dossier_step step, struct err *err)
{
	const char *reason = NULL;
	struct dossier_totals totals;
	int64_t *ids;
	enum status st;

	(void)cli_option(&argc, argv, "--reason", &reason);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(
		 argc, 1, 1000, "tangthu custody submit|accept|return DOSSIER ...", err)))
		return st;
	ids = arena_array(cli->arena, (size_t)argc, sizeof(*ids));
	for (int i = 1; i < argc; i++)
		if ((st = cli_find_dossier(cli, argv[i], &ids[i - 1], err)))
			return st;
	if ((st = dossier_pass(cli->catalog, &cli->actor, cli->access, step, ids, (size_t)argc - 1,
		 reason, &totals, err)))
		return st;
	print_totals(&totals);
	return ST_OK;
}

static enum status
custody_submit(struct cli *cli, int argc, char **argv, struct err *err)
{
	return pass(cli, argc, argv, DOSSIER_SUBMIT, err);
}

static enum status
custody_accept(struct cli *cli, int argc, char **argv, struct err *err)
{
	return pass(cli, argc, argv, DOSSIER_ACCEPT, err);
}

static enum status
custody_return(struct cli *cli, int argc, char **argv, struct err *err)
{
	return pass(cli, argc, argv, DOSSIER_RETURN, err);
}

static enum status
custody_due(struct cli *cli, int argc, char **argv, struct err *err)
{
	const struct dossier_due *due;
	const char *until;
	char day[11];
	size_t count;
	enum status st;

	/* records.md 31: thirty days ahead */
	day_text(now_us() + INT64_C(30) * 86400 * 1000000, day);
	until = day;
	(void)cli_option(&argc, argv, "--until", &until);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 0, "tangthu custody due [--until DAY]", err)) ||
	    (st = dossier_submissions(
		 cli->catalog, cli->access, until, 500, cli->arena, &due, &count, err)))
		return st;
	for (size_t i = 0; i < count; i++) {
		printf("%s  %-24s %-12s ", due[i].submit_due, due[i].file_code,
		    due[i].maintainer ? due[i].maintainer : "-");
		cli_print_text(stdout, due[i].title);
		putchar('\n');
	}
	return ST_OK;
}

static enum status
custody_handover(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *reason = NULL;
	struct dossier_totals totals;
	struct principal from, to;
	enum status st;

	(void)cli_option(&argc, argv, "--reason", &reason);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(
		 argc, 2, 2, "tangthu custody handover FROM TO --reason TEXT", err)) ||
	    (st = cli_principal(cli, argv[1], &from, err)) ||
	    (st = cli_principal(cli, argv[2], &to, err)) ||
	    (st = dossier_handover(
		 cli->catalog, &cli->actor, cli->access, from.id, to.id, reason, &totals, err)))
		return st;
	print_totals(&totals);
	if (*totals.handover)
		printf("minutes %s\n", totals.handover);
	return ST_OK;
}

static enum status
custody_minutes(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	bool pdf = cli_flag(&argc, argv, "--pdf");
	char *program owned(freep) = ocr_client_program();
	const struct handover_item *item;
	struct element *sheet;
	struct handover h;
	size_t count;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu custody minutes HANDOVER [--pdf]", err)) ||
	    (st = handover_find(cli->catalog, cli->access, argv[1], cli->arena, &h, err)) ||
	    (st = handover_items(cli->catalog, cli->access, h.id, cli->arena, &item, &count, err)))
		return st;
	sheet = handover_sheet(cli->arena, &h, item, count);
	if (pdf)
		return sheet_pdf(program, cli->conf, sheet, now_us(), STDOUT_FILENO, err);
	sheet_html(sheet, &out);
	return fwrite(out.buf, 1, out.len, stdout) == out.len ? ST_OK
							      : fail_sys(err, "standard output");
}

static enum status
custody_deadline(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *authority = NULL, *node = NULL;
	struct node at;
	int64_t days;
	enum status st;

	(void)cli_option(&argc, argv, "--authority", &authority);
	(void)cli_option(&argc, argv, "--node", &node);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(
		 argc, 1, 1, "tangthu custody deadline DAYS --authority TEXT", err)) ||
	    (st = cli_number(argv[1], "days", node ? -1 : 0, 36500, &days, err)) ||
	    (st = cli_require(cli, CAP_PLAN, "set deadlines", err)))
		return st;
	if (node) {
		if (node_find(cli->catalog, cli->access, node, cli->arena, &at, err))
			return err_context(err, "node %s", node);
		return dossier_deadline_put(
		    cli->catalog, &cli->actor, cli->access, at.id, days, authority, err);
	}
	if (!authority || !*authority)
		return fail(err, ST_INVALID, "--authority: what the deadline rests on");
	if ((st = catalog_begin(cli->catalog, err)))
		return st;
	st = catalog_setting_put(cli->catalog, &cli->actor, "submit.days", argv[1], err);
	if (st == ST_OK)
		st = catalog_setting_put(
		    cli->catalog, &cli->actor, "submit.authority", authority, err);
	if (st == ST_OK)
		return catalog_commit(cli->catalog, err);
	catalog_rollback(cli->catalog);
	return st;
}

static const struct cli_sub subs[] = {
	{ "close", custody_close },
	{ "reopen", custody_reopen },
	{ "contents", custody_contents },
	{ "submit", custody_submit },
	{ "accept", custody_accept },
	{ "return", custody_return },
	{ "due", custody_due },
	{ "deadline", custody_deadline },
	{ "handover", custody_handover },
	{ "minutes", custody_minutes },
};

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	return cli_dispatch(cli, subs, sizeof(subs) / sizeof(*subs), argc, argv, err);
}

const struct cli_verb cli_custody = {
	.name = "custody",
	.synopsis = "close|reopen|contents|submit|accept|return|due|deadline|handover|minutes ...",
	.summary = "Closes, submits and hands over dossiers; prints what is in them",
	.help =
	    "  close DOSSIER [--date DAY] [--incomplete]\n"
	    "  reopen DOSSIER --reason TEXT\n"
	    "  contents DOSSIER [--html|--pdf]  mục lục, as CSV, a page that prints, or PDF\n"
	    "  submit DOSSIER ...               to the archive, all or none\n"
	    "  accept DOSSIER ..., return DOSSIER ... --reason TEXT\n"
	    "  due [--until DAY]                due in the archive, 30 days ahead\n"
	    "  deadline DAYS --authority TEXT [--node NODE]    from closing to submission; below a\n"
	    "                                  node; -1 takes the node's own away\n"
	    "  handover FROM TO --reason TEXT   all dossiers of an account in one act\n"
	    "  minutes HANDOVER [--pdf]         of a handover, to be printed and signed\n",
	.need = CLI_ACTOR,
	.run = run,
};
