/** A contract as it was read: JSON, and where in it something stands. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
export const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);
export const textsOf = (value: Json | undefined): readonly string[] => listOf(value).filter((item) => typeof item === 'string');

/** A place in a contract, behind its references. */
export interface Node {
  readonly root: Json;
  /** JSON pointer (RFC 6901), with `#`. */
  readonly pointer: string;
  readonly value: Json;
}

/** Where nothing stands. */
export const ANYWHERE = '#(anything)';

const escape = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');
const unescape = (key: string): string => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~');
export const pointerTo = ({ pointer }: Node, ...keys: readonly string[]): string => [pointer, ...keys.map(escape)].join('/');

/** What says nothing about which values are valid. */
export const annotations = new Set([
  'title',
  'summary',
  'description',
  'example',
  'examples',
  'deprecated',
  'externalDocs',
  '$comment',
  'readOnly',
  'writeOnly',
]);

/** A contract that cannot be followed is no contract that could be judged: with all that is wrong with it, or with the first that stops us. */
export class UnreadableContractError extends Error {}

function target(root: Json, reference: string): Json {
  if (!reference.startsWith('#/')) throw new UnreadableContractError(`${reference}: refers outside of the contract`);
  let value: Json | undefined = root;
  for (const key of reference.slice(2).split('/').map(unescape)) {
    value = Array.isArray(value)
      ? (value as readonly Json[])[Number(key)]
      : isObject(value) && Object.hasOwn(value, key)
        ? value[key]
        : undefined;
  }
  if (value === undefined) throw new UnreadableContractError(`${reference}: refers to nothing`);
  return value;
}

/** Follows references. What stands beside one may explain it, and not constrain it. */
export function resolve(node: Node): Node {
  let { pointer, value } = node;
  for (const seen = new Set<string>(); isObject(value) && typeof value['$ref'] === 'string';) {
    const beside = Object.keys(value).filter((key) => key !== '$ref' && !annotations.has(key) && !key.startsWith('x-'));
    if (beside.length > 0) throw new UnreadableContractError(`${pointer}: ${beside.join(', ')} beside a $ref`);
    pointer = value['$ref'];
    if (seen.has(pointer)) throw new UnreadableContractError(`${pointer}: refers to itself`);
    seen.add(pointer);
    value = target(node.root, pointer);
  }
  return { root: node.root, pointer, value };
}

export const rootOf = (contract: Json): Node => ({ root: contract, pointer: '#', value: contract });

export function child(node: Node, ...keys: readonly string[]): Node | undefined {
  let at = resolve(node);
  for (const key of keys) {
    const value = isObject(at.value) && Object.hasOwn(at.value, key) ? at.value[key] : undefined;
    if (value === undefined) return undefined;
    at = resolve({ root: node.root, pointer: pointerTo(at, key), value });
  }
  return at;
}

/** The members of an object, each behind its references; none if it is absent. */
export function members(node: Node | undefined): ReadonlyMap<string, Node> {
  if (!node || !isObject(node.value)) return new Map();
  return new Map(
    Object.keys(node.value).flatMap((key): [string, Node][] => {
      const member = child(node, key);
      return member ? [[key, member]] : [];
    }),
  );
}

export const elements = (node: Node | undefined): readonly Node[] =>
  listOf(node?.value).flatMap((value, index) =>
    node ? [resolve({ root: node.root, pointer: pointerTo(node, String(index)), value })] : [],
  );

/** Objects whose keys are names that somebody chose, and no keywords. */
const names = new Set(
  (
    'properties patternProperties dependentSchemas dependentRequired $defs paths schemas parameters headers responses content variables ' +
    'scopes flows securitySchemes x-limits'
  ).split(' '),
);
/** Values that are compared as they are. */
const data = new Set(['const', 'enum', 'default']);

type Reading = 'keywords' | 'names' | 'data';

/** As text that is equal exactly when what it means is: keys in order, references followed, explanations left out. */
export function canonical(node: Node, reading: Reading = 'keywords', trail: readonly string[] = []): string {
  const { root, pointer, value } = reading === 'data' ? node : resolve(node);
  if (trail.includes(pointer)) return `"circle ${trail.length - trail.indexOf(pointer)}"`;
  const of = (key: string, item: Json, inner: Reading) =>
    canonical({ root, pointer: `${pointer}/${escape(key)}`, value: item }, inner, [...trail, pointer]);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map((item, index) => of(String(index), item, reading)).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const inside = (key: string): Reading => {
    if (reading === 'data') return 'data';
    if (reading === 'names') return 'keywords';
    return data.has(key) ? 'data' : names.has(key) ? 'names' : 'keywords';
  };
  return `{${Object.entries(value)
    .filter(([key, item]) => item !== undefined && (reading !== 'keywords' || !annotations.has(key)))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${of(key, item ?? null, inside(key))}`)
    .join()}}`;
}
