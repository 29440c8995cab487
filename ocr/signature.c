/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signature.h"

#include <stddef.h>
#include <string.h>

#define TEXT_LOOKED 4096

/* ---- bytes at places ---- */

#define SIGNATURE(offset, bytes, mime) \
	{ \
		offset, sizeof(bytes) - 1, bytes, mime \
	}

static const struct {
	size_t offset, n;
	const char *bytes, *mime;
} signatures[] = {
	SIGNATURE(0, "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3",
	    "application/onenote"),
	SIGNATURE(12, "\x61\x15\x06\x00", "application/x-berkeley-db"),
	SIGNATURE(12, "\x00\x06\x15\x61", "application/x-berkeley-db"),
	SIGNATURE(12, "\x62\x31\x05\x00", "application/x-berkeley-db"),
	SIGNATURE(12, "\x00\x05\x31\x62", "application/x-berkeley-db"),
	SIGNATURE(0, "JAVA PROFILE 1.0.", "application/vnd.java.hprof"),
	SIGNATURE(522, "\x00\x11\x02\xff\x0c\x00", "image/x-pict"),
	SIGNATURE(0, "(DWF V", "model/vnd.dwf"),
	SIGNATURE(0, "EHFA_HEADER_TAG", "application/x-erdas-hfa"),
	SIGNATURE(0, "DCH\x01", "application/x-ms-nls"),
	SIGNATURE(0, "\x7f\x0c\x44\x2b", "application/vnd.digilite.prolights"),
	SIGNATURE(0, "StartFontMetrics", "application/x-font-adobe-metric"),
	SIGNATURE(0, "-----BEGIN CERTIFICATE-----", "application/x-x509-cert"),
	SIGNATURE(0, "-----BEGIN PRIVATE KEY-----", "application/x-x509-key"),
	SIGNATURE(0, "-----BEGIN RSA PRIVATE KEY-----", "application/x-x509-key"),
	SIGNATURE(0, "BEGIN:VCALENDAR\r\nVERSION:1.0", "text/x-vcalendar"),
	SIGNATURE(0, "BEGIN:VCALENDAR\nVERSION:1.0", "text/x-vcalendar"),
	SIGNATURE(4, "ftypheic", "image/heic"),
	SIGNATURE(4, "ftypheix", "image/heic"),
	SIGNATURE(4, "ftypmif1", "image/heif"),
	SIGNATURE(4, "ftypavif", "image/avif"),
};

static uint32_t
little32(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return u[0] | (uint32_t)u[1] << 8 | (uint32_t)u[2] << 16 | (uint32_t)u[3] << 24;
}

/* Eighty free bytes, a count, and fifty bytes a triangle: nothing else has just this size. */
static bool
is_stl(struct span s)
{
	return s.n >= 134 && (uint64_t)little32(s.p + 80) * 50 + 84 == s.n;
}

/* The lock file Office leaves beside an open document: name twice, once in UTF-16. */
static bool
is_owner_file(struct span s)
{
	uint8_t n = s.n > 0 ? (uint8_t)s.p[0] : 0;

	return (s.n == 162 || s.n == 165) && n > 0 && n < 53 && (uint8_t)s.p[54] == n &&
	    s.p[55] == 0;
}

/* Windows Media: the stream properties name what flows in it (ASF specification 3.3). */
static const char *
look_in_asf(struct span s)
{
	static const char head[] =
	    "\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c";
	static const char video[] =
	    "\xc0\xef\x19\xbc\x4d\x5b\xcf\x11\xa8\xfd\x00\x80\x5f\x5c\x44\x2b";
	static const char audio[] =
	    "\x40\x9e\x69\xf8\x4d\x5b\xcf\x11\xa8\xfd\x00\x80\x5f\x5c\x44\x2b";
	struct span look = span_make(s.p, s.n < 65536 ? s.n : 65536);

	if (!span_starts(s, span_make(head, sizeof(head) - 1)))
		return NULL;
	if (span_find(look, span_make(video, sizeof(video) - 1)) >= 0)
		return "video/x-ms-wmv";
	return span_find(look, span_make(audio, sizeof(audio) - 1)) >= 0 ? "audio/x-ms-wma" : NULL;
}

/* A digital negative is a TIFF with a DNGVersion entry (tag 50706) in its first directory. */
static bool
is_dng(struct span s)
{
	uint64_t at, i, n;
	size_t entry;

	if (s.n < 16 || memcmp(s.p, "II", 2) != 0)
		return false;
	if (s.p[2] == 43) { /* BigTIFF */
		at = little32(s.p + 8);
		entry = 20;
		if (at > s.n || s.n - at < 8)
			return false;
		n = little32(s.p + at);
		at += 8;
	} else {
		at = little32(s.p + 4);
		entry = 12;
		if (at > s.n || s.n - at < 2)
			return false;
		n = (uint8_t)s.p[at] | (uint64_t)(uint8_t)s.p[at + 1] << 8;
		at += 2;
	}
	for (i = 0; i < n && i < 512 && at + entry <= s.n; i++, at += entry)
		if ((uint8_t)s.p[at] == (50706 & 0xff) && (uint8_t)s.p[at + 1] == 50706 >> 8)
			return true;
	return false;
}

/* Enhanced AC-3: the stream's version is over 10 (ETSI TS 102 366 E.1.3). */
static bool
is_eac3(struct span s)
{
	return s.n > 6 && memcmp(s.p, "\x0b\x77", 2) == 0 && (uint8_t)s.p[5] >> 3 > 10;
}

const char *
signature_lookup(struct span s)
{
	size_t i;

	for (i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++)
		if (s.n >= signatures[i].offset + signatures[i].n &&
		    memcmp(s.p + signatures[i].offset, signatures[i].bytes, signatures[i].n) == 0)
			return signatures[i].mime;
	if (is_stl(s))
		return "model/x.stl-binary";
	if (is_owner_file(s))
		return "application/x-ms-owner";
	if (is_dng(s))
		return "image/x-raw-adobe";
	return is_eac3(s) ? "audio/eac3" : look_in_asf(s);
}

/* ---- text ---- */

static const struct {
	const char *root, *mime;
} roots[] = {
	{ "html", "application/xhtml+xml" },
	{ "svg", "image/svg+xml" },
	{ "feed", "application/atom+xml" },
	{ "rss", "application/rss+xml" },
	{ "tt", "application/ttml+xml" },
	{ "concept", "application/dita+xml" },
	{ "topic", "application/dita+xml" },
	{ "task", "application/dita+xml" },
	{ "dita", "application/dita+xml" },
	{ "kml", "application/vnd.google-earth.kml+xml" },
};

static struct span
skip_space(struct span s)
{
	while (s.n > 0 && (unsigned char)s.p[0] <= ' ') {
		s.p++;
		s.n--;
	}
	return s;
}

/* Behind the next occurrence of what, or at the end. */
static struct span
behind(struct span s, struct span what)
{
	ptrdiff_t at = span_find(s, what);

	return at < 0 ? span_make(s.p, 0) : span_make(s.p + at + what.n, s.n - (size_t)at - what.n);
}

/* Local name of an XML document's root element; empty when it is none. */
static struct span
root_of(struct span s)
{
	size_t n = 0, start = 1;

	for (s = skip_space(s); s.n > 1 && s.p[0] == '<' && (s.p[1] == '?' || s.p[1] == '!');
	     s = skip_space(s)) {
		if (span_starts(s, SPAN("<!--")))
			s = behind(s, SPAN("-->"));
		else
			s = behind(s, SPAN(">"));
	}
	if (s.n < 2 || s.p[0] != '<')
		return span_make(s.p, 0);
	for (n = 1; n < s.n && strchr(" \t\r\n/>", s.p[n]) == NULL; n++)
		if (s.p[n] == ':')
			start = n + 1;
	return span_make(s.p + start, n - start);
}

static bool
contains_tag(struct span s, const char *tag)
{
	size_t n = strlen(tag), i;

	for (i = 0; i + n < s.n; i++)
		if (s.p[i] == '<' && span_equal_nocase(span_make(s.p + i + 1, n), span_of(tag)) &&
		    strchr(" >/\t\r\n", s.p[i + 1 + n]) != NULL)
			return true;
	return false;
}

/* Fragments without <html>: two kinds of tag that only HTML has. */
static bool
looks_html(struct span s)
{
	static const char *const tags[] = { "html", "body", "div", "br", "p", "table", "h1", "hr",
		"span", "td", "head", "title" };
	size_t i, found = 0;

	s = skip_space(s);
	if (s.n == 0 || s.p[0] != '<')
		return false;
	for (i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		found += contains_tag(s, tags[i]);
	return found >= 3;
}

/* "digraph name {" or "graph {" behind comments. */
static bool
looks_graphviz(struct span s)
{
	for (s = skip_space(s);
	     span_starts(s, SPAN("/*")) || span_starts(s, SPAN("//")) || span_starts(s, SPAN("#"));
	     s = skip_space(s))
		s = span_starts(s, SPAN("/*")) ? behind(s, SPAN("*/")) : behind(s, SPAN("\n"));
	if (span_starts(s, SPAN("strict ")))
		s = span_make(s.p + 7, s.n - 7);
	return (span_starts(s, SPAN("digraph ")) || span_starts(s, SPAN("graph "))) &&
	    memchr(s.p, '{', s.n) != NULL;
}

const char *
signature_text(struct span s, struct span name)
{
	struct span look = span_make(s.p, s.n < TEXT_LOOKED ? s.n : TEXT_LOOKED), root;
	size_t i;

	if (span_starts(look, SPAN("\xef\xbb\xbf")))
		look = span_make(look.p + 3, look.n - 3);
	if (span_starts(skip_space(look), SPAN("<?xml"))) {
		root = root_of(look);
		for (i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
			if (span_equal_str(root, roots[i].root))
				return roots[i].mime;
		return NULL;
	}
	if (looks_html(look))
		return "text/html";
	if (looks_graphviz(look))
		return "text/vnd.graphviz";
	/* Objective C and MATLAB share an ending, comments tell them apart. */
	if (span_ends(name, SPAN(".m")) && span_starts(skip_space(look), SPAN("%")))
		return "text/x-matlab";
	return NULL;
}

/* ---- names ---- */

static const struct {
	const char *theirs, *label, *ours; /* label: a piece of libmagic's, or "" */
} canonical[] = {
	{ "text/xml", "", "application/xml" },
	{ "text/x-msdos-batch", "", "application/x-bat" },
	{ "application/vnd.microsoft.portable-executable", "", "application/x-msdownload" },
	{ "application/x-dosexec", "", "application/x-msdownload" },
	{ "image/x-icns", "", "image/icns" },
	{ "image/x-dcx", "", "image/vnd.zbrush.dcx" },
	{ "image/bpg", "", "image/x-bpg" },
	{ "image/x-ms-bmp", "", "image/bmp" },
	{ "image/jp2", "", "image/jp2" },
	{ "image/jpx", "", "image/jp2" },
	{ "image/jpm", "", "image/jp2" },
	{ "audio/x-wav", "", "audio/vnd.wave" },
	{ "audio/vnd.dolby.dd-raw", "", "audio/ac3" },
	{ "application/octet-stream", "Certificate, Version", "application/x-x509-cert" },
	{ "application/octet-stream", "DER Encoded Key Pair", "application/x-x509-key" },
	{ "application/octet-stream", "JPEG 2000 codestream", "image/jp2" },
	{ "image/x-jp2-codestream", "", "image/jp2" },
	{ "application/vnd.ms-visio.drawing.main+xml", "", "application/vnd.ms-visio.drawing" },
};

const char *
signature_canonical(const char *mime, const char *label)
{
	size_t i;

	for (i = 0; i < sizeof(canonical) / sizeof(canonical[0]); i++)
		if (strcmp(mime, canonical[i].theirs) == 0 &&
		    strstr(label, canonical[i].label) != NULL)
			return canonical[i].ours;
	return mime;
}

/* Endings that promise something, and what fulfils it. */
static const struct {
	const char *ending, *mime;
} promises[] = {
	{ ".pdf", "application/pdf" },
	{ ".tif", "image/tiff" },
	{ ".tiff", "image/tiff" },
	{ ".jpg", "image/jpeg" },
	{ ".jpeg", "image/jpeg" },
	{ ".png", "image/png" },
	{ ".gif", "image/gif" },
	{ ".bmp", "image/bmp" },
	{ ".webp", "image/webp" },
	{ ".jp2", "image/jp2" },
	{ ".html", "*ht*ml*" },
	{ ".htm", "*ht*ml*" },
	{ ".txt", "text/*" },
	{ ".docx", "application/vnd.*" },
	{ ".xlsx", "application/vnd.*" },
	{ ".pptx", "application/vnd.*" },
	{ ".odt", "application/vnd.oasis*" },
	{ ".ods", "application/vnd.oasis*" },
	{ ".doc", "application/*" },
	{ ".xls", "application/*" },
	{ ".ppt", "application/*" },
	{ ".zip", "application/zip" },
	{ ".rtf", "*/rtf" },
};

/* Shell-like, asterisks only. */
static bool
matches(const char *pattern, const char *s)
{
	for (; *pattern != '\0' && *pattern != '*'; pattern++, s++)
		if (*pattern != *s)
			return false;
	if (*pattern == '\0')
		return *s == '\0';
	for (; *s != '\0'; s++)
		if (matches(pattern + 1, s))
			return true;
	return matches(pattern + 1, s);
}

bool
signature_name_agrees(struct span name, const char *mime)
{
	size_t i, n;

	for (i = 0; i < sizeof(promises) / sizeof(promises[0]); i++) {
		n = strlen(promises[i].ending);
		if (name.n > n &&
		    span_equal_nocase(
			span_make(name.p + name.n - n, n), span_of(promises[i].ending)))
			return matches(promises[i].mime, mime);
	}
	return true;
}
