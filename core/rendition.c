/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rendition_parts.h"

#include <string.h>

static int64_t
clamp(int64_t v, int64_t max)
{
	return v < 0 ? 0 : v > max ? max : v;
}

struct rendition_box
rendition_enclose(const struct words *ws, size_t first, size_t count)
{
	struct rendition_box b = { 0, 0, 0, 0 };
	bool any = false;

	for (size_t i = first; i < first + count; i++) {
		const struct word *w = &ws->word[i];
		int64_t left = clamp(w->x, ws->width), top = clamp(w->y, ws->height);
		int64_t right = clamp((int64_t)w->x + w->w, ws->width);
		int64_t bottom = clamp((int64_t)w->y + w->h, ws->height);

		if (right <= left || bottom <= top)
			continue;
		if (!any)
			b = (struct rendition_box){ left, top, right, bottom };
		any = true;
		b.left = left < b.left ? left : b.left;
		b.top = top < b.top ? top : b.top;
		b.right = right > b.right ? right : b.right;
		b.bottom = bottom > b.bottom ? bottom : b.bottom;
	}
	return b;
}

size_t
rendition_line(const struct words *ws, size_t first)
{
	size_t n = 1;

	while (first + n < ws->count && ws->word[first + n].line == ws->word[first].line)
		n++;
	return n;
}

size_t
rendition_block(const struct words *ws, size_t first)
{
	size_t n = 1;

	while (first + n < ws->count && ws->word[first + n].block == ws->word[first].block)
		n++;
	return n;
}

/* --- XML ------------------------------------------------------------------------------------- */

static const char *
reference(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	case '\t':
		return "&#9;";
	case '\n':
		return "&#10;";
	case '\r':
		return "&#13;";
	default:
		return NULL;
	}
}

/* U+FFFE and U+FFFF are in UTF-8 but not in XML (1.0, 2.2). */
static bool
is_noncharacter(struct span s)
{
	return s.n >= 3 && memcmp(s.p, "\xef\xbf", 2) == 0 && (unsigned char)s.p[2] >= 0xbe;
}

void
rendition_escape(struct span s, struct strbuf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		const char *as = reference(s.p[i]);

		if (as)
			strbuf_add_str(out, as);
		else if ((unsigned char)s.p[i] < ' ')
			strbuf_add_rune(out, 0xfffd);
		else if (is_noncharacter(span_make(s.p + i, s.n - i))) {
			strbuf_add_rune(out, 0xfffd);
			i += 2;
		} else
			strbuf_add_char(out, s.p[i]);
	}
}

/* --- turning --------------------------------------------------------------------------------- */

static void
turn_word(struct word *w, uint32_t degrees, int32_t width, int32_t height)
{
	int32_t x = w->x, y = w->y, right = width - (x + (int32_t)w->w);
	int32_t bottom = height - (y + (int32_t)w->h);
	uint32_t across = w->w;

	if (w->w == 0 && w->h == 0)
		return;
	w->x = degrees == 90 ? bottom : degrees == 180 ? right : y;
	w->y = degrees == 90 ? x : degrees == 180 ? bottom : right;
	if (degrees != 180) {
		w->w = w->h;
		w->h = across;
	}
}

void
words_turn(struct words *ws, uint32_t degrees)
{
	uint32_t width = ws->width;

	if (degrees != 90 && degrees != 180 && degrees != 270)
		return;
	for (size_t i = 0; i < ws->count; i++)
		turn_word(&ws->word[i], degrees, (int32_t)ws->width, (int32_t)ws->height);
	if (degrees != 180) {
		ws->width = ws->height;
		ws->height = width;
	}
	ws->rotation = (ws->rotation + degrees) % 360;
}
