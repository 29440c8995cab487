/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_RANGE_H
#define SERVER_RANGE_H
#include <stdint.h>

#include "span.h"

/* The Range header (RFC 9110 14.2): one range of bytes is served, anything else is ignored. */
enum range_kind {
	RANGE_ALL, /* no range, another unit, several ranges or not a range: all of it */
	RANGE_PART,
	RANGE_OUTSIDE /* 416: nothing of it lies inside */
};

/* first and length are set for RANGE_PART only: 0 < length and first + length <= size. */
enum range_kind range_parse(struct span header, uint64_t size, uint64_t *first, uint64_t *length);

#endif
