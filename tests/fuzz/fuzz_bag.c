/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <stdlib.h>

#include "../../cli/verify/package.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
ignore(void *payload, const char *text)
{
	(void)payload;
	if (!*text)
		abort();
}

/* A package that is not signed by a known key never passes, and each refusal has its reason. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct keys keys;
	const struct package_options options = { &keys, ignore, NULL };
	struct package_report report;
	struct fault f;
	FILE *in;

	if (keys.count == 0 &&
	    !keys_add(&keys,
		bytes_of("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"), &f))
		abort();
	if (size == 0)
		return 0;
	in = fmemopen((void *)(uintptr_t)data, size, "r");
	if (!in)
		abort();
	if (package_check(in, &options, &report) == 0)
		abort();
	fclose(in);
	return 0;
}
