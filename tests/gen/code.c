/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draws bar codes: QR by libqrencode, Code 128 (set B) and Code 39 from their tables. */
#include "code.h"

#include <qrencode.h>
#include <string.h>

#define QUIET_QR 4	/* modules around */
#define QUIET_LINEAR 10 /* modules left and right */
#define BARS_MAX 4096

const char *
code_name(enum code_kind kind)
{
	static const char *const names[CODE_KIND_COUNT] = { "", "qr", "code128", "code39" };

	return names[kind];
}

/* Widths of bar and space in turn. */
struct bars {
	unsigned char width[BARS_MAX];
	size_t n;
};

static void
bars_add(struct bars *b, const char *widths)
{
	for (; *widths != 0 && b->n < BARS_MAX; widths++)
		b->width[b->n++] = (unsigned char)(*widths - '0');
}

/* ISO/IEC 15417, values 0..105; 106 is the stop. */
static const char *const code128[] = { "212222", "222122", "222221", "121223", "121322", "131222",
	"122213", "122312", "132212", "221213", "221312", "231212", "112232", "122132", "122231",
	"113222", "123122", "123221", "223211", "221132", "221231", "213212", "223112", "312131",
	"311222", "321122", "321221", "312212", "322112", "322211", "212123", "212321", "232121",
	"111323", "131123", "131321", "112313", "132113", "132311", "211313", "231113", "231311",
	"112133", "112331", "132131", "113123", "113321", "133121", "313121", "211331", "231131",
	"213113", "213311", "213131", "311123", "311321", "331121", "312113", "312311", "332111",
	"314111", "221411", "431111", "111224", "111422", "121124", "121421", "141122", "141221",
	"112214", "112412", "122114", "122411", "142112", "142211", "241211", "221114", "413111",
	"241112", "134111", "111242", "121142", "121241", "114212", "124112", "124211", "411212",
	"421112", "421211", "212141", "214121", "412121", "111143", "111341", "131141", "114113",
	"114311", "411113", "411311", "113141", "114131", "311141", "411131", "211412", "211214",
	"211232", "2331112" };

static void
bars_128(struct bars *b, const char *text)
{
	unsigned sum = 104, i;

	bars_add(b, code128[104]); /* start, set B */
	for (i = 0; text[i] != 0; i++) {
		unsigned value = (unsigned char)text[i] - 32u;

		bars_add(b, code128[value % 95]);
		sum += (i + 1) * (value % 95);
	}
	bars_add(b, code128[sum % 103]);
	bars_add(b, code128[106]);
}

/* ISO/IEC 16388: nine elements, 1 is a wide one. */
static const struct {
	char letter;
	const char *elements;
} code39[] = { { '0', "000110100" }, { '1', "100100001" }, { '2', "001100001" },
	{ '3', "101100000" }, { '4', "000110001" }, { '5', "100110000" }, { '6', "001110000" },
	{ '7', "000100101" }, { '8', "100100100" }, { '9', "001100100" }, { 'A', "100001001" },
	{ 'B', "001001001" }, { 'C', "101001000" }, { 'D', "000011001" }, { 'E', "100011000" },
	{ 'F', "001011000" }, { 'G', "000001101" }, { 'H', "100001100" }, { 'I', "001001100" },
	{ 'J', "000011100" }, { 'K', "100000011" }, { 'L', "001000011" }, { 'M', "101000010" },
	{ 'N', "000010011" }, { 'O', "100010010" }, { 'P', "001010010" }, { 'Q', "000000111" },
	{ 'R', "100000110" }, { 'S', "001000110" }, { 'T', "000010110" }, { 'U', "110000001" },
	{ 'V', "011000001" }, { 'W', "111000000" }, { 'X', "010010001" }, { 'Y', "110010000" },
	{ 'Z', "011010000" }, { '-', "010000101" }, { '.', "110000100" }, { ' ', "011000100" },
	{ '*', "010010100" }, { '$', "010101000" }, { '/', "010100010" }, { '+', "010001010" },
	{ '%', "000101010" } };

static void
bars_39_letter(struct bars *b, char letter)
{
	size_t i, k;

	for (i = 0; i < sizeof(code39) / sizeof(*code39); i++)
		if (code39[i].letter == letter) {
			for (k = 0; k < 9; k++)
				bars_add(b, code39[i].elements[k] == '1' ? "3" : "1");
			bars_add(b, "1"); /* between two letters */
		}
}

static void
bars_39(struct bars *b, const char *text)
{
	bars_39_letter(b, '*');
	for (; *text != 0; text++)
		bars_39_letter(b, *text);
	bars_39_letter(b, '*');
}

static void
draw_linear(const struct code *c, cairo_t *cr, double x, double y, double w, double h)
{
	struct bars b = { .n = 0 };
	cairo_text_extents_t extents;
	double module, at;
	size_t i, total = 2 * QUIET_LINEAR;

	(c->kind == CODE_128 ? bars_128 : bars_39)(&b, c->text);
	for (i = 0; i < b.n; i++)
		total += b.width[i];
	module = w / (double)total;
	at = x + QUIET_LINEAR * module;
	for (i = 0; i < b.n; i++) {
		if (i % 2 == 0)
			cairo_rectangle(cr, at, y + 2, b.width[i] * module, h - 12);
		at += b.width[i] * module;
	}
	cairo_fill(cr);
	cairo_select_font_face(
	    cr, "Liberation Mono", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
	cairo_set_font_size(cr, 7);
	cairo_text_extents(cr, c->text, &extents);
	cairo_move_to(cr, x + (w - extents.width) / 2, y + h - 2.5);
	cairo_show_text(cr, c->text);
}

static void
draw_qr(const struct code *c, cairo_t *cr, double x, double y, double w, double h)
{
	QRcode *qr = QRcode_encodeString8bit(c->text, 0, QR_ECLEVEL_M);
	double side = w < h ? w : h, module;
	int i, k;

	if (qr == NULL)
		return;
	module = side / (qr->width + 2 * QUIET_QR);
	for (i = 0; i < qr->width; i++)
		for (k = 0; k < qr->width; k++)
			if (qr->data[i * qr->width + k] & 1)
				cairo_rectangle(cr, x + (QUIET_QR + k) * module,
				    y + (QUIET_QR + i) * module, module * 1.02, module * 1.02);
	cairo_fill(cr);
	QRcode_free(qr);
}

void
code_draw(const struct code *c, cairo_t *cr, double x, double y, double w, double h)
{
	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_rectangle(cr, x, y, w, h);
	cairo_fill(cr);
	cairo_set_source_rgb(cr, 0.05, 0.05, 0.06);
	(c->kind == CODE_QR ? draw_qr : draw_linear)(c, cr, x, y, w, h);
}
