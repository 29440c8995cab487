/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "page_of.h"

enum status
page_of_open(struct cli *cli, const char *name, enum permission permission, struct page_of *p,
    struct err *err)
{
	enum status st;

	*p = (struct page_of){ 0 };
	if (record_find(cli->catalog, cli->access, name, cli->arena, &p->record, err))
		return err_context(err, "record %s", name);
	if (!record_can(cli->access, permission, &p->record))
		return fail(err, ST_DENIED, "record %s: this is not yours to do", p->record.uid);
	if ((st = cli_open_store(cli, &p->store, err)) ||
	    (st = derived_open(&p->derived, cli->conf, err)))
		return st;
	p->from = (struct text_source){ cli->catalog, p->store, p->derived };
	return ST_OK;
}

void
page_of_end(struct page_of *p)
{
	store_closep(&p->store);
	derived_closep(&p->derived);
}

enum status
page_of_range(const char *text, int64_t pages, int64_t *first, int64_t *last, struct err *err)
{
	struct span rest = span_of(text), head = span_cut(&rest, '-');
	bool open = rest.p != NULL;

	*first = 1;
	*last = pages;
	if (!text)
		return ST_OK;
	if (!span_i64(head, first) || *first < 1 || *first > pages)
		return fail(
		    err, ST_INVALID, "pages %s: the record has %lld", text, (long long)pages);
	if (!open)
		*last = *first;
	else if (rest.n > 0 && (!span_i64(rest, last) || *last < *first || *last > pages))
		return fail(
		    err, ST_INVALID, "pages %s: the record has %lld", text, (long long)pages);
	return ST_OK;
}
