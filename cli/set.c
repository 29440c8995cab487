/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "cli.h"
#include "record.h"

/* "field=value" operands into the array of fields. */
static enum status
parse_fields(struct cli *cli, int argc, char **argv, const char *field[FIELD_COUNT], bool *any,
    struct err *err)
{
	for (int i = 2; i < argc; i++) {
		struct span rest = span_of(argv[i]), name = span_cut(&rest, '=');
		int f = rest.p ? record_field_parse(name) : -1;

		if (f < 0)
			return fail(err, ST_INVALID,
			    "%s: write field=value with a field of number, symbol, issued, type, "
			    "subject, issuer, signer, urgency, language, signer_post",
			    argv[i]);
		field[f] = arena_dup_span(cli->arena, rest);
		*any = true;
	}
	return ST_OK;
}

static enum status
accept_above(struct cli *cli, const struct record *r, const char *text, struct err *err)
{
	const struct suggestion *list;
	bool taken[FIELD_COUNT] = { false };
	int64_t percent;
	size_t count;
	enum status st;

	if ((st = cli_number(text, "--accept-above", 0, 100, &percent, err)) ||
	    (st = suggestion_list(cli->catalog, r->id, cli->arena, &list, &count, err)))
		return st;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(list[i].state, "new") != 0 || taken[list[i].field] ||
		    list[i].confidence * 100 < (double)percent || r->field[list[i].field])
			continue;
		taken[list[i].field] = true;
		if ((st = suggestion_decide(
			 cli->catalog, &cli->actor, cli->access, r->id, list[i].id, true, err)))
			return st;
	}
	return ST_OK;
}

struct change {
	const char *field[FIELD_COUNT];
	const char *level, *dossier, *version, *accept, *reject, *above;
	bool any_field, release;
};

static enum status
decide(struct cli *cli, const struct record *r, const char *id, bool accept, struct err *err)
{
	int64_t suggestion;
	enum status st;

	if (!id)
		return ST_OK;
	if ((st = cli_number(id, "suggestion", 1, INT64_MAX, &suggestion, err)))
		return st;
	return suggestion_decide(
	    cli->catalog, &cli->actor, cli->access, r->id, suggestion, accept, err);
}

static enum status
apply(struct cli *cli, const struct record *r, const struct change *c, struct err *err)
{
	int64_t number = 0;
	enum status st;

	if (c->version && (st = cli_number(c->version, "--version", 1, INT64_MAX, &number, err)))
		return st;
	if (c->any_field &&
	    (st = record_update(
		 cli->catalog, &cli->actor, cli->access, r->id, number, c->field, err)))
		return st;
	if ((st = decide(cli, r, c->accept, true, err)) ||
	    (st = decide(cli, r, c->reject, false, err)) ||
	    (c->above && (st = accept_above(cli, r, c->above, err))))
		return st;
	if (c->level &&
	    ((st = cli_number(c->level, "level", LEVEL_PUBLIC, LEVEL_CONFIDENTIAL, &number, err)) ||
		(st = record_set_level(
		     cli->catalog, &cli->actor, cli->access, r->id, (int)number, err))))
		return st;
	if (c->dossier &&
	    ((st = cli_find_dossier(cli, c->dossier, &number, err)) ||
		(st = record_move(cli->catalog, &cli->actor, cli->access, r->id, number, err))))
		return st;
	return c->release ? record_release(cli->catalog, &cli->actor, cli->access, r->id, err)
			  : ST_OK;
}

/* All changes of one call are one transaction. */
static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct change c = { 0 };
	struct record r;
	enum status st;

	(void)cli_option(&argc, argv, "--level", &c.level);
	(void)cli_option(&argc, argv, "--dossier", &c.dossier);
	(void)cli_option(&argc, argv, "--version", &c.version);
	(void)cli_option(&argc, argv, "--accept", &c.accept);
	(void)cli_option(&argc, argv, "--reject", &c.reject);
	(void)cli_option(&argc, argv, "--accept-above", &c.above);
	c.release = cli_flag(&argc, argv, "--release");
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(
		 argc, 1, 1 + FIELD_COUNT, "tangthu set RECORD field=value ...", err)) ||
	    (st = parse_fields(cli, argc, argv, c.field, &c.any_field, err)))
		return st;
	if (record_find(cli->catalog, cli->access, argv[1], cli->arena, &r, err))
		return err_context(err, "record %s", argv[1]);
	if ((st = catalog_begin(cli->catalog, err)))
		return st;
	if ((st = apply(cli, &r, &c, err)) == ST_OK)
		return catalog_commit(cli->catalog, err);
	catalog_rollback(cli->catalog);
	return st;
}

const struct cli_verb cli_set = {
	.name = "set",
	.synopsis = "RECORD [field=value ...] [options]",
	.summary = "Changes a draft record's metadata, level or dossier",
	.help =
	    "  fields: number symbol issued type subject issuer signer urgency language signer_post;\n"
	    "          an empty value clears the field\n"
	    "  --version N          only if the record is still at this version\n"
	    "  --accept ID, --reject ID   decides one suggestion (ids: tangthu show RECORD)\n"
	    "  --accept-above PERCENT     accepts the best suggestion of each empty field\n"
	    "  --level 0-3          sensitivity of the record itself\n"
	    "  --dossier DOSSIER    moves its home there\n"
	    "  --release            lets a quarantined record into the index\n",
	.need = CLI_ACTOR,
	.run = run,
};
