/**
 * What could stand in front of ingest: its price by volume, and what is left of SLO-1 behind it. ADR-021 shows the figures, and a test holds it to them.
 */
import { priceOf } from './price-sheet';

export interface Requests {
  readonly region: string;
  /** Requests in an average day. */
  readonly perDay: number;
  /** Mean size of a request and its answer together, in bytes. */
  readonly bytes: number;
  /** Requests for which a client keeps a connection, on average. */
  readonly perConnection: number;
}

export interface FrontDoor {
  readonly kind: 'ALB' | 'API Gateway, REST' | 'API Gateway, HTTP' | 'NLB';
  /** USD a month of 730 hours, WAF and what stands behind it in the VPC included. */
  readonly usd: number;
  /** Of that, AWS WAF. 0 where it cannot be had. */
  readonly wafUsd: number;
  /** What AWS promises of the way from DNS to the durable record, in percent. */
  readonly promisedPercent: number;
}

const HOURS_A_MONTH = 730;
const DAYS_A_MONTH = 365 / 12;
const BYTES_A_GB = 1e9;
/** Of our web ACL: two limits of addresses, three groups of AWS. */
const WAF_RULES = 5;

/**
 * Of a capacity unit an hour: new connections a second and GB. Rules are below the ten that are free, and open connections never come near.
 * Source: Elastic Load Balancing pricing, "LCU details", read 2026-11.
 */
const units = { ALB: { newPerSecond: 25, gb: 1 }, NLB: { newPerSecond: 800, gb: 1 } } as const;

/**
 * Monthly uptime that AWS promises, in percent. Sources, read 2026-11: aws.amazon.com/waf/sla (May 2022), aws.amazon.com/elasticloadbalancing/sla (July 2022,
 * more than one zone), the Amazon Kinesis SLA (February 2024); of API Gateway, EC2 (Region level), S3 and Route 53: cloudonaut.io, "AWS SLA: Are you able to
 * keep your availability promise?" (2019, by AWS's own pages).
 */
export const promised = {
  'Route 53': 100,
  WAF: 99.95,
  'load balancer': 99.99,
  'API Gateway': 99.95,
  EC2: 99.99,
  Kinesis: 99.9,
  S3: 99.9,
} as const;

const share = (percent: number): number => percent / 100;

/** All of them have to answer. */
export const inSeries = (...percents: readonly number[]): number =>
  100 * percents.reduce((product, percent) => product * share(percent), 1);

/** One of them has to answer; they fail independently of each other. */
export const inParallel = (...percents: readonly number[]): number =>
  100 * (1 - percents.reduce((product, percent) => product * (1 - share(percent)), 1));

/** Ingest acknowledges what the stream has taken, or, where that does not answer, the spill bucket. */
const behind = inSeries(promised.EC2, inParallel(promised.Kinesis, promised.S3));

export function compareFrontDoors(requests: Requests): readonly FrontDoor[] {
  const { region, perDay } = requests;
  const millions = (perDay * DAYS_A_MONTH) / 1e6;
  const waf =
    priceOf('WAF', 'Web ACL', region).usd +
    WAF_RULES * priceOf('WAF', 'Rule or rule group', region).usd +
    millions * priceOf('WAF', 'Requests', region).usd;
  const balancer = {
    ALB: balancerUsd(requests, 'ALB', 'Application Load Balancer hour', 'ALB LCU-hour'),
    NLB: balancerUsd(requests, 'NLB', 'Network Load Balancer hour', 'NLB LCU-hour'),
  };
  const rest = tiered(region, millions, [
    [333, 'REST API requests, first 333 million'],
    [667, 'REST API requests, next 667 million'],
    [19_000, 'REST API requests, next 19 billion'],
    [Infinity, 'REST API requests, over 20 billion'],
  ]);
  const http = tiered(region, millions, [
    [300, 'HTTP API requests, first 300 million'],
    [Infinity, 'HTTP API requests, over 300 million'],
  ]);
  const door = (kind: FrontDoor['kind'], usd: number, wafUsd: number, ...chain: readonly number[]): FrontDoor => ({
    kind,
    usd: usd + wafUsd,
    wafUsd,
    promisedPercent: inSeries(promised['Route 53'], ...chain, behind),
  });
  return [
    // WAF is not in the chain: without its answer the load balancer goes on.
    door('ALB', balancer.ALB, waf, promised['load balancer']),
    // Both reach pods by a load balancer inside the VPC. WAF in front of a REST API fails closed.
    door('API Gateway, REST', rest + balancer.NLB, waf, promised.WAF, promised['API Gateway'], promised['load balancer']),
    door('API Gateway, HTTP', http + balancer.ALB, 0, promised['API Gateway'], promised['load balancer']),
    door('NLB', balancer.NLB, 0, promised['load balancer']),
  ];
}

function balancerUsd({ region, perDay, bytes, perConnection }: Requests, kind: keyof typeof units, hour: string, unit: string): number {
  const perSecond = perDay / 86_400;
  const gbPerHour = (perSecond * 3_600 * bytes) / BYTES_A_GB;
  const capacity = Math.max(perSecond / perConnection / units[kind].newPerSecond, gbPerHour / units[kind].gb);
  return HOURS_A_MONTH * (priceOf('ELB', hour, region).usd + capacity * priceOf('ELB', unit, region).usd);
}

/** Each tier's own price for what falls into it, in millions of requests. */
function tiered(region: string, millions: number, tiers: readonly (readonly [size: number, item: string])[]): number {
  const { usd } = tiers.reduce(
    ({ left, usd: sum }, [size, item]) => {
      const inTier = Math.min(left, size);
      return { left: left - inTier, usd: sum + inTier * priceOf('API Gateway', item, region).usd };
    },
    { left: millions, usd: 0 },
  );
  return usd;
}
