/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What libtesseract does that one thread and one network need not.  These stand before libgomp's and
 * libtesseract's own in the whole process; a library that does not ask for these names loses nothing.
 *
 * OpenMP: the network opens a parallel region for every step along a line, and libgomp builds a team
 * for it also when OMP_THREAD_LIMIT leaves one thread (libgomp ABI: gcc/omp-expand.cc).  Here a region
 * is a call, and a second thread, which the sandbox would kill, cannot come to be.
 *
 * Ambiguities: a table for the old engine's doubts, inserted in order into a list, half of the time a
 * model takes to load; the network has doubts of its own.
 *
 * FASTPIX=0 leaves this file out.
 */

void GOMP_parallel(void (*)(void *), void *, unsigned, unsigned);
void GOMP_parallel_sections(void (*)(void *), void *, unsigned, unsigned, unsigned);
unsigned GOMP_sections_next(void);
void GOMP_sections_end_nowait(void);
void ambigs_load_universal(void *, const void *, void *) __asm__(
    "_ZN9tesseract13UnicharAmbigs13LoadUniversalERKNS_10UNICHARSETEPS1_");

static unsigned section, sections;

void
GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags)
{
	(void)threads;
	(void)flags;
	body(data);
}

void
GOMP_parallel_sections(
    void (*body)(void *), void *data, unsigned threads, unsigned count, unsigned flags)
{
	unsigned outer = section, all = sections;

	(void)threads;
	(void)flags;
	section = 0;
	sections = count;
	body(data);
	section = outer;
	sections = all;
}

/* From 1; 0: there are no more. */
unsigned
GOMP_sections_next(void)
{
	return section < sections ? ++section : 0;
}

void
GOMP_sections_end_nowait(void)
{
}

void
ambigs_load_universal(void *ambigs, const void *encoder, void *characters)
{
	(void)ambigs;
	(void)encoder;
	(void)characters;
}
