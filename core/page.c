/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "page_text.h"
#include "record_parts.h"

/* Components of a record and their pages. */

#define COMPONENT_COLUMNS \
	"c.id, c.uid, c.record, c.ordinal, c.role, c.name, o.blob, b.size, b.mime, b.format," \
	" o.first_page, o.last_page, coalesce(j.pages, 0), coalesce(c.derived, c.uid)," \
	" c.derived_before"
/* The newest original: a later one is a correction of the record, the first stays readable. */
#define COMPONENT_TABLES \
	" component c JOIN rendition o ON o.component=c.id AND o.kind='original' AND o.version=" \
	"(SELECT max(v.version) FROM rendition v WHERE v.component=c.id AND v.kind='original')" \
	" JOIN blob b ON b.sha256=o.blob LEFT JOIN job j ON j.component=c.id"
#define PAGE_COLUMNS \
	"no, state, reason, width, height, dpi, rotation, skew, confidence, source, language," \
	" warnings, tries, words, image_mime, image_width, image_height, turn," \
	" dark_edge, printed_no, image_hash, text_hash"

static const char *const page_states[] = { "waiting", "read", "blank", "refused", "given_up" };
#define PAGE_STATES (sizeof(page_states) / sizeof(page_states[0]))

const char *
page_state_name(enum page_state state)
{
	return (unsigned)state < PAGE_STATES ? page_states[state] : NULL;
}

static enum page_state
page_state_of(struct span name)
{
	for (size_t i = 0; i < PAGE_STATES; i++)
		if (span_equal_str(name, page_states[i]))
			return (enum page_state)i;
	return PAGE_GIVEN_UP;
}

static enum status
step_component(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct component *c = row_list_add(list, sizeof(*c));

	(void)err;
	c->id = db_column_int(row, 0);
	c->uid = db_column_text(row, 1, list->arena);
	c->record = db_column_int(row, 2);
	c->ordinal = (int)db_column_int(row, 3);
	c->role = db_column_text(row, 4, list->arena);
	c->name = db_column_text(row, 5, list->arena);
	c->sha256 = db_column_text(row, 6, list->arena);
	c->size = db_column_int(row, 7);
	c->mime = db_column_text(row, 8, list->arena);
	if (!c->mime)
		c->mime = "application/octet-stream";
	c->format = db_column_text(row, 9, list->arena);
	c->first_page = (int)db_column_int(row, 10);
	c->last_page = (int)db_column_int(row, 11);
	c->pages = db_column_int(row, 12);
	c->derived = db_column_text(row, 13, list->arena);
	c->derived_before = (uint32_t)db_column_int(row, 14);
	return ST_OK;
}

enum status
record_components(struct catalog *catalog, int64_t record, struct arena *arena,
    const struct component **components, size_t *count, struct err *err)
{
	struct row_list list = { .arena = arena };
	enum status st = db_query(catalog->db,
	    "SELECT " COMPONENT_COLUMNS " FROM" COMPONENT_TABLES
	    " WHERE c.record=$1 ORDER BY c.ordinal",
	    DB_ARGS(db_int(record)), step_component, &list, err);

	if (st != ST_OK)
		return st;
	*components = list.rows;
	*count = list.count;
	return ST_OK;
}

/* At most PAGE_SLOTS pages. */
static enum status
components_of(struct catalog *catalog, const struct page_place *places, size_t count,
    struct row_list *list, struct err *err)
{
	int64_t ids[PAGE_SLOTS];

	for (size_t i = 0; i < count; i++)
		ids[i] = places[i].record;
	return db_query_ids(catalog->db,
	    "SELECT " COMPONENT_COLUMNS " FROM" COMPONENT_TABLES " WHERE c.record",
	    " ORDER BY c.record, c.ordinal", ids, count, step_component, list, err);
}

/* Component and page of the wanted page of its record; component.id 0 beyond the end. */
static void
place_page(const struct row_list *list, struct page_place *place)
{
	const struct component *components = list->rows;
	int64_t left = place->page;

	for (size_t i = 0; left >= 1 && i < list->count; i++) {
		if (components[i].record != place->record)
			continue;
		if (left <= components[i].pages) {
			place->component = components[i];
			place->no = (int)left;
			return;
		}
		left -= components[i].pages;
	}
}

enum status
record_place_pages(struct catalog *catalog, struct page_place *places, size_t count,
    struct arena *arena, struct err *err)
{
	for (size_t i = 0; i < count; i += PAGE_SLOTS) {
		size_t n = count - i < PAGE_SLOTS ? count - i : PAGE_SLOTS;
		struct row_list list = { .arena = arena };
		enum status st = components_of(catalog, places + i, n, &list, err);

		if (st != ST_OK)
			return st;
		for (size_t k = i; k < i + n; k++)
			place_page(&list, &places[k]);
	}
	return ST_OK;
}

enum status
component_load(struct catalog *catalog, int64_t id, struct arena *arena,
    struct component *component, struct err *err)
{
	struct row_list list = { .arena = arena };
	enum status st = db_query(catalog->db,
	    "SELECT " COMPONENT_COLUMNS " FROM" COMPONENT_TABLES " WHERE c.id=$1",
	    DB_ARGS(db_int(id)), step_component, &list, err);

	if (st != ST_OK)
		return st;
	if (list.count == 0)
		return fail(err, ST_NOT_FOUND, "component %lld: not found", (long long)id);
	*component = *(const struct component *)list.rows;
	return ST_OK;
}

static enum status
step_page(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct page *p = row_list_add(list, sizeof(*p));

	(void)err;
	p->no = (int)db_column_int(row, 0);
	p->state = page_state_of(db_column_bytes(row, 1));
	p->reason = db_column_text(row, 2, list->arena);
	p->width = (int)db_column_int(row, 3);
	p->height = (int)db_column_int(row, 4);
	p->dpi = (int)db_column_int(row, 5);
	p->rotation = (int)db_column_int(row, 6);
	p->skew = db_column_real(row, 7);
	p->confidence = db_column_null(row, 8) ? -1 : db_column_real(row, 8);
	p->source = db_column_text(row, 9, list->arena);
	p->language = db_column_text(row, 10, list->arena);
	p->warnings = db_column_text(row, 11, list->arena);
	p->tries = (int)db_column_int(row, 12);
	p->words = (int)db_column_int(row, 13);
	p->image_mime = db_column_text(row, 14, list->arena);
	p->image_width = (int)db_column_int(row, 15);
	p->image_height = (int)db_column_int(row, 16);
	p->turn = (int)db_column_int(row, 17);
	p->dark_edge = db_column_null(row, 18) ? -1 : (int)db_column_int(row, 18);
	p->printed_no = (int)db_column_int(row, 19);
	p->image_hash = db_column_text(row, 20, list->arena);
	p->text_hash = db_column_int(row, 21);
	return ST_OK;
}

enum status
record_pages(struct catalog *catalog, int64_t component, int from, size_t limit,
    struct arena *arena, const struct page **pages, size_t *count, struct err *err)
{
	struct row_list list = { .arena = arena };
	enum status st = db_query(catalog->db,
	    "SELECT " PAGE_COLUMNS " FROM page WHERE component=$1 AND no>=$2 ORDER BY no LIMIT $3",
	    DB_ARGS(db_int(component), db_int(from), db_int((int64_t)limit)), step_page, &list,
	    err);

	if (st != ST_OK)
		return st;
	*pages = list.rows;
	*count = list.count;
	return ST_OK;
}

enum status
record_page(struct catalog *catalog, int64_t component, int no, struct arena *arena,
    struct page *page, struct err *err)
{
	const struct page *pages;
	size_t count;
	enum status st = record_pages(catalog, component, no, 1, arena, &pages, &count, err);

	if (st != ST_OK)
		return st;
	if (count == 0 || pages[0].no != no)
		return fail(err, ST_NOT_FOUND, "page %d of component %lld: not found", no,
		    (long long)component);
	*page = pages[0];
	return ST_OK;
}

enum status
record_locate_page(struct catalog *catalog, int64_t record, int64_t page, struct arena *arena,
    struct component *component, int *no, struct err *err)
{
	const struct component *components;
	size_t count;
	int64_t left = page;
	enum status st = record_components(catalog, record, arena, &components, &count, err);

	if (st != ST_OK)
		return st;
	for (size_t i = 0; left >= 1 && i < count; i++) {
		if (left <= components[i].pages) {
			*component = components[i];
			*no = (int)left;
			return ST_OK;
		}
		left -= components[i].pages;
	}
	return fail(
	    err, ST_NOT_FOUND, "record %lld has no page %lld", (long long)record, (long long)page);
}
