import type { Construct } from 'constructs';
import { DnsGuard } from '../constructs/dns-guard';
import { Network, type Egress, type NetworkProps } from '../constructs/network';
import { SecurityTiers } from '../constructs/security-tiers';
import { PlatformStack, type PlatformStackProps } from './platform-stack';

export interface NetworkStackProps extends PlatformStackProps {
  readonly cidr: string;
  readonly availabilityZoneIds: readonly string[];
  readonly egress: Egress;
  readonly interfaceEndpoints: NetworkProps['interfaceEndpoints'];
  /** Of the same Region. */
  readonly logs: NetworkProps['logs'];
}

/** The VPC of a Region, and the security groups that the stacks in it share. */
export class NetworkStack extends PlatformStack {
  readonly network: Network;
  readonly tiers: SecurityTiers;
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
    new DnsGuard(this, 'DnsGuard', { vpc: this.network.vpc, logBucket: props.logs.bucket });
    this.tiers = new SecurityTiers(this, 'Tiers', {
      vpc: this.network.vpc,
      endpointSecurityGroup: this.network.endpointSecurityGroup,
    });
  }

  /** Known without a look-up over the network, which would make the synth depend on an account. */
  override get availabilityZones(): string[] {
    return [...this.zoneIds];
  }
}
