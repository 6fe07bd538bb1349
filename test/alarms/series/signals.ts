/**
 * What a cell shows of itself in a minute. These are facts about the world, by the names of this folder; which metric shows which of them is said
 * elsewhere, so that a series knows nothing of the alarms that will see it.
 */
export const signals = {
  requests: 'requests that a pod has answered',
  refused: 'requests that the load balancer answers 4xx itself',
  balancer5xx: 'requests that the load balancer answers 5xx itself: no pod did',
  ingest5xx: 'answers of 5xx by pods of ingest',
  profiles5xx: 'answers of 5xx by pods of profiles',
  screened: 'requests that WAF has let in',
  reads: 'requests to profiles that a pod has answered',
  readsOver200: 'of those, slower than 200 ms',
  readsOver500: 'of those, slower than 500 ms',
  ingestPods: 'pods of ingest that answer the load balancer',
  profilesPods: 'pods of profiles that answer the load balancer',
  accepted: 'events that are durable',
  processed: 'events that the processor is done with',
  failed: 'events that the processor gave up for a fault of ours; what breaks its schema is the tenant’s',
  over100: 'events processed later than 100 ms after they came in',
  over300: 'the same, 300 ms',
  over500: 'the same, 500 ms',
  behindMs: 'the oldest event that the processor has not read, in milliseconds',
  throttled: 'records that the stream refuses',
  queued: 'deliveries that were queued',
  delivered: 'deliveries that a destination took',
  deliveredLate: 'of those, later than 2 s after they were queued, by a fault of ours',
  lost: 'deliveries given up for a fault of ours',
  destinationRefused: 'attempts that a destination refused or did not answer: not ours',
  retried: 'deliveries that were tried again, and have ended',
  retriedWell: 'of those, delivered',
  deadLetters: 'deliveries in the dead-letter queue at the end of the minute',
  tableThrottles: 'writes that DynamoDB throttles',
  tableWrites: 'writes of the profiles’ table',
  tableLagMs: 'time until a write is in the other Region; missing when nothing arrives',
  databaseLagMs: 'the same of the database',
  secondCopyMs: 'the oldest event without a second copy, in milliseconds',
  rawLateSeconds: 'the oldest event that Firehose holds, in seconds',
  acuPercent: 'capacity of the database in use, in percent',
  connections: 'connections to the database',
  probesPassed: 'in percent: an event a minute, sent by us and seen delivered',
} as const;

export type Signal = keyof typeof signals;

/** A value a minute; NaN where nothing was published. */
export type Frame = Readonly<Record<Signal, Float64Array>>;

export const signalNames = Object.keys(signals) as readonly Signal[];

export const emptyFrame = (minutes: number): Frame =>
  Object.fromEntries(signalNames.map((name) => [name, new Float64Array(minutes)])) as unknown as Frame;

/** What ought to happen, decided with the series. */
export type Wanted =
  /** Customers or their data are at stake: within five minutes [SLO-6]. */
  | 'page'
  /** Within the week: a ticket, and nobody is woken. */
  | 'ticket'
  /** Nothing that has to wake anybody. A ticket does no harm. */
  | 'no page';

export interface Fault {
  readonly name: string;
  readonly story: string;
  /** First minute in which customers, or the promise about their data, are worse off. */
  readonly from: number;
  /** First minute in which they no longer are. */
  readonly to: number;
  readonly wanted: Wanted;
}

export interface Series {
  readonly name: string;
  readonly frame: Frame;
  readonly minutes: number;
  readonly faults: readonly Fault[];
}

/** The first minute of each series: a Monday, 00:00 UTC. */
export const START_MS = Date.UTC(2026, 2, 2);
export const DAY_MINUTES = 1_440;
