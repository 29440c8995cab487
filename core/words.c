/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "words.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>
#include <zlib.h>

#include "arena.h"

#define MAGIC "TTW"
#define VERSION 2
#define VERSION_WITHOUT_FLAGS 1
#define PACK_PLAIN 0
#define PACK_ZLIB 1
#define TEXT_MAX (WORDS_BYTES_MAX / 4)
/* break, confidence, x, y, w, h, length and one byte of text: the least a word takes. */
#define WORD_MIN 8

struct words *
words_new(void)
{
	struct words *ws = xcalloc(1, sizeof(*ws));

	strbuf_init(&ws->text);
	return ws;
}

void
words_free(struct words *ws)
{
	if (ws == NULL)
		return;
	strbuf_free(&ws->text);
	free(ws->word);
	free(ws);
}

void
words_freep(struct words **ws)
{
	words_free(*ws);
	*ws = NULL;
}

/* Appends one clean word; the separator before it belongs to the text. */
static void
append(struct words *ws, struct span text, const struct word *geometry)
{
	static const char *const separators[] = { " ", "\n", "\n\n" };
	const struct word *before = ws->count > 0 ? &ws->word[ws->count - 1] : NULL;
	struct word *w;

	if (ws->count == ws->alloc) {
		ws->alloc = ws->alloc > 0 ? ws->alloc * 2 : 128;
		ws->word = xrealloc(ws->word, ws->alloc * sizeof(*ws->word));
		before = ws->count > 0 ? &ws->word[ws->count - 1] : NULL;
	}
	w = &ws->word[ws->count];
	*w = *geometry;
	if (w->confidence > 100)
		w->confidence = 100;
	w->flags &= WORD_FLAGS_ALL;
	if (before == NULL) {
		w->start = WORD_NEW_BLOCK;
		w->line = w->block = 0;
	} else {
		strbuf_add_str(&ws->text, separators[w->start]);
		w->line = before->line + (w->start != WORD_SAME_LINE);
		w->block = before->block + (w->start == WORD_NEW_BLOCK);
	}
	w->offset = ws->text.len;
	w->length = (uint32_t)text.n;
	strbuf_add_span(&ws->text, text);
	ws->count++;
}

/* White space and control characters of any script stand between words, never in them. */
static bool
separates(utf8proc_int32_t rune)
{
	switch (utf8proc_category(rune)) {
	case UTF8PROC_CATEGORY_ZS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
	case UTF8PROC_CATEGORY_CC:
		return true;
	default:
		return false;
	}
}

/*
 * Takes the next word from *rest into out, cleaned; false when there is none left.  A word ends at
 * a separator or before it would grow over WORDS_WORD_MAX.
 */
static bool
next_word(struct span *rest, struct strbuf *out)
{
	utf8proc_int32_t rune;
	utf8proc_ssize_t n;

	strbuf_reset(out);
	while (rest->n > 0) {
		n = utf8proc_iterate(
		    (const utf8proc_uint8_t *)rest->p, (utf8proc_ssize_t)rest->n, &rune);
		if (n <= 0) {
			n = 1;
			rune = 0xfffd;
		}
		if (separates(rune)) {
			rest->p += n;
			rest->n -= (size_t)n;
			if (out->len > 0)
				return true;
			continue;
		}
		if (out->len + 4 > WORDS_WORD_MAX)
			return true;
		strbuf_add_rune(out, (uint32_t)rune);
		rest->p += n;
		rest->n -= (size_t)n;
	}
	return out->len > 0;
}

enum status
words_add(struct words *ws, struct span text, const struct word *geometry, struct err *err)
{
	owned(strbuf_free) struct strbuf one = STRBUF_INIT;
	struct word w = *geometry;

	if (w.start > WORD_NEW_BLOCK)
		w.start = WORD_SAME_LINE;
	if (w.w > WORDS_SIDE_MAX || w.h > WORDS_SIDE_MAX || w.x > WORDS_SIDE_MAX ||
	    w.y > WORDS_SIDE_MAX || w.x < -WORDS_SIDE_MAX || w.y < -WORDS_SIDE_MAX)
		w.x = w.y = 0, w.w = w.h = 0;
	while (next_word(&text, &one)) {
		if (ws->count == WORDS_MAX || ws->text.len + one.len + 2 > TEXT_MAX)
			return fail(err, ST_LIMIT,
			    "page holds more than %d words or %u bytes of text", WORDS_MAX,
			    TEXT_MAX);
		append(ws, strbuf_span(&one), &w);
		w.start = WORD_SAME_LINE;
	}
	return ST_OK;
}

/* Index of the first word that ends behind offset. */
static size_t
word_behind(const struct words *ws, size_t offset)
{
	size_t low = 0, high = ws->count, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (ws->word[mid].offset + ws->word[mid].length <= offset)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

void
words_range(const struct words *ws, size_t start, size_t end, size_t *first, size_t *count)
{
	size_t i = word_behind(ws, start), n = 0;

	while (start < end && i + n < ws->count && ws->word[i + n].offset < end)
		n++;
	*first = i;
	*count = n;
}

uint8_t
word_level(uint8_t confidence)
{
	return confidence < WORD_RED_BELOW   ? WORD_WEAK_RED
	    : confidence < WORD_YELLOW_BELOW ? WORD_WEAK_YELLOW
					     : 0;
}

unsigned
words_confidence(const struct words *ws)
{
	uint64_t sum = 0, weight = 0;
	size_t i;

	for (i = 0; i < ws->count; i++) {
		sum += (uint64_t)ws->word[i].confidence * ws->word[i].length;
		weight += ws->word[i].length;
	}
	return weight > 0 ? (unsigned)((sum + weight / 2) / weight) : 0;
}

/* ---- bytes ---- */

static void
add_varint(struct strbuf *out, uint64_t v)
{
	while (v >= 0x80) {
		strbuf_add_char(out, (char)(v | 0x80));
		v >>= 7;
	}
	strbuf_add_char(out, (char)v);
}

static uint64_t
zigzag(int64_t v)
{
	return v < 0 ? ((uint64_t)(-(v + 1)) << 1) | 1 : (uint64_t)v << 1;
}

static int64_t
unzigzag(uint64_t v)
{
	return v & 1 ? -(int64_t)(v >> 1) - 1 : (int64_t)(v >> 1);
}

/* The columns x and y are small numbers when each counts from the word before. */
static void
write_columns(const struct words *ws, struct strbuf *out)
{
	size_t i;

	for (i = 0; i < ws->count; i++)
		strbuf_add_char(out, (char)ws->word[i].start);
	for (i = 0; i < ws->count; i++)
		strbuf_add_char(out, (char)ws->word[i].confidence);
	for (i = 0; i < ws->count; i++)
		strbuf_add_char(out, (char)ws->word[i].flags);
	for (i = 0; i < ws->count; i++)
		add_varint(out,
		    zigzag((int64_t)ws->word[i].x -
			(i > 0 ? (int64_t)ws->word[i - 1].x + ws->word[i - 1].w : 0)));
	for (i = 0; i < ws->count; i++)
		add_varint(out, zigzag((int64_t)ws->word[i].y - (i > 0 ? ws->word[i - 1].y : 0)));
	for (i = 0; i < ws->count; i++)
		add_varint(out, ws->word[i].w);
	for (i = 0; i < ws->count; i++)
		add_varint(out, ws->word[i].h);
	for (i = 0; i < ws->count; i++)
		add_varint(out, ws->word[i].length);
	for (i = 0; i < ws->count; i++)
		strbuf_add_span(out, words_text(ws, i));
}

void
words_write(const struct words *ws, struct strbuf *out)
{
	owned(strbuf_free) struct strbuf body = STRBUF_INIT;
	uLongf packed;

	add_varint(&body, ws->width);
	add_varint(&body, ws->height);
	add_varint(&body, ws->dpi);
	add_varint(&body, ws->rotation / 90);
	add_varint(&body, zigzag(ws->skew));
	add_varint(&body, ws->count);
	write_columns(ws, &body);

	strbuf_add(out, MAGIC, 3);
	strbuf_add_char(out, VERSION);
	packed = compressBound((uLong)body.len);
	strbuf_grow(out, packed + 16);
	strbuf_add_char(out, PACK_ZLIB);
	add_varint(out, body.len);
	if (compress2((Bytef *)out->buf + out->len, &packed, (const Bytef *)body.buf,
		(uLong)body.len, 6) != Z_OK)
		abort(); /* compressBound gave the room, so only memory can be wrong */
	strbuf_grow(out, packed);
	out->len += packed;
	out->buf[out->len] = '\0';
}

/* A cursor over untrusted bytes: once bad, everything reads as 0. */
struct cursor {
	const uint8_t *p, *end;
	bool bad;
};

static uint64_t
take_varint(struct cursor *c, uint64_t max)
{
	uint64_t v = 0;
	unsigned shift;

	for (shift = 0; shift < 64 && c->p < c->end; shift += 7) {
		v |= (uint64_t)(*c->p & 0x7f) << shift;
		if ((*c->p++ & 0x80) == 0) {
			if (v > max || shift == 63)
				break;
			return v;
		}
	}
	c->bad = true;
	return 0;
}

static int64_t
take_signed(struct cursor *c, int64_t max)
{
	return unzigzag(take_varint(c, (uint64_t)max * 2 + 1));
}

static uint8_t
take_byte(struct cursor *c, uint8_t max)
{
	if (c->p >= c->end || *c->p > max) {
		c->bad = true;
		return 0;
	}
	return *c->p++;
}

/* Only what words_add would have made from it is a word. */
static bool
word_sound(struct span text)
{
	utf8proc_int32_t rune;
	utf8proc_ssize_t n;

	if (text.n == 0 || text.n > WORDS_WORD_MAX)
		return false;
	while (text.n > 0) {
		n = 1;
		if (*text.p <= ' ' || *text.p > '~') {
			n = utf8proc_iterate(
			    (const utf8proc_uint8_t *)text.p, (utf8proc_ssize_t)text.n, &rune);
			if (n <= 0 || separates(rune))
				return false;
		}
		text.p += n;
		text.n -= (size_t)n;
	}
	return true;
}

static void
read_geometry(struct words *ws, struct cursor *c)
{
	ws->width = (uint32_t)take_varint(c, WORDS_SIDE_MAX);
	ws->height = (uint32_t)take_varint(c, WORDS_SIDE_MAX);
	ws->dpi = (uint32_t)take_varint(c, WORDS_SIDE_MAX);
	ws->rotation = (uint32_t)take_varint(c, 3) * 90;
	ws->skew = (int32_t)take_signed(c, 36000);
}

static void
read_columns(struct word *w, size_t count, bool flags, struct cursor *c)
{
	int64_t x = 0, y = 0;
	size_t i;

	for (i = 0; i < count; i++)
		w[i].start = take_byte(c, WORD_NEW_BLOCK);
	for (i = 0; i < count; i++)
		w[i].confidence = take_byte(c, 100);
	for (i = 0; i < count; i++)
		w[i].flags = flags ? take_byte(c, WORD_FLAGS_ALL) : word_level(w[i].confidence);
	for (i = 0; i < count; i++)
		w[i].x = (int32_t)take_signed(c, 4 * WORDS_SIDE_MAX);
	for (i = 0; i < count; i++)
		w[i].y = (int32_t)take_signed(c, 4 * WORDS_SIDE_MAX);
	for (i = 0; i < count; i++)
		w[i].w = (uint32_t)take_varint(c, WORDS_SIDE_MAX);
	for (i = 0; i < count; i++)
		w[i].h = (uint32_t)take_varint(c, WORDS_SIDE_MAX);
	for (i = 0; i < count; i++)
		w[i].length = (uint32_t)take_varint(c, WORDS_WORD_MAX);
	for (i = 0; i < count; i++) {
		x += w[i].x;
		y += w[i].y;
		if (x < -WORDS_SIDE_MAX || x > WORDS_SIDE_MAX || y < -WORDS_SIDE_MAX ||
		    y > WORDS_SIDE_MAX) {
			c->bad = true;
			return;
		}
		w[i].x = (int32_t)x;
		w[i].y = (int32_t)y;
		x += w[i].w;
	}
}

static enum status
read_body(struct words *ws, struct span body, bool flags, struct err *err)
{
	const uint8_t *at = (const uint8_t *)body.p;
	struct cursor c = { at, at + body.n, false };
	owned(freep) struct word *w = NULL;
	size_t count, i;

	read_geometry(ws, &c);
	count = (size_t)take_varint(&c, WORDS_MAX);
	if (c.bad || count > (size_t)(c.end - c.p) / WORD_MIN)
		return fail(err, ST_CORRUPT, "word table: impossible head");
	w = xcalloc(count + 1, sizeof(*w));
	read_columns(w, count, flags, &c);
	if (count > 0 && w[0].start != WORD_NEW_BLOCK)
		c.bad = true;
	for (i = 0; i < count && !c.bad; i++) {
		struct span text = span_make((const char *)c.p, w[i].length);

		if (text.n > (size_t)(c.end - c.p) || !word_sound(text) ||
		    ws->text.len + text.n + 2 > TEXT_MAX)
			break;
		append(ws, text, &w[i]);
		c.p += text.n;
	}
	if (c.bad || i < count || c.p != c.end)
		return fail(err, ST_CORRUPT, "word table: damaged at word %zu of %zu", i, count);
	return ST_OK;
}

/* The plain body: borrowed from the bytes, or unpacked into *unpacked. */
static enum status
unpack(struct span bytes, struct strbuf *unpacked, struct span *body, struct err *err)
{
	const uint8_t *at = (const uint8_t *)bytes.p;
	struct cursor c = { at + 5, at + bytes.n, false };
	uint64_t size;
	uLongf n;

	size = take_varint(&c, UINT32_MAX);
	if (c.bad || at[4] > PACK_ZLIB)
		return fail(err, ST_CORRUPT, "word table: damaged head");
	if (size > WORDS_BYTES_MAX)
		return fail(err, ST_TOO_LARGE, "word table: body over %u bytes", WORDS_BYTES_MAX);
	*body = span_make((const char *)c.p, (size_t)(c.end - c.p));
	if (at[4] == PACK_PLAIN)
		return body->n == size ? ST_OK : fail(err, ST_CORRUPT, "word table: wrong length");
	/* zlib cannot grow more than 1032 times: a small lie must not allocate much. */
	if (size / 1032 > body->n + 1)
		return fail(err, ST_CORRUPT, "word table: length does not fit its packing");
	strbuf_grow(unpacked, (size_t)size);
	n = (uLongf)size;
	if (uncompress((Bytef *)unpacked->buf, &n, (const Bytef *)body->p, (uLong)body->n) !=
		Z_OK ||
	    n != size)
		return fail(err, ST_CORRUPT, "word table: damaged packing");
	unpacked->len = (size_t)size;
	*body = strbuf_span(unpacked);
	return ST_OK;
}

enum status
words_read(struct words **out, struct span bytes, struct err *err)
{
	owned(strbuf_free) struct strbuf unpacked = STRBUF_INIT;
	owned(words_freep) struct words *ws = NULL;
	struct span body = bytes;
	enum status st;

	*out = NULL;
	if (bytes.n < 6 || memcmp(bytes.p, MAGIC, 3) != 0)
		return fail(err, ST_CORRUPT, "not a word table");
	if (bytes.p[3] != VERSION && bytes.p[3] != VERSION_WITHOUT_FLAGS)
		return fail(err, ST_UNSUPPORTED, "word table of version %d", bytes.p[3]);
	if (bytes.n > WORDS_BYTES_MAX)
		return fail(err, ST_TOO_LARGE, "word table over %u bytes", WORDS_BYTES_MAX);
	if ((st = unpack(bytes, &unpacked, &body, err)) != ST_OK)
		return st;
	ws = words_new();
	if ((st = read_body(ws, body, bytes.p[3] != VERSION_WITHOUT_FLAGS, err)) != ST_OK)
		return st;
	*out = ws;
	ws = NULL;
	return ST_OK;
}
