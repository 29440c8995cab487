/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <fcntl.h>
#include <sys/socket.h>

#include "ocr_wire.h"

static struct ocr_page
sample_page(void)
{
	struct ocr_page p = { .number = 3,
		.source = OCR_SOURCE_RENDER,
		.width = 1654,
		.height = 2339,
		.dpi = 200,
		.rotation = 270,
		.skew = -120,
		.confidence = 93,
		.warnings = OCR_WARN_FALLBACK | OCR_WARN_ACTIVE,
		.image_width = 1414,
		.image_height = 2000,
		.cpu_us = 1250000,
		.dark_edge = 31,
		.image_hash = SPAN("0123456789abcdef"),
		.language = SPAN("vie+eng"),
		.provenance = SPAN("tesseract 5.3.0"),
		.image_mime = SPAN("image/jpeg"),
		.words = SPAN("TTW\1"),
		.image = SPAN("\xff\xd8\0\xff"),
		.mark_count = 2,
		.mark = { { OCR_MARK_QR, 1400, -3, 120, 121, 100, SPAN("TANGTHU-TACH 1") },
		    { OCR_MARK_SEAL, 900, 1800, 210, 210, 60, SPAN("") } } };

	return p;
}

static void
a_page_result_comes_over_whole(void **state)
{
	struct ocr_page p = sample_page(), q;
	struct strbuf b = STRBUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	ocr_page_write(&p, &b);
	assert_ok(ocr_page_read(&q, strbuf_span(&b), &err), &err);
	assert_int_equal(q.number, 3);
	assert_int_equal(q.skew, -120);
	assert_int_equal(q.rotation, 270);
	assert_int_equal(q.warnings, p.warnings);
	assert_int_equal(q.cpu_us, 1250000);
	assert_int_equal(q.dark_edge, 31);
	assert_true(span_equal(q.image_hash, p.image_hash));
	assert_true(span_equal(q.language, p.language));
	assert_true(span_equal(q.image, p.image));
	assert_true(span_equal(q.words, p.words));
	assert_int_equal(q.mark_count, 2);
	assert_int_equal(q.mark[0].kind, OCR_MARK_QR);
	assert_int_equal(q.mark[0].y, -3);
	assert_true(span_equal(q.mark[0].text, p.mark[0].text));
	assert_int_equal(q.mark[1].confidence, 60);
	assert_int_equal(q.mark[1].text.n, 0);
	strbuf_free(&b);
}

/* Every reader refuses what is cut off and what has something behind it. */
#define CUT_ANYWHERE(kind, value) \
	do { \
		struct strbuf b_ = STRBUF_INIT; \
		struct err err_ = ERR_INIT; \
		struct ocr_##kind out_; \
		size_t n_; \
		ocr_##kind##_write(value, &b_); \
		assert_ok(ocr_##kind##_read(&out_, strbuf_span(&b_), &err_), &err_); \
		for (n_ = 0; n_ < b_.len; n_++) \
			assert_int_equal( \
			    ocr_##kind##_read(&out_, span_make(b_.buf, n_), &err_), ST_CORRUPT); \
		strbuf_add_char(&b_, 0); \
		assert_int_equal(ocr_##kind##_read(&out_, strbuf_span(&b_), &err_), ST_CORRUPT); \
		strbuf_free(&b_); \
	} while (0)

static void
short_and_long_payloads_are_refused(void **state)
{
	struct ocr_page page = sample_page();
	struct ocr_request request = { .profile = OCR_PROFILE_FONTS,
		.first = 1,
		.last = OCR_LAST_PAGE,
		.fallback_percent = 12,
		.name = SPAN("công văn.pdf") };
	struct ocr_ready ready = { OCR_SANDBOX_SECCOMP, 7, SPAN("versions") };
	struct ocr_ended ended = { 139, 1, 2 };
	struct ocr_document document = { .family = OCR_FAMILY_PDF,
		.readable = true,
		.pages = 5,
		.mime = SPAN("application/pdf"),
		.label = SPAN("PDF 1.4") };
	struct ocr_failure failure = { 2, OCR_REASON_CPU, SPAN("why") };
	struct ocr_continue next = { 4, OCR_PROFILE_FONTS };

	(void)state;
	CUT_ANYWHERE(page, &page);
	CUT_ANYWHERE(request, &request);
	CUT_ANYWHERE(ready, &ready);
	CUT_ANYWHERE(ended, &ended);
	CUT_ANYWHERE(document, &document);
	CUT_ANYWHERE(failure, &failure);
	CUT_ANYWHERE(continue, &next);
}

static void
impossible_values_are_refused(void **state)
{
	struct strbuf b = STRBUF_INIT;
	struct ocr_page p = sample_page(), q;
	struct ocr_failure f = { 1, OCR_REASON_NONE, SPAN("") };
	struct ocr_request r = { .first = 5, .last = 4 };
	struct err err = ERR_INIT;

	(void)state;
	p.mark[1].kind = OCR_MARK_KIND_COUNT;
	ocr_page_write(&p, &b);
	assert_status(ocr_page_read(&q, strbuf_span(&b), &err), ST_CORRUPT, &err);
	strbuf_reset(&b);
	p = sample_page();
	p.mark[0].w = 2000000;
	ocr_page_write(&p, &b);
	assert_status(ocr_page_read(&q, strbuf_span(&b), &err), ST_CORRUPT, &err);
	strbuf_reset(&b);
	p = sample_page();
	p.mark[0].text = SPAN("a\nb");
	ocr_page_write(&p, &b);
	assert_status(ocr_page_read(&q, strbuf_span(&b), &err), ST_CORRUPT, &err);
	strbuf_reset(&b);
	p = sample_page();
	p.dark_edge = 101;
	ocr_page_write(&p, &b);
	assert_status(ocr_page_read(&q, strbuf_span(&b), &err), ST_CORRUPT, &err);
	strbuf_reset(&b);
	p = sample_page();
	p.rotation = 45;
	ocr_page_write(&p, &b);
	assert_status(ocr_page_read(&q, strbuf_span(&b), &err), ST_CORRUPT, &err);
	strbuf_reset(&b);
	p = sample_page();
	p.source = OCR_SOURCE_COUNT;
	ocr_page_write(&p, &b);
	assert_status(ocr_page_read(&q, strbuf_span(&b), &err), ST_CORRUPT, &err);
	strbuf_reset(&b);
	p = sample_page();
	p.image_mime = SPAN("");
	ocr_page_write(&p, &b);
	assert_status(ocr_page_read(&q, strbuf_span(&b), &err), ST_CORRUPT, &err);
	strbuf_reset(&b);
	p = sample_page();
	p.language = SPAN("vie\n");
	ocr_page_write(&p, &b);
	assert_status(ocr_page_read(&q, strbuf_span(&b), &err), ST_CORRUPT, &err);
	strbuf_reset(&b);
	ocr_failure_write(&f, &b);
	assert_status(ocr_failure_read(&f, strbuf_span(&b), &err), ST_CORRUPT, &err);
	strbuf_reset(&b);
	ocr_request_write(&r, &b);
	assert_status(ocr_request_read(&r, strbuf_span(&b), &err), ST_CORRUPT, &err);
	strbuf_free(&b);
}

static void
long_strings_are_cut_at_a_character(void **state)
{
	struct ocr_failure f = { 0, OCR_REASON_CRASH, { NULL, 0 } }, g;
	struct strbuf text = STRBUF_INIT, b = STRBUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	strbuf_add_char(&text, 'x');
	while (text.len <= OCR_TEXT_MAX)
		strbuf_add_str(&text, "ệ");
	f.message = strbuf_span(&text);
	ocr_failure_write(&f, &b);
	assert_ok(ocr_failure_read(&g, strbuf_span(&b), &err), &err);
	assert_true(g.message.n <= OCR_TEXT_MAX);
	assert_true(g.message.n > OCR_TEXT_MAX - 3);
	assert_int_equal((g.message.n - 1) % 3, 0);
	strbuf_free(&text);
	strbuf_free(&b);
}

static void
frames_come_out_as_bytes_arrive(void **state)
{
	struct ocr_frames f = OCR_FRAMES_INIT(1000);
	struct strbuf all = STRBUF_INIT;
	struct err err = ERR_INIT;
	struct ocr_frame frame;
	size_t i, seen = 0;

	(void)state;
	ocr_frame_write(OCR_PAGE, SPAN("first"), &all);
	ocr_frame_write(OCR_DONE, SPAN(""), &all);
	for (i = 0; i < all.len; i++) {
		strbuf_add_char(&f.in, all.buf[i]);
		while (ocr_frames_next(&f, &frame, &err) == ST_OK) {
			if (seen++ == 0)
				assert_true(span_equal_str(frame.payload, "first"));
			else
				assert_int_equal(frame.type, OCR_DONE);
		}
	}
	assert_int_equal(seen, 2);
	ocr_frames_free(&f);
	strbuf_free(&all);
}

static void
bad_headers_are_refused(void **state)
{
	static const char *const heads[] = {
		"\1\0\0\0\0\0\2\0",	    /* type 0 */
		"\1\0\0\0\15\0\2\0",	    /* type 13 */
		"\1\0\0\0\6\0\1\0",	    /* version 1 */
		"\377\377\377\377\6\0\2\0", /* a page over the limit */
		"\1\0\1\0\4\0\2\0",	    /* a small frame of 65537 bytes */
	};
	struct err err = ERR_INIT;
	struct ocr_frame frame;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		struct ocr_frames f = OCR_FRAMES_INIT(1u << 20);

		strbuf_add(&f.in, heads[i], OCR_WIRE_HEADER);
		assert_status(ocr_frames_next(&f, &frame, &err), ST_CORRUPT, &err);
		ocr_frames_free(&f);
	}
}

static void
descriptors_travel_with_a_frame(void **state)
{
	struct strbuf buf = STRBUF_INIT;
	struct err err = ERR_INIT;
	struct ocr_frame frame;
	int pair[2], out[2], in[2];
	char c = 0;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(pipe(out), 0);
	assert_ok(ocr_frame_send(pair[0], OCR_REQUEST, SPAN("payload"), out, 2, &err), &err);
	assert_ok(ocr_frame_receive(pair[1], 100, &buf, &frame, in, 2, &err), &err);
	assert_true(span_equal_str(frame.payload, "payload"));
	assert_int_not_equal(in[0], -1);
	assert_int_equal(fcntl(in[1], F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	assert_int_equal(write(in[1], "k", 1), 1);
	assert_int_equal(read(out[0], &c, 1), 1);
	assert_int_equal(c, 'k');
	close(in[0]);
	close(in[1]);
	/* Unasked descriptors are closed, not kept. */
	assert_ok(ocr_frame_send(pair[0], OCR_DONE, SPAN(""), out, 2, &err), &err);
	assert_ok(ocr_frame_receive(pair[1], 100, &buf, &frame, NULL, 0, &err), &err);
	close(pair[0]);
	assert_status(
	    ocr_frame_receive(pair[1], 100, &buf, &frame, in, 2, &err), ST_NOT_FOUND, &err);
	assert_status(ocr_frame_send(pair[1], OCR_DONE, SPAN(""), NULL, 0, &err), ST_IO, &err);
	close(pair[1]);
	close(out[0]);
	close(out[1]);
	strbuf_free(&buf);
}

static void
every_reason_has_a_name_and_both_languages(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 1; i < OCR_REASON_COUNT; i++) {
		const struct ocr_reason_info *info = ocr_reason_info(i);

		assert_int_equal(ocr_reason_by_name(span_of(info->name)), i);
		assert_true(info->text_vi[0] != '\0' && info->text_en[0] != '\0');
		assert_int_not_equal(info->status, ST_OK);
	}
	assert_int_equal(ocr_reason_by_name(SPAN("no such reason")), OCR_REASON_COUNT);
	assert_ptr_equal(ocr_reason_info(9999), ocr_reason_info(OCR_REASON_PROTOCOL));
	for (i = 0; i < OCR_WARNING_COUNT; i++)
		assert_string_not_equal(ocr_warning_name(i), "?");
	assert_string_equal(ocr_warning_name(OCR_WARNING_COUNT), "?");
	assert_string_equal(ocr_source_name(OCR_SOURCE_BLANK), "blank");
	assert_string_equal(ocr_family_name(OCR_FAMILY_PROGRAM), "program");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_result_comes_over_whole),
		cmocka_unit_test(short_and_long_payloads_are_refused),
		cmocka_unit_test(impossible_values_are_refused),
		cmocka_unit_test(long_strings_are_cut_at_a_character),
		cmocka_unit_test(frames_come_out_as_bytes_arrive),
		cmocka_unit_test(bad_headers_are_refused),
		cmocka_unit_test(descriptors_travel_with_a_frame),
		cmocka_unit_test(every_reason_has_a_name_and_both_languages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
