import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { located } from '../../lib/constructs/birth-manifest';
import {
  birthItems,
  clusterKinds,
  destinationNamespaces,
  namespacedKinds,
  READ_GROUP,
  REFRESH_GROUP,
} from '../../lib/constructs/birth-items';

const clusterArn = 'arn:aws:eks:eu-west-1:123456789012:cluster/prod-eu';
const items = birthItems({
  namespace: 'argocd',
  clusterArn,
  repositoryUrl: 'https://example.com/git',
  path: 'gitops/prod-eu/eu-west-1',
  groups: { viewersGroupId: 'viewers', operatorsGroupId: 'operators' },
  targetGroupArns: {
    ingest: 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/prod-eu-ingest/1',
    profiles: 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/prod-eu-profiles/2',
  },
});
const specOf = (kind: string) => items.find(({ object }) => object.kind === kind)?.object['spec'] as Readonly<Record<string, unknown>>;

describe('what a cluster is born with', () => {
  it('comes in an order in which each object finds what it needs, and the applications last', () => {
    expect(items.map((item) => located(item).path)).toEqual([
      '/api/v1/namespaces/ingest',
      '/apis/eks.amazonaws.com/v1/namespaces/ingest/targetgroupbindings/ingest',
      '/api/v1/namespaces/profiles',
      '/apis/eks.amazonaws.com/v1/namespaces/profiles/targetgroupbindings/profiles',
      '/api/v1/namespaces/argocd',
      '/apis/argoproj.io/v1alpha1/namespaces/argocd/appprojects/platform',
      '/api/v1/namespaces/argocd/secrets/in-cluster',
      '/apis/rbac.authorization.k8s.io/v1/clusterroles/dataflow-read',
      '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/dataflow-read',
      '/apis/rbac.authorization.k8s.io/v1/namespaces/argocd/roles/refresh',
      '/apis/rbac.authorization.k8s.io/v1/namespaces/argocd/rolebindings/refresh',
      '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/root',
    ]);
  });

  it('takes back what Git does not say, and nothing down for an empty folder [OPS-4]', () => {
    expect(specOf('Application')).toMatchObject({
      project: 'platform',
      source: { targetRevision: 'main', path: 'gitops/prod-eu/eu-west-1' },
      destination: { server: clusterArn, namespace: 'ingest' },
      syncPolicy: { automated: { prune: true, selfHeal: true, allowEmpty: false } },
    });
  });

  it('binds one repository to one cluster, and not to the namespace of the project itself', () => {
    expect(specOf('AppProject')).toMatchObject({
      sourceRepos: ['https://example.com/git'],
      sourceNamespaces: ['argocd'],
      destinations: ['delivery', 'ingest', 'kube-system', 'processor', 'profiles'].map((namespace) => ({ server: clusterArn, namespace })),
      clusterResourceWhitelist: clusterKinds,
      namespaceResourceWhitelist: namespacedKinds,
    });
  });

  it('lets operators ask for a sync, and nobody change, override or delete an application [SEC-4]', () => {
    const { roles } = specOf('AppProject') as { readonly roles: readonly { readonly groups: string[]; readonly policies: string[] }[] };
    const granted = roles.map(({ groups, policies }) => [groups, policies.map((policy) => policy.split(', ').slice(2, 4).join(' '))]);
    expect(granted).toEqual([
      [['viewers'], ['applications get', 'logs get']],
      [['operators'], ['applications get', 'applications sync', 'logs get']],
    ]);
  });

  it('lets engineers look at nodes and applications, at no secret, and change nothing [SEC-4]', () => {
    const find = (kind: string) => items.find(({ object }) => object.kind === kind)?.object;
    const rules = find('ClusterRole')?.['rules'] as readonly { readonly resources: string[]; readonly verbs: string[] }[];
    const resources = rules.flatMap((rule) => rule.resources);
    expect(resources).toEqual(expect.arrayContaining(['nodes', 'nodepools', 'nodeclasses', 'applications']));
    expect(resources.filter((resource) => resource === '*' || resource.includes('secrets') || resource.includes('/'))).toEqual([]);
    expect([...new Set(rules.flatMap(({ verbs }) => verbs))]).toEqual(['get', 'list', 'watch']);
    expect(find('ClusterRoleBinding')?.['subjects']).toEqual([{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: READ_GROUP }]);
  });

  it('lets the group that refreshes change the one application, and nothing else', () => {
    const find = (kind: string) => items.find(({ object }) => object.kind === kind)?.object;
    expect(find('Role')?.['rules']).toEqual([
      { apiGroups: ['argoproj.io'], resources: ['applications'], resourceNames: ['root'], verbs: ['patch'] },
    ]);
    expect(find('RoleBinding')?.['subjects']).toEqual([{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: REFRESH_GROUP }]);
  });
});

interface Found {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

const tree = join(__dirname, '../../gitops');
const inTheTree = readdirSync(tree, { recursive: true })
  .map(String)
  .filter((file) => file.endsWith('.yaml'))
  .flatMap((file) => parseAllDocuments(readFileSync(join(tree, file), 'utf8')).map((document) => document.toJS() as Found | null))
  .filter((object) => object !== null);

const nameOf = ({ apiVersion, kind }: Pick<Found, 'apiVersion' | 'kind'>): string =>
  `${apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : ''} ${kind}`;
const namesOf = (kinds: readonly { readonly group: string; readonly kind: string }[]) => kinds.map(({ group, kind }) => `${group} ${kind}`);
const distinct = (names: readonly string[]) => [...new Set(names)].toSorted();

describe('the project', () => {
  it('allows the kinds that the tree has, in a namespace and in none, and not one more', () => {
    expect(inTheTree.length).toBeGreaterThan(100);
    const kindsWhere = (isInNamespace: boolean) =>
      distinct(inTheTree.filter(({ metadata }) => (metadata.namespace !== undefined) === isInNamespace).map(nameOf));
    expect(kindsWhere(false)).toEqual(distinct(namesOf(clusterKinds)));
    expect(kindsWhere(true)).toEqual(distinct(namesOf(namespacedKinds)));
  });

  it('allows the namespaces that the tree has, and not one more', () => {
    expect(distinct(inTheTree.flatMap(({ metadata: { namespace } }) => namespace ?? []))).toEqual([...destinationNamespaces]);
  });

  it.each([
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding' },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding' },
    { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' },
    { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration' },
    { apiVersion: 'argoproj.io/v1alpha1', kind: 'AppProject' },
    { apiVersion: 'v1', kind: 'Secret' },
    { apiVersion: 'v1', kind: 'Pod' },
  ])('allows no $kind, by which a manifest could make itself more', (object) => {
    expect([...namesOf(clusterKinds), ...namesOf(namespacedKinds)]).not.toContain(nameOf(object));
  });
});
