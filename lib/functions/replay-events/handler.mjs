/**
 * Puts the events of an object back into a stream: what ingest spilled while the stream did not answer, raw batches after the
 * loss of a Region, enriched events that Firehose could not deliver. An event can arrive twice; processors drop duplicates by its ID.
 */
import { Buffer } from 'node:buffer';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { createGunzip, gzip } from 'node:zlib';

const compress = promisify(gzip);

/** Of one PutRecords request. Source: Amazon Kinesis Data Streams API Reference, "PutRecords", read 2026-11. */
const MOST_RECORDS = 500;
/** Of one request, keys included: under the limit of 10 MiB, and a second's worth of a stream that has just been made. */
const MOST_BYTES = 4 * 1024 * 1024;
const ATTEMPTS = 8;
const DAY_MS = 86_400_000;

/**
 * @typedef {{ Data: Uint8Array, PartitionKey: string }} NewRecord
 * @typedef {{ Records: readonly { ErrorCode?: string }[] }} PutResult
 * @typedef {'events' | 'enriched'} Target
 * @typedef {{
 *   open: (bucket: string, key: string) => Promise<import('node:stream').Readable>,
 *   put: (target: Target, records: NewRecord[]) => Promise<PutResult>,
 *   remove: (bucket: string, key: string) => Promise<unknown>,
 *   keep: (key: string, body: Uint8Array) => Promise<unknown>,
 *   wait: (milliseconds: number) => Promise<unknown>,
 *   tell: (message: string) => void,
 *   now: () => number,
 *   spillBucket: string,
 *   maximumAgeDays: number,
 * }} Services
 */

/** A line that is no event. Says what is wrong, never what it holds: logs outlive an erasure [CMP-1]. */
class NoEvent extends Error {}

/**
 * @param {unknown} value
 * @param {string} field
 */
const text = (value, field) => {
  if (typeof value === 'string' && value !== '') return value;
  throw new NoEvent(`${field} is not the text that ingest gives each event`);
};

/**
 * @param {string} line
 * @returns {{ readonly received_at?: unknown, readonly partition_key?: unknown, readonly tenant?: unknown, readonly person?: unknown, readonly rawData?: unknown }}
 */
function parse(line) {
  try {
    return JSON.parse(line) ?? {};
  } catch {
    throw new NoEvent('it is not JSON');
  }
}

/**
 * Of an accepted event, by the key that ingest gave it, so that a person's events keep their shard.
 * @param {string} line
 * @returns {{ record: NewRecord, receivedAt: number }}
 */
export function acceptedEvent(line) {
  const event = parse(line);
  const receivedAt = Date.parse(text(event.received_at, 'received_at'));
  if (Number.isNaN(receivedAt)) throw new NoEvent('received_at is no time');
  return { record: { Data: Buffer.from(line), PartitionKey: text(event.partition_key, 'partition_key') }, receivedAt };
}

/** @param {string} line of an enriched event @returns {NewRecord} */
export function enrichedEvent(line) {
  const { tenant, person } = parse(line);
  return { Data: Buffer.from(line), PartitionKey: `${text(tenant, 'tenant')}#${text(person, 'person')}` };
}

/**
 * What an object holds, by where it is: docs/02-data/events.md.
 * @param {string} key
 * @returns {{ target: Target, read: (line: string) => { record: NewRecord, receivedAt?: number } }}
 */
function formOf(key) {
  if (key.startsWith('errors/enriched/')) {
    // Firehose's own form. Source: Amazon Data Firehose Developer Guide, "Handle data delivery failures", read 2026-11.
    return {
      target: 'enriched',
      read: (line) => ({ record: enrichedEvent(Buffer.from(text(parse(line).rawData, 'rawData'), 'base64').toString('utf8')) }),
    };
  }
  if (key.startsWith('enriched/')) return { target: 'enriched', read: (line) => ({ record: enrichedEvent(line) }) };
  return { target: 'events', read: acceptedEvent };
}

/** @param {NewRecord} record */
const sizeOf = ({ Data, PartitionKey }) => Data.length + Buffer.byteLength(PartitionKey);

/**
 * Records in the sizes of requests, as they come: an object is larger than a function's memory.
 * @param {AsyncIterable<NewRecord> | Iterable<NewRecord>} records
 */
export async function* requests(records) {
  /** @type {NewRecord[]} */
  let request = [];
  let bytes = 0;
  for await (const record of records) {
    const size = sizeOf(record);
    if (request.length === MOST_RECORDS || (request.length > 0 && bytes + size > MOST_BYTES)) {
      yield request;
      [request, bytes] = [[], 0];
    }
    request.push(record);
    bytes += size;
  }
  if (request.length > 0) yield request;
}

/**
 * Gives again what the stream refused, one by one or as a whole, and nothing else, with growing pauses of up to about 13 s.
 * @param {Target} target
 * @param {NewRecord[]} records
 * @param {Pick<Services, 'put' | 'wait'>} services
 */
async function putAll(target, records, { put, wait }) {
  let left = records;
  let cause;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await wait(100 * 2 ** attempt);
    try {
      const { Records } = await put(target, left);
      left = left.filter((_, index) => Records[index]?.ErrorCode !== undefined);
    } catch (error) {
      cause = error;
    }
    if (left.length === 0) return;
  }
  throw new Error(`The stream refused ${left.length} of ${records.length} records ${ATTEMPTS} times`, { cause });
}

/**
 * One object. Lines that are no events are kept aside and told of, and hold up no others.
 * @param {string} bucket
 * @param {string} key
 * @param {Services} services
 */
async function replayObject(bucket, key, services) {
  const { target, read } = formOf(key);
  const oldest = services.now() - services.maximumAgeDays * DAY_MS;
  /** @type {Map<string, string[]>} */
  const bad = new Map();
  let tooOld = 0;

  async function* records() {
    const unzipped = (await services.open(bucket, key)).compose(createGunzip());
    for await (const line of createInterface({ input: unzipped, crlfDelay: Infinity })) {
      if (line === '') continue;
      try {
        const { record, receivedAt = Infinity } = read(line);
        if (receivedAt < oldest) tooOld += 1;
        else yield record;
      } catch (error) {
        if (!(error instanceof NoEvent)) throw error;
        bad.set(error.message, [...(bad.get(error.message) ?? []), line]);
      }
    }
  }
  for await (const request of requests(records())) await putAll(target, request, services);

  for (const [why, { length }] of bad) services.tell(`${length} lines of ${bucket}/${key} are no events: ${why}`);
  // Of a spilled object, which goes; elsewhere they are still there, and a copy would outlive them [CMP-1].
  if (bad.size > 0 && bucket === services.spillBucket) {
    await services.keep(`errors/replay/${bucket}/${key}`, await compress([...bad.values()].flat().join('\n')));
  }
  // Each replay is a new copy with a life of its own: an event must not go round for ever [CMP-1].
  if (tooOld > 0) {
    services.tell(`${tooOld} events of ${bucket}/${key} were received more than ${services.maximumAgeDays} days ago, and stay out`);
  }
  // Other buckets' objects stay: they are somebody's second copy.
  if (bucket === services.spillBucket) await services.remove(bucket, key);
}

/**
 * Messages of the queue: what S3 tells of a new object, or a message of the same form.
 * @param {{ readonly Records: readonly { body: string }[] }} event
 * @param {Services} services
 */
export async function replay({ Records }, services) {
  for (const { body } of Records) {
    const { detail } = JSON.parse(body);
    await replayObject(detail.bucket.name, detail.object.key, services);
  }
}
