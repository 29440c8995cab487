/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "json_out.h"

/*
 * Digital signatures of a PDF (ISO 32000-1 12.8): ByteRange and Contents by libqpdf, the arithmetic
 * by OpenSSL CMS.  "intact" says that the signed bytes are those that were signed with the key of
 * the certificate inside; whom the certificate belongs to is not vouched for: there is no list of
 * trusted issuers here, and it says so (trust: "not-checked").
 */
#define SIGNATURES_MAX 100
#define FIELD_DEPTH 16
#define FIELDS_MAX 5000
#define RANGES_MAX 16

struct signature_walk {
	struct export *e;
	qpdf_data q;
	struct json_out j;
	unsigned fields, found;
};

struct signed_range {
	uint64_t at, length;
};

/* Strings of libqpdf share one buffer: each is copied at once (reader.md law e). */
static void
put_text(struct signature_walk *w, qpdf_oh dict, const char *key, const char *as)
{
	qpdf_oh value = qpdf_oh_get_key(w->q, dict, key);

	if (qpdf_oh_is_name(w->q, value))
		json_key_str(&w->j, as, qpdf_oh_get_name(w->q, value));
	else if (qpdf_oh_get_type_code(w->q, value) == ot_string)
		json_key_str(&w->j, as, qpdf_oh_get_utf8_value(w->q, value));
	else
		json_key_str(&w->j, as, NULL);
}

/* Ascending, apart, inside the file. */
static bool
read_ranges(struct signature_walk *w, qpdf_oh array, struct signed_range *range, size_t *count)
{
	int n = qpdf_oh_is_array(w->q, array) ? qpdf_oh_get_array_n_items(w->q, array) : 0;
	uint64_t end = 0, size = w->e->job.bytes.n;

	*count = 0;
	if (n < 2 || n % 2 != 0 || n > 2 * RANGES_MAX)
		return false;
	for (int i = 0; i < n; i += 2) {
		long long at = qpdf_oh_get_int_value(w->q, qpdf_oh_get_array_item(w->q, array, i));
		long long length =
		    qpdf_oh_get_int_value(w->q, qpdf_oh_get_array_item(w->q, array, i + 1));

		if (at < 0 || length < 0 || (uint64_t)at < end || (uint64_t)at > size ||
		    (uint64_t)length > size - (uint64_t)at)
			return false;
		range[(*count)++] = (struct signed_range){ (uint64_t)at, (uint64_t)length };
		end = (uint64_t)at + (uint64_t)length;
	}
	return true;
}

/*
 * Whole: everything but the signature's own value, which the gap between two ranges holds in hex.
 */
static bool
covers_whole(struct signature_walk *w, const struct signed_range *r, size_t n, size_t contents)
{
	uint64_t size = w->e->job.bytes.n, gap;

	if (n != 2 || r[0].at != 0 || r[1].at + r[1].length != size)
		return false;
	gap = r[1].at - r[0].length;
	return gap >= 2 * (uint64_t)contents + 2 && w->e->job.bytes.p[r[0].length] == '<' &&
	    w->e->job.bytes.p[r[1].at - 1] == '>';
}

static void
put_name(struct json_out *j, const char *key, const X509_NAME *name)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL;
	long n = 0;

	if (bio != NULL &&
	    X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0)
		n = BIO_get_mem_data(bio, &text);
	json_key(j, key);
	json_span(j, span_make(text != NULL ? text : "", n > 0 ? (size_t)n : 0));
	BIO_free(bio);
}

static void
put_time(struct json_out *j, const char *key, const ASN1_TIME *t)
{
	struct tm tm = { 0 };

	if (t != NULL && ASN1_TIME_to_tm(t, &tm) == 1)
		json_key_time(j, key, (int64_t)timegm(&tm) * 1000000);
	else
		json_key_str(j, key, NULL);
}

static void
put_signer(struct signature_walk *w, CMS_ContentInfo *cms)
{
	STACK_OF(CMS_SignerInfo) *infos = CMS_get0_SignerInfos(cms);
	CMS_SignerInfo *info = infos != NULL ? sk_CMS_SignerInfo_value(infos, 0) : NULL;
	X509 *cert = NULL;
	int at;

	if (info == NULL)
		return;
	(void)CMS_set1_signers_certs(cms, NULL, 0);
	CMS_SignerInfo_get0_algs(info, NULL, &cert, NULL, NULL);
	if (cert != NULL) {
		put_name(&w->j, "signer", X509_get_subject_name(cert));
		put_name(&w->j, "issuer", X509_get_issuer_name(cert));
		put_time(&w->j, "valid_from", X509_get0_notBefore(cert));
		put_time(&w->j, "valid_to", X509_get0_notAfter(cert));
	}
	at = CMS_signed_get_attr_by_NID(info, NID_pkcs9_signingTime, -1);
	if (at >= 0) {
		X509_ATTRIBUTE *a = CMS_signed_get_attr(info, at);
		ASN1_TYPE *t = X509_ATTRIBUTE_get0_type(a, 0);

		if (t != NULL && (t->type == V_ASN1_UTCTIME || t->type == V_ASN1_GENERALIZEDTIME))
			put_time(&w->j, "signing_time", t->value.asn1_string);
	}
}

/* The signed bytes, or for the old adbe.pkcs7.sha1 their digest, against the signature. */
static const char *
check_cms(struct signature_walk *w, CMS_ContentInfo *cms, const struct signed_range *r, size_t n)
{
	BIO *data = BIO_new(BIO_s_mem()), *inside = NULL;
	ASN1_OCTET_STRING **content = CMS_get0_content(cms);
	bool detached = content == NULL || *content == NULL;
	bool ok = data != NULL;

	for (size_t i = 0; ok && i < n; i++)
		for (uint64_t done = 0; ok && done < r[i].length;) {
			uint64_t left = r[i].length - done;
			int take = left < (1u << 20) ? (int)left : 1 << 20;

			ok = BIO_write(data, w->e->job.bytes.p + r[i].at + done, take) == take;
			done += (uint64_t)take;
		}
	if (ok && !detached) {
		/* SHA-1 of the ranges stands inside; compare it first. */
		unsigned char digest[EVP_MAX_MD_SIZE];
		char *all = NULL;
		long length = BIO_get_mem_data(data, &all);
		unsigned size = 0;

		ok = EVP_Digest(all, (size_t)length, digest, &size, EVP_sha1(), NULL) == 1 &&
		    ASN1_STRING_length(*content) == (int)size &&
		    memcmp(ASN1_STRING_get0_data(*content), digest, size) == 0;
	}
	inside = detached ? data : NULL;
	ok = ok &&
	    CMS_verify(cms, NULL, NULL, inside, NULL,
		CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY | (detached ? CMS_DETACHED : 0)) == 1;
	BIO_free(data);
	ERR_clear_error();
	return ok ? "intact" : "broken";
}

static void
put_check(struct signature_walk *w, struct span der, const struct signed_range *r, size_t n)
{
	const unsigned char *p = (const unsigned char *)der.p;
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &p, (long)der.n);

	ERR_clear_error();
	if (cms == NULL || n == 0) {
		json_key_str(&w->j, "integrity", n == 0 ? "no-byte-range" : "unreadable");
	} else {
		json_key_str(&w->j, "integrity", check_cms(w, cms, r, n));
		put_signer(w, cms);
	}
	json_key_str(&w->j, "trust", "not-checked");
	CMS_ContentInfo_free(cms);
}

static void
put_signature(struct signature_walk *w, qpdf_oh field, qpdf_oh value)
{
	struct signed_range range[RANGES_MAX];
	owned(strbuf_free) struct strbuf der = STRBUF_INIT;
	const char *contents;
	uint64_t covered = 0;
	size_t n = 0, length = 0;
	bool ranges = read_ranges(w, qpdf_oh_get_key(w->q, value, "/ByteRange"), range, &n);

	if (!ranges)
		n = 0;
	contents = qpdf_oh_get_binary_string_value(
	    w->q, qpdf_oh_get_key(w->q, value, "/Contents"), &length);
	strbuf_add(&der, contents != NULL ? contents : "", contents != NULL ? length : 0);
	for (size_t i = 0; i < n; i++)
		covered += range[i].length;
	json_object(&w->j);
	put_text(w, field, "/T", "field");
	put_text(w, value, "/SubFilter", "format");
	put_text(w, value, "/Name", "name");
	put_text(w, value, "/Reason", "reason");
	put_text(w, value, "/Location", "location");
	put_text(w, value, "/M", "claimed_time");
	json_key_int(&w->j, "covered", (int64_t)covered);
	json_key_int(&w->j, "size", (int64_t)w->e->job.bytes.n);
	json_key_bool(&w->j, "whole_file", covers_whole(w, range, n, der.len));
	put_check(w, strbuf_span(&der), range, n);
	json_end_object(&w->j);
	w->found++;
}

/* Fields inherit their type (ISO 32000-1 12.7.3.1). */
static void
walk(struct signature_walk *w, qpdf_oh fields, bool is_signature, int depth)
{
	int n = qpdf_oh_is_array(w->q, fields) ? qpdf_oh_get_array_n_items(w->q, fields) : 0;

	for (int i = 0; i < n && depth < FIELD_DEPTH && ++w->fields < FIELDS_MAX; i++) {
		qpdf_oh field = qpdf_oh_get_array_item(w->q, fields, i), type, value;
		bool here = is_signature;

		if (!qpdf_oh_is_dictionary(w->q, field))
			continue;
		type = qpdf_oh_get_key(w->q, field, "/FT");
		if (qpdf_oh_is_name(w->q, type))
			here = qpdf_oh_is_name_and_equals(w->q, type, "/Sig");
		value = qpdf_oh_get_key(w->q, field, "/V");
		if (here && qpdf_oh_is_dictionary(w->q, value) && w->found < SIGNATURES_MAX)
			put_signature(w, field, value);
		walk(w, qpdf_oh_get_key(w->q, field, "/Kids"), here, depth + 1);
	}
}

enum status
export_signatures(struct export *e, enum ocr_reason *reason, struct err *err)
{
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;
	struct signature_walk w = { .e = e };
	enum status st = ST_OK;
	qpdf_oh form;

	json_start(&w.j, &out);
	json_object(&w.j);
	json_key(&w.j, "signatures");
	json_array(&w.j);
	if (span_equal_str(e->what.mime, "application/pdf") &&
	    (st = export_open(e, &w.q, reason, err)) == ST_OK) {
		form = qpdf_oh_get_key_if_dict(w.q, qpdf_get_root(w.q), "/AcroForm");
		walk(&w, qpdf_oh_get_key_if_dict(w.q, form, "/Fields"), false, 0);
		qpdf_cleanup(&w.q);
	}
	json_end_array(&w.j);
	json_end_object(&w.j);
	if (st == ST_OK)
		export_put(e, out.buf, out.len);
	return st;
}
