/** What came of a fault: whether somebody was told in time, and whether anybody was told of nothing. */
import type { AnyAlarm } from './cloudwatch/read';
import { replay, type Notification, type Published } from './cloudwatch/replay';
import { publish, type Delays } from './published';
import type { Fault, Series } from './series';

export interface Verdict {
  readonly fault: Fault;
  /** Minutes from the beginning of the fault to the first page, or ticket; undefined where there was none. */
  readonly pagedAfter?: number;
  readonly ticketAfter?: number;
  readonly pages: readonly Notification[];
}

export interface Judged {
  readonly series: Series;
  readonly verdicts: readonly Verdict[];
  /** Pages outside of every fault that wants one. */
  readonly falsePages: readonly Notification[];
  readonly pages: readonly Notification[];
  readonly tickets: readonly Notification[];
}

/** A fault echoes: what was spent in it is in the windows for as long as they are, and what it left behind takes time. */
const ECHO_MINUTES = 60;

/** So that the same series is worked out once, whatever alarms are tried on it. */
const usual = new WeakMap<Series, Published>();

export function judge(series: Series, alarms: readonly AnyAlarm[], delays?: Delays): Judged {
  const published = delays ? publish(series, delays) : (usual.get(series) ?? publish(series));
  if (!delays) usual.set(series, published);
  const { notifications } = replay(alarms, published);
  const pages = notifications.filter(({ alarm }) => alarm.severity === 'page');
  const tickets = notifications.filter(({ alarm }) => alarm.severity === 'ticket');
  const during = ({ from, to }: Fault, some: readonly Notification[], echo: number) =>
    some.filter(({ minute }) => minute >= from && minute < to + echo);
  // At the end of the minute in which it was evaluated.
  const after = ({ from }: Fault, some: readonly Notification[]) =>
    some.length === 0 ? undefined : Math.min(...some.map(({ minute }) => minute + 1)) - from;
  return {
    series,
    pages,
    tickets,
    verdicts: series.faults.map((fault) => ({
      fault,
      pages: during(fault, pages, ECHO_MINUTES),
      pagedAfter: after(fault, during(fault, pages, 0)),
      ticketAfter: after(fault, during(fault, tickets, ECHO_MINUTES)),
    })),
    falsePages: pages.filter(
      (page) => !series.faults.some((fault) => fault.wanted === 'page' && during(fault, [page], ECHO_MINUTES).length > 0),
    ),
  };
}
