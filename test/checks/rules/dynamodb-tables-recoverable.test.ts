import { altered, describeRule, stackTemplate, type ResourceFixture } from '../../support/fixtures';

const replica = (region: string) => ({
  Region: region,
  PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  DeletionProtectionEnabled: true,
  SSESpecification: { KMSMasterKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } },
});
const table: ResourceFixture = {
  Type: 'AWS::DynamoDB::GlobalTable',
  Properties: { SSESpecification: { SSEEnabled: true, SSEType: 'KMS' }, Replicas: [replica('eu-west-1'), replica('eu-central-1')] },
};
const plain: ResourceFixture = {
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    DeletionProtectionEnabled: true,
    SSESpecification: { SSEEnabled: true, KMSMasterKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } },
  },
};
const plainWith = (path: string, value: unknown) => [stackTemplate({ Table: altered(plain, `Properties.${path}`, value) })];
const tableWith = (path: string, value: unknown) => [stackTemplate({ Table: altered(table, `Properties.${path}`, value) })];

describeRule('DynamodbTablesRecoverable', {
  passing: {
    'a table whose replicas are recoverable, protected and encrypted by our key': [stackTemplate({ Table: table })],
    'a table of one Region': [stackTemplate({ Table: plain })],
    'a template without a table': [stackTemplate({ Bucket: { Type: 'AWS::S3::Bucket' } })],
  },
  failing: {
    'a replica without point-in-time recovery': {
      stacks: tableWith('Replicas.1.PointInTimeRecoverySpecification', undefined),
      findings: ['Table: No point-in-time recovery on the replica in eu-central-1'],
    },
    'point-in-time recovery that is switched off': {
      stacks: tableWith('Replicas.0.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled', false),
      findings: ['Table: No point-in-time recovery on the replica in eu-west-1'],
    },
    'point-in-time recovery that only a parameter knows of': {
      stacks: tableWith('Replicas.0.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled', { Ref: 'Recovery' }),
      findings: ['Table: No point-in-time recovery on the replica in eu-west-1'],
    },
    'a replica that can be deleted': {
      stacks: tableWith('Replicas.0.DeletionProtectionEnabled', undefined),
      findings: ['Table: No deletion protection on the replica in eu-west-1'],
    },
    'deletion protection that only a parameter knows of': {
      stacks: tableWith('Replicas.1.DeletionProtectionEnabled', { Ref: 'Protected' }),
      findings: ['Table: No deletion protection on the replica in eu-central-1'],
    },
    "a replica that is encrypted by a key of DynamoDB's": {
      stacks: tableWith('Replicas.1.SSESpecification', undefined),
      findings: ['Table: No key of ours on the replica in eu-central-1'],
    },
    'a replica of which nothing is known before it is deployed': {
      stacks: tableWith('Replicas.0', { 'Fn::If': ['Recovery', {}, {}] }),
      findings: ['point-in-time recovery', 'deletion protection', 'key of ours'].map((what) => `Table: No ${what} on replica 0`),
    },
    'replicas that are known only when they are deployed': {
      stacks: tableWith('Replicas', { Ref: 'Replicas' }),
      findings: ['Table: The replicas cannot be resolved'],
    },
    'a table whose encryption by KMS is not on': {
      stacks: tableWith('SSESpecification.SSEEnabled', false),
      findings: ['Table: Encryption by KMS is not on'],
    },
    "a replica under DynamoDB's own key by its alias": {
      stacks: tableWith('Replicas.0.SSESpecification.KMSMasterKeyId', 'alias/aws/dynamodb'),
      findings: ['Table: No key of ours on the replica in eu-west-1'],
    },
    'a table with an empty list of replicas': { stacks: tableWith('Replicas', []), findings: ['Table: The replicas cannot be resolved'] },
    'a table of one Region without point-in-time recovery': {
      stacks: plainWith('PointInTimeRecoverySpecification', undefined),
      findings: ['Table: No point-in-time recovery on the table'],
    },
    'a table of one Region that can be deleted': {
      stacks: plainWith('DeletionProtectionEnabled', undefined),
      findings: ['Table: No deletion protection on the table'],
    },
    'a table of one Region without a key of ours': {
      stacks: plainWith('SSESpecification.KMSMasterKeyId', undefined),
      findings: ['Table: No key of ours on the table'],
    },
    'a table without replicas': { stacks: tableWith('Replicas', undefined), findings: ['Table: The replicas cannot be resolved'] },
  },
});
