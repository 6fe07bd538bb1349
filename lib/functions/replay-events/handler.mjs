/**
 * Puts the events of an object back into the stream: what ingest spilled while the stream did not answer, or raw batches
 * after the loss of a Region. An event can arrive twice; processors drop duplicates by its ID.
 */
import { Buffer } from 'node:buffer';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

const decompress = promisify(gunzip);

/** Of one PutRecords request. Source: Amazon Kinesis Data Streams API Reference, "PutRecords", read 2026-11. */
const MOST_RECORDS = 500;
/** Of one request, keys included: under the limit of 10 MiB, and a second's worth of a stream that has just been made. */
const MOST_BYTES = 4 * 1024 * 1024;
const ATTEMPTS = 8;

/**
 * @typedef {{ Data: Uint8Array, PartitionKey: string }} NewRecord
 * @typedef {{ Records: readonly { ErrorCode?: string }[] }} PutResult
 * @typedef {{
 *   get: (bucket: string, key: string) => Promise<Uint8Array>,
 *   put: (records: NewRecord[]) => Promise<PutResult>,
 *   remove: (bucket: string, key: string) => Promise<unknown>,
 *   wait: (milliseconds: number) => Promise<unknown>,
 *   spillBucket: string,
 * }} Services
 */

/**
 * By the key that ingest gave the event, so that a person's events keep their shard.
 * @param {string} line
 * @returns {NewRecord}
 * @throws SyntaxError | TypeError for a line that is no event: it would be lost in silence otherwise
 */
export function toRecord(line) {
  const { partition_key: partitionKey } = JSON.parse(line);
  if (typeof partitionKey !== 'string' || partitionKey === '') {
    throw new TypeError(`partition_key: received ${JSON.stringify(partitionKey)}; allowed: the text that ingest gives each event`);
  }
  return { Data: Buffer.from(line), PartitionKey: partitionKey };
}

/** @param {readonly NewRecord[]} records */
export function chunks(records) {
  /** @type {NewRecord[][]} */
  const result = [];
  let bytes = Infinity;
  for (const record of records) {
    const size = record.Data.length + Buffer.byteLength(record.PartitionKey);
    const current = result.at(-1);
    if (!current || current.length === MOST_RECORDS || bytes + size > MOST_BYTES) {
      result.push([record]);
      bytes = size;
    } else {
      current.push(record);
      bytes += size;
    }
  }
  return result;
}

/**
 * Gives again what the stream refused, and nothing else, with growing pauses of up to about 13 s.
 * @param {NewRecord[]} records
 * @param {Pick<Services, 'put' | 'wait'>} services
 */
async function putAll(records, { put, wait }) {
  let left = records;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await wait(100 * 2 ** attempt);
    const { Records } = await put(left);
    left = left.filter((_, index) => Records[index]?.ErrorCode !== undefined);
    if (left.length === 0) return;
  }
  throw new Error(`The stream refused ${left.length} of ${records.length} records ${ATTEMPTS} times`);
}

/**
 * One message of the queue: what S3 tells of a new object, or a message of the same form.
 * @param {{ readonly Records: readonly { body: string }[] }} event
 * @param {Services} services
 */
export async function replay({ Records }, services) {
  for (const { body } of Records) {
    const { detail } = JSON.parse(body);
    const [bucket, key] = [detail.bucket.name, detail.object.key];
    const text = (await decompress(await services.get(bucket, key))).toString('utf8');
    const records = text.split('\n').filter(Boolean).map(toRecord);
    for (const chunk of chunks(records)) await putAll(chunk, services);
    // Raw batches stay: they are somebody's second copy.
    if (bucket === services.spillBucket) await services.remove(bucket, key);
  }
}
