import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareFrontDoors, inParallel, inSeries, type Requests } from '../../lib/cost/front-door';

/** Each event by itself, or twenty in a batch; 300 bytes of headers and answer. */
const requests = (eventsPerDay: number, batch: number): Requests => ({
  region: 'us-east-1',
  perDay: eventsPerDay / batch,
  bytes: 2048 * batch + 300,
  perConnection: 100,
});

describe('what could stand in front of ingest', () => {
  it('costs what a calculation by hand says, at 10 million requests a day', () => {
    const [alb, rest, http, nlb] = compareFrontDoors(requests(10e6, 1)).map(({ usd }) => usd);
    // 304.1667 million a month, 115.741 a second, 0.978333 GB an hour: bytes decide, and not 0.046 units of new connections.
    const waf = 5 + 5 + 304.1667 * 0.6;
    const albAlone = 730 * (0.0225 + 0.978333 * 0.008);
    const nlbAlone = 730 * (0.0225 + 0.978333 * 0.006);
    expect(alb).toBeCloseTo(albAlone + waf, 1);
    expect(nlb).toBeCloseTo(nlbAlone, 1);
    expect(rest).toBeCloseTo(304.1667 * 3.5 + nlbAlone + waf, 1);
    expect(http).toBeCloseTo(300 + 4.1667 * 0.9 + albAlone, 1);
  });

  it('is shown in ADR-021 with the figures of today', () => {
    const record = readFileSync(join(__dirname, '../../docs/01-architecture/decisions/ADR-021-edge.md'), 'utf8');
    const volumes = [10e6, 100e6, 1e9].flatMap((events) => [1, 20].map((batch) => compareFrontDoors(requests(events, batch))));
    for (const kind of ['ALB', 'API Gateway, REST', 'API Gateway, HTTP', 'NLB']) {
      const doors = volumes.map((all) => all.find((door) => door.kind === kind));
      const usd = doors.map((door) => door?.usd.toLocaleString('en-US', { maximumFractionDigits: 0 }));
      expect(record).toContain(`| ${[kind, ...usd, `${doors[0]?.promisedPercent.toFixed(3) ?? ''} %`].join(' | ')} |`);
    }
  });

  it('leaves room under SLO-1 behind a load balancer that goes on without WAF, and behind nothing that waits for one or for API Gateway', () => {
    const left = Object.fromEntries(
      compareFrontDoors(requests(10e6, 1)).map(({ kind, promisedPercent }) => [kind, promisedPercent >= 99.95]),
    );
    expect(left).toEqual({ ALB: true, 'API Gateway, REST': false, 'API Gateway, HTTP': false, NLB: true });
  });
});

describe('the arithmetic of availability', () => {
  const percent = fc.double({ min: 0, max: 100, noNaN: true });

  it('makes a chain weaker than its weakest part, and parallel parts stronger than the strongest', () => {
    fc.assert(
      fc.property(fc.array(percent, { minLength: 1, maxLength: 6 }), (parts) => {
        expect(inSeries(...parts)).toBeLessThanOrEqual(Math.min(...parts) + 1e-9);
        expect(inParallel(...parts)).toBeGreaterThanOrEqual(Math.max(...parts) - 1e-9);
      }),
    );
  });

  it('is that of two parts of 99.9 %: one in a million together, two in a thousand in a chain', () => {
    expect(inParallel(99.9, 99.9)).toBeCloseTo(99.9999, 6);
    expect(inSeries(99.9, 99.9)).toBeCloseTo(99.8001, 6);
  });
});
