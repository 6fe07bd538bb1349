import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  CfnBackupPlan,
  CfnBackupSelection,
  CfnBackupVault,
  CfnRestoreTestingPlan,
  CfnRestoreTestingSelection,
} from 'aws-cdk-lib/aws-backup';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { AlertTopics } from '../constructs/alert-topics';
import { Alarms, awsMetric } from '../constructs/alarms';
import { PlatformStack, type PlatformStackProps } from './platform-stack';

export interface BackupStackProps extends PlatformStackProps {
  /** Name of the cell, such as `prod-eu`: the vaults are called after it. */
  readonly cell: string;
  /** Days that a backup lives, 7 to 25 [CMP-1]. */
  readonly retentionDays: number;
  /** Of the same Region. */
  readonly alerts: Pick<AlertTopics, 'page' | 'ticket'>;
  /** `home` backs up, and copies each backup into the vault of the other Region, if there is one. */
  readonly role:
    | {
        readonly kind: 'home';
        /** Region of the second vault. */
        readonly copyRegion?: string;
        /** ARNs of tables and of the database's cluster. */
        readonly protects: { readonly tables: readonly string[]; readonly clusters: readonly string[] };
        /** Where a restored cluster is tried: a subnet group of the database. */
        readonly restoreSubnetGroup: string;
      }
    | { readonly kind: 'recovery' };
}

const vaultName = (cell: string): string => `${cell}-backups`;
/** A day, and the two hours that a backup may take. */
const OVERDUE = Duration.hours(26);

/**
 * Backups for the mistakes that replication copies [SLO-2, SLO-3]: daily, locked so that no role can shorten them, and short-lived so that
 * what was erased is gone in time [CMP-1]. Locked in governance mode: in compliance mode nobody could erase at all [ADR-014].
 */
export class BackupStack extends PlatformStack {
  constructor(scope: Construct, id: string, props: BackupStackProps) {
    super(scope, id, props, {
      description: 'DataFlow Platform: backups of tables and database, and the proof that they can be restored',
      component: 'backup',
      dataClassification: 'customer-data',
      stateful: true,
    });
    const key = new kms.Key(this, 'Key', { description: 'Backups', enableKeyRotation: true, removalPolicy: RemovalPolicy.RETAIN });
    const vault = new CfnBackupVault(this, 'Vault', {
      backupVaultName: vaultName(props.cell),
      encryptionKeyArn: key.keyArn,
      lockConfiguration: { minRetentionDays: 7, maxRetentionDays: props.retentionDays },
      accessPolicy: this.staysInAccount(),
    });
    vault.applyRemovalPolicy(RemovalPolicy.RETAIN);
    if (props.role.kind === 'home') this.addPlan(props, props.role, vault);
  }

  /** Nobody copies a backup into another account [REG-3]. */
  private staysInAccount(): unknown {
    return {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'StaysInThisAccount',
          Effect: 'Deny',
          Principal: '*',
          Action: 'backup:CopyFromBackupVault',
          Resource: '*',
          Condition: { StringNotLike: { 'backup:CopyTargets': `arn:${this.partition}:backup:*:${this.account}:backup-vault:*` } },
        },
      ],
    };
  }

  private addPlan(props: BackupStackProps, role: Extract<BackupStackProps['role'], { kind: 'home' }>, vault: CfnBackupVault): void {
    const { cell, retentionDays, alerts } = props;
    const operator = this.addOperator();
    const lifecycle = { deleteAfterDays: retentionDays };
    const plan = new CfnBackupPlan(this, 'Plan', {
      backupPlan: {
        backupPlanName: `${cell}-daily`,
        backupPlanRule: [
          {
            ruleName: 'daily',
            targetBackupVault: vault.ref,
            // After the day's traffic of the home Region, before the database's own backup.
            scheduleExpression: 'cron(0 2 * * ? *)',
            startWindowMinutes: 60,
            completionWindowMinutes: 180,
            lifecycle,
            copyActions: role.copyRegion
              ? [
                  {
                    destinationBackupVaultArn: `arn:${this.partition}:backup:${role.copyRegion}:${this.account}:backup-vault:${vaultName(cell)}`,
                    lifecycle,
                  },
                ]
              : undefined,
          },
        ],
      },
    });
    new CfnBackupSelection(this, 'Selection', {
      backupPlanId: plan.ref,
      backupSelection: {
        selectionName: 'stores',
        iamRoleArn: operator.roleArn,
        resources: [...role.protects.tables, ...role.protects.clusters],
      },
    }).node.addDependency(operator);
    this.addRestoreTests(cell, role, vault, operator);

    this.addAlarms(cell, alerts);
  }

  /** Source: AWS Backup Developer Guide, "AWS Backup metrics with CloudWatch", read 2026-11. */
  private addAlarms(cell: string, topics: BackupStackProps['alerts']): void {
    const alarms = new Alarms(this, 'Alarms', topics);
    const jobs = (metricName: string) =>
      awsMetric('AWS/Backup', metricName, 'Sum', Duration.hours(1), { BackupVaultName: vaultName(cell) });
    const runbook = 'docs/06-runbooks/backup-failed.md';
    alarms.add('backupOverdue', {
      metric: jobs('NumberOfBackupJobsCompleted'),
      says: 'No backup has succeeded for 26 hours.',
      severity: 'ticket',
      fires: { below: 1 },
      forPeriods: OVERDUE.toHours(),
      silence: 'is bad',
      runbook,
    });
    for (const kind of ['Backup', 'Copy', 'Restore']) {
      alarms.add(`${kind.toLowerCase()}Failed`, {
        metric: jobs(`NumberOf${kind}JobsFailed`),
        says: `A ${kind.toLowerCase()} job of the vault has failed.`,
        severity: 'ticket',
        fires: { above: 0 },
        forPeriods: 1,
        silence: 'is good',
        runbook,
      });
    }
  }

  /** AWS's own policies for the service: they name each resource type's calls, and follow them as they change. */
  private addOperator(): iam.Role {
    return new iam.Role(this, 'Operator', {
      description: 'AWS Backup backs up, copies, and tries restores',
      assumedBy: new iam.ServicePrincipal('backup.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': this.account } } }),
      managedPolicies: ['AWSBackupServiceRolePolicyForBackup', 'AWSBackupServiceRolePolicyForRestores'].map((name) =>
        iam.ManagedPolicy.fromAwsManagedPolicyName(`service-role/${name}`),
      ),
    });
  }

  /** A backup that nobody has restored is a hope. Each month the newest of each kind is restored, and removed again by AWS Backup. */
  private addRestoreTests(
    cell: string,
    role: Extract<BackupStackProps['role'], { kind: 'home' }>,
    vault: CfnBackupVault,
    operator: iam.Role,
  ): void {
    const plan = new CfnRestoreTestingPlan(this, 'RestoreTests', {
      restoreTestingPlanName: `${cell.replaceAll('-', '_')}_monthly`,
      scheduleExpression: 'cron(0 6 ? * 2#1 *)',
      startWindowHours: 4,
      recoveryPointSelection: {
        algorithm: 'LATEST_WITHIN_WINDOW',
        includeVaults: [vault.attrBackupVaultArn],
        recoveryPointTypes: ['SNAPSHOT'],
        selectionWindowDays: 7,
      },
    });
    const test = (name: string, protectedResourceType: string, arns: readonly string[], overrides: Readonly<Record<string, string>>) =>
      new CfnRestoreTestingSelection(this, `RestoreOf${name}`, {
        restoreTestingPlanName: plan.ref,
        restoreTestingSelectionName: name,
        protectedResourceType,
        protectedResourceArns: [...arns],
        iamRoleArn: operator.roleArn,
        restoreMetadataOverrides: overrides,
        // Time to look at it: docs/06-runbooks/restore-from-backup.md.
        validationWindowHours: 24,
      });
    test('tables', 'DynamoDB', role.protects.tables, {});
    test('database', 'Aurora', role.protects.clusters, { dbsubnetgroupname: role.restoreSubnetGroup });
  }
}
