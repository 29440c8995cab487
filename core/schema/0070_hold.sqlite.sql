-- Holds (records.md 46, 47): what is under one is not destroyed, transferred, moved or edited.
CREATE TABLE hold(
  id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE,
  purpose TEXT NOT NULL CHECK(purpose IN('legal','audit')),
  name TEXT NOT NULL CHECK(length(name) > 0), reason TEXT NOT NULL CHECK(length(reason) > 0),
  authority TEXT NOT NULL CHECK(length(authority) > 0),
  opened INTEGER NOT NULL, opened_by INTEGER REFERENCES principal(id),
  released INTEGER, released_by INTEGER REFERENCES principal(id), release_reason TEXT,
  CHECK((released IS NULL) = (release_reason IS NULL))) STRICT;
CREATE TABLE hold_item(
  id INTEGER PRIMARY KEY, hold INTEGER NOT NULL REFERENCES hold(id),
  node INTEGER REFERENCES node(id), record INTEGER REFERENCES record(id),
  since INTEGER NOT NULL, added_by INTEGER REFERENCES principal(id),
  ended INTEGER, ended_by INTEGER REFERENCES principal(id), end_reason TEXT,
  CHECK((node IS NULL) <> (record IS NULL)), CHECK((ended IS NULL) = (end_reason IS NULL))) STRICT;
CREATE UNIQUE INDEX hold_item_node ON hold_item(node, hold) WHERE node IS NOT NULL AND ended IS NULL;
CREATE UNIQUE INDEX hold_item_record ON hold_item(record, hold) WHERE record IS NOT NULL AND ended IS NULL;
CREATE INDEX hold_item_hold ON hold_item(hold, id);

-- Nodes at or below which nothing held lies are absent: every live item and what is above it.
CREATE VIEW hold_path AS WITH RECURSIVE up(id, parent) AS (
    SELECT n.id, n.parent FROM hold_item x JOIN node n ON n.id=x.node WHERE x.ended IS NULL
    UNION SELECT n.id, n.parent FROM hold_item x JOIN dossier_item i ON i.record=x.record
      JOIN node n ON n.id=i.dossier WHERE x.ended IS NULL
    UNION SELECT n.id, n.parent FROM node n JOIN up u ON n.id=u.parent)
  SELECT id FROM up;

CREATE TRIGGER hold_no_delete BEFORE DELETE ON hold
  BEGIN SELECT RAISE(ABORT,'guard: holds are released, never deleted'); END;
CREATE TRIGGER hold_release_only BEFORE UPDATE ON hold
  WHEN OLD.released IS NOT NULL OR NEW.released IS NULL OR NEW.uid<>OLD.uid OR NEW.name<>OLD.name
    OR NEW.reason<>OLD.reason OR NEW.authority<>OLD.authority OR NEW.purpose<>OLD.purpose
    OR NEW.opened<>OLD.opened
  BEGIN SELECT RAISE(ABORT,'guard: a hold is only ever released'); END;
CREATE TRIGGER hold_release_whole BEFORE UPDATE OF released ON hold
  WHEN EXISTS(SELECT 1 FROM hold_item WHERE hold=OLD.id AND ended IS NULL)
  BEGIN SELECT RAISE(ABORT,'guard: the items of a hold end before it is released'); END;
CREATE TRIGGER hold_item_no_delete BEFORE DELETE ON hold_item
  BEGIN SELECT RAISE(ABORT,'guard: items of a hold are ended, never deleted'); END;
CREATE TRIGGER hold_item_end_only BEFORE UPDATE ON hold_item
  WHEN OLD.ended IS NOT NULL OR NEW.ended IS NULL OR NEW.hold<>OLD.hold
    OR NEW.node IS NOT OLD.node OR NEW.record IS NOT OLD.record OR NEW.since<>OLD.since
  BEGIN SELECT RAISE(ABORT,'guard: items of a hold are only ever ended'); END;
CREATE TRIGGER hold_item_open BEFORE INSERT ON hold_item
  WHEN (SELECT released FROM hold WHERE id=NEW.hold) IS NOT NULL
  BEGIN SELECT RAISE(ABORT,'guard: a released hold takes nothing more'); END;

-- The second line of defence; core/hold_check.c is asked first and gives the reason in words.
CREATE TRIGGER hold_record_edit BEFORE UPDATE OF number, symbol, issued, type_code, subject, issuer,
    signer, urgency, language, level, use_mode ON record
  WHEN EXISTS(SELECT 1 FROM hold_item WHERE ended IS NULL AND record=OLD.id)
    OR EXISTS(WITH RECURSIVE up(id, parent) AS (
      SELECT n.id, n.parent FROM dossier_item i JOIN node n ON n.id=i.dossier WHERE i.record=OLD.id
      UNION SELECT n.id, n.parent FROM node n JOIN up u ON n.id=u.parent)
      SELECT 1 FROM hold_item x JOIN up ON x.node=up.id WHERE x.ended IS NULL)
  BEGIN SELECT RAISE(ABORT,'guard: the record is under a hold'); END;
CREATE TRIGGER hold_record_destroy BEFORE UPDATE OF state ON record
  WHEN NEW.state='destroyed' AND (
    EXISTS(SELECT 1 FROM hold_item WHERE ended IS NULL AND record=OLD.id)
    OR EXISTS(WITH RECURSIVE up(id, parent) AS (
      SELECT n.id, n.parent FROM dossier_item i JOIN node n ON n.id=i.dossier WHERE i.record=OLD.id
      UNION SELECT n.id, n.parent FROM node n JOIN up u ON n.id=u.parent)
      SELECT 1 FROM hold_item x JOIN up ON x.node=up.id WHERE x.ended IS NULL))
  BEGIN SELECT RAISE(ABORT,'guard: the record is under a hold'); END;
CREATE TRIGGER hold_record_leave BEFORE DELETE ON dossier_item
  WHEN EXISTS(SELECT 1 FROM hold_item WHERE ended IS NULL AND record=OLD.record)
    OR EXISTS(WITH RECURSIVE up(id, parent) AS (
      SELECT id, parent FROM node WHERE id=OLD.dossier
      UNION SELECT n.id, n.parent FROM node n JOIN up u ON n.id=u.parent)
      SELECT 1 FROM hold_item x JOIN up ON x.node=up.id WHERE x.ended IS NULL)
  BEGIN SELECT RAISE(ABORT,'guard: the record is under a hold'); END;
CREATE TRIGGER hold_node_edit BEFORE UPDATE OF code, title, rule, level, use_mode, parent ON node
  WHEN EXISTS(WITH RECURSIVE up(id, parent) AS (
      SELECT id, parent FROM node WHERE id=OLD.id
      UNION SELECT n.id, n.parent FROM node n JOIN up u ON n.id=u.parent)
      SELECT 1 FROM hold_item x JOIN up ON x.node=up.id WHERE x.ended IS NULL)
  BEGIN SELECT RAISE(ABORT,'guard: the node is under a hold'); END;
CREATE TRIGGER hold_node_move BEFORE UPDATE OF parent ON node
  WHEN NEW.parent IS NOT OLD.parent AND OLD.id IN (SELECT id FROM hold_path)
  BEGIN SELECT RAISE(ABORT,'guard: something below the node is under a hold'); END;
CREATE TRIGGER hold_dossier_end BEFORE UPDATE OF state ON dossier
  WHEN NEW.state IN('destroyed','transferred') AND (
    EXISTS(SELECT 1 FROM dossier_item i JOIN hold_item x ON x.record=i.record
      WHERE i.dossier=OLD.node AND x.ended IS NULL)
    OR EXISTS(WITH RECURSIVE up(id, parent) AS (
      SELECT id, parent FROM node WHERE id=OLD.node
      UNION SELECT n.id, n.parent FROM node n JOIN up u ON n.id=u.parent)
      SELECT 1 FROM hold_item x JOIN up ON x.node=up.id WHERE x.ended IS NULL))
  BEGIN SELECT RAISE(ABORT,'guard: the dossier is under a hold'); END;
