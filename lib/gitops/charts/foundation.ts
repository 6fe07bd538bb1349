import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { IPriorityClass } from 'kubernetes-models/scheduling.k8s.io/v1/PriorityClass';
import type { IStorageClass } from 'kubernetes-models/storage.k8s.io/v1/StorageClass';
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { ILimitRange } from 'kubernetes-models/v1/LimitRange';
import type { INamespace } from 'kubernetes-models/v1/Namespace';
import type { IResourceQuota } from 'kubernetes-models/v1/ResourceQuota';
import { add, SYNC_OPTIONS } from '../manifest';
import { isServed, serviceNames, type ClusterTreeProps, type ServiceName } from '../tree-props';

/** Says what a namespace is for: admission policies and reports go by it. */
export const TIER_LABEL = 'dataflow-platform/tier';

/**
 * A pod of such a namespace is not ready before its load balancer sends it requests: Kubernetes would otherwise end the last pod that the load balancer
 * knows [OPS-1]. EKS puts the gate on pods that are made after the binding of their target group. It works in the field, and AWS documents it nowhere
 * (ADR-019); where it does nothing, `minReadySeconds` holds.
 */
export const READINESS_GATE: Readonly<Record<string, string>> = { 'eks.amazonaws.com/pod-readiness-gate-inject': 'enabled' };

/** Who goes first when there is not enough: what is not accepted is lost, what is not delivered waits in its queue. */
const priorities: Readonly<Record<ServiceName, { readonly value: number; readonly description: string }>> = {
  ingest: { value: 1_000_000, description: 'Accepts events: what it does not take is lost to us' },
  profiles: { value: 950_000, description: 'Answers reads of profiles: a customer waits for it' },
  processor: { value: 900_000, description: 'Processes events: what it does not take waits in the stream for a week' },
  delivery: { value: 800_000, description: 'Delivers events: what it does not take waits in a queue' },
};

/**
 * A rollback in the middle of a rollout: the old pods, as many new ones, and as many that are told to end and still count.
 * Less, and the quota would hold the rollback up [OPS-2].
 */
const QUOTA_TIMES = 3;

/** The largest container that a namespace takes, against a slip of the pen: four times what the service asks for. */
const LARGEST_TIMES = 4;

/** Namespaces and what bounds them; the switch of network policies; how a volume would be made. */
export class Foundation extends Chart {
  constructor(scope: Construct, props: ClusterTreeProps) {
    super(scope, 'foundation');
    // Auto Mode enforces no network policy without it. Source: Amazon EKS User Guide, "Use Network Policies with EKS Auto Mode", read 2026-11.
    add(this, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'amazon-vpc-cni', namespace: 'kube-system', annotations: { [SYNC_OPTIONS]: 'ServerSideApply=true,Prune=false' } },
      data: { 'enable-network-policy-controller': 'true' },
    } satisfies IConfigMap);
    // Services store nothing [ARC-2]: their quotas are 0. Whoever else asks for a volume, and says nothing of it, gets one under our key [SEC-2].
    // Source: Amazon EKS User Guide, "Create a storage class", read 2026-11.
    add(this, {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'encrypted', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      provisioner: 'ebs.csi.eks.amazonaws.com',
      parameters: { type: 'gp3', encrypted: 'true', kmsKeyId: `arn:aws:kms:${props.region}:${props.account}:${props.nodeKeyAlias}` },
      // In the zone of the pod that asks.
      volumeBindingMode: 'WaitForFirstConsumer',
      reclaimPolicy: 'Delete',
      allowVolumeExpansion: true,
    } satisfies IStorageClass);
    for (const name of serviceNames) this.addNamespace(name, props);
  }

  private addNamespace(name: ServiceName, { kubernetesVersion, services, cell, environment }: ClusterTreeProps): void {
    const version = `v${kubernetesVersion}`;
    const podSecurity = Object.fromEntries(
      (['enforce', 'audit', 'warn'] as const).flatMap((mode) => [
        [`pod-security.kubernetes.io/${mode}`, 'restricted'],
        // Pinned, or an upgrade of the control plane could refuse what it took the day before.
        [`pod-security.kubernetes.io/${mode}-version`, version],
      ]),
    );
    add(this, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name,
        labels: { ...podSecurity, ...(isServed(name) ? READINESS_GATE : {}), [TIER_LABEL]: 'service', cell, environment },
        // A file that is missing from the tree by mistake must not delete all that is in the namespace.
        annotations: { [SYNC_OPTIONS]: 'Prune=false' },
      },
    } satisfies INamespace);

    add(this, {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name },
      value: priorities[name].value,
      globalDefault: false,
      description: priorities[name].description,
    } satisfies IPriorityClass);

    const { maximumPods, cpuMillicores, memoryMib } = services[name];
    const pods = maximumPods * QUOTA_TIMES;
    add(this, {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'service', namespace: name },
      spec: {
        hard: {
          pods: String(pods),
          'requests.cpu': `${pods * cpuMillicores}m`,
          'requests.memory': `${pods * memoryMib}Mi`,
          'limits.memory': `${pods * memoryMib}Mi`,
          // Nothing is stored here, and load balancers are CloudFormation's, so that their cost and their alarms are known.
          persistentvolumeclaims: '0',
          'services.loadbalancers': '0',
          'services.nodeports': '0',
        },
      },
    } satisfies IResourceQuota);

    add(this, {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'container', namespace: name },
      spec: {
        limits: [
          {
            type: 'Container',
            max: { memory: `${memoryMib * LARGEST_TIMES}Mi` },
            // What is asked for is what is had: a pod over its request would be the neighbours' loss when memory runs out.
            maxLimitRequestRatio: { memory: '1' },
          },
        ],
      },
    } satisfies ILimitRange);
  }
}
