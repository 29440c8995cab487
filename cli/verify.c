/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "cli.h"
#include "derived.h"
#include "job.h"
#include "search.h"

#define BATCH 500

/*
 * Catalogue, log, originals, derived files and index against each other, read-only and safe while
 * others work: the index is opened before the catalogue's snapshot is taken, so a record whose
 * index_seq is at most the index's mark must stand in it as the snapshot says.
 */
struct check {
	struct cli *cli;
	struct json_out json;
	struct strbuf out;
	uint64_t faults, blobs, bytes, components, pages, indexed, entries;
	char *first;		      /* text of the first fault */
	struct search_reader *reader; /* NULL: no index yet */
	int64_t mark;
	struct expected {
		uint8_t must : 1, may : 1, closed : 1, seen : 1;
	} * expected; /* by record id */
	int64_t expected_count;
};

static void
fault(void *payload, const char *kind, const char *text)
{
	struct check *c = payload;

	if (c->faults++ == 0)
		c->first = xstrdup(text);
	if (c->cli->json) {
		json_object(&c->json);
		json_key_str(&c->json, "kind", kind);
		json_key_str(&c->json, "text", text);
		json_end_object(&c->json);
		return;
	}
	printf("FAULT %s: ", kind);
	cli_print_text(stdout, text);
	putchar('\n');
}

static enum status
check_blobs(struct check *c, struct store *store, struct err *err)
{
	struct arena *arena owned(arena_freep) = arena_new();
	const struct verify_blob *list;
	char after[SHA256_HEX + 1] = "";
	size_t count;
	enum status st;

	do {
		arena_reset(arena);
		if ((st = verify_blobs(c->cli->catalog, after, BATCH, arena, &list, &count, err)))
			return st;
		for (size_t i = 0; i < count; i++) {
			struct err why = ERR_INIT;

			if (store_verify(store, list[i].sha256, (uint64_t)list[i].size, &why))
				fault(c, "store",
				    arena_printf(
					arena, "original %s: %s", list[i].sha256, why.msg));
			c->blobs++;
			c->bytes += (uint64_t)list[i].size;
			memcpy(after, list[i].sha256, SHA256_HEX + 1);
		}
	} while (count == BATCH);
	return ST_OK;
}

static void
expect(struct check *c, const struct verify_record *r)
{
	int64_t grown = c->expected_count ? c->expected_count : 1024;
	struct expected *e;

	while (grown <= r->record)
		grown *= 2;
	if (grown > c->expected_count) {
		c->expected = xrealloc(c->expected, (size_t)grown * sizeof(*c->expected));
		memset(c->expected + c->expected_count, 0,
		    (size_t)(grown - c->expected_count) * sizeof(*c->expected));
		c->expected_count = grown;
	}
	e = &c->expected[r->record];
	e->must = !r->gone && r->index_seq > 0 && r->index_seq <= c->mark;
	e->may = (!r->gone && r->index_seq > 0) || r->index_seq > c->mark;
	e->closed = r->effective_level >= LEVEL_CLOSED_INDEX;
	if (r->index_seq > c->mark) /* lags: either index is right until the next commit */
		e->must = 0;
}

static enum status
check_page_files(struct check *c, struct derived *derived, const struct verify_record *r,
    struct arena *arena, const struct page *list, size_t count)
{
	struct derived_piece piece;
	struct err why = ERR_INIT;

	for (size_t i = 0; i < count; i++) {
		if (list[i].state != PAGE_READ && list[i].state != PAGE_BLANK)
			continue;
		c->pages++;
		if (derived_find(derived, r->derived, r->derived_before + (uint32_t)list[i].no,
			DERIVED_WORDS, &piece, &why)) {
			fault(c, "derived",
			    arena_printf(arena,
				"record %s page %d was read, its words are gone: %s", r->uid,
				list[i].no, why.msg));
			continue;
		}
		fd_closep(&piece.fd);
	}
	return ST_OK;
}

static enum status
check_component(struct check *c, struct derived *derived, const struct verify_record *r,
    struct arena *arena, struct err *err)
{
	const struct component *components;
	const struct page *pages;
	struct err why = ERR_INIT;
	size_t n, count;
	enum status st;

	if (!r->derived_again && derived_verify(derived, r->derived, &why))
		fault(c, "derived", arena_printf(arena, "record %s: %s", r->uid, why.msg));
	if ((st = record_components(c->cli->catalog, r->record, arena, &components, &n, err)))
		return st;
	for (size_t i = 0; i < n; i++) {
		if (strcmp(components[i].uid, r->component_uid) != 0)
			continue;
		for (int from = 1;; from += BATCH) {
			if ((st = record_pages(c->cli->catalog, components[i].id, from, BATCH,
				 arena, &pages, &count, err)) ||
			    (st = check_page_files(c, derived, r, arena, pages, count)))
				return st;
			if (count < BATCH)
				break;
		}
	}
	return ST_OK;
}

static enum status
check_components(struct check *c, struct derived *derived, struct err *err)
{
	struct arena *arena owned(arena_freep) = arena_new();
	const struct verify_record *list;
	int64_t after = 0;
	size_t count;
	enum status st;

	do {
		arena_reset(arena);
		if ((st = verify_components(
			 c->cli->catalog, after, BATCH, arena, &list, &after, &count, err)))
			return st;
		for (size_t i = 0; i < count; i++) {
			c->components++;
			expect(c, &list[i]);
			if ((st = check_component(c, derived, &list[i], arena, err)))
				return st;
		}
	} while (count == BATCH);
	return ST_OK;
}

static void
check_entry(struct check *c, const struct search_entry *e)
{
	struct expected *want =
	    e->record > 0 && e->record < c->expected_count ? &c->expected[e->record] : NULL;
	struct arena *arena = c->cli->arena;

	c->entries++;
	if (!want || !want->may) {
		/* Registered after the snapshot was taken: not ours to judge. */
		if (e->record >= c->expected_count || (want && !want->must && !want->may))
			fault(c, "index",
			    arena_printf(arena,
				"record %lld stands in the index but not in the "
				"catalogue: tangthu reindex",
				(long long)e->record));
		return;
	}
	if (want->seen)
		fault(c, "index",
		    arena_printf(arena, "record %lld stands in the index twice: tangthu reindex",
			(long long)e->record));
	if (want->must && want->closed != e->closed)
		fault(c, "index",
		    arena_printf(arena, "record %lld stands in the wrong index for its level",
			(long long)e->record));
	want->seen = 1;
}

static enum status
check_index(struct check *c, struct err *err)
{
	struct search_entry list[BATCH];
	size_t count;
	enum status st;

	for (int closed = 0; closed < 2; closed++) {
		int64_t from = 0;

		do {
			if ((st = search_reader_entries(
				 c->reader, closed != 0, from, list, BATCH, &count, err)))
				return st;
			for (size_t i = 0; i < count; i++)
				check_entry(c, &list[i]);
			if (count)
				from = list[count - 1].record + 1;
		} while (count == BATCH);
	}
	for (int64_t id = 0; id < c->expected_count; id++) {
		c->indexed += c->expected[id].seen;
		if (c->expected[id].must && !c->expected[id].seen)
			fault(c, "index",
			    arena_printf(c->cli->arena,
				"record %lld is missing in the index: tangthu reindex",
				(long long)id));
	}
	return ST_OK;
}

/* search_reader_entries reads page by page; a commit in between would mix two states. */
static enum status
open_index(struct check *c, struct err *err)
{
	const char *dir = arena_printf(c->cli->arena, "%s/index", c->cli->conf->dir);
	enum status st = search_reader_open(&c->reader, dir, err);

	if (st == ST_NOT_FOUND)
		return ST_OK;
	return st ? st : search_reader_mark(c->reader, &c->mark, err);
}

static enum status
check_all(struct check *c, struct err *err)
{
	struct derived *derived owned(derived_closep) = NULL;
	struct store *store owned(store_closep) = NULL;
	enum status st;

	if ((st = cli_open_store(c->cli, &store, err)) ||
	    (st = derived_open(&derived, c->cli->conf, err)) || (st = open_index(c, err)) ||
	    (st = catalog_begin_read(c->cli->catalog, err)))
		return st;
	if ((st = catalog_verify(c->cli->catalog, fault, c, &(uint64_t){ 0 }, err)) == ST_OK &&
	    (st = check_blobs(c, store, err)) == ST_OK &&
	    (st = check_components(c, derived, err)) == ST_OK && c->reader)
		st = check_index(c, err);
	catalog_rollback(c->cli->catalog);
	if (st == ST_CORRUPT) { /* found out by reading, not by comparing: a fault all the same */
		fault(c, "catalogue", err ? err->msg : "damaged");
		st = ST_OK;
	}
	return st;
}

static enum status
log_verify(struct check *c, struct err *err)
{
	const struct event event = {
		.event_class = EVENT_PRESERVATION,
		.action = "verify",
		.outcome = c->faults ? "failed" : "ok",
		.detail = arena_printf(c->cli->arena, "{\"faults\":%llu,\"blobs\":%llu}",
		    (unsigned long long)c->faults, (unsigned long long)c->blobs),
	};

	return audit_append(c->cli->catalog, &c->cli->actor, &event, err);
}

static enum status
resume_store(struct cli *cli, struct err *err)
{
	struct store *store owned(store_closep) = NULL;
	enum status st = cli_open_store(cli, &store, err);

	return st ? st : store_resume(store, err);
}

static enum status
report(struct check *c, bool resume, struct err *err)
{
	enum status st = log_verify(c, err);

	if (st)
		return st;
	if (c->cli->json) {
		json_end_array(&c->json);
		if ((st = cli_print(&c->out, err)))
			return st;
	} else
		printf("%llu originals (%llu bytes), %llu components, %llu pages, %llu records in "
		       "the index: %llu faults\n",
		    (unsigned long long)c->blobs, (unsigned long long)c->bytes,
		    (unsigned long long)c->components, (unsigned long long)c->pages,
		    (unsigned long long)c->indexed, (unsigned long long)c->faults);
	if (c->faults)
		return fail(err, ST_CORRUPT, "%llu faults; the first: %s",
		    (unsigned long long)c->faults, c->first);
	return resume ? resume_store(c->cli, err) : ST_OK;
}

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct check c = { .cli = cli, .out = STRBUF_INIT };
	bool resume = cli_flag(&argc, argv, "--resume-store");
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 0, "tangthu verify", err)) ||
	    (st = cli_require(cli, CAP_SYSTEM | CAP_AUDIT, "verify the archive", err)))
		return st;
	json_start(&c.json, &c.out);
	if (cli->json)
		json_array(&c.json);
	if ((st = check_all(&c, err)) == ST_OK)
		st = report(&c, resume, err);
	search_reader_close(c.reader);
	strbuf_free(&c.out);
	free(c.expected);
	free(c.first);
	return st;
}

const struct cli_verb cli_verify = {
	.name = "verify",
	.synopsis = "[--resume-store]",
	.summary = "Checks log, originals, readings and index against the catalogue",
	.help = "Names every fault, the first one again in the error message; exit status 0 means\n"
		"clean.  --resume-store: when clean, a store that a failed fsync stopped takes\n"
		"content again.\n",
	.need = CLI_ACTOR,
	.run = run,
};
