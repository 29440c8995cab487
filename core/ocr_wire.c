/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ocr_wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FDS_MAX 2
#define OCR_SIDE_MAX 1000000 /* pixels, as in words.h */

/* ---- names ---- */

static const struct ocr_reason_info reasons[OCR_REASON_COUNT] = {
	[OCR_REASON_NONE] = { "none", ST_OK, false, "", "" },
	[OCR_REASON_EMPTY] = { "empty", ST_REFUSED, false, "Tệp rỗng, không có nội dung.",
	    "The file is empty." },
	[OCR_REASON_ENCRYPTED] = { "encrypted", ST_REFUSED, false,
	    "Tệp được bảo vệ bằng mật khẩu; hãy nộp bản không khóa.",
	    "The file is protected by a password; hand in an unlocked copy." },
	[OCR_REASON_DAMAGED] = { "damaged", ST_CORRUPT, false,
	    "Tệp bị hỏng hoặc bị cắt cụt, không đọc được.",
	    "The file is damaged or cut off and cannot be read." },
	[OCR_REASON_NO_PAGES] = { "no-pages", ST_REFUSED, false, "Tệp không có trang nào.",
	    "There is no page in the file." },
	[OCR_REASON_OFFICE] = { "office-format", ST_UNSUPPORTED, false,
	    "Chưa đọc được định dạng văn phòng này; bản gốc vẫn được lưu giữ.",
	    "This office format is not read yet; the original is kept." },
	[OCR_REASON_ARCHIVE] = { "archive", ST_UNSUPPORTED, false,
	    "Tệp nén chưa được mở; bản gốc vẫn được lưu giữ.",
	    "Archives are not opened yet; the original is kept." },
	[OCR_REASON_MAIL] = { "mail", ST_UNSUPPORTED, false,
	    "Thư điện tử chưa được đọc; bản gốc vẫn được lưu giữ.",
	    "E-mail is not read yet; the original is kept." },
	[OCR_REASON_IMAGE_FORMAT] = { "image-format", ST_UNSUPPORTED, false,
	    "Chưa đọc được định dạng ảnh này; hãy nộp TIFF, JPEG hoặc PNG.",
	    "This image format is not read; hand in TIFF, JPEG or PNG." },
	[OCR_REASON_MEDIA] = { "media", ST_UNSUPPORTED, false,
	    "Tệp âm thanh, phim, bản vẽ hoặc phông chữ: không có chữ để đọc.",
	    "Sound, video, drawing or font: there is no text to read." },
	[OCR_REASON_PROGRAM] = { "program", ST_UNSUPPORTED, false,
	    "Tệp chương trình không được đọc.", "Programs are not read." },
	[OCR_REASON_UNKNOWN_FORMAT] = { "unknown-format", ST_UNSUPPORTED, false,
	    "Không nhận ra định dạng tệp.", "The format of the file is not known." },
	[OCR_REASON_TOO_LARGE] = { "too-large", ST_TOO_LARGE, false,
	    "Tệp vượt quá dung lượng cho phép đọc.", "The file is larger than may be read." },
	[OCR_REASON_TOO_MANY_PAGES] = { "too-many-pages", ST_TOO_LARGE, false,
	    "Tệp có quá nhiều trang.", "The file has too many pages." },
	[OCR_REASON_TOO_MANY_PIXELS] = { "too-many-pixels", ST_TOO_LARGE, false,
	    "Trang có quá nhiều điểm ảnh.", "The page has too many pixels." },
	[OCR_REASON_TOO_MUCH_OUTPUT] = { "too-much-output", ST_TOO_LARGE, false,
	    "Kết quả đọc trang vượt quá giới hạn.", "The page gives more than may be kept." },
	[OCR_REASON_MEMORY] = { "memory", ST_REFUSED, true, "Đọc trang này cần quá nhiều bộ nhớ.",
	    "Reading takes more memory than allowed." },
	[OCR_REASON_CPU] = { "cpu-time", ST_REFUSED, true,
	    "Đọc trang này cần quá nhiều thời gian xử lý.",
	    "Reading takes more processor time than allowed." },
	[OCR_REASON_WALL] = { "wall-time", ST_TIMEOUT, true, "Đọc trang này quá lâu.",
	    "Reading takes longer than allowed." },
	[OCR_REASON_CRASH] = { "crash", ST_REFUSED, true,
	    "Bộ giải mã gặp sự cố với tệp này; bản gốc vẫn nguyên vẹn.",
	    "A decoder crashed on this file; the original is untouched." },
	[OCR_REASON_FORBIDDEN] = { "forbidden", ST_REFUSED, true,
	    "Khi đọc tệp này, bộ giải mã đã thử một thao tác bị cấm.",
	    "While reading, a decoder tried something that the sandbox forbids." },
	[OCR_REASON_PROTOCOL] = { "protocol", ST_INTERNAL, true, "Trình đọc trả lời không hợp lệ.",
	    "The reader gave an invalid answer." },
	[OCR_REASON_READER] = { "reader", ST_INTERNAL, true, "Trình đọc không khởi động được.",
	    "The reader cannot start." },
};

static const char *const sources[OCR_SOURCE_COUNT] = { "text-layer", "image", "render", "text",
	"blank" };
static const char *const families[OCR_FAMILY_COUNT] = { "unknown", "pdf", "image", "text", "html",
	"office", "archive", "mail", "media", "program" };
static const char *const marks[OCR_MARK_KIND_COUNT] = { "qr", "code128", "code39", "stamp", "seal",
	"signature" };
static const char *const warnings[OCR_WARNING_COUNT] = { "mislabelled", "polyglot", "damaged",
	"low-confidence", "almost-blank", "fallback-language", "turned", "reduced",
	"legacy-encoding", "layer-ignored", "invisible-text", "truncated", "signed", "active" };

const struct ocr_reason_info *
ocr_reason_info(uint32_t reason)
{
	return &reasons[reason < OCR_REASON_COUNT ? reason : OCR_REASON_PROTOCOL];
}

uint32_t
ocr_reason_by_name(struct span name)
{
	uint32_t i;

	for (i = 0; i < OCR_REASON_COUNT; i++)
		if (span_equal_str(name, reasons[i].name))
			break;
	return i;
}

const char *
ocr_source_name(uint32_t source)
{
	return source < OCR_SOURCE_COUNT ? sources[source] : "?";
}

const char *
ocr_family_name(uint32_t family)
{
	return family < OCR_FAMILY_COUNT ? families[family] : "?";
}

const char *
ocr_mark_name(uint32_t kind)
{
	return kind < OCR_MARK_KIND_COUNT ? marks[kind] : "?";
}

const char *
ocr_warning_name(unsigned i)
{
	return i < OCR_WARNING_COUNT ? warnings[i] : "?";
}

/* ---- typed writers and readers ---- */

static void
put(struct strbuf *out, uint64_t v, unsigned bytes)
{
	while (bytes-- > 0) {
		strbuf_add_char(out, (char)v);
		v >>= 8;
	}
}

static void
put_blob(struct strbuf *out, struct span s)
{
	put(out, s.n, 4);
	strbuf_add_span(out, s);
}

/* Cut at a character's end, so that valid text stays valid. */
static void
put_text(struct strbuf *out, struct span s, size_t max)
{
	if (s.n > max) {
		s.n = max;
		while (s.n > 0 && ((unsigned char)s.p[s.n] & 0xc0) == 0x80)
			s.n--;
	}
	put_blob(out, s);
}

/* A cursor over an untrusted payload: once bad, everything reads as 0 and empty. */
struct taker {
	const char *p;
	size_t n;
	bool bad;
};

static uint64_t
take(struct taker *t, unsigned bytes, uint64_t max)
{
	uint64_t v = 0;
	unsigned i;

	if (t->n < bytes) {
		t->bad = true;
		t->n = 0;
		return 0;
	}
	for (i = 0; i < bytes; i++)
		v |= (uint64_t)(unsigned char)t->p[i] << (8 * i);
	t->p += bytes;
	t->n -= bytes;
	if (v > max) {
		t->bad = true;
		return 0;
	}
	return v;
}

static struct span
take_blob(struct taker *t)
{
	size_t n = (size_t)take(t, 4, UINT32_MAX);
	struct span s;

	if (n > t->n) {
		t->bad = true;
		t->n = 0;
		n = 0;
	}
	s = span_make(t->p, n);
	t->p += n;
	t->n -= n;
	return s;
}

static struct span
take_text(struct taker *t, size_t max)
{
	struct span s = take_blob(t);
	size_t i;

	for (i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			t->bad = true;
	if (s.n > max)
		t->bad = true;
	return s;
}

static uint32_t
take_u32(struct taker *t)
{
	return (uint32_t)take(t, 4, UINT32_MAX);
}

/* Nothing missing, nothing impossible, nothing left over. */
static enum status
take_end(const struct taker *t, const char *what, struct err *err)
{
	if (t->bad || t->n > 0)
		return fail(err, ST_CORRUPT, "reader protocol: %s %s", what,
		    t->bad ? "is damaged" : "has trailing bytes");
	return ST_OK;
}

static struct taker
take_from(struct span payload)
{
	struct taker t = { payload.p, payload.n, false };

	return t;
}

/* ---- payloads ---- */

void
ocr_request_write(const struct ocr_request *r, struct strbuf *out)
{
	put(out, r->profile, 4);
	put(out, r->first, 4);
	put(out, r->last, 4);
	put(out, r->fallback_percent, 4);
	put(out, r->require_sandbox, 1);
	put(out, r->limits.memory, 8);
	put(out, r->limits.cpu, 4);
	put(out, r->limits.wall, 4);
	put(out, r->limits.pixels, 8);
	put(out, r->limits.pages, 4);
	put(out, r->limits.output, 8);
	put(out, r->limits.document, 8);
	put_text(out, r->name, OCR_NAME_MAX);
}

enum status
ocr_request_read(struct ocr_request *r, struct span payload, struct err *err)
{
	struct taker t = take_from(payload);

	r->profile = (uint32_t)take(&t, 4, OCR_PROFILE_COUNT - 1);
	r->first = take_u32(&t);
	r->last = take_u32(&t);
	r->fallback_percent = (uint32_t)take(&t, 4, 100);
	r->require_sandbox = take(&t, 1, 1) != 0;
	r->limits.memory = take(&t, 8, UINT64_MAX);
	r->limits.cpu = take_u32(&t);
	r->limits.wall = take_u32(&t);
	r->limits.pixels = take(&t, 8, UINT64_MAX);
	r->limits.pages = take_u32(&t);
	r->limits.output = take(&t, 8, UINT32_MAX);
	r->limits.document = take(&t, 8, UINT64_MAX);
	/* A name may hold anything: it is a hint and is never shown from here. */
	r->name = take_blob(&t);
	if (r->first == 0 || r->last < r->first || r->name.n > OCR_NAME_MAX)
		t.bad = true;
	return take_end(&t, "request", err);
}

void
ocr_ready_write(const struct ocr_ready *r, struct strbuf *out)
{
	put(out, r->sandbox, 4);
	put(out, r->landlock, 4);
	put_text(out, r->versions, OCR_TEXT_MAX);
}

enum status
ocr_ready_read(struct ocr_ready *r, struct span payload, struct err *err)
{
	struct taker t = take_from(payload);

	r->sandbox = take_u32(&t);
	r->landlock = take_u32(&t);
	r->versions = take_text(&t, OCR_TEXT_MAX);
	return take_end(&t, "greeting", err);
}

void
ocr_ended_write(const struct ocr_ended *e, struct strbuf *out)
{
	put(out, (uint32_t)e->wait_status, 4);
	put(out, e->cpu_us, 8);
	put(out, e->rss, 8);
}

enum status
ocr_ended_read(struct ocr_ended *e, struct span payload, struct err *err)
{
	struct taker t = take_from(payload);

	e->wait_status = (int32_t)take_u32(&t);
	e->cpu_us = take(&t, 8, UINT64_MAX);
	e->rss = take(&t, 8, UINT64_MAX);
	return take_end(&t, "end of a child", err);
}

void
ocr_document_write(const struct ocr_document *d, struct strbuf *out)
{
	put(out, d->family, 4);
	put(out, d->readable, 1);
	put(out, d->encrypted, 1);
	put(out, d->pages, 4);
	put(out, d->warnings, 4);
	put_text(out, d->mime, OCR_TEXT_MAX);
	put_text(out, d->label, OCR_TEXT_MAX);
	put_text(out, d->charset, OCR_TEXT_MAX);
}

enum status
ocr_document_read(struct ocr_document *d, struct span payload, struct err *err)
{
	struct taker t = take_from(payload);

	d->family = (uint32_t)take(&t, 4, OCR_FAMILY_COUNT - 1);
	d->readable = take(&t, 1, 1) != 0;
	d->encrypted = take(&t, 1, 1) != 0;
	d->pages = take_u32(&t);
	d->warnings = (uint32_t)take(&t, 4, (1u << OCR_WARNING_COUNT) - 1);
	d->mime = take_text(&t, OCR_TEXT_MAX);
	d->label = take_text(&t, OCR_TEXT_MAX);
	d->charset = take_text(&t, OCR_TEXT_MAX);
	return take_end(&t, "classification", err);
}

static void
put_marks(struct strbuf *out, const struct ocr_page *p)
{
	uint32_t i, n = p->mark_count < OCR_MARKS_MAX ? p->mark_count : OCR_MARKS_MAX;

	put(out, n, 4);
	for (i = 0; i < n; i++) {
		const struct ocr_mark *m = &p->mark[i];

		put(out, m->kind, 4);
		put(out, (uint32_t)m->x, 4);
		put(out, (uint32_t)m->y, 4);
		put(out, m->w, 4);
		put(out, m->h, 4);
		put(out, m->confidence, 4);
		put_text(out, m->text, OCR_TEXT_MAX);
	}
}

static void
take_marks(struct taker *t, struct ocr_page *p)
{
	uint32_t i;

	p->mark_count = (uint32_t)take(t, 4, OCR_MARKS_MAX);
	for (i = 0; i < p->mark_count; i++) {
		struct ocr_mark *m = &p->mark[i];

		m->kind = (uint32_t)take(t, 4, OCR_MARK_KIND_COUNT - 1);
		m->x = (int32_t)take_u32(t);
		m->y = (int32_t)take_u32(t);
		m->w = take_u32(t);
		m->h = take_u32(t);
		m->confidence = (uint32_t)take(t, 4, 100);
		m->text = take_text(t, OCR_TEXT_MAX);
		if (m->x < -OCR_SIDE_MAX || m->x > OCR_SIDE_MAX || m->y < -OCR_SIDE_MAX ||
		    m->y > OCR_SIDE_MAX || m->w > OCR_SIDE_MAX || m->h > OCR_SIDE_MAX)
			t->bad = true;
	}
}

void
ocr_page_write(const struct ocr_page *p, struct strbuf *out)
{
	put(out, p->number, 4);
	put(out, p->source, 4);
	put(out, p->width, 4);
	put(out, p->height, 4);
	put(out, p->dpi, 4);
	put(out, p->rotation, 4);
	put(out, (uint32_t)p->skew, 4);
	put(out, p->confidence, 4);
	put(out, p->warnings, 4);
	put(out, p->image_width, 4);
	put(out, p->image_height, 4);
	put(out, p->cpu_us, 8);
	put(out, p->dark_edge, 4);
	put_text(out, p->image_hash, OCR_HASH_MAX);
	put_text(out, p->language, OCR_TEXT_MAX);
	put_text(out, p->provenance, OCR_TEXT_MAX);
	put_text(out, p->image_mime, OCR_TEXT_MAX);
	put_blob(out, p->words);
	put_blob(out, p->image);
	put_marks(out, p);
}

enum status
ocr_page_read(struct ocr_page *p, struct span payload, struct err *err)
{
	struct taker t = take_from(payload);

	p->number = take_u32(&t);
	p->source = (uint32_t)take(&t, 4, OCR_SOURCE_COUNT - 1);
	p->width = take_u32(&t);
	p->height = take_u32(&t);
	p->dpi = take_u32(&t);
	p->rotation = (uint32_t)take(&t, 4, 270);
	p->skew = (int32_t)take_u32(&t);
	p->confidence = (uint32_t)take(&t, 4, 100);
	p->warnings = (uint32_t)take(&t, 4, (1u << OCR_WARNING_COUNT) - 1);
	p->image_width = take_u32(&t);
	p->image_height = take_u32(&t);
	p->cpu_us = take(&t, 8, INT64_MAX);
	p->dark_edge = (uint32_t)take(&t, 4, 100);
	p->image_hash = take_text(&t, OCR_HASH_MAX);
	p->language = take_text(&t, OCR_TEXT_MAX);
	p->provenance = take_text(&t, OCR_TEXT_MAX);
	p->image_mime = take_text(&t, OCR_TEXT_MAX);
	p->words = take_blob(&t);
	p->image = take_blob(&t);
	take_marks(&t, p);
	if (p->number == 0 || p->rotation % 90 != 0 || p->skew < -36000 || p->skew > 36000 ||
	    (p->image.n == 0) != (p->image_mime.n == 0))
		t.bad = true;
	return take_end(&t, "page result", err);
}

void
ocr_failure_write(const struct ocr_failure *f, struct strbuf *out)
{
	put(out, f->number, 4);
	put(out, f->reason, 4);
	put_text(out, f->message, OCR_TEXT_MAX);
}

enum status
ocr_failure_read(struct ocr_failure *f, struct span payload, struct err *err)
{
	struct taker t = take_from(payload);

	f->number = take_u32(&t);
	f->reason = (uint32_t)take(&t, 4, OCR_REASON_COUNT - 1);
	f->message = take_text(&t, OCR_TEXT_MAX);
	if (f->reason == OCR_REASON_NONE)
		t.bad = true;
	return take_end(&t, "failure", err);
}

void
ocr_continue_write(const struct ocr_continue *c, struct strbuf *out)
{
	put(out, c->number, 4);
	put(out, c->profile, 4);
}

enum status
ocr_continue_read(struct ocr_continue *c, struct span payload, struct err *err)
{
	struct taker t = take_from(payload);

	c->number = take_u32(&t);
	c->profile = (uint32_t)take(&t, 4, OCR_PROFILE_COUNT - 1);
	if (c->number == 0)
		t.bad = true;
	return take_end(&t, "continuation", err);
}

void
ocr_begin_write(uint32_t number, struct strbuf *out)
{
	put(out, number, 4);
}

enum status
ocr_begin_read(uint32_t *number, struct span payload, struct err *err)
{
	struct taker t = take_from(payload);

	*number = take_u32(&t);
	if (*number == 0)
		t.bad = true;
	return take_end(&t, "begin of a page", err);
}

/* ---- frames ---- */

static void
put_header(struct strbuf *out, uint16_t type, size_t n)
{
	put(out, n, 4);
	put(out, type, 2);
	put(out, OCR_WIRE_VERSION, 2);
}

void
ocr_frame_write(uint16_t type, struct span payload, struct strbuf *out)
{
	put_header(out, type, payload.n);
	strbuf_add_span(out, payload);
}

static enum status
read_header(struct span header, size_t limit, uint16_t *type, size_t *n, struct err *err)
{
	struct taker t = take_from(header);
	unsigned version;

	*n = take_u32(&t);
	*type = (uint16_t)take(&t, 2, UINT16_MAX);
	version = (unsigned)take(&t, 2, UINT16_MAX);
	if (version != OCR_WIRE_VERSION)
		return fail(err, ST_CORRUPT, "reader protocol: version %u, expected %d", version,
		    OCR_WIRE_VERSION);
	if (*type < OCR_REQUEST || *type >= OCR_FRAME_END)
		return fail(err, ST_CORRUPT, "reader protocol: unknown frame %u", *type);
	if (*n > (*type == OCR_PAGE || limit < OCR_WIRE_SMALL ? limit : OCR_WIRE_SMALL))
		return fail(err, ST_CORRUPT, "reader protocol: frame %u of %zu bytes", *type, *n);
	return ST_OK;
}

/* The first byte carries the descriptors; the rest follows as plain bytes. */
static enum status
send_first(int sock, struct span *bytes, const int *fds, size_t n, struct err *err)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(FDS_MAX * sizeof(int))];
	} control;
	struct iovec iov;
	struct msghdr msg;
	struct cmsghdr *c;
	ssize_t sent;

	memset(&msg, 0, sizeof(msg));
	memset(&control, 0, sizeof(control));
	memcpy(&iov.iov_base, &bytes->p, sizeof(iov.iov_base));
	iov.iov_len = bytes->n;
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	if (n > 0) {
		msg.msg_control = control.room;
		msg.msg_controllen = CMSG_SPACE(n * sizeof(int));
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(n * sizeof(int));
		memcpy(CMSG_DATA(c), fds, n * sizeof(int));
	}
	while ((sent = sendmsg(sock, &msg, MSG_NOSIGNAL)) == -1)
		if (errno != EINTR)
			return fail_sys(err, "reader protocol: send");
	bytes->p += sent;
	bytes->n -= (size_t)sent;
	return ST_OK;
}

enum status
ocr_frame_send(
    int sock, uint16_t type, struct span payload, const int *fds, size_t n, struct err *err)
{
	owned(strbuf_free) struct strbuf header = STRBUF_INIT;
	struct span bytes;
	enum status st;

	if (n > FDS_MAX)
		return fail(err, ST_INVALID, "reader protocol: %zu descriptors", n);
	put_header(&header, type, payload.n);
	bytes = strbuf_span(&header);
	if ((st = send_first(sock, &bytes, fds, n, err)) != ST_OK)
		return st;
	while (bytes.n > 0)
		if ((st = send_first(sock, &bytes, NULL, 0, err)) != ST_OK)
			return st;
	while (payload.n > 0)
		if ((st = send_first(sock, &payload, NULL, 0, err)) != ST_OK)
			return st;
	return ST_OK;
}

/* Keeps up to n descriptors of a message and closes what is more. */
static void
keep_descriptors(struct msghdr *msg, int *fds, size_t n)
{
	struct cmsghdr *c;
	size_t i, count;
	int fd;

	for (c = CMSG_FIRSTHDR(msg); c != NULL; c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (i = 0; i < count; i++) {
			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(fd));
			if (i < n && fds[i] == -1)
				fds[i] = fd;
			else
				(void)close(fd);
		}
	}
}

/* Fills p with n bytes; ST_NOT_FOUND only when the other side closed before the first. */
static enum status
receive_exactly(int sock, char *p, size_t n, int *fds, size_t nfds, struct err *err)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(FDS_MAX * sizeof(int))];
	} control;
	struct iovec iov;
	struct msghdr msg;
	size_t done = 0;
	ssize_t got;

	while (done < n) {
		memset(&msg, 0, sizeof(msg));
		iov.iov_base = p + done;
		iov.iov_len = n - done;
		msg.msg_iov = &iov;
		msg.msg_iovlen = 1;
		msg.msg_control = control.room;
		msg.msg_controllen = sizeof(control.room);
		got = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC);
		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			return fail_sys(err, "reader protocol: receive");
		keep_descriptors(&msg, fds, nfds);
		if (got == 0 && done == 0)
			return fail(err, ST_NOT_FOUND, "reader protocol: closed");
		if (got == 0)
			return fail(err, ST_CORRUPT, "reader protocol: cut off");
		done += (size_t)got;
	}
	return ST_OK;
}

enum status
ocr_frame_receive(int sock, size_t limit, struct strbuf *buf, struct ocr_frame *frame, int *fds,
    size_t n, struct err *err)
{
	char header[OCR_WIRE_HEADER];
	enum status st;
	size_t i, length;

	for (i = 0; i < n; i++)
		fds[i] = -1;
	if ((st = receive_exactly(sock, header, sizeof(header), fds, n, err)) != ST_OK)
		return st;
	if ((st = read_header(
		 span_make(header, sizeof(header)), limit, &frame->type, &length, err)) != ST_OK)
		return st;
	strbuf_reset(buf);
	strbuf_grow(buf, length);
	if (length > 0 && (st = receive_exactly(sock, buf->buf, length, fds, n, err)) != ST_OK)
		return st == ST_NOT_FOUND ? fail(err, ST_CORRUPT, "reader protocol: cut off") : st;
	buf->len = length;
	buf->buf[length] = '\0';
	frame->payload = strbuf_span(buf);
	return ST_OK;
}

enum status
ocr_frames_next(struct ocr_frames *f, struct ocr_frame *frame, struct err *err)
{
	enum status st;
	size_t n;

	if (f->eaten > 0 && f->eaten == f->in.len) {
		strbuf_reset(&f->in);
		f->eaten = 0;
	}
	if (f->in.len - f->eaten < OCR_WIRE_HEADER)
		return ST_NOT_FOUND;
	if ((st = read_header(span_make(f->in.buf + f->eaten, OCR_WIRE_HEADER), f->limit,
		 &frame->type, &n, err)) != ST_OK)
		return st;
	if (f->in.len - f->eaten - OCR_WIRE_HEADER < n)
		return ST_NOT_FOUND;
	frame->payload = span_make(f->in.buf + f->eaten + OCR_WIRE_HEADER, n);
	f->eaten += OCR_WIRE_HEADER + n;
	return ST_OK;
}

void
ocr_frames_free(struct ocr_frames *f)
{
	strbuf_free(&f->in);
	f->eaten = 0;
}
