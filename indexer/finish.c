/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "finish.h"
#include "gather.h"
#include "json_out.h"
#include "log.h"
#include "stack.h"

bool
finish_is_refusal(enum status st)
{
	return st == ST_REFUSED || st == ST_UNSUPPORTED || st == ST_TOO_LARGE || st == ST_LIMIT;
}

static enum record_reading
reading_of(const struct gathered *o)
{
	if (!o->refused && !o->given_up)
		return READING_READ;
	if (o->good)
		return READING_PARTIAL;
	return o->given_up ? READING_FAILED : READING_REFUSED;
}

static const char *
provenance(const struct work *w, const struct gathered *o)
{
	struct strbuf b = STRBUF_INIT;
	struct json_out j;
	const char *json;

	json_start(&j, &b);
	json_object(&j);
	json_key_str(&j, "program", "tangthu-indexer " TANGTHU_VERSION);
	json_key_opt(&j, "mime", w->job.mime);
	json_key_int(&j, "pages", w->pages);
	json_key(&j, "read_with");
	json_array(&j);
	if (o && o->notes.len)
		json_raw(&j, strbuf_span(&o->notes));
	json_end_array(&j);
	if (o && o->mark != GATE_NONE) {
		json_key_str(&j, "secret_mark", gate_mark_name(o->mark));
		json_key_int(&j, "secret_mark_page", o->mark_page);
	}
	json_end_object(&j);
	json = arena_dup(w->arena, b.buf);
	strbuf_free(&b);
	return json;
}

static void
take(struct job_result *result, const struct gathered *g)
{
	result->suggestions = g->suggestions;
	result->suggestion_count = g->suggestion_count;
	result->findings = g->findings;
	result->finding_count = g->finding_count;
	result->sketch = &g->sketch;
}

/* D6: a scanned stack becomes its records, unless a person arranged it already. */
static enum status
part(struct work *w, struct err *err)
{
	owned(access_freep) struct access *access = NULL;
	const struct actor self = { .source = w->ix->owner };
	size_t count;
	enum status st = access_load_system(&access, w->ix->catalog, err);

	if (st == ST_OK)
		st = stack_split_arrived(w->ix->catalog, &self, access, w->job.record, &count, err);
	if (st == ST_OK && count > 0)
		log_info("record %lld was parted at its separator sheets: %zu more records",
		    (long long)w->job.record, count);
	return st;
}

enum status
finish_document(struct work *w, struct err *err)
{
	owned(gathered_free) struct gathered g = GATHERED_INIT;
	owned(arena_freep) struct arena *arena = arena_new();
	struct job_result result = { 0 };
	enum status st;

	st = gather_document(w->ix->catalog, w->ix->derived, &w->job.component, arena, &g, err);
	if (st != ST_OK)
		return st;
	result.reading = reading_of(&g);
	result.quarantine = g.mark != GATE_NONE;
	result.reason = result.quarantine ? "secret-mark" : g.reason;
	result.provenance = provenance(w, &g);
	take(&result, &g);
	if ((st = derived_pack(w->ix->derived, w->job.component.derived, err)) != ST_OK ||
	    (st = job_finish(w->ix->catalog, w->job.id, w->ix->owner, &result, err)) != ST_OK)
		return st;
	w->ix->documents++;
	if (!result.quarantine && (st = part(w, err)) != ST_OK)
		return st;
	if (result.quarantine)
		log_warn("record %lld: page %d shows a secret mark: in quarantine, not indexed",
		    (long long)w->job.record, g.mark_page);
	return ST_OK;
}

enum status
finish_unread(struct work *w, const struct ocr_reason_info *info, struct err *err)
{
	owned(gathered_free) struct gathered g = GATHERED_INIT;
	owned(arena_freep) struct arena *arena = arena_new();
	struct job_result result = { 0 };
	enum status st;

	result.reading = finish_is_refusal(info->status) ? READING_REFUSED : READING_FAILED;
	result.reason = info->name;
	result.provenance = provenance(w, NULL);
	gather_name(&w->job.component, arena, &g);
	take(&result, &g);
	st = job_finish(w->ix->catalog, w->job.id, w->ix->owner, &result, err);
	if (st == ST_OK)
		w->ix->documents++;
	return st;
}
