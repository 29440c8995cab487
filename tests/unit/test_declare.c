/* SPDX-License-Identifier: GPL-3.0-or-later */
/* records.md 10, 13-16, 19, 20 */
#include "record_fixture.h"

#include "declare.h"
#include "sketch.h"
#include "hold.h"

#define CALL(a) (a)->f->catalog, &(a)->f->system, (a)->all

static enum status
set(struct archive *a, int64_t id, enum record_field f, const char *value)
{
	const char *field[FIELD_COUNT] = { NULL };

	field[f] = value;
	return record_update(CALL(a), id, 0, field, &a->f->err);
}

static int64_t
declared(struct archive *a, int64_t dossier)
{
	int64_t id = archive_record(a, dossier);

	assert_ok(set(a, id, FIELD_TYPE, "QĐ"), &a->f->err);
	assert_ok(set(a, id, FIELD_SUBJECT, "Công bố"), &a->f->err);
	assert_ok(record_declare(CALL(a), id, &a->f->err), &a->f->err);
	return id;
}

/* records.md 10; ISO 15489 */
static void
what_is_declared_changes_by_versions_only(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	const char *field[FIELD_COUNT] = { [FIELD_SUBJECT] = "Công bố lại" };
	const struct record_version *versions;
	int64_t id = archive_record(a, a->dossier);
	size_t count;

	assert_status(record_declare(CALL(a), id, e), ST_INVALID, e); /* no type, no subject */
	id = declared(a, a->dossier);
	assert_string_equal(archive_load(a, id).state, "declared");
	assert_status(record_declare(CALL(a), id, e), ST_CONFLICT, e);
	assert_status(set(a, id, FIELD_SUBJECT, "x"), ST_HELD, e);
	assert_status(db_exec(a->f->catalog->db,
			  "UPDATE record SET subject='x' WHERE state='declared'", DB_NONE, NULL, e),
	    ST_HELD, e);
	assert_status(record_correct(CALL(a), id, 0, field, "", e), ST_INVALID, e);
	assert_status(record_correct(CALL(a), id, 99, field, "Sai chữ", e), ST_PRECONDITION, e);
	assert_ok(record_correct(CALL(a), id, 0, field, "Sai chữ", e), e);
	assert_string_equal(archive_load(a, id).field[FIELD_SUBJECT], "Công bố lại");
	/* the same again changes nothing and keeps nothing */
	assert_status(record_correct(CALL(a), id, 0, field, "Sai chữ", e), ST_INVALID, e);
	assert_ok(record_versions(a->f->catalog, id, a->f->arena, &versions, &count, e), e);
	assert_int_equal(count, 1);
	assert_non_null(strstr(versions[0].content, "\"subject\":\"Công bố\""));
	assert_string_equal(versions[0].reason, "Sai chữ");
	/* one version admits one change */
	assert_status(db_exec(a->f->catalog->db,
			  "UPDATE record SET subject='x' WHERE state='declared'", DB_NONE, NULL, e),
	    ST_HELD, e);
	assert_status(
	    db_exec(a->f->catalog->db, "UPDATE record SET state='draft'", DB_NONE, NULL, e),
	    ST_HELD, e);
	assert_status(db_exec(a->f->catalog->db, "DELETE FROM record WHERE state='declared'",
			  DB_NONE, NULL, e),
	    ST_HELD, e);
}

/* records.md 19 */
static void
a_recall_freezes_with_the_metadata(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	const char *field[FIELD_COUNT] = { [FIELD_SUBJECT] = "x" };
	const struct record_detail detail = { "note", "x" };
	int64_t id = declared(a, a->dossier), draft = archive_record(a, a->dossier);

	assert_status(record_recall(CALL(a), draft, "vì", e), ST_CONFLICT, e);
	assert_status(record_recall(CALL(a), id, " ", e), ST_INVALID, e);
	assert_ok(record_recall(CALL(a), id, "Ban hành nhầm", e), e);
	assert_string_equal(archive_load(a, id).state, "recalled");
	assert_string_equal(archive_load(a, id).field[FIELD_SUBJECT], "Công bố");
	assert_status(record_correct(CALL(a), id, 0, field, "vì", e), ST_CONFLICT, e);
	assert_status(record_details_put(CALL(a), id, &detail, 1, "vì", e), ST_HELD, e);
	assert_status(record_recall(CALL(a), id, "vì", e), ST_CONFLICT, e);
}

/* records.md 13; NĐ 30/2020 PL VI */
static void
every_field_of_the_decree_is_kept_with_its_codes(void **state)
{
	static const struct record_detail good[] = { { "direction", "in" },
		{ "signer_post", "Giám đốc" }, { "issuer_code", "000.00.15.H24" },
		{ "recipients", "Sở Nội vụ" }, { "places", "Phòng QLLH" }, { "copies", "12" },
		{ "sheets", "3" }, { "reply_due", "2024-02-29" }, { "arrival_date", "2024-01-05" },
		{ "copy_form", "SY" }, { "keyword", "thẻ" }, { "physical", "01" },
		{ "confidence", "02" }, { "process", "1" }, { "note", "x" }, { "trace", "x" },
		{ "autograph", "bút phê" } };
	static const struct record_detail bad[] = { { "direction", "up" },
		{ "reply_due", "2023-02-29" }, { "reply_due", "2023-02" }, { "sheets", "ba" },
		{ "physical", "04" }, { "colour", "red" }, { "signer_post", "\xff" } };
	struct archive *a = *state;
	struct err *e = &a->f->err;
	int64_t id = archive_record(a, a->dossier);
	const struct record_detail *d, clear = { "copies", "" };
	const struct record_version *versions;
	size_t count, names = 0;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_status(record_details_put(CALL(a), id, &bad[i], 1, NULL, e), ST_INVALID, e);
	assert_ok(
	    record_details_put(CALL(a), id, good, sizeof(good) / sizeof(good[0]), NULL, e), e);
	assert_ok(record_details_put(CALL(a), id, &clear, 1, NULL, e), e);
	assert_ok(record_details(a->f->catalog, id, a->f->arena, &d, &count, e), e);
	assert_int_equal(count, sizeof(good) / sizeof(good[0]) - 1);
	while (record_detail_names()[names])
		names++;
	assert_int_equal(names, 18);
	/* of a declared record only with a reason, and how it was is kept */
	id = declared(a, a->dossier);
	assert_status(record_details_put(CALL(a), id, good, 1, NULL, e), ST_INVALID, e);
	assert_ok(record_details_put(CALL(a), id, good, 1, "Bổ sung", e), e);
	assert_ok(record_versions(a->f->catalog, id, a->f->arena, &versions, &count, e), e);
	assert_int_equal(count, 1);
}

/* records.md 16 */
static void
a_record_lies_in_several_dossiers_without_another_copy(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	int64_t id = declared(a, a->dossier);
	int64_t blobs = fixture_int(a->f, "SELECT count(*) FROM blob");

	assert_ok(record_file(CALL(a), id, a->other, e), e);
	assert_status(record_file(CALL(a), id, a->other, e), ST_EXISTS, e);
	assert_status(record_file(CALL(a), id, a->class_node, e), ST_NOT_FOUND, e);
	assert_int_equal(fixture_int(a->f, "SELECT count(*) FROM blob"), blobs);
	assert_int_equal(fixture_int(a->f, "SELECT count(*) FROM dossier_item"), 2);
	assert_int_equal(archive_load(a, id).home, a->dossier);
	assert_status(record_unfile(CALL(a), id, a->dossier, e), ST_INVALID, e);
	assert_ok(record_unfile(CALL(a), id, a->other, e), e);
	assert_status(record_unfile(CALL(a), id, a->other, e), ST_NOT_FOUND, e);
	fixture_sql(
	    a->f, "UPDATE dossier SET state='closed' WHERE node=(SELECT max(node) FROM dossier)");
	assert_status(record_file(CALL(a), id, a->other, e), ST_HELD, e);
}

/* records.md 14 */
static void
twins_by_bytes_and_by_number_are_told(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	struct arrival arrival = archive_arrival(a, a->dossier);
	int64_t one = archive_register(a, &arrival), two, three;
	const struct record_twin *twins;
	size_t count;

	arrival.dossier = a->other;
	two = archive_register(a, &arrival);
	three = archive_record(a, a->other);
	assert_ok(record_twins(a->f->catalog, a->all, one, 9, a->f->arena, &twins, &count, e), e);
	assert_int_equal(count, 1);
	assert_string_equal(twins[0].because, "bytes");
	assert_string_equal(twins[0].uid, archive_load(a, two).uid);
	for (int i = 0; i < 2; i++) {
		const char *field[FIELD_COUNT] = { [FIELD_NUMBER] = "15",
			[FIELD_SYMBOL] = i ? "qđ-SDL" : "QĐ-SDL",
			[FIELD_ISSUER] = "Sở Du lịch" };

		assert_ok(record_update(CALL(a), i ? three : one, 0, field, e), e);
	}
	assert_ok(record_twins(a->f->catalog, a->all, three, 9, a->f->arena, &twins, &count, e), e);
	assert_int_equal(count, 1);
	assert_string_equal(twins[0].because, "number");
	/* another issuer, another document */
	assert_ok(set(a, three, FIELD_ISSUER, "Sở Xây dựng"), e);
	assert_ok(record_twins(a->f->catalog, a->all, three, 9, a->f->arena, &twins, &count, e), e);
	assert_int_equal(count, 0);
}

static struct sketch
sketch_of(const char *text)
{
	struct sketch s;

	sketch_begin(&s);
	sketch_add(&s, span_of(text));
	return s;
}

static const char law[] =
    "Điều 1. Quyết định này quy định về quản lý hướng dẫn viên du lịch trên địa bàn thành phố, trình tự"
    " cấp, đổi và thu hồi thẻ, trách nhiệm của tổ chức, cá nhân sử dụng hướng dẫn viên. Điều 2. Thẻ hướng"
    " dẫn viên được cấp cho người có đủ điều kiện theo quy định của pháp luật, có giá trị trong năm năm kể"
    " từ ngày cấp và được đổi khi hết hạn.";

/* records.md 14 */
static void
a_text_with_misread_marks_and_words_is_near_equal_and_another_is_not(void **state)
{
	static const char again[] =
	    "Diêu 1. Quyet dinh nay quy định về quản lý hương dẫn viên du lịch trên địa bản thành phố,"
	    " trình tự cấp, đổi và thu hối the, trách nhiệm của tổ chức, cá nhân sử dụng hướng dẫn viên."
	    " Điều 2. Thẻ hướng dẫn vien được cấp cho ngưòi có đủ điều kiện theo quy định của pháp 1uật,"
	    " có giá trị trong nãm năm kể từ ngày cấp và được đổi khi hết hạn.";
	static const char other[] =
	    "Căn cứ Luật Di sản văn hóa, Ủy ban nhân dân thành phố công nhận danh mục di tích lịch sử và"
	    " danh lam thắng cảnh, giao Sở Văn hóa phối hợp với quận, huyện lập hồ sơ khoa học, cắm mốc"
	    " giới bảo vệ, tu bổ các hạng mục xuống cấp và báo cáo kết quả trước ngày cuối quý.";
	struct sketch a = sketch_of(law), b = sketch_of(again), c = sketch_of(other), d;
	unsigned char bytes[SKETCH_BYTES];
	const char *middle = strstr(law, " trình");
	unsigned i, shared = 0;

	(void)state;
	assert_true(sketch_tells(&a));
	assert_true(sketch_alike(&a, &b) >= SKETCH_ALIKE);
	assert_true(sketch_alike(&a, &c) < .1);
	for (i = 0; i < SKETCH_BANDS; i++)
		shared += sketch_band(&a, i) == sketch_band(&b, i);
	assert_true(shared > 0);
	d = sketch_of("vài từ");
	assert_false(sketch_tells(&d));
	/* in pieces and as bytes it stays the same */
	sketch_begin(&d);
	sketch_add(&d, span_make(law, (size_t)(middle - law)));
	sketch_add(&d, span_of(middle));
	assert_true(sketch_alike(&a, &d) == 1);
	sketch_write(&a, bytes);
	assert_true(sketch_read(&d, span_make((const char *)bytes, sizeof(bytes))));
	assert_true(sketch_alike(&a, &d) == 1);
	assert_false(sketch_read(&d, span_make((const char *)bytes, 7)));
}

/* A record that arrived in the dossier and was read. */
static int64_t
arrive(struct archive *a, int64_t dossier, const struct job_result *result)
{
	struct arrival arrival = archive_arrival(a, dossier);
	int64_t id = archive_register(a, &arrival);

	archive_read(a, 1, result);
	return id;
}

/* records.md 14 */
static void
twins_by_near_equal_text_are_told_to_who_may_see_them(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	const struct sketch s = sketch_of(law);
	const struct job_result result = { .reading = READING_READ, .sketch = &s };
	int64_t one = arrive(a, a->dossier, &result), two = arrive(a, a->other, &result);
	const struct record_twin *twins;
	struct access nobody = { 0 };
	size_t count;

	assert_ok(record_twins(a->f->catalog, a->all, two, 9, a->f->arena, &twins, &count, e), e);
	assert_int_equal(count, 1);
	assert_string_equal(twins[0].because, "text");
	assert_string_equal(twins[0].uid, archive_load(a, one).uid);
	assert_status(record_twins(a->f->catalog, &nobody, two, 9, a->f->arena, &twins, &count, e),
	    ST_NOT_FOUND, e);
	/* what is held back for a secret mark is no twin */
	fixture_sql(a->f, "UPDATE record SET quarantine=1 WHERE id=1");
	nobody = *a->all;
	nobody.principal = 9;
	nobody.caps = 0;
	assert_ok(record_twins(a->f->catalog, &nobody, two, 9, a->f->arena, &twins, &count, e), e);
	assert_int_equal(count, 0);
}

/* More than are told, and all of them before it. */
static void
twins_that_may_not_be_seen_take_no_place(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	const struct sketch s = sketch_of(law);
	const struct job_result result = { .reading = READING_READ, .sketch = &s };
	const struct record_twin *twins;
	struct access reader = *a->all;
	size_t count;
	int64_t id = 0;

	for (int i = 0; i < 32; i++) {
		if (i == 30)
			fixture_sql(a->f, "UPDATE record SET quarantine=1");
		id = arrive(a, a->dossier, &result);
	}
	reader.principal = 9;
	reader.caps = 0;
	assert_ok(record_twins(a->f->catalog, &reader, id, 9, a->f->arena, &twins, &count, e), e);
	assert_int_equal(count, 1);
	assert_string_equal(twins[0].uid, archive_load(a, id - 1).uid);
}

static void
relations_reach_records_that_are_not_here_yet(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	int64_t one = archive_record(a, a->dossier), two = archive_record(a, a->dossier), late;
	const char *number[FIELD_COUNT] = { [FIELD_NUMBER] = "30", [FIELD_SYMBOL] = "NĐ-CP" };
	const struct relation *r;
	size_t count;

	assert_status(
	    relation_add(CALL(a), one, "eats", archive_load(a, two).uid, e), ST_INVALID, e);
	assert_status(
	    relation_add(CALL(a), one, "cites", archive_load(a, one).uid, e), ST_INVALID, e);
	assert_status(relation_add(CALL(a), one, "cites", "no number", e), ST_INVALID, e);
	assert_status(
	    relation_add(CALL(a), one, "cites", "00000000-0000-4000-8000-000000000000", e),
	    ST_NOT_FOUND, e);
	assert_ok(relation_add(CALL(a), one, "replaces", archive_load(a, two).uid, e), e);
	assert_status(
	    relation_add(CALL(a), one, "replaces", archive_load(a, two).uid, e), ST_EXISTS, e);
	assert_ok(relation_add(CALL(a), one, "cites", "30/NĐ-CP", e), e);
	assert_status(relation_add(CALL(a), one, "cites", "30 / ND-CP", e), ST_EXISTS, e);
	assert_ok(relation_list(a->f->catalog, a->all, one, a->f->arena, &r, &count, e), e);
	assert_int_equal(count, 2);
	assert_null(r[1].other);
	assert_string_equal(r[1].text, "30/NĐ-CP");
	late = archive_record(a, a->other);
	assert_ok(record_update(CALL(a), late, 0, number, e), e);
	assert_ok(relation_list(a->f->catalog, a->all, one, a->f->arena, &r, &count, e), e);
	assert_string_equal(r[1].other, archive_load(a, late).uid);
	assert_ok(relation_list(a->f->catalog, a->all, late, a->f->arena, &r, &count, e), e);
	assert_int_equal(count, 1);
	assert_false(r[0].outgoing);
	assert_ok(relation_list(a->f->catalog, a->all, two, a->f->arena, &r, &count, e), e);
	assert_int_equal(count, 1);
	assert_string_equal(r[0].kind, "replaces");
	assert_ok(relation_end(CALL(a), one, r[0].uid, e), e);
	assert_status(relation_end(CALL(a), one, r[0].uid, e), ST_NOT_FOUND, e);
	assert_ok(relation_add(CALL(a), one, "replaces", archive_load(a, two).uid, e), e);
}

/* records.md 15; D17 */
static void
numbers_are_consecutive_and_never_given_twice(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	const struct book_entry *entries;
	int64_t number = 0, first = 0, id = 0;
	size_t count;
	int year;

	for (int i = 1; i <= 5; i++) {
		id = archive_record(a, a->dossier);
		first = first ? first : id;
		assert_ok(book_draw(CALL(a), "in", id, &number, e), e);
		assert_int_equal(number, i);
	}
	assert_status(book_draw(CALL(a), "in", id, &number, e), ST_EXISTS, e);
	assert_status(book_draw(CALL(a), "up", id, &number, e), ST_INVALID, e);
	assert_ok(book_draw(CALL(a), "out", id, &number, e), e);
	assert_int_equal(number, 1);
	assert_string_equal(archive_load(a, id).field[FIELD_NUMBER], "1");
	year = (int)fixture_int(a->f, "SELECT year FROM number_book WHERE book='in'");
	assert_status(book_void(CALL(a), "in", year, 9, "vì", e), ST_NOT_FOUND, e);
	assert_ok(book_void(CALL(a), "in", year, 5, "Đăng ký nhầm", e), e);
	assert_status(book_void(CALL(a), "in", year, 5, "x", e), ST_CONFLICT, e);
	assert_ok(book_draw(CALL(a), "in", id, &number, e), e);
	assert_int_equal(number, 6);
	assert_ok(
	    book_list(a->f->catalog, a->all, "in", year, 0, 10, a->f->arena, &entries, &count, e),
	    e);
	assert_int_equal(count, 6);
	assert_string_equal(entries[4].void_reason, "Đăng ký nhầm");
	assert_status(
	    db_exec(a->f->catalog->db, "DELETE FROM book_number", DB_NONE, NULL, e), ST_HELD, e);
	assert_status(db_exec(a->f->catalog->db, "UPDATE number_book SET next=1", DB_NONE, NULL, e),
	    ST_HELD, e);
	/* a draw that fails gives its number back */
	assert_ok(set(a, first, FIELD_NUMBER, "7"), e);
	assert_status(book_draw(CALL(a), "out", first, &number, e), ST_CONFLICT, e);
	assert_int_equal(fixture_int(a->f, "SELECT next FROM number_book WHERE book='out'"), 2);
}

/* records.md 20 */
static void
suggestions_are_accepted_in_bulk_above_a_confidence(void **state)
{
	static const struct suggestion found[] = {
		{ .field = FIELD_NUMBER, .value = "15", .confidence = .95, .method = "t" },
		{ .field = FIELD_NUMBER, .value = "16", .confidence = .91, .method = "t" },
		{ .field = FIELD_SUBJECT, .value = "Trích yếu", .confidence = .6, .method = "t" },
		{ .field = FIELD_ISSUED, .value = "2024-99-01", .confidence = .99, .method = "t" },
	};
	struct archive *a = *state;
	struct err *e = &a->f->err;
	const struct job_result result = {
		.reading = READING_READ, .suggestions = found, .suggestion_count = 4
	};
	int64_t id = archive_record(a, a->dossier);
	size_t accepted;
	bool more;

	archive_read(a, 1, &result);
	assert_status(
	    suggestions_accept(CALL(a), a->dossier, .4, 10, &accepted, &more, e), ST_INVALID, e);
	assert_ok(suggestions_accept(CALL(a), a->dossier, .9, 10, &accepted, &more, e), e);
	assert_int_equal(accepted, 1);
	assert_false(more);
	assert_string_equal(archive_load(a, id).field[FIELD_NUMBER], "15");
	assert_null(archive_load(a, id).field[FIELD_SUBJECT]);
	assert_null(archive_load(a, id).field[FIELD_ISSUED]); /* no day: for a person */
}

static void
what_one_may_not_see_or_do_is_refused(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	struct catalog *c = a->f->catalog;
	int64_t an = fixture_principal(a->f, PRINCIPAL_USER, "an", 1), number;
	int64_t id = declared(a, a->dossier), hidden = declared(a, a->other);
	const char *field[FIELD_COUNT] = { [FIELD_SUBJECT] = "x" };
	struct access *access;
	const struct relation *r;
	size_t count;

	assert_ok(relation_add(CALL(a), hidden, "replaces", archive_load(a, id).uid, e), e);
	archive_grant(a, a->dossier, 0, an, PERM_BIT(PERM_READ) | PERM_BIT(PERM_EDIT));
	access = archive_access(a, an);
	assert_status(
	    record_correct(c, &a->f->system, access, id, 0, field, "vì", e), ST_DENIED, e);
	assert_status(record_recall(c, &a->f->system, access, id, "vì", e), ST_DENIED, e);
	assert_status(record_declare(c, &a->f->system, access, hidden, e), ST_NOT_FOUND, e);
	assert_status(book_draw(c, &a->f->system, access, "in", id, &number, e), ST_DENIED, e);
	assert_status(record_file(c, &a->f->system, access, id, a->other, e), ST_NOT_FOUND, e);
	assert_status(
	    relation_add(c, &a->f->system, access, id, "cites", archive_load(a, hidden).uid, e),
	    ST_NOT_FOUND, e);
	assert_ok(relation_list(c, access, id, a->f->arena, &r, &count, e), e);
	assert_int_equal(count, 0);
	access_free(access);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, archive_set_up, archive_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_is_declared_changes_by_versions_only),
		TEST(a_recall_freezes_with_the_metadata),
		TEST(every_field_of_the_decree_is_kept_with_its_codes),
		TEST(a_record_lies_in_several_dossiers_without_another_copy),
		TEST(twins_by_bytes_and_by_number_are_told),
		cmocka_unit_test(
		    a_text_with_misread_marks_and_words_is_near_equal_and_another_is_not),
		TEST(twins_by_near_equal_text_are_told_to_who_may_see_them),
		TEST(twins_that_may_not_be_seen_take_no_place),
		TEST(relations_reach_records_that_are_not_here_yet),
		TEST(numbers_are_consecutive_and_never_given_twice),
		TEST(suggestions_are_accepted_in_bulk_above_a_confidence),
		TEST(what_one_may_not_see_or_do_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
