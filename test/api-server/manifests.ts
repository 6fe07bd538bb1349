/** Kubernetes objects as files hold them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isManifest = (value: unknown): value is Manifest =>
  isRecord(value) &&
  typeof value['apiVersion'] === 'string' &&
  typeof value['kind'] === 'string' &&
  isRecord(value['metadata']) &&
  typeof value['metadata']['name'] === 'string';

/** How messages call an object: `apps/v1 Deployment ingest/collector`. */
export function titleOf({ apiVersion, kind, metadata: { namespace, name } }: Manifest): string {
  return `${apiVersion} ${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

/** Stands in files for a cell's own registry and the beginning of its repositories. */
export const REGISTRY = 'REGISTRY';

/** The objects of a file, which may hold several documents. */
export function readManifests(file: string, registry = REGISTRY): readonly Manifest[] {
  return parseAllDocuments(readFileSync(file, 'utf8').replaceAll(REGISTRY, registry)).flatMap((document) => {
    if (document.errors.length > 0) throw new Error(`${file}: ${document.errors.join('; ')}`);
    const object: unknown = document.toJS();
    if (object === null) return [];
    if (!isManifest(object))
      throw new Error(`${file}: received ${JSON.stringify(object).slice(0, 80)}; allowed: apiVersion, kind, metadata.name`);
    return [object];
  });
}

/** The YAML files below a folder, sorted. */
export const manifestFiles = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.ya?ml$/.test(file))
    .sort()
    .map((file) => join(folder, file));

/** All objects of all files below a folder. */
export const readFolder = (folder: string): readonly Manifest[] => manifestFiles(folder).flatMap((file) => readManifests(file));

/** The kinds that the cluster has besides Kubernetes' own. */
export const crdFolder = join(__dirname, 'crds');
