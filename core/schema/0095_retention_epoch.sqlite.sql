-- What a search knows of retention and holds (search.md D9) is kept by each reader until this number
-- moves; triggers move it, so that no change can forget to.
INSERT INTO counter VALUES('retention', 1);
CREATE INDEX dossier_item_beside ON dossier_item(record, dossier) WHERE home=0;

CREATE TRIGGER retention_epoch_dossier AFTER INSERT ON dossier
  BEGIN UPDATE counter SET value=value+1 WHERE name='retention'; END;
CREATE TRIGGER retention_epoch_dossier_change
  AFTER UPDATE OF governing, rule_version, due_on, state ON dossier
  WHEN NEW.governing IS NOT OLD.governing OR NEW.rule_version IS NOT OLD.rule_version
    OR NEW.due_on IS NOT OLD.due_on OR NEW.state IS NOT OLD.state
  BEGIN UPDATE counter SET value=value+1 WHERE name='retention'; END;
CREATE TRIGGER retention_epoch_node AFTER UPDATE OF access_class, parent ON node
  WHEN NEW.parent IS NOT OLD.parent OR (NEW.kind='dossier' AND NEW.access_class<>OLD.access_class)
  BEGIN UPDATE counter SET value=value+1 WHERE name='retention'; END;
CREATE TRIGGER retention_epoch_hold AFTER INSERT ON hold_item
  BEGIN UPDATE counter SET value=value+1 WHERE name='retention'; END;
CREATE TRIGGER retention_epoch_hold_end AFTER UPDATE OF ended ON hold_item
  BEGIN UPDATE counter SET value=value+1 WHERE name='retention'; END;
CREATE TRIGGER retention_epoch_filed AFTER INSERT ON dossier_item WHEN NEW.home=0
  BEGIN UPDATE counter SET value=value+1 WHERE name='retention'; END;
CREATE TRIGGER retention_epoch_home AFTER UPDATE OF home ON dossier_item WHEN NEW.home<>OLD.home
  BEGIN UPDATE counter SET value=value+1 WHERE name='retention'; END;
CREATE TRIGGER retention_epoch_left AFTER DELETE ON dossier_item WHEN OLD.home=0
  BEGIN UPDATE counter SET value=value+1 WHERE name='retention'; END;
