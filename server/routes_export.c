/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base.h"
#include "copy_headers.h"
#include "disposition.h"
#include "export_job.h"
#include "ocr_client.h"
#include "page_find.h"

/*
 * Renditions made when asked for by a tangthu-ocr of their own: nothing of a document is parsed in
 * this process.  They run in a pool of few threads with a short queue (503 beyond it), each has
 * [export] seconds, and the result goes into a file without a name.
 */

/* What was allowed when it was asked for may have ended while it was made. */
static enum status
still_may(struct request *rq, enum permission need, struct err *err)
{
	struct record now;
	enum status st = page_find_record(rq, &now, err);

	if (st == ST_OK && !record_can(rq->access, need, &now))
		st = fail(err, ST_DENIED, "download");
	return st;
}

/* Runs the job; the transaction of the request is not held open meanwhile. */
static enum status
run_job(struct request *rq, enum permission need, struct export_job *job, int out, struct err *err)
{
	owned(freep) char *program = ocr_client_program();
	enum status st;

	catalog_rollback(rq->catalog);
	st = ocr_export_run(
	    program, rq->server->conf, &job->what, job->document, job->plan, out, err);
	st = catalog_resume_read(rq->catalog, st, err);
	return st == ST_OK ? still_may(rq, need, err) : st;
}

static enum status
open_result(struct request *rq, int *fd, struct err *err)
{
	*fd = open(rq->server->conf->dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	return *fd == -1 ? fail_sys(err, "a file for the export") : ST_OK;
}

static enum status
answer_file(
    struct request *rq, const struct export_job *job, const struct copy_mark *mark, struct err *err)
{
	owned(strbuf_free) struct strbuf disposition = STRBUF_INIT;
	struct stat s;

	if (fstat(rq->answer.fd, &s) == -1)
		return fail_sys(err, "the export");
	disposition_attachment(span_of(copy_mark_name(mark, job->name, rq->arena)), &disposition);
	answer_header(rq, "Content-Disposition", "%s", disposition.buf);
	answer_header(rq, "Content-Security-Policy", "sandbox; default-src 'none'");
	answer_copy_mark(rq, mark);
	rq->answer.status = 200;
	rq->answer.type = "application/pdf";
	rq->answer.offset = 0;
	rq->answer.length = (uint64_t)s.st_size;
	return ST_OK;
}

static enum status
export_record(struct request *rq, struct err *err)
{
	owned(export_job_end) struct export_job job = { .document = -1, .plan = -1 };
	int kind = export_kind_parse(span_of(rq->value[1]));
	struct text_source from = page_text_source(rq);
	struct copy_mark mark = { 0 };
	int64_t component = 0;
	struct record record;
	enum status st = page_find_record(rq, &record, err);

	if (st == ST_OK && (kind < 0 || kind == OCR_EXPORT_SIGNATURES))
		st = fail(err, ST_NOT_FOUND, "export");
	if (st == ST_OK && !record_can(rq->access, PERM_DOWNLOAD, &record))
		st = fail(err, ST_DENIED, "download");
	if (st == ST_OK)
		st = request_number(rq, "component", 0, 1, INT32_MAX, &component, err);
	if (st == ST_OK)
		st = export_job_make(&from, &record, (int)component, (enum ocr_export_kind)kind,
		    rq->arena, &job, err);
	if (st == ST_CONFLICT)
		return request_invalid(rq, "component", err);
	if (st == ST_OK)
		st = copy_mark_make(
		    rq->catalog, &record, rq->access->principal, rq->arena, &mark, err);
	if (st != ST_OK)
		return st;
	export_job_mark(&job, &mark);
	request_note(
	    rq, kind == OCR_EXPORT_CUT ? "record.download" : "record.export", record.uid, 0);
	if ((st = open_result(rq, &rq->answer.fd, err)) != ST_OK ||
	    (st = run_job(rq, PERM_DOWNLOAD, &job, rq->answer.fd, err)) != ST_OK)
		return st;
	return answer_file(rq, &job, &mark, err);
}

/* --- page images of what is not in force any more ---------------------------------------------- */

/* The page's image with HẾT HIỆU LỰC burnt into it: the only one that there is of such a page. */
static enum status
marked_image(struct request *rq, struct err *err)
{
	owned(export_job_end) struct export_job job = { .document = -1, .plan = -1 };
	owned(fd_closep) int fd = -1;
	struct derived_piece piece;
	struct page_found page;
	struct stat s;
	const char *type = NULL;
	enum status st = page_find(rq, &page, err);

	if (st == ST_OK)
		st = derived_find(rq->server->derived, page.component.derived,
		    page.component.derived_before + (uint32_t)page.no, DERIVED_IMAGE, &piece, err);
	if (st != ST_OK)
		return st;
	fd = piece.fd;
	type = page_image_type(&piece);
	if (!type)
		return fail(err, ST_CORRUPT, "image of page %d of component %s", page.no,
		    page.component.uid);
	if ((st = export_job_image(fd, piece.offset, piece.length, &job, err)) != ST_OK ||
	    (st = open_result(rq, &rq->answer.fd, err)) != ST_OK ||
	    (st = run_job(rq, PERM_READ, &job, rq->answer.fd, err)) != ST_OK)
		return st;
	if (fstat(rq->answer.fd, &s) == -1)
		return fail_sys(err, "the image");
	answer_header(rq, "Cache-Control", "private, no-store");
	rq->answer.status = 200;
	rq->answer.type = type;
	rq->answer.length = (uint64_t)s.st_size;
	return ST_OK;
}

/* --- signatures --- */

static enum status
append_signatures(struct request *rq, const struct record *record, int ordinal, struct json_out *j,
    struct err *err)
{
	owned(export_job_end) struct export_job job = { .document = -1, .plan = -1 };
	struct text_source from = page_text_source(rq);
	owned(strbuf_free) struct strbuf found = STRBUF_INIT;
	owned(fd_closep) int fd = -1;
	char path[64];
	enum status st =
	    export_job_make(&from, record, ordinal, OCR_EXPORT_SIGNATURES, rq->arena, &job, err);

	if (st != ST_OK || (st = open_result(rq, &fd, err)) != ST_OK ||
	    (st = run_job(rq, PERM_READ, &job, fd, err)) != ST_OK)
		return st;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if ((st = strbuf_read_file(&found, path, 1u << 20, err)) != ST_OK)
		return st;
	json_key(j, "found");
	json_raw(j, strbuf_span(&found));
	return ST_OK;
}

/* Of a file of which the record is a part nothing is told: a signature is of all of it. */
static enum status
write_component(struct request *rq, const struct record *record, const struct component *c,
    struct json_out *j, struct err *err)
{
	bool pdf = strcmp(c->mime, "application/pdf") == 0;
	enum status st = ST_OK;

	json_object(j);
	json_key_int(j, "component", c->ordinal);
	json_key_bool(j, "part_of_file", c->first_page > 0);
	if (pdf && c->first_page == 0)
		st = append_signatures(rq, record, c->ordinal, j, err);
	else
		json_key_str(j, "found", NULL);
	json_end_object(j);
	return st;
}

static enum status
signatures(struct request *rq, struct err *err)
{
	const struct component *list;
	struct record record;
	struct json_out j;
	size_t count;
	enum status st = page_find_record(rq, &record, err);

	if (st != ST_OK ||
	    (st = record_components(rq->catalog, record.id, rq->arena, &list, &count, err)) !=
		ST_OK)
		return st;
	request_note(rq, "record.view", record.uid, 0);
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "components");
	json_array(&j);
	for (size_t i = 0; st == ST_OK && i < count; i++)
		st = write_component(rq, &record, &list[i], &j, err);
	json_end_array(&j);
	json_end_object(&j);
	return st;
}

#define RECORD "/api/v1/records/{uid}"

const struct route routes_export[] = {
	{ EVHTTP_REQ_GET, RECORD "/export/{format}", "recordExport", export_record, POOL_EXPORT, 0,
	    0 },
	{ EVHTTP_REQ_GET, RECORD "/pages/{page}/image/marked", "pageImageMarked", marked_image,
	    POOL_EXPORT, 0, 0 },
	{ EVHTTP_REQ_GET, RECORD "/signatures", "signatureList", signatures, POOL_EXPORT, 0, 0 },
};
ROUTE_COUNT(routes_export);
