/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <event2/http.h>

#include "../../server/route.h"
#include "arena.h"

static const struct route *
find(unsigned method, const char *path, unsigned *allowed)
{
	owned(arena_freep) struct arena *arena = arena_new();
	const char *value[TARGET_SEGMENTS_MAX];
	const struct route *route = NULL;
	struct target t;

	assert_int_equal(target_parse(span_of(path), arena, &t, NULL), ST_OK);
	return route_find(method, &t, &route, value, allowed, NULL) == ST_OK ? route : NULL;
}

static void
a_path_and_method_lead_to_one_route(void **state)
{
	unsigned allowed;

	(void)state;
	assert_string_equal(
	    find(EVHTTP_REQ_GET, "/api/v1/records/x/pages/1/words", &allowed)->id, "pageWords");
	assert_string_equal(find(EVHTTP_REQ_HEAD, "/api/v1/records/x", &allowed)->id, "recordRead");
	assert_string_equal(
	    find(EVHTTP_REQ_HEAD, "/api/v1/uploads/x", &allowed)->id, "uploadOffset");
	assert_string_equal(find(EVHTTP_REQ_POST, "/api/v1/jobs/retry", &allowed)->id, "jobRetry");
}

static void
a_wrong_method_is_told_the_right_ones(void **state)
{
	unsigned allowed;

	(void)state;
	assert_null(find(EVHTTP_REQ_DELETE, "/api/v1/records/x", &allowed));
	assert_int_equal(allowed, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_PATCH);
	assert_null(find(EVHTTP_REQ_GET, "/api/v1/login", &allowed));
	assert_int_equal(allowed, EVHTTP_REQ_POST);
}

static void
an_unknown_path_allows_nothing(void **state)
{
	unsigned allowed;

	(void)state;
	assert_null(find(EVHTTP_REQ_GET, "/api/v2/records", &allowed));
	assert_int_equal(allowed, 0);
	assert_null(find(EVHTTP_REQ_GET, "/api/v1/records/", &allowed));
	assert_int_equal(allowed, 0);
}

static void
no_two_routes_are_the_same_and_each_knows_its_place(void **state)
{
	(void)state;
	assert_true(route_count() > 30);
	assert_null(route_at(route_count()));
	for (size_t i = 0; i < route_count(); i++) {
		const struct route *a = route_at(i);

		assert_int_equal(route_index(a), i);
		assert_string_not_equal(route_method(a->method), "?");
		assert_int_equal(strncmp(a->pattern, "/api/v1/", 8), 0);
		for (size_t k = i + 1; k < route_count(); k++) {
			const struct route *b = route_at(k);

			assert_string_not_equal(a->id, b->id);
			assert_false(a->method == b->method && strcmp(a->pattern, b->pattern) == 0);
		}
	}
}

static void
only_what_signs_in_or_tells_of_the_machine_is_open(void **state)
{
	/* records.md 5: procedures in force are posted for everybody */
	static const char *const open[] = { "live", "health", "metrics", "login", "uploadOptions",
		"procedurePublic" };

	(void)state;
	for (size_t i = 0; i < route_count(); i++) {
		const struct route *route = route_at(i);
		bool expected = false;

		for (size_t k = 0; k < sizeof(open) / sizeof(open[0]); k++)
			expected |= strcmp(open[k], route->id) == 0;
		assert_int_equal((route->flags & ROUTE_OPEN) != 0, expected);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_and_method_lead_to_one_route),
		cmocka_unit_test(a_wrong_method_is_told_the_right_ones),
		cmocka_unit_test(an_unknown_path_allows_nothing),
		cmocka_unit_test(no_two_routes_are_the_same_and_each_knows_its_place),
		cmocka_unit_test(only_what_signs_in_or_tells_of_the_machine_is_open),
	};

	return cmocka_run_group_tests_name("route", tests, NULL, NULL);
}
