/**
 * cdk-nag looks for classes of the CDK, so a rule of its may be blind for a construct of ours: it is relied on only where
 * a bad fixture of our own kind has tripped it.
 */
import { describe, expect, it } from 'vitest';
import { buildApp } from '../../lib/app';
import { readRuleCatalogue } from '../../lib/checks/recorded-packs';
import { reliedOn as reliedOnForLogsAndNetwork } from '../fixtures/nag-stacks';
import { reliedOnForStores } from '../fixtures/nag-stores';
import { fixtureApp, packFindings, rulesThatSee } from '../support/fixtures';
import { unchecked } from '../support/platform-assembly';

const reliedOn = { ...reliedOnForLogsAndNetwork, ...reliedOnForStores };

const cases = Object.entries(reliedOn).flatMap(([rule, { bad, good }]) => [
  ...Object.entries(bad).map(([fault, build], index) => ({ rule, fault, stackName: `${rule}-bad-${index}`, build })),
  { rule, fault: undefined, stackName: `${rule}-good`, build: good },
]);

/** All fixtures in one app, a stack for each, judged once. */
const findings = packFindings(fixtureApp(Object.fromEntries(cases.map(({ stackName, build }) => [stackName, build]))));

const findingsOf = (stackName: string): ReadonlySet<string> =>
  new Set(
    findings.flatMap(({ finding, constructPath }) => (constructPath.startsWith(`${stackName}/`) ? [finding.replace(/\[.*$/s, '')] : [])),
  );

/** Sees our resources, and is not what we rely on. */
const beside: Readonly<Record<string, string>> = {
  ALBHttpToHttpsRedirection: 'about listeners of HTTP: EdgeGuarded takes none',
  ALBWAFEnabled: 'EdgeGuarded asks for it, and for what the web ACL does',
  AuroraMySQLBacktrack: 'about MySQL',
  AuroraMySQLLogging: 'about MySQL',
  ECROpenAccess: 'about policies of repositories, of which there are none; PermissionsNarrow judges them',
  EKSClusterControlPlaneLogs: 'sees one of two classes of cluster; EksClustersPrivate asks for it by the CloudFormation type',
  EKSClusterNoEndpointPublicAccess: 'sees one of two classes of cluster; EksClustersPrivate asks for it by the CloudFormation type',
  ELBDeletionProtectionEnabled: 'EdgeGuarded asks for it, with the other attributes',
  ELBLoggingEnabled: 'EdgeGuarded asks for requests and for connections',
  ELBv2ACMCertificateRequired: 'a listener of HTTPS cannot be made without one, and EdgeGuarded takes no other',
  GlueEncryptedCloudWatchLogs: 'answered in the ledger: the log groups are made beforehand, under our key',
  GlueJobBookmarkEncrypted: 'answered in the ledger: the one job keeps no bookmark',
  KinesisDataStreamDefaultKeyWhenSSE: "against keys of one's own; answered in the ledger, and StoresGuarded asks for one",
  LambdaConcurrency: 'answered in the ledger for every function that there is',
  LambdaDLQ: 'answered in the ledger for every function that there is',
  LambdaInsideVPC: 'answered in the ledger for every function that there is',
  RDSEnhancedMonitoringEnabled: 'answered in the ledger for every instance that there is',
  RDSInstanceBackupEnabled: 'passes a cluster without backups; ErasureDeadlinesKept asks for a retention',
  RDSInBackupPlan: "about instances, while a cluster's plan holds its data; ADR-014",
  RDSLoggingEnabled: 'passes whatever an Aurora cluster exports; StoresGuarded asks for it',
  RDSMultiAZSupport: 'about instances outside of clusters',
  RDSNonDefaultPort: 'answered in the ledger: another port hides nothing',
  WAFv2LoggingEnabled: 'EdgeGuarded asks for it, and that it shows no token',
  SecretsManagerRotationEnabled: 'answered in the ledger: the other half of the pair is in Snowflake, where a human changes it',
  S3WebBucketOAIAccess: 'about websites in S3 behind CloudFront: there are none',
};

describe('the rules of cdk-nag that we rely on', () => {
  it('are frozen', () => {
    expect(Object.keys(reliedOn)).toEqual([
      'CloudTrailCloudWatchLogsEnabled',
      'CloudTrailEncryptionEnabled',
      'CloudTrailLogFileValidationEnabled',
      'CloudWatchLogGroupEncrypted',
      'CloudWatchLogGroupRetentionPeriod',
      'EC2RestrictedCommonPorts',
      'EC2RestrictedInbound',
      'EC2RestrictedSSH',
      'EC2SecurityGroupDescription',
      'IAMNoInlinePolicy',
      'IAMNoManagedPolicies',
      'IAMNoWildcardPermissions',
      'IAMPolicyNoStatementsWithAdminAccess',
      'IAMPolicyNoStatementsWithFullAccess',
      'IAMUserNoPolicies',
      'KMSBackingKeyRotationEnabled',
      'LambdaFunctionPublicAccessProhibited',
      'LambdaLatestVersion',
      'S3BucketLevelPublicAccessProhibited',
      'S3BucketLoggingEnabled',
      'S3BucketPublicReadProhibited',
      'S3BucketPublicWriteProhibited',
      'S3BucketReplicationEnabled',
      'S3BucketSSLRequestsOnly',
      'S3BucketVersioningEnabled',
      'S3DefaultEncryptionKMS',
      'SNSEncryptedKMS',
      'SNSTopicSSLPublishOnly',
      'VPCDefaultSecurityGroupClosed',
      'VPCFlowLogsEnabled',
      'VPCNoUnrestrictedRouteToIGW',
      'VPCSubnetAutoAssignPublicIpDisabled',
      'AuroraMySQLPostgresIAMAuth',
      'CloudWatchAlarmAction',
      'KinesisDataFirehoseSSE',
      'KinesisDataStreamSSE',
      'RDSInstanceDeletionProtectionEnabled',
      'RDSInstancePublicAccess',
      'RDSStorageEncrypted',
      'SecretsManagerUsingKMSKey',
      'SQSQueueDLQ',
      'SQSQueueSSE',
      'SQSQueueSSLRequestsOnly',
    ]);
  });

  it('are rules of a pack that we run', () => {
    const catalogue = readRuleCatalogue();
    expect(Object.keys(reliedOn).filter((rule) => !catalogue.has(rule))).toEqual([]);
  });

  it('are all that look at a resource of the platform', () => {
    const seeing = [...rulesThatSee(buildApp(unchecked))];
    expect(seeing.filter((rule) => !(rule in reliedOn) && !(rule in beside))).toEqual([]);
    expect(Object.keys(beside).filter((rule) => !seeing.includes(rule))).toEqual([]);
  });

  it.each(cases.filter(({ fault }) => fault !== undefined))('rejects by $rule: $fault', ({ rule, stackName }) => {
    expect([...findingsOf(stackName)]).toContain(rule);
  });

  it.each(cases.filter(({ fault }) => fault === undefined))('passes the good twin by $rule', ({ rule, stackName }) => {
    expect([...findingsOf(stackName)]).not.toContain(rule);
  });
});
