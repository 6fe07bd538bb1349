import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface LogBucketProps {
  /** A fixed name, where somebody in another account has to know it. @default - CloudFormation's */
  readonly name?: string;
  /** Days until a log expires, 90 or more [SEC-3]; its versions go a day later, or when their lock ends. */
  readonly retentionDays: number;
  /** A key of ours [SEC-2], or the reason why the service that writes cannot use one. */
  readonly encryption: { readonly key: IKey } | { readonly s3ManagedBecause: string };
  /** For how long nobody can delete or change a log [SEC-3], or the reason why it is not locked. */
  readonly lock: { readonly days: number; readonly mode: 'COMPLIANCE' | 'GOVERNANCE' } | { readonly unlockedBecause: string };
  /** Where requests to this bucket are logged, or the reason why they are not. */
  readonly accessLogs: s3.IBucket | { readonly unloggedBecause: string };
  /** Copies into a bucket of another Region. @default - there is no second copy */
  readonly replica?: { readonly bucket: s3.IBucket; readonly key: IKey; readonly role: IRole };
}

/**
 * A bucket that a service of AWS writes logs to: private, versioned, TLS only, kept when its stack is deleted.
 * Each safeguard that the writing service does not allow is left out for a stated reason, which the template carries.
 */
export class LogBucket extends Construct {
  readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string, props: LogBucketProps) {
    super(scope, id);
    const { encryption, lock, accessLogs, replica } = props;
    const retention = Duration.days(props.retentionDays);

    this.bucket = new s3.Bucket(this, 'Bucket', {
      bucketName: props.name,
      ...('key' in encryption
        ? { encryption: s3.BucketEncryption.KMS, encryptionKey: encryption.key, bucketKeyEnabled: true }
        : { encryption: s3.BucketEncryption.S3_MANAGED }),
      ...('days' in lock
        ? {
            objectLockEnabled: true,
            objectLockDefaultRetention:
              lock.mode === 'COMPLIANCE'
                ? s3.ObjectLockRetention.compliance(Duration.days(lock.days))
                : s3.ObjectLockRetention.governance(Duration.days(lock.days)),
          }
        : {}),
      ...('unloggedBecause' in accessLogs ? {} : { serverAccessLogsBucket: accessLogs, serverAccessLogsPrefix: `${id}/` }),
      ...(replica
        ? {
            replicationRole: replica.role,
            replicationRules: [
              {
                id: 'SecondCopy',
                priority: 1,
                destination: replica.bucket,
                kmsKey: replica.key,
                sseKmsEncryptedObjects: true,
                // A deletion at home must not become one in the copy.
                deleteMarkerReplication: false,
              },
            ],
          }
        : {}),
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        {
          id: 'Expire',
          expiration: retention,
          noncurrentVersionExpiration: Duration.days(1),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
        { id: 'DropExpiredDeleteMarkers', expiredObjectDeleteMarker: true },
      ],
    });

    const exemptions = {
      ...('s3ManagedBecause' in encryption ? { encryption: encryption.s3ManagedBecause } : {}),
      ...('unlockedBecause' in lock ? { lock: lock.unlockedBecause } : {}),
      ...('unloggedBecause' in accessLogs ? { accessLogs: accessLogs.unloggedBecause } : {}),
    };
    if (Object.keys(exemptions).length > 0) (this.bucket.node.defaultChild as s3.CfnBucket).addMetadata('dataflow:exemptions', exemptions);
  }
}
