/**
 * What the admission policies say, and that each of their rules has an object that breaks it. Whether a server refuses those is shown by a real one:
 * test/api-server/README.md. In the files, REGISTRY stands for the registry of the cell, as far as its images' repositories.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IValidatingAdmissionPolicy } from 'kubernetes-models/admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy';
import type { IValidatingAdmissionPolicyBinding } from 'kubernetes-models/admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding';
import { describe, expect, it } from 'vitest';
import { broken, example, objectsIn, ofKind, trees, without, type Tree } from './trees';

const folder = (name: string) => join(__dirname, name);
const files = (name: string) => readdirSync(folder(name)).map((file) => ({ file, text: readFileSync(join(folder(name), file), 'utf8') }));
const expected = (text: string) => /^# expect: (.{8,})\n/.exec(text)?.[1];

const policies = ({ objects }: Tree) => ofKind<IValidatingAdmissionPolicy>(objects, 'ValidatingAdmissionPolicy');
const messages = (tree: Tree) => policies(tree).flatMap(({ spec }) => (spec?.validations ?? []).map(({ message = '' }) => message));

/** Rules that no file of `refused` breaks. */
const untried = (tree: Tree, texts: readonly string[]) =>
  messages(tree).filter((message) => !texts.some((text) => message.includes(expected(text) ?? 'nothing')));

/** Policies that let through what they should judge. */
function toothless(tree: Tree): string[] {
  const bindings = ofKind<IValidatingAdmissionPolicyBinding>(tree.objects, 'ValidatingAdmissionPolicyBinding');
  return policies(tree).flatMap(({ metadata, spec }) => {
    const name = metadata?.name ?? '';
    const judged = (spec?.matchConstraints?.resourceRules ?? []).flatMap(({ operations, resources }) =>
      operations?.includes('CREATE') && operations.includes('UPDATE') ? (resources ?? []) : [],
    );
    const missing = ['pods', 'pods/ephemeralcontainers', 'deployments', 'statefulsets', 'daemonsets', 'jobs', 'cronjobs'].filter(
      (resource) => !judged.includes(resource),
    );
    return [
      ...(spec?.failurePolicy === 'Fail' ? [] : [`${name}: fails open`]),
      ...missing.map((resource) => `${name}: does not judge ${resource}`),
      ...(bindings.some(
        (binding) => binding.spec?.policyName === name && binding.spec.validationActions?.includes('Deny') && !binding.spec.matchResources,
      )
        ? []
        : [`${name}: bound to nothing, or denies nothing`]),
    ];
  });
}

describe('the admission policies', () => {
  it('judge pods and all that makes them, fail closed and deny, in every cluster', () => {
    for (const tree of trees) expect(toothless(tree), tree.name).toEqual([]);
  });

  it('have an object for each of their rules that breaks it', () => {
    expect(messages(example).length).toBeGreaterThan(8);
    expect(
      untried(
        example,
        files('refused').map(({ text }) => text),
      ),
    ).toEqual([]);
  });

  it('count init containers and debug containers, each where Kubernetes lets it say something', () => {
    for (const { metadata, spec } of policies(example)) {
      const expressions = (spec?.variables ?? []).map(({ name, expression }) => `${name}: ${expression}`).join('\n');
      expect(expressions, metadata?.name).toMatch(/initContainers/);
      expect(expressions, metadata?.name).toMatch(/ephemeralContainers/);
    }
  });

  it.each([
    ['a policy that fails open', broken(example, 'ValidatingAdmissionPolicy', 'images', ['spec', 'failurePolicy'], 'Ignore')],
    [
      'a policy that does not see debug containers',
      broken(example, 'ValidatingAdmissionPolicy', 'images', ['spec', 'matchConstraints', 'resourceRules', 0, 'resources'], ['pods']),
    ],
    ['a policy that is not bound', without(example, 'ValidatingAdmissionPolicyBinding', 'images')],
    ['a policy that only warns', broken(example, 'ValidatingAdmissionPolicyBinding', 'images', ['spec', 'validationActions'], ['Warn'])],
  ] as const)('rejects %s', (_, tree) => {
    expect(toothless(tree).length).toBeGreaterThan(0);
  });

  it('rejects a rule that nothing tries', () => {
    const tree = broken(example, 'ValidatingAdmissionPolicy', 'spread', ['spec', 'validations', 0, 'message'], 'something new');
    expect(
      untried(
        tree,
        files('refused').map(({ text }) => text),
      ),
    ).toEqual(['something new']);
  });
});

describe('objects that are tried on a server', () => {
  it.each(files('refused').map(({ file, text }) => [file, text] as const))('rejects %s, for a reason that it says', (_, text) => {
    expect(expected(text)).toBeDefined();
    expect(objectsIn(text)).toHaveLength(1);
  });

  it('are there for what is let in, too', () => {
    expect(
      files('accepted')
        .map(({ text }) => objectsIn(text)[0]?.kind)
        .sort(),
    ).toEqual(['CronJob', 'Pod']);
  });
});
