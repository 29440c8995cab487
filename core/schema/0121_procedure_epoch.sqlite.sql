-- A search knows under which procedure the cases of a dossier were received: with what it keeps of
-- retention and holds (0095).
CREATE TRIGGER retention_epoch_case AFTER INSERT ON one_stop
  BEGIN UPDATE counter SET value=value+1 WHERE name='retention'; END;
CREATE TRIGGER retention_epoch_procedure AFTER UPDATE OF title ON ctl_doc WHEN NEW.title<>OLD.title
  BEGIN UPDATE counter SET value=value+1 WHERE name='retention'; END;

ALTER TABLE saved_search ADD COLUMN retention TEXT;
ALTER TABLE saved_search ADD COLUMN due TEXT;
ALTER TABLE saved_search ADD COLUMN held TEXT;
ALTER TABLE saved_search ADD COLUMN procedure TEXT;
