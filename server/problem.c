/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "problem.h"

static const struct problem_text by_status[ST_COUNT] = {
	[ST_OK] = { "ok", 200, "Được", "OK", "", "" },
	[ST_NOT_FOUND] = { "not-found", 404, "Không tìm thấy", "Not found",
	    "Không có mục này, hoặc anh/chị không có quyền xem. Hãy kiểm tra lại địa chỉ hoặc hỏi văn thư.",
	    "There is no such item, or you may not see it. Check the address or ask the archivist." },
	[ST_EXISTS] = { "exists", 409, "Đã có rồi", "Already there",
	    "Mục có cùng mã hoặc tên đã tồn tại. Hãy chọn mã hoặc tên khác.",
	    "Something with this code or name exists already. Choose another one." },
	[ST_INVALID] = { "invalid", 400, "Dữ liệu không hợp lệ", "Invalid input",
	    "Hãy sửa giá trị đã nhập rồi gửi lại.", "Correct the value and send it again." },
	[ST_UNAUTHENTICATED] = { "unauthenticated", 401, "Chưa đăng nhập", "Not signed in",
	    "Hãy đăng nhập rồi thử lại.", "Sign in and try again." },
	[ST_DENIED] = { "denied", 403, "Không được phép", "Not allowed",
	    "Anh/chị không có quyền làm việc này. Nếu cần, hãy hỏi văn thư hoặc quản trị viên.",
	    "You may not do this. Ask the archivist or the administrator if you need to." },
	[ST_CONFLICT] = { "conflict", 409, "Đã thay đổi", "Changed meanwhile",
	    "Mục này vừa được thay đổi. Hãy tải lại rồi làm lại.",
	    "The item was changed meanwhile. Load it again and repeat." },
	[ST_HELD] = { "held", 409, "Đang được giữ", "Held",
	    "Trạng thái hiện tại của mục không cho phép thay đổi này.",
	    "The item's present state forbids this change." },
	[ST_PRECONDITION] = { "precondition", 412, "Phiên bản đã cũ", "Out of date",
	    "Người khác vừa sửa mục này. Hãy tải lại, xem thay đổi rồi lưu lại.",
	    "Somebody else changed this item. Load it again, look at the change and save again." },
	[ST_TOO_LARGE] = { "too-large", 413, "Quá lớn", "Too large",
	    "Nội dung vượt quá giới hạn. Hãy gửi từng phần nhỏ hơn hoặc tệp nhỏ hơn.",
	    "The content is over the limit. Send smaller parts or a smaller file." },
	[ST_LIMIT] = { "limit", 429, "Quá nhiều lần", "Too many requests",
	    "Hãy đợi một lát rồi thử lại.", "Wait a little and try again." },
	[ST_REFUSED] = { "refused", 422, "Nội dung bị từ chối", "Content refused",
	    "Không thể nhận nội dung này (có mật khẩu, hỏng, hoặc mang dấu mật). Hãy hỏi văn thư.",
	    "This content cannot be taken (encrypted, broken or marked secret). Ask the archivist." },
	[ST_FULL] = { "full", 507, "Hết chỗ lưu", "No space left",
	    "Kho không còn đủ chỗ. Dữ liệu đã nhận vẫn an toàn; hãy báo quản trị viên.",
	    "The archive is out of space. What has arrived is safe; tell the administrator." },
	[ST_BUSY] = { "busy", 503, "Máy chủ đang bận", "Server busy", "Hãy thử lại sau ít giây.",
	    "Try again in a few seconds." },
	[ST_STALE] = { "stale", 503, "Chỉ mục đang thay đổi", "The index is changing",
	    "Hãy thử lại sau ít giây.", "Try again in a few seconds." },
	[ST_TIMEOUT] = { "timeout", 504, "Quá thời gian", "Took too long",
	    "Yêu cầu mất quá nhiều thời gian. Hãy thu hẹp điều kiện tìm rồi thử lại.",
	    "The request took too long. Narrow the search and try again." },
	[ST_UNSUPPORTED] = { "unsupported", 415, "Không hỗ trợ", "Not supported",
	    "Loại nội dung hoặc yêu cầu này không được hỗ trợ.",
	    "This kind of content or request is not supported." },
	[ST_CORRUPT] = { "corrupt", 500, "Dữ liệu lưu bị hỏng", "Stored data is damaged",
	    "Dữ liệu lưu trữ không khớp mã kiểm tra. Hãy báo quản trị viên kèm mã yêu cầu.",
	    "Stored data does not match its checksum. Tell the administrator and give the request id." },
	[ST_IO] = { "io", 500, "Lỗi hệ thống", "System error",
	    "Hệ thống lưu trữ báo lỗi. Hãy thử lại; nếu vẫn lỗi, báo quản trị viên kèm mã yêu cầu.",
	    "The system reported an error. Try again; if it stays, give the administrator the request id." },
	[ST_INTERNAL] = { "internal", 500, "Lỗi máy chủ", "Server error",
	    "Máy chủ gặp lỗi. Hãy báo quản trị viên kèm mã yêu cầu.",
	    "The server made a mistake. Tell the administrator and give the request id." },
};

static const struct problem_text by_problem[PROBLEM_COUNT] = {
	[PROBLEM_PATH] = { "not-found", 404, "Không tìm thấy", "Not found",
	    "Không có mục này, hoặc anh/chị không có quyền xem. Hãy kiểm tra lại địa chỉ hoặc hỏi văn thư.",
	    "There is no such item, or you may not see it. Check the address or ask the archivist." },
	[PROBLEM_METHOD] = { "method", 405, "Sai phương thức", "Method not allowed",
	    "Địa chỉ này không nhận phương thức đó; xem Allow.",
	    "This address does not take the method; see Allow." },
	[PROBLEM_LENGTH] = { "length", 411, "Thiếu độ dài", "Length required",
	    "Hãy gửi Content-Length, không dùng Transfer-Encoding.",
	    "Send Content-Length, not Transfer-Encoding." },
	[PROBLEM_MEDIA] = { "media-type", 415, "Sai loại nội dung", "Unsupported media type",
	    "Hãy gửi đúng Content-Type của giao diện này.",
	    "Send the Content-Type that the interface asks for." },
	[PROBLEM_CSRF] = { "csrf", 403, "Yêu cầu không đến từ trang này", "Not from this site",
	    "Hãy tải lại trang rồi thử lại.", "Load the page again and try once more." },
	[PROBLEM_LOGIN] = { "login", 401, "Không đăng nhập được", "Cannot sign in",
	    "Tên hoặc mật khẩu không đúng, hoặc tài khoản đã bị khóa.",
	    "The name or the password is wrong, or the account is disabled." },
	[PROBLEM_CODE] = { "code-required", 401, "Cần mã xác thực", "Code required",
	    "Hãy nhập mã gồm 6 chữ số trong ứng dụng xác thực, hoặc một mã dự phòng.",
	    "Enter the 6 digits that your authenticator application shows, or a recovery code." },
	[PROBLEM_ENROL] = { "enrol-required", 403, "Cần thiết lập mã xác thực",
	    "Second factor required",
	    "Vai trò của anh/chị đòi hỏi mã xác thực thứ hai. Hãy thiết lập trong mục Tài khoản trước.",
	    "Your role needs a second factor. Set it up on the account page first." },
	[PROBLEM_FRESH] = { "verify-required", 403, "Cần xác nhận lại", "Confirm who you are",
	    "Việc này cần nhập lại mật khẩu. Hãy xác nhận rồi thử lại.",
	    "This needs your password once more. Confirm it and try again." },
	[PROBLEM_SCOPE] = { "scope", 403, "Khóa API không dùng được cho việc này",
	    "Not with this token", "Hãy dùng khóa API có phạm vi phù hợp, hoặc đăng nhập.",
	    "Use a token of another scope, or sign in." },
	[PROBLEM_MATCH_REQUIRED] = { "match-required", 428, "Thiếu If-Match", "If-Match required",
	    "Hãy đọc mục này trước và gửi ETag của nó trong If-Match.",
	    "Read the item first and send its ETag in If-Match." },
	[PROBLEM_RANGE] = { "range", 416, "Khoảng nằm ngoài tệp", "Range not satisfiable",
	    "Tệp ngắn hơn khoảng yêu cầu; xem Content-Range.",
	    "The file is shorter than the range; see Content-Range." },
	[PROBLEM_CHECKSUM] = { "checksum", 460, "Sai mã kiểm tra", "Checksum mismatch",
	    "Phần vừa gửi bị hỏng trên đường truyền và không được giữ. Hãy gửi lại phần này.",
	    "The part was damaged on its way and was not kept. Send it again." },
	[PROBLEM_TUS_VERSION] = { "tus-version", 412, "Sai phiên bản tus", "Wrong tus version",
	    "Hãy gửi Tus-Resumable: 1.0.0.", "Send Tus-Resumable: 1.0.0." },
	[PROBLEM_OFFSET] = { "offset", 409, "Sai vị trí", "Wrong offset",
	    "Hãy hỏi lại Upload-Offset bằng HEAD rồi gửi tiếp từ đó.",
	    "Ask for Upload-Offset with HEAD and go on from there." },
	[PROBLEM_EXPECTATION] = { "expectation", 417, "Không đáp ứng được Expect",
	    "Expectation failed", "Hãy bỏ Expect, hoặc gửi Expect: 100-continue.",
	    "Leave Expect out, or send Expect: 100-continue." },
	[PROBLEM_QUEUE] = { "busy", 503, "Máy chủ đang bận", "Server busy",
	    "Hãy thử lại sau ít giây.", "Try again in a few seconds." },
	[PROBLEM_STOPPING] = { "stopping", 503, "Máy chủ đang dừng", "Server stopping",
	    "Hãy thử lại sau ít giây.", "Try again in a few seconds." },
};

static const struct {
	const char *field, *vi, *en;
} by_field[] = {
	{ "number", "Số văn bản: tối đa 500 byte.", "Document number: at most 500 bytes." },
	{ "symbol", "Ký hiệu: tối đa 500 byte.", "Symbol: at most 500 bytes." },
	{ "issued", "Ngày ban hành phải là ngày có thật, dạng NNNN-TT-NN (hoặc NNNN-TT, NNNN).",
	    "The date of issue must be a real day, YYYY-MM-DD (or YYYY-MM, YYYY)." },
	{ "type", "Mã loại văn bản không có trong danh mục.",
	    "The document type is not in the list." },
	{ "subject", "Trích yếu: tối đa 2000 byte.", "Subject: at most 2000 bytes." },
	{ "issuer", "Cơ quan ban hành: tối đa 500 byte.", "Issuer: at most 500 bytes." },
	{ "signer", "Người ký: tối đa 500 byte.", "Signer: at most 500 bytes." },
	{ "urgency", "Độ khẩn: KHẨN, THƯỢNG KHẨN, HỎA TỐC hoặc để trống.",
	    "Urgency: KHẨN, THƯỢNG KHẨN, HỎA TỐC or nothing." },
	{ "language", "Ngôn ngữ: vi hoặc en.", "Language: vi or en." },
	{ "level", "Mức độ tiếp cận: 0 đến 3.", "Level: 0 to 3." },
	{ "clearance", "Mức được xem: 0 đến 3.", "Clearance: 0 to 3." },
	{ "password",
	    "Mật khẩu: 12 đến 256 byte, không phải mật khẩu dễ đoán, không chỉ gồm tên người hay "
	    "tên cơ quan.",
	    "Password: 12 to 256 bytes, not one that is guessed early, not only names of the person "
	    "or the office." },
	{ "words", "Từ tìm: câu hỏi phải đúng; nối các từ bằng AND hoặc đặt trong ngoặc kép.",
	    "Words: a query without a mistake; join words with AND or put them in quotes." },
	{ "scope", "Phạm vi: read, add, edit.", "Scope: read, add, edit." },
	{ "days", "Số ngày: 1 đến 366.", "Days: 1 to 366." },
	{ "current", "Mật khẩu hiện tại không đúng.", "The current password is wrong." },
	{ "name", "Tên: chữ thường không dấu, chữ số, dấu chấm, gạch dưới, gạch ngang; tối đa 64.",
	    "Name: lower case ASCII letters, digits, dot, underscore, dash; at most 64." },
	{ "code", "Mã: bắt buộc, tối đa 64 byte.", "Code: required, at most 64 bytes." },
	{ "title", "Tiêu đề: bắt buộc, tối đa 1000 byte.", "Title: required, at most 1000 bytes." },
	{ "kind", "Loại này không thể nằm dưới nút cha đã chọn.",
	    "This kind cannot lie below the chosen parent." },
	{ "permissions", "Quyền: list, read, download, print, edit, add, manage, dispose.",
	    "Permissions: list, read, download, print, edit, add, manage, dispose." },
	{ "Upload-Length", "Upload-Length phải là số byte của tệp, từ 1 và không quá giới hạn.",
	    "Upload-Length must be the bytes of the file, from 1 and within the limit." },
	{ "Upload-Metadata", "Upload-Metadata phải có filename và các giá trị mã base64.",
	    "Upload-Metadata must hold filename and values in base64." },
	{ "Upload-Checksum", "Upload-Checksum phải là sha256 và mã base64 của 32 byte.",
	    "Upload-Checksum must be sha256 and the base64 of 32 bytes." },
	{ "offset", "Chỉ xem được 10.000 kết quả đầu; hãy thu hẹp điều kiện tìm.",
	    "Only the first 10,000 hits can be listed; narrow the search." },
};

const struct problem_text *
problem_text(enum problem problem, enum status status)
{
	if (problem > PROBLEM_NONE && problem < PROBLEM_COUNT)
		return &by_problem[problem];
	return &by_status[status > ST_OK && status < ST_COUNT ? status : ST_INTERNAL];
}

const char *
problem_field_text(const char *field, const char *language)
{
	for (size_t i = 0; i < sizeof(by_field) / sizeof(by_field[0]); i++)
		if (strcmp(by_field[i].field, field) == 0)
			return strcmp(language, "en") == 0 ? by_field[i].en : by_field[i].vi;
	return NULL;
}

void
problem_write(struct strbuf *out, enum problem problem, enum status status, const char *field,
    const char *request_id, const char *language)
{
	const struct problem_text *text = problem_text(problem, status);
	const char *about = field ? problem_field_text(field, language) : NULL;
	bool en = strcmp(language, "en") == 0;
	char type[64] = "urn:tangthu:problem:";
	struct json_out j;

	strncat(type, text->code, sizeof(type) - strlen(type) - 1);
	json_start(&j, out);
	json_object(&j);
	json_key_str(&j, "type", type);
	json_key_str(&j, "title", en ? text->title_en : text->title_vi);
	json_key_int(&j, "status", text->http);
	json_key_str(&j, "detail", about ? about : en ? text->detail_en : text->detail_vi);
	json_key_str(&j, "code", text->code);
	json_key_opt(&j, "field", field);
	json_key_str(&j, "request_id", request_id);
	json_end_object(&j);
}
