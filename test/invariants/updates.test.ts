/** Deployments of the platform itself, one over the other, by CloudFormation's own semantics [OPS-1, SLO-2]. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { beforeAll, describe, expect, it } from 'vitest';
import { keptTypes } from '../../lib/checks/stateful-types';
import { platform } from '../../lib/config/platform';
import type { Platform } from '../../lib/config/schema';
import { parsePlatform, withRecoveryStates } from '../../lib/config/validate';
import { reviewUpdates, type Review } from '../../lib/review/updates';
import { settle } from '../../lib/review/without';
import { synthesize } from '../support/platform-assembly';
import { changed, options } from '../support/platforms';
import { standingBy, stacksOf } from '../support/recovery-states';

const prodEu = 'environments.prod.cells.prod-eu';
const staging = 'environments.staging.cells.staging';

interface Operation {
  readonly change?: Readonly<Record<string, unknown>>;
  readonly recovery?: 'serving';
  /** A type that the operation is about: without a change of one it has not been tried. */
  readonly touches: string;
}

/** What operators change in the life of a cell, by what it is. */
const operations: Readonly<Record<string, Operation>> = {
  'an owner and a cost centre, which are tags': {
    change: { owner: 'another-team', costCentre: 'CC-9999' },
    touches: 'AWS::S3::Bucket',
  },
  'longer retention': {
    change: {
      [`${prodEu}.retention.logDays`]: 180,
      [`${prodEu}.retention.auditDays`]: 500,
      [`${prodEu}.retention.auditLockDays`]: 120,
      [`${prodEu}.retention.restoreDays`]: 21,
    },
    touches: 'AWS::Backup::BackupPlan',
  },
  'more capacity of the database': {
    change: {
      [`${prodEu}.database.minimumUnits`]: 4,
      [`${prodEu}.database.maximumUnits`]: 64,
      [`${prodEu}.workload.eventsPerDay`]: 40_000_000,
    },
    touches: 'AWS::RDS::DBCluster',
  },
  'more to be read by a query': { change: { [`${prodEu}.queryScanGib`]: 2048 }, touches: 'AWS::Athena::WorkGroup' },
  'another address for alerts': { change: { [`${prodEu}.alertEmail`]: 'others@example.com' }, touches: 'AWS::SNS::Subscription' },
  'more addresses of the way out': {
    change: { [`${prodEu}.home.egress.addressesPerZone`]: 2, [`${prodEu}.recovery.reservedAddressesPerZone`]: 2 },
    touches: 'AWS::EC2::EIP',
  },
  'other interface endpoints': { change: { [`${prodEu}.home.interfaceEndpoints`]: ['sqs'] }, touches: 'AWS::EC2::VPCEndpoint' },
  'the takeover': { recovery: 'serving', touches: 'AWS::Kinesis::Stream' },
};

/** Replaced without loss: the new one is there before the old one goes. */
const replaceable: Readonly<Record<string, string>> = {
  'AWS::SNS::Subscription': 'the new address confirms its subscription',
  'AWS::Budgets::Budget': 'its figures are those of the bill: another one of another name shows the same',
  'AWS::EC2::SubnetRouteTableAssociation': 'a route table of another kind',
};

/** The platform, every recovery Region in a state that is said here: the literals may say another one, in the weeks after a takeover. */
const platformWith = (change: Readonly<Record<string, unknown>> = {}, prodEuIs: 'standing-by' | 'serving' = 'standing-by') =>
  parsePlatform(
    withRecoveryStates(changed(change) as Platform, { staging: 'standing-by', 'prod-us': 'standing-by', 'prod-eu': prodEuIs }),
    options,
  );

const changedTo = (environment: string, change?: Readonly<Record<string, unknown>>, prodEuIs?: 'standing-by' | 'serving'): string =>
  synthesize({ platform: platformWith(change, prodEuIs), environment });

/** A state that every recovery Region of the platform has. */
const statesOf = ({ environments }: Platform): readonly string[] =>
  environments.flatMap(({ cells }) => cells.flatMap(({ recovery }) => (recovery.kind === 'pilot-light' ? [recovery.state] : [])));

describe('deploying the platform over itself', () => {
  let before: Readonly<Record<'prod' | 'staging', string>>;
  beforeAll(() => {
    before = { prod: changedTo('prod'), staging: changedTo('staging') };
  });

  it('begins where every recovery Region stands by, whatever the literals say', () => {
    expect(new Set(statesOf(platformWith()))).toEqual(new Set(['standing-by']));
    expect(statesOf(platformWith())).toHaveLength(statesOf(platform).length);
  });

  it('twice changes nothing', () => {
    for (const environment of ['prod', 'staging'] as const) {
      expect(reviewUpdates(before[environment], changedTo(environment), keptTypes)).toEqual({ changes: [], losses: [], leftBehind: [] });
    }
  });

  it.each(Object.entries(operations))(
    'with %s replaces, loses and leaves behind nothing that is kept',
    (_, { change, recovery, touches }) => {
      const review: Review = reviewUpdates(before.prod, changedTo('prod', change, recovery), keptTypes);
      expect(review.changes.map(({ type }) => type)).toContain(touches);
      expect(review.losses).toEqual([]);
      expect(review.leftBehind).toEqual([]);
      const replaced = review.changes.filter(({ impact, type }) => !['creates', 'updates'].includes(impact) && !(type in replaceable));
      expect(
        replaced
          .filter(({ impact, type }) => keptTypes.has(type) || impact.includes('replace'))
          .map(({ stack, logicalId, type, properties }) => `${stack} ${logicalId} ${type} ${properties.join(', ')}`),
      ).toEqual([]);
    },
  );

  it('after a takeover leaves the streams and the cluster of the recovery Region behind, and nothing but what is named', () => {
    const review = reviewUpdates(changedTo('prod', {}, 'serving'), before.prod, keptTypes);
    expect(review.losses).toEqual([]);
    const told = review.leftBehind.map(({ stack, what }) => `${stack} ${what}`);
    for (const name of ['Stream prod-eu-events', 'Stream prod-eu-enriched', 'Queue prod-eu-replay', 'Queue prod-eu-replay-dead']) {
      const [found = ''] = told.filter((line) => line.includes(`${name} outlives`));
      expect(found, name).toMatch(/^prod-eu\/RecoveryStreaming .*: a deployment that makes it again fails, for the name is taken$/);
    }
    const meant = ['Addons', 'Cluster', 'Delivery', 'GitOps', 'Observability', 'Streaming', 'Workloads'].map(
      (name) => `prod-eu/Recovery${name}`,
    );
    expect(settle(review, meant).leftBehind).toEqual([]);
  });

  it('with a further zone moves no subnet', () => {
    const zones = ['euw1-az1', 'euw1-az2', 'euw1-az3'];
    const two = changedTo('staging', {
      [`${staging}.home.availabilityZoneIds`]: zones.slice(0, 2),
      [`${staging}.recovery.availabilityZoneIds`]: ['euc1-az1', 'euc1-az2'],
    });
    const review = reviewUpdates(two, before.staging, keptTypes);
    expect(review.losses).toEqual([]);
    expect(review.changes.filter(({ type, impact }) => type === 'AWS::EC2::Subnet' && impact !== 'creates')).toEqual([]);
  });

  it('rejects a shorter retention, which erases at once', () => {
    const shorter = changedTo('prod', { [`${prodEu}.retention.rawEventDays`]: 7, [`${prodEu}.retention.restoreDays`]: 7 });
    const stores = new Set(
      reviewUpdates(before.prod, shorter, keptTypes).losses.map(({ stack, logicalId }) => `${stack} ${logicalId.slice(0, 7)}`),
    );
    for (const store of ['prod-eu/Lake RawBuck', 'prod-eu/Profiles Profile', 'prod-eu/Metadata Cluster'])
      expect([...stores].some((found) => found.startsWith(store.slice(0, -1)))).toBe(true);
  });
});

const file = 'test/invariants/stateful-create-only.json';
const ofOneCell = () => stacksOf(standingBy).filter(({ path }) => path.startsWith('prod-eu/'));

type Pinned = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

/** Properties whose change replaces the resource, with their values: of each resource that holds something. Of one cell: all are made by the same code. */
function createOnly(): Pinned {
  const byType = new Map<string, boolean>();
  const replaces = (Type: string, property: string): boolean => {
    const key = `${Type} ${property}`;
    const known = byType.get(key);
    if (known !== undefined) return known;
    const template = (value: string) => ({ Resources: { It: { Type, Properties: { [property]: value } } } });
    let answer = false;
    fullDiff(template('a'), template('b')).resources.forEachDifference((_, { changeImpact }) => {
      answer = changeImpact === ResourceImpact.WILL_REPLACE;
    });
    byType.set(key, answer);
    return answer;
  };
  return Object.fromEntries(
    ofOneCell().flatMap(({ path, resources }) => {
      const kept = resources
        .filter(({ type }) => keptTypes.has(type))
        .map(
          ({ logicalId, type, properties }) =>
            [logicalId, Object.fromEntries(Object.entries(properties).filter(([property]) => replaces(type, property)))] as const,
        );
      const found = kept.filter(([, values]) => Object.keys(values).length > 0);
      return found.length > 0 ? [[path, Object.fromEntries(found)] as const] : [];
    }),
  );
}

if (process.env['PIN'] === '1') writeFileSync(join(__dirname, 'stateful-create-only.json'), `${JSON.stringify(createOnly(), null, 2)}\n`);

describe('what replaces a resource that holds something', () => {
  const pinned = JSON.parse(readFileSync(join(__dirname, 'stateful-create-only.json'), 'utf8')) as Pinned;
  const differences = (before: Pinned, after: Pinned): string[] =>
    Object.entries(before).flatMap(([path, resources]) =>
      Object.entries(resources).flatMap(([id, values]) =>
        [...new Set([...Object.keys(values), ...Object.keys(after[path]?.[id] ?? {})])]
          .filter((property) => JSON.stringify(values[property]) !== JSON.stringify(after[path]?.[id]?.[property]))
          .map(
            (property) =>
              `${path} ${id}: ${property} from ${JSON.stringify(values[property])} to ${JSON.stringify(after[path]?.[id]?.[property])} replaces it, and the new one is empty`,
          ),
      ),
    );

  it('has not changed', () => {
    const advice = `Make a new resource beside the old one, move the data, then remove the old one. On purpose, or for a new store: update ${file} in the same commit by PIN=1 npx vitest run test/invariants/updates.test.ts`;
    expect(differences(pinned, createOnly()), advice).toEqual([]);
    expect(Object.keys(createOnly()), advice).toEqual(Object.keys(pinned));
  });

  it('rejects another name, and says what becomes of the store', () => {
    const after = structuredClone(createOnly()) as Record<string, Record<string, Record<string, unknown>>>;
    const stream = Object.entries(after['prod-eu/Streaming'] ?? {}).find(([id]) => id.startsWith('Events'));
    if (!stream) throw new Error('The stream is gone');
    stream[1]['Name'] = 'renamed';
    expect(differences(pinned, after)).toEqual([
      `prod-eu/Streaming ${stream[0]}: Name from "prod-eu-events" to "renamed" replaces it, and the new one is empty`,
    ]);
  });
});
