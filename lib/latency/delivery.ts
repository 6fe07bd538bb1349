/**
 * From a tenant's delivery queue to its destination [SLI-5]: what of it is ours, what a destination may take, and what becomes of deliveries that
 * fail. Destinations are others' systems: no figure of theirs is assumed, but how slow or how ill one may be until a limit breaks.
 */
import { batches, simulateBurst, type BusySchedule, type DestinationCalls } from './burst';
import { constant, exponential, percentileOf, type Quantiles } from './distribution';
import { cpuMs, figures, quantilesOf, shapes, type Shape } from './figures';
import { podsAt } from './load';
import { waiting } from './queueing';
import { seeded, shuffle } from './random';
import type { PodSettings, StackSettings } from './settings';

/** How failed deliveries are tried again: lib/constructs/delivery-schedule.ts has the same names. */
export interface RetrySchedule extends BusySchedule {
  /** After the first failed attempt, the second and so on; the last one again and again. */
  readonly retryDelaysSeconds: readonly number[];
  /** Of what is not tried, since its destination is known to be down. */
  readonly parkedDelaySeconds: number;
  /** How long at most until a pod looks whether a destination is back. */
  readonly probeSeconds: number;
  /** Age at which a delivery is tried no more. */
  readonly giveUpHours: number;
  /** How long a receive waits for a message. */
  readonly receiveWaitSeconds: number;
  /** Who receives: a poller for each queue, or one that takes turns, with so many receives of new deliveries for each of retries. */
  readonly pollers: 'each-queue' | 'in-turn';
  readonly newForEachRetry: number;
}

/** Of a class of destinations. */
export interface DestinationTraits extends DestinationCalls {
  readonly callsPerPod: number;
}

export interface DeliveryPlan {
  readonly schedule: RetrySchedule;
  readonly classes: Readonly<Record<string, DestinationTraits>>;
}

export interface DeliveryQueue {
  readonly name: string;
  readonly delaySeconds: number;
}

/** Where delivery is told of in templates: queues are named `CELL-delivery-CLASS`, with `-retry` and `-dead` beside it. */
const QUEUE_NAME = /-delivery-[a-z]+(-retry|-dead)?$/;

/** Queues into which processors put, from the templates; none while there is no stack of delivery. */
export function readDeliveryQueues(stacks: readonly StackSettings[]): readonly DeliveryQueue[] {
  return stacks
    .flatMap(({ resources }) => resources)
    .flatMap(({ type, properties }) => {
      const name = properties['QueueName'];
      if (type !== 'AWS::SQS::Queue' || typeof name !== 'string' || QUEUE_NAME.exec(name)?.[1] !== undefined || !QUEUE_NAME.test(name))
        return [];
      const delay = properties['DelaySeconds'];
      return [{ name, delaySeconds: typeof delay === 'number' ? delay : 0 }];
    });
}

/** SLI-5. */
export const deliveryLimits = { withinMs: 2_000, delivered: 0.999, recovered: 0.95 } as const;

export interface DeliveryCase {
  readonly queues: readonly DeliveryQueue[];
  readonly pods: PodSettings;
  /** As if all of them went to the class that is looked at. */
  readonly deliveriesASecond: number;
  /** Mean time in which destinations answer. */
  readonly responseMs: number;
  readonly schedule: RetrySchedule;
  /** To the one destination that is looked at: what waits for its calls. As if all deliveries went to such ones. */
  readonly destination: { readonly deliveriesASecond: number; readonly batch: number };
}

export const podsOf = ({ pods, deliveriesASecond }: Pick<DeliveryCase, 'pods' | 'deliveriesASecond'>): number =>
  podsAt(pods, deliveriesASecond, cpuMs.delivery);

/** Mean time to answer at which all calls that pods may have open are taken: above it the queue grows. */
export function bearableResponseMs(of: Omit<DeliveryCase, 'responseMs'>, traits: DestinationTraits): number {
  return (podsOf(of) * traits.callsPerPod * traits.deliveriesPerCall * 1000) / of.deliveriesASecond;
}

/** The same of the one destination: all calls that pods may have open to it. */
export function bearableOfOneMs(of: Omit<DeliveryCase, 'responseMs'>, traits: DestinationTraits): number {
  return (podsOf(of) * traits.callsPerDestination * traits.deliveriesPerCall * 1000) / of.destination.deliveriesASecond;
}

/** Deliveries that a receive brings at most. */
const RECEIVE_BATCH = 10;
/** Until a receive that finds messages is back, and the next one begins: estimated from what is cited of SQS. */
const RECEIVE_MS = 25;

/**
 * Until a poller receives again. A poller of its own is away for one receive at most. One that takes turns looks into an empty queue of retries, and
 * stays there as long as a receive waits: SQS Developer Guide, "Setting-up long polling in Amazon SQS", read 2026-11, asks for a thread for each queue.
 */
export function receiving({ pollers, receiveWaitSeconds, newForEachRetry }: RetrySchedule, ofPodASecond: number): Quantiles {
  const awayMs = pollers === 'each-queue' ? RECEIVE_MS : receiveWaitSeconds * 1000;
  const receives = pollers === 'each-queue' ? 1 : newForEachRetry;
  const arrivingMs = 1000 / ofPodASecond;
  // More arrives while it is away than it brings until it is away again.
  if (awayMs / arrivingMs > receives * RECEIVE_BATCH) return constant(Number.POSITIVE_INFINITY);
  const away = Math.min(1, awayMs / (awayMs + receives * arrivingMs));
  return (p) => (p <= 1 - away ? 0 : (awayMs * (p - 1 + away)) / away);
}

export interface DeliveryTimes {
  /** From the queue until the call begins: ours. */
  readonly begun: { readonly p50: number; readonly p99: number; readonly p999: number };
  /** Share of deliveries that are answered within SLI-5's two seconds at the first attempt. */
  readonly answeredInTime: number;
}

const SAMPLES = 10_000;
const SEED = 20_261_102;

/** From the queue until the call begins, and until it is answered: sorted, for means of one shape. An answer takes exponential time. */
export function deliverySamples(
  of: DeliveryCase,
  traits: DestinationTraits,
  shape: Shape,
): { readonly begun: Float64Array; readonly answered: Float64Array } {
  const random = seeded(SEED);
  const pods = podsOf(of);
  // Of calls to the one destination: deliveries arrive in batches, and what finds no call waits in the pod.
  const { begun: ofOne } = simulateBurst({
    arrivals: batches(SAMPLES, of.destination.deliveriesASecond, of.destination.batch),
    pods,
    calls: { ...traits, gatherMilliseconds: 0 },
    schedule: of.schedule,
    responseMs: of.responseMs,
  });
  ofOne.sort();
  const delayMs = 1000 * Math.max(0, ...of.queues.map(({ delaySeconds }) => delaySeconds));
  const workMs = cpuMs.delivery / of.pods.vcpus;
  const [answer, ...ours] = [
    exponential(of.responseMs),
    quantilesOf(figures.handOver, shape),
    receiving(of.schedule, of.deliveriesASecond / pods),
    (p: number) => percentileOf(ofOne, p),
    constant(delayMs + traits.gatherMilliseconds),
    waiting({ arrivals: of.deliveriesASecond, serviceMs: workMs, servers: pods }),
    exponential(workMs),
    waiting({ arrivals: of.deliveriesASecond / traits.deliveriesPerCall, serviceMs: of.responseMs, servers: pods * traits.callsPerPod }),
  ].map((quantiles) =>
    shuffle(
      Float64Array.from({ length: SAMPLES }, (_, index) => quantiles((index + 0.5) / SAMPLES)),
      random,
    ),
  );
  const begun = Float64Array.from({ length: SAMPLES }, (_, index) => ours.reduce((sum, hop) => sum + (hop[index] ?? 0), 0));
  return { answered: begun.map((time, index) => time + (answer?.[index] ?? 0)).sort(), begun: begun.sort() };
}

/** The worse of both shapes of what has a mean alone, as lib/latency/simulation.ts. */
export function deliveryTimes(of: DeliveryCase, traits: DestinationTraits): DeliveryTimes {
  const found = shapes.map((shape) => deliverySamples(of, traits, shape));
  const worst = (p: number) => Math.max(...found.map(({ begun }) => percentileOf(begun, p)));
  const inTime = ({ answered }: (typeof found)[number]) => answered.filter((time) => time < deliveryLimits.withinMs).length / SAMPLES;
  return { begun: { p50: worst(0.5), p99: worst(0.99), p999: worst(0.999) }, answeredInTime: Math.min(...found.map(inTime)) };
}

/** Times of attempts since a delivery failed first, in seconds: each wait in full, until it is given up. */
export function retryTimes({ retryDelaysSeconds, giveUpHours }: RetrySchedule): readonly number[] {
  const times: number[] = [];
  const last = retryDelaysSeconds.at(-1);
  if (last === undefined) return times;
  for (let time = retryDelaysSeconds[0] ?? last; time <= giveUpHours * 3600; time += retryDelaysSeconds[times.length] ?? last)
    times.push(time);
  return times;
}

/** Share of the deliveries that fail in an outage of so many seconds, evenly spread over it, which a later attempt brings. */
export const recoveredAfter = (schedule: RetrySchedule, outageSeconds: number): number =>
  Math.min(1, (retryTimes(schedule).at(-1) ?? 0) / outageSeconds);

/** The same where each attempt fails with this chance, whatever came before. */
export const recoveredByChance = (schedule: RetrySchedule, failing: number): number => 1 - failing ** retryTimes(schedule).length;
