-- Searches that people keep for themselves: the query and what was chosen among the facets, as the
-- parameters of a search name it.  key is text_key of the name.
CREATE TABLE saved_search(
  id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, principal INTEGER NOT NULL REFERENCES principal(id),
  name TEXT NOT NULL, key TEXT NOT NULL CHECK(length(key) > 0), query TEXT NOT NULL,
  type TEXT, issuer TEXT, state TEXT, language TEXT, year TEXT, month TEXT, level TEXT, dossier TEXT,
  sort TEXT, obsolete TEXT, changed INTEGER NOT NULL,
  UNIQUE(principal, key)) STRICT;
