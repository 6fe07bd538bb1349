import { describe, expect, it } from 'vitest';
import { keptTypes, statefulTypes } from '../../../lib/checks/stateful-types';
import { describeRule, ruleOf, stackTemplate } from '../../support/fixtures';

const bucket = (DeletionPolicy?: string, UpdateReplacePolicy?: string) => [
  stackTemplate({ Data: { Type: 'AWS::S3::Bucket', DeletionPolicy, UpdateReplacePolicy } }),
];
const fault = (policy: string, value: string, type = 'AWS::S3::Bucket') =>
  `Data: ${policy} of ${type} is ${value}; allowed: ${policy === 'DeletionPolicy' ? 'Retain, RetainExceptOnCreate' : 'Retain'}, Snapshot`;

describeRule('StatefulResourcesKept', {
  passing: {
    'a bucket that is retained': bucket('Retain', 'Retain'),
    'a bucket that only a failed creation takes away': bucket('RetainExceptOnCreate', 'Retain'),
    'a database that leaves a snapshot': [
      stackTemplate({ Data: { Type: 'AWS::RDS::DBCluster', DeletionPolicy: 'Snapshot', UpdateReplacePolicy: 'Snapshot' } }),
    ],
    'a topic, which holds nothing': [stackTemplate({ Topic: { Type: 'AWS::SNS::Topic', DeletionPolicy: 'Delete' } })],
  },
  failing: {
    'a bucket that goes with its stack': { stacks: bucket('Delete', 'Retain'), findings: [fault('DeletionPolicy', 'Delete')] },
    'a bucket that goes when it is replaced': { stacks: bucket('Retain', 'Delete'), findings: [fault('UpdateReplacePolicy', 'Delete')] },
    'a bucket that leaves it to the default': {
      stacks: bucket(),
      findings: [fault('DeletionPolicy', 'absent'), fault('UpdateReplacePolicy', 'absent')],
    },
    'a key, without which the data is gone as well': {
      stacks: [stackTemplate({ Data: { Type: 'AWS::KMS::Key', DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' } })],
      findings: [fault('DeletionPolicy', 'Delete', 'AWS::KMS::Key'), fault('UpdateReplacePolicy', 'Delete', 'AWS::KMS::Key')],
    },
  },
});

describe('what is stateful', () => {
  it.each([...keptTypes])('counts a deleted %s as a loss', (type) => {
    const stacks = [stackTemplate({ Data: { Type: type, DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' } })];
    expect(ruleOf('StatefulResourcesKept').check(stacks)).toHaveLength(2);
  });

  it('is frozen, so that no type goes unprotected by accident', () => {
    expect([...statefulTypes]).toEqual([
      'AWS::Backup::BackupVault',
      'AWS::CodeConnections::Connection',
      'AWS::Cognito::UserPool',
      'AWS::DocDB::DBCluster',
      'AWS::DynamoDB::GlobalTable',
      'AWS::DynamoDB::Table',
      'AWS::EC2::EIP',
      'AWS::EC2::Volume',
      'AWS::ECR::Repository',
      'AWS::EFS::FileSystem',
      'AWS::EKS::Cluster',
      'AWS::ElastiCache::ReplicationGroup',
      'AWS::ElastiCache::ServerlessCache',
      'AWS::Kinesis::Stream',
      'AWS::MSK::Cluster',
      'AWS::Neptune::DBCluster',
      'AWS::OpenSearchService::Domain',
      'AWS::RDS::DBCluster',
      'AWS::RDS::GlobalCluster',
      'AWS::Redshift::Cluster',
      'AWS::Route53::HostedZone',
      'AWS::S3::Bucket',
      'AWS::S3Tables::Table',
      'AWS::S3Tables::TableBucket',
      'AWS::SecretsManager::Secret',
      'AWS::SQS::Queue',
    ]);
    expect([...keptTypes].filter((type) => !statefulTypes.has(type))).toEqual(['AWS::KMS::Key', 'AWS::KMS::ReplicaKey']);
  });
});
