/** The stop of a tenant's deliveries, from the engineer's command to the pod that reads it, under all policies that are in the way [REG-3, SEC-4]. */
import { beforeAll, describe, expect, it } from 'vitest';
import { operate, type Operation } from '../../lib/operations/delivery-commands';
import type { Command } from '../../lib/tenant-lifecycle/commands';
import { platformStacks } from '../support/platform-assembly';
import { broken, claim, everything, untagged, type Claim, type Session, type Touch } from './claims';
import { isolationOf, type Isolation } from './policies';
import { assumption, callerOf } from './proofs';

const operations: readonly Operation[] = [
  { kind: 'show', tenant: 'acme' },
  { kind: 'stop', tenant: 'acme', because: 'Asked for by the tenant', at: '2026-11-25T10:00:00.000Z' },
  { kind: 'stop', tenant: 'acme', destination: 'crm', because: 'Asked for by the tenant', at: '2026-11-25T10:00:00.000Z' },
  { kind: 'resume', tenant: 'acme' },
  { kind: 'resume', tenant: 'acme', destination: 'crm' },
];
const valueOf = ({ args }: Command, name: string): string => args[args.indexOf(name) + 1] ?? '';

describe('the stop of deliveries in prod-eu', () => {
  let isolation: Isolation;
  let commands: Command[];
  beforeAll(async () => {
    isolation = isolationOf(platformStacks(), 'prod-eu');
    commands = [];
    for (const operation of operations)
      await operate((command) => (commands.push(command), Promise.resolve(command.sample)), operation, isolation.place);
  });

  /** What the command asks DynamoDB for, as it stands in its words. */
  const touchOf = (command: Command): Touch => {
    const action = { 'put-item': 'PutItem', 'delete-item': 'DeleteItem', query: 'Query' }[command.args[1] ?? ''];
    const [, pk = ''] = /"(?:pk|:pk)":\{"S":"([^"]*)"\}/.exec(command.args.join(' ')) ?? [];
    return touch(action ?? '', pk, valueOf(command, '--table-name'));
  };
  const touch = (action: string, pk: string, table = 'prod-eu-tenants'): Touch => ({
    action: `dynamodb:${action}`,
    resource: `arn:aws:dynamodb:${isolation.place.region}:${isolation.place.account}:table/${table}`,
    context: { 'dynamodb:LeadingKeys': [pk] },
  });
  const role = (service: string) => isolation.access[service] ?? { arn: '', identity: everything };
  const by = (service: string, tenant: Session['tenant'], what: Touch, isAllowed: boolean): Claim => {
    const { arn, identity } = role(service);
    return claim(isolation, { roleArn: arn, tenant }, what, { store: 'tenants', layer: 'all', identity, isAllowed });
  };
  const itemCommands = () => commands.filter(({ args }) => args[0] === 'dynamodb');

  it("is written, read and lifted by its commands, in a session that the elevated engineer takes as they say, of that tenant's key alone", async () => {
    const [session] = commands;
    if (!session) throw new Error('There is no command');
    expect(valueOf(session, '--role-arn')).toBe(role('operator').arn);
    const [, tag = ''] = valueOf(session, '--tags').split('Value=');
    const taking = { by: callerOf(isolation, 'operator'), sessionName: valueOf(session, '--role-session-name'), tags: { tenant: tag } };
    expect(await broken(assumption(isolation, 'operator', taking, { layer: 'trust', isAllowed: true }))).toEqual([]);

    expect(itemCommands()).toHaveLength(operations.length);
    expect(new Set(itemCommands().map((command) => touchOf(command).context['dynamodb:LeadingKeys']?.[0]))).toEqual(
      new Set(['acme#delivery']),
    );
    expect(await broken(itemCommands().map((command) => by('operator', tag, touchOf(command), true)))).toEqual([]);
    const elsewhere = ['other', 'acme-corp', 'acm', untagged].map((tenant) =>
      itemCommands().map((command) => by('operator', tenant as Session['tenant'], touchOf(command), false)),
    );
    expect(await broken(elsewhere.flat())).toEqual([]);
  });

  it("is read by delivery in that tenant's session, and written by no pod", async () => {
    expect(await broken([by('delivery', 'acme', touch('Query', 'acme#delivery'), true)])).toEqual([]);
    expect(await broken([by('delivery', 'other', touch('Query', 'acme#delivery'), false)])).toEqual([]);
    const writes = ['PutItem', 'DeleteItem', 'UpdateItem', 'BatchWriteItem'].map((action) => touch(action, 'acme#delivery'));
    const pods = Object.keys(isolation.base);
    expect(pods.sort()).toEqual(['delivery', 'ingest', 'processor', 'profiles']);
    expect(await broken(pods.flatMap((service) => writes.map((what) => by(service, 'acme', what, false))))).toEqual([]);
    // Nor by what a pod is before it acts for a tenant.
    const own = Object.values(isolation.base).flatMap(({ arn, identity }) =>
      [...writes, touch('Query', 'acme#delivery')].map((what) =>
        claim(isolation, { roleArn: arn, tenant: untagged }, what, { store: 'tenants', layer: 'all', identity, isAllowed: false }),
      ),
    );
    expect(await broken(own)).toEqual([]);
  });

  it('rejects the role that sends dead letters back, by its own policy, and by the table were it to allow everything', async () => {
    const stack = platformStacks().find(({ path }) => path === 'prod-eu/Delivery');
    const of = (type: string) => stack?.resources.filter((resource) => resource.type === type) ?? [];
    const names = of('AWS::IAM::Role').map(({ properties }) => properties['RoleName']);
    expect(names).toEqual(['prod-eu-delivery-operator-eu-west-1']);
    const granted = of('AWS::IAM::Policy').flatMap(
      ({ properties }) =>
        (properties['PolicyDocument'] as { readonly Statement: readonly { readonly Action: string | string[] }[] }).Statement,
    );
    expect(granted.flatMap(({ Action }) => Action).filter((action) => /^dynamodb:|^sts:|\*/.test(action))).toEqual([]);
    const roleArn = `arn:aws:iam::${isolation.place.account}:role/${String(names[0])}`;
    const store = (tenant: Session['tenant']) =>
      itemCommands().map((command) =>
        claim(isolation, { roleArn, tenant }, touchOf(command), {
          store: 'tenants',
          layer: 'store',
          identity: everything,
          isAllowed: false,
        }),
      );
    expect(await broken([...store(untagged), ...store('acme')])).toEqual([]);
  });
});
