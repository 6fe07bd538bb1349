import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { drivers, namespaces, rules, type AllocationRule, type Driver, type MeasuredDriver } from './rules';
import type { UsageName } from './usage';

/** Which part of an account's bill is a cell's, from 0 to 1. */
export interface AccountPart {
  readonly account: string;
  readonly part: number;
}

export interface AttributionProps {
  /** Every account of the organization: what is in the bill of another one is unattributed. */
  readonly accounts: readonly AccountPart[];
  /** As the engine names it. @default - the tables of lib/constructs/cost-tables.ts */
  readonly tables?: { readonly lineItems: string; readonly usage: string };
  /** @default - those of rules.ts */
  readonly rules?: readonly AllocationRule[];
}

/** Names in the catalogue of the cell's account. */
export const costNames = { database: 'cost', lineItems: 'line_items', usage: 'usage_by_tenant', statement: 'attribute_cost' } as const;

/** The column that a measured driver sums up; storedBytes, of all months, stands in the query. */
const columnOf: Readonly<Record<Exclude<MeasuredDriver, 'storedBytes'>, UsageName>> = {
  events: 'events',
  eventBytes: 'event_bytes',
  computeMs: 'compute_ms',
  writes: 'profile_writes',
  deliveries: 'deliveries',
  deliveryBytes: 'delivery_bytes',
  reads: 'reads',
};

const measured = Object.keys(drivers) as MeasuredDriver[];
/** Columns of the answer, each in USD. */
export const shownDrivers: readonly Exclude<Driver, 'pods'>[] = [...measured, 'overhead', 'even', 'adjustment'];

/** Of the answer, in USD. */
export const columnName = (driver: string): string => `${driver.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}_usd`;

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** A row for each combination of the patterns of a rule. */
function ruleRows(allocation: readonly AllocationRule[]): string[] {
  const anyOf = (patterns: readonly string[] | undefined) => patterns ?? ['%'];
  return allocation.flatMap(({ id, product, usageTypes, lineTypes, components, driver }, priority) =>
    anyOf(usageTypes).flatMap((usageType) =>
      anyOf(lineTypes).flatMap((lineType) =>
        anyOf(components).map(
          (component) => `(${[priority, ...[id, product, usageType, lineType, component, driver].map(text)].join(', ')})`,
        ),
      ),
    ),
  );
}

/** The one query, for one cell: rules and names written in, the month left as its parameter. */
export function attributionSql({ accounts, tables, rules: given = rules }: AttributionProps): string {
  const places: Readonly<Record<string, string>> = {
    rules: ruleRows(given).join(',\n  '),
    namespaces: Object.entries(namespaces)
      .map(([namespace, driver]) => `(${text(namespace)}, ${text(driver)})`)
      .join(',\n  '),
    accounts: accounts.map(({ account, part }) => `(${text(account)}, ${part})`).join(',\n  '),
    lineItems: tables?.lineItems ?? `"${costNames.database}"."${costNames.lineItems}"`,
    usage: tables?.usage ?? `"${costNames.database}"."${costNames.usage}"`,
    measures: Object.entries(columnOf)
      .map(
        ([driver, column]) =>
          `sum(CASE WHEN substr(u.hour, 1, 7) = p.month THEN greatest(CAST(coalesce(u.${column}, 0) AS double), 0e0) ELSE 0e0 END) AS "${driver}"`,
      )
      .join(',\n    '),
    amounts: measured
      .map((driver) => `SELECT ${text(driver)} AS driver, tenant, "${driver}" AS amount FROM measures`)
      .join('\n  UNION ALL\n  '),
    columns: shownDrivers
      .map((driver) => `sum(CASE WHEN driver = ${text(driver)} THEN usd ELSE 0e0 END) AS ${columnName(driver)}`)
      .join(',\n    '),
    noColumns: shownDrivers.map((driver) => `0e0 AS ${columnName(driver)}`).join(',\n    '),
    names: shownDrivers.map(columnName).join(',\n  '),
  };
  const sql = readFileSync(join(__dirname, '../../queries/cost/attribute-cost.sql'), 'utf8').trim();
  // By a function: in a text, `$'` would mean what follows.
  return sql.replaceAll(/\{(\w+)\}/g, (whole, name: string) => places[name] ?? whole);
}
