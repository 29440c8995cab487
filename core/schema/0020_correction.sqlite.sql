-- Where the derived files of a component's pages stand (D6): page n is entry n + derived_before of
-- the files named by derived (NULL: the component's own uid), so that ranges of one arrived file
-- share what was read.
ALTER TABLE component ADD COLUMN derived TEXT;
ALTER TABLE component ADD COLUMN derived_before INTEGER NOT NULL DEFAULT 0;
-- Quarter turns made by hand, clockwise degrees on top of what the reader found.
ALTER TABLE page ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;
-- D5: a text rendition is of one page as it was read: entry no of the derived files.  The newest of
-- a page is what is shown; it follows the page when a stack is divided.
CREATE TABLE correction(
  id INTEGER PRIMARY KEY, derived TEXT NOT NULL, no INTEGER NOT NULL CHECK(no>=1),
  version INTEGER NOT NULL CHECK(version>=1),
  rendition INTEGER NOT NULL UNIQUE REFERENCES rendition(id), UNIQUE(derived, no, version)) STRICT;
CREATE INDEX component_derived ON component(derived) WHERE derived IS NOT NULL;
