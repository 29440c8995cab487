/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RECORD_SKETCH_H
#define RECORD_SKETCH_H
#include "access.h"
#include "db.h"
#include "sketch.h"

/* Sketches of documents in the catalogue.  Private to core. */

/* In place of an earlier one; none when it says too little, or is NULL. */
MUST_CHECK enum status record_sketch_put(
    struct catalog *, int64_t component, const struct sketch *, struct err *);

struct sketch_twin {
	int64_t record;
	double alike;
};
/*
 * Records that the access admits with a document near-equal to one of the record's, most alike first, at
 * most max.
 */
MUST_CHECK enum status record_sketch_twins(struct catalog *, const struct access *, int64_t record,
    struct arena *, struct sketch_twin *, size_t max, size_t *count, struct err *);

#endif
