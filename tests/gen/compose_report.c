/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tờ trình, báo cáo, biên bản: facts, figures, opinions. */
#include "compose.h"

void
compose_proposal(struct document *d)
{
	add_addressees(d);
	add_block(d, BLOCK_NATION);
	add_block(d, BLOCK_TITLE);
	add_block(d, BLOCK_ADDRESSEES);
	add_several(d, STYLE_BASIS, "{basis}", some(d, 1, 2));
	add_text(d, STYLE_BODY, "{office} kính trình xem xét, phê duyệt với các nội dung sau:");
	add_text(d, STYLE_HEADING, "1. Sự cần thiết");
	add_several(d, STYLE_BODY, "{fact}", some(d, 1, 2));
	add_text(d, STYLE_HEADING, "2. Nội dung đề nghị");
	add_several(d, STYLE_ITEM, "- {measure}", some(d, 1, 3));
	add_text(d, STYLE_HEADING, "3. Kinh phí và thời gian");
	add_text(
	    d, STYLE_BODY, "Tổng mức đầu tư {money} đồng; thời gian hoàn thành trước {after}.");
	add_text(d, STYLE_BODY, "{office} kính trình xem xét, quyết định./.");
	add_recipients(d, "- Như trên;");
	add_block(d, BLOCK_FOOT);
}

static void
add_figures(struct document *d)
{
	static const double width[] = { 0.08, 0.44, 0.16, 0.16, 0.16 };
	static const char *const head[] = { "TT", "Chỉ tiêu", "Năm {last_year}", "Năm {year}",
		"So sánh (%)" };
	static const char *const what[] = { "Số {business} hoạt động",
		"Lượt khách quốc tế (nghìn lượt)", "Lượt khách nội địa (nghìn lượt)",
		"Doanh thu (tỷ đồng)", "Số lao động được đào tạo", "Hồ sơ giải quyết đúng hạn",
		"Lượt kiểm tra tại {district}", "Số vụ vi phạm bị xử lý" };
	struct table *t = add_table(d, 5, width);
	size_t i;

	add_row(d, t, head);
	for (i = 0; i < sizeof(what) / sizeof(*what); i++) {
		const char *row[5] = { arena_printf(d->arena, "%zu", i + 1), what[i], "{10-990}",
			"{10-990}", "{80-140},{0-9}" };

		add_row(d, t, row);
	}
}

void
compose_report(struct document *d)
{
	add_block(d, BLOCK_NATION);
	add_block(d, BLOCK_TITLE);
	add_text(d, STYLE_BODY, "{opening}");
	add_text(d, STYLE_HEADING, "I. KẾT QUẢ ĐẠT ĐƯỢC");
	add_several(d, STYLE_BODY, "{fact}", some(d, 2, 4));
	add_text(d, STYLE_BODY, "Kết quả cụ thể trong bảng sau:");
	add_figures(d);
	add_text(d, STYLE_HEADING, "II. TỒN TẠI, HẠN CHẾ");
	add_several(d, STYLE_ITEM, "- {fact}", some(d, 1, 2));
	add_text(d, STYLE_HEADING, "III. PHƯƠNG HƯỚNG, NHIỆM VỤ");
	add_several(d, STYLE_ITEM, "- {measure}", some(d, 2, 4));
	add_text(d, STYLE_BODY, "{office} kính báo cáo./.");
	add_recipients(d, "- UBND thành phố (để báo cáo);");
	add_block(d, BLOCK_FOOT);
}

void
compose_minutes(struct document *d)
{
	add_block(d, BLOCK_NATION);
	add_block(d, BLOCK_TITLE);
	add_text(d, STYLE_BODY, "Thời gian bắt đầu: {7-14} giờ 30 phút, {date_long}.");
	add_text(d, STYLE_BODY, "Địa điểm: {address}.");
	add_text(d, STYLE_HEADING, "I. Thành phần tham dự");
	add_several(d, STYLE_ITEM, "- {titled_person}, {rank};", some(d, 2, 4));
	add_text(d, STYLE_ITEM, "- Thư ký: {person}, chuyên viên {unit}.");
	add_text(d, STYLE_HEADING, "II. Nội dung");
	add_several(d, STYLE_BODY, "{fact}", some(d, 1, 2));
	add_text(d, STYLE_HEADING, "III. Ý kiến phát biểu");
	add_several(d, STYLE_ITEM, "- {^opinion}", some(d, 2, 3));
	add_text(d, STYLE_HEADING, "IV. Kết luận");
	add_several(d, STYLE_ITEM, "- {measure}", some(d, 1, 2));
	add_text(d, STYLE_BODY,
	    "Biên bản kết thúc vào {15-17} giờ cùng ngày, đã đọc lại cho mọi người cùng nghe, lập "
	    "thành {2-4} bản có giá trị như nhau./.");
	add_recipients(d, "- Như thành phần tham dự;");
	add_block(d, BLOCK_FOOT);
}
