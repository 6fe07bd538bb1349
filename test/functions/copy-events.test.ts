import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyBatch, objectKey } from '../../lib/functions/copy-events/handler.mjs';

const record = (data: Uint8Array, sequence = '49590338271490256608559692538361571095921575989136588898', seconds = 1_795_521_600.123) => ({
  eventID: `shardId-000000000003:${sequence}`,
  kinesis: { data: Buffer.from(data).toString('base64'), approximateArrivalTimestamp: seconds },
});

interface Written {
  readonly Bucket: string;
  readonly Key: string;
  readonly Body: Uint8Array;
}

async function copied(records: readonly ReturnType<typeof record>[]): Promise<readonly Written[]> {
  const written: Written[] = [];
  await copyBatch({ Records: records }, { bucket: 'copy', put: (object) => Promise.resolve(written.push(object)) });
  return written;
}

describe('the second copy of events', () => {
  it('is one object a batch, named by the hour and by its first record, so that a second attempt replaces the first', async () => {
    const records = [record(Buffer.from('{"a":1}'), '111'), record(Buffer.from('{"a":2}'), '112')];
    const [first, second] = [await copied(records), await copied(records)];
    expect(first.map(({ Bucket, Key }) => [Bucket, Key])).toEqual([['copy', 'events/2026/11/24/12/shardId-000000000003-111.jsonl.gz']]);
    expect(second.map(({ Key }) => Key)).toEqual(first.map(({ Key }) => Key));
    expect(gunzipSync(first[0]?.Body ?? Buffer.of()).toString()).toBe('{"a":1}\n{"a":2}\n');
  });

  it('is named by Greenwich time, whatever the clock of the machine says', () => {
    expect(objectKey(record(Buffer.of(), '1', Date.UTC(2026, 0, 1, 0, 0, 0) / 1000))).toContain('events/2026/01/01/00/');
    expect(objectKey(record(Buffer.of(), '1', Date.UTC(2025, 11, 31, 23, 59, 59) / 1000))).toContain('events/2025/12/31/23/');
  });

  it('holds every event, one a line, whatever is in it', async () => {
    const event = fc.json().map((text) => text.replace(/\n/g, ' '));
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 20 }), async (events) => {
        const [object] = await copied(events.map((text) => record(Buffer.from(text))));
        const lines = gunzipSync(object?.Body ?? Buffer.of())
          .toString()
          .split('\n');
        expect(lines.slice(0, -1)).toEqual(events);
        expect(lines.at(-1)).toBe('');
      }),
    );
  });

  it('keeps an event that was written over several lines in one, and its meaning', async () => {
    const [object] = await copied([record(Buffer.from(JSON.stringify({ text: 'a\nb', list: [1, 2] }, undefined, 2)))]);
    const lines = gunzipSync(object?.Body ?? Buffer.of())
      .toString()
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toEqual({ text: 'a\nb', list: [1, 2] });
  });

  it('fails as a whole when the object cannot be written, so that Lambda gives the batch again', async () => {
    const put = () => Promise.reject(new Error('SlowDown'));
    await expect(copyBatch({ Records: [record(Buffer.from('{}'))] }, { bucket: 'copy', put })).rejects.toThrow('SlowDown');
  });

  it('writes nothing for an empty batch', async () => {
    expect(await copied([])).toEqual([]);
  });
});
