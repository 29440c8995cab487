/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The head and foot of NĐ 30/2020 PL I: two columns each, the left one read first. */
#include <string.h>

#include "sheet.h"

static const struct face plain = { 0.95, false, false, PANGO_ALIGN_CENTER };
static const struct face bold = { 0.95, true, false, PANGO_ALIGN_CENTER };
static const struct face bold_full = { 1, true, false, PANGO_ALIGN_CENTER };
static const struct face normal = { 1, false, false, PANGO_ALIGN_CENTER };
static const struct face small = { 0.9, false, false, PANGO_ALIGN_CENTER };
static const struct face italic = { 1, false, true, PANGO_ALIGN_CENTER };
static const struct face list = { 1, false, false, PANGO_ALIGN_LEFT };
static const struct face recipients_title = { 0.88, true, true, PANGO_ALIGN_LEFT };
static const struct face recipients = { 0.85, false, false, PANGO_ALIGN_LEFT };

/* A rule of width w under the middle of a column. */
static double
rule_under(struct setter *s, double x, double w, double column, double y)
{
	setter_mark(s, MARK_RULE, x + (column - w) / 2, y + 2, w, 0);
	return y + 8;
}

static double
issuer_put(struct setter *s, double x, double y, double w)
{
	const struct document *d = s->document;
	char *line;

	y = setter_box(s, &plain, d->superior, x, y, w);
	y = setter_box(s, &bold, d->issuer, x, y, w);
	y = rule_under(s, x, w * 0.36, w, y);
	line = g_strdup_printf("Số: %s", d->notation);
	y = setter_box(s, &normal, line, x, y, w);
	g_free(line);
	if (d->kind->abbreviation == NULL) {
		line = g_strdup_printf("V/v %s", d->subject);
		y = setter_box(s, &small, line, x + 6, y + 2, w - 12);
		g_free(line);
	}
	return y;
}

static double
nation_put(struct setter *s, double x, double y, double w)
{
	const struct document *d = s->document;
	char *line;

	y = setter_box(s, &bold, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", x - 8, y, w + 16);
	y = setter_box(s, &bold_full, "Độc lập - Tự do - Hạnh phúc", x, y, w);
	y = rule_under(s, x, s->size * 12.2, w, y);
	line = g_strdup_printf("%s, %s", d->place, scope_value(&d->scope, "date_long"));
	y = setter_box(s, &italic, line, x, y + 2, w);
	g_free(line);
	return y;
}

/* A degree of secrecy or urgency, framed, under the number (NĐ 30/2020 PL I III). */
static void
stamp_put(struct setter *s, const char *word)
{
	struct mark *m = setter_mark(s, MARK_STAMP, s->left + 10, s->y + 6, 92, 24);

	m->label = word;
	strbuf_add_str(&setter_page(s)->text, word);
	strbuf_add_char(&setter_page(s)->text, '\n');
	s->y += 32;
}

void
set_nation(struct setter *s, const struct block *b)
{
	double width = s->right - s->left + 24;
	double left = issuer_put(s, s->left - 24, s->y, width * 0.42);
	double right = nation_put(s, s->left - 24 + width * 0.42, s->y, width * 0.58);

	(void)b;
	s->y = left > right ? left : right;
	if (s->document->secrecy != NULL)
		stamp_put(s, s->document->secrecy);
	if (s->document->urgency != NULL)
		stamp_put(s, s->document->urgency);
	s->y += 10;
}

void
set_title(struct setter *s, const struct block *b)
{
	const struct document *d = s->document;
	double w = s->right - s->left;

	(void)b;
	s->y = setter_box(s, &bold_full, d->type, s->left, s->y + 8, w);
	s->y = setter_box(s, &bold_full, d->subject, s->left + w * 0.08, s->y + 2, w * 0.84);
	s->y = rule_under(s, s->left, w * 0.22, w, s->y) + 4;
}

void
set_addressees(struct setter *s, const struct block *b)
{
	const struct lines *l = &s->document->addressees;
	double x = s->left + 120;
	char *line;
	size_t i;

	(void)b;
	s->y += 8;
	if (l->n == 1) {
		line = g_strdup_printf("Kính gửi: %s.", l->line[0]);
		s->y = setter_box(s, &normal, line, s->left, s->y, s->right - s->left) + 8;
		g_free(line);
		return;
	}
	s->y = setter_box(s, &list, "Kính gửi:", x - 20, s->y, s->right - x);
	for (i = 0; i < l->n; i++) {
		line = g_strdup_printf("- %s%s", l->line[i], i + 1 < l->n ? ";" : ".");
		s->y = setter_box(s, &list, line, x, s->y, s->right - x);
		g_free(line);
	}
	s->y += 6;
}

static double
recipients_put(struct setter *s, double x, double y, double w)
{
	const struct lines *l = &s->document->recipients;
	size_t i;

	if (l->n == 0)
		return y;
	y = setter_box(s, &recipients_title, "Nơi nhận:", x, y, w);
	for (i = 0; i < l->n; i++)
		y = setter_box(s, &recipients, l->line[i], x, y, w);
	return y;
}

/* Capacity, post, room for ink and seal, name.  The seal lies over a third of the signature (PL I II.8). */
static double
signature_put(struct setter *s, double x, double y, double w)
{
	const struct document *d = s->document;
	struct mark *m;

	if (d->capacity != NULL)
		y = setter_box(s, &bold_full, d->capacity, x, y, w);
	y = setter_box(s, &bold_full, d->post, x, y, w);
	m = setter_mark(s, MARK_SIGNATURE, x + w * 0.28, y + 8, w * 0.52, 46);
	m->seed = d->seed ^ 0x51;
	m = setter_mark(s, MARK_SEAL, x + w * 0.21, y + 42, 38, 0);
	m->label = d->office->seal;
	m->label2 = d->place;
	m->seed = d->seed ^ 0x5ea1;
	return setter_box(s, &bold_full, d->signer, x, y + 84, w);
}

void
set_foot(struct setter *s, const struct block *b)
{
	double w = s->right - s->left, left, right;

	(void)b;
	s->y += 12;
	setter_need(s, 190);
	left = recipients_put(s, s->left, s->y, w * 0.46);
	right = signature_put(s, s->left + w * 0.46, s->y, w * 0.54);
	s->y = left > right ? left : right;
}

/* The head of a controlled document: office, name, code, issue, page (form of one's own, TCVN ISO 9001 7.5.3). */
void
set_form_head(struct setter *s, const struct block *b)
{
	static const struct face cell = { 0.86, false, false, PANGO_ALIGN_LEFT };
	const struct document *d = s->document;
	double w = s->right - s->left;
	char *right, *title = g_strdup_printf("%s\n%s", d->type, d->subject);

	(void)b;
	right = g_strdup_printf("Mã hiệu: %s\nLần ban hành: %s\nNgày ban hành: %s", d->notation,
	    scope_value(&d->scope, "issue"), scope_value(&d->scope, "issue_date"));
	setter_mark(s, MARK_FRAME, s->left, s->y, w * 0.28, 66);
	setter_mark(s, MARK_FRAME, s->left + w * 0.28, s->y, w * 0.42, 66);
	setter_mark(s, MARK_FRAME, s->left + w * 0.70, s->y, w * 0.30, 66);
	setter_box(s, &bold, d->issuer, s->left + 4, s->y + 12, w * 0.28 - 8);
	setter_box(s, &bold, title, s->left + w * 0.28 + 4, s->y + 4, w * 0.42 - 8);
	setter_box(s, &cell, right, s->left + w * 0.70 + 4, s->y + 4, w * 0.30 - 8);
	g_free(right);
	g_free(title);
	s->y += 74;
}
