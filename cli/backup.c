/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sys/stat.h>
#include <unistd.h>

#include "audit.h"
#include "cli.h"
#include "copy.h"

static enum status
log_backup(struct cli *cli, const char *to, const struct copy_counts *n, struct err *err)
{
	const struct event_private priv = { "destination", span_of(to) };
	const struct event event = {
		.event_class = EVENT_PRESERVATION,
		.action = "backup",
		.outcome = "ok",
		.detail = arena_printf(cli->arena, "{\"blobs\":%llu,\"bytes\":%llu}",
		    (unsigned long long)n->blobs, (unsigned long long)n->bytes),
		.priv = &priv,
		.priv_count = 1,
	};

	return audit_append(cli->catalog, &cli->actor, &event, err);
}

/*
 * The catalogue is copied first: what it names was in the store before its rows were written, so
 * the copy is whole however much arrives meanwhile (trust.md section 4).
 */
static enum status
copy_archive(struct cli *cli, const struct conf *to, struct copy_counts *n, struct err *err)
{
	struct catalog *copy owned(catalog_closep) = NULL;
	enum status st;

	if ((st = catalog_backup(
		 cli->catalog, arena_printf(cli->arena, "%s/catalogue.db", to->dir), err)) ||
	    (st = catalog_open(&copy, to, CATALOG_READ, err)) ||
	    (st = copy_content(copy, cli->conf, to, n, err)))
		return st;
	st = copy_file(arena_printf(cli->arena, "%s/tangthu.conf", cli->conf->dir),
	    arena_printf(cli->arena, "%s/tangthu.conf", to->dir), 0600, err);
	return st ? st : sync_dir(to->dir, err);
}

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct copy_counts n = { 0 };
	struct conf *to owned(conf_freep) = NULL;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu backup DIR", err)) ||
	    (st = cli_require(cli, CAP_SYSTEM, "make a backup", err)) ||
	    (st = cli_check_empty(argv[1], err)))
		return st;
	if (mkdir(argv[1], 0700) != 0 && errno != EEXIST)
		return fail_sys(err, "make %s", argv[1]);
	to = conf_new(argv[1]);
	if (copy_archive(cli, to, &n, err) != ST_OK)
		return err_context(err, "the backup in %s is not whole", argv[1]);
	printf("%llu originals (%llu bytes) and the readings of %llu components are in %s\n",
	    (unsigned long long)n.blobs, (unsigned long long)n.bytes,
	    (unsigned long long)n.components, argv[1]);
	return log_backup(cli, argv[1], &n, err);
}

const struct cli_verb cli_backup = {
	.name = "backup",
	.synopsis = "DIR",
	.summary = "Copies the whole archive, while it is in use, to an empty directory",
	.help = "Every byte is compared with its SHA-256 on the way.  The index is not copied:\n"
		"`tangthu restore` builds it again without OCR.\n",
	.need = CLI_ACTOR,
	.run = run,
};
