-- Deletes all events of a person [REG-1, CMP-1]. Parameters: tenant, person (the pseudonym).
-- The rows are gone from queries at once, and from storage when snapshots and files have expired: docs/02-data/lake.md.
DELETE FROM {table}
WHERE tenant = ? AND person = ?
