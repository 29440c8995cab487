-- The first floor of the catalogue (SQLite).  Ids are row ids, uids are UUID text and never reused,
-- times are microseconds UTC, dates are text 'YYYY[-MM[-DD]]'.  architecture.md D1-D17.
CREATE TABLE setting(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
-- run.* counters that many transactions draw from
CREATE TABLE counter(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
INSERT INTO counter VALUES('index_seq', 0), ('index_mark', 0), ('access_version', 1);

CREATE TABLE principal(
  id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK(kind IN('user','group','role','service')),
  name TEXT NOT NULL UNIQUE CHECK(length(name) BETWEEN 1 AND 64), display TEXT, secret TEXT,
  clearance INTEGER NOT NULL DEFAULT 1 CHECK(clearance BETWEEN 0 AND 3),
  os_user TEXT UNIQUE, language TEXT CHECK(language IN('vi','en')),
  created INTEGER NOT NULL, disabled_at INTEGER) STRICT;
CREATE TABLE clearance_history(
  id INTEGER PRIMARY KEY, principal INTEGER NOT NULL REFERENCES principal(id),
  clearance INTEGER NOT NULL, since INTEGER NOT NULL, set_by INTEGER REFERENCES principal(id)) STRICT;
CREATE TABLE member(
  id INTEGER PRIMARY KEY, grp INTEGER NOT NULL REFERENCES principal(id),
  who INTEGER NOT NULL REFERENCES principal(id), since INTEGER NOT NULL, until INTEGER,
  ended INTEGER, ended_by INTEGER REFERENCES principal(id), CHECK(grp<>who)) STRICT;
CREATE UNIQUE INDEX member_live ON member(grp, who) WHERE ended IS NULL;
CREATE INDEX member_who ON member(who) WHERE ended IS NULL;

CREATE TABLE rule(code TEXT PRIMARY KEY) STRICT;
CREATE TABLE rule_version(
  id INTEGER PRIMARY KEY, code TEXT NOT NULL REFERENCES rule(code), title TEXT NOT NULL,
  years INTEGER CHECK(years > 0), trig TEXT NOT NULL DEFAULT 'closed'
    CHECK(trig IN('closed','superseded','event','created')), trig_name TEXT,
  count_from TEXT NOT NULL DEFAULT 'year_end' CHECK(count_from IN('date','year_end')),
  action TEXT NOT NULL CHECK(action IN('destroy','transfer','review')), authority TEXT NOT NULL,
  valid_from TEXT NOT NULL, valid_to TEXT, UNIQUE(code, valid_from),
  CHECK(years IS NOT NULL OR action<>'destroy')) STRICT;

-- D1: origin of rights = (node or record carrying its own grants, or nothing), level, use mode
CREATE TABLE access_class(
  id INTEGER PRIMARY KEY, node INTEGER REFERENCES node(id), record INTEGER REFERENCES record(id),
  level INTEGER NOT NULL CHECK(level BETWEEN 0 AND 3), use_mode TEXT NOT NULL,
  CHECK(node IS NULL OR record IS NULL)) STRICT;
CREATE UNIQUE INDEX access_class_key
  ON access_class(coalesce(node,0), coalesce(record,0), level, use_mode);
CREATE TABLE class_reader(
  class INTEGER NOT NULL REFERENCES access_class(id), who INTEGER NOT NULL REFERENCES principal(id),
  acl INTEGER NOT NULL REFERENCES acl(id), perms INTEGER NOT NULL, until INTEGER,
  PRIMARY KEY(class, who, acl)) STRICT, WITHOUT ROWID;
CREATE INDEX class_reader_who ON class_reader(who);
CREATE INDEX class_reader_acl ON class_reader(acl);

CREATE TABLE node(
  id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, parent INTEGER REFERENCES node(id),
  kind TEXT NOT NULL CHECK(kind IN('fonds','series','class','dossier')),
  code TEXT NOT NULL CHECK(length(code) > 0), title TEXT NOT NULL CHECK(length(title) > 0),
  folded TEXT NOT NULL, rule TEXT REFERENCES rule(code),
  level INTEGER NOT NULL DEFAULT 1 CHECK(level BETWEEN 0 AND 3),
  use_mode TEXT NOT NULL DEFAULT '02' CHECK(use_mode IN('01','02','03')),
  inherit_acl INTEGER NOT NULL DEFAULT 1, effective_level INTEGER NOT NULL,
  access_class INTEGER NOT NULL REFERENCES access_class(id), vital INTEGER NOT NULL DEFAULT 0,
  valid_from TEXT, valid_to TEXT, created INTEGER NOT NULL, version INTEGER NOT NULL DEFAULT 1,
  UNIQUE(parent, code), CHECK((kind='fonds') = (parent IS NULL))) STRICT;
CREATE UNIQUE INDEX node_root_code ON node(code) WHERE parent IS NULL;
CREATE INDEX node_class ON node(access_class);
-- What decided rights until a moment; written by triggers, so that it cannot be forgotten.
CREATE TABLE node_history(
  id INTEGER PRIMARY KEY, node INTEGER NOT NULL REFERENCES node(id), until INTEGER NOT NULL,
  parent INTEGER, level INTEGER NOT NULL, use_mode TEXT NOT NULL, inherit_acl INTEGER NOT NULL) STRICT;
CREATE INDEX node_history_node ON node_history(node, until);
CREATE TABLE dossier(
  node INTEGER PRIMARY KEY REFERENCES node(id), file_code TEXT NOT NULL UNIQUE,
  year INTEGER NOT NULL CHECK(year BETWEEN 1900 AND 9999),
  maintainer INTEGER REFERENCES principal(id), started TEXT, closed TEXT,
  state TEXT NOT NULL DEFAULT 'open'
    CHECK(state IN('open','closed','submitted','archived','under_review','transferred','destroyed')),
  language TEXT, keyword TEXT, note TEXT, trigger_date TEXT, due_on TEXT,
  rule_version INTEGER REFERENCES rule_version(id)) STRICT;

CREATE TABLE ingest_batch(
  id INTEGER PRIMARY KEY, opened INTEGER NOT NULL, operator INTEGER REFERENCES principal(id),
  source TEXT NOT NULL, device TEXT, expected INTEGER, note TEXT) STRICT;
CREATE TABLE blob(
  sha256 TEXT PRIMARY KEY CHECK(length(sha256)=64), size INTEGER NOT NULL CHECK(size>=0),
  mime TEXT, format TEXT, stored INTEGER NOT NULL, verified INTEGER, bad INTEGER NOT NULL DEFAULT 0,
  gone INTEGER) STRICT;
CREATE TABLE record(
  id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, batch INTEGER REFERENCES ingest_batch(id),
  state TEXT NOT NULL DEFAULT 'draft' CHECK(state IN('draft','declared','recalled','destroyed')),
  declared INTEGER, direction TEXT CHECK(direction IN('in','out','internal')),
  type_code TEXT, number TEXT, symbol TEXT, issued TEXT, issuer TEXT, subject TEXT, language TEXT,
  signer TEXT, urgency TEXT, level INTEGER NOT NULL DEFAULT 0 CHECK(level BETWEEN 0 AND 3),
  use_mode TEXT NOT NULL DEFAULT '02' CHECK(use_mode IN('01','02','03')),
  inherit_acl INTEGER NOT NULL DEFAULT 1, effective_level INTEGER NOT NULL,
  access_class INTEGER NOT NULL REFERENCES access_class(id),
  old_access_class INTEGER REFERENCES access_class(id),
  reading TEXT NOT NULL DEFAULT 'waiting'
    CHECK(reading IN('waiting','reading','read','partial','refused','failed')),
  reading_reason TEXT,
  quarantine INTEGER NOT NULL DEFAULT 0 CHECK(quarantine IN(0,1,2)), -- 2: released by a person, for good
  pages INTEGER NOT NULL DEFAULT 0,
  number_key TEXT, arrival_key TEXT UNIQUE, duplicate_of INTEGER REFERENCES record(id),
  index_seq INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL, created_by INTEGER REFERENCES principal(id),
  version INTEGER NOT NULL DEFAULT 1) STRICT;
CREATE INDEX record_seq ON record(index_seq);
CREATE INDEX record_number ON record(number_key) WHERE number_key IS NOT NULL;
CREATE INDEX record_batch ON record(batch);
-- covers the search for the few records that an access admits among many that it does not
CREATE INDEX record_class ON record(access_class, id, old_access_class, quarantine);
CREATE INDEX record_trouble ON record(id) WHERE reading IN('partial','refused','failed') OR quarantine=1;
CREATE INDEX record_unread ON record(reading, id) WHERE reading<>'read';
CREATE INDEX record_old_class ON record(index_seq) WHERE old_access_class IS NOT NULL;
CREATE INDEX record_quarantine ON record(id) WHERE quarantine=1;
CREATE TABLE dossier_item(
  dossier INTEGER NOT NULL REFERENCES dossier(node), record INTEGER NOT NULL REFERENCES record(id),
  ordinal INTEGER NOT NULL, home INTEGER NOT NULL DEFAULT 1 CHECK(home IN(0,1)),
  PRIMARY KEY(dossier, record), UNIQUE(dossier, ordinal)) STRICT;
CREATE UNIQUE INDEX dossier_item_home ON dossier_item(record) WHERE home=1;
CREATE INDEX dossier_item_record ON dossier_item(record);
CREATE TABLE record_history(
  id INTEGER PRIMARY KEY, record INTEGER NOT NULL REFERENCES record(id), until INTEGER NOT NULL,
  home INTEGER REFERENCES node(id), level INTEGER NOT NULL, use_mode TEXT NOT NULL,
  inherit_acl INTEGER NOT NULL) STRICT;
CREATE INDEX record_history_record ON record_history(record, until);
CREATE TABLE component(
  id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, record INTEGER NOT NULL REFERENCES record(id),
  ordinal INTEGER NOT NULL, role TEXT NOT NULL CHECK(role IN('main','annex','attachment','signature')),
  name TEXT NOT NULL, UNIQUE(record, ordinal)) STRICT;
CREATE TABLE rendition(
  id INTEGER PRIMARY KEY, component INTEGER NOT NULL REFERENCES component(id),
  kind TEXT NOT NULL CHECK(kind IN('original','preservation','access','text')),
  version INTEGER NOT NULL DEFAULT 1, blob TEXT NOT NULL REFERENCES blob(sha256),
  first_page INTEGER NOT NULL DEFAULT 0, last_page INTEGER NOT NULL DEFAULT 0,
  derived_from INTEGER REFERENCES rendition(id), tool TEXT, created INTEGER NOT NULL,
  created_by INTEGER REFERENCES principal(id), UNIQUE(component, kind, version)) STRICT;
CREATE INDEX rendition_blob ON rendition(blob);
CREATE TABLE page(
  component INTEGER NOT NULL REFERENCES component(id), no INTEGER NOT NULL CHECK(no>=1),
  state TEXT NOT NULL DEFAULT 'waiting'
    CHECK(state IN('waiting','read','blank','refused','given_up')),
  reason TEXT, width INTEGER, height INTEGER, dpi INTEGER, rotation INTEGER, skew REAL,
  confidence REAL, source TEXT, language TEXT, warnings TEXT, words INTEGER NOT NULL DEFAULT 0,
  image_mime TEXT, image_width INTEGER, image_height INTEGER, tries INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY(component, no)) STRICT, WITHOUT ROWID;
CREATE TABLE suggestion(
  id INTEGER PRIMARY KEY, record INTEGER NOT NULL REFERENCES record(id),
  component INTEGER REFERENCES component(id), field TEXT NOT NULL,
  value TEXT NOT NULL, page INTEGER, x INTEGER, y INTEGER, w INTEGER, h INTEGER,
  confidence REAL NOT NULL CHECK(confidence BETWEEN 0 AND 1), method TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'new' CHECK(state IN('new','accepted','edited','rejected')),
  decided_by INTEGER REFERENCES principal(id), decided INTEGER) STRICT;
CREATE INDEX suggestion_record ON suggestion(record, state);
CREATE INDEX suggestion_open ON suggestion(record, state) WHERE state='new';

-- due: the earliest moment it may be taken (back-off of a waiting one, end of a lease);
-- outcome: what the reading gave; lost: leases that ended without a word since the last page
CREATE TABLE job(
  id INTEGER PRIMARY KEY, component INTEGER NOT NULL UNIQUE REFERENCES component(id),
  state TEXT NOT NULL DEFAULT 'waiting' CHECK(state IN('waiting','leased','done','failed')),
  owner TEXT, due INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0, lost INTEGER NOT NULL DEFAULT 0,
  outcome TEXT CHECK(outcome IN('read','partial','refused','failed')), reason TEXT, mime TEXT,
  pages INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL, updated INTEGER NOT NULL,
  CHECK((state='leased') = (owner IS NOT NULL))) STRICT;
CREATE INDEX job_due ON job(due, id) WHERE state NOT IN('done','failed');
CREATE INDEX job_open ON job(id) WHERE state<>'done';
CREATE INDEX job_state ON job(state, id, pages);

CREATE TABLE acl(
  id INTEGER PRIMARY KEY, node INTEGER REFERENCES node(id), record INTEGER REFERENCES record(id),
  who INTEGER NOT NULL REFERENCES principal(id), perms INTEGER NOT NULL CHECK(perms > 0),
  granted_by INTEGER REFERENCES principal(id), since INTEGER NOT NULL, until INTEGER,
  ended INTEGER, ended_by INTEGER REFERENCES principal(id),
  CHECK((node IS NULL) <> (record IS NULL))) STRICT;
CREATE INDEX acl_node ON acl(node) WHERE node IS NOT NULL;
CREATE INDEX acl_record ON acl(record) WHERE record IS NOT NULL;
CREATE INDEX acl_who ON acl(who);

CREATE TABLE session(
  id INTEGER PRIMARY KEY, token_hash BLOB NOT NULL UNIQUE, principal INTEGER NOT NULL REFERENCES principal(id),
  csrf TEXT NOT NULL, created INTEGER NOT NULL, seen INTEGER NOT NULL, ended INTEGER) STRICT;
CREATE INDEX session_principal ON session(principal) WHERE ended IS NULL;
CREATE TABLE login_throttle(
  kind TEXT NOT NULL CHECK(kind IN('name','address')), key_hash BLOB NOT NULL, failures INTEGER NOT NULL,
  failed INTEGER NOT NULL, not_before INTEGER NOT NULL, PRIMARY KEY(kind, key_hash)) STRICT;
CREATE INDEX login_throttle_failed ON login_throttle(failed);
CREATE TABLE upload(
  id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, principal INTEGER NOT NULL REFERENCES principal(id),
  dossier INTEGER REFERENCES dossier(node), name BLOB NOT NULL, fields TEXT, length INTEGER NOT NULL,
  received INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL, expires INTEGER NOT NULL,
  record INTEGER REFERENCES record(id), CHECK(received BETWEEN 0 AND length)) STRICT;
CREATE INDEX upload_principal ON upload(principal);
CREATE INDEX upload_expires ON upload(expires) WHERE record IS NULL;

-- D3: the log; seq is dense from 0
CREATE TABLE event(
  seq INTEGER PRIMARY KEY, ts INTEGER NOT NULL,
  class TEXT NOT NULL CHECK(class IN('access','change','security','preservation','disposition','admin')),
  action TEXT NOT NULL, actor INTEGER REFERENCES principal(id), actor_uid TEXT, on_behalf_uid TEXT,
  kind TEXT, object TEXT, page INTEGER NOT NULL DEFAULT 0, outcome TEXT NOT NULL, detail TEXT,
  private_count INTEGER NOT NULL, leaf BLOB NOT NULL CHECK(length(leaf)=32)) STRICT;
CREATE INDEX event_object ON event(kind, object, seq);
CREATE INDEX event_actor ON event(actor, seq);
CREATE TABLE event_private(
  seq INTEGER NOT NULL REFERENCES event(seq), no INTEGER NOT NULL, name TEXT NOT NULL,
  commitment BLOB NOT NULL CHECK(length(commitment)=32), salt BLOB, value BLOB,
  PRIMARY KEY(seq, no)) STRICT, WITHOUT ROWID;
CREATE TABLE log_tree(
  one INTEGER PRIMARY KEY CHECK(one=1), size INTEGER NOT NULL, frontier BLOB NOT NULL) STRICT;
INSERT INTO log_tree VALUES(1, 0, x'');
CREATE TABLE access_seen(
  session INTEGER NOT NULL, action TEXT NOT NULL, record TEXT NOT NULL, page INTEGER NOT NULL,
  at INTEGER NOT NULL, PRIMARY KEY(session, action, record, page)) STRICT, WITHOUT ROWID;
CREATE INDEX access_seen_at ON access_seen(at);

-- What the database itself keeps.  recursive_triggers is on for every connection, so that INSERT OR
-- REPLACE cannot slip past the delete guards.
CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT,'guard: event is append-only'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT,'guard: event is append-only'); END;
CREATE TRIGGER event_dense BEFORE INSERT ON event
  WHEN NEW.seq IS NOT (SELECT size FROM log_tree WHERE one=1)
  BEGIN SELECT RAISE(ABORT,'guard: event numbers are dense'); END;
CREATE TRIGGER event_private_keep BEFORE DELETE ON event_private
  BEGIN SELECT RAISE(ABORT,'guard: a commitment is kept; only salt and value may be forgotten'); END;
CREATE TRIGGER event_private_update BEFORE UPDATE ON event_private
  WHEN NEW.commitment IS NOT OLD.commitment OR NEW.name IS NOT OLD.name
    OR NEW.salt IS NOT NULL OR NEW.value IS NOT NULL
  BEGIN SELECT RAISE(ABORT,'guard: private fields are only ever forgotten'); END;
CREATE TRIGGER record_no_delete BEFORE DELETE ON record BEGIN SELECT RAISE(ABORT,'guard: records end by disposal only'); END;
CREATE TRIGGER record_uid BEFORE UPDATE OF uid ON record BEGIN SELECT RAISE(ABORT,'guard: a uid never changes'); END;
CREATE TRIGGER node_no_delete BEFORE DELETE ON node BEGIN SELECT RAISE(ABORT,'guard: nodes are closed, never deleted'); END;
CREATE TRIGGER rendition_no_update BEFORE UPDATE OF blob, kind, component ON rendition
  BEGIN SELECT RAISE(ABORT,'guard: a rendition never changes'); END;
CREATE TRIGGER acl_end_only BEFORE UPDATE ON acl
  WHEN NEW.node IS NOT OLD.node OR NEW.record IS NOT OLD.record OR NEW.who<>OLD.who OR NEW.perms<>OLD.perms
    OR NEW.since<>OLD.since OR NEW.until IS NOT OLD.until OR OLD.ended IS NOT NULL
  BEGIN SELECT RAISE(ABORT,'guard: grants are ended, never changed'); END;
CREATE TRIGGER acl_no_delete BEFORE DELETE ON acl BEGIN SELECT RAISE(ABORT,'guard: grants are ended, never deleted'); END;
CREATE TRIGGER node_no_cycle BEFORE UPDATE OF parent ON node WHEN NEW.parent IN(
    WITH RECURSIVE below(id) AS (SELECT OLD.id UNION SELECT n.id FROM node n JOIN below b ON n.parent=b.id)
    SELECT id FROM below)
  BEGIN SELECT RAISE(ABORT,'guard: a node cannot lie below itself'); END;
CREATE TRIGGER node_parent_kind BEFORE INSERT ON node WHEN NEW.parent IS NOT NULL
    AND (SELECT kind FROM node WHERE id=NEW.parent)='dossier'
  BEGIN SELECT RAISE(ABORT,'guard: nothing lies below a dossier'); END;
CREATE TRIGGER node_history_keep AFTER UPDATE OF parent, level, use_mode, inherit_acl ON node
  WHEN NEW.parent IS NOT OLD.parent OR NEW.level<>OLD.level OR NEW.use_mode<>OLD.use_mode
    OR NEW.inherit_acl<>OLD.inherit_acl
  BEGIN INSERT INTO node_history(node, until, parent, level, use_mode, inherit_acl)
    VALUES(OLD.id, CAST((julianday('now')-2440587.5)*86400000000 AS INTEGER), OLD.parent, OLD.level,
      OLD.use_mode, OLD.inherit_acl); END;
CREATE TRIGGER record_history_keep AFTER UPDATE OF level, use_mode, inherit_acl ON record
  WHEN NEW.level<>OLD.level OR NEW.use_mode<>OLD.use_mode OR NEW.inherit_acl<>OLD.inherit_acl
  BEGIN INSERT INTO record_history(record, until, home, level, use_mode, inherit_acl)
    VALUES(OLD.id, CAST((julianday('now')-2440587.5)*86400000000 AS INTEGER),
      (SELECT dossier FROM dossier_item WHERE record=OLD.id AND home=1), OLD.level, OLD.use_mode,
      OLD.inherit_acl); END;
CREATE TRIGGER record_home_keep AFTER UPDATE OF dossier, home ON dossier_item
  WHEN OLD.home=1 AND (NEW.home<>1 OR NEW.dossier<>OLD.dossier)
  BEGIN INSERT INTO record_history(record, until, home, level, use_mode, inherit_acl)
    SELECT id, CAST((julianday('now')-2440587.5)*86400000000 AS INTEGER), OLD.dossier, level, use_mode,
      inherit_acl FROM record WHERE id=OLD.record; END;
CREATE TRIGGER record_home_gone AFTER DELETE ON dossier_item WHEN OLD.home=1
  BEGIN INSERT INTO record_history(record, until, home, level, use_mode, inherit_acl)
    SELECT id, CAST((julianday('now')-2440587.5)*86400000000 AS INTEGER), OLD.dossier, level, use_mode,
      inherit_acl FROM record WHERE id=OLD.record; END;
