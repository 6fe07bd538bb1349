import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, LogStream } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface IcebergDeliveryProps {
  /** Name of the delivery stream. */
  readonly name: string;
  readonly source: { readonly stream: IStream; readonly key: IKey };
  readonly table: {
    readonly tableBucketName: string;
    readonly tableBucketArn: string;
    readonly namespace: string;
    readonly tableName: string;
    /** Of the table. */
    readonly key: IKey;
  };
  /** Where records go that no row can be made of; the prefix ends with a slash. */
  readonly errors: { readonly bucket: IBucket; readonly key: IKey; readonly prefix: string };
  /** Seconds between two commits, 60 to 900: each makes a file for each tenant, until compaction joins them. */
  readonly bufferSeconds: number;
  readonly logs: { readonly key: IKey; readonly retentionDays: number };
}

/** Records of a stream as rows of an Iceberg table, by Firehose: appended, never changed. */
export class IcebergDelivery extends Construct {
  readonly deliveryStream: CfnDeliveryStream;

  constructor(scope: Construct, id: string, props: IcebergDeliveryProps) {
    super(scope, id);
    const { name, source, table, errors } = props;
    const { account, region, partition } = Stack.of(this);
    const glue = `arn:${partition}:glue:${region}:${account}`;

    const role = new iam.Role(this, 'Role', {
      description: `Firehose ${name} delivers to the lake`,
      assumedBy: new iam.ServicePrincipal('firehose.amazonaws.com', { conditions: { StringEquals: { 'sts:ExternalId': account } } }),
    });
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: name,
      retention: props.logs.retentionDays,
      encryptionKey: props.logs.key,
      // By its fixed name the next takeover would find it taken.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const logStream = new LogStream(this, 'LogStream', { logGroup, logStreamName: 'delivery', removalPolicy: RemovalPolicy.DESTROY });
    const via = (service: string) => ({ StringEquals: { 'kms:ViaService': `${service}.${region}.amazonaws.com` } });
    const allow = (sid: string, actions: string[], resources: string[], conditions?: iam.Conditions) =>
      role.addToPolicy(new iam.PolicyStatement({ sid, actions, resources, conditions }));

    // Source: Amazon Data Firehose Developer Guide, "Grant Firehose access to Amazon S3 Tables", IAM access control, read 2026-11.
    allow(
      'FindTable',
      ['glue:GetDatabase', 'glue:GetTable', 'glue:UpdateTable'],
      [
        `${glue}:catalog`,
        `${glue}:catalog/s3tablescatalog`,
        `${glue}:catalog/s3tablescatalog/${table.tableBucketName}`,
        `${glue}:database/s3tablescatalog/${table.tableBucketName}/${table.namespace}`,
        `${glue}:table/s3tablescatalog/${table.tableBucketName}/${table.namespace}/${table.tableName}`,
      ],
    );
    allow('FindTableBucket', ['s3tables:GetNamespace', 's3tables:GetTableBucket'], [table.tableBucketArn]);
    allow(
      'WriteRows',
      [
        's3tables:GetTable',
        's3tables:GetTableData',
        's3tables:GetTableMetadataLocation',
        's3tables:PutTableData',
        's3tables:UpdateTableMetadataLocation',
      ],
      [`${table.tableBucketArn}/table/*`],
    );
    allow('EncryptRows', ['kms:Decrypt', 'kms:GenerateDataKey'], [table.key.keyArn]);
    allow('FindErrorBucket', ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'], [errors.bucket.bucketArn]);
    allow('WriteErrors', ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'], [errors.bucket.arnForObjects(`${errors.prefix}*`)]);
    allow('EncryptErrors', ['kms:Decrypt', 'kms:GenerateDataKey'], [errors.key.keyArn], via('s3'));
    allow(
      'ReadStream',
      ['kinesis:DescribeStream', 'kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:ListShards'],
      [source.stream.streamArn],
    );
    allow('DecryptStream', ['kms:Decrypt'], [source.key.keyArn], via('kinesis'));
    allow('WriteOwnLog', ['logs:PutLogEvents'], [logGroup.logGroupArn]);

    this.deliveryStream = new CfnDeliveryStream(this, 'DeliveryStream', {
      deliveryStreamName: name,
      deliveryStreamType: 'KinesisStreamAsSource',
      kinesisStreamSourceConfiguration: { kinesisStreamArn: source.stream.streamArn, roleArn: role.roleArn },
      icebergDestinationConfiguration: {
        roleArn: role.roleArn,
        catalogConfiguration: { catalogArn: `${glue}:catalog/s3tablescatalog/${table.tableBucketName}` },
        destinationTableConfigurationList: [{ destinationDatabaseName: table.namespace, destinationTableName: table.tableName }],
        // An event is a fact: nothing is updated, and Firehose scales with what comes.
        appendOnly: true,
        bufferingHints: { intervalInSeconds: props.bufferSeconds, sizeInMBs: 128 },
        retryOptions: { durationInSeconds: 7200 },
        s3BackupMode: 'FailedDataOnly',
        s3Configuration: {
          bucketArn: errors.bucket.bucketArn,
          roleArn: role.roleArn,
          errorOutputPrefix: errors.prefix,
          encryptionConfiguration: { kmsEncryptionConfig: { awskmsKeyArn: errors.key.keyArn } },
        },
        cloudWatchLoggingOptions: { enabled: true, logGroupName: logGroup.logGroupName, logStreamName: logStream.logStreamName },
      },
    });
    this.deliveryStream.node.addDependency(role);
  }
}
