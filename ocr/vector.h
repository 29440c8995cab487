/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VECTOR_H
#define VECTOR_H

/* Loops over pixels are compiled twice and chosen when the program is loaded: Debian's base has no AVX2. */
#if defined(__x86_64__) && !defined(__clang__)
#define VECTORS __attribute__((target_clones("avx2", "default")))
#else
#define VECTORS
#endif

#endif
