/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "store.h"
#include "store_backend.h"

#define READ_SIZE ((size_t)1 << 18)

static const struct store_ops *const backends[] = {
	&store_directory,
};

enum status
store_open(struct store **out, const struct conf *conf, struct err *err)
{
	*out = NULL;
	for (size_t i = 0; i < sizeof(backends) / sizeof(backends[0]); i++) {
		if (strcmp(backends[i]->name, conf->store_backend))
			continue;
		enum status rc = backends[i]->open(out, conf, err);

		if (!rc)
			(*out)->ops = backends[i];
		return rc;
	}
	return fail(err, ST_INVALID, "[store] backend: \"%s\" does not exist", conf->store_backend);
}

void
store_close(struct store *store)
{
	if (store)
		store->ops->close(store);
}

void
store_closep(struct store **store)
{
	store_close(*store);
	*store = NULL;
}

enum status
store_writable(struct store *store, uint64_t size, struct err *err)
{
	return store->ops->writable(store, size, err);
}

static bool
sha256_valid(const char *s)
{
	return s && strlen(s) == SHA256_HEX && strspn(s, "0123456789abcdef") == SHA256_HEX;
}

static enum status
check_name(const char *sha256, struct err *err)
{
	if (sha256_valid(sha256))
		return ST_OK;
	return fail(err, ST_INVALID, "the name of a blob is not a SHA-256 in lower-case hex");
}

static enum status
check_part(const char *name, struct err *err)
{
	if (uid_valid(span_of(name)))
		return ST_OK;
	return fail(err, ST_INVALID, "the name of an upload is not a uid");
}

static EVP_MD_CTX *
hash_new(void)
{
	EVP_MD_CTX *hash = EVP_MD_CTX_new();

	/* Fails only without memory or without a library to speak of. */
	if (!hash || EVP_DigestInit_ex(hash, EVP_sha256(), NULL) != 1)
		abort();
	return hash;
}

static void
hash_add(EVP_MD_CTX *hash, const void *p, size_t n)
{
	if (EVP_DigestUpdate(hash, p, n) != 1)
		abort();
}

static void
hash_end(EVP_MD_CTX *hash, char *hex)
{
	unsigned char digest[EVP_MAX_MD_SIZE];

	if (EVP_DigestFinal_ex(hash, digest, NULL) != 1)
		abort();
	hex_encode(digest, SHA256_LEN, hex);
}

static void
hash_freep(EVP_MD_CTX **hash)
{
	EVP_MD_CTX_free(*hash);
	*hash = NULL;
}

enum status
store_hash_fd(int fd, uint64_t *size, char *sha256, struct err *err)
{
	owned(hash_freep) EVP_MD_CTX *hash = hash_new();
	owned(freep) char *block = xmalloc(READ_SIZE);
	uint64_t at = 0;

	for (;;) {
		ssize_t n = pread(fd, block, READ_SIZE, (off_t)at);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return fail_sys(err, "read");
		if (n == 0)
			break;
		hash_add(hash, block, (size_t)n);
		at += (uint64_t)n;
	}
	hash_end(hash, sha256);
	*size = at;
	return ST_OK;
}

enum status
store_put_begin(struct store *store, uint64_t limit, struct store_put **out, struct err *err)
{
	*out = NULL;
	enum status rc = store_writable(store, 0, err);

	if (!rc)
		rc = store->ops->put_begin(store, out, err);
	if (rc)
		return rc;
	(*out)->store = store;
	(*out)->hash = hash_new();
	(*out)->limit = limit;
	return ST_OK;
}

enum status
store_put_write(struct store_put *put, const void *p, size_t n, struct err *err)
{
	enum status rc;

	if (put->broken)
		return fail(err, ST_INTERNAL, "write to a put that has failed");
	if (n > put->limit - put->size)
		rc = fail(err, ST_TOO_LARGE, "the content is larger than %llu bytes",
		    (unsigned long long)put->limit);
	else
		rc = put->store->ops->put_write(put, p, n, err);
	if (rc) {
		put->broken = true;
		return rc;
	}
	hash_add(put->hash, p, n);
	put->size += n;
	return ST_OK;
}

enum status
store_put_commit(struct store_put **handle, struct store_blob *out, struct err *err)
{
	owned(store_put_abort) struct store_put *put = *handle;
	struct store_blob blob = { .size = put->size };

	*handle = NULL;
	if (put->broken)
		return fail(err, ST_INTERNAL, "commit of a put that has failed");
	hash_end(put->hash, blob.sha256);
	enum status rc = put->store->ops->put_commit(put, &blob, err);

	if (!rc)
		*out = blob;
	return rc;
}

void
store_put_abort(struct store_put **handle)
{
	struct store_put *put = *handle;

	*handle = NULL;
	if (!put)
		return;
	EVP_MD_CTX_free(put->hash);
	put->store->ops->put_free(put);
}

enum status
store_put_bytes(struct store *store, struct span bytes, struct store_blob *blob, struct err *err)
{
	owned(store_put_abort) struct store_put *put = NULL;
	enum status rc = store_writable(store, bytes.n, err);

	if (!rc)
		rc = store_put_begin(store, bytes.n, &put, err);
	if (!rc)
		rc = store_put_write(put, bytes.p, bytes.n, err);
	return rc ? rc : store_put_commit(&put, blob, err);
}

static enum status
copy_fd(struct store_put *put, int fd, struct err *err)
{
	owned(freep) char *block = xmalloc(READ_SIZE);

	for (;;) {
		ssize_t n = read(fd, block, READ_SIZE);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return fail_sys(err, "read the file that is to be stored");
		if (n == 0)
			return ST_OK;
		enum status rc = store_put_write(put, block, (size_t)n, err);

		if (rc)
			return rc;
	}
}

enum status
store_put_fd(struct store *store, int fd, uint64_t limit, struct store_blob *blob, struct err *err)
{
	owned(store_put_abort) struct store_put *put = NULL;

	if (lseek(fd, 0, SEEK_SET) == -1 && errno != ESPIPE)
		return fail_sys(err, "go to the beginning of the file that is to be stored");
	enum status rc = store_put_begin(store, limit, &put, err);

	if (!rc)
		rc = copy_fd(put, fd, err);
	return rc ? rc : store_put_commit(&put, blob, err);
}

enum status
store_part_create(struct store *store, const char *name, struct err *err)
{
	enum status rc = check_part(name, err);

	if (!rc)
		rc = store_writable(store, 0, err);
	return rc ? rc : store->ops->part_create(store, name, err);
}

enum status
store_part_append(struct store *store, const char *name, uint64_t offset, const void *p, size_t n,
    struct err *err)
{
	enum status rc = check_part(name, err);

	if (!rc)
		rc = store_writable(store, n, err);
	return rc ? rc : store->ops->part_append(store, name, offset, p, n, err);
}

enum status
store_part_finish(struct store *store, const char *name, uint64_t size, const char *want_sha256,
    struct store_blob *out, struct err *err)
{
	struct store_blob blob = { .size = size };
	enum status rc = check_part(name, err);

	if (!rc && want_sha256)
		rc = check_name(want_sha256, err);
	if (!rc)
		rc = store_writable(store, 0, err);
	if (!rc)
		rc = store->ops->part_finish(store, name, size, want_sha256, &blob, err);
	if (!rc)
		*out = blob;
	return rc;
}

enum status
store_part_remove(struct store *store, const char *name, struct err *err)
{
	enum status rc = check_part(name, err);

	return rc ? rc : store->ops->part_remove(store, name, err);
}

enum status
store_read(struct store *store, const char *sha256, int *fd, uint64_t *size, struct err *err)
{
	enum status rc = check_name(sha256, err);

	return rc ? rc : store->ops->read(store, sha256, fd, size, err);
}

enum status
store_verify(struct store *store, const char *sha256, uint64_t size, struct err *err)
{
	owned(fd_closep) int fd = -1;
	char found[SHA256_HEX + 1];
	uint64_t length = 0;
	enum status rc = store_read(store, sha256, &fd, &length, err);

	if (rc)
		return rc;
	if (size != UINT64_MAX && length != size)
		return fail(err, ST_CORRUPT, "blob %s has %llu bytes instead of %llu", sha256,
		    (unsigned long long)length, (unsigned long long)size);
	rc = store_hash_fd(fd, &length, found, err);
	if (rc) {
		err_context(err, "blob %s", sha256);
		return rc;
	}
	if (strcmp(found, sha256))
		return fail(
		    err, ST_CORRUPT, "blob %s: its bytes have the digest %s", sha256, found);
	return ST_OK;
}

enum status
store_list(struct store *store, const char *after, struct store_entry *entries, size_t max,
    size_t *n, uint64_t *strays, struct err *err)
{
	uint64_t unused = 0;

	*n = 0;
	if (after[0]) {
		enum status rc = check_name(after, err);

		if (rc)
			return rc;
	}
	if (strays)
		*strays = 0;
	return store->ops->list(store, after, entries, max, n, strays ? strays : &unused, err);
}

enum status
store_destroy_disposed(struct store *store, const char *sha256, struct err *err)
{
	enum status rc = check_name(sha256, err);

	return rc ? rc : store->ops->destroy(store, sha256, err);
}

enum status
store_sweep(struct store *store, int64_t age, bool (*keep)(const char *, void *), void *payload,
    uint64_t *removed, struct err *err)
{
	*removed = 0;
	return store->ops->sweep(store, age, keep, payload, removed, err);
}

char *
store_stopped(struct store *store)
{
	return store->ops->stopped(store);
}

enum status
store_resume(struct store *store, struct err *err)
{
	return store->ops->resume(store, err);
}
