/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalog_fixture.h"

#include "../../core/audit_parts.h"
#include "../../core/merkle.h"
#include "audit.h"

static void
append(struct fixture *f, const struct event *event)
{
	assert_ok(audit_append(f->catalog, &f->system, event, &f->err), &f->err);
}

static void
append_simple(struct fixture *f, const char *action)
{
	const struct event event = {
		.event_class = EVENT_CHANGE, .action = action, .outcome = "ok"
	};

	append(f, &event);
}

static int64_t
events(struct fixture *f)
{
	return fixture_int(f, "SELECT count(*) FROM event");
}

static void
assert_whole(struct fixture *f)
{
	uint64_t entries;

	assert_ok(audit_verify(f->catalog, &entries, &f->err), &f->err);
	assert_int_equal(entries, events(f));
}

/* --- canonical bytes --------------------------------------------------------------------------- */

/*
 * A test vector for other implementations, by hand from the layout in audit.h:
 *	version 01, seq 0..05, ts 0..0f4240 (one second), "change", "record.set", no actor and so on.
 */
static void
canonical_bytes_are_as_specified(void **state)
{
	static const char want[] =
	    "01"
	    "0000000000000005"
	    "00000000000f4240"
	    "00000006"
	    "6368616e6765"
	    "0000000a"
	    "7265636f72642e736574"
	    "00000002"
	    "6131"
	    "ffffffff"
	    "00000006"
	    "7265636f7264"
	    "00000002"
	    "7231"
	    "0000000000000003"
	    "00000002"
	    "6f6b"
	    "00000000"
	    "00000001"
	    "00000006"
	    "736f75726365"
	    "0202020202020202020202020202020202020202020202020202020202020202";
	const struct event_row row = {
		.seq = 5,
		.ts_us = 1000000,
		.event_class = "change",
		.action = "record.set",
		.actor = "a1",
		.kind = "record",
		.object = "r1",
		.page = 3,
		.outcome = "ok",
		.detail = "",
	};
	owned(strbuf_free) struct strbuf bytes = STRBUF_INIT;
	unsigned char commitment[SHA256_LEN], leaf[SHA256_LEN];
	char *hex, leaf_hex[SHA256_HEX + 1];

	(void)state;
	memset(commitment, 2, sizeof(commitment));
	audit_canonical_start(&row, 1, &bytes);
	audit_canonical_private("source", commitment, &bytes);
	hex = malloc(2 * bytes.len + 1);
	assert_non_null(hex);
	hex_encode(bytes.buf, bytes.len, hex);
	assert_string_equal(hex, want);
	free(hex);
	merkle_leaf(strbuf_span(&bytes), leaf);
	hex_encode(leaf, sizeof(leaf), leaf_hex);
	assert_string_equal(
	    leaf_hex, "d754e2200e65a8ec364fa4cc9cc7f4ad2383f98f6ae4154ba2cd9e59cf0774a4");
}

static void
an_absent_text_is_not_an_empty_one(void **state)
{
	struct event_row row = { .event_class = "change", .action = "a", .outcome = "ok" };
	owned(strbuf_free) struct strbuf absent = STRBUF_INIT, empty = STRBUF_INIT;

	(void)state;
	audit_canonical_start(&row, 0, &absent);
	row.detail = "";
	audit_canonical_start(&row, 0, &empty);
	assert_int_equal(absent.len, empty.len);
	assert_memory_not_equal(absent.buf, empty.buf, absent.len);
}

/* SHA-256 of sixteen zero bytes and "127.0.0.1", by sha256sum. */
static void
a_commitment_is_the_hash_of_salt_and_value(void **state)
{
	unsigned char salt[AUDIT_SALT_LEN] = { 0 }, hash[SHA256_LEN];
	char hex[SHA256_HEX + 1];

	(void)state;
	audit_commit(salt, SPAN("127.0.0.1"), hash);
	hex_encode(hash, sizeof(hash), hex);
	assert_string_equal(
	    hex, "5fd210ba42d8d96e589e435016bbf50cbb735dce12a5ab6f69e7de93cd5b42bd");
}

/* --- appending --------------------------------------------------------------------------------- */

static void
the_first_entry_is_number_zero_and_its_leaf_the_root(void **state)
{
	struct fixture *f = *state;
	const struct event_row *rows;
	unsigned char root[SHA256_LEN];
	uint64_t size;
	size_t count;

	append_simple(f, "first");
	assert_ok(audit_list(f->catalog, 0, 10, f->arena, &rows, &count, &f->err), &f->err);
	assert_ok(audit_root(f->catalog, &size, root, &f->err), &f->err);
	assert_int_equal(count, 1);
	assert_int_equal(rows[0].seq, 0);
	assert_int_equal(size, 1);
	assert_memory_equal(root, rows[0].leaf, SHA256_LEN);
}

static void
an_entry_says_who_did_what_to_which(void **state)
{
	struct fixture *f = *state;
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);
	int64_t root = fixture_principal(f, PRINCIPAL_USER, "hoa", 1);
	const struct actor actor = { .principal = lan, .on_behalf = root, .source = "cli root" };
	const struct event event = { .event_class = EVENT_DISPOSITION,
		.action = "record.dispose",
		.kind = "record",
		.object = "r-1",
		.page = 4,
		.outcome = "denied",
		.detail = "{\"why\":1}" };
	const struct event_row *rows;
	struct principal who;
	size_t count;

	assert_ok(audit_append(f->catalog, &actor, &event, &f->err), &f->err);
	assert_ok(
	    audit_list(f->catalog, events(f) - 1, 10, f->arena, &rows, &count, &f->err), &f->err);
	assert_int_equal(count, 1);
	assert_string_equal(rows[0].event_class, "disposition");
	assert_string_equal(rows[0].action, "record.dispose");
	assert_string_equal(rows[0].kind, "record");
	assert_string_equal(rows[0].object, "r-1");
	assert_int_equal(rows[0].page, 4);
	assert_string_equal(rows[0].outcome, "denied");
	assert_string_equal(rows[0].detail, "{\"why\":1}");
	assert_ok(principal_by_id(f->catalog, lan, f->arena, &who, &f->err), &f->err);
	assert_string_equal(rows[0].actor, who.uid);
	assert_ok(principal_by_id(f->catalog, root, f->arena, &who, &f->err), &f->err);
	assert_string_equal(rows[0].on_behalf, who.uid);
	assert_whole(f);
}

static void
an_entry_stands_and_falls_with_its_transaction(void **state)
{
	struct fixture *f = *state;

	append_simple(f, "before");
	assert_ok(catalog_begin(f->catalog, &f->err), &f->err);
	append_simple(f, "undone");
	append_simple(f, "undone too");
	catalog_rollback(f->catalog);
	assert_int_equal(events(f), 1);
	append_simple(f, "after");
	assert_int_equal(events(f), 2);
	assert_whole(f);
}

static void
an_actor_that_is_not_there_writes_nothing(void **state)
{
	struct fixture *f = *state;
	const struct actor ghost = { .principal = 4711 };
	const struct event event = { .event_class = EVENT_ADMIN, .action = "a", .outcome = "ok" };

	assert_status(audit_append(f->catalog, &ghost, &event, &f->err), ST_INVALID, &f->err);
	assert_int_equal(events(f), 0);
}

static void
personal_fields_can_be_forgotten_and_the_tree_stays(void **state)
{
	static const struct event_private priv[] = {
		{ "query", { "lương bà Lan", 15 } },
		{ "name", { "lan", 3 } },
	};
	struct fixture *f = *state;
	const struct event event = { .event_class = EVENT_ACCESS,
		.action = "search",
		.outcome = "ok",
		.priv = priv,
		.priv_count = 2 };
	unsigned char before[SHA256_LEN], after[SHA256_LEN];
	uint64_t size;

	append(f, &event);
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM event_private"), 3);
	assert_int_equal(fixture_int(f,
			     "SELECT count(*) FROM event_private WHERE no=1"
			     " AND name='query' AND value=CAST('lương bà Lan' AS BLOB)"),
	    1);
	assert_ok(audit_root(f->catalog, &size, before, &f->err), &f->err);
	fixture_sql(f, "UPDATE event_private SET salt=NULL, value=NULL WHERE no=1");
	assert_ok(audit_root(f->catalog, &size, after, &f->err), &f->err);
	assert_memory_equal(before, after, SHA256_LEN);
	assert_whole(f);
}

static void
the_same_value_has_another_commitment_each_time(void **state)
{
	struct fixture *f = *state;

	append_simple(f, "a");
	append_simple(f, "b");
	assert_int_equal(fixture_int(f, "SELECT count(DISTINCT commitment) FROM event_private"), 2);
	assert_int_equal(fixture_int(f, "SELECT count(DISTINCT value) FROM event_private"), 1);
}

static void
lists_come_in_parts_of_bounded_size(void **state)
{
	struct fixture *f = *state;
	const struct event_row *rows;
	size_t count;
	int i;

	for (i = 0; i < 5; i++)
		append_simple(f, "a");
	assert_ok(audit_list(f->catalog, 2, 2, f->arena, &rows, &count, &f->err), &f->err);
	assert_int_equal(count, 2);
	assert_int_equal(rows[0].seq, 2);
	assert_int_equal(rows[1].seq, 3);
	assert_ok(audit_list(f->catalog, 9, 2, f->arena, &rows, &count, &f->err), &f->err);
	assert_int_equal(count, 0);
	assert_status(
	    audit_list(f->catalog, 0, 0, f->arena, &rows, &count, &f->err), ST_INVALID, &f->err);
	assert_status(
	    audit_list(f->catalog, 0, AUDIT_LIST_MAX + 1, f->arena, &rows, &count, &f->err),
	    ST_INVALID, &f->err);
}

/* --- access entries ---------------------------------------------------------------------------- */

static void
view(struct fixture *f, int64_t session, const char *action, const char *record, int64_t page)
{
	const struct actor actor = { .session = session };

	assert_ok(audit_append_access(f->catalog, &actor, action, record, page, &f->err), &f->err);
}

static void
a_view_is_logged_once_in_ten_minutes(void **state)
{
	struct fixture *f = *state;
	const struct actor actor = { .session = 1 };
	bool due;

	view(f, 1, "record.view", "r1", 0);
	view(f, 1, "record.view", "r1", 0);
	assert_int_equal(events(f), 1);
	assert_ok(
	    audit_access_due(f->catalog, &actor, "record.view", "r1", 0, &due, &f->err), &f->err);
	assert_false(due);
	/* Another session, record, page or action is another view. */
	view(f, 2, "record.view", "r1", 0);
	view(f, 1, "record.view", "r2", 0);
	view(f, 1, "record.view", "r1", 1);
	view(f, 1, "page.view", "r1", 0);
	assert_int_equal(events(f), 5);
	fixture_sql(f, "UPDATE access_seen SET at=at-599000000");
	view(f, 1, "record.view", "r1", 0);
	assert_int_equal(events(f), 5);
	fixture_sql(f, "UPDATE access_seen SET at=at-2000000");
	assert_ok(
	    audit_access_due(f->catalog, &actor, "record.view", "r1", 0, &due, &f->err), &f->err);
	assert_true(due);
	view(f, 1, "record.view", "r1", 0);
	assert_int_equal(events(f), 6);
	assert_whole(f);
}

static void
what_leaves_the_house_is_logged_each_time(void **state)
{
	struct fixture *f = *state;
	int i;

	for (i = 0; i < 3; i++) {
		view(f, 1, "record.download", "r1", 0);
		view(f, 1, "record.print", "r1", 0);
		view(f, 1, "evidence.export", "r1", 0);
	}
	assert_int_equal(events(f), 9);
}

static void
a_clock_set_back_does_not_silence_the_log(void **state)
{
	struct fixture *f = *state;

	view(f, 1, "record.view", "r1", 0);
	fixture_sql(f, "UPDATE access_seen SET at=at+3600000000");
	view(f, 1, "record.view", "r1", 0);
	assert_int_equal(events(f), 2);
}

static void
people_on_the_command_line_are_told_apart(void **state)
{
	struct fixture *f = *state;
	struct actor lan = { .principal = fixture_principal(f, PRINCIPAL_USER, "lan", 1) };
	struct actor hoa = { .principal = fixture_principal(f, PRINCIPAL_USER, "hoa", 1) };
	int64_t before = events(f);

	assert_ok(audit_append_access(f->catalog, &lan, "record.view", "r1", 0, &f->err), &f->err);
	assert_ok(audit_append_access(f->catalog, &hoa, "record.view", "r1", 0, &f->err), &f->err);
	assert_ok(audit_append_access(f->catalog, &lan, "record.view", "r1", 0, &f->err), &f->err);
	assert_int_equal(events(f) - before, 2);
}

/* --- forgery ----------------------------------------------------------------------------------- */

static int
set_up_forgery(void **state)
{
	static const struct event_private priv[] = { { "name", { "lan", 3 } } };
	struct fixture *f;
	int64_t lan;
	int i;

	assert_int_equal(fixture_set_up(state), 0);
	f = *state;
	lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);
	(void)fixture_principal(f, PRINCIPAL_USER, "hoa", 1);
	for (i = 0; i < 20; i++) {
		const struct actor actor = { .principal = lan, .source = "http 10.0.0.1" };
		const struct event event = { .event_class = EVENT_ACCESS,
			.action = "record.view",
			.kind = "record",
			.object = i % 2 ? "r1" : "r2",
			.page = i,
			.outcome = "ok",
			.detail = i % 3 ? NULL : "{\"n\":1}",
			.priv = priv,
			.priv_count = i % 2 };

		assert_ok(audit_append(f->catalog, &actor, &event, &f->err), &f->err);
	}
	assert_whole(f);
	/* Somebody with the file in hand: no guard, no references. */
	fixture_sql(f, "PRAGMA foreign_keys=OFF");
	fixture_sql(f, "DROP TRIGGER event_no_update");
	fixture_sql(f, "DROP TRIGGER event_no_delete");
	fixture_sql(f, "DROP TRIGGER event_dense");
	fixture_sql(f, "DROP TRIGGER event_private_keep");
	fixture_sql(f, "DROP TRIGGER event_private_update");
	return 0;
}

/* Each is tried on the same log and taken back; seq is what the message must name, -1 = none. */
static const struct forgery {
	const char *what, *sql;
	int seq;
} forgeries[] = {
	{ "altered time", "UPDATE event SET ts=ts+1 WHERE seq=7", 7 },
	{ "altered class", "UPDATE event SET class='admin' WHERE seq=7", 7 },
	{ "altered action", "UPDATE event SET action='record.list' WHERE seq=7", 7 },
	{ "altered actor", "UPDATE event SET actor_uid='x' WHERE seq=7", 7 },
	{ "actor struck out", "UPDATE event SET actor_uid=NULL WHERE seq=7", 7 },
	{ "altered actor for lookups",
	    "UPDATE event SET actor=(SELECT id FROM principal WHERE name='hoa') WHERE seq=7", 7 },
	{ "actor for lookups struck out", "UPDATE event SET actor=NULL WHERE seq=7", 7 },
	{ "altered on behalf", "UPDATE event SET on_behalf_uid='' WHERE seq=7", 7 },
	{ "altered kind", "UPDATE event SET kind='node' WHERE seq=7", 7 },
	{ "altered object", "UPDATE event SET object='r9' WHERE seq=7", 7 },
	{ "altered page", "UPDATE event SET page=8 WHERE seq=7", 7 },
	{ "altered outcome", "UPDATE event SET outcome='denied' WHERE seq=7", 7 },
	{ "altered detail", "UPDATE event SET detail='{\"n\":2}' WHERE seq=8", 8 },
	{ "detail from nothing to empty", "UPDATE event SET detail='' WHERE seq=9", 9 },
	{ "altered leaf", "UPDATE event SET leaf=zeroblob(32) WHERE seq=7", 7 },
	{ "text moved between fields",
	    "UPDATE event SET kind='recordr', object=substr(object, 2) WHERE seq=7", 7 },
	{ "private count for lookups", "UPDATE event SET private_count=9 WHERE seq=7", 7 },
	{ "altered private value", "UPDATE event_private SET value=x'00' WHERE seq=7 AND no=0", 7 },
	{ "altered salt", "UPDATE event_private SET salt=zeroblob(16) WHERE seq=7 AND no=0", 7 },
	{ "salt forgotten, value kept", "UPDATE event_private SET salt=NULL WHERE seq=7 AND no=0",
	    7 },
	{ "altered commitment",
	    "UPDATE event_private SET commitment=zeroblob(32), salt=NULL, value=NULL"
	    " WHERE seq=7 AND no=0",
	    7 },
	{ "altered private name", "UPDATE event_private SET name='host' WHERE seq=7 AND no=0", 7 },
	{ "dropped private field", "DELETE FROM event_private WHERE seq=8 AND no=0", 8 },
	{ "renumbered private field", "UPDATE event_private SET no=5 WHERE seq=8 AND no=0", 8 },
	{ "added private field",
	    "INSERT INTO event_private SELECT 8, 9, name, commitment, salt, value"
	    " FROM event_private WHERE seq=7 AND no=0",
	    8 },
	{ "private field without its event",
	    "INSERT INTO event_private SELECT -1, 0, name, commitment, salt, value"
	    " FROM event_private WHERE seq=7 AND no=0",
	    -1 },
	{ "dropped event", "DELETE FROM event WHERE seq=7", 7 },
	{ "dropped first event", "DELETE FROM event WHERE seq=0", 0 },
	{ "dropped last event", "DELETE FROM event WHERE seq=(SELECT max(seq) FROM event)", -1 },
	{ "dropped event, others moved up",
	    "DELETE FROM event WHERE seq=7; DELETE FROM event_private WHERE seq=7;"
	    " UPDATE event SET seq=seq-1 WHERE seq>7;"
	    "UPDATE event_private SET seq=seq-1 WHERE seq>7",
	    7 },
	{ "truncated", "DELETE FROM event WHERE seq>=10; DELETE FROM event_private WHERE seq>=10",
	    -1 },
	{ "emptied", "DELETE FROM event; DELETE FROM event_private", -1 },
	{ "swapped events",
	    "UPDATE event SET seq=-7 WHERE seq=7; UPDATE event SET seq=7 WHERE seq=8;"
	    "UPDATE event SET seq=8 WHERE seq=-7",
	    7 },
	{ "event put in before the first",
	    "INSERT INTO event SELECT -1, ts, class, action, actor, actor_uid, on_behalf_uid, kind,"
	    " object, page, outcome, detail, 0, leaf FROM event WHERE seq=6",
	    -1 },
	{ "event put in at the end",
	    "INSERT INTO event SELECT (SELECT max(seq)+1 FROM event), ts, class, action, actor,"
	    " actor_uid, on_behalf_uid, kind, object, page, outcome, detail, 0, leaf FROM event"
	    " WHERE seq=6",
	    22 },
	{ "frontier altered", "UPDATE log_tree SET frontier=zeroblob(length(frontier))", -1 },
	{ "frontier torn", "UPDATE log_tree SET frontier=x'00'", -1 },
	{ "size altered", "UPDATE log_tree SET size=size+4", -1 },
	{ "tree dropped", "DELETE FROM log_tree", -1 },
};

static void
try_forgery(struct fixture *f, const struct forgery *forgery)
{
	char sql[1024], *part, *rest = sql, number[32];
	uint64_t entries;

	snprintf(sql, sizeof(sql), "%s", forgery->sql);
	assert_ok(db_begin(f->catalog->db, &f->err), &f->err);
	while ((part = strsep(&rest, ";")))
		fixture_sql(f, part);
	f->err.msg[0] = '\0';
	if (audit_verify(f->catalog, &entries, &f->err) != ST_CORRUPT)
		fail_msg("not detected: %s", forgery->what);
	snprintf(number, sizeof(number), "event %d", forgery->seq);
	if (forgery->seq >= 0 && !strstr(f->err.msg, number))
		fail_msg("%s: not named: %s", forgery->what, f->err.msg);
	db_rollback(f->catalog->db);
}

static void
every_forgery_is_detected_and_named(void **state)
{
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < sizeof(forgeries) / sizeof(forgeries[0]); i++)
		try_forgery(f, &forgeries[i]);
	assert_whole(f);
}

static uint64_t
next_random(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return *seed >> 33;
}

/* One place of one column of one row becomes something else. */
static void
random_change(uint64_t *seed, struct forgery *forgery, char *sql, size_t n)
{
	static const char *const texts[] = {
		"class",
		"action",
		"actor_uid",
		"kind",
		"object",
		"outcome",
	};
	unsigned column = (unsigned)(next_random(seed) % 9), at = (unsigned)next_random(seed);

	forgery->seq = 2 + (int)(next_random(seed) % 20);
	forgery->sql = sql;
	if (column < 6)
		snprintf(sql, n,
		    "UPDATE event SET %s=substr(%s, 1, %u) || CASE substr(%s, %u, 1)"
		    " WHEN 'z' THEN 'y' ELSE 'z' END || substr(%s, %u) WHERE seq=%d",
		    texts[column], texts[column], at % 3, texts[column], at % 3 + 1, texts[column],
		    at % 3 + 2, forgery->seq);
	else if (column < 8)
		snprintf(sql, n, "UPDATE event SET %s=%s+(1<<%u) WHERE seq=%d",
		    column == 6 ? "ts" : "page", column == 6 ? "ts" : "page", at % 48,
		    forgery->seq);
	else
		snprintf(sql, n,
		    "UPDATE event SET leaf=CAST(substr(leaf, 1, %u) || CASE substr(leaf, %u, 1)"
		    " WHEN x'00' THEN x'01' ELSE x'00' END || substr(leaf, %u) AS BLOB) WHERE seq=%d",
		    at % 32, at % 32 + 1, at % 32 + 2, forgery->seq);
}

static void
random_single_changes_are_all_detected(void **state)
{
	struct fixture *f = *state;
	uint64_t seed = 20261124;
	int i;

	fixture_sql(f, "PRAGMA ignore_check_constraints=ON");
	for (i = 0; i < 2000; i++) {
		struct forgery forgery = { .what = "random change" };
		char sql[400];

		random_change(&seed, &forgery, sql, sizeof(sql));
		forgery.what = sql;
		try_forgery(f, &forgery);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(canonical_bytes_are_as_specified),
		cmocka_unit_test(an_absent_text_is_not_an_empty_one),
		cmocka_unit_test(a_commitment_is_the_hash_of_salt_and_value),
		FIXTURE_TEST(the_first_entry_is_number_zero_and_its_leaf_the_root),
		FIXTURE_TEST(an_entry_says_who_did_what_to_which),
		FIXTURE_TEST(an_entry_stands_and_falls_with_its_transaction),
		FIXTURE_TEST(an_actor_that_is_not_there_writes_nothing),
		FIXTURE_TEST(personal_fields_can_be_forgotten_and_the_tree_stays),
		FIXTURE_TEST(the_same_value_has_another_commitment_each_time),
		FIXTURE_TEST(lists_come_in_parts_of_bounded_size),
		FIXTURE_TEST(a_view_is_logged_once_in_ten_minutes),
		FIXTURE_TEST(what_leaves_the_house_is_logged_each_time),
		FIXTURE_TEST(a_clock_set_back_does_not_silence_the_log),
		FIXTURE_TEST(people_on_the_command_line_are_told_apart),
		cmocka_unit_test_setup_teardown(
		    every_forgery_is_detected_and_named, set_up_forgery, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
		    random_single_changes_are_all_detected, set_up_forgery, fixture_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
