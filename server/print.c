/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "print.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base.h"
#include "disposition.h"
#include "ocr_client.h"
#include "sheet.h"

static enum status
make(struct request *rq, const struct element *sheet, struct err *err)
{
	owned(freep) char *program = ocr_client_program();
	enum status st;

	catalog_rollback(rq->catalog);
	st = sheet_pdf(program, rq->server->conf, sheet, now_us(), rq->answer.fd, err);
	return catalog_resume_read(rq->catalog, st, err);
}

enum status
print_sheet(struct request *rq, const struct element *sheet, const char *name, struct err *err)
{
	owned(strbuf_free) struct strbuf disposition = STRBUF_INIT;
	struct stat s;
	enum status st;

	rq->answer.fd = open(rq->server->conf->dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (rq->answer.fd == -1)
		return fail_sys(err, "a file for the PDF");
	if ((st = make(rq, sheet, err)) != ST_OK)
		return st;
	if (fstat(rq->answer.fd, &s) == -1)
		return fail_sys(err, "the PDF");
	disposition_attachment(span_of(name), &disposition);
	answer_header(rq, "Content-Disposition", "%s", disposition.buf);
	answer_header(rq, "Content-Security-Policy", "sandbox; default-src 'none'");
	rq->answer.status = 200;
	rq->answer.type = "application/pdf";
	rq->answer.length = (uint64_t)s.st_size;
	return ST_OK;
}
