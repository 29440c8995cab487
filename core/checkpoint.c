/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checkpoints of the event log: made, kept, listed. */
#include <inttypes.h>
#include <string.h>

#include "audit_parts.h"
#include "catalog_parts.h"
#include "db.h"
#include "log_key.h"

struct checkpoint_rows {
	struct arena *arena;
	struct checkpoint *row;
	size_t count;
};

static enum status
take_row(struct db_row *from, void *payload, struct err *err)
{
	struct checkpoint_rows *rows = payload;
	struct checkpoint *row = &rows->row[rows->count++];
	struct span root = db_column_bytes(from, 2);

	if (root.n != SHA256_LEN)
		return fail(err, ST_CORRUPT, "a checkpoint's root is torn");
	row->size = (uint64_t)db_column_int(from, 0);
	row->at_us = db_column_int(from, 1);
	memcpy(row->root, root.p, SHA256_LEN);
	row->note = db_column_text(from, 3, rows->arena);
	row->origin = arena_dup_span(
	    rows->arena, span_cut(&(struct span){ row->note, strlen(row->note) }, '\n'));
	return ST_OK;
}

enum status
checkpoint_list(struct catalog *catalog, uint64_t before, size_t limit, struct arena *arena,
    const struct checkpoint **out, size_t *count, struct err *err)
{
	struct checkpoint_rows rows = { .arena = arena };
	enum status st;

	if (limit < 1 || limit > AUDIT_LIST_MAX)
		return fail(err, ST_INVALID, "1 to %d checkpoints at once", AUDIT_LIST_MAX);
	rows.row = arena_array(arena, limit, sizeof(*rows.row));
	st = db_query(catalog->db,
	    "SELECT size, at, root, note FROM checkpoint WHERE size<$1 ORDER BY size DESC LIMIT $2",
	    DB_ARGS(db_int(before && before <= INT64_MAX ? (int64_t)before : INT64_MAX),
		db_int((int64_t)limit)),
	    take_row, &rows, err);
	*out = rows.row;
	*count = rows.count;
	return st;
}

enum status
checkpoint_find(struct catalog *catalog, uint64_t size, struct arena *arena, struct checkpoint *out,
    struct err *err)
{
	const struct checkpoint *row;
	size_t count;
	enum status st = checkpoint_list(catalog, size ? size + 1 : 0, 1, arena, &row, &count, err);

	if (st != ST_OK)
		return st;
	if (count == 0)
		return fail(err, ST_NOT_FOUND, "there is no checkpoint yet: tangthu checkpoint");
	*out = *row;
	return ST_OK;
}

enum status
checkpoint_due(struct catalog *catalog, const struct conf *conf, bool *due, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct checkpoint last = { 0 };
	struct merkle tree;
	int64_t now = now_us(), age;
	enum status st = audit_tree_load(catalog, &tree, err);

	*due = false;
	if (st != ST_OK)
		return st;
	st = checkpoint_find(catalog, 0, arena, &last, NULL);
	if (st != ST_OK && st != ST_NOT_FOUND)
		return checkpoint_find(catalog, 0, arena, &last, err);
	age = now - last.at_us;
	/* A clock set back must not put checkpoints off. */
	*due = tree.size > last.size &&
	    (tree.size - last.size >= (uint64_t)conf->log_checkpoint_entries || age < 0 ||
		age >= conf->log_checkpoint_seconds * 1000000);
	return ST_OK;
}

static void
write_text(const struct checkpoint *c, struct strbuf *out)
{
	char at[28];

	time_text(c->at_us, at);
	strbuf_addf(out, "%s\n%" PRIu64 "\n", c->origin, c->size);
	base64_encode(c->root, SHA256_LEN, out);
	strbuf_addf(out, "\ntime %s\n", at);
}

static enum status
make(struct catalog *catalog, const struct log_signer *signer, const struct merkle *tree,
    struct arena *arena, struct checkpoint *out, struct err *err)
{
	owned(strbuf_free) struct strbuf text = STRBUF_INIT, note = STRBUF_INIT;

	out->size = tree->size;
	out->at_us = now_us();
	out->origin = arena_dup(arena, signer->key.name);
	merkle_root(tree, out->root);
	write_text(out, &text);
	note_sign(strbuf_span(&text), &signer->key, signer->seed, &note);
	out->note = arena_dup(arena, note.buf);
	return db_exec(catalog->db,
	    "INSERT INTO checkpoint(size, at, root, note) VALUES($1, $2, $3, $4)",
	    DB_ARGS(db_int((int64_t)out->size), db_int(out->at_us), db_blob(out->root, SHA256_LEN),
		db_text(out->note)),
	    NULL, err);
}

static enum status
make_unless_there(struct catalog *catalog, const struct conf *conf, struct arena *arena,
    struct checkpoint *out, bool *made, struct err *err)
{
	owned(log_signer_wipe) struct log_signer signer = { 0 };
	struct merkle tree;
	enum status st = log_signer_load(catalog, conf, arena, &signer, err);

	if (st != ST_OK || (st = audit_tree_load(catalog, &tree, err)) != ST_OK)
		return st;
	st = checkpoint_find(catalog, 0, arena, out, NULL);
	if (st == ST_OK && out->size == tree.size)
		return ST_OK;
	if (st == ST_OK && out->size > tree.size)
		return fail(err, ST_CORRUPT,
		    "the log has %" PRIu64 " entries, a checkpoint of %" PRIu64 " was signed",
		    tree.size, out->size);
	if (st != ST_OK && st != ST_NOT_FOUND)
		return checkpoint_find(catalog, 0, arena, out, err);
	*made = true;
	if ((st = audit_fill_nodes(catalog, tree.size, err)) != ST_OK)
		return st;
	return make(catalog, &signer, &tree, arena, out, err);
}

enum status
checkpoint_make(struct catalog *catalog, const struct conf *conf, struct arena *arena,
    struct checkpoint *out, bool *made, struct err *err)
{
	enum status st = db_begin(catalog->db, err);

	*made = false;
	if (st != ST_OK)
		return st;
	return catalog_end(catalog, make_unless_there(catalog, conf, arena, out, made, err), err);
}
