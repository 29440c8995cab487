-- Controlled documents (records.md 1-8) and one-stop cases (9, 29, 30).
CREATE TABLE ctl_doc(
  id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, code TEXT NOT NULL UNIQUE CHECK(length(code) > 0),
  title TEXT NOT NULL CHECK(length(title) > 0),
  kind TEXT NOT NULL CHECK(kind IN('policy','manual','procedure','instruction','form','external')),
  tthc_code TEXT, owner INTEGER REFERENCES principal(id), public INTEGER NOT NULL DEFAULT 0 CHECK(public IN(0,1)),
  review_months INTEGER NOT NULL DEFAULT 12 CHECK(review_months BETWEEN 1 AND 120), reviewed_on TEXT,
  valid_from TEXT, valid_to TEXT, -- of an external one
  days INTEGER CHECK(days > 0), -- that a case may take
  made INTEGER NOT NULL, made_by INTEGER REFERENCES principal(id)) STRICT;
CREATE TABLE ctl_depends(
  doc INTEGER NOT NULL REFERENCES ctl_doc(id), source INTEGER NOT NULL REFERENCES ctl_doc(id),
  PRIMARY KEY(doc, source), CHECK(doc<>source)) STRICT, WITHOUT ROWID;
CREATE INDEX ctl_depends_source ON ctl_depends(source);
CREATE TABLE ctl_rev(
  id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, doc INTEGER NOT NULL REFERENCES ctl_doc(id),
  rev INTEGER NOT NULL CHECK(rev > 0),
  state TEXT NOT NULL CHECK(state IN('draft','review','approved','effective','obsolete','withdrawn')),
  record INTEGER NOT NULL UNIQUE REFERENCES record(id), change_note TEXT NOT NULL CHECK(length(change_note) > 0),
  author INTEGER NOT NULL REFERENCES principal(id), made INTEGER NOT NULL,
  approver INTEGER REFERENCES principal(id), approved INTEGER,
  decision INTEGER REFERENCES record(id), effective_from TEXT, effective_to TEXT,
  published TEXT, published_where TEXT, end_reason TEXT, UNIQUE(doc, rev),
  CHECK(approver IS NULL OR approver<>author), CHECK((approver IS NULL) = (approved IS NULL)),
  CHECK(state NOT IN('approved','effective','obsolete') OR approved IS NOT NULL),
  CHECK(state NOT IN('effective','obsolete') OR (length(effective_from)=10 AND decision IS NOT NULL)),
  CHECK((state='obsolete') = (effective_to IS NOT NULL)),
  CHECK(effective_to IS NULL OR effective_to>=effective_from)) STRICT;
CREATE UNIQUE INDEX ctl_rev_effective ON ctl_rev(doc) WHERE state='effective';
CREATE INDEX ctl_rev_planned ON ctl_rev(effective_from) WHERE state='approved';
CREATE TABLE ctl_reader(
  rev INTEGER NOT NULL REFERENCES ctl_rev(id), who INTEGER NOT NULL REFERENCES principal(id),
  due TEXT, asked INTEGER NOT NULL, confirmed INTEGER, PRIMARY KEY(rev, who)) STRICT, WITHOUT ROWID;
CREATE INDEX ctl_reader_who ON ctl_reader(who) WHERE confirmed IS NULL;

CREATE TABLE one_stop(
  dossier INTEGER PRIMARY KEY REFERENCES dossier(node), code TEXT NOT NULL UNIQUE CHECK(length(code) > 0),
  rev INTEGER NOT NULL REFERENCES ctl_rev(id), applicant TEXT NOT NULL, unit INTEGER REFERENCES principal(id),
  received TEXT NOT NULL CHECK(length(received)=10), due TEXT NOT NULL CHECK(length(due)=10),
  extended_to TEXT, extend_reason TEXT, result INTEGER REFERENCES record(id), result_on TEXT,
  CHECK((extended_to IS NULL) = (extend_reason IS NULL)), CHECK((result IS NULL) = (result_on IS NULL))) STRICT;
CREATE INDEX one_stop_received ON one_stop(received, dossier);
CREATE INDEX one_stop_rev ON one_stop(rev);

-- records.md 3: on any day at most one revision of a document is in force.
CREATE TRIGGER ctl_rev_apart_insert BEFORE INSERT ON ctl_rev WHEN NEW.state<>'draft'
  BEGIN SELECT RAISE(ABORT,'guard: a revision begins as a draft'); END;
CREATE TRIGGER ctl_rev_apart BEFORE UPDATE OF state, effective_from, effective_to ON ctl_rev
  WHEN NEW.state IN('effective','obsolete') AND EXISTS(SELECT 1 FROM ctl_rev o WHERE o.doc=NEW.doc
    AND o.id<>NEW.id AND o.state IN('effective','obsolete')
    AND (o.effective_to IS NULL OR o.effective_to>NEW.effective_from)
    AND (NEW.effective_to IS NULL OR NEW.effective_to>o.effective_from))
  BEGIN SELECT RAISE(ABORT,'guard: two revisions in force on one day'); END;
CREATE TRIGGER ctl_rev_order BEFORE UPDATE OF state ON ctl_rev WHEN NEW.state<>OLD.state AND NOT (
    (OLD.state='draft' AND NEW.state IN('review','withdrawn'))
    OR (OLD.state='review' AND NEW.state IN('draft','approved','withdrawn'))
    OR (OLD.state='approved' AND NEW.state IN('effective','withdrawn'))
    OR (OLD.state='effective' AND NEW.state='obsolete'))
  BEGIN SELECT RAISE(ABORT,'guard: no such step of a revision'); END;
CREATE TRIGGER ctl_rev_fixed BEFORE UPDATE ON ctl_rev
  WHEN NEW.doc<>OLD.doc OR NEW.rev<>OLD.rev OR NEW.uid<>OLD.uid OR NEW.author<>OLD.author
    OR (OLD.state IN('effective','obsolete') AND (NEW.record<>OLD.record
      OR NEW.effective_from<>OLD.effective_from OR NEW.decision IS NOT OLD.decision
      OR NEW.approver IS NOT OLD.approver))
  BEGIN SELECT RAISE(ABORT,'guard: what a revision was stays'); END;
CREATE TRIGGER ctl_rev_no_delete BEFORE DELETE ON ctl_rev
  BEGIN SELECT RAISE(ABORT,'guard: revisions are kept'); END;
-- records.md 9: the revision under which a case was received stays.
CREATE TRIGGER one_stop_fixed BEFORE UPDATE ON one_stop
  WHEN NEW.rev<>OLD.rev OR NEW.code<>OLD.code OR NEW.received<>OLD.received OR NEW.due<>OLD.due
    OR (OLD.result_on IS NOT NULL AND NEW.result_on IS NOT OLD.result_on)
  BEGIN SELECT RAISE(ABORT,'guard: what a case was received under stays'); END;
