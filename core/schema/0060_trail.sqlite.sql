-- Proofs and checkpoints of the event log.
-- Hashes of complete subtrees of 256^n leaves (level 8, 16 ...; at = first leaf >> level): proofs read
-- these and at most 256 leaves.  Filled when a checkpoint is made; audit_verify recomputes them.
CREATE TABLE log_node(
  level INTEGER NOT NULL CHECK(level>0 AND level%8=0), at INTEGER NOT NULL,
  hash BLOB NOT NULL CHECK(length(hash)=32), PRIMARY KEY(level, at)) STRICT, WITHOUT ROWID;
-- Public keys that checkpoints were signed with; the last one is in use.
CREATE TABLE log_key(
  id INTEGER PRIMARY KEY, verifier TEXT NOT NULL UNIQUE, since INTEGER NOT NULL,
  first_size INTEGER NOT NULL) STRICT;
CREATE TABLE checkpoint(
  size INTEGER PRIMARY KEY, at INTEGER NOT NULL, root BLOB NOT NULL CHECK(length(root)=32),
  note TEXT NOT NULL) STRICT;
-- How far each way out of the house (folder, mail) has come.
CREATE TABLE checkpoint_sent(way TEXT PRIMARY KEY, size INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
-- The newest entry's time: a clock set back is seen without another lookup.
ALTER TABLE log_tree ADD COLUMN last_ts INTEGER NOT NULL DEFAULT 0;
CREATE TRIGGER log_key_no_update BEFORE UPDATE ON log_key BEGIN SELECT RAISE(ABORT,'guard: keys are added, never changed'); END;
CREATE TRIGGER log_key_no_delete BEFORE DELETE ON log_key BEGIN SELECT RAISE(ABORT,'guard: keys are kept'); END;
CREATE TRIGGER checkpoint_no_update BEFORE UPDATE ON checkpoint BEGIN SELECT RAISE(ABORT,'guard: a checkpoint never changes'); END;
CREATE TRIGGER checkpoint_no_delete BEFORE DELETE ON checkpoint BEGIN SELECT RAISE(ABORT,'guard: checkpoints are kept'); END;
