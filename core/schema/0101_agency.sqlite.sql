-- Agencies and units with the days their names hold (records.md, the department itself): a record keeps the
-- issuer as it was written, and what an agency was called on a day is asked here.
CREATE TABLE agency(
  id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, kind TEXT NOT NULL CHECK(kind IN('agency','unit')),
  parent INTEGER REFERENCES agency(id), successor INTEGER REFERENCES agency(id),
  made INTEGER NOT NULL, made_by INTEGER REFERENCES principal(id), CHECK(successor IS NULL OR successor<>id)) STRICT;
CREATE TABLE agency_name(
  agency INTEGER NOT NULL REFERENCES agency(id), valid_from TEXT NOT NULL CHECK(length(valid_from)=10),
  valid_to TEXT CHECK(valid_to > valid_from), -- the first day on which it does not hold any more
  name TEXT NOT NULL CHECK(length(name) > 0), key TEXT NOT NULL CHECK(length(key) > 0), code TEXT,
  authority TEXT NOT NULL CHECK(length(authority) > 0), end_authority TEXT,
  PRIMARY KEY(agency, valid_from), CHECK((valid_to IS NULL) = (end_authority IS NULL))) STRICT, WITHOUT ROWID;
CREATE INDEX agency_name_key ON agency_name(key, valid_from);
CREATE TRIGGER agency_name_order BEFORE INSERT ON agency_name
  WHEN EXISTS(SELECT 1 FROM agency_name o WHERE o.agency=NEW.agency
    AND (o.valid_to IS NULL OR o.valid_to>NEW.valid_from))
  BEGIN SELECT RAISE(ABORT,'guard: an agency has one name on a day'); END;
CREATE TRIGGER agency_name_fixed BEFORE UPDATE ON agency_name
  WHEN NEW.agency<>OLD.agency OR NEW.valid_from<>OLD.valid_from OR NEW.name<>OLD.name OR NEW.key<>OLD.key
    OR NEW.code IS NOT OLD.code OR NEW.authority<>OLD.authority OR OLD.valid_to IS NOT NULL
  BEGIN SELECT RAISE(ABORT,'guard: what an agency was called stays'); END;
CREATE TRIGGER agency_name_no_delete BEFORE DELETE ON agency_name
  BEGIN SELECT RAISE(ABORT,'guard: what an agency was called stays'); END;
CREATE TRIGGER agency_no_delete BEFORE DELETE ON agency
  BEGIN SELECT RAISE(ABORT,'guard: agencies are kept'); END;
