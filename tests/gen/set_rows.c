/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sets that are fixed document by document: what a test or the demo looks for is always there. */
#include <stdio.h>

#include "set.h"

/* One document of a set by name. */
struct row {
	const char *name;
	const char *kind;
	const char *state; /* "" for documents that were never paper */
	const char *format;
	int dpi; /* 0: the state's */
	int turn;
	size_t appetite;
	bool blank;
	const char *matter; /* NULL: drawn */
	const char *secrecy;
};

/* Mixed as an office's scans are; every matter can be searched for. */
static const struct row demo[] = {
	{ "quyet-dinh-diem-du-lich", "decision", "scan", "pdf", 300, 0, 2, false,
	    "công nhận điểm du lịch Hang Luồn Xanh", NULL },
	{ "cong-van-an-toan-bai-tam", "letter", "scan", "pdf", 200, 0, 2, false,
	    "bảo đảm an toàn cho khách tắm biển tại bãi tắm Hòn Dấu Trong", NULL },
	{ "ke-hoach-le-hoi", "plan", "scan", "pdf", 200, 0, 2, false,
	    "tổ chức Lễ hội Hoa Phượng Đỏ", NULL },
	{ "to-trinh-ben-tau", "proposal", "bw", "pdf", 300, 0, 2, false,
	    "nâng cấp hạ tầng bến tàu du lịch Bến Gót Cũ", NULL },
	{ "thong-bao-the-huong-dan-vien", "notice", "scan", "tiff", 200, 0, 2, false,
	    "cấp thẻ hướng dẫn viên du lịch quốc tế", NULL },
	{ "giay-moi-tap-huan", "invitation", "clean", "jpeg", 200, 0, 1, false,
	    "bồi dưỡng nghiệp vụ văn thư, lưu trữ", NULL },
	{ "bao-cao-rac-thai-nhua", "report", "scan", "pdf", 200, 0, 3, false,
	    "phòng, chống rác thải nhựa tại các bãi tắm công cộng", NULL },
	{ "bien-ban-danh-gia-noi-bo", "minutes", "grey", "pdf", 300, 0, 2, false,
	    "đánh giá nội bộ hệ thống quản lý chất lượng tại Phòng Quản lý lữ hành", NULL },
	{ "quy-trinh-xep-hang-khach-san", "process", "scan", "pdf", 200, 0, 2, false,
	    "công nhận hạng cơ sở lưu trú du lịch", NULL },
	{ "giay-hen-giay-phep-lu-hanh", "receipt", "scan", "png", 200, 0, 1, false,
	    "cấp giấy phép kinh doanh dịch vụ lữ hành quốc tế", NULL },
	{ "danh-sach-the-noi-dia", "register", "scan", "pdf", 300, 0, 2, false,
	    "cấp lại thẻ hướng dẫn viên du lịch nội địa", NULL },
	{ "letter-cruise-safety", "en-letter", "scan", "pdf", 200, 0, 2, false, NULL, NULL },
	{ "report-craft-villages", "en-report", "clean", "pdf", 200, 0, 2, false, NULL, NULL },
	{ "cong-van-song-ngu", "bilingual", "scan", "pdf", 200, 0, 2, false,
	    "liên kết phát triển du lịch với tỉnh Quảng Ninh", NULL },
	{ "quyet-dinh-doan-kiem-tra", "decision", "bad", "pdf", 200, 0, 2, false,
	    "kiểm tra hoạt động kinh doanh tàu thủy lưu trú du lịch", NULL },
	{ "cong-van-phong-chong-bao", "letter", "fax", "tiff", 200, 0, 1, false,
	    "ứng phó bão và áp thấp nhiệt đới đối với vận tải khách du lịch", NULL },
	{ "thong-bao-gia-dich-vu", "notice", "scan", "pdf", 200, 90, 1, false,
	    "quản lý giá dịch vụ tại khu du lịch Vịnh Lặng", NULL },
	{ "bien-ban-nghiem-thu-kho", "minutes", "scan", "pdf", 200, 180, 1, true,
	    "chỉnh lý và nộp lưu hồ sơ thủ tục hành chính", NULL },
	{ "ke-hoach-chuyen-doi-so", "plan", "", "text-pdf", 0, 0, 2, false,
	    "hỗ trợ cơ sở lưu trú du lịch chuyển đổi số", NULL },
	{ "bao-cao-luot-khach", "report", "", "html", 0, 0, 1, false,
	    "thống kê lượt khách và doanh thu của cơ sở lưu trú du lịch", NULL },
	{ "to-trinh-camera", "proposal", "bleed", "pdf", 200, 0, 2, false,
	    "mua sắm hệ thống camera giám sát phục vụ Bộ phận Một cửa", NULL },
	{ "quyet-dinh-thi-dua", "decision", "scan", "pdf", 200, 0, 2, true,
	    "xét tặng danh hiệu thi đua cho Trung tâm Xúc tiến Du lịch", NULL },
	{ "quy-trinh-kiem-soat-tai-lieu", "process", "grey", "pdf", 200, 0, 3, false,
	    "kiểm soát tài liệu và hồ sơ", NULL },
	{ "cong-van-khao-sat-san-ho", "letter", "scan", "pdf", 200, 270, 1, false,
	    "khảo sát, xây dựng tua ngắm san hô và sinh vật biển", NULL },
};

/* Few words and few pixels: for tests that read them many times. */
static const struct row test[] = {
	{ "quyet-dinh", "decision", "scan", "pdf", 200, 0, 0, false, "công nhận bãi tắm Cát Trắng",
	    NULL },
	{ "cong-van", "letter", "bw", "pdf", 200, 0, 0, false, "sửa chữa xuồng cứu hộ", NULL },
	{ "thong-bao", "short", "clean", "tiff", 200, 0, 0, true,
	    "tiếp nhận hồ sơ cấp biển hiệu phương tiện", NULL },
	{ "giay-moi", "short", "scan", "jpeg", 200, 0, 0, false, "đánh giá làng nghề gốm", NULL },
	{ "nghieng", "short", "scan", "png", 200, 90, 0, false, "quảng bá phố đi bộ ban đêm",
	    NULL },
	{ "mat", "short", "bw", "pdf", 200, 0, 0, false, "kiểm kê tài liệu kho số hai", "TỐI MẬT" },
	{ "english", "en-letter", "clean", "pdf", 200, 0, 0, false, NULL, NULL },
	{ "dien-tu", "short", "", "text-pdf", 0, 0, 0, true, "giao lưu hát đúm mở rộng", NULL },
	{ "trang-web", "short", "", "html", 0, 0, 0, false, "cứu hộ rùa biển", NULL },
	{ "van-ban", "short", "", "text", 0, 0, 0, false, "trồng rừng ngập mặn", NULL },
};

/* Sixteen full pages. */
static const struct row bench[] = {
	{ "b01", "decision", "scan", "pdf", 300, 0, 2, false, NULL, NULL },
	{ "b02", "letter", "scan", "pdf", 300, 0, 2, false, NULL, NULL },
	{ "b03", "plan", "scan", "pdf", 300, 0, 2, false, NULL, NULL },
	{ "b04", "report", "scan", "pdf", 300, 0, 3, false, NULL, NULL },
	{ "b05", "register", "scan", "pdf", 300, 0, 1, false, NULL, NULL },
	{ "b06", "process", "scan", "pdf", 300, 0, 2, false, NULL, NULL },
	{ "b07", "minutes", "scan", "pdf", 300, 0, 3, false, NULL, NULL },
	{ "b08", "en-letter", "scan", "pdf", 300, 0, 3, false, NULL, NULL },
	{ "b09", "proposal", "scan", "pdf", 300, 0, 3, false, NULL, NULL },
};

/* FNV-1a: a row keeps its document when rows come before it. */
static uint64_t
name_hash(const char *name)
{
	uint64_t h = 0xcbf29ce484222325U;

	for (; *name != 0; name++)
		h = (h ^ (unsigned char)*name) * 0x100000001b3U;
	return h;
}

static struct order
order_of(const struct row *row, const struct wish *w)
{
	struct order o = { .name = row->name };

	o.draft.kind = kind_find(row->kind);
	o.draft.appetite = w->appetite >= 0 ? (size_t)w->appetite : row->appetite;
	o.draft.matter = w->matter != NULL ? w->matter : row->matter;
	o.draft.secrecy = w->secrecy != NULL ? w->secrecy : row->secrecy;
	o.format = w->format != NULL ? w->format : format_find(row->format);
	/* A row that was never paper takes the plainest state when the wish makes it paper. */
	o.state = w->state != NULL ? w->state : state_find(*row->state != 0 ? row->state : "clean");
	o.turn = w->turn >= 0 ? w->turn : row->turn;
	o.dpi = w->dpi > 0 ? w->dpi : row->dpi;
	if (o.dpi == 0 || (w->state != NULL && w->dpi == 0))
		o.dpi = o.state->dpi;
	o.blank = row->blank;
	return o;
}

static enum status
rows_make(
    const struct row *rows, size_t n, const struct wish *w, PangoContext *context, struct err *err)
{
	enum status st;
	size_t i;

	if (w->kind != NULL)
		return fail(err, ST_INVALID, "--kind: the set %s fixes the kinds", w->set);
	if (w->count >= 0 && (size_t)w->count > n)
		return fail(
		    err, ST_INVALID, "--count %ld: the set %s has %zu", w->count, w->set, n);
	if (w->count >= 0)
		n = (size_t)w->count;
	st = truth_begin(w->truth, err);
	for (i = 0; i < n && st == ST_OK; i++) {
		struct order o = order_of(&rows[i], w);
		struct rng rng = rng_make(w->seed, name_hash(rows[i].name));

		o.draft.seed = rng_next(&rng);
		st = order_make(&o, context, w->folder, w->truth, err);
	}
	return st;
}

enum status
set_demo(const struct wish *w, PangoContext *context, struct err *err)
{
	return rows_make(demo, sizeof(demo) / sizeof(*demo), w, context, err);
}

enum status
set_test(const struct wish *w, PangoContext *context, struct err *err)
{
	return rows_make(test, sizeof(test) / sizeof(*test), w, context, err);
}

enum status
set_bench(const struct wish *w, PangoContext *context, struct err *err)
{
	return rows_make(bench, sizeof(bench) / sizeof(*bench), w, context, err);
}
