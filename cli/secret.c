/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli.h"

#define SECRET_MAX 4096

static enum status
read_line(FILE *in, const char *where, struct strbuf *out, struct err *err)
{
	int c;

	while ((c = getc(in)) != EOF && c != '\n') {
		if (out->len >= SECRET_MAX)
			return fail(err, ST_TOO_LARGE, "%s: the first line is too long", where);
		strbuf_add_char(out, (char)c);
	}
	if (ferror(in))
		return fail_sys(err, "read %s", where);
	if (out->len == 0)
		return fail(err, ST_INVALID, "%s holds nothing on its first line", where);
	return ST_OK;
}

static enum status
ask(const char *prompt, struct strbuf *out, struct err *err)
{
	struct termios before, silent;
	FILE *tty = fopen("/dev/tty", "r+e");
	enum status st;

	if (!tty)
		return fail(err, ST_INVALID,
		    "no terminal to ask on: give it with --password-file or --code-file FILE (- is "
		    "standard input)");
	if (tcgetattr(fileno(tty), &before) == 0) {
		silent = before;
		silent.c_lflag &= ~(tcflag_t)ECHO;
		(void)tcsetattr(fileno(tty), TCSAFLUSH, &silent);
	}
	fprintf(tty, "%s: ", prompt);
	(void)fflush(tty);
	st = read_line(tty, "the terminal", out, err);
	(void)tcsetattr(fileno(tty), TCSAFLUSH, &before);
	fputc('\n', tty);
	(void)fclose(tty);
	return st;
}

void
cli_secret_end(struct strbuf *secret)
{
	sodium_memzero(secret->buf, secret->len);
	strbuf_free(secret);
}

enum status
cli_secret(const char *file, const char *prompt, bool confirm, struct strbuf *out, struct err *err)
{
	struct strbuf again owned(cli_secret_end) = STRBUF_INIT;
	enum status st;
	FILE *in;

	if (file && strcmp(file, "-") == 0)
		return read_line(stdin, "standard input", out, err);
	if (file) {
		if ((in = fopen(file, "re")) == NULL)
			return fail_sys(err, "open %s", file);
		st = read_line(in, file, out, err);
		(void)fclose(in);
		return st;
	}
	if ((st = ask(prompt, out, err)) || !confirm)
		return st;
	if ((st = ask("once more", &again, err)))
		return st;
	if (!secret_equal(strbuf_span(out), strbuf_span(&again)))
		st = fail(err, ST_INVALID, "the two passwords differ; nothing was changed");
	return st;
}
