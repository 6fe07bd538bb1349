import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { problemsOf } from '../api-server/manifest-schemas';
import { broken, committed, example, objectsIn } from './trees';

const files = [...committed()].map(([file, text]) => [`gitops/${file}`, text] as const);
const tried = ['accepted', 'refused'].flatMap((folder) =>
  readdirSync(join(__dirname, folder)).map((file) => [`${folder}/${file}`, readFileSync(join(__dirname, folder, file), 'utf8')] as const),
);

describe("Kubernetes' schemas, and those of the CRDs", () => {
  it.each(files)('take every object of %s', (_, text) => {
    expect(objectsIn(text).flatMap(problemsOf)).toEqual([]);
  });

  it.each(tried)('take %s, which admission alone decides about', (_, text) => {
    expect(objectsIn(text).flatMap(problemsOf)).toEqual([]);
  });

  it.each([
    ['a field that does not exist', broken(example, 'Deployment', 'ingest', ['spec', 'minimumReadySeconds'], 20)],
    ['a field of the node class that its documentation has not', broken(example, 'NodeClass', 'platform', ['spec', 'amiFamily'], 'AL2023')],
    [
      'a budget of a node pool that is no number',
      broken(example, 'NodePool', 'platform', ['spec', 'disruption', 'budgets', 0, 'nodes'], 'one'),
    ],
  ])('rejects %s', (_, { objects }) => {
    expect(objects.flatMap(problemsOf)).toHaveLength(1);
  });
});
