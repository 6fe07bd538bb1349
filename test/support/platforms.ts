/** Wrong configurations, made from the committed one: its fields are found by walking it, so a new field cannot be forgotten. */
import fc from 'fast-check';
import { platform } from '../../lib/config/platform';
import { pricedRegions } from '../../lib/cost/price-sheet';

/** What bin hands to the validation. */
export const options = { pricedRegions: pricedRegions() };

/** Where a value is: keys of objects and indexes of lists, from the platform's root. */
export type Path = readonly (string | number)[];

type Container = Readonly<Record<string, unknown>>;

/** Says, as a value, that the key itself goes; an element of a list becomes undefined, so that the others keep their indexes. */
export const removed = Symbol('removed');

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null;

const step = (value: unknown, key: string | number): unknown => (isContainer(value) ? value[key] : undefined);

export const valueAt = (path: Path, input: unknown = platform): unknown => path.reduce(step, input);

function walk(value: unknown, path: Path = []): readonly Path[] {
  const children = Array.isArray(value) ? value.map((_, index) => index) : isContainer(value) ? Object.keys(value) : [];
  return [path, ...children.flatMap((key) => walk(step(value, key), [...path, key]))];
}

/** Every field and every element of the committed platform that holds no further ones. */
export const leaves: readonly Path[] = walk(platform).filter((path) => !isContainer(valueAt(path)));

/** Every object and every list of the committed platform, itself included. */
export const containers: readonly Path[] = walk(platform).filter((path) => isContainer(valueAt(path)));

/** How the path reads in the schema, for all elements of a list alike: `environments.cells.home.cidr`. */
export const fieldOf = (path: Path): string => path.filter((key) => typeof key === 'string').join('.');

/** How a problem must call the path: an element by its name where a name is to be had, by its index elsewhere. */
export function propertyOf(path: Path, input: unknown = platform): string {
  const words = path.map((key, index) => {
    const name = step(valueAt(path.slice(0, index + 1), input), 'name');
    const named = typeof key === 'number' && typeof name === 'string' && /^[a-z][a-z0-9-]*$/.test(name);
    return named ? name : String(key);
  });
  return words.join('.') || 'platform';
}

/** A copy of the input in which the path holds another value; the input itself where it has no such path. */
export function replaced([key, ...rest]: Path, value: unknown, input: unknown = platform): unknown {
  if (key === undefined) return value;
  if (Array.isArray(input)) {
    const next = (element: unknown) => (rest.length === 0 && value === removed ? undefined : replaced(rest, value, element));
    return input.map((element: unknown, index) => (index === key ? next(element) : element));
  }
  if (!isContainer(input)) return input;
  const others = Object.entries(input).filter(([name]) => name !== key);
  // Object.fromEntries, since an assignment would take a key called __proto__ for the prototype.
  const own = rest.length === 0 && value === removed ? [] : [[key, replaced(rest, value, input[key])] as const];
  return Object.fromEntries([...others, ...own]);
}

const byProperty = new Map([...leaves, ...containers].map((path) => [propertyOf(path), path]));

/** The committed platform with other values, by the names that problems use: `environments.dev.cells.dev.home.cidr`. */
export function changed(changes: Readonly<Record<string, unknown>>): unknown {
  return Object.entries(changes).reduce<unknown>((input, [property, value]) => {
    const path = byProperty.get(property);
    if (!path) throw new RangeError(`property: received '${property}'; allowed: a property of the committed platform`);
    return replaced(path, value, input);
  }, platform);
}

/** Any value at all that a literal, or a file that was parsed, could hold. */
export const anything = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
  maxDepth: 3,
});

const mutation = fc.record({ path: fc.constantFrom(...leaves, ...containers), value: fc.oneof(anything, fc.constant(removed)) });

/** The committed platform after a few mutations, wherever they strike. */
export const mutated = fc
  .array(mutation, { minLength: 1, maxLength: 4 })
  .map((mutations) => mutations.reduce<unknown>((input, { path, value }) => replaced(path, value, input), platform));
