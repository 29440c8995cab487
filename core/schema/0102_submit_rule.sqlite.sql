-- Deadlines for submission below a node, each with its authority (records.md 31): the nearest at or above a
-- dossier counts, else the office's own setting. A dossier keeps what it was closed under.
CREATE TABLE submit_rule(
  node INTEGER PRIMARY KEY REFERENCES node(id), days INTEGER NOT NULL CHECK(days BETWEEN 0 AND 36500),
  authority TEXT NOT NULL CHECK(length(authority) > 0), made INTEGER NOT NULL,
  made_by INTEGER REFERENCES principal(id)) STRICT;
