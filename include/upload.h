/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef UPLOAD_H
#define UPLOAD_H
#include "catalog.h"

/*
 * Rows of unfinished tus uploads (D12); the bytes lie in store/tmp under the uid.  The offset in
 * the row is durable: the bytes were synced before it moved.
 */
struct upload {
	int64_t		 id;
	const char	*uid;
	int64_t		 principal;
	int64_t		 dossier;		/* 0 = inbox */
	const char	*name;			/* raw, from Upload-Metadata */
	const char	*fields;		/* JSON object of record fields, or NULL */
	int64_t		 length, offset;
	int64_t		 expires_us;
	int64_t		 record;		/* once finished: the record it became, else 0 */
};

#ifdef __cplusplus
extern "C" {
#endif

/* ST_LIMIT: more than 100 unfinished uploads of one principal. */
MUST_CHECK enum status
		 upload_create(struct catalog *, const struct actor *, const struct upload *,
		    struct err *);
/* Only the principal's own; another's is ST_NOT_FOUND. */
MUST_CHECK enum status
		 upload_load(struct catalog *, int64_t principal, const char *uid, struct arena *,
		    struct upload *, struct err *);
/* ST_CONFLICT: the row's offset is not from. */
MUST_CHECK enum status
		 upload_advance(struct catalog *, int64_t id, int64_t from, int64_t to,
		    int64_t expires_us, struct err *);
MUST_CHECK enum status
		 upload_finished(struct catalog *, int64_t id, int64_t record, struct err *);
MUST_CHECK enum status
		 upload_delete(struct catalog *, int64_t id, struct err *);
/* Unfinished and past their time, for the sweeper. */
MUST_CHECK enum status
		 upload_expired(struct catalog *, int64_t now_us, size_t limit, struct arena *,
		    const struct upload **, size_t *count, struct err *);

#ifdef __cplusplus
}
#endif
#endif
