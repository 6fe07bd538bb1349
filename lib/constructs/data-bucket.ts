import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Key, type IKey } from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ReplicationRole } from './replication-role';

/** A bucket of another Region and its key: by name and ARN, since constructs do not reach across Regions. */
export interface RemoteBucket {
  readonly bucketName: string;
  readonly keyArn: string;
  readonly region: string;
}

export interface DataBucketProps {
  /** Beginning of the bucket's name, such as `prod-eu-raw`: account and Region are appended. */
  readonly name: string;
  readonly key: IKey;
  /** Where requests to this bucket are logged [SEC-3]. It admits the Region's buckets itself: see admitAccessLogs. */
  readonly accessLogs: s3.IBucket;
  /**
   * How many days its objects live, 1 to 25. What S3 needs to remove an object and its version, and the two days that an erasure
   * itself may take, are left of the 30 of CMP-1.
   */
  readonly retentionDays: number;
  /** Tells EventBridge of each new object. @default false */
  readonly announcesObjects?: boolean;
  /** A prefix whose requests CloudWatch counts, under WATCHED_FILTER. @default - none: each counted metric is billed */
  readonly watchedPrefix?: string;
  /** Copies each object into a bucket of another Region, within 15 minutes. @default - there is no second copy */
  readonly replica?: RemoteBucket;
}

/**
 * S3 acts on an expiration at the next midnight UTC after it is due, and removes the version that it leaves one day after
 * that, rounded likewise. Source: Amazon S3 User Guide, "Lifecycle configuration elements", read 2026-11.
 */
const DAYS_AFTER_EXPIRATION = 3;
const LONGEST_DAYS = 30 - DAYS_AFTER_EXPIRATION - 2;

/** Name of a data bucket, by which the other Region knows it. */
export const dataBucketName = (name: string, { account, region }: { readonly account: string; readonly region: string }): string =>
  `${name}-${account}-${region}`;

/** In this filter's metrics the requests of a watched prefix show. */
export const WATCHED_FILTER = 'Watched';

/** In this rule's metrics the copying of a bucket shows. */
export const REPLICATION_RULE = 'SecondCopy';

/**
 * A bucket of customers' data: encrypted by a key of ours and by no other, TLS only, private, versioned, logged, kept when its
 * stack is deleted, and empty of each object within 30 days [SEC-2, SEC-3, SLO-2, CMP-1].
 *
 * Its name is fixed. A recovery stack finds it by that name while the home Region does not answer, and CloudFormation
 * refuses to replace what has a name of its own, so that no change of a property can leave the data behind.
 */
export class DataBucket extends Construct {
  readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string, props: DataBucketProps) {
    super(scope, id);
    const { key, retentionDays } = props;
    if (!Number.isInteger(retentionDays) || retentionDays < 1 || retentionDays > LONGEST_DAYS) {
      throw new RangeError(
        `DataBucket.retentionDays: received ${retentionDays}; allowed: an integer from 1 to ${LONGEST_DAYS}, in days [CMP-1]`,
      );
    }

    this.bucket = new s3.Bucket(this, 'Bucket', {
      bucketName: dataBucketName(props.name, Stack.of(this)),
      encryption: s3.BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      removalPolicy: RemovalPolicy.RETAIN,
      metrics: props.watchedPrefix === undefined ? undefined : [{ id: WATCHED_FILTER, prefix: props.watchedPrefix }],
      lifecycleRules: [
        {
          id: 'Erase',
          expiration: Duration.days(retentionDays),
          noncurrentVersionExpiration: Duration.days(1),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
        { id: 'DropExpiredDeleteMarkers', expiredObjectDeleteMarker: true },
      ],
    });
    // By property: the CDK's helpers would let any bucket of any account write into the log bucket, and run a function for a setting.
    const resource = this.bucket.node.defaultChild as s3.CfnBucket;
    resource.loggingConfiguration = { destinationBucketName: props.accessLogs.bucketName, logFilePrefix: `${id}/` };
    if (props.announcesObjects) resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
    if (props.replica) resource.replicationConfiguration = this.replicateTo(props.replica, key);
    this.refuseOtherKeys(key);
  }

  /** With Replication Time Control, whose metrics an alarm can watch. */
  private replicateTo(replica: RemoteBucket, key: IKey): s3.CfnBucket.ReplicationConfigurationProperty {
    const role = new ReplicationRole(this, 'ReplicationRole', `S3 copies ${this.node.id} into the recovery Region`);
    const destination = {
      bucket: s3.Bucket.fromBucketAttributes(this, 'ReplicaBucket', {
        bucketName: replica.bucketName,
        region: replica.region,
        account: Stack.of(this).account,
      }),
      key: Key.fromKeyArn(this, 'ReplicaKey', replica.keyArn),
    };
    role.replicate({ bucket: this.bucket, key }, destination);
    return {
      role: role.roleArn,
      rules: [
        {
          id: REPLICATION_RULE,
          status: 'Enabled',
          priority: 1,
          filter: {},
          // What was deleted here must not look as if it were still to do there.
          deleteMarkerReplication: { status: 'Enabled' },
          sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: 'Enabled' } },
          destination: {
            bucket: destination.bucket.bucketArn,
            encryptionConfiguration: { replicaKmsKeyId: replica.keyArn },
            replicationTime: { status: 'Enabled', time: { minutes: 15 } },
            metrics: { status: 'Enabled', eventThreshold: { minutes: 15 } },
          },
        },
      ],
    };
  }

  /** An object under another key would outlive the grants of ours, and could not be read where that key is not [SEC-2]. */
  private refuseOtherKeys(key: IKey): void {
    const refuse = (sid: string, header: string, value: string) =>
      this.bucket.addToResourcePolicy(
        new iam.PolicyStatement({
          sid,
          effect: iam.Effect.DENY,
          principals: [new iam.AnyPrincipal()],
          actions: ['s3:PutObject'],
          resources: [this.bucket.arnForObjects('*')],
          // A request without the header takes the bucket's own setting, and passes.
          conditions: { StringNotEqualsIfExists: { [header]: value } },
        }),
      );
    refuse('OtherKeysRefused', 's3:x-amz-server-side-encryption-aws-kms-key-id', key.keyArn);
    refuse('OtherEncryptionRefused', 's3:x-amz-server-side-encryption', 'aws:kms');
  }
}
