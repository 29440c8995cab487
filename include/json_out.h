/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef JSON_OUT_H
#define JSON_OUT_H
#include <stdbool.h>
#include <stdint.h>

#include "strbuf.h"

/*
 * Writes JSON (RFC 8259) into a strbuf, commas and escapes by construction.  Strings are UTF-8;
 * invalid bytes become U+FFFD; '<', '>', '&', U+2028 and U+2029 are escaped so that the text may
 * stand inside HTML.  Nesting deeper than JSON_OUT_DEPTH aborts: shape is ours, never input's.
 */
#define JSON_OUT_DEPTH	32

struct json_out {
	struct strbuf	*out;
	unsigned	 depth;
	bool		 comma[JSON_OUT_DEPTH];
	bool		 after_key;
};

/*
 * jansson has functions of these three names, and a library's own calls would find ours: they are
 * other symbols.  Where both headers are needed, jansson.h comes first and is used for reading.
 */
#define json_object	json_out_object
#define json_array	json_out_array
#define json_null	json_out_null

#ifdef __cplusplus
extern "C" {
#endif

void	 json_start(struct json_out *, struct strbuf *out);
void	 json_object(struct json_out *);
void	 json_end_object(struct json_out *);
void	 json_array(struct json_out *);
void	 json_end_array(struct json_out *);
void	 json_key(struct json_out *, const char *);
void	 json_str(struct json_out *, const char *);		/* NULL gives null */
void	 json_span(struct json_out *, struct span);
void	 json_int(struct json_out *, int64_t);
void	 json_number(struct json_out *, double);
void	 json_bool(struct json_out *, bool);
void	 json_null(struct json_out *);
/* Already JSON: trusted, ours. */
void	 json_raw(struct json_out *, struct span);
/* key and value in one call; _opt leaves the member out when the value is NULL. */
void	 json_key_str(struct json_out *, const char *, const char *);
void	 json_key_opt(struct json_out *, const char *, const char *);
void	 json_key_int(struct json_out *, const char *, int64_t);
void	 json_key_bool(struct json_out *, const char *, bool);
/* RFC 3339 text of microseconds; 0 gives null. */
void	 json_key_time(struct json_out *, const char *, int64_t us);

#ifdef __cplusplus
}
#endif
#endif
