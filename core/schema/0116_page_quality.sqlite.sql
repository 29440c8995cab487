-- What is measured of a scanned page besides its words (records.md R21, R22): the share of an edge that
-- is dark, the page number printed on it, and two hashes by which the same sheet scanned twice is known.
ALTER TABLE page ADD COLUMN dark_edge INTEGER;
ALTER TABLE page ADD COLUMN printed_no INTEGER;
ALTER TABLE page ADD COLUMN image_hash TEXT;
ALTER TABLE page ADD COLUMN text_hash INTEGER;
