/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "search.h"

#include <unistd.h>

#include "audit.h"
#include "cli.h"
#include "retrieval.h"
#include "saved.h"
#include "synonym.h"
#include "table.h"

#define SNIPPET_CHARS 220
#define SUGGEST_MS 500

static void
print_marked(const struct retrieval_hit *h, bool colour)
{
	const char *on = colour ? "\033[1m" : "[", *off = colour ? "\033[0m" : "]";
	size_t m = 0;

	for (size_t i = 0; i < h->snippet.n; i++) {
		unsigned char c = (unsigned char)h->snippet.p[i];

		if (m < h->mark_count && i == h->marks[m].start)
			fputs(on, stdout);
		putchar(c < 0x20 || c == 0x7f ? ' ' : c);
		if (m < h->mark_count && i + 1 == h->marks[m].end) {
			fputs(off, stdout);
			m++;
		}
	}
	putchar('\n');
}

static void
print_hit(const struct retrieval_hit *h, size_t rank, bool colour)
{
	const struct record *r = h->record;
	bool suggested = h->found->suggested >> FIELD_SUBJECT & 1;
	struct strbuf notation owned(strbuf_free) = STRBUF_INIT;

	record_notation(r->field[FIELD_NUMBER], r->field[FIELD_SYMBOL], &notation);
	printf("%3zu. %s  %s  %s%s\n     ", rank, r->uid, notation.len ? notation.buf : "-",
	    r->field[FIELD_ISSUED] ? r->field[FIELD_ISSUED] : "",
	    retrieval_hit_is_near(h) ? "  (nearly)" : "");
	cli_print_text(
	    stdout, r->field[FIELD_SUBJECT] ? r->field[FIELD_SUBJECT] : "(no subject yet)");
	if (r->field[FIELD_SUBJECT] && suggested)
		fputs(" (suggested)", stdout);
	printf("\n     %s", r->home_file_code ? r->home_file_code : "");
	for (size_t i = 0; i < h->found->page_count && i < 12; i++)
		printf("%s%u", i ? ", " : "  pages ", h->found->pages[i].page);
	putchar('\n');
	if (h->snippet.n) {
		fputs("     ", stdout);
		print_marked(h, colour);
	}
}

static void
hit_json(struct json_out *json, const struct retrieval_hit *h)
{
	json_object(json);
	json_key_str(json, "uid", h->record->uid);
	json_key_int(json, "id", h->record->id);
	for (int f = 0; f < FIELD_COUNT; f++)
		json_key_opt(json, record_field_name((enum record_field)f), h->record->field[f]);
	json_key(json, "suggested");
	json_array(json);
	for (int f = 0; f < FIELD_COUNT; f++)
		if (h->found->suggested >> f & 1)
			json_str(json, record_field_name((enum record_field)f));
	json_end_array(json);
	json_key_opt(json, "dossier", h->record->home_file_code);
	json_key_int(json, "best_page", h->found->best_page);
	json_key(json, "pages");
	json_array(json);
	for (size_t i = 0; i < h->found->page_count; i++)
		json_int(json, h->found->pages[i].page);
	json_end_array(json);
	json_key(json, "snippet");
	json_span(json, h->snippet);
	json_key(json, "marks");
	json_array(json);
	for (size_t i = 0; i < h->mark_count; i++) {
		json_array(json);
		json_int(json, (int64_t)h->marks[i].start);
		json_int(json, (int64_t)h->marks[i].end);
		json_end_array(json);
	}
	json_end_array(json);
	json_end_object(json);
}

static void
texts_json(struct json_out *json, const char *name, const struct search_facets *f)
{
	json_key(json, name);
	json_object(json);
	for (size_t i = 0; i < f->count; i++)
		json_key_int(json, f->list[i].text, (int64_t)f->list[i].count);
	json_end_object(json);
}

static void
numbers_json(
    struct json_out *json, const char *name, const char *key, const struct search_facets *f)
{
	json_key(json, name);
	json_array(json);
	for (size_t i = 0; i < f->count; i++) {
		json_object(json);
		json_key_int(json, key, f->list[i].number);
		json_key_int(json, "count", (int64_t)f->list[i].count);
		json_end_object(json);
	}
	json_end_array(json);
}

static void
counts_json(
    struct json_out *json, const char *name, const struct retrieval_count *list, size_t count)
{
	json_key(json, name);
	json_object(json);
	for (size_t i = 0; i < count; i++)
		json_key_int(json, list[i].value, (int64_t)list[i].count);
	json_end_object(json);
}

static void
synonyms_json(struct json_out *json, const struct search_query *q)
{
	struct search_synonym row[SEARCH_SYNONYMS_MAX];
	size_t n = search_query_synonyms(q, row, SEARCH_SYNONYMS_MAX);

	json_key(json, "also");
	json_array(json);
	for (size_t i = 0; i < n; i++)
		json_span(json, row[i].also);
	json_end_array(json);
}

static void
facets_json(struct json_out *json, const struct retrieval_answer *a)
{
	const struct search_facets *f = a->result->facets;

	texts_json(json, "types", &f[SEARCH_TYPES]);
	texts_json(json, "issuers", &f[SEARCH_ISSUERS]);
	texts_json(json, "states", &f[SEARCH_STATES]);
	texts_json(json, "languages", &f[SEARCH_LANGUAGES]);
	numbers_json(json, "levels", "level", &f[SEARCH_LEVELS]);
	numbers_json(json, "years", "year", &f[SEARCH_YEARS]);
	numbers_json(json, "months", "month", &f[SEARCH_MONTHS]);
	json_key(json, "dossiers");
	json_object(json);
	for (size_t i = 0; i < a->dossier_count; i++)
		json_key_int(json, a->dossiers[i].file_code, (int64_t)a->dossiers[i].count);
	json_end_object(json);
	counts_json(json, "retentions", a->retentions, a->retention_count);
	counts_json(json, "dues", a->dues, a->due_count);
	json_key_int(json, "held", (int64_t)a->held);
	counts_json(json, "procedures", a->procedures, a->procedure_count);
}

static enum status
answer_json(const struct retrieval_answer *a, const struct search_query *q, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	const struct search_problem *problems;
	size_t n = search_query_problems(q, &problems);
	struct json_out json;

	json_start(&json, &out);
	json_object(&json);
	json_key_int(&json, "total", (int64_t)a->result->total);
	json_key_bool(&json, "total_exact", a->result->total_exact);
	json_key_bool(&json, "relaxed", a->result->relaxed);
	json_key(&json, "problems");
	json_array(&json);
	for (size_t i = 0; i < n; i++)
		json_str(&json, search_problem_text(problems[i].code, "en"));
	for (size_t i = 0; i < a->result->problem_count; i++)
		json_str(&json, search_problem_text(a->result->problems[i].code, "en"));
	json_end_array(&json);
	synonyms_json(&json, q);
	facets_json(&json, a);
	json_key(&json, "hits");
	json_array(&json);
	for (size_t i = 0; i < a->count; i++)
		hit_json(&json, &a->hits[i]);
	json_end_array(&json);
	json_end_object(&json);
	return cli_print(&out, err);
}

static void
print_synonyms(const struct search_query *q)
{
	struct search_synonym row[SEARCH_SYNONYMS_MAX];
	size_t n = search_query_synonyms(q, row, SEARCH_SYNONYMS_MAX);

	for (size_t i = 0; i < n; i++)
		printf("%s%.*s%s", i ? ", " : "also searched for: ", SPAN_ARG(row[i].also),
		    i + 1 == n ? "\n" : "");
}

static void
answer_people(const struct retrieval_answer *a, const struct search_query *q, size_t offset)
{
	const struct search_problem *problems;
	size_t n = search_query_problems(q, &problems);
	bool colour = isatty(STDOUT_FILENO);

	for (size_t i = 0; i < n; i++)
		fprintf(stderr, "at character %zu: %s\n", problems[i].at,
		    search_problem_text(problems[i].code, "en"));
	for (size_t i = 0; i < a->result->problem_count; i++)
		fprintf(stderr, "at character %zu: %s\n", a->result->problems[i].at,
		    search_problem_text(a->result->problems[i].code, "en"));
	print_synonyms(q);
	printf("%s%zu found%s\n", a->result->total_exact ? "" : "at least ", a->result->total,
	    a->result->relaxed ? " (not every word stands in them)" : "");
	for (size_t i = 0; i < a->count; i++)
		print_hit(&a->hits[i], offset + i + 1, colour);
}

static enum status
parse_request(int *argc, char **argv, struct search_request *req, struct err *err)
{
	const char *limit = "10", *offset = "0", *sort = "relevance", *year = "0";
	int64_t number;
	enum status st;

	(void)cli_option(argc, argv, "--limit", &limit);
	(void)cli_option(argc, argv, "--offset", &offset);
	(void)cli_option(argc, argv, "--sort", &sort);
	(void)cli_option(argc, argv, "--type", &req->type);
	(void)cli_option(argc, argv, "--year", &year);
	req->obsolete = cli_flag(argc, argv, "--obsolete");
	if ((st = cli_number(limit, "--limit", 1, SEARCH_LIMIT_MAX, &number, err)))
		return st;
	req->limit = (size_t)number;
	if ((st = cli_number(offset, "--offset", 0, SEARCH_OFFSET_MAX, &number, err)))
		return st;
	req->offset = (size_t)number;
	if ((st = cli_number(year, "--year", 0, 9999, &number, err)))
		return st;
	req->year = (int)number;
	return sort_parse(sort, &req->sort, err);
}

/* One string from all operands, as typed. */
static void
join(int argc, char **argv, struct strbuf *out)
{
	for (int i = 1; i < argc; i++)
		strbuf_addf(out, "%s%s", i > 1 ? " " : "", argv[i]);
}

/* What an auditor searched for belongs to the trail; the words are a private field. */
static enum status
log_search(struct cli *cli, struct span words, size_t total, struct err *err)
{
	const struct event_private priv = { "query", words };
	const struct event event = {
		.event_class = EVENT_ACCESS,
		.action = "search",
		.outcome = "ok",
		.detail = arena_printf(cli->arena, "{\"total\":%zu}", total),
		.priv = &priv,
		.priv_count = 1,
	};

	return access_has(cli->access, CAP_AUDIT)
	    ? audit_append(cli->catalog, &cli->actor, &event, err)
	    : ST_OK;
}

/* Only when nothing was found that holds the words as they are: the archive is small beside a person's patience. */
static enum status
print_likelier(struct cli *cli, struct retrieval *r, struct span words, struct err *err)
{
	struct search_suggestions s;
	enum status st = retrieval_suggest(r, cli->access, words, SUGGEST_MS, cli->arena, &s, err);

	if (st == ST_OK && s.corrected)
		printf("did you mean: %s\n", s.corrected);
	return st == ST_TIMEOUT ? ST_OK : st;
}

static enum status
answer(struct cli *cli, struct retrieval *r, struct span words, const struct search_request *req,
    struct err *err)
{
	struct search_query *query owned(search_query_freep) = search_query_new(words);
	struct retrieval_answer a;
	enum status st;

	if ((st = synonym_expand(cli->catalog, query, err)) ||
	    (st = retrieval_run(r, cli->access, query, req, SNIPPET_CHARS, cli->arena, &a, err)))
		return st;
	st = log_search(cli, words, a.result->total, err);
	if (st == ST_OK && cli->json)
		st = answer_json(&a, query, err);
	else if (st == ST_OK)
		answer_people(&a, query, req->offset);
	if (st == ST_OK && !cli->json && (a.result->total == 0 || retrieval_is_near(&a)))
		st = print_likelier(cli, r, words, err);
	retrieval_answer_end(&a);
	return st;
}

static void
batch_row(struct cli *cli, struct strbuf *out, const char *line, const struct retrieval_answer *a)
{
	struct strbuf notation owned(strbuf_free) = STRBUF_INIT;
	const struct record *first = a->count ? a->hits[0].record : NULL;

	if (first)
		record_notation(first->field[FIELD_NUMBER], first->field[FIELD_SYMBOL], &notation);
	csv_cell(out, line, ',');
	csv_cell(out, retrieval_found_name(a), ',');
	csv_cell(out, arena_printf(cli->arena, "%zu", a->result->total), ',');
	csv_cell(out, first ? first->uid : "", ',');
	csv_cell(out, notation.buf ? notation.buf : "", ',');
	csv_cell(out, first ? first->field[FIELD_SUBJECT] : "", '\n');
}

/* A query or document number a line, from a file or standard input, as a table. */
static enum status
batch(struct cli *cli, struct retrieval *r, const char *file, struct err *err)
{
	FILE *in = strcmp(file, "-") == 0 ? stdin : fopen(file, "re");
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	char line[RETRIEVAL_LINE_MAX + 2];
	struct retrieval_answer a;
	enum status st = ST_OK;
	size_t count = 0;

	if (!in)
		return fail_sys(err, "open %s", file);
	strbuf_add_str(&out, "query,state,total,uid,notation,subject\n");
	while (st == ST_OK && fgets(line, sizeof(line), in)) {
		line[strcspn(line, "\r\n")] = '\0';
		if (strlen(line) > RETRIEVAL_LINE_MAX || ++count > RETRIEVAL_LINES_MAX) {
			st = fail(err, ST_INVALID, "%s: at most %d lines of %d bytes", file,
			    RETRIEVAL_LINES_MAX, RETRIEVAL_LINE_MAX);
			break;
		}
		st = retrieval_find_line(r, cli->access, span_of(line), 0, cli->arena, &a, err);
		if (st == ST_OK) {
			batch_row(cli, &out, line, &a);
			retrieval_answer_end(&a);
		}
	}
	if (in != stdin)
		fclose(in);
	strbuf_truncate(&out, out.len - 1); /* printed with the last line's end */
	return st == ST_OK ? cli_print(&out, err) : st;
}

/* What a record says, as the query that is run. */
static enum status
like(struct cli *cli, struct retrieval *r, const char *name, struct search_request *req,
    struct strbuf *words, struct err *err)
{
	struct record record;
	enum status st = record_find(cli->catalog, cli->access, name, cli->arena, &record, err);

	if (st == ST_OK && !record_can(cli->access, PERM_READ, &record))
		st = fail(err, ST_NOT_FOUND, "no record %s", name);
	req->without = record.id;
	return st == ST_OK ? retrieval_like(r, &record, cli->arena, words, err) : st;
}

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct search_request req = { .facets = SEARCH_FACETS_ALL, .deadline_ms = 0 };
	struct search_reader *reader owned(search_reader_closep) = NULL;
	struct derived *derived owned(derived_closep) = NULL;
	struct strbuf words owned(strbuf_free) = STRBUF_INIT;
	struct store *store owned(store_closep) = NULL;
	struct retrieval r = { .from.catalog = cli->catalog };
	const char *file = NULL, *model = NULL, *saved = NULL;
	bool given;
	enum status st;

	(void)cli_option(&argc, argv, "--batch", &file);
	(void)cli_option(&argc, argv, "--like", &model);
	(void)cli_option(&argc, argv, "--saved", &saved);
	given = file || model || saved;
	if ((st = parse_request(&argc, argv, &req, err)) ||
	    (st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, given || req.type || req.year ? 0 : 1, given ? 0 : 64,
		 "tangthu search WORDS ... (or --type, --year, --batch, --like, --saved)", err)) ||
	    (saved && (st = saved_apply(cli, saved, &req, &words, err))))
		return st;
	join(argc, argv, &words);
	if ((st = derived_open(&derived, cli->conf, err)) ||
	    (st = cli_open_store(cli, &store, err)))
		return st;
	st = search_reader_open(&reader, arena_printf(cli->arena, "%s/index", cli->conf->dir), err);
	if (st == ST_NOT_FOUND)
		return err_context(err, "nothing is indexed yet: run tangthu-indexer");
	if (st)
		return st;
	r.from.derived = derived;
	r.from.store = store;
	r.reader = reader;
	if (file)
		return batch(cli, &r, file, err);
	if (model && (st = like(cli, &r, model, &req, &words, err)))
		return st;
	return answer(cli, &r, strbuf_span(&words), &req, err);
}

const struct cli_verb cli_search = {
	.name = "search",
	.synopsis =
	    "[--limit N] [--offset N] [--sort ORDER] [--type CODE] [--year YYYY] [--obsolete] "
	    "[--batch FILE | --like RECORD | --saved NAME | WORDS ...]",
	.summary = "Searches the records that you may read",
	.help =
	    "  WORDS   words with or without diacritics, \"phrases\", AND OR NOT -, (groups),\n"
	    "          số: loại: ngày: năm: từ: đến: cơ quan: hồ sơ: ngôn ngữ: (or number: type:\n"
	    "          date: year: from: to: issuer: dossier: language:)\n"
	    "  --sort  relevance (default), newest, oldest, number\n"
	    "  --batch a number or query a line (- is standard input): found, none or several, as CSV\n"
	    "  --like  records that say what this one says\n"
	    "  --saved a search that you keep (tangthu saved)\n"
	    "  --obsolete  also revisions of procedures that are not in force any more\n",
	.need = CLI_ACTOR,
	.run = run,
};
