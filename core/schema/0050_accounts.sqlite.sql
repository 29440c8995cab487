-- Second factors, API tokens, and what a session knows about how it began (trust.md section 8).
-- factor: 1 = password, 2 = with a second factor; verified: when who sits there last proved it
ALTER TABLE session ADD COLUMN factor INTEGER NOT NULL DEFAULT 1 CHECK(factor IN(1,2));
ALTER TABLE session ADD COLUMN verified INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN address TEXT;

-- Seeds are sealed with DIR/seal.key (crypto_secretbox).  pending: shown but not yet confirmed by a
-- code; last_step: codes up to it are spent.
CREATE TABLE totp(
  principal INTEGER PRIMARY KEY REFERENCES principal(id), sealed BLOB, pending BLOB,
  confirmed INTEGER, last_step INTEGER NOT NULL DEFAULT 0,
  CHECK((sealed IS NULL) = (confirmed IS NULL)), CHECK(sealed IS NOT NULL OR pending IS NOT NULL)) STRICT;
CREATE TABLE recovery_code(
  principal INTEGER NOT NULL REFERENCES principal(id), hash BLOB NOT NULL CHECK(length(hash)=32),
  used INTEGER, PRIMARY KEY(principal, hash)) STRICT, WITHOUT ROWID;

-- scope: bits of enum token_scope.  Tokens end, they are not deleted.
CREATE TABLE api_token(
  id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, principal INTEGER NOT NULL REFERENCES principal(id),
  name TEXT NOT NULL, hash BLOB NOT NULL UNIQUE CHECK(length(hash)=32), scope INTEGER NOT NULL CHECK(scope > 0),
  created INTEGER NOT NULL, created_by INTEGER REFERENCES principal(id), expires INTEGER NOT NULL,
  used INTEGER, ended INTEGER) STRICT;
CREATE INDEX api_token_principal ON api_token(principal) WHERE ended IS NULL;
CREATE TRIGGER api_token_end_only BEFORE UPDATE ON api_token
  WHEN NEW.uid<>OLD.uid OR NEW.principal<>OLD.principal OR NEW.hash IS NOT OLD.hash OR NEW.scope<>OLD.scope
    OR NEW.expires<>OLD.expires OR (OLD.ended IS NOT NULL AND NEW.ended IS NOT OLD.ended)
  BEGIN SELECT RAISE(ABORT,'guard: a token is ended, never changed'); END;
