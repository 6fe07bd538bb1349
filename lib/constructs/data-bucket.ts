import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface DataBucketProps {
  /** Beginning of the bucket's name, such as `prod-eu-raw`: account and Region are appended. */
  readonly name: string;
  readonly key: IKey;
  /** Where requests to this bucket are logged [SEC-3]. It admits the Region's buckets itself: see admitAccessLogs. */
  readonly accessLogs: s3.IBucket;
  /**
   * How many days its objects live, 1 to 26: an object, the version that its deletion leaves behind, and S3's rounding to
   * midnight are gone within the 30 days of CMP-1.
   */
  readonly retentionDays: number;
  /** Removes objects under a prefix earlier. @default - all live equally long */
  readonly shorter?: readonly { readonly prefix: string; readonly retentionDays: number }[];
}

/**
 * S3 acts on an expiration at the next midnight UTC after it is due, and removes the version that it leaves one day after
 * that, rounded likewise. Source: Amazon S3 User Guide, "Lifecycle configuration elements", read 2026-11.
 */
export const DAYS_AFTER_EXPIRATION = 3;
const LONGEST_DAYS = 30 - DAYS_AFTER_EXPIRATION - 1;

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
    const { key, retentionDays, shorter = [] } = props;
    for (const days of [retentionDays, ...shorter.map((rule) => rule.retentionDays)]) {
      if (!Number.isInteger(days) || days < 1 || days > LONGEST_DAYS) {
        throw new RangeError(`DataBucket.retentionDays: received ${days}; allowed: an integer from 1 to ${LONGEST_DAYS}, in days [CMP-1]`);
      }
    }
    const { account, region } = Stack.of(this);

    this.bucket = new s3.Bucket(this, 'Bucket', {
      bucketName: `${props.name}-${account}-${region}`,
      encryption: s3.BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        {
          id: 'Erase',
          expiration: Duration.days(retentionDays),
          noncurrentVersionExpiration: Duration.days(1),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
        { id: 'DropExpiredDeleteMarkers', expiredObjectDeleteMarker: true },
        ...shorter.map((rule) => ({
          id: `Erase-${rule.prefix.replace(/\W+/g, '')}`,
          prefix: rule.prefix,
          expiration: Duration.days(rule.retentionDays),
        })),
      ],
    });
    // By property and not by the CDK's helper, which would let any bucket of any account write into the log bucket.
    (this.bucket.node.defaultChild as s3.CfnBucket).loggingConfiguration = {
      destinationBucketName: props.accessLogs.bucketName,
      logFilePrefix: `${id}/`,
    };
    this.refuseOtherKeys(key);
  }

  /** An object under another key would outlive the grants of ours, and could not be read where the key is not [SEC-2]. */
  private refuseOtherKeys(key: IKey): void {
    this.bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'OtherKeysRefused',
        effect: iam.Effect.DENY,
        principals: [new iam.AnyPrincipal()],
        actions: ['s3:PutObject'],
        resources: [this.bucket.arnForObjects('*')],
        // An absent header takes the bucket's own key, and passes.
        conditions: { StringNotEqualsIfExists: { 's3:x-amz-server-side-encryption-aws-kms-key-id': key.keyArn } },
      }),
    );
    this.bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'OtherEncryptionRefused',
        effect: iam.Effect.DENY,
        principals: [new iam.AnyPrincipal()],
        actions: ['s3:PutObject'],
        resources: [this.bucket.arnForObjects('*')],
        conditions: { StringNotEqualsIfExists: { 's3:x-amz-server-side-encryption': 'aws:kms' } },
      }),
    );
  }
}
