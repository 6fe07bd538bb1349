/** What pods may do, by evaluating the synthesized policies: all that is documented, and nothing beyond it [SEC-4]. */
import { beforeAll, describe, expect, it } from 'vitest';
import { readAssembly } from '../../lib/checks/assembly';
import { parsePlatform } from '../../lib/config/validate';
import { platformStacks, synthesize } from '../support/platform-assembly';
import { changed, options } from '../support/platforms';
import { mayDo, workloadRoles, type Request, type WorkloadRole } from './workload-roles';

const served = () =>
  readAssembly(
    synthesize({
      platform: parsePlatform(changed({ 'environments.prod.cells.prod-eu.recovery.state': 'serving' }), options),
      environment: 'prod',
    }),
  );

const atHome = ['dev', 'staging', 'prod-us', 'prod-eu'].map((cell) => `${cell}/Workloads`);
const services = ['ingest', 'processor', 'delivery', 'profiles'] as const;
type Service = (typeof services)[number];

interface Place {
  readonly cell: string;
  readonly account: string;
  readonly region: string;
  /** Of the names of its stacks. */
  readonly prefix: string;
}

const arn = ({ account, region }: Place, service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`;
const stream = (place: Place, name: string) => arn(place, 'kinesis', `stream/${place.cell}-${name}`);
const key = (place: Place, stack: string) => arn(place, 'kms', `key/${place.prefix}${stack}-Key961B73FD`);
const table = (place: Place, name: string) => arn(place, 'dynamodb', `table/${place.cell}-${name}`);
const spill = ({ cell, account, region }: Place) => `arn:aws:s3:::${cell}-spill-${account}-${region}/2026/11/25/1.jsonl.gz`;
const classes = ['streaming', 'batch', 'webhook'] as const;
const queues = (place: Place, ...ends: readonly string[]) =>
  classes.flatMap((of) => ends.map((end) => arn(place, 'sqs', `${place.cell}-delivery-${of}${end}`)));
const useQueueKey = (place: Place): Request[] =>
  ['Decrypt', 'GenerateDataKey'].map((action) => ({
    action: `kms:${action}`,
    resource: key(place, 'Delivery'),
    context: by(place, 'sqs'),
  }));
const by = ({ region }: Place, service: string) => ({ 'kms:ViaService': `${service}.${region}.amazonaws.com` });

const leases = ['CreateTable', 'DeleteItem', 'DescribeTable', 'GetItem', 'PutItem', 'Scan', 'UpdateItem'];

/** What each service does, as its documentation and that of its libraries say. */
const documented: Readonly<Record<Service, (place: Place) => readonly Request[]>> = {
  ingest: (place) => [
    ...['PutRecord', 'PutRecords'].map((action) => ({ action: `kinesis:${action}`, resource: stream(place, 'events') })),
    { action: 'kms:GenerateDataKey', resource: key(place, 'Streaming'), context: by(place, 'kinesis') },
    { action: 's3:PutObject', resource: spill(place) },
    { action: 'kms:GenerateDataKey', resource: key(place, 'Lake'), context: by(place, 's3') },
  ],
  processor: (place) => [
    ...['DescribeStream', 'DescribeStreamSummary', 'ListShards'].map((action) => ({
      action: `kinesis:${action}`,
      resource: stream(place, 'events'),
    })),
    ...['DescribeStreamConsumer', 'SubscribeToShard'].map((action) => ({
      action: `kinesis:${action}`,
      resource: `${stream(place, 'events')}/consumer/processor:1`,
    })),
    ...['Decrypt', 'GenerateDataKey'].map((action) => ({
      action: `kms:${action}`,
      resource: key(place, 'Streaming'),
      context: by(place, 'kinesis'),
    })),
    ...[...leases, 'UpdateTable'].map((action) => ({ action: `dynamodb:${action}`, resource: table(place, 'processor') })),
    { action: 'dynamodb:Query', resource: `${table(place, 'processor')}/index/LeaseOwnerToLeaseKeyIndex` },
    ...['CoordinatorState', 'WorkerMetricStats'].flatMap((name) =>
      leases.map((action) => ({ action: `dynamodb:${action}`, resource: table(place, `processor-${name}`) })),
    ),
    { action: 'kinesis:PutRecords', resource: stream(place, 'enriched') },
    { action: 'firehose:PutRecordBatch', resource: arn(place, 'firehose', `deliverystream/${place.cell}-quarantine`) },
    ...queues(place, '').map((resource) => ({ action: 'sqs:SendMessage', resource })),
    ...useQueueKey(place),
  ],
  delivery: (place) => [
    ...['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility'].flatMap((action) =>
      queues(place, '', '-retry').map((resource) => ({ action: `sqs:${action}`, resource })),
    ),
    ...queues(place, '-retry', '-dead').map((resource) => ({ action: 'sqs:SendMessage', resource })),
    ...useQueueKey(place),
  ],
  profiles: () => [],
};

/** What none of them does, each near to something that one does. */
const foreign = (place: Place): readonly Request[] => [
  ...['GetRecords', 'GetShardIterator'].map((action) => ({ action: `kinesis:${action}`, resource: stream(place, 'events') })),
  ...['DeleteStream', 'RegisterStreamConsumer', 'StopStreamEncryption', 'DecreaseStreamRetentionPeriod'].map((action) => ({
    action: `kinesis:${action}`,
    resource: stream(place, 'events'),
  })),
  { action: 'kinesis:SubscribeToShard', resource: `${stream(place, 'events')}/consumer/another:1` },
  { action: 'kinesis:SubscribeToShard', resource: `${stream(place, 'enriched')}/consumer/processor:1` },
  ...['GetObject', 'DeleteObject', 'PutObjectAcl'].map((action) => ({ action: `s3:${action}`, resource: spill(place) })),
  { action: 's3:PutObject', resource: `arn:aws:s3:::${place.cell}-raw-${place.account}-${place.region}/events/1` },
  { action: 's3:ListBucket', resource: `arn:aws:s3:::${place.cell}-spill-${place.account}-${place.region}` },
  ...['profiles', 'tenants', 'deduplication'].flatMap((name) =>
    ['GetItem', 'PutItem', 'Scan'].map((action) => ({ action: `dynamodb:${action}`, resource: table(place, name) })),
  ),
  { action: 'dynamodb:DeleteTable', resource: table(place, 'processor') },
  ...queues(place, '-dead').flatMap((resource) =>
    ['ReceiveMessage', 'DeleteMessage', 'StartMessageMoveTask'].map((action) => ({ action: `sqs:${action}`, resource })),
  ),
  ...queues(place, '', '-retry', '-dead').flatMap((resource) =>
    ['PurgeQueue', 'SetQueueAttributes', 'AddPermission', 'DeleteQueue'].map((action) => ({ action: `sqs:${action}`, resource })),
  ),
  { action: 'sqs:SendMessage', resource: arn(place, 'sqs', `${place.cell}-replay`) },
  { action: 'kms:Decrypt', resource: key(place, 'Delivery') },
  { action: 'kms:Decrypt', resource: key(place, 'Delivery'), context: by(place, 's3') },
  { action: 'firehose:PutRecord', resource: arn(place, 'firehose', `deliverystream/${place.cell}-raw`) },
  // Keys without a service in between, by another service, and of another class of data.
  ...['Decrypt', 'GenerateDataKey'].flatMap((action) => [
    { action: `kms:${action}`, resource: key(place, 'Streaming') },
    { action: `kms:${action}`, resource: key(place, 'Streaming'), context: by(place, 's3') },
    { action: `kms:${action}`, resource: key(place, 'Profiles'), context: by(place, 'dynamodb') },
  ]),
  { action: 'kms:Decrypt', resource: key(place, 'Lake'), context: by(place, 's3') },
  { action: 'kms:CreateGrant', resource: key(place, 'Streaming'), context: by(place, 'kinesis') },
  { action: 'kms:ScheduleKeyDeletion', resource: key(place, 'Streaming') },
  { action: 'iam:CreateRole', resource: `arn:aws:iam::${place.account}:role/${place.cell}-x` },
  { action: 'iam:PassRole', resource: `arn:aws:iam::${place.account}:role/${place.cell}-x` },
  { action: 'sts:AssumeRole', resource: `arn:aws:iam::${place.account}:role/${place.cell}-x` },
  { action: 'secretsmanager:GetSecretValue', resource: arn(place, 'secretsmanager', 'secret:x-123456') },
  { action: 'rds-db:connect', resource: arn(place, 'rds-db', 'dbuser:cluster-ABC/tenant') },
  { action: 'ecr:BatchGetImage', resource: arn(place, 'ecr', `repository/${place.cell}/ingest`) },
];

const textOf = ({ action, resource, context }: Request) => `${action} on ${resource} ${JSON.stringify(context ?? {})}`;

describe.each([...atHome, 'prod-eu/RecoveryWorkloads'])('the roles of %s', (path) => {
  let roles: readonly WorkloadRole[];
  let others: readonly WorkloadRole[];
  beforeAll(() => {
    const stacks = path.includes('Recovery') ? served() : platformStacks();
    roles = workloadRoles(stacks, path);
    others = atHome.filter((other) => other !== path).flatMap((other) => workloadRoles(platformStacks(), other));
  });
  const placeOf = ({ cell, account, region }: WorkloadRole): Place => ({
    cell,
    account,
    region,
    prefix: path.includes('Recovery') ? 'Recovery' : '',
  });

  it('are one a service, for its service account in its namespace, from this cluster alone', () => {
    expect(roles.map(({ service }) => service)).toEqual([...services]);
    for (const { trust, service, cell, account, region } of roles) {
      expect(trust).toEqual({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'pods.eks.amazonaws.com' },
            Action: ['sts:AssumeRole', 'sts:TagSession'],
            Condition: {
              StringEquals: {
                'aws:RequestTag/eks-cluster-arn': `arn:aws:eks:${region}:${account}:cluster/${cell}`,
                'aws:RequestTag/kubernetes-namespace': service,
                'aws:RequestTag/kubernetes-service-account': service,
              },
            },
          },
        ],
      });
    }
  });

  it('may do all that is documented', async () => {
    for (const role of roles) {
      for (const request of documented[role.service as Service](placeOf(role))) {
        expect(await mayDo(role, request), `${role.service}: ${textOf(request)}`).toBe(true);
      }
    }
  });

  it('name no action beyond the documented ones, and none by a wildcard', () => {
    for (const role of roles) {
      const named = role.policy.Statement.flatMap(({ Action }) => Action);
      const known = documented[role.service as Service](placeOf(role)).map(({ action }) => action);
      expect([...new Set(named)].sort()).toEqual([...new Set(known)].sort());
    }
  });

  it('may do nothing that only another service does, in this cell or in another', async () => {
    for (const role of roles) {
      const own = new Set(documented[role.service as Service](placeOf(role)).map(textOf));
      const requests = [...roles, ...others].flatMap((other) => documented[other.service as Service]({ ...placeOf(other), prefix: '' }));
      for (const request of requests.filter((candidate) => !own.has(textOf(candidate)))) {
        expect(await mayDo(role, request), `${role.service}: ${textOf(request)}`).toBe(false);
      }
    }
  }, 60_000);

  it('may do nothing else', async () => {
    for (const role of roles) {
      for (const request of foreign(placeOf(role))) expect(await mayDo(role, request), `${role.service}: ${textOf(request)}`).toBe(false);
    }
  });
});

describe('the evaluation', () => {
  it('rejects a role that may do more: each of the foreign requests passes a policy without limits', async () => {
    const [role] = workloadRoles(platformStacks(), 'dev/Workloads');
    if (!role) throw new Error('dev has no role');
    const unlimited = { ...role, policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } };
    for (const request of foreign({ ...role, prefix: '' })) expect(await mayDo(unlimited, request), textOf(request)).toBe(true);
  });
});
