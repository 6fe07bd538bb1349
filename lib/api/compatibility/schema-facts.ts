import { ANYWHERE, canonical, child, elements, isObject, listOf, rootOf, textsOf, type Json, type JsonObject, type Node } from './document';

/** The schema that says nothing. One place for all of them: a circular schema is compared with it once. */
export const anything = ({ root }: Node): Node => ({ root, pointer: ANYWHERE, value: true });

const everyType = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'] as const;

export const keywordsOf = ({ value }: Node): JsonObject => (isObject(value) ? value : {});
export const numberAt = (schema: Node, keyword: string): number | undefined => {
  const value = keywordsOf(schema)[keyword];
  return typeof value === 'number' ? value : undefined;
};

const typeOfValue = (value: Json): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value;

/** As text that is equal exactly when the value is. */
export const textOf = (value: Json): string => canonical(rootOf(value), 'data');

/** The values that are valid, if they are listed. */
export function valuesOf(schema: Node): readonly Json[] | undefined {
  const keywords = keywordsOf(schema);
  if (keywords['const'] !== undefined) return [keywords['const']];
  return keywords['enum'] === undefined ? undefined : listOf(keywords['enum']);
}

/** Types of valid values; numbers are integers too. */
export function typesOf(schema: Node): ReadonlySet<string> {
  const { type } = keywordsOf(schema);
  const said = typeof type === 'string' ? [type] : type === undefined ? valuesOf(schema)?.map(typeOfValue) : textsOf(type);
  const types = new Set(said ?? everyType);
  if (types.has('number')) types.add('integer');
  return types;
}

/** What a keyword is about: of values of other types it says nothing. */
export const subjects: Readonly<Record<string, readonly string[]>> = {
  minLength: ['string'],
  maxLength: ['string'],
  pattern: ['string'],
  format: ['string', 'number', 'integer'],
  contentEncoding: ['string'],
  contentMediaType: ['string'],
  minItems: ['array'],
  maxItems: ['array'],
  uniqueItems: ['array'],
  minProperties: ['object'],
  maxProperties: ['object'],
  multipleOf: ['number', 'integer'],
  minimum: ['number', 'integer'],
  maximum: ['number', 'integer'],
};

/** The bound that holds of an inclusive and an exclusive one: the tighter, with whether its own value is valid. */
export function boundOf(schema: Node, side: 'minimum' | 'maximum'): { readonly value: number; readonly isExclusive: boolean } {
  const sign = side === 'minimum' ? 1 : -1;
  const inclusive = numberAt(schema, side) ?? -Infinity * sign;
  const exclusive = numberAt(schema, side === 'minimum' ? 'exclusiveMinimum' : 'exclusiveMaximum') ?? -Infinity * sign;
  return exclusive * sign >= inclusive * sign && Number.isFinite(exclusive)
    ? { value: exclusive, isExclusive: true }
    : { value: inclusive, isExclusive: false };
}

export const alternativesOf = (schema: Node, keyword: 'anyOf' | 'oneOf'): readonly Node[] => elements(child(schema, keyword));

/** Whether no value can be valid for both: by its type, or by a required member that tells them apart. */
export function areDisjoint(left: Node, right: Node): boolean {
  const types = typesOf(right);
  if (![...typesOf(left)].some((type) => types.has(type))) return true;
  const values = [valuesOf(left), valuesOf(right)];
  if (values[0] && values[1]) return !values[0].some((value) => values[1]?.some((other) => textOf(value) === textOf(other)));
  const required = (schema: Node) => textsOf(keywordsOf(schema)['required']);
  const isObjectOnly = [left, right].every((schema) => [...typesOf(schema)].join() === 'object');
  return (
    isObjectOnly &&
    required(left)
      .filter((name) => required(right).includes(name))
      .some((name) => {
        const [one, other] = [child(left, 'properties', name), child(right, 'properties', name)];
        return one !== undefined && other !== undefined && areDisjoint(one, other);
      })
  );
}
