/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base.h"
#include "cli.h"
#include "plan.h"
#include "retention.h"

#define PAGE 500

static void
print_version(struct cli *cli, struct json_out *json, const struct rule_version *v)
{
	char years[24] = "permanent";

	if (cli->json) {
		rule_version_json(json, v);
		return;
	}
	if (v->years > 0)
		snprintf(years, sizeof(years), "%d years", v->years);
	printf("%-12s %-10s %-8s %-10s %s..%s  ", v->code, years, v->action,
	    retention_trigger_name(v->trigger), v->valid_from, v->valid_to ? v->valid_to : "");
	cli_print_text(stdout, v->title);
	putchar('\n');
}

static enum status
print_versions(struct cli *cli, const struct rule_version *v, size_t count, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	struct json_out json;

	json_start(&json, &out);
	json_array(&json);
	for (size_t i = 0; i < count; i++)
		print_version(cli, &json, &v[i]);
	json_end_array(&json);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static enum status
rule_show(struct cli *cli, int argc, char **argv, struct err *err)
{
	const struct rule_version *v;
	size_t count;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 1, "tangthu rule list [CODE]", err)) ||
	    (st = rule_versions(
		 cli->catalog, argc == 2 ? argv[1] : NULL, cli->arena, &v, &count, err)))
		return st;
	return print_versions(cli, v, count, err);
}

static enum status
take_version(int *argc, char **argv, struct rule_version *v, struct err *err)
{
	const char *years = NULL, *trigger = "closed";
	int64_t number = -1;
	enum status st;

	(void)cli_option(argc, argv, "--title", &v->title);
	(void)cli_option(argc, argv, "--years", &years);
	(void)cli_option(argc, argv, "--trigger", &trigger);
	(void)cli_option(argc, argv, "--event", &v->event);
	(void)cli_option(argc, argv, "--action", &v->action);
	(void)cli_option(argc, argv, "--authority", &v->authority);
	(void)cli_option(argc, argv, "--from", &v->valid_from);
	v->from_year_end = !cli_flag(argc, argv, "--from-date");
	if (years && (st = cli_number(years, "--years", 1, 1000, &number, err)))
		return st;
	v->years = (int)number;
	if (retention_trigger_parse(span_of(trigger)) < 0)
		return fail(err, ST_INVALID,
		    "--trigger %s: one of closed, superseded, event, created", trigger);
	v->trigger = (enum retention_trigger)retention_trigger_parse(span_of(trigger));
	return cli_end_options(argc, argv, err);
}

static enum status
print_moves(struct cli *cli, const struct due_move *m, size_t count, struct json_out *json)
{
	for (size_t i = 0; i < count; i++) {
		if (cli->json) {
			due_move_json(json, &m[i]);
			continue;
		}
		printf("%-24s %-10s -> %-10s  ", m[i].file_code, m[i].before ? m[i].before : "-",
		    m[i].after ? m[i].after : "-");
		cli_print_text(stdout, m[i].title);
		putchar('\n');
	}
	return ST_OK;
}

static enum status
show_moves(struct cli *cli, const struct rule_version *v, size_t versions, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	const struct due_move *m;
	struct json_out json;
	int64_t total, after = 0;
	size_t count;
	enum status st;

	json_start(&json, &out);
	json_array(&json);
	do {
		if ((st = retention_preview(cli->catalog, cli->access, v, versions, after, PAGE,
			 cli->arena, &m, &count, &total, err)))
			return st;
		st = print_moves(cli, m, count, &json);
		after = count ? m[count - 1].dossier : after;
	} while (st == ST_OK && count == PAGE);
	json_end_array(&json);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static enum status
rule_set(struct cli *cli, int argc, char **argv, struct err *err)
{
	bool preview = cli_flag(&argc, argv, "--preview");
	struct rule_version v = { .action = "review" };
	char day[11];
	enum status st;

	day_text(now_us(), day);
	v.valid_from = day;
	if ((st = take_version(&argc, argv, &v, err)) ||
	    (st = cli_operands(argc, 1, 1,
		 "tangthu rule set CODE --title TEXT --authority TEXT [--years N] ...", err)))
		return st;
	v.code = argv[1];
	if (preview)
		return show_moves(cli, &v, 1, err);
	if ((st = rule_version_add(cli->catalog, &cli->actor, cli->access, &v, err)))
		return st;
	return print_versions(cli, &v, 1, err);
}

static enum status
rule_finish(struct cli *cli, int argc, char **argv, struct err *err)
{
	char day[11];
	const char *to = day;
	int64_t used;
	enum status st;

	day_text(now_us(), day);
	(void)cli_option(&argc, argv, "--to", &to);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu rule end CODE [--to DAY]", err)))
		return st;
	return rule_end(cli->catalog, &cli->actor, cli->access, argv[1], to, &used, err);
}

static void
print_report(const struct cli *cli, const struct table_report *r)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	struct json_out json;

	if (cli->json) {
		json_start(&json, &out);
		json_object(&json);
		table_report_json(&json, r);
		json_end_object(&json);
		fprintf(stderr, "%s\n", out.buf);
		return;
	}
	for (size_t i = 0; i < r->count && i < TABLE_FAULTS_MAX; i++) {
		fprintf(stderr, "line %zu: ", r->fault[i].line);
		cli_print_text(stderr, r->fault[i].text);
		putc('\n', stderr);
	}
}

static enum status
rule_load(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf text owned(strbuf_free) = STRBUF_INIT;
	struct table_report *r = arena_alloc(cli->arena, sizeof(*r));
	bool preview = cli_flag(&argc, argv, "--preview");
	const struct rule_version *v;
	size_t count = 0;
	enum status st;

	r->arena = cli->arena;
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu rule import FILE [--preview]", err)) ||
	    (st = strbuf_read_file(&text, argv[1], TABLE_BYTES_MAX, err)))
		return st;
	st = retention_import(cli->catalog, &cli->actor, cli->access, strbuf_span(&text), preview,
	    r, &v, &count, err);
	print_report(cli, r);
	if (st != ST_OK)
		return st;
	if (preview && count > 0)
		return show_moves(cli, v, count, err);
	return preview ? ST_OK : print_versions(cli, v, count, err);
}

static enum status
rule_save(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	const struct rule_version *v;
	size_t count;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 0, "tangthu rule export", err)) ||
	    (st = rule_versions(cli->catalog, NULL, cli->arena, &v, &count, err)))
		return st;
	if (cli->json)
		return print_versions(cli, v, count, err);
	retention_export(v, count, &out);
	if (fwrite(out.buf, 1, out.len, stdout) != out.len)
		return fail_sys(err, "standard output");
	return ST_OK;
}

static const struct cli_sub subs[] = {
	{ "list", rule_show },
	{ "set", rule_set },
	{ "end", rule_finish },
	{ "import", rule_load },
	{ "export", rule_save },
};

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	return cli_dispatch(cli, subs, sizeof(subs) / sizeof(*subs), argc, argv, err);
}

const struct cli_verb cli_rule = {
	.name = "rule",
	.synopsis = "list|set|end|import|export ...",
	.summary = "Retention rules: dated versions with their authority",
	.help =
	    "  list [CODE]\n"
	    "  set CODE --title TEXT --authority TEXT [--years N] [--action destroy|transfer|review]\n"
	    "      [--trigger closed|superseded|event|created] [--event NAME] [--from-date]\n"
	    "      [--from DAY] [--preview]   a new version; without --years permanent\n"
	    "  end CODE [--to DAY]            only of a rule that governs nothing\n"
	    "  import FILE [--preview]        CSV or JSON; all rows or none\n"
	    "  export                         CSV that imports again\n"
	    "--preview changes nothing and lists the due dates that would move.\n",
	.need = CLI_ACTOR,
	.run = run,
};
