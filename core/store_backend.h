/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef STORE_BACKEND_H
#define STORE_BACKEND_H
#include <openssl/evp.h>

#include "store.h"

/*
 * What a back end of the store implements.  The front (store.c) has checked names and limits and
 * does the hashing; a back end keeps bytes.  Contracts are those of the functions of the same name
 * in store.h.  A back end's own structs begin with struct store and struct store_put.
 */
struct store_ops {
	const char *name;
	enum status (*open)(struct store **, const struct conf *, struct err *);
	void (*close)(struct store *);
	enum status (*writable)(struct store *, uint64_t size, struct err *);

	/* A put has an open place for bytes; free also removes what was not committed. */
	enum status (*put_begin)(struct store *, struct store_put **, struct err *);
	enum status (*put_write)(struct store_put *, const void *, size_t, struct err *);
	/* blob->sha256 and size are set; sets existed and restored. */
	enum status (*put_commit)(struct store_put *, struct store_blob *, struct err *);
	void (*put_free)(struct store_put *);

	enum status (*part_create)(struct store *, const char *, struct err *);
	enum status (*part_append)(
	    struct store *, const char *, uint64_t, const void *, size_t, struct err *);
	enum status (*part_finish)(struct store *, const char *, uint64_t, const char *,
	    struct store_blob *, struct err *);
	enum status (*part_remove)(struct store *, const char *, struct err *);

	enum status (*read)(struct store *, const char *, int *, uint64_t *, struct err *);
	enum status (*list)(struct store *, const char *, struct store_entry *, size_t, size_t *,
	    uint64_t *, struct err *);
	enum status (*destroy)(struct store *, const char *, struct err *);
	enum status (*sweep)(struct store *, int64_t, bool (*)(const char *, void *), void *,
	    uint64_t *, struct err *);
	char *(*stopped)(struct store *);
	enum status (*resume)(struct store *, struct err *);
};

struct store {
	const struct store_ops *ops;
};

struct store_put {
	struct store *store;
	EVP_MD_CTX *hash;
	uint64_t size;
	uint64_t limit;
	bool broken; /* a write failed: only abort is allowed */
};

extern const struct store_ops store_directory;

/* Reads fd from its first byte to its end: length and lower-case hex SHA-256.  ST_IO. */
MUST_CHECK enum status store_hash_fd(int fd, uint64_t *size, char *sha256, struct err *);

#endif
