/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "field_parts.h"
#include "text.h"

/*
 * Who signed: the name below the office ("KT. GIÁM ĐỐC / PHÓ GIÁM ĐỐC") in the right half of the
 * last page, under seal and signature.  Names are read badly there; a family name that exists and
 * sure words are asked for.
 */
#define BLOCK_PART 0.35	 /* of the page: how far below the office the name may stand */
#define BLOCK_WIDTH 0.15 /* of the page's width between their middles */
#define BLOCK_ROWS 12	 /* the same where there are no boxes */
#define SIGNER_SHARE 0.9

/* Family names, folded; together they cover nearly everybody (ours; order by letters). */
static const char *const family_names[] = { "An", "Au", "Bach", "Banh", "Be", "Bui", "Cao", "Chau",
	"Chu", "Cu", "Dam", "Dang", "Danh", "Dao", "Diep", "Dinh", "Do", "Doan", "Duong", "Giang",
	"Giap", "Ha", "Ho", "Hoang", "Hua", "Huynh", "Kha", "Khuat", "Khuc", "Khuong", "Kieu",
	"Kim", "La", "Lai", "Lam", "Le", "Lo", "Luc", "Luong", "Luu", "Ly", "Ma", "Mac", "Mai",
	"Nghiem", "Ngo", "Nguy", "Nguyen", "Ninh", "Nong", "Ong", "Pham", "Phan", "Phi", "Phung",
	"Quach", "Quan", "Son", "Ta", "Tang", "Thach", "Thai", "Than", "Thi", "Tieu", "To", "Ton",
	"Tong", "Tra", "Tran", "Trieu", "Trinh", "Truong", "Tu", "Ung", "Van", "Vi", "Vo", "Vu",
	"Vuong" };

static int
compare_name(const void *key, const void *row)
{
	return strcmp(key, *(const char *const *)row);
}

static bool
has_family_name(const char *folded_name)
{
	char first[16];
	size_t n = strcspn(folded_name, " ");

	if (n >= sizeof first)
		return false;
	memcpy(first, folded_name, n);
	first[n] = '\0';
	return bsearch(first, family_names, sizeof family_names / sizeof *family_names,
		   sizeof *family_names, compare_name) != NULL;
}

static bool
below_office(
    const struct layout *l, const struct layout_line *office, const struct layout_line *line)
{
	int apart;

	if (!l->word_height)
		return line->row > office->row && line->row <= office->row + BLOCK_ROWS;
	apart = line->box[0] + line->box[2] / 2 - office->box[0] - office->box[2] / 2;
	return line->box[1] > office->box[1] &&
	    line->box[1] - office->box[1] < BLOCK_PART * l->height &&
	    abs(apart) < BLOCK_WIDTH * l->width;
}

static void
take(struct fields *f, struct layout_piece piece)
{
	char *name = arena_dup_span(f->arena, layout_piece_text(piece));
	struct strbuf folded = STRBUF_INIT;
	double sure;
	int box[4];

	text_fold(span_of(name), true, &folded);
	sure = layout_piece_box(piece, box);
	sure *= has_family_name(folded.buf) ? SIGNER_SHARE : 0.5;
	field_add(f, FIELD_SIGNER, name, &piece, f->source->last_no, sure, "signature-text");
	strbuf_free(&folded);
}

void
field_signer(struct fields *f)
{
	const struct layout *l = f->source->last;
	const struct layout_line *office = NULL, *line;
	regmatch_t m[PATTERN_GROUPS];
	size_t i;

	/* The last office on the page; the header's bodies stand in its columns. */
	for (i = 0; i < l->count; i++)
		if (l->line[i].zone == LAYOUT_BODY &&
		    field_match(f, PATTERN_CAPACITY, l->line[i].folded, m) &&
		    layout_capitals(&l->line[i], 4))
			office = &l->line[i];
	if (!office)
		return;
	/* Bottom-up: between office and name there may be what the reader made of the seal. */
	for (i = l->count; i-- > 0;) {
		line = &l->line[i];
		if (line != office && below_office(l, office, line) &&
		    field_match(f, PATTERN_PERSON, line->folded, m)) {
			take(f, layout_piece(line, m[3]));
			return;
		}
	}
}
