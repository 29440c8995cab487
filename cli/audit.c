/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "internal_audit.h"

#define WORDS_MAX AUDIT_PROCEDURES_MAX

static const char *const texts[AUDIT_TEXT_COUNT] = { "title", "programme", "criteria", "scope",
	"plan", "report" };

static enum status
may(struct cli *cli, struct err *err)
{
	return cli_require(cli, CAP_AUDIT, "keep internal audits", err);
}

static enum status
find(struct cli *cli, const char *uid, struct internal_audit *a, struct err *err)
{
	if (internal_audit_find(cli->catalog, cli->access, uid, cli->arena, a, err))
		return err_context(err, "audit %s", uid);
	return ST_OK;
}

static enum status
find_finding(struct cli *cli, const char *uid, struct finding *f, struct err *err)
{
	if (finding_find(cli->catalog, cli->access, uid, cli->arena, f, err))
		return err_context(err, "finding %s", uid);
	return ST_OK;
}

/* "a,b" into words; the text is cut up. */
static int
split(char *text, const char **words)
{
	int n = 0;

	for (char *word; n < WORDS_MAX && (word = strsep(&text, ",")) != NULL;)
		if (*word)
			words[n++] = word;
	return n;
}

static void
read_change(struct cli *cli, int *argc, char **argv, struct internal_audit_change *c)
{
	const char *list = NULL;
	const char **words;

	c->procedure_count = c->auditor_count = -1;
	for (int i = 0; i < AUDIT_TEXT_COUNT; i++)
		(void)cli_option(
		    argc, argv, arena_printf(cli->arena, "--%s", texts[i]), &c->text[i]);
	if (cli_option(argc, argv, "--procedures", &list)) {
		words = arena_array(cli->arena, WORDS_MAX, sizeof(*words));
		c->procedure_count = split(arena_dup(cli->arena, list), words);
		c->procedures = words;
	}
	if (cli_option(argc, argv, "--auditors", &list)) {
		words = arena_array(cli->arena, WORDS_MAX, sizeof(*words));
		c->auditor_count = split(arena_dup(cli->arena, list), words);
		c->auditors = words;
	}
}

static enum status
create(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct internal_audit_change c = { 0 };
	struct internal_audit a = { 0 };
	int64_t year, id;
	enum status st;

	read_change(cli, &argc, argv, &c);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 2, 2, "tangthu audit create YEAR TITLE [options]", err)) ||
	    (st = cli_number(argv[1], "YEAR", 1900, 9999, &year, err)) || (st = may(cli, err)))
		return st;
	c.text[AUDIT_TITLE] = argv[2];
	if ((st = internal_audit_create(
		 cli->catalog, &cli->actor, cli->access, (int)year, &c, &id, err)) ||
	    (st = internal_audit_load(cli->catalog, cli->access, id, cli->arena, &a, err)))
		return st;
	puts(a.uid);
	return ST_OK;
}

static enum status
set(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct internal_audit_change c = { 0 };
	struct internal_audit a = { 0 };
	enum status st;

	read_change(cli, &argc, argv, &c);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu audit set AUDIT [options]", err)) ||
	    (st = may(cli, err)) || (st = find(cli, argv[1], &a, err)))
		return st;
	return internal_audit_update(
	    cli->catalog, &cli->actor, cli->access, a.id, a.version, &c, err);
}

static enum status
close_one(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct internal_audit a = { 0 };
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu audit close AUDIT", err)) ||
	    (st = may(cli, err)) || (st = find(cli, argv[1], &a, err)))
		return st;
	return internal_audit_close(cli->catalog, &cli->actor, cli->access, a.id, err);
}

static void
words_json(struct json_out *json, const char *key, const char *const *word, size_t count)
{
	json_key(json, key);
	json_array(json);
	for (size_t i = 0; i < count; i++)
		json_str(json, word[i]);
	json_end_array(json);
}

static void
audit_json(struct json_out *json, const struct internal_audit *a)
{
	json_object(json);
	json_key_str(json, "uid", a->uid);
	json_key_int(json, "year", a->year);
	json_key_str(json, "state", a->state);
	for (int i = 0; i < AUDIT_TEXT_COUNT; i++)
		json_key_str(json, texts[i], a->text[i]);
	words_json(json, "procedures", a->procedures, a->procedure_count);
	words_json(json, "auditors", a->auditors, a->auditor_count);
	json_key_int(json, "findings", a->findings);
	json_key_int(json, "open_findings", a->open_findings);
	json_key_time(json, "created", a->created_us);
	json_key_time(json, "closed", a->closed_us);
	json_key_int(json, "version", a->version);
	json_end_object(json);
}

static void
audit_people(const struct internal_audit *a)
{
	printf("%s  %d  %-6s  %lld findings, %lld open  ", a->uid, a->year, a->state,
	    (long long)a->findings, (long long)a->open_findings);
	cli_print_text(stdout, a->text[AUDIT_TITLE]);
	putchar('\n');
}

static enum status
list(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	const struct internal_audit *row;
	const char *year = "0";
	int64_t after = 0, number;
	struct json_out json;
	size_t count;
	enum status st;

	(void)cli_option(&argc, argv, "--year", &year);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 0, "tangthu audit list [--year YEAR]", err)) ||
	    (st = cli_number(year, "--year", 0, 9999, &number, err)) || (st = may(cli, err)))
		return st;
	json_start(&json, &out);
	json_array(&json);
	do {
		if ((st = internal_audit_list(cli->catalog, cli->access, (int)number, after, 500,
			 cli->arena, &row, &count, err)))
			return st;
		for (size_t i = 0; i < count; i++) {
			after = row[i].id;
			if (cli->json)
				audit_json(&json, &row[i]);
			else
				audit_people(&row[i]);
		}
	} while (count == 500);
	json_end_array(&json);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

/* --- findings --- */

static enum status
finding(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct finding_new n = { 0 };
	struct internal_audit a = { 0 };
	const struct finding *last;
	int64_t id;
	size_t count;
	enum status st;

	(void)cli_option(&argc, argv, "--clause", &n.clause);
	(void)cli_option(&argc, argv, "--grade", &n.grade);
	(void)cli_option(&argc, argv, "--evidence", &n.evidence);
	(void)cli_option(&argc, argv, "--owner", &n.owner);
	(void)cli_option(&argc, argv, "--due", &n.due);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(
		 argc, 2, 2, "tangthu audit finding AUDIT STATEMENT [options]", err)) ||
	    (st = may(cli, err)) || (st = find(cli, argv[1], &a, err)))
		return st;
	n.statement = argv[2];
	if ((st = finding_create(cli->catalog, &cli->actor, cli->access, a.id, &n, &id, err)) ||
	    (st = finding_list(cli->catalog, cli->access, a.id, false, id - 1, 1, cli->arena, &last,
		 &count, err)))
		return st;
	puts(last[0].uid);
	return ST_OK;
}

static void
finding_json(struct json_out *json, const struct finding *f)
{
	json_object(json);
	json_key_str(json, "uid", f->uid);
	json_key_str(json, "audit", f->audit_uid);
	json_key_str(json, "clause", f->clause);
	json_key_str(json, "grade", f->grade);
	json_key_str(json, "statement", f->statement);
	json_key_str(json, "evidence", f->evidence_uid);
	json_key_str(json, "owner", f->owner);
	json_key_str(json, "due", f->due);
	json_key_bool(json, "overdue", f->overdue);
	json_key_str(json, "correction", f->correction);
	json_key_str(json, "corrected_by", f->corrected_by);
	json_key_time(json, "corrected", f->corrected_us);
	json_key_str(json, "verified_by", f->verified_by);
	json_key_time(json, "verified", f->verified_us);
	json_key_str(json, "verify_note", f->verify_note);
	json_end_object(json);
}

static void
finding_people(const struct finding *f)
{
	printf("%s  %-11s  %-10s  %s%s  %s  ", f->uid, f->grade, f->due ? f->due : "-",
	    f->verified_us	  ? "verified"
		: f->corrected_us ? "corrected"
				  : "open",
	    f->overdue ? ", OVERDUE" : "", f->owner ? f->owner : "-");
	cli_print_text(stdout, f->statement);
	putchar('\n');
}

/* Owners see their own: no capability is asked for. */
static enum status
findings(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	bool overdue = cli_flag(&argc, argv, "--overdue");
	struct internal_audit a = { 0 };
	const struct finding *row;
	struct json_out json;
	int64_t after = 0;
	size_t count;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 1, "tangthu audit findings [AUDIT] [--overdue]", err)) ||
	    (argc > 1 && (st = find(cli, argv[1], &a, err))))
		return st;
	json_start(&json, &out);
	json_array(&json);
	do {
		if ((st = finding_list(cli->catalog, cli->access, a.id, overdue, after, 500,
			 cli->arena, &row, &count, err)))
			return st;
		for (size_t i = 0; i < count; i++) {
			after = row[i].id;
			if (cli->json)
				finding_json(&json, &row[i]);
			else
				finding_people(&row[i]);
		}
	} while (count == 500);
	json_end_array(&json);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static enum status
correct(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct finding f = { 0 };
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 2, 2, "tangthu audit correct FINDING TEXT", err)) ||
	    (st = find_finding(cli, argv[1], &f, err)))
		return st;
	return finding_correct(cli->catalog, &cli->actor, cli->access, f.id, argv[2], err);
}

static enum status
verify(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct finding f = { 0 };
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 2, "tangthu audit verify FINDING [NOTE]", err)) ||
	    (st = may(cli, err)) || (st = find_finding(cli, argv[1], &f, err)))
		return st;
	return finding_verify(
	    cli->catalog, &cli->actor, cli->access, f.id, argc > 2 ? argv[2] : NULL, err);
}

static enum status
year(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	const struct audited_procedure *row;
	struct json_out json;
	int64_t number;
	size_t count;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu audit year YEAR", err)) ||
	    (st = cli_number(argv[1], "YEAR", 1900, 9999, &number, err)) || (st = may(cli, err)) ||
	    (st = internal_audit_year(
		 cli->catalog, cli->access, (int)number, cli->arena, &row, &count, err)))
		return st;
	json_start(&json, &out);
	json_array(&json);
	for (size_t i = 0; i < count; i++) {
		json_object(&json);
		json_key_str(&json, "procedure", row[i].code);
		json_key_int(&json, "audits", row[i].audits);
		json_key_int(&json, "last_year", row[i].last_year);
		json_end_object(&json);
		if (!cli->json)
			printf("%-20s %s, last %d\n", row[i].code,
			    row[i].audits ? "audited" : "NOT AUDITED", row[i].last_year);
	}
	json_end_array(&json);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	static const struct cli_sub subs[] = {
		{ "create", create },
		{ "set", set },
		{ "list", list },
		{ "close", close_one },
		{ "finding", finding },
		{ "findings", findings },
		{ "correct", correct },
		{ "verify", verify },
		{ "year", year },
	};

	return cli_dispatch(cli, subs, sizeof(subs) / sizeof(subs[0]), argc, argv, err);
}

const struct cli_verb cli_audit = {
	.name = "audit",
	.synopsis = "create YEAR TITLE [options] | set AUDIT [options] | list [--year YEAR] |\n"
		    "       close AUDIT | finding AUDIT STATEMENT [options] |\n"
		    "       findings [AUDIT] [--overdue] | correct FINDING TEXT |\n"
		    "       verify FINDING [NOTE] | year YEAR",
	.summary = "Keeps internal audits, their findings and what became of them",
	.help =
	    "  create, set  --programme, --criteria, --scope, --plan, --report TEXT (--title with set),\n"
	    "               --procedures CODE,..., --auditors NAME,...\n"
	    "  close        ends an audit that has a report; its evidence is held no longer\n"
	    "  finding      --clause TEXT, --grade major|minor|observation|opportunity,\n"
	    "               --owner NAME, --due DAY, --evidence SET\n"
	    "  correct      says what was done; by the owner, who sees their own findings\n"
	    "  verify       by an auditor who neither owns nor corrected it\n"
	    "  year         which procedures were audited in a year, and which were not\n",
	.need = CLI_ACTOR,
	.run = run,
};
