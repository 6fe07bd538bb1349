/** Who is meant to touch which store, held against the templates: the audit queries tell of everybody else [SEC-3, ADR-027]. */
import { describe, expect, it } from 'vitest';
import type { ResourceDefinition } from '../../lib/checks/assembly';
import { stores } from '../../lib/checks/stores';
import { operatorRolePattern, tenantRolePattern } from '../../lib/constructs/audit-queries';
import { OPERATOR_ROLE } from '../../lib/constructs/delivery-operator';
import { expectedAccesses, rolePatterns } from '../../lib/constructs/expected-accesses';
import { LAKE_OPERATOR_ROLE } from '../../lib/constructs/lake-operator';
import { TABLE_RESTORER_ROLE } from '../../lib/constructs/table-restorer';
import { tenantRoleName, tenantServices } from '../../lib/constructs/tenant-isolation/tenant-session';
import { platformStacks } from '../support/platform-assembly';
import { serving, stacksOf } from '../support/recovery-states';

/** Every stack of production, with the recovery Region serving: then each role that there may be is there. */
const stacks = [...new Map([...platformStacks(), ...stacksOf(serving)].map((stack) => [stack.path, stack])).values()].filter(({ path }) =>
  path.startsWith('prod-'),
);
const resources = stacks.flatMap((stack) => stack.resources);
const roles = resources.filter(({ type }) => type === 'AWS::IAM::Role');
const cellOf = ({ stack }: ResourceDefinition): string => stack.path.split('/')[0] ?? '';
const stackIdOf = ({ stack }: ResourceDefinition): string => stack.path.split('/')[1] ?? '';

/** As CloudFormation would name it; cut, as it may cut it, to 64 characters. */
const generated = (role: ResourceDefinition): readonly string[] => {
  if (typeof role.properties['RoleName'] === 'string') return [role.properties['RoleName']];
  const random = 'x1Y2z3A4b5C6';
  const { stackName } = role.stack;
  const cut = (stack: number, id: number) => `${stackName.slice(0, stack)}-${role.logicalId.slice(0, id)}-${random}`;
  return [cut(128, 255), cut(24, 24), cut(19, 30), cut(40, 16)];
};

const entries = Object.entries(expectedAccesses).flatMap(([store, { roles: own }]) => own.map((role) => ({ store, role })));
const isMeant = (role: ResourceDefinition, { stacks: of, id }: (typeof entries)[number]['role']) =>
  of.includes(stackIdOf(role)) && role.logicalId.startsWith(id);
const matches = (cell: string, role: (typeof entries)[number]['role'], name: string) =>
  rolePatterns(cell, role).some((pattern) => new RegExp(`^(?:${pattern})$`).test(name));

/** Actions that the trail records as data events of shared stores, and which of them a role's policies have. */
const dataActions =
  /^(?:kinesis:(?:GetRecords|PutRecords?|SubscribeToShard)|sqs:(?:ReceiveMessage|SendMessage|DeleteMessage)|s3:(?:GetObject|PutObject|DeleteObject|ReplicateObject)|s3tables:(?:GetTableData|PutTableData))$/;

describe('who is meant to touch a store', () => {
  it.each(entries.map((entry) => [entry.store, entry.role.id, entry] as const))(
    '%s by %s is a role of each stack that it names',
    (_, __, { role }) => {
      for (const stackId of role.stacks) {
        const found = roles.filter((candidate) => stackIdOf(candidate) === stackId && candidate.logicalId.startsWith(role.id));
        const cells = new Set(found.map(cellOf));
        expect(found.length, `${stackId}/${role.id}`).toBeGreaterThan(0);
        expect(found, `${stackId}/${role.id}`).toHaveLength(cells.size);
      }
    },
  );

  it('is known by its name, however CloudFormation cuts it, and no other role is', () => {
    for (const { role } of entries) {
      for (const candidate of roles) {
        for (const name of generated(candidate))
          expect(matches(cellOf(candidate), role, name), `${name} as ${role.id}`).toBe(isMeant(candidate, role));
      }
    }
  });

  /** What each policy names, by the column `store`: the resources themselves, or names of them. */
  const touched = (policy: ResourceDefinition): string[] => {
    const { Statement } = policy.properties['PolicyDocument'] as { readonly Statement: readonly Readonly<Record<string, unknown>>[] };
    return Statement.flatMap(({ Action, Resource }) => {
      const actions = [Action].flat().filter((action) => dataActions.test(String(action)));
      const text = JSON.stringify(Resource);
      return actions.flatMap((action) => storesIn(policy, String(action).split(':')[0] ?? '', text));
    });
  };
  const types: Readonly<Record<string, readonly [type: string, property: string]>> = {
    kinesis: ['AWS::Kinesis::Stream', 'Name'],
    sqs: ['AWS::SQS::Queue', 'QueueName'],
    s3: ['AWS::S3::Bucket', 'BucketName'],
    s3tables: ['AWS::S3Tables::TableBucket', 'TableBucketName'],
  };
  const storesIn = (policy: ResourceDefinition, service: string, text: string): string[] => {
    const [type, property] = types[service] ?? [];
    const cell = cellOf(policy);
    const known = resources.filter((resource) => resource.type === type && cellOf(resource) === cell);
    return known.flatMap((resource) => {
      const name = resource.properties[property ?? ''];
      if (typeof name !== 'string') return [];
      const own = resource.stack === policy.stack && text.includes(`"${resource.logicalId}"`);
      const ofOther = new RegExp(`"StackName":"${resource.stack.stackName}"[^}]*${resource.logicalId}`).test(text);
      const consumer = type === 'AWS::Kinesis::Stream' && /Consumer/.test(text) && name === `${cell}-events`;
      const byName = text.includes(`${name}/`) || text.includes(`${name}"`);
      return own || ofOther || consumer || byName ? [name.replace(`${cell}-`, '').replace(/-\d{12}-.+$/, '')] : [];
    });
  };

  it('is every role of a cell whose policies let it read or write what is in a shared store', () => {
    const policies = resources.filter(({ type }) => type === 'AWS::IAM::Policy');
    const found = policies.flatMap((policy) => {
      const attached = JSON.stringify(policy.properties['Roles']);
      const role = roles.find(
        (candidate) =>
          cellOf(candidate) === cellOf(policy) &&
          (candidate.stack === policy.stack
            ? attached.includes(`"${candidate.logicalId}"`)
            : attached.includes(`"${candidate.stack.stackName}"`) && attached.includes(candidate.logicalId)),
      );
      const name = role?.properties['RoleName'];
      if (!role || typeof name === 'string') return [];
      return touched(policy).map((store) => ({ store, role }));
    });
    const pairs = (list: readonly (readonly [string, string])[]) => [...new Set(list.map((pair) => pair.join(' < ')))].sort();
    const shared = found.filter(({ role }) => stackIdOf(role) !== 'LogArchive');
    expect(
      pairs(
        shared
          .filter(({ store, role }) => !entries.some((entry) => entry.store === store && isMeant(role, entry.role)))
          .map(({ store, role }) => [store, `${stackIdOf(role)}/${role.logicalId}`] as const),
      ),
    ).toEqual([]);
    // And nobody is named who may not.
    const unused = entries.filter(
      ({ store, role }) => !store.startsWith('processor') && !found.some((pair) => pair.store === store && isMeant(pair.role, role)),
    );
    expect(pairs(unused.map(({ store, role }) => [store, role.id] as const))).toEqual([]);
  });

  it('names stores that there are, and none that is of one tenant at a time', () => {
    const names = new Set(
      resources.flatMap((resource) =>
        ['Name', 'QueueName', 'BucketName', 'TableBucketName']
          .map((property) => resource.properties[property])
          .filter((name) => typeof name === 'string')
          .map((name) => name.replace(`${cellOf(resource)}-`, '').replace(/-\d{12}-.+$/, '')),
      ),
    );
    expect(Object.keys(expectedAccesses).filter((store) => !store.startsWith('processor') && !names.has(store))).toEqual([]);
    for (const store of ['profiles', 'tenants', 'deduplication']) expect(Object.keys(expectedAccesses)).not.toContain(store);
    expect(stores.length).toBeGreaterThan(0);
  });
});

describe('the roles that are no store’s own', () => {
  const named = roles.map(({ properties }) => properties['RoleName']).filter((name) => typeof name === 'string');
  const of = (pattern: string) => named.filter((name) => new RegExp(`^${pattern}$`).test(name));

  it.each([
    ['prod-eu', ['eu-west-1', 'eu-central-1']],
    ['prod-us', ['us-east-1', 'us-west-2']],
  ])('in %s are the access roles that the templates have, by the same names', (cell, regions) => {
    expect(of(tenantRolePattern(cell)).sort()).toEqual(
      regions.flatMap((region) => tenantServices.map((service) => tenantRoleName({ cell, region }, service))).sort(),
    );
  });

  it.each([
    ['prod-eu', ['eu-west-1', 'eu-central-1']],
    ['prod-us', ['us-east-1', 'us-west-2']],
  ])('in %s are the roles that people take', (cell, regions) => {
    expect(of(operatorRolePattern(cell)).sort()).toEqual(
      regions
        .flatMap((region) => [
          tenantRoleName({ cell, region }, 'operator'),
          `${cell}-${OPERATOR_ROLE}-${region}`,
          `${cell}-${LAKE_OPERATOR_ROLE}-${region}`,
          `${cell}-${TABLE_RESTORER_ROLE}-${region}`,
        ])
        .sort(),
    );
  });
});
