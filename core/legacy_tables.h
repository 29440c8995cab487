/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LEGACY_TABLES_H
#define LEGACY_TABLES_H
#include <stdint.h>

#define LEGACY_VNI_PAIRS 58
#define LEGACY_VNI_SINGLES 9

/* A base byte and the byte of its mark (0: none) make one letter. */
struct legacy_vni_pair {
	uint8_t base, mark;
	uint16_t rune;
};

/* Code points of the bytes 0x80-0xff; 0xfffd = nothing. */
extern const uint16_t legacy_tcvn3[128], legacy_viscii[128], legacy_cp1258[128], legacy_cp1252[128];
extern const struct legacy_vni_pair legacy_vni_pairs[LEGACY_VNI_PAIRS];
extern const struct legacy_vni_pair legacy_vni_singles[LEGACY_VNI_SINGLES];

#endif
