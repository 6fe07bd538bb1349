import { propertyAt, resourceRule } from '../rule';

interface Replica {
  readonly Region?: unknown;
  readonly PointInTimeRecoverySpecification?: { readonly PointInTimeRecoveryEnabled?: unknown };
  readonly DeletionProtectionEnabled?: unknown;
  readonly SSESpecification?: { readonly KMSMasterKeyId?: unknown };
}

/**
 * cdk-nag's rules for DynamoDB look for `AWS::DynamoDB::Table` and see nothing on the CDK's TableV2, a global table
 * (test/checks/nag-coverage.test.ts shows it): these judge each replica of the CloudFormation type.
 */
export const dynamodbTablesRecoverable = resourceRule({
  id: 'DynamodbTablesRecoverable',
  constraints: ['SLO-2', 'SLO-5', 'SEC-2'],
  demand: 'Each replica of a global table has point-in-time recovery, deletion protection and a key of ours',
  fix: 'Set pointInTimeRecoverySpecification, deletionProtection and TableEncryptionV2.customerManagedKey',
  types: ['AWS::DynamoDB::GlobalTable'],
  faults: (table) => {
    const replicas = propertyAt(table, 'Replicas');
    if (!Array.isArray(replicas)) return [{ location: 'Properties.Replicas', message: 'The replicas cannot be resolved' }];
    return (replicas as Replica[]).flatMap((replica, index) => {
      const location = `Properties.Replicas.${index}`;
      const where = typeof replica.Region === 'string' ? `the replica in ${replica.Region}` : `replica ${index}`;
      return [
        ...(replica.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled === true
          ? []
          : [{ location, message: `No point-in-time recovery on ${where}` }]),
        ...(replica.DeletionProtectionEnabled === true ? [] : [{ location, message: `No deletion protection on ${where}` }]),
        ...(replica.SSESpecification?.KMSMasterKeyId === undefined ? [{ location, message: `No key of ours on ${where}` }] : []),
      ];
    });
  },
});
