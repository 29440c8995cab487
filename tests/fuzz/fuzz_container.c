/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "../../ocr/container.h"
#include "../../ocr/signature.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = span_make((const char *)data, size);
	struct container_look look;

	(void)container_zip(bytes, &look);
	if (strlen(look.mime) > CONTAINER_MIME_MAX)
		abort();
	(void)container_ole(bytes, &look);
	(void)signature_lookup(bytes);
	(void)signature_text(bytes, SPAN("a.m"));
	(void)signature_name_agrees(bytes, "application/pdf");
	return 0;
}
