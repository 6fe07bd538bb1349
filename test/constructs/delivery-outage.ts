/**
 * What a destination that does not answer does to its deliveries, message by message and second by second. Seeded: a run is repeatable.
 * All pods of the class are taken as one that knows what the others know; each has to find out for itself, which costs
 * `opensAfterFailures` calls a pod, and is counted so.
 */
import { classTraits, deliverySchedule, type DestinationClass } from '../../lib/constructs/delivery-schedule';

export type Schedule = { readonly [Setting in keyof typeof deliverySchedule]: Widened<(typeof deliverySchedule)[Setting]> };
type Widened<T> = T extends readonly number[] ? readonly number[] : T extends string ? string : number;

export interface Outage {
  readonly destinationClass: DestinationClass;
  /** Of the one tenant, to the one destination. */
  readonly deliveriesPerSecond: number;
  readonly outageHours: number;
  readonly pods: number;
  /** How long the destination takes to answer when it is up. */
  readonly answerSeconds: number;
  readonly schedule?: Schedule;
  /** How much longer than the outage is simulated. */
  readonly hoursAfter?: number;
  /** What waits stays received, hidden by its visibility timeout, instead of being sent again with a delay: the alternative of ADR-024. */
  readonly hides?: boolean;
}

export interface OutageResult {
  readonly queued: number;
  readonly delivered: number;
  readonly deadLetters: number;
  /** Delivered at a second attempt or a later one, of those whose first attempt failed or was put off. */
  readonly failedFirst: number;
  readonly deliveredOnRetry: number;
  /** Most messages in flight at once, as SQS counts them. */
  readonly mostInFlight: number;
  /** Longest stay of one message in a queue, from its sending until it was received. */
  readonly longestInQueueSeconds: number;
  /** From the end of the outage until nothing of it is left; undefined where something is. */
  readonly drainedAfterSeconds: number | undefined;
  readonly sqsRequests: number;
  /** Longest for which calls to the dead destination held workers, and how many, before it was taken for down. */
  readonly workersHeld: number;
}

/** Time that a pod has a message in hand which it does not try: receive, look up, send again, delete. */
const HANDLING_SECONDS = 0.1;
/** Messages that a request of SQS carries. */
const BATCH = 10;

/** Mulberry32: small, and good enough for waits. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Message {
  readonly queuedAt: number;
  sentAt: number;
  failed: number;
  busy: number;
  wasPutOff: boolean;
}

export function simulateOutage(outage: Outage): OutageResult {
  const { destinationClass, deliveriesPerSecond, outageHours, pods, answerSeconds, hoursAfter = 6, hides = false } = outage;
  const schedule: Schedule = outage.schedule ?? deliverySchedule;
  const { callsPerDestination, callTimeoutSeconds, waitingPerDestination } = classTraits[destinationClass];
  const random = seeded(20261125);
  const shortened = (seconds: number) => Math.ceil(seconds * (1 - random() / 2));
  const outageEnds = Math.round(outageHours * 3600);
  const end = outageEnds + hoursAfter * 3600;
  const due: Message[][] = Array.from({ length: end + 1 }, () => []);
  const workers = pods * callsPerDestination;

  const result = { queued: 0, delivered: 0, deadLetters: 0, failedFirst: 0, deliveredOnRetry: 0, mostInFlight: 0, longest: 0, hops: 0 };
  let [isOpen, failuresInARow, nextProbe, hidden, waiting, workersHeld] = [false, 0, 0, 0, 0, 0];
  let drainedAt: number | undefined;
  let owed = 0;

  const sendAgain = (message: Message, now: number, delay: number) => {
    message.sentAt = now;
    waiting += 1;
    if (hides) hidden += 1;
    const at = now + delay;
    if (at <= end) due[at]?.push(message);
  };

  for (let now = 0; now <= end; now += 1) {
    const isUp = now >= outageEnds;
    owed += deliveriesPerSecond;
    const fresh = Math.floor(owed);
    owed -= fresh;
    result.queued += fresh;
    const returned = due[now] ?? [];
    waiting -= returned.length;
    if (hides) hidden -= returned.length;
    const received = [
      ...returned,
      ...Array.from({ length: fresh }, (): Message => ({ queuedAt: now, sentAt: now, failed: 0, busy: 0, wasPutOff: false })),
    ];
    let calls = 0;
    // A call that is not answered holds its worker until its time is over.
    const capacity = Math.floor(workers / (isUp ? answerSeconds : callTimeoutSeconds));

    for (const message of received) {
      result.hops += 1;
      result.longest = Math.max(result.longest, now - message.sentAt);
      if (now - message.queuedAt > schedule.giveUpHours * 3600) {
        result.deadLetters += 1;
        continue;
      }
      const probes = isOpen && now >= nextProbe;
      if ((isOpen && !probes) || calls >= capacity) {
        if (!message.wasPutOff && message.failed === 0) result.failedFirst += 1;
        message.wasPutOff = true;
        if (isOpen) sendAgain(message, now, shortened(schedule.parkedDelaySeconds));
        else {
          const wait = schedule.busyDelaysSeconds[message.busy] ?? schedule.busyDelaysSeconds.at(-1) ?? schedule.parkedDelaySeconds;
          message.busy += 1;
          sendAgain(message, now, shortened(wait));
        }
        continue;
      }
      calls += 1;
      if (isUp) {
        result.delivered += 1;
        if (message.failed > 0 || message.wasPutOff) result.deliveredOnRetry += 1;
        [isOpen, failuresInARow] = [false, 0];
        continue;
      }
      if (message.failed === 0 && !message.wasPutOff) result.failedFirst += 1;
      message.failed += 1;
      failuresInARow += 1;
      nextProbe = now + schedule.probeSeconds;
      if (failuresInARow >= schedule.opensAfterFailures * pods) isOpen = true;
      else workersHeld = Math.max(workersHeld, Math.min(workers, failuresInARow));
      const wait = schedule.retryDelaysSeconds[message.failed - 1] ?? schedule.retryDelaysSeconds.at(-1) ?? schedule.parkedDelaySeconds;
      sendAgain(message, now, shortened(wait));
    }
    // Where no call is free each pod has as many waiting as may wait.
    const waitingInPods = calls >= capacity ? pods * waitingPerDestination : 0;
    const inFlight =
      hidden + waitingInPods + calls * (isUp ? answerSeconds : callTimeoutSeconds) + (received.length - calls) * HANDLING_SECONDS;
    result.mostInFlight = Math.max(result.mostInFlight, Math.ceil(inFlight));
    // What is left when the destination is up are deliveries of the last seconds alone.
    if (isUp && drainedAt === undefined && waiting === 0) drainedAt = now;
  }
  return {
    queued: result.queued,
    delivered: result.delivered,
    deadLetters: result.deadLetters,
    failedFirst: result.failedFirst,
    deliveredOnRetry: result.deliveredOnRetry,
    mostInFlight: result.mostInFlight,
    longestInQueueSeconds: result.longest,
    drainedAfterSeconds: drainedAt === undefined ? undefined : drainedAt - outageEnds,
    // Sent, received, deleted.
    sqsRequests: Math.ceil((3 * (result.hops + result.queued)) / BATCH),
    workersHeld,
  };
}
