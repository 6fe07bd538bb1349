/**
 * Every object of every cell is laid before a Kubernetes API server of the version that runs it, and so is what must not
 * get in. Run by `npm run test:cluster`; a server for each cell, since names of cells are the same.
 */
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptedIn, inOrder, isBasis, podOf, refusedIn, registryOf, subjectsOf, type Subject } from './cells';
import { startCluster, type Cluster } from './cluster';
import { problemsOf } from './manifest-schemas';
import { readFolder, titleOf, type Manifest } from './manifests';
import { missingApiServer } from './start';

const root = join(__dirname, '../..');
const subjects: readonly Subject[] = [
  { name: 'samples', manifests: join(__dirname, 'samples/accepted'), accepted: '', refused: join(__dirname, 'samples/refused') },
  ...subjectsOf(join(root, 'gitops'), { accepted: join(root, 'test/gitops/accepted'), refused: join(root, 'test/gitops/refused') }),
];

interface Result {
  readonly cell: string;
  readonly accepted: number;
  readonly pods: number;
  readonly refused: number;
  readonly seconds: string;
}

const results: Result[] = [];

if (missingApiServer !== undefined && process.env['CI'] === 'true') {
  it('needs an API server in CI', () => expect.fail(missingApiServer));
}

const skipped = missingApiServer === undefined ? '' : ` (skipped: ${missingApiServer})`;

describe.skipIf(missingApiServer !== undefined)(`a Kubernetes API server${skipped}`, () => {
  describe.each(subjects.map((subject) => [subject.name, subject] as const))(
    '%s',
    (name, { manifests: folder, accepted: acceptedFolder, refused: refusedFolder }) => {
      const manifests = inOrder(readFolder(folder));
      const pods = manifests.flatMap((manifest) => podOf(manifest) ?? []);
      const registry = registryOf(manifests);
      const accepted = acceptedIn(acceptedFolder, registry);
      const refused = refusedIn(refusedFolder, registry);
      let cluster: Cluster;
      const counts = { accepted: 0, pods: 0, refused: 0 };

      beforeAll(async () => {
        const started = performance.now();
        cluster = await startCluster();
        return async () => {
          await cluster.stop();
          const seconds = ((performance.now() - started) / 1000).toFixed(1);
          results.push({ cell: name, ...counts, seconds });
        };
      });

      /** What is wrong with some of the objects, with the others counted as accepted. */
      const faultsOf = async (some: readonly Manifest[]): Promise<readonly string[]> => {
        const faults = await cluster.applyAll(some);
        counts.accepted += some.length - faults.length;
        return faults;
      };

      it('accepts namespaces, quotas and policies, and puts them in force', async () => {
        expect(await faultsOf(manifests.filter(isBasis))).toEqual([]);
        await cluster.policiesInForce();
      });

      it('accepts every other object without a warning', async () => {
        expect(await faultsOf(manifests.filter((manifest) => !isBasis(manifest)))).toEqual([]);
      });

      it('accepts the Pods of every workload', async () => {
        const faults = await cluster.applyAll(pods, { dryRun: true });
        counts.pods = pods.length - faults.length;
        expect(faults).toEqual([]);
      });

      it('accepts what is right and stands in no chart', async () => {
        expect(await faultsOf(accepted)).toEqual([]);
      });

      // Through the one way by which a container joins a Pod that is there: policies that forgot it would be walked round.
      it.runIf(accepted.some(({ kind }) => kind === 'Pod'))(
        'rejects a container for debugging that is not of our registry, or not by digest',
        async () => {
          const pod = accepted.find(({ kind }) => kind === 'Pod') ?? accepted[0];
          const { name: podName, namespace } = pod?.metadata ?? { name: '' };
          const debug = (image: string): Manifest => ({
            apiVersion: 'v1',
            kind: 'Pod',
            metadata: { name: podName, namespace },
            spec: {
              ephemeralContainers: [
                { name: 'debug', image, securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } },
              ],
            },
          });
          const said = async (image: string) =>
            cluster.client.apply(debug(image), { dryRun: true, subresource: 'ephemeralcontainers' }).then(
              () => 'accepted',
              (error: unknown) => String(error),
            );
          expect(await said('docker.io/library/busybox')).toContain(`an image comes from ${String(registry)}/`);
          expect(await said(`${String(registry)}/ingest:latest`)).toMatch(/digest/i);
          expect(await said(`${String(registry)}/ingest@sha256:${'0'.repeat(64)}`)).toBe('accepted');
        },
      );

      it('accepts everything again, as a second synchronization would apply it', async () => {
        expect(await cluster.applyAll(manifests)).toEqual([]);
      });

      it('agrees with the check by schemas alone', () => {
        expect(manifests.flatMap((manifest) => problemsOf(manifest).map((problem) => `${titleOf(manifest)}: ${problem}`))).toEqual([]);
      });

      it.each(refused.map((entry) => [basename(entry.file), entry] as const))('rejects %s', async (_, { manifest, expected }) => {
        expect(await cluster.refusalOf(manifest)).toContain(expected);
        counts.refused += 1;
      });
    },
  );

  afterAll(() => console.table(results));
});
