/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pdf_content.h"

#include <stdlib.h>
#include <string.h>

#define OPERANDS_MAX 8	/* cm takes six */
#define GSTATE_MAX 64	/* nested q; deeper content is rendered, not interpreted */
#define RENDER_HIDDEN 3 /* Tr 3: neither fill nor stroke (9.3.6) */

struct gstate {
	struct pdf_matrix matrix;
	int render;
};

struct walk {
	const char *p, *end;
	double operand[OPERANDS_MAX];
	size_t operands;
	struct span name; /* the last name operand */
	struct gstate now, stack[GSTATE_MAX];
	size_t depth;
	struct pdf_painted *painted;
	pdf_paint_fn paint;
	void *payload;
};

struct pdf_matrix
pdf_matrix_multiply(const struct pdf_matrix *m, const struct pdf_matrix *n)
{
	struct pdf_matrix r = { m->a * n->a + m->b * n->c, m->a * n->b + m->b * n->d,
		m->c * n->a + m->d * n->c, m->c * n->b + m->d * n->d,
		m->e * n->a + m->f * n->c + n->e, m->e * n->b + m->f * n->d + n->f };

	return r;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\0';
}

static bool
is_delimiter(char c)
{
	return c != '\0' && strchr("()<>[]{}/%", c) != NULL;
}

/* Past a (string) with its nested parentheses and escapes. */
static void
skip_string(struct walk *w)
{
	int depth = 0;

	for (; w->p < w->end; w->p++) {
		if (*w->p == '\\' && w->p + 1 < w->end) {
			w->p++;
		} else if (*w->p == '(') {
			depth++;
		} else if (*w->p == ')' && --depth == 0) {
			w->p++;
			return;
		}
	}
}

static void
skip_to(struct walk *w, const char *any)
{
	while (w->p < w->end && (*w->p == '\0' || strchr(any, *w->p) == NULL))
		w->p++;
}

static struct span
take_regular(struct walk *w)
{
	const char *start = w->p;

	while (w->p < w->end && !is_space(*w->p) && !is_delimiter(*w->p))
		w->p++;
	return span_make(start, (size_t)(w->p - start));
}

/* A decimal number as PDF writes it: no exponent. */
static bool
number(struct span s, double *value)
{
	double v = 0, unit = 1;
	bool minus = false, point = false, digits = false;
	size_t i = 0;

	if (s.n > 0 && (s.p[0] == '-' || s.p[0] == '+'))
		minus = s.p[i++] == '-';
	for (; i < s.n; i++) {
		if (s.p[i] == '.' && !point) {
			point = true;
		} else if (s.p[i] >= '0' && s.p[i] <= '9') {
			v = v * 10 + (s.p[i] - '0');
			unit *= point ? 10 : 1;
			digits = true;
		} else {
			return false;
		}
	}
	*value = (minus ? -v : v) / unit;
	return digits;
}

/* ---- operators ---- */

static void
op_save(struct walk *w)
{
	if (w->depth < GSTATE_MAX)
		w->stack[w->depth] = w->now;
	else
		w->painted->marks = true;
	w->depth++;
}

static void
op_restore(struct walk *w)
{
	if (w->depth == 0)
		return;
	w->depth--;
	if (w->depth < GSTATE_MAX)
		w->now = w->stack[w->depth];
}

static void
op_matrix(struct walk *w)
{
	const double *o = w->operand;
	struct pdf_matrix m;

	if (w->operands != 6) {
		w->painted->marks = true;
		return;
	}
	m = (struct pdf_matrix){ o[0], o[1], o[2], o[3], o[4], o[5] };
	w->now.matrix = pdf_matrix_multiply(&m, &w->now.matrix);
}

static void
op_render_mode(struct walk *w)
{
	if (w->operands == 1)
		w->now.render = (int)w->operand[0];
}

static void
op_text(struct walk *w)
{
	if (w->now.render == RENDER_HIDDEN)
		w->painted->hidden_text++;
	else
		w->painted->text++;
}

static void
op_paint(struct walk *w)
{
	if (w->name.n > 0)
		w->paint(w->payload, w->name, &w->now.matrix);
}

static void
op_marks(struct walk *w)
{
	w->painted->marks = true;
}

/* The data of an inline image may hold anything: enough is known, the page is rendered. */
static void
op_inline_image(struct walk *w)
{
	w->painted->marks = true;
	w->p = w->end;
}

static const struct {
	const char *name;
	void (*act)(struct walk *);
} operators[] = {
	{ "q", op_save },
	{ "Q", op_restore },
	{ "cm", op_matrix },
	{ "Tr", op_render_mode },
	{ "Tj", op_text },
	{ "TJ", op_text },
	{ "'", op_text },
	{ "\"", op_text },
	{ "Do", op_paint },
	{ "BI", op_inline_image },
	{ "S", op_marks },
	{ "s", op_marks },
	{ "f", op_marks },
	{ "F", op_marks },
	{ "f*", op_marks },
	{ "B", op_marks },
	{ "B*", op_marks },
	{ "b", op_marks },
	{ "b*", op_marks },
	{ "sh", op_marks },
};

static void
operator(struct walk *w, struct span name)
{
	size_t i;

	for (i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		if (span_equal_str(name, operators[i].name)) {
			operators[i].act(w);
			break;
		}
	}
	w->operands = 0;
	w->name.n = 0;
}

static void
token(struct walk *w)
{
	struct span s;
	double value;

	switch (*w->p) {
	case '(':
		skip_string(w);
		return;
	case '%':
		skip_to(w, "\r\n");
		return;
	case '<':
		w->p++;
		if (w->p < w->end && *w->p == '<')
			w->p++; /* a dictionary: its tokens are passed over one by one */
		else
			skip_to(w, ">");
		return;
	case '/':
		w->p++;
		w->name = take_regular(w);
		return;
	case '>':
	case ')':
	case '[':
	case ']':
	case '{':
	case '}':
		w->p++;
		return;
	default:
		break;
	}
	s = take_regular(w);
	if (!number(s, &value))
		operator(w, s);
	else if (w->operands < OPERANDS_MAX)
		w->operand[w->operands++] = value;
}

void
pdf_content_walk(struct span content, const struct pdf_matrix *start, struct pdf_painted *painted,
    pdf_paint_fn paint, void *payload)
{
	struct walk w;

	memset(&w, 0, sizeof(w));
	w.p = content.p;
	w.end = content.p + content.n;
	w.now.matrix = *start;
	w.painted = painted;
	w.paint = paint;
	w.payload = payload;
	while (w.p < w.end) {
		if (is_space(*w.p))
			w.p++;
		else
			token(&w);
	}
}
