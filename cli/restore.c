/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sys/stat.h>

#include "audit.h"
#include "cli.h"
#include "copy.h"
#include "disposal.h"

static enum status
log_restore(struct catalog *catalog, const char *from, struct err *err)
{
	const struct actor system = { .source = "cli restore" };
	const struct event_private priv = { "origin", span_of(from) };
	const struct event event = {
		.event_class = EVENT_PRESERVATION,
		.action = "restore",
		.outcome = "ok",
		.priv = &priv,
		.priv_count = 1,
	};

	return audit_append(catalog, &system, &event, err);
}

/* What a running archive expects and a backup does not carry. */
static enum status
make_folders(struct cli *cli, const char *dir, struct err *err)
{
	static const char *const names[] = { "index", "intake", "run" };
	enum status st = ST_OK;

	for (size_t i = 0; st == ST_OK && i < sizeof(names) / sizeof(*names); i++)
		st = mkdir_synced(arena_printf(cli->arena, "%s/%s", dir, names[i]), err);
	return st;
}

#define LEDGER_MAX ((size_t)256 << 20)

/* records.md 44: what was destroyed since the backup goes again before anybody sees it. */
static enum status
replay(struct catalog *catalog, const struct conf *conf, const char *file, struct err *err)
{
	const struct actor system = { .source = "cli restore" };
	struct strbuf ledger owned(strbuf_free) = STRBUF_INIT;
	struct store *store owned(store_closep) = NULL;
	struct derived *derived owned(derived_closep) = NULL;
	size_t destroyed = 0;
	bool more = true;
	enum status st;

	if (!file)
		return ST_OK;
	if ((st = strbuf_read_file(&ledger, file, LEDGER_MAX, err)) ||
	    (st = destruction_replay(catalog, &system, strbuf_span(&ledger), &destroyed, err)) ||
	    (st = store_open(&store, conf, err)) || (st = derived_open(&derived, conf, err)))
		return st;
	while (st == ST_OK && more)
		st = disposal_step(catalog, store, derived, 100, &more, err);
	printf(
	    "%zu dossiers and records that were destroyed since are destroyed again\n", destroyed);
	return st;
}

/* The catalogue comes last: a directory without one is no archive, so half a restore is none. */
static enum status
copy_back(struct cli *cli, const struct conf *from, const struct conf *to, const char *ledger,
    struct copy_counts *n, struct err *err)
{
	struct catalog *source owned(catalog_closep) = NULL;
	struct catalog *restored owned(catalog_closep) = NULL;
	enum status st;

	if ((st = catalog_open(&source, from, CATALOG_READ, err)) ||
	    (st = copy_content(source, from, to, n, err)) ||
	    (st = copy_file(arena_printf(cli->arena, "%s/tangthu.conf", from->dir),
		 arena_printf(cli->arena, "%s/tangthu.conf", to->dir), 0600, err)) ||
	    (st = make_folders(cli, to->dir, err)) ||
	    (st = catalog_backup(
		 source, arena_printf(cli->arena, "%s/catalogue.db", to->dir), err)) ||
	    (st = sync_dir(to->dir, err)) || (st = catalog_open(&restored, to, CATALOG_WRITE, err)))
		return st;
	st = replay(restored, to, ledger, err);
	return st == ST_OK ? log_restore(restored, from->dir, err) : st;
}

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct conf *from owned(conf_freep) = NULL, *to owned(conf_freep) = NULL;
	struct copy_counts n = { 0 };
	const char *ledger = NULL;
	enum status st;

	(void)cli_option(&argc, argv, "--ledger", &ledger);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 2, 2, "tangthu restore BACKUP DIR [--ledger FILE]", err)) ||
	    (st = conf_load(&from, argv[1], err)) || (st = cli_check_empty(argv[2], err)))
		return st;
	if (mkdir(argv[2], 0700) != 0 && errno != EEXIST)
		return fail_sys(err, "make %s", argv[2]);
	to = conf_new(argv[2]);
	if (copy_back(cli, from, to, ledger, &n, err) != ST_OK)
		return err_context(err, "%s is not restored", argv[2]);
	printf("%llu originals (%llu bytes) restored; building the index\n",
	    (unsigned long long)n.blobs, (unsigned long long)n.bytes);
	return cli_run_program(
	    "tangthu-indexer", (const char *const[]){ "-d", to->dir, "--reindex", NULL }, err);
}

const struct cli_verb cli_restore = {
	.name = "restore",
	.synopsis = "BACKUP DIR [--ledger FILE]",
	.summary = "Makes an archive in an empty directory from a backup",
	.help =
	    "Run as the OS user that owns the archive.  Unfinished uploads are not in a backup.\n"
	    "  --ledger FILE   what `tangthu disposal ledger` printed: what was destroyed since the\n"
	    "                  backup goes again before the archive is used\n",
	.need = CLI_NOTHING,
	.run = run,
};
