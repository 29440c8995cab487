/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "container.h"
#include "legacy.h"
#include "reader.h"
#include "signature.h"

#define LOOK_BYTES (1u << 20) /* libmagic looks no further */
#define PDF_HEADER_MAX 1024   /* readers accept the header within (ISO 32000-1 H.3.4.1) */
#define MAGIC_FLAGS (MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_ELF)

/* The one child process reads one document: its names live here. */
static char mime_room[OCR_TEXT_MAX + 1], label_room[OCR_TEXT_MAX + 1];

static void
keep(char *room, const char *text)
{
	char *p;

	if (text != room)
		(void)snprintf(room, OCR_TEXT_MAX + 1, "%s", text != NULL ? text : "");
	for (p = room; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || (unsigned char)*p == 0x7f)
			*p = ' ';
}

static void
ask_libmagic(struct job *job)
{
	size_t n = job->bytes.n < LOOK_BYTES ? job->bytes.n : LOOK_BYTES;
	const char *mime;

	(void)magic_setflags(job->reader->magic, MAGIC_FLAGS | MAGIC_MIME_TYPE);
	mime = magic_buffer(job->reader->magic, job->bytes.p, n);
	keep(mime_room,
	    mime != NULL && strchr(mime, '/') != NULL ? mime : "application/octet-stream");
	(void)magic_setflags(job->reader->magic, MAGIC_FLAGS);
	keep(label_room, magic_buffer(job->reader->magic, job->bytes.p, n));
	keep(mime_room, signature_canonical(mime_room, label_room));
}

/* Bytes that libmagic calls data and that are text in an encoding it does not know. */
static bool
is_legacy_text(struct span s)
{
	struct legacy_verdict v;

	if (s.n > LOOK_BYTES)
		s.n = LOOK_BYTES;
	if (memchr(s.p, '\0', s.n) != NULL)
		return false;
	legacy_detect(s, &v);
	return v.encoding >= LEGACY_TCVN3 && v.encoding < LEGACY_CP1252;
}

/* The bytes' own signatures, then what stands in a text. */
static void
look_again(struct job *job)
{
	const char *mime = signature_lookup(job->bytes);

	if (mime == NULL &&
	    (strncmp(mime_room, "text/", 5) == 0 || strcmp(mime_room, "application/xml") == 0))
		mime = signature_text(job->bytes, job->request.name);
	if (mime == NULL && strcmp(mime_room, "application/octet-stream") == 0 &&
	    is_legacy_text(job->bytes))
		mime = "text/plain";
	if (mime != NULL)
		keep(mime_room, mime);
}

/* ZIP and OLE tell by their content what they are. */
static void
look_inside(struct job *job)
{
	bool zip = span_starts(job->bytes, SPAN("PK\3\4"));
	struct container_look look;

	if (zip ? !container_zip(job->bytes, &look) : !container_ole(job->bytes, &look))
		return;
	if (look.mime[0] != '\0')
		keep(mime_room, look.mime);
	job->what.encrypted = look.encrypted;
	if (look.active)
		job->what.warnings |= OCR_WARN_ACTIVE;
}

/* A file that two programs read differently is told; it is read as what it begins with. */
static void
look_for_polyglot(struct job *job)
{
	struct span head =
	    span_make(job->bytes.p, job->bytes.n < PDF_HEADER_MAX ? job->bytes.n : PDF_HEADER_MAX);
	ptrdiff_t pdf = span_find(head, SPAN("%PDF-"));
	bool zip = span_starts(job->bytes, SPAN("PK\3\4"));
	struct container_look look;

	if (pdf >= 0 && strcmp(mime_room, "application/octet-stream") == 0)
		keep(mime_room, "application/pdf");
	if (pdf > 0 || (pdf == 0 && strcmp(mime_room, "application/pdf") != 0) ||
	    (!zip && container_zip(job->bytes, &look) && look.to_the_end))
		job->what.warnings |= OCR_WARN_POLYGLOT;
}

void
classify(struct job *job)
{
	ask_libmagic(job);
	look_again(job);
	look_inside(job);
	look_for_polyglot(job);
	if (!signature_name_agrees(job->request.name, mime_room))
		job->what.warnings |= OCR_WARN_MISLABELLED;
	job->format = format_lookup(mime_room);
	job->what.family = job->format->family;
	job->what.mime = span_of(mime_room);
	job->what.label = span_of(label_room);
}
