/** Runs the platform's own alarms over the series, and says what came of it: figures for the test, and the page of the docs. */
import type { AnyAlarm, MetricAlarm } from './cloudwatch/read';
import { judge, type Judged, type Verdict } from './judge';
import type { Delays } from './published';
import type { Series, SeriesSet } from './series';

/** What pages, with its parts and causes: tickets of a whole quarter would be as much work again. */
export function paging(alarms: readonly AnyAlarm[]): readonly AnyAlarm[] {
  const pages = alarms.filter(({ severity }) => severity === 'page');
  const needed = new Set(
    pages.flatMap((alarm) => [
      alarm.key,
      ...(alarm.kind === 'composite' ? [...alarm.children, ...(alarm.suppressor ? [alarm.suppressor.key] : [])] : []),
    ]),
  );
  return alarms.filter(({ key }) => needed.has(key));
}

export interface Row {
  readonly verdicts: readonly Verdict[];
  readonly falsePages: number;
}

/** The hours that differ most: many requests at the peak, and few at night, when each weighs. */
export const extremes = ({ single }: SeriesSet): readonly Series[] =>
  single().filter(({ name }) => / few requests, at night$| many requests, at the peak$/.test(name));

/** By fault, over the loads and hours it was tried at. */
export function singles(all: readonly Series[], alarms: readonly AnyAlarm[], delays?: Delays): ReadonlyMap<string, Row> {
  const rows = new Map<string, Row>();
  for (const series of all) {
    const isForTicket = series.faults[0]?.wanted === 'ticket';
    if (isForTicket && delays) continue;
    const { verdicts, falsePages } = judge(series, isForTicket ? alarms : paging(alarms), delays);
    const [verdict] = verdicts;
    if (!verdict) continue;
    const before = rows.get(verdict.fault.name) ?? { verdicts: [], falsePages: 0 };
    rows.set(verdict.fault.name, { verdicts: [...before.verdicts, verdict], falsePages: before.falsePages + falsePages.length });
  }
  return rows;
}

export const quarters = ({ quarters: makers }: SeriesSet, alarms: readonly AnyAlarm[]): readonly Judged[] =>
  makers.map((make) => judge(make(), paging(alarms)));

/** The slowest of all; undefined if one of them was missed. */
export const slowest = (times: readonly (number | undefined)[]): number | undefined =>
  times.some((time) => time === undefined) ? undefined : Math.max(...times.map((time) => time ?? NaN));

export interface Variant {
  readonly says: string;
  /** Times the thresholds of burn rates. */
  readonly threshold: number;
  /** Of the minutes that a page counts, so many of five. */
  readonly minutes: number;
}

/** The alarms that page for budgets, as they would be with other figures. */
export function changed(alarms: readonly AnyAlarm[], { threshold, minutes }: Variant): readonly AnyAlarm[] {
  const isBurn = ({ id }: AnyAlarm) => /^(steep|fast|sustained)\d*m?[A-Z]/.test(id);
  return alarms.map((alarm) => {
    if (!isBurn(alarm) || alarm.kind !== 'metric') return alarm;
    const level = alarm.threshold * threshold;
    const other: MetricAlarm = { ...alarm, threshold: level, isBeyond: (value) => value > level };
    return alarm.periodMinutes === 1 ? { ...other, atLeast: minutes } : other;
  });
}

export interface Outcome extends Variant {
  /** Of those that want a page. */
  readonly faults: number;
  readonly late: number;
  readonly missed: number;
  /** In four quiet weeks. */
  readonly falsePages: number;
}

export function trade(
  variants: readonly Variant[],
  faults: readonly Series[],
  quiet: Series,
  alarms: readonly AnyAlarm[],
  limitMinutes: number,
): readonly Outcome[] {
  return variants.map((variant) => {
    const other = changed(alarms, variant);
    const times = faults.map((series) => judge(series, other).verdicts[0]?.pagedAfter);
    return {
      ...variant,
      faults: faults.length,
      late: times.filter((time) => time !== undefined && time >= limitMinutes).length,
      missed: times.filter((time) => time === undefined).length,
      falsePages: judge(quiet, other).falsePages.length,
    };
  });
}
