import { listAt, propertyAt, resourceRule } from '../rule';

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
  demand: 'Each table, and each replica of a global one, has point-in-time recovery, deletion protection and a key of ours',
  fix: 'Set pointInTimeRecoverySpecification, deletionProtection and TableEncryptionV2.customerManagedKey',
  types: ['AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table'],
  faults: (table) => {
    const encryption =
      propertyAt(table, 'SSESpecification', 'SSEEnabled') === true
        ? []
        : [fault('Properties.SSESpecification', 'Encryption by KMS is not on')];
    if (table.type === 'AWS::DynamoDB::Table') {
      const key = propertyAt(table, 'SSESpecification', 'KMSMasterKeyId');
      return [
        ...encryption,
        ...replicaFaults({ ...table.properties, SSESpecification: { KMSMasterKeyId: key } }, 'Properties', 'the table'),
      ];
    }
    const replicas = listAt(table, 'Replicas') as readonly Replica[];
    if (replicas.length === 0) return [...encryption, fault('Properties.Replicas', 'The replicas cannot be resolved')];
    return [
      ...encryption,
      ...replicas.flatMap((replica, index) =>
        replicaFaults(
          replica,
          `Properties.Replicas.${index}`,
          typeof replica.Region === 'string' ? `the replica in ${replica.Region}` : `replica ${index}`,
        ),
      ),
    ];
  },
});

const fault = (location: string, message: string) => ({ location, message });

function replicaFaults(replica: Replica, location: string, where: string) {
  const key = replica.SSESpecification?.KMSMasterKeyId;
  const isOurs = key !== undefined && !(typeof key === 'string' && key.includes('alias/aws/'));
  return [
    ...(replica.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled === true
      ? []
      : [fault(location, `No point-in-time recovery on ${where}`)]),
    ...(replica.DeletionProtectionEnabled === true ? [] : [fault(location, `No deletion protection on ${where}`)]),
    ...(isOurs ? [] : [fault(location, `No key of ours on ${where}`)]),
  ];
}
