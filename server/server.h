/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "account.h"
#include "catalog.h"
#include "conf.h"
#include "derived.h"
#include "err.h"
#include "search.h"
#include "store.h"

/*
 * tangthu-server: K event loops (one event_base and evhttp each), pools of worker threads, one
 * catalogue writer with group commit.  A request is made and answered on its loop and belongs to
 * one thread at a time: loop -> pool -> (writer) -> loop.  Nothing that matters is kept here:
 * sessions and uploads are in catalogue and store.
 */
#define BODY_MAX ((size_t)8 << 20) /* tus PATCH (D12): evhttp keeps a body in memory */
#define HEADERS_MAX ((size_t)16 << 10)
#define JSON_MAX ((size_t)64 << 10) /* of a JSON body */
#define LOOPS_MAX 64
#define WORKERS_MAX 256
#define HASH_THREADS 2 /* Argon2id at once: 64 MiB and a core each */
#define FILE_THREADS 2 /* uploads: fsync and hashing of whole files */

struct request;
struct server;
struct loop;
struct connections;
struct writer;
struct notary;
struct stream;
struct rights;
struct upload_use;

/* Which threads run a route; POOL_LOOP never blocks. */
enum pool_kind { POOL_LOOP, POOL_WORK, POOL_HASH, POOL_FILE, POOL_EXPORT, POOL_COUNT };

struct pool {
	const char *name;
	struct server *server;
	pthread_mutex_t mutex;
	pthread_cond_t wake;
	struct request *first, **last;
	size_t waiting, limit;
	bool stopping;
	size_t thread_count;
	pthread_t thread[WORKERS_MAX];
	atomic_ulong refused; /* 503: the queue was full */
};

/* What one pool thread owns. */
struct worker {
	struct server *server;
	struct catalog *catalog;      /* read-only */
	struct search_reader *search; /* opened when first needed; NULL before */
};

struct server {
	const struct conf *conf;
	struct store *store;
	struct derived *derived;
	char *index_dir;
	struct ssl_ctx_st *tls; /* NULL = plain HTTP */
	struct pool pool[POOL_COUNT];
	struct writer *writer;
	struct notary *notary;
	struct rights *rights; /* cached access per principal */
	struct connections *connections;
	pthread_mutex_t upload_mutex;
	struct upload_use *uploads; /* being written to now, under the mutex */
	struct loop *loop[LOOPS_MAX];
	size_t loop_count;
	atomic_bool stopping;
	atomic_bool disposing; /* a disposal is executing: the writer goes on with it */
	int64_t started_us;
	unsigned char cursor_key[32]; /* seals what would tell row numbers */
	struct seal seal;	      /* of second factors */
};

#endif
