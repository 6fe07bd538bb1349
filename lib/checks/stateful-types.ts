/**
 * Types whose resource holds something that cannot be made again: data, or an address that others rely on.
 * A type that holds data and is missing here would go unprotected, so the list is longer than what is in use.
 */
export const statefulTypes: ReadonlySet<string> = new Set([
  'AWS::Backup::BackupVault',
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::EC2::EIP',
  'AWS::EC2::Volume',
  'AWS::ECR::Repository',
  'AWS::EFS::FileSystem',
  'AWS::Kinesis::Stream',
  'AWS::RDS::DBCluster',
  'AWS::RDS::DBInstance',
  'AWS::RDS::GlobalCluster',
  'AWS::S3::Bucket',
  'AWS::S3Tables::TableBucket',
  'AWS::SecretsManager::Secret',
  'AWS::SQS::Queue',
]);

/** Without the key the data is gone as well; a key may also stand in a stack without data. */
export const keptTypes: ReadonlySet<string> = new Set([...statefulTypes, 'AWS::KMS::Key', 'AWS::KMS::ReplicaKey']);
