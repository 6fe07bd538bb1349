/** What the boundary leaves of every role, so that one that is too broad takes no guard away, and makes no copy that none guards [ADR-023]. */
import { everything, sessionContext, untagged, type Claim, type Tag } from './claims';
import type { Isolation } from './policies';

interface Attempt {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
  readonly isAllowed: boolean;
  /** @default - none */
  readonly keys?: readonly string[];
  /** @default untagged */
  readonly tenant?: Tag;
}

const attempt = (
  { place, boundary }: Isolation,
  { role, action, resource, isAllowed, keys, tenant = untagged }: Attempt,
  more: Pick<Claim, 'resourcePolicy'> = {},
): Claim => ({
  title: `${role}, for ${String(tenant)}: ${action} on ${resource} ${JSON.stringify(keys ?? [])}`,
  isAllowed,
  principal: `arn:aws:sts::${place.account}:assumed-role/${role}/session`,
  action,
  resource,
  context: {
    ...sessionContext({ roleArn: `arn:aws:iam::${place.account}:role/${role}`, tenant }),
    ...(keys ? { 'dynamodb:LeadingKeys': keys } : {}),
  },
  identity: everything,
  boundary,
  ...more,
});

/** Names as the templates have them; of AWS Backup's role CloudFormation makes up the end. */
const rolesOf = ({ place: { cell, region } }: Isolation) => ({
  careless: [`${cell}-Careless-Role`, `${cell}-Backup-PublishFailedJobs-1A2B`, `${cell}-processor-tenant-${region}`],
  backup: `${cell}-Backup-Operator41AE602D-1A2B`,
  restorer: `${cell}-table-restorer-${region}`,
  operator: `${cell}-operator-tenant-${region}`,
});

/** Of policies of stores: nobody but CloudFormation, which has no boundary, and whoever administers the account. */
export function policiesStay(isolation: Isolation): Claim[] {
  const { cell, account, region } = isolation.place;
  const { careless, backup, restorer, operator } = rolesOf(isolation);
  const at = (service: string, name: string) => `arn:aws:${service}:${region}:${account}:${name}`;
  const table = at('dynamodb', `table/${cell}-profiles`);
  const queue = at('sqs', `${cell}-delivery-webhook`);
  const secret = at('secretsmanager', `secret:${cell}/warehouse-1a2b3c`);
  const changes: readonly (readonly [action: string, resource: string])[] = [
    ['dynamodb:DeleteResourcePolicy', table],
    ['dynamodb:PutResourcePolicy', table],
    ['dynamodb:PutResourcePolicy', `${table}/stream/2026-11-25T00:00:00.000`],
    ['kms:PutKeyPolicy', isolation.arns.credentials],
    ['kms:ReplicateKey', isolation.arns.credentials],
    ['s3:DeleteBucketPolicy', isolation.arns.quarantine],
    ['s3:PutBucketPolicy', isolation.arns.quarantine],
    ['sqs:AddPermission', queue],
    ['sqs:RemovePermission', queue],
    ['sqs:SetQueueAttributes', queue],
    ['secretsmanager:DeleteResourcePolicy', secret],
    ['secretsmanager:PutResourcePolicy', secret],
    ['kinesis:DeleteResourcePolicy', at('kinesis', `stream/${cell}-events`)],
    ['kinesis:PutResourcePolicy', at('kinesis', `stream/${cell}-events`)],
    ['s3tables:PutTableBucketPolicy', at('s3tables', `bucket/${cell}-lake`)],
    ['s3tables:DeleteTableBucketPolicy', at('s3tables', `bucket/${cell}-lake`)],
    ['backup:DeleteBackupVaultAccessPolicy', at('backup', `backup-vault:${cell}-backups`)],
    ['backup:PutBackupVaultAccessPolicy', at('backup', `backup-vault:${cell}-backups`)],
  ];
  return [...careless, backup, restorer, operator].flatMap((role) =>
    changes.map(([action, resource]) => attempt(isolation, { role, action, resource, isAllowed: false })),
  );
}

/** Copies that no policy of a table stands before: made by AWS Backup and the approved restore alone. */
export function copiesAreMadeBy(isolation: Isolation): Claim[] {
  const { cell, account, region } = isolation.place;
  const { careless, backup, restorer, operator } = rolesOf(isolation);
  const table = `arn:aws:dynamodb:${region}:${account}:table/${cell}-profiles`;
  const point = `arn:aws:backup:${region}:${account}:recovery-point:1a2b`;
  const restores: readonly (readonly [action: string, resource: string])[] = [
    ['dynamodb:RestoreTableFromAwsBackup', table],
    ['dynamodb:RestoreTableFromBackup', `${table}/backup/01234567890123-abcdefgh`],
    ['dynamodb:RestoreTableToPointInTime', table],
    ['backup:StartRestoreJob', point],
  ];
  // A replica is made without a policy: by CloudFormation alone, which brings it a deployment later.
  const replicas: readonly string[] = ['dynamodb:CreateTableReplica'];
  return [
    ...restores.flatMap(([action, resource]) => [
      ...[...careless, operator].map((role) => attempt(isolation, { role, action, resource, isAllowed: false })),
      ...[backup, restorer].map((role) => attempt(isolation, { role, action, resource, isAllowed: true })),
    ]),
    ...[...careless, operator, backup, restorer].flatMap((role) =>
      replicas.map((action) => attempt(isolation, { role, action, resource: table, isAllowed: false })),
    ),
  ];
}

const tags = (tenant: string): readonly Tag[] => [untagged, tenant];

/** Items of copies: as of the table, and of a restore test nobody's. */
export function copiesAreReadBy(isolation: Isolation): Claim[] {
  const { cell, account, region } = isolation.place;
  const { careless, backup, restorer, operator } = rolesOf(isolation);
  const table = (name: string) => `arn:aws:dynamodb:${region}:${account}:table/${name}`;
  const copies = [table(`${cell}-profiles-restored`), table(`${cell}-tenants-restored`), table('awsbackup-restore-test-1a2b3c')];
  const named = ['BatchGetItem', 'BatchWriteItem', 'ConditionCheckItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'];
  const whole = ['PartiQLDelete', 'PartiQLInsert', 'PartiQLSelect', 'PartiQLUpdate', 'Scan'];
  const given = (action: string) => ({ action: `dynamodb:${action}`, keys: action === 'Scan' ? undefined : ['acme#x'] });
  return copies.flatMap((resource) => [
    ...[...named, ...whole].flatMap((action) => [
      ...careless.flatMap((role) =>
        tags('acme').map((tenant) => attempt(isolation, { role, resource, tenant, isAllowed: false, ...given(action) })),
      ),
      // Whatever they are tagged with: what a variable without a value is like, the simulator and AWS need not agree on.
      ...[backup, restorer].flatMap((role) =>
        tags('globex').map((tenant) => attempt(isolation, { role, resource, tenant, isAllowed: true, ...given(action) })),
      ),
      // Even of keys that nobody names, or another's.
      ...(action === 'Scan' ? [undefined] : [undefined, ['globex#x'], ['acme#x', 'globex#x']]).map((keys) =>
        attempt(isolation, { role: operator, resource, tenant: 'acme', isAllowed: false, action: `dynamodb:${action}`, keys }),
      ),
      attempt(isolation, { role: operator, resource, tenant: untagged, isAllowed: false, ...given(action) }),
    ]),
    // A restore is called a copy, since DynamoDB writes its items as the role that makes it: under another name nothing would hold it.
    ...['BatchWriteItem', 'PutItem'].flatMap((action) =>
      [backup, restorer].map((role) =>
        attempt(isolation, { role, resource: table(`${cell}-another`), isAllowed: false, ...given(action) }),
      ),
    ),
    ...['BatchWriteItem', 'PutItem'].map((action) =>
      attempt(isolation, { role: careless[0] ?? '', resource: table(`${cell}-another`), isAllowed: true, ...given(action) }),
    ),
  ]);
}
