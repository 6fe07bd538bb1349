import { describe, expect, it } from 'vitest';
import { attribute, metricLine, monthOf, verdictOf } from '../../lib/functions/attribute-cost/handler.mjs';

const names = ['tenant', 'reason', 'cents', 'events_usd', 'even_usd'];
const answer = (...rows: (readonly [string, string, number, number])[]) => [
  names,
  ...rows.map(([tenant, reason, cents, even]) => [tenant, reason, String(cents), '1.5', String(even)]),
];
const now = Date.UTC(2026, 11, 1, 10, 30);

function services(
  states: readonly { readonly state: string; readonly reason?: string }[],
  rows = answer(['acme', '', 9_900, 10], ['(unattributed)', 'no rule: AmazonBraket', 100, 0]),
) {
  const log: string[] = [];
  const asked: string[] = [];
  let calls = 0;
  return {
    log,
    asked,
    services: {
      cell: 'prod-eu',
      statement: 'attribute_cost',
      start: (query: string) => {
        asked.push(query);
        return Promise.resolve('q1');
      },
      state: () => Promise.resolve(states[Math.min(calls++, states.length - 1)] ?? {}),
      rows: () => Promise.resolve(rows),
      tell: (line: string) => void log.push(line),
      wait: () => Promise.resolve(),
      now: () => now,
    },
  };
}

describe('the watch over attribution', () => {
  it.each([
    ['2026-12-01T10:30:00Z', '2026-11'],
    ['2026-12-02T23:59:59Z', '2026-11'],
    ['2026-12-03T00:00:00Z', '2026-12'],
    ['2027-01-02T10:30:00Z', '2026-12'],
  ])('looks on %s at the month %s', (time, month) => {
    expect(monthOf(Date.parse(time))).toBe(month);
  });

  it('asks the prepared query, waits for it, and tells what reached nobody', async () => {
    const { log, asked, services: given } = services([{ state: 'QUEUED' }, { state: 'RUNNING' }, { state: 'SUCCEEDED' }]);
    await attribute(given);
    expect(asked).toEqual(["EXECUTE attribute_cost USING '2026-11'"]);
    expect(log[0]).toBe('unattributed: no rule: AmazonBraket, 1 USD');
    expect(JSON.parse(log[1] ?? '')).toMatchObject({
      Cell: 'prod-eu',
      CostAttributed: 99,
      CostShared: 10,
      CostUnknown: 1,
      CostOfMonth: 100,
      CostOfTenant: 99,
    });
  });

  it.each(['FAILED', 'CANCELLED'])('rejects a query that is %s: the alarm takes silence for a fault', async (state) => {
    const { log, services: given } = services([{ state, reason: 'scan limit' }]);
    await expect(attribute(given)).rejects.toThrow(`Query q1: ${state}, scan limit`);
    expect(log).toEqual([]);
  });

  it('counts a refund without an owner like a cost without one', () => {
    const { attributedPercent, unknownUsd } = verdictOf(
      answer(
        ['acme', '', 5_000, 0],
        ['(unattributed)', 'no rule: A', 5_000, 0],
        ['(unattributed)', 'nobody to share by: adjustment', -5_000, 0],
      ),
    );
    expect(attributedPercent).toBeCloseTo(100 / 3, 6);
    expect(unknownUsd).toBe(50);
  });

  it('tells 0 % of an empty bill, and rejects an answer that is none', () => {
    expect(verdictOf([names])).toEqual({ attributedPercent: 0, evenPercent: 0, unknownUsd: 0, totalUsd: 0, tenantUsd: 0 });
    expect(() => verdictOf([['x'], ['1']])).toThrow('tenant among them');
    expect(() => verdictOf([names, ['acme', '', 'many', '', '']])).toThrow('received many');
  });

  it('names each metric that the line has', () => {
    const line = JSON.parse(metricLine('c', verdictOf([names]), now)) as Record<string, unknown> & {
      _aws: { CloudWatchMetrics: [{ Metrics: { Name: string }[] }] };
    };
    for (const { Name } of line._aws.CloudWatchMetrics[0].Metrics) expect(line).toHaveProperty(Name);
  });
});
