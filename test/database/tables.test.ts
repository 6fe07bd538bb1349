/** What every table of the schema has to have, and docs/02-data/metadata.md's example of a new one, which has it line by line. */
import type pg from 'pg';
import { beforeAll, expect, it } from 'vitest';
import { describeTenants, documented, rows, type Tenants } from './tenants';

/** Tables that are not deleted with their tenant: its requests of erasure outlive it. */
const outliving = ['tenants', 'erasure_requests'];

/** What a table lacks, and what of it; the policies are compared with that of `tenants`. */
const faults = `
  WITH tables AS (SELECT oid, relname, relowner, relrowsecurity, relforcerowsecurity FROM pg_class
    WHERE relnamespace = 'metadata'::regnamespace AND relkind IN ('r', 'p', 'm', 'v', 'f')),
  own AS (SELECT tablename, roles::text, qual, coalesce(with_check, qual) AS checked FROM pg_policies
    WHERE schemaname = 'metadata' AND policyname = 'own_rows' AND cmd = 'ALL' AND permissive = 'PERMISSIVE'),
  faults (relname, fault) AS (
    SELECT relname, 'is owned by ' || pg_get_userbyid(relowner) FROM tables WHERE pg_get_userbyid(relowner) <> 'metadata_owner'
    UNION ALL SELECT relname, 'has no forced row security' FROM tables WHERE NOT (relrowsecurity AND relforcerowsecurity)
    UNION ALL SELECT relname, 'has not the policy of all' FROM tables
      WHERE NOT EXISTS (SELECT FROM own o JOIN own t ON t.tablename = 'tenants'
        AND (o.roles, o.qual, o.checked) = (t.roles, t.qual, t.checked) WHERE o.tablename = relname)
    UNION ALL SELECT relname, 'has statistics of ' || attname FROM tables JOIN pg_attribute ON attrelid = oid
      WHERE attnum > 0 AND NOT attisdropped AND attstattarget IS DISTINCT FROM 0
    UNION ALL SELECT relname, 'has an index that does not begin with the tenant' FROM tables JOIN pg_index ON indrelid = oid
      WHERE pg_get_indexdef(indexrelid, 1, true) <> 'tenant_id'
    UNION ALL SELECT relname, 'has no key' FROM tables
      WHERE NOT EXISTS (SELECT FROM pg_index WHERE indrelid = oid AND indisprimary)
    UNION ALL SELECT relname, 'stays when its tenant goes' FROM tables
      WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = tables.oid AND confrelid = 'metadata.tenants'::regclass AND confdeltype = 'c')
        AND relname <> ALL ('{${outliving.join(',')}}')
    UNION ALL SELECT relname, 'is not shown to its tenant' FROM tables WHERE NOT has_table_privilege('tenant', oid, 'SELECT')
    UNION ALL SELECT relname, 'gives a tenant ' || privilege || ' of the whole table' FROM tables,
      unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS privilege WHERE has_table_privilege('tenant', oid, privilege)
    UNION ALL SELECT relname, 'lets a tenant change tenant_id' FROM tables
      WHERE has_column_privilege('tenant', oid, 'tenant_id', 'UPDATE') AND NOT has_table_privilege('tenant', oid, 'UPDATE'))
  SELECT relname || ' ' || fault AS fault FROM faults ORDER BY 1`;

async function faultsOf(client: pg.Client): Promise<string[]> {
  return ((await rows(client, faults)) as { fault: string }[]).map(({ fault }) => fault);
}

describeTenants('a table', (server) => {
  let tenants: Tenants;
  beforeAll(() => {
    tenants = server();
  });

  const [, example = ''] = documented('Migrations');
  /** What the tables lack after a migration, of which nothing is kept. */
  async function faultsAfter(sql: string): Promise<string[]> {
    await tenants.master.query('BEGIN');
    try {
      await tenants.master.query(sql);
      await tenants.master.query('RESET ROLE');
      return await faultsOf(tenants.master);
    } finally {
      await tenants.master.query('ROLLBACK');
    }
  }

  it('lacks nothing, whichever it is', async () => {
    expect(await faultsOf(tenants.master)).toEqual([]);
  });

  it('lacks nothing by the example of the documents', async () => {
    expect(example).toContain('CREATE TABLE metadata.audiences');
    expect(await faultsAfter(example)).toEqual([]);
  });

  it('belongs to one tenant alone by the example of the documents', async () => {
    await tenants.master.query(`BEGIN; ${example}; COMMIT`);
    for (const tenant of ['acme', 'globex']) {
      await tenants.onboard(tenant);
      const client = await tenants.session(tenant);
      await client.query(`INSERT INTO metadata.audiences (tenant_id, name) VALUES ('${tenant}', 'all')`);
      await client.query("UPDATE metadata.audiences SET name = 'everybody'");
      expect(await rows(client, 'SELECT tenant_id, name FROM metadata.audiences')).toEqual([{ tenant_id: tenant, name: 'everybody' }]);
      await client.end();
    }
    expect(await tenants.offboard('globex')).toBe(true);
    expect(await rows(tenants.superuser, 'SELECT tenant_id FROM metadata.audiences')).toEqual([{ tenant_id: 'acme' }]);
    await tenants.as('metadata_owner', 'DROP TABLE metadata.audiences');
  });

  it.each<readonly [what: string, line: string | RegExp, instead: string, fault: string]>([
    ['its owner', 'SET LOCAL ROLE metadata_owner;', '', 'is owned by master_user'],
    ['its tenant', ' REFERENCES metadata.tenants ON DELETE CASCADE', '', 'stays when its tenant goes'],
    ['the end with its tenant', ' ON DELETE CASCADE', '', 'stays when its tenant goes'],
    ['the tenant in its key', 'KEY (tenant_id, audience_id)', 'KEY (audience_id)', 'has an index that does not begin with the tenant'],
    ['a key', /,\n {2}PRIMARY KEY [^\n]+/, '', 'has no key'],
    ['row security', 'ENABLE ROW LEVEL SECURITY, ', '', 'has no forced row security'],
    ['force over its owner', ', FORCE ROW LEVEL SECURITY', '', 'has no forced row security'],
    ['a policy', /CREATE POLICY [^;]+;/, '', 'has not the policy of all'],
    ['the policy for its owner', 'TO tenant, metadata_owner', 'TO tenant', 'has not the policy of all'],
    ['the collation of keys', ' COLLATE "default"', '', 'has not the policy of all'],
    ['a check of new rows', /WITH CHECK [^;]+;/, 'WITH CHECK (true);', 'has not the policy of all'],
    ['silence of statistics', ', ALTER name SET STATISTICS 0', '', 'has statistics of name'],
    ['a right to read', 'GRANT SELECT, INSERT', 'GRANT INSERT', 'is not shown to its tenant'],
    ['columns in its grant', 'UPDATE (name)', 'UPDATE', 'gives a tenant UPDATE of the whole table'],
    ['a function to delete by', 'GRANT SELECT, INSERT', 'GRANT SELECT, INSERT, DELETE', 'gives a tenant DELETE of the whole table'],
    ['a fixed tenant', 'UPDATE (name)', 'UPDATE (tenant_id, name)', 'lets a tenant change tenant_id'],
  ])('rejects the example without %s', async (_, line, instead, fault) => {
    const changed = example.replace(line, instead);
    expect(changed).not.toBe(example);
    expect(await faultsAfter(changed)).toEqual([`audiences ${fault}`]);
  });

  it('rejects a new column with statistics', async () => {
    expect(await faultsAfter('SET LOCAL ROLE metadata_owner; ALTER TABLE metadata.sources ADD note text')).toEqual([
      'sources has statistics of note',
    ]);
  });
});
