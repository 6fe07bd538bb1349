import { CfnOutput, Fn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { DnsGuard, type EgressDomains } from '../constructs/dns-guard';
import { Network, type Egress, type NetworkProps } from '../constructs/network';
import { SecurityTiers } from '../constructs/security-tiers';
import { PlatformStack, type PlatformStackProps } from './platform-stack';

export interface NetworkStackProps extends PlatformStackProps {
  readonly cidr: string;
  readonly availabilityZoneIds: readonly string[];
  readonly egress: Egress;
  readonly interfaceEndpoints: NetworkProps['interfaceEndpoints'];
  readonly domains: EgressDomains;
  /** Of the same Region. */
  readonly logs: NetworkProps['logs'];
}

/** The VPC of a Region, and the security groups that the stacks in it share. */
export class NetworkStack extends PlatformStack {
  readonly network: Network;
  readonly tiers: SecurityTiers;
  readonly dnsGuard: DnsGuard;
  private readonly zoneIds: readonly string[];

  constructor(scope: Construct, id: string, props: NetworkStackProps) {
    super(scope, id, props, {
      description: 'DataFlow Platform: VPC, ways out and in, security groups, DNS firewall',
      component: 'network',
      dataClassification: 'internal',
      // Its fixed addresses stand on customers' allow lists, and everything else is in its subnets.
      stateful: true,
    });
    this.zoneIds = props.availabilityZoneIds;
    this.network = new Network(this, 'Network', props);
    this.dnsGuard = new DnsGuard(this, 'DnsGuard', { vpc: this.network.vpc, domains: props.domains, logBucket: props.logs.bucket });
    this.tiers = new SecurityTiers(this, 'Tiers', {
      vpc: this.network.vpc,
      endpointSecurityGroup: this.network.endpointSecurityGroup,
    });
    const addresses = this.network.egressAddresses.map(({ attrPublicIp }) => attrPublicIp);
    if (addresses.length > 0) {
      new CfnOutput(this, 'EgressAddresses', {
        description: 'Addresses that deliveries come from, for allow lists of customers: docs/02-data/delivery.md',
        value: Fn.join(' ', addresses),
      });
    }
  }

  /** Known without a look-up over the network, which would make the synth depend on an account. */
  override get availabilityZones(): string[] {
    return [...this.zoneIds];
  }
}
