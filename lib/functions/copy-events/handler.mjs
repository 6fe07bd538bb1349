/**
 * Writes a batch of a stream's records into a bucket of another Region [SLO-5]: one object a batch, one line a record, in
 * the form in which Firehose leaves raw batches, so that either can be replayed.
 */
import { Buffer } from 'node:buffer';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const compress = promisify(gzip);
const NEWLINE = 0x0a;
const SPACE = 0x20;

/**
 * @typedef {{ eventID: string, kinesis: { data: string, approximateArrivalTimestamp: number } }} StreamRecord
 * @typedef {{ Bucket: string, Key: string, Body: Uint8Array, ContentType: string }} NewObject
 */

/**
 * Named by its first record, so that a batch that is written again replaces itself.
 * @param {StreamRecord} first its `eventID` is `shardId-000000000000:SEQUENCE`, its time in seconds since 1970
 */
export function objectKey({ eventID, kinesis }) {
  const arrived = new Date(kinesis.approximateArrivalTimestamp * 1000).toISOString();
  const [day = '', hour = ''] = [arrived.slice(0, 10).replaceAll('-', '/'), arrived.slice(11, 13)];
  return `events/${day}/${hour}/${eventID.replace(':', '-')}.jsonl.gz`;
}

/**
 * Events are JSON, in which a bare line break is only ever space between two tokens: as a space it ends no line.
 * @param {readonly StreamRecord[]} records
 */
export function lines(records) {
  return Buffer.concat(
    records.flatMap(({ kinesis }) => [
      Buffer.from(kinesis.data, 'base64').map((byte) => (byte === NEWLINE ? SPACE : byte)),
      Buffer.of(NEWLINE),
    ]),
  );
}

/**
 * Fails as a whole: Lambda then gives the batch again until it is written or its records expire.
 * @param {{ readonly Records: readonly StreamRecord[] }} event
 * @param {{ bucket: string, put: (object: NewObject) => Promise<unknown> }} destination
 */
export async function copyBatch({ Records }, { bucket, put }) {
  const [first] = Records;
  if (!first) return;
  await put({ Bucket: bucket, Key: objectKey(first), Body: await compress(lines(Records)), ContentType: 'application/gzip' });
}
