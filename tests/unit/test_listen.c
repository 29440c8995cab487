/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "unit.h"

#include "../../server/listen.h"

static void
expect(const char *text, bool loopback, const char *url)
{
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;
	struct listen_address a;

	assert_int_equal(listen_parse(span_of(text), &a, NULL), ST_OK);
	assert_int_equal(a.loopback, loopback);
	listen_url(&a, false, &out);
	assert_string_equal(out.buf, url);
}

static void
addresses_of_both_families_are_read(void **state)
{
	(void)state;
	expect("127.0.0.1:8470", true, "http://127.0.0.1:8470");
	expect("127.9.9.9:1", true, "http://127.9.9.9:1");
	expect("[::1]:0", true, "http://[::1]:0");
	expect("0.0.0.0:80", false, "http://0.0.0.0:80");
	expect("[::]:80", false, "http://[::]:80");
	expect("10.0.0.5:65535", false, "http://10.0.0.5:65535");
}

static void
what_is_no_address_and_port_is_refused(void **state)
{
	static const char *const bad[] = { "", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
		"127.0.0.1:-1", "::1:80", "[::1]", "localhost:80", "[127.0.0.1]:80", "1.2.3:80",
		"[::1:80", "127.0.0.1:80x" };
	struct listen_address a;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (listen_parse(span_of(bad[i]), &a, NULL) != ST_INVALID)
			fail_msg("%s was taken", bad[i]);
}

static void
port_0_becomes_the_port_that_was_given_and_only_shared_sockets_share_it(void **state)
{
	struct listen_address a;
	int first, second;

	(void)state;
	assert_int_equal(listen_parse(SPAN("127.0.0.1:0"), &a, NULL), ST_OK);
	assert_int_equal(listen_open(&a, true, &first, NULL), ST_OK);
	assert_int_equal(listen_open(&a, true, &second, NULL), ST_OK);
	close(second);
	assert_int_equal(listen(first, 1), 0);
	assert_int_equal(listen_open(&a, false, &second, NULL), ST_BUSY);
	close(first);
}

/* The last segment of an answer waits for no ACK that the client delays. */
static void
what_is_accepted_sends_at_once(void **state)
{
	struct sockaddr_storage name;
	socklen_t n = sizeof(name), size = sizeof(int);
	struct listen_address a;
	int at, client, server, on = 0;

	(void)state;
	assert_int_equal(listen_parse(SPAN("127.0.0.1:0"), &a, NULL), ST_OK);
	assert_int_equal(listen_open(&a, false, &at, NULL), ST_OK);
	assert_int_equal(listen(at, 1), 0);
	assert_int_equal(getsockname(at, (struct sockaddr *)&name, &n), 0);
	client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(client >= 0);
	assert_int_equal(connect(client, (struct sockaddr *)&name, n), 0);
	server = accept(at, NULL, NULL);
	assert_true(server >= 0);
	assert_int_equal(getsockopt(server, IPPROTO_TCP, TCP_NODELAY, &on, &size), 0);
	assert_int_equal(on != 0, true);
	close(server);
	close(client);
	close(at);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_of_both_families_are_read),
		cmocka_unit_test(what_is_no_address_and_port_is_refused),
		cmocka_unit_test(
		    port_0_becomes_the_port_that_was_given_and_only_shared_sockets_share_it),
		cmocka_unit_test(what_is_accepted_sends_at_once),
	};

	return cmocka_run_group_tests_name("listen", tests, NULL, NULL);
}
