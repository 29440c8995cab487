/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOG_KEY_H
#define LOG_KEY_H
#include "trail.h"

/* The key that signs checkpoints: its file and its public half in the catalogue.  Private to core. */
struct log_signer {
	struct note_key key;
	unsigned char seed[KEY_LEN]; /* private: wipe it after use (log_signer_wipe) */
};

/*
 * The key in use; made, named in the catalogue and noted in the log when there was none.  Inside the
 * caller's transaction.  As checkpoint_make.
 */
MUST_CHECK enum status log_signer_load(
    struct catalog *, const struct conf *, struct arena *, struct log_signer *, struct err *);
void log_signer_wipe(struct log_signer *); /* for owned() */

#endif
