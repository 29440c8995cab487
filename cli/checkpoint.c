/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "qr.h"
#include "trail.h"

static enum status
save(const char *path, struct span text, struct err *err)
{
	if (strcmp(path, "-") != 0)
		return file_replace(path, text, 0644, err);
	if (fwrite(text.p, 1, text.n, stdout) != text.n)
		return fail_sys(err, "standard output");
	return ST_OK;
}

static enum status
make(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf sheet owned(strbuf_free) = STRBUF_INIT;
	const char *qr = NULL;
	struct checkpoint point;
	enum status st;
	bool made;

	(void)cli_option(&argc, argv, "--qr", &qr);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 1, "tangthu checkpoint make [FILE] [--qr FILE]", err)) ||
	    (st = cli_require(cli, CAP_SYSTEM | CAP_AUDIT, "make a checkpoint", err)) ||
	    (st = checkpoint_make(cli->catalog, cli->conf, cli->arena, &point, &made, err)))
		return st;
	if (qr &&
	    ((st = qr_sheet(point.note, &sheet, err)) || (st = save(qr, strbuf_span(&sheet), err))))
		return st;
	return save(argc > 1 ? argv[1] : "-", span_of(point.note), err);
}

static void
row_json(struct json_out *json, const struct checkpoint *row)
{
	char root[SHA256_HEX + 1];

	hex_encode(row->root, SHA256_LEN, root);
	json_object(json);
	json_key_int(json, "size", (int64_t)row->size);
	json_key_time(json, "at", row->at_us);
	json_key_str(json, "root", root);
	json_key_str(json, "note", row->note);
	json_end_object(json);
}

static void
row_people(const struct checkpoint *row)
{
	char at[28], root[SHA256_HEX + 1];

	time_text(row->at_us, at);
	hex_encode(row->root, SHA256_LEN, root);
	printf("%10llu  %s  %s\n", (unsigned long long)row->size, at, root);
}

static enum status
list(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	const struct checkpoint *row;
	struct json_out json;
	uint64_t before = 0;
	size_t count;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 0, "tangthu checkpoint list", err)) ||
	    (st = cli_require(cli, CAP_SYSTEM | CAP_AUDIT, "list checkpoints", err)))
		return st;
	json_start(&json, &out);
	json_array(&json);
	do {
		if ((st = checkpoint_list(
			 cli->catalog, before, AUDIT_LIST_MAX, cli->arena, &row, &count, err)))
			return st;
		for (size_t i = 0; i < count; i++) {
			if (cli->json)
				row_json(&json, &row[i]);
			else
				row_people(&row[i]);
			before = row[i].size;
		}
	} while (count == AUDIT_LIST_MAX && before > 0);
	json_end_array(&json);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static enum status
key(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *const *keys;
	struct checkpoint point;
	size_t count;
	enum status st;
	bool made;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 0, "tangthu checkpoint key", err)) ||
	    (st = cli_require(cli, CAP_SYSTEM | CAP_AUDIT, "read the log's keys", err)) ||
	    (st = log_keys(cli->catalog, cli->arena, &keys, &count, err)))
		return st;
	/* The first checkpoint makes the key. */
	if (count == 0 &&
	    ((st = checkpoint_make(cli->catalog, cli->conf, cli->arena, &point, &made, err)) ||
		(st = log_keys(cli->catalog, cli->arena, &keys, &count, err))))
		return st;
	for (size_t i = 0; i < count; i++)
		puts(keys[i]);
	return ST_OK;
}

static enum status
rotate(struct cli *cli, int argc, char **argv, struct err *err)
{
	bool lost = cli_flag(&argc, argv, "--lost");
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 0, "tangthu checkpoint rotate [--lost]", err)) ||
	    (st = cli_require(cli, CAP_SYSTEM, "change the log's key", err)))
		return st;
	return checkpoint_rotate(cli->catalog, cli->conf, &cli->actor, lost, err);
}

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	static const struct cli_sub subs[] = {
		{ "make", make },
		{ "list", list },
		{ "key", key },
		{ "rotate", rotate },
	};

	return cli_dispatch(cli, subs, sizeof(subs) / sizeof(subs[0]), argc, argv, err);
}

const struct cli_verb cli_checkpoint = {
	.name = "checkpoint",
	.synopsis = "make [FILE] [--qr FILE] | list | key | rotate [--lost]",
	.summary = "Signs the event log as it is now",
	.help =
	    "  make     prints (or writes) a checkpoint: size and root of the log, signed.  Keep it\n"
	    "           on another machine or on paper: --qr writes a sheet to print (SVG)\n"
	    "  list     the checkpoints made so far, newest first\n"
	    "  key      the public keys, oldest first: auditors keep them with the checkpoints\n"
	    "  rotate   makes a new key, named in the log and signed by both;\n"
	    "           --lost: the old one is gone (restored archive), which the log will say\n",
	.need = CLI_ACTOR,
	.run = run,
};
