/**
 * How long each hop takes, as somebody published it: nothing here is chosen for what comes out. Where only a mean is published, or nothing at all,
 * that is said, and the result is shown at its upper bound: lib/latency/simulation.ts.
 */
import { constant, exponential, throughPercentiles, type Percentile, type Quantiles } from './distribution';

export type Evidence =
  | { readonly kind: 'percentiles'; readonly cited: readonly Percentile[] }
  | { readonly kind: 'mean only'; readonly meanMs: number }
  | { readonly kind: 'measured nowhere'; readonly meanMs: number };

export interface Figure {
  readonly what: string;
  readonly evidence: Evidence;
  readonly source: string;
  /** When it was measured or published. */
  readonly asOf: string;
  /** What it holds beside the hop, and what of ours it leaves out. */
  readonly note: string;
}

const compared = 'L. van Donkersgoed, "Serverless Messaging: Latency Compared", bitesizedserverless.com, read 2026-11';
const ofSqs: Evidence = {
  kind: 'percentiles',
  cited: [
    [0.1, 13.7],
    [0.5, 16.2],
    [0.9, 33.8],
    [0.99, 105],
  ],
};

export const figures = {
  loadBalancer: {
    what: 'load balancer, and the way to a pod in any zone',
    evidence: { kind: 'measured nowhere', meanMs: 5 },
    source: 'assumed; AWS says of a way between zones "single-digit millisecond" alone',
    asOf: '2026-11',
    note: 'the load balancer logs its own part: `request_processing_time`',
  },
  fanOut: {
    what: 'stream, from the put until a fan-out consumer has it',
    evidence: {
      kind: 'percentiles',
      cited: [
        [0.1, 28.8],
        [0.5, 49.4],
        [0.9, 67.5],
        [0.99, 109],
      ],
    },
    source: compared,
    asOf: '2022-09',
    note: '1,024 messages, eu-west-1, hardly any load; with the put and the invocation of a Lambda function; without our key',
  },
  fanOutMean: {
    what: 'the same, as AWS has it',
    evidence: { kind: 'mean only', meanMs: 70 },
    source: 'Amazon Kinesis Data Streams Developer Guide, "Develop enhanced fan-out consumers with dedicated throughput", read 2026-11',
    asOf: '2018, and since',
    note: '"typically an average of 70 ms", from the put until the consumer has it',
  },
  polling: {
    what: 'stream, without fan-out: each shard is looked into once a second',
    evidence: {
      kind: 'percentiles',
      cited: [
        [0.1, 267],
        [0.5, 627],
        [0.9, 965],
        [0.99, 1580],
      ],
    },
    source: compared,
    asOf: '2022-09',
    note: 'AWS: 200 ms in the mean for one reader, 1,000 for five that share',
  },
  put: {
    what: 'stream, until a put is acknowledged',
    evidence: {
      kind: 'percentiles',
      cited: [
        [0.5, 35],
        [0.95, 100],
        [0.99, 200],
      ],
    },
    source: 'Brandur, "A Month of Kinesis in Production", brandur.org, read 2026-11',
    asOf: '2015-05',
    note: '1 to 10 events a call, in production; nothing younger was found',
  },
  write: {
    what: 'DynamoDB, put of an item',
    evidence: {
      kind: 'percentiles',
      cited: [
        [0.5, 7.55],
        [0.9, 11.3],
        [0.95, 13.2],
        [0.99, 16.2],
      ],
    },
    source: 'A. DeBrie, "DynamoDB Transactions Performance Testing", alexdebrie.com, and its repository, read 2026-11',
    asOf: '2020',
    note: '400 calls from Lambda, us-east-1, on demand; a condition has no figure of its own',
  },
  read: {
    what: 'DynamoDB, strongly consistent get',
    evidence: { kind: 'mean only', meanMs: 10 },
    source: 'AWS re:Post Knowledge Center, "High latency of Amazon DynamoDB", read 2026-11',
    asOf: '2026-11',
    note: '"single-digit milliseconds" in the mean: taken as ten',
  },
  send: {
    what: 'SQS, until a message is in a standard queue',
    evidence: ofSqs,
    source: compared,
    asOf: '2022-09',
    note: 'with its receipt by Lambda: more than the sending alone, of which nothing was found',
  },
  handOver: {
    what: 'SQS, from the sending to the receipt',
    evidence: ofSqs,
    source: compared,
    asOf: '2022-09',
    note: 'an idle queue, five long polls at once',
  },
  broker: {
    what: 'Kafka, from the producer to the consumer, flushed to disk',
    evidence: {
      kind: 'percentiles',
      cited: [
        [0.5, 7],
        [0.95, 8],
        [0.99, 9],
        [0.999, 170],
      ],
    },
    source: 'C. Bartholomew, OpenMessaging benchmark on AWS, gist cc4e53158a067e6255d2c525b5492c47, read 2026-11',
    asOf: '2019-08',
    note: 'one partition, 100 bytes, brokers of his own: MSK is not in it',
  },
} as const satisfies Record<string, Figure>;

export type FigureName = keyof typeof figures;

/** CPU of a vCPU that one event takes in each service, in milliseconds: estimated (ADR-020: 9 in all, of two deliveries an event), dev will tell. */
export const cpuMs = { ingest: 2, processor: 3, delivery: 2 } as const;

/** Two shapes of a mean: the one with the highest median, and one with a long tail. What follows is the worse of both, for each percentile. */
export const shapes = ['constant', 'exponential'] as const;
export type Shape = (typeof shapes)[number];

export function quantilesOf({ evidence }: Figure, shape: Shape): Quantiles {
  if (evidence.kind === 'percentiles') return throughPercentiles(evidence.cited);
  return shape === 'constant' ? constant(evidence.meanMs) : exponential(evidence.meanMs);
}
