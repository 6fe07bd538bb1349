/** What the tests of the audit queries stand on: that DuckDB means by the words what Trino documents. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { athenaWith, execute, toDuckDb, toDuckDbType } from '../support/athena-on-duckdb';

const columns = [
  { Name: 'requestparameters', Type: 'string' },
  { Name: 'useridentity', Type: 'struct<arn:string,sessioncontext:struct<sessionissuer:struct<username:string>>>' },
  { Name: 'resources', Type: 'array<struct<arn:string,type:string>>' },
] as const;
const partitions = [{ Name: 'day', Type: 'string' }] as const;

const ask = async (record: Parameters<typeof athenaWith>[1][number], expression: string) => {
  const connection = await athenaWith({ schema: 'audit', table: 'events', columns, partitions }, [record]);
  const [row] = await execute(connection, `SELECT ${expression} AS answer FROM "audit"."events"`, []);
  return row?.['answer'];
};

describe("Athena's SQL on DuckDB", () => {
  it('calls two functions by another name, and touches nothing else', () => {
    expect(toDuckDb("SELECT json_extract_scalar(a, '$.b'), element_at(c, 1), regexp_extract(d, 'element_at', 1)")).toBe(
      "SELECT json_extract_string(a, '$.b'), list_extract(c, 1), regexp_extract(d, 'element_at', 1)",
    );
  });

  it('makes the types of Hive, and rejects one that no column has', () => {
    expect(toDuckDbType(columns[1].Type)).toBe(
      'STRUCT("arn" VARCHAR, "sessioncontext" STRUCT("sessionissuer" STRUCT("username" VARCHAR)))',
    );
    expect(toDuckDbType(columns[2].Type)).toBe('STRUCT("arn" VARCHAR, "type" VARCHAR)[]');
    expect(() => toDuckDbType('map<string,string>')).toThrow('received map<string,string>');
  });

  it('reads a record as the SerDe does: names without case, an object in a text column as JSON', async () => {
    const record = {
      eventTime: '2026-11-20T10:00:00Z',
      requestParameters: { key: { pk: 'acme#A' } },
      userIdentity: { arn: 'a', sessionContext: { sessionIssuer: { userName: 'role' } } },
      resources: [{ ARN: 'x', type: 'T' }],
    };
    expect(await ask(record, 'useridentity.sessioncontext.sessionissuer.username')).toBe('role');
    expect(await ask(record, "json_extract_scalar(requestparameters, '$.key.pk')")).toBe('acme#A');
    expect(await ask(record, '(element_at(resources, 1)).arn')).toBe('x');
    expect(await ask(record, '(element_at(resources, 2)).arn')).toBeNull();
    expect(await ask(record, 'day')).toBe('2026/11/20');
  });

  it.each([
    // Trino: NULL where nothing matches, where DuckDB has an empty text. nullif makes one of both, so the queries use it everywhere.
    ["nullif(regexp_extract('abc', '(x)', 1), '')", null],
    ["nullif(regexp_extract('abc', 'a(b)', 1), '')", 'b'],
    ["regexp_extract_all('a1 b2', '[a-z]([0-9])', 1)", ['1', '2']],
    ["array_distinct(regexp_extract_all('a a', '(a)', 1) || regexp_extract_all('a', '(x)', 1))", ['a']],
    ["starts_with('acme-corp', 'acme')", true],
    ["coalesce(NULL <> 'a', false)", false],
    ["'a' IN (NULL, 'a')", true],
    ["substr('abc', 1, 2)", 'ab'],
  ])('means by %s what Trino documents', async (expression, answer) => {
    expect(await ask({ eventTime: '2026-11-20T10:00:00Z' }, expression)).toEqual(answer);
  });

  it('finds the tenant in any key, and none in what a key only holds', async () => {
    const tenant = fc.stringMatching(/^[a-z0-9](-?[a-z0-9]){1,39}$/);
    const pattern = `regexp_extract_all(requestparameters, '"pk"\\s*:\\s*"([^"#]+)#', 1)`;
    await fc.assert(
      fc.asyncProperty(tenant, fc.string(), tenant, async (owner, text, other) => {
        const requestParameters = { key: { pk: `${owner}#${text}`, sk: `"pk":"${other}#` } };
        expect(await ask({ eventTime: '2026-11-20T10:00:00Z', requestParameters }, pattern)).toEqual([owner]);
      }),
      { numRuns: 40 },
    );
  });
});
