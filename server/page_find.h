/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PAGE_FIND_H
#define SERVER_PAGE_FIND_H
#include "page_text.h"
#include "request.h"

/* What the routes of pages share: one page of a record that the caller may read. */
#define PAGE_MAX 262143 /* of a record (D7) */

struct page_found {
	struct record record;
	struct component component;
	int64_t number; /* in the record */
	int no;		/* in the component */
};

/* The record of the path, when its content may be read: hidden and unreadable look alike. */
MUST_CHECK enum status page_find_record(struct request *, struct record *, struct err *);
/* The page that the path names; its view is logged.  ST_NOT_FOUND. */
MUST_CHECK enum status page_find(struct request *, struct page_found *, struct err *);
/*
 * And its text, as ?version= asks (default: the newest); a page of which nothing was read has an
 * empty table.  ST_INVALID: version.  ST_NOT_FOUND: also no such version.
 */
MUST_CHECK enum status page_find_text(
    struct request *, struct page_found *, struct page_text *, struct err *);
/* ETag "<version + 1>.<content>"; true: the client has it, the answer is complete. */
bool page_answer_etag(struct request *, const struct page_found *, const struct page_text *);

/* The reader makes nothing but JPEG and PNG; the first bytes tell, nothing is decoded.  Or NULL. */
const char *page_image_type(const struct derived_piece *);
struct text_source page_text_source(struct request *);
/* Array of x, y, width, height, or null. */
void page_write_box(struct json_out *, const struct word *);
/* "yellow", "red", or NULL. */
const char *page_weak_name(const struct word *);
/* Members version, author, corrected of an open object. */
void page_write_version(struct json_out *, const struct page_text *);

#endif
