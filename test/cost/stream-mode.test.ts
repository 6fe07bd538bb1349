import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareStreamModes, type StreamTraffic } from '../../lib/cost/stream-mode';

const traffic = (eventsPerDay: number): StreamTraffic => ({
  region: 'us-east-1',
  eventsPerDay,
  eventBytes: 2048,
  peakFactor: 4,
  sharedReaders: 2,
  fanOutReaders: 1,
  retentionDays: 7,
});

describe('the modes of the stream', () => {
  it('cost what a calculation by hand says: 10 million events of 2 KiB a day, read three times, kept for a week', () => {
    const [provisioned, onDemand] = compareStreamModes(traffic(10_000_000));
    // 622.93 GB a month, 102.4 GB of them kept beyond the first day (6 of 30.42 days: 122.88 GB).
    expect(onDemand?.usd).toBeCloseTo(730 * 0.04 + 622.9333 * (0.08 + 2 * 0.04 + 0.05) + 122.88 * 0.1, 1);
    // 463 events a second at the peak, 0.95 MB: two shards at 75 %.
    expect(provisioned?.shards).toBe(2);
    expect(provisioned?.usd).toBeCloseTo(2 * 730 * (0.015 + 0.02 + 0.015) + 304.1667 * 0.014 + 622.9333 * 0.013, 1);
  });

  it('are shown in ADR-009 with the figures of today', () => {
    const record = readFileSync(join(__dirname, '../../docs/01-architecture/decisions/ADR-009-event-log.md'), 'utf8');
    for (const [name, volume] of Object.entries({ '10 million': 1e7, '100 million': 1e8, '1 billion': 1e9 })) {
      const [provisioned, standard, advantage] = compareStreamModes(traffic(volume)).map(({ usd }) => usd.toFixed(0));
      const [{ shards } = { shards: 0 }] = compareStreamModes(traffic(volume));
      expect(record).toContain(`| ${[name, `${String(provisioned)} (${shards})`, standard, advantage].join(' | ')} |`);
    }
  });

  it('change places where the record says: the advantage mode is cheaper than standard from 238 million events a day', () => {
    const cheaper = (volume: number) => {
      const [, standard, advantage] = compareStreamModes(traffic(volume));
      return (advantage?.usd ?? 0) < (standard?.usd ?? 0);
    };
    expect([237e6, 238e6].map(cheaper)).toEqual([false, true]);
  });
});
