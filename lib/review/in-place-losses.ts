/** Updates that replace nothing, and lose something all the same: CloudFormation's schemas do not tell them. */
import type { Loss } from './updates';

type Properties = Readonly<Record<string, unknown>>;
type Untold = Omit<Loss, 'stack' | 'logicalId'>;

interface InPlaceLoss {
  readonly type: string;
  /** What is lost, or undefined. */
  readonly judge: (before: Properties, after: Properties) => string | undefined;
  readonly instead: string;
}

const at = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Readonly<Record<string | number, unknown>> | undefined)?.[key], value);

const listAt = (value: unknown, ...path: readonly (string | number)[]): readonly unknown[] => {
  const list = at(value, ...path);
  return Array.isArray(list) ? list : [];
};

/** A figure that became smaller, or is no longer there to be compared. */
const lowered =
  (what: string, ...path: readonly (string | number)[]) =>
  (before: Properties, after: Properties): string | undefined => {
    const [from, to] = [at(before, ...path), at(after, ...path)];
    if (typeof from !== 'number' || from === to || (typeof to === 'number' && to > from)) return undefined;
    return `${path.join('.')} from ${from} to ${JSON.stringify(to) ?? 'nothing'}: ${what}`;
  };

const switchedOff =
  (property: string, what: string) =>
  (before: Properties, after: Properties): string | undefined =>
    at(before, property) === true && at(after, property) !== true ? `${property} is off: ${what}` : undefined;

const shortest = (properties: Properties): number =>
  Math.min(
    Infinity,
    ...listAt(properties, 'LifecycleConfiguration', 'Rules').flatMap((rule) => {
      const days = at(rule, 'ExpirationInDays');
      return typeof days === 'number' && at(rule, 'Status') === 'Enabled' ? [days] : [];
    }),
  );

const table: readonly InPlaceLoss[] = [
  {
    type: 'AWS::DynamoDB::GlobalTable',
    judge: (before, after) => {
      const regions = (properties: Properties) => listAt(properties, 'Replicas').map((replica) => at(replica, 'Region'));
      const gone = regions(before).filter((region) => !regions(after).includes(region));
      return gone.length > 0 ? `The replica in ${gone.join(', ')} is deleted, with its points in time` : undefined;
    },
    instead: 'If the Region is given up: take a backup there first, and say so in a decision record',
  },
  {
    type: 'AWS::DynamoDB::GlobalTable',
    judge: (before, after) =>
      listAt(before, 'Replicas')
        .map((_, index) =>
          lowered(
            'the table cannot be restored to an earlier day',
            'Replicas',
            index,
            'PointInTimeRecoverySpecification',
            'RecoveryPeriodInDays',
          )(before, after),
        )
        .find((found) => found !== undefined),
    instead: 'Meant? Then restore what may be needed first',
  },
  {
    type: 'AWS::Kinesis::Stream',
    judge: lowered('records that are older are gone at once', 'RetentionPeriodHours'),
    instead: 'Only when every consumer is through',
  },
  {
    type: 'AWS::S3::Bucket',
    judge: (before, after) =>
      shortest(after) < shortest(before)
        ? `Objects expire after ${shortest(after)} days instead of ${shortest(before)}: those that are older go within a day`
        : undefined,
    instead: 'Meant? Then nobody may still need what is older; noncurrent versions stay a day',
  },
  {
    type: 'AWS::S3::Bucket',
    judge: (before, after) =>
      at(before, 'VersioningConfiguration', 'Status') === 'Enabled' && at(after, 'VersioningConfiguration', 'Status') !== 'Enabled'
        ? 'Versions are no longer kept: an overwritten object is gone'
        : undefined,
    instead: 'Keep versioning, and let versions expire',
  },
  {
    type: 'AWS::S3::Bucket',
    judge: (before, after) =>
      at(before, 'ReplicationConfiguration') !== undefined && at(after, 'ReplicationConfiguration') === undefined
        ? 'Objects are no longer copied into the other Region [SLO-5]'
        : undefined,
    instead: 'Keep the replica, or say in lib/checks/stores.ts what holds in its place',
  },
  {
    type: 'AWS::RDS::DBCluster',
    judge: lowered('older backups are deleted at once', 'BackupRetentionPeriod'),
    instead: 'Take a snapshot first, with an end to it [CMP-1]',
  },
  {
    type: 'AWS::RDS::DBCluster',
    judge: (before, after) =>
      at(before, 'GlobalClusterIdentifier') !== undefined && at(after, 'GlobalClusterIdentifier') !== at(before, 'GlobalClusterIdentifier')
        ? 'The cluster leaves its global database, and follows it no longer [SLO-5]'
        : undefined,
    instead: 'docs/05-recovery/README.md, "Failing back"',
  },
  ...['AWS::RDS::DBCluster', 'AWS::RDS::GlobalCluster'].map((type) => ({
    type,
    judge: switchedOff('DeletionProtection', 'a call deletes it'),
    instead: 'Keep it; taking an environment down is in docs/04-deployment',
  })),
];

export const inPlaceLosses = (type: string, before: Properties, after: Properties): Untold[] =>
  table
    .filter((entry) => entry.type === type && Object.keys(before).length > 0 && Object.keys(after).length > 0)
    .flatMap(({ judge, instead }) => {
      const what = judge(before, after);
      return what === undefined ? [] : [{ what, instead }];
    });
