/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "copy.h"

#include <string.h>

#include "derived.h"
#include "job.h"
#include "store.h"

#define BATCH 500
#define CONF_FILE_MAX (16u << 20)

static enum status
copy_blob(struct store *from, struct store *to, const struct verify_blob *b, struct err *err)
{
	int fd owned(fd_closep) = -1;
	struct store_blob copied;
	uint64_t size;

	if (store_read(from, b->sha256, &fd, &size, err) != ST_OK ||
	    store_put_fd(to, fd, UINT64_MAX, &copied, err) != ST_OK)
		return err_context(err, "blob %s", b->sha256);
	if (strcmp(copied.sha256, b->sha256) != 0)
		return fail(
		    err, ST_CORRUPT, "blob %s holds other bytes than its name says", b->sha256);
	return ST_OK;
}

static enum status
copy_blobs(struct catalog *catalog, struct store *from, struct store *to, struct copy_counts *n,
    struct err *err)
{
	struct arena *arena owned(arena_freep) = arena_new();
	const struct verify_blob *list;
	char after[SHA256_HEX + 1] = "";
	size_t count;
	enum status st;

	do {
		arena_reset(arena);
		if ((st = verify_blobs(catalog, after, BATCH, arena, &list, &count, err)))
			return st;
		for (size_t i = 0; i < count; i++) {
			if ((st = copy_blob(from, to, &list[i], err)))
				return st;
			n->blobs++;
			n->bytes += (uint64_t)list[i].size;
			memcpy(after, list[i].sha256, SHA256_HEX + 1);
		}
	} while (count == BATCH);
	return ST_OK;
}

struct piece_copy {
	struct derived *from, *to;
	const char *component;
	struct strbuf bytes;
};

static enum status
copy_piece(void *payload, uint32_t page, enum derived_kind kind, uint64_t length, struct err *err)
{
	struct piece_copy *c = payload;
	enum status st;

	(void)length;
	strbuf_reset(&c->bytes);
	st = derived_read(c->from, c->component, page, kind, DERIVED_ENTRY_MAX, &c->bytes, err);
	return st ? st : derived_put(c->to, c->component, page, kind, strbuf_span(&c->bytes), err);
}

static enum status
copy_component(struct piece_copy *c, struct err *err)
{
	enum status st = derived_each(c->from, c->component, copy_piece, c, err);

	/* Packed between the walk and the read: the pack holds the same, look once more. */
	if (st == ST_NOT_FOUND)
		st = derived_each(c->from, c->component, copy_piece, c, err);
	return st ? st : derived_pack(c->to, c->component, err);
}

static enum status
copy_derived(struct catalog *catalog, struct derived *from, struct derived *to,
    struct copy_counts *n, struct err *err)
{
	struct arena *arena owned(arena_freep) = arena_new();
	struct piece_copy copy = { .from = from, .to = to, .bytes = STRBUF_INIT };
	const struct verify_record *list;
	int64_t after = 0;
	size_t count;
	enum status st;

	do {
		arena_reset(arena);
		st = verify_components(catalog, after, BATCH, arena, &list, &after, &count, err);
		for (size_t i = 0; st == ST_OK && i < count; i++) {
			n->components++;
			if (list[i].derived_again) /* ranges of one file share what was read */
				continue;
			copy.component = list[i].derived;
			st = copy_component(&copy, err);
		}
	} while (st == ST_OK && count == BATCH);
	strbuf_free(&copy.bytes);
	return st;
}

enum status
copy_content(struct catalog *catalog, const struct conf *from, const struct conf *to,
    struct copy_counts *n, struct err *err)
{
	struct derived *derived_from owned(derived_closep) = NULL;
	struct derived *derived_to owned(derived_closep) = NULL;
	struct store *store_from owned(store_closep) = NULL, *store_to owned(store_closep) = NULL;
	enum status st;

	if ((st = store_open(&store_from, from, err)) || (st = store_open(&store_to, to, err)) ||
	    (st = copy_blobs(catalog, store_from, store_to, n, err)) ||
	    (st = derived_open(&derived_from, from, err)) ||
	    (st = derived_open(&derived_to, to, err)))
		return st;
	return copy_derived(catalog, derived_from, derived_to, n, err);
}

enum status
copy_file(const char *from, const char *to, int mode, struct err *err)
{
	struct strbuf content owned(strbuf_free) = STRBUF_INIT;
	enum status st = strbuf_read_file(&content, from, CONF_FILE_MAX, err);

	return st ? st : file_replace(to, strbuf_span(&content), mode, err);
}
