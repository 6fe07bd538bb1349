import { withinQuota, type ServiceControlPolicy, type ServiceControlStatement } from './policy-document';

/** Actions that a Region deny would break, and why they may stay. */
export interface ActionExemption {
  readonly actions: readonly string[];
  readonly reason: string;
}

/** An exemption that holds in one Region outside the jurisdiction only. */
export interface RegionalExemption extends ActionExemption {
  readonly region: string;
}

export interface DenyRegionsProps {
  /** Such as `eu`; names the policy in errors. */
  readonly jurisdiction: string;
  /** The Regions in which the jurisdiction's data may be [REG-1, REG-3]. */
  readonly regions: readonly string[];
  /** Home Region of IAM Identity Center, the only one in which the workforce's identities are. */
  readonly workforceIdentityRegion: string;
}

/**
 * Control planes without a Region of their own: their requests count as requests to us-east-1.
 *
 * AWS exempts far more in its own control (AWS Control Tower Controls Reference, "Deny access to AWS based on the requested
 * AWS Region", read 2026-11). Left out on purpose, because each can hold data abroad or end TLS there: kms, config,
 * access-analyzer, cloudfront (key-value stores), globalaccelerator, ecr-public, chatbot, resource-explorer-2, S3
 * Multi-Region Access Points. Nothing in this list can create a data store: a test holds it against the data services.
 */
export const globalServices: readonly ActionExemption[] = [
  { actions: ['iam:*'], reason: 'IAM has one control plane for all Regions, in us-east-1.' },
  { actions: ['sts:*'], reason: 'Older clients ask the global endpoint for credentials; STS stores nothing.' },
  { actions: ['route53:*'], reason: 'Zones and health checks have one control plane, in us-east-1; names are no customer data.' },
  { actions: ['organizations:Describe*', 'organizations:List*'], reason: 'Organizations is in us-east-1; members only read it.' },
  { actions: ['account:Get*', 'account:List*'], reason: 'Account settings are in us-east-1; the CLI and the console read them.' },
  {
    actions: ['health:Describe*', 'support:*'],
    reason: 'AWS Health and Support answer in us-east-1 only, and are needed in an incident [SLO-6].',
  },
  { actions: ['artifact:Get*', 'artifact:List*'], reason: "AWS's audit reports, evidence for our own, are in us-east-1 [SEC-1]." },
  { actions: ['cloudtrail:LookupEvents'], reason: 'Events of IAM and STS stand in the history of us-east-1 [SEC-3].' },
  {
    actions: ['s3:ListAllMyBuckets', 's3:GetBucketLocation', 's3:GetAccountPublicAccessBlock', 'ec2:DescribeRegions'],
    reason: 'Account-wide reads that clients send to us-east-1 whatever Region they are set to.',
  },
];

/** The typed list of what may leave the jurisdiction, each in one Region only. */
export const regionalExemptions = (workforceIdentityRegion: string): readonly RegionalExemption[] => [
  {
    region: 'us-east-1',
    actions: ['bcm-data-exports:*', 'cur:*', 'ce:*', 'budgets:*'],
    reason: 'Billing data exists in us-east-1 only [BUD-3, CST-3]; an export writes to a bucket, which must be at home.',
  },
  {
    region: 'us-east-1',
    actions: [
      'cloudwatch:GetMetric*',
      'cloudwatch:ListMetrics',
      'cloudwatch:DescribeAlarms*',
      'cloudwatch:PutMetricAlarm',
      'cloudwatch:DeleteAlarms',
      'cloudwatch:*TagsForResource',
      'cloudwatch:TagResource',
      'cloudwatch:UntagResource',
    ],
    reason: 'Route 53 publishes health-check metrics in us-east-1 only [SLO-6]. No PutMetricData: nothing is stored there.',
  },
  {
    region: 'us-east-1',
    actions: ['arc-region-switch:*'],
    reason: 'Plans of ARC Region switch are created and changed in us-east-1 only [SLO-4]; a plan names resources, and runs at home.',
  },
  {
    region: workforceIdentityRegion,
    actions: ['sso:*', 'sso-directory:*', 'identitystore:*'],
    reason: 'IAM Identity Center has one home Region; it holds our engineers, no customer [SEC-5].',
  },
];

/**
 * Service control policy: nothing runs, and no copy goes, outside a jurisdiction's Regions [REG-1, REG-3].
 *
 * Replicas of DynamoDB tables need no statement: whoever adds one needs `dynamodb:CreateTable` in the Region of the replica
 * (Amazon DynamoDB Developer Guide, "Using IAM with global tables", read 2026-11).
 */
export function denyRegions(props: DenyRegionsProps): ServiceControlPolicy {
  const { jurisdiction, regions, workforceIdentityRegion } = props;
  if (regions.length === 0) throw new Error(`denyRegions(${jurisdiction}).regions: received none; allowed: at least one Region`);

  const abroad = regionalExemptions(workforceIdentityRegion).filter(({ region }) => !regions.includes(region));
  const outside = { StringNotEquals: { 'aws:RequestedRegion': regions } };

  return withinQuota(`denyRegions(${jurisdiction})`, 'SERVICE_CONTROL_POLICY', {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'OutsideTheJurisdiction',
        Effect: 'Deny',
        NotAction: [...globalServices, ...abroad].flatMap(({ actions }) => actions),
        Resource: '*',
        Condition: outside,
      },
      ...exemptRegions(abroad).map((region) => exemptInOneRegion(region, abroad, regions)),
      {
        // The endpoint of us-east-1 creates buckets in any Region that the body of the request names, and counts as us-east-1.
        Sid: 'BucketsElsewhere',
        Effect: 'Deny',
        Action: 's3:CreateBucket',
        Resource: '*',
        Condition: { StringNotEquals: { 's3:LocationConstraint': regions }, Null: { 's3:LocationConstraint': 'false' } },
      },
      // The three below are requests at home whose effect is abroad: the Region of the request is no help.
      {
        Sid: 'KeysElsewhere',
        Effect: 'Deny',
        Action: 'kms:ReplicateKey',
        Resource: '*',
        Condition: { StringNotEquals: { 'kms:ReplicaRegion': regions } },
      },
      {
        Sid: 'SecretsElsewhere',
        Effect: 'Deny',
        Action: ['secretsmanager:CreateSecret', 'secretsmanager:ReplicateSecretToRegions'],
        Resource: '*',
        Condition: { 'ForAnyValue:StringNotEquals': { 'secretsmanager:AddReplicaRegions': regions } },
      },
      {
        Sid: 'BackupsElsewhere',
        Effect: 'Deny',
        Action: 'backup:CopyFromBackupVault',
        Resource: '*',
        Condition: { 'ForAnyValue:ArnNotLike': { 'backup:CopyTargets': regions.map((region) => `arn:aws:backup:${region}:*:*`) } },
      },
    ],
  });
}

const exemptRegions = (exemptions: readonly RegionalExemption[]): readonly string[] => [...new Set(exemptions.map(({ region }) => region))];

/** Without it an exempted action would be free in every Region of the world. */
const exemptInOneRegion = (
  region: string,
  exemptions: readonly RegionalExemption[],
  regions: readonly string[],
): ServiceControlStatement => ({
  Sid: `ExemptIn${region.replaceAll('-', '')}Only`,
  Effect: 'Deny',
  Action: exemptions.filter((exemption) => exemption.region === region).flatMap(({ actions }) => actions),
  Resource: '*',
  Condition: { StringNotEquals: { 'aws:RequestedRegion': [...regions, region] } },
});
