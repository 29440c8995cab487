-- Handing over is one act with minutes (records.md 18, 32): who gave what to whom, and how much of it there
-- was that day. What a dossier is called is asked of the node: a destroyed one leaves nothing here.
CREATE TABLE handover(
  id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, giver INTEGER NOT NULL REFERENCES principal(id),
  taker INTEGER NOT NULL REFERENCES principal(id), reason TEXT NOT NULL CHECK(length(reason) > 0),
  day TEXT NOT NULL CHECK(length(day)=10), dossiers INTEGER NOT NULL CHECK(dossiers > 0), records INTEGER NOT NULL,
  files INTEGER NOT NULL, pages INTEGER NOT NULL, made INTEGER NOT NULL,
  made_by INTEGER REFERENCES principal(id), CHECK(giver<>taker)) STRICT;
CREATE TABLE handover_item(
  handover INTEGER NOT NULL REFERENCES handover(id), ordinal INTEGER NOT NULL,
  dossier INTEGER NOT NULL REFERENCES dossier(node), records INTEGER NOT NULL, files INTEGER NOT NULL,
  pages INTEGER NOT NULL, PRIMARY KEY(handover, ordinal)) STRICT, WITHOUT ROWID;
CREATE TRIGGER handover_no_update BEFORE UPDATE ON handover
  BEGIN SELECT RAISE(ABORT,'guard: minutes are kept'); END;
CREATE TRIGGER handover_no_delete BEFORE DELETE ON handover
  BEGIN SELECT RAISE(ABORT,'guard: minutes are kept'); END;
CREATE TRIGGER handover_item_no_update BEFORE UPDATE ON handover_item
  BEGIN SELECT RAISE(ABORT,'guard: minutes are kept'); END;
CREATE TRIGGER handover_item_no_delete BEFORE DELETE ON handover_item
  BEGIN SELECT RAISE(ABORT,'guard: minutes are kept'); END;
