/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quyết định: authority, bases, request, articles; sometimes a list of members overleaf. */
#include "compose.h"

static void
add_bases(struct document *d)
{
	add_text(d, STYLE_BASIS, "Căn cứ {decree};");
	add_several(d, STYLE_BASIS, "{basis}", some(d, 1, 2));
	add_text(d, STYLE_BASIS, "{request}");
}

static void
add_articles(struct document *d)
{
	int i, n = some(d, 1, 3);

	add_text(
	    d, STYLE_BODY, "<b>Điều 1.</b> {^matter} {when}, gồm các nội dung chủ yếu sau đây:");
	for (i = 0; i < n; i++) {
		char *item = arena_printf(d->arena, "%d. {measure}", i + 1);

		add_text(d, STYLE_ITEM, item);
	}
	add_text(d, STYLE_BODY,
	    "<b>Điều 2.</b> {team} {verb}; được sử dụng con dấu của {office} và tự giải thể "
	    "sau khi hoàn thành nhiệm vụ.");
	if (d->appetite > 1)
		add_text(d, STYLE_BODY,
		    "<b>Điều 3.</b> Kinh phí thực hiện {money} đồng, lấy từ dự toán năm "
		    "{year}. {measure}");
	add_text(d, STYLE_BODY,
	    d->appetite > 1
		? "<b>Điều 4.</b> Quyết định này có hiệu lực kể từ ngày ký. Chánh Văn phòng, Trưởng {unit} và các "
		  "đơn vị, cá nhân có liên quan chịu trách nhiệm thi hành Quyết định này./."
		: "<b>Điều 3.</b> Quyết định này có hiệu lực kể từ ngày ký. Chánh Văn phòng, Trưởng {unit} chịu "
		  "trách nhiệm thi hành Quyết định này./.");
}

static void
add_members(struct document *d)
{
	static const double width[] = { 0.08, 0.30, 0.40, 0.22 };
	static const char *const head[] = { "STT", "Họ và tên", "Chức vụ, đơn vị công tác",
		"Nhiệm vụ" };
	struct table *t;
	int i, n = some(d, 4, 8);

	add_block(d, BLOCK_PAGE);
	add_text(d, STYLE_CENTRE, "DANH SÁCH THÀNH VIÊN");
	add_text(
	    d, STYLE_CENTRE_ITALIC, "(Kèm theo Quyết định số {notation} {date_long} của {office})");
	t = add_table(d, 4, width);
	add_row(d, t, head);
	for (i = 0; i < n; i++) {
		const char *row[4] = { arena_printf(d->arena, "%d", i + 1), "{person}", "{rank}",
			i == 0 ? "Trưởng đoàn" : "{role}" };

		add_row(d, t, row);
	}
}

void
compose_decision(struct document *d)
{
	add_block(d, BLOCK_NATION);
	add_block(d, BLOCK_TITLE);
	add_text(d, STYLE_CENTRE, "{authority}");
	add_bases(d);
	add_text(d, STYLE_CENTRE, "QUYẾT ĐỊNH:");
	add_articles(d);
	add_recipients(d, "- Như Điều {3-4};");
	add_block(d, BLOCK_FOOT);
	if (d->appetite > 1)
		add_members(d);
}
