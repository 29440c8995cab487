/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "saved.h"

#include <stdlib.h>
#include <string.h>

#include "plan.h"
#include "retrieval.h"
#include "saved_search.h"

enum status
sort_parse(const char *text, enum search_sort *sort, struct err *err)
{
	static const char *const name[] = { [SEARCH_RELEVANCE] = "relevance",
		[SEARCH_NEWEST] = "newest",
		[SEARCH_OLDEST] = "oldest",
		[SEARCH_BY_NUMBER] = "number" };

	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++)
		if (strcmp(text, name[i]) == 0) {
			*sort = (enum search_sort)i;
			return ST_OK;
		}
	return fail(
	    err, ST_INVALID, "an order is relevance, newest, oldest or number, not %s", text);
}

static enum status
apply_numbers(
    struct cli *cli, const struct saved_search *s, struct search_request *req, struct err *err)
{
	const struct {
		enum saved_choice choice;
		int min, max;
		int *to;
	} rows[] = {
		{ SAVED_YEAR, 1000, 9999, &req->year },
		{ SAVED_MONTH, 1, 12, &req->month },
		{ SAVED_LEVEL, 0, LEVEL_CONFIDENTIAL, arena_alloc(cli->arena, sizeof(int)) },
	};
	int64_t number;
	enum status st;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *text = s->choice[rows[i].choice];

		if (!text)
			continue;
		st = cli_number(text, saved_choice_name(rows[i].choice), rows[i].min, rows[i].max,
		    &number, err);
		if (st != ST_OK)
			return st;
		*rows[i].to = (int)number;
	}
	if (s->choice[SAVED_LEVEL])
		req->level = rows[2].to;
	return ST_OK;
}

static enum status
apply_dossier(
    struct cli *cli, const struct saved_search *s, struct search_request *req, struct err *err)
{
	struct node node;
	enum status st;

	if (!s->choice[SAVED_DOSSIER])
		return ST_OK;
	st = node_find(cli->catalog, cli->access, s->choice[SAVED_DOSSIER], cli->arena, &node, err);
	if (st == ST_OK)
		req->dossier = node.id;
	return st;
}

static enum status
apply_conditions(
    struct cli *cli, const struct saved_search *s, struct search_request *req, struct err *err)
{
	static const struct {
		enum saved_choice choice;
		enum search_fact fact;
	} rows[] = { { SAVED_RETENTION, SEARCH_RETENTION }, { SAVED_DUE, SEARCH_DUE },
		{ SAVED_HELD, SEARCH_HELD }, { SAVED_PROCEDURE, SEARCH_PROCEDURE } };
	struct search_condition *list = arena_array(cli->arena, SEARCH_FACTS, sizeof(*list));
	enum status st = ST_OK;

	req->conditions = list;
	for (size_t i = 0; st == ST_OK && i < sizeof(rows) / sizeof(rows[0]); i++)
		if (s->choice[rows[i].choice])
			st = retrieval_choose(rows[i].fact, s->choice[rows[i].choice],
			    &list[req->condition_count++], err);
	return st;
}

enum status
saved_apply(struct cli *cli, const char *name, struct search_request *req, struct strbuf *words,
    struct err *err)
{
	const char *const *choice;
	struct saved_search s;
	enum status st =
	    saved_search_find(cli->catalog, cli->actor.principal, name, cli->arena, &s, err);

	if (st != ST_OK || (st = apply_numbers(cli, &s, req, err)) != ST_OK ||
	    (st = apply_dossier(cli, &s, req, err)) != ST_OK ||
	    (st = apply_conditions(cli, &s, req, err)) != ST_OK)
		return st;
	choice = s.choice;
	req->type = choice[SAVED_TYPE];
	req->issuer = choice[SAVED_ISSUER];
	req->state = choice[SAVED_STATE];
	req->language = choice[SAVED_LANGUAGE];
	req->obsolete = choice[SAVED_OBSOLETE] && strcmp(choice[SAVED_OBSOLETE], "1") == 0;
	strbuf_add_str(words, s.query);
	return choice[SAVED_SORT] ? sort_parse(choice[SAVED_SORT], &req->sort, err) : ST_OK;
}

/* --- the list ---------------------------------------------------------------------------------- */

static void
print_row(struct json_out *json, const struct saved_search *s)
{
	json_object(json);
	json_key_str(json, "uid", s->uid);
	json_key_str(json, "name", s->name);
	json_key_str(json, "query", s->query);
	for (int c = 0; c < SAVED_CHOICES; c++)
		if (s->choice[c])
			json_key_str(json, saved_choice_name((enum saved_choice)c), s->choice[c]);
	json_end_object(json);
}

static void
print_people(const struct saved_search *s)
{
	cli_print_text(stdout, s->name);
	fputs(":  ", stdout);
	cli_print_text(stdout, s->query);
	for (int c = 0; c < SAVED_CHOICES; c++)
		if (s->choice[c]) {
			printf("  %s ", saved_choice_name((enum saved_choice)c));
			cli_print_text(stdout, s->choice[c]);
		}
	putchar('\n');
}

static enum status
list(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	const struct saved_search *row;
	struct json_out json;
	size_t count;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 0, "tangthu saved list", err)) ||
	    (st = saved_search_list(
		 cli->catalog, cli->actor.principal, cli->arena, &row, &count, err)))
		return st;
	json_start(&json, &out);
	json_array(&json);
	for (size_t i = 0; i < count; i++) {
		print_row(&json, &row[i]);
		if (!cli->json)
			print_people(&row[i]);
	}
	json_end_array(&json);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static enum status
add(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf words owned(strbuf_free) = STRBUF_INIT;
	struct saved_search s = { 0 };
	char uid[UID_LEN + 1];
	enum search_sort sort;
	enum status st;

	for (int c = 0; c < SAVED_OBSOLETE; c++)
		(void)cli_option(&argc, argv,
		    arena_printf(cli->arena, "--%s", saved_choice_name((enum saved_choice)c)),
		    &s.choice[c]);
	if (cli_flag(&argc, argv, "--obsolete"))
		s.choice[SAVED_OBSOLETE] = "1";
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 64, "tangthu saved add NAME WORDS ...", err)) ||
	    (s.choice[SAVED_SORT] && (st = sort_parse(s.choice[SAVED_SORT], &sort, err))))
		return st;
	for (int i = 2; i < argc; i++)
		strbuf_addf(&words, "%s%s", i > 2 ? " " : "", argv[i]);
	s.name = argv[1];
	s.query = words.len ? words.buf : "";
	if ((st = saved_search_add(cli->catalog, &cli->actor, &s, uid, err)))
		return st;
	puts(uid);
	return ST_OK;
}

static enum status
drop(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct saved_search s;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu saved remove NAME", err)) ||
	    (st = saved_search_find(
		 cli->catalog, cli->actor.principal, argv[1], cli->arena, &s, err)))
		return st;
	return saved_search_remove(cli->catalog, &cli->actor, s.uid, err);
}

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	static const struct cli_sub subs[] = { { "list", list }, { "add", add },
		{ "remove", drop } };

	return cli_dispatch(cli, subs, sizeof(subs) / sizeof(subs[0]), argc, argv, err);
}

const struct cli_verb cli_saved = {
	.name = "saved",
	.synopsis = "list|add|remove ...",
	.summary = "Searches that you keep; tangthu search --saved NAME runs one",
	.help =
	    "  list                       yours, and nobody else's\n"
	    "  add NAME WORDS ...         with --type --issuer --state --language --year --month\n"
	    "                             --level --dossier --retention --due --held --procedure\n"
	    "                             --sort --obsolete as the search has them\n"
	    "  remove NAME\n",
	.need = CLI_ACTOR,
	.run = run,
};
