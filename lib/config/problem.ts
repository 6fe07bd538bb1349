import { inspect } from 'node:util';

/** Something that is wrong with a configuration. */
export interface Problem {
  /** Path of the field, such as `environments.prod.cells.prod-eu.home.cidr`. */
  readonly property: string;
  readonly received: string;
  readonly allowed: string;
}

export const problem = (property: string, received: unknown, allowed: string): Problem => ({
  property,
  received: inspect(received, { depth: 1, breakLength: Infinity, compact: true, maxStringLength: 80, maxArrayLength: 6 }),
  allowed,
});

/** The configuration breaks rules; the message lists every one of them. */
export class ConfigurationError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    const lines = problems.map(({ property, received, allowed }) => `  ${property}: received ${received}; allowed: ${allowed}`);
    super(`${problems.length} ${problems.length === 1 ? 'problem' : 'problems'} in the configuration\n${lines.join('\n')}`);
    this.name = 'ConfigurationError';
  }
}

const isObject = (value: unknown): value is Readonly<Record<PropertyKey, unknown>> => typeof value === 'object' && value !== null;

/** The value at a path of an input of any form; undefined where the path ends early. */
export const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), input);

/** A path in which elements of lists go by their names, where they have one: `cells.prod-eu`, not `cells.1`. */
export function propertyName(input: unknown, path: readonly PropertyKey[]): string {
  const names = path.map((key, index) => {
    const name = typeof key === 'number' ? valueAt(input, [...path.slice(0, index + 1), 'name']) : undefined;
    return typeof name === 'string' && /^[a-z][a-z0-9-]*$/.test(name) ? name : String(key);
  });
  return names.join('.') || 'platform';
}
