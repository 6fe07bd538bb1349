-- Who touched a tenant's data, and sessions of that tenant whatever they touched. Parameters: first day, last day (yyyy/MM/dd), tenant.
{accesses}
SELECT happened_at, region, store, action, kind, role, session, invoked_by, session_tenant, tenant, differs, denied, item, source_ip, error_code, event_id
FROM accesses
WHERE ? IN (tenant, session_tenant)
ORDER BY happened_at, event_id, tenant
