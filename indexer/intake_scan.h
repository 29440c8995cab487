/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef INTAKE_SCAN_H
#define INTAKE_SCAN_H
#include "intake.h"

/* Private to intake: what lies in the folder and how long it has kept still. */
struct candidate {
	char *path; /* below the folder */
	struct stat st;
	int64_t since_us;  /* unchanged since (monotonic) */
	const char *stuck; /* constant text: why it cannot be taken; NULL = it can */
	bool done;	   /* taken in this scan */
};

struct candidates {
	struct candidate *list; /* ascending by path */
	size_t count, alloc;
};

/*
 * Reads the folder again; what is unchanged keeps its since_us.  Folders are watched with inotify
 * (watch -1 = not).  ST_IO: the folder itself cannot be read.
 */
MUST_CHECK enum status intake_scan(
    struct candidates *, int folder, int watch, const char *name, struct err *);
void candidates_free(struct candidates *);
/* Same file, same state. */
bool candidate_same(const struct stat *, const struct stat *);
#endif
