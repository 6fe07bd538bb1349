/** What pgaudit writes, and what the saved query makes of it: on a real PostgreSQL with the cluster's own parameters, and on lines recorded from one [SEC-3]. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { platformTemplate } from '../support/platform-assembly';
import { missingPgaudit, startPostgres, type Server } from '../support/postgres';
import { propertiesOf } from '../support/small-app';

const template = platformTemplate('prod-eu/Metadata');
const definitions = propertiesOf(template, 'AWS::Logs::QueryDefinition');
const queryOf = (name: string) => String(definitions.find(({ Name }) => Name === `prod-eu/audit/${name}`)?.['QueryString']);

/** The regular expression of a query's `parse`, which JavaScript and Logs Insights read alike: named groups, classes, no more. */
const patternOf = (name: string): RegExp => new RegExp(/^\| parse @message \/(.+)\/$/m.exec(queryOf(name))?.[1] ?? 'no parse');

type Line = Readonly<Record<string, string>>;
/** A line with its continuations is one event. */
const events = (log: string) => log.split(/\n(?=\d{4}-\d\d-\d\d )/);
const parsed = (log: string, name = 'database-accesses'): Line[] =>
  events(log).flatMap((line): Line[] => [patternOf(name).exec(line)?.groups ?? []].flat());
const by = (log: string, user: string) =>
  parsed(log)
    .filter((line) => line['user'] === user)
    .map(({ class: kind, command, relation }) => [kind, command, relation].join(' ').trim());

/** Recorded on 2026-11-25 from PostgreSQL 15.18 and pgaudit 1.7.0 (Debian 12), with the prefix of RDS and the settings of this commit. */
const recorded = readFileSync(join(__dirname, 'pgaudit-lines.txt'), 'utf8');

const acme = ['READ SELECT public.t', 'WRITE INSERT public.t', 'FUNCTION EXECUTE public.counted', 'READ SELECT public.t'];

const told = (log: () => string) => {
  it('names the role that logged in, what it did, and which relation or function, by a cursor too', () => {
    const lines = by(log(), 'tenant_acme').filter((line) => line.includes(' public.'));
    expect(lines).toEqual(acme);
  });

  it('keeps the values of parameters out', () => {
    expect(log()).not.toContain('a-value-that-is-personal');
  });

  it('tells as whom master_user acted, under its own name', () => {
    expect(by(log(), 'master_user')).toEqual(['MISC SET', 'READ SELECT public.t']);
    expect(parsed(log()).find((line) => line['command'] === 'SET')?.['text']).toContain('SET LOCAL ROLE erasure_operator');
  });

  it('reads a statement of more than one line', () => {
    const [line] = parsed(log()).filter(({ statement, user }) => user === 'tenant_acme' && statement === '3');
    expect(line?.['text']).toMatch(/^"SELECT/);
  });

  it('has no line of pgaudit that the query does not read', () => {
    const lines = events(log()).filter((line) => line.includes('LOG:  AUDIT:'));
    expect(parsed(log())).toHaveLength(lines.length);
  });

  it('tells a refusal by the other query', () => {
    expect(parsed(log(), 'database-refusals').map(({ user, error }) => [user, error])).toEqual([
      ['tenant_acme', 'permission denied for table pg_authid'],
    ]);
  });
};

describe('pgaudit, as recorded', () => told(() => recorded));

describe.skipIf(missingPgaudit !== undefined)('pgaudit, on a real PostgreSQL', () => {
  let server: Server;
  let log = '';

  beforeAll(async () => {
    const [group] = propertiesOf(template, 'AWS::RDS::DBClusterParameterGroup');
    const { shared_preload_libraries: libraries, ...parameters } = group?.['Parameters'] as Readonly<Record<string, string>>;
    expect(libraries).toContain('pgaudit');
    const settings = Object.fromEntries(
      Object.entries(parameters).filter(([name]) => name.startsWith('pgaudit.') || name.startsWith('log_')),
    );
    // Fixed on RDS: Amazon Aurora User Guide, "Aurora PostgreSQL database log files".
    server = await startPostgres({
      ...settings,
      shared_preload_libraries: 'pgaudit',
      log_line_prefix: '%t:%r:%u@%d:[%p]:',
      log_timezone: 'UTC',
    });
    const superuser = await server.connect('superuser', 'postgres');
    await superuser.query(`CREATE EXTENSION pgaudit; CREATE ROLE tenant_acme LOGIN; CREATE ROLE erasure_operator; GRANT erasure_operator TO master_user;
      CREATE TABLE t (id int, s text); GRANT ALL ON t TO tenant_acme, erasure_operator;
      CREATE FUNCTION counted() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM t'`);
    await superuser.end();
    const acme = await server.connect('tenant_acme', 'postgres');
    await acme.query('SELECT * FROM t');
    await acme.query('INSERT INTO t VALUES (1, $1)', ['a-value-that-is-personal']);
    await acme.query('SELECT\n counted()');
    await acme.query('BEGIN; DECLARE c CURSOR FOR SELECT * FROM t; FETCH ALL FROM c; COMMIT');
    await acme.query('SELECT * FROM pg_authid').catch(() => undefined);
    await acme.end();
    const master = await server.connect('master_user', 'postgres');
    await master.query('BEGIN');
    await master.query('SET LOCAL ROLE erasure_operator');
    await master.query('SELECT * FROM t');
    await master.query('COMMIT');
    await master.end();
    log = server.log();
  }, 60_000);
  afterAll(() => server.stop());

  told(() => log);
});
