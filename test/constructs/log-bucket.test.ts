import { Match } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { LogBucket, type LogBucketProps } from '../../lib/constructs/log-bucket';
import { existing, SmallStack } from '../support/small-app';

type Variant = (stack: SmallStack) => Partial<LogBucketProps>;

/** Every safeguard left out, each for its reason. */
const without = {
  encryption: { s3ManagedBecause: 'The writer has no key' },
  lock: { unlockedBecause: 'The writer cannot lock' },
  accessLogs: { unloggedBecause: 'It logs itself' },
} as const;

function bucketOf(variant: Variant = () => ({})) {
  const stack = new SmallStack();
  new LogBucket(stack, 'Logs', { retentionDays: 90, ...without, ...variant(stack) });
  return stack.template;
}

const withKey: Variant = (stack) => ({ encryption: { key: new Key(stack, 'Key') } });
const withLogs: Variant = (stack) => ({ accessLogs: new Bucket(stack, 'Target') });
const logsBucket = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };

describe('a log bucket', () => {
  it('is private, versioned, and kept when its stack goes', () => {
    bucketOf().hasResource('AWS::S3::Bucket', {
      ...logsBucket,
      Properties: {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        VersioningConfiguration: { Status: 'Enabled' },
      },
    });
  });

  it('refuses requests without TLS 1.2', () => {
    const denial = { Effect: 'Deny', Principal: { AWS: '*' }, Action: 's3:*' };
    bucketOf().hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({ ...denial, Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          Match.objectLike({ ...denial, Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } } }),
        ],
      },
    });
  });

  it('lets logs expire with their versions, and clears up what is left of them', () => {
    bucketOf(() => ({ retentionDays: 400 })).hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: [
          {
            Id: 'Expire',
            Status: 'Enabled',
            ExpirationInDays: 400,
            NoncurrentVersionExpiration: { NoncurrentDays: 1 },
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
          },
          { Id: 'DropExpiredDeleteMarkers', Status: 'Enabled', ExpiredObjectDeleteMarker: true },
        ],
      },
    });
  });

  it('is encrypted by our key where the writer can use it, else by a key of S3', () => {
    bucketOf(withKey).hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: {
              SSEAlgorithm: 'aws:kms',
              KMSMasterKeyID: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] },
            },
          },
        ],
      },
    });
    bucketOf().hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
    });
  });

  it.each(['COMPLIANCE', 'GOVERNANCE'] as const)('is locked in %s mode where the writer allows a lock', (mode) => {
    bucketOf(() => ({ lock: { days: 100, mode } })).hasResourceProperties('AWS::S3::Bucket', {
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Days: 100, Mode: mode } } },
    });
  });

  it('has no lock, no log and no copy that nobody asked for', () => {
    bucketOf().hasResourceProperties('AWS::S3::Bucket', {
      ObjectLockEnabled: Match.absent(),
      ObjectLockConfiguration: Match.absent(),
      LoggingConfiguration: Match.absent(),
      ReplicationConfiguration: Match.absent(),
    });
  });

  it('logs its requests under a prefix of its own', () => {
    bucketOf(withLogs).hasResourceProperties('AWS::S3::Bucket', {
      LoggingConfiguration: { DestinationBucketName: { Ref: Match.stringLikeRegexp('^Target') }, LogFilePrefix: 'Logs/' },
    });
  });

  it('copies every object with its encryption into the replica, and no deletion', () => {
    const template = bucketOf((stack) => ({
      ...withKey(stack),
      replica: {
        ...existing(stack, 'copy', 'eu-central-1'),
        role: new Role(stack, 'Role', { assumedBy: new ServicePrincipal('s3.amazonaws.com') }),
      },
    }));
    template.hasResourceProperties('AWS::S3::Bucket', {
      ReplicationConfiguration: {
        Role: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Role'), 'Arn'] },
        Rules: [
          {
            Id: 'SecondCopy',
            Status: 'Enabled',
            Priority: 1,
            Filter: { Prefix: '' },
            DeleteMarkerReplication: { Status: 'Disabled' },
            SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
            Destination: {
              Bucket: 'arn:aws:s3:::copy',
              EncryptionConfiguration: { ReplicaKmsKeyID: 'arn:aws:kms:eu-central-1:123456789012:key/copy' },
            },
          },
        ],
      },
    });
  });
});

describe('the exemptions of a log bucket', () => {
  const full: Variant = (stack) => ({ ...withKey(stack), ...withLogs(stack), lock: { days: 90, mode: 'GOVERNANCE' } });

  const exemptions = (variant: Variant): unknown => {
    const buckets = Object.entries(bucketOf(variant).findResources('AWS::S3::Bucket'));
    const [, bucket] = buckets.find(([id]) => id.startsWith('Logs')) ?? [];
    return ((bucket?.['Metadata'] ?? {}) as Readonly<Record<string, unknown>>)['dataflow:exemptions'];
  };

  it.each([
    ['encryption', { encryption: without.encryption }, 'The writer has no key'],
    ['lock', { lock: without.lock }, 'The writer cannot lock'],
    ['accessLogs', { accessLogs: without.accessLogs }, 'It logs itself'],
  ] as const)('tell in the template why it does without %s', (safeguard, variant, reason) => {
    expect(exemptions((stack) => ({ ...full(stack), ...variant }))).toEqual({ [safeguard]: reason });
  });

  it('are all told', () => {
    expect(exemptions(() => ({}))).toEqual({
      encryption: 'The writer has no key',
      lock: 'The writer cannot lock',
      accessLogs: 'It logs itself',
    });
  });

  it('are not there when there are none', () => {
    expect(exemptions(full)).toBeUndefined();
  });
});
