import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { restoredTable } from './tenant-isolation/tenant-session';

export interface TableRestorerProps {
  readonly cell: string;
  /** Of engineers whom somebody has put into the elevated group: the only ones who may take the role [SEC-5]. */
  readonly elevatedRoleArn: string;
  /** Names of the tables that may be restored. */
  readonly tables: readonly string[];
  /** Of these tables. */
  readonly keyArn: string;
}

/** End of the name of the role, behind the cell's and before the Region: permission sets, audit queries and the boundary know it by that. */
export const TABLE_RESTORER_ROLE = 'table-restorer';

/**
 * Who restores a table beside the old one, and deletes that copy again: docs/06-runbooks/restore-from-backup.md. What is in it is read as the operator of
 * one tenant, and by this role too: DynamoDB writes a restore's items as whoever asked for it, and wants rights to read and write them. So it is for the
 * elevated alone, for an hour, and each of its accesses is in the answers of `anomalies` [ADR-023].
 *
 * Sources: Amazon DynamoDB Developer Guide, "Using IAM with DynamoDB backup and restore"; "DynamoDB encryption at rest: usage notes", authorizing use of a
 * customer managed key; read 2026-11. That no more is needed is unverified: docs/04-deployment/README.md.
 */
export class TableRestorer extends Construct {
  private readonly role: iam.Role;

  constructor(scope: Construct, id: string, { cell, elevatedRoleArn, tables, keyArn }: TableRestorerProps) {
    super(scope, id);
    const { account, region, partition } = Stack.of(this);
    this.role = new iam.Role(this, 'Role', {
      roleName: `${cell}-${TABLE_RESTORER_ROLE}-${region}`,
      description: 'Engineers who restore a table beside the old one',
      // By a condition: a principal that is not there yet would be refused, and one that is made anew would be another.
      assumedBy: new iam.AccountPrincipal(account).withConditions({ ArnEquals: { 'aws:PrincipalArn': elevatedRoleArn } }),
      maxSessionDuration: Duration.hours(1),
    });
    const arns = (names: readonly string[]) => names.map((name) => `arn:${partition}:dynamodb:${region}:${account}:table/${name}`);
    const copies = arns(tables.map(restoredTable));
    this.allow(
      'ReachBack',
      ['dynamodb:DescribeContinuousBackups', 'dynamodb:DescribeTable', 'dynamodb:RestoreTableToPointInTime'],
      arns(tables),
    );
    this.allow(
      'FillCopy',
      ['BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem'].map((action) => `dynamodb:${action}`),
      copies,
    );
    this.allow('EndCopy', ['dynamodb:DeleteTable', 'dynamodb:DescribeTable'], copies);
    this.allow(
      'EncryptCopy',
      ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
      [keyArn],
      {
        StringEquals: { 'kms:ViaService': `dynamodb.${region}.amazonaws.com` },
      },
    );
  }

  /** Older than the points in time: as AWS Backup's role, which the boundary holds to the same names. */
  mayRestoreBackups(vaultArn: string, operator: iam.IRole): void {
    const { account, region, partition } = Stack.of(this);
    this.allow('FindBackups', ['backup:ListRecoveryPointsByBackupVault'], [vaultArn]);
    this.allow(
      'RestoreBackups',
      ['backup:DescribeRecoveryPoint', 'backup:GetRecoveryPointRestoreMetadata', 'backup:StartRestoreJob'],
      [`arn:${partition}:backup:${region}:${account}:recovery-point:*`],
    );
    // AWS knows no resource of it.
    this.allow('FollowRestore', ['backup:DescribeRestoreJob'], ['*']);
    this.allow('RestoreAsAwsBackup', ['iam:PassRole'], [operator.roleArn], {
      StringEquals: { 'iam:PassedToService': 'backup.amazonaws.com' },
    });
  }

  private allow(sid: string, actions: string[], resources: string[], conditions?: iam.Conditions): void {
    this.role.addToPolicy(new iam.PolicyStatement({ sid, actions, resources, conditions }));
  }
}
