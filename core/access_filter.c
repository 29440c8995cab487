/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "access_filter.h"

enum { HIDDEN = 0, VISIBLE = 1, VISIBLE_IN_QUARANTINE = 2 };

bool
access_sees(const struct access *access, int64_t access_class)
{
	return access_can(access, PERM_LIST, access_class) ||
	    access_can(access, PERM_READ, access_class);
}

/* Held back for a secret mark: for those who decide about it. */
static bool
sees_quarantine(const struct access *access, int64_t access_class)
{
	return access_has(access, CAP_INGEST) && access_can(access, PERM_EDIT, access_class);
}

bool
access_sees_record(
    const struct access *access, int64_t access_class, int64_t old_class, bool quarantine)
{
	return access_sees(access, access_class) &&
	    (!quarantine || sees_quarantine(access, access_class)) &&
	    (!old_class || access_sees(access, old_class));
}

bool
access_can_record(const struct access *access, enum permission permission, int64_t access_class,
    int64_t old_class)
{
	return access_can(access, permission, access_class) &&
	    (!old_class || access_can(access, permission, old_class));
}

static char
class_byte(const struct access *access, int64_t access_class)
{
	if (!access_sees(access, access_class))
		return HIDDEN;
	return sees_quarantine(access, access_class) ? VISIBLE_IN_QUARANTINE : VISIBLE;
}

void
access_filter_args(
    const struct access *access, struct arena *arena, struct db_value args[ACCESS_FILTER_ARGS])
{
	static const char zero = HIDDEN, one = VISIBLE;
	size_t count = access->words * 64;
	char *classes = arena_alloc(arena, count + 1);

	for (size_t i = 0; i < count; i++)
		classes[i] = class_byte(access, (int64_t)i);
	args[0] = db_blob(classes, count);
	args[1] = db_blob(&zero, 1);
	args[2] = db_blob(&one, 1);
}
