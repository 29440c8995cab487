/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "search_parts.h"

static const char *const kind_names[QUERY_KIND_COUNT] = { "AND", "OR", "NOT", "WORDS", "PHRASE",
	"NUMBER", "PART", "TYPE", "DATE", "ISSUER", "DOSSIER", "LANGUAGE", "NEAR", "SIGNER",
	"STATE", "SUBJECT", "LEVEL", "PAGE", "RETENTION", "DUE", "HELD", "PROCEDURE", "APPLICANT",
	"SORT" };

static const struct {
	const char *vi, *en;
} problem_texts[SEARCH_PROBLEM_COUNT] = {
	[SEARCH_OK] = { "Không có lỗi.", "No problem." },
	[SEARCH_TOO_LONG] = { "Câu tìm quá dài, phần từ đây bị bỏ qua.",
	    "The query is too long; it was cut here." },
	[SEARCH_TOO_MANY_WORDS] = { "Câu tìm có quá nhiều từ, phần từ đây bị bỏ qua.",
	    "The query has too many words; the rest from here was left out." },
	[SEARCH_TOO_DEEP] = { "Quá nhiều dấu ngoặc lồng nhau; dấu ngoặc này bị bỏ qua.",
	    "Too many brackets in brackets; this one was ignored." },
	[SEARCH_OPEN_QUOTE] = { "Thiếu dấu ngoặc kép đóng; phần này được tìm như các từ rời.",
	    "The closing quotation mark is missing; this was searched as words." },
	[SEARCH_OPEN_GROUP] = { "Thiếu dấu ngoặc đóng \")\".", "The closing bracket is missing." },
	[SEARCH_CLOSE_GROUP] = { "Dấu ngoặc đóng \")\" này thừa và bị bỏ qua.",
	    "This closing bracket has no partner and was ignored." },
	[SEARCH_NO_OPERAND] = { "Toán tử này thiếu một vế và bị bỏ qua.",
	    "This operator lacks something beside it and was ignored." },
	[SEARCH_ONLY_NOT] = { "Câu tìm chỉ loại trừ; kết quả là mọi hồ sơ còn lại.",
	    "The query only excludes; everything else was found." },
	[SEARCH_BAD_DATE] = { "Không hiểu ngày này; được tìm như các từ. Ví dụ: ngày:15/03/2020, "
			      "năm:2019..2021.",
	    "This is no date; it was searched as words. Examples: date:2020-03-15, "
	    "year:2019..2021." },
	[SEARCH_BAD_NUMBER] = { "Không hiểu số, ký hiệu này; được tìm như các từ. Ví dụ: "
				"số:15/QĐ-SDL.",
	    "This is no document number; it was searched as words. Example: "
	    "number:15/QĐ-SDL." },
	[SEARCH_BAD_VALUE] = { "Thiếu hoặc không hiểu giá trị của trường này; được tìm như các từ.",
	    "The value of this field is missing or unknown; it was searched as words." },
	[SEARCH_BAD_DISTANCE] = { "Khoảng cách của NEAR là từ 1 đến 99; đã dùng 10.",
	    "NEAR takes a distance from 1 to 99; 10 was used." },
	[SEARCH_FORM_PLACE] = { "Dấu * và ~ không dùng được trong ngoặc kép và bên cạnh NEAR; đã bỏ qua.",
	    "* and ~ mean nothing in quotes and beside NEAR; they were ignored." },
	[SEARCH_UNKNOWN_NAME] = { "Không có thời hạn bảo quản, lệnh giữ hoặc quy trình nào tên như vậy.",
	    "No retention rule, hold or procedure is called so." },
	[SEARCH_MANY_FORMS] = { "Quá nhiều từ khớp với * hoặc ~ này; chỉ tìm những từ hay gặp nhất "
				"(10.000 từ với *, 50 từ với ~).",
	    "Too many words fit this * or ~; only the most frequent ones were searched for (10,000 "
	    "with *, 50 with ~)." },
	[SEARCH_LOOSE_QUOTE] = { "Không hồ sơ nào tìm được có cụm từ này; được tìm như các từ rời.",
	    "No record that was found has this phrase; it was searched as words." },
	[SEARCH_UNREAD_NUMBER] = { "Không hồ sơ nào tìm được mang số này; cũng tìm những hồ sơ có ký hiệu "
				   "này mà chưa có số hoặc chưa đọc được số.",
	    "No record that was found has this number; those with its symbol and no number, or one "
	    "that could not be read, were searched for, too." },
	[SEARCH_UNREAD_DATE] = { "Không hồ sơ nào tìm được có ngày này; cũng tìm những hồ sơ chỉ đọc được "
				 "tháng hoặc năm.",
	    "No record that was found has this date; those of which only the month or the year could "
	    "be read were searched for, too." },
	[SEARCH_SHORT_FORM] = { "Cần ít nhất 2 chữ cái trước * và 4 trước ~; được tìm như một từ.",
	    "At least 2 letters must stand before * and 4 before ~; it was searched as a word." },
};

const char *
search_problem_text(enum search_problem_code code, const char *language)
{
	if ((unsigned)code >= SEARCH_PROBLEM_COUNT)
		code = SEARCH_OK;
	return language != NULL && strcmp(language, "en") == 0 ? problem_texts[code].en
							       : problem_texts[code].vi;
}

void
query_part_describe(const struct query_part *p, struct strbuf *out)
{
	size_t i;

	strbuf_addf(out, "(%s", kind_names[p->kind]);
	if (p->kind == QUERY_WORDS && p->soft)
		strbuf_add_char(out, '~');
	if (p->kind == QUERY_NEAR)
		strbuf_addf(out, "/%u", p->window);
	for (i = 0; i < p->word_count; i++) {
		strbuf_addf(out, "%s%.*s", p->words[i].clause && i > 0 ? " / " : " ",
		    SPAN_ARG(p->words[i].toned));
		if (p->words[i].form == FORM_PREFIX)
			strbuf_add_char(out, '*');
		else if (p->words[i].form == FORM_FUZZY)
			strbuf_addf(out, "~~%u", p->words[i].distance);
	}
	for (i = 0; i < p->value_count; i++)
		strbuf_addf(out, " %s", p->values[i]);
	if (p->value.n > 0)
		strbuf_addf(out, " %.*s", SPAN_ARG(p->value));
	if (p->kind == QUERY_RETENTION && p->from > 0)
		strbuf_addf(out, " %u", p->from);
	if (p->kind == QUERY_DATE || p->kind == QUERY_PAGE || (p->kind == QUERY_DUE && p->to > 0))
		strbuf_addf(out, " %u %u", p->from, p->to);
	for (i = 0; i < p->child_count; i++) {
		strbuf_add_char(out, ' ');
		query_part_describe(p->child[i], out);
	}
	strbuf_add_char(out, ')');
}

void
search_query_describe(const struct search_query *q, struct strbuf *out)
{
	size_t i;

	if (q->sorted)
		strbuf_addf(out, "@%d ", (int)q->sort);
	if (q->root != NULL)
		query_part_describe(q->root, out);
	for (i = 0; i < q->number_count; i++)
		strbuf_addf(out, " +%s", q->numbers[i].key);
}
