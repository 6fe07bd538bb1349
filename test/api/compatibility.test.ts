import { describe, expect, it } from 'vitest';
import { breakingRules, type BreakingRule } from '../../lib/api/compatibility/breaking-change';
import { UnreadableContractError, type Json } from '../../lib/api/compatibility/document';
import { breakingChanges, twelveMonthsAfter } from '../../lib/api/compatibility/operations';
import { breaking, event, harmless, lookup, profileProperties, schemas } from './catalogue';
import { contract, drop, edited, rename, set } from './contracts';

const day = '2026-11-25';
const judge = (before: Json, after: Json, on = day) => breakingChanges(before, after, on).map(({ rule, pointer }) => `${rule} ${pointer}`);

const lookupBody = [...lookup, 'requestBody', 'content', 'application/json', 'schema'];

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
