-- What stands on a page besides its words: bar codes, stamps, seals, and what it is (a separator).
CREATE TABLE page_mark(
  component INTEGER NOT NULL, no INTEGER NOT NULL, ordinal INTEGER NOT NULL, kind TEXT NOT NULL,
  value TEXT NOT NULL, x INTEGER NOT NULL, y INTEGER NOT NULL, w INTEGER NOT NULL, h INTEGER NOT NULL,
  confidence REAL NOT NULL CHECK(confidence BETWEEN 0 AND 1),
  PRIMARY KEY(component, no, ordinal),
  FOREIGN KEY(component, no) REFERENCES page(component, no) ON DELETE CASCADE) STRICT, WITHOUT ROWID;
CREATE INDEX page_mark_separator ON page_mark(component, no) WHERE kind='separator';
