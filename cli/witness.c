/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * On another machine: keeps the last checkpoint of a log and takes a newer one only with the proof that
 * the log was added to and nothing else.  It needs no archive, only the log's public keys.
 */
#include "witness.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "trail.h"

#define TEXT_MAX (2 * NOTE_MAX)
#define KEYS_MAX 64
#define FILES_MAX 1000000

struct witness {
	struct arena *arena;
	struct note_key key[KEYS_MAX];
	size_t key_count;
	const char *state; /* file of the checkpoint it keeps */
	bool known;
	struct checkpoint last;
};

static enum status
load_keys(struct witness *w, const char *path, struct err *err)
{
	struct strbuf text owned(strbuf_free) = STRBUF_INIT;
	enum status st = strbuf_read_file(&text, path, NOTE_MAX, err);
	struct span rest = strbuf_span(&text);

	while (st == ST_OK && rest.n > 0) {
		struct span line = span_trim(span_cut(&rest, '\n'));

		if (line.n == 0)
			continue;
		if (w->key_count == KEYS_MAX)
			return fail(err, ST_INVALID, "%s: more than %d keys", path, KEYS_MAX);
		st = note_key_parse(line, &w->key[w->key_count++], err);
	}
	if (st == ST_OK && w->key_count == 0)
		st = fail(err, ST_INVALID, "%s holds no key", path);
	return st;
}

/* Signed by one of the log's keys. */
static enum status
read_point(const struct witness *w, struct span text, struct checkpoint *out, struct err *err)
{
	struct note note;
	enum status st = note_parse(text, &note, err);

	if (st == ST_OK)
		st = checkpoint_parse(text, w->arena, out, err);
	if (st != ST_OK)
		return st;
	for (size_t i = 0; i < w->key_count; i++)
		if (strcmp(w->key[i].name, out->origin) == 0 &&
		    note_verify(&note, &w->key[i], err) == ST_OK)
			return ST_OK;
	return fail(err, ST_DENIED, "a checkpoint of %llu entries is signed by none of the keys",
	    (unsigned long long)out->size);
}

static enum status
load_state(struct witness *w, struct err *err)
{
	struct strbuf text owned(strbuf_free) = STRBUF_INIT;
	enum status st = strbuf_read_file(&text, w->state, NOTE_MAX, err);

	if (st == ST_NOT_FOUND)
		return ST_OK;
	if (st != ST_OK || read_point(w, strbuf_span(&text), &w->last, err) != ST_OK)
		return err_context(err, "%s", w->state);
	w->known = true;
	return ST_OK;
}

enum status
witness_take(struct witness *w, struct span text, bool *moved, struct err *err)
{
	struct checkpoint next;
	struct proof proof;
	struct span note;
	uint64_t old;
	enum status st = consistency_parse(text, &old, &proof, &note, err);

	*moved = false;
	if (st != ST_OK || (st = read_point(w, note, &next, err)) != ST_OK)
		return st;
	if (w->known && strcmp(next.origin, w->last.origin) != 0)
		return fail(
		    err, ST_DENIED, "%s is another log than %s", next.origin, w->last.origin);
	if (w->known &&
	    (old != w->last.size ||
		!merkle_consistency_holds(old, w->last.root, next.size, next.root, &proof)))
		return fail(err, ST_CORRUPT,
		    "REFUSED: the log of %llu entries does not extend the one of %llu that is kept "
		    "here: what was signed before has been rewritten",
		    (unsigned long long)next.size, (unsigned long long)w->last.size);
	if (w->known && next.size == w->last.size)
		return ST_OK;
	if ((st = file_replace(w->state, note, 0600, err)) != ST_OK)
		return st;
	w->last = next;
	w->known = true;
	*moved = true;
	return ST_OK;
}

/* --- from a folder that the archive writes to (checkpoint_folder) --- */

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
is_proof(const struct dirent *e)
{
	struct span name = span_of(e->d_name);

	return span_ends(name, SPAN(".consistency")) && name.n == 20 + strlen(".consistency");
}

/* Numbers have twenty digits, so names are in the order of sizes. */
static enum status
take_file(struct witness *w, const char *folder, const char *name, size_t *taken, struct err *err)
{
	struct strbuf text owned(strbuf_free) = STRBUF_INIT;
	uint64_t size;
	bool moved = false;
	enum status st;

	if (!span_u64(span_make(name, 20), &size) || (w->known && size < w->last.size))
		return ST_OK;
	st = strbuf_read_file(&text, arena_printf(w->arena, "%s/%s", folder, name), TEXT_MAX, err);
	/* The kept one's own file proves how it came to be: seen before. */
	if (st == ST_OK && w->known && size == w->last.size) {
		struct span rest = strbuf_span(&text), note;
		struct checkpoint same;
		struct proof proof;
		uint64_t old;

		if ((st = consistency_parse(rest, &old, &proof, &note, err)) == ST_OK &&
		    (st = read_point(w, note, &same, err)) == ST_OK &&
		    memcmp(same.root, w->last.root, SHA256_LEN) != 0)
			st = fail(err, ST_CORRUPT,
			    "REFUSED: two logs of %llu entries were signed: they were rewritten",
			    (unsigned long long)size);
	} else if (st == ST_OK) {
		st = witness_take(w, strbuf_span(&text), &moved, err);
		*taken += moved;
	}
	return st == ST_OK ? ST_OK : err_context(err, "%s", name);
}

static enum status
from_folder(struct witness *w, const char *folder, size_t *taken, struct err *err)
{
	struct dirent **list;
	int n = scandir(folder, &list, is_proof, by_name);
	enum status st = ST_OK;
	uint64_t newest = 0;

	if (n < 0)
		return fail_sys(err, "read %s", folder);
	if (n > 0)
		(void)span_u64(span_make(list[n - 1]->d_name, 20), &newest);
	for (int i = 0; i < n; i++) {
		if (st == ST_OK && i < FILES_MAX)
			st = take_file(w, folder, list[i]->d_name, taken, err);
		free(list[i]);
	}
	free(list);
	if (st == ST_OK && n == 0 && w->known)
		st = fail(err, ST_NOT_FOUND,
		    "%s holds no checkpoint, but one of %llu entries is kept here", folder,
		    (unsigned long long)w->last.size);
	/* Older ones alone are a log that was cut back, or an old folder that was put there again. */
	if (st == ST_OK && w->known && newest < w->last.size)
		st = fail(err, ST_CORRUPT,
		    "REFUSED: the newest checkpoint in %s is of %llu entries, one of %llu is kept here",
		    folder, (unsigned long long)newest, (unsigned long long)w->last.size);
	return st;
}

/* --- from a server --- */

static enum status
from_server(struct witness *w, const char *url, const char *token_file, const char *ca,
    size_t *taken, struct err *err)
{
	struct strbuf text owned(strbuf_free) = STRBUF_INIT, token owned(strbuf_free) = STRBUF_INIT;
	const char *address = arena_printf(w->arena, "%s/api/v1/log/consistency?from=%llu", url,
	    (unsigned long long)(w->known ? w->last.size : 0));
	bool moved = false;
	enum status st = strbuf_read_file(&token, token_file, 4096, err);

	if (st == ST_OK)
		st = fetch_text(address, arena_dup_span(w->arena, span_trim(strbuf_span(&token))),
		    ca, TEXT_MAX, &text, err);
	/* A log cut down to less than what is kept cannot even be asked about. */
	if (st == ST_INVALID && w->known)
		return fail(err, ST_CORRUPT,
		    "REFUSED: the server has no log of %llu entries any more",
		    (unsigned long long)w->last.size);
	if (st == ST_OK)
		st = witness_take(w, strbuf_span(&text), &moved, err);
	*taken += st == ST_OK && moved;
	return st;
}

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *keys = NULL, *folder = NULL, *url = NULL, *token = NULL, *ca = NULL;
	struct witness *w = arena_alloc(cli->arena, sizeof(*w));
	size_t taken = 0;
	enum status st;

	(void)cli_option(&argc, argv, "--key-file", &keys);
	(void)cli_option(&argc, argv, "--folder", &folder);
	(void)cli_option(&argc, argv, "--url", &url);
	(void)cli_option(&argc, argv, "--token-file", &token);
	(void)cli_option(&argc, argv, "--ca", &ca);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu witness STATE --key-file FILE [options]", err)))
		return st;
	if (!keys || !folder == !url || !url != !token)
		return fail(err, ST_INVALID,
		    "say --key-file, and either --folder or --url with --token-file");
	w->arena = cli->arena;
	w->state = argv[1];
	if ((st = load_keys(w, keys, err)) || (st = load_state(w, err)) ||
	    (st = folder ? from_folder(w, folder, &taken, err)
			 : from_server(w, url, token, ca, &taken, err)))
		return st;
	if (!w->known)
		return fail(err, ST_NOT_FOUND, "there is no checkpoint yet");
	printf("%s: %llu entries, %zu checkpoints taken\n", w->last.origin,
	    (unsigned long long)w->last.size, taken);
	return ST_OK;
}

const struct cli_verb cli_witness = {
	.name = "witness",
	.synopsis =
	    "STATE --key-file FILE (--folder DIR | --url URL --token-file FILE [--ca FILE])",
	.summary =
	    "On another machine: keeps the log's last checkpoint and refuses a rewritten log",
	.help =
	    "  STATE         file of the checkpoint it keeps; the first one is taken on trust\n"
	    "  --key-file    public keys of the log (tangthu checkpoint key), from paper or mail\n"
	    "  --folder      the archive's checkpoint_folder\n"
	    "  --url         https://host of the server; --token-file: an auditor's API token;\n"
	    "                --ca: certificates to trust instead of the system's\n"
	    "Run it from cron.  Exit status 74: the log was rewritten, or the file is damaged.\n",
	.need = CLI_NOTHING,
	.run = run,
};
