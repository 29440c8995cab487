/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "account.h"
#include "cli.h"

/* Instead of a password file: the directory knows the password ([ldap] of tangthu.conf). */
static const char EXTERNAL[] = "";

static const char *const kinds[] = { "user", "group", "role", "service" };

/* One that the account may have. */
static enum status
read_password(struct cli *cli, const struct principal *p, const char *file, const char *what,
    struct strbuf *secret, struct err *err)
{
	enum status st;

	if ((st = cli_secret(file, what, true, secret, err)) == ST_OK &&
	    (st = password_check(cli->catalog, p, strbuf_span(secret), err)) == ST_OK)
		st = password_check_list(cli->conf->session_passwords, strbuf_span(secret), err);
	return st;
}

static enum status
password_of(struct cli *cli, const struct principal *p, const char *file, struct err *err)
{
	struct strbuf secret owned(cli_secret_end) = STRBUF_INIT;
	enum status st = read_password(cli, p, file, "new password", &secret, err);

	if (st == ST_OK)
		st = password_set(cli->catalog, &cli->actor, p->id, strbuf_span(&secret), err);
	return st;
}

static enum status
join_roles(struct cli *cli, int64_t who, const char *roles, struct err *err)
{
	struct span rest = span_of(roles), name;
	struct principal group;
	enum status st;

	while (rest.p) {
		name = span_trim(span_cut(&rest, ','));
		if (name.n == 0)
			continue;
		if ((st = cli_principal(cli, arena_dup_span(cli->arena, name), &group, err)) ||
		    (st = principal_join(cli->catalog, &cli->actor, group.id, who, err)))
			return st;
	}
	return ST_OK;
}

/* The account, its roles and its password are one transaction: none without the others. */
static enum status
create_account(struct cli *cli, enum principal_kind kind, const char *name, const char *display,
    int clearance, const char *roles, const char *file, struct err *err)
{
	struct strbuf secret owned(cli_secret_end) = STRBUF_INIT;
	const struct principal new = { .name = name, .display = display };
	bool with_password = kind == PRINCIPAL_USER && file != EXTERNAL;
	enum status st = ST_OK;
	int64_t id;

	if (with_password &&
	    (st = read_password(cli, &new, file, "password of the new account", &secret, err)))
		return st;
	if ((st = catalog_begin(cli->catalog, err)))
		return st;
	st = principal_create(cli->catalog, &cli->actor, kind, name, display, clearance, &id, err);
	if (st == ST_OK && with_password)
		st = password_set(cli->catalog, &cli->actor, id, strbuf_span(&secret), err);
	if (st == ST_OK && roles)
		st = join_roles(cli, id, roles, err);
	if (st == ST_OK)
		st = catalog_commit(cli->catalog, err);
	else
		catalog_rollback(cli->catalog);
	return st;
}

static enum status
user_create(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *display = NULL, *roles = NULL, *file = NULL, *level = "1";
	enum principal_kind kind = PRINCIPAL_USER;
	bool external;
	int64_t clearance;
	enum status st;

	if (cli_flag(&argc, argv, "--group"))
		kind = PRINCIPAL_GROUP;
	if (cli_flag(&argc, argv, "--service"))
		kind = PRINCIPAL_SERVICE;
	external = cli_flag(&argc, argv, "--external");
	(void)cli_option(&argc, argv, "--display", &display);
	(void)cli_option(&argc, argv, "--role", &roles);
	(void)cli_option(&argc, argv, "--password-file", &file);
	(void)cli_option(&argc, argv, "--clearance", &level);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu user create NAME [options]", err)) ||
	    (st = cli_number(
		 level, "clearance", LEVEL_PUBLIC, LEVEL_CONFIDENTIAL, &clearance, err)))
		return st;
	st = create_account(
	    cli, kind, argv[1], display, (int)clearance, roles, external ? EXTERNAL : file, err);
	if (st == ST_OK)
		printf("%s %s created\n", kinds[kind], argv[1]);
	return st;
}

static void
list_json(struct cli *cli, struct json_out *json, const struct principal *p,
    const char *const *groups, size_t count)
{
	(void)cli;
	json_object(json);
	json_key_str(json, "name", p->name);
	json_key_str(json, "kind", kinds[p->kind]);
	json_key_opt(json, "display", p->display);
	json_key_int(json, "clearance", p->clearance);
	json_key_bool(json, "disabled", p->disabled_us != 0);
	json_key_opt(json, "os_user", p->os_user);
	json_key(json, "groups");
	json_array(json);
	for (size_t i = 0; i < count; i++)
		json_str(json, groups[i]);
	json_end_array(json);
	json_end_object(json);
}

static void
list_line(const struct principal *p, const char *const *groups, size_t count)
{
	printf("%-8s %-20s clearance %d%s  ", kinds[p->kind], p->name, p->clearance,
	    p->disabled_us ? "  DISABLED" : "");
	cli_print_text(stdout, p->display ? p->display : "");
	for (size_t i = 0; i < count; i++)
		printf("%s%s", i ? ", " : "  [", groups[i]);
	puts(count ? "]" : "");
}

static enum status
user_list(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	const struct principal *list;
	const char *const *groups;
	struct json_out json;
	size_t count, group_count;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 0, "tangthu user list", err)) ||
	    (st = principal_list(cli->catalog, cli->arena, &list, &count, err)))
		return st;
	json_start(&json, &out);
	json_array(&json);
	for (size_t i = 0; i < count; i++) {
		if ((st = principal_groups(
			 cli->catalog, list[i].id, cli->arena, &groups, &group_count, err)))
			return st;
		if (cli->json)
			list_json(cli, &json, &list[i], groups, group_count);
		else
			list_line(&list[i], groups, group_count);
	}
	json_end_array(&json);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static enum status
user_passwd(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *file = NULL;
	struct principal p;
	enum status st;

	(void)cli_option(&argc, argv, "--password-file", &file);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu user passwd NAME", err)) ||
	    (st = cli_principal(cli, argv[1], &p, err)) || (st = password_of(cli, &p, file, err)))
		return st;
	printf("password of %s changed; its sessions have ended\n", p.name);
	return ST_OK;
}

/* "join GROUP NAME" and "leave GROUP NAME" differ in one call. */
static enum status
membership(struct cli *cli, int argc, char **argv,
    enum status (*change)(struct catalog *, const struct actor *, int64_t, int64_t, struct err *),
    struct err *err)
{
	struct principal group, who;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 2, 2, "tangthu user join|leave NAME GROUP", err)) ||
	    (st = cli_principal(cli, argv[1], &who, err)) ||
	    (st = cli_principal(cli, argv[2], &group, err)))
		return st;
	return change(cli->catalog, &cli->actor, group.id, who.id, err);
}

static enum status
user_join(struct cli *cli, int argc, char **argv, struct err *err)
{
	return membership(cli, argc, argv, principal_join, err);
}

static enum status
user_leave(struct cli *cli, int argc, char **argv, struct err *err)
{
	return membership(cli, argc, argv, principal_leave, err);
}

static enum status
user_clearance(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct principal p;
	int64_t level;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 2, 2, "tangthu user clearance NAME LEVEL", err)) ||
	    (st = cli_number(
		 argv[2], "clearance", LEVEL_PUBLIC, LEVEL_CONFIDENTIAL, &level, err)) ||
	    (st = cli_principal(cli, argv[1], &p, err)))
		return st;
	return principal_set_clearance(cli->catalog, &cli->actor, p.id, (int)level, err);
}

static enum status
set_disabled(struct cli *cli, int argc, char **argv, bool disabled, struct err *err)
{
	struct principal p;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu user disable|enable NAME", err)) ||
	    (st = cli_principal(cli, argv[1], &p, err)))
		return st;
	return principal_set_disabled(cli->catalog, &cli->actor, p.id, disabled, err);
}

static enum status
user_disable(struct cli *cli, int argc, char **argv, struct err *err)
{
	return set_disabled(cli, argc, argv, true, err);
}

static enum status
user_enable(struct cli *cli, int argc, char **argv, struct err *err)
{
	return set_disabled(cli, argc, argv, false, err);
}

static enum status
user_signout(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct principal p;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu user signout NAME", err)) ||
	    (st = cli_principal(cli, argv[1], &p, err)))
		return st;
	return session_revoke(cli->catalog, &cli->actor, p.id, 0, err);
}

/* The way back in for who lost telephone and recovery codes; the log keeps who gave it. */
static enum status
user_factor(struct cli *cli, int argc, char **argv, struct err *err)
{
	bool away = cli_flag(&argc, argv, "--remove");
	struct factor factor;
	struct principal p;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu user factor NAME [--remove]", err)) ||
	    (st = cli_principal(cli, argv[1], &p, err)))
		return st;
	if (away)
		return factor_remove(cli->catalog, &cli->actor, p.id, err);
	if ((st = factor_load(cli->catalog, p.id, &factor, err)))
		return st;
	printf("%s: %s second factor, %lld recovery codes left\n", p.name,
	    factor.confirmed ? "a" : "no", (long long)factor.recovery_left);
	return ST_OK;
}

/* The OS user acts as somebody else from now on; both rows change or neither. */
static enum status
rebind(struct cli *cli, const struct principal *to, const char *os_user, struct err *err)
{
	struct principal from;
	enum status st;

	if ((st = catalog_begin(cli->catalog, err)))
		return st;
	st = principal_by_os_user(cli->catalog, os_user, cli->arena, &from, err);
	if (st == ST_OK)
		st = principal_bind(cli->catalog, &cli->actor, from.id, NULL, err);
	if (st == ST_OK || st == ST_NOT_FOUND)
		st = principal_bind(cli->catalog, &cli->actor, to->id, os_user, err);
	if (st == ST_OK)
		return catalog_commit(cli->catalog, err);
	catalog_rollback(cli->catalog);
	return st;
}

static enum status
user_bind(struct cli *cli, int argc, char **argv, struct err *err)
{
	bool remove = cli_flag(&argc, argv, "--remove"), move = cli_flag(&argc, argv, "--move");
	struct principal p;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, remove ? 1 : 2, remove ? 1 : 2,
		 "tangthu user bind [--move] NAME OS-USER | --remove NAME", err)) ||
	    (st = cli_principal(cli, argv[1], &p, err)))
		return st;
	if (move)
		return rebind(cli, &p, argv[2], err);
	return principal_bind(cli->catalog, &cli->actor, p.id, remove ? NULL : argv[2], err);
}

static const struct cli_sub subs[] = {
	{ "create", user_create },
	{ "list", user_list },
	{ "passwd", user_passwd },
	{ "join", user_join },
	{ "leave", user_leave },
	{ "clearance", user_clearance },
	{ "disable", user_disable },
	{ "enable", user_enable },
	{ "bind", user_bind },
	{ "signout", user_signout },
	{ "factor", user_factor },
};

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	enum status st = cli_require(cli, CAP_ACCOUNTS, "manage accounts", err);

	return st ? st : cli_dispatch(cli, subs, sizeof(subs) / sizeof(*subs), argc, argv, err);
}

const struct cli_verb cli_user = {
	.name = "user",
	.synopsis =
	    "create|list|passwd|join|leave|clearance|disable|enable|bind|signout|factor ...",
	.summary = "Manages accounts, groups and memberships",
	.help =
	    "  create NAME [--group|--service] [--display TEXT] [--role ROLE,...]\n"
	    "         [--clearance 0-3] [--password-file FILE]\n"
	    "                                  asked on the terminal without a file; - is stdin\n"
	    "         --external               the directory of [ldap] knows the password\n"
	    "  list                            accounts, groups and roles\n"
	    "  passwd NAME [--password-file FILE]\n"
	    "  join NAME GROUP                 roles: administrator archivist staff auditor\n"
	    "  leave NAME GROUP\n"
	    "  clearance NAME LEVEL            0 public, 1 internal, 2 restricted, 3 confidential\n"
	    "  disable NAME | enable NAME      disabling ends all sessions\n"
	    "  bind [--move] NAME OS-USER      who acts when this OS user calls tangthu;\n"
	    "                                  --move takes it from who has it now\n"
	    "  bind --remove NAME\n"
	    "  signout NAME                    ends every session of the account\n"
	    "  factor NAME [--remove]          its second factor; --remove when it was lost\n",
	.need = CLI_ACTOR,
	.run = run,
};
