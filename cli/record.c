/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "cli.h"
#include "declare.h"
#include "plan.h"
#include "table.h"

#define DETAILS_MAX 32

static enum status
find(struct cli *cli, const char *name, struct record *r, struct err *err)
{
	if (record_find(cli->catalog, cli->access, name, cli->arena, r, err))
		return err_context(err, "record %s", name);
	return ST_OK;
}

/* records.md 14: a warning, never a refusal */
static enum status
warn_of_twins(struct cli *cli, const struct record *r, struct err *err)
{
	const struct record_twin *list;
	size_t count;
	enum status st =
	    record_twins(cli->catalog, cli->access, r->id, 5, cli->arena, &list, &count, err);

	for (size_t i = 0; st == ST_OK && i < count; i++)
		fprintf(stderr, "tangthu record: %s may be the same as %s (%s)\n", r->uid,
		    list[i].uid, list[i].because);
	return st;
}

static enum status
record_make_declared(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct record r;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 500, "tangthu record declare RECORD ...", err)))
		return st;
	for (int i = 1; i < argc; i++)
		if ((st = find(cli, argv[i], &r, err)) || (st = warn_of_twins(cli, &r, err)) ||
		    (st = record_declare(cli->catalog, &cli->actor, cli->access, r.id, err)))
			return st;
	return ST_OK;
}

static enum status
record_change(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *reason = NULL, *field[FIELD_COUNT] = { NULL };
	struct record r;
	enum status st;

	(void)cli_option(&argc, argv, "--reason", &reason);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 2, 1 + FIELD_COUNT,
		 "tangthu record correct RECORD field=value ... --reason TEXT", err)) ||
	    (st = find(cli, argv[1], &r, err)))
		return st;
	for (int i = 2; i < argc; i++) {
		struct span rest = span_of(argv[i]), name = span_cut(&rest, '=');
		int f = rest.p ? record_field_parse(name) : -1;

		if (f < 0)
			return fail(err, ST_INVALID, "%s: write field=value", argv[i]);
		field[f] = arena_dup_span(cli->arena, rest);
	}
	return record_correct(cli->catalog, &cli->actor, cli->access, r.id, 0, field, reason, err);
}

static enum status
record_put_right(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *reason = NULL;
	struct record r, by;
	enum status st;

	(void)cli_option(&argc, argv, "--reason", &reason);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(
		 argc, 2, 2, "tangthu record replace RECORD DRAFT --reason TEXT", err)) ||
	    (st = find(cli, argv[1], &r, err)) || (st = find(cli, argv[2], &by, err)))
		return st;
	return record_replace(cli->catalog, &cli->actor, cli->access, r.id, 0, by.id, reason, err);
}

static enum status
record_take_back(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *reason = NULL;
	struct record r;
	enum status st;

	(void)cli_option(&argc, argv, "--reason", &reason);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu record recall RECORD --reason TEXT", err)) ||
	    (st = find(cli, argv[1], &r, err)))
		return st;
	return record_recall(cli->catalog, &cli->actor, cli->access, r.id, reason, err);
}

static enum status
print_details(struct cli *cli, const struct record *r, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	const struct record_detail *d;
	struct json_out json;
	size_t count;
	enum status st = record_details(cli->catalog, r->id, cli->arena, &d, &count, err);

	if (st != ST_OK)
		return st;
	json_start(&json, &out);
	json_object(&json);
	for (size_t i = 0; i < count; i++) {
		json_key_str(&json, d[i].name, d[i].value);
		if (cli->json)
			continue;
		printf("%-16s ", d[i].name);
		cli_print_text(stdout, d[i].value);
		putchar('\n');
	}
	json_end_object(&json);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static enum status
record_more(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct record_detail d[DETAILS_MAX];
	const char *reason = NULL;
	struct record r;
	enum status st;

	(void)cli_option(&argc, argv, "--reason", &reason);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1 + DETAILS_MAX,
		 "tangthu record details RECORD [name=value ...] [--reason TEXT]", err)) ||
	    (st = find(cli, argv[1], &r, err)))
		return st;
	if (!record_can(cli->access, PERM_READ, &r))
		return fail(err, ST_DENIED, "record %s: no right to read it", r.uid);
	for (int i = 2; i < argc; i++) {
		struct span rest = span_of(argv[i]), name = span_cut(&rest, '=');

		if (!rest.p)
			return fail(err, ST_INVALID, "%s: write name=value", argv[i]);
		d[i - 2].name = arena_dup_span(cli->arena, name);
		d[i - 2].value = arena_dup_span(cli->arena, rest);
	}
	if (argc > 2 &&
	    (st = record_details_put(
		 cli->catalog, &cli->actor, cli->access, r.id, d, (size_t)argc - 2, reason, err)))
		return st;
	return print_details(cli, &r, err);
}

static enum status
record_relate(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct record r;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 3, 3, "tangthu record relate RECORD KIND OTHER", err)) ||
	    (st = find(cli, argv[1], &r, err)))
		return st;
	return relation_add(cli->catalog, &cli->actor, cli->access, r.id, argv[2], argv[3], err);
}

static enum status
record_unrelate(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct record r;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 2, 2, "tangthu record unrelate RECORD RELATION", err)) ||
	    (st = find(cli, argv[1], &r, err)))
		return st;
	return relation_end(cli->catalog, &cli->actor, cli->access, r.id, argv[2], err);
}

static enum status
record_relations(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	const struct relation *list;
	struct json_out json;
	struct record r;
	size_t count;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu record relations RECORD", err)) ||
	    (st = find(cli, argv[1], &r, err)) ||
	    (st = relation_list(cli->catalog, cli->access, r.id, cli->arena, &list, &count, err)))
		return st;
	json_start(&json, &out);
	json_array(&json);
	for (size_t i = 0; i < count; i++) {
		relation_json(&json, &list[i]);
		if (cli->json)
			continue;
		printf("%s  %s%-10s ", list[i].uid, list[i].outgoing ? "" : "<- ", list[i].kind);
		cli_print_text(stdout, list[i].text ? list[i].text : "");
		printf("  %s\n", list[i].other ? list[i].other : "(not here)");
	}
	json_end_array(&json);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static enum status
record_alike(struct cli *cli, int argc, char **argv, struct err *err)
{
	const struct record_twin *list;
	struct record r;
	size_t count;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu record twins RECORD", err)) ||
	    (st = find(cli, argv[1], &r, err)) ||
	    (st = record_twins(
		 cli->catalog, cli->access, r.id, 50, cli->arena, &list, &count, err)))
		return st;
	for (size_t i = 0; i < count; i++) {
		printf("%s  %-6s ", list[i].uid, list[i].because);
		cli_print_text(stdout, list[i].subject ? list[i].subject : "");
		putchar('\n');
	}
	return ST_OK;
}

static enum status
place(struct cli *cli, int argc, char **argv, bool into, struct err *err)
{
	int64_t dossier;
	struct record r;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 2, 2, "tangthu record file|unfile RECORD DOSSIER", err)) ||
	    (st = find(cli, argv[1], &r, err)) ||
	    (st = cli_find_dossier(cli, argv[2], &dossier, err)))
		return st;
	return into ? record_file(cli->catalog, &cli->actor, cli->access, r.id, dossier, err)
		    : record_unfile(cli->catalog, &cli->actor, cli->access, r.id, dossier, err);
}

static enum status
record_put_in(struct cli *cli, int argc, char **argv, struct err *err)
{
	return place(cli, argc, argv, true, err);
}

static enum status
record_take_out(struct cli *cli, int argc, char **argv, struct err *err)
{
	return place(cli, argc, argv, false, err);
}

static enum status
record_number(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct record r;
	int64_t number;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 2, 2, "tangthu record number RECORD in|out", err)) ||
	    (st = find(cli, argv[1], &r, err)) ||
	    (st = book_draw(cli->catalog, &cli->actor, cli->access, argv[2], r.id, &number, err)))
		return st;
	printf("%lld\n", (long long)number);
	return ST_OK;
}

static enum status
record_void(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *reason = NULL;
	int64_t year, number;
	enum status st;

	(void)cli_option(&argc, argv, "--reason", &reason);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(
		 argc, 3, 3, "tangthu record void in|out YEAR NUMBER --reason TEXT", err)) ||
	    (st = cli_number(argv[2], "year", 1900, 9999, &year, err)) ||
	    (st = cli_number(argv[3], "number", 1, INT64_MAX, &number, err)))
		return st;
	return book_void(
	    cli->catalog, &cli->actor, cli->access, argv[1], (int)year, number, reason, err);
}

/* The register as CSV, for the office's own books (records.md 18). */
static enum status
record_book(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	const struct book_entry *e;
	int64_t year, after = 0;
	size_t count;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 2, 2, "tangthu record book in|out YEAR", err)) ||
	    (st = cli_number(argv[2], "year", 1900, 9999, &year, err)))
		return st;
	strbuf_add_str(&out, "number,notation,issued,issuer,subject,void\r\n");
	do {
		if ((st = book_list(cli->catalog, cli->access, argv[1], (int)year, after, 500,
			 cli->arena, &e, &count, err)))
			return st;
		for (size_t i = 0; i < count; i++) {
			strbuf_addf(&out, "%lld,", (long long)e[i].number);
			csv_cell(&out, e[i].notation, ',');
			csv_cell(&out, e[i].issued, ',');
			csv_cell(&out, e[i].issuer, ',');
			csv_cell(&out, e[i].subject, ',');
			csv_cell(&out, e[i].void_reason, '\r');
			strbuf_add_char(&out, '\n');
			after = e[i].number;
		}
	} while (count == 500);
	return fwrite(out.buf, 1, out.len, stdout) == out.len ? ST_OK
							      : fail_sys(err, "standard output");
}

static enum status
record_accept(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *above = "90";
	size_t accepted, all = 0;
	int64_t dossier, percent;
	bool more = true;
	enum status st;

	(void)cli_option(&argc, argv, "--above", &above);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(
		 argc, 1, 1, "tangthu record accept DOSSIER [--above PERCENT]", err)) ||
	    (st = cli_number(above, "--above", 50, 100, &percent, err)) ||
	    (st = cli_find_dossier(cli, argv[1], &dossier, err)))
		return st;
	while (more) {
		if ((st = suggestions_accept(cli->catalog, &cli->actor, cli->access, dossier,
			 (double)percent / 100, 500, &accepted, &more, err)))
			return st;
		all += accepted;
		more = more && accepted > 0;
	}
	printf("%zu suggestions accepted\n", all);
	return ST_OK;
}

static const struct cli_sub subs[] = {
	{ "declare", record_make_declared },
	{ "correct", record_change },
	{ "recall", record_take_back },
	{ "replace", record_put_right },
	{ "details", record_more },
	{ "relate", record_relate },
	{ "unrelate", record_unrelate },
	{ "relations", record_relations },
	{ "twins", record_alike },
	{ "file", record_put_in },
	{ "unfile", record_take_out },
	{ "number", record_number },
	{ "void", record_void },
	{ "book", record_book },
	{ "accept", record_accept },
};

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	return cli_dispatch(cli, subs, sizeof(subs) / sizeof(*subs), argc, argv, err);
}

const struct cli_verb cli_record = {
	.name = "record",
	.synopsis = "declare|correct|recall|details|relate|...",
	.summary = "Declares, corrects, recalls, relates and numbers records",
	.help =
	    "  declare RECORD ...           from then on it never changes in place\n"
	    "  correct RECORD field=value ... --reason TEXT    keeps how it read before\n"
	    "  recall RECORD --reason TEXT\n"
	    "  replace RECORD DRAFT --reason TEXT  the bytes of a draft beside it; the old stay\n"
	    "  details RECORD [name=value ...] [--reason TEXT]\n"
	    "  relate RECORD KIND OTHER     replaces, amends, replies, cites, copy_of, annex_of,\n"
	    "                               recalls, based_on; OTHER a uid or number and symbol\n"
	    "  unrelate RECORD RELATION, relations RECORD\n"
	    "  twins RECORD                 others with the same bytes, number or text\n"
	    "  file RECORD DOSSIER, unfile RECORD DOSSIER      in several dossiers\n"
	    "  number RECORD in|out         the next of the year's book\n"
	    "  void in|out YEAR NUMBER --reason TEXT\n"
	    "  book in|out YEAR             the register as CSV\n"
	    "  accept DOSSIER [--above PERCENT]   suggestions of its drafts, 90 and more\n",
	.need = CLI_ACTOR,
	.run = run,
};
