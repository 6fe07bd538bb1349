/** Who is let through by a store's guard although it acts for no single tenant, and why. Nobody else is, engineers included. */
export interface Exception {
  readonly principalArn: string;
  readonly reason: string;
}

interface Place {
  readonly cell: string;
  readonly account: string;
}

const role = ({ account }: Place, name: string): string => `arn:aws:iam::${account}:role/${name}`;

const cloudFormation = (place: Place, reason: string): Exception => ({
  principalArn: role(place, `cdk-hnb659fds-cfn-exec-role-${place.account}-*`),
  reason,
});

/**
 * Refused for 20 hours, a replica becomes a table of its own, for ever.
 * Source: Amazon DynamoDB Developer Guide, "DynamoDB global tables security", read 2026-11.
 */
const replication = (place: Place): Exception => ({
  principalArn: role(place, 'aws-service-role/replication.dynamodb.amazonaws.com/AWSServiceRoleForDynamoDBReplication'),
  reason: 'DynamoDB copies items of all tenants into the recovery Region.',
});

/**
 * AWS Backup is not among them: it takes backups by actions of its own, and puts a restore's items into a new table, which has no policy.
 * Sources: Amazon DynamoDB Developer Guide, "Using IAM with DynamoDB backup and restore"; AWS Managed Policy Reference,
 * "AWSBackupServiceRolePolicyForBackup"; read 2026-11.
 */
export const tableExceptions = (place: Place): readonly Exception[] => [
  replication(place),
  cloudFormation(place, 'To make a replica DynamoDB copies the items as whoever asks for it.'),
];

export const streamExceptions = (place: Place): readonly Exception[] => [replication(place)];

export const quarantineExceptions = (place: Place): readonly Exception[] => [
  ...['Streaming', 'RecoveryStreaming'].map((stack) => ({
    principalArn: role(place, `${place.cell}-${stack}-*`),
    reason: 'Firehose puts events of all tenants there, and looks at the bucket and at what it has begun to write.',
  })),
  cloudFormation(place, 'CloudFormation looks whether the bucket is there by listing it.'),
];
