/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base.h"
#include "book.h"
#include "disposition.h"
#include "log.h"
#include "ocr_client.h"
#include "package.h"
#include "path_find.h"
#include "stream.h"

/*
 * records.md 72-75: packages out and in, and a dossier as one document.  Whoever takes a whole dossier away,
 * or brings one in, has proved a short while ago who he is.  What must be parsed is parsed by tangthu-ocr.
 */
#define NODES_MAX 200

struct leaving {
	struct package_request request;
	const char *format; /* as the log tells it */
	struct arena *arena;
	struct package package;
	bool streams;
	int fd; /* of a document */
	const char *type, *name;
};

static void
forget_leaving(struct request *rq)
{
	struct leaving *l = rq->data;

	if (!l)
		return;
	arena_freep(&l->arena);
	fd_closep(&l->fd);
}

static struct package_source
source_of(struct request *rq, char *program)
{
	struct package_source from = { .catalog = rq->catalog,
		.store = rq->server->store,
		.conf = rq->server->conf,
		.program = program };

	return from;
}

static void
answer_as_file(struct request *rq, const char *type, const char *name)
{
	owned(strbuf_free) struct strbuf disposition = STRBUF_INIT;

	disposition_attachment(span_of(name), &disposition);
	rq->answer.type = type;
	answer_header(rq, "Content-Disposition", "%s", disposition.buf);
	answer_header(rq, "Content-Security-Policy", "sandbox; default-src 'none'");
}

/* On the writer: it is in the log before a byte leaves. */
static enum status
leave_write(struct request *rq, struct err *err)
{
	struct leaving *l = rq->data;
	struct stat s;
	enum status st = rq->head
	    ? ST_OK
	    : package_note(rq->catalog, &rq->actor, rq->access, &l->request, l->format, err);

	if (st != ST_OK)
		return st;
	answer_status(rq, 200);
	answer_as_file(rq, l->type, l->name);
	if (l->streams) {
		rq->answer.stream = stream_new(l->arena, &l->package, rq->server->store);
		l->arena = NULL;
		return ST_OK;
	}
	if (fstat(l->fd, &s) == -1)
		return fail_sys(err, "the document");
	rq->answer.fd = fd_take(&l->fd);
	rq->answer.length = (uint64_t)s.st_size;
	return ST_OK;
}

static struct leaving *
begin_leaving(struct request *rq)
{
	struct leaving *l = arena_alloc(rq->arena, sizeof(*l));

	l->fd = -1;
	rq->data = l;
	rq->end = forget_leaving;
	return l;
}

/* --- packages ---------------------------------------------------------------------------------- */

static enum status
build(struct request *rq, struct leaving *l, struct err *err)
{
	owned(freep) char *program = ocr_client_program();
	const struct package_source from = source_of(rq, program);
	enum status st;

	l->arena = arena_new();
	l->streams = true;
	l->type = "application/zip";
	l->format = package_format_name(l->request.format);
	catalog_rollback(rq->catalog);
	st = package_build(&from, rq->access, &l->request, l->arena, &l->package, err);
	st = catalog_resume_read(rq->catalog, st, err);
	if (st != ST_OK)
		return st;
	l->name = arena_dup(rq->arena, l->package.name);
	request_write(rq, leave_write, l);
	return ST_OK;
}

static enum status
format_of(struct request *rq, const char *text, struct package_request *request, struct err *err)
{
	int format = package_format_parse(span_of(text ? text : "bagit"));

	if (format < 0)
		return request_invalid(rq, "format", err);
	request->format = (enum package_format)format;
	return ST_OK;
}

/* A dossier, or all below a node. */
static enum status
node_package(struct request *rq, struct err *err)
{
	struct leaving *l = begin_leaving(rq);
	int64_t *id = arena_alloc(rq->arena, sizeof(*id));
	struct node node;
	enum status st = path_find_node(rq, &node, err);

	if (st != ST_OK ||
	    (st = format_of(rq, target_parameter(&rq->target, "format"), &l->request, err)) !=
		ST_OK)
		return st;
	*id = node.id;
	l->request.nodes = id;
	l->request.count = 1;
	return build(rq, l, err);
}

static enum status
read_nodes(struct request *rq, const json_t *list, struct package_request *request, struct err *err)
{
	size_t count = json_array_size(list), i;
	const json_t *item;
	int64_t *ids;

	if (!json_is_array(list) || count < 1 || count > NODES_MAX)
		return request_invalid(rq, "nodes", err);
	ids = arena_array(rq->arena, count, sizeof(*ids));
	json_array_foreach(list, i, item)
	{
		const char *uid = json_string_value(item);
		struct node node;

		if (!uid || !uid_valid(span_of(uid)) ||
		    node_find(rq->catalog, rq->access, uid, rq->arena, &node, err) != ST_OK)
			return request_invalid(rq, "nodes", err);
		ids[i] = node.id;
	}
	request->nodes = ids;
	request->count = count;
	return ST_OK;
}

/* Several, with what a DIP tells of the request. */
static enum status
export_many(struct request *rq, struct err *err)
{
	owned(json_freep) json_t *body = NULL;
	struct leaving *l = begin_leaving(rq);
	struct package_request *r = &l->request;
	const char *format = NULL;
	enum status st =
	    request_json(rq, "format|nodes|request|purpose|purpose_text|agency", &body, err);

	if (st != ST_OK || (st = request_json_text(rq, body, "format", 8, &format, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "request", 100, &r->request_id, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "purpose", 2, &r->purpose, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "purpose_text", 500, &r->purpose_text, err)) !=
		ST_OK ||
	    (st = request_json_text(rq, body, "agency", 100, &r->agency, err)) != ST_OK ||
	    (st = format_of(rq, format, r, err)) != ST_OK ||
	    (st = read_nodes(rq, json_object_get(body, "nodes"), r, err)) != ST_OK)
		return st;
	return build(rq, l, err);
}

/* --- a dossier as a document ------------------------------------------------------------------- */

static enum status
write_book(struct request *rq, const struct leaving *l, bool xml, struct err *err)
{
	owned(freep) char *program = ocr_client_program();
	owned(strbuf_free) struct strbuf text = STRBUF_INIT;
	const struct book_source from = {
		.from = source_of(rq, program), .derived = rq->server->derived, .who = rq->who.name
	};

	if (!xml)
		return book_pdf(&from, rq->access, *l->request.nodes, rq->arena, l->fd, err);
	if (book_xml(&from, rq->access, *l->request.nodes, rq->arena, &text, err) != ST_OK)
		return err->status;
	return write_all(l->fd, text.buf, text.len, err);
}

static enum status
make_book(struct request *rq, struct leaving *l, bool xml, struct err *err)
{
	enum status st;

	l->fd = open(rq->server->conf->dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (l->fd == -1)
		return fail_sys(err, "a file for the document");
	catalog_rollback(rq->catalog);
	st = write_book(rq, l, xml, err);
	return catalog_resume_read(rq->catalog, st, err);
}

static enum status
book(struct request *rq, struct err *err)
{
	struct leaving *l = begin_leaving(rq);
	int64_t *id = arena_alloc(rq->arena, sizeof(*id));
	struct node node;
	int format;
	enum status st = path_find_node(rq, &node, err);

	if (st != ST_OK || (st = request_choice(rq, "format", "pdf|xml", 0, &format, err)) != ST_OK)
		return st;
	*id = node.id;
	l->request = (struct package_request){ .format = PACKAGE_DIP, .nodes = id, .count = 1 };
	l->format = format ? "xml" : "pdf";
	l->type = format ? "application/xml" : "application/pdf";
	if ((st = make_book(rq, l, format == 1, err)) != ST_OK)
		return st;
	l->name = arena_printf(rq->arena, "%s.%s", node.file_code, l->format);
	request_write(rq, leave_write, l);
	return ST_OK;
}

/* --- in ---------------------------------------------------------------------------------------- */

struct arriving {
	struct package_target target;
	const struct element *found;
	struct package_report report;
	struct package_taken taken;
	struct err why; /* taking failed */
};

static enum status
import_write(struct request *rq, struct err *err)
{
	struct arriving *a = rq->data;
	struct json_out j;
	enum status st = package_import(rq->catalog, rq->server->store, &rq->actor, rq->access,
	    &a->target, a->target.dry ? NULL : &a->taken, a->found, rq->arena, &a->report, err);

	if (st != ST_OK)
		return st;
	answer_json(rq, a->report.fault_count ? 422 : 200, &j);
	json_object(&j);
	json_key_bool(&j, "imported", !a->report.fault_count && !a->target.dry);
	json_key(&j, "report");
	package_report_json(&j, &a->report);
	json_end_object(&j);
	return ST_OK;
}

/* What was taken before it failed leaves the store; the failure is the answer. */
static enum status
forget_write(struct request *rq, struct err *err)
{
	struct arriving *a = rq->data;
	enum status st = package_forget(rq->catalog, rq->server->store, &a->taken, err);

	if (st != ST_OK)
		log_failure(err, "files of a package stay in the store");
	*err = a->why;
	return a->why.status;
}

/* The transaction of the request is not held open while the reader works. */
static enum status
read_package(struct request *rq, struct arriving *a, int fd, struct err *err)
{
	owned(freep) char *program = ocr_client_program();
	const struct package_source from = source_of(rq, program);
	enum status st;

	catalog_rollback(rq->catalog);
	st = package_look(&from, fd, rq->arena, &a->found, &a->report, err);
	if (st == ST_OK && !a->report.fault_count && !a->target.dry)
		st = package_take(&from, fd, a->found, rq->arena, &a->taken, err);
	return catalog_resume_read(rq->catalog, st, err);
}

static enum status
open_package(struct request *rq, const struct record *record, int *fd, struct err *err)
{
	const struct component *c;
	uint64_t size;
	size_t count;
	enum status st = record_components(rq->catalog, record->id, rq->arena, &c, &count, err);

	if (st == ST_OK && (count != 1 || c[0].first_page))
		return request_problem(rq, PROBLEM_NONE, ST_CONFLICT, err);
	return st == ST_OK ? store_read(rq->server->store, c[0].sha256, fd, &size, err) : st;
}

static enum status
read_target(struct request *rq, struct package_target *target, struct err *err)
{
	owned(json_freep) json_t *body = NULL;
	const char *parent = NULL;
	struct node node;
	enum status st = request_json(rq, "parent|rule|dry", &body, err);

	if (st != ST_OK ||
	    (st = request_json_given(rq, body, "parent", UID_LEN, &parent, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "rule", 64, &target->rule, err)) != ST_OK ||
	    (st = request_json_bool(rq, body, "dry", &target->dry, err)) != ST_OK)
		return st;
	if (!uid_valid(span_of(parent)) ||
	    node_find(rq->catalog, rq->access, parent, rq->arena, &node, err) != ST_OK)
		return request_invalid(rq, "parent", err);
	target->parent = node.id;
	return ST_OK;
}

/* The package arrived as a file of a record, and stays as such: what came in can be looked at again. */
static enum status
import_package(struct request *rq, struct err *err)
{
	struct arriving *a = arena_alloc(rq->arena, sizeof(*a));
	int fd owned(fd_closep) = -1;
	struct record record;
	enum status st = path_find_record(rq, &record, err);

	if (st == ST_OK && !record_can(rq->access, PERM_DOWNLOAD, &record))
		st = fail(err, ST_DENIED, "download");
	if (st != ST_OK || (st = read_target(rq, &a->target, err)) != ST_OK ||
	    (st = open_package(rq, &record, &fd, err)) != ST_OK)
		return st;
	st = read_package(rq, a, fd, &a->why);
	if (st != ST_OK && a->taken.count == 0) {
		*err = a->why;
		return st;
	}
	request_write(rq, st == ST_OK ? import_write : forget_write, a);
	return ST_OK;
}

#define NODE "/api/v1/nodes/{uid}"
#define FRESH (ROUTE_SESSION | ROUTE_FRESH)

const struct route routes_package[] = {
	{ EVHTTP_REQ_GET, NODE "/package", "nodePackage", node_package, POOL_EXPORT, FRESH, 0 },
	{ EVHTTP_REQ_GET, NODE "/book", "dossierBook", book, POOL_EXPORT, FRESH, 0 },
	{ EVHTTP_REQ_POST, "/api/v1/packages", "packageExport", export_many, POOL_EXPORT, FRESH,
	    0 },
	{ EVHTTP_REQ_POST, "/api/v1/records/{uid}/import", "packageImport", import_package,
	    POOL_EXPORT, FRESH, CAP_PLAN },
};
ROUTE_COUNT(routes_package);
