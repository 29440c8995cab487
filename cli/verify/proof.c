/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <string.h>

#include "verify.h"

#define INCLUSION "c2sp.org/tlog-proof@v1"

static bool
read_path(struct bytes *rest, struct path *path, struct fault *f)
{
	struct bytes line;

	path->count = 0;
	while (cut_line(rest, &line)) {
		if (line.n == 0)
			return true;
		if (path->count == HASHES_MAX)
			return fault(f, "proof: more than %d hashes", HASHES_MAX);
		if (!parse_hash(line, path->hash[path->count++]))
			return fault(f, "proof: hash %zu is none", path->count);
	}
	return fault(f, "proof: cut off before its checkpoint");
}

static bool
check_leaf(struct bytes entry, uint64_t index, const struct path *path, const struct point *point,
    struct fault *f)
{
	unsigned char leaf[HASH_LEN], root[HASH_LEN];
	struct entry e;

	if (!entry_parse(entry, &e, f))
		return false;
	if (e.seq != index)
		return fault(
		    f, "proof: the entry says that it is %" PRIu64 ", not %" PRIu64, e.seq, index);
	hash_leaf(entry, leaf);
	if (!path_root(point->size, index, leaf, path, root) ||
	    memcmp(root, point->root, HASH_LEN) != 0)
		return fault(f, "proof: entry %" PRIu64 " is not in the tree of %" PRIu64, index,
		    point->size);
	return true;
}

bool
inclusion_check(struct bytes text, const struct keys *keys, struct point *point,
    struct buffer *entry, struct fault *f)
{
	struct bytes head, extra, index;
	struct path path;
	uint64_t at;
	bool holds;

	entry->p = NULL;
	entry->n = 0;
	if (!cut_line(&text, &head) || !bytes_are(head, INCLUSION))
		return fault(f, "proof: does not begin with " INCLUSION);
	if (!cut_line(&text, &extra) || !bytes_are(cut_word(&extra), "extra") ||
	    !parse_base64(extra, entry))
		return fault(f, "proof: no entry in its \"extra\" line");
	holds = cut_line(&text, &index) && bytes_are(cut_word(&index), "index") &&
	    parse_number(index, &at);
	if (!holds)
		fault(f, "proof: no index");
	holds = holds && read_path(&text, &path, f) && point_read(text, keys, point, f) &&
	    check_leaf((struct bytes){ entry->p, entry->n }, at, &path, point, f);
	if (!holds)
		buffer_free(entry);
	return holds;
}

bool
consistency_check(struct bytes text, const struct keys *keys, const struct point *old,
    struct point *point, struct fault *f)
{
	struct bytes line;
	struct path path;
	uint64_t size;

	if (!cut_line(&text, &line) || !bytes_are(cut_word(&line), "old") ||
	    !parse_number(line, &size))
		return fault(f, "proof: its first line is not \"old SIZE\"");
	if (!read_path(&text, &path, f) || !point_read(text, keys, point, f))
		return false;
	if (size != old->size)
		return fault(f,
		    "proof: it starts from %" PRIu64 " entries, the checkpoint has %" PRIu64, size,
		    old->size);
	if (strcmp(point->origin, old->origin) != 0)
		return fault(f, "proof: the two checkpoints are of different logs");
	if (!path_extends(old->size, old->root, point->size, point->root, &path))
		return fault(f,
		    "the log of %" PRIu64 " entries does not extend the one of %" PRIu64
		    ": what was signed before has been rewritten",
		    point->size, old->size);
	return true;
}
