/* SPDX-License-Identifier: GPL-3.0-or-later */
/* time-limit: 300 */
/* link: -Wl,--wrap=fsync,--wrap=mkdir,--wrap=rename,--wrap=catalog_open,--wrap=catalog_commit */
#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "archive_new.h"
#include "audit.h"
#include "catalog.h"
#include "plan.h"
#include "principal.h"

#define PASSWORD SPAN("con-ngựa 57 xanh")

static struct err err;

static struct archive_new
archive_in(const char *dir)
{
	return (struct archive_new){ .dir = dir,
		.name = "Sở Thử Nghiệm",
		.admin = "quan.tri",
		.password = PASSWORD,
		.os_user = "root" };
}

static int
set_up(void **state)
{
	*state = temp_dir_make();
	return 0;
}

static int
tear_down(void **state)
{
	temp_dir_remove(*state);
	return 0;
}

static void
count_fault(void *payload, const char *kind, const char *text)
{
	++*(int *)payload;
	print_message("# %s: %s\n", kind, text);
}

static void
assert_sound(struct catalog *catalog)
{
	uint64_t faults = 1;
	int told = 0;

	assert_ok(catalog_verify(catalog, count_fault, &told, &faults, &err), &err);
	assert_int_equal(faults, 0);
	assert_int_equal(told, 0);
}

static struct catalog *
open_archive(const char *dir)
{
	owned(conf_freep) struct conf *conf = NULL;
	struct catalog *catalog;

	assert_ok(conf_load(&conf, dir, &err), &err);
	assert_ok(catalog_open(&catalog, conf, CATALOG_WRITE, &err), &err);
	return catalog;
}

static bool
exists(const char *dir, const char *name)
{
	char path[4400];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return access(path, F_OK) == 0;
}

static void
put_file(const char *dir, const char *name)
{
	char path[4400];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	assert_true(fd >= 0);
	close(fd);
}

static int
entries(const char *dir)
{
	char command[4400];
	FILE *in;
	int count = -1;

	snprintf(command, sizeof(command), "ls -A '%s' | wc -l", dir);
	in = popen(command, "r");
	assert_non_null(in);
	assert_int_equal(fscanf(in, "%d", &count), 1);
	assert_int_equal(pclose(in), 0);
	return count;
}

static void
a_new_archive_has_all_its_folders_for_its_owner_alone(void **state)
{
	static const char *const names[] = { "tangthu.conf", "catalogue.db", "store/tmp",
		"derived/spool", "index", "intake", "run" };
	const char *dir = *state;
	struct archive_new new = archive_in(dir);
	struct stat st;
	size_t i;

	assert_ok(archive_init(&new, &err), &err);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!exists(dir, names[i]))
			fail_msg("no %s", names[i]);
	assert_int_equal(stat(dir, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(entries(dir), 7);
}

static void
a_directory_that_is_not_there_is_made(void **state)
{
	char dir[4400];
	struct archive_new new;
	struct catalog *catalog;

	snprintf(dir, sizeof(dir), "%s/deep/archive", (const char *)*state);
	new = archive_in(dir);
	assert_ok(archive_init(&new, &err), &err);
	catalog = open_archive(dir);
	assert_sound(catalog);
	catalog_close(catalog);
}

static void
the_first_administrator_can_sign_in_and_reads_nothing(void **state)
{
	struct archive_new new = archive_in(*state);
	owned(arena_freep) struct arena *arena = arena_new();
	owned(access_freep) struct access *access = NULL;
	struct catalog *catalog;
	struct principal admin;
	struct login login;
	struct session session;
	char token[44];
	int64_t inbox;
	struct node node;
	int retry;

	assert_ok(archive_init(&new, &err), &err);
	catalog = open_archive(*state);
	assert_ok(principal_by_os_user(catalog, "root", arena, &admin, &err), &err);
	assert_string_equal(admin.name, "quan.tri");
	assert_ok(login_begin(catalog, "quan.tri", "x", 5, &login, &retry, &err), &err);
	login_verify(&login, PASSWORD);
	assert_ok(login_finish(catalog, &(struct actor){ 0 }, "quan.tri", "x", &login, PASSWORD,
		      token, arena, &session, &err),
	    &err);
	assert_ok(access_load(&access, catalog, admin.id, &err), &err);
	assert_int_equal(access->caps, CAP_ACCOUNTS | CAP_GRANTS | CAP_SYSTEM);
	assert_ok(dossier_inbox(catalog, &inbox, &err), &err);
	assert_status(node_load(catalog, access, inbox, arena, &node, &err), ST_NOT_FOUND, &err);
	catalog_close(catalog);
}

static unsigned
bits_of(struct catalog *catalog, const char *role, int64_t access_class)
{
	owned(arena_freep) struct arena *arena = arena_new();
	owned(access_freep) struct access *access = NULL;
	const struct actor system = { 0 };
	struct principal p;
	int64_t who;
	unsigned bits = 0;
	char name[32];
	int perm;

	snprintf(name, sizeof(name), "some.%s", role);
	assert_ok(
	    principal_create(catalog, &system, PRINCIPAL_USER, name, NULL, 1, &who, &err), &err);
	assert_ok(principal_by_name(catalog, role, arena, &p, &err), &err);
	assert_ok(principal_join(catalog, &system, p.id, who, &err), &err);
	assert_ok(access_load(&access, catalog, who, &err), &err);
	for (perm = 0; perm < PERM_COUNT; perm++)
		if (access_can(access, (enum permission)perm, access_class))
			bits |= PERM_BIT(perm);
	return bits;
}

static void
the_default_grants_are_those_of_the_plan(void **state)
{
	struct archive_new new = archive_in(*state);
	owned(arena_freep) struct arena *arena = arena_new();
	owned(access_freep) struct access *everything = NULL;
	struct catalog *catalog;
	struct node inbox;
	int64_t id;

	assert_ok(archive_init(&new, &err), &err);
	catalog = open_archive(*state);
	assert_ok(access_load_system(&everything, catalog, &err), &err);
	assert_ok(dossier_inbox(catalog, &id, &err), &err);
	assert_ok(node_load(catalog, everything, id, arena, &inbox, &err), &err);
	assert_int_equal(inbox.kind, NODE_DOSSIER);
	assert_int_equal(inbox.effective_level, LEVEL_INTERNAL);
	assert_int_equal(
	    bits_of(catalog, "archivist", inbox.access_class), PERM_ALL & ~PERM_BIT(PERM_DISPOSE));
	assert_int_equal(bits_of(catalog, "staff", inbox.access_class),
	    PERM_BIT(PERM_LIST) | PERM_BIT(PERM_READ) | PERM_BIT(PERM_DOWNLOAD));
	assert_int_equal(bits_of(catalog, "administrator", inbox.access_class), 0);
	assert_int_equal(bits_of(catalog, "auditor", inbox.access_class), 0);
	assert_sound(catalog);
	catalog_close(catalog);
}

static void
the_plan_has_one_fonds_and_a_class_under_review(void **state)
{
	struct archive_new new = archive_in(*state);
	owned(arena_freep) struct arena *arena = arena_new();
	owned(access_freep) struct access *everything = NULL;
	struct node_filter top = { .parent = 0, .kind = -1, .limit = 10 };
	const struct node *nodes;
	struct catalog *catalog;
	const char *name, *uid;
	size_t count;

	assert_ok(archive_init(&new, &err), &err);
	catalog = open_archive(*state);
	assert_ok(access_load_system(&everything, catalog, &err), &err);
	assert_ok(node_list(catalog, everything, &top, arena, &nodes, &count, &err), &err);
	assert_int_equal(count, 1);
	assert_int_equal(nodes[0].kind, NODE_FONDS);
	assert_string_equal(nodes[0].title, "Sở Thử Nghiệm");
	top.parent = nodes[0].id;
	assert_ok(node_list(catalog, everything, &top, arena, &nodes, &count, &err), &err);
	assert_int_equal(count, 1);
	assert_int_equal(nodes[0].kind, NODE_CLASS);
	assert_string_equal(nodes[0].rule, "review");
	assert_ok(catalog_setting(catalog, "archive.name", arena, &name, &err), &err);
	assert_string_equal(name, "Sở Thử Nghiệm");
	assert_ok(catalog_setting(catalog, "archive.uid", arena, &uid, &err), &err);
	assert_true(uid_valid(span_of(uid)));
	catalog_close(catalog);
}

static void
the_making_is_in_the_log_from_entry_zero(void **state)
{
	struct archive_new new = archive_in(*state);
	owned(arena_freep) struct arena *arena = arena_new();
	const struct event_row *rows;
	struct catalog *catalog;
	uint64_t total;
	size_t count, i;

	assert_ok(archive_init(&new, &err), &err);
	catalog = open_archive(*state);
	assert_ok(audit_verify(catalog, &total, &err), &err);
	assert_true(total > 10);
	assert_ok(audit_list(catalog, 0, 100, arena, &rows, &count, &err), &err);
	assert_int_equal(count, total);
	assert_string_equal(rows[0].action, "archive.init");
	for (i = 0; i < count; i++)
		assert_true(!rows[i].detail || !strstr(rows[i].detail, "ngựa"));
	catalog_close(catalog);
}

static void
what_is_there_is_never_touched(void **state)
{
	const char *dir = *state;
	struct archive_new new = archive_in(dir);

	put_file(dir, "thesis.odt");
	assert_status(archive_init(&new, &err), ST_EXISTS, &err);
	assert_int_equal(entries(dir), 1);
	assert_true(exists(dir, "thesis.odt"));
}

static void
an_archive_is_not_made_twice(void **state)
{
	struct archive_new new = archive_in(*state);
	struct catalog *catalog;

	assert_ok(archive_init(&new, &err), &err);
	assert_status(archive_init(&new, &err), ST_EXISTS, &err);
	assert_non_null(strstr(err.msg, "already"));
	catalog = open_archive(*state);
	assert_sound(catalog);
	catalog_close(catalog);
}

static void
a_file_system_just_made_counts_as_empty(void **state)
{
	char path[4400];
	struct archive_new new = archive_in(*state);

	snprintf(path, sizeof(path), "%s/lost+found", (const char *)*state);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_ok(archive_init(&new, &err), &err);
}

static void
bad_input_makes_nothing(void **state)
{
	const char *dir = *state;
	struct archive_new cases[4];
	size_t i;

	for (i = 0; i < 4; i++)
		cases[i] = archive_in(dir);
	cases[0].password = SPAN("short");
	cases[1].admin = "Not A Name";
	cases[2].os_user = "a:b";
	cases[3].fonds_code = "";
	for (i = 0; i < 4; i++) {
		assert_status(archive_init(&cases[i], &err), ST_INVALID, &err);
		assert_int_equal(entries(dir), 0);
	}
	cases[0] = archive_in("");
	assert_status(archive_init(&cases[0], &err), ST_INVALID, &err);
}

/* Every call that leaves something behind, counted: the die_at-th kills the process, the fail_at-th
 * fails. */
static int calls, die_at, fail_at;

static bool
tick(void)
{
	if (++calls == die_at)
		kill(getpid(), SIGKILL);
	errno = EIO;
	return calls == fail_at;
}

int __real_fsync(int);
int __wrap_fsync(int);
int __real_mkdir(const char *, mode_t);
int __wrap_mkdir(const char *, mode_t);
int __real_rename(const char *, const char *);
int __wrap_rename(const char *, const char *);
enum status __real_catalog_open(
    struct catalog **, const struct conf *, enum catalog_mode, struct err *);
enum status __wrap_catalog_open(
    struct catalog **, const struct conf *, enum catalog_mode, struct err *);
enum status __real_catalog_commit(struct catalog *, struct err *);
enum status __wrap_catalog_commit(struct catalog *, struct err *);

int
__wrap_fsync(int fd)
{
	return tick() ? -1 : __real_fsync(fd);
}

int
__wrap_mkdir(const char *path, mode_t mode)
{
	return tick() ? -1 : __real_mkdir(path, mode);
}

int
__wrap_rename(const char *from, const char *to)
{
	return tick() ? -1 : __real_rename(from, to);
}

enum status
__wrap_catalog_open(
    struct catalog **out, const struct conf *conf, enum catalog_mode mode, struct err *e)
{
	*out = NULL;
	return tick() ? fail(e, ST_IO, "no") : __real_catalog_open(out, conf, mode, e);
}

enum status
__wrap_catalog_commit(struct catalog *catalog, struct err *e)
{
	if (!tick())
		return __real_catalog_commit(catalog, e);
	catalog_rollback(catalog);
	return fail(e, ST_IO, "no");
}

/* Kills an init at its n-th such call and tells what a second one finds. */
static enum status
after_death_at(int n)
{
	char *dir = temp_dir_make();
	struct archive_new new = archive_in(dir);
	pid_t pid = fork();
	enum status st;
	int how;

	assert_true(pid >= 0);
	if (pid == 0) {
		calls = 0;
		die_at = n;
		_exit(archive_init(&new, NULL) != ST_OK);
	}
	assert_int_equal(waitpid(pid, &how, 0), pid);
	assert_true(WIFSIGNALED(how));
	st = archive_init(&new, &err);
	if (st == ST_EXISTS || st == ST_OK) {
		struct catalog *catalog = open_archive(dir);

		assert_sound(catalog);
		catalog_close(catalog);
	}
	temp_dir_remove(dir);
	return st;
}

/* What is left is an archive that is sound, or an empty directory, or says that it is unfinished. */
static void
a_crash_leaves_all_or_a_directory_that_says_so(void **state)
{
	struct archive_new new = archive_in(*state);
	int found[ST_COUNT] = { 0 }, total, n;

	calls = 0;
	assert_ok(archive_init(&new, &err), &err);
	total = calls;
	assert_true(total > 20);
	for (n = 1; n <= total; n++)
		found[after_death_at(n)]++;
	print_message("# %d calls: %d empty, %d unfinished, %d whole\n", total, found[ST_OK],
	    found[ST_CONFLICT], found[ST_EXISTS]);
	assert_true(found[ST_OK] > 0); /* died before the first trace */
	assert_true(found[ST_CONFLICT] > 10);
	assert_true(found[ST_EXISTS] > 0); /* died after tangthu.conf stood there */
	for (n = 0; n < ST_COUNT; n++)
		if (n != ST_OK && n != ST_CONFLICT && n != ST_EXISTS)
			assert_int_equal(found[n], 0);
}

static void
a_failure_leaves_nothing_behind(void **state)
{
	char dir[4200];
	struct archive_new new;
	int n;

	snprintf(dir, sizeof(dir), "%s/new", (const char *)*state);
	new = archive_in(dir);
	for (n = 1;; n++) {
		enum status st;

		calls = 0;
		fail_at = n;
		st = archive_init(&new, &err);
		fail_at = 0;
		if (calls < n) {
			assert_ok(st, &err);
			break;
		}
		assert_status(st, ST_IO, &err);
		if (exists(dir, ""))
			fail_msg("call %d left something", n);
	}
	assert_true(n > 20);
}

static void
two_at_once_do_not_harm_each_other(void **state)
{
	struct archive_new new = archive_in(*state);
	struct catalog *catalog;
	pid_t pid = fork();
	enum status st;
	int how;

	assert_true(pid >= 0);
	if (pid == 0)
		_exit((int)archive_init(&new, NULL));
	st = archive_init(&new, &err);
	assert_int_equal(waitpid(pid, &how, 0), pid);
	assert_true(WIFEXITED(how));
	/* Exactly one made it. */
	assert_true((st == ST_OK) != (WEXITSTATUS(how) == ST_OK));
	catalog = open_archive(*state);
	assert_sound(catalog);
	catalog_close(catalog);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_archive_has_all_its_folders_for_its_owner_alone),
		TEST(a_directory_that_is_not_there_is_made),
		TEST(the_first_administrator_can_sign_in_and_reads_nothing),
		TEST(the_default_grants_are_those_of_the_plan),
		TEST(the_plan_has_one_fonds_and_a_class_under_review),
		TEST(the_making_is_in_the_log_from_entry_zero),
		TEST(what_is_there_is_never_touched),
		TEST(an_archive_is_not_made_twice),
		TEST(a_file_system_just_made_counts_as_empty),
		TEST(bad_input_makes_nothing),
		TEST(a_crash_leaves_all_or_a_directory_that_says_so),
		TEST(a_failure_leaves_nothing_behind),
		TEST(two_at_once_do_not_harm_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
