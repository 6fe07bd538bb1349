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
  readonly ingestTargetGroupArn: string;
}

const PROJECT = 'platform';
const INGEST = 'ingest';

/** What Argo CD starts from. */
export const rootApplication = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', plural: 'applications', name: 'root' } as const;

/** Who may ask Argo CD to look at the repository. */
export const REFRESH_GROUP = 'dataflow:refresh';

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

/**
 * The objects that a cluster is born with: those that hold a name which only CloudFormation knows, and those that Argo CD starts from.
 * The target group's binding comes before the applications: only pods that are younger than it are kept from traffic until the load
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
    {
      plural: 'namespaces',
      object: {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: INGEST, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
      },
    },
    {
      plural: 'targetgroupbindings',
      object: {
        apiVersion: 'eks.amazonaws.com/v1',
        kind: 'TargetGroupBinding',
        metadata: { name: INGEST, namespace: INGEST },
        spec: {
          serviceRef: { name: INGEST, port: ports.service },
          targetGroupARN: props.ingestTargetGroupArn,
          // Required by EKS' own type, and nothing said of networking: security groups are CloudFormation's.
          targetType: 'ip',
        },
      },
    },
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
    ...mayRefresh(namespace),
    {
      plural: rootApplication.plural,
      object: argo(rootApplication.kind, rootApplication.name, {
        project: PROJECT,
        source: { repoURL: repositoryUrl, targetRevision: 'main', path: props.path, directory: { recurse: true } },
        destination: { server: clusterArn, namespace },
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
    destinations: [{ server: clusterArn, namespace: '*' }],
    clusterResourceWhitelist: clusterKinds,
    roles: [
      role('viewer', groups.viewersGroupId, ['applications, get', 'logs, get']),
      // They may ask for a sync, not for another version than Git has: the repository is where a version is changed.
      role('operator', groups.operatorsGroupId, ['applications, get', 'applications, sync', 'logs, get']),
    ],
  };
}
