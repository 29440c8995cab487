/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "verify.h"

static bool
add_line(struct tree *tree, struct bytes line, struct fault *f)
{
	struct bytes number = cut_word(&line);
	unsigned char leaf[HASH_LEN];
	struct fault why = { 0 };
	struct buffer raw;
	struct entry e;
	uint64_t seq;
	bool whole;

	if (!parse_number(number, &seq) || seq != tree->size)
		return fault(f, "entry %" PRIu64 " is missing or out of order", tree->size);
	if (!parse_base64(line, &raw))
		return fault(f, "entry %" PRIu64 ": no Base64", seq);
	whole = entry_parse((struct bytes){ raw.p, raw.n }, &e, &why);
	if (!whole)
		fault(f, "entry %" PRIu64 ": %s", seq, why.text);
	else if (e.seq != seq)
		whole = fault(f, "entry %" PRIu64 " says that it is %" PRIu64, seq, e.seq);
	if (whole) {
		hash_leaf((struct bytes){ raw.p, raw.n }, leaf);
		tree_add(tree, leaf);
	}
	buffer_free(&raw);
	return whole;
}

static bool
check_points(const struct tree *tree, const struct point *points, size_t count, struct fault *f)
{
	unsigned char root[HASH_LEN];

	for (size_t i = 0; i < count; i++) {
		if (points[i].size != tree->size)
			continue;
		tree_root(tree, root);
		if (memcmp(root, points[i].root, HASH_LEN) != 0)
			return fault(f,
			    "the entries do not give the root of the checkpoint of %" PRIu64
			    ": one of them was altered, added or taken away",
			    points[i].size);
	}
	return true;
}

static bool
read_lines(FILE *in, struct tree *tree, const struct point *points, size_t count, struct fault *f)
{
	char *line = NULL;
	size_t room = 0;
	bool whole = true;
	ssize_t n;

	while (whole && (n = getline(&line, &room, in)) > 0) {
		if (line[n - 1] != '\n')
			whole = fault(f, "entry %" PRIu64 " is cut off", tree->size);
		else
			whole = add_line(tree,
				    (struct bytes){ (unsigned char *)line, (size_t)n - 1 }, f) &&
			    check_points(tree, points, count, f);
	}
	if (whole && ferror(in))
		whole = fault(f, "the entries cannot be read");
	free(line);
	return whole;
}

bool
log_check(FILE *in, const struct point *points, size_t count, bool tail, struct log_report *report,
    struct fault *f)
{
	struct tree *tree = calloc(1, sizeof(*tree));
	uint64_t last = 0;
	bool whole;

	if (!tree)
		abort();
	whole = check_points(tree, points, count, f) && read_lines(in, tree, points, count, f);
	report->entries = tree->size;
	free(tree);
	for (size_t i = 0; i < count; i++) {
		last = points[i].size > last ? points[i].size : last;
		if (whole && points[i].size > report->entries)
			whole = fault(f,
			    "the log ends after %" PRIu64 " entries, the checkpoint has %" PRIu64,
			    report->entries, points[i].size);
	}
	report->beyond = report->entries > last ? report->entries - last : 0;
	if (whole && report->beyond > 0 && !tail)
		whole = fault(f,
		    "%" PRIu64
		    " entries stand behind the last checkpoint given: nothing vouches for"
		    " them (--tail lets them pass)",
		    report->beyond);
	return whole;
}
