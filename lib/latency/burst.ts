/**
 * Deliveries to one destination of one tenant, call by call: customers send in batches, so a destination's calls are all taken long before a pod's
 * are. What waits in a pod, what is sent away, and what both make of SLI-5. Seeded: a run is repeatable.
 */
import type { Quantiles } from './distribution';
import { seeded, type Random } from './random';

/** What a pod does when all calls to a destination are taken: lib/constructs/delivery-schedule.ts has the same names. */
export interface BusySchedule {
  /** For how long a delivery waits in a pod for a call. */
  readonly localWaitMilliseconds: number;
  /** Waits in the queue of retries, of what waited in vain once, twice and so on; the last one again and again. Shortened by half at most. */
  readonly busyDelaysSeconds: readonly number[];
}

/** Of one destination, in each pod. */
export interface DestinationCalls {
  readonly callsPerDestination: number;
  readonly waitingPerDestination: number;
  readonly deliveriesPerCall: number;
  readonly gatherMilliseconds: number;
}

export interface BurstCase {
  /** When deliveries are queued, in milliseconds, upwards. */
  readonly arrivals: readonly number[];
  readonly pods: number;
  readonly calls: DestinationCalls;
  readonly schedule: BusySchedule;
  /** Mean time in which the destination answers, exponential. */
  readonly responseMs: number;
  /** From a queue to a pod. @default - no time */
  readonly handOver?: Quantiles;
  /** CPU of a pod for a delivery, one after another. @default 0 */
  readonly workMs?: number;
  /** @default 20_261_125 */
  readonly seed?: number;
}

export interface BurstResult {
  /** Until the call begins, and until it is answered, of each delivery in the order of their arrival. */
  readonly begun: Float64Array;
  readonly answered: Float64Array;
  /** Share of deliveries that were sent away once or more often. */
  readonly sentAway: number;
  /** From the first arrival until all are answered. */
  readonly allMs: number;
}

interface Waiting {
  readonly index: number;
  readonly since: number;
}
interface Pod {
  waiting: Waiting[];
  free: number;
  cpuFreeAt: number;
}
interface Step {
  readonly at: number;
  readonly run: () => void;
}

export function simulateBurst(of: BurstCase): BurstResult {
  const { arrivals, calls, schedule, responseMs, handOver = () => 0, workMs = 0, seed = 20_261_125 } = of;
  const random = seeded(seed);
  const pods: Pod[] = Array.from({ length: of.pods }, () => ({ waiting: [], free: calls.callsPerDestination, cpuFreeAt: 0 }));
  const [begun, answered] = [new Float64Array(arrivals.length), new Float64Array(arrivals.length)];
  const timesAway = new Uint16Array(arrivals.length);
  const steps = new Steps();
  let last = 0;

  /** Any pod receives it: pollers of all are always open. */
  const queued = (index: number, at: number) => {
    const pod = pods[Math.floor(random() * pods.length)];
    if (!pod) throw new RangeError(`pods: received ${of.pods}; allowed: 1 or more`);
    const received = at + handOver(between(random));
    steps.add(received, () => {
      pod.cpuFreeAt = Math.max(received, pod.cpuFreeAt) + workMs;
      const ready = pod.cpuFreeAt;
      steps.add(ready, () => {
        begin(pod, ready);
        if (pod.free === 0 && pod.waiting.length >= calls.waitingPerDestination) return sendAway(index, ready);
        pod.waiting.push({ index, since: ready });
        begin(pod, ready);
        if (pod.waiting.at(-1)?.index !== index) return;
        for (const wait of [calls.gatherMilliseconds, schedule.localWaitMilliseconds])
          steps.add(ready + wait, () => begin(pod, ready + wait));
      });
    });
  };
  const sendAway = (index: number, now: number) => {
    const delays = schedule.busyDelaysSeconds;
    const seconds = delays[timesAway[index] ?? 0] ?? delays.at(-1) ?? 0;
    timesAway[index] = (timesAway[index] ?? 0) + 1;
    queued(index, now + 1000 * Math.ceil(seconds * (1 - random() / 2)));
  };
  const begin = (pod: Pod, now: number) => {
    for (let head = pod.waiting[0]; pod.free > 0 && head !== undefined; head = pod.waiting[0]) {
      if (pod.waiting.length < calls.deliveriesPerCall && now - head.since < calls.gatherMilliseconds) break;
      const list = pod.waiting.splice(0, calls.deliveriesPerCall);
      const end = now - responseMs * Math.log(1 - random());
      for (const { index } of list) {
        begun[index] = now - (arrivals[index] ?? 0);
        answered[index] = end - (arrivals[index] ?? 0);
      }
      last = Math.max(last, end);
      pod.free -= 1;
      steps.add(end, () => {
        pod.free += 1;
        begin(pod, end);
      });
    }
    while (pod.waiting[0] && now - pod.waiting[0].since >= schedule.localWaitMilliseconds) {
      const [{ index }] = pod.waiting.splice(0, 1) as [Waiting];
      sendAway(index, now);
    }
  };

  arrivals.forEach((at, index) => queued(index, at));
  steps.run();
  return { begun, answered, sentAway: timesAway.filter((times) => times > 0).length / arrivals.length, allMs: last - (arrivals[0] ?? 0) };
}

/** So many, evenly spread over so many seconds. */
export const burstOf = (deliveries: number, seconds: number): number[] =>
  Array.from({ length: deliveries }, (_, index) => (index * seconds * 1000) / deliveries);

/** Batches of one size at random times, so many deliveries a second in the mean. */
export function batches(deliveries: number, aSecond: number, batch: number): number[] {
  const random = seeded(20_261_126);
  let at = 0;
  return Array.from({ length: deliveries }, (_, index) => {
    if (index % batch === 0) at += (-1000 * batch * Math.log(1 - random())) / aSecond;
    return at;
  });
}

/** A share in (0, 1), for quantiles. */
const between = (random: Random): number => Math.min(1 - 1e-9, Math.max(1e-9, random()));

/** What happens next, as a binary heap: of the same time, in the order of adding. */
class Steps {
  private readonly heap: (Step & { readonly order: number })[] = [];
  private added = 0;

  add(at: number, run: () => void): void {
    const { heap } = this;
    heap.push({ at, run, order: (this.added += 1) });
    for (let child = heap.length - 1; child > 0;) {
      const parent = (child - 1) >> 1;
      if (!this.isBefore(child, parent)) break;
      this.swap(child, parent);
      child = parent;
    }
  }

  run(): void {
    for (let first = this.next(); first; first = this.next()) first.run();
  }

  private next(): Step | undefined {
    const { heap } = this;
    this.swap(0, heap.length - 1);
    const first = heap.pop();
    for (let parent = 0; ;) {
      let least = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2]) if (child < heap.length && this.isBefore(child, least)) least = child;
      if (least === parent) return first;
      this.swap(least, parent);
      parent = least;
    }
  }

  private isBefore(one: number, other: number): boolean {
    const [a, b] = [this.heap[one], this.heap[other]];
    return a !== undefined && b !== undefined && (a.at < b.at || (a.at === b.at && a.order < b.order));
  }

  private swap(one: number, other: number): void {
    const { heap } = this;
    const [a, b] = [heap[one], heap[other]];
    if (!a || !b) return;
    heap[one] = b;
    heap[other] = a;
  }
}
