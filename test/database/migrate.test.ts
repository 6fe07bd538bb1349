import { cpSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectionOf, migrate } from '../../database/migrate.mjs';
import { MASTER, missingPostgres, startPostgres, type Server } from '../support/postgres';

const committed = join(__dirname, '../../database/migrations');
const files = readdirSync(committed).sort();

describe('the connection of migrations', () => {
  it('is without TLS on a socket and on this machine only', () => {
    for (const host of ['/tmp/socket', 'localhost', '127.0.0.1']) expect(connectionOf({ PGHOST: host })).toEqual({ host, ssl: undefined });
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
  });

  const changedFolder = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'migrations-'));
    cpSync(committed, folder, { recursive: true });
    return folder;
  };

  it('rejects a file that was changed after it had run', async () => {
    const folder = changedFolder();
    writeFileSync(join(folder, files[1] ?? ''), 'SELECT 1;');
    await expect(migrate(server.configOf(MASTER), { folder })).rejects.toThrow('MD5 checksum failed for migration [2]');
    await expect(migrate(server.configOf(MASTER), { folder, check: true })).rejects.toThrow('MD5 checksum failed');
  });

  it('leaves nothing of a file that fails in its middle', async () => {
    const folder = changedFolder();
    writeFileSync(join(folder, '005.do.broken.sql'), 'CREATE TABLE metadata_half (a int); SELECT 1/0;');
    await expect(migrate(server.configOf(MASTER), { folder })).rejects.toThrow('division by zero');
    const client = await server.connect(MASTER);
    expect((await client.query("SELECT to_regclass('metadata_half') AS made")).rows).toEqual([{ made: null }]);
    await client.end();
    expect(await migrate(server.configOf(MASTER), { folder, check: true })).toEqual(['005.do.broken.sql']);
  });
});
