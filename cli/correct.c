/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "page_of.h"
#include "rendition.h"

/* Weak words, and a person's word for them (D5). */

#define EDITS_MAX 256
#define TEXT_LIMIT (4u << 20)

/* --- weak --------------------------------------------------------------------------------------- */

static const char *
level_of(const struct word *w)
{
	return w->flags & WORD_WEAK_RED ? "red" : "yellow";
}

static void
print_word(struct cli *cli, struct json_out *j, int64_t page, const struct words *ws, size_t i)
{
	const struct word *w = &ws->word[i];
	const char *text = arena_dup_span(cli->arena, words_text(ws, i));

	if (!cli->json) {
		printf("%lld\t%zu\t%s\t%u\t", (long long)page, i, level_of(w), w->confidence);
		cli_print_text(stdout, text);
		putchar('\n');
		return;
	}
	json_object(j);
	json_key_int(j, "page", page);
	json_key_int(j, "index", (int64_t)i);
	json_key_str(j, "text", text);
	json_key_str(j, "weak", level_of(w));
	json_key_int(j, "confidence", w->confidence);
	json_end_object(j);
}

static enum status
print_pages(struct cli *cli, const struct page_of *of, int64_t first, int64_t last,
    struct json_out *j, struct err *err)
{
	for (int64_t n = first; n <= last; n++) {
		struct page_text text owned(page_text_end) = { 0 };
		enum status st;

		st = audit_append_access(
		    cli->catalog, &cli->actor, "page.text", of->record.uid, n, err);
		if (st == ST_OK)
			st = page_text_of_record(
			    &of->from, of->record.id, n, PAGE_TEXT_NEWEST, cli->arena, &text, err);
		if (st == ST_NOT_FOUND)
			continue;
		if (st != ST_OK)
			return err_context(err, "page %lld", (long long)n);
		for (size_t i = 0; i < text.words->count; i++)
			if (word_weak(&text.words->word[i]))
				print_word(cli, j, n, text.words, i);
	}
	return ST_OK;
}

static enum status
run_weak(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	struct page_of of owned(page_of_end) = { 0 };
	const char *pages = NULL;
	int64_t first, last;
	struct json_out json;
	enum status st;

	(void)cli_option(&argc, argv, "--pages", &pages);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, 1, "tangthu weak RECORD [--pages A-B]", err)) ||
	    (st = page_of_open(cli, argv[1], PERM_READ, &of, err)) ||
	    (st = page_of_range(pages, of.record.pages, &first, &last, err)))
		return st;
	json_start(&json, &out);
	json_array(&json);
	if ((st = print_pages(cli, &of, first, last, &json, err)))
		return st;
	json_end_array(&json);
	return cli->json ? cli_print(&out, err) : ST_OK;
}

const struct cli_verb cli_weak = {
	.name = "weak",
	.synopsis = "RECORD [--pages A-B]",
	.summary = "Lists words that a person should look at: page, index, level, confidence, word",
	.help = "  --pages A-B   only these pages\n",
	.need = CLI_ACTOR,
	.run = run_weak,
};

/* --- correct ------------------------------------------------------------------------------------ */

struct edits {
	struct correction_edit edit[EDITS_MAX];
	size_t count;
};

static int
compare_edits(const void *a, const void *b)
{
	const struct correction_edit *x = a, *y = b;

	return x->index < y->index ? -1 : x->index > y->index;
}

/* INDEX=TEXT operands, in any order. */
static enum status
parse_edits(int argc, char **argv, struct edits *edits, struct err *err)
{
	for (int i = 2; i < argc; i++) {
		struct correction_edit *edit = &edits->edit[edits->count];
		struct span rest = span_of(argv[i]), head = span_cut(&rest, '=');
		uint64_t index;

		if (!rest.p || !span_u64(head, &index) || index >= WORDS_MAX)
			return fail(err, ST_INVALID, "%s: give INDEX=TEXT", argv[i]);
		if (edits->count == EDITS_MAX)
			return fail(err, ST_LIMIT, "more than %d words at once", EDITS_MAX);
		edit->index = (size_t)index;
		edit->text = rest;
		edits->count++;
	}
	qsort(edits->edit, edits->count, sizeof(edits->edit[0]), compare_edits);
	return ST_OK;
}

struct correct {
	struct cli *cli;
	struct page_of of;
	struct edits edits;
	const char *file; /* the whole page's text */
	int64_t page, version;
};

static enum status
make(struct correct *c, const struct words *old, struct words **made, struct err *err)
{
	struct strbuf text owned(strbuf_free) = STRBUF_INIT;
	enum status st;

	if (!c->file)
		return correction_edit(old, c->edits.edit, c->edits.count, made, err);
	st = strbuf_read_file(
	    &text, strcmp(c->file, "-") == 0 ? "/dev/stdin" : c->file, TEXT_LIMIT, err);
	return st ? st : correction_text(old, strbuf_span(&text), made, err);
}

static enum status
keep(struct correct *c, const struct words *made, struct err *err)
{
	struct strbuf bytes owned(strbuf_free) = STRBUF_INIT;
	struct correction_new given = { .record = c->of.record.id, .page = c->page };
	struct store_blob blob;
	enum status st;

	words_write(made, &bytes);
	if ((st = store_put_bytes(c->of.store, strbuf_span(&bytes), &blob, err)))
		return st;
	given.expected = c->version;
	given.sha256 = blob.sha256;
	given.size = (int64_t)blob.size;
	given.words = (int64_t)made->count;
	st = correction_add(
	    c->cli->catalog, &c->cli->actor, c->cli->access, &given, &c->version, err);
	if (st == ST_OK)
		printf("page %lld: version %lld\n", (long long)c->page, (long long)c->version);
	return st;
}

static enum status
correct(struct correct *c, struct err *err)
{
	struct page_text old owned(page_text_end) = { 0 };
	struct words *made owned(words_freep) = NULL;
	enum status st = page_text_of_record(
	    &c->of.from, c->of.record.id, c->page, PAGE_TEXT_NEWEST, c->cli->arena, &old, err);

	if (st != ST_OK)
		return err_context(err, "page %lld", (long long)c->page);
	if (c->version >= 0 && c->version != old.version)
		return fail(err, ST_PRECONDITION, "page %lld has version %lld now",
		    (long long)c->page, (long long)old.version);
	c->version = old.version;
	words_turn(old.words, (360 - old.turn) % 360);
	st = make(c, old.words, &made, err);
	return st ? st : keep(c, made, err);
}

static enum status
run_correct(struct cli *cli, int argc, char **argv, struct err *err)
{
	struct correct c = { .cli = cli, .version = PAGE_TEXT_NEWEST };
	const char *page = NULL, *version = NULL;
	enum status st;

	(void)cli_option(&argc, argv, "--page", &page);
	(void)cli_option(&argc, argv, "--text", &c.file);
	(void)cli_option(&argc, argv, "--version", &version);
	if ((st = cli_end_options(&argc, argv, err)) ||
	    (st = cli_operands(argc, 1, EDITS_MAX + 1,
		 "tangthu correct RECORD --page N INDEX=TEXT ... | --text FILE", err)))
		return st;
	if (!page || !c.file == (argc == 2))
		return fail(err, ST_INVALID, "give --page N and either INDEX=TEXT or --text FILE");
	if ((st = cli_number(page, "--page", 1, INT32_MAX, &c.page, err)) ||
	    (version && (st = cli_number(version, "--version", 0, INT32_MAX, &c.version, err))) ||
	    (st = parse_edits(argc, argv, &c.edits, err)))
		return st;
	if ((st = page_of_open(cli, argv[1], PERM_EDIT, &c.of, err)) == ST_OK)
		st = correct(&c, err);
	page_of_end(&c.of);
	return st;
}

const struct cli_verb cli_correct = {
	.name = "correct",
	.synopsis = "RECORD --page N [--version V] INDEX=TEXT ... | --text FILE",
	.summary = "Corrects the text of a page; what was read stays as version 0",
	.help =
	    "  INDEX=TEXT    puts TEXT in the place of the word with this index (see weak); no\n"
	    "                text takes it away, the same text says that it is right\n"
	    "  --text FILE   the whole page: lines, and blank lines between blocks; - is standard\n"
	    "                input\n"
	    "  --version V   only if nobody corrected the page since that version\n",
	.need = CLI_ACTOR,
	.run = run_correct,
};
