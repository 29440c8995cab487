/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GEN_SET_H
#define GEN_SET_H
#include "output.h"

/* What the command line asks for; NULL and 0 leave the choice to the set. */
struct wish {
	const char *set;
	const struct kind *kind;
	const struct state *state;
	const struct format *format;
	const char *folder, *truth;
	uint64_t seed;
	long count;    /* -1: as many as the set has */
	int dpi, turn; /* turn -1: as the set says */
	int appetite;  /* -1: as the set says */
	const char *matter, *secrecy, *urgency;
};

struct set {
	const char *name, *about;
	enum status (*make)(const struct wish *, PangoContext *, struct err *);
};

extern const struct set sets[];
extern const size_t sets_count;

enum status set_mixed(const struct wish *, PangoContext *, struct err *);
enum status set_demo(const struct wish *, PangoContext *, struct err *);
enum status set_test(const struct wish *, PangoContext *, struct err *);
enum status set_bench(const struct wish *, PangoContext *, struct err *);
enum status set_codes(const struct wish *, PangoContext *, struct err *);
enum status set_hostile(const struct wish *, PangoContext *, struct err *);

#endif
