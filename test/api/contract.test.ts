import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lintFromString, loadConfig } from '@redocly/openapi-core';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { stringify } from 'yaml';
import { describe, expect, it } from 'vitest';
import { child, elements, isObject, listOf, members, rootOf, textsOf, type Json, type Node } from '../../lib/api/compatibility/document';
import { keywordsOf, typesOf } from '../../lib/api/compatibility/schema-facts';
import { apiLimits } from '../../lib/api/limits';
import { PROBLEM_BASE, problemTypes } from '../../lib/api/problems';
import { routes } from '../../lib/api/routes';
import { at, contract, drop, edited, folder, set } from './contracts';

const operations = (document: Json): readonly (readonly [string, Node])[] =>
  [...members(child(rootOf(document), 'paths'))].flatMap(([path, item]) =>
    [...members(item)].map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
  );

/** Each place of a contract with its pointer, references not followed. */
function places(value: Json, pointer = '#'): (readonly [string, Json])[] {
  const inner = Array.isArray(value) ? [...(value as readonly Json[]).entries()] : isObject(value) ? Object.entries(value) : [];
  return [
    [pointer, value] as const,
    ...inner.flatMap(([key, item]) => places(item ?? null, `${pointer}/${String(key).replaceAll('/', '~1')}`)),
  ];
}

async function lintFindings(text: string): Promise<string[]> {
  const config = await loadConfig({ configPath: join(folder, 'redocly.yaml') });
  return (await lintFromString({ source: text, config })).map(({ ruleId }) => ruleId);
}

describe('the linter', () => {
  it('finds nothing in the contract', async () => {
    expect(await lintFindings(readFileSync(join(folder, 'openapi.yaml'), 'utf8'))).toEqual([]);
  });

  it.each([
    [
      'an example that its schema refuses',
      set(
        ['paths', '/v1/events', 'post', 'requestBody', 'content', 'application/json', 'examples', 'pageView', 'value', 'person_id'],
        4711,
      ),
      'no-invalid-media-type-examples',
    ],
    [
      'an operation that nobody has to prove to be allowed',
      (from: Json) => drop('security')(drop('paths', '/v1/events', 'post', 'security')(from)),
      'security-defined',
    ],
    ['a reference to nothing', drop('components', 'schemas', 'TraitGroup'), 'no-unresolved-refs'],
    ['a schema that nothing uses', set(['components', 'schemas', 'Unused'], { type: 'string' }), 'no-unused-components'],
    ['two operations of one name', set(['paths', '/v1/events', 'post', 'operationId'], 'sendEvents'), 'operation-operationId-unique'],
    [
      'an operation without errors',
      set(['paths', '/v1/events', 'post', 'responses'], { '202': { description: 'Taken.' } }),
      'operation-4xx-response',
    ],
    ['a 429 that does not say when', drop('components', 'responses', 'RateLimited', 'headers'), 'response-contains-header'],
    [
      'an error that is no problem',
      set(['components', 'responses', 'TooLarge', 'content'], { 'text/html': { schema: { type: 'string' } } }),
      'operation-4xx-problem-details-rfc7807',
    ],
    ['a keyword that OpenAPI does not know', set(['paths', '/v1/events', 'post', 'permission'], 'events:write'), 'struct'],
  ])('rejects %s', async (_, edit, rule) => {
    expect(await lintFindings(stringify(edit(contract), { aliasDuplicateObjects: false }))).toContain(rule);
  });
});

describe('the routes, limits and kinds of errors that the code has', () => {
  it('are those of the contract', () => {
    const scopes = ({ value }: Node) => listOf(at(value, 'security')).flatMap((way) => textsOf(at(way, 'identityProvider')));
    expect(operations(contract).map(([name, operation]) => [name, scopes(operation)])).toEqual(
      routes.map(({ method, path, scope }) => [`${method} ${path}`, [scope]]),
    );
    expect(
      Object.keys(
        at(contract, 'components', 'securitySchemes', 'identityProvider', 'flows', 'clientCredentials', 'scopes') as object,
      ).sort(),
    ).toEqual([...new Set(routes.map(({ scope }) => scope))].sort());
    expect(routes.map(({ path, service }) => `${path} ${service}`)).toEqual([
      '/v1/events ingest',
      '/v1/events/batch ingest',
      '/v1/profiles/lookup profiles',
    ]);
  });

  it('have each path once, and none of them a person', () => {
    expect(new Set(routes.map(({ path }) => path)).size).toBe(routes.length);
    // A place for a value in a path, or in a query, would put it into logs that outlive an erasure [CMP-1].
    expect(routes.filter(({ path }) => !/^\/v1(\/[a-z]+)+$/.test(path))).toEqual([]);
    const places = operations(contract).flatMap(([, operation]) =>
      elements(child(operation, 'parameters')).map((parameter) => keywordsOf(parameter)['in']),
    );
    expect([...new Set(places)]).toEqual(['header']);
  });

  it('hold the same limits', () => {
    const { maxEventBytes, maxBatchBytes, maxBatchEvents, maxLookupBytes, deduplicationHours, maxClockAheadMinutes } = apiLimits;
    const event = { maxEventBytes, deduplicationHours, maxClockAheadMinutes };
    expect(Object.fromEntries(operations(contract).map(([name, { value }]) => [name, at(value, 'x-limits')]))).toEqual({
      'POST /v1/events': { maxBodyBytes: maxEventBytes, ...event },
      'POST /v1/events/batch': { maxBodyBytes: maxBatchBytes, maxBatchEvents, ...event },
      'POST /v1/profiles/lookup': { maxBodyBytes: maxLookupBytes },
    });
    expect(at(contract, 'components', 'schemas', 'EventBatch', 'properties', 'events', 'maxItems')).toBe(maxBatchEvents);
  });

  it('fit what stands behind them', () => {
    const stampBytes = 1024;
    const kinesis = { records: 500, requestBytes: 5 * 2 ** 20, recordBytes: 2 ** 20 };
    expect(apiLimits.maxBatchEvents).toBeLessThanOrEqual(kinesis.records);
    expect(apiLimits.maxBatchBytes + apiLimits.maxBatchEvents * stampBytes).toBeLessThanOrEqual(kinesis.requestBytes);
    expect(apiLimits.maxEventBytes + stampBytes).toBeLessThanOrEqual(kinesis.recordBytes);
  });

  it('are one list of errors, each with its status in the answers', () => {
    const types = problemTypes.map(({ name }) => `${PROBLEM_BASE}${name}`);
    expect(at(contract, 'components', 'schemas', 'Problem', 'properties', 'type', 'x-extensible-enum')).toEqual(types);
    const statuses = new Set(operations(contract).flatMap(([, operation]) => [...members(child(operation, 'responses')).keys()]));
    const errors = [...statuses].filter((status) => /^[45]/.test(status)).sort();
    expect(errors).toEqual([...new Set(problemTypes.map(({ status }) => String(status)))].sort());
  });

  it('are the ones that the examples of the contract show', () => {
    const shown = places(contract).flatMap(([, value]) =>
      isObject(value) && typeof value['type'] === 'string' && value['type'].startsWith(PROBLEM_BASE) ? [value] : [],
    );
    expect(shown.length).toBeGreaterThan(10);
    for (const { type, title, status } of shown)
      expect(
        problemTypes.map((known) => ({ type: `${PROBLEM_BASE}${known.name}`, title: known.title, status: known.status })),
      ).toContainEqual({ type, title, status });
  });
});

describe('the contract', () => {
  it.each(operations(contract))('says of %s what it may fail of', (_, operation) => {
    const statuses = [...members(child(operation, 'responses')).keys()];
    expect(statuses).toEqual(expect.arrayContaining(['400', '401', '403', '413', '415', '422', '429', '500', '503']));
    for (const [status, response] of members(child(operation, 'responses'))) {
      const types = [...members(child(response, 'content')).keys()];
      expect([status, ...types]).toEqual([status, /^[45]/.test(status) ? 'application/problem+json' : 'application/json']);
    }
  });

  it('tells clients in every answer that says yes when an operation goes [TIM-1]', () => {
    for (const [, operation] of operations(contract))
      for (const [status, response] of members(child(operation, 'responses')))
        if (status.startsWith('2'))
          expect([...members(child(response, 'headers')).keys()]).toEqual(expect.arrayContaining(['Deprecation', 'Sunset', 'Link']));
  });

  /** What a body may be that has no end, or may hold what we do not know, at each place that a client fills. */
  function unbounded(schema: Node | undefined, seen = new Set<string>()): string[] {
    if (!schema || seen.has(schema.pointer)) return [];
    seen.add(schema.pointer);
    const keywords = keywordsOf(schema);
    const types = typesOf(schema);
    // The tenant's own, which its schemas bound, and the limit of bytes.
    if (schema.pointer.endsWith('/Event/properties/properties')) return [];
    const own = [
      ...(types.has('string') && ['maxLength', 'enum', 'const'].every((keyword) => keywords[keyword] === undefined)
        ? [`${schema.pointer}: text without an end`]
        : []),
      ...(types.has('array') && keywords['maxItems'] === undefined ? [`${schema.pointer}: list without an end`] : []),
      ...(types.has('object') && keywords['additionalProperties'] !== false ? [`${schema.pointer}: any member`] : []),
    ];
    return [
      ...own,
      ...[...members(child(schema, 'properties')).values(), child(schema, 'items')].flatMap((inner) => unbounded(inner, seen)),
    ];
  }
  const unboundedIn = (document: Json) =>
    operations(document).flatMap(([, operation]) => [
      ...[...members(child(operation, 'requestBody', 'content')).values()].flatMap((content) => unbounded(child(content, 'schema'))),
      ...elements(child(operation, 'parameters')).flatMap((parameter) => unbounded(child(parameter, 'schema'))),
    ]);

  it('bounds all that a client sends, and takes no member that it does not know', () => {
    expect(unboundedIn(contract)).toEqual([]);
  });

  it('rejects requests without bounds', () => {
    const schemas = ['components', 'schemas'];
    expect(unboundedIn(drop(...schemas, 'PersonId', 'maxLength')(contract))).toContain(
      '#/components/schemas/PersonId: text without an end',
    );
    expect(unboundedIn(drop(...schemas, 'ProfileLookup', 'additionalProperties')(contract))).toEqual([
      '#/components/schemas/ProfileLookup: any member',
    ]);
    expect(unboundedIn(drop(...schemas, 'EventBatch', 'properties', 'events', 'maxItems')(contract))).toEqual([
      '#/components/schemas/EventBatch/properties/events: list without an end',
    ]);
  });

  it('leaves every answer open for members that come later', () => {
    const closed = (document: Json) =>
      operations(document).flatMap(([, operation]) =>
        [...members(child(operation, 'responses')).values()].flatMap((response) =>
          [...members(child(response, 'content')).values()].flatMap((content) => closedIn(child(content, 'schema'))),
        ),
      );
    expect(closed(contract)).toEqual([]);
    expect(closed(set(['components', 'schemas', 'Profile', 'additionalProperties'], false)(contract))).toEqual([
      '#/components/schemas/Profile',
    ]);
  });

  function closedIn(schema: Node | undefined, seen = new Set<string>()): string[] {
    if (!schema || seen.has(schema.pointer)) return [];
    seen.add(schema.pointer);
    const inner = [
      ...members(child(schema, 'properties')).values(),
      child(schema, 'items'),
      ...elements(child(schema, 'oneOf')),
      child(schema, 'additionalProperties'),
    ];
    return [
      ...(keywordsOf(schema)['additionalProperties'] === false ? [schema.pointer] : []),
      ...inner.flatMap((one) => closedIn(one, seen)),
    ];
  }

  it('names no tenant: it is in the token alone', () => {
    const names = places(contract).flatMap(([pointer]) => (/\/(properties|parameters)\/[^/]*tenant[^/]*$/i.test(pointer) ? [pointer] : []));
    expect(names).toEqual([]);
  });
});

describe('examples', () => {
  /** Independently of the linter: by the validator that the rest of the tests uses. */
  function refused(document: Json): string[] {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats(ajv);
    ajv.addSchema({ ...(document as object), $id: 'contract' });
    return places(document).flatMap(([pointer, value]) => {
      if (!isObject(value) || value['schema'] === undefined) return [];
      const examples = [
        ...Object.entries(isObject(value['examples']) ? value['examples'] : {}).map(
          ([name, example]) => [name, at(example ?? null, 'value')] as const,
        ),
        ...(value['example'] === undefined ? [] : [['example', value['example']] as const]),
      ];
      const validate = ajv.compile({ $ref: `contract${encodeURI(pointer)}/schema` });
      const said = examples.flatMap(([name, example]) =>
        validate(example) ? [] : [`${pointer} ${name}: ${ajv.errorsText(validate.errors)}`],
      );
      return examples.length === 0 ? [`${pointer}: no example`] : said;
    });
  }

  it('are there for every body and header, and are valid', () => {
    expect(refused(contract)).toEqual([]);
  });

  it('rejects what does not follow its schema, and what is missing', () => {
    const post = ['paths', '/v1/events/batch', 'post'];
    const wrong = edited(
      contract,
      [...post, 'responses', '202', 'content', 'application/json', 'examples', 'partial', 'value', 'accepted'],
      () => 0,
    );
    expect(refused(wrong)).toEqual([expect.stringContaining('partial: data/accepted must be >= 1')]);
    expect(refused(drop('components', 'headers', 'RetryAfter', 'example')(contract))).toEqual([
      '#/components/headers/RetryAfter: no example',
    ]);
  });

  it('show a batch whose results come in the order of its events', () => {
    const post = at(contract, 'paths', '/v1/events/batch', 'post');
    const sent = listOf(at(post, 'requestBody', 'content', 'application/json', 'examples', 'two', 'value', 'events')).map((event) =>
      at(event, 'event_id'),
    );
    const answer = at(post, 'responses', '202', 'content', 'application/json', 'examples', 'partial', 'value');
    expect(listOf(at(answer, 'results')).map((result) => at(result, 'event_id'))).toEqual(sent);
    const statuses = listOf(at(answer, 'results')).map((result) => at(result, 'status'));
    expect([at(answer, 'accepted'), at(answer, 'rejected')]).toEqual(
      ['accepted', 'rejected'].map((status) => statuses.filter((one) => one === status).length),
    );
  });
});

it('is linted by rules of ours that send nothing home', async () => {
  const config = await loadConfig({ configPath: join(folder, 'redocly.yaml') });
  expect(config.resolvedConfig.telemetry).toBe('off');
});
