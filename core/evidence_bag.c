/* SPDX-License-Identifier: GPL-3.0-or-later */
/* BagIt 1.0 (RFC 8493) around the files of a set, and the ZIP file that carries it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evidence_files.h"
#include "evidence_parts.h"
#include "json_out.h"
#include "merkle.h"
#include "zip_out.h"

/* --- the cover --- */

static void
html_text(const char *s, struct strbuf *out)
{
	static const struct {
		char c;
		const char *as;
	} escapes[] = { { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" } };

	for (; s && *s; s++) {
		size_t i = 0;

		while (i < 4 && escapes[i].c != *s)
			i++;
		if (i < 4)
			strbuf_add_str(out, escapes[i].as);
		else
			strbuf_add_char(out, *s);
	}
}

static void
html_row(const char *vi, const char *en, const char *value, struct strbuf *out)
{
	strbuf_addf(out, "<tr><th>%s<br><span lang=\"en\">%s</span></th><td>", vi, en);
	html_text(value && *value ? value : "-", out);
	strbuf_add_str(out, "</td></tr>\n");
}

static void
html_number(const char *vi, const char *en, int64_t value, struct strbuf *out)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)value);
	html_row(vi, en, text, out);
}

static const struct {
	enum record_field field;
	const char *vi, *en;
} shown[] = { { FIELD_NUMBER, "Số", "Number" }, { FIELD_SYMBOL, "Ký hiệu", "Symbol" },
	{ FIELD_TYPE, "Loại", "Type" }, { FIELD_ISSUED, "Ngày ban hành", "Issued" },
	{ FIELD_SUBJECT, "Trích yếu", "Subject" }, { FIELD_ISSUER, "Cơ quan ban hành", "Issuer" },
	{ FIELD_SIGNER, "Người ký", "Signer" } };

static void
html_record(const struct evidence_files *f, size_t i, struct strbuf *out)
{
	const struct record *r = &f->record[i];
	const char *prefix = arena_printf(f->arena, "data/records/%04zu/", i + 1);

	strbuf_addf(out, "<h2>%zu. ", i + 1);
	html_text(r->field[FIELD_SUBJECT] ? r->field[FIELD_SUBJECT] : r->uid, out);
	strbuf_add_str(out, "</h2>\n<table>\n");
	html_row("Mã", "Uid", r->uid, out);
	html_row("Hồ sơ", "Dossier", r->home_file_code, out);
	for (size_t k = 0; k < sizeof(shown) / sizeof(shown[0]); k++)
		html_row(shown[k].vi, shown[k].en, r->field[shown[k].field], out);
	html_number("Số trang", "Pages", r->pages, out);
	strbuf_add_str(out, "</table>\n<ul>\n");
	for (size_t k = 0; k < f->list.count; k++)
		if (span_starts(span_of(f->list.file[k].path), span_of(prefix)))
			strbuf_addf(out, "<li><a href=\"%s\">%s</a> <code>%s</code></li>\n",
			    f->list.file[k].path + strlen("data/"), f->list.file[k].path,
			    f->list.file[k].sha256);
	strbuf_add_str(out, "</ul>\n");
}

static void
html_head(const struct evidence *e, struct strbuf *out)
{
	char frozen[28];

	time_text(e->frozen_us, frozen);
	strbuf_add_str(out,
	    "<!doctype html>\n<html lang=\"vi\">\n<meta charset=\"utf-8\">\n"
	    "<title>Bằng chứng / Evidence</title>\n"
	    "<style>body{font-family:sans-serif;max-width:60rem;margin:2rem auto}th{text-align:left;"
	    "vertical-align:top;padding-right:1rem;font-weight:normal;color:#444}span{font-size:80%}"
	    "code{font-size:75%;overflow-wrap:anywhere}</style>\n"
	    "<h1>Gói bằng chứng<br><span lang=\"en\">Package of evidence</span></h1>\n<table>\n");
	html_row("Mã tập", "Set", e->uid, out);
	html_row("Cuộc đánh giá", "Audit", e->audit_uid, out);
	html_row("Điều khoản", "Clause", e->clause, out);
	html_row("Câu hỏi", "Question", e->question, out);
	html_row("Điều kiện chọn", "Population", e->query_json, out);
	html_number("Số hồ sơ thỏa điều kiện", "Size of the population", e->population, out);
	html_row("Mầm ngẫu nhiên", "Seed", e->seed, out);
	html_number("Cỡ mẫu", "Sample", e->sample, out);
	html_row("Lập bởi", "Made by", e->created_by, out);
	html_row("Niêm phong lúc (UTC)", "Frozen at (UTC)", frozen, out);
	html_number(
	    "Mục nhật ký của việc niêm phong", "Log entry of the freezing", e->log_entry, out);
	html_number("Nhật ký đến mục", "Log up to entry", e->log_size - 1, out);
	strbuf_add_str(out, "</table>\n");
}

static void
write_set(const struct evidence_files *f, const struct evidence *e, struct strbuf *out)
{
	struct json_out json;

	json_start(&json, out);
	json_object(&json);
	json_key_str(&json, "uid", e->uid);
	json_key_str(&json, "audit", e->audit_uid);
	json_key_str(&json, "clause", e->clause);
	json_key_str(&json, "question", e->question);
	json_key(&json, "query");
	if (e->query_json)
		json_raw(&json, span_of(e->query_json));
	else
		json_null(&json);
	json_key_int(&json, "population", e->population);
	json_key_str(&json, "population_sha256", e->population_sha256);
	json_key_str(&json, "seed", e->seed);
	json_key_int(&json, "sample", e->sample);
	json_key_time(&json, "frozen", e->frozen_us);
	json_key_int(&json, "log_entry", e->log_entry);
	json_key_int(&json, "log_size", e->log_size);
	json_key(&json, "records");
	json_array(&json);
	for (size_t i = 0; i < f->record_count; i++)
		json_str(&json, f->record[i].uid);
	json_end_array(&json);
	json_end_object(&json);
	strbuf_add_char(out, '\n');
}

enum status
evidence_cover(
    struct catalog *catalog, struct evidence_files *f, const struct evidence *e, struct err *err)
{
	owned(strbuf_free) struct strbuf cover = STRBUF_INIT, set = STRBUF_INIT;
	enum status st;

	(void)catalog;
	html_head(e, &cover);
	for (size_t i = 0; i < f->record_count; i++)
		html_record(f, i, &cover);
	strbuf_add_str(&cover, "</html>\n");
	write_set(f, e, &set);
	if ((st = evidence_add(f, "data/cover.html", strbuf_span(&cover), err)) != ST_OK)
		return st;
	return evidence_add(f, "data/set.json", strbuf_span(&set), err);
}

/* --- tag files --- */

static void
bag_info(const struct evidence_files *f, const struct evidence *e, struct strbuf *out)
{
	char day[28];

	time_text(e->frozen_us, day);
	strbuf_addf(out,
	    "Bagging-Date: %.10s\nExternal-Identifier: %s\nPayload-Oxum: %s\n"
	    "Tangthu-Log-Entry: %lld\nTangthu-Log-Size: %lld\n",
	    day, e->uid, package_oxum(&f->list), (long long)e->log_entry, (long long)e->log_size);
}

static const char instructions[] =
    "KIỂM TRA GÓI BẰNG CHỨNG NÀY / HOW TO CHECK THIS PACKAGE OF EVIDENCE\n"
    "\n"
    "1. Trong trình duyệt, không cần mạng: mở verify.html và chọn tệp ZIP này.\n"
    "   In a browser, without a network: open verify.html and choose this ZIP file.\n"
    "2. Với bất kỳ máy Unix nào, sau khi giải nén / on any Unix machine, unpacked:\n"
    "     sha256sum -c manifest-sha256.txt tagmanifest-sha256.txt\n"
    "3. Bằng chương trình độc lập / with the independent program:\n"
    "     tangthu-verify package --key KEY FILE.zip\n"
    "\n"
    "Khóa công khai (KEY) hãy lấy từ nơi khác gói này: giấy, thư hoặc biên bản đã lưu. Khóa trong\n"
    "data/log/keys.txt chỉ để đối chiếu.\n"
    "Take the public key (KEY) from elsewhere than this package: paper, mail, filed minutes.  The one in\n"
    "data/log/keys.txt is there to be compared.\n"
    "\n"
    "data/log/entries.txt: mỗi dòng một mục nhật ký / one log entry a line:\n"
    "  NUMBER BASE64(canonical bytes) BASE64(hash) ...   RFC 6962 2.1.1, leaf = SHA-256(0x00 || bytes)\n"
    "  canonical bytes, big-endian: u8 1; u64 number; i64 microseconds UTC; then as u32 length (0xffffffff =\n"
    "  absent) and UTF-8: class, action, actor, on behalf of, kind, object; i64 page; outcome, detail;\n"
    "  u32 count of private fields: name, SHA-256(16 bytes of salt || value)\n"
    "data/log/checkpoint.txt: c2sp.org/tlog-checkpoint, Ed25519\n";

enum status
evidence_tags(struct evidence_files *f, const struct evidence *e, char manifest[SHA256_HEX + 1],
    struct err *err)
{
	owned(strbuf_free) struct strbuf list = STRBUF_INIT, info = STRBUF_INIT, tags = STRBUF_INIT;
	unsigned char hash[SHA256_LEN];
	enum status st;

	package_sort(&f->list);
	package_manifest(&f->list, true, &list);
	merkle_sha256(strbuf_span(&list), hash);
	hex_encode(hash, sizeof(hash), manifest);
	bag_info(f, e, &info);
	if ((st = evidence_add(f, "bag-info.txt", strbuf_span(&info), err)) != ST_OK ||
	    (st = evidence_add(f, "bagit.txt",
		 SPAN("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"), err)) != ST_OK ||
	    (st = evidence_add(f, "manifest-sha256.txt", strbuf_span(&list), err)) != ST_OK ||
	    (st = evidence_add(f, "README.txt", span_of(instructions), err)) != ST_OK ||
	    (st = evidence_add(f, "verify.html", evidence_verifier(), err)) != ST_OK)
		return st;
	package_sort(&f->list);
	package_manifest(&f->list, false, &tags);
	return evidence_add(f, "tagmanifest-sha256.txt", strbuf_span(&tags), err);
}

/* --- the package --- */

struct rows {
	struct arena *arena;
	const char *folder;
	struct zip_entry *entry;
	struct package_piece *piece; /* of the entries' contents */
	size_t count, room;
};

static enum status
take_file(struct db_row *row, void *payload, struct err *err)
{
	struct rows *rows = payload;
	struct package_piece *piece;
	struct zip_entry *entry;

	if (rows->count == rows->room)
		return fail(err, ST_CORRUPT, "more files than were counted");
	entry = &rows->entry[rows->count];
	piece = &rows->piece[rows->count++];
	entry->name =
	    arena_printf(rows->arena, "%s/%s", rows->folder, db_column_text(row, 0, rows->arena));
	entry->size = (uint64_t)db_column_int(row, 2);
	entry->crc = (uint32_t)db_column_int(row, 3);
	piece->length = entry->size;
	if (db_column_null(row, 4)) {
		piece->sha256 = db_column_text(row, 1, rows->arena);
	} else {
		struct span content = db_column_bytes(row, 4);

		if (content.n != entry->size)
			return fail(
			    err, ST_CORRUPT, "%s has another size than its row", entry->name);
		piece->bytes = span_make(arena_dup_span(rows->arena, content), content.n);
	}
	return ST_OK;
}

static enum status
load_files(struct catalog *catalog, const struct evidence *set, struct rows *rows, struct err *err)
{
	int64_t count;
	enum status st =
	    db_query_int(catalog->db, "SELECT count(*) FROM evidence_file WHERE evidence=$1",
		DB_ARGS(db_int(set->id)), &count, err);

	if (st != ST_OK)
		return st;
	rows->room = (size_t)count;
	rows->entry = arena_array(rows->arena, rows->room + 1, sizeof(*rows->entry));
	rows->piece = arena_array(rows->arena, rows->room + 1, sizeof(*rows->piece));
	return db_query(catalog->db,
	    "SELECT path, sha256, size, crc32, content FROM evidence_file WHERE evidence=$1"
	    " ORDER BY path",
	    DB_ARGS(db_int(set->id)), take_file, rows, err);
}

static enum status
check_download(struct catalog *catalog, const struct access *access, const struct evidence *set,
    struct arena *arena, struct err *err)
{
	const struct evidence_item *item;
	size_t count;
	enum status st = evidence_items(catalog, access, set->id, arena, &item, &count, err);

	for (size_t i = 0; st == ST_OK && i < count; i++) {
		struct record r;

		st = record_load(catalog, access, item[i].record, arena, &r, err);
		if (st == ST_NOT_FOUND || (st == ST_OK && !record_can(access, PERM_DOWNLOAD, &r)))
			st = fail(err, ST_DENIED, "a record of the set may not be downloaded");
	}
	return st;
}

enum status
evidence_package(struct catalog *catalog, const struct access *access, const struct evidence *set,
    struct arena *arena, struct package *out, struct err *err)
{
	struct rows rows = { .arena = arena };
	enum status st = audits_allowed(access, err);

	if (st != ST_OK)
		return st;
	if (!set->manifest_sha256)
		return fail(err, ST_PRECONDITION, "the set is not frozen yet");
	if ((st = check_download(catalog, access, set, arena, err)) != ST_OK)
		return st;
	rows.folder = arena_printf(arena, "evidence-%.8s", set->uid);
	out->name = arena_printf(arena, "evidence-%.8s.zip", set->uid);
	if ((st = load_files(catalog, set, &rows, err)) != ST_OK)
		return st;
	package_lay_out(arena, rows.entry, rows.piece, rows.count, out);
	return ST_OK;
}
