import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunks, replay, toRecord } from '../../lib/functions/replay-events/handler.mjs';

const line = (key: string, text = 'x') => JSON.stringify({ partition_key: key, text });

interface Sent {
  readonly Data: Uint8Array;
  readonly PartitionKey: string;
}

/** A stream that refuses what `refuses` says of the attempt and of the record. */
function services(objects: Readonly<Record<string, string>>, refuses: (attempt: number, record: Sent) => boolean = () => false) {
  const taken: string[] = [];
  const removed: string[] = [];
  const waits: number[] = [];
  let attempt = 0;
  return {
    taken,
    removed,
    waits,
    spillBucket: 'spill',
    get: (bucket: string, key: string) => Promise.resolve(gzipSync(objects[`${bucket}/${key}`] ?? '')),
    put: (records: readonly Sent[]) => {
      attempt += 1;
      const results = records.map((record) => {
        if (refuses(attempt, record)) return { ErrorCode: 'ProvisionedThroughputExceededException' };
        taken.push(Buffer.from(record.Data).toString());
        return {};
      });
      return Promise.resolve({ Records: results });
    },
    remove: (bucket: string, key: string) => Promise.resolve(removed.push(`${bucket}/${key}`)),
    wait: (milliseconds: number) => Promise.resolve(waits.push(milliseconds)),
  };
}

const message = (bucket: string, key: string) => ({
  Records: [{ body: JSON.stringify({ detail: { bucket: { name: bucket }, object: { key } } }) }],
});

describe('the replay of events', () => {
  it('puts each event back under the key that ingest gave it, and then removes what was spilled', async () => {
    const to = services({ 'spill/a.gz': `${line('p1')}\n${line('p2')}\n` });
    await replay(message('spill', 'a.gz'), to);
    expect(to.taken).toEqual([line('p1'), line('p2')]);
    expect(to.removed).toEqual(['spill/a.gz']);
    expect(toRecord(line('p1')).PartitionKey).toBe('p1');
  });

  it('leaves raw batches where they are: they are a copy', async () => {
    const to = services({ 'raw/events/a.gz': line('p1') });
    await replay(message('raw', 'events/a.gz'), to);
    expect(to.taken).toHaveLength(1);
    expect(to.removed).toEqual([]);
  });

  it('gives again what the stream refused, and nothing else, with growing pauses', async () => {
    const to = services(
      { 'spill/a.gz': `${line('p1')}\n${line('p2')}\n${line('p3')}` },
      (attempt, { PartitionKey }) => attempt < 3 && PartitionKey === 'p2',
    );
    await replay(message('spill', 'a.gz'), to);
    expect([...to.taken].sort()).toEqual([line('p1'), line('p2'), line('p3')]);
    expect(to.waits).toEqual([200, 400]);
    expect(to.removed).toEqual(['spill/a.gz']);
  });

  it('rejects the message when the stream refuses for good, and removes nothing', async () => {
    const to = services({ 'spill/a.gz': line('p1') }, () => true);
    await expect(replay(message('spill', 'a.gz'), to)).rejects.toThrow('The stream refused 1 of 1 records 8 times');
    expect(to.removed).toEqual([]);
    // Less than half of the function's five minutes.
    expect(to.waits.reduce((sum, pause) => sum + pause, 0)).toBeLessThan(150_000);
  });

  it.each([
    ['no JSON', '{"partition_key": "p1"}\nnonsense'],
    ['no key', '{"text": "x"}'],
    ['an empty key', '{"partition_key": ""}'],
    ['a key that is no text', '{"partition_key": 7}'],
  ])('rejects an object with %s, and puts and removes nothing', async (_, text) => {
    const to = services({ 'spill/a.gz': text });
    await expect(replay(message('spill', 'a.gz'), to)).rejects.toThrow(/partition_key|JSON/);
    expect([to.taken, to.removed]).toEqual([[], []]);
  });

  it('keeps to the limits of a request, and loses and adds nothing', () => {
    const size = fc.oneof(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 100_000, max: 900_000 }));
    fc.assert(
      fc.property(fc.array(size, { maxLength: 1_200 }), (sizes) => {
        const records = sizes.map((bytes, index) => ({ Data: Buffer.alloc(bytes), PartitionKey: String(index) }));
        const parts = chunks(records);
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
