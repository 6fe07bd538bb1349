import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assumptions, figuresOf, scenarios, type Scenario } from '../../../lib/cost/estimate/assumptions';
import { billOf, expectedUsd, usdBy, usdIn } from '../../../lib/cost/estimate/bill';
import type { CellInputs, Resource } from '../../../lib/cost/estimate/inputs';
import { free, pricers } from '../../../lib/cost/estimate/pricers';
import { sharing, withEvents } from '../../../lib/cost/estimate/what-if';
import { cellInputs } from '../../../lib/estimate-inputs';
import { standingBy, stacksOf, serving } from '../../support/recovery-states';
import { cellOf, resource } from './small-cell';

const cells = cellInputs(standingBy, stacksOf(standingBy));
const production = cells.filter(({ holdsCustomerData }) => holdsCustomerData);
const cellNamed = (name: string): CellInputs => {
  const found = cells.find(({ cell }) => cell === name);
  if (!found) throw new RangeError(`cell: received '${name}'; allowed: a cell`);
  return found;
};
const us = cellNamed('prod-us');

/** The cell with the resources of a type changed. */
const changed = (inputs: CellInputs, type: string, change: (of: Resource) => readonly Resource[]): CellInputs => ({
  ...inputs,
  stacks: inputs.stacks.map((stack) => ({ ...stack, resources: stack.resources.flatMap((of) => (of.type === type ? change(of) : [of])) })),
});
const withProperties = (properties: Readonly<Record<string, unknown>>) => (of: Resource) => [
  { ...of, properties: { ...of.properties, ...properties } },
];

describe('the bill of the platform', () => {
  it('is below 10,000 USD for both production cells together at 10 million events a day', () => {
    expect(production.map(({ cell }) => cell)).toEqual(['prod-us', 'prod-eu']);
    const tenMillion = sharing(production, 10_000_000);
    expect(tenMillion.reduce((sum, inputs) => sum + expectedUsd(inputs), 0)).toBeLessThan(10_000);
  });

  it('is below its budget in each cell, as expected: 1,500 in dev and staging', () => {
    for (const inputs of cells) expect(expectedUsd(inputs), inputs.cell).toBeLessThan(inputs.budgetUsd);
    for (const name of ['dev', 'staging']) expect(expectedUsd(cellNamed(name)), name).toBeLessThan(1_500);
  });

  it('is dominated by the evidence: data events are the largest part of production', () => {
    const lines = production.flatMap((inputs) => billOf(inputs).lines);
    const sum = (of: readonly { readonly usd: { readonly expected: number } }[]) => of.reduce((total, { usd }) => total + usd.expected, 0);
    const dataEvents = sum(lines.filter(({ item }) => item.startsWith('Data events')));
    expect(dataEvents / sum(lines)).toBeGreaterThan(0.25);
    for (const item of new Set(lines.map((line) => line.item))) {
      if (!item.startsWith('Data events')) expect(sum(lines.filter((line) => line.item === item)), item).toBeLessThan(dataEvents);
    }
  });

  it('adds up: lines, components, fixed and by event', () => {
    for (const inputs of cells) {
      const { lines, components, stacks, monthlyUsd, fixedUsd, perEventUsd } = billOf(inputs);
      for (const scenario of scenarios) {
        const total = monthlyUsd[scenario];
        expect(lines.reduce((sum, { usd }) => sum + usd[scenario], 0)).toBeCloseTo(total, 6);
        expect(Object.values(components).reduce((sum, usd) => sum + usd[scenario], 0)).toBeCloseTo(total, 6);
        expect(Object.values(stacks).reduce((sum, usd) => sum + usd[scenario], 0)).toBeCloseTo(total, 6);
        expect(fixedUsd[scenario] + perEventUsd[scenario]).toBeCloseTo(total, 6);
        expect(usdIn(inputs, scenario)).toBeCloseTo(total, 6);
      }
    }
  });

  it('counts the recovery Region with its cell', () => {
    const alone = { ...us, stacks: us.stacks.filter(({ region }) => region === 'us-east-1') };
    expect(expectedUsd(us) - expectedUsd(alone)).toBeGreaterThan(100);
    expect(billOf(us).lines.some(({ region, stack }) => region === 'us-west-2' && stack.startsWith('prod-us/Recovery'))).toBe(true);
  });

  it('bills a recovery Region that serves, cluster and streams and all', () => {
    const taken = cellInputs(serving, stacksOf(serving)).filter(({ holdsCustomerData }) => holdsCustomerData);
    for (const inputs of taken) {
      const { lines, monthlyUsd } = billOf(inputs);
      expect(inputs.servingRegion, inputs.cell).toBe(inputs.recoveryRegion);
      expect(
        lines.some(({ region, item }) => region === inputs.recoveryRegion && item === 'On-demand (standard) data in'),
        inputs.cell,
      ).toBe(true);
      expect(monthlyUsd.expected, inputs.cell).toBeGreaterThan(expectedUsd(cellNamed(inputs.cell)));
    }
  });

  it('has low, expected and high in this order, in each cell', () => {
    for (const inputs of cells) {
      const { low, expected, high } = billOf(inputs).monthlyUsd;
      expect(low).toBeLessThan(expected);
      expect(expected).toBeLessThan(high);
    }
  });

  it("marks prices that are another Region's", () => {
    expect(billOf(cellNamed('prod-eu')).lines.find(({ item }) => item === 'Argo CD')?.estimated).toBe(true);
    expect(billOf(us).lines.find(({ item }) => item === 'Argo CD')?.estimated).toBe(false);
  });
});

describe('each assumption', () => {
  it.each(Object.keys(assumptions))('makes the bill dearer from low to high by itself: %s', (name) => {
    const range = assumptions[name as keyof typeof assumptions];
    expect(range.source.length, 'a source').toBeGreaterThan(2);
    expect(new Set([range.low, range.expected, range.high]).size, 'a range').toBeGreaterThan(1);
    // Pods take what they take at least until the volume is large.
    const at = (scenario: Scenario) =>
      [us, withEvents(us, 1e9)].reduce((sum, inputs) => sum + usdBy(inputs, { ...figuresOf('expected'), [name]: range[scenario] }), 0);
    const [low, expected, high] = scenarios.map((scenario) => at(scenario));
    expect(low).toBeLessThanOrEqual(expected ?? 0);
    expect(expected).toBeLessThanOrEqual(high ?? 0);
    // One that changes nothing would be read by nobody.
    expect(low).toBeLessThan(high ?? 0);
  });
});

describe('volume', () => {
  const volume = fc.double({ min: 3, max: 10, noNaN: true }).map((power) => 10 ** power);

  it('never makes the bill smaller', () => {
    fc.assert(
      fc.property(
        volume,
        fc.double({ min: 1, max: 20, noNaN: true }),
        fc.constantFrom(...scenarios),
        fc.constantFrom(...cells),
        (events, factor, scenario, inputs) => {
          expect(usdIn(withEvents(inputs, events * factor), scenario)).toBeGreaterThanOrEqual(
            usdIn(withEvents(inputs, events), scenario) - 0.02,
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it('makes a million events cheaper, from 1 million to 10 billion a day', () => {
    const each = [1e6, 2e6, 5e6, 1e7, 2e7, 5e7, 1e8, 2e8, 5e8, 1e9, 2e9, 5e9, 1e10].map(
      (events) => sharing(production, events).reduce((sum, inputs) => sum + expectedUsd(inputs), 0) / events,
    );
    for (const [index, usd] of each.entries()) if (index > 0) expect(usd).toBeLessThan(each[index - 1] ?? 0);
  });

  it('makes a million events no dearer by doubling, wherever it is', () => {
    fc.assert(
      fc.property(volume, fc.constantFrom(...production), (events, inputs) => {
        expect(expectedUsd(withEvents(inputs, 2 * events)) / 2).toBeLessThan(expectedUsd(withEvents(inputs, events)));
      }),
      { numRuns: 30 },
    );
  });
});

describe('a change of a template changes the bill', () => {
  const base = expectedUsd(us);
  it.each<[string, CellInputs, 'dearer' | 'cheaper']>([
    [
      'streams provisioned with two shards',
      changed(us, 'AWS::Kinesis::Stream', withProperties({ StreamModeDetails: { StreamMode: 'PROVISIONED' }, ShardCount: 2 })),
      'cheaper',
    ],
    [
      'streams provisioned with fifty shards',
      changed(us, 'AWS::Kinesis::Stream', withProperties({ StreamModeDetails: { StreamMode: 'PROVISIONED' }, ShardCount: 50 })),
      'dearer',
    ],
    ['a NAT gateway more', changed(us, 'AWS::EC2::NatGateway', (of) => [of, { ...of, logicalId: 'Second' }]), 'dearer'],
    [
      'a longer retention of audit records',
      changed(us, 'AWS::S3::Bucket', (of) =>
        of.logicalId.startsWith('Audit') ? withProperties({ LifecycleConfiguration: { Rules: [{ ExpirationInDays: 800 }] } })(of) : [of],
      ),
      'dearer',
    ],
    ['logs for a year', changed(us, 'AWS::Logs::LogGroup', withProperties({ RetentionInDays: 365 })), 'dearer'],
    ['a stream that remembers a day', changed(us, 'AWS::Kinesis::Stream', withProperties({ RetentionPeriodHours: 24 })), 'cheaper'],
    ['another fan-out reader', changed(us, 'AWS::Kinesis::StreamConsumer', (of) => [of, { ...of, logicalId: 'Another' }]), 'dearer'],
    [
      'a database from 8 units on',
      changed(us, 'AWS::RDS::DBCluster', withProperties({ ServerlessV2ScalingConfiguration: { MinCapacity: 8, MaxCapacity: 16 } })),
      'dearer',
    ],
    [
      'tables without replica',
      changed(us, 'AWS::DynamoDB::GlobalTable', (of) =>
        withProperties({ Replicas: (of.properties['Replicas'] as unknown[]).slice(-1) })(of),
      ),
      'cheaper',
    ],
    ['provisioned tables', changed(us, 'AWS::DynamoDB::GlobalTable', withProperties({ BillingMode: 'PROVISIONED' })), 'cheaper'],
    ['a trail without data events', changed(us, 'AWS::CloudTrail::Trail', withProperties({ AdvancedEventSelectors: [] })), 'cheaper'],
    [
      'runtime monitoring',
      changed(us, 'AWS::GuardDuty::Detector', withProperties({ Features: [{ Name: 'RUNTIME_MONITORING', Status: 'ENABLED' }] })),
      'cheaper',
    ],
    [
      'a rule of WAF more',
      changed(us, 'AWS::WAFv2::WebACL', (of) => withProperties({ Rules: [...(of.properties['Rules'] as unknown[]), {}] })(of)),
      'dearer',
    ],
    [
      'no second copy of backups',
      changed(us, 'AWS::Backup::BackupPlan', withProperties({ BackupPlan: { BackupPlanRule: [{ Lifecycle: { DeleteAfterDays: 14 } }] } })),
      'cheaper',
    ],
    ['a key more', changed(us, 'AWS::KMS::Key', (of) => [of, { ...of, logicalId: `${of.logicalId}2` }]), 'dearer'],
    ['twice the pods', { ...us, pods: us.pods.map((of) => ({ ...of, least: 2 * of.least })) }, 'dearer'],
  ])('%s', (_, inputs, expected) => {
    const usd = expectedUsd(inputs);
    if (expected === 'dearer') expect(usd).toBeGreaterThan(base + 0.1);
    else expect(usd).toBeLessThan(base - 0.1);
  });
});

describe('what the model does not know', () => {
  it('prices or excuses every type of the templates, in both states', () => {
    const types = new Set([...stacksOf(standingBy), ...stacksOf(serving)].flatMap(({ resources }) => resources.map(({ type }) => type)));
    expect([...types].filter((type) => !pricers[type] && free[type] === undefined)).toEqual([]);
  });

  it('has no type twice, and a reason for each that is free', () => {
    expect(Object.keys(pricers).filter((type) => free[type] !== undefined)).toEqual([]);
    for (const [type, reason] of Object.entries(free)) expect(reason.length, type).toBeGreaterThanOrEqual(4);
  });

  it.each<[string, Resource]>([
    ['a type', resource('AWS::ElastiCache::ServerlessCache')],
    ['a bucket', resource('AWS::S3::Bucket', {}, 'MysteryBucket1')],
    ['a table', resource('AWS::DynamoDB::GlobalTable', { TableName: 'small-mystery' })],
    ['a stream', resource('AWS::Kinesis::Stream', { Name: 'small-mystery' })],
    ['an instance of another class', resource('AWS::RDS::DBInstance', { DBInstanceClass: 'db.r7g.large' })],
    ['a network load balancer', resource('AWS::ElasticLoadBalancingV2::LoadBalancer', { Type: 'network', Subnets: [] })],
    ['a capability that is no Argo CD', resource('AWS::EKS::Capability', { Type: 'ACK' })],
  ])('rejects %s that it cannot price', (_, of) => {
    expect(() => billOf(cellOf([of]))).toThrow(RangeError);
  });

  it('rejects an unknown type by name, place and where to go', () => {
    expect(() => billOf(cellOf([resource('AWS::ElastiCache::ServerlessCache')]))).toThrow(
      'small/Stack Thing: received AWS::ElastiCache::ServerlessCache; allowed: a type that lib/cost/estimate/pricers.ts prices or calls free',
    );
  });
});
