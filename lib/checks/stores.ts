import type { RecoveryStep, ResourceName, Store, Term } from './store-register';

const named = (stack: string, type: string, id: string): ResourceName => ({ stack, type, id });
const bucket = (id: string) => named('Lake', 'AWS::S3::Bucket', id);
const table = (id: string) => named('Profiles', 'AWS::DynamoDB::GlobalTable', id);
const alarm = (stack: string, id: string) => named(stack, 'AWS::CloudWatch::Alarm', `Alarms${id}`);

const estimated = (what: string, minutes: number): RecoveryStep => ({ what, minutes, source: 'estimate' });

/** Replication of tables, as AWS describes it; it promises nothing, so an alarm watches it. */
const tableLag: Term = {
  what: 'replication of an item',
  seconds: 1,
  source: 'Amazon DynamoDB Developer Guide, "Global tables: how it works", typically within a second, read 2026-11',
};

/**
 * Queues of deliveries. A message may come back into the retries for 8 days, by pods, and 5 days later by an engineer who sends dead letters
 * back: lib/constructs/delivery-schedule.ts, with which a test compares these figures.
 */
const deliveryStores: readonly Store[] = ['streaming', 'batch', 'webhook'].flatMap((destinationClass) => {
  const store = (name: string, id: string, holds: string, days: number, putBackDays?: number): Store => ({
    name: `${destinationClass} ${name}`,
    holds,
    resource: named('Delivery', 'AWS::SQS::Queue', `${destinationClass.charAt(0).toUpperCase()}${destinationClass.slice(1)}${id}`),
    copy: {
      kind: 'derived',
      from: 'events',
      by: 'processing them again; what waited here for its destination is delivered when the Region is back',
    },
    recovery: [estimated('the queue is made, empty', 5)],
    backup: { none: 'made again from events' },
    erasure: { by: 'expiry', days, fedBy: ['events'], putBackDays },
  });
  return [
    store('deliveries', 'Main', 'enriched events on their way to a destination', 3),
    store('retries', 'Retry', 'deliveries that are to be tried again, or wait for a destination or a tenant', 3, 13),
    store('dead letters', 'Dead', 'deliveries that nobody tries any more', 5, 13),
  ];
});

/** Steps of the whole system, beside which the stores are recovered. The load balancer stands already: it is opened with the cluster. */
export const commonSteps: readonly RecoveryStep[] = [
  estimated('decide to take over', 30),
  estimated('deploy network and streams', 20),
  estimated('deploy cluster and Argo CD', 30),
  estimated('nodes start, and pods of each service', 10),
  {
    what: 'DNS follows the Region that says it serves, and connections that are kept end',
    minutes: 7,
    source:
      'lib/stacks/edge-stack.ts: three checks, 10 s apart, and 60 s of resolvers; lib/constructs/load-balancer.ts: 300 s of a connection',
  },
  estimated('replay what was accepted and not processed', 20),
];

/**
 * Every store of customers' data: how it survives its Region, how long it takes to be back, and when what was erased is gone.
 * docs/05-recovery/stores.md is printed from it (`npm run -s stores`), and the rules StoresRecoverable and ErasureDeadlinesKept hold it
 * against the templates.
 */
export const stores: readonly Store[] = [
  {
    name: 'events',
    holds: 'accepted events, as ingest wrote them',
    resource: named('Streaming', 'AWS::Kinesis::Stream', 'Events'),
    copy: {
      kind: 'copied',
      by: 'a consumer of ours writes batches into the raw bucket of the recovery Region',
      copy: named('RecoveryLake', 'AWS::S3::Bucket', 'Raw'),
      terms: [
        {
          what: 'poll of a shard',
          seconds: 1,
          source: 'AWS Lambda Developer Guide, "Using Lambda with Kinesis": each shard once a second, read 2026-11',
        },
        {
          what: 'window of a batch',
          setting: named('Streaming', 'AWS::Lambda::EventSourceMapping', 'SecondCopySource'),
          property: 'MaximumBatchingWindowInSeconds',
        },
        {
          what: 'invocation, at its timeout',
          setting: named('Streaming', 'AWS::Lambda::Function', 'SecondCopyCopier'),
          property: 'Timeout',
        },
        { what: 'a second attempt', setting: named('Streaming', 'AWS::Lambda::Function', 'SecondCopyCopier'), property: 'Timeout' },
      ],
      alarm: alarm('Streaming', 'secondCopyLate'),
      alarmUnit: 'milliseconds',
    },
    recovery: [estimated('the stream is made, empty', 5)],
    backup: { none: 'it remembers seven days itself' },
    erasure: {
      by: 'expiry',
      days: 7,
      replayed: {
        setting: named('Streaming', 'AWS::Lambda::Function', 'ReplayReplayer'),
        property: 'Environment.Variables.MAXIMUM_AGE_DAYS',
      },
    },
  },
  {
    name: 'enriched events',
    holds: 'events after deduplication and enrichment',
    resource: named('Streaming', 'AWS::Kinesis::Stream', 'Enriched'),
    copy: { kind: 'derived', from: 'events', by: 'processing them again' },
    recovery: [estimated('the stream is made, empty', 5)],
    backup: { none: 'made again from events' },
    erasure: { by: 'expiry', days: 3, fedBy: ['events'] },
  },
  {
    name: 'replay queue',
    holds: 'names of objects to be replayed',
    resource: named('Streaming', 'AWS::SQS::Queue', 'ReplayQueue'),
    copy: { kind: 'none', because: 'the objects are still there, and an engineer names them again' },
    recovery: [],
    backup: { none: 'names of objects, which are still there' },
    erasure: { by: 'expiry', days: 14 },
  },
  {
    name: 'replay dead letters',
    holds: 'names of objects that could not be replayed',
    resource: named('Streaming', 'AWS::SQS::Queue', 'ReplayDeadLetters'),
    copy: { kind: 'none', because: 'the objects are still there, and an engineer names them again' },
    recovery: [],
    backup: { none: 'names of objects, which are still there' },
    erasure: { by: 'expiry', days: 14 },
  },
  {
    name: 'profiles',
    holds: 'what is known of each person',
    resource: table('Profiles'),
    copy: {
      kind: 'copied',
      by: 'a replica of the global table',
      copy: 'replica of this resource',
      terms: [tableLag],
      alarm: alarm('Profiles', 'profilesReplicationSlow'),
      alarmUnit: 'milliseconds',
    },
    recovery: [],
    backup: 'daily',
    erasure: { by: 'request', days: 14 },
  },
  {
    name: 'tenants',
    holds: "tenants' settings, as the services read them",
    resource: table('Tenants'),
    copy: {
      kind: 'copied',
      by: 'a replica of the global table',
      copy: 'replica of this resource',
      terms: [tableLag],
      alarm: alarm('Profiles', 'tenantsReplicationSlow'),
      alarmUnit: 'milliseconds',
    },
    recovery: [],
    backup: 'daily',
    erasure: { by: 'request', days: 14 },
  },
  {
    name: 'deduplication',
    // Two days until an item expires, two for DynamoDB to remove it, and the points in time.
    holds: 'hashes of the IDs of events of the last two days',
    resource: table('Deduplication'),
    copy: { kind: 'none', because: 'it is worth nothing after two days, and each copied write would cost as much as the first (ADR-010)' },
    recovery: [],
    backup: { none: 'worth nothing after two days' },
    erasure: { by: 'expiry', days: 18, fedBy: ['events'] },
  },
  {
    name: 'raw events',
    holds: 'batches of accepted events, and what Firehose could not deliver; lines of enriched events of a Region that served',
    resource: bucket('Raw'),
    copy: { kind: 'derived', from: 'events', by: 'the same events are in the raw bucket of the recovery Region' },
    recovery: [],
    backup: { none: 'two Regions, and versions of each object' },
    erasure: { by: 'expiry', days: 15, fedBy: ['events', 'enriched events'] },
  },
  {
    name: 'spilled events',
    holds: 'what ingest could not put into the stream, until it is replayed',
    resource: bucket('Spill'),
    copy: {
      kind: 'copied',
      by: 'replication by S3, with Replication Time Control',
      copy: named('RecoveryLake', 'AWS::S3::Bucket', 'Spill'),
      terms: [
        {
          what: 'replication of an object',
          seconds: 60,
          source:
            'Amazon S3 User Guide, "Meeting compliance requirements with RTC": most objects within seconds, 99.99 % in 15 minutes, read 2026-11',
        },
      ],
      alarm: alarm('Lake', 'spillCopyLate'),
      alarmUnit: 'seconds',
    },
    recovery: [],
    backup: { none: 'two Regions, until they are replayed' },
    erasure: { by: 'expiry', days: 6 },
  },
  {
    name: 'quarantine',
    holds: 'events that break their schema, with the reason',
    resource: bucket('Quarantine'),
    copy: { kind: 'derived', from: 'events', by: 'processing them again' },
    recovery: [],
    backup: { none: 'made again from events' },
    erasure: { by: 'expiry', days: 17, fedBy: ['events', 'spilled events'] },
  },
  {
    name: 'query results',
    holds: 'answers of Athena, exports for requests, daily lists of raw objects',
    resource: bucket('QueryResults'),
    copy: { kind: 'none', because: 'a query is asked again' },
    recovery: [],
    backup: { none: 'a query is asked again' },
    erasure: { by: 'expiry', days: 10 },
  },
  {
    name: 'lake',
    holds: 'enriched events of all time, as an Iceberg table',
    resource: named('Lake', 'AWS::S3Tables::Table', 'Table'),
    copy: {
      kind: 'derived',
      from: 'events',
      by: 'the replica of the table, which S3 brings up to date within minutes as a rule, and the raw events of the last 12 days for what it lacks',
      older: {
        copy: named('RecoveryLake', 'AWS::S3Tables::TableBucket', 'TableBucket'),
        alarm: alarm('Lake', 'lakeReplicaLate'),
        toldWithinHours: 24,
      },
    },
    recovery: [estimated('queries read the replica', 0)],
    backup: { none: 'AWS Backup does not know S3 Tables: five days of snapshots, and raw events' },
    erasure: { by: 'request', days: 18 },
  },
  {
    name: 'metadata',
    holds: 'tenants, members, destinations, requests for erasure',
    resource: named('Metadata', 'AWS::RDS::DBCluster', 'Cluster'),
    copy: {
      kind: 'copied',
      by: 'the secondary cluster of a global database, without instance',
      copy: named('RecoveryMetadata', 'AWS::RDS::DBCluster', 'Cluster'),
      terms: [
        {
          what: 'replication of storage',
          seconds: 1,
          source: 'Amazon Aurora User Guide, "Using Amazon Aurora Global Database": typically under a second, read 2026-11',
        },
      ],
      alarm: alarm('RecoveryMetadata', 'globalLag'),
      alarmUnit: 'milliseconds',
    },
    recovery: [estimated('two instances are made', 15), estimated('the global database fails over', 10)],
    backup: 'daily',
    erasure: { by: 'request', days: 14 },
  },
  ...deliveryStores,
];
