/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recomputes the event log from its rows and names the first fault. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "audit_parts.h"
#include "catalog_parts.h"
#include "db.h"
#include "merkle.h"

#define BATCH 1000
#define TILE_LEVELS 7 /* of kept nodes: 8, 16 ... 56 */

struct kept_private {
	int64_t seq, no;
	const char *name;
	unsigned char commitment[SHA256_LEN];
	bool broken; /* salt and value are there and do not give the commitment */
};

struct check {
	struct catalog *catalog;
	struct arena *arena; /* of one batch */
	struct merkle tree;  /* as recomputed */
	struct audit_rows rows;
	struct kept_private *priv;
	size_t priv_count, priv_room;
	struct merkle tile[TILE_LEVELS]; /* being filled, 256 nodes each */
	uint64_t point_size;		 /* of the next checkpoint; UINT64_MAX: none left */
	unsigned char point_root[SHA256_LEN];
};

static bool
opens_commitment(struct db_row *row, const unsigned char *commitment)
{
	struct span salt = db_column_bytes(row, 4), value = db_column_bytes(row, 5);
	unsigned char salt_bytes[AUDIT_SALT_LEN], hash[SHA256_LEN];

	if (db_column_null(row, 4) && db_column_null(row, 5))
		return true; /* forgotten */
	if (db_column_null(row, 4) || db_column_null(row, 5) || salt.n != AUDIT_SALT_LEN)
		return false;
	memcpy(salt_bytes, salt.p, AUDIT_SALT_LEN);
	audit_commit(salt_bytes, value, hash);
	return memcmp(hash, commitment, SHA256_LEN) == 0;
}

static enum status
take_private(struct db_row *row, void *payload, struct err *err)
{
	struct check *check = payload;
	struct kept_private *p;
	struct span commitment;

	if (check->priv_count == check->priv_room) {
		size_t room = check->priv_room ? check->priv_room * 2 : BATCH;

		check->priv = xrealloc(check->priv, room * sizeof(*check->priv));
		check->priv_room = room;
	}
	p = &check->priv[check->priv_count++];
	p->seq = db_column_int(row, 0);
	p->no = db_column_int(row, 1);
	p->name = db_column_text(row, 2, check->arena);
	commitment = db_column_bytes(row, 3);
	if (commitment.n != SHA256_LEN)
		return fail(err, ST_CORRUPT, "event %" PRId64 ": a commitment is torn", p->seq);
	memcpy(p->commitment, commitment.p, SHA256_LEN);
	p->broken = !opens_commitment(row, p->commitment);
	return ST_OK;
}

static enum status
load_batch(struct check *check, struct err *err)
{
	int64_t from = (int64_t)check->tree.size;
	enum status st;

	arena_reset(check->arena);
	check->priv_count = 0;
	st = audit_rows_load(check->catalog, from, BATCH, check->arena, &check->rows, err);
	if (st != ST_OK || check->rows.count == 0)
		return st;
	return db_query(check->catalog->db,
	    "SELECT seq, no, name, commitment, salt, value FROM event_private"
	    " WHERE seq BETWEEN $1 AND $2 ORDER BY seq, no",
	    DB_ARGS(db_int(from), db_int(check->rows.row[check->rows.count - 1].seq)), take_private,
	    check, err);
}

/* --- what was made from the events: kept nodes and checkpoints --- */

static enum status
same_hash(struct db_row *row, void *payload, struct err *err)
{
	struct span kept = db_column_bytes(row, 0);

	if (kept.n != SHA256_LEN || memcmp(kept.p, payload, SHA256_LEN) != 0)
		return fail(err, ST_CORRUPT,
		    "the log's node %" PRId64 " of level %" PRId64 " is not that of its events",
		    db_column_int(row, 2), db_column_int(row, 1));
	return ST_OK;
}

/* A node that is not kept (yet) is made from the leaves when it is needed. */
static enum status
check_tiles(struct check *check, const unsigned char leaf[SHA256_LEN], struct err *err)
{
	unsigned char hash[SHA256_LEN];

	memcpy(hash, leaf, SHA256_LEN);
	for (unsigned i = 0; i < TILE_LEVELS; i++) {
		unsigned level = 8 * (i + 1);
		enum status st;

		merkle_push(&check->tile[i], hash);
		if (check->tile[i].size < 256)
			return ST_OK;
		merkle_root(&check->tile[i], hash);
		check->tile[i].size = 0;
		st = db_query(check->catalog->db,
		    "SELECT hash, level, at FROM log_node WHERE level=$1 AND at=$2",
		    DB_ARGS(db_int(level), db_int((int64_t)((check->tree.size - 1) >> level))),
		    same_hash, hash, err);
		if (st != ST_OK)
			return st;
	}
	return ST_OK;
}

static enum status
take_point(struct db_row *row, void *payload, struct err *err)
{
	struct check *check = payload;
	struct span root = db_column_bytes(row, 1);

	check->point_size = (uint64_t)db_column_int(row, 0);
	if (root.n != SHA256_LEN)
		return fail(err, ST_CORRUPT, "the checkpoint of %" PRIu64 " events is torn",
		    check->point_size);
	memcpy(check->point_root, root.p, SHA256_LEN);
	return ST_OK;
}

static enum status
next_point(struct check *check, int64_t above, struct err *err)
{
	check->point_size = UINT64_MAX;
	return db_query(check->catalog->db,
	    "SELECT size, root FROM checkpoint WHERE size>$1 ORDER BY size LIMIT 1",
	    DB_ARGS(db_int(above)), take_point, check, err);
}

static enum status
check_point(struct check *check, struct err *err)
{
	unsigned char root[SHA256_LEN];

	if (check->tree.size != check->point_size)
		return ST_OK;
	merkle_root(&check->tree, root);
	if (memcmp(root, check->point_root, SHA256_LEN) != 0)
		return fail(err, ST_CORRUPT,
		    "the events before %" PRIu64 " are not those whose checkpoint was signed",
		    check->point_size);
	return next_point(check, (int64_t)check->point_size, err);
}

/* The row of a checkpoint repeats what its note says; the note is signed by a key of the log. */
static enum status
check_note(const struct checkpoint *row, const char *const *keys, size_t count, struct arena *arena,
    struct err *err)
{
	struct checkpoint said;
	struct note note;
	struct err why = ERR_INIT;

	if (checkpoint_parse(span_of(row->note), arena, &said, &why) != ST_OK ||
	    note_parse(span_of(row->note), &note, &why) != ST_OK)
		return fail(err, ST_CORRUPT, "the checkpoint of %" PRIu64 " events: %s", row->size,
		    why.msg);
	if (said.size != row->size || memcmp(said.root, row->root, SHA256_LEN) != 0)
		return fail(err, ST_CORRUPT,
		    "the checkpoint of %" PRIu64 " events says something else than its row",
		    row->size);
	for (size_t i = 0; i < count; i++) {
		struct note_key key;

		if (note_key_parse(span_of(keys[i]), &key, NULL) == ST_OK &&
		    note_verify(&note, &key, NULL) == ST_OK)
			return ST_OK;
	}
	return fail(err, ST_CORRUPT,
	    "the checkpoint of %" PRIu64 " events is signed by no key of the log", row->size);
}

static enum status
check_notes(struct check *check, struct err *err)
{
	owned(arena_freep) struct arena *all = arena_new();
	const char *const *keys;
	const struct checkpoint *row;
	uint64_t before = 0;
	size_t count, key_count;
	enum status st = log_keys(check->catalog, all, &keys, &key_count, err);

	do {
		arena_reset(check->arena);
		count = 0;
		if (st == ST_OK)
			st = checkpoint_list(
			    check->catalog, before, BATCH, check->arena, &row, &count, err);
		for (size_t i = 0; st == ST_OK && i < count; i++) {
			st = check_note(&row[i], keys, key_count, check->arena, err);
			before = row[i].size;
		}
	} while (st == ST_OK && count == BATCH && before > 0);
	return st;
}

/* *at: the first private field not used by an earlier event. */
static enum status
check_event(struct check *check, const struct event_row *row, size_t *at, struct err *err)
{
	owned(strbuf_free) struct strbuf canonical = STRBUF_INIT;
	unsigned char leaf[SHA256_LEN];
	size_t end = *at, i;
	enum status st;

	if (row->seq != (int64_t)check->tree.size)
		return fail(err, ST_CORRUPT, "event %" PRIu64 " is missing", check->tree.size);
	while (end < check->priv_count && check->priv[end].seq == row->seq)
		end++;
	audit_canonical_start(row, end - *at, &canonical);
	for (i = *at; i < end; i++) {
		const struct kept_private *p = &check->priv[i];

		if (p->broken)
			return fail(err, ST_CORRUPT,
			    "event %" PRId64 ": private field \"%s\" does not open its commitment",
			    row->seq, p->name);
		if (p->no != (int64_t)(i - *at))
			return fail(err, ST_CORRUPT,
			    "event %" PRId64 ": private field %zu is missing", row->seq, i - *at);
		audit_canonical_private(p->name, p->commitment, &canonical);
	}
	merkle_leaf(strbuf_span(&canonical), leaf);
	if (memcmp(leaf, row->leaf, SHA256_LEN) != 0)
		return fail(err, ST_CORRUPT,
		    "event %" PRId64 " (%s): its content does not give its leaf hash", row->seq,
		    row->action ? row->action : "?");
	merkle_push(&check->tree, leaf);
	*at = end;
	if ((st = check_tiles(check, leaf, err)) != ST_OK)
		return st;
	return check_point(check, err);
}

static enum status
check_all(struct check *check, struct err *err)
{
	do {
		enum status st = load_batch(check, err);
		size_t at = 0, i;

		for (i = 0; st == ST_OK && i < check->rows.count; i++)
			st = check_event(check, &check->rows.row[i], &at, err);
		if (st != ST_OK)
			return st;
		if (at != check->priv_count)
			return fail(err, ST_CORRUPT,
			    "event %" PRId64 ": a private field without it", check->priv[at].seq);
	} while (check->rows.count > 0);
	return ST_OK;
}

static enum status
wrong_copy(struct db_row *row, void *payload, struct err *err)
{
	(void)payload;
	return fail(err, ST_CORRUPT, "event %" PRId64 ": %s", db_column_int(row, 0),
	    "a column kept for lookups differs from what was hashed");
}

/* actor and private_count are not hashed themselves: they repeat what is. */
static enum status
check_copies(struct check *check, struct err *err)
{
	return db_query(check->catalog->db,
	    "SELECT e.seq FROM event e LEFT JOIN principal p ON p.id=e.actor"
	    " WHERE coalesce(p.uid, '')<>coalesce(e.actor_uid, '') OR e.private_count<>"
	    "(SELECT count(*) FROM event_private v WHERE v.seq=e.seq) ORDER BY e.seq LIMIT 1",
	    DB_NONE, wrong_copy, NULL, err);
}

static enum status
check_tree(struct check *check, struct err *err)
{
	unsigned char kept_root[SHA256_LEN], root[SHA256_LEN];
	struct merkle kept = { 0 };
	enum status st = audit_tree_load(check->catalog, &kept, err);

	if (st != ST_OK)
		return st;
	if (kept.size != check->tree.size)
		return fail(err, ST_CORRUPT, "the log has %" PRIu64 " events, its tree %" PRIu64,
		    check->tree.size, kept.size);
	merkle_root(&kept, kept_root);
	merkle_root(&check->tree, root);
	if (memcmp(kept_root, root, SHA256_LEN) != 0)
		return fail(err, ST_CORRUPT,
		    "the kept tree of %" PRIu64 " events is not that of the events", kept.size);
	return ST_OK;
}

/* Rows before the first number would never be read by a walk that starts there. */
static enum status
check_negative(struct check *check, struct err *err)
{
	int64_t count;
	enum status st = db_query_int(check->catalog->db,
	    "SELECT (SELECT count(*) FROM event WHERE seq<0)"
	    "+(SELECT count(*) FROM event_private WHERE seq<0)",
	    DB_NONE, &count, err);

	if (st == ST_OK && count > 0)
		return fail(err, ST_CORRUPT, "the log has %" PRId64 " rows before event 0", count);
	return st;
}

static enum status
check_log(struct check *check, struct err *err)
{
	enum status st = check_negative(check, err);

	if (st == ST_OK && (st = next_point(check, -1, err)) == ST_OK &&
	    (st = check_point(check, err)) == ST_OK)
		st = check_all(check, err);
	if (st == ST_OK && check->point_size != UINT64_MAX)
		st = fail(err, ST_CORRUPT,
		    "the log has %" PRIu64 " events, a checkpoint of %" PRIu64 " was signed",
		    check->tree.size, check->point_size);
	if (st == ST_OK)
		st = check_copies(check, err);
	if (st == ST_OK)
		st = check_tree(check, err);
	return st == ST_OK ? check_notes(check, err) : st;
}

enum status
audit_verify(struct catalog *catalog, uint64_t *entries, struct err *err)
{
	struct check *check;
	enum status st = db_begin_read(catalog->db, err);

	if (st != ST_OK)
		return st;
	check = xcalloc(1, sizeof(*check));
	check->catalog = catalog;
	check->arena = arena_new();
	st = check_log(check, err);
	if (st == ST_OK)
		*entries = check->tree.size;
	db_rollback(catalog->db);
	arena_free(check->arena);
	free(check->priv);
	free(check);
	return st;
}
