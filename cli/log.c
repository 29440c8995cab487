/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "access_report.h"
#include "cli.h"
#include "record.h"
#include "trail.h"

/* Who reads the log stands in it: once in ten minutes for a list, always for what leaves. */
static enum status
note_read(struct cli *cli, const char *action, struct err *err)
{
	return audit_append_access(cli->catalog, &cli->actor, action, "log", 0, err);
}

/* --- list --- */

static enum status
parse_day(const char *text, const char *option, bool end, int64_t *us, struct err *err)
{
	if (!text)
		return ST_OK;
	if (!day_parse(text, us))
		return fail(err, ST_INVALID, "%s: %s is no day YYYY-MM-DD", option, text);
	*us += end ? INT64_C(86400) * 1000000 : 0;
	return ST_OK;
}

static enum status
parse_filter(struct cli *cli, int *argc, char **argv, struct event_filter *filter, struct err *err)
{
	const char *object = NULL, *actor = NULL, *since = NULL, *until = NULL, *from = NULL,
		   *limit = "50", *kind = "record";
	struct principal who;
	int64_t number;
	enum status st;

	(void)cli_option(argc, argv, "--object", &object);
	(void)cli_option(argc, argv, "--kind", &kind);
	(void)cli_option(argc, argv, "--actor", &actor);
	(void)cli_option(argc, argv, "--action", &filter->action);
	(void)cli_option(argc, argv, "--since", &since);
	(void)cli_option(argc, argv, "--until", &until);
	(void)cli_option(argc, argv, "--from", &from);
	(void)cli_option(argc, argv, "--limit", &limit);
	filter->from = from ? 0 : -1;
	filter->newest = !from;
	if ((from && (st = cli_number(from, "--from", 0, INT64_MAX, &filter->from, err))) ||
	    (st = cli_number(limit, "--limit", 1, AUDIT_LIST_MAX, &number, err)) ||
	    (st = parse_day(since, "--since", false, &filter->since_us, err)) ||
	    (st = parse_day(until, "--until", true, &filter->until_us, err)))
		return st;
	filter->limit = (size_t)number;
	filter->kind = object ? kind : NULL;
	filter->object = object;
	if (!actor)
		return ST_OK;
	st = cli_principal(cli, actor, &who, err);
	filter->actor = who.id;
	return st;
}

static enum status
row_json(struct cli *cli, struct json_out *json, const struct event_row *row, struct err *err)
{
	const struct event_opening *opening;
	size_t count;
	enum status st = audit_openings(cli->catalog, row->seq, cli->arena, &opening, &count, err);

	if (st)
		return st;
	json_object(json);
	json_key_int(json, "seq", row->seq);
	json_key_time(json, "at", row->ts_us);
	json_key_str(json, "class", row->event_class);
	json_key_str(json, "action", row->action);
	json_key_str(json, "actor", row->actor);
	json_key_opt(json, "on_behalf", row->on_behalf);
	json_key_opt(json, "kind", row->kind);
	json_key_opt(json, "object", row->object);
	if (row->page)
		json_key_int(json, "page", row->page);
	json_key_str(json, "outcome", row->outcome);
	if (row->detail) {
		json_key(json, "detail");
		json_raw(json, span_of(row->detail));
	}
	json_key(json, "private");
	json_object(json);
	for (size_t i = 0; i < count; i++)
		json_key_str(json, opening[i].name, opening[i].value);
	json_end_object(json);
	json_end_object(json);
	return ST_OK;
}

static void
row_people(const struct event_row *row)
{
	char at[28];

	time_text(row->ts_us, at);
	printf("%8lld  %.19s  %-18s %-7s %s", (long long)row->seq, at, row->action, row->outcome,
	    row->actor ? row->actor : "-");
	if (row->object)
		printf("  %s %s", row->kind, row->object);
	if (row->page)
		printf(" page %lld", (long long)row->page);
	if (row->detail) {
		fputs("  ", stdout);
		cli_print_text(stdout, row->detail);
	}
	putchar('\n');
}

static enum status
list(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	struct event_filter filter = { 0 };
	const struct event_row *row;
	struct json_out json;
	size_t count;
	enum status st;

	if ((st = parse_filter(cli, &argc, argv, &filter, err)) ||
	    (st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 0, "tangthu log list [options]", err)) ||
	    (st = cli_require(cli, CAP_AUDIT, "read the event log", err)) ||
	    (st = note_read(cli, "log.read", err)) ||
	    (st = audit_find(cli->catalog, &filter, cli->arena, &row, &count, err)))
		return st;
	json_start(&json, &out);
	json_array(&json);
	for (size_t i = 0; i < count; i++) {
		if (!cli->json)
			row_people(&row[i]);
		else if ((st = row_json(cli, &json, &row[i], err)))
			return st;
	}
	json_end_array(&json);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

/* --- what leaves the house --- */

static enum status
open_output(const char *path, int *fd, struct err *err)
{
	*fd = strcmp(path, "-") == 0 ? dup(STDOUT_FILENO)
				     : open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return *fd == -1 ? fail_sys(err, "create %s", path) : ST_OK;
}

static enum status
write_piece(void *payload, struct span piece, struct err *err)
{
	const int *fd = payload;

	return write_all(*fd, piece.p, piece.n, err);
}

static enum status
export_log(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *from = "0", *to = NULL;
	int fd owned(fd_closep) = -1;
	struct checkpoint point;
	int64_t first, end;
	enum status st;
	bool made;

	(void)cli_option(&argc, argv, "--from", &from);
	(void)cli_option(&argc, argv, "--to", &to);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu log export FILE [--from N] [--to N]", err)) ||
	    (st = cli_number(from, "--from", 0, INT64_MAX, &first, err)) ||
	    (st = cli_require(cli, CAP_AUDIT, "export the event log", err)) ||
	    (st = open_output(argv[1], &fd, err)) || (st = note_read(cli, "log.export", err)) ||
	    (st = checkpoint_make(cli->catalog, cli->conf, cli->arena, &point, &made, err)))
		return st;
	end = (int64_t)point.size;
	if (to && (st = cli_number(to, "--to", first, end, &end, err)))
		return st;
	return audit_export(cli->catalog, (uint64_t)first, (uint64_t)end, write_piece, &fd, err);
}

static enum status
write_text(const char *path, const struct strbuf *text, struct err *err)
{
	int fd owned(fd_closep) = -1;
	enum status st = open_output(path, &fd, err);

	return st ? st : write_all(fd, text->buf, text->len, err);
}

static enum status
prove(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf text owned(strbuf_free) = STRBUF_INIT;
	struct checkpoint point;
	int64_t seq;
	enum status st;
	bool made;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 2, "tangthu log prove SEQ [FILE]", err)) ||
	    (st = cli_number(argv[1], "SEQ", 0, INT64_MAX, &seq, err)) ||
	    (st = cli_require(cli, CAP_AUDIT, "prove entries of the event log", err)) ||
	    (st = checkpoint_find(cli->catalog, 0, cli->arena, &point, err)) > ST_NOT_FOUND)
		return st;
	/* An entry younger than the newest checkpoint gets one. */
	if ((st == ST_NOT_FOUND || point.size <= (uint64_t)seq) &&
	    (st = checkpoint_make(cli->catalog, cli->conf, cli->arena, &point, &made, err)))
		return st;
	if ((st = inclusion_text(cli->catalog, &point, (uint64_t)seq, &text, err)))
		return st;
	return write_text(argc > 2 ? argv[2] : "-", &text, err);
}

static enum status
extends(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf text owned(strbuf_free) = STRBUF_INIT;
	const char *to = NULL;
	struct checkpoint point;
	int64_t old, size = 0;
	enum status st;
	bool made;

	(void)cli_option(&argc, argv, "--to", &to);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 2, "tangthu log extends SIZE [FILE] [--to SIZE]", err)) ||
	    (st = cli_number(argv[1], "SIZE", 0, INT64_MAX, &old, err)) ||
	    (to && (st = cli_number(to, "--to", 0, INT64_MAX, &size, err))) ||
	    (st = cli_require(cli, CAP_AUDIT, "prove that the log was only added to", err)))
		return st;
	st = to ? checkpoint_find(cli->catalog, (uint64_t)size, cli->arena, &point, err)
		: checkpoint_make(cli->catalog, cli->conf, cli->arena, &point, &made, err);
	if (st)
		return st;
	if (to && point.size != (uint64_t)size)
		return fail(err, ST_NOT_FOUND,
		    "there is no checkpoint of %lld entries: see"
		    " `tangthu checkpoint list`",
		    (long long)size);
	if ((st = consistency_text(cli->catalog, &point, (uint64_t)old, &text, err)))
		return st;
	return write_text(argc > 2 ? argv[2] : "-", &text, err);
}

static enum status
forget(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct principal who;
	int64_t count;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu log forget NAME", err)) ||
	    (st = cli_require(cli, CAP_ACCOUNTS, "forget a person", err)) ||
	    (st = cli_principal(cli, argv[1], &who, err)) ||
	    (st = audit_forget(cli->catalog, &cli->actor, who.id, &count, err)))
		return st;
	printf("%lld private fields are forgotten; the log still verifies\n", (long long)count);
	return ST_OK;
}

/* --- who could, who did --- */

static enum status
readers(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT, perms owned(strbuf_free) = STRBUF_INIT;
	const struct access_reader *row;
	struct json_out json;
	struct record record;
	size_t count;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 2, 2, "tangthu log readers RECORD DAY", err)) ||
	    (st = cli_require(cli, CAP_AUDIT, "ask who could read a record", err)))
		return st;
	if (record_find(cli->catalog, cli->access, argv[1], cli->arena, &record, err))
		return err_context(err, "record %s", argv[1]);
	if ((st = note_read(cli, "log.read", err)) ||
	    (st = access_report(cli->catalog, record.id, argv[2], cli->arena, &row, &count, err)))
		return st;
	json_start(&json, &out);
	json_array(&json);
	for (size_t i = 0; i < count; i++) {
		strbuf_reset(&perms);
		permission_text(row[i].permissions, &perms);
		json_object(&json);
		json_key_str(&json, "name", row[i].name);
		json_key_str(&json, "uid", row[i].uid);
		json_key_str(&json, "permissions", perms.buf);
		json_key_int(&json, "accesses", row[i].accesses);
		json_end_object(&json);
		if (!cli->json)
			printf("%-20s %-40s %lld\n", row[i].name, perms.buf,
			    (long long)row[i].accesses);
	}
	json_end_array(&json);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	static const struct cli_sub subs[] = {
		{ "list", list },
		{ "export", export_log },
		{ "prove", prove },
		{ "extends", extends },
		{ "forget", forget },
		{ "readers", readers },
	};

	return cli_dispatch(cli, subs, sizeof(subs) / sizeof(subs[0]), argc, argv, err);
}

const struct cli_verb cli_log = {
	.name = "log",
	.synopsis = "list [options] | export FILE [--from N] [--to N] | prove SEQ [FILE] |\n"
		    "       extends SIZE [FILE] [--to SIZE] | forget NAME | readers RECORD DAY",
	.summary = "Reads the event log and proves what stands in it",
	.help =
	    "  list      newest first, or from --from N upwards; --object UID (--kind record),\n"
	    "            --actor NAME, --action ACTION, --since DAY, --until DAY, --limit N\n"
	    "  export    every entry for tangthu-verify log, up to a checkpoint made now\n"
	    "  prove     that entry SEQ stands in the log (tangthu-verify entry)\n"
	    "  extends   that the log was only added to since it had SIZE entries\n"
	    "            (tangthu-verify extends); --to: up to that checkpoint, not to now\n"
	    "  forget    a person's addresses, names and search words; the tree stays whole\n"
	    "  readers   who could read a record on a day (UTC), with which rights, and how often each\n"
	    "            did, by the histories of rights and the log\n",
	.need = CLI_ACTOR,
	.run = run,
};
