/** What an invariant judges: whole templates, real ones or real ones with a fault seeded into them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { platformStacks } from '../support/platform-assembly';

export type Json = Readonly<Record<string, unknown>>;

export interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
  DeletionPolicy?: string;
}

export interface Template {
  Resources: Record<string, Resource>;
  Outputs?: Record<string, { Value: unknown; Export?: unknown }>;
  Parameters?: Record<string, { Type: string; Default?: string }>;
}

export interface JudgedStack {
  /** Construct path, such as `prod-eu/Network`. */
  readonly path: string;
  /** Stage, which is a cell or `organization`. */
  readonly cell: string;
  readonly stackName: string;
  account: string;
  region: string;
  terminationProtection: boolean;
  readonly template: Template;
  /** Construct path of each logical ID, below the stage. */
  readonly paths: Readonly<Record<string, string>>;
}

/** Each entry is an offence, with stack and logical ID; none when the invariant holds. */
export type Invariant = (stacks: readonly JudgedStack[]) => readonly string[];

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

function constructPaths(templateFile: string): Record<string, string> {
  const metadata = readJson(templateFile.replace(/\.template\.json$/, '.metadata.json')) as Readonly<
    Record<string, readonly { readonly type: string; readonly data: unknown }[]>
  >;
  return Object.fromEntries(
    Object.entries(metadata).flatMap(([path, entries]) =>
      entries.filter(({ type }) => type === 'aws:cdk:logicalId').map(({ data }) => [String(data), path.replace(/^\/[^/]+\//, '')]),
    ),
  );
}

/** Fresh copies of every stack of every environment, as the literals have it or as they are given: a test may break them. */
export function judgedStacks(stacks = platformStacks()): JudgedStack[] {
  return stacks.map(({ path, stackName, account, region, terminationProtection, templateFile }) => ({
    path,
    cell: path.split('/')[0] ?? '',
    stackName,
    account,
    region,
    terminationProtection,
    template: readJson(templateFile) as Template,
    paths: constructPaths(templateFile),
  }));
}

export interface LocatedResource extends Resource {
  readonly stack: JudgedStack;
  readonly id: string;
  /** Stack and logical ID, as offences name it. */
  readonly at: string;
}

export function resourcesOf(stacks: readonly JudgedStack[], ...types: readonly string[]): LocatedResource[] {
  return stacks.flatMap((stack) =>
    Object.entries(stack.template.Resources)
      .filter(([, { Type }]) => types.length === 0 || types.includes(Type))
      .map(([id, resource]) => ({ ...resource, Properties: resource.Properties ?? {}, stack, id, at: `${stack.path} ${id}` })),
  );
}

/** The first resource of a type, for a fault to be put into. */
export function first(stack: JudgedStack, type: string): Resource {
  const found = Object.values(stack.template.Resources).find(({ Type }) => Type === type);
  if (!found) throw new RangeError(`type: received '${type}'; allowed: a type of ${stack.path}`);
  return found;
}

export const asArray = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);

export interface Statement {
  Effect: string;
  Principal?: unknown;
  Action?: unknown;
  Resource?: unknown;
  Condition?: Record<string, Record<string, unknown>>;
  [key: string]: unknown;
}

export const statementsOf = (document: unknown): Statement[] =>
  asArray((document as { readonly Statement?: unknown } | undefined)?.Statement) as Statement[];

/** One fault: the stack that it is put into, and how. */
export type Fault = readonly [path: string, seed: (stack: JudgedStack) => void];

/** The tests of an invariant: it holds everywhere, and each seeded fault is an offence of the stack that it was put into. */
export function describeInvariant(
  title: string,
  invariant: Invariant,
  faults: Readonly<Record<string, Fault>>,
  judged: () => JudgedStack[] = judgedStacks,
): void {
  describe(title, () => {
    it('holds in every stack of every environment', () => {
      expect(invariant(judged())).toEqual([]);
    });

    it.each(Object.entries(faults))('rejects %s', (_, [path, seed]) => {
      const stacks = judged();
      const stack = stacks.find((candidate) => candidate.path === path);
      if (!stack) throw new RangeError(`path: received '${path}'; allowed: ${stacks.map((candidate) => candidate.path).join(', ')}`);
      seed(stack);
      const offences = invariant(stacks);
      expect(offences).not.toEqual([]);
      expect(offences.filter((offence) => !offence.startsWith(`${path} `) && offence !== path)).toEqual([]);
    });
  });
}
