import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { ResourceDefinition, StackTemplate } from '../../lib/checks/assembly';
import { platform } from '../../lib/config/platform';
import { latencyReportProps, MODELLED } from '../../lib/latency-report';
import type { ReportProps } from '../../lib/latency/report';
import type { ManifestSettings } from '../../lib/latency/settings';
import { platformStacks } from '../support/platform-assembly';

const folder = join(__dirname, '../../gitops', MODELLED.cell, MODELLED.region);

/** The committed manifests of the cell's cluster, read anew: a test may change them. */
export const manifests = (): ManifestSettings[] =>
  readdirSync(folder).flatMap((file) =>
    parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map((document) => document.toJS() as ManifestSettings),
  );

export const props = (
  stacks: readonly StackTemplate[] = platformStacks(),
  objects: readonly ManifestSettings[] = manifests(),
): ReportProps => latencyReportProps(platform, stacks, objects);

/** The platform's stacks with each resource of the modelled cell as it comes out of `change`; undefined takes it away. */
export const changedStacks = (change: (resource: ResourceDefinition) => ResourceDefinition | undefined): StackTemplate[] =>
  platformStacks().map((stack) =>
    stack.path.startsWith(`${MODELLED.cell}/`)
      ? { ...stack, resources: stack.resources.flatMap((resource) => change(resource) ?? []) }
      : stack,
  );

type Tree = Record<string, unknown>;

/** The manifests with another value at a path of keys in one object. */
export function changedManifests(kind: string, name: string, path: readonly (string | number)[], value: unknown): ManifestSettings[] {
  const objects = manifests();
  const object = objects.find((each) => each['kind'] === kind && (each['metadata'] as Tree | undefined)?.['name'] === name);
  const keys = [...path];
  const last = keys.pop();
  const parent = keys.reduce<unknown>((tree, key) => (tree as Tree | undefined)?.[key], object);
  if (typeof parent !== 'object' || parent === null || last === undefined)
    throw new RangeError(`path: received ${path.join('.')} of ${kind} ${name}; allowed: one that is there`);
  (parent as Tree)[last] = value;
  return objects;
}
