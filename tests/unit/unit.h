/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef UNIT_H
#define UNIT_H
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* cmocka's fail() gives way to ours (err.h); fail_msg() remains, told without it. */
#undef fail
#undef fail_msg
#define fail_msg(...) \
	do { \
		print_error(__VA_ARGS__); \
		print_error("\n"); \
		_fail(__FILE__, __LINE__); \
	} while (0)

/* What every unit test begins with.  A test is skipped with SKIP("reason"): the reason is shown. */
#define SKIP(reason) \
	do { \
		print_message("# %s\n", reason); \
		skip(); \
	} while (0)

/* An expected status, with the message of struct err e when it is another one. */
#define assert_status(call, want, e) \
	do { \
		int got_ = (int)(call); \
		if (got_ != (int)(want)) \
			fail_msg("%s gave %d, not %s: %s", #call, got_, #want, (e)->msg); \
	} while (0)
#define assert_ok(call, e) assert_status(call, 0, e)

/* A new empty directory below $TMPDIR or /tmp; temp_dir_remove frees the name too. */
static inline char *
temp_dir_make(void)
{
	const char *base = getenv("TMPDIR");
	char *path = malloc(4096);

	assert_non_null(path);
	snprintf(path, 4096, "%s/tangthu-unit-XXXXXX", base && *base ? base : "/tmp");
	assert_non_null(mkdtemp(path));
	return path;
}

static inline void
temp_dir_remove(char *path)
{
	char command[4200];

	snprintf(command, sizeof(command), "chmod -R u+w '%s' && rm -rf '%s'", path, path);
	assert_int_equal(system(command), 0);
	free(path);
}

#endif
