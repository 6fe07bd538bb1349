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

  it('leave neither the account nor the Regions of the cell [REG-3]', () => {
    const vaults = ['eu-west-1', 'eu-central-1'].map((region) => `arn:aws:backup:${region}:444444444444:backup-vault:*`);
    for (const template of [home, recovery]) {
      template.hasResourceProperties('AWS::Backup::BackupVault', {
        AccessPolicy: {
          Statement: [
            Match.objectLike({
              Effect: 'Deny',
              Action: 'backup:CopyFromBackupVault',
              Condition: { 'ForAnyValue:StringNotLike': { 'backup:CopyTargets': vaults } },
            }),
          ],
        },
      });
    }
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

  it('are restored twice a week, of each kind: an alarm looks back for 7 days', () => {
    expect(propertiesOf(home, 'AWS::Backup::RestoreTestingSelection').map(({ ProtectedResourceType }) => ProtectedResourceType)).toEqual([
      'DynamoDB',
      'Aurora',
    ]);
    home.hasResourceProperties('AWS::Backup::RestoreTestingPlan', { ScheduleExpression: 'cron(0 6 ? * SUN,WED *)' });
  });

  it('are taken by a role whose trust asks for nothing that AWS Backup is not documented to send', () => {
    home.hasResourceProperties('AWS::IAM::Role', {
      Description: Match.stringLikeRegexp('^AWS Backup backs up'),
      AssumeRolePolicyDocument: {
        Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'backup.amazonaws.com' } }],
      },
    });
  });
});

describe('somebody is told', () => {
  it('of each job that does not succeed, in whichever state it ends, of restores too, which call it status', () => {
    const states = ['FAILED', 'ABORTED', 'EXPIRED', 'PARTIAL'];
    home.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.backup'],
        'detail-type': ['Backup Job State Change', 'Copy Job State Change', 'Restore Job State Change'],
        detail: { $or: [{ state: states }, { status: states }] },
      },
      Targets: [Match.objectLike({ Arn: Match.anyValue(), RoleArn: Match.anyValue() })],
    });
  });

  interface Alarm {
    readonly MetricName: string;
    readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
    readonly Period: number;
    readonly EvaluationPeriods: number;
    readonly Threshold: number;
    readonly TreatMissingData: string;
    readonly ComparisonOperator: string;
  }
  const alarmsOf = (template: typeof home) => propertiesOf(template, 'AWS::CloudWatch::Alarm') as unknown as readonly Alarm[];
  const summary = (template: typeof home) =>
    alarmsOf(template).map(({ MetricName, Dimensions, Threshold, Period, EvaluationPeriods }) =>
      [MetricName, ...Dimensions.map(({ Value }) => Value), `below ${Threshold}`, `${(Period * EvaluationPeriods) / 3600} h`].join(' '),
    );

  it('of what has not run at all, by type, so that no store keeps the alarm of another quiet', () => {
    expect(summary(home)).toEqual([
      'NumberOfBackupJobsCompleted DynamoDB below 1 26 h',
      'NumberOfCopyJobsCompleted DynamoDB below 1 30 h',
      'NumberOfRestoreJobsCompleted DynamoDB below 1 120 h',
      'NumberOfBackupJobsCompleted DynamoDB below 2 72 h',
      'NumberOfBackupJobsCompleted Aurora below 1 26 h',
      'NumberOfCopyJobsCompleted Aurora below 1 30 h',
      'NumberOfRestoreJobsCompleted Aurora below 1 120 h',
    ]);
    for (const { TreatMissingData, ComparisonOperator } of alarmsOf(home)) {
      expect([TreatMissingData, ComparisonOperator]).toEqual(['breaching', 'LessThanThreshold']);
    }
  });

  it('of no copy where there is no second Region', () => {
    expect(summary(dev).filter((alarm) => alarm.includes('Copy'))).toEqual([]);
  });

  it('within the 7 days that CloudWatch looks back, and after the gap between two tests', () => {
    for (const { Period, EvaluationPeriods } of alarmsOf(home)) expect(Period * EvaluationPeriods).toBeLessThanOrEqual(7 * 24 * 3600);
    const [days] = /(\w{3},\w{3})/.exec(String(propertiesOf(home, 'AWS::Backup::RestoreTestingPlan')[0]?.['ScheduleExpression'])) ?? [];
    expect(days).toBe('SUN,WED');
  });
});
