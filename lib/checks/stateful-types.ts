/**
 * Types whose resource holds something that cannot be made again: data, or an address that others rely on.
 * A type that holds data and is missing here would go unprotected, so the list is longer than what is in use.
 *
 * AWS::RDS::DBInstance is not in it: the platform has instances of Aurora alone (ADR-011), whose data are the cluster's. Kept, those of a
 * recovery Region would run on after failing back. An instance without a cluster: test/stacks/metadata-stack.test.ts rejects it.
 */
export const statefulTypes: ReadonlySet<string> = new Set([
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

/** Without the key the data is gone as well; a key may also stand in a stack without data. */
export const keptTypes: ReadonlySet<string> = new Set([...statefulTypes, 'AWS::KMS::Key', 'AWS::KMS::ReplicaKey']);
