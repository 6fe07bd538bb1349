/**
 * The metrics that the services emit: what alarms, objectives, dashboards and the services' own code import. Names by OpenTelemetry's conventions: those
 * that it defines as it defines them, ours under `dataflow.`. Source: OpenTelemetry semantic conventions, "HTTP metrics", "Naming", read 2026-11.
 */

/** The services of the platform; lib/gitops/tree-props.ts has the same list, and a test compares them. */
export const emitters = ['ingest', 'processor', 'delivery', 'profiles'] as const;
export type Emitter = (typeof emitters)[number];

/** Of services' own metrics in CloudWatch. An account is a cell and a Region a namespace of its own, so neither is a dimension. */
export const NAMESPACE = 'DataFlow';

export interface Attribute {
  readonly name: string;
  /** Each value that it may have: what is not in the list is sent as `_OTHER`, so that no caller can make a metric. */
  readonly values: readonly string[];
}

export interface Instrument {
  readonly name: string;
  readonly kind: 'counter' | 'histogram' | 'gauge';
  /** As UCUM has it: `{event}` counts events. */
  readonly unit: `{${string}}` | 'ms' | 's' | 'By' | '1';
  /** As CloudWatch names the unit. */
  readonly cloudWatchUnit: 'Count' | 'Milliseconds' | 'Seconds' | 'Bytes' | 'None';
  readonly emitters: readonly Emitter[];
  readonly says: string;
  /** Sets of dimensions that become metrics of CloudWatch. The empty set is the sum over all: alarms are on that. */
  readonly sets: readonly (readonly Attribute[])[];
}

const attribute = (name: string, ...values: readonly string[]): Attribute => ({ name, values });

const reason = (...values: readonly string[]) => attribute('error.type', ...values, '_OTHER');
const route = attribute('http.route', '/v1/events', '/v1/events/batch', '/v1/profiles/lookup', '_OTHER');
const status = attribute('http.response.status_code', '200', '202', '400', '401', '403', '413', '429', '500', '503', '_OTHER');
const pool = attribute('db.client.connection.pool.name', 'metadata', '_OTHER');
const state = attribute('db.client.connection.state', 'idle', 'used');

const counter = (
  name: string,
  unit: 'event' | 'delivery' | 'connection',
  by: readonly Emitter[],
  says: string,
  ...sets: readonly (readonly Attribute[])[]
): Instrument => ({ name, kind: 'counter', unit: `{${unit}}`, cloudWatchUnit: 'Count', emitters: by, says, sets: [[], ...sets] });

export const instruments = {
  accepted: counter('dataflow.events.accepted', 'event', ['ingest'], 'Durable, in the stream or in the spill bucket, and answered 202.'),
  refused: counter('dataflow.events.refused', 'event', ['ingest'], 'Not taken, for a fault of the caller.', [
    reason('too_large', 'malformed', 'rate_limited', 'unknown_tenant'),
  ]),
  spilled: counter(
    'dataflow.events.spilled',
    'event',
    ['ingest'],
    'Of those accepted, written to the spill bucket in place of the stream.',
  ),
  processed: counter(
    'dataflow.events.processed',
    'event',
    ['processor'],
    'The processor is done with it: queued for each destination, a duplicate, in quarantine, or given up.',
  ),
  failed: counter('dataflow.events.failed', 'event', ['processor'], 'Of those, given up for a fault of ours.', [
    reason('profile_write', 'queue_write', 'enrichment', 'bug'),
  ]),
  quarantined: counter(
    'dataflow.events.quarantined',
    'event',
    ['processor'],
    'Of those, in quarantine: they break the schema of their tenant.',
  ),
  duplicates: counter('dataflow.events.duplicates', 'event', ['processor'], 'Of those, seen before.'),
  processingDuration: {
    name: 'dataflow.processing.duration',
    kind: 'histogram',
    unit: 'ms',
    cloudWatchUnit: 'Milliseconds',
    emitters: ['processor'],
    says: 'From `received_at` until the event is in the queue of each destination [SLI-2, TEC-4]. Each event once, replayed ones not at all.',
    sets: [[]],
  },
  queued: counter('dataflow.deliveries.queued', 'delivery', ['processor'], 'Handed to the queue of a destination.'),
  delivered: counter('dataflow.deliveries.delivered', 'delivery', ['delivery'], 'A destination has taken it.'),
  lost: counter(
    'dataflow.deliveries.lost',
    'delivery',
    ['delivery'],
    'Given up for a fault of ours; what a destination refuses for good is not among them.',
  ),
  attemptsRefused: counter(
    'dataflow.deliveries.attempts_refused',
    'delivery',
    ['delivery'],
    'An attempt that the destination refused, or did not answer.',
    [reason('timeout', 'connection', 'http_4xx', 'http_5xx')],
  ),
  retriesEnded: counter(
    'dataflow.deliveries.retries_ended',
    'delivery',
    ['delivery'],
    'Tried more than once, and over: delivered, or in the dead-letter queue.',
  ),
  retriesFailed: counter('dataflow.deliveries.retries_failed', 'delivery', ['delivery'], 'Of those, in the dead-letter queue [SLI-5].'),
  deliveryDelay: {
    name: 'dataflow.deliveries.delay',
    kind: 'histogram',
    unit: 'ms',
    cloudWatchUnit: 'Milliseconds',
    emitters: ['delivery'],
    says: 'From the queue to the end of the first attempt, less the time in which the destination answered: ours alone [SLI-5].',
    sets: [[]],
  },
  requestDuration: {
    name: 'http.server.request.duration',
    kind: 'histogram',
    unit: 's',
    cloudWatchUnit: 'Seconds',
    emitters: ['ingest', 'profiles'],
    says: 'OpenTelemetry’s own. The load balancer measures the same from outside, and objectives are held by that.',
    sets: [[route], [route, status]],
  },
  connections: {
    name: 'db.client.connection.count',
    kind: 'gauge',
    unit: '{connection}',
    cloudWatchUnit: 'Count',
    emitters: ['processor', 'delivery', 'profiles'],
    says: 'OpenTelemetry’s own: connections to the metadata database, of one pod.',
    sets: [[pool, state]],
  },
} as const satisfies Readonly<Record<string, Instrument>>;

export type InstrumentName = keyof typeof instruments;

/** What a service must never send as an attribute, a dimension, a field or a part of a name: each has no bound, is a person’s, or opens doors. */
export const forbidden = [
  'person',
  'event_id',
  'properties',
  'client.address',
  'user.id',
  'user.email',
  'user_agent.original',
  'http.request.header.authorization',
  'url.full',
  'url.query',
  'http.request.body',
] as const;

/** Metrics of CloudWatch that an instrument can become: each set of dimensions times its values. A histogram is one metric. */
export const metricsOf = ({ sets }: Instrument): number =>
  sets.reduce((sum, set) => sum + set.reduce((product, { values }) => product * values.length, 1), 0);

/** Of one Region of a cell, at most. Beyond it the first dimension to give up is the status code. */
export const MOST_METRICS = 120;

/** What a function of ours, rather than a service, measures from outside. */
export const watched = {
  LakeReplicaLag: {
    unit: 'None',
    dimensions: ['Cell'],
    by: 'lib/functions/watch-replica',
    says: 'Minutes since the replica was like the lake.',
  },
  CostAttributed: {
    unit: 'Percent',
    dimensions: ['Cell'],
    by: 'lib/functions/attribute-cost',
    says: 'How much of the bill of the month reaches tenants.',
  },
  CostUnknown: {
    unit: 'None',
    dimensions: ['Cell'],
    by: 'lib/functions/attribute-cost',
    says: 'USD of the bill that no rule names.',
  },
} as const;
