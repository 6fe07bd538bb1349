/**
 * By which rule each line of the bill is shared among tenants, and why [BUD-3]. Rules are tried from top to bottom, and the first that fits decides; a line
 * that none fits is unattributed, and an alarm tells of it, so that a new service is argued about before it is shared.
 */

/** What tenants' shares are made of. Sums of docs/02-data/usage.md, of the month if nothing else is said. */
export const drivers = {
  events: 'events accepted',
  eventBytes: 'bytes of these events',
  storedBytes: 'bytes of all events accepted so far: what is kept for good grows with them',
  computeMs: 'milliseconds of CPU in the processor',
  writes: 'write units of profiles',
  deliveries: 'attempts to deliver',
  deliveryBytes: 'bytes sent to destinations',
  reads: 'requests to the profile API',
} as const;
export type MeasuredDriver = keyof typeof drivers;

/** How the rest is shared. */
export type Driver =
  | MeasuredDriver
  /** An instance by what each pod took of it, by split cost allocation, and that by the pod's service. */
  | 'pods'
  /** In proportion to what a tenant causes by all of the above: what stands there for the load as a whole. */
  | 'overhead'
  /** The same for each tenant: what is there because a tenant is, however small. */
  | 'even'
  /** In proportion to all that a tenant bears: what AWS adds to or takes off a bill. */
  | 'adjustment';

export interface AllocationRule {
  readonly id: string;
  /** `line_item_product_code`; `%` stands for any text, here and below. */
  readonly product: string;
  /** `line_item_usage_type`, each that fits. @default - any */
  readonly usageTypes?: readonly string[];
  /** `line_item_line_item_type`, each that fits. @default - any */
  readonly lineTypes?: readonly string[];
  /** The tag `component` of our stacks, each that fits. @default - any, and none */
  readonly components?: readonly string[];
  readonly driver: Driver;
  readonly why: string;
}

const any = '%';

export const rules: readonly AllocationRule[] = [
  {
    id: 'adjustments',
    product: any,
    lineTypes: ['Tax', 'Credit', 'Refund', '%Discount', 'SavingsPlanNegation'],
    driver: 'adjustment',
    why: 'Nobody caused it: it is a share of what was caused',
  },
  {
    // No fee of any other product: a contract of the Marketplace is a Fee too, and has to be argued about. What is reserved bears its service's name.
    id: 'savings-plans',
    product: 'ComputeSavingsPlans',
    lineTypes: ['SavingsPlanRecurringFee', 'SavingsPlanUpfrontFee'],
    driver: 'adjustment',
    why: 'Pays for instances of all tenants, beside what it negates',
  },
  // Where events come in.
  { id: 'stream', product: 'AmazonKinesis', driver: 'eventBytes', why: 'On demand it is billed by bytes in, out and kept' },
  { id: 'firehose', product: 'AmazonKinesisFirehose', driver: 'eventBytes', why: 'Billed by bytes' },
  {
    id: 'copies',
    product: 'AWSLambda',
    components: ['streaming', 'lake'],
    driver: 'eventBytes',
    why: 'Copies and replays batches of events',
  },
  { id: 'load-balancer', product: 'AWSELB', driver: 'events', why: 'Requests to it are batches of events; reads are few beside them' },
  { id: 'waf', product: 'awswaf', driver: 'events', why: 'Billed by requests' },
  // Stores.
  {
    id: 'tables-read',
    product: 'AmazonDynamoDB',
    usageTypes: ['%ReadRequestUnits%'],
    driver: 'computeMs',
    why: 'The processor reads a profile for each event',
  },
  {
    id: 'tables-written',
    product: 'AmazonDynamoDB',
    usageTypes: ['%WriteRequestUnits%', '%ReplWrite%', '%WriteCapacityUnit%'],
    driver: 'writes',
    why: 'Counted where it is written',
  },
  { id: 'tables-kept', product: 'AmazonDynamoDB', driver: 'storedBytes', why: 'Storage, points in time and backups of profiles' },
  {
    id: 'lake-kept',
    product: 'AmazonS3',
    components: ['lake'],
    usageTypes: ['%TimedStorage%', '%Tables%'],
    driver: 'storedBytes',
    why: 'Enriched events are kept for good',
  },
  {
    id: 'lake-used',
    product: 'AmazonS3',
    components: ['lake', 'streaming'],
    driver: 'eventBytes',
    why: 'Requests and copies come with each batch',
  },
  { id: 'backups', product: 'AWSBackup', driver: 'storedBytes', why: 'Copies of what is kept' },
  { id: 'lake-queries', product: 'AmazonAthena', driver: 'storedBytes', why: 'A query reads what is kept' },
  { id: 'lake-jobs', product: 'AWSGlue', driver: 'storedBytes', why: 'An erasure reads what is kept' },
  {
    id: 'metadata',
    product: 'AmazonRDS',
    driver: 'deliveries',
    why: 'Each attempt to deliver asks it for the destination and notes the result; members and settings are little beside that',
  },
  // Where events go out.
  { id: 'queues', product: 'AWSQueueService', driver: 'deliveries', why: 'Billed by requests: a few for each delivery' },
  {
    id: 'nat-bytes',
    product: 'AmazonEC2',
    usageTypes: ['%NatGateway-Bytes%'],
    driver: 'deliveryBytes',
    why: 'Calls of destinations leave by it',
  },
  {
    id: 'internet-out',
    product: any,
    usageTypes: ['%DataTransfer-Out-Bytes%'],
    driver: 'deliveryBytes',
    why: 'Calls of destinations; answers of the API are little beside them',
  },
  {
    id: 'other-transfer',
    product: any,
    usageTypes: ['%DataTransfer%', '%-AWS-Out-Bytes%', '%-AWS-In-Bytes%'],
    driver: 'eventBytes',
    why: 'Between zones and Regions: events and their copies',
  },
  // What runs.
  {
    id: 'nodes',
    product: 'AmazonEC2',
    usageTypes: ['%BoxUsage%', '%SpotUsage%', '%UnusedBox%'],
    driver: 'pods',
    why: 'Split cost allocation says which pods took what',
  },
  {
    id: 'node-fee',
    product: 'AmazonEKS',
    usageTypes: ['%Auto%'],
    driver: 'computeMs',
    why: "Auto Mode's fee comes with each instance, most of which process",
  },
  { id: 'volumes', product: 'AmazonEC2', usageTypes: ['%EBS:%'], driver: 'computeMs', why: 'Disks of nodes' },
  { id: 'secrets', product: 'AWSSecretsManager', driver: 'deliveries', why: 'Credentials of destinations, fetched to deliver' },
  // What is there for each tenant, however small.
  { id: 'keys', product: 'awskms', usageTypes: ['%Keys%'], driver: 'even', why: 'Keys are there whatever the load' },
  { id: 'key-requests', product: 'awskms', driver: 'events', why: 'Requests come with batches' },
  { id: 'names', product: 'AmazonRoute53', driver: 'even', why: 'A zone and its health checks, whatever the load' },
  { id: 'posture', product: 'AWSConfig', driver: 'even', why: 'Settings are recorded, not traffic' },
  { id: 'posture-hub', product: 'AWSSecurityHub', driver: 'even', why: 'Settings are checked, not traffic' },
  // What watches the load as a whole.
  {
    id: 'detection',
    product: 'AmazonGuardDuty',
    driver: 'events',
    why: 'Billed by events of the trail, of S3 and of DNS, which grow with the load',
  },
  { id: 'trail', product: 'AWSCloudTrail', driver: 'events', why: 'Data events: each access to a store' },
  { id: 'log-lines', product: 'AmazonCloudWatch', driver: 'overhead', why: 'Logs, metrics and alarms of all components' },
  { id: 'alerts', product: 'AmazonSNS', driver: 'overhead', why: 'Alarms of all components' },
  // Stands there for the load as a whole: one of each for all tenants.
  { id: 'control-plane', product: 'AmazonEKS', driver: 'overhead', why: 'One cluster for the load as a whole' },
  { id: 'network', product: 'AmazonVPC', driver: 'overhead', why: 'Endpoints and addresses, one set for the load as a whole' },
  {
    id: 'nat-hours',
    product: 'AmazonEC2',
    usageTypes: ['%NatGateway-Hours%', '%ElasticIP%', '%PublicIPv4%'],
    driver: 'overhead',
    why: 'One in each zone for the load as a whole',
  },
  { id: 'images', product: 'AmazonECR', driver: 'overhead', why: 'Images of the services' },
  { id: 'other-storage', product: 'AmazonS3', driver: 'overhead', why: 'Logs and audit records of all components' },
  { id: 'other-functions', product: 'AWSLambda', driver: 'overhead', why: 'Watchers and custom resources' },
  { id: 'rules', product: 'AWSEvents', driver: 'overhead', why: 'Schedules of watchers' },
  { id: 'traces', product: 'AWSXRay', driver: 'overhead', why: 'Traces of all components' },
  { id: 'budgets', product: 'AWSBudgets', driver: 'overhead', why: 'Watch the bill' },
  { id: 'cost-explorer', product: 'AWSCostExplorer', driver: 'overhead', why: 'Watches the bill' },
  { id: 'support', product: 'AWSSupport%', driver: 'adjustment', why: 'A share of the bill' },
];

/** Pods by their namespace, which is their service's name, or by nobody's: those serve the load as a whole. */
export const namespaces: Readonly<Record<string, MeasuredDriver>> = {
  ingest: 'events',
  processor: 'computeMs',
  delivery: 'deliveries',
  profiles: 'reads',
};
