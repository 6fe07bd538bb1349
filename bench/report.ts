/** What the runs say: figures for the reader and for machines, and whether the limits are kept. */
import { renderTable } from '../lib/review/table';
import { line, spread, type Spread } from './statistics';
import type { Run, Subject } from './synth-runs';

/** Of the platform's time to that of the empty app, each to stay under. */
const limits = [
  { checked: false, timesEmpty: 2 },
  { checked: true, timesEmpty: 5 },
] as const;

export type Role = 'empty' | 'platform' | 'cells';

export interface BenchSubject extends Subject {
  readonly role: Role;
  /** How many cells the app has, where `role` is `cells`. */
  readonly cells?: number;
}

export interface Measurement {
  readonly subject: BenchSubject;
  /** In the order of the rounds, which are the same for every subject. */
  readonly runs: readonly Run[];
}

interface Row {
  readonly name: string;
  readonly resources: number;
  readonly milliseconds: Spread;
  /** Median divided by the empty app's median. */
  readonly timesEmpty: number;
  /** Each run divided by the empty app's in the same round. */
  readonly timesEmptyPaired: Spread;
  /** Beyond the empty app's median; none for the empty app itself. */
  readonly millisecondsPerResource?: number;
  /** Of the app's process: says more than the time where other programs are at work. */
  readonly processorMilliseconds: Spread;
  readonly peakMebibytes: Spread;
}

interface Growth {
  readonly checked: boolean;
  /** Slope of the straight line through the medians. */
  readonly millisecondsPerCell: number;
  readonly processorMillisecondsPerCell: number;
  readonly mebibytesPerCell: number;
  readonly fewestCells: number;
  readonly mostCells: number;
  /** Time with the most cells divided by that with the fewest. */
  readonly ratio: number;
  /** Time beyond the empty app's, with the most cells divided by the fewest: as large as mostCells / fewestCells where it is in proportion. */
  readonly ratioBeyondEmpty: number;
}

interface Verdict {
  readonly name: string;
  readonly timesEmpty: number;
  readonly limit: number;
  readonly kept: boolean;
}

export interface Report {
  readonly machine: { readonly node: string; readonly processor: string; readonly parallelism: number };
  readonly repeats: number;
  readonly rows: readonly Row[];
  readonly growth: readonly Growth[];
  readonly limits: readonly Verdict[];
}

const times = ({ runs }: Measurement) => runs.map(({ milliseconds }) => milliseconds);
const peaks = ({ runs }: Measurement) => runs.map(({ usage }) => usage.peakBytes / 2 ** 20);
const processorTimes = ({ runs }: Measurement) => runs.map(({ usage }) => usage.processorMilliseconds);

export function report(measurements: readonly Measurement[], machine: Report['machine']): Report {
  const empty = measurements.find(({ subject }) => subject.role === 'empty');
  if (!empty) throw new RangeError('measurements: received none of the empty app; allowed: one with it');
  const emptyMedian = spread(times(empty)).median;

  const rows = measurements.map((measurement): Row => {
    const milliseconds = spread(times(measurement));
    const resources = measurement.runs[0]?.resources ?? 0;
    return {
      name: measurement.subject.name,
      resources,
      milliseconds,
      timesEmpty: milliseconds.median / emptyMedian,
      timesEmptyPaired: spread(times(measurement).map((time, round) => time / (times(empty)[round] ?? Number.NaN))),
      millisecondsPerResource: resources === 0 ? undefined : (milliseconds.median - emptyMedian) / resources,
      processorMilliseconds: spread(processorTimes(measurement)),
      peakMebibytes: spread(peaks(measurement)),
    };
  });

  return {
    machine,
    repeats: empty.runs.length,
    rows,
    growth: [false, true].map((checked) => growthOf(checked, measurements, emptyMedian)),
    limits: limits.flatMap(({ checked, timesEmpty: limit }) =>
      measurements
        .filter(({ subject }) => subject.role === 'platform' && subject.checked === checked)
        .map((measurement) => {
          const timesEmpty = spread(times(measurement)).median / emptyMedian;
          return { name: measurement.subject.name, timesEmpty, limit, kept: timesEmpty < limit };
        }),
    ),
  };
}

function growthOf(checked: boolean, measurements: readonly Measurement[], emptyMedian: number): Growth {
  const points = measurements
    .filter(({ subject }) => subject.role === 'cells' && subject.checked === checked)
    .map((measurement) => ({
      cells: measurement.subject.cells ?? Number.NaN,
      milliseconds: spread(times(measurement)).median,
      processorMilliseconds: spread(processorTimes(measurement)).median,
      mebibytes: spread(peaks(measurement)).median,
    }))
    .sort((a, b) => a.cells - b.cells);
  const [fewest, most] = [points[0], points.at(-1)];
  if (!fewest || !most) throw new RangeError('measurements: received none of several cells; allowed: one with them');
  return {
    checked,
    millisecondsPerCell: line(points.map(({ cells, milliseconds }) => [cells, milliseconds])).slope,
    processorMillisecondsPerCell: line(points.map(({ cells, processorMilliseconds }) => [cells, processorMilliseconds])).slope,
    mebibytesPerCell: line(points.map(({ cells, mebibytes }) => [cells, mebibytes])).slope,
    fewestCells: fewest.cells,
    mostCells: most.cells,
    ratio: most.milliseconds / fewest.milliseconds,
    ratioBeyondEmpty: (most.milliseconds - emptyMedian) / (fewest.milliseconds - emptyMedian),
  };
}

const seconds = ({ median, min, max }: Spread): string[] => [
  (median / 1000).toFixed(2),
  `${(min / 1000).toFixed(2)}-${(max / 1000).toFixed(2)}`,
];

export function renderReport({ machine, repeats, rows, growth, limits: verdicts }: Report): string {
  const { node, processor, parallelism } = machine;
  const runs = renderTable(
    ['app', 'resources', 'median s', 'min-max s', 'x empty', 'paired x', 'min-max x', 'ms/resource', 'CPU s', 'peak MiB'],
    rows.map(
      ({
        name,
        resources,
        milliseconds,
        timesEmpty,
        timesEmptyPaired: paired,
        millisecondsPerResource,
        processorMilliseconds,
        peakMebibytes,
      }) => [
        name,
        String(resources),
        ...seconds(milliseconds),
        timesEmpty.toFixed(2),
        paired.median.toFixed(2),
        `${paired.min.toFixed(2)}-${paired.max.toFixed(2)}`,
        millisecondsPerResource?.toFixed(2) ?? '',
        (processorMilliseconds.median / 1000).toFixed(2),
        peakMebibytes.max.toFixed(0),
      ],
    ),
  );
  const cells = renderTable(
    ['growth', 'ms/cell', 'CPU ms/cell', 'MiB/cell', 'cells', 'time x', 'beyond empty x'],
    growth.map(
      ({
        checked,
        millisecondsPerCell,
        processorMillisecondsPerCell,
        mebibytesPerCell,
        fewestCells,
        mostCells,
        ratio,
        ratioBeyondEmpty,
      }) => [
        checked ? 'checked' : 'unchecked',
        millisecondsPerCell.toFixed(0),
        processorMillisecondsPerCell.toFixed(0),
        mebibytesPerCell.toFixed(1),
        `${fewestCells} to ${mostCells}`,
        ratio.toFixed(2),
        ratioBeyondEmpty.toFixed(2),
      ],
    ),
  );
  return [
    `npx cdk synth -q, whole processes, ${repeats} rounds after a warm-up, one run of each app a round`,
    `Node ${node}, ${parallelism} x ${processor}`,
    '',
    runs,
    '',
    'x empty: ratio of medians; paired x: median of the ratios within a round; ms/resource: beyond the empty app;',
    "CPU s, of all threads, and peak MiB, resident: of the app's own process, without the CLI's",
    '',
    cells,
    '',
    ...verdicts.map(
      ({ name, timesEmpty, limit, kept }) =>
        `${kept ? 'kept' : 'NOT KEPT'}: ${name} under ${limit} x empty, and it is ${timesEmpty.toFixed(3)}`,
    ),
  ].join('\n');
}
