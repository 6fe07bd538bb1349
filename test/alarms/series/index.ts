/** The series that alarms are tried on: `tuned` to choose thresholds by, `heldOut` to judge them by. */
import { heldOutFaults } from './held-out';
import { layFault, tunedFaults, type FaultKind } from './faults';
import { addNuisances, busy, healthy, healthyFrame, quiet, type Load } from './healthy';
import { random } from './random';
import { DAY_MINUTES, type Series } from './signals';

export * from './signals';

const QUARTER_DAYS = 91;
/** A quarter has its faults too, so that pages can be counted of which some are false: the share of SLO-6's limit and the failures it would not hide. */
const FAULTS_A_QUARTER = 12;

/** Each fault by itself, on a cell without other trouble: a Tuesday at 10:00, in the peak, and at night, two days after the start. */
function oneByOne(kinds: readonly FaultKind[], seed: number): readonly Series[] {
  const loads: readonly (readonly [string, Load])[] = [
    ['few requests', quiet],
    ['many requests', busy],
  ];
  const hours: readonly (readonly [string, number])[] = [
    ['by day', 10],
    ['at the peak', 14],
    ['at night', 3],
  ];
  return kinds.flatMap((kind, index) =>
    loads.flatMap(([loadName, load]) =>
      hours.map(([hourName, hour], variant) => {
        const from = DAY_MINUTES + hour * 60;
        const minutes = from + kind.minutes + 360;
        const own = seed + 1_000 * index + variant;
        const frame = healthyFrame(minutes, load, own);
        const fault = layFault(frame, kind, from, random(own + 7));
        return { name: `${kind.name}, ${loadName}, ${hourName}`, frame, minutes, faults: [fault] };
      }),
    ),
  );
}

/** A quarter with nuisances and some faults of these kinds, a week apart, at any hour. */
function quarter(name: string, load: Load, kinds: readonly FaultKind[], seed: number): Series {
  const minutes = QUARTER_DAYS * DAY_MINUTES;
  const r = random(seed);
  const frame = healthyFrame(minutes, load, seed + 1);
  const blips = addNuisances(frame, seed + 2);
  const faults = Array.from({ length: FAULTS_A_QUARTER }, (_, week) => {
    const kind = kinds[(week + seed) % kinds.length];
    if (!kind) throw new RangeError('kinds: received none; allowed: one or more');
    return layFault(frame, kind, week * 7 * DAY_MINUTES + r.whole(60, DAY_MINUTES), r);
  });
  return { name, frame, minutes, faults: [...blips, ...faults] };
}

/** Made when they are asked for: a quarter is five million figures. */
export interface SeriesSet {
  readonly single: () => readonly Series[];
  readonly quarters: readonly (() => Series)[];
}

export const tuned: SeriesSet = {
  single: () => oneByOne(tunedFaults, 100),
  quarters: [
    () => healthy('a healthy quarter, few requests', QUARTER_DAYS, quiet, 11),
    () => quarter('a quarter with faults, many requests', busy, tunedFaults, 14),
  ],
};

export const heldOut: SeriesSet = {
  single: () => oneByOne(heldOutFaults, 900_000),
  quarters: [
    () => healthy('another healthy quarter, many requests', QUARTER_DAYS, busy, 212),
    () => quarter('another quarter with faults, few requests', quiet, heldOutFaults, 213),
  ],
};
