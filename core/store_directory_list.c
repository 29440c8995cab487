/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Walks through the folders of the store: listing and sweeping. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "store_directory.h"

static int
by_name(const void *a, const void *b)
{
	return strcmp(
	    ((const struct store_entry *)a)->sha256, ((const struct store_entry *)b)->sha256);
}

static void
closedirp(DIR **dir)
{
	if (*dir)
		closedir(*dir);
	*dir = NULL;
}

static enum status
folder_stream(struct directory *d, const char *path, DIR **out, struct err *err)
{
	int fd = openat(d->root, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	*out = fd == -1 ? NULL : fdopendir(fd);
	if (*out || (fd == -1 && errno == ENOENT))
		return ST_OK;
	enum status rc = fail_sys(err, "read folder %s/%s", d->path, path);

	fd_closep(&fd);
	return rc;
}

static bool
is_blob_name(const char *name, const char *first, const char *second)
{
	return strlen(name) == SHA256_HEX && strspn(name, "0123456789abcdef") == SHA256_HEX &&
	    !strncmp(name, first, 2) && !strncmp(name + 2, second, 2);
}

/* All blobs of one folder ab/cd, sorted, in a malloc'd array. */
static enum status
folder_read(struct directory *d, const char *first, const char *second,
    struct store_entry **entries, size_t *n, uint64_t *strays, struct err *err)
{
	owned(closedirp) DIR *dir = NULL;
	struct dirent *e;
	struct stat st;
	char path[6];
	size_t room = 0;

	snprintf(path, sizeof(path), "%.2s/%.2s", first, second);
	*n = 0;
	enum status rc = folder_stream(d, path, &dir, err);

	if (rc || !dir)
		return rc;
	while ((e = readdir(dir))) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		if (!is_blob_name(e->d_name, first, second) ||
		    fstatat(dirfd(dir), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == -1 ||
		    !S_ISREG(st.st_mode)) {
			++*strays;
			continue;
		}
		if (*n == room) {
			room = room ? room * 2 : 64;
			*entries = xrealloc(*entries, room * sizeof(**entries));
		}
		memcpy((*entries)[*n].sha256, e->d_name, SHA256_HEX + 1);
		(*entries)[(*n)++].size = (uint64_t)st.st_size;
	}
	if (*n)
		qsort(*entries, *n, sizeof(**entries), by_name);
	return ST_OK;
}

struct listing {
	struct directory *d;
	const char *after;
	struct store_entry *out;
	size_t max;
	size_t n;
	uint64_t strays;
};

static enum status
list_folder(struct listing *l, const char *first, const char *second, struct err *err)
{
	owned(freep) struct store_entry *found = NULL;
	size_t n = 0;
	enum status rc = folder_read(l->d, first, second, &found, &n, &l->strays, err);

	if (rc)
		return rc;
	for (size_t i = 0; i < n && l->n < l->max; i++)
		if (strcmp(found[i].sha256, l->after) > 0)
			l->out[l->n++] = found[i];
	return ST_OK;
}

/* Which of the 256 second-level folders exist, so that a young store is listed quickly. */
static enum status
second_level(struct listing *l, const char *first, bool there[256], struct err *err)
{
	owned(closedirp) DIR *dir = NULL;
	struct dirent *e;
	unsigned char index;
	enum status rc = folder_stream(l->d, first, &dir, err);

	memset(there, 0, 256 * sizeof(there[0]));
	while (!rc && dir && (e = readdir(dir))) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		if (hex_decode(span_of(e->d_name), &index, 1) && e->d_type != DT_REG)
			there[index] = true;
		else
			l->strays++;
	}
	return rc;
}

enum status
directory_list(struct store *store, const char *after, struct store_entry *entries, size_t max,
    size_t *n, uint64_t *strays, struct err *err)
{
	struct listing l = { directory_of(store), after, entries, max, 0, 0 };
	unsigned char from[2] = { 0, 0 };
	bool there[256];
	char first[3], second[3];

	if (after[0] && !hex_decode(span_make(after, 4), from, 2))
		return fail(err, ST_INVALID, "list after \"%s\"", after);
	for (unsigned a = from[0]; a < 256 && l.n < max; a++) {
		directory_folder_name(a, first);
		enum status rc = second_level(&l, first, there, err);

		if (rc)
			return rc;
		for (unsigned b = a == from[0] ? from[1] : 0; b < 256 && l.n < max; b++) {
			if (!there[b])
				continue;
			directory_folder_name(b, second);
			rc = list_folder(&l, first, second, err);
			if (rc)
				return rc;
		}
	}
	*n = l.n;
	*strays = l.strays;
	return ST_OK;
}

enum status
directory_sweep(struct store *store, int64_t age, bool (*keep)(const char *, void *), void *payload,
    uint64_t *removed, struct err *err)
{
	struct directory *d = directory_of(store);
	owned(closedirp) DIR *dir = NULL;
	int64_t before = now_us() / 1000000 - age;
	struct dirent *e;
	struct stat st;
	enum status rc = folder_stream(d, "tmp", &dir, err);

	while (!rc && dir && (e = readdir(dir))) {
		bool part = !strncmp(e->d_name, "part-", 5), put = !strncmp(e->d_name, "put-", 4);

		if (!part && !put)
			continue;
		if (fstatat(d->tmp, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == -1 ||
		    st.st_mtim.tv_sec > before)
			continue;
		if (part && (!keep || keep(e->d_name + 5, payload)))
			continue;
		if (unlinkat(d->tmp, e->d_name, 0) == 0)
			++*removed;
		else if (errno != ENOENT)
			rc = fail_sys(err, "remove %s/tmp/%s", d->path, e->d_name);
	}
	return rc;
}
