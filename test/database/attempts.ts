/** What a tenant may try, as tenant_acme, beside globex: their number is in ADR-012. */

/** A pseudonym. */
export const PERSON = 'AbCdEfGhIjKlMnOpQrSt';

/** By what, and the query: it may run, and shows no row of another. */
export const sightings: readonly (readonly [by: string, sql: string])[] = [
  ['a join', 'SELECT d.tenant_id FROM metadata.sources s FULL JOIN metadata.destinations d ON true'],
  ['a condition on another tenant', "SELECT tenant_id FROM metadata.destinations WHERE tenant_id = 'globex'"],
  ['a condition that is always true', "SELECT tenant_id FROM metadata.sources WHERE true OR tenant_id = 'globex'"],
  ['a union', 'SELECT tenant_id FROM metadata.sources UNION ALL SELECT tenant_id FROM metadata.members'],
  ['a common table expression', 'WITH all_rows AS MATERIALIZED (SELECT * FROM metadata.destinations) SELECT tenant_id FROM all_rows'],
  ['a lateral subquery', 'SELECT x.tenant_id FROM metadata.tenants t, LATERAL (SELECT * FROM metadata.sources) x'],
  ['a lock', 'SELECT tenant_id FROM metadata.destinations FOR UPDATE'],
  ['an aggregate', 'SELECT DISTINCT unnest(array_agg(tenant_id)) AS tenant_id FROM metadata.destinations'],
  ['another role: SET ROLE tenant', 'SET LOCAL ROLE tenant; SELECT tenant_id FROM metadata.destinations'],
  ['SET ROLE none', 'SET LOCAL ROLE none; SELECT tenant_id FROM metadata.destinations'],
  ['a setting', "SELECT set_config('app.tenant', 'globex', true); SELECT tenant_id FROM metadata.destinations"],
  ['the setting of the role', "SELECT set_config('role', 'tenant', true); SELECT tenant_id FROM metadata.destinations"],
  ['row security switched off', 'SET LOCAL row_security = on; SELECT tenant_id FROM metadata.destinations'],
  ['a search path of its own', 'SET LOCAL search_path = pg_temp, metadata; SELECT tenant_id FROM destinations'],
  ['a prepared statement', 'PREPARE p AS SELECT tenant_id FROM metadata.destinations; EXECUTE p'],
  ['a cursor', 'DECLARE c CURSOR FOR SELECT tenant_id FROM metadata.destinations; FETCH ALL FROM c'],
  [
    'a function that runs text',
    "SELECT unnest(xpath('//tenant_id/text()', query_to_xml('SELECT tenant_id FROM metadata.destinations', true, false, '')))::text AS tenant_id",
  ],
];

/** What, the statement, and the error that it ends with. */
export const refusals: readonly (readonly [what: string, sql: string, message: string | RegExp])[] = [
  ['to become another tenant', 'SET ROLE "tenant_globex"', 'permission denied to set role "tenant_globex"'],
  ['to become the owner', 'SET ROLE metadata_owner', 'permission denied to set role "metadata_owner"'],
  ['to become the registrar', "SELECT set_config('role', 'registrar', false)", 'permission denied to set role "registrar"'],
  ['another session', 'SET SESSION AUTHORIZATION "tenant_globex"', 'permission denied to set session authorization'],
  [
    'to go without row security',
    'SET row_security = off; SELECT * FROM metadata.sources',
    'query would be affected by row-level security policy for table "sources"',
  ],
  [
    'a row in another name',
    "INSERT INTO metadata.sources (tenant_id, name) VALUES ('globex', 'web2')",
    'new row violates row-level security policy for table "sources"',
  ],
  [
    'a row in the name of nobody',
    "INSERT INTO metadata.sources (tenant_id, name) VALUES ('nobody', 'web')",
    'new row violates row-level security policy for table "sources"',
  ],
  ['to give a row away', "UPDATE metadata.destinations SET tenant_id = 'globex'", 'permission denied for table destinations'],
  [
    'to take a row by conflict',
    "INSERT INTO metadata.sources (tenant_id, name) VALUES ('globex', 'web') ON CONFLICT (tenant_id, name) DO UPDATE SET is_enabled = false",
    'new row violates row-level security policy for table "sources"',
  ],
  ['a tenant', "INSERT INTO metadata.tenants VALUES ('initech', 'x')", 'permission denied for table tenants'],
  ['another tier', "UPDATE metadata.tenants SET tier = 'enterprise'", 'permission denied for table tenants'],
  ['all rows away', 'TRUNCATE metadata.sources', 'permission denied for table sources'],
  ['a table', 'CREATE TABLE metadata.copy AS SELECT * FROM metadata.sources', 'permission denied for schema metadata'],
  ['a table in public', 'CREATE TABLE public.copy (a int)', 'permission denied for schema public'],
  [
    'a temporary table, to shadow ours',
    'CREATE TEMP TABLE sources (a int)',
    'permission denied to create temporary tables in database "metadata"',
  ],
  ['a function', "CREATE FUNCTION metadata.leak() RETURNS int LANGUAGE sql AS 'SELECT 1'", 'permission denied for schema metadata'],
  [
    'a function of its session alone',
    "CREATE FUNCTION pg_temp.leak(text) RETURNS bool LANGUAGE sql AS 'SELECT true'",
    'permission denied to create temporary tables in database "metadata"',
  ],
  [
    'an operator',
    'CREATE OPERATOR metadata.=== (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq)',
    'permission denied for schema metadata',
  ],
  ['a schema', 'CREATE SCHEMA mine', 'permission denied for database metadata'],
  ['a role', 'CREATE ROLE another', 'permission denied to create role'],
  [
    'a right for another',
    'GRANT tenant TO "tenant_globex"',
    /must have admin option on role "tenant"|permission denied to grant role "tenant"/,
  ],
  ['the policy gone', 'DROP POLICY own_rows ON metadata.sources', 'must be owner of relation sources'],
  ['row security gone', 'ALTER TABLE metadata.sources DISABLE ROW LEVEL SECURITY', 'must be owner of table sources'],
  ['a tenant onboarded', "SELECT metadata.onboard_tenant('evil', 'x')", 'permission denied for function onboard_tenant'],
  ['a tenant removed', "SELECT metadata.offboard_tenant('globex')", 'permission denied for function offboard_tenant'],
  ['a file of the server', "SELECT pg_read_file('/etc/passwd')", 'permission denied for function pg_read_file'],
  ['a file by COPY', "COPY metadata.sources TO '/tmp/x'", 'to COPY to a file'],
  ['a program', "COPY metadata.sources TO PROGRAM 'cat'", 'to COPY to or from an external program'],
  ['a file as a large object', "SELECT lo_import('/etc/passwd')", 'permission denied for function lo_import'],
  ['an extension', 'CREATE EXTENSION dblink', 'permission denied to create extension "dblink"'],
  ['the setting of all sessions', "ALTER SYSTEM SET log_statement = 'none'", 'permission denied to set parameter "log_statement"'],
  ['the setting of the database', "ALTER DATABASE metadata SET row_security = 'off'", 'must be owner of database metadata'],
  ['the other tenant out', 'ALTER ROLE "tenant_globex" NOLOGIN', 'permission denied'],
  ['to become who fulfils requests', 'SET ROLE erasure_operator', 'permission denied to set role "erasure_operator"'],
  ['a row deleted but by its function', 'DELETE FROM metadata.sources', 'permission denied for table sources'],
  ['a table locked', 'BEGIN; LOCK TABLE metadata.sources IN ACCESS EXCLUSIVE MODE', 'permission denied for table sources'],
  ['a table locked against writers', 'BEGIN; LOCK TABLE metadata.members IN SHARE MODE', 'permission denied for table members'],
  ['tenants locked', 'BEGIN; LOCK TABLE metadata.tenants IN EXCLUSIVE MODE', 'permission denied for table tenants'],
  ['migrations locked', 'BEGIN; LOCK TABLE public.schema_version IN SHARE MODE', 'permission denied for schema public'],
  ['statistics of all tenants', 'ALTER TABLE metadata.members ALTER subject SET STATISTICS 100', 'must be owner of table members'],
  ['more connections', 'ALTER ROLE "tenant_acme" CONNECTION LIMIT 1000', 'permission denied'],
  ['a tenant suspended', "SELECT metadata.suspend_tenant('globex')", 'permission denied for function suspend_tenant'],
  [
    'rights on what others make',
    'ALTER DEFAULT PRIVILEGES FOR ROLE metadata_owner GRANT SELECT ON TABLES TO PUBLIC',
    /must be member of role "metadata_owner"|permission denied to change default privileges/,
  ],
  ['a request withdrawn', 'DELETE FROM metadata.erasure_requests', 'permission denied for table erasure_requests'],
  [
    'evidence of its own',
    "UPDATE metadata.erasure_requests SET completed_at = requested_at, evidence = '{}'",
    'permission denied for table erasure_requests',
  ],
  [
    'evidence from the start',
    `INSERT INTO metadata.erasure_requests (tenant_id, kind, person, completed_at, evidence) VALUES ('acme', 'erasure', '${PERSON}', now(), '{}')`,
    'permission denied for table erasure_requests',
  ],
  [
    'a request of later',
    `INSERT INTO metadata.erasure_requests (tenant_id, kind, person, requested_at) VALUES ('acme', 'erasure', '${PERSON}', now() + interval '5 years')`,
    'permission denied for table erasure_requests',
  ],
  [
    'a deadline of its own [CMP-1]',
    `INSERT INTO metadata.erasure_requests (tenant_id, kind, person, due_at) VALUES ('acme', 'erasure', '${PERSON}', now())`,
    'cannot insert a non-DEFAULT value into column "due_at"',
  ],
  [
    'the erasure of everybody that it has',
    "INSERT INTO metadata.erasure_requests (tenant_id, kind) VALUES ('acme', 'erasure')",
    'new row violates row-level security policy "of_one_person" for table "erasure_requests"',
  ],
  [
    'a request changed by conflict',
    `INSERT INTO metadata.erasure_requests (tenant_id, kind, person) VALUES ('acme', 'erasure', '${PERSON}')
          ON CONFLICT (tenant_id, request_id) DO UPDATE SET person = excluded.person`,
    'permission denied for table erasure_requests',
  ],
];
