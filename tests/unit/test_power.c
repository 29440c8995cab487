/* SPDX-License-Identifier: GPL-3.0-or-later */
/* link: -Wl,--wrap=open,--wrap=openat,--wrap=mkdir,--wrap=mkdirat,--wrap=rename,--wrap=renameat,--wrap=linkat,--wrap=write,--wrap=fsync */
#include "power.h"

#include "base.h"
#include "conf.h"
#include "derived.h"
#include "store.h"

#define UID_A "0b1c2d3e-4f50-4171-8293-a4b5c6d7e8f9"

/* One act that promises durability, and the files it promises. */
struct promise {
	const char *name;
	enum status (*act)(struct conf *, struct store *, struct derived *, struct err *);
	const char *files[3];
};

#define ABC_PATH "store/ba/78/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static enum status
act_put(struct conf *c, struct store *s, struct derived *d, struct err *err)
{
	struct store_blob blob;

	(void)c, (void)d;
	return store_put_bytes(s, SPAN("abc"), &blob, err);
}

static enum status
act_upload(struct conf *c, struct store *s, struct derived *d, struct err *err)
{
	struct store_blob blob;
	enum status rc = store_part_create(s, UID_A, err);

	(void)c, (void)d;
	if (!rc)
		rc = store_part_append(s, UID_A, 0, "abc", 3, err);
	return rc ? rc : store_part_finish(s, UID_A, 3, NULL, &blob, err);
}

static enum status
act_part(struct conf *c, struct store *s, struct derived *d, struct err *err)
{
	enum status rc = store_part_create(s, UID_A, err);

	(void)c, (void)d;
	return rc ? rc : store_part_append(s, UID_A, 0, "abc", 3, err);
}

static enum status
act_page(struct conf *c, struct store *s, struct derived *d, struct err *err)
{
	(void)c, (void)s;
	return derived_put(d, UID_A, 1, DERIVED_WORDS, SPAN("words"), err);
}

static enum status
act_pack(struct conf *c, struct store *s, struct derived *d, struct err *err)
{
	enum status rc = derived_put(d, UID_A, 1, DERIVED_WORDS, SPAN("words"), err);

	(void)c, (void)s;
	if (!rc)
		rc = derived_put(d, UID_A, 1, DERIVED_IMAGE, SPAN("image"), err);
	return rc ? rc : derived_pack(d, UID_A, err);
}

static enum status
act_replace(struct conf *c, struct store *s, struct derived *d, struct err *err)
{
	owned(strbuf_free) struct strbuf path = STRBUF_INIT;

	(void)s, (void)d;
	strbuf_addf(&path, "%s/a/b", c->dir);
	enum status rc = mkdir_synced(path.buf, err);

	strbuf_add_str(&path, "/file");
	return rc ? rc : file_replace(path.buf, SPAN("content"), 0600, err);
}

#define WORDS_ZIP "derived/0b/1c/" UID_A ".words.zip"
#define PAGES_ZIP "derived/0b/1c/" UID_A ".pages.zip"

static const struct promise promises[] = {
	{ "store_put_bytes", act_put, { ABC_PATH } },
	{ "store_part_finish", act_upload, { ABC_PATH } },
	{ "store_part_append", act_part, { "store/tmp/part-" UID_A } },
	{ "derived_put", act_page, { "derived/spool/" UID_A "/000001.words" } },
	{ "derived_pack", act_pack, { WORDS_ZIP, PAGES_ZIP } },
	{ "file_replace", act_replace, { "a/b/file" } },
};

/* Runs the act in a new archive, the skip-th fsync left out; tells whether all files are durable. */
static bool
durable(const struct promise *p, int skip, int *fsyncs)
{
	char *dir = temp_dir_make(), path[4200];
	struct conf *conf = conf_new(dir);
	struct err err = ERR_INIT;
	struct derived *derived = NULL;
	struct store *store = NULL;
	bool whole = true;

	power_reset();
	conf->store_reserve = 0;
	assert_ok(store_open(&store, conf, &err), &err);
	assert_ok(derived_open(&derived, conf, &err), &err);
	power_skip_fsync(skip);
	assert_ok(p->act(conf, store, derived, &err), &err);
	*fsyncs = power.fsyncs;
	for (size_t i = 0; i < 3 && p->files[i]; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, p->files[i]);
		whole = whole && power_durable(dir, path);
	}
	store_close(store);
	derived_close(derived);
	conf_free(conf);
	temp_dir_remove(dir);
	return whole;
}

static void
what_was_promised_survives_the_worst_file_system(void **state)
{
	int fsyncs;

	(void)state;
	for (size_t i = 0; i < sizeof(promises) / sizeof(promises[0]); i++)
		if (!durable(&promises[i], 0, &fsyncs))
			fail_msg("%s promises more than it keeps", promises[i].name);
}

/* The rig can fail: for each promise there are syncs without which it is broken. */
static void
a_left_out_sync_breaks_a_promise(void **state)
{
	int fsyncs, unused;

	(void)state;
	for (size_t i = 0; i < sizeof(promises) / sizeof(promises[0]); i++) {
		int broken = 0;

		(void)durable(&promises[i], 0, &fsyncs);
		for (int skip = 1; skip <= fsyncs; skip++)
			broken += !durable(&promises[i], skip, &unused);
		print_message("# %s: %d of %d syncs are needed in a new archive\n",
		    promises[i].name, broken, fsyncs);
		assert_true(broken >= 2);
	}
}

/* What store_open makes is durable too, so that a put need not look after it. */
static void
an_opened_store_has_durable_folders(void **state)
{
	char *dir = temp_dir_make(), path[4200];
	struct conf *conf = conf_new(dir);
	struct err err = ERR_INIT;
	struct store *store = NULL;

	(void)state;
	power_reset();
	assert_ok(store_open(&store, conf, &err), &err);
	snprintf(path, sizeof(path), "%s/store/00", dir);
	assert_true(power_durable(dir, path));
	snprintf(path, sizeof(path), "%s/store/tmp", dir);
	assert_true(power_durable(dir, path));
	store_close(store);
	conf_free(conf);
	temp_dir_remove(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_promised_survives_the_worst_file_system),
		cmocka_unit_test(a_left_out_sync_breaks_a_promise),
		cmocka_unit_test(an_opened_store_has_durable_folders),
	};

	return cmocka_run_group_tests_name("power", tests, NULL, NULL);
}
