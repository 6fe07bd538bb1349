import { describe, expect, it } from 'vitest';
import { stacksOf, standingBy } from '../support/recovery-states';
import { asArray, describeInvariant, first, judgedStacks, resourcesOf, type Invariant, type Json } from './judged-stack';

/** What the internet may reach, all of it: one group of load balancers per network, on the port of HTTPS [SEC-4]. */
const openedOnPurpose = ['Network', 'RecoveryNetwork'].map((stack) => `${stack}/Tiers/Edge/Resource tcp 443-443 0.0.0.0/0`);

const privateRange = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/;

/** Sources outside of our own networks; what is not a literal is taken for one of them. */
function outsideSources(rule: Json): string[] {
  const sources = [rule['CidrIp'], rule['CidrIpv6'], rule['SourcePrefixListId']].filter((source) => source !== undefined);
  return sources
    .filter((source) => !(typeof source === 'string' && privateRange.test(source)))
    .map((source) => (typeof source === 'string' ? source : JSON.stringify(source)));
}

const describeRule = (rule: Json, source: string): string => `${rule['IpProtocol']} ${rule['FromPort']}-${rule['ToPort']} ${source}`;

/** Every rule that lets somebody from outside in, as the construct's path with protocol, ports and source. */
const openings = (stacks: Parameters<Invariant>[0]): { readonly cell: string; readonly opening: string; readonly at: string }[] =>
  resourcesOf(stacks, 'AWS::EC2::SecurityGroup', 'AWS::EC2::SecurityGroupIngress').flatMap(({ Type, Properties, stack, id, at }) => {
    const rules = (Type === 'AWS::EC2::SecurityGroup' ? asArray(Properties['SecurityGroupIngress']) : [Properties]) as readonly Json[];
    return rules.flatMap((rule) =>
      outsideSources(rule).map((source) => ({ cell: stack.cell, opening: `${stack.paths[id] ?? id} ${describeRule(rule, source)}`, at })),
    );
  });

const onlyNamedOpenings: Invariant = (stacks) =>
  openings(stacks)
    .filter(({ opening }) => !openedOnPurpose.includes(opening))
    .map(({ at, opening }) => `${at} is open: ${opening}`);

const subnetsGiveNoPublicAddresses: Invariant = (stacks) =>
  resourcesOf(stacks, 'AWS::EC2::Subnet')
    .filter(({ Properties }) => Properties['MapPublicIpOnLaunch'] !== false)
    .map(({ at }) => at);

/** Paid by the hour whether used or not: a pilot light has none of them until it is needed. */
const paidByTheHour = (type: string, properties: Json): boolean =>
  type === 'AWS::EC2::NatGateway' ||
  (type === 'AWS::EC2::VPCEndpoint' && properties['VpcEndpointType'] !== 'Gateway') ||
  ['AWS::EC2::Instance', 'AWS::EC2::TransitGateway', 'AWS::EKS::Cluster', 'AWS::ElasticLoadBalancingV2::LoadBalancer'].includes(type) ||
  ['AWS::RDS::DBInstance', 'AWS::Route53Resolver::ResolverEndpoint'].includes(type);

const pilotLightsBurnNothing: Invariant = (stacks) =>
  resourcesOf(stacks.filter(({ path }) => path.split('/')[1]?.startsWith('Recovery')))
    .filter(({ Type, Properties }) => paidByTheHour(Type, Properties))
    // Its answer is the switch by which DNS leaves a Region that is lost [ADR-028].
    .filter(
      ({ Type, Properties, stack: { cell } }) =>
        !(Type === 'AWS::ElasticLoadBalancingV2::LoadBalancer' && Properties['Name'] === `${cell}-edge`),
    )
    .map(({ at, Type }) => `${at} is of ${Type}`);

describeInvariant('the internet reaches only what is named here [SEC-4]', onlyNamedOpenings, {
  'a second port of the load balancers': [
    'prod-eu/Network',
    ({ template }) =>
      (template.Resources['Seeded'] = {
        Type: 'AWS::EC2::SecurityGroupIngress',
        Properties: { CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 80, ToPort: 80 },
      }),
  ],
  'an opening by IPv6': [
    'prod-us/Network',
    ({ template }) =>
      (template.Resources['Seeded'] = {
        Type: 'AWS::EC2::SecurityGroupIngress',
        Properties: { CidrIpv6: '::/0', IpProtocol: 'tcp', FromPort: 443, ToPort: 443 },
      }),
  ],
  'a source that is known only when it is deployed': [
    'dev/Network',
    (stack) =>
      (first(stack, 'AWS::EC2::SecurityGroup').Properties['SecurityGroupIngress'] = [
        { CidrIp: { Ref: 'Somewhere' }, IpProtocol: '-1', FromPort: 0, ToPort: 65535 },
      ]),
  ],
  'half of the internet': [
    'staging/RecoveryNetwork',
    (stack) =>
      (first(stack, 'AWS::EC2::SecurityGroup').Properties['SecurityGroupIngress'] = [
        { CidrIp: '0.0.0.0/1', IpProtocol: 'tcp', FromPort: 443, ToPort: 443 },
      ]),
  ],
});

describe('the list of what the internet reaches', () => {
  it('names nothing in vain', () => {
    const found = new Set(openings(judgedStacks()).map(({ opening }) => opening));
    expect(openedOnPurpose.filter((opening) => !found.has(opening))).toEqual([]);
  });
});

describeInvariant('no subnet gives public addresses by itself [SEC-4]', subnetsGiveNoPublicAddresses, {
  'a subnet that does': ['dev/Network', (stack) => (first(stack, 'AWS::EC2::Subnet').Properties['MapPublicIpOnLaunch'] = true)],
  'a subnet that leaves it open': ['prod-eu/Network', (stack) => delete first(stack, 'AWS::EC2::Subnet').Properties['MapPublicIpOnLaunch']],
});

describeInvariant(
  'a recovery Region that stands by pays for nothing by the hour [BUD-1]',
  pilotLightsBurnNothing,
  {
    'a NAT gateway': [
      'prod-eu/RecoveryNetwork',
      ({ template }) => (template.Resources['Seeded'] = { Type: 'AWS::EC2::NatGateway', Properties: {} }),
    ],
    'an interface endpoint': [
      'prod-us/RecoveryNetwork',
      (stack) => (first(stack, 'AWS::EC2::VPCEndpoint').Properties['VpcEndpointType'] = 'Interface'),
    ],
  },
  () => judgedStacks(stacksOf(standingBy)),
);
