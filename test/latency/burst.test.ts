/** What a customer's batch meets at one destination: its calls are all taken long before a pod's are [SLI-5]. */
import { describe, expect, it } from 'vitest';
import { batches, burstOf, simulateBurst, type BurstCase } from '../../lib/latency/burst';
import { classTraits, deliverySchedule } from '../../lib/constructs/delivery-schedule';
import { deliveryLimits, receiving } from '../../lib/latency/delivery';

const batch = burstOf(500, 1);
const SEEDS = [1, 2, 3, 4, 5];
const rush = burstOf(10_000, 20);
/** CPU of a delivery in a pod that is sure of half a vCPU: ADR-020. */
const WORK_MS = 4;
const of = (arrivals: readonly number[], changed: Partial<BurstCase> = {}) =>
  simulateBurst({
    arrivals,
    pods: 3,
    calls: classTraits.webhook,
    schedule: deliverySchedule,
    responseMs: 200,
    workMs: WORK_MS,
    ...changed,
  });
const inTime = ({ answered }: ReturnType<typeof of>) => answered.filter((time) => time < deliveryLimits.withinMs).length / answered.length;
const longest = ({ answered }: ReturnType<typeof of>) => Math.max(...answered);

describe('a burst to a healthy destination', () => {
  it.each([
    ['a batch of 500 in a second', batch],
    ['50 a second for ever, in batches of 100', batches(10_000, 50, 100)],
  ])('of %s is answered within two seconds, and nothing of it is sent away', (_, arrivals) => {
    for (const seed of SEEDS) {
      const found = of(arrivals, { seed });
      expect(found.sentAway).toBe(0);
      expect(inTime(found)).toBeGreaterThanOrEqual(deliveryLimits.delivered);
    }
  });

  it('of 10,000 in 20 seconds, all that an enterprise tenant may send at once, is as fast as all calls: a few are late, none by a minute', () => {
    for (const seed of SEEDS) {
      const found = of(rush, { seed });
      expect(inTime(found)).toBeGreaterThan(0.95);
      expect(longest(found)).toBeLessThan(10_000);
    }
  });

  it('of 10,000 in a second is too much for two seconds, and is over within the minute', () => {
    const found = of(burstOf(10_000, 1));
    expect(inTime(found)).toBeLessThan(0.2);
    expect(longest(found)).toBeLessThan(60_000);
  });

  it('is answered to the last, however long answers take: nothing is lost, and nothing waits for minutes that need not', () => {
    const slow = of(batch, { responseMs: 1_000 });
    expect(slow.answered.every((time) => time > 0)).toBe(true);
    expect(longest(slow)).toBeLessThan(15_000);
  });

  const parked: Partial<BurstCase> = {
    calls: { ...classTraits.webhook, callsPerDestination: 16, waitingPerDestination: 0 },
    schedule: { localWaitMilliseconds: 0, busyDelaysSeconds: [300] },
  };

  it.each([
    ['a batch', batch, 200, 0.45],
    ['a rush', rush, 200, 0.5],
    ['a second an answer at 50 a second', burstOf(15_000, 300), 1_000, 0.18],
  ])('rejects 16 calls, no wait and 300 s for what is too much: %s', (_, arrivals, responseMs, share) => {
    const found = of(arrivals, { ...parked, responseMs });
    expect(found.sentAway).toBeGreaterThan(share);
    expect(longest(found)).toBeGreaterThan(150_000);
  });

  it('rejects one call to a destination', () => {
    expect(inTime(of(batch, { calls: { ...classTraits.webhook, callsPerDestination: 1 } }))).toBeLessThan(0.1);
  });

  it('rejects half of the calls: a rush would be late', () => {
    expect(inTime(of(rush, { calls: { ...classTraits.webhook, callsPerDestination: 16 } }))).toBeLessThan(0.5);
  });

  it('has as many calls open as there may be, and lists of as many as a call carries: calculations by hand', () => {
    const one = { ...classTraits.webhook, callsPerDestination: 1 };
    const arrivals = burstOf(20_000, 400);
    // M/M/1-like at half load: with even gaps the mean wait is below that of random ones, 20 ms.
    const begun = of(arrivals, { pods: 1, calls: one, responseMs: 10, workMs: 0 }).begun;
    expect(begun.reduce((sum, time) => sum + time, 0) / begun.length).toBeLessThan(10);
    const lists = of(burstOf(100, 0), { pods: 1, calls: { ...one, deliveriesPerCall: 50, gatherMilliseconds: 500 } });
    expect(new Set(lists.answered).size).toBe(2);
  });
});

describe('a poller', () => {
  it('of its own is back within a receive', () => {
    expect(receiving(deliverySchedule, 100)(0.9999)).toBeLessThan(50);
  });

  it('rejects one that takes turns with an empty queue of retries: it is away for 20 s, and three receives bring less than arrives', () => {
    const inTurn = { ...deliverySchedule, pollers: 'in-turn' as const };
    expect(receiving(inTurn, 1)(0.5)).toBeGreaterThan(2_000);
    expect(receiving(inTurn, 2)(0.5)).toBe(Number.POSITIVE_INFINITY);
  });
});
