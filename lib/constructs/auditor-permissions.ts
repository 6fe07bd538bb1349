import * as iam from 'aws-cdk-lib/aws-iam';
import { auditNames } from './audit-queries';

/**
 * What an auditor may do: ask the prepared queries and read their answers, which name tenants and pseudonyms of all of them. Engineers have it not: who wants to
 * know who touched what is not who touched it. Nothing of it changes anything but an answer, and each question is itself in the trail.
 *
 * The accounts share it, so that it knows resources by how their names begin, and keys by their tag. Sources: Amazon Athena User Guide, "Use IAM policies to
 * control access to workgroups" and "Configure access to databases and tables in the AWS Glue Data Catalog"; AWS CloudTrail User Guide, "Configure AWS KMS key
 * policies for CloudTrail"; read 2026-11.
 */
export function auditorPermissions(): iam.PolicyDocument {
  const statements: readonly iam.PolicyStatementProps[] = [
    {
      sid: 'AskQueries',
      actions: [
        'athena:GetPreparedStatement',
        'athena:GetQueryExecution',
        'athena:GetQueryResults',
        'athena:GetWorkGroup',
        'athena:ListPreparedStatements',
        'athena:ListQueryExecutions',
        'athena:StartQueryExecution',
        'athena:StopQueryExecution',
      ],
      resources: ['arn:aws:athena:*:*:workgroup/*-audit'],
    },
    {
      sid: 'FindTable',
      actions: ['glue:GetDatabase', 'glue:GetPartitions', 'glue:GetTable'],
      resources: ['catalog', `database/${auditNames.database}`, `table/${auditNames.database}/*`].map((name) => `arn:aws:glue:*:*:${name}`),
    },
    {
      sid: 'ReadRecords',
      actions: ['s3:GetBucketLocation', 's3:GetObject', 's3:ListBucket'],
      // As CloudFormation names the bucket `Audit` of a stack `CELL-LogArchive` or `CELL-RecoveryLogArchive`: by 19 characters of the stack [ADR-006].
      resources: ['arn:aws:s3:::*-logarchi*-auditbucket*', 'arn:aws:s3:::*-recovery*-auditbucket*'],
    },
    {
      sid: 'KeepAnswers',
      actions: [
        's3:AbortMultipartUpload',
        's3:GetBucketLocation',
        's3:GetObject',
        's3:ListBucket',
        's3:ListMultipartUploadParts',
        's3:PutObject',
      ],
      resources: ['arn:aws:s3:::*-audit-results-*'],
    },
    {
      sid: 'DecryptRecordsAndAnswers',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
      conditions: { StringLike: { 'kms:ViaService': 's3.*.amazonaws.com' }, StringEquals: { 'aws:ResourceTag/component': 'security' } },
    },
    {
      // What pgaudit wrote, and what the audit of the cluster did.
      sid: 'ReadLogs',
      actions: ['logs:FilterLogEvents', 'logs:GetLogEvents', 'logs:GetQueryResults', 'logs:StartQuery', 'logs:StopQuery'],
      resources: ['*'],
    },
  ];
  return new iam.PolicyDocument({ statements: statements.map((statement) => new iam.PolicyStatement(statement)) });
}
