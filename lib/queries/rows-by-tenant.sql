-- Rows and bytes of properties, by tenant and day of the last month. No parameter.
SELECT tenant, date(received_at) AS received_on, count(*) AS events, sum(length(properties)) AS property_characters
FROM {table}
WHERE received_at > current_timestamp - INTERVAL '30' DAY
GROUP BY tenant, date(received_at)
ORDER BY received_on, tenant
