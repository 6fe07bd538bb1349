/** What must hold of every cluster's manifests, each as a function that names what breaks it. Reads objects alone, not what made them. */
import type { INodePool } from '@kubernetes-models/karpenter/karpenter.sh/v1/NodePool';
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import type { IStorageClass } from 'kubernetes-models/storage.k8s.io/v1/StorageClass';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { INamespace } from 'kubernetes-models/v1/Namespace';
import type { IResourceQuota } from 'kubernetes-models/v1/ResourceQuota';
import type { NodeClass } from '../../lib/gitops/eks-types';
import { loadBalancer } from '../../lib/gitops/load-balancer';
import { ofKind, type Tree } from './trees';

export type Property = (tree: Tree) => string[];

const deployments = ({ objects }: Tree) => ofKind<IDeployment>(objects, 'Deployment');
const podOf = ({ spec }: IDeployment) => spec?.template.spec;
const containersOf = (deployment: IDeployment): IContainer[] => {
  const pod = podOf(deployment);
  return [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])];
};
const ofService = <T extends { readonly metadata?: { readonly namespace?: string } }>(items: readonly T[], namespace = '') =>
  items.find(({ metadata }) => metadata?.namespace === namespace);
const millicores = (text: unknown) => (String(text).endsWith('m') ? Number.parseInt(String(text), 10) : Number(text) * 1000);
const mebibytes = (text: unknown) => (/^\d+Mi$/.test(String(text)) ? Number.parseInt(String(text), 10) : NaN);

const eachContainer =
  (problem: (container: IContainer, tree: Tree, deployment: IDeployment) => string | undefined): Property =>
  (tree) =>
    deployments(tree).flatMap((deployment) =>
      containersOf(deployment).flatMap((container) => {
        const found = problem(container, tree, deployment);
        return found === undefined ? [] : [`${deployment.metadata?.name ?? ''}: ${found}`];
      }),
    );

const eachDeployment =
  (problem: (deployment: IDeployment, tree: Tree) => string | undefined): Property =>
  (tree) =>
    deployments(tree).flatMap((deployment) => {
      const found = problem(deployment, tree);
      return found === undefined ? [] : [`${deployment.metadata?.name ?? ''}: ${found}`];
    });

/** Seconds in which a pod still serves after it was told to end, by its own preStop. */
const sleepOf = (deployment: IDeployment) => podOf(deployment)?.containers[0]?.lifecycle?.preStop?.sleep?.seconds ?? 0;
const isServed = ({ objects }: Tree, namespace = '') =>
  objects.some(({ kind, metadata }) => kind === 'Service' && metadata?.namespace === namespace);

export const properties = {
  volumesUnderOurKey: ({ objects, props: { region, account, nodeKeyAlias } }: Tree) => {
    const classes = ofKind<IStorageClass>(objects, 'StorageClass');
    const defaults = classes.filter(({ metadata }) => metadata?.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true');
    return [
      ...(defaults.length === 1 ? [] : [`${defaults.length} default storage classes`]),
      ...classes
        .filter(
          ({ provisioner, parameters = {}, volumeBindingMode }) =>
            // Auto Mode's own: the add-on of that name without `eks` is not there.
            provisioner !== 'ebs.csi.eks.amazonaws.com' ||
            parameters['encrypted'] !== 'true' ||
            parameters['kmsKeyId'] !== `arn:aws:kms:${region}:${account}:${nodeKeyAlias}` ||
            volumeBindingMode !== 'WaitForFirstConsumer',
        )
        .map(({ metadata }) => `storage class ${metadata?.name ?? ''}`),
    ];
  },
  imagesByDigest: eachContainer(({ image = '' }, { props: { account, region, cell } }) =>
    image.startsWith(`${account}.dkr.ecr.${region}.amazonaws.com/${cell}/`) && /@sha256:[0-9a-f]{64}$/.test(image)
      ? undefined
      : `image ${image}`,
  ),
  resourcesSaid: eachContainer(({ resources: { requests = {}, limits = {} } = {} }) =>
    requests['cpu'] !== undefined && requests['memory'] !== undefined && limits['memory'] === requests['memory'] ? undefined : 'resources',
  ),
  probesOverTls: eachContainer(({ startupProbe, readinessProbe, livenessProbe }) =>
    [startupProbe, readinessProbe, livenessProbe].every((probe) => probe?.httpGet?.scheme === 'HTTPS')
      ? undefined
      : 'a probe is missing, or in clear text',
  ),
  restricted: eachContainer(({ securityContext = {} }, _tree, deployment) =>
    securityContext.allowPrivilegeEscalation === false &&
    securityContext.readOnlyRootFilesystem === true &&
    securityContext.capabilities?.drop?.includes('ALL') === true &&
    podOf(deployment)?.securityContext?.runAsNonRoot === true &&
    podOf(deployment)?.securityContext?.seccompProfile?.type === 'RuntimeDefault'
      ? undefined
      : 'security context',
  ),
  noToken: eachDeployment((deployment, { objects }) => {
    const account = objects.find(
      ({ kind, metadata }) => kind === 'ServiceAccount' && metadata?.name === podOf(deployment)?.serviceAccountName,
    );
    const silent = (account as { readonly automountServiceAccountToken?: boolean } | undefined)?.automountServiceAccountToken === false;
    return silent && podOf(deployment)?.automountServiceAccountToken === false ? undefined : 'a token of the API in its pods';
  }),
  nothingLostInRollouts: eachDeployment(({ spec }) =>
    spec?.strategy?.rollingUpdate?.maxUnavailable === 0 && (spec.minReadySeconds ?? 0) > 0
      ? undefined
      : 'an old pod goes before a new one serves',
  ),
  graceLongerThanDrain: eachDeployment((deployment, tree) => {
    const grace = podOf(deployment)?.terminationGracePeriodSeconds ?? 0;
    const sleep = sleepOf(deployment);
    if (!isServed(tree, deployment.metadata?.namespace)) return grace > sleep ? undefined : 'no time to end';
    const drain = loadBalancer.deregistrationDelaySeconds;
    return sleep > drain && grace > sleep + drain ? undefined : `preStop ${sleep} s, grace ${grace} s, drain ${drain} s`;
  }),
  readyBeforeSeen: eachDeployment((deployment, tree) =>
    !isServed(tree, deployment.metadata?.namespace) || (deployment.spec?.minReadySeconds ?? 0) > loadBalancer.healthCheckIntervalSeconds
      ? undefined
      : 'available before the load balancer has checked it once',
  ),
  spreadOverZones: eachDeployment((deployment) =>
    podOf(deployment)?.topologySpreadConstraints?.some(
      ({ topologyKey, whenUnsatisfiable, maxSkew }) =>
        topologyKey === 'topology.kubernetes.io/zone' && whenUnsatisfiable === 'DoNotSchedule' && maxSkew === 1,
    )
      ? undefined
      : 'zones',
  ),
  /** With as many as there are, nothing replaces what stood in a zone that is lost. */
  zoneMayBeLost: eachDeployment((deployment, { props: { network } }) =>
    podOf(deployment)?.topologySpreadConstraints?.every(
      ({ minDomains = 1, whenUnsatisfiable, nodeTaintsPolicy }) =>
        whenUnsatisfiable !== 'DoNotSchedule' || (minDomains < network.zones && nodeTaintsPolicy === 'Honor'),
    )
      ? undefined
      : 'waits for a zone that may be lost',
  ),
  replicasAreTheAutoscalers: eachDeployment((deployment, { objects }) => {
    const scaler = ofService(ofKind<IHorizontalPodAutoscaler>(objects, 'HorizontalPodAutoscaler'), deployment.metadata?.namespace)?.spec;
    if (deployment.spec?.replicas !== undefined) return 'says replicas, which each sync would take back to';
    return scaler?.scaleTargetRef.name === deployment.metadata?.name && (scaler?.minReplicas ?? 0) <= (scaler?.maxReplicas ?? 0)
      ? undefined
      : 'no autoscaler';
  }),
  /** Two in a zone's loss and a drained node: one pod must be left; where there is one alone, a node must still be able to go. */
  budgetLetsNodesGo: eachDeployment((deployment, { objects }) => {
    const budget = ofService(ofKind<IPodDisruptionBudget>(objects, 'PodDisruptionBudget'), deployment.metadata?.namespace)?.spec;
    return budget?.maxUnavailable === 1 && budget.minAvailable === undefined && budget.unhealthyPodEvictionPolicy === 'AlwaysAllow'
      ? undefined
      : 'disruption budget';
  }),
  /** The old pods, the surge, and the surge of the rollback in the middle of it. */
  quotaLeavesRoom: eachDeployment((deployment, { objects }) => {
    const namespace = deployment.metadata?.namespace;
    const quota = ofService(ofKind<IResourceQuota>(objects, 'ResourceQuota'), namespace)?.spec?.hard ?? {};
    const scaler = ofService(ofKind<IHorizontalPodAutoscaler>(objects, 'HorizontalPodAutoscaler'), namespace)?.spec;
    const requests = podOf(deployment)?.containers[0]?.resources?.requests ?? {};
    const surge = Number.parseFloat(String(deployment.spec?.strategy?.rollingUpdate?.maxSurge)) / 100;
    const pods = (scaler?.maxReplicas ?? Infinity) * (1 + 2 * surge);
    return Number(quota['pods']) >= pods &&
      millicores(quota['requests.cpu']) >= pods * millicores(requests['cpu']) &&
      mebibytes(quota['limits.memory']) >= pods * mebibytes(requests['memory'])
      ? undefined
      : `quota of ${pods} pods`;
  }),
  storesNothing: ({ objects }) =>
    ofKind<IResourceQuota>(objects, 'ResourceQuota')
      .filter(({ spec }) => spec?.hard?.['persistentvolumeclaims'] !== '0' || spec.hard['services.loadbalancers'] !== '0')
      .map(({ metadata }) => `${metadata?.namespace ?? ''}: stores, or makes load balancers`),
  namespacesRestricted: ({ objects, props: { kubernetesVersion } }) =>
    ofKind<INamespace>(objects, 'Namespace').flatMap(({ metadata }) =>
      ['enforce', 'audit', 'warn']
        .filter(
          (mode) =>
            metadata?.labels?.[`pod-security.kubernetes.io/${mode}`] !== 'restricted' ||
            metadata.labels[`pod-security.kubernetes.io/${mode}-version`] !== `v${kubernetesVersion}`,
        )
        .map((mode) => `${metadata?.name ?? ''}: ${mode}`),
    ),
  namespacesClosed: ({ objects }) =>
    ofKind<INamespace>(objects, 'Namespace')
      .filter(
        ({ metadata }) =>
          !ofKind<INetworkPolicy>(objects, 'NetworkPolicy').some(
            ({ metadata: { namespace } = {}, spec }) =>
              namespace === metadata?.name &&
              JSON.stringify(spec) === JSON.stringify({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] }),
          ),
      )
      .map(({ metadata }) => `${metadata?.name ?? ''}: not closed by default`),
  /** An `except` would win over what another rule allows; a flow to any host or on any port would be none. */
  flowsNarrow: ({ objects }) =>
    ofKind<INetworkPolicy>(objects, 'NetworkPolicy').flatMap(({ metadata, spec }) =>
      [
        ...(spec?.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports })),
        ...(spec?.egress ?? []).map(({ to, ports }) => ({ peers: to, ports })),
      ]
        .filter(
          ({ peers = [], ports = [] }) =>
            peers.length === 0 ||
            ports.length === 0 ||
            peers.some(({ ipBlock }) => ipBlock !== undefined && (ipBlock.cidr === '0.0.0.0/0' || ipBlock.except !== undefined)),
        )
        .map(() => `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}: too wide`),
    ),
  /** Names and credentials, without which no service starts; and of the node's own addresses no other, as those that hold its role [SEC-4]. */
  namesAndCredentialsReached: ({ objects }) =>
    ofKind<INamespace>(objects, 'Namespace').flatMap(({ metadata }) => {
      const flows = ofKind<INetworkPolicy>(objects, 'NetworkPolicy')
        .filter((policy) => policy.metadata?.namespace === metadata?.name)
        .flatMap(({ spec }) =>
          (spec?.egress ?? []).flatMap(({ to = [], ports = [] }) =>
            to.flatMap(({ ipBlock }) => ports.map(({ protocol = '', port = '' }) => `${ipBlock?.cidr ?? ''} ${protocol} ${port}`)),
          ),
        );
      // EKS User Guide: the agent of Pod Identity, and the tenth address of the services.
      const wanted = ['169.254.170.23/32 TCP 80', '172.20.0.10/32 TCP 53', '172.20.0.10/32 UDP 53'];
      const found = flows.filter((flow) => flow.startsWith('169.254.') || flow.startsWith('172.20.')).toSorted();
      return JSON.stringify(found) === JSON.stringify(wanted) ? [] : [`${metadata?.name ?? ''}: reaches ${found.join(', ')}`];
    }),
  policiesSwitchedOn: ({ objects }) => [
    ...(ofKind<IConfigMap>(objects, 'ConfigMap').some(
      ({ metadata, data }) =>
        metadata?.namespace === 'kube-system' &&
        metadata.name === 'amazon-vpc-cni' &&
        data?.['enable-network-policy-controller'] === 'true',
    )
      ? []
      : ['the controller of network policies is off']),
    ...ofKind<NodeClass>(objects, 'NodeClass')
      .filter(({ spec }) => spec.networkPolicy !== 'DefaultDeny')
      .map(({ metadata }) => `${metadata.name}: pods are open until their policies are known`),
  ],
  nodesBounded: ({ objects, props }) =>
    ofKind<INodePool>(objects, 'NodePool').flatMap(({ metadata, spec }) => {
      const hours = (text = '0h') => Number.parseInt(text, 10);
      const { expireAfter, terminationGracePeriod } = spec.template.spec;
      const budgets = spec.disruption?.budgets ?? [];
      return [
        ...(Number(spec.limits?.['cpu']) <= props.maximumVcpus ? [] : ['limit']),
        ...(hours(expireAfter) + hours(terminationGracePeriod) < 21 * 24 ? [] : ['expires']),
        ...(budgets.some(({ nodes, reasons, schedule }) => nodes === '1' && reasons === undefined && schedule === undefined)
          ? []
          : ['several at a time']),
      ].map((what) => `${metadata?.name ?? ''}: ${what}`);
    }),
  /** All services at once, at their most, in the middle of a rollout; a tenth of a node is the node's own. */
  nodesSuffice: (tree) => {
    const asked = deployments(tree).reduce((sum, deployment) => {
      const scaler = ofService(
        ofKind<IHorizontalPodAutoscaler>(tree.objects, 'HorizontalPodAutoscaler'),
        deployment.metadata?.namespace,
      )?.spec;
      return sum + 2 * (scaler?.maxReplicas ?? Infinity) * millicores(podOf(deployment)?.containers[0]?.resources?.requests?.['cpu']);
    }, 0);
    const limit = Number(ofKind<INodePool>(tree.objects, 'NodePool')[0]?.spec.limits?.['cpu']) * 1000 * 0.9;
    return asked <= limit ? [] : [`${asked} of ${limit} thousandths of a vCPU`];
  },
} as const satisfies Record<string, Property>;
