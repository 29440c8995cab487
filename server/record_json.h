/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_RECORD_JSON_H
#define SERVER_RECORD_JSON_H
#include "record.h"
#include "request.h"

/* How records look in answers (openapi.yaml: RecordHead, Record), and fields in requests. */

/* The members of RecordHead into an open object. */
void record_json_head(struct request *, struct json_out *, const struct record *);
/* Answers with the whole record and its ETag; ST_OK also for 304. */
MUST_CHECK enum status record_json_answer(struct request *, const struct record *, struct err *);
/* The version that If-Match asks for; 0 for "*".  ST_PRECONDITION: missing (428), or no tag of ours. */
MUST_CHECK enum status record_json_version(struct request *, int64_t *version, struct err *);
/* "list", "read" ... of what the caller may do to objects of the class, as an array; old_class 0 = none. */
void record_json_rights(
    struct request *, struct json_out *, int64_t access_class, int64_t old_class);
/*
 * Fields of a request: strings or null ("" clears).  What is not given stays NULL.
 * ST_INVALID names the field that is unknown or wrong.
 */
MUST_CHECK enum status record_json_fields(
    struct request *, json_t *object, const char *field[FIELD_COUNT], struct err *);
/* The same check for fields that came another way. */
MUST_CHECK enum status record_fields_check(
    struct request *, const char *const field[FIELD_COUNT], struct err *);
/* What names a suggestion outside: 16 hex digits of its content; row numbers would count others. */
void suggestion_name(const struct suggestion *, char out[17]);

#endif
