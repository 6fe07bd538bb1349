import { describe, expect, it } from 'vitest';
import { ReplicationRole } from '../../lib/constructs/replication-role';
import { existing, propertiesOf, SmallStack, statementsBySid } from '../support/small-app';

const stack = new SmallStack();
new ReplicationRole(stack, 'Role', 'S3 replicates the audit records').replicate(
  existing(stack, 'source'),
  existing(stack, 'copy', 'eu-central-1'),
);
const template = stack.template;

const viaS3 = (bucket: string, region: string) => ({
  StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` },
  StringLike: { 'kms:EncryptionContext:aws:s3:arn': [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`] },
});

describe('the role that replicates', () => {
  it('may read the source with its locks, write the copy, use both keys through S3, and nothing else', () => {
    const [policy, ...others] = propertiesOf(template, 'AWS::IAM::Policy');
    expect(others).toEqual([]);
    const document = policy?.['PolicyDocument'] as { readonly Statement: readonly unknown[] };
    expect(document.Statement).toHaveLength(5);
    expect(statementsBySid(document)).toEqual({
      ReadSource: {
        Sid: 'ReadSource',
        Effect: 'Allow',
        Action: ['s3:GetReplicationConfiguration', 's3:ListBucket'],
        Resource: 'arn:aws:s3:::source',
      },
      ReadSourceVersions: {
        Sid: 'ReadSourceVersions',
        Effect: 'Allow',
        Action: [
          's3:GetObjectLegalHold',
          's3:GetObjectRetention',
          's3:GetObjectVersionAcl',
          's3:GetObjectVersionForReplication',
          's3:GetObjectVersionTagging',
        ],
        Resource: 'arn:aws:s3:::source/*',
      },
      WriteReplica: {
        Sid: 'WriteReplica',
        Effect: 'Allow',
        Action: ['s3:ReplicateObject', 's3:ReplicateTags'],
        Resource: 'arn:aws:s3:::copy/*',
      },
      DecryptSource: {
        Sid: 'DecryptSource',
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: 'arn:aws:kms:eu-west-1:123456789012:key/source',
        Condition: viaS3('source', 'eu-west-1'),
      },
      EncryptReplica: {
        Sid: 'EncryptReplica',
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'],
        Resource: 'arn:aws:kms:eu-central-1:123456789012:key/copy',
        Condition: viaS3('copy', 'eu-central-1'),
      },
    });
  });

  it('carries no deletion into the copy', () => {
    expect(JSON.stringify(template.toJSON())).not.toContain('Delete');
  });

  it('is trusted to S3 alone', () => {
    const [role] = propertiesOf(template, 'AWS::IAM::Role');
    const { Statement } = role?.['AssumeRolePolicyDocument'] as { readonly Statement: readonly { readonly Principal: unknown }[] };
    expect(Statement.map(({ Principal }) => Principal)).toEqual([{ Service: 's3.amazonaws.com' }]);
  });
});
