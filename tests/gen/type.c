/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fontconfig/fontconfig.h>
#include <pango/pangofc-fontmap.h>
#include <stdio.h>
#include <stdlib.h>

#include "sheet.h"

#define FONT_FOLDER "/usr/share/fonts/truetype/liberation2/"

/* Files, not the folder: a folder would want a cache, and the host's settings would come with it. */
static const char *const font_files[] = {
	FONT_FOLDER "LiberationSerif-Regular.ttf",
	FONT_FOLDER "LiberationSerif-Bold.ttf",
	FONT_FOLDER "LiberationSerif-Italic.ttf",
	FONT_FOLDER "LiberationSerif-BoldItalic.ttf",
	FONT_FOLDER "LiberationSans-Bold.ttf",
};

static FcConfig *
fonts_load(void)
{
	FcConfig *config = FcConfigCreate();
	size_t i;

	for (i = 0; i < sizeof(font_files) / sizeof(*font_files); i++)
		if (!FcConfigAppFontAddFile(config, (const FcChar8 *)font_files[i])) {
			/* Version 1 (package fonts-liberation) has no Vietnamese letters. */
			fprintf(stderr,
			    "tangthu-gen: cannot read the font %s: install the package "
			    "fonts-liberation2\n",
			    font_files[i]);
			exit(69);
		}
	return config;
}

PangoContext *
type_context(void)
{
	PangoFontMap *map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
	cairo_font_options_t *options = cairo_font_options_create();
	PangoContext *context;

	pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(map), fonts_load());
	pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(map), 72);
	context = pango_font_map_create_context(map);
	/* No hinting: the lines must break alike at every resolution. */
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	pango_cairo_context_set_font_options(context, options);
	pango_context_set_round_glyph_positions(context, FALSE);
	pango_context_set_language(context, pango_language_from_string("vi"));
	cairo_font_options_destroy(options);
	g_object_unref(map);
	return context;
}
