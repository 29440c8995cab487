/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LEGACY_H
#define LEGACY_H
#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "span.h"
#include "strbuf.h"

/*
 * Vietnamese text from before Unicode: which encoding it is, and the same text as UTF-8 NFC.
 * Detection is by the share of words with marks that are legal Vietnamese syllables under each
 * hypothesis (vietnamese.md 3.5).  Tables are ours: no gconv module is opened.
 */
enum legacy_encoding {
	LEGACY_UTF8,		/* already Unicode */
	LEGACY_UTF16LE,
	LEGACY_UTF16BE,
	LEGACY_TCVN3,		/* ABC, .VnTime */
	LEGACY_VNI,		/* VNI-Windows */
	LEGACY_VISCII,
	LEGACY_CP1258,
	LEGACY_CP1252,		/* western, the last resort: every byte means something */
	LEGACY_COUNT
};

struct legacy_verdict {
	enum legacy_encoding	 encoding;
	unsigned		 marked;	/* words with marks that were looked at */
	unsigned		 legal;		/* per cent of them legal under encoding */
	unsigned		 as_is;		/* per cent legal without conversion */
};

#ifdef __cplusplus
extern "C" {
#endif

/* "UTF-8", "TCVN3", ...: stable, shown and stored. */
const char	*legacy_name(enum legacy_encoding);
/*
 * Is this word (no spaces) a legal Vietnamese syllable: onset, rhyme, at most one tone, stops only
 * with sắc or nặng?  Any case, NFC or NFD.  Over-permissive by design (ocr.md section 7).
 */
bool		 legacy_syllable_legal(struct span utf8);
/*
 * Per cent of the words with a non-ASCII letter that are legal syllables, and how many there were
 * (*marked; 0 gives 0).  utf8 is valid UTF-8, NFC.
 */
unsigned	 legacy_legal_share(struct span utf8, unsigned *marked);
/* Bytes of unknown encoding: byte order marks, UTF-8, UTF-16 without a mark, then the hypotheses. */
void		 legacy_detect(struct span bytes, struct legacy_verdict *);
/*
 * Text that is valid UTF-8 but shows an old encoding read as Windows-1252 (old PDF and Word
 * fonts): LEGACY_UTF8 when it is fine or nothing fits clearly.
 */
void		 legacy_detect_mojibake(struct span utf8, struct legacy_verdict *);
/* Appends the text as UTF-8 NFC; bytes without a meaning become U+FFFD.  A byte order mark goes. */
void		 legacy_decode(enum legacy_encoding, struct span bytes, struct strbuf *out);
/* Appends the repaired text of a mojibake verdict. */
void		 legacy_repair(enum legacy_encoding, struct span utf8, struct strbuf *out);
/*
 * Appends a repaired word of TCVN3 with the hyphens that are its letter ư, byte AD: WinAnsiEncoding has a
 * second hyphen there (ISO 32000-1 Annex D.2), and that is what comes out of a PDF.  "tr-ởng" is "trưởng";
 * a hyphen stays where it makes no legal syllable.
 */
void		 legacy_mend_hyphens(struct span word, struct strbuf *out);

#ifdef __cplusplus
}
#endif
#endif
