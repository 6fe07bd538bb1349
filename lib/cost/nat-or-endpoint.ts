/**
 * Whether a service is cheaper to reach through NAT or through an interface endpoint, from the traffic that a cell's
 * workload makes [BUD-1]. The configuration's choice is held against it by a test, and ADR-004 shows the figures.
 */
import { priceOf } from './price-sheet';

export interface PrivateTraffic {
  readonly region: string;
  /** Availability Zones in which an endpoint would stand. */
  readonly zones: number;
  /** Events in an average day. */
  readonly eventsPerDay: number;
  /** Mean size of an event in bytes. */
  readonly eventBytes: number;
  /** Deliveries by queue that one event causes on average. */
  readonly deliveriesPerEvent: number;
}

export interface Comparison {
  readonly service: string;
  /** Traffic between workloads and the service, both ways, in GB a month. */
  readonly gbPerMonth: number;
  /** What NAT charges for that traffic, in USD a month; its hours are paid in any case. */
  readonly natUsd: number;
  /** Hours and traffic of the endpoint, in USD a month. */
  readonly endpointUsd: number;
  /** Traffic from which on the endpoint is cheaper, in GB a month. */
  readonly breakEvenGb: number;
}

const HOURS_A_MONTH = 730;
const DAYS_A_MONTH = 365 / 12;
const BYTES_A_GB = 1e9;

/**
 * Assumed until the services exist and are measured: structured log lines of the three services for one event, in bytes.
 * Break-even is seven times as much, so the decision does not hang on it.
 */
const LOG_BYTES_AN_EVENT = 500;

/**
 * How often an event's bytes cross between pods and a service, by the way of an event in docs/01-architecture:
 * Kinesis takes the raw event, hands it to the processor and takes the enriched one; SQS takes and hands out each delivery.
 */
const bytesAnEvent: Readonly<Record<string, (traffic: PrivateTraffic) => number>> = {
  'kinesis-streams': ({ eventBytes }) => 3 * eventBytes,
  sqs: ({ eventBytes, deliveriesPerEvent }) => 2 * deliveriesPerEvent * eventBytes,
  logs: () => LOG_BYTES_AN_EVENT,
};

/** NAT against endpoint, for each service that carries events or logs. S3 and DynamoDB have free gateway endpoints. */
export function compareNatWithEndpoints(traffic: PrivateTraffic): readonly Comparison[] {
  const { region, zones, eventsPerDay } = traffic;
  const natUsdPerGb = priceOf('VPC', 'NAT gateway data processed', region).usd;
  const endpointUsdPerGb = priceOf('VPC', 'Interface endpoint data processed, first 1 PB', region).usd;
  const hoursUsd = priceOf('VPC', 'Interface endpoint (PrivateLink) hour, per AZ', region).usd * zones * HOURS_A_MONTH;
  return Object.entries(bytesAnEvent).map(([service, bytes]) => {
    const gbPerMonth = (bytes(traffic) * eventsPerDay * DAYS_A_MONTH) / BYTES_A_GB;
    return {
      service,
      gbPerMonth,
      natUsd: gbPerMonth * natUsdPerGb,
      endpointUsd: hoursUsd + gbPerMonth * endpointUsdPerGb,
      breakEvenGb: hoursUsd / (natUsdPerGb - endpointUsdPerGb),
    };
  });
}
