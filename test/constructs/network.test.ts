import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { Network, type NetworkProps } from '../../lib/constructs/network';
import { account, existing, propertiesOf, SmallStack } from '../support/small-app';

const zones = ['euw1-az1', 'euw1-az2', 'euw1-az3', 'euw1-az4'];

function networkOf({ zoneCount = 3, ...props }: Partial<NetworkProps> & { readonly zoneCount?: number } = {}): Template {
  const availabilityZoneIds = zones.slice(0, zoneCount);
  const stack = new SmallStack('Small', availabilityZoneIds);
  new Network(stack, 'Network', {
    cidr: '10.48.0.0/16',
    availabilityZoneIds,
    egress: { kind: 'regional', addressesPerZone: 1 },
    interfaceEndpoints: [],
    logs: { ...existing(stack, 'logs'), retentionDays: 90 },
    ...props,
  });
  return stack.template;
}

/** Zone and range of each subnet, by logical ID. */
const subnets = (template: Template): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(template.findResources('AWS::EC2::Subnet')).map(([id, { Properties }]) => {
      const { AvailabilityZoneId, CidrBlock } = Properties as Readonly<Record<string, string>>;
      return [id.replace(/^NetworkVpc|Subnet[0-9A-F]{8}$/g, ''), `${AvailabilityZoneId} ${CidrBlock}`];
    }),
  );

const routesTo = (template: Template, target: 'NatGatewayId' | 'GatewayId') =>
  propertiesOf(template, 'AWS::EC2::Route').filter((route) => route[target] !== undefined);

describe('the address plan of a network', () => {
  it('gives each zone a /19 for pods and two /22, and keeps the rest', () => {
    expect(subnets(networkOf())).toEqual({
      PrivateSubnet1: 'euw1-az1 10.48.0.0/19',
      PrivateSubnet2: 'euw1-az2 10.48.32.0/19',
      PrivateSubnet3: 'euw1-az3 10.48.64.0/19',
      PublicSubnet1: 'euw1-az1 10.48.128.0/22',
      PublicSubnet2: 'euw1-az2 10.48.132.0/22',
      PublicSubnet3: 'euw1-az3 10.48.136.0/22',
      IsolatedSubnet1: 'euw1-az1 10.48.144.0/22',
      IsolatedSubnet2: 'euw1-az2 10.48.148.0/22',
      IsolatedSubnet3: 'euw1-az3 10.48.152.0/22',
    });
  });

  it('moves no subnet when a third and a fourth zone are appended', () => {
    const [two, three, four] = [2, 3, 4].map((zoneCount) => subnets(networkOf({ zoneCount })));
    expect(Object.keys(two ?? {})).toHaveLength(6);
    expect(three).toMatchObject(two ?? {});
    expect(four).toMatchObject(three ?? {});
    expect(Object.keys(four ?? {})).toHaveLength(12);
  });

  it('moves no subnet when a pilot light gets its way out', () => {
    const pilotLight = networkOf({ egress: { kind: 'none', reservedAddressesPerZone: 1 } });
    const running = networkOf();
    expect(Object.keys(running.findResources('AWS::EC2::Subnet'))).toEqual(Object.keys(pilotLight.findResources('AWS::EC2::Subnet')));
    expect(subnets(running)).toEqual(subnets(pilotLight));
    expect(Object.keys(running.findResources('AWS::EC2::EIP'))).toEqual(Object.keys(pilotLight.findResources('AWS::EC2::EIP')));
  });

  it('places subnets by the ID of a zone and never by its name, which is another building in each account', () => {
    networkOf().allResourcesProperties('AWS::EC2::Subnet', {
      AvailabilityZone: Match.absent(),
      AvailabilityZoneId: Match.stringLikeRegexp('^euw1-az\\d$'),
    });
  });

  it('gives no public address by itself', () => {
    networkOf().allResourcesProperties('AWS::EC2::Subnet', { MapPublicIpOnLaunch: false });
  });
});

describe('the way out of a network', () => {
  it('is one NAT gateway over all zones, with our own addresses in each', () => {
    const template = networkOf({ egress: { kind: 'regional', addressesPerZone: 2 } });
    const eips = Object.keys(template.findResources('AWS::EC2::EIP'));
    expect(eips).toHaveLength(6);
    const address = (index: number) => ({ 'Fn::GetAtt': [eips[index], 'AllocationId'] });
    const gateways = propertiesOf(template, 'AWS::EC2::NatGateway');
    expect(gateways).toHaveLength(1);
    expect(gateways[0]).toMatchObject({
      AvailabilityMode: 'regional',
      ConnectivityType: 'public',
      AvailabilityZoneAddresses: [0, 1, 2].map((zone) => ({
        AvailabilityZoneId: zones[zone],
        AllocationIds: [address(2 * zone), address(2 * zone + 1)],
      })),
    });
    expect(gateways[0]).not.toHaveProperty('SubnetId');
    expect(routesTo(template, 'NatGatewayId')).toHaveLength(3);
    expect(routesTo(template, 'GatewayId')).toHaveLength(3);
  });

  it('waits for the attachment of the internet gateway', () => {
    const [attachment] = Object.keys(networkOf().findResources('AWS::EC2::VPCGatewayAttachment'));
    networkOf().hasResource('AWS::EC2::NatGateway', { DependsOn: Match.arrayWith([attachment]) });
  });

  it('is one zonal NAT gateway with one address of ours, where a zone may fail', () => {
    const template = networkOf({ zoneCount: 2, egress: { kind: 'single-zone' } });
    const [eip, ...others] = Object.keys(template.findResources('AWS::EC2::EIP'));
    expect(others).toEqual([]);
    template.resourceCountIs('AWS::EC2::NatGateway', 1);
    template.hasResourceProperties('AWS::EC2::NatGateway', {
      AllocationId: { 'Fn::GetAtt': [eip, 'AllocationId'] },
      SubnetId: { Ref: Match.stringLikeRegexp('PublicSubnet1') },
    });
    expect(routesTo(template, 'NatGatewayId')).toHaveLength(2);
  });

  it.each([0, 1, 2])('is none in a pilot light, which reserves %i addresses a zone', (reservedAddressesPerZone) => {
    const template = networkOf({ egress: { kind: 'none', reservedAddressesPerZone } });
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    template.resourceCountIs('AWS::EC2::EIP', 3 * reservedAddressesPerZone);
    expect(routesTo(template, 'NatGatewayId')).toEqual([]);
  });

  it('keeps its addresses when the stack goes: customers have them on their allow lists', () => {
    networkOf().allResources('AWS::EC2::EIP', { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain', Properties: { Domain: 'vpc' } });
  });

  it('names its addresses by zone, so that another zone in front moves none', () => {
    const ids = Object.keys(networkOf().findResources('AWS::EC2::EIP'));
    expect(ids.map((id) => /Egress(euw1az\d)1/.exec(id)?.[1])).toEqual(['euw1az1', 'euw1az2', 'euw1az3']);
  });

  it('leaves isolated subnets without any route', () => {
    const tables = JSON.stringify(propertiesOf(networkOf(), 'AWS::EC2::Route'));
    expect(tables).not.toContain('IsolatedSubnet');
  });
});

describe('the private ways of a network to AWS services', () => {
  const own = {
    Sid: 'OwnPrincipalsOwnResources',
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: '*',
    Resource: '*',
    Condition: { StringEquals: { 'aws:PrincipalAccount': account, 'aws:ResourceAccount': account } },
  };
  const layers = {
    Sid: 'ImageLayers',
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*',
  };

  const endpoints = (template: Template) =>
    propertiesOf(template, 'AWS::EC2::VPCEndpoint').map(({ ServiceName, VpcEndpointType, PolicyDocument }) => ({
      service: (/\.([a-z0-9-]+)"/.exec(JSON.stringify([ServiceName]).replace(/[[\]}]/g, '')) ?? [])[1],
      type: VpcEndpointType,
      statements: (PolicyDocument as { readonly Statement: unknown }).Statement,
    }));

  it('are the gateways for S3 and DynamoDB, for our own principals and resources, and for image layers', () => {
    expect(endpoints(networkOf())).toEqual([
      { service: 's3', type: 'Gateway', statements: [own, layers] },
      { service: 'dynamodb', type: 'Gateway', statements: [own] },
    ]);
  });

  it('lead from every subnet', () => {
    for (const { RouteTableIds } of propertiesOf(networkOf(), 'AWS::EC2::VPCEndpoint')) expect(RouteTableIds).toHaveLength(9);
  });

  it('are interface endpoints where asked for, in the private subnets, closed to all but admitted groups', () => {
    const template = networkOf({ interfaceEndpoints: ['kinesis-streams', 'sqs'] });
    expect(endpoints(template).slice(2)).toEqual([
      { service: 'kinesis-streams', type: 'Interface', statements: [own] },
      { service: 'sqs', type: 'Interface', statements: [own] },
    ]);
    const privateSubnets = [1, 2, 3].map((zone) => ({ Ref: Match.stringLikeRegexp(`PrivateSubnet${zone}Subnet`) }));
    const group = { 'Fn::GetAtt': [Match.stringLikeRegexp('EndpointSecurityGroup'), 'GroupId'] };
    for (const service of ['kinesis-streams', 'sqs']) {
      template.hasResourceProperties('AWS::EC2::VPCEndpoint', {
        ServiceName: `com.amazonaws.eu-west-1.${service}`,
        PrivateDnsEnabled: true,
        SubnetIds: privateSubnets,
        SecurityGroupIds: [group],
      });
    }
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      GroupDescription: 'Interface endpoints of AWS services',
      SecurityGroupIngress: Match.absent(),
    });
  });
});

describe('the logs of a network', () => {
  it('are flow logs of all traffic, in the bucket under their prefix', () => {
    const template = networkOf();
    template.resourceCountIs('AWS::EC2::FlowLog', 1);
    template.hasResourceProperties('AWS::EC2::FlowLog', {
      TrafficType: 'ALL',
      ResourceType: 'VPC',
      LogDestinationType: 's3',
      LogDestination: 'arn:aws:s3:::logs/flow-logs',
    });
  });

  it('hold what the function says that closes the default security group, encrypted and for a limited time', () => {
    const template = networkOf();
    const [logGroup, ...others] = Object.keys(template.findResources('AWS::Logs::LogGroup'));
    expect(others).toEqual([]);
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 90, KmsKeyId: 'arn:aws:kms:eu-west-1:123456789012:key/logs' });
    template.hasResourceProperties('Custom::VpcRestrictDefaultSG', {
      DefaultSecurityGroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^NetworkVpc'), 'DefaultSecurityGroup'] },
      Account: account,
    });
    template.allResourcesProperties('AWS::Lambda::Function', { LoggingConfig: { LogGroup: { Ref: logGroup } } });
    template.resourceCountIs('AWS::Lambda::Function', 1);
  });
});
