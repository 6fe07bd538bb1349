import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { syntheticMonth } from '../../lib/cost/attribution/synthetic-month';
import { billWith } from '../support/bill-on-duckdb';
import { patience, runNode } from '../support/run-cdk';

const run = async (...args: string[]) => runNode(['-r', 'ts-node/register', 'bin/attribution.ts', ...args]);

interface Report {
  readonly totalCents: number;
  readonly attributedPercent: number;
  readonly tenants: readonly {
    readonly tenant: string;
    readonly costUsd: number;
    readonly priceUsd?: number;
    readonly marginUsd?: number;
  }[];
}

describe.concurrent('the attribution command', patience, () => {
  const folder = mkdtempSync(join(tmpdir(), 'dataflow-attribution-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const prices = join(folder, 'prices.json');
  const month = syntheticMonth(7);

  /** Files as they lie in the two buckets. */
  beforeAll(async () => {
    const bill = join(folder, 'bill', 'BILLING_PERIOD=2026-11');
    const usage = join(folder, 'usage', '2026-11-24', 'ingest');
    for (const path of [bill, usage]) mkdirSync(path, { recursive: true });
    const connection = await billWith(month.lineItems, []);
    await connection.run(
      `COPY (SELECT * EXCLUDE (billing_period) FROM cost.line_items) TO '${join(bill, 'prod-us-00001.snappy.parquet')}' (FORMAT parquet)`,
    );
    connection.closeSync();
    writeFileSync(join(usage, '1.jsonl'), (month.usage['prod-us'] ?? []).map((row) => JSON.stringify(row)).join('\n'));
    writeFileSync(
      prices,
      JSON.stringify({
        tiers: { enterprise: 2_000, small: 10 },
        tenants: { 'prod-us-tenant-01': 'enterprise', 'prod-us-tenant-02': 'small' },
      }),
    );
  });

  it('says of exported files what it says of the same month in memory', async () => {
    const files = await run(
      '--cell',
      'prod-us',
      '--month',
      '2026-11',
      '--bill',
      join(folder, 'bill'),
      '--usage',
      join(folder, 'usage'),
      '--json',
    );
    const memory = await run('--cell', 'prod-us', '--synthetic', '7', '--json');
    expect(files.stderr).toBe('');
    expect(JSON.parse(files.stdout)).toEqual(JSON.parse(memory.stdout));
    const { totalCents, attributedPercent, tenants } = JSON.parse(files.stdout) as Report;
    expect(tenants).toHaveLength(36);
    expect(attributedPercent).toBeGreaterThan(95);
    expect(totalCents).toBeGreaterThan(100_000);
  });

  it('shows the margin of each tenant that has a price, the smallest first, behind those that have none', async () => {
    const { stdout } = await run('--cell', 'prod-us', '--synthetic', '7', '--prices', prices, '--json');
    const { tenants } = JSON.parse(stdout) as Report;
    const [small, enterprise] = tenants.slice(-2);
    expect([small?.tenant, enterprise?.tenant]).toEqual(['prod-us-tenant-02', 'prod-us-tenant-01']);
    expect(small?.marginUsd).toBeCloseTo(10 - (small?.costUsd ?? 0), 2);
    expect(enterprise?.priceUsd).toBe(2_000);
    expect(tenants.slice(0, -2).every(({ priceUsd }) => priceUsd === undefined)).toBe(true);
  });

  it('prints a table for people', async () => {
    const { stdout, exitCode } = await run('--cell', 'prod-eu', '--synthetic', '7');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^prod-eu, 2026-11: \d+\.\d\d USD, 100\.0 % attributed\n/);
  });

  it.each<[message: string, args: string[]]>([
    ["--cell: received 'nothing'; allowed: dev, staging, prod-us, prod-eu", []],
    ["--cell: received 'prod'; allowed: dev, staging, prod-us, prod-eu", ['--cell', 'prod']],
    ["--month: received '2026-13'; allowed: a month such as 2026-11", ['--cell', 'dev', '--month', '2026-13']],
    ['--bill and --usage: received not both', ['--cell', 'dev', '--bill', 'x']],
    ["received 'many'; allowed: a seed", ['--cell', 'dev', '--synthetic', 'many']],
  ])('rejects with "%s"', async (message, args) => {
    const { stderr, exitCode, stdout } = await run(...args);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
  });
});
