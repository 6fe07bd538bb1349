#!/usr/bin/env node
/**
 * Brings the metadata database to the newest schema: each file of database/migrations once, in order, each in a transaction of its own together
 * with the row that says so.
 *
 * The connection is that of libpq's variables: PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD (a token of IAM), PGSSLROOTCERT (RDS's
 * certificates). Over TLS with a verified certificate, unless the host is a socket or this very machine.
 */
import console from 'node:console';
import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath, URL } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import Postgrator from 'postgrator';

const usage = `Usage: npm run -s migrate -- [--check]
  --check  changes nothing, names the migrations that are pending, and exits with 1 if there are any
The database is that of PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD and PGSSLROOTCERT: docs/02-data/metadata.md. What fails exits with 2.`;

/** Another name Postgrator passes over, or counts and never runs. */
const MIGRATION = /^(?!000)\d{3}\.do\.[a-z0-9-]+\.sql$/;

/** What has run. Locked while one more does: an advisory lock anybody could take, and keep. */
const VERSIONS = 'public.schema_version';

/** Codes of PostgreSQL: somebody else has just made the table; a lock was not to be had in time. */
const MADE_MEANWHILE = ['23505', '42P07', '42710'];
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
  const misnamed = readdirSync(folder).filter((file) => /\.sql$/i.test(file) && !MIGRATION.test(file));
  if (misnamed.length > 0) throw new RangeError(`${misnamed.join(', ')}: received as a migration; allowed: NNN.do.NAME.sql, from 001 on`);
  // A security group that lets nobody in drops packets: without a limit that is minutes of silence.
  const client = new pg.Client({ connectionTimeoutMillis: 15_000, ...config, application_name: 'migrate' });
  // Of a connection that ends between two queries: the next one fails by it.
  client.on('error', () => undefined);
  client.on('notice', ({ severity, message }) => severity === 'WARNING' && onWarning?.(String(message)));
  await client.connect().catch((/** @type {unknown} */ error) => {
    throw connectionFailure(error, client);
  });
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
    if (check) return (await pendingOf(client, postgrator)).map(({ filename }) => nameOf(filename));
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

/**
 * A file that has run is history, and all of it is compared, whether or not anything is left to do. Postgrator would be content with a database
 * that is ahead, and would never run a file whose number has been passed.
 * @param {pg.Client} client
 * @param {Postgrator} postgrator
 */
async function pendingOf(client, postgrator) {
  const migrations = (await postgrator.getMigrations()).sort((a, b) => a.version - b.version);
  const version = await postgrator.getDatabaseVersion();
  const newest = migrations.at(-1)?.version ?? 0;
  if (version > newest) {
    throw new RangeError(`schema is at ${version}, the newest file here is ${newest}: this checkout is older than the database; update it`);
  }
  if (version === 0) return migrations;
  /** @type {pg.QueryResult<{ version: number, md5: string }>} */
  const { rows } = await client.query(`SELECT version::integer AS version, md5 FROM ${VERSIONS}`);
  const checksums = new Map(rows.map((row) => [row.version, row.md5]));
  for (const migration of migrations.filter((each) => each.version <= version)) {
    const file = nameOf(migration.filename);
    const checksum = checksums.get(migration.version);
    if (checksum === undefined) throw new RangeError(`${file}: has not run, and ${version} has; give it the next number`);
    if (checksum !== migration.md5) {
      throw new RangeError(
        `${file}: has changed since it ran; restore it with git (git log -p -- database/migrations/${file}), and put right what is wrong in it by the next number`,
      );
    }
  }
  return migrations.filter((migration) => migration.version > version);
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
  let script = '';
  await client.query('BEGIN');
  try {
    await client.query(`SET LOCAL lock_timeout = ${Math.trunc(lockTimeoutMs)}`);
    await client.query(`LOCK TABLE ${VERSIONS} IN SHARE ROW EXCLUSIVE MODE`);
    const [next] = await pendingOf(client, postgrator);
    if (next !== undefined) {
      waitingFor = nameOf(next.filename);
      script = await next.getSql();
      await postgrator.migrate(String(next.version));
    }
    await client.query('COMMIT');
    return next && waitingFor;
  } catch (error) {
    // Whatever ended the connection has rolled back as well.
    await client.query('ROLLBACK').catch(() => undefined);
    if (codeOf(error) !== LOCK_NOT_AVAILABLE) throw waitingFor === VERSIONS ? error : sqlFailure(error, waitingFor, script);
    const holder = waitingFor === VERSIONS ? 'another run of this program' : 'another session';
    throw new Error(
      `${waitingFor}: ${holder} has held a lock for ${lockTimeoutMs / 1000} s, and nothing was changed; who it is: docs/02-data/metadata.md`,
      { cause: error },
    );
  }
}

/**
 * PostgreSQL gives a place to what it cannot read, and none to what fails while it runs: of that it says in which function.
 * @param {unknown} error
 * @param {string} file
 * @param {string} script
 */
function sqlFailure(error, file, script) {
  if (!(error instanceof Error)) return error;
  const { position, detail, hint, where } = error instanceof pg.DatabaseError ? error : {};
  // A position counts characters, and a string of JavaScript halves of some.
  const line = position === undefined ? '' : `:${Array.from(script).slice(0, Number(position)).join('').split('\n').length}`;
  const more = Object.entries({ detail, hint, where }).flatMap(([name, text]) => (text === undefined ? [] : `\n  ${name}: ${text}`));
  return new Error(`${file}${line}: ${error.message}; nothing of this file was kept${more.join('')}`, { cause: error });
}

/**
 * @param {unknown} error
 * @param {pg.Client} client
 */
function connectionFailure(error, { host, port }) {
  const code = codeOf(error);
  // That of a name with several addresses has no message of its own.
  const reason = (error instanceof Error && error.message) || code;
  const [names, received] = /^28/.test(code)
    ? ['PGUSER, PGPASSWORD', 'what the server refuses']
    : code === '3D000'
      ? ['PGDATABASE', 'what the server does not have']
      : /CERT|SSL|TLS|ISSUER|SIGNATURE|PEM/.test(code)
        ? ['PGHOST, PGSSLROOTCERT', `${host} and certificates that do not verify it`]
        : ['PGHOST, PGPORT', `${host} and ${port}, where nothing answers`];
  return new Error(`${names}: received ${received} (${reason}); nothing was changed`, { cause: error });
}

/** @param {unknown} error */
const codeOf = (error) => (error instanceof Error && 'code' in error ? String(error.code) : '');

/** @param {string} path */
const nameOf = (path) => path.split('/').at(-1) ?? path;

/** @param {NodeJS.ProcessEnv} env */
export function connectionOf(env) {
  const host = env['PGHOST'];
  // No default, as libpq has: whoever forgets it means another database than the one that runs on this machine.
  if (!host) throw new RangeError('PGHOST: received nothing; allowed: the host of the database, or the folder of its socket');
  const isHere = host.startsWith('/') || ['localhost', '127.0.0.1', '::1'].includes(host);
  const bundle = env['PGSSLROOTCERT'];
  if (!isHere && !bundle) {
    throw new RangeError(
      'PGSSLROOTCERT: received nothing; allowed: a file with the certificates of RDS, since the password would go to anybody',
    );
  }
  return { host, ssl: isHere ? undefined : { ca: certificatesOf(String(bundle)) } };
}

/** @param {string} file */
function certificatesOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new RangeError(
      `PGSSLROOTCERT: received ${file}, which cannot be read (${codeOf(error)}); allowed: a file with the certificates of RDS, from https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem`,
      { cause: error },
    );
  }
}

async function run() {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false }, help: { type: 'boolean' } } });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  // `npm run migrate --check`, without the two dashes, is npm's own option, and would change what it was meant to look at.
  if (process.env['npm_config_check'] && !values.check) {
    throw new RangeError('--check: received by npm, and not passed on; allowed: npm run -s migrate -- --check');
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
    if (codeOf(error).startsWith('ERR_PARSE_ARGS')) console.error(usage);
    process.exitCode = 2;
  }
}
