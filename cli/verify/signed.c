/* SPDX-License-Identifier: GPL-3.0-or-later */
/* c2sp.org/signed-note and c2sp.org/tlog-checkpoint, Ed25519 by OpenSSL. */
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "verify.h"

#define ED25519 0x01
#define SIGNATURES_MAX 16

static bool
copy_name(struct bytes from, char out[NAME_MAX_LEN + 1])
{
	if (from.n == 0 || from.n > NAME_MAX_LEN || !valid_utf8(from))
		return false;
	for (size_t i = 0; i < from.n; i++)
		if (from.p[i] <= ' ' || from.p[i] == '+' || from.p[i] == 0x7f)
			return false;
	memcpy(out, from.p, from.n);
	out[from.n] = '\0';
	return true;
}

static struct bytes
cut_plus(struct bytes *rest)
{
	const unsigned char *end = rest->n ? memchr(rest->p, '+', rest->n) : NULL;
	struct bytes part = *rest;

	if (end) {
		part.n = (size_t)(end - rest->p);
		rest->n -= part.n + 1;
		rest->p = end + 1;
	} else {
		rest->n = 0;
	}
	return part;
}

static void
key_id(const struct key *k, unsigned char id[4])
{
	unsigned char text[NAME_MAX_LEN + 2 + KEY_LEN], hash[HASH_LEN];
	size_t n = strlen(k->name);

	memcpy(text, k->name, n);
	text[n++] = '\n';
	text[n++] = ED25519;
	memcpy(text + n, k->public, KEY_LEN);
	hash_bytes((struct bytes){ text, n + KEY_LEN }, hash);
	memcpy(id, hash, 4);
}

bool
key_parse(struct bytes text, struct key *out, struct fault *f)
{
	struct bytes rest = text, name = cut_plus(&rest), id = cut_plus(&rest);
	unsigned char given[4];
	struct buffer raw;
	bool whole;

	if (!copy_name(name, out->name) || !parse_hex(id, given, sizeof(given)) ||
	    !parse_base64(rest, &raw))
		return fault(f, "key: does not read NAME+HASH+BASE64");
	whole = raw.n == 1 + KEY_LEN && raw.p[0] == ED25519;
	if (whole)
		memcpy(out->public, raw.p + 1, KEY_LEN);
	buffer_free(&raw);
	if (!whole)
		return fault(f, "key: no Ed25519 key");
	key_id(out, out->id);
	return memcmp(out->id, given, 4) == 0 || fault(f, "key: does not give the hash beside it");
}

bool
keys_add(struct keys *keys, struct bytes text, struct fault *f)
{
	while (text.n > 0) {
		struct bytes line;

		if (!cut_line(&text, &line)) {
			line = text;
			text.n = 0;
		}
		if (line.n == 0)
			continue;
		if (keys->count == KEYS_MAX)
			return fault(f, "more than %d keys", KEYS_MAX);
		if (!key_parse(line, &keys->key[keys->count], f))
			return false;
		keys->count++;
	}
	return true;
}

static bool
signature_holds(const struct key *k, struct bytes text, const unsigned char *signature)
{
	EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, k->public, KEY_LEN);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool holds;

	if (!ctx)
		abort();
	holds = key && EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key) == 1 &&
	    EVP_DigestVerify(ctx, signature, SIGNATURE_LEN, text.p, text.n) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return holds;
}

/* *good counts signatures of known keys; a false one of a known key is a fault. */
static bool
check_line(
    struct bytes line, struct bytes text, const struct keys *keys, int *good, struct fault *f)
{
	static const char dash[] = "\xe2\x80\x94 ";
	char name[NAME_MAX_LEN + 1];
	struct buffer raw;
	bool holds = true;

	if (!bytes_start(line, dash))
		return fault(f, "note: a line below the text is no signature");
	line.p += sizeof(dash) - 1;
	line.n -= sizeof(dash) - 1;
	if (!copy_name(cut_word(&line), name) || !parse_base64(line, &raw))
		return fault(f, "note: a signature is no NAME and BASE64");
	if (raw.n < 5)
		holds = fault(f, "note: a signature is too short");
	for (size_t i = 0; holds && i < keys->count; i++) {
		const struct key *k = &keys->key[i];

		if (strcmp(k->name, name) != 0 || memcmp(k->id, raw.p, 4) != 0)
			continue;
		holds = raw.n == 4 + SIGNATURE_LEN && signature_holds(k, text, raw.p + 4);
		if (!holds)
			fault(f, "note: the signature of %s is false", name);
		else
			(*good)++;
	}
	buffer_free(&raw);
	return holds;
}

static bool
split(struct bytes note, struct bytes *text, struct bytes *lines)
{
	for (size_t i = note.n; i >= 2; i--)
		if (note.p[i - 1] == '\n' && note.p[i - 2] == '\n') {
			*text = (struct bytes){ note.p, i - 1 };
			*lines = (struct bytes){ note.p + i, note.n - i };
			return lines->n > 0 && note.p[note.n - 1] == '\n';
		}
	return false;
}

static bool
read_signed(struct bytes note, const struct keys *keys, struct bytes *text, struct fault *f)
{
	struct bytes lines, line;
	int good = 0, count = 0;

	if (note.n > NOTE_MAX_LEN || !valid_utf8(note))
		return fault(f, "note: too long, or no UTF-8");
	for (size_t i = 0; i < note.n; i++)
		if ((note.p[i] < ' ' && note.p[i] != '\n') || note.p[i] == 0x7f)
			return fault(f, "note: control characters");
	if (!split(note, text, &lines))
		return fault(f, "note: no signature, or cut off");
	while (cut_line(&lines, &line)) {
		if (++count > SIGNATURES_MAX)
			return fault(f, "note: more than %d signatures", SIGNATURES_MAX);
		if (!check_line(line, *text, keys, &good, f))
			return false;
	}
	return good > 0 || fault(f, "note: signed by none of the keys given");
}

bool
point_read(struct bytes note, const struct keys *keys, struct point *out, struct fault *f)
{
	struct bytes text, origin, size, root, line;

	memset(out, 0, sizeof(*out));
	if (!read_signed(note, keys, &text, f))
		return false;
	if (!cut_line(&text, &origin) || !copy_name(origin, out->origin) ||
	    !cut_line(&text, &size) || !parse_number(size, &out->size) || !cut_line(&text, &root) ||
	    !parse_hash(root, out->root))
		return fault(f, "checkpoint: its first lines are no origin, size and root");
	while (cut_line(&text, &line)) {
		if (line.n == 0)
			return fault(f, "checkpoint: an empty line");
		if (bytes_start(line, "time ") && line.n - 5 < sizeof(out->time))
			memcpy(out->time, line.p + 5, line.n - 5);
	}
	return true;
}
