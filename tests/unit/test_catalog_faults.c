/* SPDX-License-Identifier: GPL-3.0-or-later */
/* link: -Wl,--wrap=db_query,--wrap=db_exec,--wrap=db_query_int,--wrap=db_lookup_int */
/* link: -Wl,--wrap=db_query_text,--wrap=db_begin,--wrap=db_begin_read,--wrap=db_commit */
/*
 * Every call to the back end fails once, in each operation: the operation must say so, must have
 * changed nothing, must leave no transaction open, and must work when it is tried again.
 */
#include "catalog_fixture.h"

#include "../../core/catalog_parts.h"
#include "../../core/principal_parts.h"
#include "audit.h"
#include "upload.h"

static int calls, fail_at; /* 0: never */

static bool
fails(struct err *err)
{
	if (++calls != fail_at)
		return false;
	(void)fail(err, ST_IO, "the disk is gone");
	return true;
}

enum status __real_db_query(
    struct db *, const char *, const struct db_value *, size_t, db_step, void *, struct err *);
enum status __wrap_db_query(
    struct db *, const char *, const struct db_value *, size_t, db_step, void *, struct err *);
enum status __real_db_exec(
    struct db *, const char *, const struct db_value *, size_t, int64_t *, struct err *);
enum status __wrap_db_exec(
    struct db *, const char *, const struct db_value *, size_t, int64_t *, struct err *);
enum status __real_db_query_int(
    struct db *, const char *, const struct db_value *, size_t, int64_t *, struct err *);
enum status __wrap_db_query_int(
    struct db *, const char *, const struct db_value *, size_t, int64_t *, struct err *);
enum status __real_db_lookup_int(
    struct db *, const char *, const struct db_value *, size_t, int64_t *, struct err *);
enum status __wrap_db_lookup_int(
    struct db *, const char *, const struct db_value *, size_t, int64_t *, struct err *);
enum status __real_db_query_text(struct db *, const char *, const struct db_value *, size_t,
    struct arena *, const char **, struct err *);
enum status __wrap_db_query_text(struct db *, const char *, const struct db_value *, size_t,
    struct arena *, const char **, struct err *);
enum status __real_db_begin(struct db *, struct err *);
enum status __wrap_db_begin(struct db *, struct err *);
enum status __real_db_begin_read(struct db *, struct err *);
enum status __wrap_db_begin_read(struct db *, struct err *);
enum status __real_db_commit(struct db *, struct err *);
enum status __wrap_db_commit(struct db *, struct err *);

enum status
__wrap_db_query(struct db *db, const char *sql, const struct db_value *v, size_t n, db_step step,
    void *payload, struct err *err)
{
	return fails(err) ? ST_IO : __real_db_query(db, sql, v, n, step, payload, err);
}

enum status
__wrap_db_exec(struct db *db, const char *sql, const struct db_value *v, size_t n, int64_t *changed,
    struct err *err)
{
	return fails(err) ? ST_IO : __real_db_exec(db, sql, v, n, changed, err);
}

enum status
__wrap_db_query_int(struct db *db, const char *sql, const struct db_value *v, size_t n,
    int64_t *value, struct err *err)
{
	return fails(err) ? ST_IO : __real_db_query_int(db, sql, v, n, value, err);
}

enum status
__wrap_db_lookup_int(struct db *db, const char *sql, const struct db_value *v, size_t n,
    int64_t *value, struct err *err)
{
	return fails(err) ? ST_IO : __real_db_lookup_int(db, sql, v, n, value, err);
}

enum status
__wrap_db_query_text(struct db *db, const char *sql, const struct db_value *v, size_t n,
    struct arena *arena, const char **value, struct err *err)
{
	return fails(err) ? ST_IO : __real_db_query_text(db, sql, v, n, arena, value, err);
}

enum status
__wrap_db_begin(struct db *db, struct err *err)
{
	return fails(err) ? ST_IO : __real_db_begin(db, err);
}

enum status
__wrap_db_begin_read(struct db *db, struct err *err)
{
	return fails(err) ? ST_IO : __real_db_begin_read(db, err);
}

/* As the real one: a commit that fails has rolled back. */
enum status
__wrap_db_commit(struct db *db, struct err *err)
{
	if (!fails(err))
		return __real_db_commit(db, err);
	db_rollback(db);
	return ST_IO;
}

/* --- what is tried ----------------------------------------------------------------------------- */

struct house {
	struct fixture *f;
	int64_t fonds, dossier, record, lan, hoa, group, admin, grant, session;
	char token[44], upload[UID_LEN + 1];
	struct login good, bad;
	int n;
};

#define PASSWORD SPAN("con-ngựa 57 xanh")

static enum status
do_setting(struct house *h, struct err *err)
{
	return catalog_setting_put(h->f->catalog, &h->f->system, "name", "x", err);
}

static enum status
do_create(struct house *h, struct err *err)
{
	int64_t id;

	return principal_create(
	    h->f->catalog, &h->f->system, PRINCIPAL_USER, "new", "Mới", 1, &id, err);
}

static enum status
do_clearance(struct house *h, struct err *err)
{
	return principal_set_clearance(h->f->catalog, &h->f->system, h->lan, 2, err);
}

static enum status
do_disable(struct house *h, struct err *err)
{
	return principal_set_disabled(h->f->catalog, &h->f->system, h->hoa, true, err);
}

static enum status
do_language(struct house *h, struct err *err)
{
	return principal_set_language(h->f->catalog, &h->f->system, h->lan, "en", err);
}

static enum status
do_bind(struct house *h, struct err *err)
{
	return principal_bind(h->f->catalog, &h->f->system, h->lan, "os", err);
}

static enum status
do_join(struct house *h, struct err *err)
{
	return principal_join(h->f->catalog, &h->f->system, h->group, h->lan, err);
}

static enum status
do_leave(struct house *h, struct err *err)
{
	return principal_leave(h->f->catalog, &h->f->system, h->group, h->lan, err);
}

static enum status
do_password(struct house *h, struct err *err)
{
	return password_set(
	    h->f->catalog, &h->f->system, h->lan, SPAN("mưa rơi trên mái tôn"), err);
}

static enum status
do_grant_node(struct house *h, struct err *err)
{
	return grant_add(h->f->catalog, &h->f->system, h->dossier, 0, h->lan, 3, 0, &h->grant, err);
}

static enum status
do_grant_record(struct house *h, struct err *err)
{
	int64_t id;

	return grant_add(h->f->catalog, &h->f->system, 0, h->record, h->lan, 3, 0, &id, err);
}

static enum status
do_grant_end(struct house *h, struct err *err)
{
	return grant_end(h->f->catalog, &h->f->system, h->grant, err);
}

static enum status
do_inherit(struct house *h, struct err *err)
{
	return grant_set_inherit(h->f->catalog, &h->f->system, h->dossier, 0, false, err);
}

static enum status
do_access_entry(struct house *h, struct err *err)
{
	return audit_append_access(
	    h->f->catalog, &(struct actor){ .principal = h->lan }, "record.view", "r", 0, err);
}

static enum status
do_sign_in(struct house *h, struct err *err)
{
	struct session s;

	return login_finish(h->f->catalog, &h->f->system, "hoa.hong", "x", &h->good, PASSWORD,
	    h->token, h->f->arena, &s, err);
}

/* The refusal itself is the good end. */
static enum status
do_refused_sign_in(struct house *h, struct err *err)
{
	struct session s;
	char token[44];
	enum status st = login_finish(h->f->catalog, &h->f->system, "hoa.hong", "x", &h->bad,
	    SPAN("wrong"), token, h->f->arena, &s, err);

	return st == ST_UNAUTHENTICATED ? ST_OK : st;
}

static enum status
do_throttled(struct house *h, struct err *err)
{
	return login_throttled(h->f->catalog, &h->f->system, "hoa.hong", "x", err);
}

static enum status
do_session_end(struct house *h, struct err *err)
{
	return session_end(h->f->catalog, &h->f->system, h->session, err);
}

static enum status
do_upload(struct house *h, struct err *err)
{
	struct upload u = { .uid = h->upload,
		.principal = h->lan,
		.name = "a.pdf",
		.length = 10,
		.expires_us = now_us() + 3600 * INT64_C(1000000) };

	return upload_create(h->f->catalog, &(struct actor){ .principal = h->lan }, &u, err);
}

static enum status
read_access(struct house *h, struct err *err)
{
	struct access *access;
	enum status st = access_load(&access, h->f->catalog, h->lan, err);

	access_free(access);
	return st;
}

static enum status
read_system_access(struct house *h, struct err *err)
{
	struct access *access;
	enum status st = access_load_system(&access, h->f->catalog, err);

	access_free(access);
	return st;
}

static enum status
read_log(struct house *h, struct err *err)
{
	uint64_t entries;

	return audit_verify(h->f->catalog, &entries, err);
}

static enum status
read_all_of_it(struct house *h, struct err *err)
{
	uint64_t faults = 1;
	enum status st = catalog_verify(h->f->catalog, NULL, NULL, &faults, err);

	(void)faults;
	return st;
}

static enum status
read_lists(struct house *h, struct err *err)
{
	const struct principal *people;
	const struct grant *grants;
	const struct session *sessions;
	const struct event_row *rows;
	const struct upload *uploads;
	const char *const *names;
	unsigned char root[SHA256_LEN];
	struct session s;
	struct upload u;
	struct login l;
	uint64_t size;
	size_t n;
	bool due;
	int wait;
	struct catalog *c = h->f->catalog;
	struct arena *a = h->f->arena;
	enum status st;

	if ((st = principal_list(c, a, &people, &n, err)) ||
	    (st = principal_groups(c, h->lan, a, &names, &n, err)) ||
	    (st = grant_list(c, 0, 0, true, a, &grants, &n, err)) ||
	    (st = session_list(c, h->lan, 60, 60, a, &sessions, &n, err)) ||
	    (st = session_load(c, span_of(h->token), 60, 60, a, &s, err)) ||
	    (st = audit_list(c, 0, 10, a, &rows, &n, err)) ||
	    (st = audit_root(c, &size, root, err)) ||
	    (st = audit_access_due(c, &h->f->system, "record.view", "r", 0, &due, err)) ||
	    (st = login_begin(c, "lan", "x", 5, &l, &wait, err)) ||
	    (st = upload_load(c, h->lan, h->upload, a, &u, err)) ||
	    (st = upload_expired(c, now_us(), 10, a, &uploads, &n, err)))
		return st;
	return ST_OK;
}

static const struct operation {
	const char *name;
	enum status (*run)(struct house *, struct err *);
	bool reads;
} operations[] = {
	{ "setting", do_setting, false },
	{ "create", do_create, false },
	{ "clearance", do_clearance, false },
	{ "language", do_language, false },
	{ "bind", do_bind, false },
	{ "join", do_join, false },
	{ "grant on a dossier", do_grant_node, false },
	{ "grant on a record", do_grant_record, false },
	{ "access of a person", read_access, true },
	{ "access of the system", read_system_access, true },
	{ "end of a grant", do_grant_end, false },
	{ "inheritance", do_inherit, false },
	{ "leave", do_leave, false },
	{ "view", do_access_entry, false },
	{ "sign in", do_sign_in, false },
	{ "refused sign in", do_refused_sign_in, false },
	{ "throttled sign in", do_throttled, false },
	{ "upload", do_upload, false },
	{ "lists", read_lists, true },
	{ "sign out", do_session_end, false },
	{ "password", do_password, false },
	{ "disable", do_disable, false },
	{ "log", read_log, true },
	{ "verify", read_all_of_it, true },
};

/* --- the loop ---------------------------------------------------------------------------------- */

/* Everything that any of the operations changes, as one text. */
static const char *
picture(struct fixture *f)
{
	static const char *const parts[] = {
		"SELECT coalesce(sum(length(key || value)), 0) FROM setting",
		"SELECT value FROM counter WHERE name='index_seq'",
		"SELECT value FROM counter WHERE name='access_version'",
		"SELECT count(*) + sum(clearance) * 100 + count(disabled_at) * 10000"
		" + count(os_user) * 100000 + count(language) * 1000000"
		" + sum(length(coalesce(secret, ''))) * 10000000 FROM principal",
		"SELECT count(*) FROM clearance_history",
		"SELECT count(*) + 1000 * count(ended) FROM member",
		"SELECT count(*) + 1000 * count(ended) FROM acl",
		"SELECT count(*) FROM access_class",
		"SELECT coalesce(sum(class * 1000 + who * 100 + acl), 0) FROM class_reader",
		"SELECT sum(access_class + 1000 * inherit_acl + 10000 * version) FROM node",
		"SELECT sum(access_class + 1000 * inherit_acl + 10000 * index_seq) FROM record",
		"SELECT count(*) + 1000 * count(ended) FROM session",
		"SELECT coalesce(sum(failures), 0) FROM login_throttle",
		"SELECT count(*) FROM upload",
		"SELECT size FROM log_tree",
		"SELECT count(*) FROM event",
		"SELECT count(*) FROM event_private",
		"SELECT count(*) FROM access_seen",
	};
	struct strbuf text = STRBUF_INIT;
	const char *kept;
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		strbuf_addf(&text, "%lld ", (long long)fixture_int(f, parts[i]));
	kept = arena_dup(f->arena, text.buf);
	strbuf_free(&text);
	return kept;
}

static void
assert_no_transaction(struct fixture *f, const char *name)
{
	struct catalog *other;

	assert_ok(catalog_open(&other, f->conf, CATALOG_WRITE, &f->err), &f->err);
	if (catalog_begin(other, &f->err) != ST_OK)
		fail_msg("%s left a transaction open", name);
	catalog_rollback(other);
	catalog_close(other);
}

static int
fail_each_call_of(struct house *h, const struct operation *op)
{
	struct fixture *f = h->f;
	const char *before = picture(f), *after;
	enum status st;
	int n;

	for (n = 1;; n++) {
		struct err err = ERR_INIT;

		calls = 0;
		fail_at = n;
		st = op->run(h, &err);
		fail_at = 0;
		if (calls < n)
			break;
		if (st != ST_IO || !strstr(err.msg, "the disk is gone"))
			fail_msg("%s, call %d: %d \"%s\"", op->name, n, (int)st, err.msg);
		after = picture(f);
		if (strcmp(before, after))
			fail_msg("%s, call %d: changed\n%s\n%s", op->name, n, before, after);
		if (n % 7 == 1)
			assert_no_transaction(f, op->name);
	}
	assert_int_equal(st, ST_OK);
	assert_true(n > 1);
	assert_int_equal(strcmp(before, picture(f)) == 0, op->reads);
	assert_no_transaction(f, op->name);
	return n - 1;
}

static void
furnish(struct house *h, struct fixture *f)
{
	struct session s;
	char token[44];
	int wait;

	h->f = f;
	h->fonds = fixture_node(f, 0, "fonds", 0);
	h->dossier = fixture_node(f, h->fonds, "dossier", 0);
	h->record = fixture_record(f, h->dossier, 0);
	h->lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);
	h->hoa = fixture_principal(f, PRINCIPAL_USER, "hoa.hong", 1);
	h->group = fixture_principal(f, PRINCIPAL_GROUP, "group", 1);
	uid_make(h->upload);
	assert_ok(password_set(f->catalog, &f->system, h->hoa, PASSWORD, &f->err), &f->err);
	assert_ok(login_begin(f->catalog, "hoa.hong", "x", 5, &h->good, &wait, &f->err), &f->err);
	h->bad = h->good;
	login_verify(&h->good, PASSWORD);
	assert_true(h->good.matches);
	assert_ok(session_create(f->catalog, h->lan, token, f->arena, &s, &f->err), &f->err);
	h->session = s.id;
}

static void
a_call_that_fails_fails_the_whole_and_changes_nothing(void **state)
{
	struct house h = { 0 };
	int total = 0;
	size_t i;

	furnish(&h, *state);
	for (i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
		total += fail_each_call_of(&h, &operations[i]);
	print_message("# %d calls failed once each\n", total);
	assert_true(total > 200);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(a_call_that_fails_fails_the_whole_and_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
