/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "element.h"

static struct element *
tree(struct arena *arena)
{
	struct element *root = element_add(arena, NULL, "hồ-sơ"), *child;

	element_set(arena, root, "a", "1");
	element_set(arena, root, "b", "<\"&'\n>");
	element_set_int(arena, root, "c", -7);
	child = element_put(arena, root, "title", "Lễ hội \x01 & hoa\n");
	element_set(arena, child, "line", "3");
	(void)element_add(arena, root, "empty");
	(void)element_put(arena, root, "nothing", NULL);
	(void)element_put(arena, element_add(arena, root, "deep"), "x", "");
	return root;
}

static void
xml_is_escaped_and_its_white_space_kept(void **state)
{
	owned(arena_freep) struct arena *arena = arena_new();
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;

	(void)state;
	element_xml(tree(arena), &out);
	assert_string_equal(out.buf,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<hồ-sơ a=\"1\" b=\"&lt;&quot;&amp;&#39;&#10;&gt;\" c=\"-7\">\n"
	    " <title line=\"3\">Lễ hội \xef\xbf\xbd &amp; hoa&#10;</title>\n"
	    " <empty/>\n <deep>\n  <x></x>\n </deep>\n</hồ-sơ>\n");
}

static void
values_are_found_replaced_and_taken_away(void **state)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct element *e = tree(arena);

	(void)state;
	assert_string_equal(element_get(e, "a"), "1");
	assert_int_equal(element_number(e, "c", 0), -7);
	assert_int_equal(element_number(e, "b", 5), 5);
	assert_int_equal(element_number(NULL, "b", 5), 5);
	assert_null(element_get(e, "none"));
	element_set(arena, e, "a", "2");
	assert_string_equal(element_get(e, "a"), "2");
	element_set(arena, e, "c", NULL);
	assert_null(element_get(e, "c"));
	element_set(arena, e, "d", "last");
	assert_string_equal(element_get(e, "d"), "last");
	element_set(arena, e, "d", NULL);
	element_set(arena, e, "b", NULL);
	element_set(arena, e, "a", NULL);
	assert_null(e->attributes);
	element_set(arena, e, "f", "1");
	assert_string_equal(element_get(e, "f"), "1");
	assert_string_equal(element_value(e, "title"), "Lễ hội \x01 & hoa\n");
	element_drop(e, "title");
	assert_null(element_value(e, "title"));
	element_drop(e, "deep");
	(void)element_put(arena, e, "more", "x");
	assert_string_equal(e->last->name, "more");
	assert_ptr_equal(element_after(element_child(e, "empty"), NULL), e->last);
}

static void
the_wire_gives_the_same_tree(void **state)
{
	owned(arena_freep) struct arena *arena = arena_new();
	owned(strbuf_free) struct strbuf wire = STRBUF_INIT, before = STRBUF_INIT,
					 after = STRBUF_INIT;
	const struct element *again;
	struct element *e = tree(arena);

	(void)state;
	element_wire(e, &wire);
	assert_int_equal(element_unwire(strbuf_span(&wire), arena, &again, NULL), ST_OK);
	element_xml(e, &before);
	element_xml(again, &after);
	assert_string_equal(after.buf, before.buf);
}

/* What the reader sends may be anything: it has read a stranger's file. */
static void
a_wire_that_is_cut_or_changed_is_refused_or_harmless(void **state)
{
	owned(arena_freep) struct arena *arena = arena_new();
	owned(strbuf_free) struct strbuf wire = STRBUF_INIT;
	const struct element *e;

	(void)state;
	element_wire(tree(arena), &wire);
	for (size_t n = 0; n < wire.len; n++)
		assert_int_equal(
		    element_unwire(span_make(wire.buf, n), arena, &e, NULL), ST_CORRUPT);
	for (size_t at = 0; at < wire.len; at++)
		for (int bit = 0; bit < 8; bit++) {
			wire.buf[at] = (char)(wire.buf[at] ^ (1 << bit));
			(void)!element_unwire(strbuf_span(&wire), arena, &e, NULL);
			wire.buf[at] = (char)(wire.buf[at] ^ (1 << bit));
		}
	strbuf_add_char(&wire, 'x');
	assert_int_equal(element_unwire(strbuf_span(&wire), arena, &e, NULL), ST_CORRUPT);
	assert_null(e);
}

static void
a_tree_without_end_is_refused(void **state)
{
	owned(arena_freep) struct arena *arena = arena_new();
	owned(strbuf_free) struct strbuf wire = STRBUF_INIT;
	struct element *root = element_add(arena, NULL, "a"), *e = root;
	const struct element *again;

	(void)state;
	for (int i = 0; i < ELEMENT_DEPTH_MAX; i++)
		e = element_add(arena, e, "a");
	element_wire(root, &wire);
	assert_int_equal(element_unwire(strbuf_span(&wire), arena, &again, NULL), ST_OK);
	(void)element_add(arena, e, "a");
	strbuf_reset(&wire);
	element_wire(root, &wire);
	assert_int_equal(element_unwire(strbuf_span(&wire), arena, &again, NULL), ST_TOO_LARGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(xml_is_escaped_and_its_white_space_kept),
		cmocka_unit_test(values_are_found_replaced_and_taken_away),
		cmocka_unit_test(the_wire_gives_the_same_tree),
		cmocka_unit_test(a_wire_that_is_cut_or_changed_is_refused_or_harmless),
		cmocka_unit_test(a_tree_without_end_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
