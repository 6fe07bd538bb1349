import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { waiting, waitingShare, utilisation, type Servers } from '../../lib/latency/queueing';
import { seeded } from '../../lib/latency/random';

/** A queue as it happens: each event goes to the server that is free first. */
function simulated({ arrivals, serviceMs, servers }: Servers, events: number): number[] {
  const random = seeded(7);
  const drawn = (meanMs: number) => -meanMs * Math.log(1 - random());
  const freeAt = new Array<number>(servers).fill(0);
  const waits: number[] = [];
  let now = 0;
  for (let event = 0; event < events; event += 1) {
    now += drawn(1000 / arrivals);
    const first = freeAt.indexOf(Math.min(...freeAt));
    const begin = Math.max(now, freeAt[first] ?? 0);
    waits.push(begin - now);
    freeAt[first] = begin + drawn(serviceMs);
  }
  return waits.sort((a, b) => a - b);
}

describe('the wait for a pod', () => {
  it('is met by as many as a single server is busy', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.99, noNaN: true }), (busy) => {
        expect(waitingShare({ arrivals: busy * 100, serviceMs: 10, servers: 1 })).toBeCloseTo(busy, 9);
      }),
    );
  });

  it("is Erlang's C of two servers, in closed form", () => {
    for (const busy of [0.2, 0.5, 0.9]) {
      expect(waitingShare({ arrivals: busy * 200, serviceMs: 10, servers: 2 })).toBeCloseTo((2 * busy * busy) / (1 + busy), 9);
    }
  });

  it('has the mean of M/M/c', () => {
    const load = { arrivals: 240, serviceMs: 10, servers: 3 };
    const points = 100_000;
    const quantiles = waiting(load);
    const mean = Array.from({ length: points }, (_, index) => quantiles((index + 0.5) / points)).reduce((sum, ms) => sum + ms, 0) / points;
    expect(mean).toBeCloseTo((waitingShare(load) * 1000) / (300 - 240), 1);
  });

  it.each([
    { arrivals: 80, serviceMs: 10, servers: 1 },
    { arrivals: 278, serviceMs: 4, servers: 3 },
    { arrivals: 900, serviceMs: 10, servers: 12 },
  ])('is that of a queue that was played: %o', (load) => {
    const waits = simulated(load, 200_000);
    for (const share of [0.5, 0.95, 0.99]) {
      const expected = waiting(load)(share);
      expect(Math.abs((waits[Math.floor(share * waits.length)] ?? 0) - expected)).toBeLessThan(0.3 + expected * 0.08);
    }
  });

  it.each([1, 1.01, 8])('is without end where %s times as much arrives as can be done', (times) => {
    const load = { arrivals: times * 300, serviceMs: 10, servers: 3 };
    expect(utilisation(load)).toBeCloseTo(times, 9);
    expect(waiting(load)(0.5)).toBe(Number.POSITIVE_INFINITY);
  });

  it('grows with what arrives, and shrinks with servers', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 199, noNaN: true }), fc.double({ min: 0.01, max: 0.99, noNaN: true }), (arrivals, share) => {
        const wait = (load: Servers) => waiting(load)(share);
        expect(wait({ arrivals, serviceMs: 10, servers: 2 })).toBeGreaterThanOrEqual(
          wait({ arrivals: arrivals / 2, serviceMs: 10, servers: 2 }),
        );
        expect(wait({ arrivals, serviceMs: 10, servers: 3 })).toBeLessThanOrEqual(wait({ arrivals, serviceMs: 10, servers: 2 }));
      }),
    );
  });
});
