/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOG_H
#define LOG_H
#include "err.h"

/*
 * The operator's log on stderr, "<N>" priorities for journald when stderr is not a terminal.  Only
 * main functions, the route dispatcher and the job runner call it: library code reports through
 * struct err.  It is not the audit trail (audit.h).  No document text, no secrets.
 */
enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

#ifdef __cplusplus
extern "C" {
#endif

void	 log_open(const char *program, enum log_level);
void	 log_error(const char *, ...) PRINTF(1, 2);
void	 log_warn(const char *, ...) PRINTF(1, 2);
void	 log_info(const char *, ...) PRINTF(1, 2);
void	 log_debug(const char *, ...) PRINTF(1, 2);
/* "context: message (file:line)" at error level. */
void	 log_failure(const struct err *, const char *, ...) PRINTF(2, 3);

#ifdef __cplusplus
}
#endif
#endif
