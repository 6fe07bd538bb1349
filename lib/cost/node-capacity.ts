/**
 * What the nodes of the platform cost, on demand and on Spot, from volume [BUD-1, CST-1]: ADR-020 shows the figures, and a test holds it to them.
 */
import { priceOf } from './price-sheet';

export interface NodeTraffic {
  readonly region: string;
  /** Events in an average day, of all cells. */
  readonly eventsPerDay: number;
  /** CPU that one event takes in all services together, in milliseconds: estimated, to be measured in dev. */
  readonly cpuMsPerEvent: number;
  /** What the least number of pods asks for, of all cells. */
  readonly leastVcpus: number;
  /** Nodes that there are at least: one a zone and cell. */
  readonly leastNodes: number;
}

export interface NodeCost {
  /** Asked for by pods, in the mean of a day. */
  readonly vcpusAsked: number;
  readonly nodes: number;
  /** USD a month of 730 hours, with EKS' fee. */
  readonly onDemandUsd: number;
  /** Less of that on Spot, at a discount of half and of seven tenths. */
  readonly savedUsd: readonly [number, number];
}

const HOURS_A_MONTH = 730;
const SECONDS_A_DAY = 86_400;
/** What the cluster's node pool takes first: the smallest of its requirements. */
export const INSTANCE = { name: 'c7g.large', vcpus: 2 };
/** What the autoscaler aims at: lib/gitops/charts/service-chart.ts. */
const CPU_TARGET = 0.6;
/** Of a node, that pods can have and do: its own processes, and what no pod fits into. */
const PACKED = 0.85;
/**
 * Of small Graviton instances in us-east-1, off the on-demand price; EKS' fee is not discounted. Source: cloudprice.app, "Spot instance economics",
 * 2026, read 2026-11.
 */
const SPOT_DISCOUNTS = [0.5, 0.7] as const;

/** Nodes that carry what pods ask for, at least as many as there are zones. */
export const nodesFor = (vcpusAsked: number, leastNodes: number, packed: number = PACKED): number =>
  Math.max(leastNodes, Math.ceil(vcpusAsked / packed / INSTANCE.vcpus));

export function nodeCost({ region, eventsPerDay, cpuMsPerEvent, leastVcpus, leastNodes }: NodeTraffic): NodeCost {
  const used = ((eventsPerDay / SECONDS_A_DAY) * cpuMsPerEvent) / 1000;
  const vcpusAsked = Math.max(leastVcpus, used / CPU_TARGET);
  const nodes = nodesFor(vcpusAsked, leastNodes);
  const instances = nodes * HOURS_A_MONTH * priceOf('EC2', `${INSTANCE.name} Linux on-demand, shared tenancy`, region).usd;
  const fee = instances * priceOf('EKS', 'Auto Mode management fee, other instance types (share of EC2 on-demand price)', region).usd;
  return {
    vcpusAsked,
    nodes,
    onDemandUsd: instances + fee,
    savedUsd: [instances * SPOT_DISCOUNTS[0], instances * SPOT_DISCOUNTS[1]],
  };
}
