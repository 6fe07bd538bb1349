import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { altered } from '../support/fixtures';
import { crdFolder, manifestFiles, readFolder, readManifests, titleOf, type Manifest } from './manifests';
import { problemsOf } from './manifest-schemas';
import { kubernetesVersion } from './start';

const samples = readFolder(join(__dirname, 'samples/accepted'));

const sample = (kind: string): Manifest => {
  const found = samples.find((manifest) => manifest.kind === kind);
  if (!found) throw new RangeError(`kind: received '${kind}'; allowed: ${samples.map((manifest) => manifest.kind).join(', ')}`);
  return found;
};

const container = 'spec.template.spec.containers.0';

/** What is wrong with it: kind, path and value of what is altered, and the problems. The schemas are of the version that is run. */
const faults: readonly (readonly [string, string, string, unknown, readonly string[]])[] = [
  ['an unknown field', 'Deployment', 'spec.replica', 3, ['spec.replica: unknown field']],
  ['an unknown field of a container', 'Deployment', `${container}.envs`, [], [`${container}.envs: unknown field`]],
  ['an unknown field of metadata', 'Deployment', 'metadata.label', {}, ['metadata.label: unknown field']],
  ['a wrong type', 'Deployment', 'spec.replicas', '3', ['spec.replicas: received "3"; allowed: integer']],
  ['a label that is a number', 'Service', 'spec.selector.app', 7, ['spec.selector.app: received 7; allowed: string']],
  ['a required field that is missing', 'Deployment', 'spec.selector', undefined, ['spec.selector: missing']],
  [
    'a value outside of an enumeration',
    'Deployment',
    'spec.strategy.type',
    'Rolling',
    ['spec.strategy.type: received "Rolling"; allowed: Recreate, RollingUpdate'],
  ],
  [
    'a port that is neither number nor name',
    'Service',
    'spec.ports.0.targetPort',
    true,
    ['spec.ports.0.targetPort: received true; allowed: integer or string'],
  ],
  [
    'a quantity without a known unit',
    'Deployment',
    `${container}.resources.requests.memory`,
    '512MB',
    [`${container}.resources.requests.memory: received "512MB"; allowed: a quantity such as 512Mi`],
  ],
  ['an object without a name', 'PodDisruptionBudget', 'metadata.name', undefined, ['metadata.name: missing']],
  [
    'an API version that is gone',
    'PodDisruptionBudget',
    'apiVersion',
    'policy/v1beta1',
    [
      `apiVersion, kind: received "policy/v1beta1", "PodDisruptionBudget"; allowed: one of Kubernetes ${kubernetesVersion}, or of test/api-server/crds`,
    ],
  ],
  ['a field that a CRD does not know', 'NodeClass', 'spec.snatPolicies', 'Random', ['spec.snatPolicies: unknown field']],
  ['an unknown field of the metadata of a CRD', 'NodeClass', 'metadata.label', {}, ['metadata.label: unknown field']],
  [
    'what a CRD does not enumerate',
    'NodeClass',
    'spec.networkPolicy',
    'Deny',
    ['spec.networkPolicy: received "Deny"; allowed: DefaultAllow, DefaultDeny'],
  ],
  [
    'what is below the minimum of a CRD',
    'NodeClass',
    'spec.ephemeralStorage.iops',
    100,
    ['spec.ephemeralStorage.iops: received 100; allowed: >= 3000'],
  ],
  [
    'what does not match the pattern of a CRD',
    'NodePool',
    'spec.disruption.consolidateAfter',
    'soon',
    ['spec.disruption.consolidateAfter: received "soon"; allowed: ^(([0-9]+(s|m|h))+|Never)$'],
  ],
  ['what a CRD requires', 'Application', 'spec.project', undefined, ['spec.project: missing']],
  [
    'a type of targets that a CRD does not enumerate',
    'TargetGroupBinding',
    'spec.targetType',
    'lambda',
    ['spec.targetType: received "lambda"; allowed: instance, ip'],
  ],
];

describe('problems of manifests', () => {
  it.each(samples.map((manifest) => [titleOf(manifest), manifest] as const))('are none of %s', (_, manifest) => {
    expect(problemsOf(manifest)).toEqual([]);
  });

  it.each(
    manifestFiles(crdFolder)
      .flatMap((file) => readManifests(file))
      .map((crd) => [titleOf(crd), crd] as const),
  )('are none of %s', (_, crd) => {
    expect(problemsOf(crd)).toEqual([]);
  });

  it.each(faults)('rejects %s', (_, kind, path, value, problems) => {
    expect(problemsOf(altered(sample(kind), path, value))).toEqual(problems);
  });

  it('rejects everything that is wrong at once', () => {
    const twice = altered(altered(sample('Deployment'), 'spec.replicas', '3'), 'spec.selector', undefined);
    expect(problemsOf(twice)).toEqual(['spec.selector: missing', 'spec.replicas: received "3"; allowed: integer']);
  });

  it.each([
    ['a text', 'apiVersion: v1'],
    ['a list', []],
    ['nothing', null],
  ])('rejects %s', (_, value) => {
    expect(problemsOf(value)).toEqual([`object: received ${JSON.stringify(value)}; allowed: an object with apiVersion, kind and metadata`]);
  });
});
