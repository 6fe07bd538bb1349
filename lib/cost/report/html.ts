/** The report as one page that needs nothing else: no script, no font, no address. */
import type { CellBill, Usd } from '../estimate/bill';
import type { Point, Report } from './report';
import { largest, money, volume } from './text';

const escape = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
const at = (value: number): string => value.toFixed(1);

/** Distinct without colour too: the order is that of the legend. */
const COLOURS = [
  '#1f4e79',
  '#c55a11',
  '#548235',
  '#7f6000',
  '#7030a0',
  '#0b7a75',
  '#a61c3c',
  '#5b5b5b',
  '#2e75b6',
  '#bf9000',
  '#8a4b2a',
  '#9aa5b1',
];

const WIDTH = 860;
const LABEL = 96;

/** One bar a cell, its parts by component; the whisker is the range, the tick the budget. */
function bars(cells: readonly CellBill[]): string {
  const names = [...new Set(cells.flatMap(({ components }) => Object.keys(components)))].sort((a, b) => sumOf(cells, b) - sumOf(cells, a));
  const most = Math.max(...cells.map(({ monthlyUsd, budgetUsd }) => Math.max(monthlyUsd.high, budgetUsd))) * 1.06;
  const scale = (usd: number) => LABEL + (usd / most) * (WIDTH - LABEL - 20);
  const step = stepOf(most);
  const height = cells.length * 56 + 40;
  const grid = Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step)
    .map(
      (usd) =>
        `<line class="grid" x1="${at(scale(usd))}" y1="8" x2="${at(scale(usd))}" y2="${height - 26}"/><text class="tick" x="${at(scale(usd))}" y="${height - 8}" text-anchor="middle">${money(usd)}</text>`,
    )
    .join('');
  const rows = cells
    .map((cell, index) => {
      const y = 14 + index * 56;
      let from = 0;
      const parts = names
        .map((name, colour) => {
          const usd = cell.components[name]?.expected ?? 0;
          const part = `<rect x="${at(scale(from))}" y="${y}" width="${at(scale(from + usd) - scale(from))}" height="26" fill="${COLOURS[colour % COLOURS.length] ?? ''}"><title>${escape(`${cell.cell}, ${name}: ${money(usd)} USD`)}</title></rect>`;
          from += usd;
          return part;
        })
        .join('');
      const { low, high, expected } = cell.monthlyUsd;
      const whisker = `<line class="whisker" x1="${at(scale(low))}" y1="${y + 35}" x2="${at(scale(high))}" y2="${y + 35}"/><circle cx="${at(scale(expected))}" cy="${y + 35}" r="3.2"/>`;
      const budget = `<line class="budget" x1="${at(scale(cell.budgetUsd))}" y1="${y - 4}" x2="${at(scale(cell.budgetUsd))}" y2="${y + 41}"/>`;
      return `<text class="name" x="${LABEL - 8}" y="${y + 18}" text-anchor="end">${escape(cell.cell)}</text>${parts}${whisker}${budget}`;
    })
    .join('');
  const legend = names
    .map((name, colour) => `<span><i style="background:${COLOURS[colour % COLOURS.length] ?? ''}"></i>${escape(name)}</span>`)
    .join('');
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Cost of each cell by component">${grid}${rows}</svg><p class="legend">${legend}<span><b class="line"></b>low to high</span><span><b class="tall"></b>budget</span></p>`;
}

const sumOf = (cells: readonly CellBill[], name: string): number =>
  cells.reduce((sum, { components }) => sum + (components[name]?.expected ?? 0), 0);

const stepOf = (most: number): number => {
  const power = 10 ** Math.floor(Math.log10(most / 4));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => most / step <= 9) ?? power * 10;
};

/** Cost of a million events against volume, both by powers of ten. */
function curve(points: readonly Point[], today: number): string {
  const height = 380;
  const [left, right, top, bottom] = [64, WIDTH - 24, 16, height - 44];
  const [fromX, toX] = [Math.log10(points[0]?.eventsPerDay ?? 1e6), Math.log10(points.at(-1)?.eventsPerDay ?? 1e10)];
  const values = points.flatMap(({ usdPerMillionEvents: { low, high } }) => [low, high]);
  const [fromY, toY] = [Math.floor(Math.log10(Math.min(...values))), Math.ceil(Math.log10(Math.max(...values)))];
  const x = (events: number) => left + ((Math.log10(events) - fromX) / (toX - fromX)) * (right - left);
  const y = (usd: number) => bottom - ((Math.log10(usd) - fromY) / (toY - fromY)) * (bottom - top);
  const path = (of: keyof Usd) =>
    points.map(({ eventsPerDay, usdPerMillionEvents }) => `${at(x(eventsPerDay))},${at(y(usdPerMillionEvents[of]))}`);
  const powers = (from: number, to: number) =>
    Array.from({ length: Math.floor(to) - Math.ceil(from) + 1 }, (_, index) => 10 ** (Math.ceil(from) + index));
  const marks = powers(fromY, toY)
    .flatMap((power) => [power, 2 * power, 5 * power])
    .filter((usd) => Math.log10(usd) <= toY);
  const gridY = marks
    .map(
      (usd) =>
        `<line class="grid" x1="${left}" y1="${at(y(usd))}" x2="${right}" y2="${at(y(usd))}"/><text class="tick" x="${left - 6}" y="${at(y(usd) + 4)}" text-anchor="end">${money(usd)}</text>`,
    )
    .join('');
  const last = 10 ** toX;
  const gridX = powers(fromX, toX)
    .map(
      (events) =>
        `<line class="grid" x1="${at(x(events))}" y1="${top}" x2="${at(x(events))}" y2="${bottom}"/><text class="tick" x="${at(x(events))}" y="${bottom + 18}" text-anchor="${events === last ? 'end' : 'middle'}">${volume(events)}</text>`,
    )
    .join('');
  const dots = points
    .map(
      ({ eventsPerDay, usdPerMillionEvents: { expected }, monthlyUsd }) =>
        `<circle cx="${at(x(eventsPerDay))}" cy="${at(y(expected))}" r="3.5"><title>${escape(`${volume(eventsPerDay)} a day: ${expected.toFixed(2)} USD a million, ${money(monthlyUsd.expected)} USD a month`)}</title></circle>`,
    )
    .join('');
  // CST-1: 0.0001 USD an event.
  const limit =
    Math.log10(100) <= toY && Math.log10(100) >= fromY
      ? `<line class="budget" x1="${left}" y1="${at(y(100))}" x2="${right}" y2="${at(y(100))}"/><text class="note" x="${right - 4}" y="${at(y(100) - 5)}" text-anchor="end">CST-1: 100 USD a million</text>`
      : '';
  const now =
    today > 0
      ? `<line class="now" x1="${at(x(today))}" y1="${top}" x2="${at(x(today))}" y2="${bottom}"/><text class="note" x="${at(x(today) + 5)}" y="${bottom - 8}">here: ${volume(today)}</text>`
      : '';
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="USD a million events against events a day">${gridY}${gridX}<polygon class="band" points="${[...path('low'), ...path('high').reverse()].join(' ')}"/>${limit}${now}<polyline class="expected" points="${path('expected').join(' ')}"/>${dots}<text class="tick" x="${(left + right) / 2}" y="${height - 6}" text-anchor="middle">events a day</text></svg>`;
}

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string => {
  const isFigure = header.map((_, column) => rows.every((row) => /^[-\d.,]+$/.test(row[column] ?? '')));
  const cell = (text: string, tag: 'td' | 'th', column: number) =>
    `<${tag}${isFigure[column] ? ' class="figure"' : ''}>${escape(text)}</${tag}>`;
  return `<table><thead><tr>${header.map((text, column) => cell(text, 'th', column)).join('')}</tr></thead><tbody>${rows.map((row) => `<tr>${row.map((text, column) => cell(text, 'td', column)).join('')}</tr>`).join('')}</tbody></table>`;
};

const STYLE = `:root{color-scheme:light dark;--ink:#1b1f24;--soft:#5c6670;--rule:#dfe3e8;--paper:#fff;--accent:#1f4e79}
@media(prefers-color-scheme:dark){:root{--ink:#e8ebee;--soft:#a4adb6;--rule:#394149;--paper:#16191d;--accent:#7db3e6}}
body{margin:0 auto;max-width:900px;padding:24px 20px 60px;font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
h1{font-size:26px;margin:0}h2{font-size:18px;margin:34px 0 8px}p{margin:6px 0;color:var(--soft)}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:18px 0}
.cards div{border:1px solid var(--rule);border-radius:6px;padding:10px 12px}.cards b{display:block;font-size:22px}.cards span{color:var(--soft);font-size:13px}
.next{border-left:4px solid #548235;padding:8px 12px;margin:14px 0;background:color-mix(in srgb,#548235 9%,transparent)}.next p{margin:0;color:inherit}
.over{border-left:4px solid #c55a11;padding:6px 12px;margin:6px 0}
svg{width:100%;height:auto}.grid{stroke:var(--rule)}.tick,.note{fill:var(--soft);font-size:12px}.name{fill:var(--ink);font-size:14px}
.whisker{stroke:var(--ink);stroke-width:1.5}.budget{stroke:#a61c3c;stroke-width:1.5;stroke-dasharray:5 3}.now{stroke:var(--soft);stroke-dasharray:2 3}
.band{fill:var(--accent);opacity:.16}.expected{fill:none;stroke:var(--accent);stroke-width:2.5}circle{fill:var(--accent)}
.legend{font-size:13px}.legend span{margin-right:14px;white-space:nowrap}.legend i{display:inline-block;width:11px;height:11px;margin-right:5px}
.legend .line{display:inline-block;width:16px;border-top:2px solid var(--ink);margin:0 5px 4px 0}.legend .tall{display:inline-block;height:13px;border-left:2px dashed #a61c3c;margin:0 6px -2px 0}
table{border-collapse:collapse;width:100%;font-size:13.5px}th,td{text-align:left;padding:5px 8px;border-bottom:1px solid var(--rule);vertical-align:top}th{color:var(--soft);font-weight:600}td.figure,th.figure{text-align:right;font-variant-numeric:tabular-nums}`;

export function html(report: Report): string {
  const { cells, total, savings, cheapestNext: next, notes, curve: points, curveOf, asked } = report;
  const today = cells.filter(({ cell }) => curveOf.includes(cell)).reduce((sum, { eventsPerDay }) => sum + eventsPerDay, 0);
  const cards = cells
    .map(
      ({ cell, monthlyUsd, budgetUsd }) =>
        `<div><span>${escape(cell)}</span><b>${money(monthlyUsd.expected)}</b><span>${money(monthlyUsd.low)} to ${money(monthlyUsd.high)}; budget ${money(budgetUsd)}</span></div>`,
    )
    .join('');
  const changed = [...(asked.eventsPerDay === undefined ? [] : [`${volume(asked.eventsPerDay)} events a day`]), ...asked.set];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>DataFlow Platform: what it costs</title><style>${STYLE}</style></head><body>
<h1>What it costs: ${money(total.expected)} USD a month</h1>
<p>${money(total.low)} to ${money(total.high)} if every assumption is at its cheap or its dear end. List prices, 730 hours, before tax and discounts; recovery Regions with their cells.${changed.length > 0 ? ` What if: ${escape(changed.join(', '))}.` : ''}</p>
<div class="cards">${cards}</div>
${next ? `<div class="next"><p>Cheapest next saving: <b>${escape(next.name)}</b>, ${money(next.usd)} USD a month, ${next.effort}. Risk: ${escape(next.risk)}.</p></div>` : ''}
${notes.map((note) => `<p class="over">${escape(note)}</p>`).join('')}
<h2>By cell and component</h2>${bars(cells)}
<h2>A million events, by volume: ${escape(curveOf.join(' and '))}</h2>${curve(points, today)}
<h2>Largest items</h2>${table(
    ['item', 'component', 'low', 'expected', 'high'],
    largest(cells, 15).map(({ item, component, usd }) => [item, component, money(usd.low), money(usd.expected), money(usd.high)]),
  )}
<h2>Savings</h2>${table(
    ['saving', 'USD a month', 'risk', 'effort', 'decision', 'why'],
    savings.map(({ name, usd, risk, effort, decision, why }) => [name, money(usd), risk, effort, decision, why]),
  )}
</body></html>
`;
}
