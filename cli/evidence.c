/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evidence.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit.h"
#include "cli.h"
#include "package_out.h"

static enum status
may(struct cli *cli, struct err *err)
{
	return cli_require(cli, CAP_AUDIT, "keep evidence of audits", err);
}

static enum status
find(struct cli *cli, const char *uid, struct evidence *set, struct err *err)
{
	if (evidence_find(cli->catalog, cli->access, uid, cli->arena, set, err))
		return err_context(err, "evidence %s", uid);
	return ST_OK;
}

static enum status
find_words(struct cli *cli, const char *words, struct evidence_found *found, struct err *err)
{
	struct search_reader *reader owned(search_reader_closep) = NULL;
	struct retrieval over = { { cli->catalog, NULL, NULL }, NULL };
	enum status st;

	*found = (struct evidence_found){ 0 };
	if (!words)
		return ST_OK;
	st = search_reader_open(&reader, arena_printf(cli->arena, "%s/index", cli->conf->dir), err);
	if (st == ST_NOT_FOUND)
		return err_context(err, "nothing is indexed yet: run tangthu-indexer");
	over.reader = reader;
	return st == ST_OK ? evidence_search(&over, cli->access, words, cli->arena, found, err)
			   : st;
}

static enum status
create(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct evidence_new n = { 0 };
	const char *sample = "0";
	struct evidence set = { 0 };
	int64_t number, id;
	enum status st;

	(void)cli_option(&argc, argv, "--audit", &n.audit);
	(void)cli_option(&argc, argv, "--clause", &n.clause);
	(void)cli_option(&argc, argv, "--question", &n.question);
	(void)cli_option(&argc, argv, "--dossier", &n.query.dossier);
	(void)cli_option(&argc, argv, "--file-code", &n.query.file_code);
	(void)cli_option(&argc, argv, "--type", &n.query.type);
	(void)cli_option(&argc, argv, "--words", &n.query.words);
	(void)cli_option(&argc, argv, "--from", &n.query.from);
	(void)cli_option(&argc, argv, "--to", &n.query.to);
	(void)cli_option(&argc, argv, "--sample", &sample);
	(void)cli_option(&argc, argv, "--seed", &n.seed);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, EVIDENCE_RECORDS_MAX,
		 "tangthu evidence create [options] [RECORD ...]", err)) ||
	    (st = cli_number(sample, "--sample", 0, EVIDENCE_RECORDS_MAX, &number, err)) ||
	    (st = may(cli, err)))
		return st;
	n.sample = (size_t)number;
	n.records = (const char *const *)(argv + 1);
	n.record_count = (size_t)argc - 1;
	if (n.record_count == 0 && (st = find_words(cli, n.query.words, &n.found, err)))
		return st;
	if ((st = evidence_create(cli->catalog, &cli->actor, cli->access, &n, &id, err)) ||
	    (st = evidence_load(cli->catalog, cli->access, id, cli->arena, &set, err)))
		return st;
	printf("%s  %lld of %lld records\n", set.uid, (long long)set.sample,
	    (long long)set.population);
	return ST_OK;
}

static void
set_json(struct json_out *json, const struct evidence *e)
{
	json_object(json);
	json_key_str(json, "uid", e->uid);
	json_key_opt(json, "audit", e->audit_uid);
	json_key_opt(json, "clause", e->clause);
	json_key_opt(json, "question", e->question);
	if (e->query_json) {
		json_key(json, "query");
		json_raw(json, span_of(e->query_json));
	}
	json_key_int(json, "population", e->population);
	json_key_str(json, "population_sha256", e->population_sha256);
	json_key_opt(json, "seed", e->seed);
	json_key_int(json, "sample", e->sample);
	json_key_time(json, "created", e->created_us);
	json_key_opt(json, "created_by", e->created_by);
	json_key_time(json, "frozen", e->frozen_us);
	json_key_opt(json, "manifest_sha256", e->manifest_sha256);
	json_key_opt(json, "hold", e->hold_uid);
	if (e->frozen_us) {
		json_key_int(json, "log_entry", e->log_entry);
		json_key_int(json, "log_size", e->log_size);
	}
}

static enum status
list(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	const struct evidence *row;
	struct json_out json;
	int64_t after = 0;
	size_t count;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 0, "tangthu evidence list", err)) || (st = may(cli, err)))
		return st;
	json_start(&json, &out);
	json_array(&json);
	do {
		if ((st = evidence_list(
			 cli->catalog, cli->access, 0, after, 500, cli->arena, &row, &count, err)))
			return st;
		for (size_t i = 0; i < count; i++) {
			after = row[i].id;
			if (cli->json) {
				set_json(&json, &row[i]);
				json_end_object(&json);
			} else
				printf("%s  %lld of %lld records%s  %s\n", row[i].uid,
				    (long long)row[i].sample, (long long)row[i].population,
				    row[i].frozen_us ? ", frozen" : "",
				    row[i].clause ? row[i].clause : "");
		}
	} while (count == 500);
	json_end_array(&json);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static enum status
show(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	const struct evidence_item *item;
	struct json_out json;
	struct evidence set = { 0 };
	size_t count;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu evidence show SET", err)) ||
	    (st = may(cli, err)) || (st = find(cli, argv[1], &set, err)) ||
	    (st = evidence_items(
		 cli->catalog, cli->access, set.id, cli->arena, &item, &count, err)))
		return st;
	json_start(&json, &out);
	set_json(&json, &set);
	json_key(&json, "records");
	json_array(&json);
	for (size_t i = 0; i < count; i++)
		json_str(&json, item[i].uid);
	json_end_array(&json);
	json_end_object(&json);
	if (cli->json)
		return cli_print(&out, err);
	printf("%s  %lld of %lld records, seed %s%s\n", set.uid, (long long)set.sample,
	    (long long)set.population, set.seed ? set.seed : "none: picked by hand",
	    set.frozen_us ? ", frozen" : "");
	for (size_t i = 0; i < count; i++) {
		printf("%4lld  %s  ", (long long)item[i].ordinal,
		    item[i].uid ? item[i].uid : "(not to be seen any more)");
		cli_print_text(stdout, item[i].subject);
		putchar('\n');
	}
	return ST_OK;
}

static enum status
again(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct evidence_found found;
	struct evidence_again now;
	struct evidence set = { 0 };
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu evidence again SET", err)) ||
	    (st = may(cli, err)) || (st = find(cli, argv[1], &set, err)) ||
	    (st = find_words(cli, set.query.words, &found, err)) ||
	    (st = evidence_again(cli->catalog, cli->access, &set, &found, &now, err)))
		return st;
	printf("population of %lld, %s; the draw gives %s\n", (long long)now.population,
	    now.same_population ? "the same" : "another one than then",
	    now.same_sample ? "the same sample" : "another sample");
	return now.same_sample ? ST_OK : fail(err, ST_CONFLICT, "the population has changed since");
}

static enum status
open_sources(struct cli *cli, struct evidence_sources *from, struct err *err)
{
	enum status st = cli_open_store(cli, &from->store, err);

	return st ? st : derived_open(&from->derived, cli->conf, err);
}

static enum status
freeze(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct evidence_files *files owned(evidence_files_freep) = NULL;
	struct evidence_sources from = { 0 };
	struct evidence set = { 0 };
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu evidence freeze SET", err)) ||
	    (st = may(cli, err)) || (st = find(cli, argv[1], &set, err)))
		return st;
	if ((st = open_sources(cli, &from, err)) == ST_OK &&
	    (st = evidence_prepare(cli->catalog, cli->access, &from, &set, &files, err)) == ST_OK)
		st = evidence_freeze(
		    cli->catalog, cli->conf, &cli->actor, cli->access, &set, files, err);
	derived_close(from.derived);
	store_close(from.store);
	if (st || (st = find(cli, argv[1], &set, err)))
		return st;
	printf("frozen, manifest %s, hold %s\n", set.manifest_sha256, set.hold_uid);
	return ST_OK;
}

static enum status
export_package(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct store *store owned(store_closep) = NULL;
	struct evidence set = { 0 };
	struct package p;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 2, "tangthu evidence export SET [FILE]", err)) ||
	    (st = may(cli, err)) || (st = find(cli, argv[1], &set, err)) ||
	    (st = evidence_package(cli->catalog, cli->access, &set, cli->arena, &p, err)) ||
	    (st = audit_append_access(
		 cli->catalog, &cli->actor, "evidence.export", set.uid, 0, err)))
		return st;
	if ((st = cli_open_store(cli, &store, err)))
		return st;
	return package_write(&p, store, argc > 2 ? argv[2] : p.name, err);
}

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	static const struct cli_sub subs[] = {
		{ "create", create },
		{ "list", list },
		{ "show", show },
		{ "again", again },
		{ "freeze", freeze },
		{ "export", export_package },
	};

	return cli_dispatch(cli, subs, sizeof(subs) / sizeof(subs[0]), argc, argv, err);
}

const struct cli_verb cli_evidence = {
	.name = "evidence",
	.synopsis = "create [options] [RECORD ...] | list | show SET | again SET | freeze SET |\n"
		    "       export SET [FILE]",
	.summary = "Draws, freezes and takes away evidence of an audit",
	.help =
	    "  create   picks the records named, or draws --sample N of a population with --seed TEXT:\n"
	    "           --dossier UID, --file-code BEGINNING, --type CODE, --from DAY, --to DAY,\n"
	    "           --words QUERY (what a search with these words finds)\n"
	    "           (all together); --audit UID, --clause TEXT, --question TEXT say what for\n"
	    "  again    draws again with the same query and seed and compares\n"
	    "  freeze   puts a hold on the records and fixes every byte of the package\n"
	    "  export   writes the package (BagIt in a ZIP file); - is standard output\n",
	.need = CLI_ACTOR,
	.run = run,
};
