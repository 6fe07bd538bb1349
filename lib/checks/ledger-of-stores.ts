import type { Acknowledgement } from './acknowledgements';

const answered = { owner: 'platform-engineering', argued: '2026-11-24', expires: '2027-11-30' } as const;

const inBothRegions = (...paths: readonly string[]): string[] => paths.flatMap((path) => [path, `Recovery${path}`]);

const lakeBuckets = (...names: readonly string[]): string[] => names.map((name) => `Lake/${name}/Bucket/Resource`);

/** What another stack of the same Region puts out, as cdk-nag writes it into its findings. */
const output = (stack: string, name: string): string =>
  `{"Fn::GetStackOutput":{"StackName":"{stage}-${stack}","Region":"{region}","OutputName":"PublishOutputFnGetAtt${name}"}}`;
const rawArn = 'RawBucket672A0DBBArnA9E39E7B';
const quarantineArn = 'QuarantineBucket2B128B57ArnC27C488E';
const spillArn = 'SpillBucket95D36406Arn2A8A20CC';

const wildcard = (resource: string): string => `IAMNoWildcardPermissions[Resource::${resource}]`;

const policyOf = (role: string): string => `${role}/DefaultPolicy/Resource`;
const lakeOperators = inBothRegions(policyOf('Lake/Operator/Role'));
const functions = ['Replay/Replayer', 'SecondCopy/Copier'];
const WATCHER = 'Lake/ReplicaWatch/Watcher/Function/Resource';

type Answer = Omit<Acknowledgement, keyof typeof answered>;

/** Of the streaming stack below its ID: the same at home and, while it serves, in the recovery Region. */
function ofStreaming(resources: readonly string[], answer: (lake: string) => Omit<Answer, 'resources'>): Answer[] {
  const served = resources.filter((path) => !path.startsWith('SecondCopy') && !path.startsWith('Table'));
  return [
    { ...answer('Lake'), resources: resources.map((path) => `Streaming/${path}`) },
    ...(served.length > 0
      ? [{ ...answer('RecoveryLake'), resources: served.map((path) => `RecoveryStreaming/${path}`), whenServing: true }]
      : []),
  ];
}

const objectsOf = (prefix: string): string =>
  `Names of objects are made by the writer, below ${prefix}; the role reaches this prefix of this bucket alone.`;

const answers: readonly Answer[] = [
  {
    finding: 'S3BucketReplicationEnabled',
    resources: [...inBothRegions(...lakeBuckets('Raw', 'Quarantine', 'QueryResults')), 'RecoveryLake/Spill/Bucket/Resource'],
    reason:
      'Raw events are written into the recovery Region by a consumer of ours, sooner than replication promises (ADR-009); quarantine is made again from them; results are asked for again; a copy needs no copy.',
    control: 'SLO-5',
  },
  {
    finding: 'S3BucketReplicationEnabled',
    resources: lakeBuckets('Spill'),
    stages: ['dev'],
    reason: 'dev has no recovery Region and holds no customer data.',
    control: 'SLO-5',
  },
  {
    finding: 'IAMNoInlinePolicy',
    resources: [
      policyOf('Lake/Spill/ReplicationRole'),
      policyOf('Lake/Table/ReplicationRole'),
      policyOf('Lake/Erasure/Role'),
      policyOf('Lake/ReplicaWatch/Watcher/Role'),
      ...lakeOperators,
      ...inBothRegions(policyOf('Metadata/Operator/Role')),
    ],
    reason: 'A policy of one role alone, made and deleted with it, cannot be attached to another; a managed policy could.',
    control: 'SEC-4',
  },
  {
    finding: wildcard('<SpillBucket95D36406.Arn>/*'),
    resources: [policyOf('Lake/Spill/ReplicationRole')],
    reason: 'Replication copies every object of the spill bucket, whose names are made by ingest; it may read this bucket alone.',
    control: 'SEC-4',
  },
  {
    finding: wildcard('arn:aws:s3:::{stage}-spill-{account}-{region}/*'),
    resources: [policyOf('Lake/Spill/ReplicationRole')],
    reason: "Replication writes every object of the spill bucket's copy, and may write to this bucket alone.",
    control: 'SEC-4',
  },
  {
    finding: wildcard('arn:aws:s3tables:{region}:{account}:bucket/{stage}-lake/table/*'),
    resources: [policyOf('Lake/Table/ReplicationRole')],
    reason: 'Tables have IDs that S3 makes; the role reaches those of the lake and of its copy.',
    control: 'SEC-4',
  },
  ...['results/', 'inventory/'].map((prefix) => ({
    finding: wildcard(`<QueryResultsBucket8914DAAE.Arn>/${prefix}*`),
    resources: lakeOperators,
    reason: objectsOf(prefix),
    control: 'SEC-4',
  })),
  {
    finding: wildcard('arn:aws:s3tables:{region}:{account}:bucket/{stage}-lake/table/*'),
    resources: [policyOf('Streaming/Table/Role'), policyOf('Lake/Erasure/Role'), ...lakeOperators],
    reason: 'The table has an ID that S3 makes; the lake holds no other table.',
    control: 'SEC-4',
  },
  ...ofStreaming(
    [...functions.map((path) => policyOf(`${path}/Role`)), ...['Raw', 'Quarantine', 'Table'].map((path) => policyOf(`${path}/Role`))],
    () => ({
      finding: 'IAMNoInlinePolicy',
      reason: 'A policy of one role alone, made and deleted with it, cannot be attached to another; a managed policy could.',
      control: 'SEC-4',
    }),
  ),
  ...ofStreaming([policyOf('Raw/Role'), policyOf('Replay/Replayer/Role')], (lake) => ({
    finding: wildcard(`${output(lake, rawArn)}/events/*`),
    reason: objectsOf('events/'),
    control: 'SEC-4',
  })),
  ...ofStreaming([policyOf('Raw/Role')], (lake) => ({
    finding: wildcard(`${output(lake, rawArn)}/errors/raw/*`),
    reason: objectsOf('errors/raw/'),
    control: 'SEC-4',
  })),
  ...ofStreaming([policyOf('Table/Role'), policyOf('Replay/Replayer/Role')], (lake) => ({
    finding: wildcard(`${output(lake, rawArn)}/errors/enriched/*`),
    reason: objectsOf('errors/enriched/'),
    control: 'SEC-4',
  })),
  ...ofStreaming([policyOf('Replay/Replayer/Role')], (lake) => ({
    finding: wildcard(`${output(lake, rawArn)}/enriched/*`),
    reason: objectsOf('enriched/'),
    control: 'SEC-4',
  })),
  ...ofStreaming([policyOf('Replay/Replayer/Role')], (lake) => ({
    finding: wildcard(`${output(lake, quarantineArn)}/errors/replay/*`),
    reason: objectsOf('errors/replay/'),
    control: 'SEC-4',
  })),
  ...['events', 'enriched', 'errors/enriched'].map((prefix) => ({
    finding: wildcard(`arn:aws:s3:::{stage}-raw-{account}-{region}/${prefix}/*`),
    resources: [`Streaming/${policyOf('Replay/Replayer/Role')}`],
    stages: ['staging', 'prod-us', 'prod-eu'],
    reason: "When the cell goes back home, its absence is replayed from the other Region's bucket; the role reads this prefix of it alone.",
    control: 'SLO-5',
  })),
  ...['enriched/', 'errors/enriched-lines/'].map((prefix) => ({
    finding: wildcard(`${output('RecoveryLake', rawArn)}/${prefix}*`),
    resources: [`RecoveryStreaming/${policyOf('EnrichedLines/Role')}`],
    whenServing: true,
    reason: objectsOf(prefix),
    control: 'SEC-4',
  })),
  {
    finding: 'IAMNoInlinePolicy',
    resources: [`RecoveryStreaming/${policyOf('EnrichedLines/Role')}`],
    whenServing: true,
    reason: 'A policy of one role alone, made and deleted with it, cannot be attached to another; a managed policy could.',
    control: 'SEC-4',
  },
  {
    finding: 'KinesisDataFirehoseSSE',
    resources: ['RecoveryStreaming/EnrichedLines/DeliveryStream'],
    whenServing: true,
    reason: 'It reads from an encrypted stream, and Firehose then keeps no record of its own: AWS refuses the setting.',
    control: 'SEC-2',
  },
  ...['events/', 'errors/quarantine/'].flatMap((prefix) =>
    ofStreaming([policyOf('Quarantine/Role')], (lake) => ({
      finding: wildcard(`${output(lake, quarantineArn)}/${prefix}*`),
      reason: objectsOf(prefix),
      control: 'SEC-4',
    })),
  ),
  ...ofStreaming([policyOf('Replay/Replayer/Role')], (lake) => ({
    finding: wildcard(`${output(lake, spillArn)}/*`),
    reason: 'Spilled objects have names that ingest makes; the role reads and removes those of this bucket alone.',
    control: 'SEC-4',
  })),
  ...ofStreaming([policyOf('SecondCopy/Copier/Role')], () => ({
    finding: wildcard('arn:aws:s3:::{stage}-raw-{account}-{region}/events/*'),
    reason: objectsOf('events/'),
    control: 'SEC-4',
  })),
  ...ofStreaming(['Events/Resource', 'Enriched/Resource'], () => ({
    finding: 'KinesisDataStreamDefaultKeyWhenSSE',
    reason:
      "The rule spares the price of a key; a key of ours is what SEC-2 asks for, and AWS's own key has a policy that nobody can narrow.",
    control: 'SEC-2',
  })),
  ...ofStreaming(['Raw/DeliveryStream', 'Table/DeliveryStream'], () => ({
    finding: 'KinesisDataFirehoseSSE',
    reason: 'It reads from an encrypted stream, and Firehose then keeps no record of its own: AWS refuses the setting.',
    control: 'SEC-2',
  })),
  ...ofStreaming(
    functions.map((path) => `${path}/Function/Resource`),
    () => ({
      finding: 'LambdaConcurrency',
      reason:
        'Bounded by what starts it: one invocation a shard, and two of the queue. A reserve would be taken from what the account has.',
      control: 'SLO-5',
    }),
  ),
  ...ofStreaming(
    functions.map((path) => `${path}/Function/Resource`),
    () => ({
      finding: 'LambdaDLQ',
      reason:
        'For asynchronous invocations, of which there are none: the stream keeps what failed, and the queue has dead letters of its own.',
      control: 'SLO-2',
    }),
  ),
  ...ofStreaming(
    functions.map((path) => `${path}/Function/Resource`),
    () => ({
      finding: 'LambdaInsideVPC',
      reason: 'It calls S3 and Kinesis over TLS and nothing in the VPC, whose addresses and NAT it would only use up.',
      control: 'SEC-4',
    }),
  ),
  ...['LambdaConcurrency', 'LambdaDLQ'].map((finding) => ({
    finding,
    resources: [WATCHER],
    reason: 'A clock starts it once an hour, and an alarm fires when it is silent: there is nothing to bound, and nothing to keep.',
    control: 'SLO-5',
  })),
  {
    finding: 'LambdaInsideVPC',
    resources: [WATCHER],
    reason: 'It calls S3 over TLS and nothing in the VPC, whose addresses and NAT it would only use up.',
    control: 'SEC-4',
  },
  {
    finding: 'GlueEncryptedCloudWatchLogs',
    resources: ['Lake/Erasure/Job'],
    reason: 'Its log groups are made beforehand, under our key; a security configuration would have Glue make others.',
    control: 'SEC-2',
  },
  {
    finding: 'GlueJobBookmarkEncrypted',
    resources: ['Lake/Erasure/Job'],
    reason: 'It keeps no bookmark: each erasure reads the tenant anew.',
    control: 'SEC-2',
  },
  {
    finding: 'RDSNonDefaultPort',
    resources: inBothRegions('Metadata/Cluster'),
    reason: 'Another port hides nothing: the group admits the workloads alone, and nobody comes in without a token of IAM.',
    control: 'SEC-4',
  },
  {
    finding: 'RDSInBackupPlan',
    resources: ['Metadata/Instance-a', 'Metadata/Instance-b'],
    reason: 'The cluster is in the plan, and holds the data; an instance holds none.',
    control: 'SLO-3',
  },
  {
    finding: 'RDSEnhancedMonitoringEnabled',
    resources: ['Metadata/Instance-a', 'Metadata/Instance-b'],
    reason:
      'It writes lists of processes into a log group of its own, which neither our key nor our retention reaches. Database Insights shows load by statement.',
    control: 'OPS-3',
  },
  ...['RDSInBackupPlan', 'RDSEnhancedMonitoringEnabled'].map((finding) => ({
    finding,
    resources: ['RecoveryMetadata/Instance-a', 'RecoveryMetadata/Instance-b'],
    whenServing: true,
    reason: 'As at home: the cluster holds the data, and Database Insights shows the load.',
    control: 'SLO-3',
  })),
  ...['AWSBackupServiceRolePolicyForBackup', 'AWSBackupServiceRolePolicyForRestores'].map((name) => ({
    finding: `IAMNoManagedPolicies[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/${name}]`,
    resources: ['Backup/Operator/Resource'],
    reason: "AWS Backup's calls for each type change with the types: AWS keeps the list; the role's boundary and its trust are ours.",
    control: 'SEC-4',
  })),
  {
    finding: 'IAMNoInlinePolicy',
    resources: inBothRegions(policyOf('Backup/TableRestorer/Role')),
    reason: 'A policy of one role alone, made and deleted with it, cannot be attached to another; a managed policy could.',
    control: 'SEC-4',
  },
  {
    finding: wildcard('arn:aws:backup:{region}:{account}:recovery-point:*'),
    resources: [policyOf('Backup/TableRestorer/Role')],
    reason:
      'AWS Backup makes the IDs of backups; what a restore may be called the boundary says, and it is the elevated alone, for an hour.',
    control: 'SEC-4',
  },
  {
    finding: wildcard('*'),
    resources: [policyOf('Backup/TableRestorer/Role')],
    reason: 'DescribeRestoreJob knows no resource, and tells how far a restore is.',
    control: 'SEC-4',
  },
];

/** Findings in the stacks that hold and carry customers' data. */
export const ledgerOfStores: readonly Acknowledgement[] = answers.map((answer) => ({ ...answer, ...answered }));
