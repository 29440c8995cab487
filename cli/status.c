/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <sys/statvfs.h>

#include "audit.h"
#include "cli.h"
#include "derived.h"
#include "job.h"
#include "search.h"

struct state {
	const char *name;
	const char *progress; /* JSON of the indexer, or NULL */
	struct job_counts jobs;
	uint64_t log_size, index_documents, free_bytes, spool_bytes;
	size_t spool_documents;
	int64_t index_mark, index_last;
	char root[SHA256_HEX + 1];
	char *stopped; /* why the store takes nothing, or NULL */
};

static enum status
index_state(struct cli *cli, struct state *s, struct err *err)
{
	struct search_reader *reader owned(search_reader_closep) = NULL;
	enum status st;

	st = search_reader_open(&reader, arena_printf(cli->arena, "%s/index", cli->conf->dir), err);
	if (st == ST_NOT_FOUND)
		return ST_OK;
	if (st || (st = search_reader_count(reader, &s->index_documents, err)))
		return st;
	return search_reader_mark(reader, &s->index_mark, err);
}

static enum status
spool_state(struct cli *cli, struct state *s, struct err *err)
{
	struct derived *derived owned(derived_closep) = NULL;
	enum status st = derived_open(&derived, cli->conf, err);

	return st ? st : derived_spool(derived, &s->spool_documents, &s->spool_bytes, err);
}

static enum status
collect(struct cli *cli, struct state *s, struct err *err)
{
	struct store *store owned(store_closep) = NULL;
	unsigned char root[SHA256_LEN];
	struct statvfs fs;
	enum status st;

	if ((st = catalog_setting(cli->catalog, "archive.name", cli->arena, &s->name, err)) ||
	    (st = catalog_setting(
		 cli->catalog, "run.indexer.progress", cli->arena, &s->progress, err)) ||
	    (st = job_counts(cli->catalog, &s->jobs, err)) ||
	    (st = outbox_last(cli->catalog, &s->index_last, err)) ||
	    (st = audit_root(cli->catalog, &s->log_size, root, err)) ||
	    (st = index_state(cli, s, err)) || (st = spool_state(cli, s, err)) ||
	    (st = cli_open_store(cli, &store, err)))
		return st;
	hex_encode(root, sizeof(root), s->root);
	s->stopped = store_stopped(store);
	if (statvfs(cli->conf->dir, &fs) != 0)
		return fail_sys(err, "free space of %s", cli->conf->dir);
	s->free_bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
	return ST_OK;
}

static enum status
print_json(const struct state *s, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	struct json_out json;

	json_start(&json, &out);
	json_object(&json);
	json_key_opt(&json, "name", s->name);
	json_key_int(&json, "jobs_waiting", s->jobs.waiting);
	json_key_int(&json, "jobs_leased", s->jobs.leased);
	json_key_int(&json, "jobs_done", s->jobs.done);
	json_key_int(&json, "jobs_failed", s->jobs.failed);
	json_key_int(&json, "pages_waiting", s->jobs.pages_waiting);
	json_key_int(&json, "pages_done", s->jobs.pages_done);
	json_key_int(&json, "index_documents", (int64_t)s->index_documents);
	json_key_int(&json, "index_mark", s->index_mark);
	json_key_int(&json, "index_last", s->index_last);
	json_key_int(&json, "log_entries", (int64_t)s->log_size);
	json_key_str(&json, "log_root", s->root);
	json_key_int(&json, "free_bytes", (int64_t)s->free_bytes);
	json_key_int(&json, "spool_bytes", (int64_t)s->spool_bytes);
	json_key_int(&json, "spool_documents", (int64_t)s->spool_documents);
	json_key_opt(&json, "store_stopped", s->stopped);
	if (s->progress) {
		json_key(&json, "indexer");
		json_raw(&json, span_of(s->progress));
	}
	json_end_object(&json);
	return cli_print(&out, err);
}

static void
print_people(const struct state *s)
{
	printf("archive     %s\n", s->name ? s->name : "");
	printf("queue       %lld waiting, %lld being read, %lld done, %lld failed\n",
	    (long long)s->jobs.waiting, (long long)s->jobs.leased, (long long)s->jobs.done,
	    (long long)s->jobs.failed);
	printf("pages       %lld read, %lld known to be waiting\n", (long long)s->jobs.pages_done,
	    (long long)s->jobs.pages_waiting);
	printf("index       %llu records%s\n", (unsigned long long)s->index_documents,
	    s->index_mark < s->index_last ? ", behind the catalogue" : ", up to date");
	printf("log         %llu entries, root %s\n", (unsigned long long)s->log_size, s->root);
	printf(
	    "disk        %.1f GiB free, %.1f MiB of pages of %zu documents that are being read\n",
	    (double)s->free_bytes / (1 << 30), (double)s->spool_bytes / (1 << 20),
	    s->spool_documents);
	if (s->stopped)
		printf("STORE       takes nothing: %s\n", s->stopped);
}

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct state s = { 0 };
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 0, "tangthu status", err)) ||
	    (st = cli_require(cli, CAP_SYSTEM | CAP_INGEST, "see the archive's state", err)))
		return st;
	if ((st = collect(cli, &s, err)) == ST_OK) {
		if (cli->json)
			st = print_json(&s, err);
		else
			print_people(&s);
	}
	free(s.stopped);
	return st;
}

const struct cli_verb cli_status = {
	.name = "status",
	.synopsis = "",
	.summary = "Shows queue, pages, index, log and disk",
	.need = CLI_ACTOR,
	.run = run,
};
