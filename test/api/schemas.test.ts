import { describe, expect, it } from 'vitest';
import { isSame } from '../../lib/api/compatibility/breaking-change';
import { canonical, rootOf, type Json } from '../../lib/api/compatibility/document';
import { breakingChanges } from '../../lib/api/compatibility/operations';
import { breakingSchemaChanges } from '../../lib/api/compatibility/schemas';
import { contract, drop, rename, set, type Key } from './contracts';

const day = '2026-11-25';
const request = (before: Json, after: Json) =>
  breakingSchemaChanges(rootOf(before), rootOf(after), 'request', new Set()).map(({ pointer }) => pointer);
const response = (before: Json, after: Json) =>
  breakingSchemaChanges(rootOf(before), rootOf(after), 'response', new Set()).map(({ pointer }) => pointer);

const tagged = (kind: string, more: Json = {}) => ({
  type: 'object',
  required: ['kind'],
  properties: { kind: { const: kind }, more },
});

describe('a schema of requests', () => {
  it.each<readonly [string, Json, Json]>([
    ['fractions beside whole numbers', { type: 'integer' }, { type: 'number' }],
    ['a coarser step made finer', { type: 'integer', multipleOf: 6 }, { type: 'integer', multipleOf: 3 }],
    [
      'a bound that says the same in two ways',
      { type: 'integer', minimum: 1, exclusiveMinimum: 1 },
      { type: 'integer', exclusiveMinimum: 1 },
    ],
    ['a bound that includes itself at last', { type: 'number', exclusiveMaximum: 5 }, { type: 'number', maximum: 5 }],
    ['a list in place of a constant', { const: 'a' }, { enum: ['a', 'b'] }],
    ['a pattern about texts, for numbers', { type: 'number' }, { type: ['number', 'string'], pattern: '^x' }],
    [
      'one more alternative that is told apart by a member',
      { oneOf: [tagged('a'), tagged('b')] },
      { oneOf: [tagged('a'), tagged('b'), tagged('c')] },
    ],
    ['one more alternative of another type', { oneOf: [{ type: 'string' }] }, { oneOf: [{ type: 'string' }, { type: 'array' }] }],
    [
      'alternatives in another order',
      { anyOf: [{ type: 'string' }, { type: 'array' }] },
      { anyOf: [{ type: 'array' }, { type: 'string' }] },
    ],
    ['one of the alternatives alone, before', { type: 'string' }, { anyOf: [{ type: 'string' }, { type: 'null' }] }],
  ])('may get %s', (_, before, after) => {
    expect(request(before, after)).toEqual([]);
  });

  it.each<readonly [string, Json, Json, string]>([
    ['a step', { type: 'integer' }, { type: 'integer', multipleOf: 5 }, '#/multipleOf'],
    ['another step', { type: 'integer', multipleOf: 2 }, { type: 'integer', multipleOf: 4 }, '#/multipleOf'],
    ['a bound that excludes what was included', { type: 'number', maximum: 5 }, { type: 'number', exclusiveMaximum: 5 }, '#/maximum'],
    ['whole numbers alone', { type: 'number' }, { type: 'integer' }, '#/type'],
    [
      'a member of alternatives that narrows',
      { oneOf: [tagged('a', { type: 'string' }), tagged('b')] },
      { oneOf: [tagged('a', { type: 'integer' }), tagged('b')] },
      '#/oneOf/0/properties/more/type',
    ],
    ['one alternative fewer', { anyOf: [{ type: 'string' }, { type: 'array' }] }, { anyOf: [{ type: 'string' }] }, '#/anyOf/1'],
    [
      'an alternative that may overlap by a member that is not required',
      { oneOf: [tagged('a')] },
      { oneOf: [tagged('a'), { type: 'object', properties: { kind: { const: 'b' } } }] },
      '#/oneOf',
    ],
    [
      'an alternative that may overlap, since it is no object',
      { oneOf: [tagged('a')] },
      { oneOf: [tagged('a'), { required: ['kind'], properties: { kind: { const: 'b' } } }] },
      '#/oneOf',
    ],
    ['another part of what must all hold', { allOf: [{ type: 'string' }] }, { allOf: [{ type: 'string' }, {}] }, '#/allOf'],
  ])('rejects %s', (_, before, after, pointer) => {
    expect(request(before, after)).toEqual([pointer]);
  });
});

describe('a schema of answers', () => {
  it('may list what it answers', () => {
    const open = { type: 'string', 'x-extensible-enum': ['a', 'b'] };
    expect(response(open, { type: 'string', enum: ['a', 'b'] })).toEqual([]);
    expect(response(open, { type: 'string', enum: ['a'] })).toEqual(['#/x-extensible-enum']);
  });

  it('rejects values that were not listed', () => {
    expect(response({ enum: ['a'] }, { enum: ['a', 'b'] })).toEqual(['#/enum']);
    expect(response({ enum: ['a'] }, { 'x-extensible-enum': ['a'], type: 'string' })).toEqual(['#/enum']);
  });

  it('rejects a member in an object that was closed', () => {
    const closed = { type: 'object', additionalProperties: false, properties: {} };
    expect(response(closed, { ...closed, properties: { extra: { type: 'string' } } })).toEqual(['#/properties/extra']);
  });
});

describe('what is the same', () => {
  const same = (left: Json, right: Json, reading?: 'data') => isSame(rootOf(left), rootOf(right), reading);

  it('is so in another order and in other words', () => {
    expect(same({ type: 'string', maxLength: 3 }, { maxLength: 3, description: 'Short.', type: 'string' })).toBe(true);
    expect(same({ properties: { a: { title: 'A' } } }, { properties: { a: {} } })).toBe(true);
  });

  it('is told by members that are called like explanations, and by values', () => {
    expect(same({ properties: { title: { type: 'string' } } }, { properties: {} })).toBe(false);
    expect(same({ properties: { properties: { description: 'One.' } } }, { properties: { properties: {} } })).toBe(true);
    expect(same({ const: { title: 'a' } }, { const: { title: 'b' } })).toBe(false);
    expect(same({ const: { inner: { title: 'a' } } }, { const: { inner: { title: 'b' } } })).toBe(false);
    expect(same({ title: 'a' }, { title: 'b' }, 'data')).toBe(false);
  });

  it('is found in a circle', () => {
    const tree: Json = { $defs: { Tree: { items: { $ref: '#/$defs/Tree' } } }, $ref: '#/$defs/Tree' };
    expect(canonical({ root: tree, pointer: '#/start', value: { items: { $ref: '#/$defs/Tree' } } })).toBe(
      '{"items":{"items":"circle 1"}}',
    );
  });
});

describe('an operation', () => {
  const event: readonly Key[] = ['paths', '/v1/events', 'post'];
  const judge = (before: Json, after: Json) => breakingChanges(before, after, day).map(({ rule, pointer }) => `${rule} ${pointer}`);

  it('has the parameters of its path, too', () => {
    const shared = set(
      ['paths', '/v1/events', 'parameters'],
      [{ name: 'Purpose', in: 'header', required: true, schema: { type: 'string' } }],
    )(contract);
    expect(judge(contract, shared)).toEqual(['parameter-required #/paths/~1v1~1events/parameters/0']);
  });

  it('is reported once with what it shares with another', () => {
    const required = set(['components', 'parameters', 'IdempotencyKey', 'required'], true)(contract);
    expect(judge(contract, required)).toEqual(['parameter-required #/components/parameters/IdempotencyKey']);
  });

  it('is open where nothing is asked for, and stays so', () => {
    const open = set([...event, 'security'], [])(contract);
    expect(judge(contract, open)).toEqual([]);
    expect(judge(open, contract)).toEqual(['scope-added #/paths/~1v1~1events/post/security']);
  });

  it('asks for what the contract asks for, if it says nothing itself', () => {
    const inherited = drop(...event, 'security')(set(['security'], [{ identityProvider: ['events:write'] }])(contract));
    expect(judge(contract, inherited)).toEqual([]);
    const more = set(['security'], [{ identityProvider: ['events:write', 'other'] }])(inherited);
    expect(judge(inherited, more)).toEqual([expect.stringContaining('scope-added')]);
  });

  it('keeps its headers under names of any case, and its servers', () => {
    expect(judge(contract, rename(['components', 'responses', 'RateLimited', 'headers'], 'Retry-After', 'retry-after')(contract))).toEqual(
      [],
    );
    const elsewhere = set([...event, 'servers'], [{ url: 'https://other.example' }])(contract);
    expect(judge(contract, elsewhere)).toEqual(['cannot-be-judged #/paths/~1v1~1events/post/servers']);
    expect(judge(contract, set(['webhooks', 'quarantined'], { post: { responses: {} } })(contract))).toEqual([
      'cannot-be-judged #/webhooks',
    ]);
  });

  it('rejects names of servers that are listed no more', () => {
    const free = drop('servers', 0, 'variables', 'jurisdiction', 'enum')(contract);
    expect(judge(free, free)).toEqual([]);
    expect(judge(contract, free)).toHaveLength(2);
  });
});
