/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CATALOG_FIXTURE_H
#define CATALOG_FIXTURE_H
#include "unit.h"

#include "../../core/access_parts.h"
#include "../../core/db.h"
#include "base.h"
#include "catalog.h"
#include "principal.h"

/*
 * A fresh catalogue in a directory of its own.  Nodes and records are put in as bare rows, so that
 * the parts below the file plan are tested without it.
 */
struct fixture {
	char *dir;
	struct conf *conf;
	struct catalog *catalog;
	struct arena *arena;
	struct actor system;
	struct err err;
	int names; /* numbers the rows made */
};

static inline int
fixture_set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->dir = temp_dir_make();
	f->conf = conf_new(f->dir);
	f->conf->catalog_busy_ms = 100;
	f->arena = arena_new();
	f->system.source = "test";
	assert_ok(catalog_create(f->conf, &f->err), &f->err);
	assert_ok(catalog_open(&f->catalog, f->conf, CATALOG_WRITE, &f->err), &f->err);
	/* The tests count states, not syncs. */
	assert_ok(
	    db_exec(f->catalog->db, "PRAGMA synchronous=OFF", DB_NONE, NULL, &f->err), &f->err);
	*state = f;
	return 0;
}

static inline int
fixture_tear_down(void **state)
{
	struct fixture *f = *state;

	catalog_close(f->catalog);
	arena_free(f->arena);
	conf_free(f->conf);
	temp_dir_remove(f->dir);
	free(f);
	return 0;
}

/* A statement that must work. */
static inline void
fixture_sql(struct fixture *f, const char *sql)
{
	assert_ok(db_exec(f->catalog->db, sql, DB_NONE, NULL, &f->err), &f->err);
}

static inline int64_t
fixture_int(struct fixture *f, const char *sql)
{
	int64_t value = 0;

	assert_ok(db_query_int(f->catalog->db, sql, DB_NONE, &value, &f->err), &f->err);
	return value;
}

static inline int64_t
fixture_principal(struct fixture *f, enum principal_kind kind, const char *name, int clearance)
{
	int64_t id = 0;

	assert_ok(
	    principal_create(f->catalog, &f->system, kind, name, NULL, clearance, &id, &f->err),
	    &f->err);
	return id;
}

static inline int64_t
fixture_node(struct fixture *f, int64_t parent, const char *kind, int level)
{
	struct access_place place;
	char uid[UID_LEN + 1], code[32];
	int64_t id = 0;

	uid_make(uid);
	snprintf(code, sizeof(code), "n%d", ++f->names);
	assert_ok(access_place_node(f->catalog, parent, level, "02", &place, &f->err), &f->err);
	assert_ok(db_query_int(f->catalog->db,
		      "INSERT INTO node(uid, parent, kind, code, title, folded, level,"
		      " effective_level, access_class, created)"
		      " VALUES($1, $2, $3, $4, $4, $4, $5, $6, $7, 0) RETURNING id",
		      DB_ARGS(db_text(uid), db_ref(parent), db_text(kind), db_text(code),
			  db_int(level), db_int(place.effective_level), db_int(place.access_class)),
		      &id, &f->err),
	    &f->err);
	if (strcmp(kind, "dossier") == 0)
		assert_ok(db_exec(f->catalog->db,
			      "INSERT INTO dossier(node, file_code, year) VALUES($1, $2, 2026)",
			      DB_ARGS(db_int(id), db_text(code)), NULL, &f->err),
		    &f->err);
	return id;
}

static inline void
fixture_put_in(struct fixture *f, int64_t dossier, int64_t record, int home)
{
	assert_ok(db_exec(f->catalog->db,
		      "INSERT INTO dossier_item(dossier, record, ordinal, home)"
		      " SELECT $1, $2, coalesce(max(ordinal), 0)+1, $3 FROM dossier_item"
		      " WHERE dossier=$1",
		      DB_ARGS(db_int(dossier), db_int(record), db_int(home)), NULL, &f->err),
	    &f->err);
}

static inline int64_t
fixture_record(struct fixture *f, int64_t dossier, int level)
{
	struct access_place place;
	char uid[UID_LEN + 1];
	int64_t id = 0;

	uid_make(uid);
	assert_ok(access_place_record(f->catalog, dossier, level, "02", &place, &f->err), &f->err);
	assert_ok(db_query_int(f->catalog->db,
		      "INSERT INTO record(uid, level, effective_level, access_class, created)"
		      " VALUES($1, $2, $3, $4, 0) RETURNING id",
		      DB_ARGS(db_text(uid), db_int(level), db_int(place.effective_level),
			  db_int(place.access_class)),
		      &id, &f->err),
	    &f->err);
	fixture_put_in(f, dossier, id, 1);
	return id;
}

static inline int64_t
fixture_grant(struct fixture *f, int64_t node, int64_t record, int64_t who, unsigned permissions)
{
	int64_t id = 0;

	assert_ok(
	    grant_add(f->catalog, &f->system, node, record, who, permissions, 0, &id, &f->err),
	    &f->err);
	return id;
}

#define FIXTURE_TEST(test) cmocka_unit_test_setup_teardown(test, fixture_set_up, fixture_tear_down)

#endif
