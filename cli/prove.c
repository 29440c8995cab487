/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sodium.h>
#include <string.h>

#include "account.h"
#include "cli.h"
#include "directory.h"

#define ADDRESS "cli" /* what the throttle counts tries at the command line under */

static enum status
finish(struct cli *cli, struct login *login, const char *code_file, struct err *err)
{
	struct strbuf code owned(cli_secret_end) = STRBUF_INIT;
	enum status st =
	    login_again(cli->catalog, &cli->actor, cli->actor_name, ADDRESS, login, 0, err);

	if (st != ST_UNAUTHENTICATED || !login->wants_code)
		return st;
	if ((st = cli_secret(code_file, "code of the second factor", false, &code, err)) != ST_OK)
		return st;
	login->code = code.buf;
	login->wants_code = false;
	return login_again(cli->catalog, &cli->actor, cli->actor_name, ADDRESS, login, 0, err);
}

enum status
cli_prove(struct cli *cli, const char *password_file, const char *code_file, struct err *err)
{
	struct strbuf password owned(strbuf_free) = STRBUF_INIT;
	struct login login;
	struct seal seal;
	int retry;
	enum status st = cli_secret(password_file, "password", false, &password, err);

	if (st == ST_OK)
		st = login_begin(cli->catalog, cli->actor_name, ADDRESS,
		    (int)cli->conf->login_per_minute, &login, &retry, err);
	if (st == ST_OK)
		st = directory_prove(cli->conf, cli->actor_name, &login, password.buf, err);
	sodium_memzero(password.buf, password.len);
	if (st != ST_OK || (st = seal_load(&seal, cli->conf, err)) != ST_OK)
		return st;
	login.seal = &seal;
	st = finish(cli, &login, code_file, err);
	sodium_memzero(&seal, sizeof(seal));
	return st;
}
