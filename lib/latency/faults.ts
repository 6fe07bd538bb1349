/** Two faults, reckoned: a tenant that sends a hundred times its share, and a destination that is down for six hours. */
import type { DeliveryPlan, DestinationTraits } from './delivery';
import type { Volume } from './load';
import { limits, percentiles, type Case, type Percentiles } from './simulation';

export interface NoisyTenant {
  readonly tenants: number;
  /** How many times its share it sends. */
  readonly times: number;
}

/** What it sends beyond its share. */
export const beyondItsShare = ({ tenants, times }: NoisyTenant, { eventsASecond }: Volume): number =>
  (eventsASecond / tenants) * (times - 1);

const SAMPLES = 4_000;

/** The others' latency: with the pods that there are, and once the autoscaler has made as many as it asks for. */
export function othersLatency(
  of: Case,
  noisy: NoisyTenant,
  ofOnePerson: boolean,
): { readonly before: Percentiles; readonly after: Percentiles } {
  const eventsASecond = beyondItsShare(noisy, of.volume);
  return {
    before: percentiles({ ...of, unforeseen: { eventsASecond, ofOnePerson } }, SAMPLES),
    after: ofOnePerson
      ? // More pods do not help: a person is one shard, and a shard has one reader.
        percentiles({ ...of, unforeseen: { eventsASecond, ofOnePerson } }, SAMPLES)
      : percentiles({ ...of, volume: { ...of.volume, eventsASecond: of.volume.eventsASecond + eventsASecond } }, SAMPLES),
  };
}

/** How many times its share a tenant may send, with the pods that there are, until the others' p99 breaks TEC-4: what ingest's limit has to stay below. */
export function bearableTimes(of: Case, tenants: number, ofOnePerson: boolean): number {
  const holds = (times: number) =>
    percentiles({ ...of, unforeseen: { eventsASecond: beyondItsShare({ tenants, times }, of.volume), ofOnePerson } }, SAMPLES).p99 <
    limits.p99;
  let [good, bad] = [1, 1_024];
  if (!holds(good)) return 0;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (holds(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

export interface OutageCase {
  readonly plan: DeliveryPlan;
  readonly traits: DestinationTraits;
  readonly pods: number;
  readonly deliveriesASecond: number;
  readonly outageSeconds: number;
  /** Mean time in which the destination answers when it is back. */
  readonly responseMs: number;
}

export interface Outage {
  /** Deliveries that wait when it is back. */
  readonly backlog: number;
  /** Receipts a second at the end of it, of deliveries that are put back unsent. */
  readonly receiptsASecond: number;
  /** Requests to SQS for that, in all of the outage: received, sent again with a delay, deleted. */
  readonly requests: number;
  /** Until nothing waits any more, after it is back. */
  readonly drainSeconds: number;
  /** After so many seconds waiting deliveries would pass SQS' quota, if they waited as received messages and not as delayed ones. */
  readonly quotaSeconds: number;
}

/** Of received and not deleted messages in a standard queue. Source: Amazon SQS Developer Guide, "Amazon SQS standard queue quotas", read 2026-11. */
const IN_FLIGHT = 120_000;
/** A wait is shortened at random, by half at most: three quarters of it in the mean. */
const MEAN_OF_WAIT = 0.75;

export function outage({ plan, traits, pods, deliveriesASecond, outageSeconds, responseMs }: OutageCase): Outage {
  const { parkedDelaySeconds, probeSeconds } = plan.schedule;
  const backlog = deliveriesASecond * outageSeconds;
  const cycleSeconds = MEAN_OF_WAIT * parkedDelaySeconds;
  const capacity = (pods * Math.min(traits.callsPerDestination, traits.callsPerPod) * traits.deliveriesPerCall * 1000) / responseMs;
  const spare = capacity - deliveriesASecond;
  return {
    backlog,
    receiptsASecond: backlog / cycleSeconds,
    // In the mean half of what waits in the end waits, and each is received, sent and deleted in each cycle.
    requests: 3 * (backlog / 2) * (outageSeconds / cycleSeconds),
    drainSeconds: spare <= 0 ? Number.POSITIVE_INFINITY : probeSeconds + Math.max(parkedDelaySeconds, backlog / spare),
    quotaSeconds: IN_FLIGHT / deliveriesASecond,
  };
}

/** Until a call to another destination can begin, for 999 of 1,000 deliveries, while a noisy tenant's take every call that pods may have open. */
export const slotMs = (calls: number, responseMs: number): number => (responseMs / calls) * Math.log(1000);

/** Wait of every tenant after so many seconds, in a queue that is not fair. */
export const unfairWaitSeconds = (arrivals: number, capacity: number, seconds: number): number =>
  Math.max(0, ((arrivals - capacity) * seconds) / capacity);
