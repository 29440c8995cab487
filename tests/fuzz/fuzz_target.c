/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../server/target.h"
#include "base.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check(bool held)
{
	if (!held)
		abort();
}

/* Whatever is taken holds no way up, no NUL and nothing but UTF-8, and keeps to its limits. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	owned(arena_freep) struct arena *arena = arena_new();
	const char *value[TARGET_SEGMENTS_MAX];
	struct target t;

	if (target_parse(span_make((const char *)data, size), arena, &t, NULL) != ST_OK)
		return 0;
	check(t.segment_count <= TARGET_SEGMENTS_MAX && t.parameter_count <= TARGET_PARAMETERS_MAX);
	for (size_t i = 0; i < t.segment_count; i++) {
		check(utf8_valid(span_of(t.segment[i])));
		check(strcmp(t.segment[i], "..") != 0 && strcmp(t.segment[i], ".") != 0);
		check(t.segment[i][0] || i == t.segment_count - 1);
	}
	for (size_t i = 0; i < t.parameter_count; i++)
		check(target_parameter(&t, t.parameter[i].name) == t.parameter[i].value);
	if (target_match(&t, "/api/v1/records/{uid}/pages/{page}/text", value))
		check(t.segment_count == 7 && value[0] == t.segment[3] && value[1] == t.segment[5]);
	return 0;
}
