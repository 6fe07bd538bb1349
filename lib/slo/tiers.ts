import type { BurnTier } from './types';

/**
 * After Google's "multiwindow, multi-burn-rate alerts" (The Site Reliability Workbook, chapter 5, read 2026-11), and in three points not: `steep` comes first, since an hour's
 * window alone sees 8 % of failures after 5 minutes and SLO-6 asks for less; the short windows count minutes, three of five, so that a blip of two minutes wakes nobody
 * [OBS-1]; and the three days of `leak` are three periods of a day, since CloudWatch sums over a day at most. docs/01-architecture/alarm-simulation.md shows what they catch.
 */
export const tiers: Readonly<Record<BurnTier['name'], BurnTier>> = {
  steep: {
    name: 'steep',
    severity: 'page',
    burn: 30,
    atLeastBad: 3,
    windows: [{ periodMinutes: 1, outOf: 5, atLeast: 3 }],
    says: 'three bad minutes of five',
  },
  fast: {
    name: 'fast',
    severity: 'page',
    burn: 14.4,
    atLeastBad: 1,
    windows: [
      { periodMinutes: 60, outOf: 1, atLeast: 1 },
      { periodMinutes: 1, outOf: 5, atLeast: 3 },
    ],
    says: '2 % of the budget in an hour, and it goes on',
  },
  sustained: {
    name: 'sustained',
    severity: 'page',
    burn: 8,
    atLeastBad: 1,
    windows: [
      { periodMinutes: 360, outOf: 1, atLeast: 1 },
      { periodMinutes: 30, outOf: 1, atLeast: 1 },
      { periodMinutes: 1, outOf: 5, atLeast: 3 },
    ],
    says: '7 % of the budget in six hours, and it goes on',
  },
  slow: {
    name: 'slow',
    severity: 'ticket',
    burn: 3,
    atLeastBad: 1,
    windows: [
      { periodMinutes: 1_440, outOf: 1, atLeast: 1 },
      { periodMinutes: 120, outOf: 1, atLeast: 1 },
    ],
    says: '10 % of the budget in a day, and it goes on',
  },
  leak: {
    name: 'leak',
    severity: 'ticket',
    burn: 1,
    atLeastBad: 1,
    windows: [{ periodMinutes: 1_440, outOf: 3, atLeast: 3 }],
    says: '10 % of the budget in three days, and it would not last the month',
  },
};

/** CloudWatch looks back for a day at most, or for a week if periods are an hour or longer. Source: CloudWatch API Reference, "PutMetricAlarm", read 2026-11. */
export const LONGEST_MINUTES = { minutePeriods: 1_440, hourPeriods: 10_080 } as const;
