/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_LANGUAGE_H
#define SERVER_LANGUAGE_H
#include "span.h"

/*
 * "vi" or "en": the account's choice, else the better liked one of Accept-Language (RFC 9110
 * 12.5.4), else the archive's.  own and archive may be NULL.
 */
const char *language_choose(const char *own, struct span accept, const char *archive);

#endif
