/** The report on a terminal, and as the page docs/07-cost/estimate.md. */
import { assumptions } from '../estimate/assumptions';
import type { CellBill, Line, Usd } from '../estimate/bill';
import { whatIfs } from '../estimate/what-if';
import { reached, volumes, type Report } from './report';

export const money = (usd: number): string => usd.toLocaleString('en-US', { minimumFractionDigits: 0, maximumFractionDigits: 0 });
const exact = (usd: number): string => usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const range = ({ low, expected, high }: Usd): readonly string[] => [money(low), money(expected), money(high)];
export const volume = (events: number): string =>
  events >= 1e9 ? `${events / 1e9} billion` : events >= 1e6 ? `${events / 1e6} million` : events.toLocaleString('en-US');

/** Of all environments together, in USD a month [BUD-1, BUD-2]. */
const LIMITS = [
  ['BUD-1', 50_000],
  ['BUD-2', 75_000],
] as const;

export const limitsReached = (report: Pick<Report, 'curve' | 'cells' | 'curveOf'>): string =>
  LIMITS.map(([name, usd]) => {
    const limit = `${name} (${money(usd)} USD)`;
    const where = reached(report, usd);
    const [least, most] = [volumes[0] ?? 0, volumes.at(-1) ?? 0].map(volume);
    if (where.kind === 'at every volume') return `${limit} is passed already, from ${least} events a day on`;
    if (where.kind === 'at none') return `${limit} is not reached up to ${most} events a day`;
    return `${limit} is reached at about ${money(where.eventsPerDay / 1e6)} million events a day`;
  }).join(', ');

type Render = (header: readonly string[], rows: readonly (readonly string[])[]) => string;

/** Columns of figures to the right. */
const aligned: Render = (header, rows) => {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const isFigure = header.map((_, column) => rows.every((row) => /^[-\d.,%*]*$/.test(row[column] ?? '')));
  const render = (row: readonly string[]) =>
    row
      .map((text, column) => (isFigure[column] ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return [render(header), render(widths.map((width) => '-'.repeat(width))), ...rows.map(render)].join('\n');
};

const piped: Render = (header, rows) => {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [row(header), row(header.map(() => '---')), ...rows.map(row)].join('\n');
};

const cellRows = (cells: readonly CellBill[]): string[][] =>
  cells.map(({ cell, eventsPerDay, monthlyUsd, fixedUsd, usdPerMillionEvents, budgetUsd, estimatedShare }) => [
    cell,
    volume(eventsPerDay),
    ...range(monthlyUsd),
    money(fixedUsd.expected),
    exact(usdPerMillionEvents.expected),
    money(budgetUsd),
    `${(estimatedShare * 100).toFixed(0)}%`,
  ]);
const CELLS = ['cell', 'events a day', 'low', 'expected', 'high', 'fixed', 'a million events', 'budget', 'prices estimated'];

function componentRows(cells: readonly CellBill[]): string[][] {
  const names = [...new Set(cells.flatMap(({ components }) => Object.keys(components)))];
  const sum = (name: string) => cells.reduce((total, { components }) => total + (components[name]?.expected ?? 0), 0);
  return names
    .sort((a, b) => sum(b) - sum(a) || (a < b ? -1 : 1))
    .map((name) => [name, ...cells.map(({ components }) => money(components[name]?.expected ?? 0)), money(sum(name))]);
}

/** What is billed under one name in several resources counts together. */
export function largest(
  cells: readonly CellBill[],
  most: number,
): readonly { readonly item: string; readonly component: string; readonly usd: Usd }[] {
  const items = new Map<string, { item: string; component: string; usd: Usd }>();
  for (const { item, component, usd } of cells.flatMap(({ lines }): readonly Line[] => lines)) {
    const name = item.replace(/, replica in .*$|, copied to .*$/, ', replica');
    const key = `${component}\n${name}`;
    const known = items.get(key)?.usd ?? { low: 0, expected: 0, high: 0 };
    items.set(key, {
      item: name,
      component,
      usd: { low: known.low + usd.low, expected: known.expected + usd.expected, high: known.high + usd.high },
    });
  }
  return [...items.values()].sort((a, b) => b.usd.expected - a.usd.expected || (a.item < b.item ? -1 : 1)).slice(0, most);
}

export function terminal(report: Report): string {
  const { cells, total, organization, notes, savings, cheapestNext: next, curve, curveOf } = report;
  return `${[
    'USD a month of 730 hours at list prices, before tax, discounts and free tiers; recovery Regions with their cells',
    aligned(CELLS, [
      ...cellRows(cells),
      ['organization', '-', ...range(organization.monthlyUsd), '0', '-', '-', '-'],
      ['together', '-', ...range(total), '-', '-', '-', '-'],
    ]),
    aligned(['component', ...cells.map(({ cell }) => cell), 'together'], componentRows(cells)),
    aligned(
      ['largest', 'component', 'low', 'expected', 'high'],
      largest(cells, 15).map(({ item, component, usd }) => [item, component, ...range(usd)]),
    ),
    aligned(
      [`events a day, ${curveOf.join(' and ')}`, 'USD a month', 'a million events'],
      curve
        .filter((_, index) => index % 3 === 0)
        .map(({ eventsPerDay, monthlyUsd, usdPerMillionEvents }) => [
          volume(eventsPerDay),
          money(monthlyUsd.expected),
          exact(usdPerMillionEvents.expected),
        ]),
    ),
    aligned(
      ['saving', 'USD a month', 'effort', 'decision'],
      savings.map(({ name, usd, effort, decision }) => [name, money(usd), effort, decision]),
    ),
    `With the other cells: ${limitsReached(report)}`,
    ...(next ? [`Cheapest next saving: ${next.name}: ${money(next.usd)} USD a month, ${next.effort}`] : []),
    ...notes,
  ].join('\n\n')}\n`;
}

export function page(report: Report): string {
  const { cells, total, notes, savings, cheapestNext: next, curve, curveOf } = report;
  const production = cells.filter(({ cell }) => curveOf.includes(cell));
  const together = production.reduce((sum, { monthlyUsd }) => sum + monthlyUsd.expected, 0);
  const top = largest(production, 12);
  const first = top.slice(0, 3);
  return `${[
    '# The estimate',
    'Written by `npm run -s cost -- --markdown > docs/07-cost/estimate.md` from the synthesized templates, the manifests and the workload in `lib/config`; a test compares it. How it is made, and how to read it: [cost](README.md).',
    'USD a month of 730 hours, list prices, before tax, discounts and free tiers. The recovery Region is counted with its cell. `low` and `high` put every assumption at its cheap or its dear end at once: bounds at exactly this workload, not a forecast, and no bound for more events, deliveries or persons.',
    piped(CELLS, [
      ...cellRows(cells),
      ['organization', '-', '0', '0', '0', '0', '-', '-', '-'],
      ['together', '-', ...range(total), '-', '-', '-', '-'],
    ]),
    ...(notes.length > 0 ? [notes.map((note) => `- ${note}`).join('\n')] : []),
    '## What dominates',
    `${curveOf.join(' and ')} together: ${money(together)} USD. The three largest are ${first
      .map(
        ({ item, usd }) =>
          `${item
            .toLowerCase()
            .replace(/dynamodb/g, 'DynamoDB')
            .replace(/sqs/g, 'SQS')
            .replace(/aurora/g, 'Aurora')} (${money(usd.expected)})`,
      )
      .join(', ')}.`,
    piped(
      ['item', 'component', 'low', 'expected', 'high'],
      top.map(({ item, component, usd }) => [item, component, ...range(usd)]),
    ),
    '## By component',
    piped(['component', ...cells.map(({ cell }) => cell), 'together'], componentRows(cells)),
    '## What an idle cell costs',
    'Lines that are billed without an event; with what rests in the assumptions. A cell without any event costs this, whatever its volume.',
    piped(['item', ...cells.map(({ cell }) => cell)], idleRows(cells)),
    '## By volume',
    `${curveOf.join(' and ')} together, sharing the volume as today; persons and reads grow with it. With the other cells, ${limitsReached(report)}.`,
    piped(
      ['events a day', 'USD a month', 'a million events: low', 'expected', 'high'],
      curve.map(({ eventsPerDay, monthlyUsd, usdPerMillionEvents: each }) => [
        volume(eventsPerDay),
        money(monthlyUsd.expected),
        exact(each.low),
        exact(each.expected),
        exact(each.high),
      ]),
    ),
    '## Savings',
    `USD a month of ${curveOf.join(' and ')}. Of what is taken: what the other way would cost more.${next ? ` The cheapest next: **${next.name}**, ${money(next.usd)} USD for ${next.effort}.` : ''} Argued in [ADR-031](../01-architecture/decisions/ADR-031-savings.md).`,
    piped(
      ['saving', 'USD a month', 'risk', 'effort', 'decision', 'why'],
      savings.map(({ name, usd, risk, effort, decision, why }) => [name, money(usd), risk, effort, decision, why]),
    ),
    '## Assumptions',
    'What no template says. The order is low, expected, high of the bill.',
    piped(
      ['assumption', 'low', 'expected', 'high', 'unit', 'what', 'source'],
      Object.entries(assumptions).map(([name, { low, expected, high, unit, what, source }]) => [
        `\`${name}\``,
        String(low),
        String(expected),
        String(high),
        unit,
        what,
        source,
      ]),
    ),
    '## What `--set` takes',
    piped(
      ['key', 'range', 'unit', 'what'],
      Object.entries(whatIfs).map(([name, { least, most, unit, what }]) => [`\`${name}\``, `${least} to ${most}`, unit, what]),
    ),
  ].join('\n\n')}\n`;
}

function idleRows(cells: readonly CellBill[]): string[][] {
  const fixed = (cell: CellBill, item: string) =>
    cell.lines.filter((line) => line.basis === 'fixed' && line.item === item).reduce((sum, { usd }) => sum + usd.expected, 0);
  const names = [...new Set(cells.flatMap(({ lines }) => lines.filter(({ basis }) => basis === 'fixed').map(({ item }) => item)))];
  const all = (item: string) => cells.reduce((sum, cell) => sum + fixed(cell, item), 0);
  const sorted = names.sort((a, b) => all(b) - all(a) || (a < b ? -1 : 1));
  const [shown, rest] = [sorted.slice(0, 18), sorted.slice(18)];
  return [
    ...shown.map((item) => [item, ...cells.map((cell) => exact(fixed(cell, item)))]),
    ['the rest', ...cells.map((cell) => exact(rest.reduce((sum, item) => sum + fixed(cell, item), 0)))],
    ['together', ...cells.map(({ fixedUsd }) => exact(fixedUsd.expected))],
  ];
}
