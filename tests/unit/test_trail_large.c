/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A log of LOG_ENTRIES entries (100000; make check-mutations: a million): proofs stay small and quick. */
#include "catalog_fixture.h"

#include "trail.h"

static void
a_large_log_is_signed_proved_and_verified(void **state)
{
	struct fixture *f = *state;
	const char *wanted = getenv("LOG_ENTRIES");
	const struct event event = { .event_class = EVENT_ACCESS,
		.action = "record.view",
		.kind = "record",
		.object = "00000000-0000-4000-8000-000000000000",
		.outcome = "ok" };
	uint64_t count = wanted ? strtoull(wanted, NULL, 10) : 100000, entries, before;
	struct checkpoint first, last;
	struct proof proof;
	bool made;

	assert_ok(checkpoint_make(f->catalog, f->conf, f->arena, &first, &made, &f->err), &f->err);
	assert_ok(db_begin(f->catalog->db, &f->err), &f->err);
	for (uint64_t i = 0; i < count; i++)
		assert_ok(audit_append(f->catalog, &f->system, &event, &f->err), &f->err);
	assert_ok(db_commit(f->catalog->db, &f->err), &f->err);
	assert_ok(checkpoint_make(f->catalog, f->conf, f->arena, &last, &made, &f->err), &f->err);
	assert_int_equal(last.size, count + first.size);
	assert_ok(audit_verify(f->catalog, &entries, &f->err), &f->err);
	assert_int_equal(entries, last.size);
	for (uint64_t seq = 0; seq < last.size; seq += last.size / 7) {
		owned(strbuf_free) struct strbuf bytes = STRBUF_INIT;
		unsigned char leaf[SHA256_LEN];

		before = catalog_statements(f->catalog);
		assert_ok(audit_inclusion(f->catalog, last.size, seq, &proof, &f->err), &f->err);
		/* At most a statement a level of the tree, and twice that along its ragged edge. */
		assert_true(catalog_statements(f->catalog) - before < 200);
		assert_true(proof.count <= 20);
		assert_ok(audit_canonical(f->catalog, seq, &bytes, &f->err), &f->err);
		merkle_leaf(strbuf_span(&bytes), leaf);
		assert_true(merkle_inclusion_holds(last.size, seq, leaf, &proof, last.root));
	}
	assert_ok(audit_consistency(f->catalog, last.size, first.size, &proof, &f->err), &f->err);
	assert_true(merkle_consistency_holds(first.size, first.root, last.size, last.root, &proof));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(a_large_log_is_signed_proved_and_verified),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
