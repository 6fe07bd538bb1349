import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acceptedEvent, enrichedEvent, replay, requests } from '../../lib/functions/replay-events/handler.mjs';

const now = Date.parse('2026-11-25T12:00:00Z');
const line = (key: string, receivedAt = '2026-11-25T11:00:00Z') => JSON.stringify({ partition_key: key, received_at: receivedAt });
const enriched = (person: string) => JSON.stringify({ tenant: 'acme', person, received_at: 1_764_000_000_000_000 });

interface Sent {
  readonly Data: Uint8Array;
  readonly PartitionKey: string;
}

/** A stream that refuses what `refuses` says of the attempt and of the record, or fails as a whole. */
function services(objects: Readonly<Record<string, string>>, refuses: (attempt: number, record: Sent) => boolean | 'throws' = () => false) {
  const taken: string[] = [];
  const removed: string[] = [];
  const waits: number[] = [];
  const kept: Record<string, string> = {};
  const told: string[] = [];
  let attempt = 0;
  return {
    taken,
    removed,
    waits,
    kept,
    told,
    spillBucket: 'spill',
    maximumAgeDays: 3,
    now: () => now,
    tell: (message: string) => void told.push(message),
    open: (bucket: string, key: string) => Promise.resolve(Readable.from([gzipSync(objects[`${bucket}/${key}`] ?? '')])),
    put: (target: string, records: readonly Sent[]) => {
      attempt += 1;
      if (records.some((record) => refuses(attempt, record) === 'throws')) return Promise.reject(new Error('Rate exceeded'));
      const results = records.map((record) => {
        if (refuses(attempt, record)) return { ErrorCode: 'ProvisionedThroughputExceededException' };
        taken.push(`${target} ${Buffer.from(record.Data).toString()}`);
        return {};
      });
      return Promise.resolve({ Records: results });
    },
    remove: (bucket: string, key: string) => Promise.resolve(removed.push(`${bucket}/${key}`)),
    keep: (key: string, body: Uint8Array) => Promise.resolve((kept[key] = gunzipSync(body).toString('utf8'))),
    wait: (milliseconds: number) => Promise.resolve(waits.push(milliseconds)),
  };
}

const message = (bucket: string, key: string) => ({
  Records: [{ body: JSON.stringify({ detail: { bucket: { name: bucket }, object: { key } } }) }],
});

const accepted = (...keys: readonly string[]) => keys.map((key) => `events ${line(key)}`);

describe('the replay of events', () => {
  it('puts each event back under the key that ingest gave it, and then removes what was spilled', async () => {
    const to = services({ 'spill/a.gz': `${line('p1')}\n${line('p2')}\n` });
    await replay(message('spill', 'a.gz'), to);
    expect(to.taken).toEqual(accepted('p1', 'p2'));
    expect(to.removed).toEqual(['spill/a.gz']);
    expect(acceptedEvent(line('p1')).record.PartitionKey).toBe('p1');
    expect(to.told).toEqual([]);
  });

  it('leaves raw batches where they are: they are a copy', async () => {
    const to = services({ 'raw/events/a.gz': line('p1') });
    await replay(message('raw', 'events/a.gz'), to);
    expect(to.taken).toHaveLength(1);
    expect(to.removed).toEqual([]);
  });

  it.each([
    ['lines of a Region that served in the place of this one', 'enriched/2026/11/25/a.gz', enriched('p1')],
    [
      'what Firehose could not deliver',
      'errors/enriched/2026/a.gz',
      JSON.stringify({ errorCode: 'Iceberg.X', rawData: Buffer.from(enriched('p1')).toString('base64') }),
    ],
  ])('puts enriched events into their own stream: %s', async (_, key, text) => {
    const to = services({ [`raw/${key}`]: text });
    await replay(message('raw', key), to);
    expect(to.taken).toEqual([`enriched ${enriched('p1')}`]);
    expect(enrichedEvent(enriched('p1')).PartitionKey).toBe('acme#p1');
  });

  it('gives again what the stream refused, and nothing else, with growing pauses', async () => {
    const to = services(
      { 'spill/a.gz': `${line('p1')}\n${line('p2')}\n${line('p3')}` },
      (attempt, { PartitionKey }) => attempt < 3 && PartitionKey === 'p2',
    );
    await replay(message('spill', 'a.gz'), to);
    expect([...to.taken].sort()).toEqual(accepted('p1', 'p2', 'p3'));
    expect(to.waits).toEqual([200, 400]);
    expect(to.removed).toEqual(['spill/a.gz']);
  });

  it('gives all again when a request fails as a whole', async () => {
    const to = services({ 'spill/a.gz': line('p1') }, (attempt) => (attempt < 3 ? 'throws' : false));
    await replay(message('spill', 'a.gz'), to);
    expect([to.taken, to.waits]).toEqual([accepted('p1'), [200, 400]]);
  });

  it.each([
    ['refuses', true],
    ['fails', 'throws'],
  ] as const)('rejects the message when the stream %s for good, and removes nothing', async (_, answer) => {
    const to = services({ 'spill/a.gz': line('p1') }, () => answer);
    await expect(replay(message('spill', 'a.gz'), to)).rejects.toThrow('The stream refused 1 of 1 records 8 times');
    expect(to.removed).toEqual([]);
    // Less than half of the function's five minutes.
    expect(to.waits.reduce((sum, pause) => sum + pause, 0)).toBeLessThan(150_000);
  });

  it.each([
    ['no JSON', 'jane.doe@example.com'],
    ['null', 'null'],
    ['no key', JSON.stringify({ received_at: '2026-11-25T11:00:00Z', name: 'jane.doe@example.com' })],
    ['an empty key', JSON.stringify({ partition_key: '', received_at: '2026-11-25T11:00:00Z' })],
    ['a key that is no text', JSON.stringify({ partition_key: { jane: 'doe' }, received_at: '2026-11-25T11:00:00Z' })],
    ['no time', JSON.stringify({ partition_key: 'jane.doe@example.com' })],
    ['a time that is none', JSON.stringify({ partition_key: 'p1', received_at: 'jane.doe@example.com' })],
  ])('keeps a line with %s aside, tells nothing of what it holds, and holds up no other line', async (_, bad) => {
    const to = services({ 'spill/a.gz': `${line('p1')}\n${bad}\n${line('p2')}` });
    await replay(message('spill', 'a.gz'), to);
    expect(to.taken).toEqual(accepted('p1', 'p2'));
    expect(to.kept).toEqual({ 'errors/replay/spill/a.gz': bad });
    expect(to.told).toEqual([expect.stringMatching(/^1 lines of spill\/a\.gz are no events: /)]);
    expect(to.told.join()).not.toContain('jane');
    expect(to.removed).toEqual(['spill/a.gz']);
  });

  it('makes no second copy of what is no event in a raw batch: it is still there', async () => {
    const to = services({ 'raw/events/a.gz': `${line('p1')}\nnonsense` });
    await replay(message('raw', 'events/a.gz'), to);
    expect([to.taken, to.kept, to.removed]).toEqual([accepted('p1'), {}, []]);
    expect(to.told).toHaveLength(1);
  });

  it('lets no event go round for ever: what was received more than three days ago stays out [CMP-1]', async () => {
    const [young, old] = [line('p1', '2026-11-22T12:00:00Z'), line('p2', '2026-11-22T11:59:59Z')];
    const to = services({ 'raw/events/a.gz': `${old}\n${young}` });
    await replay(message('raw', 'events/a.gz'), to);
    expect(to.taken).toEqual([`events ${young}`]);
    expect(to.told).toEqual(['1 events of raw/events/a.gz were received more than 3 days ago, and stay out']);
    expect(to.kept).toEqual({});
  });

  it('rejects an object that is not compressed, so that it is tried again and then seen', async () => {
    const to = { ...services({}), open: () => Promise.resolve(Readable.from(['plain text'])) };
    await expect(replay(message('spill', 'a.gz'), to)).rejects.toThrow(/header/);
    expect(to.removed).toEqual([]);
  });

  it('keeps to the limits of a request, and loses and adds nothing', async () => {
    const size = fc.oneof(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 100_000, max: 900_000 }));
    await fc.assert(
      fc.asyncProperty(fc.array(size, { maxLength: 1_200 }), async (sizes) => {
        const records = sizes.map((bytes, index) => ({ Data: Buffer.alloc(bytes), PartitionKey: String(index) }));
        const parts: Sent[][] = [];
        for await (const part of requests(records)) parts.push(part);
        expect(parts.flat()).toEqual(records);
        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(500);
          const bytes = part.reduce((sum, { Data, PartitionKey }) => sum + Data.length + PartitionKey.length, 0);
          if (part.length > 1) expect(bytes).toBeLessThanOrEqual(4 * 1024 * 1024);
        }
      }),
      { numRuns: 15 },
    );
  });
});
