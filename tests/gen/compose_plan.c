/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kế hoạch and thông báo: headings, items, a timetable. */
#include "compose.h"

static void
add_timetable(struct document *d)
{
	static const double width[] = { 0.08, 0.42, 0.28, 0.22 };
	static const char *const head[] = { "TT", "Nội dung công việc", "Đơn vị chủ trì",
		"Thời hạn" };
	struct table *t = add_table(d, 4, width);
	int i, n = some(d, 3, 6);

	add_row(d, t, head);
	for (i = 0; i < n; i++) {
		const char *row[4] = { arena_printf(d->arena, "%d", i + 1), "{^do}", "{unit}",
			"{after_short}" };

		add_row(d, t, row);
	}
}

void
compose_plan(struct document *d)
{
	add_block(d, BLOCK_NATION);
	add_block(d, BLOCK_TITLE);
	add_text(d, STYLE_BODY, "Thực hiện {decree}, {office} xây dựng kế hoạch như sau:");
	add_text(d, STYLE_HEADING, "I. MỤC ĐÍCH, YÊU CẦU");
	add_several(d, STYLE_ITEM, "- {aim}", some(d, 1, 3));
	add_text(d, STYLE_HEADING, "II. NỘI DUNG");
	add_text(d, STYLE_HEADING, "1. Nhiệm vụ trọng tâm");
	add_several(d, STYLE_ITEM, "- {measure}", some(d, 2, 3));
	add_text(d, STYLE_HEADING, "2. Tiến độ thực hiện");
	add_timetable(d);
	add_text(d, STYLE_HEADING, "III. KINH PHÍ");
	add_text(d, STYLE_BODY,
	    "Tổng kinh phí dự kiến {money} đồng (bằng số), từ nguồn ngân sách năm {year} và các "
	    "nguồn huy động hợp pháp khác.");
	add_text(d, STYLE_HEADING, "IV. TỔ CHỨC THỰC HIỆN");
	add_several(d, STYLE_ITEM, "- {measure}", some(d, 1, 3));
	add_text(d, STYLE_BODY,
	    "Trên đây là kế hoạch {matter}; yêu cầu các đơn vị nghiêm túc thực "
	    "hiện./.");
	add_recipients(d, "- UBND thành phố (để báo cáo);");
	add_block(d, BLOCK_FOOT);
}

void
compose_notice(struct document *d)
{
	add_block(d, BLOCK_NATION);
	add_block(d, BLOCK_TITLE);
	add_text(d, STYLE_BODY, "{opening}");
	add_several(d, STYLE_ITEM, "- {measure}", some(d, 2, 4));
	add_text(d, STYLE_BODY,
	    "Thời gian tiếp nhận hồ sơ: từ {date_long} đến hết {after}, trong giờ hành chính.");
	add_text(d, STYLE_BODY, "Địa điểm: {^unit}, {address}.");
	add_several(d, STYLE_BODY, "{fact}", some(d, 0, 1));
	add_text(d, STYLE_BODY, "{contact}/.");
	add_recipients(d, "- Các đơn vị liên quan;");
	add_block(d, BLOCK_FOOT);
}

void
compose_invitation(struct document *d)
{
	add_block(d, BLOCK_NATION);
	add_block(d, BLOCK_TITLE);
	add_text(d, STYLE_BODY, "{office} trân trọng kính mời: {addressee}; {addressee}; {firm}.");
	add_text(d, STYLE_BODY, "Tới dự: {subject}.");
	add_text(d, STYLE_BODY, "Chủ trì: {titled_person}, {rank}.");
	add_text(d, STYLE_BODY, "Thời gian: {7-10} giờ 30 phút, {after}.");
	add_text(d, STYLE_BODY, "Địa điểm: Hội trường tầng {1-5}, {address}.");
	add_text(d, STYLE_HEADING, "Nội dung:");
	add_several(d, STYLE_ITEM, "- Trao đổi về việc {do};", some(d, 1, 3));
	add_text(d, STYLE_BODY,
	    "Đề nghị đại biểu đến dự đúng giờ và gửi ý kiến bằng văn bản trước {after}. {contact}/.");
	add_recipients(d, "- Như thành phần mời;");
	add_block(d, BLOCK_FOOT);
}
