-- What a person, a role or a session touched. Parameters: first day, last day (yyyy/MM/dd), the end of its ARN behind a slash: session or role.
{accesses}
SELECT happened_at, region, store, action, kind, role, session, invoked_by, session_tenant, tenant, differs, denied, item, source_ip, error_code, event_id
FROM accesses
WHERE ? IN (role, session, identity)
ORDER BY happened_at, event_id, tenant
