/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	struct json_out json;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 0, "tangthu version", err)))
		return st;
	if (!cli->json) {
		printf("tangthu %s\n", TANGTHU_VERSION);
		return ST_OK;
	}
	json_start(&json, &out);
	json_object(&json);
	json_key_str(&json, "version", TANGTHU_VERSION);
	json_end_object(&json);
	return cli_print(&out, err);
}

const struct cli_verb cli_version = {
	.name = "version",
	.synopsis = "",
	.summary = "Prints the version",
	.run = run,
};
