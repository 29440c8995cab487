/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PACKAGE_OUT_H
#define PACKAGE_OUT_H
#include "package.h"

/* A package into a new file, or to standard output for "-"; a file that stays half is removed. */
MUST_CHECK enum status package_write(
    const struct package *, struct store *, const char *path, struct err *);

#endif
