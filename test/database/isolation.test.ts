/** Whatever a tenant sends, it sees and changes its own rows alone: against a real PostgreSQL. */
import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../database/migrate.mjs';
import { MASTER, missingPostgres, startPostgres, type Server } from '../support/postgres';

const owned = ['members', 'sources', 'event_schemas', 'destinations', 'erasure_requests'] as const;
const tables = ['tenants', ...owned] as const;

/** One row of each kind, for a tenant. */
const seed = (tenant: string): string => `
  INSERT INTO metadata.members (tenant_id, subject, access) VALUES ('${tenant}', 'idp|1', 'owner');
  INSERT INTO metadata.sources (tenant_id, name) VALUES ('${tenant}', 'web');
  INSERT INTO metadata.event_schemas VALUES ('${tenant}', 'signed_up', 1, '{}');
  INSERT INTO metadata.destinations (tenant_id, kind, settings) VALUES ('${tenant}', 'webhook', '{"secret": "of ${tenant}"}');
  INSERT INTO metadata.erasure_requests (tenant_id, kind, person) VALUES ('${tenant}', 'erasure', 'AbCdEfGhIjKlMnOpQrSt');
`;

let server: Server;
let master: pg.Client;
let acme: pg.Client;

const rows = async (client: pg.Client, sql: string): Promise<unknown[]> => (await client.query<Record<string, unknown>>(sql)).rows;
const failure = async (client: pg.Client, sql: string): Promise<string> => {
  try {
    await client.query(sql);
    return 'none';
  } catch (error) {
    await client.query('ROLLBACK');
    return error instanceof Error ? error.message : String(error);
  }
};

/** Rows of another tenant that a session gets by a query of its own: none, if all is well. */
async function foreignRows(client: pg.Client, own: string): Promise<string[]> {
  const found: string[] = [];
  for (const table of tables) {
    const seen = (await rows(client, `SELECT tenant_id FROM metadata.${table}`)) as { tenant_id: string }[];
    found.push(...seen.filter(({ tenant_id }) => tenant_id !== own).map(({ tenant_id }) => `${table}: ${tenant_id}`));
  }
  return found;
}

async function onboard(tenant: string): Promise<void> {
  await master.query('SET ROLE tenant_registrar');
  await master.query('SELECT metadata.onboard_tenant($1, $2)', [tenant, tenant]);
  await master.query('RESET ROLE');
}

async function onboardWithRows(tenant: string): Promise<void> {
  await onboard(tenant);
  const client = await server.connect(`tenant_${tenant}`);
  await client.query(seed(tenant));
  await client.end();
}

if (missingPostgres !== undefined && process.env['CI'] === 'true') {
  it('needs a PostgreSQL in CI', () => expect.fail(missingPostgres));
}

describe.skipIf(missingPostgres !== undefined)(
  `tenants in PostgreSQL${missingPostgres === undefined ? '' : ` (skipped: ${missingPostgres})`}`,
  () => {
    beforeAll(async () => {
      server = await startPostgres();
      await server.createDatabase('metadata');
      await migrate(server.configOf(MASTER));
      master = await server.connect(MASTER);
      for (const tenant of ['acme', 'acme-corp', 'globex']) await onboardWithRows(tenant);
      acme = await server.connect('tenant_acme');
    }, 60_000);

    afterAll(async () => {
      await acme.end();
      await master.end();
      await server.stop();
    });

    it('see their own rows, in every table', async () => {
      for (const table of tables) {
        expect(await rows(acme, `SELECT tenant_id FROM metadata.${table}`), table).toEqual([{ tenant_id: 'acme' }]);
      }
    });

    it.each([
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
    ])('see nothing of another by %s', async (_, sql) => {
      await acme.query('BEGIN');
      const results = (await acme.query(sql)) as unknown as
        pg.QueryResult<{ tenant_id?: string }> | pg.QueryResult<{ tenant_id?: string }>[];
      await acme.query('ROLLBACK');
      await acme.query('DEALLOCATE ALL');
      const seen = [results].flat().flatMap((result) => result.rows.flatMap(({ tenant_id: tenant }) => tenant ?? []));
      expect(new Set(seen)).toEqual(sql.includes("= 'globex'") && !sql.includes('OR') ? new Set() : new Set(['acme']));
    });

    it.each([
      ['to become another tenant', 'SET ROLE "tenant_globex"', 'permission denied to set role "tenant_globex"'],
      ['to become the owner', 'SET ROLE metadata_owner', 'permission denied to set role "metadata_owner"'],
      [
        'to become the registrar',
        "SELECT set_config('role', 'tenant_registrar', false)",
        'permission denied to set role "tenant_registrar"',
      ],
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
      [
        'to give a row away',
        "UPDATE metadata.destinations SET tenant_id = 'globex'",
        'new row violates row-level security policy for table "destinations"',
      ],
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
      ['a right for another', 'GRANT tenant TO "tenant_globex"', 'must have admin option on role "tenant"'],
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
    ])('rejects %s', async (_, sql, message) => {
      expect(await failure(acme, sql)).toContain(message);
    });

    it.each(owned)('change no row of another in %s', async (table) => {
      await acme.query('BEGIN');
      const updated = await acme.query(`UPDATE metadata.${table} SET tenant_id = tenant_id WHERE tenant_id <> 'acme'`);
      const deleted = await acme.query(`DELETE FROM metadata.${table} WHERE tenant_id <> 'acme' RETURNING *`);
      await acme.query('ROLLBACK');
      expect([updated.rowCount, deleted.rowCount]).toEqual([0, 0]);
    });

    it('learn nothing from errors: what another has named so can be named so again', async () => {
      await acme.query('BEGIN');
      await acme.query("INSERT INTO metadata.event_schemas VALUES ('acme', 'only_globex_has_it', 1, '{}')");
      await acme.query('ROLLBACK');
      const globex = await server.connect('tenant_globex');
      await globex.query("INSERT INTO metadata.sources (tenant_id, name) VALUES ('globex', 'secret-project')");
      await globex.end();
      await acme.query('BEGIN');
      await acme.query("INSERT INTO metadata.sources (tenant_id, name) VALUES ('acme', 'secret-project')");
      await acme.query('ROLLBACK');
    });

    it('learn nothing from statistics', async () => {
      await master.query('ANALYZE');
      expect(await rows(acme, "SELECT most_common_vals FROM pg_stats WHERE schemaname = 'metadata'")).toEqual([]);
    });

    it('do not see the text of another session', async () => {
      const globex = await server.connect('tenant_globex');
      await globex.query("SELECT 'a secret of globex'");
      const seen = await rows(acme, "SELECT query FROM pg_stat_activity WHERE usename = 'tenant_globex'");
      await globex.end();
      expect(JSON.stringify(seen)).not.toContain('a secret of globex');
    });

    it('are bound even inside a function that runs as the owner of the tables', async () => {
      await master.query('GRANT tenant TO metadata_owner; ALTER ROLE metadata_owner INHERIT; SET ROLE metadata_owner');
      await master.query(
        `CREATE FUNCTION metadata.careless() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER AS 'SELECT tenant_id FROM metadata.destinations'`,
      );
      await master.query('GRANT EXECUTE ON FUNCTION metadata.careless() TO tenant');
      await master.query('RESET ROLE');
      const seen = await rows(acme, 'SELECT metadata.careless() AS tenant_id');
      await master.query(
        'SET ROLE metadata_owner; DROP FUNCTION metadata.careless(); RESET ROLE; ALTER ROLE metadata_owner NOINHERIT; REVOKE tenant FROM metadata_owner',
      );
      expect(seen).toEqual([{ tenant_id: 'acme' }]);
    });

    it('are the only ones who see such rows: the owner of the tables does not', async () => {
      await master.query('SET ROLE metadata_owner');
      expect(await rows(master, 'SELECT * FROM metadata.destinations')).toEqual([]);
      await master.query('RESET ROLE');
    });

    it('are all published to the services, settings and nothing else', async () => {
      await master.query('SET ROLE settings_publisher');
      expect(await rows(master, 'SELECT tenant_id FROM metadata.tenants ORDER BY 1')).toHaveLength(3);
      for (const table of ['members', 'erasure_requests']) {
        expect(await failure(master, `SELECT * FROM metadata.${table}`)).toContain('permission denied');
        await master.query('SET ROLE settings_publisher');
      }
      expect(await failure(master, "UPDATE metadata.sources SET name = 'x'")).toContain('permission denied');
      await master.query('RESET ROLE');
    });

    it('have row security on every table that there is', async () => {
      const unguarded = `SELECT relname FROM pg_class WHERE relnamespace = 'metadata'::regnamespace AND relkind IN ('r', 'p', 'm', 'v', 'f')
      AND NOT (relrowsecurity AND relforcerowsecurity)`;
      expect(await rows(master, unguarded)).toEqual([]);
      const roles = await rows(master, "SELECT rolname FROM pg_roles WHERE rolbypassrls AND rolname <> 'superuser'");
      expect(roles).toEqual([]);
    });

    it.each(tables)('would see more without the policy of %s, and this test would say so', async (table) => {
      await master.query('SET ROLE metadata_owner');
      await master.query(`ALTER TABLE metadata.${table} DISABLE ROW LEVEL SECURITY`);
      const found = await foreignRows(acme, 'acme');
      await master.query(`ALTER TABLE metadata.${table} ENABLE ROW LEVEL SECURITY`);
      await master.query('RESET ROLE');
      expect(found.map((entry) => entry.split(':')[0])).toContain(table);
      expect(await foreignRows(acme, 'acme')).toEqual([]);
    });

    const name = fc.stringMatching(/^[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,6}){0,3}$/).filter((text) => text.length >= 2 && text.length <= 40);

    it('are apart for any two names, prefixes of one another among them', async () => {
      await fc.assert(
        fc.asyncProperty(name, fc.constantFrom('0', '-0', 'x', '-x'), async (one, suffix) => {
          const tenants = [one, `${one}${suffix}`].filter((tenant) => !['acme', 'acme-corp', 'globex'].includes(tenant));
          for (const tenant of tenants) await onboardWithRows(tenant);
          for (const tenant of tenants) {
            const client = await server.connect(`tenant_${tenant}`);
            expect(await foreignRows(client, tenant)).toEqual([]);
            expect(await rows(client, 'SELECT tenant_id FROM metadata.destinations')).toEqual([{ tenant_id: tenant }]);
            await client.end();
          }
          for (const tenant of tenants)
            await master.query(`SET ROLE tenant_registrar; SELECT metadata.offboard_tenant('${tenant}'); RESET ROLE`);
        }),
        { numRuns: 12 },
      );
    });

    it.each([
      '',
      'a',
      'A',
      'Acme',
      'a_b',
      'a--b',
      '-a',
      'a-',
      'a*',
      'a?b',
      'a/b',
      'a#b',
      'a b',
      'a"b',
      "a'b",
      'é',
      'ａcme',
      'a\u0000b',
      'x'.repeat(41),
      '$' + '{aws:PrincipalTag/tenant}',
    ])("rejects the tenant '%s', and makes no role", async (tenant) => {
      const before = await rows(master, 'SELECT count(*) FROM pg_roles');
      await expect(onboard(tenant)).rejects.toThrow();
      await master.query('ROLLBACK; RESET ROLE');
      expect(await rows(master, 'SELECT count(*) FROM pg_roles')).toEqual(before);
    });

    it('leave no row and no role behind', async () => {
      await onboardWithRows('leaving');
      await master.query("SET ROLE tenant_registrar; SELECT metadata.offboard_tenant('leaving'); RESET ROLE");
      expect(await rows(master, "SELECT rolname FROM pg_roles WHERE rolname = 'tenant_leaving'")).toEqual([]);
      const superuser = await server.connect('superuser');
      for (const table of tables)
        expect(await rows(superuser, `SELECT 1 FROM metadata.${table} WHERE tenant_id = 'leaving'`), table).toEqual([]);
      await superuser.end();
      await expect(server.connect('tenant_leaving')).rejects.toThrow('does not exist');
    });

    it('cannot wait longer than a request for erasure may [CMP-1]', async () => {
      await acme.query('BEGIN');
      expect(
        await failure(
          acme,
          "INSERT INTO metadata.erasure_requests (tenant_id, kind, person, due_at) VALUES ('acme', 'erasure', 'AbCdEfGhIjKlMnOpQrSt', now() + interval '31 days')",
        ),
      ).toContain('violates check constraint');
    });
  },
);
