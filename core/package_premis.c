/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base.h"
#include "db.h"
#include "package_eark.h"

/*
 * PREMIS 3 from the log (records.md 72): objects with their fixity, what was done to them, and who did.
 * eventType is of the Library of Congress's vocabulary, with the two words that TT 05/2025 sets; the
 * log's own word and detail stand in eventDetail, so that nothing is lost on the way.
 */
struct premis {
	const struct eark *k;
	struct arena *arena;
	struct element *objects, *events, *agents;
};

static const struct {
	const char *begins, *type;
} types[] = {
	{ "record.register", "ingestion" },
	{ "dossier.import", "ingestion" },
	{ "node.create", "creation" },
	{ "batch.", "transfer" },
	{ "record.declare", "accession" },
	{ "record.recall", "withdrawal" },
	{ "record.destroy", "deletion" },
	{ "dossier.destroy", "deletion" },
	{ "record.download", "dissemination" },
	{ "record.export", "dissemination" },
	{ "dossier.export", "information package creation" },
	{ "disposal.", "deaccession" },
	{ "verify", "fixity check" },
	{ "blob.", "fixity check" },
};

static const char *
type_of(const char *action)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (span_starts(span_of(action), span_of(types[i].begins)))
			return types[i].type;
	return "metadata modification";
}

static void
add_identifier(
    struct premis *x, struct element *parent, const char *name, const char *type, const char *value)
{
	struct element *e = element_add(x->arena, parent, name);

	(void)element_put(x->arena, e, arena_printf(x->arena, "%sType", name), type);
	(void)element_put(x->arena, e, arena_printf(x->arena, "%sValue", name), value);
}

static struct element *
add_object(struct premis *x, const char *type, const char *identifier, const char *value)
{
	struct element *o = element_add(x->arena, x->objects, "object");

	element_set(x->arena, o, "xsi:type", type);
	element_set(x->arena, o, "xmlID", mets_id(x->k, "uuid"));
	add_identifier(x, o, "objectIdentifier", identifier, value);
	return o;
}

/* --- files ------------------------------------------------------------------------------------- */

static void
add_file(struct premis *x, const struct element *component, const struct element *r)
{
	const char *path = element_get(r, "path");
	struct element *o = add_object(x, "file", "File", path + strlen(x->k->root)), *what,
		       *fixity, *format;
	const char *name = element_get(r, "mime"), *label = element_get(r, "format");

	what = element_add(x->arena, o, "objectCharacteristics");
	fixity = element_add(x->arena, what, "fixity");
	(void)element_put(x->arena, fixity, "messageDigestAlgorithm", "SHA-256");
	(void)element_put(x->arena, fixity, "messageDigest", element_get(r, "sha256"));
	(void)element_put(x->arena, what, "size", element_get(r, "size"));
	format = element_add(x->arena, element_add(x->arena, what, "format"), "formatDesignation");
	(void)element_put(x->arena, format, "formatName",
	    label      ? label
		: name ? name
		       : "application/octet-stream");
	(void)element_put(x->arena, o, "originalName", element_value(component, "name"));
}

static void
add_files(struct premis *x, const struct element *record)
{
	for (const struct element *c = element_child(record, "component"); c;
	     c = element_after(c, "component"))
		for (const struct element *r = element_child(c, "rendition"); r;
		     r = element_after(r, "rendition"))
			add_file(x, c, r);
}

/* --- events and agents ------------------------------------------------------------------------- */

static enum status
name_of(struct premis *x, const char *uid, const char **name, struct err *err)
{
	return db_query_text(x->k->p->from->catalog->db,
	    "SELECT coalesce(display, name) FROM principal WHERE uid=$1", DB_ARGS(db_text(uid)),
	    x->arena, name, err);
}

static bool
has_agent(const struct premis *x, const char *value)
{
	for (const struct element *a = element_child(x->agents, "agent"); a;
	     a = element_after(a, "agent"))
		if (strcmp(element_get(a, "of"), value) == 0)
			return true;
	return false;
}

/* "of" is taken off again before it is written. */
static enum status
add_agent(struct premis *x, const char *value, bool person, struct err *err)
{
	const char *name = NULL;
	struct element *a;
	enum status st = ST_OK;

	if (has_agent(x, value))
		return ST_OK;
	if (person)
		st = name_of(x, value, &name, err);
	if (st != ST_OK)
		return st;
	a = element_add(x->arena, x->agents, "agent");
	element_set(x->arena, a, "of", value);
	add_identifier(x, a, "agentIdentifier", person ? "UUID" : "software", value);
	(void)element_put(x->arena, a, "agentName", name ? name : value);
	(void)element_put(x->arena, a, "agentType", person ? "person" : "software");
	return ST_OK;
}

#define SOFTWARE "Tàng Thư " TANGTHU_VERSION

static enum status
add_event(struct premis *x, const struct element *from, const char *object, struct err *err)
{
	const char *action = element_get(from, "action"), *detail = element_get(from, "detail");
	const char *actor = element_get(from, "actor"), *origin = element_get(from, "origin");
	const char *number = element_get(from, "number"), *outcome = element_get(from, "outcome");
	struct element *e = element_add(x->arena, x->events, "event"), *part;

	add_identifier(x, e, "eventIdentifier", origin ? "origin" : "log",
	    origin	 ? origin
		: number ? number
			 : mets_id(x->k, "uuid"));
	(void)element_put(x->arena, e, "eventType", type_of(action));
	(void)element_put(x->arena, e, "eventDateTime", element_get(from, "at"));
	part = element_add(x->arena, e, "eventDetailInformation");
	(void)element_put(x->arena, part, "eventDetail",
	    detail ? arena_printf(x->arena, "%s %s", action, detail) : action);
	part = element_add(x->arena, e, "eventOutcomeInformation");
	(void)element_put(x->arena, part, "eventOutcome", outcome ? outcome : "ok");
	add_identifier(
	    x, e, "linkingAgentIdentifier", actor ? "UUID" : "software", actor ? actor : SOFTWARE);
	add_identifier(x, e, "linkingObjectIdentifier", "UUID", object);
	return add_agent(x, actor ? actor : SOFTWARE, actor != NULL, err);
}

static enum status
add_events(struct premis *x, const struct element *of, const char *uid, struct err *err)
{
	enum status st = ST_OK;

	for (const struct element *v = element_child(of, "event"); st == ST_OK && v;
	     v = element_after(v, "event"))
		st = add_event(x, v, uid, err);
	return st;
}

/* The package itself comes into being. */
static enum status
add_creation(struct premis *x, const char *uid, struct err *err)
{
	struct element *v = element_add(x->arena, NULL, "event");

	element_set(x->arena, v, "at", x->k->p->now);
	element_set(x->arena, v, "action", "dossier.export");
	element_set(x->arena, v, "detail", "{\"format\":\"aip\"}");
	return add_event(x, v, uid, err);
}

/* --- the document ------------------------------------------------------------------------------ */

static enum status
add_records(struct premis *x, struct err *err)
{
	enum status st = ST_OK;

	(void)add_object(x, "representation", "local", arena_printf(x->arena, "%s/rep1", x->k->id));
	for (const struct element *r = element_child(x->k->dossier, "record"); st == ST_OK && r;
	     r = element_after(r, "record")) {
		const char *uid = element_get(r, "uid");

		(void)add_object(x, "intellectualEntity", "UUID", uid);
		add_files(x, r);
		st = add_events(x, r, uid, err);
	}
	return st;
}

static enum status
add_dossier(struct premis *x, struct err *err)
{
	const char *uid = element_get(x->k->dossier, "uid");
	enum status st;

	(void)add_object(x, "intellectualEntity", "UUID", uid);
	st = add_events(x, x->k->dossier, uid, err);
	return st == ST_OK ? add_creation(x, uid, err) : st;
}

static void
link_all(struct premis *x, struct element *root, struct element *of)
{
	for (struct element *e = of->first; e; e = e->next) {
		element_set(x->arena, e, "of", NULL);
		element_link(x->arena, root, e);
	}
}

enum status
premis_write(const struct eark *k, bool records, struct strbuf *out, struct err *err)
{
	struct arena *arena = k->p->arena;
	struct premis x = { k, arena, element_add(arena, NULL, "objects"),
		element_add(arena, NULL, "events"), element_add(arena, NULL, "agents") };
	struct element *root = element_add(arena, NULL, "premis");
	enum status st = records ? add_records(&x, err) : add_dossier(&x, err);

	if (st != ST_OK)
		return st;
	element_set(arena, root, "xmlns", PACKAGE_PREMIS);
	element_set(arena, root, "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
	element_set(arena, root, "version", "3.0");
	link_all(&x, root, x.objects);
	link_all(&x, root, x.events);
	link_all(&x, root, x.agents);
	element_xml(root, out);
	return ST_OK;
}
