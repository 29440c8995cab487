/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base.h"
#include "book.h"
#include "cli.h"
#include "ocr_client.h"
#include "package.h"
#include "package_out.h"
#include "plan.h"

/* records.md 72-74: packages out and in. */

/* The archive as packages see it; ended by close_source. */
struct source {
	struct package_source from;
	char *program;
};

static enum status
open_source(struct cli *cli, struct source *s, struct err *err)
{
	s->program = ocr_client_program();
	s->from.catalog = cli->catalog;
	s->from.conf = cli->conf;
	s->from.program = s->program;
	return cli_open_store(cli, &s->from.store, err);
}

static void
close_source(struct source *s)
{
	store_close(s->from.store);
	freep(&s->program);
}

/* --- out --------------------------------------------------------------------------------------- */

static enum status
find_nodes(struct cli *cli, int argc, char **argv, struct package_request *request, struct err *err)
{
	int64_t *ids = arena_array(cli->arena, (size_t)argc, sizeof(*ids));
	struct node node;

	for (int i = 1; i < argc; i++) {
		if (node_find(cli->catalog, cli->access, argv[i], cli->arena, &node, err) != ST_OK)
			return err_context(err, "%s", argv[i]);
		ids[i - 1] = node.id;
	}
	request->nodes = ids;
	request->count = (size_t)argc - 1;
	return ST_OK;
}

static enum status
export_them(
    struct cli *cli, const struct package_request *request, const char *path, struct err *err)
{
	struct source s owned(close_source) = { .program = NULL };
	struct package p;
	enum status st = open_source(cli, &s, err);

	if (st == ST_OK)
		st = package_build(&s.from, cli->access, request, cli->arena, &p, err);
	if (st == ST_OK)
		st = package_note(cli->catalog, &cli->actor, cli->access, request,
		    package_format_name(request->format), err);
	if (st == ST_OK)
		st = package_write(&p, s.from.store, path ? path : p.name, err);
	if (st == ST_OK && (!path || strcmp(path, "-") != 0))
		printf("%s\n", path ? path : p.name);
	return st;
}

static enum status
export_package(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct package_request request = { .format = PACKAGE_BAGIT };
	const char *format = "bagit", *path = NULL;
	enum status st;

	(void)cli_option(&argc, argv, "--format", &format);
	(void)cli_option(&argc, argv, "--output", &path);
	(void)cli_option(&argc, argv, "--request", &request.request_id);
	(void)cli_option(&argc, argv, "--purpose", &request.purpose);
	(void)cli_option(&argc, argv, "--purpose-text", &request.purpose_text);
	(void)cli_option(&argc, argv, "--agency", &request.agency);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(
		 argc, 1, PACKAGE_DOSSIERS_MAX, "tangthu package export DOSSIER ...", err)))
		return st;
	if (package_format_parse(span_of(format)) < 0)
		return fail(err, ST_INVALID, "--format %s: one of bagit, sip, aip, dip", format);
	request.format = (enum package_format)package_format_parse(span_of(format));
	st = find_nodes(cli, argc, argv, &request, err);
	return st ? st : export_them(cli, &request, path, err);
}

/* --- as a document ----------------------------------------------------------------------------- */

static enum status
write_xml(struct cli *cli, const struct book_source *from, int64_t id, int out, struct err *err)
{
	struct strbuf xml owned(strbuf_free) = STRBUF_INIT;
	enum status st = book_xml(from, cli->access, id, cli->arena, &xml, err);

	return st ? st : write_all(out, xml.buf, xml.len, err);
}

static enum status
write_book(
    struct cli *cli, struct source *s, const char *format, int64_t id, int out, struct err *err)
{
	struct book_source from = { .from = s->from, .who = cli->actor_name };
	enum status st = derived_open(&from.derived, cli->conf, err);

	if (st)
		return st;
	st = strcmp(format, "xml") == 0 ? write_xml(cli, &from, id, out, err)
					: book_pdf(&from, cli->access, id, cli->arena, out, err);
	derived_close(from.derived);
	return st;
}

static enum status
book(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct package_request request = { .format = PACKAGE_DIP, .count = 1 };
	struct source s owned(close_source) = { .program = NULL };
	const char *format = "pdf", *path;
	int out owned(fd_closep) = -1;
	struct node node;
	enum status st;

	(void)cli_option(&argc, argv, "--format", &format);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 2, 2, "tangthu package book DOSSIER FILE", err)))
		return st;
	if (strcmp(format, "pdf") != 0 && strcmp(format, "xml") != 0)
		return fail(err, ST_INVALID, "--format %s: pdf or xml", format);
	path = argv[2];
	if (node_find(cli->catalog, cli->access, argv[1], cli->arena, &node, err) != ST_OK)
		return err_context(err, "%s", argv[1]);
	if (node.kind != NODE_DOSSIER)
		return fail(err, ST_NOT_FOUND, "%s is no dossier", argv[1]);
	request.nodes = &node.id;
	if ((st = open_source(cli, &s, err)))
		return st;
	out = strcmp(path, "-") == 0 ? dup(STDOUT_FILENO)
				     : open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (out == -1)
		return fail_sys(err, "create %s", path);
	st = package_note(cli->catalog, &cli->actor, cli->access, &request, format, err);
	if (st == ST_OK)
		st = write_book(cli, &s, format, node.id, out, err);
	if (st != ST_OK && strcmp(path, "-") != 0)
		(void)unlink(path);
	return st;
}

/* --- in ---------------------------------------------------------------------------------------- */

static void
print_sayings(const char *kind, const struct package_fault *f, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		printf("%s: ", kind);
		cli_print_text(stdout, f[i].where);
		if (f[i].line)
			printf(":%lld", (long long)f[i].line);
		printf("%s", *f[i].where ? ": " : "");
		cli_print_text(stdout, f[i].text);
		putchar('\n');
	}
}

static enum status
print_report(struct cli *cli, const struct package_report *r, const char *done, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	struct json_out json;
	enum status st = ST_OK;

	if (cli->json) {
		json_start(&json, &out);
		package_report_json(&json, r);
		st = cli_print(&out, err);
	} else {
		print_sayings("note", r->note, r->note_count);
		print_sayings("fault", r->fault, r->fault_count);
		for (size_t i = 0; i < r->made_count; i++) {
			printf("%s %s  %s  (%lld records, %lld files) ", done, r->made[i].uid,
			    r->made[i].file_code, (long long)r->made[i].records,
			    (long long)r->made[i].files);
			cli_print_text(stdout, r->made[i].title);
			putchar('\n');
		}
	}
	if (st == ST_OK && r->fault_count)
		st = fail(err, ST_INVALID, "%zu faults: nothing was taken", r->fault_count);
	return st;
}

static enum status
look(struct cli *cli, struct source *s, const char *path, int *fd, const struct element **found,
    struct package_report *report, struct err *err)
{
	enum status st = open_source(cli, s, err);

	if (st != ST_OK)
		return st;
	*fd = open(path, O_RDONLY | O_CLOEXEC);
	if (*fd == -1)
		return fail_sys(err, "open %s", path);
	st = package_look(&s->from, *fd, cli->arena, found, report, err);
	return st ? err_context(err, "%s", path) : st;
}

static enum status
check(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct source s owned(close_source) = { .program = NULL };
	int fd owned(fd_closep) = -1;
	const struct element *found;
	struct package_report report;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu package check FILE", err)) ||
	    (st = look(cli, &s, argv[1], &fd, &found, &report, err)))
		return st;
	if (!cli->json && !report.fault_count)
		printf("%s package, whole\n", report.format);
	return print_report(cli, &report, "", err);
}

static enum status
take(struct cli *cli, const struct source *s, int fd, const struct element *found,
    struct package_taken *taken, struct err *err)
{
	struct err again = ERR_INIT;
	enum status st = package_take(&s->from, fd, found, cli->arena, taken, err);

	if (st && package_forget(cli->catalog, s->from.store, taken, &again))
		fprintf(stderr, "tangthu package: left in the store: %s\n", again.msg);
	return st;
}

static enum status
import_package(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct source s owned(close_source) = { .program = NULL };
	struct package_taken taken = { 0 };
	struct package_target target = { 0 };
	int fd owned(fd_closep) = -1;
	const struct element *found;
	struct package_report report;
	const char *parent = NULL;
	struct node node;
	enum status st;

	target.dry = cli_flag(&argc, argv, "--dry-run");
	(void)cli_option(&argc, argv, "--parent", &parent);
	(void)cli_option(&argc, argv, "--rule", &target.rule);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu package import --parent NODE FILE", err)))
		return st;
	if (!parent)
		return fail(err, ST_INVALID, "--parent: the node that the dossiers go below");
	if (node_find(cli->catalog, cli->access, parent, cli->arena, &node, err) != ST_OK)
		return err_context(err, "parent %s", parent);
	target.parent = node.id;
	if ((st = look(cli, &s, argv[1], &fd, &found, &report, err)))
		return st;
	if (!report.fault_count && !target.dry)
		st = take(cli, &s, fd, found, &taken, err);
	if (st == ST_OK)
		st = package_import(cli->catalog, s.from.store, &cli->actor, cli->access, &target,
		    target.dry ? NULL : &taken, found, cli->arena, &report, err);
	return st ? st : print_report(cli, &report, target.dry ? "would make" : "made", err);
}

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	static const struct cli_sub subs[] = {
		{ "export", export_package },
		{ "book", book },
		{ "check", check },
		{ "import", import_package },
	};

	return cli_dispatch(cli, subs, sizeof(subs) / sizeof(subs[0]), argc, argv, err);
}

const struct cli_verb cli_package = {
	.name = "package",
	.synopsis =
	    "export DOSSIER ... | book DOSSIER FILE | check FILE | import --parent NODE FILE",
	.summary = "Takes dossiers to other archives and back: BagIt, SIP, AIP, DIP",
	.help =
	    "  export   [--format bagit|sip|aip|dip] [--output FILE] NODE ...\n"
	    "           a dossier, several, or all below a node; - is standard output; for a DIP\n"
	    "           --request ID, --purpose 01|02|03, --purpose-text TEXT; for an AIP\n"
	    "           --agency CODE, which goes before the file codes\n"
	    "  book     [--format pdf|xml] DOSSIER FILE: all of a dossier in order of time\n"
	    "  check    opens a package in the sandbox and says what is wrong with it\n"
	    "  import   --parent NODE [--rule CODE] [--dry-run]: all of it or nothing; the rule is\n"
	    "           for dossiers whose own rule is not in this archive\n",
	.need = CLI_ACTOR,
	.run = run,
};
