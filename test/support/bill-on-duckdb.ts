/** Athena's tables of the bill and of usage, filled in DuckDB; the one query as Athena gets it, unchanged. */
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attributionSql, costNames, type AttributionProps } from '../../lib/cost/attribution/query';
import { lineItemColumns } from '../../lib/cost/attribution/line-items';
import type { LineItem } from '../../lib/cost/attribution/synthetic-month';
import { usageColumns, type UsageRow } from '../../lib/cost/attribution/usage';
import { parseAnswer, type TenantCost } from '../../lib/cost/attribution/report';

const types: Readonly<Record<string, string>> = { string: 'VARCHAR', bigint: 'BIGINT', double: 'DOUBLE', timestamp: 'TIMESTAMP' };

async function load(
  connection: DuckDBConnection,
  table: string,
  columns: readonly { readonly name: string; readonly type: string }[],
  rows: readonly object[],
) {
  const folder = mkdtempSync(join(tmpdir(), 'dataflow-bill-'));
  try {
    const file = join(folder, 'rows.jsonl');
    writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n'));
    const typed = columns.map(({ name, type }) => `${name}: '${String(types[type])}'`).join(', ');
    const listed = columns.map(({ name, type }) => `${name} ${String(types[type])}`).join(', ');
    await connection.run(`CREATE TABLE ${table} (${listed})`);
    if (rows.length > 0)
      await connection.run(`INSERT INTO ${table} SELECT * FROM read_json('${file}', format = 'newline_delimited', columns = {${typed}})`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export async function billWith(lineItems: readonly LineItem[], usage: readonly UsageRow[]): Promise<DuckDBConnection> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`CREATE SCHEMA "${costNames.database}"`);
  await load(
    connection,
    `"${costNames.database}"."${costNames.lineItems}"`,
    [...lineItemColumns, { name: 'billing_period', type: 'string' }],
    lineItems,
  );
  await load(connection, `"${costNames.database}"."${costNames.usage}"`, usageColumns, usage);
  return connection;
}

/** The query's answer on tables that are filled already. */
export async function ask(
  connection: DuckDBConnection,
  props: AttributionProps,
  { month = '2026-11', change = (sql) => sql }: { readonly month?: string; readonly change?: (sql: string) => string } = {},
): Promise<readonly TenantCost[]> {
  const reader = await connection.runAndReadAll(change(attributionSql(props)), [month]);
  return parseAnswer(reader.getRowObjectsJson() as Readonly<Record<string, unknown>>[]);
}

export async function attribute(
  lineItems: readonly LineItem[],
  usage: readonly UsageRow[],
  props: AttributionProps,
): Promise<readonly TenantCost[]> {
  const connection = await billWith(lineItems, usage);
  try {
    return await ask(connection, props);
  } finally {
    connection.closeSync();
  }
}

/** What a changed query says: its rows, or that it fails. */
export const saidBy = (connection: DuckDBConnection, props: AttributionProps, change: (sql: string) => string): Promise<unknown> =>
  ask(connection, props, { change }).catch(String);
