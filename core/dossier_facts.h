/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DOSSIER_FACTS_H
#define DOSSIER_FACTS_H
#include "arena.h"
#include "db.h"

/*
 * What retention, holds and the one-stop desk say of every live dossier, in memory, for searches
 * (search.md D9).  Kept with the handle of the catalogue until something of it changed; then read
 * again whole.  Private to core.
 */
struct dossier_fact {
	int32_t access_class; /* of the node; 0 = no live dossier has this id */
	uint16_t rule;	      /* 1.. in rules; 0 = none governs it */
	int16_t years;	      /* of the version in force; -1 = permanent, 0 = there is none */
	uint32_t due;	      /* yyyymmdd; 0 = none */
	uint16_t procedure;   /* 1.. in procedures; 0 = it is no case */
	bool held;
};

struct dossier_fact_name {
	const char *code, *title;
};

struct dossier_filing {
	uint32_t record, dossier;
};

/* Who applied for a case. */
struct dossier_applicant {
	uint32_t dossier;
	const char *key; /* text_key between spaces */
};

struct dossier_facts {
	int64_t epoch;
	struct arena *arena;
	struct dossier_fact *of; /* by row id of the node */
	size_t limit;
	struct dossier_fact_name *rules; /* rule r is entry r - 1 */
	size_t rule_count, rule_room;
	struct dossier_fact_name *procedures;
	size_t procedure_count, procedure_room;
	/* Records beside their home dossier, by record; the index itself knows the home. */
	struct dossier_filing *filed;
	size_t filed_count, filed_room;
	uint32_t *held; /* records that are held themselves, ascending */
	size_t held_count, held_room;
	uint32_t first_year, last_year;	      /* of due days; 0 = there is none */
	struct dossier_applicant *applicants; /* by dossier_facts_applicants */
	size_t applicant_count, applicant_room;
	bool applicants_read;
};

/* Of this moment; borrowed from the catalogue until the next call. */
MUST_CHECK enum status dossier_facts(struct catalog *, const struct dossier_facts **, struct err *);
/*
 * Adds the applicants of the live cases to the facts that were given last, once: names are read only
 * when one is asked for.
 */
MUST_CHECK enum status dossier_facts_applicants(struct catalog *, struct err *);
void dossier_facts_free(struct dossier_facts *);
/* YYYY-MM-DD as the number yyyymmdd, as due has it. */
uint32_t dossier_facts_day(struct span);

#endif
