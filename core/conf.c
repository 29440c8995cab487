/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ini.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "base.h"
#include "conf.h"

/* Far more than every key with its comments; a longer file is a mistake. */
#define FILE_MAX (1 << 20)

enum kind {
	KIND_TEXT,
	KIND_CHOICE,	/* one of the words in check */
	KIND_LISTEN,	/* address:port or [address]:port */
	KIND_LANGUAGES, /* Tesseract's names joined by '+' */
	KIND_BOOL,
	KIND_INT,
	KIND_SIZE, /* bytes, suffixes K M G T */
};

struct key {
	const char *section;
	const char *name;
	enum kind kind;
	size_t at;	   /* offsetof(struct conf, ...) */
	const char *value; /* the default, as it is written in the file */
	int64_t min, max;
	const char *check;   /* KIND_CHOICE: "a|b" */
	const char *vi, *en; /* the comment that init writes */
};

#define AT(member) offsetof(struct conf, member)
#define K INT64_C(1024)
#define M (K * 1024)
#define G (M * 1024)
#define T (G * 1024)

/* clang-format off */
static const struct key keys[] = {
	{ "catalog", "backend", KIND_CHOICE, AT(catalog_backend), "sqlite", 0, 0, "sqlite",
	  "nơi giữ mục lục", "where the catalogue is kept" },
	{ "catalog", "busy_ms", KIND_INT, AT(catalog_busy_ms), "10000", 0, 600000, NULL,
	  "chờ khoá của mục lục (mili giây)", "wait for a lock of the catalogue (milliseconds)" },

	{ "store", "backend", KIND_CHOICE, AT(store_backend), "directory", 0, 0, "directory",
	  "nơi giữ tệp gốc", "where original files are kept" },
	{ "store", "reserve", KIND_SIZE, AT(store_reserve), "1G", 0, 1024 * T, NULL,
	  "đĩa còn ít hơn mức này thì không nhận tệp mới",
	  "no new files when less than this is free on the disk" },

	{ "server", "listen", KIND_LISTEN, AT(server_listen), "127.0.0.1:8470", 0, 0, NULL,
	  "địa chỉ và cổng; cổng 0 = cổng trống bất kỳ",
	  "address and port; port 0 = any free one" },
	{ "server", "plaintext", KIND_BOOL, AT(server_plaintext), "no", 0, 0, NULL,
	  "cho phép mở ra mạng khi không có TLS", "serve other machines without TLS" },
	{ "server", "tls_cert", KIND_TEXT, AT(server_tls_cert), "", 0, 0, NULL,
	  "chứng thư TLS (PEM); để trống = không TLS",
	  "TLS certificate chain (PEM); empty = no TLS" },
	{ "server", "tls_key", KIND_TEXT, AT(server_tls_key), "", 0, 0, NULL,
	  "khoá riêng của chứng thư (PEM)", "its private key (PEM)" },
	{ "server", "loops", KIND_INT, AT(server_loops), "1", 1, 64, NULL,
	  "số vòng lặp nhận kết nối", "event loops that take connections" },
	{ "server", "workers", KIND_INT, AT(server_workers), "4", 1, 256, NULL,
	  "số luồng tìm kiếm và đọc mục lục", "threads that search and read the catalogue" },
	{ "server", "queue", KIND_INT, AT(server_queue), "256", 1, 65536, NULL,
	  "số yêu cầu chờ tối đa, quá thì trả 503", "requests that may wait; more get 503" },
	{ "server", "connections", KIND_INT, AT(server_connections), "1024", 1, 100000, NULL,
	  "số kết nối tối đa", "connections at most" },
	{ "server", "per_address", KIND_INT, AT(server_per_address), "64", 1, 100000, NULL,
	  "số kết nối tối đa từ một địa chỉ", "connections of one address at most" },
	{ "server", "timeout", KIND_INT, AT(server_timeout), "60", 1, 3600, NULL,
	  "đóng kết nối im lặng sau (giây)", "close a silent connection after (seconds)" },
	{ "server", "deadline_ms", KIND_INT, AT(server_deadline_ms), "5000", 10, 600000, NULL,
	  "thời hạn của một lần tìm (mili giây)", "time for one search (milliseconds)" },
	{ "server", "upload_max", KIND_SIZE, AT(server_upload_max), "4G", 1, 1024 * T, NULL,
	  "tệp tải lên lớn nhất", "largest file that may be uploaded" },
	{ "server", "upload_expire", KIND_INT, AT(server_upload_expire), "86400", 60, 31536000, NULL,
	  "bỏ tệp tải dở sau (giây)", "drop an unfinished upload after (seconds)" },

	{ "session", "idle", KIND_INT, AT(session_idle), "1800", 60, 31536000, NULL,
	  "kết thúc phiên không dùng sau (giây)", "end an unused session after (seconds)" },
	{ "session", "absolute", KIND_INT, AT(session_absolute), "43200", 60, 31536000, NULL,
	  "kết thúc mọi phiên sau (giây)", "end every session after (seconds)" },
	{ "session", "login_per_minute", KIND_INT, AT(login_per_minute), "5", 1, 1000, NULL,
	  "số lần đăng nhập mỗi phút của một tài khoản", "sign-ins per minute and account" },
	{ "session", "second_factor", KIND_CHOICE, AT(second_factor), "roles", 0, 0, "off|roles|all",
	  "mã xác thực thứ hai: roles = quản trị viên và đánh giá viên",
	  "second factor: roles = administrators and auditors must have one" },
	{ "session", "fresh", KIND_INT, AT(session_fresh), "900", 30, 86400, NULL,
	  "việc nguy hiểm đòi xác thực lại sau (giây)",
	  "dangerous acts ask for the password again after (seconds)" },
	{ "session", "passwords", KIND_TEXT, AT(session_passwords), "", 0, 0, NULL,
	  "tệp mật khẩu thông dụng bị cấm, mỗi dòng một mật khẩu; trống = không",
	  "file of common passwords that are refused, one a line; empty = none" },

	{ "ldap", "uri", KIND_TEXT, AT(ldap_uri), "", 0, 0, NULL,
	  "máy chủ thư mục, ví dụ ldaps://ldap.example.vn; trống = không",
	  "directory server, such as ldaps://ldap.example.vn; empty = none" },
	{ "ldap", "dn", KIND_TEXT, AT(ldap_dn), "", 0, 0, NULL,
	  "tên trong thư mục; %s là tên đăng nhập", "name in the directory; %s is the sign-in name" },
	{ "ldap", "decoy", KIND_TEXT, AT(ldap_decoy), "tangthu-decoy", 0, 0, NULL,
	  "tên được hỏi thư mục thay cho tài khoản không thuộc thư mục",
	  "name that the directory is asked about instead of an account that it does not keep" },
	{ "ldap", "ca", KIND_TEXT, AT(ldap_ca), "", 0, 0, NULL,
	  "chứng thư gốc của thư mục (PEM); trống = của hệ thống",
	  "root certificates of the directory (PEM); empty = the system's" },
	{ "ldap", "timeout", KIND_INT, AT(ldap_timeout), "5", 1, 60, NULL,
	  "chờ thư mục tối đa (giây)", "wait for the directory at most (seconds)" },

	{ "indexer", "readers", KIND_INT, AT(indexer_readers), "0", 0, 1024, NULL,
	  "số tiến trình đọc; 0 = mỗi nhân một", "reading processes; 0 = one per core" },
	{ "indexer", "lease", KIND_INT, AT(indexer_lease), "300", 10, 86400, NULL,
	  "thời hạn giữ một việc (giây)", "how long a job is held without a sign (seconds)" },
	{ "indexer", "tries", KIND_INT, AT(indexer_tries), "3", 1, 100, NULL,
	  "số lần thử mỗi trang", "attempts for a page" },
	{ "indexer", "retry", KIND_INT, AT(indexer_retry), "5", 0, 86400, NULL,
	  "chờ trước lần thử lại đầu (giây), sau đó gấp đôi",
	  "wait before the first new attempt (seconds), doubling" },
	{ "indexer", "spool", KIND_SIZE, AT(indexer_spool), "8G", M, 1024 * T, NULL,
	  "kết quả tạm của các tài liệu đang đọc quá mức này thì không đọc thêm tài liệu khác",
	  "begin no further document while the pages of those being read take more" },
	{ "indexer", "commit_pages", KIND_INT, AT(indexer_commit_pages), "500", 1, 1000000, NULL,
	  "ghi chỉ mục sau bấy nhiêu trang", "commit the index after so many pages" },
	{ "indexer", "commit_ms", KIND_INT, AT(indexer_commit_ms), "500", 0, 3600000, NULL,
	  "hoặc sau bấy nhiêu mili giây", "or after so many milliseconds" },
	{ "indexer", "intake", KIND_TEXT, AT(indexer_intake), "intake", 0, 0, NULL,
	  "thư mục nhận tệp (trong thư mục dữ liệu); trống = không",
	  "watched folder (below the data directory); empty = none" },
	{ "indexer", "stable_ms", KIND_INT, AT(indexer_stable_ms), "2000", 0, 3600000, NULL,
	  "tệp đứng yên bấy lâu thì nhận (mili giây)",
	  "take a file that kept still so long (milliseconds)" },

	{ "ocr", "tessdata", KIND_TEXT, AT(ocr_tessdata), "/usr/share/tesseract-ocr/5/tessdata",
	  1, 0, NULL, "thư mục mô hình Tesseract", "folder of Tesseract's models" },
	{ "ocr", "languages", KIND_LANGUAGES, AT(ocr_languages), "vie", 0, 0, NULL,
	  "ngôn ngữ đọc trước", "languages read first" },
	{ "ocr", "fallback", KIND_LANGUAGES, AT(ocr_fallback), "vie+eng", 0, 0, NULL,
	  "ngôn ngữ cho trang ít dấu tiếng Việt", "languages for pages with few Vietnamese marks" },
	{ "ocr", "second", KIND_LANGUAGES, AT(ocr_second), "Vietnamese", 0, 0, NULL,
	  "mô hình thứ hai, chỉ để đánh dấu từ ngờ", "second model, only to flag doubtful words" },
	{ "ocr", "fallback_percent", KIND_INT, AT(ocr_fallback_percent), "12", 0, 100, NULL,
	  "ít dấu nghĩa là dưới (phần trăm chữ)", "few means fewer than (percent of letters)" },
	{ "ocr", "memory", KIND_SIZE, AT(ocr_memory), "1G", 256 * M, T, NULL,
	  "bộ nhớ của một tiến trình đọc", "memory of one reading process" },
	{ "ocr", "cpu", KIND_INT, AT(ocr_cpu), "60", 1, 86400, NULL,
	  "thời gian tính cho một trang (giây)", "processor time for a page (seconds)" },
	{ "ocr", "wall", KIND_INT, AT(ocr_wall), "120", 1, 86400, NULL,
	  "thời gian chờ một trang (giây)", "time for a page (seconds)" },
	{ "ocr", "pixels", KIND_INT, AT(ocr_pixels), "100000000", 1000000, 2000000000, NULL,
	  "số điểm ảnh tối đa của một trang", "pixels of a page at most" },
	{ "ocr", "pages", KIND_INT, AT(ocr_pages), "5000", 1, 262143, NULL,
	  "số trang tối đa của một tài liệu", "pages of a document at most" },
	{ "ocr", "output", KIND_SIZE, AT(ocr_output), "64M", M, 4 * G, NULL,
	  "kết quả lớn nhất của một trang", "largest result of a page" },
	{ "ocr", "document", KIND_SIZE, AT(ocr_document), "2G", M, 1024 * T, NULL,
	  "tệp lớn hơn thì giữ mà không đọc", "larger files are kept but not read" },
	{ "ocr", "recycle", KIND_INT, AT(ocr_recycle), "500", 1, 1000000, NULL,
	  "thay tiến trình đọc sau bấy nhiêu lần", "renew a reading process after so many requests" },
	{ "ocr", "require_sandbox", KIND_BOOL, AT(ocr_require_sandbox), "yes", 0, 0, NULL,
	  "không đọc nếu không có hộp cát", "read nothing without the sandbox" },

	{ "scan", "separator", KIND_TEXT, AT(scan_separator), "TANGTHU-TACH PATCHT", 0, 0, NULL,
	  "mã của tờ phân cách bắt đầu bằng một trong các từ này",
	  "codes of separator sheets begin with one of these words" },
	{ "scan", "separator_blank", KIND_BOOL, AT(scan_separator_blank), "no", 0, 0, NULL,
	  "trang trắng cũng là tờ phân cách", "blank pages part documents, too" },
	{ "log", "key", KIND_TEXT, AT(log_key), "log.key", 1, 0, NULL,
	  "khoá ký nhật ký", "key that signs the log's checkpoints" },
	{ "log", "checkpoint_seconds", KIND_INT, AT(log_checkpoint_seconds), "600", 1, 86400, NULL,
	  "ký nhật ký sau (giây)", "sign the log after (seconds)" },
	{ "log", "checkpoint_entries", KIND_INT, AT(log_checkpoint_entries), "1000", 1, 1000000, NULL,
	  "... hoặc sau bấy nhiêu mục", "... or after so many entries" },
	{ "log", "checkpoint_folder", KIND_TEXT, AT(log_checkpoint_folder), "", 0, 0, NULL,
	  "thư mục nhận bản ký (nên ở máy khác)", "folder that gets them (better on another machine)" },
	{ "log", "checkpoint_mail", KIND_TEXT, AT(log_checkpoint_mail), "", 0, 0, NULL,
	  "địa chỉ thư nhận bản ký", "mail address that gets them" },
	{ "log", "mail_seconds", KIND_INT, AT(log_mail_seconds), "86400", 60, 31536000, NULL,
	  "gửi thư nhiều nhất một lần trong (giây)", "mail at most once in (seconds)" },
	{ "log", "sendmail", KIND_TEXT, AT(log_sendmail), "/usr/sbin/sendmail", 1, 0, NULL,
	  "chương trình gửi thư", "program that sends mail" },

	{ "export", "processes", KIND_INT, AT(export_processes), "1", 1, 64, NULL,
	  "số bản xuất được làm cùng lúc", "exports made at the same time" },
	{ "export", "waiting", KIND_INT, AT(export_queue), "8", 1, 1024, NULL,
	  "số yêu cầu xuất chờ tối đa, quá thì trả 503", "exports that may wait; more get 503" },
	{ "export", "seconds", KIND_INT, AT(export_wall), "120", 1, 86400, NULL,
	  "thời gian cho một bản xuất (giây)", "time for one export (seconds)" },
	{ "export", "largest", KIND_SIZE, AT(export_output), "1G", M, 1024 * T, NULL,
	  "bản xuất lớn nhất", "largest export" },

	{ "scan", "min_dpi", KIND_INT, AT(scan_min_dpi), "200", 0, 2400, NULL,
	  "cảnh báo trang quét dưới mức này (điểm/inch, NĐ 30/2020); 0 = không",
	  "report pages scanned with fewer dots an inch; 0 = none" },
	{ "scan", "colour", KIND_BOOL, AT(scan_colour), "yes", 0, 0, NULL,
	  "cảnh báo trang đen trắng (TT 05/2025: ảnh màu)", "report bi-level pages" },
	{ "scan", "max_skew", KIND_INT, AT(scan_max_skew), "200", 0, 4500, NULL,
	  "cảnh báo trang nghiêng từ (phần trăm độ); 0 = không",
	  "report pages askew by so many hundredths of a degree; 0 = none" },
	{ "scan", "report_blank", KIND_BOOL, AT(scan_report_blank), "yes", 0, 0, NULL,
	  "cảnh báo trang trắng", "report blank pages" },
	{ "scan", "min_confidence", KIND_INT, AT(scan_min_confidence), "70", 0, 100, NULL,
	  "cảnh báo trang đọc kém tin cậy hơn mức này; 0 = không",
	  "report pages read with less confidence; 0 = none" },
	{ "scan", "max_dark_edge", KIND_INT, AT(scan_max_dark_edge), "25", 0, 100, NULL,
	  "cảnh báo trang có mép đen từ (phần trăm của một cạnh); 0 = không",
	  "report pages with an edge that is dark over so many per cent; 0 = none" },
	{ "scan", "report_doubled", KIND_BOOL, AT(scan_report_doubled), "yes", 0, 0, NULL,
	  "cảnh báo tờ quét hai lần", "report sheets that were scanned twice" },
	{ "scan", "report_numbers", KIND_BOOL, AT(scan_report_numbers), "yes", 0, 0, NULL,
	  "cảnh báo số trang in nhảy cóc hoặc lùi", "report printed page numbers that jump or go back" },

	{ "ui", "language", KIND_CHOICE, AT(language), "vi", 0, 0, "vi|en",
	  "ngôn ngữ mặc định của trang và thư", "default language of pages and messages" },
};
/* clang-format on */

#define KEY_COUNT (sizeof(keys) / sizeof(keys[0]))

/* Pointers into struct conf by offset go through memcpy: the table cannot know the member's type. */
static void
text_store(struct conf *c, const struct key *k, const char *value)
{
	char *at = (char *)c + k->at, *old, *copy = xstrdup(value);

	memcpy(&old, at, sizeof(old));
	free(old);
	memcpy(at, &copy, sizeof(copy));
}

static bool
choice_valid(const char *words, struct span v)
{
	struct span rest = span_of(words);

	while (rest.p)
		if (span_equal(span_cut(&rest, '|'), v))
			return true;
	return false;
}

static bool
port_valid(struct span s)
{
	uint64_t port;

	return s.n <= 5 && span_u64(s, &port) && port <= 65535;
}

/* Whether the address itself exists is for the server to find out; here the form is checked. */
static bool
listen_valid(struct span v)
{
	struct span host, port;
	bool six = v.n > 0 && v.p[0] == '[';
	ptrdiff_t at = six ? span_find(v, SPAN("]:")) : span_find(v, SPAN(":"));

	if (!v.p || at < 1)
		return false;
	host = span_make(v.p + six, (size_t)at - six);
	port = span_make(v.p + at + 1 + six, v.n - (size_t)at - 1 - six);
	for (size_t i = 0; i < host.n; i++) {
		char c = host.p[i];

		if (!strchr(six ? "0123456789abcdefABCDEF:." : "0123456789.", c) || c == '\0')
			return false;
	}
	return host.n > 0 && port_valid(port);
}

static bool
languages_valid(struct span v)
{
	struct span rest = v;

	while (rest.p) {
		struct span one = span_cut(&rest, '+');

		if (one.n == 0 || one.n > 32)
			return false;
		for (size_t i = 0; i < one.n; i++)
			if (!strchr(
				"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_", one.p[i]))
				return false;
	}
	return true;
}

static bool
size_read(struct span v, int64_t *out)
{
	static const char suffixes[] = "KMGT";
	const char *at = v.n ? strchr(suffixes, v.p[v.n - 1]) : NULL;
	int64_t unit = 1;

	if (at && *at) {
		v.n--;
		for (const char *s = suffixes; s <= at; s++)
			unit *= 1024;
	}
	return v.n > 0 && v.p[0] != '-' && span_i64(v, out) &&
	    !__builtin_mul_overflow(*out, unit, out);
}

static bool
bool_read(struct span v, bool *out)
{
	*out = choice_valid("yes|true|on|1", v);
	return *out || choice_valid("no|false|off|0", v);
}

static enum status
set_number(struct conf *c, const struct key *k, struct span v, struct err *err)
{
	int64_t n;
	bool size = k->kind == KIND_SIZE;

	if (size ? !size_read(v, &n) : !span_i64(v, &n))
		return fail(err, ST_INVALID, "\"%.*s\" is not %s", SPAN_ARG(v),
		    size ? "a size in bytes (suffixes K M G T)" : "a whole number");
	if (n < k->min || n > k->max)
		return fail(err, ST_INVALID, "%.*s is not between %lld and %lld", SPAN_ARG(v),
		    (long long)k->min, (long long)k->max);
	memcpy((char *)c + k->at, &n, sizeof(n));
	return ST_OK;
}

static enum status
set_text(struct conf *c, const struct key *k, const char *value, struct err *err)
{
	struct span v = span_of(value);

	if (!utf8_valid(v))
		return fail(err, ST_INVALID, "the value is not UTF-8");
	if (k->kind == KIND_CHOICE && !choice_valid(k->check, v))
		return fail(err, ST_INVALID, "\"%s\" is not one of %s", value, k->check);
	if (k->kind == KIND_LISTEN && !listen_valid(v))
		return fail(err, ST_INVALID, "\"%s\" is not address:port", value);
	if (k->kind == KIND_LANGUAGES && !languages_valid(v))
		return fail(err, ST_INVALID, "\"%s\" is not a list like vie+eng", value);
	if (k->kind == KIND_TEXT && k->min && v.n == 0)
		return fail(err, ST_INVALID, "the value is empty");
	text_store(c, k, value);
	return ST_OK;
}

static enum status
set_value(struct conf *c, const struct key *k, const char *value, struct err *err)
{
	struct span v = span_of(value);
	bool yes;

	if (k->kind == KIND_INT || k->kind == KIND_SIZE)
		return set_number(c, k, v, err);
	if (k->kind != KIND_BOOL)
		return set_text(c, k, value, err);
	if (!bool_read(v, &yes))
		return fail(err, ST_INVALID, "\"%s\" is neither yes nor no", value);
	memcpy((char *)c + k->at, &yes, sizeof(yes));
	return ST_OK;
}

static char *
absolute(const char *dir)
{
	char *real = realpath(dir, NULL), here[PATH_MAX];
	owned(strbuf_free) struct strbuf joined = STRBUF_INIT;

	if (real)
		return real;
	if (dir[0] == '/' || !getcwd(here, sizeof(here)))
		return xstrdup(dir);
	strbuf_addf(&joined, "%s/%s", here, dir);
	return strbuf_detach(&joined, NULL);
}

struct conf *
conf_new(const char *dir)
{
	struct conf *c = xcalloc(1, sizeof(*c));

	c->dir = absolute(dir);
	for (size_t i = 0; i < KEY_COUNT; i++)
		if (set_value(c, &keys[i], keys[i].value, NULL))
			abort();
	return c;
}

void
conf_free(struct conf *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < KEY_COUNT; i++) {
		char *text;

		if (keys[i].kind >= KIND_BOOL)
			continue;
		memcpy(&text, (char *)c + keys[i].at, sizeof(text));
		free(text);
	}
	free(c->dir);
	free(c);
}

void
conf_freep(struct conf **c)
{
	conf_free(*c);
	*c = NULL;
}

/* inih calls back without a line number, so lines are handed to it one by one and counted. */
struct parse {
	struct conf *conf;
	struct err *err;
	enum status status;
	const char *path;
	struct span rest;
	unsigned line;
	unsigned seen[KEY_COUNT]; /* line of each key, 0 = not yet */
};

static int
refuse(struct parse *p, const char *section, const char *name, const char *why)
{
	p->status =
	    fail(p->err, ST_INVALID, "%s:%u: [%s] %s: %s", p->path, p->line, section, name, why);
	return 0;
}

static const struct key *
key_lookup(const char *section, const char *name, bool *section_known)
{
	*section_known = false;
	for (size_t i = 0; i < KEY_COUNT; i++) {
		if (strcmp(keys[i].section, section))
			continue;
		*section_known = true;
		if (!strcmp(keys[i].name, name))
			return &keys[i];
	}
	return NULL;
}

static int
take_pair(void *user, const char *section, const char *name, const char *value)
{
	struct parse *p = user;
	bool known;
	const struct key *k = key_lookup(section, name, &known);
	struct err why = ERR_INIT;

	if (p->status)
		return 0;
	if (!k)
		return refuse(p, section, name, known ? "no such key" : "no such section");
	unsigned *seen = &p->seen[k - keys];

	if (*seen)
		return refuse(
		    p, section, name, "set twice (or a value that goes on in a second line)");
	*seen = p->line;
	if (set_value(p->conf, k, value, &why))
		return refuse(p, section, name, why.msg);
	return 1;
}

static char *
next_line(char *out, int size, void *user)
{
	struct parse *p = user;

	if (p->status || p->rest.n == 0)
		return NULL;
	struct span line = span_cut(&p->rest, '\n');

	p->line++;
	if (line.n + 2 > (size_t)size || memchr(line.p, '\0', line.n)) {
		p->status =
		    fail(p->err, ST_INVALID, "%s:%u: the line is longer than %d bytes or binary",
			p->path, p->line, size - 2);
		return NULL;
	}
	/* inih would go on in the section before it. */
	struct span trimmed = span_trim(line);

	if (trimmed.n > 0 && trimmed.p[0] == '[' && span_find(trimmed, SPAN("]")) == -1) {
		p->status = fail(p->err, ST_INVALID, "%s:%u: neither [section] nor key = value",
		    p->path, p->line);
		return NULL;
	}
	memcpy(out, line.p, line.n);
	memcpy(out + line.n, "\n", 2);
	return out;
}

/* Rules between keys. */
static enum status
check_whole(struct parse *p)
{
	struct conf *c = p->conf;

	if ((c->server_tls_cert[0] == '\0') != (c->server_tls_key[0] == '\0'))
		return fail(p->err, ST_INVALID,
		    "%s: [server] tls_cert and tls_key: one is set without the other", p->path);
	if (c->session_idle > c->session_absolute)
		return fail(
		    p->err, ST_INVALID, "%s: [session] idle is longer than absolute", p->path);
	return ST_OK;
}

static enum status
parse_file(struct conf *c, const char *path, struct err *err)
{
	owned(strbuf_free) struct strbuf text = STRBUF_INIT;
	struct parse p = { .conf = c, .err = err, .path = path };
	enum status rc = strbuf_read_file(&text, path, FILE_MAX, err);

	if (rc)
		return rc;
	p.rest = strbuf_span(&text);
	int line = ini_parse_stream(next_line, &p, take_pair, &p);

	if (p.status)
		return p.status;
	if (line)
		return fail(
		    err, ST_INVALID, "%s:%d: neither [section] nor key = value", path, line);
	return check_whole(&p);
}

enum status
conf_load(struct conf **out, const char *dir, struct err *err)
{
	owned(strbuf_free) struct strbuf path = STRBUF_INIT;
	owned(conf_freep) struct conf *c = conf_new(dir);
	struct stat st;

	*out = NULL;
	if (stat(c->dir, &st) == -1)
		return errno == ENOENT
		    ? fail(err, ST_NOT_FOUND, "%s: no such data directory", c->dir)
		    : fail_sys(err, "%s", c->dir);
	if (!S_ISDIR(st.st_mode))
		return fail(err, ST_NOT_FOUND, "%s is not a directory", c->dir);
	strbuf_addf(&path, "%s/tangthu.conf", c->dir);
	enum status rc = parse_file(c, path.buf, err);

	if (rc)
		return rc;
	*out = c;
	c = NULL;
	return ST_OK;
}

void
conf_write_default(struct strbuf *out)
{
	const char *section = "";

	strbuf_add_str(out,
	    "# Tàng Thư: tangthu.conf(5).  Bỏ dấu # để đổi giá trị; remove the # to "
	    "change a value.\n");
	for (size_t i = 0; i < KEY_COUNT; i++) {
		const struct key *k = &keys[i];

		if (strcmp(section, k->section))
			strbuf_addf(out, "\n[%s]\n", section = k->section);
		strbuf_addf(out, "# %s\n# %s\n#%s =%s%s\n", k->vi, k->en, k->name,
		    k->value[0] ? " " : "", k->value);
	}
}
