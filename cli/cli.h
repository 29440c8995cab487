/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLI_H
#define CLI_H
#include <stdbool.h>
#include <stdio.h>

#include "access.h"
#include "arena.h"
#include "catalog.h"
#include "conf.h"
#include "err.h"
#include "json_out.h"
#include "principal.h"
#include "store.h"

/* What a verb needs before it starts; each includes the ones above it. */
enum cli_need {
	CLI_NOTHING, /* no archive */
	CLI_CONF,    /* the data directory and its configuration */
	CLI_CATALOG, /* and the catalogue, open for reading */
	CLI_ACTOR    /* and a principal with its access; opened for writing */
};

/* One invocation. */
struct cli {
	const char *dir;
	const char *as; /* --as NAME or NULL */
	bool json;
	struct arena *arena;
	struct conf *conf;
	struct catalog *catalog;
	struct actor actor;
	struct access *access;
	const char *actor_name;
};

struct cli_verb {
	const char *name;
	const char *synopsis; /* after the name */
	const char *summary;  /* one line */
	const char *help;     /* options and subcommands, or NULL */
	enum cli_need need;
	enum status (*run)(struct cli *, int argc, char **argv, struct err *);
};

extern const struct cli_verb cli_add, cli_audit, cli_backup, cli_checkpoint, cli_correct,
    cli_custody, cli_dossier, cli_evidence, cli_export, cli_grant, cli_hold, cli_vital, cli_init,
    cli_log, cli_record, cli_reindex, cli_restore, cli_retention, cli_rule, cli_saved, cli_search,
    cli_set, cli_show, cli_signer, cli_stack, cli_status, cli_synonym, cli_token, cli_user,
    cli_verify, cli_version, cli_weak, cli_witness;
extern const struct cli_verb *const cli_verbs[]; /* ends with NULL */

/* A subcommand of a verb ("user create"). */
struct cli_sub {
	const char *name;
	enum status (*run)(struct cli *, int argc, char **argv, struct err *);
};
/* Runs the row argv[1] names; argv of the subcommand starts at its name. */
enum status cli_dispatch(
    struct cli *, const struct cli_sub *, size_t, int argc, char **argv, struct err *);

/*
 * Takes "--name VALUE" or "--name=VALUE" out of argv (argv[0] stays); "--" ends options.  An
 * option left over afterwards is refused by cli_end_options.
 */
bool cli_option(int *argc, char **argv, const char *name, const char **value);
bool cli_flag(int *argc, char **argv, const char *name);
MUST_CHECK enum status cli_end_options(int *argc, char **argv, struct err *);
/* Between min and max operands behind argv[0], or ST_INVALID with the verb's synopsis. */
MUST_CHECK enum status cli_operands(int argc, int min, int max, const char *synopsis, struct err *);
MUST_CHECK enum status cli_number(
    const char *text, const char *what, int64_t min, int64_t max, int64_t *value, struct err *);

/* ST_DENIED with what is missing unless the actor has the capability. */
MUST_CHECK enum status cli_require(
    const struct cli *, enum capability, const char *to_do, struct err *);
/* "remove ID" of a list whose rows go by number, for who files the plan. */
MUST_CHECK enum status cli_remove_row(struct cli *, int argc, char **argv, const char *synopsis,
    const char *to_do,
    enum status (*remove)(struct catalog *, const struct actor *, int64_t id, struct err *),
    struct err *);
/* Row id of a dossier or node named by uid, row id or file code; NULL gives the inbox. */
MUST_CHECK enum status cli_find_dossier(struct cli *, const char *name, int64_t *id, struct err *);
MUST_CHECK enum status cli_principal(
    struct cli *, const char *name, struct principal *, struct err *);
MUST_CHECK enum status cli_open_store(struct cli *, struct store **, struct err *);
/*
 * A secret: from the file, from standard input when it is "-", or asked on the terminal without
 * echo (twice when confirm).  One line; the newline is not part of it.  Never from argv.
 */
MUST_CHECK enum status cli_secret(
    const char *file, const char *prompt, bool confirm, struct strbuf *, struct err *);
/* Wipes what was read of it and frees it, for owned(). */
void cli_secret_end(struct strbuf *);
/*
 * The actor proves once more who he is, as a session does before a dangerous act ([session] fresh): the
 * password, ours or the directory's, and the code of a second factor where the account has one; from the
 * files or asked on the terminal.  Counts and is logged as at sign-in.  ST_UNAUTHENTICATED: wrong.
 * ST_LIMIT: too many tries failed.
 */
MUST_CHECK enum status cli_prove(
    struct cli *, const char *password_file, const char *code_file, struct err *);
/* ST_EXISTS unless dir is absent or an empty directory. */
MUST_CHECK enum status cli_check_empty(const char *dir, struct err *);
/* Runs a program of this installation (beside this one, else on PATH) and waits for it. */
MUST_CHECK enum status cli_run_program(const char *name, const char *const *argv, struct err *);
/* Writes buffered JSON and a newline to standard output; ST_IO when that fails. */
MUST_CHECK enum status cli_print(const struct strbuf *, struct err *);
/* For people: control characters shown as '?', so that a file name cannot drive the terminal. */
void cli_print_text(FILE *, const char *);

/* Verbs of disposal, of packages and of procedures. */
extern const struct cli_verb cli_agency, cli_disposal, cli_package, cli_plan, cli_procedure;

#endif
