/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "legacy.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base.h"
#include "legacy_tables.h"

#define SAMPLE (64u << 10) /* bytes looked at to decide */
#define AS_IS_BAD 60	   /* per cent legal: below, the text may be something else */
#define FIT 90		   /* per cent legal that a hypothesis must reach */
#define MARGIN 25
#define MARKED_ENOUGH 20
#define MARKED_FEW 3 /* short texts: then everything must fit */

static const char *const names[LEGACY_COUNT] = { "UTF-8", "UTF-16LE", "UTF-16BE", "TCVN3", "VNI",
	"VISCII", "windows-1258", "windows-1252" };

/* By likelihood in Vietnamese offices: on a tie the earlier one wins. */
static const enum legacy_encoding hypotheses[] = { LEGACY_TCVN3, LEGACY_VNI, LEGACY_CP1258,
	LEGACY_VISCII };

const char *
legacy_name(enum legacy_encoding e)
{
	return (unsigned)e < LEGACY_COUNT ? names[e] : "?";
}

/* ---- decoding ---- */

/* Both standards keep some capitals among the control characters. */
static uint32_t
control(enum legacy_encoding e, uint8_t c)
{
	static const uint16_t tcvn3[] = { [0x01] = 0x00da,
		[0x02] = 0x1ee4,
		[0x04] = 0x1eea,
		[0x05] = 0x1eec,
		[0x06] = 0x1eee,
		[0x11] = 0x1ee8,
		[0x12] = 0x1ef0,
		[0x13] = 0x1ef2,
		[0x14] = 0x1ef6,
		[0x15] = 0x1ef8,
		[0x16] = 0x00dd,
		[0x17] = 0x1ef4 };
	static const uint16_t viscii[] = { [0x02] = 0x1eb2,
		[0x05] = 0x1eb4,
		[0x06] = 0x1eaa,
		[0x14] = 0x1ef6,
		[0x19] = 0x1ef8,
		[0x1e] = 0x1ef4 };

	if (e == LEGACY_TCVN3 && c < sizeof(tcvn3) / sizeof(tcvn3[0]) && tcvn3[c] != 0)
		return tcvn3[c];
	if (e == LEGACY_VISCII && c < sizeof(viscii) / sizeof(viscii[0]) && viscii[c] != 0)
		return viscii[c];
	return c;
}

static void
decode_bytes(enum legacy_encoding e, struct span bytes, struct strbuf *out)
{
	const uint16_t *table = e == LEGACY_TCVN3 ? legacy_tcvn3
	    : e == LEGACY_VISCII		  ? legacy_viscii
	    : e == LEGACY_CP1258		  ? legacy_cp1258
						  : legacy_cp1252;
	size_t i;
	uint8_t c;

	for (i = 0; i < bytes.n; i++) {
		c = (uint8_t)bytes.p[i];
		if (c >= 0x80)
			strbuf_add_rune(out, table[c - 0x80]);
		else
			strbuf_add_rune(out, control(e, c));
	}
}

static uint8_t
lower(uint8_t c)
{
	/* Latin-1: the capitals stand 32 before. */
	return (c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7) ? c + 32 : c;
}

static const struct legacy_vni_pair *
vni_find(const struct legacy_vni_pair *rows, size_t n, uint8_t base, uint8_t mark)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (rows[i].base == base && rows[i].mark == mark)
			return &rows[i];
	return NULL;
}

static void
decode_vni(struct span bytes, struct strbuf *out)
{
	const struct legacy_vni_pair *row;
	size_t i = 0;
	uint8_t c, next;

	while (i < bytes.n) {
		c = (uint8_t)bytes.p[i++];
		next = i < bytes.n ? (uint8_t)bytes.p[i] : 0;
		row = next >= 0x80
		    ? vni_find(legacy_vni_pairs, LEGACY_VNI_PAIRS, lower(c), lower(next))
		    : NULL;
		if (row != NULL)
			i++;
		else if (c >= 0x80)
			row = vni_find(legacy_vni_singles, LEGACY_VNI_SINGLES, lower(c), 0);
		if (row == NULL)
			strbuf_add_rune(out, c < 0x80 ? c : legacy_cp1252[c - 0x80]);
		else
			strbuf_add_rune(
			    out, c != lower(c) ? (uint32_t)utf8proc_toupper(row->rune) : row->rune);
	}
}

static void
decode_utf16(bool big, struct span bytes, struct strbuf *out)
{
	uint32_t high = 0, unit;
	size_t i;

	for (i = 0; i + 1 < bytes.n; i += 2) {
		unit = big ? (uint32_t)(uint8_t)bytes.p[i] << 8 | (uint8_t)bytes.p[i + 1]
			   : (uint32_t)(uint8_t)bytes.p[i + 1] << 8 | (uint8_t)bytes.p[i];
		if (high != 0 && unit >= 0xdc00 && unit < 0xe000) {
			strbuf_add_rune(out, 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00));
			high = 0;
			continue;
		}
		if (high != 0)
			strbuf_add_rune(out, 0xfffd);
		high = unit >= 0xd800 && unit < 0xdc00 ? unit : 0;
		if (high == 0)
			strbuf_add_rune(out, unit >= 0xdc00 && unit < 0xe000 ? 0xfffd : unit);
	}
	if (high != 0 || bytes.n % 2 != 0)
		strbuf_add_rune(out, 0xfffd);
}

static void
decode_utf8(struct span bytes, struct strbuf *out)
{
	utf8proc_int32_t rune;
	utf8proc_ssize_t n;

	while (bytes.n > 0) {
		n = utf8proc_iterate(
		    (const utf8proc_uint8_t *)bytes.p, (utf8proc_ssize_t)bytes.n, &rune);
		strbuf_add_rune(out, n > 0 ? (uint32_t)rune : 0xfffd);
		bytes.p += n > 0 ? n : 1;
		bytes.n -= n > 0 ? (size_t)n : 1;
	}
}

/* Appends valid UTF-8 in NFC; what utf8proc cannot compose stays as it is. */
static void
add_composed(struct span text, struct strbuf *out)
{
	utf8proc_uint8_t *composed = NULL;
	utf8proc_ssize_t n;

	n = utf8proc_map((const utf8proc_uint8_t *)text.p, (utf8proc_ssize_t)text.n, &composed,
	    UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	if (n >= 0)
		strbuf_add(out, composed, (size_t)n);
	else
		strbuf_add_span(out, text);
	free(composed);
}

static size_t
mark_length(enum legacy_encoding e, struct span bytes)
{
	if (e == LEGACY_UTF8)
		return span_starts(bytes, SPAN("\xef\xbb\xbf")) ? 3 : 0;
	if (e == LEGACY_UTF16LE)
		return span_starts(bytes, SPAN("\xff\xfe")) ? 2 : 0;
	return e == LEGACY_UTF16BE && span_starts(bytes, SPAN("\xfe\xff")) ? 2 : 0;
}

void
legacy_decode(enum legacy_encoding e, struct span bytes, struct strbuf *out)
{
	owned(strbuf_free) struct strbuf raw = STRBUF_INIT;
	size_t skip = mark_length(e, bytes);

	bytes = span_make(bytes.p + skip, bytes.n - skip);
	if (e == LEGACY_UTF8)
		decode_utf8(bytes, &raw);
	else if (e == LEGACY_UTF16LE || e == LEGACY_UTF16BE)
		decode_utf16(e == LEGACY_UTF16BE, bytes, &raw);
	else if (e == LEGACY_VNI)
		decode_vni(bytes, &raw);
	else
		decode_bytes(e, bytes, &raw);
	add_composed(strbuf_span(&raw), out);
}

/* The byte that Windows-1252 shows as this character, or -1. */
static int
byte_of(utf8proc_int32_t rune)
{
	int i;

	if (rune < 0x80)
		return rune;
	for (i = 0; i < 128; i++)
		if (legacy_cp1252[i] == rune)
			return i + 0x80;
	return -1;
}

void
legacy_repair(enum legacy_encoding e, struct span text, struct strbuf *out)
{
	owned(strbuf_free) struct strbuf bytes = STRBUF_INIT;
	utf8proc_int32_t rune;
	utf8proc_ssize_t n;
	int byte;

	while (text.n > 0) {
		n = utf8proc_iterate(
		    (const utf8proc_uint8_t *)text.p, (utf8proc_ssize_t)text.n, &rune);
		if (n <= 0) {
			n = 1;
			rune = 0xfffd;
		}
		if ((byte = byte_of(rune)) >= 0) {
			strbuf_add_char(&bytes, (char)byte);
		} else {
			/* Not from Windows-1252: real Unicode among the rest. */
			legacy_decode(e, strbuf_span(&bytes), out);
			strbuf_reset(&bytes);
			strbuf_add_rune(out, (uint32_t)rune);
		}
		text.p += n;
		text.n -= (size_t)n;
	}
	legacy_decode(e, strbuf_span(&bytes), out);
}

static bool
is_letter_byte(char c)
{
	return (unsigned char)c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Would the letters beside the hyphen be one syllable? */
static bool
stands_for_letter(struct span word, size_t at)
{
	owned(strbuf_free) struct strbuf syllable = STRBUF_INIT;
	size_t from = at, to = at + 1;

	while (from > 0 && is_letter_byte(word.p[from - 1]))
		from--;
	while (to < word.n && is_letter_byte(word.p[to]))
		to++;
	strbuf_add(&syllable, word.p + from, at - from);
	strbuf_add_str(&syllable, "ư");
	strbuf_add(&syllable, word.p + at + 1, to - at - 1);
	return to - from > 1 && legacy_syllable_legal(strbuf_span(&syllable));
}

void
legacy_mend_hyphens(struct span word, struct strbuf *out)
{
	size_t i;

	for (i = 0; i < word.n; i++)
		if (word.p[i] == '-' && stands_for_letter(word, i))
			strbuf_add_str(out, "ư");
		else
			strbuf_add_char(out, word.p[i]);
}

/* ---- detection ---- */

typedef void (*decode_fn)(enum legacy_encoding, struct span, struct strbuf *);

/* The best hypothesis for the sample, or v->encoding as it was. */
static void
try_hypotheses(struct span sample, decode_fn decode, struct legacy_verdict *v)
{
	struct legacy_verdict best = { LEGACY_COUNT, 0, 0, v->as_is };
	unsigned marked, legal, need, margin;
	size_t i;

	for (i = 0; i < sizeof(hypotheses) / sizeof(hypotheses[0]); i++) {
		owned(strbuf_free) struct strbuf text = STRBUF_INIT;

		decode(hypotheses[i], sample, &text);
		legal = legacy_legal_share(strbuf_span(&text), &marked);
		need = marked >= MARKED_ENOUGH ? FIT : 100;
		margin = marked >= MARKED_ENOUGH ? MARGIN : 2 * MARGIN;
		if (marked >= MARKED_FEW && legal >= need && legal >= v->as_is + margin &&
		    legal > best.legal + (best.encoding != LEGACY_COUNT ? 4 : 0)) {
			best.encoding = hypotheses[i];
			best.marked = marked;
			best.legal = legal;
		}
	}
	if (best.encoding != LEGACY_COUNT)
		*v = best;
}

void
legacy_detect_mojibake(struct span text, struct legacy_verdict *v)
{
	struct span sample = span_make(text.p, text.n < SAMPLE ? text.n : SAMPLE);

	v->encoding = LEGACY_UTF8;
	v->as_is = v->legal = legacy_legal_share(sample, &v->marked);
	if (v->as_is < AS_IS_BAD && v->marked > 0)
		try_hypotheses(sample, legacy_repair, v);
}

/* Text of UTF-16 without a mark has its zeros on one side. */
static bool
looks_utf16(struct span s, enum legacy_encoding *e)
{
	size_t zeros[2] = { 0, 0 }, i;

	if (s.n < 4 || s.n % 2 != 0)
		return false;
	for (i = 0; i < s.n; i++)
		zeros[i & 1] += s.p[i] == '\0';
	*e = zeros[0] > zeros[1] ? LEGACY_UTF16BE : LEGACY_UTF16LE;
	return zeros[*e == LEGACY_UTF16LE] * 10 > s.n && zeros[*e != LEGACY_UTF16LE] * 100 < s.n;
}

/* A few broken bytes do not make UTF-8 anything else. */
static bool
looks_utf8(struct span s)
{
	size_t good = 0, bad = 0;
	utf8proc_int32_t rune;
	utf8proc_ssize_t n;

	while (s.n > 0) {
		n = utf8proc_iterate((const utf8proc_uint8_t *)s.p, (utf8proc_ssize_t)s.n, &rune);
		good += n > 1;
		bad += n <= 0;
		s.p += n > 0 ? n : 1;
		s.n -= n > 0 ? (size_t)n : 1;
	}
	return bad == 0 || good > 20 * bad;
}

void
legacy_detect(struct span bytes, struct legacy_verdict *v)
{
	struct span sample = span_make(bytes.p, bytes.n < SAMPLE ? bytes.n : SAMPLE);
	owned(strbuf_free) struct strbuf western = STRBUF_INIT;

	v->marked = v->legal = v->as_is = 0;
	if (span_starts(bytes, SPAN("\xff\xfe")))
		v->encoding = LEGACY_UTF16LE;
	else if (span_starts(bytes, SPAN("\xfe\xff")))
		v->encoding = LEGACY_UTF16BE;
	else if (!looks_utf16(sample, &v->encoding)) {
		/* Not through the middle of a character. */
		while (sample.n > 0 && sample.n < bytes.n && (bytes.p[sample.n] & 0xc0) == 0x80)
			sample.n--;
		if (span_starts(bytes, SPAN("\xef\xbb\xbf")) || looks_utf8(sample)) {
			v->encoding = LEGACY_UTF8;
			v->as_is = v->legal = legacy_legal_share(sample, &v->marked);
			return;
		}
		v->encoding = LEGACY_CP1252;
		decode_bytes(LEGACY_CP1252, sample, &western);
		v->as_is = v->legal = legacy_legal_share(strbuf_span(&western), &v->marked);
		try_hypotheses(sample, legacy_decode, v);
	}
}
