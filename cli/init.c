/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "archive_new.h"
#include "cli.h"

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf secret owned(cli_secret_end) = STRBUF_INIT;
	struct archive_new archive = { .admin = "admin" };
	const char *file = NULL;
	enum status st;

	(void)cli;
	(void)cli_option(&argc, argv, "--name", &archive.name);
	(void)cli_option(&argc, argv, "--admin", &archive.admin);
	(void)cli_option(&argc, argv, "--password-file", &file);
	(void)cli_option(&argc, argv, "--os-user", &archive.os_user);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu init DIR [options]", err)) ||
	    (st = cli_check_empty(argv[1], err)) ||
	    (st = cli_secret(file, "password of the first administrator", true, &secret, err)))
		return st;
	archive.dir = argv[1];
	archive.password = strbuf_span(&secret);
	st = archive_init(&archive, err);
	if (st == ST_OK)
		printf("archive %s made, administrator %s\n", argv[1], archive.admin);
	return st;
}

const struct cli_verb cli_init = {
	.name = "init",
	.synopsis = "DIR [options]",
	.summary = "Makes a new archive in an empty or absent directory",
	.help = "  --name TEXT            the archive's name\n"
		"  --admin NAME           sign-in name of the first administrator (admin)\n"
		"  --password-file FILE   its password: first line of FILE, - is standard input;\n"
		"                         asked on the terminal otherwise\n"
		"  --os-user NAME         OS user that acts as the administrator on this machine\n",
	.need = CLI_NOTHING,
	.run = run,
};
