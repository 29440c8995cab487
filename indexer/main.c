/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <getopt.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base.h"
#include "log.h"
#include "loop.h"
#include "ocr_client.h"

#define WAIT_LOOK_US (500 * 1000)
/*
 * Xapian keeps a batch in trees of small nodes: blocks up to this size wait for the next of their size
 * instead of being merged and cut again.  The most that malloc takes; a tenth of the time of a reindex.
 */
#define SMALL_BLOCK (80 * (int)sizeof(size_t) / 4)

struct options {
	const char *dir;
	const char *reader;
	int readers;
	bool once, no_index, reindex, progress, quiet, verbose;
};

static volatile sig_atomic_t stop;
static int wake[2] = { -1, -1 };

static void
on_signal(int number)
{
	int saved = errno;

	(void)number;
	stop = 1;
	/* A full pipe wakes the loop as well. */
	if (write(wake[1], "x", 1) == -1)
		errno = saved;
	errno = saved;
}

static enum status
catch_signals(struct err *err)
{
	struct sigaction end = { .sa_handler = on_signal }, ignore = { .sa_handler = SIG_IGN };

	if (pipe2(wake, O_CLOEXEC | O_NONBLOCK) == -1)
		return fail_sys(err, "make a pipe");
	/* The second one ends it at once: leases are taken back at the next start. */
	end.sa_flags = (int)SA_RESETHAND;
	if (sigaction(SIGTERM, &end, NULL) == -1 || sigaction(SIGINT, &end, NULL) == -1 ||
	    sigaction(SIGPIPE, &ignore, NULL) == -1 || sigaction(SIGHUP, &ignore, NULL) == -1 ||
	    /* a lease taken to see whether a file is open may be broken (intake.c) */
	    sigaction(SIGIO, &ignore, NULL) == -1)
		return fail_sys(err, "set signal handlers");
	return ST_OK;
}

static void
usage(FILE *out)
{
	fputs("usage: tangthu-indexer -d DIR [--once] [--readers N] [--no-index] [--reindex]\n"
	      "                       [--progress | --quiet] [--reader PROGRAM] [-v]\n"
	      "       tangthu-indexer --help | --version\n"
	      "\n"
	      "  -d DIR            data directory (default: $TANGTHU_DIR)\n"
	      "  --once            end when every document is read and indexed\n"
	      "  --readers N       reading processes (default: [indexer] readers, one per core)\n"
	      "  --no-index        only read documents, beside another indexer of the archive\n"
	      "  --reindex         rebuild the index without reading documents again, and end\n"
	      "  --progress        tell how far it is (default on a terminal); --quiet: do not\n"
	      "  --reader PROGRAM  tangthu-ocr to use\n"
	      "  -v                tell more in the log\n",
	    out);
}

static bool
parse_readers(const char *s, int *readers)
{
	uint64_t n;

	if (!span_u64(span_of(s), &n) || n < 1 || n > 1024)
		return false;
	*readers = (int)n;
	return true;
}

/* -1: go on; else the exit code. */
static int
parse(int argc, char **argv, struct options *o)
{
	static const struct option table[] = { { "dir", required_argument, NULL, 'd' },
		{ "once", no_argument, NULL, 'o' }, { "readers", required_argument, NULL, 'n' },
		{ "no-index", no_argument, NULL, 'x' }, { "reindex", no_argument, NULL, 'r' },
		{ "progress", no_argument, NULL, 'p' }, { "quiet", no_argument, NULL, 'q' },
		{ "reader", required_argument, NULL, 'R' }, { "verbose", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' }, { "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 } };
	int c;

	o->dir = getenv("TANGTHU_DIR");
	o->progress = isatty(STDOUT_FILENO) == 1;
	while ((c = getopt_long(argc, argv, "d:vh", table, NULL)) != -1)
		switch (c) {
		case 'd':
			o->dir = optarg;
			break;
		case 'o':
			o->once = true;
			break;
		case 'n':
			if (!parse_readers(optarg, &o->readers)) {
				fprintf(stderr,
				    "tangthu-indexer: --readers takes 1 to 1024, not %s\n", optarg);
				return EX_USAGE;
			}
			break;
		case 'x':
			o->no_index = true;
			break;
		case 'r':
			o->reindex = true;
			break;
		case 'p':
			o->progress = true;
			break;
		case 'q':
			o->quiet = true;
			break;
		case 'R':
			o->reader = optarg;
			break;
		case 'v':
			o->verbose = true;
			break;
		case 'h':
			usage(stdout);
			return 0;
		case 'V':
			puts("tangthu-indexer " TANGTHU_VERSION);
			return 0;
		default:
			usage(stderr);
			return EX_USAGE;
		}
	if (optind < argc || !o->dir || (o->reindex && o->no_index)) {
		usage(stderr);
		return EX_USAGE;
	}
	return -1;
}

static enum status
open_all(struct indexer *ix, const struct conf *conf, struct err *err)
{
	enum status st;

	ix->conf = conf;
	if ((st = catalog_open(&ix->catalog, conf, CATALOG_WRITE, err)) != ST_OK ||
	    (st = store_open(&ix->store, conf, err)) != ST_OK ||
	    (st = derived_open(&ix->derived, conf, err)) != ST_OK)
		return st;
	return ST_OK;
}

static void
close_all(struct indexer *ix)
{
	derived_closep(&ix->derived);
	store_closep(&ix->store);
	catalog_closep(&ix->catalog);
}

/* A running indexer is asked for the rebuild, because only it may write the index. */
static enum status
ask_for_rebuild(struct indexer *ix, struct err *err)
{
	const struct actor actor = { .source = "indexer --reindex" };
	char wanted[28];
	enum status st;

	time_text(now_us(), wanted);
	st = catalog_setting_put(ix->catalog, &actor, "run.reindex.wanted", wanted, err);
	if (st == ST_OK)
		log_info("the running indexer rebuilds the index");
	while (st == ST_OK && !stop) {
		owned(arena_freep) struct arena *arena = arena_new();
		const char *done;

		st = catalog_setting(ix->catalog, "run.reindex.done", arena, &done, err);
		if (st == ST_OK && done && strcmp(done, wanted) >= 0)
			return ST_OK;
		usleep(WAIT_LOOK_US);
	}
	return st == ST_OK ? fail(err, ST_TIMEOUT, "stopped before the rebuild was done") : st;
}

static int
core_count(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > 1024 ? 1024 : (int)n;
}

static enum status
run(const struct options *o, const struct conf *conf, struct err *err)
{
	struct loop_options loop = { .index = !o->no_index,
		.reindex = o->reindex,
		.reindex_only = o->reindex,
		.progress = o->progress && !o->quiet,
		.stop = &stop };
	owned(lock_release) struct lock lock = LOCK_INIT;
	owned(freep) char *reader = NULL;
	struct indexer ix = { 0 };
	enum status st;

	if ((st = catch_signals(err)) != ST_OK)
		return st;
	st = o->no_index ? lock_reader(&lock, conf, err) : lock_indexer(&lock, conf, err);
	if (st != ST_OK && !(st == ST_BUSY && o->reindex))
		return st;
	reader = o->reader ? xstrdup(o->reader) : ocr_client_program();
	ix.reader = reader;
	ix.readers = o->readers	    ? o->readers
	    : conf->indexer_readers ? (int)conf->indexer_readers
				    : core_count();
	ix.once = o->once || o->reindex;
	ix.owner = lock.owner;
	loop.wake = wake[0];
	loop.slot = lock.owner ? strrchr(lock.owner, ':') + 1 : NULL;
	if ((st = open_all(&ix, conf, err)) == ST_OK)
		st = lock.owner ? loop_run(&ix, &loop, err) : ask_for_rebuild(&ix, err);
	close_all(&ix);
	return st;
}

int
main(int argc, char **argv)
{
	struct options o = { 0 };
	owned(conf_freep) struct conf *conf = NULL;
	struct err err = ERR_INIT;
	enum status st;
	int code;

	if ((code = parse(argc, argv, &o)) >= 0)
		return code;
	log_open("tangthu-indexer", o.verbose ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO);
	if (!mallopt(M_MXFAST, SMALL_BLOCK))
		log_warn("small blocks of memory are merged: indexing is slower");
	st = conf_load(&conf, o.dir, &err);
	if (st == ST_OK)
		st = run(&o, conf, &err);
	if (st != ST_OK)
		log_error("%s", err.msg);
	return status_info(st)->exit;
}
