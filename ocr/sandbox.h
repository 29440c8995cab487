/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SANDBOX_H
#define SANDBOX_H
#include <stdint.h>

#include "err.h"
#include "ocr_wire.h"

/*
 * The walls around a child that reads a document (trust.md section 2-3, reader.md section 1).
 * Layers are independent: each is put up as far as the kernel allows, and what stands is told.
 */
struct sandbox_state {
	uint32_t layers;   /* bits of enum ocr_sandbox */
	uint32_t landlock; /* ABI in force, 0 = none */
};

/* The layers below which [ocr] require_sandbox refuses to read anything. */
#define SANDBOX_REQUIRED (OCR_SANDBOX_SECCOMP | OCR_SANDBOX_RLIMITS)

/*
 * Locks the calling process for good: dies with its parent, no new privileges, not dumpable,
 * limits (address space memory bytes, cpu seconds at most over its life, no file writes, no
 * processes, no core), Landlock, system call list.  From here the first document byte may be read.
 */
void sandbox_enter(enum ocr_profile, uint64_t memory, uint64_t cpu, struct sandbox_state *);
/*
 * From now on seconds more processor time, inside the limit of sandbox_enter; over it the process
 * is killed by SIGXCPU.
 */
void sandbox_allow_cpu(uint64_t seconds);
/*
 * Tries every forbidden act in locked children and prints TAP on stdout; the number of acts that
 * were not denied.  Reads no document.
 */
int sandbox_self_test(void);

#endif
