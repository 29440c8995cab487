/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base.h"
#include "log.h"
#include "strbuf.h"

/* Set once by log_open, before any thread starts. */
static const char *program_name = "tangthu";
static enum log_level threshold = LOG_LEVEL_INFO;
static bool to_terminal;

static const struct {
	int priority; /* sd-daemon(3) */
	const char *label;
} levels[] = {
	[LOG_LEVEL_ERROR] = { 3, "error: " },
	[LOG_LEVEL_WARN] = { 4, "warning: " },
	[LOG_LEVEL_INFO] = { 6, "" },
	[LOG_LEVEL_DEBUG] = { 7, "debug: " },
};

void
log_open(const char *program, enum log_level level)
{
	program_name = program;
	threshold = level;
	to_terminal = isatty(STDERR_FILENO) == 1;
}

/* One line is one write(2), so lines of several threads do not mix; control characters cannot
 * forge a second line or steer a terminal. */
static void write_line(enum log_level level, const char *fmt, va_list ap) PRINTF(2, 0);

static void
write_line(enum log_level level, const char *fmt, va_list ap)
{
	owned(strbuf_free) struct strbuf line = STRBUF_INIT;

	if (level > threshold)
		return;
	if (!to_terminal)
		strbuf_addf(&line, "<%d>", levels[level].priority);
	strbuf_addf(&line, "%s: %s", program_name, levels[level].label);
	size_t start = line.len;

	strbuf_vaddf(&line, fmt, ap);
	for (size_t i = start; i < line.len; i++)
		if ((unsigned char)line.buf[i] < 0x20 || line.buf[i] == 0x7f)
			line.buf[i] = ' ';
	strbuf_add_char(&line, '\n');
	/* There is nowhere left to report a failure of the log itself. */
	(void)!write_all(STDERR_FILENO, line.buf, line.len, NULL);
}

#define LOG_FUNCTION(name, level) \
	void name(const char *fmt, ...) \
	{ \
		va_list ap; \
\
		va_start(ap, fmt); \
		write_line(level, fmt, ap); \
		va_end(ap); \
	}

LOG_FUNCTION(log_error, LOG_LEVEL_ERROR)
LOG_FUNCTION(log_warn, LOG_LEVEL_WARN)
LOG_FUNCTION(log_info, LOG_LEVEL_INFO)
LOG_FUNCTION(log_debug, LOG_LEVEL_DEBUG)

void
log_failure(const struct err *err, const char *fmt, ...)
{
	owned(strbuf_free) struct strbuf context = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&context, fmt, ap);
	va_end(ap);
	log_error("%s: %s (%s:%d)", context.buf, err->msg, err->file ? err->file : "?", err->line);
}
