/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <event2/event.h>
#include <getopt.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base.h"
#include "connections.h"
#include "directory.h"
#include "listen.h"
#include "log.h"
#include "loop.h"
#include "notary.h"
#include "rights.h"
#include "route.h"
#include "tls.h"
#include "worker.h"
#include "writer.h"

#define DEFAULT_DIR "/var/lib/tangthu"

struct options {
	const char *dir, *listen;
	bool debug, routes, version, help;
};

static const char usage[] =
    "usage: tangthu-server [-v] [-d DIR] [--listen ADDRESS:PORT]\n"
    "       tangthu-server --routes | --version | --help\n"
    "\n"
    "Serves the archive in DIR ($TANGTHU_DIR, else " DEFAULT_DIR ") over HTTP or HTTPS.\n"
    "See tangthu-server(8) and tangthu.conf(5).\n";

static bool
read_options(int argc, char **argv, struct options *o)
{
	static const struct option names[] = {
		{ "directory", required_argument, NULL, 'd' },
		{ "listen", required_argument, NULL, 'l' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "routes", no_argument, NULL, 'r' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "d:vh", names, NULL)) != -1) {
		switch (c) {
		case 'd':
			o->dir = optarg;
			break;
		case 'l':
			o->listen = optarg;
			break;
		case 'v':
			o->debug = true;
			break;
		case 'r':
			o->routes = true;
			break;
		case 'V':
			o->version = true;
			break;
		case 'h':
			o->help = true;
			break;
		default:
			return false;
		}
	}
	return optind == argc;
}

/* Passwords do not cross a network in the clear unless the operator says that it is none. */
static enum status
check_listen(const struct conf *conf, struct listen_address *address, struct err *err)
{
	enum status st = listen_parse(span_of(conf->server_listen), address, err);

	if (st == ST_OK && !address->loopback && !*conf->server_tls_cert && !conf->server_plaintext)
		st = fail(err, ST_DENIED,
		    "%s is not loopback and there is no TLS: set tls_cert and tls_key, or "
		    "plaintext = yes behind a proxy on the same trusted link",
		    conf->server_listen);
	return st;
}

static enum status
open_parts(struct server *s, struct err *err)
{
	const struct conf *conf = s->conf;
	size_t queue = (size_t)conf->server_queue;
	enum status st = ST_OK;

	if (*conf->server_tls_cert)
		st = tls_open(&s->tls, conf->server_tls_cert, conf->server_tls_key, err);
	if (st != ST_OK || (st = connections_new(&s->connections, conf, err)) != ST_OK ||
	    (st = seal_load(&s->seal, conf, err)) != ST_OK ||
	    (st = store_open(&s->store, conf, err)) != ST_OK ||
	    (st = derived_open(&s->derived, conf, err)) != ST_OK ||
	    (st = writer_start(&s->writer, s, err)) != ST_OK)
		return st;
	st = pool_start(&s->pool[POOL_WORK], s, "work", (size_t)conf->server_workers, queue, err);
	if (st == ST_OK)
		st = pool_start(&s->pool[POOL_HASH], s, "hash", HASH_THREADS, 32, err);
	if (st == ST_OK)
		st = pool_start(&s->pool[POOL_FILE], s, "file", FILE_THREADS, 32, err);
	if (st == ST_OK)
		st = pool_start(&s->pool[POOL_EXPORT], s, "export", (size_t)conf->export_processes,
		    (size_t)conf->export_queue, err);
	if (st == ST_OK)
		st = notary_start(&s->notary, s, err);
	return st;
}

static enum status
open_loops(struct server *s, struct listen_address *address, struct err *err)
{
	size_t wanted = (size_t)s->conf->server_loops;
	enum status st = ST_OK;

	while (st == ST_OK && s->loop_count < wanted) {
		int fd;

		if ((st = listen_open(address, wanted > 1, &fd, err)) == ST_OK)
			st = loop_new(&s->loop[s->loop_count], s, fd, err);
		if (st == ST_OK)
			s->loop_count++;
	}
	return st;
}

static void *
loop_main(void *arg)
{
	loop_run(arg);
	return NULL;
}

static enum status
serve(struct server *s, const struct listen_address *address, struct err *err)
{
	owned(strbuf_free) struct strbuf url = STRBUF_INIT;
	pthread_t thread[LOOPS_MAX];
	enum status st = ST_OK;
	size_t started = 1;

	loop_take_signals(s->loop[0]);
	listen_url(address, s->tls != NULL, &url);
	printf("listening on %s\n", url.buf);
	fflush(stdout);
	for (; st == ST_OK && started < s->loop_count; started++)
		if (pthread_create(&thread[started], NULL, loop_main, s->loop[started]) != 0)
			st = fail(err, ST_IO, "start an event loop");
	if (st == ST_OK)
		loop_run(s->loop[0]);
	atomic_store(&s->stopping, true);
	for (size_t i = 1; i < started; i++) {
		loop_wake(s->loop[i]);
		pthread_join(thread[i], NULL);
	}
	return st;
}

/* What was begun ends first; loops go last, because answers are given back to them. */
static void
close_all(struct server *s)
{
	for (size_t i = POOL_LOOP + 1; i < POOL_COUNT; i++)
		pool_stop(&s->pool[i]);
	writer_stop(s->writer);
	notary_stop(s->notary);
	for (size_t i = 0; i < s->loop_count; i++)
		loop_free(s->loop[i]);
	rights_free(s->rights);
	derived_close(s->derived);
	store_close(s->store);
	connections_free(s->connections);
	tls_close(s->tls);
	free(s->index_dir);
	pthread_mutex_destroy(&s->upload_mutex);
}

static enum status
run(const struct options *o, struct err *err)
{
	owned(conf_freep) struct conf *conf = NULL;
	struct server *s = xcalloc(1, sizeof(*s));
	struct listen_address address;
	enum status st = conf_load(&conf, o->dir, err);

	if (st == ST_OK && o->listen) {
		free(conf->server_listen);
		conf->server_listen = xstrdup(o->listen);
	}
	if (st == ST_OK)
		st = check_listen(conf, &address, err);
	if (st == ST_OK)
		st = directory_check(conf, err);
	if (st == ST_OK && strcmp(conf->second_factor, "off") == 0)
		log_warn("no second factor is asked of anybody ([session] second_factor = off)");
	if (st == ST_OK) {
		s->conf = conf;
		s->started_us = monotonic_us();
		s->rights = rights_new();
		random_bytes(s->cursor_key, sizeof(s->cursor_key));
		pthread_mutex_init(&s->upload_mutex, NULL);
		if (asprintf(&s->index_dir, "%s/index", conf->dir) == -1)
			abort();
		if ((st = open_parts(s, err)) == ST_OK &&
		    (st = open_loops(s, &address, err)) == ST_OK)
			st = serve(s, &address, err);
		close_all(s);
	}
	free(s);
	return st;
}

static void
on_libevent(int severity, const char *text)
{
	(void)severity;
	log_debug("libevent: %s", text);
}

static void
harden(void)
{
	const struct rlimit none = { 0, 0 };

	umask(077);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	/* A core would hold passwords and documents. */
	if (setrlimit(RLIMIT_CORE, &none) == -1)
		log_warn("cannot turn core files off");
	event_set_log_callback(on_libevent);
}

int
main(int argc, char **argv)
{
	const char *dir = getenv("TANGTHU_DIR");
	struct options o = { .dir = dir && *dir ? dir : DEFAULT_DIR };
	struct err err = ERR_INIT;
	enum status st;

	if (!read_options(argc, argv, &o)) {
		fputs(usage, stderr);
		return 64;
	}
	if (o.help || o.version || o.routes) {
		if (o.routes)
			route_print(stdout);
		else
			fputs(o.help ? usage : "tangthu-server " TANGTHU_VERSION "\n", stdout);
		return 0;
	}
	log_open("tangthu-server", o.debug ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO);
	if (sodium_init() == -1)
		abort();
	harden();
	if ((st = run(&o, &err)) != ST_OK)
		log_failure(&err, "stopped");
	return status_info(st)->exit;
}
