/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TRAIL_H
#define TRAIL_H
#include "audit.h"

/*
 * What makes the event log checkable from outside: proofs (RFC 6962 2.1.1, 2.1.2), signed notes and
 * checkpoints (c2sp.org/signed-note, c2sp.org/tlog-checkpoint, Ed25519).  A checkpoint says: "this
 * log had size entries and this root".  Whoever holds one outside the machine can show that an
 * earlier entry was altered; root on the machine, who has the key, can rewrite what came after the
 * last checkpoint that somebody else holds.
 *
 * Texts that leave the house, each closed by a checkpoint:
 *	inclusion	c2sp.org/tlog-proof@v1, "extra" carries the entry's canonical bytes
 *	consistency	the request of c2sp.org/tlog-witness ("old SIZE", hashes, new checkpoint)
 */
#define NOTE_MAX	((size_t)64 << 10)
#define NOTE_SIGNATURES_MAX 16
#define NOTE_NAME_MAX	200
#define PROOF_HASHES_MAX 126		/* consistency of two trees below 2^63 */
#define KEY_LEN		32
#define SIGNATURE_LEN	64

struct proof {
	size_t		 count;
	unsigned char	 hash[PROOF_HASHES_MAX][SHA256_LEN];
};

/* Gives the root of the complete subtree over the 2^level leaves from at << level on. */
typedef enum status (*merkle_node)(void *payload, unsigned level, uint64_t at,
    unsigned char hash[SHA256_LEN], struct err *);

struct note_key {
	char		 name[NOTE_NAME_MAX + 1];
	uint32_t	 id;		/* first four bytes of SHA-256(name, LF, 0x01, key) */
	unsigned char	 key[KEY_LEN];
};

struct note_signature {
	struct span	 name;
	uint32_t	 id;
	unsigned char	 signature[SIGNATURE_LEN];	/* of ours: Ed25519 */
	bool		 ed25519;			/* as long as one */
};

/* Borrows from the text it was read from. */
struct note {
	struct span	 text;		/* what is signed, with its last newline */
	size_t		 count;
	struct note_signature signature[NOTE_SIGNATURES_MAX];
};

struct checkpoint {
	uint64_t	 size;
	unsigned char	 root[SHA256_LEN];
	int64_t		 at_us;		/* of its making; 0 when read from a text */
	const char	*origin;
	const char	*note;		/* the whole signed text */
};

#ifdef __cplusplus
extern "C" {
#endif

/* --- proofs, no catalogue --- */

/* ST_INVALID: leaf is not below size.  Else what node gives. */
MUST_CHECK enum status
		 merkle_inclusion(uint64_t size, uint64_t leaf, merkle_node, void *payload,
		    struct proof *, struct err *);
/* From old to size; empty when they are equal or old is 0.  ST_INVALID: old is beyond size. */
MUST_CHECK enum status
		 merkle_consistency(uint64_t size, uint64_t old, merkle_node, void *payload,
		    struct proof *, struct err *);
/* RFC 9162 2.1.3.2 and 2.1.4.2. */
bool		 merkle_inclusion_holds(uint64_t size, uint64_t leaf,
		    const unsigned char leaf_hash[SHA256_LEN], const struct proof *,
		    const unsigned char root[SHA256_LEN]);
bool		 merkle_consistency_holds(uint64_t old, const unsigned char old_root[SHA256_LEN],
		    uint64_t size, const unsigned char root[SHA256_LEN], const struct proof *);

/* --- signed notes, no catalogue --- */

/* "name+1a2b3c4d+BASE64": the public key as auditors keep it.  ST_INVALID. */
MUST_CHECK enum status
		 note_key_parse(struct span, struct note_key *, struct err *);
void		 note_key_make(const char *name, const unsigned char key[KEY_LEN],
		    struct note_key *);
void		 note_key_text(const struct note_key *, struct strbuf *);
/* ST_INVALID says what is wrong: no UTF-8, control characters, no signature, a line of another kind. */
MUST_CHECK enum status
		 note_parse(struct span, struct note *, struct err *);
/* Appends the text and one signature line; text ends with a newline.  seed is the private key. */
void		 note_sign(struct span text, const struct note_key *,
		    const unsigned char seed[KEY_LEN], struct strbuf *);
/*
 * ST_OK: a signature of the key is there and good.  ST_DENIED: none of it is, or one is and is not
 * good.
 */
MUST_CHECK enum status
		 note_verify(const struct note *, const struct note_key *, struct err *);
/* The lines of a checkpoint: origin, size, root; others are left alone.  Strings in the arena. */
MUST_CHECK enum status
		 checkpoint_parse(struct span note, struct arena *, struct checkpoint *,
		    struct err *);

/* --- the log of an archive --- */

/*
 * Makes a checkpoint of the log as it is unless the newest one has that size already (*made false;
 * it is given all the same).  The first one makes the key: conf->log_key, mode 0400, outside the
 * catalogue and never in a backup of it.
 * ST_NOT_FOUND: the key file is gone (tangthu checkpoint rotate --lost).  ST_CONFLICT: the file holds
 * another key than the log names.
 */
MUST_CHECK enum status
		 checkpoint_make(struct catalog *, const struct conf *, struct arena *,
		    struct checkpoint *, bool *made, struct err *);
/* Whether one is due: entries since the last one reach the limit, or there are some and time ran out. */
MUST_CHECK enum status
		 checkpoint_due(struct catalog *, const struct conf *, bool *due, struct err *);
/*
 * A new key.  Its entry "log.key" in the log carries a note signed by the old and the new one; when
 * the old one is lost (lost true) by the new one alone, and says so.
 */
MUST_CHECK enum status
		 checkpoint_rotate(struct catalog *, const struct conf *, const struct actor *,
		    bool lost, struct err *);
/* The newest one of at most size entries (0: of all).  ST_NOT_FOUND: there is none. */
MUST_CHECK enum status
		 checkpoint_find(struct catalog *, uint64_t size, struct arena *,
		    struct checkpoint *, struct err *);
/* At most limit (1..AUDIT_LIST_MAX), newest first, smaller than before (0: from the newest). */
MUST_CHECK enum status
		 checkpoint_list(struct catalog *, uint64_t before, size_t limit, struct arena *,
		    const struct checkpoint **, size_t *count, struct err *);
/*
 * Brings what was not sent yet to the ways out that the configuration names: every checkpoint and
 * the proof that it extends the one before into log_checkpoint_folder, the newest one by mail when
 * log_mail_seconds have passed.  Waits for the mail program, a minute at most.  ST_IO: the folder or
 * the program failed; what is left is sent by the next call.
 */
MUST_CHECK enum status
		 checkpoint_publish(struct catalog *, const struct conf *, struct err *);
/* The name of this log, "tangthu/<uid of the archive>", and its public keys, oldest first. */
MUST_CHECK enum status
		 log_origin(struct catalog *, struct arena *, const char **, struct err *);
MUST_CHECK enum status
		 log_keys(struct catalog *, struct arena *, const char *const **, size_t *count,
		    struct err *);

/* Proofs between sizes of the log; nothing beyond its present size is proved (ST_INVALID). */
MUST_CHECK enum status
		 audit_inclusion(struct catalog *, uint64_t size, uint64_t seq, struct proof *,
		    struct err *);
MUST_CHECK enum status
		 audit_consistency(struct catalog *, uint64_t size, uint64_t old, struct proof *,
		    struct err *);
/* Canonical bytes of one entry.  ST_NOT_FOUND. */
MUST_CHECK enum status
		 audit_canonical(struct catalog *, uint64_t seq, struct strbuf *, struct err *);
/* The texts named above; the checkpoint is the newest one (made before if there is none over it). */
MUST_CHECK enum status
		 inclusion_text(struct catalog *, const struct checkpoint *, uint64_t seq,
		    struct strbuf *, struct err *);
MUST_CHECK enum status
		 consistency_text(struct catalog *, const struct checkpoint *, uint64_t old,
		    struct strbuf *, struct err *);
/*
 * Reads a consistency text.  *note borrows from the text.  ST_INVALID says which line.
 */
MUST_CHECK enum status
		 consistency_parse(struct span text, uint64_t *old, struct proof *,
		    struct span *note, struct err *);
/* "SEQ BASE64\n" for each entry of from..to-1, in batches; write gets pieces of whole lines. */
MUST_CHECK enum status
		 audit_export(struct catalog *, uint64_t from, uint64_t to,
		    enum status (*write)(void *payload, struct span, struct err *), void *payload,
		    struct err *);

#ifdef __cplusplus
}
#endif
#endif
