/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base.h"
#include "cli.h"
#include "hold.h"
#include "plan.h"
#include "record.h"

#define PAGE 500

static void
print_hold(struct cli *cli, struct json_out *json, const struct hold *h)
{
	char when[28];

	if (cli->json) {
		hold_json(json, h);
		return;
	}
	time_text(h->opened_us, when);
	printf("%s  %-5s %.10s  %lld objects%s  ", h->uid, hold_purpose_name(h->purpose), when,
	    (long long)h->items, h->released_us ? "  released" : "");
	cli_print_text(stdout, h->name);
	putchar('\n');
}

static enum status
print_one(struct cli *cli, const char *name, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	struct json_out json;
	struct hold h;
	enum status st = hold_find(cli->catalog, cli->access, name, cli->arena, &h, err);

	if (st != ST_OK)
		return st;
	json_start(&json, &out);
	print_hold(cli, &json, &h);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static enum status
hold_create(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct hold_new n = { .purpose = HOLD_LEGAL };
	int64_t id;
	enum status st;

	(void)cli_option(&argc, argv, "--reason", &n.reason);
	(void)cli_option(&argc, argv, "--authority", &n.authority);
	if (cli_flag(&argc, argv, "--audit"))
		n.purpose = HOLD_AUDIT;
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(
		 argc, 1, 1, "tangthu hold create NAME --reason TEXT --authority TEXT", err)))
		return st;
	n.name = argv[1];
	if ((st = hold_open(cli->catalog, &cli->actor, cli->access, &n, &id, err)))
		return st;
	return print_one(cli, arena_printf(cli->arena, "%lld", (long long)id), err);
}

static enum status
hold_show_all(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	bool released = cli_flag(&argc, argv, "--released");
	const struct hold *list;
	struct json_out json;
	int64_t after = 0;
	size_t count;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 0, 0, "tangthu hold list [--released]", err)))
		return st;
	json_start(&json, &out);
	json_array(&json);
	do {
		if ((st = hold_list(cli->catalog, cli->access, released, after, PAGE, cli->arena,
			 &list, &count, err)))
			return st;
		for (size_t i = 0; i < count; i++)
			print_hold(cli, &json, &list[i]);
		after = count ? list[count - 1].id : after;
	} while (count == PAGE);
	json_end_array(&json);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static void
print_item(struct cli *cli, struct json_out *json, const struct hold_item *i)
{
	if (cli->json) {
		hold_item_json(json, i);
		return;
	}
	printf("%s  %-6s%s  ", i->uid, i->object.node ? "node" : "record",
	    i->ended_us ? "  ended" : "");
	cli_print_text(stdout, i->title);
	putchar('\n');
}

static enum status
hold_show(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	bool ended = cli_flag(&argc, argv, "--ended");
	const struct hold_item *list;
	struct json_out json;
	int64_t after = 0;
	struct hold h;
	size_t count;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu hold show HOLD [--ended]", err)))
		return st;
	if (hold_find(cli->catalog, cli->access, argv[1], cli->arena, &h, err))
		return err_context(err, "hold %s", argv[1]);
	json_start(&json, &out);
	json_array(&json);
	do {
		if ((st = hold_items(cli->catalog, cli->access, h.id, ended, after, PAGE,
			 cli->arena, &list, &count, err)))
			return st;
		for (size_t i = 0; i < count; i++)
			print_item(cli, &json, &list[i]);
		after = count ? list[count - 1].id : after;
	} while (count == PAGE);
	json_end_array(&json);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

static enum status
find_object(struct cli *cli, const char *name, struct hold_object *o, struct err *err)
{
	struct record r;
	struct node n;
	enum status st = node_find(cli->catalog, cli->access, name, cli->arena, &n, err);

	*o = (struct hold_object){ 0 };
	if (st == ST_OK)
		o->node = n.id;
	if (st != ST_NOT_FOUND)
		return st;
	if (record_find(cli->catalog, cli->access, name, cli->arena, &r, err))
		return err_context(err, "%s is neither a node, a dossier nor a record", name);
	o->record = r.id;
	return ST_OK;
}

static enum status
hold_put(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct hold_object *o;
	struct hold h;
	enum status st;

	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 2, 1 + HOLD_ADD_MAX, "tangthu hold add HOLD OBJECT ...", err)))
		return st;
	if (hold_find(cli->catalog, cli->access, argv[1], cli->arena, &h, err))
		return err_context(err, "hold %s", argv[1]);
	o = arena_array(cli->arena, (size_t)argc - 2, sizeof(*o));
	for (int i = 2; i < argc; i++)
		if ((st = find_object(cli, argv[i], &o[i - 2], err)))
			return st;
	if ((st = hold_add(cli->catalog, &cli->actor, cli->access, h.id, o, (size_t)argc - 2, err)))
		return st;
	return print_one(cli, h.uid, err);
}

static enum status
hold_take(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *reason = NULL;
	struct hold_object o;
	struct hold h;
	enum status st;

	(void)cli_option(&argc, argv, "--reason", &reason);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 2, 2, "tangthu hold end HOLD OBJECT --reason TEXT", err)))
		return st;
	if (hold_find(cli->catalog, cli->access, argv[1], cli->arena, &h, err))
		return err_context(err, "hold %s", argv[1]);
	if ((st = find_object(cli, argv[2], &o, err)) ||
	    (st = hold_end(cli->catalog, &cli->actor, cli->access, h.id, o, reason, err)))
		return st;
	return print_one(cli, h.uid, err);
}

static enum status
hold_free(struct cli *cli, int argc, char **argv, struct err *err)
{
	const char *reason = NULL;
	struct hold h;
	enum status st;

	(void)cli_option(&argc, argv, "--reason", &reason);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu hold release HOLD --reason TEXT", err)))
		return st;
	if (hold_find(cli->catalog, cli->access, argv[1], cli->arena, &h, err))
		return err_context(err, "hold %s", argv[1]);
	if ((st = hold_release(cli->catalog, &cli->actor, cli->access, h.id, reason, err)))
		return st;
	return print_one(cli, h.uid, err);
}

static const struct cli_sub subs[] = {
	{ "create", hold_create },
	{ "list", hold_show_all },
	{ "show", hold_show },
	{ "add", hold_put },
	{ "end", hold_take },
	{ "release", hold_free },
};

static enum status
run(struct cli *cli, int argc, char **argv, struct err *err)
{
	return cli_dispatch(cli, subs, sizeof(subs) / sizeof(*subs), argc, argv, err);
}

const struct cli_verb cli_hold = {
	.name = "hold",
	.synopsis = "create|list|show|add|end|release ...",
	.summary = "Holds records and nodes back from destruction, transfer, moves and edits",
	.help = "  create NAME --reason TEXT --authority TEXT [--audit]\n"
		"  list [--released]\n"
		"  show HOLD [--ended]              what lies under it\n"
		"  add HOLD OBJECT ...              and all that lies below\n"
		"  end HOLD OBJECT --reason TEXT    takes one object out\n"
		"  release HOLD --reason TEXT       ends it; nothing else ever does\n"
		"OBJECT is a uid, a row id or a dossier's file code.\n",
	.need = CLI_ACTOR,
	.run = run,
};
