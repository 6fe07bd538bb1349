/** After how many days nothing is left of what was deleted, by the settings of each type that holds customers' data [CMP-1]. */
import type { ResourceDefinition, StackTemplate } from './assembly';
import { listAt, propertyAt } from './rule';

/** Days, or why they cannot be told. */
export type Remains = { readonly days: number } | { readonly unknown: string };

type Judge = (resource: ResourceDefinition, stacks: readonly StackTemplate[]) => Remains;

const days = (count: number): Remains => ({ days: count });
const unknown = (why: string): Remains => ({ unknown: why });
const numberAt = (resource: ResourceDefinition, ...path: (string | number)[]): number | undefined => {
  const value = propertyAt(resource, ...path);
  return typeof value === 'number' ? value : undefined;
};

interface LifecycleRule {
  readonly Status?: unknown;
  readonly Prefix?: unknown;
  readonly Filter?: unknown;
  readonly TagFilters?: unknown;
  readonly ObjectSizeGreaterThan?: unknown;
  readonly ObjectSizeLessThan?: unknown;
  readonly ExpirationInDays?: unknown;
  readonly NoncurrentVersionExpiration?: { readonly NoncurrentDays?: unknown; readonly NewerNoncurrentVersions?: unknown };
}

/**
 * S3 rounds each of the two steps up to the next midnight UTC.
 * Source: Amazon S3 User Guide, "Lifecycle configuration elements", read 2026-11.
 */
const S3_ROUNDING_DAYS = 2;

/** Only rules of the whole bucket count: what one leaves out would stay for ever. */
const bucketRemains: Judge = (bucket) => {
  const rules = (listAt(bucket, 'LifecycleConfiguration', 'Rules') as readonly LifecycleRule[]).filter(
    (rule) =>
      rule.Status === 'Enabled' &&
      [rule.Prefix, rule.Filter, rule.TagFilters, rule.ObjectSizeGreaterThan, rule.ObjectSizeLessThan].every((part) => part === undefined),
  );
  const shortest = (values: readonly unknown[]) => values.filter((value) => typeof value === 'number').sort((a, b) => a - b)[0];
  const current = shortest(rules.map(({ ExpirationInDays }) => ExpirationInDays));
  const noncurrent = shortest(
    rules
      .filter(({ NoncurrentVersionExpiration: expiration }) => expiration?.NewerNoncurrentVersions === undefined)
      .map(({ NoncurrentVersionExpiration: expiration }) => expiration?.NoncurrentDays),
  );
  if (current === undefined) return unknown('no lifecycle rule of the whole bucket lets objects expire');
  if (propertyAt(bucket, 'ObjectLockEnabled') === true) return unknown('Object Lock keeps what should be erased');
  const isVersioned = propertyAt(bucket, 'VersioningConfiguration', 'Status') === 'Enabled';
  if (isVersioned && noncurrent === undefined) return unknown('no lifecycle rule of the whole bucket removes noncurrent versions');
  return days(current + (isVersioned ? (noncurrent ?? 0) : 0) + S3_ROUNDING_DAYS);
};

/** DynamoDB's default is 35 days. Each replica has points in time of its own. */
const tableRemains: Judge = (table) => {
  const replicas = listAt(table, 'Replicas');
  if (replicas.length === 0) return unknown('its replicas cannot be resolved');
  const periods = replicas.map((_, index) => {
    const specification = ['Replicas', index, 'PointInTimeRecoverySpecification'] as const;
    return numberAt(table, ...specification, 'RecoveryPeriodInDays') ?? 35;
  });
  return days(Math.max(...periods));
};

/**
 * A row goes with the last snapshot that shows it, if a deletion writes its file again and does not just hide it; the file that held it is
 * first marked, then removed.
 * Source: Amazon S3 User Guide, "Considerations and limitations for maintenance jobs" of S3 Tables, read 2026-11.
 */
const icebergRemains: Judge = (table, stacks) => {
  const snapshotHours = numberAt(table, 'SnapshotManagement', 'MaxSnapshotAgeHours');
  const buckets = stacks.filter(({ path }) => path === table.stack.path).flatMap(({ resources }) => resources);
  const [bucket, ...others] = buckets.filter(({ type }) => type === 'AWS::S3Tables::TableBucket');
  if (!bucket || others.length > 0) return unknown('its table bucket is not the one of its stack');
  const unreferenced = numberAt(bucket, 'UnreferencedFileRemoval', 'UnreferencedDays');
  const noncurrent = numberAt(bucket, 'UnreferencedFileRemoval', 'NoncurrentDays');
  if (propertyAt(table, 'IcebergMetadata', 'TableProperties', 'write.delete.mode') !== 'copy-on-write')
    return unknown('a deletion hides rows, and leaves them in their files');
  if (snapshotHours === undefined || propertyAt(table, 'SnapshotManagement', 'Status') !== 'enabled')
    return unknown('its snapshots do not expire');
  if (unreferenced === undefined || noncurrent === undefined || propertyAt(bucket, 'UnreferencedFileRemoval', 'Status') !== 'Enabled')
    return unknown('files that no snapshot shows are not removed');
  return days(Math.ceil(snapshotHours / 24) + unreferenced + noncurrent);
};

/** Of each backup and each copy, the longest life. */
const planRemains: Judge = (plan) => {
  const rules = listAt(plan, 'BackupPlan', 'BackupPlanRule') as readonly {
    readonly Lifecycle?: { readonly DeleteAfterDays?: unknown };
    readonly CopyActions?: readonly { readonly Lifecycle?: { readonly DeleteAfterDays?: unknown } }[];
  }[];
  const lives = rules.flatMap(({ Lifecycle, CopyActions = [] }) => [Lifecycle, ...CopyActions.map((copy) => copy.Lifecycle)]);
  const found = lives.map((life) => life?.DeleteAfterDays);
  return found.length > 0 && found.every((life) => typeof life === 'number')
    ? days(Math.max(...(found as number[])))
    : unknown('a backup, or a copy of one, has no end');
};

const setting =
  (name: string, perDay: number, why: string): Judge =>
  (resource) => {
    const value = numberAt(resource, ...name.split('.'));
    return value === undefined ? unknown(why) : days(Math.ceil(value / perDay));
  };

const judges: Readonly<Record<string, Judge>> = {
  'AWS::Backup::BackupPlan': planRemains,
  'AWS::Backup::BackupVault': setting('LockConfiguration.MaxRetentionDays', 1, 'its lock sets no longest retention'),
  'AWS::DynamoDB::GlobalTable': tableRemains,
  'AWS::Kinesis::Stream': setting('RetentionPeriodHours', 24, 'its retention is not said'),
  'AWS::RDS::DBCluster': setting('BackupRetentionPeriod', 1, 'its retention of backups is not said'),
  'AWS::S3::Bucket': bucketRemains,
  'AWS::S3Tables::Table': icebergRemains,
  'AWS::SQS::Queue': setting('MessageRetentionPeriod', 86_400, 'its retention is not said'),
};

/** Types that hold customers' data and are judged here. */
export const erasableTypes: readonly string[] = Object.keys(judges);

export function remainsOf(resource: ResourceDefinition, stacks: readonly StackTemplate[]): Remains {
  const judge = judges[resource.type];
  return judge ? judge(resource, stacks) : unknown(`no rule knows how long ${resource.type} keeps what is erased`);
}
