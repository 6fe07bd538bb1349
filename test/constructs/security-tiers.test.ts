import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { describe, expect, it } from 'vitest';
import { SecurityTiers } from '../../lib/constructs/security-tiers';
import { propertiesOf, SmallStack } from '../support/small-app';

type Rule = Readonly<Record<string, unknown>>;

const stack = new SmallStack('Small', ['euw1-az1', 'euw1-az2']);
const vpc = new Vpc(stack, 'Vpc', { restrictDefaultSecurityGroup: false });
const endpoints = new SecurityGroup(stack, 'Endpoints', { vpc, allowAllOutbound: false, description: 'Endpoints' });
new SecurityTiers(stack, 'Tiers', { vpc, endpointSecurityGroup: endpoints });
const template = stack.template;

const groupName = (reference: unknown): string =>
  /"(?:Tiers)?(ControlPlane|Data|Deployer|Edge|Endpoints|Engineers|Workload)[0-9A-F]{8}"/.exec(JSON.stringify(reference))?.[1] ??
  JSON.stringify(reference);

/** The rule with which the CDK says "none": an address that is nobody's. */
const isNone = ({ CidrIp }: Rule): boolean => CidrIp === '255.255.255.255/32';

const line = (direction: 'in' | 'out', group: string, peer: string, { IpProtocol, FromPort, ToPort }: Rule): string =>
  `${group} ${direction} ${peer} ${String(IpProtocol)} ${FromPort === ToPort ? String(FromPort) : `${String(FromPort)}-${String(ToPort)}`}`;

const inline = Object.entries(template.findResources('AWS::EC2::SecurityGroup')).flatMap(([id, resource]) => {
  const { SecurityGroupIngress = [], SecurityGroupEgress = [] } = resource['Properties'] as Readonly<Record<string, readonly Rule[]>>;
  const group = groupName(id);
  return [
    ...SecurityGroupIngress.map((rule) => line('in', group, String(rule['CidrIp'] ?? rule['CidrIpv6']), rule)),
    ...SecurityGroupEgress.filter((rule) => !isNone(rule)).map((rule) =>
      line('out', group, String(rule['CidrIp'] ?? rule['CidrIpv6']), rule),
    ),
  ];
});
const between = [
  ...propertiesOf(template, 'AWS::EC2::SecurityGroupIngress').map((rule) =>
    line('in', groupName(rule['GroupId']), groupName(rule['SourceSecurityGroupId']), rule),
  ),
  ...propertiesOf(template, 'AWS::EC2::SecurityGroupEgress').map((rule) =>
    line('out', groupName(rule['GroupId']), groupName(rule['DestinationSecurityGroupId']), rule),
  ),
];

describe('security groups of the tiers', () => {
  it('let internet, edge, workload and data talk in that order, engineers and deployer to the cluster, on TLS ports, and nothing else', () => {
    expect([...inline, ...between].sort()).toEqual([
      'ControlPlane in Deployer tcp 443',
      'ControlPlane in Engineers tcp 443',
      'ControlPlane in Workload tcp 443',
      'ControlPlane out Workload tcp 10250',
      'ControlPlane out Workload tcp 10251',
      'Data in Engineers tcp 5432',
      'Data in Workload tcp 5432',
      'Deployer out ControlPlane tcp 443',
      'Edge in 0.0.0.0/0 tcp 443',
      'Edge out 0.0.0.0/0 tcp 443',
      'Edge out Workload tcp 8443',
      'Endpoints in Workload tcp 443',
      'Engineers out 0.0.0.0/0 tcp 443',
      'Engineers out ControlPlane tcp 443',
      'Engineers out Data tcp 5432',
      'Workload in ControlPlane tcp 10250',
      'Workload in ControlPlane tcp 10251',
      'Workload in Edge tcp 8443',
      'Workload in Workload tcp 10250',
      'Workload out 0.0.0.0/0 tcp 443',
      'Workload out ControlPlane tcp 443',
      'Workload out Data tcp 5432',
      'Workload out Endpoints tcp 443',
      'Workload out Workload tcp 10250',
    ]);
  });

  it('have the name by which nodes of the cluster select theirs', () => {
    const names = Object.values(template.findResources('AWS::EC2::SecurityGroup')).flatMap(
      ({ Properties }) =>
        ((Properties as Readonly<Record<string, unknown>>)['Tags'] as
          readonly { readonly Key: string; readonly Value: string }[] | undefined) ?? [],
    );
    expect(names.filter(({ Key }) => Key === 'Name').map(({ Value }) => Value)).toContain('Small/Tiers/Workload');
  });

  it('give each group a rule for its way out: EC2 lets a group without any out to everywhere', () => {
    const groups = Object.entries(template.findResources('AWS::EC2::SecurityGroup')).map(([id, { Properties }]) => ({
      name: groupName(id),
      rules: ((Properties as Readonly<Record<string, readonly Rule[]>>)['SecurityGroupEgress'] ?? []).length,
    }));
    for (const { name, rules } of groups) {
      expect(rules + between.filter((rule) => rule.startsWith(`${name} out`)).length, name).toBeGreaterThan(0);
    }
    expect(groups.map(({ name }) => name).sort()).toEqual([
      'ControlPlane',
      'Data',
      'Deployer',
      'Edge',
      'Endpoints',
      'Engineers',
      'Workload',
    ]);
  });
});
