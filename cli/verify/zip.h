/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZIP_H
#define ZIP_H
#include "verify.h"

struct zip_file {
	char *name;
	uint32_t crc;
	uint64_t size, at; /* of its content */
};
struct zip {
	size_t count;
	struct zip_file *file;
};

/* Headers and places are checked, contents are not.  zip_free also after success. */
bool zip_read(FILE *, struct zip *, struct fault *);
void zip_free(struct zip *);

#endif
