import { altered, describeRule, stackTemplate, type ResourceFixture } from '../../support/fixtures';

const ourKey = { 'Fn::GetAtt': ['Key', 'Arn'] };
const customerData = [{ Key: 'data-classification', Value: 'customer-data' }];

const resources: Readonly<Record<string, ResourceFixture>> = {
  Key: { Type: 'AWS::KMS::Key', Properties: { Tags: customerData } },
  Bucket: {
    Type: 'AWS::S3::Bucket',
    Properties: {
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { KMSMasterKeyID: ourKey } }] },
      LoggingConfiguration: { DestinationBucketName: 'logs' },
      VersioningConfiguration: { Status: 'Enabled' },
    },
  },
  Stream: { Type: 'AWS::Kinesis::Stream', Properties: { StreamEncryption: { EncryptionType: 'KMS', KeyId: ourKey } } },
  Cluster: {
    Type: 'AWS::RDS::DBCluster',
    Properties: {
      StorageEncrypted: true,
      KmsKeyId: ourKey,
      DeletionProtection: true,
      EnableIAMDatabaseAuthentication: true,
      EnableCloudwatchLogsExports: ['postgresql'],
    },
  },
  Global: { Type: 'AWS::RDS::GlobalCluster', Properties: { DeletionProtection: true } },
  Tables: { Type: 'AWS::S3Tables::TableBucket', Properties: { EncryptionConfiguration: { SSEAlgorithm: 'aws:kms', KMSKeyArn: ourKey } } },
  Vault: { Type: 'AWS::Backup::BackupVault', Properties: { EncryptionKeyArn: ourKey } },
  Queries: {
    Type: 'AWS::Athena::WorkGroup',
    Properties: {
      WorkGroupConfiguration: {
        EnforceWorkGroupConfiguration: true,
        BytesScannedCutoffPerQuery: 10_000_000,
        ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_KMS', KmsKey: ourKey } },
      },
    },
  },
  Quarantine: {
    Type: 'AWS::KinesisFirehose::DeliveryStream',
    Properties: {
      DeliveryStreamType: 'DirectPut',
      DeliveryStreamEncryptionConfigurationInput: { KeyType: 'CUSTOMER_MANAGED_CMK', KeyARN: ourKey },
    },
  },
  Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { KmsKeyId: ourKey } },
};

const broken = (path: string, value: unknown) => [stackTemplate(altered(resources, path, value))];
const one = (path: string, value: unknown, finding: string) => ({ stacks: broken(path, value), findings: [finding] });

describeRule('StoresGuarded', {
  passing: {
    'stores that are encrypted by our key, logged and protected': [stackTemplate(resources)],
    "a stack without customers' data": [
      stackTemplate({ ...resources, Key: { Type: 'AWS::KMS::Key' }, Bucket: { Type: 'AWS::S3::Bucket' } }),
    ],
    'a delivery stream that reads from a stream, whose records wait there': broken('Quarantine.Properties', {
      DeliveryStreamType: 'KinesisStreamAsSource',
    }),
  },
  failing: {
    'a bucket with a key of S3': one(
      'Bucket.Properties.BucketEncryption.ServerSideEncryptionConfiguration',
      [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      'Bucket: BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault.KMSMasterKeyID of AWS::S3::Bucket is absent; allowed: a key of ours',
    ),
    'a bucket whose requests nobody records': one(
      'Bucket.Properties.LoggingConfiguration',
      undefined,
      'Bucket: LoggingConfiguration.DestinationBucketName of AWS::S3::Bucket is absent; allowed: any value',
    ),
    'a bucket that forgets what was overwritten': one(
      'Bucket.Properties.VersioningConfiguration.Status',
      'Suspended',
      'Bucket: VersioningConfiguration.Status of AWS::S3::Bucket is "Suspended"; allowed: "Enabled"',
    ),
    "a stream with Kinesis' own key": one(
      'Stream.Properties.StreamEncryption.KeyId',
      'alias/aws/kinesis',
      'Stream: StreamEncryption.KeyId of AWS::Kinesis::Stream is "alias/aws/kinesis"; allowed: a key of ours',
    ),
    'a cluster that can be deleted': one(
      'Cluster.Properties.DeletionProtection',
      false,
      'Cluster: DeletionProtection of AWS::RDS::DBCluster is false; allowed: true',
    ),
    'a cluster whose protection only a parameter knows of': one(
      'Cluster.Properties.DeletionProtection',
      { Ref: 'Protected' },
      'Cluster: DeletionProtection of AWS::RDS::DBCluster is {"Ref":"Protected"}; allowed: true',
    ),
    'a cluster with a key of RDS': one(
      'Cluster.Properties.KmsKeyId',
      undefined,
      'Cluster: KmsKeyId of AWS::RDS::DBCluster is absent; allowed: a key of ours',
    ),
    'a cluster that takes passwords alone': one(
      'Cluster.Properties.EnableIAMDatabaseAuthentication',
      undefined,
      'Cluster: EnableIAMDatabaseAuthentication of AWS::RDS::DBCluster is absent; allowed: true',
    ),
    'a cluster that exports no log': one(
      'Cluster.Properties.EnableCloudwatchLogsExports',
      [],
      'Cluster: EnableCloudwatchLogsExports of AWS::RDS::DBCluster is []; allowed: any value',
    ),
    'a global database that can be deleted': one(
      'Global.Properties.DeletionProtection',
      undefined,
      'Global: DeletionProtection of AWS::RDS::GlobalCluster is absent; allowed: true',
    ),
    'tables with a key of S3': one(
      'Tables.Properties.EncryptionConfiguration',
      { SSEAlgorithm: 'AES256', KMSKeyArn: ourKey },
      'Tables: EncryptionConfiguration.SSEAlgorithm of AWS::S3Tables::TableBucket is "AES256"; allowed: "aws:kms"',
    ),
    'a vault with a key of AWS Backup': one(
      'Vault.Properties.EncryptionKeyArn',
      'arn:aws:kms:eu-west-1:123456789012:alias/aws/backup',
      'Vault: EncryptionKeyArn of AWS::Backup::BackupVault is "arn:aws:kms:eu-west-1:123456789012:alias/aws/backup"; allowed: a key of ours',
    ),
    'queries that may read without end': one(
      'Queries.Properties.WorkGroupConfiguration.BytesScannedCutoffPerQuery',
      undefined,
      'Queries: WorkGroupConfiguration.BytesScannedCutoffPerQuery of AWS::Athena::WorkGroup is absent; allowed: any value',
    ),
    'queries that may be told otherwise': one(
      'Queries.Properties.WorkGroupConfiguration.EnforceWorkGroupConfiguration',
      false,
      'Queries: WorkGroupConfiguration.EnforceWorkGroupConfiguration of AWS::Athena::WorkGroup is false; allowed: true',
    ),
    'records that wait in Firehose without our key': one(
      'Quarantine.Properties.DeliveryStreamEncryptionConfigurationInput.KeyType',
      'AWS_OWNED_CMK',
      'Quarantine: Records wait in it under "AWS_OWNED_CMK"; allowed: a key of ours',
    ),
    'a secret with a key of Secrets Manager': one(
      'Secret.Properties.KmsKeyId',
      undefined,
      'Secret: KmsKeyId of AWS::SecretsManager::Secret is absent; allowed: a key of ours',
    ),
  },
});
