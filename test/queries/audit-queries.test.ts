/** Who touched which tenant's data: the audit queries, run on records as AWS documents them, in DuckDB [SEC-3]. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { Match } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { findResource } from '../../lib/checks/store-register';
import { stores } from '../../lib/checks/stores';
import { auditQueries } from '../../lib/constructs/audit-queries';
import { athenaWith, execute, type HiveColumn, type TrailRecord } from '../support/athena-on-duckdb';
import { platformStacks, platformTemplate } from '../support/platform-assembly';
import { propertiesOf } from '../support/small-app';
import {
  account,
  assumed,
  backup,
  cell,
  administrator,
  denied,
  engineer,
  onBucket,
  onItem,
  onLake,
  onQueue,
  onStream,
  onTable,
  operatorOf,
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
      requestItems: {
        [`${cell}-profiles`]: { keys: [{ pk: 'acme#A', sk: 'profile' }, { pk: 'globex#B', sk: 'profile' }, { pk: 'acme#C' }] },
      },
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
  // What AWS Backup restores to try it begins with no cell's name.
  tried: record('dynamodb', 'Scan', podRole('Profiles'), {
    requestParameters: { tableName: 'awsbackup-restore-test-1a2b3c' },
    resources: [
      {
        accountId: account,
        type: 'AWS::DynamoDB::Table',
        ARN: `arn:aws:dynamodb:eu-west-1:${account}:table/awsbackup-restore-test-1a2b3c`,
      },
    ],
  }),
  copied: onTable('Scan', assumed(`${cell}-table-restorer-eu-west-1`, 'jo'), {}, {}, 'profiles-restored'),
  impostor: onItem('GetItem', assumed(`${cell}-profiles-tenant-eu-west-1`, 'acme', '666666666666'), 'acme#A'),
  lakeRead: onLake(
    'GetObject',
    { ...engineer, invokedBy: 'athena.amazonaws.com' },
    'data/0a1b/tenant=acme/received_at_day=2026-11-20/x.parquet',
  ),
  put: onStream('PutRecord', podRole('Ingest'), { streamName: `${cell}-events`, partitionKey: 'acme#A' }),
  subscribed: onStream('SubscribeToShard', podRole('Processor'), {
    consumerARN: `arn:aws:kinesis:eu-west-1:${account}:stream/${cell}-events/consumer/processor:1`,
  }),
  sent: onQueue('SendMessage', podRole('Processor'), 'delivery-webhook', {
    messageBody: 'HIDDEN_DUE_TO_SECURITY_REASONS',
    messageGroupId: 'acme',
  }),
  asked: record('athena', 'StartQueryExecution', engineer, {
    eventCategory: 'Management',
    requestParameters: { workGroup: `${cell}-lake` },
  }),
  leases: onTable('Scan', podRole('Processor'), {}, {}, 'processor'),
  served: onItem('GetItem', operatorOf('acme'), 'acme#B'),
  redriven: onQueue('ReceiveMessage', assumed(`${cell}-delivery-operator-eu-west-1`, 'jo'), 'delivery-webhook-dead'),
  asOperator: onLake('GetObject', assumed(`${cell}-lake-operator-eu-west-1`, 'jo'), 'data/0a1b/x.parquet'),
  mallory: onStream('GetRecords', administrator, { streamName: `${cell}-events` }),
  deployer: onQueue('ReceiveMessage', assumed(`cdk-hnb659fds-deploy-role-${account}-eu-west-1`, 'mallory'), 'delivery-webhook'),
  root: onBucket('GetObject', { type: 'Root', arn: `arn:aws:iam::${account}:root`, accountId: account }, 'raw', { key: 'events/a' }),
  strayed: onStream('GetRecords', assumed(`${cell}-Backup-Operator41AE602D-x1y2z3`, 'AWSBackup'), { streamName: `${cell}-events` }),
  neighbour: onStream('GetRecords', assumed('prod-europe-Streaming-RawRole3CFEFC73-x1y2z3', 'x'), { streamName: `${cell}-events` }),
  lookalike: onStream('GetRecords', assumed(`${cell}-Streaming-RawRole3CFEFC73-x1y2z3`, 'x', '666666666666'), {
    streamName: `${cell}-events`,
  }),
  announced: onQueue('SendMessage', { type: 'AWSService', invokedBy: 'events.amazonaws.com' }, 'replay'),
  drained: onQueue('ReceiveMessage', { type: 'AWSService', invokedBy: 'pipes.amazonaws.com' }, 'delivery-webhook'),
  elsewhere: record('s3', 'GetObject', engineer, { requestParameters: { bucketName: 'cdk-hnb659fds-assets', key: 'a' } }),
  before: onItem('GetItem', tenantSession('acme'), 'acme#Old', { eventTime: '2026-11-18T23:59:59Z' }),
  after: onItem('GetItem', tenantSession('acme'), 'acme#New', { eventTime: '2026-11-22T00:00:00Z' }),
  opened: record('sts', 'AssumeRole', podRole('Profiles'), {
    eventCategory: 'Management',
    requestParameters: {
      roleArn: `arn:aws:iam::${account}:role/${cell}-profiles-tenant-eu-west-1`,
      roleSessionName: 'acme',
      tags: [{ key: 'tenant', value: 'acme' }],
    },
  }),
  disguised: record('sts', 'AssumeRole', podRole('Profiles'), {
    eventCategory: 'Management',
    ...denied,
    requestParameters: {
      roleArn: `arn:aws:iam::${account}:role/${cell}-profiles-tenant-eu-west-1`,
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
    const told = rows.map((row) => [
      nameOf(row['event_id']),
      row['store'],
      row['kind'],
      row['session_tenant'],
      row['tenant'],
      row['differs'],
    ]);
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
      ['sent', 'delivery-webhook', 'role', null, 'acme', false],
      ['served', 'profiles', 'person for a tenant', 'acme', 'acme', false],
    ]);
  });
});

describe('what an identity touched', () => {
  it('is told by the session, which for a person is its name in the directory', async () => {
    const rows = await run('accesses_by_identity', 'jo@example.com');
    expect(rows.map((row) => [nameOf(row['event_id']), row['store'], row['invoked_by'], row['tenant']])).toEqual([
      ['shell', 'profiles', null, 'acme'],
      ['partiql', 'profiles', null, 'globex'],
      ['lakeRead', 'lake', 'athena.amazonaws.com', 'acme'],
      ['asked', 'athena', null, null],
    ]);
  });

  it('is told by the role, whatever its sessions were called', async () => {
    const rows = await run('accesses_by_identity', `${cell}-Workloads-ProcessorRole0123ABCD-x1y2z3`);
    expect(rows.map((row) => [nameOf(row['event_id']), row['store'], row['tenant']])).toEqual([
      ['batch', 'profiles', 'acme'],
      ['batch', 'profiles', 'globex'],
      ['subscribed', 'events', null],
      ['sent', 'delivery-webhook', 'acme'],
      ['leases', 'processor', null],
    ]);
  });

  it('has time, Region, address and error of each access', async () => {
    const [row] = (await run('accesses_of_tenant', 'globex')).filter(({ event_id: id }) => nameOf(id) === 'foreign');
    expect(row).toMatchObject({
      happened_at: '2026-11-20T10:00:00Z',
      region: 'eu-west-1',
      action: 'GetItem',
      role: 'prod-eu-profiles-tenant-eu-west-1',
      session: 'acme',
      source_ip: '10.48.1.2',
      error_code: 'AccessDenied',
      denied: true,
      item: expect.stringContaining('globex#AbCdEfGhIjKlMnOp'),
    });
  });
});

describe('anomalies', () => {
  it('are what names another tenant, was denied, or came from anything but a session of a tenant; nothing else is', async () => {
    const rows = await run('anomalies');
    expect(rows.map((row) => [row['reason'], nameOf(row['example']), row['store'], row['tenant'], Number(row['accesses'])]).sort()).toEqual(
      [
        ['by a person', 'asOperator', 'lake', null, 1],
        ['by a person', 'asked', 'athena', null, 1],
        ['by a person', 'copied', 'profiles-restored', null, 1],
        ['by a person', 'lakeRead', 'lake', 'acme', 1],
        ['by a person', 'partiql', 'profiles', 'globex', 1],
        ['by a person', 'redriven', 'delivery-webhook-dead', null, 1],
        ['by a person', 'served', 'profiles', 'acme', 1],
        ['by a person', 'shell', 'profiles', 'acme', 1],
        ['by an administrator', 'deployer', 'delivery-webhook', null, 1],
        ['by an administrator', 'mallory', 'events', null, 1],
        ['by an administrator', 'neighbour', 'events', null, 1],
        ['by an administrator', 'root', 'raw', null, 1],
        ['by nobody of ours', 'lookalike', 'events', null, 1],
        ['by nobody of ours', 'impostor', 'profiles', 'acme', 1],
        ['names another tenant', 'foreign', 'profiles', 'globex', 1],
        ['names another tenant', 'transaction', 'profiles', 'initech', 1],
        ['names another tenant', 'wideList', 'quarantine', null, 1],
        ['outside of a tenant session', 'batch', 'profiles', 'acme', 1],
        ['outside of a tenant session', 'batch', 'profiles', 'globex', 1],
        ['outside of a tenant session', 'drained', 'delivery-webhook', null, 1],
        ['outside of a tenant session', 'restored', 'profiles', 'acme', 1],
        ['outside of a tenant session', 'tried', 'awsbackup-restore-test-1a2b3c', null, 1],
        ['outside of a tenant session', 'strayed', 'events', null, 1],
      ].sort(),
    );
  });

  it('are counted, a row for each identity and action, with the first and the last time', async () => {
    const at = (time: string) => onItem('GetItem', engineer, 'acme#A', { eventTime: `2026-11-20T${time}Z` });
    const many = await athena([at('09:00:00'), at('11:00:00'), at('10:00:00')]);
    expect(await execute(many, queries.get('anomalies') ?? '', [...period])).toMatchObject([
      { accesses: '3', first_at: '2026-11-20T09:00:00Z', last_at: '2026-11-20T11:00:00Z' },
    ]);
  });

  it.each([
    ['reads the stream', onStream('GetRecords', administrator, { streamName: `${cell}-events` })],
    ['reads raw batches', onBucket('GetObject', administrator, 'raw', { key: 'events/2026/11/20/10/a.jsonl.gz' })],
    ['reads spilled events', onBucket('GetObject', administrator, 'spill', { key: 'events/2026/11/20/10/a.jsonl.gz' })],
    ['reads a file of the lake', onLake('GetObject', administrator, 'data/0a1b/tenant=acme/x.parquet')],
    ['takes deliveries', onQueue('ReceiveMessage', administrator, 'delivery-webhook')],
    [
      'takes deliveries by the role of the CDK',
      onQueue('ReceiveMessage', assumed(`cdk-hnb659fds-deploy-role-${account}-eu-west-1`, 'mallory'), 'delivery-webhook'),
    ],
    [
      'asks Athena',
      record('athena', 'StartQueryExecution', administrator, {
        eventCategory: 'Management',
        requestParameters: { workGroup: `${cell}-lake` },
      }),
    ],
    [
      'reads as a user',
      onStream(
        'GetRecords',
        { type: 'IAMUser', arn: `arn:aws:iam::${account}:user/mallory`, accountId: account },
        { streamName: `${cell}-events` },
      ),
    ],
    [
      'takes the name of another cell',
      onStream('GetRecords', assumed('prod-europe-Streaming-RawRole3CFEFC73-x1y2z3', 'mallory'), { streamName: `${cell}-events` }),
    ],
  ])('include an administrator of the account who %s', async (_, access) => {
    const one = await athena([access]);
    expect(await execute(one, queries.get('anomalies') ?? '', [...period])).toMatchObject([
      { reason: 'by an administrator', kind: 'administrator' },
    ]);
  });

  it('show whoever serves one tenant as a person, and whose data it was', async () => {
    const one = await athena([onItem('GetItem', operatorOf('acme'), 'acme#A')]);
    expect(await execute(one, queries.get('anomalies') ?? '', [...period])).toMatchObject([
      { reason: 'by a person', kind: 'person for a tenant', tenant: 'acme' },
    ]);
  });

  it('include a person that serves one tenant and names another', async () => {
    const one = await athena([onItem('GetItem', operatorOf('acme'), 'globex#A', denied)]);
    expect(await execute(one, queries.get('anomalies') ?? '', [...period])).toMatchObject([{ reason: 'names another tenant' }]);
  });

  it('include what a role of ours was denied in a store that all share', async () => {
    const one = await athena([onBucket('GetObject', podRole('Ingest'), 'raw', { key: 'events/2026/11/20/10/a' }, denied)]);
    expect(await execute(one, queries.get('anomalies') ?? '', [...period])).toMatchObject([{ reason: 'denied', store: 'raw' }]);
  });

  it.each(['prod-eu-new-store', 'prod-eu-spill-over'])(
    'include a role that touches %s, a store that nobody has said it is meant to touch',
    async (name) => {
      const table = name.slice(cell.length + 1);
      const one = await athena([onTable('Scan', podRole('Processor'), {}, {}, table)]);
      expect(await execute(one, queries.get('anomalies') ?? '', [...period])).toMatchObject([{ store: table }]);
    },
  );
});

describe("every store of customers' data", () => {
  const members = platformStacks().filter(({ path }) => path.startsWith(`${cell}/`));
  const document = readFileSync(join(__dirname, '../../docs/02-data/audit.md'), 'utf8');
  const byType: Readonly<Record<string, (name: string) => TrailRecord>> = {
    'AWS::DynamoDB::GlobalTable': (name) => onTable('Scan', engineer, {}, {}, name),
    'AWS::Kinesis::Stream': (name) => onStream('GetRecords', engineer, { streamName: `${cell}-${name}` }, name),
    'AWS::S3::Bucket': (name) => onBucket('GetObject', engineer, name.replace(/-\d{12}-.+$/, ''), { key: 'a' }),
    'AWS::S3Tables::Table': () => onLake('GetObject', engineer, 'data/a.parquet'),
    'AWS::SQS::Queue': (name) => onQueue('ReceiveMessage', engineer, name),
  };
  const nameProperties = ['TableName', 'BucketName', 'QueueName', 'Name', 'DBClusterIdentifier'];

  it.each(stores.map((store) => [store.name, store] as const))(
    '%s is in the answers, by the name that docs/02-data/audit.md has',
    async (name, store) => {
      const row = document.split('\n').find((line) => line.startsWith(`| ${name} |`));
      expect(row, `docs/02-data/audit.md has no row for ${name}`).toBeDefined();
      const resource = findResource(members, store.resource);
      const physical = nameProperties.map((property) => resource?.properties[property]).find((value) => typeof value === 'string') ?? '';
      if (store.resource.type === 'AWS::RDS::DBCluster') {
        expect(row).toContain('pgaudit');
        return;
      }
      const sample = byType[store.resource.type];
      if (!sample) throw new Error(`${name}: no query of lib/queries/audit knows ${store.resource.type}`);
      const one = await athena([sample(physical.replace(`${cell}-`, ''))]);
      const [found] = await execute(one, queries.get('accesses_by_identity') ?? '', [...period, 'jo@example.com']);
      expect(found?.['store'], `no query finds ${physical}`).toEqual(expect.any(String));
      expect(row).toContain(`\`${String(found?.['store'])}\``);
      // A person in a store is an anomaly, whichever store it is.
      expect(await execute(one, queries.get('anomalies') ?? '', [...period])).toHaveLength(1);
    },
  );
});

describe('the table', () => {
  const parameters = (path: string) =>
    (
      propertiesOf(platformTemplate(path), 'AWS::Glue::Table')[0]?.['TableInput'] as {
        readonly Parameters: Readonly<Record<string, string>>;
      }
    ).Parameters;

  it.each([
    ['dev/AuditQueries', 'us-east-1', 90],
    ['prod-eu/AuditQueries', 'eu-west-1,eu-central-1', 400],
    ['prod-eu/RecoveryAuditQueries', 'eu-west-1,eu-central-1', 400],
  ])('%s has a partition for each Region of its cell and day of its records, where the trail puts their files', (path, regions, days) => {
    const { 'storage.location.template': location, ...projection } = parameters(path);
    expect(projection).toEqual({
      EXTERNAL: 'TRUE',
      'projection.enabled': 'true',
      'projection.region.type': 'enum',
      'projection.region.values': regions,
      'projection.day.type': 'date',
      'projection.day.format': 'yyyy/MM/dd',
      'projection.day.range': `NOW-${days}DAYS,NOW`,
      'projection.day.interval': '1',
      'projection.day.interval.unit': 'DAYS',
    });
    const account = path.startsWith('dev') ? '111111111111' : '444444444444';
    expect(JSON.stringify(location)).toContain(`/AWSLogs/${account}/CloudTrail/\${region}/\${day}`);
  });

  it('lets a query of three days read the files of three days in two Regions, and no other', () => {
    const { 'projection.region.values': regions = '', 'storage.location.template': location } = parameters('prod-eu/AuditQueries');
    const suffix = JSON.stringify(location)
      .replace(/^.*\/AWSLogs/, 'AWSLogs')
      .replace(/"\]\]\}$/, '');
    const [first, last] = period;
    const days: string[] = [];
    for (let day = new Date(first.replaceAll('/', '-')); day <= new Date(last.replaceAll('/', '-')); day.setUTCDate(day.getUTCDate() + 1))
      days.push(day.toISOString().slice(0, 10).replaceAll('-', '/'));
    const prefixes = regions.split(',').flatMap((region) => days.map((day) => suffix.replace('${region}', region).replace('${day}', day)));
    expect(prefixes).toHaveLength(6);
    // As CloudTrail lays its files out: AWS CloudTrail User Guide, "Finding your CloudTrail log files".
    expect(prefixes).toContain('AWSLogs/444444444444/CloudTrail/eu-central-1/2026/11/20');
  });

  it('is read in a workgroup that stops at a limit, and leaves answers under the key of the records for a week', () => {
    template.hasResourceProperties('AWS::Athena::WorkGroup', {
      Name: 'prod-eu-audit',
      RecursiveDeleteOption: false,
      WorkGroupConfiguration: {
        EnforceWorkGroupConfiguration: true,
        BytesScannedCutoffPerQuery: 1024 * 2 ** 30,
        ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_KMS' }, ExpectedBucketOwner: account },
      },
    });
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketName: `prod-eu-audit-results-${account}-eu-west-1`,
      LifecycleConfiguration: { Rules: Match.arrayWith([Match.objectLike({ ExpirationInDays: 7 })]) },
    });
    // Object Lock is on the records: no query writes there.
    const [{ WorkGroupConfiguration: group = {} } = {}] = propertiesOf(template, 'AWS::Athena::WorkGroup');
    expect(JSON.stringify(group)).not.toContain('LogArchive-Audit');
    expect(JSON.stringify((group as Record<string, Record<string, unknown>>)['ResultConfiguration']?.['OutputLocation'])).toContain(
      'Results',
    );
  });
});

describe('sessions of a tenant', () => {
  it('are told with who opened them, also one whose name and tag are of two tenants', async () => {
    const of = async (tenant: string) =>
      (await run('sessions_of_tenant', tenant)).map((row) => [nameOf(row['event_id']), row['session'], row['error_code']]);
    expect(await of('acme')).toEqual([
      ['opened', 'acme', null],
      ['disguised', 'globex', 'AccessDenied'],
    ]);
    expect(await of('globex')).toEqual([['disguised', 'globex', 'AccessDenied']]);
    expect(await of('acm')).toEqual([]);
  });
});

describe('the queries', () => {
  it('are those of this cell and account, in each Region, with values as parameters', () => {
    expect([...queries.keys()].sort()).toEqual(['accesses_by_identity', 'accesses_of_tenant', 'anomalies', 'sessions_of_tenant']);
    for (const { name, sql } of auditQueries({ cell, account })) {
      expect(queries.get(name)).toBe(sql);
      expect(sql).toMatch(/^-- .+ Parameters: .+\n(WITH|SELECT)/);
      expect(sql).not.toMatch(/\{(cell|account|table|accesses|tenantRole)\}/);
      expect(sql).not.toMatch(/\b(DELETE|INSERT|UPDATE|MERGE|DROP|ALTER|CREATE)\b/);
    }
    const inRecovery = propertiesOf(platformTemplate('prod-eu/RecoveryAuditQueries'), 'AWS::Athena::PreparedStatement');
    expect(inRecovery.map(({ QueryStatement }) => QueryStatement).sort()).toEqual([...queries.values()].sort());
  });

  it('keep a value that is SQL a value', async () => {
    expect(await run('accesses_of_tenant', "acme' OR '1'='1")).toEqual([]);
  });

  it('read the days that they are asked for, and compare no partition with anything computed', () => {
    for (const sql of queries.values()) expect(sql).toMatch(/FROM "audit"\."events"\s+WHERE day BETWEEN \? AND \?\n/);
  });

  /** Each condition of the queries, changed: what they tell of the records must change as well. */
  const mutations: readonly (readonly [what: string, from: RegExp, to: string])[] = [
    ['no first and last day', /WHERE day BETWEEN \? AND \?/, "WHERE ? <= ? AND day <> 'never'"],
    [
      'management events of other services',
      /AND eventname IN \('StartQueryExecution', 'GetQueryResults'\)/,
      "AND eventname = 'GetQueryResults'",
    ],
    ['DynamoDB left out', /IN \('dynamodb.amazonaws.com', /, 'IN ('],
    ['S3 left out', /'s3.amazonaws.com', 's3tables/, "'s3tables"],
    ['S3 Tables left out', /'s3tables.amazonaws.com', 'kinesis/, "'kinesis"],
    ['Kinesis left out', /'kinesis.amazonaws.com', 'sqs.amazonaws.com'\)\)/, "'sqs.amazonaws.com'))"],
    ['SQS left out', /, 'sqs.amazonaws.com'\)\)/, '))'],
    [
      'tenants of any account',
      new RegExp(`sts::${account}:assumed-role/\\(\\?:${cell}-ingest`),
      `sts::[0-9]+:assumed-role/(?:${cell}-ingest`,
    ],
    ['roles of any name', new RegExp(`'arn:aws:sts::${account}:assumed-role/${cell}-'`), `'arn:aws:sts::${account}:assumed-role/'`],
    [
      'roles of a cell whose name begins alike',
      new RegExp(`'arn:aws:sts::${account}:assumed-role/${cell}-'`),
      `'arn:aws:sts::${account}:assumed-role/${cell.slice(0, -1)}'`,
    ],
    ['administrators of any account', new RegExp(`\\(\\?:sts\\|iam\\)::\\(${account}\\)`), '(?:sts|iam)::([0-9]+)'],
    ['users as nobody', /\(\?:sts\|iam\)/, '(?:sts)'],
    [
      'people for a tenant as services',
      /operator_role IS NOT NULL AND session_tenant IS NOT NULL/,
      'operator_role IS NULL AND session_tenant IS NULL',
    ],
    [
      'people in other roles as roles',
      /WHEN operator_role IS NOT NULL THEN 'operator'/,
      "WHEN operator_role IS NULL AND FALSE THEN 'operator'",
    ],
    ['people for a tenant as expected', /kind IN \('person', 'person for a tenant', 'operator'\)/, "kind IN ('person')"],
    ['a tenant as a prefix', /"pk"\\s\*:\\s\*"\(\[\^"#\]\+\)#/, '"pk"\\s*:\\s*"([^"#-]+)'],
    ['copies of restore tests left out', /\(awsbackup-restore-test-/, '(awsbackup-restored-'],
    ['no PartiQL', / \|\| regexp_extract_all\(request, '\[\^A-Za-z0-9_\]pk[^\n]+/, ''],
    ['a listing without its slash', /'\^events\/\(\[a-z0-9-\]\+\)\/'/, "'^events/([a-z0-9-]+)'"],
    [
      'no listings',
      /coalesce\(json_extract_scalar\(request, '\$\.key'\), json_extract_scalar\(request, '\$\.prefix'\)\)/,
      "json_extract_scalar(request, '$.key')",
    ],
    ['no partition of the lake', /'\/tenant=\(\[a-z0-9-\]\+\)\/'/, "'/customer=([a-z0-9-]+)/'"],
    ['no partition key', /"partitionKey"/, '"PartitionKey"'],
    ['no message group', /"messageGroupId"/, '"MessageGroupId"'],
    ['people as roles', /assumed-role\/AWSReservedSSO_/, 'assumed-role/AWSReservedSSO-'],
    ['services as anybody', /identity_type = 'AWSService'/, "identity_type = 'Service'"],
    ['no comparison of tenants', /coalesce\(tenant <> session_tenant, /, 'coalesce(tenant <> tenant, '],
    ['a listing that names nobody', /, eventsource = 's3.amazonaws.com'\) AS differs/, ', false) AS differs'],
    ['denials overlooked', /LIKE 'AccessDenied%'/, "LIKE 'Denied%'"],
    ['nobody in the stream', /WHEN 'events' THEN/, "WHEN 'event' THEN"],
    ['nobody in the queue', /WHEN 'delivery-webhook' THEN/, "WHEN 'delivery-webhooks' THEN"],
    ['nobody in raw batches', /WHEN 'raw' THEN/, "WHEN 'raws' THEN"],
    ['nobody in leases', /WHEN 'processor' THEN/, "WHEN 'processors' THEN"],
    ['nobody in quarantine', /WHEN 'quarantine' THEN/, "WHEN 'quarantines' THEN"],
    ['pods in profiles', /WHEN 'events' THEN/, "WHEN 'profiles' THEN role WHEN 'events' THEN"],
    ['any role in the stream', /WHEN 'events' THEN/, "WHEN 'events' THEN role WHEN 'none' THEN"],
    ['no service in a queue', /store = 'replay' AND invoked_by/, "store = 'replays' AND invoked_by"],
    ['any service in a queue', /coalesce\(\(store = /, 'coalesce(TRUE OR (store = '],
    ['rows of requests that name one tenant alone', /LEFT JOIN UNNEST/, 'INNER JOIN UNNEST'],
    ['other resources of the account', /WHERE store IS NOT NULL/, 'WHERE TRUE'],
    ['tenants of requests alone', /\? IN \(tenant, session_tenant\)/, '? IN (tenant)'],
    ['tenants of sessions alone', /\? IN \(tenant, session_tenant\)/, '? IN (session_tenant)'],
    ['identities by role alone', /\? IN \(role, session, identity\)/, '? IN (role)'],
    ['identities by session alone', /\? IN \(role, session, identity\)/, '? IN (session)'],
    ['roles in any store', /kind = 'role' AND expected_role/, "kind = 'role'"],
    ['services in any store', /kind = 'AWS service' AND expected_service/, "kind = 'AWS service'"],
    ['administrators that are called like a role of ours', /kind = 'role' AND expected_role/, 'expected_role'],
    ['what differs, not told', /WHEN differs THEN 'names another tenant'/, "WHEN differs THEN 'denied'"],
    ['other roles that are assumed', /role\/\(\?:\.\+\/\)\?\(\(\?:/, 'role/(?:.+/)?((?:.+|'],
    ['sessions by name alone', /, nullif\(regexp_extract\(requestparameters, '"key"[^\n]+\)\)$/m, ')'],
    ['other actions of STS', /AND eventname = 'AssumeRole'/, "AND eventname = 'GetCallerIdentity'"],
  ];

  const everything = async (change: (sql: string) => string) => {
    const asked: readonly (readonly [string, ...string[]])[] = [
      ['accesses_of_tenant', 'acme'],
      ['accesses_of_tenant', 'acme-corp'],
      ['accesses_of_tenant', 'globex'],
      ['accesses_by_identity', 'jo@example.com'],
      ['accesses_by_identity', `${cell}-Workloads-ProcessorRole0123ABCD-x1y2z3`],
      ['anomalies'],
      ['sessions_of_tenant', 'acme'],
    ];
    const answers = [];
    for (const [name, ...values] of asked) answers.push(await execute(connection, change(queries.get(name) ?? ''), [...period, ...values]));
    return answers;
  };

  it.each(mutations)('rejects %s', async (_, from, to) => {
    expect(
      [...queries.values()].some((sql) => from.test(sql)),
      String(from),
    ).toBe(true);
    expect(await everything((sql) => sql.replace(from, () => to))).not.toEqual(await everything((sql) => sql));
  });
});
