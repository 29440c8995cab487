/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>

#include "audit.h"
#include "catalog_parts.h"
#include "plan.h"
#include "procedure.h"
#include "retention_parts.h"

/* The seven forms as components of a case (records.md 29): TT 03/2025/TT-VPCP, Phụ lục I. */

static const struct {
	const char *vi, *en;
} titles[ONE_STOP_FORMS] = {
	{ "Giấy tiếp nhận hồ sơ và hẹn trả kết quả", "Receipt with the day of the result" },
	{ "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ", "Request to complete the dossier" },
	{ "Phiếu từ chối tiếp nhận giải quyết hồ sơ", "Refusal of the dossier" },
	{ "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết",
	    "Apology and extension of the time" },
	{ "Thông báo dừng giải quyết hồ sơ", "Notice that the case stops" },
	{ "Phiếu kiểm soát quá trình giải quyết hồ sơ", "Control sheet of the process" },
	{ "Sổ theo dõi hồ sơ", "Register of cases" },
};

static enum status
check_case(struct catalog *catalog, int64_t dossier, struct err *err)
{
	int64_t is_case;
	enum status st = db_lookup_int(catalog->db, "SELECT 1 FROM one_stop WHERE dossier=$1",
	    DB_ARGS(db_int(dossier)), &is_case, err);

	if (st == ST_OK && !is_case)
		return fail(err, ST_NOT_FOUND, "the dossier is no case");
	return st;
}

static enum status
put(struct catalog *catalog, const struct actor *actor, const struct record *r, int64_t dossier,
    int form, struct err *err)
{
	int64_t inside, changed = 0;
	enum status st =
	    db_lookup_int(catalog->db, "SELECT 1 FROM dossier_item WHERE dossier=$1 AND record=$2",
		DB_ARGS(db_int(dossier), db_int(r->id)), &inside, err);

	if (st != ST_OK)
		return st;
	if (!inside)
		return fail(err, ST_INVALID, "record %s is not of this dossier", r->uid);
	if (form == 0)
		st =
		    db_exec(catalog->db, "DELETE FROM one_stop_form WHERE dossier=$1 AND record=$2",
			DB_ARGS(db_int(dossier), db_int(r->id)), &changed, err);
	else
		st = db_exec(catalog->db,
		    "INSERT INTO one_stop_form(dossier, record, form, made, made_by)"
		    " VALUES($1, $2, $3, $4, $5) ON CONFLICT(dossier, record) DO UPDATE SET"
		    " form=excluded.form, made=excluded.made, made_by=excluded.made_by",
		    DB_ARGS(db_int(dossier), db_int(r->id), db_int(form), db_int(now_us()),
			db_ref(actor->principal)),
		    &changed, err);
	if (st == ST_OK && !changed)
		return fail(err, ST_NOT_FOUND, "record %s is no form of this case", r->uid);
	return st;
}

enum status
one_stop_form_put(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t dossier, int64_t record, int form, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct record r;
	struct node node;
	enum status st = retention_check_plan(access, err);

	assert(access);
	if (st == ST_OK && (form < 0 || form > ONE_STOP_FORMS))
		st = fail(err, ST_INVALID, "form: 1 to %d, or 0 for none", ONE_STOP_FORMS);
	if (st != ST_OK || (st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	st = node_load_dossier(catalog, access, PERM_EDIT, dossier, arena, &node, err);
	if (st == ST_OK)
		st = check_case(catalog, dossier, err);
	if (st == ST_OK)
		st = record_load(catalog, access, record, arena, &r, err);
	if (st == ST_OK)
		st = put(catalog, actor, &r, dossier, form, err);
	if (st == ST_OK)
		st = audit_append_act(catalog, actor, EVENT_CHANGE, "case.form", "node", node.uid,
		    arena_printf(arena, "{\"form\":%d,\"record\":\"%s\"}", form, r.uid), NULL, err);
	return catalog_end(catalog, st, err);
}

struct forms {
	struct arena *arena;
	struct one_stop_form *form;
};

static enum status
step_form(struct db_row *row, void *payload, struct err *err)
{
	struct forms *forms = payload;
	struct one_stop_form *f = &forms->form[db_column_int(row, 0) - 1];
	const char **more = arena_array(forms->arena, f->count + 1, sizeof(*more));

	(void)err;
	if (f->count)
		memcpy(more, f->records, f->count * sizeof(*more));
	more[f->count++] = db_column_text(row, 1, forms->arena);
	f->records = more;
	return ST_OK;
}

enum status
one_stop_forms(struct catalog *catalog, const struct access *access, int64_t dossier,
    struct arena *arena, const struct one_stop_form **out, struct err *err)
{
	struct forms forms = { .arena = arena };
	struct db_value args[ACCESS_FILTER_ARGS + 1];
	struct node node;
	enum status st = node_load(catalog, access, dossier, arena, &node, err);

	assert(access);
	forms.form = arena_array(arena, ONE_STOP_FORMS, sizeof(*forms.form));
	for (int i = 0; i < ONE_STOP_FORMS; i++)
		forms.form[i] = (struct one_stop_form){
			.form = i + 1, .title_vi = titles[i].vi, .title_en = titles[i].en
		};
	if (st == ST_OK)
		st = check_case(catalog, dossier, err);
	if (st != ST_OK)
		return st;
	access_filter_args(access, arena, args);
	args[ACCESS_FILTER_ARGS] = db_int(dossier);
	*out = forms.form;
	return db_query(catalog->db,
	    "SELECT f.form, r.uid FROM one_stop_form f JOIN record r ON r.id=f.record WHERE " ACCESS_SEES_RECORD(
		"r") " AND f.dossier=$4 ORDER BY f.form, f.made, r.id",
	    args, ACCESS_FILTER_ARGS + 1, step_form, &forms, err);
}

void
one_stop_forms_json(struct json_out *j, const struct one_stop_form *form)
{
	json_array(j);
	for (int i = 0; i < ONE_STOP_FORMS; i++) {
		json_object(j);
		json_key_int(j, "form", form[i].form);
		json_key_str(j, "title", form[i].title_vi);
		json_key_str(j, "title_en", form[i].title_en);
		json_key(j, "records");
		json_array(j);
		for (size_t r = 0; r < form[i].count; r++)
			json_str(j, form[i].records[r]);
		json_end_array(j);
		json_end_object(j);
	}
	json_end_array(j);
}
