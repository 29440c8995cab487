/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef INTAKE_H
#define INTAKE_H
#include <sys/stat.h>

#include "indexer.h"
#include "strbuf.h"

/*
 * The watched folder ([indexer] intake).  A regular file that nobody has open for writing and that
 * kept still for stable_ms is copied into the store, registered, and only then removed from the
 * folder.  Files in subfolders are taken too (INTAKE_DEPTH deep); a first-level subfolder that is
 * named like a dossier's file code files into that dossier, everything else goes to the inbox.
 *
 * A power cut or kill at any moment neither loses a file nor registers it twice: the arrival's key
 * is (device, inode, change time, SHA-256), so what was registered and not yet removed is known
 * again.  Removing goes through intake/.taken, where the file that was moved is compared with the
 * one that was read: a newcomer under the same name is put back.
 *
 * Not taken: hidden and temporary names (INTAKE_SKIP); symbolic links, devices, sockets, fifos and
 * files that cannot be read stay where they are and are told to the operator once.
 */
#define INTAKE_DEPTH 8
#define INTAKE_FILES 100000 /* looked at in one scan; the others wait */

enum intake_kind {
	INTAKE_TAKE,
	INTAKE_SKIP /* ".x", "~$x", "x~", "#x#", "x.tmp", "x.part", "x.crdownload" ... */
};

struct intake;

/*
 * Makes the folder when it is not there, puts back or removes what an earlier life left in .taken.
 * *out is NULL on failure, and with ST_OK when the configuration names no folder.
 * ST_IO, ST_FULL, ST_DENIED: the folder cannot be used; the message says why.
 */
MUST_CHECK enum status intake_open(struct intake **out, struct indexer *, struct err *);
void intake_close(struct intake *);
void intake_closep(struct intake **);
/* inotify descriptor to poll for POLLIN. */
int intake_fd(const struct intake *);
/*
 * Looks and takes for about budget_us; sets *more when files are ready and were not reached.
 * ST_FULL, ST_IO, ST_BUSY: the machine's trouble; every file is still there or registered.
 */
MUST_CHECK enum status intake_step(struct intake *, int64_t budget_us, bool *more, struct err *);
/* monotonic_us() of the next look. */
int64_t intake_due_us(const struct intake *);
/* Files that are still changing; files that cannot be taken and the reason of the first. */
size_t intake_waiting(const struct intake *);
size_t intake_stuck(const struct intake *, const char **reason);

/* Pure parts, for the tests. */
enum intake_kind intake_name_kind(const char *name);
void intake_key(const struct stat *, const char *sha256, struct strbuf *out);
/* The folder of the first level that a path below the intake folder lies in; empty = none. */
struct span intake_first_folder(const char *path);
#endif
