import { pipelineRoles, type PipelineRolesProps } from './pipeline-roles';
import { withinQuota, type ServiceControlPolicy } from './policy-document';

export interface ProtectAuditProps extends PipelineRolesProps {
  /** Stacks whose buckets hold audit logs, as CloudFormation knows them, such as `prod-eu-LogArchive`. */
  readonly auditStackNames: readonly string[];
}

/**
 * What a generated bucket name is sure to begin with. CloudFormation names a bucket after stack, logical ID and a random
 * suffix, in lower case (AWS CloudFormation User Guide, "Name type", read 2026-11); where that exceeds the 63 characters of
 * S3 it cuts both parts, by a rule that AWS does not publish: role names seen in public, which end at 64, have 25 of each.
 * `prod-eu-RecoveryLogArchive` has 26: a pattern with the whole name could match nothing, and protect nothing, silently.
 */
const UNCUT_CHARACTERS = 19;

/** So much of `RecoveryLogArchive` tells its buckets from those of `RecoveryBase`. */
const TELLING_CHARACTERS = 'RecoveryLog'.length;

/** The buckets that CloudFormation generates names for in a stack. */
export function bucketNamePattern(stackName: string): string {
  const role = stackName.slice(stackName.lastIndexOf('-') + 1);
  const told = stackName.slice(0, UNCUT_CHARACTERS).length - (stackName.length - role.length);
  if (told < Math.min(role.length, TELLING_CHARACTERS)) {
    const range = `names whose first ${UNCUT_CHARACTERS} characters hold ${TELLING_CHARACTERS} of what follows the cell's name`;
    throw new Error(`protectAudit.auditStackNames: received ${stackName}; allowed: ${range}`);
  }
  return `${stackName.toLowerCase().slice(0, UNCUT_CHARACTERS)}*`;
}

/** Final for everybody, CloudFormation too: no change of ours needs them, and an attacker's first step is one of them. */
const stopping = [
  'access-analyzer:DeleteAnalyzer',
  'cloudtrail:DeleteEventDataStore',
  'cloudtrail:DeleteTrail',
  'cloudtrail:StopEventDataStoreIngestion',
  'cloudtrail:StopLogging',
  'config:DeleteConfigurationRecorder',
  'config:DeleteDeliveryChannel',
  'config:StopConfigurationRecorder',
  'ec2:DisableEbsEncryptionByDefault',
  'ec2:DisableImageBlockPublicAccess',
  'ec2:DisableSnapshotBlockPublicAccess',
  'guardduty:DeleteDetector',
  'guardduty:DeleteMembers',
  'guardduty:DisassociateFrom*',
  'guardduty:DisassociateMembers',
  'guardduty:StopMonitoringMembers',
  'organizations:LeaveOrganization',
  'securityhub:DeleteMembers',
  'securityhub:DisableSecurityHub*',
  'securityhub:DisassociateFrom*',
  'securityhub:DisassociateMembers',
];

/** Part of a reviewed change, so CloudFormation may; by hand they are how a trail goes quiet without stopping. */
const weakening = [
  'access-analyzer:CreateArchiveRule',
  'access-analyzer:UpdateA*',
  'cloudtrail:Put*',
  'cloudtrail:UpdateEventDataStore',
  'cloudtrail:UpdateTrail',
  'config:DeleteRetentionConfiguration',
  'config:PutConfigurationRecorder',
  'config:PutDeliveryChannel',
  'config:PutRetentionConfiguration',
  'guardduty:CreateFilter',
  'guardduty:CreateIPSet',
  'guardduty:CreateTrustedEntitySet',
  'guardduty:DeletePublishingDestination',
  'guardduty:UpdateDetector',
  'guardduty:UpdateFilter',
  'guardduty:UpdateIPSet',
  'guardduty:UpdateMalwareScanSettings',
  'guardduty:UpdatePublishingDestination',
  'guardduty:UpdateTrustedEntitySet',
  // A log whose key is gone is a log that is gone.
  'kms:DisableKey',
  'kms:ScheduleKeyDeletion',
  // EKS control planes and pgaudit log here [SEC-3].
  'logs:DeleteLogGroup',
  'logs:DeleteLogStream',
  'securityhub:BatchDisableStandards',
  'securityhub:BatchUpdateStandardsControlAssociations',
  'securityhub:UpdateSecurityControl',
  'securityhub:UpdateSecurityHubConfiguration',
  'securityhub:UpdateStandardsControl',
];

/**
 * Service control policy: who did what stays recorded, for the engineers with every permission as well [SEC-3, SEC-1].
 * It binds member accounts; the management account is outside of every service control policy, so nothing runs there.
 *
 * Audit buckets are known by name, not by tag: S3 evaluates tags of a bucket only where ABAC is switched on for it, so
 * that switch and the tag itself would be two more things to take away (Amazon S3 User Guide, "ABAC", read 2026-11).
 */
export function protectAudit(props: ProtectAuditProps): ServiceControlPolicy {
  const roles = pipelineRoles(props);
  if (props.auditStackNames.length === 0) {
    throw new Error('protectAudit.auditStackNames: received none; allowed: the name of every stack with an audit bucket');
  }
  const buckets = [...new Set(props.auditStackNames.map(bucketNamePattern))].sort().map((pattern) => `arn:aws:s3:::${pattern}`);
  const notByPipeline = { ArnNotLike: { 'aws:PrincipalArn': roles.execution } };

  return withinQuota('protectAudit', 'SERVICE_CONTROL_POLICY', {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'AuditNeverStops', Effect: 'Deny', Action: stopping, Resource: '*' },
      { Sid: 'AuditChangesByPipeline', Effect: 'Deny', Action: weakening, Resource: '*', Condition: notByPipeline },
      {
        // Object Lock in governance mode yields to whoever may bypass it. Retention comes from the bucket's default, so
        // that nobody has to set it by object; log delivery is by service principals, which no policy of ours binds.
        Sid: 'AuditLogsAreFinal',
        Effect: 'Deny',
        Action: ['s3:BypassGovernanceRetention', 's3:DeleteBucket', 's3:DeleteObject*', 's3:PutObjectLegalHold', 's3:PutObjectRetention'],
        Resource: buckets,
      },
      {
        Sid: 'AuditBucketsChangeByPipeline',
        Effect: 'Deny',
        Action: [
          's3:DeleteBucketPolicy',
          's3:PutBucketAcl',
          's3:PutBucketLogging',
          's3:PutBucketObjectLockConfiguration',
          's3:PutBucketOwnershipControls',
          's3:PutBucketPolicy',
          's3:PutBucketPublicAccessBlock',
          's3:PutBucketVersioning',
          's3:PutEncryptionConfiguration',
          's3:PutLifecycleConfiguration',
          's3:PutReplicationConfiguration',
        ],
        Resource: buckets,
        Condition: notByPipeline,
      },
      {
        // One action switches it on and off, and CloudFormation has no type for it: it is set when the account is made.
        Sid: 'AccountBlocksPublicAccess',
        Effect: 'Deny',
        Action: 's3:PutAccountPublicAccessBlock',
        Resource: '*',
        Condition: { ArnNotLike: { 'aws:PrincipalArn': roles.accountAccess } },
      },
      {
        // Sessions of centralised root access carry aws:AssumedRoot: they come from the management account, for one task,
        // and are the only way to a bucket whose policy locks everybody out. As in aws-samples/service-control-policy-examples,
        // "Prevent root credentials management in member accounts", read 2026-11.
        Sid: 'NobodyIsRoot',
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:root' }, Null: { 'aws:AssumedRoot': 'true' } },
      },
    ],
  });
}
