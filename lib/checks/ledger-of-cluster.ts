import type { Acknowledgement } from './acknowledgements';

const answered = { owner: 'platform-engineering', argued: '2026-11-25', expires: '2027-11-30' } as const;

type Answer = Omit<Acknowledgement, keyof typeof answered>;

/** The same at home and, while it serves, in the recovery Region. */
const inBoth = (answer: Answer): Answer[] => [
  answer,
  { ...answer, resources: answer.resources.map((path) => `Recovery${path}`), whenServing: true },
];

const policyOf = (role: string): string => `${role}/DefaultPolicy/Resource`;
const wildcard = (resource: string): string => `IAMNoWildcardPermissions[Resource::${resource}]`;

const clusterRole = 'Cluster/Kubernetes/ClusterRole';
const applier = 'GitOps/Birth/Applier';
const refresher = 'GitOps/Refresh/Refresher';
const framework = 'GitOps/Birth/Provider/framework-onEvent/Resource';

/** Beginning of what the spill bucket's stack puts out, as cdk-nag writes it. */
const spillOf = (stack: string): string =>
  `{"Fn::GetStackOutput":{"StackName":"{stage}-${stack}","Region":"{region}","OutputName":"PublishOutputFnGetAttSpillBucket95D36406Arn2A8A20CC"}}/*`;

const managed: Readonly<Record<string, readonly string[]>> = {
  [clusterRole]: [
    'AmazonEKSBlockStoragePolicy',
    'AmazonEKSClusterPolicy',
    'AmazonEKSComputePolicy',
    'AmazonEKSLoadBalancingPolicy',
    'AmazonEKSNetworkingPolicy',
  ],
  'Cluster/Kubernetes/NodeRole': ['AmazonEC2ContainerRegistryPullOnly', 'AmazonEKSWorkerNodeMinimalPolicy'],
};

const answers: readonly Answer[] = [
  ...Object.entries(managed).flatMap(([role, policies]) =>
    policies.flatMap((policy) =>
      inBoth({
        finding: `IAMNoManagedPolicies[Policy::arn:<AWS::Partition>:iam::aws:policy/${policy}]`,
        resources: [`${role}/Resource`],
        reason:
          'EKS runs nodes by it and changes it with what it runs: a copy of ours would break the cluster at the next change. It reaches what carries the cluster as a tag.',
        control: 'SEC-4',
      }),
    ),
  ),
  ...inBoth({
    finding: 'IAMNoInlinePolicy',
    resources: [
      clusterRole,
      'GitOps/ArgoRole',
      `${applier}/Role`,
      `${refresher}/Role`,
      'GitOps/Birth/Role',
      ...['Delivery', 'Ingest', 'Processor', 'Profiles'].map((service) => `Workloads/${service}/Role`),
      ...['Delivery', 'Ingest', 'Operator', 'Processor', 'Profiles'].map((service) => `Workloads/${service}Tenant/Role`),
    ].map(policyOf),
    reason: 'A policy of one role alone, made and deleted with it, cannot be attached to another; a managed policy could.',
    control: 'SEC-4',
  }),
  ...inBoth({
    finding: wildcard('*'),
    resources: [policyOf(clusterRole)],
    reason: "Nodes and interfaces that do not exist yet have no ARN; each statement demands the cluster's own tag on what is made.",
    control: 'SEC-4',
  }),
  ...['arn:aws:ec2:{region}::snapshot/*', 'arn:aws:ec2:{region}:{account}:volume/*'].flatMap((resource) =>
    inBoth({
      finding: wildcard(resource),
      resources: [policyOf(clusterRole)],
      reason: "Volumes that do not exist yet have no ID; the statement demands the cluster's own tag on what is made.",
      control: 'SEC-4',
    }),
  ),
  ...inBoth({
    finding: wildcard('arn:aws:elasticloadbalancing:{region}:{account}:targetgroup/{stage}-*'),
    resources: [policyOf(clusterRole)],
    reason: "Target groups of the cell have IDs that AWS makes; the statement demands the cluster's own tag.",
    control: 'SEC-4',
  }),
  ...inBoth({
    finding: wildcard('*'),
    resources: [applier, refresher].map((path) => policyOf(`${path}/Role`)),
    reason: 'Lambda makes interfaces as the role, and EC2 has no narrower resource for that; a Deny keeps it from the code.',
    control: 'SEC-4',
  }),
  ...inBoth({
    finding: wildcard('<BirthApplierFunctionC5DD55B9.Arn>:*'),
    resources: [policyOf('GitOps/Birth/Role')],
    reason: "The CDK's framework calls any version of this one function.",
    control: 'SEC-4',
  }),
  ...inBoth({
    finding: wildcard('arn:aws:dynamodb:{region}:{account}:table/{stage}-processor/index/*'),
    resources: [policyOf('Workloads/Processor/Role')],
    reason: "The Kinesis Client Library names the index of its table of leases; the table is the processor's alone.",
    control: 'SEC-4',
  }),
  ...inBoth({
    finding: wildcard('arn:aws:s3:::{stage}-quarantine-{account}-{region}/events/<aws:PrincipalTag/tenant>/*'),
    resources: [policyOf('Workloads/OperatorTenant/Role')],
    reason: 'Names of quarantined objects are made by Firehose; the prefix is that of the one tenant whom the session is tagged with.',
    control: 'SEC-4',
  }),
  ...['Lake', 'RecoveryLake'].map((lake) => ({
    finding: wildcard(spillOf(lake)),
    resources: [policyOf(lake === 'Lake' ? 'Workloads/Ingest/Role' : 'RecoveryWorkloads/Ingest/Role')],
    ...(lake === 'Lake' ? {} : { whenServing: true }),
    reason: 'Names of spilled objects are made by ingest; it may write to this bucket, and read nothing of it.',
    control: 'SEC-4',
  })),
  ...inBoth({
    finding: 'LambdaConcurrency',
    resources: [`${applier}/Function/Resource`, framework],
    reason: 'CloudFormation calls it once a deployment; a reserve would be taken from what the account has.',
    control: 'SLO-1',
  }),
  ...inBoth({
    finding: 'LambdaDLQ',
    resources: [`${applier}/Function/Resource`, framework],
    reason: 'CloudFormation waits for the answer, and a deployment that fails is seen: nothing is lost that a queue would have to keep.',
    control: 'OPS-4',
  }),
  ...inBoth({
    finding: 'LambdaConcurrency',
    resources: [`${refresher}/Function/Resource`],
    reason: 'It is called once a minute; a reserve would be taken from what the account has.',
    control: 'SLO-1',
  }),
  ...inBoth({
    finding: 'LambdaDLQ',
    resources: [`${refresher}/Function/Resource`],
    reason: 'Each minute asks again, and an alarm tells when none succeeds: an old question is worth nothing.',
    control: 'OPS-2',
  }),
  ...inBoth({
    finding: 'LambdaInsideVPC',
    resources: [framework],
    reason:
      'It answers to CloudFormation at an address of AWS, to which nothing in the VPC has a way: the endpoint of S3 admits our buckets.',
    control: 'SEC-4',
  }),
];

/** Findings in the stacks of the cluster and of what fills it. */
export const ledgerOfCluster: readonly Acknowledgement[] = answers.map((answer) => ({ ...answer, ...answered }));
