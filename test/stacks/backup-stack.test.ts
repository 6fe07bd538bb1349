import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { platformTemplate } from '../support/platform-assembly';
import { propertiesOf } from '../support/small-app';

const home = platformTemplate('prod-eu/Backup');
const recovery = platformTemplate('prod-eu/RecoveryBackup');
const dev = platformTemplate('dev/Backup');

describe('backups', () => {
  it('are locked in both Regions, so that nobody shortens or lengthens their life: in governance mode, since customers may be erased', () => {
    for (const template of [home, recovery]) {
      template.hasResource('AWS::Backup::BackupVault', {
        DeletionPolicy: 'Retain',
        Properties: {
          BackupVaultName: 'prod-eu-backups',
          LockConfiguration: { MinRetentionDays: 7, MaxRetentionDays: 14, ChangeableForDays: Match.absent() },
        },
      });
    }
  });

  it('do not leave the account [REG-3]', () => {
    home.hasResourceProperties('AWS::Backup::BackupVault', {
      AccessPolicy: {
        Statement: [
          Match.objectLike({
            Effect: 'Deny',
            Action: 'backup:CopyFromBackupVault',
            Condition: {
              StringNotLike: { 'backup:CopyTargets': 'arn:aws:backup:*:444444444444:backup-vault:*' },
            },
          }),
        ],
      },
    });
  });

  it('are daily, live for 14 days, and are copied into the recovery Region', () => {
    home.hasResourceProperties('AWS::Backup::BackupPlan', {
      BackupPlan: Match.objectLike({
        BackupPlanRule: [
          Match.objectLike({
            ScheduleExpression: 'cron(0 2 * * ? *)',
            Lifecycle: { DeleteAfterDays: 14 },
            CopyActions: [
              {
                DestinationBackupVaultArn: 'arn:aws:backup:eu-central-1:444444444444:backup-vault:prod-eu-backups',
                Lifecycle: { DeleteAfterDays: 14 },
              },
            ],
          }),
        ],
      }),
    });
    expect(JSON.stringify(propertiesOf(dev, 'AWS::Backup::BackupPlan'))).not.toContain('CopyActions');
  });

  it('are of profiles, tenants and the database, and of nothing that is made again', () => {
    const [selection] = propertiesOf(home, 'AWS::Backup::BackupSelection');
    const { Resources } = selection?.['BackupSelection'] as { readonly Resources: readonly unknown[] };
    expect(Resources).toHaveLength(3);
    expect(JSON.stringify(Resources)).toMatch(/Profiles.*Tenants.*rds:eu-west-1:444444444444:cluster:prod-eu-metadata/);
  });

  it('are restored each month, of each kind', () => {
    expect(propertiesOf(home, 'AWS::Backup::RestoreTestingSelection').map(({ ProtectedResourceType }) => ProtectedResourceType)).toEqual([
      'DynamoDB',
      'Aurora',
    ]);
    home.hasResourceProperties('AWS::Backup::RestoreTestingPlan', { RestoreTestingPlanName: 'prod_eu_monthly' });
  });

  it('are missed after 26 hours', () => {
    home.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'NumberOfBackupJobsCompleted',
      Period: 3600,
      EvaluationPeriods: 26,
      TreatMissingData: 'breaching',
      ComparisonOperator: 'LessThanThreshold',
    });
  });
});
