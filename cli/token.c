/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sodium.h>
#include <string.h>

#include "account.h"
#include "base.h"
#include "cli.h"

/* One's own, or a service's for who manages accounts: never another person's. */
static enum status
find_owner(struct cli *cli, const char *name, struct principal *p, struct err *err)
{
	enum status st = cli_principal(cli, name ? name : cli->actor_name, p, err);

	if (st != ST_OK || p->id == cli->actor.principal)
		return st;
	if ((st = cli_require(cli, CAP_ACCOUNTS, "make tokens for a service", err)))
		return st;
	return p->kind == PRINCIPAL_SERVICE
	    ? ST_OK
	    : fail(err, ST_DENIED, "a token of %s is for %s alone to make", name, name);
}

static enum status
token_make(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *owner = NULL, *scope = "read", *days = "90";
	char text[TOKEN_LEN + 1], uid[UID_LEN + 1];
	struct principal p;
	int64_t lasting;
	unsigned bits;
	enum status st;

	(void)cli_option(&argc, argv, "--for", &owner);
	(void)cli_option(&argc, argv, "--scope", &scope);
	(void)cli_option(&argc, argv, "--days", &days);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu token create LABEL [options]", err)) ||
	    (st = cli_number(days, "days", 1, TOKEN_DAYS_MAX, &lasting, err)) ||
	    (st = token_scope_parse(span_of(scope), &bits, err)) ||
	    (st = find_owner(cli, owner, &p, err)) ||
	    (st = token_create(
		 cli->catalog, &cli->actor, p.id, argv[1], bits, lasting, text, uid, err)))
		return st;
	printf("%s\n", text);
	sodium_memzero(text, sizeof(text));
	return ST_OK;
}

static void
print_token(struct cli *cli, struct json_out *json, const struct token *t)
{
	struct strbuf scope owned(strbuf_free) = STRBUF_INIT;
	char expires[28];

	token_scope_text(t->scope, &scope);
	if (cli->json) {
		json_object(json);
		json_key_str(json, "id", t->uid);
		json_key_str(json, "name", t->name);
		json_key_str(json, "scope", scope.buf);
		json_key_time(json, "expires", t->expires_us);
		json_key_time(json, "used", t->used_us);
		json_end_object(json);
		return;
	}
	time_text(t->expires_us, expires);
	printf("%s  %-14s until %.10s  ", t->uid, scope.buf, expires);
	cli_print_text(stdout, t->name);
	putchar('\n');
}

static enum status
token_show(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	const struct token *list;
	const char *owner = NULL;
	struct json_out json;
	struct principal p;
	size_t count;
	enum status st;

	(void)cli_option(&argc, argv, "--for", &owner);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 0, "tangthu token list [--for SERVICE]", err)) ||
	    (st = find_owner(cli, owner, &p, err)) ||
	    (st = token_list(cli->catalog, p.id, cli->arena, &list, &count, err)))
		return st;
	json_start(&json, &out);
	json_array(&json);
	for (size_t i = 0; i < count; i++)
		print_token(cli, &json, &list[i]);
	json_end_array(&json);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static enum status
token_finish(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *owner = NULL;
	struct principal p;
	enum status st;

	(void)cli_option(&argc, argv, "--for", &owner);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu token end ID [--for SERVICE]", err)) ||
	    (st = find_owner(cli, owner, &p, err)))
		return st;
	return token_end(cli->catalog, &cli->actor, p.id, argv[1], err);
}

static const struct cli_sub subs[] = {
	{ "create", token_make },
	{ "list", token_show },
	{ "end", token_finish },
};

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	return cli_dispatch(cli, subs, sizeof(subs) / sizeof(*subs), argc, argv, err);
}

const struct cli_verb cli_token = {
	.name = "token",
	.synopsis = "create|list|end ...",
	.summary = "Manages API tokens for scripts and scanners",
	.help =
	    "  create LABEL [--scope read,add,edit] [--days 90] [--for SERVICE]\n"
	    "                      prints the token, once; --for: services only, for who manages\n"
	    "                      accounts\n"
	    "  list [--for SERVICE]\n"
	    "  end ID [--for SERVICE]\n",
	.need = CLI_ACTOR,
	.run = run,
};
