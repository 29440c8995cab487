/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalog_parts.h"
#include "job.h"
#include "record_parts.h"

/* What must hold between the rows of records; each check finds the uids that break it. */
static const struct {
	const char *kind, *text, *sql;
} checks[] = {
	{ "record", "has not exactly one home dossier",
	    "SELECT r.uid FROM record r WHERE (SELECT count(*) FROM dossier_item i"
	    " WHERE i.record=r.id AND i.home=1)<>1-r.void" },
	{ "record", "has no component",
	    "SELECT r.uid FROM record r WHERE r.void=0 AND NOT EXISTS"
	    " (SELECT 1 FROM component c WHERE c.record=r.id)" },
	{ "component", "has no original",
	    "SELECT c.uid FROM component c WHERE NOT EXISTS (SELECT 1 FROM rendition o"
	    " WHERE o.component=c.id AND o.kind='original')" },
	{ "component", "has no reading job",
	    "SELECT c.uid FROM component c WHERE NOT EXISTS"
	    " (SELECT 1 FROM job j WHERE j.component=c.id)" },
	{ "component", "names an original that was destroyed",
	    "SELECT c.uid FROM component c JOIN record r ON r.id=c.record"
	    " JOIN rendition o ON o.component=c.id JOIN blob b ON b.sha256=o.blob"
	    " WHERE b.gone IS NOT NULL AND r.state<>'destroyed' AND r.void=0" },
	{ "component", "has another number of pages than its reading told",
	    "SELECT c.uid FROM component c JOIN job j ON j.component=c.id WHERE j.pages<>"
	    "(SELECT count(*) FROM page p WHERE p.component=c.id)" },
	{ "component", "is done but has pages that wait",
	    "SELECT c.uid FROM component c JOIN job j ON j.component=c.id WHERE j.state='done'"
	    " AND j.outcome IN('read','partial') AND EXISTS (SELECT 1 FROM page p"
	    " WHERE p.component=c.id AND p.state='waiting')" },
	{ "record", "counts other pages than its components have",
	    "SELECT r.uid FROM record r WHERE r.pages<>(SELECT coalesce(sum(j.pages), 0) FROM job j"
	    " JOIN component c ON c.id=j.component WHERE c.record=r.id)" },
	{ "component", "has pages with numbers beyond their count",
	    "SELECT c.uid FROM component c JOIN job j ON j.component=c.id WHERE EXISTS"
	    " (SELECT 1 FROM page p WHERE p.component=c.id AND p.no>j.pages)" },
	{ "component", "names a range of pages that ends before it begins",
	    "SELECT c.uid FROM component c JOIN rendition o ON o.component=c.id"
	    " WHERE o.first_page<0 OR (o.last_page>0 AND o.last_page<o.first_page)" },
	{ "component", "has an outcome although its reading has not ended, or none although it has",
	    "SELECT c.uid FROM component c JOIN job j ON j.component=c.id"
	    " WHERE (j.state IN('done','failed'))<>(j.outcome IS NOT NULL)" },
	{ "record", "is called read while a component waits",
	    "SELECT DISTINCT r.uid FROM record r JOIN component c ON c.record=r.id"
	    " JOIN job j ON j.component=c.id WHERE r.reading NOT IN('waiting','reading')"
	    " AND j.state IN('waiting','leased')" },
	{ "record", "waits although its reading has ended",
	    "SELECT r.uid FROM record r WHERE r.reading IN('waiting','reading') AND NOT EXISTS"
	    " (SELECT 1 FROM component c JOIN job j ON j.component=c.id WHERE c.record=r.id"
	    " AND j.state IN('waiting','leased'))" },
	{ "record", "has another reading than the outcome of its components",
	    "SELECT r.uid FROM record r WHERE r.reading IN('read','refused','failed')"
	    " AND EXISTS (SELECT 1 FROM component c JOIN job j ON j.component=c.id"
	    " WHERE c.record=r.id AND j.outcome<>r.reading"
	    " AND NOT (r.reading='failed' AND j.outcome='refused'))" },
	{ "record", "has an index number that was never given out",
	    "SELECT r.uid FROM record r WHERE r.index_seq>(SELECT value FROM counter"
	    " WHERE name='index_seq')" },
	{ "record", "was read but was never given to the index",
	    "SELECT r.uid FROM record r WHERE r.reading NOT IN('waiting','reading')"
	    " AND r.index_seq=0" },
};

struct verify_finding {
	struct catalog_faults *faults;
	size_t check;
};

static enum status
step_fault(struct db_row *row, void *payload, struct err *err)
{
	const struct verify_finding *f = payload;
	struct span uid = db_column_bytes(row, 0);

	(void)err;
	catalog_fault_found(f->faults, checks[f->check].kind, "%s %.*s %s", checks[f->check].kind,
	    SPAN_ARG(uid), checks[f->check].text);
	return ST_OK;
}

enum status
records_verify(struct catalog *catalog, struct catalog_faults *faults, struct err *err)
{
	struct verify_finding f = { .faults = faults };
	enum status st = ST_OK;

	for (; st == ST_OK && f.check < sizeof(checks) / sizeof(checks[0]); f.check++)
		st = db_query(catalog->db, checks[f.check].sql, DB_NONE, step_fault, &f, err);
	return st;
}

/* --- what verify compares with store, readings and index ---------------------------------------- */

struct component_rows {
	struct row_list list;
	int64_t last;
};

static enum record_reading
reading_of(struct span name)
{
	for (int i = 0; i < READING_COUNT; i++)
		if (span_equal_str(name, record_reading_name((enum record_reading)i)))
			return (enum record_reading)i;
	return READING_FAILED;
}

static enum status
step_component(struct db_row *row, void *payload, struct err *err)
{
	struct component_rows *rows = payload;
	struct arena *arena = rows->list.arena;
	struct verify_record *v = row_list_add(&rows->list, sizeof(*v));

	(void)err;
	rows->last = db_column_int(row, 0);
	*v = (struct verify_record){
		.record = db_column_int(row, 1),
		.uid = db_column_text(row, 2, arena),
		.component_uid = db_column_text(row, 3, arena),
		.sha256 = db_column_text(row, 4, arena),
		.size = db_column_int(row, 5),
		.pages = db_column_int(row, 6),
		.index_seq = db_column_int(row, 7),
		.reading = reading_of(db_column_bytes(row, 8)),
		.quarantine = db_column_int(row, 9) == 1,
		.gone = db_column_int(row, 9) == 1 || db_column_int(row, 10) != 0 ||
		    span_equal_str(db_column_bytes(row, 8), "waiting") ||
		    span_equal_str(db_column_bytes(row, 8), "reading"),
		.effective_level = (int)db_column_int(row, 11),
		.derived = db_column_text(row, 12, arena),
		.derived_before = (uint32_t)db_column_int(row, 13),
		.derived_again = db_column_int(row, 14) != 0,
	};
	return ST_OK;
}

enum status
verify_components(struct catalog *catalog, int64_t after, size_t limit, struct arena *arena,
    const struct verify_record **records, int64_t *last, size_t *count, struct err *err)
{
	struct component_rows rows = { .list = { .arena = arena }, .last = after };
	enum status st = db_query(catalog->db,
	    "SELECT c.id, r.id, r.uid, c.uid, o.blob, b.size, coalesce(j.pages, 0), r.index_seq,"
	    " r.reading, r.quarantine, CASE WHEN r.state='destroyed' OR r.void=1 THEN 1"
	    " ELSE 0 END,"
	    " r.effective_level, coalesce(c.derived, c.uid), c.derived_before,"
	    " EXISTS(SELECT 1 FROM component p WHERE p.derived=coalesce(c.derived, c.uid)"
	    " AND p.id<c.id) OR EXISTS(SELECT 1 FROM component p WHERE p.uid=c.derived"
	    " AND p.derived IS NULL AND p.id<c.id)"
	    " FROM component c JOIN record r ON r.id=c.record"
	    " JOIN rendition o ON o.component=c.id AND o.kind='original' AND o.version="
	    "(SELECT max(v.version) FROM rendition v WHERE v.component=c.id AND v.kind='original')"
	    " JOIN blob b ON b.sha256=o.blob LEFT JOIN job j ON j.component=c.id"
	    " WHERE c.id>$1 ORDER BY c.id LIMIT $2",
	    DB_ARGS(db_int(after), db_int((int64_t)limit)), step_component, &rows, err);

	if (st != ST_OK)
		return st;
	*records = rows.list.rows;
	*count = rows.list.count;
	*last = rows.last;
	return ST_OK;
}

static enum status
step_blob(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct verify_blob *b = row_list_add(list, sizeof(*b));

	(void)err;
	b->sha256 = db_column_text(row, 0, list->arena);
	b->size = db_column_int(row, 1);
	return ST_OK;
}

enum status
verify_blobs(struct catalog *catalog, const char *after, size_t limit, struct arena *arena,
    const struct verify_blob **blobs, size_t *count, struct err *err)
{
	struct row_list list = { .arena = arena };
	enum status st = db_query(catalog->db,
	    "SELECT sha256, size FROM blob WHERE sha256>$1 AND gone IS NULL"
	    " ORDER BY sha256 LIMIT $2",
	    DB_ARGS(db_text(after), db_int((int64_t)limit)), step_blob, &list, err);

	if (st != ST_OK)
		return st;
	*blobs = list.rows;
	*count = list.count;
	return ST_OK;
}
