/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <signal.h>
#include <stdalign.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "arena.h"

static void
memory_is_zeroed_aligned_and_apart(void **state)
{
	struct arena *a = arena_new();
	unsigned char *before = NULL;

	(void)state;
	for (size_t n = 0; n < 3000; n += 7) {
		unsigned char *p = arena_alloc(a, n);

		assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xee, n);
		assert_ptr_not_equal(p, before);
		before = p;
	}
	arena_free(a);
	arena_free(NULL);
}

static void
a_large_block_is_given_whole(void **state)
{
	owned(arena_freep) struct arena *a = arena_new();
	char *p = arena_alloc(a, 1000000);

	(void)state;
	memset(p, 1, 1000000);
	assert_true(arena_used(a) >= 1000000);
	char *q = arena_array(a, 100000, 8);

	memset(q, 2, 800000);
	assert_int_equal(p[999999], 1);
}

static void
after_a_reset_memory_is_clean_again(void **state)
{
	owned(arena_freep) struct arena *a = arena_new();

	(void)state;
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 100; i++) {
			char *p = arena_alloc(a, 3000);

			assert_int_equal(p[0], 0);
			assert_int_equal(p[2999], 0);
			memset(p, 7, 3000);
		}
		arena_reset(a);
		assert_int_equal(arena_used(a), 0);
	}
}

static void
strings_are_copied(void **state)
{
	owned(arena_freep) struct arena *a = arena_new();

	(void)state;
	assert_string_equal(arena_dup(a, "hồ sơ"), "hồ sơ");
	assert_null(arena_dup(a, NULL));
	assert_string_equal(arena_dup_span(a, span_make("abcdef", 3)), "abc");
	assert_string_equal(arena_dup_span(a, span_make(NULL, 0)), "");
	assert_string_equal(arena_printf(a, "%d/%s", 45, "QĐ-UBND"), "45/QĐ-UBND");
}

static void
overflow(void)
{
	struct arena *a = arena_new();

	arena_array(a, SIZE_MAX / 2, 3);
}

static void
too_much(void)
{
	xmalloc(SIZE_MAX / 2);
}

static void
assert_aborts(void (*act)(void))
{
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		struct rlimit none = { 0, 0 };

		setrlimit(RLIMIT_CORE, &none);
		signal(SIGABRT, SIG_DFL);
		fclose(stderr);
		act();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(!WIFEXITED(status) || WEXITSTATUS(status) != 0);
}

static void
impossible_sizes_end_the_program_instead_of_wrapping(void **state)
{
	(void)state;
	assert_aborts(overflow);
	assert_aborts(too_much);
}

static void
sizes_from_input_are_bounded(void **state)
{
	struct err err = ERR_INIT;
	void *p = &err;

	(void)state;
	assert_status(try_alloc(&p, 101, 100, &err), ST_LIMIT, &err);
	assert_null(p);
	assert_ok(try_alloc(&p, 100, 100, &err), &err);
	memset(p, 1, 100);
	freep(&p);
	assert_ok(try_alloc(&p, 0, 0, &err), &err);
	freep(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_zeroed_aligned_and_apart),
		cmocka_unit_test(a_large_block_is_given_whole),
		cmocka_unit_test(after_a_reset_memory_is_clean_again),
		cmocka_unit_test(strings_are_copied),
		cmocka_unit_test(impossible_sizes_end_the_program_instead_of_wrapping),
		cmocka_unit_test(sizes_from_input_are_bounded),
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
