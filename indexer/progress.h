/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PROGRESS_H
#define PROGRESS_H
#include "indexer.h"

/*
 * How far it is: one line that is written again and again on a terminal, a plain line now and then
 * elsewhere, and the setting "run.indexer.progress" of the catalogue (JSON: state, reason, pid,
 * pages, pages_per_minute, eta_s, queue, intake, updated) for status, metrics and the page.
 */
struct progress;

enum progress_state {
	PROGRESS_STARTING,
	PROGRESS_READING,
	PROGRESS_IDLE,
	PROGRESS_WAITING,
	PROGRESS_REBUILDING,
	PROGRESS_STOPPED
};

struct progress_view {
	enum progress_state state;
	const char *reason; /* why it waits, or NULL */
	size_t running;	    /* readers at work */
	size_t intake_waiting, intake_stuck;
	const char *intake_reason;
	uint64_t rebuilt; /* records of a rebuild */
	uint64_t peak_rss;
	const char *trouble; /* of the index, "" = none */
};

/* slot: "indexer", "reader-3": part of the setting's key.  print: lines for people on stdout. */
struct progress *progress_new(struct indexer *, const char *slot, bool print);
void progress_free(struct progress *);
/*
 * Tells it when it is time (every second on a terminal, every two in the catalogue while something
 * happens, every minute when idle) or at once when the state changed.  Trouble with the catalogue
 * is ignored here: who needs it meets it.
 */
void progress_tell(struct progress *, const struct progress_view *);
/* The last line of a run: what was done. */
void progress_end(struct progress *, const struct progress_view *);
/* monotonic_us() of the next telling. */
int64_t progress_due_us(const struct progress *);

/* Pages per minute over the last minute at most, from (time, pages) samples; for the tests. */
#define PROGRESS_SAMPLES 61
struct progress_rate {
	int64_t us[PROGRESS_SAMPLES];
	uint64_t pages[PROGRESS_SAMPLES];
	size_t count, next;
};
void progress_sample(struct progress_rate *, int64_t now_us, uint64_t pages);
double progress_per_minute(const struct progress_rate *);
/* Seconds that so many pages take, -1 = unknown. */
int64_t progress_eta(double per_minute, double pages);
#endif
