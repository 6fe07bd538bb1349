import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectionOf, migrate } from '../../database/migrate.mjs';
import { MASTER, missingPostgres, startPostgres, type Server } from '../support/postgres';
import { documented } from './tenants';

const committed = join(__dirname, '../../database/migrations');
const files = readdirSync(committed).sort();

describe('the connection of migrations', () => {
  it('is without TLS on a socket and on this machine only', () => {
    for (const host of ['/tmp/socket', 'localhost', '127.0.0.1']) expect(connectionOf({ PGHOST: host })).toEqual({ host, ssl: undefined });
  });

  it.each([undefined, ''])('rejects %j as PGHOST: a forgotten one is not the database of this machine', (host) => {
    expect(() => connectionOf({ PGHOST: host })).toThrow(
      'PGHOST: received nothing; allowed: the host of the database, or the folder of its socket',
    );
  });

  it.each([
    ['/nowhere/bundle.pem', 'ENOENT'],
    [tmpdir(), 'EISDIR'],
  ])('rejects %s as certificates', (bundle, reason) => {
    expect(() => connectionOf({ PGHOST: 'db.example.com', PGSSLROOTCERT: bundle })).toThrow(
      `PGSSLROOTCERT: received ${bundle}, which cannot be read (${reason}); allowed: a file with the certificates of RDS`,
    );
  });

  it('rejects another host without the certificates to verify it by', () => {
    expect(() => connectionOf({ PGHOST: 'metadata.cluster.eu-west-1.rds.amazonaws.com' })).toThrow('PGSSLROOTCERT: received nothing');
  });

  it('verifies another host', () => {
    const bundle = join(mkdtempSync(join(tmpdir(), 'ca-')), 'ca.pem');
    writeFileSync(bundle, 'certificates');
    expect(connectionOf({ PGHOST: 'db.example.com', PGSSLROOTCERT: bundle })).toEqual({
      host: 'db.example.com',
      ssl: { ca: 'certificates' },
    });
  });
});

describe.skipIf(missingPostgres !== undefined)(`migrations${missingPostgres === undefined ? '' : ` (skipped: ${missingPostgres})`}`, () => {
  let server: Server;

  beforeAll(async () => {
    server = await startPostgres();
    await server.createDatabase('metadata');
  }, 60_000);
  afterAll(() => server.stop());

  it('are pending at first, all of them', async () => {
    expect(await migrate(server.configOf(MASTER), { check: true })).toEqual(files);
  });

  it('run once, by somebody who is no superuser, and then there is nothing to do', async () => {
    expect(await migrate(server.configOf(MASTER))).toEqual(files);
    expect(await migrate(server.configOf(MASTER))).toEqual([]);
    expect(await migrate(server.configOf(MASTER), { check: true })).toEqual([]);
  });

  it('run in a second database of the same server, where the roles are there already', async () => {
    await server.createDatabase('second');
    expect(await migrate(server.configOf(MASTER, 'second'))).toEqual(files);
  });

  it('run once when two begin at the same time', async () => {
    await server.createDatabase('busy');
    const both = await Promise.all([1, 2].map(() => migrate(server.configOf(MASTER, 'busy'))));
    expect(both.flat().sort()).toEqual(files);
    // The table of versions is made without a lock, and its race is lost in one of about 40: with any of three codes.
    const none = mkdtempSync(join(tmpdir(), 'none-'));
    const other = await server.connect(MASTER, 'busy');
    for (let time = 0; time < 150; time += 1) {
      await other.query('DROP TABLE public.schema_version');
      await Promise.all([1, 2, 3].map(() => migrate(server.configOf(MASTER, 'busy'), { folder: none })));
    }
    await other.end();
  });

  const changedFolder = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'migrations-'));
    cpSync(committed, folder, { recursive: true });
    return folder;
  };

  it('rejects a file that was changed after it had run', async () => {
    const folder = changedFolder();
    writeFileSync(join(folder, files[1] ?? ''), 'SELECT 1;');
    const changed = `${files[1]}: has changed since it ran; restore it with git (git log -p -- database/migrations/${files[1]}), and put right what is wrong in it by the next number`;
    await expect(migrate(server.configOf(MASTER), { folder })).rejects.toThrow(changed);
    await expect(migrate(server.configOf(MASTER), { folder, check: true })).rejects.toThrow(changed);
  });

  it.each([
    '006.members.sql',
    '006.do.sql',
    '006.undo.members.sql',
    '06.do.members.sql',
    '000.do.members.sql',
    'members.sql',
    '006.do.Members.SQL',
  ])('rejects %s, also when it is only asked what is pending', async (name) => {
    const folder = changedFolder();
    writeFileSync(join(folder, name), 'SELECT 1;');
    for (const check of [true, false]) {
      await expect(migrate(server.configOf(MASTER), { folder, check })).rejects.toThrow(
        `${name}: received as a migration; allowed: NNN.do.NAME.sql, from 001 on`,
      );
    }
  });

  it('rejects a database that is ahead of the files', async () => {
    const folder = changedFolder();
    rmSync(join(folder, files.at(-1) ?? ''));
    for (const check of [true, false]) {
      await expect(migrate(server.configOf(MASTER), { folder, check })).rejects.toThrow(
        `schema is at ${files.length}, the newest file here is ${files.length - 1}: this checkout is older than the database; update it`,
      );
    }
  });

  it('rejects a file that came after its number had been passed: it would never run', async () => {
    await server.createDatabase('passed');
    const folder = changedFolder();
    writeFileSync(join(folder, '999.do.later.sql'), 'SELECT 1;');
    await migrate(server.configOf(MASTER, 'passed'), { folder });
    writeFileSync(join(folder, '998.do.sooner.sql'), 'SELECT 1;');
    for (const check of [true, false]) {
      await expect(migrate(server.configOf(MASTER, 'passed'), { folder, check })).rejects.toThrow(
        '998.do.sooner.sql: has not run, and 999 has; give it the next number',
      );
    }
  });

  it.each([
    [
      'what PostgreSQL cannot read, by its line',
      "-- 🐘\nSELECT 'ä🐘';\nCREATE TABEL x (a int);",
      '999.do.broken.sql:3: syntax error at or near "TABEL"',
    ],
    ['a name that is not there', 'SELECT 1;\n\nDROP VIEW metadata.nothing;', '999.do.broken.sql: view "nothing" does not exist'],
    [
      'what fails in a block, by where it is',
      "DO $$\nBEGIN\n  RAISE EXCEPTION 'no' USING HINT = 'try yes';\nEND\n$$;",
      '999.do.broken.sql: no; nothing of this file was kept\n  hint: try yes\n  where: PL/pgSQL function inline_code_block line 3 at RAISE',
    ],
  ])('rejects %s', async (_, sql, message) => {
    const folder = changedFolder();
    writeFileSync(join(folder, '999.do.broken.sql'), sql);
    await expect(migrate(server.configOf(MASTER), { folder })).rejects.toThrow(message);
  });

  it('leaves nothing of a file that fails in its middle', async () => {
    const folder = changedFolder();
    writeFileSync(join(folder, '999.do.broken.sql'), 'CREATE TABLE metadata_half (a int); SELECT 1/0;');
    await expect(migrate(server.configOf(MASTER), { folder })).rejects.toThrow('999.do.broken.sql: division by zero');
    const client = await server.connect(MASTER);
    expect((await client.query("SELECT to_regclass('metadata_half') AS made")).rows).toEqual([{ made: null }]);
    await client.end();
    expect(await migrate(server.configOf(MASTER), { folder, check: true })).toEqual(['999.do.broken.sql']);
  });

  it('are stopped by no advisory lock, which any tenant can take and keep', async () => {
    await server.createDatabase('locked');
    await migrate(server.configOf(MASTER, 'locked'), { folder: mkdtempSync(join(tmpdir(), 'none-')) });
    const anybody = await server.connect('superuser', 'locked');
    await anybody.query('SELECT pg_advisory_lock(20261124), pg_advisory_lock(hashtext(n::text)) FROM generate_series(1, 10) n');
    expect(await migrate(server.configOf(MASTER, 'locked'), { lockTimeoutMs: 1000 })).toEqual(files);
    await anybody.end();
  });

  it('rejects to wait for ever for another run, and says whom it waits for', async () => {
    const other = await server.connect(MASTER);
    await other.query('BEGIN; LOCK TABLE public.schema_version IN SHARE ROW EXCLUSIVE MODE');
    await expect(migrate(server.configOf(MASTER), { lockTimeoutMs: 100 })).rejects.toThrow(
      'public.schema_version: another run of this program has held a lock for 0.1 s, and nothing was changed',
    );
    // Which does not keep anybody from asking.
    expect(await migrate(server.configOf(MASTER), { check: true })).toEqual([]);
    await other.end();
  });

  it('rejects to wait for ever for a session that reads, and leaves nothing of the file', async () => {
    const folder = changedFolder();
    writeFileSync(
      join(folder, '999.do.late.sql'),
      'CREATE TABLE metadata_late (a int); ALTER TABLE metadata.sources ADD COLUMN late text;',
    );
    const reader = await server.connect('superuser');
    await reader.query('BEGIN; SELECT * FROM metadata.sources');
    await expect(migrate(server.configOf(MASTER), { folder, lockTimeoutMs: 100 })).rejects.toThrow(
      '999.do.late.sql: another session has held a lock for 0.1 s, and nothing was changed',
    );
    const master = await server.connect(MASTER);
    expect((await master.query(documented('Migrations')[0] ?? '')).rows).toMatchObject([
      { usename: 'superuser', mode: 'AccessShareLock', relation: 'metadata.sources' },
    ]);
    await master.end();
    expect((await reader.query("SELECT to_regclass('metadata_late') AS made")).rows).toEqual([{ made: null }]);
    await reader.end();
  });

  it('can be killed at any file, between what it does and the row that says so, and go on from there', async () => {
    await server.createDatabase('killed');
    const config = server.configOf(MASTER, 'killed');
    const superuser = await server.connect('superuser', 'killed');
    await migrate(config, { folder: mkdtempSync(join(tmpdir(), 'none-')) });
    await superuser.query(
      `CREATE FUNCTION public.wait() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN PERFORM pg_sleep(60); RETURN NEW; END'`,
    );
    for (const [index, file] of files.entries()) {
      await superuser.query(
        `CREATE TRIGGER wait BEFORE INSERT ON public.schema_version FOR EACH ROW WHEN (NEW.version = ${index + 1}) EXECUTE FUNCTION public.wait()`,
      );
      const run = spawn(process.execPath, [join(__dirname, '../../database/migrate.mjs')], {
        env: { ...process.env, PGHOST: String(config.host), PGUSER: MASTER, PGDATABASE: 'killed' },
        stdio: 'ignore',
      });
      const ended = new Promise((resolve) => run.once('exit', resolve));
      const waiting = `SELECT pid FROM pg_stat_activity WHERE datname = 'killed' AND wait_event = 'PgSleep'`;
      await expect.poll(async () => (await superuser.query(waiting)).rowCount, { timeout: 20_000 }).toBe(1);
      run.kill('SIGKILL');
      await ended;
      await superuser.query(`SELECT pg_terminate_backend(pid, 5000) FROM (${waiting}) w`);
      await superuser.query('DROP TRIGGER wait ON public.schema_version');
      expect(await migrate(config, { check: true }), file).toEqual(files.slice(index));
    }
    expect(await migrate(config)).toEqual(files.slice(-1));
    expect(
      (await superuser.query('SELECT version::integer FROM public.schema_version ORDER BY 1')).rows.map(({ version }) => version as number),
    ).toEqual(files.map((_, index) => index + 1));
    await superuser.end();
  });

  it('say which databases anybody may enter, if their owner is somebody else', async () => {
    await server.createDatabase('warned');
    const warnings: string[] = [];
    await migrate(server.configOf(MASTER, 'warned'), { onWarning: (text) => warnings.push(text) });
    for (const database of ['postgres', 'template1']) {
      expect(warnings).toContain(`database ${database}: received CONNECT for PUBLIC; allowed: for named roles. Its owner has to revoke it`);
    }
  });
});
