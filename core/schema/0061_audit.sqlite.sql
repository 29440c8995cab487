-- Internal audits (ISO 9001:2015 9.2), their evidence and findings.
CREATE TABLE audit(
  id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, year INTEGER NOT NULL CHECK(year BETWEEN 1900 AND 9999),
  title TEXT NOT NULL CHECK(length(title) > 0), programme TEXT, criteria TEXT, scope TEXT, plan TEXT,
  report TEXT, state TEXT NOT NULL DEFAULT 'open' CHECK(state IN('open','closed')),
  created INTEGER NOT NULL, created_by INTEGER REFERENCES principal(id), closed INTEGER,
  closed_by INTEGER REFERENCES principal(id), version INTEGER NOT NULL DEFAULT 1) STRICT;
CREATE INDEX audit_year ON audit(year, id);
CREATE TABLE auditor(
  audit INTEGER NOT NULL REFERENCES audit(id), who INTEGER NOT NULL REFERENCES principal(id),
  PRIMARY KEY(audit, who)) STRICT, WITHOUT ROWID;
-- Which procedures (codes of controlled documents) an audit covers: the yearly view asks.
CREATE TABLE audit_procedure(
  audit INTEGER NOT NULL REFERENCES audit(id), code TEXT NOT NULL CHECK(length(code) > 0),
  PRIMARY KEY(audit, code)) STRICT, WITHOUT ROWID;
CREATE INDEX audit_procedure_code ON audit_procedure(code);

CREATE TABLE evidence_set(
  id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, audit INTEGER REFERENCES audit(id),
  clause TEXT, question TEXT, query TEXT, population INTEGER NOT NULL, population_sha256 TEXT NOT NULL,
  seed TEXT, sample INTEGER NOT NULL, created INTEGER NOT NULL,
  created_by INTEGER REFERENCES principal(id), frozen INTEGER, frozen_by INTEGER REFERENCES principal(id),
  hold INTEGER REFERENCES hold(id), log_entry INTEGER, log_size INTEGER, manifest_sha256 TEXT) STRICT;
CREATE INDEX evidence_set_audit ON evidence_set(audit);
CREATE TABLE evidence_item(
  evidence INTEGER NOT NULL REFERENCES evidence_set(id), ordinal INTEGER NOT NULL,
  record INTEGER NOT NULL REFERENCES record(id), PRIMARY KEY(evidence, ordinal),
  UNIQUE(evidence, record)) STRICT, WITHOUT ROWID;
-- What a package holds, fixed when the set is frozen: small files here, originals by name in the store.
CREATE TABLE evidence_file(
  evidence INTEGER NOT NULL REFERENCES evidence_set(id), path TEXT NOT NULL,
  sha256 TEXT NOT NULL CHECK(length(sha256)=64), size INTEGER NOT NULL, crc32 INTEGER NOT NULL,
  content BLOB, PRIMARY KEY(evidence, path)) STRICT;

CREATE TABLE finding(
  id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, audit INTEGER NOT NULL REFERENCES audit(id),
  clause TEXT NOT NULL, grade TEXT NOT NULL CHECK(grade IN('major','minor','observation','opportunity')),
  statement TEXT NOT NULL, evidence INTEGER REFERENCES evidence_set(id),
  owner INTEGER REFERENCES principal(id), due TEXT, created INTEGER NOT NULL,
  created_by INTEGER REFERENCES principal(id), correction TEXT, corrected INTEGER,
  corrected_by INTEGER REFERENCES principal(id), verified INTEGER,
  verified_by INTEGER REFERENCES principal(id), verify_note TEXT, version INTEGER NOT NULL DEFAULT 1,
  CHECK(verified IS NULL OR corrected IS NOT NULL),
  CHECK(verified_by IS NULL OR (verified_by IS NOT owner AND verified_by IS NOT corrected_by))) STRICT;
CREATE INDEX finding_audit ON finding(audit);
CREATE INDEX finding_open ON finding(due) WHERE verified IS NULL;
CREATE TRIGGER evidence_frozen BEFORE UPDATE ON evidence_set WHEN OLD.manifest_sha256 IS NOT NULL
  BEGIN SELECT RAISE(ABORT,'guard: a frozen set of evidence never changes'); END;
CREATE TRIGGER evidence_file_fixed BEFORE UPDATE ON evidence_file
  BEGIN SELECT RAISE(ABORT,'guard: a file of evidence never changes'); END;
CREATE TRIGGER evidence_file_kept BEFORE DELETE ON evidence_file
  BEGIN SELECT RAISE(ABORT,'guard: evidence is kept'); END;
CREATE TRIGGER evidence_item_fixed BEFORE INSERT ON evidence_item
  WHEN (SELECT frozen FROM evidence_set WHERE id=NEW.evidence) IS NOT NULL
  BEGIN SELECT RAISE(ABORT,'guard: a frozen set of evidence never changes'); END;
