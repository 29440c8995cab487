/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <unistd.h>

#include "page_text.h"
#include "record_parts.h"
#include "rendition.h"

/* After the number of the place; the joins stand behind page p and correction k. */
#define KNOWN_COLUMNS "p.turn, k.version, o.blob, o.created, coalesce(w.display, w.name)"
#define KNOWN_JOINS \
	" LEFT JOIN rendition o ON o.id=k.rendition LEFT JOIN principal w ON w.id=o.created_by"

struct known {
	struct arena *arena;
	struct page_place *places;
};

static enum status
step_known(struct db_row *row, void *payload, struct err *err)
{
	struct known *known = payload;
	struct page_place *place = &known->places[db_column_int(row, 0)];

	(void)err;
	place->known = true;
	place->turn = (uint32_t)db_column_int(row, 1);
	place->version = db_column_int(row, 2);
	place->sha256 = db_column_text(row, 3, known->arena);
	place->created_us = db_column_int(row, 4);
	place->author = db_column_text(row, 5, known->arena);
	return ST_OK;
}

/* $5: the version, or below 0 for the newest. */
static enum status
look_up(struct catalog *catalog, int64_t version, struct arena *arena, struct page_place *place,
    struct err *err)
{
	const struct component *c = &place->component;
	struct known known = { arena, place };

	return db_query(catalog->db,
	    "SELECT 0, " KNOWN_COLUMNS " FROM page p"
	    " LEFT JOIN correction k ON k.derived=$3 AND k.no=$4 AND k.version=CASE WHEN $5>=0"
	    " THEN $5 ELSE (SELECT max(m.version) FROM correction m WHERE m.derived=$3 AND m.no=$4)"
	    " END" KNOWN_JOINS " WHERE p.component=$1 AND p.no=$2",
	    DB_ARGS(db_int(c->id), db_int(place->no), db_text(c->derived),
		db_int((int64_t)c->derived_before + place->no), db_int(version)),
	    step_known, &known, err);
}

/* --- many at once --- */

/* At most PAGE_SLOTS; the slots that are left over stand for no component. */
static enum status
look_up_many(struct catalog *catalog, struct arena *arena, struct page_place *places, size_t count,
    struct err *err)
{
	owned(strbuf_free) struct strbuf sql = STRBUF_INIT;
	struct db_value args[4 * PAGE_SLOTS];
	struct known known = { arena, places };

	strbuf_add_str(&sql, "WITH want(slot, component, no, derived, entry) AS (VALUES ");
	for (size_t i = 0; i < PAGE_SLOTS; i++) {
		const struct page_place *p = &places[i < count ? i : 0];
		size_t a = 4 * i;

		strbuf_addf(&sql, "%s(%zu,$%zu,$%zu,$%zu,$%zu)", i ? "," : "", i, a + 1, a + 2,
		    a + 3, a + 4);
		args[a] = db_int(i < count ? p->component.id : 0);
		args[a + 1] = db_int(p->no);
		args[a + 2] = db_text(p->component.derived);
		args[a + 3] = db_int((int64_t)p->component.derived_before + p->no);
	}
	strbuf_add_str(&sql,
	    ") SELECT t.slot, " KNOWN_COLUMNS " FROM want t JOIN page p"
	    " ON p.component=t.component AND p.no=t.no LEFT JOIN correction k"
	    " ON k.derived=t.derived AND k.no=t.entry AND k.version=(SELECT max(m.version)"
	    " FROM correction m WHERE m.derived=t.derived AND m.no=t.entry)" KNOWN_JOINS);
	return db_query(catalog->db, sql.buf, args, 4 * PAGE_SLOTS, step_known, &known, err);
}

enum status
page_text_find(struct catalog *catalog, struct page_place *places, size_t count,
    struct arena *arena, struct err *err)
{
	enum status st = record_place_pages(catalog, places, count, arena, err);

	for (size_t i = 0; st == ST_OK && i < count; i += PAGE_SLOTS)
		st = look_up_many(catalog, arena, places + i,
		    count - i < PAGE_SLOTS ? count - i : PAGE_SLOTS, err);
	return st;
}

/* --- reading --- */

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
load_bytes(const struct text_source *from, const struct page_place *place, struct strbuf *bytes,
    struct err *err)
{
	if (place->sha256)
		return read_blob(from->store, place->sha256, bytes, err);
	return derived_read(from->derived, place->component.derived,
	    place->component.derived_before + (uint32_t)place->no, DERIVED_WORDS, WORDS_BYTES_MAX,
	    bytes, err);
}

enum status
page_text_read(const struct text_source *from, const struct page_place *place,
    struct page_text *text, struct err *err)
{
	owned(strbuf_free) struct strbuf bytes = STRBUF_INIT;
	enum status st;

	*text = (struct page_text){ 0 };
	if (!place->known)
		return fail(err, ST_NOT_FOUND, "page %lld of record %lld has no text",
		    (long long)place->page, (long long)place->record);
	if ((st = load_bytes(from, place, &bytes, err)) != ST_OK ||
	    (st = words_read(&text->words, strbuf_span(&bytes), err)) != ST_OK)
		return st;
	words_turn(text->words, place->turn);
	text->turn = place->turn;
	text->version = place->version;
	text->author = place->author;
	text->created_us = place->created_us;
	return ST_OK;
}

enum status
page_text_load(const struct text_source *from, const struct component *c, int no, int64_t version,
    struct arena *arena, struct page_text *text, struct err *err)
{
	struct page_place place = { .record = c->record, .component = *c, .no = no };
	enum status st = look_up(from->catalog, version, arena, &place, err);

	*text = (struct page_text){ 0 };
	if (st == ST_OK && (!place.known || (version > 0 && !place.sha256)))
		st = fail(err, ST_NOT_FOUND, "page %d of component %s has no text %lld", no, c->uid,
		    (long long)version);
	return st == ST_OK ? page_text_read(from, &place, text, err) : st;
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
