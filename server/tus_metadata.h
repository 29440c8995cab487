/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_TUS_METADATA_H
#define SERVER_TUS_METADATA_H
#include <stdbool.h>

#include "arena.h"
#include "err.h"
#include "span.h"

/*
 * Upload-Metadata and Upload-Checksum of tus 1.0.0.  Upload-Metadata is "key base64,key base64";
 * a key without a value has an empty one.
 */
#define TUS_METADATA_MAX 8192 /* bytes of the header */
#define TUS_KEYS_MAX 32

struct tus_pair {
	const char *key;   /* NUL-terminated ASCII in the arena */
	struct span value; /* decoded bytes in the arena, NUL-terminated behind value.n */
};

struct tus_metadata {
	size_t count;
	struct tus_pair pair[TUS_KEYS_MAX];
};

/* ST_INVALID: too long, too many keys, an empty or doubled key, not base64. */
MUST_CHECK enum status tus_metadata_parse(
    struct span header, struct arena *, struct tus_metadata *, struct err *);
/* NULL when there is no such key. */
const struct span *tus_metadata_find(const struct tus_metadata *, const char *key);
/* "sha256 <base64 of 32 bytes>".  ST_INVALID: another algorithm or not a digest. */
MUST_CHECK enum status tus_checksum_parse(
    struct span header, unsigned char digest[32], struct err *);

#endif
