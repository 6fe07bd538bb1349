/** `npm run -s migrate` as somebody types it: what it prints, and its exit code. */
import { spawnSync } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../database/migrate.mjs';
import { MASTER, missingPostgres, startPostgres, type Server } from '../support/postgres';

const root = join(__dirname, '../..');
function run(args: readonly string[], env: Readonly<Record<string, string>> = {}, command = process.execPath) {
  const { PATH = '', HOME = '' } = process.env;
  const all = command === process.execPath ? [join(root, 'database/migrate.mjs'), ...args] : args;
  const { status, stdout, stderr } = spawnSync(command, all, { cwd: root, encoding: 'utf8', env: { PATH, HOME, ...env } });
  return { status, stdout, stderr };
}

describe('the command of migrations', () => {
  it('prints its usage, without a database', () => {
    const { status, stdout, stderr } = run(['--help']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: npm run -s migrate -- \[--check\]\n/);
  });

  it.each([['--chekc'], ['check'], ['--check', '005.do.members.sql'], ['--check=yes']])('rejects %s %s, with its usage', (...args) => {
    const { status, stdout, stderr } = run(args, { PGHOST: '/nowhere' });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('\nUsage: npm run -s migrate -- [--check]\n');
  });

  it('rejects --check that npm has kept for itself, instead of changing what was only to be looked at', () => {
    const { status, stderr } = run(['run', '-s', 'migrate', '--check'], { PGHOST: '/nowhere' }, 'npm');
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: '--check: received by npm, and not passed on; allowed: npm run -s migrate -- --check\n',
    });
  });

  it('rejects to guess a host', () => {
    expect(run(['--check'])).toEqual({
      status: 2,
      stdout: '',
      stderr: 'PGHOST: received nothing; allowed: the host of the database, or the folder of its socket\n',
    });
  });

  it.each([
    ['a socket that is not there', { PGHOST: '/nowhere' }, '/nowhere and 5432', 'ENOENT'],
    ['a port where nobody listens', { PGHOST: '127.0.0.1', PGPORT: '1' }, '127.0.0.1 and 1', 'ECONNREFUSED'],
    ['a name with two addresses', { PGHOST: 'localhost', PGPORT: '1' }, 'localhost and 1', 'ECONNREFUSED'],
  ])('rejects %s', (_, env, received, reason) => {
    const { status, stderr } = run([], { PGUSER: 'x', ...env });
    expect(status).toBe(2);
    expect(stderr).toContain(`PGHOST, PGPORT: received ${received}, where nothing answers (`);
    expect(stderr).toContain(reason);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('rejects a host that says nothing', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as AddressInfo;
    await expect(migrate({ host: '127.0.0.1', port, user: 'x', connectionTimeoutMillis: 200 })).rejects.toThrow(
      `PGHOST, PGPORT: received 127.0.0.1 and ${port}, where nothing answers (timeout expired); nothing was changed`,
    );
    silent.close();
  });
});

describe.skipIf(missingPostgres !== undefined)(
  `the command of migrations, with a database${missingPostgres === undefined ? '' : ` (skipped: ${missingPostgres})`}`,
  () => {
    let server: Server;
    let env: Record<string, string>;
    beforeAll(async () => {
      server = await startPostgres();
      await server.createDatabase('metadata');
      env = { PGHOST: String(server.configOf(MASTER).host), PGUSER: MASTER, PGDATABASE: 'metadata' };
    }, 60_000);
    afterAll(() => server.stop());

    it('exits with 1 while something is pending, and with 0 when nothing is', () => {
      expect(run(['--check'], env)).toMatchObject({ status: 1, stdout: expect.stringMatching(/^pending 001\.do\.roles\.sql\n/) as string });
      expect(run([], env)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^applied 001\.do\.roles\.sql\n/) as string });
      for (const args of [[], ['--check']]) expect(run(args, env)).toEqual({ status: 0, stdout: 'nothing to do\n', stderr: '' });
    });

    it('rejects a database that is ahead, with 2', async () => {
      const client = await server.connect(MASTER);
      await client.query("INSERT INTO public.schema_version VALUES (999, 'later', '', now())");
      for (const args of [[], ['--check']]) {
        const { status, stderr } = run(args, env);
        expect(status).toBe(2);
        expect(stderr).toMatch(/^schema is at 999, the newest file here is \d+: this checkout is older than the database; update it\n$/);
      }
      await client.query('DELETE FROM public.schema_version WHERE version = 999');
      await client.end();
    });

    it.each([
      ['a database', { PGDATABASE: 'nothing' }, 'PGDATABASE: received what the server does not have (database "nothing" does not exist)'],
      ['a user', { PGUSER: 'nobody' }, 'PGUSER, PGPASSWORD: received what the server refuses (role "nobody" does not exist)'],
    ])('rejects %s that is not there, by the name of the variable', (_, wrong, message) => {
      expect(run(['--check'], { ...env, ...wrong })).toEqual({ status: 2, stdout: '', stderr: `${message}; nothing was changed\n` });
    });
  },
);
