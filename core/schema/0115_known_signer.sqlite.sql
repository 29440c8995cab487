-- Who signs, in which post and when: names that a badly read signature is compared with.  Days are
-- written YYYY-MM-DD, '' = open.
CREATE TABLE known_signer(
  id INTEGER PRIMARY KEY, name TEXT NOT NULL CHECK(length(name) > 0), post TEXT NOT NULL DEFAULT '',
  valid_from TEXT NOT NULL DEFAULT '', valid_to TEXT NOT NULL DEFAULT '',
  UNIQUE(name, post, valid_from)) STRICT;
