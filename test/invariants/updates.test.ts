/** Deployments of the platform itself, one over the other, by CloudFormation's own semantics [OPS-1, SLO-2]. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { beforeAll, describe, expect, it } from 'vitest';
import { keptTypes } from '../../lib/checks/stateful-types';
import { parsePlatform } from '../../lib/config/validate';
import { reviewUpdates, type Review } from '../../lib/review/updates';
import { synthesize } from '../support/platform-assembly';
import { changed, options } from '../support/platforms';
import { standingBy, stacksOf } from '../support/recovery-states';

const prodEu = 'environments.prod.cells.prod-eu';
const staging = 'environments.staging.cells.staging';

/** What operators change in the life of a cell, by what it is. The takeover and the way back: test/recovery. */
const operations: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'an owner and a cost centre, which are tags': { owner: 'another-team', costCentre: 'CC-9999' },
  'longer retention': {
    [`${prodEu}.retention.logDays`]: 180,
    [`${prodEu}.retention.auditDays`]: 500,
    [`${prodEu}.retention.auditLockDays`]: 120,
    [`${prodEu}.retention.rawEventDays`]: 25,
    [`${prodEu}.retention.restoreDays`]: 21,
  },
  'more capacity': {
    [`${prodEu}.database.minimumUnits`]: 4,
    [`${prodEu}.database.maximumUnits`]: 64,
    [`${prodEu}.queryScanGib`]: 2048,
    [`${prodEu}.workload.eventsPerDay`]: 40_000_000,
  },
  'another address for alerts': { [`${prodEu}.alertEmail`]: 'others@example.com' },
  'more addresses of the way out': { [`${prodEu}.home.egress.addressesPerZone`]: 2, [`${prodEu}.recovery.reservedAddressesPerZone`]: 2 },
  'other interface endpoints': { [`${prodEu}.home.interfaceEndpoints`]: ['sqs'] },
  'a further zone': { [`${staging}.home.availabilityZoneIds`]: ['euw1-az1', 'euw1-az2'] },
};

/** Replaced without loss: the new one is there before the old one goes. */
const replaceable: Readonly<Record<string, string>> = {
  'AWS::SNS::Subscription': 'the new address confirms its subscription',
  'AWS::EC2::SubnetRouteTableAssociation': 'a route table of another kind',
};

const changedTo = (environment: string, change: Readonly<Record<string, unknown>>): string =>
  synthesize({ platform: parsePlatform(changed(change), options), environment });

describe('deploying the platform over itself', () => {
  let before: Readonly<Record<string, string>>;
  beforeAll(() => {
    before = { prod: synthesize({ environment: 'prod' }), staging: synthesize({ environment: 'staging' }) };
  });

  it('twice changes nothing', () => {
    for (const environment of ['prod', 'staging']) {
      expect(reviewUpdates(before[environment] ?? '', synthesize({ environment }), keptTypes)).toEqual({ changes: [], losses: [] });
    }
  });

  it.each(Object.entries(operations).filter(([what]) => what !== 'a further zone'))(
    'with %s replaces and loses nothing that is kept',
    (_, change) => {
      const review: Review = reviewUpdates(before['prod'] ?? '', changedTo('prod', change), keptTypes);
      expect(review.changes.length + Number('environments.prod.cells.prod-eu.workload.eventsPerDay' in change)).toBeGreaterThan(0);
      expect(review.losses).toEqual([]);
      const replaced = review.changes.filter(({ impact, type }) => !['creates', 'updates'].includes(impact) && !(type in replaceable));
      expect(
        replaced
          .filter(({ impact, type }) => keptTypes.has(type) || impact.includes('replace'))
          .map(({ stack, logicalId, type, properties }) => `${stack} ${logicalId} ${type} ${properties.join(', ')}`),
      ).toEqual([]);
    },
  );

  it('with a further zone moves no subnet', () => {
    const zones = ['euw1-az1', 'euw1-az2', 'euw1-az3'];
    const two = changedTo('staging', {
      [`${staging}.home.availabilityZoneIds`]: zones.slice(0, 2),
      [`${staging}.recovery.availabilityZoneIds`]: ['euc1-az1', 'euc1-az2'],
    });
    const review = reviewUpdates(two, before['staging'] ?? '', keptTypes);
    expect(review.losses).toEqual([]);
    expect(review.changes.filter(({ type, impact }) => type === 'AWS::EC2::Subnet' && impact !== 'creates')).toEqual([]);
  });

  it('rejects a shorter retention, which erases at once', () => {
    const shorter = changedTo('prod', { [`${prodEu}.retention.rawEventDays`]: 7, [`${prodEu}.retention.restoreDays`]: 7 });
    const stores = new Set(
      reviewUpdates(before['prod'] ?? '', shorter, keptTypes).losses.map(({ stack, logicalId }) => `${stack} ${logicalId.slice(0, 7)}`),
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
