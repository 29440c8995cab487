/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base.h"
#include "cli.h"
#include "disposal.h"
#include "plan.h"
#include "record.h"

#define PAGE 500
#define STEPS 20

static enum status
find(struct cli *cli, const char *name, struct disposal *d, struct err *err)
{
	if (disposal_find(cli->catalog, cli->access, name, cli->arena, d, err))
		return err_context(err, "disposal %s", name);
	return ST_OK;
}

static void
print_disposal(struct cli *cli, struct json_out *json, const struct disposal *d)
{
	if (cli->json) {
		disposal_json(json, d);
		return;
	}
	printf("%s  %-8s %-9s %lld/%lld judged, %lld done  ", d->uid, d->action, d->state,
	    (long long)d->judged, (long long)d->dossiers, (long long)d->done);
	cli_print_text(stdout, d->title);
	putchar('\n');
}

static enum status
print_one(struct cli *cli, int64_t id, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	struct json_out json;
	struct disposal d;
	enum status st = find(cli, arena_printf(cli->arena, "%lld", (long long)id), &d, err);

	if (st != ST_OK)
		return st;
	json_start(&json, &out);
	print_disposal(cli, &json, &d);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static enum status
disposal_show_all(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	const char *state = NULL;
	const struct disposal *list;
	struct json_out json;
	int64_t after = 0;
	size_t count;
	enum status st;

	(void)cli_option(&argc, argv, "--state", &state);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 0, "tangthu disposal list [--state STATE]", err)))
		return st;
	json_start(&json, &out);
	json_array(&json);
	do {
		if ((st = disposal_list(cli->catalog, cli->access, state, after, PAGE, cli->arena,
			 &list, &count, err)))
			return st;
		for (size_t i = 0; i < count; i++)
			print_disposal(cli, &json, &list[i]);
		after = count ? list[count - 1].id : after;
	} while (count == PAGE);
	json_end_array(&json);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static enum status
disposal_show(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	const struct disposal_item *list;
	struct json_out json;
	struct disposal d;
	int64_t after = 0;
	size_t count;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu disposal show DISPOSAL", err)) ||
	    (st = find(cli, argv[1], &d, err)))
		return st;
	json_start(&json, &out);
	json_array(&json);
	do {
		if ((st = disposal_items(cli->catalog, cli->access, d.id, after, PAGE, cli->arena,
			 &list, &count, err)))
			return st;
		for (size_t i = 0; i < count; i++) {
			disposal_item_json(&json, &list[i]);
			after = list[i].dossier;
			if (cli->json)
				continue;
			printf("%-24s %-8s %-11s %s ", list[i].file_code, list[i].verdict,
			    list[i].outcome ? list[i].outcome : "-", list[i].held ? "held" : "");
			cli_print_text(stdout, list[i].title);
			putchar('\n');
		}
	} while (count == PAGE);
	json_end_array(&json);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static enum status
disposal_new(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *title = NULL, *receiver = NULL;
	int64_t *ids, id;
	enum status st;

	(void)cli_option(&argc, argv, "--title", &title);
	(void)cli_option(&argc, argv, "--receiver", &receiver);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 2, 1 + DISPOSAL_MAX,
		 "tangthu disposal propose destroy|transfer DOSSIER ... --title TEXT", err)))
		return st;
	ids = arena_array(cli->arena, (size_t)argc, sizeof(*ids));
	for (int i = 2; i < argc; i++)
		if ((st = cli_find_dossier(cli, argv[i], &ids[i - 2], err)))
			return st;
	if ((st = disposal_propose(cli->catalog, &cli->actor, cli->access, argv[1], title, receiver,
		 ids, (size_t)argc - 2, &id, err)))
		return st;
	return print_one(cli, id, err);
}

static enum status
disposal_verdict(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *reason = NULL, *rule = NULL;
	struct disposal d;
	int64_t dossier;
	enum status st;

	(void)cli_option(&argc, argv, "--reason", &reason);
	(void)cli_option(&argc, argv, "--rule", &rule);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 3, PAGE,
		 "tangthu disposal judge DISPOSAL approve|keep|extend DOSSIER ...", err)) ||
	    (st = find(cli, argv[1], &d, err)) || (st = catalog_begin(cli->catalog, err)))
		return st;
	for (int i = 3; st == ST_OK && i < argc; i++) {
		st = cli_find_dossier(cli, argv[i], &dossier, err);
		if (st == ST_OK)
			st = disposal_judge(cli->catalog, &cli->actor, cli->access, d.id, dossier,
			    argv[2], reason, rule, err);
	}
	if (st != ST_OK) {
		catalog_rollback(cli->catalog);
		return st;
	}
	st = catalog_commit(cli->catalog, err);
	return st == ST_OK ? print_one(cli, d.id, err) : st;
}

static enum status
disposal_yes(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *minutes = NULL, *decision = NULL;
	struct record m, e;
	struct disposal d;
	enum status st;

	(void)cli_option(&argc, argv, "--minutes", &minutes);
	(void)cli_option(&argc, argv, "--decision", &decision);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1,
		 "tangthu disposal approve DISPOSAL --minutes RECORD --decision RECORD", err)) ||
	    (st = find(cli, argv[1], &d, err)))
		return st;
	if (!minutes || !decision)
		return fail(err, ST_INVALID, "--minutes and --decision name records");
	if (record_find(cli->catalog, cli->access, minutes, cli->arena, &m, err))
		return err_context(err, "minutes");
	if (record_find(cli->catalog, cli->access, decision, cli->arena, &e, err))
		return err_context(err, "decision");
	if ((st = disposal_approve(cli->catalog, &cli->actor, cli->access, d.id, m.id, e.id, err)))
		return st;
	return print_one(cli, d.id, err);
}

static enum status
disposal_no(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *reason = NULL;
	struct disposal d;
	enum status st;

	(void)cli_option(&argc, argv, "--reason", &reason);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu disposal end DISPOSAL --reason TEXT", err)) ||
	    (st = find(cli, argv[1], &d, err)) ||
	    (st = disposal_end(cli->catalog, &cli->actor, cli->access, d.id, reason, err)))
		return st;
	return print_one(cli, d.id, err);
}

static enum status
run_steps(struct cli *cli, struct err *err)
{
	struct store *store owned(store_closep) = NULL;
	struct derived *derived owned(derived_closep) = NULL;
	bool more = true;
	enum status st = cli_open_store(cli, &store, err);

	if (st == ST_OK)
		st = derived_open(&derived, cli->conf, err);
	while (st == ST_OK && more)
		st = disposal_step(cli->catalog, store, derived, STEPS, &more, err);
	return st;
}

static enum status
disposal_do(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *password = NULL, *code = NULL;
	struct disposal d;
	enum status st;

	(void)cli_option(&argc, argv, "--password-file", &password);
	(void)cli_option(&argc, argv, "--code-file", &code);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1,
		 "tangthu disposal execute DISPOSAL [--password-file FILE] [--code-file FILE]",
		 err)) ||
	    (st = find(cli, argv[1], &d, err)))
		return st;
	/* One that was cut off goes on: it was started by somebody who proved who he is. */
	if (strcmp(d.state, "executing") != 0 &&
	    ((st = cli_prove(cli, password, code, err)) ||
		(st = disposal_start(cli->catalog, &cli->actor, cli->access, d.id, now_us(),
		     cli->conf->session_fresh, err))))
		return st;
	if ((st = run_steps(cli, err)))
		return st;
	return print_one(cli, d.id, err);
}

static enum status
disposal_confirm(struct cli *cli, int argc, char **argv, struct err *err)
{
	bool rejected = cli_flag(&argc, argv, "--rejected");
	struct disposal d;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(
		 argc, 2, 2, "tangthu disposal receipt DISPOSAL TEXT [--rejected]", err)) ||
	    (st = find(cli, argv[1], &d, err)) ||
	    (st = disposal_receipt(
		 cli->catalog, &cli->actor, cli->access, d.id, !rejected, argv[2], err)))
		return st;
	return print_one(cli, d.id, err);
}

static enum status
disposal_ledger(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	const struct tombstone *list;
	int64_t last = 0;
	size_t count;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 0, "tangthu disposal ledger", err)))
		return st;
	if (!access_has(cli->access, CAP_PLAN) && !access_has(cli->access, CAP_AUDIT))
		return fail(err, ST_DENIED, "the ledger is for archivists and auditors");
	do {
		if ((st = destruction_list(cli->catalog, cli->access, last, PAGE, cli->arena, &list,
			 &last, &count, err)))
			return st;
		strbuf_reset(&out);
		for (size_t i = 0; i < count; i++)
			destruction_line(&out, &list[i]);
		if (fwrite(out.buf, 1, out.len, stdout) != out.len)
			return fail_sys(err, "standard output");
	} while (count == PAGE);
	return ST_OK;
}

static const struct cli_sub subs[] = {
	{ "list", disposal_show_all },
	{ "show", disposal_show },
	{ "propose", disposal_new },
	{ "judge", disposal_verdict },
	{ "approve", disposal_yes },
	{ "end", disposal_no },
	{ "execute", disposal_do },
	{ "receipt", disposal_confirm },
	{ "ledger", disposal_ledger },
};

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	return cli_dispatch(cli, subs, sizeof(subs) / sizeof(*subs), argc, argv, err);
}

const struct cli_verb cli_disposal = {
	.name = "disposal",
	.synopsis = "list|show|propose|judge|approve|end|execute|receipt|ledger ...",
	.summary = "Destroys or transfers dossiers: proposal, verdicts, approval, execution",
	.help =
	    "  list [--state STATE], show DISPOSAL\n"
	    "  propose destroy|transfer DOSSIER ... --title TEXT [--receiver TEXT]\n"
	    "  judge DISPOSAL approve|keep|extend DOSSIER ... [--reason TEXT] [--rule CODE]\n"
	    "  approve DISPOSAL --minutes RECORD --decision RECORD    by another person\n"
	    "  end DISPOSAL --reason TEXT                refused or taken back\n"
	    "  execute DISPOSAL [--password-file FILE] [--code-file FILE]\n"
	    "                                            asks again for password and second factor;\n"
	    "                                            goes on where a crash cut it off\n"
	    "  receipt DISPOSAL TEXT [--rejected]        of a transfer\n"
	    "  ledger                                    what was destroyed, for restore --ledger\n",
	.need = CLI_ACTOR,
	.run = run,
};
