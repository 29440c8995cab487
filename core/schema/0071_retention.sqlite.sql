-- Retention (records.md 33-40): dated versions of rules, overrides, facts that start the clock.
ALTER TABLE rule_version ADD COLUMN created INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rule_version ADD COLUMN created_by INTEGER REFERENCES principal(id);
-- The rule that governs a dossier, its own or the nearest above; kept by core/retention.c.
ALTER TABLE dossier ADD COLUMN governing TEXT REFERENCES rule(code);
CREATE INDEX dossier_governing ON dossier(governing, node);
CREATE INDEX dossier_due ON dossier(due_on, node) WHERE due_on IS NOT NULL;
CREATE INDEX dossier_state ON dossier(state, node);
CREATE INDEX node_parent ON node(parent, id);
UPDATE dossier SET started=(SELECT date(n.created/1000000+25200, 'unixepoch') FROM node n
  WHERE n.id=dossier.node) WHERE started IS NULL;
UPDATE dossier SET governing=(WITH RECURSIVE up(id, parent, rule) AS (
    SELECT n.id, n.parent, n.rule FROM node n WHERE n.id=dossier.node
    UNION ALL SELECT n.id, n.parent, n.rule FROM node n JOIN up u ON n.id=u.parent WHERE u.rule IS NULL)
  SELECT rule FROM up WHERE rule IS NOT NULL);

CREATE TABLE retention_override(
  id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, dossier INTEGER NOT NULL REFERENCES dossier(node),
  rule TEXT REFERENCES rule(code), -- NULL: back to the rule of the class
  reason TEXT NOT NULL CHECK(length(reason) > 0), shortens INTEGER NOT NULL CHECK(shortens IN(0,1)),
  asked INTEGER NOT NULL, asked_by INTEGER REFERENCES principal(id),
  state TEXT NOT NULL CHECK(state IN('pending','in_force','refused','replaced')),
  decided INTEGER, decided_by INTEGER REFERENCES principal(id), decide_reason TEXT,
  -- records.md 34: who shortens needs a second person
  CHECK(shortens=0 OR state NOT IN('in_force','replaced')
    OR (asked_by IS NOT NULL AND decided_by IS NOT NULL AND decided_by<>asked_by))) STRICT;
CREATE UNIQUE INDEX retention_override_pending ON retention_override(dossier) WHERE state='pending';
CREATE UNIQUE INDEX retention_override_live ON retention_override(dossier) WHERE state='in_force';
CREATE INDEX retention_override_dossier ON retention_override(dossier, id);
CREATE INDEX retention_override_state ON retention_override(state, id);

CREATE TABLE trigger_fact(
  id INTEGER PRIMARY KEY, dossier INTEGER NOT NULL REFERENCES dossier(node),
  name TEXT NOT NULL CHECK(length(name) > 0), happened TEXT NOT NULL CHECK(length(happened)=10),
  noted INTEGER NOT NULL, noted_by INTEGER REFERENCES principal(id),
  ended INTEGER, ended_by INTEGER REFERENCES principal(id)) STRICT;
CREATE UNIQUE INDEX trigger_fact_live ON trigger_fact(dossier, name) WHERE ended IS NULL;

CREATE TRIGGER rule_version_no_delete BEFORE DELETE ON rule_version
  BEGIN SELECT RAISE(ABORT,'guard: versions of a rule are ended, never deleted'); END;
CREATE TRIGGER rule_version_end_only BEFORE UPDATE ON rule_version
  WHEN OLD.valid_to IS NOT NULL OR NEW.valid_to IS NULL OR NEW.code<>OLD.code
    OR NEW.title<>OLD.title OR NEW.years IS NOT OLD.years OR NEW.trig<>OLD.trig
    OR NEW.trig_name IS NOT OLD.trig_name OR NEW.count_from<>OLD.count_from
    OR NEW.action<>OLD.action OR NEW.authority<>OLD.authority OR NEW.valid_from<>OLD.valid_from
  BEGIN SELECT RAISE(ABORT,'guard: a version of a rule is only ever ended'); END;
CREATE TRIGGER rule_version_apart BEFORE INSERT ON rule_version
  WHEN NEW.valid_to<=NEW.valid_from OR EXISTS(SELECT 1 FROM rule_version v WHERE v.code=NEW.code
      AND (v.valid_to IS NULL OR v.valid_to>NEW.valid_from)
      AND (NEW.valid_to IS NULL OR NEW.valid_to>v.valid_from))
  BEGIN SELECT RAISE(ABORT,'guard: one version of a rule on a day'); END;
-- A dossier's own rule after its first day is an override with a reason.
CREATE TRIGGER dossier_rule_override BEFORE UPDATE OF rule ON node
  WHEN OLD.kind='dossier' AND NEW.rule IS NOT OLD.rule AND NOT EXISTS(
    SELECT 1 FROM retention_override o WHERE o.dossier=OLD.id AND o.state='in_force' AND o.rule IS NEW.rule)
  BEGIN SELECT RAISE(ABORT,'guard: a dossier changes its rule by an override'); END;
CREATE TRIGGER trigger_fact_no_delete BEFORE DELETE ON trigger_fact
  BEGIN SELECT RAISE(ABORT,'guard: facts are ended, never deleted'); END;
CREATE TRIGGER retention_override_no_delete BEFORE DELETE ON retention_override
  BEGIN SELECT RAISE(ABORT,'guard: overrides are kept'); END;
