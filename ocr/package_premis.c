/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "package_eark.h"

#include <string.h>

/* Events of PREMIS 3 (and 2, whose names are the same): told to whom they are linked. */

static const char *
deep(struct package_look *l, const xmlNode *event, const char *part, const char *name)
{
	return look_text(l, look_child(look_child(event, part), name));
}

static bool
has_uid(const struct element *e, const char *uid)
{
	const char *is = element_get(e, "uid");

	return is && strcmp(is, uid) == 0;
}

/* The record of this uid, else the dossier. */
static struct element *
owner_of(struct eark_look *k, const char *uid)
{
	if (!uid || (k->owner && has_uid(k->owner, uid)))
		return uid ? k->owner : k->dossier;
	for (struct element *r = k->owner ? element_after(k->owner, "record") : NULL; r;
	     r = element_after(r, "record"))
		if (has_uid(r, uid))
			return k->owner = r;
	for (struct element *r = element_child(k->dossier, "record"); r;
	     r = element_after(r, "record"))
		if (has_uid(r, uid))
			return k->owner = r;
	return k->dossier;
}

/* "record.declare {...}" is our log's own word; other archives have only a type and free text. */
static void
set_action(struct package_look *l, const xmlNode *event, struct element *e, bool log)
{
	const char *detail = deep(l, event, "eventDetailInformation", "eventDetail");
	const char *type = look_text(l, look_child(event, "eventType")), *space;

	if (!detail)
		detail = look_text(l, look_child(event, "eventDetail"));
	space = detail ? strchr(detail, ' ') : NULL;
	if (!log || !detail) {
		element_set(l->arena, e, "action", type ? type : "event");
		element_set(l->arena, e, "detail", detail);
		return;
	}
	element_set(l->arena, e, "action",
	    space ? arena_dup_span(l->arena, span_make(detail, (size_t)(space - detail))) : detail);
	element_set(l->arena, e, "detail", space ? space + 1 : NULL);
}

static void
add_event(struct eark_look *k, const xmlNode *event, const struct package_entry *entry)
{
	struct package_look *l = k->look;
	const char *kind = deep(l, event, "eventIdentifier", "eventIdentifierType");
	const char *agent_type =
	    deep(l, event, "linkingAgentIdentifier", "linkingAgentIdentifierType");
	bool origin = kind && strcmp(kind, "origin") == 0;
	struct element *e = element_add(l->arena,
	    owner_of(k, deep(l, event, "linkingObjectIdentifier", "linkingObjectIdentifierValue")),
	    "event");

	element_set(l->arena, e, "where", entry->path);
	element_set_int(l->arena, e, "line", xmlGetLineNo(event));
	if (origin)
		element_set(l->arena, e, "origin",
		    deep(l, event, "eventIdentifier", "eventIdentifierValue"));
	element_set(l->arena, e, "at", look_text(l, look_child(event, "eventDateTime")));
	set_action(l, event, e, origin || (kind && strcmp(kind, "log") == 0));
	element_set(
	    l->arena, e, "outcome", deep(l, event, "eventOutcomeInformation", "eventOutcome"));
	if (agent_type && strcmp(agent_type, "UUID") == 0)
		element_set(l->arena, e, "actor",
		    deep(l, event, "linkingAgentIdentifier", "linkingAgentIdentifierValue"));
}

void
look_premis(struct eark_look *k, const struct package_entry *entry)
{
	xmlDocPtr doc owned(look_xml_freep) = look_xml(k->look, entry);
	const xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;

	if (!root)
		return;
	if (!look_is(root, "premis")) {
		look_fault(k->look, entry->path, xmlGetLineNo(root), "no PREMIS");
		return;
	}
	for (const xmlNode *c = look_child(root, "event"); c; c = look_next(c, "event"))
		add_event(k, c, entry);
}
