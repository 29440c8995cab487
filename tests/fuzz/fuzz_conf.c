/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base.h"
#include "conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static char dir[] = "/tmp/tangthu-fuzz-XXXXXX", path[sizeof(dir) + 16];

static void
remove_dir(void)
{
	unlink(path);
	rmdir(dir);
}

/* Any file is a whole configuration or an error that names it. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = ERR_INIT;
	struct conf *c = NULL;

	if (!path[0]) {
		if (!mkdtemp(dir))
			return 0;
		strcat(strcpy(path, dir), "/tangthu.conf");
		atexit(remove_dir);
	}
	FILE *f = fopen(path, "w");

	if (!f)
		return 0;
	fwrite(data, 1, size, f);
	fclose(f);
	enum status rc = conf_load(&c, dir, &err);

	if ((rc == ST_OK) != (c != NULL) || (rc && (rc != ST_INVALID || !strstr(err.msg, path))))
		abort();
	if (c && (!c->server_listen || c->server_workers < 1 || !c->ocr_languages[0]))
		abort();
	conf_free(c);
	return 0;
}
