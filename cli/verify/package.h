/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PACKAGE_H
#define PACKAGE_H
#include "zip.h"

struct package_options {
	const struct keys *keys; /* none: the package's own are used, which proves less */
	void (*tell)(void *payload, const char *fault_text);
	void *payload;
};
struct package_report {
	size_t files, entries;
	struct point point;
	bool own_key;
};

/* Names every fault; gives how many there are. */
size_t package_check(FILE *, const struct package_options *, struct package_report *);

#endif
