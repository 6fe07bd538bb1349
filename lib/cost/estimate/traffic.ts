/** What a month of a cell's workload asks of its services: the way of an event (docs/01-architecture) as quantities. */
import { nodesFor } from '../node-capacity';
import type { Figures } from './assumptions';
import type { CellInputs } from './inputs';

export const HOURS_A_MONTH = 730;
export const DAYS_A_MONTH = 365 / 12;
export const SECONDS_A_MONTH = 86_400 * DAYS_A_MONTH;
export const MINUTES_A_MONTH = SECONDS_A_MONTH / 60;
/** Bytes of a GB: a GiB would make each figure 7 % smaller, and AWS' pages say GB. */
export const BYTES_A_GB = 1e9;
/** The busiest minute of a day, in averages: docs/00-context. */
export const PEAK_FACTOR = 4;
/** Of the metrics server and of what else runs in the cluster, in vCPU. */
const SYSTEM_VCPUS = 0.4;
const GIB_A_NODE = 4 * 0.75;

/** All of a month, unless its name says otherwise. */
export interface Traffic {
  readonly events: number;
  /** With those that come twice. */
  readonly accepted: number;
  readonly requests: number;
  readonly reads: number;
  readonly deliveries: number;
  readonly eventGb: number;
  readonly enrichedGb: number;
  readonly lakeGb: number;
  readonly egressGb: number;
  readonly profileGb: number;
  readonly connections: number;
  /** Of a stream on demand. */
  readonly shards: number;
  readonly vcpus: number;
  readonly leastNodes: number;
  readonly nodes: number;
  readonly pods: number;
  readonly flowGb: number;
  readonly dnsQueries: number;
  /** Calls of the data plane, by the type that a trail's selector names. */
  readonly calls: { readonly dynamoDb: number; readonly deduplication: number; readonly kinesis: number; readonly sqs: number };
  /** Requests on the bill for each call to a queue: one, unless messages are large. */
  readonly sqsRequestsACall: number;
}

/**
 * On demand: four at first, and room for twice the highest write rate. Source: Amazon Kinesis Data Streams Developer Guide, "Quotas and limits", read 2026-11.
 */
export const shardsOnDemand = (eventsPerDay: number, bytes: number): number => {
  const peak = (eventsPerDay / 86_400) * PEAK_FACTOR;
  return Math.max(4, Math.ceil(2 * Math.max((peak * bytes) / 1_048_576, peak / 1_000)));
};

/** Each 64 KB of what a call carries is a request on the bill. Source: Amazon SQS pricing, as "Amazon SQS Pricing: The 64 KB Rule" quotes it, read 2026-11. */
const SQS_REQUEST_BYTES = 65_536;
/** Of a message, and of all of a batch. Source: Amazon SQS Developer Guide, "Amazon SQS batch actions", read 2026-11. */
export const SQS_BATCH_BYTES = 1_048_576;

/** Calls that move messages by so many at once, and what they are on the bill; a deletion carries handles alone. */
function queueCalls(messages: number, bytes: number, f: Figures): { readonly calls: number; readonly requests: number } {
  const most = Math.max(1, Math.floor(SQS_BATCH_BYTES / bytes));
  const carrying = [f.deliveriesPerSend, f.deliveriesPerReceive].map((wanted) => {
    const each = Math.min(wanted, most);
    return { calls: messages / each, requests: (messages / each) * Math.max(1, Math.ceil((each * bytes) / SQS_REQUEST_BYTES)) };
  });
  const deletions = messages / f.deliveriesPerDelete;
  return {
    calls: carrying.reduce((sum, { calls }) => sum + calls, deletions),
    requests: carrying.reduce((sum, { requests }) => sum + requests, deletions),
  };
}

export function trafficOf({ workload, pods: services, stacks, homeRegion }: CellInputs, f: Figures): Traffic {
  const events = workload.eventsPerDay * DAYS_A_MONTH;
  const accepted = events * (1 + f.duplicates);
  const requests = accepted / workload.eventsPerRequest;
  const reads = workload.profileReadsPerDay * DAYS_A_MONTH;
  const deliveries = events * workload.deliveriesPerEvent;
  const eventGb = (accepted * workload.eventBytes) / BYTES_A_GB;
  const enrichedBytes = workload.eventBytes * f.enrichedGrowth;
  const enrichedGb = (events * enrichedBytes) / BYTES_A_GB;
  const shards = shardsOnDemand(workload.eventsPerDay, workload.eventBytes);

  const leastVcpus = services.reduce((sum, { least, vcpus }) => sum + least * vcpus, 0) + SYSTEM_VCPUS;
  const leastMemory = services.reduce((sum, { least, memoryGib }) => sum + least * memoryGib, 0);
  const target = services.reduce((least, service) => Math.min(least, service.target), 1);
  const usedVcpus = ((workload.eventsPerDay / 86_400) * f.cpuMsPerEvent) / 1000 / target;
  const vcpus = Math.max(leastVcpus, usedVcpus * f.podHeadroom);
  const zones = zonesOf(stacks, homeRegion);
  const byMemory = Math.ceil(leastMemory / GIB_A_NODE);
  const leastNodes = Math.max(byMemory, nodesFor(leastVcpus, zones, f.packed));
  const nodes = Math.max(leastNodes, nodesFor(vcpus, zones, f.packed));
  const leastPods = services.reduce((sum, { least }) => sum + least, 0);
  const pods = leastPods * Math.max(1, vcpus / leastVcpus);

  const retried = deliveries * (f.deliveryAttempts - 1);
  const queued = deliveries + retried;
  const queue = queueCalls(queued, enrichedBytes, f);
  const connections = requests / f.requestsPerConnection + (queued * 1) / 20;
  // ingest and processor ask for a tenant's settings once a minute.
  const settings = workload.tenants * (pods / 2) * MINUTES_A_MONTH;
  const readers = 1 / f.recordsPerPut;
  return {
    events,
    accepted,
    requests,
    reads,
    deliveries,
    eventGb,
    enrichedGb,
    lakeGb: enrichedGb * f.parquetShare * f.lakeMonths,
    egressGb: (queued * (enrichedBytes + f.deliveryOverheadBytes)) / BYTES_A_GB,
    profileGb: (workload.persons * workload.profileBytes * f.profileOverhead) / BYTES_A_GB,
    connections,
    shards,
    vcpus,
    leastNodes,
    nodes,
    pods,
    flowGb: nodes * f.flowGbPerNode + (connections * f.flowBytesPerConnection) / BYTES_A_GB,
    dnsQueries: pods * f.dnsQueriesPerPod * SECONDS_A_MONTH,
    calls: {
      dynamoDb: 2 * events + reads + settings,
      deduplication: accepted,
      kinesis: requests + events * readers,
      sqs: queue.calls,
    },
    sqsRequestsACall: queue.calls === 0 ? 1 : queue.requests / queue.calls,
  };
}

/** Zones of a Region's network: of its private subnets, a third of all. */
export function zonesOf(
  stacks: readonly { readonly region: string; readonly resources: readonly { readonly type: string }[] }[],
  region: string,
): number {
  const subnets = stacks
    .filter((stack) => stack.region === region)
    .flatMap(({ resources }) => resources.filter(({ type }) => type === 'AWS::EC2::Subnet'));
  return Math.max(1, Math.round(subnets.length / 3));
}
