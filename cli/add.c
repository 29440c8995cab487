/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "metadata.h"
#include "record.h"

struct intake {
	struct cli *cli;
	struct store *store;
	struct metadata metadata;
	int64_t dossier, batch;
	bool skip_duplicates;
	struct json_out json;
	struct strbuf out;
	size_t added, duplicates, failed;
	enum status worst;
};

static void
report_failure(struct intake *in, const char *path, const struct err *err)
{
	fputs("not added: ", stderr);
	cli_print_text(stderr, path);
	fprintf(stderr, ": %s\n", err->msg);
	in->failed++;
	in->worst = err->status;
}

static void
report_added(struct intake *in, const char *path, const struct record *r)
{
	if (in->cli->json) {
		json_object(&in->json);
		json_key_str(&in->json, "file", path);
		json_key_str(&in->json, "uid", r->uid);
		json_key_int(&in->json, "id", r->id);
		json_key_bool(&in->json, "duplicate", r->duplicate_of != 0);
		json_end_object(&in->json);
		return;
	}
	printf("%s  ", r->uid);
	cli_print_text(stdout, path);
	puts(r->duplicate_of ? "  (the archive has these bytes already)" : "");
	(void)fflush(stdout); /* the acknowledgement: what follows a crash relies on it */
}

static enum status
store_file(struct intake *in, const char *path, struct store_blob *blob, struct err *err)
{
	int fd owned(fd_closep) = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat sb;

	if (fd == -1)
		return fail_sys(err, "open");
	if (fstat(fd, &sb) != 0)
		return fail_sys(err, "stat");
	if (!S_ISREG(sb.st_mode))
		return fail(err, ST_UNSUPPORTED, "not a regular file");
	return store_put_fd(in->store, fd, (uint64_t)in->cli->conf->server_upload_max, blob, err);
}

/* A level of its own may have made an access class that was not there when the access was loaded. */
static enum status
load_added(struct cli *cli, int64_t id, struct record *r, struct err *err)
{
	enum status st = record_load(cli->catalog, cli->access, id, cli->arena, r, err);

	if (st != ST_NOT_FOUND)
		return st;
	access_freep(&cli->access);
	if ((st = access_load(&cli->access, cli->catalog, cli->actor.principal, err)))
		return st;
	return record_load(cli->catalog, cli->access, id, cli->arena, r, err);
}

static enum status
register_file(struct intake *in, const char *path, struct err *err)
{
	struct metadata_row *row = metadata_lookup(&in->metadata, path);
	struct arrival a = { .origin = "cli", .level = -1, .dossier = in->dossier };
	const char *slash = strrchr(path, '/');
	struct store_blob blob;
	struct record r;
	int64_t id;
	bool again;
	enum status st;

	if (row) {
		row->used = true;
		memcpy(a.field, row->field, sizeof(a.field));
		a.level = row->level;
		if (row->dossier && (st = cli_find_dossier(in->cli, row->dossier, &a.dossier, err)))
			return st;
	}
	if ((st = store_file(in, path, &blob, err)))
		return st;
	a.sha256 = blob.sha256;
	a.size = (int64_t)blob.size;
	a.name = slash ? slash + 1 : path;
	a.batch = in->batch;
	a.store = in->store;
	a.unless_duplicate = in->skip_duplicates;
	st = record_register(
	    in->cli->catalog, &in->cli->actor, in->cli->access, &a, &id, &again, err);
	if (st == ST_EXISTS) {
		in->duplicates++;
		fputs("already there, left out: ", stderr);
		cli_print_text(stderr, path);
		fputc('\n', stderr);
		return ST_OK;
	}
	if (st || (st = load_added(in->cli, id, &r, err)))
		return st;
	in->added++;
	report_added(in, path, &r);
	return ST_OK;
}

static void
add_file(struct intake *in, const char *path)
{
	struct err err = ERR_INIT;

	if (register_file(in, path, &err) != ST_OK)
		report_failure(in, path, &err);
}

static int
by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* A folder: every regular file below it in the order of names; links are not followed. */
static enum status
add_tree(struct intake *in, char *path, struct err *err)
{
	char *roots[] = { path, NULL };
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	FTSENT *e;

	if (!tree)
		return fail_sys(err, "read %s", path);
	while ((e = fts_read(tree)) != NULL) {
		struct err why = ERR_INIT;

		if (e->fts_info == FTS_D || e->fts_info == FTS_DP)
			continue;
		if (e->fts_info == FTS_F)
			add_file(in, e->fts_path);
		else {
			errno = e->fts_errno;
			(void)fail(&why, ST_UNSUPPORTED, "not a regular file, or unreadable: %s",
			    e->fts_errno ? strerror(e->fts_errno) : "link or device");
			report_failure(in, e->fts_path, &why);
		}
	}
	(void)fts_close(tree);
	return ST_OK;
}

static enum status
add_operands(struct intake *in, int argc, char **argv, struct err *err)
{
	struct stat sb;
	enum status st;

	for (int i = 1; i < argc; i++) {
		if (lstat(argv[i], &sb) == 0 && S_ISDIR(sb.st_mode)) {
			if ((st = add_tree(in, argv[i], err)))
				return st;
		} else
			add_file(in, argv[i]);
	}
	return ST_OK;
}

static enum status
finish(struct intake *in, struct err *err)
{
	for (size_t i = 0; i < in->metadata.count; i++)
		if (!in->metadata.rows[i].used) {
			fputs("metadata without a file: ", stderr);
			cli_print_text(stderr, in->metadata.rows[i].file);
			fputc('\n', stderr);
		}
	fprintf(stderr, "%zu added, %zu left out as duplicates, %zu not added\n", in->added,
	    in->duplicates, in->failed);
	if (in->cli->json) {
		json_end_array(&in->json);
		if (cli_print(&in->out, err))
			return err->status;
	}
	return in->failed
	    ? fail(err, in->worst, "%zu of the files were not added, see above", in->failed)
	    : ST_OK;
}

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct intake in = { .cli = cli, .out = STRBUF_INIT };
	const char *metadata = NULL, *dossier = NULL;
	enum status st;

	(void)cli_option(&argc, argv, "--metadata", &metadata);
	(void)cli_option(&argc, argv, "--dossier", &dossier);
	in.skip_duplicates = cli_flag(&argc, argv, "--skip-duplicates");
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1 << 20, "tangthu add FILE|FOLDER ...", err)) ||
	    (st = cli_require(cli, CAP_INGEST, "add files", err)) ||
	    (metadata && (st = metadata_load(metadata, cli->arena, &in.metadata, err))) ||
	    (st = cli_find_dossier(cli, dossier, &in.dossier, err)) ||
	    (st = cli_open_store(cli, &in.store, err)))
		return st;
	json_start(&in.json, &in.out);
	if (cli->json)
		json_array(&in.json);
	if ((st = store_writable(in.store, 0, err)) == ST_OK &&
	    (st = batch_open(cli->catalog, &cli->actor, "cli", &in.batch, err)) == ST_OK &&
	    (st = add_operands(&in, argc, argv, err)) == ST_OK)
		st = finish(&in, err);
	store_close(in.store);
	strbuf_free(&in.out);
	return st;
}

const struct cli_verb cli_add = {
	.name = "add",
	.synopsis = "[--dossier DOSSIER] [--metadata FILE] [--skip-duplicates] FILE|FOLDER ...",
	.summary = "Takes files into the archive; prints a uid for each that is safe",
	.help =
	    "  --dossier DOSSIER    uid, row id or file code; the inbox otherwise\n"
	    "  --metadata FILE      .tsv (first line names the columns) or .json (array of\n"
	    "                       objects): file, dossier, level, number, symbol, notation,\n"
	    "                       issued (date), type, subject, issuer, signer, urgency, language,\n"
	    "                       signer_post\n"
	    "  --skip-duplicates    leaves out bytes that the dossier has already\n"
	    "A file that is refused does not stop the others; the exit status tells.\n",
	.need = CLI_ACTOR,
	.run = run,
};
