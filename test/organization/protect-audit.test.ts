import { describe, expect, it } from 'vitest';
import { bucketNamePattern, protectAudit } from '../../lib/constructs/organization-policies/protect-audit';
import { auditPolicy, decide, EU_ACCOUNT, openResourcePolicy, roleNames, roleOf, without, type Request } from './simulation';

const here = `eu-west-1:${EU_ACCOUNT}`;
const bucket = 'arn:aws:s3:::prod-eu-logarchive-audit1a2b3c4d-x1y2z3a4b5c6';
/** As long as CloudFormation may make it: both parts cut at 25 characters. */
const cutBucket = 'arn:aws:s3:::prod-eu-recoverylogarchiv-auditreplica1a2b3c4d-x1y2z3a4b5c6';
const detector = `arn:aws:guardduty:${here}:detector/0123456789abcdef0123456789abcdef`;
const trail = `arn:aws:cloudtrail:${here}:trail/audit`;
const recorder = `arn:aws:config:${here}:configuration-recorder/default/0123456789abcdef`;

const ask = (request: Request, document = auditPolicy) => decide({ serviceControl: [document] }, request);

const forNobody: readonly (readonly [sid: string, action: string, resource: string])[] = [
  ['AuditNeverStops', 'cloudtrail:StopLogging', trail],
  ['AuditNeverStops', 'cloudtrail:DeleteTrail', trail],
  ['AuditNeverStops', 'guardduty:DeleteDetector', detector],
  ['AuditNeverStops', 'guardduty:DisassociateFromAdministratorAccount', '*'],
  ['AuditNeverStops', 'config:StopConfigurationRecorder', recorder],
  ['AuditNeverStops', 'config:DeleteConfigurationRecorder', recorder],
  ['AuditNeverStops', 'config:DeleteDeliveryChannel', '*'],
  ['AuditNeverStops', 'securityhub:DisableSecurityHub', `arn:aws:securityhub:${here}:hub/default`],
  ['AuditNeverStops', 'securityhub:DisableSecurityHubV2', '*'],
  ['AuditNeverStops', 'access-analyzer:DeleteAnalyzer', `arn:aws:access-analyzer:${here}:analyzer/outside`],
  ['AuditNeverStops', 'organizations:LeaveOrganization', '*'],
  ['AuditNeverStops', 'ec2:DisableEbsEncryptionByDefault', '*'],
  ['AuditNeverStops', 'ec2:DisableSnapshotBlockPublicAccess', '*'],
  ['AccountBlocksPublicAccess', 's3:PutAccountPublicAccessBlock', '*'],
  ['AuditLogsAreFinal', 's3:BypassGovernanceRetention', `${bucket}/AWSLogs/1`],
  ['AuditLogsAreFinal', 's3:DeleteObject', `${bucket}/AWSLogs/1`],
  ['AuditLogsAreFinal', 's3:DeleteObjectVersion', `${bucket}/AWSLogs/1`],
  ['AuditLogsAreFinal', 's3:DeleteObjectVersion', `${cutBucket}/AWSLogs/1`],
  ['AuditLogsAreFinal', 's3:PutObjectRetention', `${bucket}/AWSLogs/1`],
  ['AuditLogsAreFinal', 's3:DeleteBucket', bucket],
];

const forThePipeline: readonly (readonly [sid: string, action: string, resource: string])[] = [
  ['AuditChangesByPipeline', 'cloudtrail:UpdateTrail', trail],
  ['AuditChangesByPipeline', 'cloudtrail:PutEventSelectors', trail],
  ['AuditChangesByPipeline', 'guardduty:UpdateDetector', detector],
  ['AuditChangesByPipeline', 'guardduty:CreateFilter', `${detector}/filter/quiet`],
  ['AuditChangesByPipeline', 'config:PutConfigurationRecorder', recorder],
  ['AuditChangesByPipeline', 'config:PutDeliveryChannel', '*'],
  ['AuditChangesByPipeline', 'securityhub:BatchDisableStandards', '*'],
  ['AuditChangesByPipeline', 'access-analyzer:CreateArchiveRule', `arn:aws:access-analyzer:${here}:analyzer/outside/archive-rule/quiet`],
  ['AuditChangesByPipeline', 'kms:ScheduleKeyDeletion', `arn:aws:kms:${here}:key/0123`],
  ['AuditChangesByPipeline', 'logs:DeleteLogGroup', `arn:aws:logs:${here}:log-group:/aws/eks/cluster`],
  ['AuditBucketsChangeByPipeline', 's3:PutBucketPolicy', bucket],
  ['AuditBucketsChangeByPipeline', 's3:DeleteBucketPolicy', bucket],
  ['AuditBucketsChangeByPipeline', 's3:PutBucketObjectLockConfiguration', bucket],
  ['AuditBucketsChangeByPipeline', 's3:PutLifecycleConfiguration', cutBucket],
  ['AuditBucketsChangeByPipeline', 's3:PutBucketVersioning', bucket],
  ['AuditBucketsChangeByPipeline', 's3:PutReplicationConfiguration', bucket],
];

/** Only KMS asks the resource before the identity. */
const request = (action: string, resource: string, principal: string): Request => ({
  action,
  resource,
  principal,
  ...(action.startsWith('kms:') ? { resourcePolicy: openResourcePolicy } : {}),
});

describe('the audit policy', () => {
  it.each(forNobody)('rejects, by %s, %s on %s of everybody, the pipeline too', async (sid, action, resource) => {
    for (const principal of [roleOf.admin(), roleOf.execution()]) {
      expect(await ask(request(action, resource, principal)), principal).toBe('ExplicitlyDenied');
      expect(await ask(request(action, resource, principal), without(auditPolicy, sid)), principal).toBe('Allowed');
    }
  });

  it.each(forThePipeline)('rejects, by %s, %s on %s of everybody but CloudFormation', async (sid, action, resource) => {
    for (const principal of [roleOf.admin(), roleOf.deployment(), roleOf.impostor()]) {
      expect(await ask(request(action, resource, principal)), principal).toBe('ExplicitlyDenied');
      expect(await ask(request(action, resource, principal), without(auditPolicy, sid)), principal).toBe('Allowed');
    }
    expect(await ask(request(action, resource, roleOf.execution()))).toBe('Allowed');
  });

  it('rejects the root user, and lets centrally assumed root in for its one task', async () => {
    const root = { action: 's3:ListBucket', resource: 'arn:aws:s3:::events', principal: roleOf.root() };
    expect(await ask(root)).toBe('ExplicitlyDenied');
    expect(await ask(root, without(auditPolicy, 'NobodyIsRoot'))).toBe('Allowed');
    expect(await ask({ ...root, action: 's3:DeleteBucketPolicy', context: { 'aws:AssumedRoot': 'true' } })).toBe('Allowed');
  });

  it('lets whoever makes an account switch its public access block on', async () => {
    expect(await ask({ action: 's3:PutAccountPublicAccessBlock', resource: '*', principal: roleOf.accountAccess() })).toBe('Allowed');
  });

  it('leaves reading the audit trail, and every other bucket, alone', async () => {
    expect(await ask({ action: 's3:GetObject', resource: `${bucket}/AWSLogs/1` })).toBe('Allowed');
    expect(await ask({ action: 's3:DeleteObjectVersion', resource: 'arn:aws:s3:::prod-eu-data-raw1a2b3c4d-x1y2z3/2026/1' })).toBe(
      'Allowed',
    );
    expect(await ask({ action: 's3:DeleteObjectVersion', resource: 'arn:aws:s3:::prod-eu-recoverybase-raw1a2b3c4d-x1y2z3/1' })).toBe(
      'Allowed',
    );
    expect(await ask({ action: 'cloudtrail:LookupEvents', resource: '*' })).toBe('Allowed');
  });
});

describe('the pattern of an audit bucket', () => {
  it.each([
    ['dev-LogArchive', 'dev-logarchive*'],
    ['prod-eu-LogArchive', 'prod-eu-logarchive*'],
    ['prod-eu-RecoveryLogArchive', 'prod-eu-recoverylog*'],
  ])('of %s is short enough for a name that CloudFormation cuts: %s', (stack, pattern) => {
    expect(bucketNamePattern(stack)).toBe(pattern);
  });

  it("rejects a cell's name that leaves too little of the stack's", () => {
    expect(() => bucketNamePattern('production-europe-LogArchive')).toThrow(
      /received production-europe-LogArchive; allowed: names whose first 19/,
    );
    expect(() => bucketNamePattern('prod-euro-RecoveryLogArchive')).toThrow(/first 19 characters hold 11/);
  });

  it('rejects a policy that would protect no bucket', () => {
    expect(() => protectAudit({ ...roleNames, auditStackNames: [] })).toThrow('protectAudit.auditStackNames: received none');
  });
});
