import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/fixtures';
import { acceptedIn, inOrder, isBasis, podOf, refusedIn, registryOf, subjectsOf } from './cells';
import { readFolder, type Manifest } from './manifests';

const samples = join(__dirname, 'samples');
const manifest = (kind: string, fields: Readonly<Record<string, unknown>> = {}): Manifest => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'a', namespace: 'b' },
  ...fields,
});

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const pod = 'apiVersion: v1\nkind: Pod\nmetadata: { name: a, namespace: b }\n';

describe('cells that are laid before a server', () => {
  it('are the folders of cells and Regions below gitops, and none without it', () => {
    const gitops = folderWith({
      'prod-us/us-west-2/a.yaml': '',
      'prod-us/us-east-1/a.yaml': '',
      'dev/us-east-1/a.yaml': '',
      'README.md': '',
    });
    expect(subjectsOf(gitops, { accepted: '', refused: 'refused' }).map(({ name }) => name)).toEqual([
      'dev/us-east-1',
      'prod-us/us-east-1',
      'prod-us/us-west-2',
    ]);
    expect(subjectsOf(join(gitops, 'nowhere'), { accepted: '', refused: 'refused' })).toEqual([]);
  });

  it('have what decides about other objects first, and the rest as it stands in the files', () => {
    const kinds = ['Service', 'Deployment', 'ValidatingAdmissionPolicyBinding', 'Namespace', 'PriorityClass', 'CustomResourceDefinition'];
    const ordered = inOrder(kinds.map((kind) => manifest(kind)));
    expect(ordered.map(({ kind }) => kind)).toEqual([
      ...['CustomResourceDefinition', 'Namespace', 'PriorityClass', 'ValidatingAdmissionPolicyBinding'],
      ...['Service', 'Deployment'],
    ]);
    expect(ordered.filter(isBasis)).toHaveLength(4);
  });
});

describe('Pods of a workload', () => {
  const template = { metadata: { labels: { app: 'a' } }, spec: { containers: [] } };
  const expected = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'pod-of-a', namespace: 'b', labels: { app: 'a' } },
    spec: { containers: [] },
  };

  it('are made of the template of a Deployment, and of a CronJob', () => {
    expect(podOf(manifest('Deployment', { spec: { template } }))).toEqual(expected);
    expect(podOf(manifest('CronJob', { spec: { jobTemplate: { spec: { template } } } }))).toEqual(expected);
  });

  it('are none of what has no template of Pods', () => {
    expect(podOf(manifest('NodePool', { spec: { template } }))).toBeUndefined();
  });
});

describe('what a server must refuse', () => {
  it('is read with the part of the message that is expected', () => {
    const folder = folderWith({ 'one.yaml': `# expect: not by "digest"\n${pod}` });
    expect(refusedIn(folder)).toMatchObject([{ expected: 'not by "digest"', manifest: { kind: 'Pod' } }]);
    expect(refusedIn(join(folder, 'nowhere'))).toEqual([]);
  });

  it.each([
    ['no expectation', pod],
    ['no object', '# expect: something\n'],
    ['two objects', `# expect: something\n${pod}---\n${pod}`],
  ])('rejects a file with %s', (_, text) => {
    expect(() => refusedIn(folderWith({ 'one.yaml': text }))).toThrow(/one\.yaml: allowed: '# expect: /);
  });

  it('has a sample for each way in which an object is judged', () => {
    expect(refusedIn(join(samples, 'refused')).length).toBeGreaterThanOrEqual(5);
  });
});

describe('files of manifests', () => {
  it.each([
    ['an object without a name', 'apiVersion: v1\nkind: Pod\n', /allowed: apiVersion, kind, metadata\.name/],
    ['the same key twice', `${pod}kind: Pod\n`, /Map keys must be unique/],
  ])('rejects %s', (_, text, message) => {
    expect(() => readFolder(folderWith({ 'one.yaml': text }))).toThrow(message);
  });
});

describe('the registry of a cell', () => {
  const deployment = (image: string) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'a' },
    spec: { template: { spec: { containers: [{ name: 'a', image }] } } },
  });

  it('is what its images begin with, and stands in for the word in what is tried', () => {
    expect(registryOf([deployment('1.dkr.ecr.eu-west-1.amazonaws.com/prod-eu/ingest@sha256:0')])).toBe(
      '1.dkr.ecr.eu-west-1.amazonaws.com/prod-eu',
    );
    const tried = acceptedIn(join(__dirname, '../gitops/accepted'), 'registry.example/cell');
    expect(tried.length).toBeGreaterThan(0);
    expect(JSON.stringify(tried)).toContain('registry.example/cell/');
  });

  it('rejects to guess where an image has no digest, or nothing is deployed', () => {
    expect([registryOf([]), registryOf([deployment('ingest:latest')])]).toEqual([undefined, undefined]);
  });
});
