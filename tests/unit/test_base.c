/* SPDX-License-Identifier: GPL-3.0-or-later */
/* link: -Wl,--wrap=fsync,--wrap=write,--wrap=rename */
#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base.h"

static const char *failing;
static int failing_errno;
static size_t write_at_most;

int __real_fsync(int);
int __wrap_fsync(int);
int __real_rename(const char *, const char *);
int __wrap_rename(const char *, const char *);
ssize_t __real_write(int, const void *, size_t);
ssize_t __wrap_write(int, const void *, size_t);

static bool
fails(const char *call)
{
	if (!failing || strcmp(failing, call))
		return false;
	errno = failing_errno;
	return true;
}

int
__wrap_fsync(int fd)
{
	return fails("fsync") ? -1 : __real_fsync(fd);
}

int
__wrap_rename(const char *from, const char *to)
{
	return fails("rename") ? -1 : __real_rename(from, to);
}

ssize_t
__wrap_write(int fd, const void *p, size_t n)
{
	static int turn;

	if (fails("write"))
		return -1;
	if (write_at_most && ++turn % 2) {
		errno = EINTR;
		return -1;
	}
	return __real_write(fd, p, write_at_most && n > write_at_most ? write_at_most : n);
}

static void
time_is_told_in_utc_with_microseconds(void **state)
{
	char text[28];

	(void)state;
	time_text(0, text);
	assert_string_equal(text, "1970-01-01T00:00:00.000000Z");
	time_text(INT64_C(1795492200123456), text);
	assert_string_equal(text, "2026-11-24T03:50:00.123456Z");
	time_text(-1, text);
	assert_string_equal(text, "1969-12-31T23:59:59.999999Z");
	time_text(INT64_MAX, text);
	assert_int_equal(strlen(text), 27);
	time_text(INT64_MIN, text);
	assert_int_equal(strlen(text), 27);
	assert_true(now_us() > INT64_C(1700000000000000));
	int64_t before = monotonic_us();

	assert_true(monotonic_us() >= before);
}

static void
only_days_of_the_calendar_are_dates(void **state)
{
	static const char *const good[] = { "2024-02-29", "2000-02-29", "1999-12-31", "1000-01-01",
		NULL };
	static const char *const bad[] = { "", "2023-02-29", "1900-02-29", "2024-13-01",
		"2024-00-10", "2024-04-31", "2024-4-01", "0999-01-01", "2024/01/01", "2024-01-01T",
		"20240101", "2024-01-0x", "-024-01-01", "2024-", "2024-01-", NULL };

	(void)state;
	for (size_t i = 0; good[i]; i++)
		assert_true(date_valid(span_of(good[i]), false));
	for (size_t i = 0; bad[i]; i++) {
		assert_false(date_valid(span_of(bad[i]), false));
		assert_false(date_valid(span_of(bad[i]), true));
	}
	assert_true(date_valid(SPAN("2024"), true));
	assert_true(date_valid(SPAN("2024-12"), true));
	assert_false(date_valid(SPAN("2024"), false));
	assert_false(date_valid(SPAN("2024-12"), false));
}

static void
a_day_begins_at_midnight_in_utc(void **state)
{
	int64_t us = 7;

	(void)state;
	assert_true(day_parse("1970-01-02", &us));
	assert_int_equal(us, INT64_C(86400) * 1000000);
	assert_true(day_parse("1969-12-31", &us));
	assert_int_equal(us, INT64_C(-86400) * 1000000);
	us = 7;
	assert_false(day_parse("2023-02-29", &us));
	assert_false(day_parse("2024-02", &us));
	assert_false(day_parse("2024-02-29 ", &us));
	assert_int_equal(us, 7);
}

static void
days_are_counted_by_the_calendar(void **state)
{
	static const struct {
		const char *day;
		int days;
		const char *then;
	} cases[] = { { "2024-02-28", 2, "2024-03-01" }, { "2023-02-28", 1, "2023-03-01" },
		{ "2026-12-31", 1, "2027-01-01" }, { "2026-11-26", 0, "2026-11-26" },
		{ "2024-03-01", -1, "2024-02-29" }, { "1900-01-01", 36500, "1999-12-08" } };
	char out[11];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		day_add(cases[i].day, cases[i].days, out);
		assert_string_equal(out, cases[i].then);
	}
}

static void
uids_are_random_version_4(void **state)
{
	char a[UID_LEN + 1], b[UID_LEN + 1];

	(void)state;
	for (int i = 0; i < 100; i++) {
		uid_make(a);
		uid_make(b);
		assert_true(uid_valid(span_of(a)));
		assert_int_equal(a[14], '4');
		assert_non_null(strchr("89ab", a[19]));
		assert_string_not_equal(a, b);
	}
	assert_false(uid_valid(SPAN("")));
	assert_false(uid_valid(SPAN("0b1c2d3e-4f50-4171-8293-a4b5c6d7e8f")));
	assert_false(uid_valid(SPAN("0B1C2D3E-4f50-4171-8293-a4b5c6d7e8f9")));
	assert_false(uid_valid(SPAN("0b1c2d3e-4f50-4171-8293-a4b5c6d7e8/9")));
	assert_false(uid_valid(SPAN("0b1c2d3e04f50-4171-8293-a4b5c6d7e8f9")));
}

static void
hex_goes_there_and_back(void **state)
{
	unsigned char bytes[256], back[256];
	char text[513];

	(void)state;
	for (size_t i = 0; i < 256; i++)
		bytes[i] = (unsigned char)i;
	hex_encode(bytes, 256, text);
	assert_memory_equal(text, "000102", 6);
	assert_true(hex_decode(span_of(text), back, 256));
	assert_memory_equal(bytes, back, 256);
	assert_true(hex_decode(SPAN("AbCd"), back, 2));
	assert_int_equal(back[0], 0xab);
	memset(back, 7, sizeof(back));
	assert_false(hex_decode(SPAN("0g"), back, 1));
	assert_false(hex_decode(SPAN("abc"), back, 1));
	assert_false(hex_decode(SPAN("ab"), back, 2));
	assert_int_equal(back[0], 7);
}

static void
base64_follows_rfc_4648(void **state)
{
	static const char *const pairs[][2] = { { "", "" }, { "f", "Zg" }, { "fo", "Zm8" },
		{ "foo", "Zm9v" }, { "foob", "Zm9vYg" }, { "fooba", "Zm9vYmE" },
		{ "foobar", "Zm9vYmFy" } };
	struct strbuf b = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		strbuf_reset(&b);
		base64url_encode(pairs[i][0], strlen(pairs[i][0]), &b);
		assert_string_equal(b.buf, pairs[i][1]);
		strbuf_reset(&b);
		assert_true(base64_decode(span_of(pairs[i][1]), &b));
		assert_string_equal(b.buf, pairs[i][0]);
	}
	strbuf_reset(&b);
	base64url_encode("\xfb\xff", 2, &b);
	assert_string_equal(b.buf, "-_8");
	strbuf_reset(&b);
	assert_true(base64_decode(SPAN("Zg=="), &b) && base64_decode(SPAN("+/8="), &b));
	assert_memory_equal(b.buf, "f\xfb\xff", 3);
	static const char *const bad[] = { "Z", "Zg=", "Zg===", "Zh", "Zm9", "Z g=", "Zg==\n", "=",
		"====", "Zm9v=", NULL };

	for (size_t i = 0; bad[i]; i++) {
		strbuf_reset(&b);
		assert_false(base64_decode(span_of(bad[i]), &b));
		assert_int_equal(b.len, 0);
	}
	strbuf_free(&b);
}

static void
secrets_are_compared_whole(void **state)
{
	(void)state;
	assert_true(secret_equal(SPAN("token"), SPAN("token")));
	assert_false(secret_equal(SPAN("token"), SPAN("tokeN")));
	assert_false(secret_equal(SPAN("token"), SPAN("Token")));
	assert_false(secret_equal(SPAN("token"), SPAN("tokens")));
	assert_true(secret_equal(span_make(NULL, 0), SPAN("")));
}

static void
broken_utf8_is_told_from_whole(void **state)
{
	static const char *const bad[] = { "\xff", "\xc3", "\xc0\x80", "\xe0\x80\x80",
		"\xed\xa0\x80", "\xf4\x90\x80\x80", "abc\x80", "\xe1\xba", NULL };

	(void)state;
	assert_true(utf8_valid(SPAN("Uỷ ban nhân dân tỉnh \xf0\x9f\x93\x84")));
	assert_true(utf8_valid(span_make(NULL, 0)));
	assert_false(utf8_valid(span_make("a\0b", 3)));
	for (size_t i = 0; bad[i]; i++)
		assert_false(utf8_valid(span_of(bad[i])));
}

static void
clean(struct span in, size_t max, const char *want)
{
	struct strbuf once = STRBUF_INIT, twice = STRBUF_INIT;

	name_clean(in, max, &once);
	assert_string_equal(once.buf, want);
	assert_true(once.len <= max);
	assert_true(utf8_valid(strbuf_span(&once)));
	name_clean(strbuf_span(&once), max, &twice);
	assert_string_equal(twice.buf, once.buf);
	strbuf_free(&once);
	strbuf_free(&twice);
}

static void
names_of_strangers_become_names_for_people(void **state)
{
	(void)state;
	clean(SPAN("Quyết định 45.pdf"), 255, "Quyết định 45.pdf");
	clean(SPAN("Quye\u0302\u0301t.pdf"), 255, "Quyết.pdf");
	clean(SPAN("../../etc/passwd"), 255, "passwd");
	clean(SPAN("C:\\Users\\x\\a.doc"), 255, "a.doc");
	clean(SPAN("thư mục/"), 255, "thư mục");
	clean(SPAN("a\r\nb\x1b[31m\x7f\xc2\x85.txt"), 255, "ab[31m.txt");
	clean(SPAN("invoice\u202efdp.exe\u2066"), 255, "invoicefdp.exe");
	clean(span_make("a\0b.pdf", 7), 255, "ab.pdf");
	clean(SPAN("x\xff\xfe.pdf"), 255, "x\xef\xbf\xbd\xef\xbf\xbd.pdf");
	clean(SPAN("  có khoảng trắng  "), 255, "có khoảng trắng");
}

static void
a_name_is_never_empty_and_never_a_directory(void **state)
{
	static const char *const empty[] = { "", ".", "..", "/", "../", "a/..", "///", "\n\t",
		" . ", NULL };

	(void)state;
	for (size_t i = 0; empty[i]; i++)
		clean(span_of(empty[i]), 255, "không-tên");
	clean(span_make(NULL, 0), 255, "không-tên");
	clean(SPAN("\u202e\u200b"), 255, "không-tên");
}

static void
long_names_are_cut_at_a_character_and_keep_their_extension(void **state)
{
	struct strbuf in = STRBUF_INIT, out = STRBUF_INIT;

	(void)state;
	for (int i = 0; i < 100; i++)
		strbuf_add_str(&in, "ậ");
	strbuf_add_str(&in, ".pdf");
	for (size_t max = 12; max < 310; max++) {
		strbuf_reset(&out);
		name_clean(strbuf_span(&in), max, &out);
		assert_true(out.len <= max && out.len + 3 > (max < 304 ? max : 304));
		assert_true(utf8_valid(strbuf_span(&out)));
		assert_true(span_ends(strbuf_span(&out), SPAN(".pdf")));
	}
	/* A letter and the marks that cannot be composed with it stay together. */
	clean(SPAN("ab\u0331\u0331xyz"), 4, "a");
	clean(SPAN("x.aaaaaaaaaaaaaaaaaaaaaaaa"), 6, "x.aaaa");
	strbuf_free(&in);
	strbuf_free(&out);
}

static void
short_and_interrupted_writes_go_on(void **state)
{
	struct err err = ERR_INIT;
	FILE *f = tmpfile();
	char text[1000], back[1000];

	(void)state;
	assert_non_null(f);
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)i;
	write_at_most = 7;
	enum status rc = write_all(fileno(f), text, sizeof(text), &err);

	write_at_most = 0;
	assert_ok(rc, &err);
	assert_ok(pread_all(fileno(f), back, 900, 100, &err), &err);
	assert_memory_equal(text + 100, back, 900);
	assert_status(pread_all(fileno(f), back, 2, 999, &err), ST_CORRUPT, &err);
	assert_status(pread_all(fileno(f), back, 1, UINT64_MAX, &err), ST_CORRUPT, &err);
	fclose(f);
}

static void
expect_content(const char *path, const char *want)
{
	struct strbuf b = STRBUF_INIT;
	struct err err = ERR_INIT;

	assert_ok(strbuf_read_file(&b, path, 100, &err), &err);
	assert_string_equal(b.buf, want);
	strbuf_free(&b);
}

static void
a_replaced_file_has_the_old_or_the_new_content(void **state)
{
	static const char *const calls[] = { "write", "fsync", "rename", NULL };
	struct err err = ERR_INIT;
	char *dir = temp_dir_make(), path[4200], temp[4210];
	struct stat st;

	(void)state;
	snprintf(path, sizeof(path), "%s/file", dir);
	snprintf(temp, sizeof(temp), "%s.tmp", path);
	assert_ok(file_replace(path, SPAN("old"), 0640, &err), &err);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640 & ~umask(umask(022)));
	for (size_t i = 0; calls[i]; i++) {
		failing = calls[i];
		failing_errno = i == 0 ? ENOSPC : EIO;
		enum status rc = file_replace(path, SPAN("new"), 0640, &err);

		failing = NULL;
		assert_status(rc, i == 0 ? ST_FULL : ST_IO, &err);
		expect_content(path, "old");
		assert_int_equal(access(temp, F_OK), -1);
	}
	/* What a run that was cut off left behind is no obstacle. */
	close(open(temp, O_CREAT | O_WRONLY, 0400));
	assert_ok(file_replace(path, SPAN("new"), 0640, &err), &err);
	expect_content(path, "new");
	assert_status(file_replace("/nonexistent/x", SPAN(""), 0600, &err), ST_IO, &err);
	temp_dir_remove(dir);
}

static void
folders_are_made_level_by_level(void **state)
{
	struct err err = ERR_INIT;
	char *dir = temp_dir_make(), path[4200];

	(void)state;
	snprintf(path, sizeof(path), "%s/a/b/c", dir);
	assert_ok(mkdir_synced(path, &err), &err);
	assert_ok(mkdir_synced(path, &err), &err);
	assert_ok(sync_dir(path, &err), &err);
	snprintf(path, sizeof(path), "%s/file", dir);
	assert_ok(file_replace(path, SPAN(""), 0600, &err), &err);
	assert_status(mkdir_synced(path, &err), ST_EXISTS, &err);
	snprintf(path, sizeof(path), "%s/file/below", dir);
	assert_status(mkdir_synced(path, &err), ST_IO, &err);
	assert_status(sync_dir("/nonexistent", &err), ST_IO, &err);
	failing = "fsync";
	failing_errno = EIO;
	snprintf(path, sizeof(path), "%s/d", dir);
	assert_status(mkdir_synced(path, &err), ST_IO, &err);
	failing = NULL;
	temp_dir_remove(dir);
}

static void
a_tree_goes_with_all_in_it_and_nothing_a_link_leads_to(void **state)
{
	char *dir = temp_dir_make(), kept[256], path[256];
	struct err err = ERR_INIT;

	(void)state;
	snprintf(kept, sizeof(kept), "%s/kept", dir);
	assert_ok(file_replace(kept, SPAN("x"), 0600, &err), &err);
	snprintf(path, sizeof(path), "%s/a/b", dir);
	assert_ok(mkdir_synced(path, &err), &err);
	snprintf(path, sizeof(path), "%s/a/b/file", dir);
	assert_ok(file_replace(path, SPAN("x"), 0600, &err), &err);
	snprintf(path, sizeof(path), "%s/a/link", dir);
	assert_int_equal(symlink("..", path), 0);
	snprintf(path, sizeof(path), "%s/a", dir);
	assert_ok(tree_remove(path, &err), &err);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(access(kept, F_OK), 0);
	assert_ok(tree_remove(path, &err), &err); /* not there any more */
	snprintf(path, sizeof(path), "%s/kept/no-folder", dir);
	assert_status(tree_remove(path, &err), ST_IO, &err);
	temp_dir_remove(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(time_is_told_in_utc_with_microseconds),
		cmocka_unit_test(only_days_of_the_calendar_are_dates),
		cmocka_unit_test(a_day_begins_at_midnight_in_utc),
		cmocka_unit_test(days_are_counted_by_the_calendar),
		cmocka_unit_test(uids_are_random_version_4),
		cmocka_unit_test(hex_goes_there_and_back),
		cmocka_unit_test(base64_follows_rfc_4648),
		cmocka_unit_test(secrets_are_compared_whole),
		cmocka_unit_test(broken_utf8_is_told_from_whole),
		cmocka_unit_test(names_of_strangers_become_names_for_people),
		cmocka_unit_test(a_name_is_never_empty_and_never_a_directory),
		cmocka_unit_test(long_names_are_cut_at_a_character_and_keep_their_extension),
		cmocka_unit_test(short_and_interrupted_writes_go_on),
		cmocka_unit_test(a_replaced_file_has_the_old_or_the_new_content),
		cmocka_unit_test(folders_are_made_level_by_level),
		cmocka_unit_test(a_tree_goes_with_all_in_it_and_nothing_a_link_leads_to),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
