/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Registration, loading, changes. */
#include "record_fixture.h"

#include "../../core/record_parts.h"

static enum status
try_register(struct archive *a, const struct access *access, const struct arrival *arrival,
    int64_t *id, bool *again)
{
	return record_register(
	    a->f->catalog, &a->f->system, access, arrival, id, again, &a->f->err);
}

static enum status
try_load(struct archive *a, const struct access *access, int64_t id, struct record *record)
{
	return record_load(a->f->catalog, access, id, a->f->arena, record, &a->f->err);
}

/* --- registration ------------------------------------------------------------------------------ */

static void
an_arrival_becomes_a_draft_with_component_job_and_log_entry(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	struct arrival arrival = archive_arrival(a, a->dossier);
	const struct component *components;
	struct record r;
	size_t count;
	int64_t id, no;
	int page;

	arrival.name = "../../etc/Quyết định\n15.pdf";
	arrival.field[FIELD_NUMBER] = " 015 ";
	arrival.field[FIELD_SYMBOL] = "QĐ-SDL";
	arrival.field[FIELD_TYPE] = "quyet dinh";
	arrival.field[FIELD_ISSUED] = "2024-01-05";
	arrival.field[FIELD_URGENCY] = "hoả tốc";
	arrival.field[FIELD_SUBJECT] = "";
	id = archive_register(a, &arrival);
	r = archive_load(a, id);
	assert_true(uid_valid(span_of(r.uid)));
	assert_string_equal(r.state, "draft");
	assert_int_equal(r.reading, READING_WAITING);
	assert_int_equal(r.version, 1);
	assert_int_equal(r.index_seq, 0);
	assert_int_equal(r.home, a->dossier);
	assert_string_equal(r.home_title, "Title of A");
	assert_int_equal(r.duplicate_of, 0);
	assert_string_equal(r.field[FIELD_NUMBER], "015");
	assert_string_equal(r.field[FIELD_TYPE], "QĐ");
	assert_string_equal(r.field[FIELD_URGENCY], "HỎA TỐC");
	assert_null(r.field[FIELD_SUBJECT]);
	assert_ok(record_components(a->f->catalog, id, a->f->arena, &components, &count, e), e);
	assert_int_equal(count, 1);
	assert_string_equal(components[0].role, "main");
	assert_null(strchr(components[0].name, '/'));
	assert_null(strchr(components[0].name, '\n'));
	assert_string_equal(components[0].sha256, arrival.sha256);
	assert_int_equal(components[0].size, arrival.size);
	assert_string_equal(components[0].mime, "application/octet-stream");
	assert_int_equal(components[0].pages, 0);
	assert_int_equal(fixture_int(a->f, "SELECT count(*) FROM job WHERE state='waiting'"), 1);
	no = fixture_int(a->f, "SELECT count(*) FROM record WHERE number_key='15/QD-SDL'");
	assert_int_equal(no, 1);
	/* records.md 11: the digest is part of the ingest event; the name is not in the open. */
	assert_int_equal(fixture_int(a->f,
			     arena_printf(a->f->arena,
				 "SELECT count(*) FROM event WHERE"
				 " action='record.register' AND object='%s' AND"
				 " detail LIKE '%%%s%%' AND detail NOT LIKE '%%15.pdf%%'",
				 r.uid, arrival.sha256)),
	    1);
	assert_status(record_locate_page(
			  a->f->catalog, id, 1, a->f->arena, &(struct component){ 0 }, &page, e),
	    ST_NOT_FOUND, e);
}

static void
an_arrival_told_twice_is_one_record_and_changes_nothing(void **state)
{
	struct archive *a = *state;
	struct arrival arrival = archive_arrival(a, a->dossier);
	int64_t first, second = 0, events;
	bool again = false;

	arrival.key = "upload-1";
	first = archive_register(a, &arrival);
	events = fixture_int(a->f, "SELECT count(*) FROM event");
	arrival.dossier = a->other;
	assert_ok(try_register(a, a->all, &arrival, &second, &again), &a->f->err);
	assert_true(again);
	assert_int_equal(second, first);
	assert_int_equal(fixture_int(a->f, "SELECT count(*) FROM record"), 1);
	assert_int_equal(fixture_int(a->f, "SELECT count(*) FROM event"), events);
	arrival.sha256 = archive_digest(a, 77);
	assert_status(try_register(a, a->all, &arrival, &second, &again), ST_CONFLICT, &a->f->err);
}

static void
two_people_may_use_the_same_key(void **state)
{
	struct archive *a = *state;
	struct arrival arrival = archive_arrival(a, a->dossier);
	struct actor other = a->f->system;
	int64_t first, second = 0;
	bool again = true;

	arrival.key = "1";
	first = archive_register(a, &arrival);
	other.principal = fixture_principal(a->f, PRINCIPAL_USER, "an", 1);
	arrival.sha256 = archive_digest(a, 50);
	assert_ok(
	    record_register(a->f->catalog, &other, a->all, &arrival, &second, &again, &a->f->err),
	    &a->f->err);
	assert_false(again);
	assert_int_not_equal(first, second);
}

static void
registering_needs_a_visible_open_dossier_and_the_right_to_add(void **state)
{
	struct archive *a = *state;
	int64_t who = fixture_principal(a->f, PRINCIPAL_USER, "an", 1), id = 0;
	struct arrival arrival = archive_arrival(a, a->dossier);
	struct access *access = archive_access(a, who);
	bool again;

	assert_status(try_register(a, access, &arrival, &id, &again), ST_NOT_FOUND, &a->f->err);
	access_freep(&access);
	archive_grant(a, a->dossier, 0, who, PERM_BIT(PERM_LIST) | PERM_BIT(PERM_READ));
	access = archive_access(a, who);
	assert_status(try_register(a, access, &arrival, &id, &again), ST_DENIED, &a->f->err);
	access_freep(&access);
	archive_grant(a, a->dossier, 0, who, PERM_BIT(PERM_ADD));
	access = archive_access(a, who);
	arrival.level = 2;
	assert_status(try_register(a, access, &arrival, &id, &again), ST_DENIED, &a->f->err);
	arrival.level = 1;
	assert_ok(try_register(a, access, &arrival, &id, &again), &a->f->err);
	assert_int_equal(archive_load(a, id).effective_level, 1);
	access_free(access);
	arrival.dossier = 999;
	assert_status(try_register(a, a->all, &arrival, &id, &again), ST_NOT_FOUND, &a->f->err);
	arrival.dossier = a->class_node;
	assert_status(try_register(a, a->all, &arrival, &id, &again), ST_NOT_FOUND, &a->f->err);
	arrival.dossier = 0; /* no inbox yet */
	assert_status(try_register(a, a->all, &arrival, &id, &again), ST_NOT_FOUND, &a->f->err);
	fixture_sql(a->f, "UPDATE dossier SET state='closed'");
	arrival.dossier = a->dossier;
	assert_status(try_register(a, a->all, &arrival, &id, &again), ST_HELD, &a->f->err);
}

static void
bad_arrivals_are_refused_and_leave_nothing(void **state)
{
	struct archive *a = *state;
	static const struct {
		enum record_field field;
		const char *value;
	} bad[] = {
		{ FIELD_ISSUED, "2024-02-30" },
		{ FIELD_ISSUED, "2024-13" },
		{ FIELD_ISSUED, "05/01/2024" },
		{ FIELD_TYPE, "no such type" },
		{ FIELD_TYPE, "cd" }, /* fits none, or more than one */
		{ FIELD_URGENCY, "soon" },
		{ FIELD_LANGUAGE, "Vietnamese" },
		{ FIELD_LANGUAGE, "VI" },
		{ FIELD_SUBJECT, "a\xff" },
	};
	static char longer[2002], long_number[502];
	struct arrival arrival;
	bool again;
	int64_t id;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (bad[i].field == FIELD_TYPE && record_type_find(span_of(bad[i].value)))
			continue;
		arrival = archive_arrival(a, a->dossier);
		arrival.field[bad[i].field] = bad[i].value;
		assert_status(
		    try_register(a, a->all, &arrival, &id, &again), ST_INVALID, &a->f->err);
		assert_non_null(strstr(a->f->err.msg, record_field_name(bad[i].field)));
	}
	memset(longer, 'x', sizeof(longer) - 1);
	memset(long_number, '1', sizeof(long_number) - 1);
	arrival = archive_arrival(a, a->dossier);
	arrival.field[FIELD_SUBJECT] = longer;
	assert_status(try_register(a, a->all, &arrival, &id, &again), ST_INVALID, &a->f->err);
	arrival = archive_arrival(a, a->dossier);
	arrival.field[FIELD_NUMBER] = long_number;
	assert_status(try_register(a, a->all, &arrival, &id, &again), ST_INVALID, &a->f->err);
	arrival = archive_arrival(a, a->dossier);
	arrival.sha256 = "abc";
	assert_status(try_register(a, a->all, &arrival, &id, &again), ST_INVALID, &a->f->err);
	arrival = archive_arrival(a, a->dossier);
	arrival.level = 4;
	assert_status(try_register(a, a->all, &arrival, &id, &again), ST_INVALID, &a->f->err);
	assert_int_equal(fixture_int(a->f, "SELECT count(*) FROM record"), 0);
	assert_int_equal(fixture_int(a->f, "SELECT count(*) FROM blob"), 0);
}

static void
the_same_bytes_again_are_a_duplicate_for_those_who_may_know_the_first(void **state)
{
	struct archive *a = *state;
	int64_t who = fixture_principal(a->f, PRINCIPAL_USER, "an", 1), first, second;
	struct arrival arrival = archive_arrival(a, a->dossier);
	struct access *access;
	struct record r;
	int64_t id = 0;
	bool again;

	first = archive_register(a, &arrival);
	arrival.dossier = a->other;
	second = archive_register(a, &arrival);
	assert_int_equal(archive_load(a, second).duplicate_of, first);
	assert_int_equal(fixture_int(a->f, "SELECT count(*) FROM blob"), 1);
	arrival.unless_duplicate = true;
	assert_status(try_register(a, a->all, &arrival, &id, &again), ST_EXISTS, &a->f->err);
	assert_int_equal(id, second);
	archive_grant(
	    a, a->other, 0, who, PERM_BIT(PERM_LIST) | PERM_BIT(PERM_READ) | PERM_BIT(PERM_ADD));
	access = archive_access(a, who);
	assert_ok(try_load(a, access, second, &r), &a->f->err);
	assert_int_equal(r.duplicate_of, 0);
	access_free(access);
	/* a hidden copy in the dossier is none */
	assert_ok(record_set_level(a->f->catalog, &a->f->system, a->all, second, 3, &a->f->err),
	    &a->f->err);
	archive_refresh(a);
	access = archive_access(a, who);
	assert_ok(try_register(a, access, &arrival, &id, &again), &a->f->err);
	assert_int_not_equal(id, second);
	access_free(access);
	arrival.size++;
	assert_status(try_register(a, a->all, &arrival, &id, &again), ST_EXISTS, &a->f->err);
	arrival.unless_duplicate = false;
	assert_status(try_register(a, a->all, &arrival, &id, &again), ST_CORRUPT, &a->f->err);
}

static void
a_batch_is_opened(void **state)
{
	struct archive *a = *state;
	struct arrival arrival = archive_arrival(a, a->dossier);
	int64_t batch = 0;

	assert_ok(batch_open(a->f->catalog, &a->f->system, "cli", &batch, &a->f->err), &a->f->err);
	arrival.batch = batch;
	assert_int_equal(archive_load(a, archive_register(a, &arrival)).batch, batch);
}

/* --- seeing ------------------------------------------------------------------------------------ */

static void
a_record_is_found_by_uid_and_id_and_hidden_ones_are_not_there(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	int64_t who = fixture_principal(a->f, PRINCIPAL_USER, "an", 1);
	int64_t id = archive_record(a, a->dossier);
	struct record r = archive_load(a, id), same;
	struct access *access = archive_access(a, who);

	assert_ok(record_find(a->f->catalog, a->all, r.uid, a->f->arena, &same, e), e);
	assert_int_equal(same.id, id);
	assert_ok(record_find(a->f->catalog, a->all, "1", a->f->arena, &same, e), e);
	assert_int_equal(same.id, id);
	assert_status(
	    record_find(a->f->catalog, a->all, "", a->f->arena, &same, e), ST_NOT_FOUND, e);
	assert_status(
	    record_find(a->f->catalog, access, r.uid, a->f->arena, &same, e), ST_NOT_FOUND, e);
	assert_status(try_load(a, access, id, &same), ST_NOT_FOUND, e);
	access_free(access);
}

static void
the_home_dossier_of_a_record_with_own_rights_stays_hidden(void **state)
{
	struct archive *a = *state;
	int64_t who = fixture_principal(a->f, PRINCIPAL_USER, "an", 1);
	int64_t id = archive_record(a, a->dossier);
	struct access *access;
	struct record r;

	archive_grant(a, 0, id, who, PERM_BIT(PERM_READ));
	access = archive_access(a, who);
	assert_ok(try_load(a, access, id, &r), &a->f->err);
	assert_int_equal(r.home, 0);
	assert_null(r.home_uid);
	assert_null(r.home_title);
	assert_null(r.home_file_code);
	access_free(access);
}

static void
until_the_index_knows_both_classes_must_admit(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	int64_t who = fixture_principal(a->f, PRINCIPAL_USER, "an", 1);
	int64_t id = archive_record(a, a->dossier);
	struct access *access;
	struct record r;

	archive_grant(a, a->other, 0, who, PERM_BIT(PERM_READ));
	assert_ok(record_move(a->f->catalog, &a->f->system, a->all, id, a->other, e), e);
	access = archive_access(a, who);
	assert_status(try_load(a, access, id, &r), ST_NOT_FOUND, e);
	archive_indexed(a);
	assert_ok(try_load(a, access, id, &r), e);
	assert_int_equal(r.home, a->other);
	access_free(access);
}

static void
quarantine_is_seen_only_by_those_who_edit_and_ingest(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	const struct job_result secret = { .reading = READING_READ, .quarantine = true };
	int64_t who = fixture_principal(a->f, PRINCIPAL_USER, "an", 1);
	int64_t role = fixture_principal(a->f, PRINCIPAL_ROLE, "archivist", 0);
	int64_t id = archive_record(a, a->dossier);
	struct access *access;
	struct record r;

	archive_read(a, 1, &secret);
	archive_grant(a, a->dossier, 0, who, PERM_BIT(PERM_READ) | PERM_BIT(PERM_EDIT));
	access = archive_access(a, who);
	assert_status(try_load(a, access, id, &r), ST_NOT_FOUND, e);
	assert_status(record_release(a->f->catalog, &a->f->system, access, id, e), ST_NOT_FOUND, e);
	access_freep(&access);
	assert_ok(principal_join(a->f->catalog, &a->f->system, role, who, e), e);
	access = archive_access(a, who);
	assert_ok(try_load(a, access, id, &r), e);
	assert_true(r.quarantine);
	assert_ok(record_release(a->f->catalog, &a->f->system, access, id, e), e);
	assert_ok(try_load(a, access, id, &r), e);
	assert_false(r.quarantine);
	access_free(access);
	/* reading alone does not release */
	assert_int_equal(
	    fixture_int(a->f, "SELECT count(*) FROM event WHERE action='record.release'"), 1);
}

static void
hits_are_checked_in_one_statement_whatever_their_number(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	int64_t who = fixture_principal(a->f, PRINCIPAL_USER, "an", 1), ids[64];
	struct record records[64];
	bool found[64];
	struct access *access;
	uint64_t before, one, fifty;

	for (int i = 0; i < 50; i++)
		ids[i] = archive_record(a, i % 2 ? a->dossier : a->other);
	ids[50] = 12345;
	archive_grant(a, a->dossier, 0, who, PERM_BIT(PERM_READ));
	archive_grant(a, a->other, 0, who, PERM_BIT(PERM_LIST)); /* a list is no hit */
	access = archive_access(a, who);
	before = catalog_statements(a->f->catalog);
	assert_ok(
	    record_load_hits(a->f->catalog, access, ids, 1, a->f->arena, records, found, e), e);
	one = catalog_statements(a->f->catalog) - before;
	assert_false(found[0]);
	before = catalog_statements(a->f->catalog);
	assert_ok(
	    record_load_hits(a->f->catalog, access, ids, 51, a->f->arena, records, found, e), e);
	fifty = catalog_statements(a->f->catalog) - before;
	assert_int_equal(one, fifty);
	for (int i = 0; i < 50; i++) {
		assert_int_equal(found[i], i % 2);
		if (found[i])
			assert_int_equal(records[i].id, ids[i]);
	}
	assert_false(found[50]);
	assert_ok(
	    record_load_hits(a->f->catalog, access, ids, 0, a->f->arena, records, found, e), e);
	access_free(access);
}

static void
pages_run_over_the_components_in_order(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	const struct job_result well = { .reading = READING_READ };
	int64_t id = archive_record(a, a->dossier);
	struct component c;
	int no;

	fixture_sql(a->f,
	    "INSERT INTO component(uid, record, ordinal, role, name)"
	    " VALUES('two', 1, 2, 'annex', 'annex.pdf')");
	fixture_sql(a->f,
	    "INSERT INTO rendition(component, kind, blob, created)"
	    " SELECT 2, 'original', sha256, 0 FROM blob");
	fixture_sql(a->f, "INSERT INTO job(component, due, created, updated) VALUES(2, 1, 1, 1)");
	fixture_sql(a->f, "UPDATE job SET due=component");
	archive_read(a, 2, &well);
	archive_read(a, 3, &well);
	assert_ok(record_locate_page(a->f->catalog, id, 2, a->f->arena, &c, &no, e), e);
	assert_int_equal(c.ordinal, 1);
	assert_int_equal(no, 2);
	assert_ok(record_locate_page(a->f->catalog, id, 3, a->f->arena, &c, &no, e), e);
	assert_int_equal(c.ordinal, 2);
	assert_int_equal(no, 1);
	assert_ok(record_locate_page(a->f->catalog, id, 5, a->f->arena, &c, &no, e), e);
	assert_int_equal(no, 3);
	assert_status(
	    record_locate_page(a->f->catalog, id, 6, a->f->arena, &c, &no, e), ST_NOT_FOUND, e);
	assert_status(
	    record_locate_page(a->f->catalog, id, 0, a->f->arena, &c, &no, e), ST_NOT_FOUND, e);
}

/* --- changing ---------------------------------------------------------------------------------- */

static void
an_update_sets_clears_and_leaves_fields_and_moves_the_index(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	int64_t id = archive_record(a, a->dossier);
	const char *field[FIELD_COUNT] = { [FIELD_NUMBER] = "12",
		[FIELD_SYMBOL] = "QĐ/TU",
		[FIELD_SUBJECT] = "Ông Nguyễn Văn A" };
	struct record r;

	assert_ok(record_update(a->f->catalog, &a->f->system, a->all, id, 1, field, e), e);
	r = archive_load(a, id);
	assert_int_equal(r.version, 2);
	assert_int_equal(r.index_seq, 1);
	assert_string_equal(r.field[FIELD_SYMBOL], "QĐ/TU");
	assert_int_equal(
	    fixture_int(a->f, "SELECT count(*) FROM record WHERE number_key='12/QD-TU'"), 1);
	/* the log names the field, the value stands apart */
	assert_int_equal(fixture_int(a->f,
			     "SELECT count(*) FROM event WHERE action='record.update'"
			     " AND detail LIKE '%\"subject\"%' AND detail NOT LIKE '%Nguy%'"),
	    1);
	assert_int_equal(
	    fixture_int(a->f, "SELECT count(*) FROM event_private WHERE name='subject.new'"), 1);
	assert_status(record_update(a->f->catalog, &a->f->system, a->all, id, 1, field, e),
	    ST_PRECONDITION, e);
	memset(field, 0, sizeof(field));
	field[FIELD_NUMBER] = "";
	assert_ok(record_update(a->f->catalog, &a->f->system, a->all, id, 2, field, e), e);
	r = archive_load(a, id);
	assert_null(r.field[FIELD_NUMBER]);
	assert_string_equal(r.field[FIELD_SUBJECT], "Ông Nguyễn Văn A");
	assert_int_equal(r.version, 3);
	/* nothing new: no version, no entry, no work for the index */
	assert_ok(record_update(a->f->catalog, &a->f->system, a->all, id, 0, field, e), e);
	assert_int_equal(archive_load(a, id).version, 3);
	field[FIELD_ISSUED] = "yesterday";
	assert_status(
	    record_update(a->f->catalog, &a->f->system, a->all, id, 0, field, e), ST_INVALID, e);
	fixture_sql(a->f, "UPDATE record SET state='declared'");
	assert_status(
	    record_update(a->f->catalog, &a->f->system, a->all, id, 0, field, e), ST_HELD, e);
}

static void
changes_need_their_right(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	struct catalog *c = a->f->catalog;
	int64_t who = fixture_principal(a->f, PRINCIPAL_USER, "an", 1);
	int64_t id = archive_record(a, a->dossier);
	const char *field[FIELD_COUNT] = { [FIELD_NUMBER] = "12" };
	struct access *access = archive_access(a, who);

	assert_status(record_update(c, &a->f->system, access, id, 0, field, e), ST_NOT_FOUND, e);
	assert_status(record_set_level(c, &a->f->system, access, id, 1, e), ST_NOT_FOUND, e);
	assert_status(record_move(c, &a->f->system, access, id, a->other, e), ST_NOT_FOUND, e);
	assert_status(record_release(c, &a->f->system, access, id, e), ST_NOT_FOUND, e);
	access_freep(&access);
	archive_grant(a, a->dossier, 0, who, PERM_BIT(PERM_READ));
	access = archive_access(a, who);
	assert_status(record_update(c, &a->f->system, access, id, 0, field, e), ST_DENIED, e);
	assert_status(record_set_level(c, &a->f->system, access, id, 1, e), ST_DENIED, e);
	assert_status(record_move(c, &a->f->system, access, id, a->other, e), ST_DENIED, e);
	assert_status(record_release(c, &a->f->system, access, id, e), ST_DENIED, e);
	access_freep(&access);
	archive_grant(a, a->dossier, 0, who, PERM_BIT(PERM_EDIT) | PERM_BIT(PERM_MANAGE));
	access = archive_access(a, who);
	assert_ok(record_update(c, &a->f->system, access, id, 0, field, e), e);
	assert_status(record_set_level(c, &a->f->system, access, id, 2, e), ST_DENIED, e);
	assert_status(record_set_level(c, &a->f->system, access, id, -1, e), ST_INVALID, e);
	assert_status(record_release(c, &a->f->system, access, id, e), ST_DENIED, e);
	assert_status(record_move(c, &a->f->system, access, id, a->other, e), ST_NOT_FOUND, e);
	access_freep(&access);
	archive_grant(a, a->other, 0, who, PERM_BIT(PERM_LIST));
	access = archive_access(a, who);
	assert_status(record_move(c, &a->f->system, access, id, a->other, e), ST_DENIED, e);
	access_freep(&access);
	archive_grant(a, a->other, 0, who, PERM_BIT(PERM_ADD));
	access = archive_access(a, who);
	assert_ok(record_move(c, &a->f->system, access, id, a->other, e), e);
	access_free(access);
}

static void
a_level_changes_class_index_and_log(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	int64_t id = archive_record(a, a->dossier);
	struct record before = archive_load(a, id), after;

	assert_ok(record_set_level(a->f->catalog, &a->f->system, a->all, id, 2, e), e);
	archive_refresh(a);
	after = archive_load(a, id);
	assert_int_equal(after.level, 2);
	assert_int_equal(after.effective_level, 2);
	assert_int_equal(after.old_access_class, before.access_class);
	assert_true(after.version > before.version);
	assert_true(after.index_seq > before.index_seq);
	assert_ok(record_set_level(a->f->catalog, &a->f->system, a->all, id, 2, e), e);
	assert_int_equal(archive_load(a, id).version, after.version);
	assert_int_equal(
	    fixture_int(a->f, "SELECT count(*) FROM event WHERE action='record.level'"), 1);
}

static void
a_move_makes_another_dossier_the_home(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	struct catalog *c = a->f->catalog;
	int64_t id = archive_record(a, a->dossier);

	assert_status(record_move(c, &a->f->system, a->all, id, 999, e), ST_NOT_FOUND, e);
	assert_ok(record_move(c, &a->f->system, a->all, id, a->other, e), e);
	assert_int_equal(archive_load(a, id).home, a->other);
	assert_int_equal(fixture_int(a->f, "SELECT count(*) FROM dossier_item"), 1);
	assert_ok(record_move(c, &a->f->system, a->all, id, a->other, e), e);
	assert_int_equal(
	    fixture_int(a->f, "SELECT count(*) FROM event WHERE action='record.move'"), 1);
	/* a guest in the other dossier comes home */
	fixture_put_in(a->f, a->dossier, id, 0);
	assert_ok(record_move(c, &a->f->system, a->all, id, a->dossier, e), e);
	assert_int_equal(archive_load(a, id).home, a->dossier);
	fixture_sql(a->f, "UPDATE dossier SET state='closed'");
	assert_status(record_move(c, &a->f->system, a->all, id, a->other, e), ST_HELD, e);
}

static void
after_all_this_the_catalogue_is_sound(void **state)
{
	struct archive *a = *state;
	const struct job_result well = { .reading = READING_READ };
	struct err *e = &a->f->err;
	uint64_t faults = 0;
	int64_t id = archive_record(a, a->dossier);

	archive_read(a, 2, &well);
	archive_record(a, a->other);
	assert_ok(record_move(a->f->catalog, &a->f->system, a->all, id, a->other, e), e);
	assert_ok(record_set_level(a->f->catalog, &a->f->system, a->all, id, 2, e), e);
	assert_ok(catalog_verify(a->f->catalog, NULL, NULL, &faults, e), e);
	assert_int_equal(faults, 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, archive_set_up, archive_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(an_arrival_becomes_a_draft_with_component_job_and_log_entry),
		TEST(an_arrival_told_twice_is_one_record_and_changes_nothing),
		TEST(two_people_may_use_the_same_key),
		TEST(registering_needs_a_visible_open_dossier_and_the_right_to_add),
		TEST(bad_arrivals_are_refused_and_leave_nothing),
		TEST(the_same_bytes_again_are_a_duplicate_for_those_who_may_know_the_first),
		TEST(a_batch_is_opened),
		TEST(a_record_is_found_by_uid_and_id_and_hidden_ones_are_not_there),
		TEST(the_home_dossier_of_a_record_with_own_rights_stays_hidden),
		TEST(until_the_index_knows_both_classes_must_admit),
		TEST(quarantine_is_seen_only_by_those_who_edit_and_ingest),
		TEST(hits_are_checked_in_one_statement_whatever_their_number),
		TEST(pages_run_over_the_components_in_order),
		TEST(an_update_sets_clears_and_leaves_fields_and_moves_the_index),
		TEST(changes_need_their_right),
		TEST(a_level_changes_class_index_and_log),
		TEST(a_move_makes_another_dossier_the_home),
		TEST(after_all_this_the_catalogue_is_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
