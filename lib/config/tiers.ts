/**
 * What a tenant may use, by its tier: ingest and the profile API refuse more, so that one tenant's rush is not the others' outage. The figures are
 * argued in ADR-036. Names are those of the database (database/migrations/002.do.tables.sql).
 */
export const tierNames = ['standard', 'growth', 'enterprise'] as const;
export type TierName = (typeof tierNames)[number];

export interface Quotas {
  /** Events that a tenant may send for ever. */
  readonly eventsPerSecond: number;
  /**
   * Events that it may send at once after a pause; at least the largest batch of the API, whatever the tier. A pod's share of it may be less: a
   * bucket that holds one takes a whole batch, and goes below zero by it (docs/01-architecture/tenants.md).
   */
  readonly burstEvents: number;
  /**
   * Deliveries that its events may become for ever, whatever its destinations: ingest counts an event once for each destination that the tenant has, and
   * refuses. Without it 15 destinations of each event would be five times what the pods of a cell can deliver.
   */
  readonly deliveriesPerSecond: number;
  /** Requests of the profile API. */
  readonly profileReadsPerSecond: number;
  readonly burstProfileReads: number;
  /** Each is a queue's group, a credential and a settings item. */
  readonly destinations: number;
  readonly sources: number;
  /** Versions of schemas, of 1 KB on average: all settings of a tenant are one query of up to 50 KB, once a minute and pod. */
  readonly schemas: number;
}

export const tiers: Readonly<Record<TierName, Quotas>> = {
  standard: {
    eventsPerSecond: 5,
    burstEvents: 1_000,
    deliveriesPerSecond: 15,
    profileReadsPerSecond: 5,
    burstProfileReads: 50,
    destinations: 3,
    sources: 5,
    schemas: 10,
  },
  growth: {
    eventsPerSecond: 20,
    burstEvents: 2_500,
    deliveriesPerSecond: 80,
    profileReadsPerSecond: 20,
    burstProfileReads: 200,
    destinations: 8,
    sources: 20,
    schemas: 20,
  },
  enterprise: {
    eventsPerSecond: 50,
    burstEvents: 10_000,
    deliveriesPerSecond: 250,
    profileReadsPerSecond: 50,
    burstProfileReads: 500,
    destinations: 15,
    sources: 50,
    schemas: 30,
  },
};

/** Tenants by tier. */
export type TenantMix = Readonly<Record<TierName, number>>;

/** What all of them may send for ever, at the same time. In events a second. */
export const entitledEventsPerSecond = (mix: TenantMix): number =>
  tierNames.reduce((sum, tier) => sum + mix[tier] * tiers[tier].eventsPerSecond, 0);

/** And what may be delivered of it. In deliveries a second. */
export const entitledDeliveriesPerSecond = (mix: TenantMix): number =>
  tierNames.reduce((sum, tier) => sum + mix[tier] * tiers[tier].deliveriesPerSecond, 0);

/** CPU of one event, in milliseconds, ADR-020. Estimated, to be measured in dev. */
const cpuMsPerEvent = { ingest: 2, processor: 5 } as const;
/** The same of one delivery: an event is two, in the mean. */
const CPU_MS_PER_DELIVERY = 2;
/**
 * Deliveries in calls that a pod may have open at once in the class that has least (lib/constructs/delivery-schedule.ts, with which a test compares it),
 * and how long a call takes: a destination in the tail, an assumption.
 */
export const deliveryCalls = { perPod: 128, seconds: 0.5 } as const;
/** Above it the autoscaler adds pods; with a zone gone the rest runs at 90 % [SLO-1, CST-4]. */
const CPU_TARGET = 0.6;

export interface PodRange {
  readonly maximumPods: number;
  readonly cpuMillicores: number;
}

/** What a cell takes with all the pods that it may have. In events a second. */
export const capacityEventsPerSecond = (services: Readonly<Record<keyof typeof cpuMsPerEvent, PodRange>>): number =>
  Math.floor(
    Math.min(
      ...(['ingest', 'processor'] as const).map((service) => {
        const { maximumPods, cpuMillicores } = services[service];
        return (maximumPods * cpuMillicores * CPU_TARGET) / cpuMsPerEvent[service];
      }),
    ),
  );

/** What delivery can do with all the pods that it may have, by CPU and by calls. In deliveries a second. */
export const capacityDeliveriesPerSecond = ({ maximumPods, cpuMillicores }: PodRange): number =>
  Math.floor(maximumPods * Math.min((cpuMillicores * CPU_TARGET) / CPU_MS_PER_DELIVERY, deliveryCalls.perPod / deliveryCalls.seconds));
