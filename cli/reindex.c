/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"

/* The indexer is the only writer of the index (architecture.md), so it does the work. */
static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *const args[] = { "-d", cli->conf->dir, "--reindex", NULL };
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 0, "tangthu reindex", err)) ||
	    (st = cli_require(cli, CAP_SYSTEM, "rebuild the index", err)))
		return st;
	return cli_run_program("tangthu-indexer", args, err);
}

const struct cli_verb cli_reindex = {
	.name = "reindex",
	.synopsis = "",
	.summary = "Rebuilds the index from catalogue and derived text, without OCR",
	.help = "Searches go on with the old index until the new one takes its place.\n",
	.need = CLI_ACTOR,
	.run = run,
};
