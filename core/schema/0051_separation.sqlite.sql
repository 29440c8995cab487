-- Separation of duties: grants that belong to an audit, nodes whose rights change only when a second
-- person confirms, and the changes that wait for one.
ALTER TABLE acl ADD COLUMN audit TEXT;
CREATE INDEX acl_audit ON acl(audit) WHERE audit IS NOT NULL AND ended IS NULL;
CREATE TRIGGER acl_audit_keep BEFORE UPDATE OF audit ON acl WHEN NEW.audit IS NOT OLD.audit
  BEGIN SELECT RAISE(ABORT,'guard: grants are ended, never changed'); END;
-- down the tree: one node that demands it binds all below
ALTER TABLE node ADD COLUMN confirm_rights INTEGER NOT NULL DEFAULT 0 CHECK(confirm_rights IN(0,1));

CREATE TABLE rights_wish(
  id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK(kind IN('add','end','inherit','confirm')),
  node INTEGER REFERENCES node(id), record INTEGER REFERENCES record(id),
  who INTEGER REFERENCES principal(id), perms INTEGER, until INTEGER, audit TEXT,
  acl INTEGER REFERENCES acl(id), flag INTEGER NOT NULL DEFAULT 0,
  proposed_by INTEGER NOT NULL REFERENCES principal(id), proposed INTEGER NOT NULL,
  decided_by INTEGER REFERENCES principal(id), decided INTEGER, approved INTEGER CHECK(approved IN(0,1)),
  CHECK((node IS NULL) <> (record IS NULL)),
  CHECK((decided IS NULL) = (decided_by IS NULL) AND (decided IS NULL) = (approved IS NULL)),
  CHECK(decided_by IS NULL OR approved=0 OR decided_by<>proposed_by)) STRICT;
CREATE INDEX rights_wish_open ON rights_wish(id) WHERE decided IS NULL;
CREATE TRIGGER rights_wish_keep BEFORE UPDATE ON rights_wish
  WHEN OLD.decided IS NOT NULL OR NEW.uid<>OLD.uid OR NEW.kind<>OLD.kind OR NEW.node IS NOT OLD.node
    OR NEW.record IS NOT OLD.record OR NEW.who IS NOT OLD.who OR NEW.perms IS NOT OLD.perms
    OR NEW.until IS NOT OLD.until OR NEW.audit IS NOT OLD.audit OR NEW.acl IS NOT OLD.acl
    OR NEW.flag<>OLD.flag OR NEW.proposed_by<>OLD.proposed_by
  BEGIN SELECT RAISE(ABORT,'guard: what was proposed is decided, never changed'); END;
CREATE TRIGGER rights_wish_no_delete BEFORE DELETE ON rights_wish
  BEGIN SELECT RAISE(ABORT,'guard: what was proposed is kept'); END;
