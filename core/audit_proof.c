/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Proofs over the log as it is kept, and the texts in which they leave the house. */
#include <inttypes.h>
#include <string.h>

#include "audit_parts.h"
#include "catalog_parts.h"
#include "db.h"
#include "merkle.h"
#include "trail.h"

#define TILE 8 /* levels between kept nodes: a proof reads 256 hashes of each at most */
#define EXPORT_BATCH 500
#define INCLUSION_LINE "c2sp.org/tlog-proof@v1"

/* Folds 2^n hashes into one; more or fewer than that many never come out of complete subtrees. */
static enum status
push_hash(struct db_row *row, void *payload, struct err *err)
{
	struct span hash = db_column_bytes(row, 0);

	if (hash.n != SHA256_LEN)
		return fail(err, ST_CORRUPT, "event log: a kept hash is torn");
	merkle_push(payload, (const unsigned char *)hash.p);
	return ST_OK;
}

static enum status
from_leaves(
    struct catalog *catalog, unsigned level, uint64_t at, struct merkle *tree, struct err *err)
{
	memset(tree, 0, sizeof(*tree));
	return db_query(catalog->db, "SELECT leaf FROM event WHERE seq>=$1 AND seq<$2 ORDER BY seq",
	    DB_ARGS(db_int((int64_t)(at << level)), db_int((int64_t)((at + 1) << level))),
	    push_hash, tree, err);
}

/* Nodes not kept yet (young entries) are made from the leaves. */
enum status
audit_node(
    void *payload, unsigned level, uint64_t at, unsigned char hash[SHA256_LEN], struct err *err)
{
	struct catalog *catalog = payload;
	unsigned base = level / TILE * TILE, up = level - base;
	struct merkle tree = { 0 };
	enum status st = ST_OK;

	if (base > 0)
		st = db_query(catalog->db,
		    "SELECT hash FROM log_node WHERE level=$1 AND at>=$2 AND at<$3 ORDER BY at",
		    DB_ARGS(db_int(base), db_int((int64_t)(at << up)),
			db_int((int64_t)((at + 1) << up))),
		    push_hash, &tree, err);
	if (st == ST_OK && tree.size != UINT64_C(1) << up) {
		st = from_leaves(catalog, level, at, &tree, err);
		if (st == ST_OK && tree.size != UINT64_C(1) << level)
			st = fail(err, ST_CORRUPT, "the log lacks entries below %" PRIu64,
			    (at + 1) << level);
	}
	if (st == ST_OK)
		merkle_root(&tree, hash);
	return st;
}

static enum status
fill_level(struct catalog *catalog, unsigned level, uint64_t size, struct err *err)
{
	int64_t have;
	enum status st =
	    db_query_int(catalog->db, "SELECT coalesce(max(at)+1, 0) FROM log_node WHERE level=$1",
		DB_ARGS(db_int(level)), &have, err);

	for (; st == ST_OK && (uint64_t)have < size >> level; have++) {
		unsigned char hash[SHA256_LEN];
		struct merkle tree = { 0 };

		if (level == TILE)
			st = from_leaves(catalog, level, (uint64_t)have, &tree, err);
		else
			st = db_query(catalog->db,
			    "SELECT hash FROM log_node WHERE level=$1 AND at>=$2 AND at<$3"
			    " ORDER BY at",
			    DB_ARGS(db_int(level - TILE), db_int(have << TILE),
				db_int((have + 1) << TILE)),
			    push_hash, &tree, err);
		if (st != ST_OK)
			return st;
		merkle_root(&tree, hash);
		st =
		    db_exec(catalog->db, "INSERT INTO log_node(level, at, hash) VALUES($1, $2, $3)",
			DB_ARGS(db_int(level), db_int(have), db_blob(hash, SHA256_LEN)), NULL, err);
	}
	return st;
}

enum status
audit_fill_nodes(struct catalog *catalog, uint64_t size, struct err *err)
{
	enum status st = ST_OK;

	for (unsigned level = TILE; st == ST_OK && level < 64 && size >> level; level += TILE)
		st = fill_level(catalog, level, size, err);
	return st;
}

static enum status
check_size(struct catalog *catalog, uint64_t size, struct err *err)
{
	struct merkle tree;
	enum status st = audit_tree_load(catalog, &tree, err);

	if (st == ST_OK && size > tree.size)
		st = fail(err, ST_INVALID, "the log has %" PRIu64 " entries, not %" PRIu64,
		    tree.size, size);
	return st;
}

enum status
audit_inclusion(
    struct catalog *catalog, uint64_t size, uint64_t seq, struct proof *proof, struct err *err)
{
	enum status st = check_size(catalog, size, err);

	return st ? st : merkle_inclusion(size, seq, audit_node, catalog, proof, err);
}

enum status
audit_consistency(
    struct catalog *catalog, uint64_t size, uint64_t old, struct proof *proof, struct err *err)
{
	enum status st = check_size(catalog, size, err);

	return st ? st : merkle_consistency(size, old, audit_node, catalog, proof, err);
}

/* --- canonical bytes --- */

struct privates {
	size_t count;
	struct strbuf bytes; /* as in the canonical form, one after the other */
	struct arena *arena;
};

static enum status
take_private(struct db_row *row, void *payload, struct err *err)
{
	struct privates *p = payload;
	struct span commitment = db_column_bytes(row, 1);

	if (commitment.n != SHA256_LEN)
		return fail(err, ST_CORRUPT, "event log: a commitment is torn");
	audit_canonical_private(
	    db_column_text(row, 0, p->arena), (const unsigned char *)commitment.p, &p->bytes);
	p->count++;
	return ST_OK;
}

static enum status
canonical_of(struct catalog *catalog, const struct event_row *row, struct arena *arena,
    struct strbuf *out, struct err *err)
{
	struct privates p = { 0, STRBUF_INIT, arena };
	enum status st = db_query(catalog->db,
	    "SELECT name, commitment FROM event_private WHERE seq=$1 ORDER BY no",
	    DB_ARGS(db_int(row->seq)), take_private, &p, err);

	if (st == ST_OK) {
		audit_canonical_start(row, p.count, out);
		strbuf_add_span(out, strbuf_span(&p.bytes));
	}
	strbuf_free(&p.bytes);
	return st;
}

enum status
audit_canonical(struct catalog *catalog, uint64_t seq, struct strbuf *out, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct audit_rows rows;
	enum status st = audit_rows_load(catalog, (int64_t)seq, 1, arena, &rows, err);

	if (st != ST_OK)
		return st;
	if (rows.count == 0 || rows.row[0].seq != (int64_t)seq)
		return fail(err, ST_NOT_FOUND, "the log has no entry %" PRIu64, seq);
	return canonical_of(catalog, rows.row, arena, out, err);
}

/* --- texts --- */

void
proof_lines(const struct proof *proof, struct strbuf *out)
{
	for (size_t i = 0; i < proof->count; i++) {
		base64_encode(proof->hash[i], SHA256_LEN, out);
		strbuf_add_char(out, '\n');
	}
}

enum status
inclusion_text(struct catalog *catalog, const struct checkpoint *at, uint64_t seq,
    struct strbuf *out, struct err *err)
{
	owned(strbuf_free) struct strbuf bytes = STRBUF_INIT;
	struct proof proof;
	enum status st = audit_canonical(catalog, seq, &bytes, err);

	if (st != ST_OK || (st = audit_inclusion(catalog, at->size, seq, &proof, err)) != ST_OK)
		return st;
	strbuf_add_str(out, INCLUSION_LINE "\nextra ");
	base64_encode(bytes.buf, bytes.len, out);
	strbuf_addf(out, "\nindex %" PRIu64 "\n", seq);
	proof_lines(&proof, out);
	strbuf_addf(out, "\n%s", at->note);
	return ST_OK;
}

enum status
consistency_text(struct catalog *catalog, const struct checkpoint *at, uint64_t old,
    struct strbuf *out, struct err *err)
{
	struct proof proof;
	enum status st = audit_consistency(catalog, at->size, old, &proof, err);

	if (st != ST_OK)
		return st;
	strbuf_addf(out, "old %" PRIu64 "\n", old);
	proof_lines(&proof, out);
	strbuf_addf(out, "\n%s", at->note);
	return ST_OK;
}

static enum status
parse_hashes(struct span *rest, struct proof *proof, struct err *err)
{
	proof->count = 0;
	for (;;) {
		owned(strbuf_free) struct strbuf raw = STRBUF_INIT;
		struct span line = span_cut(rest, '\n');

		if (line.n == 0)
			return rest->p ? ST_OK : fail(err, ST_INVALID, "proof: cut off");
		if (proof->count == PROOF_HASHES_MAX)
			return fail(
			    err, ST_INVALID, "proof: more than %d hashes", PROOF_HASHES_MAX);
		if (line.n != 44 || !base64_decode(line, &raw) || raw.len != SHA256_LEN)
			return fail(err, ST_INVALID, "proof: hash %zu is none", proof->count + 1);
		memcpy(proof->hash[proof->count++], raw.buf, SHA256_LEN);
	}
}

enum status
consistency_parse(
    struct span text, uint64_t *old, struct proof *proof, struct span *note, struct err *err)
{
	struct span rest = text, line = span_cut(&rest, '\n');
	enum status st;

	if (!span_starts(line, SPAN("old ")) || !span_u64(span_make(line.p + 4, line.n - 4), old) ||
	    *old > INT64_MAX)
		return fail(err, ST_INVALID, "proof: its first line is not \"old SIZE\"");
	if ((st = parse_hashes(&rest, proof, err)) != ST_OK)
		return st;
	*note = rest;
	return ST_OK;
}

/* --- export --- */

static enum status
export_batch(struct catalog *catalog, const struct audit_rows *rows, uint64_t to,
    struct arena *arena, struct strbuf *out, struct err *err)
{
	for (size_t i = 0; i < rows->count && (uint64_t)rows->row[i].seq < to; i++) {
		owned(strbuf_free) struct strbuf bytes = STRBUF_INIT;
		enum status st = canonical_of(catalog, &rows->row[i], arena, &bytes, err);

		if (st != ST_OK)
			return st;
		strbuf_addf(out, "%" PRId64 " ", rows->row[i].seq);
		base64_encode(bytes.buf, bytes.len, out);
		strbuf_add_char(out, '\n');
	}
	return ST_OK;
}

enum status
audit_export(struct catalog *catalog, uint64_t from, uint64_t to,
    enum status (*write)(void *payload, struct span, struct err *), void *payload, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;
	struct audit_rows rows;

	while (from < to) {
		enum status st;

		arena_reset(arena);
		strbuf_reset(&out);
		st = audit_rows_load(catalog, (int64_t)from, EXPORT_BATCH, arena, &rows, err);
		if (st != ST_OK || rows.count == 0 ||
		    (st = export_batch(catalog, &rows, to, arena, &out, err)) != ST_OK ||
		    (st = write(payload, strbuf_span(&out), err)) != ST_OK)
			return st;
		from = (uint64_t)rows.row[rows.count - 1].seq + 1;
	}
	return ST_OK;
}
