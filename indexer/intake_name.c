/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "intake.h"

/* Endings under which programs write what is not whole yet. */
static const char *const unfinished[] = { "~", ".tmp", ".temp", ".part", ".partial", ".filepart",
	".crdownload", ".download", ".opdownload", ".swp", ".lock", ".unfinished", ".!ut",
	".aria2" };

static bool
ends_with(struct span name, const char *end)
{
	struct span tail = span_of(end);

	return name.n > tail.n &&
	    span_equal_nocase(span_make(name.p + name.n - tail.n, tail.n), tail);
}

enum intake_kind
intake_name_kind(const char *name)
{
	struct span s = span_of(name);
	size_t i;

	if (!s.n || name[0] == '.' || span_starts(s, SPAN("~$")) ||
	    (name[0] == '#' && s.n > 1 && name[s.n - 1] == '#'))
		return INTAKE_SKIP;
	for (i = 0; i < sizeof unfinished / sizeof *unfinished; i++)
		if (ends_with(s, unfinished[i]))
			return INTAKE_SKIP;
	if (span_equal_nocase(s, SPAN("Thumbs.db")) || span_equal_nocase(s, SPAN("desktop.ini")))
		return INTAKE_SKIP;
	return INTAKE_TAKE;
}

/*
 * The change time cannot be set by a program, and the digest is that of the bytes: two different
 * arrivals have different keys even when an inode number is used again within a clock tick.
 */
void
intake_key(const struct stat *st, const char *sha256, struct strbuf *out)
{
	strbuf_addf(out, "intake:%llx:%llx:%lld.%09ld:%s", (unsigned long long)st->st_dev,
	    (unsigned long long)st->st_ino, (long long)st->st_ctim.tv_sec, st->st_ctim.tv_nsec,
	    sha256);
}

struct span
intake_first_folder(const char *path)
{
	const char *slash = strchr(path, '/');

	return slash ? span_make(path, (size_t)(slash - path)) : span_make(path, 0);
}
