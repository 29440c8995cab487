/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include "base.h"
#include "conf.h"
#include "ocr_client.h"

/*
 * This program is its own reader: started with --zygote it plays the part that the name of the
 * model folder asks for, good or bad.  So every lie of a child has a test.
 */

/* ---- the reader that misbehaves ---- */

static void
say(int to, uint16_t type, const struct strbuf *payload)
{
	(void)!ocr_frame_send(
	    to, type, payload != NULL ? strbuf_span(payload) : SPAN(""), NULL, 0, NULL);
}

static void
say_document(int to)
{
	struct ocr_document d = { .family = OCR_FAMILY_PDF,
		.readable = true,
		.pages = 3,
		.mime = SPAN("application/pdf"),
		.label = SPAN(""),
		.charset = SPAN("") };
	struct strbuf b = STRBUF_INIT;

	ocr_document_write(&d, &b);
	say(to, OCR_DOCUMENT, &b);
	strbuf_free(&b);
}

static void
say_begin(int to, uint32_t number)
{
	struct strbuf b = STRBUF_INIT;

	ocr_begin_write(number, &b);
	say(to, OCR_PAGE_BEGIN, &b);
	strbuf_free(&b);
}

static void
say_page(int to, uint32_t number)
{
	struct ocr_page p = { .number = number,
		.language = SPAN("vie"),
		.provenance = SPAN(""),
		.image_mime = SPAN(""),
		.words = SPAN("table"),
		.image = SPAN("") };
	struct strbuf b = STRBUF_INIT;

	ocr_page_write(&p, &b);
	say(to, OCR_PAGE, &b);
	strbuf_free(&b);
}

static void
act_good(int to, const struct ocr_request *r)
{
	uint32_t n;

	say_document(to);
	for (n = r->first; n <= 3 && n <= r->last; n++) {
		say_begin(to, n);
		say_page(to, n);
	}
	say(to, OCR_DONE, NULL);
}

static void
act_needs_fonts(int to, const struct ocr_request *r)
{
	struct ocr_continue c = { 2, OCR_PROFILE_FONTS };
	struct strbuf b = STRBUF_INIT;

	say_document(to);
	if (r->profile == OCR_PROFILE_BARE) {
		say_begin(to, 1);
		say_page(to, 1);
		say_begin(to, 2);
		ocr_continue_write(&c, &b);
		say(to, OCR_CONTINUE, &b);
		strbuf_free(&b);
		return;
	}
	act_good(to, r);
}

static void
act_continues_forever(int to, const struct ocr_request *r)
{
	struct ocr_continue c = { r->first, OCR_PROFILE_FONTS };
	struct strbuf b = STRBUF_INIT;

	ocr_continue_write(&c, &b);
	say(to, OCR_CONTINUE, &b);
	strbuf_free(&b);
}

static void
act_dies_on_page_two(int to, const struct ocr_request *r)
{
	say_document(to);
	if (r->first == 1) {
		say_begin(to, 1);
		say_page(to, 1);
		say_begin(to, 2);
		(void)raise(SIGSEGV);
	}
	say_begin(to, 3);
	say_page(to, 3);
	say(to, OCR_DONE, NULL);
}

static void
act_forbidden(int to, const struct ocr_request *r)
{
	(void)to;
	(void)r;
	(void)raise(SIGSYS);
}

static void
act_hangs(int to, const struct ocr_request *r)
{
	(void)r;
	say_document(to);
	say_begin(to, 1);
	(void)pause();
}

static void
act_answers_twice(int to, const struct ocr_request *r)
{
	say_document(to);
	say_begin(to, r->first);
	say_page(to, r->first);
	say_page(to, r->first);
}

static void
act_answers_another_page(int to, const struct ocr_request *r)
{
	say_document(to);
	say_begin(to, r->first);
	say_page(to, r->first + 1);
}

static void
act_goes_back(int to, const struct ocr_request *r)
{
	say_document(to);
	say_begin(to, 2);
	say_page(to, 2);
	say_begin(to, r->first);
}

static void
act_skips_the_document(int to, const struct ocr_request *r)
{
	say_begin(to, r->first);
}

static void
act_greets_again(int to, const struct ocr_request *r)
{
	(void)r;
	say(to, OCR_READY, NULL);
}

static void
act_garbage(int to, const struct ocr_request *r)
{
	(void)r;
	(void)!write(to, "GET / HTTP/1.1\r\n\r\n", 18);
}

static void
act_huge(int to, const struct ocr_request *r)
{
	(void)r;
	say_document(to);
	(void)!write(to, "\xff\xff\xff\x7f\6\0\1\0", 8);
	(void)pause();
}

static void
act_ends_in_silence(int to, const struct ocr_request *r)
{
	(void)r;
	say_document(to);
}

static const struct {
	const char *name;
	void (*act)(int, const struct ocr_request *);
} parts[] = {
	{ "good", act_good },
	{ "needs-fonts", act_needs_fonts },
	{ "continues", act_continues_forever },
	{ "dies", act_dies_on_page_two },
	{ "forbidden", act_forbidden },
	{ "hangs", act_hangs },
	{ "twice", act_answers_twice },
	{ "another", act_answers_another_page },
	{ "back", act_goes_back },
	{ "skips", act_skips_the_document },
	{ "greets", act_greets_again },
	{ "garbage", act_garbage },
	{ "huge", act_huge },
	{ "silence", act_ends_in_silence },
};

static void
play(const char *part, int to, const struct ocr_request *r)
{
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (strcmp(parts[i].name, part) == 0)
			parts[i].act(to, r);
}

static int
zygote(const char *part)
{
	struct strbuf buf = STRBUF_INIT, b = STRBUF_INIT;
	struct ocr_ready ready = { OCR_SANDBOX_SECCOMP | OCR_SANDBOX_LANDLOCK, 4, SPAN("a test") };
	struct ocr_failure refusal = { 0, OCR_REASON_READER, SPAN("no model here") };
	struct ocr_request request;
	struct ocr_frame frame;
	struct ocr_ended ended;
	int fds[2], status;
	pid_t pid;

	if (strcmp(part, "refuses") == 0) {
		ocr_failure_write(&refusal, &b);
		say(OCR_WIRE_FD, OCR_FAILED, &b);
		return 78;
	}
	if (strcmp(part, "exits") == 0 || getenv("HOME") == NULL || getenv("PATH") != NULL ||
	    strcmp(getenv("OMP_THREAD_LIMIT"), "1") != 0)
		return 3;
	ocr_ready_write(&ready, &b);
	say(OCR_WIRE_FD, OCR_READY, &b);
	while (
	    ocr_frame_receive(OCR_WIRE_FD, OCR_WIRE_SMALL, &buf, &frame, fds, 2, NULL) == ST_OK &&
	    ocr_request_read(&request, frame.payload, NULL) == ST_OK) {
		if ((pid = fork()) == 0) {
			play(part, fds[1], &request);
			_exit(0);
		}
		close(fds[0]);
		close(fds[1]);
		waitpid(pid, &status, 0);
		ended = (struct ocr_ended){ status, 1000, 4096 };
		strbuf_reset(&b);
		ocr_ended_write(&ended, &b);
		say(OCR_WIRE_FD, OCR_ENDED, &b);
	}
	return 0;
}

/* ---- the tests ---- */

static struct ocr_client *
client(const char *part)
{
	struct conf *conf = conf_new("/tmp");
	struct ocr_client *c;

	free(conf->ocr_tessdata);
	conf->ocr_tessdata = strdup(part);
	conf->ocr_wall = 1;
	conf->ocr_output = 1 << 20;
	conf->ocr_recycle = 3;
	c = ocr_client_new("/proc/self/exe", conf);
	conf_free(conf);
	return c;
}

static void
request(struct ocr_client *c, uint32_t first)
{
	struct err err = ERR_INIT;
	int fd = open("/dev/null", O_RDONLY);

	assert_ok(ocr_client_request(c, fd, SPAN("a.pdf"), first, OCR_LAST_PAGE, &err), &err);
	close(fd);
	assert_false(ocr_client_idle(c));
}

/* Waits for the next event. */
static struct ocr_event
next(struct ocr_client *c)
{
	struct err err = ERR_INIT;
	struct ocr_event e = { .kind = OCR_EVENT_NONE };
	int i;

	for (i = 0; i < 500 && e.kind == OCR_EVENT_NONE; i++) {
		struct pollfd p = { ocr_client_fd(c), POLLIN, 0 };

		assert_int_not_equal(p.fd, -1);
		(void)poll(&p, 1, 50);
		assert_ok(ocr_client_receive(c, &e, &err), &err);
	}
	return e;
}

static void
expect(struct ocr_client *c, enum ocr_event_kind kind, uint32_t number)
{
	struct ocr_event e = next(c);

	if (e.kind != kind || (number != 0 && e.number != number))
		fail_msg("event %d of page %u (%.*s), not %d of %u", (int)e.kind, e.number,
		    SPAN_ARG(e.failure.message), (int)kind, number);
}

/* The part fails for this reason on this page, and the reader can be asked again. */
static void
expect_failure(const char *part, unsigned events_before, uint32_t reason, uint32_t number)
{
	struct ocr_client *c = client(part);
	struct ocr_event e;
	struct err err = ERR_INIT;

	request(c, 1);
	while (events_before-- > 0)
		assert_int_not_equal(next(c).kind, OCR_EVENT_FAILED);
	e = next(c);
	if (e.kind != OCR_EVENT_FAILED || e.failure.reason != reason || e.failure.number != number)
		fail_msg("%s: event %d, reason %s, page %u (%.*s)", part, (int)e.kind,
		    ocr_reason_info(e.failure.reason)->name, e.failure.number,
		    SPAN_ARG(e.failure.message));
	assert_true(ocr_client_idle(c));
	assert_status(ocr_client_receive(c, &e, &err), ST_INVALID, &err);
	request(c, 1);
	ocr_client_close(c);
}

static void
a_range_is_answered_page_by_page(void **state)
{
	struct ocr_client *c = client("good");
	uint32_t n;

	(void)state;
	request(c, 1);
	expect(c, OCR_EVENT_DOCUMENT, 0);
	for (n = 1; n <= 3; n++) {
		expect(c, OCR_EVENT_BEGIN, n);
		expect(c, OCR_EVENT_PAGE, n);
	}
	expect(c, OCR_EVENT_DONE, 0);
	assert_true(ocr_client_idle(c));
	assert_int_equal(ocr_client_fd(c), -1);
	assert_true(ocr_client_deadline_us(c) == INT64_MAX);
	assert_string_equal(ocr_client_sandbox(c), "seccomp landlock-4");
	assert_string_equal(ocr_client_versions(c), "a test");
	assert_int_equal(ocr_client_peak_rss(c), 4096);
	ocr_client_close(c);
}

static void
a_started_process_says_when_it_is_ready(void **state)
{
	struct ocr_client *c = client("good");
	struct err err = ERR_INIT;

	(void)state;
	assert_ok(ocr_client_start(c, &err), &err);
	assert_true(ocr_client_idle(c));
	expect(c, OCR_EVENT_READY, 0);
	assert_int_equal(ocr_client_fd(c), -1);
	request(c, 3);
	expect(c, OCR_EVENT_DOCUMENT, 0);
	expect(c, OCR_EVENT_BEGIN, 3);
	ocr_client_close(c);
}

static void
fonts_are_asked_for_without_the_caller_noticing(void **state)
{
	struct ocr_client *c = client("needs-fonts");

	(void)state;
	request(c, 1);
	expect(c, OCR_EVENT_DOCUMENT, 0);
	expect(c, OCR_EVENT_BEGIN, 1);
	expect(c, OCR_EVENT_PAGE, 1);
	expect(c, OCR_EVENT_BEGIN, 2);
	expect(c, OCR_EVENT_BEGIN, 2);
	expect(c, OCR_EVENT_PAGE, 2);
	expect(c, OCR_EVENT_BEGIN, 3);
	expect(c, OCR_EVENT_PAGE, 3);
	expect(c, OCR_EVENT_DONE, 0);
	ocr_client_close(c);
}

static void
a_page_that_kills_its_reader_is_named_and_can_be_stepped_over(void **state)
{
	struct ocr_client *c = client("dies");
	struct ocr_event e;

	(void)state;
	request(c, 1);
	expect(c, OCR_EVENT_DOCUMENT, 0);
	expect(c, OCR_EVENT_BEGIN, 1);
	expect(c, OCR_EVENT_PAGE, 1);
	expect(c, OCR_EVENT_BEGIN, 2);
	e = next(c);
	assert_int_equal(e.kind, OCR_EVENT_FAILED);
	assert_int_equal(e.failure.reason, OCR_REASON_CRASH);
	assert_int_equal(e.failure.number, 2);
	request(c, 3);
	expect(c, OCR_EVENT_DOCUMENT, 0);
	expect(c, OCR_EVENT_BEGIN, 3);
	expect(c, OCR_EVENT_PAGE, 3);
	expect(c, OCR_EVENT_DONE, 0);
	ocr_client_close(c);
}

static void
every_lie_ends_the_request_with_a_reason(void **state)
{
	(void)state;
	expect_failure("forbidden", 0, OCR_REASON_FORBIDDEN, 0);
	expect_failure("twice", 3, OCR_REASON_PROTOCOL, 0);
	expect_failure("another", 2, OCR_REASON_PROTOCOL, 1);
	expect_failure("back", 3, OCR_REASON_PROTOCOL, 0);
	expect_failure("skips", 0, OCR_REASON_PROTOCOL, 0);
	expect_failure("greets", 0, OCR_REASON_PROTOCOL, 0);
	expect_failure("garbage", 0, OCR_REASON_PROTOCOL, 0);
	expect_failure("huge", 1, OCR_REASON_PROTOCOL, 0);
	expect_failure("silence", 1, OCR_REASON_PROTOCOL, 0);
	expect_failure("continues", 0, OCR_REASON_PROTOCOL, 0);
}

static void
a_reader_that_hangs_is_killed_at_its_deadline(void **state)
{
	(void)state;
	expect_failure("hangs", 2, OCR_REASON_WALL, 1);
}

static void
a_reader_that_cannot_start_is_not_the_documents_fault(void **state)
{
	struct conf *conf = conf_new("/tmp");
	struct ocr_client *c;
	struct err err = ERR_INIT;

	(void)state;
	expect_failure("refuses", 0, OCR_REASON_READER, 0);
	expect_failure("exits", 0, OCR_REASON_READER, 0);
	c = ocr_client_new("/nonexistent/tangthu-ocr", conf);
	assert_status(ocr_client_request(c, 0, SPAN(""), 1, 1, &err), ST_NOT_FOUND, &err);
	assert_true(ocr_client_idle(c));
	ocr_client_close(c);
	c = ocr_client_new("tangthu-ocr-that-is-not-there", conf);
	request(c, 1);
	assert_int_equal(next(c).failure.reason, OCR_REASON_READER);
	ocr_client_close(c);
	conf_free(conf);
}

static void
an_idle_reader_that_died_is_replaced(void **state)
{
	struct ocr_client *c = client("good");
	pid_t before;
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		request(c, 3);
		expect(c, OCR_EVENT_DOCUMENT, 0);
		expect(c, OCR_EVENT_BEGIN, 3);
		expect(c, OCR_EVENT_PAGE, 3);
		expect(c, OCR_EVENT_DONE, 0);
		before = ocr_client_pid(c);
		kill(before, SIGKILL);
		usleep(50000);
	}
	ocr_client_close(c);
	assert_int_equal(waitpid(before, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void
a_process_is_recycled_after_its_requests(void **state)
{
	struct ocr_client *c = client("good");
	pid_t first = 0, now = 0;
	int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		request(c, 3);
		while (next(c).kind != OCR_EVENT_DONE)
			;
		now = ocr_client_pid(c);
		if (i == 0)
			first = now;
		if (i == 2)
			assert_int_equal(now, first);
	}
	assert_int_not_equal(now, first);
	ocr_client_close(c);
}

static void
a_cancelled_request_leaves_an_idle_client(void **state)
{
	struct ocr_client *c = client("hangs");
	struct err err = ERR_INIT;

	(void)state;
	request(c, 1);
	assert_status(ocr_client_request(c, 0, SPAN(""), 1, 1, &err), ST_BUSY, &err);
	ocr_client_cancel(c);
	assert_true(ocr_client_idle(c));
	assert_int_equal(ocr_client_pid(c), 0);
	assert_status(ocr_client_request(c, 0, SPAN(""), 0, 1, &err), ST_INVALID, &err);
	ocr_client_close(c);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_range_is_answered_page_by_page),
		cmocka_unit_test(a_started_process_says_when_it_is_ready),
		cmocka_unit_test(fonts_are_asked_for_without_the_caller_noticing),
		cmocka_unit_test(a_page_that_kills_its_reader_is_named_and_can_be_stepped_over),
		cmocka_unit_test(every_lie_ends_the_request_with_a_reason),
		cmocka_unit_test(a_reader_that_hangs_is_killed_at_its_deadline),
		cmocka_unit_test(a_reader_that_cannot_start_is_not_the_documents_fault),
		cmocka_unit_test(an_idle_reader_that_died_is_replaced),
		cmocka_unit_test(a_process_is_recycled_after_its_requests),
		cmocka_unit_test(a_cancelled_request_leaves_an_idle_client),
	};

	if (argc > 3 && strcmp(argv[1], "--zygote") == 0)
		return zygote(argv[3]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
