/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The truth beside each file. */
#include <stdio.h>
#include <string.h>

#include "json_out.h"
#include "output.h"

/* Lines of a head or a capacity become one. */
static char *
one_line(struct arena *arena, const char *text)
{
	char *copy = arena_dup(arena, text), *p;

	for (p = copy; p != NULL && *p != 0; p++)
		if (*p == '\n')
			*p = ' ';
	return copy;
}

static void
json_lines(struct json_out *j, const char *key, const struct lines *l)
{
	size_t i;

	json_key(j, key);
	json_array(j);
	for (i = 0; i < l->n; i++)
		json_str(j, l->line[i]);
	json_end_array(j);
}

static void
json_document(struct json_out *j, const struct document *d)
{
	json_key_str(j, "kind", d->kind->name);
	json_key_str(j, "type", d->type);
	json_key_str(j, "type_code", d->kind->code);
	json_key_int(j, "number", d->number);
	json_key_str(j, "symbol", d->symbol);
	json_key_str(j, "notation", d->notation);
	json_key_str(j, "date", d->date);
	json_key_str(j, "place", d->place);
	json_key_str(j, "issuer", one_line(d->arena, d->issuer));
	json_key_str(j, "superior", one_line(d->arena, d->superior));
	json_key_str(j, "subject", d->subject);
	json_key_str(j, "signer", d->signer);
	json_key_str(j, "capacity", one_line(d->arena, d->capacity));
	json_key_str(j, "post", d->post);
	json_key_str(j, "urgency", d->urgency);
	json_key_str(j, "secrecy", d->secrecy);
	json_key_str(j, "code_kind", code_name(d->code.kind));
	json_key_str(j, "code", d->code.text);
	json_lines(j, "addressees", &d->addressees);
	json_lines(j, "recipients", &d->recipients);
	json_key_str(j, "language", d->language);
}

static void
json_scan(struct json_out *j, const struct order *order)
{
	bool scanned = order->format->scanned;

	json_key_str(j, "format", order->format->name);
	json_key_str(j, "state", scanned ? order->state->name : "born-digital");
	json_key_int(j, "dpi", scanned ? order->dpi : 0);
	json_key_int(j, "rotation", scanned ? order->turn : 0);
	json_key_int(j, "seed", (int64_t)(order->draft.seed & INT64_MAX));
}

static void
tsv_cell(struct strbuf *out, const char *text, char end)
{
	for (; text != NULL && *text != 0; text++)
		strbuf_add_char(out, *text == '\t' || *text == '\n' ? ' ' : *text);
	strbuf_add_char(out, end);
}

enum status
truth_begin(const char *folder, struct err *err)
{
	static const char head[] =
	    "file\tnotation\tissued\ttype\tsubject\tissuer\tsigner\turgency\tlanguage\n";
	owned(strbuf_free) struct strbuf path = STRBUF_INIT;

	strbuf_addf(&path, "%s/metadata.tsv", folder);
	return file_write(path.buf, head, sizeof(head) - 1, err);
}

/* A line of metadata.tsv; pages after the first of a document in parts know its head all the same. */
static enum status
truth_row(const struct document *d, const char *file, const char *folder, struct err *err)
{
	owned(strbuf_free) struct strbuf path = STRBUF_INIT, row = STRBUF_INIT;
	const char *cell[] = { file, d->notation, d->date, d->kind->code, d->subject, d->issuer,
		d->signer, d->urgency, strncmp(d->language, "vi", 2) == 0 ? "vi" : d->language };
	size_t i, n = sizeof(cell) / sizeof(cell[0]);
	FILE *f;

	for (i = 0; i < n; i++)
		tsv_cell(&row, cell[i], i + 1 < n ? '\t' : '\n');
	strbuf_addf(&path, "%s/metadata.tsv", folder);
	if ((f = fopen(path.buf, "ab")) == NULL)
		return fail_sys(err, "open %s", path.buf);
	(void)fwrite(row.buf, 1, row.len, f);
	return fclose(f) != 0 ? fail_sys(err, "write %s", path.buf) : ST_OK;
}

enum status
truth_write(const struct order *order, const struct document *d, const struct sheets *sheets,
    size_t first, size_t n, size_t part, const char *file, const char *folder, const char *name,
    struct err *err)
{
	owned(strbuf_free) struct strbuf json = STRBUF_INIT, text = STRBUF_INIT, path = STRBUF_INIT;
	struct json_out j;
	enum status st;
	size_t i;

	json_start(&j, &json);
	json_object(&j);
	json_key_str(&j, "file", file);
	json_document(&j, d);
	json_scan(&j, order);
	json_key_int(&j, "pages", (int64_t)n);
	if (part > 0)
		json_key_int(&j, "part", (int64_t)part);
	json_key(&j, "text");
	json_array(&j);
	for (i = first; i < first + n; i++) {
		json_str(&j, sheets->sheet[i].text.buf);
		if (i > first)
			strbuf_add_char(&text, '\f');
		strbuf_add(&text, sheets->sheet[i].text.buf, sheets->sheet[i].text.len);
	}
	json_end_array(&j);
	json_end_object(&j);
	strbuf_add_char(&json, '\n');
	strbuf_addf(&path, "%s/%s.json", folder, name);
	if ((st = file_write(path.buf, json.buf, json.len, err)) != ST_OK)
		return st;
	strbuf_reset(&path);
	strbuf_addf(&path, "%s/%s.txt", folder, name);
	if ((st = file_write(path.buf, text.buf, text.len, err)) != ST_OK)
		return st;
	return truth_row(d, file, folder, err);
}
