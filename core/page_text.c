/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <unistd.h>

#include "page_text.h"
#include "record_parts.h"
#include "rendition.h"

/* What the catalogue knows of a page's text. */
struct known {
	struct arena *arena;
	bool found;
	int64_t version, created_us;
	uint32_t turn;
	const char *sha256, *author;
};

static enum status
step_known(struct db_row *row, void *payload, struct err *err)
{
	struct known *k = payload;

	(void)err;
	k->found = true;
	k->turn = (uint32_t)db_column_int(row, 0);
	k->version = db_column_int(row, 1);
	k->sha256 = db_column_text(row, 2, k->arena);
	k->created_us = db_column_int(row, 3);
	k->author = db_column_text(row, 4, k->arena);
	return ST_OK;
}

/* $5: the version, or below 0 for the newest. */
static enum status
look_up(struct catalog *catalog, const struct component *c, int no, int64_t version,
    struct known *known, struct err *err)
{
	return db_query(catalog->db,
	    "SELECT p.turn, k.version, o.blob, o.created, coalesce(w.display, w.name) FROM page p"
	    " LEFT JOIN correction k ON k.derived=$3 AND k.no=$4 AND k.version=CASE WHEN $5>=0"
	    " THEN $5 ELSE (SELECT max(m.version) FROM correction m WHERE m.derived=$3 AND m.no=$4)"
	    " END LEFT JOIN rendition o ON o.id=k.rendition"
	    " LEFT JOIN principal w ON w.id=o.created_by WHERE p.component=$1 AND p.no=$2",
	    DB_ARGS(db_int(c->id), db_int(no), db_text(c->derived),
		db_int((int64_t)c->derived_before + no), db_int(version)),
	    step_known, known, err);
}

static enum status
read_blob(struct store *store, const char *sha256, struct strbuf *out, struct err *err)
{
	owned(fd_closep) int fd = -1;
	uint64_t size;
	enum status st = store_read(store, sha256, &fd, &size, err);

	if (st == ST_NOT_FOUND)
		return fail(err, ST_CORRUPT, "correction %s is not in the store", sha256);
	if (st != ST_OK)
		return st;
	if (size > WORDS_BYTES_MAX)
		return fail(err, ST_CORRUPT, "correction %s is no word table", sha256);
	strbuf_grow(out, (size_t)size);
	while (out->len < size) {
		ssize_t n =
		    pread(fd, out->buf + out->len, (size_t)size - out->len, (off_t)out->len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return fail_sys(err, "read correction %s", sha256);
		out->len += (size_t)n;
	}
	out->buf[out->len] = '\0';
	return ST_OK;
}

static enum status
load_bytes(const struct text_source *from, const struct component *c, int no,
    const struct known *known, struct strbuf *bytes, struct err *err)
{
	if (known->sha256)
		return read_blob(from->store, known->sha256, bytes, err);
	return derived_read(from->derived, c->derived, c->derived_before + (uint32_t)no,
	    DERIVED_WORDS, WORDS_BYTES_MAX, bytes, err);
}

enum status
page_text_load(const struct text_source *from, const struct component *c, int no, int64_t version,
    struct arena *arena, struct page_text *text, struct err *err)
{
	owned(strbuf_free) struct strbuf bytes = STRBUF_INIT;
	struct known known = { .arena = arena };
	enum status st = look_up(from->catalog, c, no, version, &known, err);

	*text = (struct page_text){ 0 };
	if (st == ST_OK && (!known.found || (version > 0 && !known.sha256)))
		st = fail(err, ST_NOT_FOUND, "page %d of component %s has no text %lld", no, c->uid,
		    (long long)version);
	if (st != ST_OK || (st = load_bytes(from, c, no, &known, &bytes, err)) != ST_OK ||
	    (st = words_read(&text->words, strbuf_span(&bytes), err)) != ST_OK)
		return st;
	words_turn(text->words, known.turn);
	text->turn = known.turn;
	text->version = known.version;
	text->author = known.author;
	text->created_us = known.created_us;
	return ST_OK;
}

enum status
page_text_of_record(const struct text_source *from, int64_t record, int64_t page, int64_t version,
    struct arena *arena, struct page_text *text, struct err *err)
{
	struct component component;
	enum status st;
	int no;

	*text = (struct page_text){ 0 };
	st = record_locate_page(from->catalog, record, page, arena, &component, &no, err);
	return st == ST_OK ? page_text_load(from, &component, no, version, arena, text, err) : st;
}

void
page_text_end(struct page_text *text)
{
	words_freep(&text->words);
}
