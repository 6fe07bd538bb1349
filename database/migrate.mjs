#!/usr/bin/env node
/**
 * Brings the metadata database to the newest schema: each file of database/migrations once, in order, each in a transaction of its own.
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

/** Of this program among all that lock in the database: two runs wait for each other. */
const LOCK = 20261124;

/**
 * @param {pg.ClientConfig} config
 * @param {{ check?: boolean, folder?: string }} [options] `check` changes nothing
 * @returns {Promise<string[]>} files that were run, or that are pending
 */
export async function migrate(config, { check = false, folder = fileURLToPath(new URL('./migrations', import.meta.url)) } = {}) {
  const client = new pg.Client({ ...config, application_name: 'migrate' });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    const postgrator = new Postgrator({
      migrationPattern: `${folder}/*.sql`,
      driver: 'pg',
      schemaTable: 'public.schema_version',
      execQuery: (query) => client.query(query),
      execSqlScript: async (script) => {
        await client.query('BEGIN');
        try {
          await client.query(script);
          await client.query('COMMIT');
        } catch (error) {
          await client.query('ROLLBACK');
          throw error;
        }
      },
    });
    const version = await postgrator.getDatabaseVersion();
    const pending = (await postgrator.getMigrations()).filter((migration) => migration.version > version);
    // A file that has run is history: its checksum is compared, whether or not anything is left to do.
    if (version > 0) await postgrator.validateMigrations(version);
    if (check) return pending.map(({ filename }) => nameOf(filename));
    const applied = await postgrator.migrate();
    return applied.map(({ filename }) => nameOf(filename));
  } finally {
    await client.end();
  }
}

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
  const files = await migrate(connectionOf(process.env), { check: values.check });
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
