/**
 * Cost by the hour as usage times list price [CST-3]: bills come at most three times a day, metrics within minutes. What is billed by usage stands here as a
 * metric and the price of its unit, what is billed by the hour as a fixed amount; what changes slower than a day (storage, keys, alarms) is the bill's.
 */
import { priceOf } from './price-sheet';

export interface HourlyCell {
  readonly cell: string;
  readonly account: string;
  readonly region: string;
  readonly zones: number;
  /** Zones in which a NAT gateway stands. */
  readonly natZones: number;
  readonly interfaceEndpoints: number;
  /** Whether tables have a replica in another Region. */
  readonly isReplicated: boolean;
}

/** A metric of AWS, summed or averaged over an hour, and what one of its unit costs. */
export interface HourlyLine {
  readonly component: string;
  readonly what: string;
  readonly usdPerUnit: number;
  readonly metric:
    | {
        readonly namespace: string;
        readonly name: string;
        readonly statistic: 'Sum' | 'Average';
        readonly dimensions: Readonly<Record<string, string>>;
      }
    /** Of resources whose names are AWS's: all of the account, for a view and not for an alarm. */
    | { readonly search: string; readonly statistic: 'Sum' };
}

export interface FixedLine {
  readonly component: string;
  readonly what: string;
  readonly usdPerHour: number;
}

const GB = 1e9;
const HOURS_A_MONTH = 730;

export function hourlyLines(props: HourlyCell): readonly HourlyLine[] {
  const { cell, region, isReplicated } = props;
  const usd = (service: string, item: string) => priceOf(service, item, region).usd;
  const stream = (item: string) => usd('Kinesis Data Streams', `On-demand (standard) ${item}`) / GB;
  const firehose = usd('Data Firehose', 'Ingestion from Direct PUT or Kinesis Data Streams, first 500 TB') / GB;
  const write = usd('DynamoDB', 'On-demand write request units') / 1e6;
  const replicated = isReplicated ? usd('DynamoDB', 'Global table replicated write request units (MREC)') / 1e6 : 0;
  const instance = usd('EC2', 'm7g.large Linux on-demand, shared tenancy');
  const fee = usd('EKS', 'Auto Mode management fee m7g.large');

  const kinesis = (name: string) => ({
    namespace: 'AWS/Kinesis',
    name: 'IncomingBytes',
    statistic: 'Sum' as const,
    dimensions: { StreamName: `${cell}-${name}` },
  });
  const table = (name: string, metric: string) => ({
    namespace: 'AWS/DynamoDB',
    name: metric,
    statistic: 'Sum' as const,
    dimensions: { TableName: `${cell}-${name}` },
  });
  return [
    {
      component: 'streaming',
      what: 'events in, out by fan-out, to Firehose and to the second copy',
      usdPerUnit: stream('data in') + stream('enhanced fan-out data out') + 2 * stream('data out') + firehose,
      metric: kinesis('events'),
    },
    {
      component: 'streaming',
      what: 'enriched events in, and to Firehose',
      usdPerUnit: stream('data in') + stream('data out') + firehose,
      metric: kinesis('enriched'),
    },
    {
      component: 'profiles',
      what: 'profiles written',
      usdPerUnit: write + replicated,
      metric: table('profiles', 'ConsumedWriteCapacityUnits'),
    },
    {
      component: 'profiles',
      what: 'profiles read',
      usdPerUnit: usd('DynamoDB', 'On-demand read request units') / 1e6,
      metric: table('profiles', 'ConsumedReadCapacityUnits'),
    },
    { component: 'profiles', what: 'deduplication', usdPerUnit: write, metric: table('deduplication', 'ConsumedWriteCapacityUnits') },
    {
      component: 'metadata',
      what: 'capacity of two instances',
      usdPerUnit: 2 * usd('Aurora PostgreSQL', 'Serverless v2 ACU, Aurora Standard'),
      metric: {
        namespace: 'AWS/RDS',
        name: 'ServerlessDatabaseCapacity',
        statistic: 'Average',
        dimensions: { DBClusterIdentifier: `${cell}-metadata` },
      },
    },
    {
      component: 'cluster',
      what: 'vCPUs of nodes, at the price of an m7g.large, with the fee of Auto Mode',
      usdPerUnit: (instance + fee) / 2,
      // Source: Amazon EC2 User Guide, "EC2 instance usage metrics and quotas": running on-demand vCPUs of standard instances, read 2026-11.
      metric: {
        namespace: 'AWS/Usage',
        name: 'ResourceCount',
        statistic: 'Average',
        dimensions: { Service: 'EC2', Type: 'Resource', Resource: 'vCPU', Class: 'Standard/OnDemand' },
      },
    },
    {
      component: 'edge',
      what: 'load balancer, by its capacity units',
      usdPerUnit: usd('ELB', 'ALB LCU-hour'),
      metric: { search: '{AWS/ApplicationELB,LoadBalancer} MetricName="ConsumedLCUs"', statistic: 'Sum' },
    },
    {
      component: 'network',
      what: 'bytes through NAT, and out',
      usdPerUnit:
        (usd('VPC', 'NAT gateway data processed') + usd('Data transfer', 'Out to internet, first 10 TB (after 100 GB free)')) / GB,
      metric: { search: '{AWS/NATGateway,NatGatewayId} MetricName="BytesOutToDestination"', statistic: 'Sum' },
    },
    {
      component: 'delivery',
      what: 'four requests for each message',
      usdPerUnit:
        (4 * usd('SQS', 'Standard requests, first 100 billion (after 1 million free)') + usd('SQS', 'Fair queue surcharge')) / 1e6,
      metric: { search: '{AWS/SQS,QueueName} MetricName="NumberOfMessagesSent"', statistic: 'Sum' },
    },
    {
      component: 'security',
      what: 'logs, of all components',
      usdPerUnit: usd('CloudWatch', 'Logs ingestion, Standard class') / GB,
      metric: { search: '{AWS/Logs,LogGroupName} MetricName="IncomingBytes"', statistic: 'Sum' },
    },
  ];
}

/** What stands there and is billed by the hour, whatever the load. */
export function fixedLines({ region, zones, natZones, interfaceEndpoints }: HourlyCell): readonly FixedLine[] {
  const usd = (service: string, item: string) => priceOf(service, item, region).usd;
  const address = usd('VPC', 'Public IPv4 address, in use or idle');
  return [
    {
      component: 'network',
      what: 'NAT, its addresses, interface endpoints',
      usdPerHour:
        natZones * (usd('VPC', 'NAT gateway hour') + address) +
        interfaceEndpoints * zones * usd('VPC', 'Interface endpoint (PrivateLink) hour, per AZ'),
    },
    {
      component: 'edge',
      what: 'load balancer, its addresses, web ACL with five rules',
      usdPerHour:
        usd('ELB', 'Application Load Balancer hour') +
        zones * address +
        (usd('WAF', 'Web ACL') + 5 * usd('WAF', 'Rule or rule group')) / HOURS_A_MONTH,
    },
    { component: 'streaming', what: 'two streams', usdPerHour: 2 * usd('Kinesis Data Streams', 'On-demand (standard) stream') },
    {
      component: 'cluster',
      what: 'control plane and Argo CD',
      usdPerHour: usd('EKS', 'Cluster control plane, standard support') + usd('EKS', 'Capabilities: Argo CD base'),
    },
  ];
}
