/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PDFs written by hand, wrong in one place each. */
#include "hostile.h"

/* Objects 1, 2, ... in order, each without its "n 0 obj"; ended by NULL. */
static enum status
pdf_write(const char *path, const char *const *object, const char *trailer, struct err *err)
{
	owned(strbuf_free) struct strbuf out = STRBUF_INIT, table = STRBUF_INIT;
	size_t n;

	strbuf_add_str(&out, "%PDF-1.4\n%\xe2\xe3\xcf\xd3\n");
	for (n = 0; object[n] != NULL; n++) {
		strbuf_addf(&table, "%010zu 00000 n \n", out.len);
		strbuf_addf(&out, "%zu 0 obj\n%s\nendobj\n", n + 1, object[n]);
	}
	strbuf_addf(&table, "trailer\n<< /Size %zu /Root 1 0 R %s >>\nstartxref\n%zu\n%%%%EOF\n",
	    n + 1, trailer, out.len);
	strbuf_addf(&out, "xref\n0 %zu\n0000000000 65535 f \n", n + 1);
	strbuf_add(&out, table.buf, table.len);
	return file_write(path, out.buf, out.len, err);
}

#define PDF_CONTENT "<< /Length 29 >>\nstream\n10 10 m 90 90 l S 0 0 m 9 9 l\nendstream"

enum status
make_encrypted(struct hostile *h, const char *path, struct err *err)
{
	/* Standard handler, 40-bit RC4 (ISO 32000-1 7.6.3); no password gives this /U. */
	static const char *const object[] = {
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [ 3 0 R ] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 595 842 ] /Contents 4 0 R >>",
		PDF_CONTENT,
		"<< /Filter /Standard /V 1 /R 2 /P -64\n"
		"/O <6b1d3ac1f06b50a07b4bd0c65b1f3b7a1bb0f9e08ff9a3c2ab3f4f0aa98bb0d1>\n"
		"/U <0f1e2d3c4b5a69788796a5b4c3d2e1f000112233445566778899aabbccddeeff> >>",
		NULL,
	};

	(void)h;
	return pdf_write(path, object,
	    "/Encrypt 5 0 R /ID [ <00112233445566778899aabbccddeeff> "
	    "<00112233445566778899aabbccddeeff> ]",
	    err);
}

enum status
make_huge_page(struct hostile *h, const char *path, struct err *err)
{
	static const char *const object[] = {
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [ 3 0 R ] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 1000000000 1000000000 ] /Contents 4 0 R >>",
		PDF_CONTENT,
		NULL,
	};

	(void)h;
	return pdf_write(path, object, "", err);
}

enum status
make_page_cycle(struct hostile *h, const char *path, struct err *err)
{
	static const char *const object[] = {
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [ 3 0 R 2 0 R ] /Count 4 >>",
		"<< /Type /Pages /Parent 2 0 R /Kids [ 2 0 R 3 0 R ] /Count 2 >>",
		NULL,
	};

	(void)h;
	return pdf_write(path, object, "", err);
}

enum status
make_page_count(struct hostile *h, const char *path, struct err *err)
{
	static const char *const object[] = {
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [ 3 0 R ] /Count 2000000000 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 595 842 ] /Contents 4 0 R >>",
		PDF_CONTENT,
		NULL,
	};

	(void)h;
	return pdf_write(path, object, "", err);
}

/* One page named a hundred thousand times. */
enum status
make_page_bomb(struct hostile *h, const char *path, struct err *err)
{
	owned(strbuf_free) struct strbuf leaf = STRBUF_INIT, node = STRBUF_INIT, root = STRBUF_INIT;
	const char *object[] = { "<< /Type /Catalog /Pages 2 0 R >>", NULL, NULL, NULL,
		"<< /Type /Page /Parent 4 0 R /MediaBox [ 0 0 595 842 ] /Contents 6 0 R >>",
		PDF_CONTENT, NULL };
	int i;

	(void)h;
	strbuf_add_str(&root, "<< /Type /Pages /Count 100000 /Kids [");
	strbuf_add_str(&node, "<< /Type /Pages /Parent 2 0 R /Count 2000 /Kids [");
	strbuf_add_str(&leaf, "<< /Type /Pages /Parent 3 0 R /Count 50 /Kids [");
	for (i = 0; i < 50; i++) {
		strbuf_add_str(&root, " 3 0 R");
		strbuf_add_str(&leaf, " 5 0 R");
	}
	for (i = 0; i < 40; i++)
		strbuf_add_str(&node, " 4 0 R");
	strbuf_add_str(&root, " ] >>");
	strbuf_add_str(&node, " ] >>");
	strbuf_add_str(&leaf, " ] >>");
	object[1] = root.buf;
	object[2] = node.buf;
	object[3] = leaf.buf;
	return pdf_write(path, object, "", err);
}
