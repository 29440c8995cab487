/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf.h"
#include "export.h"
#include "reader.h"
#include "sandbox.h"
#include "show.h"

static const char usage[] =
    "usage: tangthu-ocr --file FILE [--json] [--pages FIRST-LAST] [--images DIRECTORY]\n"
    "       tangthu-ocr --self-test\n"
    "       tangthu-ocr --version | --help\n"
    "Started by tangthu-indexer as the reader of documents (--zygote); see tangthu-ocr(8).\n"
    "  --file FILE          read one document through the sandbox and print its text\n"
    "  --json               print classification, pages and words as JSON lines\n"
    "  --pages FIRST-LAST   only these pages, from 1; LAST may be missing\n"
    "  --images DIRECTORY   write the display images there as page-N.jpg or .png\n"
    "  --config DIRECTORY   take the [ocr] section of DIRECTORY/tangthu.conf\n"
    "  --self-test          try what the sandbox forbids and print each result (TAP)\n";

enum choice {
	OPT_ZYGOTE = 1,
	OPT_TESSDATA,
	OPT_LANGUAGES,
	OPT_FALLBACK,
	OPT_SECOND,
	OPT_REQUIRE,
	OPT_FILE,
	OPT_JSON,
	OPT_PAGES,
	OPT_IMAGES,
	OPT_CONFIG,
	OPT_SELF_TEST,
	OPT_EXPORT,
	OPT_VERSION,
	OPT_HELP
};

static const struct option options[] = {
	{ "zygote", no_argument, NULL, OPT_ZYGOTE },
	{ "tessdata", required_argument, NULL, OPT_TESSDATA },
	{ "languages", required_argument, NULL, OPT_LANGUAGES },
	{ "fallback", required_argument, NULL, OPT_FALLBACK },
	{ "second", required_argument, NULL, OPT_SECOND },
	{ "require-sandbox", no_argument, NULL, OPT_REQUIRE },
	{ "file", required_argument, NULL, OPT_FILE },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "pages", required_argument, NULL, OPT_PAGES },
	{ "images", required_argument, NULL, OPT_IMAGES },
	{ "config", required_argument, NULL, OPT_CONFIG },
	{ "self-test", no_argument, NULL, OPT_SELF_TEST },
	{ "export", no_argument, NULL, OPT_EXPORT },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

/* "3", "3-", "3-7". */
static bool
parse_pages(const char *text, uint32_t *first, uint32_t *last)
{
	struct span rest = span_of(text), head = span_cut(&rest, '-');
	bool range = rest.p != NULL;
	uint64_t a, b;

	if (!span_u64(head, &a) || a == 0 || a > OCR_LAST_PAGE)
		return false;
	b = range ? OCR_LAST_PAGE : a;
	if (range && rest.n > 0 && (!span_u64(rest, &b) || b < a || b > OCR_LAST_PAGE))
		return false;
	*first = (uint32_t)a;
	*last = (uint32_t)b;
	return true;
}

static int
bad_usage(void)
{
	(void)fputs(usage, stderr);
	return status_info(ST_INVALID)->exit;
}

int
main(int argc, char **argv)
{
	struct show show = { .first = 1, .last = OCR_LAST_PAGE };
	const char *tessdata = NULL, *languages = NULL, *fallback = "", *second = "";
	bool zygote = false, require = false;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case OPT_ZYGOTE:
			zygote = true;
			break;
		case OPT_TESSDATA:
			tessdata = optarg;
			break;
		case OPT_LANGUAGES:
			languages = optarg;
			break;
		case OPT_FALLBACK:
			fallback = optarg;
			break;
		case OPT_SECOND:
			second = optarg;
			break;
		case OPT_REQUIRE:
			require = true;
			break;
		case OPT_FILE:
			show.file = optarg;
			break;
		case OPT_JSON:
			show.json = true;
			break;
		case OPT_PAGES:
			if (!parse_pages(optarg, &show.first, &show.last))
				return bad_usage();
			break;
		case OPT_IMAGES:
			show.images = optarg;
			break;
		case OPT_CONFIG:
			show.config = optarg;
			break;
		case OPT_SELF_TEST:
			return sandbox_self_test() == 0 ? 0 : status_info(ST_INTERNAL)->exit;
		case OPT_EXPORT:
			return export_main();
		case OPT_VERSION:
			(void)puts("tangthu-ocr " TANGTHU_VERSION);
			return 0;
		case OPT_HELP:
			(void)fputs(usage, stdout);
			return 0;
		default:
			return bad_usage();
		}
	}
	if (optind < argc)
		return bad_usage();
	if (zygote && tessdata != NULL && languages != NULL)
		return zygote_run(tessdata, languages, fallback, second, require);
	return show.file != NULL ? show_file(&show) : bad_usage();
}
