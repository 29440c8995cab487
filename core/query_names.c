/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "search_parts.h"

/* Values that have names: keys as text_key makes them, so marks and case do not matter. */
static const struct {
	enum query_names of;
	const char *key, *code;
} names[] = {
	{ NAMES_LANGUAGE, "vi", "vi" },
	{ NAMES_LANGUAGE, "tieng viet", "vi" },
	{ NAMES_LANGUAGE, "viet", "vi" },
	{ NAMES_LANGUAGE, "vietnamese", "vi" },
	{ NAMES_LANGUAGE, "en", "en" },
	{ NAMES_LANGUAGE, "tieng anh", "en" },
	{ NAMES_LANGUAGE, "anh", "en" },
	{ NAMES_LANGUAGE, "english", "en" },
	{ NAMES_LANGUAGE, "fr", "fr" },
	{ NAMES_LANGUAGE, "tieng phap", "fr" },
	{ NAMES_LANGUAGE, "phap", "fr" },
	{ NAMES_LANGUAGE, "french", "fr" },
	{ NAMES_LANGUAGE, "zh", "zh" },
	{ NAMES_LANGUAGE, "tieng trung", "zh" },
	{ NAMES_LANGUAGE, "chinese", "zh" },
	{ NAMES_STATE, "draft", "draft" },
	{ NAMES_STATE, "nhap", "draft" },
	{ NAMES_STATE, "du thao", "draft" },
	{ NAMES_STATE, "declared", "declared" },
	{ NAMES_STATE, "chinh thuc", "declared" },
	{ NAMES_STATE, "da dang ki", "declared" },
	{ NAMES_STATE, "recalled", "recalled" },
	{ NAMES_STATE, "thu hoi", "recalled" },
	{ NAMES_STATE, "da thu hoi", "recalled" },
	{ NAMES_LEVEL, "0", "0" },
	{ NAMES_LEVEL, "public", "0" },
	{ NAMES_LEVEL, "cong khai", "0" },
	{ NAMES_LEVEL, "1", "1" },
	{ NAMES_LEVEL, "internal", "1" },
	{ NAMES_LEVEL, "noi bo", "1" },
	{ NAMES_LEVEL, "2", "2" },
	{ NAMES_LEVEL, "restricted", "2" },
	{ NAMES_LEVEL, "han che", "2" },
	{ NAMES_LEVEL, "3", "3" },
	{ NAMES_LEVEL, "confidential", "3" },
	{ NAMES_LEVEL, "bao mat", "3" },
	{ NAMES_SORT, "relevance", "relevance" },
	{ NAMES_SORT, "lien quan", "relevance" },
	{ NAMES_SORT, "newest", "newest" },
	{ NAMES_SORT, "date", "newest" },
	{ NAMES_SORT, "moi", "newest" },
	{ NAMES_SORT, "moi nhat", "newest" },
	{ NAMES_SORT, "ngay", "newest" },
	{ NAMES_SORT, "oldest", "oldest" },
	{ NAMES_SORT, "cu", "oldest" },
	{ NAMES_SORT, "cu nhat", "oldest" },
	{ NAMES_SORT, "number", "number" },
	{ NAMES_SORT, "so", "number" },
	{ NAMES_SORT, "so hieu", "number" },
	{ NAMES_RETENTION, "permanent", "permanent" },
	{ NAMES_RETENTION, "vinh vien", "permanent" },
	{ NAMES_DUE, "overdue", "overdue" },
	{ NAMES_DUE, "qua han", "overdue" },
	{ NAMES_DUE, "waiting", "waiting" },
	{ NAMES_DUE, "cho", "waiting" },
	{ NAMES_DUE, "dang cho", "waiting" },
	{ NAMES_HELD, "yes", "yes" },
	{ NAMES_HELD, "co", "yes" },
	{ NAMES_HELD, "no", "no" },
	{ NAMES_HELD, "khong", "no" },
	{ NAMES_YEARS, "nam", "years" },
	{ NAMES_YEARS, "year", "years" },
	{ NAMES_YEARS, "years", "years" },
};

const char *
query_named(enum query_names of, struct span name)
{
	owned(strbuf_free) struct strbuf key = STRBUF_INIT;
	size_t i;

	text_key(name, &key);
	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		if (names[i].of == of && span_equal_str(strbuf_span(&key), names[i].key))
			return names[i].code;
	return NULL;
}

bool
query_word_fits(const struct query_word *w, struct span folded)
{
	switch (w->form) {
	case FORM_PREFIX:
		return span_starts(folded, w->folded);
	case FORM_FUZZY:
		return text_distance(folded, w->folded, w->distance) <= w->distance;
	default:
		return span_equal(folded, w->folded);
	}
}

bool
query_word_may_be_mistyped(const struct query_word *w)
{
	return w->form == FORM_WORD && w->folded.n >= QUERY_FUZZY_MIN && !w->digits;
}
