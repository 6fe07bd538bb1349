import { describe, expect, it } from 'vitest';
import { breakingRules, type BreakingRule } from '../../lib/api/compatibility/breaking-change';
import { UnreadableContractError, type Json } from '../../lib/api/compatibility/document';
import { breakingChanges, twelveMonthsAfter } from '../../lib/api/compatibility/operations';
import { append, at, contract, drop, edited, rename, set, type Key } from './contracts';

const day = '2026-11-25';
const judge = (before: Json, after: Json, on = day) => breakingChanges(before, after, on).map(({ rule, pointer }) => `${rule} ${pointer}`);

const event: readonly Key[] = ['paths', '/v1/events', 'post'];
const batch: readonly Key[] = ['paths', '/v1/events/batch', 'post'];
const lookup: readonly Key[] = ['paths', '/v1/profiles/lookup', 'post'];
const schemas: readonly Key[] = ['components', 'schemas'];
const eventProperties = [...schemas, 'Event', 'properties'];
const profileProperties = [...schemas, 'Profile', 'properties'];
const parameters = ['components', 'parameters'];
const flow = ['components', 'securitySchemes', 'identityProvider', 'flows', 'clientCredentials'];

type Edit = (from: Json) => Json;

/** Each breaks somebody who calls the contract of today: who, by which rule, and where. */
const breaking: readonly (readonly [string, Edit, BreakingRule, string])[] = [
  ['a path that is gone', drop('paths', '/v1/events'), 'path-removed', '#/paths/~1v1~1events'],
  [
    'a path that is called otherwise',
    rename(['paths'], '/v1/events/batch', '/v1/events/many'),
    'path-removed',
    '#/paths/~1v1~1events~1batch',
  ],
  ['an operation that is gone', rename(['paths', '/v1/events'], 'post', 'put'), 'operation-removed', '#/paths/~1v1~1events/post'],
  [
    'an operation under another name',
    set([...event, 'operationId'], 'postEvent'),
    'operation-renamed',
    '#/paths/~1v1~1events/post/operationId',
  ],
  [
    'a body in another media type',
    rename([...event, 'requestBody', 'content'], 'application/json', 'application/cbor'),
    'media-type-removed',
    '#/paths/~1v1~1events/post/requestBody/content/application~1json',
  ],
  ['a body that is not read any more', drop(...event, 'requestBody'), 'body-removed', '#/paths/~1v1~1events/post/requestBody'],
  [
    'a property that becomes required',
    append([...schemas, 'Event', 'required'], 'event_id'),
    'request-narrowed',
    '#/components/schemas/Event/required (event_id)',
  ],
  [
    'a new property that is required',
    (from) =>
      append(
        [...schemas, 'ProfileLookup', 'required'],
        'purpose',
      )(set([...schemas, 'ProfileLookup', 'properties', 'purpose'], { type: 'string' })(from)),
    'request-narrowed',
    '#/components/schemas/ProfileLookup/required (purpose)',
  ],
  [
    'a property of a request that is gone',
    drop(...eventProperties, 'event_id'),
    'property-removed',
    '#/components/schemas/Event/properties/event_id',
  ],
  [
    'a narrower type',
    set([...eventProperties, 'schema_version', 'type'], 'string'),
    'request-narrowed',
    '#/components/schemas/Event/properties/schema_version/type',
  ],
  ['a shorter text', set([...schemas, 'PersonId', 'maxLength'], 128), 'request-narrowed', '#/components/schemas/PersonId/maxLength'],
  [
    'a text that must be longer',
    set([...schemas, 'EventId', 'minLength'], 16),
    'request-narrowed',
    '#/components/schemas/EventId/minLength',
  ],
  [
    'a larger minimum',
    set([...eventProperties, 'schema_version', 'minimum'], 2),
    'request-narrowed',
    '#/components/schemas/Event/properties/schema_version/minimum',
  ],
  [
    'a smaller maximum',
    set([...eventProperties, 'schema_version', 'maximum'], 100),
    'request-narrowed',
    '#/components/schemas/Event/properties/schema_version/maximum',
  ],
  [
    'a bound that excludes itself',
    (from) =>
      drop(...eventProperties, 'schema_version', 'minimum')(set([...eventProperties, 'schema_version', 'exclusiveMinimum'], 1)(from)),
    'request-narrowed',
    '#/components/schemas/Event/properties/schema_version/minimum',
  ],
  [
    'fewer events in a batch',
    set([...schemas, 'EventBatch', 'properties', 'events', 'maxItems'], 100),
    'request-narrowed',
    '#/components/schemas/EventBatch/properties/events/maxItems',
  ],
  [
    'more events in a batch at least',
    set([...schemas, 'EventBatch', 'properties', 'events', 'minItems'], 2),
    'request-narrowed',
    '#/components/schemas/EventBatch/properties/events/minItems',
  ],
  [
    'a pattern that was not there',
    set([...schemas, 'PersonId', 'pattern'], '^[a-z]+$'),
    'request-narrowed',
    '#/components/schemas/PersonId/pattern',
  ],
  [
    'another pattern',
    set([...schemas, 'EventId', 'pattern'], '^[0-9A-Z]{26}$'),
    'request-narrowed',
    '#/components/schemas/EventId/pattern',
  ],
  [
    'a format that was not there',
    set([...schemas, 'PersonId', 'format'], 'email'),
    'request-narrowed',
    '#/components/schemas/PersonId/format',
  ],
  [
    'an enum that was not there',
    set([...eventProperties, 'source', 'enum'], ['web']),
    'request-narrowed',
    '#/components/schemas/Event/properties/source/enum',
  ],
  [
    'a value that an enum of requests loses',
    drop(...parameters, 'ContentEncoding', 'schema', 'enum', 0),
    'request-narrowed',
    '#/components/parameters/ContentEncoding/schema/enum',
  ],
  [
    'members that were free',
    set([...eventProperties, 'properties', 'additionalProperties'], false),
    'request-narrowed',
    '#/components/schemas/Event/properties/properties/additionalProperties',
  ],
  [
    'members that were free and get a type',
    set([...eventProperties, 'properties', 'additionalProperties'], { type: 'string' }),
    'request-narrowed',
    '#/components/schemas/Event/properties/properties/additionalProperties/type',
  ],
  [
    'a member of a free object that gets a type',
    set([...eventProperties, 'properties', 'properties'], { total: { type: 'number' } }),
    'request-narrowed',
    '#/components/schemas/Event/properties/properties/properties/total/type',
  ],
  [
    'a limit on the number of members',
    set([...eventProperties, 'properties', 'maxProperties'], 100),
    'request-narrowed',
    '#/components/schemas/Event/properties/properties/maxProperties',
  ],
  [
    'items that must differ',
    set([...schemas, 'EventBatch', 'properties', 'events', 'uniqueItems'], true),
    'request-narrowed',
    '#/components/schemas/EventBatch/properties/events/uniqueItems',
  ],
  [
    'names of members that follow a pattern',
    set([...eventProperties, 'properties', 'propertyNames'], { pattern: '^[a-z]+$' }),
    'request-narrowed',
    '#/components/schemas/Event/properties/properties/propertyNames',
  ],
  [
    'a schema that refuses everything',
    set([...eventProperties, 'properties'], false),
    'request-narrowed',
    '#/components/schemas/Event/properties/properties',
  ],
  ['a parameter that is gone', drop(...event, 'parameters', 0), 'parameter-removed', '#/components/parameters/IdempotencyKey'],
  [
    'a parameter that becomes required',
    set([...parameters, 'IdempotencyKey', 'required'], true),
    'parameter-required',
    '#/components/parameters/IdempotencyKey',
  ],
  [
    'a new parameter that is required',
    append([...lookup, 'parameters'], { name: 'purpose', in: 'query', required: true, schema: { type: 'string' } }),
    'parameter-required',
    '#/paths/~1v1~1profiles~1lookup/post/parameters/1',
  ],
  [
    'a parameter that is written otherwise',
    set([...parameters, 'IdempotencyKey', 'explode'], true),
    'parameter-changed',
    '#/components/parameters/IdempotencyKey/explode',
  ],
  [
    'a scope that tokens of today lack',
    set([...lookup, 'security'], [{ identityProvider: ['profiles:read', 'traits:read'] }]),
    'scope-added',
    '#/paths/~1v1~1profiles~1lookup/post/security',
  ],
  [
    'another scope',
    set([...batch, 'security'], [{ identityProvider: ['events:write:batch'] }]),
    'scope-added',
    '#/paths/~1v1~1events~1batch/post/security',
  ],
  [
    'another way to tokens',
    set([...flow, 'tokenUrl'], 'https://other.example/token'),
    'scheme-changed',
    '#/components/securitySchemes/identityProvider',
  ],
  [
    'a server that is gone',
    drop('servers', 0, 'variables', 'jurisdiction', 'enum', 1),
    'server-removed',
    '#/servers (https://api.us.dataflow.example)',
  ],
  [
    'a limit of bytes that shrinks',
    set([...batch, 'x-limits', 'maxBodyBytes'], 1048576),
    'limit-shrunk',
    '#/paths/~1v1~1events~1batch/post/x-limits/maxBodyBytes',
  ],
  [
    'a memory for event IDs that shrinks',
    set([...event, 'x-limits', 'deduplicationHours'], 24),
    'limit-shrunk',
    '#/paths/~1v1~1events/post/x-limits/deduplicationHours',
  ],
  [
    'a limit that is not said any more',
    drop(...lookup, 'x-limits'),
    'limit-shrunk',
    '#/paths/~1v1~1profiles~1lookup/post/x-limits/maxBodyBytes',
  ],
  ['a status that is gone', drop(...lookup, 'responses', '404'), 'status-removed', '#/paths/~1v1~1profiles~1lookup/post/responses/404'],
  ['another status of success', rename([...event, 'responses'], '202', '200'), 'success-added', '#/paths/~1v1~1events/post/responses/200'],
  [
    'errors in another media type',
    rename(['components', 'responses', 'RateLimited', 'content'], 'application/problem+json', 'application/json'),
    'media-type-removed',
    '#/components/responses/RateLimited/content/application~1problem+json',
  ],
  [
    'Retry-After that is gone',
    drop('components', 'responses', 'RateLimited', 'headers', 'Retry-After'),
    'header-removed',
    '#/components/responses/RateLimited/headers/Retry-After',
  ],
  [
    'Retry-After that may be missing',
    set(['components', 'headers', 'RetryAfter', 'required'], false),
    'header-optional',
    '#/components/headers/RetryAfter/required',
  ],
  [
    'Retry-After as a date',
    set(['components', 'headers', 'RetryAfter', 'schema'], { type: 'string' }),
    'response-widened',
    '#/components/headers/RetryAfter/schema/type',
  ],
  [
    'a property of an answer that is gone',
    drop(...profileProperties, 'revision'),
    'property-removed',
    '#/components/schemas/Profile/properties/revision',
  ],
  [
    'a property of an answer under another name',
    rename(profileProperties, 'as_of', 'asOf'),
    'property-removed',
    '#/components/schemas/Profile/properties/as_of',
  ],
  [
    'a property of an answer that may be missing',
    drop(...schemas, 'Profile', 'required', 1),
    'response-widened',
    '#/components/schemas/Profile/required (as_of)',
  ],
  [
    'an answer that may be null',
    set([...profileProperties, 'revision', 'type'], ['integer', 'null']),
    'response-widened',
    '#/components/schemas/Profile/properties/revision/type',
  ],
  [
    'a fraction where a whole number was',
    set([...profileProperties, 'revision', 'type'], 'number'),
    'response-widened',
    '#/components/schemas/Profile/properties/revision/type',
  ],
  [
    'a shorter text in an answer',
    drop(...schemas, 'AcceptedEventId', 'minLength'),
    'response-widened',
    '#/components/schemas/AcceptedEventId/minLength',
  ],
  [
    'an answer without its format',
    drop(...profileProperties, 'as_of', 'format'),
    'response-widened',
    '#/components/schemas/Profile/properties/as_of/format',
  ],
  [
    'another value of a constant',
    set([...schemas, 'RejectedResult', 'properties', 'status', 'const'], 'failed'),
    'response-widened',
    '#/components/schemas/RejectedResult/properties/status/const',
  ],
  [
    'a result that clients have never seen',
    append([...schemas, 'EventResults', 'items', 'oneOf'], {
      type: 'object',
      required: ['status'],
      properties: { status: { type: 'string', const: 'delayed' } },
    }),
    'response-widened',
    '#/components/schemas/EventResults/items/oneOf/2',
  ],
  [
    'a kind of error that is renamed',
    set([...schemas, 'Problem', 'properties', 'type', 'x-extensible-enum', 0], 'https://dataflow.example/problems/bad-request'),
    'value-removed',
    '#/components/schemas/Problem/properties/type/x-extensible-enum',
  ],
  [
    'a keyword that we cannot judge',
    set([...schemas, 'Event', 'dependentRequired'], { event_id: ['source'] }),
    'cannot-be-judged',
    '#/components/schemas/Event/dependentRequired',
  ],
  [
    'another dialect of schemas',
    set(['jsonSchemaDialect'], 'https://json-schema.org/draft/2020-12/schema'),
    'cannot-be-judged',
    '#/jsonSchemaDialect',
  ],
];

const lookupBody = [...lookup, 'requestBody', 'content', 'application/json', 'schema'];

/** Each of these may come at any time. */
const harmless: readonly (readonly [string, Edit])[] = [
  ['a new path', set(['paths', '/v1/segments/lookup'], at(contract, 'paths', '/v1/profiles/lookup'))],
  ['a new operation', set(['paths', '/v1/events', 'options'], { responses: { '204': { description: 'What there is.' } } })],
  ['a property of a request that may be left out', set([...eventProperties, 'session_id'], { type: 'string', maxLength: 64 })],
  ['a required property that may be left out now', drop(...schemas, 'Event', 'required', 3)],
  ['a longer text', set([...schemas, 'EventBatch', 'properties', 'events', 'maxItems'], 1000)],
  ['a text without an end', drop(...eventProperties, 'name', 'maxLength')],
  ['a pattern of a request that is gone', drop(...eventProperties, 'source', 'pattern')],
  ['more types', set([...eventProperties, 'schema_version', 'type'], ['integer', 'null'])],
  ['one more encoding', append([...parameters, 'ContentEncoding', 'schema', 'enum'], 'zstd')],
  ['one more media type of a body', set([...event, 'requestBody', 'content', 'application/cbor'], { schema: { type: 'object' } })],
  ['a parameter that may be left out', append([...lookup, 'parameters'], { name: 'purpose', in: 'query', schema: { type: 'string' } })],
  ['a header of another case', set([...parameters, 'IdempotencyKey', 'name'], 'idempotency-key')],
  ['a property of an answer', set([...profileProperties, 'created_at'], { type: 'string', format: 'date-time' })],
  ['a property of an answer that is always there', append([...schemas, 'AcceptedEvent', 'required'], 'received_at')],
  ['a narrower answer', set([...profileProperties, 'revision', 'minimum'], 10)],
  ['one alternative fewer in an answer', drop(...schemas, 'EventResults', 'items', 'oneOf', 0)],
  ['one more header of an answer', set([...event, 'responses', '202', 'headers', 'Server-Timing'], { schema: { type: 'string' } })],
  [
    'one more kind of error',
    append([...schemas, 'Problem', 'properties', 'type', 'x-extensible-enum'], 'https://dataflow.example/problems/quota'),
  ],
  ['one more status of an error', set([...event, 'responses', '409'], { $ref: '#/components/responses/BadRequest' })],
  ['a larger limit', set([...batch, 'x-limits', 'maxBodyBytes'], 8388608)],
  ['one more way in', append([...lookup, 'security'], { identityProvider: ['profiles:admin'] })],
  ['one more server', append(['servers'], { url: 'https://api.dataflow.example' })],
  ['one more scope that nothing asks for', set([...flow, 'scopes', 'events:read'], 'Read events')],
  ['other words', set([...lookup, 'description'], 'Reads.')],
  ['another example', drop(...lookup, 'responses', '200', 'content', 'application/json', 'examples')],
  [
    'a schema under another name',
    (from) =>
      set(
        [...event, 'responses', '202', 'content', 'application/json', 'schema', '$ref'],
        '#/components/schemas/Taken',
      )(set([...schemas, 'Taken'], at(from, ...schemas, 'AcceptedEvent'))(from)),
  ],
  ['a deprecation without an end', set([...event, 'deprecated'], true)],
];

describe('a change of the contract', () => {
  it.each(breaking)('rejects %s', (_, edit, rule, pointer) => {
    expect(judge(contract, edit(contract))).toContain(`${rule} ${pointer}`);
  });

  it.each(harmless)('lets %s pass', (_, edit) => {
    const after = edit(contract);
    expect(after).not.toEqual(contract);
    expect(judge(contract, after)).toEqual([]);
  });

  it('is judged by a catalogue that has each rule in it', () => {
    const others: readonly BreakingRule[] = ['body-required', 'default-changed', 'sunset-too-early'];
    expect([...new Set([...breaking.map(([, , rule]) => rule), ...others])].sort()).toEqual(Object.keys(breakingRules).sort());
  });

  it('rejects a body that may not be left out any more', () => {
    const optional = set([...event, 'requestBody', 'required'], false)(contract);
    expect(judge(optional, contract)).toEqual(['body-required #/paths/~1v1~1events/post/requestBody']);
    expect(judge(contract, optional)).toEqual([]);
  });

  it('rejects another default of what clients leave out', () => {
    const withDefault = (limit: number) =>
      set(lookupBody, { type: 'object', properties: { limit: { type: 'integer', default: limit } } })(contract);
    expect(judge(withDefault(10), withDefault(20))).toEqual([
      `default-changed #/paths/~1v1~1profiles~1lookup/post/requestBody/content/application~1json/schema/properties/limit/default`,
    ]);
    expect(judge(withDefault(10), withDefault(10))).toEqual([]);
  });

  it('is reported with all others at once, each once, with what it was and what it is', () => {
    const after = set([...schemas, 'PersonId', 'maxLength'], 128)(set([...profileProperties, 'revision', 'minimum'], 0)(contract));
    expect(breakingChanges(contract, after, day)).toEqual([
      { rule: 'request-narrowed', pointer: '#/components/schemas/PersonId/maxLength', before: 256, after: 128 },
      { rule: 'response-widened', pointer: '#/components/schemas/Profile/properties/revision/minimum', before: 1, after: 0 },
    ]);
  });

  it('may be harmless one way and break the other way round', () => {
    const longer = set([...schemas, 'EventBatch', 'properties', 'events', 'maxItems'], 1000)(contract);
    expect(judge(contract, longer)).toEqual([]);
    expect(judge(longer, contract)).toEqual(['request-narrowed #/components/schemas/EventBatch/properties/events/maxItems']);
  });

  it('is judged by both sides where a schema is of requests and of answers', () => {
    const both = set([...schemas, 'AcceptedEvent', 'properties', 'event_id', '$ref'], '#/components/schemas/EventId')(contract);
    const longer = set([...schemas, 'EventId', 'maxLength'], 256);
    expect(judge(contract, longer(contract))).toEqual([]);
    expect(judge(both, longer(both))).toEqual(['response-widened #/components/schemas/EventId/maxLength']);
  });

  it.each([
    ['outside', 'other.yaml#/Event'],
    ['to nothing', '#/components/schemas/Nothing'],
  ])('rejects a reference %s', (_, reference) => {
    const after = set([...lookupBody, '$ref'], reference)(contract);
    expect(() => judge(contract, after)).toThrow(UnreadableContractError);
  });

  it('rejects references in a circle, and keywords beside a reference', () => {
    const circle = set([...schemas, 'Event'], { $ref: '#/components/schemas/Event' })(contract);
    expect(() => judge(contract, circle)).toThrow(/refers to itself/);
    const beside = set([...lookupBody, 'maxProperties'], 1)(contract);
    expect(() => judge(contract, beside)).toThrow(/maxProperties beside a \$ref/);
  });
});

describe('the end of an operation', () => {
  const deprecated = (sunset: Json, from = contract) => set([...lookup, 'x-sunset'], sunset)(set([...lookup, 'deprecated'], true)(from));
  const gone = drop('paths', '/v1/profiles/lookup')(contract);

  it('may come when its sunset, which was released, is over', () => {
    expect(judge(deprecated('2027-11-25'), gone, '2027-11-25')).toEqual([]);
    expect(judge(deprecated('2027-11-25'), rename(['paths', '/v1/profiles/lookup'], 'post', 'put')(contract), '2027-11-25')).toEqual([]);
  });

  it('rejects one before its sunset, and without one', () => {
    const removed = 'path-removed #/paths/~1v1~1profiles~1lookup';
    expect(judge(deprecated('2027-11-25'), gone, '2027-11-24')).toEqual([removed]);
    expect(judge(set([...lookup, 'deprecated'], true)(contract), gone, '2030-01-01')).toEqual([removed]);
    expect(judge(set([...lookup, 'x-sunset'], '2027-11-25')(contract), gone, '2030-01-01')).toEqual([removed]);
  });

  it('is 12 months away when it is said', () => {
    expect(judge(contract, deprecated('2027-11-25'))).toEqual([]);
    expect(judge(deprecated('2027-11-25'), deprecated('2027-11-25'), '2027-10-01')).toEqual([]);
  });

  it.each([
    ['that is too near', deprecated('2027-11-24')],
    ['that is no day', deprecated('soon')],
    ['of what is not deprecated', set([...lookup, 'x-sunset'], '2028-01-01')(contract)],
  ])('rejects a sunset %s', (_, after) => {
    expect(judge(contract, after)).toEqual(['sunset-too-early #/paths/~1v1~1profiles~1lookup/post/x-sunset']);
  });

  it('rejects a sunset that is moved to an earlier day', () => {
    expect(judge(deprecated('2028-06-01'), deprecated('2027-12-01'), '2027-01-01')).toHaveLength(1);
  });

  it('counts twelve months over a leap day', () => {
    expect(['2027-02-28', '2028-02-29'].map(twelveMonthsAfter)).toEqual(['2028-02-28', '2029-03-01']);
  });
});

it('leaves the contract that it changes as it was', () => {
  const copy = JSON.stringify(contract);
  edited(contract, ['info', 'title'], () => 'other');
  expect(JSON.stringify(contract)).toBe(copy);
});
