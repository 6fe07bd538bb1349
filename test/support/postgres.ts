/** A real PostgreSQL of the tests' own: made in a temporary folder, reached by a socket in it, and gone with it. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/** PostgreSQL refuses to run as root: Debian's own user for it does. */
const SERVER_USER = 'postgres';

const debian = '/usr/lib/postgresql';
const folders = [
  ...(existsSync(debian)
    ? readdirSync(debian)
        .sort((a, b) => Number(b) - Number(a))
        .map((version) => join(debian, version, 'bin'))
    : []),
  ...(process.env['PATH'] ?? '').split(':'),
];
const binaries = folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));

/** Why the database's tests cannot run here; undefined when they can. */
export const missingPostgres = binaries === undefined ? 'no PostgreSQL is installed: `apt-get install postgresql`' : undefined;

/** Whoever the migrations run as: may make roles and databases, and is no superuser, as on Aurora. */
export const MASTER = 'master_user';

export interface Server {
  /** Connects as a role, without a password: the socket trusts. */
  connect(role: string, database?: string): Promise<pg.Client>;
  configOf(role: string, database?: string): pg.ClientConfig;
  /** A database of the master user's own. */
  createDatabase(name: string): Promise<void>;
  /** What the server has logged so far. */
  log(): string;
  stop(): Promise<void>;
}

function asServerUser(command: string, args: readonly string[]): [string, string[]] {
  return userInfo().uid === 0 ? ['runuser', ['-u', SERVER_USER, '--', command, ...args]] : [command, [...args]];
}

/** Why lines of pgaudit cannot be made here; undefined when they can. */
export const missingPgaudit =
  binaries !== undefined && existsSync(join(binaries, '../lib/pgaudit.so'))
    ? undefined
    : 'no pgaudit is installed: `apt-get install postgresql-15-pgaudit`, of the version of the server';

/** @param settings of the server, besides those that keep it to itself. Its log is in what `log` gives. */
export async function startPostgres(settings: Readonly<Record<string, string>> = {}): Promise<Server> {
  if (binaries === undefined) throw new Error(missingPostgres);
  // Short, since a socket's path has at most 107 characters.
  const folder = mkdtempSync(join(tmpdir(), 'pg-'));
  if (userInfo().uid === 0) {
    const [uid = 0, gid = 0] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, SERVER_USER], { encoding: 'utf8' })));
    chownSync(folder, uid, gid);
    // The folder of the tests is root's, and closed.
    execFileSync('chmod', ['o+x', tmpdir()]);
  }
  const data = join(folder, 'data');
  execFileSync(
    ...asServerUser(join(binaries, 'initdb'), ['-D', data, '-U', 'superuser', '--auth=trust', '--no-sync', '-E', 'UTF8', '--locale=C']),
    {
      stdio: 'pipe',
    },
  );
  const options = ['-D', data, '-k', folder, '-c', 'listen_addresses=', '-c', 'fsync=off', '-c', 'max_connections=60'];
  // Where it is installed a migration makes the extension, which needs the library, as on Aurora.
  const library: Readonly<Record<string, string>> = missingPgaudit === undefined ? { shared_preload_libraries: 'pgaudit' } : {};
  for (const [name, value] of Object.entries({ ...library, ...settings })) options.push('-c', `${name}=${value}`);
  const [command, args] = asServerUser(join(binaries, 'postgres'), options);
  const logFile = join(folder, 'log');
  const log = openSync(logFile, 'w');
  const server: ChildProcess = spawn(command, args, { stdio: ['ignore', 'ignore', log] });

  const configOf = (role: string, database = 'metadata'): pg.ClientConfig => ({ host: folder, user: role, database });
  const connect = async (role: string, database?: string) => {
    const client = new pg.Client(configOf(role, database));
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  const superuser = await retry(() => connect('superuser', 'postgres'));
  await superuser.query(`CREATE ROLE ${MASTER} LOGIN CREATEROLE CREATEDB`);
  return {
    connect,
    configOf,
    log: () => readFileSync(logFile, 'utf8'),
    createDatabase: async (name) => {
      await superuser.query(`CREATE DATABASE ${pg.escapeIdentifier(name)} OWNER ${MASTER}`);
      // As RDS does: the master user owns the database, not its schema `public`.
      if (missingPgaudit !== undefined) return;
      // On Aurora the master user is of `rds_superuser`, which may make it; here nobody but the superuser may.
      const owner = await connect('superuser', name);
      await owner.query('CREATE EXTENSION pgaudit');
      await owner.end();
    },
    stop: async () => {
      await superuser.end();
      const ended = new Promise((resolve) => server.once('exit', resolve));
      // `runuser` passes it on; SIGINT is PostgreSQL's fast shutdown.
      execFileSync(...asServerUser(join(binaries, 'pg_ctl'), ['stop', '-D', data, '-m', 'immediate']), { stdio: 'pipe' });
      await ended;
      closeSync(log);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function retry<T>(attempt: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
