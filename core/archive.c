/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A new archive from nothing. */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "archive_new.h"
#include "audit.h"
#include "base.h"
#include "catalog.h"
#include "plan.h"
#include "principal.h"
#include "store.h"

#define CONF_NAME "tangthu.conf"

/* Everything init makes besides tangthu.conf, which is written last and makes it an archive. */
static const char *const made[] = {
	"catalogue.db",
	"catalogue.db-wal",
	"catalogue.db-shm",
	"catalogue.db-journal",
	"store",
	"store.stopped", /* a sync of the store failed (store.h) */
	"derived",
	"index",
	"intake",
	"run",
	CONF_NAME ".tmp",
};
static const char *const folders[] = { "derived/spool", "index", "intake", "run" };

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* --- what stands there before ------------------------------------------------------------------ */

static bool
made_by_init(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT(made); i++)
		if (strcmp(name, made[i]) == 0)
			return true;
	return false;
}

/* A fresh file system mounted there is empty, too. */
static bool
stands_anywhere(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcmp(name, "lost+found") == 0;
}

static enum status
judge_entries(DIR *d, const char *dir, struct err *err)
{
	bool ours = false, strange = false, finished = false;
	const struct dirent *e;

	while ((e = readdir(d))) {
		if (stands_anywhere(e->d_name))
			continue;
		finished = finished || strcmp(e->d_name, CONF_NAME) == 0;
		if (made_by_init(e->d_name))
			ours = true;
		else
			strange = true;
	}
	if (finished && ours)
		return fail(err, ST_EXISTS, "%s is an archive already", dir);
	if (strange)
		return fail(err, ST_EXISTS, "%s is not empty", dir);
	if (ours)
		return fail(err, ST_CONFLICT,
		    "%s holds an archive whose making was cut off; nothing was kept in it:"
		    " remove its content and try again",
		    dir);
	return ST_OK;
}

static enum status
judge_directory(const char *dir, struct err *err)
{
	DIR *d = opendir(dir);
	enum status st;

	if (!d)
		return errno == ENOENT ? ST_OK : fail_sys(err, "open %s", dir);
	st = judge_entries(d, dir, err);
	(void)closedir(d);
	return st;
}

/* --- what it holds from the first day ---------------------------------------------------------- */

struct founding {
	const struct archive_new *new;
	struct catalog *catalog;
	struct actor actor;
	int64_t fonds, archivist, staff, administrator;
};

static const struct rule first_rules[] = {
	/* Periods are the office's own: it loads its schedule (records.md, TT 10/2022/TT-BNV). */
	{ "review", "Chờ xác định thời hạn bảo quản", "Nội bộ", -1, "review" },
	{ "permanent", "Vĩnh viễn", "Nội bộ", -1, "transfer" },
};

static enum status
found_roles(struct founding *f, struct err *err)
{
	static const struct {
		const char *name, *display;
		size_t at; /* of its id in struct founding, 0: not needed */
	} roles[] = {
		{ "administrator", "Quản trị hệ thống", offsetof(struct founding, administrator) },
		{ "archivist", "Văn thư, lưu trữ", offsetof(struct founding, archivist) },
		{ "staff", "Chuyên viên", offsetof(struct founding, staff) },
		{ "auditor", "Đánh giá nội bộ", 0 },
	};
	enum status st = ST_OK;
	size_t i;

	for (i = 0; st == ST_OK && i < COUNT(roles); i++) {
		int64_t id;

		st = principal_create(f->catalog, &f->actor, PRINCIPAL_ROLE, roles[i].name,
		    roles[i].display, LEVEL_PUBLIC, &id, err);
		if (st == ST_OK && roles[i].at)
			memcpy((char *)f + roles[i].at, &id, sizeof(id));
	}
	return st;
}

/* Loaded anew for each node, because a new node may bring a new class. */
static enum status
found_node(struct founding *f, const struct node_new *node, int64_t *id, struct err *err)
{
	owned(access_freep) struct access *everything = NULL;
	enum status st = access_load_system(&everything, f->catalog, err);

	if (st != ST_OK)
		return st;
	return node_create(f->catalog, &f->actor, everything, node, id, err);
}

static enum status
found_grants(struct founding *f, struct err *err)
{
	int64_t id;
	enum status st = grant_add(f->catalog, &f->actor, f->fonds, 0, f->archivist,
	    PERM_ALL & ~PERM_BIT(PERM_DISPOSE), 0, &id, err);

	if (st != ST_OK)
		return st;
	return grant_add(f->catalog, &f->actor, f->fonds, 0, f->staff,
	    PERM_BIT(PERM_LIST) | PERM_BIT(PERM_READ) | PERM_BIT(PERM_DOWNLOAD), 0, &id, err);
}

static enum status
found_inbox(struct founding *f, struct err *err)
{
	/* What nobody has looked at is for the house. */
	struct node_new class = { .parent = f->fonds,
		.kind = NODE_CLASS,
		.code = "inbox",
		.title = "Tài liệu mới đến",
		.rule = "review",
		.level = LEVEL_INTERNAL };
	struct node_new dossier = { .kind = NODE_DOSSIER,
		.code = "inbox",
		.title = "Hộp tài liệu đến",
		.level = LEVEL_INTERNAL };
	char id[24];
	int64_t inbox;
	enum status st = found_node(f, &class, &dossier.parent, err);

	if (st == ST_OK)
		st = found_node(f, &dossier, &inbox, err);
	if (st != ST_OK)
		return st;
	snprintf(id, sizeof(id), "%" PRId64, inbox);
	return catalog_setting_put(f->catalog, &f->actor, "inbox", id, err);
}

static enum status
found_plan(struct founding *f, struct err *err)
{
	const struct node_new fonds = { .kind = NODE_FONDS,
		.code = f->new->fonds_code ? f->new->fonds_code : "TT",
		.title = f->new->name ? f->new->name : "Tàng Thư",
		.rule = "review", /* until a class below says more: never destroyed unseen */
		.level = LEVEL_PUBLIC };
	enum status st = ST_OK;
	size_t i;

	for (i = 0; st == ST_OK && i < COUNT(first_rules); i++)
		st = rule_create(f->catalog, &f->actor, &first_rules[i], err);
	if (st == ST_OK)
		st = found_node(f, &fonds, &f->fonds, err);
	if (st == ST_OK)
		st = found_grants(f, err);
	return st == ST_OK ? found_inbox(f, err) : st;
}

static enum status
found_admin(struct founding *f, struct err *err)
{
	int64_t admin;
	enum status st = principal_create(f->catalog, &f->actor, PRINCIPAL_USER, f->new->admin,
	    NULL, LEVEL_INTERNAL, &admin, err);

	if (st == ST_OK)
		st = password_set(f->catalog, &f->actor, admin, f->new->password, err);
	if (st == ST_OK)
		st = principal_join(f->catalog, &f->actor, f->administrator, admin, err);
	if (st == ST_OK && f->new->os_user)
		st = principal_bind(f->catalog, &f->actor, admin, f->new->os_user, err);
	return st;
}

/* The name people see, and one that is never used again, for evidence that leaves the house. */
static enum status
found_identity(struct founding *f, struct err *err)
{
	struct event event = {
		.event_class = EVENT_ADMIN, .action = "archive.init", .outcome = "ok"
	};
	char uid[UID_LEN + 1];
	enum status st = audit_append(f->catalog, &f->actor, &event, err);

	uid_make(uid);
	if (st == ST_OK)
		st = catalog_setting_put(f->catalog, &f->actor, "archive.uid", uid, err);
	if (st != ST_OK)
		return st;
	return catalog_setting_put(
	    f->catalog, &f->actor, "archive.name", f->new->name ? f->new->name : "Tàng Thư", err);
}

static enum status
found(struct founding *f, struct err *err)
{
	static enum status (*const steps[])(struct founding *, struct err *) = {
		found_identity,
		found_roles,
		found_plan,
		found_admin,
	};
	enum status st = catalog_begin(f->catalog, err);
	size_t i;

	if (st != ST_OK)
		return st;
	for (i = 0; st == ST_OK && i < COUNT(steps); i++)
		st = steps[i](f, err);
	if (st == ST_OK)
		return catalog_commit(f->catalog, err);
	catalog_rollback(f->catalog);
	return st;
}

static enum status
make_catalogue(const struct conf *conf, const struct archive_new *new, struct err *err)
{
	owned(catalog_closep) struct catalog *catalog = NULL;
	struct founding f = { .new = new, .actor = { .source = "init" } };
	enum status st = catalog_open(&catalog, conf, CATALOG_WRITE, err);

	if (st != ST_OK)
		return st;
	f.catalog = catalog;
	return found(&f, err);
}

/* --- the directory ----------------------------------------------------------------------------- */

static enum status
make_folders(const struct conf *conf, struct err *err)
{
	owned(store_closep) struct store *store = NULL;
	enum status st = store_open(&store, conf, err);
	size_t i;

	for (i = 0; st == ST_OK && i < COUNT(folders); i++) {
		owned(strbuf_free) struct strbuf path = STRBUF_INIT;

		strbuf_addf(&path, "%s/%s", conf->dir, folders[i]);
		st = mkdir_synced(path.buf, err);
	}
	return st;
}

static enum status
make_conf(const struct conf *conf, struct err *err)
{
	owned(strbuf_free) struct strbuf path = STRBUF_INIT, text = STRBUF_INIT;

	strbuf_addf(&path, "%s/" CONF_NAME, conf->dir);
	conf_write_default(&text);
	return file_replace(path.buf, strbuf_span(&text), 0600, err);
}

/* Only what init itself makes, as far as it goes; first what would make it an archive. */
static void
remove_made(const char *dir)
{
	owned(strbuf_free) struct strbuf conf = STRBUF_INIT;
	struct err ignored = ERR_INIT;
	size_t i;

	strbuf_addf(&conf, "%s/" CONF_NAME, dir);
	(void)unlink(conf.buf);
	for (i = 0; i < COUNT(made); i++) {
		owned(strbuf_free) struct strbuf path = STRBUF_INIT;

		strbuf_addf(&path, "%s/%s", dir, made[i]);
		if (tree_remove(path.buf, &ignored) != ST_OK)
			continue;
	}
}

static enum status
make_directory(const char *dir, struct err *err)
{
	enum status st = mkdir_synced(dir, err);

	if (st == ST_OK && chmod(dir, 0700) != 0)
		return fail_sys(err, "change the mode of %s", dir);
	return st;
}

static enum status
fill_directory(const struct conf *conf, const struct archive_new *new, struct err *err)
{
	enum status st = make_catalogue(conf, new, err);

	if (st == ST_OK)
		st = make_folders(conf, err);
	if (st == ST_OK)
		st = make_conf(conf, err);
	if (st != ST_OK)
		remove_made(conf->dir);
	return st;
}

/* Making the catalogue's file is the lock: of two at once the second must not touch anything. */
static enum status
make_archive(const struct conf *conf, const struct archive_new *new, struct err *err)
{
	bool was_there = access(conf->dir, F_OK) == 0;
	enum status st = make_directory(conf->dir, err);

	if (st == ST_OK)
		st = catalog_create(conf, err);
	if (st == ST_OK)
		st = fill_directory(conf, new, err);
	/* Goes only when it is empty. */
	if (st != ST_OK && !was_there)
		(void)rmdir(conf->dir);
	return st;
}

enum status
archive_init(const struct archive_new *new, struct err *err)
{
	owned(conf_freep) struct conf *conf = NULL;
	struct password_about about = { new->admin, NULL, new->name };
	enum status st;

	if (!new->dir || !*new->dir)
		return fail(err, ST_INVALID, "which directory?");
	st = password_check_rules(new->password, &about, err);
	if (st == ST_OK)
		st = judge_directory(new->dir, err);
	if (st != ST_OK)
		return st;
	conf = conf_new(new->dir);
	return make_archive(conf, new, err);
}
