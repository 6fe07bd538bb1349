import { join } from 'node:path';
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnJob } from 'aws-cdk-lib/aws-glue';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';

export interface LakeErasureProps {
  /** Name of the job. */
  readonly name: string;
  readonly table: { readonly tableBucketArn: string; readonly namespace: string; readonly tableName: string };
  /** Of the table. */
  readonly key: IKey;
  readonly logs: {
    readonly key: IKey;
    /** Days, a value that CloudWatch Logs has. */
    readonly retentionDays: number;
  };
}

const script = join(__dirname, '../functions/erase-events/erase.py');

/** Name of the catalogue inside of the job. */
const CATALOG = 'lake';

/**
 * Erases a person's or a tenant's events from the lake, in the files themselves [REG-1, CMP-1, ADR-013]: Athena could only hide them, and
 * not even that in a workgroup whose results are encrypted by our key. How to start it: docs/06-runbooks/data-subject-request.md.
 * Source: Amazon S3 User Guide, "Running ETL jobs on Amazon S3 tables with AWS Glue", the S3 Tables Iceberg REST endpoint, read 2026-11.
 */
export class LakeErasure extends Construct {
  constructor(scope: Construct, id: string, { name, table, key, logs }: LakeErasureProps) {
    super(scope, id);
    const { partition, region } = Stack.of(this);
    const code = new Asset(this, 'Script', { path: script });
    // Glue's own would keep logs for ever, under a key that is not ours: it adds these two words to the name that it is given.
    const logGroups = ['error', 'output'].map(
      (word) =>
        new LogGroup(this, `Logs-${word}`, {
          logGroupName: `${name}/${word}`,
          retention: logs.retentionDays,
          encryptionKey: logs.key,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
    );

    const role = new iam.Role(this, 'Role', {
      description: 'Erases events from the lake',
      assumedBy: new iam.ServicePrincipal('glue.amazonaws.com'),
    });
    const allow = (sid: string, actions: string[], resources: string[]) =>
      role.addToPolicy(new iam.PolicyStatement({ sid, actions, resources }));
    allow('ReadScript', ['s3:GetObject'], [`arn:${partition}:s3:::${code.s3BucketName}/${code.s3ObjectKey}`]);
    allow('FindTable', ['s3tables:GetNamespace', 's3tables:GetTableBucket'], [table.tableBucketArn]);
    allow(
      'RewriteFiles',
      [
        's3tables:GetTable',
        's3tables:GetTableData',
        's3tables:GetTableMetadataLocation',
        's3tables:PutTableData',
        's3tables:UpdateTableMetadataLocation',
      ],
      [`${table.tableBucketArn}/table/*`],
    );
    allow('UseKey', ['kms:Decrypt', 'kms:GenerateDataKey'], [key.keyArn]);
    allow(
      'WriteOwnLogs',
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
      logGroups.map(({ logGroupArn }) => logGroupArn),
    );

    const job = new CfnJob(this, 'Job', {
      name,
      description: "Erases a person's or a tenant's events from the lake: docs/06-runbooks/data-subject-request.md",
      role: role.roleArn,
      command: { name: 'glueetl', pythonVersion: '3', scriptLocation: code.s3ObjectUrl },
      // Iceberg 1.10, by which the script was tried (test/functions/erase-events).
      glueVersion: '5.1',
      // The least that Spark takes; a person's rows are in few files.
      workerType: 'G.1X',
      numberOfWorkers: 2,
      timeout: 120,
      // A commit of Firehose or of a compaction can come first: the job is safe to repeat.
      maxRetries: 1,
      // Two erasures of one tenant would be in each other's way.
      executionProperty: { maxConcurrentRuns: 1 },
      jobRunQueuingEnabled: false,
      defaultArguments: {
        '--custom-logGroup-prefix': name,
        '--datalake-formats': 'iceberg',
        '--job-bookmark-option': 'job-bookmark-disable',
        '--enable-spark-ui': 'false',
        '--table': `${CATALOG}.${table.namespace}.${table.tableName}`,
        '--conf': catalogSettings(region, table.tableBucketArn),
      },
    });
    job.node.addDependency(role);
  }
}

/** All in one argument: Glue takes a name once, and Spark takes settings of catalogues at its start only. */
function catalogSettings(region: string, tableBucketArn: string): string {
  const catalog = `spark.sql.catalog.${CATALOG}`;
  return [
    'spark.sql.extensions=org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions',
    `${catalog}=org.apache.iceberg.spark.SparkCatalog`,
    `${catalog}.type=rest`,
    `${catalog}.uri=https://s3tables.${region}.amazonaws.com/iceberg`,
    `${catalog}.warehouse=${tableBucketArn}`,
    `${catalog}.io-impl=org.apache.iceberg.aws.s3.S3FileIO`,
    `${catalog}.rest.sigv4-enabled=true`,
    `${catalog}.rest.signing-name=s3tables`,
    `${catalog}.rest.signing-region=${region}`,
    `${catalog}.rest-metrics-reporting-enabled=false`,
  ].join(' --conf ');
}
