/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export.h"

#include <math.h>
#include <string.h>

/* Small binary files that every archive copy carries, made here rather than taken along. */

static void
put16(struct strbuf *out, unsigned v)
{
	strbuf_add_char(out, (char)(v >> 8));
	strbuf_add_char(out, (char)v);
}

static void
put32(struct strbuf *out, uint32_t v)
{
	put16(out, v >> 16);
	put16(out, v & 0xffff);
}

static void
zeros(struct strbuf *out, size_t n)
{
	while (n-- > 0)
		strbuf_add_char(out, 0);
}

/* ---- TrueType ---- */

#define GLYPHS 2 /* .notdef, and the empty one that is shown */
#define UNITS 1000
#define ADVANCE 500

static void
table_head(struct strbuf *t)
{
	put32(t, 0x00010000);
	put32(t, 0x00010000);
	put32(t, 0);	      /* checkSumAdjustment, filled in at the end */
	put32(t, 0x5f0f3cf5); /* magic */
	put16(t, 0x000b);
	put16(t, UNITS);
	zeros(t, 16); /* made and changed: no time */
	zeros(t, 4);
	put16(t, ADVANCE); /* xMax */
	put16(t, UNITS);   /* yMax */
	put16(t, 0);
	put16(t, 8); /* smallest readable size */
	put16(t, 2);
	put16(t, 0); /* short loca */
	put16(t, 0);
}

static void
table_hhea(struct strbuf *t)
{
	put32(t, 0x00010000);
	put16(t, 800);
	put16(t, 0x10000 - 200);
	put16(t, 0);
	put16(t, ADVANCE);
	zeros(t, 22);
	put16(t, 1); /* one advance for all */
}

static void
table_maxp(struct strbuf *t)
{
	put32(t, 0x00010000);
	put16(t, GLYPHS);
	zeros(t, 8);
	put16(t, 2); /* zones */
	zeros(t, 16);
}

static void
table_hmtx(struct strbuf *t)
{
	put16(t, ADVANCE);
	zeros(t, 2 * GLYPHS);
}

static void
table_loca(struct strbuf *t)
{
	zeros(t, 2 * (GLYPHS + 1));
}

static void
table_glyf(struct strbuf *t)
{
	zeros(t, 4); /* no glyph has an outline */
}

static const struct {
	const char *tag;
	void (*fill)(struct strbuf *);
} tables[] = {
	/* in the order of their tags */
	{ "glyf", table_glyf },
	{ "head", table_head },
	{ "hhea", table_hhea },
	{ "hmtx", table_hmtx },
	{ "loca", table_loca },
	{ "maxp", table_maxp },
};
#define TABLES (sizeof(tables) / sizeof(tables[0]))

static uint32_t
checksum(const char *p, size_t n)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (uint32_t)(unsigned char)p[i] << (24 - 8 * (i % 4));
	return sum;
}

void
export_font_file(struct strbuf *out)
{
	owned(strbuf_free) struct strbuf body = STRBUF_INIT;
	size_t start = out->len, head = 0;
	uint32_t adjust;

	put32(out, 0x00010000);
	put16(out, TABLES);
	put16(out, 64); /* searchRange: 4 * 16 */
	put16(out, 2);
	put16(out, TABLES * 16 - 64);
	for (size_t i = 0; i < TABLES; i++) {
		size_t at = body.len;

		tables[i].fill(&body);
		strbuf_add(out, tables[i].tag, 4);
		put32(out, checksum(body.buf + at, body.len - at));
		put32(out, (uint32_t)(12 + 16 * TABLES + at));
		put32(out, (uint32_t)(body.len - at));
		if (strcmp(tables[i].tag, "head") == 0)
			head = start + 12 + 16 * TABLES + at;
		zeros(&body, (4 - body.len % 4) % 4);
	}
	strbuf_add_span(out, strbuf_span(&body));
	adjust = 0xb1b0afba - checksum(out->buf + start, out->len - start);
	for (int i = 0; i < 4; i++)
		out->buf[head + 8 + (size_t)i] = (char)(adjust >> (24 - 8 * i));
}

void
export_font_cid_map(struct strbuf *out)
{
	for (unsigned cid = 0; cid < 0x10000; cid++)
		put16(out, 1);
}

void
export_font_to_unicode(struct strbuf *out)
{
	strbuf_add_str(out,
	    "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
	    "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >>"
	    " def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
	    "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n");
	/* Ranges stay inside one first byte, at most 100 in a block (Adobe note 5014). */
	for (unsigned first = 0; first < 256; first += 64) {
		strbuf_add_str(out, "64 beginbfrange\n");
		for (unsigned i = first; i < first + 64; i++)
			strbuf_addf(out, "<%02X00> <%02XFF> <%02X00>\n", i, i, i);
		strbuf_add_str(out, "endbfrange\n");
	}
	strbuf_add_str(out, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
}

/* ---- ICC ---- */

#define CURVE 1024

static void
fixed(struct strbuf *out, double v)
{
	put32(out, (uint32_t)(int32_t)lround(v * 65536));
}

static void
tag_xyz(struct strbuf *out, double x, double y, double z)
{
	strbuf_add_str(out, "XYZ ");
	put32(out, 0);
	fixed(out, x);
	fixed(out, y);
	fixed(out, z);
}

/* IEC 61966-2-1. */
static void
tag_curve(struct strbuf *out)
{
	strbuf_add_str(out, "curv");
	put32(out, 0);
	put32(out, CURVE);
	for (unsigned i = 0; i < CURVE; i++) {
		double v = (double)i / (CURVE - 1);

		v = v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
		put16(out, (unsigned)lround(v * 65535));
	}
}

static void
tag_text(struct strbuf *out, const char *text)
{
	strbuf_add_str(out, "text");
	put32(out, 0);
	strbuf_add(out, text, strlen(text) + 1);
}

static void
tag_desc(struct strbuf *out, const char *text)
{
	strbuf_add_str(out, "desc");
	put32(out, 0);
	put32(out, (uint32_t)strlen(text) + 1);
	strbuf_add(out, text, strlen(text) + 1);
	zeros(out, 4 + 4 + 2 + 1 + 67);
}

static void
profile_header(struct strbuf *out, size_t size)
{
	put32(out, (uint32_t)size);
	put32(out, 0);
	put32(out, 0x02100000);
	strbuf_add_str(out, "mntrRGB XYZ ");
	put16(out, 2026);
	put16(out, 1);
	put16(out, 1);
	zeros(out, 6);
	strbuf_add_str(out, "acsp");
	zeros(out, 4 + 4 + 4 + 4 + 8 + 4);
	fixed(out, 0.9642); /* D50 */
	fixed(out, 1);
	fixed(out, 0.8249);
	zeros(out, 4 + 44);
}

void
export_srgb_profile(struct strbuf *out)
{
	/* Chromatically adapted to D50. */
	static const struct {
		const char *tag;
		double x, y, z;
	} colours[] = { { "wtpt", 0.9642, 1, 0.8249 }, { "rXYZ", 0.43607, 0.22249, 0.01392 },
		{ "gXYZ", 0.38515, 0.71687, 0.09708 }, { "bXYZ", 0.14307, 0.06061, 0.71410 } };
	static const char *const curves[] = { "rTRC", "gTRC", "bTRC" };
	owned(strbuf_free) struct strbuf data = STRBUF_INIT, table = STRBUF_INIT;
	const size_t tags = 9, base = 128 + 4 + 12 * tags;
	size_t at = 0, curve;

#define TAG(name) \
	do { \
		strbuf_add(&table, name, 4); \
		put32(&table, (uint32_t)(base + at)); \
		put32(&table, (uint32_t)(data.len - at)); \
		zeros(&data, (4 - data.len % 4) % 4); \
		at = data.len; \
	} while (0)
	tag_desc(&data, "sRGB");
	TAG("desc");
	tag_text(&data, "No copyright, use freely");
	TAG("cprt");
	for (size_t i = 0; i < sizeof(colours) / sizeof(colours[0]); i++) {
		tag_xyz(&data, colours[i].x, colours[i].y, colours[i].z);
		TAG(colours[i].tag);
	}
#undef TAG
	curve = data.len;
	tag_curve(&data);
	for (size_t i = 0; i < 3; i++) {
		strbuf_add(&table, curves[i], 4);
		put32(&table, (uint32_t)(base + curve));
		put32(&table, (uint32_t)(data.len - curve));
	}
	profile_header(out, base + data.len);
	put32(out, (uint32_t)tags);
	strbuf_add_span(out, strbuf_span(&table));
	strbuf_add_span(out, strbuf_span(&data));
}
