/** What the services of AWS that write logs need of a bucket and its key, held to this account where they say for whom they act [SEC-4]. */
import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';

interface LogStore {
  readonly bucket: Bucket;
  /** Of the bucket. */
  readonly key: Key;
}

const whole = ['*'];
const encryption = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];

/** Source: AWS Config Developer Guide, "Permissions for the Amazon S3 bucket" and "Permissions for the KMS key", read 2026-11. */
export function admitConfig({ bucket, key }: LogStore): void {
  const { account } = Stack.of(bucket);
  const principals = [new iam.ServicePrincipal('config.amazonaws.com')];
  const conditions = { StringEquals: { 'aws:SourceAccount': account } };
  bucket.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'ConfigLooksUpBucket',
      principals,
      actions: ['s3:GetBucketAcl', 's3:ListBucket'],
      resources: [bucket.bucketArn],
      conditions,
    }),
  );
  bucket.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'ConfigWrites',
      principals,
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(`AWSLogs/${account}/Config/*`)],
      conditions: { StringEquals: { ...conditions.StringEquals, 's3:x-amz-acl': 'bucket-owner-full-control' } },
    }),
  );
  key.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'ConfigEncrypts',
      principals,
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: whole,
      conditions,
    }),
  );
}

/**
 * VPC flow logs and Resolver query logs come from the same deliverer. For the former the CDK writes the bucket's policy.
 * Source: Amazon CloudWatch Logs User Guide, "Enable logging from AWS services: logs sent to Amazon S3", read 2026-11.
 */
export function admitVendedLogs({ bucket, key }: LogStore): void {
  const { account, partition, region } = Stack.of(bucket);
  const principals = [new iam.ServicePrincipal('delivery.logs.amazonaws.com')];
  const conditions = {
    StringEquals: { 'aws:SourceAccount': account },
    ArnLike: { 'aws:SourceArn': `arn:${partition}:logs:${region}:${account}:*` },
  };
  bucket.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'LogDeliveryWrites',
      principals,
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(`dns-queries/AWSLogs/${account}/*`)],
      conditions: { ...conditions, StringEquals: { ...conditions.StringEquals, 's3:x-amz-acl': 'bucket-owner-full-control' } },
    }),
  );
  bucket.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'LogDeliveryLooksUpBucket',
      principals,
      actions: ['s3:GetBucketAcl', 's3:ListBucket'],
      resources: [bucket.bucketArn],
      conditions,
    }),
  );
  key.addToResourcePolicy(
    new iam.PolicyStatement({ sid: 'LogDeliveryEncrypts', principals, actions: encryption, resources: whole, conditions }),
  );
}

/** Source: Amazon CloudWatch Logs User Guide, "Encrypt log data using AWS KMS", read 2026-11. */
export function admitLogGroups(key: Key): void {
  const { account, partition, region } = Stack.of(key);
  key.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'LogGroupsEncrypt',
      principals: [new iam.ServicePrincipal(`logs.${region}.amazonaws.com`)],
      actions: encryption,
      resources: whole,
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*` } },
    }),
  );
}

/**
 * By the service's principal, which replaced one account ID a Region; its path is not narrowed further, since a test
 * file is written beside the logs.
 * Source: Elastic Load Balancing documentation, "Attach a bucket policy to your S3 bucket", read 2026-11.
 */
export function admitLoadBalancers(bucket: Bucket): void {
  bucket.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'LoadBalancersWrite',
      principals: [new iam.ServicePrincipal('logdelivery.elasticloadbalancing.amazonaws.com')],
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(`*/AWSLogs/${Stack.of(bucket).account}/*`)],
    }),
  );
}

/**
 * Requests to any bucket of this account, in one statement: the CDK would add one without a condition for each bucket.
 * Source: Amazon S3 User Guide, "Enabling Amazon S3 server access logging", read 2026-11.
 */
export function admitAccessLogs(bucket: Bucket): void {
  bucket.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'AccessLogsWrite',
      principals: [new iam.ServicePrincipal('logging.s3.amazonaws.com')],
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects('*')],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(bucket).account } },
    }),
  );
}
