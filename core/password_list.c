/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The operator's list of common passwords (ASVS 5.0 6.2.4), read line by line when one is chosen. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "arena.h"
#include "base.h"
#include "principal.h"

#define LIST_MAX ((off_t)64 << 20)

static void
close_file(FILE **f)
{
	if (*f)
		(void)fclose(*f);
	*f = NULL;
}

enum status
password_check_list(const char *path, struct span password, struct err *err)
{
	owned(close_file) FILE *f = NULL;
	owned(freep) char *line = NULL;
	struct stat status;
	size_t room = 0;
	ssize_t n;

	if (!path || !*path)
		return ST_OK;
	if (!(f = fopen(path, "re")) || fstat(fileno(f), &status) == -1)
		return fail_sys(err, "list of common passwords %s", path);
	if (!S_ISREG(status.st_mode) || status.st_size > LIST_MAX)
		return fail(err, ST_IO,
		    "list of common passwords %s: no file of at most %lld bytes", path,
		    (long long)LIST_MAX);
	while ((n = getline(&line, &room, f)) > 0)
		if (span_equal_nocase(span_trim(span_make(line, (size_t)n)), password))
			return fail(err, ST_INVALID, "the password is a common one");
	return ferror(f) ? fail_sys(err, "list of common passwords %s", path) : ST_OK;
}
