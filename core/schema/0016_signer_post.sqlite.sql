-- The post of who signed (NĐ 30/2020 PL VI: SignerInfo, Position).
ALTER TABLE record ADD COLUMN signer_post TEXT;
-- Names to compare a badly read signature with.
CREATE INDEX record_signer ON record(signer) WHERE signer IS NOT NULL;
-- What a reading found that is no field of the record: place, superior body, recipients, citations,
-- codes.  Replaced with the reading; nobody decides about it.
CREATE TABLE reading_finding(
  id INTEGER PRIMARY KEY, record INTEGER NOT NULL REFERENCES record(id),
  component INTEGER NOT NULL REFERENCES component(id), kind TEXT NOT NULL, value TEXT NOT NULL,
  page INTEGER, x INTEGER, y INTEGER, w INTEGER, h INTEGER,
  confidence REAL NOT NULL CHECK(confidence BETWEEN 0 AND 1), method TEXT NOT NULL) STRICT;
CREATE INDEX reading_finding_record ON reading_finding(record, kind);
CREATE INDEX reading_finding_component ON reading_finding(component);
