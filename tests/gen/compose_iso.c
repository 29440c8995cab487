/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Controlled documents and one-stop forms: quy trình, giấy tiếp nhận, danh sách. */
#include <string.h>

#include "compose.h"

static const char *const steps[] = {
	"Tiếp nhận, kiểm tra thành phần hồ sơ",
	"Chuyển hồ sơ về {unit}",
	"Phân công chuyên viên thụ lý",
	"Thẩm định hồ sơ, yêu cầu bổ sung nếu thiếu",
	"Khảo sát thực tế tại {site}",
	"Dự thảo kết quả giải quyết",
	"Soát xét nội dung và thể thức",
	"Ký duyệt kết quả",
	"Lấy số, đóng dấu, phát hành",
	"Trả kết quả cho tổ chức, cá nhân",
	"Đánh giá sự hài lòng của khách hàng",
	"Thống kê, theo dõi và lưu hồ sơ",
};

static void
add_steps(struct document *d)
{
	static const double width[] = { 0.10, 0.34, 0.22, 0.18, 0.16 };
	static const char *const head[] = { "Bước", "Nội dung công việc", "Trách nhiệm",
		"Thời gian", "Biểu mẫu" };
	struct table *t = add_table(d, 5, width);
	int i, n = 0, last = sizeof(steps) / sizeof(*steps) - 1;

	add_row(d, t, head);
	for (i = 0; i <= last; i++) {
		const char *row[5] = { arena_printf(d->arena, "B%d", n + 1), steps[i], "{step_who}",
			rng_below(&d->scope.rng, 2) ? "nửa ngày làm việc" : "{1-6} ngày làm việc",
			"{step_form}" };

		/* The first and the last are never left out. */
		if (i > 0 && i < last && rng_below(&d->scope.rng, 4) >= d->appetite + 1)
			continue;
		add_row(d, t, row);
		n++;
	}
}

static void
add_revisions(struct document *d)
{
	static const double width[] = { 0.22, 0.18, 0.60 };
	static const char *const head[] = { "Ngày sửa đổi", "Vị trí", "Nội dung sửa đổi" };
	static const char *const row[] = { "{before_short}", "Mục {1-6}", "{^do}" };
	struct table *t = add_table(d, 3, width);
	int i, n = rng_between(&d->scope.rng, 1, 3);

	add_row(d, t, head);
	for (i = 0; i < n; i++)
		add_row(d, t, row);
}

/* A code instead of a number: QT-LH-05. */
static void
code_choose(struct document *d)
{
	static const char *const field[] = { "LH", "LT", "HDV", "VP", "TTr", "KT" };

	d->number = rng_between(&d->scope.rng, 1, 30);
	d->symbol = arena_printf(d->arena, "QT-%s", field[rng_below(&d->scope.rng, 6)]);
	d->notation = arena_printf(d->arena, "%s-%02d", d->symbol, d->number);
	scope_bind(&d->scope, "notation", d->notation);
	scope_bind(&d->scope, "issue", phrase_make(&d->scope, "0{1-5}"));
	scope_bind(&d->scope, "issue_date",
	    arena_printf(d->arena, "%02d/%02d/%d", d->scope.day, d->scope.month, d->scope.year));
}

void
compose_process(struct document *d)
{
	code_choose(d);
	add_block(d, BLOCK_FORM_HEAD);
	add_text(d, STYLE_HEADING, "SỬA ĐỔI TÀI LIỆU");
	add_revisions(d);
	add_text(d, STYLE_HEADING, "1. MỤC ĐÍCH");
	add_text(d, STYLE_BODY,
	    "Quy định thống nhất trình tự và trách nhiệm trong việc {matter}. {aim}");
	add_text(d, STYLE_HEADING, "2. PHẠM VI");
	add_text(
	    d, STYLE_BODY, "Áp dụng đối với {unit}, {unit} và các tổ chức, cá nhân có liên quan.");
	add_text(d, STYLE_HEADING, "3. TÀI LIỆU VIỆN DẪN");
	add_text(d, STYLE_ITEM, "- TCVN ISO 9001:2015 Hệ thống quản lý chất lượng - Các yêu cầu;");
	add_text(d, STYLE_ITEM, "- {law};");
	add_text(d, STYLE_ITEM, "- {decree}.");
	add_text(d, STYLE_HEADING, "4. THÀNH PHẦN HỒ SƠ");
	add_several(d, STYLE_ITEM, "- {paper};", some(d, 2, 4));
	add_text(d, STYLE_HEADING, "5. NỘI DUNG QUY TRÌNH");
	add_steps(d);
	add_text(d, STYLE_HEADING, "6. LƯU HỒ SƠ");
	add_text(d, STYLE_BODY,
	    "Hồ sơ được lưu tại {unit} trong {5-20} năm, sau đó chuyển kho lưu trữ.");
	add_block(d, BLOCK_FOOT);
}

/* Giấy tiếp nhận hồ sơ và hẹn trả kết quả (TT 01/2018/TT-VPCP, form 01). */
void
compose_receipt(struct document *d)
{
	d->notation = arena_printf(d->arena, "%d/%s", d->number, d->symbol);
	add_block(d, BLOCK_NATION);
	add_text(d, STYLE_TITLE, "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ");
	add_text(d, STYLE_CENTRE_PLAIN, "Mã hồ sơ: {file_code}");
	add_text(d, STYLE_PLAIN, "Bộ phận tiếp nhận và trả kết quả: {office}");
	add_text(d, STYLE_PLAIN, "Tiếp nhận hồ sơ của: {titled_person}, đại diện {firm}");
	add_text(d, STYLE_PLAIN, "Địa chỉ: {address}. Số điện thoại: {phone}");
	add_text(d, STYLE_PLAIN, "Nội dung yêu cầu giải quyết: {subject}");
	add_text(d, STYLE_PLAIN, "Mã thủ tục: {procedure_code}");
	add_text(d, STYLE_PLAIN, "<b>1. Thành phần hồ sơ nộp gồm:</b>");
	add_several(d, STYLE_PLAIN, "- {paper};", some(d, 2, 4));
	add_text(d, STYLE_PLAIN, "<b>2. Số lượng hồ sơ:</b> {1-3} bộ.");
	add_text(
	    d, STYLE_PLAIN, "<b>3. Thời gian giải quyết theo quy định:</b> {5-20} ngày làm việc.");
	add_text(d, STYLE_PLAIN,
	    "<b>4. Thời gian nhận hồ sơ:</b> {7-16} giờ {10-59} phút, {date_long}.");
	add_text(d, STYLE_PLAIN, "<b>5. Thời gian trả kết quả:</b> 16 giờ 00 phút, {after}.");
	add_text(d, STYLE_PLAIN, "<b>6. Đăng ký nhận kết quả tại:</b> Bộ phận Một cửa, {address}.");
	add_text(d, STYLE_SMALL,
	    "Ghi chú: Giấy này lập thành hai liên, một liên giao cho người nộp, một "
	    "liên lưu kèm hồ sơ.");
	d->capacity = NULL;
	d->post = arena_dup(d->arena, "NGƯỜI TIẾP NHẬN HỒ SƠ");
	add_block(d, BLOCK_FOOT);
}

void
compose_register(struct document *d)
{
	static const double width[] = { 0.07, 0.26, 0.33, 0.16, 0.18 };
	static const char *const head[] = { "STT", "Họ và tên", "Đơn vị, địa chỉ", "Ngày nộp",
		"Kết quả" };
	struct table *t;
	int i, n = some(d, 12, 22);

	add_block(d, BLOCK_NATION);
	add_block(d, BLOCK_TITLE);
	t = add_table(d, 5, width);
	add_row(d, t, head);
	for (i = 0; i < n; i++) {
		const char *row[5] = { arena_printf(d->arena, "%d", i + 1), "{person}",
			i % 3 == 0 ? "{address}" : "{firm}", "{before_short}", "{^result}" };

		add_row(d, t, row);
	}
	scope_bind(&d->scope, "rows", arena_printf(d->arena, "%d", n));
	add_text(d, STYLE_BODY, "Tổng số: {rows} hồ sơ, trong đó {share}% đã có kết quả./.");
	add_recipients(d, "- Bộ phận Một cửa;");
	add_block(d, BLOCK_FOOT);
}

/* A few lines, for tests that must be quick. */
void
compose_short(struct document *d)
{
	add_block(d, BLOCK_NATION);
	add_block(d, BLOCK_TITLE);
	add_text(d, STYLE_BODY, "{office} thông báo việc {matter} {where}.");
	add_text(d, STYLE_BODY, "{contact}/.");
	add_line(d, &d->recipients, "- Lưu: VT.");
	add_block(d, BLOCK_FOOT);
}

/* The sheet that is laid between two documents of a stack. */
void
compose_separator(struct document *d)
{
	add_text(d, STYLE_CENTRE, "TỜ PHÂN CÁCH");
	add_text(d, STYLE_CENTRE_PLAIN, "Đặt tờ này giữa hai văn bản khi quét cả tập");
	add_block(d, BLOCK_CODE);
}

/* One line, then leaves on which only their number stands, 2 to 12. */
void
compose_numbers(struct document *d)
{
	int i;

	add_text(d, STYLE_CENTRE, "TỜ ĐẦU");
	for (i = 2; i <= 12; i++)
		add_block(d, BLOCK_PAGE);
}
