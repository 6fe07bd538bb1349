-- Accesses to tenants' data by anything but a session of that tenant, one row for each identity, store, action and reason. Parameters: first day, last day (yyyy/MM/dd).
{accesses}
SELECT reason, kind, identity, invoked_by, store, action, tenant, count(*) AS accesses, min(happened_at) AS first_at, max(happened_at) AS last_at, min(event_id) AS example
FROM (
  SELECT
    *,
    CASE
      WHEN differs THEN 'names another tenant'
      WHEN denied THEN 'denied'
      WHEN kind IN ('person', 'person for a tenant', 'operator') THEN 'by a person'
      WHEN kind = 'administrator' THEN 'by an administrator'
      WHEN kind = 'other' THEN 'by nobody of ours'
      ELSE 'outside of a tenant session'
    END AS reason
  FROM accesses
  WHERE differs OR denied OR NOT (kind = 'tenant session' OR (kind = 'role' AND expected_role) OR (kind = 'AWS service' AND expected_service))
) AS found
GROUP BY reason, kind, identity, invoked_by, store, action, tenant
ORDER BY reason, accesses DESC, identity, store, action, tenant
