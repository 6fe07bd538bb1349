/** The manifests of every cluster, as tests read and break them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { platform } from '../../lib/config/platform';
import { withAccounts } from '../../lib/config/validate';
import { gitopsFiles, treeProps } from '../../lib/gitops-trees';
import { clusterTree } from '../../lib/gitops/cluster-tree';
import type { Manifest } from '../../lib/gitops/manifest';
import type { ClusterTreeProps } from '../../lib/gitops/tree-props';
import { flags } from '../support/platform-assembly';

export const root = join(__dirname, '../..');

export interface Tree {
  /** Cell and Region, as in the path. */
  readonly name: string;
  readonly props: ClusterTreeProps;
  readonly objects: readonly Manifest[];
}

export const treeOf = (props: ClusterTreeProps): Tree => ({
  name: `${props.cell}/${props.region}`,
  props,
  objects: [...clusterTree(props).values()].flat(),
});

export const trees: readonly Tree[] = treeProps(platform).map(treeOf);

/** The one that tests break: with customers, three zones, and endpoints. */
export const example = trees.find(({ name }) => name === 'prod-eu/eu-west-1') as Tree;

/** With the accounts that cdk.json has, if the team has written its own there. */
export function rendered(): ReadonlyMap<string, string> {
  const accounts = Object.entries(flags).flatMap(([key, value]) =>
    key.startsWith('account.') ? [[key.slice('account.'.length), String(value)]] : [],
  );
  return gitopsFiles(withAccounts(platform, Object.fromEntries(accounts) as Record<string, string>));
}

/** What stands in gitops/, by paths in it. */
export function committed(): ReadonlyMap<string, string> {
  const folder = join(root, 'gitops');
  return new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [relative(folder, file), readFileSync(file, 'utf8')]),
  );
}

export const objectsIn = (yaml: string): Manifest[] => parseAllDocuments(yaml).map((document) => document.toJS() as Manifest);

/** Objects of a kind, as that kind's type. */
export const ofKind = <T extends Manifest>(objects: readonly Manifest[], kind: T['kind']): T[] =>
  objects.filter((object): object is T => object.kind === kind);

export type Writable = Record<string, unknown>;

/** The tree with another value at a path of those objects that match; a path that leads nowhere fails, lest a test break nothing. */
export function broken(tree: Tree, kind: string, name: string, path: readonly (string | number)[], value: unknown): Tree {
  let count = 0;
  const objects = tree.objects.map((object) => {
    if (object.kind !== kind || object.metadata?.name !== name) return object;
    count += 1;
    const copy = structuredClone(object) as unknown as Writable;
    const target = path.slice(0, -1).reduce<unknown>((at, key) => (at as Writable | undefined)?.[key], copy) as Writable | undefined;
    const last = path.at(-1) ?? '';
    if (target === undefined) throw new RangeError(`${path.join('.')}: not in ${kind} ${name}`);
    if (value === undefined) Reflect.deleteProperty(target, last);
    else target[last] = value;
    return copy as unknown as Manifest;
  });
  if (count === 0) throw new RangeError(`${kind} ${name}: not in ${tree.name}`);
  return { ...tree, objects };
}

export const without = (tree: Tree, kind: string, name: string): Tree => ({
  ...tree,
  objects: tree.objects.filter((object) => object.kind !== kind || object.metadata?.name !== name),
});
