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

const streaming = (cell: string) => {
  const stack = stacksOf(serving).find(({ path }) => path === `${cell}/RecoveryStreaming`);
  if (!stack) throw new Error(`${cell}/RecoveryStreaming is gone`);
  return stack;
};

const nameOf = ({ properties }: ResourceDefinition): string[] =>
  ['Name', 'QueueName', 'TableName', 'BucketName', 'FunctionName', 'DeliveryStreamName']
    .map((key) => properties[key])
    .filter((name): name is string => typeof name === 'string');

/** What CloudFormation leaves behind under a name that the next takeover wants. Log groups go with the stack. */
const leftBehind = (cell: string): string[] =>
  streaming(cell)
    .resources.filter(({ deletionPolicy }) => deletionPolicy === 'Retain')
    .flatMap(nameOf);

/** Names that the document's commands delete. */
const deletedBy = (text: string): string[] => [...text.matchAll(/--(?:stream|queue)-name (CELL-[\w-]+)/g)].map(([, name]) => name ?? '');

describe('failing back', () => {
  it('takes away what the takeover has added, and nothing else', () => {
    const added = there.changes.filter(({ impact }) => impact === 'creates').map(at);
    expect(added.length).toBeGreaterThan(50);
    expect(back.changes.filter(goes).map(at).sort()).toEqual([...added].sort());
  });

  it('replaces nothing, and makes nothing', () => {
    expect(back.changes.filter((change) => !goes(change) && change.impact !== 'updates').map(at)).toEqual([]);
  });

  it('lets no copy go: of what is kept, streams, their queues and their key alone, which were empty before', () => {
    const kept = [
      ...new Set(back.changes.filter((change) => goes(change) && keptTypes.has(change.type)).map(({ stack, type }) => `${stack} ${type}`)),
    ];
    expect(kept.sort()).toEqual(
      [...cells]
        .sort()
        .flatMap((cell) => ['Kinesis::Stream', 'KMS::Key', 'SQS::Queue'].map((type) => `${cell}/RecoveryStreaming AWS::${type}`))
        .sort(),
    );
    expect(back.losses).toEqual([]);
    expect(new Set(back.leftBehind.map(({ stack }) => stack))).toEqual(new Set(cells.map((cell) => `${cell}/RecoveryStreaming`)));
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

  it('takes the protection off the stack before it destroys it, while the state still has it', () => {
    expect(streaming('prod-eu').terminationProtection).toBe(true);
    const [protection, destruction] = [
      '--stack-name CELL-RecoveryStreaming --no-enable-termination-protection',
      'cdk destroy CELL/RecoveryStreaming',
    ].map((command) => recoveryDocument.indexOf(command));
    expect(protection).toBeGreaterThan(0);
    expect(destruction).toBeGreaterThan(protection ?? Infinity);
    expect(recoveryDocument).toContain('cdk destroy CELL/RecoveryStreaming --exclusively -c environment=prod -c recovery.CELL=serving');
  });

  it('rejects a list that lacks a name', () => {
    expect(deletedBy('aws kinesis delete-stream --stream-name CELL-events')).not.toEqual(leftBehind('prod-eu'));
  });
});
