import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  CfnBackupPlan,
  CfnBackupSelection,
  CfnBackupVault,
  CfnRestoreTestingPlan,
  CfnRestoreTestingSelection,
} from 'aws-cdk-lib/aws-backup';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { AlertTopics } from '../constructs/alert-topics';
import { Alarms, awsMetric } from '../constructs/alarms';
import { TableRestorer } from '../constructs/table-restorer';
import { PlatformStack, type PlatformStackProps } from './platform-stack';

export interface BackupStackProps extends PlatformStackProps {
  /** Name of the cell, such as `prod-eu`: the vaults are called after it. */
  readonly cell: string;
  /** Days that a backup lives, 7 to 25 [CMP-1]. */
  readonly retentionDays: number;
  /** Where backups may be copied to: those of the cell. */
  readonly regions: readonly string[];
  /** Of the same Region. */
  readonly alerts: Pick<AlertTopics, 'page' | 'ticket'>;
  /** Of engineers whom somebody has put into the elevated group: they restore a table beside the old one. */
  readonly elevatedRoleArn: string;
  /** Of this Region, whoever owns them: by name, and the key of both. */
  readonly restores: { readonly tables: readonly string[]; readonly keyArn: string };
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
const RUNBOOK = 'docs/06-runbooks/backup-failed.md';

/** Hours after which somebody is told that none has succeeded. CloudWatch looks back for 7 days at most. */
const overdue = {
  /** A day, and the two hours that a backup may take. */
  backup: 26,
  /** The backup comes first. */
  copy: 30,
  /** The longer gap between two tests is four days, and a test may take one. */
  restoreTest: 5 * 24,
} as const;

interface ProtectedKind {
  /** As alarms call it. */
  readonly name: 'tables' | 'database';
  /** As AWS Backup calls it. */
  readonly type: 'DynamoDB' | 'Aurora';
  readonly arns: readonly string[];
}

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
      accessPolicy: this.staysInCell(props.regions),
    });
    vault.applyRemovalPolicy(RemovalPolicy.RETAIN);
    const restorer = new TableRestorer(this, 'TableRestorer', {
      cell: props.cell,
      elevatedRoleArn: props.elevatedRoleArn,
      ...props.restores,
    });
    if (props.role.kind === 'home') restorer.mayRestoreBackups(vault.attrBackupVaultArn, this.addPlan(props, props.role, vault));
  }

  /** Nobody copies a backup into another account, or into a Region that is not the cell's [REG-3]. */
  private staysInCell(regions: readonly string[]): unknown {
    const vaults = regions.map((region) => `arn:${this.partition}:backup:${region}:${this.account}:backup-vault:*`);
    return {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'StaysInTheCell',
          Effect: 'Deny',
          Principal: '*',
          Action: 'backup:CopyFromBackupVault',
          Resource: '*',
          // The key has several values, so that a condition has to say whether one is enough.
          Condition: { 'ForAnyValue:StringNotLike': { 'backup:CopyTargets': vaults } },
        },
      ],
    };
  }

  private addPlan(props: BackupStackProps, role: Extract<BackupStackProps['role'], { kind: 'home' }>, vault: CfnBackupVault): iam.Role {
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
    const kinds: readonly ProtectedKind[] = [
      { name: 'tables', type: 'DynamoDB', arns: role.protects.tables },
      { name: 'database', type: 'Aurora', arns: role.protects.clusters },
    ];
    this.addRestoreTests(cell, kinds, role.restoreSubnetGroup, vault, operator);
    this.alarmOnFailures(alerts);
    this.alarmOnOverdue(alerts, kinds, role.copyRegion !== undefined);
    return operator;
  }

  /**
   * Each job that does not succeed, in whichever state it ends: metrics count some of them, and not which resource it was. Restore jobs say
   * `status` where the others say `state`. Events are sent as best they can be, so that alarms on what is overdue stand behind them.
   * Source: AWS Backup Developer Guide, "Monitoring AWS Backup events using Amazon EventBridge", read 2026-11.
   */
  private alarmOnFailures({ ticket }: BackupStackProps['alerts']): void {
    const states = ['FAILED', 'ABORTED', 'EXPIRED', 'PARTIAL'];
    const field = (path: string) => events.EventField.fromPath(path);
    new events.Rule(this, 'FailedJobs', {
      description: `Jobs of AWS Backup that did not succeed; see ${RUNBOOK}`,
      eventPattern: {
        source: ['aws.backup'],
        detailType: ['Backup Job State Change', 'Copy Job State Change', 'Restore Job State Change'],
        detail: { $or: [{ state: states }, { status: states }] },
      },
      targets: [
        new targets.SnsTopic(ticket, {
          // As in DetectionStack: the topics' key admits roles of the account, not EventBridge as a service.
          role: new iam.Role(this, 'PublishFailedJobs', {
            description: 'EventBridge publishes failed jobs of AWS Backup',
            assumedBy: new iam.ServicePrincipal('events.amazonaws.com', {
              conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
            }),
          }),
          // Without the job's message, whose quotation marks would break this text.
          message: events.RuleTargetInput.fromText(
            `${events.EventField.detailType}: ${field('$.detail.state')}${field('$.detail.status')}, ${field('$.detail.resourceType')}, ` +
              `in ${events.EventField.account}, ${events.EventField.region}. Runbook: ${RUNBOOK}`,
          ),
        }),
      ],
    });
  }

  /**
   * What has never run fails nowhere. By type: one sum over the vault would be kept quiet by any of its resources. An account is a cell, so
   * the type alone is enough. Source: AWS Backup Developer Guide, "AWS Backup metrics with Amazon CloudWatch", read 2026-11.
   */
  private alarmOnOverdue(topics: BackupStackProps['alerts'], kinds: readonly ProtectedKind[], copies: boolean): void {
    const alarms = new Alarms(this, 'Alarms', topics);
    const completed = (job: 'Backup' | 'Copy' | 'Restore', ResourceType: string, period: Duration) =>
      awsMetric('AWS/Backup', `NumberOf${job}JobsCompleted`, 'Sum', period, { ResourceType });
    for (const { name, type, arns } of kinds) {
      const none = (id: string, runbook: string, job: 'Backup' | 'Copy' | 'Restore', what: string, hours: number) =>
        alarms.add(`${name}${id}`, {
          metric: completed(job, type, Duration.hours(1)),
          says: `No ${what} of ${type} has succeeded for ${hours} hours.`,
          severity: 'ticket',
          fires: { below: 1 },
          forPeriods: hours,
          silence: 'is bad',
          runbook,
        });
      none('BackupOverdue', 'docs/06-runbooks/backup-overdue.md', 'Backup', 'backup', overdue.backup);
      if (copies) none('CopyOverdue', 'docs/06-runbooks/copy-overdue.md', 'Copy', 'copy', overdue.copy);
      none('RestoreTestOverdue', 'docs/06-runbooks/restore-test-overdue.md', 'Restore', 'restore test', overdue.restoreTest);
      if (arns.length < 2) continue;
      alarms.add(`${name}BackupIncomplete`, {
        metric: completed('Backup', type, Duration.days(1)),
        says: `Fewer than the ${arns.length} backups a day that there should be of ${type}.`,
        severity: 'ticket',
        fires: { below: arns.length },
        // Any three days on end hold two whole nights, wherever CloudWatch cuts them: with two resources, one of the three has both.
        forPeriods: 3,
        silence: 'is bad',
        runbook: 'docs/06-runbooks/backup-incomplete.md',
      });
    }
  }

  /** AWS's own policies for the service: they name each resource type's calls, and follow them as they change. */
  private addOperator(): iam.Role {
    return new iam.Role(this, 'Operator', {
      description: 'AWS Backup backs up, copies, and tries restores',
      // Without aws:SourceAccount, which AWS Backup is documented to send to topics and not to roles: where it does not, no backup runs.
      // Another account cannot hand this role to the service, since iam:PassRole ends at its own roles. Source: AWS Backup Developer Guide,
      // "Cross-service confused deputy prevention", read 2026-11.
      assumedBy: new iam.ServicePrincipal('backup.amazonaws.com'),
      managedPolicies: ['AWSBackupServiceRolePolicyForBackup', 'AWSBackupServiceRolePolicyForRestores'].map((name) =>
        iam.ManagedPolicy.fromAwsManagedPolicyName(`service-role/${name}`),
      ),
    });
  }

  /**
   * A backup that nobody has restored is a hope. The newest of each resource is restored, and removed again by AWS Backup after an hour: twice a
   * week, since an alarm looks back for 7 days, and a test that never runs has to be missed.
   */
  private addRestoreTests(
    cell: string,
    kinds: readonly ProtectedKind[],
    subnetGroup: string,
    vault: CfnBackupVault,
    operator: iam.Role,
  ): void {
    const plan = new CfnRestoreTestingPlan(this, 'RestoreTests', {
      restoreTestingPlanName: `${cell.replaceAll('-', '_')}_twice_a_week`,
      scheduleExpression: 'cron(0 6 ? * SUN,WED *)',
      startWindowHours: 4,
      recoveryPointSelection: {
        algorithm: 'LATEST_WITHIN_WINDOW',
        includeVaults: [vault.attrBackupVaultArn],
        recoveryPointTypes: ['SNAPSHOT'],
        selectionWindowDays: 7,
      },
    });
    for (const { name, type, arns } of kinds) {
      new CfnRestoreTestingSelection(this, `RestoreOf${name}`, {
        restoreTestingPlanName: plan.ref,
        restoreTestingSelectionName: name,
        protectedResourceType: type,
        protectedResourceArns: [...arns],
        iamRoleArn: operator.roleArn,
        restoreMetadataOverrides: type === 'Aurora' ? { dbsubnetgroupname: subnetGroup } : {},
        // The least: it is a whole copy of customers' data, without the policy that keeps tenants apart [ADR-023], and nothing looks at it.
        validationWindowHours: 1,
      });
    }
  }
}
