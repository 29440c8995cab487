-- Packages that came in (records.md 72): what each dossier was told of where it was before.
CREATE TABLE origin(
  dossier INTEGER PRIMARY KEY REFERENCES dossier(node), package TEXT NOT NULL, format TEXT NOT NULL,
  at INTEGER NOT NULL, made_by INTEGER REFERENCES principal(id),
  description TEXT NOT NULL) STRICT; -- as it came; emptied by a disposal
CREATE TABLE origin_event(
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK(kind IN('node','record')), object TEXT NOT NULL,
  archive TEXT NOT NULL, at TEXT NOT NULL, action TEXT NOT NULL, actor TEXT, outcome TEXT, detail TEXT) STRICT;
CREATE INDEX origin_event_object ON origin_event(kind, object, id);
