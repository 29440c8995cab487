-- Near-equal texts (records.md 14; include/sketch.h): of each document that was read a summary of its
-- text, and the keys under which others of the same text are looked for.
CREATE TABLE sketch(
  component INTEGER PRIMARY KEY REFERENCES component(id), mins BLOB NOT NULL) STRICT;
CREATE TABLE sketch_band(
  key INTEGER NOT NULL, component INTEGER NOT NULL REFERENCES component(id),
  PRIMARY KEY(key, component)) STRICT, WITHOUT ROWID;
CREATE INDEX sketch_band_component ON sketch_band(component);
