-- Dossiers under control (records.md 27-32): closed, reopened, handed over, submitted.
ALTER TABLE dossier ADD COLUMN closed_by INTEGER REFERENCES principal(id);
ALTER TABLE dossier ADD COLUMN page_total INTEGER;
ALTER TABLE dossier ADD COLUMN sheet_total INTEGER;
ALTER TABLE dossier ADD COLUMN submit_due TEXT;   -- the day by which it goes to the archive
ALTER TABLE dossier ADD COLUMN submit_rule TEXT;  -- which deadline gave it, with its citation
ALTER TABLE dossier_item ADD COLUMN sheet_from INTEGER;
ALTER TABLE dossier_item ADD COLUMN sheet_to INTEGER;
ALTER TABLE dossier_item ADD COLUMN note TEXT;
CREATE INDEX dossier_maintainer ON dossier(maintainer, node);
CREATE INDEX dossier_submit ON dossier(submit_due, node) WHERE state='closed' AND submit_due IS NOT NULL;
-- What happened to the state of a dossier, with its reason.
CREATE TABLE dossier_act(
  id INTEGER PRIMARY KEY, dossier INTEGER NOT NULL REFERENCES dossier(node),
  act TEXT NOT NULL CHECK(act IN('close','reopen','submit','accept','return','handover')),
  day TEXT NOT NULL, reason TEXT, made INTEGER NOT NULL, made_by INTEGER REFERENCES principal(id),
  detail TEXT) STRICT;
CREATE INDEX dossier_act_dossier ON dossier_act(dossier, id);
-- Thành phần hồ sơ: what a complete dossier of a class holds.
CREATE TABLE dossier_wanted(
  id INTEGER PRIMARY KEY, node INTEGER NOT NULL REFERENCES node(id), ordinal INTEGER NOT NULL,
  title TEXT NOT NULL CHECK(length(title) > 0), type_code TEXT, required INTEGER NOT NULL CHECK(required IN(0,1)),
  UNIQUE(node, ordinal)) STRICT;

CREATE TRIGGER dossier_act_no_update BEFORE UPDATE ON dossier_act
  BEGIN SELECT RAISE(ABORT,'guard: acts are kept'); END;
CREATE TRIGGER dossier_act_no_delete BEFORE DELETE ON dossier_act
  BEGIN SELECT RAISE(ABORT,'guard: acts are kept'); END;
-- A closed dossier takes nothing in and gives nothing out (28).
CREATE TRIGGER dossier_closed_in BEFORE INSERT ON dossier_item
  WHEN (SELECT state FROM dossier WHERE node=NEW.dossier)<>'open'
  BEGIN SELECT RAISE(ABORT,'guard: the dossier is closed'); END;
CREATE TRIGGER dossier_closed_out BEFORE DELETE ON dossier_item
  WHEN (SELECT state FROM dossier WHERE node=OLD.dossier) NOT IN('open','destroyed')
  BEGIN SELECT RAISE(ABORT,'guard: the dossier is closed'); END;
CREATE TRIGGER dossier_state_order BEFORE UPDATE OF state ON dossier WHEN NEW.state<>OLD.state AND NOT (
    (OLD.state='open' AND NEW.state='closed')
    OR (OLD.state='closed' AND NEW.state IN('open','submitted','under_review'))
    OR (OLD.state='submitted' AND NEW.state IN('archived','closed','under_review'))
    OR (OLD.state='archived' AND NEW.state='under_review')
    OR (OLD.state='under_review' AND NEW.state IN('destroyed','transferred','archived','closed')))
  BEGIN SELECT RAISE(ABORT,'guard: no such step of a dossier'); END;
CREATE TRIGGER dossier_reopen_reason BEFORE UPDATE OF state ON dossier
  WHEN OLD.state='closed' AND NEW.state='open' AND NOT EXISTS(SELECT 1 FROM dossier_act a
    WHERE a.dossier=OLD.node AND a.act='reopen' AND length(coalesce(a.reason, ''))>0)
  BEGIN SELECT RAISE(ABORT,'guard: a closed dossier is opened again with a reason'); END;
