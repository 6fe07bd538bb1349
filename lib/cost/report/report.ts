/** All that is shown of an estimate, whatever shows it. */
import type { Scenario } from '../estimate/assumptions';
import { addUsd, billOf, noUsd, usdIn, type CellBill, type Usd } from '../estimate/bill';
import type { CellInputs } from '../estimate/inputs';
import { checkQuotas } from '../estimate/quotas';
import { cheapestNext, savingsOf, type Saving } from '../estimate/savings';
import { DAYS_A_MONTH } from '../estimate/traffic';
import { applyWhatIfs, sharing } from '../estimate/what-if';

export interface Asked {
  readonly environment?: string;
  readonly cell?: string;
  /** Of the cells that are shown together; of those with customers, where nothing is selected. */
  readonly eventsPerDay?: number;
  readonly set: readonly string[];
}

export interface Point {
  readonly eventsPerDay: number;
  readonly monthlyUsd: Usd;
  readonly usdPerMillionEvents: Usd;
}

export interface Report {
  readonly asked: Asked;
  readonly cells: readonly CellBill[];
  readonly environments: Readonly<Record<string, Usd>>;
  readonly total: Usd;
  readonly organization: { readonly monthlyUsd: Usd };
  readonly notes: readonly string[];
  /** Of the cells with customers together, or of those that are selected. */
  readonly curve: readonly Point[];
  readonly curveOf: readonly string[];
  readonly savings: readonly Saving[];
  readonly cheapestNext?: Saving;
}

/** From 1 million to 10 billion events a day, three a decade. */
export const volumes: readonly number[] = [...[6, 7, 8, 9].flatMap((power) => [1, 2, 5].map((step) => step * 10 ** power)), 1e10];

const isCustomers = ({ holdsCustomerData }: CellInputs): boolean => holdsCustomerData;

/** @throws RangeError for a name, a key, a value or a volume that is not allowed */
export function reportOf(all: readonly CellInputs[], asked: Asked): Report {
  const environments = [...new Set(all.map(({ environment }) => environment))];
  const { environment, cell, eventsPerDay, set } = asked;
  if (environment !== undefined && !environments.includes(environment)) {
    throw new RangeError(`--environment: received '${environment}'; allowed: ${environments.join(', ')}`);
  }
  const named = all.filter((inputs) => environment === undefined || inputs.environment === environment);
  if (cell !== undefined && !named.some((inputs) => inputs.cell === cell)) {
    throw new RangeError(`--cell: received '${cell}'; allowed: ${named.map((inputs) => inputs.cell).join(', ')}`);
  }
  const selected = named.filter((inputs) => cell === undefined || inputs.cell === cell).map((inputs) => applyWhatIfs(inputs, set));
  const moved = environment === undefined && cell === undefined ? selected.filter(isCustomers) : selected;
  const withVolume = eventsPerDay === undefined ? moved : sharing(moved, eventsPerDay);
  const shown = selected.map((inputs) => withVolume[moved.indexOf(inputs)] ?? inputs);
  const notes = shown.flatMap((inputs) => checkQuotas(inputs));
  const cells = shown.map((inputs) => billOf(inputs));
  const total = cells.reduce((sum, { monthlyUsd }) => addUsd(sum, monthlyUsd), noUsd);
  const savings = savingsOf(withVolume);
  return {
    asked,
    cells,
    environments: Object.fromEntries(
      environments
        .filter((name) => cells.some((bill) => bill.environment === name))
        .map((name) => [
          name,
          cells.filter((bill) => bill.environment === name).reduce((sum, { monthlyUsd }) => addUsd(sum, monthlyUsd), noUsd),
        ]),
    ),
    total,
    // Policies of Organizations and permission sets: both free (pricers.ts).
    organization: { monthlyUsd: noUsd },
    notes: [...notes, ...overBudget(cells)],
    curve: volumes.map((volume) => pointOf(moved, volume)),
    curveOf: moved.map((inputs) => inputs.cell),
    savings,
    cheapestNext: cheapestNext(savings),
  };
}

function pointOf(cells: readonly CellInputs[], eventsPerDay: number): Point {
  const shared = sharing(cells, eventsPerDay);
  const sum = (scenario: Scenario) => shared.reduce((total, inputs) => total + usdIn(inputs, scenario), 0);
  const monthlyUsd: Usd = { low: sum('low'), expected: sum('expected'), high: sum('high') };
  const millions = (eventsPerDay * DAYS_A_MONTH) / 1e6;
  return {
    eventsPerDay,
    monthlyUsd,
    usdPerMillionEvents: { low: monthlyUsd.low / millions, expected: monthlyUsd.expected / millions, high: monthlyUsd.high / millions },
  };
}

const round = (usd: number): string => Math.round(usd).toLocaleString('en-US');

const overBudget = (cells: readonly CellBill[]): string[] =>
  cells.flatMap(({ cell, monthlyUsd, budgetUsd }) => {
    if (monthlyUsd.expected > budgetUsd)
      return [`${cell}: over its budget of ${round(budgetUsd)} USD: ${round(monthlyUsd.expected)} expected`];
    return monthlyUsd.high > budgetUsd
      ? [
          `${cell}: within its budget of ${round(budgetUsd)} USD as expected, over it if every assumption is at its dear end: ${round(monthlyUsd.high)}`,
        ]
      : [];
  });

/** Where all that is shown comes to cost more than a limit. */
export type Reached =
  { readonly kind: 'at every volume' } | { readonly kind: 'at'; readonly eventsPerDay: number } | { readonly kind: 'at none' };

/** Expected; between two points of the curve. What the curve does not move, such as test environments, counts as it is. */
export function reached({ curve, cells, curveOf }: Pick<Report, 'curve' | 'cells' | 'curveOf'>, limitUsd: number): Reached {
  const others = cells.filter(({ cell }) => !curveOf.includes(cell)).reduce((sum, { monthlyUsd }) => sum + monthlyUsd.expected, 0);
  const limit = limitUsd - others;
  const index = curve.findIndex(({ monthlyUsd }) => monthlyUsd.expected > limit);
  const [before, after] = [curve[index - 1], curve[index]];
  if (!after) return { kind: 'at none' };
  if (!before) return { kind: 'at every volume' };
  const part = (limit - before.monthlyUsd.expected) / (after.monthlyUsd.expected - before.monthlyUsd.expected);
  return { kind: 'at', eventsPerDay: before.eventsPerDay + part * (after.eventsPerDay - before.eventsPerDay) };
}

/** As documented in docs/07-cost/README.md: keys are only added. */
export function asJson(report: Report): unknown {
  const { asked, cells, environments, organization, total, notes, curve, curveOf, savings } = report;
  const rounded = (usd: Usd): Usd => ({ low: cents(usd.low), expected: cents(usd.expected), high: cents(usd.high) });
  const roundedAll = (sums: Readonly<Record<string, Usd>>) =>
    Object.fromEntries(Object.entries(sums).map(([name, usd]) => [name, rounded(usd)]));
  return {
    schemaVersion: 1,
    currency: 'USD',
    hoursAMonth: 730,
    asked: { environment: asked.environment ?? null, cell: asked.cell ?? null, eventsPerDay: asked.eventsPerDay ?? null, set: asked.set },
    cells: Object.fromEntries(
      cells.map((bill) => [
        bill.cell,
        {
          environment: bill.environment,
          eventsPerDay: bill.eventsPerDay,
          budgetUsd: bill.budgetUsd,
          monthlyUsd: rounded(bill.monthlyUsd),
          fixedUsd: rounded(bill.fixedUsd),
          perEventUsd: rounded(bill.perEventUsd),
          usdPerMillionEvents: rounded(bill.usdPerMillionEvents),
          estimatedShare: Number(bill.estimatedShare.toFixed(4)),
          components: roundedAll(bill.components),
          stacks: roundedAll(bill.stacks),
          lines: bill.lines.map((line) => ({
            ...line,
            quantity: Number(line.quantity.toPrecision(8)),
            unitPriceUsd: Number(line.unitPriceUsd.toPrecision(8)),
            usd: rounded(line.usd),
          })),
        },
      ]),
    ),
    environments: Object.fromEntries(Object.entries(environments).map(([name, usd]) => [name, { monthlyUsd: rounded(usd) }])),
    organization: { monthlyUsd: rounded(organization.monthlyUsd) },
    total: { monthlyUsd: rounded(total) },
    curve: {
      cells: curveOf,
      points: curve.map(({ eventsPerDay, monthlyUsd, usdPerMillionEvents }) => ({
        eventsPerDay,
        monthlyUsd: rounded(monthlyUsd),
        usdPerMillionEvents: rounded(usdPerMillionEvents),
      })),
    },
    savings: savings.map((saving) => ({ ...saving, usd: cents(saving.usd) })),
    notes,
  };
}

const cents = (usd: number): number => Number(usd.toFixed(2));
