/** What the other tests take for granted of a server and of its client. */
import { beforeAll, describe, expect, it } from 'vitest';
import { startCluster, type Cluster } from './cluster';
import type { Manifest } from './manifests';
import { kubernetesVersion, missingApiServer } from './start';

const namespace = (name: string, level: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': level, 'pod-security.kubernetes.io/warn': level } },
});

const labels = { app: 'web' };
const containers = [{ name: 'web', image: 'registry.example/web:1' }];
const deployment: Manifest = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'restricted' },
  spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
};
const pod: Manifest = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'restricted' }, spec: { containers } };

describe.skipIf(missingApiServer !== undefined)('the API server of the tests', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster();
    await cluster.applyAll([namespace('restricted', 'restricted')]);
    return () => cluster.stop();
  });

  it('is of the version that go.mod names', async () => {
    expect(await cluster.client.read('/version')).toMatchObject({ gitVersion: `v${kubernetesVersion}` });
  });

  it('warns of a Deployment in whose namespace its Pods are refused', async () => {
    expect(await cluster.applyAll([deployment])).toEqual([expect.stringContaining('would violate PodSecurity "restricted:latest"')]);
    expect(await cluster.refusalOf(pod)).toContain('violates PodSecurity "restricted:latest"');
  });

  it('keeps nothing of what is only tried', async () => {
    const tried = namespace('tried', 'baseline');
    expect(await cluster.refusalOf(tried)).toBeUndefined();
    await expect(cluster.client.get(tried)).rejects.toThrow(/namespaces "tried" not found/);
  });

  it('lists an object of one of our CRDs until it is deleted', async () => {
    const project = { apiVersion: 'argoproj.io/v1alpha1', kind: 'AppProject', metadata: { name: 'one', namespace: 'default' }, spec: {} };
    const names = async () => (await cluster.client.listAll(project.apiVersion, project.kind)).map((found) => found['metadata']);
    await cluster.client.apply(project);
    expect(await names()).toEqual([expect.objectContaining({ name: 'one' })]);
    await cluster.client.delete(project);
    expect(await names()).toEqual([]);
  });

  it.each([
    ['a kind that it does not have', { ...pod, kind: 'Pot' }, 'the server has no v1 Pot'],
    ['a group that it does not have', { ...pod, apiVersion: 'none.example/v1' }, 'page not found'],
    ['an object without its namespace', { ...pod, metadata: { name: 'web' } }, 'metadata.namespace: missing on v1 Pod web'],
    ['a namespace in a namespace', { ...namespace('inner', 'baseline'), metadata: { name: 'inner', namespace: 'default' } }, 'not allowed'],
  ])('rejects %s', async (_, manifest, message) => {
    expect(await cluster.refusalOf(manifest)).toContain(message);
  });
});
