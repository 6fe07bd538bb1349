import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keptTypes } from '../../lib/checks/stateful-types';
import { serving, stacksOf, standingBy } from '../support/recovery-states';
import { judgedStacks, resourcesOf, type JudgedStack } from './judged-stack';

type Table = Readonly<Record<string, Readonly<Record<string, string>>>>;

const file = 'test/invariants/stateful-logical-ids.json';
const pinned = JSON.parse(readFileSync(join(__dirname, 'stateful-logical-ids.json'), 'utf8')) as Table;

/** Logical IDs and types of what must not be lost, by the path of its stack; networks too, since everything else is in them. */
const statefulIds = (stacks: readonly JudgedStack[]): Table =>
  Object.fromEntries(
    stacks
      .map((stack): [string, Record<string, string>] => [
        stack.path,
        Object.fromEntries(resourcesOf([stack], ...keptTypes, 'AWS::EC2::VPC', 'AWS::EC2::Subnet').map(({ id, Type }) => [id, Type])),
      ])
      .filter(([, ids]) => Object.keys(ids).length > 0),
  );

/** What a difference would do to what is deployed. */
function consequences(before: Table, after: Table): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().flatMap((path) => {
    const [old, now] = [before[path] ?? {}, after[path] ?? {}];
    return [
      ...Object.keys(old)
        .filter((id) => now[id] !== old[id])
        .map((id) => `${path}: ${id} (${old[id]}) would be deleted, or left behind with its data where it is retained`),
      ...Object.keys(now)
        .filter((id) => now[id] !== old[id])
        .map((id) => `${path}: ${id} (${now[id]}) would be made anew, and empty`),
    ];
  });
}

const advice =
  'A logical ID is where CloudFormation finds what is deployed: it comes from the construct path, so a construct that was renamed, moved or ' +
  'wrapped has lost its data. Give it the old path again, or keep the old ID by overrideLogicalId. ' +
  `On purpose (a new store; a move by "cdk refactor" or "cdk import"; data that may go): change ${file} in the same commit, and say there what happens to the data.`;

describe('logical IDs of what must not be lost [SLO-2, OPS-1]', () => {
  it('are the ones that are deployed', () => {
    expect(consequences(pinned, statefulIds(judgedStacks(stacksOf(standingBy)))), advice).toEqual([]);
  });

  it('are the same ones while a recovery Region serves, and those of its streams and its cluster besides', () => {
    const now = statefulIds(judgedStacks(stacksOf(serving)));
    const added = Object.keys(now).filter((path) => !(path in pinned));
    expect(added.sort()).toEqual(
      ['prod-eu', 'prod-us'].flatMap((cell) => [`${cell}/RecoveryCluster`, `${cell}/RecoveryDelivery`, `${cell}/RecoveryStreaming`]),
    );
    expect(consequences(pinned, Object.fromEntries(Object.entries(now).filter(([path]) => !added.includes(path)))), advice).toEqual([]);
  });

  it('are pinned for every cell', () => {
    const cells = new Set(Object.keys(pinned).map((path) => path.split('/')[0]));
    expect([...cells].sort()).toEqual(['dev', 'prod-eu', 'prod-us', 'staging']);
  });

  const broken = (path: string, change: (resources: JudgedStack['template']['Resources']) => void) => {
    const stacks = judgedStacks(stacksOf(standingBy));
    const stack = stacks.find((candidate) => candidate.path === path);
    if (!stack) throw new Error(`${path} is gone`);
    change(stack.template.Resources);
    return consequences(pinned, statefulIds(stacks));
  };

  it('rejects a renamed construct, and says what becomes of the old and of the new resource', () => {
    const found = broken('prod-eu/LogArchive', (resources) => {
      const { AuditBucket7486E833: audit } = resources;
      if (!audit) throw new Error('The audit bucket is gone');
      delete resources['AuditBucket7486E833'];
      resources['AuditTrailBucket0A1B2C3D'] = audit;
    });
    expect(found).toEqual([
      'prod-eu/LogArchive: AuditBucket7486E833 (AWS::S3::Bucket) would be deleted, or left behind with its data where it is retained',
      'prod-eu/LogArchive: AuditTrailBucket0A1B2C3D (AWS::S3::Bucket) would be made anew, and empty',
    ]);
  });

  it('rejects an ID that goes to another type', () => {
    const found = broken('prod-us/LogArchive', (resources) => {
      (resources['LogKeyE83D0C1B'] ?? { Type: '' }).Type = 'AWS::KMS::ReplicaKey';
    });
    expect(found).toHaveLength(2);
  });

  it('rejects a store that nobody has pinned', () => {
    const found = broken('dev/Detection', (resources) => {
      resources['Seeded'] = { Type: 'AWS::DynamoDB::GlobalTable', Properties: {} };
    });
    expect(found).toEqual(['dev/Detection: Seeded (AWS::DynamoDB::GlobalTable) would be made anew, and empty']);
  });
});
