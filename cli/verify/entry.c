/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Canonical bytes of an entry, version 1 (the layout is in include/audit.h and in VERIFY.txt). */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "verify.h"

#define ABSENT UINT32_C(0xffffffff)
#define PRIVATES_MAX 64

static bool
take(struct bytes *from, size_t n, struct bytes *out)
{
	if (from->n < n)
		return false;
	*out = (struct bytes){ from->p, n };
	from->p += n;
	from->n -= n;
	return true;
}

static bool
take_number(struct bytes *from, size_t n, uint64_t *out)
{
	struct bytes raw;

	*out = 0;
	if (!take(from, n, &raw))
		return false;
	for (size_t i = 0; i < n; i++)
		*out = *out << 8 | raw.p[i];
	return true;
}

static bool
take_text(struct bytes *from, struct bytes *out)
{
	uint64_t n;

	*out = (struct bytes){ NULL, 0 };
	if (!take_number(from, 4, &n))
		return false;
	return n == ABSENT || (take(from, (size_t)n, out) && valid_utf8(*out));
}

bool
entry_parse(struct bytes b, struct entry *e, struct fault *f)
{
	uint64_t version, ts, page, privates;
	struct bytes hash;

	memset(e, 0, sizeof(*e));
	if (!take_number(&b, 1, &version) || version != 1)
		return fault(f, "entry: of no known version");
	if (!take_number(&b, 8, &e->seq) || !take_number(&b, 8, &ts) ||
	    !take_text(&b, &e->event_class) || !take_text(&b, &e->action) ||
	    !take_text(&b, &e->actor) || !take_text(&b, &e->on_behalf) ||
	    !take_text(&b, &e->kind) || !take_text(&b, &e->object) || !take_number(&b, 8, &page) ||
	    !take_text(&b, &e->outcome) || !take_text(&b, &e->detail) ||
	    !take_number(&b, 4, &privates) || privates > PRIVATES_MAX)
		return fault(f, "entry: cut off or malformed");
	for (uint64_t i = 0; i < privates; i++) {
		struct bytes name;

		if (!take_text(&b, &name) || !take(&b, HASH_LEN, &hash))
			return fault(f, "entry: cut off in its private fields");
	}
	if (b.n > 0)
		return fault(f, "entry: bytes after its end");
	e->ts_us = (int64_t)ts;
	e->page = (int64_t)page;
	e->privates = (uint32_t)privates;
	return true;
}

void
entry_print(FILE *out, const struct entry *e)
{
	const struct bytes parts[] = { e->event_class, e->action, e->outcome, e->actor, e->kind,
		e->object };
	time_t seconds = (time_t)(e->ts_us / 1000000);
	char when[32] = "?";
	struct tm tm;

	if (gmtime_r(&seconds, &tm))
		strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm);
	fprintf(out, "%" PRIu64 " %s", e->seq, when);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		putc(' ', out);
		print_plain(out, parts[i].p ? parts[i] : bytes_of("-"));
	}
	if (e->page)
		fprintf(out, " page %" PRId64, e->page);
	if (e->detail.p) {
		putc(' ', out);
		print_plain(out, e->detail);
	}
	putc('\n', out);
}
