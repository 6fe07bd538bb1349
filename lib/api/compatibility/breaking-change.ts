import { ANYWHERE, canonical, isObject, pointerTo, type Json, type Node } from './document';

/** Every way of breaking a client that we judge. */
export const breakingRules = {
  'path-removed': 'a path is gone, before its sunset',
  'operation-removed': 'an operation is gone, before its sunset',
  'operation-renamed': 'generated clients name their functions by operationId',
  'sunset-too-early': 'an operation may go 12 months after its sunset was released, and after it was deprecated [TIM-1]',
  'parameter-removed': 'a parameter that clients send is not read any more',
  'parameter-required': 'clients do not send it',
  'parameter-changed': 'a parameter is written in another way',
  'body-removed': 'a body that clients send is not read any more',
  'body-required': 'clients do not send it',
  'media-type-removed': 'clients send it, or expect it',
  'status-removed': 'clients wait for it',
  'success-added': 'clients take one status for success',
  'header-removed': 'clients read it',
  'header-optional': 'clients count on it',
  'scope-added': 'tokens of today do not have it',
  'scheme-changed': 'tokens of today are got in another way',
  'server-removed': 'clients call it',
  'limit-shrunk': 'clients send as much',
  'request-narrowed': 'clients send what is now refused',
  'response-widened': 'clients receive what they have never seen',
  'property-removed': 'clients send it, or read it',
  'default-changed': 'clients leave it out, and mean the old one',
  'value-removed': 'a value that clients compare with is never answered again',
  'cannot-be-judged': 'a keyword changed of which we cannot say whom it breaks',
} as const;

export type BreakingRule = keyof typeof breakingRules;

export interface BreakingChange {
  readonly rule: BreakingRule;
  /** In the new contract, or in the old one if it is not there any more. */
  readonly pointer: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** A change of one key of an object; of the object itself without one. */
export function changeOf(rule: BreakingRule, before: Node | undefined, after: Node | undefined, key?: string): BreakingChange {
  const at = (node: Node | undefined): Json | undefined =>
    key === undefined ? node?.value : isObject(node?.value) ? node.value[key] : undefined;
  const isThere = after !== undefined && after.pointer !== ANYWHERE && at(after) !== undefined;
  const place = isThere ? after : (before ?? after);
  return { rule, pointer: place ? pointerTo(place, ...(key === undefined ? [] : [key])) : '#', before: at(before), after: at(after) };
}

export const isSame = (left: Node | undefined, right: Node | undefined, reading?: 'data'): boolean =>
  left === undefined || right === undefined ? left === right : canonical(left, reading) === canonical(right, reading);
