/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs a fuzz target over its corpus without libFuzzer, so that every input ever kept is an
 * ordinary test under any compiler and sanitizer.  Inputs: the files named on the command line,
 * else those of tests/fuzz/corpus/<target>.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "strbuf.h"

#define INPUT_MAX ((size_t)64 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
run_file(const char *path)
{
	owned(strbuf_free) struct strbuf input = STRBUF_INIT;
	struct err err = ERR_INIT;

	printf("# %s\n", path);
	fflush(stdout);
	if (strbuf_read_file(&input, path, INPUT_MAX, &err)) {
		printf("Bail out! %s\n", err.msg);
		exit(1);
	}
	/* A block of its own, so that a sanitizer sees one byte too far. */
	uint8_t *copy = xmalloc(input.len);

	memcpy(copy, input.buf, input.len);
	(void)LLVMFuzzerTestOneInput(copy, input.len);
	free(copy);
}

static int
run_corpus(const char *target)
{
	owned(strbuf_free) struct strbuf path = STRBUF_INIT;
	struct dirent **names;
	int n, runs = 0;

	strbuf_addf(&path, "tests/fuzz/corpus/%s", target);
	n = scandir(path.buf, &names, NULL, alphasort);
	size_t folder = path.len;

	for (int i = 0; i < n; i++) {
		if (names[i]->d_name[0] != '.') {
			strbuf_truncate(&path, folder);
			strbuf_addf(&path, "/%s", names[i]->d_name);
			run_file(path.buf);
			runs++;
		}
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	return runs;
}

int
main(int argc, char **argv)
{
	const char *name = strstr(argv[0], "fuzz_");
	int runs = argc - 1;

	printf("1..1\n");
	for (int i = 1; i < argc; i++)
		run_file(argv[i]);
	for (const char *next; name && (next = strstr(name + 1, "fuzz_"));)
		name = next;
	if (argc == 1 && name)
		runs = run_corpus(name + strlen("fuzz_"));
	printf("%sok 1 - %s takes the %d inputs of its corpus\n", runs ? "" : "not ",
	    name ? name : argv[0], runs);
	return runs ? 0 : 1;
}
