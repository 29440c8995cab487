/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"
#include "plan_table.h"
#include "retention.h"

static enum status
plan_load(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf text owned(strbuf_free) = STRBUF_INIT;
	struct table_report *r = arena_alloc(cli->arena, sizeof(*r));
	bool preview = cli_flag(&argc, argv, "--preview");
	size_t made = 0;
	enum status st;

	r->arena = cli->arena;
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu plan import FILE [--preview]", err)) ||
	    (st = strbuf_read_file(&text, argv[1], TABLE_BYTES_MAX, err)))
		return st;
	st = plan_import(
	    cli->catalog, &cli->actor, cli->access, strbuf_span(&text), preview, r, &made, err);
	for (size_t i = 0; i < r->count && i < TABLE_FAULTS_MAX; i++) {
		fprintf(stderr, "line %zu: ", r->fault[i].line);
		cli_print_text(stderr, r->fault[i].text);
		putc('\n', stderr);
	}
	if (st == ST_OK)
		printf("%zu nodes %s\n", made, preview ? "would be made" : "made");
	return st;
}

static enum status
plan_save(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	struct node node = { 0 };
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 1, "tangthu plan export [NODE]", err)))
		return st;
	if (argc == 2 && node_find(cli->catalog, cli->access, argv[1], cli->arena, &node, err))
		return err_context(err, "%s", argv[1]);
	if ((st = plan_export(cli->catalog, cli->access, node.id, &out, err)))
		return st;
	return fwrite(out.buf, 1, out.len, stdout) == out.len ? ST_OK
							      : fail_sys(err, "standard output");
}

static const struct cli_sub subs[] = {
	{ "import", plan_load },
	{ "export", plan_save },
};

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	return cli_dispatch(cli, subs, sizeof(subs) / sizeof(*subs), argc, argv, err);
}

const struct cli_verb cli_plan = {
	.name = "plan",
	.synopsis = "import|export ...",
	.summary = "The file plan as a table: CSV or JSON",
	.help = "  import FILE [--preview]   columns id, parent, kind, code, title, rule, level,\n"
		"                            use_mode, file_code, year; all rows or none\n"
		"  export [NODE]             CSV that imports again\n",
	.need = CLI_ACTOR,
	.run = run,
};
