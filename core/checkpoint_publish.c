/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checkpoints leave the machine: into a folder (better one of another machine), by mail. */
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "catalog_parts.h"
#include "db.h"
#include "trail.h"

#define MAIL_SECONDS 60

extern char **environ;

struct sent {
	int64_t size, at_us;
};

static enum status
take_sent(struct db_row *row, void *payload, struct err *err)
{
	struct sent *sent = payload;

	(void)err;
	sent->size = db_column_int(row, 0);
	sent->at_us = db_column_int(row, 1);
	return ST_OK;
}

static enum status
load_sent(struct catalog *catalog, const char *way, struct sent *sent, struct err *err)
{
	*sent = (struct sent){ 0 };
	return db_query(catalog->db, "SELECT size, at FROM checkpoint_sent WHERE way=$1",
	    DB_ARGS(db_text(way)), take_sent, sent, err);
}

static enum status
store_sent(struct catalog *catalog, const char *way, uint64_t size, struct err *err)
{
	return db_exec(catalog->db,
	    "INSERT INTO checkpoint_sent(way, size, at) VALUES($1, $2, $3)"
	    " ON CONFLICT(way) DO UPDATE SET size=excluded.size, at=excluded.at",
	    DB_ARGS(db_text(way), db_int((int64_t)size), db_int(now_us())), NULL, err);
}

/* --- folder --- */

/* The proof first: whoever sees a checkpoint finds how it came to be. */
static enum status
put_files(struct catalog *catalog, const char *folder, const struct checkpoint *c, uint64_t before,
    struct arena *arena, struct err *err)
{
	owned(strbuf_free) struct strbuf proof = STRBUF_INIT;
	const char *path = arena_printf(arena, "%s/%020" PRIu64, folder, c->size);
	enum status st = consistency_text(catalog, c, before, &proof, err);

	if (st != ST_OK ||
	    (st = file_replace(arena_printf(arena, "%s.consistency", path), strbuf_span(&proof),
		 0644, err)) != ST_OK)
		return st;
	return file_replace(
	    arena_printf(arena, "%s.checkpoint", path), span_of(c->note), 0644, err);
}

static enum status
next_size(struct catalog *catalog, int64_t after, int64_t *size, struct err *err)
{
	return db_lookup_int(catalog->db,
	    "SELECT size FROM checkpoint WHERE size>$1 ORDER BY size LIMIT 1",
	    DB_ARGS(db_int(after)), size, err);
}

static enum status
to_folder(struct catalog *catalog, const struct conf *conf, struct arena *arena, struct err *err)
{
	const char *way = arena_printf(arena, "folder %s", conf->log_checkpoint_folder);
	struct sent sent;
	enum status st = load_sent(catalog, way, &sent, err);

	while (st == ST_OK) {
		struct checkpoint c;
		int64_t size;

		if ((st = next_size(catalog, sent.size, &size, err)) != ST_OK || size == 0)
			return st;
		if ((st = checkpoint_find(catalog, (uint64_t)size, arena, &c, err)) != ST_OK ||
		    (st = put_files(catalog, conf->log_checkpoint_folder, &c, (uint64_t)sent.size,
			 arena, err)) != ST_OK)
			return st;
		st = store_sent(catalog, way, c.size, err);
		sent.size = size;
	}
	return st;
}

/* --- mail --- */

static enum status
wait_mail(pid_t pid, const char *program, struct err *err)
{
	int what = 0;

	for (int tenths = 0; waitpid(pid, &what, WNOHANG) == 0; tenths++) {
		if (tenths >= MAIL_SECONDS * 10) {
			(void)kill(pid, SIGKILL);
			(void)waitpid(pid, &what, 0);
			return fail(
			    err, ST_IO, "%s did not end in %d seconds", program, MAIL_SECONDS);
		}
		(void)poll(NULL, 0, 100);
	}
	return WIFEXITED(what) && WEXITSTATUS(what) == 0
	    ? ST_OK
	    : fail(err, ST_IO, "%s did not take the message", program);
}

static enum status
run_mail(const struct conf *conf, int message, struct err *err)
{
	char *argv[] = { conf->log_sendmail, (char[]){ "-i" }, conf->log_checkpoint_mail, NULL };
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int failed;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, message, STDIN_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	failed = posix_spawn(&pid, conf->log_sendmail, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (failed) {
		errno = failed;
		return fail_sys(err, "start %s", conf->log_sendmail);
	}
	return wait_mail(pid, conf->log_sendmail, err);
}

static void
write_message(const struct conf *conf, const struct checkpoint *c, struct strbuf *out)
{
	strbuf_addf(out,
	    "To: %s\nSubject: [Tang Thu] log checkpoint %" PRIu64 "\nMIME-Version: 1.0\n"
	    "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
	    "Hãy giữ thư này. Đây là bản ký của nhật ký lưu trữ; nhờ nó có thể chứng minh nhật ký\n"
	    "không bị sửa.\n"
	    "Keep this mail. It is the signed state of the archive's log; with it one can prove that\n"
	    "the log was not rewritten (tangthu-verify checkpoint).\n\n%s",
	    conf->log_checkpoint_mail, c->size, c->note);
}

static enum status
send_mail(const struct conf *conf, const struct checkpoint *c, struct err *err)
{
	owned(strbuf_free) struct strbuf text = STRBUF_INIT;
	owned(fd_closep) int message = memfd_create("checkpoint", MFD_CLOEXEC);
	enum status st;

	if (message == -1)
		return fail_sys(err, "make a message");
	write_message(conf, c, &text);
	if ((st = write_all(message, text.buf, text.len, err)) != ST_OK)
		return st;
	if (lseek(message, 0, SEEK_SET) == -1)
		return fail_sys(err, "make a message");
	return run_mail(conf, message, err);
}

static enum status
by_mail(struct catalog *catalog, const struct conf *conf, struct arena *arena, struct err *err)
{
	struct checkpoint newest;
	struct sent sent;
	int64_t age;
	enum status st = load_sent(catalog, "mail", &sent, err);

	if (st != ST_OK)
		return st;
	age = now_us() - sent.at_us;
	if (age >= 0 && age < conf->log_mail_seconds * 1000000)
		return ST_OK;
	st = checkpoint_find(catalog, 0, arena, &newest, err);
	if (st == ST_NOT_FOUND || (st == ST_OK && (int64_t)newest.size <= sent.size))
		return ST_OK;
	if (st != ST_OK || (st = send_mail(conf, &newest, err)) != ST_OK)
		return st;
	return store_sent(catalog, "mail", newest.size, err);
}

enum status
checkpoint_publish(struct catalog *catalog, const struct conf *conf, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	enum status folder = ST_OK, mail = ST_OK;

	if (*conf->log_checkpoint_folder)
		folder = to_folder(catalog, conf, arena, err);
	if (*conf->log_checkpoint_mail)
		mail = by_mail(catalog, conf, arena, folder == ST_OK ? err : NULL);
	return folder != ST_OK ? folder : mail;
}
