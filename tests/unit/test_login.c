/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalog_fixture.h"

#include <sodium.h>

#include "../../core/principal_parts.h"
#include "audit.h"
#include "principal.h"

#define SECOND INT64_C(1000000)
#define PASSWORD "con-ngựa 57 xanh"

static const struct password_about person = {
	"nguyen.lan",
	"Nguyễn Thị Lan",
	"Kho lưu trữ Sở Du lịch Hải Phòng",
};

/* --- rules ------------------------------------------------------------------------------------- */

static void
weak_passwords_are_refused(void **state)
{
	static const char *const weak[] = {
		"",
		"short",
		"11 bytes ok",
		"aaaaaaaaaaaaaaaa",
		"abababababab",
		"123456789012",
		"098765432109",
		"abcdefghijklm",
		"password1234",
		"Password-2024!",
		"matkhau123456",
		"MậtKhẩu@2024",
		"qwertyuiop123",
		"1q2w3e4r5t6y",
		"haiphong2024!!",
		"DuLich-HaiPhong-2026",
		"sodulichhaiphong",
		"tangthu.tangthu",
		"anhyeuem123456",
		"vietnam-vietnam",
		"nguyen.lan2024",
		"Nguyen.Lan!1",
		"0912345678901",
		"20240115-20250115",
		/* words, names and walks of everybody's */
		"unbelievable",
		"michaeljackson",
		"manchesterunited",
		"iloveyou1234",
		"christopher1",
		"1234567890qwerty",
		"zaq12wsxcde3",
		"P@ssw0rd!2024",
		"Princess123456",
		"1qaz2wsx3edc",
		"hello123hello",
		"September2024",
		/* ranked, though nothing but a list tells it */
		"q1w2e3r4t5y6u7i8o9p0",
		"Z1X2C3V4B5N6M7",
		/* of the person and of the office */
		"Lan-Nguyen-Thi-1990",
		"kholuutruhaiphong!",
		"So Du Lich Hai Phong 2026",
		"SởDuLịch@HảiPhòng",
	};
	struct err err = ERR_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(weak) / sizeof(weak[0]); i++)
		if (password_check_rules(span_of(weak[i]), &person, &err) != ST_INVALID)
			fail_msg("taken: %s", weak[i]);
}

static void
good_passwords_are_taken_as_they_are(void **state)
{
	static const char *const good[] = {
		PASSWORD,
		"correct horse battery staple",
		"x7!kQ2 pLw9z",
		"Ơi con sông quê",
		"mưa rơi trên mái tôn",
		"haiphong con tàu 7 giờ",
		"lan thích hoa phượng đỏ",
		"bún cá cay 3 bát đầy",
		"gThq29-mSo0w-vv",
		"nguyen.lan thích uống cà phê",
		"                 a b c d e",
	};
	char longest[258];
	struct err err = ERR_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_ok(password_check_rules(span_of(good[i]), &person, &err), &err);
	for (i = 0; i < 257; i++)
		longest[i] = (char)('a' + i * i % 23);
	assert_ok(password_check_rules(
		      span_make(longest, 256), &(struct password_about){ .name = "lan" }, &err),
	    &err);
	assert_status(password_check_rules(
			  span_make(longest, 257), &(struct password_about){ .name = "lan" }, &err),
	    ST_INVALID, &err);
	assert_status(password_check_rules(span_make("abc\0defghijkqz", 14),
			  &(struct password_about){ .name = "lan" }, &err),
	    ST_INVALID, &err);
}

/* --- signing in -------------------------------------------------------------------------------- */

struct attempt {
	enum status begin, finish;
	int retry_s;
	struct login login;
	struct session session;
	char token[44];
};

static struct attempt
sign_in_from(struct fixture *f, const char *name, const char *password, const char *address)
{
	struct attempt a = { .begin = ST_OK, .finish = ST_INTERNAL };
	const struct actor actor = { .source = "http 10.0.0.7" };

	a.begin = login_begin(f->catalog, name, address, 5, &a.login, &a.retry_s, &f->err);
	if (a.begin != ST_OK)
		return a;
	login_verify(&a.login, span_of(password));
	a.finish = login_finish(f->catalog, &actor, name, address, &a.login, span_of(password),
	    a.token, f->arena, &a.session, &f->err);
	return a;
}

static struct attempt
sign_in(struct fixture *f, const char *name, const char *password)
{
	return sign_in_from(f, name, password, "10.0.0.7");
}

static int64_t
user(struct fixture *f, const char *name)
{
	int64_t id = fixture_principal(f, PRINCIPAL_USER, name, 1);

	assert_ok(password_set(f->catalog, &f->system, id, SPAN(PASSWORD), &f->err), &f->err);
	return id;
}

static int64_t
logged(struct fixture *f, const char *outcome)
{
	int64_t count = -1;

	assert_ok(db_query_int(f->catalog->db,
		      "SELECT count(*) FROM event WHERE action='login' AND outcome=$1",
		      DB_ARGS(db_text(outcome)), &count, &f->err),
	    &f->err);
	return count;
}

static void
the_right_password_opens_a_session(void **state)
{
	struct fixture *f = *state;
	int64_t lan = user(f, "lan");
	struct attempt a = sign_in(f, "lan", PASSWORD);
	struct session s;

	assert_ok(a.begin, &f->err);
	assert_ok(a.finish, &f->err);
	assert_int_equal(a.session.principal, lan);
	assert_int_equal(strlen(a.token), 43);
	assert_int_equal(strlen(a.session.csrf), 43);
	assert_string_not_equal(a.session.csrf, a.token);
	assert_ok(
	    session_load(f->catalog, span_of(a.token), 60, 60, f->arena, &s, &f->err), &f->err);
	assert_int_equal(s.id, a.session.id);
	assert_int_equal(s.principal, lan);
	assert_string_equal(s.csrf, a.session.csrf);
	assert_int_equal(logged(f, "ok"), 1);
}

static void
what_is_wrong_is_not_told(void **state)
{
	struct fixture *f = *state;
	int64_t lan = user(f, "lan");
	char said[3][240];
	struct attempt a;

	a = sign_in(f, "lan", "wrong password!!");
	assert_int_equal(a.finish, ST_UNAUTHENTICATED);
	memcpy(said[0], f->err.msg, 240);
	a = sign_in(f, "nobody", PASSWORD);
	assert_int_equal(a.finish, ST_UNAUTHENTICATED);
	/* The same work is done: a real hash of the same parameters. */
	assert_memory_equal(a.login.hash, "$argon2id$v=19$m=65536,t=3,p=1$", 31);
	memcpy(said[1], f->err.msg, 240);
	assert_ok(principal_set_disabled(f->catalog, &f->system, lan, true, &f->err), &f->err);
	a = sign_in(f, "lan", PASSWORD);
	assert_int_equal(a.finish, ST_UNAUTHENTICATED);
	memcpy(said[2], f->err.msg, 240);
	assert_string_equal(said[0], said[1]);
	assert_string_equal(said[1], said[2]);
	assert_int_equal(logged(f, "failed"), 3);
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM session"), 0);
	/* The name that was tried is private, and nobody is blamed by uid. */
	assert_int_equal(fixture_int(f,
			     "SELECT count(*) FROM event WHERE action='login'"
			     " AND (actor IS NOT NULL OR object IS NOT NULL)"),
	    0);
	assert_int_equal(fixture_int(f,
			     "SELECT count(*) FROM event_private WHERE name='name'"
			     " AND value=CAST('nobody' AS BLOB)"),
	    1);
}

static void
groups_and_people_without_a_password_cannot_sign_in(void **state)
{
	struct fixture *f = *state;
	int64_t group = fixture_principal(f, PRINCIPAL_GROUP, "group", 0);

	(void)fixture_principal(f, PRINCIPAL_USER, "fresh", 0);
	assert_int_equal(sign_in(f, "fresh", "").finish, ST_UNAUTHENTICATED);
	assert_int_equal(sign_in(f, "group", "").finish, ST_UNAUTHENTICATED);
	assert_status(password_set(f->catalog, &f->system, group, SPAN(PASSWORD), &f->err),
	    ST_INVALID, &f->err);
	assert_status(password_set(f->catalog, &f->system, 99, SPAN(PASSWORD), &f->err),
	    ST_NOT_FOUND, &f->err);
}

static void
no_secret_is_in_the_catalogue_in_the_clear(void **state)
{
	struct fixture *f = *state;
	struct attempt a;
	char *dump, *command = malloc(9000);
	size_t n;
	FILE *in;

	(void)user(f, "lan");
	a = sign_in(f, "lan", PASSWORD);
	assert_int_equal(sign_in(f, "lan", "wrong-secret-42").finish, ST_UNAUTHENTICATED);
	assert_ok(a.finish, &f->err);
	assert_non_null(command);
	snprintf(command, 9000, "cat '%s'/catalogue.db*", f->dir);
	in = popen(command, "r");
	assert_non_null(in);
	dump = malloc(16 << 20);
	assert_non_null(dump);
	n = fread(dump, 1, 16 << 20, in);
	assert_int_equal(pclose(in), 0);
	assert_true(n > 4096);
	assert_null(memmem(dump, n, PASSWORD, strlen(PASSWORD)));
	assert_null(memmem(dump, n, "wrong-secret-42", 15));
	assert_null(memmem(dump, n, a.token, 43));
	assert_non_null(memmem(dump, n, "$argon2id$", 10));
	free(dump);
	free(command);
}

static void
a_new_password_ends_every_session(void **state)
{
	struct fixture *f = *state;
	int64_t lan = user(f, "lan");
	struct attempt a = sign_in(f, "lan", PASSWORD);
	struct session s;

	assert_ok(a.finish, &f->err);
	assert_ok(password_set(f->catalog, &f->system, lan, SPAN("một mật khẩu khác 9"), &f->err),
	    &f->err);
	assert_status(session_load(f->catalog, span_of(a.token), 60, 60, f->arena, &s, &f->err),
	    ST_UNAUTHENTICATED, &f->err);
	assert_int_equal(sign_in(f, "lan", PASSWORD).finish, ST_UNAUTHENTICATED);
	assert_ok(sign_in(f, "lan", "một mật khẩu khác 9").finish, &f->err);
}

static void
a_password_changed_while_it_is_checked_does_not_open(void **state)
{
	struct fixture *f = *state;
	int64_t lan = user(f, "lan");
	struct attempt a = { 0 };

	assert_ok(login_begin(f->catalog, "lan", "x", 5, &a.login, &a.retry_s, &f->err), &f->err);
	login_verify(&a.login, SPAN(PASSWORD));
	assert_true(a.login.matches);
	assert_ok(password_set(f->catalog, &f->system, lan, SPAN("một mật khẩu khác 9"), &f->err),
	    &f->err);
	assert_status(login_finish(f->catalog, &f->system, "lan", "x", &a.login, SPAN(PASSWORD),
			  a.token, f->arena, &a.session, &f->err),
	    ST_UNAUTHENTICATED, &f->err);
}

static void
a_hash_of_old_strength_is_made_new_at_sign_in(void **state)
{
	struct fixture *f = *state;
	int64_t lan = user(f, "lan");
	char weak[crypto_pwhash_STRBYTES];
	const char *now = NULL;

	assert_int_equal(
	    crypto_pwhash_str(weak, PASSWORD, strlen(PASSWORD), 1, 8 * 1024 * 1024), 0);
	assert_ok(db_exec(f->catalog->db, "UPDATE principal SET secret=$1 WHERE id=$2",
		      DB_ARGS(db_text(weak), db_int(lan)), NULL, &f->err),
	    &f->err);
	assert_ok(sign_in(f, "lan", PASSWORD).finish, &f->err);
	assert_ok(db_query_text(f->catalog->db, "SELECT secret FROM principal WHERE id=$1",
		      DB_ARGS(db_int(lan)), f->arena, &now, &f->err),
	    &f->err);
	assert_memory_equal(now, "$argon2id$v=19$m=65536,t=3,p=1$", 31);
	assert_ok(sign_in(f, "lan", PASSWORD).finish, &f->err);
}

static void
a_failed_sign_in_is_kept_though_the_caller_gets_an_error(void **state)
{
	struct fixture *f = *state;

	(void)user(f, "lan");
	/* As the server's writer does: many requests in one transaction. */
	assert_ok(catalog_begin(f->catalog, &f->err), &f->err);
	assert_int_equal(sign_in(f, "lan", "wrong password!!").finish, ST_UNAUTHENTICATED);
	assert_ok(catalog_commit(f->catalog, &f->err), &f->err);
	assert_int_equal(logged(f, "failed"), 1);
	assert_int_equal(fixture_int(f, "SELECT sum(failures) FROM login_throttle"), 2);
}

/* --- throttling: the clock is in our hands ----------------------------------------------------- */

static int
wait_of(struct fixture *f, const struct throttle *t, int64_t now)
{
	int wait = -1;

	assert_ok(throttle_wait(f->catalog, t, now, &wait, &f->err), &f->err);
	return wait;
}

static void
fail_at(struct fixture *f, const struct throttle *t, int64_t now)
{
	assert_ok(throttle_failed(f->catalog, t, now, &f->err), &f->err);
}

static void
waiting_grows_with_each_failure_and_never_locks(void **state)
{
	static const int waits[] = { 0, 0, 0, 0, 0, 2, 4, 8, 16, 30, 30, 30 };
	struct fixture *f = *state;
	const struct throttle t = { "lan", "10.0.0.7", 5 };
	int64_t now = 1000 * SECOND;
	size_t i;

	for (i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		fail_at(f, &t, now);
		assert_int_equal(wait_of(f, &t, now), waits[i]);
		now += waits[i] * SECOND;
		assert_int_equal(wait_of(f, &t, now), 0);
	}
	/* Quiet minutes give tries back. */
	now += 300 * SECOND;
	fail_at(f, &t, now);
	assert_int_equal(wait_of(f, &t, now), 0);
}

static void
another_name_and_another_address_do_not_wait(void **state)
{
	struct fixture *f = *state;
	const struct throttle t = { "lan", "10.0.0.7", 5 };
	const struct throttle name = { "hoa", "10.0.0.7", 5 }, address = { "lan", "10.0.0.8", 5 };
	int64_t now = 1000 * SECOND;
	int i;

	for (i = 0; i < 8; i++)
		fail_at(f, &t, now);
	assert_true(wait_of(f, &t, now) > 0);
	assert_int_equal(wait_of(f, &name, now), 0);
	/* The name waits wherever one comes from: guesses may come from many places. */
	assert_true(wait_of(f, &address, now) > 0);
}

static void
one_address_trying_many_names_waits(void **state)
{
	struct fixture *f = *state;
	int64_t now = 1000 * SECOND;
	char name[16];
	int i;

	for (i = 0; i < 60; i++) {
		const struct throttle t = { name, "10.0.0.7", 5 };

		snprintf(name, sizeof(name), "user%d", i);
		fail_at(f, &t, now);
	}
	assert_int_equal(wait_of(f, &(struct throttle){ "lan", "10.0.0.7", 5 }, now), 300);
	assert_int_equal(wait_of(f, &(struct throttle){ "lan", "10.0.0.8", 5 }, now), 0);
}

static void
success_clears_the_name_but_not_the_address(void **state)
{
	struct fixture *f = *state;
	const struct throttle t = { "lan", "10.0.0.7", 1 };
	int64_t now = 1000 * SECOND;
	int i;

	for (i = 0; i < 13; i++)
		fail_at(f, &t, now);
	assert_ok(throttle_succeeded(f->catalog, &t, &f->err), &f->err);
	assert_int_equal(wait_of(f, &(struct throttle){ "lan", "else", 1 }, now), 0);
	assert_true(wait_of(f, &t, now) > 0);
}

static void
a_clock_set_back_does_not_stretch_the_wait(void **state)
{
	struct fixture *f = *state;
	const struct throttle t = { "lan", "10.0.0.7", 1 };
	int64_t now = 1000000 * SECOND;
	int i;

	for (i = 0; i < 9; i++)
		fail_at(f, &t, now);
	assert_in_range(wait_of(f, &t, now - 900000 * SECOND), 1, 300);
}

static void
too_many_failures_are_told_when_to_come_back(void **state)
{
	struct fixture *f = *state;
	const struct throttle t = { "lan", "10.0.0.7", 5 };
	const struct actor actor = { .source = "http 10.0.0.7" };
	struct attempt a;
	int i;

	(void)user(f, "lan");
	for (i = 0; i < 7; i++)
		fail_at(f, &t, now_us());
	a = sign_in(f, "lan", PASSWORD);
	assert_int_equal(a.begin, ST_LIMIT);
	assert_in_range(a.retry_s, 1, 4);
	assert_ok(login_throttled(f->catalog, &actor, "lan", "10.0.0.7", &f->err), &f->err);
	assert_ok(login_throttled(f->catalog, &actor, "lan", "10.0.0.7", &f->err), &f->err);
	assert_int_equal(logged(f, "throttled"), 1);
	assert_ok(login_throttled(f->catalog, &actor, "lan", "10.0.0.8", &f->err), &f->err);
	assert_int_equal(logged(f, "throttled"), 2);
}

static void
tries_that_began_together_are_not_all_looked_at(void **state)
{
	struct fixture *f = *state;
	struct attempt a[8];
	int i, looked_at = 0;

	(void)user(f, "lan");
	for (i = 0; i < 8; i++) {
		memset(&a[i], 0, sizeof(a[i]));
		assert_ok(
		    login_begin(f->catalog, "lan", "x", 5, &a[i].login, &a[i].retry_s, &f->err),
		    &f->err);
	}
	/* The last one would be right. */
	login_verify(&a[7].login, SPAN(PASSWORD));
	assert_true(a[7].login.matches);
	for (i = 0; i < 8; i++) {
		a[i].finish = login_finish(f->catalog, &f->system, "lan", "x", &a[i].login,
		    SPAN(PASSWORD), a[i].token, f->arena, &a[i].session, &f->err);
		looked_at += a[i].finish == ST_UNAUTHENTICATED;
	}
	assert_int_equal(looked_at, 6);
	assert_int_equal(a[7].finish, ST_LIMIT);
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM session"), 0);
}

/* --- sessions ---------------------------------------------------------------------------------- */

static enum status
load(struct fixture *f, const char *token, int64_t idle_s, int64_t absolute_s)
{
	struct session s;

	return session_load(f->catalog, span_of(token), idle_s, absolute_s, f->arena, &s, &f->err);
}

static void
a_session_ends_when_idle_and_when_old(void **state)
{
	struct fixture *f = *state;
	struct session s;
	char token[44];

	assert_ok(
	    session_create(f->catalog, user(f, "lan"), token, f->arena, &s, &f->err), &f->err);
	assert_ok(load(f, token, 1800, 43200), &f->err);
	fixture_sql(f, "UPDATE session SET seen=seen-1801000000");
	assert_int_equal(load(f, token, 1800, 43200), ST_UNAUTHENTICATED);
	assert_ok(session_touch(f->catalog, s.id, &f->err), &f->err);
	assert_ok(load(f, token, 1800, 43200), &f->err);
	fixture_sql(f, "UPDATE session SET created=created-43201000000");
	assert_int_equal(load(f, token, 1800, 43200), ST_UNAUTHENTICATED);
}

static void
strange_tokens_open_nothing(void **state)
{
	struct fixture *f = *state;
	struct session s;
	char token[44];

	assert_ok(
	    session_create(f->catalog, user(f, "lan"), token, f->arena, &s, &f->err), &f->err);
	assert_int_equal(load(f, "", 60, 60), ST_UNAUTHENTICATED);
	assert_int_equal(load(f, "' OR 1=1 --", 60, 60), ST_UNAUTHENTICATED);
	token[42] = token[42] == 'A' ? 'E' : 'A';
	assert_int_equal(load(f, token, 60, 60), ST_UNAUTHENTICATED);
	assert_status(session_load(f->catalog, span_make(NULL, 0), 60, 60, f->arena, &s, &f->err),
	    ST_UNAUTHENTICATED, &f->err);
}

static void
signing_out_and_being_disabled_end_a_session_at_once(void **state)
{
	struct fixture *f = *state;
	int64_t lan = user(f, "lan");
	struct session a, b;
	const struct session *rows;
	char token_a[44], token_b[44];
	size_t count;

	assert_ok(session_create(f->catalog, lan, token_a, f->arena, &a, &f->err), &f->err);
	assert_ok(session_create(f->catalog, lan, token_b, f->arena, &b, &f->err), &f->err);
	assert_ok(session_list(f->catalog, lan, 60, 60, f->arena, &rows, &count, &f->err), &f->err);
	assert_int_equal(count, 2);
	assert_null(rows[0].csrf);
	assert_ok(session_end(f->catalog, &f->system, a.id, &f->err), &f->err);
	assert_int_equal(load(f, token_a, 60, 60), ST_UNAUTHENTICATED);
	assert_status(session_end(f->catalog, &f->system, a.id, &f->err), ST_NOT_FOUND, &f->err);
	assert_ok(load(f, token_b, 60, 60), &f->err);
	assert_ok(principal_set_disabled(f->catalog, &f->system, lan, true, &f->err), &f->err);
	assert_int_equal(load(f, token_b, 60, 60), ST_UNAUTHENTICATED);
	/* Enabling again does not bring it back. */
	assert_ok(principal_set_disabled(f->catalog, &f->system, lan, false, &f->err), &f->err);
	assert_int_equal(load(f, token_b, 60, 60), ST_UNAUTHENTICATED);
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM event WHERE action='logout'"), 1);
}

static void
an_ended_session_cannot_be_touched_alive(void **state)
{
	struct fixture *f = *state;
	struct session s;
	char token[44];

	assert_ok(
	    session_create(f->catalog, user(f, "lan"), token, f->arena, &s, &f->err), &f->err);
	assert_ok(session_end(f->catalog, &f->system, s.id, &f->err), &f->err);
	assert_ok(session_touch(f->catalog, s.id, &f->err), &f->err);
	assert_int_equal(load(f, token, 60, 60), ST_UNAUTHENTICATED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(weak_passwords_are_refused),
		cmocka_unit_test(good_passwords_are_taken_as_they_are),
		FIXTURE_TEST(the_right_password_opens_a_session),
		FIXTURE_TEST(what_is_wrong_is_not_told),
		FIXTURE_TEST(groups_and_people_without_a_password_cannot_sign_in),
		FIXTURE_TEST(no_secret_is_in_the_catalogue_in_the_clear),
		FIXTURE_TEST(a_new_password_ends_every_session),
		FIXTURE_TEST(a_password_changed_while_it_is_checked_does_not_open),
		FIXTURE_TEST(a_hash_of_old_strength_is_made_new_at_sign_in),
		FIXTURE_TEST(a_failed_sign_in_is_kept_though_the_caller_gets_an_error),
		FIXTURE_TEST(waiting_grows_with_each_failure_and_never_locks),
		FIXTURE_TEST(another_name_and_another_address_do_not_wait),
		FIXTURE_TEST(one_address_trying_many_names_waits),
		FIXTURE_TEST(success_clears_the_name_but_not_the_address),
		FIXTURE_TEST(a_clock_set_back_does_not_stretch_the_wait),
		FIXTURE_TEST(too_many_failures_are_told_when_to_come_back),
		FIXTURE_TEST(tries_that_began_together_are_not_all_looked_at),
		FIXTURE_TEST(a_session_ends_when_idle_and_when_old),
		FIXTURE_TEST(strange_tokens_open_nothing),
		FIXTURE_TEST(signing_out_and_being_disabled_end_a_session_at_once),
		FIXTURE_TEST(an_ended_session_cannot_be_touched_alive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
