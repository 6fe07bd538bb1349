/** What keeps data: buckets, tables, the lake, the database, backups, images. */
import { INTER_REGION } from './events';
import type { Resource } from './inputs';
import { list, record, refersTo, text, written, type Meter, type Pricer, type Tiers } from './meter';
import { BYTES_A_GB, DAYS_A_MONTH, HOURS_A_MONTH, MINUTES_A_MONTH, SECONDS_A_MONTH } from './traffic';

const S3: Tiers = [
  [50_000, 'S3', 'Standard storage, first 50 TB'],
  [450_000, 'S3', 'Standard storage, next 450 TB'],
  [Infinity, 'S3', 'Standard storage, over 500 TB'],
];
const TABLES: Tiers = [
  [50_000, 'S3 Tables', 'Storage, first 50 TB'],
  [450_000, 'S3 Tables', 'Storage, next 450 TB'],
  [Infinity, 'S3 Tables', 'Storage, over 500 TB'],
];
const PUT = ['S3', 'Standard PUT/COPY/POST/LIST'] as const;
/** Of a stream's objects, Firehose's limit of a buffer, compressed. */
const OBJECT_GB = 0.128;
/** S3 rounds a deletion up to the next day, and a version lives a day more: docs/05-recovery/stores.md. */
const LATE_DAYS = 3;

interface Content {
  /** That comes in within a month. */
  readonly gb: number;
  readonly objects: number;
}

/** What is in a bucket, by the role that its logical ID begins with; audit records that come in are those that the Region's trail makes. */
function contentOf(meter: Meter, region: string, resource: Resource): Content {
  const { traffic: t, figures: f } = meter;
  const serving = region === meter.inputs.servingRegion;
  const gzippedGb = t.eventGb * f.gzippedShare;
  const nothing: Content = { gb: 0, objects: 0 };
  const contents: Readonly<Record<string, () => Content>> = {
    Audit: () => ({
      gb: (dataEventsMillion(meter) * 1e6 * f.trailRecordBytes) / BYTES_A_GB,
      objects: Math.max(MINUTES_A_MONTH / 5, dataEventsMillion(meter) * 200),
    }),
    ConfigurationHistory: () => ({
      gb: ((serving ? f.configurationItems : f.quietConfigurationItems) * 2_000) / BYTES_A_GB,
      objects: DAYS_A_MONTH * 4,
    }),
    NetworkLogs: () =>
      serving ? { gb: t.flowGb * 0.3 + (t.dnsQueries * 60) / BYTES_A_GB, objects: (MINUTES_A_MONTH / 10) * t.nodes } : nothing,
    LoadBalancerLogs: () => (serving ? { gb: ((t.requests + t.reads) * 120) / BYTES_A_GB, objects: (MINUTES_A_MONTH / 5) * 3 } : nothing),
    AccessLogs: () => ({ gb: 0.5, objects: MINUTES_A_MONTH / 10 }),
    // At home by Firehose, an object a minute at least; in the recovery Region an object a shard and minute.
    Raw: () => ({ gb: gzippedGb, objects: serving ? Math.max(MINUTES_A_MONTH, t.eventGb / OBJECT_GB) : t.shards * MINUTES_A_MONTH }),
    Spill: () => ({ gb: gzippedGb * f.spilledShare, objects: (t.accepted * f.spilledShare) / 1000 }),
    Quarantine: () =>
      serving
        ? {
            gb: gzippedGb * f.quarantinedShare,
            objects: Math.min(t.accepted * f.quarantinedShare, MINUTES_A_MONTH * meter.inputs.workload.tenants * 0.2),
          }
        : nothing,
    QueryResults: () => (serving ? { gb: 2, objects: 2_000 } : nothing),
    Results: () => ({ gb: 1, objects: 1_000 }),
    // Of a cell a few ten thousand lines a day, written again three times a day.
    Bill: () => ({ gb: 1, objects: DAYS_A_MONTH * 3 * 4 }),
    // Each pod each five minutes, 150 bytes a tenant.
    Usage: () => ({
      gb: ((MINUTES_A_MONTH / 5) * t.pods * meter.inputs.workload.tenants * 150) / BYTES_A_GB,
      objects: (MINUTES_A_MONTH / 5) * t.pods,
    }),
  };
  const role = Object.keys(contents).find((name) => resource.logicalId.startsWith(`${name}Bucket`) || resource.logicalId === name);
  const content = role === undefined ? undefined : contents[role];
  if (!content) {
    throw new RangeError(
      `${resource.logicalId}: received a bucket of unknown content; allowed: ${Object.keys(contents).join(', ')}, or a line in lib/cost/estimate/stores.ts`,
    );
  }
  return content();
}

export const bucket: Pricer = (meter, stack, resource) => {
  const { gb, objects } = contentOf(meter, stack.region, resource);
  const rules = list(record(resource.properties['LifecycleConfiguration'])['Rules']).map(record);
  const days = rules.map((rule) => Number(rule['ExpirationInDays'] ?? NaN)).find((value) => !Number.isNaN(value));
  const replicated = resource.properties['ReplicationConfiguration'] !== undefined;
  const keptGb = (gb * ((days ?? 365) + LATE_DAYS)) / DAYS_A_MONTH;
  const basis = /^(Audit|Raw|Spill|Quarantine|LoadBalancerLogs)/.test(resource.logicalId) ? 'perEvent' : 'fixed';
  meter.add(stack, resource, { item: 'S3 storage', price: { tiers: S3 }, quantity: keptGb, basis });
  meter.add(stack, resource, { item: 'S3 writes', price: PUT, quantity: objects / 1000, basis });
  // Writes of the replicas are those of the bucket there.
  if (replicated) {
    meter.add(stack, resource, { item: 'Replication to the recovery Region', price: INTER_REGION, quantity: gb, basis });
  }
  if (resource.properties['InventoryConfigurations']) {
    meter.add(stack, resource, { item: 'S3 inventory', price: ['S3', 'Inventory'], quantity: (objects * DAYS_A_MONTH * 0.4) / 1e6, basis });
  }
};

/** Records of the data plane that the cell's trails take: each is billed, kept, and copied. */
export function dataEventsMillion(meter: Meter): number {
  const trails = meter.inputs.stacks.flatMap(({ resources }) => resources.filter(({ type }) => type === 'AWS::CloudTrail::Trail'));
  return trails.reduce((sum, trail) => sum + Object.values(dataEventsOf(meter, trail)).reduce((all, calls) => all + calls, 0), 0);
}

/** By the type that the trail's selectors name, in millions. */
export function dataEventsOf(meter: Meter, trail: Resource): Readonly<Record<string, number>> {
  const { traffic: t, inputs, figures: f } = meter;
  const streams = meter.ofType(inputs.servingRegion, 'AWS::Kinesis::Stream').map(({ resource }) => resource);
  const readers = [
    ...meter.ofType(inputs.servingRegion, 'AWS::Lambda::EventSourceMapping').map(({ resource }) => resource.properties['EventSourceArn']),
    ...meter
      .ofType(inputs.servingRegion, 'AWS::KinesisFirehose::DeliveryStream')
      .map(({ resource }) => resource.properties['KinesisStreamSourceConfiguration']),
  ].filter((source) => streams.some((stream) => refersTo(source, stream))).length;
  // Each reader looks into each shard once a second.
  const getRecords = t.shards * readers * MINUTES_A_MONTH * 60;
  const calls: Readonly<Record<string, number>> = {
    'AWS::DynamoDB::Table': t.calls.dynamoDb + (inputs.buying.trailsDeduplication ? t.calls.deduplication : 0),
    'AWS::Kinesis::Stream': t.calls.kinesis + getRecords,
    // A subscription lasts five minutes.
    'AWS::Kinesis::StreamConsumer': (t.shards * MINUTES_A_MONTH) / 5,
    'AWS::SQS::Queue': t.calls.sqs,
    'AWS::S3::Object': 2 * (MINUTES_A_MONTH + t.shards * MINUTES_A_MONTH) + (2 * t.accepted * f.spilledShare) / 1000,
    // A commit each five minutes, a file a tenant.
    'AWS::S3Tables::Table': (MINUTES_A_MONTH / 5) * (inputs.workload.tenants + 4) * 2,
  };
  const selected = written(trail.properties['AdvancedEventSelectors']);
  return Object.fromEntries(
    Object.entries(calls).flatMap(([type, count]) => (selected.includes(`"${type}"`) ? [[type, count / 1e6]] : [])),
  );
}

const ddb = (item: string): readonly [string, string] => ['DynamoDB', item];

export const table: Pricer = (meter, stack, resource) => {
  const { traffic: t, figures: f, inputs } = meter;
  const name = text(resource.properties['TableName']);
  const settingsReads = inputs.workload.tenants * (t.pods / 2) * MINUTES_A_MONTH;
  const serving = meter.isServing(stack);
  const uses: Readonly<
    Record<string, { readonly writes: number; readonly reads: number; readonly gb: number; readonly basis: 'fixed' | 'perEvent' }>
  > = {
    profiles: {
      writes: t.events * f.profileWriteUnits,
      reads: t.events + t.reads * f.profileReadUnits,
      gb: t.profileGb,
      basis: 'perEvent',
    },
    tenants: {
      writes: inputs.workload.tenants * 1000,
      reads: settingsReads,
      gb: (inputs.workload.tenants * 100_000) / BYTES_A_GB,
      basis: 'fixed',
    },
    // Two days of them, 200 bytes each with what DynamoDB adds.
    deduplication: serving
      ? { writes: t.accepted, reads: 0, gb: (inputs.workload.eventsPerDay * 3 * 200) / BYTES_A_GB, basis: 'perEvent' }
      : { writes: 0, reads: 0, gb: 0, basis: 'perEvent' },
  };
  const use = uses[name.split('-').pop() ?? ''];
  if (!use)
    throw new RangeError(
      `${resource.logicalId}: received a table '${name}'; allowed: one of lib/cost/estimate/stores.ts: ${Object.keys(uses).join(', ')}`,
    );
  const { basis } = use;
  const provisioned = resource.properties['BillingMode'] === 'PROVISIONED';
  const replicas = list(resource.properties['Replicas']).map(record);
  for (const replica of replicas) {
    const region = text(replica['Region']);
    const at = { ...stack, region };
    const suffix = region === stack.region ? '' : `, replica in ${region}`;
    const add = (item: string, price: readonly [string, string], quantity: number) =>
      meter.add(at, resource, { item: `${item}${suffix}`, price, quantity, basis });
    if (provisioned) {
      // As scaling at 60 % keeps them in the mean of a day.
      const scale = (units: number) => ((units / SECONDS_A_MONTH) * HOURS_A_MONTH) / 0.6;
      add('DynamoDB capacity, writes', ddb('Provisioned write capacity unit'), scale(use.writes));
      if (region === stack.region) add('DynamoDB capacity, reads', ddb('Provisioned read capacity unit'), scale(use.reads));
    } else {
      // What is written is written in each Region, at the price of a write there. Source: Amazon DynamoDB pricing, global tables, as of 2024-11.
      add('DynamoDB writes', ddb('On-demand write request units'), use.writes / 1e6);
      if (region === stack.region) add('DynamoDB reads', ddb('On-demand read request units'), use.reads / 1e6);
    }
    add('DynamoDB storage', ddb('Storage, Standard table class (first 25 GB free)'), use.gb);
    if (record(replica['PointInTimeRecoverySpecification'])['PointInTimeRecoveryEnabled'] === true) {
      add('DynamoDB points in time', ddb('Point-in-time recovery storage'), use.gb);
    }
    if (region !== stack.region) {
      meter.add(stack, resource, {
        item: 'Replication to the recovery Region',
        price: INTER_REGION,
        quantity: (use.writes * 1024) / BYTES_A_GB,
        basis,
      });
    }
  }
};

export const tableBucket: Pricer = (meter, stack, resource) => {
  const { traffic: t, figures: f, inputs } = meter;
  const gbAMonth = t.enrichedGb * f.parquetShare;
  const files = (MINUTES_A_MONTH / 5) * inputs.workload.tenants;
  const add = (item: string, price: readonly [string, string] | { readonly tiers: Tiers }, quantity: number) =>
    meter.add(stack, resource, { item, price, quantity, basis: 'perEvent' });
  add('S3 Tables storage', { tiers: TABLES }, t.lakeGb);
  add('S3 Tables, objects watched', ['S3 Tables', 'Object monitoring'], t.lakeGb / 0.05 / 1000);
  if (meter.isServing(stack)) {
    // Data, a delete file at most, and metadata of each commit.
    add('S3 Tables writes', ['S3 Tables', 'PUT/POST/LIST requests'], (files + (MINUTES_A_MONTH / 5) * 4) / 1000);
    add('S3 Tables compaction, bytes', ['S3 Tables', 'Compaction, data processed (binpack)'], gbAMonth * 2);
    add('S3 Tables compaction, files', ['S3 Tables', 'Compaction, objects processed'], files / 1000);
  } else {
    add('S3 Tables writes of replicas', ['S3 Tables', 'PUT/POST/LIST requests'], files / 1000);
    add('Replication of the lake', INTER_REGION, gbAMonth * 2);
  }
};

const AURORA = 'Aurora PostgreSQL';

/** An instance: its capacity. The cluster: storage and I/O. */
export const databaseInstance: Pricer = (meter, stack, resource) => {
  const [cluster] = stack.resources.filter(({ type }) => type === 'AWS::RDS::DBCluster');
  const least = Number(record(cluster?.properties['ServerlessV2ScalingConfiguration'])['MinCapacity'] ?? NaN);
  if (resource.properties['DBInstanceClass'] !== 'db.serverless' || Number.isNaN(least)) {
    throw new RangeError(
      `${resource.logicalId}: received '${text(resource.properties['DBInstanceClass'])}'; allowed: db.serverless in a cluster with MinCapacity`,
    );
  }
  const price = [AURORA, 'Serverless v2 ACU, Aurora Standard'] as const;
  meter.add(stack, resource, { item: 'Aurora, least capacity', price, quantity: least * HOURS_A_MONTH, basis: 'fixed' });
  meter.add(stack, resource, {
    item: 'Aurora, above it',
    price,
    quantity: meter.figures.databaseUnitsAboveFloor * HOURS_A_MONTH,
    basis: 'fixed',
  });
};

export const databaseCluster: Pricer = (meter, stack, resource) => {
  const { figures: f } = meter;
  const add = (item: string, price: readonly [string, string], quantity: number) =>
    meter.add(stack, resource, { item, price, quantity, basis: 'fixed' });
  add('Aurora storage', [AURORA, 'Storage, Aurora Standard'], f.databaseGb);
  add('Aurora backups', [AURORA, 'Backup storage beyond free allocation'], f.databaseGb * f.databaseBackupRatio);
  if (meter.isServing(stack)) add('Aurora I/O', [AURORA, 'I/O requests, Aurora Standard'], f.databaseMillionIos);
  else add('Aurora global, replicated writes', [AURORA, 'Global Database replicated write I/O'], f.databaseMillionIos / 3);
};

/** Backups of what a plan selects: each of a table is whole, those of Aurora add up. */
export const backupPlan: Pricer = (meter, stack, resource) => {
  const { traffic: t, figures: f } = meter;
  const rules = list(record(resource.properties['BackupPlan'])['BackupPlanRule']).map(record);
  for (const rule of rules) {
    const days = Number(record(rule['Lifecycle'])['DeleteAfterDays'] ?? NaN);
    const gb = t.profileGb * days;
    meter.add(stack, resource, {
      item: 'Backups of tables',
      price: ['Backup', 'DynamoDB backup, warm storage'],
      quantity: gb,
      basis: 'perEvent',
    });
    meter.add(stack, resource, {
      item: 'Backups of the database',
      price: ['Backup', 'Aurora snapshot backup, warm storage'],
      quantity: f.databaseGb * (1 + f.databaseBackupRatio),
      basis: 'fixed',
    });
    for (const copy of list(rule['CopyActions']).map(record)) {
      const region = /arn:aws:backup:([a-z0-9-]+):/.exec(written(copy['DestinationBackupVaultArn']))?.[1] ?? stack.region;
      const copied = t.profileGb * Number(record(copy['Lifecycle'])['DeleteAfterDays'] ?? days);
      meter.add({ ...stack, region }, resource, {
        item: `Backups of tables, copied to ${region}`,
        price: ['Backup', 'DynamoDB backup, warm storage'],
        quantity: copied,
        basis: 'perEvent',
      });
      meter.add(stack, resource, {
        item: 'Backups on their way',
        price: INTER_REGION,
        quantity: t.profileGb * DAYS_A_MONTH,
        basis: 'perEvent',
      });
    }
  }
};

/** Restores that are tried, by the plan's schedule; what they restore lives for a day. */
export const restoreTests: Pricer = (meter, stack, resource) => {
  if (resource.properties['ProtectedResourceType'] !== 'DynamoDB') return;
  const [plan] = stack.resources.filter(({ type }) => type === 'AWS::Backup::RestoreTestingPlan');
  const daysAWeek = (/\? \* ([A-Z,]+) \*/.exec(text(plan?.properties['ScheduleExpression']))?.[1] ?? 'SUN,MON,TUE,WED,THU,FRI,SAT').split(
    ',',
  ).length;
  const restores = (daysAWeek * DAYS_A_MONTH) / 7;
  meter.add(stack, resource, {
    item: 'Restores that are tried',
    price: ['DynamoDB', 'Restore from backup'],
    quantity: meter.traffic.profileGb * restores,
    basis: 'perEvent',
  });
};

export const repository: Pricer = (meter, stack, resource) =>
  meter.add(stack, resource, {
    item: 'Images',
    price: ['ECR', 'Private repository storage'],
    quantity: meter.figures.imageGb,
    basis: 'fixed',
  });

/** Queries read a share of the lake; results are small. */
export const workGroup: Pricer = (meter, stack, resource) => {
  if (!meter.isServing(stack)) return;
  const { traffic: t, figures: f } = meter;
  const groups = meter.ofType(stack.region, 'AWS::Athena::WorkGroup').length;
  meter.add(stack, resource, {
    item: 'Athena, bytes read',
    price: ['Athena', 'SQL queries, data scanned'],
    quantity: (t.lakeGb * f.athenaShare) / 1000 / groups,
    basis: 'perEvent',
  });
};

/** Two workers for ten minutes, two runs a request: docs/02-data/lake.md. */
export const glueJob: Pricer = (meter, stack, resource) => {
  const runs = meter.inputs.workload.tenants * meter.figures.erasuresPerTenant * 2;
  const hours = (runs * 2 * 10) / 60;
  meter.add(stack, resource, { item: 'Erasures of the lake', price: ['Glue', 'ETL job or crawler'], quantity: hours, basis: 'fixed' });
};
