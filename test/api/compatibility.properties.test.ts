import Ajv2020 from 'ajv/dist/2020';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rootOf, type Json, type JsonObject } from '../../lib/api/compatibility/document';
import { breakingChanges } from '../../lib/api/compatibility/operations';
import { breakingSchemaChanges } from '../../lib/api/compatibility/schemas';

const ajv = new Ajv2020({ strict: false });
const day = '2026-11-25';

/** Few names and few values, so that two schemas often speak of the same. */
const name = fc.constantFrom('a', 'b', 'c');
const small = fc.integer({ min: 0, max: 4 });
const scalar = fc.oneof(
  fc.constantFrom<Json>('', 'x', 'xy', 'xyz', 'xyzxy', null, true, false),
  fc.integer({ min: -2, max: 6 }),
  fc.constantFrom(0.5, 2.5),
);

const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

const typeName = fc.constantFrom('array', 'boolean', 'integer', 'null', 'number', 'object', 'string');
const optional = <T extends Json>(shape: Record<string, fc.Arbitrary<T>>) => fc.record(shape, { requiredKeys: [], noNullPrototype: true });

const { schema } = fc.letrec<{ schema: Json }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<Json>(true, {}, false),
    fc.record({ const: scalar }),
    fc.record({ enum: fc.uniqueArray(scalar, { minLength: 1, maxLength: 3 }) }),
    optional<Json>({
      type: fc.oneof(typeName, fc.uniqueArray(typeName, { minLength: 1, maxLength: 3 })),
      minLength: small,
      maxLength: small,
      pattern: fc.constantFrom('^x', 'y$'),
      minimum: small,
      maximum: small,
      exclusiveMinimum: small,
      exclusiveMaximum: small,
      multipleOf: fc.constantFrom(0.5, 1, 2, 3),
    }),
    optional<Json>({
      type: fc.constant('array'),
      items: tie('schema'),
      minItems: small,
      maxItems: small,
      uniqueItems: fc.boolean(),
    }),
    optional<Json>({
      type: fc.constant('object'),
      properties: fc.dictionary(name, tie('schema'), { maxKeys: 3, noNullPrototype: true }),
      required: fc.uniqueArray(name, { maxLength: 2 }),
      additionalProperties: tie('schema'),
      propertyNames: fc.constantFrom<Json>({ enum: ['a', 'b'] }, { maxLength: 1 }, { const: 'a' }),
      minProperties: small,
      maxProperties: small,
    }),
    fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ oneOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('schema') }),
    fc.record({ allOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }) }),
  ),
}));

/** A schema, and one that differs from it in a keyword or two, or not at all: pairs of which many are compatible. */
const pair = fc.oneof(
  fc.tuple(schema, schema),
  fc
    .tuple(
      schema,
      optional<Json>({
        maxLength: small,
        minimum: small,
        maxItems: small,
        required: fc.uniqueArray(name, { maxLength: 2 }),
        additionalProperties: schema,
        type: typeName,
      }),
    )
    .map(([one, change]): [Json, Json] => [one, typeof one === 'object' && one !== null ? { ...(one as JsonObject), ...change } : one]),
);

const judge = (before: Json, after: Json, direction: 'request' | 'response') =>
  breakingSchemaChanges(rootOf(before), rootOf(after), direction, new Set());

const asContract = (request: Json, response: Json): Json => ({
  openapi: '3.1.1',
  info: { title: 'any', version: '1.0.0' },
  paths: {
    '/v1/any': {
      post: {
        operationId: 'any',
        requestBody: { content: { 'application/json': { schema: request } } },
        responses: { '200': { description: 'any', content: { 'application/json': { schema: response } } } },
      },
    },
  },
});

describe('the comparison of schemas', () => {
  it('finds nothing between any contract and itself', () => {
    fc.assert(
      fc.property(schema, schema, (request, response) => {
        const contract = asContract(request, response);
        expect(breakingChanges(contract, structuredClone(contract), day)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('calls no request compatible of which a value is refused afterwards, by a validator that knows nothing of us', () => {
    let compatible = 0;
    fc.assert(
      fc.property(pair, fc.array(value, { minLength: 30, maxLength: 30 }), ([before, after], values) => {
        if (judge(before, after, 'request').length > 0) return;
        compatible += 1;
        const [was, is] = [ajv.compile(before as object), ajv.compile(after as object)];
        expect(values.filter((one) => was(one) && !is(one))).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
    expect(compatible).toBeGreaterThan(200);
  });

  it('calls no answer compatible that holds a value which could not be there before', () => {
    let compatible = 0;
    fc.assert(
      fc.property(pair, fc.array(value, { minLength: 30, maxLength: 30 }), ([after, before], values) => {
        if (judge(before, after, 'response').length > 0) return;
        compatible += 1;
        const [was, is] = [ajv.compile(before as object), ajv.compile(after as object)];
        expect(values.filter((one) => is(one) && !was(one))).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
    expect(compatible).toBeGreaterThan(200);
  });

  it('ends on schemas that hold themselves', () => {
    const tree = (leaf: Json): Json => ({
      ...(asContract({ $ref: '#/components/schemas/Tree' }, true) as JsonObject),
      components: {
        schemas: {
          Tree: { type: 'object', properties: { leaf, children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } } } },
        },
      },
    });
    expect(breakingChanges(tree({ type: 'string' }), tree({ type: 'string' }), day)).toEqual([]);
    expect(breakingChanges(tree({ type: 'string' }), tree({ type: 'string', maxLength: 5 }), day)).toHaveLength(1);
    // Against what says nothing, in both directions.
    expect(breakingChanges(tree(true), asContract({ type: 'object' }, true), day)).toHaveLength(2);
  });
});
