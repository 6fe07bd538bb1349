-- Everybody of a tenant that leaves, by pseudonym: profiles are erased by it, since no table has a list of them. Parameter: tenant.
SELECT DISTINCT person
FROM {table}
WHERE tenant = ?
ORDER BY person
