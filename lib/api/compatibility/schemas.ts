import { changeOf, isSame, type BreakingChange, type BreakingRule } from './breaking-change';
import { annotations, child, members, textsOf, type Node } from './document';
import { alternativesOf, anything, areDisjoint, boundOf, keywordsOf, numberAt, subjects, textOf, typesOf, valuesOf } from './schema-facts';

/** Who makes the values: clients make those of requests, we make those of responses. */
export type Direction = 'request' | 'response';

/** Pairs that were compared, or are being: schemas are shared, and may be circular. */
export type Compared = Set<string>;

const judged = new Set(
  'type enum const required properties additionalProperties propertyNames items anyOf oneOf default exclusiveMinimum exclusiveMaximum'
    .split(' ')
    .concat(Object.keys(subjects)),
);

const smaller = ['minLength', 'minItems', 'minProperties'];
const larger = ['maxLength', 'maxItems', 'maxProperties'];
const equal = ['pattern', 'format', 'contentEncoding', 'contentMediaType'];

/**
 * What of the change breaks a client. A request must go on taking what it took, a response may hold nothing that it could not hold before:
 * it is one question, whether all values of a narrow schema are valid for a wide one. What cannot be decided is taken for breaking.
 */
export function breakingSchemaChanges(before: Node, after: Node, direction: Direction, compared: Compared): BreakingChange[] {
  const pair = `${direction} ${before.pointer} ${after.pointer}`;
  if (compared.has(pair)) return [];
  compared.add(pair);

  const [narrow, wide] = direction === 'request' ? [before, after] : [after, before];
  const widens: BreakingRule = direction === 'request' ? 'request-narrowed' : 'response-widened';
  const found: BreakingChange[] = [];
  const report = (keyword: string | undefined, rule: BreakingRule = widens) => found.push(changeOf(rule, before, after, keyword));
  const within = (inner: Node, outer: Node, seen = compared) =>
    direction === 'request' ? breakingSchemaChanges(inner, outer, direction, seen) : breakingSchemaChanges(outer, inner, direction, seen);

  if (narrow.value === false) return [];
  if (wide.value === false) return [changeOf(widens, before, after)];

  const narrowTypes = typesOf(narrow);
  const wideTypes = typesOf(wide);
  if ([...narrowTypes].some((type) => !wideTypes.has(type))) report('type');
  const concerns = (keyword: string) => subjects[keyword]?.some((type) => narrowTypes.has(type)) ?? false;

  const values = valuesOf(wide);
  if (values) {
    const allowed = new Set(values.map(textOf));
    const given = valuesOf(narrow);
    if (!given?.every((value) => allowed.has(textOf(value)))) report('const' in keywordsOf(wide) ? 'const' : 'enum');
  }
  for (const keyword of smaller)
    if (concerns(keyword) && (numberAt(narrow, keyword) ?? 0) < (numberAt(wide, keyword) ?? 0)) report(keyword);
  for (const keyword of larger)
    if (concerns(keyword) && (numberAt(narrow, keyword) ?? Infinity) > (numberAt(wide, keyword) ?? Infinity)) report(keyword);
  for (const side of ['minimum', 'maximum'] as const) {
    if (!concerns(side)) continue;
    const [inner, outer] = [boundOf(narrow, side), boundOf(wide, side)];
    const beyond = side === 'minimum' ? inner.value < outer.value : inner.value > outer.value;
    if (beyond || (inner.value === outer.value && outer.isExclusive && !inner.isExclusive)) report(side);
  }
  const step = numberAt(wide, 'multipleOf');
  if (step !== undefined && concerns('multipleOf') && !Number.isInteger((numberAt(narrow, 'multipleOf') ?? NaN) / step))
    report('multipleOf');
  for (const keyword of equal) {
    const wanted = keywordsOf(wide)[keyword];
    if (concerns(keyword) && wanted !== undefined && keywordsOf(narrow)[keyword] !== wanted) report(keyword);
  }
  if (concerns('uniqueItems') && keywordsOf(wide)['uniqueItems'] === true && keywordsOf(narrow)['uniqueItems'] !== true)
    report('uniqueItems');

  if (narrowTypes.has('object')) found.push(...ofMembers(before, after, direction, within));
  if (narrowTypes.has('array')) {
    found.push(...ofRest('items', narrow, wide, within));
  }
  for (const keyword of ['anyOf', 'oneOf'] as const) found.push(...ofAlternatives(keyword, before, after, direction, within, compared));

  const [earlier, later] = [keywordsOf(before), keywordsOf(after)];
  if (direction === 'request' && earlier['default'] !== undefined && !isSame(child(before, 'default'), child(after, 'default'), 'data'))
    report('default', 'default-changed');
  const told = [...textsOf(later['x-extensible-enum']), ...textsOf(later['enum'])];
  if (textsOf(earlier['x-extensible-enum']).some((value) => !told.includes(value))) report('x-extensible-enum', 'value-removed');
  for (const keyword of new Set([...Object.keys(earlier), ...Object.keys(later)])) {
    if (judged.has(keyword) || annotations.has(keyword) || keyword.startsWith('x-')) continue;
    if (!isSame(child(before, keyword), child(after, keyword))) report(keyword, 'cannot-be-judged');
  }
  return found;
}

type Within = (inner: Node, outer: Node, seen?: Compared) => BreakingChange[];

function ofMembers(before: Node, after: Node, direction: Direction, within: Within): BreakingChange[] {
  const [narrow, wide] = direction === 'request' ? [before, after] : [after, before];
  const rule: BreakingRule = direction === 'request' ? 'request-narrowed' : 'response-widened';
  const found: BreakingChange[] = [];
  const given = textsOf(keywordsOf(narrow)['required']);
  const missing = textsOf(keywordsOf(wide)['required']).filter((name) => !given.includes(name));
  for (const name of missing) found.push({ ...changeOf(rule, before, after, 'required'), pointer: `${after.pointer}/required (${name})` });

  const [earlier, later] = [members(child(before, 'properties')), members(child(after, 'properties'))];
  for (const [name, schema] of earlier) {
    const now = later.get(name);
    if (!now) found.push(changeOf('property-removed', child(before, 'properties'), child(after, 'properties'), name));
    else found.push(...(direction === 'request' ? within(schema, now) : within(now, schema)));
  }
  for (const [name, schema] of later) {
    if (earlier.has(name)) continue;
    // Until now it was one of the members that are not named, whatever the client or we put there.
    found.push(
      ...(direction === 'request'
        ? within(child(before, 'additionalProperties') ?? anything(before), schema)
        : within(schema, child(before, 'additionalProperties') ?? anything(before))),
    );
  }
  found.push(...ofRest('additionalProperties', narrow, wide, within));
  const names = child(wide, 'propertyNames');
  if (names) {
    const own = child(narrow, 'propertyNames');
    if (own) found.push(...within(own, names));
    else found.push(changeOf(rule, before, after, 'propertyNames'));
  }
  return found;
}

/** Members or elements that no other keyword names: anything, where nothing is said. */
function ofRest(keyword: 'additionalProperties' | 'items', narrow: Node, wide: Node, within: Within): BreakingChange[] {
  const [inner, outer] = [child(narrow, keyword), child(wide, keyword)];
  return inner || outer ? within(inner ?? anything(narrow), outer ?? anything(wide)) : [];
}

/** Each alternative of the narrow schema has to be within one of the wide one; the one in the same place says why it is not. */
function ofAlternatives(
  keyword: 'anyOf' | 'oneOf',
  before: Node,
  after: Node,
  direction: Direction,
  within: Within,
  compared: Compared,
): BreakingChange[] {
  const [narrow, wide] = direction === 'request' ? [before, after] : [after, before];
  const outer = alternativesOf(wide, keyword);
  if (outer.length === 0) return [];
  const own = alternativesOf(narrow, keyword);
  const inner = own.length > 0 ? own : alternativesOf(narrow, keyword === 'anyOf' ? 'oneOf' : 'anyOf');
  const found = (inner.length > 0 ? inner : [narrow]).flatMap((schema, index) => {
    if (outer.some((candidate) => within(schema, candidate, new Set(compared)).length === 0)) return [];
    const counterpart = inner.length === outer.length ? outer[index] : undefined;
    const rule: BreakingRule = direction === 'request' ? 'request-narrowed' : 'response-widened';
    return counterpart
      ? within(schema, counterpart, new Set(compared))
      : [{ ...changeOf(rule, before, after, keyword), pointer: schema.pointer }];
  });
  // A value that is valid for two of them is valid for none: where they may overlap, nobody can say what a change of one does.
  const overlaps = () => outer.some((schema, index) => outer.slice(index + 1).some((other) => !areDisjoint(schema, other)));
  if (keyword === 'oneOf' && !isSame(child(before, keyword), child(after, keyword)) && overlaps())
    found.push(changeOf('cannot-be-judged', before, after, keyword));
  return found;
}
