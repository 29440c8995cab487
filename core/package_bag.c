/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base.h"
#include "package_parts.h"

/*
 * records.md 74: BagIt 1.0 (RFC 8493).  data/ holds a folder a dossier with its files and hoso.xml, the
 * description.
 */

static enum status
add_dossier(struct packing *p, size_t i, struct err *err)
{
	owned(strbuf_free) struct strbuf xml = STRBUF_INIT;
	struct element *d = p->dossier[i];
	const char *folder = arena_printf(p->arena, "data/%04zu-%s/", i + 1,
	    package_safe(element_value(d, "file_code"), p->arena));
	enum status st = package_place(p, d, folder, folder, err);

	if (st != ST_OK)
		return st;
	element_xml(d, &xml);
	return package_put(p, arena_printf(p->arena, "%shoso.xml", folder), strbuf_span(&xml), err);
}

static void
bag_info(const struct packing *p, const char *id, struct strbuf *out)
{
	strbuf_addf(out,
	    "Bag-Software-Agent: Tàng Thư " TANGTHU_VERSION "\nBagging-Date: %.10s\n"
	    "External-Identifier: %s\nPayload-Oxum: %s\n",
	    p->now, id, package_oxum(&p->files));
}

static enum status
add_tags(struct packing *p, const char *id, struct err *err)
{
	owned(strbuf_free) struct strbuf list = STRBUF_INIT, info = STRBUF_INIT, tags = STRBUF_INIT;
	enum status st;

	package_sort(&p->files);
	package_manifest(&p->files, true, &list);
	bag_info(p, id, &info);
	if ((st = package_put(p, "bagit.txt",
		 SPAN("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"), err)) != ST_OK ||
	    (st = package_put(p, "bag-info.txt", strbuf_span(&info), err)) != ST_OK ||
	    (st = package_put(p, "manifest-sha256.txt", strbuf_span(&list), err)) != ST_OK)
		return st;
	package_sort(&p->files);
	package_manifest(&p->files, false, &tags);
	return package_put(p, "tagmanifest-sha256.txt", strbuf_span(&tags), err);
}

enum status
package_bag(struct packing *p, struct package *out, struct err *err)
{
	const char *first = element_get(p->dossier[0], "uid");
	const char *id = arena_printf(p->arena, "urn:uuid:%s", first);
	const char *folder = arena_printf(p->arena, "bag-%.8s", first);
	enum status st = ST_OK;

	for (size_t i = 0; st == ST_OK && i < p->count; i++)
		st = add_dossier(p, i, err);
	if (st == ST_OK)
		st = add_tags(p, id, err);
	if (st != ST_OK)
		return st;
	out->name = arena_printf(p->arena, "%s.zip", folder);
	package_zip(&p->files, folder, out);
	return ST_OK;
}
