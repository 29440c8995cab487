-- Records under control (records.md 10, 13-16, 19): declared, corrected by versions, related, numbered.
ALTER TABLE record ADD COLUMN declared_by INTEGER REFERENCES principal(id);
ALTER TABLE record ADD COLUMN recalled INTEGER;
ALTER TABLE record ADD COLUMN recalled_by INTEGER REFERENCES principal(id);
ALTER TABLE record ADD COLUMN recall_reason TEXT;
-- What NĐ 30/2020 PL VI asks for beside the fields of record; names in core/record_detail.c.
CREATE TABLE record_detail(
  record INTEGER NOT NULL REFERENCES record(id), name TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY(record, name)) STRICT, WITHOUT ROWID;
-- How a declared record read before a correction; version is that of the row which was corrected.
CREATE TABLE record_version(
  record INTEGER NOT NULL REFERENCES record(id), version INTEGER NOT NULL, content TEXT NOT NULL,
  reason TEXT NOT NULL CHECK(length(reason) > 0), made INTEGER NOT NULL,
  made_by INTEGER REFERENCES principal(id), PRIMARY KEY(record, version)) STRICT, WITHOUT ROWID;
CREATE TABLE relation(
  id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, src INTEGER NOT NULL REFERENCES record(id),
  kind TEXT NOT NULL CHECK(kind IN('replaces','amends','replies','cites','copy_of','annex_of','recalls','based_on')),
  dst INTEGER REFERENCES record(id), dst_key TEXT, dst_text TEXT,
  made INTEGER NOT NULL, made_by INTEGER REFERENCES principal(id),
  ended INTEGER, ended_by INTEGER REFERENCES principal(id),
  CHECK((dst IS NULL) = (dst_key IS NOT NULL)), CHECK((dst_key IS NULL) = (dst_text IS NULL)),
  CHECK(dst IS NULL OR dst<>src)) STRICT;
CREATE UNIQUE INDEX relation_here ON relation(src, kind, dst) WHERE dst IS NOT NULL AND ended IS NULL;
CREATE UNIQUE INDEX relation_absent ON relation(src, kind, dst_key) WHERE dst_key IS NOT NULL AND ended IS NULL;
CREATE INDEX relation_dst ON relation(dst) WHERE dst IS NOT NULL;
CREATE INDEX relation_key ON relation(dst_key) WHERE dst_key IS NOT NULL;
-- D17: numbers are consecutive in a year and never given twice; a void one stays.
CREATE TABLE number_book(
  book TEXT NOT NULL CHECK(book IN('in','out')), year INTEGER NOT NULL CHECK(year BETWEEN 1900 AND 9999),
  next INTEGER NOT NULL CHECK(next > 0), PRIMARY KEY(book, year)) STRICT, WITHOUT ROWID;
CREATE TABLE book_number(
  book TEXT NOT NULL, year INTEGER NOT NULL, number INTEGER NOT NULL,
  record INTEGER NOT NULL REFERENCES record(id), drawn INTEGER NOT NULL,
  drawn_by INTEGER REFERENCES principal(id), voided INTEGER,
  voided_by INTEGER REFERENCES principal(id), void_reason TEXT,
  PRIMARY KEY(book, year, number), FOREIGN KEY(book, year) REFERENCES number_book(book, year),
  CHECK((voided IS NULL) = (void_reason IS NULL))) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX book_number_record ON book_number(record, book) WHERE voided IS NULL;

CREATE TRIGGER record_declared_edit BEFORE UPDATE OF number, symbol, issued, type_code, subject,
    issuer, signer, urgency, language ON record
  WHEN OLD.state<>'draft' AND (NEW.number IS NOT OLD.number OR NEW.symbol IS NOT OLD.symbol
      OR NEW.issued IS NOT OLD.issued OR NEW.type_code IS NOT OLD.type_code
      OR NEW.subject IS NOT OLD.subject OR NEW.issuer IS NOT OLD.issuer
      OR NEW.signer IS NOT OLD.signer OR NEW.urgency IS NOT OLD.urgency
      OR NEW.language IS NOT OLD.language)
    AND NEW.state<>'destroyed' AND NOT EXISTS(SELECT 1 FROM record_version v
      WHERE v.record=OLD.id AND v.version=OLD.version)
  BEGIN SELECT RAISE(ABORT,'guard: a declared record is corrected by a version'); END;
CREATE TRIGGER record_state_order BEFORE UPDATE OF state ON record
  WHEN NEW.state<>OLD.state AND (OLD.state='destroyed' OR NEW.state='draft'
    OR (NEW.state='recalled' AND OLD.state<>'declared')
    OR (NEW.state='declared' AND OLD.state<>'draft'))
  BEGIN SELECT RAISE(ABORT,'guard: draft, declared, recalled or destroyed: in this order'); END;
CREATE TRIGGER record_version_keep BEFORE UPDATE ON record_version
  WHEN NEW.reason<>OLD.reason OR NEW.version<>OLD.version OR NEW.made<>OLD.made OR NEW.content<>''
  BEGIN SELECT RAISE(ABORT,'guard: versions are kept; only a disposal empties them'); END;
CREATE TRIGGER record_version_no_delete BEFORE DELETE ON record_version
  BEGIN SELECT RAISE(ABORT,'guard: versions are kept'); END;
CREATE TRIGGER relation_no_delete BEFORE DELETE ON relation
  BEGIN SELECT RAISE(ABORT,'guard: relations are ended, never deleted'); END;
CREATE TRIGGER book_number_no_delete BEFORE DELETE ON book_number
  BEGIN SELECT RAISE(ABORT,'guard: a number stays, void if it must'); END;
CREATE TRIGGER book_number_void_only BEFORE UPDATE ON book_number
  WHEN OLD.voided IS NOT NULL OR NEW.voided IS NULL OR NEW.record<>OLD.record
  BEGIN SELECT RAISE(ABORT,'guard: a number is only ever voided'); END;
CREATE TRIGGER number_book_forward BEFORE UPDATE ON number_book WHEN NEW.next<=OLD.next
  BEGIN SELECT RAISE(ABORT,'guard: numbers go forward'); END;
CREATE TRIGGER number_book_no_delete BEFORE DELETE ON number_book
  BEGIN SELECT RAISE(ABORT,'guard: number books are kept'); END;
