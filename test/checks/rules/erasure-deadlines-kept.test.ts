import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { remainsOf } from '../../../lib/checks/erasure';
import { erasureDeadlinesKept } from '../../../lib/checks/rules/erasure-deadlines-kept';
import { arrivalDays, type Store } from '../../../lib/checks/store-register';
import { altered, describeRule, stackTemplate, type ResourceFixture } from '../../support/fixtures';

const customerData = [{ Key: 'data-classification', Value: 'customer-data' }];
const wholeBucket = { Id: 'Erase', Status: 'Enabled', ExpirationInDays: 21, NoncurrentVersionExpiration: { NoncurrentDays: 1 } };

const resources: Readonly<Record<string, ResourceFixture>> = {
  Key: { Type: 'AWS::KMS::Key', Properties: { Tags: customerData } },
  Raw: {
    Type: 'AWS::S3::Bucket',
    Properties: { VersioningConfiguration: { Status: 'Enabled' }, LifecycleConfiguration: { Rules: [wholeBucket] } },
  },
  Stream: { Type: 'AWS::Kinesis::Stream', Properties: { RetentionPeriodHours: 72 } },
  Replayer: { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables: { DAYS: '1' } } } },
  Profiles: {
    Type: 'AWS::DynamoDB::GlobalTable',
    Properties: {
      Replicas: [
        { Region: 'eu-west-1', PointInTimeRecoverySpecification: { RecoveryPeriodInDays: 14 } },
        { Region: 'eu-central-1', PointInTimeRecoverySpecification: { RecoveryPeriodInDays: 14 } },
      ],
    },
  },
  Cluster: { Type: 'AWS::RDS::DBCluster', Properties: { BackupRetentionPeriod: 14 } },
  Tables: {
    Type: 'AWS::S3Tables::TableBucket',
    Properties: { UnreferencedFileRemoval: { Status: 'Enabled', UnreferencedDays: 3, NoncurrentDays: 10 } },
  },
  Lake: {
    Type: 'AWS::S3Tables::Table',
    Properties: {
      IcebergMetadata: { TableProperties: { 'write.delete.mode': 'copy-on-write' } },
      SnapshotManagement: { Status: 'enabled', MaxSnapshotAgeHours: 120 },
    },
  },
  Plan: {
    Type: 'AWS::Backup::BackupPlan',
    Properties: {
      BackupPlan: {
        BackupPlanRule: [{ Lifecycle: { DeleteAfterDays: 14 }, CopyActions: [{ Lifecycle: { DeleteAfterDays: 14 } }] }],
      },
    },
  },
  Vault: { Type: 'AWS::Backup::BackupVault', Properties: { LockConfiguration: { MaxRetentionDays: 14 } } },
  Queue: { Type: 'AWS::SQS::Queue', Properties: { MessageRetentionPeriod: 1_209_600 } },
  Address: { Type: 'AWS::EC2::EIP' },
};

const replayer = { stack: 'Stack', type: 'AWS::Lambda::Function', id: 'Replayer' };

const stores: readonly Store[] = [
  {
    name: 'raw',
    holds: 'batches',
    resource: { stack: 'Stack', type: 'AWS::S3::Bucket', id: 'Raw' },
    copy: { kind: 'none', because: 'of the test' },
    recovery: [],
    backup: { none: 'of the test' },
    erasure: { by: 'expiry', days: 24, fedBy: ['stream'] },
  },
  {
    name: 'stream',
    holds: 'events',
    resource: { stack: 'Stack', type: 'AWS::Kinesis::Stream', id: 'Stream' },
    copy: { kind: 'none', because: 'of the test' },
    recovery: [],
    backup: { none: 'of the test' },
    erasure: { by: 'expiry', days: 3, replayed: { setting: replayer, property: 'Environment.Variables.DAYS' } },
  },
];

const broken = (path: string, value: unknown) => [stackTemplate(altered(resources, path, value))];
const one = (path: string, value: unknown, finding: string) => ({ stacks: broken(path, value), findings: [finding] });
const forEver = 'Erased data may stay for ever';
const rules = 'Raw.Properties.LifecycleConfiguration.Rules';

describeRule(
  'ErasureDeadlinesKept',
  {
    passing: {
      'copies that are all gone in time': [stackTemplate(resources)],
      "a stack without customers' data": [stackTemplate({ Logs: { Type: 'AWS::S3::Bucket' } })],
      'a bucket that keeps no versions, and less than the register says': broken('Raw.Properties', {
        LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ExpirationInDays: 22 }] },
      }),
    },
    failing: {
      'a bucket that keeps longer than the register says': one(
        `${rules}.0.ExpirationInDays`,
        22,
        'Raw: Erased data stays for 25 days; allowed: 24, as the register says of raw',
      ),
      "the register's store in the recovery Region": {
        stacks: [stackTemplate(altered(resources, `${rules}.0.ExpirationInDays`, 22), { path: 'cell/RecoveryStack' })],
        findings: ['Raw: Erased data stays for 25 days; allowed: 24, as the register says of raw'],
      },
      'a bucket without a lifecycle': one(
        'Raw.Properties.LifecycleConfiguration',
        undefined,
        `Raw: ${forEver}: no lifecycle rule of the whole bucket lets objects expire`,
      ),
      'a lifecycle of one prefix': one(
        `${rules}.0`,
        { ...wholeBucket, Prefix: 'events/' },
        `Raw: ${forEver}: no lifecycle rule of the whole bucket lets objects expire`,
      ),
      'a lifecycle that is switched off': one(
        `${rules}.0`,
        { ...wholeBucket, Status: 'Disabled' },
        `Raw: ${forEver}: no lifecycle rule of the whole bucket lets objects expire`,
      ),
      'versions that stay behind': one(
        `${rules}.0.NoncurrentVersionExpiration`,
        undefined,
        `Raw: ${forEver}: no lifecycle rule of the whole bucket removes noncurrent versions`,
      ),
      'some versions that stay behind': one(
        `${rules}.0.NoncurrentVersionExpiration`,
        { NoncurrentDays: 1, NewerNoncurrentVersions: 1 },
        `Raw: ${forEver}: no lifecycle rule of the whole bucket removes noncurrent versions`,
      ),
      'locked objects': one(
        'Raw.Properties',
        { ...resources['Raw']?.Properties, ObjectLockEnabled: true },
        `Raw: ${forEver}: Object Lock keeps what should be erased`,
      ),
      'a stream that remembers a month': one(
        'Stream.Properties.RetentionPeriodHours',
        744,
        'Stream: Erased data stays for 31 days; allowed: 3, as the register says of stream',
      ),
      'a stream of unknown retention': one(
        'Stream.Properties.RetentionPeriodHours',
        { Ref: 'Hours' },
        `Stream: ${forEver}: its retention is not said`,
      ),
      'a replica with the points in time that DynamoDB gives by default': one(
        'Profiles.Properties.Replicas.1.PointInTimeRecoverySpecification',
        { PointInTimeRecoveryEnabled: true },
        'Profiles: Erased data stays for 35 days; allowed: 28',
      ),
      'replicas that are known only when they are deployed': one(
        'Profiles.Properties.Replicas',
        { Ref: 'Replicas' },
        `Profiles: ${forEver}: its replicas cannot be resolved`,
      ),
      'a database that can go back for five weeks': one(
        'Cluster.Properties.BackupRetentionPeriod',
        35,
        'Cluster: Erased data stays for 35 days; allowed: 28',
      ),
      'a replay that takes older events than the deadlines have room for': one(
        'Replayer.Properties.Environment.Variables.DAYS',
        '2',
        'Raw: An event may be 5 days old when it reaches raw, and stays 24 more; allowed: 28 together',
      ),
      'a replay without a limit': {
        stacks: broken('Replayer.Properties.Environment.Variables.DAYS', undefined),
        findings: [
          'Raw: How old an event may be when it reaches raw cannot be told',
          'Stream: How old an event may be when it reaches stream cannot be told',
        ],
      },
      'a deletion that only hides rows': one(
        'Lake.Properties.IcebergMetadata.TableProperties',
        { 'write.delete.mode': 'merge-on-read' },
        `Lake: ${forEver}: a deletion hides rows, and leaves them in their files`,
      ),
      'snapshots of a table that stay': one(
        'Lake.Properties.SnapshotManagement.Status',
        'disabled',
        `Lake: ${forEver}: its snapshots do not expire`,
      ),
      'files that stay although no snapshot shows them': one(
        'Tables.Properties.UnreferencedFileRemoval.Status',
        'Disabled',
        `Lake: ${forEver}: files that no snapshot shows are not removed`,
      ),
      'snapshots and files that add up': one(
        'Tables.Properties.UnreferencedFileRemoval.NoncurrentDays',
        30,
        'Lake: Erased data stays for 38 days; allowed: 28',
      ),
      'a backup without an end': one(
        'Plan.Properties.BackupPlan.BackupPlanRule.0.Lifecycle',
        undefined,
        `Plan: ${forEver}: a backup, or a copy of one, has no end`,
      ),
      'a copy of a backup that outlives it': one(
        'Plan.Properties.BackupPlan.BackupPlanRule.0.CopyActions.0.Lifecycle.DeleteAfterDays',
        60,
        'Plan: Erased data stays for 60 days; allowed: 28',
      ),
      'a vault that takes backups of any age': one(
        'Vault.Properties.LockConfiguration',
        { MinRetentionDays: 7 },
        `Vault: ${forEver}: its lock sets no longest retention`,
      ),
      'a type that nobody has thought about': {
        stacks: [stackTemplate({ ...resources, Files: { Type: 'AWS::EFS::FileSystem' } })],
        findings: [`Files: ${forEver}: no rule knows how long AWS::EFS::FileSystem keeps what is erased`],
      },
    },
  },
  erasureDeadlinesKept({ stores, maximumDays: 28 }),
);

describe('what stays behind a deletion in a bucket', () => {
  it('is never less than each of its parts, and grows with each of them', () => {
    const lifecycle = (current: number, noncurrent: number) => {
      const [stack = stackTemplate({})] = broken(`${rules}.0`, {
        ...wholeBucket,
        ExpirationInDays: current,
        NoncurrentVersionExpiration: { NoncurrentDays: noncurrent },
      });
      const bucket = stack.resources.find(({ logicalId }) => logicalId === 'Raw');
      const remains = bucket && remainsOf(bucket, [stack]);
      return remains && 'days' in remains ? remains.days : Number.NaN;
    };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 400 }), (current, noncurrent) => {
        const days = lifecycle(current, noncurrent);
        expect(days).toBeGreaterThanOrEqual(current + noncurrent);
        expect(lifecycle(current + 1, noncurrent)).toBeGreaterThan(days);
        expect(lifecycle(current, noncurrent + 1)).toBeGreaterThan(days);
      }),
    );
  });
});

describe('how old an event is on its arrival', () => {
  const store = (name: string, days: number, fedBy: readonly string[]): Store => ({
    name,
    holds: 'events',
    resource: { stack: 'Stack', type: 'AWS::S3::Bucket', id: name },
    copy: { kind: 'none', because: 'of the test' },
    recovery: [],
    backup: { none: 'of the test' },
    erasure: { by: 'expiry', days, fedBy },
  });

  it('is the longest way through the stores before', () => {
    const chain = [store('a', 3, []), store('b', 5, ['a']), store('c', 1, ['a']), store('d', 9, ['b', 'c'])];
    expect(['a', 'b', 'c', 'd'].map((name) => arrivalDays(name, chain, []))).toEqual([0, 3, 3, 8]);
  });

  it.each([
    ['stores that feed each other', [store('a', 1, ['b']), store('b', 1, ['a'])]],
    ['a store that feeds itself', [store('a', 1, ['a'])]],
    ['a store that is in no register', [store('a', 1, ['nothing'])]],
  ])('rejects %s', (_, chain) => {
    expect(arrivalDays('a', chain, [])).toBeUndefined();
  });
});
