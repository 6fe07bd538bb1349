import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface LakeOperatorProps {
  readonly cell: string;
  /** Of engineers whom somebody has put into the elevated group: the only ones who may take the role [SEC-5]. */
  readonly elevatedRoleArn: string;
  readonly workGroup: string;
  readonly table: {
    readonly tableBucketName: string;
    readonly tableBucketArn: string;
    readonly namespace: string;
    readonly tableName: string;
  };
  readonly results: IBucket;
  /** Of table and results. */
  readonly key: IKey;
  /** Name of the job that erases; only where the table can be written. */
  readonly erasureJob?: string;
}

/** End of the name of the role, behind the cell's and before the Region: engineers' permission sets and the audit queries know it by that. */
export const LAKE_OPERATOR_ROLE = 'lake-operator';

/**
 * What an engineer does about a person's or a tenant's events by hand [REG-1, REG-2]: asks the workgroup, reads its answers, starts the erasure. A role of
 * its own, since the tenants' operator acts for one tenant, which nothing in the lake could hold it to.
 *
 * IAM knows no prepared statements: whoever may ask may ask anything of this table, and an argument of the job may bring code of its own. So it is the
 * elevated alone, for an hour, and each of its accesses is in the answers of `anomalies` [ADR-027].
 *
 * Athena reads as whoever asks. Sources: AWS Glue Developer Guide, "Creating a federated catalog for S3 Tables", prerequisites; Amazon Athena User Guide, "Use IAM
 * policies to control access to workgroups"; read 2026-11. That no more is needed is unverified: docs/04-deployment/README.md.
 */
export class LakeOperator extends Construct {
  constructor(scope: Construct, id: string, { cell, elevatedRoleArn, workGroup, table, results, key, erasureJob }: LakeOperatorProps) {
    super(scope, id);
    const { account, region, partition } = Stack.of(this);
    const role = new iam.Role(this, 'Role', {
      roleName: `${cell}-${LAKE_OPERATOR_ROLE}-${region}`,
      description: "Engineers who answer for a person's or a tenant's events in the lake",
      // By a condition: a principal that is not there yet would be refused, and one that is made anew would be another.
      assumedBy: new iam.AccountPrincipal(account).withConditions({ ArnEquals: { 'aws:PrincipalArn': elevatedRoleArn } }),
      maxSessionDuration: Duration.hours(1),
    });
    const allow = (sid: string, actions: string[], resources: string[], conditions?: iam.Conditions) =>
      role.addToPolicy(new iam.PolicyStatement({ sid, actions, resources, conditions }));
    allow(
      'AskQueries',
      [
        'athena:GetPreparedStatement',
        'athena:GetQueryExecution',
        'athena:GetQueryResults',
        'athena:GetWorkGroup',
        'athena:ListPreparedStatements',
        'athena:StartQueryExecution',
        'athena:StopQueryExecution',
      ],
      [`arn:${partition}:athena:${region}:${account}:workgroup/${workGroup}`],
    );
    const { tableBucketName, tableBucketArn, namespace, tableName } = table;
    const catalog = `s3tablescatalog/${tableBucketName}`;
    allow(
      'FindTable',
      ['glue:GetCatalog', 'glue:GetDatabase', 'glue:GetTable'],
      [
        'catalog',
        'catalog/s3tablescatalog',
        `catalog/${catalog}`,
        `database/${catalog}/${namespace}`,
        `table/${catalog}/${namespace}/${tableName}`,
      ].map((name) => `arn:${partition}:glue:${region}:${account}:${name}`),
    );
    allow('FindFiles', ['s3tables:GetNamespace', 's3tables:GetTableBucket'], [tableBucketArn]);
    allow('ReadFiles', ['s3tables:GetTable', 's3tables:GetTableData', 's3tables:GetTableMetadataLocation'], [`${tableBucketArn}/table/*`]);
    allow('FindAnswers', ['s3:GetBucketLocation'], [results.bucketArn]);
    allow('ListAnswers', ['s3:ListBucket'], [results.bucketArn], { StringLike: { 's3:prefix': ['results/*', 'inventory/*'] } });
    allow('KeepAnswers', ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'], [results.arnForObjects('results/*')]);
    // What proves that no raw batch outlives its deadline [CMP-1].
    allow('ReadLists', ['s3:GetObject'], [results.arnForObjects('inventory/*')]);
    allow('UseKey', ['kms:Decrypt', 'kms:GenerateDataKey'], [key.keyArn]);
    if (erasureJob === undefined) return;
    allow(
      'Erase',
      ['glue:BatchStopJobRun', 'glue:GetJobRun', 'glue:GetJobRuns', 'glue:StartJobRun'],
      [`arn:${partition}:glue:${region}:${account}:job/${erasureJob}`],
    );
  }
}
