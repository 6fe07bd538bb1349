import { describeRule, stackTemplate } from '../../support/fixtures';

const everywhere = { CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 443, ToPort: 443 };
const group = (id: string, ...ingress: readonly unknown[]) => [
  stackTemplate({ [id]: { Type: 'AWS::EC2::SecurityGroup', Properties: { SecurityGroupIngress: ingress } } }),
];
const admitted = (id: string, ingress: object) => [`${id}: Addresses beyond ours are admitted: ${JSON.stringify(ingress)}`];
const onEdge = (change: object) => {
  const ingress = { ...everywhere, ...change };
  return { stacks: group('TiersEdge1A2B', ingress), findings: admitted('TiersEdge1A2B', ingress) };
};

describeRule('PublicIngressNamed', {
  passing: {
    'the edge on the port for HTTPS': group('TiersEdge1A2B', everywhere),
    'a private network': group('Other', { CidrIp: '10.48.0.0/16', IpProtocol: 'tcp', FromPort: 22, ToPort: 22 }),
    'a group of another tier': group('TiersData', {
      SourceSecurityGroupId: { Ref: 'Workload' },
      IpProtocol: 'tcp',
      FromPort: 5432,
      ToPort: 5432,
    }),
    'an ingress from a group by itself': [
      stackTemplate({
        In: { Type: 'AWS::EC2::SecurityGroupIngress', Properties: { SourceSecurityGroupId: { Ref: 'Edge' }, IpProtocol: 'tcp' } },
      }),
    ],
  },
  failing: {
    'another group on the same port': { stacks: group('TiersWorkload', everywhere), findings: admitted('TiersWorkload', everywhere) },
    'the edge on another port': onEdge({ FromPort: 22, ToPort: 22 }),
    'the edge on a range that has the port': onEdge({ FromPort: 443, ToPort: 8443 }),
    'the edge on all protocols': onEdge({ IpProtocol: '-1' }),
    'the edge over IPv6, which nothing here speaks': onEdge({ CidrIp: undefined, CidrIpv6: '::/0', FromPort: 80 }),
    'half of the internet': {
      stacks: group('Other', { ...everywhere, CidrIp: '0.0.0.0/1' }),
      findings: admitted('Other', { ...everywhere, CidrIp: '0.0.0.0/1' }),
    },
    'a public address': {
      stacks: group('Other', { ...everywhere, CidrIp: '172.32.0.0/16' }),
      findings: admitted('Other', { ...everywhere, CidrIp: '172.32.0.0/16' }),
    },
    'an address that is known only when it is deployed': {
      stacks: group('Other', { ...everywhere, CidrIp: { Ref: 'Cidr' } }),
      findings: admitted('Other', { ...everywhere, CidrIp: { Ref: 'Cidr' } }),
    },
    'an ingress by itself': {
      stacks: [stackTemplate({ In: { Type: 'AWS::EC2::SecurityGroupIngress', Properties: everywhere } })],
      findings: admitted('In', everywhere),
    },
  },
});
