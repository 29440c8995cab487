/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <openssl/evp.h>
#include <stdlib.h>

#include "access_parts.h"
#include "audit.h"
#include "base.h"
#include "disposal_parts.h"

/* What goes when a dossier or a record is destroyed, and what stays (records.md 42, 43, 45). */

/* --- the manifest ------------------------------------------------------------------------------ */

struct manifest {
	EVP_MD_CTX *hash;
	struct disposal_manifest *out;
	int64_t last; /* record */
};

static enum status
step_manifest(struct db_row *row, void *payload, struct err *err)
{
	owned(strbuf_free) struct strbuf line = STRBUF_INIT;
	struct manifest *m = payload;
	int64_t record = db_column_int(row, 0), size = db_column_int(row, 4);

	(void)err;
	strbuf_addf(&line, "%.*s %.*s %.*s %lld\n", SPAN_ARG(db_column_bytes(row, 1)),
	    SPAN_ARG(db_column_bytes(row, 2)), SPAN_ARG(db_column_bytes(row, 3)), (long long)size);
	if (EVP_DigestUpdate(m->hash, line.buf, line.len) != 1)
		abort();
	m->out->records += record != m->last;
	m->last = record;
	m->out->files++;
	m->out->bytes += size;
	return ST_OK;
}

enum status
disposal_manifest_of(
    struct catalog *catalog, int64_t dossier, struct disposal_manifest *out, struct err *err)
{
	unsigned char digest[SHA256_LEN];
	struct manifest m = { EVP_MD_CTX_new(), out, 0 };
	enum status st;

	*out = (struct disposal_manifest){ 0 };
	if (!m.hash || EVP_DigestInit_ex(m.hash, EVP_sha256(), NULL) != 1)
		abort();
	st = db_query(catalog->db,
	    "SELECT r.id, r.uid, c.uid, o.blob, b.size FROM dossier_item i"
	    " JOIN record r ON r.id=i.record JOIN component c ON c.record=r.id"
	    " JOIN rendition o ON o.component=c.id AND o.kind='original' JOIN blob b ON"
	    " b.sha256=o.blob WHERE i.dossier=$1 AND r.state<>'destroyed'"
	    " ORDER BY r.uid, c.ordinal, o.version",
	    DB_ARGS(db_int(dossier)), step_manifest, &m, err);
	if (EVP_DigestFinal_ex(m.hash, digest, NULL) != 1)
		abort();
	EVP_MD_CTX_free(m.hash);
	hex_encode(digest, sizeof(digest), out->hash);
	return st;
}

/* --- tombstones -------------------------------------------------------------------------------- */

struct grave {
	struct catalog *catalog;
	const struct actor *actor;
	const char *batch;
	int64_t at;
	bool replayed;
};

static enum status
put_tombstone(
    const struct grave *g, const char *kind, const char *uid, const char *content, struct err *err)
{
	return db_exec(g->catalog->db,
	    "INSERT INTO destruction(kind, uid, disposal, at, replayed, tombstone)"
	    " VALUES($1, $2, $3, $4, $5, $6)",
	    DB_ARGS(db_text(kind), db_text(uid), db_text(g->batch), db_int(g->at),
		db_int(g->replayed), db_text(content)),
	    NULL, err);
}

static enum status
log_destruction(const struct grave *g, const char *kind, const char *uid, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	const struct event event = { .event_class = EVENT_DISPOSITION,
		.action = arena_printf(arena, "%s.destroy", kind),
		.kind = strcmp(kind, "dossier") == 0 ? "node" : "record",
		.object = uid,
		.outcome = "ok",
		.detail = arena_printf(arena, "{\"disposal\":\"%s\"}", g->batch) };

	return audit_append(g->catalog, g->actor, &event, err);
}

/* --- one record -------------------------------------------------------------------------------- */

/*
 * What is told of a record, in the order in which it refers to each other; $1 its row, $2 its uid,
 * $3 now.  Files are named last: by then the record counts as gone.  Derived files may be shared by
 * components cut from one arrived file; a void record (stack.h) keeps nothing alive.
 */
static const char *const record_sql[] = {
	"UPDATE record SET state='destroyed', subject=NULL, signer=NULL, urgency=NULL,"
	" recall_reason=NULL, pages=0, reading='refused', reading_reason='destroyed', quarantine=0"
	" WHERE id=$1 AND $2=$2 AND $3=$3",
	"DELETE FROM suggestion WHERE record=$1 AND $2=$2 AND $3=$3",
	"DELETE FROM record_detail WHERE record=$1 AND $2=$2 AND $3=$3",
	"DELETE FROM sketch_band WHERE component IN (SELECT id FROM component WHERE record=$1)"
	" AND $2=$2 AND $3=$3",
	"DELETE FROM sketch WHERE component IN (SELECT id FROM component WHERE record=$1)"
	" AND $2=$2 AND $3=$3",
	"UPDATE record_version SET content='' WHERE record=$1 AND $2=$2 AND $3=$3",
	"UPDATE upload SET name=x'', fields=NULL WHERE record=$1 AND $2=$2 AND $3=$3",
	"DELETE FROM page WHERE component IN (SELECT id FROM component WHERE record=$1)"
	" AND $2=$2 AND $3=$3",
	"UPDATE job SET state='done', owner=NULL, outcome='refused', reason='destroyed', pages=0"
	" WHERE component IN (SELECT id FROM component WHERE record=$1) AND $2=$2 AND $3=$3",
	"UPDATE component SET name='-' WHERE record=$1 AND $2=$2 AND $3=$3",
	"UPDATE event_private SET salt=NULL, value=NULL WHERE name<>'source' AND value IS NOT NULL"
	" AND seq IN (SELECT seq FROM event WHERE kind='record' AND object=$2) AND $1=$1 AND $3=$3",
	"UPDATE blob SET gone=$3 WHERE gone IS NULL AND sha256 IN (SELECT o.blob FROM component c"
	" JOIN rendition o ON o.component=c.id WHERE c.record=$1) AND NOT EXISTS(SELECT 1"
	" FROM rendition o JOIN component c ON c.id=o.component JOIN record r ON r.id=c.record"
	" WHERE o.blob=blob.sha256 AND r.state<>'destroyed' AND r.void=0) AND $2=$2",
	"INSERT INTO rubbish(kind, name) SELECT DISTINCT 'blob', o.blob FROM component c"
	" JOIN rendition o ON o.component=c.id JOIN blob b ON b.sha256=o.blob"
	" WHERE c.record=$1 AND b.gone IS NOT NULL AND $2=$2 AND $3=$3"
	" ON CONFLICT(kind, name) DO NOTHING",
	"INSERT INTO rubbish(kind, name) SELECT DISTINCT 'derived', coalesce(c.derived, c.uid)"
	" FROM component c WHERE c.record=$1 AND NOT EXISTS(SELECT 1 FROM component e"
	" JOIN record r ON r.id=e.record WHERE r.state<>'destroyed' AND r.void=0"
	" AND (e.derived=coalesce(c.derived, c.uid) OR e.uid=coalesce(c.derived, c.uid)))"
	" AND $2=$2 AND $3=$3 ON CONFLICT(kind, name) DO NOTHING",
};

static const char *
record_tombstone(const struct record *r, struct arena *arena)
{
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;
	struct json_out json;

	json_start(&json, &out);
	json_object(&json);
	json_key_opt(&json, "number", r->field[FIELD_NUMBER]);
	json_key_opt(&json, "symbol", r->field[FIELD_SYMBOL]);
	json_key_opt(&json, "issued", r->field[FIELD_ISSUED]);
	json_key_opt(&json, "type", r->field[FIELD_TYPE]);
	json_key_opt(&json, "dossier", r->home_file_code);
	json_key_time(&json, "created", r->created_us);
	json_end_object(&json);
	return arena_dup_span(arena, strbuf_span(&out));
}

static enum status
destroy_record(const struct grave *g, int64_t id, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct record r;
	enum status st = record_load_any(g->catalog, id, arena, &r, err);

	if (st != ST_OK || strcmp(r.state, "destroyed") == 0)
		return st;
	st = put_tombstone(g, "record", r.uid, record_tombstone(&r, arena), err);
	for (size_t i = 0; st == ST_OK && i < sizeof(record_sql) / sizeof(record_sql[0]); i++)
		st = db_exec(g->catalog->db, record_sql[i],
		    DB_ARGS(db_int(id), db_text(r.uid), db_int(g->at)), NULL, err);
	if (st == ST_OK)
		st = record_touch(g->catalog, id, true, err);
	return st == ST_OK ? log_destruction(g, "record", r.uid, err) : st;
}

enum status
disposal_destroy_record(struct catalog *catalog, const struct actor *actor, int64_t record,
    const char *batch, int64_t at_us, bool replayed, struct err *err)
{
	const struct grave g = { catalog, actor, batch, at_us, replayed };

	return destroy_record(&g, record, err);
}

/* --- one dossier ------------------------------------------------------------------------------- */

struct resident {
	int64_t record, home, other; /* other: a dossier that keeps it, or 0 */
};

static enum status
step_resident(struct db_row *row, void *payload, struct err *err)
{
	struct resident *r = row_list_add(payload, sizeof(*r));

	(void)err;
	*r = (struct resident){ db_column_int(row, 0), db_column_int(row, 1),
		db_column_int(row, 2) };
	return ST_OK;
}

/* records.md 45: it lives on where it was a guest. */
static enum status
move_out(struct catalog *catalog, int64_t dossier, const struct resident *r, struct err *err)
{
	enum status st;

	if (!r->home)
		return ST_OK;
	st = db_exec(catalog->db, "UPDATE dossier_item SET home=0 WHERE dossier=$1 AND record=$2",
	    DB_ARGS(db_int(dossier), db_int(r->record)), NULL, err);
	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE dossier_item SET home=1 WHERE dossier=$1 AND record=$2",
		    DB_ARGS(db_int(r->other), db_int(r->record)), NULL, err);
	if (st == ST_OK)
		st = access_refresh_record(catalog, r->record, err);
	return st == ST_OK ? record_touch(catalog, r->record, true, err) : st;
}

static enum status
empty(const struct grave *g, int64_t dossier, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct row_list list = { .arena = arena };
	const struct resident *r;
	enum status st = db_query(g->catalog->db,
	    "SELECT i.record, i.home, (SELECT min(j.dossier) FROM dossier_item j JOIN dossier d"
	    " ON d.node=j.dossier WHERE j.record=i.record AND j.dossier<>$1"
	    " AND d.state<>'destroyed') FROM dossier_item i JOIN record r ON r.id=i.record"
	    " WHERE i.dossier=$1 AND r.state<>'destroyed' ORDER BY i.ordinal",
	    DB_ARGS(db_int(dossier)), step_resident, &list, err);

	r = list.rows;
	for (size_t i = 0; st == ST_OK && i < list.count; i++)
		st = r[i].other ? move_out(g->catalog, dossier, &r[i], err)
				: destroy_record(g, r[i].record, err);
	return st;
}

struct stone {
	struct arena *arena;
	const struct disposal_manifest *manifest;
	const char *uid, *content;
};

static enum status
step_stone(struct db_row *row, void *payload, struct err *err)
{
	static const char *const keys[] = { "file_code", "title", "started", "closed", "rule",
		"authority", "due_on" };
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;
	struct stone *s = payload;
	struct json_out json;

	(void)err;
	s->uid = db_column_text(row, 0, s->arena);
	json_start(&json, &out);
	json_object(&json);
	for (int i = 0; i < 7; i++)
		json_key_opt(&json, keys[i], db_column_text(row, i + 1, s->arena));
	json_key_int(&json, "year", db_column_int(row, 8));
	json_key_int(&json, "records", s->manifest->records);
	json_key_int(&json, "files", s->manifest->files);
	json_key_int(&json, "bytes", s->manifest->bytes);
	json_key_str(&json, "manifest", s->manifest->hash);
	json_end_object(&json);
	s->content = arena_dup_span(s->arena, strbuf_span(&out));
	return ST_OK;
}

enum status
disposal_destroy_dossier(struct catalog *catalog, const struct actor *actor, int64_t dossier,
    const char *batch, int64_t at_us, bool replayed, const struct disposal_manifest *manifest,
    struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	const struct grave g = { catalog, actor, batch, at_us, replayed };
	struct stone s = { .arena = arena, .manifest = manifest };
	enum status st = db_query(catalog->db,
	    "SELECT n.uid, d.file_code, n.title, d.started, d.closed, d.governing, v.authority,"
	    " d.due_on, d.year FROM dossier d JOIN node n ON n.id=d.node"
	    " LEFT JOIN rule_version v ON v.id=d.rule_version WHERE d.node=$1",
	    DB_ARGS(db_int(dossier)), step_stone, &s, err);

	if (st == ST_OK)
		st = put_tombstone(&g, "dossier", s.uid, s.content, err);
	if (st == ST_OK)
		st = empty(&g, dossier, err);
	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE dossier SET state='destroyed', keyword=NULL, note=NULL WHERE node=$1",
		    DB_ARGS(db_int(dossier)), NULL, err);
	if (st == ST_OK)
		st = db_exec(catalog->db, "UPDATE origin SET description='' WHERE dossier=$1",
		    DB_ARGS(db_int(dossier)), NULL, err);
	if (st == ST_OK)
		st = db_exec(catalog->db, "UPDATE node SET version=version+1 WHERE id=$1",
		    DB_ARGS(db_int(dossier)), NULL, err);
	return st == ST_OK ? log_destruction(&g, "dossier", s.uid, err) : st;
}
