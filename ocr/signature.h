/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIGNATURE_H
#define SIGNATURE_H
#include <stdbool.h>
#include <stdint.h>

#include "span.h"

/* What libmagic does not know or names otherwise.  All results are constants or NULL. */

/* A MIME type by its own signature; stronger than libmagic's word. */
const char *signature_lookup(struct span bytes);
/* A MIME type of text by what stands in it: HTML, XML by its root, small languages. */
const char *signature_text(struct span bytes, struct span name);
/* The name we use for libmagic's. */
const char *signature_canonical(const char *mime, const char *label);
/*
 * What the file name promises: a MIME type or a prefix ending in an asterisk; NULL when it
 * promises nothing that could be broken.
 */
bool signature_name_agrees(struct span name, const char *mime);

#endif
