import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

export interface DatabaseOperatorProps {
  readonly cell: string;
  /** Of engineers whom somebody has put into the elevated group: the only ones who may take the role [SEC-5]. */
  readonly elevatedRoleArn: string;
  /** By which IAM knows the database's users. */
  readonly clusterResourceId: string;
}

/** End of the name of the role, behind the cell's and before the Region: permission sets and the boundary of roles know it by that. */
export const DATABASE_OPERATOR_ROLE = 'database-operator';

/** Who runs migrations, and becomes each of the database's own roles: docs/02-data/metadata.md. */
const MASTER_USER = 'master_user';

/**
 * What an engineer does in the metadata database by hand: migrations, a tenant's beginning and end, evidence of an erasure. By a token of IAM, for an hour;
 * pgaudit writes down each statement, under the role that it ran as [SEC-3].
 */
export class DatabaseOperator extends Construct {
  constructor(scope: Construct, id: string, { cell, elevatedRoleArn, clusterResourceId }: DatabaseOperatorProps) {
    super(scope, id);
    const { account, region, partition } = Stack.of(this);
    const role = new iam.Role(this, 'Role', {
      roleName: `${cell}-${DATABASE_OPERATOR_ROLE}-${region}`,
      description: 'Engineers who migrate the metadata database, and let tenants in and out',
      // By a condition: a principal that is not there yet would be refused, and one that is made anew would be another.
      assumedBy: new iam.AccountPrincipal(account).withConditions({ ArnEquals: { 'aws:PrincipalArn': elevatedRoleArn } }),
      maxSessionDuration: Duration.hours(1),
    });
    role.addToPolicy(
      new iam.PolicyStatement({
        sid: 'ConnectAsMaster',
        actions: ['rds-db:connect'],
        resources: [`arn:${partition}:rds-db:${region}:${account}:dbuser:${clusterResourceId}/${MASTER_USER}`],
      }),
    );
  }
}
