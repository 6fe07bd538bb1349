import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import type { IService } from 'kubernetes-models/v1/Service';
import type { IServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { add } from '../manifest';
import { isServed, type ClusterTreeProps, type ServiceName } from '../tree-props';
import { SERVICE_PORT } from './network-policies';
import { telemetryVariables } from '../telemetry';
import { limitsOf, TIERS_FILE } from './tenant-limits';

/** What is a service's own; the rest all have alike. */
export interface ServiceTraits {
  readonly name: ServiceName;
  /** Of the application, by names that are known at synth. */
  readonly variables: Readonly<Record<string, string>>;
  /** For how long a pod must have been ready before an old one goes. */
  readonly minReadySeconds: number;
  /** How the pod ends: what waits before the process is told to, and how long it has in all. */
  readonly ending: { readonly sleepSeconds: number; readonly graceSeconds: number };
}

/**
 * Of what is asked for. With a third of the pods gone with their zone the others run at 90 %, and hold until there are more [SLO-1]; it is
 * also what CST-4 wants used.
 */
const CPU_TARGET_PERCENT = 60;

/** Where a pod finds what tenants may use. */
const LIMITS_FOLDER = '/etc/dataflow';

/** How many probes must fail or succeed, and in which interval: ADR-019 adds them up. */
const probe = (path: string, periodSeconds: number, timeoutSeconds: number, failureThreshold: number) => ({
  httpGet: { path, port: 'https', scheme: 'HTTPS' as const },
  periodSeconds,
  timeoutSeconds,
  failureThreshold,
});

/** One service of the pipeline: a deployment, its autoscaler, its disruption budget, its identity. */
export class ServiceChart extends Chart {
  private readonly podLabels: Readonly<Record<string, string>>;
  private readonly selector: Readonly<Record<string, string>>;

  constructor(
    scope: Construct,
    private readonly props: ClusterTreeProps,
    private readonly traits: ServiceTraits,
  ) {
    super(scope, traits.name);
    const { name } = traits;
    const { cell, environment, costCentre, services } = props;
    this.selector = { 'app.kubernetes.io/name': name };
    // The first fifty labels of a pod, by the alphabet, are what its cost is split by [BUD-3].
    this.podLabels = {
      ...this.selector,
      'app.kubernetes.io/part-of': 'dataflow',
      cell,
      component: name,
      'cost-centre': costCentre,
      environment,
    };
    const metadata = { name, namespace: name, labels: this.podLabels };

    // Its role in AWS comes by Pod Identity, with a token of its own: the cluster's API is not for pods.
    add(this, { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false } satisfies IServiceAccount);
    add(this, this.deployment());
    add(this, {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata,
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        minReplicas: services[name].minimumPods,
        maxReplicas: services[name].maximumPods,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: CPU_TARGET_PERCENT } } }],
        behavior: {
          // Twice as many in a quarter of a minute: a peak is four times the average. Slowly down, or waves of traffic would be waves of pods.
          scaleUp: { stabilizationWindowSeconds: 0, policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] },
          scaleDown: { stabilizationWindowSeconds: 300, policies: [{ type: 'Percent', value: 25, periodSeconds: 60 }] },
        },
      },
    } satisfies IHorizontalPodAutoscaler);
    add(this, {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata,
      spec: {
        // Also where there is one pod alone: a node must be able to go.
        maxUnavailable: 1,
        // A pod that never gets ready serves nobody, and would hold a node for ever.
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
        selector: { matchLabels: this.selector },
      },
    } satisfies IPodDisruptionBudget);
    // For the binding of the target group alone, which knows pods by it: nothing calls it.
    if (isServed(name)) {
      add(this, {
        apiVersion: 'v1',
        kind: 'Service',
        metadata,
        spec: {
          type: 'ClusterIP',
          selector: this.selector,
          ports: [{ name: 'https', port: SERVICE_PORT, targetPort: 'https', protocol: 'TCP' }],
        },
      } satisfies IService);
    }
  }

  /** No `replicas`: they are the autoscaler's, and a sync would take them back to what Git says. */
  private deployment(): IDeployment {
    const { name, minReadySeconds, ending } = this.traits;
    const limits = limitsOf(name);
    return {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: name, labels: this.podLabels },
      spec: {
        selector: { matchLabels: this.selector },
        // All new pods at once, and no old one goes before a new one serves: one round, however many there are [OPS-1, OPS-2].
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '100%', maxUnavailable: 0 } },
        minReadySeconds,
        // Says that a version will not come up, well before the default of ten minutes.
        progressDeadlineSeconds: 300,
        revisionHistoryLimit: 3,
        template: {
          metadata: { labels: this.podLabels },
          spec: {
            serviceAccountName: name,
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            priorityClassName: name,
            terminationGracePeriodSeconds: ending.graceSeconds,
            securityContext: {
              runAsNonRoot: true,
              runAsUser: 65_532,
              runAsGroup: 65_532,
              fsGroup: 65_532,
              seccompProfile: { type: 'RuntimeDefault' },
            },
            topologySpreadConstraints: [
              {
                topologyKey: 'topology.kubernetes.io/zone',
                maxSkew: 1,
                whenUnsatisfiable: 'DoNotSchedule',
                // At birth the first node's zone would be the only one known, and take all. One less than there are: with all of them,
                // nothing could replace a lost zone's pods.
                minDomains: Math.max(1, this.props.network.zones - 1),
                // A zone whose nodes are cordoned or unreachable does not count, or the others could take no pod more than it has.
                nodeTaintsPolicy: 'Honor',
                labelSelector: { matchLabels: this.selector },
                // Each version by itself: a surge is no part of the old one's balance.
                matchLabelKeys: ['pod-template-hash'],
              },
              {
                topologyKey: 'kubernetes.io/hostname',
                maxSkew: 1,
                // A wish: a node for each pod is not worth its price.
                whenUnsatisfiable: 'ScheduleAnyway',
                labelSelector: { matchLabels: this.selector },
                matchLabelKeys: ['pod-template-hash'],
              },
            ],
            containers: [this.container()],
            // In memory, and so within the pod's limit: nothing that a customer sent is written to a disk here.
            volumes: [
              { name: 'tmp', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } },
              ...(limits === undefined ? [] : [{ name: limits, configMap: { name: limits } }]),
            ],
          },
        },
      },
    };
  }

  private container() {
    const { account, region, cell, services } = this.props;
    const { name, ending, variables } = this.traits;
    const { imageDigest, cpuMillicores, memoryMib } = services[name];
    const memory = `${memoryMib}Mi`;
    const limits = limitsOf(name);
    return {
      name,
      image: `${account}.dkr.ecr.${region}.amazonaws.com/${cell}/${name}@${imageDigest}`,
      // A digest never means another image: what a node has, it need not fetch [OPS-2].
      imagePullPolicy: 'IfNotPresent' as const,
      ports: [{ name: 'https', containerPort: SERVICE_PORT, protocol: 'TCP' as const }],
      env: [
        ...Object.entries({
          AWS_REGION: region,
          ...variables,
          ...(limits === undefined ? {} : { TENANT_TIERS: `${LIMITS_FOLDER}/${TIERS_FILE}`, TENANT_PEERS: `${name}-peers.${name}.svc` }),
        }).map(([key, value]) => ({ name: key, value })),
        ...telemetryVariables(this.props, name),
      ],
      // No limit of CPU: throttled at the end of each tenth of a second, a pod that has idle cores beside it misses TEC-4.
      resources: { requests: { cpu: `${cpuMillicores}m`, memory }, limits: { memory } },
      startupProbe: probe('/healthz/live', 1, 1, 15),
      readinessProbe: { ...probe('/healthz/ready', 5, 2, 2), successThreshold: 1 },
      // Patient: a pod that is merely busy gets no requests; restarted, it would leave its work to others that are busy too.
      livenessProbe: probe('/healthz/live', 10, 2, 6),
      // By the kubelet, so that an image needs no shell.
      ...(ending.sleepSeconds > 0 ? { lifecycle: { preStop: { sleep: { seconds: ending.sleepSeconds } } } } : {}),
      securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        readOnlyRootFilesystem: true,
        runAsNonRoot: true,
      },
      volumeMounts: [
        { name: 'tmp', mountPath: '/tmp' },
        ...(limits === undefined ? [] : [{ name: limits, mountPath: LIMITS_FOLDER, readOnly: true }]),
      ],
    };
  }
}
