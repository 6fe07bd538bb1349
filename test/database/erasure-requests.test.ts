/** Requests of access and erasure: whom they are visible to, and who may say that one was fulfilled [CMP-1]. */
import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PERSON } from './attempts';
import { describeTenants, documented, failure, rows, type Tenants } from './tenants';

describeTenants('requests of erasure', (server) => {
  let tenants: Tenants;
  let acme: pg.Client;

  beforeAll(async () => {
    tenants = server();
    for (const tenant of ['acme', 'globex']) await tenants.onboardWithRows(tenant);
    acme = await tenants.session('acme');
  }, 60_000);
  afterAll(() => acme.end());

  it('are read, fulfilled and found again over all tenants, by the SQL of the documents', async () => {
    const [find = '', complete = ''] = documented('Requests of erasure');
    const found = async (time: Date) => {
      const results = (await tenants.master.query(find.replace('POINT IN TIME', time.toISOString()))) as unknown as pg.QueryResult[];
      return results.flatMap((result) => result.rows as { tenant_id: string; request_id: string; person: string | null }[]);
    };
    await tenants.onboardWithRows('initech');
    expect(await tenants.offboard('initech')).toBe(true);
    const all = [
      { tenant_id: 'acme', person: PERSON },
      { tenant_id: 'globex', person: PERSON },
      { tenant_id: 'initech', person: PERSON },
      { tenant_id: 'initech', person: null },
    ];
    const [hourAgo, inAnHour] = [-1, 1].map((hours) => new Date(Date.now() + hours * 3_600_000)) as [Date, Date];
    const open = await found(inAnHour);
    expect(open).toMatchObject(all);
    for (const { tenant_id: tenant, request_id: request } of open) {
      await tenants.master.query(complete.replace('TENANT', tenant).replace('REQUEST', request));
    }
    expect(await found(hourAgo)).toMatchObject(all);
    expect(await found(inAnHour)).toEqual([]);
  });

  it('show a tenant its own, with the evidence', async () => {
    expect(await rows(acme, 'SELECT tenant_id, evidence FROM metadata.erasure_requests')).toEqual([
      { tenant_id: 'acme', evidence: { queries: ['QUERY ID'], before: 3, after: 0 } },
    ]);
  });

  it.each([
    ['a request', `INSERT INTO metadata.erasure_requests (tenant_id, kind, person) VALUES ('acme', 'erasure', '${PERSON}')`],
    ['another person', "UPDATE metadata.erasure_requests SET person = 'x'"],
    ['another day', 'UPDATE metadata.erasure_requests SET requested_at = now()'],
    ['a look at members', 'SELECT * FROM metadata.members'],
    ['a look at destinations', 'SELECT * FROM metadata.destinations'],
  ])('reject the operator that wants %s', async (_, sql) => {
    await expect(tenants.as('erasure_operator', sql)).rejects.toThrow('permission denied for table');
  });

  it('are deleted by the operator alone, and only when they have been completed for 30 days', async () => {
    const count = async () => (await rows(tenants.superuser, 'SELECT 1 FROM metadata.erasure_requests')).length;
    await tenants.onboardWithRows('umbrella');
    const before = await count();
    const remove = async () => {
      await tenants.as('erasure_operator', 'DELETE FROM metadata.erasure_requests');
      return before - (await count());
    };
    expect(await remove()).toBe(0);
    await tenants.completed('umbrella', 29.9);
    expect(await remove()).toBe(0);
    for (const role of ['settings_publisher', 'registrar', 'metadata_owner'])
      await tenants.as(role, 'DELETE FROM metadata.erasure_requests').catch(() => undefined);
    expect(await count()).toBe(before);
    await tenants.completed('umbrella', 30.1);
    expect(await remove()).toBe(1);
  });

  it('are completed now, whatever day the operator gives: an earlier one would let them be deleted too early', async () => {
    await tenants.onboardWithRows('hooli');
    const complete = `UPDATE metadata.erasure_requests SET completed_at = requested_at, evidence = '{}' WHERE tenant_id = 'hooli'`;
    await tenants.superuser.query(
      "UPDATE metadata.erasure_requests SET requested_at = now() - interval '40 days' WHERE tenant_id = 'hooli'",
    );
    await tenants.as('erasure_operator', complete);
    await tenants.as('erasure_operator', `UPDATE metadata.erasure_requests SET evidence = '{"day": 30}' WHERE tenant_id = 'hooli'`);
    await tenants.as('erasure_operator', "DELETE FROM metadata.erasure_requests WHERE tenant_id = 'hooli'");
    expect(
      await rows(
        tenants.superuser,
        "SELECT evidence, completed_at > now() - interval '1 minute' AS is_now FROM metadata.erasure_requests WHERE tenant_id = 'hooli'",
      ),
    ).toEqual([{ evidence: { day: 30 }, is_now: true }]);
  });

  it('reject access for everybody', async () => {
    const sql = "INSERT INTO metadata.erasure_requests (tenant_id, kind) VALUES ('acme', 'access')";
    await expect(tenants.as('erasure_operator', sql)).rejects.toThrow('violates check constraint');
  });

  it.each(['has_requests', 'request_erasure_of_everybody'])('reject a tenant that calls %s, of another', async (name) => {
    expect(await failure(acme, `SELECT metadata.${name}('globex')`)).toBe(`permission denied for function ${name}`);
  });

  it('reject a completion without evidence', async () => {
    await expect(
      tenants.as('erasure_operator', 'UPDATE metadata.erasure_requests SET completed_at = clock_timestamp(), evidence = NULL'),
    ).rejects.toThrow('violates check constraint');
  });

  it('are hidden from every other role of the platform', async () => {
    expect(await tenants.as('metadata_owner', 'SELECT * FROM metadata.erasure_requests')).toEqual([]);
    for (const role of ['settings_publisher', 'registrar']) {
      const seen = await tenants.as(role, 'SELECT * FROM metadata.erasure_requests').catch(() => []);
      expect(seen, role).toEqual([]);
    }
  });

  it('are due 30 days of 24 hours later, whatever time zone the session has and however long its transaction is open', async () => {
    await acme.query("BEGIN; SET LOCAL timezone = 'America/New_York'; SELECT pg_sleep(0.3)");
    const inserted = await rows(
      acme,
      `INSERT INTO metadata.erasure_requests (tenant_id, kind, person) VALUES ('acme', 'access', '${PERSON}')
        RETURNING extract(epoch FROM due_at - requested_at)::integer AS seconds, requested_at > now() + interval '0.2 s' AS is_of_the_clock`,
    );
    await acme.query('ROLLBACK');
    expect(inserted).toEqual([{ seconds: 30 * 86_400, is_of_the_clock: true }]);
  });
});
