import type { BreakingRule } from '../../lib/api/compatibility/breaking-change';
import type { Json } from '../../lib/api/compatibility/document';
import { append, at, contract, drop, rename, set, type Key } from './contracts';

export const event: readonly Key[] = ['paths', '/v1/events', 'post'];
const batch: readonly Key[] = ['paths', '/v1/events/batch', 'post'];
export const lookup: readonly Key[] = ['paths', '/v1/profiles/lookup', 'post'];
export const schemas: readonly Key[] = ['components', 'schemas'];
const eventProperties = [...schemas, 'Event', 'properties'];
export const profileProperties = [...schemas, 'Profile', 'properties'];
const parameters = ['components', 'parameters'];
const flow = ['components', 'securitySchemes', 'identityProvider', 'flows', 'clientCredentials'];

type Edit = (from: Json) => Json;

/** Each breaks somebody who calls the contract of today: who, by which rule, and where. */
export const breaking: readonly (readonly [string, Edit, BreakingRule, string])[] = [
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

/** Each of these may come at any time. */
export const harmless: readonly (readonly [string, Edit])[] = [
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
