/** A tenant comes, and goes whatever it has left behind. */
import fc from 'fast-check';
import type pg from 'pg';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { PERSON } from './attempts';
import { describeTenants, documented, failure, rows, tables, type Tenants } from './tenants';

describeTenants('a tenant', (server) => {
  let tenants: Tenants;
  let left: pg.Client | undefined;

  beforeAll(() => {
    tenants = server();
  });
  afterEach(async () => {
    await left?.end().catch(() => undefined);
    left = undefined;
  });

  const rolesOf = (tenant: string) => rows(tenants.superuser, `SELECT rolname FROM pg_roles WHERE rolname = 'tenant_${tenant}'`);
  const expectNothingOf = async (tenant: string) => {
    expect(await rolesOf(tenant)).toEqual([]);
    for (const table of tables.filter((name) => name !== 'erasure_requests'))
      expect(await rows(tenants.superuser, `SELECT 1 FROM metadata.${table} WHERE tenant_id = '${tenant}'`), table).toEqual([]);
  };

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
  ])("is rejected when it is called '%s', and gets no role", async (tenant) => {
    const before = await rows(tenants.master, 'SELECT count(*) FROM pg_roles');
    await expect(tenants.onboard(tenant)).rejects.toThrow();
    await tenants.master.query('ROLLBACK; RESET ROLE');
    expect(await rows(tenants.master, 'SELECT count(*) FROM pg_roles')).toEqual(before);
  });

  it('finds its name free, whatever role of the platform or the server it is called after', async () => {
    const roles = (await rows(tenants.superuser, 'SELECT rolname FROM pg_roles')) as { rolname: string }[];
    const parts = roles.flatMap(({ rolname }) => [rolname, ...rolname.split('_'), rolname.replace(/^[a-z]+_/, '')]);
    const names = parts.map((part) => part.replaceAll('_', '-')).filter((part) => /^[a-z][a-z0-9-]+$/.test(part) && part.length <= 40);
    expect(names).toContain('registrar');
    const alike = fc.tuple(fc.constantFrom(...names), fc.constantFrom('', '-2', 'x')).map((each) => each.join(''));
    await fc.assert(
      fc.asyncProperty(alike, async (tenant) => {
        await tenants.onboardWithRows(tenant);
        expect(await tenants.offboard(tenant)).toBe(true);
        await tenants.forget(tenant);
      }),
      { numRuns: 40 },
    );
    for (const tenant of new Set(names)) {
      await tenants.onboard(tenant);
      expect(await tenants.offboard(tenant)).toBe(true);
      await tenants.forget(tenant);
    }
    expect((await rows(tenants.superuser, 'SELECT rolname FROM pg_roles')) as unknown).toEqual(roles);
  });

  it('leaves no role behind, and no row but its requests of erasure', async () => {
    await tenants.onboardWithRows('leaving');
    expect(await tenants.offboard('leaving')).toBe(true);
    await expectNothingOf('leaving');
    await expect(tenants.session('leaving')).rejects.toThrow('does not exist');
  });

  it('goes by the SQL of the documents', async () => {
    await tenants.onboardWithRows('documented');
    for (const statement of (documented('A tenant leaves')[0] ?? '').split(';\n'))
      await tenants.master.query(statement.replace('TENANT', 'documented'));
    await expectNothingOf('documented');
  });

  it('can be removed twice, and a name that nobody has', async () => {
    await tenants.onboardWithRows('twice');
    expect([await tenants.offboard('twice'), await tenants.offboard('twice'), await tenants.offboard('nobody')]).toEqual([
      true,
      true,
      true,
    ]);
    await tenants.forget('twice');
    await tenants.onboardWithRows('twice');
    expect(await tenants.offboard('twice')).toBe(true);
  });

  const requestsOf = (tenant: string) =>
    rows(tenants.superuser, `SELECT kind, person FROM metadata.erasure_requests WHERE tenant_id = '${tenant}' ORDER BY person NULLS LAST`);

  it('leaves its requests behind, and one for everybody it has, however often it is removed', async () => {
    await tenants.onboardWithRows('remembered');
    for (let time = 0; time < 2; time += 1) expect(await tenants.offboard('remembered')).toBe(true);
    expect(await requestsOf('remembered')).toEqual([
      { kind: 'erasure', person: PERSON },
      { kind: 'erasure', person: null },
    ]);
    expect(await tenants.offboard('never-there')).toBe(true);
    expect(await requestsOf('never-there')).toEqual([]);
  });

  it('leaves no request for everybody if it stays: both are in one transaction', async () => {
    await tenants.onboard('staying');
    await tenants.master.query("BEGIN; SET LOCAL ROLE registrar; SELECT metadata.offboard_tenant('staying'); ROLLBACK");
    expect(await requestsOf('staying')).toEqual([]);
    expect(await rows(tenants.superuser, "SELECT tenant_id FROM metadata.tenants WHERE tenant_id = 'staying'")).toHaveLength(1);
  });

  it('rejects the name of one that has left until the requests of that one are deleted, and then sees none of them', async () => {
    const [, , forget = ''] = documented('Requests of erasure');
    await tenants.onboardWithRows('again');
    await tenants.offboard('again');
    const refused = 'tenant_id: received again, a name with requests of erasure of a tenant that has left; allowed: one without';
    for (const days of [undefined, 29.9]) {
      if (days !== undefined) await tenants.completed('again', days);
      await tenants.master.query(forget);
      await expect(tenants.onboard('again')).rejects.toThrow(refused);
    }
    expect(await rolesOf('again')).toEqual([]);
    await tenants.completed('again', 30.1);
    await expect(tenants.onboard('again')).rejects.toThrow(refused);
    await tenants.master.query(forget);
    await tenants.onboard('again');
    left = await tenants.session('again');
    expect(await rows(left, 'SELECT * FROM metadata.erasure_requests')).toEqual([]);
  });

  it('rejects the name of one that is leaving at this moment', async () => {
    await tenants.onboard('leaving-now');
    const other = await tenants.server.connect('master_user');
    await other.query("BEGIN; SET LOCAL ROLE registrar; SELECT metadata.offboard_tenant('leaving-now')");
    const refused = expect(tenants.onboard('leaving-now')).rejects.toThrow('a name with requests of erasure of a tenant that has left');
    const waiting = "SELECT FROM pg_stat_activity WHERE query LIKE '%onboard_tenant%' AND wait_event_type = 'Lock'";
    await expect.poll(async () => (await tenants.superuser.query(waiting)).rowCount, { timeout: 10_000 }).toBe(1);
    await other.query('COMMIT');
    await refused;
    await other.end();
  });

  it('goes with what every role may make: large objects, default privileges, settings, rights to them', async () => {
    for (const tenant of ['hoarder', 'friend']) await tenants.onboardWithRows(tenant);
    left = await tenants.session('hoarder');
    const [made] = (await rows(left, "SELECT lo_from_bytea(0, 'kept') AS id")) as { id: number }[];
    await left.query(`GRANT ALL ON LARGE OBJECT ${String(made?.id)} TO PUBLIC, "tenant_friend"`);
    await left.query('ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO "tenant_friend"');
    await left.query('ALTER DEFAULT PRIVILEGES FOR ROLE tenant GRANT ALL ON TABLES TO "tenant_hoarder"');
    await left.query('ALTER ROLE "tenant_hoarder" SET statement_timeout = 0');
    // Before PostgreSQL 16 a role may hand itself on.
    await left.query('GRANT "tenant_hoarder" TO "tenant_friend"').catch(() => undefined);
    for (const tenant of ['hoarder', 'friend']) {
      expect(await tenants.offboard(tenant)).toBe(true);
      await expectNothingOf(tenant);
    }
    expect(await rows(tenants.superuser, 'SELECT 1 FROM pg_largeobject_metadata')).toEqual([]);
  });

  it('goes while its session keeps its rows locked, for ever', async () => {
    await tenants.onboardWithRows('clinging');
    left = await tenants.session('clinging');
    await left.query('SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0');
    await left.query('BEGIN; SELECT * FROM metadata.sources FOR UPDATE; UPDATE metadata.members SET access = access');
    expect(await tenants.offboard('clinging')).toBe(true);
    await expectNothingOf('clinging');
    await expect(left.query('SELECT 1')).rejects.toThrow();
  });

  it('has no session and gets none, once it is suspended', async () => {
    await tenants.onboardWithRows('suspended');
    left = await tenants.session('suspended');
    await tenants.suspend('suspended');
    await expect(left.query('SELECT 1')).rejects.toThrow();
    await expect(tenants.session('suspended')).rejects.toThrow('is not permitted to log in');
    expect(await tenants.offboard('suspended')).toBe(true);
  });

  it.each(['postgres', 'template1'])('does not enter %s, where it could leave something', async (database) => {
    await tenants.onboard('visitor');
    await expect(tenants.session('visitor', database)).rejects.toThrow(`permission denied for database "${database}"`);
    expect(await tenants.offboard('visitor')).toBe(true);
    await tenants.forget('visitor');
  });

  it('loses its rows and its login though it has left something in a database that was opened to it, and then the rest', async () => {
    await tenants.onboardWithRows('elsewhere');
    await tenants.superuser.query('GRANT CONNECT ON DATABASE postgres TO PUBLIC');
    left = await tenants.session('elsewhere', 'postgres');
    await left.query('SELECT lo_create(0)');
    await tenants.superuser.query('REVOKE CONNECT ON DATABASE postgres FROM PUBLIC');
    const warnings: unknown[] = [];
    tenants.master.on('notice', ({ message }) => warnings.push(message));
    expect(await tenants.offboard('elsewhere')).toBe(false);
    expect(warnings).toContain('tenant_elsewhere stays, without login: 1 object in database postgres');
    expect(await rows(tenants.superuser, "SELECT 1 FROM metadata.tenants WHERE tenant_id = 'elsewhere'")).toEqual([]);
    await expect(tenants.session('elsewhere')).rejects.toThrow('is not permitted to log in');
    expect(await failure(tenants.master, 'DROP ROLE tenant_elsewhere')).not.toBe('none');
    const there = await tenants.server.connect('superuser', 'postgres');
    await there.query('DROP OWNED BY "tenant_elsewhere"');
    await there.end();
    expect(await tenants.offboard('elsewhere')).toBe(true);
    await expectNothingOf('elsewhere');
  });
});
