/**
 * What each tenant cost in a month, and the margin to its price, from files on this machine: those that an account has exported, or a synthetic month. In production
 * Athena asks the same query in each cell: docs/07-cost/attribution.md. DuckDB, which asks it here, is a development dependency.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { billedCells } from '../lib/billed-cells';
import { platform } from '../lib/config/platform';
import { accountParts } from '../lib/cost/attribution/accounts';
import { lineItemColumns } from '../lib/cost/attribution/line-items';
import { attributionSql } from '../lib/cost/attribution/query';
import { margins, parseAnswer, summarize, type PriceList, type TenantCost } from '../lib/cost/attribution/report';
import { syntheticMonth } from '../lib/cost/attribution/synthetic-month';
import { usageColumns } from '../lib/cost/attribution/usage';

const HELP = `npm run -s attribution -- --cell prod-eu --month 2026-11 --bill FOLDER --usage FOLDER [--prices FILE] [--json]
npm run -s attribution -- --cell prod-eu --synthetic [SEED] [--json]

  --cell       whose tenants: ${billedCells(platform.environments)
    .map(({ name }) => name)
    .join(', ')}
  --month      yyyy-MM
  --bill       the export of the bill, Parquet, as it lies under bill/CELL/data/
  --usage      what the services counted, JSON lines, as it lies under usage/
  --prices     {"tiers": {"TIER": USD a month}, "tenants": {"TENANT": "TIER"}}
  --synthetic  a month made up, from a seed
  --json       JSON alone`;

const types: Readonly<Record<string, string>> = { string: 'VARCHAR', bigint: 'BIGINT', double: 'DOUBLE', timestamp: 'TIMESTAMP' };
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

class UsageError extends Error {}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      cell: { type: 'string' },
      month: { type: 'string' },
      bill: { type: 'string' },
      usage: { type: 'string' },
      prices: { type: 'string' },
      synthetic: { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return void console.log(HELP);
  const { cell, month = '2026-11' } = values;
  const cells = billedCells(platform.environments);
  if (cell === undefined || !cells.some(({ name }) => name === cell)) {
    throw new UsageError(`--cell: received '${cell ?? 'nothing'}'; allowed: ${cells.map(({ name }) => name).join(', ')}`);
  }
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) throw new UsageError(`--month: received '${month}'; allowed: a month such as 2026-11`);
  const seed = Number(positionals[0] ?? 1);
  if (!Number.isInteger(seed) || positionals.length > (values.synthetic ? 1 : 0))
    throw new UsageError(`received '${positionals.join(' ')}'; allowed: a seed, with --synthetic`);

  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run('CREATE SCHEMA cost');
  if (values.synthetic) await loadSynthetic(connection, seed, month, cell);
  else if (values.bill && values.usage) await viewFiles(connection, resolve(values.bill), resolve(values.usage));
  else throw new UsageError('--bill and --usage: received not both; allowed: both, or --synthetic');

  const accounts = accountParts(cell, cells, platform.organization.managementAccount);
  const answer = await connection.runAndReadAll(attributionSql({ accounts }), [month]);
  const rows = parseAnswer(answer.getRowObjectsJson() as Readonly<Record<string, unknown>>[]);
  const prices = values.prices ? (JSON.parse(readFileSync(values.prices, 'utf8')) as PriceList) : { tiers: {}, tenants: {} };
  if (values.json) console.log(JSON.stringify({ cell, month, ...summarize(rows), tenants: margins(rows, prices) }, null, 2));
  else print(cell, month, rows, prices);
}

/** Tables over files, where they lie: nothing is copied. */
async function viewFiles(connection: DuckDBConnection, bill: string, usage: string): Promise<void> {
  const columns = lineItemColumns.map(({ name }) => name).join(', ');
  await connection.run(
    `CREATE VIEW cost.line_items AS SELECT ${columns}, substr(CAST("BILLING_PERIOD" AS VARCHAR), 1, 7) AS billing_period ` +
      `FROM read_parquet(${quoted(join(bill, '**/*.parquet'))}, hive_partitioning = true, hive_types_autocast = false)`,
  );
  const typed = usageColumns.map(({ name, type }) => `${name}: '${String(types[type])}'`).join(', ');
  await connection.run(
    `CREATE VIEW cost.usage_by_tenant AS SELECT * FROM read_json(${quoted(join(usage, '**/*.json*'))}, format = 'newline_delimited', columns = {${typed}})`,
  );
}

async function loadSynthetic(connection: DuckDBConnection, seed: number, month: string, cell: string): Promise<void> {
  const { lineItems, usage } = syntheticMonth(seed, month);
  const fill = async (table: string, columns: readonly { readonly name: string; readonly type: string }[], rows: readonly object[]) => {
    await connection.run(`CREATE TABLE ${table} (${columns.map(({ name, type }) => `${name} ${String(types[type])}`).join(', ')})`);
    const appender = await connection.createAppender(table.split('.')[1] ?? table, 'cost');
    for (const row of rows) {
      for (const { name, type } of columns) {
        const value = (row as Readonly<Record<string, string | number | null | undefined>>)[name];
        if (value === null || value === undefined) appender.appendNull();
        else if (type === 'double') appender.appendDouble(Number(value));
        else if (type === 'bigint') appender.appendBigInt(BigInt(value));
        else appender.appendVarchar(String(value));
      }
      appender.endRow();
    }
    appender.closeSync();
  };
  await fill('cost.line_items', [...lineItemColumns, { name: 'billing_period', type: 'string' }], lineItems);
  await fill('cost.usage_by_tenant', usageColumns, usage[cell] ?? []);
}

function print(cell: string, month: string, rows: readonly TenantCost[], prices: PriceList): void {
  const { totalCents, attributedPercent, evenPercent, overheadPercent, unattributed, averageTenantUsd } = summarize(rows);
  const usd = (amount: number | undefined) => (amount === undefined ? '-' : amount.toFixed(2)).padStart(10);
  console.log(`${cell}, ${month}: ${(totalCents / 100).toFixed(2)} USD, ${attributedPercent.toFixed(1)} % attributed`);
  console.log(
    `evenly ${evenPercent.toFixed(1)} %, with the load as a whole ${overheadPercent.toFixed(1)} %; a tenant on average ${averageTenantUsd.toFixed(2)} USD\n`,
  );
  console.log(`${'tenant'.padEnd(28)} ${'cost'.padStart(10)} ${'price'.padStart(10)} ${'margin'.padStart(10)}`);
  for (const { tenant, costUsd, priceUsd, marginUsd } of margins(rows, prices))
    console.log(`${tenant.padEnd(28)} ${usd(costUsd)} ${usd(priceUsd)} ${usd(marginUsd)}`);
  for (const { reason, cents } of unattributed) console.log(`${`(${reason})`.padEnd(28)} ${usd(cents / 100)}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof UsageError ? `${error.message}\n\n${HELP}` : error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
