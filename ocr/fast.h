/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef FAST_H
#define FAST_H
#include <dlfcn.h>
#include <string.h>

/*
 * For the files that stand before functions of a library: the library's own one of that name into *real,
 * a pointer to a function.  For constructors: looking symbols up once the process is not trusted any more
 * may need files.
 */
#define FIND_REAL(real, name) \
	do { \
		void *symbol_ = dlsym(RTLD_NEXT, name); \
\
		memcpy((real), &symbol_, sizeof(*(real))); \
	} while (0)

#endif
