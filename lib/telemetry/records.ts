/**
 * Logs and traces that the services emit, and the one line a minute by which tenants are counted. Source: OpenTelemetry specification, "Logs data model";
 * semantic conventions, "HTTP spans", "Messaging spans", "AWS SDK", "Recording errors", read 2026-11.
 */
import { emitters, type Emitter } from './instruments';

export interface Field {
  readonly name: string;
  readonly type: 'text' | 'number' | 'time';
  readonly required: boolean;
  readonly says: string;
}

const field = (name: string, type: Field['type'], says: string, required = true): Field => ({ name, type, required, says });

/** A line of JSON on standard output for each record. Anything else is refused by the collector. */
export const logFields: readonly Field[] = [
  field('timestamp', 'time', 'ISO 8601, UTC, milliseconds'),
  field('severity_text', 'text', '`DEBUG` (off in production), `INFO`, `WARN`, `ERROR`; `ERROR` means that somebody has to do something'),
  field('body', 'text', 'one constant sentence for each kind of record: what varies is in fields, so that records can be counted'),
  field('service.name', 'text', 'which service'),
  field('service.version', 'text', 'digest of the image'),
  field('trace_id', 'text', '32 hexadecimal digits: from a line to its trace', false),
  field('span_id', 'text', '16 hexadecimal digits', false),
  field('tenant', 'text', 'whose event or request; a name of a company, not of a person', false),
  field('error.type', 'text', 'a value of the list of the metric that counts it', false),
  field('exception.stacktrace', 'text', 'without the message of the exception, which may hold what a tenant sent', false),
  field('duration_ms', 'number', 'of what the record is about', false),
  field('destination', 'text', 'the kind of destination, not its address', false),
];

/** Written by each pod once a minute for each tenant that it has seen: 60 tenants are 60 lines, not 480 metrics. */
export const tenantFields: readonly Field[] = [
  field('timestamp', 'time', 'end of the minute'),
  field('body', 'text', '`tenant minute`, by which rules find it'),
  field('service.name', 'text', 'which service'),
  field('tenant', 'text', 'as in the verified token'),
  field('accepted', 'number', 'events; ingest', false),
  field('refused', 'number', 'events; ingest', false),
  field('bytes', 'number', 'of accepted events as they are stored; ingest', false),
  field('processed', 'number', 'events; processor', false),
  field('quarantined', 'number', 'events; processor', false),
  field('delivered', 'number', 'deliveries; delivery', false),
  field('attempts_refused', 'number', 'attempts; delivery', false),
  field('busy_ms', 'number', 'time of a processor that was spent on the tenant: by it compute is attributed [BUD-3]'),
];

/** Rules of CloudWatch Contributor Insights over the lines above: who the ten largest are, without a metric for each. */
export const tenantRules: readonly { readonly name: string; readonly service: Emitter; readonly sumOf: string }[] = [
  { name: 'tenants-by-events', service: 'ingest', sumOf: 'accepted' },
  { name: 'tenants-by-refusals', service: 'ingest', sumOf: 'refused' },
  { name: 'tenants-by-quarantine', service: 'processor', sumOf: 'quarantined' },
  { name: 'tenants-by-refused-attempts', service: 'delivery', sumOf: 'attempts_refused' },
];

export interface Span {
  readonly name: string;
  readonly kind: 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER' | 'INTERNAL';
  readonly emitter: Emitter;
  readonly attributes: readonly string[];
  readonly says: string;
}

const aws = ['rpc.system', 'rpc.service', 'rpc.method', 'aws.request_id', 'error.type'] as const;
const messaging = ['messaging.system', 'messaging.destination.name', 'messaging.operation.type', 'messaging.batch.message_count'] as const;

/** One trace goes from the request to the last delivery: the context is in the record’s and the message’s attribute `traceparent`. */
export const spans: readonly Span[] = [
  {
    name: 'POST /v1/events',
    kind: 'SERVER',
    emitter: 'ingest',
    attributes: ['http.request.method', 'http.route', 'http.response.status_code', 'error.type', 'tenant'],
    says: 'a request, of one event or of a batch',
  },
  {
    name: 'publish events',
    kind: 'PRODUCER',
    emitter: 'ingest',
    attributes: [...messaging, ...aws, 'dataflow.spilled'],
    says: 'the durable write',
  },
  {
    name: 'process events',
    kind: 'CONSUMER',
    emitter: 'processor',
    attributes: [...messaging, 'tenant', 'dataflow.duplicate', 'dataflow.quarantined', 'error.type'],
    says: 'an event, from the stream to the queues; its parent is the request',
  },
  {
    name: 'DynamoDB',
    kind: 'CLIENT',
    emitter: 'processor',
    attributes: [...aws, 'aws.dynamodb.table_names'],
    says: 'profile and deduplication',
  },
  { name: 'publish deliveries', kind: 'PRODUCER', emitter: 'processor', attributes: [...messaging, ...aws], says: 'the queues' },
  {
    name: 'deliver',
    kind: 'CONSUMER',
    emitter: 'delivery',
    attributes: [...messaging, 'tenant', 'dataflow.destination.kind', 'dataflow.attempt', 'error.type'],
    says: 'an attempt',
  },
  {
    name: 'POST',
    kind: 'CLIENT',
    emitter: 'delivery',
    attributes: ['http.request.method', 'http.response.status_code', 'server.address', 'error.type'],
    says: 'the call to the destination: its host, never its path',
  },
  {
    name: 'POST /v1/profiles/lookup',
    kind: 'SERVER',
    emitter: 'profiles',
    attributes: ['http.request.method', 'http.route', 'http.response.status_code', 'error.type', 'tenant'],
    says: 'a read',
  },
  {
    name: 'DynamoDB lookup',
    kind: 'CLIENT',
    emitter: 'profiles',
    attributes: [...aws, 'aws.dynamodb.table_names'],
    says: 'the read itself',
  },
];

/** Decided at the first span, by the trace’s ID, and followed by all services: half a trace helps nobody. */
export const sampling = {
  /** Of requests without an error, in percent. At 116 events a second these are six traces a second. */
  percent: 5,
  /** Spans with an error are kept as well, by the collector, whole traces as far as it still holds them. */
  errors: 'all',
} as const;

/** Every service has to have something to say. */
export const emittersWithSpans = emitters.filter((emitter) => spans.some((span) => span.emitter === emitter));
