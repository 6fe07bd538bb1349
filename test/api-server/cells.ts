/** What is laid before a server: a cell's objects in the order in which they need each other, and what it must refuse. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { manifestFiles, readManifests, type Manifest } from './manifests';

/** One cluster, and what is tried on it. */
export interface Subject {
  readonly name: string;
  /** The folder of its objects. */
  readonly manifests: string;
  /** Further objects that it must let in, and objects that it must refuse: folders that may be missing. */
  readonly accepted: string;
  readonly refused: string;
}

const subfolders = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
        .sort()
    : [];

/** The cells below gitops/, by cell and Region; none as long as there is no such folder. */
export const subjectsOf = (gitops: string, tried: Pick<Subject, 'accepted' | 'refused'>): readonly Subject[] =>
  subfolders(gitops).flatMap((cell) =>
    subfolders(join(gitops, cell)).map((region) => ({ name: `${cell}/${region}`, manifests: join(gitops, cell, region), ...tried })),
  );

/** The registry of a cell and the beginning of its repositories, by the image of its first deployment. */
export function registryOf(manifests: readonly Manifest[]): string | undefined {
  const deployment = manifests.find(({ kind }) => kind === 'Deployment');
  const pod = deployment && podOf(deployment);
  const [{ image = '' } = {}] =
    (pod?.['spec'] as { readonly containers?: readonly { readonly image?: string }[] } | undefined)?.containers ?? [];
  return /^(.+)\/[^/]+@/.exec(image)?.[1];
}

/** Kinds that others rest on, in the order in which they are applied; all else follows as it stands in the files. */
const first = [
  'CustomResourceDefinition',
  'Namespace',
  'PriorityClass',
  'StorageClass',
  'ResourceQuota',
  'LimitRange',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ServiceAccount',
  'AppProject',
];

const rankOf = ({ kind }: Manifest): number => (first.includes(kind) ? first.indexOf(kind) : first.length);

export const inOrder = (manifests: readonly Manifest[]): readonly Manifest[] => [...manifests].sort((a, b) => rankOf(a) - rankOf(b));

/** Whether an object decides about the others, and so has to be there before they come. */
export const isBasis = (manifest: Manifest): boolean => rankOf(manifest) <= first.indexOf('ValidatingAdmissionPolicyBinding');

interface Template {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: Readonly<Record<string, unknown>>;
}

interface Workload {
  readonly template?: Template;
  readonly jobTemplate?: { readonly spec: { readonly template: Template } };
}

/**
 * The Pod that a controller would make of a workload. Admission lets a Deployment in whose Pods it would refuse, and no
 * controller is there to try.
 */
export function podOf({ kind, spec, metadata: { name, namespace } }: Manifest): Manifest | undefined {
  if (!['CronJob', 'DaemonSet', 'Deployment', 'Job', 'ReplicaSet', 'StatefulSet'].includes(kind)) return undefined;
  const { template, jobTemplate } = spec as Workload;
  const pod = template ?? jobTemplate?.spec.template;
  return pod && { apiVersion: 'v1', kind: 'Pod', metadata: { ...pod.metadata, name: `pod-of-${name}`, namespace }, spec: pod.spec };
}

/** The objects of a folder that have to be let in. */
export const acceptedIn = (folder: string, registry?: string): readonly Manifest[] =>
  (existsSync(folder) ? manifestFiles(folder) : []).flatMap((file) => readManifests(file, registry));

/** An object that has to be refused, and a part of the message with which. */
export interface RefusedManifest {
  readonly file: string;
  readonly expected: string;
  readonly manifest: Manifest;
}

/** The files of a folder, each with one object and, in its first line, `# expect: <part of the message>`. */
export const refusedIn = (folder: string, registry?: string): readonly RefusedManifest[] =>
  (existsSync(folder) ? manifestFiles(folder) : []).map((file) => {
    const expected = /^# expect: (.+)\n/.exec(readFileSync(file, 'utf8'))?.[1];
    const [manifest, ...others] = readManifests(file, registry);
    if (expected === undefined || manifest === undefined || others.length > 0) {
      throw new Error(`${file}: allowed: '# expect: <part of the message>' in the first line, and one object`);
    }
    return { file, expected, manifest };
  });
