-- All events of a person, for a request of access [REG-1, REG-2]. Parameters: tenant, person (the pseudonym).
SELECT event_id, name, occurred_at, received_at, source, schema_version, properties
FROM {table}
WHERE tenant = ? AND person = ?
ORDER BY occurred_at, event_id
