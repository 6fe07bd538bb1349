import { ResourceImpact, fullDiff } from '@aws-cdk/cloudformation-diff';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { platformStacks, platformTemplate } from '../support/platform-assembly';
import { serving, standingBy, templateIn } from '../support/recovery-states';
import { propertiesOf } from '../support/small-app';

const home = platformTemplate('prod-eu/Metadata');
const recovery = templateIn(standingBy, 'prod-eu/RecoveryMetadata');
const dev = platformTemplate('dev/Metadata');

describe('the metadata database', () => {
  it('has no password, for anybody, anywhere', () => {
    home.hasResourceProperties('AWS::RDS::DBCluster', {
      MasterUserAuthenticationType: 'iam-db-auth',
      EnableIAMDatabaseAuthentication: true,
      MasterUserPassword: Match.absent(),
      ManageMasterUserPassword: Match.absent(),
      EnableHttpEndpoint: Match.absent(),
    });
    for (const template of [home, recovery]) template.resourceCountIs('AWS::SecretsManager::Secret', 0);
  });

  it('takes TLS alone, and records every session without values [SEC-2, SEC-3]', () => {
    for (const template of [home, recovery]) {
      template.hasResourceProperties('AWS::RDS::DBClusterParameterGroup', {
        Family: 'aurora-postgresql17',
        Parameters: Match.objectLike({
          'rds.force_ssl': '1',
          ssl_min_protocol_version: 'TLSv1.2',
          shared_preload_libraries: 'pg_stat_statements,pgaudit',
          'pgaudit.log': 'read,write,function,ddl,role,misc_set',
          'pgaudit.log_relation': '1',
          'pgaudit.log_parameter': '0',
          log_statement: 'none',
        }),
      });
      template.hasResourceProperties('AWS::RDS::DBCluster', {
        EnableCloudwatchLogsExports: ['postgresql'],
        DeletionProtection: true,
        StorageEncrypted: true,
      });
    }
  });

  it('has a writer and one that takes its place at once, without a public address', () => {
    expect(
      propertiesOf(home, 'AWS::RDS::DBInstance').map(({ PromotionTier, PubliclyAccessible }) => [PromotionTier, PubliclyAccessible]),
    ).toEqual([
      [0, false],
      [1, false],
    ]);
    const [subnets] = propertiesOf(home, 'AWS::RDS::DBSubnetGroup');
    expect(subnets?.['SubnetIds']).toHaveLength(3);
  });

  it('is global, and its secondary has no instance and asks nothing of the home Region', () => {
    home.hasResourceProperties('AWS::RDS::GlobalCluster', { GlobalClusterIdentifier: 'prod-eu-metadata', DeletionProtection: true });
    recovery.hasResourceProperties('AWS::RDS::DBCluster', {
      GlobalClusterIdentifier: 'prod-eu-metadata',
      DBClusterIdentifier: 'prod-eu-metadata',
      MasterUsername: Match.absent(),
      KmsKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] },
    });
    recovery.resourceCountIs('AWS::RDS::DBInstance', 0);
  });

  it('is one engine version in both Regions, without which a failover is refused', () => {
    const [a, b] = [home, recovery].map((template) => propertiesOf(template, 'AWS::RDS::DBCluster')[0]?.['EngineVersion']);
    expect(a).toBe(b);
  });

  it('outlives its stack, and leaves no snapshot that would outlive an erasure [CMP-1]', () => {
    home.hasResource('AWS::RDS::DBCluster', { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  it('keeps no instance, since each is of a cluster, which has the data: in every stack', () => {
    const instances = platformStacks().flatMap(({ resources }) => resources.filter(({ type }) => type === 'AWS::RDS::DBInstance'));
    expect(instances.length).toBeGreaterThan(5);
    for (const { properties, deletionPolicy } of instances) {
      expect([properties['DBClusterIdentifier'], deletionPolicy]).toEqual([{ Ref: 'Cluster' }, 'Delete']);
    }
  });

  /** What the alarm on the lag takes silence for. */
  const silence = (template: typeof home) =>
    propertiesOf(template, 'AWS::CloudWatch::Alarm')
      .filter(({ MetricName }) => MetricName === 'AuroraGlobalDBRPOLag')
      .map(({ TreatMissingData }) => TreatMissingData);

  it('tells of its lag where it follows: silence is a fault while the recovery Region stands by, and none of a primary', () => {
    expect(silence(templateIn(standingBy, 'prod-eu/RecoveryMetadata'))).toEqual(['breaching']);
    expect(silence(templateIn(serving, 'prod-eu/RecoveryMetadata'))).toEqual(['notBreaching']);
    expect(silence(home)).toEqual(['notBreaching']);
    expect(silence(dev)).toEqual([]);
  });

  it('gets instances, without which its engine cannot be updated, and nothing but alarms besides, when its stack alone serves', () => {
    const types = (state: typeof serving) =>
      Object.values(templateIn(state, 'prod-eu/RecoveryMetadata').toJSON()['Resources'] as Record<string, { Type: string }>)
        .map(({ Type }) => Type)
        .filter((type) => type !== 'AWS::CloudWatch::Alarm');
    expect(types(serving).sort()).toEqual([...types(standingBy), 'AWS::RDS::DBInstance', 'AWS::RDS::DBInstance'].sort());
  });

  it('takes a newer engine version in place', () => {
    const clusters = (EngineVersion: string) => ({
      Resources: { Cluster: { Type: 'AWS::RDS::DBCluster', Properties: { Engine: 'aurora-postgresql', EngineVersion } } },
    });
    const impacts: ResourceImpact[] = [];
    fullDiff(clusters('17.7'), clusters('17.8')).resources.forEachDifference((_, { changeImpact }) => impacts.push(changeImpact));
    expect(impacts).toEqual([ResourceImpact.WILL_UPDATE]);
  });

  it('is not global, and may sleep, in dev', () => {
    dev.resourceCountIs('AWS::RDS::GlobalCluster', 0);
    dev.hasResourceProperties('AWS::RDS::DBCluster', { ServerlessV2ScalingConfiguration: { MinCapacity: 0, MaxCapacity: 2 } });
  });
});
