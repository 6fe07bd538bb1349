import type { ResourceDefinition } from '../assembly';
import { listAt, resourceRule, type Rule } from '../rule';

export interface PublicIngress {
  /** How the logical IDs of the groups that the internet may reach begin. */
  readonly groups: readonly string[];
  /** The one TCP port on which it may. */
  readonly port: number;
}

interface Ingress {
  readonly CidrIp?: unknown;
  readonly CidrIpv6?: unknown;
  readonly IpProtocol?: unknown;
  readonly FromPort?: unknown;
  readonly ToPort?: unknown;
}

/**
 * cdk-nag reports a group that the internet reaches, and the ledger answers for the load balancers' group as a whole:
 * on which port is for this rule.
 */
export function publicIngressNamed({ groups, port }: PublicIngress): Rule {
  return resourceRule({
    id: 'PublicIngressNamed',
    constraints: ['SEC-4', 'SEC-2'],
    demand: `The internet reaches the groups ${groups.join(', ')}, on TCP port ${port}, and nothing else`,
    fix: 'Admit a security group instead of addresses; see lib/constructs/security-tiers.ts',
    types: ['AWS::EC2::SecurityGroup', 'AWS::EC2::SecurityGroupIngress'],
    faults: (resource) =>
      ingressesOf(resource)
        .filter(isPublic)
        .filter((ingress) => !isNamed(resource, ingress))
        .map((ingress) => ({
          location: 'Properties.SecurityGroupIngress',
          message: `Addresses beyond ours are admitted: ${JSON.stringify(ingress)}`,
        })),
  });

  function isNamed(resource: ResourceDefinition, { IpProtocol: protocol, FromPort: from, ToPort: to }: Ingress): boolean {
    return groups.some((group) => resource.logicalId.startsWith(group)) && protocol === 'tcp' && from === port && to === port;
  }
}

const ingressesOf = (resource: ResourceDefinition): readonly Ingress[] =>
  resource.type === 'AWS::EC2::SecurityGroup' ? (listAt(resource, 'SecurityGroupIngress') as readonly Ingress[]) : [resource.properties];

/** Any IPv6 address, and any IPv4 one outside of RFC 1918; what cannot be resolved counts as public. */
function isPublic({ CidrIp: ipv4, CidrIpv6: ipv6 }: Ingress): boolean {
  if (ipv6 !== undefined) return true;
  return ipv4 !== undefined && !(typeof ipv4 === 'string' && /^(10\.|172\.(1[6-9]|2\d|3[01])\.|192\.168\.)/.test(ipv4));
}
