/** Whatever a tenant sends, it sees and changes its own rows alone: against a real PostgreSQL. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { refusals, sightings } from './attempts';
import { describeTenants, failure, foreignRows, owned, rows, tables, type Tenants } from './tenants';

describeTenants('tenants in PostgreSQL', (server) => {
  let tenants: Tenants;
  let master: pg.Client;
  let acme: pg.Client;

  beforeAll(async () => {
    tenants = server();
    master = tenants.master;
    for (const tenant of ['acme', 'acme-corp', 'globex']) await tenants.onboardWithRows(tenant);
    acme = await tenants.session('acme');
  }, 60_000);
  afterAll(() => acme.end());

  it('see their own rows, in every table', async () => {
    for (const table of tables) {
      expect(await rows(acme, `SELECT tenant_id FROM metadata.${table}`), table).toEqual([{ tenant_id: 'acme' }]);
    }
  });

  it('change and delete their own rows', async () => {
    await acme.query('BEGIN');
    await acme.query("UPDATE metadata.members SET access = 'reader'; UPDATE metadata.sources SET name = 'app', is_enabled = false");
    await acme.query(`UPDATE metadata.event_schemas SET json_schema = '{"a": 1}'; UPDATE metadata.destinations SET kind = 'snowflake'`);
    const deleted = `SELECT metadata.delete_member((SELECT member_id FROM metadata.members)) AS member,
      metadata.delete_source((SELECT source_id FROM metadata.sources)) AS source,
      metadata.delete_event_schema('signed_up', 1) AS schema, metadata.delete_destination((SELECT destination_id FROM metadata.destinations)) AS destination`;
    expect(await rows(acme, deleted)).toEqual([{ member: true, source: true, schema: true, destination: true }]);
    for (const table of ['members', 'sources', 'event_schemas', 'destinations'])
      expect(await rows(acme, `SELECT 1 FROM metadata.${table}`), table).toEqual([]);
    await acme.query('ROLLBACK');
  });

  it('delete no row of another by such a function, whose owner owns the tables', async () => {
    for (const [table, key, argument] of [
      ['members', 'member_id', 'member'],
      ['sources', 'source_id', 'source'],
      ['destinations', 'destination_id', 'destination'],
    ] as const) {
      const [row] = (await rows(tenants.superuser, `SELECT ${key} AS id FROM metadata.${table} WHERE tenant_id = 'globex'`)) as {
        id: string;
      }[];
      expect(row?.id).toBeDefined();
      expect(await rows(acme, `SELECT metadata.delete_${argument}('${String(row?.id)}') AS found`), table).toEqual([{ found: false }]);
    }
    await acme.query("BEGIN; SELECT metadata.delete_event_schema('signed_up', 1); COMMIT");
    expect(await rows(tenants.superuser, 'SELECT tenant_id FROM metadata.event_schemas ORDER BY 1')).toEqual([
      { tenant_id: 'acme-corp' },
      { tenant_id: 'globex' },
    ]);
    await acme.query("INSERT INTO metadata.event_schemas VALUES ('acme', 'signed_up', 1, '{}')");
  });

  it.each(sightings)('see nothing of another by %s', async (_, sql) => {
    type Result = pg.QueryResult<{ tenant_id?: string }>;
    await acme.query('BEGIN');
    const results = await acme.query(sql).then(
      (result) => result as unknown as Result | Result[],
      // Newer than 15: a tenant cannot even become what it is a member of.
      (error: unknown) => (String(error).includes('permission denied to set role "tenant"') ? undefined : Promise.reject(error as Error)),
    );
    await acme.query('ROLLBACK');
    await acme.query('DEALLOCATE ALL');
    if (results === undefined) return;
    const seen = [results].flat().flatMap((result) => result.rows.flatMap(({ tenant_id: tenant }) => tenant ?? []));
    expect(new Set(seen)).toEqual(sql.includes("= 'globex'") && !sql.includes('OR') ? new Set() : new Set(['acme']));
  });

  it.each(refusals)('rejects %s', async (_, sql, message) => {
    expect(await failure(acme, sql)).toMatch(message);
  });

  it('are refused or shown nothing as often as ADR-012 says', () => {
    const record = readFileSync(join(__dirname, '../../docs/01-architecture/decisions/ADR-012-tenants-in-postgresql.md'), 'utf8');
    expect(record.match(/(\d+) attempts/)?.[1]).toBe(String(sightings.length + refusals.length));
  });

  const changes: Record<(typeof owned)[number], string> = {
    members: "access = 'reader'",
    sources: 'is_enabled = false',
    event_schemas: "json_schema = '{}'",
    destinations: 'is_enabled = false',
    erasure_requests: '',
  };
  it.each(owned.filter((table) => changes[table] !== ''))('change no row of another in %s', async (table) => {
    await acme.query('BEGIN');
    const updated = await acme.query(`UPDATE metadata.${table} SET ${changes[table]} WHERE tenant_id <> 'acme'`);
    await acme.query('ROLLBACK');
    expect(updated.rowCount).toBe(0);
  });

  it('have no right to change or delete for a whole table, with which they could lock it', async () => {
    const lockable = `SELECT relname, privilege FROM pg_class, unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS privilege
      WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND relnamespace IN ('metadata'::regnamespace, 'public'::regnamespace)
        AND has_table_privilege('tenant_acme', pg_class.oid, privilege)`;
    expect(await rows(master, lockable)).toEqual([]);
  });

  it('learn nothing from errors: what another has named so can be named so again', async () => {
    await acme.query('BEGIN');
    await acme.query("INSERT INTO metadata.event_schemas VALUES ('acme', 'only_globex_has_it', 1, '{}')");
    await acme.query('ROLLBACK');
    const globex = await tenants.session('globex');
    await globex.query("INSERT INTO metadata.sources (tenant_id, name) VALUES ('globex', 'secret-project')");
    await globex.end();
    await acme.query('BEGIN');
    await acme.query("INSERT INTO metadata.sources (tenant_id, name) VALUES ('acme', 'secret-project')");
    await acme.query('ROLLBACK');
  });

  it('do not see the text of another session', async () => {
    const globex = await tenants.session('globex');
    await globex.query("SELECT 'a secret of globex'");
    const seen = await rows(acme, "SELECT query FROM pg_stat_activity WHERE usename = 'tenant_globex'");
    await globex.end();
    expect(JSON.stringify(seen)).not.toContain('a secret of globex');
  });

  it('are bound even inside a function that runs as the owner of the tables', async () => {
    await tenants.as(
      'metadata_owner',
      `CREATE FUNCTION metadata.careless() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER AS 'SELECT tenant_id FROM metadata.destinations'`,
    );
    await tenants.as('metadata_owner', 'GRANT EXECUTE ON FUNCTION metadata.careless() TO tenant');
    const seen = await rows(acme, 'SELECT metadata.careless() AS tenant_id');
    await tenants.as('metadata_owner', 'DROP FUNCTION metadata.careless()');
    expect(seen).toEqual([{ tenant_id: 'acme' }]);
  });

  it('are the only ones who see such rows: the owner of the tables does not', async () => {
    expect(await tenants.as('metadata_owner', 'SELECT * FROM metadata.destinations')).toEqual([]);
  });

  it('are all published to the services, settings and nothing else', async () => {
    expect(await tenants.as('settings_publisher', 'SELECT tenant_id FROM metadata.tenants')).toHaveLength(3);
    for (const table of ['members', 'erasure_requests']) {
      await expect(tenants.as('settings_publisher', `SELECT * FROM metadata.${table}`)).rejects.toThrow('permission denied');
    }
    await expect(tenants.as('settings_publisher', "UPDATE metadata.sources SET name = 'x'")).rejects.toThrow('permission denied');
  });

  it('are tested in every table that there is', async () => {
    const there = (await rows(master, "SELECT relname FROM pg_class WHERE relnamespace = 'metadata'::regnamespace AND relkind = 'r'")) as {
      relname: string;
    }[];
    expect(there.map(({ relname }) => relname).sort()).toEqual([...tables].sort());
  });

  it('have row security on every table that there is', async () => {
    const unguarded = `SELECT relname FROM pg_class WHERE relnamespace = 'metadata'::regnamespace AND relkind IN ('r', 'p', 'm', 'v', 'f')
      AND NOT (relrowsecurity AND relforcerowsecurity)`;
    expect(await rows(master, unguarded)).toEqual([]);
    const roles = await rows(master, "SELECT rolname FROM pg_roles WHERE rolbypassrls AND rolname <> 'superuser'");
    expect(roles).toEqual([]);
  });

  it.each(tables)('would see more without the policy of %s, and this test would say so', async (table) => {
    await tenants.as('metadata_owner', `ALTER TABLE metadata.${table} DISABLE ROW LEVEL SECURITY`);
    const found = await foreignRows(acme, 'acme');
    await tenants.as('metadata_owner', `ALTER TABLE metadata.${table} ENABLE ROW LEVEL SECURITY`);
    expect(found.map((entry) => entry.split(':')[0])).toContain(table);
    expect(await foreignRows(acme, 'acme')).toEqual([]);
  });

  const name = fc.stringMatching(/^[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,6}){0,3}$/).filter((text) => text.length >= 2 && text.length <= 40);

  it('are apart for any two names, prefixes of one another among them', async () => {
    await fc.assert(
      fc.asyncProperty(name, fc.constantFrom('0', '-0', 'x', '-x'), async (one, suffix) => {
        const both = [one, `${one}${suffix}`].filter((tenant) => !['acme', 'acme-corp', 'globex'].includes(tenant));
        for (const tenant of both) await tenants.onboardWithRows(tenant);
        for (const tenant of both) {
          const client = await tenants.session(tenant);
          expect(await foreignRows(client, tenant)).toEqual([]);
          expect(await rows(client, 'SELECT tenant_id FROM metadata.destinations')).toEqual([{ tenant_id: tenant }]);
          await client.end();
        }
        for (const tenant of both) {
          expect(await tenants.offboard(tenant)).toBe(true);
          await tenants.forget(tenant);
        }
      }),
      { numRuns: 12 },
    );
  });
});
