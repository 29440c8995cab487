/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef FINISH_H
#define FINISH_H
#include "work.h"

/*
 * The end of a document, when its last page is answered: the gate looks at every page that was
 * read, fields are suggested, the spool is packed, and one transaction (job_finish) makes all of it
 * known.  Killed before that transaction, the next life does the same again with the same outcome.
 * Only after it may the index see the document.
 */
MUST_CHECK enum status finish_document(struct work *, struct err *);
/* The same for a document of which no page can be asked for. */
MUST_CHECK enum status finish_unread(struct work *, const struct ocr_reason_info *, struct err *);
/* Refused (encrypted, a bomb, over a limit, a kind we do not take) or failed (D13)? */
bool finish_is_refusal(enum status);
#endif
