import { Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

export interface SecurityTiersProps {
  readonly vpc: ec2.IVpc;
  /** Group of the interface endpoints, to which workloads are admitted. */
  readonly endpointSecurityGroup: ec2.ISecurityGroup;
}

/** Ports on which the platform listens. TLS on each of them [SEC-2]. */
export const ports = {
  https: 443,
  /** Pods behind the load balancer: not privileged, so that they need no capability. */
  service: 8443,
  postgresql: 5432,
  kubelet: 10250,
  /** The metrics server's pods, which the control plane asks for the autoscaler. */
  podMetrics: 10251,
} as const;

/**
 * Who may talk to whom, one group per tier: internet -> edge -> workload -> data and AWS services; and to the cluster's API, nodes,
 * engineers and the function that writes the first manifest.
 * Nodes carry `workload` and not the group that EKS makes, which admits everything among its members and lets everything out.
 */
export class SecurityTiers extends Construct {
  /** Load balancers: the only group that the internet reaches. */
  readonly edge: ec2.SecurityGroup;
  /** Nodes and their pods. */
  readonly workload: ec2.SecurityGroup;
  /** Databases: reached by workloads and by engineers' shells, reach nobody. */
  readonly data: ec2.SecurityGroup;
  /** The cluster's API, and its way to the nodes. */
  readonly controlPlane: ec2.SecurityGroup;
  /** Shells of engineers inside the VPC. */
  readonly engineers: ec2.SecurityGroup;
  /** What writes into the cluster at its birth: reaches its API, and nothing else. */
  readonly deployer: ec2.SecurityGroup;

  constructor(scope: Construct, id: string, props: SecurityTiersProps) {
    super(scope, id);
    const tier = (name: string, description: string) => {
      const group = new ec2.SecurityGroup(this, name, { vpc: props.vpc, description, allowAllOutbound: false });
      // By which nodes of the cluster find theirs (lib/gitops), and people: the group's own name is CloudFormation's.
      Tags.of(group).add('Name', group.node.path);
      return group;
    };

    this.edge = tier('Edge', 'Load balancers that the internet reaches');
    this.workload = tier('Workload', 'Nodes and pods of the cluster');
    this.data = tier('Data', 'Databases');
    this.controlPlane = tier('ControlPlane', 'API of the cluster');
    this.engineers = tier('Engineers', 'Shells of engineers');
    this.deployer = tier('Deployer', 'Writes the first manifest of the cluster');

    this.edge.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(ports.https), 'Customers, over TLS');
    // The identity provider's keys, by which the load balancer verifies tokens [TEC-3]: it fetches them over the internet, from addresses of its own.
    this.edge.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(ports.https), 'Keys of the identity provider, over TLS');
    this.edge.connections.allowTo(this.workload, ec2.Port.tcp(ports.service), 'Requests and health checks, over TLS');
    this.workload.connections.allowTo(this.data, ec2.Port.tcp(ports.postgresql), 'PostgreSQL, over TLS');
    // Migrations, and tenants that come and go: by the role of lib/constructs/database-operator.ts.
    this.engineers.connections.allowTo(this.data, ec2.Port.tcp(ports.postgresql), 'PostgreSQL, over TLS');
    this.workload.connections.allowTo(props.endpointSecurityGroup, ec2.Port.tcp(ports.https), 'AWS services by endpoint');
    for (const client of [this.workload, this.engineers, this.deployer]) {
      client.connections.allowTo(this.controlPlane, ec2.Port.tcp(ports.https), 'The cluster, over TLS');
    }
    this.controlPlane.connections.allowTo(this.workload, ec2.Port.tcp(ports.kubelet), 'Logs and probes of pods');
    this.controlPlane.connections.allowTo(this.workload, ec2.Port.tcp(ports.podMetrics), 'Load of pods, for the autoscaler');
    this.workload.connections.allowInternally(ec2.Port.tcp(ports.kubelet), 'Load of nodes, for the metrics server');
    this.engineers.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(ports.https), 'AWS services, over TLS');
    this.workload.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(ports.https), 'AWS services and destinations, over TLS');
  }
}
