/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "audit.h"
#include "record.h"
#include "stack.h"

#include "cli.h"

/* Pages of arrived files arranged into records (D6). */

static enum status
find(struct cli *cli, const char *name, struct record *record, struct err *err)
{
	if (record_find(cli->catalog, cli->access, name, cli->arena, record, err))
		return err_context(err, "record %s", name);
	return ST_OK;
}

/* "5,9,12" */
static enum status
parse_list(struct cli *cli, const char *text, const int64_t **list, size_t *count, struct err *err)
{
	struct span rest = span_of(text);
	int64_t *pages;

	*count = 0;
	if (!text)
		return ST_OK;
	*list = pages = arena_array(cli->arena, rest.n + 1, sizeof(*pages));
	while (rest.p)
		if (!span_i64(span_cut(&rest, ','), &pages[(*count)++]))
			return fail(err, ST_INVALID, "%s: give pages as 5,9,12", text);
	return ST_OK;
}

static enum status
print_records(struct cli *cli, const int64_t *ids, size_t count, struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		struct record record;
		enum status st =
		    record_load(cli->catalog, cli->access, ids[i], cli->arena, &record, err);

		if (st != ST_OK)
			return st;
		printf("%s\t%lld pages\n", record.uid, (long long)record.pages);
	}
	return ST_OK;
}

static enum status
run_split(struct cli *cli, int argc, char **argv, struct err *err)
{
	bool separators = cli_flag(&argc, argv, "--separators");
	const char *at = NULL, *drop = NULL;
	struct stack_split how = { 0 };
	struct record record;
	const int64_t *made;
	size_t count;
	enum status st;

	(void)cli_option(&argc, argv, "--at", &at);
	(void)cli_option(&argc, argv, "--drop", &drop);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(
		 argc, 1, 1, "tangthu stack split RECORD --at PAGES | --separators", err)) ||
	    (st = find(cli, argv[1], &record, err)) ||
	    (st = parse_list(cli, at, &how.at, &how.at_count, err)) ||
	    (st = parse_list(cli, drop, &how.drop, &how.drop_count, err)))
		return st;
	if (separators == (at || drop))
		return fail(err, ST_INVALID, "give --separators, or --at and --drop");
	how.record = record.id;
	st = separators ? stack_split_at_separators(cli->catalog, &cli->actor, cli->access,
			      record.id, 0, cli->arena, &made, &count, err)
			: stack_split(cli->catalog, &cli->actor, cli->access, &how, cli->arena,
			      &made, &count, err);
	return st ? st : print_records(cli, made, count, err);
}

static enum status
run_merge(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct record record, other;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 2, 2, "tangthu stack merge RECORD OTHER", err)) ||
	    (st = find(cli, argv[1], &record, err)) || (st = find(cli, argv[2], &other, err)))
		return st;
	return stack_merge(cli->catalog, &cli->actor, cli->access, record.id, 0, other.id, err);
}

static enum status
run_move(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *page = NULL, *to = NULL, *into = NULL;
	struct record record, other;
	int64_t from, place;
	enum status st;

	(void)cli_option(&argc, argv, "--page", &page);
	(void)cli_option(&argc, argv, "--to", &to);
	(void)cli_option(&argc, argv, "--into", &into);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(
		 argc, 1, 1, "tangthu stack move RECORD --page N --to M [--into OTHER]", err)))
		return st;
	if (!page || !to)
		return fail(err, ST_INVALID, "give --page N and --to M");
	if ((st = cli_number(page, "--page", 1, INT32_MAX, &from, err)) ||
	    (st = cli_number(to, "--to", 1, INT32_MAX, &place, err)) ||
	    (st = find(cli, argv[1], &record, err)) ||
	    (st = find(cli, into ? into : argv[1], &other, err)))
		return st;
	return stack_move(
	    cli->catalog, &cli->actor, cli->access, record.id, 0, from, other.id, place, err);
}

static enum status
run_turn(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *page = NULL;
	struct record record;
	int64_t number, degrees;
	enum status st;

	(void)cli_option(&argc, argv, "--page", &page);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 2, 2, "tangthu stack turn RECORD DEGREES --page N", err)))
		return st;
	if (!page)
		return fail(err, ST_INVALID, "give --page N");
	if ((st = cli_number(page, "--page", 1, INT32_MAX, &number, err)) ||
	    (st = cli_number(argv[2], "DEGREES", 0, 270, &degrees, err)) ||
	    (st = find(cli, argv[1], &record, err)))
		return st;
	return stack_turn(
	    cli->catalog, &cli->actor, cli->access, record.id, 0, number, (int)degrees, err);
}

static enum status
run_undo(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct record record;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu stack undo RECORD", err)) ||
	    (st = find(cli, argv[1], &record, err)))
		return st;
	return stack_undo(cli->catalog, &cli->actor, cli->access, record.id, 0, err);
}

static enum status
run_show(struct cli *cli, int argc, char **argv, struct err *err)
{
	const struct component *c;
	const int64_t *pages;
	struct stack_last last;
	struct record record;
	size_t n, count;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu stack show RECORD", err)) ||
	    (st = find(cli, argv[1], &record, err)))
		return st;
	if (!record_can(cli->access, PERM_READ, &record))
		return fail(err, ST_DENIED, "reading %s is not yours", record.uid);
	if ((st = audit_append_access(
		 cli->catalog, &cli->actor, "record.view", record.uid, 0, err)) ||
	    (st = record_components(cli->catalog, record.id, cli->arena, &c, &n, err)) ||
	    (st = stack_separators(cli->catalog, record.id, cli->arena, &pages, &count, err)) ||
	    (st = stack_last(cli->catalog, record.id, cli->arena, &last, err)))
		return st;
	for (size_t i = 0; i < n; i++) {
		if (c[i].first_page)
			printf("pages %d-%d of ", c[i].first_page, c[i].last_page);
		else
			printf("all %lld pages of ", (long long)c[i].pages);
		cli_print_text(stdout, c[i].name);
		putchar('\n');
	}
	for (size_t i = 0; i < count; i++)
		printf("separator: page %lld\n", (long long)pages[i]);
	if (last.kind)
		printf("last change: %s (tangthu stack undo %s)\n", last.kind, record.uid);
	return ST_OK;
}

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	static const struct cli_sub subs[] = {
		{ "show", run_show },
		{ "split", run_split },
		{ "merge", run_merge },
		{ "move", run_move },
		{ "turn", run_turn },
		{ "undo", run_undo },
	};

	return cli_dispatch(cli, subs, sizeof(subs) / sizeof(subs[0]), argc, argv, err);
}

const struct cli_verb cli_stack = {
	.name = "stack",
	.synopsis = "show|split|merge|move|turn|undo RECORD ...",
	.summary = "Arranges the pages of arrived files into records; the files stay whole",
	.help =
	    "  show RECORD                    its ranges of files, separators, last change\n"
	    "  split RECORD --at 5,9          parts it before pages 5 and 9; prints the new "
	    "records\n"
	    "        [--drop 4,8]             leaves these sheets out of every record\n"
	    "  split RECORD --separators      at the separator sheets that were found\n"
	    "  merge RECORD OTHER             appends OTHER's pages; OTHER is no record any more\n"
	    "  move RECORD --page N --to M    puts page N before page M [--into OTHER]\n"
	    "  turn RECORD DEGREES --page N   how it is shown: 0, 90, 180, 270 clockwise\n"
	    "  undo RECORD                    the last split, merge or move of a draft\n",
	.need = CLI_ACTOR,
	.run = run,
};
