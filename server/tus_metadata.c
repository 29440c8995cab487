/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base.h"
#include "tus_metadata.h"

static bool
key_valid(struct span key)
{
	for (size_t i = 0; i < key.n; i++)
		if (key.p[i] <= ' ' || key.p[i] > '~')
			return false;
	return key.n > 0 && key.n <= 64;
}

enum status
tus_metadata_parse(
    struct span header, struct arena *arena, struct tus_metadata *meta, struct err *err)
{
	owned(strbuf_free) struct strbuf value = STRBUF_INIT;

	meta->count = 0;
	if (header.n > TUS_METADATA_MAX)
		return fail(err, ST_INVALID, "Upload-Metadata: too long");
	while (header.p) {
		struct span coded = span_trim(span_cut(&header, ','));
		struct span key = span_cut(&coded, ' ');
		struct tus_pair *pair = &meta->pair[meta->count];

		if (meta->count == TUS_KEYS_MAX || !key_valid(key))
			return fail(err, ST_INVALID, "Upload-Metadata: key");
		pair->key = arena_dup_span(arena, key);
		if (tus_metadata_find(meta, pair->key))
			return fail(err, ST_INVALID, "Upload-Metadata: a key stands twice");
		strbuf_reset(&value);
		if (!base64_decode(span_trim(coded), &value))
			return fail(err, ST_INVALID, "Upload-Metadata: not base64");
		pair->value = span_make(arena_dup_span(arena, strbuf_span(&value)), value.len);
		meta->count++;
	}
	return ST_OK;
}

const struct span *
tus_metadata_find(const struct tus_metadata *meta, const char *key)
{
	for (size_t i = 0; i < meta->count; i++)
		if (strcmp(meta->pair[i].key, key) == 0)
			return &meta->pair[i].value;
	return NULL;
}

enum status
tus_checksum_parse(struct span header, unsigned char digest[32], struct err *err)
{
	owned(strbuf_free) struct strbuf raw = STRBUF_INIT;
	struct span coded = span_trim(header);
	struct span algorithm = span_cut(&coded, ' ');

	if (!span_equal(algorithm, SPAN("sha256")) || coded.n > 64 ||
	    !base64_decode(span_trim(coded), &raw) || raw.len != SHA256_LEN)
		return fail(err, ST_INVALID, "Upload-Checksum");
	memcpy(digest, raw.buf, SHA256_LEN);
	return ST_OK;
}
