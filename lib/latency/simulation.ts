/** Monte Carlo over the hops of a way, seeded: the same settings are the same figures. */
import { constant, exponential, percentileOf, type Quantiles } from './distribution';
import { cpuMs, figures, quantilesOf, shapes, type Shape } from './figures';
import { dealt, podsAt, shardsAt, type Volume } from './load';
import { waiting } from './queueing';
import { seeded, shuffle, type Random } from './random';
import type { LatencySettings, PodSettings } from './settings';
import { times } from './way';
import type { HopName, WayOfEvents } from './ways';

export interface Workload {
  /** Of the cell, in the mean of days. */
  readonly eventsPerDay: number;
  readonly eventBytes: number;
}

/** Whose figure is taken for the stream: that of measured percentiles, or AWS' mean. */
export const streamFigures = ['percentiles', 'published mean'] as const;
export type StreamFigure = (typeof streamFigures)[number];

export interface Case {
  readonly way: WayOfEvents;
  readonly settings: LatencySettings;
  readonly workload: Workload;
  readonly volume: Volume;
  readonly stream: StreamFigure;
  /** Events of a tenant that sends too much, which the pods must bear before there are more of them. @default - none */
  readonly unforeseen?: Unforeseen;
}

export interface Unforeseen {
  readonly eventsASecond: number;
  /** Of one person: all of them on one shard. Otherwise they are spread as all others are. */
  readonly ofOnePerson: boolean;
}

/** SLI-2, in milliseconds; TEC-4 is its last. */
export const limits = { p50: 100, p95: 300, p99: 500 } as const;
export type Percentiles = Readonly<Record<keyof typeof limits, number>>;
export const shares = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;
export const percentileNames = Object.keys(limits) as readonly (keyof typeof limits)[];

const SAMPLES = 10_000;
const SEED = 20_261_101;

/** A part of a hop's events, and how long it takes them. */
interface Part {
  readonly share: number;
  readonly quantiles: Quantiles;
}

/**
 * Each hop at evenly spaced points of its distribution, in an order by chance (a Latin hypercube): a hop's own percentiles are exact, and what
 * chance decides is which meet.
 */
function draw(parts: readonly Part[], random: Random, size: number): Float64Array {
  const sample = new Float64Array(size);
  let from = 0;
  let share = 0;
  for (const part of parts) {
    share += part.share;
    const to = Math.round(share * size);
    for (let index = from; index < to; index += 1) sample[index] = part.quantiles((index - from + 0.5) / (to - from));
    from = to;
  }
  return shuffle(sample, random);
}

const all = (quantiles: Quantiles): readonly Part[] => [{ share: 1, quantiles }];

/** A pod works at what it is sure of: on a node that is full it gets no more. */
const workMs = (pods: PodSettings, cpu: number): number => cpu / pods.vcpus;

function partsOf(hop: HopName, { way, settings, workload, volume, stream, unforeseen }: Case, shape: Shape): readonly Part[] {
  const { ingest, processor } = settings.pods;
  const extra = unforeseen?.eventsASecond ?? 0;
  const arrivals = volume.eventsASecond + extra;
  const inIngest = way.processing === 'in ingest';
  const ingestCpu = cpuMs.ingest + (inIngest ? cpuMs.processor : 0);
  switch (hop) {
    case 'stream':
      return all(quantilesOf(figures[settings.fanOut ? (stream === 'percentiles' ? 'fanOut' : 'fanOutMean') : 'polling'], shape));
    case 'ingestLinger':
      return all(constant(ingest.lingerMs));
    case 'processorLinger':
      return all(constant(processor.lingerMs));
    case 'ingestWork':
      return all(exponential(workMs(ingest, cpuMs.ingest)));
    case 'processorWork':
      return all(exponential(workMs(inIngest ? ingest : processor, cpuMs.processor)));
    case 'ingestWait':
      return all(waiting({ arrivals, serviceMs: workMs(ingest, ingestCpu), servers: podsAt(ingest, volume.eventsASecond, ingestCpu) }));
    case 'processorWait': {
      const pods = podsAt(processor, volume.eventsASecond, cpuMs.processor);
      const serviceMs = workMs(processor, cpuMs.processor);
      if (way.processing === 'by any pod') return all(waiting({ arrivals, serviceMs, servers: pods }));
      const places = way.processing === 'by shard' ? shardsAt(settings, volume, workload.eventBytes) : pods;
      const ofPod = (arrivalsOfOne: number) => waiting({ arrivals: arrivalsOfOne, serviceMs, servers: 1 });
      if (!unforeseen?.ofOnePerson) return dealt(places, pods).map(({ share, ofOne }) => ({ share, quantiles: ofPod(arrivals * ofOne) }));
      // The pod with that shard has all that is too much, and one of those with the most shards of all.
      const [most, ...others] = dealt(places, pods);
      const hot = most?.ofOne ?? 1;
      return [
        { share: hot, quantiles: ofPod(volume.eventsASecond * hot + extra) },
        ...[{ share: (most?.share ?? 1) - hot, ofOne: hot }, ...others]
          .filter(({ share }) => share > 1e-9)
          .map(({ share, ofOne }) => ({ share, quantiles: ofPod(volume.eventsASecond * ofOne) })),
      ];
    }
    default:
      return all(quantilesOf(figures[hop], shape));
  }
}

/** All times of a case, sorted, for means of one shape. */
export function sampled(of: Case, shape: Shape, size = SAMPLES): Float64Array {
  const random = seeded(SEED);
  return times(of.way.way, (hop: HopName) => draw(partsOf(hop, of, shape), random, size)).sort();
}

/** The worse of both shapes, for each percentile; Infinity where pods are too few for what arrives. */
export function percentiles(of: Case, size = SAMPLES): Percentiles {
  const samples = shapes.map((shape) => sampled(of, shape, size));
  const worst = (name: keyof typeof limits) => Math.max(...samples.map((sample) => percentileOf(sample, shares[name])));
  return { p50: worst('p50'), p95: worst('p95'), p99: worst('p99') };
}

/** Limits that are not kept. */
export const missed = (found: Percentiles): readonly (keyof typeof limits)[] =>
  percentileNames.filter((name) => !(found[name] < limits[name]));
