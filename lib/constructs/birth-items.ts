import type { ManifestItem } from './birth-manifest';
import { ports } from './security-tiers';

/** IDs of groups of IAM Identity Center. */
export interface ArgoGroups {
  readonly viewersGroupId: string;
  readonly operatorsGroupId: string;
}

export interface BirthItemsProps {
  /** Of Argo CD's objects. */
  readonly namespace: string;
  readonly clusterArn: string;
  readonly repositoryUrl: string;
  /** Folder of the repository with what runs in this cluster. */
  readonly path: string;
  readonly groups: ArgoGroups;
  /** Of the services that the load balancer serves, each in a namespace of its name. */
  readonly targetGroupArns: Readonly<Record<string, string>>;
}

const PROJECT = 'platform';

/** Where what names no namespace would go: the project has to allow it. */
const DEFAULT_NAMESPACE = 'ingest';

/** As lib/gitops has it: the gate is put on pods that are made after their namespace has said so. */
const servedLabels = { 'pod-security.kubernetes.io/enforce': 'restricted', 'eks.amazonaws.com/pod-readiness-gate-inject': 'enabled' };

/** What Argo CD starts from. */
export const rootApplication = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', plural: 'applications', name: 'root' } as const;

/** Who may ask Argo CD to look at the repository. */
export const REFRESH_GROUP = 'dataflow:refresh';

/** Engineers who look. */
export const READ_GROUP = 'dataflow:read';

/**
 * What the repository may bring that is in no namespace: the tree's own kinds, and so no role, no binding and no type of object. A kind that is new in
 * the tree goes here first: test/constructs/birth-items.test.ts.
 */
export const clusterKinds = [
  { group: '', kind: 'Namespace' },
  { group: 'admissionregistration.k8s.io', kind: 'ValidatingAdmissionPolicy' },
  { group: 'admissionregistration.k8s.io', kind: 'ValidatingAdmissionPolicyBinding' },
  { group: 'eks.amazonaws.com', kind: 'NodeClass' },
  { group: 'karpenter.sh', kind: 'NodePool' },
  { group: 'scheduling.k8s.io', kind: 'PriorityClass' },
  { group: 'storage.k8s.io', kind: 'StorageClass' },
] as const;

/** What it may bring into a namespace: no secret, no role, no pod without a controller, no other application. */
export const namespacedKinds = [
  { group: '', kind: 'ConfigMap' },
  { group: '', kind: 'LimitRange' },
  { group: '', kind: 'ResourceQuota' },
  { group: '', kind: 'Service' },
  { group: '', kind: 'ServiceAccount' },
  { group: 'apps', kind: 'Deployment' },
  { group: 'autoscaling', kind: 'HorizontalPodAutoscaler' },
  { group: 'networking.k8s.io', kind: 'NetworkPolicy' },
  { group: 'policy', kind: 'PodDisruptionBudget' },
] as const;

/** Where it may bring that: not where Argo CD's own objects are, or a manifest could change the project that bounds it. */
export const destinationNamespaces = ['delivery', 'ingest', 'kube-system', 'processor', 'profiles'] as const;

/**
 * The objects that a cluster is born with: those that hold a name which only CloudFormation knows, and those that Argo CD starts from.
 * Bindings of target groups come before the applications: only pods that are younger than theirs are kept from traffic until the load
 * balancer knows them.
 */
export function birthItems(props: BirthItemsProps): readonly ManifestItem[] {
  const { namespace, clusterArn, repositoryUrl } = props;
  const argo = (kind: string, name: string, spec: object) => ({
    apiVersion: 'argoproj.io/v1alpha1',
    kind,
    metadata: { name, namespace },
    spec,
  });
  return [
    ...Object.entries(props.targetGroupArns).flatMap(([service, arn]) => binding(service, arn)),
    {
      plural: 'namespaces',
      object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    },
    { plural: 'appprojects', object: argo('AppProject', PROJECT, project(props)) },
    {
      plural: 'secrets',
      object: {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'in-cluster', namespace, labels: { 'argocd.argoproj.io/secret-type': 'cluster' } },
        // No secret: EKS' Argo CD finds the cluster by its ARN, and comes in by its own role. A cluster is in one project.
        stringData: { name: 'in-cluster', server: clusterArn, project: PROJECT },
      },
    },
    ...mayRead(),
    ...mayRefresh(namespace),
    {
      plural: rootApplication.plural,
      object: argo(rootApplication.kind, rootApplication.name, {
        project: PROJECT,
        source: { repoURL: repositoryUrl, targetRevision: 'main', path: props.path, directory: { recurse: true } },
        destination: { server: clusterArn, namespace: DEFAULT_NAMESPACE },
        syncPolicy: {
          // What Git does not say goes, and what somebody changed comes back [OPS-4]. An empty folder takes nothing down.
          automated: { prune: true, selfHeal: true, allowEmpty: false },
          syncOptions: ['ServerSideApply=true'],
          retry: { limit: 5, backoff: { duration: '5s', factor: 2, maxDuration: '1m' } },
        },
      }),
    },
  ];
}

/** A service's namespace, and which target group its pods are registered with. */
const binding = (service: string, targetGroupArn: string): readonly ManifestItem[] => [
  { plural: 'namespaces', object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: service, labels: servedLabels } } },
  {
    plural: 'targetgroupbindings',
    object: {
      apiVersion: 'eks.amazonaws.com/v1',
      kind: 'TargetGroupBinding',
      metadata: { name: service, namespace: service },
      spec: {
        serviceRef: { name: service, port: ports.service },
        targetGroupARN: targetGroupArn,
        // Required by EKS' own type, and nothing said of networking: security groups are CloudFormation's.
        targetType: 'ip',
      },
    },
  },
];

/**
 * What `AmazonEKSViewPolicy` does not show: what is in no namespace, and the types that EKS and Argo CD bring. No secret, and no way to a pod.
 * Source: Amazon EKS User Guide, "Review access policy permissions", read 2026-11.
 */
function mayRead(): readonly ManifestItem[] {
  const metadata = { name: 'dataflow-read' };
  const rule = (apiGroup: string, resources: readonly string[]) => ({ apiGroups: [apiGroup], resources, verbs: ['get', 'list', 'watch'] });
  return [
    {
      plural: 'clusterroles',
      object: {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata,
        rules: [
          rule('', ['nodes', 'persistentvolumes']),
          rule('admissionregistration.k8s.io', ['validatingadmissionpolicies', 'validatingadmissionpolicybindings']),
          rule('argoproj.io', ['applications', 'appprojects']),
          rule('eks.amazonaws.com', ['nodeclasses', 'nodediagnostics', 'targetgroupbindings']),
          rule('karpenter.sh', ['nodeclaims', 'nodepools']),
          rule('metrics.k8s.io', ['nodes', 'pods']),
          rule('scheduling.k8s.io', ['priorityclasses']),
          rule('storage.k8s.io', ['storageclasses']),
        ],
      },
    },
    {
      plural: 'clusterrolebindings',
      object: {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRoleBinding',
        metadata,
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'dataflow-read' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: READ_GROUP }],
      },
    },
  ];
}

/** The one application may be asked to look at the repository. A patch of it could say more: the project is what holds then. */
function mayRefresh(namespace: string): readonly ManifestItem[] {
  const metadata = { name: 'refresh', namespace };
  return [
    {
      plural: 'roles',
      object: {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'Role',
        metadata,
        rules: [
          { apiGroups: ['argoproj.io'], resources: [rootApplication.plural], resourceNames: [rootApplication.name], verbs: ['patch'] },
        ],
      },
    },
    {
      plural: 'rolebindings',
      object: {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata,
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'refresh' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: REFRESH_GROUP }],
      },
    },
  ];
}

/** One repository into one cluster; who may do what with its applications. Source: Amazon EKS User Guide, "Configure Argo CD permissions", read 2026-11. */
function project({ namespace, clusterArn, repositoryUrl, groups }: BirthItemsProps): object {
  const role = (name: string, group: string, permissions: readonly string[]) => ({
    name,
    groups: [group],
    policies: permissions.map((permission) => `p, proj:${PROJECT}:${name}, ${permission}, ${PROJECT}/*, allow`),
  });
  return {
    description: 'What runs in this cluster, and nothing else',
    sourceRepos: [repositoryUrl],
    // EKS asks for it, and knows this one.
    sourceNamespaces: [namespace],
    destinations: destinationNamespaces.map((destination) => ({ server: clusterArn, namespace: destination })),
    clusterResourceWhitelist: clusterKinds,
    namespaceResourceWhitelist: namespacedKinds,
    roles: [
      role('viewer', groups.viewersGroupId, ['applications, get', 'logs, get']),
      // They may ask for a sync, not for another version than Git has: the repository is where a version is changed.
      role('operator', groups.operatorsGroupId, ['applications, get', 'applications, sync', 'logs, get']),
    ],
  };
}
