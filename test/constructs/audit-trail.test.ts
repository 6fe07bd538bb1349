import { Match } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { AuditTrail } from '../../lib/constructs/audit-trail';
import { existing, propertiesOf, SmallStack, statementsBySid } from '../support/small-app';

const trailArn = 'arn:aws:cloudtrail:eu-west-1:123456789012:trail/audit';
const ofThisTrail = { StringEquals: { 'aws:SourceArn': trailArn } };
const cloudtrail = { Service: 'cloudtrail.amazonaws.com' };

const stack = new SmallStack();
const key = new Key(stack, 'Key');
const bucket = new Bucket(stack, 'Audit', { encryptionKey: key });
new AuditTrail(stack, 'Trail', { bucket, key, unloggedBucketArns: ['logs', 'flows'].map((id) => existing(stack, id).bucket.bucketArn) });
const template = stack.template;

const [trail = {}] = propertiesOf(template, 'AWS::CloudTrail::Trail');
const [bucketPolicy = {}] = propertiesOf(template, 'AWS::S3::BucketPolicy');
const [keyProperties = {}] = propertiesOf(template, 'AWS::KMS::Key');

describe('the audit trail', () => {
  it('records all Regions and global services, signed and encrypted, and is on', () => {
    expect(trail).toMatchObject({
      TrailName: 'audit',
      IsLogging: true,
      IsMultiRegionTrail: true,
      IncludeGlobalServiceEvents: true,
      EnableLogFileValidation: true,
      KMSKeyId: { 'Fn::GetAtt': [Object.keys(template.findResources('AWS::KMS::Key'))[0], 'Arn'] },
      S3BucketName: { Ref: Object.keys(template.findResources('AWS::S3::Bucket'))[0] },
    });
  });

  it('records every management event, and every access to data but the deliveries of logs', () => {
    const data = (type: string, ...more: readonly unknown[]) => ({
      Name: type,
      FieldSelectors: [{ Field: 'eventCategory', Equals: ['Data'] }, { Field: 'resources.type', Equals: [type] }, ...more],
    });
    expect(trail['AdvancedEventSelectors']).toEqual([
      { Name: 'Management', FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] },
      data('AWS::S3::Object', { Field: 'resources.ARN', NotStartsWith: ['arn:aws:s3:::logs/', 'arn:aws:s3:::flows/'] }),
      data('AWS::S3Tables::Table'),
      data('AWS::S3Tables::TableBucket'),
      data('AWS::DynamoDB::Table'),
      data('AWS::DynamoDB::Stream'),
      data('AWS::Kinesis::Stream'),
      data('AWS::Kinesis::StreamConsumer'),
      data('AWS::SQS::Queue'),
    ]);
  });

  it('leaves reads in: who read whose data is the question [SEC-3]', () => {
    expect(JSON.stringify(trail)).not.toContain('readOnly');
  });

  it('may write into the bucket as this trail of this account, and into its own folder only', () => {
    const resource = Object.keys(template.findResources('AWS::S3::Bucket'))[0];
    const arn = { 'Fn::GetAtt': [resource, 'Arn'] };
    const { TrailReadsAcl, TrailWrites } = statementsBySid(bucketPolicy['PolicyDocument']);
    expect(TrailReadsAcl).toMatchObject({
      Effect: 'Allow',
      Principal: cloudtrail,
      Action: 's3:GetBucketAcl',
      Resource: arn,
      Condition: ofThisTrail,
    });
    expect(TrailWrites).toMatchObject({
      Effect: 'Allow',
      Principal: cloudtrail,
      Action: 's3:PutObject',
      Resource: { 'Fn::Join': ['', [arn, '/AWSLogs/123456789012/*']] },
      Condition: { StringEquals: { ...ofThisTrail.StringEquals, 's3:x-amz-acl': 'bucket-owner-full-control' } },
    });
  });

  it('may use the key as this trail, for records of this account', () => {
    const { TrailEncrypts, TrailLooksUpKey } = statementsBySid(keyProperties['KeyPolicy']);
    expect(TrailEncrypts).toMatchObject({
      Principal: cloudtrail,
      Action: ['kms:GenerateDataKey*', 'kms:Decrypt'].sort(),
      Condition: {
        ...ofThisTrail,
        StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': 'arn:aws:cloudtrail:*:123456789012:trail/*' },
      },
    });
    expect(TrailLooksUpKey).toMatchObject({ Principal: cloudtrail, Action: 'kms:DescribeKey', Condition: ofThisTrail });
  });

  it('is made after the policy that lets it write', () => {
    template.hasResource('AWS::CloudTrail::Trail', {
      DependsOn: Match.arrayWith([Object.keys(template.findResources('AWS::S3::BucketPolicy'))[0]]),
    });
  });
});
