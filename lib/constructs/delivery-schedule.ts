/**
 * How deliveries are tried, retried, parked and given up: the one place for these figures. Queues are made from it, pods get it as
 * variables (lib/gitops), the model of latency and test/constructs/delivery-schedule.test.ts reckon with it. ADR-024; the contract of the
 * pods is docs/02-data/delivery.md.
 */

/**
 * Destinations by how they behave, which is what decides how many calls a pod may have open. Within a class fair queues keep tenants
 * apart; a slow class would take the workers of a fast one.
 */
export const destinationClasses = ['streaming', 'batch', 'webhook'] as const;
export type DestinationClass = (typeof destinationClasses)[number];

export interface ClassTraits {
  readonly holds: string;
  /** A call that has not answered by then has failed. */
  readonly callTimeoutSeconds: number;
  /** Calls that one pod has open at once, to all destinations of the class. */
  readonly callsPerPod: number;
  /** Of these, calls to one destination of one tenant: a dead one cannot take them all. */
  readonly callsPerDestination: number;
  /** Deliveries to one destination that wait in a pod for a call, beside those under way: a customer's batch arrives at once. */
  readonly waitingPerDestination: number;
  /** Deliveries that wait in a pod for a call, of all destinations of the class: they are in flight, of which a queue has a quota. */
  readonly waitingPerPod: number;
  /** Deliveries that one call carries at most. */
  readonly deliveriesPerCall: number;
  /** For how long deliveries are gathered into one call: within SLI-5's two seconds. */
  readonly gatherMilliseconds: number;
}

export const classTraits: Readonly<Record<DestinationClass, ClassTraits>> = {
  streaming: {
    holds: 'tools that take an event a call and answer in milliseconds',
    callTimeoutSeconds: 5,
    callsPerPod: 128,
    callsPerDestination: 32,
    waitingPerDestination: 250,
    waitingPerPod: 1_000,
    deliveriesPerCall: 1,
    gatherMilliseconds: 0,
  },
  batch: {
    holds: 'marketing tools that take lists, slowly, and limit calls',
    callTimeoutSeconds: 10,
    callsPerPod: 32,
    callsPerDestination: 8,
    waitingPerDestination: 400,
    waitingPerPod: 800,
    deliveriesPerCall: 50,
    gatherMilliseconds: 500,
  },
  webhook: {
    holds: "customers' own endpoints, of which nothing is known",
    callTimeoutSeconds: 10,
    callsPerPod: 128,
    callsPerDestination: 32,
    waitingPerDestination: 250,
    waitingPerPod: 1_000,
    deliveriesPerCall: 1,
    gatherMilliseconds: 0,
  },
};

/** SQS delays a message by this at most; a longer wait is several. Source: Amazon SQS Developer Guide, "Amazon SQS message quotas", read 2026-11. */
export const LONGEST_DELAY_SECONDS = 900;

export const deliverySchedule = {
  /** Wait after the first failed attempt, the second and so on; after the last as long again. Each is shortened at random, to half at most. */
  retryDelaysSeconds: [5, 30, 120, 300, LONGEST_DELAY_SECONDS],
  /** Wait of what is not tried: its destination is known to be down, or its tenant stopped. Shortened likewise. */
  parkedDelaySeconds: LONGEST_DELAY_SECONDS,
  /** For how long a delivery waits in a pod while all calls to its destination are taken: with an answer still within SLI-5's two seconds. */
  localWaitMilliseconds: 1_500,
  /** Size of all that waits in a pod: events are up to 256 KiB, and a pod has 512 MiB. */
  waitingMebibytes: 64,
  /**
   * Wait in the queue of retries of what has waited in a pod in vain once, twice and so on; after the last as long again. Shortened likewise. It begins
   * with the least that SQS knows, since a burst is over in seconds, and grows, since what an outage has left is not: a million deliveries that come
   * back every 15 s would be 90,000 receipts a second.
   */
  busyDelaysSeconds: [1, 2, 5, 10, 15, 20, 30, 60, 120, 300],
  /** A receive waits so long for a message, the most that SQS knows. Each queue has a poller of its own in each pod, which is always in one. */
  receiveWaitSeconds: 20,
  pollers: 'each-queue',
  /** Of calls that get free while new deliveries and retries wait in a pod, so many go to new ones for each that goes to a retry. */
  newForEachRetry: 3,
  /** Failures in a row after which a pod holds a destination for down. */
  opensAfterFailures: 10,
  /** How often a pod tries a destination that is down, with one delivery. */
  probeSeconds: 60,
  /** Age at which a delivery is tried no more, and goes to the dead letters: a weekend. In hours since it was queued. */
  giveUpHours: 72,
  /** Age at which whoever receives a delivery deletes it: the erasure's deadline counts [CMP-1]. In days since it was queued. */
  expireDays: 8,
  /** From its receipt until a delivery is another pod's: longer than any call with its gathering. */
  visibilitySeconds: 60,
  /** For how long a pod may believe what it read of a tenant's stop: within seconds of one, no call is made any more. */
  stopSeconds: 5,
  /** Receipts without a word, as of a pod that crashes on it, after which SQS takes a delivery to the dead letters. */
  receiptsBeforeDead: 5,
} as const;

/** Days that SQS keeps a message, from its sending; a message that SQS itself moves to the dead letters keeps its day. */
export const queueDays = {
  /** What nobody has received: pods stand still over a long weekend. */
  main: 3,
  retry: 3,
  /** Time to look, and to send them back. */
  dead: 5,
} as const;

/** Quota of SQS for messages that are received and not deleted, of a standard queue. Source: Amazon SQS Developer Guide, "Amazon SQS queue quotas", read 2026-11. */
export const IN_FLIGHT_QUOTA = 120_000;

/** Wait before the next attempt, by how many failed. `random` is from 0 up to 1. */
export function retryDelaySeconds(failedAttempts: number, random: number): number {
  const { retryDelaysSeconds } = deliverySchedule;
  if (!Number.isInteger(failedAttempts) || failedAttempts < 1) {
    throw new RangeError(`failedAttempts: received ${failedAttempts}; allowed: an integer from 1`);
  }
  return shortened(retryDelaysSeconds[failedAttempts - 1] ?? LONGEST_DELAY_SECONDS, random);
}

/** By half at most, so that what failed together does not come back together. In whole seconds, as SQS takes them. */
export const shortened = (seconds: number, random: number): number => Math.ceil(seconds * (1 - random / 2));

/** Names by which pods, alarms and the other Region know the queues of a class. */
export const deliveryQueueNames = (cell: string, of: DestinationClass) => ({
  main: `${cell}-delivery-${of}`,
  retry: `${cell}-delivery-${of}-retry`,
  dead: `${cell}-delivery-${of}-dead`,
});
