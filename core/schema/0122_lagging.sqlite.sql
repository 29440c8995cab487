-- Every search asks which records the index shows under an old access class (record_lagging): from the few
-- rows that there are, where the planner walked over all records.
CREATE INDEX record_lagging ON record(id, access_class, old_access_class, quarantine)
  WHERE old_access_class IS NOT NULL;
