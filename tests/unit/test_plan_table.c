/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file plan as a table; records.md 27. */
#include "record_fixture.h"

#include "plan_table.h"

#define HEAD "id,parent,kind,code,title,rule,level,use_mode,file_code,year\n"

static enum status
import(struct archive *a, const char *text, bool dry, struct table_report *r, size_t *made)
{
	*r = (struct table_report){ .arena = a->f->arena };
	return plan_import(
	    a->f->catalog, &a->f->system, a->all, span_of(text), dry, r, made, &a->f->err);
}

static void
a_plan_comes_in_whole_in_any_order(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	struct table_report r;
	size_t made;
	struct node node;
	static const char text[] = HEAD "d,c,dossier,7,Hồ sơ,,0,,TEST.7,2024\n"
					"c,s,class,QT,\"Quy trình, nội bộ\",review,2,,,\n"
					"s,f,series,S,Loạt,,,,,\n"
					"f,,fonds,MOI,Phông mới,review,,,,\n";

	assert_ok(import(a, text, true, &r, &made), e);
	assert_int_equal(made, 4);
	assert_int_equal(fixture_int(a->f, "SELECT count(*) FROM node WHERE code='MOI'"), 0);
	assert_ok(import(a, text, false, &r, &made), e);
	assert_int_equal(made, 4);
	archive_refresh(a);
	assert_ok(node_find(a->f->catalog, a->all, "TEST.7", a->f->arena, &node, e), e);
	assert_int_equal(node.effective_level, 2);
	assert_int_equal(node.year, 2024);
	/* all of it again: codes and file codes are taken, nothing is made twice */
	assert_status(import(a, text, false, &r, &made), ST_INVALID, e);
	assert_int_equal(fixture_int(a->f, "SELECT count(*) FROM node WHERE code='MOI'"), 1);
}

static void
orphans_cycles_and_what_does_not_fit_are_told_by_line(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	int64_t before = fixture_int(a->f, "SELECT count(*) FROM node");
	struct table_report r;
	size_t made;

	assert_status(import(a,
			  HEAD "a,b,class,A,Vòng một,,,,,\n"
			       "b,a,class,B,Vòng hai,,,,,\n"
			       "o,nobody,class,O,Mồ côi,,,,,\n"
			       "f,,fonds,F,Phông,review,,,,\n"
			       "x,f,poem,X,Loại lạ,,,,,\n"
			       "y,f,class,Y,Mức lạ,,9,,,\n"
			       "z,y,class,Z,Dưới chỗ sai,,,,,\n"
			       "f,,fonds,F2,Hai lần,,,,,\n",
			  false, &r, &made),
	    ST_INVALID, e);
	assert_int_equal(r.count, 6);
	assert_int_equal(fixture_int(a->f, "SELECT count(*) FROM node"), before);
	assert_status(import(a, "code,title\nx,y\n", false, &r, &made), ST_INVALID, e);
}

static void
what_goes_out_is_there_already_and_needs_the_task(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	owned(strbuf_free) struct strbuf out = STRBUF_INIT, none = STRBUF_INIT;
	int64_t an = fixture_principal(a->f, PRINCIPAL_USER, "an", 1);
	struct access *access = archive_access(a, an);
	struct table_report r = { .arena = a->f->arena };
	size_t made;

	assert_ok(plan_export(a->f->catalog, a->all, 0, &out, e), e);
	assert_non_null(strstr(out.buf, ",fonds,H24,"));
	assert_non_null(strstr(out.buf, ",dossier,A,"));
	assert_ok(import(a, out.buf, false, &r, &made), e);
	assert_int_equal(made, 0);
	assert_status(plan_import(a->f->catalog, &a->f->system, access, strbuf_span(&out), false,
			  &r, &made, e),
	    ST_DENIED, e);
	assert_ok(plan_export(a->f->catalog, access, 0, &none, e), e);
	assert_null(strstr(none.buf, "H24"));
	access_free(access);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, archive_set_up, archive_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_plan_comes_in_whole_in_any_order),
		TEST(orphans_cycles_and_what_does_not_fit_are_told_by_line),
		TEST(what_goes_out_is_there_already_and_needs_the_task),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
