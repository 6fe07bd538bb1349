import { Stack } from 'aws-cdk-lib';
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface AuditTrailProps {
  /** Receives the trail's files; locked, so that nobody can tidy a record away [SEC-3]. */
  readonly bucket: Bucket;
  /** Of the bucket. */
  readonly key: Key;
  /** Buckets of logs, in both Regions: to log their deliveries would make a record of each record, without end. */
  readonly unloggedBucketArns: readonly string[];
}

/** Stores of customers' data whose every access is recorded [SEC-3], as CloudTrail names them. */
const auditedStores = [
  'AWS::S3::Object',
  'AWS::S3Tables::Table',
  'AWS::S3Tables::TableBucket',
  'AWS::DynamoDB::Table',
  // A replicated table has one, and whoever reads it reads each item that changes.
  'AWS::DynamoDB::Stream',
  'AWS::Kinesis::Stream',
  // Enhanced fan-out is on the consumer, not on the stream.
  'AWS::Kinesis::StreamConsumer',
  'AWS::SQS::Queue',
] as const;

/**
 * Who did what in this account, in all its Regions, and who read or wrote which data.
 * One trail over both Regions: a second one would record, and bill, each event again. Its files stay in the cell's own
 * jurisdiction, keys of data in them included [REG-1].
 */
export class AuditTrail extends Construct {
  constructor(scope: Construct, id: string, { bucket, key, unloggedBucketArns }: AuditTrailProps) {
    super(scope, id);
    const { account, region, partition } = Stack.of(this);
    // A fixed name, since the policies of bucket and key name the trail, which needs both of them.
    const trailName = 'audit';
    const trailArn = `arn:${partition}:cloudtrail:${region}:${account}:trail/${trailName}`;
    const principals = [new iam.ServicePrincipal('cloudtrail.amazonaws.com')];
    const ofThisTrail = { StringEquals: { 'aws:SourceArn': trailArn } };

    bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'TrailReadsAcl',
        principals,
        actions: ['s3:GetBucketAcl'],
        resources: [bucket.bucketArn],
        conditions: ofThisTrail,
      }),
    );
    bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'TrailWrites',
        principals,
        actions: ['s3:PutObject'],
        resources: [bucket.arnForObjects(`AWSLogs/${account}/*`)],
        conditions: { StringEquals: { ...ofThisTrail.StringEquals, 's3:x-amz-acl': 'bucket-owner-full-control' } },
      }),
    );
    key.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'TrailEncrypts',
        principals,
        actions: ['kms:GenerateDataKey*', 'kms:Decrypt'],
        resources: ['*'],
        conditions: {
          ...ofThisTrail,
          StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': `arn:${partition}:cloudtrail:*:${account}:trail/*` },
        },
      }),
    );
    key.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'TrailLooksUpKey',
        principals,
        actions: ['kms:DescribeKey'],
        resources: ['*'],
        conditions: ofThisTrail,
      }),
    );

    const trail = new cloudtrail.CfnTrail(this, 'Trail', {
      trailName,
      isLogging: true,
      s3BucketName: bucket.bucketName,
      kmsKeyId: key.keyArn,
      enableLogFileValidation: true,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      advancedEventSelectors: [
        { name: 'Management', fieldSelectors: [{ field: 'eventCategory', equalTo: ['Management'] }] },
        ...auditedStores.map((type) => ({
          name: type,
          fieldSelectors: [
            { field: 'eventCategory', equalTo: ['Data'] },
            { field: 'resources.type', equalTo: [type] },
            ...(type === 'AWS::S3::Object' ? [{ field: 'resources.ARN', notStartsWith: unloggedBucketArns.map((arn) => `${arn}/`) }] : []),
          ],
        })),
      ],
    });
    // CloudTrail tries to write when it is made.
    trail.node.addDependency(bucket.policy ?? bucket);
  }
}
