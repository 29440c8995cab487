/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SCHEMA_H
#define SCHEMA_H

/*
 * The migrations of core/schema/NNNN_name.sql, embedded at build time in the order of their names
 * and ended by a row with name == NULL.  Numbers grow; there may be gaps.
 */
struct schema_step {
	int number;	  /* NNNN */
	const char *name; /* "0001_base.sql" */
	const char *sql;  /* the whole file */
};

extern const struct schema_step schema_steps[];

#endif
