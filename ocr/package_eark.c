/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "package_eark.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/*
 * records.md 72, 73: METS of the package and of its representation.  What they refer to is there and
 * whole, and nothing else is there; documents are found by the structural map.
 */

/* --- references -------------------------------------------------------------------------------- */

/* "%20" and the like, where the name itself is not there. */
static const char *
decoded(struct package_look *l, const char *href)
{
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;

	for (const char *s = href; *s; s++) {
		unsigned char byte;

		if (*s == '%' && strlen(s) > 2 && hex_decode(span_make(s + 1, 2), &byte, 1)) {
			strbuf_add_char(&out, (char)byte);
			s += 2;
		} else {
			strbuf_add_char(&out, *s);
		}
	}
	return arena_dup_span(l->arena, strbuf_span(&out));
}

/* The entry that a reference of a METS means; a fault when there is none. */
static struct package_entry *
entry_of(struct eark_look *k, const struct package_entry *mets, const xmlNode *node)
{
	struct package_look *l = k->look;
	const char *href = look_attribute(l, node, "href"), *why, *path;
	struct package_entry *e;

	if (href && strncmp(href, "file://", 7) == 0)
		href += 7;
	if (href && strncmp(href, "./", 2) == 0)
		href += 2;
	if (!href || !look_path(span_of(href), &why)) {
		look_fault(l, mets->path, xmlGetLineNo(node), "a reference: %s",
		    href ? why : "to nothing");
		return NULL;
	}
	path = arena_printf(l->arena, "%s%s", look_folder(l, mets->path), href);
	e = look_find(l, path);
	if (!e)
		e = look_find(l,
		    arena_printf(l->arena, "%s%s", look_folder(l, mets->path), decoded(l, href)));
	if (!e)
		look_fault(l, mets->path, xmlGetLineNo(node), "the file %s is missing", href);
	return e;
}

static void
check_digest(struct eark_look *k, const struct package_entry *mets, const xmlNode *node,
    const struct package_entry *e)
{
	struct package_look *l = k->look;
	const char *sum = look_attribute(l, node, "CHECKSUM");
	const char *type = look_attribute(l, node, "CHECKSUMTYPE");
	const char *size = look_attribute(l, node, "SIZE"), *is = NULL;
	uint64_t bytes;

	if (size && (!span_u64(span_of(size), &bytes) || bytes != e->size))
		look_fault(l, e->path, 0, "its size is not that of %s", mets->path);
	if (type && (strcasecmp(type, "SHA-256") == 0 || strcasecmp(type, "SHA256") == 0))
		is = e->sha256;
	if (type && (strcasecmp(type, "SHA-512") == 0 || strcasecmp(type, "SHA512") == 0))
		is = e->sha512;
	if (sum && is && strcasecmp(sum, is) != 0)
		look_fault(l, e->path, 0, "its %s is not that of %s", type, mets->path);
	if (!sum || !is)
		look_note(l, e->path, 0, "%s has no SHA-256 or SHA-512 of it", mets->path);
}

/* Every mdRef and every file's FLocat; mptr has no digest of its own. */
static void
check_references(struct eark_look *k, const struct package_entry *mets, const xmlNode *node)
{
	for (const xmlNode *c = look_child(node, NULL); c; c = look_next(c, NULL)) {
		bool md = look_is(c, "mdRef"), file = look_is(c, "FLocat");
		struct package_entry *e = md || file ? entry_of(k, mets, c) : NULL;

		if (e) {
			e->told = true;
			check_digest(k, mets, md ? c : node, e);
		}
		check_references(k, mets, c);
	}
}

/* --- ids --------------------------------------------------------------------------------------- */

/* Every element of a METS that has an ID, sorted by it. */
struct id {
	const char *id;
	const xmlNode *node;
};

struct ids {
	struct package_look *look;
	struct id *id;
	size_t count, room;
};

static void
collect_ids(struct ids *ids, const xmlNode *node)
{
	for (; node; node = look_next(node, NULL)) {
		const char *id = look_attribute(ids->look, node, "ID");

		if (id && ids->count == ids->room) {
			ids->room = ids->room ? 2 * ids->room : 256;
			ids->id = xrealloc(ids->id, ids->room * sizeof(*ids->id));
		}
		if (id)
			ids->id[ids->count++] = (struct id){ id, node };
		collect_ids(ids, look_child(node, NULL));
	}
}

static int
by_id(const void *a, const void *b)
{
	return strcmp(((const struct id *)a)->id, ((const struct id *)b)->id);
}

static void
ids_free(struct ids *ids)
{
	free(ids->id);
}

static void
read_ids(struct ids *ids, const struct package_entry *mets, const xmlNode *root)
{
	collect_ids(ids, root);
	if (ids->count)
		qsort(ids->id, ids->count, sizeof(*ids->id), by_id);
	for (size_t i = 1; i < ids->count; i++)
		if (strcmp(ids->id[i].id, ids->id[i - 1].id) == 0)
			look_fault(ids->look, mets->path, xmlGetLineNo(ids->id[i].node),
			    "two elements with the ID %s", ids->id[i].id);
}

static const xmlNode *
with_id(const struct ids *ids, const char *id)
{
	const struct id key = { id, NULL };
	const struct id *found = NULL;

	if (id && ids->count)
		found = bsearch(&key, ids->id, ids->count, sizeof(*ids->id), by_id);
	return found ? found->node : NULL;
}

/* --- documents --------------------------------------------------------------------------------- */

struct documents {
	struct eark_look *k;
	const struct package_entry *mets;
	const xmlNode *root;
	int64_t place;
	struct ids ids;
	struct element *last; /* record that was found: the next one mostly follows it */
};

static bool
has_file(const struct element *record, const char *entry)
{
	for (const struct element *c = element_child(record, "component"); c;
	     c = element_after(c, "component"))
		for (const struct element *x = element_child(c, "rendition"); x;
		     x = element_after(x, "rendition")) {
			const char *is = element_get(x, "entry");

			if (is && strcmp(is, entry) == 0)
				return true;
		}
	return false;
}

/* In a description of ours: the record that has this file. */
static struct element *
record_with(struct documents *d, const char *entry)
{
	struct element *from = d->last ? element_after(d->last, "record") : NULL;

	for (int round = 0; round < 2; round++) {
		for (; from; from = element_after(from, "record"))
			if (has_file(from, entry)) {
				d->last = from;
				return from;
			}
		from = element_child(d->k->dossier, "record");
	}
	return NULL;
}

static const char *
last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void
add_file(struct documents *d, struct element *record, const struct package_entry *file)
{
	struct arena *arena = d->k->look->arena;
	struct element *c = element_add(arena, record, "component"), *x;
	int64_t n = 0;

	for (const struct element *e = element_child(record, "component"); e;
	     e = element_after(e, "component"))
		n++;
	element_set_int(arena, c, "ordinal", n);
	element_set(arena, c, "role", n == 1 ? "main" : "attachment");
	(void)element_put(arena, c, "name", last_part(file->path));
	x = element_add(arena, c, "rendition");
	element_set(arena, x, "kind", "original");
	element_set(arena, x, "version", "1");
	element_set(arena, x, "sha256", file->sha256);
	element_set_int(arena, x, "size", (int64_t)file->size);
	element_set(arena, x, "entry", file->path);
}

static struct package_entry *
file_of(struct documents *d, const xmlNode *fptr)
{
	struct package_look *l = d->k->look;
	const char *id = look_attribute(l, fptr, "FILEID");
	const xmlNode *place = look_child(with_id(&d->ids, id), "FLocat");

	if (!place) {
		look_fault(l, d->mets->path, xmlGetLineNo(fptr),
		    "a pointer to a file that is not"
		    " listed");
		return NULL;
	}
	return entry_of(d->k, d->mets, place);
}

/* Files of a link: its own, then those attached. */
static void
add_files(struct documents *d, const xmlNode *link, struct element *record)
{
	for (const xmlNode *c = look_child(link, NULL); c; c = look_next(c, NULL)) {
		const struct package_entry *file = look_is(c, "fptr") ? file_of(d, c) : NULL;

		if (file)
			add_file(d, record, file);
		if (look_is(c, "div"))
			add_files(d, c, record);
	}
}

static const struct package_entry *
description_of(struct documents *d, const xmlNode *link)
{
	struct package_look *l = d->k->look;
	const char *id = look_attribute(l, link, "DMDID");
	const xmlNode *ref = look_child(with_id(&d->ids, id), "mdRef");

	return ref ? entry_of(d->k, d->mets, ref) : NULL;
}

/* Annexes I and III, 6: the document went in an earlier package; ours name it by its uid. */
static struct element *
add_hole(struct documents *d, const xmlNode *link)
{
	struct package_look *l = d->k->look;
	const xmlNode *fptr = look_child(link, "fptr");
	const struct package_entry *file = fptr ? file_of(d, fptr) : NULL;
	struct span text = file ? span_trim(file->content) : SPAN("");
	struct element *record;

	if (!uid_valid(text)) {
		look_note(l, file ? file->path : d->mets->path, xmlGetLineNo(link),
		    "a document of an earlier package, which is not in this one: left out");
		return NULL;
	}
	if (d->k->ours)
		return NULL; /* the description says so too */
	record = element_add(l->arena, d->k->dossier, "record");
	element_set(l->arena, record, "uid", arena_dup_span(l->arena, text));
	element_set(l->arena, record, "elsewhere", "1");
	return record;
}

static struct element *
record_of(struct documents *d, const xmlNode *link)
{
	struct package_look *l = d->k->look;
	struct element *record;

	if (d->k->ours) {
		const xmlNode *fptr = look_child(link, "fptr");
		const struct package_entry *file = fptr ? file_of(d, fptr) : NULL;

		record = file ? record_with(d, file->path) : NULL;
		if (file && !record)
			look_fault(l, file->path, 0, "a document that hoso.xml does not describe");
		return record;
	}
	record = element_add(l->arena, d->k->dossier, "record");
	element_set(l->arena, record, "state", "declared");
	element_set(l->arena, record, "where", d->mets->path);
	add_files(d, link, record);
	return record;
}

static void
add_document(struct documents *d, const xmlNode *link, bool hole)
{
	struct package_look *l = d->k->look;
	struct element *record = hole ? add_hole(d, link) : record_of(d, link);
	const struct package_entry *said = description_of(d, link);

	d->place++;
	if (!record)
		return;
	if (!d->k->ours)
		element_set_int(l->arena, record, "line", xmlGetLineNo(link));
	if (said)
		look_document_fields(d->k, said, record, d->place);
	else
		look_fault(l, d->mets->path, xmlGetLineNo(link), "a document without description");
}

static void
walk_map(struct documents *d, const xmlNode *node)
{
	for (const xmlNode *c = look_child(node, "div"); c; c = look_next(c, "div")) {
		const char *label = look_attribute(d->k->look, c, "LABEL");

		if (label && strcasecmp(label, "MetadataLink/File") == 0)
			add_document(d, c, false);
		else if (label && strcasecmp(label, "MetadataLink/Holey") == 0)
			add_document(d, c, true);
		else
			walk_map(d, c);
	}
}

/* --- METS of both levels ----------------------------------------------------------------------- */

static const xmlNode *
open_mets(struct eark_look *k, const struct package_entry *mets, xmlDocPtr doc, struct ids *ids)
{
	const xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;

	if (!root)
		return NULL;
	if (!look_is(root, "mets")) {
		look_fault(k->look, mets->path, xmlGetLineNo(root), "no METS");
		return NULL;
	}
	ids->look = k->look;
	read_ids(ids, mets, root);
	check_references(k, mets, root);
	return root;
}

static void
read_premis(struct eark_look *k, const struct package_entry *mets, const xmlNode *root)
{
	for (const xmlNode *a = look_child(root, "amdSec"); a; a = look_next(a, "amdSec"))
		for (const xmlNode *p = look_child(a, "digiprovMD"); p;
		     p = look_next(p, "digiprovMD")) {
			const xmlNode *ref = look_child(p, "mdRef");
			const struct package_entry *e = ref ? entry_of(k, mets, ref) : NULL;

			if (e)
				look_premis(k, e);
		}
}

static void
read_representation(struct eark_look *k, const struct package_entry *mets)
{
	xmlDocPtr doc owned(look_xml_freep) = look_xml(k->look, mets);
	struct documents d = { .k = k, .mets = mets };

	d.root = open_mets(k, mets, doc, &d.ids);
	if (!d.root)
		return;
	walk_map(&d, look_child(d.root, "structMap"));
	if (d.place == 0 &&
	    look_child(look_child(look_child(d.root, "fileSec"), "fileGrp"), "file"))
		look_fault(k->look, mets->path, 0,
		    "no document: the structural map has no MetadataLink/File");
	else if (d.place == 0)
		look_note(k->look, mets->path, 0, "a dossier without documents");
	read_premis(k, mets, d.root);
	ids_free(&d.ids);
}

/* SIP, AIP or DIP; the circular's own example of a DIP says SIP, so the profile counts as well. */
static void
read_kind(struct eark_look *k, const xmlNode *root)
{
	struct package_look *l = k->look;
	const char *type = look_attribute(l, look_child(root, "metsHdr"), "OAISPACKAGETYPE");
	const char *profile = look_attribute(l, root, "PROFILE");
	bool dip = profile && strstr(profile, "E-ARK-DIP");

	if (!type) {
		type = look_attribute(l, root, "TYPE");
		look_note(l, k->root->path, 0, "no OAISPACKAGETYPE: taken as %s",
		    type && strcasecmp(type, "AIP") == 0 ? "AIP" : "SIP");
	}
	k->dip = dip || (type && strcasecmp(type, "DIP") == 0);
	element_set(l->arena, l->root, "format",
	    k->dip				       ? "dip"
		: type && strcasecmp(type, "AIP") == 0 ? "aip"
						       : "sip");
}

/* "uuid-7D0D…", "urn:uuid:…", "urn:P_KHCN:uuid-…": the uid it had. */
static const char *
uid_in(struct package_look *l, const char *id)
{
	size_t n = id ? strlen(id) : 0;
	char *uid;

	if (n < UID_LEN)
		return NULL;
	uid = arena_dup(l->arena, id + n - UID_LEN);
	for (char *c = uid; *c; c++)
		if (*c >= 'A' && *c <= 'F')
			*c = (char)(*c + ('a' - 'A'));
	return uid_valid(span_of(uid)) ? uid : NULL;
}

/* A description of ours among the descriptive metadata, or none. */
static void
read_ours(struct eark_look *k, const xmlNode *root)
{
	struct package_look *l = k->look;

	for (const xmlNode *s = look_child(root, "dmdSec"); s; s = look_next(s, "dmdSec")) {
		const xmlNode *ref = look_child(s, "mdRef");
		const char *type = look_attribute(l, ref, "OTHERMDTYPE");
		const struct package_entry *e;

		if (!type || strcmp(type, "urn:tangthu:dossier:1") != 0)
			continue;
		if ((e = entry_of(k, k->root, ref)))
			k->dossier = look_description(l, e, k->base);
		k->ours = k->dossier != NULL;
	}
}

static void
begin_dossier(struct eark_look *k, const xmlNode *root)
{
	struct package_look *l = k->look;
	const char *id = look_attribute(l, root, "OBJID");

	if (!element_get(l->root, "id"))
		element_set(l->arena, l->root, "id", id);
	read_ours(k, root);
	if (k->ours)
		return;
	k->dossier = element_add(l->arena, l->root, "dossier");
	element_set(l->arena, k->dossier, "where", k->root->path);
	if (k->dip) {
		/* what was handed to a reader is no dossier's other self */
		(void)element_put(l->arena, k->dossier, "title", look_attribute(l, root, "LABEL"));
		look_note(l, k->root->path, 0, "a DIP: only what was handed out is taken");
		return;
	}
	element_set(l->arena, k->dossier, "uid", uid_in(l, id));
}

static void
read_descriptions(struct eark_look *k, const xmlNode *root)
{
	struct package_look *l = k->look;
	size_t found = 0;

	for (const xmlNode *s = look_child(root, "dmdSec"); s; s = look_next(s, "dmdSec")) {
		const xmlNode *ref = look_child(s, "mdRef");
		const struct package_entry *e = ref ? entry_of(k, k->root, ref) : NULL;

		if (!e || strncasecmp(last_part(e->path), "EAD", 3) != 0)
			continue;
		if (!k->dip)
			look_dossier_fields(k, e);
		found++;
	}
	if (found == 0)
		look_fault(l, k->root->path, 0, "no EAD.xml among its descriptive metadata");
}

static void
read_representations(struct eark_look *k)
{
	struct package_look *l = k->look;
	struct span folder = span_of(arena_printf(l->arena, "%srepresentations/", k->base));
	size_t found = 0;

	for (size_t i = 0; i < l->count; i++) {
		struct package_entry *e = &l->entry[i];
		struct span path = span_of(e->path), rest;

		if (!span_starts(path, folder) || !span_ends(path, SPAN("/METS.xml")))
			continue;
		rest = span_make(path.p + folder.n, path.n - folder.n);
		(void)span_cut(&rest, '/');
		if (!span_equal_str(rest, "METS.xml"))
			continue;
		e->told = true;
		read_representation(k, e);
		found++;
	}
	if (found == 0)
		look_fault(l, k->base, 0, "no representations/*/METS.xml");
}

static void
check_surplus(struct eark_look *k)
{
	struct package_look *l = k->look;

	for (size_t i = 0; i < l->count; i++)
		if (span_starts(span_of(l->entry[i].path), span_of(k->base)) && !l->entry[i].told &&
		    &l->entry[i] != k->root)
			look_fault(l, l->entry[i].path, 0, "no METS.xml lists it");
}

void
look_eark(struct package_look *l, const struct package_entry *mets)
{
	struct eark_look k = { .look = l, .base = look_folder(l, mets->path), .root = mets };
	xmlDocPtr doc owned(look_xml_freep) = look_xml(l, mets);
	struct ids ids owned(ids_free) = { .look = l };
	const xmlNode *root = open_mets(&k, mets, doc, &ids);

	if (!root)
		return;
	read_kind(&k, root);
	begin_dossier(&k, root);
	if (!k.dossier)
		return;
	read_descriptions(&k, root);
	read_representations(&k);
	read_premis(&k, mets, root);
	check_surplus(&k);
	if (k.odd_codes)
		look_note(l, mets->path, 0,
		    "%zu documents have the code of another dossier in docCode; they are taken with"
		    " this one",
		    k.odd_codes);
}
