/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "reader.h"

#define LOOK_BYTES (1u << 20) /* libmagic looks no further */

static char mime_room[128], label_room[256];

static void
keep(char *room, size_t size, const char *text, struct span *out)
{
	(void)snprintf(room, size, "%s", text != NULL ? text : "");
	*out = span_of(room);
}

void
classify(struct job *job)
{
	size_t n = job->bytes.n < LOOK_BYTES ? job->bytes.n : LOOK_BYTES;
	magic_t magic = job->reader->magic;
	const char *mime;

	(void)magic_setflags(magic, MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_ELF | MAGIC_MIME_TYPE);
	mime = magic_buffer(magic, job->bytes.p, n);
	keep(mime_room, sizeof(mime_room), mime != NULL ? mime : "application/octet-stream",
	    &job->what.mime);
	(void)magic_setflags(magic, MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_ELF);
	keep(
	    label_room, sizeof(label_room), magic_buffer(magic, job->bytes.p, n), &job->what.label);
	job->format = format_lookup(mime_room);
	job->what.family = job->format->family;
}
