/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * access_cost DIR GROUPS CLASSES RECORDS ROUNDS: a catalogue and an index of RECORDS in CLASSES
 * access classes, each granted to one of the GROUPS of a person (0: to the person, each class
 * alone); prints processor milliseconds (medians) of loading the access, of asking whether it is
 * current, of a page of the record list and of a search over all records, the last two also with
 * every right there is, which filters nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "../../core/access_parts.h"
#include "../../core/db.h"
#include "access.h"
#include "base.h"
#include "principal.h"
#include "search.h"

struct bench {
	struct catalog *catalog;
	struct search_reader *reader;
	int64_t person;
	int groups, classes, records, rounds;
};

static void
must(enum status st, const struct err *err)
{
	if (st == ST_OK)
		return;
	fprintf(stderr, "access_cost: %s\n", err->msg);
	exit(1);
}

static void
run(struct bench *b, const char *sql, int64_t a, int64_t c, int64_t n)
{
	struct err err = ERR_INIT;

	must(db_exec(b->catalog->db, sql, DB_ARGS(db_int(a), db_int(c), db_int(n)), NULL, &err),
	    &err);
}

/* Rows as grant_add and record_register would leave them, put in by whole statements. */
static void
fill(struct bench *b)
{
	struct actor system = { .source = "bench" };
	struct err err = ERR_INIT;
	char name[32];
	int64_t id;

	must(db_begin(b->catalog->db, &err), &err);
	must(principal_create(
		 b->catalog, &system, PRINCIPAL_USER, "person", NULL, 3, &b->person, &err),
	    &err);
	for (int g = 0; g < b->groups; g++) {
		snprintf(name, sizeof(name), "g%d", g);
		must(principal_create(
			 b->catalog, &system, PRINCIPAL_GROUP, name, NULL, 0, &id, &err),
		    &err);
		must(principal_join(b->catalog, &system, id, b->person, &err), &err);
	}
#define COUNT "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<$1) "
	run(b,
	    "INSERT INTO access_class(id, level, use_mode) SELECT 1, 0, '02'"
	    " WHERE $1+$2+$3 IS NOT NULL",
	    0, 0, 0);
	run(b,
	    "INSERT INTO node(id, uid, kind, code, title, folded, effective_level, access_class,"
	    " created) SELECT 1, 'f', 'fonds', 'f', 'f', 'f', 0, 1, 0 WHERE $1+$2+$3 IS NOT NULL",
	    0, 0, 0);
	run(b,
	    COUNT "INSERT INTO record(id, uid, effective_level, access_class, created)"
		  " SELECT i, 'r'||i, 0, 1, 0 FROM n WHERE $2+$3 IS NOT NULL",
	    b->records, 0, 0);
	run(b,
	    COUNT "INSERT INTO access_class(id, record, level, use_mode)"
		  " SELECT i+1, i, 0, '02' FROM n WHERE $2+$3 IS NOT NULL",
	    b->classes, 0, 0);
	run(b, "UPDATE record SET access_class=2+id%$1 WHERE $2+$3 IS NOT NULL", b->classes, 0, 0);
	run(b,
	    COUNT "INSERT INTO acl(id, record, who, perms, since)"
		  " SELECT i, i, CASE WHEN $2=0 THEN $3 ELSE $3+1+i%max($2, 1) END, 3, 0 FROM n",
	    b->classes, b->groups, b->person);
	run(b,
	    "INSERT INTO class_reader(class, who, acl, perms)"
	    " SELECT id+1, who, id, perms FROM acl WHERE $1+$2+$3 IS NOT NULL",
	    0, 0, 0);
	must(access_bump(b->catalog, &err), &err);
	must(db_commit(b->catalog->db, &err), &err);
}

static void
index_all(struct bench *b, const char *dir)
{
	const struct search_page page = { .text = SPAN("Mot to giay trong kho luu tru") };
	struct search_index *index;
	struct err err = ERR_INIT;
	char uid[32];

	must(search_index_open(&index, dir, true, &err), &err);
	for (int i = 1; i <= b->records; i++) {
		struct search_document d = { .record = i,
			.uid = uid,
			.access_class = 2 + i % b->classes,
			.state = "declared",
			.pages = &page,
			.page_count = 1 };

		snprintf(uid, sizeof(uid), "r%d", i);
		must(search_index_put(index, &d, NULL, NULL, &err), &err);
	}
	must(search_index_commit(index, 1, &err), &err);
	search_index_close(index);
	must(search_reader_open(&b->reader, dir, &err), &err);
}

static double
cpu_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(struct bench *b, const struct access *access,
    void (*work)(struct bench *, const struct access *))
{
	double *spent = xcalloc((size_t)b->rounds, sizeof(*spent)), middle;

	for (int i = 0; i < b->rounds; i++) {
		spent[i] = cpu_ms();
		work(b, access);
		spent[i] = cpu_ms() - spent[i];
	}
	qsort(spent, (size_t)b->rounds, sizeof(*spent), by_size);
	middle = spent[b->rounds / 2];
	free(spent);
	return middle;
}

static void
load(struct bench *b, const struct access *unused)
{
	struct access *access;
	struct err err = ERR_INIT;

	(void)unused;
	must(access_load(&access, b->catalog, b->person, &err), &err);
	access_free(access);
}

static void
current(struct bench *b, const struct access *access)
{
	struct err err = ERR_INIT;
	bool is;

	must(access_is_current(access, b->catalog, &is, &err), &err);
}

static void
list(struct bench *b, const struct access *access)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct record_filter filter = { .reading = -1, .quarantine = -1, .limit = 50 };
	const struct record *row;
	struct err err = ERR_INIT;
	size_t count;

	must(record_list(b->catalog, access, &filter, arena, &row, &count, &err), &err);
	if (count != 50) {
		fprintf(stderr, "access_cost: a list of %zu\n", count);
		exit(1);
	}
}

static void
search(struct bench *b, const struct access *access)
{
	owned(search_query_freep) struct search_query *query = search_query_new(SPAN("giay"));
	struct search_request asked = {
		.limit = 20, .sort = SEARCH_NEWEST, .facets = SEARCH_FACETS_ALL
	};
	owned(search_result_freep) struct search_result *result = NULL;
	struct err err = ERR_INIT;

	must(search_run(b->reader, query, access, &asked, &result, &err), &err);
	if (result->total != (size_t)b->records) {
		fprintf(stderr, "access_cost: %zu found\n", result->total);
		exit(1);
	}
}

static void
measure(struct bench *b)
{
	struct access *mine, *all;
	struct err err = ERR_INIT;

	must(access_load(&mine, b->catalog, b->person, &err), &err);
	must(access_load_system(&all, b->catalog, &err), &err);
	printf("%d %d %d %.3f %.4f %.3f %.3f %.3f %.3f\n", b->groups, b->classes, b->records,
	    median(b, mine, load), median(b, mine, current), median(b, mine, list),
	    median(b, all, list), median(b, mine, search), median(b, all, search));
	access_free(mine);
	access_free(all);
}

int
main(int argc, char **argv)
{
	struct bench b = { 0 };
	struct err err = ERR_INIT;
	struct conf *conf;
	char index[4096];

	if (argc != 6)
		return 64;
	b.groups = atoi(argv[2]);
	b.classes = atoi(argv[3]);
	b.records = atoi(argv[4]);
	b.rounds = atoi(argv[5]);
	conf = conf_new(argv[1]);
	must(catalog_create(conf, &err), &err);
	must(catalog_open(&b.catalog, conf, CATALOG_WRITE, &err), &err);
	fill(&b);
	snprintf(index, sizeof(index), "%s/index", argv[1]);
	if (mkdir(index, 0700) == -1)
		return 73;
	index_all(&b, index);
	measure(&b);
	search_reader_close(b.reader);
	catalog_close(b.catalog);
	conf_free(conf);
	return 0;
}
