-- Disposal (records.md 40-45, 49): proposed, judged, approved by another, executed step by step.
CREATE TABLE disposal(
  id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE,
  action TEXT NOT NULL CHECK(action IN('destroy','transfer')), title TEXT NOT NULL CHECK(length(title) > 0),
  state TEXT NOT NULL CHECK(state IN('proposed','approved','executing','waiting','done','refused','cancelled')),
  receiver TEXT, -- of a transfer
  proposed INTEGER NOT NULL, proposed_by INTEGER NOT NULL REFERENCES principal(id),
  minutes INTEGER REFERENCES record(id), decision INTEGER REFERENCES record(id),
  approved INTEGER, approved_by INTEGER REFERENCES principal(id),
  started INTEGER, executed_by INTEGER REFERENCES principal(id),
  finished INTEGER, receipt TEXT, end_reason TEXT, certificate TEXT, certificate_hash TEXT,
  CHECK((approved IS NULL) = (approved_by IS NULL)), CHECK((started IS NULL) = (executed_by IS NULL)),
  CHECK(approved_by IS NULL OR approved_by<>proposed_by),
  CHECK(state NOT IN('approved','executing','waiting','done')
    OR (approved IS NOT NULL AND minutes IS NOT NULL AND decision IS NOT NULL)),
  CHECK(state NOT IN('executing','waiting','done') OR started IS NOT NULL),
  CHECK((state='done') = (certificate IS NOT NULL))) STRICT;
CREATE INDEX disposal_state ON disposal(state, id);
CREATE TABLE disposal_item(
  disposal INTEGER NOT NULL REFERENCES disposal(id), dossier INTEGER NOT NULL REFERENCES dossier(node),
  verdict TEXT NOT NULL DEFAULT 'pending' CHECK(verdict IN('pending','approve','keep','extend')),
  reason TEXT, rule TEXT REFERENCES rule(code), live INTEGER NOT NULL DEFAULT 1 CHECK(live IN(0,1)),
  outcome TEXT CHECK(outcome IN('destroyed','transferred','kept','extended','held','returned')),
  records INTEGER, files INTEGER, bytes INTEGER, manifest TEXT,
  PRIMARY KEY(disposal, dossier)) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX disposal_item_live ON disposal_item(dossier) WHERE live=1;
-- What was destroyed, in order; a restored backup replays it before it goes live (44).
CREATE TABLE destruction(
  seq INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK(kind IN('dossier','record')), uid TEXT NOT NULL UNIQUE,
  disposal TEXT NOT NULL, at INTEGER NOT NULL, replayed INTEGER NOT NULL DEFAULT 0,
  tombstone TEXT NOT NULL) STRICT; -- JSON: file code, title, days, rule, manifest; never content
-- Files that nobody needs any more, until they are off the disk.
CREATE TABLE rubbish(
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK(kind IN('blob','derived')), name TEXT NOT NULL,
  UNIQUE(kind, name)) STRICT;

DROP INDEX record_class;
CREATE INDEX record_class ON record(access_class, id, old_access_class, quarantine, state);

CREATE TRIGGER disposal_no_delete BEFORE DELETE ON disposal
  BEGIN SELECT RAISE(ABORT,'guard: disposals are kept'); END;
CREATE TRIGGER disposal_item_no_delete BEFORE DELETE ON disposal_item
  BEGIN SELECT RAISE(ABORT,'guard: disposals are kept'); END;
CREATE TRIGGER disposal_order BEFORE UPDATE OF state ON disposal WHEN NEW.state<>OLD.state AND NOT (
    (OLD.state='proposed' AND NEW.state IN('approved','refused','cancelled'))
    OR (OLD.state='approved' AND NEW.state IN('executing','cancelled'))
    OR (OLD.state='executing' AND NEW.state IN('waiting','done'))
    OR (OLD.state='waiting' AND NEW.state IN('done','refused')))
  BEGIN SELECT RAISE(ABORT,'guard: no such step of a disposal'); END;
CREATE TRIGGER destruction_no_update BEFORE UPDATE ON destruction
  BEGIN SELECT RAISE(ABORT,'guard: tombstones are kept'); END;
CREATE TRIGGER destruction_no_delete BEFORE DELETE ON destruction
  BEGIN SELECT RAISE(ABORT,'guard: tombstones are kept'); END;
CREATE TRIGGER destruction_approved BEFORE INSERT ON destruction
  WHEN NEW.replayed=0 AND NOT EXISTS(SELECT 1 FROM disposal d WHERE d.uid=NEW.disposal
    AND d.action='destroy' AND d.state='executing' AND d.approved IS NOT NULL)
  BEGIN SELECT RAISE(ABORT,'guard: nothing is destroyed without an approved disposal'); END;
CREATE TRIGGER dossier_destroyed BEFORE UPDATE OF state ON dossier
  WHEN NEW.state='destroyed' AND OLD.state<>'destroyed' AND NOT EXISTS(SELECT 1 FROM destruction x
    JOIN node n ON n.uid=x.uid WHERE n.id=OLD.node AND x.kind='dossier')
  BEGIN SELECT RAISE(ABORT,'guard: no tombstone, no destruction'); END;
CREATE TRIGGER record_destroyed BEFORE UPDATE OF state ON record
  WHEN NEW.state='destroyed' AND OLD.state<>'destroyed' AND NOT EXISTS(SELECT 1 FROM destruction x
    WHERE x.uid=OLD.uid AND x.kind='record')
  BEGIN SELECT RAISE(ABORT,'guard: no tombstone, no destruction'); END;
-- A replayed ledger finds dossiers in any state.
DROP TRIGGER dossier_state_order;
CREATE TRIGGER dossier_state_order BEFORE UPDATE OF state ON dossier WHEN NEW.state<>OLD.state AND NOT (
    (OLD.state='open' AND NEW.state='closed')
    OR (OLD.state='closed' AND NEW.state IN('open','submitted','under_review'))
    OR (OLD.state='submitted' AND NEW.state IN('archived','closed','under_review'))
    OR (OLD.state='archived' AND NEW.state='under_review')
    OR (OLD.state='under_review' AND NEW.state IN('destroyed','transferred','archived','closed'))
    OR (NEW.state='destroyed' AND EXISTS(SELECT 1 FROM destruction x JOIN node n ON n.uid=x.uid
      WHERE n.id=OLD.node AND x.replayed=1)))
  BEGIN SELECT RAISE(ABORT,'guard: no such step of a dossier'); END;
CREATE TRIGGER dossier_born_open BEFORE INSERT ON dossier WHEN NEW.state<>'open'
  BEGIN SELECT RAISE(ABORT,'guard: a dossier begins open'); END;
CREATE TRIGGER record_born_draft BEFORE INSERT ON record WHEN NEW.state<>'draft'
  BEGIN SELECT RAISE(ABORT,'guard: a record begins as a draft'); END;
