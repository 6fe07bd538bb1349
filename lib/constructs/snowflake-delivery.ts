import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, LogStream } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

/** Where rows go: an account of Snowflake in the cell's own Region [REG-1, TEC-2]. */
export interface SnowflakeTable {
  /** Private address of the account, without protocol: `privatelink-account-url` of `SYSTEM$GET_PRIVATELINK_CONFIG()`. */
  readonly accountUrl: string;
  /** Service that the account is reached by, `com.amazonaws.vpce.REGION.vpce-svc-...`: `privatelink-vpce-id` of the same. */
  readonly privateLinkService: string;
  readonly database: string;
  readonly schema: string;
  readonly table: string;
  /** Role of Snowflake that may insert into the table, and nothing else. */
  readonly role: string;
}

export interface SnowflakeDeliveryProps {
  /** Name of the delivery stream. */
  readonly name: string;
  readonly source: { readonly stream: IStream; readonly key: IKey };
  readonly destination: SnowflakeTable;
  /** User and private key, as Firehose reads them; a human puts the value in. */
  readonly secret: { readonly arn: string; readonly key: IKey };
  /** The role that reads the secret. Made beside it, so that its policy can name it. */
  readonly role: iam.IRole;
  /** Where records go that no row can be made of; the prefix ends with a slash. */
  readonly errors: { readonly bucket: IBucket; readonly key: IKey; readonly prefix: string };
  readonly logs: { readonly key: IKey; readonly retentionDays: number };
}

/** Longest that Firehose tries Snowflake before it leaves records under the error prefix. In seconds. */
const RETRY_SECONDS = 7200;
/** Fewer and larger inserts: the warehouse is nobody's live view. In seconds. */
const BUFFER_SECONDS = 60;

/**
 * Records of a stream as rows of Snowflake, by Firehose over PrivateLink: no row crosses the internet, and no credential is in a template.
 *
 * Columns are fields of the record, by their names. Source: Amazon Data Firehose API Reference, "SnowflakeDestinationConfiguration"; Snowflake
 * quickstart "Getting started with Snowflake and Amazon Data Firehose" for the private address, read 2026-11.
 */
export class SnowflakeDelivery extends Construct {
  readonly deliveryStream: CfnDeliveryStream;

  constructor(scope: Construct, id: string, props: SnowflakeDeliveryProps) {
    super(scope, id);
    const { name, source, destination, errors, role } = props;
    const { region } = Stack.of(this);

    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: name,
      retention: props.logs.retentionDays,
      encryptionKey: props.logs.key,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const logStream = new LogStream(this, 'LogStream', { logGroup, logStreamName: 'delivery', removalPolicy: RemovalPolicy.DESTROY });
    const via = (service: string) => ({ StringEquals: { 'kms:ViaService': `${service}.${region}.amazonaws.com` } });
    const policy = new iam.Policy(this, 'Policy', {
      roles: [role],
      statements: (
        [
          ['FindErrorBucket', ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'], errors.bucket.bucketArn],
          ['WriteErrors', ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'], errors.bucket.arnForObjects(`${errors.prefix}*`)],
          ['EncryptErrors', ['kms:Decrypt', 'kms:GenerateDataKey'], errors.key.keyArn, via('s3')],
          [
            'ReadStream',
            ['kinesis:DescribeStream', 'kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:ListShards'],
            source.stream.streamArn,
          ],
          ['DecryptStream', ['kms:Decrypt'], source.key.keyArn, via('kinesis')],
          // Source: Amazon Data Firehose Developer Guide, "Use the secret", with a key of one's own, read 2026-11.
          ['ReadKeyPair', ['secretsmanager:GetSecretValue'], props.secret.arn],
          ['DecryptKeyPair', ['kms:Decrypt'], props.secret.key.keyArn, via('secretsmanager')],
          ['WriteOwnLog', ['logs:PutLogEvents'], logGroup.logGroupArn],
        ] as const
      ).map(
        ([sid, actions, resource, conditions]) =>
          new iam.PolicyStatement({ sid, actions: [...actions], resources: [resource], conditions }),
      ),
    });

    this.deliveryStream = new CfnDeliveryStream(this, 'DeliveryStream', {
      deliveryStreamName: name,
      deliveryStreamType: 'KinesisStreamAsSource',
      kinesisStreamSourceConfiguration: { kinesisStreamArn: source.stream.streamArn, roleArn: role.roleArn },
      snowflakeDestinationConfiguration: {
        accountUrl: `https://${destination.accountUrl}`,
        snowflakeVpcConfiguration: { privateLinkVpceId: destination.privateLinkService },
        secretsManagerConfiguration: { enabled: true, secretArn: props.secret.arn, roleArn: role.roleArn },
        snowflakeRoleConfiguration: { enabled: true, snowflakeRole: destination.role },
        database: destination.database,
        schema: destination.schema,
        table: destination.table,
        dataLoadingOption: 'JSON_MAPPING',
        roleArn: role.roleArn,
        bufferingHints: { intervalInSeconds: BUFFER_SECONDS, sizeInMBs: 128 },
        retryOptions: { durationInSeconds: RETRY_SECONDS },
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
    // Firehose tries its role, the secret and the private address when it is made.
    this.deliveryStream.node.addDependency(policy);
  }
}
