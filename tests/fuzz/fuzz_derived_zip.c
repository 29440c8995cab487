/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base.h"
#include "derived.h"

#include "../../core/derived_zip.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* A damaged pack is told as such: no read outside of it, no endless walk. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	owned(fd_closep) int fd = memfd_create("pack", MFD_CLOEXEC);
	struct zip_directory dir;
	struct zip_entry e, found;
	uint64_t offset;

	if (fd == -1 || write_all(fd, data, size, NULL) || zip_open(fd, &dir, NULL))
		return 0;
	for (uint64_t i = 0; i < dir.count && i < 1000; i++) {
		if (zip_row(fd, &dir, i, &e, NULL))
			continue;
		if (zip_locate(fd, &dir, &e, &offset, NULL) == ST_OK &&
		    (offset > size || e.length > size - offset))
			abort();
		(void)!zip_find(fd, &dir, e.page, e.kind, &found, NULL);
	}
	/* What passes as whole must be found by name. */
	if (zip_verify(fd, NULL) == ST_OK)
		for (uint64_t i = 0; i < dir.count && i < 1000; i++)
			if (zip_row(fd, &dir, i, &e, NULL) ||
			    zip_find(fd, &dir, e.page, e.kind, &found, NULL))
				abort();
	return 0;
}
