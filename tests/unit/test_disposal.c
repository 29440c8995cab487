/* SPDX-License-Identifier: GPL-3.0-or-later */
/* records.md 36, 40-45, 47, 49; QCVN 12 2.2.12.2.6; MoReq2010 */
#include "record_fixture.h"

#include "declare.h"
#include "derived.h"
#include "disposal.h"
#include "dossier.h"
#include "hold.h"
#include "retention.h"
#include "store.h"

struct house {
	struct archive *a;
	struct store *store;
	struct derived *derived;
	int64_t lan, mai; /* proposes, approves */
	struct actor as_lan, as_mai;
	struct access *dispose;
	int64_t papers, minutes, decision;
	int written;
};

#define AS(h, who) (h)->a->f->catalog, &(h)->as_##who, (h)->dispose
#define E(h) (&(h)->a->f->err)

static int64_t
put_record(struct house *h, int64_t dossier, const char *text)
{
	const struct job_result result = { .reading = READING_READ };
	const char *field[FIELD_COUNT] = { [FIELD_TYPE] = "QĐ",
		[FIELD_SUBJECT] = "Nội dung phải hủy",
		[FIELD_NUMBER] = "7",
		[FIELD_SYMBOL] = "QĐ-SDL" };
	const struct record_detail detail = { "note", "ghi chú phải hủy" };
	struct archive *a = h->a;
	struct arrival arrival = archive_arrival(a, dossier);
	struct store_blob blob;
	int64_t id;

	assert_ok(store_put_bytes(h->store, span_of(text), &blob, E(h)), E(h));
	arrival.sha256 = blob.sha256;
	arrival.size = (int64_t)blob.size;
	id = archive_register(a, &arrival);
	archive_read(a, 1, &result);
	assert_ok(record_update(a->f->catalog, &a->f->system, a->all, id, 0, field, E(h)), E(h));
	assert_ok(
	    record_details_put(a->f->catalog, &a->f->system, a->all, id, &detail, 1, NULL, E(h)),
	    E(h));
	assert_ok(record_declare(a->f->catalog, &a->f->system, a->all, id, E(h)), E(h));
	return id;
}

static void
refresh(struct house *h)
{
	access_freep(&h->dispose);
	archive_refresh(h->a);
	assert_ok(access_load(&h->dispose, h->a->f->catalog, h->lan, E(h)), E(h));
}

static void
set_rule(struct house *h, const char *code, int years, const char *action)
{
	const struct rule_version v = { .code = code,
		.title = "t",
		.authority = "a",
		.years = years,
		.from_year_end = true,
		.action = action,
		.valid_from = "2000-01-01" };

	assert_ok(rule_version_add(h->a->f->catalog, &h->a->f->system, h->a->all, &v, E(h)), E(h));
}

/* Closed so long ago that it is due. */
static void
make_due(struct house *h, int64_t dossier)
{
	struct archive *a = h->a;
	size_t reviewed;

	assert_ok(
	    dossier_close(a->f->catalog, &a->f->system, a->all, dossier, "2001-01-01", false, E(h)),
	    E(h));
	assert_ok(retention_tick(a->f->catalog, &a->f->system, 100, &reviewed, E(h)), E(h));
}

static int
house_set_up(void **state)
{
	struct house *h = calloc(1, sizeof(*h));
	void *inner;

	assert_non_null(h);
	archive_set_up(&inner);
	h->a = inner;
	assert_ok(store_open(&h->store, h->a->f->conf, E(h)), E(h));
	assert_ok(derived_open(&h->derived, h->a->f->conf, E(h)), E(h));
	h->lan = fixture_principal(h->a->f, PRINCIPAL_USER, "lan", 2);
	h->mai = fixture_principal(h->a->f, PRINCIPAL_USER, "mai", 2);
	h->as_lan = (struct actor){ .principal = h->lan, .source = "test" };
	h->as_mai = (struct actor){ .principal = h->mai, .source = "test" };
	archive_grant(h->a, h->a->fonds, 0, h->lan, PERM_ALL);
	h->papers = archive_node(h->a, h->a->class_node, NODE_DOSSIER, "P", 0);
	refresh(h);
	h->minutes = put_record(h, h->papers, "biên bản");
	h->decision = put_record(h, h->papers, "quyết định hủy");
	set_rule(h, "10", 10, "destroy");
	assert_ok(node_update(h->a->f->catalog, &h->a->f->system, h->a->all, h->a->class_node, 0,
		      NULL, "10", -1, E(h)),
	    E(h));
	*state = h;
	return 0;
}

static int
house_tear_down(void **state)
{
	struct house *h = *state;
	void *inner = h->a;

	access_free(h->dispose);
	store_close(h->store);
	derived_close(h->derived);
	archive_tear_down(&inner);
	free(h);
	return 0;
}

static int64_t
propose(struct house *h, const int64_t *dossiers, size_t count)
{
	int64_t id = 0;

	assert_ok(
	    disposal_propose(AS(h, lan), "destroy", "Đợt 1", NULL, dossiers, count, &id, E(h)),
	    E(h));
	return id;
}

static void
approve_all(struct house *h, int64_t id, const int64_t *dossiers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_ok(
		    disposal_judge(AS(h, lan), id, dossiers[i], "approve", NULL, NULL, E(h)), E(h));
	assert_ok(disposal_approve(AS(h, mai), id, h->minutes, h->decision, E(h)), E(h));
}

static void
run(struct house *h)
{
	bool more = true;

	while (more)
		assert_ok(
		    disposal_step(h->a->f->catalog, h->store, h->derived, 1, &more, E(h)), E(h));
}

static struct disposal
find(struct house *h, int64_t id)
{
	struct disposal d;

	assert_ok(
	    disposal_find(h->a->f->catalog, h->dispose,
		arena_printf(h->a->f->arena, "%lld", (long long)id), h->a->f->arena, &d, E(h)),
	    E(h));
	return d;
}

static bool
stored(struct house *h, int64_t record)
{
	const struct component *c;
	struct err err = ERR_INIT;
	uint64_t size;
	size_t count;
	enum status st;
	int fd = -1;

	assert_ok(
	    record_components(h->a->f->catalog, record, h->a->f->arena, &c, &count, E(h)), E(h));
	st = store_read(h->store, c[0].sha256, &fd, &size, &err);
	fd_closep(&fd);
	return st == ST_OK;
}

/* records.md 41-43 */
static void
a_destruction_leaves_tombstones_and_nothing_else(void **state)
{
	struct house *h = *state;
	struct archive *a = h->a;
	int64_t record = put_record(h, a->dossier, "bí mật của hồ sơ");
	int64_t kept = put_record(h, a->other, "còn lại"), id;
	struct disposal d;
	struct record gone;
	const struct tombstone *stones;
	int64_t last;
	size_t count;

	make_due(h, a->dossier);
	id = propose(h, &a->dossier, 1);
	approve_all(h, id, &a->dossier, 1);
	assert_ok(disposal_start(AS(h, lan), id, now_us(), 300, E(h)), E(h));
	run(h);
	d = find(h, id);
	assert_string_equal(d.state, "done");
	assert_non_null(strstr(d.certificate, "\"outcome\":\"destroyed\""));
	assert_non_null(strstr(d.certificate, "\"files\":1"));
	assert_int_equal(strlen(d.certificate_hash), SHA256_HEX);
	assert_false(stored(h, record));
	assert_true(stored(h, kept));
	assert_status(record_load(a->f->catalog, a->all, record, a->f->arena, &gone, E(h)),
	    ST_NOT_FOUND, E(h));
	assert_int_equal(fixture_int(a->f,
			     "SELECT count(*) FROM record WHERE state='destroyed'"
			     " AND subject IS NULL AND signer IS NULL"),
	    1);
	assert_int_equal(fixture_int(a->f, "SELECT count(*) FROM rubbish"), 0);
	assert_int_equal(fixture_int(a->f,
			     "SELECT count(*) FROM record_detail d JOIN record r ON r.id=d.record"
			     " WHERE r.state='destroyed'"),
	    0);
	assert_int_equal(fixture_int(a->f,
			     "SELECT count(*) FROM event_private p JOIN event e ON"
			     " e.seq=p.seq JOIN record r ON r.uid=e.object WHERE"
			     " r.state='destroyed' AND p.name<>'source' AND p.value IS NOT"
			     " NULL"),
	    0);
	assert_ok(destruction_list(
		      a->f->catalog, a->all, 0, 10, a->f->arena, &stones, &last, &count, E(h)),
	    E(h));
	assert_int_equal(count, 2);
	assert_string_equal(stones[0].kind, "dossier");
	assert_non_null(strstr(stones[0].content, "\"title\":\"Title of A\""));
	assert_non_null(strstr(stones[0].content, "\"manifest\":\""));
	assert_non_null(strstr(stones[1].content, "\"number\":\"7\""));
	assert_null(strstr(stones[1].content, "phải hủy"));
	/* the log, the classes and the rest agree with it */
	uint64_t faults = 0;
	assert_ok(catalog_verify(a->f->catalog, NULL, NULL, &faults, E(h)), E(h));
	assert_int_equal(faults, 0);
}

/* records.md 41 */
static void
no_step_is_left_out(void **state)
{
	struct house *h = *state;
	struct archive *a = h->a;
	int64_t id, draft, open = a->other;

	put_record(h, a->dossier, "một");
	draft = archive_record(a, h->papers);
	assert_status(disposal_propose(AS(h, lan), "destroy", "x", NULL, &open, 1, &id, E(h)),
	    ST_CONFLICT, E(h)); /* not under review */
	make_due(h, a->dossier);
	assert_status(disposal_propose(AS(h, lan), "burn", "x", NULL, &a->dossier, 1, &id, E(h)),
	    ST_INVALID, E(h));
	assert_status(disposal_propose(AS(h, lan), "destroy", " ", NULL, &a->dossier, 1, &id, E(h)),
	    ST_INVALID, E(h));
	assert_status(
	    disposal_propose(AS(h, lan), "transfer", "x", NULL, &a->dossier, 1, &id, E(h)),
	    ST_INVALID, E(h)); /* no receiver */
	id = propose(h, &a->dossier, 1);
	assert_status(disposal_propose(AS(h, lan), "destroy", "x", NULL, &a->dossier, 1, &id, E(h)),
	    ST_EXISTS, E(h));
	assert_status(disposal_approve(AS(h, mai), id, h->minutes, h->decision, E(h)), ST_CONFLICT,
	    E(h)); /* no verdict */
	assert_status(
	    disposal_judge(AS(h, lan), id, a->dossier, "keep", NULL, NULL, E(h)), ST_INVALID, E(h));
	assert_ok(disposal_judge(AS(h, lan), id, a->dossier, "approve", NULL, NULL, E(h)), E(h));
	assert_status(disposal_approve(AS(h, lan), id, h->minutes, h->decision, E(h)), ST_DENIED,
	    E(h)); /* the same person */
	assert_status(disposal_approve(AS(h, mai), id, draft, h->decision, E(h)), ST_INVALID, E(h));
	assert_status(disposal_start(AS(h, lan), id, now_us(), 300, E(h)), ST_CONFLICT, E(h));
	assert_status(db_exec(a->f->catalog->db, "UPDATE disposal SET state='executing'", DB_NONE,
			  NULL, E(h)),
	    ST_HELD, E(h));
	assert_ok(disposal_approve(AS(h, mai), id, h->minutes, h->decision, E(h)), E(h));
	assert_status(disposal_approve(AS(h, mai), id, h->minutes, h->decision, E(h)), ST_CONFLICT,
	    E(h)); /* two at once: the second is late */
	assert_status(disposal_start(AS(h, lan), id, now_us() - 301 * INT64_C(1000000), 300, E(h)),
	    ST_DENIED, E(h));
	assert_status(disposal_start(AS(h, lan), id, 0, 300, E(h)), ST_DENIED, E(h));
	/* the catalogue itself destroys nothing without its tombstone */
	assert_status(db_exec(a->f->catalog->db,
			  "UPDATE dossier SET state='destroyed' WHERE"
			  " state='under_review'",
			  DB_NONE, NULL, E(h)),
	    ST_HELD, E(h));
	assert_status(
	    db_exec(a->f->catalog->db, "UPDATE record SET state='destroyed'", DB_NONE, NULL, E(h)),
	    ST_HELD, E(h));
	assert_status(db_exec(a->f->catalog->db,
			  "INSERT INTO destruction(kind, uid, disposal, at, tombstone) SELECT"
			  " 'record', r.uid, d.uid, 1, '{}' FROM record r, disposal d LIMIT 1",
			  DB_NONE, NULL, E(h)),
	    ST_HELD, E(h));
	assert_ok(disposal_end(AS(h, mai), id, "Xem lại", E(h)), E(h));
	assert_string_equal(find(h, id).state, "cancelled");
	assert_status(disposal_start(AS(h, lan), id, now_us(), 300, E(h)), ST_CONFLICT, E(h));
	propose(h, &a->dossier, 1); /* free for another batch */
}

/* records.md 36, 47 */
static void
the_permanent_and_the_held_stay(void **state)
{
	struct house *h = *state;
	struct archive *a = h->a;
	const struct hold_new hold = { HOLD_LEGAL, "n", "r", "a" };
	const struct hold_object o = { a->other, 0 };
	int64_t both[] = { a->dossier, a->other }, id, hold_id, override;
	const struct disposal_item *items;
	size_t count;

	put_record(h, a->dossier, "một");
	put_record(h, a->other, "hai");
	make_due(h, a->dossier);
	make_due(h, a->other);
	id = propose(h, both, 2);
	approve_all(h, id, both, 2);
	assert_ok(disposal_start(AS(h, lan), id, now_us(), 300, E(h)), E(h));
	/* set while the execution is under way */
	assert_ok(hold_open(a->f->catalog, &a->f->system, a->all, &hold, &hold_id, E(h)), E(h));
	assert_ok(hold_add(a->f->catalog, &a->f->system, a->all, hold_id, &o, 1, E(h)), E(h));
	run(h);
	assert_ok(
	    disposal_items(a->f->catalog, h->dispose, id, 0, 10, a->f->arena, &items, &count, E(h)),
	    E(h));
	assert_string_equal(items[0].outcome, "destroyed");
	assert_string_equal(items[1].outcome, "held");
	assert_true(items[1].held);
	assert_int_equal(
	    fixture_int(a->f, "SELECT count(*) FROM dossier WHERE state='under_review'"), 1);
	assert_status(disposal_propose(AS(h, lan), "destroy", "x", NULL, &a->other, 1, &id, E(h)),
	    ST_HELD, E(h));
	assert_ok(hold_release(a->f->catalog, &a->f->system, a->all, hold_id, "xong", E(h)), E(h));
	set_rule(h, "vv", -1, "transfer");
	assert_ok(override_ask(a->f->catalog, &a->f->system, a->all, a->other, "vv", "Lịch sử",
		      &override, E(h)),
	    E(h));
	assert_status(disposal_propose(AS(h, lan), "destroy", "x", NULL, &a->other, 1, &id, E(h)),
	    ST_CONFLICT, E(h));
}

static void
what_is_kept_or_extended_goes_back(void **state)
{
	struct house *h = *state;
	struct archive *a = h->a;
	int64_t both[] = { a->dossier, a->other }, id;
	struct due due;

	make_due(h, a->dossier);
	make_due(h, a->other);
	set_rule(h, "05", 5, "destroy");
	set_rule(h, "50", 50, "destroy");
	id = propose(h, both, 2);
	assert_status(disposal_judge(AS(h, lan), id, a->dossier, "extend", "Cần", "05", E(h)),
	    ST_INVALID, E(h));
	assert_ok(disposal_judge(AS(h, lan), id, a->dossier, "extend", "Cần", "50", E(h)), E(h));
	assert_ok(
	    disposal_judge(AS(h, lan), id, a->other, "keep", "Còn giá trị", NULL, E(h)), E(h));
	assert_ok(disposal_approve(AS(h, mai), id, h->minutes, h->decision, E(h)), E(h));
	assert_ok(disposal_start(AS(h, lan), id, now_us(), 300, E(h)), E(h));
	run(h);
	assert_string_equal(find(h, id).state, "done");
	assert_ok(retention_of(a->f->catalog, a->all, a->dossier, a->f->arena, &due, E(h)), E(h));
	assert_string_equal(due.due_on, "2051-12-31");
	assert_string_equal(due.state, "archived");
	assert_ok(retention_of(a->f->catalog, a->all, a->other, a->f->arena, &due, E(h)), E(h));
	assert_string_equal(due.state, "archived");
}

/* records.md 45 */
static void
a_record_in_two_dossiers_goes_with_the_last(void **state)
{
	struct house *h = *state;
	struct archive *a = h->a;
	int64_t record = put_record(h, a->dossier, "hai nơi"), id;
	int64_t same = put_record(h, h->papers, "hai nơi"); /* the same bytes elsewhere */
	int64_t only = put_record(h, a->dossier, "một nơi");

	assert_ok(record_file(a->f->catalog, &a->f->system, a->all, record, a->other, E(h)), E(h));
	make_due(h, a->dossier);
	id = propose(h, &a->dossier, 1);
	approve_all(h, id, &a->dossier, 1);
	assert_ok(disposal_start(AS(h, lan), id, now_us(), 300, E(h)), E(h));
	run(h);
	assert_int_equal(archive_load(a, record).home, a->other);
	assert_true(stored(h, record));
	assert_false(stored(h, only));
	make_due(h, a->other);
	refresh(h);
	id = propose(h, &a->other, 1);
	approve_all(h, id, &a->other, 1);
	assert_ok(disposal_start(AS(h, lan), id, now_us(), 300, E(h)), E(h));
	run(h);
	assert_int_equal(
	    fixture_int(a->f, "SELECT count(*) FROM record WHERE state='destroyed'"), 2);
	assert_true(stored(h, same)); /* a live record needs the bytes */
}

/* Bytes that a disposal clears while they arrive again are not acknowledged. */
static void
what_left_the_store_is_not_registered(void **state)
{
	struct house *h = *state;
	struct arrival arrival = archive_arrival(h->a, h->papers);
	struct store_blob blob;
	int64_t id = 0;
	bool again;

	assert_ok(store_put_bytes(h->store, SPAN("đến lần nữa"), &blob, E(h)), E(h));
	arrival.sha256 = blob.sha256;
	arrival.size = (int64_t)blob.size;
	arrival.store = h->store;
	assert_ok(store_destroy_disposed(h->store, blob.sha256, E(h)), E(h));
	assert_status(record_register(AS(h, lan), &arrival, &id, &again, E(h)), ST_CONFLICT, E(h));
	assert_ok(store_put_bytes(h->store, SPAN("đến lần nữa"), &blob, E(h)), E(h));
	assert_ok(record_register(AS(h, lan), &arrival, &id, &again, E(h)), E(h));
}

/* records.md 49 */
static void
a_transfer_waits_for_its_receipt_and_rolls_back(void **state)
{
	struct house *h = *state;
	struct archive *a = h->a;
	int64_t record = put_record(h, a->dossier, "giao nộp"), id;

	set_rule(h, "t", 1, "transfer");
	assert_ok(node_update(
		      a->f->catalog, &a->f->system, a->all, a->class_node, 0, NULL, "t", -1, E(h)),
	    E(h));
	make_due(h, a->dossier);
	for (int accepted = 0; accepted < 2; accepted++) {
		assert_ok(disposal_propose(AS(h, lan), "transfer", "Giao nộp", "Lưu trữ lịch sử",
			      &a->dossier, 1, &id, E(h)),
		    E(h));
		approve_all(h, id, &a->dossier, 1);
		assert_status(
		    disposal_receipt(AS(h, lan), id, true, "BB", E(h)), ST_CONFLICT, E(h));
		assert_ok(disposal_start(AS(h, lan), id, now_us(), 300, E(h)), E(h));
		run(h);
		assert_string_equal(find(h, id).state, "waiting");
		assert_int_equal(
		    fixture_int(a->f, "SELECT count(*) FROM dossier WHERE state='transferred'"), 0);
		assert_ok(disposal_receipt(AS(h, lan), id, accepted, "BB 12", E(h)), E(h));
		assert_string_equal(find(h, id).state, accepted ? "done" : "refused");
		assert_int_equal(
		    fixture_int(a->f, "SELECT count(*) FROM dossier WHERE state='transferred'"),
		    accepted);
		assert_true(stored(h, record));
	}
}

/* records.md 44 */
static void
a_restored_backup_replays_the_ledger(void **state)
{
	struct house *h = *state;
	struct archive *a = h->a;
	owned(strbuf_free) struct strbuf ledger = STRBUF_INIT;
	int64_t record = put_record(h, a->dossier, "một"), id, last;
	const char *copy = arena_printf(a->f->arena, "%s/copy.db", a->f->dir);
	const char *live = arena_printf(a->f->arena, "%s/catalogue.db", a->f->dir);
	const struct tombstone *stones;
	size_t count, destroyed;
	bool more;

	make_due(h, a->dossier);
	assert_ok(catalog_backup(a->f->catalog, copy, E(h)), E(h));
	id = propose(h, &a->dossier, 1);
	approve_all(h, id, &a->dossier, 1);
	assert_ok(disposal_start(AS(h, lan), id, now_us(), 300, E(h)), E(h));
	run(h);
	assert_ok(destruction_list(
		      a->f->catalog, a->all, 0, 10, a->f->arena, &stones, &last, &count, E(h)),
	    E(h));
	for (size_t i = 0; i < count; i++)
		destruction_line(&ledger, &stones[i]);
	/* back to the day before */
	catalog_close(a->f->catalog);
	unlink(arena_printf(a->f->arena, "%s-wal", live));
	unlink(arena_printf(a->f->arena, "%s-shm", live));
	assert_int_equal(rename(copy, live), 0);
	assert_ok(catalog_open(&a->f->catalog, a->f->conf, CATALOG_WRITE, E(h)), E(h));
	assert_int_equal(
	    fixture_int(a->f, "SELECT count(*) FROM record WHERE state='destroyed'"), 0);
	assert_status(
	    destruction_replay(a->f->catalog, &a->f->system, span_of("{}\n"), &destroyed, E(h)),
	    ST_INVALID, E(h));
	assert_ok(destruction_replay(
		      a->f->catalog, &a->f->system, strbuf_span(&ledger), &destroyed, E(h)),
	    E(h));
	assert_int_equal(destroyed, 1); /* the record goes with its dossier */
	assert_ok(disposal_step(a->f->catalog, h->store, h->derived, 100, &more, E(h)), E(h));
	assert_int_equal(
	    fixture_int(a->f, "SELECT count(*) FROM record WHERE state='destroyed'"), 1);
	assert_false(stored(h, record));
	assert_ok(destruction_replay(
		      a->f->catalog, &a->f->system, strbuf_span(&ledger), &destroyed, E(h)),
	    E(h));
	assert_int_equal(destroyed, 0);
}

static void
a_batch_is_not_there_for_who_may_not_dispose(void **state)
{
	struct house *h = *state;
	struct archive *a = h->a;
	int64_t an = fixture_principal(a->f, PRINCIPAL_USER, "an", 2), id;
	const struct disposal *list;
	struct access *access;
	struct disposal d;
	size_t count;

	make_due(h, a->dossier);
	id = propose(h, &a->dossier, 1);
	archive_grant(a, a->dossier, 0, an, PERM_ALL & ~PERM_BIT(PERM_DISPOSE));
	access = archive_access(a, an);
	assert_status(
	    disposal_find(a->f->catalog, access, "1", a->f->arena, &d, E(h)), ST_NOT_FOUND, E(h));
	assert_ok(
	    disposal_list(a->f->catalog, access, NULL, 0, 10, a->f->arena, &list, &count, E(h)),
	    E(h));
	assert_int_equal(count, 0);
	assert_status(disposal_judge(a->f->catalog, &h->as_mai, access, id, a->dossier, "approve",
			  NULL, NULL, E(h)),
	    ST_NOT_FOUND, E(h));
	assert_status(disposal_propose(a->f->catalog, &h->as_mai, access, "destroy", "x", NULL,
			  &a->dossier, 1, &id, E(h)),
	    ST_DENIED, E(h));
	access_free(access);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, house_set_up, house_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_destruction_leaves_tombstones_and_nothing_else),
		TEST(no_step_is_left_out),
		TEST(the_permanent_and_the_held_stay),
		TEST(what_is_kept_or_extended_goes_back),
		TEST(a_record_in_two_dossiers_goes_with_the_last),
		TEST(what_left_the_store_is_not_registered),
		TEST(a_transfer_waits_for_its_receipt_and_rolls_back),
		TEST(a_restored_backup_replays_the_ledger),
		TEST(a_batch_is_not_there_for_who_may_not_dispose),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
