import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { constant, exponential, normalQuantile, percentileOf, throughPercentiles, type Percentile } from '../../lib/latency/distribution';
import { figures, quantilesOf, shapes, type Figure } from '../../lib/latency/figures';

/** Shares that rise and times that do not fall, as somebody may publish them. */
const cited = fc.uniqueArray(fc.integer({ min: 1, max: 999 }), { minLength: 2, maxLength: 6 }).chain((thousandths) =>
  fc
    .array(fc.double({ min: 0.01, max: 10_000, noNaN: true }), { minLength: thousandths.length, maxLength: thousandths.length })
    .map((times): Percentile[] => {
      const sorted = [...times].sort((a, b) => a - b);
      return [...thousandths].sort((a, b) => a - b).map((each, index) => [each / 1000, sorted[index] ?? 1]);
    }),
);

describe('a distribution through percentiles', () => {
  it('has each percentile that is cited', () => {
    fc.assert(
      fc.property(cited, (points) => {
        const quantiles = throughPercentiles(points);
        for (const [share, ms] of points) expect(quantiles(share) / ms).toBeCloseTo(1, 9);
      }),
    );
  });

  it('never falls, and is positive', () => {
    fc.assert(
      fc.property(
        cited,
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        (points, one, other) => {
          const quantiles = throughPercentiles(points);
          const [less, more] = [quantiles(Math.min(one, other)), quantiles(Math.max(one, other))];
          // Far out of what is cited, of percentiles that lie within a hair of each other, it is zero or without end in floating point.
          expect(less).toBeGreaterThanOrEqual(0);
          for (const [share] of points) expect(quantiles(share)).toBeGreaterThan(0);
          expect(more >= less * (1 - 1e-9)).toBe(true);
        },
      ),
    );
  });

  it('of two percentiles is the lognormal one', () => {
    const quantiles = throughPercentiles([
      [0.5, 10],
      [0.99, 100],
    ]);
    // 2.326 standard deviations are a factor of 10, so one and two thirds of it less are at 1.645 (p95).
    expect(quantiles(0.95)).toBeCloseTo(10 * 10 ** (1.644854 / 2.326348), 3);
    expect(quantiles(0.01)).toBeCloseTo(1, 6);
  });

  it.each<[string, Percentile[]]>([
    ['one percentile', [[0.5, 10]]],
    [
      'shares that do not rise',
      [
        [0.9, 10],
        [0.5, 20],
      ],
    ],
    [
      'times that fall',
      [
        [0.5, 20],
        [0.9, 10],
      ],
    ],
    [
      'no time at all',
      [
        [0.5, 0],
        [0.9, 10],
      ],
    ],
    [
      'a share of everything',
      [
        [0.5, 10],
        [1, 20],
      ],
    ],
  ])('rejects %s', (_, points) => {
    expect(() => throughPercentiles(points)).toThrow(RangeError);
  });

  it.each(Object.entries(figures as Readonly<Record<string, Figure>>))('is that of the figure %s', (_, figure) => {
    for (const shape of shapes) {
      const quantiles = quantilesOf(figure, shape);
      if (figure.evidence.kind === 'percentiles') {
        for (const [share, ms] of figure.evidence.cited) expect(quantiles(share)).toBeCloseTo(ms, 6);
      } else {
        const mean =
          Array.from({ length: 10_000 }, (_value, index) => quantiles((index + 0.5) / 10_000)).reduce((sum, ms) => sum + ms, 0) / 10_000;
        expect(mean / figure.evidence.meanMs).toBeCloseTo(1, 3);
      }
    }
  });

  it('says of each figure whose it is and of when', () => {
    for (const { source, asOf, note } of Object.values(figures)) {
      expect(source).toMatch(/read 2026-11|^assumed/);
      expect(asOf).toMatch(/^20\d\d/);
      expect(note.length).toBeGreaterThan(10);
    }
  });
});

describe('the other distributions', () => {
  it('has the normal score of a table', () => {
    for (const [p, score] of [
      [0.5, 0],
      [0.975, 1.959964],
      [0.99, 2.326348],
      [0.999, 3.090232],
      [0.1, -1.281552],
      [0.01, -2.326348],
    ] as const) {
      expect(normalQuantile(p)).toBeCloseTo(score, 5);
    }
  });

  it.each([0, 1, -1, 2, Number.NaN])('rejects the share %s', (p) => {
    expect(() => normalQuantile(p)).toThrow(RangeError);
  });

  it('have the quantiles of their formulas', () => {
    expect(exponential(70)(0.5)).toBeCloseTo(70 * Math.LN2, 9);
    expect(constant(70)(0.99)).toBe(70);
  });

  it('have a median that is no higher than that of the mean each time', () => {
    fc.assert(fc.property(fc.double({ min: 0.1, max: 1_000, noNaN: true }), (mean) => exponential(mean)(0.5) < constant(mean)(0.5)));
  });

  it('takes the value of a sorted sample that a share stays below', () => {
    expect(
      percentileOf(
        Float64Array.from({ length: 100 }, (_, index) => index),
        0.95,
      ),
    ).toBe(95);
  });
});
