-- D6: pages of arrived files, arranged into records by hand or at separator sheets.
-- A void record has no home and no reader: its pages went into another one, or it holds the sheets
-- that only parted others.  It comes back when the change is undone; its uid is never used again.
ALTER TABLE record ADD COLUMN void INTEGER NOT NULL DEFAULT 0 CHECK(void IN(0,1));
CREATE TABLE stack_change(
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK(kind IN('split','merge','move')),
  at INTEGER NOT NULL, by_whom INTEGER REFERENCES principal(id), undone INTEGER) STRICT;
-- The runs of pages of every record the change touched, before (0) and after (1) it; a record
-- without a run was, or became, void.
CREATE TABLE stack_run(
  change INTEGER NOT NULL REFERENCES stack_change(id), after INTEGER NOT NULL CHECK(after IN(0,1)),
  record INTEGER NOT NULL REFERENCES record(id), ordinal INTEGER NOT NULL,
  void INTEGER NOT NULL, derived TEXT, first INTEGER, count INTEGER,
  PRIMARY KEY(change, after, record, ordinal)) STRICT, WITHOUT ROWID;
CREATE INDEX stack_run_record ON stack_run(record, change);
-- Marks of pages on their way from one component to another; empty between transactions.
CREATE TABLE stack_mark(
  derived TEXT NOT NULL, entry INTEGER NOT NULL, ordinal INTEGER NOT NULL, kind TEXT NOT NULL,
  value TEXT NOT NULL, x INTEGER NOT NULL, y INTEGER NOT NULL, w INTEGER NOT NULL, h INTEGER NOT NULL,
  confidence REAL NOT NULL, PRIMARY KEY(derived, entry, ordinal)) STRICT, WITHOUT ROWID;
