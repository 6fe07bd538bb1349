/** EXPLAIN tells how many rows a policy has removed, and what the planner knows of values: of no other tenant. */
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeTenants, rows, tables, type Tenants } from './tenants';

type Plan = Readonly<Record<string, unknown>> & { readonly Plans?: readonly Plan[] };

async function plan(client: pg.Client, sql: string, options = 'ANALYZE, TIMING OFF, SUMMARY OFF'): Promise<Plan> {
  const [row] = (await rows(client, `EXPLAIN (${options}, FORMAT JSON) ${sql}`)) as { 'QUERY PLAN': { Plan: Plan }[] }[];
  const found = row?.['QUERY PLAN'][0]?.Plan;
  if (found === undefined) throw new Error(`no plan of ${sql}`);
  return found;
}

const nodes = (top: Plan): readonly Plan[] => [top, ...(top.Plans ?? []).flatMap(nodes)];
/** All that a plan tells by numbers: rows, those removed, loops, estimates, costs. */
const numbers = (top: Plan): string =>
  nodes(top)
    .map((node) => Object.entries(node).flatMap(([key, value]) => (typeof value === 'number' ? `${key}: ${value}` : [])))
    .join('\n');

/** What the planner can be kept from, by the session itself. */
const plannings: readonly (readonly string[])[] = [
  [],
  ['enable_seqscan'],
  ['enable_seqscan', 'enable_bitmapscan'],
  ['enable_seqscan', 'enable_indexscan', 'enable_indexonlyscan'],
  ['enable_indexscan', 'enable_indexonlyscan', 'enable_bitmapscan'],
];
async function forbid(client: pg.Client, methods: readonly string[]): Promise<void> {
  await client.query('RESET ALL');
  for (const method of methods) await client.query(`SET ${method} = off`);
}

/** Ways to ask for rows of globex that meet a condition. */
const questions: Readonly<Record<string, (table: string, condition: string) => string>> = {
  'its name': (table, condition) => `SELECT FROM metadata.${table} m WHERE tenant_id = 'globex' AND ${condition}`,
  'the condition alone': (table, condition) => `SELECT FROM metadata.${table} m WHERE ${condition}`,
  IN: (table, condition) => `SELECT FROM metadata.${table} m WHERE tenant_id IN ('globex', 'nobody') AND ${condition}`,
  'a join of VALUES': (table, condition) =>
    `SELECT FROM (VALUES ('globex'), ('nobody')) v (t) JOIN metadata.${table} m ON m.tenant_id = v.t AND ${condition}`,
  'a join by order': (table, condition) =>
    `SELECT FROM (VALUES ('glob')) v (t) JOIN metadata.${table} m ON m.tenant_id > v.t AND ${condition}`,
  OR: (table, condition) =>
    `SELECT FROM metadata.${table} m WHERE (tenant_id = 'globex' AND ${condition}) OR (tenant_id = 'nobody' AND ${condition})`,
  'a range of names': (table, condition) =>
    `SELECT FROM metadata.${table} m WHERE tenant_id > 'glob' AND tenant_id < 'gloc' AND ${condition}`,
  'a place in the table': (table, condition) =>
    `SELECT FROM metadata.${table} m WHERE ctid >= '(0,0)' AND tenant_id = 'globex' AND ${condition}`,
  'a lateral subquery': (table, condition) =>
    `SELECT FROM metadata.tenants, LATERAL (SELECT FROM metadata.${table} m WHERE m.tenant_id = 'globex' AND ${condition}) x`,
};

/** Of globex's rows, the first condition is true and the second is not; of acme's, neither. */
const guesses: readonly (readonly [table: string, isTrue: string, isFalse: string])[] = [
  ['members', "m.subject >= 'idp|7' AND m.subject < 'idp|8'", "m.subject >= 'idp|s' AND m.subject < 'idp|t'"],
  ['members', "m.member_id >= '70000000-0000-0000-0000-000000000000'", "m.member_id > 'ffffffff-ffff-ffff-ffff-fffffffffffe'"],
  ['members', "m.access = 'reader'", "m.access = 'editor'"],
  ['sources', "m.name = 'Project Nightfall'", "m.name = 'Project Nightfalk'"],
  ['event_schemas', "m.name = 'only_globex' AND m.version >= 3", "m.name = 'only_globex' AND m.version >= 4"],
  [
    'destinations',
    "m.destination_id >= '70000000-0000-0000-0000-000000000000'",
    "m.destination_id > 'ffffffff-ffff-ffff-ffff-fffffffffffe'",
  ],
  ['erasure_requests', "m.request_id >= '70000000-0000-0000-0000-000000000000'", "m.request_id > 'ffffffff-ffff-ffff-ffff-fffffffffffe'"],
];

/** Questions whose plans differ by whether the guess is right. */
async function answered(client: pg.Client, options?: string): Promise<string[]> {
  const found: string[] = [];
  for (const methods of plannings) {
    await forbid(client, methods);
    for (const [table, isTrue, isFalse] of guesses) {
      for (const [by, question] of Object.entries(questions)) {
        const [right, wrong] = [
          await plan(client, question(table, isTrue), options),
          await plan(client, question(table, isFalse), options),
        ];
        if (numbers(right) !== numbers(wrong)) found.push(`${table} by ${by}: ${isTrue}, without ${methods.join(', ')}`);
      }
    }
  }
  return found;
}

/** A value of globex, letter by letter, by the number of rows that a policy removed. */
async function extract(client: pg.Client, table: string, column: string): Promise<string> {
  await forbid(client, ['enable_seqscan', 'enable_bitmapscan']);
  const isThere = async (from: string, to: string) => {
    const sql = `SELECT FROM metadata.${table} WHERE tenant_id = 'globex' AND ${column} >= '${from}' AND ${column} < '${to}'`;
    return nodes(await plan(client, sql)).some((node) => Number(node['Rows Removed by Filter'] ?? 0) > 0);
  };
  let found = '';
  while (found.length < 40) {
    let [low, high] = [32, 127];
    if (!(await isThere(found + String.fromCharCode(low), found + String.fromCharCode(high)))) break;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (await isThere(found + String.fromCharCode(middle), found + String.fromCharCode(high))) low = middle;
      else high = middle;
    }
    found += String.fromCharCode(low);
  }
  return found;
}

const setPolicies = async (tenants: Tenants, own: string): Promise<void> => {
  for (const table of tables) await tenants.as('metadata_owner', `ALTER POLICY own_rows ON metadata.${table} USING (${own})`);
};

describeTenants('plans of a tenant', (server) => {
  let tenants: Tenants;
  let acme: pg.Client;

  beforeAll(async () => {
    tenants = server();
    for (const tenant of ['acme', 'globex']) await tenants.onboardWithRows(tenant);
    await tenants.superuser.query(`
      INSERT INTO metadata.members (tenant_id, member_id, subject, access)
        SELECT 'globex', ('7' || substr(md5(n::text), 2))::uuid, 'idp|7' || n, 'reader' FROM generate_series(1, 300) n;
      INSERT INTO metadata.members (tenant_id, member_id, subject, access)
        SELECT 'acme', ('1' || substr(md5(n::text), 2))::uuid, 'idp|1' || n, 'owner' FROM generate_series(1, 300) n;
      INSERT INTO metadata.sources (tenant_id, name) VALUES ('globex', 'Project Nightfall');
      DELETE FROM metadata.sources WHERE tenant_id = 'globex' AND name = 'web';
      INSERT INTO metadata.event_schemas SELECT 'globex', 'only_globex', n, '{}' FROM generate_series(1, 3) n;
      UPDATE metadata.destinations SET destination_id = '70000000-0000-0000-0000-000000000000' WHERE tenant_id = 'globex';
      UPDATE metadata.destinations SET destination_id = '10000000-0000-0000-0000-000000000000' WHERE tenant_id = 'acme';
      UPDATE metadata.erasure_requests SET request_id = '70000000-0000-0000-0000-000000000000' WHERE tenant_id = 'globex';
      UPDATE metadata.erasure_requests SET request_id = '10000000-0000-0000-0000-000000000000' WHERE tenant_id = 'acme';
      UPDATE metadata.members SET member_id = '10000000-0000-0000-0000-000000000000' WHERE tenant_id = 'acme' AND subject = 'idp|1';
    `);
    await tenants.superuser.query('VACUUM ANALYZE');
    acme = await tenants.session('acme');
  }, 60_000);
  afterAll(() => acme.end());
  beforeEach(() => acme.query('RESET ALL'));

  it.each(tables)('find the rows of %s by the tenant, as a condition of an index', async (table) => {
    await forbid(acme, ['enable_seqscan', 'enable_bitmapscan']);
    const conditions = nodes(await plan(acme, `SELECT * FROM metadata.${table}`)).map((node) => node['Index Cond']);
    expect(conditions).toEqual(['(tenant_id = (substr((SESSION_USER)::text, 8))::text)']);
  });

  it('have indexes that begin with the tenant, and no other', async () => {
    const others = `SELECT i.indexrelid::regclass FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
      WHERE c.relnamespace = 'metadata'::regnamespace AND pg_get_indexdef(i.indexrelid, 1, true) <> 'tenant_id'`;
    expect(await rows(tenants.master, others)).toEqual([]);
  });

  it('are the same whatever another tenant has, by any way to ask', async () => {
    expect(await answered(acme)).toEqual([]);
    expect(await answered(acme, 'COSTS ON')).toEqual([]);
  });

  it.each([
    ['members', 'subject'],
    ['sources', 'name'],
    ['event_schemas', 'name'],
  ])('give no letter of %s.%s away', async (table, column) => {
    expect(await extract(acme, table, column)).toBe('');
  });

  it('rest on no statistics, which are of all tenants', async () => {
    const known =
      "SELECT starelid::regclass FROM pg_statistic JOIN pg_class c ON c.oid = starelid WHERE relnamespace = 'metadata'::regnamespace";
    expect(await rows(tenants.superuser, known)).toEqual([]);
    const collected = `SELECT attrelid::regclass, attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
      WHERE relnamespace = 'metadata'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped AND attstattarget IS DISTINCT FROM 0`;
    expect(await rows(tenants.master, collected)).toEqual([]);
  });

  it('would tell a name with the policy in the collation of roles, and these tests would say so', async () => {
    await setPolicies(tenants, "starts_with(session_user::text, 'tenant_') AND tenant_id = substr(session_user::text, 8)");
    const found = [await extract(acme, 'sources', 'name'), (await answered(acme)).join('\n')];
    await setPolicies(
      tenants,
      `starts_with(session_user::text, 'tenant_') AND tenant_id = (substr(session_user::text, 8) COLLATE "default")`,
    );
    expect(found[0]).toBe('Project Nightfall');
    for (const part of ['members by IN', 'by a join of VALUES', 'm.member_id', 'event_schemas', 'm.destination_id', 'm.request_id'])
      expect(found[1]).toContain(part);
    expect(await answered(acme)).toEqual([]);
  });

  // Last, since statistics stay.
  it('would tell values with statistics of them, and these tests would say so', async () => {
    for (const column of ['tenant_id', 'subject'])
      await tenants.as('metadata_owner', `ALTER TABLE metadata.members ALTER ${column} SET STATISTICS 100`);
    await tenants.as('metadata_owner', 'ANALYZE metadata.members');
    expect((await answered(acme, 'COSTS ON')).join('\n')).toContain('members by the condition alone');
  });
});
