-- Which record of a case is which of the seven forms (TT 03/2025/TT-VPCP, Phụ lục I; records.md 29). A form
-- may be there more than once, a record is one form.
CREATE TABLE one_stop_form(
  dossier INTEGER NOT NULL REFERENCES one_stop(dossier), record INTEGER NOT NULL REFERENCES record(id),
  form INTEGER NOT NULL CHECK(form BETWEEN 1 AND 7), made INTEGER NOT NULL,
  made_by INTEGER REFERENCES principal(id), PRIMARY KEY(dossier, record)) STRICT, WITHOUT ROWID;
