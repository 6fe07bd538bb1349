import type { Acknowledgement } from './acknowledgements';
import { ledgerOfCluster } from './ledger-of-cluster';
import { ledgerOfDelivery } from './ledger-of-delivery';
import { ledgerOfStores } from './ledger-of-stores';

const owner = 'platform-engineering';
const argued = '2026-11-23';
const expires = '2027-11-30';

const inBothRegions = (...paths: readonly string[]): string[] => paths.flatMap((path) => [path, `Recovery${path}`]);

const logBuckets = (...names: readonly string[]): string[] => names.map((name) => `LogArchive/${name}/Bucket/Resource`);

const publicSubnetRoutes = [1, 2, 3].map((zone) => `Network/Network/Vpc/PublicSubnet${zone}/DefaultRoute`);

/** Findings of cdk-nag that we live with: the only place where one is answered. `npm run ledger` prints it. */
export const ledger: readonly Acknowledgement[] = [
  {
    finding: 'S3BucketReplicationEnabled',
    resources: inBothRegions(...logBuckets('AccessLogs', 'ConfigurationHistory', 'NetworkLogs', 'LoadBalancerLogs')),
    reason: 'Operational logs tell of their own Region and are not needed to recover from its loss; audit records are copied.',
    owner,
    argued,
    expires,
    control: 'SLO-2',
  },
  {
    finding: 'S3BucketReplicationEnabled',
    resources: inBothRegions('AuditQueries/Results/Bucket/Resource'),
    reason: 'Answers of a week, which are asked for again: the records that they come from are in both Regions (ADR-027).',
    owner,
    argued,
    expires,
    control: 'SLO-2',
  },
  {
    finding: 'S3BucketReplicationEnabled',
    resources: ['RecoveryLogArchive/Audit/Bucket/Resource'],
    reason: 'It is the copy: a second hop would be a third copy of the same locked records.',
    owner,
    argued,
    expires,
    control: 'SLO-2',
  },
  {
    finding: 'S3BucketReplicationEnabled',
    resources: logBuckets('Audit'),
    stages: ['dev'],
    reason: 'dev has no recovery Region and holds no customer data; its records stay locked in their one Region.',
    owner,
    argued,
    expires,
    control: 'SLO-2',
  },
  {
    finding: 'S3DefaultEncryptionKMS',
    resources: inBothRegions(...logBuckets('AccessLogs', 'LoadBalancerLogs')),
    reason: 'S3 and Elastic Load Balancing deliver logs to buckets with SSE-S3 only; the objects are encrypted, by a key of S3.',
    owner,
    argued,
    expires,
    control: 'SEC-2',
  },
  {
    finding: 'CloudTrailCloudWatchLogsEnabled',
    resources: ['LogArchive/AuditTrail/Trail'],
    reason:
      'A second copy of every data event in CloudWatch Logs would cost 0.50 USD a GB for no reader: GuardDuty reads the same events at their source, and questions are asked of S3 by Athena.',
    owner,
    argued,
    expires,
    control: 'SEC-3',
  },
  {
    finding: 'EC2RestrictedInbound',
    resources: inBothRegions('Network/Tiers/Edge/Resource'),
    reason: 'The one group that the internet is meant to reach: load balancers on port 443, behind WAF and the verification of tokens.',
    owner,
    argued,
    expires,
    control: 'SEC-4',
  },
  {
    finding: 'VPCNoUnrestrictedRouteToIGW',
    resources: inBothRegions(...publicSubnetRoutes),
    reason:
      'Public subnets hold load balancers and, in dev, the NAT gateway, which are of no use without the route; nothing else is placed there.',
    owner,
    argued,
    expires,
    control: 'SEC-4',
  },
  {
    finding: 'IAMNoInlinePolicy',
    resources: [
      ...inBothRegions('Detection/PublishSevereFindings/DefaultPolicy/Resource'),
      'Backup/PublishFailedJobs/DefaultPolicy/Resource',
      'LogArchive/AuditReplication/DefaultPolicy/Resource',
    ],
    reason: 'A policy of one role alone, made and deleted with it, cannot be attached to another; a managed policy could.',
    owner,
    argued,
    expires,
    control: 'SEC-4',
  },
  {
    finding: 'IAMNoWildcardPermissions[Action::kms:GenerateDataKey*]',
    resources: [
      ...inBothRegions('Detection/PublishSevereFindings/DefaultPolicy/Resource'),
      'Backup/PublishFailedJobs/DefaultPolicy/Resource',
    ],
    reason: "The CDK's grant to publish to an encrypted topic: two actions that make a data key, on the one key of the topics.",
    owner,
    argued,
    expires,
    control: 'SEC-4',
  },
  {
    finding: 'IAMNoWildcardPermissions[Resource::<AuditBucket7486E833.Arn>/*]',
    resources: ['LogArchive/AuditReplication/DefaultPolicy/Resource'],
    reason: 'Replication copies every object of the audit bucket, whose names are made by CloudTrail; it may read this bucket alone.',
    owner,
    argued,
    expires,
    control: 'SEC-4',
  },
  {
    finding:
      'IAMNoWildcardPermissions[Resource::{"Fn::GetStackOutput":{"StackName":"{stage}-RecoveryLogArchive","Region":"{region}","OutputName":"PublishOutputFnGetAttAuditBucket7486E833Arn126C4837"}}/*]',
    resources: ['LogArchive/AuditReplication/DefaultPolicy/Resource'],
    reason: "Replication writes every object of the audit bucket's copy, and may write to this bucket alone.",
    owner,
    argued,
    expires,
    control: 'SEC-4',
  },
  ...ledgerOfStores,
  ...ledgerOfCluster,
  ...ledgerOfDelivery,
];
