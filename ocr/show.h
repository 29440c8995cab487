/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHOW_H
#define SHOW_H
#include <stdbool.h>
#include <stdint.h>

/* --file: one document read the way the indexer has it read, for people and for tests. */
struct show {
	const char *file;
	const char *config; /* data directory with tangthu.conf, or NULL: defaults */
	const char *images; /* directory for display images, or NULL */
	uint32_t first, last;
	bool json;
};

/* Prints to stdout; exit status: 0 when every page was answered. */
int show_file(const struct show *);

#endif
