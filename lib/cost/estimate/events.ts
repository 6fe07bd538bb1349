/** What carries events: streams, deliveries to the lake and the warehouse, queues, functions. */
import { list, record, refersTo, text, type Meter, type Pricer, type Tiers } from './meter';
import type { Resource, Stack } from './inputs';
import { BYTES_A_GB, DAYS_A_MONTH, HOURS_A_MONTH, MINUTES_A_MONTH, PEAK_FACTOR, SECONDS_A_MONTH } from './traffic';

const KINESIS = 'Kinesis Data Streams';
/** A PUT payload unit. Source: Amazon Kinesis Data Streams pricing, read 2026-11. */
const PAYLOAD_UNIT_BYTES = 25_600;
/** Least that the advantage mode bills, in MiB a second. Source: as lib/cost/stream-mode.ts. */
const ADVANTAGE_LEAST_GB = (25 * 1_048_576 * SECONDS_A_MONTH) / BYTES_A_GB;

/** Which of the two streams it is, by its name: what its records are. */
function recordsOf({ properties, logicalId }: Resource, meter: Meter): { readonly count: number; readonly bytes: number } {
  const name = text(properties['Name']);
  const { traffic, inputs, figures } = meter;
  if (name.endsWith('-events')) return { count: traffic.accepted, bytes: inputs.workload.eventBytes };
  if (name.endsWith('-enriched')) return { count: traffic.events, bytes: inputs.workload.eventBytes * figures.enrichedGrowth };
  throw new RangeError(`${logicalId}: received a stream '${name}'; allowed: one whose records are known to lib/cost/estimate/events.ts`);
}

export const stream: Pricer = (meter, stack, resource) => {
  const hours = Number(resource.properties['RetentionPeriodHours'] ?? 24);
  const serving = meter.isServing(stack);
  const { count, bytes } = serving ? recordsOf(resource, meter) : { count: 0, bytes: 0 };
  const gb = (count * bytes) / BYTES_A_GB;
  // On demand each record is billed in whole KiB.
  const billedGb = (count * Math.ceil(bytes / 1024) * 1024) / BYTES_A_GB;
  const mappings = meter
    .ofType(stack.region, 'AWS::Lambda::EventSourceMapping')
    .map(({ resource: mapping }) => mapping.properties['EventSourceArn']);
  const deliveries = meter
    .ofType(stack.region, 'AWS::KinesisFirehose::DeliveryStream')
    .map(({ resource: delivery }) => delivery.properties['KinesisStreamSourceConfiguration']);
  const shared = [...mappings, ...deliveries].filter((source) => refersTo(source, resource)).length;
  const fanOut = meter
    .ofType(stack.region, 'AWS::Kinesis::StreamConsumer')
    .filter(({ resource: consumer }) => refersTo(consumer.properties['StreamARN'], resource)).length;
  const add = (item: string, quantity: number, basis: 'fixed' | 'perEvent', ratio?: number) =>
    meter.add(stack, resource, { item, price: [KINESIS, item], quantity, basis, ratio });

  if (text(record(resource.properties['StreamModeDetails'])['StreamMode']) === 'ON_DEMAND') {
    const keptGb = (gb / DAYS_A_MONTH) * Math.max(0, hours / 24 - 1);
    if (meter.inputs.buying.advantage) {
      // Both streams of a Region share the least; half for each. Retention at 60 % less, says AWS: lib/cost/stream-mode.ts.
      add('On-demand Advantage data in', Math.max(billedGb, ADVANTAGE_LEAST_GB / 2), 'perEvent');
      add('On-demand Advantage data out', Math.max(billedGb * (shared + fanOut), ADVANTAGE_LEAST_GB / 2), 'perEvent');
      add('On-demand (standard) extended retention (24 h to 7 d)', keptGb, 'perEvent', 0.4);
      return;
    }
    add('On-demand (standard) stream', HOURS_A_MONTH, 'fixed');
    add('On-demand (standard) data in', billedGb, 'perEvent');
    add('On-demand (standard) data out', billedGb * shared, 'perEvent');
    add('On-demand (standard) enhanced fan-out data out', billedGb * fanOut, 'perEvent');
    add('On-demand (standard) extended retention (24 h to 7 d)', keptGb, 'perEvent');
    return;
  }
  // As many as the template says, or as the peak needs at three quarters of what a shard takes, if that is more.
  const peak = (count / SECONDS_A_MONTH) * PEAK_FACTOR;
  const needed = Math.ceil(Math.max((peak * bytes) / 1_048_576, peak / 1_000) / 0.75);
  const said = Math.max(1, Number(resource.properties['ShardCount'] ?? 1));
  const shardHours = Math.max(said, needed) * HOURS_A_MONTH;
  const basis = needed > said ? 'perEvent' : 'fixed';
  add('Provisioned shard', shardHours, basis);
  add('PUT payload units (25 KB)', (count * Math.ceil(bytes / PAYLOAD_UNIT_BYTES)) / 1e6, 'perEvent');
  if (hours > 24) add('Provisioned extended retention (24 h to 7 d)', shardHours, basis);
  add('Provisioned enhanced fan-out', shardHours * fanOut, basis);
  add('Provisioned enhanced fan-out data retrieval', gb * fanOut, 'perEvent');
};

const firehose = (item: string): readonly [string, string] => ['Data Firehose', item];
const INGESTION: Tiers = [
  [500_000, ...firehose('Ingestion from Direct PUT or Kinesis Data Streams, first 500 TB')],
  [1_500_000, ...firehose('Ingestion from Direct PUT or Kinesis Data Streams, next 1.5 PB')],
  [Infinity, ...firehose('Ingestion from Direct PUT or Kinesis Data Streams, over 2 PB')],
];
/** Each record is billed as whole times 5 KB. Source: Amazon Data Firehose pricing, as quoted by the price sheet. */
const FIREHOSE_RECORD_BYTES = 5_120;

export const deliveryStream: Pricer = (meter, stack, resource) => {
  if (!meter.isServing(stack)) return;
  const { traffic, inputs, figures } = meter;
  const { properties } = resource;
  const rounded = (count: number, bytes: number) => (count * Math.ceil(bytes / FIREHOSE_RECORD_BYTES) * FIREHOSE_RECORD_BYTES) / BYTES_A_GB;
  const add = (item: string, price: readonly [string, string] | { readonly tiers: Tiers }, quantity: number, ratio?: number) =>
    meter.add(stack, resource, { item, price, quantity, basis: 'perEvent', ratio });
  if (properties['SnowflakeDestinationConfiguration']) {
    // By bytes, without rounding, for Snowflake and Iceberg.
    add('Firehose into Snowflake', firehose('Snowflake destination ingestion'), traffic.enrichedGb);
  } else if (properties['IcebergDestinationConfiguration']) {
    add('Firehose into Iceberg', { tiers: INGESTION }, traffic.enrichedGb, figures.icebergRatio);
  } else {
    const destination = record(properties['ExtendedS3DestinationConfiguration']);
    const partitioned = record(destination['DynamicPartitioningConfiguration'])['Enabled'] === true;
    const quarantined = properties['DeliveryStreamType'] === 'DirectPut';
    const count = quarantined ? traffic.accepted * figures.quarantinedShare : traffic.accepted;
    const gb = rounded(count, inputs.workload.eventBytes);
    add('Firehose into S3, records of whole 5 KB', { tiers: INGESTION }, gb);
    if (partitioned)
      add('Firehose by tenant', firehose('Dynamic partitioning, data processed'), (count * inputs.workload.eventBytes) / BYTES_A_GB);
  }
};

/** The tier above 100 billion requests a month has a price in one Region alone, so it is not used: the bill is not too low by it. */
const SQS: Tiers = [[Infinity, 'SQS', 'Standard requests, first 100 billion (after 1 million free)']];

/** By its name: docs/02-data/delivery.md. */
const roleOf = ({ properties }: Resource): 'main' | 'retry' | 'dead' => {
  const [role] = /(retry|dead)$/.exec(text(properties['QueueName'])) ?? [];
  return role === 'retry' || role === 'dead' ? role : 'main';
};

/** Queues of deliveries share their traffic; those of the replay have that of the spill. */
export const queue: Pricer = (meter, stack, resource) => {
  if (!meter.isServing(stack)) return;
  const { traffic } = meter;
  const add = (item: string, price: { readonly tiers: Tiers } | readonly [string, string], quantity: number, basis: 'fixed' | 'perEvent') =>
    meter.add(stack, resource, { item, price, quantity, basis });
  if (/^Replay/.test(resource.logicalId)) {
    // A long poll of 20 s by each of Lambda's five pollers. Source: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS", read 2026-11.
    const polls = resource.properties['RedrivePolicy'] ? (5 * SECONDS_A_MONTH) / 20 : 0;
    add('SQS requests, polls of Lambda', { tiers: SQS }, polls / 1e6, 'fixed');
    return;
  }
  // What failed goes by the retries; dead letters are few.
  const role = roleOf(resource);
  if (role === 'dead') return;
  const queues = meter
    .ofType(stack.region, 'AWS::SQS::Queue')
    .filter(({ resource: other }) => !/^Replay/.test(other.logicalId) && roleOf(other) === role);
  const hasRetries = meter.ofType(stack.region, 'AWS::SQS::Queue').some(({ resource: other }) => roleOf(other) === 'retry');
  const first = hasRetries ? 1 / meter.figures.deliveryAttempts : 1;
  const share = (traffic.calls.sqs * traffic.sqsRequestsACall * (role === 'retry' ? 1 - first : first)) / queues.length / 1e6;
  add('SQS requests of deliveries', { tiers: SQS }, share, 'perEvent');
  // With a message group of the tenant each.
  add('SQS, fair queues', ['SQS', 'Fair queue surcharge'], share, 'perEvent');
  // An empty long poll each 20 s by each pod of delivery.
  add('SQS requests, empty polls', { tiers: SQS }, ((traffic.pods / 4) * (SECONDS_A_MONTH / 20)) / 1e6, 'fixed');
};

/** Deliveries, where a cell has no queues of its own yet: the bill is the same, and hangs on the workload. */
export function deliveriesWithoutQueues(meter: Meter): void {
  const { servingRegion } = meter.inputs;
  const queues = meter.ofType(servingRegion, 'AWS::SQS::Queue').filter(({ resource }) => !/^Replay/.test(resource.logicalId));
  const [cluster] = meter.ofType(servingRegion, 'AWS::EKS::Cluster');
  if (queues.length > 0 || !cluster) return;
  const quantity = (meter.traffic.calls.sqs * meter.traffic.sqsRequestsACall) / 1e6;
  const resource = { logicalId: 'planned: delivery queues' };
  meter.add(cluster.stack, resource, { item: 'SQS requests of deliveries', price: { tiers: SQS }, quantity, basis: 'perEvent' });
  meter.add(cluster.stack, resource, { item: 'SQS, fair queues', price: ['SQS', 'Fair queue surcharge'], quantity, basis: 'perEvent' });
}

/** Times a month that a rule on a schedule starts a function. */
function scheduled(stack: Stack, resource: Resource): number {
  const every = { minute: MINUTES_A_MONTH, hour: HOURS_A_MONTH, day: DAYS_A_MONTH };
  return stack.resources
    .filter(({ type, properties }) => type === 'AWS::Events::Rule' && refersTo(properties['Targets'], resource))
    .reduce((sum, { properties }) => {
      const match = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(text(properties['ScheduleExpression']));
      return sum + (match ? every[match[2] as keyof typeof every] / Number(match[1]) : 0);
    }, 0);
}

export const lambda: Pricer = (meter, stack, resource) => {
  const { traffic, figures } = meter;
  const { properties } = resource;
  const memoryGib = Number(properties['MemorySize'] ?? 128) / 1024;
  const arm = text(list(properties['Architectures'])[0]) === 'arm64';
  const duration = arm ? 'Duration Arm, first 7.5 billion GB-s' : 'Duration x86, first 6 billion GB-s';
  const add = (calls: number, seconds: number, basis: 'fixed' | 'perEvent') => {
    meter.add(stack, resource, { item: 'Lambda requests', price: ['Lambda', 'Requests'], quantity: calls / 1e6, basis });
    meter.add(stack, resource, { item: 'Lambda duration', price: ['Lambda', duration], quantity: seconds * memoryGib, basis });
  };
  const mapping = stack.resources.find(
    ({ type, properties: of }) => type === 'AWS::Lambda::EventSourceMapping' && refersTo(of['FunctionName'], resource),
  );
  if (mapping && Number(mapping.properties['MaximumBatchingWindowInSeconds'] ?? 0) > 0) {
    // One call a shard and window; what is in it takes its time.
    const calls = (traffic.shards * SECONDS_A_MONTH) / Number(mapping.properties['MaximumBatchingWindowInSeconds']);
    add(calls, calls * figures.secondsPerCopy, 'fixed');
    add(0, traffic.eventGb * figures.secondsPerGbCopied, 'perEvent');
    const recovery = meter.inputs.recoveryRegion;
    if (recovery && recovery !== stack.region) {
      const transfer = INTER_REGION;
      meter.add(stack, resource, {
        item: 'Second copy to the recovery Region',
        price: transfer,
        quantity: traffic.eventGb * figures.gzippedShare,
        basis: 'perEvent',
      });
    }
    return;
  }
  const calls = scheduled(stack, resource);
  if (calls > 0) add(calls, calls * 2, 'fixed');
  else if (mapping && meter.isServing(stack)) {
    // Replays what was spilled: objects of a thousand events.
    const objects = (traffic.accepted * figures.spilledShare) / 1000;
    add(objects, objects * 3, 'perEvent');
  }
};

export const INTER_REGION = [
  'Data transfer',
  'Inter-region out to another region (us-east-1 to us-west-2; us-west-2 out; eu-west-1 to eu-central-1; eu-central-1 out)',
] as const;
