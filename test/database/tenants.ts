/** A PostgreSQL of a test file's own, migrated, with tenants in it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../database/migrate.mjs';
import { MASTER, missingPostgres, startPostgres, type Server } from '../support/postgres';
import { PERSON } from './attempts';

export const owned = ['members', 'sources', 'event_schemas', 'destinations', 'erasure_requests'] as const;
export const tables = ['tenants', ...owned] as const;

/** One row of each kind, for a tenant. */
const seed = (tenant: string): string => `
  INSERT INTO metadata.members (tenant_id, subject, access) VALUES ('${tenant}', 'idp|1', 'owner');
  INSERT INTO metadata.sources (tenant_id, name) VALUES ('${tenant}', 'web');
  INSERT INTO metadata.event_schemas VALUES ('${tenant}', 'signed_up', 1, '{}');
  INSERT INTO metadata.destinations (tenant_id, kind, settings) VALUES ('${tenant}', 'webhook', '{"secret": "of ${tenant}"}');
  INSERT INTO metadata.erasure_requests (tenant_id, kind, person) VALUES ('${tenant}', 'erasure', '${PERSON}');
`;

export const rows = async (client: pg.Client, sql: string): Promise<unknown[]> => (await client.query<Record<string, unknown>>(sql)).rows;

/** The SQL of a section of docs/02-data/metadata.md, block by block. */
export function documented(heading: string): readonly string[] {
  const sections = readFileSync(join(__dirname, '../../docs/02-data/metadata.md'), 'utf8').split(/^## /m);
  const section = sections.find((text) => text.startsWith(`${heading}\n`));
  const blocks = [...(section ?? '').matchAll(/```sql\n([^`]+)```/g)].map(([, sql = '']) => sql);
  if (blocks.length === 0) throw new Error(`metadata.md has no SQL under ${heading}`);
  return blocks;
}

/** The message that a statement ends with. */
export async function failure(client: pg.Client, sql: string): Promise<string> {
  try {
    await client.query(sql);
    return 'none';
  } catch (error) {
    await client.query('ROLLBACK');
    return error instanceof Error ? error.message : String(error);
  }
}

/** Rows of another tenant that a session gets by a query of its own: none, if all is well. */
export async function foreignRows(client: pg.Client, own: string): Promise<string[]> {
  const found: string[] = [];
  for (const table of tables) {
    const seen = (await rows(client, `SELECT tenant_id FROM metadata.${table}`)) as { tenant_id: string }[];
    found.push(...seen.filter(({ tenant_id }) => tenant_id !== own).map(({ tenant_id }) => `${table}: ${tenant_id}`));
  }
  return found;
}

export class Tenants {
  private constructor(
    readonly server: Server,
    /** Whom the migrations ran as: no superuser. */
    readonly master: pg.Client,
    readonly superuser: pg.Client,
  ) {}

  static async start(): Promise<Tenants> {
    const server = await startPostgres();
    await server.createDatabase('metadata');
    const superuser = await server.connect('superuser');
    // (unverified) As on RDS, where the master user owns them.
    await superuser.query(`ALTER DATABASE postgres OWNER TO ${MASTER}; ALTER DATABASE template1 OWNER TO ${MASTER}`);
    await migrate(server.configOf(MASTER));
    return new Tenants(server, await server.connect(MASTER), superuser);
  }

  async stop(): Promise<void> {
    await this.master.end();
    await this.superuser.end();
    await this.server.stop();
  }

  session(tenant: string, database?: string): Promise<pg.Client> {
    return this.server.connect(`tenant_${tenant}`, database);
  }

  /** By a role that the master user is a member of. */
  async as(role: string, sql: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    await this.master.query(`SET ROLE ${role}`);
    try {
      return (await this.master.query<Record<string, unknown>>(sql, [...values])).rows;
    } finally {
      await this.master.query('RESET ROLE');
    }
  }

  async onboard(tenant: string): Promise<void> {
    await this.as('registrar', 'SELECT metadata.onboard_tenant($1, $2)', [tenant, tenant]);
  }

  async onboardWithRows(tenant: string): Promise<void> {
    await this.onboard(tenant);
    const client = await this.session(tenant);
    await client.query(seed(tenant));
    await client.end();
  }

  async suspend(tenant: string): Promise<void> {
    await this.as('registrar', 'SELECT metadata.suspend_tenant($1)', [tenant]);
  }

  /** Whether nothing is left. */
  async offboard(tenant: string): Promise<unknown> {
    return (await this.as('registrar', 'SELECT metadata.offboard_tenant($1) AS is_gone', [tenant]))[0]?.['is_gone'];
  }

  /** As if a tenant's requests had all been completed so many days ago: no clock of a test is set back. */
  async completed(tenant: string, daysAgo: number): Promise<void> {
    await this.superuser.query('SET session_replication_role = replica');
    await this.superuser.query(
      `UPDATE metadata.erasure_requests SET evidence = '{}', requested_at = clock_timestamp() - interval '24 hours' * ($2::float8 + 1),
        completed_at = clock_timestamp() - interval '24 hours' * $2::float8 WHERE tenant_id = $1`,
      [tenant, daysAgo],
    );
    await this.superuser.query('RESET session_replication_role');
  }

  /** Its name is free again, as it is when its requests are. */
  async forget(tenant: string): Promise<void> {
    await this.superuser.query('DELETE FROM metadata.erasure_requests WHERE tenant_id = $1', [tenant]);
  }
}

/** A group of tests with a PostgreSQL, skipped where there is none; CI has one. */
export function describeTenants(title: string, tests: (tenants: () => Tenants) => void): void {
  if (missingPostgres !== undefined && process.env['CI'] === 'true') {
    it('needs a PostgreSQL in CI', () => expect.fail(missingPostgres));
  }
  describe.skipIf(missingPostgres !== undefined)(`${title}${missingPostgres === undefined ? '' : ` (skipped: ${missingPostgres})`}`, () => {
    let tenants: Tenants;
    beforeAll(async () => {
      tenants = await Tenants.start();
    }, 60_000);
    afterAll(() => tenants.stop());
    tests(() => tenants);
  });
}
