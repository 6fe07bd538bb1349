-- Deletes all events of a tenant that has left: whole partitions, so no file is rewritten. Parameter: tenant.
DELETE FROM {table}
WHERE tenant = ?
