/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record_parts.h"
#include "text.h"

#define SUBJECT_MAX 2000
#define FIELD_MAX 500

const char *const record_field_column[FIELD_COUNT] = { "number", "symbol", "issued", "type_code",
	"subject", "issuer", "signer", "urgency", "language", "signer_post" };
static const char *const field_names[FIELD_COUNT] = { "number", "symbol", "issued", "type",
	"subject", "issuer", "signer", "urgency", "language", "signer_post" };
static const char *const reading_names[READING_COUNT] = { "waiting", "reading", "read", "partial",
	"refused", "failed" };

/* NĐ 30/2020 PL VI: Priority; wording of PL I. */
static const char *const urgencies[] = { "KHẨN", "THƯỢNG KHẨN", "HỎA TỐC" };

const char *
record_field_name(enum record_field field)
{
	return (unsigned)field < FIELD_COUNT ? field_names[field] : NULL;
}

int
record_field_parse(struct span name)
{
	for (int i = 0; i < FIELD_COUNT; i++)
		if (span_equal_str(name, field_names[i]))
			return i;
	return -1;
}

const char *
record_reading_name(enum record_reading reading)
{
	return (unsigned)reading < READING_COUNT ? reading_names[reading] : NULL;
}

char *
record_line(const char *value, size_t max, struct arena *arena)
{
	owned(strbuf_free) struct strbuf text = STRBUF_INIT;
	struct span given = span_of(value);

	if (given.n > max) /* not in the middle of a character */
		for (given.n = max; given.n && ((unsigned char)value[given.n] & 0xc0) == 0x80;)
			given.n--;
	text_normalise(given, &text);
	for (size_t i = 0; i < text.len; i++)
		if (text.buf[i] == '\n' || text.buf[i] == '\t')
			text.buf[i] = ' ';
	return arena_dup_span(arena, span_trim(strbuf_span(&text)));
}

static enum status
clean_free(const char *value, struct arena *arena, const char **out, struct err *err)
{
	(void)err;
	*out = record_line(value, SUBJECT_MAX, arena);
	return ST_OK;
}

static enum status
clean_date(const char *value, struct arena *arena, const char **out, struct err *err)
{
	*out = record_line(value, FIELD_MAX, arena);
	return date_valid(span_of(*out), true)
	    ? ST_OK
	    : fail(err, ST_INVALID,
		  "not a day of the calendar; write YYYY-MM-DD, or YYYY-MM or YYYY");
}

static enum status
clean_type(const char *value, struct arena *arena, const char **out, struct err *err)
{
	const struct record_type *type = record_type_find(span_of(value));

	(void)arena;
	if (!type)
		return fail(err, ST_INVALID, "no such document type; give its code or its name");
	*out = type->code;
	return ST_OK;
}

static enum status
clean_urgency(const char *value, struct arena *arena, const char **out, struct err *err)
{
	owned(strbuf_free) struct strbuf wanted = STRBUF_INIT, key = STRBUF_INIT;

	(void)arena;
	text_key(span_of(value), &wanted);
	for (size_t i = 0; i < sizeof(urgencies) / sizeof(urgencies[0]); i++) {
		strbuf_reset(&key);
		text_key(span_of(urgencies[i]), &key);
		if (span_equal(strbuf_span(&key), strbuf_span(&wanted))) {
			*out = urgencies[i];
			return ST_OK;
		}
	}
	return fail(err, ST_INVALID, "not one of KHẨN, THƯỢNG KHẨN, HỎA TỐC");
}

/* ISO 639: two or three lower-case letters. */
static enum status
clean_language(const char *value, struct arena *arena, const char **out, struct err *err)
{
	size_t n = strspn(value, "abcdefghijklmnopqrstuvwxyz");

	if (value[n] != '\0' || n < 2 || n > 3)
		return fail(err, ST_INVALID, "not a language code like vi or en");
	*out = arena_dup(arena, value);
	return ST_OK;
}

typedef enum status (*field_clean)(const char *, struct arena *, const char **, struct err *);
static const field_clean cleaners[FIELD_COUNT] = {
	[FIELD_NUMBER] = clean_free,
	[FIELD_SYMBOL] = clean_free,
	[FIELD_ISSUED] = clean_date,
	[FIELD_TYPE] = clean_type,
	[FIELD_SUBJECT] = clean_free,
	[FIELD_ISSUER] = clean_free,
	[FIELD_SIGNER] = clean_free,
	[FIELD_URGENCY] = clean_urgency,
	[FIELD_LANGUAGE] = clean_language,
	[FIELD_SIGNER_POST] = clean_free,
};

static enum status
clean_one(enum record_field field, const char *value, struct arena *arena, const char **out,
    struct err *err)
{
	struct span text = span_trim(span_of(value));
	size_t max = field == FIELD_SUBJECT ? SUBJECT_MAX : FIELD_MAX;

	*out = "";
	if (text.n == 0)
		return ST_OK;
	if (text.n > max)
		return fail(err, ST_INVALID, "%zu bytes, %zu are allowed", text.n, max);
	if (!utf8_valid(text))
		return fail(err, ST_INVALID, "not UTF-8 text");
	return cleaners[field](arena_dup_span(arena, text), arena, out, err);
}

enum status
record_fields_clean(const char *const in[FIELD_COUNT], struct arena *arena,
    const char *out[FIELD_COUNT], struct err *err)
{
	enum status st = ST_OK;

	for (int i = 0; st == ST_OK && i < FIELD_COUNT; i++) {
		out[i] = NULL;
		if (in[i])
			st = clean_one((enum record_field)i, in[i], arena, &out[i], err);
		if (st != ST_OK)
			(void)err_context(err, "field %s", field_names[i]);
	}
	return st;
}

const char *
record_number_key(const char *number, const char *symbol, struct arena *arena)
{
	owned(strbuf_free) struct strbuf notation = STRBUF_INIT;
	struct text_number parsed;

	record_notation(number, symbol, &notation);
	if (!text_number_parse(strbuf_span(&notation), &parsed))
		return NULL;
	return arena_dup(arena, parsed.key);
}
