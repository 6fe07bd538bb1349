-- How many events of a tenant there are, and of how many persons. Parameter: tenant.
SELECT count(*) AS events, count(DISTINCT person) AS persons
FROM {table}
WHERE tenant = ?
