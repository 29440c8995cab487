/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The private key lies in a file of its own, "PRIVATE+KEY+NAME+HASH+BASE64" as Go's note package writes
 * it; the public one in the catalogue and in the log.  A new key is written beside the old file, named
 * in the catalogue and only then moved over it: whatever is cut off, one of the two files fits.
 */
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "catalog_parts.h"
#include "db.h"
#include "json_out.h"
#include "log_key.h"

#define FILE_MAX 1024
#define PREFIX "PRIVATE+KEY+"
#define ALGORITHM 0x01

void
log_signer_wipe(struct log_signer *s)
{
	sodium_memzero(s->seed, sizeof(s->seed));
}

static const char *
key_path(const struct conf *conf, const char *suffix, struct arena *arena)
{
	return conf->log_key[0] == '/'
	    ? arena_printf(arena, "%s%s", conf->log_key, suffix)
	    : arena_printf(arena, "%s/%s%s", conf->dir, conf->log_key, suffix);
}

static void
signer_of_seed(const char *origin, struct log_signer *s)
{
	unsigned char public[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];

	crypto_sign_seed_keypair(public, secret, s->seed);
	sodium_memzero(secret, sizeof(secret));
	note_key_make(origin, public, &s->key);
}

static enum status
parse_file(struct span text, const char *path, struct log_signer *s, struct err *err)
{
	owned(strbuf_free) struct strbuf raw = STRBUF_INIT;
	char name[NOTE_NAME_MAX + 1] = "";
	struct span rest = span_trim(text), origin;
	bool whole;

	if (!span_starts(rest, SPAN(PREFIX)))
		return fail(err, ST_INVALID, "%s is no key of a log", path);
	rest = span_make(rest.p + sizeof(PREFIX) - 1, rest.n - (sizeof(PREFIX) - 1));
	origin = span_cut(&rest, '+');
	(void)span_cut(&rest, '+');
	whole = origin.n > 0 && origin.n <= NOTE_NAME_MAX && base64_decode(rest, &raw) &&
	    raw.len == 1 + KEY_LEN && raw.buf[0] == ALGORITHM;
	if (whole) {
		memcpy(name, origin.p, origin.n);
		memcpy(s->seed, raw.buf + 1, KEY_LEN);
		signer_of_seed(name, s);
	}
	sodium_memzero(raw.buf, raw.len);
	return whole ? ST_OK : fail(err, ST_INVALID, "%s is damaged", path);
}

static enum status
read_file(const char *path, struct log_signer *s, struct err *err)
{
	owned(strbuf_free) struct strbuf text = STRBUF_INIT;
	struct stat about;
	enum status st = strbuf_read_file(&text, path, FILE_MAX, err);

	if (st != ST_OK)
		return st;
	if (stat(path, &about) == 0 && (about.st_mode & 077))
		st = fail(err, ST_DENIED, "%s can be read by others: chmod 400", path);
	if (st == ST_OK)
		st = parse_file(strbuf_span(&text), path, s, err);
	sodium_memzero(text.buf, text.len);
	return st;
}

static enum status
write_file(const char *path, const struct log_signer *s, struct err *err)
{
	owned(strbuf_free) struct strbuf text = STRBUF_INIT;
	unsigned char typed[1 + KEY_LEN] = { ALGORITHM };
	enum status st;

	memcpy(typed + 1, s->seed, KEY_LEN);
	strbuf_addf(&text, PREFIX "%s+%08x+", s->key.name, s->key.id);
	base64_encode(typed, sizeof(typed), &text);
	strbuf_add_char(&text, '\n');
	st = file_replace(path, strbuf_span(&text), 0400, err);
	sodium_memzero(typed, sizeof(typed));
	sodium_memzero(text.buf, text.len);
	return st;
}

/* --- in the catalogue --- */

enum status
log_origin(struct catalog *catalog, struct arena *arena, const char **origin, struct err *err)
{
	const char *uid;
	enum status st = catalog_setting(catalog, "archive.uid", arena, &uid, err);

	if (st == ST_OK)
		*origin = arena_printf(arena, "tangthu/%s", uid ? uid : "unnamed");
	return st;
}

struct key_list {
	struct arena *arena;
	const char **text;
	size_t count, room;
};

static enum status
take_key(struct db_row *row, void *payload, struct err *err)
{
	struct key_list *list = payload;

	(void)err;
	if (list->count == list->room) {
		size_t room = list->room ? list->room * 2 : 8;
		const char **grown = arena_array(list->arena, room, sizeof(*grown));

		if (list->count)
			memcpy(grown, list->text, list->count * sizeof(*grown));
		list->text = grown;
		list->room = room;
	}
	list->text[list->count++] = db_column_text(row, 0, list->arena);
	return ST_OK;
}

enum status
log_keys(struct catalog *catalog, struct arena *arena, const char *const **keys, size_t *count,
    struct err *err)
{
	struct key_list list = { .arena = arena };
	enum status st = db_query(
	    catalog->db, "SELECT verifier FROM log_key ORDER BY id", DB_NONE, take_key, &list, err);

	*keys = list.text;
	*count = list.count;
	return st;
}

/* note: signed by old and new, or NULL for the first key. */
static enum status
name_key(struct catalog *catalog, const struct actor *actor, const struct log_signer *s,
    const char *old, const char *note, struct err *err)
{
	owned(strbuf_free) struct strbuf verifier = STRBUF_INIT, detail = STRBUF_INIT;
	struct event event = { .event_class = EVENT_SECURITY, .action = "log.key", .kind = "log" };
	struct json_out json;
	enum status st;

	note_key_text(&s->key, &verifier);
	st = db_exec(catalog->db,
	    "INSERT INTO log_key(verifier, since, first_size)"
	    " SELECT $1, $2, size FROM log_tree WHERE one=1",
	    DB_ARGS(db_text(verifier.buf), db_int(now_us())), NULL, err);
	if (st != ST_OK)
		return st;
	json_start(&json, &detail);
	json_object(&json);
	json_key_str(&json, "key", verifier.buf);
	json_key_opt(&json, "old", old);
	json_key_opt(&json, "note", note);
	json_end_object(&json);
	event.outcome = "ok";
	event.detail = detail.buf;
	return audit_append(catalog, actor, &event, err);
}

static enum status
make_first(struct catalog *catalog, const struct conf *conf, struct arena *arena,
    struct log_signer *s, struct err *err)
{
	static const struct actor system = { .source = "log" };
	const char *path = key_path(conf, "", arena), *origin;
	enum status st = log_origin(catalog, arena, &origin, err);

	if (st != ST_OK)
		return st;
	/* A file that is there was written by a first checkpoint that was cut off, or brought here. */
	st = read_file(path, s, NULL);
	if (st == ST_OK && strcmp(s->key.name, origin) != 0)
		return fail(err, ST_CONFLICT, "%s is the key of another archive", path);
	if (st == ST_NOT_FOUND) {
		random_bytes(s->seed, KEY_LEN);
		signer_of_seed(origin, s);
		st = write_file(path, s, err);
	} else if (st != ST_OK) {
		return read_file(path, s, err);
	}
	return st == ST_OK ? name_key(catalog, &system, s, NULL, NULL, err) : st;
}

static bool
is_key(const struct log_signer *s, const char *verifier)
{
	owned(strbuf_free) struct strbuf text = STRBUF_INIT;

	note_key_text(&s->key, &text);
	return strcmp(text.buf, verifier) == 0;
}

enum status
log_signer_load(struct catalog *catalog, const struct conf *conf, struct arena *arena,
    struct log_signer *s, struct err *err)
{
	const char *path = key_path(conf, "", arena), *fresh = key_path(conf, ".new", arena);
	const char *const *keys;
	size_t count;
	enum status st = log_keys(catalog, arena, &keys, &count, err);

	if (st != ST_OK)
		return st;
	if (count == 0)
		return make_first(catalog, conf, arena, s, err);
	st = read_file(path, s, err);
	if (st == ST_OK && is_key(s, keys[count - 1]))
		return ST_OK;
	/* A change of keys that was cut off before its last step. */
	if (read_file(fresh, s, NULL) == ST_OK && is_key(s, keys[count - 1]))
		return rename(fresh, path) == 0 ? ST_OK
						: fail_sys(err, "move %s to its place", fresh);
	if (st == ST_NOT_FOUND)
		return fail(err, ST_NOT_FOUND,
		    "the key that signs the log, %s, is gone: bring it back, or make a new one with"
		    " `tangthu checkpoint rotate --lost`",
		    path);
	return st == ST_OK ? fail(err, ST_CONFLICT, "%s is not the key that the log names", path)
			   : st;
}

/* --- a new key --- */

static enum status
sign_change(struct log_signer *old, const struct log_signer *new, struct arena *arena,
    const char **note, struct err *err)
{
	owned(strbuf_free) struct strbuf text = STRBUF_INIT, out = STRBUF_INIT, one = STRBUF_INIT;
	struct note parsed;
	enum status st;

	strbuf_addf(&text, "%s\nnew key\n", new->key.name);
	note_key_text(&new->key, &text);
	strbuf_add_char(&text, '\n');
	note_sign(strbuf_span(&text), &new->key, new->seed, &out);
	if (old) {
		note_sign(strbuf_span(&text), &old->key, old->seed, &one);
		strbuf_add(&out, one.buf + text.len + 1, one.len - text.len - 1);
	}
	if ((st = note_parse(strbuf_span(&out), &parsed, err)) == ST_OK)
		*note = arena_dup(arena, out.buf);
	return st;
}

static enum status
rotate(struct catalog *catalog, const struct conf *conf, const struct actor *actor,
    struct log_signer *old, struct arena *arena, struct err *err)
{
	owned(log_signer_wipe) struct log_signer s = { 0 };
	owned(strbuf_free) struct strbuf before = STRBUF_INIT;
	const char *origin, *note;
	enum status st = log_origin(catalog, arena, &origin, err);

	if (st != ST_OK)
		return st;
	random_bytes(s.seed, KEY_LEN);
	signer_of_seed(origin, &s);
	if (old)
		note_key_text(&old->key, &before);
	if ((st = sign_change(old, &s, arena, &note, err)) != ST_OK ||
	    (st = write_file(key_path(conf, ".new", arena), &s, err)) != ST_OK)
		return st;
	return name_key(catalog, actor, &s, old ? before.buf : NULL, note, err);
}

enum status
checkpoint_rotate(struct catalog *catalog, const struct conf *conf, const struct actor *actor,
    bool lost, struct err *err)
{
	owned(log_signer_wipe) struct log_signer old = { 0 }, now = { 0 };
	owned(arena_freep) struct arena *arena = arena_new();
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	if (!lost)
		st = log_signer_load(catalog, conf, arena, &old, err);
	if (st == ST_OK)
		st = rotate(catalog, conf, actor, lost ? NULL : &old, arena, err);
	if ((st = catalog_end(catalog, st, err)) != ST_OK)
		return st;
	/* Puts the new file in its place. */
	return log_signer_load(catalog, conf, arena, &now, err);
}
