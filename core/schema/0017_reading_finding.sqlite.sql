-- A component that ends (an undone split of a stack) takes along what its reading found.
CREATE TABLE reading_finding_new(
  id INTEGER PRIMARY KEY, record INTEGER NOT NULL REFERENCES record(id),
  component INTEGER NOT NULL REFERENCES component(id) ON DELETE CASCADE, kind TEXT NOT NULL,
  value TEXT NOT NULL, page INTEGER, x INTEGER, y INTEGER, w INTEGER, h INTEGER,
  confidence REAL NOT NULL CHECK(confidence BETWEEN 0 AND 1), method TEXT NOT NULL) STRICT;
INSERT INTO reading_finding_new SELECT id, record, component, kind, value, page, x, y, w, h,
  confidence, method FROM reading_finding;
DROP TABLE reading_finding;
ALTER TABLE reading_finding_new RENAME TO reading_finding;
CREATE INDEX reading_finding_record ON reading_finding(record, kind);
CREATE INDEX reading_finding_component ON reading_finding(component);
