/**
 * Runs Athena's SQL on DuckDB. Our queries keep to what both have; what they call differently is listed here, and is tested as well.
 * Not run on Athena: that needs an account. Sources: Trino documentation, "Functions and operators" (Athena engine version 3 is Trino's); DuckDB
 * documentation, "Functions"; read 2026-11.
 */
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';

/** Trino's name of a function, DuckDB's, and nothing else: arguments are the same. Both begin lists at 1. */
const functions: Readonly<Record<string, string>> = {
  json_extract_scalar: 'json_extract_string',
  element_at: 'list_extract',
};

export const toDuckDb = (sql: string): string =>
  Object.entries(functions).reduce((text, [trino, duckDb]) => text.replaceAll(new RegExp(`\\b${trino}\\(`, 'g'), `${duckDb}(`), sql);

/** `struct<a:string>`, `array<...>`: Hive's types, as Glue has them, in DuckDB's words. */
export function toDuckDbType(hive: string): string {
  const [, kind, inner = ''] = /^(struct|array)<(.*)>$/.exec(hive) ?? [];
  if (kind === 'array') return `${toDuckDbType(inner)}[]`;
  if (kind === 'struct')
    return `STRUCT(${splitFields(inner)
      .map((field) => `"${field.slice(0, field.indexOf(':'))}" ${toDuckDbType(field.slice(field.indexOf(':') + 1))}`)
      .join(', ')})`;
  if (hive !== 'string') throw new RangeError(`type: received ${hive}; allowed: string, struct<...>, array<...>`);
  return 'VARCHAR';
}

/** Fields of a struct, at the commas that are in no deeper one. */
function splitFields(text: string): string[] {
  const fields = [''];
  let depth = 0;
  for (const character of text) {
    depth += character === '<' ? 1 : character === '>' ? -1 : 0;
    if (character === ',' && depth === 0) fields.push('');
    else fields[fields.length - 1] += character;
  }
  return fields;
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * A field as Hive's JSON SerDe reads it: names without case, a nested object as text where the column is a string. That the SerDe writes that text as JSON is
 * what Athena's guide builds on ("Query CloudTrail logs": `json_extract_scalar(requestparameters, ...)`).
 */
function asHive(value: Json | undefined, type: string): Json {
  if (value === undefined || value === null) return null;
  if (type === 'string') return typeof value === 'string' ? value : JSON.stringify(value);
  const [, kind, inner = ''] = /^(struct|array)<(.*)>$/.exec(type) ?? [];
  if (kind === 'array') return (value as readonly Json[]).map((entry) => asHive(entry, inner));
  const byName = new Map(Object.entries(value as Readonly<Record<string, Json>>).map(([name, field]) => [name.toLowerCase(), field]));
  return Object.fromEntries(
    splitFields(inner).map((field) => {
      const name = field.slice(0, field.indexOf(':'));
      return [name, asHive(byName.get(name), field.slice(field.indexOf(':') + 1))];
    }),
  );
}

export interface HiveColumn {
  readonly Name: string;
  readonly Type: string;
}

export type TrailRecord = Readonly<Record<string, Json>>;

/** The table of the template, filled with records; partitions from their Region and time. */
export async function athenaWith(
  {
    schema,
    table,
    columns,
    partitions,
  }: {
    readonly schema: string;
    readonly table: string;
    readonly columns: readonly HiveColumn[];
    readonly partitions: readonly HiveColumn[];
  },
  records: readonly TrailRecord[],
): Promise<DuckDBConnection> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const all = [...columns, ...partitions];
  await connection.run(`CREATE SCHEMA "${schema}"`);
  await connection.run(
    `CREATE TABLE "${schema}"."${table}" (${all.map(({ Name, Type }) => `"${Name}" ${toDuckDbType(Type)}`).join(', ')})`,
  );
  for (const record of records) {
    const row = asHive(
      { ...record, region: record['awsRegion'] ?? null, day: String(record['eventTime']).slice(0, 10).replaceAll('-', '/') },
      `struct<${all.map(({ Name, Type }) => `${Name.toLowerCase()}:${Type}`).join(',')}>`,
    ) as Readonly<Record<string, Json>>;
    const values = all.map(({ Name, Type }) => (Type === 'string' ? row[Name] : JSON.stringify(row[Name] ?? null)) as string | null);
    const places = all.map(({ Type }) => (Type === 'string' ? '?' : `CAST(CAST(? AS JSON) AS ${toDuckDbType(Type)})`));
    await connection.run(`INSERT INTO "${schema}"."${table}" VALUES (${places.join(', ')})`, values);
  }
  return connection;
}

/** `EXECUTE name USING ...`: values stay values. */
export async function execute(
  connection: DuckDBConnection,
  sql: string,
  values: readonly string[],
): Promise<Readonly<Record<string, Json>>[]> {
  const reader = await connection.runAndReadAll(toDuckDb(sql), [...values]);
  return reader.getRowObjectsJson() as Readonly<Record<string, Json>>[];
}
