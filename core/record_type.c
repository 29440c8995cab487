/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record.h"
#include "text.h"

/*
 * The 29 types of NĐ 30/2020 article 7 with the abbreviations of its annex III, in the order of the
 * typeName codes of TT 05/2025 (01-32); official and public letters have no abbreviation there, so
 * CV and ThC are ours.  Then normative documents (Law 64/2025) and those of the Party.  A test
 * proves that each folded name is what text_fold makes of its name.
 */
static const struct record_type types[] = {
	/* clang-format off */
	{ "NQ", "Nghị quyết", "Resolution", "nghi quyet", "01" },
	{ "QĐ", "Quyết định", "Decision", "quyet dinh", "02" },
	{ "CT", "Chỉ thị", "Directive", "chi thi", "03" },
	{ "QC", "Quy chế", "Regulation (internal rules)", "quy che", "04" },
	{ "QyĐ", "Quy định", "Rules", "quy dinh", "05" },
	{ "TC", "Thông cáo", "Communiqué", "thong cao", "06" },
	{ "TB", "Thông báo", "Notice", "thong bao", "07" },
	{ "HD", "Hướng dẫn", "Guideline", "huong dan", "08" },
	{ "CTr", "Chương trình", "Programme", "chuong trinh", "09" },
	{ "KH", "Kế hoạch", "Plan", "ke hoach", "10" },
	{ "PA", "Phương án", "Scheme", "phuong an", "11" },
	{ "ĐA", "Đề án", "Proposal", "de an", "12" },
	{ "DA", "Dự án", "Project", "du an", "13" },
	{ "BC", "Báo cáo", "Report", "bao cao", "14" },
	{ "TTr", "Tờ trình", "Submission", "to trinh", "15" },
	{ "GUQ", "Giấy ủy quyền", "Letter of authorisation", "giay uy quyen", "16" },
	{ "PG", "Phiếu gửi", "Dispatch slip", "phieu gui", "17" },
	{ "PC", "Phiếu chuyển", "Transfer slip", "phieu chuyen", "18" },
	{ "PB", "Phiếu báo", "Notification slip", "phieu bao", "19" },
	{ "BB", "Biên bản", "Minutes", "bien ban", "20" },
	{ "HĐ", "Hợp đồng", "Contract", "hop dong", "21" },
	{ "CV", "Công văn", "Official letter", "cong van", "22" },
	{ "CĐ", "Công điện", "Official telegram", "cong dien", "23" },
	{ "BGN", "Bản ghi nhớ", "Memorandum", "ban ghi nho", "24" },
	{ "BTT", "Bản thỏa thuận", "Agreement", "ban thoa thuan", "25" },
	{ "GM", "Giấy mời", "Invitation", "giay moi", "26" },
	{ "GGT", "Giấy giới thiệu", "Letter of introduction", "giay gioi thieu", "27" },
	{ "GNP", "Giấy nghỉ phép", "Leave permit", "giay nghi phep", "28" },
	{ "ThC", "Thư công", "Public letter", "thu cong", "29" },
	{ "BĐ", "Bản đồ", "Map", "ban do", "30" },
	{ "BVKT", "Bản vẽ kỹ thuật", "Technical drawing", "ban ve ky thuat", "31" },
	{ "KHÁC", "Khác", "Other", "khac", "32" },
	/* normative and Party documents: "32" (other) in an exchange package */
	{ "HP", "Hiến pháp", "Constitution", "hien phap", "32" },
	{ "BL", "Bộ luật", "Code", "bo luat", "32" },
	{ "LUẬT", "Luật", "Law", "luat", "32" },
	{ "PL", "Pháp lệnh", "Ordinance", "phap lenh", "32" },
	{ "LỆNH", "Lệnh", "Order", "lenh", "32" },
	{ "NĐ", "Nghị định", "Decree", "nghi dinh", "32" },
	{ "TT", "Thông tư", "Circular", "thong tu", "32" },
	{ "TTLT", "Thông tư liên tịch", "Joint circular", "thong tu lien tich", "32" },
	{ "NQLT", "Nghị quyết liên tịch", "Joint resolution", "nghi quyet lien tich", "32" },
	{ "SL", "Sắc lệnh", "Decree-law", "sac lenh", "32" },
	{ "KL", "Kết luận", "Conclusion", "ket luan", "32" },
	/* clang-format on */
};
#define TYPE_COUNT (sizeof(types) / sizeof(types[0]))

const struct record_type *
record_types(size_t *count)
{
	*count = TYPE_COUNT;
	return types;
}

/* Bytes of one letter that only case tells apart: ASCII, and Đ (C4 90) from đ (C4 91). */
static unsigned char
lower_byte(struct span s, size_t i)
{
	unsigned char c = (unsigned char)s.p[i];

	if (c >= 'A' && c <= 'Z')
		return (unsigned char)(c + ('a' - 'A'));
	return c == 0x90 && i > 0 && (unsigned char)s.p[i - 1] == 0xc4 ? 0x91 : c;
}

static bool
same_code(struct span a, struct span b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower_byte(a, i) != lower_byte(b, i))
			return false;
	return true;
}

/* "QĐ" and "qđ": marks count, so that HD (hướng dẫn) is not HĐ (hợp đồng). */
static const struct record_type *
find_code(struct span name)
{
	owned(strbuf_free) struct strbuf normal = STRBUF_INIT;

	text_normalise(name, &normal);
	for (size_t i = 0; i < TYPE_COUNT; i++)
		if (same_code(strbuf_span(&normal), span_of(types[i].code)))
			return &types[i];
	return NULL;
}

/* By the key of the name, or of the code when only one type has it ("qd"; "ĐA" and "DA" differ). */
static const struct record_type *
find_key(struct span name)
{
	owned(strbuf_free) struct strbuf wanted = STRBUF_INIT, key = STRBUF_INIT;
	const struct record_type *by_code = NULL;
	size_t codes = 0;

	text_key(name, &wanted);
	if (wanted.len == 0)
		return NULL;
	for (size_t i = 0; i < TYPE_COUNT; i++) {
		strbuf_reset(&key);
		text_key(span_of(types[i].folded), &key);
		if (span_equal(strbuf_span(&key), strbuf_span(&wanted)))
			return &types[i];
		strbuf_reset(&key);
		text_key(span_of(types[i].code), &key);
		if (span_equal(strbuf_span(&key), strbuf_span(&wanted))) {
			by_code = &types[i];
			codes++;
		}
	}
	return codes == 1 ? by_code : NULL;
}

const struct record_type *
record_type_find(struct span name)
{
	const struct record_type *type;

	name = span_trim(name);
	if (name.n == 0 || name.n > 200)
		return NULL;
	type = find_code(name);
	return type ? type : find_key(name);
}

/* Party style puts a dash before a symbol with a slash of its own: 12-QĐ/TU, but 33/2024/QH15. */
static char
notation_joint(const char *symbol)
{
	bool year_first = symbol[0] >= '0' && symbol[0] <= '9';

	return strchr(symbol, '/') && !year_first ? '-' : '/';
}

void
record_notation(const char *number, const char *symbol, struct strbuf *out)
{
	bool has_number = number && *number, has_symbol = symbol && *symbol;

	if (has_number)
		strbuf_add_str(out, number);
	if (has_number && has_symbol)
		strbuf_add_char(out, notation_joint(symbol));
	if (has_symbol)
		strbuf_add_str(out, symbol);
}
