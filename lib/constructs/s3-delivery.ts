import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, LogStream } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface S3DeliveryProps {
  /** Name of the delivery stream, which alarms and writers know it by. */
  readonly name: string;
  /** Where records come from: a stream, or whoever may put them, whose records Firehose then keeps under this key. */
  readonly source: { readonly stream: IStream; readonly key: IKey } | { readonly directPutKey: IKey };
  readonly destination: {
    readonly bucket: IBucket;
    readonly key: IKey;
    /** Ends with a slash. Objects go below it by hour, or by what `partitionBy` finds in each record. */
    readonly prefix: string;
    /** Where records go that cannot be delivered, with the reason; ends with a slash. */
    readonly errorPrefix: string;
  };
  /** Field of the JSON records after which objects are parted, as a first folder. @default - by hour alone */
  readonly partitionBy?: string;
  /** Seconds after which a batch is written at the latest, 60 to 900. */
  readonly bufferSeconds: number;
  /** Size at which a batch is written early, in MiB, 64 to 128. */
  readonly bufferMib: number;
  readonly logs: {
    readonly key: IKey;
    /** Days, a value that CloudWatch Logs has. */
    readonly retentionDays: number;
  };
}

/** Records as compressed lines in a bucket, by Firehose, by a role that can do just that. */
export class S3Delivery extends Construct {
  readonly deliveryStream: CfnDeliveryStream;

  constructor(scope: Construct, id: string, props: S3DeliveryProps) {
    super(scope, id);
    const { source, destination, partitionBy } = props;
    const { account } = Stack.of(this);

    const role = new iam.Role(this, 'Role', {
      description: `Firehose ${props.name} delivers to S3`,
      // Source: Amazon Data Firehose Developer Guide, "Allow Firehose to assume an IAM role", read 2026-11.
      assumedBy: new iam.ServicePrincipal('firehose.amazonaws.com', { conditions: { StringEquals: { 'sts:ExternalId': account } } }),
    });
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: props.name,
      retention: props.logs.retentionDays,
      encryptionKey: props.logs.key,
      // By its fixed name the next takeover would find it taken.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const logStream = new LogStream(this, 'LogStream', { logGroup, logStreamName: 'delivery', removalPolicy: RemovalPolicy.DESTROY });
    for (const statement of this.permissions(props, logGroup.logGroupArn)) role.addToPolicy(statement);

    this.deliveryStream = new CfnDeliveryStream(this, 'DeliveryStream', {
      deliveryStreamName: props.name,
      ...('stream' in source
        ? {
            deliveryStreamType: 'KinesisStreamAsSource',
            kinesisStreamSourceConfiguration: { kinesisStreamArn: source.stream.streamArn, roleArn: role.roleArn },
          }
        : {
            deliveryStreamType: 'DirectPut',
            deliveryStreamEncryptionConfigurationInput: { keyType: 'CUSTOMER_MANAGED_CMK', keyArn: source.directPutKey.keyArn },
          }),
      extendedS3DestinationConfiguration: {
        bucketArn: destination.bucket.bucketArn,
        roleArn: role.roleArn,
        prefix: `${destination.prefix}${partitionBy ? '!{partitionKeyFromQuery:part}/' : ''}!{timestamp:yyyy/MM/dd/HH}/`,
        errorOutputPrefix: `${destination.errorPrefix}!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/`,
        bufferingHints: { intervalInSeconds: props.bufferSeconds, sizeInMBs: props.bufferMib },
        compressionFormat: 'GZIP',
        fileExtension: '.jsonl.gz',
        encryptionConfiguration: { kmsEncryptionConfig: { awskmsKeyArn: destination.key.keyArn } },
        cloudWatchLoggingOptions: { enabled: true, logGroupName: logGroup.logGroupName, logStreamName: logStream.logStreamName },
        ...(partitionBy ? { dynamicPartitioningConfiguration: { enabled: true, retryOptions: { durationInSeconds: 300 } } } : {}),
        processingConfiguration: {
          enabled: true,
          processors: [
            ...(partitionBy ? [metadataExtraction(partitionBy)] : []),
            // Producers end no line, and lines are what a replay reads.
            { type: 'AppendDelimiterToRecord', parameters: [{ parameterName: 'Delimiter', parameterValue: '\\n' }] },
          ],
        },
      },
    });
    // Firehose tries its role when it is made.
    this.deliveryStream.node.addDependency(role);
  }

  /** Source: Amazon Data Firehose Developer Guide, "Grant Firehose access to an Amazon S3 destination", read 2026-11. */
  private permissions({ source, destination }: S3DeliveryProps, logGroupArn: string): iam.PolicyStatement[] {
    const { region } = Stack.of(this);
    const { bucket, key, prefix, errorPrefix } = destination;
    const viaService = (service: string) => ({ StringEquals: { 'kms:ViaService': `${service}.${region}.amazonaws.com` } });
    return [
      new iam.PolicyStatement({
        sid: 'FindBucket',
        actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
        resources: [bucket.bucketArn],
      }),
      new iam.PolicyStatement({
        sid: 'WriteObjects',
        actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
        resources: [bucket.arnForObjects(`${prefix}*`), bucket.arnForObjects(`${errorPrefix}*`)],
      }),
      new iam.PolicyStatement({
        sid: 'EncryptObjects',
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [key.keyArn],
        conditions: viaService('s3'),
      }),
      new iam.PolicyStatement({ sid: 'WriteOwnLog', actions: ['logs:PutLogEvents'], resources: [logGroupArn] }),
      ...('stream' in source
        ? [
            new iam.PolicyStatement({
              sid: 'ReadStream',
              actions: ['kinesis:DescribeStream', 'kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:ListShards'],
              resources: [source.stream.streamArn],
            }),
            new iam.PolicyStatement({
              sid: 'DecryptStream',
              actions: ['kms:Decrypt'],
              resources: [source.key.keyArn],
              conditions: viaService('kinesis'),
            }),
          ]
        : []),
    ];
  }
}

const metadataExtraction = (field: string) => ({
  type: 'MetadataExtraction',
  parameters: [
    { parameterName: 'MetadataExtractionQuery', parameterValue: `{part: .${field}}` },
    { parameterName: 'JsonParsingEngine', parameterValue: 'JQ-1.6' },
  ],
});
