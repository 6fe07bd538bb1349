import type { INodePool } from '@kubernetes-models/karpenter/karpenter.sh/v1/NodePool';
import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { NodeClass } from '../eks-types';
import { add } from '../manifest';
import type { ClusterTreeProps } from '../tree-props';

/** Name of the class and of the pool of nodes. */
const PLATFORM = 'platform';

/**
 * The nodes: Graviton, on demand, in private subnets, with the security group of workloads and no other. How many, and why no Spot: ADR-020.
 * They are AWS's to patch: a new image replaces them, about once a week, one by one [CMP-1, ORG-1].
 */
export class Nodes extends Chart {
  constructor(scope: Construct, props: ClusterTreeProps) {
    super(scope, 'nodes');
    const { cell, network } = props;
    add(this, {
      apiVersion: 'eks.amazonaws.com/v1',
      kind: 'NodeClass',
      metadata: { name: PLATFORM },
      spec: {
        role: props.nodeRole,
        subnetSelectorTerms: [{ tags: { 'aws-cdk:subnet-name': 'Private', cell } }],
        securityGroupSelectorTerms: [{ tags: { Name: `${network.path}/Tiers/Workload`, cell } }],
        // Closed until a policy opens it: otherwise each pod talks to whom it likes in its first seconds, and a namespace without policies always.
        networkPolicy: 'DefaultDeny',
        // Into a file that nobody reads until logs are collected.
        networkPolicyEventLogs: 'Disabled',
        // Our key, since a log line or a core dump may hold what a customer sent [SEC-2]. A quarter of EKS' default, which is what Bottlerocket has
        // by itself: images and logs, and no pod writes to it [CST-4].
        ephemeralStorage: { size: '20Gi', kmsKeyID: props.nodeKeyAlias },
        tags: {
          environment: props.environment,
          cell,
          component: 'cluster',
          owner: props.owner,
          'data-classification': 'customer-data',
          'cost-centre': props.costCentre,
        },
      },
    } satisfies NodeClass);

    add(this, {
      apiVersion: 'karpenter.sh/v1',
      kind: 'NodePool',
      metadata: { name: PLATFORM },
      spec: {
        template: {
          spec: {
            nodeClassRef: { group: 'eks.amazonaws.com', kind: 'NodeClass', name: PLATFORM },
            requirements: [
              { key: 'kubernetes.io/arch', operator: 'In', values: ['arm64'] },
              { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['on-demand'] },
              { key: 'eks.amazonaws.com/instance-category', operator: 'In', values: ['c', 'm', 'r'] },
              { key: 'eks.amazonaws.com/instance-generation', operator: 'Gt', values: ['6'] },
              // Small, so that the loss of one is the loss of few pods, and three zones need not mean three large ones.
              { key: 'eks.amazonaws.com/instance-cpu', operator: 'In', values: ['2', '4', '8'] },
            ],
            // With the hour after it, well below the 21 days at which EKS ends a node whatever runs there.
            // Source: Amazon EKS User Guide, "Security considerations for Amazon EKS Auto Mode", read 2026-11.
            expireAfter: '336h',
            // A disruption budget that is never met holds up a patch for an hour, not for the day that EKS takes by itself [CMP-1].
            terminationGracePeriod: '1h',
          },
        },
        limits: { cpu: String(props.maximumVcpus) },
        disruption: {
          consolidationPolicy: 'WhenEmptyOrUnderutilized',
          // The surge's nodes, with the old image on them, stay for the half hour in which most faults of a version show [SLO-6]: a rollback finds
          // them [OPS-2].
          consolidateAfter: '30m',
          budgets: [
            { nodes: '1' },
            // A pod that moves costs a lease and a cold start [TEC-4]: to save money only when customers sleep.
            { nodes: '0', reasons: ['Underutilized'], schedule: props.peak.schedule, duration: props.peak.duration },
          ],
        },
      },
    } satisfies INodePool);
  }
}
