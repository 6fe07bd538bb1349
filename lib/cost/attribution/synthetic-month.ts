/**
 * A month as it may come: the bill of the organization's accounts in CUR 2.0's columns, and what the services counted. For tests, and for `npm run attribution
 * -- --synthetic`, which shows the report without an account. The same seed makes the same month; no figure is measured, sizes are of the order of the estimate.
 */
import type { CountingService, UsageRow } from './usage';

export interface LineItem {
  readonly billing_period: string;
  readonly line_item_usage_account_id: string;
  readonly line_item_product_code: string;
  readonly line_item_usage_type: string;
  readonly line_item_line_item_type: string;
  readonly line_item_resource_id: string;
  readonly line_item_unblended_cost: number;
  readonly component: string | null;
  readonly eks_namespace: string | null;
  readonly split_line_item_parent_resource_id: string | null;
  readonly split_line_item_split_cost: number | null;
  readonly split_line_item_unused_cost: number | null;
}

export interface SyntheticCell {
  readonly name: string;
  readonly account: string;
  readonly tenants: number;
  /** Share of the largest cell's cost. */
  readonly scale: number;
}

export interface SyntheticMonth {
  readonly month: string;
  readonly lineItems: readonly LineItem[];
  /** By cell. */
  readonly usage: Readonly<Record<string, readonly UsageRow[]>>;
}

export const syntheticCells: readonly SyntheticCell[] = [
  { name: 'prod-us', account: '333333333333', tenants: 36, scale: 1 },
  { name: 'prod-eu', account: '444444444444', tenants: 24, scale: 0.75 },
  { name: 'staging', account: '222222222222', tenants: 0, scale: 0.3 },
  { name: 'dev', account: '111111111111', tenants: 0, scale: 0.15 },
];
export const MANAGEMENT = '999999999999';

/** What the largest cell pays in a month: product, usage type, component, USD. */
const bill: readonly (readonly [product: string, usageType: string, component: string | null, usd: number])[] = [
  ['AmazonKinesis', 'USE1-OnDemand-BilledIncomingBytes', 'streaming', 45],
  ['AmazonKinesis', 'USE1-OnDemand-BilledOutgoingEFOBytes', 'streaming', 40],
  ['AmazonKinesis', 'USE1-OnDemand-StreamHour', 'streaming', 60],
  ['AmazonKinesisFirehose', 'USE1-BilledBytes', 'streaming', 35],
  ['AWSLambda', 'USE1-Lambda-GB-Second-ARM', 'streaming', 15],
  ['AWSLambda', 'USE1-Request-ARM', 'gitops', 1],
  ['AmazonDynamoDB', 'USE1-WriteRequestUnits', 'profiles', 260],
  ['AmazonDynamoDB', 'USE1-USW2-ReplWriteRequestUnits', 'profiles', 130],
  ['AmazonDynamoDB', 'USE1-ReadRequestUnits', 'profiles', 50],
  ['AmazonDynamoDB', 'USE1-TimedStorage-ByteHrs', 'profiles', 40],
  ['AmazonDynamoDB', 'USE1-TimedPITRStorage-ByteHrs', 'profiles', 30],
  ['AmazonS3', 'USE1-TimedStorage-ByteHrs', 'lake', 90],
  ['AmazonS3', 'USE1-Requests-Tier1', 'lake', 60],
  ['AmazonS3', 'USE1-Tables-TimedStorage-ByteHrs', 'lake', 50],
  ['AmazonS3', 'USE1-TimedStorage-ByteHrs', 'security', 20],
  ['AmazonRDS', 'USE1-Aurora:ServerlessV2Usage', 'metadata', 175],
  ['AmazonRDS', 'USE1-Aurora:StorageIOUsage', 'metadata', 25],
  ['AWSBackup', 'USE1-WarmStorage-ByteHrs-DynamoDB', 'backup', 25],
  ['AWSQueueService', 'USE1-Requests-Tier1', 'delivery', 60],
  ['AmazonEC2', 'USE1-NatGateway-Hours', 'network', 98],
  ['AmazonEC2', 'USE1-NatGateway-Bytes', 'network', 110],
  ['AmazonEC2', 'USE1-EBS:VolumeUsage.gp3', 'cluster', 40],
  ['AmazonEC2', 'USE1-DataTransfer-Out-Bytes', null, 90],
  ['AmazonEC2', 'USE1-DataTransfer-Regional-Bytes', null, 50],
  ['AmazonEKS', 'USE1-AmazonEKS-Hours:perCluster', 'cluster', 73],
  ['AmazonEKS', 'USE1-EKS-Auto:m7g.large', null, 58],
  ['AmazonEKS', 'USE1-Capabilities-ArgoCD', 'gitops', 22],
  ['AWSELB', 'USE1-LoadBalancerUsage', 'edge', 16],
  ['AWSELB', 'USE1-LCUUsage', 'edge', 20],
  ['awswaf', 'USE1-RequestV2-Tier1', 'edge', 50],
  ['awskms', 'us-east-1-KMS-Keys', 'security', 18],
  ['awskms', 'us-east-1-KMS-Requests', 'security', 30],
  ['AmazonRoute53', 'HostedZone', 'edge', 2],
  ['AWSConfig', 'USE1-ConfigurationItemRecorded', 'security', 40],
  ['AWSSecurityHub', 'USE1-PaidComplianceCheck', 'security', 30],
  ['AmazonGuardDuty', 'USE1-PaidS3DataEventsAnalyzed', 'security', 60],
  ['AWSCloudTrail', 'USE1-DataEventsRecorded', 'security', 60],
  ['AmazonCloudWatch', 'USE1-DataProcessing-Bytes', 'security', 80],
  ['AmazonCloudWatch', 'USE1-CW:AlarmMonitorUsage', 'streaming', 15],
  ['AmazonVPC', 'USE1-VpcEndpoint-Hours', 'network', 66],
  ['AmazonVPC', 'USE1-PublicIPv4:InUseAddress', 'network', 22],
  ['AmazonECR', 'USE1-TimedStorage-ByteHrs', 'images', 3],
  ['AWSSecretsManager', 'USE1-AWSSecretsManager-Secrets', 'delivery', 24],
  ['AmazonAthena', 'USE1-DataScannedInTB', 'lake', 3],
  ['AWSGlue', 'USE1-ETL-Flex-DPU-Hour', 'lake', 2],
  ['AmazonSNS', 'USE1-Requests-Tier1', 'security', 1],
  ['AWSEvents', 'USE1-ScheduledInvocation', 'lake', 1],
  ['AWSXRay', 'USE1-XRay-TracesStored', 'workloads', 5],
];

const NODES = 8;
const NODE_USD = 60;
const DAYS = 30;
/** How many pods' worth of a node each namespace takes. */
const podShares = { ingest: 0.25, processor: 0.35, delivery: 0.15, profiles: 0.1, 'kube-system': 0.05, 'amazon-cloudwatch': 0.05 } as const;

/** Mulberry32: small, and the same on every machine. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function syntheticMonth(seed: number, month = '2026-11'): SyntheticMonth {
  const random = randomFrom(seed);
  const lineItems = syntheticCells.flatMap((cell) => [
    ...usageLines(cell, month, random),
    ...nodeLines(cell, month, random),
    ...adjustments(cell, month),
  ]);
  const usage = Object.fromEntries(syntheticCells.map((cell) => [cell.name, usageRows(cell, month, random)]));
  return { month, lineItems: [...lineItems, ...managementLines(month)], usage };
}

const line = (month: string, account: string, product: string, usageType: string, usd: number, more: Partial<LineItem> = {}): LineItem => ({
  billing_period: month,
  line_item_usage_account_id: account,
  line_item_product_code: product,
  line_item_usage_type: usageType,
  line_item_line_item_type: 'Usage',
  line_item_resource_id: '',
  line_item_unblended_cost: usd,
  component: null,
  eks_namespace: null,
  split_line_item_parent_resource_id: null,
  split_line_item_split_cost: null,
  split_line_item_unused_cost: null,
  ...more,
});

const usageLines = ({ account, scale }: SyntheticCell, month: string, random: () => number): LineItem[] =>
  bill.flatMap(([product, usageType, component, usd]) =>
    Array.from({ length: DAYS }, () =>
      line(month, account, product, usageType, (usd * scale * (0.6 + 0.8 * random())) / DAYS, { component }),
    ),
  );

/** Instances, of which a savings plan covers one, and what pods took of each. */
function nodeLines({ account, scale }: SyntheticCell, month: string, random: () => number): LineItem[] {
  return Array.from({ length: Math.max(1, Math.round(NODES * scale)) }, (_, node) => {
    const resource = `i-${account.slice(0, 4)}${String(node).padStart(4, '0')}`;
    const covered = node === 0;
    const instance = line(month, account, 'AmazonEC2', 'USE1-BoxUsage:m7g.large', NODE_USD, {
      line_item_resource_id: resource,
      line_item_line_item_type: covered ? 'SavingsPlanCoveredUsage' : 'Usage',
    });
    const negation = line(month, account, 'ComputeSavingsPlans', 'USE1-BoxUsage:m7g.large', -NODE_USD, {
      line_item_line_item_type: 'SavingsPlanNegation',
    });
    const fee = line(month, account, 'ComputeSavingsPlans', 'ComputeSP:1yrNoUpfront', NODE_USD * 0.72, {
      line_item_line_item_type: 'SavingsPlanRecurringFee',
    });
    const pods = Object.entries(podShares).flatMap(([namespace, share]) =>
      ['USE1-EKS-EC2-vCPU-Hours', 'USE1-EKS-EC2-GB-Hours'].map((usageType) =>
        line(month, account, 'AmazonEKS', usageType, 0, {
          line_item_resource_id: `pod/${namespace}`,
          eks_namespace: namespace,
          split_line_item_parent_resource_id: resource,
          split_line_item_split_cost: (NODE_USD * share * (0.5 + random())) / 2,
          split_line_item_unused_cost: (NODE_USD * share * 0.1 * random()) / 2,
        }),
      ),
    );
    return [instance, ...(covered ? [negation, fee] : []), ...pods];
  }).flat();
}

const adjustments = ({ account, scale }: SyntheticCell, month: string): LineItem[] => [
  line(month, account, 'AmazonDynamoDB', 'USE1-WriteRequestUnits', -25 * scale, { line_item_line_item_type: 'Credit' }),
  line(month, account, 'AmazonS3', 'USE1-Requests-Tier1', -3.17 * scale, { line_item_line_item_type: 'Refund' }),
  line(month, account, 'AmazonEC2', '', 41.3 * scale, { line_item_line_item_type: 'Tax' }),
];

const managementLines = (month: string): LineItem[] => [
  line(month, MANAGEMENT, 'AWSSupportBusiness', 'Dollar', 210),
  line(month, MANAGEMENT, 'AWSBudgets', 'ActionEnabledBudgetsUsage', 0.4),
  line(month, MANAGEMENT, 'AWSCostExplorer', 'USE1-APIRequest', 0.2),
];

/** Sizes by a Pareto distribution: few tenants send most. Last month too, for what is kept. */
function usageRows({ name, tenants }: SyntheticCell, month: string, random: () => number): UsageRow[] {
  const [year = 0, number = 0] = month.split('-').map(Number);
  const last = number === 1 ? `${year - 1}-12` : `${year}-${String(number - 1).padStart(2, '0')}`;
  return Array.from({ length: tenants }, (_, index) => {
    const tenant = `${name}-tenant-${String(index + 1).padStart(2, '0')}`;
    const size = Math.min(200, (1 - random()) ** (-1 / 1.16));
    const [readHabit, destinations, bytes] = [0.02 + 0.1 * random(), Math.round(4 * random()), 1_000 + Math.round(2_000 * random())];
    const [computeMs, writes] = [1 + 2 * random(), 1 + random()];
    const ofDay = (day: string): UsageRow[] => {
      const events = Math.round(size * 20_000 * (0.7 + 0.6 * random()));
      const row = (service: CountingService, counts: Partial<UsageRow>): UsageRow => ({
        hour: `${day}T13:00:00Z`,
        tenant,
        service,
        ...counts,
      });
      return [
        row('ingest', { events, event_bytes: events * bytes }),
        row('processor', { compute_ms: Math.round(events * computeMs), profile_writes: Math.round(events * writes) }),
        row('delivery', { deliveries: events * destinations, delivery_bytes: events * destinations * bytes }),
        row('profiles', { reads: Math.round(events * readHabit) }),
      ];
    };
    return [`${last}-15`, ...Array.from({ length: DAYS }, (_, day) => `${month}-${String(day + 1).padStart(2, '0')}`)].flatMap(ofDay);
  }).flat();
}
