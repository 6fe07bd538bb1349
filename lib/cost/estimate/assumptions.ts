/**
 * What neither a template nor the configuration says: each figure with its own uncertainty and where it comes from. `low`, `expected` and `high` are of the
 * bill, not of the figure: a batch of ten is `low`, since it costs less. All are to be replaced by what the first month in an account shows.
 */

export const scenarios = ['low', 'expected', 'high'] as const;
export type Scenario = (typeof scenarios)[number];

export interface Assumption extends Readonly<Record<Scenario, number>> {
  readonly unit: string;
  readonly what: string;
  readonly source: string;
}

const of = (low: number, expected: number, high: number, unit: string, what: string, source: string): Assumption => ({
  low,
  expected,
  high,
  unit,
  what,
  source,
});

const OURS = 'ours, to be measured in dev';

export const assumptions = {
  duplicates: of(0, 0.01, 0.03, 'share of events', 'events that come a second time and are dropped', OURS),
  requestOverheadBytes: of(400, 800, 2000, 'bytes a request', 'headers and TLS of a request', OURS),
  answerBytes: of(200, 400, 1000, 'bytes a request', 'answer to a request of ingest, with its headers', OURS),
  profileAnswerBytes: of(1000, 2500, 8000, 'bytes a read', 'answer to a read of a profile', 'docs/02-data/profiles.md: 1 to 10 KB'),
  requestsPerConnection: of(100, 50, 1, 'requests', 'for which a client keeps a connection', 'ADR-021: 100, from servers of enterprises'),
  enrichedGrowth: of(1, 1.2, 1.5, 'ratio', 'bytes of an enriched event to those of the accepted one', OURS),
  profileWriteUnits: of(
    1,
    1.05,
    1.25,
    'write units',
    'a profile item takes, conflicts and items over 1 KB included',
    'docs/02-data/profiles.md: up to 1 KB',
  ),
  profileReadUnits: of(0.5, 1, 1.5, 'read units', 'a read by the API takes', 'docs/02-data/profiles.md: 0.5 to 1.5'),
  deliveriesPerSend: of(
    2,
    1.25,
    1,
    'deliveries',
    'that one SendMessageBatch puts into a queue',
    'two deliveries an event in three classes; a send that waits is latency (ADR-026), so not half full as ADR-024 has it',
  ),
  deliveriesPerReceive: of(
    5,
    1.5,
    1,
    'deliveries',
    'that one ReceiveMessage brings',
    'ours, to be measured in dev: a long poll answers as soon as one is there (SQS Developer Guide, "Short and long polling"), and three classes share the deliveries',
  ),
  deliveriesPerDelete: of(
    10,
    3,
    1,
    'deliveries',
    'that one DeleteMessageBatch takes off',
    'ours, to be measured in dev: what a pod has delivered within a second; later is a second delivery after a crash',
  ),
  deliveryAttempts: of(1, 1.05, 1.3, 'attempts', 'until a delivery is taken', 'SLI-5: over 99.9 % delivered'),
  deliveryOverheadBytes: of(500, 1000, 2500, 'bytes a delivery', 'headers and TLS of a call of a destination', OURS),
  recordsPerPut: of(10, 4, 1, 'records', 'of the processor in one PutRecords', OURS),
  cpuMsPerEvent: of(5, 9, 15, 'ms of a vCPU', 'an event takes in all services', 'ADR-020: 9, estimated'),
  packed: of(0.9, 0.85, 0.7, 'share', 'of a node that pods ask for', 'ADR-020: 0.85'),
  podHeadroom: of(1, 1.1, 1.4, 'ratio', "pods above the autoscaler's least: rollouts, its lag", OURS),
  nodeVolumeGib: of(20, 24, 40, 'GiB a node', 'volumes of a node: data and the system', 'gitops/, NodeClass: 20 GiB for data'),
  controlPlaneLogGb: of(
    8,
    30,
    90,
    'GB a month',
    'logs of the control plane',
    'aws/containers-roadmap#1141, reports of 1 to 3 GB a day; ours for a cluster this small',
  ),
  podLogBytesPerEvent: of(150, 500, 1500, 'bytes an event', 'log lines of all services', 'ADR-004: 500, assumed'),
  databaseUnitsAboveFloor: of(0, 0.5, 3, 'units an instance', 'above the least capacity', 'ADR-011: a floor, unmeasured'),
  databaseGb: of(2, 10, 40, 'GB', 'metadata', 'ADR-011: a few gigabytes'),
  databaseMillionIos: of(5, 30, 150, 'millions a month', 'I/O of the database', OURS),
  databaseBackupRatio: of(0, 0.3, 1, 'ratio to the database', 'backups beyond the free allocation', OURS),
  gzippedShare: of(
    0.1,
    0.2,
    0.35,
    'share of bytes',
    'left of JSON lines by gzip',
    'clickstream solution, cost page: 1:15 for its own; ours has more text',
  ),
  parquetShare: of(0.12, 0.2, 0.35, 'share of bytes', 'left of events in Parquet', 'ADR-013: a fifth'),
  lakeMonths: of(6, 12, 36, 'months', 'of events in the lake, which keeps all', OURS),
  quarantinedShare: of(0.0005, 0.005, 0.02, 'share of events', 'that break their schema', OURS),
  spilledShare: of(0, 0.0005, 0.01, 'share of events', 'that go by the spill bucket', 'Kinesis SLA: 99.9 %'),
  profileOverhead: of(
    1,
    1.1,
    1.4,
    'ratio',
    'stored bytes of profiles to their items',
    'DynamoDB Developer Guide, "Item sizes and formats": 100 bytes an item',
  ),
  trailRecordBytes: of(80, 150, 300, 'bytes a record', 'of the trail, compressed', OURS),
  managementEventsMillion: of(0.5, 1.5, 5, 'millions a month', 'calls that change or describe, in the home Region', OURS),
  eksAuditEventsMillion: of(3, 10, 40, 'millions a month', 'events in the audit log of the control plane', OURS),
  flowGbPerNode: of(1, 4, 15, 'GB a node and month', 'of flow records, whatever passes', OURS),
  flowBytesPerConnection: of(200, 400, 800, 'bytes a connection', 'of flow records', 'two records on each side'),
  dnsQueriesPerPod: of(0.02, 0.1, 0.5, 'queries a pod and second', 'that reach the resolver', OURS),
  vendedLogRatio: of(
    0.5,
    0.5,
    1,
    'ratio to log ingestion',
    'price of flow and DNS logs in S3: the sheet has none',
    "half of CloudWatch Logs' price; unverified",
  ),
  dnsFirewallRatio: of(1, 1.5, 2, 'ratio to resolver queries', 'price of a query through DNS Firewall: the sheet has none', 'unverified'),
  icebergRatio: of(
    1,
    1.55,
    2.45,
    'ratio to ingestion for S3',
    'price of Firehose into Iceberg: the sheet has none',
    "between S3's 0.029 USD a GB and Snowflake's 0.071; unverified",
  ),
  configurationItems: of(600, 2000, 8000, 'items a month', 'recorded in the home Region: nodes come and go', OURS),
  quietConfigurationItems: of(50, 200, 800, 'items a month', 'recorded in a recovery Region', OURS),
  checksPerResource: of(
    20,
    60,
    150,
    'checks a month',
    'of Security Hub, for each resource of a template',
    'twice a day and on change; one control of three applies',
  ),
  kmsRequestsPerKey: of(
    50,
    300,
    2000,
    'requests an hour',
    'to a key, data keys cached',
    'S3 bucket keys, SQS and DynamoDB cache for 5 minutes',
  ),
  crossZoneBytesPerEvent: of(
    0,
    500,
    5000,
    'bytes an event',
    'between zones, where it is charged',
    'load balancer and endpoints charge none',
  ),
  natGbPerNode: of(1, 5, 20, 'GB a node and month', "to AWS through NAT: images' manifests, STS, logs", OURS),
  imageGb: of(0.5, 2, 6, 'GB a repository', 'of images, old ones included', OURS),
  secondsPerCopy: of(0.3, 1, 3, 'seconds', 'of the copier, a shard and minute', 'ADR-009: under a second'),
  secondsPerGbCopied: of(5, 20, 60, 'seconds a GB', 'of the copier, for what passes', OURS),
  quietLogGb: of(0.01, 0.05, 0.5, 'GB a month', 'of a log group that only tells of faults', OURS),
  athenaShare: of(0.1, 0.5, 3, 'ratio to the lake', 'read by queries in a month', OURS),
  erasuresPerTenant: of(0.05, 0.3, 2, 'a tenant and month', 'requests of erasure, two runs each', OURS),
} as const satisfies Readonly<Record<string, Assumption>>;

export type AssumptionName = keyof typeof assumptions;
export type Figures = Readonly<Record<AssumptionName, number>>;

const figuresBy = Object.fromEntries(
  scenarios.map((scenario) => [scenario, Object.fromEntries(Object.entries(assumptions).map(([name, range]) => [name, range[scenario]]))]),
) as Record<Scenario, Figures>;

export const figuresOf = (scenario: Scenario): Figures => figuresBy[scenario];
