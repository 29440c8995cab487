-- Vital records (records.md 48): what was found whole, byte for byte, in which place away from here.
CREATE TABLE offsite_place(
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE CHECK(length(name) > 0)) STRICT;
CREATE TABLE offsite_blob(
  blob TEXT NOT NULL REFERENCES blob(sha256), place INTEGER NOT NULL REFERENCES offsite_place(id),
  verified INTEGER NOT NULL, PRIMARY KEY(blob, place)) STRICT, WITHOUT ROWID;
CREATE INDEX node_vital ON node(id) WHERE vital=1;
