import { App, Chart } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { renderTree } from '../../lib/gitops/cluster-tree';
import { add } from '../../lib/gitops/manifest';
import { properties } from './properties';
import { serviceNames } from '../../lib/gitops/tree-props';
import { broken, example, treeOf, trees, without, type Tree } from './trees';

type Name = keyof typeof properties;
const names = Object.keys(properties) as Name[];

const pod = ['spec', 'template', 'spec'] as const;
const container = [...pod, 'containers', 0] as const;
const ingest = (path: readonly (string | number)[], value: unknown) => broken(example, 'Deployment', 'ingest', path, value);

/** Each property broken on purpose, in each way that it has. */
const breaks: Readonly<Record<Name, readonly Tree[]>> = {
  volumesUnderOurKey: [
    broken(example, 'StorageClass', 'encrypted', ['parameters', 'encrypted'], 'false'),
    broken(example, 'StorageClass', 'encrypted', ['parameters', 'kmsKeyId'], 'alias/aws/ebs'),
    broken(example, 'StorageClass', 'encrypted', ['metadata', 'annotations', 'storageclass.kubernetes.io/is-default-class'], 'false'),
    broken(example, 'StorageClass', 'encrypted', ['volumeBindingMode'], 'Immediate'),
    broken(example, 'StorageClass', 'encrypted', ['provisioner'], 'ebs.csi.aws.com'),
  ],
  imagesByDigest: [
    ingest([...container, 'image'], `444444444444.dkr.ecr.eu-west-1.amazonaws.com/prod-eu/ingest:latest`),
    ingest([...container, 'image'], `docker.io/library/ingest@sha256:${'0'.repeat(64)}`),
    ingest([...pod, 'initContainers'], [{ name: 'init', image: 'busybox' }]),
  ],
  resourcesSaid: [
    ingest([...container, 'resources', 'limits'], undefined),
    ingest([...container, 'resources', 'requests', 'cpu'], undefined),
  ],
  probesOverTls: [ingest([...container, 'startupProbe'], undefined), ingest([...container, 'readinessProbe', 'httpGet', 'scheme'], 'HTTP')],
  restricted: [
    ingest([...container, 'securityContext', 'readOnlyRootFilesystem'], false),
    ingest([...container, 'securityContext', 'capabilities'], undefined),
    ingest([...pod, 'securityContext', 'runAsNonRoot'], false),
  ],
  noToken: [
    ingest([...pod, 'automountServiceAccountToken'], true),
    broken(example, 'ServiceAccount', 'ingest', ['automountServiceAccountToken'], undefined),
  ],
  nothingLostInRollouts: [ingest(['spec', 'strategy', 'rollingUpdate', 'maxUnavailable'], 1), ingest(['spec', 'minReadySeconds'], 0)],
  graceLongerThanDrain: [
    ingest([...pod, 'terminationGracePeriodSeconds'], 60),
    ingest([...container, 'lifecycle', 'preStop', 'sleep', 'seconds'], 5),
    broken(example, 'Deployment', 'processor', [...pod, 'terminationGracePeriodSeconds'], 0),
  ],
  readyBeforeSeen: [ingest(['spec', 'minReadySeconds'], 5)],
  spreadOverZones: [
    ingest([...pod, 'topologySpreadConstraints', 0, 'whenUnsatisfiable'], 'ScheduleAnyway'),
    ingest([...pod, 'topologySpreadConstraints'], undefined),
  ],
  zoneMayBeLost: [
    ingest([...pod, 'topologySpreadConstraints', 0, 'minDomains'], 3),
    ingest([...pod, 'topologySpreadConstraints', 0, 'nodeTaintsPolicy'], undefined),
  ],
  replicasAreTheAutoscalers: [ingest(['spec', 'replicas'], 3), without(example, 'HorizontalPodAutoscaler', 'ingest')],
  budgetLetsNodesGo: [
    without(example, 'PodDisruptionBudget', 'ingest'),
    broken(example, 'PodDisruptionBudget', 'ingest', ['spec', 'maxUnavailable'], 0),
    broken(example, 'PodDisruptionBudget', 'ingest', ['spec', 'minAvailable'], 1),
  ],
  quotaLeavesRoom: [
    broken(example, 'ResourceQuota', 'service', ['spec', 'hard', 'pods'], '48'),
    broken(example, 'ResourceQuota', 'service', ['spec', 'hard', 'requests.cpu'], '24000m'),
    broken(example, 'HorizontalPodAutoscaler', 'ingest', ['spec', 'maxReplicas'], 25),
  ],
  storesNothing: [broken(example, 'ResourceQuota', 'service', ['spec', 'hard', 'persistentvolumeclaims'], undefined)],
  namespacesRestricted: [
    broken(example, 'Namespace', 'ingest', ['metadata', 'labels', 'pod-security.kubernetes.io/enforce'], 'baseline'),
    broken(example, 'Namespace', 'ingest', ['metadata', 'labels', 'pod-security.kubernetes.io/enforce-version'], 'latest'),
  ],
  namespacesClosed: [
    without(example, 'NetworkPolicy', 'default-deny'),
    broken(example, 'NetworkPolicy', 'default-deny', ['spec', 'policyTypes'], ['Ingress']),
    broken(example, 'NetworkPolicy', 'default-deny', ['spec', 'podSelector'], { matchLabels: { a: 'b' } }),
  ],
  flowsNarrow: [
    broken(example, 'NetworkPolicy', 'destinations', ['spec', 'egress', 0, 'to'], [{ ipBlock: { cidr: '0.0.0.0/0' } }]),
    broken(example, 'NetworkPolicy', 'destinations', ['spec', 'egress', 0, 'to', 0, 'ipBlock', 'except'], ['1.1.1.0/24']),
    broken(example, 'NetworkPolicy', 'load-balancer', ['spec', 'ingress', 0, 'ports'], undefined),
    broken(example, 'NetworkPolicy', 'load-balancer', ['spec', 'ingress', 0, 'from'], undefined),
  ],
  namesAndCredentialsReached: [
    without(example, 'NetworkPolicy', 'dns'),
    without(example, 'NetworkPolicy', 'pod-identity'),
    broken(example, 'NetworkPolicy', 'pod-identity', ['spec', 'egress', 0, 'to', 0, 'ipBlock', 'cidr'], '169.254.169.254/32'),
    broken(example, 'NetworkPolicy', 'pod-identity', ['spec', 'egress', 0, 'to', 0, 'ipBlock', 'cidr'], '169.254.0.0/16'),
    broken(example, 'NetworkPolicy', 'dns', ['spec', 'egress', 0, 'ports', 0, 'port'], 5353),
  ],
  policiesSwitchedOn: [
    without(example, 'ConfigMap', 'amazon-vpc-cni'),
    broken(example, 'ConfigMap', 'amazon-vpc-cni', ['data', 'enable-network-policy-controller'], 'false'),
    broken(example, 'NodeClass', 'platform', ['spec', 'networkPolicy'], 'DefaultAllow'),
  ],
  nodesBounded: [
    broken(example, 'NodePool', 'platform', ['spec', 'limits'], undefined),
    broken(example, 'NodePool', 'platform', ['spec', 'template', 'spec', 'expireAfter'], '504h'),
    broken(example, 'NodePool', 'platform', ['spec', 'disruption', 'budgets', 0, 'nodes'], '10%'),
  ],
  nodesSuffice: [broken(example, 'NodePool', 'platform', ['spec', 'limits', 'cpu'], '64')],
};

describe.each(names)('%s', (name) => {
  it('holds in every cluster', () => {
    for (const tree of trees) expect(properties[name](tree), tree.name).toEqual([]);
  });

  it.each(breaks[name].map((tree, index) => [index + 1, tree] as const))('rejects what breaks it, case %i', (_, tree) => {
    expect(properties[name](tree)).not.toEqual([]);
  });
});

describe('a tree', () => {
  it('has every service in every cluster', () => {
    for (const { objects, name } of trees) {
      expect(
        objects.filter(({ kind }) => kind === 'Deployment').map(({ metadata }) => metadata?.name),
        name,
      ).toEqual(['ingest', 'processor', 'delivery', 'profiles']);
    }
  });

  it('names nothing of another cell or Region', () => {
    for (const { objects, name, props } of trees) {
      const text = JSON.stringify(objects);
      const others = trees.flatMap((tree) => (tree.name === name ? [] : [tree.props.account, tree.props.region]));
      expect(
        others.filter((other) => other !== props.account && other !== props.region && text.includes(other)),
        name,
      ).toEqual([]);
    }
  });

  it('of a recovery Region is that of the home Region, but for the names of the Region', () => {
    const pairs = trees.flatMap((home) =>
      trees
        .filter(
          ({ name, props }) => name !== home.name && props.cell === home.props.cell && props.network.path.endsWith('/RecoveryNetwork'),
        )
        .map((recovery) => [home, recovery] as const),
    );
    expect(pairs).toHaveLength(3);
    for (const [home, recovery] of pairs) {
      const network = ({ props }: Tree) => props.network.cidr.split('.').slice(0, 2).join('.');
      const text = JSON.stringify(recovery.objects)
        .replaceAll(recovery.props.region, home.props.region)
        .replaceAll('/RecoveryNetwork/', '/Network/')
        .replaceAll(`"${network(recovery)}.`, `"${network(home)}.`);
      // Usage is counted at home alone: docs/02-data/usage.md.
      const counting = new RegExp(`\\{"name":"USAGE_BUCKET","value":"${home.props.usageBucket ?? ''}"\\},`, 'g');
      const atHome = JSON.stringify(home.objects);
      expect(atHome.match(counting)).toHaveLength(serviceNames.length);
      // Compared first: of two texts of 100 KB the difference would be the whole of both.
      expect(text === atHome.replaceAll(counting, '')).toBe(true);
    }
  });

  it('changes by a promotion in one file, and there in what says which image it is', () => {
    const { ingest: service, ...others } = example.props.services;
    const digest = `sha256:${'f'.repeat(64)}`;
    const before = renderTree(example.props);
    const after = renderTree({ ...example.props, services: { ingest: { ...service, imageDigest: digest }, ...others } });
    const changed = [...after].filter(([file, text]) => before.get(file) !== text);
    expect(changed.map(([file]) => file)).toEqual(['prod-eu/eu-west-1/ingest.yaml']);
    for (const [file, text] of changed) expect(text.replaceAll(digest, service.imageDigest)).toBe(before.get(file));
    expect(changed[0]?.[1].split(digest)).toHaveLength(3);
  });

  it('sends telemetry where it is told to, by a flow with a name, and says so if it sends none', () => {
    const telemetry = { kind: 'otlp', endpoint: 'https://collector.telemetry.svc:4317', namespace: 'telemetry', port: 4317 } as const;
    const { objects } = treeOf({ ...example.props, telemetry });
    const text = JSON.stringify(objects);
    expect(text.match(/"OTEL_EXPORTER_OTLP_ENDPOINT","value":"https:\/\/collector.telemetry.svc:4317"/g)).toHaveLength(serviceNames.length);
    expect(text).not.toContain('OTEL_TRACES_EXPORTER');
    expect(objects.filter(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata?.name === 'telemetry')).toHaveLength(
      serviceNames.length,
    );
    expect(JSON.stringify(example.objects)).toContain('"OTEL_TRACES_EXPORTER","value":"none"');
    expect(JSON.stringify(example.objects)).not.toContain('OTEL_EXPORTER_OTLP_ENDPOINT');
  });

  it('rejects a kind that has no place in the order of a sync', () => {
    const chart = new Chart(new App(), 'test');
    expect(() => add(chart, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } })).toThrow("kind: received 'Secret'");
  });

  it('is the same whenever it is made', () => {
    expect(JSON.stringify(trees.map(({ objects }) => objects))).toBe(JSON.stringify(trees.map(({ props }) => treeOf(props).objects)));
  });
});
