/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CONF_H
#define CONF_H
#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "strbuf.h"

/*
 * DIR/tangthu.conf: an INI file (inih).  Everything has a default, so an empty file is a whole
 * configuration.  Sizes are bytes (suffixes K M G), times are seconds unless the name says
 * otherwise.  The table of keys is core/conf.c; config/tangthu.conf.5 describes each.
 */
struct conf {
	char	*dir;			/* the data directory, absolute; not a key */

	char	*catalog_backend;	/* [catalog] backend = sqlite */
	int64_t	 catalog_busy_ms;	/* [catalog] busy_ms = 10000 */
	char	*store_backend;		/* [store] backend = directory */
	int64_t	 store_reserve;		/* [store] reserve = 1G: below it arrivals get ST_FULL */

	char	*server_listen;		/* [server] listen = 127.0.0.1:8470 ("[::1]:0" works too) */
	bool	 server_plaintext;	/* [server] plaintext = no: non-loopback without TLS */
	char	*server_tls_cert;	/* [server] tls_cert, tls_key: PEM files, empty = no TLS */
	char	*server_tls_key;
	int64_t	 server_loops;		/* [server] loops = 1 */
	int64_t	 server_workers;	/* [server] workers = 4 */
	int64_t	 server_queue;		/* [server] queue = 256 waiting requests, then 503 */
	int64_t	 server_connections;	/* [server] connections = 1024 */
	int64_t	 server_per_address;	/* [server] per_address = 64 connections of one address */
	int64_t	 server_timeout;	/* [server] timeout = 60 */
	int64_t	 server_deadline_ms;	/* [server] deadline_ms = 5000 for one search */
	int64_t	 server_upload_max;	/* [server] upload_max = 4G, one file */
	int64_t	 server_upload_expire;	/* [server] upload_expire = 86400 */

	int64_t	 session_idle;		/* [session] idle = 1800 */
	int64_t	 session_absolute;	/* [session] absolute = 43200 */
	int64_t	 login_per_minute;	/* [session] login_per_minute = 5 per account */
	char	*second_factor;		/* [session] second_factor = roles: off, roles or all */
	int64_t	 session_fresh;		/* [session] fresh = 900: dangerous acts want a younger proof */
	char	*session_passwords;	/* [session] passwords: file of common ones, empty = none */

	char	*ldap_uri;		/* [ldap] uri, empty = no directory */
	char	*ldap_dn;		/* [ldap] dn = uid=%s,ou=people,...: %s is the sign-in name */
	char	*ldap_decoy;		/* [ldap] decoy: asked instead of names that are none of its */
	char	*ldap_ca;		/* [ldap] ca: PEM file, empty = the system's */
	int64_t	 ldap_timeout;		/* [ldap] timeout = 5 */

	int64_t	 indexer_readers;	/* [indexer] readers = 0: one per core */
	int64_t	 indexer_lease;		/* [indexer] lease = 300 */
	int64_t	 indexer_tries;		/* [indexer] tries = 3 */
	int64_t	 indexer_retry;		/* [indexer] retry = 5: first back-off, doubling */
	int64_t	 indexer_commit_pages;	/* [indexer] commit_pages = 500 */
	int64_t	 indexer_spool;		/* [indexer] spool = 8G: no further document is begun beyond */
	int64_t	 indexer_commit_ms;	/* [indexer] commit_ms = 500 */
	char	*indexer_intake;	/* [indexer] intake = intake (below dir; empty = none) */
	int64_t	 indexer_stable_ms;	/* [indexer] stable_ms = 2000 */

	char	*ocr_tessdata;		/* [ocr] tessdata = /usr/share/tesseract-ocr/5/tessdata */
	char	*ocr_languages;		/* [ocr] languages = vie */
	char	*ocr_fallback;		/* [ocr] fallback = vie+eng for pages with few marks */
	char	*ocr_second;		/* [ocr] second = Vietnamese: flags doubtful words */
	int64_t	 ocr_fallback_percent;	/* [ocr] fallback_percent = 12 */
	int64_t	 ocr_memory;		/* [ocr] memory = 1G address space of one child */
	int64_t	 ocr_cpu;		/* [ocr] cpu = 60 seconds a page */
	int64_t	 ocr_wall;		/* [ocr] wall = 120 seconds a page */
	int64_t	 ocr_pixels;		/* [ocr] pixels = 100000000 a page */
	int64_t	 ocr_pages;		/* [ocr] pages = 5000 a document */
	int64_t	 ocr_output;		/* [ocr] output = 64M a page */
	int64_t	 ocr_document;		/* [ocr] document = 2G: largest file that is opened */
	int64_t	 ocr_recycle;		/* [ocr] recycle = 500 children of one zygote */
	bool	 ocr_require_sandbox;	/* [ocr] require_sandbox = yes */

	char	*scan_separator;	/* [scan] separator = TANGTHU-TACH PATCHT: payloads begin so */
	bool	 scan_separator_blank;	/* [scan] separator_blank = no: blank pages part, too */
	char	*log_key;		/* [log] key = log.key (below dir unless it begins with /) */
	int64_t	 log_checkpoint_seconds; /* [log] checkpoint_seconds = 600 */
	int64_t	 log_checkpoint_entries; /* [log] checkpoint_entries = 1000 */
	char	*log_checkpoint_folder;	/* [log] checkpoint_folder, empty = none */
	char	*log_checkpoint_mail;	/* [log] checkpoint_mail, empty = none */
	int64_t	 log_mail_seconds;	/* [log] mail_seconds = 86400 */
	char	*log_sendmail;		/* [log] sendmail = /usr/sbin/sendmail */

	int64_t	 export_processes;	/* [export] processes = 1 at once, for the server */
	int64_t	 export_queue;		/* [export] waiting = 8, then 503 */
	int64_t	 export_wall;		/* [export] seconds = 120 for one */
	int64_t	 export_output;		/* [export] largest = 1G: one result */

	int64_t	 scan_min_dpi;		/* [scan] min_dpi = 200: less is reported; 0 = never */
	bool	 scan_colour;		/* [scan] colour = yes: bi-level pages are reported */
	int64_t	 scan_max_skew;		/* [scan] max_skew = 200 hundredths of a degree; 0 = never */
	bool	 scan_report_blank;	/* [scan] report_blank = yes */
	int64_t	 scan_min_confidence;	/* [scan] min_confidence = 70 of 100; 0 = never */
	int64_t	 scan_max_dark_edge;	/* [scan] max_dark_edge = 25 per cent of an edge; 0 = never */
	bool	 scan_report_doubled;	/* [scan] report_doubled = yes: the same sheet twice */
	bool	 scan_report_numbers;	/* [scan] report_numbers = yes: printed page numbers that jump */

	char	*language;		/* [ui] language = vi */
};

#ifdef __cplusplus
extern "C" {
#endif

/* Defaults only, dir copied and made absolute. */
struct conf	*conf_new(const char *dir);
/*
 * Defaults, then dir/tangthu.conf over them.  *conf is NULL on failure.
 * ST_NOT_FOUND: no such directory or file.  ST_INVALID: unknown section or key, wrong type or
 * impossible value; the message names file, line, section and key.  ST_IO.
 */
MUST_CHECK enum status
		 conf_load(struct conf **, const char *dir, struct err *);
void		 conf_free(struct conf *);
void		 conf_freep(struct conf **);	/* for owned() */
/* The commented file that init writes: every key with its default. */
void		 conf_write_default(struct strbuf *);

#ifdef __cplusplus
}
#endif
#endif
