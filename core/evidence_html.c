/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evidence_files.h"

/* The Makefile rebuilds this object when the page changes; programs are made in the tree's root. */
__asm__(".section .rodata\n"
	"evidence_page:\n"
	".incbin \"core/evidence_verify.html\"\n"
	"evidence_page_end:\n"
	".byte 0\n"
	".previous\n");
extern const char evidence_page[], evidence_page_end[];

struct span
evidence_verifier(void)
{
	/* cppcheck-suppress comparePointers ; both are labels of one array */
	return span_make(evidence_page, (size_t)(evidence_page_end - evidence_page));
}
