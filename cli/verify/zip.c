/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads a ZIP file of the one form that packages have: stored entries in the order of the directory,
 * nothing between them, every field that is not a size, place or checksum fixed.  So each byte of the
 * file is either content, which the manifests cover, or compared here.
 */
#include <stdlib.h>
#include <string.h>

#include "verify.h"
#include "zip.h"

#define LOCAL 0x04034b50u
#define CENTRAL 0x02014b50u
#define END 0x06054b50u
#define END64 0x06064b50u
#define LOCATOR64 0x07064b50u
#define WIDE 0xffffffffu
#define FILES_MAX 2000000u
#define DIRECTORY_MAX ((uint64_t)1 << 30)

static uint64_t
little(const unsigned char *p, int n)
{
	uint64_t v = 0;

	while (n-- > 0)
		v = v << 8 | p[n];
	return v;
}

static bool
read_at(FILE *in, uint64_t at, unsigned char *out, size_t n)
{
	return at <= INT64_MAX && fseeko(in, (off_t)at, SEEK_SET) == 0 && fread(out, 1, n, in) == n;
}

/* --- the end of the file --- */

struct end {
	uint64_t at, length, count, stop;
};

static bool
read_end64(FILE *in, struct end *e, struct fault *f)
{
	unsigned char b[76];

	if (e->stop < sizeof(b) || !read_at(in, e->stop - sizeof(b), b, sizeof(b)) ||
	    little(b, 4) != END64 || little(b + 4, 8) != 44 || little(b + 12, 2) != (3 << 8 | 45) ||
	    little(b + 14, 2) != 45 || little(b + 16, 8) != 0 ||
	    little(b + 24, 8) != little(b + 32, 8) || little(b + 56, 4) != LOCATOR64 ||
	    little(b + 60, 4) != 0 || little(b + 64, 8) != e->stop - sizeof(b) ||
	    little(b + 72, 4) != 1)
		return fault(f, "ZIP: its ZIP64 end record is damaged");
	e->count = little(b + 32, 8);
	e->length = little(b + 40, 8);
	e->at = little(b + 48, 8);
	e->stop -= sizeof(b);
	return true;
}

static bool
read_end(FILE *in, struct end *e, struct fault *f)
{
	unsigned char b[22];
	off_t size;

	if (fseeko(in, 0, SEEK_END) != 0 || (size = ftello(in)) < 22)
		return fault(f, "ZIP: too short");
	e->stop = (uint64_t)size - 22;
	if (!read_at(in, e->stop, b, sizeof(b)) || little(b, 4) != END || little(b + 4, 4) != 0 ||
	    little(b + 8, 2) != little(b + 10, 2) || little(b + 20, 2) != 0)
		return fault(f, "ZIP: its end record is damaged or cut off");
	e->count = little(b + 10, 2);
	e->length = little(b + 12, 4);
	e->at = little(b + 16, 4);
	if ((e->count == 0xffff || e->length == WIDE || e->at == WIDE) && !read_end64(in, e, f))
		return false;
	if (e->at > e->stop || e->length != e->stop - e->at || e->length > DIRECTORY_MAX ||
	    e->count > FILES_MAX)
		return fault(f, "ZIP: its directory does not lie where the end record says");
	return true;
}

/* --- headers --- */

/* Version, flags, method, time and date, alike in both headers. */
static bool
fixed_fields(const unsigned char *b, bool wide)
{
	return little(b, 2) == (wide ? 45 : 20) && little(b + 2, 2) == 0x0800 &&
	    little(b + 4, 2) == 0 && little(b + 6, 2) == 0 && little(b + 8, 2) == 0x0021;
}

static bool
read_extra(const unsigned char *b, size_t n, struct zip_file *z, bool wide_size, bool wide_at)
{
	size_t want = (wide_size ? 16u : 0) + (wide_at ? 8u : 0);

	if (n != (want ? want + 4 : 0))
		return false;
	if (!want)
		return true;
	if (little(b, 2) != 1 || little(b + 2, 2) != want)
		return false;
	b += 4;
	if (wide_size) {
		z->size = little(b, 8);
		if (little(b + 8, 8) != z->size || z->size < WIDE)
			return false;
		b += 16;
	}
	if (wide_at)
		z->at = little(b, 8);
	return !wide_at || z->at >= WIDE;
}

static bool
read_central(struct bytes *d, struct zip_file *z, struct fault *f)
{
	const unsigned char *b = d->p;
	size_t n, x;
	bool wide_size, wide_at;

	if (d->n < 46 || little(b, 4) != CENTRAL)
		return fault(f, "ZIP: its directory is damaged");
	n = little(b + 28, 2);
	x = little(b + 30, 2);
	if (d->n < 46 + n + x)
		return fault(f, "ZIP: its directory is cut off");
	z->crc = (uint32_t)little(b + 16, 4);
	z->size = little(b + 24, 4);
	z->at = little(b + 42, 4);
	wide_size = z->size == WIDE;
	wide_at = z->at == WIDE;
	z->name = text_copy(b + 46, n);
	if (strlen(z->name) != n || little(b + 20, 4) != little(b + 24, 4) ||
	    little(b + 4, 2) != (3 << 8 | 20) || !fixed_fields(b + 6, wide_size || wide_at) ||
	    little(b + 32, 2) != 0 || little(b + 34, 2) != 0 || little(b + 36, 2) != 0 ||
	    little(b + 38, 4) != (uint32_t)0100444 << 16 ||
	    !read_extra(b + 46 + n, x, z, wide_size, wide_at))
		return fault(f, "%s: its entry in the ZIP directory is damaged", z->name);
	d->p += 46 + n + x;
	d->n -= 46 + n + x;
	return true;
}

/* The local header says what the directory says; z->at becomes the place of the content. */
static bool
check_local(FILE *in, struct zip_file *z, struct fault *f)
{
	unsigned char b[30], *rest;
	size_t n = strlen(z->name), x;
	bool wide = z->size >= WIDE, holds;

	if (!read_at(in, z->at, b, sizeof(b)))
		return fault(f, "%s: cut off", z->name);
	x = wide ? 20 : 0;
	rest = malloc(n + x + 1);
	if (!rest)
		abort();
	holds = little(b, 4) == LOCAL && fixed_fields(b + 4, wide) && little(b + 14, 4) == z->crc &&
	    little(b + 18, 4) == (wide ? WIDE : z->size) &&
	    little(b + 22, 4) == little(b + 18, 4) && little(b + 26, 2) == n &&
	    little(b + 28, 2) == x && fread(rest, 1, n + x, in) == n + x &&
	    memcmp(rest, z->name, n) == 0 &&
	    (!wide ||
		(little(rest + n, 2) == 1 && little(rest + n + 2, 2) == 16 &&
		    little(rest + n + 4, 8) == z->size && little(rest + n + 12, 8) == z->size));
	free(rest);
	z->at += 30 + n + x;
	return holds || fault(f, "%s: its ZIP header is damaged", z->name);
}

static bool
check_place(FILE *in, struct zip_file *z, uint64_t *next, uint64_t directory, struct fault *f)
{
	if (z->at != *next)
		return fault(f, "%s: does not follow the file before it", z->name);
	if (!check_local(in, z, f))
		return false;
	if (z->at > directory || z->size > directory - z->at)
		return fault(f, "%s: reaches beyond the ZIP file", z->name);
	*next = z->at + z->size;
	return true;
}

void
zip_free(struct zip *zip)
{
	for (size_t i = 0; i < zip->count; i++)
		free(zip->file[i].name);
	free(zip->file);
	zip->file = NULL;
	zip->count = 0;
}

bool
zip_read(FILE *in, struct zip *zip, struct fault *f)
{
	struct end end = { 0 };
	unsigned char *raw;
	uint64_t next = 0;
	struct bytes d;
	bool whole = true;

	*zip = (struct zip){ 0 };
	if (!read_end(in, &end, f))
		return false;
	/* Each entry of the directory takes 46 bytes at least. */
	if (end.count > end.length / 46)
		return fault(f, "ZIP: fewer files than it says");
	raw = malloc((size_t)end.length + 1);
	zip->file = calloc((size_t)end.count + 1, sizeof(*zip->file));
	if (!raw || !zip->file)
		abort();
	whole = read_at(in, end.at, raw, (size_t)end.length) || fault(f, "ZIP: cut off");
	d = (struct bytes){ raw, (size_t)end.length };
	while (whole && zip->count < end.count) {
		struct zip_file *z = &zip->file[zip->count];

		whole = read_central(&d, z, f);
		zip->count += z->name != NULL;
		whole = whole && z->name && check_place(in, z, &next, end.at, f);
	}
	free(raw);
	if (whole && d.n > 0)
		whole = fault(f, "ZIP: bytes after its directory");
	if (whole && next != end.at)
		whole = fault(f, "ZIP: bytes before its directory");
	if (!whole)
		zip_free(zip);
	return whole;
}
