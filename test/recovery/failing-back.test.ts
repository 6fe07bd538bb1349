import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ResourceDefinition } from '../../lib/checks/assembly';
import { keptTypes } from '../../lib/checks/stateful-types';
import { reviewUpdates, type Change } from '../../lib/review/updates';
import { assemblyOf, serving, stacksOf, standingBy } from '../support/recovery-states';

const cells = ['prod-us', 'prod-eu'] as const;
const there = reviewUpdates(assemblyOf(standingBy), assemblyOf(serving), keptTypes);
const back = reviewUpdates(assemblyOf(serving), assemblyOf(standingBy), keptTypes);

const at = ({ stack, logicalId, type }: Change): string => `${stack} ${type} ${logicalId}`;
const goes = ({ impact }: Change): boolean => impact === 'deletes' || impact === 'leaves behind';
const recoveryDocument = readFileSync(join(__dirname, '../../docs/05-recovery/README.md'), 'utf8');

const NAMES = ['Name', 'QueueName', 'TableName', 'BucketName', 'FunctionName', 'DeliveryStreamName', 'LogGroupName'];
const nameOf = ({ properties }: ResourceDefinition): string[] =>
  NAMES.map((key) => properties[key]).filter((name): name is string => typeof name === 'string');

/** Stacks that are there only while a recovery Region serves. */
const added = [
  'RecoveryAddons',
  'RecoveryCluster',
  'RecoveryDelivery',
  'RecoveryGitOps',
  'RecoveryObservability',
  'RecoveryStreaming',
  'RecoveryWorkloads',
];
const stacksAdded = (cell: string) => stacksOf(serving).filter(({ path }) => added.some((name) => path === `${cell}/${name}`));

/** What CloudFormation leaves behind under a name that the next takeover wants. */
const leftBehind = (cell: string): string[] =>
  stacksAdded(cell)
    .flatMap(({ resources }) => resources)
    .filter(({ deletionPolicy }) => deletionPolicy === 'Retain')
    .flatMap(nameOf);

/** Names that the document's commands delete. */
const deletedBy = (text: string): string[] =>
  [...text.matchAll(/ delete-(?:stream|cluster|log-group) --[\w-]*name (\S+)|--queue-name (CELL-[\w-]+) --query/g)].map(
    ([, name, queue]) => name ?? queue ?? '',
  );

describe('failing back', () => {
  it('takes away what the takeover has added, and nothing else', () => {
    const made = there.changes.filter(({ impact }) => impact === 'creates').map(at);
    expect(made.length).toBeGreaterThan(50);
    expect(back.changes.filter(goes).map(at).sort()).toEqual([...made].sort());
  });

  it('replaces nothing, and makes nothing', () => {
    expect(back.changes.filter((change) => !goes(change) && change.impact !== 'updates').map(at)).toEqual([]);
  });

  it('lets no copy go: of what is kept, streams, their queues, the cluster and keys alone, which were empty or not there before', () => {
    const kept = [
      ...new Set(back.changes.filter((change) => goes(change) && keptTypes.has(change.type)).map(({ stack, type }) => `${stack} ${type}`)),
    ];
    const expected = [
      ...['Kinesis::Stream', 'KMS::Key', 'SQS::Queue'].map((type) => `RecoveryStreaming AWS::${type}`),
      ...['EKS::Cluster', 'KMS::Key'].map((type) => `RecoveryCluster AWS::${type}`),
      ...['KMS::Key', 'SQS::Queue'].map((type) => `RecoveryDelivery AWS::${type}`),
    ];
    expect(kept.sort()).toEqual(cells.flatMap((cell) => expected.map((what) => `${cell}/${what}`)).sort());
    expect(back.losses).toEqual([]);
    expect([...new Set(back.leftBehind.map(({ stack }) => stack))].sort()).toEqual(
      cells.flatMap((cell) => added.map((name) => `${cell}/${name}`)).sort(),
    );
  });

  it('leaves no instance behind, which would run, bill and hold its name', () => {
    const instances = back.changes.filter(({ type }) => type === 'AWS::RDS::DBInstance');
    const gone = cells.flatMap((cell) => ['deletes', 'deletes'].map((impact) => `${cell}/RecoveryMetadata ${impact}`));
    expect(instances.map(({ stack, impact }) => `${stack} ${impact}`).sort()).toEqual(gone.sort());
  });

  it.each(cells)('touches no stack of the home Region: %s', (cell) => {
    const home = [...there.changes, ...back.changes].filter(({ stack }) => stack.startsWith(`${cell}/`) && !stack.includes('/Recovery'));
    expect(home.map(at)).toEqual([]);
  });
});

describe('docs/05-recovery, on failing back', () => {
  it.each(cells)('deletes each thing that is left behind under a name, and no other: %s', (cell) => {
    const names = leftBehind(cell);
    expect(names.length).toBeGreaterThan(3);
    expect(deletedBy(recoveryDocument).sort()).toEqual(names.map((name) => name.replace(cell, 'CELL')).sort());
  });

  it('takes the protection off the stacks that have it before it destroys all that a takeover adds, while the state still has them', () => {
    const protectedStacks = stacksAdded('prod-eu').filter(({ terminationProtection }) => terminationProtection);
    const [, loop = ''] = /for stack in ([\w ]+); do\n\s+aws cloudformation update-termination-protection/.exec(recoveryDocument) ?? [];
    expect(loop.split(' ').sort()).toEqual(protectedStacks.map(({ path }) => path.replace('prod-eu/', '')).sort());
    const [command = '', destroyed = ''] =
      /npx cdk destroy ([\w/ -]+) --exclusively -c environment=prod -c recovery\.CELL=serving/.exec(recoveryDocument) ?? [];
    expect(destroyed.split(' ').sort()).toEqual(added.map((name) => `CELL/${name}`));
    expect(recoveryDocument.indexOf(command)).toBeGreaterThan(recoveryDocument.indexOf(loop));
  });

  it('rejects a list that lacks a name', () => {
    expect(deletedBy('aws kinesis delete-stream --stream-name CELL-events')).not.toEqual(leftBehind('prod-eu'));
  });
});
