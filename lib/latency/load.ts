/** What a volume makes of pods and shards. */
import { cpuMs } from './figures';
import type { LatencySettings, PodSettings } from './settings';

export interface Volume {
  readonly name: 'average' | 'peak' | '10 times, at its peak' | '100 times, at its peak';
  readonly eventsASecond: number;
  /** Of the busiest minute of the last month, to which the stream has grown. */
  readonly peakASecond: number;
}

/** Busiest minute of a day, in averages: the context's figure for sizing. */
export const PEAK_FACTOR = 4;
const SECONDS_A_DAY = 86_400;

export function volumesOf(eventsPerDay: number): readonly Volume[] {
  const average = eventsPerDay / SECONDS_A_DAY;
  const peakASecond = average * PEAK_FACTOR;
  return [
    { name: 'average', eventsASecond: average, peakASecond },
    { name: 'peak', eventsASecond: peakASecond, peakASecond },
    { name: '10 times, at its peak', eventsASecond: 10 * peakASecond, peakASecond: 10 * peakASecond },
    { name: '100 times, at its peak', eventsASecond: 100 * peakASecond, peakASecond: 100 * peakASecond },
  ];
}

/**
 * On demand: four at first, and room for twice the highest write rate of the last 30 days. A shard takes 1 MiB or 1,000 records a second.
 * Source: Amazon Kinesis Data Streams Developer Guide, "Quotas and limits", "Choose the right mode to stream in", read 2026-11.
 */
export function shardsAt({ shards }: Pick<LatencySettings, 'shards'>, { peakASecond }: Volume, eventBytes: number): number {
  if (shards !== 'on demand') return shards;
  return Math.max(4, Math.ceil(2 * Math.max((peakASecond * eventBytes) / 1_048_576, peakASecond / 1_000)));
}

/** As many as the autoscaler makes, from the mean use of all pods. */
export const podsAt = ({ minimum, maximum, vcpus, target }: PodSettings, eventsASecond: number, cpuMsAnEvent: number): number =>
  Math.min(maximum, Math.max(minimum, Math.ceil((eventsASecond * cpuMsAnEvent) / 1000 / vcpus / target - 1e-9)));

export interface PodsByShards {
  /** Share of all events that such pods get together. */
  readonly share: number;
  /** Of all events, what one of them gets. */
  readonly ofOne: number;
}

/** Leases: a shard has one reader, shards are dealt out evenly, and pods beyond them have none. Events are spread evenly over shards by their keys. */
export function dealt(shards: number, pods: number): readonly PodsByShards[] {
  const few = Math.floor(shards / pods);
  const withMore = shards - few * pods;
  return [
    { share: (withMore * (few + 1)) / shards, ofOne: (few + 1) / shards },
    { share: ((pods - withMore) * few) / shards, ofOne: few / shards },
  ].filter(({ share }) => share > 0);
}

/**
 * Settings with which a volume is borne: a processor pod for each shard, large enough for a shard's events at the autoscaler's target, and no most
 * of pods below what the autoscaler asks for.
 */
export function enlarged(settings: LatencySettings, volume: Volume, eventBytes: number): LatencySettings {
  const { ingest, processor, delivery } = settings.pods;
  const shards = shardsAt(settings, volume, eventBytes);
  const needed = ((volume.eventsASecond / shards) * cpuMs.processor) / 1000 / processor.target;
  return {
    ...settings,
    pods: {
      ingest: { ...ingest, maximum: Number.MAX_SAFE_INTEGER },
      processor: { ...processor, minimum: shards, maximum: shards, vcpus: Math.max(processor.vcpus, Math.ceil(2 * needed - 1e-9) / 2) },
      delivery: { ...delivery, maximum: Number.MAX_SAFE_INTEGER },
    },
  };
}
