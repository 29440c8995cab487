/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tangthu-gen: sample scans with their truth.
 *
 * Typesets invented Vietnamese administrative documents in the layout of NĐ 30/2020 PL I with Pango
 * and Cairo, ages them as paper and scanners do, and writes beside each NAME.ext what it says:
 * NAME.json (the fields and the text of every page in reading order) and NAME.txt (the text, pages
 * parted by form feeds).  metadata.tsv has the fields of all, as "tangthu add --metadata" takes
 * them.  The same arguments give the same bytes on the same package versions.
 */
#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "set.h"

#define EXIT_USAGE 64

static const struct option options[] = {
	{ "appetite", required_argument, NULL, 'a' },
	{ "check-phrases", no_argument, NULL, 'c' },
	{ "count", required_argument, NULL, 'n' },
	{ "dpi", required_argument, NULL, 'd' },
	{ "format", required_argument, NULL, 'f' },
	{ "help", no_argument, NULL, 'h' },
	{ "kind", required_argument, NULL, 'k' },
	{ "matter", required_argument, NULL, 'm' },
	{ "out", required_argument, NULL, 'o' },
	{ "rotate", required_argument, NULL, 'r' },
	{ "secrecy", required_argument, NULL, 'y' },
	{ "urgency", required_argument, NULL, 'u' },
	{ "seed", required_argument, NULL, 's' },
	{ "set", required_argument, NULL, 'S' },
	{ "state", required_argument, NULL, 't' },
	{ "truth", required_argument, NULL, 'T' },
	{ NULL, 0, NULL, 0 },
};

static void
help(void)
{
	size_t i;

	puts(
	    "usage: tangthu-gen --out DIR [--set NAME] [--seed N] [--count N] [--kind NAME] [--state NAME]\n"
	    "                   [--format NAME] [--dpi N] [--rotate 0|90|180|270] [--appetite 0-4]\n"
	    "                   [--matter TEXT] [--secrecy MARK] [--urgency MARK] [--truth DIR]\n"
	    "\n"
	    "Writes invented administrative documents as scans into DIR and beside each the truth:\n"
	    "NAME.json (fields, text of each page), NAME.txt and one metadata.tsv for all; --truth puts\n"
	    "these elsewhere.  The same arguments give the same bytes.  What is not named is drawn by lot\n"
	    "or fixed by the set.\n"
	    "--appetite: length of the body, 0 a few lines, 4 many pages; --matter: what all are about;\n"
	    "--secrecy: a mark (MẬT, TỐI MẬT, TUYỆT MẬT) stamped on each; --urgency: the same\n"
	    "(KHẨN, THƯỢNG KHẨN, HỎA TỐC).\n");
	puts("sets:");
	for (i = 0; i < sets_count; i++)
		printf("  %-10s %s\n", sets[i].name, sets[i].about);
	fputs("kinds:  ", stdout);
	for (i = 0; i < kinds_count; i++)
		printf(" %s", kinds[i].name);
	fputs("\nstates: ", stdout);
	for (i = 0; i < states_count; i++)
		printf(" %s", states[i].name);
	fputs("\nformats:", stdout);
	for (i = 0; i < formats_count; i++)
		printf(" %s", formats[i].name);
	puts("\n--check-phrases walks the whole grammar and writes nothing.\n"
	     "exit status: 0 done, 64 wrong usage, 69 no font, 74 cannot write");
}

static void __attribute__((noreturn)) usage_fault(const char *what, const char *value)
{
	fprintf(
	    stderr, "tangthu-gen: %s: %s (tangthu-gen --help tells what there is)\n", what, value);
	exit(EXIT_USAGE);
}

static const void *
found(const void *what, const char *kind, const char *value)
{
	if (what == NULL)
		usage_fault(kind, value);
	return what;
}

static uint64_t
number(const char *text, const char *what, uint64_t lo, uint64_t hi)
{
	uint64_t n;

	if (!span_u64(span_of(text), &n) || n < lo || n > hi)
		usage_fault(what, text);
	return n;
}

/* Ends with a message when a phrase names what there is not. */
static void
phrases_check(void)
{
	size_t i;

	for (i = 0; i < kinds_count; i++) {
		struct draft draft = { .kind = &kinds[i], .seed = i, .appetite = 4 };
		struct document *d = document_new(&draft);

		grammar_check(&d->scope);
		document_free(d);
	}
}

static void
wish_option(struct wish *w, int c, const char *value)
{
	switch (c) {
	case 'a':
		w->appetite = (int)number(value, "--appetite takes 0 to 4", 0, 4);
		break;
	case 'c':
		phrases_check();
		exit(0);
	case 'd':
		w->dpi = (int)number(value, "--dpi takes 50 to 600", 50, 600);
		break;
	case 'f':
		w->format = found(format_find(value), "no such format", value);
		break;
	case 'k':
		w->kind = found(kind_find(value), "no such kind", value);
		break;
	case 'm':
		if (strpbrk(value, "{}<>&") != NULL)
			usage_fault("--matter takes plain words", value);
		w->matter = value;
		break;
	case 'y':
		w->secrecy = value;
		break;
	case 'u':
		w->urgency = value;
		break;
	case 'n':
		w->count = (long)number(value, "--count takes 0 to 10000000", 0, 10000000);
		break;
	case 'o':
		w->folder = value;
		break;
	case 'r':
		w->turn = (int)number(value, "--rotate takes 0, 90, 180 or 270", 0, 270);
		if (w->turn % 90 != 0)
			usage_fault("--rotate takes 0, 90, 180 or 270", value);
		break;
	case 's':
		w->seed = number(value, "--seed takes a whole number", 0, UINT64_MAX);
		break;
	case 'S':
		w->set = value;
		break;
	case 't':
		w->state = found(state_find(value), "no such state", value);
		break;
	case 'T':
		w->truth = value;
		break;
	case 'h':
		help();
		exit(0);
	default:
		exit(EXIT_USAGE);
	}
}

static const struct set *
set_find(const char *name)
{
	size_t i;

	for (i = 0; i < sets_count; i++)
		if (strcmp(sets[i].name, name) == 0)
			return &sets[i];
	usage_fault("no such set", name);
}

static enum status
folder_make(const char *path, struct err *err)
{
	if (g_mkdir_with_parents(path, 0777) != 0)
		return fail_sys(err, "create folder %s", path);
	return ST_OK;
}

int
main(int argc, char **argv)
{
	struct wish w = { .set = "mixed", .seed = 1, .count = -1, .turn = -1, .appetite = -1 };
	struct err err = ERR_INIT;
	const struct set *set;
	PangoContext *context;
	enum status st;
	int c;

	(void)setlocale(LC_ALL, "C.UTF-8");
	while ((c = getopt_long(argc, argv, "ho:s:n:", options, NULL)) != -1)
		wish_option(&w, c, optarg);
	if (optind < argc)
		usage_fault("not an option", argv[optind]);
	if (w.folder == NULL)
		usage_fault("missing", "--out DIR");
	set = set_find(w.set);
	if (w.truth == NULL)
		w.truth = w.folder;
	context = type_context();
	setMsgSeverity(L_SEVERITY_ERROR);
	if ((st = folder_make(w.folder, &err)) == ST_OK &&
	    (st = folder_make(w.truth, &err)) == ST_OK)
		st = set->make(&w, context, &err);
	g_object_unref(context);
	if (st != ST_OK)
		fprintf(stderr, "tangthu-gen: %s\n", err.msg);
	return status_info(st)->exit;
}
