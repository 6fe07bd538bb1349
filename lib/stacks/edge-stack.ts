import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { CfnTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import { CLUSTER_TAG } from '../constructs/kubernetes-cluster';
import { ports } from '../constructs/security-tiers';
import { PlatformStack, type PlatformStackProps } from './platform-stack';

export interface EdgeStackProps extends PlatformStackProps {
  /** Name of the cell, such as `prod-eu`. */
  readonly cell: string;
  readonly clusterName: string;
  readonly vpc: ec2.IVpc;
}

/** Time in which requests that are under way may end, in seconds. A pod stays longer than that: lib/gitops. */
const DRAIN_SECONDS = 30;

/**
 * Where requests come in. The target group of ingest so far, which the cluster fills: known here, so that alarms and cost know it; the load
 * balancer in front of it comes with the edge.
 */
export class EdgeStack extends PlatformStack {
  readonly ingestTargetGroupArn: string;

  constructor(scope: Construct, id: string, props: EdgeStackProps) {
    super(scope, id, props, {
      description: 'DataFlow Platform: where requests come in',
      component: 'edge',
      dataClassification: 'internal',
      stateful: false,
    });
    const ingest = new CfnTargetGroup(this, 'Ingest', {
      name: `${props.cell}-ingest`,
      vpcId: props.vpc.vpcId,
      // Pods, by their addresses: a node in between would be a hop, and lose the zone.
      targetType: 'ip',
      protocol: 'HTTPS',
      port: ports.service,
      healthCheckProtocol: 'HTTPS',
      healthCheckPath: '/healthz/ready',
      // The least that a load balancer takes: a new pod has traffic after one, one that is ill has none after two [OPS-2, SLO-1].
      healthCheckIntervalSeconds: 5,
      healthCheckTimeoutSeconds: 2,
      healthyThresholdCount: 2,
      unhealthyThresholdCount: 2,
      targetGroupAttributes: [
        { key: 'deregistration_delay.timeout_seconds', value: String(DRAIN_SECONDS) },
        // A pod that is slow gets less, in place of its turn [TEC-4].
        { key: 'load_balancing.algorithm.type', value: 'least_outstanding_requests' },
      ],
      // EKS registers pods only with target groups that say whose they are. Source: AWS Managed Policy Reference,
      // "AmazonEKSLoadBalancingPolicy", read 2026-11.
      tags: [{ key: CLUSTER_TAG, value: props.clusterName }],
    });
    this.ingestTargetGroupArn = ingest.ref;
  }
}
