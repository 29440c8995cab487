/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Letters and reports in English, and a page in both languages. */
#include "compose.h"

static const char *const month_name[] = { "January", "February", "March", "April", "May", "June",
	"July", "August", "September", "October", "November", "December" };

static void
english_begin(struct document *d)
{
	d->place = "Hai Phong";
	d->issuer = "Department of Tourism";
	d->superior = "Hai Phong City People's Committee";
	d->capacity = NULL;
	d->post = arena_dup(d->arena, "Director");
	scope_bind(&d->scope, "date_english",
	    arena_printf(
		d->arena, "%d %s %d", d->scope.day, month_name[d->scope.month - 1], d->scope.year));
	add_text(d, STYLE_CENTRE, "HAI PHONG CITY PEOPLE'S COMMITTEE\nDEPARTMENT OF TOURISM");
	add_text(d, STYLE_PLAIN, "Ref. No.: {notation}");
}

void
compose_english_letter(struct document *d)
{
	int i, n = some(d, 2, 3);

	english_begin(d);
	add_text(d, STYLE_RIGHT, "Hai Phong, {date_english}");
	add_text(d, STYLE_PLAIN, "To: {en_partner}");
	add_text(d, STYLE_PLAIN, "<b>Subject: {subject}</b>");
	add_text(d, STYLE_PLAIN, "Dear Sir or Madam,");
	for (i = 0; i < n; i++)
		add_text(d, STYLE_BODY, "{en_sentence} {en_sentence} {en_sentence}");
	add_text(d, STYLE_BODY, "We look forward to your reply and to a fruitful cooperation.");
	add_text(d, STYLE_PLAIN, "Yours faithfully,");
	add_block(d, BLOCK_FOOT);
}

void
compose_english_report(struct document *d)
{
	static const double width[] = { 0.10, 0.50, 0.20, 0.20 };
	static const char *const head[] = { "No.", "Indicator", "{last_year}", "{year}" };
	static const char *const what[] = { "International visitors (thousand)",
		"Hotel rooms in service", "Guides with a licence", "Complaints received",
		"Beaches with lifeguards" };
	struct table *t;
	size_t i;

	english_begin(d);
	add_text(d, STYLE_TITLE, "{!subject}");
	add_text(d, STYLE_CENTRE_ITALIC, "{date_english}");
	for (i = 0; i < d->appetite + 2; i++) {
		add_text(d, STYLE_HEADING, arena_printf(d->arena, "%zu. {en_heading}", i + 1));
		add_text(d, STYLE_BODY, "{en_sentence} {en_sentence} {en_sentence} {en_sentence}");
	}
	t = add_table(d, 4, width);
	add_row(d, t, head);
	for (i = 0; i < sizeof(what) / sizeof(*what); i++) {
		const char *row[4] = { arena_printf(d->arena, "%zu", i + 1), what[i], "{10-990}",
			"{10-990}" };

		add_row(d, t, row);
	}
	add_block(d, BLOCK_FOOT);
}

/* Công văn with the English beneath each paragraph. */
void
compose_bilingual(struct document *d)
{
	int i, n = some(d, 2, 3);

	add_line(d, &d->addressees, "{^en_partner}");
	add_block(d, BLOCK_NATION);
	add_block(d, BLOCK_ADDRESSEES);
	for (i = 0; i < n; i++) {
		add_text(d, STYLE_BODY, "{fact}");
		add_text(d, STYLE_BASIS, "{en_sentence} {en_sentence}");
	}
	add_text(d, STYLE_BODY, "{contact}");
	add_text(d, STYLE_BASIS, "We look forward to your reply./.");
	add_recipients(d, "- Như trên;");
	add_block(d, BLOCK_FOOT);
}
