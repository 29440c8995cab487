/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "document.h"

#define HP "ỦY BAN NHÂN DÂN\nTHÀNH PHỐ HẢI PHÒNG"

/* Fictitious departments: the names are of a kind, the documents are nobody's. */
const struct office offices[] = {
	{ HP, "SỞ DU LỊCH", "Sở Du lịch", "SDL", "Hải Phòng", "GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", NULL,
	    "SỞ DU LỊCH", 6 },
	{ "UBND TỈNH QUẢNG NINH", "SỞ DU LỊCH", "Sở Du lịch", "SDL", "Quảng Ninh", "GIÁM ĐỐC",
	    "PHÓ GIÁM ĐỐC", NULL, "SỞ DU LỊCH", 2 },
	{ "UBND TỈNH HẢI DƯƠNG", "SỞ VĂN HÓA, THỂ THAO\nVÀ DU LỊCH",
	    "Sở Văn hóa, Thể thao và Du lịch", "SVHTTDL", "Hải Dương", "GIÁM ĐỐC", "PHÓ GIÁM ĐỐC",
	    NULL, "SỞ VĂN HÓA", 1 },
	{ "UBND TỈNH THÁI BÌNH", "SỞ VĂN HÓA, THỂ THAO\nVÀ DU LỊCH",
	    "Sở Văn hóa, Thể thao và Du lịch", "SVHTTDL", "Thái Bình", "GIÁM ĐỐC", "PHÓ GIÁM ĐỐC",
	    NULL, "SỞ VĂN HÓA", 1 },
	{ "SỞ DU LỊCH HẢI PHÒNG", "TRUNG TÂM\nXÚC TIẾN DU LỊCH", "Trung tâm Xúc tiến Du lịch",
	    "TTXTDL", "Hải Phòng", "GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", NULL, "TRUNG TÂM", 2 },
	{ "SỞ DU LỊCH HẢI PHÒNG", "BAN QUẢN LÝ\nKHU DU LỊCH CÁT BÀ",
	    "Ban Quản lý Khu du lịch Cát Bà", "BQLCB", "Cát Hải", "TRƯỞNG BAN", "PHÓ TRƯỞNG BAN",
	    NULL, "BAN QUẢN LÝ", 2 },
	{ "THÀNH PHỐ HẢI PHÒNG", "ỦY BAN NHÂN DÂN\nQUẬN ĐỒ SƠN", "Ủy ban nhân dân quận Đồ Sơn",
	    "UBND", "Đồ Sơn", "CHỦ TỊCH", "PHÓ CHỦ TỊCH", "TM. ỦY BAN NHÂN DÂN", "QUẬN ĐỒ SƠN", 1 },
};
const size_t offices_count = sizeof(offices) / sizeof(*offices);
