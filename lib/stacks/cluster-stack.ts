import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { KubernetesCluster, type KubernetesClusterProps } from '../constructs/kubernetes-cluster';
import { PlatformStack, type PlatformStackProps } from './platform-stack';

export interface ClusterStackProps extends PlatformStackProps {
  /** Name of the cell, such as `prod-eu`, and of its cluster. */
  readonly cell: string;
  /** Minor version of Kubernetes, such as `1.36`. */
  readonly version: string;
  /** With subnets called `Private`. */
  readonly vpc: ec2.IVpc;
  readonly securityGroup: ec2.ISecurityGroup;
  readonly people: KubernetesClusterProps['people'];
  readonly logs: KubernetesClusterProps['logs'];
}

/** The cluster, and who gets into it. What runs in it is in gitops/ [OPS-4]. */
export class ClusterStack extends PlatformStack {
  /** Known before the cluster is there. */
  readonly clusterName: string;
  readonly clusterArn: string;
  /** What a client has to know of its API. */
  readonly api: { readonly endpoint: string; readonly certificateAuthority: string };

  constructor(scope: Construct, id: string, props: ClusterStackProps) {
    super(scope, id, props, {
      description: 'DataFlow Platform: Kubernetes cluster, its roles and its key',
      component: 'cluster',
      dataClassification: 'confidential',
      stateful: true,
    });
    this.clusterName = props.cell;
    this.clusterArn = `arn:${this.partition}:eks:${this.region}:${this.account}:cluster/${props.cell}`;
    const { cluster } = new KubernetesCluster(this, 'Kubernetes', {
      name: props.cell,
      version: props.version,
      vpc: props.vpc,
      securityGroup: props.securityGroup,
      people: props.people,
      logs: props.logs,
    });
    this.api = { endpoint: cluster.attrEndpoint, certificateAuthority: cluster.attrCertificateAuthorityData };
  }
}
