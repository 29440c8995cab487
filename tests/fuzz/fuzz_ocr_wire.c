/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "ocr_wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* What a reader takes is written back as the same bytes: there is one spelling of everything. */
#define ROUND_TRIP(kind, payload) \
	do { \
		struct strbuf b_ = STRBUF_INIT; \
		struct ocr_##kind value_; \
		if (ocr_##kind##_read(&value_, payload, NULL) == ST_OK) { \
			ocr_##kind##_write(&value_, &b_); \
			if (!span_equal(strbuf_span(&b_), payload)) \
				abort(); \
		} \
		strbuf_free(&b_); \
	} while (0)

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ocr_frames f = OCR_FRAMES_INIT(1u << 20);
	struct ocr_frame frame;
	uint32_t number;

	strbuf_add(&f.in, data, size);
	while (ocr_frames_next(&f, &frame, NULL) == ST_OK) {
		ROUND_TRIP(request, frame.payload);
		ROUND_TRIP(ready, frame.payload);
		ROUND_TRIP(ended, frame.payload);
		ROUND_TRIP(document, frame.payload);
		ROUND_TRIP(page, frame.payload);
		ROUND_TRIP(failure, frame.payload);
		ROUND_TRIP(continue, frame.payload);
		if (ocr_begin_read(&number, frame.payload, NULL) == ST_OK && number == 0)
			abort();
	}
	ocr_frames_free(&f);
	return 0;
}
