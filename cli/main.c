/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit.h"
#include "cli.h"
#include "log.h"

#define DEFAULT_DIR "/var/lib/tangthu"

const struct cli_verb *const cli_verbs[] = {
	&cli_init,
	&cli_add,
	&cli_status,
	&cli_signer,
	&cli_synonym,
	&cli_agency,
	&cli_search,
	&cli_saved,
	&cli_show,
	&cli_set,
	&cli_weak,
	&cli_correct,
	&cli_export,
	&cli_stack,
	&cli_dossier,
	&cli_custody,
	&cli_disposal,
	&cli_package,
	&cli_plan,
	&cli_procedure,
	&cli_user,
	&cli_grant,
	&cli_token,
	&cli_hold,
	&cli_vital,
	&cli_record,
	&cli_rule,
	&cli_retention,
	&cli_log,
	&cli_checkpoint,
	&cli_witness,
	&cli_evidence,
	&cli_audit,
	&cli_verify,
	&cli_reindex,
	&cli_backup,
	&cli_restore,
	&cli_version,
	NULL,
};

static void
usage(FILE *out)
{
	fputs("usage: tangthu [-d DIR] [--as NAME] [--json] VERB [ARGUMENTS]\n"
	      "       tangthu VERB --help\n\n"
	      "  -d DIR      the data directory (else $TANGTHU_DIR, else " DEFAULT_DIR ")\n"
	      "  --as NAME   act as this principal; root only, both names go into the log\n"
	      "  --json      answer as JSON where the verb has one\n\nverbs:\n",
	    out);
	for (const struct cli_verb *const *v = cli_verbs; *v; v++)
		fprintf(out, "  %-10s %s\n", (*v)->name, (*v)->summary);
}

static void
verb_usage(const struct cli_verb *v)
{
	printf("usage: tangthu %s %s\n\n%s.\n", v->name, v->synopsis, v->summary);
	if (v->help)
		printf("\n%s", v->help);
}

static const struct cli_verb *
find_verb(const char *name)
{
	for (const struct cli_verb *const *v = cli_verbs; *v; v++)
		if (strcmp((*v)->name, name) == 0)
			return *v;
	return NULL;
}

/* D15: the caller's OS user decides who acts; --as is for root, and both stand in the log. */
static enum status
open_actor(struct cli *cli, struct err *err)
{
	struct principal self = { 0 }, who;
	const struct passwd *pw = getpwuid(getuid());
	const char *os = pw ? pw->pw_name : "?";
	enum status st;

	cli->actor.source = arena_printf(cli->arena, "cli %s", os);
	st = principal_by_os_user(cli->catalog, os, cli->arena, &self, err);
	if (st != ST_OK && (st != ST_NOT_FOUND || !cli->as))
		return st == ST_NOT_FOUND
		    ? fail(err, ST_DENIED,
			  "the OS user %s is bound to nobody in this archive: an administrator "
			  "binds it with `tangthu user bind NAME %s`, or root gives --as NAME",
			  os, os)
		    : st;
	who = self;
	if (cli->as) {
		if (geteuid() != 0)
			return fail(err, ST_DENIED, "--as is for root only");
		if (principal_by_name(cli->catalog, cli->as, cli->arena, &who, err) != ST_OK)
			return err_context(err, "--as %s", cli->as);
		cli->actor.on_behalf = self.id;
	}
	if (who.disabled_us)
		return fail(err, ST_DENIED, "the account %s is disabled", who.name);
	cli->actor.principal = who.id;
	cli->actor_name = who.name;
	return access_load(&cli->access, cli->catalog, who.id, err);
}

static enum status
prepare(struct cli *cli, const struct cli_verb *v, struct err *err)
{
	enum status st;

	if (v->need >= CLI_CONF && (st = conf_load(&cli->conf, cli->dir, err)))
		return st == ST_NOT_FOUND
		    ? err_context(
			  err, "%s is not an archive (make one with `tangthu init`)", cli->dir)
		    : st;
	if (v->need >= CLI_CATALOG &&
	    (st = catalog_open(&cli->catalog, cli->conf,
		 v->need >= CLI_ACTOR ? CATALOG_WRITE : CATALOG_READ, err)))
		return st;
	return v->need >= CLI_ACTOR ? open_actor(cli, err) : ST_OK;
}

static void
finish(struct cli *cli)
{
	access_free(cli->access);
	catalog_close(cli->catalog);
	conf_free(cli->conf);
	arena_free(cli->arena);
}

/* Options before the verb; returns the index of the verb in argv. */
static int
global_options(struct cli *cli, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && argv[i][0] == '-'; i++) {
		if (strcmp(argv[i], "-d") == 0 && i + 1 < argc)
			cli->dir = argv[++i];
		else if (strcmp(argv[i], "--as") == 0 && i + 1 < argc)
			cli->as = argv[++i];
		else if (strcmp(argv[i], "--json") == 0)
			cli->json = true;
		else if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			usage(stdout);
			exit(0);
		} else
			break;
	}
	return i;
}

/* What an account tried and may not do belongs to the trail, here as in the server. */
static void
note_denial(struct cli *cli, const struct cli_verb *v)
{
	const struct event event = {
		.event_class = EVENT_SECURITY,
		.action = "request.denied",
		.outcome = "denied",
		.detail = arena_printf(cli->arena, "{\"verb\":\"%s\"}", v->name),
	};
	struct err err = ERR_INIT;

	if (cli->catalog && cli->actor.principal && v->need == CLI_ACTOR &&
	    audit_append(cli->catalog, &cli->actor, &event, &err) != ST_OK)
		fprintf(stderr, "tangthu: the denial is not in the log: %s\n", err.msg);
}

static int
report(const struct cli *cli, const struct cli_verb *v, const struct err *err)
{
	const struct status_info *info = status_info(err->status);

	if (cli->json)
		fprintf(stderr, "{\"error\":\"%s\"}\n", info->name);
	fprintf(stderr, "tangthu %s: %s\n", v->name, err->msg);
	return info->exit;
}

int
main(int argc, char **argv)
{
	struct cli cli = { 0 };
	const struct cli_verb *v;
	struct err err = ERR_INIT;
	int at, code = 0;

	setlocale(LC_CTYPE, "C.UTF-8");
	log_open("tangthu", LOG_LEVEL_WARN);
	cli.dir = getenv("TANGTHU_DIR") ? getenv("TANGTHU_DIR") : DEFAULT_DIR;
	at = global_options(&cli, argc, argv);
	if (at >= argc || (v = find_verb(argv[at])) == NULL) {
		usage(stderr);
		return status_info(ST_INVALID)->exit;
	}
	argc -= at;
	argv += at;
	if (cli_flag(&argc, argv, "--help")) {
		verb_usage(v);
		return 0;
	}
	cli.json |= cli_flag(&argc, argv, "--json");
	cli.arena = arena_new();
	if (prepare(&cli, v, &err) || v->run(&cli, argc, argv, &err)) {
		code = report(&cli, v, &err);
		if (err.status == ST_DENIED)
			note_denial(&cli, v);
	} else if (fflush(stdout) != 0 || ferror(stdout)) {
		(void)fail_sys(&err, "standard output");
		code = report(&cli, v, &err);
	}
	finish(&cli);
	return code;
}
