-- How many events of a person there are, by day. Parameters: tenant, person (the pseudonym).
SELECT date(received_at) AS received_on, count(*) AS events
FROM {table}
WHERE tenant = ? AND person = ?
GROUP BY date(received_at)
ORDER BY received_on
