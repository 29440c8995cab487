/* SPDX-License-Identifier: GPL-3.0-or-later */
/* link: -Wl,--wrap=fsync,--wrap=rename,--wrap=unlinkat,--wrap=rmdir */
#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base.h"
#include "conf.h"
#include "derived.h"

#define UID_A "0b1c2d3e-4f50-4171-8293-a4b5c6d7e8f9"
#define UID_B "0b1c2d3e-4f50-4171-8293-a4b5c6d7e8fa"
#define UID_C "f00c2d3e-4f50-4171-8293-a4b5c6d7e8f9"

/* The at-th of the calls that change a folder fails and every one after it: a process that died. */
static int calls, die_at;

static bool
dead(void)
{
	if (die_at && ++calls >= die_at) {
		errno = EIO;
		return true;
	}
	return false;
}

int __real_fsync(int);
int __wrap_fsync(int);
int __real_rename(const char *, const char *);
int __wrap_rename(const char *, const char *);
int __real_unlinkat(int, const char *, int);
int __wrap_unlinkat(int, const char *, int);
int __real_rmdir(const char *);
int __wrap_rmdir(const char *);

int
__wrap_fsync(int fd)
{
	return dead() ? -1 : __real_fsync(fd);
}

int
__wrap_rename(const char *from, const char *to)
{
	return dead() ? -1 : __real_rename(from, to);
}

int
__wrap_unlinkat(int fd, const char *name, int flags)
{
	return dead() ? -1 : __real_unlinkat(fd, name, flags);
}

int
__wrap_rmdir(const char *path)
{
	return dead() ? -1 : __real_rmdir(path);
}

struct room {
	char *dir;
	struct conf *conf;
	struct derived *d;
	struct err err;
};

static int
enter(void **state)
{
	struct room *r = calloc(1, sizeof(*r));

	assert_non_null(r);
	calls = die_at = 0;
	r->dir = temp_dir_make();
	r->conf = conf_new(r->dir);
	assert_ok(derived_open(&r->d, r->conf, &r->err), &r->err);
	*state = r;
	return 0;
}

static int
leave(void **state)
{
	struct room *r = *state;

	die_at = 0;
	derived_close(r->d);
	conf_free(r->conf);
	temp_dir_remove(r->dir);
	free(r);
	return 0;
}

static void
put(struct room *r, uint32_t page, enum derived_kind kind, const char *text)
{
	assert_ok(derived_put(r->d, UID_A, page, kind, span_of(text), &r->err), &r->err);
}

static void
expect(struct room *r, uint32_t page, enum derived_kind kind, const char *text)
{
	struct strbuf out = STRBUF_INIT;
	struct derived_piece piece;
	char bytes[64] = "";

	strbuf_add_str(&out, "before ");
	assert_ok(derived_read(r->d, UID_A, page, kind, 1000, &out, &r->err), &r->err);
	assert_string_equal(out.buf + 7, text);
	strbuf_free(&out);

	assert_ok(derived_find(r->d, UID_A, page, kind, &piece, &r->err), &r->err);
	assert_int_equal(piece.length, strlen(text));
	assert_ok(pread_all(piece.fd, bytes, (size_t)piece.length, piece.offset, &r->err), &r->err);
	assert_string_equal(bytes, text);
	close(piece.fd);
}

static void
put_three_pages(struct room *r)
{
	put(r, 2, DERIVED_WORDS, "words of 2");
	put(r, 1, DERIVED_WORDS, "words of 1");
	put(r, 1, DERIVED_IMAGE, "image of 1");
	put(r, 2, DERIVED_IMAGE, "image of 2");
	put(r, 3, DERIVED_WORDS, "");
	put(r, 0, DERIVED_NOTE, "{}");
}

static void
expect_three_pages(struct room *r)
{
	expect(r, 1, DERIVED_WORDS, "words of 1");
	expect(r, 2, DERIVED_WORDS, "words of 2");
	expect(r, 3, DERIVED_WORDS, "");
	expect(r, 1, DERIVED_IMAGE, "image of 1");
	expect(r, 2, DERIVED_IMAGE, "image of 2");
	expect(r, 0, DERIVED_NOTE, "{}");
}

static char *
pack_path(struct room *r, const char *kind)
{
	static char path[4096];

	snprintf(path, sizeof(path), "%s/derived/0b/1c/%s.%s.zip", r->dir, UID_A, kind);
	return path;
}

static bool
spool_there(struct room *r)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/derived/spool/%s", r->dir, UID_A);
	return access(path, F_OK) == 0;
}

static void
a_page_is_found_in_the_spool_and_after_packing(void **state)
{
	struct room *r = *state;

	put_three_pages(r);
	expect_three_pages(r);
	assert_ok(derived_pack(r->d, UID_A, &r->err), &r->err);
	assert_false(spool_there(r));
	expect_three_pages(r);
	assert_ok(derived_verify(r->d, UID_A, &r->err), &r->err);
	assert_ok(derived_pack(r->d, UID_A, &r->err), &r->err);
	expect_three_pages(r);
}

static void
what_was_never_kept_is_not_found(void **state)
{
	struct room *r = *state;
	struct derived_piece piece;

	assert_status(
	    derived_find(r->d, UID_A, 1, DERIVED_WORDS, &piece, &r->err), ST_NOT_FOUND, &r->err);
	put_three_pages(r);
	assert_status(
	    derived_find(r->d, UID_A, 4, DERIVED_WORDS, &piece, &r->err), ST_NOT_FOUND, &r->err);
	assert_ok(derived_pack(r->d, UID_A, &r->err), &r->err);
	for (uint32_t page = 4; page < 9; page++)
		assert_status(derived_find(r->d, UID_A, page, DERIVED_WORDS, &piece, &r->err),
		    ST_NOT_FOUND, &r->err);
	assert_status(
	    derived_find(r->d, UID_A, 3, DERIVED_IMAGE, &piece, &r->err), ST_NOT_FOUND, &r->err);
	assert_status(
	    derived_find(r->d, UID_A, 1, DERIVED_NOTE, &piece, &r->err), ST_NOT_FOUND, &r->err);
	assert_ok(derived_pack(r->d, UID_B, &r->err), &r->err);
}

static void
names_and_pages_out_of_range_never_reach_the_disk(void **state)
{
	struct room *r = *state;
	struct derived_piece piece;

	assert_status(derived_put(r->d, "../../etc", 1, DERIVED_WORDS, SPAN(""), &r->err),
	    ST_INVALID, &r->err);
	assert_status(
	    derived_put(r->d, UID_A, DERIVED_PAGES_MAX + 1, DERIVED_WORDS, SPAN(""), &r->err),
	    ST_INVALID, &r->err);
	assert_status(derived_put(r->d, UID_A, 1, (enum derived_kind)7, SPAN(""), &r->err),
	    ST_INVALID, &r->err);
	assert_status(
	    derived_find(r->d, "", 1, DERIVED_WORDS, &piece, &r->err), ST_INVALID, &r->err);
	assert_status(derived_pack(r->d, "x", &r->err), ST_INVALID, &r->err);
	assert_status(derived_drop(r->d, "..", &r->err), ST_INVALID, &r->err);
}

static void
a_page_read_again_replaces_the_packed_one(void **state)
{
	struct room *r = *state;

	put_three_pages(r);
	assert_ok(derived_pack(r->d, UID_A, &r->err), &r->err);
	put(r, 2, DERIVED_WORDS, "better words");
	expect(r, 2, DERIVED_WORDS, "better words");
	put(r, 4, DERIVED_WORDS, "words of 4");
	assert_ok(derived_pack(r->d, UID_A, &r->err), &r->err);
	expect(r, 1, DERIVED_WORDS, "words of 1");
	expect(r, 2, DERIVED_WORDS, "better words");
	expect(r, 4, DERIVED_WORDS, "words of 4");
	expect(r, 2, DERIVED_IMAGE, "image of 2");
	assert_ok(derived_verify(r->d, UID_A, &r->err), &r->err);
}

static void
the_same_results_give_the_same_bytes(void **state)
{
	struct room *r = *state;
	struct strbuf first = STRBUF_INIT, second = STRBUF_INIT;

	put_three_pages(r);
	assert_ok(derived_pack(r->d, UID_A, &r->err), &r->err);
	assert_ok(strbuf_read_file(&first, pack_path(r, "words"), 1 << 20, &r->err), &r->err);
	assert_ok(derived_drop(r->d, UID_A, &r->err), &r->err);
	put(r, 3, DERIVED_WORDS, "");
	put(r, 0, DERIVED_NOTE, "{}");
	put(r, 1, DERIVED_WORDS, "words of 1");
	assert_ok(derived_pack(r->d, UID_A, &r->err), &r->err);
	put(r, 2, DERIVED_WORDS, "words of 2");
	assert_ok(derived_pack(r->d, UID_A, &r->err), &r->err);
	assert_ok(strbuf_read_file(&second, pack_path(r, "words"), 1 << 20, &r->err), &r->err);
	assert_int_equal(first.len, second.len);
	assert_memory_equal(first.buf, second.buf, first.len);
	strbuf_free(&first);
	strbuf_free(&second);
}

static void
a_pack_is_an_archive_that_other_tools_open(void **state)
{
	struct room *r = *state;
	char command[8400];

	if (system("command -v python3 >/dev/null 2>&1") != 0)
		SKIP("python3, whose zipfile reads the pack, is not installed");
	put_three_pages(r);
	assert_ok(derived_pack(r->d, UID_A, &r->err), &r->err);
	snprintf(command, sizeof(command),
	    "python3 -c \"import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); "
	    "assert z.testzip() is None; "
	    "assert z.namelist()==['000000.notes','000001.words','000002.words','000003.words']; "
	    "assert z.read('000002.words')==b'words of 2'\" %s",
	    pack_path(r, "words"));
	assert_int_equal(system(command), 0);
}

static void
killed_at_any_step_of_packing_nothing_is_lost(void **state)
{
	struct room *r = *state;
	struct err err = ERR_INIT;
	int at;

	for (at = 1;; at++) {
		put_three_pages(r);
		calls = 0;
		die_at = at;
		enum status rc = derived_pack(r->d, UID_A, &err);

		die_at = 0;
		expect_three_pages(r);
		assert_ok(derived_pack(r->d, UID_A, &r->err), &r->err);
		expect_three_pages(r);
		assert_ok(derived_verify(r->d, UID_A, &r->err), &r->err);
		assert_ok(derived_drop(r->d, UID_A, &r->err), &r->err);
		if (!rc)
			break;
	}
	assert_true(at > 10);
}

static void
every_flipped_byte_of_a_pack_is_noticed(void **state)
{
	struct room *r = *state;
	struct strbuf good = STRBUF_INIT;

	put_three_pages(r);
	assert_ok(derived_pack(r->d, UID_A, &r->err), &r->err);
	const char *path = pack_path(r, "words");

	assert_ok(strbuf_read_file(&good, path, 1 << 20, &r->err), &r->err);
	int fd = open(path, O_WRONLY);

	if (fd == -1) {
		assert_int_equal(chmod(path, 0600), 0);
		fd = open(path, O_WRONLY);
	}
	assert_true(fd >= 0);
	size_t unnoticed = 0;

	for (size_t i = 0; i < good.len; i++) {
		char bad = (char)(good.buf[i] ^ 0x20);

		assert_int_equal(pwrite(fd, &bad, 1, (off_t)i), 1);
		if (derived_verify(r->d, UID_A, &r->err) != ST_CORRUPT)
			unnoticed++;
		assert_int_equal(pwrite(fd, good.buf + i, 1, (off_t)i), 1);
	}
	assert_int_equal(unnoticed, 0);
	for (size_t n = 0; n < good.len; n++) {
		assert_int_equal(ftruncate(fd, (off_t)n), 0);
		assert_status(derived_verify(r->d, UID_A, &r->err), ST_CORRUPT, &r->err);
		assert_int_equal(pwrite(fd, good.buf, good.len, 0), good.len);
	}
	close(fd);
	strbuf_free(&good);
}

static void
spoilt_bytes_are_not_handed_out_and_not_carried_over(void **state)
{
	struct room *r = *state;
	struct strbuf out = STRBUF_INIT;

	put_three_pages(r);
	assert_ok(derived_pack(r->d, UID_A, &r->err), &r->err);
	const char *path = pack_path(r, "words");

	assert_int_equal(chmod(path, 0600), 0);
	assert_ok(strbuf_read_file(&out, path, 1 << 20, &r->err), &r->err);
	ptrdiff_t at = span_find(strbuf_span(&out), SPAN("words of 2"));
	int fd = open(path, O_WRONLY);

	assert_true(at > 0 && fd >= 0);
	assert_int_equal(pwrite(fd, "W", 1, (off_t)at), 1);
	close(fd);
	strbuf_reset(&out);
	assert_status(
	    derived_read(r->d, UID_A, 2, DERIVED_WORDS, 1000, &out, &r->err), ST_CORRUPT, &r->err);
	assert_int_equal(out.len, 0);
	expect(r, 1, DERIVED_WORDS, "words of 1");
	put(r, 4, DERIVED_WORDS, "words of 4");
	assert_status(derived_pack(r->d, UID_A, &r->err), ST_CORRUPT, &r->err);
	expect(r, 4, DERIVED_WORDS, "words of 4");
	strbuf_free(&out);
}

static void
a_result_over_the_limit_of_the_caller_is_refused(void **state)
{
	struct room *r = *state;
	struct strbuf out = STRBUF_INIT;

	put(r, 1, DERIVED_WORDS, "words of 1");
	assert_status(
	    derived_read(r->d, UID_A, 1, DERIVED_WORDS, 9, &out, &r->err), ST_TOO_LARGE, &r->err);
	assert_int_equal(out.len, 0);
	strbuf_free(&out);
}

static enum status
note_each(void *payload, uint32_t page, enum derived_kind kind, uint64_t length, struct err *err)
{
	(void)err;
	strbuf_addf(payload, "%u/%d/%llu ", page, (int)kind, (unsigned long long)length);
	return ST_OK;
}

static enum status
stop_at_once(void *payload, uint32_t page, enum derived_kind kind, uint64_t length, struct err *err)
{
	(void)payload, (void)page, (void)kind, (void)length;
	return fail(err, ST_TIMEOUT, "enough");
}

static void
a_walk_meets_spool_and_pack_once_in_order(void **state)
{
	struct room *r = *state;
	struct strbuf seen = STRBUF_INIT;
	const char *want = "0/2/2 1/0/10 1/1/10 2/0/10 2/1/10 3/0/0 ";

	put_three_pages(r);
	assert_ok(derived_each(r->d, UID_A, note_each, &seen, &r->err), &r->err);
	assert_string_equal(seen.buf, want);
	assert_ok(derived_pack(r->d, UID_A, &r->err), &r->err);
	put(r, 2, DERIVED_WORDS, "x");
	strbuf_reset(&seen);
	assert_ok(derived_each(r->d, UID_A, note_each, &seen, &r->err), &r->err);
	assert_string_equal(seen.buf, "0/2/2 1/0/10 1/1/10 2/0/1 2/1/10 3/0/0 ");
	assert_status(derived_each(r->d, UID_A, stop_at_once, NULL, &r->err), ST_TIMEOUT, &r->err);
	strbuf_reset(&seen);
	assert_ok(derived_each(r->d, UID_B, note_each, &seen, &r->err), &r->err);
	assert_int_equal(seen.len, 0);
	strbuf_free(&seen);
}

static void
dropped_results_are_gone_and_may_come_again(void **state)
{
	struct room *r = *state;
	struct derived_piece piece;

	put_three_pages(r);
	assert_ok(derived_pack(r->d, UID_A, &r->err), &r->err);
	put(r, 9, DERIVED_WORDS, "spooled");
	assert_ok(derived_drop(r->d, UID_A, &r->err), &r->err);
	assert_status(
	    derived_find(r->d, UID_A, 1, DERIVED_WORDS, &piece, &r->err), ST_NOT_FOUND, &r->err);
	assert_status(
	    derived_find(r->d, UID_A, 9, DERIVED_WORDS, &piece, &r->err), ST_NOT_FOUND, &r->err);
	assert_ok(derived_drop(r->d, UID_A, &r->err), &r->err);
	put_three_pages(r);
	expect_three_pages(r);
}

static void
components_are_listed_in_order_from_packs_and_spool(void **state)
{
	struct room *r = *state;
	static const char *const uids[] = { UID_B, UID_C, UID_A };
	char page[2][UID_LEN + 1];
	size_t n = 0;

	for (size_t i = 0; i < 3; i++)
		assert_ok(
		    derived_put(r->d, uids[i], 1, DERIVED_WORDS, SPAN("x"), &r->err), &r->err);
	assert_ok(derived_pack(r->d, UID_B, &r->err), &r->err);
	assert_ok(derived_pack(r->d, UID_C, &r->err), &r->err);
	assert_ok(derived_put(r->d, UID_C, 1, DERIVED_IMAGE, SPAN("x"), &r->err), &r->err);
	assert_ok(derived_list(r->d, "", page, 2, &n, &r->err), &r->err);
	assert_int_equal(n, 2);
	assert_string_equal(page[0], UID_A);
	assert_string_equal(page[1], UID_B);
	assert_ok(derived_list(r->d, page[1], page, 2, &n, &r->err), &r->err);
	assert_int_equal(n, 1);
	assert_string_equal(page[0], UID_C);
	assert_ok(derived_list(r->d, UID_C, page, 2, &n, &r->err), &r->err);
	assert_int_equal(n, 0);
	assert_status(derived_list(r->d, "x", page, 2, &n, &r->err), ST_INVALID, &r->err);
}

#define T(f) cmocka_unit_test_setup_teardown(f, enter, leave)

static void
the_spool_tells_what_is_being_read(void **state)
{
	struct room *r = *state;
	size_t components;
	uint64_t bytes;

	assert_ok(derived_spool(r->d, &components, &bytes, &r->err), &r->err);
	assert_int_equal(components, 0);
	assert_int_equal(bytes, 0);
	put(r, 1, DERIVED_WORDS, "four");
	put(r, 2, DERIVED_IMAGE, "seven..");
	assert_ok(derived_spool(r->d, &components, &bytes, &r->err), &r->err);
	assert_int_equal(components, 1);
	assert_int_equal(bytes, 11);
	assert_ok(derived_pack(r->d, UID_A, &r->err), &r->err);
	assert_ok(derived_spool(r->d, &components, &bytes, &r->err), &r->err);
	assert_int_equal(components, 0);
	assert_int_equal(bytes, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_spool_tells_what_is_being_read),
		T(a_page_is_found_in_the_spool_and_after_packing),
		T(what_was_never_kept_is_not_found),
		T(names_and_pages_out_of_range_never_reach_the_disk),
		T(a_page_read_again_replaces_the_packed_one),
		T(the_same_results_give_the_same_bytes),
		T(a_pack_is_an_archive_that_other_tools_open),
		T(killed_at_any_step_of_packing_nothing_is_lost),
		T(every_flipped_byte_of_a_pack_is_noticed),
		T(spoilt_bytes_are_not_handed_out_and_not_carried_over),
		T(a_result_over_the_limit_of_the_caller_is_refused),
		T(a_walk_meets_spool_and_pack_once_in_order),
		T(dropped_results_are_gone_and_may_come_again),
		T(components_are_listed_in_order_from_packs_and_spool),
	};

	return cmocka_run_group_tests_name("derived", tests, NULL, NULL);
}
