import { describe, expect, it } from 'vitest';
import { deprecatedApis, deprecationsIn, KNOWN_UP_TO } from '../../lib/gitops/deprecated-apis';
import type { Manifest } from '../../lib/gitops/manifest';
import { trees } from './trees';

/** The minor version after that of a cluster. */
const next = (version: string) => `1.${Number(version.split('.')[1]) + 1}`;
const object = (apiVersion: string, kind: string): Manifest => ({ apiVersion, kind, metadata: { name: 'x' } });

describe('API versions', () => {
  it.each(trees.map(({ name, props, objects }) => [name, props.kubernetesVersion, objects] as const))(
    'of %s last beyond the minor version after %s',
    (_, version, objects) => {
      expect(deprecationsIn(objects, next(version))).toEqual([]);
    },
  );

  it('are known for the version after that of every cluster', () => {
    for (const { props } of trees) expect(Number(next(props.kubernetesVersion).split('.')[1])).toBeLessThanOrEqual(KNOWN_UP_TO);
  });

  it('are deprecated before they are removed', () => {
    for (const { deprecatedIn, removedIn } of deprecatedApis) expect(deprecatedIn).toBeLessThan(removedIn);
  });

  it('rejects one that is deprecated, from that version on', () => {
    const policy = object('admissionregistration.k8s.io/v1beta1', 'ValidatingAdmissionPolicy');
    expect(deprecationsIn([policy], '1.36')).toEqual([expect.stringContaining('deprecated in 1.31, removed in 1.34')]);
    expect(deprecationsIn([object('admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy')], '1.37')).toEqual([]);
  });

  it('rejects every alpha and beta, known or not', () => {
    expect(deprecationsIn([object('example.com/v1beta1', 'Thing'), object('v2alpha1', 'Thing')], '1.36')).toHaveLength(2);
  });

  it('rejects a version of Kubernetes that the table does not know', () => {
    expect(() => deprecationsIn([], `1.${KNOWN_UP_TO + 1}`)).toThrow('kubernetesVersion');
    expect(() => deprecationsIn([], 'latest')).toThrow('kubernetesVersion');
  });
});
