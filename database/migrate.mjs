#!/usr/bin/env node
/**
 * Brings the metadata database to the newest schema: each file of database/migrations once, in order, each in a transaction of its own together
 * with the row that says so.
 *
 * The connection is that of libpq's variables: PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD (a token of IAM), PGSSLROOTCERT (RDS's
 * certificates). Over TLS with a verified certificate, unless the host is a socket or this very machine.
 */
import console from 'node:console';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath, URL } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import Postgrator from 'postgrator';

const usage = `Usage: npm run -s migrate -- [--check]
  --check  names the migrations that are pending, and exits with 1 if there are any`;

/** What has run. Locked while one more does: an advisory lock anybody could take, and keep. */
const VERSIONS = 'public.schema_version';

/** Codes of PostgreSQL: somebody else has just made the table; a lock was not to be had in time. */
const MADE_MEANWHILE = ['23505', '42P07'];
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * @param {pg.ClientConfig} config
 * @param {{ check?: boolean, folder?: string, lockTimeoutMs?: number, onWarning?: (text: string) => void }} [options] `check` changes
 *   nothing; a lock that somebody else holds is waited for `lockTimeoutMs`, and then nothing of that file has happened
 * @returns {Promise<string[]>} files that were run, or that are pending
 */
export async function migrate(
  config,
  { check = false, folder = fileURLToPath(new URL('./migrations', import.meta.url)), lockTimeoutMs = 30_000, onWarning } = {},
) {
  const client = new pg.Client({ ...config, application_name: 'migrate' });
  // Of a connection that ends between two queries: the next one fails by it.
  client.on('error', () => undefined);
  client.on('notice', ({ severity, message }) => severity === 'WARNING' && onWarning?.(String(message)));
  await client.connect();
  try {
    const postgrator = new Postgrator({
      migrationPattern: `${folder}/*.sql`,
      driver: 'pg',
      schemaTable: VERSIONS,
      execQuery: (query) => client.query(query),
      execSqlScript: async (script) => {
        await client.query(script);
        // The row that says that it has run is written by who runs migrations.
        await client.query('RESET ROLE');
      },
    });
    if (check) return (await pendingOf(postgrator)).map(({ filename }) => nameOf(filename));
    await makeVersions(client);
    /** @type {string[]} */
    const applied = [];
    for (;;) {
      const file = await runNext(client, postgrator, lockTimeoutMs);
      if (file === undefined) return applied;
      applied.push(file);
    }
  } finally {
    await client.end();
  }
}

/** @param {Postgrator} postgrator */
async function pendingOf(postgrator) {
  const version = await postgrator.getDatabaseVersion();
  const migrations = await postgrator.getMigrations();
  // A file that has run is history: its checksum is compared, whether or not anything is left to do.
  if (version > 0) await postgrator.validateMigrations(version);
  return migrations.filter((migration) => migration.version > version).sort((a, b) => a.version - b.version);
}

/**
 * Postgrator makes the table by several statements, and two runs would make it twice.
 * @param {pg.Client} client
 */
async function makeVersions(client) {
  try {
    await client.query(`CREATE TABLE IF NOT EXISTS ${VERSIONS} (version bigint PRIMARY KEY, name text, md5 text, run_at timestamptz)`);
  } catch (error) {
    if (!MADE_MEANWHILE.includes(codeOf(error))) throw error;
  }
}

/**
 * Postgrator writes the version after the file, by a query of its own: one transaction around both, or a run that is killed in between
 * leaves a schema that no file fits any more.
 * @param {pg.Client} client
 * @param {Postgrator} postgrator
 * @param {number} lockTimeoutMs
 * @returns {Promise<string | undefined>} the file that was run, if any was left
 */
async function runNext(client, postgrator, lockTimeoutMs) {
  let waitingFor = VERSIONS;
  await client.query('BEGIN');
  try {
    await client.query(`SET LOCAL lock_timeout = ${Math.trunc(lockTimeoutMs)}`);
    await client.query(`LOCK TABLE ${VERSIONS} IN SHARE ROW EXCLUSIVE MODE`);
    const [next] = await pendingOf(postgrator);
    if (next !== undefined) {
      waitingFor = nameOf(next.filename);
      await postgrator.migrate(String(next.version));
    }
    await client.query('COMMIT');
    return next && waitingFor;
  } catch (error) {
    // Whatever ended the connection has rolled back as well.
    await client.query('ROLLBACK').catch(() => undefined);
    if (codeOf(error) !== LOCK_NOT_AVAILABLE) throw error;
    const holder = waitingFor === VERSIONS ? 'another run of this program' : 'another session';
    throw new Error(
      `${waitingFor}: ${holder} has held a lock for ${lockTimeoutMs / 1000} s, and nothing was changed; who it is: docs/02-data/metadata.md`,
      { cause: error },
    );
  }
}

/** @param {unknown} error */
const codeOf = (error) => (error instanceof Error && 'code' in error ? String(error.code) : '');

/** @param {string} path */
const nameOf = (path) => path.split('/').at(-1) ?? path;

/** @param {NodeJS.ProcessEnv} env */
export function connectionOf(env) {
  const host = env['PGHOST'] ?? '/var/run/postgresql';
  const isHere = host.startsWith('/') || ['localhost', '127.0.0.1', '::1'].includes(host);
  const bundle = env['PGSSLROOTCERT'];
  if (!isHere && !bundle) {
    throw new RangeError(
      'PGSSLROOTCERT: received nothing; allowed: a file with the certificates of RDS, since the password would go to anybody',
    );
  }
  return { host, ssl: isHere ? undefined : { ca: readFileSync(String(bundle), 'utf8') } };
}

async function run() {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false }, help: { type: 'boolean' } } });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const onWarning = (/** @type {string} */ text) => console.error(`warning: ${text}`);
  const files = await migrate(connectionOf(process.env), { check: values.check, onWarning });
  for (const file of files) console.log(`${values.check ? 'pending' : 'applied'} ${file}`);
  if (files.length === 0) console.log('nothing to do');
  return values.check && files.length > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = await run();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 2;
  }
}
