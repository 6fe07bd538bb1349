import { describe, expect, it } from 'vitest';
import { keptTypes } from '../../lib/checks/stateful-types';
import { reviewUpdates } from '../../lib/review/updates';
import { settle } from '../../lib/review/without';
import { assembly, resources } from './assembly';

const review = (before: string, after: string) => reviewUpdates(before, after, keptTypes);
const told = (losses: readonly { readonly stack: string; readonly logicalId: string; readonly what: string }[]) =>
  losses.map(({ stack, logicalId, what }) => `${stack} ${logicalId}: ${what}`);

const stream = { type: 'AWS::Kinesis::Stream', properties: { Name: 'events' } };
const queue = { type: 'AWS::SQS::Queue', properties: { QueueName: 'replay' } };
const key = { type: 'AWS::KMS::Key' };
const logs = { type: 'AWS::Logs::LogGroup', properties: { LogGroupName: 'replay' } };
const topic = { type: 'AWS::SNS::Topic', policy: 'Delete' };
const consumer = { type: 'AWS::Kinesis::StreamConsumer', policy: 'Delete', properties: { StreamARN: 'events', ConsumerName: 'processor' } };
const instance = {
  type: 'AWS::RDS::DBInstance',
  properties: { DBClusterIdentifier: 'metadata', DBInstanceIdentifier: 'metadata-a' },
};
const streams = resources({ Events: stream, Key: key, Consumer: consumer, Logs: logs, Topic: topic });

describe('a stack', () => {
  it('under another name is another one, and its stores are made anew', () => {
    const { losses, leftBehind, changes } = review(assembly(streams), assembly(streams, { stackName: 'renamed' }));
    expect(told(losses)).toEqual([
      'Stores -: It is called renamed instead of Stores: a new stack, with 2 stores made anew and empty, or refused for the names; those of Stores stay behind',
    ]);
    expect(leftBehind).toEqual([]);
    expect([...new Set(changes.map(({ impact }) => impact))].sort()).toEqual(['creates', 'leaves behind']);
  });

  it('of another construct under the same name is the same one, and nothing changes', () => {
    expect(review(assembly(streams), assembly(streams, { id: 'Moved', stackName: 'Stores' }))).toEqual({
      changes: [],
      losses: [],
      leftBehind: [],
    });
  });

  it('without a store may take another name: the old one is left behind', () => {
    const { losses, leftBehind } = review(
      assembly(resources({ Topic: topic })),
      assembly(resources({ Topic: topic }), { stackName: 'other' }),
    );
    expect(losses).toEqual([]);
    expect(told(leftBehind)).toEqual([
      'Stores -: The stack is gone from the app, not from AWS: Stores in eu-west-1 stays deployed, and runs on',
    ]);
  });

  it('rejects a name that two of them have', () => {
    expect(told(review(assembly(undefined), assembly(streams, { stackName: 'Empty' })).losses).map((what) => what.slice(0, 47))).toEqual(
      ['Empty -: It is the same stack as Stores, Empty:', 'Stores -: It is the same stack as Empty, Empty:'].map((what) =>
        what.slice(0, 47),
      ),
    );
  });

  it('may lose its termination protection if it holds nothing', () => {
    const unprotected = { terminationProtection: false };
    expect(review(assembly(resources({ Topic: topic })), assembly(resources({ Topic: topic }), unprotected)).losses).toEqual([]);
    expect(review(assembly(streams), assembly(streams, unprotected)).losses).toHaveLength(1);
  });
});

describe('a stack that is gone from the app', () => {
  const { losses, leftBehind, changes } = review(assembly(streams), assembly(undefined));

  it('stays deployed: nothing of it is deleted or lost', () => {
    expect(losses).toEqual([]);
    expect(new Set(changes.map(({ impact }) => impact))).toEqual(new Set(['leaves behind']));
  });

  it('is told with what outlives it, and under which names', () => {
    const outlives = 'outlives the deletion of the stack';
    const fails = ': a deployment that makes it again fails, for the name is taken';
    expect(told(leftBehind)).toEqual([
      'Stores -: The stack is gone from the app, not from AWS: Stores in eu-west-1 stays deployed, and runs on',
      `Stores Events: AWS::Kinesis::Stream events ${outlives}${fails}`,
      `Stores Key: AWS::KMS::Key ${outlives}`,
      `Stores Logs: AWS::Logs::LogGroup replay ${outlives}${fails}`,
    ]);
  });

  it('is told with what its deletion takes along', () => {
    const mapping = {
      type: 'AWS::Lambda::EventSourceMapping',
      policy: 'Delete',
      properties: { EventSourceArn: 'events', StartingPosition: 'LATEST' },
    };
    const gone = review(assembly(resources({ Queue: { ...queue, policy: 'Delete' }, Source: mapping })), assembly(undefined));
    expect(told(gone.leftBehind).slice(1)).toEqual([
      'Stores Queue: AWS::SQS::Queue replay is deleted with the stack, with what is in it',
      'Stores Source: When the stack is deleted: Nobody reads "events" in its place: what it had not copied ends with the stream\'s retention',
    ]);
  });

  it('rejects a store that another stack makes anew, whether the old stack is meant to go or not', () => {
    const anew = review(assembly(streams), assembly(resources({ Events: stream }), { id: 'Others' }));
    expect(told(anew.losses)).toEqual([
      "Stores Events: AWS::Kinesis::Stream is no longer CloudFormation's (Retain): Others Events is made in its place, and empty",
    ]);
    expect(settle(anew, ['Stores']).losses).toHaveLength(1);
  });
});

describe('a resource that its stack no longer has', () => {
  const before = assembly(resources({ Events: stream, Replay: queue, Instance: instance, Logs: logs }));

  it('is left behind where it is retained, with its name, an instance of a cluster too', () => {
    const { losses, leftBehind } = review(before, assembly(resources({ Events: stream })));
    const stays = "stays (Retain), and is no longer CloudFormation's: a deployment that makes it again fails, for the name is taken";
    expect(losses).toEqual([]);
    expect(told(leftBehind).sort()).toEqual([
      `Stores Instance: AWS::RDS::DBInstance metadata-a ${stays}`,
      `Stores Logs: AWS::Logs::LogGroup replay ${stays}`,
      `Stores Replay: AWS::SQS::Queue replay ${stays}`,
    ]);
  });

  it('loses nothing if it is an instance of a cluster, which has the data, or a consumer of a stream', () => {
    const both = resources({ Events: stream, Instance: { ...instance, policy: 'Delete' }, Consumer: consumer });
    expect(review(assembly(both), assembly(resources({ Events: stream })))).toMatchObject({ losses: [], leftBehind: [] });
  });

  it.each([
    ['Delete', 'AWS::RDS::DBInstance is deleted, with what is in it'],
    ['Snapshot', 'AWS::RDS::DBInstance is deleted; a snapshot stays, without an end [CMP-1]'],
  ])('rejects a database without a cluster, under the policy %s', (policy, what) => {
    const database = { type: 'AWS::RDS::DBInstance', properties: { DBInstanceIdentifier: 'alone' }, policy };
    expect(told(review(assembly(resources({ Database: database })), assembly(resources({}))).losses)).toEqual([`Stores Database: ${what}`]);
  });

  it('rejects what backs up, selects or copies, although it holds nothing itself', () => {
    const plan = {
      type: 'AWS::Backup::BackupPlan',
      policy: 'Delete',
      properties: { BackupPlan: { BackupPlanRule: [{ RuleName: 'daily' }] } },
    };
    const selection = {
      type: 'AWS::Backup::BackupSelection',
      policy: 'Delete',
      properties: { BackupSelection: { Resources: ['a', 'b'] } },
    };
    const all = resources({ Plan: plan, Selection: selection });
    expect(told(review(assembly(all), assembly(resources({}))).losses).sort()).toEqual([
      'Stores Plan: Rule daily goes: it makes no more backups [SLO-3]',
      'Stores Selection: "a" is no longer backed up [SLO-3]',
      'Stores Selection: "b" is no longer backed up [SLO-3]',
    ]);
  });
});

describe('a logical ID', () => {
  const others = assembly(resources({ Events: { ...topic, policy: 'Retain' } }));

  it.each([
    ['Retain', 'AWS::Kinesis::Stream becomes AWS::SNS::Topic under one logical ID: refused, or the old one goes from CloudFormation'],
    ['Delete', 'AWS::Kinesis::Stream becomes AWS::SNS::Topic under one logical ID: refused, or the old one goes, with what is in it'],
  ])('rejects another type where data were kept, under the policy %s', (policy, what) => {
    expect(told(review(assembly(resources({ Events: { ...stream, policy } })), others).losses)).toEqual([`Stores Events: ${what}`]);
  });

  it('may take another type where nothing was kept', () => {
    expect(review(others, assembly(resources({ Events: stream }))).losses).toEqual([]);
  });
});

describe('a bucket with a shorter lifecycle', () => {
  const bucket = (...rules: readonly object[]) =>
    assembly(resources({ Raw: { type: 'AWS::S3::Bucket', properties: { LifecycleConfiguration: { Rules: rules } } } }));
  const whole = { Status: 'Enabled', ExpirationInDays: 21 };
  const added = review(bucket(whole), bucket(whole, { Status: 'Enabled', Prefix: 'tmp/', ExpirationInDays: 1 }));

  it('rejects a new prefix until somebody says that nothing is in it', () => {
    expect(told(added.losses)).toEqual([
      'Stores Raw: Objects under tmp/ expire after 1 day instead of 21: those that are older go within a day',
    ]);
    expect(settle(added, ['Stores/Raw/tmp/'])).toMatchObject({ losses: [], meant: [{ logicalId: 'Raw' }] });
  });

  it('rejects an expiry of a bucket that had no properties at all', () => {
    const empty = assembly(resources({ Raw: { type: 'AWS::S3::Bucket' } }));
    expect(told(review(empty, bucket(whole)).losses)).toHaveLength(1);
    expect(settle(review(empty, bucket(whole)), []).losses).toHaveLength(1);
  });
});

describe('what is meant to go', () => {
  const gone = review(assembly(streams), assembly(undefined));

  it('is told apart from what nobody has named', () => {
    expect(settle(gone, [])).toEqual({ losses: [], leftBehind: gone.leftBehind, meant: [] });
    expect(settle(gone, ['Stores'])).toEqual({ losses: [], leftBehind: [], meant: gone.leftBehind });
  });

  it('rejects a word that answers nothing, and says which ones do', () => {
    expect(() => settle(gone, ['Stores', 'Store'])).toThrow("--without: received 'Store'; allowed: Stores");
    expect(() => settle(review(assembly(streams), assembly(streams)), ['Stores'])).toThrow(
      'allowed: nothing, since nothing is left behind',
    );
  });

  it('rejects a stack that stays for its resource: each is named by itself', () => {
    const orphaned = review(assembly(resources({ Events: stream, Replay: queue })), assembly(resources({ Events: stream })));
    expect(() => settle(orphaned, ['Stores'])).toThrow('allowed: Stores/Replay');
    expect(settle(orphaned, ['Stores/Replay'])).toMatchObject({ leftBehind: [], meant: [{ logicalId: 'Replay' }] });
  });
});
