/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Proofs against the published vectors of RFC 6962, signed notes, checkpoints and keys of a log. */
#include "catalog_fixture.h"

#include <sys/stat.h>

#include "../../core/audit_parts.h"
#include "../../core/merkle.h"
#include "trail.h"

/* --- proofs: the vectors of certificate-transparency's own tests --- */

static const char *const leaves[] = { "", "00", "10", "2021", "3031", "40414243",
	"5051525354555657", "606162636465666768696a6b6c6d6e6f" };
#define LEAVES (sizeof(leaves) / sizeof(leaves[0]))

struct forest {
	size_t count;
	unsigned char (*leaf)[SHA256_LEN];
};

static enum status
node_of(void *payload, unsigned level, uint64_t at, unsigned char hash[SHA256_LEN], struct err *err)
{
	const struct forest *f = payload;
	struct merkle tree = { 0 };

	for (uint64_t i = at << level; i < (at + 1) << level; i++) {
		if (i >= f->count)
			return fail(err, ST_CORRUPT, "beyond the leaves");
		merkle_push(&tree, f->leaf[i]);
	}
	merkle_root(&tree, hash);
	return ST_OK;
}

static void
root_of(const struct forest *f, size_t size, unsigned char root[SHA256_LEN])
{
	struct merkle tree = { 0 };

	for (size_t i = 0; i < size; i++)
		merkle_push(&tree, f->leaf[i]);
	merkle_root(&tree, root);
}

static struct forest
published(void)
{
	static unsigned char leaf[LEAVES][SHA256_LEN];

	for (size_t i = 0; i < LEAVES; i++) {
		char bytes[16];
		size_t n = strlen(leaves[i]) / 2;

		assert_true(hex_decode(span_of(leaves[i]), bytes, n));
		merkle_leaf(span_make(bytes, n), leaf[i]);
	}
	return (struct forest){ LEAVES, leaf };
}

static void
assert_hashes(const struct proof *proof, const char *const *want)
{
	char text[SHA256_HEX + 1];
	size_t i;

	for (i = 0; i < 3 && want[i]; i++) {
		assert_true(i < proof->count);
		hex_encode(proof->hash[i], SHA256_LEN, text);
		assert_string_equal(text, want[i]);
	}
	assert_int_equal(proof->count, i);
}

static void
inclusion_proofs_are_those_of_rfc_6962(void **state)
{
	static const struct {
		uint64_t leaf, size;
		const char *hash[3];
	} vectors[] = {
		{ 0, 1, { NULL } },
		{ 0, 8,
		    { "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
			"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
			"6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4" } },
		{ 5, 8,
		    { "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
			"ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
			"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" } },
		{ 2, 3, { "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125" } },
		{ 1, 5,
		    { "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
			"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
			"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b" } },
	};
	struct forest f = published();
	struct err err = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct proof proof;

		assert_ok(
		    merkle_inclusion(vectors[i].size, vectors[i].leaf, node_of, &f, &proof, &err),
		    &err);
		assert_hashes(&proof, vectors[i].hash);
	}
}

static void
consistency_proofs_are_those_of_rfc_6962(void **state)
{
	static const struct {
		uint64_t old, size;
		const char *hash[3];
	} vectors[] = {
		{ 1, 1, { NULL } },
		{ 1, 8,
		    { "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
			"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
			"6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4" } },
		{ 6, 8,
		    { "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
			"ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
			"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" } },
		{ 2, 5,
		    { "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
			"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b" } },
	};
	struct forest f = published();
	struct err err = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct proof proof;

		assert_ok(
		    merkle_consistency(vectors[i].size, vectors[i].old, node_of, &f, &proof, &err),
		    &err);
		assert_hashes(&proof, vectors[i].hash);
	}
}

#define MANY 70

static void
every_proof_of_small_trees_holds_and_no_other(void **state)
{
	static unsigned char leaf[MANY][SHA256_LEN];
	struct forest f = { MANY, leaf };
	struct err err = ERR_INIT;
	struct proof proof;

	(void)state;
	for (uint64_t i = 0; i < MANY; i++)
		merkle_leaf(span_make((const char *)&i, sizeof(i)), leaf[i]);
	for (uint64_t size = 1; size <= MANY; size++) {
		unsigned char root[SHA256_LEN], old_root[SHA256_LEN];

		root_of(&f, size, root);
		for (uint64_t i = 0; i < size; i++) {
			assert_ok(merkle_inclusion(size, i, node_of, &f, &proof, &err), &err);
			assert_true(merkle_inclusion_holds(size, i, leaf[i], &proof, root));
			assert_false(
			    merkle_inclusion_holds(size, i, leaf[(i + 1) % MANY], &proof, root));
			if (size > 1)
				assert_false(merkle_inclusion_holds(
				    size, (i + 1) % size, leaf[i], &proof, root));
			proof.hash[0][3] ^= 1;
			if (proof.count)
				assert_false(
				    merkle_inclusion_holds(size, i, leaf[i], &proof, root));
		}
		for (uint64_t old = 0; old <= size; old++) {
			root_of(&f, old, old_root);
			assert_ok(merkle_consistency(size, old, node_of, &f, &proof, &err), &err);
			assert_true(merkle_consistency_holds(old, old_root, size, root, &proof));
			if (proof.count == 0)
				continue;
			proof.hash[proof.count - 1][0] ^= 1;
			assert_false(merkle_consistency_holds(old, old_root, size, root, &proof));
			proof.hash[--proof.count][0] ^= 1;
			assert_false(merkle_consistency_holds(old, old_root, size, root, &proof));
		}
	}
	assert_status(merkle_inclusion(5, 5, node_of, &f, &proof, &err), ST_INVALID, &err);
	assert_status(merkle_consistency(5, 6, node_of, &f, &proof, &err), ST_INVALID, &err);
}

/* --- signed notes --- */

/* From golang.org/x/mod/sumdb/note: the key and note of its own example. */
#define PETER "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define PETER_TEXT \
	"If you think cryptography is the answer to your problem,\n" \
	"then you don't know what your problem is.\n"
#define PETER_NOTE \
	PETER_TEXT \
	"\n\xe2\x80\x94 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZ" \
	"SNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"

static void
a_note_of_another_implementation_is_verified(void **state)
{
	struct err err = ERR_INIT;
	struct note_key key;
	struct note note;

	(void)state;
	assert_ok(note_key_parse(SPAN(PETER), &key, &err), &err);
	assert_ok(note_parse(SPAN(PETER_NOTE), &note, &err), &err);
	assert_true(span_equal_str(note.text, PETER_TEXT));
	assert_ok(note_verify(&note, &key, &err), &err);
}

static void
a_changed_note_is_refused(void **state)
{
	char changed[] = PETER_NOTE;
	struct err err = ERR_INIT;
	struct note_key key;
	struct note note;
	size_t refused = 0;

	(void)state;
	assert_ok(note_key_parse(SPAN(PETER), &key, &err), &err);
	for (size_t i = 0; i < sizeof(changed) - 1; i++) {
		changed[i] ^= 1;
		refused += note_parse(span_of(changed), &note, &err) != ST_OK ||
		    note_verify(&note, &key, &err) != ST_OK;
		changed[i] ^= 1;
	}
	assert_int_equal(refused, sizeof(changed) - 1);
}

static void
malformed_notes_are_refused(void **state)
{
	static const char *const bad[] = { "", "\n", "text\n", "text\n\n", "text\n\nno signature\n",
		"text\n\n\xe2\x80\x94 name\n", "text\n\n\xe2\x80\x94 name AAAA\n",
		"text\n\n\xe2\x80\x94 na+me AAAAAAA=\n",
		"text\n\n\xe2\x80\x94 name AAAAAAA=", "text\x01\n\n\xe2\x80\x94 name AAAAAAA=\n",
		"\xff\n\n\xe2\x80\x94 name AAAAAAA=\n" };
	struct err err = ERR_INIT;
	struct note note;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_status(note_parse(span_of(bad[i]), &note, &err), ST_INVALID, &err);
}

static void
a_key_that_does_not_fit_its_hash_is_refused(void **state)
{
	static const char *const bad[] = { "",
		"PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"PeterNeuman+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"PeterNeumann+c74f20a3+AR", "PeterNeumann",
		"PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW" };
	struct err err = ERR_INIT;
	struct note_key key;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_status(note_key_parse(span_of(bad[i]), &key, &err), ST_INVALID, &err);
}

/* --- checkpoints of a log --- */

static void
append(struct fixture *f, int times)
{
	const struct event event = { .event_class = EVENT_CHANGE, .action = "x", .outcome = "ok" };

	while (times-- > 0)
		assert_ok(audit_append(f->catalog, &f->system, &event, &f->err), &f->err);
}

static struct checkpoint
make(struct fixture *f, bool want_made)
{
	struct checkpoint c;
	bool made;

	assert_ok(checkpoint_make(f->catalog, f->conf, f->arena, &c, &made, &f->err), &f->err);
	assert_int_equal(made, want_made);
	return c;
}

static struct note_key
last_key(struct fixture *f)
{
	const char *const *keys;
	struct note_key key;
	size_t count;

	assert_ok(log_keys(f->catalog, f->arena, &keys, &count, &f->err), &f->err);
	assert_true(count > 0);
	assert_ok(note_key_parse(span_of(keys[count - 1]), &key, &f->err), &f->err);
	return key;
}

static void
a_checkpoint_says_size_and_root_and_is_signed(void **state)
{
	struct fixture *f = *state;
	struct checkpoint c, read;
	struct note_key key;
	struct note note;
	unsigned char root[SHA256_LEN];
	uint64_t size, entries;

	append(f, 3);
	c = make(f, true);
	assert_ok(audit_root(f->catalog, &size, root, &f->err), &f->err);
	assert_int_equal(c.size, size);
	assert_int_equal(size, 4); /* the key is in the log */
	assert_ok(checkpoint_parse(span_of(c.note), f->arena, &read, &f->err), &f->err);
	assert_int_equal(read.size, size);
	assert_memory_equal(read.root, root, SHA256_LEN);
	key = last_key(f);
	assert_ok(note_parse(span_of(c.note), &note, &f->err), &f->err);
	assert_ok(note_verify(&note, &key, &f->err), &f->err);
	make(f, false);
	assert_ok(audit_verify(f->catalog, &entries, &f->err), &f->err);
}

static void
proofs_of_the_log_hold_against_its_checkpoints(void **state)
{
	struct fixture *f = *state;
	struct checkpoint small, large;
	struct proof proof;

	append(f, 300);
	small = make(f, true);
	append(f, 1000);
	large = make(f, true);
	/* What the nodes do not cover yet comes from the leaves. */
	append(f, 300);
	for (uint64_t seq = 0; seq < large.size; seq += 37) {
		owned(strbuf_free) struct strbuf bytes = STRBUF_INIT;
		unsigned char leaf[SHA256_LEN];

		assert_ok(audit_canonical(f->catalog, seq, &bytes, &f->err), &f->err);
		merkle_leaf(strbuf_span(&bytes), leaf);
		assert_ok(audit_inclusion(f->catalog, large.size, seq, &proof, &f->err), &f->err);
		assert_true(merkle_inclusion_holds(large.size, seq, leaf, &proof, large.root));
	}
	assert_ok(audit_consistency(f->catalog, large.size, small.size, &proof, &f->err), &f->err);
	assert_true(
	    merkle_consistency_holds(small.size, small.root, large.size, large.root, &proof));
	assert_status(audit_inclusion(f->catalog, 100000, 1, &proof, &f->err), ST_INVALID, &f->err);
	assert_int_equal(
	    fixture_int(f, "SELECT count(*) FROM log_node"), (int64_t)(large.size / 256));
}

static void
a_false_node_or_checkpoint_is_found(void **state)
{
	static const char *const harm[] = {
		"UPDATE log_node SET hash=zeroblob(32) WHERE at=1",
		"UPDATE checkpoint SET root=zeroblob(32)",
		"UPDATE checkpoint SET note=replace(note, 'time', 'tide')",
		"UPDATE checkpoint SET size=size+100",
	};
	struct fixture *f = *state;
	uint64_t entries;

	append(f, 600);
	make(f, true);
	assert_ok(audit_verify(f->catalog, &entries, &f->err), &f->err);
	fixture_sql(f, "DROP TRIGGER checkpoint_no_update");
	for (size_t i = 0; i < sizeof(harm) / sizeof(harm[0]); i++) {
		assert_ok(db_begin(f->catalog->db, &f->err), &f->err);
		fixture_sql(f, harm[i]);
		assert_status(audit_verify(f->catalog, &entries, &f->err), ST_CORRUPT, &f->err);
		db_rollback(f->catalog->db);
	}
}

static void
a_log_cut_behind_its_checkpoint_is_found(void **state)
{
	struct fixture *f = *state;
	struct checkpoint c;
	bool made;

	append(f, 10);
	make(f, true);
	/* Entries and tree put back together, as a skilled hand would. */
	fixture_sql(f, "DROP TRIGGER event_no_delete");
	fixture_sql(f, "DROP TRIGGER event_private_keep");
	fixture_sql(f, "DELETE FROM event_private WHERE seq>=8");
	fixture_sql(f, "DELETE FROM event WHERE seq>=8");
	{
		struct merkle tree = { 0 };
		const struct event_row *rows;
		struct span frontier;
		uint64_t entries;
		size_t count;

		assert_ok(
		    audit_list(f->catalog, 0, 100, f->arena, &rows, &count, &f->err), &f->err);
		for (size_t i = 0; i < count; i++)
			merkle_push(&tree, rows[i].leaf);
		frontier = merkle_frontier(&tree);
		assert_ok(db_exec(f->catalog->db, "UPDATE log_tree SET size=8, frontier=$1",
			      DB_ARGS(db_blob(frontier.p, frontier.n)), NULL, &f->err),
		    &f->err);
		assert_status(audit_verify(f->catalog, &entries, &f->err), ST_CORRUPT, &f->err);
	}
	assert_status(checkpoint_make(f->catalog, f->conf, f->arena, &c, &made, &f->err),
	    ST_CORRUPT, &f->err);
}

static void
a_checkpoint_is_due_by_entries_or_by_time(void **state)
{
	struct fixture *f = *state;
	bool due;

	f->conf->log_checkpoint_entries = 5;
	f->conf->log_checkpoint_seconds = 3600;
	append(f, 1);
	assert_ok(checkpoint_due(f->catalog, f->conf, &due, &f->err), &f->err);
	assert_true(due); /* there is none at all */
	make(f, true);
	append(f, 4);
	assert_ok(checkpoint_due(f->catalog, f->conf, &due, &f->err), &f->err);
	assert_false(due);
	f->conf->log_checkpoint_seconds = 0;
	assert_ok(checkpoint_due(f->catalog, f->conf, &due, &f->err), &f->err);
	assert_true(due);
	f->conf->log_checkpoint_seconds = 3600;
	append(f, 1);
	assert_ok(checkpoint_due(f->catalog, f->conf, &due, &f->err), &f->err);
	assert_true(due);
	make(f, true);
	f->conf->log_checkpoint_seconds = 0;
	assert_ok(checkpoint_due(f->catalog, f->conf, &due, &f->err), &f->err);
	assert_false(due); /* nothing new */
}

/* --- keys --- */

static char *
key_file(struct fixture *f, const char *suffix)
{
	return arena_printf(f->arena, "%s/log.key%s", f->dir, suffix);
}

static void
the_private_key_is_its_owners_alone(void **state)
{
	struct fixture *f = *state;
	struct checkpoint c;
	struct stat about;
	bool made;

	make(f, true);
	assert_int_equal(stat(key_file(f, ""), &about), 0);
	assert_int_equal(about.st_mode & 0777, 0400);
	assert_int_equal(chmod(key_file(f, ""), 0444), 0);
	append(f, 1);
	assert_status(
	    checkpoint_make(f->catalog, f->conf, f->arena, &c, &made, &f->err), ST_DENIED, &f->err);
}

static void
a_new_key_is_signed_by_the_old_one_and_named_in_the_log(void **state)
{
	struct fixture *f = *state;
	struct event_filter filter = {
		.from = -1, .newest = true, .action = "log.key", .limit = 1
	};
	const struct event_row *row;
	struct note_key old, now;
	uint64_t entries;
	size_t count;

	make(f, true);
	old = last_key(f);
	assert_ok(checkpoint_rotate(f->catalog, f->conf, &f->system, false, &f->err), &f->err);
	now = last_key(f);
	assert_int_not_equal(old.id, now.id);
	assert_ok(audit_find(f->catalog, &filter, f->arena, &row, &count, &f->err), &f->err);
	assert_int_equal(count, 1);
	assert_non_null(strstr(row->detail, "\"note\""));
	assert_non_null(strstr(row->detail, "\"old\""));
	make(f, true);
	assert_ok(audit_verify(f->catalog, &entries, &f->err), &f->err);
	assert_int_not_equal(access(key_file(f, ".new"), F_OK), 0);
}

static void
a_change_of_keys_that_was_cut_off_is_finished(void **state)
{
	struct fixture *f = *state;

	make(f, true);
	assert_int_equal(link(key_file(f, ""), key_file(f, ".was")), 0);
	assert_ok(checkpoint_rotate(f->catalog, f->conf, &f->system, false, &f->err), &f->err);
	/* As after a crash between the commit and the last rename. */
	assert_int_equal(rename(key_file(f, ""), key_file(f, ".new")), 0);
	assert_int_equal(rename(key_file(f, ".was"), key_file(f, "")), 0);
	make(f, true);
	assert_int_not_equal(access(key_file(f, ".new"), F_OK), 0);
}

static void
a_lost_key_is_told_and_replaced(void **state)
{
	struct fixture *f = *state;
	struct checkpoint c;
	bool made;

	make(f, true);
	append(f, 1);
	assert_int_equal(unlink(key_file(f, "")), 0);
	assert_status(checkpoint_make(f->catalog, f->conf, f->arena, &c, &made, &f->err),
	    ST_NOT_FOUND, &f->err);
	assert_ok(checkpoint_rotate(f->catalog, f->conf, &f->system, true, &f->err), &f->err);
	make(f, true);
}

/* --- a full disk, the clock, persons --- */

static void
a_full_disk_stops_an_append_and_leaves_the_tree_whole(void **state)
{
	struct fixture *f = *state;
	const struct event event = { .event_class = EVENT_CHANGE,
		.action = "x",
		.outcome = "ok",
		.detail = "{\"a\":\"a text that takes some room in a page of the catalogue\"}" };
	int64_t pages = fixture_int(f, "PRAGMA page_count"), before;
	enum status st = ST_OK;
	uint64_t entries;

	fixture_int(f, arena_printf(f->arena, "PRAGMA max_page_count=%lld", (long long)pages + 4));
	for (int i = 0; st == ST_OK && i < 10000; i++)
		st = audit_append(f->catalog, &f->system, &event, &f->err);
	assert_int_equal(st, ST_FULL);
	before = fixture_int(f, "SELECT count(*) FROM event");
	assert_ok(audit_verify(f->catalog, &entries, &f->err), &f->err);
	assert_int_equal(entries, before);
	fixture_int(f, "PRAGMA max_page_count=1000000");
	append(f, 3);
	assert_ok(audit_verify(f->catalog, &entries, &f->err), &f->err);
	assert_int_equal(entries, before + 3);
}

static void
a_clock_set_back_stands_in_the_log(void **state)
{
	struct fixture *f = *state;
	uint64_t entries;

	append(f, 1);
	fixture_sql(f, "UPDATE log_tree SET last_ts=last_ts+3600*1000000");
	append(f, 1);
	assert_int_equal(
	    fixture_int(f, "SELECT count(*) FROM event WHERE action='clock.jump' AND seq=1"), 1);
	append(f, 1);
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM event WHERE action='clock.jump'"), 1);
	assert_ok(audit_verify(f->catalog, &entries, &f->err), &f->err);
	assert_int_equal(entries, 4);
}

static void
a_forgotten_person_leaves_the_tree_whole(void **state)
{
	struct fixture *f = *state;
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1), count;
	const struct actor actor = { .principal = lan, .source = "http 10.1.2.3" };
	const struct event event = {
		.event_class = EVENT_ACCESS, .action = "record.view", .outcome = "ok"
	};
	const struct event_opening *opening;
	struct checkpoint c;
	uint64_t entries;
	size_t n;

	assert_ok(audit_append(f->catalog, &actor, &event, &f->err), &f->err);
	c = make(f, true);
	assert_ok(audit_forget(f->catalog, &f->system, lan, &count, &f->err), &f->err);
	assert_true(count >= 1);
	assert_ok(audit_verify(f->catalog, &entries, &f->err), &f->err);
	for (int64_t seq = 0; seq < (int64_t)c.size; seq++) {
		assert_ok(
		    audit_openings(f->catalog, seq, f->arena, &opening, &n, &f->err), &f->err);
		for (size_t i = 0; i < n; i++)
			assert_true(
			    !opening[i].value || strcmp(opening[i].value, "http 10.1.2.3") != 0);
	}
}

static void
entries_are_found_by_object_actor_action_and_day(void **state)
{
	struct fixture *f = *state;
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);
	const struct actor actor = { .principal = lan };
	struct event event = { .event_class = EVENT_ACCESS,
		.action = "record.view",
		.kind = "record",
		.object = "r1",
		.outcome = "ok" };
	struct event_filter filter = { .from = -1, .newest = true, .limit = 10 };
	const struct event_row *row;
	size_t count;

	assert_ok(audit_append(f->catalog, &actor, &event, &f->err), &f->err);
	event.object = "r2";
	event.action = "record.download";
	assert_ok(audit_append(f->catalog, &f->system, &event, &f->err), &f->err);
#define FOUND(want) \
	do { \
		assert_ok( \
		    audit_find(f->catalog, &filter, f->arena, &row, &count, &f->err), &f->err); \
		assert_int_equal(count, want); \
	} while (0)
	filter.action = "record.";
	FOUND(2);
	assert_string_equal(row[0].object, "r2");
	filter.kind = "record";
	filter.object = "r1";
	FOUND(1);
	filter.object = NULL;
	filter.kind = NULL;
	filter.actor = lan;
	FOUND(1);
	filter.actor = 0;
	filter.action = "record.download";
	FOUND(1);
	filter.since_us = now_us() + 1000000;
	FOUND(0);
	filter.limit = 0;
	assert_status(
	    audit_find(f->catalog, &filter, f->arena, &row, &count, &f->err), ST_INVALID, &f->err);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inclusion_proofs_are_those_of_rfc_6962),
		cmocka_unit_test(consistency_proofs_are_those_of_rfc_6962),
		cmocka_unit_test(every_proof_of_small_trees_holds_and_no_other),
		cmocka_unit_test(a_note_of_another_implementation_is_verified),
		cmocka_unit_test(a_changed_note_is_refused),
		cmocka_unit_test(malformed_notes_are_refused),
		cmocka_unit_test(a_key_that_does_not_fit_its_hash_is_refused),
		FIXTURE_TEST(a_checkpoint_says_size_and_root_and_is_signed),
		FIXTURE_TEST(proofs_of_the_log_hold_against_its_checkpoints),
		FIXTURE_TEST(a_false_node_or_checkpoint_is_found),
		FIXTURE_TEST(a_log_cut_behind_its_checkpoint_is_found),
		FIXTURE_TEST(a_checkpoint_is_due_by_entries_or_by_time),
		FIXTURE_TEST(the_private_key_is_its_owners_alone),
		FIXTURE_TEST(a_new_key_is_signed_by_the_old_one_and_named_in_the_log),
		FIXTURE_TEST(a_change_of_keys_that_was_cut_off_is_finished),
		FIXTURE_TEST(a_lost_key_is_told_and_replaced),
		FIXTURE_TEST(a_full_disk_stops_an_append_and_leaves_the_tree_whole),
		FIXTURE_TEST(a_clock_set_back_stands_in_the_log),
		FIXTURE_TEST(a_forgotten_person_leaves_the_tree_whole),
		FIXTURE_TEST(entries_are_found_by_object_actor_action_and_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
