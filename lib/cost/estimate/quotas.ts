/** What a service takes at most. Beyond a hard end a bill would be of something that cannot be; beyond a default somebody has to ask first, and the bill says so. */
import type { CellInputs } from './inputs';
import { figuresOf } from './assumptions';
import { PEAK_FACTOR, SQS_BATCH_BYTES, trafficOf } from './traffic';

export interface Quota {
  readonly name: string;
  readonly unit: string;
  readonly source: string;
  /** Whether AWS raises it. */
  readonly kind: 'hard' | 'default';
  /** Of one event, whatever the volume. @default - it is of the volume */
  readonly isOfSize?: boolean;
  readonly limit: (inputs: CellInputs) => number;
  readonly used: (inputs: CellInputs) => number;
}

const peak = ({ workload }: CellInputs): number => (workload.eventsPerDay / 86_400) * PEAK_FACTOR;
const KDS = 'Amazon Kinesis Data Streams Developer Guide, "Quotas and limits", read 2026-11';
const DDB = 'Amazon DynamoDB Developer Guide, "Quotas in Amazon DynamoDB", read 2026-11';
/** In which a stream on demand grows to its end by itself. */
const large = ['us-east-1', 'us-west-2', 'eu-west-1'];

export const quotas: readonly Quota[] = [
  {
    name: 'Amazon Kinesis Data Streams, write throughput of a stream on demand',
    unit: 'MB a second',
    source: KDS,
    kind: 'hard',
    limit: () => 10_000,
    used: (inputs) => (peak(inputs) * inputs.workload.eventBytes * 1.2) / 1e6,
  },
  {
    name: 'Amazon Kinesis Data Streams, size of a record',
    unit: 'bytes',
    source: KDS,
    kind: 'hard',
    isOfSize: true,
    limit: () => 10_485_760,
    used: ({ workload }) => workload.eventBytes,
  },
  {
    name: 'Amazon SQS, size of a message: the enriched event',
    unit: 'bytes',
    source: 'Amazon SQS Developer Guide, "Amazon SQS batch actions": 1 MiB, read 2026-11',
    kind: 'hard',
    isOfSize: true,
    limit: () => SQS_BATCH_BYTES,
    used: ({ workload }) => (workload.deliveriesPerEvent === 0 ? 0 : workload.eventBytes * figuresOf('expected').enrichedGrowth),
  },
  {
    name: 'Amazon Kinesis Data Streams, write throughput of a stream on demand without a request',
    unit: 'MB a second',
    source: KDS,
    kind: 'default',
    limit: ({ servingRegion }) => (large.includes(servingRegion) ? 10_000 : 200),
    used: (inputs) => (peak(inputs) * inputs.workload.eventBytes * 1.2) / 1e6,
  },
  {
    name: 'Amazon DynamoDB, write units a second of a table on demand',
    unit: 'units a second',
    source: DDB,
    kind: 'default',
    limit: () => 40_000,
    used: (inputs) => peak(inputs) * figuresOf('expected').profileWriteUnits,
  },
  {
    name: 'Amazon EC2, on-demand vCPUs of standard instances',
    unit: 'vCPU',
    source:
      'Amazon EC2 User Guide, "On-Demand Instance quotas": 5 for a new account, raised by use, read 2026-11; the bound here is the cell\'s maximumVcpus',
    kind: 'default',
    limit: ({ maximumVcpus }) => maximumVcpus,
    used: (inputs) => trafficOf(inputs, figuresOf('expected')).nodes * 2,
  },
];

/** @throws RangeError where a hard quota is passed, with the volume that it allows */
export function checkQuotas(inputs: CellInputs): readonly string[] {
  const notes: string[] = [];
  for (const { name, unit, source, kind, isOfSize = false, limit, used } of quotas) {
    const [most, wanted] = [limit(inputs), used(inputs)];
    if (wanted <= most) continue;
    if (isOfSize) {
      const allowedBytes = Math.floor((inputs.workload.eventBytes * most) / wanted).toLocaleString('en-US');
      throw new RangeError(
        `--set eventBytes: received ${inputs.workload.eventBytes.toLocaleString('en-US')} bytes for ${inputs.cell}; allowed: ${allowedBytes}: quota '${name}' (${source})`,
      );
    }
    const figures = `${Math.ceil(wanted).toLocaleString('en-US')} of ${most.toLocaleString('en-US')} ${unit} at the peak`;
    if (kind === 'hard') {
      const allowedEvents = Math.floor((inputs.workload.eventsPerDay * most) / wanted);
      throw new RangeError(
        `--events: received ${inputs.workload.eventsPerDay.toLocaleString('en-US')} a day for ${inputs.cell}; allowed: ${allowedEvents.toLocaleString('en-US')} a day: quota '${name}': ${figures} (${source})`,
      );
    }
    notes.push(`${inputs.cell}: to be raised: ${name}: ${figures}`);
  }
  return notes;
}
