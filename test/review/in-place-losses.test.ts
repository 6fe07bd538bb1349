import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inPlaceLosses, judges } from '../../lib/review/in-place-losses';
import type { Path } from '../../lib/review/properties';
import { retentionFigures } from '../../lib/review/retentions';

type Properties = Readonly<Record<string, unknown>>;

const sentences = (type: string, before: Properties, after?: Properties, isRetained = true) =>
  inPlaceLosses(type, before, after, { siblings: after ? [after] : [], isRetained }).map(({ what }) => what);

const pointsInTime = (on: boolean, days?: number) => ({ PointInTimeRecoveryEnabled: on, RecoveryPeriodInDays: days });
const replica = (Region: string, more: Properties = {}) => ({
  Region,
  DeletionProtectionEnabled: true,
  PointInTimeRecoverySpecification: pointsInTime(true, 14),
  ...more,
});
const replicas = (...Replicas: readonly Properties[]) => ({ Replicas });
const expiring = (AttributeName: string, Enabled = true) => ({ TimeToLiveSpecification: { AttributeName, Enabled } });
const copyRule = (Bucket: string, more: Properties = {}) => ({
  Status: 'Enabled',
  Filter: { Prefix: '' },
  Destination: { Bucket },
  ...more,
});
const copied = (...Rules: readonly Properties[]) => ({ ReplicationConfiguration: { Rules } });
const tablesTo = (...arns: readonly string[]) => copied(...arns.map((arn) => ({ Destinations: [{ DestinationTableBucketARN: arn }] })));
const plan = (...BackupPlanRule: readonly Properties[]) => ({ BackupPlan: { BackupPlanRule } });
const daily = (days?: number, copyDays: number | 'no copy' = 14, RuleName = 'daily') => ({
  RuleName,
  ScheduleExpression: 'cron(0 2 * * ? *)',
  Lifecycle: days === undefined ? undefined : { DeleteAfterDays: days },
  CopyActions: copyDays === 'no copy' ? [] : [{ DestinationBackupVaultArn: 'there', Lifecycle: { DeleteAfterDays: copyDays } }],
});
const selection = (Resources: readonly unknown[], more: Properties = {}) => ({ BackupSelection: { Resources, ...more } });
const mapping = (more: Properties = {}) => ({
  EventSourceArn: 'events',
  StartingPosition: 'TRIM_HORIZON',
  MaximumRetryAttempts: -1,
  ...more,
});
const locked = (Days: number, Mode = 'COMPLIANCE') => ({ ObjectLockConfiguration: { Rule: { DefaultRetention: { Days, Mode } } } });
const files = (Status: string, UnreferencedDays?: number, NoncurrentDays?: number) => ({
  UnreferencedFileRemoval: { Status, UnreferencedDays, NoncurrentDays },
});

const table = 'AWS::DynamoDB::GlobalTable';
const bucket = 'AWS::S3::Bucket';
const lake = 'AWS::S3Tables::TableBucket';
const source = 'AWS::Lambda::EventSourceMapping';

describe('an update in place loses nothing', () => {
  it.each<[string, string, Properties, Properties]>([
    [
      'replicas in another order',
      table,
      replicas(replica('one'), replica('two', { DeletionProtectionEnabled: false })),
      replicas(replica('two'), replica('one')),
    ],
    [
      'points in time by default, which is 35 days',
      table,
      replicas(replica('one')),
      replicas(replica('one', { PointInTimeRecoverySpecification: pointsInTime(true) })),
    ],
    ['an end of items that is switched off', table, expiring('expiresAt'), expiring('expiresAt', false)],
    ['an end of items as it was', table, expiring('expiresAt'), expiring('expiresAt')],
    ['a key that is no longer rotated', 'AWS::KMS::Key', { EnableKeyRotation: true }, { EnableKeyRotation: false }],
    ['a shorter window of a key that is retained', 'AWS::KMS::Key', { PendingWindowInDays: 30 }, { PendingWindowInDays: 7 }],
    [
      'a vault with a longer lock',
      'AWS::Backup::BackupVault',
      { LockConfiguration: { MinRetentionDays: 7 } },
      { LockConfiguration: { MinRetentionDays: 9 } },
    ],
    ['files that are never removed', lake, files('Enabled', 3, 10), files('Disabled')],
    ['files removed by default', lake, {}, files('Enabled', 3, 10)],
    ['a further copy', lake, tablesTo('there'), tablesTo('elsewhere', 'there')],
    ['a copy of more', bucket, copied(copyRule('there', { Filter: { Prefix: 'events/' } })), copied(copyRule('there'))],
    ['a rule of a plan under another name', 'AWS::Backup::BackupPlan', plan(daily(14)), plan(daily(14, 14, 'nightly'))],
    ['a plan that keeps for ever', 'AWS::Backup::BackupPlan', plan(daily(14)), plan(daily())],
    ['one more store selected', 'AWS::Backup::BackupSelection', selection(['a']), selection(['a', 'b'])],
    ['all stores selected', 'AWS::Backup::BackupSelection', selection(['arn:a']), selection(['arn:*'])],
    ['a larger batch', source, mapping(), mapping({ BatchSize: 10_000 })],
    ['a mapping of a queue that is off', source, { EventSourceArn: 'queue' }, { EventSourceArn: 'queue', Enabled: false }],
    ['a longer lock of objects', bucket, locked(100), locked(120)],
  ])('by %s', (_, type, before, after) => {
    expect(sentences(type, before, after)).toEqual([]);
  });

  it('by the deletion of a mapping of a queue, whose messages wait, or of a consumer', () => {
    expect(sentences(source, { EventSourceArn: 'queue' })).toEqual([]);
    expect(sentences('AWS::Kinesis::StreamConsumer', { StreamARN: 'events' })).toEqual([]);
  });

  it('by a plan or a selection that goes, if another one does the same', () => {
    const [one, other] = [plan(daily(14)), plan(daily(20))];
    expect(inPlaceLosses('AWS::Backup::BackupPlan', one, undefined, { siblings: [other], isRetained: false })).toEqual([]);
    const siblings = [selection(['a']), selection(['b'])];
    expect(inPlaceLosses('AWS::Backup::BackupSelection', selection(['a', 'b']), undefined, { siblings, isRetained: false })).toEqual([]);
  });
});

describe('an update in place', () => {
  const ends = "what is not copied ends with the stream's retention";
  it.each<[string, string, Properties, Properties | undefined, string]>([
    [
      'deletion protection of one replica, wherever it stands',
      table,
      replicas(replica('one'), replica('two')),
      replicas(replica('two', { DeletionProtectionEnabled: false }), replica('one')),
      'DeletionProtectionEnabled is off in two: a call deletes the table',
    ],
    [
      'deletion protection of a table',
      'AWS::DynamoDB::Table',
      { DeletionProtectionEnabled: true },
      {},
      'DeletionProtectionEnabled is off: a call deletes the table',
    ],
    [
      'points in time, the period kept',
      table,
      replicas(replica('one')),
      replicas(replica('one', { PointInTimeRecoverySpecification: pointsInTime(false, 14) })),
      'Points in time in one are off: those of 14 days are gone, and no new ones are made',
    ],
    [
      'points in time of a replica, matched by its Region',
      table,
      replicas(replica('one'), replica('two', { PointInTimeRecoverySpecification: pointsInTime(true) })),
      replicas(replica('two', { PointInTimeRecoverySpecification: pointsInTime(true, 14) }), replica('one')),
      'Points in time in two from 35 days to 14: the table cannot be restored to an earlier one',
    ],
    [
      'items, by an end that is switched on',
      table,
      {},
      expiring('expiresAt'),
      'Items expire by expiresAt: each whose time is past goes within days, in every replica',
    ],
    [
      'items, by another end',
      'AWS::DynamoDB::Table',
      expiring('expiresAt'),
      expiring('seenAt'),
      'Items expire by seenAt instead of expiresAt: each whose time is past goes within days, in every replica',
    ],
    ['a key', 'AWS::KMS::Key', {}, { Enabled: false }, 'The key is off: nothing that it encrypted can be read, and nothing written'],
    [
      'a lock',
      'AWS::Backup::BackupVault',
      { LockConfiguration: { MinRetentionDays: 7 } },
      {},
      'The vault is no longer locked: whoever is in the account deletes its backups',
    ],
    [
      'a part of a lock',
      'AWS::Backup::BackupVault',
      { LockConfiguration: { MinRetentionDays: 7 } },
      { LockConfiguration: { MinRetentionDays: 1 } },
      'LockConfiguration.MinRetentionDays from 7 to 1: a backup may end sooner [SLO-3]',
    ],
    ['a copy of the lake', lake, tablesTo('there'), {}, 'Tables are no longer copied to "there" [SLO-5]'],
    [
      'a copy of the lake, by another destination',
      lake,
      tablesTo('there'),
      tablesTo('elsewhere'),
      'Tables are no longer copied to "there" [SLO-5]',
    ],
    [
      'files of the lake',
      lake,
      files('Enabled', 3, 10),
      files('Enabled', 3, 1),
      'UnreferencedFileRemoval.NoncurrentDays from 10 to 1: files of a dropped table or snapshot can be had back for a shorter time',
    ],
    [
      'snapshots',
      'AWS::S3Tables::Table',
      { SnapshotManagement: { Status: 'disabled' } },
      {},
      'Snapshots end from now on: those that are older are gone',
    ],
    ['a copy of a bucket', bucket, copied(copyRule('there')), {}, 'Objects are no longer copied to "there", or fewer are [SLO-5]'],
    [
      'a copy of a bucket, by a rule that is off',
      bucket,
      copied(copyRule('there')),
      copied(copyRule('there', { Status: 'Disabled' })),
      'Objects are no longer copied to "there", or fewer are [SLO-5]',
    ],
    [
      'a copy of a bucket, by a narrower rule',
      bucket,
      copied(copyRule('there')),
      copied(copyRule('there', { Filter: { Prefix: 'events/' } })),
      'Objects are no longer copied to "there", or fewer are [SLO-5]',
    ],
    [
      'days of an object lock',
      bucket,
      locked(100),
      locked(90),
      'New objects are locked 90 days instead of 100: they can be deleted sooner [SEC-3]',
    ],
    [
      'the mode of an object lock',
      bucket,
      locked(100),
      locked(100, 'GOVERNANCE'),
      'New objects are locked by GOVERNANCE instead of COMPLIANCE: whoever has the right may delete them [SEC-3]',
    ],
    [
      'days of a plan',
      'AWS::Backup::BackupPlan',
      plan(daily(14)),
      plan(daily(7)),
      'Rule daily keeps backups 7 days instead of 14, from the next one on',
    ],
    [
      'days of a plan that kept for ever',
      'AWS::Backup::BackupPlan',
      plan(daily()),
      plan(daily(7)),
      'Rule daily keeps backups 7 days instead of no end, from the next one on',
    ],
    [
      'days of a copy',
      'AWS::Backup::BackupPlan',
      plan(daily(14)),
      plan(daily(14, 1)),
      'Rule daily keeps copies in "there" 1 days instead of 14, from the next one on',
    ],
    [
      'a copy of backups',
      'AWS::Backup::BackupPlan',
      plan(daily(14)),
      plan(daily(14, 'no copy')),
      'Rule daily copies no more backups to "there": they are lost with the Region [SLO-5]',
    ],
    ['a plan', 'AWS::Backup::BackupPlan', plan(daily(14)), undefined, 'Rule daily goes: it makes no more backups [SLO-3]'],
    ['a selection', 'AWS::Backup::BackupSelection', selection(['a']), undefined, '"a" is no longer backed up [SLO-3]'],
    [
      'a selected store',
      'AWS::Backup::BackupSelection',
      selection(['a', { Ref: 'B' }]),
      selection(['a']),
      '{"Ref":"B"} is no longer backed up [SLO-3]',
    ],
    [
      'an exception',
      'AWS::Backup::BackupSelection',
      selection(['a']),
      selection(['a'], { NotResources: ['a'] }),
      'Exceptions or conditions differ: what they take out is no longer backed up [SLO-3]',
    ],
    [
      'what feeds a copy',
      source,
      mapping(),
      undefined,
      'Nobody reads "events" in its place: what it had not copied ends with the stream\'s retention',
    ],
    ['what feeds a copy, by a word', source, mapping(), mapping({ Enabled: false }), `"events" is no longer read: ${ends}`],
    [
      'what feeds a copy, by another source',
      source,
      mapping(),
      mapping({ EventSourceArn: 'others' }),
      `"events" is no longer read, but "others": ${ends}`,
    ],
    [
      'records that fail',
      source,
      mapping(),
      mapping({ MaximumRetryAttempts: 3 }),
      'MaximumRetryAttempts is 3: records that fail for longer are skipped',
    ],
    [
      'records that are filtered',
      source,
      mapping(),
      mapping({ FilterCriteria: { Filters: [] } }),
      'FilterCriteria differ: records that they do not take are skipped',
    ],
    [
      'the place in the stream',
      source,
      mapping(),
      mapping({ StartingPosition: 'LATEST' }),
      'It starts anew at "LATEST": what is not copied by then is skipped',
    ],
    ['protection of an instance', 'AWS::RDS::DBInstance', { DeletionProtection: true }, {}, 'DeletionProtection is off: a call deletes it'],
  ])('rejects the loss of %s', (_, type, before, after, what) => {
    expect(sentences(type, before, after)).toEqual([what]);
  });

  it('rejects a removal of files that is switched on, whatever its days', () => {
    expect(sentences(lake, files('Disabled'), files('Enabled', 30, 40)).map((what) => what.split(':')[0])).toEqual([
      'UnreferencedFileRemoval.UnreferencedDays from never to 30',
      'UnreferencedFileRemoval.NoncurrentDays from never to 40',
    ]);
  });

  it('rejects a shorter window of a key that goes with its stack', () => {
    expect(sentences('AWS::KMS::Key', {}, { PendingWindowInDays: 7 }, false)).toEqual([
      'PendingWindowInDays from nothing, which is 30 to 7: a deletion by mistake is noticed too late',
    ]);
  });

  it('says what to do in its place, whatever is lost', () => {
    expect(judges.filter(({ instead }) => !/^\S.{15,}[^.]$/.test(instead))).toEqual([]);
  });
});

const nested = (path: Path, value: unknown): Properties =>
  path.reduceRight<unknown>((inner, key) => (inner === undefined ? {} : { [key]: inner }), value) as Properties;

describe.each(retentionFigures.flatMap((figure) => figure.types.map((type) => ({ ...figure, type }))))(
  '$path of $type',
  ({ type, path, absent }) => {
    const days = fc.option(fc.integer({ min: 0, max: 2_000_000 }), { nil: undefined });

    it('loses something exactly when it is shortened, by what AWS takes where it says nothing', () => {
      fc.assert(
        fc.property(days, days, (before, after) => {
          const isShorter = (after ?? absent) < (before ?? absent);
          expect(sentences(type, nested(path, before), nested(path, after)).length > 0).toBe(isShorter);
        }),
      );
    });

    it('rejects what only a deployment resolves, unless it stands as it stood', () => {
      const token = nested(path, { Ref: 'Days' });
      expect(sentences(type, nested(path, 7), token)).toHaveLength(1);
      expect(sentences(type, token, token)).toEqual([]);
    });
  },
);

describe('points in time, backups and copies', () => {
  const inTime = (period: number) => replicas(replica('one', { PointInTimeRecoverySpecification: pointsInTime(true, period) }));
  const days = fc.integer({ min: 1, max: 35 });

  it('lose something exactly when one of them is shortened', () => {
    fc.assert(
      fc.property(days, days, (before, after) => {
        const losses = [
          sentences(table, inTime(before), inTime(after)),
          sentences('AWS::Backup::BackupPlan', plan(daily(before)), plan(daily(after))),
          sentences('AWS::Backup::BackupPlan', plan(daily(14, before)), plan(daily(14, after))),
          sentences(
            'AWS::Backup::BackupVault',
            { LockConfiguration: { MinRetentionDays: before } },
            { LockConfiguration: { MinRetentionDays: after } },
          ),
          sentences(lake, files('Enabled', before, 10), files('Enabled', after, 10)),
          sentences(bucket, locked(before), locked(after)),
        ];
        expect(losses.map(({ length }) => length)).toEqual(losses.map(() => Number(after < before)));
      }),
    );
  });
});
