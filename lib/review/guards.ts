/** What stands between a mistake and the data: protections that an update may take away. */
import type { Judge } from './judge';
import { at, figure, figureText, isLess, isOn, listAt, type Properties } from './properties';

const keep = 'Keep it; taking an environment down is in docs/04-deployment';

/** A global table has one set of properties a Region, a table of one Region has them at the top. */
const replicasOf = (properties: Properties): ReadonlyMap<string, unknown> =>
  new Map(
    'Replicas' in properties
      ? listAt(properties, 'Replicas').map((replica) => [` in ${String(at(replica, 'Region'))}`, replica])
      : [['', properties]],
  );

/** Replicas that are in both, by their Regions: what is left of one that goes is told elsewhere. */
const replicaPairs = (before: Properties, after: Properties): readonly (readonly [place: string, before: unknown, after: unknown])[] =>
  [...replicasOf(before)].flatMap(([place, old]) => {
    const now = replicasOf(after).get(place);
    return now === undefined ? [] : [[place, old, now] as const];
  });

/** Days to which a table can be taken back; 35 where the template names none. */
const pointsInTime = (replica: unknown): unknown =>
  isOn(at(replica, 'PointInTimeRecoverySpecification', 'PointInTimeRecoveryEnabled'))
    ? (at(replica, 'PointInTimeRecoverySpecification', 'RecoveryPeriodInDays') ?? 35)
    : 0;

/** Days for which a new object of the bucket is locked. */
const lockDays = (properties: Properties): number => {
  const retention = at(properties, 'ObjectLockConfiguration', 'Rule', 'DefaultRetention');
  return Math.max(figure(at(retention, 'Days'), 0), 365 * figure(at(retention, 'Years'), 0));
};
const lockMode = (properties: Properties): unknown => at(properties, 'ObjectLockConfiguration', 'Rule', 'DefaultRetention', 'Mode');

const tables = ['AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table'];
const keys = ['AWS::KMS::Key', 'AWS::KMS::ReplicaKey'];

export const guards: readonly Judge[] = [
  {
    // A check that is made anew counts as healthy until it has asked, and its inversion as ill: customers would be sent to a door that is closed.
    types: ['AWS::Route53::HealthCheck'],
    judge: (before, after) =>
      ['Type', 'RequestInterval', 'MeasureLatency'].flatMap((name) => {
        const [old, now] = [at(before, 'HealthCheckConfig', name), at(after, 'HealthCheckConfig', name)];
        return old === now ? [] : [`HealthCheckConfig.${name} makes another check, by which DNS leaves the home Region until it has asked`];
      }),
    instead: 'Make a second check beside it, wait until it has asked, then let the record name that one (ADR-028)',
  },
  {
    types: tables,
    judge: (before, after) =>
      replicaPairs(before, after).flatMap(([place, old, now]) =>
        isOn(at(old, 'DeletionProtectionEnabled')) && !isOn(at(now, 'DeletionProtectionEnabled'))
          ? [`DeletionProtectionEnabled is off${place}: a call deletes the table`]
          : [],
      ),
    instead: keep,
  },
  {
    types: tables,
    judge: (before, after) =>
      replicaPairs(before, after).flatMap(([place, old, now]) => {
        const [from, to] = [pointsInTime(old), pointsInTime(now)];
        if (!isLess(from, to, 0)) return [];
        return to === 0
          ? [`Points in time${place} are off: those of ${JSON.stringify(from)} days are gone, and no new ones are made`]
          : [
              `Points in time${place} from ${JSON.stringify(from)} days to ${JSON.stringify(to)}: the table cannot be restored to an earlier one`,
            ];
      }),
    instead: 'Meant? Then restore what may be needed first',
  },
  {
    types: ['AWS::RDS::DBCluster', 'AWS::RDS::DBInstance', 'AWS::RDS::GlobalCluster', 'AWS::DocDB::DBCluster', 'AWS::Neptune::DBCluster'],
    judge: (before, after) =>
      isOn(at(before, 'DeletionProtection')) && !isOn(at(after, 'DeletionProtection'))
        ? ['DeletionProtection is off: a call deletes it']
        : [],
    instead: keep,
  },
  {
    types: ['AWS::S3::Bucket'],
    judge: (before, after) =>
      at(before, 'VersioningConfiguration', 'Status') === 'Enabled' && at(after, 'VersioningConfiguration', 'Status') !== 'Enabled'
        ? ['Versions are no longer kept: an overwritten object is gone']
        : [],
    instead: 'Keep versioning, and let versions expire',
  },
  {
    types: ['AWS::S3::Bucket'],
    judge: (before, after) => [
      ...(lockDays(after) >= lockDays(before)
        ? []
        : [`New objects are locked ${lockDays(after)} days instead of ${lockDays(before)}: they can be deleted sooner [SEC-3]`]),
      ...(lockMode(before) === 'COMPLIANCE' && lockMode(after) === 'GOVERNANCE'
        ? ['New objects are locked by GOVERNANCE instead of COMPLIANCE: whoever has the right may delete them [SEC-3]']
        : []),
    ],
    instead: 'Keep the lock; objects that are locked keep theirs',
  },
  {
    types: keys,
    judge: (before, after) =>
      (at(before, 'Enabled') === undefined || isOn(at(before, 'Enabled'))) &&
      at(after, 'Enabled') !== undefined &&
      !isOn(at(after, 'Enabled'))
        ? ['The key is off: nothing that it encrypted can be read, and nothing written']
        : [],
    instead: 'Keep it enabled for as long as anything is encrypted by it',
  },
  {
    types: keys,
    // A key that is retained is not deleted by CloudFormation, whatever its window.
    judge: (before, after, { isRetained }) => {
      const [from, to] = [at(before, 'PendingWindowInDays'), at(after, 'PendingWindowInDays')];
      return !isRetained && isLess(from, to, 30)
        ? [`PendingWindowInDays from ${figureText(from, 30)} to ${figureText(to, 30)}: a deletion by mistake is noticed too late`]
        : [];
    },
    instead: 'Keep 30 days, or RemovalPolicy.RETAIN',
  },
  {
    types: ['AWS::Backup::BackupVault'],
    judge: (before, after) => {
      if (at(before, 'LockConfiguration') === undefined) return [];
      if (at(after, 'LockConfiguration') === undefined)
        return ['The vault is no longer locked: whoever is in the account deletes its backups'];
      const [from, to] = [at(before, 'LockConfiguration', 'MinRetentionDays'), at(after, 'LockConfiguration', 'MinRetentionDays')];
      return isLess(from, to, 0)
        ? [`LockConfiguration.MinRetentionDays from ${figureText(from, 0)} to ${figureText(to, 0)}: a backup may end sooner [SLO-3]`]
        : [];
    },
    instead: 'Keep the lock: it is what an intruder cannot undo (ADR-014)',
  },
];
