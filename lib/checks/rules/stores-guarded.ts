import type { ResourceDefinition } from '../assembly';
import { propertyAt, type Finding, type Rule } from '../rule';
import { holdsCustomerData } from '../store-register';

/** What a setting has to be: that value, or a key of ours, or anything at all. */
type Demand = string | number | boolean | { readonly keyOfOurs: true } | { readonly present: true };

const keyOfOurs = { keyOfOurs: true } as const;
const present = { present: true } as const;

/**
 * By type, each setting that guards customers' data. What cdk-nag looks at too is here again: its findings can be
 * acknowledged, and these cannot. DynamoDB has a rule of its own.
 */
const demands: Readonly<Record<string, Readonly<Record<string, Demand>>>> = {
  'AWS::Athena::WorkGroup': {
    'WorkGroupConfiguration.EnforceWorkGroupConfiguration': true,
    'WorkGroupConfiguration.BytesScannedCutoffPerQuery': present,
    'WorkGroupConfiguration.ResultConfiguration.EncryptionConfiguration.KmsKey': keyOfOurs,
  },
  'AWS::Backup::BackupVault': { EncryptionKeyArn: keyOfOurs },
  'AWS::Kinesis::Stream': { 'StreamEncryption.EncryptionType': 'KMS', 'StreamEncryption.KeyId': keyOfOurs },
  'AWS::RDS::DBCluster': {
    StorageEncrypted: true,
    KmsKeyId: keyOfOurs,
    DeletionProtection: true,
    EnableIAMDatabaseAuthentication: true,
    EnableCloudwatchLogsExports: present,
  },
  'AWS::RDS::GlobalCluster': { DeletionProtection: true },
  'AWS::S3::Bucket': {
    'BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault.KMSMasterKeyID': keyOfOurs,
    'LoggingConfiguration.DestinationBucketName': present,
    'VersioningConfiguration.Status': 'Enabled',
  },
  'AWS::S3Tables::TableBucket': { 'EncryptionConfiguration.SSEAlgorithm': 'aws:kms', 'EncryptionConfiguration.KMSKeyArn': keyOfOurs },
  'AWS::SecretsManager::Secret': { KmsKeyId: keyOfOurs },
};

/** Encryption by keys of ours, records of access, protection from deletion: on each store of customers' data, in both Regions. */
export const storesGuarded: Rule = {
  id: 'StoresGuarded',
  constraints: ['SEC-2', 'SEC-3', 'SLO-2'],
  demand: "Each store of customers' data is encrypted by a key of ours, logged, and protected from deletion",
  fix: 'Use the building blocks of lib/constructs, such as DataBucket',
  check: (stacks) =>
    stacks
      .filter(holdsCustomerData)
      .flatMap(({ resources }) => resources)
      .flatMap((subject): Finding[] => [
        ...Object.entries(demands[subject.type] ?? {})
          .filter(([path, demand]) => !isMet(demand, valueAt(subject, path)))
          .map(([path, demand]) => ({
            subject,
            location: `Properties.${path}`,
            message: `${path} of ${subject.type} is ${JSON.stringify(valueAt(subject, path)) ?? 'absent'}; allowed: ${tell(demand)}`,
          })),
        ...directPutFindings(subject),
      ]),
};

/** A key of ours stands in a template and is referred to: a literal may be anybody's. */
function isMet(demand: Demand, value: unknown): boolean {
  if (typeof demand !== 'object') return value === demand;
  if (value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) return false;
  return 'present' in demand || typeof value !== 'string';
}

const tell = (demand: Demand): string =>
  typeof demand !== 'object' ? JSON.stringify(demand) : 'keyOfOurs' in demand ? 'a key of ours' : 'any value';

const valueAt = (resource: ResourceDefinition, path: string): unknown => propertyAt(resource, ...path.split('.'));

/** Records that are put into Firehose wait in it, encrypted by its own stream's key where they come from one. */
function directPutFindings(subject: ResourceDefinition): Finding[] {
  if (subject.type !== 'AWS::KinesisFirehose::DeliveryStream' || propertyAt(subject, 'DeliveryStreamType') !== 'DirectPut') return [];
  const type = valueAt(subject, 'DeliveryStreamEncryptionConfigurationInput.KeyType');
  return type === 'CUSTOMER_MANAGED_CMK'
    ? []
    : [
        {
          subject,
          location: 'Properties.DeliveryStreamEncryptionConfigurationInput',
          message: `Records wait in it under ${JSON.stringify(type) ?? 'no key'}; allowed: a key of ours`,
        },
      ];
}
