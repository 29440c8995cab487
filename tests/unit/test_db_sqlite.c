/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalog_fixture.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/*
 * These stand before the C library's, also for the calls that SQLite makes: a disk that says that
 * it could not keep what was written.
 */
static volatile bool sync_fails;

int
fdatasync(int fd)
{
	errno = EIO;
	return sync_fails ? -1 : (int)syscall(SYS_fdatasync, fd);
}

int
fsync(int fd)
{
	errno = EIO;
	return sync_fails ? -1 : (int)syscall(SYS_fsync, fd);
}

static struct db *
open_db(struct fixture *f, enum db_mode mode)
{
	struct db *db;

	assert_ok(db_open(&db, f->conf, mode, &f->err), &f->err);
	return db;
}

static int64_t
int_of(struct db *db, const char *sql)
{
	struct err err = ERR_INIT;
	int64_t value = -1;

	assert_ok(db_query_int(db, sql, DB_NONE, &value, &err), &err);
	return value;
}

static enum status
run(struct db *db, const char *sql, struct err *err)
{
	return db_exec(db, sql, DB_NONE, NULL, err);
}

static void
a_catalogue_is_made_only_once(void **state)
{
	struct fixture *f = *state;
	struct db *db = NULL;

	assert_status(db_open(&db, f->conf, DB_CREATE, &f->err), ST_EXISTS, &f->err);
	assert_null(db);
}

static void
no_catalogue_is_not_found(void **state)
{
	struct fixture *f = *state;
	char *dir = temp_dir_make();
	struct conf *conf = conf_new(dir);
	struct db *db = NULL;

	assert_status(db_open(&db, conf, DB_READ, &f->err), ST_NOT_FOUND, &f->err);
	assert_status(db_open(&db, conf, DB_WRITE, &f->err), ST_NOT_FOUND, &f->err);
	assert_null(db);
	conf_free(conf);
	temp_dir_remove(dir);
}

static void
an_unknown_back_end_is_unsupported(void **state)
{
	struct fixture *f = *state;
	struct db *db;

	free(f->conf->catalog_backend);
	f->conf->catalog_backend = strdup("oracle");
	assert_status(db_open(&db, f->conf, DB_READ, &f->err), ST_UNSUPPORTED, &f->err);
	assert_non_null(strstr(f->err.msg, "oracle"));
}

static void
its_files_are_for_their_owner_alone(void **state)
{
	static const char *const names[] = { "", "-wal", "-shm" };
	struct fixture *f = *state;
	char path[4200];
	struct stat st;
	size_t i;

	for (i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/catalogue.db%s", f->dir, names[i]);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0600);
	}
}

static void
what_is_committed_survives_power_loss_by_its_settings(void **state)
{
	struct fixture *f = *state;
	struct db *db = open_db(f, DB_WRITE);
	const char *mode = NULL;

	assert_ok(
	    db_query_text(db, "PRAGMA journal_mode", DB_NONE, f->arena, &mode, &f->err), &f->err);
	assert_string_equal(mode, "wal");
	assert_int_equal(int_of(db, "PRAGMA synchronous"), 2);
	assert_int_equal(int_of(db, "PRAGMA foreign_keys"), 1);
	assert_int_equal(int_of(db, "PRAGMA recursive_triggers"), 1);
	db_close(db);
}

static void
values_are_bound_by_their_number(void **state)
{
	struct fixture *f = *state;
	const char *value = NULL;

	assert_ok(db_query_text(f->catalog->db, "SELECT $2 || '-' || $1 || '-' || $2",
		      DB_ARGS(db_text("one"), db_text("two")), f->arena, &value, &f->err),
	    &f->err);
	assert_string_equal(value, "two-one-two");
}

static void
too_few_or_too_many_values_are_a_bug(void **state)
{
	struct fixture *f = *state;
	int64_t v;

	assert_status(db_query_int(f->catalog->db, "SELECT $1+$2", DB_ARGS(db_int(1)), &v, &f->err),
	    ST_INTERNAL, &f->err);
	assert_status(
	    db_query_int(f->catalog->db, "SELECT $1", DB_ARGS(db_int(1), db_int(2)), &v, &f->err),
	    ST_INTERNAL, &f->err);
	assert_status(db_query_int(f->catalog->db, "SELECT ?", DB_ARGS(db_int(1)), &v, &f->err),
	    ST_INTERNAL, &f->err);
}

static enum status
check_kinds(struct db_row *row, void *payload, struct err *err)
{
	struct fixture *f = payload;

	(void)err;
	assert_int_equal(db_column_int(row, 0), INT64_MIN);
	assert_true(db_column_real(row, 1) == 0.5);
	assert_string_equal(db_column_text(row, 2, f->arena), "Hải Phòng");
	assert_int_equal(db_column_bytes(row, 3).n, 3);
	assert_memory_equal(db_column_bytes(row, 3).p, "a\0b", 3);
	assert_true(db_column_null(row, 4));
	assert_null(db_column_text(row, 4, f->arena));
	assert_false(db_column_null(row, 5));
	assert_string_equal(db_column_text(row, 5, f->arena), "");
	assert_true(db_column_null(row, 6));
	f->names++;
	return ST_OK;
}

static void
every_kind_of_value_comes_back_as_it_went_in(void **state)
{
	struct fixture *f = *state;

	assert_ok(db_query(f->catalog->db, "SELECT $1, $2, $3, $4, $5, $6, $7",
		      DB_ARGS(db_int(INT64_MIN), db_real(0.5), db_text("Hải Phòng"),
			  db_blob("a\0b", 3), db_text(NULL), db_text(""), db_ref(0)),
		      check_kinds, f, &f->err),
	    &f->err);
	assert_int_equal(f->names, 1);
}

static enum status
ask_again(struct db_row *row, void *payload, struct err *err)
{
	struct fixture *f = payload;
	int64_t inner = 0;

	f->names++;
	assert_ok(db_query_int(f->catalog->db, "SELECT value FROM counter ORDER BY name", DB_NONE,
		      &inner, err),
	    err);
	assert_int_equal(inner, fixture_int(f, "SELECT value FROM counter ORDER BY name"));
	return db_column_int(row, 0) >= 0 ? ST_OK : ST_INTERNAL;
}

static void
a_query_may_run_inside_the_same_query(void **state)
{
	struct fixture *f = *state;

	assert_ok(db_query(f->catalog->db, "SELECT value FROM counter ORDER BY name", DB_NONE,
		      ask_again, f, &f->err),
	    &f->err);
	assert_int_equal(f->names, fixture_int(f, "SELECT count(*) FROM counter"));
}

static enum status
stop(struct db_row *row, void *payload, struct err *err)
{
	(void)row;
	++*(int *)payload;
	return fail(err, ST_REFUSED, "enough");
}

static void
a_step_that_fails_ends_the_query_with_its_status(void **state)
{
	struct fixture *f = *state;
	int steps = 0;

	assert_status(
	    db_query(f->catalog->db, "SELECT value FROM counter", DB_NONE, stop, &steps, &f->err),
	    ST_REFUSED, &f->err);
	assert_int_equal(steps, 1);
}

static void
an_absent_row_is_told_from_a_null(void **state)
{
	struct fixture *f = *state;
	const char *text = "x";
	int64_t v = 7;

	assert_status(db_query_int(f->catalog->db, "SELECT 1 WHERE 1=0", DB_NONE, &v, &f->err),
	    ST_NOT_FOUND, &f->err);
	assert_int_equal(v, 7);
	assert_ok(
	    db_lookup_int(f->catalog->db, "SELECT 1 WHERE 1=0", DB_NONE, &v, &f->err), &f->err);
	assert_int_equal(v, 0);
	assert_ok(db_query_text(
		      f->catalog->db, "SELECT 'a' WHERE 1=0", DB_NONE, f->arena, &text, &f->err),
	    &f->err);
	assert_null(text);
}

static void
thousands_of_different_statements_do_not_pile_up(void **state)
{
	struct fixture *f = *state;
	uint64_t before = db_statements(f->catalog->db);
	char sql[64];
	int i;

	for (i = 0; i < 3000; i++) {
		snprintf(sql, sizeof(sql), "SELECT %d", i);
		assert_int_equal(fixture_int(f, sql), i);
	}
	assert_int_equal(db_statements(f->catalog->db) - before, 3000);
}

/* --- transactions ------------------------------------------------------------------------------ */

static int64_t
settings(struct fixture *f)
{
	return fixture_int(f, "SELECT count(*) FROM setting");
}

static void
add_setting(struct fixture *f, const char *key)
{
	assert_ok(db_exec(f->catalog->db, "INSERT INTO setting(key, value) VALUES($1, '')",
		      DB_ARGS(db_text(key)), NULL, &f->err),
	    &f->err);
}

static void
an_inner_rollback_keeps_what_is_around_it(void **state)
{
	struct fixture *f = *state;
	struct db *db = f->catalog->db;

	assert_ok(db_begin(db, &f->err), &f->err);
	add_setting(f, "a");
	assert_ok(db_begin(db, &f->err), &f->err);
	add_setting(f, "b");
	assert_ok(db_begin(db, &f->err), &f->err);
	add_setting(f, "c");
	assert_ok(db_commit(db, &f->err), &f->err);
	db_rollback(db);
	assert_int_equal(settings(f), 1);
	add_setting(f, "d");
	assert_ok(db_commit(db, &f->err), &f->err);
	assert_int_equal(settings(f), 2);
}

static void
an_outer_rollback_takes_inner_commits_with_it(void **state)
{
	struct fixture *f = *state;
	struct db *db = f->catalog->db;

	assert_ok(db_begin(db, &f->err), &f->err);
	assert_ok(db_begin(db, &f->err), &f->err);
	add_setting(f, "a");
	assert_ok(db_commit(db, &f->err), &f->err);
	db_rollback(db);
	assert_int_equal(settings(f), 0);
}

static void
a_closed_handle_leaves_no_half_transaction(void **state)
{
	struct fixture *f = *state;
	struct db *other = open_db(f, DB_WRITE);

	assert_ok(db_begin(other, &f->err), &f->err);
	assert_ok(run(other, "INSERT INTO setting(key, value) VALUES('x', '')", &f->err), &f->err);
	db_close(other);
	assert_int_equal(settings(f), 0);
	add_setting(f, "y");
}

static void
a_second_writer_is_told_that_it_is_busy(void **state)
{
	struct fixture *f = *state;
	struct db *other = open_db(f, DB_WRITE);

	assert_ok(db_begin(f->catalog->db, &f->err), &f->err);
	assert_status(db_begin(other, &f->err), ST_BUSY, &f->err);
	assert_status(run(other, "DELETE FROM setting", &f->err), ST_BUSY, &f->err);
	assert_ok(db_commit(f->catalog->db, &f->err), &f->err);
	assert_ok(db_begin(other, &f->err), &f->err);
	assert_ok(db_commit(other, &f->err), &f->err);
	db_close(other);
}

static void
readers_see_one_moment_and_nothing_uncommitted(void **state)
{
	struct fixture *f = *state;
	struct db *reader = open_db(f, DB_READ);

	assert_ok(db_begin(f->catalog->db, &f->err), &f->err);
	add_setting(f, "a");
	assert_int_equal(int_of(reader, "SELECT count(*) FROM setting"), 0);
	assert_ok(db_begin_read(reader, &f->err), &f->err);
	assert_int_equal(int_of(reader, "SELECT count(*) FROM setting"), 0);
	assert_ok(db_commit(f->catalog->db, &f->err), &f->err);
	assert_int_equal(int_of(reader, "SELECT count(*) FROM setting"), 0);
	db_rollback(reader);
	assert_int_equal(int_of(reader, "SELECT count(*) FROM setting"), 1);
	db_close(reader);
}

static void
a_read_connection_cannot_write(void **state)
{
	struct fixture *f = *state;
	struct db *reader = open_db(f, DB_READ);

	assert_status(
	    run(reader, "INSERT INTO setting VALUES('a', '')", &f->err), ST_INTERNAL, &f->err);
	assert_status(run(reader, "DROP TRIGGER event_no_delete", &f->err), ST_INTERNAL, &f->err);
	assert_status(db_begin(reader, &f->err), ST_INTERNAL, &f->err);
	/* Not even when the guard of the connection is taken off: the file is open for reading. */
	assert_ok(run(reader, "PRAGMA query_only=OFF", &f->err), &f->err);
	assert_status(
	    run(reader, "INSERT INTO setting VALUES('a', '')", &f->err), ST_INTERNAL, &f->err);
	assert_int_equal(settings(f), 0);
	db_close(reader);
}

static void
a_change_inside_a_read_transaction_is_refused(void **state)
{
	struct fixture *f = *state;

	assert_ok(db_begin_read(f->catalog->db, &f->err), &f->err);
	assert_status(db_begin(f->catalog->db, &f->err), ST_INTERNAL, &f->err);
	db_rollback(f->catalog->db);
	assert_ok(db_begin(f->catalog->db, &f->err), &f->err);
	assert_ok(db_begin_read(f->catalog->db, &f->err), &f->err);
	db_rollback(f->catalog->db);
	assert_ok(db_commit(f->catalog->db, &f->err), &f->err);
}

/* --- outcomes ---------------------------------------------------------------------------------- */

static void
constraints_have_their_own_outcomes(void **state)
{
	static const struct {
		const char *sql;
		enum status want;
	} cases[] = {
		{ "INSERT INTO counter(name, value) VALUES('index_seq', 1)", ST_EXISTS },
		{ "INSERT INTO principal(uid, kind, name, created) VALUES('u', 'robot', 'r', 0)",
		    ST_INVALID },
		{ "INSERT INTO dossier(node, file_code, year) VALUES(99, 'x', 2026)", ST_INVALID },
		{ "INSERT INTO setting(key, value) VALUES('k', NULL)", ST_INVALID },
		{ "INSERT INTO counter(name, value) VALUES('n', 'many')", ST_INVALID },
		{ "SELEC 1", ST_INTERNAL },
		{ "SELECT nothing FROM setting", ST_INTERNAL },
	};
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_status(run(f->catalog->db, cases[i].sql, &f->err), cases[i].want, &f->err);
}

static void
guards_hold_against_every_way_of_writing(void **state)
{
	static const char *const forgeries[] = {
		"UPDATE event SET outcome='x' WHERE seq=0",
		"DELETE FROM event WHERE seq=0",
		"INSERT OR REPLACE INTO event SELECT seq, ts, class, 'forged', actor, actor_uid,"
		" on_behalf_uid, kind, object, page, outcome, detail, private_count, leaf"
		" FROM event WHERE seq=0",
		"INSERT INTO event SELECT 7, ts, class, action, actor, actor_uid, on_behalf_uid, kind,"
		" object, page, outcome, detail, private_count, leaf FROM event WHERE seq=0",
		"DELETE FROM event_private",
		"UPDATE event_private SET value=x'00'",
		"UPDATE event_private SET salt=NULL, value=NULL, name='other'",
		"DELETE FROM acl",
		"UPDATE acl SET perms=255",
		"UPDATE acl SET until=1",
		"UPDATE acl SET who=who+1",
		"DELETE FROM node",
		"DELETE FROM record",
		"UPDATE record SET uid='other'",
		"UPDATE node SET parent=id WHERE kind='class'",
		"INSERT INTO node(id, uid, parent, kind, code, title, folded, rule, level, use_mode,"
		" inherit_acl, effective_level, access_class, vital, valid_from, valid_to, created, version)"
		" SELECT 99, 'u9', n.id, 'class', 'c9', 't', 't', rule, level, use_mode,"
		" inherit_acl, effective_level, access_class, vital, valid_from, valid_to, created, 1"
		" FROM node n WHERE kind='dossier'",
	};
	struct fixture *f = *state;
	int64_t who = fixture_principal(f, PRINCIPAL_USER, "lan", 1);
	int64_t fonds = fixture_node(f, 0, "fonds", 0);
	int64_t class = fixture_node(f, fonds, "class", 0);
	int64_t dossier = fixture_node(f, class, "dossier", 0);
	size_t i;

	(void)fixture_record(f, dossier, 0);
	(void)fixture_grant(f, fonds, 0, who, PERM_BIT(PERM_READ));
	for (i = 0; i < sizeof(forgeries) / sizeof(forgeries[0]); i++)
		if (run(f->catalog->db, forgeries[i], &f->err) != ST_HELD)
			fail_msg("not held: %s: %s", forgeries[i], f->err.msg);
	/* Forgetting what is personal is the one change that is allowed. */
	fixture_sql(f, "UPDATE event_private SET salt=NULL, value=NULL");
}

static void
a_full_disk_undoes_the_whole_transaction(void **state)
{
	struct fixture *f = *state;
	struct db *db = f->catalog->db;
	enum status st = ST_OK;
	char sql[96];
	int i;

	snprintf(sql, sizeof(sql), "PRAGMA max_page_count=%lld",
	    (long long)fixture_int(f, "PRAGMA page_count") + 4);
	assert_ok(run(db, sql, &f->err), &f->err);
	assert_ok(db_begin(db, &f->err), &f->err);
	for (i = 0; st == ST_OK && i < 100; i++)
		st = run(db,
		    "INSERT INTO setting SELECT 'k' || count(*), hex(randomblob(2000)) FROM setting",
		    &f->err);
	assert_int_equal(st, ST_FULL);
	db_rollback(db);
	assert_int_equal(settings(f), 0);
	assert_ok(run(db, "PRAGMA max_page_count=1000000", &f->err), &f->err);
	add_setting(f, "a");
}

static void
a_transaction_that_the_disk_undid_does_not_go_on_half(void **state)
{
	struct fixture *f = *state;
	struct db *db = f->catalog->db;

	assert_ok(db_begin(db, &f->err), &f->err);
	add_setting(f, "a");
	assert_ok(db_begin(db, &f->err), &f->err);
	/* What SQLite does by itself on some failures. */
	assert_ok(run(db, "ROLLBACK", &f->err), &f->err);
	assert_status(run(db, "INSERT INTO setting VALUES('b', '')", &f->err), ST_IO, &f->err);
	assert_status(db_commit(db, &f->err), ST_IO, &f->err);
	assert_status(run(db, "INSERT INTO setting VALUES('c', '')", &f->err), ST_IO, &f->err);
	assert_status(db_commit(db, &f->err), ST_IO, &f->err);
	assert_int_equal(settings(f), 0);
	add_setting(f, "d");
	assert_int_equal(settings(f), 1);
}

/* After a failed sync nobody knows what the disk holds; saying "done" later would be a lie. */
static void
after_a_failed_sync_nothing_more_is_written(void **state)
{
	struct fixture *f = *state;
	struct db *db = open_db(f, DB_WRITE);

	assert_ok(run(db, "INSERT INTO setting VALUES('a', '')", &f->err), &f->err);
	sync_fails = true;
	assert_status(run(db, "INSERT INTO setting VALUES('b', '')", &f->err), ST_IO, &f->err);
	sync_fails = false;
	assert_status(run(db, "INSERT INTO setting VALUES('c', '')", &f->err), ST_IO, &f->err);
	assert_status(db_begin(db, &f->err), ST_IO, &f->err);
	assert_non_null(strstr(f->err.msg, "restart"));
	db_close(db);
	/* A new start, after a look at the disk, may go on. */
	db = open_db(f, DB_WRITE);
	assert_ok(db_check(db, &f->err), &f->err);
	assert_int_equal(int_of(db, "SELECT count(*) FROM setting WHERE key='a'"), 1);
	assert_int_equal(int_of(db, "SELECT count(*) FROM setting WHERE key='c'"), 0);
	assert_ok(run(db, "INSERT INTO setting VALUES('d', '')", &f->err), &f->err);
	db_close(db);
}

static void
a_failed_sync_of_a_commit_fails_the_commit(void **state)
{
	struct fixture *f = *state;
	struct db *db = open_db(f, DB_WRITE);
	enum status st;

	assert_ok(db_begin(db, &f->err), &f->err);
	assert_ok(run(db, "INSERT INTO setting VALUES('a', '')", &f->err), &f->err);
	sync_fails = true;
	st = db_commit(db, &f->err);
	sync_fails = false;
	assert_int_equal(st, ST_IO);
	assert_status(db_begin(db, &f->err), ST_IO, &f->err);
	db_close(db);
}

static void
a_backup_that_cannot_be_kept_is_not_left(void **state)
{
	struct fixture *f = *state;
	char path[4200];

	snprintf(path, sizeof(path), "%s/copy", f->dir);
	sync_fails = true;
	assert_status(db_backup(f->catalog->db, path, &f->err), ST_IO, &f->err);
	sync_fails = false;
	assert_int_equal(access(path, F_OK), -1);
}

/* --- the file ---------------------------------------------------------------------------------- */

static void
overwrite(struct fixture *f, off_t at, size_t n)
{
	char path[4200], *junk = malloc(n);
	int fd;

	assert_non_null(junk);
	memset(junk, 0x5a, n);
	snprintf(path, sizeof(path), "%s/catalogue.db", f->dir);
	fd = open(path, O_WRONLY);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, junk, n, at), (ssize_t)n);
	close(fd);
	free(junk);
}

static void
a_damaged_file_is_corrupt(void **state)
{
	struct fixture *f = *state;
	struct db *db;

	catalog_close(f->catalog);
	f->catalog = NULL;
	overwrite(f, 8192, 32768);
	assert_ok(db_open(&db, f->conf, DB_READ, &f->err), &f->err);
	assert_status(db_check(db, &f->err), ST_CORRUPT, &f->err);
	db_close(db);
	overwrite(f, 0, 100);
	assert_status(db_open(&db, f->conf, DB_READ, &f->err), ST_CORRUPT, &f->err);
	assert_null(db);
}

static void
a_dangling_reference_is_corrupt(void **state)
{
	struct fixture *f = *state;

	assert_ok(db_check(f->catalog->db, &f->err), &f->err);
	fixture_sql(f, "PRAGMA foreign_keys=OFF");
	fixture_sql(f, "INSERT INTO dossier(node, file_code, year) VALUES(99, 'x', 2026)");
	assert_status(db_check(f->catalog->db, &f->err), ST_CORRUPT, &f->err);
	assert_non_null(strstr(f->err.msg, "dossier"));
}

static void
another_programs_file_is_refused(void **state)
{
	struct fixture *f = *state;
	struct db *db;

	fixture_sql(f, "PRAGMA application_id=0");
	assert_status(db_open(&db, f->conf, DB_WRITE, &f->err), ST_CORRUPT, &f->err);
	assert_status(db_open(&db, f->conf, DB_READ, &f->err), ST_CORRUPT, &f->err);
}

static void
a_newer_schema_is_left_alone(void **state)
{
	struct fixture *f = *state;
	struct db *db;

	fixture_sql(f, "PRAGMA user_version=9999");
	assert_status(db_open(&db, f->conf, DB_WRITE, &f->err), ST_UNSUPPORTED, &f->err);
	assert_status(db_open(&db, f->conf, DB_READ, &f->err), ST_UNSUPPORTED, &f->err);
	assert_int_equal(fixture_int(f, "PRAGMA user_version"), 9999);
}

static void
a_step_that_fails_changes_nothing(void **state)
{
	struct fixture *f = *state;
	struct db *db;

	/* All steps run again on tables that are there. */
	fixture_sql(f, "PRAGMA user_version=0");
	assert_status(db_open(&db, f->conf, DB_READ, &f->err), ST_UNSUPPORTED, &f->err);
	assert_int_not_equal(db_open(&db, f->conf, DB_WRITE, &f->err), ST_OK);
	assert_non_null(strstr(f->err.msg, "0001"));
	assert_int_equal(fixture_int(f, "PRAGMA user_version"), 0);
	assert_true(fixture_int(f, "SELECT count(*) FROM counter") > 0);
}

/* --- backup ------------------------------------------------------------------------------------ */

struct writer {
	struct conf *conf;
	volatile bool stop;
	int commits;
};

/* Two rows that are equal at every moment between two commits. */
static void *
write_on(void *payload)
{
	struct writer *w = payload;
	struct err err = ERR_INIT;
	struct db *db;

	assert_ok(db_open(&db, w->conf, DB_WRITE, &err), &err);
	assert_ok(run(db, "PRAGMA synchronous=OFF", &err), &err);
	while (!w->stop) {
		assert_ok(db_begin(db, &err), &err);
		assert_ok(run(db, "UPDATE counter SET value=value+1 WHERE name='a'", &err), &err);
		assert_ok(run(db,
			      "INSERT INTO setting SELECT 'k' || count(*), hex(randomblob(4000))"
			      " FROM setting",
			      &err),
		    &err);
		assert_ok(run(db, "UPDATE counter SET value=value+1 WHERE name='b'", &err), &err);
		assert_ok(db_commit(db, &err), &err);
		w->commits++;
	}
	db_close(db);
	return NULL;
}

static void
open_copy(struct fixture *f, const char *name, struct db **db, struct conf **conf)
{
	char from[4200], to[4200];

	snprintf(from, sizeof(from), "%s/%s", f->dir, name);
	snprintf(to, sizeof(to), "%s/%s.dir", f->dir, name);
	assert_int_equal(mkdir(to, 0700), 0);
	*conf = conf_new(to);
	snprintf(to, sizeof(to), "%s/%s.dir/catalogue.db", f->dir, name);
	assert_int_equal(rename(from, to), 0);
	assert_ok(db_open(db, *conf, DB_WRITE, &f->err), &f->err);
}

static void
a_backup_is_one_moment_while_others_write(void **state)
{
	struct fixture *f = *state;
	struct writer w = { .conf = f->conf };
	char path[4200], name[16];
	pthread_t thread;
	int i, before;

	f->conf->catalog_busy_ms = 10000;
	fixture_sql(f, "INSERT INTO counter VALUES('a', 0), ('b', 0)");
	fixture_sql(f,
	    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<3000)"
	    " INSERT INTO setting SELECT 'fill' || i, hex(randomblob(2000)) FROM n");
	assert_int_equal(pthread_create(&thread, NULL, write_on, &w), 0);
	for (i = 0; i < 3; i++) {
		struct conf *conf;
		struct db *copy;

		snprintf(name, sizeof(name), "copy%d", i);
		snprintf(path, sizeof(path), "%s/%s", f->dir, name);
		before = w.commits;
		assert_ok(db_backup(f->catalog->db, path, &f->err), &f->err);
		while (w.commits <= before)
			usleep(1000);
		open_copy(f, name, &copy, &conf);
		assert_ok(db_check(copy, &f->err), &f->err);
		assert_int_equal(int_of(copy, "SELECT value FROM counter WHERE name='a'"),
		    int_of(copy, "SELECT value FROM counter WHERE name='b'"));
		assert_int_equal(int_of(copy, "SELECT value FROM counter WHERE name='a'"),
		    int_of(copy, "SELECT count(*)-3000 FROM setting"));
		db_close(copy);
		conf_free(conf);
	}
	w.stop = true;
	pthread_join(thread, NULL);
}

static void
a_backup_leaves_out_what_is_not_committed(void **state)
{
	struct fixture *f = *state;
	struct conf *conf;
	struct db *copy;
	char path[4200];

	snprintf(path, sizeof(path), "%s/copy", f->dir);
	assert_ok(db_begin(f->catalog->db, &f->err), &f->err);
	add_setting(f, "half");
	assert_ok(db_backup(f->catalog->db, path, &f->err), &f->err);
	assert_ok(db_commit(f->catalog->db, &f->err), &f->err);
	open_copy(f, "copy", &copy, &conf);
	assert_int_equal(int_of(copy, "SELECT count(*) FROM setting"), 0);
	db_close(copy);
	conf_free(conf);
}

static void
a_backup_never_replaces_a_file(void **state)
{
	struct fixture *f = *state;
	char path[4200];

	snprintf(path, sizeof(path), "%s/catalogue.db", f->dir);
	assert_status(db_backup(f->catalog->db, path, &f->err), ST_EXISTS, &f->err);
	assert_true(fixture_int(f, "SELECT count(*) FROM counter") > 0);
	snprintf(path, sizeof(path), "%s/no/such/folder", f->dir);
	assert_status(db_backup(f->catalog->db, path, &f->err), ST_IO, &f->err);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(a_catalogue_is_made_only_once),
		FIXTURE_TEST(no_catalogue_is_not_found),
		FIXTURE_TEST(an_unknown_back_end_is_unsupported),
		FIXTURE_TEST(its_files_are_for_their_owner_alone),
		FIXTURE_TEST(what_is_committed_survives_power_loss_by_its_settings),
		FIXTURE_TEST(values_are_bound_by_their_number),
		FIXTURE_TEST(too_few_or_too_many_values_are_a_bug),
		FIXTURE_TEST(every_kind_of_value_comes_back_as_it_went_in),
		FIXTURE_TEST(a_query_may_run_inside_the_same_query),
		FIXTURE_TEST(a_step_that_fails_ends_the_query_with_its_status),
		FIXTURE_TEST(an_absent_row_is_told_from_a_null),
		FIXTURE_TEST(thousands_of_different_statements_do_not_pile_up),
		FIXTURE_TEST(an_inner_rollback_keeps_what_is_around_it),
		FIXTURE_TEST(an_outer_rollback_takes_inner_commits_with_it),
		FIXTURE_TEST(a_closed_handle_leaves_no_half_transaction),
		FIXTURE_TEST(a_second_writer_is_told_that_it_is_busy),
		FIXTURE_TEST(readers_see_one_moment_and_nothing_uncommitted),
		FIXTURE_TEST(a_read_connection_cannot_write),
		FIXTURE_TEST(a_change_inside_a_read_transaction_is_refused),
		FIXTURE_TEST(constraints_have_their_own_outcomes),
		FIXTURE_TEST(guards_hold_against_every_way_of_writing),
		FIXTURE_TEST(a_full_disk_undoes_the_whole_transaction),
		FIXTURE_TEST(a_transaction_that_the_disk_undid_does_not_go_on_half),
		FIXTURE_TEST(after_a_failed_sync_nothing_more_is_written),
		FIXTURE_TEST(a_failed_sync_of_a_commit_fails_the_commit),
		FIXTURE_TEST(a_backup_that_cannot_be_kept_is_not_left),
		FIXTURE_TEST(a_damaged_file_is_corrupt),
		FIXTURE_TEST(a_dangling_reference_is_corrupt),
		FIXTURE_TEST(another_programs_file_is_refused),
		FIXTURE_TEST(a_newer_schema_is_left_alone),
		FIXTURE_TEST(a_step_that_fails_changes_nothing),
		FIXTURE_TEST(a_backup_is_one_moment_while_others_write),
		FIXTURE_TEST(a_backup_leaves_out_what_is_not_committed),
		FIXTURE_TEST(a_backup_never_replaces_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
