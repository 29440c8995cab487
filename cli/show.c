/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "audit.h"
#include "cli.h"
#include "copy_mark.h"
#include "procedure.h"
#include "quality.h"
#include "record.h"
#include "page_text.h"

static void
fields_json(struct json_out *json, const struct record *r)
{
	json_key(json, "fields");
	json_object(json);
	for (int f = 0; f < FIELD_COUNT; f++)
		json_key_opt(json, record_field_name((enum record_field)f), r->field[f]);
	json_end_object(json);
}

static void
component_json(struct json_out *json, const struct component *c)
{
	json_object(json);
	json_key_str(json, "name", c->name);
	json_key_str(json, "role", c->role);
	json_key_str(json, "sha256", c->sha256);
	json_key_int(json, "size", c->size);
	json_key_opt(json, "mime", c->mime);
	json_key_int(json, "pages", c->pages);
	json_key_int(json, "first_page", c->first_page);
	json_key_int(json, "last_page", c->last_page);
	json_end_object(json);
}

static void
suggestion_json(struct json_out *json, const struct suggestion *s)
{
	json_object(json);
	json_key_int(json, "id", s->id);
	json_key_str(json, "field", record_field_name(s->field));
	json_key_str(json, "value", s->value);
	json_key_int(json, "page", s->page);
	json_key(json, "confidence");
	json_number(json, s->confidence);
	json_key_str(json, "method", s->method);
	json_key_str(json, "state", s->state);
	json_end_object(json);
}

static void
finding_json(struct json_out *json, const struct reading_finding *f)
{
	json_object(json);
	json_key_str(json, "kind", reading_finding_name(f->kind));
	json_key_str(json, "value", f->value);
	json_key_int(json, "page", f->page);
	json_key(json, "confidence");
	json_number(json, f->confidence);
	json_key_str(json, "method", f->method);
	json_end_object(json);
}

struct parts {
	const struct component *components;
	const struct suggestion *suggestions;
	const struct reading_finding *findings;
	size_t component_count, suggestion_count, finding_count;
};

static enum status
record_json(const struct record *r, const struct parts *p, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	struct json_out json;

	json_start(&json, &out);
	json_object(&json);
	json_key_str(&json, "uid", r->uid);
	json_key_int(&json, "id", r->id);
	json_key_str(&json, "state", r->state);
	json_key_str(&json, "reading", record_reading_name(r->reading));
	json_key_opt(&json, "reading_reason", r->reading_reason);
	json_key_bool(&json, "quarantine", r->quarantine);
	json_key_int(&json, "level", r->effective_level);
	json_key_int(&json, "version", r->version);
	json_key_int(&json, "pages", r->pages);
	json_key_opt(&json, "dossier", r->home_file_code);
	json_key_time(&json, "created", r->created_us);
	fields_json(&json, r);
	json_key(&json, "components");
	json_array(&json);
	for (size_t i = 0; i < p->component_count; i++)
		component_json(&json, &p->components[i]);
	json_end_array(&json);
	json_key(&json, "suggestions");
	json_array(&json);
	for (size_t i = 0; i < p->suggestion_count; i++)
		suggestion_json(&json, &p->suggestions[i]);
	json_end_array(&json);
	json_key(&json, "findings");
	json_array(&json);
	for (size_t i = 0; i < p->finding_count; i++)
		finding_json(&json, &p->findings[i]);
	json_end_array(&json);
	json_end_object(&json);
	return cli_print(&out, err);
}

static void
line(const char *name, const char *value)
{
	if (!value || !*value)
		return;
	printf("%-12s ", name);
	cli_print_text(stdout, value);
	putchar('\n');
}

static void
record_people(const struct record *r, const struct parts *p)
{
	line("record", r->uid);
	line("state", r->state);
	line("reading", record_reading_name(r->reading));
	line("reason", r->reading_reason);
	line("dossier", r->home_file_code);
	for (int f = 0; f < FIELD_COUNT; f++)
		line(record_field_name((enum record_field)f), r->field[f]);
	printf("%-12s %lld, level %d, version %lld%s\n", "pages", (long long)r->pages,
	    r->effective_level, (long long)r->version,
	    r->quarantine ? ", QUARANTINED (secret mark)" : "");
	for (size_t i = 0; i < p->component_count; i++) {
		const struct component *c = &p->components[i];

		printf("%-12s %s %s %lld bytes, sha256 %s\n", c->role, c->name,
		    c->mime ? c->mime : "", (long long)c->size, c->sha256);
	}
	for (size_t i = 0; i < p->suggestion_count; i++) {
		const struct suggestion *s = &p->suggestions[i];

		printf("suggestion %lld (%s, %.0f %%, %s): %s = ", (long long)s->id, s->state,
		    s->confidence * 100, s->method, record_field_name(s->field));
		cli_print_text(stdout, s->value);
		putchar('\n');
	}
	for (size_t i = 0; i < p->finding_count; i++) {
		const struct reading_finding *f = &p->findings[i];

		printf("found %s (%.0f %%, %s, page %d): ", reading_finding_name(f->kind),
		    f->confidence * 100, f->method, f->page);
		cli_print_text(stdout, f->value);
		putchar('\n');
	}
}

/* One line a page that the rules of [scan] report. */
static enum status
quality_people(struct cli *cli, const struct parts *p, struct err *err)
{
	for (size_t c = 0; c < p->component_count; c++) {
		const struct page *page;
		const struct quality *row;
		size_t count;
		enum status st = quality_load(cli->catalog, p->components[c].id, cli->conf, 0,
		    SIZE_MAX, cli->arena, &page, &row, &count, err);

		if (st != ST_OK)
			return st;
		for (size_t i = 0; i < count; i++) {
			if (!row[i].issues)
				continue;
			printf("quality      page %zu:", i + 1);
			for (unsigned q = 0; q < QUALITY_COUNT; q++)
				if (row[i].issues >> q & 1)
					printf(" %s", quality_name(q));
			if (row[i].same_as)
				printf(" (as page %d)", row[i].same_as);
			if (row[i].missing)
				printf(" (%d left out before)", row[i].missing);
			putchar('\n');
		}
	}
	return ST_OK;
}

static enum status
show_record(struct cli *cli, const struct record *r, struct err *err)
{
	struct parts p;
	enum status st;

	if ((st = record_components(
		 cli->catalog, r->id, cli->arena, &p.components, &p.component_count, err)) ||
	    (st = suggestion_list(
		 cli->catalog, r->id, cli->arena, &p.suggestions, &p.suggestion_count, err)) ||
	    (st = reading_findings(
		 cli->catalog, r->id, cli->arena, &p.findings, &p.finding_count, err)))
		return st;
	if (cli->json)
		return record_json(r, &p, err);
	record_people(r, &p);
	return record_can(cli->access, PERM_READ, r) ? quality_people(cli, &p, err) : ST_OK;
}

/* --text [--page N] [--version V]: the text as corrected, or as it was. */
static enum status
show_text(struct cli *cli, const struct record *r, int64_t only, int64_t version, struct err *err)
{
	struct derived *derived owned(derived_closep) = NULL;
	struct store *store owned(store_closep) = NULL;
	int64_t from = only ? only : 1, to = only ? only : r->pages;
	struct text_source source = { .catalog = cli->catalog };
	enum status st;

	if ((st = derived_open(&derived, cli->conf, err)) ||
	    (st = cli_open_store(cli, &store, err)))
		return st;
	source.derived = derived;
	source.store = store;
	for (int64_t page = from; page <= to; page++) {
		struct page_text text owned(page_text_end) = { 0 };

		if ((st = audit_append_access(
			 cli->catalog, &cli->actor, "page.text", r->uid, page, err)))
			return st;
		st = page_text_of_record(&source, r->id, page, version, cli->arena, &text, err);
		if (st == ST_NOT_FOUND && !only)
			continue;
		if (st)
			return err_context(err, "page %lld", (long long)page);
		if (!only)
			printf("%s--- %lld ---\n", page > 1 ? "\n" : "", (long long)page);
		fwrite(text.words->text.buf, 1, text.words->text.len, stdout);
		putchar('\n');
	}
	return ST_OK;
}

static enum status
copy_out(int from, int to, struct err *err)
{
	char buf[65536];
	enum status st;
	ssize_t n;

	while ((n = read(from, buf, sizeof(buf))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail_sys(err, "read the original");
		if ((st = write_all(to, buf, (size_t)n, err)))
			return st;
	}
	return ST_OK;
}

/* --original FILE: the arrived bytes; a file that exists is never overwritten. */
static enum status
save_original(struct cli *cli, const struct record *r, const char *path, struct err *err)
{
	struct store *store owned(store_closep) = NULL;
	int from owned(fd_closep) = -1, to owned(fd_closep) = -1;
	const struct component *list;
	struct copy_mark mark;
	uint64_t size;
	size_t count;
	enum status st;

	if (!record_can(cli->access, PERM_DOWNLOAD, r))
		return fail(err, ST_DENIED, "downloading %s is not yours", r->uid);
	if ((st = record_components(cli->catalog, r->id, cli->arena, &list, &count, err)) ||
	    (st = cli_open_store(cli, &store, err)))
		return st;
	if (count == 0)
		return fail(err, ST_NOT_FOUND, "record %s has no component", r->uid);
	if (list[0].first_page)
		return fail(err, ST_UNSUPPORTED,
		    "record %s is a part of a file: tangthu export %s --format cut", r->uid,
		    r->uid);
	/* records.md 4: the bytes stay as they are, so it is said beside them */
	if ((st = copy_mark_make(cli->catalog, r, cli->access->principal, cli->arena, &mark, err)))
		return st;
	if (mark.obsolete)
		fprintf(stderr, "tangthu show: %s: %s (not in force any more)\n", r->uid,
		    PROCEDURE_MARK);
	if ((st = store_read(store, list[0].sha256, &from, &size, err)) ||
	    (st = audit_append_access(
		 cli->catalog, &cli->actor, "record.download", r->uid, 0, err)))
		return st;
	if (strcmp(path, "-") == 0)
		return copy_out(from, STDOUT_FILENO, err);
	to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (to == -1)
		return fail_sys(err, "create %s", path);
	return copy_out(from, to, err);
}

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *original = NULL, *page = NULL, *which = NULL;
	bool text = cli_flag(&argc, argv, "--text");
	int64_t number = 0, version = PAGE_TEXT_NEWEST;
	struct record r;
	enum status st;

	(void)cli_option(&argc, argv, "--original", &original);
	(void)cli_option(&argc, argv, "--page", &page);
	(void)cli_option(&argc, argv, "--version", &which);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu show RECORD [options]", err)) ||
	    (page && (st = cli_number(page, "--page", 1, INT32_MAX, &number, err))) ||
	    (which && (st = cli_number(which, "--version", 0, INT32_MAX, &version, err))))
		return st;
	if (record_find(cli->catalog, cli->access, argv[1], cli->arena, &r, err))
		return err_context(err, "record %s", argv[1]);
	if (original)
		return save_original(cli, &r, original, err);
	if ((text || page) && !record_can(cli->access, PERM_READ, &r))
		return fail(err, ST_DENIED, "reading %s is not yours", r.uid);
	if (text || page)
		return show_text(cli, &r, number, version, err);
	if ((st = audit_append_access(cli->catalog, &cli->actor, "record.view", r.uid, 0, err)))
		return st;
	return show_record(cli, &r, err);
}

const struct cli_verb cli_show = {
	.name = "show",
	.synopsis = "RECORD [--text] [--page N] [--version V] [--original FILE]",
	.summary = "Shows a record's metadata, its text, or saves its original",
	.help = "  RECORD            uid or row id\n"
		"  --text            the text of all pages\n"
		"  --page N          the text of one page\n"
		"  --version V       as correction V left it; 0 is what was read\n"
		"  --original FILE   saves the arrived bytes; - is standard output\n",
	.need = CLI_ACTOR,
	.run = run,
};
