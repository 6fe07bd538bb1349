/** Everything that the page and the plot show, and the tests judge, of one cell. */
import {
  bearableOfOneMs,
  bearableResponseMs,
  deliveryLimits,
  deliveryTimes,
  podsOf,
  type DeliveryCase,
  type DeliveryPlan,
  type DeliveryQueue,
  type DeliveryTimes,
  type DestinationTraits,
} from './delivery';
import { bearableTimes, othersLatency } from './faults';
import { batches, burstOf, simulateBurst } from './burst';
import { cpuMs, figures, quantilesOf } from './figures';
import { dealt, enlarged, podsAt, shardsAt, volumesOf, type Volume } from './load';
import { missed, percentiles, streamFigures, type Case, type Percentiles, type StreamFigure, type Workload } from './simulation';
import type { LatencySettings } from './settings';
import { chosen, ways, type WayName } from './ways';

export interface ReportProps {
  readonly cell: string;
  readonly settings: LatencySettings;
  readonly workload: Workload & { readonly deliveriesPerEvent: number };
  readonly plan: DeliveryPlan;
  /** What the largest tenant may send: to one destination, if it takes every event. */
  readonly largest: { readonly eventsASecond: number; readonly burstEvents: number; readonly batchEvents: number };
  /** From the templates; none while delivery has no stack. */
  readonly queues: readonly DeliveryQueue[];
  /** Whose tenants share the cell. */
  readonly tenants: number;
}

/** Of a volume: what there is of pods and shards, and how full. */
export interface Capacity {
  readonly volume: Volume;
  readonly shards: number;
  readonly pods: { readonly ingest: number; readonly processor: number; readonly delivery: number };
  /** Of what the fullest processor pod is sure of. */
  readonly fullest: number;
  readonly vcpus: number;
}

export const caseOf = (
  { settings, workload }: Pick<ReportProps, 'settings' | 'workload'>,
  way: WayName,
  volume: Volume,
  stream: StreamFigure,
): Case => ({ way: ways[way], settings, workload, volume, stream });

export interface Outcome {
  readonly volume: Volume;
  readonly stream: StreamFigure;
  readonly found: Percentiles;
}

/** A way at each volume, by each figure of the stream; once, where the way has no stream in it. */
export const outcomes = (props: ReportProps, way: WayName): readonly Outcome[] =>
  volumesOf(props.workload.eventsPerDay).flatMap((volume) =>
    streamFigures.map((stream) => ({ volume, stream, found: percentiles(caseOf(props, way, volume, stream)) })),
  );

export function capacityAt({ settings, workload }: Pick<ReportProps, 'settings' | 'workload'>, volume: Volume): Capacity {
  const { ingest, processor, delivery } = settings.pods;
  const deliveries = volume.eventsASecond * ('deliveriesPerEvent' in workload ? workload.deliveriesPerEvent : 1);
  const shards = shardsAt(settings, volume, workload.eventBytes);
  const pods = {
    ingest: podsAt(ingest, volume.eventsASecond, cpuMs.ingest),
    processor: podsAt(processor, volume.eventsASecond, cpuMs.processor),
    delivery: podsAt(delivery, deliveries, cpuMs.delivery),
  };
  return {
    volume,
    shards,
    pods,
    fullest: (volume.eventsASecond * (dealt(shards, pods.processor)[0]?.ofOne ?? 1) * cpuMs.processor) / 1000 / processor.vcpus,
    vcpus: pods.ingest * ingest.vcpus + pods.processor * processor.vcpus + pods.delivery * delivery.vcpus,
  };
}

/** The same with pods that are large and many enough. */
export function larger(props: ReportProps, volume: Volume): ReportProps {
  return { ...props, settings: enlarged(props.settings, volume, props.workload.eventBytes) };
}

export interface ClassOutcome extends DeliveryTimes {
  readonly name: string;
  readonly bearableResponseMs: number;
  readonly bearableOfOneMs: number;
}

/** Mean time to answer for which the table of deliveries is reckoned: an example. */
export const RESPONSE_MS = 200;

/** Classes by their names; those that are alike in all that the model knows stand together. */
export function distinctClasses({ classes }: DeliveryPlan): readonly { readonly name: string; readonly traits: DestinationTraits }[] {
  const alike = new Map<string, { readonly names: string[]; readonly traits: DestinationTraits }>();
  for (const [name, traits] of Object.entries(classes)) {
    const { callsPerPod, callsPerDestination, waitingPerDestination, deliveriesPerCall, gatherMilliseconds } = traits;
    const key = [callsPerPod, callsPerDestination, waitingPerDestination, deliveriesPerCall, gatherMilliseconds].join();
    const known = alike.get(key);
    if (known) known.names.push(name);
    else alike.set(key, { names: [name], traits });
  }
  return [...alike.values()].map(({ names, traits }) => ({ name: names.join(', '), traits }));
}

/** Events of a batch while nothing is caught up with, for which the table of deliveries is reckoned: an example, as is the answer. */
export const BATCH = 100;

export const deliveryCase = ({ queues, settings, workload, plan, largest }: ReportProps, { eventsASecond }: Volume): DeliveryCase => ({
  schedule: plan.schedule,
  destination: { deliveriesASecond: largest.eventsASecond, batch: BATCH },
  queues,
  pods: settings.pods.delivery,
  deliveriesASecond: eventsASecond * workload.deliveriesPerEvent,
  responseMs: RESPONSE_MS,
});

export const deliveryOutcomes = (props: ReportProps, volume: Volume): readonly ClassOutcome[] =>
  distinctClasses(props.plan).map(({ name, traits }) => {
    const of = deliveryCase(props, volume);
    return {
      name,
      bearableResponseMs: bearableResponseMs(of, traits),
      bearableOfOneMs: bearableOfOneMs(of, traits),
      ...deliveryTimes(of, traits),
    };
  });

export interface BurstOutcome {
  readonly burst: string;
  readonly name: string;
  readonly responseMs: number;
  readonly answeredInTime: number;
  readonly sentAway: number;
  readonly longestMs: number;
}

/** Mean answers for which bursts are reckoned. */
const BURST_RESPONSES_MS = [RESPONSE_MS, 1_000];

/** The worst of these runs is reported: a burst that is as fast as all calls is late or not by chance. */
const BURST_SEEDS = [1, 2, 3];

/** Bursts of the largest tenant to one destination, with the pods that an average load has: the autoscaler is later than a burst. */
export function burstOutcomes(props: ReportProps): readonly BurstOutcome[] {
  const { burstEvents, batchEvents, eventsASecond } = props.largest;
  const [average] = volumesOf(props.workload.eventsPerDay);
  if (!average) return [];
  const pods = podsOf(deliveryCase(props, average));
  const bursts = [
    { burst: `a batch: ${batchEvents} in a second`, arrivals: burstOf(batchEvents, 1) },
    { burst: `a batch: ${batchEvents} at once`, arrivals: burstOf(batchEvents, 0) },
    { burst: `${eventsASecond} a second for ever, in batches of ${BATCH}`, arrivals: batches(SUSTAINED, eventsASecond, BATCH) },
    { burst: `${eventsASecond} a second for ever, in batches of ${batchEvents}`, arrivals: batches(SUSTAINED, eventsASecond, batchEvents) },
    { burst: `all: ${burstEvents.toLocaleString('en-US')} in 20 s`, arrivals: burstOf(burstEvents, 20) },
    { burst: `all: ${burstEvents.toLocaleString('en-US')} in a second`, arrivals: burstOf(burstEvents, 1) },
  ];
  return distinctClasses(props.plan).flatMap(({ name, traits }) =>
    BURST_RESPONSES_MS.flatMap((responseMs) =>
      bursts.map(({ burst, arrivals }) => {
        const runs = BURST_SEEDS.map((seed) =>
          simulateBurst({
            arrivals,
            pods,
            calls: traits,
            schedule: props.plan.schedule,
            responseMs,
            handOver: quantilesOf(figures.handOver, 'exponential'),
            workMs: cpuMs.delivery / props.settings.pods.delivery.vcpus,
            seed,
          }),
        );
        const inTime = ({ answered }: (typeof runs)[number]) => answered.filter((time) => time < deliveryLimits.withinMs).length;
        return {
          burst,
          name,
          responseMs,
          answeredInTime: Math.min(...runs.map(inTime)) / arrivals.length,
          sentAway: Math.max(...runs.map(({ sentAway }) => sentAway)),
          longestMs: Math.max(...runs.map(({ answered }) => answered.reduce((most, time) => Math.max(most, time), 0))),
        };
      }),
    ),
  );
}

const SUSTAINED = 10_000;

export interface NoisyOutcome {
  readonly volume: Volume;
  readonly ofOnePerson: boolean;
  readonly before: Percentiles;
  readonly after: Percentiles;
  readonly bearableTimes: number;
}

export const TIMES_ITS_SHARE = 100;

export const noisyOutcomes = (props: ReportProps): readonly NoisyOutcome[] =>
  volumesOf(props.workload.eventsPerDay)
    .slice(0, 2)
    .flatMap((volume) =>
      [false, true].map((ofOnePerson) => {
        const of = caseOf(props, chosen, volume, 'percentiles');
        return {
          volume,
          ofOnePerson,
          ...othersLatency(of, { tenants: props.tenants, times: TIMES_ITS_SHARE }, ofOnePerson),
          bearableTimes: bearableTimes(of, props.tenants, ofOnePerson),
        };
      }),
    );

/** A limit that is not kept, by name: what ADR-026 reports, and the test compares. */
export const missesOf = (found: readonly Outcome[]): readonly string[] =>
  found.flatMap(({ volume, stream, found: percentile }) => missed(percentile).map((name) => `${volume.name}, ${stream}: ${name}`));
