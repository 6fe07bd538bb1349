import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { admitConfig, admitLoadBalancers, admitLogGroups, admitVendedLogs } from '../../lib/constructs/log-writers';
import { propertiesOf, SmallStack, type PolicyStatement } from '../support/small-app';

interface Store {
  readonly bucket: Bucket;
  readonly key: Key;
}

/** What a writer was let do with the bucket and with the key, besides the account's own administration of the key. */
function admitted(admit: (store: Store) => void) {
  const stack = new SmallStack();
  const store = { bucket: new Bucket(stack, 'Logs'), key: new Key(stack, 'Key') };
  admit(store);
  const [arn] = Object.keys(stack.template.findResources('AWS::S3::Bucket'));
  const statements = (type: string, property: string) =>
    propertiesOf(stack.template, type)
      .flatMap((properties) => (properties[property] as { readonly Statement: readonly PolicyStatement[] }).Statement)
      .filter(({ Action }) => Action !== 'kms:*')
      .map(({ Sid, Effect, ...rest }) => {
        expect([Effect, typeof Sid]).toEqual(['Allow', 'string']);
        return JSON.parse(JSON.stringify(rest).replaceAll(JSON.stringify({ 'Fn::GetAtt': [arn, 'Arn'] }), '"BUCKET"')) as unknown;
      });
  return { bucket: statements('AWS::S3::BucketPolicy', 'PolicyDocument'), key: statements('AWS::KMS::Key', 'KeyPolicy') };
}

const inBucket = (path: string) => ({ 'Fn::Join': ['', ['BUCKET', path]] });
const ofThisAccount = { StringEquals: { 'aws:SourceAccount': '123456789012' } };
const owned = { StringEquals: { 'aws:SourceAccount': '123456789012', 's3:x-amz-acl': 'bucket-owner-full-control' } };
const encryption = ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'];

describe('writers of logs', () => {
  it('are AWS Config, for this account and into its own folder', () => {
    const Principal = { Service: 'config.amazonaws.com' };
    expect(admitted(admitConfig)).toEqual({
      bucket: [
        { Principal, Action: ['s3:GetBucketAcl', 's3:ListBucket'], Resource: 'BUCKET', Condition: ofThisAccount },
        { Principal, Action: 's3:PutObject', Resource: inBucket('/AWSLogs/123456789012/Config/*'), Condition: owned },
      ],
      key: [{ Principal, Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: '*', Condition: ofThisAccount }],
    });
  });

  it('are the deliverer of DNS queries, for this account and Region and into their own folder', () => {
    const Principal = { Service: 'delivery.logs.amazonaws.com' };
    const here = { ArnLike: { 'aws:SourceArn': 'arn:aws:logs:eu-west-1:123456789012:*' } };
    expect(admitted(admitVendedLogs)).toEqual({
      bucket: [
        { Principal, Action: 's3:PutObject', Resource: inBucket('/dns-queries/AWSLogs/123456789012/*'), Condition: { ...owned, ...here } },
        { Principal, Action: ['s3:GetBucketAcl', 's3:ListBucket'], Resource: 'BUCKET', Condition: { ...ofThisAccount, ...here } },
      ],
      key: [{ Principal, Action: encryption, Resource: '*', Condition: { ...ofThisAccount, ...here } }],
    });
  });

  it('are log groups of this account and Region, which use the key alone', () => {
    expect(admitted(({ key }) => admitLogGroups(key))).toEqual({
      bucket: [],
      key: [
        {
          Principal: { Service: 'logs.eu-west-1.amazonaws.com' },
          Action: encryption,
          Resource: '*',
          Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:eu-west-1:123456789012:log-group:*' } },
        },
      ],
    });
  });

  it('are load balancers, into folders of this account, without a key', () => {
    expect(admitted(({ bucket }) => admitLoadBalancers(bucket))).toEqual({
      bucket: [
        {
          Principal: { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' },
          Action: 's3:PutObject',
          Resource: inBucket('/*/AWSLogs/123456789012/*'),
        },
      ],
      key: [],
    });
  });
});
