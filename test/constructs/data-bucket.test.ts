import { Match } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { DataBucket, type DataBucketProps } from '../../lib/constructs/data-bucket';
import { propertiesOf, SmallStack, statementsBySid } from '../support/small-app';

const replica = { bucketName: 'cell-raw-copy', keyArn: 'arn:aws:kms:eu-central-1:123456789012:key/copy', region: 'eu-central-1' };

function bucketOf(props: Partial<DataBucketProps> = {}) {
  const stack = new SmallStack();
  const key = new Key(stack, 'Key');
  new DataBucket(stack, 'Raw', {
    name: 'cell-raw',
    key,
    accessLogs: Bucket.fromBucketName(stack, 'Logs', 'logs'),
    retentionDays: 21,
    ...props,
  });
  return stack.template;
}
const statements = () => statementsBySid(propertiesOf(bucketOf(), 'AWS::S3::BucketPolicy')[0]?.['PolicyDocument']);

describe("a bucket of customers' data", () => {
  it('is private, versioned, encrypted by our key, logged, kept, and known by its name in both Regions', () => {
    bucketOf().hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BucketName: 'cell-raw-123456789012-eu-west-1',
        BucketEncryption: { ServerSideEncryptionConfiguration: [Match.objectLike({ BucketKeyEnabled: true })] },
        LoggingConfiguration: { DestinationBucketName: 'logs', LogFilePrefix: 'Raw/' },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        VersioningConfiguration: { Status: 'Enabled' },
      },
    });
  });

  it('lets objects expire, and their versions a day later', () => {
    bucketOf().hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: Match.arrayWith([
          Match.objectLike({ Id: 'Erase', Status: 'Enabled', ExpirationInDays: 21, NoncurrentVersionExpiration: { NoncurrentDays: 1 } }),
        ]),
      },
    });
  });

  it('rejects an object under another key, or under none of KMS, whoever writes it', () => {
    const { OtherKeysRefused, OtherEncryptionRefused } = statements();
    const denial = { Effect: 'Deny', Principal: { AWS: '*' }, Action: 's3:PutObject' };
    expect(OtherKeysRefused).toMatchObject({
      ...denial,
      Condition: {
        StringNotEqualsIfExists: { 's3:x-amz-server-side-encryption-aws-kms-key-id': { 'Fn::GetAtt': [expect.any(String), 'Arn'] } },
      },
    });
    expect(OtherEncryptionRefused).toMatchObject({
      ...denial,
      Condition: { StringNotEqualsIfExists: { 's3:x-amz-server-side-encryption': 'aws:kms' } },
    });
  });

  it.each([0, 26, 30, 1.5, Number.NaN])('rejects a life of %s days [CMP-1]', (retentionDays) => {
    expect(() => bucketOf({ retentionDays })).toThrow(
      `DataBucket.retentionDays: received ${retentionDays}; allowed: an integer from 1 to 25`,
    );
  });

  it.each([1, 25])('takes a life of %s days', (retentionDays) => {
    expect(() => bucketOf({ retentionDays })).not.toThrow();
  });

  it('copies each object within 15 minutes, under the key of the other Region, and what hides it', () => {
    bucketOf({ replica }).hasResourceProperties('AWS::S3::Bucket', {
      ReplicationConfiguration: {
        Rules: [
          Match.objectLike({
            Status: 'Enabled',
            DeleteMarkerReplication: { Status: 'Enabled' },
            SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
            Destination: Match.objectLike({
              Bucket: Match.anyValue(),
              EncryptionConfiguration: { ReplicaKmsKeyID: replica.keyArn },
              ReplicationTime: { Status: 'Enabled', Time: { Minutes: 15 } },
              Metrics: { Status: 'Enabled', EventThreshold: { Minutes: 15 } },
            }),
          }),
        ],
      },
    });
  });

  it('announces and counts nothing unless it is told to, since both are billed', () => {
    const [silent = {}] = propertiesOf(bucketOf(), 'AWS::S3::Bucket');
    expect(Object.keys(silent)).not.toEqual(expect.arrayContaining(['NotificationConfiguration']));
    expect(silent).not.toHaveProperty('MetricsConfigurations');
    const [loud = {}] = propertiesOf(bucketOf({ announcesObjects: true, watchedPrefix: 'errors/' }), 'AWS::S3::Bucket');
    expect(loud['NotificationConfiguration']).toEqual({ EventBridgeConfiguration: { EventBridgeEnabled: true } });
    expect(loud['MetricsConfigurations']).toEqual([{ Id: 'Watched', Prefix: 'errors/' }]);
  });
});
