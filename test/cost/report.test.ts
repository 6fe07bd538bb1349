import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cheapestNext, savingsOf } from '../../lib/cost/estimate/savings';
import { html } from '../../lib/cost/report/html';
import { asJson, reached, reportOf, volumes, type Report } from '../../lib/cost/report/report';
import { limitsReached, page, terminal } from '../../lib/cost/report/text';
import { readAssembly } from '../../lib/checks/assembly';
import { cellInputs } from '../../lib/estimate-inputs';
import { assemblyOf, standingBy, stacksOf } from '../support/recovery-states';

const cells = cellInputs(standingBy, stacksOf(standingBy));
const production = cells.filter(({ holdsCustomerData }) => holdsCustomerData);
let report: Report;
let json: {
  cells: Record<
    string,
    { monthlyUsd: Record<string, number>; components: Record<string, Record<string, number>>; lines: { usd: Record<string, number> }[] }
  >;
  environments: Record<string, { monthlyUsd: Record<string, number> }>;
  organization: { monthlyUsd: Record<string, number> };
  total: { monthlyUsd: Record<string, number> };
  schemaVersion: number;
};

beforeAll(() => {
  report = reportOf(cells, { set: [] });
  json = JSON.parse(JSON.stringify(asJson(report))) as typeof json;
});

describe('the report as JSON', () => {
  it('has low, expected and high of every cell, and the organization beside them', () => {
    expect(Object.keys(json.cells)).toEqual(['dev', 'staging', 'prod-us', 'prod-eu']);
    for (const { monthlyUsd } of [...Object.values(json.cells), ...Object.values(json.environments), json.organization, json.total]) {
      expect(Object.keys(monthlyUsd)).toEqual(['low', 'expected', 'high']);
    }
    expect(json.schemaVersion).toBe(1);
  });

  it('adds up to within a cent a line', () => {
    for (const { monthlyUsd, lines } of Object.values(json.cells)) {
      expect(Math.abs(lines.reduce((sum, { usd }) => sum + (usd['expected'] ?? 0), 0) - (monthlyUsd['expected'] ?? 0))).toBeLessThan(
        lines.length * 0.005,
      );
    }
    const sum = Object.values(json.cells).reduce((total, { monthlyUsd }) => total + (monthlyUsd['expected'] ?? 0), 0);
    expect(json.total.monthlyUsd['expected']).toBeCloseTo(sum, 1);
  });
});

describe('the report', () => {
  it('is the same each time', () => {
    const again = reportOf(cellInputs(standingBy, stacksOf(standingBy)), { set: [] });
    for (const shown of [html, page, terminal]) expect(shown(again)).toBe(shown(report));
    expect(asJson(again)).toEqual(asJson(report));
  });

  it('takes under two seconds beyond the synth', () => {
    const folder = assemblyOf(standingBy);
    const begun = performance.now();
    html(reportOf(cellInputs(standingBy, readAssembly(folder)), { set: [] }));
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  it('is the committed page', () => {
    const committed = readFileSync(join(__dirname, '../../docs/07-cost/estimate.md'), 'utf8');
    expect(page(report), 'npm run -s cost -- --markdown > docs/07-cost/estimate.md').toBe(committed);
  });

  it('plots 1 million to 10 billion events a day, falling', () => {
    expect([volumes[0], volumes.at(-1)]).toEqual([1e6, 1e10]);
    for (const [index, { usdPerMillionEvents }] of report.curve.entries()) {
      if (index > 0) expect(usdPerMillionEvents.expected).toBeLessThan(report.curve[index - 1]?.usdPerMillionEvents.expected ?? 0);
    }
  });

  it('says who may pass their budget', () => {
    expect(report.notes.filter((note) => note.startsWith('prod-us: within its budget of 6,000 USD'))).toHaveLength(1);
    const dear = reportOf(cells, { cell: 'prod-eu', eventsPerDay: 40_000_000, set: [] });
    expect(dear.notes.some((note) => note.startsWith('prod-eu: over its budget of 4,000 USD'))).toBe(true);
  });

  it.each([
    [{ environment: 'prd', set: [] }, "--environment: received 'prd'; allowed: dev, staging, prod"],
    [{ cell: 'prod', set: [] }, "--cell: received 'prod'; allowed: dev, staging, prod-us, prod-eu"],
    [{ environment: 'prod', cell: 'dev', set: [] }, "--cell: received 'dev'; allowed: prod-us, prod-eu"],
  ])('rejects %j', (asked, error) => {
    expect(() => reportOf(cells, asked)).toThrow(new RangeError(error));
  });

  it('lets a volume be that of the cells with customers, of an environment, or of a cell', () => {
    const of = (asked: Parameters<typeof reportOf>[1]) =>
      reportOf(cells, asked).cells.map(({ cell, eventsPerDay }) => [cell, Math.round(eventsPerDay)]);
    expect(of({ eventsPerDay: 1e8, set: [] })).toEqual([
      ['dev', 100_000],
      ['staging', 500_000],
      ['prod-us', 6e7],
      ['prod-eu', 4e7],
    ]);
    expect(of({ environment: 'staging', eventsPerDay: 1e6, set: [] })).toEqual([['staging', 1e6]]);
    expect(of({ cell: 'prod-eu', eventsPerDay: 1e6, set: [] })).toEqual([['prod-eu', 1e6]]);
  });
});

describe('limits', () => {
  const usd = (expected: number) => ({ low: expected, expected, high: expected });
  const of = (least: number, most: number, test = 0) => {
    const [cell] = report.cells;
    if (!cell) throw new RangeError('cells: received none; allowed: at least one');
    return {
      curveOf: ['prod'],
      cells: [
        { ...cell, cell: 'prod', monthlyUsd: usd(least) },
        { ...cell, cell: 'test', monthlyUsd: usd(test) },
      ],
      curve: volumes.map((eventsPerDay, index) => ({
        eventsPerDay,
        monthlyUsd: usd(least + ((most - least) * index) / (volumes.length - 1)),
        usdPerMillionEvents: usd(1),
      })),
    };
  };

  it('are passed at every volume, at one of them, or at none up to 10 billion', () => {
    expect(reached(of(60_000, 70_000), 50_000)).toEqual({ kind: 'at every volume' });
    expect(reached(of(10_000, 40_000), 50_000)).toEqual({ kind: 'at none' });
    expect(reached(of(10_000, 40_000, 45_000), 50_000)).toEqual({ kind: 'at every volume' });
    // Twelve steps of 1,000: 6,500 lies between the seventh and the eighth, 1e8 and 2e8.
    expect(reached(of(0, 12_000), 6_500)).toEqual({ kind: 'at', eventsPerDay: 1.5e8 });
  });

  it('rejects to call a limit not reached that is passed already', () => {
    expect(limitsReached(of(60_000, 70_000))).toBe(
      'BUD-1 (50,000 USD) is passed already, from 1 million events a day on, BUD-2 (75,000 USD) is not reached up to 10 billion events a day',
    );
    expect(limitsReached(of(0, 120_000))).toMatch(/^BUD-1 \(50,000 USD\) is reached at about \d+ million events a day, BUD-2/);
  });
});

describe('the page with charts', () => {
  it('needs nothing from anywhere: no script, no address, no style sheet', () => {
    const text = html(report);
    expect(text).not.toMatch(/<script|https?:|src=|@import|url\(|<link/);
    expect(text.match(/<svg/g)).toHaveLength(2);
    for (const { cell } of report.cells) expect(text).toContain(`>${cell}<`);
    expect(text).toContain('Cheapest next saving');
    expect(text).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('is whole for one cell, and for a volume', () => {
    for (const asked of [
      { cell: 'dev', set: [] },
      { eventsPerDay: 1e9, set: ['natGateways=1'] },
    ]) {
      expect(html(reportOf(cells, asked))).not.toMatch(/NaN|Infinity|undefined/);
    }
  });

  it('writes what a user gave as text', () => {
    const named = { ...report, notes: ['<b>"&'] };
    expect(html(named)).toContain('&lt;b&gt;&quot;&amp;');
  });
});

describe('savings', () => {
  it('have figure, risk, effort, decision and reason, what is open first', () => {
    const savings = savingsOf(production);
    expect(savings.length).toBeGreaterThanOrEqual(14);
    expect([...new Set(savings.map(({ decision }) => decision))]).toEqual(['open', 'taken', 'declined']);
    for (const { name, risk, why, usd } of savings) {
      expect(
        [name, risk, why].every((text) => text.length > 3),
        name,
      ).toBe(true);
      expect(Number.isFinite(usd), name).toBe(true);
    }
  });

  it('are worth what is taken', () => {
    for (const { name, usd, decision } of savingsOf(production)) if (decision === 'taken') expect(usd, name).toBeGreaterThan(0);
  });

  it('offer as the next one what asks for least', () => {
    expect(cheapestNext(savingsOf(production))?.effort).toBe('a setting');
    expect(cheapestNext([])).toBeUndefined();
  });
});
