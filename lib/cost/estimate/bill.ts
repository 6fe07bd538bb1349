/** The bill of a month of 730 hours: each resource's lines at three values of every assumption, and their sums. */
import { figuresOf, scenarios, type Figures, type Scenario } from './assumptions';
import { deliveriesWithoutQueues } from './events';
import type { CellInputs } from './inputs';
import { Meter, type Basis, type MeteredLine } from './meter';
import { free, pricers } from './pricers';
import { DAYS_A_MONTH, trafficOf, type Traffic } from './traffic';

export type Usd = Readonly<Record<Scenario, number>>;

export interface Line {
  readonly cell: string;
  readonly stack: string;
  readonly region: string;
  readonly component: string;
  readonly logicalId: string;
  readonly item: string;
  /** Of the expected bill. */
  readonly quantity: number;
  readonly unit: string;
  readonly unitPriceUsd: number;
  readonly usd: Usd;
  readonly basis: Basis;
  readonly estimated: boolean;
}

export interface CellBill {
  readonly environment: string;
  readonly cell: string;
  readonly eventsPerDay: number;
  readonly budgetUsd: number;
  readonly monthlyUsd: Usd;
  readonly fixedUsd: Usd;
  readonly perEventUsd: Usd;
  readonly usdPerMillionEvents: Usd;
  /** Share of the expected bill whose price is not the Region's own. */
  readonly estimatedShare: number;
  /** With the recovery Region's, largest first. */
  readonly components: Readonly<Record<string, Usd>>;
  readonly stacks: Readonly<Record<string, Usd>>;
  readonly lines: readonly Line[];
  readonly traffic: Traffic;
}

export const noUsd: Usd = { low: 0, expected: 0, high: 0 };
export const addUsd = (a: Usd, b: Usd): Usd => ({ low: a.low + b.low, expected: a.expected + b.expected, high: a.high + b.high });
export const sumUsd = (lines: readonly { readonly usd: Usd }[]): Usd => lines.reduce((sum, { usd }) => addUsd(sum, usd), noUsd);

function meterIn(inputs: CellInputs, figures: Figures): Meter {
  const meter = new Meter(inputs, trafficOf(inputs, figures), figures);
  for (const stack of inputs.stacks) {
    for (const resource of stack.resources) {
      const pricer = pricers[resource.type];
      if (pricer) pricer(meter, stack, resource);
      else if (free[resource.type] === undefined) {
        throw new RangeError(
          `${stack.path} ${resource.logicalId}: received ${resource.type}; allowed: a type that lib/cost/estimate/pricers.ts prices or calls free`,
        );
      }
    }
  }
  deliveriesWithoutQueues(meter);
  return meter;
}

/** Largest first. */
function sumsBy(lines: readonly Line[], nameOf: (line: Line) => string): Readonly<Record<string, Usd>> {
  const sums = new Map<string, Usd>();
  for (const line of lines) sums.set(nameOf(line), addUsd(sums.get(nameOf(line)) ?? noUsd, line.usd));
  return Object.fromEntries([...sums].sort(([nameA, a], [nameB, b]) => b.expected - a.expected || (nameA < nameB ? -1 : 1)));
}

/** The sum alone. */
export const usdBy = (inputs: CellInputs, figures: Figures): number =>
  meterIn(inputs, figures).lines.reduce((sum, { usd }) => sum + usd, 0);
export const usdIn = (inputs: CellInputs, scenario: Scenario): number => usdBy(inputs, figuresOf(scenario));
export const expectedUsd = (inputs: CellInputs): number => usdIn(inputs, 'expected');

const keyOf = ({ stack, region, logicalId, item, basis }: MeteredLine): string => [stack, region, logicalId, item, basis].join('\n');

/** @throws RangeError for a resource of a type, a bucket, a table or a stream that the model does not know */
export function billOf(inputs: CellInputs): CellBill {
  const meters = Object.fromEntries(scenarios.map((scenario) => [scenario, meterIn(inputs, figuresOf(scenario))])) as Record<
    Scenario,
    Meter
  >;
  const merged = new Map<string, Line>();
  for (const scenario of scenarios) {
    for (const line of meters[scenario].lines) {
      const key = keyOf(line);
      const known = merged.get(key);
      const isExpected = scenario === 'expected';
      merged.set(key, {
        cell: inputs.cell,
        stack: line.stack,
        region: line.region,
        component: line.component,
        logicalId: line.logicalId,
        item: line.item,
        quantity: isExpected ? (known && known.usd.expected > 0 ? known.quantity : 0) + line.quantity : (known?.quantity ?? 0),
        unit: line.unit,
        unitPriceUsd: isExpected || !known ? line.unitPriceUsd : known.unitPriceUsd,
        usd: addUsd(known?.usd ?? noUsd, { ...noUsd, [scenario]: line.usd }),
        basis: line.basis,
        estimated: line.estimated,
      });
    }
  }
  const lines = [...merged.values()].sort((a, b) => b.usd.expected - a.usd.expected || (keyOfLine(a) < keyOfLine(b) ? -1 : 1));
  const monthlyUsd = sumUsd(lines);
  const millions = (inputs.workload.eventsPerDay * DAYS_A_MONTH) / 1e6;
  return {
    environment: inputs.environment,
    cell: inputs.cell,
    eventsPerDay: inputs.workload.eventsPerDay,
    budgetUsd: inputs.budgetUsd,
    monthlyUsd,
    fixedUsd: sumUsd(lines.filter(({ basis }) => basis === 'fixed')),
    perEventUsd: sumUsd(lines.filter(({ basis }) => basis === 'perEvent')),
    usdPerMillionEvents: { low: monthlyUsd.low / millions, expected: monthlyUsd.expected / millions, high: monthlyUsd.high / millions },
    estimatedShare: sumUsd(lines.filter(({ estimated }) => estimated)).expected / Math.max(monthlyUsd.expected, 1e-9),
    components: sumsBy(lines, ({ component }) => component),
    stacks: sumsBy(lines, ({ stack }) => stack),
    lines,
    traffic: meters.expected.traffic,
  };
}

const keyOfLine = ({ stack, logicalId, item }: Line): string => `${stack}/${logicalId}/${item}`;
