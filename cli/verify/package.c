/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A package of evidence: BagIt 1.0 (RFC 8493) in a ZIP file, with entries of the log and their proofs. */
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "package.h"

#define SMALL_MAX ((size_t)256 << 20) /* of a file that is read whole */
#define READ_SIZE ((size_t)32 << 10)

struct bag {
	FILE *in;
	struct zip zip;
	size_t root; /* length of the folder's name with its slash */
	struct member {
		const char *path;
		unsigned char hash[HASH_LEN];
		bool listed;
	} * member;
	const struct package_options *o;
	size_t faults;
};

static bool
found(struct bag *b, struct fault *f)
{
	b->faults++;
	b->o->tell(b->o->payload, f->text);
	return false;
}

/* --- names --- */

static bool
safe_part(const char *p, size_t n)
{
	if (n == 0 || p[0] == '.')
		return false;
	for (size_t i = 0; i < n; i++)
		if (!(p[i] >= 'a' && p[i] <= 'z') && !(p[i] >= 'A' && p[i] <= 'Z') &&
		    !(p[i] >= '0' && p[i] <= '9') && !strchr("._-", p[i]))
			return false;
	return true;
}

/* No absolute path, no "..", nothing hidden, nothing that a file system could read otherwise. */
static bool
safe_path(const char *path)
{
	for (;;) {
		size_t n = strcspn(path, "/");

		if (!safe_part(path, n))
			return false;
		if (!path[n])
			return true;
		path += n + 1;
	}
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(((const struct member *)a)->path, ((const struct member *)b)->path);
}

static struct member *
member_of(struct bag *b, const char *path)
{
	struct member key = { .path = path };

	return bsearch(&key, b->member, b->zip.count, sizeof(*b->member), by_path);
}

/* --- contents --- */

static uint32_t
crc_of(uint32_t crc, const unsigned char *p, size_t n)
{
	static uint32_t table[256];

	if (!table[1])
		for (uint32_t i = 0; i < 256; i++) {
			uint32_t v = i;

			for (int k = 0; k < 8; k++)
				v = v & 1 ? 0xedb88320u ^ v >> 1 : v >> 1;
			table[i] = v;
		}
	for (size_t i = 0; i < n; i++)
		crc = table[(crc ^ p[i]) & 0xff] ^ crc >> 8;
	return crc;
}

static bool
hash_file(struct bag *b, const struct zip_file *z, unsigned char hash[HASH_LEN])
{
	unsigned char buf[READ_SIZE];
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint32_t crc = 0xffffffffu;
	uint64_t left = z->size;
	struct fault f;
	bool whole;

	if (!ctx || !EVP_DigestInit_ex(ctx, EVP_sha256(), NULL))
		abort();
	whole = fseeko(b->in, (off_t)z->at, SEEK_SET) == 0;
	while (whole && left > 0) {
		size_t n = left < READ_SIZE ? (size_t)left : READ_SIZE;

		whole = fread(buf, 1, n, b->in) == n && EVP_DigestUpdate(ctx, buf, n);
		crc = crc_of(crc, buf, n);
		left -= n;
	}
	if (!EVP_DigestFinal_ex(ctx, hash, NULL))
		abort();
	EVP_MD_CTX_free(ctx);
	if (whole && ~crc == z->crc)
		return true;
	fault(&f, "%s: %s", z->name, whole ? "its CRC-32 is another one" : "cannot be read");
	return found(b, &f);
}

static bool
read_members(struct bag *b)
{
	const char *slash = b->zip.count ? strchr(b->zip.file[0].name, '/') : NULL;
	bool clean = true;
	struct fault f;

	b->root = slash ? (size_t)(slash - b->zip.file[0].name) + 1 : 0;
	b->member = calloc(b->zip.count + 1, sizeof(*b->member));
	if (!b->member)
		abort();
	for (size_t i = 0; i < b->zip.count; i++) {
		const struct zip_file *z = &b->zip.file[i];

		b->member[i].path = z->name;
		if (b->root == 0 || strncmp(z->name, b->zip.file[0].name, b->root) != 0 ||
		    !safe_path(z->name)) {
			fault(&f, "%s: a name that no package has", z->name);
			clean = found(b, &f);
			continue;
		}
		b->member[i].path = z->name + b->root;
		if (strcmp(b->member[i].path, "fetch.txt") == 0) {
			fault(&f, "fetch.txt: a package is complete in itself");
			found(b, &f);
		}
		(void)hash_file(b, z, b->member[i].hash);
	}
	qsort(b->member, b->zip.count, sizeof(*b->member), by_path);
	for (size_t i = 1; i < b->zip.count; i++)
		if (strcmp(b->member[i - 1].path, b->member[i].path) == 0) {
			fault(&f, "%s: there are two of it", b->member[i].path);
			clean = found(b, &f);
		}
	return clean;
}

static bool
load(struct bag *b, const char *path, struct buffer *out)
{
	struct fault f;

	out->p = NULL;
	out->n = 0;
	for (size_t i = 0; i < b->zip.count; i++) {
		const struct zip_file *z = &b->zip.file[i];

		if (strcmp(z->name + b->root, path) != 0)
			continue;
		if (z->size > SMALL_MAX) {
			fault(&f, "%s: larger than %zu bytes", path, SMALL_MAX);
			return found(b, &f);
		}
		out->p = malloc((size_t)z->size + 1);
		if (!out->p)
			abort();
		out->n = (size_t)z->size;
		if (fseeko(b->in, (off_t)z->at, SEEK_SET) == 0 &&
		    fread(out->p, 1, out->n, b->in) == out->n)
			return true;
		buffer_free(out);
		break;
	}
	fault(&f, "%s: is missing", path);
	return found(b, &f);
}

/* --- BagIt --- */

static void
check_line(struct bag *b, const char *manifest, struct bytes line)
{
	unsigned char want[HASH_LEN];
	struct member *m = NULL;
	struct fault f;
	char *path;

	if (line.n < 67 || !parse_hex((struct bytes){ line.p, 64 }, want, HASH_LEN) ||
	    line.p[64] != ' ' || line.p[65] != ' ' || memchr(line.p, 0, line.n)) {
		fault(&f, "%s: a line that is no SHA-256 and path", manifest);
		found(b, &f);
		return;
	}
	path = text_copy(line.p + 66, line.n - 66);
	if (!safe_path(path))
		fault(&f, "%s: it names %s", manifest, path);
	else if (!(m = member_of(b, path)))
		fault(&f, "%s: is missing", path);
	else if (memcmp(m->hash, want, HASH_LEN) != 0)
		fault(&f, "%s: was changed", path);
	else if (m->listed)
		fault(&f, "%s: stands twice in %s", path, manifest);
	else {
		m->listed = true;
		free(path);
		return;
	}
	if (m)
		m->listed = true;
	free(path);
	found(b, &f);
}

static void
check_manifest(struct bag *b, const char *manifest)
{
	struct bytes rest, line;
	struct buffer text;
	struct fault f;

	if (!load(b, manifest, &text))
		return;
	rest = (struct bytes){ text.p, text.n };
	while (cut_line(&rest, &line))
		check_line(b, manifest, line);
	if (rest.n > 0) {
		fault(&f, "%s: cut off", manifest);
		found(b, &f);
	}
	buffer_free(&text);
}

static void
check_bag(struct bag *b)
{
	static const char declaration[] =
	    "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
	struct buffer text;
	struct fault f;

	if (load(b, "bagit.txt", &text) &&
	    !bytes_are((struct bytes){ text.p, text.n }, declaration)) {
		fault(&f, "bagit.txt: is not that of BagIt 1.0");
		found(b, &f);
	}
	buffer_free(&text);
	check_manifest(b, "manifest-sha256.txt");
	check_manifest(b, "tagmanifest-sha256.txt");
	for (size_t i = 0; i < b->zip.count; i++)
		if (!b->member[i].listed &&
		    strcmp(b->member[i].path, "tagmanifest-sha256.txt") != 0) {
			fault(&f, "%s: stands in no manifest", b->member[i].path);
			found(b, &f);
		}
}

/* --- the log --- */

static bool
check_entry(struct bytes line, const struct point *point, struct fault *f)
{
	struct bytes number = cut_word(&line), entry = cut_word(&line);
	unsigned char leaf[HASH_LEN], root[HASH_LEN];
	struct path path = { 0 };
	struct buffer raw;
	struct entry e;
	uint64_t at;
	bool holds;

	if (!parse_number(number, &at) || !parse_base64(entry, &raw))
		return fault(f, "a line that is no entry");
	holds = entry_parse((struct bytes){ raw.p, raw.n }, &e, f) &&
	    (e.seq == at || fault(f, "says another number"));
	while (holds && line.n > 0)
		holds =
		    path.count < HASHES_MAX && parse_hash(cut_word(&line), path.hash[path.count++]);
	hash_leaf((struct bytes){ raw.p, raw.n }, leaf);
	buffer_free(&raw);
	if (!holds || !path_root(point->size, at, leaf, &path, root) ||
	    memcmp(root, point->root, HASH_LEN) != 0)
		return fault(
		    f, "entry %" PRIu64 " does not stand in the log of the checkpoint", at);
	return true;
}

static void
check_entries(struct bag *b, const struct point *point, size_t *count)
{
	struct bytes rest, line;
	struct buffer text;
	struct fault f, why = { 0 };

	if (!load(b, "data/log/entries.txt", &text))
		return;
	rest = (struct bytes){ text.p, text.n };
	while (cut_line(&rest, &line)) {
		++*count;
		if (check_entry(line, point, &why))
			continue;
		fault(&f, "data/log/entries.txt: line %zu: %.400s", *count, why.text);
		found(b, &f);
	}
	if (rest.n > 0) {
		fault(&f, "data/log/entries.txt: cut off");
		found(b, &f);
	}
	buffer_free(&text);
}

static void
check_log(struct bag *b, struct package_report *report)
{
	struct keys *keys = calloc(1, sizeof(*keys));
	struct buffer note, own;
	struct fault f, why = { 0 };

	if (!keys)
		abort();
	if (load(b, "data/log/keys.txt", &own) &&
	    !keys_add(keys, (struct bytes){ own.p, own.n }, &why)) {
		fault(&f, "data/log/keys.txt: %.400s", why.text);
		found(b, &f);
	}
	if (b->o->keys->count > 0)
		*keys = *b->o->keys;
	if (load(b, "data/log/checkpoint.txt", &note)) {
		if (point_read((struct bytes){ note.p, note.n }, keys, &report->point, &why)) {
			check_entries(b, &report->point, &report->entries);
		} else {
			fault(&f, "data/log/checkpoint.txt: %.400s", why.text);
			found(b, &f);
		}
	}
	report->own_key = b->o->keys->count == 0;
	buffer_free(&note);
	buffer_free(&own);
	free(keys);
}

size_t
package_check(FILE *in, const struct package_options *o, struct package_report *report)
{
	struct bag b = { .in = in, .o = o };
	struct fault f;

	memset(report, 0, sizeof(*report));
	if (!zip_read(in, &b.zip, &f)) {
		found(&b, &f);
		return b.faults;
	}
	/* Behind forbidden names nothing is looked for. */
	if (read_members(&b)) {
		check_bag(&b);
		check_log(&b, report);
	}
	report->files = b.zip.count;
	free(b.member);
	zip_free(&b.zip);
	return b.faults;
}
