/** How long things are kept: everything whose shortening erases, at once or from now on. */
import { earlierExpiries } from './lifecycle';
import type { Judge } from './judge';
import { at, figureText, isLess, isOn, listAt, type Path, type Properties } from './properties';

/** A figure that says how long something is kept. */
export interface Retention {
  readonly types: readonly string[];
  readonly path: Path;
  /** What holds where the template says nothing, by the type's page in CloudFormation's reference, read 2026-11. */
  readonly absent: number;
  readonly what: string;
  readonly instead: string;
}

const restore = 'Restore what may be needed first, into a store beside it';

export const retentionFigures: readonly Retention[] = [
  {
    types: ['AWS::Kinesis::Stream'],
    path: ['RetentionPeriodHours'],
    absent: 24,
    what: 'records that are older are gone at once',
    instead: 'Only when every consumer is through',
  },
  {
    types: ['AWS::SQS::Queue'],
    path: ['MessageRetentionPeriod'],
    absent: 345_600,
    what: 'messages that are older are gone at once',
    instead: 'Only when the queue is empty',
  },
  {
    types: ['AWS::RDS::DBCluster', 'AWS::RDS::DBInstance', 'AWS::DocDB::DBCluster', 'AWS::Neptune::DBCluster'],
    path: ['BackupRetentionPeriod'],
    absent: 1,
    what: 'older backups are deleted at once',
    instead: 'Take a snapshot first, with an end to it [CMP-1]',
  },
  {
    types: ['AWS::Logs::LogGroup'],
    path: ['RetentionInDays'],
    absent: Infinity,
    what: 'older records are deleted [SEC-3]',
    instead: 'Only if no constraint asks for what is older; export it first',
  },
  {
    types: ['AWS::S3Tables::Table'],
    path: ['SnapshotManagement', 'MaxSnapshotAgeHours'],
    absent: 120,
    what: 'a mistake in the table can be taken back for a shorter time',
    instead: restore,
  },
  {
    types: ['AWS::S3Tables::Table'],
    path: ['SnapshotManagement', 'MinSnapshotsToKeep'],
    absent: 1,
    what: 'fewer snapshots to go back to',
    instead: restore,
  },
];

const ofFigure = ({ types, path, absent, what, instead }: Retention): Judge => ({
  types,
  judge: (before, after) => {
    const [from, to] = [at(before, ...path), at(after, ...path)];
    return isLess(from, to, absent) ? [`${path.join('.')} from ${figureText(from, absent)} to ${figureText(to, absent)}: ${what}`] : [];
  },
  instead,
});

/** Days until a file of a table that nothing refers to is put aside, and until it is gone for good; none while that is off. */
const fileDays = (properties: Properties, figure: string, absent: number): unknown =>
  at(properties, 'UnreferencedFileRemoval', 'Status') === 'Disabled'
    ? Infinity
    : (at(properties, 'UnreferencedFileRemoval', figure) ?? absent);

const timeToLive = (properties: Properties): unknown =>
  isOn(at(properties, 'TimeToLiveSpecification', 'Enabled')) ? at(properties, 'TimeToLiveSpecification', 'AttributeName') : undefined;

export const retentions: readonly Judge[] = [
  ...retentionFigures.map(ofFigure),
  {
    types: ['AWS::S3::Bucket'],
    judge: earlierExpiries,
    instead: 'Leave it, or copy what may still be needed elsewhere first',
  },
  {
    types: ['AWS::S3Tables::TableBucket'],
    // Source: Amazon S3 User Guide, "Maintenance for table buckets", read 2026-11.
    judge: (before, after) =>
      [['UnreferencedDays', 3] as const, ['NoncurrentDays', 10] as const].flatMap(([name, absent]) => {
        const [from, to] = [fileDays(before, name, absent), fileDays(after, name, absent)];
        const text = (days: unknown) => (days === Infinity ? 'never' : JSON.stringify(days));
        return isLess(from === Infinity ? undefined : from, to === Infinity ? undefined : to, Infinity)
          ? [
              `UnreferencedFileRemoval.${name} from ${text(from)} to ${text(to)}: files of a dropped table or snapshot can be had back for a shorter time`,
            ]
          : [];
      }),
    instead: 'Only when no table of the bucket has to be put right',
  },
  {
    types: ['AWS::S3Tables::Table'],
    judge: (before, after) => {
      const isOff = (properties: Properties) => String(at(properties, 'SnapshotManagement', 'Status')).toLowerCase() === 'disabled';
      return isOff(before) && !isOff(after) ? ['Snapshots end from now on: those that are older are gone'] : [];
    },
    instead: restore,
  },
  {
    types: ['AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table'],
    judge: (before, after) => {
      const [from, to] = [timeToLive(before), timeToLive(after)];
      if (to === undefined || JSON.stringify(from) === JSON.stringify(to)) return [];
      return [
        `Items expire by ${String(to)}${from === undefined ? '' : ` instead of ${String(from)}`}: each whose time is past goes within days, in every replica`,
      ];
    },
    instead: 'Count the items whose attribute is in the past before; none, or they are meant to go',
  },
  {
    types: ['AWS::Backup::BackupPlan'],
    judge: (before, after, { siblings }) => {
      const rules = [after, ...siblings].flatMap((plan) => listAt(plan, 'BackupPlan', 'BackupPlanRule'));
      return listAt(before, 'BackupPlan', 'BackupPlanRule').flatMap((rule) => {
        const name = String(at(rule, 'RuleName'));
        const next = rules.find((other) => at(other, 'RuleName') === at(rule, 'RuleName')) ?? rules.find((other) => isAlike(rule, other));
        return next === undefined ? [`Rule ${name} goes: it makes no more backups [SLO-3]`] : planLosses(name, rule, next);
      });
    },
    judgesDeletion: true,
    instead: 'Keep the rule, or have another one make its backups first',
  },
];

const isAlike = (rule: unknown, other: unknown): boolean => at(rule, 'ScheduleExpression') === at(other, 'ScheduleExpression');

function planLosses(name: string, before: unknown, after: unknown): string[] {
  const days = (value: unknown) => at(value, 'Lifecycle', 'DeleteAfterDays');
  const shorter = (what: string, from: unknown, to: unknown) =>
    isLess(days(from), days(to), Infinity)
      ? [
          `Rule ${name} keeps ${what} ${figureText(days(to), Infinity)} days instead of ${figureText(days(from), Infinity)}, from the next one on`,
        ]
      : [];
  const vault = (copy: unknown) => JSON.stringify(at(copy, 'DestinationBackupVaultArn'));
  return [
    ...shorter('backups', before, after),
    ...(isOn(at(before, 'EnableContinuousBackup')) && !isOn(at(after, 'EnableContinuousBackup'))
      ? [`Rule ${name} backs up no longer continuously: nothing between two backups can be had back`]
      : []),
    ...listAt(before, 'CopyActions').flatMap((copy) => {
      const next = listAt(after, 'CopyActions').find((other) => vault(other) === vault(copy));
      return next === undefined
        ? [`Rule ${name} copies no more backups to ${vault(copy)}: they are lost with the Region [SLO-5]`]
        : shorter(`copies in ${vault(copy)}`, copy, next);
    }),
  ];
}
