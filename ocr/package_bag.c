/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "package.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/*
 * records.md 74: a bag (RFC 8493).  Complete and valid, by SHA-256 or SHA-512: weaker digests prove
 * nothing and are not looked at.  Nothing is fetched.
 */
struct bag {
	struct package_look *look;
	const char *base;
	size_t manifests;
};

static const struct {
	const char *name;
	size_t hex;
} digests[] = { { "sha256", SHA256_HEX }, { "sha512", 128 } };
#define DIGESTS (sizeof(digests) / sizeof(digests[0]))

static struct package_entry *
entry_of(const struct bag *b, const char *path)
{
	return look_find(b->look, arena_printf(b->look->arena, "%s%s", b->base, path));
}

/* RFC 8493 2.1.3: %0A, %0D and %25 stand for what they encode; writers before it left % alone. */
static const char *
decode(const struct bag *b, struct span path)
{
	static const struct {
		const char *code;
		char is;
	} codes[] = { { "%0A", '\n' }, { "%0a", '\n' }, { "%0D", '\r' }, { "%0d", '\r' },
		{ "%25", '%' } };
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;

	for (size_t i = 0; i < path.n; i++) {
		char c = path.p[i];

		for (size_t k = 0; k < sizeof(codes) / sizeof(codes[0]); k++)
			if (span_starts(
				span_make(path.p + i, path.n - i), span_of(codes[k].code))) {
				c = codes[k].is;
				i += 2;
				break;
			}
		strbuf_add_char(&out, c);
	}
	return arena_dup_span(b->look->arena, strbuf_span(&out));
}

static void
check_line(struct bag *b, const struct package_entry *manifest, int64_t number, struct span line,
    size_t kind, bool payload)
{
	struct span digest = span_make(line.p, 0), path;
	struct package_entry *file;
	const char *name, *why;

	while (digest.n < line.n && line.p[digest.n] != ' ' && line.p[digest.n] != '\t')
		digest.n++;
	path = span_make(line.p + digest.n, line.n - digest.n);
	while (path.n && (path.p[0] == ' ' || path.p[0] == '\t' || path.p[0] == '*'))
		path = span_make(path.p + 1, path.n - 1);
	if (digest.n != digests[kind].hex || path.n == 0) {
		look_fault(b->look, manifest->path, number, "no line of a manifest");
		return;
	}
	if (span_starts(path, SPAN("./")))
		path = span_make(path.p + 2, path.n - 2);
	name = decode(b, path);
	if (!look_path(path, &why) || span_starts(path, SPAN("data/")) != payload) {
		look_fault(b->look, manifest->path, number, "%s: %s", name,
		    why ? why : "a path that does not belong here");
		return;
	}
	file = entry_of(b, name);
	if (!file) {
		look_fault(b->look, manifest->path, number, "%s%s is missing", b->base, name);
		return;
	}
	if (strncasecmp(digest.p, kind == 0 ? file->sha256 : file->sha512, digest.n) != 0)
		look_fault(b->look, file->path, 0, "its %s is not that of %s", digests[kind].name,
		    manifest->path);
	file->told = true;
}

static void
check_manifest(struct bag *b, size_t kind, bool payload)
{
	struct package_entry *m = entry_of(b,
	    arena_printf(
		b->look->arena, "%smanifest-%s.txt", payload ? "" : "tag", digests[kind].name));
	struct span rest;

	if (!m)
		return;
	if (!m->content.p) {
		look_fault(b->look, m->path, 0, "too large to be read");
		return;
	}
	b->manifests += payload;
	rest = m->content;
	for (int64_t number = 1; rest.p && rest.n; number++) {
		struct span line = span_cut(&rest, '\n');

		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		if (line.n)
			check_line(b, m, number, line, kind, payload);
	}
}

/* Every file of the payload is in a manifest; tag files may be in none. */
static void
check_surplus(struct bag *b)
{
	struct package_look *l = b->look;
	struct span payload = span_of(arena_printf(l->arena, "%sdata/", b->base));

	for (size_t i = 0; i < l->count; i++) {
		struct span path = span_of(l->entry[i].path);

		if (!span_starts(path, span_of(b->base)))
			look_fault(l, l->entry[i].path, 0, "lies outside of the bag");
		else if (span_starts(path, payload) && !l->entry[i].told)
			look_fault(l, l->entry[i].path, 0, "is in no manifest");
	}
}

static void
check_declaration(struct bag *b)
{
	const struct package_entry *e = entry_of(b, "bagit.txt");
	struct span text = e && e->content.p ? e->content : SPAN("");

	if (span_find(text, SPAN("BagIt-Version:")) < 0)
		look_fault(b->look, "bagit.txt", 0, "says no version of BagIt");
	else if (span_find(text, SPAN("BagIt-Version: 1.0")) < 0)
		look_note(b->look, "bagit.txt", 0, "a version of BagIt other than 1.0");
	if (span_find(text, SPAN("Tag-File-Character-Encoding: UTF-8")) < 0)
		look_fault(b->look, "bagit.txt", 0, "tag files in another encoding than UTF-8");
	if (entry_of(b, "fetch.txt"))
		look_fault(b->look, "fetch.txt", 0,
		    "files that must be fetched from elsewhere: nothing is");
}

/* "Payload-Oxum: 1234.5": a quick proof that nothing was left behind. */
static void
check_oxum(struct bag *b)
{
	struct package_look *l = b->look;
	const struct package_entry *info = entry_of(b, "bag-info.txt");
	struct span payload = span_of(arena_printf(l->arena, "%sdata/", b->base));
	uint64_t bytes = 0, files = 0;
	struct span text, line;
	ptrdiff_t at;

	if (!info || !info->content.p || (at = span_find(info->content, SPAN("Payload-Oxum:"))) < 0)
		return;
	text = span_make(info->content.p + at, info->content.n - (size_t)at);
	line = span_cut(&text, '\n');
	(void)span_cut(&line, ':');
	for (size_t i = 0; i < l->count; i++)
		if (span_starts(span_of(l->entry[i].path), payload)) {
			bytes += l->entry[i].size;
			files++;
		}
	if (!span_equal_str(span_trim(line),
		arena_printf(
		    l->arena, "%llu.%llu", (unsigned long long)bytes, (unsigned long long)files)))
		look_fault(l, info->path, 0, "Payload-Oxum counts other files than there are");
}

void
look_bag(struct package_look *l, const char *base)
{
	struct bag b = { l, base, 0 };
	size_t found = 0;

	check_declaration(&b);
	for (size_t kind = 0; kind < DIGESTS; kind++) {
		check_manifest(&b, kind, true);
		check_manifest(&b, kind, false);
	}
	if (b.manifests == 0)
		look_fault(l, base, 0, "no manifest-sha256.txt or manifest-sha512.txt");
	check_surplus(&b);
	check_oxum(&b);
	for (size_t i = 0; l->faults == 0 && i < l->count; i++)
		if (span_ends(span_of(l->entry[i].path), SPAN("/hoso.xml"))) {
			(void)look_description(l, &l->entry[i], base);
			found++;
		}
	if (l->faults == 0 && found == 0)
		look_fault(l, base, 0, "no hoso.xml: nothing says what dossiers these files are");
}
