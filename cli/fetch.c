/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <curl/curl.h>

#include "arena.h"
#include "witness.h"

struct body {
	struct strbuf *out;
	size_t max;
	bool over;
};

static size_t
take(char *p, size_t size, size_t count, void *payload)
{
	struct body *body = payload;

	if (body->out->len + size * count > body->max) {
		body->over = true;
		return 0;
	}
	strbuf_add(body->out, p, size * count);
	return size * count;
}

/* A token does not cross a network in the clear. */
static bool
safe_address(const char *url)
{
	static const char *const starts[] = { "https://",
		"http://127.0.0.1:", "http://[::1]:", "http://localhost:" };

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (span_starts(span_of(url), span_of(starts[i])))
			return true;
	return false;
}

static enum status
judge(CURLcode code, long status, const char *url, const struct body *body, struct err *err)
{
	if (body->over)
		return fail(err, ST_TOO_LARGE, "%s: more than %zu bytes", url, body->max);
	if (code != CURLE_OK)
		return fail(err, ST_IO, "%s: %s", url, curl_easy_strerror(code));
	switch (status) {
	case 200:
		return ST_OK;
	case 400:
		return fail(err, ST_INVALID, "%s: the server refuses the question", url);
	case 401:
	case 403:
		return fail(
		    err, ST_DENIED, "%s: the token is not an auditor's, or has expired", url);
	case 404:
		return fail(err, ST_NOT_FOUND, "%s: the server has none", url);
	default:
		return fail(err, ST_IO, "%s: the server answered %ld", url, status);
	}
}

static CURLcode
perform(CURL *curl, const char *url, struct curl_slist *headers, const char *ca, struct body *body)
{
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https,http");
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, 60L);
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
	if (ca)
		curl_easy_setopt(curl, CURLOPT_CAINFO, ca);
	return curl_easy_perform(curl);
}

enum status
fetch_text(const char *url, const char *token, const char *ca, size_t max, struct strbuf *out,
    struct err *err)
{
	struct strbuf header owned(strbuf_free) = STRBUF_INIT;
	struct body body = { out, max, false };
	struct curl_slist *headers;
	CURLcode code;
	long status = 0;
	CURL *curl;

	if (!safe_address(url))
		return fail(err, ST_DENIED, "%s: give an https address, or loopback", url);
	curl = curl_easy_init();
	strbuf_addf(&header, "Authorization: Bearer %s", token);
	headers = curl_slist_append(NULL, header.buf);
	if (!curl || !headers)
		return fail(err, ST_INTERNAL, "start curl");
	code = perform(curl, url, headers, ca, &body);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
	return judge(code, status, url, &body, err);
}
