/**
 * Replays what was published through alarms, minute by minute, as CloudWatch would: every alarm is evaluated each minute over windows that slide, or once an hour where it
 * looks back for more than a day. Source: CloudWatch User Guide, "Alarm evaluation", "Suppressing composite alarm actions", read 2026-11.
 */
import type { AnyAlarm, CompositeAlarm, MetricAlarm, Query } from './read';
import { rangeOf, stateOf, type Datapoint, type State } from './state';

/** Aggregates a metric over the minutes from `from` to `to`, both included; NaN where nothing was published. */
export type Lookup = (from: number, to: number) => number;

export interface Published {
  readonly minutes: number;
  /** Undefined where the series say nothing of the metric: its alarm is left out. */
  readonly find: (
    query: Query,
  ) => { readonly lookup: Lookup; /** Minutes until a value can be seen. */ readonly delayMinutes: number } | undefined;
}

/** Somebody is told that it began. The minute is the one at whose end it was evaluated. */
export interface Notification {
  readonly alarm: AnyAlarm;
  readonly minute: number;
}

const [WITHIN, BEYOND, MISSING] = [0, 1, 2];
/** By the numbers above. */
const POINTS: readonly Datapoint[] = ['within', 'beyond', 'missing'];
const STATES: readonly State[] = ['OK', 'ALARM', 'INSUFFICIENT_DATA'];
/** An index of `STATES`, a minute. */
type Timeline = Uint8Array;

export interface Replay {
  readonly notifications: readonly Notification[];
  readonly leftOut: readonly MetricAlarm[];
}

export function replay(alarms: readonly AnyAlarm[], published: Published): Replay {
  const timelines = new Map<string, Timeline>();
  const leftOut: MetricAlarm[] = [];
  const known = worths.get(published) ?? new Map<string, Worth | undefined>();
  worths.set(published, known);
  for (const alarm of alarms) {
    if (alarm.kind !== 'metric') continue;
    const worth = worthOnce(alarm, published, known);
    if (worth) timelines.set(alarm.key, metricTimeline(alarm, published.minutes, worth));
    else leftOut.push(alarm);
  }
  const composites = alarms.filter((alarm): alarm is CompositeAlarm => alarm.kind === 'composite');
  for (const alarm of composites) timelines.set(alarm.key, compositeTimeline(alarm, timelines, published.minutes));
  return { notifications: alarms.flatMap((alarm) => notificationsOf(alarm, timelines)), leftOut };
}

/** What a metric or an expression is worth over the window that ends with a minute, in every minute. */
interface Worth {
  /** Once all of it has been published. */
  readonly settled: Float64Array;
  /** As it looks so many minutes after its end, while the newest of it is not there yet. */
  readonly fresh: readonly Float64Array[];
}

function worthOf({ queries, compiled, periodMinutes: period }: MetricAlarm, { minutes, find }: Published): Worth | undefined {
  const sources = compiled.ids.flatMap((id) => {
    const query = queries[id];
    const source = query && find(query);
    return source ? [source] : [];
  });
  if (sources.length < compiled.ids.length) return undefined;
  const inputs = new Float64Array(sources.length);
  const seenAfter = (age: number): Float64Array => {
    const values = new Float64Array(minutes).fill(NaN);
    for (let end = period - 1; end < minutes; end += 1) {
      let index = 0;
      for (const { lookup, delayMinutes } of sources) {
        inputs[index] = lookup(end - period + 1, Math.min(end, end + age - delayMinutes));
        index += 1;
      }
      values[end] = compiled.run(inputs);
    }
    return values;
  };
  const delay = Math.max(...sources.map(({ delayMinutes }) => delayMinutes));
  return { settled: seenAfter(delay), fresh: Array.from({ length: delay }, (_, age) => seenAfter(age)) };
}

/** For as long as the series is looked at: alarms with other thresholds watch the same. */
const worths = new WeakMap<Published, Map<string, Worth | undefined>>();

function worthOnce(alarm: MetricAlarm, published: Published, known: Map<string, Worth | undefined>): Worth | undefined {
  const key = JSON.stringify([alarm.expression, alarm.queries]);
  if (!known.has(key)) known.set(key, worthOf(alarm, published));
  return known.get(key);
}

/** Once for each minute: the evaluation looks at each several times. */
function classify(values: Float64Array, isBeyond: (value: number) => boolean): Uint8Array {
  const classes = new Uint8Array(values.length);
  for (let minute = 0; minute < values.length; minute += 1) {
    const value = values[minute] ?? NaN;
    classes[minute] = Number.isNaN(value) ? MISSING : isBeyond(value) ? BEYOND : WITHIN;
  }
  return classes;
}

function metricTimeline(alarm: MetricAlarm, minutes: number, { settled, fresh }: Worth): Timeline {
  const { periodMinutes: period, isBeyond } = alarm;
  const timeline = new Uint8Array(minutes);
  const range = rangeOf(alarm);
  const everyMinutes = alarm.outOf * period > 1_440 ? 60 : 1;
  const classified = [...fresh, settled].map((values) => classify(values, isBeyond));
  const last = classified.length - 1;
  const at = (end: number, age: number): number => (end < 0 ? MISSING : (classified[Math.min(age, last)]?.[end] ?? MISSING));
  const span = alarm.outOf * period;
  let lastNotWithin = -1;
  let state: State = 'OK';
  for (let minute = 0; minute < minutes; minute += 1) {
    if (minute >= last && at(minute - last, last) !== WITHIN && minute - last >= period - 1) lastNotWithin = minute - last;
    // Before that nobody could know: the alarm was made with the series.
    if (minute % everyMinutes === 0 && minute + 1 >= span) {
      let isAllWithin = at(minute, 0) === WITHIN;
      // As a rule nothing was wrong for longer than the alarm looks back, and only what is not settled has to be looked at.
      const until = lastNotWithin > minute - span ? span : Math.min(span, last);
      for (let age = period; age < until && isAllWithin; age += period) isAllWithin = at(minute - age, age) === WITHIN;
      state = isAllWithin
        ? 'OK'
        : stateOf(
            Array.from({ length: range }, (_, index) => {
              const age = (range - 1 - index) * period;
              return POINTS[at(minute - age, age)] ?? 'missing';
            }),
            alarm,
            state,
          );
    }
    timeline[minute] = STATES.indexOf(state);
  }
  return timeline;
}

function compositeTimeline({ rule, children }: CompositeAlarm, timelines: ReadonlyMap<string, Timeline>, minutes: number): Timeline {
  const timeline = new Uint8Array(minutes);
  const own = children.flatMap((child) => {
    const found = timelines.get(child);
    return found ? [[child, found] as const] : [];
  });
  // Asked only in minutes in which something is wrong with a part of it.
  for (let minute = 0; minute < minutes; minute += 1) {
    if (own.every(([, states]) => states[minute] === 0)) continue;
    const states = Object.fromEntries(own.map(([child, states]) => [child, STATES[states[minute] ?? 0] ?? 'OK'] as const));
    timeline[minute] = rule((name) => states[name] ?? 'OK') ? 1 : 0;
  }
  return timeline;
}

function notificationsOf(alarm: AnyAlarm, timelines: ReadonlyMap<string, Timeline>): readonly Notification[] {
  const timeline = timelines.get(alarm.key);
  if (!timeline || alarm.severity === 'nobody') return [];
  const suppression = alarm.kind === 'composite' ? alarm.suppressor : undefined;
  const cause = suppression && timelines.get(suppression.key);
  const found: Notification[] = [];
  let waitsUntil: number | undefined;
  for (let minute = 0; minute < timeline.length; minute += 1) {
    if (timeline[minute] !== 1) {
      waitsUntil = undefined;
      continue;
    }
    if (timeline[minute - 1] !== 1) waitsUntil = minute + (cause ? suppression.waitMinutes : 0);
    if (waitsUntil === undefined) continue;
    // While the cause fires nobody is told, and for a while after it: then, if this one still fires, somebody is.
    if (suppression && cause?.[minute] === 1) waitsUntil = minute + suppression.extensionMinutes;
    else if (minute >= waitsUntil) {
      found.push({ alarm, minute });
      waitsUntil = undefined;
    }
  }
  return found;
}
