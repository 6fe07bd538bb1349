/**
 * Every object of every cell is laid before a Kubernetes API server of the version that runs it, and so is what must not
 * get in. Run by `npm run test:cluster`; a server for each cell, since names of cells are the same.
 */
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inOrder, isBasis, podOf, refusedIn, subjectsOf, type Subject } from './cells';
import { startCluster, type Cluster } from './cluster';
import { problemsOf } from './manifest-schemas';
import { readFolder, titleOf, type Manifest } from './manifests';
import { missingApiServer } from './start';

const root = join(__dirname, '../..');
const subjects: readonly Subject[] = [
  { name: 'samples', manifests: join(__dirname, 'samples/accepted'), refused: join(__dirname, 'samples/refused') },
  ...subjectsOf(join(root, 'gitops'), join(__dirname, 'refused')),
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
    (name, { manifests: folder, refused: refusedFolder }) => {
      const manifests = inOrder(readFolder(folder));
      const pods = manifests.flatMap((manifest) => podOf(manifest) ?? []);
      const refused = refusedIn(refusedFolder);
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
