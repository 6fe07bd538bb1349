import { describe, expect, it } from 'vitest';
import { readAssembly, type ResourceDefinition, type StackTemplate } from '../../lib/checks/assembly';
import { ledger } from '../../lib/checks/ledger';
import { addChecks, constraintRules } from '../../lib/checks/registry';
import { keptTypes, statefulTypes } from '../../lib/checks/stateful-types';
import { parsePlatform } from '../../lib/config/validate';
import { reviewUpdates } from '../../lib/review/updates';
import { synthesize } from '../support/platform-assembly';
import { changed, options } from '../support/platforms';
import { assemblyOf, serving, stacksOf, standingBy } from '../support/recovery-states';

const cells = ['prod-us', 'prod-eu'] as const;
const standing = stacksOf(standingBy);
const after = stacksOf(serving);

const isRecovery = ({ path }: StackTemplate) => path.includes('/Recovery');
const ofCell = (cell: string, stacks: readonly StackTemplate[]) => stacks.filter(({ path }) => path.startsWith(`${cell}/`));
const templates = (stacks: readonly StackTemplate[]) =>
  Object.fromEntries(
    stacks.map(({ path, resources }) => [path, resources.map(({ logicalId, type, properties }) => ({ logicalId, type, properties }))]),
  );

/** What CloudFormation finds a resource by, and what people and services do. */
const identityOf = ({ stack, logicalId, type, properties }: ResourceDefinition): string => {
  const names = ['BucketName', 'TableBucketName', 'TableName', 'DBClusterIdentifier', 'BackupVaultName', 'Name'];
  const name = names.map((key) => properties[key]).find((value) => typeof value === 'string');
  return `${stack.path} ${type} ${logicalId} ${String(name)}`;
};
const keptIn = (stacks: readonly StackTemplate[]) =>
  stacks.filter(isRecovery).flatMap(({ resources }) => resources.filter(({ type }) => keptTypes.has(type)));

/** Every stack of the home Region that a template asks something of. */
const askedOf = (stack: StackTemplate): string[] =>
  [
    ...JSON.stringify(stack.resources.map(({ properties }) => properties)).matchAll(
      /"Fn::GetStackOutput":\{"StackName":"([\w-]+)","Region":"([\w-]+)"/g,
    ),
  ]
    .filter(([, , region]) => region !== stack.region)
    .map(([, name]) => `${stack.path} asks ${String(name)}`);

describe.each(cells)('%s, when its recovery Region takes over', (cell) => {
  const before = ofCell(cell, standing);
  const now = ofCell(cell, after);

  it('changes nothing in the home Region, which may be gone or come back', () => {
    const home = (stacks: readonly StackTemplate[]) => templates(stacks.filter((stack) => !isRecovery(stack)));
    expect(home(now)).toEqual(home(before));
  });

  it('replaces and loses nothing that is kept', () => {
    const { changes, losses } = reviewUpdates(assemblyOf(standingBy), assemblyOf(serving), keptTypes);
    const ofIt = changes.filter(({ stack }) => stack.startsWith(`${cell}/`));
    expect(ofIt.length).toBeGreaterThan(0);
    expect(losses).toEqual([]);
    expect(ofIt.filter(({ impact, type }) => impact.includes('replace') || (keptTypes.has(type) && impact === 'deletes'))).toEqual([]);
  });

  it('keeps every copy where CloudFormation finds it, under its name', () => {
    const identities = keptIn(now).map(identityOf);
    expect(keptIn(before).length).toBeGreaterThan(15);
    expect(
      keptIn(before)
        .map(identityOf)
        .filter((identity) => !identities.includes(identity)),
    ).toEqual([]);
  });

  it('makes no store that was copied a second time: streams, queues and the cluster alone are new, and empty', () => {
    const had = keptIn(before).map(identityOf);
    const made = keptIn(now).filter((resource) => !had.includes(identityOf(resource)));
    const stores = made.filter(({ type }) => statefulTypes.has(type));
    expect([...new Set(stores.map(({ stack, type }) => `${stack.path.replace(`${cell}/`, '')} ${type}`))].sort()).toEqual([
      'RecoveryCluster AWS::EKS::Cluster',
      'RecoveryDelivery AWS::SQS::Queue',
      'RecoveryStreaming AWS::Kinesis::Stream',
      'RecoveryStreaming AWS::SQS::Queue',
    ]);
  });

  it('gives no two stores of the Region one name', () => {
    const names = keptIn(now).flatMap(({ type, properties }) =>
      ['BucketName', 'TableBucketName', 'TableName', 'DBClusterIdentifier', 'BackupVaultName', 'Name', 'QueueName'].flatMap((key) =>
        typeof properties[key] === 'string' ? [`${type} ${properties[key]}`] : [],
      ),
    );
    expect(names.length).toBeGreaterThan(8);
    expect(new Set(names).size).toBe(names.length);
  });

  it('asks nothing of the home Region: no output, no order of deployment', () => {
    expect(now.filter(isRecovery).flatMap(askedOf)).toEqual([]);
  });

  it('brings the streams, the way out and the database up', () => {
    const types = (stacks: readonly StackTemplate[]) =>
      stacks.filter(isRecovery).flatMap(({ resources }) => resources.map(({ type }) => type));
    for (const type of ['AWS::Kinesis::Stream', 'AWS::EC2::NatGateway', 'AWS::RDS::DBInstance', 'AWS::EC2::VPCEndpoint']) {
      expect(types(now), type).toContain(type);
    }
    for (const type of ['AWS::Kinesis::Stream', 'AWS::EC2::NatGateway', 'AWS::RDS::DBInstance'])
      expect(types(before), type).not.toContain(type);
  });

  it('lets its events be put back from the raw copy, which it reads and does not delete', () => {
    const streaming = now.find(({ path }) => path === `${cell}/RecoveryStreaming`);
    const policies =
      streaming?.resources.filter(({ type, logicalId }) => type === 'AWS::IAM::Policy' && logicalId.startsWith('Replay')) ?? [];
    const text = JSON.stringify(policies.map(({ properties }) => properties));
    expect(text).toContain('RawBucket');
    expect(text).toMatch(/"s3:DeleteObject","Effect":"Allow","Resource":\{"Fn::Join":\["",\[\{"Fn::GetStackOutput":\{[^}]*SpillBucket/);
  });

  it('passes every rule as it serves', () => {
    expect(constraintRules.flatMap((rule) => rule.check(now)).map(({ message }) => message)).toEqual([]);
  });
});

describe('a recovery Region that stands by', () => {
  it('asks nothing of the home Region either', () => {
    expect(standing.filter(isRecovery).flatMap(askedOf)).toEqual([]);
  });

  it('rejects a reference to the home Region', () => {
    const [lake] = standing.filter(({ path }) => path === 'prod-eu/RecoveryLake');
    if (!lake) throw new Error('RecoveryLake is gone');
    const resources: ResourceDefinition[] = [];
    const stack = { ...lake, resources };
    const reference = { 'Fn::GetStackOutput': { StackName: 'prod-eu-Lake', Region: 'eu-west-1', OutputName: 'Key' } };
    resources.push({ stack, logicalId: 'Seeded', type: 'AWS::S3::Bucket', properties: { BucketName: reference } });
    expect(askedOf(stack)).toEqual(['prod-eu/RecoveryLake asks prod-eu-Lake']);
  });

  it('serves in staging too, as soon as it has addresses', () => {
    const rehearsal = changed({
      'environments.staging.cells.staging.recovery.state': 'serving',
      'environments.staging.cells.staging.recovery.reservedAddressesPerZone': 1,
    });
    const stacks = readAssembly(synthesize({ platform: parsePlatform(rehearsal, options), environment: 'staging' }));
    expect(stacks.map(({ path }) => path)).toContain('staging/RecoveryStreaming');
  });

  it('is judged by cdk-nag and the ledger while it serves, and passes', () => {
    process.exitCode = undefined;
    synthesize({
      platform: serving,
      environment: 'prod',
      checks: (app, scope) => addChecks(app, { rules: constraintRules, ledger }, scope),
    });
    const verdict = process.exitCode;
    process.exitCode = undefined;
    expect(verdict).toBeUndefined();
  });
});
