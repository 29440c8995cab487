/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GEN_OUTPUT_H
#define GEN_OUTPUT_H
#include "raster.h"

/* One document to be made, and how. */
struct order {
	const char *name; /* of the file, without folder and extension */
	struct draft draft;
	const struct state *state;
	const struct format *format;
	int dpi, turn;
	bool blank; /* an empty last page: the back of the last leaf */
};

/* A kind of file; rows of the table in format.c. */
struct format {
	const char *name, *extension;
	bool scanned; /* made of page images */
	bool single;  /* one page a file */
	int weight;
	/* Images (scanned) or sheets (born digital) into path. */
	enum status (*write)(const struct format *, const struct order *, const struct document *,
	    const struct sheets *, PIX **, PangoContext *, const char *path, struct err *);
};

extern const struct format formats[];
extern const size_t formats_count;

const struct format *format_find(const char *name);
const struct format *format_pick(struct rng *);

/* Makes the file (or, of a one-page format, files) in folder and the truth in the truth folder. */
MUST_CHECK enum status order_make(
    const struct order *, PangoContext *, const char *folder, const char *truth, struct err *);
/* metadata.tsv with its head and nothing else: what "tangthu add --metadata" takes. */
MUST_CHECK enum status truth_begin(const char *folder, struct err *);
/* NAME.json, NAME.txt and a line of metadata.tsv of sheets first .. first + n - 1; part counts from 1, 0 when whole. */
MUST_CHECK enum status truth_write(const struct order *, const struct document *,
    const struct sheets *, size_t first, size_t n, size_t part, const char *file,
    const char *folder, const char *name, struct err *);
/* Writes a whole file; errors name the path. */
MUST_CHECK enum status file_write(const char *path, const void *, size_t, struct err *);

/* Writers for the table in format.c. */
enum status write_pdf_scan(const struct format *, const struct order *, const struct document *,
    const struct sheets *, PIX **, PangoContext *, const char *path, struct err *);
enum status write_pdf_text(const struct format *, const struct order *, const struct document *,
    const struct sheets *, PIX **, PangoContext *, const char *path, struct err *);
enum status write_tiff(const struct format *, const struct order *, const struct document *,
    const struct sheets *, PIX **, PangoContext *, const char *path, struct err *);
enum status write_jpeg(const struct format *, const struct order *, const struct document *,
    const struct sheets *, PIX **, PangoContext *, const char *path, struct err *);
enum status write_png(const struct format *, const struct order *, const struct document *,
    const struct sheets *, PIX **, PangoContext *, const char *path, struct err *);
enum status write_jp2(const struct format *, const struct order *, const struct document *,
    const struct sheets *, PIX **, PangoContext *, const char *path, struct err *);
enum status write_text(const struct format *, const struct order *, const struct document *,
    const struct sheets *, PIX **, PangoContext *, const char *path, struct err *);
enum status write_html(const struct format *, const struct order *, const struct document *,
    const struct sheets *, PIX **, PangoContext *, const char *path, struct err *);

#endif
