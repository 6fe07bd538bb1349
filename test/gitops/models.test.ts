import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../lib/gitops/manifest';
import { broken, example, trees } from './trees';

type Model = new (data: unknown) => { validate(): void };

/** The package that has the model of a group; none has that of `eks.amazonaws.com`. */
function modelPath({ apiVersion, kind }: Manifest): string | undefined {
  if (apiVersion.startsWith('eks.amazonaws.com/')) return undefined;
  const name = apiVersion.startsWith('karpenter.sh/') ? '@kubernetes-models/karpenter' : 'kubernetes-models';
  return `${name}/${apiVersion}/${kind}`;
}

/** What the generated schema of the kind says of an object. */
async function problemsOf(object: Manifest): Promise<string[]> {
  const path = modelPath(object);
  if (path === undefined) return [];
  const module = (await import(path)) as Readonly<Record<string, Model>>;
  const ModelOfKind = module[object.kind];
  if (!ModelOfKind) throw new RangeError(`${path}: has no ${object.kind}`);
  try {
    new ModelOfKind(object).validate();
    return [];
  } catch (error) {
    return [`${object.kind} ${object.metadata?.name ?? ''}: ${(error as Error).message}`];
  }
}

const problemsIn = async (objects: readonly Manifest[]) => (await Promise.all(objects.map(problemsOf))).flat();

describe('the generated models of Kubernetes and Karpenter', () => {
  it.each(trees.map(({ name, objects }) => [name, objects] as const))('take every object of %s', async (_, objects) => {
    expect(await problemsIn(objects)).toEqual([]);
  });

  it('know every kind but those that AWS publishes no schema of', () => {
    const unknown = new Set(example.objects.filter((object) => modelPath(object) === undefined).map(({ kind }) => kind));
    expect([...unknown]).toEqual(['NodeClass']);
  });

  it.each([
    ['a field of another type', broken(example, 'Deployment', 'ingest', ['spec', 'minReadySeconds'], 'twenty')],
    ['a field that is required', broken(example, 'Deployment', 'ingest', ['spec', 'selector'], undefined)],
    [
      'an operator that does not exist',
      broken(example, 'NodePool', 'platform', ['spec', 'template', 'spec', 'requirements', 0, 'operator'], 'Is'),
    ],
  ])('rejects %s', async (_, tree) => {
    expect(await problemsIn(tree.objects)).toHaveLength(1);
  });
});
