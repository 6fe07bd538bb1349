/** The script's statements, by psql itself, against the schema as it is: docs/01-architecture/tenants.md. */
import { execFileSync } from 'node:child_process';
import { beforeAll, expect, it } from 'vitest';
import { offboard, onboard, prove, suspend, type Call } from '../../lib/tenant-lifecycle/lifecycle';
import { MASTER } from '../support/postgres';
import { describeTenants, rows, type Tenants } from './tenants';

describeTenants('the script of a tenant', (server) => {
  let tenants: Tenants;
  beforeAll(() => {
    tenants = server();
  });

  const subject = { place: { cell: 'dev', account: '111111111111', region: 'us-east-1' }, tenant: 'scripted' };
  const options = { now: () => new Date(), wait: () => Promise.resolve() };
  /** psql for real, and AWS by samples; of persons nothing is there, however often it is asked. */
  const call: Call = ({ program, args, input, sample }) => {
    if (args.includes('dev-profiles')) return Promise.resolve({ Items: [] });
    if (program === 'aws') return Promise.resolve(sample);
    const { host, database } = tenants.server.configOf(MASTER);
    const environment = { PATH: process.env['PATH'], PGHOST: String(host), PGDATABASE: String(database), PGUSER: MASTER };
    return Promise.resolve(execFileSync('psql', args, { input, env: environment, encoding: 'utf8', stdio: 'pipe' }).trim());
  };
  const stateOf = async () => ({
    row: await rows(tenants.superuser, "SELECT display_name, tier FROM metadata.tenants WHERE tenant_id = 'scripted'"),
    role: await rows(tenants.superuser, "SELECT rolcanlogin FROM pg_roles WHERE rolname = 'tenant_scripted'"),
  });

  it('onboards it once, however often it is run, and whatever its name holds', async () => {
    for (let times = 0; times < 2; times += 1)
      await onboard(call, subject, { tier: 'growth', displayName: "O'Brien; DROP TABLE metadata.tenants; --" });
    expect(await stateOf()).toEqual({
      row: [{ display_name: "O'Brien; DROP TABLE metadata.tenants; --", tier: 'growth' }],
      role: [{ rolcanlogin: true }],
    });
  });

  it('suspends it, and again', async () => {
    for (let times = 0; times < 2; times += 1) await suspend(call, subject);
    expect((await stateOf()).role).toEqual([{ rolcanlogin: false }]);
  });

  it('offboards it, and again, and its request of erasure is fulfilled with the evidence', async () => {
    for (let times = 0; times < 2; times += 1) await offboard(call, subject, options);
    expect(await stateOf()).toEqual({ row: [], role: [] });
    const requests = await rows(
      tenants.superuser,
      "SELECT person, completed_at IS NOT NULL AS completed, evidence->>'isComplete' AS complete FROM metadata.erasure_requests WHERE tenant_id = 'scripted'",
    );
    expect(requests).toEqual([{ person: null, completed: true, complete: 'true' }]);
  });

  it('proves that nothing is left', async () => {
    const { checks } = await prove(call, subject, { ...options, isFinal: true });
    expect(checks.find(({ what }) => what === 'rows and role of the database')).toMatchObject({ count: 0, allowed: 0 });
  });

  it('rejects to onboard the name again, while its requests are there', async () => {
    await expect(async () => onboard(call, subject, { tier: 'growth', displayName: 'Another' })).rejects.toThrow('requests of erasure');
  });
});
