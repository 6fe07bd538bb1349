/** Who touched which tenant's data: the audit queries, run on records as AWS documents them, in DuckDB [SEC-3]. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { auditQueries } from '../../lib/constructs/audit-queries';
import { athenaWith, execute, type HiveColumn, type TrailRecord } from '../support/athena-on-duckdb';
import { platformTemplate } from '../support/platform-assembly';
import { propertiesOf } from '../support/small-app';
import {
  account,
  assumed,
  backup,
  cell,
  denied,
  engineer,
  onBucket,
  onItem,
  onLake,
  onQueue,
  onStream,
  onTable,
  podRole,
  record,
  tenantSession,
} from './trail-records';

const template = platformTemplate('prod-eu/AuditQueries');
const deployed = propertiesOf(template, 'AWS::Athena::PreparedStatement').map(({ StatementName, QueryStatement }) => [
  String(StatementName),
  String(QueryStatement),
]);
const queries = new Map(deployed as [string, string][]);

interface GlueTable {
  readonly PartitionKeys: readonly HiveColumn[];
  readonly StorageDescriptor: { readonly Columns: readonly HiveColumn[] };
}
const table = propertiesOf(template, 'AWS::Glue::Table')[0]?.['TableInput'] as GlueTable;
const athena = (records: readonly TrailRecord[]) =>
  athenaWith({ schema: 'audit', table: 'events', columns: table.StorageDescriptor.Columns, partitions: table.PartitionKeys }, records);

const records = {
  own: onItem('GetItem', tenantSession('acme'), 'acme#AbCdEfGhIjKlMnOp'),
  foreign: onItem('GetItem', tenantSession('acme'), 'globex#AbCdEfGhIjKlMnOp', denied),
  prefix: onItem('GetItem', tenantSession('acme-corp'), 'acme-corp#AbCdEfGhIjKlMnOp'),
  shell: onItem('GetItem', engineer, 'acme#AbCdEfGhIjKlMnOp', { sourceIPAddress: '10.48.9.9' }),
  // The form of BatchGetItem's record is on no page: an object by table as in the request, or a list as of TransactWriteItems.
  batch: record('dynamodb', 'BatchGetItem', podRole('Processor'), {
    requestParameters: {
      requestItems: { [`${cell}-profiles`]: { keys: [{ pk: 'acme#A', sk: 'profile' }, { pk: 'globex#B', sk: 'profile' }, { pk: 'acme#C' }] } },
    },
    resources: [{ accountId: account, type: 'AWS::DynamoDB::Table', ARN: `arn:aws:dynamodb:eu-west-1:${account}:table/${cell}-profiles` }],
  }),
  transaction: onTable('TransactWriteItems', tenantSession('acme', 'processor'), {
    requestItems: [
      { operation: 'Put', tableName: `${cell}-profiles`, key: { pk: 'acme#A', sk: 'profile' }, items: ['pk', 'sk'] },
      { operation: 'Update', tableName: `${cell}-profiles`, key: { pk: 'initech#A', sk: 'profile' } },
    ],
  }),
  // Values of expressions are in no record: whose items a query read, its session alone tells.
  query: onTable('Query', tenantSession('acme'), { keyConditionExpression: 'pk = :p AND begins_with(sk, :s)' }),
  partiql: record('dynamodb', 'ExecuteStatement', engineer, {
    requestParameters: { statement: `SELECT * FROM "${cell}-profiles" WHERE "pk" = 'globex#A' AND sk = ***(Redacted)` },
    resources: [{ accountId: account, type: 'AWS::DynamoDB::Table', ARN: `arn:aws:dynamodb:eu-west-1:${account}:table/${cell}-profiles` }],
  }),
  object: onBucket('GetObject', tenantSession('acme'), 'quarantine', { key: 'events/acme/2026/11/20/10/a.jsonl.gz' }),
  list: onBucket('ListObjects', tenantSession('acme'), 'quarantine', { prefix: 'events/acme/', 'list-type': '2' }),
  wideList: onBucket('ListObjects', tenantSession('acme'), 'quarantine', { prefix: 'events/acme', 'list-type': '2' }, denied),
  quarantined: onBucket('PutObject', assumed(`${cell}-Streaming-QuarantineRole-x`, 'AWSFirehoseToS3'), 'quarantine', {
    key: 'events/globex/2026/11/20/10/b.jsonl.gz',
  }),
  raw: onBucket('PutObject', assumed(`${cell}-Streaming-RawRole-x`, 'AWSFirehoseToS3'), 'raw', { key: 'events/2026/11/20/10/a.jsonl.gz' }),
  restored: record('dynamodb', 'GetItem', backup, {
    requestParameters: { tableName: `${cell}-profiles`, key: { pk: 'acme#Z', sk: 'profile' } },
    resources: [{ accountId: account, type: 'AWS::DynamoDB::Table', ARN: `arn:aws:dynamodb:eu-west-1:${account}:table/${cell}-profiles` }],
    sourceIPAddress: 'backup.amazonaws.com',
  }),
  impostor: onItem('GetItem', assumed(`${cell}-eu-west-1-tenant-profiles`, 'acme', '666666666666'), 'acme#A'),
  lakeRead: onLake('GetObject', { ...engineer, invokedBy: 'athena.amazonaws.com' }, 'data/0a1b/tenant=acme/received_at_day=2026-11-20/x.parquet'),
  put: onStream('PutRecord', podRole('Ingest'), { streamName: `${cell}-events`, partitionKey: 'acme#A' }),
  subscribed: onStream('SubscribeToShard', podRole('Processor'), {
    consumerARN: `arn:aws:kinesis:eu-west-1:${account}:stream/${cell}-events/consumer/processor:1`,
  }),
  sent: onQueue('SendMessage', podRole('Processor'), 'delivery-webhooks', { messageBody: 'HIDDEN_DUE_TO_SECURITY_REASONS', messageGroupId: 'acme' }),
  asked: record('athena', 'StartQueryExecution', engineer, { eventCategory: 'Management', requestParameters: { workGroup: `${cell}-lake` } }),
  leases: onTable('Scan', podRole('Processor'), {}, {}, 'processor'),
  elsewhere: record('s3', 'GetObject', engineer, { requestParameters: { bucketName: 'cdk-hnb659fds-assets', key: 'a' } }),
  before: onItem('GetItem', tenantSession('acme'), 'acme#Old', { eventTime: '2026-11-18T23:59:59Z' }),
  after: onItem('GetItem', tenantSession('acme'), 'acme#New', { eventTime: '2026-11-22T00:00:00Z' }),
  opened: record('sts', 'AssumeRole', podRole('Profiles'), {
    eventCategory: 'Management',
    requestParameters: {
      roleArn: `arn:aws:iam::${account}:role/${cell}-eu-west-1-tenant-profiles`,
      roleSessionName: 'acme',
      tags: [{ key: 'tenant', value: 'acme' }],
    },
  }),
  disguised: record('sts', 'AssumeRole', podRole('Profiles'), {
    eventCategory: 'Management',
    ...denied,
    requestParameters: {
      roleArn: `arn:aws:iam::${account}:role/${cell}-eu-west-1-tenant-profiles`,
      roleSessionName: 'globex',
      tags: [{ key: 'tenant', value: 'acme' }],
    },
  }),
  otherRole: record('sts', 'AssumeRole', engineer, {
    eventCategory: 'Management',
    requestParameters: { roleArn: `arn:aws:iam::${account}:role/${cell}-Backup-Role`, roleSessionName: 'acme' },
  }),
} satisfies Readonly<Record<string, TrailRecord>>;

const nameOf = (id: unknown) => Object.entries(records).find(([, { eventID }]) => eventID === id)?.[0];
const period = ['2026/11/19', '2026/11/21'] as const;

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await athena(Object.values(records));
});

const run = async (name: string, ...values: string[]) => {
  const sql = queries.get(name);
  if (sql === undefined) throw new RangeError(`name: received ${name}; allowed: ${[...queries.keys()].join(', ')}`);
  return execute(connection, sql, [...period, ...values]);
};

describe('who touched the data of a tenant', () => {
  it('is told with the store, the action, who it was, the tenant of request and session, and whether they differ', async () => {
    const rows = await run('accesses_of_tenant', 'acme');
    const told = rows.map((row) => [nameOf(row['event_id']), row['store'], row['kind'], row['session_tenant'], row['tenant'], row['differs']]);
    expect(told).toEqual([
      ['own', 'profiles', 'tenant session', 'acme', 'acme', false],
      ['foreign', 'profiles', 'tenant session', 'acme', 'globex', true],
      ['shell', 'profiles', 'person', null, 'acme', false],
      ['batch', 'profiles', 'role', null, 'acme', false],
      ['transaction', 'profiles', 'tenant session', 'acme', 'acme', false],
      ['transaction', 'profiles', 'tenant session', 'acme', 'initech', true],
      ['query', 'profiles', 'tenant session', 'acme', null, false],
      ['object', 'quarantine', 'tenant session', 'acme', 'acme', false],
      ['list', 'quarantine', 'tenant session', 'acme', 'acme', false],
      ['wideList', 'quarantine', 'tenant session', 'acme', null, true],
      ['restored', 'profiles', 'AWS service', null, 'acme', false],
      ['impostor', 'profiles', 'other', null, 'acme', false],
      ['lakeRead', 'lake', 'person', null, 'acme', false],
      ['put', 'events', 'role', null, 'acme', false],
      ['sent', 'delivery-webhooks', 'role', null, 'acme', false],
    ]);
  });
});
