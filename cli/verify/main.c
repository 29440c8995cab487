/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "package.h"

#define POINTS_MAX 4096
#define EXIT_FAULT 1
#define EXIT_USAGE 64
#define EXIT_INPUT 66

struct options {
	struct keys keys;
	bool tail, quiet;
};

static const char usage[] =
    "usage: tangthu-verify log [-t] -k KEY ENTRIES CHECKPOINT...\n"
    "       tangthu-verify entry -k KEY PROOF...\n"
    "       tangthu-verify extends -k KEY OLD-CHECKPOINT PROOF...\n"
    "       tangthu-verify checkpoint -k KEY CHECKPOINT...\n"
    "       tangthu-verify package [-k KEY] FILE.zip\n"
    "\n"
    "  -k, --key KEY         public key of the log, NAME+HASH+BASE64; may be repeated\n"
    "  -f, --key-file FILE   the same, one a line\n"
    "  -t, --tail            entries behind the last checkpoint pass\n"
    "  -q, --quiet           says nothing unless something does not hold\n"
    "  -V, --version\n"
    "\n"
    "Exit status: 0 everything holds, 1 something does not, 64 usage, 66 a file cannot be read.\n";

static int
told(const char *what, const struct fault *f)
{
	fprintf(stderr, "tangthu-verify: %s: %s\n", what, f->text);
	return EXIT_FAULT;
}

/* Exit status; 0 is good. */
static int
read_point(const struct options *o, const char *path, struct point *point)
{
	struct buffer note;
	struct fault f;
	bool holds;

	if (!read_file(path, NOTE_MAX_LEN, &note, &f)) {
		told(path, &f);
		return EXIT_INPUT;
	}
	holds = point_read((struct bytes){ note.p, note.n }, &o->keys, point, &f);
	buffer_free(&note);
	return holds ? 0 : told(path, &f);
}

static void
print_point(const struct options *o, const char *path, const struct point *p)
{
	if (!o->quiet)
		printf("%s: %s, %" PRIu64 " entries%s%s, signature good\n", path, p->origin,
		    p->size, *p->time ? ", " : "", p->time);
}

static int
run_checkpoint(const struct options *o, int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		struct point point;
		int code = read_point(o, argv[i], &point);

		if (code)
			return code;
		print_point(o, argv[i], &point);
	}
	return 0;
}

static int
run_log(const struct options *o, int argc, char **argv)
{
	struct point *points = calloc((size_t)argc, sizeof(*points));
	struct log_report report;
	int code = 0, count = 0;
	struct fault f;
	FILE *in;

	if (!points)
		abort();
	for (; !code && count < argc - 1; count++) {
		code = read_point(o, argv[count + 1], &points[count]);
		if (!code && strcmp(points[count].origin, points[0].origin) != 0)
			code = told(argv[count + 1],
			    (fault(&f, "of another log than the first checkpoint"), &f));
	}
	in = code ? NULL : strcmp(argv[0], "-") == 0 ? stdin : fopen(argv[0], "rbe");
	if (!code && !in) {
		fault(&f, "%s", strerror(errno));
		told(argv[0], &f);
		code = EXIT_INPUT;
	}
	if (!code && !log_check(in, points, (size_t)count, o->tail, &report, &f))
		code = told(argv[0], &f);
	if (!code && !o->quiet)
		printf("%s: %" PRIu64 " entries, %d checkpoints, all hold%s\n", argv[0],
		    report.entries, count,
		    report.beyond ? " (the last entries have none yet)" : "");
	if (in && in != stdin)
		fclose(in);
	free(points);
	return code;
}

static int
run_entry(const struct options *o, int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		struct buffer text, bytes;
		struct point point;
		struct entry e;
		struct fault f;
		bool holds;

		if (!read_file(argv[i], LINE_MAX_LEN, &text, &f)) {
			told(argv[i], &f);
			return EXIT_INPUT;
		}
		holds =
		    inclusion_check((struct bytes){ text.p, text.n }, &o->keys, &point, &bytes, &f);
		buffer_free(&text);
		if (!holds)
			return told(argv[i], &f);
		if (!o->quiet && entry_parse((struct bytes){ bytes.p, bytes.n }, &e, &f)) {
			print_point(o, argv[i], &point);
			printf("%s: stands in it: ", argv[i]);
			entry_print(stdout, &e);
		}
		buffer_free(&bytes);
	}
	return 0;
}

static int
run_extends(const struct options *o, int argc, char **argv)
{
	struct point old, now;
	int code = read_point(o, argv[0], &old);

	for (int i = 1; !code && i < argc; i++) {
		struct buffer text;
		struct fault f;
		bool holds;

		if (!read_file(argv[i], NOTE_MAX_LEN * 2, &text, &f)) {
			told(argv[i], &f);
			return EXIT_INPUT;
		}
		holds =
		    consistency_check((struct bytes){ text.p, text.n }, &o->keys, &old, &now, &f);
		buffer_free(&text);
		if (!holds)
			return told(argv[i], &f);
		if (!o->quiet)
			printf("%s: %" PRIu64 " entries extend the %" PRIu64 "\n", argv[i],
			    now.size, old.size);
		old = now;
	}
	return code;
}

static void
tell_fault(void *payload, const char *text)
{
	fprintf(stderr, "tangthu-verify: %s: %s\n", (const char *)payload, text);
}

static int
run_package(const struct options *o, int argc, char **argv)
{
	const struct package_options options = { &o->keys, tell_fault, argv[0] };
	struct package_report report;
	FILE *in = fopen(argv[0], "rbe");
	struct fault f;
	size_t faults;

	(void)argc;
	if (!in) {
		fault(&f, "%s", strerror(errno));
		told(argv[0], &f);
		return EXIT_INPUT;
	}
	faults = package_check(in, &options, &report);
	fclose(in);
	if (faults) {
		fprintf(stderr, "tangthu-verify: %s: %zu faults\n", argv[0], faults);
		return EXIT_FAULT;
	}
	if (o->quiet)
		return 0;
	printf("%s: %zu files whole, %zu entries stand in the log\n", argv[0], report.files,
	    report.entries);
	print_point(o, argv[0], &report.point);
	if (report.own_key)
		printf(
		    "%s: the key is the package's own; compare it with one from elsewhere (-k)\n",
		    argv[0]);
	return 0;
}

static const struct {
	const char *name;
	int least, most;
	bool needs_key;
	int (*run)(const struct options *, int argc, char **argv);
} verbs[] = {
	{ "log", 2, POINTS_MAX, true, run_log },
	{ "entry", 1, 1 << 20, true, run_entry },
	{ "extends", 2, 1 << 20, true, run_extends },
	{ "checkpoint", 1, 1 << 20, true, run_checkpoint },
	{ "package", 1, 1, false, run_package },
};

static bool
add_key_file(struct options *o, const char *path, struct fault *f)
{
	struct buffer text;
	bool whole;

	if (!read_file(path, NOTE_MAX_LEN, &text, f))
		return false;
	whole = keys_add(&o->keys, (struct bytes){ text.p, text.n }, f);
	buffer_free(&text);
	return whole;
}

/* Exit status, or -1: go on. */
static int
read_options(struct options *o, int argc, char **argv)
{
	static const struct option longs[] = { { "key", required_argument, NULL, 'k' },
		{ "key-file", required_argument, NULL, 'f' }, { "tail", no_argument, NULL, 't' },
		{ "quiet", no_argument, NULL, 'q' }, { "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' }, { NULL, 0, NULL, 0 } };
	struct fault f = { "" };
	int c;

	while ((c = getopt_long(argc, argv, "k:f:tqVh", longs, NULL)) != -1) {
		bool good = true;

		switch (c) {
		case 'k':
			good = keys_add(&o->keys, bytes_of(optarg), &f);
			break;
		case 'f':
			good = add_key_file(o, optarg, &f);
			break;
		case 't':
			o->tail = true;
			break;
		case 'q':
			o->quiet = true;
			break;
		case 'V':
			puts("tangthu-verify " TANGTHU_VERSION);
			return 0;
		case 'h':
			fputs(usage, stdout);
			return 0;
		default:
			fputs(usage, stderr);
			return EXIT_USAGE;
		}
		if (!good) {
			told(optarg, &f);
			return EXIT_USAGE;
		}
	}
	return -1;
}

int
main(int argc, char **argv)
{
	struct options *o = calloc(1, sizeof(*o));
	int code = EXIT_USAGE;

	if (!o)
		abort();
	if ((code = read_options(o, argc, argv)) == -1) {
		code = EXIT_USAGE;
		argc -= optind;
		argv += optind;
		for (size_t i = 0; argc > 0 && i < sizeof(verbs) / sizeof(verbs[0]); i++)
			if (strcmp(argv[0], verbs[i].name) == 0 && argc - 1 >= verbs[i].least &&
			    argc - 1 <= verbs[i].most && (o->keys.count > 0 || !verbs[i].needs_key))
				code = verbs[i].run(o, argc - 1, argv + 1);
		if (code == EXIT_USAGE)
			fputs(usage, stderr);
	}
	free(o);
	return code;
}
