/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "cli.h"

static void
remove_words(int *argc, char **argv, int at, int count)
{
	memmove(&argv[at], &argv[at + count], (size_t)(*argc - at - count + 1) * sizeof(*argv));
	*argc -= count;
}

/* Options end at "--": what follows is taken as it is. */
static int
options_end(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--") == 0)
			return i;
	return argc;
}

bool
cli_option(int *argc, char **argv, const char *name, const char **value)
{
	size_t n = strlen(name);
	int end = options_end(*argc, argv);

	for (int i = 1; i < end; i++) {
		if (strncmp(argv[i], name, n) != 0)
			continue;
		if (argv[i][n] == '=') {
			*value = argv[i] + n + 1;
			remove_words(argc, argv, i, 1);
			return true;
		}
		if (argv[i][n] == '\0' && i + 1 < end) {
			*value = argv[i + 1];
			remove_words(argc, argv, i, 2);
			return true;
		}
	}
	return false;
}

bool
cli_flag(int *argc, char **argv, const char *name)
{
	int end = options_end(*argc, argv);

	for (int i = 1; i < end; i++)
		if (strcmp(argv[i], name) == 0) {
			remove_words(argc, argv, i, 1);
			return true;
		}
	return false;
}

enum status
cli_end_options(int *argc, char **argv, struct err *err)
{
	int end = options_end(*argc, argv);

	for (int i = 1; i < end; i++)
		if (argv[i][0] == '-' && argv[i][1] != '\0')
			return fail(
			    err, ST_INVALID, "unknown option or missing value: %s", argv[i]);
	if (end < *argc)
		remove_words(argc, argv, end, 1);
	return ST_OK;
}

enum status
cli_operands(int argc, int min, int max, const char *synopsis, struct err *err)
{
	if (argc - 1 < min || argc - 1 > max)
		return fail(err, ST_INVALID, "usage: %s", synopsis);
	return ST_OK;
}

enum status
cli_number(
    const char *text, const char *what, int64_t min, int64_t max, int64_t *value, struct err *err)
{
	int64_t n;

	if (!span_i64(span_of(text), &n) || n < min || n > max)
		return fail(err, ST_INVALID, "%s: %s is not a number from %lld to %lld", what, text,
		    (long long)min, (long long)max);
	*value = n;
	return ST_OK;
}

enum status
cli_dispatch(struct cli *cli, const struct cli_sub *sub, size_t count, int argc, char **argv,
    struct err *err)
{
	struct strbuf names owned(strbuf_free) = STRBUF_INIT;

	for (size_t i = 0; i < count; i++) {
		if (argc > 1 && strcmp(argv[1], sub[i].name) == 0)
			return sub[i].run(cli, argc - 1, argv + 1, err);
		strbuf_addf(&names, "%s%s", i ? ", " : "", sub[i].name);
	}
	return fail(err, ST_INVALID, "say what to do, one of: %s (see `tangthu %s --help`)",
	    names.buf, argv[0]);
}
