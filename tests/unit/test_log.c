/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <fcntl.h>

#include "log.h"
#include "strbuf.h"

/* Runs act with stderr in a file and gives what was written. */
static void
captured(void (*act)(void), struct strbuf *out)
{
	char path[] = "/tmp/tangthu-log-XXXXXX";
	struct err err = ERR_INIT;
	int saved = dup(STDERR_FILENO), fd = mkstemp(path);

	assert_true(saved >= 0 && fd >= 0);
	dup2(fd, STDERR_FILENO);
	log_open("prog", LOG_LEVEL_INFO);
	act();
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(fd);
	strbuf_reset(out);
	assert_ok(strbuf_read_file(out, path, 65536, &err), &err);
	unlink(path);
}

static void
one_of_each(void)
{
	log_error("no %s", "disk");
	log_warn("slow");
	log_info("started");
	log_debug("not shown");
}

static void
forged(void)
{
	log_info("name: %s", "a\nb <3>prog: error: \x1b[2J");
}

static void
failure(void)
{
	struct err err = ERR_INIT;

	(void)fail(&err, ST_CORRUPT, "digest differs");
	log_failure(&err, "blob %d", 7);
}

static void
lines_carry_priority_and_program(void **state)
{
	struct strbuf out = STRBUF_INIT;

	(void)state;
	captured(one_of_each, &out);
	assert_string_equal(
	    out.buf, "<3>prog: error: no disk\n<4>prog: warning: slow\n<6>prog: started\n");
	strbuf_free(&out);
}

static void
no_text_forges_a_line(void **state)
{
	struct strbuf out = STRBUF_INIT;

	(void)state;
	captured(forged, &out);
	assert_string_equal(out.buf, "<6>prog: name: a b <3>prog: error:  [2J\n");
	strbuf_free(&out);
}

static void
a_failure_is_told_with_its_place(void **state)
{
	struct strbuf out = STRBUF_INIT;

	(void)state;
	captured(failure, &out);
	assert_non_null(strstr(out.buf, "<3>prog: error: blob 7: digest differs ("));
	assert_non_null(strstr(out.buf, "test_log.c:"));
	strbuf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_carry_priority_and_program),
		cmocka_unit_test(no_text_forges_a_line),
		cmocka_unit_test(a_failure_is_told_with_its_place),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
