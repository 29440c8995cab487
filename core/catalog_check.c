/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the catalogue agrees with itself. */
#include "audit.h"
#include "catalog_parts.h"
#include "db.h"

void
catalog_fault_found(struct catalog_faults *faults, const char *kind, const char *text, ...)
{
	owned(strbuf_free) struct strbuf said = STRBUF_INIT;
	va_list args;

	va_start(args, text);
	strbuf_vaddf(&said, text, args);
	va_end(args);
	faults->count++;
	if (faults->tell)
		faults->tell(faults->payload, kind, said.buf);
}

static enum status
check_structure(struct catalog *catalog, struct catalog_faults *faults, struct err *err)
{
	(void)faults;
	return db_check(catalog->db, err);
}

static enum status
check_log(struct catalog *catalog, struct catalog_faults *faults, struct err *err)
{
	uint64_t entries;

	(void)faults;
	return audit_verify(catalog, &entries, err);
}

static const struct {
	const char *kind;
	enum status (*run)(struct catalog *, struct catalog_faults *, struct err *);
} checks[] = {
	{ "catalogue", check_structure },
	{ "access", access_verify },
	{ "record", records_verify },
	{ "log", check_log },
};

/* A check that ends in ST_CORRUPT found a fault; with anything else it could not look. */
static enum status
check_all(struct catalog *catalog, struct catalog_faults *faults, struct err *err)
{
	size_t i;

	for (i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		struct err why = ERR_INIT;
		enum status st = checks[i].run(catalog, faults, &why);

		if (st == ST_CORRUPT)
			catalog_fault_found(faults, checks[i].kind, "%s", why.msg);
		else if (st != ST_OK)
			return fail(err, st, "verify %s: %s", checks[i].kind, why.msg);
	}
	return ST_OK;
}

enum status
catalog_verify(
    struct catalog *catalog, catalog_fault tell, void *payload, uint64_t *faults, struct err *err)
{
	struct catalog_faults found = { tell, payload, 0 };
	/* One moment, while others go on writing. */
	enum status st = db_begin_read(catalog->db, err);

	if (st != ST_OK)
		return st;
	st = check_all(catalog, &found, err);
	db_rollback(catalog->db);
	if (st == ST_OK)
		*faults = found.count;
	return st;
}
