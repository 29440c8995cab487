/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signed notes (c2sp.org/signed-note) and the lines of a checkpoint (c2sp.org/tlog-checkpoint). */
#include <sodium.h>
#include <string.h>

#include "merkle.h"
#include "trail.h"

#define ALGORITHM 0x01 /* Ed25519 */

static uint32_t
big_endian(const char *p)
{
	const unsigned char *b = (const unsigned char *)p;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* No spaces (of any kind that a note could carry) and no plus signs. */
static bool
name_valid(struct span name)
{
	if (name.n == 0 || name.n > NOTE_NAME_MAX || !utf8_valid(name))
		return false;
	for (size_t i = 0; i < name.n; i++)
		if ((unsigned char)name.p[i] <= ' ' || name.p[i] == '+' || name.p[i] == 0x7f)
			return false;
	return true;
}

/* --- keys --- */

void
note_key_make(const char *name, const unsigned char key[KEY_LEN], struct note_key *out)
{
	owned(strbuf_free) struct strbuf hashed = STRBUF_INIT;
	unsigned char hash[SHA256_LEN];

	memset(out, 0, sizeof(*out));
	strncpy(out->name, name, NOTE_NAME_MAX);
	memcpy(out->key, key, KEY_LEN);
	strbuf_addf(&hashed, "%s\n%c", out->name, ALGORITHM);
	strbuf_add(&hashed, key, KEY_LEN);
	merkle_sha256(strbuf_span(&hashed), hash);
	out->id = big_endian((const char *)hash);
}

void
note_key_text(const struct note_key *key, struct strbuf *out)
{
	unsigned char typed[1 + KEY_LEN] = { ALGORITHM };

	memcpy(typed + 1, key->key, KEY_LEN);
	strbuf_addf(out, "%s+%08x+", key->name, key->id);
	base64_encode(typed, sizeof(typed), out);
}

enum status
note_key_parse(struct span text, struct note_key *out, struct err *err)
{
	owned(strbuf_free) struct strbuf raw = STRBUF_INIT;
	struct span rest = span_trim(text), name = span_cut(&rest, '+'), id = span_cut(&rest, '+');
	char plain[NOTE_NAME_MAX + 1] = "", want[4];

	if (!name_valid(name) || !hex_decode(id, want, sizeof(want)) || !base64_decode(rest, &raw))
		return fail(err, ST_INVALID, "a public key reads NAME+HASH+BASE64");
	if (raw.len != 1 + KEY_LEN || raw.buf[0] != ALGORITHM)
		return fail(err, ST_INVALID, "the key is no Ed25519 key");
	memcpy(plain, name.p, name.n);
	note_key_make(plain, (const unsigned char *)raw.buf + 1, out);
	if (out->id != big_endian(want))
		return fail(err, ST_INVALID, "the key does not give the hash beside it");
	return ST_OK;
}

/* --- notes --- */

/* "— NAME BASE64(id || signature)" */
static enum status
parse_signature(struct span line, struct note_signature *out, struct err *err)
{
	static const char dash[] = "\xe2\x80\x94 ";
	owned(strbuf_free) struct strbuf raw = STRBUF_INIT;

	if (!span_starts(line, span_of(dash)))
		return fail(err, ST_INVALID, "note: a line after the text is no signature");
	line = span_make(line.p + sizeof(dash) - 1, line.n - (sizeof(dash) - 1));
	memset(out, 0, sizeof(*out));
	out->name = span_cut(&line, ' ');
	if (!name_valid(out->name) || !base64_decode(line, &raw) || raw.len < 5)
		return fail(err, ST_INVALID, "note: a signature is no NAME and BASE64");
	out->id = big_endian(raw.buf);
	out->ed25519 = raw.len == 4 + SIGNATURE_LEN;
	if (out->ed25519)
		memcpy(out->signature, raw.buf + 4, SIGNATURE_LEN);
	return ST_OK;
}

static bool
plain_text(struct span text)
{
	for (size_t i = 0; i < text.n; i++)
		if (((unsigned char)text.p[i] < ' ' && text.p[i] != '\n') || text.p[i] == 0x7f)
			return false;
	return utf8_valid(text);
}

/* The signatures follow the last empty line: the text may hold others. */
static bool
split_note(struct span all, struct span *text, struct span *signatures)
{
	size_t i;

	for (i = all.n; i >= 2; i--)
		if (all.p[i - 1] == '\n' && all.p[i - 2] == '\n')
			break;
	if (i < 2)
		return false;
	*text = span_make(all.p, i - 1);
	*signatures = span_make(all.p + i, all.n - i);
	return true;
}

enum status
note_parse(struct span all, struct note *out, struct err *err)
{
	struct span signatures;

	out->count = 0;
	if (all.n > NOTE_MAX)
		return fail(err, ST_INVALID, "note: longer than %zu bytes", NOTE_MAX);
	if (!plain_text(all))
		return fail(err, ST_INVALID, "note: no plain UTF-8 text");
	if (!split_note(all, &out->text, &signatures) || signatures.n == 0)
		return fail(err, ST_INVALID, "note: no signature");
	if (signatures.p[signatures.n - 1] != '\n')
		return fail(err, ST_INVALID, "note: cut off");
	while (signatures.n > 0) {
		struct span line = span_cut(&signatures, '\n');
		enum status st;

		if (out->count == NOTE_SIGNATURES_MAX)
			return fail(
			    err, ST_INVALID, "note: more than %d signatures", NOTE_SIGNATURES_MAX);
		if ((st = parse_signature(line, &out->signature[out->count++], err)) != ST_OK)
			return st;
	}
	return ST_OK;
}

void
note_sign(struct span text, const struct note_key *key, const unsigned char seed[KEY_LEN],
    struct strbuf *out)
{
	unsigned char public[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];
	unsigned char signed_by[4 + SIGNATURE_LEN] = { (unsigned char)(key->id >> 24),
		(unsigned char)(key->id >> 16), (unsigned char)(key->id >> 8),
		(unsigned char)key->id };

	crypto_sign_seed_keypair(public, secret, seed);
	crypto_sign_detached(signed_by + 4, NULL, (const unsigned char *)text.p, text.n, secret);
	sodium_memzero(secret, sizeof(secret));
	strbuf_add_span(out, text);
	strbuf_addf(out, "\n\xe2\x80\x94 %s ", key->name);
	base64_encode(signed_by, sizeof(signed_by), out);
	strbuf_add_char(out, '\n');
}

enum status
note_verify(const struct note *note, const struct note_key *key, struct err *err)
{
	for (size_t i = 0; i < note->count; i++) {
		const struct note_signature *s = &note->signature[i];

		if (s->id != key->id || !span_equal_str(s->name, key->name))
			continue;
		if (!s->ed25519 ||
		    crypto_sign_verify_detached(s->signature, (const unsigned char *)note->text.p,
			note->text.n, key->key) != 0)
			return fail(err, ST_DENIED, "the signature of %s is false", key->name);
		return ST_OK;
	}
	return fail(err, ST_DENIED, "no signature of %s (%08x)", key->name, key->id);
}

/* --- checkpoints --- */

/* Decimal without leading zeros. */
static bool
parse_size(struct span line, uint64_t *size)
{
	return span_u64(line, size) && *size <= INT64_MAX && (line.p[0] != '0' || line.n == 1);
}

enum status
checkpoint_parse(struct span text, struct arena *arena, struct checkpoint *out, struct err *err)
{
	owned(strbuf_free) struct strbuf root = STRBUF_INIT;
	struct span rest, origin, size, hash;
	struct note note;
	enum status st = note_parse(text, &note, err);

	if (st != ST_OK)
		return st;
	rest = note.text;
	origin = span_cut(&rest, '\n');
	size = span_cut(&rest, '\n');
	hash = span_cut(&rest, '\n');
	memset(out, 0, sizeof(*out));
	if (origin.n == 0 || !parse_size(size, &out->size))
		return fail(err, ST_INVALID, "checkpoint: its first lines are no origin and size");
	if (!base64_decode(hash, &root) || root.len != SHA256_LEN || hash.n != 44)
		return fail(err, ST_INVALID, "checkpoint: its third line is no SHA-256 in Base64");
	memcpy(out->root, root.buf, SHA256_LEN);
	out->origin = arena_dup_span(arena, origin);
	out->note = arena_dup_span(arena, text);
	while (rest.n > 0)
		if (span_cut(&rest, '\n').n == 0)
			return fail(err, ST_INVALID, "checkpoint: an empty line");
	return ST_OK;
}
