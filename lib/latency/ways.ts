/** The ways that an event can take from the load balancer into its tenant's delivery queue: the one that is chosen, and the others (ADR-026). */
import type { FigureName } from './figures';
import { inSequence, together, type Way } from './way';

/** Who processes, which decides for whom an event waits. */
export type Processing =
  /** A pod that holds the lease of the event's shard. */
  | 'by shard'
  /** One of as many partitions as pods. */
  | 'by partition'
  /** Whichever pod is free. */
  | 'by any pod'
  /** The pod of ingest that has it already. */
  | 'in ingest';

export interface WayOfEvents {
  readonly name: string;
  readonly way: Way<HopName>;
  readonly processing: Processing;
}

/** Of pods, beside those of figures. `stream` is fan-out or polling, by the settings. */
export type HopName =
  FigureName | 'stream' | 'ingestWait' | 'ingestWork' | 'processorWait' | 'processorWork' | 'ingestLinger' | 'processorLinger';

const ingest: readonly HopName[] = ['loadBalancer', 'ingestWait', 'ingestWork', 'ingestLinger'];
const processor: readonly HopName[] = ['processorWait', 'processorLinger', 'processorWork'];

/** Deduplication and the profile's read need nothing of each other: the read of a duplicate is wasted, and harms nobody. */
const looks = together<HopName>('write', 'read');
/**
 * What is delivered is enriched from the profile that was read, so the profile's write need not come first: if its condition fails, it is read
 * and written again, and the delivery stands [ARC-3].
 */
const results = together<HopName>('write', 'send');

export const ways = {
  stream: {
    name: 'stream; calls that need nothing of each other together',
    way: inSequence(...ingest, 'stream', ...processor, looks, results),
    processing: 'by shard',
  },
  oneByOne: {
    name: 'stream; one call after another, the enriched event before the delivery',
    way: inSequence(...ingest, 'stream', ...processor, 'write', 'read', 'write', 'put', 'send'),
    processing: 'by shard',
  },
  beside: {
    name: 'stream; one call after another, the enriched event beside the delivery',
    way: inSequence(...ingest, 'stream', ...processor, 'write', 'read', 'write', 'send'),
    processing: 'by shard',
  },
  inIngest: {
    name: 'ingest processes after the durable write; the stream catches up',
    way: inSequence(...ingest, 'put', 'processorWork', looks, results),
    processing: 'in ingest',
  },
  queue: {
    name: 'a queue hands over to the processor; the stream beside it is the log',
    way: inSequence(...ingest, 'handOver', ...processor, looks, results),
    processing: 'by any pod',
  },
  kafka: {
    name: 'Kafka in place of Kinesis',
    way: inSequence(...ingest, 'broker', ...processor, looks, results),
    processing: 'by partition',
  },
} as const satisfies Record<string, WayOfEvents>;

export type WayName = keyof typeof ways;

/** ADR-026. */
export const chosen: WayName = 'stream';
