import { describe, expect, it } from 'vitest';
import type { Rule } from '../../../lib/checks/rule';
import { storesRecoverable } from '../../../lib/checks/rules/stores-recoverable';
import type { Store } from '../../../lib/checks/store-register';
import { altered, describeRule, stackTemplate, type ResourceFixture } from '../../support/fixtures';

const customerData = [{ Key: 'data-classification', Value: 'customer-data' }];
const key: ResourceFixture = { Type: 'AWS::KMS::Key', Properties: { Tags: customerData } };

const home: Readonly<Record<string, ResourceFixture>> = {
  Key: key,
  Events: { Type: 'AWS::Kinesis::Stream' },
  Enriched: { Type: 'AWS::Kinesis::Stream' },
  Profiles: { Type: 'AWS::DynamoDB::GlobalTable', Properties: { Replicas: [{ Region: 'eu-west-1' }, { Region: 'eu-central-1' }] } },
  Seen: { Type: 'AWS::DynamoDB::GlobalTable', Properties: { Replicas: [{ Region: 'eu-west-1' }] } },
  CopierSource: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { MaximumBatchingWindowInSeconds: 60 } },
  AlarmsCopyLate: {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: { Threshold: 300_000, EvaluationPeriods: 5, Period: 60, AlarmActions: [{ Ref: 'Topic' }] },
  },
  AlarmsOlderLate: {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: { Threshold: 360, EvaluationPeriods: 6, Period: 3600, AlarmActions: [{ Ref: 'Topic' }] },
  },
  Selection: {
    Type: 'AWS::Backup::BackupSelection',
    Properties: { BackupSelection: { Resources: [{ 'Fn::GetAtt': ['Profiles', 'Arn'] }] } },
  },
  AlarmsReplicaLate: {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: { Threshold: 240, EvaluationPeriods: 5, Period: 60, AlarmActions: [{ Ref: 'Topic' }] },
  },
};
const second: Readonly<Record<string, ResourceFixture>> = { Key: key, Raw: { Type: 'AWS::S3::Bucket' } };

const inStores = (type: string, id: string) => ({ stack: 'Stores', type, id });
const erasure = { by: 'expiry', days: 28 } as const;
const step = { what: 'Deploy', minutes: 20, source: 'estimate' };

const events: Store = {
  name: 'events',
  holds: 'accepted events',
  resource: inStores('AWS::Kinesis::Stream', 'Events'),
  copy: {
    kind: 'copied',
    by: 'a consumer of ours',
    copy: { stack: 'RecoveryStores', type: 'AWS::S3::Bucket', id: 'Raw' },
    terms: [
      { what: 'poll', seconds: 1, source: 'published' },
      { what: 'window', setting: inStores('AWS::Lambda::EventSourceMapping', 'CopierSource'), property: 'MaximumBatchingWindowInSeconds' },
    ],
    alarm: inStores('AWS::CloudWatch::Alarm', 'AlarmsCopyLate'),
    alarmUnit: 'milliseconds',
  },
  recovery: [step],
  backup: { none: 'of the test' },
  erasure,
};
const enriched: Store = {
  ...events,
  name: 'enriched',
  resource: inStores('AWS::Kinesis::Stream', 'Enriched'),
  copy: {
    kind: 'derived',
    from: 'events',
    by: 'processing them again',
    older: {
      copy: { stack: 'RecoveryStores', type: 'AWS::S3::Bucket', id: 'Raw' },
      alarm: inStores('AWS::CloudWatch::Alarm', 'AlarmsOlderLate'),
      toldWithinHours: 24,
    },
  },
};
const profiles: Store = {
  ...events,
  name: 'profiles',
  resource: inStores('AWS::DynamoDB::GlobalTable', 'Profiles'),
  copy: {
    kind: 'copied',
    by: 'a replica',
    copy: 'replica of this resource',
    terms: [{ what: 'lag', seconds: 1, source: 'published' }],
    alarm: inStores('AWS::CloudWatch::Alarm', 'AlarmsReplicaLate'),
    alarmUnit: 'seconds',
  },
  backup: 'daily',
};
const seen: Store = {
  ...events,
  name: 'seen',
  resource: inStores('AWS::DynamoDB::GlobalTable', 'Seen'),
  copy: { kind: 'none', because: 'it is worth nothing after two days' },
};

const limits = { stores: [events, enriched, profiles, seen], recoveryPointMinutes: 15, recoveryTimeMinutes: 240 };

const cell = (homeResources = home, secondResources = second, secondRegion = 'eu-central-1') => [
  stackTemplate(secondResources, { path: 'cell/RecoveryStores', region: secondRegion }),
  stackTemplate(homeResources, { path: 'cell/Stores' }),
];
const without = (resources: typeof home, id: string) => Object.fromEntries(Object.entries(resources).filter(([name]) => name !== id));
const broken = (path: string, value: unknown) => cell(altered(home, path, value));

describeRule(
  'StoresRecoverable',
  {
    passing: {
      'stores that are copied, derived or not worth a copy': cell(),
      'a cell of one Region, which has no second one to copy into': [stackTemplate(home, { path: 'cell/Stores' })],
      'a Region that serves, and has the stores again': cell(home, { ...second, Events: { Type: 'AWS::Kinesis::Stream' } }),
      "a cell without customers' data": [stackTemplate({ Logs: { Type: 'AWS::S3::Bucket' } })],
      'what is no store of its own': cell({ ...home, Address: { Type: 'AWS::EC2::EIP' }, Global: { Type: 'AWS::RDS::GlobalCluster' } }),
    },
    failing: {
      'a store that nobody has thought about': {
        stacks: cell({ ...home, New: { Type: 'AWS::S3::Bucket' } }),
        findings: ["New: AWS::S3::Bucket holds customers' data and is in no register"],
      },
      'a store of the recovery Region that is neither copy nor twin': {
        stacks: cell(home, { ...second, New: { Type: 'AWS::DynamoDB::Table' } }),
        findings: ["New: AWS::DynamoDB::Table holds customers' data and is in no register"],
      },
      'a store that is gone, or has another name': {
        stacks: cell(without(home, 'Enriched')),
        findings: ['cell/RecoveryStores: The register names enriched, and there is no such store'],
      },
      'a copy that is gone': {
        stacks: cell(home, { Key: key }),
        findings: ['Events: events has no copy in another Region', 'Enriched: enriched has no copy in another Region of what is older'],
      },
      'a copy in the same Region': {
        stacks: [...cell(home, second, 'eu-west-1'), stackTemplate({}, { path: 'cell/Other', region: 'eu-central-1' })],
        findings: ['Events: events has no copy in another Region', 'Enriched: enriched has no copy in another Region of what is older'],
      },
      'a table without its replica': {
        stacks: broken('Profiles.Properties.Replicas', [{ Region: 'eu-west-1' }]),
        findings: ['Profiles: profiles has no copy in another Region'],
      },
      'a table that no backup plan names': {
        stacks: broken('Selection.Properties.BackupSelection.Resources', [{ 'Fn::GetAtt': ['Seen', 'Arn'] }]),
        findings: ['Profiles: profiles of Stores is in no backup plan'],
      },
      'a backup plan that is gone': {
        stacks: cell(without(home, 'Selection')),
        findings: ['Profiles: profiles of Stores is in no backup plan'],
      },
      'older rows that are copied, and nobody is told when they are not': {
        stacks: broken('AlarmsOlderLate.Properties.AlarmActions', []),
        findings: ['Enriched: Nobody is told within 24 hours when the copy of enriched falls behind'],
      },
      'older rows whose alarm comes too late': {
        stacks: broken('AlarmsOlderLate.Properties.EvaluationPeriods', 25),
        findings: ['Enriched: Nobody is told within 24 hours when the copy of enriched falls behind'],
      },
      'a setting that cannot be resolved': {
        stacks: broken('CopierSource.Properties.MaximumBatchingWindowInSeconds', { Ref: 'Window' }),
        findings: ['Events: The recovery point of events cannot be computed: a setting is not there'],
      },
      'a copy about which nobody is told': {
        stacks: broken('AlarmsCopyLate.Properties.AlarmActions', []),
        findings: ['Events: Nobody is told when the copy of events falls behind'],
      },
      'an alarm that is gone': {
        stacks: cell(without(home, 'AlarmsReplicaLate')),
        findings: ['Profiles: Nobody is told when the copy of profiles falls behind'],
      },
      'an alarm that comes after the 15 minutes': {
        stacks: broken('AlarmsCopyLate.Properties.Threshold', 700_000),
        findings: ['Events: The copy of events may be 1000 s old before anybody is told; allowed: 900 s'],
      },
      'an alarm that waits too long': {
        stacks: broken('AlarmsReplicaLate.Properties.EvaluationPeriods', 12),
        findings: ['Profiles: The copy of profiles may be 960 s old before anybody is told; allowed: 900 s'],
      },
      'a window as long as the alarm': {
        stacks: broken('CopierSource.Properties.MaximumBatchingWindowInSeconds', 600),
        findings: ['Events: The copy of events lags by 601 s when all is well, so its alarm at 600 s would always fire'],
      },
    },
  },
  storesRecoverable(limits),
);

describe('the register of stores', () => {
  const messages = (rule: Rule) => rule.check(cell()).map(({ message }) => message);

  it('takes steps that last as long as they may', () => {
    expect(messages(storesRecoverable({ ...limits, recoveryTimeMinutes: 20 }))).toEqual([]);
  });

  it('rejects steps that last longer', () => {
    expect(messages(storesRecoverable({ ...limits, stores: [events, profiles], recoveryTimeMinutes: 19 }))).toEqual([
      "AWS::Kinesis::Stream holds customers' data and is in no register",
      "AWS::DynamoDB::GlobalTable holds customers' data and is in no register",
      'events is back after 20 minutes; allowed: 19',
      'profiles is back after 20 minutes; allowed: 19',
    ]);
  });

  it.each([
    ['by its name', 'arn:aws:dynamodb:eu-west-1:111111111111:table:people', []],
    ["by the other stack's output", { 'Fn::GetStackOutput': { StackName: 'cell-Stack', OutputName: 'PublishProfilesArn' } }, []],
    ["by another stack's output", { 'Fn::GetStackOutput': { StackName: 'cell-Other', OutputName: 'PublishProfilesArn' } }, ['one']],
    ['by the name of another', 'arn:aws:dynamodb:eu-west-1:111111111111:table:other', ['one']],
  ])('finds a store %s in the backup plan, or says that it is not there', (_, entry, problems) => {
    const named = altered(altered(home, 'Profiles.Properties.TableName', 'people'), 'Selection.Properties.BackupSelection.Resources', [
      entry,
    ]);
    expect(storesRecoverable(limits).check(cell(named))).toHaveLength(problems.length);
  });

  it.each([
    ['seen', 'which has no copy'],
    ['nothing', 'which is not there'],
    ['enriched', 'which is itself'],
  ])('rejects a store that is made again from %s, %s', (from) => {
    const rootless: Store = { ...enriched, copy: { kind: 'derived', from, by: 'magic' } };
    expect(messages(storesRecoverable({ ...limits, stores: [events, rootless, profiles, seen] }))).toEqual([
      `enriched is made again from ${from}, which is not a store with a copy`,
    ]);
  });
});
