/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base.h"
#include "cli.h"
#include "plan.h"
#include "procedure.h"
#include "record.h"

#define PAGE 500

static enum status
find(struct cli *cli, const char *name, struct procedure *p, struct err *err)
{
	if (procedure_find(cli->catalog, name, cli->arena, p, err))
		return err_context(err, "procedure %s", name);
	return ST_OK;
}

static enum status
find_record(struct cli *cli, const char *name, struct record *r, struct err *err)
{
	if (record_find(cli->catalog, cli->access, name, cli->arena, r, err))
		return err_context(err, "record %s", name);
	return ST_OK;
}

static enum status
procedure_new_one(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct procedure_new n = { .kind = "procedure" };
	const char *months = "12", *days = NULL;
	int64_t id, number;
	enum status st;

	(void)cli_option(&argc, argv, "--kind", &n.kind);
	(void)cli_option(&argc, argv, "--tthc", &n.tthc_code);
	(void)cli_option(&argc, argv, "--owner", &n.owner);
	(void)cli_option(&argc, argv, "--review-months", &months);
	(void)cli_option(&argc, argv, "--days", &days);
	(void)cli_option(&argc, argv, "--valid-from", &n.valid_from);
	(void)cli_option(&argc, argv, "--valid-to", &n.valid_to);
	n.public_page = cli_flag(&argc, argv, "--public");
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 2, 2, "tangthu procedure create CODE TITLE", err)) ||
	    (st = cli_number(months, "--review-months", 1, 120, &number, err)))
		return st;
	n.review_months = (int)number;
	if (days && (st = cli_number(days, "--days", 1, 3650, &number, err)))
		return st;
	n.days = days ? (int)number : 0;
	n.code = argv[1];
	n.title = argv[2];
	return procedure_create(cli->catalog, &cli->actor, cli->access, &n, &id, err);
}

static enum status
procedure_all(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	const struct procedure *list;
	const char *due = NULL;
	struct json_out json;
	int64_t after = 0;
	size_t count;
	enum status st;

	(void)cli_option(&argc, argv, "--review-due", &due);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 0, "tangthu procedure list [--review-due DAY]", err)))
		return st;
	json_start(&json, &out);
	json_array(&json);
	do {
		if ((st = procedure_list(
			 cli->catalog, due, after, PAGE, cli->arena, &list, &count, err)))
			return st;
		for (size_t i = 0; i < count; i++) {
			procedure_json(&json, &list[i]);
			after = list[i].id;
			if (cli->json)
				continue;
			printf(
			    "%-12s %-11s rev %d  ", list[i].code, list[i].kind, list[i].in_force);
			cli_print_text(stdout, list[i].title);
			putchar('\n');
		}
	} while (count == PAGE);
	json_end_array(&json);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static void
print_revision(struct cli *cli, struct json_out *json, const struct revision *v)
{
	if (cli->json) {
		revision_json(json, v);
		return;
	}
	printf("%s  %s rev %d  %-9s %s..%s  ", v->uid, v->code, v->rev, v->state,
	    v->effective_from ? v->effective_from : "", v->effective_to ? v->effective_to : "");
	cli_print_text(stdout, v->change_note);
	putchar('\n');
}

static enum status
print_one(struct cli *cli, const struct revision *v, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	struct json_out json;

	json_start(&json, &out);
	print_revision(cli, &json, v);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static enum status
print_id(struct cli *cli, int64_t id, struct err *err)
{
	struct revision v;
	enum status st = revision_find(cli->catalog, cli->access,
	    arena_printf(cli->arena, "%lld", (long long)id), cli->arena, &v, err);

	return st == ST_OK ? print_one(cli, &v, err) : st;
}

static enum status
procedure_show(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	const struct revision *list;
	struct json_out json;
	struct procedure p;
	size_t count;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu procedure show CODE", err)) ||
	    (st = find(cli, argv[1], &p, err)) ||
	    (st = revision_list(cli->catalog, cli->access, p.id, cli->arena, &list, &count, err)))
		return st;
	json_start(&json, &out);
	json_array(&json);
	for (size_t i = 0; i < count; i++)
		print_revision(cli, &json, &list[i]);
	json_end_array(&json);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static enum status
procedure_revise(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *change = NULL;
	struct procedure p;
	struct record r;
	int64_t id;
	enum status st;

	(void)cli_option(&argc, argv, "--change", &change);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(
		 argc, 2, 2, "tangthu procedure revise CODE RECORD --change TEXT", err)) ||
	    (st = find(cli, argv[1], &p, err)) || (st = find_record(cli, argv[2], &r, err)) ||
	    (st = revision_add(
		 cli->catalog, &cli->actor, cli->access, p.id, r.id, change, &id, err)))
		return st;
	return print_id(cli, id, err);
}

static enum status
find_revision(struct cli *cli, const char *name, struct revision *v, struct err *err)
{
	if (revision_find(cli->catalog, cli->access, name, cli->arena, v, err))
		return err_context(err, "revision %s", name);
	return ST_OK;
}

static enum status
procedure_step(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *reason = NULL;
	struct revision v;
	enum status st;

	(void)cli_option(&argc, argv, "--reason", &reason);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 2, 2,
		 "tangthu procedure step REVISION submit|return|approve|withdraw", err)) ||
	    (st = find_revision(cli, argv[1], &v, err)) ||
	    (st = revision_step(
		 cli->catalog, &cli->actor, cli->access, v.id, argv[2], reason, err)))
		return st;
	return print_id(cli, v.id, err);
}

static enum status
procedure_enforce(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *from = NULL, *decision = NULL, *where = NULL;
	struct revision v;
	struct record r;
	enum status st;

	(void)cli_option(&argc, argv, "--from", &from);
	(void)cli_option(&argc, argv, "--decision", &decision);
	(void)cli_option(&argc, argv, "--published", &where);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1,
		 "tangthu procedure enforce REVISION --from DAY --decision RECORD --published TEXT",
		 err)) ||
	    (st = find_revision(cli, argv[1], &v, err)))
		return st;
	if (!from || !decision)
		return fail(err, ST_INVALID, "--from and --decision are wanted");
	if ((st = find_record(cli, decision, &r, err)) ||
	    (st = revision_enforce(
		 cli->catalog, &cli->actor, cli->access, v.id, from, r.id, where, err)))
		return st;
	return print_id(cli, v.id, err);
}

static enum status
procedure_on(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct revision v;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 2, 2, "tangthu procedure at CODE DAY", err)) ||
	    (st = revision_at(cli->catalog, cli->access, argv[1], argv[2], cli->arena, &v, err)))
		return st;
	return print_one(cli, &v, err);
}

static enum status
procedure_ask(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *due = NULL;
	struct principal who;
	struct revision v;
	enum status st;

	(void)cli_option(&argc, argv, "--due", &due);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(
		 argc, 2, 2, "tangthu procedure ask REVISION NAME [--due DAY]", err)) ||
	    (st = find_revision(cli, argv[1], &v, err)) ||
	    (st = cli_principal(cli, argv[2], &who, err)))
		return st;
	return reader_ask(cli->catalog, &cli->actor, cli->access, v.id, who.id, due, err);
}

static enum status
procedure_read(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct revision v;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu procedure confirm REVISION", err)) ||
	    (st = find_revision(cli, argv[1], &v, err)))
		return st;
	return reader_confirm(cli->catalog, &cli->actor, v.id, err);
}

static enum status
procedure_posting(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	const struct revision *list;
	const char *office = NULL;
	char day[11];
	size_t count;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 0, "tangthu procedure public", err)) ||
	    (st = procedure_public(cli->catalog, cli->arena, &list, &count, err)) ||
	    (st = catalog_setting(cli->catalog, "archive.name", cli->arena, &office, err)))
		return st;
	day_text(now_us(), day);
	procedure_public_html(list, count, office, day, &out);
	return fwrite(out.buf, 1, out.len, stdout) == out.len ? ST_OK
							      : fail_sys(err, "standard output");
}

static enum status
procedure_case(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *code = NULL, *applicant = NULL, *received = NULL, *due = NULL, *unit = NULL;
	struct principal who = { 0 };
	int64_t dossier;
	enum status st;

	(void)cli_option(&argc, argv, "--code", &code);
	(void)cli_option(&argc, argv, "--applicant", &applicant);
	(void)cli_option(&argc, argv, "--received", &received);
	(void)cli_option(&argc, argv, "--due", &due);
	(void)cli_option(&argc, argv, "--unit", &unit);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 2, 2,
		 "tangthu procedure case DOSSIER CODE --code CASE --applicant NAME --received DAY",
		 err)) ||
	    (st = cli_find_dossier(cli, argv[1], &dossier, err)) ||
	    (unit && (st = cli_principal(cli, unit, &who, err))))
		return st;
	if (!received)
		return fail(err, ST_INVALID, "--received: the day");
	return one_stop_open(cli->catalog, &cli->actor, cli->access, dossier, code, argv[2],
	    applicant, who.id, received, due, err);
}

static enum status
procedure_result(struct cli *cli, int argc, char **argv, struct err *err)
{
	int64_t dossier;
	struct record r;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 3, 3, "tangthu procedure result DOSSIER RECORD DAY", err)) ||
	    (st = cli_find_dossier(cli, argv[1], &dossier, err)) ||
	    (st = find_record(cli, argv[2], &r, err)))
		return st;
	return one_stop_result(cli->catalog, &cli->actor, cli->access, dossier, r.id, argv[3], err);
}

static enum status
procedure_extend(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *reason = NULL;
	int64_t dossier;
	enum status st;

	(void)cli_option(&argc, argv, "--reason", &reason);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(
		 argc, 2, 2, "tangthu procedure extend DOSSIER DAY --reason TEXT", err)) ||
	    (st = cli_find_dossier(cli, argv[1], &dossier, err)))
		return st;
	return one_stop_extend(
	    cli->catalog, &cli->actor, cli->access, dossier, argv[2], reason, err);
}

static enum status
procedure_cases(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	const struct one_stop *list;
	const char *wanted = NULL;
	struct json_out json;
	int64_t after = 0;
	size_t count;
	enum status st;

	(void)cli_option(&argc, argv, "--find", &wanted);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 0, "tangthu procedure cases [--find TEXT]", err)))
		return st;
	json_start(&json, &out);
	json_array(&json);
	do {
		if ((st = one_stop_list(cli->catalog, cli->access, wanted, after, PAGE, cli->arena,
			 &list, &count, err)))
			return st;
		for (size_t i = 0; i < count; i++) {
			one_stop_json(&json, &list[i]);
			after = list[i].dossier;
			if (cli->json)
				continue;
			printf("%-24s %-10s rev %d  %s  %-5s ", list[i].code, list[i].procedure,
			    list[i].rev, list[i].received, list[i].on_time);
			cli_print_text(stdout, list[i].applicant);
			putchar('\n');
		}
	} while (count == PAGE);
	json_end_array(&json);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static enum status
print_forms(struct cli *cli, int64_t dossier, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	const struct one_stop_form *form;
	struct json_out json;
	enum status st = one_stop_forms(cli->catalog, cli->access, dossier, cli->arena, &form, err);

	if (st != ST_OK)
		return st;
	json_start(&json, &out);
	one_stop_forms_json(&json, form);
	for (int i = 0; !cli->json && i < ONE_STOP_FORMS; i++) {
		printf("%02d  %s\n", form[i].form, form[i].title_vi);
		for (size_t r = 0; r < form[i].count; r++)
			printf("    %s\n", form[i].records[r]);
	}
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static enum status
procedure_form(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct record r;
	int64_t dossier, form;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(
		 argc, 1, 3, "tangthu procedure form DOSSIER [RECORD 1-7 (0 = none)]", err)) ||
	    (st = cli_find_dossier(cli, argv[1], &dossier, err)))
		return st;
	if (argc == 2)
		return print_forms(cli, dossier, err);
	if (argc != 4)
		return fail(err, ST_INVALID, "form: a record and the number of its form");
	if ((st = cli_number(argv[3], "form", 0, ONE_STOP_FORMS, &form, err)) ||
	    (st = record_find(cli->catalog, cli->access, argv[2], cli->arena, &r, err)) ||
	    (st = one_stop_form_put(
		 cli->catalog, &cli->actor, cli->access, dossier, r.id, (int)form, err)))
		return st;
	return print_forms(cli, dossier, err);
}

static const struct cli_sub subs[] = {
	{ "create", procedure_new_one },
	{ "list", procedure_all },
	{ "show", procedure_show },
	{ "revise", procedure_revise },
	{ "step", procedure_step },
	{ "enforce", procedure_enforce },
	{ "at", procedure_on },
	{ "ask", procedure_ask },
	{ "confirm", procedure_read },
	{ "public", procedure_posting },
	{ "case", procedure_case },
	{ "extend", procedure_extend },
	{ "result", procedure_result },
	{ "form", procedure_form },
	{ "cases", procedure_cases },
};

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	return cli_dispatch(cli, subs, sizeof(subs) / sizeof(*subs), argc, argv, err);
}

const struct cli_verb cli_procedure = {
	.name = "procedure",
	.synopsis = "create|list|show|revise|step|enforce|at|ask|confirm|public|case|...",
	.summary = "Controlled documents in force, and the cases received under them",
	.help =
	    "  create CODE TITLE [--kind KIND] [--tthc CODE] [--owner NAME] [--public]\n"
	    "         [--review-months N] [--days N] [--valid-from DAY] [--valid-to DAY]\n"
	    "  list [--review-due DAY], show CODE\n"
	    "  revise CODE RECORD --change TEXT             the next revision, a draft\n"
	    "  step REVISION submit|return|approve|withdraw [--reason TEXT]\n"
	    "  enforce REVISION --from DAY --decision RECORD --published TEXT\n"
	    "  at CODE DAY                                  the one in force then\n"
	    "  ask REVISION NAME [--due DAY], confirm REVISION    who must read it, and has\n"
	    "  public                                       the posting list as HTML\n"
	    "  case DOSSIER CODE --code CASE --applicant NAME --received DAY [--due DAY]\n"
	    "         [--unit NAME]\n"
	    "  extend DOSSIER DAY --reason TEXT, result DOSSIER RECORD DAY\n"
	    "  form DOSSIER [RECORD 1-7]                    the seven forms of the case; 0 = none\n"
	    "  cases [--find TEXT]\n",
	.need = CLI_ACTOR,
	.run = run,
};
