/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "base.h"
#include "conf.h"

static char *dir;

static int
enter(void **state)
{
	(void)state;
	dir = temp_dir_make();
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	temp_dir_remove(dir);
	return 0;
}

static void
write_conf(struct span text)
{
	struct err err = ERR_INIT;
	char path[4200];

	snprintf(path, sizeof(path), "%s/tangthu.conf", dir);
	assert_ok(file_replace(path, text, 0600, &err), &err);
}

static struct conf *
load(const char *text)
{
	struct err err = ERR_INIT;
	struct conf *c = NULL;

	write_conf(span_of(text));
	assert_ok(conf_load(&c, dir, &err), &err);
	assert_non_null(c);
	return c;
}

/* The file is refused, and the message holds each of the words. */
static void
refused_span(struct span text, const char *word, const char *second)
{
	struct err err = ERR_INIT;
	struct conf *c = (struct conf *)dir;

	write_conf(text);
	assert_status(conf_load(&c, dir, &err), ST_INVALID, &err);
	assert_null(c);
	if (!strstr(err.msg, word) || !strstr(err.msg, second) || !strstr(err.msg, "tangthu.conf"))
		fail_msg("\"%s\" does not tell \"%s\" and \"%s\"", err.msg, word, second);
}

static void
refused(const char *text, const char *word, const char *second)
{
	refused_span(span_of(text), word, second);
}

static void
an_empty_file_is_a_whole_configuration(void **state)
{
	struct conf *c = load("");

	(void)state;
	assert_string_equal(c->server_listen, "127.0.0.1:8470");
	assert_int_equal(c->store_reserve, 1 << 30);
	assert_int_equal(c->server_workers, 4);
	assert_true(c->ocr_require_sandbox);
	assert_false(c->server_plaintext);
	assert_string_equal(c->server_tls_cert, "");
	assert_string_equal(c->language, "vi");
	assert_int_equal(c->dir[0], '/');
	conf_free(c);
	conf_free(NULL);
}

static void
values_of_every_kind_are_read(void **state)
{
	struct conf *c =
	    load("; a comment\n[server]\r\nlisten = [::1]:0\nplaintext=yes\n"
		 "upload_max = 12M ; with a reason\n\n[ocr]\nlanguages : vie+eng\ncpu = 7\n"
		 "require_sandbox = off\n[ui]\nlanguage = en\n[indexer]\nintake =\n");

	(void)state;
	assert_string_equal(c->server_listen, "[::1]:0");
	assert_true(c->server_plaintext);
	assert_int_equal(c->server_upload_max, 12 << 20);
	assert_string_equal(c->ocr_languages, "vie+eng");
	assert_int_equal(c->ocr_cpu, 7);
	assert_false(c->ocr_require_sandbox);
	assert_string_equal(c->language, "en");
	assert_string_equal(c->indexer_intake, "");
	conf_free(c);
}

static void
the_file_that_init_writes_is_the_defaults(void **state)
{
	struct strbuf text = STRBUF_INIT, bare = STRBUF_INIT;
	struct conf *c;

	(void)state;
	conf_write_default(&text);
	assert_true(utf8_valid(strbuf_span(&text)));
	conf_free(load(text.buf));
	/* Also when every value is taken into use. */
	for (size_t i = 0; i < text.len; i++) {
		bool start = i == 0 || text.buf[i - 1] == '\n';

		if (!(start && text.buf[i] == '#' && text.buf[i + 1] != ' '))
			strbuf_add_char(&bare, text.buf[i]);
	}
	c = load(bare.buf);
	assert_int_equal(c->indexer_commit_pages, 500);
	conf_free(c);
	strbuf_free(&text);
	strbuf_free(&bare);
}

static void
mistakes_are_told_with_file_line_section_and_key(void **state)
{
	(void)state;
	refused("[server]\nlistne = x\n", ":2: [server] listne", "no such key");
	refused("\n\n[sever]\nlisten = x\n", ":4: [sever] listen", "no such section");
	refused("listen = x\n", ":1:", "no such section");
	refused("[server]\nworkers = many\n", ":2: [server] workers", "whole number");
	refused("[server]\nworkers = 0\n", "[server] workers", "between 1 and 256");
	refused("[server]\nworkers = 99999999999999999999\n", "workers", "whole number");
	refused("[store]\nreserve = 1X\n", "[store] reserve", "size");
	refused("[store]\nreserve = -1\n", "[store] reserve", "size");
	refused("[store]\nreserve = 9999999999T\n", "[store] reserve", "size");
	refused("[server]\nplaintext = maybe\n", "plaintext", "neither yes nor no");
	refused("[store]\nbackend = tape\n", "[store] backend", "directory");
	refused("[ui]\nlanguage = fr\n", "[ui] language", "vi|en");
	refused("[ocr]\nlanguages = vie+../x\n", "[ocr] languages", "vie+eng");
	refused("[ocr]\nlanguages =\n", "[ocr] languages", "vie+eng");
	refused("[ocr]\ntessdata =\n", "[ocr] tessdata", "empty");
	refused("[ocr]\ncpu = 1\ncpu = 2\n", ":3: [ocr] cpu", "twice");
	refused("[ocr]\ntessdata = /a\n  /b\n", ":3: [ocr] tessdata", "twice");
	refused("[ocr\ncpu = 1\n", ":1:", "neither");
	refused("[ocr]\nwhat is this\n", ":2:", "neither");
	refused("[indexer]\nintake = \xff\n", "[indexer] intake", "UTF-8");
}

static void
addresses_have_a_form(void **state)
{
	static const char *const bad[] = { "8470", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000",
		"127.0.0.1:-1", ":80", "::1:80", "[::1]", "[]:80", "host name:80", "[::1]80",
		NULL };
	static const char *const good[] = { "0.0.0.0:80", "[::]:8470", "[fe80::1]:0", NULL };
	char text[100];

	(void)state;
	for (size_t i = 0; bad[i]; i++) {
		snprintf(text, sizeof(text), "[server]\nlisten = %s\n", bad[i]);
		refused(text, "[server] listen", "address:port");
	}
	for (size_t i = 0; good[i]; i++) {
		snprintf(text, sizeof(text), "[server]\nlisten = %s\n", good[i]);
		conf_free(load(text));
	}
}

static void
keys_that_belong_together_are_checked_together(void **state)
{
	(void)state;
	refused("[server]\ntls_cert = /c.pem\n", "tls_cert", "without the other");
	refused("[session]\nidle = 100\nabsolute = 99\n", "idle", "longer");
	conf_free(load("[server]\ntls_cert = /c.pem\ntls_key = /k.pem\n"));
}

static void
odd_files_are_refused(void **state)
{
	char line[600];

	(void)state;
	memset(line, 'x', sizeof(line));
	memcpy(line, "[ocr]\ntessdata = /", 18);
	line[sizeof(line) - 1] = '\0';
	refused(line, ":2:", "longer");
	refused_span(span_make("[ocr]\ncpu\0 = 1\n", 15), ":2:", "binary");
}

static void
a_missing_directory_or_file_is_not_found(void **state)
{
	struct err err = ERR_INIT;
	struct conf *c = NULL;

	(void)state;
	assert_status(conf_load(&c, dir, &err), ST_NOT_FOUND, &err);
	assert_status(conf_load(&c, "/nonexistent/archive", &err), ST_NOT_FOUND, &err);
	assert_non_null(strstr(err.msg, "/nonexistent/archive"));
	assert_status(conf_load(&c, "/etc/passwd", &err), ST_NOT_FOUND, &err);
	c = conf_new("relative/dir");
	assert_int_equal(c->dir[0], '/');
	assert_non_null(strstr(c->dir, "/relative/dir"));
	conf_free(c);
}

/* Each key of the table is described, and nothing else is. */
static void
the_manual_page_agrees_with_the_table(void **state)
{
	struct strbuf page = STRBUF_INIT, table = STRBUF_INIT;
	struct err err = ERR_INIT;
	char section[64] = "", want[200];
	size_t keys = 0, described = 0;

	(void)state;
	assert_ok(strbuf_read_file(&page, "config/tangthu.conf.5", 1 << 20, &err), &err);
	conf_write_default(&table);
	for (struct span rest = strbuf_span(&table); rest.p;) {
		struct span line = span_cut(&rest, '\n'), value = line;

		if (line.n > 2 && line.p[0] == '[')
			snprintf(section, sizeof(section), "%.*s", (int)line.n - 2, line.p + 1);
		if (line.n < 2 || line.p[0] != '#' || line.p[1] == ' ')
			continue;
		struct span name = span_trim(span_cut(&value, '='));

		value = span_trim(value);
		snprintf(want, sizeof(want), "\n.It Cm %.*s%s%.*s%s\n", (int)name.n - 1, name.p + 1,
		    value.n ? " = Ar " : " =", (int)value.n, value.p, "");
		const char *at = strstr(page.buf, want), *head = NULL;

		if (!at)
			fail_msg("tangthu.conf.5 lacks%s", want);
		snprintf(want, sizeof(want), "\n.Ss Section [%s]\n", section);
		for (const char *p = page.buf; (p = strstr(p, "\n.Ss Section [")) && p < at; p++)
			head = p;
		if (!head || strncmp(head, want, strlen(want)))
			fail_msg("%.*s stands in the wrong section", (int)name.n, name.p);
		keys++;
	}
	for (const char *p = page.buf; (p = strstr(p, "\n.It Cm ")); p++)
		described++;
	assert_true(keys > 40);
	assert_int_equal(described, keys);
	strbuf_free(&page);
	strbuf_free(&table);
}

#define T(f) cmocka_unit_test_setup_teardown(f, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(an_empty_file_is_a_whole_configuration),
		T(values_of_every_kind_are_read),
		T(the_file_that_init_writes_is_the_defaults),
		T(mistakes_are_told_with_file_line_section_and_key),
		T(addresses_have_a_form),
		T(keys_that_belong_together_are_checked_together),
		T(odd_files_are_refused),
		T(a_missing_directory_or_file_is_not_found),
		T(the_manual_page_agrees_with_the_table),
	};

	return cmocka_run_group_tests_name("conf", tests, NULL, NULL);
}
