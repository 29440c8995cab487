/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef STORE_DIRECTORY_H
#define STORE_DIRECTORY_H
#include <dirent.h>
#include <pthread.h>

#include "store_backend.h"

/*
 * The store as a directory of files:
 *	store/ab/cd/<sha256>	a blob, mode 0400
 *	store/tmp/put-<uid>	bytes on their way in
 *	store/tmp/part-<uid>	an upload in parts
 *	store.stopped		beside store/: why it takes no content (store.h)
 * What makes a put safe, in this order: write, fsync of the file, the folder exists and its own
 * parent was synced, rename, fsync of the folder.  Only then is the blob's name told to anyone.
 */
#define DIRECTORY_TEMP (5 + UID_LEN + 1) /* "part-" or "put-" and a uid */

struct directory {
	struct store base;
	char *path;	 /* DIR/store, for messages */
	char *stop_path; /* DIR/store.stopped */
	int root;
	int tmp;
	uint64_t reserve;
	pthread_mutex_t lock; /* of the two below */
	bool stopped;
	unsigned char synced[65536 / 8]; /* folders ab/cd whose own entry is known to be durable */
};

static inline struct directory *
directory_of(struct store *store)
{
	return (struct directory *)store;
}

/* "00" to "ff". */
static inline void
directory_folder_name(unsigned index, char out[3])
{
	unsigned char byte = (unsigned char)index;

	hex_encode(&byte, 1, out);
}

/* fsync(2); a failure stops the store and names what was to be synced. */
MUST_CHECK enum status directory_sync(struct directory *, int fd, const char *what, struct err *);
/* A new name for bytes on their way in. */
void directory_temp_name(char out[DIRECTORY_TEMP]);
/* Gives the synced file tmp/temp the name of its content; tmp/temp is gone then. */
MUST_CHECK enum status directory_adopt(
    struct directory *, const char *temp, struct store_blob *, struct err *);

/* store_directory_part.c */
MUST_CHECK enum status directory_part_create(struct store *, const char *uid, struct err *);
MUST_CHECK enum status directory_part_append(
    struct store *, const char *uid, uint64_t offset, const void *, size_t, struct err *);
MUST_CHECK enum status directory_part_finish(struct store *, const char *uid, uint64_t size,
    const char *want, struct store_blob *, struct err *);
MUST_CHECK enum status directory_part_remove(struct store *, const char *uid, struct err *);

/* store_directory_list.c */
MUST_CHECK enum status directory_list(struct store *, const char *after, struct store_entry *,
    size_t max, size_t *n, uint64_t *strays, struct err *);
MUST_CHECK enum status directory_sweep(struct store *, int64_t age,
    bool (*keep)(const char *, void *), void *payload, uint64_t *removed, struct err *);

#endif
